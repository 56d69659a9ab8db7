//! What a form would bring, while it is being written: asked of the server, or reckoned here.

use super::hours::HoursTyped;
use leptos::prelude::*;

/// Attribute of a preview: the id of its form.
pub const FORM: &str = "data-formulaire";
/// Attribute of a preview: where the server is asked.
pub const PREVIEW_AT: &str = "data-apercu";

/// What the server says of a form: it renders it with the page, and again after each change.
#[island]
pub fn Preview(
    /// What it said first, in an element with [`FORM`] and [`PREVIEW_AT`].
    children: Children,
) -> impl IntoView {
    let around = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    around.on_load(|div| {
        use super::form::{Form, attribute};

        let address = attribute(&div, PREVIEW_AT);
        let shown = StoredValue::new(String::new());
        // Number of the last question: a late answer to an earlier one changes nothing.
        let question = StoredValue::new(0u32);
        Form::on_change(&attribute(&div, FORM), move |form| {
            let (Some(fields), div, address) = (form.encoded(), div.clone(), address.clone()) else { return };
            question.update_value(|q| *q += 1);
            let mine = question.get_value();
            leptos::task::spawn_local(async move {
                let Some(html) = super::ask::sent(&address, &fields).await else { return };
                // What has not changed is not said again.
                if question.get_value() == mine && shown.with_value(|shown| *shown != html) {
                    div.set_inner_html(&html);
                    shown.set_value(html);
                }
            });
        });
    });
    view! { <div role="status" node_ref=around>{children()}</div> }
}

/// The hours that are typed give so many hours of insertion: reckoned by the code that the server runs.
#[island]
pub fn HoursPreview(
    /// What the server reckoned first, in an element with [`FORM`].
    children: Children,
) -> impl IntoView {
    let typed = RwSignal::new(None::<HoursTyped>);
    let around = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    around.on_load(move |div| {
        use super::form::{Form, attribute};

        Form::on_change(&attribute(&div, FORM), move |form| {
            let mut now = HoursTyped::default();
            let names = super::HOURS_FIELDS.iter().enumerate();
            names.for_each(|(rank, name)| now.set(rank, form.field(name)));
            if typed.with_untracked(|before| before.as_ref() != Some(&now)) {
                typed.set(Some(now));
            }
        });
    });
    view! {
        <div role="status" node_ref=around>
            <div hidden=move || typed.with(Option::is_some)>{children()}</div>
            {move || typed.get().map(|typed| hours_result(&typed))}
        </div>
    }
}

/// What the hours that are typed give.
pub fn hours_result(typed: &HoursTyped) -> impl IntoView + use<> {
    let (hours, sentence) = match typed.reckon() {
        Ok((hours, sentence)) => (Some(hours.to_string()), sentence),
        Err(what) => (None, what),
    };
    view! {
        {hours.map(|hours| view! { <p><span class="count">{hours}</span><br/><strong>"d’insertion"</strong></p> })}
        <p class="small">{sentence}</p>
    }
}
