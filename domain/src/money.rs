//! Money: whole euros without tax.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Whole euros without tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Euros(pub u64);

impl Euros {
    /// Reads an amount as people type it: « 60000 », « 60 000 € », « 1,5 M€ », « 90 k€ ». Cents are dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '€').collect();
        let plain = plain.to_ascii_lowercase();
        let (digits, times) = match plain.strip_suffix(['k', 'm']) {
            Some(digits) if plain.ends_with('k') => (digits, 1e3),
            Some(digits) => (digits, 1e6),
            None => (plain.as_str(), 1.0),
        };
        let amount = crate::text::decimal(digits)? * times;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded just before")]
        (0.0..1e12).contains(&amount).then_some(Self(amount as u64))
    }
}

/// « 60 000 € ».
impl fmt::Display for Euros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{a0}€", crate::text::number(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_as_people_type() {
        for (text, euros) in [
            ("60000", Some(60_000)),
            ("60 000 €", Some(60_000)),
            ("1,5 M€", Some(1_500_000)),
            ("90 k€", Some(90_000)),
            ("12.99", Some(12)),
            ("", None),
            ("beaucoup", None),
            ("-5", None),
            ("1e30", None),
        ] {
            assert_eq!(Euros::parse(text), euros.map(Euros), "{text}");
        }
        assert_eq!(Euros(5_404_000).to_string(), "5\u{202f}404\u{202f}000\u{a0}€");
    }
}
