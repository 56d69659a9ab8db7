//! Asking the server: a question, a text; nothing when it does not answer.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response, UrlSearchParams};

/// Asks an address what it knows of `typed`.
pub(super) async fn asked(address: &str, typed: &str) -> Option<String> {
    let question = UrlSearchParams::new().ok()?;
    question.append("q", typed);
    answer(&[address, "?", &String::from(question.to_string())].concat(), &RequestInit::new()).await
}

/// Sends the fields of a form.
pub(super) async fn sent(address: &str, fields: &UrlSearchParams) -> Option<String> {
    let request = RequestInit::new();
    request.set_method("POST");
    let fields: &JsValue = fields.as_ref();
    request.set_body(fields);
    answer(address, &request).await
}

async fn answer(address: &str, request: &RequestInit) -> Option<String> {
    let response = JsFuture::from(window().fetch_with_str_and_init(address, request)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    let text = response.ok().then(|| response.text())?.ok()?;
    JsFuture::from(text).await.ok()?.as_string()
}
