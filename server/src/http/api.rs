//! The public API, version 1: JSON, read only, nothing stored.

use super::State;
use super::caller::Caller;
use super::results::ResultRow;
use app::urls;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use backend::error::Error;
use backend::needs::NeedQuery;
use backend::structures::{Level, SearchQuery, Sort};
use domain::legal::{Reservation, Vehicle};
use domain::matching::{Buys, Lot, Tier};
use domain::need::SECTORS_MAX;
use domain::need::{LotDraft, NeedDraft, NeedKind};
use domain::sector::{SectorIx, Sectors};
use domain::siret::Siret;
use domain::structure::{Kind, KindSet, Mode};
use domain::territory::{Place, PlaceReading, zones_stored};
use domain::written::Written;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is wrong with a request.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Problem {
    /// Which field; empty when it is the request as a whole.
    pub field: String,
    /// Why, and what to write instead, in French.
    pub reason: String,
    /// For a place that was not one place: those to choose from (422), or the nearest to it (400).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<PlaceChoice>,
}

/// A place that may have been meant.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceChoice {
    /// Its code, to send instead.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A page of structures.
#[derive(Debug, Serialize, ToSchema)]
pub struct StructurePage {
    /// How many there are in all.
    pub total: u64,
    /// Of all that the other filters let through: those that answer by what is known of them.
    pub known: u64,
    /// Of all that the other filters let through: those that may do what is asked; nobody knows.
    pub possible: u64,
    /// This page, from 1.
    pub page: usize,
    /// How many pages of 20 there are.
    pub pages: usize,
    /// Best first.
    pub results: Vec<ResultRow>,
}

/// A structure.
#[derive(Debug, Serialize, ToSchema)]
pub struct StructureOut {
    /// SIRET, 14 digits.
    pub siret: String,
    /// Whether the number only stands for a SIRET that is not known.
    pub siret_is_provisional: bool,
    /// Name that people know.
    pub name: String,
    /// Legal name.
    pub legal_name: String,
    /// Codes of its conventions.
    pub kinds: Vec<&'static str>,
    /// NAF code; empty when unknown.
    pub naf: String,
    /// Street.
    pub address: String,
    /// Postal code.
    pub postal_code: String,
    /// Town.
    pub town: String,
    /// INSEE code of its commune; empty when the address could not be placed.
    pub commune: String,
    /// Public site; empty when unknown.
    pub website: String,
    /// What it says of itself.
    pub description: String,
    /// Hours of work a month that it can offer.
    pub hours_per_month: Option<u32>,
    /// Whether its seat lies in a quartier prioritaire; null when nobody said.
    pub in_qpv: Option<bool>,
    /// What it does.
    pub activities: Vec<ActivityOut>,
    /// Where the data comes from.
    pub source: String,
}

/// An activity.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivityOut {
    /// Slug of the sector.
    pub sector: String,
    /// Its label.
    pub label: String,
    /// prestation, mise_a_disposition or fabrication.
    pub mode: String,
    /// Codes of its zones.
    pub zones: Vec<String>,
    /// deduced, declared or confirmed.
    pub standing: String,
    /// For a deduced activity, the words that decided.
    pub because: String,
    /// Hours of work a month.
    pub hours_per_month: Option<u32>,
}

/// A page of needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct NeedPageOut {
    /// How many there are in all.
    pub total: u64,
    /// This page, from 1.
    pub page: usize,
    /// How many pages of 20 there are.
    pub pages: usize,
    /// The newest first.
    pub results: Vec<NeedOut>,
}

/// A published need. The author's address is never given.
#[derive(Debug, Serialize, ToSchema)]
pub struct NeedOut {
    /// Its id.
    pub id: String,
    /// What it asks.
    pub title: String,
    /// More about it.
    pub description: String,
    /// What for: sourcing, devis, consultation, ami, gre-a-gre or non-couvert.
    pub kind: &'static str,
    /// published, closed, awarded or dropped.
    pub status: &'static str,
    /// Its version, from 1.
    pub version: i64,
    /// Who asks; may be empty.
    pub buyer: String,
    /// Code of the place.
    pub place: String,
    /// Last day on which answers are welcome.
    pub deadline: String,
    /// Where offers are handed in.
    pub profile: Option<String>,
    /// Its lots, one at least.
    pub lots: Vec<LotOut>,
    /// Its public page.
    pub url: String,
}

/// A lot of a need.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotOut {
    /// What tells it from the other lots of its need, for ever.
    pub key: u32,
    /// Its title; that of the need when it is the only lot.
    pub title: String,
    /// Slugs of its sectors.
    pub sectors: Vec<String>,
    /// Main CPV code.
    pub cpv: Option<String>,
    /// travaux, fournitures or services.
    pub nature: &'static str,
    /// Mode; null for any.
    pub mode: Option<&'static str>,
    /// Code of the place.
    pub place: String,
    /// Lower end of the estimated amount, in euros without tax.
    pub amount_min: Option<u64>,
    /// Upper end.
    pub amount_max: Option<u64>,
    /// Length in months.
    pub months: Option<u32>,
    /// Hours of work a month.
    pub hours_per_month: Option<u32>,
    /// The legal vehicle: L2113-12, L2113-13, L2113-14, L2113-13-1, L2113-15, marche-insertion, clause-sociale…
    pub vehicle: Option<&'static str>,
    /// To whom it is reserved, as `/api/v1/matches` takes it: none, siae, handicap, both, prison or ess.
    pub reservation: &'static str,
    /// Hours of insertion over the whole length.
    pub insertion_hours: Option<u32>,
}

fn lot_out(need: &NeedDraft, lot: &LotDraft) -> LotOut {
    LotOut {
        key: lot.key.0,
        title: need.lot_title(lot).to_owned(),
        sectors: lot.sectors.iter().map(Written::code).collect(),
        cpv: lot.cpv.map(|c| c.to_string()),
        nature: lot.nature.code(),
        mode: lot.mode.map(Mode::code),
        place: need.lot_place(lot).code(),
        amount_min: lot.amount.map(|a| a.min.floor()),
        amount_max: lot.amount.map(|a| a.max.floor()),
        months: lot.months,
        hours_per_month: lot.hours_per_month,
        vehicle: lot.vehicle.map(Vehicle::code),
        reservation: lot.reservation().code(),
        insertion_hours: lot.insertion_hours,
    }
}

/// A lot to be matched.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LotIn {
    /// Slugs of sectors; none only when the words ask for staff, or for a way into work.
    #[serde(default)]
    #[schema(example = json!(["blanchisserie"]))]
    sectors: Vec<String>,
    /// The place: C31555, C31555+50km, D31, R76, E243100518 or FR, or its name.
    #[schema(example = "C31555")]
    place: String,
    /// none, siae, handicap, both, prison or ess; none when left out.
    #[serde(default)]
    reservation: String,
    /// Only these kinds.
    #[serde(default)]
    kinds: Vec<String>,
    /// Only this mode.
    #[serde(default)]
    mode: Option<String>,
    /// Hours of work a month.
    #[serde(default)]
    hours_per_month: Option<u32>,
    /// The buyer's words.
    #[serde(default)]
    text: String,
    /// Most structures of one answer, up to 100; 20 when left out.
    #[serde(default)]
    limit: Option<usize>,
    /// The `next` of the answer before: the list goes on behind it.
    #[serde(default)]
    cursor: Option<String>,
}

/// A part of the structures that fit a lot, are near it or may do it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchPage {
    /// How many there are in all.
    pub total: u64,
    /// Those that fit: they would be told of the need.
    pub fits: u64,
    /// Those that do something near.
    pub neighbours: u64,
    /// Those that may do it: nobody knows.
    pub possible: u64,
    /// Best first.
    pub results: Vec<ResultRow>,
    /// What to send as `cursor` for those that follow; null at the end.
    pub next: Option<String>,
}

/// Structures of one answer, when none is asked for, and at most.
const MATCHES_USUAL: usize = 20;
const MATCHES_MAX: usize = 100;

/// Longest text of a lot, in bytes.
const TEXT_MAX: usize = 2_000;

/// What a handler answers with when it cannot answer.
pub(super) enum Refusal {
    Bad(Problem),
    /// Which of several places was not said.
    Choice(Problem),
    NotFound,
    /// Too many requests: seconds to wait.
    TooMany(u64),
    Broken,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Bad(problem) => (StatusCode::BAD_REQUEST, Json(problem)).into_response(),
            Self::Choice(problem) => (StatusCode::UNPROCESSABLE_ENTITY, Json(problem)).into_response(),
            Self::TooMany(seconds) => {
                let reason = format!("trop de demandes\u{a0}: réessayez dans {seconds}\u{a0}s");
                let wait = [(RETRY_AFTER, seconds.to_string())];
                (wait, problem(StatusCode::TOO_MANY_REQUESTS, "", reason)).into_response()
            }
            Self::NotFound => problem(StatusCode::NOT_FOUND, "", "rien à cette adresse".to_owned()),
            Self::Broken => {
                let reason = "quelque chose s’est mal passé de notre côté".to_owned();
                problem(StatusCode::INTERNAL_SERVER_ERROR, "", reason)
            }
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::Refused(reason) => Self::Bad(Problem { reason, ..Problem::default() }),
            other => {
                let request_id = super::security::request_id();
                tracing::error!(error = %format!("{other:#}"), request_id, "an API request failed");
                Self::Broken
            }
        }
    }
}

fn bad<T>(field: &str, reason: impl ToString) -> Result<T, Refusal> {
    let (field, reason) = (field.to_owned(), reason.to_string());
    Err(Refusal::Bad(Problem { field, reason, ..Problem::default() }))
}

/// Reads a JSON body; says which field is wrong.
fn json_read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
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

/// A refusal as JSON.
pub(super) fn problem(status: StatusCode, field: &str, reason: String) -> Response {
    (status, Json(Problem { field: field.to_owned(), reason, ..Problem::default() })).into_response()
}

/// An address that the API does not have.
pub(super) async fn not_found() -> Refusal {
    Refusal::NotFound
}

fn place_read(text: &str) -> Result<Place, Refusal> {
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

fn sector_read(field: &str, slug: &str) -> Result<SectorIx, Refusal> {
    Sectors::get().parse(slug).or_else(|e| bad(field, e))
}

fn kind_read(field: &str, code: &str) -> Result<Kind, Refusal> {
    let known = || Kind::ALL.map(Kind::code).join(", ");
    Kind::parse(code)
        .map_or_else(|| bad(field, format!("type inconnu «\u{a0}{code}\u{a0}»\u{a0}: {}", known())), Ok)
}

fn mode_read(code: &str) -> Result<Mode, Refusal> {
    let known = || Mode::ALL.map(Mode::code).join(", ");
    Mode::parse(code)
        .map_or_else(|| bad("mode", format!("mode inconnu «\u{a0}{code}\u{a0}»\u{a0}: {}", known())), Ok)
}

fn reservation_read(code: &str) -> Result<Reservation, Refusal> {
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

fn kind_of_need_read(code: &str) -> Result<NeedKind, Refusal> {
    let codes = NeedKind::ALL.map(NeedKind::code).join(", ");
    NeedKind::parse(code).map_or_else(|| bad("kind", format!("«\u{a0}{code}\u{a0}»\u{a0}: {codes}")), Ok)
}

fn flag_read(name: &str, text: &str) -> Result<bool, Refusal> {
    text.parse().or_else(|_| bad(name, format!("«\u{a0}{text}\u{a0}»\u{a0}: true ou false")))
}

fn page_read(text: &str) -> Result<usize, Refusal> {
    match text.parse() {
        Ok(page) if page >= 1 => Ok(page),
        _ => bad("page", format!("«\u{a0}{text}\u{a0}»\u{a0}: un nombre à partir de 1")),
    }
}

fn unknown<T>(name: &str) -> Result<T, Refusal> {
    bad(name, "paramètre inconnu\u{a0}: voyez /api/v1/openapi.json")
}

fn search_read(query: &str) -> Result<SearchQuery, Refusal> {
    let mut search = SearchQuery { page: 1, ..SearchQuery::default() };
    for (name, value) in urls::pairs(query) {
        match name.as_str() {
            "q" => search.words = value,
            "place" => search.place = Some(place_read(&value)?),
            "sector" => search.sectors.push(sector_read("sector", &value)?),
            "kind" => search.kinds.insert(kind_read("kind", &value)?),
            "mode" => search.modes.push(mode_read(&value)?),
            "reservation" => {
                search.reservation = Some(reservation_read(&value)?).filter(|r| *r != Reservation::None);
            }
            "qpv" => search.in_qpv = flag_read("qpv", &value)?,
            "seat" => search.seat_there = flag_read("seat", &value)?,
            "known" => search.level = flag_read("known", &value)?.then_some(Level::Known),
            "sort" => {
                search.sort = match value.as_str() {
                    "relevance" => Sort::Relevance,
                    "distance" => Sort::Distance,
                    "name" => Sort::Name,
                    _ => {
                        return bad(
                            "sort",
                            format!("«\u{a0}{value}\u{a0}»\u{a0}: relevance, distance ou name"),
                        );
                    }
                }
            }
            "page" => search.page = page_read(&value)?,
            other => return unknown(other),
        }
    }
    search.sectors = once_each(search.sectors);
    search.modes = once_each(search.modes);
    if search.sort == Sort::Distance && search.place.is_none() {
        return bad("sort", "la distance se compte depuis un lieu\u{a0}: ajoutez place");
    }
    Ok(search)
}

fn once_each<T: PartialEq>(values: Vec<T>) -> Vec<T> {
    let mut once: Vec<T> = Vec::new();
    for value in values {
        if !once.contains(&value) {
            once.push(value);
        }
    }
    once
}

/// Search structures.
#[utoipa::path(get, path = "/api/v1/structures", tag = "structures",
    params(
        ("q" = Option<String>, Query, description = "Words; a place at their end is understood"),
        ("place" = Option<String>, Query, description = "C31555, D31, R76, E243100518 or FR"),
        ("sector" = Option<Vec<String>>, Query, description = "Slug of a sector; may be repeated"),
        ("kind" = Option<Vec<String>>, Query, description = "Code of a kind; may be repeated"),
        ("mode" = Option<Vec<String>>, Query, description = "prestation, mise_a_disposition or fabrication; may be repeated"),
        ("reservation" = Option<String>, Query, description = "siae, handicap, both, prison or ess"),
        ("qpv" = Option<bool>, Query, description = "Seat in a quartier prioritaire"),
        ("seat" = Option<bool>, Query, description = "Seat in the place"),
        ("known" = Option<bool>, Query, description = "Only those that answer by what is known of them"),
        ("sort" = Option<String>, Query, description = "relevance, distance or name"),
        ("page" = Option<usize>, Query, description = "From 1; 20 results each"),
    ),
    responses((status = 200, body = StructurePage), (status = 400, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn structure_list(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
) -> Result<Json<StructurePage>, Refusal> {
    let search = search_read(query.as_deref().unwrap_or_default())?;
    let found = state.backend.structure_search(&search)?;
    let results = found.cards.iter().map(ResultRow::of_card).collect();
    Ok(Json(StructurePage {
        total: found.total,
        known: found.tiers.known(),
        possible: found.tiers.of(Tier::Possible),
        page: found.page,
        pages: found.pages,
        results,
    }))
}

/// One structure.
#[utoipa::path(get, path = "/api/v1/structures/{siret}", tag = "structures",
    params(("siret" = String, Path, description = "14 digits")),
    responses((status = 200, body = StructureOut), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn structure_show(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
) -> Result<Json<StructureOut>, Refusal> {
    let siret = Siret::parse(&number).or_else(|e| bad("siret", e))?;
    let entry = state.backend.structure_show(siret)?;
    let s = &entry.structure;
    let activities = s.live_activities().map(|a| ActivityOut {
        sector: a.sector.slug().to_owned(),
        label: a.sector.label().to_owned(),
        mode: a.mode.code().to_owned(),
        zones: a.zones.iter().map(Written::code).collect(),
        standing: a.standing.code().to_owned(),
        because: a.because.clone(),
        hours_per_month: a.hours_per_month,
    });
    // Of a sector that is no longer known, what was written.
    let kept = s.activities_kept.iter().filter(|a| a.is_live()).map(|a| ActivityOut {
        sector: a.sector.clone(),
        label: a.sector.clone(),
        mode: a.mode.clone(),
        zones: zones_stored(&a.zones).iter().map(Written::code).collect(),
        standing: a.standing.clone(),
        because: a.because.clone(),
        hours_per_month: a.hours_per_month,
    });
    let activities = activities.chain(kept);
    Ok(Json(StructureOut {
        siret: s.siret.to_string(),
        siret_is_provisional: s.siret.is_provisional(),
        name: s.shown_name().to_owned(),
        legal_name: s.name.clone(),
        kinds: s.kinds.iter().map(Kind::code).collect(),
        naf: s.naf.clone(),
        address: s.address.clone(),
        postal_code: s.postal_code.clone(),
        town: s.town.clone(),
        commune: s.commune.clone(),
        website: s.website.clone(),
        description: s.description.clone(),
        hours_per_month: s.hours_per_month,
        in_qpv: s.in_qpv,
        activities: activities.collect(),
        source: s.source.clone(),
    }))
}

/// Published needs.
#[utoipa::path(get, path = "/api/v1/needs", tag = "needs",
    params(
        ("q" = Option<String>, Query, description = "Words"),
        ("place" = Option<String>, Query, description = "Needs that share a commune with it"),
        ("sector" = Option<Vec<String>>, Query, description = "Slug of a sector; may be repeated"),
        ("reservation" = Option<String>, Query, description = "none, siae, handicap, both, prison or ess"),
        ("kind" = Option<String>, Query, description = "sourcing, devis, consultation, ami, gre-a-gre or non-couvert"),
        ("closed" = Option<bool>, Query, description = "Closed needs too"),
        ("page" = Option<usize>, Query, description = "From 1; 20 results each"),
    ),
    responses((status = 200, body = NeedPageOut), (status = 400, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn need_list(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
) -> Result<Json<NeedPageOut>, Refusal> {
    let mut asked = NeedQuery { page: 1, ..NeedQuery::default() };
    for (name, value) in urls::pairs(query.as_deref().unwrap_or_default()) {
        match name.as_str() {
            "q" => asked.words = value,
            "place" => asked.place = Some(place_read(&value)?),
            "sector" => asked.sectors.push(sector_read("sector", &value)?),
            "reservation" => asked.reservation = Some(reservation_read(&value)?),
            "kind" => asked.kind = Some(kind_of_need_read(&value)?),
            "closed" if value == "true" => asked.closed_too = true,
            "closed" if value == "false" => asked.closed_too = false,
            "closed" => return bad("closed", format!("«\u{a0}{value}\u{a0}»\u{a0}: true ou false")),
            "page" => asked.page = page_read(&value)?,
            other => return unknown(other),
        }
    }
    let found = state.backend.need_list(&asked);
    let results = found.needs.iter().map(|listed| {
        let entry = &listed.entry;
        let draft = &entry.need.draft;
        NeedOut {
            id: entry.need.id.to_string(),
            title: draft.title.clone(),
            description: draft.description.clone(),
            kind: draft.kind.code(),
            status: entry.need.status_on(state.backend.clock.today_at(&entry.need.draft.place)).code(),
            version: entry.need.version,
            buyer: draft.buyer.name.clone(),
            place: draft.place.code(),
            deadline: draft.deadline.to_string(),
            profile: draft.profile.as_ref().map(ToString::to_string),
            lots: draft.lots.iter().map(|lot| lot_out(draft, lot)).collect(),
            url: state.backend.links().need(entry.need.id),
        }
    });
    let results = results.collect();
    Ok(Json(NeedPageOut { total: found.total, page: found.page, pages: found.pages, results }))
}

/// The structures that fit a lot, are near it or may do it, ranked and explained, a part at a time. Nothing is stored.
#[utoipa::path(post, path = "/api/v1/matches", tag = "matches", request_body = LotIn,
    responses((status = 200, body = MatchPage), (status = 400, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn match_list(
    Extract(state): Extract<State>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<MatchPage>, Refusal> {
    state.limits.matched(caller.address).map_err(Refusal::TooMany)?;
    let asked: LotIn = json_read(&body)?;
    let limit = asked.limit.unwrap_or(MATCHES_USUAL);
    if !(1..=MATCHES_MAX).contains(&limit) {
        return bad("limit", format!("de 1 à {MATCHES_MAX}"));
    }
    let cursor = asked.cursor.as_deref().map(Siret::parse).transpose();
    let cursor = cursor.or_else(|_| bad("cursor", "le «\u{a0}next\u{a0}» de la réponse précédente"))?;
    let ranking = state.backend.match_list(lot_read(&asked)?, &[])?;
    let start = match cursor {
        None => 0,
        Some(after) => match ranking.matches.iter().position(|(found, _)| found.siret == after) {
            Some(at) => at + 1,
            None => return bad("cursor", "la liste a changé depuis\u{a0}: recommencez sans cursor"),
        },
    };
    let rows = ranking.matches.iter().skip(start).take(limit);
    let results: Vec<ResultRow> =
        rows.map(|(found, entry)| ResultRow::of_match(&ranking, found, entry)).collect();
    let goes_on = start + results.len() < ranking.matches.len();
    let tiers = ranking.tiers();
    Ok(Json(MatchPage {
        total: tiers.total(),
        fits: tiers.of(Tier::Fits),
        neighbours: tiers.of(Tier::Neighbour),
        possible: tiers.of(Tier::Possible),
        next: results.last().filter(|_| goes_on).map(|row| row.siret.clone()),
        results,
    }))
}

fn lot_read(asked: &LotIn) -> Result<Lot, Refusal> {
    let buys = Buys::of_text(&asked.text);
    if asked.sectors.len() > SECTORS_MAX || (asked.sectors.is_empty() && buys == Buys::Trade) {
        return bad("sectors", format!("de un à {SECTORS_MAX} secteurs"));
    }
    if asked.place.is_empty() {
        return bad("place", "un lieu\u{a0}: C31555, D31, R76, E243100518 ou FR");
    }
    if asked.text.len() > TEXT_MAX {
        return bad("text", "2 000 octets au plus");
    }
    let kinds = asked.kinds.iter().map(|code| kind_read("kinds", code)).collect::<Result<KindSet, _>>()?;
    Ok(Lot {
        buys,
        sectors: asked.sectors.iter().map(|slug| sector_read("sectors", slug)).collect::<Result<_, _>>()?,
        place: Some(place_read(&asked.place)?),
        reservation: reservation_read(&asked.reservation)?,
        kinds,
        mode: asked.mode.as_deref().map(mode_read).transpose()?,
        hours_per_month: asked.hours_per_month,
        text: asked.text.clone(),
        on: None,
    })
}
