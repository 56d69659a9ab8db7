//! French text made comparable: folded, cut into words, reduced to light stems.

use std::borrow::Cow;

/// Lower case without accents, ligatures opened (`œ` → `oe`), everything that is neither letter nor digit
/// turned into one space, no space at the ends. `"L'Abergement-Clémenciat"` → `"l abergement clemenciat"`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match fold_char(c) {
            Folded::Same(c) => out.push(c),
            Folded::Two(pair) => out.push_str(pair),
            Folded::Gap if out.is_empty() || out.ends_with(' ') => {}
            Folded::Gap => out.push(' '),
            Folded::Nothing => {}
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

/// The text with the apostrophes that keyboards and old files give in the place of « ’ »: the letters U+02BB and U+02BC, and
/// 0x92 of Windows that was taken for Latin 1.
#[must_use]
pub fn apostrophes(text: &str) -> Cow<'_, str> {
    const STRAY: [char; 3] = ['\u{2bb}', '\u{2bc}', '\u{92}'];
    match text.contains(STRAY) {
        true => Cow::Owned(text.replace(STRAY, "’")),
        false => Cow::Borrowed(text),
    }
}

enum Folded {
    Same(char),
    Two(&'static str),
    Gap,
    Nothing,
}

fn fold_char(c: char) -> Folded {
    match c {
        'a'..='z' | '0'..='9' => Folded::Same(c),
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => Folded::Same('a'),
        'ç' => Folded::Same('c'),
        'è' | 'é' | 'ê' | 'ë' => Folded::Same('e'),
        'ì' | 'í' | 'î' | 'ï' => Folded::Same('i'),
        'ñ' => Folded::Same('n'),
        'ò' | 'ó' | 'ô' | 'ö' | 'õ' => Folded::Same('o'),
        'ù' | 'ú' | 'û' | 'ü' => Folded::Same('u'),
        'ý' | 'ÿ' => Folded::Same('y'),
        'œ' => Folded::Two("oe"),
        'æ' => Folded::Two("ae"),
        'ß' => Folded::Two("ss"),
        // Combining marks of texts that come decomposed.
        '\u{300}'..='\u{36f}' => Folded::Nothing,
        // Letters to Unicode, apostrophes to those who type them.
        '\u{2bb}' | '\u{2bc}' => Folded::Gap,
        c if c.is_alphanumeric() => Folded::Same(c),
        _ => Folded::Gap,
    }
}

/// Words that say nothing of the object of a text.
const STOP_WORDS: &[&str] = &[
    "a", "afin", "ai", "au", "aux", "avec", "ce", "ces", "cet", "cette", "chez", "comme", "d", "dans", "de",
    "des", "divers", "diverses", "dont", "du", "elle", "en", "entre", "est", "et", "etc", "il", "ils", "j",
    "je", "l", "la", "le", "les", "leur", "leurs", "lot", "lots", "m", "mais", "meme", "mes", "mon", "n",
    "ne", "ni", "no", "nos", "notre", "nous", "on", "ou", "par", "pas", "plus", "pour", "qu", "que", "qui",
    "s", "sa", "sans", "se", "ses", "son", "sont", "sous", "sur", "t", "tous", "tout", "toute", "toutes",
    "un", "une", "vers", "via", "vos", "votre", "vous", "y",
];

/// The words that say nothing of the object of a text, folded, sorted.
#[must_use]
pub fn stop_words() -> &'static [&'static str] {
    STOP_WORDS
}

/// True for the words that say nothing of the object of a text (folded form).
#[must_use]
pub fn is_stop_word(folded: &str) -> bool {
    STOP_WORDS.binary_search(&folded).is_ok()
}

/// Whether two words differ by one letter: changed, missing, too many, or swapped with its neighbour.
#[must_use]
pub fn one_typo_apart(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let same = long.iter().zip(short).take_while(|(x, y)| x == y).count();
    let (long, short) = (&long[same..], &short[same..]);
    match long.len() - short.len() {
        0 => match (long, short) {
            ([], []) => false,
            ([x, y, long @ ..], [v, w, short @ ..]) if x == w && y == v => long == short,
            _ => long[1..] == short[1..],
        },
        1 => long[1..] == *short,
        _ => false,
    }
}

/// Joins a list the French way: « a, b et c ».
#[must_use]
pub fn and_list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [head @ .., last] => {
            let head: Vec<&str> = head.iter().map(AsRef::as_ref).collect();
            format!("{} et {}", head.join(", "), last.as_ref())
        }
    }
}

/// A share as whole percent: 100 only when nothing is left out, 0 only when there is nothing.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100 by clamp")]
pub fn whole_percent(share: f64) -> u8 {
    match share {
        s if s <= 0.0 => 0,
        s if s >= 1.0 => 100,
        s => (s * 100.0).round().clamp(1.0, 99.0) as u8,
    }
}

/// « de Chantier Vert », « d’Atelier Vert », « du Relais », « des Jardins »: before a vowel « de » is cut short, and it
/// melts into an article.
#[must_use]
pub fn of_name(name: &str) -> String {
    match article(name) {
        Some((Article::Le, rest)) => return format!("du {rest}"),
        Some((Article::Les, rest)) => return format!("des {rest}"),
        None => {}
    }
    let first = fold(name).chars().next();
    let cut = first.is_some_and(|c| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u'));
    if cut { format!("d’{name}") } else { format!("de {name}") }
}

/// « à Chantier Vert », « au Relais », « aux Jardins ».
#[must_use]
pub fn to_name(name: &str) -> String {
    match article(name) {
        Some((Article::Le, rest)) => format!("au {rest}"),
        Some((Article::Les, rest)) => format!("aux {rest}"),
        None => format!("à {name}"),
    }
}

enum Article {
    Le,
    Les,
}

/// The article that melts into « de » and « à », with what follows it.
fn article(name: &str) -> Option<(Article, &str)> {
    let (first, rest) = name.split_once(' ')?;
    match fold(first).as_str() {
        "le" => Some((Article::Le, rest)),
        "les" => Some((Article::Les, rest)),
        _ => None,
    }
}

/// A number as people type it, blanks and percent signs apart: « 1 600 », « 2,5 », « 5 % ». Digits are read one by
/// one: the standard reader of floats would weigh a tenth of what the browser downloads.
#[must_use]
pub fn decimal(text: &str) -> Option<f64> {
    let mut value = 0.0f64;
    let mut scale = None;
    let mut digits = 0;
    for c in text.trim().trim_end_matches('%').chars().filter(|c| !c.is_whitespace()) {
        match (c, c.to_digit(10), scale) {
            (_, Some(digit), _) => {
                value = value * 10.0 + f64::from(digit);
                scale = scale.map(|s| s * 10.0);
                digits += 1;
            }
            (',' | '.', _, None) => scale = Some(1.0),
            _ => return None,
        }
    }
    // Fifteen digits are exact.
    (1..=15).contains(&digits).then(|| value / scale.unwrap_or(1.0))
}

/// The text with a capital at its beginning.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A whole number the French way, groups of three parted by a narrow no-break space: `12 345`.
#[must_use]
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    out
}

/// A number of tenths the French way: `185` is « 18,5 », `190` is « 19 ».
#[must_use]
pub fn tenths(n: u64) -> String {
    match n % 10 {
        0 => number(n / 10),
        rest => format!("{},{rest}", number(n / 10)),
    }
}

/// `n` with its noun, in the plural from two on: `plural(1, "structure", "structures")` → « 1 structure ».
#[must_use]
pub fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{}\u{a0}{}", number(n), if n < 2 { one } else { many })
}

/// FNV-1a, 64 bits: a hash that is the same on every machine and in every version.
#[must_use]
pub fn stable_hash(parts: &[&[u8]]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in *part {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        hash = (hash ^ 0xff).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_after_of() {
        for (name, said) in [
            ("Atelier", "d’Atelier"),
            ("Éclat", "d’Éclat"),
            ("Les Jardins", "des Jardins"),
            ("LE RELAIS", "du RELAIS"),
            ("Le Relais Proche", "du Relais Proche"),
            ("Lestelle", "de Lestelle"),
            ("Le", "de Le"),
            ("Hirondelle", "de Hirondelle"),
            ("", "de "),
        ] {
            assert_eq!(of_name(name), said);
        }
        for (name, said) in [
            ("Le Relais", "au Relais"),
            ("Les Jardins", "aux Jardins"),
            ("Atelier", "à Atelier"),
            ("La Boutique", "à La Boutique"),
        ] {
            assert_eq!(to_name(name), said);
        }
    }

    #[test]
    fn decimals_as_people_type() {
        for (text, value) in [
            ("1 600", Some(1_600.0)),
            ("2,5", Some(2.5)),
            ("0.05", Some(0.05)),
            ("5 %", Some(5.0)),
            (",5", Some(0.5)),
            ("", None),
            (",", None),
            ("1,2,3", None),
            ("-1", None),
            ("1e3", None),
            ("NaN", None),
            ("1234567890123456", None),
        ] {
            assert_eq!(decimal(text), value, "{text}");
        }
    }
    use proptest::prelude::*;

    fn check_fold(text: &str, expected: &str) {
        assert_eq!(fold(text), expected, "{text:?}");
    }

    #[test]
    fn folded() {
        check_fold("L’Abergement-Clémenciat", "l abergement clemenciat");
        check_fold("Œuvres & sœurs, n°3", "oeuvres soeurs n 3");
        check_fold("  SAINT--ÉTIENNE ", "saint etienne");
        for apostrophe in ["'", "’", "\u{2bc}", "\u{2bb}", "\u{92}"] {
            check_fold(&format!("L{apostrophe}Atelier d{apostrophe}Ici"), "l atelier d ici");
            let read = apostrophes(&format!("L{apostrophe}Atelier")).into_owned();
            assert!(read == "L’Atelier" || read == "L'Atelier", "{read:?}");
        }
        check_fold("e\u{301}te\u{301}", "ete");
        check_fold("", "");
    }

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn french_numbers() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1000), "1\u{202f}000");
        assert_eq!(number(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(plural(1, "structure", "structures"), "1\u{a0}structure");
        assert_eq!(plural(0, "structure", "structures"), "0\u{a0}structure");
        assert_eq!(plural(2, "structure", "structures"), "2\u{a0}structures");
    }

    #[test]
    fn lists() {
        assert_eq!(and_list::<&str>(&[]), "");
        assert_eq!(and_list(&["a"]), "a");
        assert_eq!(and_list(&["a", "b", "c"]), "a, b et c");
    }

    fn check_typo(a: &str, b: &str, expected: bool) {
        assert_eq!(one_typo_apart(a, b), expected, "{a} {b}");
        assert_eq!(one_typo_apart(b, a), expected, "{b} {a}");
    }

    #[test]
    fn typos() {
        check_typo("blanchisserie", "blanchiserie", true);
        check_typo("traiteur", "traituer", true);
        check_typo("espaces", "espaxes", true);
        check_typo("verts", "verts", false);
        check_typo("verts", "vetrs", true);
        check_typo("abc", "acbd", false);
        check_typo("", "a", true);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in ".{0,60}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
