//! How many structures fit the need that is being written, while it is being written.

use crate::api::PreviewText;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What is previewed: which server function is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PreviewOf {
    /// The express form.
    Need,
    /// The form of a lot.
    Lot,
}

/// Milliseconds without typing after which the server is asked.
#[cfg(feature = "hydrate")]
const QUIET_MS: i32 = 350;

/// The count, and what goes with it. `first` is what the server rendered.
#[island]
pub fn NeedPreview(
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
                let PreviewText { fitting, lines } = shown.get();
                view! {
                    {fitting
                        .map(|count| {
                            let words = if count < 2 { "structure correspond" } else { "structures correspondent" };
                            view! {
                                <p>
                                    <span class="count">{domain::text::number(count)}</span>
                                    <br/>
                                    <strong>{words}</strong>
                                </p>
                            }
                        })}
                    {lines.into_iter().map(|line| view! { <p class="small">{line}</p> }).collect_view()}
                }
            }}
        </div>
    }
}

/// Asks the server each time the form has been left alone for a moment after a change.
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
            let Some(fields) = form_encoded(&form) else { return };
            leptos::task::spawn_local(async move {
                let answer = match of {
                    PreviewOf::Need => crate::api::preview(fields).await,
                    PreviewOf::Lot => crate::api::preview_lot(fields).await,
                };
                if let Ok(text) = answer {
                    shown.set(text);
                }
            });
        })
    };
    let restart = Closure::<dyn Fn()>::new(move || {
        if let Some(timer) = waiting.get_value() {
            window().clear_timeout_with_handle(timer);
        }
        let timer = window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(ask.as_ref().unchecked_ref(), QUIET_MS);
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
