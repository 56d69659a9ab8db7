//! What a form would bring, while it is being written: asked of the server, or reckoned in the browser.

use super::hours::HoursTyped;
use crate::api::PreviewText;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What is previewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PreviewOf {
    /// The express form: the server counts the structures that fit.
    Need,
    /// The form of a lot: the server says what it would find.
    Lot,
    /// The calculator of hours: reckoned here, by the code that the server runs.
    Hours,
}

/// Milliseconds without typing after which the server is asked.
#[cfg(feature = "hydrate")]
const QUIET_MS: i32 = 350;

/// The count, and what goes with it. `first` is what the server rendered.
#[island]
pub fn Preview(
    /// Id of the form.
    form_id: String,
    /// What is previewed.
    of: PreviewOf,
    /// What is shown before anything changes.
    first: PreviewText,
) -> impl IntoView {
    let shown = RwSignal::new(first);
    #[cfg(feature = "hydrate")]
    listen(form_id, of, shown);
    #[cfg(not(feature = "hydrate"))]
    let _ = (form_id, of);
    view! {
        <div role="status">
            {move || {
                let PreviewText { count, label, lines } = shown.get();
                view! {
                    {count
                        .map(|count| {
                            view! {
                                <p>
                                    <span class="count">{count}</span>
                                    <br/>
                                    <strong>{label}</strong>
                                </p>
                            }
                        })}
                    {lines.into_iter().map(|line| view! { <p class="small">{line}</p> }).collect_view()}
                }
            }}
        </div>
    }
}

/// What the hours that are typed give.
#[must_use]
pub fn hours_preview(typed: &HoursTyped) -> PreviewText {
    match typed.reckon() {
        Ok((hours, sentence)) => PreviewText {
            count: Some(hours.to_string()),
            label: "d’insertion".to_owned(),
            lines: vec![sentence],
        },
        Err(what) => PreviewText { count: None, label: String::new(), lines: vec![what] },
    }
}

/// Previews each time the form has been left alone for a moment after a change; at once what is reckoned here.
#[cfg(feature = "hydrate")]
fn listen(form_id: String, of: PreviewOf, shown: RwSignal<PreviewText>) {
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;

    let Some(form) = document().get_element_by_id(&form_id) else { return };
    let Ok(form) = form.dyn_into::<web_sys::HtmlFormElement>() else { return };
    let waiting = StoredValue::new(None::<i32>);
    let ask = {
        let form = form.clone();
        Closure::<dyn Fn()>::new(move || {
            if of == PreviewOf::Hours {
                shown.set(hours_preview(&hours_typed(&form)));
                return;
            }
            let Some(fields) = form_encoded(&form) else { return };
            leptos::task::spawn_local(async move {
                if let Ok(text) = crate::api::preview(of, fields).await {
                    shown.set(text);
                }
            });
        })
    };
    let quiet = if of == PreviewOf::Hours { 0 } else { QUIET_MS };
    let restart = Closure::<dyn Fn()>::new(move || {
        if let Some(timer) = waiting.get_value() {
            window().clear_timeout_with_handle(timer);
        }
        let timer = window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(ask.as_ref().unchecked_ref(), quiet);
        waiting.set_value(timer.ok());
    });
    for event in ["input", "change"] {
        let _ = form.add_event_listener_with_callback(event, restart.as_ref().unchecked_ref());
    }
    // The form lives as long as the page.
    restart.forget();
}

/// The fields of a form as a browser would send them.
#[cfg(feature = "hydrate")]
fn form_encoded(form: &web_sys::HtmlFormElement) -> Option<String> {
    let data = web_sys::FormData::new_with_form(form).ok()?;
    let params = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    params.to_string().as_string()
}

/// The fields of the calculator.
#[cfg(feature = "hydrate")]
fn hours_typed(form: &web_sys::HtmlFormElement) -> HoursTyped {
    let mut typed = HoursTyped::default();
    if let Ok(data) = web_sys::FormData::new_with_form(form) {
        for (rank, name) in super::hours::HOURS_FIELDS.iter().enumerate() {
            typed.set(rank, data.get(name).as_string().unwrap_or_default());
        }
    }
    typed
}
