//! What somebody wrote in the reply to a mail, without what the reply quotes.

/// The words of a reply: everything before what is quoted, without lines that are quoted on the way, nor a signature that is
/// marked as one (RFC 3676). Mail programs mark what they quote in many ways; what no mark tells stays.
#[must_use]
pub fn own_words(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut kept: Vec<&str> = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        if ends_own_words(line, lines.get(n + 1).copied().unwrap_or_default()) {
            break;
        }
        if !line.trim_start().starts_with('>') {
            kept.push(line);
        }
    }
    let kept = kept.join("\n");
    kept.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned()
}

/// Whether what follows is quoted, or a signature; `next` is the line after.
fn ends_own_words(line: &str, next: &str) -> bool {
    let plain = line.trim().replace('\u{a0}', " ");
    if line.trim_end_matches(['\r', '\n']) == "-- " || plain == "--" {
        return true;
    }
    let rule = plain.len() >= 5 && plain.chars().all(|c| matches!(c, '_' | '-' | '='));
    let lower = plain.to_lowercase();
    let named = [
        "-----message d",
        "----- message d",
        "-----original message",
        "---------- forwarded",
        "-------- message d",
    ];
    if named.iter().any(|mark| lower.starts_with(mark)) {
        return true;
    }
    // « Le lun. 3 mai 2027 à 09:12, X a écrit : », that long lines break.
    let both = format!("{lower} {}", next.trim().replace('\u{a0}', " ").to_lowercase());
    let writes = |text: &str| {
        let end = text.trim_end().trim_end_matches(':').trim_end();
        text.trim_end().ends_with(':')
            && ((text.starts_with("le ") && end.ends_with("a écrit"))
                || (text.starts_with("on ") && end.ends_with("wrote")))
    };
    if writes(&lower) || writes(&both) {
        return true;
    }
    // « De : … / Envoyé : … », with or without a rule above.
    let is_head = |text: &str, heads: &[&str]| {
        let text = text.trim().replace('\u{a0}', " ").to_lowercase();
        heads
            .iter()
            .any(|head| text.starts_with(&format!("{head}:")) || text.starts_with(&format!("{head} :")))
    };
    let begins = is_head(line, &["de", "from", "*de", "*from"]);
    let goes_on = is_head(next, &["envoyé", "sent", "date", "à", "to", "*envoyé", "*sent", "*date"]);
    (begins && goes_on) || (rule && is_head(next, &["de", "from"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn replies_as_mail_programs_write_them() {
        for (reply, own) in [
            ("Oui, le 3 mai.", "Oui, le 3 mai."),
            ("Oui.\r\n\r\nBien à vous\r\n", "Oui.\n\nBien à vous"),
            ("Oui.\n\nLe lun. 3 mai 2027 à 09:12, La Place <a@b.example> a écrit :\n> Quand ?\n", "Oui."),
            (
                "Oui.\n\nLe lun. 3 mai 2027 à 09:12, La Place des marchés <a@b.example>\na écrit :\n\n> Quand ?",
                "Oui.",
            ),
            ("Oui.\nLe 03/05/2027 à 09:12, X a écrit\u{a0}:\n> Quand ?", "Oui."),
            ("Yes.\n\nOn Mon, 3 May 2027 at 09:12, X <a@b.example> wrote:\n> Quand ?", "Yes."),
            ("Oui.\n\n-----Message d'origine-----\nDe : X\nEnvoyé : lundi\n\nQuand ?", "Oui."),
            (
                "Oui.\n\n________________________________\nDe : X <a@b.example>\nEnvoyé : lundi 3 mai\nÀ : Y\n\nQuand ?",
                "Oui.",
            ),
            ("Oui.\n\nDe : X <a@b.example>\nDate : lundi 3 mai\n\nQuand ?", "Oui."),
            ("> Quand ?\nLe 3 mai.\n> Où ?\nÀ Muret.", "Le 3 mai.\nÀ Muret."),
            ("Oui.\n-- \nCamille\n06", "Oui."),
            (
                "Le lundi nous sommes fermés.\nOn verra :\nmardi",
                "Le lundi nous sommes fermés.\nOn verra :\nmardi",
            ),
            ("De : quoi parle-t-on\u{a0}?\nMerci", "De : quoi parle-t-on\u{a0}?\nMerci"),
            ("> Tout est cité", ""),
            ("", ""),
        ] {
            assert_eq!(own_words(reply), own, "{reply:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_invented(text in "[a-zé :>\n-]{0,80}") {
            let own = own_words(&text);
            prop_assert!(own.lines().all(|line| text.contains(line)));
            prop_assert_eq!(own_words(&own), own);
        }
    }
}
