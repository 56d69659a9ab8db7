//! Where a need stands.

use serde::{Deserialize, Serialize};

/// Where a need stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedStatus {
    /// Being written: only its author's link knows it.
    Draft,
    /// Its author has been sent the link that publishes it.
    ToConfirm,
    /// Published. After its deadline it is shown as closed.
    Published,
    /// Closed by its author before or after its deadline.
    Closed,
    /// Awarded.
    Awarded,
    /// Given up.
    Dropped,
}

impl NeedStatus {
    /// Every status.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::ToConfirm, Self::Published, Self::Closed, Self::Awarded, Self::Dropped];
    /// What an author can say of a published need.
    pub const OUTCOMES: [Self; 3] = [Self::Awarded, Self::Dropped, Self::Closed];

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::ToConfirm => "to_confirm",
            Self::Published => "published",
            Self::Closed => "closed",
            Self::Awarded => "awarded",
            Self::Dropped => "dropped",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == text)
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Brouillon",
            Self::ToConfirm => "À confirmer",
            Self::Published => "Publié",
            Self::Closed => "Clos",
            Self::Awarded => "Attribué",
            Self::Dropped => "Sans suite",
        }
    }

    /// What people read above several.
    #[must_use]
    pub fn label_of_many(self) -> &'static str {
        match self {
            Self::Draft => "Brouillons",
            Self::ToConfirm => "À confirmer",
            Self::Published => "Publiés",
            Self::Closed => "Clos",
            Self::Awarded => "Attribués",
            Self::Dropped => "Sans suite",
        }
    }
}
