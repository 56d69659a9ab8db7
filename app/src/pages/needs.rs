//! `/besoins`: the list of needs.

use crate::api::Completion;
use crate::components::{Check, Chip, CompletedInput, facet, filters, need_card, pages, place_question};
use crate::document::{Page, Section};
use crate::urls::{TypedFields, needs_url};
use backend::needs::{NeedPage, NeedQuery, Week};
use domain::date;
use domain::legal::Reservation;
use domain::text::{number, plural};
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page(found: &NeedPage, query: &NeedQuery) -> Page {
    Page { title: title(found, query), section: Some(Section::Needs), islands: true, ..Page::default() }
}

fn title(found: &NeedPage, query: &NeedQuery) -> String {
    let words =
        if query.words.is_empty() { String::new() } else { format!(" pour «\u{a0}{}\u{a0}»", query.words) };
    let place = query.place.map(|p| format!(", {}", p.name())).unwrap_or_default();
    format!("{}{words}{place}", count(found, query.closed_too))
}

/// « 5 besoins ouverts », « 1 besoin ouvert ici, 4 autour », « Aucun besoin ouvert ici, 4 autour ».
fn count(found: &NeedPage, closed_too: bool) -> String {
    let (open, open_all) = if closed_too { ("", "") } else { (" ouvert", " ouverts") };
    let here = found.total - found.around;
    let count = plural(here, &format!("besoin{open}"), &format!("besoins{open_all}"));
    match (here, found.around) {
        (_, 0) => count,
        (0, around) => format!("Aucun besoin{open} ici, {} autour", number(around)),
        (_, around) => format!("{count} ici, {} autour", number(around)),
    }
}

/// The page.
pub fn view(found: &NeedPage, query: &NeedQuery, typed: &TypedFields) -> AnyView {
    let place = CompletedInput {
        id: "ou",
        name: "territoire",
        value: typed.shown(),
        described_by: if typed.is_asked() { "ou-erreur".into() } else { String::new() },
        is_invalid: typed.is_asked(),
        placeholder: "",
        completion: Completion::Place,
        form: None,
    };
    let unknown =
        place_question(typed, |place| needs_url(&NeedQuery { place: Some(place), page: 1, ..query.clone() }));
    let cards = found.needs.iter().map(|n| need_card(&n.entry, 2, n.km)).collect_view();
    let empty = (found.total == 0).then(|| {
        view! {
            <div class="empty">
                <h2>"Aucun besoin ne répond à ces choix"</h2>
                <ul class="rows">
                    <li><a href="/besoins">"Tous les besoins ouverts"</a></li>
                    <li><a href="/besoins?clos=1">"Avec les besoins clos"</a></li>
                </ul>
            </div>
        }
    });
    let reservations = found.reservations.iter().map(|(r, count)| Check {
        name: "reserve",
        value: r.code().to_owned(),
        label: match r.article() {
            Some(article) => format!("{} ({article})", r.label()),
            None => Reservation::None.label().to_owned(),
        },
        count: *count,
        chosen: query.reservation == Some(*r),
        single: true,
    });
    let sectors = found.sectors.iter().take(12).map(|(s, count)| Check {
        name: "secteur",
        value: s.slug().to_owned(),
        label: s.label().to_owned(),
        count: *count,
        chosen: query.sectors.contains(s),
        single: false,
    });
    let closed = Check {
        name: "clos",
        value: "1".to_owned(),
        label: "Voir aussi les besoins clos".to_owned(),
        count: found.total,
        chosen: query.closed_too,
        single: false,
    };
    let kinds = found.kinds.iter().map(|(kind, count)| Check {
        name: "genre",
        value: kind.code().to_owned(),
        label: kind.label().to_owned(),
        count: *count,
        chosen: query.kind == Some(*kind),
        single: true,
    });
    let facets = vec![
        facet("Ce qui est attendu", kinds.collect()),
        facet("Réservation", reservations.collect()),
        facet("Secteur", sectors.collect()),
        facet("Date limite", vec![closed]),
    ];
    let bare = NeedQuery { words: query.words.clone(), place: query.place, ..NeedQuery::default() };
    view! {
        <form class="search" id="recherche" role="search" method="get" action="/besoins" aria-label="Besoins">
            <div class="page search-row">
                <div class="field">
                    <label class="label" for="q">"Quel travail\u{a0}?"</label>
                    <input class="input" id="q" name="q" type="search" value=query.words.clone()/>
                </div>
                <div class=if typed.is_asked() { "field field-invalid" } else { "field" }>
                    <label class="label" for="ou">"Où\u{a0}?"</label>
                    {unknown}
                    {place.view()}
                </div>
                {query.week.map(|monday| view! { <input type="hidden" name="semaine" value=monday.to_string()/> })}
                <button class="button">"Rechercher"</button>
            </div>
        </form>
        <div class="page split">
            <div class="head">
                <div class="head-row">
                    <h1>{title(found, query)}</h1>
                    <div class="actions"><a class="button button-sun" href="/besoins/nouveau">"Publier un besoin"</a></div>
                </div>
                <p class="muted">{if found.around > 0 { "Ceux d’ici d’abord, puis les plus proches." } else { "Les plus récents d’abord." }}</p>
            </div>
            {filters(chips(query), needs_url(&bare), facets, None)}
            <div class="split-body">
                {calendar(&found.weeks, query)}
                {empty}
                <ol class="cards">{cards}</ol>
                {pages("Pages de besoins", found.page, found.pages, |page| needs_url(&NeedQuery { page, ..query.clone() }))}
            </div>
        </div>
    }
    .into_any()
}

/// When answers are due, week after week; nothing when they all are due in one.
fn calendar(weeks: &[Week], query: &NeedQuery) -> Option<AnyView> {
    if weeks.iter().filter(|week| week.count > 0).count() < 2 {
        return None;
    }
    let most = weeks.iter().map(|week| week.count).max().unwrap_or(1);
    let column = |week: &Week| {
        let day = date::short(week.monday);
        if week.count == 0 {
            return view! { <li class="calendar-none"><span>{day}</span></li> }.into_any();
        }
        let is_chosen = query.week == Some(week.monday);
        let to = if is_chosen { None } else { Some(week.monday) };
        let href = needs_url(&NeedQuery { week: to, page: 1, ..query.clone() });
        let noun = if week.count < 2 { " besoin, semaine du " } else { " besoins, semaine du " };
        let height = 40 * week.count / most;
        view! {
            <li>
                <a href=href aria-current=is_chosen.then_some("true")>
                    <svg class="calendar-bar" viewBox="0 0 10 40" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                        <rect class="meter-fill" width="10" height=height y=40 - height></rect>
                    </svg>
                    <strong>{week.count}<span class="visually-hidden">{noun}</span></strong>
                    <span>{day}</span>
                </a>
            </li>
        }
        .into_any()
    };
    let columns = weeks.iter().map(column).collect_view();
    Some(
        view! {
            <nav class="calendar" aria-labelledby="echeances">
                <h2 id="echeances">"Réponses attendues, semaine par semaine"</h2>
                <ol>{columns}</ol>
            </nav>
        }
        .into_any(),
    )
}

fn chips(query: &NeedQuery) -> Vec<Chip> {
    let base = NeedQuery { page: 1, ..query.clone() };
    let mut chips = Vec::new();
    if let Some(r) = query.reservation {
        let href = needs_url(&NeedQuery { reservation: None, ..base.clone() });
        chips.push(Chip { label: r.article().unwrap_or("sans réservation").to_owned(), href });
    }
    for sector in &query.sectors {
        let sectors = query.sectors.iter().copied().filter(|s| s != sector).collect();
        let href = needs_url(&NeedQuery { sectors, ..base.clone() });
        chips.push(Chip { label: sector.label().to_owned(), href });
    }
    if let Some(kind) = query.kind {
        let href = needs_url(&NeedQuery { kind: None, ..base.clone() });
        chips.push(Chip { label: kind.label().to_owned(), href });
    }
    if let Some(monday) = query.week {
        let href = needs_url(&NeedQuery { week: None, ..base.clone() });
        chips.push(Chip { label: format!("semaine du {}", date::long(monday)), href });
    }
    if query.closed_too {
        chips.push(Chip {
            label: "avec les clos".to_owned(),
            href: needs_url(&NeedQuery { closed_too: false, ..base }),
        });
    }
    chips
}
