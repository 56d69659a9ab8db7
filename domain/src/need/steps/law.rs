//! How a lot is bought.

use super::super::{LotDraft, LotKey, NeedDraft};
use super::lot::hours_paid;
use super::{HOURS_MEANT, Typed, filled};
use crate::form::{Field, Violation};
use crate::hours::{EFFORT, Hours, hours_doubt};
use crate::legal::{Effect, Exception, Vehicle, Verdict, judge_lot};
use jiff::civil::Date;

/// Most hours of insertion of a lot: a thousand full-time jobs for a year are taken for a slip.
const INSERTION_HOURS_MAX: u32 = 1_600_000;

/// How a lot is bought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LawForm {
    /// Code of the vehicle; empty for none.
    pub vehicle: String,
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
            insertion_hours: typed.one(Field::InsertionHours),
            exception: typed.one(Field::Exception),
            meant: typed.is_ticked(HOURS_MEANT),
        }
    }

    /// What a lot holds.
    #[must_use]
    pub fn of(lot: &LotDraft) -> Self {
        Self {
            vehicle: lot.vehicle.map_or("", Vehicle::code).to_owned(),
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
        let exception = filled(&self.exception).map(|code| Exception::parse(code).ok_or(()));
        if exception == Some(Err(())) {
            wrong.push(Violation::new(Field::Exception, "Choisissez l’une des réponses proposées"));
        }
        let hours = insertion_hours_read(&self.insertion_hours, &mut wrong);
        let lot = LotDraft {
            vehicle: vehicle.and_then(Result::ok),
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
        if lot.vehicle == Some(Vehicle::SocialClause) && lot.exception.is_some() {
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
