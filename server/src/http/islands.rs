//! What the islands ask while one types: proposals for a field, and what a form would bring.

use super::State;
use super::caller::Sent;
use super::html::Failure;
use super::support::worked_out;
use app::api::{Completion, lot_preview, need_preview, proposals};
use axum::extract::{Path, Query, State as Extract};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use backend::Backend;
use serde::Deserialize;

/// What was typed so far.
#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    q: String,
}

/// Proposals for a field.
pub(super) async fn completed(Path(name): Path<String>, Query(typed): Query<Typed>) -> Response {
    match Completion::parse(&name) {
        Some(completion) => proposals(completion, &typed.q).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What a lot of a draft would find.
async fn lot_previewed(backend: &Backend, sent: &Sent) -> Result<String, Failure> {
    let need = sent.caller.need()?;
    let prepared = backend.need_prepared(&sent.caller.actor, need).await?;
    let (backend, pairs) = (backend.clone(), sent.pairs.clone());
    Ok(worked_out(move || lot_preview(&backend, &prepared.draft, &pairs)).await?)
}

/// What a form would bring: the express form, or that of a lot.
pub(super) async fn previewed(
    Extract(state): Extract<State>,
    Path(name): Path<String>,
    sent: Sent,
) -> Response {
    let found = match name.as_str() {
        "besoin" => worked_out(move || need_preview(&state.backend, &sent.body)).await.map_err(Failure::from),
        "lot" => lot_previewed(&state.backend, &sent).await,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    // An island that is not answered leaves what it shows: the form says what is wrong when it is sent.
    let refused = |Failure(trouble): Failure| {
        StatusCode::from_u16(trouble.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY).into_response()
    };
    found.map_or_else(refused, |html| Html(html).into_response())
}
