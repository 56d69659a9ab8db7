//! What stands beside a form while it is being written: islands, around what the server said first.

use crate::islands::{
    FORM, HoursPreview, HoursTyped, LawContext, LawPreview, PREVIEW_AT, Preview, hours_result, law_result,
};
use domain::legal::TermsTyped;
use leptos::prelude::*;

/// What a form would bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewText {
    /// The big number; `None` as long as it cannot be told.
    pub count: Option<String>,
    /// What it counts.
    pub label: &'static str,
    /// What stands under the number, sentence by sentence.
    pub lines: Vec<String>,
}

impl PreviewText {
    /// As the page and the island show it.
    pub fn view(self) -> AnyView {
        let Self { count, label, lines } = self;
        let count = count.map(|count| {
            view! { <p><span class="count">{count}</span><br/><strong>{label}</strong></p> }
        });
        let lines = lines.into_iter().map(|line| view! { <p class="small">{line}</p> }).collect_view();
        view! { {count}{lines} }.into_any()
    }
}

/// What the server says of the form of this id; it is asked again at `address` after each change.
pub fn preview(form_id: &'static str, address: &'static str, first: AnyView) -> AnyView {
    let first = leptos::html::div().attr(FORM, form_id).attr(PREVIEW_AT, address).child(first);
    view! { <Preview>{first}</Preview> }.into_any()
}

/// What the calculator of this id gives.
pub fn hours_preview(form_id: &'static str, typed: &HoursTyped) -> AnyView {
    let first = leptos::html::div().attr(FORM, form_id).child(hours_result(typed));
    view! { <HoursPreview>{first}</HoursPreview> }.into_any()
}

/// What the law says of the lot whose form has this id.
pub fn law_preview(form_id: &'static str, context: LawContext, typed: &TermsTyped<'_>) -> AnyView {
    let law = context.law(typed).map(|law| law_result(&law));
    let [day, buyer, others, also, vehicle] = LawContext::ATTRIBUTES;
    let first = leptos::html::div()
        .attr(FORM, form_id)
        .attr(day, context.day)
        .attr(buyer, context.buyer)
        .attr(others, context.others)
        .attr(also, context.also)
        .attr(vehicle, context.vehicle)
        .child(law);
    view! { <LawPreview>{first}</LawPreview> }.into_any()
}
