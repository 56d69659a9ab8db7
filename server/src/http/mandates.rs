//! Facilitateurs of territories and services of the State: asked for, accepted, and what they see there.

use super::State;
use super::caller::{Caller, Sent};
use super::html::{Failure, later, page};
use super::pages::{id, value};
use super::sign_in::after_sign_in;
use app::pages::account::{self as pages, MandateTyped};
use app::pages::error::Trouble;
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use backend::accounts::EMPLOYER_MAX;
use backend::error::Error;
use domain::access::{AccountId, Mandate, TerritoryRole};
use domain::form::{Field, Violation};
use domain::territory::Place;

pub(super) async fn territories(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let done = match value(&query, "fait").as_str() {
        "demande" => Some("Votre demande est enregistrée\u{a0}: la réponse vous arrivera par e-mail."),
        "renonce" => Some("Vous ne suivez plus ce territoire."),
        _ => None,
    };
    let nothing = MandateTyped::default();
    after_sign_in(&state, &uri, &caller, show(&state, &caller, &nothing, &[], done)).await
}

async fn show(
    state: &State,
    caller: &Caller,
    typed: &MandateTyped,
    wrong: &[Violation],
    done: Option<&str>,
) -> Result<Response, Failure> {
    let own = state.backend.mandate_own(&caller.actor).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page(state, status, &pages::territories_page(!wrong.is_empty()), || {
        pages::territories(&own, typed, wrong, done)
    }))
}

/// What a form asks for, or what is to be corrected.
fn read(typed: &MandateTyped) -> Result<(Mandate, String), Vec<Violation>> {
    let mut wrong = Vec::new();
    let role = TerritoryRole::parse(&typed.role);
    if role.is_none() {
        wrong.push(Violation::new(Field::Rights, "Choisissez l’une des réponses proposées"));
    }
    let place = Mandate::places().find(|place| place.code() == typed.place);
    if place.is_none() {
        wrong.push(Violation::new(Field::Place, "Choisissez un territoire de la liste"));
    }
    let employer = typed.employer.split_whitespace().collect::<Vec<_>>().join(" ");
    if employer.is_empty() {
        wrong.push(Violation::new(Field::Organisation, "Dites pour qui vous travaillez"));
    }
    if employer.chars().count() > EMPLOYER_MAX {
        let message = format!("{EMPLOYER_MAX} caractères au plus\u{a0}: raccourcissez");
        wrong.push(Violation::new(Field::Organisation, message));
    }
    match (role, place) {
        (Some(role), Some(place)) if wrong.is_empty() => Ok((Mandate { role, place }, employer)),
        _ => Err(wrong),
    }
}

pub(super) async fn ask(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let caller = &sent.caller;
        let account = caller.account()?;
        let typed = MandateTyped {
            role: sent.field(Field::Rights.name()),
            place: sent.field(Field::Place.name()),
            employer: sent.field(Field::Organisation.name()),
        };
        let (mandate, employer) = match read(&typed) {
            Ok(asked) => asked,
            Err(wrong) => return show(&state, caller, &typed, &wrong, None).await,
        };
        if let Err(Failure(trouble)) = caller.mails(&state, account.address.as_str()).await {
            let wrong = [Violation::new(Field::Place, trouble.sentence())];
            return Ok(later(show(&state, caller, &typed, &wrong, None).await?, &trouble));
        }
        match state.backend.mandate_ask(&caller.actor, mandate, &employer).await {
            Ok(()) => Ok(Redirect::to("/espace/territoires?fait=demande").into_response()),
            Err(Error::Refused(why)) => {
                show(&state, caller, &typed, &[Violation::new(Field::Place, why)], None).await
            }
            Err(error) => Err(error.into()),
        }
    };
    sent.caller.answers(&state, form).await
}

/// The territory of an address.
fn place(code: &str) -> Result<Place, Failure> {
    Mandate::places().find(|place| place.code() == code).ok_or(Failure(Trouble::NotFound))
}

pub(super) async fn territory(
    Extract(state): Extract<State>,
    Path(code): Path<String>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let done = (value(&query, "fait") == "change").then_some("La personne en est prévenue par e-mail.");
    let outcome = async {
        let number = value(&query, "page").parse().unwrap_or(1);
        let model = state.backend.territory_work(&caller.actor, place(&code)?, number).await?;
        Ok(page(&state, StatusCode::OK, &pages::territory_work_page(&model), || {
            pages::territory_work(&model, done)
        }))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

/// One button of a territory: accepts, declines, takes away, gives up.
pub(super) async fn change(Extract(state): Extract<State>, Path(code): Path<String>, sent: Sent) -> Response {
    let form = async {
        let role = TerritoryRole::parse(&sent.field("role")).ok_or(Failure(Trouble::Unreadable))?;
        let mandate = Mandate { role, place: place(&code)? };
        let actor = &sent.caller.actor;
        let grants = match sent.field("action").as_str() {
            "renoncer" => {
                state.backend.mandate_leave(actor, mandate).await?;
                return Ok(Redirect::to("/espace/territoires?fait=renonce").into_response());
            }
            "accepter" => true,
            "decliner" => false,
            _ => return Err(Failure(Trouble::Unreadable)),
        };
        let account = AccountId(id(&sent.field("compte"))?);
        state.backend.mandate_answer(actor, mandate, account, grants).await?;
        Ok(Redirect::to(&format!("/espace/territoires/{code}?fait=change")).into_response())
    };
    sent.caller.answers(&state, form).await
}
