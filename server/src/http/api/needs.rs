//! Published needs.

use super::reading::{
    flag_read, kind_of_need_read, page_read, place_read, reservation_read, sector_read, unknown,
};
use super::{Problem, Refusal};
use crate::http::State;
use app::urls;
use axum::Json;
use axum::extract::{RawQuery, State as Extract};
use backend::needs::NeedQuery;
use domain::legal::{Vehicle, Weight};
use domain::need::{LotDraft, NeedDraft};
use domain::structure::Mode;
use domain::written::Written;
use serde::Serialize;
use utoipa::ToSchema;

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
    /// How it is passed: L2113-12, L2113-13, L2113-14, L2113-13-1, L2113-15, marche-insertion, gre-a-gre.
    pub vehicle: Option<&'static str>,
    /// To whom it is reserved, as `/api/v1/matches` takes it: none, siae, handicap, both, prison or ess.
    pub reservation: &'static str,
    /// What it asks of whoever wins it.
    pub considerations: Vec<ConsiderationOut>,
    /// Hours of insertion over the whole length.
    pub insertion_hours: Option<u32>,
}

/// What a lot asks of whoever wins it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsiderationOut {
    /// clause-sociale, clause-environnementale, critere-social or critere-environnemental.
    pub code: &'static str,
    /// Of a criterion: hundredths of the mark, 1 to 100, if it is said.
    pub weight: Option<u8>,
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
        considerations: lot
            .considerations
            .iter()
            .map(|carried| ConsiderationOut {
                code: carried.consideration.code(),
                weight: carried.weight.map(Weight::percent),
            })
            .collect(),
        insertion_hours: lot.insertion_hours,
    }
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
pub(in crate::http) async fn need_list(
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
            "closed" => asked.closed_too = flag_read("closed", &value)?,
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
