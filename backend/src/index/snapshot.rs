//! A copy of the catalogue's structures in one file, so that a start reads no table: a cache, never the truth.
//!
//! It is written by one build of the program and read by the same build only: another layout, other sectors or
//! communes cannot be taken for these. What changed since it was written is applied by following the outbox.

use super::catalogue::{Catalogue, Entry};
use anyhow::Context;
use domain::matching::Facts;
use domain::structure::Structure;
use domain::territory::{CommuneSet, Seat};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// A file that is still not in its place after this time never will be: writing takes a second.
const LEFT_OVER_AGE: Duration = Duration::from_secs(600);

/// What is written before the structures.
#[derive(Serialize, Deserialize)]
struct Head {
    build: String,
    /// Of which database.
    origin: String,
    /// Number of the last change of the outbox that the file holds.
    seq: i64,
    zones: Vec<CommuneSet>,
    count: usize,
}

#[derive(Serialize, Deserialize)]
struct Saved<S> {
    structure: S,
    seat: Option<Seat>,
    words: Box<[u32]>,
    name_stems: Box<[u32]>,
    body_stems: Box<[u32]>,
    /// See [`sets_of`]: each by its number in [`Head::zones`].
    zones: Vec<u32>,
}

/// The sets of communes of a structure: where it usually works, then those of its live activities.
fn sets_of(facts: &Facts) -> impl Iterator<Item = &Arc<CommuneSet>> {
    [&facts.usual_reach].into_iter().chain(facts.activities.iter().map(|a| &a.zones))
}

/// Which build runs: length and date of its file.
fn build() -> anyhow::Result<String> {
    let file = std::env::current_exe()?.metadata()?;
    let date = file.modified()?.duration_since(UNIX_EPOCH)?;
    Ok(format!("{} {}", file.len(), date.as_nanos()))
}

/// Sums what it writes: the sum stands at the end of the file, so that a rotten one is not taken for another market. The
/// same build reads it, and so by the same sum.
struct Summed<W> {
    out: W,
    sum: DefaultHasher,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.write(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// What the file holds before its sum.
fn checked(bytes: &[u8]) -> anyhow::Result<&[u8]> {
    let (held, written) = bytes.split_last_chunk().context("a copy without its sum")?;
    let mut sum = DefaultHasher::new();
    sum.write(held);
    anyhow::ensure!(sum.finish() == u64::from_le_bytes(*written), "a copy that has rotted");
    Ok(held)
}

fn file_of(folder: &Path) -> PathBuf {
    folder.join("catalogue.postcard")
}

/// Writes the file whole beside the old one, then puts it in its place.
pub(super) fn write(folder: &Path, catalogue: &Catalogue, origin: &str) -> anyhow::Result<()> {
    let mut numbers: FxHashMap<*const CommuneSet, u32> = FxHashMap::default();
    let mut zones: Vec<CommuneSet> = Vec::new();
    for set in catalogue.structures_known().flat_map(|e| sets_of(&e.facts)) {
        numbers.entry(Arc::as_ptr(set)).or_insert_with(|| {
            zones.push(set.as_ref().clone());
            u32::try_from(zones.len() - 1).unwrap_or(u32::MAX)
        });
    }
    remove_left_overs(folder);
    // Named after the process: a command may run beside the server.
    let new = folder.join(format!("catalogue-{}.new", std::process::id()));
    let mut out = Summed { out: BufWriter::new(File::create(&new)?), sum: DefaultHasher::new() };
    let (seq, count) = (catalogue.seq, catalogue.structures_known().count());
    postcard::to_io(&Head { build: build()?, origin: origin.to_owned(), seq, zones, count }, &mut out)?;
    for entry in catalogue.structures_known() {
        let zones = sets_of(&entry.facts).map(|set| numbers[&Arc::as_ptr(set)]).collect();
        let saved = Saved {
            structure: &entry.structure,
            seat: entry.facts.seat,
            words: entry.facts.words.clone(),
            name_stems: entry.name_stems.clone(),
            body_stems: entry.body_stems.clone(),
            zones,
        };
        postcard::to_io(&saved, &mut out)?;
    }
    let sum = out.sum.finish();
    let mut out = out.out;
    out.write_all(&sum.to_le_bytes())?;
    out.flush()?;
    out.get_ref().sync_all()?;
    std::fs::rename(&new, file_of(folder)).context("putting the new copy of the catalogue in place")
}

/// Removes what runs that were killed while they wrote have left.
fn remove_left_overs(folder: &Path) {
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in files.flatten().filter(|f| f.path().extension().is_some_and(|e| e == "new")) {
        let age = file.metadata().and_then(|m| m.modified()).ok().and_then(|at| at.elapsed().ok());
        if age.is_some_and(|age| age > LEFT_OVER_AGE) {
            // Another process may have removed it first.
            let _ = std::fs::remove_file(file.path());
        }
    }
}

/// The structures and the number of the last change they hold; `None` when there is no file of this build and database.
pub(super) fn read(folder: &Path, origin: &str) -> anyhow::Result<Option<(Vec<Arc<Entry>>, i64)>> {
    let Ok(bytes) = std::fs::read(file_of(folder)) else { return Ok(None) };
    let (head, mut rest) = postcard::take_from_bytes::<Head>(checked(&bytes)?)?;
    if head.build != build()? || head.origin != origin {
        return Ok(None);
    }
    let zones: Vec<Arc<CommuneSet>> = head.zones.into_iter().map(Arc::new).collect();
    let mut entries = Vec::with_capacity(head.count);
    for _ in 0..head.count {
        let (saved, after) = postcard::take_from_bytes::<Saved<Structure>>(rest)?;
        rest = after;
        entries.push(Arc::new(entry(saved, &zones)?));
    }
    Ok(Some((entries, head.seq)))
}

fn entry(saved: Saved<Structure>, zones: &[Arc<CommuneSet>]) -> anyhow::Result<Entry> {
    let Saved { structure, seat, words, name_stems, body_stems, zones: numbers } = saved;
    let zones: Option<Vec<Arc<CommuneSet>>> =
        numbers.iter().map(|n| zones.get(*n as usize).cloned()).collect();
    let mut zones = zones.filter(|zones| !zones.is_empty()).context("an activity without its zones")?;
    let usual_reach = zones.remove(0);
    let facts = structure.facts_with(seat, words, zones, usual_reach);
    Ok(Entry { structure, facts, name_stems, body_stems })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::territory::Zone;
    use domain::written::Written;

    #[test]
    fn zones_that_are_not_known_come_back_as_they_were() {
        let zones = domain::territory::zones_stored("D31|R73|50km|C14011+20km");
        let mut bytes = Vec::new();
        postcard::to_io(&zones, &mut bytes).expect("written");
        assert_eq!(postcard::from_bytes::<Vec<Written<Zone>>>(&bytes).expect("read"), zones);
    }

    #[test]
    fn what_is_no_copy_of_this_build_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(read(folder.path(), "here").expect("no file").is_none());
        write(folder.path(), &Catalogue { seq: 7, ..Catalogue::default() }, "here").expect("written");
        assert!(matches!(read(folder.path(), "here"), Ok(Some((entries, 7))) if entries.is_empty()));
        assert!(read(folder.path(), "elsewhere").expect("read").is_none(), "another database");
        let bytes = std::fs::read(file_of(folder.path())).expect("read");
        for at in 0..bytes.len() {
            let mut rotten = bytes.clone();
            rotten[at] ^= 1;
            std::fs::write(file_of(folder.path()), &rotten).expect("written");
            assert!(read(folder.path(), "here").is_err(), "rotten at {at}");
        }
        std::fs::write(file_of(folder.path()), &bytes[..3]).expect("written");
        assert!(read(folder.path(), "here").is_err(), "cut short");
    }
}
