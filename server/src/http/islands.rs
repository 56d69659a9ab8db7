//! What the islands ask while one types: proposals for a field, and what a form would bring.

use super::State;
use super::caller::Sent;
use app::api::{Completion, lot_preview, need_preview, proposals};
use axum::extract::{Path, Query, State as Extract};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use backend::Backend;
use backend::error::{Error, Result};
use backend::patience::worked_out;
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
async fn lot_previewed(backend: &Backend, sent: &Sent) -> Result<String> {
    let need = sent.caller.actor.need().map_err(Error::Forbidden)?;
    let prepared = backend.need_prepared(&sent.caller.actor, need).await?;
    let (backend, pairs) = (backend.clone(), sent.pairs.clone());
    worked_out(move || lot_preview(&backend, &prepared.draft, &pairs)).await
}

/// What a form would bring: the express form, or that of a lot.
pub(super) async fn previewed(
    Extract(state): Extract<State>,
    Path(name): Path<String>,
    sent: Sent,
) -> Response {
    let found = match name.as_str() {
        "besoin" => worked_out(move || need_preview(&state.backend, &sent.body)).await,
        "lot" => lot_previewed(&state.backend, &sent).await,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    // An island that is not answered leaves what it shows: the form says what is wrong when it is sent.
    found.map_or_else(|_| StatusCode::UNPROCESSABLE_ENTITY.into_response(), |html| Html(html).into_response())
}
