//! What each row of a catalogue would do: a small form of its structure's page, tried on a copy of the structure. What
//! changed there is what the row says that it changes.

use super::columns::{About, Subject, activity_begun, activity_of, mode_written};
use super::{CatalogueColumn, CatalogueRow, RowOutcome};
use crate::error::Result;
use crate::imports::table::{EMPTIED, Row, Table};
use crate::patience::somebody_waits;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::{Action, Actor, FichePart, Target, may};
use domain::sector::{SectorIx, Sectors};
use domain::siret::Siret;
use domain::structure::fiche::FicheForm;
use domain::structure::{Mode, Structure};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// What a file would do.
pub(super) struct Plan {
    /// Row by row, in their order.
    pub rows: Vec<CatalogueRow>,
    /// Structure by structure: those that something changes of.
    pub changes: BTreeMap<Siret, Change>,
}

/// What a file would do to a structure.
pub(super) struct Change {
    /// As it is.
    pub before: Structure,
    /// What its rows say together.
    pub form: FicheForm,
    /// Those rows.
    pub rows: Vec<CatalogueRow>,
}

impl Change {
    /// What tells this change of this structure, as it is, apart from any other.
    pub fn digest(&self) -> Result<String> {
        let mut hash = Sha256::new();
        hash.update(serde_json::to_vec(&self.before).map_err(anyhow::Error::from)?);
        for row in &self.rows {
            hash.update(format!("{}{:?}", row.number, row.outcome));
        }
        Ok(URL_SAFE_NO_PAD.encode(&hash.finalize()[..18]))
    }
}

/// Who writes, when, and the structures of which it may write something.
pub(super) struct Writer {
    pub actor: Actor,
    pub today: Date,
    pub structures: BTreeMap<Siret, Structure>,
}

/// The SIRET of a row.
pub(super) fn siret_of(table: &Table, row: &Row) -> std::result::Result<Siret, String> {
    let typed = table.field(row, CatalogueColumn::Siret.code());
    Siret::parse(typed).map_err(|error| error.to_string())
}

/// What a table would do.
pub(super) fn planned(table: &Table, writer: &Writer) -> Result<Plan> {
    let mut planning =
        Planning { table, writer, seen: HashMap::new(), said: HashMap::new(), tried: BTreeMap::new() };
    let mut rows = Vec::new();
    for row in &table.rows {
        somebody_waits()?;
        rows.push(planning.row(row));
    }
    let wrong = |number, reason: &str| CatalogueRow {
        number,
        structure: String::new(),
        outcome: RowOutcome::Wrong(vec![reason.to_owned()]),
    };
    rows.extend(table.rejected.iter().map(|rejected| wrong(rejected.number, &rejected.reason)));
    rows.sort_by_key(|row| row.number);
    let changes = planning.tried.into_iter().filter(|(_, tried)| !tried.rows.is_empty());
    let change = |(siret, tried): (Siret, Tried)| {
        let before = writer.structures.get(&siret)?.clone();
        Some((siret, Change { before, form: tried.form, rows: tried.rows }))
    };
    Ok(Plan { rows, changes: changes.filter_map(change).collect() })
}

/// What the rows so far have made of a structure.
struct Tried {
    structure: Structure,
    form: FicheForm,
    rows: Vec<CatalogueRow>,
}

struct Planning<'p> {
    table: &'p Table,
    writer: &'p Writer,
    /// The activities that a row was about, with its number.
    seen: HashMap<(Siret, SectorIx, Mode), u64>,
    /// What a row said of a structure as a whole.
    said: HashMap<(Siret, CatalogueColumn), (u64, String)>,
    tried: BTreeMap<Siret, Tried>,
}

/// What a row is about and says.
struct Read<'s> {
    siret: Siret,
    structure: &'s Structure,
    activity: Option<(SectorIx, Mode)>,
    form: FicheForm,
}

type Refused<T> = std::result::Result<T, Vec<String>>;

impl<'p> Planning<'p> {
    fn row(&mut self, row: &Row) -> CatalogueRow {
        let siret = siret_of(self.table, row);
        let known = siret.as_ref().ok().and_then(|siret| self.writer.structures.get(siret));
        let typed = self.table.field(row, CatalogueColumn::Siret.code());
        let structure = known.map_or(typed, Structure::shown_name).to_owned();
        let outcome = match self.read(row).and_then(|read| self.tried_on(row, read)) {
            Ok(outcome) => outcome,
            Err(wrong) => RowOutcome::Wrong(wrong),
        };
        let said = CatalogueRow { number: row.number, structure, outcome };
        if let (RowOutcome::Changes(_), Ok(siret)) = (&said.outcome, siret)
            && let Some(tried) = self.tried.get_mut(&siret)
        {
            tried.rows.push(said.clone());
        }
        said
    }

    /// What a cell says: `None` when it says nothing, else a text, or none where its field is to be emptied.
    fn cell<'r>(&'r self, row: &'r Row, column: CatalogueColumn) -> Option<Option<&'r str>> {
        match (self.table.raw(row, column.code()), self.table.field(row, column.code())) {
            (EMPTIED, _) => Some(None),
            (_, "") => None,
            (_, text) => Some(Some(text)),
        }
    }

    fn text<'r>(&'r self, row: &'r Row, column: CatalogueColumn) -> &'r str {
        self.cell(row, column).flatten().unwrap_or_default()
    }

    /// Reads a row into a form of the page of its structure.
    fn read(&self, row: &Row) -> Refused<Read<'p>> {
        let siret = siret_of(self.table, row).map_err(|why| vec![why])?;
        if may(&self.writer.actor, Action::StructureManage, &Target::Structure(siret)).granted().is_err() {
            let why = "vous ne tenez pas la fiche de cette structure\u{a0}: l’un de ses responsables peut vous en confier des parties, ou vous y inviter";
            return Err(vec![why.to_owned()]);
        }
        let structure = self.writer.structures.get(&siret);
        let structure =
            structure.ok_or_else(|| vec![format!("aucune structure de notre liste n’a le SIRET {siret}")])?;
        let activity = self.activity(row, structure).map_err(|why| vec![why])?;
        let form = self.form(row, structure, activity)?;
        Ok(Read { siret, structure, activity, form })
    }

    /// The activity that a row is about; none when it is about the structure alone.
    fn activity(
        &self,
        row: &Row,
        structure: &Structure,
    ) -> std::result::Result<Option<(SectorIx, Mode)>, String> {
        let (label, slug) = (self.text(row, CatalogueColumn::Sector), self.text(row, CatalogueColumn::Slug));
        let typed = self.text(row, CatalogueColumn::Mode);
        let read = |text: &str| {
            Sectors::get().of_field(text).ok_or_else(|| {
                format!("nous ne connaissons pas le secteur «\u{a0}{text}\u{a0}»\u{a0}: reprenez son nom dans la liste, sous les colonnes")
            })
        };
        let sector = match (label, slug) {
            ("", "") if typed.is_empty() => return Ok(None),
            ("", "") => return Err("dites le secteur de cette activité".to_owned()),
            ("", one) | (one, "") => read(one)?,
            (label, slug) => {
                let (by_label, by_slug) = (read(label)?, read(slug)?);
                if by_label != by_slug {
                    return Err(format!(
                        "«\u{a0}{label}\u{a0}» et «\u{a0}{slug}\u{a0}» sont deux secteurs\u{a0}: corrigez l’un, ou videz-le"
                    ));
                }
                by_label
            }
        };
        let mut of_sector = structure.activities.iter().filter(|a| a.sector == sector);
        let mode = match (Mode::parse(typed), typed, of_sector.next(), of_sector.next()) {
            (Some(mode), ..) => mode,
            // It has one form of it only: that one is meant.
            (None, "", Some(only), None) => only.mode,
            (None, "", ..) => {
                return Err("dites la forme\u{a0}: prestation, mise à disposition ou fabrication".to_owned());
            }
            (None, other, ..) => {
                return Err(format!(
                    "forme inconnue «\u{a0}{other}\u{a0}»\u{a0}: écrivez prestation, mise à disposition ou fabrication"
                ));
            }
        };
        if let Some(before) = self.seen.get(&(structure.siret, sector, mode)) {
            return Err(format!("la ligne {before} parle de la même activité\u{a0}: gardez-en une"));
        }
        Ok(Some((sector, mode)))
    }

    /// What the cells of a row say to change, as a form; else everything that is to be corrected.
    fn form(
        &self,
        row: &Row,
        structure: &Structure,
        activity: Option<(SectorIx, Mode)>,
    ) -> Refused<FicheForm> {
        let subject = activity.map(|activity| Subject::of(structure, activity));
        let mut form = FicheForm::default();
        let known = subject.and_then(|subject| subject.known);
        form.add.extend(
            subject.filter(|subject| subject.known.is_none()).map(|subject| activity_begun(&subject)),
        );
        let mut wrong = Vec::new();
        for column in CatalogueColumn::ALL {
            let Some(said) = self.cell(row, column).filter(|_| column.about() != About::Row) else {
                continue;
            };
            wrong.extend(self.contradicted(structure.siret, column, said));
            let stored = column.cell(structure, known).text();
            if column.is_same(said.unwrap_or_default(), &stored) {
                continue;
            }
            wrong.extend(column.say(said, subject.as_ref(), &mut form).err());
        }
        if wrong.is_empty() { Ok(form) } else { Err(wrong) }
    }

    /// Why a cell cannot say this of a structure: a row before said something else.
    fn contradicted(&self, siret: Siret, column: CatalogueColumn, said: Option<&str>) -> Option<String> {
        let (before, text) = self.said.get(&(siret, column))?;
        let is_same = column.is_same(said.unwrap_or_default(), text);
        (!is_same)
            .then(|| format!("la ligne {before} dit autrement {}\u{a0}: gardez-en une", column.changed()))
    }

    /// Tries a row on its structure, as the rows before left it.
    fn tried_on(&mut self, row: &Row, read: Read<'p>) -> Refused<RowOutcome> {
        let Read { siret, structure, activity, form } = read;
        let before = self.tried.get(&siret).map_or(structure, |tried| &tried.structure);
        let mut after = before.clone();
        let wrong = form.apply(&mut after, self.writer.today);
        if !wrong.is_empty() {
            return Err(wrong.into_iter().map(|violation| violation.message).collect());
        }
        let changes = changes_between(before, &after, activity);
        if !changes.is_empty() {
            let refused: Vec<&str> = form
                .parts()
                .into_iter()
                .filter(|part| !self.writes(siret, *part))
                .map(FichePart::label)
                .collect();
            if !refused.is_empty() {
                return Err(vec![format!(
                    "cette structure ne vous confie pas\u{a0}: {}",
                    refused.join("\u{a0}; ")
                )]);
            }
        }
        self.remember(row, siret, activity);
        if changes.is_empty() {
            return Ok(RowOutcome::Unchanged);
        }
        let tried = self.tried.entry(siret);
        let tried = tried.or_insert_with(|| Tried {
            structure: structure.clone(),
            form: FicheForm::default(),
            rows: Vec::new(),
        });
        tried.structure = after;
        tried.form = std::mem::take(&mut tried.form).with(form);
        Ok(RowOutcome::Changes(changes))
    }

    fn writes(&self, siret: Siret, part: FichePart) -> bool {
        may(&self.writer.actor, Action::FicheWrite, &Target::Fiche { siret, part }).granted().is_ok()
    }

    /// Remembers what a good row was about, so that no other one contradicts it.
    fn remember(&mut self, row: &Row, siret: Siret, activity: Option<(SectorIx, Mode)>) {
        if let Some((sector, mode)) = activity {
            self.seen.insert((siret, sector, mode), row.number);
        }
        for column in CatalogueColumn::ALL.into_iter().filter(|column| column.about() == About::Structure) {
            let said = self.cell(row, column).map(|said| said.unwrap_or_default().to_owned());
            if let Some(text) = said {
                self.said.entry((siret, column)).or_insert((row.number, text));
            }
        }
    }
}

/// Most characters of a text that a change quotes.
const QUOTED_MAX: usize = 120;

/// What changed of a structure and of the activity of a row, in sentences.
fn changes_between(before: &Structure, after: &Structure, activity: Option<(SectorIx, Mode)>) -> Vec<String> {
    let of = |structure| activity.and_then(|activity| activity_of(structure, activity));
    let (was, is) = (of(before), of(after));
    let mut changes = Vec::new();
    if let (None, Some(added), Some((sector, mode))) = (was, is, activity) {
        let zones = CatalogueColumn::Zones.cell(after, Some(added)).text();
        let hours = CatalogueColumn::ActivityHours.cell(after, Some(added)).text();
        let hours = if hours.is_empty() { hours } else { format!(", {hours}\u{a0}h par mois") };
        changes.push(format!("ajoute l’activité {}, {}, {zones}{hours}", sector.label(), mode_written(mode)));
    }
    let is_added = was.is_none() && is.is_some();
    for column in CatalogueColumn::ALL.into_iter().filter(|column| column.about() != About::Row) {
        if is_added && column.about() == About::Activity {
            continue;
        }
        let (from, to) = (column.cell(before, was).text(), column.cell(after, is).text());
        if from != to {
            changes.push(format!("change {}\u{a0}: {} → {}", column.changed(), quoted(&from), quoted(&to)));
        }
    }
    changes
}

/// A text as a change quotes it: on one line, and not too long.
fn quoted(text: &str) -> String {
    let line =
        text.split([' ', '\n', '\r', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.chars().count() {
        0 => "(vide)".to_owned(),
        n if n > QUOTED_MAX => format!("{}…", line.chars().take(QUOTED_MAX).collect::<String>().trim_end()),
        _ => line,
    }
}
