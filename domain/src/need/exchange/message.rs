//! A message of a thread: one thread for each lot and structure.

use super::super::LotKey;
use crate::form::{Field, Violation};
use crate::siret::Siret;
use crate::text::number;
use uuid::Uuid;

/// Longest message, in characters.
pub const MESSAGE_MAX: usize = 2_000;

/// Who writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The structure.
    Structure,
    /// The author of the need.
    Buyer,
}

impl Side {
    /// Who reads what this one writes.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Structure => Self::Buyer,
            Self::Buyer => Self::Structure,
        }
    }

    /// Both.
    pub const ALL: [Self; 2] = [Self::Structure, Self::Buyer];

    /// The code in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Buyer => "buyer",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.code() == text)
    }
}

/// A text that somebody wrote to be read: something, not too long, its lines kept, without characters that no keyboard types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageText(String);

impl MessageText {
    /// Reads what was typed in a field.
    ///
    /// # Errors
    /// What is to be corrected, in French.
    pub fn parse(typed: &str, field: Field) -> Result<Self, Violation> {
        let lines = typed.replace("\r\n", "\n").replace('\r', "\n");
        let kept: String = lines.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
        let kept = kept.trim();
        match kept.chars().count() {
            0 => Violation::refused(field, "Écrivez votre message"),
            1..=MESSAGE_MAX => Ok(Self(kept.to_owned())),
            _ => {
                let most = number(u64::try_from(MESSAGE_MAX).unwrap_or(u64::MAX));
                Violation::refused(field, format!("Raccourcissez à {most} caractères"))
            }
        }
    }

    /// As it is kept and shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageFile {
    /// Its id.
    pub id: Uuid,
    /// Its name, without path.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A message of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: Uuid,
    /// About which need.
    pub need: Uuid,
    /// About which of its lots.
    pub lot: LotKey,
    /// With which structure.
    pub siret: Siret,
    /// Who wrote it.
    pub side: Side,
    /// What it says.
    pub text: String,
    /// The files that came with it.
    pub files: Vec<MessageFile>,
    /// When, in seconds since 1970.
    pub written_at: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_as_they_are_meant() {
        for (typed, read) in [
            ("  Bonjour \r\n\r\nQuand ? ", Some("Bonjour \n\nQuand ?")),
            ("a\u{7}\u{0}b\rc", Some("ab\nc")),
            ("", None),
            (" \r\n\u{1} ", None),
        ] {
            let parsed = MessageText::parse(typed, Field::Message);
            assert_eq!(parsed.ok().as_ref().map(MessageText::as_str), read, "{typed:?}");
        }
        for (length, is_read) in [(1, true), (MESSAGE_MAX, true), (MESSAGE_MAX + 1, false)] {
            let typed = "é".repeat(length);
            assert_eq!(MessageText::parse(&typed, Field::Message).is_ok(), is_read, "{length}");
        }
    }

    #[test]
    fn sides_are_read_as_written() {
        for side in Side::ALL {
            assert_eq!(Side::parse(side.code()), Some(side));
        }
        assert_eq!(Side::parse("acheteur"), None);
    }
}
