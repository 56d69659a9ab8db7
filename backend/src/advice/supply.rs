//! How many structures a lot would find, and what would widen it.

use super::{carriers, count, percent_covered};
use crate::Backend;
use crate::error::Result;
use crate::index::Entry;
use crate::matches::Ranking;
use crate::structures::TierCounts;
use domain::legal::{Reservation, Vehicle};
use domain::matching::{Habit, Kinship, Lot, Match, Tier};
use domain::need::{LotDraft, NeedDraft};
use domain::structure::Standing;
use domain::territory::Place;
use std::sync::Arc;

/// What a lot would find.
#[derive(Debug)]
pub struct Supply {
    /// Structures that may answer: those that fit, are neighbours, may do it. What follows counts those that fit.
    pub tiers: TierCounts,
    /// Those whose known capacity suffices; `None` when the lot asks for no hours.
    pub able: Option<u64>,
    /// Those that will probably answer.
    pub likely: Likely,
    /// Those that will be told.
    pub reachable: u64,
    /// The nearest one, with km to its seat.
    pub nearest: Option<(Arc<Entry>, u16)>,
    /// Percent of the population of the place that they cover together, in the very sectors.
    pub coverage: u8,
    /// Known hours a month that they offer together.
    pub hours_per_month: u64,
    /// Those that could answer alone.
    pub alone: u64,
    /// How many the reservation leaves out.
    pub left_out: u64,
    /// What would widen it, the most first.
    pub widenings: Vec<WiderSupply>,
}

/// How many structures will probably answer, and where that comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likely {
    /// Too few needs were told to learn from: told by mail, of the very sector, confirmed or declared, half of the place.
    ByRule(u64),
    /// From what the same structures did with the needs of the year.
    ByAnswers {
        /// Answers to be expected, either way.
        expected: u64,
        /// What all structures did.
        all: Habit,
    },
}

/// Something that would bring more structures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WiderSupply {
    /// « Élargir à l’Ariège (09) ».
    pub label: String,
    /// How many structures more.
    pub more: u64,
    /// Whether they are structures that fit (`false`), or structures among them that have the capacity (`true`).
    pub of_able: bool,
}

/// Whether a structure will probably answer: it is told by mail, works in the very sector, has confirmed or declared
/// the activity, and covers half of the place at least. A convention of this product, until answers say better.
fn is_likely(found: &Match, entry: &Entry) -> bool {
    let activity = found.activity_of(&entry.facts);
    let is_said = activity.is_some_and(|a| matches!(a.standing, Standing::Confirmed | Standing::Declared));
    entry.structure.is_told()
        && found.kinship == Kinship::Same
        && is_said
        && found.percent_covered().is_some_and(|percent| percent >= 50)
}

impl Backend {
    /// What a lot of a draft would find, and what would widen it.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn supply_estimate(&self, need: &NeedDraft, lot: &LotDraft) -> Result<Arc<Supply>> {
        let kept = &self.advice.supplies;
        kept.get_or(self.now(), super::asked(need, lot)?, || self.supply_compute(need, lot))
    }

    fn supply_compute(&self, need: &NeedDraft, lot: &LotDraft) -> Result<Supply> {
        let asked = lot.to_match(need);
        let mut ranking = self.match_list_with_left_out(asked.clone(), &[])?;
        let tiers = ranking.tiers();
        ranking.matches.retain(|(found, _)| found.tier() == Tier::Fits);
        let carriers = carriers(&ranking.lot, ranking.matches.iter().map(|(_, e)| Arc::clone(e)).collect());
        let zones = carriers.iter().flat_map(|(_, carry)| &carry.zones);
        let nearest = ranking.matches.iter().filter_map(|(found, entry)| Some((found.km()?, entry)));
        let nearest = nearest.min_by_key(|(km, _)| *km).map(|(km, entry)| (Arc::clone(entry), km));
        let hours = ranking.matches.iter().filter_map(|(found, e)| hours(&ranking, found, e));
        Ok(Supply {
            tiers,
            able: able(&ranking, asked.hours_per_month),
            likely: self.likely(&ranking),
            reachable: ranking.told(),
            nearest,
            coverage: percent_covered(&ranking.lot, zones),
            hours_per_month: hours.map(u64::from).sum(),
            alone: count(carriers.iter().filter(|(_, c)| ranking.lot.is_carried_alone(c)).count()),
            left_out: ranking.left_out_total(),
            widenings: self.supply_widenings(&asked, &ranking)?,
        })
    }

    fn likely(&self, ranking: &Ranking) -> Likely {
        let habits = self.habits.load();
        let told = ranking.of_tier(Tier::Fits).filter(|(_, e)| e.structure.is_told());
        let told = told.map(|(found, _)| found.siret);
        match habits.answers_expected(told) {
            Some(expected) => Likely::ByAnswers { expected: rounded(expected), all: habits.all },
            None => Likely::ByRule(count(ranking.matches.iter().filter(|(f, e)| is_likely(f, e)).count())),
        }
    }

    fn supply_widenings(&self, asked: &Lot, ranking: &Ranking) -> Result<Vec<WiderSupply>> {
        let before = count(ranking.matches.len());
        let mut all = Vec::new();
        let wider = asked.place.map(Place::wider).unwrap_or_default();
        for wider in wider.into_iter().filter(|place| *place != Place::FRANCE) {
            let more = self.fitting(Lot { place: Some(wider), ..asked.clone() })?.saturating_sub(before);
            all.push(WiderSupply {
                label: format!("Élargir le lieu\u{a0}: {}", wider.name()),
                more,
                of_able: false,
            });
        }
        if let Some(mode) = asked.mode {
            let more = self.fitting(Lot { mode: None, ..asked.clone() })?.saturating_sub(before);
            let label =
                format!("Accepter toute forme, pas seulement «\u{a0}{}\u{a0}»", mode.label().to_lowercase());
            all.push(WiderSupply { label, more, of_able: false });
        }
        if matches!(asked.reservation, Reservation::Siae | Reservation::Handicap) {
            let both = Lot { reservation: Reservation::Both, ..asked.clone() };
            let more = self.fitting(both)?.saturating_sub(before);
            let label = format!("{} ({})", Vehicle::Both.label(), Vehicle::Both.code());
            all.push(WiderSupply { label, more, of_able: false });
        }
        if asked.reservation != Reservation::None {
            let label = "Ne pas réserver".to_owned();
            all.push(WiderSupply { label, more: ranking.left_out_total(), of_able: false });
        }
        if let (Some(hours), Some(before)) = (asked.hours_per_month, able(ranking, asked.hours_per_month)) {
            let half = hours.div_ceil(2);
            let more = able(ranking, Some(half)).unwrap_or(before).saturating_sub(before);
            let label = format!("Faire des lots deux fois plus petits ({half}\u{a0}h par mois)");
            all.push(WiderSupply { label, more, of_able: true });
        }
        all.retain(|widening| widening.more > 0);
        all.sort_by_key(|widening| std::cmp::Reverse(widening.more));
        Ok(all)
    }

    /// Structures that fit a lot, one for each line of a list.
    fn fitting(&self, lot: Lot) -> Result<u64> {
        Ok(self.match_list(lot, &[])?.tiers().of(Tier::Fits))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a sum of chances, never below 0"
)]
fn rounded(expected: f64) -> u64 {
    expected.round() as u64
}

/// Hours a month that a structure of a ranking offers in the month when its lot begins.
fn hours(ranking: &Ranking, found: &Match, entry: &Entry) -> Option<u32> {
    let activity = found.activity_of(&entry.facts)?;
    entry.facts.hours_offered(Some(activity), ranking.lot.lot().begins)
}

/// Structures of a ranking whose known capacity suffices for these hours.
fn able(ranking: &Ranking, hours: Option<u32>) -> Option<u64> {
    let hours = hours?;
    let has =
        |(found, e): &&(Match, Arc<Entry>)| self::hours(ranking, found, e).is_some_and(|has| has >= hours);
    Some(count(ranking.matches.iter().filter(has).count()))
}
