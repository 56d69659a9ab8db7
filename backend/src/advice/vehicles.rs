//! Which legal vehicles are open to a lot, and what each would bring.

use super::{count, percent_covered};
use crate::Backend;
use crate::error::Result;
use domain::legal::{
    Eligibility, Exception, Finding, Judgment, Procedure, Reservation, Threshold, Vehicle, Verdict, duties,
    judge, judge_lot, procedure,
};
use domain::matching::Lot;
use domain::need::{LotDraft, NeedDraft};
use jiff::civil::Date;

/// What a vehicle would bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brings {
    /// Structures that fit and that it lets answer, or carry hours.
    pub eligible: u64,
    /// Those among them for which it is to be checked.
    pub to_check: u64,
    /// Percent of the population of the place that they cover together.
    pub coverage: u8,
    /// Known hours a month that they offer together.
    pub hours_per_month: u64,
}

/// A vehicle, with what the law says of it and what it would bring.
#[derive(Debug)]
pub struct VehicleChoice {
    /// Which one.
    pub vehicle: Vehicle,
    /// What the law of the day says.
    pub judgment: Judgment,
    /// What it would bring.
    pub brings: Brings,
}

/// What the law says of a lot.
#[derive(Debug)]
pub struct VehicleAdvice {
    /// The day whose law it is.
    pub on: Date,
    /// What no vehicle at all would bring.
    pub open: Brings,
    /// Every vehicle, in the order in which forms list them.
    pub choices: Vec<VehicleChoice>,
    /// The procedure that the amount implies.
    pub procedure: Procedure,
    /// The thresholds that were looked at: without publicity, European.
    pub thresholds: Vec<&'static Threshold>,
    /// What its buyer must do besides.
    pub duties: Vec<Finding>,
    /// The exceptions to the social clause that the lot could claim, or not, as far as is known.
    pub exceptions: Vec<(Exception, Option<bool>)>,
}

impl Backend {
    /// What the law says of a lot of a draft, and what each vehicle would bring.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn vehicle_advise(&self, need: &NeedDraft, lot: &LotDraft) -> Result<VehicleAdvice> {
        let on = need.law_day(self.clock.today());
        let terms = need.terms(lot);
        let open = Lot { reservation: Reservation::None, ..lot.to_match(need) };
        let ranking = self.match_list(open, &[])?;
        let brings = |verdict: &dyn Fn(&crate::index::Entry) -> Eligibility| {
            let verdicts = ranking.matches.iter().map(|(found, entry)| (verdict(entry), found, entry));
            let kept: Vec<_> = verdicts.filter(|(v, ..)| *v != Eligibility::No).collect();
            let zones = kept.iter().map(|(_, found, e)| e.facts.activities[found.activity].zones.as_ref());
            let hours =
                kept.iter().filter_map(|(_, found, e)| e.facts.activities[found.activity].hours_per_month);
            Brings {
                eligible: count(kept.len()),
                to_check: count(kept.iter().filter(|(v, ..)| *v == Eligibility::ToCheck).count()),
                coverage: percent_covered(&ranking.lot, zones),
                hours_per_month: hours.map(u64::from).sum(),
            }
        };
        let choice = |vehicle: Vehicle| VehicleChoice {
            vehicle,
            judgment: judge_lot(&terms, vehicle, on),
            brings: match (vehicle, vehicle.reservation()) {
                (Vehicle::SocialClause, _) => {
                    brings(&|e| match judge(&e.structure.party(), vehicle, on).verdict {
                        Verdict::Forbidden => Eligibility::No,
                        Verdict::Unknown => Eligibility::ToCheck,
                        Verdict::Allowed | Verdict::Conditional => Eligibility::Yes,
                    })
                }
                (_, reservation) => {
                    brings(&|e| reservation.verdict_of_structure(e.facts.party_on(Some(on))).0)
                }
            },
        };
        Ok(VehicleAdvice {
            on,
            open: brings(&|_| Eligibility::Yes),
            choices: Vehicle::ALL.into_iter().map(choice).collect(),
            procedure: procedure(&terms, lot.vehicle, on),
            thresholds: terms.direct_threshold(on).into_iter().chain(terms.eu_threshold(on)).collect(),
            duties: duties(&terms, None, on),
            exceptions: Exception::ALL.map(|e| (e, e.fits(&terms))).to_vec(),
        })
    }
}
