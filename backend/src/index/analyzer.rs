//! How French text becomes terms: cut at apostrophes and hyphens, folded, without stop words, stemmed (Snowball).

use domain::matching::Facts;
use std::ops::Range;
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter,
    TextAnalyzer, TokenStream,
};

/// Under which name tantivy knows the analyzer.
pub(super) const NAME: &str = "french";

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What the index keeps.
    pub stem: String,
    /// What stands in the text: bytes.
    pub at: Range<usize>,
}

/// The French analyzer.
#[derive(Clone)]
pub(super) struct Analyzer(TextAnalyzer);

impl Analyzer {
    pub(super) fn french() -> Self {
        // Folded before stemming: people type « mobilite » and must find « mobilité ».
        let stop_words = domain::text::stop_words().iter().map(|w| (*w).to_owned());
        Self(
            TextAnalyzer::builder(SimpleTokenizer::default())
                .filter(RemoveLongFilter::limit(40))
                .filter(LowerCaser)
                .filter(AsciiFoldingFilter)
                .filter(StopWordFilter::remove(stop_words))
                .filter(Stemmer::new(Language::French))
                .build(),
        )
    }

    pub(super) fn for_tantivy(&self) -> TextAnalyzer {
        self.0.clone()
    }

    pub(super) fn words(&self, text: &str) -> Vec<Word> {
        let mut analyzer = self.0.clone();
        let mut stream = analyzer.token_stream(text);
        let mut words = Vec::new();
        while let Some(token) = stream.next() {
            words.push(Word { stem: token.text.clone(), at: token.offset_from..token.offset_to });
        }
        words
    }

    /// The hashes of the stems of texts, sorted.
    pub(super) fn hashes<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Box<[u32]> {
        let stems = texts.into_iter().flat_map(|t| self.words(t)).map(|w| w.stem);
        let mut hashes: Vec<u32> = stems.map(|s| Facts::stem_hash(&s)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.into()
    }
}

/// Parts of a text, each with whether it is to be marked: the words whose stem is one of `hashes` (sorted).
#[must_use]
pub fn highlight(text: &str, words: &[Word], hashes: &[u32]) -> Vec<(String, bool)> {
    let mut parts: Vec<(String, bool)> = Vec::new();
    let mut done = 0;
    let marked = words.iter().filter(|w| hashes.binary_search(&Facts::stem_hash(&w.stem)).is_ok());
    for word in marked {
        if word.at.start > done {
            parts.push((text[done..word.at.start].to_owned(), false));
        }
        parts.push((text[word.at.clone()].to_owned(), true));
        done = word.at.end;
    }
    if done < text.len() {
        parts.push((text[done..].to_owned(), false));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, stems: &[&str]) {
        let found: Vec<String> = Analyzer::french().words(text).into_iter().map(|w| w.stem).collect();
        assert_eq!(found, stems, "{text:?}");
    }

    #[test]
    fn analysis() {
        check("L’entretien des espaces verts", &["entretien", "espac", "vert"]);
        check("d'espaces-verts", &["espac", "vert"]);
        check("Mobilité", &["mobilit"]);
        check("mobilite", &["mobilit"]);
        check("à la", &[]);
        check("", &[]);
    }

    #[test]
    fn marks() {
        let analyzer = Analyzer::french();
        let text = "Entretien d’espaces verts";
        let parts = highlight(text, &analyzer.words(text), &analyzer.hashes(["espace vert"]));
        let marked: Vec<&str> = parts.iter().filter(|p| p.1).map(|p| p.0.as_str()).collect();
        assert_eq!(marked, ["espaces", "verts"]);
        assert_eq!(parts.iter().map(|p| p.0.as_str()).collect::<String>(), text);
    }
}
