//! `/besoins/suivre`: a need as its author sees it, with the answers.

use crate::components::{breadcrumb, corrections, day, figure, notice, score};
use crate::document::Page;
use backend::index::Entry;
use backend::needs::FollowView;
use backend::store::{Answer, AnswerRow};
use domain::date;
use domain::need::NeedStatus;
use domain::siret::Siret;
use domain::text::number;
use leptos::prelude::*;
use std::collections::HashSet;
use std::sync::Arc;

/// What surrounds the page.
#[must_use]
pub fn page(view: &FollowView) -> Page {
    Page {
        title: format!("Réponses à «\u{a0}{}\u{a0}»", view.need.draft.title),
        private: true,
        ..Page::default()
    }
}

/// The page. `just_published` says that the author has just pressed the button, `changed` that something else was just
/// kept.
pub fn view(model: &FollowView, token: &str, just_published: bool, changed: bool) -> AnyView {
    let draft = &model.need.draft;
    let id = model.need.id;
    let count = |answer: Answer| {
        let rows = model.answers.iter().filter(|(row, _)| row.answer == answer);
        distinct(rows.map(|(row, _)| row.siret))
    };
    let told = distinct(model.told.iter().map(|(row, _)| row.siret));
    let published = just_published.then(|| {
        view! {
            <div class="notice notice-success block" role="status">
                <p><strong>"Votre besoin est publié."</strong>" Les structures qui conviennent sont en train d’être prévenues. Cette adresse est la vôtre seule\u{a0}: elle est aussi dans votre messagerie."</p>
            </div>
        }
    });
    let changed = changed.then(|| {
        let text =
            format!("Votre besoin est maintenant\u{a0}: {}.", model.need.status.label().to_lowercase());
        notice("notice-success", "C’est enregistré.", text)
    });
    let waiting = model.need.published_at.is_none().then(|| {
        view! { <div class="notice notice-warning block"><p><strong>"Pas encore publié."</strong>" Ouvrez le lien de confirmation reçu par e-mail."</p></div> }
    });
    let to_correct = crate::pages::prepare::corrections_linked(draft, token);
    let answers = answers_by_structure(model).iter().map(|rows| answer_card(model, rows)).collect_view();
    let mut silent: Vec<(Siret, u8, &Arc<Entry>)> = Vec::new();
    for (row, entry) in &model.told {
        let answered = model.answers.iter().any(|(a, _)| a.siret == row.siret);
        let listed = silent.iter().any(|(siret, ..)| *siret == row.siret);
        if let Some(entry) = entry.as_ref().filter(|_| !answered && !listed) {
            silent.push((row.siret, row.score, entry));
        }
    }
    let silent: Vec<_> = silent
        .into_iter()
        .map(|(siret, score, entry)| {
            view! {
                <li>
                    <a href=format!("/structures/{siret}")>{entry.structure.shown_name().to_owned()}</a>
                    <span class="number">{format!("{score}\u{a0}/\u{a0}100")}</span>
                </li>
            }
        })
        .collect();
    let none = model.answers.is_empty().then(|| {
        view! { <div class="empty"><p>"Aucune réponse pour l’instant. Vous recevrez un e-mail à chacune."</p></div> }
    });
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![("/besoins".into(), "Besoins".into())], draft.title.clone())}
                <h1>{draft.title.clone()}</h1>
                <p class="lead">{format!("{} · réponses jusqu’au {}", draft.place.name(), date::long(draft.deadline))}</p>
            </div>
            {published}
            {changed}
            {waiting}
            {corrections(&to_correct)}
            <div class="notice block">
                <p>
                    <strong>"Votre page privée."</strong>
                    " Seules les personnes qui ont ce lien voient les réponses. "
                    <a href=format!("/besoins/{id}")>"Voir la page publique"</a>
                </p>
            </div>
            <ul class="figures">
                {figure(number(told), if told < 2 { "prévenue".into() } else { "prévenues".into() }, None, false)}
                {figure(number(count(Answer::Interested)), if count(Answer::Interested) < 2 { "intéressée".into() } else { "intéressées".into() }, None, false)}
                {figure(number(count(Answer::Declined)), "pas cette fois".into(), None, false)}
            </ul>
            <div class="beside">
                <section>
                    <h2>"Réponses reçues"</h2>
                    {none}
                    <ul class="cards block">{answers}</ul>
                    {crate::pages::need::history(&model.history)}
                </section>
                <div>
                    <section class="card">
                        <h2>"Toutes les structures qui conviennent"</h2>
                        <p class="actions"><a class="button" href=format!("/besoins/{id}/structures")>"Voir le classement expliqué"</a></p>
                    </section>
                    {management(model, token)}
                    {(!silent.is_empty())
                        .then(|| {
                            view! {
                                <section class="card block">
                                    <h2>"Prévenues, sans réponse"</h2>
                                    <ul class="rows">{silent}</ul>
                                </section>
                            }
                        })}
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn distinct(sirets: impl Iterator<Item = Siret>) -> u64 {
    let sirets: HashSet<Siret> = sirets.collect();
    u64::try_from(sirets.len()).unwrap_or(u64::MAX)
}

type AnswerOf = (AnswerRow, Option<Arc<Entry>>);

/// The answers of each structure together, in the order of the first.
fn answers_by_structure(model: &FollowView) -> Vec<Vec<&AnswerOf>> {
    let mut all: Vec<Vec<&AnswerOf>> = Vec::new();
    for answer in &model.answers {
        match all.iter_mut().find(|rows| rows[0].0.siret == answer.0.siret) {
            Some(rows) => rows.push(answer),
            None => all.push(vec![answer]),
        }
    }
    all
}

/// What a structure answered, to all lots.
fn answer_card(model: &FollowView, rows: &[&AnswerOf]) -> AnyView {
    let (row, entry) = rows[0];
    let draft = &model.need.draft;
    let name = entry.as_ref().map_or_else(|| row.siret.spaced(), |e| e.structure.shown_name().to_owned());
    let told = model.told.iter().filter(|(t, _)| t.siret == row.siret).map(|(t, _)| t.score).max();
    let answers = rows.iter().map(|(row, _)| {
        let tag = match row.answer {
            Answer::Interested => "tag",
            Answer::Declined => "tag tag-no",
        };
        let lot = match draft.lot(row.lot) {
            None => Some("Lot retiré depuis\u{a0}: ".to_owned()),
            Some((rank, _)) => draft.has_lots().then(|| format!("{}\u{a0}: ", draft.lot_name(rank))),
        };
        view! { <p class="card-meta">{lot}<span class=tag>{row.answer.label()}</span>{format!(" le {}", day(row.answered_at))}</p> }
    });
    let answers = answers.collect_view();
    let replies =
        row.replies.iter().map(|r| view! { <dt>{r.question.clone()}</dt><dd>{r.reply.clone()}</dd> });
    let replies: Vec<_> = replies.collect();
    let message =
        (!row.message.is_empty()).then(|| view! { <p>{format!("«\u{a0}{}\u{a0}»", row.message)}</p> });
    let is_interested = rows.iter().any(|(row, _)| row.answer == Answer::Interested);
    let contact = entry.as_ref().and_then(|e| e.structure.contact.clone()).filter(|_| is_interested);
    let contact = contact.map(|c| {
        view! { <ul class="facts"><li><a href=format!("mailto:{c}")>{c.to_string()}</a></li></ul> }
    });
    view! {
        <li class="card">
            <div class="card-head">
                <h3 class="card-title"><a href=format!("/structures/{}", row.siret)>{name}</a></h3>
                {told.map(score)}
            </div>
            {answers}
            {(!replies.is_empty()).then(|| view! { <dl class="facts-list">{replies}</dl> })}
            {message}
            {contact}
        </li>
    }
    .into_any()
}

/// What the author can do with a published need: revise it, say what became of it.
fn management(model: &FollowView, token: &str) -> Option<AnyView> {
    model.need.published_at?;
    let status = model.need.status;
    let button = |to: NeedStatus, label: &'static str| {
        view! { <button class="button button-secondary" name="statut" value=to.code()>{label}</button> }
    };
    let buttons = match status {
        NeedStatus::Published => view! {
            {button(NeedStatus::Awarded, "Il est attribué")}
            {button(NeedStatus::Dropped, "Je n’y donne pas suite")}
            {button(NeedStatus::Closed, "Clore les réponses")}
        }
        .into_any(),
        NeedStatus::Closed => view! {
            {button(NeedStatus::Awarded, "Il est attribué")}
            {button(NeedStatus::Dropped, "Je n’y donne pas suite")}
            {button(NeedStatus::Published, "Rouvrir les réponses")}
        }
        .into_any(),
        _ => button(NeedStatus::Published, "Rouvrir les réponses").into_any(),
    };
    let waiting = model.has_prepared.then(|| {
        view! { <p><span class="tag tag-check">"non publiés"</span>" Des changements attendent."</p> }
    });
    let url = crate::pages::prepare::step_url(crate::pages::prepare::Step::Overview, token, None);
    Some(
        view! {
            <section class="card block">
                <h2>"Votre besoin"</h2>
                <p>"État\u{a0}: "<strong>{status.label()}</strong></p>
                {waiting}
                <p class="actions"><a class="button button-secondary" href=url>"Modifier le besoin"</a></p>
                <p class="small">"Dire ce qu’il devient prévient par e-mail les structures intéressées."</p>
                <form method="post" action="/besoins/suivre">
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    <div class="actions">{buttons}</div>
                </form>
            </section>
        }
        .into_any(),
    )
}
