//! `/administration/structures/{siret}`: suspending a structure, making a duplicate and another one into one.

use crate::components::{TextInput, breadcrumb, error_summary, errors, kinds, long_text, notice, seat_name};
use crate::urls::{reference, structure_url};
use backend::index::Entry;
use backend::structures::{AdministeredView, MergeView};
use domain::access::Grant;
use domain::form::{Field, Violation};
use domain::structure::{Structure, Withdrawal};
use domain::text::{and_list, of_name, plural};
use leptos::prelude::*;

/// What was typed when it was refused.
#[derive(Debug, Clone, Default)]
pub struct AdministeredTyped {
    /// The SIRET of the duplicate.
    pub siret: String,
    /// Why it is to be suspended.
    pub why: String,
}

fn above() -> Vec<(String, String)> {
    vec![("/espace".into(), "Mon espace".into()), ("/administration".into(), "Administration".into())]
}

/// Where an administrator decides about a structure.
#[must_use]
pub fn administered_url(structure: &Structure) -> String {
    format!("/administration/structures/{}", structure.siret)
}

/// The page. `done` is what was just done, if something was.
pub fn administered(
    model: &AdministeredView,
    typed: &AdministeredTyped,
    wrong: &[Violation],
    done: Option<&str>,
) -> AnyView {
    let s = &model.entry.structure;
    let name = s.shown_name().to_owned();
    let action = administered_url(s);
    let done = done.map(|text| notice("notice-success", "C’est fait.", text.to_owned()));
    let manage =
        format!("/structures/{}/gerer?jeton={}", s.siret, reference(Grant::StructureManage(s.siret)));
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    {breadcrumb(above(), name.clone())}
                    <h1>{name}</h1>
                    <p class="lead">{format!("SIRET {}, {}", s.siret.spaced(), seat_name(&model.entry))}</p>
                </div>
                {error_summary(&errors(wrong))}
                {done}
                {state(&model.entry)}
                <div class="actions block">
                    <a class="button button-secondary" href=structure_url(s)>"Sa fiche publique"</a>
                    <a class="button button-secondary" href=manage>"Corriger sa fiche"</a>
                    <a class="button button-secondary" href=format!("/espace/structures/{}/membres", s.siret)>"Ses membres"</a>
                </div>
                {suspension(s, &action, typed, wrong)}
                {duplicates(model, &action, typed, wrong)}
            </div>
        </div>
    }
    .into_any()
}

/// Whether it takes part; if not, why.
fn state(entry: &Entry) -> AnyView {
    let s = &entry.structure;
    let (strong, text) = match s.withdrawal() {
        None => return ().into_any(),
        Some(Withdrawal::MergedInto(kept)) => {
            ("Fiche réunie à une autre.", format!("Son adresse mène à la fiche {}.", kept.spaced()))
        }
        Some(Withdrawal::Suspended(why)) => {
            ("Fiche suspendue.", format!("La raison qu’elle lit\u{a0}: {why}"))
        }
        Some(Withdrawal::Opposed) => (
            "Elle s’oppose à être proposée.",
            "C’est son droit\u{a0}: elle seule revient dessus, depuis sa fiche.".to_owned(),
        ),
    };
    notice("notice-warning", strong, text)
}

fn suspension(s: &Structure, action: &str, typed: &AdministeredTyped, wrong: &[Violation]) -> AnyView {
    if s.withdrawals.suspended.is_some() {
        return view! {
            <section class="section">
                <h2>"Lever la suspension"</h2>
                <p>"La fiche redevient visible, et la structure en est prévenue par e-mail."</p>
                <form method="post" action=action.to_owned()>
                    <div class="actions"><button class="button" name="action" value="reprendre">"Lever la suspension"</button></div>
                </form>
            </section>
        }
        .into_any();
    }
    let label = "Pourquoi, tel que la structure le lira";
    let why = long_text(Field::Reason, label, "", &typed.why, wrong);
    view! {
        <section class="section">
            <h2>"Suspendre"</h2>
            <p>"La fiche n’est plus visible, n’est plus proposée, et ne reçoit plus de besoins. La structure peut toujours la lire et la corriger."</p>
            <form method="post" action=action.to_owned() novalidate>
                {why}
                <div class="actions"><button class="button" name="action" value="suspendre">"Suspendre cette fiche"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn duplicates(
    model: &AdministeredView,
    action: &str,
    typed: &AdministeredTyped,
    wrong: &[Violation],
) -> AnyView {
    let s = &model.entry.structure;
    if s.withdrawals.merged_into.is_some() {
        return view! {
            <section class="section">
                <h2>"Séparer"</h2>
                <p>"Cette fiche redevient visible à son adresse. Ce qui a été déplacé reste à l’autre."</p>
                <form method="post" action=action.to_owned()>
                    <div class="actions"><button class="button button-secondary" name="action" value="separer">"Séparer ces fiches"</button></div>
                </form>
            </section>
        }
        .into_any();
    }
    let siret = TextInput::wide(Field::Siret, "SIRET de la fiche qui disparaît", "", &typed.siret);
    let rows = model.duplicates.iter().map(|entry| {
        let of = &entry.structure;
        let text = format!("{}, SIRET {}", of.shown_name(), of.siret.spaced());
        view! { <li><a href=administered_url(of)>{text}</a></li> }
    });
    let known = (!model.duplicates.is_empty()).then(|| {
        view! { <p>"Ces fiches lui sont réunies\u{a0}:"</p><ul class="rows">{rows.collect_view()}</ul> }
    });
    view! {
        <section class="section">
            <h2>"Réunir une fiche en double"</h2>
            {known}
            <p>{format!("L’autre fiche disparaît, et son adresse mène à celle {}. La page suivante dit ce qui est déplacé\u{a0}: rien n’est fait avant.", of_name(s.shown_name()))}</p>
            <form method="get" action=format!("{action}/reunir") novalidate>
                {siret.required().view(wrong)}
                <div class="actions"><button class="button button-secondary">"Comparer les deux fiches"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// Both side by side, and what will be done: a button does it.
pub fn merge(model: &MergeView) -> AnyView {
    let (duplicate, kept) = (&model.duplicate, &model.kept);
    let action = format!("{}/reunir", administered_url(kept));
    let other = format!("{}/reunir?siret={}", administered_url(duplicate), kept.siret);
    let goes: Vec<String> =
        model.moved.iter().filter(|of| of.moved > 0).map(|of| of.tied.count(of.moved)).collect();
    let goes = goes
        .into_iter()
        .chain(model.gives_contact.then(|| "son adresse de contact".to_owned()))
        .chain(model.gives_opposition().then(|| "son opposition à être proposée".to_owned()));
    let goes: Vec<String> = goes.collect();
    let left: Vec<String> =
        model.moved.iter().filter(|of| of.left > 0).map(|of| of.tied.count(of.left)).collect();
    let rows = |all: Vec<String>| all.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
    let goes = match goes.is_empty() {
        true => view! { <p>"Rien."</p> }.into_any(),
        false => view! { <ul class="rows">{rows(goes)}</ul> }.into_any(),
    };
    let left = (!left.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>"Ce qui ne peut pas l’être"</h2>
                <p>"La fiche qui reste a déjà les siens\u{a0}: ceux-ci restent à l’ancienne, que l’on peut séparer."</p>
                <ul class="rows">{rows(left)}</ul>
            </section>
        }
    });
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(above().into_iter().chain([(administered_url(kept), kept.shown_name().to_owned())]).collect(), "Réunir".to_owned())}
                <h1>"Réunir ces deux fiches"</h1>
                <p class="lead">"Rien n’est encore fait. Vérifiez que c’est bien la même structure."</p>
            </div>
            <div class="halves">
                {side("Celle qui disparaît", duplicate)}
                {side("Celle qui reste", kept)}
            </div>
            <p class="block"><a href=other>"Garder plutôt l’autre"</a></p>
            <section class="section">
                <h2>"Ce qui est déplacé"</h2>
                {goes}
            </section>
            {left}
            <form method="post" action=action class="section">
                <input type="hidden" name=Field::Siret.name() value=duplicate.siret.to_string()/>
                <p>{format!("L’adresse {} mènera à l’autre fiche, et aucun fichier importé ne la ramènera dans la recherche. «\u{a0}Séparer\u{a0}» la rend de nouveau visible\u{a0}; ce qui est déplacé ne revient pas.", of_name(duplicate.shown_name()))}</p>
                <div class="actions actions-end">
                    <a href=administered_url(kept)>"Ne rien faire"</a>
                    <button class="button button-sun">"Réunir ces fiches"</button>
                </div>
            </form>
        </div>
    }
    .into_any()
}

/// What tells one from the other.
fn side(title: &'static str, s: &Structure) -> AnyView {
    let address = format!("{}, {} {}", s.address, s.postal_code, s.town);
    let activities: Vec<String> = s.live_activities().map(|of| of.sector.label().to_owned()).collect();
    let activities = match activities.is_empty() {
        true => "aucune connue".to_owned(),
        false => and_list(&activities),
    };
    let contact = s.contact.as_ref().map_or_else(|| "aucun".to_owned(), ToString::to_string);
    let conventions = plural(
        u64::try_from(s.conventions.len()).unwrap_or(u64::MAX),
        "décrite, qui reste à son SIRET",
        "décrites, qui restent à son SIRET",
    );
    view! {
        <section class="card block">
            <p class="card-meta">{title}</p>
            <h2><a href=structure_url(s)>{s.shown_name().to_owned()}</a></h2>
            <p>{kinds(s.kinds)}</p>
            <dl class="facts-list">
                <dt>"SIRET"</dt><dd>{s.siret.spaced()}</dd>
                <dt>"Raison sociale"</dt><dd>{s.name.clone()}</dd>
                <dt>"Adresse"</dt><dd>{address}</dd>
                <dt>"Activités"</dt><dd>{activities}</dd>
                <dt>"Conventions"</dt><dd>{conventions}</dd>
                <dt>"Contact"</dt><dd>{contact}</dd>
                <dt>"Source"</dt><dd>{s.source.clone()}</dd>
            </dl>
        </section>
    }
    .into_any()
}
