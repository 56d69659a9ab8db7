//! Bringing the index up to date: whole, or change by change.

use super::Index;
use super::catalogue::{Catalogue, Entry, NeedEntry, number_of};
use super::{schema, snapshot};
use crate::error::{Error, Result};
use crate::store::{ChangeKind, NeedCounts, OutboxRow, Store};
use domain::need::LotKey;
use domain::need::Need;
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
    /// Number of the last change that the files on disk hold; `None` for a new index, and for the files of another database
    /// or another vocabulary.
    fn committed_seq(&self) -> Result<Option<i64>> {
        let payload = self.tantivy.load_metas()?.payload.unwrap_or_default();
        let of_here = payload.split_once(' ').filter(|(_, origin)| *origin == self.origin());
        Ok(of_here.and_then(|(seq, _)| seq.parse().ok()))
    }

    /// Of which database and vocabulary the files are.
    fn origin(&self) -> &str {
        self.origin.get().map(String::as_str).unwrap_or_default()
    }

    /// Fills the catalogue, then catches up from the number that the files hold; rebuilds them when they are new or rotten,
    /// too far behind, of another database than this one or of another vocabulary. Call it once after [`Index::open`].
    ///
    /// # Errors
    /// When the database does not answer or the files cannot be written.
    pub async fn load(&self, store: &Store, database: &str) -> Result<Progress> {
        self.origin.get_or_init(|| format!("{database} {:016x}", schema::vocabulary()));
        // Read before the rows: a change in between is applied twice, never missed.
        let changes = Changes::of(store).await?;
        let committed = self.committed_seq()?.filter(|seq| changes.can_follow(*seq));
        let damaged = self.damaged_files();
        if committed.is_none() || !damaged.is_empty() {
            tracing::info!(?damaged, "the files of the index are made again");
            return match self.rebuild(store).await {
                // Another process holds the files, and makes them.
                Err(Error::IndexHeld) => self.catalogue_read(store).await,
                rebuilt => rebuilt.map(Progress::Rebuilt),
            };
        }
        let is_near = |seq: i64| changes.can_follow(seq) && changes.head - seq <= FOLLOW_MAX;
        match self.snapshot_read().filter(|(_, seq)| is_near(*seq)) {
            Some((entries, seq)) => self.catalogue_store(entries, need_entries(store).await?, seq),
            None => drop(self.catalogue_read(store).await?),
        }
        let progress = match self.follow(store).await {
            Err(Error::IndexHeld) => self.catalogue_read(store).await?,
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

    /// Fills the catalogue from the database, whatever the files hold.
    async fn catalogue_read(&self, store: &Store) -> Result<Progress> {
        let head = store.outbox_head().await?;
        let entries = self.entries(store.structure_list().await?);
        self.catalogue_store(entries, need_entries(store).await?, head);
        self.reader.reload()?;
        Ok(Progress::UpToDate)
    }

    fn catalogue_store(&self, entries: Vec<Arc<Entry>>, needs: HashMap<Uuid, Arc<NeedEntry>>, seq: i64) {
        self.catalogue.store(Arc::new(Catalogue::of(entries, needs, seq)));
    }

    /// The copy of an earlier run; `None` when there is none, or none that can be used.
    fn snapshot_read(&self) -> Option<(Vec<Arc<Entry>>, i64)> {
        let folder = self.folder.as_deref()?;
        let copy = snapshot::read(folder, self.origin()).unwrap_or_else(|error| {
            tracing::warn!(%error, "the copy of the catalogue cannot be read; the database is");
            None
        })?;
        self.copied_seq.store(copy.1, Ordering::Relaxed);
        Some(copy)
    }

    /// Copies the catalogue into its file if it changed since, for the next start. Without it the next start is
    /// slower, no more.
    pub fn snapshot_write(&self) {
        if self.copied_seq.load(Ordering::Relaxed) != self.catalogue().seq {
            self.snapshot_write_now();
        }
    }

    fn snapshot_write_now(&self) {
        let Some(folder) = self.folder.as_deref() else { return };
        let catalogue = self.catalogue();
        match snapshot::write(folder, &catalogue, self.origin()) {
            Ok(()) => self.copied_seq.store(catalogue.seq, Ordering::Relaxed),
            Err(error) => {
                tracing::warn!(%error, "the catalogue was not copied; the next start reads the database");
            }
        }
    }

    /// Throws the files away and makes them again from the database, the copy of the catalogue too.
    ///
    /// # Errors
    /// [`Error::IndexHeld`] when another process holds the files; when the database does not answer.
    pub async fn rebuild(&self, store: &Store) -> Result<usize> {
        self.rebuild_held(&mut *self.writer.lock().await, store).await
    }

    async fn rebuild_held(&self, held: &mut Option<Writer>, store: &Store) -> Result<usize> {
        // With more memory than the one that follows changes. The lock first: nobody else writes what is read below.
        *held = None;
        let mut writer = self.writer_open(REBUILD_MEMORY)?;
        let head = store.outbox_head().await?;
        let entries = self.entries(store.structure_list().await?);
        let catalogue = Catalogue::of(entries, need_entries(store).await?, head);
        let count = catalogue.len();
        writer.delete_all_documents()?;
        for entry in catalogue.structures() {
            writer.add_document(self.fields.document(entry))?;
        }
        self.commit(&mut writer, head)?;
        self.catalogue.store(Arc::new(catalogue));
        self.snapshot_write_now();
        writer.wait_merging_threads()?;
        Ok(count)
    }

    fn entries(&self, mut structures: Vec<Structure>) -> Vec<Arc<Entry>> {
        // In the order of the columns: what is read together lies together.
        structures.sort_by(|a, b| a.commune.cmp(&b.commune));
        let mut zones = ZoneCache::default();
        structures.into_iter().map(|s| Arc::new(Entry::new(s, &mut zones, &self.analyzer))).collect()
    }

    pub(super) fn writer_hold(&self, held: &mut Option<Writer>) -> Result<()> {
        if held.is_none() {
            *held = Some(self.writer_open(FOLLOW_MEMORY)?);
        }
        Ok(())
    }

    /// A writer over clean files. A commit that was killed leaves files that no commit names, and tantivy refuses
    /// to write them again: they are removed first.
    fn writer_open(&self, memory: usize) -> Result<Writer> {
        let writer = match self.tantivy.writer_with_num_threads(1, memory) {
            Err(TantivyError::LockFailure(..)) => return Err(Error::IndexHeld),
            opened => opened?,
        };
        writer.garbage_collect_files().wait()?;
        Ok(writer)
    }

    fn commit(&self, writer: &mut Writer, seq: i64) -> Result<()> {
        let mut prepared = writer.prepare_commit()?;
        prepared.set_payload(&format!("{seq} {}", self.origin()));
        prepared.commit()?;
        self.reader.reload()?;
        Ok(())
    }

    /// Applies what changed since the last time, up to the head of the outbox.
    ///
    /// # Errors
    /// [`Error::IndexHeld`] when structures changed and another process holds the files; when the database does not answer.
    pub async fn follow(&self, store: &Store) -> Result<Progress> {
        let mut held = self.writer.lock().await;
        if self.is_suspect.swap(false, Ordering::Relaxed) {
            return self.rebuild_held(&mut held, store).await.map(Progress::Rebuilt).inspect_err(|_| {
                self.is_suspect.store(true, Ordering::Relaxed);
            });
        }
        let followed = self.follow_held(&mut held, store).await;
        if matches!(followed, Err(Error::Index(_))) {
            // A writer that failed once may be dead: the next time opens another.
            *held = None;
        }
        followed
    }

    async fn follow_held(&self, held: &mut Option<Writer>, store: &Store) -> Result<Progress> {
        let mut from = self.catalogue().seq;
        if store.outbox_head().await? - from > FOLLOW_MAX {
            return self.rebuild_held(held, store).await.map(Progress::Rebuilt);
        }
        let mut applied = 0;
        loop {
            let changes = store.outbox_after(from, BATCH).await?;
            let Some(last) = changes.last().map(|c| c.seq) else { break };
            if held.is_none() && changes.iter().any(|c| c.kind == ChangeKind::Structure) {
                self.writer_hold(held)?;
                // Whoever held the files before may have written less than this node knows, or died at it.
                match self.committed_seq()? {
                    Some(seq) if Changes::of(store).await?.can_follow(seq) => from = from.min(seq),
                    _ => return self.rebuild_held(held, store).await.map(Progress::Rebuilt),
                }
                continue;
            }
            applied += changes.len();
            self.apply(held, store, &changes).await?;
            from = last;
        }
        Ok(if applied == 0 { Progress::UpToDate } else { Progress::Applied(applied) })
    }

    async fn apply(&self, held: &mut Option<Writer>, store: &Store, changes: &[OutboxRow]) -> Result<()> {
        let Some(last) = changes.last().map(|c| c.seq) else { return Ok(()) };
        let of = |kind: ChangeKind| {
            let of_kind = changes.iter().filter(move |c| c.kind == kind);
            of_kind.map(|c| c.entity.as_str()).collect::<HashSet<&str>>()
        };
        let sirets: Vec<Siret> = of(ChangeKind::Structure).into_iter().filter_map(Siret::kept).collect();
        let mut next = Catalogue::clone(&self.catalogue());
        next.seq = next.seq.max(last);
        if let (Some(writer), false) = (held.as_mut(), sirets.is_empty()) {
            let entries = self.entries(structures_read(store, &sirets).await?);
            let changed: HashSet<u64> = sirets.iter().copied().map(number_of).collect();
            for number in &changed {
                writer.delete_term(Term::from_field_u64(self.fields.siret, *number));
            }
            for entry in entries.iter().filter(|entry| entry.structure.withdrawal().is_none()) {
                writer.add_document(self.fields.document(entry))?;
            }
            let kept = next.structures_known().filter(|e| !changed.contains(&e.number())).cloned();
            let all = kept.chain(entries).collect();
            next = next.with_structures(all);
            self.commit(writer, last)?;
        } else if let Some(writer) = held.as_mut() {
            // Needs are not in the files, but the files must not fall behind for ever.
            if last - self.committed_seq()?.unwrap_or_default() > BEHIND_MAX {
                self.commit(writer, last)?;
            }
        }
        for id in of(ChangeKind::Need).into_iter().filter_map(|id| id.parse::<Uuid>().ok()) {
            match store.need_fetch(id).await?.filter(|n| n.published_at.is_some() && n.withdrawn_at.is_none())
            {
                Some(need) => {
                    let counts = Counts::of(store.need_counts(Some(id)).await?);
                    next.needs.insert(id, Arc::new(counts.entry(need)))
                }
                None => next.needs.remove(&id),
            };
        }
        self.catalogue.store(Arc::new(next));
        Ok(())
    }
}

type Writer = IndexWriter<TantivyDocument>;

/// Which changes the database still has.
struct Changes {
    head: i64,
    /// The oldest one; 0 when there is none.
    oldest: i64,
}

impl Changes {
    async fn of(store: &Store) -> Result<Self> {
        Ok(Self { head: store.outbox_head().await?, oldest: store.outbox_first().await? })
    }

    /// Whether nothing is missing between what holds this number and now.
    fn can_follow(&self, seq: i64) -> bool {
        seq <= self.head && (seq == self.head || (self.oldest != 0 && self.oldest <= seq + 1))
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
    fn of(read: NeedCounts) -> Self {
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
        counts
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
    let counts = Counts::of(store.need_counts(None).await?);
    let needs = store.need_list().await?;
    Ok(needs.into_iter().map(|need| (need.id, Arc::new(counts.entry(need)))).collect())
}
