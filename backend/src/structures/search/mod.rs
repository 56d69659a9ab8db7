//! Searching structures: a search is a lot that may name no sector and no place. The columns say who is related to it and
//! bound the scores; only what a page may show is scored to the end.

mod query;
mod run;
mod walk;

pub use query::{Level, SearchQuery, Sort};
pub(crate) use run::Everything;

use super::Reading;
use crate::Backend;
use crate::error::Result;
use crate::index::Entry;
use domain::legal::Reservation;
use domain::matching::{Buys, Explained, Match, PreparedLot, Tier};
use domain::sector::{SectorIx, Sectors};
use domain::structure::{Kind, Mode};
use domain::territory::Place;
use run::SearchRun;
use std::cmp::Reverse;
use std::sync::Arc;
use walk::Counts;

/// Results on one page.
pub const PAGE_SIZE: usize = 20;
/// Most sectors that the facet lists.
const SECTOR_FACET_MAX: usize = 12;

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
        let search = SearchRun::new(self, query);
        let found = search.run(self, catalogue.columns())?;
        let needed = if limit == 0 { usize::MAX } else { limit };
        let total = number_of(found.candidates.len());
        let cards = search.cards(catalogue.columns(), found, 0, needed);
        Ok((total, FoundAll { place: search.place(), cards }))
    }

    fn search_once(&self, query: &SearchQuery) -> Result<SearchPage> {
        let catalogue = self.index.catalogue();
        let columns = catalogue.columns();
        let search = SearchRun::new(self, query);
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
                tries.push((wide, format!("Chercher plus loin\u{a0}: {name}")));
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
