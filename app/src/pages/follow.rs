//! `/besoins/suivre`: a need as its author sees it, with the answers.

use crate::components::{breadcrumb, day, figure, score};
use crate::document::Page;
use backend::index::Entry;
use backend::needs::FollowView;
use backend::store::{Answer, AnswerRow, NeedStatus};
use domain::date;
use domain::text::number;
use leptos::prelude::*;
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

/// The page. `just_published` says that the author has just pressed the button.
pub fn view(model: &FollowView, just_published: bool) -> AnyView {
    let draft = &model.need.draft;
    let id = model.need.id;
    let count = |answer: Answer| {
        let n = model.answers.iter().filter(|(row, _)| row.answer == answer).count();
        u64::try_from(n).unwrap_or(u64::MAX)
    };
    let told = u64::try_from(model.told.len()).unwrap_or(u64::MAX);
    let published = just_published.then(|| {
        view! {
            <div class="notice notice-success block" role="status">
                <p><strong>"Votre besoin est publié."</strong>" Les structures qui conviennent sont en train d’être prévenues. Cette adresse est la vôtre seule\u{a0}: elle est aussi dans votre messagerie."</p>
            </div>
        }
    });
    let waiting = (model.need.status == NeedStatus::Unconfirmed).then(|| {
        view! { <div class="notice notice-warning block"><p><strong>"Pas encore publié."</strong>" Ouvrez le lien de confirmation reçu par e-mail."</p></div> }
    });
    let answers =
        model.answers.iter().map(|(row, entry)| answer_card(model, row, entry.as_ref())).collect_view();
    let silent =
        model.told.iter().filter(|(row, _)| !model.answers.iter().any(|(a, _)| a.siret == row.siret));
    let silent = silent.filter_map(|(row, entry)| {
        let entry = entry.as_ref()?;
        Some(view! {
            <li>
                <a href=format!("/structures/{}", row.siret)>{entry.structure.shown_name().to_owned()}</a>
                <span class="number">{format!("{}\u{a0}/\u{a0}100", row.score)}</span>
            </li>
        })
    });
    let silent: Vec<_> = silent.collect();
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
            {waiting}
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
                </section>
                <div>
                    <section class="card">
                        <h2>"Toutes les structures qui conviennent"</h2>
                        <p class="actions"><a class="button" href=format!("/besoins/{id}/structures")>"Voir le classement expliqué"</a></p>
                    </section>
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

fn answer_card(model: &FollowView, row: &AnswerRow, entry: Option<&Arc<Entry>>) -> AnyView {
    let name = entry.map_or_else(|| row.siret.spaced(), |e| e.structure.shown_name().to_owned());
    let told = model.told.iter().find(|(t, _)| t.siret == row.siret).map(|(t, _)| t.score);
    let tag = match row.answer {
        Answer::Interested => "tag",
        Answer::Declined => "tag tag-no",
    };
    let message =
        (!row.message.is_empty()).then(|| view! { <p>{format!("«\u{a0}{}\u{a0}»", row.message)}</p> });
    let contact =
        entry.and_then(|e| e.structure.contact.clone()).filter(|_| row.answer == Answer::Interested);
    let contact = contact.map(|c| {
        view! { <ul class="facts"><li><a href=format!("mailto:{c}")>{c.to_string()}</a></li></ul> }
    });
    view! {
        <li class="card">
            <div class="card-head">
                <h3 class="card-title"><a href=format!("/structures/{}", row.siret)>{name}</a></h3>
                {told.map(score)}
            </div>
            <p class="card-meta"><span class=tag>{row.answer.label()}</span>{format!(" le {}", day(row.answered_at))}</p>
            {message}
            {contact}
        </li>
    }
    .into_any()
}
