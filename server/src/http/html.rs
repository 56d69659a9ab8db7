//! Answers that are pages, and what becomes of errors.

use super::State;
use app::document::{Page, render};
use app::pages::error::{self, Trouble};
use axum::body::Body;

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use backend::error::Error;
use base64::Engine;
use leptos::prelude::AnyView;
use std::any::Any;

/// A page with its status.
pub(super) fn page(
    state: &State,
    status: StatusCode,
    page: &Page,
    body: impl FnOnce() -> AnyView,
) -> Response {
    let scripts = page.islands && state.assets.scripts.is_some();
    let nonce = scripts.then(nonce);
    let policy = super::security::page_policy(nonce.as_deref());
    let html = render(&state.assets, page, nonce, body);
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    // A page carries a nonce or a person's data, or changes with each saved activity.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// 128 bits that nobody can guess.
fn nonce() -> String {
    let mut bytes = [0u8; 16];
    if getrandom::fill(&mut bytes).is_err() {
        tracing::error!("no randomness for the nonce of a page");
    }
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// What stands in the way of an answer; becomes a page that says what to do.
#[derive(Debug)]
pub struct Failure(pub Trouble);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(match error {
            Error::NotFound => Trouble::NotFound,
            Error::BadLink => Trouble::BadLink,
            Error::Refused(text) => Trouble::Refused(text),
            other => {
                let id = uuid::Uuid::new_v4().simple().to_string();
                tracing::error!(error = %format!("{other:#}"), trouble = %id, "a request failed");
                Trouble::Broken(id)
            }
        })
    }
}

/// The page of a trouble.
pub(super) fn trouble(state: &State, trouble: &Trouble) -> Response {
    let status = StatusCode::from_u16(trouble.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = page(state, status, &error::page(trouble), || error::view(trouble));
    if let Trouble::TooMany(seconds) = trouble {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}

/// Turns a failure into its page.
pub(super) fn answered(state: &State, outcome: Result<Response, Failure>) -> Response {
    outcome.unwrap_or_else(|failure| trouble(state, &failure.0))
}

/// What is answered after a panic: no details.
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    tracing::error!(panic = text, "a handler panicked");
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "Quelque chose s’est mal passé de notre côté. Recommencez dans un instant.",
    )
        .into_response()
}
