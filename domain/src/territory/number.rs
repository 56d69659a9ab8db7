//! Places by number: codes of départements as files write them, postal codes, CEDEX.

use super::{Atlas, CommuneIx, DepartementIx, Zone};

/// What a number may be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Digits {
    /// Départements, or what has its number among them: one, but for Corse by its number of before.
    Departements(Vec<Zone>),
    /// A postal code, known or not.
    Postal(String),
}

/// Postal codes whose first digits are those of a préfecture and that serve another commune: La Défense,
/// Saint-Quentin-en-Yvelines.
const NOT_OF_THE_PREFECTURE: &[&str] = &["920", "780"];
/// Beginnings of the postal codes of collectivités d’outre-mer and of Monaco, which the table does not have.
const OUTSIDE: &[&str] = &["975", "97133", "97150", "98"];

/// Reads a folded text that is a number: `31`, `2b`, `02a`, `059l`, `974`, `31000`, `31 000`, `1000` (for `01000`).
pub(super) fn read(words: &str, atlas: &Atlas) -> Option<Digits> {
    let is_number = words.starts_with(|c: char| c.is_ascii_digit()) && words.len() <= 6;
    if !is_number {
        return None;
    }
    let code = words.replace(' ', "");
    let all_digits = code.chars().all(|c| c.is_ascii_digit());
    match code.len() {
        5 if all_digits => Some(Digits::Postal(code)),
        // Spreadsheets drop the first nought.
        4 if all_digits => {
            let code = format!("0{code}");
            (!atlas.communes_by_postal_code(&code).is_empty()).then_some(Digits::Postal(code))
        }
        1..=4 if !words.contains(' ') => departements(&code, atlas).map(Digits::Departements),
        _ => None,
    }
}

/// The département of a code as INSEE writes it, on three characters, or with the letter of an office that shares it.
fn departements(code: &str, atlas: &Atlas) -> Option<Vec<Zone>> {
    let code = code.strip_prefix('0').filter(|rest| rest.len() >= 2).unwrap_or(code);
    let one = |code: &str| atlas.departement_by_code(code).map(|ix| vec![Zone::Departement(ix)]);
    match code {
        "20" => ["R94", "D2A", "D2B"].into_iter().map(|code| Zone::parse(code).ok()).collect(),
        "20a" => one("2A"),
        "20b" => one("2B"),
        "59l" | "59v" => one("59"),
        "69d" => one("69"),
        "69m" => Zone::parse("E200046977").ok().map(|zone| vec![zone]),
        code => one(code),
    }
}

/// The communes that a postal code serves. A code of the post (`75000`, CEDEX) that serves none is read where it is sure:
/// all that begins like it is one commune.
pub(super) fn communes_of_postal(code: &str, atlas: &Atlas) -> Vec<CommuneIx> {
    let served = atlas.communes_by_postal_code(code);
    if !served.is_empty() || code.len() != 5 {
        return served.to_vec();
    }
    let generic = code.ends_with("000").then(|| only_commune(&code[..4], atlas)).flatten();
    let is_prefecture = code[2..].starts_with('0') && !NOT_OF_THE_PREFECTURE.contains(&&code[..3]);
    let prefecture = || is_prefecture.then(|| only_commune(&code[..3], atlas)).flatten();
    generic.or_else(prefecture).into_iter().collect()
}

/// The one commune that every postal code with this beginning serves.
fn only_commune(beginning: &str, atlas: &Atlas) -> Option<CommuneIx> {
    let mut communes = atlas.communes_of_postal_codes(beginning);
    let first = communes.next()?;
    communes.all(|ix| ix == first).then_some(first)
}

/// The communes that an unknown postal code may mean: those of its first digits, and the one whose INSEE code it is.
pub(super) fn communes_near_postal(code: &str, atlas: &Atlas) -> Vec<CommuneIx> {
    if !(3..=5).contains(&code.len()) || is_outside(code) {
        return Vec::new();
    }
    let beginning = |digits: usize| -> Vec<CommuneIx> {
        let with = code.get(..digits).unwrap_or(code);
        atlas.communes_of_postal_codes(with).collect()
    };
    let mut near = beginning(4);
    if near.is_empty() {
        near = beginning(3);
    }
    near.extend(atlas.commune_by_code(code));
    near.sort_unstable();
    near.dedup();
    near
}

/// The communes that a town beside a postal code means: of those it serves, else of their département.
pub(super) fn town_of_postal(town: &str, served: &[CommuneIx], code: &str, atlas: &Atlas) -> Vec<CommuneIx> {
    let named = communes_named(town, atlas);
    let here: Vec<CommuneIx> = named.iter().copied().filter(|ix| served.contains(ix)).collect();
    if !here.is_empty() {
        return here;
    }
    let departements = if served.is_empty() {
        departements_of_postal(code, atlas)
    } else {
        served.iter().map(|ix| atlas.commune(*ix).departement).collect()
    };
    named.into_iter().filter(|ix| departements.contains(&atlas.commune(*ix).departement)).collect()
}

/// Communes of a folded name; without any, those that hold the ground of communes that had it.
pub(super) fn communes_named(folded: &str, atlas: &Atlas) -> Vec<CommuneIx> {
    let present = atlas.places_named(folded).into_iter().filter_map(|place| match place.zone() {
        Zone::Commune(ix) => Some(ix),
        _ => None,
    });
    present.chain(atlas.communes_formerly_named(folded).iter().copied()).collect()
}

/// Whether a postal code is one of a place that the table does not have.
pub(super) fn is_outside(code: &str) -> bool {
    OUTSIDE.iter().any(|outside| code.starts_with(outside))
}

/// The départements that the first digits of a postal code name.
pub(super) fn departements_of_postal(code: &str, atlas: &Atlas) -> Vec<DepartementIx> {
    if is_outside(code) {
        return Vec::new();
    }
    let digits = if code.starts_with("97") { 3 } else { 2 };
    let codes = match code.get(..digits) {
        Some("20") => vec!["2A", "2B"],
        other => other.into_iter().collect(),
    };
    codes.into_iter().filter_map(|code| atlas.departement_by_code(code)).collect()
}
