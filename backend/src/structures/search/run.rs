//! One run of a search: who is recalled, who is related, in which order.

use super::query::{SearchQuery, Sort};
use super::walk::{Candidate, Counts, Walk};
use super::{Card, Reading};
use crate::Backend;
use crate::error::Result;
use crate::index::{Columns, Entry, Lines, Reach, Recall, Row, Slot};
use domain::matching::{Buys, Lot, Match, PreparedLot, tie_break};
use domain::structure::{KindSet, Mode, Month};
use domain::territory::Place;
use jiff::civil::Date;
use rustc_hash::FxHashSet;
use std::cmp::Reverse;
use std::sync::{Arc, Weak};

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

pub(super) struct Found {
    pub(super) counts: Counts,
    pub(super) lines: Arc<Lines>,
    pub(super) candidates: Arc<[Candidate]>,
    /// Whether the candidates already are in their order.
    pub(super) is_ranked: bool,
}

impl Found {
    fn nothing() -> Self {
        Self { counts: Counts::new(), lines: Arc::default(), candidates: Arc::default(), is_ranked: true }
    }
}

/// One run of a search.
pub(super) struct SearchRun<'a> {
    pub(super) query: &'a SearchQuery,
    pub(super) reading: Reading,
    /// What is asked, in each mode that is let through; then, when a trade is asked, the same without its sectors, for those
    /// whom the words name.
    pub(super) lots: Vec<Arc<PreparedLot>>,
    /// How many of the lots are asked.
    pub(super) asked: usize,
    /// What is asked, in each mode there is.
    pub(super) by_mode: Vec<PreparedLot>,
    /// The day on which conventions must be in force.
    pub(super) today: Date,
}

/// The structures that the words recall.
pub(super) struct Named {
    /// Whether nobody else answers.
    pub(super) alone: bool,
    pub(super) slots: FxHashSet<Slot>,
}

impl<'a> SearchRun<'a> {
    pub(super) fn new(backend: &Backend, query: &'a SearchQuery) -> Self {
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
            begins: Some(Month::of(today)),
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
    pub(super) fn takes_words_alone(&self) -> bool {
        self.query.sectors.is_empty() && self.query.modes.is_empty()
    }

    /// Whether the seat lies in the place; true without place.
    pub(super) fn is_there(&self, row: &Row) -> bool {
        let lot = &self.lots[0];
        lot.lot().place.is_none() || row.seat.is_some_and(|seat| lot.communes().contains(seat.commune))
    }

    /// Whether the name of a structure has all the words, and they name more than a trade.
    pub(super) fn is_named(&self, entry: &Entry) -> bool {
        let words = &self.reading.hashes;
        let has = |hash: &u32| entry.name_stems.binary_search(hash).is_ok();
        !words.is_empty() && !self.lots[0].only_names_trade() && words.iter().all(has)
    }

    pub(super) fn place(&self) -> Option<Place> {
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

    pub(super) fn run(&self, backend: &Backend, columns: &Arc<Columns>) -> Result<Found> {
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
    pub(super) fn cards(&self, columns: &Columns, found: Found, start: usize, count: usize) -> Vec<Card> {
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
