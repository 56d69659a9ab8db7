//! All steps, with what each holds so far.

use super::{Preparing, Step, corrections_linked};
use crate::components::corrections;
use crate::pages::need::lot_rows;
use domain::date;
use domain::legal::lots_rule;
use domain::need::LotDraft;
use domain::need::steps::{LOTS_MAX, vehicle_refusal};
use domain::text::plural;
use leptos::prelude::*;

/// The page. `kept` says that a step was just kept.
pub fn view(model: &Preparing<'_>, kept: bool) -> AnyView {
    let draft = &model.prepared.draft;
    let published = model.prepared.is_published();
    let lead = if !model.prepared.writes {
        "L’auteur de ce besoin le partage avec vous. Vous pouvez le lire, et le commenter s’il vous en a donné le droit."
    } else if published {
        "Ce besoin est publié. Vos changements attendent ici\u{a0}: rien ne se voit tant que vous ne les publiez pas."
    } else {
        "Tout est facultatif. Chaque étape est gardée\u{a0}: vous pouvez fermer cette page et revenir par le lien reçu par e-mail."
    };
    let kept = kept.then(|| {
        view! { <div class="notice notice-success block" role="status"><p><strong>"C’est gardé."</strong></p></div> }
    });
    let lots: Vec<_> = draft.lots.iter().enumerate().map(|(rank, lot)| lot_card(model, rank, lot)).collect();
    let add = (draft.lots.len() < LOTS_MAX).then(|| {
        let label =
            if draft.has_lots() { "Ajouter un lot" } else { "Partager en lots\u{a0}: ajouter un lot" };
        let fields = [("faire", "ajouter".to_owned())];
        model.button(Step::Lot, "button button-secondary", label.to_owned(), &fields)
    });
    let buyer = match (&draft.buyer.name, draft.buyer.siret) {
        (name, None) if name.is_empty() => draft.buyer.category.label().to_owned(),
        (name, _) => format!("{name} · {}", draft.buyer.category.label()),
    };
    let count = |n: usize, one: &str, many: &str, none: &str| match n {
        0 => none.to_owned(),
        n => plural(u64::try_from(n).unwrap_or(u64::MAX), one, many),
    };
    let files = count(draft.attachments.len(), "pièce", "pièces", "aucune");
    let questions = count(draft.questions.len(), "question", "questions", "aucune");
    let subject = format!(
        "{} · {} · réponses jusqu’au {}",
        draft.kind.label(),
        draft.place.name(),
        date::long(draft.deadline)
    );
    let body = view! {
        {kept}
        {corrections(&corrections_linked(draft, model.token))}
        <ul class="rows">
            {line(model, Step::Subject, subject)}
            {line(model, Step::Buyer, buyer)}
            {line(model, Step::Files, files)}
            {line(model, Step::Questions, questions)}
        </ul>
        <section class="section">
            <h2>{if draft.has_lots() { "Les lots" } else { "Ce qui est demandé" }}</h2>
            <p class="muted">{lots_hint(draft.is_defence)}</p>
            <ul class="cards block">{lots}</ul>
            <div class="block">{add}</div>
        </section>
        <p class="block"><a href=super::sharing::url(model.token)>"Partager ce besoin, lire et écrire des commentaires"</a></p>
        {model.prepared.writes.then(|| view! {
            <div class="actions actions-end">
                <a class="button button-sun" href=model.url(Step::Check)>
                    {if published { "Relire et publier les changements" } else { "Relire avant de publier" }}
                </a>
            </div>
        })}
    };
    model.page(Step::Overview, Step::Overview.title().to_owned(), lead.to_owned(), body.into_any())
}

fn lots_hint(is_defence: bool) -> String {
    let rule = lots_rule(is_defence).rule();
    let article = rule.article;
    match is_defence {
        true => format!(
            "{} (article {article})\u{a0}; de plus petits lots sont à la portée de plus de structures.",
            rule.message.trim_end_matches('.')
        ),
        false => format!(
            "Allotir est la règle (article {article})\u{a0}: de plus petits lots sont à la portée de plus de structures, et chaque lot peut avoir sa réservation."
        ),
    }
}

fn line(model: &Preparing<'_>, step: Step, value: String) -> AnyView {
    view! {
        <li>
            <div><a href=model.url(step)>{step.title()}</a></div>
            <span>{value}</span>
        </li>
    }
    .into_any()
}

fn lot_card(model: &Preparing<'_>, rank: usize, lot: &LotDraft) -> AnyView {
    let draft = &model.prepared.draft;
    let refusal = vehicle_refusal(lot, draft, model.today).map(|reason| {
        view! { <div class="notice notice-danger"><p><strong>"La loi ferme cette voie."</strong>" "{reason}"."</p></div> }
    });
    let number = draft.lot_number(lot.key);
    let remove = number.map(|number| {
        let fields = [("faire", "retirer".to_owned()), ("lot", lot.key.to_string())];
        model.button(Step::Lot, "button button-secondary", format!("Retirer le lot {number}"), &fields)
    });
    let of_lot =
        |text: &str| number.map_or_else(|| text.to_owned(), |number| format!("{text} (lot {number})"));
    view! {
        <li class="card">
            <h3 class="card-title">{draft.lot_name(rank)}</h3>
            {refusal}
            <dl class="facts-list">{lot_rows(draft, lot)}</dl>
            <div class="actions card-foot">
                <a href=model.lot_url(Step::Lot, lot.key)>{of_lot("Ce qui est demandé")}</a>
                <a href=model.lot_url(Step::Law, lot.key)>{of_lot("Voie juridique")}</a>
                <a href=model.lot_url(Step::Advice, lot.key)>{of_lot("Partager, grouper")}</a>
                {remove}
            </div>
        </li>
    }
    .into_any()
}
