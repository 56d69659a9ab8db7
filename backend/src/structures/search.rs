//! Searching structures: recall by the index, points by `domain::matching::search`, facets, pages.

use super::Reading;
use crate::Backend;
use crate::error::Result;
use crate::index::{Columns, Entry, Recall, Row, Slot};
use domain::legal::Reservation;
use domain::matching::search::{Aim, Found, WordsFound};
use domain::matching::tie_break;
use domain::sector::{Kinship, SectorIx, Sectors};
use domain::structure::{Kind, KindSet, Mode};
use domain::territory::Place;
use jiff::civil::Date;
use std::cmp::Reverse;
use std::sync::Arc;

/// Results on one page.
pub const PAGE_SIZE: usize = 20;
/// With fewer results, structures of unknown activities are worth a look.
const FEW: usize = 2 * PAGE_SIZE;
/// Most sectors that the facet lists.
const SECTOR_FACET_MAX: usize = 12;

/// The order of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By points.
    #[default]
    Relevance,
    /// The nearest seat first; without place, by points.
    Distance,
    /// By name.
    Name,
}

/// What is searched: words and filters.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchQuery {
    /// Words as typed.
    pub words: String,
    /// Whether a place at the end of the words is left in the words.
    pub literal: bool,
    /// Where.
    pub place: Option<Place>,
    /// Only these sectors; empty means all.
    pub sectors: Vec<SectorIx>,
    /// Only these kinds; empty means all.
    pub kinds: KindSet,
    /// Only these modes; empty means all.
    pub modes: Vec<Mode>,
    /// Only those that may answer such a reserved contract (or « à vérifier »).
    pub reservation: Option<Reservation>,
    /// Only those whose seat lies in a quartier prioritaire.
    pub in_qpv: bool,
    /// Only those whose seat lies in the place; says nothing without place.
    pub seat_there: bool,
    /// Only those of which no activity is known.
    pub silent: bool,
    /// The order.
    pub sort: Sort,
    /// Page, from 1.
    pub page: usize,
}

/// A result.
#[derive(Debug, Clone)]
pub struct Card {
    /// The structure.
    pub entry: Arc<Entry>,
    /// Why it is here.
    pub found: Found,
}

/// A choice of a facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetOption<T> {
    /// The choice.
    pub value: T,
    /// How many results it would give with the other filters as they are.
    pub count: u64,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// The choices of a facet.
pub type Facet<T> = Vec<FacetOption<T>>;

/// A way to find more, with the count that it would give.
#[derive(Debug, Clone, PartialEq)]
pub struct Widening {
    /// The search that it leads to.
    pub query: SearchQuery,
    /// « Chercher dans toute la Haute-Garonne (31) ».
    pub label: String,
    /// How many results it gives.
    pub count: u64,
}

/// All results of a search.
#[derive(Debug)]
pub struct FoundAll {
    /// The place that was looked at, given or understood.
    pub place: Option<Place>,
    /// The results, in order.
    pub cards: Vec<Card>,
}

/// A page of results.
#[derive(Debug)]
pub struct SearchPage {
    /// How the words were understood.
    pub reading: Reading,
    /// The place that was looked at, given or understood.
    pub place: Option<Place>,
    /// How many results there are.
    pub total: u64,
    /// Those of this page.
    pub cards: Vec<Card>,
    /// This page, from 1, brought back to the last one when beyond.
    pub page: usize,
    /// How many pages there are.
    pub pages: usize,
    /// Kinds.
    pub kinds: Facet<Kind>,
    /// Reservations.
    pub reservations: Facet<Reservation>,
    /// Modes.
    pub modes: Facet<Mode>,
    /// Sectors.
    pub sectors: Facet<SectorIx>,
    /// Seats in a quartier prioritaire.
    pub in_qpv: FacetOption<()>,
    /// Seats in the place; `None` without place.
    pub seat_there: Option<FacetOption<()>>,
    /// What to widen when nothing was found.
    pub widenings: Vec<Widening>,
    /// Structures that sit in the place and of which no activity is known: they may do what is looked for. Counted
    /// when there are few results.
    pub silent_there: u64,
}

/// A filter, as a bit of [`Failed`].
#[derive(Debug, Clone, Copy)]
enum Filter {
    Kind = 1,
    Reservation = 2,
    Qpv = 4,
    Seat = 8,
    /// One activity passes sector, mode and place together; or none is needed.
    Activity = 16,
    Silent = 32,
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
}

/// A structure before the filters.
struct Seen<'s> {
    row: &'s Row,
    columns: &'s Columns,
    /// Which activities reach the place.
    reach: u64,
    seat_there: bool,
}

/// How many structures each choice of each facet gives: by the number of the kind, of the sector, of the mode.
#[derive(Default)]
struct Counts {
    kinds: [u64; Kind::ALL.len()],
    reservations: [u64; Reservation::RESERVED.len()],
    modes: [u64; Mode::ALL.len()],
    sectors: Vec<SectorCount>,
    in_qpv: u64,
    seat_there: u64,
    structures: u64,
}

#[derive(Default, Clone, Copy)]
struct SectorCount {
    count: u64,
    /// The last structure that was counted: one that has two activities of a sector counts once.
    last: u64,
}

impl Counts {
    fn new() -> Self {
        Self { sectors: vec![SectorCount::default(); Sectors::get().iter().count()], ..Self::default() }
    }

    fn sector(&self, sector: SectorIx) -> u64 {
        self.sectors[usize::from(sector.0)].count
    }
}

impl Backend {
    /// The page of results of a search.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn structure_search(&self, query: &SearchQuery) -> Result<SearchPage> {
        let mut page = self.search_once(query)?;
        if page.total == 0 {
            page.widenings = self.widenings(query, &page)?;
        }
        Ok(page)
    }

    /// All results of a search in order, without facets: for the command line.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn structure_find(&self, query: &SearchQuery) -> Result<FoundAll> {
        let mut search = Search::new(self, query);
        let mut cards = search.run(self)?;
        search.sort(&mut cards);
        Ok(FoundAll { place: search.place(), cards })
    }

    fn search_once(&self, query: &SearchQuery) -> Result<SearchPage> {
        let mut search = Search::new(self, query);
        let mut results = search.run(self)?;
        let total = results.len();
        let pages = total.div_ceil(PAGE_SIZE).max(1);
        let page = query.page.clamp(1, pages);
        let start = (page - 1) * PAGE_SIZE;
        search.sort_for_page(&mut results, start + PAGE_SIZE);
        let cards: Vec<Card> = results.into_iter().skip(start).take(PAGE_SIZE).collect();
        let counts = &search.counts;
        let kinds = Kind::ALL.into_iter().map(|k| FacetOption {
            value: k,
            count: counts.kinds[k as usize],
            chosen: query.kinds.contains(k),
        });
        let reservations = Reservation::RESERVED
            .into_iter()
            .zip(counts.reservations)
            .map(|(r, count)| FacetOption { value: r, count, chosen: query.reservation == Some(r) });
        let modes = Mode::ALL.into_iter().map(|m| FacetOption {
            value: m,
            count: counts.modes[m as usize],
            chosen: query.modes.contains(&m),
        });
        Ok(SearchPage {
            place: search.place(),
            total: u64::try_from(total).unwrap_or(u64::MAX),
            cards,
            page,
            pages,
            kinds: kinds.filter(|o| o.count > 0 || o.chosen).collect(),
            reservations: reservations.collect(),
            modes: modes.collect(),
            sectors: sector_facet(query, counts),
            in_qpv: FacetOption { value: (), count: counts.in_qpv, chosen: query.in_qpv },
            seat_there: search.place().map(|_| FacetOption {
                value: (),
                count: counts.seat_there,
                chosen: query.seat_there,
            }),
            widenings: Vec::new(),
            silent_there: if total < FEW && !query.silent { self.silent_in(search.place())? } else { 0 },
            reading: search.reading,
        })
    }

    /// How many structures sit in the place and say nothing of what they do.
    fn silent_in(&self, place: Option<Place>) -> Result<u64> {
        let Some(place) = place else { return Ok(0) };
        let catalogue = self.index.catalogue();
        let columns = catalogue.columns();
        let communes = place.communes();
        let there = self.index.recall_search(columns, &Recall { place: Some(place), ..Recall::default() })?;
        let today = self.clock.today();
        let silent = there
            .into_iter()
            .map(|slot| columns.row(slot, today))
            .filter(|row| columns.is_silent(row) && row.seat.is_some_and(|seat| communes.contains(seat)));
        Ok(u64::try_from(silent.count()).unwrap_or(u64::MAX))
    }

    /// What to give up to find something, the least first, each with what it gives.
    fn widenings(&self, query: &SearchQuery, page: &SearchPage) -> Result<Vec<Widening>> {
        let mut tries: Vec<(SearchQuery, String)> = Vec::new();
        let base = SearchQuery { page: 1, ..query.clone() };
        let filtered = !query.kinds.is_empty()
            || !query.modes.is_empty()
            || query.reservation.is_some()
            || query.in_qpv
            || query.seat_there
            || query.silent
            || !query.sectors.is_empty();
        if filtered {
            let bare = SearchQuery {
                kinds: KindSet::EMPTY,
                modes: Vec::new(),
                reservation: None,
                in_qpv: false,
                seat_there: false,
                silent: false,
                sectors: Vec::new(),
                ..base.clone()
            };
            tries.push((bare, "Retirer tous les filtres".to_owned()));
        }
        if let Some(place) = page.place {
            let words = if query.place.is_some() { &query.words } else { &page.reading.words };
            for wider in place.wider() {
                let name = wider.name();
                let wide = SearchQuery { place: Some(wider), words: words.clone(), ..base.clone() };
                tries.push((wide, format!("Chercher plus loin : {name}")));
            }
            let all_there =
                SearchQuery { place: Some(place), sort: base.sort, page: 1, ..SearchQuery::default() };
            tries.push((all_there, format!("Voir toutes les structures\u{a0}: {}", place.name())));
        }
        let mut found = Vec::new();
        for (query, label) in tries {
            let count = self.search_once(&query)?.total;
            if count > 0 && found.len() < 4 {
                found.push(Widening { query, label, count });
            }
        }
        Ok(found)
    }
}

/// The chosen sectors, then those with most structures.
fn sector_facet(query: &SearchQuery, counts: &Counts) -> Facet<SectorIx> {
    let all = Sectors::get().iter().map(|(sector, _)| FacetOption {
        value: sector,
        count: counts.sector(sector),
        chosen: query.sectors.contains(&sector),
    });
    let mut options: Facet<SectorIx> = all.filter(|o| o.chosen || o.count > 0).collect();
    options.sort_by_key(|o| (Reverse(o.chosen), Reverse(o.count), o.value));
    options.truncate(SECTOR_FACET_MAX.max(query.sectors.len()));
    options
}

/// One run of a search.
struct Search<'a> {
    query: &'a SearchQuery,
    reading: Reading,
    aim: Aim,
    counts: Counts,
    /// The day on which conventions must be in force.
    today: Date,
}

impl<'a> Search<'a> {
    fn new(backend: &Backend, query: &'a SearchQuery) -> Self {
        let literal = query.literal || query.place.is_some();
        let reading = Reading::of(&query.words, literal, &backend.index);
        let place = query.place.or(reading.place);
        let sectors = if query.sectors.is_empty() { &reading.sectors } else { &query.sectors };
        let aim = Aim::new(sectors.clone(), place);
        Self { query, reading, aim, counts: Counts::new(), today: backend.clock.today() }
    }

    fn place(&self) -> Option<Place> {
        self.aim.place.as_ref().map(|p| p.0)
    }

    /// Whether words were typed of which nothing can be looked for: « l’ », « aaaa… ». Nothing answers them.
    fn says_nothing(&self) -> bool {
        let reading = &self.reading;
        let is_read = reading.place.is_some() || reading.siret_prefix.is_some();
        !self.query.words.trim().is_empty()
            && reading.stems.is_empty()
            && reading.sectors.is_empty()
            && !is_read
    }

    fn run(&mut self, backend: &Backend) -> Result<Vec<Card>> {
        if self.says_nothing() {
            return Ok(Vec::new());
        }
        let mut recall = Recall {
            stems: self.reading.stems.clone(),
            sectors: self.reading.sectors.clone(),
            any_stem: false,
            siret_prefix: self.reading.siret_prefix.clone(),
            place: self.place(),
        };
        let catalogue = backend.index.catalogue();
        let columns = catalogue.columns();
        let mut results = self.results_of(columns, &backend.index.recall_search(columns, &recall)?);
        if results.is_empty() && self.reading.stems.len() > 1 {
            recall.any_stem = true;
            self.counts = Counts::new();
            results = self.results_of(columns, &backend.index.recall_search(columns, &recall)?);
        }
        Ok(results)
    }

    fn results_of(&mut self, columns: &Columns, candidates: &[Slot]) -> Vec<Card> {
        let place = self.aim.place.as_ref().map(|(_, communes, _)| communes.clone());
        let mut reach = columns.reach(place.as_ref());
        let mut results = Vec::new();
        for slot in candidates {
            let row = &columns.row(*slot, self.today);
            let seen = Seen {
                columns,
                row,
                reach: reach.of(row),
                seat_there: place.as_ref().is_none_or(|p| row.seat.is_some_and(|seat| p.contains(seat))),
            };
            if seen.reach == 0 && !seen.seat_there {
                continue;
            }
            let failed = self.failed(&seen);
            self.count(&seen, failed);
            if failed.none() {
                let entry = columns.entry(*slot);
                results.extend(self.found(entry).map(|found| Card { entry: Arc::clone(entry), found }));
            }
        }
        results
    }

    /// Why a structure that passes the filters answers.
    fn found(&self, entry: &Entry) -> Option<Found> {
        let words = self.words_found(entry);
        match self.needs_activity() {
            true => self.find_within_filters(entry, words),
            false => self.aim.find(&entry.facts, words),
        }
    }

    fn needs_activity(&self) -> bool {
        !self.query.sectors.is_empty() || !self.query.modes.is_empty()
    }

    /// The reasons, on an activity that passes the filters of sector and mode together.
    fn find_within_filters(&self, entry: &Entry, words: WordsFound) -> Option<Found> {
        let must_have_sector = !self.query.sectors.is_empty();
        let modes = &self.query.modes;
        self.aim.find_where(&entry.facts, words, must_have_sector, |a| {
            modes.is_empty() || modes.contains(&a.mode)
        })
    }

    fn words_found(&self, entry: &Entry) -> WordsFound {
        let mut found = WordsFound {
            asked: u8::try_from(self.reading.hashes.len()).unwrap_or(u8::MAX),
            ..WordsFound::default()
        };
        for (i, hash) in self.reading.hashes.iter().enumerate() {
            let in_name = entry.name_stems.binary_search(hash).is_ok();
            if !in_name && entry.body_stems.binary_search(hash).is_err() {
                continue;
            }
            if self.reading.corrected & (1 << i) != 0 {
                found.nearly += 1;
            } else if in_name {
                found.in_name += 1;
            } else {
                found.elsewhere += 1;
            }
        }
        found
    }

    fn failed(&self, seen: &Seen<'_>) -> Failed {
        let q = self.query;
        let row = seen.row;
        let may_answer = |r: Reservation| {
            Reservation::RESERVED.iter().position(|x| *x == r).is_none_or(|i| row.may_answer[i])
        };
        let one_does_all = || {
            seen.columns.activities_reaching(row, seen.reach).any(|a| {
                (q.sectors.is_empty() || q.sectors.contains(&a.sector))
                    && (q.modes.is_empty() || q.modes.contains(&a.mode))
            })
        };
        let mut failed = Failed::default();
        failed.note(Filter::Kind, q.kinds.is_empty() || q.kinds.meets(row.kinds));
        failed.note(Filter::Reservation, q.reservation.is_none_or(may_answer));
        failed.note(Filter::Qpv, !q.in_qpv || row.in_qpv);
        failed.note(Filter::Seat, !q.seat_there || seen.seat_there);
        failed.note(Filter::Silent, !q.silent || seen.columns.is_silent(row));
        failed.note(Filter::Activity, !self.needs_activity() || one_does_all());
        failed
    }

    /// Counts the structure in each facet whose other filters it passes.
    fn count(&mut self, seen: &Seen<'_>, failed: Failed) {
        let row = seen.row;
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
            self.counts.seat_there += u64::from(seen.seat_there);
        }
        if failed.none_but(Filter::Activity) {
            self.count_activities(seen);
        }
    }

    fn count_activities(&mut self, seen: &Seen<'_>) {
        let q = self.query;
        let counts = &mut self.counts;
        counts.structures += 1;
        let mut modes = [false; Mode::ALL.len()];
        for activity in seen.columns.activities_reaching(seen.row, seen.reach) {
            if q.sectors.is_empty() || q.sectors.contains(&activity.sector) {
                modes[activity.mode as usize] = true;
            }
            let of_sector = &mut counts.sectors[usize::from(activity.sector.0)];
            let passes = q.modes.is_empty() || q.modes.contains(&activity.mode);
            if passes && of_sector.last != counts.structures {
                of_sector.last = counts.structures;
                of_sector.count += 1;
            }
        }
        counts.modes.iter_mut().zip(modes).for_each(|(count, any)| *count += u64::from(any));
    }

    fn sort(&self, results: &mut [Card]) {
        self.sort_for_page(results, usize::MAX);
    }

    /// Puts the first `needed` results in order; those behind them stay as they are.
    fn sort_for_page(&self, results: &mut [Card], needed: usize) {
        if self.query.sort == Sort::Name {
            results.sort_by_cached_key(|c| {
                (domain::text::fold(c.entry.structure.shown_name()), c.entry.number())
            });
            return;
        }
        let by_distance = self.query.sort == Sort::Distance && self.aim.place.is_some();
        let seed = self.reading.words.as_bytes();
        let key = |c: &Card| {
            let km = c.found.distance.map_or(u16::MAX, |(_, km)| km);
            let near = if by_distance { km } else { 0 };
            (near, Reverse(c.found.score), tie_break(seed, c.entry.structure.siret))
        };
        if needed < results.len() {
            results.select_nth_unstable_by_key(needed, key);
            results[..needed].sort_by_cached_key(key);
        } else {
            results.sort_by_cached_key(key);
        }
    }
}

impl Card {
    /// « Secteur exact », « Secteur voisin »: what the tag of the card says; `None` when no sector was looked for.
    #[must_use]
    pub fn kinship(&self) -> Option<(Kinship, SectorIx)> {
        self.found.sector.map(|(_, kinship, sector)| (kinship, sector))
    }
}
