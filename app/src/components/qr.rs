//! What a telephone reads from a screen or from paper.

use leptos::prelude::*;
use qrcode::QrCode;
use qrcode::render::svg;

/// A text as a square that telephones read; nothing when it is too long for one. `label` says what it opens.
pub fn qr(text: &str, label: &str) -> Option<AnyView> {
    let code = QrCode::new(text).ok()?;
    // The image alone has a name and a role; what the library writes around it is for files.
    let drawn = code.render::<svg::Color>().min_dimensions(160, 160).build();
    let drawn = drawn.split_once("?>").map_or(drawn.as_str(), |(_, image)| image).to_owned();
    Some(view! { <div class="qr" role="img" aria-label=label.to_owned() inner_html=drawn></div> }.into_any())
}
