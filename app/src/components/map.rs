//! A small map of départements, coloured by how much of each is covered; its table stands beside it.

use domain::territory::{Atlas, CommuneSet, DepartementIx, Outlines, Seat};
use domain::text::fold;
use leptos::prelude::*;

/// A map and the numbers that it shows.
#[derive(Debug)]
pub struct CoverageMap {
    /// Départements that are covered in part at least, the most covered first, with the percent of their population.
    pub rows: Vec<(DepartementIx, u8)>,
    /// Where the structure sits.
    pub seat: Option<Seat>,
}

/// Most départements of one map.
const DEPARTEMENTS_MAX: usize = 14;

impl CoverageMap {
    /// The map of the communes that a structure covers.
    #[must_use]
    pub fn of(covered: &CommuneSet, seat: Option<Seat>) -> Self {
        let atlas = Atlas::get();
        let mut rows: Vec<(DepartementIx, u8)> = atlas
            .departements_of(covered)
            .map(|ix| {
                let whole = CommuneSet::range(atlas.departement(ix).communes.clone());
                (ix, percent(atlas.coverage(&whole, covered)))
            })
            .collect();
        rows.sort_by_key(|(ix, percent)| (std::cmp::Reverse(*percent), ix.0));
        Self { rows, seat }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share from 0 to 1")]
fn percent(share: f64) -> u8 {
    // Something covered is never shown as nothing.
    ((share * 100.0).round() as u8).max(u8::from(share > 0.0))
}

fn scale(percent: u8) -> &'static str {
    match percent {
        0..=19 => "scale-0",
        20..=39 => "scale-1",
        40..=59 => "scale-2",
        60..=79 => "scale-3",
        _ => "scale-4",
    }
}

/// The map with its legend, and the table of the same numbers.
pub fn coverage_map(map: &CoverageMap) -> AnyView {
    let atlas = Atlas::get();
    let outlines = Outlines::get();
    let Some((first, _)) = map.rows.first() else { return ().into_any() };
    let drawn: Vec<(DepartementIx, u8)> = map
        .rows
        .iter()
        .filter(|(ix, _)| outlines.same_map(*first, *ix))
        .take(DEPARTEMENTS_MAX)
        .copied()
        .collect();
    let boxes = drawn.iter().filter_map(|(ix, _)| outlines.departement(*ix)).map(|o| o.bounds);
    let around = boxes.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]);
    let Some([x, y, right, bottom]) = around else { return ().into_any() };
    let view_box = format!("{} {} {} {}", x - 4, y - 4, right - x + 8, bottom - y + 8);
    let areas = drawn.iter().filter_map(|(ix, percent)| {
        let outline = outlines.departement(*ix)?;
        Some(view! { <g class=scale(*percent)><path class="map-area" d=outline.path></path></g> })
    });
    let areas = areas.collect_view();
    let radius = f64::from((right - x).max(bottom - y)) / 45.0;
    let point = map.seat.and_then(|seat| outlines.project(*first, seat.point)).map(|(cx, cy)| {
        view! {
            <circle
                class="map-point"
                cx=format!("{cx:.0}")
                cy=format!("{cy:.0}")
                r=format!("{radius:.1}")
            ></circle>
        }
    });
    let count = drawn.len();
    let label = format!(
        "Carte\u{a0}: part de la population couverte dans {count} département{}\u{a0}; les mêmes nombres sont dans le tableau qui suit.",
        if count > 1 { "s" } else { "" }
    );
    let mut rows: Vec<(DepartementIx, u8)> = map.rows.clone();
    rows.sort_by_cached_key(|(ix, percent)| (std::cmp::Reverse(*percent), fold(atlas.departement(*ix).name)));
    let more = rows.len().saturating_sub(DEPARTEMENTS_MAX);
    let rows = rows.into_iter().take(DEPARTEMENTS_MAX).map(|(ix, percent)| {
        let departement = atlas.departement(ix);
        view! {
            <tr>
                <th scope="row">{format!("{} ({})", departement.name, departement.code)}</th>
                <td class="number">{format!("{percent}\u{a0}%")}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let legend = ["0 à 19\u{a0}%", "20 à 39\u{a0}%", "40 à 59\u{a0}%", "60 à 79\u{a0}%", "80 à 100\u{a0}%"];
    let legend = legend.into_iter().enumerate().map(|(n, label)| {
        view! { <li><span class=format!("legend-key scale-{n}")></span>{label}</li> }
    });
    let legend = legend.collect_view();
    view! {
        <div class="halves">
            <div>
                <svg class="map" viewBox=view_box role="img" aria-label=label>{areas}{point}</svg>
                <ul class="legend">
                    {legend}
                    <li>
                        <svg class="legend-mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
                            <circle class="map-point" cx="8" cy="8" r="6"></circle>
                        </svg>
                        "siège"
                    </li>
                </ul>
            </div>
            <div>
                <table class="table">
                    <caption>"Toutes activités confondues"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Département"</th>
                            <th scope="col" class="number">"Population couverte"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
                {(more > 0).then(|| view! { <p class="muted small">{format!("et {more} autres départements")}</p> })}
            </div>
        </div>
    }
    .into_any()
}
