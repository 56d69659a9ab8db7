//! Codes of places that were, other than communes: what holds their ground today is proposed, never taken, since it is
//! larger than they were. The codes of communes that were are read as their successors: see [`Atlas::commune_by_code`].

use super::{Atlas, Place, PlaceReading, Zone};
use crate::written::{Reference, Successor, Successors};

/// Régions of before 2016 that are no longer: code, name, code of the région of today.
const FORMER_REGIONS: &[(&str, &str, &str)] = &[
    ("21", "Champagne-Ardenne", "44"),
    ("22", "Picardie", "32"),
    ("23", "Haute-Normandie", "28"),
    ("25", "Basse-Normandie", "28"),
    ("26", "Bourgogne", "27"),
    ("31", "Nord-Pas-de-Calais", "32"),
    ("41", "Lorraine", "44"),
    ("42", "Alsace", "44"),
    ("43", "Franche-Comté", "27"),
    ("54", "Poitou-Charentes", "75"),
    ("72", "Aquitaine", "75"),
    ("73", "Midi-Pyrénées", "76"),
    ("74", "Limousin", "75"),
    ("82", "Rhône-Alpes", "84"),
    ("83", "Auvergne", "84"),
    ("91", "Languedoc-Roussillon", "76"),
];

/// What may take the place of a text that is no zone: the région or EPCI that holds the ground of one that was, the
/// département of a commune code that nobody knows; else what the text reads as.
fn successors(text: &str) -> Successors {
    let atlas = Atlas::get();
    let one = |was: Option<&'static str>, zone: Zone| Successors { was, now: vec![Successor::of(zone)] };
    // Whatever the radius around it.
    let code = text.split(['+', ' ']).next().unwrap_or_default();
    let former = match code.split_at_checked(1) {
        Some(("R" | "r", code)) => FORMER_REGIONS
            .iter()
            .find(|(was, ..)| *was == code)
            .and_then(|(_, name, now)| Some(one(Some(name), Zone::Region(atlas.region_by_code(now)?)))),
        Some(("E" | "e", siren)) => {
            atlas.former_epci(siren).map(|(name, now)| one(Some(name), Zone::Epci(now)))
        }
        Some(("C" | "c", code)) => departement_of(code).map(|zone| one(None, zone)),
        _ => None,
    };
    former.unwrap_or_else(|| Successors { was: None, now: places_read(text) })
}

/// The département that the first digits of a commune code name.
fn departement_of(code: &str) -> Option<Zone> {
    let digits = if code.starts_with("97") { 3 } else { 2 };
    let is_code = code.len() == 5 && code.bytes().skip(digits).all(|b| b.is_ascii_digit());
    let departement = code.get(..digits).filter(|_| is_code)?;
    Atlas::get().departement_by_code(departement).map(Zone::Departement)
}

/// What a text reads as, or comes near to, when it is no code.
fn places_read(text: &str) -> Vec<Successor> {
    match Place::read(text) {
        PlaceReading::One(place) => vec![Successor::of(place)],
        reading => reading.proposals().iter().copied().map(Successor::of).collect(),
    }
}

impl Reference for Zone {
    const WHAT: &'static str = "zone";

    fn of_code(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn to_code(self) -> String {
        self.code()
    }

    fn to_name(self) -> String {
        self.name()
    }

    fn successors(text: &str) -> Successors {
        successors(text)
    }
}

impl Reference for Place {
    const WHAT: &'static str = "lieu";

    fn of_code(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn to_code(self) -> String {
        self.code()
    }

    fn to_name(self) -> String {
        self.name()
    }

    fn successors(text: &str) -> Successors {
        successors(text)
    }
}
