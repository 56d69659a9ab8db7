//! Organisations of acheteurs and networks: found, begun, joined, and what their members share.

use super::State;
use super::caller::{Caller, Sent};
use super::html::{Failure, later, page};
use super::pages::{id, value};
use super::sign_in::after_sign_in;
use app::pages::account as pages;
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use backend::accounts::{OrganisationBegun, OrganisationJoin};
use domain::access::{Actor, OrganisationId};
use domain::form::{Field, Violation};
use domain::organisation::OrganisationForm;

pub(super) async fn organisations(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let done = match value(&query, "fait").as_str() {
        "demande" => Some("Un responsable reçoit votre demande par e-mail."),
        "attente" => Some("Votre demande attendait déjà la réponse d’un responsable."),
        _ => None,
    };
    let sought = value(&query, "cherche");
    let nothing = OrganisationForm::default();
    let show = show(&state, &caller.actor, &sought, &nothing, &[], done);
    after_sign_in(&state, &uri, &caller, show).await
}

async fn show(
    state: &State,
    actor: &Actor,
    sought: &str,
    typed: &OrganisationForm,
    wrong: &[Violation],
    done: Option<&str>,
) -> Result<Response, Failure> {
    let found = state.backend.organisation_find(actor, sought).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page(state, status, &pages::organisations_page(!wrong.is_empty()), || {
        pages::organisations(&found, sought, typed, wrong, done)
    }))
}

/// Says that there is one.
pub(super) async fn begin(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let actor = &sent.caller.actor;
        sent.caller.account()?;
        let typed = OrganisationForm {
            name: sent.field(Field::Organisation.name()),
            kind: sent.field(Field::Category.name()),
            siret: sent.field(Field::Siret.name()),
        };
        let asked = match typed.read() {
            Ok(asked) => asked,
            Err(wrong) => return show(&state, actor, "", &typed, &wrong, None).await,
        };
        match state.backend.organisation_begin(actor, &asked).await? {
            OrganisationBegun::Begun(OrganisationId(id)) => {
                Ok(Redirect::to(&format!("/espace/organisations/{id}?fait=debut")).into_response())
            }
            OrganisationBegun::Known(known) => {
                let message =
                    format!("«\u{a0}{}\u{a0}» a déjà ce SIRET\u{a0}: demandez à la rejoindre", known.name);
                let wrong = [Violation::new(Field::Siret, message)];
                show(&state, actor, &typed.siret, &typed, &wrong, None).await
            }
        }
    };
    sent.caller.answers(&state, form).await
}

/// Asks to belong to one.
pub(super) async fn ask(Extract(state): Extract<State>, Path(code): Path<String>, sent: Sent) -> Response {
    let form = async {
        sent.caller.account()?;
        let organisation = OrganisationId(id(&code)?);
        if let Err(Failure(trouble)) = sent.caller.mails(&state, &code).await {
            let wrong = [Violation::new(Field::Organisation, trouble.sentence())];
            let typed = OrganisationForm::default();
            return Ok(later(show(&state, &sent.caller.actor, "", &typed, &wrong, None).await?, &trouble));
        }
        let to = match state.backend.organisation_ask(&sent.caller.actor, organisation).await? {
            OrganisationJoin::Asked => "/espace/organisations?fait=demande".to_owned(),
            OrganisationJoin::Waits => "/espace/organisations?fait=attente".to_owned(),
            OrganisationJoin::Already => format!("/espace/organisations/{}", organisation.0),
        };
        Ok(Redirect::to(&to).into_response())
    };
    sent.caller.answers(&state, form).await
}

pub(super) async fn organisation(
    Extract(state): Extract<State>,
    Path(code): Path<String>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let done = (value(&query, "fait") == "debut")
        .then_some("Votre organisation est ajoutée. Invitez vos collègues depuis ses membres.");
    let outcome = async {
        let model = state.backend.organisation_show(&caller.actor, OrganisationId(id(&code)?)).await?;
        Ok(page(&state, StatusCode::OK, &pages::organisation_page(&model), || {
            pages::organisation(&model, done)
        }))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}
