//! The conventions of a structure, a form for each.

use crate::components::{day_input, error_of};
use domain::form::{Field, Violation};
use domain::structure::fiche::{CONVENTION_NEW, ConventionForm, FicheForm};
use domain::structure::{ConventionTerms, Kind, Structure};
use leptos::prelude::*;

/// What is known of each convention.
pub(super) fn conventions_section(stored: &Structure, typed: &FicheForm, wrong: &[Violation]) -> AnyView {
    let error = error_of(wrong, Field::Conventions).map(|message| {
        view! { <p class="field-error">{format!("Erreur\u{a0}: {message}")}</p> }
    });
    let forms = stored.kinds.iter().flat_map(|kind| convention_forms(stored, kind));
    let forms = forms.enumerate().map(|(n, form)| convention_form(n, form, typed));
    view! {
        <section class="card block" id=Field::Conventions.name() tabindex="-1">
            <h2>"Conventions"</h2>
            <p class="muted small">"Une convention qui a pris fin n’ouvre plus les marchés réservés. Dites ce que vous savez\u{a0}: tout est facultatif."</p>
            {error}
            {forms.collect_view()}
        </section>
    }
    .into_any()
}

/// A form for each convention of a kind, and one to add another as soon as something is known of the first.
fn convention_forms(stored: &Structure, kind: Kind) -> Vec<ConventionForm> {
    let mut forms: Vec<ConventionForm> = stored.conventions_of(kind).map(convention_stored).collect();
    let which = if forms.is_empty() { "" } else { CONVENTION_NEW };
    forms.push(ConventionForm {
        kind: kind.code().to_owned(),
        which: which.to_owned(),
        ..Default::default()
    });
    forms
}

/// The `n`th form of the section.
fn convention_form(n: usize, stored: ConventionForm, typed: &FicheForm) -> AnyView {
    let is_this = |form: &&ConventionForm| (&form.kind, &form.which) == (&stored.kind, &stored.which);
    let typed_here = typed.conventions.iter().find(is_this);
    let is_open = typed_here.is_some_and(|typed| *typed != stored);
    let form = typed_here.unwrap_or(&stored).clone();
    let name = Kind::parse(&form.kind).map_or_else(String::new, |kind| match form.which.as_str() {
        CONVENTION_NEW => format!("Ajouter une autre convention {kind}"),
        _ if form.number.is_empty() => format!("{} ({kind})", kind.label()),
        _ => format!("{} ({kind}), n°\u{a0}{}", kind.label(), form.number),
    });
    let input = |name: &'static str, label: &'static str, kind_of: &'static str, value: String| {
        let id = format!("{name}-{n}");
        view! {
            <div class="field">
                <label class="label" for=id.clone()>{label}</label>
                <input class="input" id=id name=name type=kind_of value=value autocomplete="off"/>
            </div>
        }
    };
    let ((from_kind, from), (to_kind, to)) = (day_input(&form.from), day_input(&form.to));
    view! {
        <details class="more" open=is_open>
            <summary>{name}</summary>
                <input type="hidden" name="convention" value=form.kind.clone()/>
                <input type="hidden" name="laquelle" value=form.which/>
                {input("numero", "Numéro", "text", form.number)}
                {input("debut", "Premier jour", from_kind, from)}
                {input("fin", "Dernier jour", to_kind, to)}
                {input("etp", "Équivalents temps plein en insertion", "text", form.etp)}
                {input("preuve", "Preuve\u{a0}: référence de l’acte, adresse du document", "text", form.proof)}
                <div class="actions actions-end">
                    <button class="button" name="action" value="enregistrer">"Enregistrer "<span class="visually-hidden">"la convention "</span>{form.kind}</button>
                </div>
        </details>
    }
    .into_any()
}

fn convention_stored(terms: &ConventionTerms) -> ConventionForm {
    let day = |day: Option<jiff::civil::Date>| day.map(|d| d.to_string()).unwrap_or_default();
    ConventionForm {
        kind: terms.kind.code().to_owned(),
        which: terms.key(),
        number: terms.number.clone(),
        from: day(terms.from),
        to: day(terms.to),
        etp: terms.etp_hundredths.map(crate::components::etp).unwrap_or_default(),
        proof: terms.proof.clone(),
    }
}
