//! The space of whoever signed in, and how it joins a structure.

use super::State;
use super::caller::{Caller, Sent};
use super::exchange::download;
use super::html::{Failure, later, page};
use super::pages::{id, siret, value};
use super::sign_in::{after_sign_in, first_sign_in};
use app::pages::account as pages;
use app::pages::error::Trouble;
use axum::extract::{RawQuery, State as Extract};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use backend::accounts::{MembershipAsked, MembershipTried};
use backend::error::Error;
use domain::form::{Field, Violation};
use domain::siret::Siret;
use domain::text::capitalised;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

pub(super) async fn space(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let model = state.backend.space_show(&caller.actor).await?;
        let done = match value(&query, "fait").as_str() {
            "membre" => Some("Vous faites partie de cette structure."),
            "deja" => Some("Vous faisiez déjà partie de cette structure."),
            "refus" => Some("L’invitation est refusée."),
            "depart" => Some("Vous ne faites plus partie de cette structure."),
            _ => None,
        };
        Ok(page(&state, StatusCode::OK, &pages::space_page(), || pages::space(&model, done)))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

pub(super) async fn sessions(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let sessions = state.backend.session_list(&caller.actor).await?;
        let helped = state.backend.support_list(&caller.actor).await?;
        let (account, ended) = (caller.account()?, value(&query, "fait") == "1");
        Ok(page(&state, StatusCode::OK, &pages::sessions_page(), || {
            pages::sessions(&sessions, &helped, account, ended)
        }))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

pub(super) async fn session_end(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        state.backend.session_end(&sent.caller.actor, id(&sent.field("connexion"))?).await?;
        Ok(Redirect::to("/espace/connexions?fait=1").into_response())
    };
    sent.caller.answers(&state, form).await
}

pub(super) async fn own(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let model = state.backend.space_show(&caller.actor).await?;
        let kept = value(&query, "fait") == "garde";
        Ok(page(&state, StatusCode::OK, &pages::own_page(), || pages::own(&model, kept)))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

pub(super) async fn account_close(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let closes = match sent.field("action").as_str() {
            "effacer" => true,
            "garder" => false,
            _ => return Err(Failure(Trouble::Unreadable)),
        };
        state.backend.account_close(&sent.caller.actor, closes).await?;
        let done = if closes { "/espace/compte" } else { "/espace/compte?fait=garde" };
        Ok(Redirect::to(done).into_response())
    };
    sent.caller.answers(&state, form).await
}

pub(super) async fn export_json(Extract(state): Extract<State>, uri: Uri, caller: Caller) -> Response {
    let outcome = async {
        let export = state.backend.account_export(&caller.actor).await?;
        let text = serde_json::to_string_pretty(&export).map_err(|error| Error::Internal(error.into()))?;
        Ok(download("application/json", "mes-donnees.json", text))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

pub(super) async fn export_csv(Extract(state): Extract<State>, uri: Uri, caller: Caller) -> Response {
    let outcome = async {
        let export = state.backend.account_export(&caller.actor).await?;
        Ok(download("text/csv; charset=utf-8", "mes-donnees.csv", export.to_csv()?))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

pub(super) async fn join(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let typed = value(&query, "siret");
    let outcome = caller
        .account()
        .map(|_| page(&state, StatusCode::OK, &pages::join_page(false), || pages::join(&typed, &[])));
    let outcome = first_sign_in(&uri, outcome);
    caller.answered(&state, outcome)
}

pub(super) async fn membership_ask(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        sent.caller.account()?;
        let typed = sent.field(Field::Siret.name());
        let again = |message: String| {
            let wrong = [Violation::new(Field::Siret, message)];
            page(&state, REFUSED, &pages::join_page(true), || pages::join(&typed, &wrong))
        };
        let siret = match Siret::parse(&typed) {
            Ok(siret) => siret,
            Err(error) => return Ok(again(capitalised(&error.to_string()))),
        };
        let Ok(entry) = state.backend.structure_known(siret) else {
            return Ok(again("Aucune structure de notre liste n’a ce SIRET".to_owned()));
        };
        if let Err(Failure(trouble)) = sent.caller.mails(&state, siret.as_str()).await {
            return Ok(later(again(trouble.sentence()), &trouble));
        }
        Ok(match state.backend.membership_ask(&sent.caller.actor, siret).await? {
            MembershipAsked::Joined(_) => Redirect::to("/espace?fait=membre").into_response(),
            MembershipAsked::Already => Redirect::to("/espace?fait=deja").into_response(),
            MembershipAsked::CodeSent => page(&state, StatusCode::OK, &pages::join_page(false), || {
                pages::join_code(&entry.structure, &[])
            }),
        })
    };
    sent.caller.answers(&state, form).await
}

pub(super) async fn membership_join(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let siret = siret(&sent.field(Field::Siret.name()))?;
        let code = sent.field(Field::Code.name());
        let message = match state.backend.membership_join(&sent.caller.actor, siret, &code).await? {
            MembershipTried::Joined(_) => return Ok(Redirect::to("/espace?fait=membre").into_response()),
            MembershipTried::Wrong => "Ce n’est pas le code qui a été envoyé\u{a0}: relisez-le",
            MembershipTried::Over => {
                "Ce code ne vaut plus\u{a0}: il a expiré, ou trop d’autres ont été essayés. Demandez-en un nouveau"
            }
        };
        let entry = state.backend.structure_known(siret)?;
        let wrong = [Violation::new(Field::Code, message)];
        Ok(page(&state, REFUSED, &pages::join_page(true), || pages::join_code(&entry.structure, &wrong)))
    };
    sent.caller.answers(&state, form).await
}
