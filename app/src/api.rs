//! Server functions: what the islands ask. Each reads, calls one use case, answers.

use crate::islands::PreviewOf;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What a field is completed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completion {
    /// Places.
    Place,
    /// Sectors.
    Sector,
}

/// A proposal for a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// What is put into the field.
    pub value: String,
    /// What tells it from others.
    pub note: String,
}

/// What a form that is being written would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewText {
    /// The big number; `None` as long as it cannot be told.
    pub count: Option<String>,
    /// What it counts.
    pub label: String,
    /// What stands under the number, sentence by sentence.
    pub lines: Vec<String>,
}

/// Most proposals for a field.
#[cfg(feature = "ssr")]
const PROPOSALS: usize = 8;

/// Proposals for what was typed so far.
///
/// # Errors
/// When the server does not answer.
#[server(prefix = "/api/island", endpoint = "complete", input = server_fn::codec::GetUrl)]
pub async fn complete(completion: Completion, typed: String) -> Result<Vec<Proposal>, ServerFnError> {
    let proposal = |(value, note): (String, String)| Proposal { value, note };
    Ok(match completion {
        Completion::Place => domain::territory::Atlas::get()
            .suggest(&typed, PROPOSALS)
            .into_iter()
            .map(|s| proposal((s.label, s.detail)))
            .collect(),
        Completion::Sector => {
            backend::structures::sectors_completed(&typed, PROPOSALS).into_iter().map(proposal).collect()
        }
    })
}

/// What a form that is being written would bring. `form` is the form as the browser would send it; that of a lot holds
/// the token of its link. One function for all forms: each weighs on the browser's download.
///
/// # Errors
/// When the link is wrong, or the server does not answer.
#[server(prefix = "/api/island", endpoint = "preview")]
pub async fn preview(of: PreviewOf, form: String) -> Result<PreviewText, ServerFnError> {
    let backend = expect_context::<backend::Backend>();
    let failed = |e: backend::error::Error| ServerFnError::new(e.to_string());
    match of {
        PreviewOf::Lot => preview_lot(&backend, &form).await.map_err(failed),
        PreviewOf::Need | PreviewOf::Hours => {
            let found = backend.need_preview(&crate::urls::need_form_read(&form)).map_err(failed)?;
            Ok(crate::pages::need_new::preview_text(found.as_ref()))
        }
    }
}

#[cfg(feature = "ssr")]
async fn preview_lot(backend: &backend::Backend, form: &str) -> backend::error::Result<PreviewText> {
    use domain::need::LotKey;
    use domain::need::steps::{LotForm, Typed};

    let pairs = crate::urls::pairs(form);
    let field =
        |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap_or_default();
    let prepared = backend.need_prepared(field("jeton")).await?;
    let key = LotKey(field("lot").parse().unwrap_or_default());
    let Some((_, lot)) = prepared.draft.lot(key) else { return Err(backend::error::Error::NotFound) };
    // What cannot be read yet is previewed as it was kept.
    let typed = LotForm::read(Typed(&pairs)).apply(lot, &prepared.draft, true);
    let supply = backend.supply_estimate(&prepared.draft, &typed.unwrap_or_else(|_| lot.clone()))?;
    Ok(crate::pages::prepare::lot_preview_text(&supply))
}
