//! What a lot asks.

use super::super::express::{SECTORS_MAX, TITLE_MAX, hours_read, mode_read, one_line, place_kept_or_read};
use super::super::{AmountRange, LotDraft, NeedDraft, sectors_proposed};
use super::{HOURS_MEANT, Typed, filled};
use crate::cpv::Cpv;
use crate::form::{Field, Violation};
use crate::hours::{HOURLY_COST, Hours, HoursDoubt, LabourShare, clause_hours, hours_doubt};
use crate::legal::Nature;
use crate::money::Euros;
use crate::sector::{Inference, SectorIx, Sectors};
use crate::structure::Mode;
use crate::text::capitalised;
use crate::written::Written;

/// Longest contract, in months: twenty years are taken for a slip.
const MONTHS_MAX: u32 = 240;

/// What a lot asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LotForm {
    /// Its title.
    pub title: String,
    /// Slugs or labels of its sectors; empty means « infer them from the title ».
    pub sectors: Vec<String>,
    /// CPV code.
    pub cpv: String,
    /// Works, supplies, services.
    pub nature: String,
    /// Code of the mode; empty means any.
    pub mode: String,
    /// Its place, when it is not that of the need.
    pub place: String,
    /// Lower end of the amount.
    pub amount_min: String,
    /// Upper end, or the amount.
    pub amount_max: String,
    /// Length in months.
    pub months: String,
    /// Hours of work a month.
    pub hours: String,
    /// Whether a number of hours that raised a doubt is meant.
    pub meant: bool,
}

impl LotForm {
    /// What was typed.
    #[must_use]
    pub fn read(typed: Typed<'_>) -> Self {
        let mut sectors: Vec<String> = Vec::new();
        for text in typed.all(Field::Sectors).into_iter().filter(|t| !t.trim().is_empty()) {
            let slug = Sectors::get().of_field(&text).map_or(text, |s| s.slug().to_owned());
            if !sectors.contains(&slug) {
                sectors.push(slug);
            }
        }
        Self {
            title: typed.one(Field::LotTitle),
            sectors,
            cpv: typed.one(Field::Cpv),
            nature: typed.one(Field::Nature),
            mode: typed.one(Field::Mode),
            place: typed.one(Field::LotPlace),
            amount_min: typed.one(Field::AmountMin),
            amount_max: typed.one(Field::AmountMax),
            months: typed.one(Field::Months),
            hours: typed.one(Field::Hours),
            meant: typed.is_ticked(HOURS_MEANT),
        }
    }

    /// What a lot holds.
    #[must_use]
    pub fn of(lot: &LotDraft) -> Self {
        let amount = |pick: fn(AmountRange) -> Euros| lot.amount.map(|a| pick(a).typed()).unwrap_or_default();
        let is_range = lot.amount.is_some_and(|a| a.min != a.max);
        Self {
            title: lot.title.clone(),
            sectors: lot.sectors.iter().map(Written::code).collect(),
            cpv: lot.cpv.map(Cpv::named).unwrap_or_default(),
            nature: lot.nature.code().to_owned(),
            mode: lot.mode.map_or("", Mode::code).to_owned(),
            place: lot.place.as_ref().map(Written::name).unwrap_or_default(),
            amount_min: if is_range { amount(|a| a.min) } else { String::new() },
            amount_max: amount(|a| a.max),
            months: lot.months.map(|m| m.to_string()).unwrap_or_default(),
            hours: lot.hours_per_month.map(|h| h.to_string()).unwrap_or_default(),
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
        let title = one_line(&self.title);
        if title.is_empty() && !alone {
            wrong.push(Violation::new(
                Field::LotTitle,
                "Donnez un titre au lot, par exemple «\u{a0}Espaces verts\u{a0}»",
            ));
        } else if title.chars().count() > TITLE_MAX {
            wrong.push(Violation::new(Field::LotTitle, "Raccourcissez à 200 caractères"));
        }
        let cpv = cpv_read(&self.cpv, before.cpv, &mut wrong);
        let sectors = self.sectors(&title, cpv, before, need, &mut wrong);
        let nature = Nature::parse(&self.nature);
        if nature.is_none() {
            wrong.push(Violation::new(Field::Nature, "Choisissez l’une des réponses proposées"));
        }
        let mode = mode_read(&self.mode);
        if mode.is_none() {
            wrong.push(Violation::new(Field::Mode, "Choisissez l’une des réponses proposées"));
        }
        let place = filled(&self.place).map(|text| place_kept_or_read(text, before.place.as_ref()));
        if let Some(Err(question)) = &place {
            wrong.push(Violation::new(Field::LotPlace, format!("{question}, ou laissez vide")));
        }
        let amount = amount_read(&self.amount_min, &self.amount_max, &mut wrong);
        let months = months_read(&self.months, &mut wrong);
        let hours = hours_read(&self.hours);
        if let Err(message) = hours {
            wrong.push(Violation::new(Field::Hours, message));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let lot = LotDraft {
            title,
            sectors,
            cpv,
            nature: nature.unwrap_or_default(),
            mode: mode.flatten(),
            place: place.and_then(Result::ok).filter(|place| *place != need.place),
            amount,
            months,
            hours_per_month: hours.unwrap_or_default(),
            ..before.clone()
        };
        match monthly_hours_doubt(&lot).filter(|_| !self.meant) {
            Some(doubt) => Err(vec![Violation::new(Field::Hours, doubt.to_string())]),
            None => Ok(lot),
        }
    }

    fn sectors(
        &self,
        title: &str,
        cpv: Option<Cpv>,
        before: &LotDraft,
        need: &NeedDraft,
        wrong: &mut Vec<Violation>,
    ) -> Vec<Written<SectorIx>> {
        let mut sectors: Vec<Written<SectorIx>> = Vec::new();
        for text in &self.sectors {
            let kept = || before.sectors.iter().find(|sector| sector.is_unknown(text)).cloned();
            match Sectors::get().of_field(text).map(Written::Known).or_else(kept) {
                Some(sector) if !sectors.contains(&sector) => sectors.push(sector),
                Some(_) => {}
                None => wrong.push(Violation::new(
                    Field::Sectors,
                    format!("Nous ne connaissons pas le secteur «\u{a0}{text}\u{a0}»\u{a0}: choisissez dans la liste"),
                )),
            }
        }
        if self.sectors.is_empty() {
            let text = if title.is_empty() { &need.title } else { title };
            sectors = sectors_proposed(text, "").into_iter().map(Written::Known).collect();
        }
        if let (true, true, Some(cpv)) = (sectors.is_empty(), self.sectors.is_empty(), cpv) {
            sectors
                .extend(Inference::get().of_cpv(&cpv.to_string()).first().map(|found| found.sector.into()));
        }
        if sectors.is_empty() && self.sectors.is_empty() {
            wrong.push(Violation::new(
                Field::Sectors,
                "Nous n’avons pas reconnu le secteur dans vos mots\u{a0}: choisissez-en un dans la liste",
            ));
        } else if sectors.len() > SECTORS_MAX {
            wrong.push(Violation::new(Field::Sectors, "Gardez dix secteurs au plus"));
        }
        sectors
    }
}

/// The amount of two fields: the lower end may be left out, the upper one not.
pub(in super::super) fn amount_read(
    lowest: &str,
    highest: &str,
    wrong: &mut Vec<Violation>,
) -> Option<AmountRange> {
    let mut read = |text: &str, field: Field| {
        let amount = Euros::parse(filled(text)?);
        amount.map_err(|error| wrong.push(Violation::new(field, capitalised(&error.to_string())))).ok()
    };
    let min = read(lowest, Field::AmountMin);
    let max = read(highest, Field::AmountMax);
    match (min, max) {
        (Some(min), Some(max)) if min > max => {
            wrong.push(Violation::new(
                Field::AmountMax,
                format!("Le plus haut montant est plus petit que le plus bas ({min})"),
            ));
            None
        }
        (min, Some(max)) => Some(AmountRange { min: min.unwrap_or(max), max }),
        (Some(_), None) => {
            wrong.push(Violation::new(
                Field::AmountMax,
                "Indiquez aussi le plus haut montant\u{a0}: c’est lui que les seuils regardent",
            ));
            None
        }
        (None, None) => None,
    }
}

/// The code that a field holds; one that the vocabulary no longer has is kept as long as it is not written over.
fn cpv_read(text: &str, held: Option<Cpv>, wrong: &mut Vec<Violation>) -> Option<Cpv> {
    let text = filled(text)?;
    let codes: Vec<String> = Cpv::all_in(text).iter().map(ToString::to_string).collect();
    if codes.len() > 1 {
        let message = format!(
            "Il y a là plusieurs codes\u{a0}: {}. Gardez celui de l’objet principal",
            codes.join(", ")
        );
        wrong.push(Violation::new(Field::Cpv, message));
        return None;
    }
    let known = Cpv::parse(text).filter(|cpv| cpv.label().is_some() || Some(*cpv) == held);
    if known.is_none() {
        let message = "Ce n’est pas un code du vocabulaire CPV\u{a0}: huit chiffres, par exemple 77310000";
        wrong.push(Violation::new(Field::Cpv, message));
    }
    known
}

fn months_read(text: &str, wrong: &mut Vec<Violation>) -> Option<u32> {
    let text = filled(text)?;
    match text.parse::<u32>() {
        Ok(months) if (1..=MONTHS_MAX).contains(&months) => Some(months),
        _ => {
            wrong
                .push(Violation::new(Field::Months, "Écrivez une durée en mois, de 1 à 240, par exemple 36"));
            None
        }
    }
}

/// The default share of labour of a lot.
#[must_use]
pub fn labour_share(lot: &LotDraft) -> Option<&'static LabourShare> {
    LabourShare::of(lot.sectors_known().map(SectorIx::slug))
}

/// Hours of work that the amount of a lot pays for, over its whole length.
pub(super) fn hours_paid(lot: &LotDraft, effort: f64) -> Option<Hours> {
    let share = labour_share(lot)?.share();
    clause_hours(lot.amount?.max, share, effort, HOURLY_COST).ok()
}

/// Whether the hours a month do not fit the amount and the length: « 312 h » where 312,000 h are meant.
fn monthly_hours_doubt(lot: &LotDraft) -> Option<HoursDoubt> {
    let expected = hours_paid(lot, 1.0)?.0 / u64::from(lot.months?);
    hours_doubt(Hours(lot.hours_per_month?.into()), Hours(expected))
}
