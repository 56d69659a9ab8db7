//! A light French stemmer: plurals, feminines, and the endings by which a verb and its noun differ.
//!
//! It serves inference and the « wording » of matches, where `nettoyage`, `nettoyer` and `nettoyé` must meet
//! and where forms can be set by hand. Full-text search uses the Snowball stemmer of the index.

use super::vocabulary::Context;

/// Endings by which a verb and its noun differ; what is left must have four letters.
const FAMILY_ENDINGS: [&str; 5] = ["issement", "ement", "ation", "age", "er"];

/// The stem of a folded word.
#[must_use]
pub fn stem(word: &str) -> String {
    stem_with(Context::get(), word)
}

/// The stems of the words of a text that say something.
pub fn stems(text: &str) -> impl Iterator<Item = String> {
    let folded = crate::text::fold(text);
    let words: Vec<String> =
        folded.split(' ').filter(|w| !w.is_empty() && !crate::text::is_stop_word(w)).map(stem).collect();
    words.into_iter()
}

pub(super) fn stem_with(context: &Context, word: &str) -> String {
    if let Some(stem) = context.irregular.get(word) {
        return stem.clone();
    }
    if word.len() <= 3 || word.ends_with(|c: char| c.is_ascii_digit()) {
        return word.to_owned();
    }
    let singular = without_plural(word);
    if let Some(stem) = context.irregular.get(&singular) {
        return stem.clone();
    }
    let mut stem = without_family(without_feminine(singular));
    let letters = stem.as_bytes();
    if let [.., a, b] = letters
        && stem.len() >= 5
        && a == b
        && b.is_ascii_alphabetic()
        && !b"aeiou".contains(b)
    {
        stem.pop();
    }
    if stem.len() >= 5 && stem.ends_with('y') {
        stem.pop();
        stem.push('i');
    }
    stem
}

fn without_plural(word: &str) -> String {
    let cut = |n: usize| word[..word.len() - n].to_owned();
    if word.ends_with("eaux") || word.ends_with("oux") {
        cut(1)
    } else if word.ends_with("aux") && word.len() >= 6 {
        cut(3) + "al"
    } else if word.ends_with('s') && !word.ends_with("ss") {
        cut(1)
    } else {
        word.to_owned()
    }
}

fn without_feminine(word: String) -> String {
    let cut = |n: usize| word[..word.len() - n].to_owned();
    let long = |n: usize| word.len() >= n;
    if word.ends_with("ee") && long(5) {
        cut(1)
    } else if (word.ends_with("elle") || word.ends_with("enne")) && long(7) {
        cut(2)
    } else if word.ends_with("euse") && long(7) {
        cut(4) + "eux"
    } else if word.ends_with("iere") && long(7) {
        cut(4) + "ier"
    } else if word.ends_with("ive") && long(6) {
        cut(3) + "if"
    } else {
        word
    }
}

fn without_family(word: String) -> String {
    for ending in FAMILY_ENDINGS {
        let Some(rest) = word.strip_suffix(ending) else { continue };
        let agent = ending == "er" && rest.ends_with('i');
        if rest.len() >= 4 && !agent {
            return rest.to_owned();
        }
    }
    match word.strip_suffix('e') {
        Some(rest) if word.len() >= 7 => rest.to_owned(),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_same(words: &[&str]) {
        let stems: Vec<String> = words.iter().map(|w| stem(&crate::text::fold(w))).collect();
        assert!(stems.windows(2).all(|pair| pair[0] == pair[1]), "{words:?} give {stems:?}");
    }

    #[test]
    fn families() {
        check_same(&["nettoyage", "nettoyages", "nettoyer", "nettoiement"]);
        check_same(&["entretien", "entretenir", "entretiens"]);
        check_same(&["vert", "verts"]);
        check_same(&["métal", "métaux"]);
        check_same(&["paysagère", "paysagers", "paysage"]);
        check_same(&["débroussaillage", "débroussailler"]);
    }

    #[test]
    fn short_words_and_numbers_are_left() {
        assert_eq!(stem("bac"), "bac");
        assert_eq!(stem("covid19"), "covid19");
    }
}
