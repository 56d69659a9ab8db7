//! What a telephone reads from a screen or from paper.

use leptos::prelude::*;
use qrcode::QrCode;
use qrcode::render::svg;

/// A text as a square that telephones read, as a file; nothing when it is too long for one.
#[must_use]
pub fn qr_svg(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    Some(code.render::<svg::Color>().min_dimensions(160, 160).build())
}

/// The same on a page, for what is nobody else's to see. `label` says what it opens.
pub fn qr(text: &str, label: &str) -> Option<AnyView> {
    let drawn = qr_svg(text)?;
    // The image alone: what the library writes before it is for files.
    let image = drawn.split_once("?>").map_or(drawn.as_str(), |(_, image)| image).to_owned();
    Some(view! { <div class="qr" role="img" aria-label=label.to_owned() inner_html=image></div> }.into_any())
}
