//! Catalogues: what structures do and say of themselves, as a table that whoever keeps their pages takes away, corrects and
//! gives back. First every row says what it would change; then what was shown is written, through the page of each structure.
//! Nothing is kept between the two: the file comes back with the button.

mod columns;
mod file;
mod plan;
mod sent;

pub use columns::CatalogueColumn;
pub use file::{BadCatalogue, CATALOGUE_BYTES_MAX, CATALOGUE_ROWS_MAX};
pub use sent::CatalogueSent;

use crate::Backend;
use crate::error::{Error, Result};
use crate::imports::table::{Table, read_back};
use crate::patience::worked_out;
use crate::sheet::{Cell, Sheet, SheetFormat};
use crate::structures::ManageOutcome;
use domain::access::{Action, Actor, Target, may};
use domain::siret::Siret;
use domain::structure::Structure;
use plan::{Change, Plan, Writer, planned, siret_of};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most structures that one button writes: each is a transaction of its own, and the page waits for all of them.
pub const STRUCTURES_AT_ONCE: usize = 50;

/// A row, and what it would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueRow {
    /// Its number, as spreadsheets show it.
    pub number: u64,
    /// What its structure is called; what was typed, where nobody knows which one is meant.
    pub structure: String,
    /// What it would do.
    pub outcome: RowOutcome,
}

/// What a row would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome {
    /// It changes something: what, in sentences.
    Changes(Vec<String>),
    /// It says what is there already.
    Unchanged,
    /// Something is to be corrected first: nothing of it is written.
    Wrong(Vec<String>),
}

/// What a file would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CataloguePreview {
    /// Row by row.
    pub rows: Vec<CatalogueRow>,
    /// Columns that are left aside.
    pub ignored: Vec<String>,
    /// The structures that something changes of, each with what tells that very change of it, as it is, from any other.
    pub states: Vec<(Siret, String)>,
}

impl CataloguePreview {
    /// How many rows change something, say what is there, and are to be corrected.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |is: fn(&RowOutcome) -> bool| self.rows.iter().filter(|row| is(&row.outcome)).count();
        (
            count(|outcome| matches!(outcome, RowOutcome::Changes(_))),
            count(|outcome| matches!(outcome, RowOutcome::Unchanged)),
            count(|outcome| matches!(outcome, RowOutcome::Wrong(_))),
        )
    }
}

/// A structure that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueWritten {
    /// Which.
    pub siret: Siret,
    /// What it is called.
    pub name: String,
    /// The rows that were written.
    pub rows: Vec<CatalogueRow>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueApplied {
    /// What was written.
    pub written: Vec<CatalogueWritten>,
    /// Structures of which nothing was written, with why.
    pub refused: Vec<(String, String)>,
    /// Structures that were changed by somebody since the preview: nothing was written, they are previewed again.
    pub changed_since: Vec<String>,
    /// How many structures are left, because one button writes so many.
    pub left: usize,
    /// Whether searches know all of it already.
    pub searchable: bool,
    /// What the same file would do now.
    pub again: CataloguePreview,
}

impl Backend {
    /// The structures of which an account keeps something: its own, and those that let its networks keep a part of their page.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in.
    pub async fn catalogue_show(&self, actor: &Actor) -> Result<Vec<Structure>> {
        let account = self.account_seen(actor)?;
        let own = account.structures().map(|(siret, _)| siret);
        let delegated = account.delegations.iter().map(|delegation| delegation.siret);
        let mut structures = Vec::new();
        for siret in own.chain(delegated).collect::<BTreeSet<Siret>>() {
            structures.extend(self.store.structure_fetch(siret).await?);
        }
        Ok(structures)
    }

    /// Their catalogue as a file: given back as it is, it changes nothing.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in.
    pub async fn catalogue_export(&self, actor: &Actor, format: SheetFormat) -> Result<Vec<u8>> {
        catalogue_file(&self.catalogue_show(actor).await?, format)
    }

    /// What a file would do, row by row. Nothing is written.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in; [`Error::Refused`] when the file as a whole is bad.
    pub async fn catalogue_preview(&self, actor: &Actor, bytes: Vec<u8>) -> Result<CataloguePreview> {
        let table = self.catalogue_read(actor, bytes).await?;
        let plan = self.catalogue_plan(actor, &table).await?;
        previewed(&table, plan)
    }

    /// Writes what a file was seen to do, structure by structure, through its page. `seen` are the states of the preview: what
    /// is not exactly as it was then is previewed again.
    ///
    /// # Errors
    /// As [`Backend::catalogue_preview`]. What cannot be written of one structure keeps nothing back of another.
    pub async fn catalogue_apply(
        &self,
        actor: &Actor,
        bytes: Vec<u8>,
        seen: &[(Siret, String)],
    ) -> Result<CatalogueApplied> {
        let table = self.catalogue_read(actor, bytes).await?;
        let plan = self.catalogue_plan(actor, &table).await?;
        let mut applied = Applied { searchable: true, ..Applied::default() };
        for (siret, change) in plan.changes {
            let digest = change.digest()?;
            let is_seen = seen.iter().any(|(of, then)| *of == siret && *then == digest);
            match (is_seen, applied.written.len() < STRUCTURES_AT_ONCE) {
                (false, _) => applied.changed_since.push(change.before.shown_name().to_owned()),
                (true, false) => applied.left += 1,
                (true, true) => self.catalogue_write(actor, siret, change, &mut applied).await,
            }
        }
        let again = self.catalogue_plan(actor, &table).await?;
        let Applied { written, refused, changed_since, left, searchable } = applied;
        let again = previewed(&table, again)?;
        Ok(CatalogueApplied { written, refused, changed_since, left, searchable, again })
    }

    /// Writes what a file says of one structure, as long as it is what it was when that was worked out.
    async fn catalogue_write(&self, actor: &Actor, siret: Siret, change: Change, applied: &mut Applied) {
        let Change { before, form, rows } = change;
        let name = before.shown_name().to_owned();
        match self.manage_save_while(actor, siret, &form, |now| *now == before).await {
            Ok(Some(ManageOutcome::Saved { searchable })) => {
                applied.searchable &= searchable;
                applied.written.push(CatalogueWritten { siret, name, rows });
            }
            Ok(Some(ManageOutcome::Refused(wrong))) => {
                let why: Vec<String> = wrong.into_iter().map(|violation| violation.message).collect();
                applied.refused.push((name, why.join(" ")));
            }
            Ok(None) => applied.changed_since.push(name),
            Err(Error::Forbidden(refusal)) => applied.refused.push((name, refusal.sentence().to_owned())),
            // Others are written already: what became of each is said, also when one fails.
            Err(error) => {
                tracing::error!(%error, %siret, "a structure of a catalogue was not written");
                let why = "Rien n’a été enregistré, de notre fait\u{a0}: recommencez dans un instant.";
                applied.refused.push((name, why.to_owned()));
            }
        }
    }

    async fn catalogue_read(&self, actor: &Actor, bytes: Vec<u8>) -> Result<Arc<Table>> {
        self.account_seen(actor)?;
        worked_out(move || match file::table_read(&bytes) {
            Ok(table) => Ok(Arc::new(table)),
            Err(why) => Err(Error::Refused(why.to_string())),
        })
        .await
    }

    async fn catalogue_plan(&self, actor: &Actor, table: &Arc<Table>) -> Result<Plan> {
        let named: BTreeSet<Siret> = table.rows.iter().filter_map(|row| siret_of(table, row).ok()).collect();
        let mut structures = BTreeMap::new();
        for siret in named {
            if may(actor, Action::StructureManage, &Target::Structure(siret)).granted().is_ok() {
                let structure = self.store.structure_fetch(siret).await?;
                structures.extend(structure.map(|structure| (siret, structure)));
            }
        }
        let writer = Writer { actor: actor.clone(), today: self.clock.today(), structures };
        let table = Arc::clone(table);
        worked_out(move || planned(&table, &writer)).await
    }
}

/// What was done so far.
#[derive(Default)]
struct Applied {
    written: Vec<CatalogueWritten>,
    refused: Vec<(String, String)>,
    changed_since: Vec<String>,
    left: usize,
    searchable: bool,
}

fn previewed(table: &Table, plan: Plan) -> Result<CataloguePreview> {
    let states = plan.changes.iter().map(|(siret, change)| Ok((*siret, change.digest()?)));
    Ok(CataloguePreview {
        states: states.collect::<Result<_>>()?,
        rows: plan.rows,
        ignored: table.unknown.clone(),
    })
}

/// The catalogue of some structures as a file; of none, an empty model.
///
/// # Errors
/// When it cannot be written.
pub fn catalogue_file(structures: &[Structure], format: SheetFormat) -> Result<Vec<u8>> {
    let head = CatalogueColumn::ALL.map(CatalogueColumn::heading).to_vec();
    let rows = structures.iter().flat_map(rows_of).map(|row| match format {
        // What is written as CSV is marked there.
        SheetFormat::Csv => row,
        SheetFormat::Xlsx => row.into_iter().map(marked).collect(),
    });
    Sheet { head, rows: rows.collect() }.to_file(format)
}

/// A row for each activity, dismissed ones too; one for a structure that has none. What is said of the whole structure stands
/// in the first.
fn rows_of(structure: &Structure) -> Vec<Vec<Cell>> {
    let activities = structure.activities.iter().map(Some);
    let none = structure.activities.is_empty().then_some(None);
    let row = |(n, activity): (usize, Option<_>)| {
        let cell = |column: CatalogueColumn| match column.about() == columns::About::Structure && n > 0 {
            true => Cell::Empty,
            false => column.cell(structure, activity),
        };
        CatalogueColumn::ALL.map(cell).to_vec()
    };
    activities.chain(none).enumerate().map(row).collect()
}

fn marked(cell: Cell) -> Cell {
    match cell {
        Cell::Text(text) => Cell::Text(read_back(&text).into_owned()),
        other => other,
    }
}
