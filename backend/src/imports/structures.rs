//! `place import structures`: one structure per SIRET, one convention per row that says something of one.

use super::table::{Row, Table};
use super::{Changed, INDEXED_ELSEWHERE, OnProgress, Report};
use crate::Backend;
use crate::clock::timestamp;
use crate::error::{Error, Result};
use domain::access::Action;
use domain::date;
use domain::email::EmailAddress;
use domain::legal::{Ess, Evidence, Share};
use domain::siret::Siret;
use domain::structure::{
    Activity, Calendar, ConventionTerms, DESCRIPTION_MAX, Kind, KindSet, Network, Standing, Structure,
    Withdrawals, activities_deduced,
};
use domain::territory::{Address, Atlas, Point};
use domain::text::{fold, plural};
use domain::web::WebAddress;
use jiff::civil::Date;
use std::collections::HashMap;

/// The columns that are read, with what they hold.
pub const STRUCTURE_COLUMNS: &[(&str, &str)] = &[
    ("siret", "14 chiffres (la colonne est obligatoire)\u{a0}; vide, un numéro provisoire est donné"),
    ("kind", "EI, ACI, AI, ETTI, EITI, GEIQ, EA, EATT, ESAT ou SEP (obligatoire)"),
    ("nom", "raison sociale (obligatoire)"),
    ("enseigne", "nom connu du public"),
    ("naf", "code NAF, révision 2"),
    ("forme_juridique", "texte libre"),
    ("adresse", "rue"),
    ("code_postal", "5 chiffres"),
    ("ville", "commune"),
    ("departement", "code\u{a0}; décide entre communes du même nom"),
    ("lon", "longitude en degrés"),
    ("lat", "latitude en degrés"),
    ("site_web", "adresse du site"),
    ("description", "ce que la structure dit d’elle"),
    ("capacite", "places autorisées (ESAT)\u{a0}; ce ne sont pas des heures"),
    ("contact", "adresse e-mail du contact, jamais publique"),
    ("part_concernee", "travailleurs en insertion ou handicapés sur tous, comme 25/35"),
    ("part_comptee_le", "jour où la part a été comptée, comme 2026-06-30"),
    ("part_attestee", "oui si un document l’atteste\u{a0}; sinon elle est déclarée"),
    ("convention_numero", "numéro de la convention"),
    ("convention_debut", "premier jour, comme 2026-01-01"),
    ("convention_fin", "dernier jour\u{a0}: passé ce jour, la convention n’ouvre plus les marchés réservés"),
    ("convention_etp", "équivalents temps plein conventionnés, comme 12,5"),
    ("convention_preuve", "référence de l’acte ou adresse du document"),
    ("reseau", "regie (de quartier ou de territoire), cae (coopérative d’activité et d’emploi) ou vide"),
    (
        "ess",
        "oui, esus (agréée) ou non\u{a0}: économie sociale et solidaire\u{a0}; vide, la forme juridique décide",
    ),
    ("qpv", "oui ou non\u{a0}: siège en quartier prioritaire"),
    ("source", "d’où vient la ligne"),
];

/// No commune of France reaches so far from its centre.
const POINT_FAR_KM: f32 = 60.0;
/// How many addresses without place a report names.
const UNPLACED_SHOWN: usize = 10;
const REQUIRED: &[&str] = &["siret", "kind", "nom"];

impl Backend {
    /// Imports a file of structures.
    ///
    /// # Errors
    /// [`Error::Refused`] when the file as a whole is bad; nothing is written then.
    pub async fn import_structures(&self, bytes: &[u8], progress: OnProgress<'_>) -> Result<Report> {
        let table =
            Table::read(bytes, STRUCTURE_COLUMNS, REQUIRED).map_err(|e| Error::Refused(e.to_string()))?;
        let mut report = Report {
            rows: u64::try_from(table.rows.len() + table.rejected.len()).unwrap_or(u64::MAX),
            ..Report::default()
        };
        let mut read = Read::default();
        for row in &table.rows {
            match structure_of(&table, row, &mut read.dropped) {
                Err(reason) => report.rejected.push(row.rejected(reason)),
                Ok(next) => {
                    if let Err(reason) = read.add(next, row.line) {
                        report.rejected.push(row.rejected(reason));
                    }
                }
            }
        }
        report.rejected.extend(table.rejected);
        report.rejected.sort_by_key(|r| r.line);
        report.columns = table.names;
        report.joined = read.joined;
        report.warnings = table.warnings;
        report.warnings.extend(read.dropped.iter().map(Dropped::sentence));
        let read = read.structures;
        report.warnings.extend(unplaced(&read));
        let provisional = read.iter().filter(|s| s.siret.is_provisional()).count();
        if provisional > 0 {
            report.warnings.push(format!(
                "{provisional} structures sans SIRET\u{a0}: un numéro provisoire leur est donné"
            ));
        }
        let known = self.store.structure_list().await?;
        let known: HashMap<Siret, Structure> = known.into_iter().map(|s| (s.siret, s)).collect();
        let mut changed = Vec::new();
        for structure in read {
            let before = known.get(&structure.siret);
            let after = merged(&structure, before);
            match before {
                None => report.created += 1,
                Some(before) if *before == after => {
                    report.unchanged += 1;
                    continue;
                }
                Some(_) => report.updated += 1,
            }
            changed.push(Changed { before: before.cloned(), after });
        }
        if !self.structures_write(Action::StructuresImport, &changed, &merged, progress).await? {
            report.warnings.push(INDEXED_ELSEWHERE.to_owned());
        }
        Ok(report)
    }
}

/// Addresses that mean no commune that we know: the structures are kept without place, and named.
fn unplaced(structures: &[Structure]) -> Option<String> {
    let towns = structures.iter().filter(|s| s.commune.is_empty());
    let towns: Vec<String> =
        towns.map(|s| format!("{} {}", s.postal_code, s.town).trim().to_owned()).collect();
    let mut shown: Vec<&str> = Vec::new();
    for town in towns.iter().filter(|town| !town.is_empty()) {
        if shown.len() < UNPLACED_SHOWN && !shown.contains(&town.as_str()) {
            shown.push(town);
        }
    }
    let named = if shown.is_empty() { String::new() } else { format!(" ({}…)", shown.join(", ")) };
    let count =
        plural(towns.len() as u64, "adresse n’a pas pu être située", "adresses n’ont pas pu être situées");
    (!towns.is_empty()).then(|| format!("{count}\u{a0}: ni distance ni zone pour elles{named}"))
}

/// Values of a column that cannot be read as they are: said once for all.
struct Dropped {
    column: &'static str,
    why: &'static str,
    count: u64,
    first_line: u64,
}

impl Dropped {
    fn sentence(&self) -> String {
        let values = plural(self.count, "valeur", "valeurs");
        format!("colonne {}\u{a0}: {values}, {} (ligne {})", self.column, self.why, self.first_line)
    }
}

/// Counts a value that is left out.
fn drop_value(dropped: &mut Vec<Dropped>, column: &'static str, why: &'static str, line: u64) {
    match dropped.iter_mut().find(|d| d.column == column && d.why == why) {
        Some(known) => known.count += 1,
        None => dropped.push(Dropped { column, why, count: 1, first_line: line }),
    }
}

/// The structures of a table, in the order of their first rows.
#[derive(Default)]
struct Read {
    structures: Vec<Structure>,
    /// Where a structure stands, and the line of its first row.
    at: HashMap<Siret, (usize, u64)>,
    joined: u64,
    dropped: Vec<Dropped>,
}

impl Read {
    /// Adds a row: a structure, or another convention of one that is there; refuses another establishment under a
    /// number that is taken.
    fn add(&mut self, next: Structure, line: u64) -> std::result::Result<(), String> {
        let Some((ix, first_line)) = self.at.get(&next.siret) else {
            self.at.insert(next.siret, (self.structures.len(), line));
            self.structures.push(next);
            return Ok(());
        };
        let first = &mut self.structures[*ix];
        if !is_same_establishment(first, &next) {
            let of = |s: &Structure| format!("«\u{a0}{}\u{a0}» ({} {})", s.name, s.postal_code, s.town);
            return Err(format!(
                "un SIRET est celui d’un seul établissement, et deux lignes en nomment deux\u{a0}: {}, ligne {first_line}, et {}, ligne {line}. Écrivez le même nom et la même commune, ou corrigez le SIRET",
                of(first),
                of(&next)
            ));
        }
        complete(first, next);
        self.joined += 1;
        Ok(())
    }
}

/// Whether two rows name one establishment: the same name, and the same commune as far as both say it. Capitals, accents
/// and blanks apart: lines of one structure come from several hands.
fn is_same_establishment(first: &Structure, next: &Structure) -> bool {
    let (town, next_town) = (fold(&first.town), fold(&next.town));
    let is_same_town = match (first.commune.as_str(), next.commune.as_str()) {
        ("", _) | (_, "") => town.is_empty() || next_town.is_empty() || town == next_town,
        (commune, next_commune) => commune == next_commune,
    };
    is_same_town && fold(&first.name) == fold(&next.name)
}

fn complete(first: &mut Structure, next: Structure) {
    next.kinds.iter().for_each(|k| first.kinds.insert(k));
    first.conventions.extend(next.conventions);
    ConventionTerms::sort(&mut first.conventions);
    if first.network == Network::None {
        first.network = next.network;
    }
    let fill = |mine: &mut String, theirs: String| {
        if mine.is_empty() {
            *mine = theirs;
        }
    };
    fill(&mut first.brand, next.brand);
    fill(&mut first.naf, next.naf);
    fill(&mut first.website, next.website);
    fill(&mut first.description, next.description);
    first.point = first.point.or(next.point);
    first.places = first.places.or(next.places);
    first.in_qpv = first.in_qpv.or(next.in_qpv);
    if first.share == Share::Unknown {
        first.share = next.share;
    }
    if first.ess == Ess::Unknown {
        first.ess = next.ess;
    }
    first.contact = first.contact.take().or(next.contact);
}

fn structure_of(
    table: &Table,
    row: &Row,
    dropped: &mut Vec<Dropped>,
) -> std::result::Result<Structure, String> {
    let mut leave_out = |column, why| drop_value(dropped, column, why, row.line);
    let field = |name| table.field(row, name);
    let text = |name| field(name).split_whitespace().collect::<Vec<_>>().join(" ");
    let kind = Kind::parse(field("kind"))
        .ok_or_else(|| format!("type de structure inconnu «\u{a0}{}\u{a0}»", field("kind")))?;
    let name = text("nom");
    if name.is_empty() {
        return Err("le nom est vide".to_owned());
    }
    let siret = match field("siret") {
        "" => provisional(kind, &name, field("code_postal"), field("adresse")),
        number => Siret::parse(number).map_err(|e| e.to_string())?,
    };
    let contact = match field("contact") {
        "" => None,
        address => EmailAddress::parse(address)
            .inspect_err(|_| leave_out("contact", "laissées de côté\u{a0}: ce n’est pas une adresse e-mail"))
            .ok(),
    };
    let share = match field("part_concernee") {
        "" => Share::Unknown,
        text => Share::parse(text).ok_or_else(|| {
            format!("part de travailleurs illisible «\u{a0}{text}\u{a0}»\u{a0}: écrivez 25/35")
        })?,
    };
    let attested = flag_of(field("part_attestee")) == Some(true);
    let evidence = if attested { Evidence::Attested } else { Evidence::Declared };
    let share = share.with_evidence(evidence, day_of(field("part_comptee_le"))?);
    let atlas = Atlas::get();
    let point = point_of(field("lon"), field("lat"));
    if point.is_none() && !(field("lon").is_empty() && field("lat").is_empty()) {
        leave_out("lon, lat", "laissées de côté\u{a0}: ce ne sont pas des degrés");
    }
    let commune = Address {
        postal_code: field("code_postal"),
        town: field("ville"),
        departement: field("departement"),
        point,
    }
    .commune();
    // Coordinates far from the commune of the address are those of something else: the address is believed.
    let point = point.filter(|p| commune.is_none_or(|ix| p.km_to(atlas.commune(ix).centre) <= POINT_FAR_KM));
    let named = field("departement");
    let is_there = |ix| atlas.departement_by_code(named) == Some(atlas.commune(ix).departement);
    if !named.is_empty() && commune.is_some_and(|ix| !is_there(ix)) {
        leave_out("departement", "laissées de côté\u{a0}: ce n’est pas celui de la commune de l’adresse");
    }
    let places = field("capacite").parse().ok();
    if places.is_none() && !field("capacite").is_empty() {
        leave_out("capacite", "laissées de côté\u{a0}: ce n’est pas un nombre de places");
    }
    let in_qpv = flag_of(field("qpv"));
    if in_qpv.is_none() && !field("qpv").is_empty() {
        leave_out("qpv", "laissées de côté\u{a0}: écrivez oui ou non");
    }
    let website = website_of(field("site_web"));
    if website.is_empty() && !field("site_web").is_empty() {
        leave_out("site_web", "laissées de côté\u{a0}: ce n’est pas l’adresse d’un site");
    }
    let description: String = field("description").chars().take(DESCRIPTION_MAX).collect();
    if description.len() < field("description").len() {
        leave_out("description", "trop longues, coupées à 3 000 caractères");
    }
    let brand = text("enseigne");
    Ok(Structure {
        siret,
        brand: if brand == name { String::new() } else { brand },
        name,
        naf: field("naf").chars().filter(char::is_ascii_alphanumeric).collect(),
        legal_form: text("forme_juridique"),
        address: text("adresse"),
        postal_code: text("code_postal"),
        town: text("ville"),
        commune: commune.map(|ix| atlas.commune(ix).code.to_owned()).unwrap_or_default(),
        point,
        website,
        description,
        hours_per_month: None,
        calendar: Calendar::default(),
        places,
        in_qpv,
        contact,
        contact_asked: None,
        link_number: 0,
        alerts_stopped: false,
        offers: String::new(),
        vouched_on: None,
        stale_since: None,
        filed_on: None,
        withdrawals: Withdrawals::default(),
        source: text("source"),
        kinds: [kind].into_iter().collect(),
        conventions: Some(convention_of(kind, &field)?)
            .filter(ConventionTerms::says_something)
            .into_iter()
            .collect(),
        network: Network::parse(&field("reseau").to_lowercase()).ok_or_else(|| {
            format!("réseau inconnu «\u{a0}{}\u{a0}»\u{a0}: regie, cae, ou vide", field("reseau"))
        })?,
        activities: Vec::new(),
        activities_kept: Vec::new(),
        share,
        ess: Ess::parse(field("ess")).ok_or_else(|| {
            format!("économie sociale «\u{a0}{}\u{a0}»\u{a0}: oui, esus, non, ou vide", field("ess"))
        })?,
        updated_at: timestamp(0),
    })
}

/// What a row says of its convention.
fn convention_of<'a>(
    kind: Kind,
    field: &impl Fn(&'static str) -> &'a str,
) -> std::result::Result<ConventionTerms, String> {
    let etp = match field("convention_etp") {
        "" => None,
        text => Some(
            ConventionTerms::etp_parse(text)
                .ok_or_else(|| format!("ETP illisible «\u{a0}{text}\u{a0}»\u{a0}: écrivez 12,5"))?,
        ),
    };
    let (from, to) = (day_of(field("convention_debut"))?, day_of(field("convention_fin"))?);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err("la convention finit avant de commencer\u{a0}: vérifiez ses deux jours".to_owned());
    }
    Ok(ConventionTerms {
        kind,
        number: field("convention_numero").trim().to_owned(),
        from,
        to,
        etp_hundredths: etp,
        proof: field("convention_preuve").trim().to_owned(),
    })
}

/// Files of establishments without SIRET are common (FINESS): such a structure gets a number of its own, always
/// the same for the same kind, name and address.
fn provisional(kind: Kind, name: &str, postal_code: &str, address: &str) -> Siret {
    let (name, address) = (fold(name), fold(address));
    Siret::provisional(&[kind.code().as_bytes(), name.as_bytes(), postal_code.as_bytes(), address.as_bytes()])
}

/// A day; `None` for an empty field.
fn day_of(text: &str) -> std::result::Result<Option<Date>, String> {
    match text {
        "" => Ok(None),
        text => date::parse(text)
            .map(Some)
            .ok_or_else(|| format!("date illisible «\u{a0}{text}\u{a0}»\u{a0}: écrivez 2026-12-31")),
    }
}

fn flag_of(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "oui" | "true" | "1" => Some(true),
        "non" | "false" | "0" => Some(false),
        _ => None,
    }
}

fn point_of(lon: &str, lat: &str) -> Option<Point> {
    Point::new(lon.parse().ok()?, lat.parse().ok()?)
}

/// Only addresses that a link may lead to.
fn website_of(text: &str) -> String {
    WebAddress::parse(text).map(|address| address.to_string()).unwrap_or_default()
}

/// A structure of the file with what the file does not know, and with activities inferred where nobody gave any.
fn merged(read: &Structure, before: Option<&Structure>) -> Structure {
    let mut structure = read.clone();
    if let Some(before) = before {
        structure.updated_at = before.updated_at;
        structure.offers.clone_from(&before.offers);
        structure.vouched_on = before.vouched_on;
        structure.stale_since = before.stale_since;
        structure.filed_on = before.filed_on;
        structure.alerts_stopped = before.alerts_stopped;
        structure.withdrawals.clone_from(&before.withdrawals);
        structure.contact_asked.clone_from(&before.contact_asked);
        structure.link_number = before.link_number;
        structure.hours_per_month = before.hours_per_month;
        structure.calendar = before.calendar.clone();
        structure.activities_kept.clone_from(&before.activities_kept);
        structure.in_qpv = structure.in_qpv.or(before.in_qpv);
        // What the structure itself has said on its page, a file does not change.
        if structure.share == Share::Unknown || before.has_spoken() {
            structure.share = before.share;
        }
        if structure.ess == Ess::Unknown {
            structure.ess = before.ess;
        }
        if structure.conventions.is_empty() || before.has_spoken() {
            structure.conventions.clone_from(&before.conventions);
            structure.conventions.retain(|terms| structure.kinds.contains(terms.kind));
        }
        if structure.network == Network::None {
            structure.network = before.network;
        }
        structure.contact = structure.contact.take().or_else(|| before.contact.clone());
        if before.has_spoken() {
            structure.website.clone_from(&before.website);
            structure.description.clone_from(&before.description);
            structure.contact.clone_from(&before.contact);
        }
    }
    let known = before.map(|b| b.activities.as_slice()).unwrap_or_default();
    structure.activities = activities_merged(&structure, known);
    structure
}

fn activities_merged(structure: &Structure, known: &[Activity]) -> Vec<Activity> {
    let (deduced, given): (Vec<Activity>, Vec<Activity>) =
        known.iter().cloned().partition(|a| a.standing == Standing::Deduced);
    let any_live = given.iter().any(|a| a.standing.is_live());
    let mut merged = given;
    if any_live {
        merged.extend(deduced);
    } else {
        let again = deduced_of(structure, structure.kinds);
        let fresh: Vec<Activity> = again
            .into_iter()
            .filter(|a| !merged.iter().any(|m| m.sector == a.sector && m.mode == a.mode))
            .collect();
        merged.extend(fresh);
    }
    // In the order in which the store gives them, so that « unchanged » can be told.
    merged.sort_by_key(|a| (a.sector.slug(), a.mode.code()));
    merged
}

fn deduced_of(s: &Structure, kinds: KindSet) -> Vec<Activity> {
    activities_deduced(&s.name, &s.brand, &s.description, &s.naf, kinds)
}
