//! Small lots: a lot may follow a lighter procedure than its contract, as long as the small lots together weigh little.

use super::judge::{Effect, Finding};
use super::limit::Limit;
use super::lot::{LotTerms, Nature, Procedure, procedure};
use super::rule::RuleId;
use super::threshold::{Threshold, ThresholdKey};
use super::vehicle::Vehicle;
use crate::money::{Estimate, Euros};
use jiff::civil::Date;

/// A lighter procedure that a small lot may follow, « à vérifier »: which lots pass so is for the buyer to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmallLot {
    /// Without publicity (R2122-8), or adapted (R2123-1, 2°).
    pub procedure: Procedure,
    /// The lot is below this amount.
    pub below: Euros,
    /// The small lots of the contract together, this one among them.
    pub sum: Estimate,
    /// All lots together.
    pub whole: Estimate,
    /// Most percent of the whole that the small lots may make.
    pub percent: u32,
}

impl SmallLot {
    /// Tenths of a percent of the whole that the small lots make, at most and rounded up: 20 % is never said for more.
    #[must_use]
    pub fn share_per_mille(&self) -> Option<u64> {
        let most = self.sum.at_most?;
        Some((most.cents() * 1_000).div_ceil(self.whole.at_least.cents().max(1)))
    }

    /// Whether all small lots may pass so together; otherwise only some of them.
    #[must_use]
    pub fn holds_together(&self) -> bool {
        self.share_per_mille().is_some_and(|share| share <= u64::from(self.percent) * 10)
    }

    /// « Possible, à vérifier : 20 % », with the sum of the small lots and its share of the whole.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Self { below, sum, whole, percent, .. } = self;
        let (may, articles) = match self.procedure {
            Procedure::Direct => {
                ("se passer de publicité et de mise en concurrence", "articles R2122-8 et R2123-1, 2° b")
            }
            _ => ("suivre une procédure adaptée", "article R2123-1, 2°"),
        };
        let at_most = if sum.is_exact() && whole.is_exact() { "" } else { "au plus " };
        let share = self.share_per_mille().map_or_else(String::new, |share| {
            format!(", soit {at_most}{}\u{a0}% de {whole}", crate::text::tenths(share))
        });
        let room = if self.holds_together() {
            String::new()
        } else {
            format!("\u{a0}; choisissez-en pour {} au plus", whole.at_least.percent(*percent))
        };
        format!(
            "Possible, à vérifier\u{a0}: {percent}\u{a0}%. Sous {below} HT, ce lot peut {may} si les petits lots ne dépassent pas ensemble {percent}\u{a0}% du total de tous les lots\u{a0}: ils font {sum}{share}{room} ({articles})."
        )
    }

    pub(super) fn finding(&self) -> Finding {
        Finding::new(RuleId::SmallLots, Effect::Doubts, self.sentence())
    }
}

/// The lighter procedures that are open to a lot on a day because it is small, the lightest first; none when the whole
/// follows such a procedure anyway, when the lot is the only one, or when it is alone more than small lots may be together.
///
/// Defence and security have their own book of the code, and a private buyer has none.
#[must_use]
pub fn small_lot(terms: &LotTerms, vehicle: Option<Vehicle>, on: Date) -> Vec<SmallLot> {
    let of_whole = procedure(terms, vehicle, on);
    let is_lighter = |procedure| match procedure {
        Procedure::Direct => matches!(of_whole, Procedure::Adapted | Procedure::Formal),
        _ => of_whole == Procedure::Formal,
    };
    if terms.others.is_empty() || !RuleId::SmallLots.rule().is_in_force(on) {
        return Vec::new();
    }
    let ways = [Procedure::Direct, Procedure::Adapted].into_iter().filter(|way| is_lighter(*way));
    ways.filter_map(|way| of_procedure(terms, way, on)).collect()
}

fn of_procedure(terms: &LotTerms, procedure: Procedure, on: Date) -> Option<SmallLot> {
    let below = limit(procedure, terms.nature, on)?.amount;
    if terms.amount.reaches(below) != Some(false) {
        return None;
    }
    let percent = Limit::SmallLotsPercent.on(on);
    let whole = terms.whole();
    let is_too_much_alone = whole.at_most.is_some_and(|most| terms.amount.at_least > most.percent(percent));
    if is_too_much_alone {
        return None;
    }
    let mut sum = terms.amount;
    for other in &terms.others {
        sum = sum.plus(part_below(other.amount, limit(procedure, other.nature, on)?.amount));
    }
    Some(SmallLot { procedure, below, sum, whole, percent })
}

/// The amount below which a lot of this nature is small for a procedure.
fn limit(procedure: Procedure, nature: Nature, on: Date) -> Option<&'static Threshold> {
    let key = match (procedure, nature) {
        (Procedure::Direct, _) => nature.direct_threshold_key(),
        (_, Nature::Works) => ThresholdKey::SmallLotWorks,
        (_, Nature::Supplies | Nature::Services) => ThresholdKey::SmallLotSupplies,
    };
    key.on(on)
}

/// What a lot adds to the sum of the small ones: nothing when it is not small; when nobody knows, anything up to there.
fn part_below(amount: Estimate, limit: Euros) -> Estimate {
    match amount.reaches(limit) {
        Some(true) => Estimate::exactly(Euros::default()),
        Some(false) => amount,
        None => Estimate { at_least: Euros::default(), at_most: Some(limit) },
    }
}
