//! Structures: search, page, and the structure's own hand on its page.

mod alerts;
mod catalogue;
mod columns;
mod freshness;
mod manage;
mod merge;
mod pictures;
mod questions;
mod reading;
mod search;
mod withdrawal;

pub use catalogue::{CatalogueView, ContractWon, FicheMore};
pub use columns::{StructureColumn, structure_sheet};
pub use manage::{ManageOutcome, ManageView};
pub use merge::MergeView;
pub use pictures::{PICTURE_BYTES_MAX, PICTURES_MAX, PictureForm, PictureUse};
pub(crate) use questions::Ask;
pub use questions::QuestionView;
pub use reading::Reading;
pub(crate) use search::Everything;
pub use search::{
    Card, Facet, FacetOption, FoundAll, Level, PAGE_SIZE, SearchPage, SearchQuery, Sort, TierCounts, Widening,
};
pub use withdrawal::AdministeredView;

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::Entry;
use domain::siret::Siret;
use std::sync::Arc;

impl Backend {
    /// A structure that takes part, for its public page.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none of this SIRET, or it takes no part.
    pub fn structure_show(&self, siret: Siret) -> Result<Arc<Entry>> {
        self.index.catalogue().structure(siret).cloned().ok_or(Error::NotFound)
    }

    /// The same, whether or not it takes part in what is proposed: for its own pages, and for what it was told or has answered.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none of this SIRET.
    pub fn structure_known(&self, siret: Siret) -> Result<Arc<Entry>> {
        self.index.catalogue().structure_known(siret).cloned().ok_or(Error::NotFound)
    }
}

/// Sectors for what was typed so far: by the beginning of a word of their label, else by inference. Each with
/// the label of its group.
#[must_use]
pub fn sectors_completed(typed: &str, limit: usize) -> Vec<(String, String)> {
    let sectors = domain::sector::Sectors::get();
    let folded = domain::text::fold(typed);
    if folded.is_empty() {
        return Vec::new();
    }
    let by_label = sectors.iter().filter(|(_, s)| {
        let label = domain::text::fold(s.label);
        label.starts_with(&folded) || label.contains(&format!(" {folded}"))
    });
    let mut found: Vec<domain::sector::SectorIx> = by_label.map(|(ix, _)| ix).collect();
    for inferred in domain::sector::Inference::get().of_text(typed) {
        if !found.contains(&inferred.sector) {
            found.push(inferred.sector);
        }
    }
    let named = |ix: domain::sector::SectorIx| {
        (ix.label().to_owned(), sectors.group(ix.sector().group).label.to_owned())
    };
    found.into_iter().take(limit).map(named).collect()
}
