//! The index: a projection of the database that answers searches in well under a millisecond.
//!
//! Two halves, brought up to date together by one follower of the outbox: tantivy on disk, which **recalls** by words,
//! around a place; and a catalogue in memory, whose columns recall by sector and territory and bound the scores, and which
//! holds what matching and cards need of each structure, so that no search reads the database. Ranking is
//! `domain::matching`'s alone.

mod analyzer;
mod catalogue;
mod columns;
mod follower;
mod recall;
mod schema;
mod snapshot;

pub use catalogue::{Catalogue, Entry, NeedEntry};
pub use columns::{Columns, Lines, Reach, Relation, Row, Slot, WayRow};
pub use follower::Progress;
pub use recall::Recall;

use crate::error::{Error, Result};
use analyzer::Analyzer;
use anyhow::Context;
use arc_swap::ArcSwap;
use schema::Fields;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use tantivy::{Index as Tantivy, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument};

/// The index of this node.
pub struct Index {
    tantivy: Tantivy,
    reader: IndexReader,
    fields: Fields,
    analyzer: Analyzer,
    catalogue: ArcSwap<Catalogue>,
    /// Where the files are; `None` in memory.
    folder: Option<PathBuf>,
    /// Number of the last change that the copy of the catalogue holds; -1 without copy.
    copied_seq: AtomicI64,
    /// Of which database and vocabulary the files are: [`Index::load`] asks.
    origin: OnceLock<String>,
    /// Whether a search found a file that cannot be read: the follower then makes all of them again.
    is_suspect: AtomicBool,
    /// The writer of the files, from the first write to the end of the process: it merges small segments in the background,
    /// which needs time. One task of this process has it at a time; other processes are kept out by tantivy's lock file.
    writer: tokio::sync::Mutex<Option<IndexWriter<TantivyDocument>>>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("structures", &self.catalogue().len()).finish_non_exhaustive()
    }
}

/// Folder of the tantivy files for the present schema: another schema gets another folder and a rebuild.
fn folder_of(data: &Path) -> PathBuf {
    data.join("index").join(format!("v{}", schema::VERSION))
}

impl Index {
    /// Opens the index of a data folder, made empty if missing. [`Index::follow`] brings it up to date.
    ///
    /// # Errors
    /// When the folder cannot be written. Files that cannot be read are thrown away: the index is a projection.
    pub fn open(data: &Path) -> Result<Self> {
        let folder = folder_of(data);
        match Self::open_files(&folder) {
            Err(Error::Index(error)) => {
                tracing::warn!(%error, folder = %folder.display(), "the index cannot be read; it is made again");
                std::fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
                Self::open_files(&folder)
            }
            opened => opened,
        }
    }

    fn open_files(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        let (schema, fields) = schema::schema();
        let directory = tantivy::directory::MmapDirectory::open(folder)
            .map_err(|e| anyhow::anyhow!("opening {}: {e}", folder.display()))?;
        let tantivy = Tantivy::open_or_create(directory, schema)?;
        Self::over(tantivy, fields, Some(folder.to_owned()))
    }

    /// An index that lives in memory.
    ///
    /// # Errors
    /// When tantivy refuses, which it does not.
    pub fn in_memory() -> Result<Self> {
        let (schema, fields) = schema::schema();
        Self::over(Tantivy::create_in_ram(schema), fields, None)
    }

    fn over(tantivy: Tantivy, fields: Fields, folder: Option<PathBuf>) -> Result<Self> {
        let analyzer = Analyzer::french();
        tantivy.tokenizers().register(analyzer::NAME, analyzer.for_tantivy());
        // Reloaded by hand right after each commit: what was saved is found at a known moment.
        let reader = tantivy.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let catalogue = ArcSwap::from_pointee(Catalogue::default());
        let (origin, is_suspect) = (OnceLock::new(), AtomicBool::new(false));
        let writer = tokio::sync::Mutex::default();
        let copied_seq = AtomicI64::new(-1);
        Ok(Self {
            tantivy,
            reader,
            fields,
            analyzer,
            catalogue,
            folder,
            copied_seq,
            origin,
            is_suspect,
            writer,
        })
    }

    /// The structures and needs as they are now; keep it for the time of one answer.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.load_full()
    }

    /// Takes the files, before anything is written: commands that run beside this process then leave them to it.
    ///
    /// # Errors
    /// [`Error::IndexHeld`] when another process has them.
    pub async fn hold(&self) -> Result<()> {
        self.writer_hold(&mut *self.writer.lock().await)
    }

    /// The files of the index that are rotten or gone; all of them are read.
    #[must_use]
    pub fn damaged_files(&self) -> Vec<PathBuf> {
        match self.tantivy.validate_checksum() {
            Ok(damaged) => damaged.into_iter().collect(),
            // One that cannot be opened at all says only which.
            Err(error) => vec![PathBuf::from(error.to_string())],
        }
    }

    /// Notes that a file could not be read: the follower makes them again.
    fn suspect(&self, error: &Error) {
        tracing::error!(%error, "a file of the index cannot be read; it will be made again");
        self.is_suspect.store(true, Ordering::Relaxed);
    }

    /// The words of a text as the index keeps them: folded, without stop words, stemmed; each with its surface.
    #[must_use]
    pub fn analyze(&self, text: &str) -> Vec<analyzer::Word> {
        self.analyzer.words(text)
    }

    /// Parts of a text, each with whether it is to be marked: the words whose stem has one of these hashes.
    #[must_use]
    pub fn marked<'t>(&self, text: &'t str, hashes: &[u32]) -> Vec<(&'t str, bool)> {
        self.analyzer.marked(text, hashes)
    }
}

pub use analyzer::Word;
