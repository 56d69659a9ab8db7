//! What administrators decide about a structure: its suspension, its duplicates.

use super::State;
use super::caller::{Caller, Sent};
use super::html::{Failure, page};
use super::pages::{siret, value};
use super::sign_in::after_sign_in;
use app::pages::administered::{self as pages, AdministeredTyped};
use app::pages::administration::page as around;
use app::pages::error::Trouble;
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::Error;
use backend::structures::MergeView;
use domain::form::{Field, Violation};
use domain::siret::Siret;
use domain::text::capitalised;

/// The page of a structure, with what is wrong if something is.
fn shown(
    state: &State,
    caller: &Caller,
    siret: Siret,
    (typed, wrong): (&AdministeredTyped, &[Violation]),
    done: Option<&str>,
) -> Result<Response, Failure> {
    let model = state.backend.administered_show(&caller.actor, siret)?;
    let name = model.entry.structure.shown_name();
    let (status, title) = match wrong.is_empty() {
        true => (StatusCode::OK, format!("Administrer {name}")),
        false => (StatusCode::UNPROCESSABLE_ENTITY, format!("Erreur\u{a0}: administrer {name}")),
    };
    Ok(page(state, status, &around(&title), || pages::administered(&model, typed, wrong, done)))
}

pub(super) async fn structure(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let done = match value(&query, "fait").as_str() {
            "suspendue" => {
                Some("La fiche est suspendue. Si elle a une adresse de contact, la raison y part par e-mail.")
            }
            "reprise" => Some("La fiche n’est plus suspendue."),
            "reunie" => Some("Les deux fiches n’en font plus qu’une\u{a0}: celle-ci."),
            "separee" => Some("Cette fiche est de nouveau visible à son adresse."),
            _ => None,
        };
        shown(&state, &caller, siret(&number)?, (&AdministeredTyped::default(), &[]), done)
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

/// Back to the structure, which says what was done.
fn back(siret: Siret, done: &str) -> Response {
    Redirect::to(&format!("/administration/structures/{siret}?fait={done}")).into_response()
}

/// One button about a structure.
pub(super) async fn decide(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let form = async {
        let (siret, actor) = (siret(&number)?, &sent.caller.actor);
        match sent.field("action").as_str() {
            "suspendre" => {
                let why = sent.field(Field::Reason.name());
                match state.backend.structure_suspend(actor, siret, &why).await {
                    Err(Error::Refused(text)) => {
                        let typed = AdministeredTyped { why, ..AdministeredTyped::default() };
                        let wrong = [Violation::new(Field::Reason, text)];
                        shown(&state, &sent.caller, siret, (&typed, &wrong), None)
                    }
                    suspended => Ok(suspended.map(|()| back(siret, "suspendue"))?),
                }
            }
            "reprendre" => {
                state.backend.structure_resume(actor, siret).await?;
                Ok(back(siret, "reprise"))
            }
            "separer" => {
                state.backend.structure_separate(actor, siret).await?;
                Ok(back(siret, "separee"))
            }
            _ => Err(Failure(Trouble::Unreadable)),
        }
    };
    sent.caller.answers(&state, form).await
}

/// The SIRET of a duplicate, as it is typed.
fn typed_siret(text: &str) -> Result<Siret, Error> {
    let read = Siret::parse(text).or_else(|error| Siret::kept(text.trim()).ok_or(error));
    read.map_err(|error| Error::Refused(format!("{}.", capitalised(&error.to_string()))))
}

/// What making two structures one does, or why it cannot be, on the page of the one that stays.
fn merge_answered(
    state: &State,
    caller: &Caller,
    kept: Siret,
    typed: &str,
    merged: Result<MergeView, Error>,
    answer: impl FnOnce(&MergeView) -> Response,
) -> Result<Response, Failure> {
    match merged {
        Err(Error::Refused(text)) => {
            let wrong = [Violation::new(Field::Siret, text)];
            let typed = AdministeredTyped { siret: typed.to_owned(), ..AdministeredTyped::default() };
            shown(state, caller, kept, (&typed, &wrong), None)
        }
        merged => Ok(answer(&merged?)),
    }
}

/// Both side by side: opening it changes nothing.
pub(super) async fn merge_show(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let (kept, typed) = (siret(&number)?, value(&query, Field::Siret.name()));
        let merged = match typed_siret(&typed) {
            Ok(duplicate) => state.backend.merge_show(&caller.actor, duplicate, kept).await,
            Err(error) => Err(error),
        };
        merge_answered(&state, &caller, kept, &typed, merged, |model| {
            page(&state, StatusCode::OK, &around("Réunir deux fiches"), || pages::merge(model))
        })
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

pub(super) async fn merge(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let form = async {
        let (kept, typed) = (siret(&number)?, sent.field(Field::Siret.name()));
        let merged = match typed_siret(&typed) {
            Ok(duplicate) => state.backend.structure_merge(&sent.caller.actor, duplicate, kept).await,
            Err(error) => Err(error),
        };
        merge_answered(&state, &sent.caller, kept, &typed, merged, |_| back(kept, "reunie"))
    };
    sent.caller.answers(&state, form).await
}
