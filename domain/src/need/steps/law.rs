//! How a lot is bought.

use super::super::{LotDraft, LotKey, NeedDraft};
use super::lot::hours_paid;
use super::{HOURS_MEANT, Typed, filled};
use crate::form::{Field, Violation};
use crate::hours::{EFFORT, Hours, hours_doubt};
use crate::legal::{Carried, Consideration, Effect, Exception, Vehicle, Verdict, Weight, judge_lot};
use jiff::civil::Date;

/// Most hours of insertion of a lot: a thousand full-time jobs for a year are taken for a slip.
const INSERTION_HOURS_MAX: u32 = 1_600_000;

/// How a lot is bought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LawForm {
    /// Code of the vehicle; empty for none. That of a consideration, as links of before carry it, is one that is ticked.
    pub vehicle: String,
    /// Codes of the considerations that are ticked.
    pub considerations: Vec<String>,
    /// Weight of the social criterion.
    pub social_weight: String,
    /// Weight of the environmental criterion.
    pub environmental_weight: String,
    /// Hours of insertion.
    pub insertion_hours: String,
    /// Code of the exception to the social clause; empty for none.
    pub exception: String,
    /// Whether a number of hours that raised a doubt is meant.
    pub meant: bool,
}

impl LawForm {
    /// What was typed.
    #[must_use]
    pub fn read(typed: Typed<'_>) -> Self {
        Self {
            vehicle: typed.one(Field::Vehicle),
            considerations: typed.all(Field::Considerations),
            social_weight: typed.one(Field::SocialWeight),
            environmental_weight: typed.one(Field::EnvironmentalWeight),
            insertion_hours: typed.one(Field::InsertionHours),
            exception: typed.one(Field::Exception),
            meant: typed.is_ticked(HOURS_MEANT),
        }
    }

    /// What a lot holds.
    #[must_use]
    pub fn of(lot: &LotDraft) -> Self {
        let weight = |of: Consideration| {
            let carried = lot.considerations.iter().find(|carried| carried.consideration == of);
            carried.and_then(|carried| carried.weight).map(|w| w.percent().to_string()).unwrap_or_default()
        };
        Self {
            vehicle: lot.vehicle.map_or("", Vehicle::code).to_owned(),
            considerations: lot.considerations.iter().map(|c| c.consideration.code().to_owned()).collect(),
            social_weight: weight(Consideration::SocialCriterion),
            environmental_weight: weight(Consideration::EnvironmentalCriterion),
            insertion_hours: lot.insertion_hours.map(|h| h.to_string()).unwrap_or_default(),
            exception: lot.exception.map_or("", Exception::code).to_owned(),
            meant: false,
        }
    }

    /// The lot with it. A vehicle that the law of the day does not open is refused, with the article and the reason.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn apply(
        &self,
        before: &LotDraft,
        need: &NeedDraft,
        today: Date,
    ) -> Result<LotDraft, Vec<Violation>> {
        let mut wrong = Vec::new();
        let vehicle = filled(&self.vehicle).map(|code| Vehicle::parse(code).ok_or(()));
        if vehicle == Some(Err(())) {
            wrong.push(Violation::new(Field::Vehicle, "Choisissez l’une des réponses proposées"));
        }
        let considerations = self.considerations(&mut wrong);
        let exception = filled(&self.exception).map(|code| Exception::parse(code).ok_or(()));
        if exception == Some(Err(())) {
            wrong.push(Violation::new(Field::Exception, "Choisissez l’une des réponses proposées"));
        }
        let hours = insertion_hours_read(&self.insertion_hours, &mut wrong);
        let lot = LotDraft {
            vehicle: vehicle.and_then(Result::ok).filter(|of| Consideration::of(*of).is_none()),
            considerations,
            exception: exception.and_then(Result::ok),
            insertion_hours: hours,
            ..before.clone()
        };
        if let Some(refusal) = vehicle_refusal(&lot, need, today) {
            wrong.push(Violation::new(Field::Vehicle, refusal));
        }
        if lot.exception.is_some_and(|e| e.fits(&need.terms(&lot)) == Some(false)) {
            wrong.push(Violation::new(
                Field::Exception,
                "Ce motif ne vaut que pour des travaux de moins de six mois (article L2112-2-1)",
            ));
        }
        if lot.carries(Consideration::SocialClause) && lot.exception.is_some() {
            wrong.push(Violation::new(
                Field::Exception,
                "Une clause sociale est prévue\u{a0}: il n’y a pas de motif à donner, retirez l’un ou l’autre",
            ));
        }
        let doubt = hours.zip(insertion_hours_usual(&lot)).filter(|_| !self.meant);
        let doubt = doubt.and_then(|(written, usual)| hours_doubt(Hours(written.into()), usual));
        wrong.extend(doubt.map(|doubt| Violation::new(Field::InsertionHours, doubt.to_string())));
        if wrong.is_empty() { Ok(lot) } else { Err(wrong) }
    }

    /// What is ticked, each with its weight.
    fn considerations(&self, wrong: &mut Vec<Violation>) -> Vec<Carried> {
        let mut all: Vec<Carried> = Consideration::parse(&self.vehicle)
            .map(|of| Carried { consideration: of, weight: None })
            .into_iter()
            .collect();
        for code in self.considerations.iter().filter_map(|code| filled(code)) {
            match Consideration::parse(code) {
                Some(known) if all.iter().any(|carried| carried.consideration == known) => {}
                Some(consideration) => all.push(Carried { consideration, weight: None }),
                None => {
                    wrong.push(Violation::new(Field::Considerations, "Cochez parmi les réponses proposées"));
                }
            }
        }
        for (consideration, field, typed) in [
            (Consideration::SocialCriterion, Field::SocialWeight, &self.social_weight),
            (Consideration::EnvironmentalCriterion, Field::EnvironmentalWeight, &self.environmental_weight),
        ] {
            let Some(text) = filled(typed) else { continue };
            let carried = all.iter_mut().find(|carried| carried.consideration == consideration);
            match (weight_read(text), carried) {
                (None, _) => {
                    let message = "Écrivez un nombre entier de 1 à 100, par exemple 15, ou laissez vide";
                    wrong.push(Violation::new(field, message));
                }
                (Some(weight), Some(carried)) => carried.weight = Some(weight),
                (Some(_), None) => {
                    wrong.push(Violation::new(field, "Cochez aussi ce critère, ou videz ce qu’il pèse"));
                }
            }
        }
        let sum: u32 = all.iter().filter_map(|carried| carried.weight).map(|w| u32::from(w.percent())).sum();
        if sum > 100 {
            let message = format!("Les deux critères pèsent ensemble {sum}\u{a0}%\u{a0}: 100\u{a0}% au plus");
            wrong.push(Violation::new(Field::EnvironmentalWeight, message));
        }
        all.sort_unstable();
        all
    }
}

/// « 15 », « 15 % ».
fn weight_read(text: &str) -> Option<Weight> {
    let digits = text.trim_end_matches('%').trim();
    digits.parse::<u8>().ok().and_then(|percent| Weight::try_from(percent).ok())
}

pub(in super::super) fn insertion_hours_read(text: &str, wrong: &mut Vec<Violation>) -> Option<u32> {
    let digits: String = filled(text)?.chars().filter(|c| !c.is_whitespace()).collect();
    match digits.trim_end_matches(['h', 'H']).parse::<u32>() {
        Ok(hours) if (1..=INSERTION_HOURS_MAX).contains(&hours) => Some(hours),
        _ => {
            wrong.push(Violation::new(
                Field::InsertionHours,
                "Écrivez un nombre d’heures sur toute la durée, par exemple 833, ou laissez vide",
            ));
            None
        }
    }
}

/// Why the law of the day closes the vehicle of a lot, with its article; `None` when it does not.
#[must_use]
pub fn vehicle_refusal(lot: &LotDraft, need: &NeedDraft, today: Date) -> Option<String> {
    let judgment = Some(judge_lot(&need.terms(lot), lot.vehicle?, need.law_day(today)));
    let judgment = judgment.filter(|j| j.verdict == Verdict::Forbidden)?;
    let refusals = judgment.findings.iter().filter(|f| f.effect == Effect::Refuses);
    let sentences: Vec<String> = refusals
        .map(|f| format!("{} (article {})", f.sentence.trim_end_matches('.'), f.rule.rule().article))
        .collect();
    Some(sentences.join("\u{a0}; "))
}

/// What keeps a draft from being published: lots whose vehicle the law of the day closes.
#[must_use]
pub fn legal_refusals(need: &NeedDraft, today: Date) -> Vec<(LotKey, String)> {
    need.lots.iter().filter_map(|lot| Some((lot.key, vehicle_refusal(lot, need, today)?))).collect()
}

/// Hours of insertion that the usual formula gives a lot, with the default share of labour and the lowest effort.
#[must_use]
pub fn insertion_hours_usual(lot: &LotDraft) -> Option<Hours> {
    hours_paid(lot, EFFORT)
}
