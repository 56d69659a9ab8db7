//! Read again what will be published, lot by lot, with what each would find; then publish.

use super::{Preparing, Step, corrections_linked, how_many};
use crate::components::{corrections, findings, notice};
use crate::pages::need::{lot_rows, size};
use crate::urls::is_reference;
use backend::advice::Supply;
use domain::date;
use domain::legal::{Effect, Finding, judge_whole};
use domain::matching::Tier;
use domain::need::steps::legal_refusals;
use domain::need::{LotDraft, LotKey};
use leptos::prelude::*;
use std::sync::Arc;

/// The page. `supplies` is what each lot would find, in their order.
pub fn view(model: &Preparing<'_>, supplies: &[Arc<Supply>]) -> AnyView {
    let draft = &model.prepared.draft;
    let published = model.prepared.is_published();
    let is_signed_in = is_reference(model.token);
    let refusals = legal_refusals(draft, model.today);
    let lots: Vec<_> = draft
        .lots
        .iter()
        .zip(supplies)
        .enumerate()
        .map(|(rank, (lot, supply))| {
            let refusal = refusals.iter().find(|(key, _)| *key == lot.key);
            let refusal = refusal.map(|(key, reason)| refusal_notice(model, *key, reason));
            let found = format!(
                "{}, {} par e-mail\u{a0}; {} porter le lot à elle seule.",
                how_many(
                    supply.tiers.of(Tier::Fits),
                    "Aucune structure ne convient",
                    "structure convient",
                    "structures conviennent"
                ),
                how_many(supply.reachable, "aucune prévenue", "prévenue", "prévenues"),
                how_many(supply.alone, "aucune ne pourrait", "pourrait", "pourraient chacune")
            );
            view! {
                <li class="card">
                    <h3 class="card-title">{draft.lot_name(rank)}</h3>
                    {refusal}
                    <dl class="facts-list">{lot_rows(draft, lot)}</dl>
                    {asked_by_law(model, lot)}
                    <p class="card-foot">{found}</p>
                </li>
            }
        })
        .collect();
    let row = |label: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd>{value}</dd> })
    };
    let files: Vec<String> =
        draft.attachments.iter().map(|f| format!("{} ({})", f.name, size(f.bytes))).collect();
    let changes = model.prepared.changes();
    let nothing_new = published && !model.prepared.is_changed();
    let is_late = draft.deadline < model.today;
    let late = is_late.then(|| {
        let text = format!("Le {} est passé\u{a0}: choisissez une autre date.", date::long(draft.deadline));
        notice("notice-danger", "La date limite de réponse n’est plus à venir.", text)
    });
    let changes: Vec<_> = changes.into_iter().map(|c| view! { <li>{c.sentence}</li> }).collect();
    let changes = (!changes.is_empty()).then(|| {
        view! { <section class="card box-sun block"><h2>"Ce qui change"</h2><ul>{changes}</ul></section> }
    });
    let is_unknown = draft.lots.iter().any(|lot| !draft.says_enough(lot));
    let publish = match (published, nothing_new, refusals.is_empty()) {
        _ if is_late => {
            view! { <p><a href=model.url(Step::Subject)>"Changer la date limite"</a>" avant de publier."</p> }
                .into_any()
        }
        _ if is_unknown => view! { <p>"Corrigez le lieu ou le secteur avant de publier."</p> }.into_any(),
        (_, _, false) => view! { <p>"Corrigez la voie juridique avant de publier."</p> }.into_any(),
        (true, true, _) => view! { <p>"Rien n’a changé depuis la version publiée."</p> }.into_any(),
        (true, false, _) => {
            model.button(Step::Check, "button button-sun", "Publier les changements".to_owned(), &[])
        }
        // Whoever signed in has confirmed its address.
        (false, ..) => {
            let label = if is_signed_in { "Publier ce besoin" } else { "M’envoyer le lien de publication" };
            model.button(Step::Check, "button button-sun", label.to_owned(), &[])
        }
    };
    let after = match (published, is_signed_in) {
        (true, _) => "Les structures concernées reçoivent un e-mail qui dit ce qui a changé.",
        (false, true) => {
            "Le besoin est publié tout de suite, et les structures qui conviennent sont prévenues."
        }
        (false, false) => {
            "Vous recevrez un e-mail. Le besoin sera publié quand vous appuierez sur le bouton de la page où il mène."
        }
    };
    let body = view! {
        {late}
        {corrections(&corrections_linked(draft, model.token))}
        {changes}
        <section class="block">
            <h2>"Pour tout le besoin"</h2>
            <dl class="facts-list">
                {row("Nature", draft.kind.label().to_owned())}
                {row("Quoi", draft.title.clone())}
                {row("Précisions", draft.description.clone())}
                {row("Où", draft.place.name())}
                {row("Réponses", format!("jusqu’au {}", date::long(draft.deadline)))}
                {row("Lancement", draft.launch.map(date::long).unwrap_or_default())}
                {row("Début", draft.start.map(date::long).unwrap_or_default())}
                {row("Acheteur", draft.buyer.name.clone())}
                {row("Catégorie", draft.buyer.category.label().to_owned())}
                {row("SIRET", draft.buyer.siret.map(|s| s.spaced()).unwrap_or_default())}
                {row("Profil d’acheteur", draft.profile.as_ref().map(ToString::to_string).unwrap_or_default())}
                {row("Pièces", files.join(", "))}
                {row("Questions", draft.questions.join(" · "))}
            </dl>
            {model.prepared.need.author.as_ref().map(|author| view! { <p class="muted small">{format!("Votre adresse {author} n’est pas affichée.")}</p> })}
        </section>
        <section class="section">
            <h2>{if draft.has_lots() { "Les lots" } else { "Ce qui est demandé" }}</h2>
            <ul class="cards">{lots}</ul>
        </section>
        <div class="actions actions-end">{publish}<a href=model.url(Step::Overview)>"Revenir aux étapes"</a></div>
        <p class="muted small block">{after}</p>
    };
    model.page(Step::Check, Step::Check.title().to_owned(), String::new(), body.into_any())
}

/// What the law of the day asks of a lot and is not met yet, or in doubt; nothing when all is.
fn asked_by_law(model: &Preparing<'_>, lot: &LotDraft) -> Option<AnyView> {
    let draft = &model.prepared.draft;
    let found = judge_whole(&draft.terms(lot), &lot.bought(), draft.law_day(model.today));
    let open: Vec<Finding> =
        found.into_iter().filter(|f| matches!(f.effect, Effect::Requires | Effect::Doubts)).collect();
    (!open.is_empty()).then(|| {
        let href = model.lot_url(Step::Law, lot.key);
        view! {
            <div class="notice notice-warning">
                <p><strong>"Ce que la loi demande encore à ce lot."</strong>" Vous pouvez publier ce besoin maintenant, et y répondre dans les documents de la consultation. "<a href=href>"Y répondre ici"</a></p>
                <ul class="law-list small">{findings(open.iter())}</ul>
            </div>
        }
        .into_any()
    })
}

fn refusal_notice(model: &Preparing<'_>, key: LotKey, reason: &str) -> AnyView {
    let href = model.lot_url(Step::Law, key);
    view! {
        <div class="notice notice-danger">
            <p><strong>"La loi ferme cette voie."</strong>" "{reason.to_owned()}". "<a href=href>"Choisir une autre voie"</a></p>
        </div>
    }
    .into_any()
}
