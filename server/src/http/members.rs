//! Who belongs to a structure or to an organisation.

use super::State;
use super::caller::{Caller, Sent};
use super::html::{Failure, later, page};
use super::pages::{id, value};
use super::sign_in::after_sign_in;
use app::pages::account as pages;
use app::pages::error::Trouble;
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::Error;
use domain::access::{AccountId, OrganisationId, Rank, Team};
use domain::email::EmailAddress;
use domain::form::{Field, Violation};
use domain::text::capitalised;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// The structure or organisation of an address.
fn team(code: &str) -> Result<Team, Failure> {
    Team::parse(code).ok_or(Failure(Trouble::NotFound))
}

fn members_path(team: Team) -> String {
    match team {
        Team::Structure(siret) => format!("/espace/structures/{siret}/membres"),
        Team::Organisation(OrganisationId(id)) => format!("/espace/organisations/{id}/membres"),
    }
}

pub(super) async fn invitation_answer(
    Extract(state): Extract<State>,
    Path(code): Path<String>,
    sent: Sent,
) -> Response {
    let form = async {
        let accepts = sent.field("reponse") == "oui";
        let joined = state.backend.invitation_answer(&sent.caller.actor, team(&code)?, accepts).await?;
        let done = if joined.rank.is_some() { "membre" } else { "refus" };
        Ok(Redirect::to(&format!("/espace?fait={done}")).into_response())
    };
    sent.caller.answers(&state, form).await
}

pub(super) async fn members(
    Extract(state): Extract<State>,
    Path(code): Path<String>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let done = match value(&query, "fait").as_str() {
            "invitation" => Some("L’invitation part par e-mail."),
            "change" => Some("La personne en est prévenue par e-mail."),
            _ => None,
        };
        members_page(&state, &caller, team(&code)?, "", &[], done).await
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

async fn members_page(
    state: &State,
    caller: &Caller,
    team: Team,
    typed: &str,
    wrong: &[Violation],
    done: Option<&str>,
) -> Result<Response, Failure> {
    let model = state.backend.colleague_list(&caller.actor, team).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { REFUSED };
    Ok(page(state, status, &pages::members_page(&model, !wrong.is_empty()), || {
        pages::members(&model, typed, wrong, done)
    }))
}

/// One button of the page of members.
pub(super) async fn member_change(
    Extract(state): Extract<State>,
    Path(code): Path<String>,
    sent: Sent,
) -> Response {
    let form = async {
        let (actor, team, backend) = (&sent.caller.actor, team(&code)?, &state.backend);
        let account = || id(&sent.field("compte")).map(AccountId);
        let typed = sent.field(Field::Email.name());
        let (outcome, done) = match sent.field("action").as_str() {
            "inviter" => {
                let address = match EmailAddress::parse(&typed) {
                    Ok(address) => address,
                    Err(error) => {
                        let wrong = [Violation::new(Field::Email, capitalised(&error.to_string()))];
                        return members_page(&state, &sent.caller, team, &typed, &wrong, None).await;
                    }
                };
                if let Err(Failure(trouble)) = sent.caller.mails(&state, address.as_str()) {
                    let wrong = [Violation::new(Field::Email, trouble.sentence())];
                    let shown = members_page(&state, &sent.caller, team, &typed, &wrong, None).await?;
                    return Ok(later(shown, &trouble));
                }
                (backend.colleague_invite(actor, team, &address, Rank::Member).await, "invitation")
            }
            "quitter" => {
                let left = backend.membership_leave(actor, team).await;
                if left.is_ok() {
                    return Ok(Redirect::to("/espace?fait=depart").into_response());
                }
                (left, "")
            }
            "retirer" => (backend.colleague_remove(actor, team, account()?).await, "change"),
            answer @ ("accepter" | "decliner") => {
                let organisation = team.organisation().ok_or(Failure(Trouble::Unreadable))?;
                let accepts = answer == "accepter";
                (backend.organisation_answer(actor, organisation, account()?, accepts).await, "change")
            }
            rank => match Rank::parse(rank) {
                Some(rank) => (backend.colleague_change(actor, team, account()?, rank).await, "change"),
                None => return Err(Failure(Trouble::Unreadable)),
            },
        };
        match outcome {
            Ok(()) => Ok(Redirect::to(&format!("{}?fait={done}", members_path(team))).into_response()),
            Err(Error::Refused(text)) => {
                let wrong = [Violation::new(Field::Email, text)];
                members_page(&state, &sent.caller, team, &typed, &wrong, None).await
            }
            Err(error) => Err(error.into()),
        }
    };
    sent.caller.answers(&state, form).await
}
