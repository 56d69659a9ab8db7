//! Who may do what: authority is a value that is made once, at the door, and asked here, in one place.
//!
//! [`may`] is pure and tested as a table, as the law is: what an actor is to what it asks for ([`Relation`]), and which
//! relation lets do what ([`Action::granted_to`]). It knows nothing of cookies, tokens or signatures: whoever makes an
//! [`Actor`] has checked them.

mod account;
mod action;
mod collaboration;
mod delegation;
mod grant;
mod mandate;
mod policy;
mod refusal;
mod relation;
mod support;
mod target;
mod team;

pub use account::{Account, AccountId, Administration, Awaited, Membership, Rank};
pub use action::Action;
pub use collaboration::Collaboration;
pub use delegation::{Delegation, FichePart, parts_print, parts_stored};
pub use grant::{Grant, Holder};
pub use mandate::{Mandate, TerritoryRole};
pub use refusal::{Refusal, Verdict};
pub use relation::Relation;
pub use support::{SUPPORT_MINUTES, SUPPORT_WHY_MAX, Support};
pub use target::Target;
pub use team::{OrganisationId, Team};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Whoever reads the site.
    Anyone,
    /// Whoever holds a signed link that is good today.
    Link(Grant),
    /// Whoever holds one that was: its time is over, or it was revoked.
    PastLink(Grant),
    /// Whoever signed in.
    Account(Account),
    /// Whoever did by the mail, and has still to give the code of its second factor.
    Awaited(Awaited),
    /// Whoever runs commands on the machine.
    Operator,
    /// The program, doing what was decided before.
    Job,
}

impl Actor {
    /// What its link allows, or allowed.
    #[must_use]
    pub fn grant(&self) -> Option<Grant> {
        match self {
            Self::Link(grant) | Self::PastLink(grant) => Some(*grant),
            Self::Anyone | Self::Account(_) | Self::Awaited(_) | Self::Operator | Self::Job => None,
        }
    }

    /// Its account.
    ///
    /// # Errors
    /// [`Refusal::NoAccount`] when it did not sign in, [`Refusal::FactorAwaited`] when not to the end.
    pub fn account(&self) -> Result<&Account, Refusal> {
        match self {
            Self::Account(account) => Ok(account),
            Self::Awaited(_) => Err(Refusal::FactorAwaited),
            _ => Err(Refusal::NoAccount),
        }
    }
}

/// Whether an actor may do something on something.
#[must_use]
pub fn may(actor: &Actor, action: Action, target: &Target) -> Verdict {
    let acts_for_somebody = matches!(actor, Actor::Account(account) if account.support.is_some());
    if acts_for_somebody && action.is_for_oneself_alone() {
        return Verdict::Refused(Refusal::OnlyOneself);
    }
    action.verdict(&Relation::of(actor, target))
}
