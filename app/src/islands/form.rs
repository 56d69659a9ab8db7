//! The form beside an island: what it holds, and when it changes.

use leptos::prelude::{GetValue, SetValue, StoredValue, document, window};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// An attribute of the first element inside that has it; empty without.
pub(super) fn attribute(around: &web_sys::Element, name: &str) -> String {
    let holder = around.query_selector(&["[", name, "]"].concat()).ok().flatten();
    holder.and_then(|element| element.get_attribute(name)).unwrap_or_default()
}

/// Milliseconds without typing after which a preview follows: sooner, screen readers would be told of each letter.
const QUIET_MS: i32 = 350;

/// A form of the page.
pub(super) struct Form(web_sys::HtmlFormElement);

impl Form {
    /// Calls `act` each time the form has been left alone for a moment after a change.
    pub(super) fn on_change(id: &str, act: impl Fn(&Self) + 'static) {
        let Some(form) = document().get_element_by_id(id) else { return };
        let Ok(form) = form.dyn_into::<web_sys::HtmlFormElement>() else { return };
        let form = Rc::new(Self(form));
        let act = {
            let form = Rc::clone(&form);
            Closure::<dyn Fn()>::new(move || act(&form))
        };
        let waiting = StoredValue::new(None::<i32>);
        let restart = Closure::<dyn Fn()>::new(move || {
            if let Some(timer) = waiting.get_value() {
                window().clear_timeout_with_handle(timer);
            }
            let timer = window().set_timeout_with_callback_and_timeout_and_arguments_0(
                act.as_ref().unchecked_ref(),
                QUIET_MS,
            );
            waiting.set_value(timer.ok());
        });
        for event in ["input", "change"] {
            let _ = form.0.add_event_listener_with_callback(event, restart.as_ref().unchecked_ref());
        }
        // The form lives as long as the page.
        restart.forget();
    }

    fn data(&self) -> Option<web_sys::FormData> {
        web_sys::FormData::new_with_form(&self.0).ok()
    }

    /// What a field holds: the first one of its name.
    pub(super) fn field(&self, name: &str) -> String {
        self.data().and_then(|data| data.get(name).as_string()).unwrap_or_default()
    }

    /// The fields as a browser would send them.
    pub(super) fn encoded(&self) -> Option<web_sys::UrlSearchParams> {
        web_sys::UrlSearchParams::new_with_str_sequence_sequence(self.data()?.as_ref()).ok()
    }
}
