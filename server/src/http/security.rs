//! What every answer carries, and which requests are let through.

use super::State;
use axum::extract::{Request, State as Extract};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, ORIGIN, REFERER, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Instant;

/// Unsafe requests that may come from elsewhere: a mail program's one-click stop, whose signed link is its own
/// proof, and a question that stores nothing.
const FROM_ANYWHERE: [&str; 2] = ["/messages/arreter", "/api/v1/matches"];

const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const PERMISSIONS: &str = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()";

/// The policy of a page; scripts only with a nonce. `leads_to` is where forms may lead besides.
pub(super) fn page_policy(nonce: Option<&str>, leads_to: Option<&str>) -> String {
    let leads_to = leads_to.map(|origin| format!(" {origin}")).unwrap_or_default();
    let scripts = match nonce {
        Some(nonce) => format!("script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; connect-src 'self'; "),
        None => String::new(),
    };
    format!(
        "default-src 'none'; {scripts}style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'{leads_to}; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Puts the headers of safety on every answer.
pub(super) async fn headers(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    // Signed links stand in addresses: other sites never see them.
    set(REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if state.backend.public_url.starts_with("https://") {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(NOTHING));
    }
    response
}

/// Refuses unsafe requests that another site made a browser send.
pub(super) async fn same_origin(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let exempt = FROM_ANYWHERE.contains(&request.uri().path());
    if safe || exempt || is_from_here(request.headers(), &state.backend.public_url) {
        return next.run(request).await;
    }
    let text = format!(
        "Cette demande ne vient pas de ce site. Ouvrez {}, puis envoyez le formulaire depuis sa page.",
        state.backend.public_url
    );
    (StatusCode::FORBIDDEN, text).into_response()
}

fn is_from_here(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let origin = |url: &str| {
        let (scheme, rest) = url.split_once("://")?;
        Some((scheme.to_owned(), rest.split('/').next().unwrap_or_default().to_owned()))
    };
    let site = text(HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    // Whatever `Host` says: a name that someone else points at us is not ours.
    match text(ORIGIN).or_else(|| text(REFERER)) {
        Some(from) => origin(from).is_some() && origin(from) == origin(public_url),
        None => site.is_some(),
    }
}

tokio::task_local! {
    /// The id of the request that is being answered.
    static REQUEST_ID: String;
}

/// The id of the request that is being answered: what a person is given to quote, and what stands in the logs.
pub(super) fn request_id() -> String {
    REQUEST_ID.try_with(Clone::clone).unwrap_or_default()
}

/// A proxy may name a request; whatever does not look like a name is dropped, and we give one.
pub(super) async fn request_id_checked(mut request: Request, next: Next) -> Response {
    let named = request.headers().get("x-request-id").and_then(|value| value.to_str().ok());
    let is_name =
        |id: &str| id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if !named.is_some_and(is_name) {
        request.headers_mut().remove("x-request-id");
    }
    next.run(request).await
}

/// One line for each request.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id =
        request.headers().get("x-request-id").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let method = request.method().clone();
    // Without its query: signed links stand there.
    let path = request.uri().path().to_owned();
    let response = REQUEST_ID.scope(id.clone(), next.run(request)).await;
    let status = response.status().as_u16();
    let us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::error!(%method, path, status, duration_us = us, request_id = id, "request");
    } else {
        tracing::debug!(%method, path, status, duration_us = us, request_id = id, "request");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &'static str)], expected: bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        assert_eq!(is_from_here(&map, "https://place.example"), expected, "{headers:?}");
    }

    #[test]
    fn origins() {
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "cross-site"), ("origin", "https://place.example")], false);
        check(&[("sec-fetch-site", "none")], false);
        check(&[("origin", "https://place.example")], true);
        check(&[("origin", "https://evil.example")], false);
        check(&[("origin", "null")], false);
        check(&[("referer", "https://place.example/besoins/nouveau")], true);
        check(&[("referer", "https://place.example.evil.example/")], false);
        check(&[("origin", "http://10.0.0.2:3000"), ("host", "10.0.0.2:3000")], false);
        check(&[], false);
    }
}
