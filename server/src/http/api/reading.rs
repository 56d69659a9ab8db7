//! What requests say, read: a place, a sector, a code; each refusal says what to write instead.

use super::{PlaceChoice, Problem, Refusal, bad};
use domain::legal::Reservation;
use domain::need::NeedKind;
use domain::sector::{SectorIx, Sectors};
use domain::structure::{Kind, Mode};
use domain::territory::{Place, PlaceReading};
use serde::de::DeserializeOwned;

/// Reads a JSON body; says which field is wrong.
pub(super) fn json_read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        let text = inner.to_string();
        // serde names a field that is missing or unknown in its text only.
        let quoted = text.split('`').nth(1).filter(|_| text.contains(" field `")).map(str::to_owned);
        let field = quoted.unwrap_or_else(|| if path == "." { String::new() } else { path });
        let reason = if text.starts_with("unknown field") {
            "champ inconnu\u{a0}: voyez /api/v1/openapi.json"
        } else if text.starts_with("missing field") {
            "ce champ manque\u{a0}: voyez /api/v1/openapi.json"
        } else if inner.is_data() {
            "une valeur d’un autre type est attendue\u{a0}: voyez /api/v1/openapi.json"
        } else {
            "le corps de la demande n’est pas du JSON lisible"
        };
        Refusal::Bad(Problem { field, reason: reason.to_owned(), ..Problem::default() })
    })?;
    reader.end().or_else(|_| bad("", "du texte suit le JSON de la demande"))?;
    Ok(read)
}

pub(super) fn place_read(text: &str) -> Result<Place, Refusal> {
    let reading = Place::read(text);
    let choices =
        reading.proposals().iter().map(|place| PlaceChoice { code: place.code(), name: place.name() });
    let reason = format!("«\u{a0}{text}\u{a0}»\u{a0}: {}", reading.question().unwrap_or_default());
    let problem = Problem { field: "place".to_owned(), reason, choices: choices.collect() };
    match reading {
        PlaceReading::One(place) => Ok(place),
        PlaceReading::Choice(_) => Err(Refusal::Choice(problem)),
        PlaceReading::Unknown { .. } => Err(Refusal::Bad(problem)),
    }
}

pub(super) fn sector_read(field: &str, slug: &str) -> Result<SectorIx, Refusal> {
    Sectors::get().parse(slug).or_else(|e| bad(field, e))
}

pub(super) fn kind_read(field: &str, code: &str) -> Result<Kind, Refusal> {
    let known = || Kind::ALL.map(Kind::code).join(", ");
    Kind::parse(code)
        .map_or_else(|| bad(field, format!("type inconnu «\u{a0}{code}\u{a0}»\u{a0}: {}", known())), Ok)
}

pub(super) fn mode_read(code: &str) -> Result<Mode, Refusal> {
    let known = || Mode::ALL.map(Mode::code).join(", ");
    Mode::parse(code)
        .map_or_else(|| bad("mode", format!("mode inconnu «\u{a0}{code}\u{a0}»\u{a0}: {}", known())), Ok)
}

pub(super) fn reservation_read(code: &str) -> Result<Reservation, Refusal> {
    let wrong = || {
        bad(
            "reservation",
            format!(
                "réservation inconnue «\u{a0}{code}\u{a0}»\u{a0}: none, siae, handicap, both, prison ou ess"
            ),
        )
    };
    Reservation::parse(code).map_or_else(wrong, Ok)
}

pub(super) fn kind_of_need_read(code: &str) -> Result<NeedKind, Refusal> {
    let codes = NeedKind::ALL.map(NeedKind::code).join(", ");
    NeedKind::parse(code).map_or_else(|| bad("kind", format!("«\u{a0}{code}\u{a0}»\u{a0}: {codes}")), Ok)
}

pub(super) fn flag_read(name: &str, text: &str) -> Result<bool, Refusal> {
    text.parse().or_else(|_| bad(name, format!("«\u{a0}{text}\u{a0}»\u{a0}: true ou false")))
}

pub(super) fn page_read(text: &str) -> Result<usize, Refusal> {
    match text.parse() {
        Ok(page) if page >= 1 => Ok(page),
        _ => bad("page", format!("«\u{a0}{text}\u{a0}»\u{a0}: un nombre à partir de 1")),
    }
}

pub(super) fn unknown<T>(name: &str) -> Result<T, Refusal> {
    bad(name, "paramètre inconnu\u{a0}: voyez /api/v1/openapi.json")
}
