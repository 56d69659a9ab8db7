//! What we do: use cases over the store, the index, mail and jobs.
//!
//! A use case is a method of [`Backend`] named `resource_verb`; one file or folder per resource. It authorises
//! first (here: a signed link, or nothing for public reads), then reads or writes in one transaction, and says
//! through the outbox or a job what has to happen outside.

pub mod accounts;
pub mod advice;
pub mod catalogues;
pub mod clock;
pub mod demo;
pub mod error;
pub mod evaluation;
pub mod figures;
pub mod imports;
pub mod index;
pub mod jobs;
mod kept;
pub mod links;
pub mod mail;
pub mod matches;
pub mod needs;
pub mod patience;
pub mod rates;
pub mod retention;
pub mod sheet;
pub mod store;
pub mod structures;
mod telling;
pub mod territories;
pub mod vigilance;
mod write;

use advice::Habits;
use anyhow::Context;
use arc_swap::{ArcSwap, ArcSwapOption};
use clock::Clock;
use domain::territory::Place;
use error::Result;
use index::Index;
use kept::Kept;
use links::Signer;
use mail::Mailer;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;
use store::{Schema, Store};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Notify;

/// The SQLite database in the data folder.
pub const DATABASE_FILE: &str = "place.sqlite";

/// An address that may hold a password: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// What it holds.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Where things are and how they are reached.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of everything this node keeps: database (unless PostgreSQL), index, mails (unless SMTP).
    pub data: PathBuf,
    /// `postgres://…`; `None` is the SQLite file of the data folder.
    pub database_url: Option<Secret>,
    /// `smtp://…`, `smtps://…`, `folder:PATH`; `None` is the folder `mails` of the data folder.
    pub mail_url: Option<Secret>,
    /// Sender of mails.
    pub mail_from: String,
    /// Mailbox where replies come in, which `place mail-in` reads; `None`: nobody reads replies.
    pub mail_replies: Option<String>,
    /// Address under which people reach the service, without slash at its end.
    pub public_url: String,
    /// File of the secrets that sign links, a line each; `None` is the database.
    pub link_secret_file: Option<PathBuf>,
}

/// The use cases.
#[derive(Debug, Clone)]
pub struct Backend {
    inner: Arc<Inner>,
}

/// What use cases work with.
#[derive(Debug)]
pub struct Inner {
    /// The database.
    pub store: Store,
    /// The index of this node.
    pub index: Index,
    /// Where mails go.
    pub mailer: Mailer,
    /// Time and ids.
    pub clock: Clock,
    /// Signed links.
    pub signer: Signer,
    /// Address under which people reach the service.
    pub public_url: String,
    /// What structures did with earlier needs.
    pub habits: ArcSwap<Habits>,
    /// The answer to the search that asks nothing, until structures change.
    pub(crate) everything: ArcSwapOption<structures::Everything>,
    /// Views of territories, until something changes.
    pub(crate) territories: Kept<Place, territories::TerritoryView>,
    /// Advice on lots, until something changes.
    pub(crate) advice: advice::KeptAdvice,
    /// Rung when a job was added.
    pub jobs_added: Notify,
    /// Rung when the outbox grew.
    pub outbox_grew: Notify,
}

impl std::ops::Deref for Backend {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.inner
    }
}

/// Runs what jobs compute for long where it holds none of the threads that answer others.
pub(crate) fn computing<T>(compute: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(compute),
        _ => compute(),
    }
}

impl Backend {
    /// What answers that are kept hold for: the last change that the catalogue knows, and the hour.
    fn now(&self) -> (i64, i64) {
        (self.index.catalogue().seq(), self.clock.now() / 3_600)
    }

    /// Opens the database, the index and the mailer, and brings the index up to date.
    ///
    /// # Errors
    /// When one of them cannot be opened; the text says which and why.
    pub async fn open(settings: &Settings, clock: Clock) -> Result<Self> {
        Self::open_with(settings, clock, Schema::Migrate).await
    }

    /// The same of what is there, for commands that only look: nothing is made, no schema is changed.
    ///
    /// # Errors
    /// [`error::Error::Refused`] when the folder or the database is not there, or is older or newer than this program.
    pub async fn open_as_is(settings: &Settings, clock: Clock) -> Result<Self> {
        if !settings.data.is_dir() {
            return Err(error::Error::Refused(format!(
                "le dossier {} n’existe pas\u{a0}: donnez celui des données par --data ou PLACE_DATA",
                settings.data.display()
            )));
        }
        Self::open_with(settings, clock, Schema::AsIs).await
    }

    async fn open_with(settings: &Settings, clock: Clock, schema: Schema) -> Result<Self> {
        // Addresses, drafts and the secret of the links are nobody else's on this machine.
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&settings.data)
            .with_context(|| format!("making {}", settings.data.display()))?;
        let store = match &settings.database_url {
            Some(url) => Store::open_postgres_with(url.expose(), schema).await?,
            None => Store::open_sqlite_with(&settings.data.join(DATABASE_FILE), schema).await?,
        };
        let index = Index::open(&settings.data)?;
        let mailer = Mailer::open(settings)?;
        let signer = Signer::open(&store, settings.link_secret_file.as_deref()).await?;
        Self::over_signing(store, index, mailer, clock, signer, &settings.public_url).await
    }

    /// The use cases over parts that are already open: for tests and tools.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn over(
        store: Store,
        index: Index,
        mailer: Mailer,
        clock: Clock,
        public_url: &str,
    ) -> Result<Self> {
        let signer = Signer::open(&store, None).await?;
        Self::over_signing(store, index, mailer, clock, signer, public_url).await
    }

    async fn over_signing(
        store: Store,
        index: Index,
        mailer: Mailer,
        clock: Clock,
        signer: Signer,
        public_url: &str,
    ) -> Result<Self> {
        let database = store.setting_get_or_insert("database_id", &clock.id().to_string()).await?;
        let progress = index.load(&store, &database).await?;
        tracing::debug!(?progress, structures = index.catalogue().len(), "index loaded");
        let public_url = public_url.trim_end_matches('/').to_owned();
        let inner = Inner {
            store,
            index,
            mailer,
            clock,
            signer,
            public_url,
            habits: ArcSwap::default(),
            everything: ArcSwapOption::empty(),
            territories: Kept::default(),
            advice: advice::KeptAdvice::default(),
            jobs_added: Notify::new(),
            outbox_grew: Notify::new(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Brings the index up to date with what is committed: what is matched afterwards knows it.
    ///
    /// # Errors
    /// [`error::Error::IndexHeld`] when another process of this machine writes the files; when the database does not answer.
    pub async fn index_follow(&self) -> Result<()> {
        self.index.follow(&self.store).await.map(|_| ())
    }

    /// The same after a write that is committed: whether searches already know it. If not, what was written is written, and
    /// the follower of this node, or the process that holds the files, brings the index up to date.
    pub(crate) async fn index_follow_saved(&self) -> bool {
        let followed = self.index_follow().await;
        if let Err(error) = &followed {
            tracing::warn!(%error, "what was just written is not in the index yet");
        }
        followed.is_ok()
    }

    /// Rings for the indexer and the job runner of this node; others look by themselves.
    pub(crate) fn wake(&self) {
        self.jobs_added.notify_one();
        self.outbox_grew.notify_one();
    }
}
