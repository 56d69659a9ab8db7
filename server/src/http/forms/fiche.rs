//! What a structure says of itself, and whether it wants mails.

use crate::http::State;
use crate::http::caller::Sent;
use crate::http::html::{Failure, later, page};
use crate::http::pages::{manage_page, siret};
use app::pages::error::Trouble;
use app::pages::manage::After;
use app::{pages, urls};
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use backend::structures::ManageOutcome;
use domain::form::{Field, Violation};
use domain::need::steps::HOURS_MEANT;
use domain::structure::fiche::{
    ActivityChange, ActivityDecision, ActivityForm, ActivityTerms, ConventionForm, FicheForm,
};

/// What a structure says of itself.
pub(in crate::http) async fn manage(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let outcome = match sent.caller.counted(&state).await {
        Ok(()) => manage_save(&state, &number, &sent).await,
        Err(Failure(trouble)) => too_many(&state, &number, &sent, &trouble).await,
    };
    sent.caller.answered(&state, outcome)
}

async fn manage_save(state: &State, number: &str, sent: &Sent) -> Result<Response, Failure> {
    let siret = siret(number)?;
    let form = manage_form(sent);
    // Another contact is asked by mail whether it is theirs; what is refused mails nobody, and does not count.
    let stored = state.backend.manage_show(&sent.caller.actor, siret).await?.structure;
    if let Some(contact) = form.contact_asked().flatten().filter(|contact| !stored.is_reached_at(contact))
        && form.apply(&mut stored.clone(), state.backend.clock.today()).is_empty()
        && let Err(Failure(trouble)) = sent.caller.mails(state, contact.as_str()).await
    {
        return too_many(state, number, sent, &trouble).await;
    }
    match state.backend.manage_save(&sent.caller.actor, siret, &form).await? {
        ManageOutcome::Saved { searchable } => {
            let token = urls::encoded(&sent.caller.token);
            let done = if searchable { "1" } else { "bientot" };
            Ok(Redirect::to(&format!("/structures/{siret}/gerer?jeton={token}&fait={done}")).into_response())
        }
        ManageOutcome::Refused(wrong) => {
            manage_page(state, number, &sent.caller, &After::Refused(wrong), Some(&form)).await
        }
    }
}

/// Too many forms, or too many mails: the page again, with what was typed.
async fn too_many(state: &State, number: &str, sent: &Sent, trouble: &Trouble) -> Result<Response, Failure> {
    let after = After::Refused(vec![Violation::new(Field::Contact, trouble.sentence())]);
    let shown = manage_page(state, number, &sent.caller, &after, Some(&manage_form(sent))).await?;
    Ok(later(shown, trouble))
}

/// The page is one form: whatever button is pressed, all of it is sent.
fn manage_form(sent: &Sent) -> FicheForm {
    let given = |name: &str| sent.pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let (decisions, replacing) = decision_of(&sent.field("decision"));
    let typed = ActivityForm {
        sector: sent.field("ajout-secteur"),
        mode: sent.field("ajout-mode"),
        zones: sent.last_filled("ajout-zones"),
    };
    // The mode is always chosen: what is typed, or the button, says that something is to be added.
    let is_added = sent.field("action") == "ajouter"
        || !(typed.sector.trim().is_empty() && typed.zones.trim().is_empty());
    FicheForm {
        decisions,
        add: replacing.into_iter().chain(Some(typed).filter(|_| is_added)).collect(),
        changes: changes_of(sent),
        terms: terms_of(sent),
        hours: given("heures"),
        hours_meant: given(HOURS_MEANT).is_some(),
        months: sent.rows(["mois", "mois-heures"]).into_iter().map(|[month, hours]| (month, hours)).collect(),
        full_until: sent.field("complet"),
        contact: given("contact"),
        contact_none_meant: given("sans-contact").is_some(),
        description: given("description"),
        website: given("site"),
        share: given("concernes").zip(given("travailleurs")),
        share_on: given("comptes-le"),
        conventions: conventions_of(sent),
        network: given("reseau"),
        ess: given("ess"),
    }
}

fn changes_of(sent: &Sent) -> Vec<ActivityChange> {
    let meant = sent.field("decision");
    let change = |[activity, mode_typed, zones]: [String; 3]| {
        let (sector, mode) = activity.split_once('~')?;
        let is_meant = meant.strip_prefix("zones~") == Some(activity.as_str());
        Some(ActivityChange { sector: sector.to_owned(), mode: mode.to_owned(), mode_typed, zones, is_meant })
    };
    sent.rows(["activite", "activite-mode", "activite-zones"]).into_iter().filter_map(change).collect()
}

fn terms_of(sent: &Sent) -> Vec<ActivityTerms> {
    let terms = |[activity, hours, minimum, cpv]: [String; 4]| {
        let (sector, mode) = activity.split_once('~')?;
        let (hours, minimum, cpv) = (Some(hours), Some(minimum), Some(cpv));
        Some(ActivityTerms { sector: sector.to_owned(), mode: mode.to_owned(), hours, minimum, cpv })
    };
    let names = ["activite", "activite-heures", "activite-minimum", "activite-cpv"];
    sent.rows(names).into_iter().filter_map(terms).collect()
}

fn conventions_of(sent: &Sent) -> Vec<ConventionForm> {
    let names = ["convention", "laquelle", "numero", "debut", "fin", "etp", "preuve"];
    let convention = |[kind, which, number, from, to, etp, proof]: [String; 7]| ConventionForm {
        kind,
        which,
        number,
        from,
        to,
        etp,
        proof,
    };
    sent.rows(names).into_iter().map(convention).collect()
}

/// What a button says of an activity, and the activity that takes its place if it names one.
fn decision_of(value: &str) -> (Vec<(String, String, ActivityDecision)>, Option<ActivityForm>) {
    let parts: Vec<&str> = value.splitn(5, '~').collect();
    let of = |sector: &str, mode: &str, decision| vec![(sector.to_owned(), mode.to_owned(), decision)];
    match parts.as_slice() {
        ["confirm", sector, mode] => (of(sector, mode, ActivityDecision::Confirm), None),
        ["dismiss", sector, mode] => (of(sector, mode, ActivityDecision::Dismiss), None),
        ["replace", sector, mode, successor, zones] => {
            let form = ActivityForm {
                sector: (*successor).to_owned(),
                mode: (*mode).to_owned(),
                zones: (*zones).to_owned(),
            };
            (of(sector, mode, ActivityDecision::Dismiss), Some(form))
        }
        _ => (Vec::new(), None),
    }
}

/// Stops mails: from the button of the page, or from a mail program's one-click request (RFC 8058).
pub(in crate::http) async fn alerts_stop(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let siret = sent.caller.structure()?;
        let entry = state.backend.alerts_stop(&sent.caller.actor, siret).await?;
        let (name, token) = (entry.structure.shown_name().to_owned(), &sent.caller.token);
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("C’est fait"), || {
            pages::confirm::stopped(&name, token)
        }))
    };
    sent.caller.answered(&state, form.await)
}

/// Has mails again after they were stopped.
pub(in crate::http) async fn alerts_resume(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let siret = sent.caller.structure()?;
        let entry = state.backend.alerts_resume(&sent.caller.actor, siret).await?;
        let (name, token) = (entry.structure.shown_name().to_owned(), &sent.caller.token);
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("C’est fait"), || {
            pages::confirm::resumed(&name, token)
        }))
    };
    sent.caller.answers(&state, form).await
}

/// Takes a structure out of all that is proposed, or lets it be proposed again.
pub(in crate::http) async fn opposition(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let (actor, siret, token) = (&sent.caller.actor, sent.caller.structure()?, &sent.caller.token);
        let around = pages::confirm::page("C’est fait");
        match sent.field("action").as_str() {
            "opposer" => {
                let entry = state.backend.matching_oppose(actor, siret).await?;
                let name = entry.structure.shown_name();
                Ok(page(&state, StatusCode::OK, &around, || pages::confirm::opposed(name, token)))
            }
            "reprendre" => {
                let entry = state.backend.matching_resume(actor, siret).await?;
                let name = entry.structure.shown_name();
                Ok(page(&state, StatusCode::OK, &around, || pages::confirm::proposed_again(name, token)))
            }
            _ => Err(Failure(Trouble::Unreadable)),
        }
    };
    sent.caller.answers(&state, form).await
}

/// Says that an address is the contact of a structure.
pub(in crate::http) async fn contact_confirm(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let structure = state.backend.contact_confirm(&sent.caller.actor, sent.caller.structure()?).await?;
        let manage_url = state.backend.manage_url_of(structure.siret).await?;
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("Votre adresse est confirmée"), || {
            pages::confirm::contact_confirmed(&structure, manage_url)
        }))
    };
    sent.caller.answers(&state, form).await
}
