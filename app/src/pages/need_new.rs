//! `/besoins/nouveau`: four fields, the rest optional and inferred.

use crate::api::{Completion, PreviewText};
use crate::components::{FieldText, breadcrumb, choice, error_summary, field, field_error_id};
use crate::document::{Page, Section};
use crate::islands::{CompletedInput, Field as CompletedField, Preview, PreviewOf};
use backend::needs::Preview as Found;
use domain::date;
use domain::legal::Reservation;
use domain::need::{Field, NeedForm, Violation, sectors_proposed};
use domain::sector::{SectorIx, Sectors};
use domain::structure::Mode;
use domain::text::{and_list, number, plural};
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page(wrong: &[Violation]) -> Page {
    let error = if wrong.is_empty() { "" } else { "Erreur\u{a0}: " };
    let title = format!("{error}Publier un besoin");
    Page { title, section: Some(Section::Needs), islands: true, private: false }
}

/// What the preview says.
#[must_use]
pub fn preview_text(preview: Option<&Found>) -> PreviewText {
    let Some(preview) = preview else {
        let line = "Dites quoi et où\u{a0}: le nombre de structures qui conviennent s’affichera ici.";
        return PreviewText { count: None, label: String::new(), lines: vec![line.to_owned()] };
    };
    let labels: Vec<&str> = preview.sectors.iter().map(|s| s.label()).collect();
    let mut lines =
        vec![format!("Secteur\u{a0}: {}. Lieu\u{a0}: {}.", and_list(&labels), preview.place.name())];
    if preview.fitting > 0 {
        lines.push(match preview.reachable {
            0 => "Aucune n’a d’adresse de contact connue\u{a0}: vous verrez la liste, mais personne ne sera prévenu.".to_owned(),
            n => format!("{} à la publication.", plural(n, "sera prévenue", "seront prévenues")),
        });
    }
    if preview.left_out > 0 {
        let verb = if preview.left_out < 2 { "est écartée" } else { "sont écartées" };
        lines.push(format!(
            "{} {verb} par la réservation.",
            plural(preview.left_out, "structure", "structures")
        ));
    }
    if preview.fitting == 0 && preview.left_out == 0 {
        lines.push(
            "Aucune structure connue ne couvre ce lieu dans ce secteur. Essayez un lieu plus large."
                .to_owned(),
        );
    }
    fitting_text(preview.fitting, lines)
}

/// « 39 structures correspondent », and what stands under it.
pub(super) fn fitting_text(fitting: u64, lines: Vec<String>) -> PreviewText {
    let label = if fitting < 2 { "structure correspond" } else { "structures correspondent" };
    PreviewText { count: Some(number(fitting)), label: label.to_owned(), lines }
}

/// The page.
pub fn view(form: &NeedForm, wrong: &[Violation], preview: Option<&Found>) -> AnyView {
    let errors: Vec<(String, String)> =
        wrong.iter().map(|v| (field_id(v.field).to_owned(), v.message.clone())).collect();
    let more_open =
        wrong.iter().any(|v| !matches!(v.field, Field::Quoi | Field::Ou | Field::Date | Field::Courriel))
            || !form.secteur.is_empty()
            || !form.reservation.is_empty();
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![("/besoins".into(), "Besoins".into())], "Publier un besoin".into())}
                <h1>"Publier un besoin"</h1>
                <p class="lead">
                    "Quatre réponses suffisent, sans compte. Rien n’est visible tant que vous n’avez pas relu, puis confirmé depuis votre messagerie."
                </p>
            </div>
            <div class="beside">
                <form id="besoin" method="post" action="/besoins/nouveau" novalidate>
                    {error_summary(&errors)}
                    {four_fields(form, wrong)}
                    <details class="more" open=more_open>
                        <summary>"Préciser (facultatif)\u{a0}: secteurs, réservation, volume…"</summary>
                        {more_fields(form, wrong)}
                    </details>
                    <div class="actions actions-end">
                        <button class="button button-sun" name="etape" value="relire">"Relire avant d’envoyer"</button>
                        <p class="muted small">"Étape 1 sur 2"</p>
                    </div>
                </form>
                <aside class="sticky" aria-labelledby="apercu">
                    <div class="card box-brand">
                        <h2 id="apercu">"Qui pourrait répondre"</h2>
                        <Preview form_id="besoin".to_owned() of=PreviewOf::Need first=preview_text(preview)/>
                    </div>
                </aside>
            </div>
        </div>
    }
    .into_any()
}

fn field_id(field: Field) -> &'static str {
    match field {
        // Groups of boxes have the id of their first box.
        Field::Secteur => "secteur-autre",
        Field::Reservation => "reservation",
        other => other.name(),
    }
}

fn error_of(wrong: &[Violation], field: Field) -> Option<String> {
    wrong.iter().find(|v| v.field == field).map(|v| v.message.clone())
}

fn four_fields(form: &NeedForm, wrong: &[Violation]) -> AnyView {
    let what = FieldText {
        name: "quoi",
        label: "De quoi avez-vous besoin\u{a0}?",
        hint: "Avec vos mots\u{a0}: «\u{a0}tonte et taille des haies\u{a0}», «\u{a0}buffet pour 80 personnes\u{a0}».",
        error: error_of(wrong, Field::Quoi),
    };
    let place = FieldText {
        name: "ou",
        label: "Où\u{a0}?",
        hint: "Commune, code postal, intercommunalité, département ou région.",
        error: error_of(wrong, Field::Ou),
    };
    let until = FieldText {
        name: "date",
        label: "Jusqu’à quand les structures peuvent-elles répondre\u{a0}?",
        hint: "Par exemple 12/01/2027.",
        error: error_of(wrong, Field::Date),
    };
    let mail = FieldText {
        name: "courriel",
        label: "Votre adresse e-mail professionnelle",
        hint: "Pour confirmer le besoin et recevoir les réponses. Elle n’est jamais affichée.",
        error: error_of(wrong, Field::Courriel),
    };
    let invalid = |t: &FieldText| t.error.is_some().then_some("true");
    // Browsers want the ISO form in a date input; what is no date is given back as typed, in a text input.
    let date_value = date::parse(&form.date).map_or_else(|| form.date.clone(), |d| d.to_string());
    let date_kind = if date_value.is_empty() || date::parse(&form.date).is_some() { "date" } else { "text" };
    let completed = CompletedField {
        id: "ou".into(),
        name: "ou".into(),
        value: form.ou.clone(),
        described_by: place.described_by(),
        invalid: place.error.is_some(),
        placeholder: String::new(),
        completion: Completion::Place,
    };
    let what_input = view! {
        <input class="input" id="quoi" name="quoi" value=form.quoi.clone() autocomplete="off" required aria-describedby=what.described_by() aria-invalid=invalid(&what)/>
    };
    let date_input = view! {
        <input class="input input-short" id="date" name="date" type=date_kind value=date_value required aria-describedby=until.described_by() aria-invalid=invalid(&until)/>
    };
    let mail_input = view! {
        <input class="input" id="courriel" name="courriel" type="email" value=form.courriel.clone() autocomplete="email" required aria-describedby=mail.described_by() aria-invalid=invalid(&mail)/>
    };
    view! {
        {field(what, what_input.into_any())}
        {field(place, view! { <CompletedInput field=completed/> }.into_any())}
        {field(until, date_input.into_any())}
        {field(mail, mail_input.into_any())}
    }
    .into_any()
}

/// The sectors that are ticked, then those that the words propose.
fn sector_boxes(form: &NeedForm) -> Vec<(SectorIx, bool)> {
    let ticked: Vec<SectorIx> = form.secteur.iter().filter_map(|s| Sectors::get().parse(s).ok()).collect();
    let proposed = sectors_proposed(&form.quoi, &form.details);
    let mut boxes: Vec<(SectorIx, bool)> = ticked.iter().map(|s| (*s, true)).collect();
    for sector in proposed {
        if !ticked.contains(&sector) {
            boxes.push((sector, ticked.is_empty()));
        }
    }
    boxes
}

fn more_fields(form: &NeedForm, wrong: &[Violation]) -> AnyView {
    let boxes = sector_boxes(form).into_iter().map(|(sector, ticked)| {
        view! {
            <li>
                <label class="check">
                    <input type="checkbox" name="secteur" value=sector.slug() checked=ticked/>
                    <span class="check-label">{sector.label()}</span>
                </label>
            </li>
        }
    });
    let boxes: Vec<_> = boxes.collect();
    let other = FieldText {
        name: "secteur-autre",
        label: "Un autre secteur",
        hint: "Laissez vide pour que nous le déduisions de vos mots.",
        error: error_of(wrong, Field::Secteur),
    };
    let unknown = form.secteur.iter().find(|s| Sectors::get().parse(s).is_err()).cloned().unwrap_or_default();
    let completed = CompletedField {
        id: "secteur-autre".into(),
        name: "secteur".into(),
        value: unknown,
        described_by: other.described_by(),
        invalid: other.error.is_some(),
        placeholder: String::new(),
        completion: Completion::Sector,
    };
    let chosen = Reservation::parse(&form.reservation).unwrap_or_default();
    let reservations = Reservation::USUAL.into_iter().map(|r| {
        let article = r.article().map(|a| format!(" ({a})")).unwrap_or_default();
        choice(
            "reservation",
            r.code(),
            format!("{}{article}", r.label()),
            r.explanation().to_owned(),
            r == chosen,
        )
    });
    let reservations = reservations.collect_view();
    let mode = Mode::parse(&form.mode);
    let modes = Mode::ALL
        .into_iter()
        .map(|m| choice("mode", m.code(), m.label().to_owned(), String::new(), mode == Some(m)))
        .collect_view();
    let text = |name, label, hint, field| FieldText { name, label, hint, error: error_of(wrong, field) };
    let hours = text(
        "heures",
        "Volume de travail",
        "Une estimation suffit. Elle est comparée à la capacité des structures.",
        Field::Heures,
    );
    let details = text(
        "details",
        "Précisions",
        "Ce qui compte pour répondre\u{a0}: surfaces, fréquences, matériel, visite, lien vers le profil d’acheteur.",
        Field::Details,
    );
    let buyer = text("acheteur", "Votre organisation", "Affichée avec le besoin.", Field::Acheteur);
    let invalid = |t: &FieldText| t.error.is_some().then_some("true");
    let hours_input = view! {
        <div class="input-unit">
            <input class="input input-short" id="heures" name="heures" inputmode="numeric" value=form.heures.clone() aria-describedby=hours.described_by() aria-invalid=invalid(&hours)/>
            " "
            <span>"heures par mois"</span>
        </div>
    };
    let details_input = view! {
        <textarea class="input" id="details" name="details" rows="5" aria-describedby=details.described_by() aria-invalid=invalid(&details)>
            {form.details.clone()}
        </textarea>
    };
    let buyer_input = view! {
        <input class="input" id="acheteur" name="acheteur" autocomplete="organization" value=form.acheteur.clone() aria-describedby=buyer.described_by() aria-invalid=invalid(&buyer)/>
    };
    let reservation_error = error_of(wrong, Field::Reservation).map(|m| {
        view! { <p class="field-error" id=field_error_id("reservation")>{format!("Erreur\u{a0}: {m}")}</p> }
    });
    view! {
        <fieldset class="fieldset">
            <legend>"Secteurs"</legend>
            {(!boxes.is_empty())
                .then(|| {
                    view! {
                        <p class="hint">"Proposés d’après vos mots. Décochez ce qui ne convient pas."</p>
                        <ul class="checks">{boxes}</ul>
                    }
                })}
            {field(other, view! { <CompletedInput field=completed/> }.into_any())}
        </fieldset>
        <fieldset class="fieldset" id="reservation">
            <legend>"Voulez-vous réserver ce marché\u{a0}?"</legend>
            <p class="hint">"La réservation doit être écrite dans l’avis ou les documents de la consultation (à vérifier avec votre service juridique)."</p>
            {reservation_error}
            {reservations}
        </fieldset>
        <fieldset class="fieldset">
            <legend>"Sous quelle forme\u{a0}?"</legend>
            {choice("mode", "", "Peu importe".to_owned(), String::new(), mode.is_none())}
            {modes}
        </fieldset>
        {field(hours, hours_input.into_any())}
        {field(details, details_input.into_any())}
        {field(buyer, buyer_input.into_any())}
    }
    .into_any()
}
