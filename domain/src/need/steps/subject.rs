//! What a need is about.

use super::super::express::{
    DEADLINE_MAX_DAYS, DESCRIPTION_MAX, TITLE_MAX, days_between, one_line, place_kept_or_read,
};
use super::super::{Field, NeedDraft, NeedKind, Violation};
use super::Typed;
use crate::date;
use jiff::civil::Date;

/// What the need is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubjectForm {
    /// Code of the kind of need.
    pub genre: String,
    /// What is needed.
    pub quoi: String,
    /// More about it.
    pub details: String,
    /// Where.
    pub ou: String,
    /// Until when answers are welcome.
    pub date: String,
    /// Day of launch of the consultation.
    pub lancement: String,
    /// Day on which the work begins.
    pub debut: String,
}

impl SubjectForm {
    /// What was typed.
    #[must_use]
    pub fn read(typed: Typed<'_>) -> Self {
        Self {
            genre: typed.one(Field::Genre),
            quoi: typed.one(Field::Quoi),
            details: typed.one(Field::Details),
            ou: typed.one(Field::Ou),
            date: typed.one(Field::Date),
            lancement: typed.one(Field::Lancement),
            debut: typed.one(Field::Debut),
        }
    }

    /// What a draft holds.
    #[must_use]
    pub fn of(draft: &NeedDraft) -> Self {
        let day = |date: Option<Date>| date.map(|d| d.to_string()).unwrap_or_default();
        Self {
            genre: draft.kind.code().to_owned(),
            quoi: draft.title.clone(),
            details: draft.description.clone(),
            ou: draft.place.name(),
            date: draft.deadline.to_string(),
            lancement: day(draft.launch),
            debut: day(draft.start),
        }
    }

    /// The draft with it.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn apply(&self, draft: &NeedDraft, today: Date) -> Result<NeedDraft, Vec<Violation>> {
        let mut wrong = Vec::new();
        let kind = NeedKind::parse(&self.genre);
        if kind.is_none() {
            wrong.push(Violation::new(Field::Genre, "Choisissez l’une des réponses proposées"));
        }
        let title = one_line(&self.quoi);
        if title.chars().filter(|c| c.is_alphabetic()).count() < 3 {
            wrong.push(Violation::new(Field::Quoi, "Dites ce dont vous avez besoin"));
        } else if title.chars().count() > TITLE_MAX {
            wrong.push(Violation::new(Field::Quoi, "Raccourcissez à 200 caractères"));
        }
        if self.details.chars().count() > DESCRIPTION_MAX {
            wrong.push(Violation::new(Field::Details, "Raccourcissez à 5 000 caractères"));
        }
        let place = place_kept_or_read(&self.ou, Some(&draft.place));
        if let Err(question) = &place {
            wrong.push(Violation::new(Field::Ou, question.clone()));
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
        let launch = day_read(&self.lancement, Field::Lancement, &mut wrong);
        let start = day_read(&self.debut, Field::Debut, &mut wrong);
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
