//! What a structure says to a lot, and to the questions of its buyer.

use serde::{Deserialize, Serialize};

/// What a structure says to a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// « Intéressé ».
    Interested,
    /// « Pas cette fois ».
    Declined,
}

impl Answer {
    /// The code in links and in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Interested => "interested",
            Self::Declined => "declined",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Interested, Self::Declined].into_iter().find(|a| a.code() == text)
    }

    /// The words on buttons and tags.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Interested => "Intéressée",
            Self::Declined => "Pas cette fois",
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
