//! Lists of structures that people keep, and the tables that they take away.

use super::State;
use super::caller::{Caller, Sent};
use super::exchange::download;
use super::html::{Failure, page};
use super::pages::{id, siret, value};
use super::sign_in::after_sign_in;
use app::pages::account as pages;
use app::pages::error::Trouble;
use app::pages::structures;
use app::urls;
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::Error;
use backend::sheet::{ROWS_MAX, Sheet, SheetFormat};
use backend::structures::{StructureColumn, structure_sheet};
use domain::access::{Action, OrganisationId};
use domain::form::{Field, Violation};
use domain::siret::Siret;
use uuid::Uuid;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

pub(super) async fn lists(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let done = (value(&query, "fait") == "supprime").then_some("La liste est supprimée.");
    let outcome = show_lists(&state, &caller, None, "", &[], done);
    after_sign_in(&state, &uri, &caller, outcome).await
}

/// « Garder dans une liste »: which one?
pub(super) async fn add_choose(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        caller.account()?;
        let adds = siret(&value(&query, "siret"))?;
        show_lists(&state, &caller, Some(adds), "", &[], None).await
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

async fn show_lists(
    state: &State,
    caller: &Caller,
    adds: Option<Siret>,
    typed: &str,
    wrong: &[Violation],
    done: Option<&str>,
) -> Result<Response, Failure> {
    let lists = state.backend.favourites_own(&caller.actor).await?;
    let entry = adds.map(|siret| state.backend.structure_show(siret)).transpose()?;
    let status = if wrong.is_empty() { StatusCode::OK } else { REFUSED };
    Ok(page(state, status, &pages::favourites_page(!wrong.is_empty()), || {
        pages::favourites(&lists, entry.as_deref(), typed, wrong, done)
    }))
}

/// Begins a list, with a structure on it where one was to be kept.
pub(super) async fn begin(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let (caller, typed) = (&sent.caller, sent.field(Field::Name.name()));
        caller.account()?;
        let adds = match sent.field("siret").as_str() {
            "" => None,
            text => Some(siret(text)?),
        };
        match state.backend.favourites_begin(&caller.actor, &typed).await {
            Ok(list) => {
                if let Some(siret) = adds {
                    state.backend.favourite_set(&caller.actor, list, siret, "").await?;
                }
                Ok(Redirect::to(&format!("/espace/listes/{list}")).into_response())
            }
            Err(Error::Refused(why)) => {
                show_lists(&state, caller, adds, &typed, &[Violation::new(Field::Name, why)], None).await
            }
            Err(error) => Err(error.into()),
        }
    };
    sent.caller.answers(&state, form).await
}

pub(super) async fn list(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let done = match value(&query, "fait").as_str() {
        "ajoute" => Some("La structure est sur cette liste."),
        "note" => Some("La note est gardée."),
        "retire" => Some("La structure n’est plus sur cette liste."),
        "partage" => Some("Le partage est enregistré."),
        _ => None,
    };
    let outcome = async { show_list(&state, &caller, id(&number)?, &[], done).await };
    after_sign_in(&state, &uri, &caller, outcome).await
}

async fn show_list(
    state: &State,
    caller: &Caller,
    list: Uuid,
    wrong: &[Violation],
    done: Option<&str>,
) -> Result<Response, Failure> {
    let model = state.backend.favourites_show(&caller.actor, list).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { REFUSED };
    Ok(page(state, status, &pages::favourites_list_page(&model, !wrong.is_empty()), || {
        pages::favourites_list(&model, wrong, done)
    }))
}

/// One button of a list.
pub(super) async fn change(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let form = async {
        let (caller, backend, list) = (&sent.caller, &state.backend, id(&number)?);
        let actor = &caller.actor;
        let of = || siret(&sent.field("siret"));
        let (outcome, done, field) = match sent.field("action").as_str() {
            "ajouter" => (backend.favourite_set(actor, list, of()?, "").await, "ajoute", Field::Note),
            "noter" => {
                (backend.favourite_set(actor, list, of()?, &sent.field("note")).await, "note", Field::Note)
            }
            "retirer" => (backend.favourite_drop(actor, list, of()?).await, "retire", Field::Note),
            "partager" => {
                let with = match sent.field(Field::Organisation.name()).as_str() {
                    "" => None,
                    text => Some(OrganisationId(id(text)?)),
                };
                (backend.favourites_share(actor, list, with).await, "partage", Field::Organisation)
            }
            "supprimer" => {
                backend.favourites_allowed(actor, Action::FavouritesDrop, list).await?;
                if sent.field(pages::DROP_MEANT).is_empty() {
                    let wrong = [Violation::new(
                        Field::Name,
                        "Cochez la case pour supprimer cette liste et ses notes",
                    )];
                    return show_list(&state, caller, list, &wrong, None).await;
                }
                backend.favourites_drop(actor, list).await?;
                return Ok(Redirect::to("/espace/listes?fait=supprime").into_response());
            }
            _ => return Err(Failure(Trouble::Unreadable)),
        };
        match outcome {
            Ok(()) => Ok(Redirect::to(&format!("/espace/listes/{list}?fait={done}")).into_response()),
            Err(Error::Refused(why)) => {
                show_list(&state, caller, list, &[Violation::new(field, why)], None).await
            }
            Err(error) => Err(error.into()),
        }
    };
    sent.caller.answers(&state, form).await
}

/// The format and the columns that a table is asked for with: CSV, where none is.
fn asked(query: &Option<String>) -> (SheetFormat, Vec<String>) {
    let pairs = urls::pairs(query.as_deref().unwrap_or_default());
    let format = SheetFormat::parse(urls::field(&pairs, "format")).unwrap_or(SheetFormat::Csv);
    let columns = pairs.into_iter().filter(|(name, _)| name == "colonne").map(|(_, code)| code);
    (format, columns.collect())
}

fn file(name: &str, sheet: &Sheet, format: SheetFormat) -> Result<Response, Failure> {
    let bytes = sheet.to_file(format)?;
    Ok(download(format.media_type(), &format!("{name}.{}", format.code()), bytes))
}

/// A list as a table.
pub(super) async fn table(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let (format, codes) = asked(&query);
        let columns = StructureColumn::chosen(codes.iter().map(String::as_str));
        let sheet = state.backend.favourites_sheet(&caller.actor, id(&number)?, &columns).await?;
        file("structures", &sheet, format)
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

/// The results of a search as a table: what every page of them says.
pub(super) async fn search_table(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let (search, _) = urls::search_read(query.as_deref().unwrap_or_default());
    if value(&query, "format").is_empty() {
        let choice = state.backend.structure_find(&search, 1).map_err(Failure::from).map(|(total, _)| {
            page(&state, StatusCode::OK, &structures::table_page(), || {
                structures::table_choice(&search, total)
            })
        });
        return caller.answered(&state, choice);
    }
    let found = async {
        let (format, codes) = asked(&query);
        let columns = StructureColumn::chosen(codes.iter().map(String::as_str));
        let (_, found) = state.backend.structure_find(&search, ROWS_MAX)?;
        let entries: Vec<_> = found.cards.into_iter().map(|card| (card.entry, String::new())).collect();
        file("structures", &structure_sheet(&entries, &columns, None, &state.backend.public_url), format)
    };
    // It takes longer than a page: it counts as a form does.
    caller.answers(&state, found).await
}

/// The structures of a lot as a table, for the author of the need.
pub(super) async fn candidates_table(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let (format, codes) = asked(&query);
        let columns = StructureColumn::chosen(codes.iter().map(String::as_str));
        let sheet = state.backend.candidate_sheet(&caller.actor, caller.need()?, &columns).await?;
        file("structures-du-besoin", &sheet, format)
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// One's own needs as a table.
pub(super) async fn needs_table(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let (format, _) = asked(&query);
        file("besoins", &state.backend.need_sheet(&caller.actor).await?, format)
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}
