//! What the page of a structure is called: words that people read, and the SIRET that finds it.

use super::Structure;
use crate::siret::Siret;
use crate::text::fold;

/// Most letters of the words.
const WORDS_MAX: usize = 60;

impl Structure {
    /// « les-jardins-du-lac-80746931700018 »: the name as it is shown, and the SIRET, which alone finds the structure.
    #[must_use]
    pub fn address_name(&self) -> String {
        named(self.shown_name(), self.siret)
    }
}

fn named(name: &str, siret: Siret) -> String {
    let mut words = String::new();
    for word in fold(name).split(' ').filter(|word| word.is_ascii() && !word.is_empty()) {
        if words.len() + word.len() > WORDS_MAX {
            break;
        }
        words.push_str(word);
        words.push('-');
    }
    format!("{words}{siret}")
}

/// The SIRET in what the page of a structure is called, whatever words stand before it.
#[must_use]
pub fn address_read(text: &str) -> Option<Siret> {
    Siret::kept(text.rsplit('-').next().unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, words: &str) {
        let siret = Siret::with_key(1, 1);
        let found = named(name, siret);
        assert_eq!(found, format!("{words}{siret}"), "{name}");
        assert_eq!(address_read(&found), Some(siret), "{name}");
    }

    #[test]
    fn addresses_say_the_name() {
        check("Les Jardins du Lac", "les-jardins-du-lac-");
        check("L’Établi & Cie (31)", "l-etabli-cie-31-");
        check("Œuvre n° 12", "oeuvre-n-12-");
        check("", "");
        check("// ../..", "");
        check("Атлас", "");
        check(&"très long ".repeat(20), &"tres-long-".repeat(6));
    }

    #[test]
    fn any_words_lead_to_the_siret() {
        let siret = Siret::with_key(1, 1);
        for text in [siret.to_string(), format!("un-autre-nom-{siret}"), format!("-{siret}")] {
            assert_eq!(address_read(&text), Some(siret), "{text}");
        }
        for text in ["", "les-jardins", "les-jardins-12", "123456789000"] {
            assert_eq!(address_read(text), None, "{text}");
        }
    }
}
