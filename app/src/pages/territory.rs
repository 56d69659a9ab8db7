//! `/territoires` and `/territoires/{code}`: what a facilitateur watches.

use crate::api::Completion;
use crate::components::{
    CompletedInput, MapArea, MapTown, areas_map, breadcrumb, figure, meter, place_links, towns_map,
};
use crate::document::{Page, Section};
use crate::urls::{need_new_url, needs_url, search_url, territory_url};
use backend::needs::NeedQuery;
use backend::structures::{Level, SearchQuery};
use backend::territories::{SeatedTown, SectorGap, TerritoryView, WatchedNeed};
use domain::date;
use domain::sector::{SectorIx, Sectors};
use domain::structure::Kind;
use domain::territory::{Atlas, DepartementIx, Place, PlaceReading, Seat, Zone};
use domain::text::{number, plural};
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page(view: &TerritoryView) -> Page {
    Page { title: view.place.name(), section: Some(Section::Territories), islands: true, ..Page::default() }
}

fn structures_of(view: &TerritoryView) -> SearchQuery {
    SearchQuery { place: Some(view.place), page: 1, ..SearchQuery::default() }
}

/// Those with a known activity there, or that sit there and are known.
fn working_in(view: &TerritoryView) -> SearchQuery {
    SearchQuery { level: Some(Level::Known), ..structures_of(view) }
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
                {figure(number(without), "sans structure connue".into(), Some("#besoins".into()), without > 0)}
            </ul>
            {silent(model)}
            {map(model)}
            {needs_table(model)}
            {gaps(model)}
            <div class="halves section">
                {kinds_table(model)}
                {parts_table(model)}
            </div>
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
                <table class="table table-wide table-folding">
                    <thead>
                        <tr>
                            <th scope="col">"Besoin"</th>
                            <th scope="col" class="minor">"Lieu"</th>
                            <th scope="col" class="minor">"Réponses jusqu’au"</th>
                            <th scope="col" class="number">"Conviennent"</th>
                            <th scope="col" class="number minor">"Prévenues"</th>
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
        0 => view! { <span class="tag tag-no">"aucune connue"</span> }.into_any(),
        n => view! { <a href=format!("/besoins/{id}/structures?niveau=convient")>{number(n)}</a> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/besoins/{id}")>{draft.title.clone()}</a>
                <span class="folded">{format!("{} · {}", draft.place.name(), date::long(draft.deadline))}</span>
            </th>
            <td class="minor">{draft.place.name()}</td>
            <td class="minor">{date::long(draft.deadline)}</td>
            <td class="number">{matched}</td>
            <td class="number minor">{number(need.entry.told)}</td>
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

/// Those that sit there and said nothing: what is missing may be theirs.
fn silent(model: &TerritoryView) -> Option<AnyView> {
    let query = SearchQuery { silent: true, ..seated_in(model) };
    let text = match model.silent {
        0 => return None,
        1 => {
            "Une structure d’ici n’a rien dit de ce qu’elle fait\u{a0}: elle est peut-être celle qui manque."
                .to_owned()
        }
        n => format!(
            "{} structures d’ici n’ont rien dit de ce qu’elles font\u{a0}: celles qui manquent sont peut-être parmi elles.",
            number(n)
        ),
    };
    Some(view! { <p class="muted block">{text}" "<a href=search_url(&query)>"Les voir"</a></p> }.into_any())
}

/// Towns of one map, at most: the others have a single structure each, or little more.
const TOWNS: usize = 60;

/// Where structures sit; for a région and for France, how many sectors each département lacks.
fn map(model: &TerritoryView) -> Option<AnyView> {
    if model.uncovered_by_departement.is_empty() {
        let town = |town: &SeatedTown| {
            let commune = Place::of(Zone::Commune(town.commune))?;
            let silent = match town.silent {
                0 => String::new(),
                n => format!(", dont {n} d’activité inconnue"),
            };
            let label = format!(
                "{}\u{a0}: {}{silent}",
                commune.name(),
                plural(town.seated, "structure", "structures")
            );
            let query =
                SearchQuery { place: Some(commune), seat_there: true, page: 1, ..SearchQuery::default() };
            let seat = Seat { commune: town.commune, point: Atlas::get().commune(town.commune).centre };
            Some(MapTown { seat, count: town.seated, label, href: search_url(&query) })
        };
        return towns_map(model.place, model.towns.iter().take(TOWNS).filter_map(town).collect());
    }
    let counts = || model.uncovered_by_departement.iter().map(|(_, n)| *n);
    let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    // A map of one colour says nothing.
    if least == most {
        return None;
    }
    let area = |(ix, n): &(DepartementIx, u64)| {
        let place = Place::of(Zone::Departement(*ix))?;
        let step = (n - least) * 4 / (most - least);
        let label =
            format!("{}\u{a0}: {} sans activité connue", place.name(), plural(*n, "secteur", "secteurs"));
        Some(MapArea {
            departement: *ix,
            step: u8::try_from(step).unwrap_or(4),
            label,
            href: territory_url(place),
        })
    };
    let areas: Vec<MapArea> = model.uncovered_by_departement.iter().filter_map(area).collect();
    areas_map(
        &areas,
        "Secteurs sans aucune activité connue, par département\u{a0}: plus c’est foncé, plus il en manque. Chaque département mène à sa page.",
    )
}

/// Sectors of the chart.
const GAPS: usize = 12;

/// What is asked and hardly done: a ranked chart, then everything by family.
fn gaps(model: &TerritoryView) -> AnyView {
    // What is asked first; then, where little is asked, what most can do.
    let asked = model.gaps.iter().filter(|gap| gap.needs > 0).take(GAPS);
    let mut shown: Vec<&SectorGap> = asked.collect();
    let mut done: Vec<&SectorGap> =
        model.gaps.iter().filter(|gap| gap.needs == 0 && gap.known() > 0).collect();
    done.sort_by_key(|gap| (std::cmp::Reverse(gap.known()), gap.sector));
    shown.extend(done.into_iter().take(GAPS.saturating_sub(shown.len())));
    let most = shown.iter().map(|gap| gap.needs.max(gap.known())).max().unwrap_or(1).max(1);
    let rows = shown.into_iter().map(|gap| gap_row(model, gap, most)).collect_view();
    let empty = model.gaps.iter().filter(|gap| gap.known() == 0).count();
    let lead = format!(
        "{empty} secteurs sur {} n’ont ici aucune activité connue. Ce n’est pas une preuve de vide\u{a0}: {} autour n’ont pas tout dit de ce qu’elles font.",
        model.gaps.len(),
        plural(model.possible, "structure", "structures")
    );
    view! {
        <section class="section">
            <h2 id="manques">"Ce qui est demandé, et qui peut y répondre"</h2>
            <p class="muted">{lead}</p>
            <div class="table-box" role="region" aria-labelledby="manques" tabindex="0">
                <table class="table table-folding">
                    <thead>
                        <tr>
                            <th scope="col">"Secteur"</th>
                            <th scope="col" class="number">"Besoins"</th>
                            <th scope="col" class="number">"Déclarées"</th>
                            <th scope="col" class="number minor">"Déduites"</th>
                            <th scope="col" class="minor"><span class="visually-hidden">"En proportion"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {families(model)}
        </section>
    }
    .into_any()
}

fn gap_row(model: &TerritoryView, gap: &SectorGap, most: u64) -> AnyView {
    let search = SearchQuery { sectors: vec![gap.sector], ..structures_of(model) };
    let share = |n: u64| u8::try_from(n * 100 / most).unwrap_or(100);
    let class = if gap.needs > 0 && gap.known() == 0 { "gap-bar gap-missing" } else { "gap-bar" };
    view! {
        <tr>
            <th scope="row"><a href=search_url(&search)>{gap.sector.label()}</a></th>
            <td class="number">{number(gap.needs)}</td>
            <td class="number">{number(gap.declared)}</td>
            <td class="number minor">{number(gap.deduced)}</td>
            <td class="cell-bar minor">
                <svg class=class viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                    <rect class="gap-asked" width=share(gap.needs).to_string() height="9"></rect>
                    <rect class="gap-done" y="11" width=share(gap.known()).to_string() height="9"></rect>
                </svg>
            </td>
        </tr>
    }
    .into_any()
}

/// Every sector, family by family, those without known activity first.
fn families(model: &TerritoryView) -> AnyView {
    let of = |sector: &SectorIx| model.gaps.iter().find(|gap| gap.sector == *sector);
    let groups = Sectors::get().groups().iter().map(|group| {
        let mut gaps: Vec<&SectorGap> = group.sectors.iter().filter_map(of).collect();
        gaps.sort_by_key(|gap| (gap.known(), gap.sector));
        let links = gaps.into_iter().map(|gap| {
            let search = SearchQuery { sectors: vec![gap.sector], ..structures_of(model) };
            let href = match gap.known() {
                0 => need_new_url(&search, "", Some(model.place)),
                _ => search_url(&search),
            };
            view! { <li><a href=href>{gap.sector.label()}</a>" "<span class="muted">{number(gap.known())}</span></li> }
        });
        view! { <section><h3>{group.label}</h3><ul class="gaps">{links.collect_view()}</ul></section> }
    });
    let groups: Vec<_> = groups.collect();
    view! {
        <details class="more">
            <summary>"Tous les secteurs, par famille, avec le nombre de structures connues"</summary>
            <div class="halves">{groups}</div>
        </details>
    }
    .into_any()
}
