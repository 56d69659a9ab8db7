//! What pages link to: style, fonts, favicon. In the binary, so that it runs from anywhere.

use super::State;
use axum::body::Bytes;
use axum::extract::{Path as UrlPath, State as Extract};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use domain::text::stable_hash;
use leptos::config::LeptosOptions;
use std::path::Path;

const SHEETS: [&str; 5] = [
    include_str!("../../../style/tokens.css"),
    include_str!("../../../style/base.css"),
    include_str!("../../../style/layout.css"),
    include_str!("../../../style/components.css"),
    include_str!("../../../style/print.css"),
];
const FONTS: [(&str, &[u8]); 2] = [
    (
        "source-sans-3-latin-400-normal.woff2",
        include_bytes!("../../../app/public/fonts/source-sans-3-latin-400-normal.woff2"),
    ),
    (
        "source-sans-3-latin-600-normal.woff2",
        include_bytes!("../../../app/public/fonts/source-sans-3-latin-600-normal.woff2"),
    ),
];
const FAVICON: &str = include_str!("../../../app/public/favicon.svg");
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const FOR_A_DAY: &str = "public, max-age=86400";

/// The style sheet, and its address, which changes with its content.
pub(crate) struct Style {
    pub(super) path: String,
    text: Bytes,
}

impl Style {
    pub(super) fn read() -> Self {
        let text: String = SHEETS.iter().map(|sheet| without_comments(sheet)).collect();
        let hash = stable_hash(&[text.as_bytes()]);
        Self { path: format!("/style/{hash:016x}.css"), text: Bytes::from(text) }
    }
}

/// The sheet without comments, indentation and empty lines.
fn without_comments(sheet: &str) -> String {
    let mut rest = sheet;
    let mut out = String::with_capacity(sheet.len());
    while let Some(start) = rest.find("/*") {
        out.push_str(&rest[..start]);
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    out.push_str(rest);
    let lines = out.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// What Leptos must know of the browser build, if there is one.
pub(super) fn scripts(site: &Path) -> Option<LeptosOptions> {
    let built = site.join("pkg/place.js").exists() && site.join("pkg/place_bg.wasm").exists();
    built.then(|| {
        LeptosOptions::builder()
            .output_name("place")
            .site_root(site.to_string_lossy().into_owned())
            .site_pkg_dir("pkg")
            .build()
    })
}

fn file(kind: &'static str, cache: &'static str, body: impl Into<Bytes>) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, cache)], body.into()).into_response()
}

pub(super) async fn style(Extract(state): Extract<State>, UrlPath(name): UrlPath<String>) -> Response {
    // A page of an earlier version asks by an earlier name: it gets the sheet of today, for today.
    let cache = if state.style.path.ends_with(&name) { FOR_EVER } else { "no-store" };
    file("text/css; charset=utf-8", cache, state.style.text.clone())
}

pub(super) async fn font(UrlPath(name): UrlPath<String>) -> Response {
    match FONTS.iter().find(|(known, _)| *known == name) {
        Some((_, bytes)) => file("font/woff2", FOR_EVER, Bytes::from_static(bytes)),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(super) async fn favicon() -> Response {
    file("image/svg+xml", FOR_A_DAY, FAVICON)
}

pub(super) async fn robots() -> Response {
    file(
        "text/plain; charset=utf-8",
        FOR_A_DAY,
        "User-agent: *\nDisallow: /api/\nDisallow: /besoins/suivre\n",
    )
}
