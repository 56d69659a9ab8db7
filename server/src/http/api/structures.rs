//! Structures: searched, and one of them.

use super::reading::{
    flag_read, kind_read, mode_read, page_read, place_read, reservation_read, sector_read, unknown,
};
use super::{Problem, Refusal, bad};
use crate::http::State;
use crate::http::results::ResultRow;
use app::urls;
use axum::Json;
use axum::extract::{Path, RawQuery, State as Extract};
use backend::structures::{Level, SearchQuery, Sort};
use domain::legal::Reservation;
use domain::matching::Tier;
use domain::siret::Siret;
use domain::structure::{Kind, Month};
use domain::territory::zones_stored;
use domain::written::Written;
use serde::Serialize;
use utoipa::ToSchema;

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
    /// The same by month, from this one on, as far as it says; a month of no hours is full.
    pub calendar: Vec<MonthOut>,
    /// Whether its seat lies in a quartier prioritaire; null when nobody said.
    pub in_qpv: Option<bool>,
    /// What it does.
    pub activities: Vec<ActivityOut>,
    /// Where the data comes from.
    pub source: String,
}

/// What a structure can offer in a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct MonthOut {
    /// `2027-03`.
    pub month: String,
    /// Hours of work; 0 is full.
    pub hours: u32,
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
pub(in crate::http) async fn structure_list(
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
pub(in crate::http) async fn structure_show(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
) -> Result<Json<StructureOut>, Refusal> {
    let siret = Siret::parse(&number).or_else(|e| bad("siret", e))?;
    let entry = state.backend.structure_show(siret)?;
    let s = &entry.structure;
    let calendar = s.calendar.since(Month::of(state.backend.clock.today()));
    let calendar = calendar.months().map(|(month, hours)| MonthOut { month: month.to_string(), hours });
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
        calendar: calendar.collect(),
        in_qpv: s.in_qpv,
        activities: activities.collect(),
        source: s.source.clone(),
    }))
}
