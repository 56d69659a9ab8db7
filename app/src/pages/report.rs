//! `/signaler`: what a reader finds wrong with something that is public.

use crate::components::{Choice, TextInput, choices, error_summary, errors, long_text};
use crate::document::Page;
use crate::pages::confirm::narrow;
use domain::form::{Field, Violation};
use domain::vigilance::ReportReason;
use leptos::prelude::*;

/// What is reported, and what was typed so far.
#[derive(Debug, Clone, Default)]
pub struct ReportView<'a> {
    /// What it is called: the title of a need, the name of a structure.
    pub name: &'a str,
    /// `besoin` or `structure`, and which.
    pub on: (&'static str, String),
    /// Its page.
    pub page: String,
    /// Why, as it was chosen.
    pub reason: &'a str,
    /// In its own words.
    pub text: &'a str,
    /// Where it is told what became of it.
    pub address: &'a str,
}

/// What surrounds the page.
#[must_use]
pub fn page(is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    Page { title: format!("{error}Signaler"), private: true, ..Page::default() }
}

/// The page.
pub fn view(model: &ReportView<'_>, wrong: &[Violation]) -> AnyView {
    let reasons = ReportReason::ALL.map(|reason| Choice {
        code: reason.code(),
        label: reason.label().to_owned(),
        hint: String::new(),
    });
    let email = TextInput {
        kind: "email",
        autocomplete: "email",
        ..TextInput::wide(
            Field::Email,
            "Votre adresse e-mail, si vous voulez qu’on vous réponde",
            "Facultative. Seuls les administrateurs la voient.",
            model.address,
        )
    };
    let (kind, which) = model.on.clone();
    let body = view! {
        {error_summary(&errors(wrong))}
        <form method="post" action="/signaler" novalidate>
            <input type="hidden" name=kind value=which/>
            {choices(Field::Reason, "Qu’est-ce qui ne va pas\u{a0}?", "", reasons.into(), model.reason, wrong)}
            {long_text(Field::Message, "Dites-le en quelques mots", "Ce que vous avez lu, et pourquoi cela n’a pas sa place ici.", model.text, wrong)}
            {email.view(wrong)}
            <div class="actions actions-end"><button class="button">"Signaler"</button></div>
        </form>
        <p class="block"><a href=model.page.clone()>"Revenir à la page"</a></p>
    };
    let lead = format!(
        "{}. Un administrateur lit chaque signalement\u{a0}; rien n’est retiré sans raison.",
        model.name
    );
    narrow("Signaler".to_owned(), lead, body.into_any())
}

/// It is kept.
pub fn kept(page: String) -> AnyView {
    let body =
        view! { <p class="actions"><a class="button button-secondary" href=page>"Revenir à la page"</a></p> };
    let lead = "Votre signalement est enregistré. Un administrateur le lira.";
    narrow("C’est noté".to_owned(), lead.to_owned(), body.into_any())
}
