//! A structure keeps its catalogue, and says that its page is right.

use super::State;
use super::caller::{Caller, Sent};
use super::html::{Failure, page};
use super::pages::{siret, value};
use app::pages::manage::{After, catalogue};
use app::{pages, urls};
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use backend::structures::ManageOutcome;
use domain::form::{Field, Violation};
use domain::structure::catalogue::{
    CatalogueForm, GroupementForm, LabelForm, PersonForm, ReferenceForm, ServiceForm,
};

/// The page.
pub(super) async fn show(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let after = match value(&query, "fait").as_str() {
        "" => After::Nothing,
        done => After::Saved { searchable: done == "1" },
    };
    let outcome = shown(&state, &number, &caller, &after, None).await;
    caller.answered(&state, outcome)
}

pub(super) async fn shown(
    state: &State,
    number: &str,
    caller: &Caller,
    after: &After,
    typed: Option<&CatalogueForm>,
) -> Result<Response, Failure> {
    let model = state.backend.catalogue_manage_show(&caller.actor, siret(number)?).await?;
    let status = match after {
        After::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        After::Nothing | After::Saved { .. } => StatusCode::OK,
    };
    Ok(page(state, status, &catalogue::page(&model, after), || {
        catalogue::view(&model, &caller.token, after, typed)
    }))
}

/// What is written in it.
pub(super) async fn save(Extract(state): Extract<State>, Path(number): Path<String>, sent: Sent) -> Response {
    let form = form_of(&sent);
    let outcome = match sent.caller.counted(&state).await {
        Ok(()) => saved(&state, &number, &sent, &form).await,
        Err(Failure(trouble)) => {
            let after = After::Refused(vec![Violation::new(Field::Services, trouble.sentence())]);
            let shown = shown(&state, &number, &sent.caller, &after, Some(&form)).await;
            shown.map(|shown| super::html::later(shown, &trouble))
        }
    };
    sent.caller.answered(&state, outcome)
}

async fn saved(state: &State, number: &str, sent: &Sent, form: &CatalogueForm) -> Result<Response, Failure> {
    let siret = siret(number)?;
    match state.backend.catalogue_save(&sent.caller.actor, siret, form).await? {
        ManageOutcome::Saved { searchable } => {
            let token = urls::encoded(&sent.caller.token);
            let done = if searchable { "1" } else { "bientot" };
            let back = format!("/structures/{siret}/gerer/catalogue?jeton={token}&fait={done}");
            Ok(Redirect::to(&back).into_response())
        }
        ManageOutcome::Refused(wrong) => {
            shown(state, number, &sent.caller, &After::Refused(wrong), Some(form)).await
        }
    }
}

/// The page is one form. What it was not given to write, it does not send.
fn form_of(sent: &Sent) -> CatalogueForm {
    let says = |part: &str| sent.pairs.iter().any(|(name, value)| name == "dit" && value == part);
    let removed = sent.field("retirer");
    let (people, offers) = (says("personnes"), says("offres"));
    let ticked = |place: &str| sent.pairs.iter().any(|(name, value)| name == "groupement" && value == place);
    let names =
        ["personne-nom", "personne-role", "personne-courriel", "personne-telephone", "personne-visible"];
    let person =
        |[name, role, email, phone, public]: [String; 5]| PersonForm { name, role, email, phone, public };
    let service_names =
        ["prestation-nom", "prestation-min", "prestation-max", "prestation-unite", "prestation-delai"];
    let service = |[name, price_min, price_max, unit, delay]: [String; 5]| ServiceForm {
        name,
        price_min,
        price_max,
        unit,
        delay,
    };
    let reference_names = ["reference-client", "reference-travaux", "reference-annee", "reference-montant"];
    let reference = |[client, work, year, amount]: [String; 4]| ReferenceForm { client, work, year, amount };
    let label = |[name, from, to]: [String; 3]| LabelForm { name, from, to };
    CatalogueForm {
        people: people.then(|| filled(sent, names, &removed, person)),
        services: offers.then(|| filled(sent, service_names, &removed, service)),
        references: offers.then(|| filled(sent, reference_names, &removed, reference)),
        labels: offers.then(|| filled(sent, ["label-nom", "label-debut", "label-fin"], &removed, label)),
        networks: offers.then(|| filled(sent, ["reseau-nom"], &removed, |[name]: [String; 1]| name)),
        groupement: offers.then(|| GroupementForm {
            as_mandataire: ticked("mandataire"),
            as_cotraitant: ticked("cotraitante"),
            as_subcontractor: ticked("sous-traitante"),
            sought: sent.field("groupement-cherche"),
        }),
    }
}

/// The rows of these names but for the one that a button takes out (« prestation-2 »), and for empty ones.
fn filled<const N: usize, T: Default + PartialEq>(
    sent: &Sent,
    names: [&str; N],
    removed: &str,
    read: impl Fn([String; N]) -> T,
) -> Vec<T> {
    let kind = names.first().and_then(|name| name.split_once('-')).map_or("", |(kind, _)| kind);
    let is_removed = |n: usize| removed == format!("{kind}-{n}");
    // The list of the empty row chooses something by itself.
    let is_empty = |row: &[String; N]| {
        row.iter().zip(names).all(|(text, name)| {
            text.trim().is_empty() || name.ends_with("-role") || name.ends_with("-visible")
        })
    };
    let rows = sent.rows(names).into_iter().enumerate();
    rows.filter(|(n, row)| !is_removed(*n) && !is_empty(row)).map(|(_, row)| read(row)).collect()
}

/// « Votre fiche est-elle toujours exacte ? »: opening it says nothing.
pub(super) async fn vouch_show(Extract(state): Extract<State>, caller: Caller) -> Response {
    let outcome = async {
        let structure = state.backend.fiche_vouch_show(&caller.actor, caller.structure()?).await?;
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("Toujours exact\u{a0}?"), || {
            pages::confirm::fiche_vouch(&structure, &caller.token)
        }))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// « Oui, tout est exact ».
pub(super) async fn vouch(Extract(state): Extract<State>, sent: Sent) -> Response {
    let outcome = async {
        let structure = state.backend.fiche_vouch(&sent.caller.actor, sent.caller.structure()?).await?;
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("C’est noté"), || {
            pages::confirm::fiche_vouched(&structure)
        }))
    };
    sent.caller.answered(&state, outcome.await)
}
