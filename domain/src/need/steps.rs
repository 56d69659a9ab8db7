//! The optional steps of a need: one subject each. A step holds what was typed, gives the draft with it, or says
//! what to correct; a draft is always one that can be published.

use super::express::{
    BUYER_MAX, DEADLINE_MAX_DAYS, DESCRIPTION_MAX, SECTORS_MAX, TITLE_MAX, days_between, hours_read,
    mode_read, one_line, place_read,
};
use super::{Acheteur, AmountRange, Field, LotDraft, LotKey, NeedDraft, NeedKind, Violation};
use crate::date;
use crate::hours::{EFFORT, HOURLY_COST, Hours, HoursDoubt, LabourShare, clause_hours, hours_doubt};
use crate::legal::{self, Cpv, Effect, Exception, Judgment, Nature, Vehicle, Verdict, judge_lot};
use crate::money::Euros;
use crate::sector::{SectorIx, Sectors};
use crate::siret::Siret;
use crate::structure::Mode;
use crate::web::WebAddress;
use jiff::civil::Date;

/// Most lots of one need.
pub const LOTS_MAX: usize = 20;
/// Most questions to the structures.
pub const QUESTIONS_MAX: usize = 5;
/// Longest question, in characters.
pub const QUESTION_MAX: usize = 300;
/// Longest contract, in months: twenty years are taken for a slip.
const MONTHS_MAX: u32 = 240;
/// Most hours of insertion of a lot: a thousand full-time jobs for a year are taken for a slip.
const INSERTION_HOURS_MAX: u32 = 1_600_000;

/// The pairs of a form that was sent.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a>(pub &'a [(String, String)]);

impl Typed<'_> {
    fn one(&self, field: Field) -> String {
        self.all(field).into_iter().next().unwrap_or_default()
    }

    fn all(&self, field: Field) -> Vec<String> {
        self.0.iter().filter(|(name, _)| name == field.name()).map(|(_, value)| value.clone()).collect()
    }

    fn is_ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(n, value)| n == name && value == "1")
    }
}

/// The name of the box that says « yes, this number of hours is what I mean ».
pub const HOURS_MEANT: &str = "heures-voulues";
/// The name of the box of contracts of defence or security.
pub const DEFENCE: &str = "defense";

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
        let place = place_read(&self.ou);
        if place.is_none() {
            wrong.push(Violation::new(
                Field::Ou,
                "Écrivez le nom d’une commune, un code postal ou un département",
            ));
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
            (Some(kind), Some(place), Some(deadline)) if wrong.is_empty() => Ok(NeedDraft {
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

/// Who buys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuyerForm {
    /// Name of the organisation.
    pub acheteur: String,
    /// Code of its category.
    pub categorie: String,
    /// Its SIRET.
    pub siret: String,
    /// Link to its profil d'acheteur.
    pub profil: String,
    /// Whether the contract is one of defence or security.
    pub defense: bool,
}

impl BuyerForm {
    /// What was typed.
    #[must_use]
    pub fn read(typed: Typed<'_>) -> Self {
        Self {
            acheteur: typed.one(Field::Acheteur),
            categorie: typed.one(Field::Categorie),
            siret: typed.one(Field::Siret),
            profil: typed.one(Field::Profil),
            defense: typed.is_ticked(DEFENCE),
        }
    }

    /// What a draft holds.
    #[must_use]
    pub fn of(draft: &NeedDraft) -> Self {
        Self {
            acheteur: draft.buyer.name.clone(),
            categorie: draft.buyer.category.code().to_owned(),
            siret: draft.buyer.siret.map(|s| s.spaced()).unwrap_or_default(),
            profil: draft.profile.as_ref().map(ToString::to_string).unwrap_or_default(),
            defense: draft.is_defence,
        }
    }

    /// The draft with it.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn apply(&self, draft: &NeedDraft) -> Result<NeedDraft, Vec<Violation>> {
        let mut wrong = Vec::new();
        let name = one_line(&self.acheteur);
        if name.chars().count() > BUYER_MAX {
            wrong.push(Violation::new(Field::Acheteur, "Raccourcissez à 200 caractères"));
        }
        let category = legal::Buyer::parse(&self.categorie);
        if category.is_none() {
            wrong.push(Violation::new(Field::Categorie, "Choisissez l’une des réponses proposées"));
        }
        let siret = filled(&self.siret).map(Siret::parse).transpose();
        if let Err(error) = &siret {
            wrong.push(Violation::new(Field::Siret, format!("{error}")));
        }
        let profile = filled(&self.profil).map(WebAddress::parse).transpose();
        if let Err(error) = &profile {
            wrong.push(Violation::new(Field::Profil, capitalised(&error.to_string())));
        }
        match (category, siret, profile) {
            (Some(category), Ok(siret), Ok(profile)) if wrong.is_empty() => Ok(NeedDraft {
                buyer: Acheteur { name, category, siret },
                profile,
                is_defence: self.defense,
                ..draft.clone()
            }),
            _ => Err(wrong),
        }
    }
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|t| !t.is_empty())
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What a lot asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LotForm {
    /// Its title.
    pub titre: String,
    /// Slugs or labels of its sectors; empty means « infer them from the title ».
    pub secteur: Vec<String>,
    /// CPV code.
    pub cpv: String,
    /// Works, supplies, services.
    pub nature: String,
    /// Code of the mode; empty means any.
    pub mode: String,
    /// Its place, when it is not that of the need.
    pub lieu: String,
    /// Lower end of the amount.
    pub montant_min: String,
    /// Upper end, or the amount.
    pub montant_max: String,
    /// Length in months.
    pub mois: String,
    /// Hours of work a month.
    pub heures: String,
    /// Whether a number of hours that raised a doubt is meant.
    pub meant: bool,
}

impl LotForm {
    /// What was typed.
    #[must_use]
    pub fn read(typed: Typed<'_>) -> Self {
        let mut secteur: Vec<String> = Vec::new();
        for text in typed.all(Field::Secteur).into_iter().filter(|t| !t.trim().is_empty()) {
            let slug = Sectors::get().of_field(&text).map_or(text, |s| s.slug().to_owned());
            if !secteur.contains(&slug) {
                secteur.push(slug);
            }
        }
        Self {
            titre: typed.one(Field::Titre),
            secteur,
            cpv: typed.one(Field::Cpv),
            nature: typed.one(Field::Nature),
            mode: typed.one(Field::Mode),
            lieu: typed.one(Field::Lieu),
            montant_min: typed.one(Field::MontantMin),
            montant_max: typed.one(Field::MontantMax),
            mois: typed.one(Field::Mois),
            heures: typed.one(Field::Heures),
            meant: typed.is_ticked(HOURS_MEANT),
        }
    }

    /// What a lot holds.
    #[must_use]
    pub fn of(lot: &LotDraft) -> Self {
        let amount = |pick: fn(AmountRange) -> Euros| {
            lot.amount.map(|a| crate::text::number(pick(a).0)).unwrap_or_default()
        };
        let is_range = lot.amount.is_some_and(|a| a.min != a.max && a.min.0 > 0);
        Self {
            titre: lot.title.clone(),
            secteur: lot.sectors.iter().map(|s| s.slug().to_owned()).collect(),
            cpv: lot.cpv.map(|c| c.to_string()).unwrap_or_default(),
            nature: lot.nature.code().to_owned(),
            mode: lot.mode.map_or("", Mode::code).to_owned(),
            lieu: lot.place.map(|p| p.name()).unwrap_or_default(),
            montant_min: if is_range { amount(|a| a.min) } else { String::new() },
            montant_max: amount(|a| a.max),
            mois: lot.months.map(|m| m.to_string()).unwrap_or_default(),
            heures: lot.hours_per_month.map(|h| h.to_string()).unwrap_or_default(),
            meant: false,
        }
    }

    /// The lot with it; `before` is what it was. `alone` says that it is the only lot: its title may be empty.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn apply(
        &self,
        before: &LotDraft,
        need: &NeedDraft,
        alone: bool,
    ) -> Result<LotDraft, Vec<Violation>> {
        let mut wrong = Vec::new();
        let title = one_line(&self.titre);
        if title.is_empty() && !alone {
            wrong.push(Violation::new(
                Field::Titre,
                "Donnez un titre au lot, par exemple «\u{a0}Espaces verts\u{a0}»",
            ));
        } else if title.chars().count() > TITLE_MAX {
            wrong.push(Violation::new(Field::Titre, "Raccourcissez à 200 caractères"));
        }
        let sectors = self.sectors(&title, need, &mut wrong);
        let cpv = filled(&self.cpv).map(|text| Cpv::parse(text).ok_or(()));
        if cpv == Some(Err(())) {
            wrong.push(Violation::new(Field::Cpv, "Un code CPV a huit chiffres, par exemple 77310000"));
        }
        let nature = Nature::parse(&self.nature);
        if nature.is_none() {
            wrong.push(Violation::new(Field::Nature, "Choisissez l’une des réponses proposées"));
        }
        let mode = mode_read(&self.mode);
        if mode.is_none() {
            wrong.push(Violation::new(Field::Mode, "Choisissez l’une des réponses proposées"));
        }
        let place = filled(&self.lieu).map(|text| place_read(text).ok_or(()));
        if place == Some(Err(())) {
            wrong.push(Violation::new(
                Field::Lieu,
                "Écrivez le nom d’une commune, un code postal ou un département, ou laissez vide",
            ));
        }
        let amount = self.amount(&mut wrong);
        let months = months_read(&self.mois, &mut wrong);
        let hours = hours_read(&self.heures);
        if let Err(message) = hours {
            wrong.push(Violation::new(Field::Heures, message));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let lot = LotDraft {
            title,
            sectors,
            cpv: cpv.and_then(Result::ok),
            nature: nature.unwrap_or_default(),
            mode: mode.flatten(),
            place: place.and_then(Result::ok).filter(|place| *place != need.place),
            amount,
            months,
            hours_per_month: hours.unwrap_or_default(),
            ..before.clone()
        };
        match monthly_hours_doubt(&lot).filter(|_| !self.meant) {
            Some(doubt) => Err(vec![Violation::new(Field::Heures, doubt.to_string())]),
            None => Ok(lot),
        }
    }

    fn sectors(&self, title: &str, need: &NeedDraft, wrong: &mut Vec<Violation>) -> Vec<SectorIx> {
        let mut sectors = Vec::new();
        for text in &self.secteur {
            match Sectors::get().of_field(text) {
                Some(sector) if !sectors.contains(&sector) => sectors.push(sector),
                Some(_) => {}
                None => wrong.push(Violation::new(
                    Field::Secteur,
                    format!("Nous ne connaissons pas le secteur «\u{a0}{text}\u{a0}»\u{a0}: choisissez dans la liste"),
                )),
            }
        }
        if self.secteur.is_empty() {
            let text = if title.is_empty() { &need.title } else { title };
            sectors = super::sectors_proposed(text, "");
        }
        if sectors.is_empty() && self.secteur.is_empty() {
            wrong.push(Violation::new(
                Field::Secteur,
                "Nous n’avons pas reconnu le secteur dans vos mots\u{a0}: choisissez-en un dans la liste",
            ));
        } else if sectors.len() > SECTORS_MAX {
            wrong.push(Violation::new(Field::Secteur, "Gardez dix secteurs au plus"));
        }
        sectors
    }

    fn amount(&self, wrong: &mut Vec<Violation>) -> Option<AmountRange> {
        let mut read = |text: &str, field: Field| {
            let amount = filled(text).map(Euros::parse)?;
            if amount.is_none() {
                wrong.push(Violation::new(field, "Écrivez un montant hors taxes, par exemple 90 000 €"));
            }
            amount
        };
        let min = read(&self.montant_min, Field::MontantMin);
        let max = read(&self.montant_max, Field::MontantMax);
        match (min, max) {
            (Some(min), Some(max)) if min > max => {
                wrong.push(Violation::new(
                    Field::MontantMax,
                    format!("Le plus haut montant est plus petit que le plus bas ({min})"),
                ));
                None
            }
            (min, Some(max)) => Some(AmountRange { min: min.unwrap_or(max), max }),
            (Some(_), None) => {
                wrong.push(Violation::new(
                    Field::MontantMax,
                    "Indiquez aussi le plus haut montant\u{a0}: c’est lui que les seuils regardent",
                ));
                None
            }
            (None, None) => None,
        }
    }
}

fn months_read(text: &str, wrong: &mut Vec<Violation>) -> Option<u32> {
    let text = filled(text)?;
    match text.parse::<u32>() {
        Ok(months) if (1..=MONTHS_MAX).contains(&months) => Some(months),
        _ => {
            wrong.push(Violation::new(Field::Mois, "Écrivez une durée en mois, de 1 à 240, par exemple 36"));
            None
        }
    }
}

/// The default share of labour of a lot.
#[must_use]
pub fn labour_share(lot: &LotDraft) -> Option<&'static LabourShare> {
    LabourShare::of(lot.sectors.iter().map(|s| s.slug()))
}

/// Hours of work that the amount of a lot pays for, over its whole length.
fn hours_paid(lot: &LotDraft, effort: f64) -> Option<Hours> {
    let share = labour_share(lot)?.share();
    clause_hours(lot.amount?.max, share, effort, HOURLY_COST).ok()
}

/// Whether the hours a month do not fit the amount and the length: « 312 h » where 312,000 h are meant.
#[must_use]
pub fn monthly_hours_doubt(lot: &LotDraft) -> Option<HoursDoubt> {
    let expected = hours_paid(lot, 1.0)?.0 / u64::from(lot.months?);
    hours_doubt(Hours(lot.hours_per_month?.into()), Hours(expected))
}

/// Hours of insertion that the usual formula gives a lot, with the default share of labour and the lowest effort.
#[must_use]
pub fn insertion_hours_usual(lot: &LotDraft) -> Option<Hours> {
    hours_paid(lot, EFFORT)
}

/// How a lot is bought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LawForm {
    /// Code of the vehicle; empty for none.
    pub voie: String,
    /// Hours of insertion.
    pub heures_insertion: String,
    /// Code of the exception to the social clause; empty for none.
    pub motif: String,
    /// Whether a number of hours that raised a doubt is meant.
    pub meant: bool,
}

impl LawForm {
    /// What was typed.
    #[must_use]
    pub fn read(typed: Typed<'_>) -> Self {
        Self {
            voie: typed.one(Field::Voie),
            heures_insertion: typed.one(Field::HeuresInsertion),
            motif: typed.one(Field::Motif),
            meant: typed.is_ticked(HOURS_MEANT),
        }
    }

    /// What a lot holds.
    #[must_use]
    pub fn of(lot: &LotDraft) -> Self {
        Self {
            voie: lot.vehicle.map_or("", Vehicle::code).to_owned(),
            heures_insertion: lot.insertion_hours.map(|h| h.to_string()).unwrap_or_default(),
            motif: lot.exception.map_or("", Exception::code).to_owned(),
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
        let vehicle = filled(&self.voie).map(|code| Vehicle::parse(code).ok_or(()));
        if vehicle == Some(Err(())) {
            wrong.push(Violation::new(Field::Voie, "Choisissez l’une des réponses proposées"));
        }
        let exception = filled(&self.motif).map(|code| Exception::parse(code).ok_or(()));
        if exception == Some(Err(())) {
            wrong.push(Violation::new(Field::Motif, "Choisissez l’une des réponses proposées"));
        }
        let hours = insertion_hours_read(&self.heures_insertion, &mut wrong);
        let lot = LotDraft {
            vehicle: vehicle.and_then(Result::ok),
            exception: exception.and_then(Result::ok),
            insertion_hours: hours,
            ..before.clone()
        };
        if let Some(refusal) = vehicle_refusal(&lot, need, today) {
            wrong.push(Violation::new(Field::Voie, refusal));
        }
        if lot.exception.is_some_and(|e| e.fits(&need.terms(&lot)) == Some(false)) {
            wrong.push(Violation::new(
                Field::Motif,
                "Ce motif ne vaut que pour des travaux de moins de six mois (article L2112-2-1)",
            ));
        }
        let doubt = hours.zip(insertion_hours_usual(&lot)).filter(|_| !self.meant);
        let doubt = doubt.and_then(|(written, usual)| hours_doubt(Hours(written.into()), usual));
        wrong.extend(doubt.map(|doubt| Violation::new(Field::HeuresInsertion, doubt.to_string())));
        if wrong.is_empty() { Ok(lot) } else { Err(wrong) }
    }
}

fn insertion_hours_read(text: &str, wrong: &mut Vec<Violation>) -> Option<u32> {
    let digits: String = filled(text)?.chars().filter(|c| !c.is_whitespace()).collect();
    match digits.trim_end_matches(['h', 'H']).parse::<u32>() {
        Ok(hours) if (1..=INSERTION_HOURS_MAX).contains(&hours) => Some(hours),
        _ => {
            wrong.push(Violation::new(
                Field::HeuresInsertion,
                "Écrivez un nombre d’heures sur toute la durée, par exemple 833, ou laissez vide",
            ));
            None
        }
    }
}

/// What the law of the day says of the vehicle of a lot; `None` without vehicle.
#[must_use]
pub fn vehicle_judgment(lot: &LotDraft, need: &NeedDraft, today: Date) -> Option<Judgment> {
    Some(judge_lot(&need.terms(lot), lot.vehicle?, need.law_day(today)))
}

/// Why the law of the day closes the vehicle of a lot, with its article; `None` when it does not.
#[must_use]
pub fn vehicle_refusal(lot: &LotDraft, need: &NeedDraft, today: Date) -> Option<String> {
    let judgment = vehicle_judgment(lot, need, today).filter(|j| j.verdict == Verdict::Forbidden)?;
    let refusals = judgment.findings.iter().filter(|f| f.effect == Effect::Refuses);
    let sentences: Vec<String> = refusals
        .map(|f| format!("{} (article {})", f.sentence.trim_end_matches('.'), f.rule.rule().article))
        .collect();
    Some(sentences.join(" ; "))
}

/// What keeps a draft from being published: lots whose vehicle the law of the day closes.
#[must_use]
pub fn legal_refusals(need: &NeedDraft, today: Date) -> Vec<(LotKey, String)> {
    need.lots.iter().filter_map(|lot| Some((lot.key, vehicle_refusal(lot, need, today)?))).collect()
}

/// Questions to the structures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuestionsForm {
    /// One by one; empty ones are left out.
    pub questions: Vec<String>,
}

impl QuestionsForm {
    /// What was typed.
    #[must_use]
    pub fn read(typed: Typed<'_>) -> Self {
        Self { questions: typed.all(Field::Question) }
    }

    /// The draft with them.
    ///
    /// # Errors
    /// When there are too many, or one is too long.
    pub fn apply(&self, draft: &NeedDraft) -> Result<NeedDraft, Vec<Violation>> {
        let questions: Vec<String> =
            self.questions.iter().map(|q| one_line(q)).filter(|q| !q.is_empty()).collect();
        if questions.len() > QUESTIONS_MAX {
            return Err(vec![Violation::new(Field::Question, "Gardez cinq questions au plus")]);
        }
        if questions.iter().any(|q| q.chars().count() > QUESTION_MAX) {
            return Err(vec![Violation::new(
                Field::Question,
                "Raccourcissez chaque question à 300 caractères",
            )]);
        }
        Ok(NeedDraft { questions, ..draft.clone() })
    }
}
