//! `/espace/rejoindre`: belonging to a structure, proven by a code that its contact hands on.

use crate::components::{TextInput, error_summary, errors};
use crate::document::Page;
use crate::pages::confirm::narrow;
use domain::form::{Field, Violation};
use domain::structure::Structure;
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn join_page(is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    super::space_of(format!("{error}Rejoindre une structure"))
}

/// Asks which structure.
pub fn join(typed: &str, wrong: &[Violation]) -> AnyView {
    let siret = TextInput::wide(
        Field::Siret,
        "SIRET de la structure",
        "Quatorze chiffres\u{a0}: il est sur sa fiche, et sur ses factures.",
        typed,
    );
    let body = view! {
        {error_summary(&errors(wrong))}
        <form method="post" action="/espace/rejoindre" novalidate>
            {siret.required().view(wrong)}
            <div class="actions actions-end"><button class="button">"Demander le code"</button></div>
        </form>
    };
    let lead = "Un code part à l’adresse de contact que nous connaissons d’elle. Si cette adresse est la vôtre, vous la rejoignez tout de suite.";
    narrow("Rejoindre une structure".to_owned(), lead.to_owned(), body.into_any())
}

/// Asks for the code that the contact got.
pub fn join_code(structure: &Structure, wrong: &[Violation]) -> AnyView {
    let name = structure.shown_name().to_owned();
    let input = TextInput { is_short: true, ..TextInput::wide(Field::Code, "Code de six chiffres", "", "") };
    let body = view! {
        {error_summary(&errors(wrong))}
        <form method="post" action="/espace/rejoindre/code" novalidate>
            <input type="hidden" name=Field::Siret.name() value=structure.siret.to_string()/>
            {input.required().view(wrong)}
            <div class="actions actions-end"><button class="button">"Rejoindre"</button></div>
        </form>
        <section class="section">
            <h2>"Personne n’a reçu de code\u{a0}?"</h2>
            <p>
                "La structure n’a peut-être pas d’adresse de contact ici, ou plus la bonne. Un responsable qui a déjà un compte peut vous inviter\u{a0}; sinon, écrivez à qui tient ce service\u{a0}: "
                <a href="/mentions-legales">"mentions légales"</a>"."
            </p>
        </section>
    };
    let lead = format!(
        "Si {name} a une adresse de contact, un code valable trois jours y part, avec votre adresse. Demandez-le à qui lit cette messagerie."
    );
    narrow(format!("Rejoindre {name}"), lead, body.into_any())
}
