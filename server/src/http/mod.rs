//! HTTP: the state that handlers share; every route, and what surrounds them, in one table.

mod account;
mod administered;
mod administration;
mod api;
mod assets;
mod caller;
mod catalogue;
mod catalogues;
mod exchange;
mod favourites;
mod forms;
mod health;
mod html;
mod islands;
mod limits;
mod mandates;
mod members;
mod openapi;
mod organisations;
mod pages;
mod pictures;
mod prepare;
mod report;
pub mod results;
mod routes;
mod security;
mod session;
mod sign_in;
mod support;

pub use health::measure_until;
pub use html::Failure;
pub use openapi::document as openapi_document;
pub use routes::{Route, router, routes};

use crate::config::Serve;
use app::document::Assets;
use assets::Style;
use backend::Backend;
use backend::accounts::Provider;
use limits::Limits;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

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
    /// ProConnect, where it signs in too.
    pub(crate) proconnect: Option<Provider>,
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
    ///
    /// # Errors
    /// When the address of ProConnect is none.
    pub fn new(backend: Backend, settings: &Serve) -> anyhow::Result<Self> {
        let proconnect = settings.proconnect();
        let proconnect =
            proconnect.map(|settings| Provider::new(&settings, &backend.public_url)).transpose()?;
        let style = Style::read();
        let assets = Assets { style: style.path.clone(), scripts: assets::scripts(&settings.site) };
        Ok(Self(Arc::new(Shared {
            proconnect,
            backend,
            assets,
            style,
            operator: settings.operator.clone(),
            behind_proxy: settings.behind_proxy,
            uploads: Semaphore::new(prepare::UPLOADS_AT_ONCE),
            limits: Limits::new(settings.posts_per_minute, settings.mails_per_hour),
        })))
    }
}
