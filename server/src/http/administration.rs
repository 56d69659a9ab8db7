//! What administrators see and do.

use super::State;
use super::caller::{Caller, Sent};
use super::exchange::download;
use super::html::{Failure, page};
use super::pages::value;
use super::sign_in::after_sign_in;
use app::pages::administration as pages;
use app::pages::error::Trouble;
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use backend::accounts::AdministrationView;
use domain::form::{Field, Violation};
use domain::siret::Siret;
use domain::text::capitalised;

/// The link that the operator handed on: opening it makes nobody an administrator.
pub(super) async fn join_show(Extract(state): Extract<State>, caller: Caller) -> Response {
    let outcome = async {
        let address = state.backend.administrator_join_show(&caller.actor, caller.administrator()?).await?;
        let frame = pages::page("Administrer le service");
        Ok(match address {
            Some(address) => page(&state, StatusCode::OK, &frame, || pages::join(&address, &caller.token)),
            None => page(&state, StatusCode::GONE, &frame, pages::join_over),
        })
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

pub(super) async fn join(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        state.backend.administrator_join(&sent.caller.actor, sent.caller.administrator()?).await?;
        Ok(page(&state, StatusCode::OK, &pages::page("Vous êtes administrateur"), pages::joined))
    };
    sent.caller.answers(&state, form).await
}

fn overview(
    state: &State,
    model: &AdministrationView,
    done: Option<&str>,
    typed: &str,
    wrong: &[Violation],
) -> Response {
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = if wrong.is_empty() { "Administration" } else { "Erreur\u{a0}: administration" };
    page(state, status, &pages::page(title), || pages::administration(model, done, typed, wrong))
}

/// The page again, with what is wrong.
pub(super) async fn overview_refused(
    state: &State,
    caller: &Caller,
    wrong: Violation,
) -> Result<Response, Failure> {
    let model = state.backend.administration_show(&caller.actor).await?;
    Ok(overview(state, &model, None, "", &[wrong]))
}

pub(super) async fn administration(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let model = state.backend.administration_show(&caller.actor).await?;
        let done = match value(&query, "fait").as_str() {
            "abandon" => Some("L’e-mail est abandonné."),
            "garde" => Some("Ce besoin est en règle."),
            "retire" => Some("Le besoin est retiré, et son auteur en est prévenu par e-mail."),
            "vu" => Some("Ce signalement est vu."),
            _ => None,
        };
        Ok(overview(&state, &model, done, "", &[]))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

/// Back to what waits, which says what was done.
pub(super) fn back(done: &str) -> Response {
    Redirect::to(&format!("/administration?fait={done}")).into_response()
}

/// From a SIRET to the members of its structure, or to what administrators decide about it.
pub(super) async fn structure(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let model = state.backend.administration_show(&caller.actor).await?;
        let typed = value(&query, Field::Siret.name());
        let message = match Siret::parse(&typed) {
            Ok(siret) if state.backend.structure_known(siret).is_ok() => {
                let to = match value(&query, "vers").as_str() {
                    "fiche" => format!("/administration/structures/{siret}"),
                    _ => format!("/espace/structures/{siret}/membres"),
                };
                return Ok(Redirect::to(&to).into_response());
            }
            Ok(_) => "Aucune structure de notre liste n’a ce SIRET".to_owned(),
            Err(error) => capitalised(&error.to_string()),
        };
        Ok(overview(&state, &model, None, &typed, &[Violation::new(Field::Siret, message)]))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

pub(super) async fn mail(
    Extract(state): Extract<State>,
    Path(name): Path<String>,
    uri: Uri,
    caller: Caller,
) -> Response {
    let outcome = async {
        let model = state.backend.mail_kept_show(&caller.actor, &name).await?;
        Ok(page(&state, StatusCode::OK, &pages::page("E-mail mis de côté"), || pages::mail(&model)))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

/// As it came: a file to be kept, never a page.
pub(super) async fn mail_raw(
    Extract(state): Extract<State>,
    Path(name): Path<String>,
    uri: Uri,
    caller: Caller,
) -> Response {
    let outcome = async {
        let raw = state.backend.mail_kept_raw(&caller.actor, &name).await?;
        Ok(download("application/octet-stream", "message.eml", raw))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

pub(super) async fn mail_drop(
    Extract(state): Extract<State>,
    Path(name): Path<String>,
    sent: Sent,
) -> Response {
    let form = async {
        if sent.field("action") != "abandonner" {
            return Err(Failure(Trouble::Unreadable));
        }
        state.backend.mail_kept_drop(&sent.caller.actor, &name).await?;
        Ok(back("abandon"))
    };
    sent.caller.answers(&state, form).await
}
