//! `/territoires` and `/territoires/{code}`: what a facilitateur watches.

use crate::api::Completion;
use crate::components::{CompletedInput, breadcrumb, figure, meter, place_links};
use crate::document::{Page, Section};
use crate::urls::{need_new_url, needs_url, search_url, territory_url};
use backend::needs::NeedQuery;
use backend::structures::SearchQuery;
use backend::territories::{TerritoryView, WatchedNeed};
use domain::date;
use domain::sector::{SectorIx, Sectors};
use domain::structure::{Kind, Mode};
use domain::territory::PlaceReading;
use domain::text::number;
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page(view: &TerritoryView) -> Page {
    Page { title: view.place.name(), section: Some(Section::Territories), islands: true, private: false }
}

fn structures_of(view: &TerritoryView) -> SearchQuery {
    SearchQuery { place: Some(view.place), page: 1, ..SearchQuery::default() }
}

/// Those with an activity there, whatever its mode; where they sit does not matter.
fn working_in(view: &TerritoryView) -> SearchQuery {
    SearchQuery { modes: Mode::ALL.to_vec(), ..structures_of(view) }
}

/// Those that sit there, whatever place they work in.
fn seated_in(view: &TerritoryView) -> SearchQuery {
    SearchQuery { seat_there: true, ..structures_of(view) }
}

/// The page. `unknown` is a territory that was typed and that does not say one place, with how it was read.
pub fn view(model: &TerritoryView, unknown: Option<(&str, &PlaceReading)>) -> AnyView {
    let trail: Vec<(String, String)> =
        model.wider.iter().rev().map(|p| (territory_url(*p), p.name())).collect();
    let needs_list = needs_url(&NeedQuery { place: Some(model.place), page: 1, ..NeedQuery::default() });
    let without = model.needs_without_structure();
    let message = unknown.map(|(typed, reading)| {
        let links = place_links(reading.proposals(), territory_url);
        let (strong, text) = match reading {
            PlaceReading::Choice(_) => ("Quel territoire\u{a0}?", format!(" Plusieurs répondent à «\u{a0}{typed}\u{a0}»\u{a0}: ")),
            _ => (
                "Lieu inconnu.",
                format!(" Aucun territoire ne s’appelle «\u{a0}{typed}\u{a0}»\u{a0}: essayez une commune, un code postal ou un département. "),
            ),
        };
        view! {
            <div class="notice notice-warning block" role="status">
                <p><strong>{strong}</strong>{text}{links}</p>
            </div>
        }
    });
    let choose = CompletedInput {
        id: "ou",
        name: "territoire",
        value: String::new(),
        described_by: String::new(),
        is_invalid: false,
        placeholder: "Lozère, Toulouse Métropole, 31…",
        completion: Completion::Place,
        form: None,
    };
    view! {
        <form class="search" role="search" method="get" action="/territoires" aria-label="Territoire">
            <div class="page search-row">
                <div class="field">
                    <label class="label" for="ou">"Quel territoire\u{a0}?"</label>
                    {choose.view()}
                </div>
                <button class="button">"Voir ce territoire"</button>
            </div>
        </form>
        <div class="page">
            <div class="head">
                {(!trail.is_empty()).then(|| breadcrumb(trail, model.place.name()))}
                <h1>{format!("{}\u{a0}: qui peut répondre, et ce qui manque", model.place.name())}</h1>
                <p class="lead">{format!("{}\u{a0}habitants. Chiffres calculés à l’instant à partir des activités connues et des besoins publiés.", number(model.population))}</p>
            </div>
            {message}
            <ul class="figures">
                {figure(number(model.seated), if model.seated < 2 { "structure y a son siège".into() } else { "structures y ont leur siège".into() }, Some(search_url(&seated_in(model))), model.seated == 0)}
                {figure(number(model.covering), if model.covering < 2 { "structure y intervient".into() } else { "structures y interviennent".into() }, Some(search_url(&working_in(model))), false)}
                {figure(number(model.needs_open), if model.needs_open < 2 { "besoin ouvert".into() } else { "besoins ouverts".into() }, Some(needs_list), false)}
                {figure(number(without), "sans aucune structure".into(), Some("#besoins".into()), without > 0)}
            </ul>
            {needs_table(model)}
            <div class="halves section">
                {kinds_table(model)}
                {parts_table(model)}
            </div>
            {uncovered(model)}
        </div>
    }
    .into_any()
}

fn needs_table(model: &TerritoryView) -> AnyView {
    let rows: Vec<_> = model.needs.iter().map(need_row).collect();
    if rows.is_empty() {
        return view! {
            <section class="section">
                <h2 id="besoins">"Besoins ouverts"</h2>
                <div class="empty"><p>"Aucun besoin ouvert ne concerne ce territoire."</p></div>
            </section>
        }
        .into_any();
    }
    view! {
        <section class="section">
            <h2 id="besoins">"Besoins ouverts"</h2>
            <div class="table-box" role="region" aria-labelledby="besoins" tabindex="0">
                <table class="table table-wide">
                    <thead>
                        <tr>
                            <th scope="col">"Besoin"</th>
                            <th scope="col">"Lieu"</th>
                            <th scope="col">"Réponses jusqu’au"</th>
                            <th scope="col" class="number">"Conviennent"</th>
                            <th scope="col" class="number">"Prévenues"</th>
                            <th scope="col" class="number">"Intéressées"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn need_row(need: &WatchedNeed) -> AnyView {
    let draft = &need.entry.need.draft;
    let id = need.entry.need.id;
    let matched = match need.matched {
        0 => view! { <span class="tag tag-no">"aucune"</span> }.into_any(),
        n => view! { <a href=format!("/besoins/{id}/structures")>{number(n)}</a> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a href=format!("/besoins/{id}")>{draft.title.clone()}</a></th>
            <td>{draft.place.name()}</td>
            <td>{date::long(draft.deadline)}</td>
            <td class="number">{matched}</td>
            <td class="number">{number(need.entry.told)}</td>
            <td class="number">{number(need.entry.interested)}</td>
        </tr>
    }
    .into_any()
}

fn kinds_table(model: &TerritoryView) -> AnyView {
    let most = model.kinds.iter().map(|(_, n)| *n).max().unwrap_or(1).max(1);
    let rows = model.kinds.iter().map(|(kind, n)| {
        let kinds = std::iter::once(*kind).collect();
        let href = search_url(&SearchQuery { kinds, ..seated_in(model) });
        let percent = u8::try_from(n * 100 / most).unwrap_or(100);
        view! {
            <tr>
                <th scope="row"><a href=href>{format!("{} ({})", Kind::label(*kind), kind.code())}</a></th>
                <td class="number">{number(*n)}</td>
                <td class="cell-bar">{meter(percent, true)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section>
            <h2 id="types">"Structures dont le siège est ici, par type"</h2>
            <div class="table-box" role="region" aria-labelledby="types" tabindex="0">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Type"</th>
                            <th scope="col" class="number">"Nombre"</th>
                            <th scope="col"><span class="visually-hidden">"En proportion"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="muted small">"Une structure qui a deux conventions compte dans les deux types."</p>
        </section>
    }
    .into_any()
}

/// Parts that are listed.
const PARTS: usize = 30;

fn parts_table(model: &TerritoryView) -> Option<AnyView> {
    if model.parts.is_empty() {
        return None;
    }
    let rows = model.parts.iter().take(PARTS).map(|(place, n)| {
        view! {
            <tr>
                <th scope="row"><a href=territory_url(*place)>{place.name()}</a></th>
                <td class="number">{number(*n)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let more = model.parts.len().saturating_sub(PARTS);
    Some(
        view! {
            <section>
                <h2 id="parties">"Territoires qui le composent"</h2>
                <div class="table-box" role="region" aria-labelledby="parties" tabindex="0">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"Territoire"</th>
                                <th scope="col" class="number">"Structures"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {(more > 0).then(|| view! { <p class="muted small">{format!("et {more} autres, sans plus de structures")}</p> })}
            </section>
        }
        .into_any(),
    )
}

fn uncovered(model: &TerritoryView) -> AnyView {
    let sectors = Sectors::get();
    let groups = sectors.groups().iter().filter_map(|group| {
        let missing: Vec<SectorIx> =
            group.sectors.iter().copied().filter(|s| model.uncovered.contains(s)).collect();
        if missing.is_empty() {
            return None;
        }
        let links = missing.into_iter().map(|sector| {
            let search = SearchQuery { sectors: vec![sector], ..structures_of(model) };
            let href = need_new_url(&search, "", Some(model.place));
            view! { <li><a href=href>{sector.label()}</a></li> }
        });
        Some(view! { <section><h3>{group.label}</h3><ul class="gaps">{links.collect_view()}</ul></section> })
    });
    let groups: Vec<_> = groups.collect();
    let covered = model.covered.iter().take(12).map(|(sector, n)| {
        let href = search_url(&SearchQuery { sectors: vec![*sector], ..structures_of(model) });
        view! { <li><a href=href>{sector.label()}</a><span class="number">{number(*n)}</span></li> }
    });
    let covered: Vec<_> = covered.collect();
    let count = model.uncovered.len();
    let few = count <= 40;
    view! {
        <section class="section">
            <h2>{format!("{count} secteurs que personne ne couvre ici")}</h2>
            <p class="muted">
                "Aucune activité connue, même déduite, n’y couvre une partie de la population. Le lien prépare un besoin dans ce secteur\u{a0}: le publier fait connaître le manque."
            </p>
            <details class="more" open=few>
                <summary>"Voir les secteurs absents"</summary>
                <div class="halves">{groups}</div>
            </details>
        </section>
        {(!covered.is_empty())
            .then(|| {
                view! {
                    <section class="section">
                        <h2>"Secteurs les mieux couverts"</h2>
                        <ul class="rows">{covered}</ul>
                    </section>
                }
            })}
    }
    .into_any()
}
