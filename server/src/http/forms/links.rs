//! Links that are asked for again, or made invalid.

use crate::http::State;
use crate::http::caller::Sent;
use crate::http::html::{Failure, page};
use crate::http::pages::{id, siret};
use app::pages;
use app::pages::error::Trouble;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Grant, Holder};

/// Mails the author of a need its link again. The answer is the same for everybody.
pub(in crate::http) async fn need_link(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let form = async {
        let need = id(&number)?;
        state.backend.need_show(need)?;
        sent.caller.mails(&state, &need.to_string()).await?;
        state.backend.need_link_send(&sent.caller.actor, need).await?;
        Ok(link_sent_page(&state, &pages::confirm::LinkFor::Author))
    };
    sent.caller.answers(&state, form).await
}

/// Mails the holder of a link that is good no more a new one, to the address that is known.
pub(in crate::http) async fn link_renew(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let actor = &sent.caller.actor;
        let grant = actor.grant().ok_or(Failure(Trouble::BadLink))?;
        let whom = match (grant, grant.holder()) {
            (Grant::InterestConfirm(..), _) | (_, Holder::SignIn(_) | Holder::Administrator(_)) => {
                return Err(Failure(Trouble::BadLink));
            }
            (Grant::NeedAnswer(need, siret), _) => {
                sent.caller.mails(&state, siret.as_str()).await?;
                state.backend.answer_link_send(actor, need, siret).await?;
                pages::confirm::LinkFor::Structure
            }
            (_, Holder::Author(need)) => {
                sent.caller.mails(&state, &need.to_string()).await?;
                state.backend.need_link_send(actor, need).await?;
                pages::confirm::LinkFor::Author
            }
            (_, Holder::Structure(siret)) => {
                sent.caller.mails(&state, siret.as_str()).await?;
                state.backend.manage_link_send(actor, siret).await?;
                pages::confirm::LinkFor::Structure
            }
        };
        Ok(link_sent_page(&state, &whom))
    };
    sent.caller.answers(&state, form).await
}

/// Makes every link of a holder invalid, and mails it a new one.
pub(in crate::http) async fn links_revoke(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let actor = &sent.caller.actor;
        let holder = sent.caller.about()?.holder();
        state.backend.links_revoke(actor, holder).await?;
        let whom = match holder {
            Holder::Author(need) => {
                state.backend.need_link_send(actor, need).await?;
                pages::confirm::LinkFor::Author
            }
            Holder::Structure(siret) => {
                state.backend.manage_link_send(actor, siret).await?;
                pages::confirm::LinkFor::Structure
            }
            Holder::SignIn(_) | Holder::Administrator(_) => return Err(Failure(Trouble::BadLink)),
        };
        let title = pages::confirm::page("Vos liens ne sont plus valables");
        Ok(page(&state, StatusCode::OK, &title, || pages::confirm::revoked(&whom)))
    };
    sent.caller.answers(&state, form).await
}

fn link_sent_page(state: &State, whom: &pages::confirm::LinkFor) -> Response {
    page(state, StatusCode::OK, &pages::confirm::page("Un e-mail vous attend"), || {
        pages::confirm::link_sent(whom)
    })
}

/// Mails the link to the page of a structure. The answer is the same whether an address is known or not.
pub(in crate::http) async fn manage_link(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let form = async {
        let siret = siret(&number)?;
        state.backend.structure_known(siret)?;
        sent.caller.mails(&state, siret.as_str()).await?;
        state.backend.manage_link_send(&sent.caller.actor, siret).await?;
        Ok(Redirect::to(&format!("/structures/{siret}?lien=demande")).into_response())
    };
    sent.caller.answers(&state, form).await
}
