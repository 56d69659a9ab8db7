//! What a structure says to a lot, and to the questions of its buyer.

use serde::{Deserialize, Serialize};

/// What a structure says to a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// « Intéressé ».
    Interested,
    /// « Pas cette fois ».
    Declined,
    /// « Ce n’est pas notre métier ».
    NotOurs,
}

impl Answer {
    /// Every answer, in the order in which mails offer them.
    pub const ALL: [Self; 3] = [Self::Interested, Self::Declined, Self::NotOurs];

    /// The code in links and in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Interested => "interested",
            Self::Declined => "declined",
            Self::NotOurs => "not_ours",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.code() == text)
    }

    /// The words on buttons and tags.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Interested => "Intéressée",
            Self::Declined => "Pas cette fois",
            Self::NotOurs => "Pas son métier",
        }
    }
}

/// What a structure says to a question of a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The question, as it was asked: a later version of the need may ask something else.
    pub question: String,
    /// What it says.
    pub reply: String,
}
