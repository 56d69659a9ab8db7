//! A lot that is not stored, and the structures that it finds.

use super::reading::{json_read, kind_read, mode_read, place_read, reservation_read, sector_read};
use super::{Problem, Refusal, bad};
use crate::http::State;
use crate::http::caller::Caller;
use crate::http::results::ResultRow;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Extract;
use domain::matching::{Buys, Lot, Tier};
use domain::need::SECTORS_MAX;
use domain::siret::Siret;
use domain::structure::KindSet;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Structures of one answer, when none is asked for, and at most.
const MATCHES_USUAL: usize = 20;
const MATCHES_MAX: usize = 100;
/// Longest text of a lot, in bytes.
const TEXT_MAX: usize = 2_000;

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

/// The structures that fit a lot, are near it or may do it, ranked and explained, a part at a time. Nothing is stored.
#[utoipa::path(post, path = "/api/v1/matches", tag = "matches", request_body = LotIn,
    responses((status = 200, body = MatchPage), (status = 400, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(in crate::http) async fn match_list(
    Extract(state): Extract<State>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<MatchPage>, Refusal> {
    state.limits.matched(&state.backend, caller.address).await?;
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
        begins: None,
    })
}
