//! The walk over the structures that reach the place: filters, counts of the facets, candidates.

use super::TierCounts;
use super::run::{Named, SearchRun};
use crate::index::{Columns, Reach, Relation, Row, Slot};
use domain::legal::Reservation;
use domain::matching::{Kinship, Known, Tier};
use domain::sector::{SectorIx, Sectors};
use domain::structure::{Kind, Mode};
use rustc_hash::FxHashSet;

/// A filter, as a bit of [`Failed`].
#[derive(Debug, Clone, Copy)]
enum Filter {
    Kind = 1,
    Reservation = 2,
    Qpv = 4,
    Seat = 8,
    /// One way of answering passes sector, mode and place together.
    Related = 16,
    Silent = 32,
    Level = 64,
}

/// The filters that a structure does not pass.
#[derive(Debug, Clone, Copy, Default)]
struct Failed(u8);

impl Failed {
    fn note(&mut self, filter: Filter, passed: bool) {
        if !passed {
            self.0 |= filter as u8;
        }
    }

    fn none(self) -> bool {
        self.0 == 0
    }

    /// Whether every other filter is passed: then the structure counts in the facet of this one.
    fn none_but(self, filter: Filter) -> bool {
        self.0 & !(filter as u8) == 0
    }

    /// Whether two filters at least are not passed: then the structure counts nowhere.
    fn several(self) -> bool {
        self.0.count_ones() > 1
    }

    /// Whether every filter is passed but those that look at what the structure does.
    fn none_but_activity(self) -> bool {
        self.0 & !(Filter::Related as u8 | Filter::Level as u8) == 0
    }
}

/// How many structures each choice of each facet gives: by the number of the kind, of the sector, of the mode.
#[derive(Debug, Default, Clone)]
pub(super) struct Counts {
    pub(super) kinds: [u64; Kind::ALL.len()],
    pub(super) reservations: [u64; Reservation::RESERVED.len()],
    pub(super) modes: [u64; Mode::ALL.len()],
    pub(super) sectors: Vec<SectorCount>,
    pub(super) in_qpv: u64,
    pub(super) seat_there: u64,
    pub(super) tiers: TierCounts,
    pub(super) structures: u64,
}

#[derive(Debug, Default, Clone, Copy)]
pub(super) struct SectorCount {
    count: u64,
    /// The last structure that was counted: one that has two activities of a sector counts once.
    last: u64,
}

impl Counts {
    pub(super) fn new() -> Self {
        Self { sectors: vec![SectorCount::default(); Sectors::get().iter().count()], ..Self::default() }
    }

    pub(super) fn sector(&self, sector: SectorIx) -> u64 {
        self.sectors[usize::from(sector.0)].count
    }
}

/// A structure that passes the filters, before it is scored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) slot: Slot,
    /// Which of [`SearchRun::lots`] it answers best.
    pub(super) lot: usize,
    /// It scores no more than this.
    pub(super) at_most: u8,
    pub(super) is_named: bool,
}

/// What a list says of a structure: when nothing is asked of what it does, whether anything is known of that.
fn tier_of(kinship: Kinship, known: Known) -> Tier {
    match (kinship, known) {
        (Kinship::Unasked, Known::Nothing) => Tier::Possible,
        _ => kinship.tier(),
    }
}

/// Looks at one structure after the other: filters, counts, candidates.
pub(super) struct Walk<'w> {
    search: &'w SearchRun<'w>,
    columns: &'w Columns,
    reach: &'w Reach,
    named: &'w Named,
    /// How structures are related to each lot of the search.
    relations: Vec<Relation<'w>>,
    /// How they would be in each mode: for the counts of the modes.
    by_mode: Vec<Relation<'w>>,
    /// Sets of establishments that answer alike and were counted in the sectors.
    alike: FxHashSet<u32>,
    pub(super) counts: Counts,
    pub(super) candidates: Vec<Candidate>,
}

impl<'w> Walk<'w> {
    pub(super) fn new(
        search: &'w SearchRun<'w>,
        columns: &'w Columns,
        reach: &'w Reach,
        named: &'w Named,
    ) -> Self {
        Self {
            search,
            columns,
            reach,
            named,
            relations: columns.relate_all(search.lots.iter().map(AsRef::as_ref)),
            by_mode: columns.relate_all(&search.by_mode),
            alike: FxHashSet::default(),
            counts: Counts::new(),
            candidates: Vec::new(),
        }
    }

    pub(super) fn look(&mut self, slot: Slot) {
        let row = &self.columns.row(slot, self.search.today);
        let seat_there = self.search.is_there(row);
        let failed = self.failed_by_row(row, seat_there);
        if failed.several() {
            return;
        }
        let related = self.related(slot, row);
        let tier = related.map(|(_, kinship, _)| tier_of(kinship, row.known));
        let failed = self.failed_by_tier(tier, failed);
        self.count(slot, row, seat_there, failed);
        tier.filter(|_| failed.none_but(Filter::Level)).into_iter().for_each(|t| self.counts.tiers.add(t));
        let Some((lot, _, at_most)) = related.filter(|_| failed.none()) else { return };
        let is_named = self.named.slots.contains(&slot) && self.search.is_named(self.columns.entry(slot));
        self.candidates.push(Candidate { slot, lot, at_most, is_named });
    }

    /// Which lot of the search the structure answers best, how, and with how many points at most.
    pub(super) fn related(&self, slot: Slot, row: &Row) -> Option<(usize, Kinship, u8)> {
        let of = |at: usize| {
            let (kinship, at_most) = self.relations[at].of(slot, row, self.reach)?;
            Some((at, kinship, at_most))
        };
        let asked = (0..self.search.asked).filter_map(of);
        let best = asked.reduce(|best, next| if next.2 > best.2 { next } else { best });
        best.or_else(|| {
            let by_words = self.search.takes_words_alone() && self.named.slots.contains(&slot);
            by_words.then(|| of(self.search.asked)).flatten()
        })
    }

    /// The filters that look at the structure, whatever it does.
    fn failed_by_row(&self, row: &Row, seat_there: bool) -> Failed {
        let q = self.search.query;
        let may_answer = |r: Reservation| {
            Reservation::RESERVED.iter().position(|x| *x == r).is_none_or(|i| row.may_answer[i])
        };
        let mut failed = Failed::default();
        failed.note(Filter::Kind, q.kinds.is_empty() || q.kinds.meets(row.kinds));
        failed.note(Filter::Reservation, q.reservation.is_none_or(may_answer));
        failed.note(Filter::Qpv, !q.in_qpv || row.in_qpv);
        failed.note(Filter::Seat, !q.seat_there || seat_there);
        failed.note(Filter::Silent, !q.silent || row.known == Known::Nothing);
        failed
    }

    fn failed_by_tier(&self, tier: Option<Tier>, mut failed: Failed) -> Failed {
        let q = self.search.query;
        failed.note(Filter::Related, tier.is_some());
        failed.note(Filter::Level, q.level.is_none_or(|level| tier.is_some_and(|tier| level.admits(tier))));
        failed
    }

    /// Counts the structure in each facet whose other filters it passes.
    fn count(&mut self, slot: Slot, row: &Row, seat_there: bool, failed: Failed) {
        if failed.none_but(Filter::Kind) {
            row.kinds.iter().for_each(|k| self.counts.kinds[k as usize] += 1);
        }
        if failed.none_but(Filter::Reservation) {
            let counts = self.counts.reservations.iter_mut().zip(row.may_answer);
            counts.for_each(|(count, may)| *count += u64::from(may));
        }
        if failed.none_but(Filter::Qpv) {
            self.counts.in_qpv += u64::from(row.in_qpv);
        }
        if failed.none_but(Filter::Seat) {
            self.counts.seat_there += u64::from(seat_there);
        }
        if failed.none_but(Filter::Related) {
            self.count_modes(slot, row);
        }
        // Choosing a sector may make known what is not.
        if failed.none_but_activity() {
            self.count_sectors(slot, row);
        }
    }

    fn count_modes(&mut self, slot: Slot, row: &Row) {
        let mut in_mode = [false; Mode::ALL.len()];
        for way in self.columns.ways(slot, self.reach) {
            let relations = in_mode.iter_mut().zip(&self.by_mode);
            relations.for_each(|(any, relation)| *any |= relation.of_way(slot, row, way).is_some());
        }
        let counts = self.counts.modes.iter_mut().zip(in_mode);
        counts.for_each(|(count, any)| *count += u64::from(any));
    }

    fn count_sectors(&mut self, slot: Slot, row: &Row) {
        // A sector that is chosen puts those that answer alike on one line.
        if row.alike != 0 && !self.alike.insert(row.alike) {
            return;
        }
        let modes = &self.search.query.modes;
        let counts = &mut self.counts;
        counts.structures += 1;
        for (sector, mode) in self.columns.ways(slot, self.reach).filter_map(|way| way.activity) {
            let of_sector = &mut counts.sectors[usize::from(sector.0)];
            let passes = modes.is_empty() || modes.contains(&mode);
            if passes && of_sector.last != counts.structures {
                of_sector.last = counts.structures;
                of_sector.count += 1;
            }
        }
    }
}
