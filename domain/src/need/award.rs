//! What became of a lot: that it is awarded, to whom, for how much.

use super::express::one_line;
use super::steps::{amount_read, insertion_hours_read};
use super::{AmountRange, LotKey, Need};
use crate::form::{Field, Violation};
use crate::money::Euros;
use crate::siret::Siret;
use serde::{Deserialize, Serialize};

/// Longest reason, in characters.
pub const REASON_MAX: usize = 500;

/// What a buyer typed of the award of a lot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AwardForm {
    /// SIRET of the winner; empty when the buyer does not say.
    pub winner: String,
    /// Lower end of the amount.
    pub amount_min: String,
    /// Upper end, or the amount.
    pub amount_max: String,
    /// Hours of insertion.
    pub insertion_hours: String,
    /// Why.
    pub reason: String,
}

impl AwardForm {
    /// What was said before.
    #[must_use]
    pub fn of(award: &Award) -> Self {
        let typed =
            |pick: fn(AmountRange) -> Euros| award.amount.map(|a| pick(a).typed()).unwrap_or_default();
        let is_range = award.amount.is_some_and(|a| a.min != a.max);
        Self {
            winner: award.winner.map(|siret| siret.to_string()).unwrap_or_default(),
            amount_min: if is_range { typed(|a| a.min) } else { String::new() },
            amount_max: typed(|a| a.max),
            insertion_hours: award.insertion_hours.map(|hours| hours.to_string()).unwrap_or_default(),
            reason: award.reason.clone(),
        }
    }

    /// What it says of a lot.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn read(&self, lot: LotKey, now: i64) -> Result<Award, Vec<Violation>> {
        let mut wrong = Vec::new();
        let winner = Some(self.winner.trim()).filter(|text| !text.is_empty());
        let winner = winner.map(|text| Siret::kept(text).ok_or(()));
        if winner == Some(Err(())) {
            wrong.push(Violation::new(Field::Siret, "Choisissez l’une des réponses proposées"));
        }
        let amount = amount_read(&self.amount_min, &self.amount_max, &mut wrong);
        let insertion_hours = insertion_hours_read(&self.insertion_hours, &mut wrong);
        let reason = one_line(&self.reason);
        if reason.chars().count() > REASON_MAX {
            wrong.push(Violation::new(Field::Reason, "Raccourcissez le motif à 500 caractères"));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let winner = winner.and_then(Result::ok);
        Ok(Award { lot, winner, amount, insertion_hours, reason, awarded_at: now, corrected_at: None })
    }
}

/// What a buyer says of the award of a lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Award {
    /// Which lot.
    pub lot: LotKey,
    /// To which structure; `None` when the buyer does not say, or to somebody else.
    pub winner: Option<Siret>,
    /// For how much, without tax.
    #[serde(default)]
    pub amount: Option<AmountRange>,
    /// Hours of insertion over the whole length that the winner commits to.
    #[serde(default)]
    pub insertion_hours: Option<u32>,
    /// Why, in a sentence that those who were not chosen read; may be empty.
    #[serde(default)]
    pub reason: String,
    /// When it was said, in seconds since 1970.
    pub awarded_at: i64,
    /// When something else was said of the lot: kept as its history.
    #[serde(default)]
    pub corrected_at: Option<i64>,
}

impl Need {
    /// The award of a lot, as it was said last, if it is awarded.
    #[must_use]
    pub fn award(&self, lot: LotKey) -> Option<&Award> {
        self.awards.iter().find(|award| award.lot == lot && award.corrected_at.is_none())
    }

    /// What was said of the award of a lot and has been corrected, the newest first.
    #[must_use]
    pub fn awards_corrected(&self, lot: LotKey) -> Vec<&Award> {
        let of_lot = self.awards.iter().filter(|award| award.lot == lot && award.corrected_at.is_some());
        let mut past: Vec<&Award> = of_lot.collect();
        past.sort_by_key(|award| std::cmp::Reverse((award.corrected_at, award.awarded_at)));
        past
    }

    /// Says something of lots: what was said before is kept as history. The lots of which something else was said.
    pub fn awards_set(&mut self, said: Vec<Award>) -> Vec<LotKey> {
        let is_news = |of: &Award| {
            self.award(of.lot)
                .is_none_or(|before| Award { awarded_at: of.awarded_at, ..before.clone() } != *of)
        };
        let news: Vec<Award> = said.into_iter().filter(is_news).collect();
        for award in &news {
            self.award_withdraw(award.lot, award.awarded_at);
        }
        let changed = news.iter().map(|award| award.lot).collect();
        self.awards.extend(news);
        changed
    }

    /// Takes back what was said of a lot, which is kept as history.
    fn award_withdraw(&mut self, lot: LotKey, now: i64) {
        for award in self.awards.iter_mut().filter(|award| award.lot == lot) {
            award.corrected_at.get_or_insert(now);
        }
    }

    /// Takes back every award: the need takes answers again.
    pub fn awards_withdraw(&mut self, now: i64) {
        for award in &mut self.awards {
            award.corrected_at.get_or_insert(now);
        }
    }

    /// Whether nothing of it is left to be awarded.
    #[must_use]
    pub fn is_all_awarded(&self) -> bool {
        self.draft.lots.iter().all(|lot| self.award(lot.key).is_some())
    }
}
