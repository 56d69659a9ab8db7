//! Searching structures: a search is a lot that may name no sector and no place. The columns say who is related to it and
//! bound the scores; only what a page may show is scored to the end.

use super::Reading;
use crate::Backend;
use crate::error::Result;
use crate::index::{Columns, Entry, Lines, Reach, Recall, Relation, Row, Slot};
use domain::legal::Reservation;
use domain::matching::{Buys, Explained, Kinship, Known, Lot, Match, PreparedLot, Tier, tie_break};
use domain::sector::{SectorIx, Sectors};
use domain::structure::{Kind, KindSet, Mode};
use domain::territory::Place;
use jiff::civil::Date;
use rustc_hash::FxHashSet;
use std::cmp::Reverse;
use std::sync::{Arc, Weak};

/// Results on one page.
pub const PAGE_SIZE: usize = 20;
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
    /// Only those that answer so surely.
    pub level: Option<Level>,
    /// The order.
    pub sort: Sort,
    /// Page, from 1.
    pub page: usize,
}

/// How surely the results of a list do what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// By what is known of them: nobody who only may.
    Known,
    /// Of one tier.
    Of(Tier),
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 4] =
        [Self::Known, Self::Of(Tier::Fits), Self::Of(Tier::Neighbour), Self::Of(Tier::Possible)];

    /// The code in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Known => "connues",
            Self::Of(Tier::Fits) => "convient",
            Self::Of(Tier::Neighbour) => "voisin",
            Self::Of(Tier::Possible) => "possible",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == text)
    }

    /// Whether a structure of this tier is let through.
    #[must_use]
    pub fn admits(self, tier: Tier) -> bool {
        match self {
            Self::Known => tier != Tier::Possible,
            Self::Of(wanted) => tier == wanted,
        }
    }
}

/// A result.
#[derive(Debug, Clone)]
pub struct Card {
    /// The structure.
    pub entry: Arc<Entry>,
    /// Why it is here.
    pub found: Match,
    /// The lot that it answers.
    lot: Arc<PreparedLot>,
    /// Whether its name has all the words, and they name more than a trade: then it comes first.
    pub is_named: bool,
    /// Other establishments of the same SIREN that would answer alike.
    pub others: Vec<Arc<Entry>>,
}

impl Card {
    /// Why it is here, as sentences.
    #[must_use]
    pub fn explain(&self) -> Vec<Explained> {
        self.lot.explain(&self.found)
    }
}

/// A choice of a facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetOption<T> {
    /// The choice.
    pub value: T,
    /// How many results it would give with the other filters as they are; for a sector, those that do it as far as is
    /// known.
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

/// How many structures of a list fit, are neighbours, may do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TierCounts([u64; Tier::ALL.len()]);

impl TierCounts {
    /// Counts one more.
    pub fn add(&mut self, tier: Tier) {
        self.0[tier as usize] += 1;
    }

    /// How many are of a tier.
    #[must_use]
    pub fn of(self, tier: Tier) -> u64 {
        self.0[tier as usize]
    }

    /// Those that answer by what is known of them.
    #[must_use]
    pub fn known(self) -> u64 {
        self.of(Tier::Fits) + self.of(Tier::Neighbour)
    }

    /// All of them.
    #[must_use]
    pub fn total(self) -> u64 {
        self.0.iter().sum()
    }
}

/// A page of results.
#[derive(Debug)]
pub struct SearchPage {
    /// How the words were understood.
    pub reading: Reading,
    /// The place that was looked at, given or understood.
    pub place: Option<Place>,
    /// What the words ask to buy.
    pub buys: Buys,
    /// Whether a sector, or something that needs none, was looked for: then tiers say something.
    pub is_aimed: bool,
    /// How many results there are.
    pub total: u64,
    /// How many of each tier, whatever the level that is looked at.
    pub tiers: TierCounts,
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
}

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
struct Counts {
    kinds: [u64; Kind::ALL.len()],
    reservations: [u64; Reservation::RESERVED.len()],
    modes: [u64; Mode::ALL.len()],
    sectors: Vec<SectorCount>,
    in_qpv: u64,
    seat_there: u64,
    tiers: TierCounts,
    structures: u64,
}

#[derive(Debug, Default, Clone, Copy)]
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

/// A structure that passes the filters, before it is scored.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    slot: Slot,
    /// Which of [`Search::lots`] it answers best.
    lot: usize,
    /// It scores no more than this.
    at_most: u8,
    is_named: bool,
}

/// What is known of all structures together, when nothing is asked.
#[derive(Debug)]
pub(crate) struct Everything {
    on: Date,
    /// Of which state of the catalogue.
    columns: Weak<Columns>,
    counts: Counts,
    lines: Arc<Lines>,
    order: Arc<[Candidate]>,
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

    /// The first results of a search in order, without facets: for the command line. `limit` 0 is all.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn structure_find(&self, query: &SearchQuery, limit: usize) -> Result<(u64, FoundAll)> {
        let catalogue = self.index.catalogue();
        let search = Search::new(self, query);
        let found = search.run(self, catalogue.columns())?;
        let needed = if limit == 0 { usize::MAX } else { limit };
        let total = number_of(found.candidates.len());
        let cards = search.cards(catalogue.columns(), found, 0, needed);
        Ok((total, FoundAll { place: search.place(), cards }))
    }

    fn search_once(&self, query: &SearchQuery) -> Result<SearchPage> {
        let catalogue = self.index.catalogue();
        let columns = catalogue.columns();
        let search = Search::new(self, query);
        let found = search.run(self, columns)?;
        let total = found.candidates.len();
        let pages = total.div_ceil(PAGE_SIZE).max(1);
        let page = query.page.clamp(1, pages);
        let counts = found.counts.clone();
        let cards = search.cards(columns, found, (page - 1) * PAGE_SIZE, PAGE_SIZE);
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
        let lot = search.lots[0].lot();
        Ok(SearchPage {
            place: search.place(),
            buys: lot.buys,
            is_aimed: !lot.is_open(),
            total: number_of(total),
            tiers: counts.tiers,
            cards,
            page,
            pages,
            kinds: kinds.filter(|o| o.count > 0 || o.chosen).collect(),
            reservations: reservations.collect(),
            modes: modes.collect(),
            sectors: sector_facet(query, &counts),
            in_qpv: FacetOption { value: (), count: counts.in_qpv, chosen: query.in_qpv },
            seat_there: search.place().map(|_| FacetOption {
                value: (),
                count: counts.seat_there,
                chosen: query.seat_there,
            }),
            widenings: Vec::new(),
            reading: search.reading,
        })
    }

    /// What to give up to find something, the least first, each with what it gives.
    fn widenings(&self, query: &SearchQuery, page: &SearchPage) -> Result<Vec<Widening>> {
        let mut tries: Vec<(SearchQuery, String)> = Vec::new();
        let base = SearchQuery { page: 1, ..query.clone() };
        if query.is_filtered() {
            let bare = SearchQuery {
                words: query.words.clone(),
                literal: query.literal,
                place: query.place,
                sort: query.sort,
                page: 1,
                ..SearchQuery::default()
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

impl SearchQuery {
    /// Whether a filter is set.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.kinds.is_empty()
            || !self.modes.is_empty()
            || self.reservation.is_some()
            || self.in_qpv
            || self.seat_there
            || self.silent
            || self.level.is_some()
            || !self.sectors.is_empty()
    }
}

fn number_of(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
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

/// What passes a search.
struct Found {
    counts: Counts,
    lines: Arc<Lines>,
    candidates: Arc<[Candidate]>,
    /// Whether the candidates already are in their order.
    is_ranked: bool,
}

impl Found {
    fn nothing() -> Self {
        Self { counts: Counts::new(), lines: Arc::default(), candidates: Arc::default(), is_ranked: true }
    }
}

/// One run of a search.
struct Search<'a> {
    query: &'a SearchQuery,
    reading: Reading,
    /// What is asked, in each mode that is let through; then, when a trade is asked, the same without its sectors, for those
    /// whom the words name.
    lots: Vec<Arc<PreparedLot>>,
    /// How many of the lots are asked.
    asked: usize,
    /// What is asked, in each mode there is.
    by_mode: Vec<PreparedLot>,
    /// The day on which conventions must be in force.
    today: Date,
}

/// The structures that the words recall.
struct Named {
    /// Whether nobody else answers.
    alone: bool,
    slots: FxHashSet<Slot>,
}

impl<'a> Search<'a> {
    fn new(backend: &Backend, query: &'a SearchQuery) -> Self {
        let literal = query.literal || query.place.is_some();
        let reading = Reading::of(&query.words, literal, &backend.index);
        let today = backend.clock.today();
        let buys = if query.sectors.is_empty() { Buys::of_text(&reading.words) } else { Buys::Trade };
        let sectors = if query.sectors.is_empty() { &reading.sectors } else { &query.sectors };
        let lot = PreparedLot::new(Lot {
            buys,
            sectors: sectors.clone(),
            place: query.place.or(reading.place),
            reservation: query.reservation.unwrap_or_default(),
            kinds: KindSet::EMPTY,
            mode: None,
            hours_per_month: None,
            text: reading.words.clone(),
            on: Some(today),
        });
        let by_mode = Mode::ALL.into_iter().map(|mode| lot.with_mode(Some(mode))).collect();
        let words_alone = lot.without_sectors();
        let in_modes = query.modes.iter().map(|mode| lot.with_mode(Some(*mode)));
        let mut lots: Vec<Arc<PreparedLot>> = in_modes.map(Arc::new).collect();
        if lots.is_empty() {
            lots.push(Arc::new(lot));
        }
        let asked = lots.len();
        lots.push(Arc::new(words_alone));
        Self { query, reading, lots, asked, by_mode, today }
    }

    /// Whether a structure that does not do what is asked answers when the words name it.
    fn takes_words_alone(&self) -> bool {
        self.query.sectors.is_empty() && self.query.modes.is_empty()
    }

    /// Whether the seat lies in the place; true without place.
    fn is_there(&self, row: &Row) -> bool {
        let lot = &self.lots[0];
        lot.lot().place.is_none() || row.seat.is_some_and(|seat| lot.communes().contains(seat.commune))
    }

    /// Whether the name of a structure has all the words, and they name more than a trade.
    fn is_named(&self, entry: &Entry) -> bool {
        let words = &self.reading.hashes;
        let has = |hash: &u32| entry.name_stems.binary_search(hash).is_ok();
        !words.is_empty() && !self.lots[0].only_names_trade() && words.iter().all(has)
    }

    fn place(&self) -> Option<Place> {
        self.lots[0].lot().place
    }

    /// Whether words were typed of which nothing can be looked for: « l’ », « aaaa… ». Nothing answers them.
    fn says_nothing(&self) -> bool {
        let reading = &self.reading;
        let is_read = reading.place.is_some() || reading.siret_prefix.is_some();
        !self.query.words.trim().is_empty()
            && reading.stems.is_empty()
            && self.lots[0].lot().is_open()
            && !is_read
    }

    /// Whether nothing at all is asked.
    fn asks_nothing(&self) -> bool {
        let reading = &self.reading;
        !self.query.is_filtered()
            && self.place().is_none()
            && reading.stems.is_empty()
            && reading.siret_prefix.is_none()
            && self.lots[0].lot().is_open()
    }

    fn run(&self, backend: &Backend, columns: &Arc<Columns>) -> Result<Found> {
        if self.says_nothing() {
            return Ok(Found::nothing());
        }
        if self.asks_nothing() && self.query.sort == Sort::Relevance {
            let all = self.everything(backend, columns);
            return Ok(Found {
                counts: all.counts.clone(),
                lines: Arc::clone(&all.lines),
                candidates: Arc::clone(&all.order),
                is_ranked: true,
            });
        }
        let named = self.named(backend, columns, false)?;
        let found = self.found(columns, &named);
        if found.candidates.is_empty() && named.alone && self.reading.stems.len() > 1 {
            return Ok(self.found(columns, &self.named(backend, columns, true)?));
        }
        Ok(found)
    }

    /// The structures that the words recall: they alone when the words name no trade, else besides those of the trade.
    fn named(&self, backend: &Backend, columns: &Columns, any_stem: bool) -> Result<Named> {
        let reading = &self.reading;
        let has_words = !reading.stems.is_empty() || reading.siret_prefix.is_some();
        let names_no_trade = reading.sectors.is_empty() && self.lots[0].lot().buys == Buys::Trade;
        let alone = has_words && names_no_trade;
        if !alone && (!has_words || self.lots[0].only_names_trade()) {
            return Ok(Named { alone, slots: FxHashSet::default() });
        }
        let recall = Recall {
            stems: reading.stems.clone(),
            any_stem,
            siret_prefix: reading.siret_prefix.clone(),
            place: self.place(),
        };
        let slots = backend.index.recall_words(columns, &recall)?;
        Ok(Named { alone, slots: slots.into_iter().collect() })
    }

    fn found(&self, columns: &Columns, named: &Named) -> Found {
        let first = &self.lots[0];
        let reach = columns.reach_of(first);
        let mut walk = Walk::new(self, columns, &reach, named);
        let is_related = |slot| walk.related(slot, &columns.row(slot, self.today)).is_some();
        let lines = match named.alone {
            true => columns.folded(first, self.reaching(columns, &reach, &named.slots), is_related),
            false => columns.lines(first, &reach, is_related),
        };
        lines.slots.iter().for_each(|slot| walk.look(*slot));
        Found {
            counts: walk.counts,
            lines: Arc::new(lines),
            candidates: walk.candidates.into(),
            is_ranked: false,
        }
    }

    /// Those of the recalled structures that reach the place or sit there, in the order of the columns.
    fn reaching(
        &self,
        columns: &Columns,
        reach: &Reach,
        slots: &FxHashSet<Slot>,
    ) -> impl Iterator<Item = Slot> + use<> {
        let is_there = |slot: &Slot| {
            let seat = columns.row(*slot, self.today).seat;
            columns.ways(*slot, reach).next().is_some() || self.lots[0].answers_where_it_sits(seat)
        };
        let mut there: Vec<Slot> = slots.iter().copied().filter(is_there).collect();
        there.sort_unstable();
        there.into_iter()
    }

    /// Everything in its order: worked out once for each state of the catalogue and each day.
    fn everything(&self, backend: &Backend, columns: &Arc<Columns>) -> Arc<Everything> {
        let known = backend.everything.load_full();
        let is_of_now = |all: &Arc<Everything>| {
            all.on == self.today && std::ptr::eq(all.columns.as_ptr(), Arc::as_ptr(columns))
        };
        if let Some(all) = known.filter(is_of_now) {
            return all;
        }
        let nobody = Named { alone: false, slots: FxHashSet::default() };
        let found = self.found(columns, &nobody);
        let ranked = self.ranked(columns, &found.candidates, usize::MAX);
        let all = Arc::new(Everything {
            on: self.today,
            columns: Arc::downgrade(columns),
            counts: found.counts,
            lines: found.lines,
            order: ranked.into_iter().map(|(candidate, _)| candidate).collect(),
        });
        backend.everything.store(Some(Arc::clone(&all)));
        all
    }

    /// The results from `start` on, scored and explained.
    fn cards(&self, columns: &Columns, found: Found, start: usize, count: usize) -> Vec<Card> {
        let end = start.saturating_add(count);
        let shown: Vec<(Candidate, Option<Match>)> = match found.is_ranked {
            true => found.candidates.iter().skip(start).take(count).map(|c| (*c, None)).collect(),
            false => {
                self.first(columns, &found.candidates, end).into_iter().skip(start).take(count).collect()
            }
        };
        let card = |(candidate, scored): (Candidate, Option<Match>)| {
            let entry = columns.entry(candidate.slot);
            let lot = &self.lots[candidate.lot];
            let found_here = scored.or_else(|| lot.score(&entry.facts))?;
            Some(Card {
                entry: Arc::clone(entry),
                lot: Arc::clone(lot),
                found: found_here,
                is_named: candidate.is_named,
                others: columns.others(&found.lines, candidate.slot).cloned().collect(),
            })
        };
        shown.into_iter().filter_map(card).collect()
    }

    /// The first `needed` candidates in the order that is asked for; scored where the order needs it.
    fn first(
        &self,
        columns: &Columns,
        candidates: &[Candidate],
        needed: usize,
    ) -> Vec<(Candidate, Option<Match>)> {
        match self.query.sort {
            Sort::Relevance => self.ranked(columns, candidates, needed),
            Sort::Name => by_key(candidates, needed, |c| columns.name_rank(c.slot)),
            Sort::Distance if self.place().is_none() => self.ranked(columns, candidates, needed),
            Sort::Distance => by_key(candidates, needed, |c| {
                let km = self.lots[0].km_to(columns.row(c.slot, self.today).seat);
                // Distances are not negative: their bits are in their order.
                (km.to_bits(), Reverse(c.at_most), c.slot)
            }),
        }
    }

    /// The first `needed` by points. Candidates are scored from the highest bound down, until the next bound can no longer
    /// reach the last one that is needed.
    fn ranked(
        &self,
        columns: &Columns,
        candidates: &[Candidate],
        needed: usize,
    ) -> Vec<(Candidate, Option<Match>)> {
        let seed = self.reading.words.as_bytes();
        let mut by_bound: Vec<Vec<&Candidate>> = vec![Vec::new(); usize::from(u8::MAX) + 1];
        let mut ranked: Vec<((bool, u8), Candidate, Option<Match>)> = Vec::new();
        let score = |c: &Candidate, into: &mut Vec<((bool, u8), Candidate, Option<Match>)>| {
            let found = self.lots[c.lot].score(&columns.entry(c.slot).facts);
            into.extend(found.map(|found| ((c.is_named, found.score), *c, Some(found))));
        };
        for candidate in candidates {
            match candidate.is_named {
                true => score(candidate, &mut ranked),
                false => by_bound[usize::from(candidate.at_most)].push(candidate),
            }
        }
        // How many have each score so far: whether those behind can still reach the last one that is needed.
        let mut scored = [0usize; u8::MAX as usize + 1];
        for bound in (0..by_bound.len()).rev() {
            let ahead = ranked.iter().filter(|(key, ..)| key.0).count();
            let above: usize = scored[bound + usize::from(bound < usize::from(u8::MAX))..].iter().sum();
            if ahead + above >= needed {
                break;
            }
            for candidate in &by_bound[bound] {
                let before = ranked.len();
                score(candidate, &mut ranked);
                ranked[before..].iter().for_each(|((_, points), ..)| scored[usize::from(*points)] += 1);
            }
        }
        let order = |((named, points), c, _): &((bool, u8), Candidate, Option<Match>)| {
            let siret = columns.entry(c.slot).structure.siret;
            (Reverse(*named), Reverse(*points), tie_break(seed, siret))
        };
        ranked.sort_by_cached_key(order);
        ranked.truncate(needed);
        ranked.into_iter().map(|(_, candidate, found)| (candidate, found)).collect()
    }
}

/// The first `needed` by a key that columns know.
fn by_key<K: Ord>(
    candidates: &[Candidate],
    needed: usize,
    key: impl Fn(&Candidate) -> K,
) -> Vec<(Candidate, Option<Match>)> {
    let mut first = candidates.to_vec();
    if needed < first.len() {
        first.select_nth_unstable_by_key(needed, &key);
        first.truncate(needed);
    }
    first.sort_by_cached_key(key);
    first.into_iter().map(|candidate| (candidate, None)).collect()
}

/// What a list says of a structure: when nothing is asked of what it does, whether anything is known of that.
fn tier_of(kinship: Kinship, known: Known) -> Tier {
    match (kinship, known) {
        (Kinship::Unasked, Known::Nothing) => Tier::Possible,
        _ => kinship.tier(),
    }
}

/// Looks at one structure after the other: filters, counts, candidates.
struct Walk<'w> {
    search: &'w Search<'w>,
    columns: &'w Columns,
    reach: &'w Reach,
    named: &'w Named,
    /// How structures are related to each lot of the search.
    relations: Vec<Relation<'w>>,
    /// How they would be in each mode: for the counts of the modes.
    by_mode: Vec<Relation<'w>>,
    /// Sets of establishments that answer alike and were counted in the sectors.
    alike: FxHashSet<u32>,
    counts: Counts,
    candidates: Vec<Candidate>,
}

impl<'w> Walk<'w> {
    fn new(search: &'w Search<'w>, columns: &'w Columns, reach: &'w Reach, named: &'w Named) -> Self {
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

    fn look(&mut self, slot: Slot) {
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
    fn related(&self, slot: Slot, row: &Row) -> Option<(usize, Kinship, u8)> {
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
