//! `/besoins/echanger`: what a structure and the author of a need wrote to each other, for the structure.

use super::confirm::{narrow, need_box};
use crate::components::{error_summary, errors, long_text, notice, shared_answers, thread};
use crate::document::Page;
use crate::urls::encoded;
use backend::needs::ThreadView;
use domain::form::{Field, Violation};
use domain::need::{LotKey, Message, MessageFile, Side};
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page(is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    super::confirm::page(&format!("{error}Écrire à l’acheteur"))
}

/// What was typed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Typed<'a> {
    /// About which lot.
    pub lot: Option<LotKey>,
    /// The message.
    pub text: &'a str,
    /// What is to be corrected.
    pub wrong: &'a [Violation],
}

/// The page. `sent` says that a message was just kept.
pub fn view(model: &ThreadView, token: &str, typed: Typed<'_>, sent: bool) -> AnyView {
    let draft = &model.need.draft;
    let sent = sent.then(|| {
        let text = "L’acheteur le lit sur sa page, et va en être prévenu par e-mail. Sa réponse vous parviendra de même.";
        notice("notice-success", "Votre message est enregistré.", text.to_owned())
    });
    let threads = draft.lots.iter().enumerate().filter_map(|(rank, lot)| {
        let of_lot: Vec<&Message> = model.messages.iter().filter(|message| message.lot == lot.key).collect();
        let file =
            |file: &MessageFile| format!("/besoins/echanger/piece/{}?jeton={}", file.id, encoded(token));
        let messages = thread(&of_lot, Side::Structure, "L’acheteur", file)?;
        let heading = if draft.has_lots() { draft.lot_name(rank) } else { "Vos messages".to_owned() };
        Some(view! { <section class="section"><h2>{heading}</h2>{messages}</section> })
    });
    let threads: Vec<_> = threads.collect();
    let shared = shared_answers(&model.shared, draft).map(|shared| {
        view! { <section class="section"><h2>"Réponses de l’acheteur à toutes"</h2>{shared}</section> }
    });
    let form = match model.takes_messages {
        true => form(model, token, typed),
        false => notice(
            "notice-warning",
            "Ce besoin est clos.",
            "On ne peut plus écrire à l’acheteur d’ici.".to_owned(),
        ),
    };
    let is_told = |lot: LotKey| model.lots.contains(&lot);
    let body = view! {
        {error_summary(&errors(typed.wrong))}
        {sent}
        {need_box(&model.need, is_told)}
        {threads}
        {shared}
        {form}
        <p class="block">
            <a href=format!("/besoins/repondre?jeton={}", encoded(token))>"Répondre au besoin"</a>
            " · "
            <a href=format!("/besoins/{}", model.need.id)>"Voir le besoin"</a>
        </p>
    };
    let name = model.structure.structure.shown_name();
    let lead = format!(
        "Pour {name}. L’acheteur voit le nom de votre structure. S’il publie sa réponse pour toutes, rien n’y dit qui a demandé."
    );
    narrow("Écrire à l’acheteur".to_owned(), lead, body.into_any())
}

fn form(model: &ThreadView, token: &str, typed: Typed<'_>) -> AnyView {
    let draft = &model.need.draft;
    let chosen = typed.lot.or_else(|| model.messages.last().map(|message| message.lot));
    let lots = (model.lots.len() > 1).then(|| {
        let all = model.lots.iter().enumerate().filter_map(|(n, key)| {
            let (rank, _) = draft.lot(*key)?;
            let checked = chosen.map_or(n == 0, |chosen| chosen == *key);
            Some(view! {
                <label class="choice">
                    <input type="radio" name="lot" value=key.to_string() checked=checked/>
                    <span>{draft.lot_name(rank)}</span>
                </label>
            })
        });
        view! { <fieldset class="fieldset"><legend>"De quel lot parlez-vous\u{a0}?"</legend>{all.collect_view()}</fieldset> }
    });
    let only = model.lots.first().filter(|_| model.lots.len() == 1);
    let only = only.map(|key| view! { <input type="hidden" name="lot" value=key.to_string()/> });
    view! {
        <section class="section">
            <h2>"Poser une question, écrire un message"</h2>
            <form method="post" action="/besoins/echanger" novalidate>
                <input type="hidden" name="jeton" value=token.to_owned()/>
                {lots}
                {only}
                {long_text(Field::Message, "Votre message", "Ce n’est pas une offre\u{a0}: elle se remet à l’acheteur comme son annonce le dit.", typed.text, typed.wrong)}
                <div class="actions actions-end"><button class="button">"Envoyer à l’acheteur"</button></div>
            </form>
        </section>
    }
    .into_any()
}
