//! Which legal vehicles are open to a lot, and what each would bring.

use super::proposal::{Proposal, propose};
use super::{count, percent_covered};
use crate::Backend;
use crate::error::Result;
use crate::index::Entry;
use crate::matches::Ranking;
use domain::legal::{
    Eligibility, Exception, Finding, Judgment, PartySummary, Procedure, Reservation, SmallLot, Threshold,
    Vehicle, Verdict, duties, judge, judge_lot, procedure, small_lot,
};
use domain::matching::{Facts, Lot, Match, PreparedLot, Tier};
use domain::need::steps::insertion_hours_usual;
use domain::need::{LotDraft, NeedDraft};
use domain::structure::Network;
use domain::territory::CommuneSet;
use jiff::civil::Date;
use std::collections::HashMap;
use std::sync::Arc;

/// What a vehicle would bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brings {
    /// Structures that fit and that it lets answer, or carry hours.
    pub eligible: u64,
    /// Those that it lets answer besides: neighbours, and those that may do it.
    pub around: u64,
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
    /// What is proposed first.
    pub proposal: Proposal,
    /// The procedure that the amount of all lots implies.
    pub procedure: Procedure,
    /// The lighter ones that may be open to the lot, because it is small.
    pub small: Vec<SmallLot>,
    /// The thresholds that were looked at: without publicity, European.
    pub thresholds: Vec<&'static Threshold>,
    /// What its buyer must do besides.
    pub duties: Vec<Finding>,
    /// The exceptions to the social clause that the lot could claim, or not, as far as is known.
    pub exceptions: Vec<(Exception, Option<bool>)>,
}

impl VehicleAdvice {
    /// A vehicle, with what the law says of it and what it would bring.
    #[must_use]
    pub fn of(&self, vehicle: Vehicle) -> Option<&VehicleChoice> {
        self.choices.iter().find(|choice| choice.vehicle == vehicle)
    }
}

impl Backend {
    /// What the law says of a lot of a draft, and what each vehicle would bring.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn vehicle_advise(&self, need: &NeedDraft, lot: &LotDraft) -> Result<Arc<VehicleAdvice>> {
        let kept = &self.advice.vehicles;
        kept.get_or(self.now(), super::asked(need, lot)?, || self.vehicle_compute(need, lot))
    }

    fn vehicle_compute(&self, need: &NeedDraft, lot: &LotDraft) -> Result<VehicleAdvice> {
        let on = need.law_day(self.clock.today_at(&need.place));
        let terms = need.terms(lot);
        let open = Lot { reservation: Reservation::None, ..lot.to_match(need) };
        let ranking = self.match_list(open, &[])?;
        let alike = alike(&ranking, on);
        let brings = |kept: &dyn Fn(&Alike) -> Eligibility| brings(&ranking.lot, &alike, kept);
        let choices = Vehicle::ALL.into_iter().enumerate().map(|(n, vehicle)| VehicleChoice {
            vehicle,
            judgment: judge_lot(&terms, vehicle, on),
            brings: brings(&|alike| alike.verdicts[n]),
        });
        let choices: Vec<VehicleChoice> = choices.collect();
        Ok(VehicleAdvice {
            on,
            open: brings(&|_| Eligibility::Yes),
            proposal: propose(&choices, insertion_hours_usual(lot)),
            choices,
            procedure: procedure(&terms, lot.vehicle, on),
            small: small_lot(&terms, lot.vehicle, on),
            thresholds: terms.direct_threshold(on).into_iter().chain(terms.eu_threshold(on)).collect(),
            duties: duties(&terms, None, on),
            exceptions: Exception::ALL.map(|e| (e, e.fits(&terms))).to_vec(),
        })
    }
}

/// What every vehicle makes of a structure, in the order of [`Vehicle::ALL`].
type Verdicts = [Eligibility; Vehicle::ALL.len()];

/// Structures that every vehicle treats alike: there are few such groups, however many structures there are.
struct Alike {
    verdicts: Verdicts,
    structures: u64,
    around: u64,
    hours_per_month: u64,
    /// Their zones together: each vehicle puts a few of these together, not thousands of zones.
    covered: CommuneSet,
}

/// The structures of a ranking by what the vehicles make of them on a day: each is looked at once.
fn alike(ranking: &Ranking, on: Date) -> Vec<Alike> {
    let mut of_party: HashMap<(PartySummary, bool), Verdicts> = HashMap::new();
    let mut by_verdicts: HashMap<Verdicts, Vec<(&Match, &Facts)>> = HashMap::new();
    for (found, entry) in &ranking.matches {
        let summary = entry.facts.party_on(Some(on));
        let is_regie = entry.structure.network == Network::Regie;
        let verdicts =
            *of_party.entry((summary, is_regie)).or_insert_with(|| verdicts_of(entry, summary, on));
        by_verdicts.entry(verdicts).or_default().push((found, &entry.facts));
    }
    let group = |(verdicts, found): (Verdicts, Vec<(&Match, &Facts)>)| {
        let fitting: Vec<_> = found.iter().filter(|(found, _)| found.tier() == Tier::Fits).collect();
        let activities = || fitting.iter().filter_map(|(found, facts)| found.activity_of(facts));
        let zones = fitting.iter().map(|(found, facts)| match found.activity_of(facts) {
            Some(activity) => activity.zones.as_ref(),
            None => facts.usual_reach.as_ref(),
        });
        Alike {
            verdicts,
            structures: count(fitting.len()),
            around: count(found.len() - fitting.len()),
            hours_per_month: activities().filter_map(|a| a.hours_per_month).map(u64::from).sum(),
            covered: CommuneSet::union(zones),
        }
    };
    by_verdicts.into_iter().map(group).collect()
}

fn verdicts_of(entry: &Entry, summary: PartySummary, on: Date) -> Verdicts {
    Vehicle::ALL.map(|vehicle| match vehicle {
        Vehicle::SocialClause => match judge(&entry.structure.party(), vehicle, on).verdict {
            Verdict::Forbidden => Eligibility::No,
            Verdict::Unknown => Eligibility::ToCheck,
            Verdict::Allowed | Verdict::Conditional => Eligibility::Yes,
        },
        _ => vehicle.reservation().verdict_of_structure(summary).0,
    })
}

/// What the groups bring together of which `kept` does not say no.
fn brings(lot: &PreparedLot, all: &[Alike], kept: &dyn Fn(&Alike) -> Eligibility) -> Brings {
    let kept: Vec<(Eligibility, &Alike)> = all.iter().map(|alike| (kept(alike), alike)).collect();
    let some = || kept.iter().filter(|(verdict, _)| *verdict != Eligibility::No);
    let to_check = kept.iter().filter(|(verdict, _)| *verdict == Eligibility::ToCheck);
    Brings {
        eligible: some().map(|(_, alike)| alike.structures).sum(),
        around: some().map(|(_, alike)| alike.around).sum(),
        to_check: to_check.map(|(_, alike)| alike.structures).sum(),
        coverage: percent_covered(lot, some().map(|(_, alike)| &alike.covered)),
        hours_per_month: some().map(|(_, alike)| alike.hours_per_month).sum(),
    }
}
