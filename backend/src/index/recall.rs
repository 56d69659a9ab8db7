//! Recall: which structures have the words of a search, or a SIRET that begins so, around a place. Who has the sectors and
//! reaches the place, the columns know.

use super::Index;
use super::columns::{Columns, Slot};
use super::schema::Fields;
use crate::error::Result;
use domain::territory::{Atlas, CommuneSet, Place, Zone};
use std::ops::Bound;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::query::{AllQuery, BooleanQuery, Query, RangeQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader, Term};

/// Above this many départements a territory clause costs more than it spares.
const DEPARTEMENTS_MAX: usize = 30;

/// The words that a search recalls by, or the beginning of a SIRET.
#[derive(Debug, Clone, Default)]
pub struct Recall {
    /// Stems that must all be found.
    pub stems: Vec<String>,
    /// One found stem is enough: for when all together find nothing.
    pub any_stem: bool,
    /// Beginning of a SIRET, three digits or more.
    pub siret_prefix: Option<String>,
    /// Where.
    pub place: Option<Place>,
}

impl Index {
    /// Structures that have the words of a search, as they stand in `columns`.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn recall_words(&self, columns: &Columns, recall: &Recall) -> Result<Vec<Slot>> {
        let mut must: Vec<Box<dyn Query>> = Vec::new();
        if let Some(prefix) = &recall.siret_prefix {
            must.push(siret_range(&self.fields, prefix));
        }
        must.extend(self.words_clause(recall));
        if must.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(place) = recall.place {
            must.extend(self.in_place(place, &place.communes()));
        }
        let found = self.collect(columns, &BooleanQuery::intersection(must));
        found.inspect_err(|error| self.suspect(error))
    }

    /// Whether some structure has the word in its names or elsewhere.
    #[must_use]
    pub fn knows_word(&self, word: &str) -> bool {
        let searcher = self.reader.searcher();
        let stems = self.analyze(word);
        stems.iter().all(|w| {
            [self.fields.name, self.fields.body]
                .into_iter()
                .any(|field| searcher.doc_freq(&Term::from_field_text(field, &w.stem)).is_ok_and(|n| n > 0))
        })
    }

    /// The indexed stem that is one letter away from the stem of the word, the most frequent one.
    #[must_use]
    pub fn nearest_word(&self, word: &str) -> Option<String> {
        let stem = self.analyze(word).into_iter().next()?.stem;
        let searcher = self.reader.searcher();
        let mut best: Option<(u32, String)> = None;
        for segment in searcher.segment_readers() {
            for field in [self.fields.name, self.fields.body] {
                let terms = segment.inverted_index(field).ok()?;
                let mut stream = terms.terms().stream().ok()?;
                while stream.advance() {
                    let Ok(term) = std::str::from_utf8(stream.key()) else { continue };
                    let frequency = stream.value().doc_freq;
                    let better = best.as_ref().is_none_or(|(most, _)| frequency > *most);
                    if better && domain::text::one_typo_apart(term, &stem) {
                        best = Some((frequency, term.to_owned()));
                    }
                }
            }
        }
        best.map(|(_, term)| term)
    }

    fn words_clause(&self, recall: &Recall) -> Option<Box<dyn Query>> {
        let each = recall.stems.iter().map(|stem| {
            let terms = [self.fields.name, self.fields.body].map(|field| term(field, stem));
            Box::new(BooleanQuery::union(terms.into())) as Box<dyn Query>
        });
        let each: Vec<Box<dyn Query>> = each.collect();
        match (each.is_empty(), recall.any_stem) {
            (true, _) => None,
            (false, true) => Some(Box::new(BooleanQuery::union(each))),
            (false, false) => Some(Box::new(BooleanQuery::intersection(each))),
        }
    }

    fn in_place(&self, place: Place, communes: &CommuneSet) -> Option<Box<dyn Query>> {
        if place.zone() == Zone::France {
            return None;
        }
        let atlas = Atlas::get();
        let codes: Vec<&str> = atlas.departements_of(communes).map(|ix| atlas.departement(ix).code).collect();
        (codes.len() <= DEPARTEMENTS_MAX).then(|| any_term(self.fields.departement, codes))
    }

    fn collect(&self, columns: &Columns, query: &dyn Query) -> Result<Vec<Slot>> {
        let numbers = self.reader.searcher().search(query, &Sirets)?;
        Ok(numbers.into_iter().filter_map(|n| columns.slot(n)).collect())
    }
}

fn term(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

fn any_term<'a>(field: Field, texts: impl IntoIterator<Item = &'a str>) -> Box<dyn Query> {
    let mut terms: Vec<Box<dyn Query>> = texts.into_iter().map(|t| term(field, t)).collect();
    match terms.len() {
        1 => terms.remove(0),
        _ => Box::new(BooleanQuery::union(terms)),
    }
}

/// All the numbers of 14 digits that begin so.
fn siret_range(fields: &Fields, prefix: &str) -> Box<dyn Query> {
    let filled = |digit: &str| {
        let padding = digit.repeat(14usize.saturating_sub(prefix.len()));
        format!("{prefix}{padding}").parse::<u64>().ok()
    };
    match (filled("0"), filled("9")) {
        (Some(first), Some(last)) => Box::new(RangeQuery::new(
            Bound::Included(Term::from_field_u64(fields.siret, first)),
            Bound::Included(Term::from_field_u64(fields.siret, last)),
        )),
        _ => Box::new(AllQuery),
    }
}

/// Collects the SIRET numbers of all documents that answer, in no order and without scores.
struct Sirets;

struct SegmentSirets {
    column: Column<u64>,
    found: Vec<u64>,
}

impl Collector for Sirets {
    type Fruit = Vec<u64>;
    type Child = SegmentSirets;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentSirets> {
        Ok(SegmentSirets { column: segment.fast_fields().u64("siret")?, found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Vec<u64>>) -> tantivy::Result<Vec<u64>> {
        Ok(fruits.concat())
    }
}

impl SegmentCollector for SegmentSirets {
    type Fruit = Vec<u64>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.found.extend(self.column.first(doc));
    }

    fn harvest(self) -> Vec<u64> {
        self.found
    }
}
