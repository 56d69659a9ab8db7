//! How French text becomes terms: cut at apostrophes and hyphens, folded, without stop words, stemmed (Snowball).

use domain::matching::Facts;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter,
    TextAnalyzer, TokenStream,
};

/// Under which name tantivy knows the analyzer.
pub(super) const NAME: &str = "french";

/// Most forms of words whose stems are remembered: some four megabytes.
const REMEMBERED_MAX: usize = 50_000;
/// Bytes of a word from which on it is no word: the filter of tantivy, which leaves it out.
const WORD_MAX: usize = 40;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What the index keeps.
    pub stem: Arc<str>,
    /// The stem as facts hold it: [`Facts::stem_hash`].
    pub hash: u32,
    /// What stands in the text: bytes.
    pub at: Range<usize>,
}

/// The stems of forms as they are written; nothing for a stop word.
type Stems = FxHashMap<Box<str>, Option<Stem>>;
type Stem = (Arc<str>, u32);

/// The French analyzer. It remembers the stems of words: a page marks the words of twenty cards, an import reads thousands
/// of texts, and stemming a word anew costs fifty times what looking it up does.
#[derive(Clone)]
pub(super) struct Analyzer {
    chain: TextAnalyzer,
    stems: Arc<RwLock<Stems>>,
}

impl Analyzer {
    pub(super) fn french() -> Self {
        // Folded before stemming: people type « mobilite » and must find « mobilité ».
        let stop_words = domain::text::stop_words().iter().map(|w| (*w).to_owned());
        let chain = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(RemoveLongFilter::limit(WORD_MAX))
            .filter(LowerCaser)
            .filter(AsciiFoldingFilter)
            .filter(StopWordFilter::remove(stop_words))
            .filter(Stemmer::new(Language::French))
            .build();
        Self { chain, stems: Arc::default() }
    }

    pub(super) fn for_tantivy(&self) -> TextAnalyzer {
        self.chain.clone()
    }

    pub(super) fn words(&self, text: &str) -> Vec<Word> {
        let mut words = Vec::new();
        self.each_word(text, |at, (stem, hash)| words.push(Word { stem: Arc::clone(stem), hash: *hash, at }));
        words
    }

    /// Parts of a text, each with whether it is to be marked: the words whose stem is one of `hashes`.
    pub(super) fn marked<'t>(&self, text: &'t str, hashes: &[u32]) -> Vec<(&'t str, bool)> {
        let mut parts: Vec<(&str, bool)> = Vec::new();
        let mut done = 0;
        self.each_word(text, |at, (_, hash)| {
            if hashes.contains(hash) {
                if at.start > done {
                    parts.push((&text[done..at.start], false));
                }
                parts.push((&text[at.clone()], true));
                done = at.end;
            }
        });
        if done < text.len() {
            parts.push((&text[done..], false));
        }
        parts
    }

    fn each_word(&self, text: &str, mut take: impl FnMut(Range<usize>, &Stem)) {
        let mut new: Vec<(Box<str>, Option<Stem>)> = Vec::new();
        let known = self.stems.read().unwrap_or_else(PoisonError::into_inner);
        for at in forms(text) {
            let form = &text[at.clone()];
            if let Some(stem) = known.get(form) {
                stem.iter().for_each(|stem| take(at.clone(), stem));
                continue;
            }
            let stem = self.stem(form);
            stem.iter().for_each(|stem| take(at.clone(), stem));
            new.push((form.into(), stem));
        }
        drop(known);
        self.remember(new);
    }

    /// The stem of one form.
    fn stem(&self, form: &str) -> Option<Stem> {
        let mut analyzer = self.chain.clone();
        let mut stream = analyzer.token_stream(form);
        stream.next().map(|token| (token.text.as_str().into(), Facts::stem_hash(&token.text)))
    }

    fn remember(&self, new: Vec<(Box<str>, Option<Stem>)>) {
        if new.is_empty() {
            return;
        }
        let mut known = self.stems.write().unwrap_or_else(PoisonError::into_inner);
        // What people make up must not fill the memory; the words of the language come back by themselves.
        if known.len() + new.len() > REMEMBERED_MAX {
            known.clear();
        }
        known.extend(new);
    }

    /// The hashes of the stems of texts, sorted.
    pub(super) fn hashes<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Box<[u32]> {
        let words = texts.into_iter().flat_map(|t| self.words(t));
        let mut hashes: Vec<u32> = words.map(|word| word.hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.into()
    }
}

/// The words of a text as tantivy's tokenizer cuts them: letters and digits; what is too long is left out.
fn forms(text: &str) -> impl Iterator<Item = Range<usize>> {
    let start_of = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
    let parts = text.split(|c: char| !c.is_alphanumeric());
    parts.filter(|part| !part.is_empty() && part.len() < WORD_MAX).map(move |part| {
        let start = start_of(part);
        start..start + part.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, stems: &[&str]) {
        let analyzer = Analyzer::french();
        // The second time they are remembered.
        for _ in 0..2 {
            let found: Vec<Arc<str>> = analyzer.words(text).into_iter().map(|w| w.stem).collect();
            assert_eq!(found.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), stems, "{text:?}");
            assert_eq!(as_tantivy(&analyzer, text), analyzer.words(text), "{text:?}");
        }
    }

    fn as_tantivy(analyzer: &Analyzer, text: &str) -> Vec<Word> {
        let mut chain = analyzer.for_tantivy();
        let mut stream = chain.token_stream(text);
        let mut words = Vec::new();
        while let Some(token) = stream.next() {
            let hash = Facts::stem_hash(&token.text);
            let stem = token.text.as_str().into();
            words.push(Word { stem, hash, at: token.offset_from..token.offset_to });
        }
        words
    }

    proptest! {
        #[test]
        fn words_are_those_of_the_index(text in "[a-zà-ÿA-Z0-9œŒß’'. –-]{0,60}|\\PC{0,80}") {
            let analyzer = Analyzer::french();
            prop_assert_eq!(analyzer.words(&text), as_tantivy(&analyzer, &text));
            prop_assert_eq!(analyzer.words(&text), as_tantivy(&analyzer, &text));
        }
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
        let parts = analyzer.marked(text, &analyzer.hashes(["espace vert"]));
        let marked: Vec<&str> = parts.iter().filter(|p| p.1).map(|p| p.0).collect();
        assert_eq!(marked, ["espaces", "verts"]);
        assert_eq!(parts.iter().map(|p| p.0).collect::<String>(), text);
    }
}
