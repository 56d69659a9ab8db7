//! Structures: search, page, and the structure's own hand on its page.

mod manage;
mod reading;
mod search;

pub use manage::{ActivityDecision, ActivityForm, ManageForm, ManageView};
pub use reading::Reading;
pub use search::{Card, Facet, FacetOption, SearchPage, SearchQuery, Sort, Widening};

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::Entry;
use domain::siret::Siret;
use std::sync::Arc;

impl Backend {
    /// A structure, for its public page.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none of this SIRET.
    pub fn structure_show(&self, siret: Siret) -> Result<Arc<Entry>> {
        self.index.catalogue().structure(siret).cloned().ok_or(Error::NotFound)
    }
}
