//! The forms of needs: the four fields, what publishes one, what became of it.

use crate::http::State;
use crate::http::caller::{Caller, Sent};
use crate::http::html::{Failure, answered, later, page};
use crate::http::pages::publish_page;
use crate::http::support::worked_out;
use app::pages::error::Trouble;
use app::{pages, urls};
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::Error;
use domain::access::{Actor, Grant};
use domain::form::{Field, Violation};
use domain::need::{Need, NeedForm, NeedStatus};

/// The form of a need: its page again with what to correct, its check page, or the mail.
pub(in crate::http) async fn need_new(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = urls::need_form_read(&sent.body);
    let outcome = match sent.field("etape").as_str() {
        "modifier" => need_form_page(&state, &form, StatusCode::OK, &[]),
        "envoyer" => need_keep(&state, &form, false, &sent.caller).await,
        "preparer" => need_keep(&state, &form, true, &sent.caller).await,
        _ => need_check(&state, form).await,
    };
    answered(&state, outcome)
}

fn need_form_page(
    state: &State,
    form: &NeedForm,
    status: StatusCode,
    wrong: &[Violation],
) -> Result<Response, Failure> {
    let preview = state.backend.need_preview(form)?;
    Ok(page(state, status, &pages::need_new::page(wrong), || {
        pages::need_new::view(form, wrong, preview.as_ref())
    }))
}

async fn need_check(state: &State, form: NeedForm) -> Result<Response, Failure> {
    let draft = match state.backend.need_read(&form) {
        Err(wrong) => return need_form_page(state, &form, StatusCode::UNPROCESSABLE_ENTITY, &wrong),
        Ok(request) => request.draft,
    };
    let state = state.clone();
    worked_out(move || {
        let lot = &draft.lots[0];
        let ranking = state.backend.match_list_with_left_out(lot.to_match(&draft), &[])?;
        let advice = state.backend.vehicle_advise(&draft, lot)?;
        Ok(page(&state, StatusCode::OK, &pages::need_check::page(), || {
            pages::need_check::view(&form, &draft, &ranking, &advice)
        }))
    })
    .await
}

/// A form that is right becomes a need: sent to be confirmed, or kept as a draft whose steps open.
async fn need_keep(
    state: &State,
    form: &NeedForm,
    as_draft: bool,
    caller: &Caller,
) -> Result<Response, Failure> {
    let request = match state.backend.need_read(form) {
        Err(wrong) => return need_form_page(state, form, StatusCode::UNPROCESSABLE_ENTITY, &wrong),
        Ok(request) => request,
    };
    let counted = match caller.counted(state).await {
        Ok(()) => caller.mails(state, request.author.as_str()).await,
        Err(failure) => Err(failure),
    };
    if let Err(Failure(trouble)) = counted {
        // What was typed stays on the page.
        let wrong = Violation { field: Field::Email, message: trouble.sentence() };
        let shown = need_form_page(state, form, StatusCode::UNPROCESSABLE_ENTITY, &[wrong])?;
        return Ok(later(shown, &trouble));
    }
    let links = state.backend.links();
    let next = if as_draft {
        links.need_draft(&state.backend.need_start(&caller.actor, request).await?)
    } else {
        links.need_sent(&state.backend.need_send(&caller.actor, request).await?)
    };
    Ok(Redirect::to(&next).into_response())
}

/// What became of a need.
pub(in crate::http) async fn need_end(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let status = NeedStatus::parse(&sent.field("statut")).ok_or(Failure(Trouble::Unreadable))?;
        state.backend.need_end(&sent.caller.actor, sent.caller.need()?, status).await?;
        let token = urls::encoded(&sent.caller.token);
        Ok(Redirect::to(&format!("/besoins/suivre?jeton={token}&change=1")).into_response())
    };
    sent.caller.answers(&state, form).await
}

/// Begins another need like it: on to its steps.
pub(in crate::http) async fn need_duplicate(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let caller = &sent.caller;
        let need = caller.need()?;
        caller.mails(&state, &need.to_string()).await?;
        let copy = state.backend.need_duplicate(&caller.actor, need).await?;
        let to = match caller.actor {
            Actor::Account(_) => {
                format!("/besoins/preparer?jeton={}", urls::reference(Grant::NeedPrepare(copy.id)))
            }
            _ => state.backend.links().need_prepare(&copy),
        };
        Ok(Redirect::to(&to).into_response())
    };
    sent.caller.answers(&state, form).await
}

/// The author's page of a need: whoever signed in needs no signature.
pub(in crate::http) fn follow_url(state: &State, caller: &Caller, need: &Need) -> String {
    match caller.actor {
        Actor::Account(_) => format!("/besoins/suivre?jeton={}", urls::reference(Grant::NeedFollow(need.id))),
        _ => state.backend.links().need_follow(need),
    }
}

/// Publishes a need.
pub(in crate::http) async fn need_publish(Extract(state): Extract<State>, sent: Sent) -> Response {
    sent.caller.answers(&state, publish(&state, &sent.caller)).await
}

async fn publish(state: &State, caller: &Caller) -> Result<Response, Failure> {
    let (actor, need) = (&caller.actor, caller.need()?);
    let shown = state.backend.need_publish_show(actor, need).await?;
    // What a need causes is many mails: an address publishes as often as it may have mails sent.
    if let Some(author) = &shown.author {
        caller.mails(state, author.as_str()).await?;
    }
    match state.backend.need_publish(actor, need).await {
        Ok(need) => {
            Ok(Redirect::to(&format!("{}&publie=1", follow_url(state, caller, &need))).into_response())
        }
        Err(Error::Refused(_)) => Ok(publish_page(state, &shown, &caller.token)),
        Err(error) => Err(error.into()),
    }
}
