//! Is it alive, is it ready, and how is it doing.

use super::State;
use axum::extract::{MatchedPath, Request, State as Extract};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Instant;

/// Changes of the database that the index may be behind by and still be ready.
const LAG_MAX: i64 = 5_000;

pub(super) async fn live() -> &'static str {
    "ok"
}

/// Ready: the database answers and the index is not far behind.
pub(super) async fn ready(Extract(state): Extract<State>) -> Response {
    if let Err(error) = state.backend.store.ping().await {
        tracing::warn!(%error, "not ready");
        return (StatusCode::SERVICE_UNAVAILABLE, "database").into_response();
    }
    let head = state.backend.store.outbox_head().await.unwrap_or(i64::MAX);
    let lag = head.saturating_sub(state.backend.index.catalogue().seq());
    metrics::gauge!("place_index_lag_changes").set(u32::try_from(lag).unwrap_or(u32::MAX));
    if lag > LAG_MAX {
        return (StatusCode::SERVICE_UNAVAILABLE, "index").into_response();
    }
    "ok".into_response()
}

/// Counts requests and their time, by route.
pub(super) async fn count(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::counter!("place_requests_total", "route" => route.clone(), "status" => status).increment(1);
    metrics::histogram!("place_request_seconds", "route" => route).record(start.elapsed().as_secs_f64());
    response
}
