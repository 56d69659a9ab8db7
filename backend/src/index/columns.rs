//! What filters, counts and bounds read of each structure, in columns, and which ways of answering reach which place.
//!
//! A *way* is an activity, or what a structure may do besides: by its nature, or because nobody knows. Ways are numbered
//! structure after structure; sets of ways are bits in that order. A search looks up the zones of its départements, marks
//! the ways of those that meet the place, and walks the marks: what it costs follows the answer, not the market. Whole
//! entries lie scattered in memory: only those that a page may show are read.

use super::catalogue::Entry;
use domain::legal::{Eligibility, Reservation};
use domain::matching::{Facts, Kinship, Known, PreparedLot};
use domain::sector::{SectorIx, Sectors};
use domain::structure::{KindSet, Mode, Standing};
use domain::territory::{Atlas, CommuneSet, Seat};
use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

/// Where a structure stands in the columns of one catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Its seat.
    pub seat: Option<Seat>,
    /// What is known of its activities.
    pub known: Known,
    /// Establishments of one SIREN that would answer alike have one number here; 0 for those that stand alone.
    pub alike: u32,
    /// Whether it said of some sector that it is not its own.
    dismisses: bool,
    /// What changes with the day, where the period of a convention is known: a part of [`Columns::changes`].
    changes_from: u32,
    changes_count: u8,
    ways_from: u32,
    ways_count: u8,
}

/// What holds of a structure from a day on, until its next change.
#[derive(Debug, Clone, Copy)]
struct Turn {
    from: Date,
    kinds: KindSet,
    may_answer: [bool; Reservation::RESERVED.len()],
}

/// A way of answering, as filters see it.
#[derive(Debug, Clone, Copy)]
pub struct WayRow {
    /// What, for an activity; none for what may be done besides.
    pub activity: Option<(SectorIx, Mode)>,
    standing: Option<Standing>,
    /// Hours a month that it may offer at most.
    hours_at_most: Option<u32>,
    zones: u32,
}

impl WayRow {
    /// Whether it is an activity that the structure, or a file, declared.
    #[must_use]
    pub fn is_said(&self) -> bool {
        matches!(self.standing, Some(Standing::Declared | Standing::Confirmed))
    }
}

/// Hours a month that a structure may offer at most by a way of answering. A calendar may say more of a month than what is
/// usual: no bound is below what it may give.
fn hours_at_most(facts: &Facts, usual: Option<u32>) -> Option<u32> {
    if facts.calendar.is_empty() { usual } else { Some(u32::MAX) }
}

/// Most ways of one structure that searches look at: the forty activities of its page, and one besides.
const WAYS_MAX: usize = 64;

/// The columns.
#[derive(Debug, Default)]
pub struct Columns {
    entries: Vec<Arc<Entry>>,
    rows: Vec<Row>,
    ways: Vec<WayRow>,
    /// Whose each way is. Apart from `ways`, as `alikes` from `rows`: a walk over thousands reads these alone, and they stay
    /// near the processor.
    slot_of_way: Vec<Slot>,
    /// [`Row::alike`] of each structure.
    alikes: Vec<u32>,
    changes: Vec<Turn>,
    /// Each set of communes once, as a part of `ranges`: structures of one commune share theirs.
    zones: Vec<Range<u32>>,
    ranges: Vec<(u16, u16)>,
    /// For each département, the zones that hold a part of it.
    zones_of_departement: Vec<Vec<u32>>,
    /// The ways of each zone: `ways_of_zone[from..to]`, with the ends in `zone_ends`.
    ways_of_zone: Vec<u32>,
    zone_ends: Vec<u32>,
    /// Seats in the order of their communes.
    seats: Vec<(u16, Slot)>,
    slots: FxHashMap<u64, Slot>,
    /// Worked out when first asked for.
    name_ranks: OnceLock<Vec<u32>>,
}

impl Columns {
    /// The columns of these structures.
    #[must_use]
    pub(super) fn of(mut entries: Vec<Arc<Entry>>) -> Self {
        // Neighbours in the country are neighbours in memory: a search reads those of one place.
        entries.sort_by_key(|entry| entry.facts.seat.map(|seat| seat.commune));
        let mut columns = Self { rows: Vec::with_capacity(entries.len()), ..Self::default() };
        let mut zone_numbers: FxHashMap<*const CommuneSet, u32> = FxHashMap::default();
        let alike = alike(&entries);
        for (entry, alike) in entries.iter().zip(alike) {
            let slot = Slot(number_32(columns.rows.len()));
            columns.slots.insert(entry.number(), slot);
            columns.push(slot, entry, alike, &mut zone_numbers);
        }
        columns.index_zones();
        columns.seats.sort_unstable();
        Self { entries, ..columns }
    }

    fn push(
        &mut self,
        slot: Slot,
        entry: &Entry,
        alike: u32,
        zone_numbers: &mut FxHashMap<*const CommuneSet, u32>,
    ) {
        let facts = &entry.facts;
        let kinds = entry.structure.kinds;
        let known = facts.known();
        let ways_from = number_32(self.ways.len());
        for activity in facts.activities.iter().take(WAYS_MAX - 1) {
            let zones = self.zone_number(&activity.zones, zone_numbers);
            self.ways.push(WayRow {
                activity: Some((activity.sector, activity.mode)),
                standing: Some(activity.standing),
                hours_at_most: hours_at_most(facts, activity.hours_per_month),
                zones,
            });
        }
        if domain::matching::may_answer_besides(kinds, known) {
            let zones = self.zone_number(&facts.usual_reach, zone_numbers);
            let hours_at_most = hours_at_most(facts, None);
            self.ways.push(WayRow { activity: None, standing: None, hours_at_most, zones });
        }
        self.slot_of_way.resize(self.ways.len(), slot);
        self.alikes.push(alike);
        let changes_from = number_32(self.changes.len());
        self.changes.extend(changes(facts));
        self.seats.extend(facts.seat.map(|seat| (seat.commune.0, slot)));
        self.rows.push(Row {
            kinds,
            may_answer: may_answer(facts, kinds),
            in_qpv: entry.structure.in_qpv == Some(true),
            seat: facts.seat,
            known,
            alike,
            dismisses: !facts.dismissed.is_empty(),
            changes_from,
            changes_count: u8::try_from(self.changes.len() - changes_from as usize).unwrap_or(u8::MAX),
            ways_from,
            ways_count: u8::try_from(self.ways.len() - ways_from as usize).unwrap_or(u8::MAX),
        });
    }

    fn zone_number(
        &mut self,
        zones: &Arc<CommuneSet>,
        numbers: &mut FxHashMap<*const CommuneSet, u32>,
    ) -> u32 {
        *numbers.entry(Arc::as_ptr(zones)).or_insert_with(|| {
            let from = number_32(self.ranges.len());
            self.ranges.extend_from_slice(zones.as_ranges());
            self.zones.push(from..number_32(self.ranges.len()));
            number_32(self.zones.len() - 1)
        })
    }

    /// Which zones hold a part of each département, and which ways each zone has.
    fn index_zones(&mut self) {
        let atlas = Atlas::get();
        self.zones_of_departement = vec![Vec::new(); atlas.departements.len()];
        for (number, zone) in (0u32..).zip(&self.zones) {
            let ranges = &self.ranges[zone.start as usize..zone.end as usize];
            for departement in atlas.departements_of_ranges(ranges) {
                self.zones_of_departement[usize::from(departement.0)].push(number);
            }
        }
        let mut counts = vec![0u32; self.zones.len() + 1];
        self.ways.iter().for_each(|way| counts[way.zones as usize + 1] += 1);
        for zone in 1..counts.len() {
            counts[zone] += counts[zone - 1];
        }
        self.zone_ends = counts[1..].to_vec();
        let mut next = counts;
        self.ways_of_zone = vec![0; self.ways.len()];
        for (number, way) in (0u32..).zip(&self.ways) {
            let at = &mut next[way.zones as usize];
            self.ways_of_zone[*at as usize] = number;
            *at += 1;
        }
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
    #[inline]
    pub fn row(&self, slot: Slot, on: Date) -> Row {
        let row = self.rows[slot.0 as usize];
        if row.changes_count == 0 {
            return row;
        }
        let from = row.changes_from as usize;
        let changes = &self.changes[from..from + usize::from(row.changes_count)];
        match changes.iter().rfind(|change| change.from <= on) {
            Some(change) => Row { kinds: change.kinds, may_answer: change.may_answer, ..row },
            None => row,
        }
    }

    /// Structures whose seat lies in one of these communes.
    pub fn seated_in<'a>(&'a self, communes: &'a CommuneSet) -> impl Iterator<Item = Slot> + 'a {
        communes.ranges().flat_map(|range| {
            let from = self.seats.partition_point(|(commune, _)| *commune < range.start);
            let to = self.seats.partition_point(|(commune, _)| *commune < range.end);
            self.seats[from..to].iter().map(|(_, slot)| *slot)
        })
    }

    /// Marks the ways that reach a place: all of them without place.
    #[must_use]
    pub fn reach(&self, place: Option<&CommuneSet>) -> Reach {
        let words = self.ways.len().div_ceil(64);
        let Some(place) = place.filter(|place| place.len() < Atlas::get().communes.len()) else {
            return Reach { bits: vec![u64::MAX; words] };
        };
        let mut bits = vec![0u64; words];
        for departement in Atlas::get().departements_of(place) {
            for zone in &self.zones_of_departement[usize::from(departement.0)] {
                let zone = *zone as usize;
                let Range { start, end } = self.zones[zone];
                if place.meets_ranges(&self.ranges[start as usize..end as usize]) {
                    let from = if zone == 0 { 0 } else { self.zone_ends[zone - 1] as usize };
                    for way in &self.ways_of_zone[from..self.zone_ends[zone] as usize] {
                        bits[*way as usize / 64] |= 1 << (way % 64);
                    }
                }
            }
        }
        Reach { bits }
    }

    /// Marks the ways that reach the place of a lot.
    #[must_use]
    pub fn reach_of(&self, lot: &PreparedLot) -> Reach {
        self.reach(lot.lot().place.map(|_| lot.communes()))
    }

    /// The structures of which a way is marked, in the order of the columns.
    pub fn reached<'a>(&'a self, reach: &'a Reach) -> impl Iterator<Item = Slot> + 'a {
        let mut next = 0usize;
        let mut last = None;
        std::iter::from_fn(move || {
            loop {
                let way = reach.first_from(next, self.ways.len())?;
                next = way + 1;
                let slot = self.slot_of_way[way];
                if last != Some(slot) {
                    last = Some(slot);
                    return Some(slot);
                }
            }
        })
    }

    /// The structures that reach the place of a lot, or sit there where that is enough; of related establishments that
    /// would answer alike the nearest one, with the others.
    #[must_use]
    pub fn lines(&self, lot: &PreparedLot, reach: &Reach, is_related: impl Fn(Slot) -> bool) -> Lines {
        let reached = self.reached(reach);
        let sits = |slot: &Slot| {
            let row = &self.rows[slot.0 as usize];
            lot.answers_where_it_sits(row.seat) && self.ways(*slot, reach).next().is_none()
        };
        let seated = lot.lot().place.map(|_| self.seated_in(lot.communes()).filter(sits));
        self.folded(lot, reached.chain(seated.into_iter().flatten()), is_related)
    }

    /// Structures, with those that are related to the lot folded into the nearest one that would answer alike.
    #[must_use]
    pub fn folded(
        &self,
        lot: &PreparedLot,
        slots: impl Iterator<Item = Slot>,
        is_related: impl Fn(Slot) -> bool,
    ) -> Lines {
        let mut lines = Lines::default();
        let mut at_of: FxHashMap<u32, (usize, f32)> = FxHashMap::default();
        for slot in slots {
            let alike = self.alikes[slot.0 as usize];
            // A list that asks nothing of what they do is a list of establishments.
            if alike == 0 || lot.lot().is_open() || !is_related(slot) {
                lines.slots.push(slot);
                continue;
            }
            let km = lot.km_to(self.rows[slot.0 as usize].seat);
            match at_of.entry(alike) {
                std::collections::hash_map::Entry::Vacant(new) => {
                    new.insert((lines.slots.len(), km));
                    lines.slots.push(slot);
                }
                std::collections::hash_map::Entry::Occupied(mut known) => {
                    let (at, nearest) = known.get_mut();
                    let others = lines.others.entry(alike).or_default();
                    if km < *nearest {
                        others.push(std::mem::replace(&mut lines.slots[*at], slot));
                        *nearest = km;
                    } else {
                        others.push(slot);
                    }
                }
            }
        }
        lines
    }

    /// The other establishments that a line stands for.
    pub fn others<'a>(&'a self, lines: &'a Lines, slot: Slot) -> impl Iterator<Item = &'a Arc<Entry>> {
        let others = lines.others.get(&self.rows[slot.0 as usize].alike);
        others.into_iter().flatten().map(|slot| self.entry(*slot))
    }

    /// Ranks of the structures by name.
    #[must_use]
    pub fn name_rank(&self, slot: Slot) -> u32 {
        let ranks = self.name_ranks.get_or_init(|| {
            let mut order: Vec<u32> = (0..number_32(self.entries.len())).collect();
            order.sort_by_cached_key(|slot| {
                let entry = &self.entries[*slot as usize];
                (domain::text::fold(entry.structure.shown_name()), entry.number())
            });
            let mut ranks = vec![0; order.len()];
            for (rank, slot) in (0u32..).zip(order) {
                ranks[slot as usize] = rank;
            }
            ranks
        });
        ranks[slot.0 as usize]
    }

    /// The ways of a structure that are marked.
    pub fn ways<'a>(&'a self, slot: Slot, reach: &'a Reach) -> impl Iterator<Item = &'a WayRow> + 'a {
        let row = &self.rows[slot.0 as usize];
        let from = row.ways_from as usize;
        let ways = from..from + usize::from(row.ways_count);
        ways.filter(|way| reach.has(*way)).map(|way| &self.ways[way])
    }

    /// Everything that a lot needs of these columns.
    #[must_use]
    pub fn relate<'a>(&'a self, lot: &'a PreparedLot) -> Relation<'a> {
        let of_sector = |sector| lot.lot().kinship_of_sector(sector);
        self.relate_by(lot, Sectors::get().iter().map(|(sector, _)| of_sector(sector)).collect())
    }

    /// The same of several lots; those that ask for the same sectors share what is known of these.
    #[must_use]
    pub fn relate_all<'a>(&'a self, lots: impl IntoIterator<Item = &'a PreparedLot>) -> Vec<Relation<'a>> {
        let mut relations: Vec<Relation<'a>> = Vec::new();
        for lot in lots {
            let alike = relations.iter().find(|other| other.lot.lot().asks_same_of_activities(lot.lot()));
            let by_sector = alike.map(|other| Rc::clone(&other.by_sector));
            relations.push(by_sector.map_or_else(|| self.relate(lot), |known| self.relate_by(lot, known)));
        }
        relations
    }

    fn relate_by<'a>(&'a self, lot: &'a PreparedLot, by_sector: Rc<[Option<Kinship>]>) -> Relation<'a> {
        let takes_mode = Mode::ALL.map(|mode| lot.lot().takes_mode(mode));
        Relation { columns: self, lot, by_sector, takes_mode, last_seat: Cell::new(None) }
    }
}

/// Structures of a list, each once whatever its establishments.
#[derive(Debug, Default)]
pub struct Lines {
    /// One for each line.
    pub slots: Vec<Slot>,
    others: FxHashMap<u32, Vec<Slot>>,
}

/// Ways of answering that reach a place.
#[derive(Debug)]
pub struct Reach {
    bits: Vec<u64>,
}

impl Reach {
    fn has(&self, way: usize) -> bool {
        self.bits.get(way / 64).is_some_and(|bits| bits >> (way % 64) & 1 == 1)
    }

    /// The first mark at `from` or behind it, before `end`.
    fn first_from(&self, from: usize, end: usize) -> Option<usize> {
        let mut word = from / 64;
        let mut bits = self.bits.get(word)? & (u64::MAX << (from % 64));
        while bits == 0 {
            word += 1;
            bits = *self.bits.get(word)?;
        }
        Some(word * 64 + bits.trailing_zeros() as usize).filter(|way| *way < end)
    }
}

/// How the structures of the columns are related to one lot.
#[derive(Debug)]
pub struct Relation<'a> {
    columns: &'a Columns,
    lot: &'a PreparedLot,
    by_sector: Rc<[Option<Kinship>]>,
    takes_mode: [bool; Mode::ALL.len()],
    /// The last seat that was looked at, with what it is worth: neighbours in the columns sit in one commune, most of them
    /// at its middle.
    last_seat: Cell<Option<(Seat, u8)>>,
}

impl Relation<'_> {
    /// How a way of a structure is related to the lot.
    #[must_use]
    #[inline]
    pub fn of_way(&self, slot: Slot, row: &Row, way: &WayRow) -> Option<Kinship> {
        match way.activity {
            Some((sector, mode)) => {
                self.by_sector[usize::from(sector.0)].filter(|_| self.takes_mode[mode as usize])
            }
            None => {
                let dismissed = match row.dismisses {
                    true => &self.columns.entry(slot).facts.dismissed[..],
                    false => &[],
                };
                self.lot.lot().kinship_without_activity(row.kinds, row.known, dismissed)
            }
        }
    }

    /// Whether a structure is related to the lot at all by the ways that reach the place.
    #[must_use]
    pub fn has(&self, slot: Slot, row: &Row, reach: &Reach) -> bool {
        self.columns.ways(slot, reach).any(|way| self.of_way(slot, row, way).is_some())
            || self.lot.answers_where_it_sits(row.seat)
    }

    /// How a structure is related to the lot by the ways that reach the place, and the most that it could score; `None`
    /// when it is not.
    #[must_use]
    pub fn of(&self, slot: Slot, row: &Row, reach: &Reach) -> Option<(Kinship, u8)> {
        let mut best: Option<(Kinship, u8)> = None;
        let mut is_sure = true;
        for way in self.columns.ways(slot, reach) {
            let Some(kinship) = self.of_way(slot, row, way) else { continue };
            let points =
                self.lot.points_at_most(kinship, way.standing, way.hours_at_most, self.near(row.seat));
            is_sure &= best.is_none_or(|(other, _)| other.tier() == kinship.tier());
            // The first of the best, as `PreparedLot::score` has it.
            if best.is_none_or(|(_, most)| points > most) {
                best = Some((kinship, points));
            }
        }
        if !is_sure {
            // Which of two different ways is better hangs on what columns do not know.
            return self.lot.score(&self.columns.entry(slot).facts).map(|found| (found.kinship, found.score));
        }
        best.or_else(|| {
            let sits = self.lot.answers_where_it_sits(row.seat);
            sits.then(|| {
                let hours = hours_at_most(&self.columns.entry(slot).facts, None);
                (
                    Kinship::Unasked,
                    self.lot.points_at_most(Kinship::Unasked, None, hours, self.near(row.seat)),
                )
            })
        })
    }

    /// What a seat is worth: a logarithm and a few sines, once for each.
    fn near(&self, seat: Option<Seat>) -> u8 {
        let known = self.last_seat.get().filter(|(last, _)| Some(*last) == seat);
        known.map_or_else(
            || {
                let points = self.lot.points_of_distance(seat);
                self.last_seat.set(seat.map(|seat| (seat, points)));
                points
            },
            |(_, points)| points,
        )
    }
}

/// Whether a structure of these conventions may answer each of [`Reservation::RESERVED`], or « à vérifier ».
fn may_answer(facts: &Facts, kinds: KindSet) -> [bool; Reservation::RESERVED.len()] {
    Reservation::RESERVED.map(|r| r.verdict_of_structure(facts.party_of(kinds)).0 != Eligibility::No)
}

/// What holds of a structure, day after day, the first one for ever before; nothing when no period is known.
fn changes(facts: &Facts) -> Vec<Turn> {
    if facts.dated.is_empty() {
        return Vec::new();
    }
    let starts = facts.dated.iter().filter_map(|convention| convention.from);
    let ends = facts.dated.iter().filter_map(|convention| convention.to?.tomorrow().ok());
    let mut days: Vec<Date> = starts.chain(ends).chain([Date::MIN]).collect();
    days.sort_unstable();
    days.dedup();
    let change = |from: Date| {
        let kinds = facts.kinds_in_force(Some(from));
        Turn { from, kinds, may_answer: may_answer(facts, kinds) }
    };
    days.into_iter().map(change).collect()
}

/// A number for each set of establishments that would answer alike: of one SIREN, with the same conventions, the same
/// rights and the same activities, wherever they sit. 0 for those that stand alone.
fn alike(entries: &[Arc<Entry>]) -> Vec<u32> {
    let siren_of = |entry: &Entry| entry.number() / 100_000;
    let mut of_siren: FxHashMap<u64, u32> = FxHashMap::default();
    entries.iter().for_each(|entry| *of_siren.entry(siren_of(entry)).or_default() += 1);
    let mut sets: FxHashMap<(u64, AnswersAs), (u32, u32)> = FxHashMap::default();
    let mut numbers = vec![0; entries.len()];
    for (at, entry) in entries.iter().enumerate().filter(|(_, e)| of_siren[&siren_of(e)] > 1) {
        let next = number_32(sets.len() + 1);
        let set = sets.entry((siren_of(entry), AnswersAs::of(entry))).or_insert((next, 0));
        set.1 += 1;
        numbers[at] = set.0;
    }
    let alone: FxHashSet<u32> = sets.values().filter(|(_, n)| *n == 1).map(|(set, _)| *set).collect();
    numbers.into_iter().map(|set| if alone.contains(&set) { 0 } else { set }).collect()
}

/// What makes an establishment answer as another one does.
#[derive(PartialEq, Eq, Hash)]
struct AnswersAs {
    kinds: KindSet,
    may_answer: [bool; Reservation::RESERVED.len()],
    in_qpv: bool,
    activities: Vec<(SectorIx, Mode, Standing)>,
    dismissed: Box<[SectorIx]>,
}

impl AnswersAs {
    fn of(entry: &Entry) -> Self {
        let facts = &entry.facts;
        let kinds = entry.structure.kinds;
        let mut activities: Vec<_> =
            facts.activities.iter().map(|a| (a.sector, a.mode, a.standing)).collect();
        activities.sort_unstable();
        Self {
            kinds,
            may_answer: may_answer(facts, kinds),
            in_qpv: entry.structure.in_qpv == Some(true),
            activities,
            dismissed: facts.dismissed.clone(),
        }
    }
}

/// Columns hold fewer than four thousand million things: there are not so many structures.
fn number_32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
