//! The common procurement vocabulary (regulation (EC) No 213/2008): its codes and, on the server, their French labels.

#[cfg(feature = "atlas")]
mod labels;

#[cfg(feature = "atlas")]
pub(crate) use labels::labels_of_codes;
#[cfg(feature = "atlas")]
pub use labels::labels_under;

use serde::{Deserialize, Serialize};
use std::fmt;

/// A code: eight digits, from a division (two that say something) to the most precise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cpv(u32);

impl Cpv {
    /// Reads eight digits, with or without the check digit (« 85312300-2 »), with or without the label after them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().split(['-', ' ', '\u{a0}']).next().unwrap_or_default();
        let is_code = digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit());
        is_code.then(|| digits.parse().ok().map(Self)).flatten()
    }

    /// Every code that stands in a text, each once: a cell may hold several.
    #[must_use]
    pub fn all_in(text: &str) -> Vec<Self> {
        let mut codes: Vec<Self> = Vec::new();
        for code in text.split(|c: char| !c.is_ascii_digit()).filter_map(Self::parse) {
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        codes
    }

    /// The code as a number, as lists of the law give ranges.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Cpv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        for (text, code) in [
            ("77310000", Some("77310000")),
            ("77310000-6", Some("77310000")),
            (" 03000000 ", Some("03000000")),
            ("77310000 Réalisation et entretien d’espaces verts", Some("77310000")),
            ("7731", None),
            ("773100000", None),
            ("espaces verts", None),
            ("", None),
        ] {
            assert_eq!(Cpv::parse(text).map(|c| c.to_string()).as_deref(), code, "{text:?}");
        }
        for (text, codes) in [
            ("77310000-6 | 45112700-2", &["77310000", "45112700"][..]),
            ("77310000,77310000", &["77310000"]),
            ("77310000 Réalisation et entretien d’espaces verts", &["77310000"]),
            ("rien, 7731, 773100000", &[]),
        ] {
            assert_eq!(
                Cpv::all_in(text).iter().map(ToString::to_string).collect::<Vec<_>>(),
                codes,
                "{text:?}"
            );
        }
    }
}
