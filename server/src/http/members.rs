//! Who belongs to a structure or to an organisation.

use super::State;
use super::caller::{Caller, Sent};
use super::html::{Failure, later, page};
use super::pages::{id, value};
use super::sign_in::after_sign_in;
use app::pages::account::{self as pages, MembersTyped};
use app::pages::error::Trouble;
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::Error;
use domain::access::{AccountId, FichePart, OrganisationId, Rank, Team};
use domain::email::EmailAddress;
use domain::form::{Field, Violation};
use domain::siret::Siret;
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
            "reseau" => Some("Le réseau en est prévenu par e-mail."),
            _ => None,
        };
        members_page(&state, &caller, team(&code)?, &MembersTyped::default(), &[], done).await
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

async fn members_page(
    state: &State,
    caller: &Caller,
    team: Team,
    typed: &MembersTyped,
    wrong: &[Violation],
    done: Option<&str>,
) -> Result<Response, Failure> {
    let model = state.backend.colleague_list(&caller.actor, team).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { REFUSED };
    Ok(page(state, status, &pages::members_page(&model, !wrong.is_empty()), || {
        pages::members(&model, typed, wrong, done)
    }))
}

/// Lets a network keep parts of a structure's page, or no more: what is to be corrected.
async fn delegation_change(state: &State, sent: &Sent, siret: Siret) -> Result<Option<Violation>, Failure> {
    let (actor, backend) = (&sent.caller.actor, &state.backend);
    if sent.field("action") == "reprendre-fiche" {
        let from = OrganisationId(id(&sent.field("reseau"))?);
        backend.delegation_withdraw(actor, siret, from).await?;
        return Ok(None);
    }
    // Names of networks are told to who may delegate alone.
    backend.delegation_allowed(actor, siret)?;
    let found = backend.network_find(&sent.field(Field::Organisation.name())).await?;
    let network = match found.as_slice() {
        [one] => one.id,
        [] => {
            let message = "Aucune tête de réseau n’a ce nom ni ce SIRET ici\u{a0}: demandez-lui de s’ajouter";
            return Ok(Some(Violation::new(Field::Organisation, message)));
        }
        _ => {
            let message = "Plusieurs réseaux ont ce nom\u{a0}: donnez le SIRET du vôtre";
            return Ok(Some(Violation::new(Field::Organisation, message)));
        }
    };
    let parts = typed(sent).parts.unwrap_or_default();
    match backend.delegation_set(actor, siret, network, &parts).await {
        Ok(()) => Ok(None),
        Err(Error::Refused(why)) => Ok(Some(Violation::new(Field::Organisation, why))),
        Err(error) => Err(error.into()),
    }
}

fn typed(sent: &Sent) -> MembersTyped {
    let parts = sent.pairs.iter().filter(|(name, _)| name == "partie");
    let parts = parts.filter_map(|(_, code)| FichePart::parse(code)).collect();
    MembersTyped {
        address: sent.field(Field::Email.name()),
        network: sent.field(Field::Organisation.name()),
        parts: (sent.field("action") == "confier").then_some(parts),
    }
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
        let typed = typed(&sent);
        let (outcome, done) = match sent.field("action").as_str() {
            "inviter" => {
                let address = match EmailAddress::parse(&typed.address) {
                    Ok(address) => address,
                    Err(error) => {
                        let wrong = [Violation::new(Field::Email, capitalised(&error.to_string()))];
                        return members_page(&state, &sent.caller, team, &typed, &wrong, None).await;
                    }
                };
                if let Err(Failure(trouble)) = sent.caller.mails(&state, address.as_str()).await {
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
            "confier" | "reprendre-fiche" => {
                let siret = team.structure().ok_or(Failure(Trouble::Unreadable))?;
                if let Some(wrong) = delegation_change(&state, &sent, siret).await? {
                    return members_page(&state, &sent.caller, team, &typed, &[wrong], None).await;
                }
                (Ok(()), "reseau")
            }
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
