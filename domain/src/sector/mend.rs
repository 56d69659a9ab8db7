//! Texts whose letters were broken on the way: accents lost (`d?entretien`, `r\u{fffd}novation`), or UTF-8 read as
//! Windows 1252 (`rÃ©novation`). A third of the published contracts are so.

use super::french::French;
use crate::text::fold;
use std::borrow::Cow;

const UNKNOWN: char = char::REPLACEMENT_CHARACTER;
/// What a lost letter may have been, the likeliest first.
const LOST: [&str; 7] = ["e", "a", "i", "oe", "o", "u", "c"];
/// Most lost letters of one word that are looked for.
const LOST_MAX: usize = 3;
/// Words cut short before a vowel: the gap after one is an apostrophe.
const ELIDED: [&str; 7] = ["d", "l", "n", "s", "j", "m", "qu"];
/// What Windows 1252 shows for the bytes from 0x80 to 0x9f; a space where it shows nothing.
const WINDOWS: &str = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/// The text with its broken letters put right: a word of the language where one comes out, else two words, or the
/// letter that is lost most.
pub(super) fn mended<'a>(text: &'a str, french: &French) -> Cow<'a, str> {
    let text = decoded(text);
    if !text.contains([UNKNOWN, '?']) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, UNKNOWN | '?') {
            word.push(c);
        } else {
            out.push_str(&mended_word(&word, french));
            out.push(c);
            word.clear();
        }
    }
    out.push_str(&mended_word(&word, french));
    Cow::Owned(out)
}

fn mended_word(word: &str, french: &French) -> String {
    let parts: Vec<&str> = word.split([UNKNOWN, '?']).collect();
    if parts.len() == 1 {
        return word.to_owned();
    }
    let after = parts[1..].join("?");
    if ELIDED.contains(&fold(parts[0]).as_str()) && after.chars().count() > 1 {
        let rest = mended_word(&after, french);
        if french.knows(&fold(&rest)) || parts.len() == 2 {
            return filled(&parts, french).unwrap_or_else(|| format!("{} {rest}", parts[0]));
        }
    }
    let whole = |part: &&str| part.is_empty() || french.knows(&fold(part));
    let otherwise = if parts.iter().all(whole) { " " } else { LOST[0] };
    filled(&parts, french).unwrap_or_else(|| parts.join(otherwise))
}

/// The first word of the language that letters between the parts make.
fn filled(parts: &[&str], french: &French) -> Option<String> {
    let gaps = parts.len() - 1;
    if gaps > LOST_MAX || parts.iter().all(|part| part.is_empty()) {
        return None;
    }
    let ways = LOST.len().pow(u32::try_from(gaps).ok()?);
    (0..ways).map(|way| joined(parts, way)).find(|word| french.knows(&fold(word)))
}

/// The parts joined by one choice of letters, written as the digits of a number.
fn joined(parts: &[&str], mut way: usize) -> String {
    let mut word = parts[0].to_owned();
    for part in &parts[1..] {
        word.push_str(LOST[way % LOST.len()]);
        word.push_str(part);
        way /= LOST.len();
    }
    word
}

/// UTF-8 that was read as Windows 1252, and letters of Windows left as control marks.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['Ã', 'Â', 'Å', 'â', '\u{8c}', '\u{9c}']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (letter, length) = decoded_letter(c, &rest[c.len_utf8()..]);
        out.push(letter);
        rest = &rest[length..];
    }
    Cow::Owned(out)
}

/// The letter that a text begins with, given its first character and what follows, and its length in bytes.
fn decoded_letter(c: char, after: &str) -> (char, usize) {
    let next = after.chars().next();
    let two = c.len_utf8() + next.map_or(0, char::len_utf8);
    let byte = next.and_then(windows_byte).filter(|byte| (0x80..0xc0).contains(byte));
    match (c, next, byte) {
        // The second byte of « à » is a no-break space, often made a plain one.
        ('Ã', Some(' '), _) => ('à', c.len_utf8()),
        ('Ã', _, Some(byte)) => (char::from(byte + 0x40), two),
        ('Â', _, Some(byte)) => (char::from(byte), two),
        ('Å', Some('“' | '\u{93}' | '’' | '\u{92}'), _) => ('œ', two),
        ('â', Some('€' | '\u{80}'), _) => {
            let third = after.chars().nth(1).map_or(0, char::len_utf8);
            ('’', two + third)
        }
        ('\u{8c}' | '\u{9c}', _, _) => ('œ', c.len_utf8()),
        _ => (c, c.len_utf8()),
    }
}

fn windows_byte(c: char) -> Option<u8> {
    let shown = || (0x80u8..).zip(WINDOWS.chars()).find(|(_, shown)| *shown == c && c != ' ');
    u8::try_from(c).ok().or_else(|| shown().map(|(byte, _)| byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(fold(&mended(text, French::get())), expected, "{text:?}");
    }

    #[test]
    fn broken_letters() {
        for (text, expected) in [
            ("Entretien des espaces verts", "entretien des espaces verts"),
            ("r\u{fffd}novation d?un b?timent", "renovation d un batiment"),
            ("TRAVAUX D?ENTRETIEN", "travaux d entretien"),
            ("R\u{fffd}HABILITATION PAYSAG\u{fffd}RE", "rehabilitation paysagere"),
            ("s?curit? de l\u{fffd}?cole", "securite de l ecole"),
            ("mise en ?uvre", "mise en oeuvre"),
            ("ma\u{fffd}trise d'\u{fffd}uvre", "maitrise d oeuvre"),
            ("rÃ©novation de la mÃ©diathÃ¨que", "renovation de la mediatheque"),
            ("Ã‰cole, place Ã  bÃ¢tir, lâ€™Å“uvre", "ecole place a batir l oeuvre"),
            ("mise en \u{9c}uvre, c\u{153}ur", "mise en oeuvre coeur"),
            ("Bâtiment, BÂTI, théâtre", "batiment bati theatre"),
            ("quelle prestation ?", "quelle prestation"),
            ("Croix?Blanche ??", "croix blanche"),
            ("les zongles ou z\u{fffd}ngles", "les zongles ou zengles"),
            ("", ""),
        ] {
            check(text, expected);
        }
    }
}
