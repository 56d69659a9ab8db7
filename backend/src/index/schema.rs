//! The fields that tantivy keeps of a structure: what recall needs, nothing that is shown.

use super::analyzer;
use super::catalogue::Entry;
use domain::sector::Sectors;
use domain::text::{stable_hash, stop_words};
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};

/// Version of the fields and of the way they are filled: raise it and the index is rebuilt.
pub(super) const VERSION: u32 = 4;

/// What the terms of a structure hang on besides its row: the fields, the words that are left out, the labels of sectors.
/// Another build may have others: its files are then another's, though every number is the same.
pub(super) fn vocabulary() -> u64 {
    let version = VERSION.to_string();
    let labels = Sectors::get().iter().map(|(_, sector)| sector.label);
    let words = [version.as_str()].into_iter().chain(stop_words().iter().copied()).chain(labels);
    stable_hash(&words.map(str::as_bytes).collect::<Vec<_>>())
}

/// The fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// The SIRET as a number: key, range for prefixes, and link to the catalogue.
    pub siret: Field,
    /// Names.
    pub name: Field,
    /// Town, description, labels of activities, names of what it sells.
    pub body: Field,
    /// Codes of the départements that it reaches, and of the seat's.
    pub departement: Field,
}

pub(super) fn schema() -> (Schema, Fields) {
    let mut builder: SchemaBuilder = Schema::builder();
    let french = TextFieldIndexing::default()
        .set_tokenizer(analyzer::NAME)
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    let text = TextOptions::default().set_indexing_options(french);
    let fields = Fields {
        siret: builder.add_u64_field("siret", INDEXED | FAST),
        name: builder.add_text_field("name", text.clone()),
        body: builder.add_text_field("body", text),
        departement: builder.add_text_field("departement", STRING),
    };
    (builder.build(), fields)
}

impl Fields {
    pub(super) fn document(&self, entry: &Entry) -> TantivyDocument {
        let s = &entry.structure;
        let mut doc = TantivyDocument::default();
        doc.add_u64(self.siret, entry.number());
        doc.add_text(self.name, &s.name);
        doc.add_text(self.name, &s.brand);
        doc.add_text(self.body, &s.town);
        doc.add_text(self.body, &s.description);
        doc.add_text(self.body, &s.offers);
        for activity in s.live_activities() {
            doc.add_text(self.body, activity.sector.label());
        }
        for code in entry.departements() {
            doc.add_text(self.departement, code);
        }
        doc
    }
}
