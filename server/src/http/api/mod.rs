//! The public API, version 1: JSON, read only, nothing stored.

pub(super) mod matches;
pub(super) mod needs;
mod reading;
pub(super) mod structures;

pub(super) use matches::match_list;
pub(super) use needs::need_list;
pub(super) use structures::{structure_list, structure_show};

use super::html::Failure;
use app::pages::error::Trouble;
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use backend::error::Error;
use serde::Serialize;
use utoipa::ToSchema;

/// What is wrong with a request.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Problem {
    /// Which field; empty when it is the request as a whole.
    pub field: String,
    /// Why, and what to write instead, in French.
    pub reason: String,
    /// For a place that was not one place: those to choose from (422), or the nearest to it (400).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<PlaceChoice>,
}

/// A place that may have been meant.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceChoice {
    /// Its code, to send instead.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// What a handler answers with when it cannot answer.
pub(super) enum Refusal {
    Bad(Problem),
    /// Which of several places was not said.
    Choice(Problem),
    NotFound,
    /// Too many requests: seconds to wait.
    TooMany(u64),
    Broken,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Bad(problem) => (StatusCode::BAD_REQUEST, Json(problem)).into_response(),
            Self::Choice(problem) => (StatusCode::UNPROCESSABLE_ENTITY, Json(problem)).into_response(),
            Self::TooMany(seconds) => {
                let reason = format!("trop de demandes\u{a0}: réessayez dans {seconds}\u{a0}s");
                let wait = [(RETRY_AFTER, seconds.to_string())];
                (wait, problem(StatusCode::TOO_MANY_REQUESTS, "", reason)).into_response()
            }
            Self::NotFound => problem(StatusCode::NOT_FOUND, "", "rien à cette adresse".to_owned()),
            Self::Broken => {
                let reason = "quelque chose s’est mal passé de notre côté".to_owned();
                problem(StatusCode::INTERNAL_SERVER_ERROR, "", reason)
            }
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::Refused(reason) => Self::Bad(Problem { reason, ..Problem::default() }),
            other => {
                let request_id = crate::http::security::request_id();
                tracing::error!(error = %format!("{other:#}"), request_id, "an API request failed");
                Self::Broken
            }
        }
    }
}

impl From<Failure> for Refusal {
    fn from(Failure(trouble): Failure) -> Self {
        match trouble {
            Trouble::TooMany(seconds) => Self::TooMany(seconds),
            Trouble::NotFound => Self::NotFound,
            _ => Self::Broken,
        }
    }
}

fn bad<T>(field: &str, reason: impl ToString) -> Result<T, Refusal> {
    let (field, reason) = (field.to_owned(), reason.to_string());
    Err(Refusal::Bad(Problem { field, reason, ..Problem::default() }))
}

/// A refusal as JSON.
pub(super) fn problem(status: StatusCode, field: &str, reason: String) -> Response {
    (status, Json(Problem { field: field.to_owned(), reason, ..Problem::default() })).into_response()
}

/// An address that the API does not have.
pub(super) async fn not_found() -> Refusal {
    Refusal::NotFound
}
