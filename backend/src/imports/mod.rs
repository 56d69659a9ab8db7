//! Files of structures and of activities, imported so that a second time changes nothing.
//!
//! A bad file is refused whole, a bad row is put aside with its reason; whatever was imported is committed in
//! batches, each with its outbox rows: stopped in the middle, run it again.

mod activities;
mod structures;
pub(crate) mod table;

pub use table::{inert, inert_csv};

pub use activities::ACTIVITY_COLUMNS;
pub use structures::STRUCTURE_COLUMNS;
pub use table::BadFile;

use crate::Backend;
use crate::error::Result;
use crate::jobs::Work;
use crate::store::{ChangeKind, Tx};
use crate::write::Deed;
use domain::access::{Action, Actor, Target};
use domain::structure::Structure;

/// Structures written in one transaction.
const BATCH: usize = 1_000;

/// A row that was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Line of the file, from 1.
    pub line: u64,
    /// The same as spreadsheets number it: a cell of several lines is in one row.
    pub number: u64,
    /// Why, in French.
    pub reason: String,
    /// The fields of the row as they stand in the file; the whole line when it cannot be cut into fields.
    pub row: Vec<String>,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows of the file, without its header.
    pub rows: u64,
    /// Names of its columns.
    pub columns: Vec<String>,
    /// Rows that were joined to an earlier row of the same structure: another convention, another activity.
    pub joined: u64,
    /// Structures that were new.
    pub created: u64,
    /// Structures that changed.
    pub updated: u64,
    /// Structures that the file says nothing new of.
    pub unchanged: u64,
    /// Rows that were put aside.
    pub rejected: Vec<Rejected>,
    /// What the operator should know, in French.
    pub warnings: Vec<String>,
}

/// What the operator is told when another process, the service most likely, holds the index.
const INDEXED_ELSEWHERE: &str = "l’index est tenu par un autre programme (le service\u{a0}?)\u{a0}: c’est lui qui le met à jour, dans les secondes qui viennent";

/// What a progress bar is told: done, of how many.
pub type OnProgress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// A structure to be written, and what it was when the import read it.
pub(crate) struct Changed {
    pub before: Option<Structure>,
    pub after: Structure,
}

/// What an import makes of a structure that was changed, or made, while it ran.
pub(crate) type Again<'a> = &'a (dyn Fn(&Structure, Option<&Structure>) -> Structure + Sync);

impl Backend {
    /// Writes structures in batches and brings the index up to date: whether searches already know them. Whoever saved a
    /// structure since it was read is not overwritten: `again` says what the import makes of it as it is now. Those that
    /// are told of needs are matched again with the open ones.
    pub(crate) async fn structures_write(
        &self,
        action: Action,
        changed: &[Changed],
        again: Again<'_>,
        progress: OnProgress<'_>,
    ) -> Result<bool> {
        let total = u64::try_from(changed.len()).unwrap_or(u64::MAX);
        let some_are_open = !self.needs_open().is_empty();
        let mut done = 0;
        progress(0, total);
        for batch in changed.chunks(BATCH) {
            let now = self.clock.now();
            let write = async |tx: &mut Tx| {
                // Those that are new are most of a first import: many in a statement.
                let new: Vec<&Structure> =
                    batch.iter().filter(|c| c.before.is_none()).map(|c| &c.after).collect();
                let inserted = tx.structures_insert(&new, now).await?;
                for Changed { before, after } in batch {
                    let is_written = match before {
                        None => inserted.contains(after.siret.as_str()),
                        Some(before) => {
                            tx.structure_save_over(after, before.updated_at.as_second(), now).await?
                        }
                    };
                    if !is_written {
                        let meanwhile = tx.structure_hold(after.siret).await?;
                        tx.structure_save(&again(after, meanwhile.as_ref()), now).await?;
                    }
                }
                let sirets: Vec<String> = batch.iter().map(|c| c.after.siret.to_string()).collect();
                tx.structures_filed(&sirets, now).await?;
                tx.outbox_push(ChangeKind::Structure, &sirets, now).await?;
                for structure in batch.iter().map(|c| &c.after).filter(|s| some_are_open && s.is_told()) {
                    let siret = structure.siret;
                    let key = format!("structure_tell:{siret}:{}", self.clock.id());
                    tx.work_add(self, &Work::StructureTell { siret }, key).await?;
                }
                Ok(Deed::Kept(()))
            };
            self.write(&Actor::Operator, action, Target::Catalogue, write).await?;
            done += u64::try_from(batch.len()).unwrap_or_default();
            progress(done, total);
        }
        self.wake();
        Ok(self.index_follow_saved().await)
    }
}
