//! `/besoins/nouveau`: four fields, the rest optional and inferred.

use crate::api::Completion;
use crate::components::{
    PreviewText, TextInput, breadcrumb, choice, error_of, error_summary, errors, field_error_id, long_text,
    preview as live_preview, sector_boxes,
};
use crate::document::{Page, Section};
use backend::needs::Preview as Found;
use backend::structures::TierCounts;
use domain::form::{Field, Violation};
use domain::legal::Reservation;
use domain::matching::Tier;
use domain::need::{NeedForm, sectors_guessed, sectors_possible, sectors_proposed};
use domain::sector::{SectorIx, Sectors};
use domain::structure::Mode;
use domain::text::{and_list, number, plural};
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page(wrong: &[Violation]) -> Page {
    let error = if wrong.is_empty() { "" } else { "Erreur\u{a0}: " };
    let title = format!("{error}Publier un besoin");
    Page { title, section: Some(Section::Needs), islands: true, ..Page::default() }
}

/// What the form would bring, as the page and the island show it.
pub fn preview(found: Option<&Found>) -> AnyView {
    preview_text(found).view()
}

fn preview_text(preview: Option<&Found>) -> PreviewText {
    let Some(preview) = preview else {
        let line = "Dites quoi et où\u{a0}: le nombre de structures qui conviennent s’affichera ici.";
        return PreviewText { count: None, label: "", lines: vec![line.to_owned()] };
    };
    let labels: Vec<&str> = preview.sectors.iter().map(|s| s.label()).collect();
    let sectors = if labels.is_empty() { "tous métiers".to_owned() } else { and_list(&labels) };
    let mut lines = vec![format!("Secteur\u{a0}: {sectors}. Lieu\u{a0}: {}.", preview.place.name())];
    let tiers = preview.tiers;
    let (fitting, near) = (tiers.of(Tier::Fits), tiers.of(Tier::Neighbour));
    if near > 0 || tiers.of(Tier::Possible) > 0 {
        lines.push(around_text(tiers));
    }
    if fitting > 0 {
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
    if tiers.total() == 0 && preview.left_out == 0 {
        lines.push(
            "Aucune structure connue ne couvre ce lieu dans ce secteur. Essayez un lieu plus large."
                .to_owned(),
        );
    }
    fitting_text(fitting, lines)
}

/// « Autour : 5 voisines, 41 possibles (activité inconnue ou déduite : à demander). »
pub(super) fn around_text(tiers: TierCounts) -> String {
    let part = |tier: Tier| {
        let n = tiers.of(tier);
        (n > 0).then(|| format!("{}\u{a0}{}", number(n), tier.counted(n)))
    };
    let near = part(Tier::Neighbour);
    let possible = part(Tier::Possible).map(|p| format!("{p} (leur activité est à demander)"));
    let parts: Vec<String> = near.into_iter().chain(possible).collect();
    format!("Autour\u{a0}: {}.", and_list(&parts))
}

/// « 39 structures conviennent », and what stands under it.
pub(super) fn fitting_text(fitting: u64, lines: Vec<String>) -> PreviewText {
    let label = if fitting < 2 { "structure convient" } else { "structures conviennent" };
    PreviewText { count: Some(number(fitting)), label, lines }
}

/// The page.
pub fn view(form: &NeedForm, wrong: &[Violation], found: Option<&Found>) -> AnyView {
    let more_open =
        wrong.iter().any(|v| !matches!(v.field, Field::Title | Field::Place | Field::Date | Field::Email))
            || !form.sectors.is_empty()
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
                    {error_summary(&errors(wrong))}
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
                        {live_preview("besoin", "/api/island/besoin", preview(found))}
                    </div>
                </aside>
            </div>
        </div>
    }
    .into_any()
}

fn four_fields(form: &NeedForm, wrong: &[Violation]) -> AnyView {
    let mail = TextInput::wide(
        Field::Email,
        "Votre adresse e-mail professionnelle",
        "Pour confirmer le besoin et recevoir les réponses. Elle n’est jamais affichée.",
        &form.email,
    );
    let mail = TextInput { kind: "email", autocomplete: "email", ..mail };
    view! {
        {TextInput::wide(Field::Title, "De quoi avez-vous besoin\u{a0}?", "Avec vos mots\u{a0}: «\u{a0}tonte et taille des haies\u{a0}», «\u{a0}buffet pour 80 personnes\u{a0}».", &form.title).required().view(wrong)}
        {TextInput::completed(Field::Place, "Où\u{a0}?", "Commune, code postal, intercommunalité, département ou région.", &form.place, Completion::Place).view(wrong)}
        {TextInput::day(Field::Date, "Jusqu’à quand les structures peuvent-elles répondre\u{a0}?", "Par exemple 12/01/2027.", &form.date).required().view(wrong)}
        {mail.required().view(wrong)}
    }
    .into_any()
}

/// The sectors that are ticked, or else those that the words propose; then those that they may speak of, not ticked; when
/// there are only guesses, none is ticked.
fn sectors_offered(form: &NeedForm) -> Vec<(SectorIx, bool)> {
    let ticked: Vec<SectorIx> = form.sectors.iter().filter_map(|s| Sectors::get().parse(s).ok()).collect();
    let proposed = sectors_proposed(&form.title, &form.details);
    let mut boxes: Vec<(SectorIx, bool)> = ticked.iter().map(|s| (*s, true)).collect();
    if ticked.is_empty() && proposed.is_empty() {
        return sectors_guessed(&form.title, &form.details).into_iter().map(|s| (s, false)).collect();
    }
    let possible = sectors_possible(&form.title, &form.details).into_iter().map(|sector| (sector, false));
    let of_words = proposed.into_iter().map(|sector| (sector, ticked.is_empty())).chain(possible);
    boxes.extend(of_words.filter(|(sector, _)| !ticked.contains(sector)));
    boxes
}

fn more_fields(form: &NeedForm, wrong: &[Violation]) -> AnyView {
    let offered = sectors_offered(form);
    let hint = if offered.iter().any(|(_, ticked)| *ticked) {
        "Proposés d’après vos mots. Cochez ce qui convient, décochez le reste."
    } else {
        "Supposition\u{a0}: vos mots ne disent pas clairement le secteur. Cochez ce qui convient."
    };
    let boxes = sector_boxes(&offered).map(|boxes| view! { <p class="hint">{hint}</p>{boxes} });
    let unknown = form.sectors.iter().find(|s| Sectors::get().parse(s).is_err());
    let other = TextInput::completed(
        Field::Sectors,
        "Un autre secteur",
        "Laissez vide pour que nous le déduisions de vos mots.",
        unknown.map_or("", String::as_str),
        Completion::Sector,
    );
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
    let buyer = TextInput::wide(
        Field::Organisation,
        "Votre organisation",
        "Affichée avec le besoin.",
        &form.organisation,
    );
    let buyer = TextInput { autocomplete: "organization", ..buyer };
    let reservation_error = error_of(wrong, Field::Reservation).map(|m| {
        view! { <p class="field-error" id=field_error_id("reservation")>{format!("Erreur\u{a0}: {m}")}</p> }
    });
    view! {
        <fieldset class="fieldset">
            <legend>"Secteurs"</legend>
            {boxes}
            {other.view(wrong)}
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
        {TextInput::number(Field::Hours, "Volume de travail", "Une estimation suffit. Elle est comparée à la capacité des structures.", &form.hours, "heures par mois").view(wrong)}
        {long_text(Field::Details, "Précisions", "Ce qui compte pour répondre\u{a0}: surfaces, fréquences, matériel, visite, lien vers le profil d’acheteur.", &form.details, wrong)}
        {buyer.view(wrong)}
    }
    .into_any()
}
