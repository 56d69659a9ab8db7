//! `/besoins/suivre`: a need as its author sees it, with the answers; and the pages beside it.

pub mod award;
pub mod candidate;
pub mod compare;
pub mod questions;
pub mod remind;
pub mod report;

use crate::components::{
    answers_until, breadcrumb, corrections, day, export, figure, moment, notice, score, shared_answers,
    structure_columns,
};
use crate::document::Page;
use crate::urls::{encoded, is_reference, with_lot};
use backend::index::Entry;
use backend::needs::{FollowView, known_as};
use backend::store::{AnswerRow, MatchRow};
use domain::need::{Answer, LotKey, Message, MessageFile, NeedDraft, NeedStatus};
use domain::siret::Siret;
use domain::text::{number, plural};
use leptos::prelude::*;
use std::sync::Arc;

/// The author's page.
fn follow_page_url(token: &str) -> String {
    format!("/besoins/suivre?jeton={}", encoded(token))
}

/// A page beside it, about a lot.
fn lot_page_url(page: &str, draft: &NeedDraft, token: &str, lot: LotKey) -> String {
    with_lot(&format!("/besoins/suivre/{page}?jeton={}", encoded(token)), draft.lot_number(lot))
}

/// The page of one structure of a lot.
#[must_use]
pub fn candidate_url(draft: &NeedDraft, token: &str, lot: LotKey, siret: Siret) -> String {
    format!("{}&siret={siret}", lot_page_url("structure", draft, token, lot))
}

/// The page where structures of a lot stand side by side.
#[must_use]
pub fn compare_url(draft: &NeedDraft, token: &str, lot: LotKey) -> String {
    lot_page_url("comparer", draft, token, lot)
}

/// The page that reminds the structures of a lot.
#[must_use]
pub fn remind_url(draft: &NeedDraft, token: &str, lot: LotKey) -> String {
    lot_page_url("relancer", draft, token, lot)
}

/// The page that answers to all; what a message asked.
#[must_use]
pub fn questions_url(token: &str, message: Option<&Message>) -> String {
    let message = message.map(|message| format!("&message={}", message.id)).unwrap_or_default();
    format!("/besoins/suivre/questions?jeton={}{message}", encoded(token))
}

fn candidate_file_url(token: &str, file: &MessageFile) -> String {
    format!("/besoins/suivre/piece/{}?jeton={}", file.id, encoded(token))
}

fn report_csv_url(token: &str) -> String {
    format!("/besoins/suivre/trace.csv?jeton={}", encoded(token))
}

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
    let unpublished = model.need.published_at.is_none().then(|| {
        view! { <div class="notice notice-warning block"><p><strong>"Pas encore publié."</strong>" Ouvrez le lien de confirmation reçu par e-mail."</p></div> }
    });
    let withdrawn = model.need.withdrawn_at.map(|at| {
        let text = format!("Le {}, par un administrateur du service\u{a0}: la raison est dans l’e-mail que vous avez reçu. Plus personne ne le voit.", moment(at));
        notice("notice-danger", "Ce besoin est retiré.", text)
    });
    let by_lot = draft.lots.iter().enumerate().map(|(rank, lot)| lot_section(model, token, rank, lot.key));
    let by_lot = by_lot.collect_view();
    let to_correct = crate::pages::prepare::corrections_linked(draft, token);
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![("/besoins".into(), "Besoins".into())], draft.title.clone())}
                <h1>{draft.title.clone()}</h1>
                <p class="lead">{format!("{} · {}", draft.place.name(), answers_until(&model.need))}</p>
            </div>
            {withdrawn}
            {published}
            {changed}
            {unpublished}
            {corrections(&to_correct)}
            <div class="notice block">
                <p>
                    <strong>"Votre page privée."</strong>
                    {match is_reference(token) {
                        true => " Vous voyez les réponses, comme qui a le lien des e-mails du besoin ou avec qui il est partagé. ",
                        false => " Seules les personnes qui ont ce lien voient les réponses. ",
                    }}
                    <a href=format!("/besoins/{id}")>"Voir la page publique"</a>
                </p>
            </div>
            {waves(model)}
            {model.need.published_at.map(|_| questions_section(model, token))}
            {by_lot}
            {removed_lots(model, token)}
            {interests(model)}
            <div class="halves section">
                <div>{management(model, token)}</div>
                <div>
                    {model.decides.then(|| view! { <section class="card block">
                        <h2>"Vos liens"</h2>
                        <p>"Ce lien a été vu par quelqu’un d’autre\u{a0}? Rendez invalides tous ceux que vous avez reçus pour ce besoin\u{a0}: un nouveau part à votre adresse."</p>
                        <form method="post" action="/liens/invalider">
                            <input type="hidden" name="jeton" value=token.to_owned()/>
                            <div class="actions"><button class="button button-secondary">"Invalider mes liens"</button></div>
                        </form>
                    </section> })}
                    {crate::pages::need::history(&model.history)}
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// Whom else the need will reach, and when; nothing when everybody was told.
fn waves(model: &FollowView) -> Option<AnyView> {
    let waiting = u64::try_from(model.waiting).unwrap_or(u64::MAX);
    if waiting == 0 || model.told.is_empty() || model.need.status != NeedStatus::Published {
        return None;
    }
    let others = plural(waiting, "autre structure convient", "autres structures conviennent");
    let text = format!(
        "{others}. Les meilleures sont prévenues d’abord\u{a0}; les suivantes le sont tant que moins de cinq se disent intéressées. Un premier besoin sur un grand territoire attend une première réponse."
    );
    Some(view! { <div class="notice block"><p><strong>"Par vagues."</strong>" "{text}</p></div> }.into_any())
}

/// Structures that left their address: not listed, or without contact.
fn interests(model: &FollowView) -> Option<AnyView> {
    let cards = model.interests.iter().map(|(interest, is_listed)| {
        let address = interest.address.to_string();
        let name = match is_listed {
            true => {
                let href = format!("/structures/{}", interest.siret);
                view! { <a href=href>{interest.name.clone()}</a> }.into_any()
            }
            false => interest.name.clone().into_any(),
        };
        view! {
            <li class="card">
                <h3 class="card-title">{name}</h3>
                <p class="card-meta">{format!("SIRET {}", interest.siret)}</p>
                <p><a href=format!("mailto:{address}")>{address.clone()}</a></p>
                <p class="muted">{known_as(*is_listed)}</p>
            </li>
        }
    });
    (!model.interests.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>"Intéressées, sans avoir été prévenues"</h2>
                <ul class="cards">{cards.collect_view()}</ul>
            </section>
        }
        .into_any()
    })
}

/// What became of a lot: who was told, who answered what.
fn lot_section(model: &FollowView, token: &str, rank: usize, lot: LotKey) -> AnyView {
    let draft = &model.need.draft;
    let mut answers: Vec<&AnswerOf> = model.answers.iter().filter(|(row, _)| row.lot == lot).collect();
    // Those who are interested first, each in the order of its answer.
    answers.sort_by_key(|(row, _)| row.answer != Answer::Interested);
    let told: Vec<&(MatchRow, Option<Arc<Entry>>)> =
        model.told.iter().filter(|(row, _)| row.lot == lot).collect();
    let count = |answer: Answer| {
        let rows = answers.iter().filter(|(row, _)| row.answer == answer);
        u64::try_from(rows.count()).unwrap_or(u64::MAX)
    };
    let (interested, declined) =
        (count(Answer::Interested), count(Answer::Declined) + count(Answer::NotOurs));
    let n_told = u64::try_from(told.len()).unwrap_or(u64::MAX);
    let cards = answers.iter().map(|answer| answer_card(model, token, answer)).collect_view();
    let none = answers.is_empty().then(|| {
        view! { <div class="empty"><p>"Aucune réponse pour l’instant. Vous recevrez un e-mail à chacune."</p></div> }
    });
    let silent: Vec<_> = told
        .iter()
        .filter(|(row, _)| !answers.iter().any(|(answer, _)| answer.siret == row.siret))
        .filter_map(|(row, entry)| {
            let name = entry.as_ref()?.structure.shown_name().to_owned();
            Some(view! {
                <li>
                    <a href=candidate_url(draft, token, lot, row.siret)>{name}</a>
                    <span class="number">{format!("{}\u{a0}/\u{a0}100", row.score)}</span>
                </li>
            })
        })
        .collect();
    let silent = (!silent.is_empty()).then(|| {
        let n = plural(
            silent.len() as u64,
            "structure prévenue n’a pas répondu",
            "structures prévenues n’ont pas répondu",
        );
        view! { <details class="silent block" open><summary>{n}</summary><ul class="rows">{silent}</ul></details> }
    });
    let reminded = model.followed.iter().any(|of| of.lot == lot && of.reminder.is_some());
    let can_remind =
        model.writes && model.need.status == NeedStatus::Published && !model.silent(lot).is_empty();
    let remind = match (reminded, can_remind) {
        (true, _) => Some("La relance envoyée"),
        (false, true) => Some("Relancer celles qui n’ont pas répondu"),
        (false, false) => None,
    };
    let heading = if draft.has_lots() { draft.lot_name(rank) } else { "Réponses reçues".to_owned() };
    let award = model.need.award(lot).map(|award| {
        let to = award.winner.map(|siret| format!(" à {}", name_of(model, siret))).unwrap_or_default();
        view! { <p><span class="tag">"attribué"</span>{format!("{to}, le {}", day(award.awarded_at))}</p> }
    });
    let ranking = with_lot(&format!("/besoins/{}/structures", model.need.id), draft.lot_number(lot));
    view! {
        <section class="section">
            <h2>{heading}</h2>
            {award}
            <ul class="figures">
                {figure(number(n_told), if n_told < 2 { "prévenue".into() } else { "prévenues".into() }, None, false)}
                {figure(number(interested), if interested < 2 { "intéressée".into() } else { "intéressées".into() }, None, false)}
                {figure(number(declined), "pas cette fois".into(), None, false)}
            </ul>
            {none}
            <ul class="cards cards-wide block">{cards}</ul>
            {silent}
            <ul class="links block">
                {(n_told > 0 || !answers.is_empty()).then(|| view! { <li><a href=compare_url(draft, token, lot)>"Comparer les structures"</a></li> })}
                {remind.map(|text| view! { <li><a href=remind_url(draft, token, lot)>{text}</a></li> })}
                <li><a href=ranking>"Le classement expliqué"</a></li>
            </ul>
        </section>
    }
    .into_any()
}

/// What structures ask and wait for, the oldest first; and the way to answer to all.
fn questions_section(model: &FollowView, token: &str) -> AnyView {
    let draft = &model.need.draft;
    let waiting = model.unanswered().into_iter().map(|message| {
        let href = candidate_url(draft, token, message.lot, message.siret);
        let lot = draft.lot(message.lot).filter(|_| draft.has_lots());
        let lot = lot.map(|(rank, _)| format!(" · {}", draft.lot_name(rank))).unwrap_or_default();
        view! {
            <li class="card">
                <h3 class="card-title"><a href=href>{name_of(model, message.siret)}</a></h3>
                <p class="card-meta">{format!("le {}{lot}", day(message.written_at))}</p>
                <p class="typed">{message.text.clone()}</p>
                {model.writes.then(|| view! { <p class="actions"><a href=questions_url(token, Some(message))>"Répondre à toutes"</a></p> })}
            </li>
        }
    });
    let waiting: Vec<_> = waiting.collect();
    view! {
        <section class="section">
            <h2>"Questions et réponses"</h2>
            {(!waiting.is_empty()).then(|| view! { <p>"Ces messages attendent votre réponse\u{a0}:"</p><ul class="cards cards-wide block">{waiting}</ul> })}
            {shared_answers(&model.shared, draft)}
            <ul class="links block">
                {model.writes.then(|| view! { <li><a href=questions_url(token, None)>"Dire quelque chose à toutes les structures"</a></li> })}
                <li><a href=format!("/besoins/suivre/trace?jeton={}", encoded(token))>"La trace du sourçage"</a></li>
                <li><a href=crate::pages::prepare::sharing::url(token)>"Partager, commenter"</a></li>
            </ul>
            {export("/besoins/suivre/tableau".to_owned(), vec![("jeton".to_owned(), token.to_owned())], &structure_columns())}
        </section>
    }
    .into_any()
}

/// Answers to lots that a later version took out.
fn removed_lots(model: &FollowView, token: &str) -> Option<AnyView> {
    let removed = model.answers.iter().filter(|(row, _)| model.need.draft.lot(row.lot).is_none());
    let cards: Vec<_> = removed.map(|answer| answer_card(model, token, answer)).collect();
    (!cards.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>"Réponses à des lots retirés depuis"</h2>
                <ul class="cards cards-wide block">{cards}</ul>
            </section>
        }
        .into_any()
    })
}

/// The name of a structure that was told or answered; its number when it is gone.
fn name_of(model: &FollowView, siret: Siret) -> String {
    let entries = model.answers.iter().filter_map(|(row, e)| Some((row.siret, e.as_ref()?)));
    let entries = entries.chain(model.told.iter().filter_map(|(row, e)| Some((row.siret, e.as_ref()?))));
    let mut named = entries.filter(|(of, _)| *of == siret);
    named.next().map_or_else(|| siret.spaced(), |(_, entry)| entry.structure.shown_name().to_owned())
}

type AnswerOf = (AnswerRow, Option<Arc<Entry>>);

/// What a structure answered to a lot.
fn answer_card(model: &FollowView, token: &str, (row, entry): &AnswerOf) -> AnyView {
    let name = entry.as_ref().map_or_else(|| row.siret.spaced(), |e| e.structure.shown_name().to_owned());
    let told =
        model.told.iter().find(|(t, _)| t.siret == row.siret && t.lot == row.lot).map(|(t, _)| t.score);
    let href = match model.need.draft.lot(row.lot) {
        Some(_) if entry.is_some() => candidate_url(&model.need.draft, token, row.lot, row.siret),
        _ => format!("/structures/{}", row.siret),
    };
    let kept = model.selections.iter().find(|kept| kept.lot == row.lot && kept.siret == row.siret);
    let kept = kept.filter(|kept| kept.is_shortlisted).map(|_| {
        view! { " "<span class="tag tag-sun">"liste restreinte"</span> }
    });
    let tag = match row.answer {
        Answer::Interested => "tag",
        Answer::Declined | Answer::NotOurs => "tag tag-no",
    };
    let replies =
        row.replies.iter().map(|r| view! { <dt>{r.question.clone()}</dt><dd>{r.reply.clone()}</dd> });
    let replies: Vec<_> = replies.collect();
    let message =
        (!row.message.is_empty()).then(|| view! { <p>{format!("«\u{a0}{}\u{a0}»", row.message)}</p> });
    let contact = entry.as_ref().and_then(|e| e.structure.contact.clone());
    let contact = contact.filter(|_| row.answer == Answer::Interested).map(|c| {
        view! { <ul class="facts"><li><a href=format!("mailto:{c}")>{c.to_string()}</a></li></ul> }
    });
    view! {
        <li class="card">
            <div class="card-head">
                <h3 class="card-title"><a href=href>{name}</a></h3>
                {told.map(score)}
            </div>
            <p class="card-meta"><span class=tag>{row.answer.label()}</span>{format!(" le {}", day(row.answered_at))}{kept}</p>
            {(!replies.is_empty()).then(|| view! { <dl class="facts-list">{replies}</dl> })}
            {message}
            {contact}
        </li>
    }
    .into_any()
}

/// What the author can do with a published need: revise it, say what became of it.
fn management(model: &FollowView, token: &str) -> Option<AnyView> {
    model.need.published_at.filter(|_| model.decides)?;
    let status = model.need.status;
    let button = |to: NeedStatus, label: &'static str| {
        view! { <button class="button button-secondary" name="statut" value=to.code()>{label}</button> }
    };
    let buttons = match status {
        NeedStatus::Published => view! {
            {button(NeedStatus::Dropped, "Je n’y donne pas suite")}
            {button(NeedStatus::Closed, "Clore les réponses")}
        }
        .into_any(),
        NeedStatus::Closed => view! {
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
                {award_label(status).map(|label| view! { <p class="actions"><a class="button button-secondary" href=award_url(token)>{label}</a></p> })}
                <p class="small">"Dire ce qu’il devient prévient par e-mail les structures intéressées."</p>
                <form method="post" action="/besoins/suivre">
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    <div class="actions">{buttons}</div>
                </form>
                <form method="post" action="/besoins/suivre/dupliquer">
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    <p class="small block">"Un autre besoin lui ressemble\u{a0}? Repartez de celui-ci, sans ses pièces ni ses réponses."</p>
                    <div class="actions"><button class="button button-secondary">"En faire un nouveau brouillon"</button></div>
                </form>
            </section>
        }
        .into_any(),
    )
}

/// What leads to the page of the award; nothing where there is none.
fn award_label(status: NeedStatus) -> Option<&'static str> {
    match status {
        NeedStatus::Published | NeedStatus::Closed => Some("Il est attribué…"),
        NeedStatus::Awarded => Some("Corriger l’attribution…"),
        NeedStatus::Draft | NeedStatus::ToConfirm | NeedStatus::Dropped => None,
    }
}

fn award_url(token: &str) -> String {
    format!("/besoins/suivre/attribuer?jeton={}", encoded(token))
}
