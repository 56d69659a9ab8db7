//! « Je suis intéressée », from the public page of a need: the contact of the structure gets the link that answers; without
//! one, the structure leaves its address, confirms it, and the author of the need learns of it.

use super::confirm::narrow;
use crate::components::{TextInput, error_said, error_summary, errors};
use crate::document::Page;
use backend::needs::InterestView;
use domain::form::{Field, Violation};
use domain::need::{InterestForm, Need};
use domain::structure::Structure;
use leptos::prelude::*;

/// What surrounds the page that asks for an address.
#[must_use]
pub fn page(is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    Page { title: format!("{error}Laisser votre adresse à l’acheteur"), private: true, ..Page::default() }
}

/// The form with which a structure that finds a need by itself says so.
pub fn form(need: &Need, typed: &str) -> AnyView {
    view! {
        <form method="post" action=format!("/besoins/{}/interet", need.id)>
            <div class="field">
                <label class="label" for="siret">"SIRET de votre structure"</label>
                <p class="hint" id="siret-aide">"Quatorze chiffres. Le lien pour répondre part à son adresse de contact."</p>
                <input class="input" id="siret" name="siret" inputmode="numeric" autocomplete="off" aria-describedby="siret-aide" value=typed.to_owned()/>
            </div>
            <div class="actions actions-end"><button class="button">"Recevoir le lien pour répondre"</button></div>
        </form>
    }
    .into_any()
}

/// It was said for a structure that is listed.
pub fn sent(need: &Need, structure: &Structure) -> AnyView {
    let siret = structure.siret;
    let typed = InterestForm { siret: siret.to_string(), ..InterestForm::default() };
    let body = view! {
        <p class="actions"><a href=format!("/structures/{siret}")>"Voir sa fiche"</a></p>
        <section class="section">
            <h2>"Pas d’adresse de contact, ou plus la bonne\u{a0}?"</h2>
            <p>"Laissez la vôtre\u{a0}: dès que vous l’aurez confirmée, l’acheteur saura comment vous joindre."</p>
            {address_form(need, &typed, Some(structure), &[])}
        </section>
    };
    let lead = format!(
        "Si {} a une adresse de contact, le lien pour répondre y part. Rien n’est dit à l’acheteur avant.",
        structure.shown_name()
    );
    narrow("Un e-mail vous attend".to_owned(), lead, body.into_any())
}

/// It was said for a structure that is not listed: the number is wrong, or the structure leaves its address.
pub fn unlisted(need: &Need, typed: &str) -> AnyView {
    let form_typed = InterestForm { siret: typed.to_owned(), ..InterestForm::default() };
    let why = format!(
        "«\u{a0}{typed}\u{a0}» n’est le SIRET d’aucune structure de notre liste\u{a0}: vérifiez ses quatorze chiffres."
    );
    let body = view! {
        {error_said("Cette structure n’est pas connue ici", why)}
        <section class="section">
            <h2>"Votre structure manque à notre liste\u{a0}?"</h2>
            <p>"Laissez son adresse\u{a0}: dès que vous l’aurez confirmée, l’acheteur saura comment vous joindre."</p>
            {address_form(need, &form_typed, None, &[])}
            <p class="muted">"Pour être dans la liste, et prévenue d’autres besoins, écrivez à qui tient ce service\u{a0}: "<a href="/mentions-legales">"mentions légales"</a>"."</p>
        </section>
    };
    narrow("Je suis intéressée".to_owned(), need.draft.title.clone(), body.into_any())
}

/// The form that asks for an address, again, with what is to be corrected.
pub fn address(
    need: &Need,
    typed: &InterestForm,
    listed: Option<&Structure>,
    wrong: &[Violation],
) -> AnyView {
    let body = view! {
        {error_summary(&errors(wrong))}
        {address_form(need, typed, listed, wrong)}
    };
    narrow("Laisser votre adresse à l’acheteur".to_owned(), need.draft.title.clone(), body.into_any())
}

fn address_form(
    need: &Need,
    typed: &InterestForm,
    listed: Option<&Structure>,
    wrong: &[Violation],
) -> AnyView {
    let who = match listed {
        Some(structure) => {
            let name = structure.shown_name().to_owned();
            view! { <input type="hidden" name=Field::Siret.name() value=typed.siret.clone()/><p>{name}</p> }.into_any()
        }
        None => view! {
            {TextInput::wide(Field::Siret, "SIRET de votre structure", "Quatorze chiffres.", &typed.siret).required().view(wrong)}
            {TextInput::wide(Field::Name, "Nom de votre structure", "", &typed.name).required().view(wrong)}
        }
        .into_any(),
    };
    let email = TextInput {
        kind: "email",
        autocomplete: "email",
        ..TextInput::wide(
            Field::Email,
            "Votre adresse e-mail",
            "L’acheteur la verra, et lui seul.",
            &typed.email,
        )
    };
    view! {
        <form method="post" action=format!("/besoins/{}/interet/adresse", need.id) novalidate>
            {who}
            {email.required().view(wrong)}
            <div class="actions actions-end"><button class="button">"Confirmer mon adresse par e-mail"</button></div>
        </form>
    }
    .into_any()
}

/// « Un e-mail vous attend », to confirm an address.
pub fn asked() -> AnyView {
    let lead = "Ouvrez-le et appuyez sur son bouton\u{a0}: l’acheteur saura alors que vous êtes intéressée. D’ici là, il n’en sait rien. S’il n’arrive pas, regardez dans les indésirables.";
    narrow("Un e-mail vous attend".to_owned(), lead.to_owned(), ().into_any())
}

/// « Est-ce bien votre adresse ? ».
pub fn confirm(model: &InterestView, token: &str) -> AnyView {
    let body = view! {
        <form method="post" action="/besoins/interet">
            <input type="hidden" name="jeton" value=token.to_owned()/>
            <div class="actions actions-end"><button class="button button-sun">"Confirmer et prévenir l’acheteur"</button></div>
        </form>
    };
    let lead = format!(
        "{} joindra {} à {}, pour «\u{a0}{}\u{a0}».",
        match model.need.draft.buyer.name.as_str() {
            "" => "L’acheteur",
            name => name,
        },
        model.interest.name,
        model.interest.address,
        model.need.draft.title
    );
    narrow("Est-ce bien votre adresse\u{a0}?".to_owned(), lead, body.into_any())
}

/// « L’acheteur va être prévenu ».
pub fn confirmed(model: &InterestView) -> AnyView {
    let body = view! {
        <p class="actions"><a href=format!("/besoins/{}", model.need.id)>"Voir le besoin"</a></p>
    };
    let lead = format!("Un e-mail lui part, avec votre adresse\u{a0}: {}.", model.interest.address);
    narrow("L’acheteur va être prévenu".to_owned(), lead, body.into_any())
}
