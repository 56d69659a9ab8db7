//! `/besoins/suivre/attribuer`: which lots are awarded, to whom, for how much; said again, it corrects what was said.

use super::{follow_page_url, name_of};
use crate::components::{breadcrumb, day, error_said, error_summary, field_error_id};
use crate::document::Page;
use backend::needs::FollowView;
use domain::form::{Field, Violation};
use domain::need::{Answer, Award, AwardForm, LotKey, Need};
use domain::siret::Siret;
use leptos::prelude::*;

/// The name of a field of a lot, which is also its id.
#[must_use]
pub fn field_name(field: Field, lot: LotKey) -> String {
    format!("{}-{lot}", field.name())
}

/// What was typed of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// Which lot.
    pub lot: LotKey,
    /// Whether it was said to be awarded.
    pub is_awarded: bool,
    /// What was said of it.
    pub form: AwardForm,
    /// What is to be corrected.
    pub wrong: Vec<Violation>,
}

/// What surrounds the page.
#[must_use]
pub fn page(is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    Page { title: format!("{error}Attribuer"), private: true, ..Page::default() }
}

/// « Qu’est-ce qui est attribué, et à qui ? »: nothing is said before its button is pressed. `typed` is what was refused,
/// `refused` why, where no field is to blame.
pub fn view(model: &FollowView, token: &str, typed: &[Typed], refused: Option<&str>) -> AnyView {
    let draft = &model.need.draft;
    let lots = draft.lots.iter().enumerate().map(|(rank, lot)| {
        let shown = typed.iter().find(|of| of.lot == lot.key).cloned();
        let shown = shown.unwrap_or_else(|| said_before(&model.need, lot.key));
        lot_fields(model, rank, &shown)
    });
    let lots = lots.collect_view();
    let lead = match draft.has_lots() {
        true => {
            "Les structures intéressées par ce que vous cochez en sont prévenues par e-mail. Les autres lots restent ouverts."
        }
        false => "Les structures intéressées en sont prévenues par e-mail.",
    };
    let errors: Vec<(String, String)> = typed
        .iter()
        .flat_map(|of| of.wrong.iter().map(|wrong| (field_name(wrong.field, of.lot), wrong.message.clone())))
        .collect();
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    {breadcrumb(vec![(follow_page_url(token), draft.title.clone())], "Attribuer".into())}
                    <h1>"Qu’est-ce qui est attribué, et à qui\u{a0}?"</h1>
                    <p class="lead">{lead}</p>
                </div>
                {error_summary(&errors)}
                {refused.map(|why| error_said("Rien n’est enregistré", why.to_owned()))}
                <form method="post" action="/besoins/suivre/attribuer" class="block" novalidate>
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    {lots}
                    <div class="actions actions-end">
                        <button class="button button-sun">"Confirmer l’attribution"</button>
                        <a href=follow_page_url(token)>"Revenir sans rien dire"</a>
                    </div>
                </form>
            </div>
        </div>
    }
    .into_any()
}

fn said_before(need: &Need, lot: LotKey) -> Typed {
    let award = need.award(lot);
    let form = award.map(AwardForm::of).unwrap_or_default();
    Typed { lot, is_awarded: award.is_some(), form, wrong: Vec::new() }
}

fn lot_fields(model: &FollowView, rank: usize, typed: &Typed) -> AnyView {
    let draft = &model.need.draft;
    let lot = typed.lot;
    let answers = model.answers.iter().filter(|(row, _)| row.lot == lot && row.answer == Answer::Interested);
    let mut winners: Vec<Siret> = answers.map(|(row, _)| row.siret).collect();
    // Whoever was chosen before stays to be chosen.
    winners.extend(Siret::kept(&typed.form.winner).filter(|siret| !winners.contains(siret)));
    let options = winners.into_iter().map(|siret| {
        let code = siret.to_string();
        let selected = code == typed.form.winner;
        view! { <option value=code selected=selected>{name_of(model, siret)}</option> }
    });
    let options = options.collect_view();
    let several = draft.has_lots();
    let tick = several.then(|| {
        view! {
            <label class="check">
                <input type="checkbox" name="lot" value=lot.to_string() checked=typed.is_awarded/>
                <span class="check-label">"Ce lot est attribué"</span>
            </label>
        }
    });
    let only = (!several).then(|| view! { <input type="hidden" name="lot" value=lot.to_string()/> });
    let winner = field_name(Field::Siret, lot);
    let input = |field: Field, label: &'static str, hint: &'static str, value: &str, is_short: bool| {
        text_input(typed, field, label, hint, value, is_short)
    };
    view! {
        <fieldset class="fieldset award">
            <legend>{if several { draft.lot_name(rank) } else { draft.title.clone() }}</legend>
            {tick}
            {only}
            <div class="field">
                <label class="label" for=winner.clone()>"À qui\u{a0}? (facultatif, visible de tous)"</label>
                <select class="input" id=winner.clone() name=winner>
                    <option value="">"Je ne le dis pas, ou à une autre entreprise"</option>
                    {options}
                </select>
            </div>
            {input(Field::AmountMax, "Montant hors taxes, en euros (facultatif, visible de tous)", "Le montant, ou le plus haut d’une fourchette.", &typed.form.amount_max, true)}
            {input(Field::AmountMin, "Le plus bas de la fourchette (facultatif)", "", &typed.form.amount_min, true)}
            {input(Field::InsertionHours, "Heures d’insertion prévues (facultatif, visible de tous)", "Sur toute la durée.", &typed.form.insertion_hours, true)}
            {input(Field::Reason, "Motif du choix, en une phrase (facultatif)", "Les structures qui ne sont pas retenues le lisent dans leur e-mail.", &typed.form.reason, false)}
            {history(model, lot)}
        </fieldset>
    }
    .into_any()
}

fn text_input(
    typed: &Typed,
    field: Field,
    label: &'static str,
    hint: &'static str,
    value: &str,
    is_short: bool,
) -> AnyView {
    let name = field_name(field, typed.lot);
    let error = typed.wrong.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.message.clone());
    let is_wrong = error.is_some();
    let hint_id = format!("{name}-aide");
    let described_by = [(!hint.is_empty()).then(|| hint_id.clone()), is_wrong.then(|| field_error_id(&name))];
    let described_by: Vec<String> = described_by.into_iter().flatten().collect();
    let described_by = Some(described_by.join(" ")).filter(|ids| !ids.is_empty());
    let error = error.map(|message| {
        view! { <p class="field-error" id=field_error_id(&name)>{format!("Erreur\u{a0}: {message}")}</p> }
    });
    view! {
        <div class=if is_wrong { "field field-invalid" } else { "field" }>
            <label class="label" for=name.clone()>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {error}
            <input class=if is_short { "input input-short" } else { "input" } id=name.clone() name=name type="text" inputmode=is_short.then_some("numeric") value=value.to_owned() autocomplete="off" aria-describedby=described_by aria-invalid=is_wrong.then_some("true")/>
        </div>
    }
    .into_any()
}

/// What was said of the lot before; nothing when nothing was.
fn history(model: &FollowView, lot: LotKey) -> Option<AnyView> {
    let past = model.need.awards_corrected(lot).into_iter().map(|award| {
        let winner =
            award.winner.map_or_else(|| "sans titulaire nommé".to_owned(), |siret| name_of(model, siret));
        let more = facts(award).join(", ");
        let more = if more.is_empty() { String::new() } else { format!(", {more}") };
        view! { <li>{format!("Le {}\u{a0}: {winner}{more}", day(award.awarded_at))}</li> }
    });
    let past: Vec<_> = past.collect();
    (!past.is_empty()).then(|| {
        view! { <div class="block"><p class="muted">"Ce que vous aviez dit avant\u{a0}:"</p><ul class="small">{past}</ul></div> }
            .into_any()
    })
}

/// How much, how many hours.
#[must_use]
pub fn facts(award: &Award) -> Vec<String> {
    let amount = award.amount.map(|amount| format!("{} HT", amount.label()));
    let hours = award
        .insertion_hours
        .map(|hours| format!("{}\u{a0}heures d’insertion", domain::text::number(u64::from(hours))));
    amount.into_iter().chain(hours).collect()
}
