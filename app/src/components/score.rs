//! A score as people see it: a number, a bar whose parts are the points, a line for each reason.

use domain::matching::{Criterion, Explained};
use domain::text::capitalised;
use leptos::prelude::*;

/// The class that colours a criterion.
#[must_use]
pub fn criterion_class(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Sector => "part-sector",
        Criterion::Coverage => "part-coverage",
        Criterion::Distance => "part-distance",
        Criterion::Wording => "part-wording",
        Criterion::Capacity => "part-capacity",
        Criterion::Standing => "part-freshness",
    }
}

/// « 94 / 100 ».
pub fn score(points: u8) -> AnyView {
    view! {
        <p class="score">
            <strong>{points}</strong>
            " "
            <span aria-hidden="true">"/ 100"</span>
            <span class="visually-hidden">"points sur 100"</span>
        </p>
    }
    .into_any()
}

/// The bar: one part for each reason that gives points.
pub fn score_bar(parts: &[(Criterion, u8)]) -> AnyView {
    let mut x = 0u32;
    let parts = parts.iter().filter(|(_, points)| *points > 0).map(|(criterion, points)| {
        let from = x;
        x += u32::from(*points);
        let class = format!("part {}", criterion_class(*criterion));
        view! { <rect class=class x=from.to_string() width=points.to_string() height="10"></rect> }
    });
    let parts = parts.collect_view();
    view! {
        <svg class="score-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            {parts}
        </svg>
    }
    .into_any()
}

/// The reasons, each with its sentence and its points.
pub fn reasons(explained: Vec<Explained>) -> AnyView {
    let bar: Vec<(Criterion, u8)> = explained.iter().map(|r| (r.criterion, r.points)).collect();
    let items = explained.into_iter().map(|reason| {
        let class = match reason.points {
            0 => "reason reason-zero".to_owned(),
            _ => format!("reason {}", criterion_class(reason.criterion)),
        };
        let max = reason.criterion.max();
        view! {
            <li class=class>
                <span class="reason-text">{capitalised(&reason.because)}</span>
                " "
                <span class="reason-points">
                    {reason.points}
                    " "
                    <small>
                        <span aria-hidden="true">{format!("/ {max}")}</span>
                        <span class="visually-hidden">{format!("points sur {max}")}</span>
                    </small>
                </span>
            </li>
        }
    });
    let items = items.collect_view();
    view! { {score_bar(&bar)} <ul class="reasons">{items}</ul> }.into_any()
}
