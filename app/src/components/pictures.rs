//! The logo and the pictures of a structure.

use backend::store::Picture;
use domain::siret::Siret;
use leptos::prelude::*;

fn address(siret: Siret, picture: &Picture) -> String {
    format!("/structures/{siret}/images/{}", picture.id)
}

/// The logo beside the name that it says: nothing more is read out.
pub fn logo(siret: Siret, pictures: &[Picture]) -> Option<AnyView> {
    let logo = pictures.iter().find(|picture| picture.is_logo)?;
    // Drawn twice as large as it is shown, for fine screens.
    let (width, height) = (logo.width.div_ceil(2), logo.height.div_ceil(2));
    Some(view! { <img class="logo" src=address(siret, logo) alt="" width=width height=height/> }.into_any())
}

/// A picture with what it shows.
pub fn picture(siret: Siret, picture: &Picture) -> AnyView {
    view! {
        <img src=address(siret, picture) alt=picture.alt.clone() width=picture.width height=picture.height loading="lazy"/>
    }
    .into_any()
}

/// Every picture but the logo.
pub fn gallery(siret: Siret, pictures: &[Picture]) -> Option<AnyView> {
    let shown = pictures.iter().filter(|picture| !picture.is_logo);
    let shown: Vec<_> = shown.map(|one| view! { <li>{picture(siret, one)}</li> }).collect();
    (!shown.is_empty()).then(|| {
        view! { <section class="section"><h2>"En images"</h2><ul class="gallery">{shown}</ul></section> }
            .into_any()
    })
}
