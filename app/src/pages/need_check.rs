//! `POST /besoins/nouveau`, step two: read again what will be sent, and see who fits.

use crate::components::{breadcrumb, brought, tier_tag};
use crate::document::{Page, Section};
use crate::pages::need_new::around_text;
use crate::urls::structure_url;
use backend::advice::VehicleAdvice;
use backend::matches::Ranking;
use domain::date;
use domain::legal::{Reservation, Vehicle, Verdict};
use domain::matching::Tier;
use domain::need::{NeedDraft, NeedForm};
use domain::text::{and_list, number, plural};
use domain::written::Written;
use leptos::prelude::*;

/// Structures that are named.
const NAMED: usize = 5;

/// What surrounds the page.
#[must_use]
pub fn page() -> Page {
    Page { title: "Relire votre besoin".to_owned(), section: Some(Section::Needs), ..Page::default() }
}

/// The form as hidden fields: what was typed travels on.
fn hidden(form: &NeedForm) -> AnyView {
    let input = |name: &'static str, value: &str| {
        (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value.to_owned()/> })
    };
    let sectors = form.sectors.iter().map(|s| input("secteur", s)).collect_view();
    view! {
        {input("quoi", &form.title)}
        {input("ou", &form.place)}
        {input("date", &form.date)}
        {input("courriel", &form.email)}
        {sectors}
        {input("reservation", &form.reservation)}
        {input("mode", &form.mode)}
        {input("heures", &form.hours)}
        {input("details", &form.details)}
        {input("acheteur", &form.organisation)}
    }
    .into_any()
}

/// What each usual reservation would bring, each one press away. Nothing is said of one that the law of the day closes.
fn reservations(form: &NeedForm, chosen: Reservation, advice: &VehicleAdvice) -> AnyView {
    let brings = |reservation: Reservation| match Vehicle::of(reservation) {
        None => Some(&advice.open),
        Some(vehicle) => {
            let choice = advice.of(vehicle)?;
            (choice.judgment.verdict != Verdict::Forbidden).then_some(&choice.brings)
        }
    };
    let row = |reservation: Reservation| {
        let text = brought(brings(reservation)?, &advice.open);
        let article = reservation.article().map(|article| format!(" ({article})"));
        let action = match reservation == chosen {
            true => view! { <span class="tag">"choisi"</span> }.into_any(),
            false => choose(form, reservation),
        };
        Some(view! {
            <li>
                <div>
                    <strong>{reservation.label()}{article}</strong>
                    <br/>
                    {text}
                </div>
                {action}
            </li>
        })
    };
    let rows: Vec<_> = Reservation::USUAL.into_iter().filter_map(row).collect();
    view! {
        <section class="card block" id="reserver">
            <h2>"Ce qu’une réservation apporterait"</h2>
            <ul class="rows">{rows}</ul>
            <p class="small"><a href="/regles">"Les règles et leurs articles"</a></p>
        </section>
    }
    .into_any()
}

/// The same need with another reservation.
fn choose(form: &NeedForm, reservation: Reservation) -> AnyView {
    let form = NeedForm { reservation: reservation.code().to_owned(), ..form.clone() };
    let (label, whom) = match reservation {
        Reservation::None => ("Ne pas réserver", ""),
        _ => ("Choisir", reservation.label()),
    };
    view! {
        <form method="post" action="/besoins/nouveau#reserver">
            {hidden(&form)}
            <button class="button button-secondary" name="etape" value="relire">
                {label}
                <span class="visually-hidden">" "{whom}</span>
            </button>
        </form>
    }
    .into_any()
}

/// The page.
pub fn view(form: &NeedForm, draft: &NeedDraft, ranking: &Ranking, advice: &VehicleAdvice) -> AnyView {
    let row = |label: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd>{value}</dd> })
    };
    let lot = &draft.lots[0];
    let sectors: Vec<String> = lot.sectors.iter().map(Written::name).collect();
    let reservation = match lot.reservation() {
        Reservation::None => "non".to_owned(),
        r => format!("{} (article {})", r.label(), r.article().unwrap_or_default()),
    };
    let tiers = ranking.tiers();
    let fitting = tiers.of(Tier::Fits);
    let around = (tiers.total() > fitting).then(|| around_text(tiers));
    let named = ranking.matches.iter().take(NAMED).map(|(found, entry)| {
        let s = &entry.structure;
        view! {
            <li>
                <div>
                    <a href=structure_url(s)>{s.shown_name().to_owned()}</a>
                    " "
                    {tier_tag(found.tier())}
                </div>
                <span class="number">{found.score}</span>
            </li>
        }
    });
    let named = named.collect_view();
    let others = tiers.total().saturating_sub(u64::try_from(NAMED).unwrap_or_default());
    let told = ranking.told();
    let left_out = ranking.left_out_total();
    let (verb, left_verb) = (
        if fitting < 2 { "structure convient" } else { "structures conviennent" },
        if left_out < 2 { "est écartée" } else { "sont écartées" },
    );
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(
                    vec![("/besoins".into(), "Besoins".into()), ("/besoins/nouveau".into(), "Publier un besoin".into())],
                    "Relire".into(),
                )}
                <h1>"Relisez votre besoin"</h1>
                <p class="lead">"Étape 2 sur 2. Rien n’est encore envoyé."</p>
            </div>
            <div class="beside">
                <div>
                    <section class="card">
                        <h2>"Ce que les structures liront"</h2>
                        <dl class="facts-list">
                            {row("Quoi", draft.title.clone())}
                            {row("Où", draft.place.name())}
                            {row("Réponses", format!("jusqu’au {}", date::long(draft.deadline)))}
                            {row("Secteurs", and_list(&sectors))}
                            {row("Réservation", reservation)}
                            {row("Forme", lot.mode.map(|m| m.label().to_owned()).unwrap_or_default())}
                            {row("Volume", lot.hours_per_month.map(|h| format!("{}\u{a0}heures par mois", number(u64::from(h)))).unwrap_or_default())}
                            {row("Précisions", draft.description.clone())}
                            {row("Organisation", draft.buyer.name.clone())}
                        </dl>
                        <p class="muted small">{format!("Votre adresse {} n’est pas affichée.", form.email.trim())}</p>
                    </section>
                    <form method="post" action="/besoins/nouveau">
                        {hidden(form)}
                        <div class="actions actions-end">
                            <button class="button button-sun" name="etape" value="envoyer">"M’envoyer le lien de publication"</button>
                            <button class="button button-secondary" name="etape" value="preparer">"Préciser d’abord"</button>
                            <button class="button button-secondary" name="etape" value="modifier">"Modifier"</button>
                        </div>
                    </form>
                    <p class="muted block small">"Vous recevrez un e-mail. Le besoin sera publié quand vous appuierez sur le bouton de la page où il mène."</p>
                    <p class="muted small">"«\u{a0}Préciser d’abord\u{a0}» garde un brouillon\u{a0}: lots, voie juridique, montants, pièces, questions aux structures. Tout y est facultatif."</p>
                    {reservations(form, lot.reservation(), advice)}
                </div>
                <section class="card box-brand">
                    <h2>"Qui convient"</h2>
                    <p><span class="count">{number(fitting)}</span><br/><strong>{verb}</strong></p>
                    <ol class="rows">{named}</ol>
                    {(others > 0).then(|| view! { <p class="small">{format!("et {}.", plural(others, "autre", "autres"))}</p> })}
                    {around.map(|text| view! { <p class="small">{text}</p> })}
                    {(tiers.total() == 0).then(|| view! { <p>"Aucune structure connue ne couvre ce lieu pour ce secteur. Modifiez le lieu pour un plus large, ou publiez quand même\u{a0}: les structures qui arriveront seront prévenues, et les facilitateurs voient ce qui manque."</p> })}
                    {(fitting > 0).then(|| view! { <p class="small">{format!("{} à la publication\u{a0}: celles dont nous avons l’adresse.", plural(told, "sera prévenue", "seront prévenues"))}</p> })}
                    {(left_out > 0).then(|| view! { <p class="small">{format!("{} {left_verb} par la réservation.", plural(left_out, "structure", "structures"))}</p> })}
                </section>
            </div>
        </div>
    }
    .into_any()
}
