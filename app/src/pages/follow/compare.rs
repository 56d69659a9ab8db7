//! `/besoins/suivre/comparer`: the structures of a lot side by side, on what was chosen before.

use super::{candidate_url, compare_url, follow_page_url};
use crate::components::{breadcrumb, day, error_said, kinds};
use crate::document::Page;
use crate::urls::encoded;
use backend::needs::{Candidate, ComparisonView};
use domain::need::{Aspect, COMPARED_MAX};
use domain::siret::Siret;
use domain::structure::Month;
use domain::text::number;
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page(is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    Page { title: format!("{error}Comparer les structures"), private: true, ..Page::default() }
}

/// The page. `chosen` are the structures that stand side by side; without, those on the short list.
pub fn view(model: &ComparisonView, token: &str, chosen: &[Siret], refused: Option<&str>) -> AnyView {
    let draft = &model.need.draft;
    let rank = draft.lot(model.lot).map_or(0, |(rank, _)| rank);
    let aspects = model.followed.as_ref().and_then(|followed| followed.aspects.as_ref());
    let compared: Vec<&Candidate> = match chosen.is_empty() {
        true => model.candidates.iter().filter(|of| of.is_shortlisted()).take(COMPARED_MAX).collect(),
        false => {
            let is_chosen = |of: &&Candidate| chosen.contains(&of.entry.structure.siret);
            model.candidates.iter().filter(is_chosen).take(COMPARED_MAX).collect()
        }
    };
    let body = match aspects {
        None if !model.writes => view! { <div class="empty"><p>"Personne n’a encore choisi sur quels critères comparer."</p></div> }.into_any(),
        None => choose(model, token, &Aspect::USUAL),
        Some((aspects, since)) => view! {
            {table(model, token, aspects, &compared)}
            {pick(model, token, &compared)}
            {model.writes.then(|| view! { <details class="more block">
                <summary>{format!("Critères choisis le {}\u{a0}: les changer", day(*since))}</summary>
                {choose(model, token, aspects)}
            </details> })}
        }
        .into_any(),
    };
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![(follow_page_url(token), draft.title.clone())], "Comparer".into())}
                <h1>"Comparer les structures"</h1>
                <p class="lead">{draft.lot_name(rank)}</p>
            </div>
            {refused.map(|why| error_said("Rien n’est enregistré", why.to_owned()))}
            {body}
        </div>
    }
    .into_any()
}

/// On what structures are compared: chosen before they are seen side by side.
fn choose(model: &ComparisonView, token: &str, ticked: &[Aspect]) -> AnyView {
    let boxes = Aspect::ALL.map(|aspect| {
        view! {
            <li>
                <label class="check">
                    <input type="checkbox" name="critere" value=aspect.code() checked=ticked.contains(&aspect)/>
                    <span class="check-label">{aspect.label()}</span>
                </label>
            </li>
        }
    });
    view! {
        <form method="post" action="/besoins/suivre/comparer">
            <input type="hidden" name="jeton" value=token.to_owned()/>
            <input type="hidden" name="lot" value=model.lot.to_string()/>
            <fieldset class="fieldset">
                <legend>"Sur quels critères\u{a0}?"</legend>
                <p class="hint">"Choisissez-les avant de comparer\u{a0}: le jour du choix est gardé. C’est un repérage, pas une analyse d’offres."</p>
                <ul class="checks">{boxes.into_iter().collect_view()}</ul>
            </fieldset>
            <div class="actions actions-end"><button class="button">"Garder ces critères"</button></div>
        </form>
    }
    .into_any()
}

/// Which structures stand side by side.
fn pick(model: &ComparisonView, token: &str, compared: &[&Candidate]) -> AnyView {
    if model.candidates.is_empty() {
        return view! { <div class="empty"><p>"Aucune structure n’a encore été prévenue de ce lot."</p></div> }.into_any();
    }
    let boxes = model.candidates.iter().map(|of| {
        let siret = of.entry.structure.siret;
        let is_compared = compared.iter().any(|other| other.entry.structure.siret == siret);
        let answer = of.answer.as_ref().map(|row| format!(" ({})", row.answer.label().to_lowercase()));
        view! {
            <li>
                <label class="check">
                    <input type="checkbox" name="structure" value=siret.to_string() checked=is_compared/>
                    <span class="check-label">{of.entry.structure.shown_name().to_owned()}{answer}</span>
                </label>
            </li>
        }
    });
    let boxes = boxes.collect_view();
    let number_of = model.need.draft.lot_number(model.lot);
    view! {
        <section class="section">
            <h2>"Quelles structures\u{a0}?"</h2>
            <form method="get" action="/besoins/suivre/comparer">
                <input type="hidden" name="jeton" value=token.to_owned()/>
                {number_of.map(|number| view! { <input type="hidden" name="numero" value=number.to_string()/> })}
                <fieldset class="fieldset">
                    <legend>{format!("Jusqu’à {COMPARED_MAX}, côte à côte")}</legend>
                    <ul class="checks">{boxes}</ul>
                </fieldset>
                <div class="actions actions-end"><button class="button">"Comparer"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn table(model: &ComparisonView, token: &str, aspects: &[Aspect], compared: &[&Candidate]) -> AnyView {
    if compared.is_empty() {
        return view! { <div class="empty block"><p>"Cochez les structures à comparer, ou mettez-en sur votre liste restreinte."</p></div> }.into_any();
    }
    let heads = compared.iter().map(|of| {
        let siret = of.entry.structure.siret;
        let href = candidate_url(&model.need.draft, token, model.lot, siret);
        view! { <th scope="col"><a href=href>{of.entry.structure.shown_name().to_owned()}</a></th> }
    });
    let heads = heads.collect_view();
    let begins = model.need.draft.start.map(Month::of);
    let rows = aspects.iter().map(|aspect| {
        let cells = compared.iter().map(|of| view! { <td>{said(*aspect, of, begins)}</td> }).collect_view();
        view! { <tr><th scope="row">{aspect.label()}</th>{cells}</tr> }
    });
    let rows = rows.collect_view();
    view! {
        <p class="muted">"Ce que nous savons de chacune, et ce qu’elle a dit. Un tiret\u{a0}: on ne sait pas. Sur un petit écran, le tableau défile de côté."</p>
        <div class="table-box" role="region" aria-label="Comparaison" tabindex="0">
            <table class="table table-wide">
                <thead><tr><td></td>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

const UNKNOWN: &str = "–";

/// What is known of a structure in one respect.
fn said(aspect: Aspect, of: &Candidate, begins: Option<Month>) -> AnyView {
    let s = &of.entry.structure;
    let text = match aspect {
        Aspect::Answer => of.answer.as_ref().map(|row| {
            let message = if row.message.is_empty() {
                String::new()
            } else {
                format!("\u{a0}: «\u{a0}{}\u{a0}»", row.message)
            };
            format!("{}{message}", row.answer.label())
        }),
        Aspect::Fit => of.found.as_ref().map(|found| format!("{} points sur 100", found.score)),
        Aspect::Kinds => return kinds(s.kinds).into_any(),
        Aspect::Coverage => of
            .found
            .as_ref()
            .and_then(|found| found.percent_covered())
            .map(|percent| format!("{percent}\u{a0}%")),
        Aspect::Distance => of.found.as_ref().and_then(|found| found.km()).map(|km| format!("{km}\u{a0}km")),
        Aspect::Capacity => capacity(of, begins),
        Aspect::Replies => of.answer.as_ref().filter(|row| !row.replies.is_empty()).map(|row| {
            let all = row.replies.iter().map(|reply| format!("{} — {}", reply.question, reply.reply));
            all.collect::<Vec<_>>().join("\n")
        }),
        Aspect::Description => Some(s.description.clone()).filter(|text| !text.is_empty()),
        Aspect::Notes => of.selection.as_ref().map(|kept| kept.note.clone()).filter(|note| !note.is_empty()),
    };
    view! { <span class="typed">{text.unwrap_or_else(|| UNKNOWN.to_owned())}</span> }.into_any()
}

fn capacity(of: &Candidate, begins: Option<Month>) -> Option<String> {
    let facts = &of.entry.facts;
    let activity = of.found.as_ref().and_then(|found| found.activity_of(facts));
    let usual = of.entry.structure.hours_per_month;
    match (begins.and_then(|month| Some((month, facts.calendar.hours_in(month)?))), usual) {
        (Some((month, 0)), _) => Some(format!("complète en {}", month.label())),
        (Some((month, hours)), _) => {
            Some(format!("{}\u{a0}heures en {}", number(u64::from(hours)), month.label()))
        }
        (None, usual) => {
            let hours = facts.hours_offered(activity, begins).or(usual)?;
            Some(format!("{}\u{a0}heures par mois", number(u64::from(hours))))
        }
    }
}

/// The address of the comparison of some structures.
#[must_use]
pub fn chosen_url(model: &ComparisonView, token: &str) -> String {
    compare_url(&model.need.draft, &encoded(token), model.lot)
}
