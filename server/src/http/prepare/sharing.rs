//! With whom a need is shared, and what these people say about it.

use super::super::State;
use super::super::caller::{Caller, Sent};
use super::super::html::{Failure, later, page};
use super::super::pages::{id, value};
use app::pages::error::Trouble;
use app::pages::prepare::sharing::{self, Typed};
use axum::extract::{RawQuery, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::Error;
use domain::access::{Action, Collaboration, OrganisationId};
use domain::email::EmailAddress;
use domain::form::{Field, Violation};
use domain::need::{MessageText, Topic};
use domain::text::capitalised;

/// With whom it is shared, and what was said about it.
pub(in crate::http) async fn sharing(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let done = match value(&query, "fait").as_str() {
        "partage" => Some("Cette personne va en être prévenue par e-mail."),
        "retrait" => Some("Ce besoin n’est plus partagé avec cette personne."),
        "organisation" => Some("Le partage avec votre organisation est enregistré."),
        "reprise" => Some("Vous êtes l’auteur de ce besoin\u{a0}: les réponses vous arriveront."),
        "commentaire" => Some("Votre commentaire est gardé."),
        _ => None,
    };
    let outcome = show(&state, &caller, &Typed::default(), &[], done).await;
    caller.answered(&state, outcome)
}

async fn show(
    state: &State,
    caller: &Caller,
    typed: &Typed,
    wrong: &[Violation],
    done: Option<&str>,
) -> Result<Response, Failure> {
    let model = state.backend.sharing_show(&caller.actor, caller.need()?).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page(state, status, &sharing::page(!wrong.is_empty()), || {
        sharing::view(&model, &caller.token, typed, wrong, done)
    }))
}

/// Shares it, shares it no more, or comments it.
pub(in crate::http) async fn sharing_change(Extract(state): Extract<State>, sent: Sent) -> Response {
    sent.caller.answers(&state, change(&state, &sent)).await
}

async fn change(state: &State, sent: &Sent) -> Result<Response, Failure> {
    let caller = &sent.caller;
    let typed = Typed {
        address: sent.field(Field::Email.name()),
        collaboration: sent.field(Field::Rights.name()),
        topic: sent.field("sujet"),
        text: sent.field(Field::Message.name()),
    };
    let action = match sent.field("action").as_str() {
        "commenter" => Action::CommentWrite,
        "reprendre" => Action::NeedTakeOver,
        _ => Action::CollaboratorChange,
    };
    state.backend.need_allowed(&caller.actor, action, caller.need()?).await?;
    let changed = match sent.field("action").as_str() {
        "partager" => share(state, caller, &typed).await,
        "retirer" => remove(state, caller, &sent.field("qui")).await,
        "commenter" => comment(state, caller, &typed).await,
        "organisation" => with_organisation(state, caller, &sent.field(Field::Organisation.name())).await,
        "reprendre" => take_over(state, caller).await,
        _ => return Err(Failure(Trouble::Unreadable)),
    };
    match changed? {
        Ok(done) => Ok(Redirect::to(&format!("{}&fait={done}", sharing::url(&caller.token))).into_response()),
        Err((wrong, trouble)) => {
            let shown = show(state, caller, &typed, &wrong, None).await?;
            Ok(match trouble {
                Some(trouble) => later(shown, &trouble),
                None => shown,
            })
        }
    }
}

/// What was done, or what is to be corrected.
type Changed = Result<&'static str, (Vec<Violation>, Option<Trouble>)>;

fn refused(field: Field, message: String) -> Changed {
    Err((vec![Violation::new(field, message)], None))
}

async fn share(state: &State, caller: &Caller, typed: &Typed) -> Result<Changed, Failure> {
    let need = caller.need()?;
    let address = match EmailAddress::parse(&typed.address) {
        Ok(address) => address,
        Err(error) => return Ok(refused(Field::Email, capitalised(&error.to_string()))),
    };
    let Some(collaboration) = Collaboration::parse(&typed.collaboration) else {
        return Ok(refused(Field::Rights, "Choisissez l’une des réponses proposées".to_owned()));
    };
    if let Err(Failure(trouble)) = caller.mails(state, address.as_str()).await {
        return Ok(Err((vec![Violation::new(Field::Email, trouble.sentence())], Some(trouble))));
    }
    match state.backend.collaborator_set(&caller.actor, need, &address, collaboration).await {
        Ok(()) => Ok(Ok("partage")),
        Err(Error::Refused(why)) => Ok(refused(Field::Email, why)),
        Err(error) => Err(error.into()),
    }
}

async fn remove(state: &State, caller: &Caller, who: &str) -> Result<Changed, Failure> {
    let address = EmailAddress::parse(who).map_err(|_| Failure(Trouble::Unreadable))?;
    state.backend.collaborator_remove(&caller.actor, caller.need()?, &address).await?;
    Ok(Ok("retrait"))
}

async fn with_organisation(state: &State, caller: &Caller, chosen: &str) -> Result<Changed, Failure> {
    let with = match chosen {
        "" => None,
        text => Some(OrganisationId(id(text)?)),
    };
    match state.backend.need_share(&caller.actor, caller.need()?, with).await {
        Ok(()) => Ok(Ok("organisation")),
        Err(Error::Refused(why)) => Ok(refused(Field::Organisation, why)),
        Err(error) => Err(error.into()),
    }
}

async fn take_over(state: &State, caller: &Caller) -> Result<Changed, Failure> {
    state.backend.need_take_over(&caller.actor, caller.need()?).await?;
    Ok(Ok("reprise"))
}

async fn comment(state: &State, caller: &Caller, typed: &Typed) -> Result<Changed, Failure> {
    let text = match MessageText::parse(&typed.text, Field::Message) {
        Ok(text) => text,
        Err(wrong) => return Ok(Err((vec![wrong], None))),
    };
    let topic = Topic::parse(&typed.topic).unwrap_or(Topic::Need);
    if let Err(Failure(trouble)) = caller.mails(state, &caller.token).await {
        return Ok(Err((vec![Violation::new(Field::Message, trouble.sentence())], Some(trouble))));
    }
    state.backend.comment_write(&caller.actor, caller.need()?, topic, &text).await?;
    Ok(Ok("commentaire"))
}
