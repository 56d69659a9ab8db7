//! Answers that are pages, and what becomes of errors.

use super::State;
use app::document::{Page, render};
use app::pages::error::{self, Trouble};
use axum::body::Body;
use axum::extract::{Request, State as Extract};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use backend::accounts::Provider;
use backend::error::Error;
use base64::Engine;
use domain::access::Refusal;
use leptos::prelude::IntoView;
use std::any::Any;

/// A page with its status.
pub(super) fn page<V: IntoView>(
    state: &State,
    status: StatusCode,
    page: &Page,
    body: impl FnOnce() -> V,
) -> Response {
    let scripts = page.islands && state.assets.scripts.is_some();
    let nonce = match scripts.then(nonce).transpose() {
        Ok(nonce) => nonce,
        Err(error) => {
            // A policy with a nonce that someone can guess protects nobody.
            tracing::error!(%error, "no randomness for the nonce of a page");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    // Signing out leads to the provider that signed in.
    let leads_to = state.proconnect.as_ref().map(Provider::origin);
    let policy = super::security::page_policy(nonce.as_deref(), leads_to.as_deref());
    let html = render(&state.assets, page, (nonce, super::support::noted()), body);
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
fn nonce() -> Result<String, getrandom::Error> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(base64::engine::general_purpose::STANDARD.encode(bytes))
}

/// What stands in the way of an answer; becomes a page that says what to do.
#[derive(Debug)]
pub struct Failure(pub Trouble);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(match error {
            Error::NotFound => Trouble::NotFound,
            Error::Forbidden(refusal) => return Self::from(refusal),
            Error::Refused(text) => Trouble::Refused(text),
            Error::GivenUp => Trouble::TooSlow,
            other => {
                let id = super::security::request_id();
                tracing::error!(error = %format!("{other:#}"), request_id = id, "a request failed");
                Trouble::Broken(id)
            }
        })
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self(match refusal {
            Refusal::NoLink | Refusal::WrongLink | Refusal::PastLink => Trouble::BadLink,
            Refusal::Published => Trouble::Published(String::new()),
            Refusal::NoAccount => Trouble::NoAccount,
            Refusal::FactorAwaited => Trouble::FactorAwaited,
            Refusal::Unconfirmed => Trouble::Refused(refusal.sentence().to_owned()),
            Refusal::NotYours
            | Refusal::NotAuthor
            | Refusal::NotShared
            | Refusal::NotMember
            | Refusal::NotResponsible
            | Refusal::NotOrganisationMember
            | Refusal::NotOrganisationResponsible
            | Refusal::NotOfTerritory
            | Refusal::NotAdministrator
            | Refusal::OnlyOneself
            | Refusal::NoFactor => Trouble::NotYours(refusal.sentence().to_owned()),
        })
    }
}

/// The page of a trouble.
pub(super) fn trouble(state: &State, trouble: &Trouble) -> Response {
    let status = StatusCode::from_u16(trouble.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    later(page(state, status, &error::page(trouble), || error::view(trouble)), trouble)
}

/// Says when to come back, if that is the trouble.
pub(super) fn later(mut response: Response, trouble: &Trouble) -> Response {
    if let Trouble::TooMany(seconds) = trouble {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}

/// Refusals of the layers around handlers are bare English lines: they become pages, and JSON for programs.
pub(super) async fn said_in_french(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_api = path.starts_with("/api/") && !path.starts_with("/api/island/");
    let is_health = path.starts_with("/health/");
    let response = next.run(request).await;
    let bare = match response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes) {
        None => matches!(
            response.status(),
            StatusCode::METHOD_NOT_ALLOWED
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::INTERNAL_SERVER_ERROR
        ),
        Some(kind) => kind.starts_with(b"text/plain") && !is_health,
    };
    let found = match response.status() {
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Trouble::Unreadable
        }
        StatusCode::METHOD_NOT_ALLOWED => Trouble::NotSo,
        StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge,
        StatusCode::SERVICE_UNAVAILABLE => Trouble::TooSlow,
        StatusCode::INTERNAL_SERVER_ERROR => Trouble::Broken(super::security::request_id()),
        _ => return response,
    };
    match (bare, is_api) {
        (false, _) => response,
        (true, true) => super::api::problem(response.status(), "", found.sentence()),
        (true, false) => trouble(&state, &found),
    }
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
