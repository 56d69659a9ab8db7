//! Is it alive, is it ready, and how is it doing.

use super::State;
use axum::extract::{MatchedPath, Request, State as Extract};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use backend::Backend;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often the gauges of what waits are set.
const MEASURED_EVERY: Duration = Duration::from_secs(5);
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
    if lag(&state.backend).await > LAG_MAX {
        return (StatusCode::SERVICE_UNAVAILABLE, "index").into_response();
    }
    "ok".into_response()
}

/// Changes of the database that the index of this node has not taken in yet.
async fn lag(backend: &Backend) -> i64 {
    let head = backend.store.outbox_head().await.unwrap_or(i64::MAX);
    head.saturating_sub(backend.index.catalogue().seq())
}

/// Sets the gauges of what waits, again and again until `stop`.
pub async fn measure_until(backend: &Backend, stop: &CancellationToken) {
    let count = |n: i64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    while !stop.is_cancelled() {
        metrics::gauge!("place_index_lag_changes").set(count(lag(backend).await));
        match backend.store.job_pending().await {
            Ok(jobs) => metrics::gauge!("place_jobs_pending").set(count(jobs)),
            Err(error) => tracing::warn!(%error, "the jobs that wait cannot be counted"),
        }
        match backend.store.job_dead_count().await {
            Ok(jobs) => metrics::gauge!("place_jobs_dead").set(count(jobs)),
            Err(error) => tracing::warn!(%error, "the jobs that were put aside cannot be counted"),
        }
        let structures = i64::try_from(backend.index.catalogue().len()).unwrap_or(i64::MAX);
        metrics::gauge!("place_structures").set(count(structures));
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(MEASURED_EVERY) => {}
        }
    }
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
