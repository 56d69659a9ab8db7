//! An administrator acts in the place of somebody, to help: openly, for an hour at most, and never for what is theirs alone.

use super::{AccountId, Action};

/// Minutes for which an administrator acts in the place of somebody, at most.
pub const SUPPORT_MINUTES: i64 = 60;
/// Longest reason, in characters.
pub const SUPPORT_WHY_MAX: usize = 200;

/// That an administrator acts in the place of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Support {
    /// Who acts.
    pub administrator: AccountId,
    /// Why, in its own words: the person reads it.
    pub why: String,
    /// Last second on which it does, in seconds since 1970.
    pub until: i64,
}

impl Action {
    /// Whether nobody does it in the place of somebody else: what protects an account, takes its data away or ends it.
    #[must_use]
    pub fn is_for_oneself_alone(self) -> bool {
        matches!(
            self,
            Self::FactorChange
                | Self::SessionEnd
                | Self::AccountExport
                | Self::AccountClose
                | Self::SupportBegin
                | Self::AdministratorJoin
        )
    }
}
