//! What a need is about.

use super::super::express::{
    DEADLINE_MAX_DAYS, DESCRIPTION_MAX, TITLE_MAX, days_between, one_line, place_kept_or_read,
};
use super::super::{NeedDraft, NeedKind};
use super::Typed;
use crate::date;
use crate::form::{Field, Violation};
use jiff::civil::Date;

/// Most days between today and the launch or the start of a contract: five years.
const NEAR_DAYS: i32 = 5 * 365 + 2;

/// What the need is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubjectForm {
    /// Code of the kind of need.
    pub kind: String,
    /// What is needed.
    pub title: String,
    /// More about it.
    pub details: String,
    /// Where.
    pub place: String,
    /// Until when answers are welcome.
    pub date: String,
    /// Day of launch of the consultation.
    pub launch: String,
    /// Day on which the work begins.
    pub start: String,
}

impl SubjectForm {
    /// What was typed.
    #[must_use]
    pub fn read(typed: Typed<'_>) -> Self {
        Self {
            kind: typed.one(Field::Kind),
            title: typed.one(Field::Title),
            details: typed.one(Field::Details),
            place: typed.one(Field::Place),
            date: typed.one(Field::Date),
            launch: typed.one(Field::Launch),
            start: typed.one(Field::Start),
        }
    }

    /// What a draft holds.
    #[must_use]
    pub fn of(draft: &NeedDraft) -> Self {
        let day = |date: Option<Date>| date.map(|d| d.to_string()).unwrap_or_default();
        Self {
            kind: draft.kind.code().to_owned(),
            title: draft.title.clone(),
            details: draft.description.clone(),
            place: draft.place.name(),
            date: draft.deadline.to_string(),
            launch: day(draft.launch),
            start: day(draft.start),
        }
    }

    /// The draft with it.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn apply(&self, draft: &NeedDraft, today: Date) -> Result<NeedDraft, Vec<Violation>> {
        let mut wrong = Vec::new();
        let kind = NeedKind::parse(&self.kind);
        if kind.is_none() {
            wrong.push(Violation::new(Field::Kind, "Choisissez l’une des réponses proposées"));
        }
        let title = one_line(&self.title);
        if title.chars().filter(|c| c.is_alphabetic()).count() < 3 {
            wrong.push(Violation::new(Field::Title, "Dites ce dont vous avez besoin"));
        } else if title.chars().count() > TITLE_MAX {
            wrong.push(Violation::new(Field::Title, "Raccourcissez à 200 caractères"));
        }
        if self.details.chars().count() > DESCRIPTION_MAX {
            wrong.push(Violation::new(Field::Details, "Raccourcissez à 5 000 caractères"));
        }
        let place = place_kept_or_read(&self.place, Some(&draft.place));
        if let Err(question) = &place {
            wrong.push(Violation::new(Field::Place, question.clone()));
        }
        let deadline = day_read(&self.date, Field::Date, &mut wrong);
        if let Some(deadline) = deadline
            && deadline < today
            && deadline != draft.deadline
        {
            wrong.push(Violation::new(
                Field::Date,
                "Cette date est passée\u{a0}: choisissez aujourd’hui ou plus tard",
            ));
        }
        if deadline.is_some_and(|d| days_between(today, d) > DEADLINE_MAX_DAYS) {
            wrong.push(Violation::new(
                Field::Date,
                "Cette date est dans plus de deux ans\u{a0}: vérifiez l’année",
            ));
        }
        if deadline.is_none() && self.date.trim().is_empty() {
            wrong.push(Violation::new(Field::Date, "Indiquez jusqu’à quand les structures peuvent répondre"));
        }
        let launch = near_day_read(&self.launch, Field::Launch, today, &mut wrong);
        let start = near_day_read(&self.start, Field::Start, today, &mut wrong);
        match (kind, place, deadline) {
            (Some(kind), Ok(place), Some(deadline)) if wrong.is_empty() => Ok(NeedDraft {
                kind,
                title,
                description: self.details.trim().to_owned(),
                place,
                deadline,
                launch,
                start,
                ..draft.clone()
            }),
            _ => Err(wrong),
        }
    }
}

/// A day of the contract: five years away at most, else its year is a slip.
fn near_day_read(text: &str, field: Field, today: Date, wrong: &mut Vec<Violation>) -> Option<Date> {
    let day = day_read(text, field, wrong)?;
    if days_between(today, day).abs() > NEAR_DAYS {
        let message = "Cette date est à plus de cinq ans d’aujourd’hui\u{a0}: vérifiez l’année";
        wrong.push(Violation::new(field, message));
    }
    Some(day)
}

fn day_read(text: &str, field: Field, wrong: &mut Vec<Violation>) -> Option<Date> {
    if text.trim().is_empty() {
        return None;
    }
    let day = date::parse(text);
    if day.is_none() {
        wrong.push(Violation::new(field, "Écrivez la date comme 31/12/2026"));
    }
    day
}
