//! What filters and counts read of each structure, in columns.
//!
//! A search looks at every structure that reaches a place, thousands of them, and shows twenty. Whole entries lie
//! scattered in memory: reading them all would cost more than everything else.

use super::catalogue::Entry;
use domain::legal::{Eligibility, Reservation};
use domain::matching::Facts;
use domain::sector::SectorIx;
use domain::structure::{KindSet, Mode};
use domain::territory::{CommuneIx, CommuneSet};
use jiff::civil::Date;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

/// Where a structure stands in the columns of one catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot(u32);

/// A structure, as filters see it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its conventions: those in force on the day for which the row was asked.
    pub kinds: KindSet,
    /// Whether it may answer each of [`Reservation::RESERVED`], or « à vérifier ».
    pub may_answer: [bool; Reservation::RESERVED.len()],
    /// Seat in a quartier prioritaire.
    pub in_qpv: bool,
    /// Commune of the seat.
    pub seat: Option<CommuneIx>,
    /// What changes with the day, where the period of a convention is known: a part of [`Columns::changes`].
    changes_from: u32,
    changes_count: u8,
    activities_from: u32,
    activities_count: u16,
}

/// What holds of a structure from a day on, until its next change.
#[derive(Debug, Clone, Copy)]
struct Change {
    from: Date,
    kinds: KindSet,
    may_answer: [bool; Reservation::RESERVED.len()],
}

/// An activity, as filters see it.
#[derive(Debug, Clone, Copy)]
pub struct ActivityRow {
    /// What.
    pub sector: SectorIx,
    /// How.
    pub mode: Mode,
    zones: u32,
}

/// Most activities of one structure that searches look at; its page allows forty.
const REACH_BITS: usize = 64;

/// The columns.
#[derive(Debug, Default)]
pub struct Columns {
    entries: Vec<Arc<Entry>>,
    rows: Vec<Row>,
    activities: Vec<ActivityRow>,
    changes: Vec<Change>,
    /// Each set of communes once, as a part of `ranges`: structures of one commune share theirs.
    zones: Vec<Range<u32>>,
    ranges: Vec<(u16, u16)>,
    slots: FxHashMap<u64, Slot>,
}

impl Columns {
    /// The columns of these structures.
    #[must_use]
    pub(super) fn of(entries: Vec<Arc<Entry>>) -> Self {
        let mut columns = Self { rows: Vec::with_capacity(entries.len()), ..Self::default() };
        let mut zone_numbers: FxHashMap<*const CommuneSet, u32> = FxHashMap::default();
        for entry in &entries {
            let slot = Slot(number_32(columns.rows.len()));
            columns.slots.insert(entry.number(), slot);
            columns.push(entry, &mut zone_numbers);
        }
        Self { entries, ..columns }
    }

    fn push(&mut self, entry: &Entry, zone_numbers: &mut FxHashMap<*const CommuneSet, u32>) {
        let activities_from = number_32(self.activities.len());
        for activity in &entry.facts.activities {
            let zones = *zone_numbers.entry(Arc::as_ptr(&activity.zones)).or_insert_with(|| {
                let from = number_32(self.ranges.len());
                self.ranges.extend_from_slice(activity.zones.as_ranges());
                self.zones.push(from..number_32(self.ranges.len()));
                number_32(self.zones.len() - 1)
            });
            self.activities.push(ActivityRow { sector: activity.sector, mode: activity.mode, zones });
        }
        let kinds = entry.structure.kinds;
        let changes_from = number_32(self.changes.len());
        self.changes.extend(changes(&entry.facts));
        self.rows.push(Row {
            kinds,
            may_answer: may_answer(&entry.facts, kinds),
            changes_from,
            changes_count: u8::try_from(self.changes.len() - changes_from as usize).unwrap_or(u8::MAX),
            in_qpv: entry.structure.in_qpv == Some(true),
            seat: entry.facts.seat.map(|seat| seat.commune),
            activities_from,
            activities_count: u16::try_from(entry.facts.activities.len()).unwrap_or(u16::MAX),
        });
    }

    /// How many structures there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Every structure, in no order.
    pub fn entries(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.iter()
    }

    /// Every place in the columns.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + use<> {
        (0..number_32(self.entries.len())).map(Slot)
    }

    /// Where the structure of this number stands.
    #[must_use]
    pub fn slot(&self, number: u64) -> Option<Slot> {
        self.slots.get(&number).copied()
    }

    /// The whole structure.
    #[must_use]
    pub fn entry(&self, slot: Slot) -> &Arc<Entry> {
        &self.entries[slot.0 as usize]
    }

    /// What filters see of it on a day: conventions that have ended, or have not begun, do not count.
    #[must_use]
    pub fn row(&self, slot: Slot, on: Date) -> Row {
        let row = self.rows[slot.0 as usize];
        let from = row.changes_from as usize;
        let changes = &self.changes[from..from + usize::from(row.changes_count)];
        match changes.iter().rfind(|change| change.from <= on) {
            Some(change) => Row { kinds: change.kinds, may_answer: change.may_answer, ..row },
            None => row,
        }
    }

    /// Its activities, in the order of [`domain::matching::Facts::activities`].
    #[must_use]
    fn activities(&self, row: &Row) -> &[ActivityRow] {
        let from = row.activities_from as usize;
        &self.activities[from..from + usize::from(row.activities_count)]
    }

    /// Whether no activity of it is known.
    #[must_use]
    pub fn is_silent(&self, row: &Row) -> bool {
        row.activities_count == 0
    }

    /// Those of its activities that a [`Reach`] named.
    pub fn activities_reaching(&self, row: &Row, reach: u64) -> impl Iterator<Item = &ActivityRow> {
        let activities = self.activities(row).iter().take(REACH_BITS).enumerate();
        activities.filter(move |(at, _)| reach >> at & 1 == 1).map(|(_, activity)| activity)
    }

    /// Tells which activities reach a place: all of them without place.
    #[must_use]
    pub fn reach<'a>(&'a self, place: Option<&'a CommuneSet>) -> Reach<'a> {
        let zones = if place.is_some() { self.zones.len() } else { 0 };
        Reach { columns: self, place, known: vec![None; zones] }
    }
}

/// Which activities reach one place. Each set of communes is compared with the place once.
pub struct Reach<'a> {
    columns: &'a Columns,
    place: Option<&'a CommuneSet>,
    known: Vec<Option<bool>>,
}

impl Reach<'_> {
    /// Bit `i` is activity `i`; those beyond the 64th are not looked at.
    pub fn of(&mut self, row: &Row) -> u64 {
        let columns = self.columns;
        let activities = columns.activities(row).iter().take(REACH_BITS).enumerate();
        activities.fold(0, |mask, (i, activity)| mask | u64::from(self.reaches(activity)) << i)
    }

    fn reaches(&mut self, activity: &ActivityRow) -> bool {
        let Some(place) = self.place else { return true };
        let zones = activity.zones as usize;
        *self.known[zones].get_or_insert_with(|| {
            let Range { start, end } = self.columns.zones[zones];
            place.meets_ranges(&self.columns.ranges[start as usize..end as usize])
        })
    }
}

/// Whether a structure of these conventions may answer each of [`Reservation::RESERVED`], or « à vérifier ».
fn may_answer(facts: &Facts, kinds: KindSet) -> [bool; Reservation::RESERVED.len()] {
    Reservation::RESERVED.map(|r| r.verdict_of_structure(facts.party_of(kinds)).0 != Eligibility::No)
}

/// What holds of a structure, day after day, the first one for ever before; nothing when no period is known.
fn changes(facts: &Facts) -> Vec<Change> {
    if facts.dated.is_empty() {
        return Vec::new();
    }
    let starts = facts.dated.iter().filter_map(|convention| convention.from);
    let ends = facts.dated.iter().filter_map(|convention| convention.to?.tomorrow().ok());
    let mut days: Vec<Date> = starts.chain(ends).chain([Date::MIN]).collect();
    days.sort_unstable();
    days.dedup();
    let change = |from: Date| {
        let kinds = facts.kinds_on(Some(from));
        Change { from, kinds, may_answer: may_answer(facts, kinds) }
    };
    days.into_iter().map(change).collect()
}

/// Columns hold fewer than four thousand million things: there are not so many structures.
fn number_32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
