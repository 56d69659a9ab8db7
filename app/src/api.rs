//! What islands ask while one types: proposals for a field, in plain text; what a form would bring, in HTML.

use crate::document::fragment;
use backend::Backend;
use backend::error::{Error, Result};
use domain::cpv::Cpv;
use domain::need::steps::{LotForm, Typed};
use domain::need::{LotKey, NeedDraft};
use domain::territory::Atlas;

/// What a field is completed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// Places.
    Place,
    /// Sectors.
    Sector,
    /// Codes of the common procurement vocabulary.
    Cpv,
}

impl Completion {
    /// Where proposals are asked for.
    #[must_use]
    pub fn address(self) -> &'static str {
        match self {
            Self::Place => "/api/island/lieux",
            Self::Sector => "/api/island/secteurs",
            Self::Cpv => "/api/island/cpv",
        }
    }

    /// Reads the last part of an address.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::Place, Self::Sector, Self::Cpv];
        all.into_iter().find(|completion| completion.address().ends_with(&format!("/{name}")))
    }

    /// What the list of proposals is called.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Place => "Lieux proposés",
            Self::Sector => "Secteurs proposés",
            Self::Cpv => "Codes CPV proposés",
        }
    }
}

/// Most proposals for a field.
const PROPOSALS: usize = 8;

/// Proposals for what was typed so far, a line each: what is put into the field, a tab, what tells it from others.
#[must_use]
pub fn proposals(completion: Completion, typed: &str) -> String {
    let found: Vec<(String, String)> = match completion {
        Completion::Place => {
            Atlas::get().suggest(typed, PROPOSALS).into_iter().map(|s| (s.label, s.detail)).collect()
        }
        Completion::Sector => backend::structures::sectors_completed(typed, PROPOSALS),
        Completion::Cpv => {
            Cpv::suggest(typed, PROPOSALS).into_iter().map(|code| (code.named(), String::new())).collect()
        }
    };
    found.into_iter().map(|(value, note)| format!("{value}\t{note}\n")).collect()
}

/// What the express form would bring; `form` is what the browser sends.
///
/// # Errors
/// When the index cannot be read.
pub fn need_preview(backend: &Backend, form: &str) -> Result<String> {
    let found = backend.need_preview(&crate::urls::need_form_read(form))?;
    Ok(fragment(|| crate::pages::need_new::preview(found.as_ref())))
}

/// What a lot of a draft would find: its fields, the pairs of a form, as they stand while one types.
///
/// # Errors
/// When the lot is gone, or the index cannot be read.
pub fn lot_preview(backend: &Backend, draft: &NeedDraft, pairs: &[(String, String)]) -> Result<String> {
    let key = LotKey(crate::urls::field(pairs, "lot").parse().unwrap_or_default());
    let Some((_, lot)) = draft.lot(key) else { return Err(Error::NotFound) };
    // What cannot be read yet is previewed as it was kept.
    let typed = LotForm::read(Typed(pairs)).apply(lot, draft, true);
    let supply = backend.supply_estimate(draft, &typed.unwrap_or_else(|_| lot.clone()))?;
    Ok(fragment(|| crate::pages::prepare::lot_preview(&supply)))
}
