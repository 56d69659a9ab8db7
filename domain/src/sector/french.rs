//! The words of the language, by hash: what is one of them is no typo, and a broken word is mended only into one.

use super::reader::{Broken, Reader};
use crate::text::stable_hash;
use std::sync::LazyLock;

const TABLE: &[u8] = include_bytes!("../../data/sector_words/french_words.bin");

static FRENCH: LazyLock<French> = LazyLock::new(|| French::read(TABLE).expect("french_words.bin is whole"));

/// Hashes of folded words, in order.
#[derive(Debug)]
pub(super) struct French {
    hashes: Vec<u32>,
}

/// The hash of a word or slug in the files of `data/sector_words`.
pub(super) fn word_hash(word: &str) -> u32 {
    let hash = stable_hash(&[word.as_bytes()]);
    #[expect(clippy::cast_possible_truncation, reason = "both halves are mixed into the lower")]
    let mixed = (hash ^ (hash >> 32)) as u32;
    mixed
}

impl French {
    pub(super) fn get() -> &'static Self {
        &FRENCH
    }

    fn read(bytes: &[u8]) -> Result<Self, Broken> {
        let mut reader = Reader::new(bytes);
        let count = reader.u32()?;
        let mut hashes = Vec::new();
        for _ in 0..count {
            hashes.push(reader.next_hash()?);
        }
        reader.end()?;
        Ok(Self { hashes })
    }

    /// Whether a folded word stands in the list as it is.
    fn has(&self, folded: &str) -> bool {
        self.hashes.binary_search(&word_hash(folded)).is_ok()
    }

    /// Whether a folded word is French, in the singular or in the plural.
    pub(super) fn knows(&self, folded: &str) -> bool {
        let singular = folded.strip_suffix(['s', 'x']);
        self.has(folded) || singular.is_some_and(|word| self.has(word)) || self.has(&format!("{folded}s"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, expected: bool) {
        assert_eq!(French::get().knows(word), expected, "{word}");
    }

    #[test]
    fn words_of_the_language() {
        for word in ["faire", "foire", "foires", "blanchisserie", "nettoyage", "elagueuses", "etancheite"] {
            check(word, true);
        }
        for word in ["blanchiserie", "toulousse", "nettoyge", "espaxes", "traituer", ""] {
            check(word, false);
        }
    }

    #[test]
    fn a_cut_file_is_refused() {
        assert!(French::read(&TABLE[..TABLE.len() - 1]).is_err());
        assert!(French::read(&[TABLE, &[0]].concat()).is_err());
        assert!(French::read(&[]).is_err());
    }
}
