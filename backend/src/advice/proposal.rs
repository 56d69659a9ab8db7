//! Which way of buying a lot is proposed first, and why. It is proposed on what structures could do, after the law has
//! said what is open; it is never chosen for the buyer.

use super::vehicles::{Brings, VehicleChoice};
use domain::hours::{CLAUSE_FLOOR, Hours};
use domain::legal::{Vehicle, Verdict};

/// Structures from which on a reservation still leaves a choice among offers.
const ENOUGH: u64 = 3;
/// Percent of the population of the place that they must cover together.
const MOST_OF_THE_PLACE: u8 = 50;

/// Why a way is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// Enough may answer for sure for a reservation to leave a choice, and they cover most of the place.
    Enough,
    /// Too few to reserve; some could bring the hours of a clause.
    TooFewToReserve,
    /// Too few to reserve, and the usual formula gives fewer hours than clauses are put for.
    TooFewHours(Hours),
    /// Nobody that we know.
    Nobody,
}

/// What is proposed for a lot: a vehicle, or none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// The vehicle; `None` for no particular one.
    pub vehicle: Option<Vehicle>,
    /// Why.
    pub because: Because,
}

impl Brings {
    /// Those that it lets answer without anything to check.
    #[must_use]
    pub fn sure(&self) -> u64 {
        self.eligible - self.to_check
    }

    fn is_enough(&self) -> bool {
        self.sure() >= ENOUGH && self.coverage >= MOST_OF_THE_PLACE
    }
}

/// The proposal for a lot. `usual` are the hours of insertion that the usual formula gives it, if its amount is known.
///
/// A reservation to one family before one to both: it does as much for fewer. Both before a clause: a clause leaves the
/// contract itself to whom it will.
pub(super) fn propose(choices: &[VehicleChoice], usual: Option<Hours>) -> Proposal {
    let open = |vehicle| {
        let is_open = |c: &&VehicleChoice| {
            c.vehicle == vehicle && matches!(c.judgment.verdict, Verdict::Allowed | Verdict::Conditional)
        };
        choices.iter().find(is_open)
    };
    let of = |vehicle, because| Proposal { vehicle, because };
    let enough = |vehicle| open(vehicle).filter(|c| c.brings.is_enough());
    let family = [Vehicle::Insertion, Vehicle::Handicap].into_iter().filter_map(enough);
    let family = family.min_by_key(|c| std::cmp::Reverse(c.brings.sure()));
    if let Some(found) = family.or_else(|| enough(Vehicle::Both)) {
        return of(Some(found.vehicle), Because::Enough);
    }
    if open(Vehicle::SocialClause).is_none_or(|c| c.brings.eligible == 0) {
        return of(None, Because::Nobody);
    }
    match usual.filter(|hours| *hours < CLAUSE_FLOOR) {
        Some(hours) => of(None, Because::TooFewHours(hours)),
        None => of(Some(Vehicle::SocialClause), Because::TooFewToReserve),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::legal::{LotTerms, judge_lot};
    use jiff::civil::date;

    fn brings(eligible: u64, to_check: u64, coverage: u8) -> Brings {
        Brings { eligible, around: 0, to_check, coverage, hours_per_month: 0 }
    }

    /// What each of insertion, handicap, both and the clause brings, and the usual hours.
    fn check(
        [insertion, handicap, both, clause]: [(u64, u64, u8); 4],
        hours: Option<u64>,
        vehicle: Option<Vehicle>,
        because: Because,
    ) {
        let choice = |vehicle, (eligible, to_check, coverage)| VehicleChoice {
            vehicle,
            judgment: judge_lot(&LotTerms::default(), vehicle, date(2026, 11, 21)),
            brings: brings(eligible, to_check, coverage),
        };
        let choices = [
            choice(Vehicle::Insertion, insertion),
            choice(Vehicle::Handicap, handicap),
            choice(Vehicle::Both, both),
            choice(Vehicle::SocialClause, clause),
        ];
        assert_eq!(propose(&choices, hours.map(Hours)), Proposal { vehicle, because }, "{choices:?}");
    }

    #[test]
    fn what_is_proposed() {
        let (many, few, none) = ((12, 0, 90), (2, 0, 90), (0, 0, 0));
        let [insertion, handicap, both, clause] =
            [Vehicle::Insertion, Vehicle::Handicap, Vehicle::Both, Vehicle::SocialClause].map(Some);
        check([many, few, (14, 0, 90), many], None, insertion, Because::Enough);
        check([few, many, (14, 0, 90), few], None, handicap, Because::Enough);
        check([many, (13, 0, 90), (25, 0, 90), many], None, handicap, Because::Enough);
        check([many, many, (24, 0, 90), many], None, insertion, Because::Enough);
        check([few, few, (4, 0, 90), few], None, both, Because::Enough);
        check([(12, 10, 90), none, (12, 10, 90), many], None, clause, Because::TooFewToReserve);
        check([(12, 0, 49), none, (12, 0, 49), many], None, clause, Because::TooFewToReserve);
        check([few, none, few, few], Some(150), clause, Because::TooFewToReserve);
        check([few, none, few, few], Some(149), None, Because::TooFewHours(Hours(149)));
        check([none, none, none, none], Some(833), None, Because::Nobody);
    }
}
