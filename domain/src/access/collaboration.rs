//! What somebody whom the author of a need asked may do with it.

/// What a collaborator of a need may do. Each does what those before it do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Collaboration {
    /// Reads what is being written, and what structures answer.
    Reads,
    /// Comments it.
    Comments,
    /// Writes it, and writes to structures; publishing, awarding and sharing stay with the author.
    Writes,
}

impl Collaboration {
    /// Every one, the least first.
    pub const ALL: [Self; 3] = [Self::Reads, Self::Comments, Self::Writes];

    /// Its code, in forms and in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Reads => "lit",
            Self::Comments => "commente",
            Self::Writes => "ecrit",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.code() == text)
    }

    /// What people read: « peut lire ».
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Reads => "peut lire",
            Self::Comments => "peut lire et commenter",
            Self::Writes => "peut lire, commenter et modifier",
        }
    }
}
