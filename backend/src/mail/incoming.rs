//! A mail that came in, as far as threads need it: RFC 5322 and MIME are read by a library that fails on nothing people send.

use mail_parser::{Address, HeaderName, HeaderValue, MessageParser, MimeHeaders};

/// Headers besides `To` and `Cc` that say to which address a mail was delivered.
const DELIVERED: [&str; 4] = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"];

/// A mail that came in.
pub(crate) struct Incoming {
    /// Every address to which it says to be, or was delivered.
    pub to: Vec<String>,
    /// From whom it says to be; empty when it says nothing.
    pub from: String,
    /// Its subject; empty when it says none.
    pub subject: String,
    /// Its words, without markup: HTML alone is turned into text.
    pub text: String,
    /// Its files: name and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// Whether a program wrote it, such as a notice of absence (RFC 3834).
    pub is_automatic: bool,
}

impl Incoming {
    /// Reads a mail; `None` when it is none.
    pub(crate) fn read(raw: &[u8]) -> Option<Self> {
        let mail = MessageParser::default().parse(raw)?;
        let addresses = |of: Option<&Address<'_>>| -> Vec<String> {
            of.into_iter().flat_map(Address::iter).filter_map(|a| a.address().map(str::to_owned)).collect()
        };
        let mut to = [addresses(mail.to()), addresses(mail.cc())].concat();
        to.extend(
            DELIVERED.iter().filter_map(|name| mail.header_raw(*name)).map(|text| text.trim().to_owned()),
        );
        let said = |name: &'static str| mail.header_raw(name).unwrap_or_default().trim().to_ascii_lowercase();
        let auto = said("Auto-Submitted");
        let is_automatic = !(auto.is_empty() || auto == "no")
            || ["bulk", "junk", "auto_reply"].contains(&said("Precedence").as_str())
            || mail.header(HeaderName::Other("X-Autoreply".into())).is_some_and(|v| *v != HeaderValue::Empty);
        let text = (0..mail.text_body_count()).filter_map(|n| mail.body_text(n));
        let files = mail
            .attachments()
            .map(|part| (part.attachment_name().unwrap_or("piece").to_owned(), part.contents().to_vec()));
        Some(Self {
            to,
            from: addresses(mail.from()).into_iter().next().unwrap_or_default(),
            subject: mail.subject().unwrap_or_default().to_owned(),
            text: text.collect::<Vec<_>>().join("\n"),
            files: files.collect(),
            is_automatic,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "From: Camille <camille@atelier.example>\r\nTo: La Place <reponse+1.2@place.example>\r\n";

    fn read(rest: &str) -> Incoming {
        Incoming::read(format!("{HEAD}{rest}").as_bytes()).expect("a mail")
    }

    #[test]
    fn words_are_read_in_whatever_they_come() {
        for (rest, text) in [
            ("\r\nBonjour", "Bonjour"),
            (
                "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nD=E9j=E0",
                "Déjà",
            ),
            (
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nRMOpasOg",
                "Déjà",
            ),
            ("Content-Type: text/html\r\n\r\n<p>Oui</p><script>alert(1)</script>", "Oui"),
            (
                "Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nTexte\r\n--x\r\nContent-Type: text/html\r\n\r\n<b>Html</b>\r\n--x--\r\n",
                "Texte",
            ),
        ] {
            let read = read(rest);
            assert_eq!(read.text.trim(), text, "{rest}");
            assert_eq!(read.from, "camille@atelier.example");
            assert_eq!(read.to, ["reponse+1.2@place.example"]);
        }
    }

    #[test]
    fn where_it_was_delivered_and_what_came_with_it() {
        let read = read(
            "Delivered-To: autre@place.example\r\nCc: x@y.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nVoici\r\n--x\r\nContent-Type: application/pdf; name=\"devis.pdf\"\r\nContent-Disposition: attachment; filename=\"devis.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--x--\r\n",
        );
        assert_eq!(read.to, ["reponse+1.2@place.example", "x@y.example", "autre@place.example"]);
        assert_eq!(read.files, [("devis.pdf".to_owned(), b"%PDF-".to_vec())]);
        assert_eq!(read.text.trim(), "Voici");
    }

    /// A mail that is made to cost much is read as far as it goes, or not at all: in no time, and without a fall.
    #[test]
    fn mails_that_are_made_to_cost_much() {
        let deep = (0..5_000).fold(String::new(), |mut whole, n| {
            whole.push_str(&format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"));
            whole
        });
        let forwarded = "Content-Type: message/rfc822\r\n\r\n".repeat(5_000);
        let headers = "X-A: b\r\n".repeat(200_000);
        let parts = format!(
            "Content-Type: multipart/mixed; boundary=x\r\n\r\n{}--x--\r\n",
            "--x\r\nContent-Type: text/plain\r\n\r\nA\r\n".repeat(50_000)
        );
        let encoded = format!("Subject: {}\r\n\r\n", "=?utf-8?q?=41?= ".repeat(100_000));
        for (what, rest) in [
            ("parts in parts", deep),
            ("mails in mails", forwarded),
            ("headers", headers),
            ("parts", parts),
            ("encoded words", encoded),
        ] {
            let begun = std::time::Instant::now();
            let _ = Incoming::read(format!("{HEAD}{rest}").as_bytes());
            let took = begun.elapsed();
            assert!(took.as_secs() < 5, "{what}: {took:?}");
        }
    }

    #[test]
    fn notices_of_absence_are_known() {
        for (head, is_automatic) in [
            ("", false),
            ("Auto-Submitted: no\r\n", false),
            ("Auto-Submitted: auto-replied\r\n", true),
            ("Precedence: bulk\r\n", true),
            ("X-Autoreply: yes\r\n", true),
        ] {
            assert_eq!(read(&format!("{head}\r\nAbsent")).is_automatic, is_automatic, "{head}");
        }
    }
}
