//! `/besoins/suivre/structure`: one structure of a lot, for the author of the need: why it fits, what it answered, what both
//! wrote, what the author notes.

use super::{candidate_file_url, candidate_url, compare_url, follow_page_url, questions_url};
use crate::components::{
    breadcrumb, contact_person, day, error_summary, errors, kinds, long_text, notice, reasons, seat_name,
    shared_answers, thread, tick,
};
use crate::document::Page;
use crate::urls::structure_url;
use backend::needs::CandidateView;
use domain::form::{Field, Violation};
use domain::need::{Answer, Message, Side};
use leptos::prelude::*;

/// The name of the box that puts a structure on the short list.
pub const SHORTLISTED: &str = "retenue";

/// What was typed and refused.
#[derive(Debug, Clone, Copy, Default)]
pub struct Typed<'a> {
    /// The message.
    pub message: &'a str,
    /// The note, if it is what was refused.
    pub note: Option<&'a str>,
    /// What is to be corrected.
    pub wrong: &'a [Violation],
}

/// What surrounds the page.
#[must_use]
pub fn page(model: &CandidateView, is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    let name = model.candidate.entry.structure.shown_name();
    Page { title: format!("{error}{name}"), private: true, ..Page::default() }
}

/// The page. `done` is what was just done.
pub fn view(model: &CandidateView, token: &str, typed: Typed<'_>, done: Option<&str>) -> AnyView {
    let draft = &model.need.draft;
    let entry = &model.candidate.entry;
    let name = entry.structure.shown_name().to_owned();
    let rank = draft.lot(model.lot).map_or(0, |(rank, _)| rank);
    let done = done.map(|text| notice("notice-success", "C’est enregistré.", text.to_owned()));
    let messages: Vec<&Message> = model.messages.iter().collect();
    let asked = model.messages.iter().rev().find(|message| message.side == Side::Structure);
    let is_shared = |message: &&Message| model.shared.iter().any(|of| of.answers == Some(message.id));
    let to_all = asked.filter(|message| !is_shared(message)).map(|message| {
        view! { <p class="actions"><a class="button button-secondary" href=questions_url(token, Some(message))>"Répondre à toutes les structures"</a></p> }
    });
    let unreachable = (!entry.structure.is_told() && asked.is_none()).then(|| {
        view! { <p class="hint">"Cette structure ne reçoit pas d’e-mails de notre part\u{a0}: elle ne lira votre message que si elle ouvre son espace."</p> }
    });
    let fits = match model.reasons.is_empty() {
        true => view! { <p>"Elle ne correspond plus à ce lot, tel qu’il est publié."</p> }.into_any(),
        false => reasons(model.reasons.clone()),
    };
    let told = model.candidate.told.as_ref().map(|row| {
        view! { <p class="muted small">{format!("Prévenue le {}, avec {} points sur 100.", day(row.told_at), row.score)}</p> }
    });
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![(follow_page_url(token), draft.title.clone())], name.clone())}
                <h1>{name.clone()}</h1>
                <p class="card-meta">{kinds(entry.structure.kinds)}{seat_name(entry)}</p>
                <p class="lead">{draft.lot_name(rank)}</p>
            </div>
            {error_summary(&errors(typed.wrong))}
            {done}
            <div class="beside">
                <div>
                    {answer(model)}
                    <section class="section">
                        <h2>"Vos échanges"</h2>
                        {thread(&messages, Side::Buyer, &name, |file| candidate_file_url(token, file))}
                        {to_all.filter(|_| model.writes)}
                        {model.writes.then(|| view! { <form method="post" action="/besoins/suivre/structure" class="block" novalidate>
                            {hidden(model, token)}
                            {unreachable}
                            {long_text(Field::Message, "Votre message", "Seule cette structure le lit. Ce qui concerne le besoin lui-même se répond à toutes.", typed.message, typed.wrong)}
                            <div class="actions actions-end"><button class="button" name="action" value="ecrire">"Envoyer le message"</button></div>
                        </form> })}
                    </section>
                    {shared_answers(&model.shared, draft).map(|shared| view! { <section class="section"><h2>"Répondu à toutes"</h2>{shared}</section> })}
                    <section class="section">
                        <h2>"Pourquoi elle convient"</h2>
                        {fits}
                        {told}
                    </section>
                </div>
                <div>
                    {model.writes.then(|| notes(model, token, typed))}
                    <ul class="links block">
                        <li><a href=structure_url(&entry.structure)>"Sa fiche publique"</a></li>
                        <li><a href=compare_url(draft, token, model.lot)>"La comparer"</a></li>
                    </ul>
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn hidden(model: &CandidateView, token: &str) -> AnyView {
    view! {
        <input type="hidden" name="jeton" value=token.to_owned()/>
        <input type="hidden" name="lot" value=model.lot.to_string()/>
        <input type="hidden" name="siret" value=model.candidate.entry.structure.siret.to_string()/>
    }
    .into_any()
}

fn answer(model: &CandidateView) -> AnyView {
    let people: Vec<AnyView> = model.people.iter().map(contact_person).collect();
    let Some(row) = &model.candidate.answer else {
        return view! { <section><h2>"Sa réponse"</h2><div class="empty"><p>"Pas de réponse pour l’instant."</p></div></section> }.into_any();
    };
    let replies = row
        .replies
        .iter()
        .map(|r| view! { <dt>{r.question.clone()}</dt><dd class="typed">{r.reply.clone()}</dd> });
    let replies: Vec<_> = replies.collect();
    let contact = model.candidate.entry.structure.contact.clone();
    let contact = contact.filter(|_| row.answer == Answer::Interested).map(|c| {
        view! { <p><a href=format!("mailto:{c}")>{c.to_string()}</a></p> }
    });
    view! {
        <section>
            <h2>"Sa réponse"</h2>
            <p><span class="tag">{row.answer.label()}</span>{format!(" le {}", day(row.answered_at))}</p>
            {(!replies.is_empty()).then(|| view! { <dl class="facts-list">{replies}</dl> })}
            {(!row.message.is_empty()).then(|| view! { <p class="typed">{format!("«\u{a0}{}\u{a0}»", row.message)}</p> })}
            {contact}
            {(!people.is_empty()).then(|| view! { <ul class="rows block">{people}</ul> })}
        </section>
    }
    .into_any()
}

fn notes(model: &CandidateView, token: &str, typed: Typed<'_>) -> AnyView {
    let kept = model.candidate.selection.as_ref();
    let note = typed.note.unwrap_or_else(|| kept.map_or("", |kept| kept.note.as_str()));
    view! {
        <section class="card box-brand">
            <h2>"Pour vous"</h2>
            <form method="post" action="/besoins/suivre/structure" novalidate>
                {hidden(model, token)}
                {tick(SHORTLISTED, "Sur ma liste restreinte", model.candidate.is_shortlisted())}
                {long_text(Field::Note, "Notes", "Vous les lisez, et ceux avec qui vous suivez ce besoin\u{a0}; ni la structure, ni les autres.", note, typed.wrong)}
                <div class="actions"><button class="button button-secondary" name="action" value="noter">"Garder"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// The page of a candidate, with what was just done.
#[must_use]
pub fn done_url(model: &CandidateView, token: &str, done: &str) -> String {
    let siret = model.candidate.entry.structure.siret;
    format!("{}&fait={done}", candidate_url(&model.need.draft, token, model.lot, siret))
}
