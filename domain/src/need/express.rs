//! The express form: four fields are enough, the rest is optional and inferred.

use super::{Buyer, LotDraft, NeedDraft, NeedKind, NeedRequest};
use crate::date;
use crate::email::EmailAddress;
use crate::form::{Field, Violation};
use crate::legal::{Reservation, Vehicle};
use crate::matching::{Buys, Lot};
use crate::sector::{Inference, Inferred, SectorIx, Sectors};
use crate::structure::{KindSet, Mode};
use crate::territory::Place;
use crate::written::Written;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a person typed in the form, as typed: nothing is lost when something is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NeedForm {
    /// What is needed, in the buyer's words.
    pub title: String,
    /// Where: a zone code, a name, a postal code.
    pub place: String,
    /// Until when answers are welcome.
    pub date: String,
    /// The buyer's address.
    pub email: String,
    /// Slugs of the sectors the buyer ticked; empty means « infer them ».
    pub sectors: Vec<String>,
    /// Code of the reservation.
    pub reservation: String,
    /// Code of the mode; empty means any.
    pub mode: String,
    /// Hours of work a month; empty means unknown.
    pub hours: String,
    /// More about the need.
    pub details: String,
    /// Name of the organisation.
    pub organisation: String,
}

/// Longest title, in characters.
pub const TITLE_MAX: usize = 200;
/// Longest description, in characters.
pub const DESCRIPTION_MAX: usize = 5000;
/// Longest name of an organisation, in characters.
pub const BUYER_MAX: usize = 200;
/// Most sectors of one need.
pub const SECTORS_MAX: usize = 10;
/// A deadline further than this many days is taken for a slip.
pub const DEADLINE_MAX_DAYS: i32 = 730;
/// More hours a month than 60 full-time jobs are taken for a slip (one job is 1,607 hours a year).
pub const HOURS_MAX: u32 = 8_000;
/// How many inferred sectors are proposed.
pub const SECTORS_PROPOSED: usize = 3;
/// A second or third sector is taken unasked from this confidence on: on titles that the model had not seen, it is then
/// right more often than wrong (three in ten below it, of 8,313 notices), and a wrong one tells the wrong structures.
const FURTHER_CONFIDENCE: f32 = 0.4;

/// The sectors that the words of a form speak of, the likeliest first; none when there are only guesses.
#[must_use]
pub fn sectors_proposed(title: &str, description: &str) -> Vec<SectorIx> {
    let spoken = sectors_spoken_of(title, description);
    let taken = spoken.iter().enumerate().filter(|(n, i)| *n == 0 || i.confidence >= FURTHER_CONFIDENCE);
    taken.map(|(_, i)| i.sector).collect()
}

/// Sectors that the words of a form may speak of besides those that are proposed: to be offered, never taken unasked.
#[must_use]
pub fn sectors_possible(title: &str, description: &str) -> Vec<SectorIx> {
    let taken = sectors_proposed(title, description).len();
    sectors_spoken_of(title, description).into_iter().skip(taken).map(|i| i.sector).collect()
}

fn sectors_spoken_of(title: &str, description: &str) -> Vec<Inferred> {
    let sure = |text: &str| -> Vec<Inferred> {
        Inference::get().of_text(text).into_iter().filter(|i| !i.is_guess).collect()
    };
    let mut found = sure(title);
    if found.is_empty() {
        found = sure(description);
    }
    // A sector far behind the first is a passing word, not the object of the need.
    let floor = found.first().map_or(0.0, |first| first.confidence * 0.5);
    found.retain(|i| i.confidence >= floor);
    found.truncate(SECTORS_PROPOSED);
    found
}

/// The nearest sectors when the words of a form say none for sure: to be shown as a guess, never taken unasked.
#[must_use]
pub fn sectors_guessed(title: &str, description: &str) -> Vec<SectorIx> {
    if !sectors_proposed(title, description).is_empty() {
        return Vec::new();
    }
    let guesses = [title, description].into_iter().flat_map(|text| Inference::get().of_text(text));
    let mut guessed = Vec::new();
    for guess in guesses.take(SECTORS_PROPOSED) {
        if !guessed.contains(&guess.sector) {
            guessed.push(guess.sector);
        }
    }
    guessed
}

/// What can be matched while the form is still being filled: place, sectors and what is bought; the rest as far as it is
/// right. `None` as long as the place is not known, or nothing says what is bought.
#[must_use]
pub fn lot_of_form(form: &NeedForm) -> Option<Lot> {
    let place = Place::read_known(&form.place)?.one()?;
    let sectors = sectors_read(form).unwrap_or_default();
    let lot = Lot {
        buys: Buys::of_text(&form.title),
        sectors,
        place: Some(place),
        reservation: Reservation::parse(&form.reservation).unwrap_or_default(),
        kinds: KindSet::EMPTY,
        mode: Mode::parse(&form.mode),
        hours_per_month: None,
        text: form.title.clone(),
        on: None,
        begins: None,
    };
    (!lot.is_open()).then_some(lot)
}

/// The place that a field holds: what it held is kept, known or not, as long as it is not written over.
///
/// # Errors
/// What to write instead: which of several, or a place that we know.
pub(super) fn place_kept_or_read(
    text: &str,
    held: Option<&Written<Place>>,
) -> Result<Written<Place>, String> {
    match held.filter(|held| held.is_unknown(text)) {
        Some(held) => Ok(held.clone()),
        None => place_read(text).map(Written::Known),
    }
}

/// The one place that a text means.
///
/// # Errors
/// What to write instead: which of several, or a place that we know.
fn place_read(text: &str) -> Result<Place, String> {
    let reading = Place::read(text);
    reading.one().ok_or_else(|| reading.question().unwrap_or_default())
}

fn sectors_read(form: &NeedForm) -> Result<Vec<SectorIx>, String> {
    let ticked: Vec<&String> = form.sectors.iter().filter(|s| !s.trim().is_empty()).collect();
    if ticked.is_empty() {
        return Ok(sectors_proposed(&form.title, &form.details));
    }
    let mut sectors: Vec<SectorIx> = Vec::new();
    for slug in ticked {
        let unknown = |_| {
            format!("Nous ne connaissons pas le secteur «\u{a0}{slug}\u{a0}»\u{a0}: choisissez dans la liste")
        };
        let ix = Sectors::get().parse(slug).map_err(unknown)?;
        if !sectors.contains(&ix) {
            sectors.push(ix);
        }
    }
    Ok(sectors)
}

impl NeedForm {
    /// Reads the form on the day `today`.
    ///
    /// # Errors
    /// Everything that is to be corrected, in the order of the form.
    pub fn parse(&self, today: Date) -> Result<NeedRequest, Vec<Violation>> {
        let mut wrong: Vec<Violation> = Vec::new();
        let mut refuse = |field: Field, message: &str| {
            wrong.push(Violation { field, message: message.to_owned() });
        };
        let title = one_line(&self.title);
        if title.chars().filter(|c| c.is_alphabetic()).count() < 3 {
            refuse(
                Field::Title,
                "Dites ce dont vous avez besoin, par exemple «\u{a0}entretien des espaces verts\u{a0}»",
            );
        } else if title.chars().count() > TITLE_MAX {
            refuse(
                Field::Title,
                "Raccourcissez à 200 caractères\u{a0}; le reste peut aller dans «\u{a0}Précisions\u{a0}»",
            );
        }
        let place = place_read(&self.place);
        if self.place.trim().is_empty() {
            refuse(
                Field::Place,
                "Indiquez où\u{a0}: une commune, un code postal, un département ou une région",
            );
        } else if let Err(question) = &place {
            refuse(Field::Place, question);
        }
        let deadline = date::parse(&self.date);
        match deadline {
            None if self.date.trim().is_empty() => {
                refuse(Field::Date, "Indiquez jusqu’à quand les structures peuvent répondre");
            }
            None => refuse(Field::Date, "Écrivez la date comme 31/12/2026"),
            Some(date) if date < today => {
                refuse(Field::Date, "Cette date est passée\u{a0}: choisissez aujourd’hui ou plus tard");
            }
            Some(date) if days_between(today, date) > DEADLINE_MAX_DAYS => {
                refuse(Field::Date, "Cette date est dans plus de deux ans\u{a0}: vérifiez l’année");
            }
            Some(_) => {}
        }
        let email = EmailAddress::parse(&self.email).ok();
        if self.email.trim().is_empty() {
            refuse(
                Field::Email,
                "Indiquez votre adresse e-mail\u{a0}: elle sert à confirmer le besoin et à recevoir les réponses",
            );
        } else if email.is_none() {
            refuse(Field::Email, "Écrivez une adresse complète, par exemple prenom.nom@mairie.fr");
        }
        let sectors = sectors_read(self);
        match &sectors {
            Err(message) => refuse(Field::Sectors, message),
            Ok(sectors) if sectors.len() > SECTORS_MAX => {
                refuse(Field::Sectors, "Gardez dix secteurs au plus");
            }
            // Staff, or a way into work, is bought in any trade.
            Ok(sectors)
                if sectors.is_empty() && !title.is_empty() && Buys::of_text(&title) == Buys::Trade =>
            {
                refuse(
                    Field::Sectors,
                    "Nous n’avons pas reconnu le secteur dans vos mots\u{a0}: choisissez-en un dans la liste",
                );
            }
            Ok(_) => {}
        }
        let reservation = Reservation::parse(&self.reservation);
        if reservation.is_none() {
            refuse(Field::Reservation, "Choisissez l’une des réponses proposées");
        }
        let mode = mode_read(&self.mode);
        if mode.is_none() {
            refuse(Field::Mode, "Choisissez l’un des modes proposés");
        }
        let hours = hours_read(&self.hours);
        if let Err(message) = hours {
            refuse(Field::Hours, message);
        }
        if self.details.chars().count() > DESCRIPTION_MAX {
            refuse(Field::Details, "Raccourcissez à 5 000 caractères");
        }
        if self.organisation.chars().count() > BUYER_MAX {
            refuse(Field::Organisation, "Raccourcissez à 200 caractères");
        }
        match (place, deadline, email, sectors, reservation, mode, hours) {
            (
                Ok(place),
                Some(deadline),
                Some(email),
                Ok(sectors),
                Some(reservation),
                Some(mode),
                Ok(hours),
            ) if wrong.is_empty() => Ok(NeedRequest {
                author: email,
                draft: NeedDraft {
                    kind: NeedKind::default(),
                    title,
                    description: self.details.trim().to_owned(),
                    place: place.into(),
                    deadline,
                    launch: None,
                    start: None,
                    published: None,
                    buyer: Buyer { name: one_line(&self.organisation), ..Buyer::default() },
                    profile: None,
                    questions: Vec::new(),
                    attachments: Vec::new(),
                    is_defence: false,
                    lots: vec![LotDraft {
                        sectors: sectors.into_iter().map(Written::Known).collect(),
                        mode,
                        hours_per_month: hours,
                        vehicle: Vehicle::of(reservation),
                        ..LotDraft::default()
                    }],
                    keys_given: 1,
                },
            }),
            _ => Err(wrong),
        }
    }
}

/// `Some(None)` is « any mode ».
pub(super) fn mode_read(text: &str) -> Option<Option<Mode>> {
    if text.trim().is_empty() {
        return Some(None);
    }
    Mode::parse(text).map(Some)
}

pub(super) fn hours_read(text: &str) -> Result<Option<u32>, &'static str> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = digits.trim_end_matches(['h', 'H']);
    if digits.is_empty() {
        return Ok(None);
    }
    match digits.parse::<u32>() {
        Ok(0) | Err(_) => Err("Écrivez un nombre d’heures par mois, par exemple 120, ou laissez vide"),
        Ok(hours) if hours > HOURS_MAX => Err(
            "C’est plus que soixante emplois à temps plein\u{a0}: vérifiez que ce sont des heures par mois",
        ),
        Ok(hours) => Ok(Some(hours)),
    }
}

/// One line without doubled spaces or control characters.
pub(super) fn one_line(text: &str) -> String {
    let clean = text.split(|c: char| c.is_whitespace() || c.is_control());
    clean.filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

pub(super) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 11, 21);

    fn good() -> NeedForm {
        NeedForm {
            title: "Entretien des espaces verts de la mairie".into(),
            place: "Toulouse (31)".into(),
            date: "2027-01-12".into(),
            email: "achats@ville.example".into(),
            ..NeedForm::default()
        }
    }

    #[test]
    fn four_fields_are_enough() {
        let draft = good().parse(TODAY).expect("a good form").draft;
        assert_eq!(draft.place.code(), "C31555");
        let [lot] = draft.lots.as_slice() else { panic!("one lot: {:?}", draft.lots) };
        assert!(!draft.has_lots());
        assert_eq!(
            lot.sectors_known().next().map(SectorIx::slug),
            Some("creation-et-entretien-des-espaces-verts")
        );
        assert_eq!(lot.reservation(), Reservation::None);
        assert_eq!((lot.mode, lot.hours_per_month), (None, None));
    }

    fn check(change: impl FnOnce(&mut NeedForm), wrong: &[Field]) {
        let mut form = good();
        change(&mut form);
        let fields: Vec<Field> = match form.parse(TODAY) {
            Ok(_) => Vec::new(),
            Err(violations) => violations.iter().map(|v| v.field).collect(),
        };
        assert_eq!(fields, wrong, "{form:?}");
    }

    #[test]
    fn what_is_refused() {
        check(|_| {}, &[]);
        check(|f| *f = NeedForm::default(), &[Field::Title, Field::Place, Field::Date, Field::Email]);
        check(|f| f.title = "??".into(), &[Field::Title, Field::Sectors]);
        check(|f| f.title = format!("espaces verts {}", "x".repeat(200)), &[Field::Title]);
        check(|f| f.title = "xyzzy plugh".into(), &[Field::Sectors]);
        check(|f| f.place = "Zzzzville".into(), &[Field::Place]);
        check(|f| f.date = "hier".into(), &[Field::Date]);
        check(|f| f.date = "2026-11-20".into(), &[Field::Date]);
        check(|f| f.date = "2026-11-21".into(), &[]);
        check(|f| f.date = "2206-11-21".into(), &[Field::Date]);
        check(|f| f.email = "mairie".into(), &[Field::Email]);
        check(|f| f.sectors = vec!["rien".into()], &[Field::Sectors]);
        check(|f| f.sectors = vec![String::new(), "blanchisserie".into()], &[]);
        check(|f| f.reservation = "tous".into(), &[Field::Reservation]);
        check(|f| f.reservation = "siae".into(), &[]);
        check(|f| f.mode = "autre".into(), &[Field::Mode]);
        check(|f| f.hours = "beaucoup".into(), &[Field::Hours]);
        check(|f| f.hours = "312 000".into(), &[Field::Hours]);
        check(|f| f.hours = "1 200 h".into(), &[]);
        check(|f| f.place = "Saint-Germain".into(), &[Field::Place]);
        check(|f| f.place = "Saint-Germain (10)".into(), &[]);
        check(|f| f.place = "42620".into(), &[Field::Place]);
        check(|f| f.place = "Toulousse".into(), &[Field::Place]);
        check(|f| f.place = "Monaco".into(), &[Field::Place]);
        check(|f| f.place = "50 km autour de Toulouse".into(), &[]);
        check(|f| f.details = "x".repeat(5001), &[Field::Details]);
    }

    proptest! {
        #[test]
        fn any_form_is_answered(title in ".{0,80}", place in ".{0,20}", date in ".{0,12}", email in ".{0,30}", hours in ".{0,10}") {
            let form = NeedForm { title, place, date, email, hours, ..NeedForm::default() };
            if let Err(wrong) = form.parse(TODAY) {
                prop_assert!(!wrong.is_empty());
            }
        }
    }
}
