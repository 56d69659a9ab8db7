//! Signing in, and what whoever did finds: one's space, its structures' members, one's sessions.

mod catalogues;
mod factor;
mod favourites;
mod join;
mod members;
mod organisations;
mod own;
mod sessions;
mod sign_in;
mod space;
mod territories;

pub use catalogues::{
    CATALOGUE_DIGEST, CATALOGUE_FILE, CATALOGUE_STATES, catalogue_applied, catalogue_applied_page,
    catalogue_preview, catalogue_preview_page, catalogues, catalogues_page,
};
pub use factor::{codes, factor, factor_page, second, second_over, second_page};
pub use favourites::{DROP_MEANT, favourites, favourites_list, favourites_list_page, favourites_page};
pub use join::{join, join_code, join_page};
pub use members::{MembersTyped, members, members_page};
pub use organisations::{organisation, organisation_page, organisations, organisations_page};
pub use own::{own, own_page};
pub use sessions::{sessions, sessions_page};
pub use sign_in::{SignInView, code, code_page, link, link_over, link_page, sign_in, sign_in_page};
pub use space::{space, space_page};
pub use territories::{
    MandateTyped, requests, territories, territories_page, territory_work, territory_work_page,
};

use crate::document::{Page, Section};

/// What surrounds a page of the space.
fn space_of(title: String) -> Page {
    Page { title, private: true, section: Some(Section::Space), ..Page::default() }
}
