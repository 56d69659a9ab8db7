//! `/espace/organisations`: finding one's organisation or saying that there is one, and what its members share.

use super::space::needs_by_state;
use crate::components::{Choice, TextInput, breadcrumb, choices, error_summary, errors, notice};
use crate::document::Page;
use crate::pages::confirm::narrow;
use crate::urls::reference;
use backend::accounts::{OrganisationView, OrganisationsFound};
use domain::access::Grant;
use domain::form::{Field, Violation};
use domain::organisation::{Organisation, OrganisationForm, OrganisationKind};
use domain::text::{number, plural};
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn organisations_page(is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    super::space_of(format!("{error}Votre organisation"))
}

/// Finds an organisation, or says that there is one. `sought` is what was looked for, `done` what was just done.
pub fn organisations(
    found: &OrganisationsFound,
    sought: &str,
    typed: &OrganisationForm,
    wrong: &[Violation],
    done: Option<&str>,
) -> AnyView {
    let done = done.map(|text| notice("notice-success", "C’est fait.", text.to_owned()));
    let body = view! {
        {error_summary(&errors(wrong))}
        {done}
        {find(found, sought)}
        {begin(found, typed, wrong)}
    };
    let lead = "Pour préparer et suivre vos besoins à plusieurs, ou tenir les fiches d’un réseau. Vos besoins restent à vous seul tant que vous ne les partagez pas.";
    narrow("Votre organisation".to_owned(), lead.to_owned(), body.into_any())
}

fn find(found: &OrganisationsFound, sought: &str) -> AnyView {
    let rows = found.proposed.iter().map(|organisation| proposed(found, organisation)).collect_view();
    let list = match (found.proposed.is_empty(), sought.is_empty()) {
        (false, true) => view! { <p>"Quelqu’un qui a une adresse du même domaine que la vôtre en fait partie\u{a0}:"</p><ul class="cards block">{rows}</ul> }.into_any(),
        (false, false) => view! { <ul class="cards block">{rows}</ul> }.into_any(),
        (true, true) => view! { <p class="muted">"Cherchez d’abord si un collègue l’a déjà ajoutée."</p> }.into_any(),
        (true, false) => view! { <div class="empty block"><p>{format!("Personne n’a encore ajouté «\u{a0}{sought}\u{a0}». Ajoutez-la ci-dessous.")}</p></div> }.into_any(),
    };
    view! {
        <section class="block">
            <h2>"La rejoindre"</h2>
            {list}
            <form method="get" action="/espace/organisations" class="block">
                <div class="field">
                    <label class="label" for="cherche">"Son nom exact, ou son SIRET"</label>
                    <input class="input" id="cherche" name="cherche" value=sought.to_owned()/>
                </div>
                <div class="actions actions-end"><button class="button button-secondary">"Chercher"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn proposed(found: &OrganisationsFound, organisation: &Organisation) -> AnyView {
    let ask = match found.asked.contains(&organisation.id) {
        true => view! { <p>"Votre demande attend la réponse d’un responsable."</p> }.into_any(),
        false => view! {
            <form method="post" action=format!("/espace/organisations/{}/demande", organisation.id.0)>
                <div class="actions"><button class="button" aria-label=format!("Demander à rejoindre {}", organisation.name)>"Demander à la rejoindre"</button></div>
            </form>
        }
        .into_any(),
    };
    view! {
        <li class="card">
            <h3 class="card-title">{organisation.name.clone()}</h3>
            <p class="card-meta">{meta(organisation)}</p>
            {ask}
        </li>
    }
    .into_any()
}

/// « Collectivité… · SIRET … · confirmée par ProConnect »: what is known of it, and what is only said.
fn meta(organisation: &Organisation) -> String {
    let siret = organisation.siret.map(|siret| format!(" · SIRET {siret}")).unwrap_or_default();
    let vouched = if organisation.is_vouched {
        " · confirmée par ProConnect"
    } else {
        " · déclarée par ses membres"
    };
    format!("{}{siret}{vouched}", organisation.kind.label())
}

fn begin(found: &OrganisationsFound, typed: &OrganisationForm, wrong: &[Violation]) -> AnyView {
    let vouched = found.vouched.map(|siret| siret.to_string());
    let siret =
        if typed.siret.is_empty() { vouched.clone().unwrap_or_default() } else { typed.siret.clone() };
    let hint = match vouched {
        Some(_) => {
            "Celui que ProConnect nous donne pour vous\u{a0}: gardez-le, et votre organisation sera dite confirmée."
        }
        None => "Facultatif\u{a0}: quatorze chiffres. Il aide vos collègues à la retrouver.",
    };
    let kinds = OrganisationKind::ALL.map(|kind| Choice {
        code: kind.code(),
        label: kind.label().to_owned(),
        hint: String::new(),
    });
    let name = TextInput::wide(
        Field::Organisation,
        "Nom de l’organisation",
        "Comme vos collègues le cherchent\u{a0}: «\u{a0}Ville de Lac\u{a0}».",
        &typed.name,
    );
    view! {
        <section class="section">
            <h2>"L’ajouter"</h2>
            <p>"Vous en serez le premier responsable\u{a0}: vous inviterez et accepterez vos collègues."</p>
            <form method="post" action="/espace/organisations" novalidate>
                {name.required().view(wrong)}
                {choices(Field::Category, "C’est", "", kinds.into(), &typed.kind, wrong)}
                {TextInput::wide(Field::Siret, "SIRET", hint, &siret).view(wrong)}
                <div class="actions actions-end"><button class="button">"Ajouter l’organisation"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// What surrounds the page of an organisation.
#[must_use]
pub fn organisation_page(model: &OrganisationView) -> Page {
    super::space_of(model.organisation.name.clone())
}

/// What the members of an organisation share.
pub fn organisation(model: &OrganisationView, done: Option<&str>) -> AnyView {
    let organisation = &model.organisation;
    let rows = needs_by_state(&model.needs, model.today);
    let count = u64::try_from(model.needs.len()).unwrap_or(u64::MAX);
    let done = done.map(|text| notice("notice-success", "C’est fait.", text.to_owned()));
    let needs = match model.needs.is_empty() {
        true => view! { <div class="empty"><p>"Aucun besoin n’est partagé avec ses membres. Pour en partager un, ouvrez «\u{a0}Partager et commenter\u{a0}» depuis le besoin."</p></div> }.into_any(),
        false => view! {
            <p class="muted">{plural(count, "besoin partagé", "besoins partagés")}</p>
            {rows}
        }
        .into_any(),
    };
    let pages = model.delegated.iter().map(|(entry, parts)| {
        let s = &entry.structure;
        let href = format!("/structures/{}/gerer?jeton={}", s.siret, reference(Grant::StructureManage(s.siret)));
        let labels: Vec<&str> = parts.iter().map(|part| part.label()).collect();
        view! { <li><span><a href=href>{s.shown_name().to_owned()}</a><br/><span class="muted small">{labels.join("\u{a0}; ")}</span></span></li> }
    });
    let pages: Vec<_> = pages.collect();
    let is_network = organisation.kind == OrganisationKind::Network;
    let catalogues = (!pages.is_empty()).then(|| view! { <p><a href="/espace/catalogues">"Emporter et rendre leurs catalogues en un tableau"</a></p> });
    let pages = is_network.then(|| view! {
        <section class="section">
            <h2>"Fiches qui vous sont confiées"</h2>
            {pages.is_empty().then(|| view! { <div class="empty"><p>"Aucune. Un responsable de chaque structure vous confie la sienne, depuis ses membres."</p></div> })}
            <ul class="rows">{pages}</ul>
            {catalogues}
        </section>
    });
    let members = format!("/espace/organisations/{}/membres", organisation.id.0);
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![("/espace".into(), "Mon espace".into())], organisation.name.clone())}
                <h1>{organisation.name.clone()}</h1>
                <p class="lead">{meta(organisation)}</p>
            </div>
            {done}
            <div class="actions block"><a class="button button-secondary" href=members>"Membres"</a></div>
            {pages}
            <section class="section">
                <h2>"Besoins de l’organisation"</h2>
                {needs}
                <div class="actions actions-end"><a class="button button-secondary" href="/besoins/nouveau">"Publier un besoin"</a></div>
            </section>
        </div>
    }
    .into_any()
}

/// The organisations of whoever reads, in its space.
pub(super) fn own_organisations(own: &[backend::accounts::OwnOrganisation]) -> AnyView {
    let rows = own.iter().map(|own| {
        let id = own.organisation.id.0;
        let requests = (own.requests > 0).then(|| {
            let count = u64::try_from(own.requests).unwrap_or(u64::MAX);
            let text = plural(count, "personne demande à la rejoindre", "personnes demandent à la rejoindre");
            view! { <p><a href=format!("/espace/organisations/{id}/membres")>{text}</a></p> }
        });
        let needs = number(u64::try_from(own.needs).unwrap_or(u64::MAX));
        view! {
            <li class="card">
                <h3 class="card-title"><a href=format!("/espace/organisations/{id}")>{own.organisation.name.clone()}</a></h3>
                <p class="card-meta">{format!("vous en êtes {} · besoins partagés\u{a0}: {needs}", own.rank.label())}</p>
                {requests}
            </li>
        }
    });
    let rows: Vec<_> = rows.collect();
    let list = match rows.is_empty() {
        true => view! { <p>"Vos collègues préparent et suivent avec vous les besoins que vous partagez avec votre organisation."</p> }.into_any(),
        false => view! { <ul class="cards">{rows}</ul> }.into_any(),
    };
    view! {
        <section class="section">
            <h2>"Votre organisation"</h2>
            {list}
            <div class="actions"><a class="button button-secondary" href="/espace/organisations">"Rejoindre ou ajouter une organisation"</a></div>
        </section>
    }
    .into_any()
}
