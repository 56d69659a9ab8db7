//! What is known of the conventions of a structure.

use super::Read;
use crate::date;
use crate::form::{Field, Violation};
use crate::structure::{ConventionTerms, Kind, Structure};

/// Most conventions of one kind.
const CONVENTIONS_MAX: usize = 20;
/// Longest number or proof of a convention, in characters.
const CONVENTION_TEXT_MAX: usize = 200;

/// What [`ConventionForm::which`] says of a convention that is to be added.
pub const CONVENTION_NEW: &str = "nouvelle";

/// What is known of a convention, as typed; empty means unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConventionForm {
    /// Code of its kind.
    pub kind: String,
    /// Which one of its kind: its [`ConventionTerms::key`], [`CONVENTION_NEW`], or nothing for the only one.
    pub which: String,
    /// Its number.
    pub number: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Full-time jobs in insertion.
    pub etp: String,
    /// What shows it.
    pub proof: String,
}

pub(super) fn convention_apply(structure: &mut Structure, form: &ConventionForm) -> Read<()> {
    let wrong = |message: &str| Violation { field: Field::Conventions, message: message.to_owned() };
    let kind = Kind::parse(&form.kind).filter(|kind| structure.kinds.contains(*kind));
    let kind =
        kind.ok_or_else(|| wrong("Convention\u{a0}: ce type n’est pas le vôtre, rechargez la page."))?;
    let day = |text: &str| match text.trim() {
        "" => Ok(None),
        text => date::parse(text)
            .map(Some)
            .ok_or_else(|| wrong(&format!("Convention {kind}\u{a0}: écrivez les dates comme 31/12/2026."))),
    };
    let (from, to) = (day(&form.from)?, day(&form.to)?);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(wrong(&format!("Convention {kind}\u{a0}: elle ne peut pas finir avant de commencer.")));
    }
    let etp = match form.etp.trim() {
        "" => None,
        text => Some(ConventionTerms::etp_parse(text).ok_or_else(|| {
            wrong(&format!("Convention {kind}\u{a0}: écrivez les équivalents temps plein comme 12,5."))
        })?),
    };
    let text = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (number, proof) = (text(&form.number), text(&form.proof));
    if number.chars().count() > CONVENTION_TEXT_MAX || proof.chars().count() > CONVENTION_TEXT_MAX {
        return Err(wrong(&format!("Convention {kind}\u{a0}: raccourcissez à 200 caractères.")));
    }
    let terms = ConventionTerms { kind, number, from, to, etp_hundredths: etp, proof };
    let mut others = structure.conventions.clone();
    match convention_at(&others, kind, &form.which) {
        Some(Some(at)) => drop(others.remove(at)),
        Some(None) => {}
        None => {
            let message = format!("Convention {kind}\u{a0}: elle a changé depuis, rechargez la page.");
            return Err(wrong(&message));
        }
    }
    if terms.says_something() {
        others.push(terms);
    }
    ConventionTerms::sort(&mut others);
    if others.iter().filter(|known| known.kind == kind).count() > CONVENTIONS_MAX {
        return Err(wrong(&format!("Convention {kind}\u{a0}: {CONVENTIONS_MAX} au plus de ce type.")));
    }
    structure.conventions = others;
    Ok(())
}

/// Where the convention of a form stands among those that are known: nowhere for a new one; `None` when it is not there any
/// more.
fn convention_at(known: &[ConventionTerms], kind: Kind, which: &str) -> Option<Option<usize>> {
    let mut of_kind = known.iter().enumerate().filter(|(_, terms)| terms.kind == kind);
    match which {
        CONVENTION_NEW => Some(None),
        "" => match (of_kind.next(), of_kind.next()) {
            (only, None) => Some(only.map(|(at, _)| at)),
            (_, Some(_)) => None,
        },
        key => of_kind.find(|(_, terms)| terms.key() == key).map(|(at, _)| Some(at)),
    }
}
