//! `/connexion`: an address, then the link or the code that it got.

use crate::components::{TextInput, error_summary, errors, notice};
use crate::document::Page;
use crate::pages::confirm::narrow;
use crate::urls::encoded;
use backend::accounts::SIGN_IN_MINUTES;
use domain::email::EmailAddress;
use domain::form::{Field, Violation};
use leptos::prelude::*;

/// What surrounds the page that asks for an address.
#[must_use]
pub fn sign_in_page(is_refused: bool) -> Page {
    super::space_of(format!("{}Se connecter", error_of(is_refused)))
}

fn error_of(is_refused: bool) -> &'static str {
    if is_refused { "Erreur\u{a0}: " } else { "" }
}

/// What stands on the page that asks for an address.
#[derive(Debug, Clone, Default)]
pub struct SignInView<'a> {
    /// The address, as it was typed.
    pub typed: &'a str,
    /// The page that is opened afterwards.
    pub to: &'a str,
    /// What is to be corrected.
    pub wrong: &'a [Violation],
    /// Whether ProConnect signs in too.
    pub has_proconnect: bool,
    /// Why ProConnect did not, if that was tried.
    pub failed: Option<&'static str>,
}

/// ProConnect, for whoever has it.
fn proconnect(model: &SignInView<'_>) -> Option<AnyView> {
    let failed =
        model.failed.map(|why| notice("notice-danger", "ProConnect ne vous a pas connecté.", why.to_owned()));
    let href = format!("/connexion/proconnect?vers={}", encoded(model.to));
    model.has_proconnect.then(|| {
        view! {
            {failed}
            <section class="section">
                <h2>"Agent public ou professionnel"</h2>
                <div class="actions"><a class="button button-secondary" href=href>"S’identifier avec ProConnect"</a></div>
                <p class="muted">"ProConnect est le service d’identification de l’État pour les professionnels. "<a href="https://www.proconnect.gouv.fr/">"Qu’est-ce que ProConnect\u{a0}?"</a></p>
            </section>
        }
        .into_any()
    })
}

/// Asks for an address.
pub fn sign_in(model: &SignInView<'_>) -> AnyView {
    let SignInView { typed, to, wrong, .. } = *model;
    let email = TextInput {
        kind: "email",
        autocomplete: "email",
        ..TextInput::wide(
            Field::Email,
            "Votre adresse e-mail professionnelle",
            "Celle où vous recevez les messages de ce service, si vous en recevez déjà.",
            typed,
        )
    };
    let body = view! {
        {error_summary(&errors(wrong))}
        <form method="post" action="/connexion" novalidate>
            <input type="hidden" name="vers" value=to.to_owned()/>
            {email.required().view(wrong)}
            <div class="actions actions-end"><button class="button button-sun">"Recevoir un lien et un code"</button></div>
        </form>
        {proconnect(model)}
        <section class="section">
            <h2>"Sans compte, tout reste possible"</h2>
            <p>
                "Chercher une structure, publier un besoin, y répondre et tenir une fiche se font par les liens de vos e-mails. Le compte les réunit en un seul endroit, et vous permet d’y inviter vos collègues. Il se crée à votre première connexion."
            </p>
        </section>
    };
    let lead = "Sans mot de passe\u{a0}: un lien et un code partent à votre adresse.";
    narrow("Se connecter".to_owned(), lead.to_owned(), body.into_any())
}

/// What surrounds the page that asks for a code.
#[must_use]
pub fn code_page(is_refused: bool) -> Page {
    super::space_of(format!("{}Un e-mail vous attend", error_of(is_refused)))
}

/// A mail is under way: its code is typed here, or its link is opened. `asked` is what the mail was asked by.
pub fn code(asked: &str, to: &str, wrong: &[Violation]) -> AnyView {
    let input = TextInput {
        is_short: true,
        autocomplete: "one-time-code",
        ..TextInput::wide(Field::Code, "Code de six chiffres", "", "")
    };
    let lead = format!(
        "Ouvrez le lien de l’e-mail, ou tapez son code ici. Les deux servent une seule fois, pendant {SIGN_IN_MINUTES} minutes."
    );
    let body = view! {
        {error_summary(&errors(wrong))}
        <form method="post" action="/connexion/code" novalidate>
            <input type="hidden" name="demande" value=asked.to_owned()/>
            <input type="hidden" name="vers" value=to.to_owned()/>
            {input.required().view(wrong)}
            <div class="actions actions-end"><button class="button">"Me connecter"</button></div>
        </form>
        <p class="muted block">"Rien reçu\u{a0}? Regardez dans les indésirables, puis "<a href="/connexion">"recommencez"</a>"."</p>
    };
    narrow("Un e-mail vous attend".to_owned(), lead, body.into_any())
}

/// What surrounds the page of the link.
#[must_use]
pub fn link_page() -> Page {
    super::space_of("Se connecter".to_owned())
}

/// The link was opened: a button signs in, since programs that read mails open links too.
pub fn link(address: &EmailAddress, token: &str) -> AnyView {
    let body = view! {
        <form method="post" action="/connexion/lien">
            <input type="hidden" name="jeton" value=token.to_owned()/>
            <div class="actions actions-end"><button class="button button-sun">"Me connecter"</button></div>
        </form>
    };
    narrow("Se connecter".to_owned(), format!("Comme {address}, sur cet appareil."), body.into_any())
}

/// The link, or its code, signed in before, or its time is over.
pub fn link_over() -> AnyView {
    let body = view! { <div class="actions"><a class="button button-sun" href="/connexion">"Recevoir un nouveau lien"</a></div> };
    let lead = format!(
        "Il a déjà servi, ou ses {SIGN_IN_MINUTES} minutes sont passées. Rien n’a été changé\u{a0}: demandez-en un autre."
    );
    narrow("Ce lien n’est plus valable".to_owned(), lead, body.into_any())
}
