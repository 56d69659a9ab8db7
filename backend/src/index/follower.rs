//! Bringing the index up to date: whole, or change by change.

use super::Index;
use super::catalogue::{Catalogue, Entry, NeedEntry, number_of};
use super::columns::Columns;
use super::snapshot;
use crate::error::{Error, Result};
use crate::store::{Change, ChangeKind, Need, Store};
use domain::need::LotKey;
use domain::siret::Siret;
use domain::structure::Structure;
use domain::territory::ZoneCache;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tantivy::{IndexWriter, TantivyDocument, TantivyError, Term};
use uuid::Uuid;

/// Changes that are applied between two commits, at most.
const BATCH: i64 = 2_000;
/// Further behind than this many changes, everything is read again: one pass beats many small ones.
const FOLLOW_MAX: i64 = 4_000;
/// Changes of needs alone after which the files note how far they are.
const BEHIND_MAX: i64 = 500;
/// Memory of the writer while it follows changes (tantivy's least), in bytes.
const FOLLOW_MEMORY: usize = 15_000_000;
/// Memory of the writer during a rebuild, in bytes.
const REBUILD_MEMORY: usize = 100_000_000;

/// What [`Index::follow`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing was new.
    UpToDate,
    /// Changes were applied.
    Applied(usize),
    /// Everything was read again from the database.
    Rebuilt(usize),
}

impl Index {
    /// Number of the last change that the files on disk hold; `None` for a new index.
    fn committed_seq(&self) -> Result<Option<i64>> {
        Ok(self.tantivy.load_metas()?.payload.and_then(|p| p.parse().ok()))
    }

    /// Fills the catalogue, then catches up from the number that the files hold; rebuilds them when they are
    /// new or too far behind. Call it once after [`Index::open`].
    ///
    /// # Errors
    /// When the database does not answer or the files cannot be written.
    pub async fn load(&self, store: &Store) -> Result<Progress> {
        let one = self.writing.lock().await;
        // Read before the rows: a change in between is applied twice, never missed.
        let head = store.outbox_head().await?;
        let oldest = store.outbox_first().await?;
        let can_follow = |seq: i64| seq <= head && (seq == head || (oldest != 0 && oldest <= seq + 1));
        let Some(committed) = self.committed_seq()?.filter(|seq| can_follow(*seq)) else {
            return self.rebuild_now(store).await.map(Progress::Rebuilt);
        };
        let copy = self.snapshot_read().filter(|(_, seq)| can_follow(*seq) && head - seq <= FOLLOW_MAX);
        let (entries, seq) = match copy {
            Some(copy) => copy,
            None => (self.entries(store.structure_list().await?), head),
        };
        let columns = Arc::new(Columns::of(entries));
        let needs = need_entries(store).await?;
        self.catalogue.store(Arc::new(Catalogue { columns, needs, seq: seq.min(committed) }));
        drop(one);
        let progress = match self.follow(store).await {
            // Another process holds the files: it brings them up to date.
            Err(Error::Index(TantivyError::LockFailure(..))) => {
                self.reader.reload()?;
                Progress::UpToDate
            }
            // The index is a projection: what cannot be followed is made again.
            Err(Error::Index(error)) => {
                tracing::warn!(%error, "the index cannot be followed; it is made again");
                return self.rebuild(store).await.map(Progress::Rebuilt);
            }
            other => other?,
        };
        self.snapshot_write();
        Ok(progress)
    }

    /// The copy of an earlier run; `None` when there is none, or none that can be used.
    fn snapshot_read(&self) -> Option<(Vec<Arc<Entry>>, i64)> {
        let folder = self.folder.as_deref()?;
        let copy = snapshot::read(folder).unwrap_or_else(|error| {
            tracing::warn!(%error, "the copy of the catalogue cannot be read; the database is");
            None
        })?;
        self.copied_seq.store(copy.1, Ordering::Relaxed);
        Some(copy)
    }

    /// Copies the catalogue into its file if it changed since, for the next start. Without it the next start is
    /// slower, no more.
    pub fn snapshot_write(&self) {
        let Some(folder) = self.folder.as_deref() else { return };
        let catalogue = self.catalogue();
        if self.copied_seq.load(Ordering::Relaxed) == catalogue.seq {
            return;
        }
        match snapshot::write(folder, &catalogue.columns, catalogue.seq) {
            Ok(()) => self.copied_seq.store(catalogue.seq, Ordering::Relaxed),
            Err(error) => {
                tracing::warn!(%error, "the catalogue was not copied; the next start reads the database");
            }
        }
    }

    /// Throws the files away and makes them again from the database.
    ///
    /// # Errors
    /// When the database does not answer, or another process holds the files.
    pub async fn rebuild(&self, store: &Store) -> Result<usize> {
        let _one = self.writing.lock().await;
        self.rebuild_now(store).await
    }

    async fn rebuild_now(&self, store: &Store) -> Result<usize> {
        let head = store.outbox_head().await?;
        let columns = Arc::new(Columns::of(self.entries(store.structure_list().await?)));
        let needs = need_entries(store).await?;
        let count = columns.len();
        self.files_rebuild(&columns, head)?;
        self.catalogue.store(Arc::new(Catalogue { columns, needs, seq: head }));
        self.snapshot_write();
        Ok(count)
    }

    fn entries(&self, mut structures: Vec<Structure>) -> Vec<Arc<Entry>> {
        // In the order of the columns: what is read together lies together.
        structures.sort_by(|a, b| a.commune.cmp(&b.commune));
        let mut zones = ZoneCache::default();
        structures.into_iter().map(|s| Arc::new(Entry::new(s, &mut zones, &self.analyzer))).collect()
    }

    fn files_rebuild(&self, columns: &Columns, seq: i64) -> Result<()> {
        let mut writer = self.writer(REBUILD_MEMORY)?;
        writer.delete_all_documents()?;
        for entry in columns.entries() {
            writer.add_document(self.fields.document(entry))?;
        }
        self.commit(&mut writer, seq)
    }

    /// A writer over clean files. A commit that was killed leaves files that no commit names, and tantivy refuses
    /// to write them again: they are removed first.
    fn writer(&self, memory: usize) -> Result<IndexWriter<TantivyDocument>> {
        let writer = self.tantivy.writer_with_num_threads(1, memory)?;
        writer.garbage_collect_files().wait()?;
        Ok(writer)
    }

    fn commit(&self, writer: &mut IndexWriter<TantivyDocument>, seq: i64) -> Result<()> {
        let mut prepared = writer.prepare_commit()?;
        prepared.set_payload(&seq.to_string());
        prepared.commit()?;
        self.reader.reload()?;
        Ok(())
    }

    /// Applies what changed since the last time, up to the head of the outbox.
    ///
    /// # Errors
    /// When the database does not answer, or another process holds the files.
    pub async fn follow(&self, store: &Store) -> Result<Progress> {
        let _one = self.writing.lock().await;
        if store.outbox_head().await? - self.catalogue().seq > FOLLOW_MAX {
            return self.rebuild_now(store).await.map(Progress::Rebuilt);
        }
        let mut applied = 0;
        loop {
            let changes = store.outbox_after(self.catalogue().seq, BATCH).await?;
            let Some(last) = changes.last().map(|c| c.seq) else { break };
            applied += changes.len();
            self.apply(store, &changes, last).await?;
        }
        Ok(if applied == 0 { Progress::UpToDate } else { Progress::Applied(applied) })
    }

    async fn apply(&self, store: &Store, changes: &[Change], last: i64) -> Result<()> {
        let of = |kind: ChangeKind| {
            let of_kind = changes.iter().filter(move |c| c.kind == kind);
            of_kind.map(|c| c.entity.as_str()).collect::<HashSet<&str>>()
        };
        let sirets: Vec<Siret> =
            of(ChangeKind::Structure).into_iter().filter_map(|s| Siret::parse(s).ok()).collect();
        let structures = structures_read(store, &sirets).await?;
        let mut next = Catalogue::clone(&self.catalogue());
        next.seq = last;
        if !sirets.is_empty() {
            let entries = self.entries(structures);
            let mut writer = self.writer(FOLLOW_MEMORY)?;
            let changed: HashSet<u64> = sirets.iter().copied().map(number_of).collect();
            for number in &changed {
                writer.delete_term(Term::from_field_u64(self.fields.siret, *number));
            }
            for entry in &entries {
                writer.add_document(self.fields.document(entry))?;
            }
            let kept = next.columns.entries().filter(|e| !changed.contains(&e.number())).cloned();
            next.columns = Arc::new(Columns::of(kept.chain(entries).collect()));
            self.commit(&mut writer, last)?;
        } else if last - self.committed_seq()?.unwrap_or_default() > BEHIND_MAX {
            // Needs are not in the files, but the files must not fall behind for ever.
            self.commit(&mut self.writer(FOLLOW_MEMORY)?, last)?;
        }
        let ids: Vec<Uuid> = of(ChangeKind::Need).into_iter().filter_map(|id| id.parse().ok()).collect();
        if !ids.is_empty() {
            let counts = Counts::read(store).await?;
            for id in ids {
                match store.need_fetch(id).await?.filter(|n| n.published_at.is_some()) {
                    Some(need) => next.needs.insert(id, Arc::new(counts.entry(need))),
                    None => next.needs.remove(&id),
                };
            }
        }
        self.catalogue.store(Arc::new(next));
        Ok(())
    }
}

/// Above this many changed structures, one pass over the table beats a query for each.
const READ_ONE_BY_ONE: usize = 200;

async fn structures_read(store: &Store, sirets: &[Siret]) -> Result<Vec<Structure>> {
    if sirets.len() > READ_ONE_BY_ONE {
        let wanted: HashSet<&Siret> = sirets.iter().collect();
        let mut all = store.structure_list().await?;
        all.retain(|s| wanted.contains(&s.siret));
        return Ok(all);
    }
    let mut read = Vec::with_capacity(sirets.len());
    for siret in sirets {
        read.extend(store.structure_fetch(*siret).await?);
    }
    Ok(read)
}

#[derive(Default)]
struct Counts {
    told: HashMap<Uuid, u64>,
    asked: HashMap<Uuid, u64>,
    interested: HashMap<Uuid, u64>,
    by_lot: HashMap<Uuid, HashMap<LotKey, (u64, u64)>>,
}

impl Counts {
    async fn read(store: &Store) -> Result<Self> {
        let read = store.need_counts().await?;
        let number = |n: i64| u64::try_from(n).unwrap_or_default();
        let key = |lot: i64| LotKey(u32::try_from(lot).unwrap_or_default());
        let mut counts = Self {
            told: read.told.into_iter().map(|(id, n)| (id, number(n))).collect(),
            asked: read.asked.into_iter().map(|(id, n)| (id, number(n))).collect(),
            interested: read.interested.into_iter().map(|(id, n)| (id, number(n))).collect(),
            ..Self::default()
        };
        for (id, lot, n) in read.told_of_lot {
            counts.by_lot.entry(id).or_default().entry(key(lot)).or_default().0 = number(n);
        }
        for (id, lot, n) in read.interested_in_lot {
            counts.by_lot.entry(id).or_default().entry(key(lot)).or_default().1 = number(n);
        }
        Ok(counts)
    }

    fn entry(&self, need: Need) -> NeedEntry {
        let count = |of: &HashMap<Uuid, u64>| of.get(&need.id).copied().unwrap_or_default();
        NeedEntry {
            told: count(&self.told),
            asked: count(&self.asked),
            interested: count(&self.interested),
            by_lot: self.by_lot.get(&need.id).cloned().unwrap_or_default(),
            communes: need.draft.communes(),
            need,
        }
    }
}

async fn need_entries(store: &Store) -> Result<HashMap<Uuid, Arc<NeedEntry>>> {
    let counts = Counts::read(store).await?;
    let needs = store.need_list().await?;
    Ok(needs.into_iter().map(|need| (need.id, Arc::new(counts.entry(need)))).collect())
}
