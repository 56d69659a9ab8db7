//! People who come back: they sign in without a password, belong to structures, and find what is theirs in one place.

mod administrators;
mod delegations;
mod factor;
mod favourites;
mod mandates;
mod members;
mod organisations;
mod own;
mod proconnect;
mod sessions;
mod space;
mod support;

pub use crate::store::{
    Administrator, Colleague, DelegationRow, FavouritesRow, InvitationRow, MandateRow, OrganisationRequest,
    SessionRow,
};
pub use administrators::{AdministrationView, KeptMailView};
pub use factor::{FactorState, FactorTried, FactorView, RECOVERY_CODES};
pub use favourites::{FAVOURITE_NOTE_MAX, FAVOURITES_MAX, FavouritesView, LIST_NAME_MAX, LISTS_MAX};
pub use mandates::{EMPLOYER_MAX, TerritoryWork};
pub use members::{ColleaguesView, Joined, MembershipAsked, MembershipTried};
pub use organisations::{
    OrganisationBegun, OrganisationJoin, OrganisationView, OrganisationsFound, OwnOrganisation,
};
pub use own::{
    AccountExport, CollaborationExport, CommentExport, IdentityExport, ListExport, MandateExport,
    MembershipExport, NeedExport, SessionExport,
};
pub use proconnect::{
    Arrived, NotVouched, OfAgent, Provider, ProviderSettings, Sent, VISIT_SECONDS, Vouched,
};
pub use sessions::{
    ADMINISTRATOR_HOURS, DEVICE_MAX, Recognised, SESSION_DAYS, SIGN_IN_MINUTES, SignInTried, SignedIn, TRIES,
};
pub use space::{LACK_DAYS, Lack, OwnNeed, OwnStructure, SpaceView};

use crate::error::Result;

/// Numbers of six digits.
const CODES: u64 = 1_000_000;

/// A code of six digits that nobody can guess.
fn code_new() -> Result<String> {
    let mut bytes = [0u8; 8];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no randomness: {e}"))?;
    Ok(format!("{:06}", u64::from_be_bytes(bytes) % CODES))
}

/// The digits of a code as it was typed: people copy spaces with it.
fn code_typed(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// « 123 456 »: easier to copy by hand.
fn code_shown(code: &str) -> String {
    let (first, last) = code.split_at_checked(3).unwrap_or((code, ""));
    format!("{first}\u{a0}{last}")
}
