//! Where the structures of a list sit, on the outlines of the départements around: the same structures as the list, each
//! a link, told apart by shape and number.

use domain::matching::Tier;
use domain::territory::{Atlas, Commune, DepartementIx, Outline, Outlines, Place, Seat, UNITS_PER_KM};
use domain::text::plural;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

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

/// Least width of a map, in units of the plane: thirty km.
const WIDTH_MIN: f64 = 30.0 * UNITS_PER_KM;
/// Height of a map in proportion to its width, at most.
const TALL: f64 = 0.42;
/// A map shows what sits in the place that was asked, or so near to its middle: a window over half of France would cost
/// the page more bytes than its list.
const NEAR: f64 = 150.0 * UNITS_PER_KM;
/// A town is named on a map from so many inhabitants on…
const NAMED_FROM: u32 = 12_000;
/// … so many of them at most, the largest.
const NAMED_MAX: usize = 5;

/// A part of the plane: left, top, width, height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Window {
    /// The window around these points, with some air, not narrower than [`WIDTH_MIN`] nor taller than [`TALL`].
    pub(super) fn around(points: &[(f64, f64)]) -> Option<Self> {
        let first = *points.first()?;
        let edges = points.iter().fold((first, first), |((l, t), (r, b)), (x, y)| {
            ((l.min(*x), t.min(*y)), (r.max(*x), b.max(*y)))
        });
        let ((left, top), (right, bottom)) = edges;
        let air = 0.12 * (right - left).max(bottom - top);
        let height = (bottom - top + 2.0 * air).max(WIDTH_MIN * TALL);
        let width = (right - left + 2.0 * air).max(WIDTH_MIN).max(height / TALL);
        let height = height.max(width * TALL);
        Some(Self { x: (left + right - width) / 2.0, y: (top + bottom - height) / 2.0, width, height })
    }

    /// Whether a point lies in it.
    #[cfg(test)]
    pub(super) fn holds(self, (x, y): (f64, f64)) -> bool {
        (self.x..=self.x + self.width).contains(&x) && (self.y..=self.y + self.height).contains(&y)
    }

    /// Whether a name that is centred there stays inside.
    fn shows_name(self, (x, y): (f64, f64)) -> bool {
        let (side, top) = (self.width * 0.08, self.height * 0.06);
        (self.x + side..=self.x + self.width - side).contains(&x)
            && (self.y + top..=self.y + self.height - top).contains(&y)
    }

    fn meets(self, outline: &Outline) -> bool {
        let [left, top, right, bottom] = outline.bounds.map(f64::from);
        left < self.x + self.width && right > self.x && top < self.y + self.height && bottom > self.y
    }

    pub(super) fn view_box(self) -> String {
        format!("{:.1} {:.1} {:.1} {:.1}", self.x, self.y, self.width, self.height)
    }
}

/// The départements of a window, those of the place in another colour.
pub(super) fn areas(window: Window, near: DepartementIx, of_place: &[DepartementIx]) -> AnyView {
    let atlas = Atlas::get();
    let outlines = Outlines::get();
    let drawn = (0u8..).take(atlas.departements.len()).map(DepartementIx).filter_map(|ix| {
        let outline = outlines.departement(ix).filter(|o| outlines.same_map(near, ix) && window.meets(o))?;
        let class = if of_place.contains(&ix) { "map-land map-here" } else { "map-land" };
        Some(view! { <path class=class d=outline.path></path> })
    });
    drawn.collect_view().into_any()
}

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
    let window = Window::around(&seated.iter().map(|(at, _)| *at).collect::<Vec<_>>())?;
    let size = window.width / 50.0;
    let count = seated.len();
    let shape = |((x, y), point): &((f64, f64), MapPoint)| mark(*x, *y, size, point);
    // The first ones are drawn last: they lie on top.
    let marks = seated.iter().rev().map(shape).collect_view();
    let (x, y) = target;
    let arm = size * 1.2;
    let d = format!("M{:.1} {y:.1}h{:.1}M{x:.1} {:.1}v{:.1}", x - arm, 2.0 * arm, y - arm, 2.0 * arm);
    let cross = view! { <path class="map-centre" d=d></path> };
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
                <svg class="map" viewBox=window.view_box() role="group" aria-label=label>
                    {areas(window, near, &of_place)}
                    {town_names(window, near)}
                    {cross}
                    {marks}
                </svg>
                <figcaption>
                    <ul class="legend">
                        <li>{key(Tier::Fits)}"convient"</li>
                        <li>{key(Tier::Neighbour)}"voisine"</li>
                        <li>{key(Tier::Possible)}"possible"</li>
                        <li><span aria-hidden="true">"+"</span>{place.name()}</li>
                        {farther}
                    </ul>
                </figcaption>
            </figure>
        }
        .into_any(),
    )
}

/// The largest towns of a window, by their names: where one is.
fn town_names(window: Window, near: DepartementIx) -> AnyView {
    /// The large towns, the largest first, each where it lies on its own plane.
    static TOWNS: LazyLock<Vec<(&'static Commune, (f64, f64))>> = LazyLock::new(|| {
        let outlines = Outlines::get();
        let large = Atlas::get().communes.iter().filter(|c| c.population >= NAMED_FROM);
        let mut placed: Vec<_> =
            large.filter_map(|c| Some((c, outlines.project(c.departement, c.centre)?))).collect();
        placed.sort_by_key(|(commune, _)| std::cmp::Reverse(commune.population));
        placed
    });
    let outlines = Outlines::get();
    let size = window.width / 48.0;
    let mut taken: Vec<(f64, f64)> = Vec::new();
    let here = TOWNS.iter().filter(|(_, at)| window.shows_name(*at));
    let here = here.filter(|(commune, _)| outlines.same_map(near, commune.departement));
    let named = here.filter_map(|(commune, (x, y))| {
        // Two names on one another say nothing.
        let is_free = taken.iter().all(|(a, b)| (a - *x).abs() > size * 7.0 || (b - *y).abs() > size * 1.6);
        is_free.then(|| {
            taken.push((*x, *y));
            view! { <text class="map-name" x=format!("{x:.1}") y=format!("{y:.1}") font-size=format!("{size:.1}")>{commune.name}</text> }
        })
    });
    named.take(NAMED_MAX).collect::<Vec<_>>().into_any()
}

fn mark(x: f64, y: f64, size: f64, point: &MapPoint) -> AnyView {
    let text = view! {
        <text class="map-rank" x=format!("{x:.1}") y=format!("{:.1}", y + size * 0.38) font-size=format!("{:.1}", size * 1.1)>{point.rank}</text>
    };
    view! {
        <a class="map-link" href=point.href.clone() aria-label=format!("{}. {}", point.rank, point.label)>
            <title>{format!("{}. {}", point.rank, point.label)}</title>
            {shape(x, y, size, point.tier)}
            {text}
        </a>
    }
    .into_any()
}

/// A disc for what fits, a ring for what is near, a diamond for what is possible.
fn shape(x: f64, y: f64, size: f64, tier: Tier) -> AnyView {
    match tier {
        Tier::Possible => {
            let d = format!(
                "M{x:.0} {:.0}l{size:.0} {size:.0}l-{size:.0} {size:.0}l-{size:.0} -{size:.0}z",
                y - size
            );
            view! { <path class="map-possible" d=d></path> }.into_any()
        }
        _ => {
            let class = if tier == Tier::Fits { "map-fits" } else { "map-near" };
            view! { <circle class=class cx=format!("{x:.1}") cy=format!("{y:.1}") r=format!("{size:.1}")></circle> }.into_any()
        }
    }
}

fn key(tier: Tier) -> AnyView {
    view! {
        <svg class="legend-mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{shape(8.0, 8.0, 6.0, tier)}</svg>
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
    let window = Window::around(&corners)?;
    let most = seated.iter().map(|(_, town)| town.count).max().unwrap_or(1).max(1);
    let marks = seated.iter().map(|((x, y), town)| {
        // Areas tell the counts: the radius goes with the root.
        #[expect(clippy::cast_precision_loss, reason = "counts of structures are small")]
        let share = (town.count as f64 / most as f64).sqrt();
        let radius = window.width / 180.0 + share * window.width / 40.0;
        view! {
            <a class="map-link" href=town.href.clone() aria-label=town.label.clone()>
                <title>{town.label.clone()}</title>
                <circle class="map-town" cx=format!("{x:.1}") cy=format!("{y:.1}") r=format!("{radius:.1}")></circle>
            </a>
        }
    });
    let marks = marks.collect_view();
    let label =
        format!("Carte\u{a0}: où siègent les structures, {}. Chaque point mène à leur liste.", place.name());
    Some(
        view! {
            <figure class="seats-map">
                <svg class="map" viewBox=window.view_box() role="group" aria-label=label>{areas(window, near, &of_place)}{marks}{town_names(window, near)}</svg>
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
    let view_box = format!("{} {} {} {}", x - 4, y - 4, right - x + 8, bottom - y + 8);
    let shapes = drawn.iter().filter_map(|area| {
        let outline = outlines.departement(area.departement)?;
        Some(view! {
            <a class="map-link" href=area.href.clone() aria-label=area.label.clone()>
                <title>{area.label.clone()}</title>
                <g class=format!("scale-{}", area.step.min(4))><path class="map-area" d=outline.path></path></g>
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(points: &[(f64, f64)]) {
        let window = Window::around(points).expect("points");
        assert!(points.iter().all(|point| window.holds(*point)), "{points:?} in {window:?}");
        assert!(window.width >= WIDTH_MIN && window.height >= window.width * TALL - 1e-9, "{window:?}");
        assert!(window.height <= window.width * TALL + 1e-9, "{window:?}");
    }

    #[test]
    fn every_point_lies_in_the_window() {
        check(&[(0.0, 0.0)]);
        check(&[(0.0, 0.0), (1_000.0, 1.0)]);
        check(&[(0.0, 0.0), (1.0, 1_000.0)]);
        check(&[(-3.0, 7.0), (500.0, 300.0), (20.0, 900.0)]);
        assert_eq!(Window::around(&[]), None);
        for seed in 0..200u32 {
            let number = |n: u32| f64::from((seed.wrapping_mul(2_654_435_761).rotate_left(n * 7)) % 2_000);
            check(&[(number(1), number(2)), (number(3), number(4)), (number(5), number(6))]);
        }
    }
}
