//! How a buyer compares the structures of a lot, for itself: nobody else reads it.

use super::LotKey;
use crate::form::{Field, Violation};
use crate::siret::Siret;

/// Most structures that are compared side by side.
pub const COMPARED_MAX: usize = 5;
/// Longest note, in characters.
pub const NOTE_MAX: usize = 2_000;

/// On what structures are compared. A buyer chooses before it sees the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aspect {
    /// Its answer to the lot.
    Answer,
    /// How well it fits, in points.
    Fit,
    /// Its kinds, with what they let be reserved.
    Kinds,
    /// How much of the place it serves.
    Coverage,
    /// How far its seat is.
    Distance,
    /// Hours a month that it can do.
    Capacity,
    /// What it replied to the questions of the need.
    Replies,
    /// What it says of itself.
    Description,
    /// The buyer's own notes.
    Notes,
}

impl Aspect {
    /// Every aspect, in the order of the comparison.
    pub const ALL: [Self; 9] = [
        Self::Answer,
        Self::Fit,
        Self::Kinds,
        Self::Coverage,
        Self::Distance,
        Self::Capacity,
        Self::Replies,
        Self::Description,
        Self::Notes,
    ];
    /// Those that are proposed first: what a lot asks, and what was answered.
    pub const USUAL: [Self; 6] =
        [Self::Answer, Self::Kinds, Self::Coverage, Self::Capacity, Self::Replies, Self::Notes];

    /// Its code, in addresses and in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Answer => "reponse",
            Self::Fit => "correspondance",
            Self::Kinds => "type",
            Self::Coverage => "territoire",
            Self::Distance => "distance",
            Self::Capacity => "capacite",
            Self::Replies => "questions",
            Self::Description => "presentation",
            Self::Notes => "notes",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|aspect| aspect.code() == text)
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Answer => "Sa réponse",
            Self::Fit => "La correspondance, en points",
            Self::Kinds => "Type de structure",
            Self::Coverage => "Part du lieu couverte",
            Self::Distance => "Distance du siège",
            Self::Capacity => "Capacité déclarée",
            Self::Replies => "Réponses à vos questions",
            Self::Description => "Présentation",
            Self::Notes => "Vos notes",
        }
    }
}

/// What a buyer keeps about a structure for a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// For which lot.
    pub lot: LotKey,
    /// Which structure.
    pub siret: Siret,
    /// Whether it stands on the short list.
    pub is_shortlisted: bool,
    /// A note; may be empty.
    pub note: String,
}

impl Selection {
    /// Reads the note of a form.
    ///
    /// # Errors
    /// When it is too long.
    pub fn read(lot: LotKey, siret: Siret, is_shortlisted: bool, note: &str) -> Result<Self, Violation> {
        let note = note.replace("\r\n", "\n").trim().to_owned();
        if note.chars().count() > NOTE_MAX {
            return Violation::refused(Field::Note, "Raccourcissez votre note à 2\u{202f}000 caractères");
        }
        Ok(Self { lot, siret, is_shortlisted, note })
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.is_shortlisted && self.note.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aspects_are_read_as_written() {
        for aspect in Aspect::ALL {
            assert_eq!(Aspect::parse(aspect.code()), Some(aspect));
        }
        assert_eq!(Aspect::parse("prix"), None);
        assert!(Aspect::ALL.is_sorted());
        assert!(Aspect::USUAL.is_sorted());
    }

    #[test]
    fn a_note_is_kept_whole_or_refused() {
        let read = |note: &str| Selection::read(LotKey::FIRST, Siret::with_key(1, 1), false, note);
        assert_eq!(read(" a\r\nb ").map(|s| s.note), Ok("a\nb".to_owned()));
        for (length, is_read) in [(0, true), (NOTE_MAX, true), (NOTE_MAX + 1, false)] {
            assert_eq!(read(&"é".repeat(length)).is_ok(), is_read, "{length}");
        }
        assert!(read("").is_ok_and(|s| s.is_empty()));
        assert!(!Selection::read(LotKey::FIRST, Siret::with_key(1, 1), true, "").is_ok_and(|s| s.is_empty()));
    }
}
