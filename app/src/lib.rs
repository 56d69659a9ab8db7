//! What people see: pages, islands, French texts.
//!
//! Pages are rendered on the server only, from what a use case answered; they are plain functions from a model
//! to a view. What reaches the browser is the islands: small pieces that make plain forms nicer. Every
//! page works without them.

#![recursion_limit = "512"]

#[cfg(all(feature = "hydrate", feature = "ssr"))]
compile_error!("`hydrate` is the browser's build, `ssr` the server's: choose one");

#[cfg(feature = "ssr")]
pub mod api;
#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod document;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod urls;

/// Brings the islands of the page to life.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
