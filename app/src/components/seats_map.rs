//! Where the structures of a list sit, on the outlines of the départements around: the same structures as the list, each
//! a link, told apart by shape and number.

use super::map_canvas::{Canvas, VIEW_BOX, Window, key};
use domain::matching::Tier;
use domain::territory::{Atlas, COARSE, DepartementIx, Outlines, Place, Seat, UNITS_PER_KM};
use domain::text::plural;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// A structure of a list.
pub struct MapPoint {
    /// Where it sits.
    pub seat: Seat,
    /// Its rank in the list.
    pub rank: usize,
    /// Its name and what is said of it.
    pub label: String,
    /// Its page.
    pub href: String,
    /// How surely it does what is asked.
    pub tier: Tier,
}

/// A map shows what sits in the place that was asked, or so near to its middle: a window over half of France would cost
/// the page more bytes than its list.
const NEAR: f64 = 150.0 * UNITS_PER_KM;
/// The map of a list: what sits in the place that was asked or within 150 km of it. Nothing without a place, nor when nobody sits
/// there.
pub fn seats_map(place: Option<Place>, points: Vec<MapPoint>) -> Option<AnyView> {
    let place = place?;
    let outlines = Outlines::get();
    let atlas = Atlas::get();
    let communes = place.communes();
    let of_place: Vec<DepartementIx> = atlas.departements_of(&communes).collect();
    let near = *of_place.first()?;
    let target = outlines.project(near, atlas.centre(&communes)?)?;
    let at = |seat: Seat| {
        let departement = atlas.commune(seat.commune).departement;
        let (x, y) = outlines.project(near, seat.point).filter(|_| outlines.same_map(near, departement))?;
        let is_near = (x - target.0).hypot(y - target.1) <= NEAR;
        (is_near || of_place.contains(&departement)).then_some((x, y))
    };
    let asked = points.len();
    let seated: Vec<((f64, f64), MapPoint)> =
        points.into_iter().filter_map(|point| Some((at(point.seat)?, point))).collect();
    let window = Window::around(seated.iter().map(|(at, _)| *at))?;
    let count = seated.len();
    let mut canvas = Canvas::new(window, near);
    canvas.make_room(seated.iter().map(|(at, _)| *at));
    canvas.land(&of_place);
    canvas.town_names();
    canvas.threads(seated.iter().map(|(at, _)| *at));
    canvas.centre(target);
    for (mark, (_, point)) in seated.iter().enumerate() {
        canvas.structure(mark, point.rank, &point.label, &point.href, point.tier);
    }
    let label = format!(
        "Carte\u{a0}: {}, numérotés comme la liste. Chaque numéro mène à la structure.",
        plural(count as u64, "siège de cette page", "sièges de cette page")
    );
    let farther = asked - count;
    let farther = (farther > 0)
        .then(|| view! { <li>{plural(farther as u64, "siège plus loin, hors de la carte", "sièges plus loin, hors de la carte")}</li> });
    Some(
        view! {
            <figure class="seats-map">
                <svg class="map" viewBox=VIEW_BOX role="group" aria-label=label inner_html=canvas.finish()></svg>
                <figcaption>
                    <ul class="legend">
                        <li>{legend_mark(Tier::Fits)}"convient"</li>
                        <li>{legend_mark(Tier::Neighbour)}"voisine"</li>
                        <li>{legend_mark(Tier::Possible)}"possible"</li>
                        <li><span aria-hidden="true">"+"</span>{place.name()}</li>
                        {farther}
                    </ul>
                </figcaption>
            </figure>
        }
        .into_any(),
    )
}

fn legend_mark(tier: Tier) -> AnyView {
    view! {
        <svg class="legend-mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false" inner_html=key(tier)></svg>
    }
    .into_any()
}

/// A commune with what sits there.
pub struct MapTown {
    /// The commune, as a seat: its number and its centre.
    pub seat: Seat,
    /// How many structures sit there.
    pub count: u64,
    /// « Toulouse (31) : 14 structures, dont 6 d’activité inconnue ».
    pub label: String,
    /// The list of them.
    pub href: String,
}

/// The map of a territory of one or a few départements: its towns, by how many structures sit there.
pub fn towns_map(place: Place, towns: Vec<MapTown>) -> Option<AnyView> {
    let outlines = Outlines::get();
    let atlas = Atlas::get();
    let of_place: Vec<DepartementIx> = atlas.departements_of(&place.communes()).collect();
    let near = *of_place.first()?;
    let outline = outlines.departement(near)?;
    let [left, top, right, bottom] = outline.bounds.map(f64::from);
    let at = |seat: Seat| {
        let same = outlines.same_map(near, atlas.commune(seat.commune).departement);
        outlines.project(near, seat.point).filter(|_| same)
    };
    let seated: Vec<((f64, f64), MapTown)> =
        towns.into_iter().filter_map(|town| Some((at(town.seat)?, town))).collect();
    let mut corners: Vec<(f64, f64)> = seated.iter().map(|(at, _)| *at).collect();
    if matches!(place.zone(), domain::territory::Zone::Departement(_)) || corners.is_empty() {
        corners.extend([(left, top), (right, bottom)]);
    }
    let most = seated.iter().map(|(_, town)| town.count).max().unwrap_or(1).max(1);
    let mut canvas = Canvas::new(Window::around(corners)?, near);
    canvas.land(&of_place);
    for (at, town) in &seated {
        #[expect(clippy::cast_precision_loss, reason = "counts of structures are small")]
        let share = town.count as f64 / most as f64;
        canvas.town(*at, share, &town.label, &town.href);
    }
    canvas.town_names();
    let label =
        format!("Carte\u{a0}: où siègent les structures, {}. Chaque point mène à leur liste.", place.name());
    Some(
        view! {
            <figure class="seats-map">
                <svg class="map" viewBox=VIEW_BOX role="group" aria-label=label inner_html=canvas.finish()></svg>
                <figcaption class="muted small">"Un point par commune où siègent des structures\u{a0}: plus il est large, plus elles sont nombreuses."</figcaption>
            </figure>
        }
        .into_any(),
    )
}

/// A département of a map that is coloured by a number.
pub struct MapArea {
    /// Which one.
    pub departement: DepartementIx,
    /// Where it stands between the least and the most, from 0 to 4.
    pub step: u8,
    /// « Ariège (09) : 12 secteurs sans activité connue ».
    pub label: String,
    /// Its page.
    pub href: String,
}

/// From so many départements on a map is one of the whole country: no région has as many.
const COUNTRY_FROM: usize = 20;

/// The map of the départements of a région, or of France, coloured by a number; each is a link. Overseas départements
/// stand in the table beside.
pub fn areas_map(areas: &[MapArea], caption: &'static str) -> Option<AnyView> {
    let outlines = Outlines::get();
    // Most of them lie on one plane: the mainland for France.
    let mut planes: BTreeMap<usize, Vec<&MapArea>> = BTreeMap::new();
    for area in areas {
        let first = areas.iter().position(|other| outlines.same_map(other.departement, area.departement));
        planes.entry(first.unwrap_or(0)).or_default().push(area);
    }
    let drawn = planes.into_values().max_by_key(Vec::len)?;
    let bounds = drawn.iter().filter_map(|area| outlines.departement(area.departement)).map(|o| o.bounds);
    let [x, y, right, bottom] =
        bounds.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])?;
    // The whole country on a screen needs less detail than a région does.
    let is_country = drawn.len() > COUNTRY_FROM;
    let unit = if is_country { COARSE } else { 1 };
    let [x, y, right, bottom] = [x - 4, y - 4, right + 4, bottom + 4].map(|edge| edge / unit);
    let view_box = format!("{x} {y} {} {}", right - x, bottom - y);
    let shapes = drawn.iter().filter_map(|area| {
        let outline = outlines.departement(area.departement)?;
        let path = if is_country { &outline.coarse } else { outline.path };
        Some(view! {
            <a class="map-link" href=area.href.clone() aria-label=area.label.clone()>
                <title>{area.label.clone()}</title>
                <g class=format!("scale-{}", area.step.min(4))><path class="map-area" d=path></path></g>
            </a>
        })
    });
    let shapes = shapes.collect_view();
    Some(
        view! {
            <figure class="seats-map">
                <svg class="map" viewBox=view_box role="group" aria-label=caption>{shapes}</svg>
                <figcaption class="muted small">{caption}</figcaption>
            </figure>
        }
        .into_any(),
    )
}
