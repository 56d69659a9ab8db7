//! Values of the reference data as they were written down: those that this build knows, and texts that it does not.
//!
//! Reference data ages: communes merge every 1 January, EPCI end, a sector may leave the table. What was stored before
//! that, or by a newer build, is kept as it was written: nothing that hangs on it is lost, matching ignores it, and
//! whoever wrote it is asked to correct it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value of the reference data: read from a code that files keep, shown by a name.
pub trait Reference: Copy {
    /// What people call such a value: « lieu », « zone », « secteur ».
    const WHAT: &'static str;

    /// Reads a code that was stored; `None` when this build does not know it.
    fn of_code(text: &str) -> Option<Self>;

    /// The code that [`Reference::of_code`] reads.
    fn to_code(self) -> String;

    /// The name people read.
    fn to_name(self) -> String;

    /// What may take the place of a text that no value answers to.
    fn successors(text: &str) -> Successors;
}

/// What may take the place of a text that is no longer known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Successors {
    /// The name of what it was, where that is known: then the successors hold its ground today.
    pub was: Option<&'static str>,
    /// What took its place or comes nearest, the likeliest first; often nothing.
    pub now: Vec<Successor>,
}

/// A value that may take the place of a text that is no longer known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Successor {
    /// Its code.
    pub code: String,
    /// The name people read.
    pub name: String,
}

impl Successor {
    /// A value of the reference data.
    #[must_use]
    pub fn of(value: impl Reference) -> Self {
        Self { code: value.to_code(), name: value.to_name() }
    }
}

/// A value as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Written<T> {
    /// This build knows it.
    Known(T),
    /// It does not: the text is kept.
    Unknown(String),
}

impl<T: Reference> Written<T> {
    /// Reads a code that was stored; what is not known is kept as it is.
    #[must_use]
    pub fn read(text: &str) -> Self {
        T::of_code(text).map_or_else(|| Self::Unknown(text.to_owned()), Self::Known)
    }

    /// The value, when it is known.
    #[must_use]
    pub fn known(&self) -> Option<T> {
        match self {
            Self::Known(value) => Some(*value),
            Self::Unknown(_) => None,
        }
    }

    /// What is stored: its code, or the text as it was.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Known(value) => value.to_code(),
            Self::Unknown(text) => text.clone(),
        }
    }

    /// What people read: its name, or the text as it was written.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Known(value) => value.to_name(),
            Self::Unknown(text) => text.clone(),
        }
    }

    /// Whether it is this text, which is not known.
    #[must_use]
    pub fn is_unknown(&self, text: &str) -> bool {
        matches!(self, Self::Unknown(kept) if kept == text.trim())
    }

    /// What is to be corrected; `None` for what is known.
    #[must_use]
    pub fn correction(&self) -> Option<Correction> {
        match self {
            Self::Known(_) => None,
            Self::Unknown(text) => Some(Correction::of::<T>(text)),
        }
    }
}

impl<T> From<T> for Written<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

/// How [`Written`] stands in formats that people do not read, where numbers are kept rather than codes.
#[derive(Serialize, Deserialize)]
enum Packed<T, S> {
    Known(T),
    Unknown(S),
}

impl<T: Reference + Serialize> Serialize for Written<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            _ if to.is_human_readable() => to.serialize_str(&self.code()),
            Self::Known(value) => Packed::Known::<_, &str>(value).serialize(to),
            Self::Unknown(text) => Packed::Unknown::<&T, _>(text).serialize(to),
        }
    }
}

impl<'de, T: Reference + Deserialize<'de>> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            return Ok(Self::read(&String::deserialize(from)?));
        }
        Ok(match Packed::deserialize(from)? {
            Packed::Known(value) => Self::Known(value),
            Packed::Unknown(text) => Self::Unknown(text),
        })
    }
}

/// Something to correct: a text that nothing known answers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// What it is: « lieu », « zone », « secteur », « code CPV ».
    pub what: &'static str,
    /// As it was written.
    pub written: String,
    /// What may take its place.
    pub successors: Successors,
}

impl Correction {
    /// The correction of a text that no value of this kind answers to.
    #[must_use]
    pub fn of<T: Reference>(text: &str) -> Self {
        Self { what: T::WHAT, written: text.to_owned(), successors: T::successors(text) }
    }

    /// What to tell whoever wrote it: « Midi-Pyrénées est devenue Occitanie », or what comes nearest.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Self { what, written, successors: Successors { was, now } } = self;
        let names: Vec<&str> = now.iter().map(|successor| successor.name.as_str()).collect();
        match (was, names.as_slice()) {
            (Some(was), [now]) => format!("{what} «\u{a0}{written}\u{a0}»\u{a0}: {was} est devenue {now}."),
            (_, []) => format!("{what} «\u{a0}{written}\u{a0}»\u{a0}: nos listes ne l’ont pas, ou plus."),
            (_, names) => format!(
                "{what} «\u{a0}{written}\u{a0}»\u{a0}: nos listes ne l’ont pas, ou plus. Le plus proche\u{a0}: {}.",
                names.join(", ")
            ),
        }
    }
}
