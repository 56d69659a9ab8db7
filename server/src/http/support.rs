//! An administrator acts in the place of somebody, to help: every page says so.

use super::State;
use super::administration::overview_refused;
use super::caller::{Caller, Sent};
use super::html::Failure;
use axum::extract::State as Extract;
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::Error;
use domain::access::{Account, Actor};
use domain::email::EmailAddress;
use domain::form::{Field, Violation};
use std::cell::RefCell;
use std::future::Future;

tokio::task_local! {
    /// In whose place the request is made that is being answered.
    static SUPPORT: RefCell<Option<app::document::SupportShown>>;
}

/// Answers a request whose pages say it when it is made in the place of somebody.
pub(super) async fn shown_in<T>(answer: impl Future<Output = T>) -> T {
    SUPPORT.scope(RefCell::new(None), answer).await
}

/// Notes for the page in whose place the request is made.
pub(super) fn note(actor: &Actor) {
    let Ok(Account { support: Some(support), address, .. }) = actor.account() else { return };
    let until = backend::clock::moment_in_paris(support.until);
    let shown = app::document::SupportShown { address: address.to_string(), why: support.why.clone(), until };
    // Outside of a request there is no page to say it.
    let _outside = SUPPORT.try_with(|cell| cell.replace(Some(shown)));
}

/// In whose place the request is made that is being answered.
pub(super) fn noted() -> Option<app::document::SupportShown> {
    SUPPORT.try_with(|cell| cell.borrow().clone()).ok().flatten()
}

/// Works something out that takes long, as [`backend::patience::worked_out`]: a page that is drawn there says it too.
pub(super) async fn worked_out<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let noted = RefCell::new(noted());
    backend::patience::worked_out(move || SUPPORT.sync_scope(noted, work)).await
}

/// Begins to act in the place of somebody.
pub(super) async fn begin(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = begun(&state, &sent.caller, &sent);
    sent.caller.answers(&state, form).await
}

async fn begun(state: &State, caller: &Caller, sent: &Sent) -> Result<Response, Failure> {
    // Who may not learns that, whatever was typed.
    state.backend.administration_show(&caller.actor).await?;
    let typed = sent.field("courriel");
    let address = match EmailAddress::parse(&typed) {
        Ok(address) => address,
        Err(error) => {
            let wrong = Violation::new(Field::Email, format!("Adresse\u{a0}: {error}."));
            return overview_refused(state, caller, wrong).await;
        }
    };
    match state.backend.support_begin(&caller.actor, &address, &sent.field("raison")).await {
        Ok(()) => Ok(Redirect::to("/espace").into_response()),
        Err(Error::Refused(text)) => {
            overview_refused(state, caller, Violation::new(Field::Email, text)).await
        }
        Err(other) => Err(other.into()),
    }
}

/// Goes back to one's own account.
pub(super) async fn end(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        state.backend.support_end(&sent.caller.actor).await?;
        Ok(Redirect::to("/administration").into_response())
    };
    sent.caller.answers(&state, form).await
}
