//! What a structure does and where: said yes or no to, changed, added.

use super::{Read, hours_read};
use crate::cpv::Cpv;
use crate::form::{Field, Violation};
use crate::money::Euros;
use crate::sector::{SectorIx, Sectors};
use crate::structure::{Activity, Mode, OrderTerms, Standing, Structure};
use crate::territory::{PlaceReading, ZONES_MAX, Zone, zones_read as zones_typed, zones_shown};
use crate::text::and_list;
use crate::written::Written;

/// Most activities of one structure.
const ACTIVITIES_MAX: usize = 40;

/// What the structure says of an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityDecision {
    /// « Nous le faisons ».
    Confirm,
    /// « Nous ne le faisons pas ».
    Dismiss,
}

/// An activity to be added, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityForm {
    /// Slug or label of the sector.
    pub sector: String,
    /// Code of the mode.
    pub mode: String,
    /// Zone codes or names of places, parted by `|`, `,` or `;`.
    pub zones: String,
}

/// The mode and the zones of an activity that is there, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityChange {
    /// Slug of its sector.
    pub sector: String,
    /// Code of the mode that it has.
    pub mode: String,
    /// Code of the mode that it is to have.
    pub mode_typed: String,
    /// Its zones, as the page showed them or as they are to be.
    pub zones: String,
    /// Whether what the page proposed for zones that are no longer known is taken.
    pub is_meant: bool,
}

/// What a structure can take of an activity that is there, or is added, as typed; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityTerms {
    /// Slug of its sector.
    pub sector: String,
    /// Code of its mode.
    pub mode: String,
    /// Hours a month for it, or full-time jobs; empty when the structure does not say.
    pub hours: Option<String>,
    /// The smallest order that is taken; empty when the structure does not say.
    pub minimum: Option<String>,
    /// Codes of the common procurement vocabulary; empty for none.
    pub cpv: Option<String>,
}

pub(super) fn activity_decide(
    structure: &mut Structure,
    (sector, mode, decision): &(String, String, ActivityDecision),
) -> Read<()> {
    let standing = match decision {
        ActivityDecision::Confirm => Standing::Confirmed,
        ActivityDecision::Dismiss => Standing::Dismissed,
    };
    let mut known = structure.activities.iter_mut();
    if let Some(activity) = known.find(|a| a.sector.slug() == sector && a.mode.code() == mode) {
        activity.standing = standing;
        return Ok(());
    }
    let mut kept = structure.activities_kept.iter_mut();
    if let Some(activity) = kept.find(|a| a.sector == *sector && a.mode == *mode) {
        activity.standing = standing.code().to_owned();
        return Ok(());
    }
    Violation::refused(Field::Activities, "Cette activité n’existe plus\u{a0}: rechargez la page.")
}

/// Writes another mode or other zones of an activity; what says the same, as the page shows it, changes nothing.
pub(super) fn activity_change(structure: &mut Structure, change: &ActivityChange) -> Read<()> {
    let mut known = structure.activities.iter();
    let found = known.find(|a| a.sector.slug() == change.sector && a.mode.code() == change.mode);
    let Some(activity) = found.cloned() else {
        return Violation::refused(
            Field::Activities,
            "Cette activité n’existe plus\u{a0}: rechargez la page.",
        );
    };
    let Some(mode) = Mode::parse(&change.mode_typed) else {
        return Violation::refused(Field::Activities, "Activité\u{a0}: choisissez une forme.");
    };
    let at = |wrong: Violation| Violation {
        field: Field::Activities,
        message: format!("{}\u{a0}: {}", activity.sector.label(), wrong.message),
    };
    let is_same = mode == activity.mode && change.zones.trim() == zones_shown(&activity.zones);
    if is_same && !change.is_meant {
        return Ok(());
    }
    let zones = zones_read(&change.zones).map_err(at)?.into_iter().map(Written::Known).collect();
    let is_old = |a: &Activity| a.sector == activity.sector && (a.mode == activity.mode || a.mode == mode);
    structure.activities.retain(|a| !is_old(a));
    // Whoever says where it works says that it does it.
    let standing = if activity.standing.is_live() { Standing::Confirmed } else { activity.standing };
    structure.activities.push(Activity { mode, zones, standing, ..activity });
    Ok(())
}

/// Whether the structure has the activity that is spoken of.
pub(super) fn activity_is_there(structure: &Structure, typed: &ActivityTerms) -> bool {
    structure.activities.iter().any(|a| a.sector.slug() == typed.sector && a.mode.code() == typed.mode)
}

/// Writes what a structure can take of an activity; what says the same changes nothing.
pub(super) fn activity_terms_apply(structure: &mut Structure, typed: &ActivityTerms) -> Read<()> {
    let mut known = structure.activities.iter_mut();
    let found = known.find(|a| a.sector.slug() == typed.sector && a.mode.code() == typed.mode);
    let Some(activity) = found else {
        return Violation::refused(
            Field::Activities,
            "Cette activité n’existe plus\u{a0}: rechargez la page.",
        );
    };
    let at = |wrong: Violation| Violation {
        field: Field::Activities,
        message: format!("{}\u{a0}: {}", activity.sector.label(), wrong.message),
    };
    let hours_per_month = match &typed.hours {
        Some(text) => hours_read(text).map_err(at)?,
        None => activity.hours_per_month,
    };
    let before = activity.orders.as_deref().cloned().unwrap_or_default();
    let minimum = match &typed.minimum {
        Some(text) => minimum_read(text).map_err(at)?,
        None => before.minimum,
    };
    let cpv = match &typed.cpv {
        Some(text) => cpv_read(text).map_err(at)?,
        None => before.cpv,
    };
    let orders = OrderTerms { minimum, cpv }.said();
    if hours_per_month == activity.hours_per_month && orders == activity.orders {
        return Ok(());
    }
    (activity.hours_per_month, activity.orders) = (hours_per_month, orders);
    // Whoever says what it can take of it says that it does it.
    if activity.standing.is_live() {
        activity.standing = Standing::Confirmed;
    }
    Ok(())
}

fn minimum_read(text: &str) -> Read<Option<Euros>> {
    match text.trim() {
        "" => Ok(None),
        text => Euros::parse(text)
            .map(Some)
            .map_err(|error| Violation::new(Field::Activities, format!("commande minimale\u{a0}: {error}."))),
    }
}

fn cpv_read(text: &str) -> Read<Vec<Cpv>> {
    let field = Field::Activities;
    // A word, or a code that is cut, is no code: taken silently, it would be lost.
    let mut pieces =
        text.split([' ', '\u{a0}', ',', ';', '|', '\n']).filter(|piece| !piece.trim().is_empty());
    let is_no_code = |piece: &&str| Cpv::parse(piece).is_none_or(|code| code.label().is_none());
    if let Some(wrong) = pieces.find(is_no_code) {
        return Violation::refused(
            field,
            format!(
                "«\u{a0}{}\u{a0}» n’est pas un code CPV\u{a0}: huit chiffres, par exemple 77310000.",
                wrong.trim()
            ),
        );
    }
    let cpv = Cpv::all_in(text);
    if cpv.len() > OrderTerms::CPV_MAX {
        return Violation::refused(field, format!("{} codes CPV au plus.", OrderTerms::CPV_MAX));
    }
    Ok(cpv)
}

fn sector_read(text: &str) -> Read<SectorIx> {
    let unknown = match text.trim() {
        "" => "Activité à ajouter".to_owned(),
        typed => format!("Nous ne connaissons pas le secteur «\u{a0}{typed}\u{a0}»"),
    };
    let message = || format!("{unknown}\u{a0}: choisissez un secteur dans la liste.");
    Sectors::get().of_field(text).ok_or_else(|| Violation::new(Field::AddedSector, message()))
}

fn mode_read(code: &str) -> Read<Mode> {
    let message = "Activité à ajouter\u{a0}: choisissez une forme.";
    Mode::parse(code).ok_or_else(|| Violation::new(Field::AddedMode, message))
}

/// Adds an activity; else everything that is to be corrected of it.
pub(super) fn activity_add(structure: &mut Structure, form: &ActivityForm) -> Vec<Violation> {
    match (sector_read(&form.sector), mode_read(&form.mode), zones_read(&form.zones)) {
        (Ok(sector), Ok(mode), Ok(zones)) => {
            added(structure, sector, mode, zones).err().into_iter().collect()
        }
        (sector, mode, zones) => [sector.err(), mode.err(), zones.err()].into_iter().flatten().collect(),
    }
}

fn added(structure: &mut Structure, sector: SectorIx, mode: Mode, zones: Vec<Zone>) -> Read<()> {
    let zones = zones.into_iter().map(Written::Known).collect();
    let is_same = |a: &Activity| a.sector == sector && a.mode == mode;
    // Written again with other zones, it still takes as many hours, and the same orders.
    let before = structure.activities.iter().find(|a| is_same(a));
    let hours_per_month = before.and_then(|a| a.hours_per_month);
    let orders = before.and_then(|a| a.orders.clone());
    let standing = Standing::Confirmed;
    let added = Activity { sector, mode, zones, standing, because: String::new(), hours_per_month, orders };
    structure.activities.retain(|a| !is_same(a));
    structure.activities_kept.retain(|a| a.sector != sector.slug() || a.mode != mode.code());
    if structure.activities.len() >= ACTIVITIES_MAX {
        return Violation::refused(
            Field::Activities,
            "Quarante activités au plus\u{a0}: écartez-en une avant d’en ajouter.",
        );
    }
    structure.activities.push(added);
    Ok(())
}

fn zones_read(text: &str) -> Read<Vec<Zone>> {
    let zones = match zones_typed(text) {
        Ok(zones) => zones,
        Err(doubt) => {
            let said = match &doubt.reading {
                PlaceReading::Unknown { nearest } if nearest.is_empty() => {
                    format!("nous ne connaissons pas «\u{a0}{}\u{a0}».", doubt.typed)
                }
                PlaceReading::Unknown { nearest } => {
                    let names: Vec<String> = nearest.iter().map(|place| place.name()).collect();
                    format!(
                        "nous ne connaissons pas «\u{a0}{}\u{a0}»\u{a0}; le plus proche\u{a0}: {}.",
                        doubt.typed,
                        and_list(&names)
                    )
                }
                _ => format!("{doubt}."),
            };
            return Violation::refused(Field::AddedZones, format!("Zone\u{a0}: {said}"));
        }
    };
    if zones.is_empty() {
        return Violation::refused(
            Field::AddedZones,
            "Activité à ajouter\u{a0}: dites où, par exemple «\u{a0}Haute-Garonne\u{a0}» ou «\u{a0}50km\u{a0}».",
        );
    }
    if zones.len() > ZONES_MAX {
        let text = format!("Zone\u{a0}: {ZONES_MAX} au plus, choisissez-en de plus larges.");
        return Violation::refused(Field::AddedZones, text);
    }
    Ok(zones)
}
