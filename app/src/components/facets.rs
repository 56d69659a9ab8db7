//! Filters of a list: boxes with counts, chips of what is active, pages.

use domain::text::number;
use leptos::prelude::*;

/// A box of a facet.
#[derive(Debug, Clone)]
pub struct Check {
    /// Name in the URL.
    pub name: &'static str,
    /// Value in the URL.
    pub value: String,
    /// What people read.
    pub label: String,
    /// How many results it gives.
    pub count: u64,
    /// Whether it is ticked.
    pub chosen: bool,
    /// One of several (radio) rather than any number of them.
    pub single: bool,
}

/// An active filter, with the address without it.
#[derive(Debug, Clone)]
pub struct Chip {
    /// What people read.
    pub label: String,
    /// The list without it.
    pub href: String,
}

/// A facet: a title and its boxes, which belong to the form `recherche`.
pub fn facet(legend: &'static str, checks: Vec<Check>) -> Option<impl IntoView> {
    if checks.is_empty() {
        return None;
    }
    let boxes = checks.into_iter().map(|check| {
        let class = if check.count == 0 { "check check-none" } else { "check" };
        let kind = if check.single { "radio" } else { "checkbox" };
        view! {
            <li>
                <label class=class>
                    <input type=kind name=check.name value=check.value form="recherche" checked=check.chosen/>
                    <span class="check-label">{check.label}</span>
                    " "
                    <span class="check-count">{number(check.count)}</span>
                </label>
            </li>
        }
    });
    Some(view! {
        <fieldset class="facet">
            <legend>{legend}</legend>
            <ul class="checks">{boxes.collect_view()}</ul>
        </fieldset>
    })
}

/// The column of filters. `kept` is sent along when they are applied, and only then.
pub fn filters(
    chips: Vec<Chip>,
    all_off: String,
    facets: impl IntoView,
    kept: Option<(&'static str, &'static str)>,
) -> impl IntoView {
    let (kept_name, kept_value) = kept.unzip();
    let summary = match chips.len() {
        0 => "Filtres".to_owned(),
        1 => "Filtres (1 actif)".to_owned(),
        n => format!("Filtres ({n} actifs)"),
    };
    let active = (!chips.is_empty()).then(|| {
        let chips = chips.into_iter().map(|chip| {
            view! {
                <a class="chip" href=chip.href>
                    <span class="visually-hidden">"Retirer le filtre"</span>
                    " "
                    {chip.label}
                    " "
                    <span aria-hidden="true">"×"</span>
                </a>
                " "
            }
        });
        view! {
            <div class="chips">
                <span class="muted">"Actifs\u{a0}:"</span>
                " "
                {chips.collect_view()}
                <a href=all_off>"tout retirer"</a>
            </div>
        }
    });
    view! {
        <div class="split-side">
            <details class="filters-fold fold"><summary>{summary}</summary></details>
            <div class="filters">
                <h2 class="visually-hidden">"Filtres"</h2>
                {active}
                {facets}
                <button class="button button-secondary" form="recherche" name=kept_name value=kept_value>"Appliquer les filtres"</button>
            </div>
        </div>
    }
}

/// Links to the pages of a list: the first, the last, and those around this one.
pub fn pages(
    label: &'static str,
    page: usize,
    pages: usize,
    href: impl Fn(usize) -> String,
) -> Option<AnyView> {
    if pages < 2 {
        return None;
    }
    let mut shown: Vec<usize> = [1, 2, page.saturating_sub(1), page, page + 1, pages]
        .into_iter()
        .filter(|p| (1..=pages).contains(p))
        .collect();
    shown.sort_unstable();
    shown.dedup();
    let mut items: Vec<AnyView> = Vec::new();
    let mut last = 0;
    for p in shown {
        if p > last + 1 {
            items.push(view! { <li><span>"…"</span></li> }.into_any());
        }
        let current = (p == page).then_some("page");
        let name = format!("Page {p}");
        items
            .push(view! { <li><a href=href(p) aria-current=current aria-label=name>{p}</a></li> }.into_any());
        last = p;
    }
    if page < pages {
        items.push(view! { <li><a href=href(page + 1) rel="next">"Page suivante"</a></li> }.into_any());
    }
    Some(view! { <nav class="pages" aria-label=label><ul>{items}</ul></nav> }.into_any())
}
