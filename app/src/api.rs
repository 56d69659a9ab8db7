//! Server functions: what the islands ask. Each reads, calls one use case, answers.

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

/// What the need that is being written would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewText {
    /// How many structures fit; `None` as long as place or sector is missing.
    pub fitting: Option<u64>,
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

/// What the need that is being written would bring. `form` is the form as the browser would send it.
///
/// # Errors
/// When the server does not answer.
#[server(prefix = "/api/island", endpoint = "preview")]
pub async fn preview(form: String) -> Result<PreviewText, ServerFnError> {
    let backend = expect_context::<backend::Backend>();
    let form = crate::urls::need_form_read(&form);
    let preview = backend.need_preview(&form).map_err(|e| ServerFnError::new(e.to_string()))?;
    Ok(crate::pages::need_new::preview_text(preview.as_ref()))
}

/// What the lot that is being written would find. `form` is the form as the browser would send it, its token included.
///
/// # Errors
/// When the link is wrong, or the server does not answer.
#[server(prefix = "/api/island", endpoint = "preview-lot")]
pub async fn preview_lot(form: String) -> Result<PreviewText, ServerFnError> {
    let backend = expect_context::<backend::Backend>();
    let failed = |e: backend::error::Error| ServerFnError::new(e.to_string());
    let pairs = crate::urls::pairs(&form);
    let field =
        |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap_or_default();
    let prepared = backend.need_prepared(field("jeton")).await.map_err(failed)?;
    let key = domain::need::LotKey(field("lot").parse().unwrap_or_default());
    let Some((_, lot)) = prepared.draft.lot(key) else {
        return Ok(PreviewText { fitting: None, lines: Vec::new() });
    };
    let typed = domain::need::steps::LotForm::read(domain::need::steps::Typed(&pairs));
    // What cannot be read yet is previewed as it was kept.
    let lot = typed.apply(lot, &prepared.draft, true).unwrap_or_else(|_| lot.clone());
    let supply = backend.supply_estimate(&prepared.draft, &lot).map_err(failed)?;
    Ok(crate::pages::prepare::lot_preview_text(&supply))
}
