//! Replies that come by mail: into their thread, or aside; on both databases.

use crate::exchange::{LOT, Told, text, told};
use crate::fixture::{Fixture, on_both};
use backend::error::Error;
use backend::mail::Sent;
use backend::needs::MailIn;
use domain::access::{Actor, Grant, Holder, Rank};
use domain::need::{Message, Side};
use domain::siret::Siret;

/// A reply to a mail, as its program sends it.
fn reply(to: &Sent, from: &str, body: &str) -> Vec<u8> {
    let address = to.mail.reply_to.clone().expect("an address for replies");
    mail(&address, from, body)
}

fn mail(to: &str, from: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Quelqu'un <{from}>\r\nTo: La Place <{to}>\r\nSubject: Re: Message\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    )
    .into_bytes()
}

/// A structure asks: its mail to the author.
async fn asked(fixture: &Fixture, told: &Told) -> (Siret, Sent) {
    let (siret, actor, _) = &told.structures[0];
    let b = &fixture.backend;
    b.message_write(actor, told.need, *siret, LOT, &text("Peut-on visiter\u{a0}?")).await.expect("written");
    (*siret, fixture.mails().await.remove(0))
}

async fn thread(fixture: &Fixture, told: &Told) -> Vec<Message> {
    fixture.backend.need_follow(&told.author, told.need).await.expect("its own").messages
}

fn kept(outcome: MailIn) -> String {
    match outcome {
        MailIn::Kept(why) => why.to_owned(),
        MailIn::Threaded => "in its thread".to_owned(),
    }
}

on_both! {
    async fn replies_go_to_and_fro_by_mail(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let (_, to_author) = asked(&fixture, &told).await;
        assert!(to_author.mail.text.contains("répondez simplement à cet e-mail"), "{}", to_author.mail.text);
        let body = "Oui, lundi.\r\n\r\nLe ven. 27 nov. 2026 à 10:00, La Place <x@place.example> a écrit :\r\n> Peut-on visiter ?";
        let raw = reply(&to_author, "achats@ville.example", body);
        assert_eq!(b.mail_in(&raw).await.expect("taken"), MailIn::Threaded);
        assert_eq!(b.mail_in(&raw).await.expect("taken"), MailIn::Threaded, "handed on twice, kept once");
        let messages = thread(&fixture, &told).await;
        let said: Vec<(Side, &str)> = messages.iter().map(|m| (m.side, m.text.as_str())).collect();
        assert_eq!(said, [(Side::Structure, "Peut-on visiter\u{a0}?"), (Side::Buyer, "Oui, lundi.")]);

        let to_structure = fixture.mails().await;
        assert_eq!(to_structure.len(), 1);
        let contact = to_structure[0].mail.to.to_string();
        let attached = format!(
            "From: {contact}\r\nTo: {}\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Voici</p><script>alert(1)</script>\r\n--x\r\nContent-Disposition: attachment; filename=\"../devis.pdf\"\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--x\r\nContent-Disposition: attachment; filename=\"virus.exe\"\r\nContent-Type: application/pdf\r\n\r\nMZ\r\n--x--\r\n",
            to_structure[0].mail.reply_to.clone().expect("an address for replies"),
        );
        assert_eq!(b.mail_in(attached.as_bytes()).await.expect("taken"), MailIn::Threaded);
        let messages = thread(&fixture, &told).await;
        let last = &messages[2];
        assert_eq!(last.side, Side::Structure);
        assert_eq!(last.text, "Voici\n\n(Pièce non gardée\u{a0}: virus.exe)", "nothing that runs");
        assert_eq!(last.files.len(), 1);
        assert_eq!((last.files[0].name.as_str(), last.files[0].bytes), ("devis.pdf", 9));
        let file = b.candidate_file_show(&told.author, told.need, last.files[0].id).await.expect("its own");
        assert_eq!((file.media.as_str(), file.content.as_slice()), ("application/pdf", b"%PDF-1.4\n".as_slice()));
        let (siret, actor, _) = &told.structures[0];
        assert!(b.thread_file_show(actor, told.need, *siret, last.files[0].id).await.is_ok());
        let (other, stranger, _) = &told.structures[1];
        assert!(b.thread_file_show(stranger, told.need, *other, last.files[0].id).await.is_err(), "of another thread");
        assert_eq!(b.store.mail_kept_list().await.expect("read"), []);
    }

    async fn what_belongs_to_no_thread_is_kept_aside(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let (siret, to_author) = asked(&fixture, &told).await;
        let right = to_author.mail.reply_to.clone().expect("an address for replies");
        let (before_seal, seal) = right.split_once('.').expect("a seal");
        let other_digit = if seal.starts_with('0') { "1" } else { "0" };
        let forged = format!("{before_seal}.{other_digit}{}", &seal[1..]);
        let someone = "achats@ville.example";
        for (raw, why) in [
            (mail(&forged, someone, "Moi"), "n’a pas été faite ici"),
            (mail("reponse@place.example", someone, "Bonjour"), "adressé à aucun fil"),
            (mail(&right.replace("place.example", "autre.example"), someone, "Bonjour"), "adressé à aucun fil"),
            (mail(&right, "pirate@ailleurs.example", "Moi"), "d’une autre adresse"),
            (mail(&right, someone, "> Peut-on visiter ?"), "rien de plus"),
            (mail(&right, someone, &"mot ".repeat(600)), "trop long"),
            (b"".to_vec(), "pas un e-mail lisible"),
            ([b"Auto-Submitted: auto-replied\r\n".as_slice(), &mail(&right, someone, "Absent")].concat(), "réponse automatique"),
        ] {
            let outcome = kept(b.mail_in(&raw).await.expect("taken"));
            assert!(outcome.contains(why), "{outcome}, not {why}");
            assert_eq!(b.mail_in(&raw).await.map(kept).expect("taken"), outcome, "twice the same");
        }
        assert_eq!(thread(&fixture, &told).await.len(), 1, "nothing of it is in the thread");
        let aside = b.store.mail_kept_list().await.expect("read");
        assert_eq!(aside.len(), 8, "each once");
        let forged = aside.iter().find(|kept| kept.why.contains("n’a pas été faite ici")).expect("the forged one");
        assert_eq!(forged.sender, someone);
        let raw = b.store.mail_kept_fetch(&forged.digest).await.expect("read").expect("there");
        assert!(String::from_utf8_lossy(&raw).contains("Moi"), "as it came");
        b.mail_kept_drop(&Actor::Operator, &forged.name()).await.expect("dropped");
        let again = b.mail_kept_drop(&Actor::Operator, &forged.name()).await;
        assert!(matches!(again, Err(Error::NotFound)), "once: {again:?}");
        assert!(fixture.mails().await.is_empty(), "nobody is mailed");

        // Links that are revoked take their addresses for replies along.
        let author = Actor::Link(Grant::NeedFollow(told.need));
        b.links_revoke(&author, Holder::Author(told.need)).await.expect("revoked");
        let outcome = kept(b.mail_in(&mail(&right, someone, "Trop tard")).await.expect("taken"));
        assert!(outcome.contains("ne vaut plus"), "{outcome}");
        assert!(told.structures.iter().any(|(of, ..)| *of == siret));
    }

    async fn capitals_of_an_address_mean_nothing(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let (_, to_author) = asked(&fixture, &told).await;
        let address = to_author.mail.reply_to.clone().expect("an address for replies").to_uppercase();
        let raw = mail(&address, "Achats@Ville.Example", "Oui.");
        assert_eq!(b.mail_in(&raw).await.expect("taken"), MailIn::Threaded);
    }

    async fn whoever_belongs_to_the_structure_answers_for_it(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let (siret, to_author) = asked(&fixture, &told).await;
        b.mail_in(&reply(&to_author, "achats@ville.example", "Oui.")).await.expect("taken");
        let to_structure = fixture.mails().await.remove(0);
        let colleague = "camille@atelier.example";
        let raw = reply(&to_structure, colleague, "Merci.");
        assert!(kept(b.mail_in(&raw).await.expect("taken")).contains("d’une autre adresse"));
        let head = crate::accounts::signed_in(&fixture, to_structure.mail.to.as_str()).await;
        b.membership_ask(&head, siret).await.expect("joined");
        let head = crate::accounts::signed_in(&fixture, to_structure.mail.to.as_str()).await;
        let address = domain::email::EmailAddress::parse(colleague).expect("an address");
        b.colleague_invite(&head, siret, &address, Rank::Member).await.expect("invited");
        fixture.mails().await;
        let member = crate::accounts::signed_in(&fixture, colleague).await;
        b.invitation_answer(&member, siret, true).await.expect("joined");
        fixture.mails().await;
        let raw = reply(&to_structure, colleague, "Merci bien.");
        assert_eq!(b.mail_in(&raw).await.expect("taken"), MailIn::Threaded);
    }
}
