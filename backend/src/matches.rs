//! Matches: every structure that fits a lot, is near it or may do it, ranked by `domain::matching`, with its reasons.

use crate::Backend;
use crate::error::Result;
use crate::index::{Columns, Entry, NeedEntry, Reach, Slot};
use crate::patience::somebody_waits;
use crate::structures::TierCounts;
use domain::legal::Reservation;
use domain::matching::{Explained, Facts, Lot, Match, PreparedLot, Tier, rank};
use domain::need::Need;
use domain::siret::Siret;
use domain::structure::Kind;
use std::collections::HashMap;
use std::sync::Arc;

/// The structures that fit a lot, are near it, or may do it, best first.
#[derive(Debug)]
pub struct Ranking {
    /// The lot, prepared: it makes the sentences.
    pub lot: PreparedLot,
    /// The matches, each with its structure: one for each line of a list.
    pub matches: Vec<(Match, Arc<Entry>)>,
    /// For a line, the other establishments of the same SIREN that would answer alike.
    pub others: HashMap<Siret, Vec<Arc<Entry>>>,
    /// Who would fit but for the reservation.
    pub left_out: LeftOut,
}

/// How many structures fit a lot, but for its reservation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Because no convention of theirs is named, by kind, most first.
    pub by_kind: Vec<(Kind, u64)>,
    /// Because their convention is not in force on the day of the lot.
    pub not_in_force: u64,
    /// Because of the share of their workers (R2113-7).
    pub below_half: u64,
    /// Because they are not of the social economy (L2113-15), whatever their conventions.
    pub not_ess: u64,
}

impl LeftOut {
    fn count(&mut self, lot: &PreparedLot, facts: &Facts) {
        if lot.lot().reservation == Reservation::Ess && facts.ess.is_member() == Some(false) {
            self.not_ess += 1;
        } else if !lot.are_kinds_left_out(facts.kinds_in_force(lot.lot().on)) {
            self.below_half += 1;
        } else if !lot.are_kinds_left_out(facts.kinds) {
            self.not_in_force += 1;
        } else if let Some(kind) = facts.kinds.iter().next() {
            match self.by_kind.iter_mut().find(|(k, _)| *k == kind) {
                Some((_, n)) => *n += 1,
                None => self.by_kind.push((kind, 1)),
            }
        }
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.by_kind.iter().map(|(_, n)| n).sum::<u64>() + self.not_in_force + self.below_half + self.not_ess
    }
}

impl Ranking {
    /// How many structures the reservation leaves out.
    #[must_use]
    pub fn left_out_total(&self) -> u64 {
        self.left_out.total()
    }

    /// How many fit, are neighbours, may do it.
    #[must_use]
    pub fn tiers(&self) -> TierCounts {
        let mut counts = TierCounts::default();
        self.matches.iter().for_each(|(found, _)| counts.add(found.tier()));
        counts
    }

    /// The matches of a tier, best first.
    pub fn of_tier(&self, tier: Tier) -> impl Iterator<Item = &(Match, Arc<Entry>)> {
        self.matches.iter().filter(move |(found, _)| found.tier() == tier)
    }

    /// How many of those that fit will be told by mail.
    #[must_use]
    pub fn told(&self) -> u64 {
        let told = self.of_tier(Tier::Fits).filter(|(_, entry)| entry.structure.is_told());
        u64::try_from(told.count()).unwrap_or(u64::MAX)
    }

    /// The reasons of a match as sentences.
    #[must_use]
    pub fn explain(&self, found: &Match) -> Vec<Explained> {
        self.lot.explain(found)
    }
}

impl Backend {
    /// A lot, prepared; without a day of its own, conventions must be in force today.
    #[must_use]
    pub fn lot_prepare(&self, lot: Lot) -> PreparedLot {
        let on = lot.on.or_else(|| Some(self.clock.today()));
        PreparedLot::new(Lot { on, ..lot })
    }

    /// Every structure that fits a lot, is near it or may do it, ranked. `seed` tells ties of different needs apart.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn match_list(&self, lot: Lot, seed: &[u8]) -> Result<Ranking> {
        somebody_waits()?;
        let lot = self.lot_prepare(lot);
        let catalogue = self.index.catalogue();
        let columns = catalogue.columns();
        let reach = columns.reach_of(&lot);
        let is_related = self.relation(columns, &lot, &reach);
        let lines = columns.lines(&lot, &reach, &is_related);
        let matched = |slot: &Slot| Some((lot.score(&columns.entry(*slot).facts)?, *slot));
        let slots = lines.slots.iter().filter(|slot| is_related(**slot));
        let mut matches: Vec<(Match, Slot)> = slots.filter_map(matched).collect();
        drop(is_related);
        somebody_waits()?;
        rank(&mut matches, seed, |(found, _)| found);
        let others = matches.iter().filter_map(|(found, slot)| {
            let others: Vec<Arc<Entry>> = columns.others(&lines, *slot).cloned().collect();
            (!others.is_empty()).then_some((found.siret, others))
        });
        let others = others.collect();
        let matches =
            matches.into_iter().map(|(found, slot)| (found, Arc::clone(columns.entry(slot)))).collect();
        Ok(Ranking { matches, others, left_out: LeftOut::default(), lot })
    }

    /// Whether a structure is related to a lot as far as columns tell: of the asked kinds, let in by the reservation.
    fn relation<'a>(
        &self,
        columns: &'a Columns,
        lot: &'a PreparedLot,
        reach: &'a Reach,
    ) -> impl Fn(Slot) -> bool + use<'a> {
        let relation = columns.relate(lot);
        let on = lot.lot().on.unwrap_or_else(|| self.clock.today());
        let rank = Reservation::RESERVED.iter().position(|r| *r == lot.lot().reservation);
        move |slot| {
            let row = &columns.row(slot, on);
            rank.is_none_or(|rank| row.may_answer[rank])
                && !lot.are_kinds_unasked(row.kinds)
                && relation.has(slot, row, reach)
        }
    }

    /// Every structure that is related to a lot, each establishment for itself, in no order: for those who count or tell.
    pub(crate) fn match_candidates(&self, lot: &PreparedLot) -> Vec<Arc<Entry>> {
        let catalogue = self.index.catalogue();
        let columns = catalogue.columns();
        let reach = columns.reach_of(lot);
        let is_related = self.relation(columns, lot, &reach);
        let slots = columns.reached(&reach).filter(|slot| is_related(*slot));
        slots.map(|slot| Arc::clone(columns.entry(slot))).collect()
    }

    /// The same, with how many structures the reservation leaves out.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn match_list_with_left_out(&self, lot: Lot, seed: &[u8]) -> Result<Ranking> {
        let open = Lot { reservation: Reservation::None, ..lot.clone() };
        let mut ranking = self.match_list(lot, seed)?;
        if ranking.lot.lot().reservation != Reservation::None {
            ranking.left_out = self.left_out(&ranking, open)?;
        }
        Ok(ranking)
    }

    fn left_out(&self, ranking: &Ranking, open: Lot) -> Result<LeftOut> {
        let all = self.match_list(open, &[])?;
        let excluded = all.matches.iter().filter(|(_, entry)| ranking.lot.is_left_out(&entry.facts));
        let mut found = LeftOut::default();
        excluded.for_each(|(_, entry)| found.count(&ranking.lot, &entry.facts));
        found.by_kind.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        Ok(found)
    }

    /// The same matches without the columns: every structure is scored, each establishment for itself. The oracle of
    /// [`Backend::match_list`].
    #[must_use]
    pub fn match_list_by_brute_force(&self, lot: Lot, seed: &[u8]) -> Ranking {
        let lot = self.lot_prepare(lot);
        let all: Vec<Arc<Entry>> = self.index.catalogue().structures().cloned().collect();
        let mut matches: Vec<(Match, Arc<Entry>)> =
            all.into_iter().filter_map(|entry| Some((lot.score(&entry.facts)?, entry))).collect();
        rank(&mut matches, seed, |(found, _)| found);
        Ranking { matches, others: HashMap::new(), left_out: LeftOut::default(), lot }
    }

    /// Needs whose deadline has not passed.
    #[must_use]
    pub fn needs_open(&self) -> Vec<Arc<NeedEntry>> {
        self.index.catalogue().needs().filter(|n| self.need_is_open(&n.need)).cloned().collect()
    }

    /// Whether a need is published and still takes answers, where it is executed.
    #[must_use]
    pub fn need_is_open(&self, need: &Need) -> bool {
        need.is_open(self.clock.today_at(&need.draft.place))
    }
}
