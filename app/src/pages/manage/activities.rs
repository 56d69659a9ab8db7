//! What a structure does: said yes or no to, changed, added.

use crate::api::Completion;
use crate::components::{
    Choice, CompletedInput, FieldText, choices, error_of, field, place_choices, sector_list, standing,
    to_correct,
};
use domain::form::{Field, Violation};
use domain::money::Euros;
use domain::structure::fiche::{ActivityForm, ActivityTerms, FicheForm};
use domain::structure::{Activity, ActivityKept, Mode, Standing};
use domain::territory::{Place, zones_read, zones_shown, zones_stored};
use domain::written::{Correction, Written};
use leptos::prelude::*;

/// What a button says of an activity: the verb, the sector, the mode, and for a successor its sector.
fn decision(verb: &str, parts: &[&str]) -> String {
    [&[verb], parts].concat().join("~")
}

pub(super) fn activity_card(activity: &Activity, typed: &FicheForm) -> AnyView {
    let label = activity.sector.label();
    let (sector, mode) = (activity.sector.slug(), activity.mode.code());
    let zones = activity.zones.iter().map(Written::name).collect::<Vec<_>>().join(", ");
    let because =
        (!activity.because.is_empty()).then(|| format!(" (d’après «\u{a0}{}\u{a0}»)", activity.because));
    let button = |verb: &'static str, class: &'static str, text: &'static str| {
        view! {
            <button class=class name="decision" value=decision(verb, &[sector, mode])>
                {text}
                <span class="visually-hidden">{format!("\u{a0}: {label}")}</span>
            </button>
        }
    };
    let confirm = (activity.standing != Standing::Confirmed)
        .then(|| button("confirm", "button", "Oui, nous le faisons"));
    let dismiss = activity
        .standing
        .is_live()
        .then(|| button("dismiss", "button button-secondary", "Non, nous ne le faisons pas"));
    view! {
        <li class="card">
            <h3 class="card-title">{label}</h3>
            <p class="card-meta">{standing(activity.standing)}{because}</p>
            <ul class="facts"><li>{activity.mode.label()}</li><li>{zones}</li></ul>
            {activity.standing.is_live().then(|| activity_change(activity, typed))}
            <div class="actions">{confirm}" "{dismiss}</div>
        </li>
    }
    .into_any()
}

/// The mode and the zones of an activity, to be changed; open when a zone is no longer known, or something was typed.
fn activity_change(activity: &Activity, typed: &FicheForm) -> AnyView {
    let label = activity.sector.label();
    let (sector, mode) = (activity.sector.slug(), activity.mode.code());
    let shown = zones_shown(&activity.zones);
    let change = typed.changes.iter().find(|change| change.sector == sector && change.mode == mode);
    let zones = change.map_or_else(|| shown.clone(), |change| change.zones.clone());
    let chosen = change.and_then(|change| Mode::parse(&change.mode_typed)).unwrap_or(activity.mode);
    let wrong: Vec<Correction> = activity.zones.iter().filter_map(Written::correction).collect();
    let orders = activity.orders.as_deref().cloned().unwrap_or_default();
    let hours_kept = activity.hours_per_month.map(|hours| hours.to_string()).unwrap_or_default();
    let minimum_kept = orders.minimum.map(Euros::typed).unwrap_or_default();
    let terms = typed.terms.iter().find(|terms| terms.sector == sector && terms.mode == mode);
    let typed_or = |pick: fn(&ActivityTerms) -> &Option<String>, kept: &str| {
        terms.and_then(|terms| pick(terms).clone()).unwrap_or_else(|| kept.to_owned())
    };
    let hours = typed_or(|terms| &terms.hours, &hours_kept);
    let minimum = typed_or(|terms| &terms.minimum, &minimum_kept);
    let cpv = typed_or(|terms| &terms.cpv, &orders.codes());
    let is_typed = hours != hours_kept || minimum != minimum_kept || cpv != orders.codes();
    let is_open = !wrong.is_empty() || zones != shown || chosen != activity.mode || is_typed;
    let lines = wrong.iter().map(|correction| view! { <p>{to_correct(correction)}</p> }).collect_view();
    let lines = (!wrong.is_empty()).then(|| view! { <div class="notice notice-warning">{lines}</div> });
    let (zones_id, mode_id) = (format!("zones-{sector}-{mode}"), format!("mode-{sector}-{mode}"));
    let modes = Mode::ALL
        .into_iter()
        .map(|m| view! { <option value=m.code() selected=m == chosen>{m.label()}</option> })
        .collect_view();
    let (name, value, button) = match wrong.is_empty() {
        true => ("action", "enregistrer".to_owned(), "Enregistrer"),
        false => ("decision", decision("zones", &[sector, mode]), "Corriger les zones"),
    };
    view! {
        {lines}
        <details class="more" open=is_open>
            <summary>"Changer la forme, les zones, les commandes"<span class="visually-hidden">{format!("\u{a0}: {label}")}</span></summary>
            <input type="hidden" name="activite" value=decision(sector, &[mode])/>
            <div class="field">
                <label class="label" for=mode_id.clone()>"Sous quelle forme\u{a0}?"</label>
                <select class="input" id=mode_id name="activite-mode">{modes}</select>
            </div>
            <div class="field">
                <label class="label" for=zones_id.clone()>"Où aujourd’hui\u{a0}?"</label>
                <input class="input" id=zones_id name="activite-zones" value=zones autocomplete="off"/>
            </div>
            {order_field("heures", "Heures par mois pour cette activité", "", hours, (sector, mode))}
            {order_field("minimum", "Commande minimale, en euros hors taxes", "Laissez vide si vous prenez toutes les commandes.", minimum, (sector, mode))}
            {order_field("cpv", "Codes CPV", "Ceux sous lesquels les acheteurs la demandent\u{a0}: huit chiffres, séparés par un espace.", cpv, (sector, mode))}
            <div class="actions">
                <button class="button button-secondary" name=name value=value>
                    {button}
                    <span class="visually-hidden">{format!("\u{a0}: {label}")}</span>
                </button>
            </div>
        </details>
    }
    .into_any()
}

/// A field of one line about the orders of an activity.
fn order_field(
    name: &str,
    label: &'static str,
    hint: &'static str,
    value: String,
    (sector, mode): (&str, &str),
) -> AnyView {
    let id = format!("{name}-{sector}-{mode}");
    let hint_id = format!("{id}-aide");
    let described_by = (!hint.is_empty()).then(|| hint_id.clone());
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> });
    view! {
        <div class="field">
            <label class="label" for=id.clone()>{label}</label>
            {hint}
            <input class="input" id=id name=format!("activite-{name}") value=value autocomplete="off" aria-describedby=described_by/>
        </div>
    }
    .into_any()
}

/// An activity whose sector is no longer known: what was written, and what may take its place.
pub(super) fn kept_card(activity: &ActivityKept) -> AnyView {
    let zones = zones_stored(&activity.zones);
    let correction = activity.correction();
    let successors = correction.as_ref().map(|c| c.successors.now.clone()).unwrap_or_default();
    let (sector, mode) = (activity.sector.as_str(), activity.mode.as_str());
    // One button does both: the activity under its name of today, and this one put aside.
    let replace = successors.into_iter().map(|successor| {
        let value = decision("replace", &[sector, mode, &successor.code, &zones_shown(&zones)]);
        view! { <button class="button" name="decision" value=value>{format!("C’est\u{a0}: {}", successor.name)}</button>" " }
    });
    let replace = replace.collect_view();
    let names = zones.iter().map(Written::name).collect::<Vec<_>>().join(", ");
    view! {
        <li class="card">
            <h3 class="card-title">{activity.sector.clone()}</h3>
            <p class="card-meta">{Standing::parse(&activity.standing).map(standing)}</p>
            <ul class="facts"><li>{activity.mode_name().to_owned()}</li><li>{names}</li></ul>
            {correction.map(|correction| view! { <p>{to_correct(&correction)}</p> })}
            <div class="actions">
                {replace}
                <button class="button button-secondary" name="decision" value=decision("dismiss", &[sector, mode])>
                    "Non, nous ne le faisons pas"
                    <span class="visually-hidden">{format!("\u{a0}: {}", activity.sector)}</span>
                </button>
            </div>
        </li>
    }
    .into_any()
}

pub(super) fn add_form(typed: ActivityForm, wrong: &[Violation]) -> AnyView {
    let completed = |text: &FieldText, value: String, completion: Completion| {
        let is_invalid = text.error.is_some();
        let described_by = text.described_by();
        let (id, name) = (text.name, text.name);
        CompletedInput { id, name, value, described_by, is_invalid, placeholder: "", completion, form: None }
            .view()
    };
    let sector = FieldText {
        name: Field::AddedSector.name(),
        label: "Que faites-vous\u{a0}?",
        hint: "Commencez à écrire, puis choisissez le secteur\u{a0}: «\u{a0}Blanchisserie\u{a0}», «\u{a0}Traiteur\u{a0}»…",
        error: error_of(wrong, Field::AddedSector),
    };
    let zone = FieldText {
        name: Field::AddedZones.name(),
        label: "Où\u{a0}?",
        hint: "Une commune, un département, une région, ou «\u{a0}30km\u{a0}» autour de votre siège. Plusieurs\u{a0}: séparez par une virgule.",
        error: error_of(wrong, Field::AddedZones),
    };
    let sector_input = match sector.error {
        Some(_) => sector_list(&sector, sector.name, None),
        None => completed(&sector, typed.sector, Completion::Sector),
    };
    let zones_found = zone.error.as_ref().map(|_| place_choices(zone.name, zones_meant(&typed.zones)));
    let zone_input = completed(&zone, typed.zones, Completion::Place);
    let zone_input = view! { {zone_input}{zones_found} }.into_any();
    let chosen = Mode::parse(&typed.mode).unwrap_or(Mode::Prestation);
    let modes = Mode::ALL
        .into_iter()
        .map(|m| Choice { code: m.code(), label: m.label().to_owned(), hint: String::new() })
        .collect();
    let modes = choices(Field::AddedMode, "Sous quelle forme\u{a0}?", "", modes, chosen.code(), wrong);
    view! {
        <section class="section">
            <h2>"Ajouter une activité"</h2>
            {field(sector, sector_input)}
            {modes}
            {field(zone, zone_input)}
            <div class="actions actions-end">
                <button class="button" name="action" value="ajouter">"Ajouter cette activité"</button>
            </div>
        </section>
    }
    .into_any()
}

/// The zones that a text may mean, each as the whole text with a code in the place of what is doubtful: names hold commas.
fn zones_meant(typed: &str) -> Vec<(String, String)> {
    let Err(doubt) = zones_read(typed) else { return Vec::new() };
    let meant = |place: &Place| (typed.replacen(&doubt.typed, &place.zone().code(), 1), place.name());
    doubt.reading.proposals().iter().map(meant).collect()
}
