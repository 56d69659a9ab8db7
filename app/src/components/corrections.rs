//! What is no longer known, as those who wrote it see it: the text as it was, and what may take its place.

use domain::text::capitalised;
use domain::written::Correction;
use leptos::prelude::*;

/// What is to be corrected, each with the page where it is; nothing when all is known.
pub fn corrections(all: &[(Correction, Option<String>)]) -> Option<AnyView> {
    let lines = all.iter().map(|(correction, href)| {
        let link = href.clone().map(|href| {
            view! { " "<a href=href>"Corriger"<span class="visually-hidden">{format!("\u{a0}: {}", correction.what)}</span></a> }
        });
        view! { <li>{to_correct(correction)}{link}</li> }
    });
    let lines = lines.collect_view();
    (!all.is_empty())
        .then(|| view! { <div class="notice notice-warning block"><ul>{lines}</ul></div> }.into_any())
}

/// The tag and the sentence of a correction.
pub fn to_correct(correction: &Correction) -> AnyView {
    view! { <span class="tag tag-check">"à corriger"</span>" "{capitalised(&correction.sentence())} }
        .into_any()
}
