//! A lot whose form is being written: what the law says of it so far. Runs in the browser as on the server.

use super::judge::Judgment;
use super::lot::{LotTerms, Nature, Procedure, judge_lot, procedure};
use super::small::{SmallLot, small_lot};
use super::vehicle::Vehicle;
use crate::cpv::Cpv;
use crate::money::{Estimate, Euros};
use jiff::civil::Date;

/// The fields of a lot that the law looks at, as typed. What cannot be read yet counts as not said.
#[derive(Debug, Clone, Copy, Default)]
pub struct TermsTyped<'a> {
    /// What is bought.
    pub nature: &'a str,
    /// CPV code, with or without its label.
    pub cpv: &'a str,
    /// Lower end of the estimated amount of the lot.
    pub amount_min: &'a str,
    /// Its upper end, or the amount.
    pub amount_max: &'a str,
    /// Length in months.
    pub months: &'a str,
}

impl TermsTyped<'_> {
    /// The terms of the lot. `before` is what is kept of it, with the other lots of the contract.
    #[must_use]
    pub fn terms(&self, before: &LotTerms) -> LotTerms {
        LotTerms {
            nature: Nature::parse(self.nature).unwrap_or(before.nature),
            amount: self.amount(),
            months: self.months.trim().parse().ok(),
            cpv: Cpv::parse(self.cpv),
            ..before.clone()
        }
    }

    fn amount(&self) -> Estimate {
        let (min, max) = (Euros::parse(self.amount_min).ok(), Euros::parse(self.amount_max).ok());
        Estimate { at_least: min.or(max).unwrap_or_default(), at_most: max }
    }
}

/// What the law of a day says of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotLaw {
    /// The procedure that the amount of all lots implies.
    pub procedure: Procedure,
    /// The lighter ones that may be open to it, because it is small.
    pub small: Vec<SmallLot>,
    /// The vehicles that may be closed to a lot, or want something of it: reservations, and the direct award.
    pub vehicles: Vec<(Vehicle, Judgment)>,
}

impl LotLaw {
    /// The law of `on` for these terms and the vehicle that is chosen: a contract of insertion services has a procedure of
    /// its own.
    #[must_use]
    pub fn of(terms: &LotTerms, chosen: Option<Vehicle>, on: Date) -> Self {
        let vehicles = Vehicle::RESERVED.into_iter().chain([Vehicle::DirectAward]);
        Self {
            procedure: procedure(terms, chosen, on),
            small: small_lot(terms, chosen, on),
            vehicles: vehicles.map(|vehicle| (vehicle, judge_lot(terms, vehicle, on))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::legal::{OtherLot, Verdict};
    use jiff::civil::date;

    fn check(
        typed: TermsTyped<'_>,
        others: Option<u64>,
        procedure: Procedure,
        ess: Verdict,
        direct: Verdict,
    ) {
        let amount = others.map(Euros::whole).map(Estimate::exactly).unwrap_or_default();
        let other = OtherLot { amount, ..OtherLot::default() };
        let terms = typed.terms(&LotTerms { others: vec![other], ..LotTerms::default() });
        let law = LotLaw::of(&terms, None, date(2026, 11, 22));
        assert_eq!(law.procedure, procedure, "{typed:?} {amount:?}");
        for (vehicle, expected) in [(Vehicle::Ess, ess), (Vehicle::DirectAward, direct)] {
            let found =
                law.vehicles.iter().find(|(v, _)| *v == vehicle).map(|(_, judgment)| judgment.verdict);
            assert_eq!(found, Some(expected), "{vehicle:?} {typed:?} {amount:?}");
        }
    }

    #[test]
    fn while_it_is_typed() {
        use Procedure::{Adapted, Direct, Formal, Unknown};
        use Verdict::{Allowed, Conditional, Forbidden};
        let typed =
            |nature, cpv, amount_max, months| TermsTyped { nature, cpv, amount_min: "", amount_max, months };
        check(TermsTyped::default(), Some(0), Unknown, Conditional, Conditional);
        check(typed("", "8531", "50 0", ""), Some(0), Direct, Conditional, Allowed);
        check(
            typed("", "85310000 Services d’action sociale", "50 000", "36"),
            Some(0),
            Direct,
            Allowed,
            Allowed,
        );
        check(typed("", "85310000", "50 000", "37"), Some(0), Direct, Forbidden, Allowed);
        check(typed("services", "98310000", "90 k€", "12"), Some(0), Adapted, Forbidden, Forbidden);
        check(typed("travaux", "", "90 k€", ""), Some(0), Direct, Forbidden, Allowed);
        // A small lot: 50 000 € are 20 % of the whole, 50 001 € are more.
        check(typed("services", "", "50 000", ""), Some(200_000), Formal, Conditional, Verdict::Unknown);
        check(typed("services", "", "50 001", ""), Some(200_000), Formal, Conditional, Forbidden);
        check(typed("services", "", "50 000", ""), None, Unknown, Conditional, Conditional);
        check(typed("services", "", "500 000", ""), None, Formal, Conditional, Forbidden);
        let range = TermsTyped { amount_min: "50 000", ..typed("services", "", "70 000", "") };
        check(range, Some(0), Unknown, Conditional, Conditional);
        check(typed("fournitures", "85310000", "10 000", "12"), Some(0), Direct, Forbidden, Allowed);
        check(typed("services", "85310000", "900 000", "12"), Some(0), Adapted, Allowed, Forbidden);
    }
}
