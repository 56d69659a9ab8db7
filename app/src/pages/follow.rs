//! `/besoins/suivre`: a need as its author sees it, with the answers.

use crate::components::{answers_until, breadcrumb, corrections, day, error_said, figure, notice, score};
use crate::document::Page;
use crate::urls::{is_reference, with_lot};
use backend::index::Entry;
use backend::needs::{FollowView, known_as};
use backend::store::{AnswerRow, MatchRow};
use domain::need::{Answer, LotKey, NeedStatus};
use domain::siret::Siret;
use domain::text::{number, plural};
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
    let by_lot = draft.lots.iter().enumerate().map(|(rank, lot)| lot_section(model, rank, lot.key));
    let by_lot = by_lot.collect_view();
    let to_correct = crate::pages::prepare::corrections_linked(draft, token);
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![("/besoins".into(), "Besoins".into())], draft.title.clone())}
                <h1>{draft.title.clone()}</h1>
                <p class="lead">{format!("{} · {}", draft.place.name(), answers_until(&model.need))}</p>
            </div>
            {published}
            {changed}
            {unpublished}
            {corrections(&to_correct)}
            <div class="notice block">
                <p>
                    <strong>"Votre page privée."</strong>
                    {match is_reference(token) {
                        true => " Vous seul voyez les réponses, et qui a le lien de vos e-mails. ",
                        false => " Seules les personnes qui ont ce lien voient les réponses. ",
                    }}
                    <a href=format!("/besoins/{id}")>"Voir la page publique"</a>
                </p>
            </div>
            {waves(model)}
            {by_lot}
            {removed_lots(model)}
            {interests(model)}
            <div class="halves section">
                <div>{management(model, token)}</div>
                <div>
                    <section class="card block">
                        <h2>"Vos liens"</h2>
                        <p>"Ce lien a été vu par quelqu’un d’autre\u{a0}? Rendez invalides tous ceux que vous avez reçus pour ce besoin\u{a0}: un nouveau part à votre adresse."</p>
                        <form method="post" action="/liens/invalider">
                            <input type="hidden" name="jeton" value=token.to_owned()/>
                            <div class="actions"><button class="button button-secondary">"Invalider mes liens"</button></div>
                        </form>
                    </section>
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
fn lot_section(model: &FollowView, rank: usize, lot: LotKey) -> AnyView {
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
    let cards = answers.iter().map(|answer| answer_card(model, answer)).collect_view();
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
                    <a href=format!("/structures/{}", row.siret)>{name}</a>
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
            <p class="actions"><a href=ranking>"Le classement expliqué"</a></p>
        </section>
    }
    .into_any()
}

/// Answers to lots that a later version took out.
fn removed_lots(model: &FollowView) -> Option<AnyView> {
    let removed = model.answers.iter().filter(|(row, _)| model.need.draft.lot(row.lot).is_none());
    let cards: Vec<_> = removed.map(|answer| answer_card(model, answer)).collect();
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
fn answer_card(model: &FollowView, (row, entry): &AnswerOf) -> AnyView {
    let name = entry.as_ref().map_or_else(|| row.siret.spaced(), |e| e.structure.shown_name().to_owned());
    let told =
        model.told.iter().find(|(t, _)| t.siret == row.siret && t.lot == row.lot).map(|(t, _)| t.score);
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
                <h3 class="card-title"><a href=format!("/structures/{}", row.siret)>{name}</a></h3>
                {told.map(score)}
            </div>
            <p class="card-meta"><span class=tag>{row.answer.label()}</span>{format!(" le {}", day(row.answered_at))}</p>
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
                {matches!(status, NeedStatus::Published | NeedStatus::Closed)
                    .then(|| view! { <p class="actions"><a class="button button-secondary" href=award_url(token)>"Il est attribué…"</a></p> })}
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

fn award_url(token: &str) -> String {
    format!("/besoins/suivre/attribuer?jeton={}", crate::urls::encoded(token))
}

/// The name of the field that says to whom a lot is awarded.
#[must_use]
pub fn winner_field(lot: LotKey) -> String {
    format!("titulaire-{lot}")
}

/// A lot that was ticked as awarded, and to whom.
pub type AwardChosen = (LotKey, Option<Siret>);

/// « Qu’est-ce qui est attribué, et à qui ? »: nothing is said before its button is pressed. `refused` says what is to be
/// corrected, and what was chosen.
pub fn award(model: &FollowView, token: &str, refused: Option<(&str, &[AwardChosen])>) -> AnyView {
    let draft = &model.need.draft;
    let several = draft.has_lots();
    let lots = draft.lots.iter().enumerate().map(|(rank, lot)| {
        let answers =
            model.answers.iter().filter(|(row, _)| row.lot == lot.key && row.answer == Answer::Interested);
        let known = model.need.award(lot.key).map(|award| award.winner);
        let chosen = match refused {
            Some((_, all)) => all.iter().find(|(key, _)| *key == lot.key).map(|(_, winner)| *winner),
            None => known,
        };
        let options = answers.map(|(row, _)| {
            let selected = chosen.flatten() == Some(row.siret);
            view! { <option value=row.siret.to_string() selected=selected>{name_of(model, row.siret)}</option> }
        });
        let options: Vec<_> = options.collect();
        let name = winner_field(lot.key);
        let tick = several.then(|| {
            view! {
                <label class="check">
                    <input type="checkbox" name="lot" value=lot.key.to_string() checked=chosen.is_some()/>
                    <span class="check-label">"Ce lot est attribué"</span>
                </label>
            }
        });
        let only = (!several).then(|| view! { <input type="hidden" name="lot" value=lot.key.to_string()/> });
        view! {
            <fieldset class="fieldset">
                <legend>{if several { draft.lot_name(rank) } else { draft.title.clone() }}</legend>
                {tick}
                {only}
                <div class="field">
                    <label class="label" for=name.clone()>"À qui\u{a0}? (facultatif, visible de tous)"</label>
                    <select class="input" id=name.clone() name=name>
                        <option value="">"Je ne le dis pas, ou à une autre entreprise"</option>
                        {options}
                    </select>
                </div>
            </fieldset>
        }
    });
    let lots = lots.collect_view();
    let wrong = refused.map(|(text, _)| error_said("Rien n’est enregistré", text.to_owned()));
    let back = format!("/besoins/suivre?jeton={}", crate::urls::encoded(token));
    let lead = match draft.has_lots() {
        true => {
            "Les structures intéressées par ce que vous cochez en sont prévenues par e-mail. Les autres lots restent ouverts."
        }
        false => "Les structures intéressées en sont prévenues par e-mail.",
    };
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    <h1>"Qu’est-ce qui est attribué, et à qui\u{a0}?"</h1>
                    <p class="lead">{lead}</p>
                </div>
                {wrong}
                <form method="post" action="/besoins/suivre/attribuer" class="block">
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    {lots}
                    <div class="actions actions-end">
                        <button class="button button-sun">"Confirmer l’attribution"</button>
                        <a href=back>"Revenir sans rien dire"</a>
                    </div>
                </form>
            </div>
        </div>
    }
    .into_any()
}
