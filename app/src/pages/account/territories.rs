//! `/espace/territoires`: what somebody is of territories, and what happens there.

use crate::components::{
    Choice, TextInput, breadcrumb, choices, day, error_of, error_summary, errors, figure, need_card, notice,
};
use crate::document::Page;
use crate::pages::confirm::narrow;
use backend::accounts::{MandateRow, TerritoryWork};
use domain::access::{Mandate, TerritoryRole};
use domain::form::{Field, Violation};
use domain::territory::{Place, Zone};
use domain::text::number;
use leptos::prelude::*;

/// What was typed.
#[derive(Debug, Clone, Default)]
pub struct MandateTyped {
    /// Code of the role.
    pub role: String,
    /// Code of the territory.
    pub place: String,
    /// For whom somebody works.
    pub employer: String,
}

/// What surrounds the page.
#[must_use]
pub fn territories_page(is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    super::space_of(format!("{error}Vos territoires"))
}

/// What somebody is of territories, and how it asks.
pub fn territories(
    own: &[MandateRow],
    typed: &MandateTyped,
    wrong: &[Violation],
    done: Option<&str>,
) -> AnyView {
    let done = done.map(|text| notice("notice-success", "C’est fait.", text.to_owned()));
    let rows = own.iter().map(|row| own_row(row, true)).collect_view();
    let roles = TerritoryRole::ALL.map(|role| Choice {
        code: role.code(),
        label: domain::text::capitalised(role.label()),
        hint: match role {
            TerritoryRole::Facilitator => {
                "Vous voyez les besoins du territoire et ce qu’ils deviennent, et acceptez d’autres facilitateurs.".to_owned()
            }
            TerritoryRole::StateService => {
                "Vous lisez les besoins du territoire et ce qu’ils deviennent. Un administrateur vous accepte.".to_owned()
            }
        },
    });
    let employer = TextInput::wide(
        Field::Organisation,
        "Pour qui travaillez-vous\u{a0}?",
        "Un PLIE, une maison de l’emploi, une métropole, une DDETS…",
        &typed.employer,
    );
    let body = view! {
        {error_summary(&errors(wrong))}
        {done}
        {(!own.is_empty()).then(|| view! { <section><h2>"Les vôtres"</h2><ul class="cards">{rows}</ul></section> })}
        <section class="section">
            <h2>"Demander un territoire"</h2>
            <form method="post" action="/espace/territoires" novalidate>
                {choices(Field::Rights, "Vous êtes", "", roles.into(), &typed.role, wrong)}
                {places(&typed.place, wrong)}
                {employer.required().view(wrong)}
                <div class="actions actions-end"><button class="button">"Demander ce territoire"</button></div>
            </form>
        </section>
    };
    let lead = "Pour les facilitateurs des clauses sociales et les services de l’État. Un facilitateur du territoire ou un administrateur vous accepte.";
    narrow("Vos territoires".to_owned(), lead.to_owned(), body.into_any())
}

/// Départements and régions, to choose one.
fn places(typed: &str, wrong: &[Violation]) -> AnyView {
    let option = |place: Place| {
        let code = place.code();
        let selected = code == typed;
        view! { <option value=code selected=selected>{place.name()}</option> }
    };
    let (departements, regions): (Vec<Place>, Vec<Place>) =
        Mandate::places().partition(|place| matches!(place.zone(), Zone::Departement(_)));
    let name = Field::Place.name();
    let error = error_of(wrong, Field::Place).map(|message| {
        view! { <p class="field-error" id="ou-erreur">{format!("Erreur\u{a0}: {message}")}</p> }
    });
    let invalid = error.is_some();
    view! {
        <div class=if invalid { "field field-wrong" } else { "field" }>
            <label class="label" for=name>"Territoire"</label>
            {error}
            <select class="input" id=name name=name aria-invalid=invalid.then_some("true") aria-describedby=invalid.then_some("ou-erreur")>
                <option value="">"Choisissez"</option>
                <optgroup label="Départements">{departements.into_iter().map(option).collect_view()}</optgroup>
                <optgroup label="Régions">{regions.into_iter().map(option).collect_view()}</optgroup>
            </select>
        </div>
    }
    .into_any()
}

/// One of somebody's own mandates, or demands.
fn own_row(row: &MandateRow, with_button: bool) -> AnyView {
    let place = row.mandate.place;
    let href = format!("/espace/territoires/{}", place.code());
    let (title, state) = match row.granted_at {
        Some(at) => (
            view! { <a href=href.clone()>{place.name()}</a> }.into_any(),
            format!("{} depuis le {}", row.mandate.role.label(), day(at)),
        ),
        None => (
            place.name().into_any(),
            format!("{}\u{a0}: demande du {}, sans réponse", row.mandate.role.label(), day(row.asked_at)),
        ),
    };
    let leave = with_button.then(|| {
        view! {
            <form method="post" action=href>
                <input type="hidden" name="role" value=row.mandate.role.code()/>
                <div class="actions"><button class="button button-secondary" name="action" value="renoncer" aria-label=format!("Renoncer\u{a0}: {}", place.name())>"Renoncer"</button></div>
            </form>
        }
    });
    view! {
        <li class="card">
            <h3 class="card-title">{title}</h3>
            <p class="card-meta">{state}</p>
            {leave}
        </li>
    }
    .into_any()
}

/// The territories of whoever reads, in its space.
pub(super) fn own_territories(own: &[MandateRow]) -> AnyView {
    let rows = own.iter().map(|row| own_row(row, false)).collect_view();
    let list = match own.is_empty() {
        true => view! { <p>"Vous êtes facilitateur des clauses sociales, ou d’un service de l’État\u{a0}? Voyez ce qui se passe sur votre territoire."</p> }.into_any(),
        false => view! { <ul class="cards">{rows}</ul> }.into_any(),
    };
    view! {
        <section class="section">
            <h2>"Vos territoires"</h2>
            {list}
            <div class="actions"><a class="button button-secondary" href="/espace/territoires">"Demander un territoire"</a></div>
        </section>
    }
    .into_any()
}

/// What surrounds the page of a territory.
#[must_use]
pub fn territory_work_page(model: &TerritoryWork) -> Page {
    super::space_of(format!("Suivre\u{a0}: {}", model.place.name()))
}

/// What happens in a territory.
pub fn territory_work(model: &TerritoryWork, done: Option<&str>) -> AnyView {
    let code = model.place.code();
    let done = done.map(|text| notice("notice-success", "C’est fait.", text.to_owned()));
    let cards = model.needs.needs.iter().map(|listed| need_card(&listed.entry, 3, listed.km)).collect_view();
    let unanswered = model.needs.needs.iter().filter(|n| n.entry.told > 0 && n.entry.interested == 0).count();
    let untold = model.needs.needs.iter().filter(|n| n.entry.told == 0).count();
    let as_what = match model.own {
        Some(mandate) => format!("Vous y êtes {}.", mandate.role.label()),
        None => "Vous la voyez comme administrateur.".to_owned(),
    };
    let href = |page: usize| format!("/espace/territoires/{code}?page={page}");
    let pages = (model.needs.pages > 1).then(|| {
        let (page, all) = (model.needs.page, model.needs.pages);
        let before = (page > 1).then(|| view! { <a class="button button-secondary" href=href(page - 1)>"Page précédente"</a> });
        let after = (page < all).then(|| view! { <a class="button button-secondary" href=href(page + 1)>"Page suivante"</a> });
        view! { <nav class="actions block" aria-label="Pages"><span class="muted">{format!("Page {page} sur {all}")}</span>{before}{after}</nav> }
    });
    let list = match model.needs.total {
        0 => view! { <div class="empty"><p>"Aucun besoin n’y a encore été publié."</p></div> }.into_any(),
        _ => view! { <ul class="cards block">{cards}</ul>{pages} }.into_any(),
    };
    let count = |of: usize| number(u64::try_from(of).unwrap_or(u64::MAX));
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![("/espace".into(), "Mon espace".into())], model.place.name())}
                <h1>{model.place.name()}</h1>
                <p class="lead">{as_what}" "<a href=format!("/territoires/{code}")>"Voir les structures du territoire"</a></p>
            </div>
            {done}
            {requests(&model.requests)}
            <ul class="figures">
                {figure(number(model.needs.total), "besoins publiés ici".into(), None, false)}
                {figure(count(unanswered), "sur cette page, sans structure intéressée".into(), None, unanswered > 0)}
                {figure(count(untold), "sur cette page, sans structure prévenue".into(), None, untold > 0)}
            </ul>
            <section class="section"><h2>"Besoins"</h2>{list}</section>
            {holders(model)}
        </div>
    }
    .into_any()
}

/// Who asks to be something of a territory, with the buttons that answer; nothing when nobody does.
pub fn requests(rows: &[MandateRow]) -> Option<AnyView> {
    let items = rows.iter().map(|row| {
        view! {
            <li class="card">
                <h3 class="card-title">{row.address.to_string()}</h3>
                <p class="card-meta">{format!("{} · {} · pour {} · demande du {}", row.mandate.place.name(), row.mandate.role.label(), row.employer, day(row.asked_at))}</p>
                {answer_buttons(row)}
            </li>
        }
    });
    let items = items.collect_view();
    (!rows.is_empty()).then(|| {
        view! { <section class="block"><h2>"Demandes"</h2><ul class="cards">{items}</ul></section> }
            .into_any()
    })
}

fn answer_buttons(row: &MandateRow) -> AnyView {
    view! {
        <form method="post" action=format!("/espace/territoires/{}", row.mandate.place.code())>
            <input type="hidden" name="role" value=row.mandate.role.code()/>
            <input type="hidden" name="compte" value=row.account.0.to_string()/>
            <div class="actions">
                <button class="button" name="action" value="accepter" aria-label=format!("Accepter {}", row.address)>"Accepter"</button>
                <button class="button button-secondary" name="action" value="decliner" aria-label=format!("Refuser {}", row.address)>"Refuser"</button>
            </div>
        </form>
    }
    .into_any()
}

fn holders(model: &TerritoryWork) -> AnyView {
    let takes_away = model.own.is_none_or(|own| own.role == TerritoryRole::Facilitator);
    let rows = model.holders.iter().map(|row| {
        let is_other_kind = model.own.is_some() && row.mandate.role != TerritoryRole::Facilitator;
        let button = (takes_away && !is_other_kind).then(|| {
            view! {
                <form method="post" action=format!("/espace/territoires/{}", row.mandate.place.code())>
                    <input type="hidden" name="role" value=row.mandate.role.code()/>
                    <input type="hidden" name="compte" value=row.account.0.to_string()/>
                    <button class="button button-secondary" name="action" value="decliner" aria-label=format!("Retirer {}", row.address)>"Retirer"</button>
                </form>
            }
        });
        view! { <li><span>{row.address.to_string()}<br/><span class="muted small">{format!("{} · {}", row.mandate.role.label(), row.employer)}</span></span>" "{button}</li> }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <section class="section">
            <h2>"Qui suit ce territoire"</h2>
            {rows.is_empty().then(|| view! { <p class="muted">"Personne d’autre."</p> })}
            <ul class="rows">{rows}</ul>
        </section>
    }
    .into_any()
}
