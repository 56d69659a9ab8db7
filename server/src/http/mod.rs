//! HTTP: every route in one table, what surrounds them, and the state they share.

mod api;
mod assets;
mod caller;
mod forms;
mod health;
mod html;
mod islands;
mod limits;
mod openapi;
mod pages;
mod prepare;
pub mod results;
mod security;

pub use health::measure_until;
pub use html::Failure;
pub use openapi::document as openapi_document;

use crate::config::Serve;
use app::document::Assets;
use assets::Style;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use backend::Backend;
use limits::Limits;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::services::ServeDir;
use tower_http::timeout::TimeoutLayer;

/// Largest body that is read, in bytes: forms are text. Far above what their fields take, so that a text that is too
/// long is said to be so beside its field, with nothing lost.
const BODY_MAX: usize = 512 * 1024;
/// Largest body that carries a file: the file, and what surrounds it.
const FILE_BODY_MAX: usize = backend::needs::ATTACHMENT_BYTES_MAX + BODY_MAX;
/// Longest time for an answer.
const ANSWER_TIME: Duration = Duration::from_secs(20);

/// What handlers share.
#[derive(Clone)]
pub struct State(Arc<Shared>);

/// See [`State`].
pub struct Shared {
    pub(crate) backend: Backend,
    pub(crate) assets: Assets,
    pub(crate) style: Style,
    pub(crate) operator: String,
    pub(crate) behind_proxy: bool,
    pub(crate) limits: Limits,
    /// Places for files that are being read.
    pub(crate) uploads: Semaphore,
}

impl std::ops::Deref for State {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl State {
    /// The state of a service.
    #[must_use]
    pub fn new(backend: Backend, settings: &Serve) -> Self {
        let style = Style::read();
        let assets = Assets { style: style.path.clone(), scripts: assets::scripts(&settings.site) };
        Self(Arc::new(Shared {
            backend,
            assets,
            style,
            operator: settings.operator.clone(),
            behind_proxy: settings.behind_proxy,
            uploads: Semaphore::new(prepare::UPLOADS_AT_ONCE),
            limits: Limits::new(settings.posts_per_minute, settings.mails_per_hour),
        }))
    }
}

/// Every route, and what surrounds them.
pub fn router(state: State, settings: &Serve) -> Router {
    let pages = Router::new()
        .route("/", get(pages::home))
        .route("/structures", get(pages::structures))
        .route("/structures/{siret}", get(pages::structure))
        .route("/structures/{siret}/lien", post(forms::manage_link))
        .route("/structures/contact", get(pages::contact_confirm).post(forms::contact_confirm))
        .route("/structures/{siret}/gerer", get(pages::manage).post(forms::manage))
        .route("/besoins", get(pages::needs))
        .route("/besoins/nouveau", get(pages::need_new).post(forms::need_new))
        .route("/besoins/envoye", get(pages::need_sent))
        .route("/besoins/confirmer", get(pages::need_publish).post(forms::need_publish))
        .route("/besoins/preparer", get(prepare::overview))
        .route("/besoins/preparer/piece/retirer", post(prepare::file_remove))
        .route("/besoins/preparer/{step}", get(prepare::step).post(prepare::step_save))
        .route("/besoins/preparer/piece/{id}", get(prepare::file_prepared))
        .route("/besoins/suivre", get(pages::need_follow).post(forms::need_end))
        .route("/besoins/suivre/attribuer", get(pages::need_award).post(forms::need_award))
        .route("/besoins/repondre", get(pages::need_answer).post(forms::need_answer))
        .route("/besoins/{id}", get(pages::need))
        .route("/besoins/{id}/lien", post(forms::need_link))
        .route("/besoins/interet", get(pages::interest_confirm).post(forms::interest_confirm))
        .route("/besoins/{id}/interet", post(forms::interest))
        .route("/besoins/{id}/interet/adresse", post(forms::interest_ask))
        .route("/liens", post(forms::link_renew))
        .route("/liens/invalider", post(forms::links_revoke))
        .route("/besoins/{id}/structures", get(pages::need_structures))
        .route("/besoins/{id}/pieces/{piece}", get(prepare::file))
        .route("/metier", get(pages::trade).post(forms::trade))
        .route("/messages/arreter", get(pages::alerts_stop).post(forms::alerts_stop))
        .route("/messages/reprendre", post(forms::alerts_resume))
        .route("/territoires", get(pages::territories))
        .route("/territoires/{code}", get(pages::territory))
        .route("/algorithme", get(pages::text))
        .route("/regles", get(pages::rules))
        .route("/heures", get(pages::hours))
        .route("/mentions-legales", get(pages::text))
        .route("/donnees-personnelles", get(pages::text))
        .route("/accessibilite", get(pages::text));
    // The one body that is not text: it has a limit of its own.
    let files = Router::new()
        .route("/besoins/preparer/piece", post(prepare::file_add))
        .layer(DefaultBodyLimit::max(FILE_BODY_MAX));
    let api = Router::new()
        .route("/api/v1/structures", get(api::structure_list))
        .route("/api/v1/structures/{siret}", get(api::structure_show))
        .route("/api/v1/needs", get(api::need_list))
        .route("/api/v1/matches", post(api::match_list))
        .route("/api/v1/openapi.json", get(openapi::serve))
        .route("/api", any(api::not_found))
        .route("/api/{*rest}", any(api::not_found))
        .route("/api/island/{name}", get(islands::completed).post(islands::previewed));
    let assets = Router::new()
        .route("/style/{name}", get(assets::style))
        .route("/fonts/{name}", get(assets::font))
        .route("/favicon.svg", get(assets::favicon))
        .route("/robots.txt", get(assets::robots))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .nest_service("/pkg", ServeDir::new(settings.site.join("pkg")).precompressed_br());
    let counted = settings.metrics_listen.is_some();
    let routes = pages.merge(files).merge(api).merge(assets).fallback(pages::not_found);
    let routes = if counted { routes.route_layer(from_fn(health::count)) } else { routes };
    routes
        .with_state(state.clone())
        .layer(CatchPanicLayer::custom(html::panicked))
        .layer(from_fn_with_state(state.clone(), security::same_origin))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIME))
        .layer(from_fn_with_state(state.clone(), html::said_in_french))
        .layer(CompressionLayer::new().br(true).gzip(true).quality(tower_http::CompressionLevel::Fastest))
        .layer(from_fn_with_state(state, security::headers))
        .layer(from_fn(security::log))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(from_fn(security::request_id_checked))
}
