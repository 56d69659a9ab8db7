//! Money: whole euros without tax.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Whole euros without tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Euros(pub u64);

impl Euros {
    /// Reads an amount as people type it: « 60000 », « 60 000 € HT », « 60.000 », « 1,5 M€ », « 90 k€ ». Cents are
    /// dropped. A point or a comma before three digits parts thousands: nobody writes thousandths of a euro.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '€').collect();
        let plain = plain.to_ascii_lowercase();
        let mut rest = plain.as_str();
        for word in ["ht", "euros", "euro"] {
            rest = rest.strip_suffix(word).unwrap_or(rest);
        }
        let units = [("millions", 1e6), ("million", 1e6), ("m", 1e6), ("k", 1e3)];
        let unit = units.into_iter().find_map(|(word, times)| Some((rest.strip_suffix(word)?, times)));
        let (digits, times) = unit.unwrap_or((rest, 1.0));
        let amount = match digits.split_once(['.', ',']) {
            Some(_) if times == 1.0 => crate::text::decimal(&without_thousands_marks(digits))?,
            _ => crate::text::decimal(digits)? * times,
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded just before")]
        (0.0..1e12).contains(&amount).then_some(Self(amount as u64))
    }
}

/// « 60.000,50 » as « 60000,50 »: a mark with three digits up to the next mark or the end parts thousands.
fn without_thousands_marks(digits: &str) -> String {
    let mut parts = digits.split(['.', ',']);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    let parts: Vec<&str> = parts.collect();
    for (n, part) in parts.iter().enumerate() {
        let is_thousands = part.len() == 3 && !whole.is_empty() && !whole.starts_with('0');
        if !is_thousands {
            return [whole.as_str(), ",", &parts[n..].join(",")].concat();
        }
        whole.push_str(part);
    }
    whole
}

/// What is known of an amount without tax: its bounds. By default nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Estimate {
    /// At least so much.
    pub at_least: Euros,
    /// At most so much; `None` when nobody knows.
    pub at_most: Option<Euros>,
}

impl Estimate {
    /// An amount that is known.
    #[must_use]
    pub fn exactly(amount: Euros) -> Self {
        Self { at_least: amount, at_most: Some(amount) }
    }

    /// Whether it is a threshold or more; `None` when the bounds lie on both sides of it.
    #[must_use]
    pub fn reaches(self, threshold: Euros) -> Option<bool> {
        if self.at_least >= threshold {
            Some(true)
        } else {
            self.at_most.filter(|most| *most < threshold).map(|_| false)
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let most = self.at_most.zip(other.at_most).map(|(a, b)| Euros(a.0 + b.0));
        Self { at_least: Euros(self.at_least.0 + other.at_least.0), at_most: most }
    }
}

/// « 60 000 € », « 40 000 € à 90 000 € », « au moins 250 000 € », « montant inconnu ».
impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.at_least, self.at_most) {
            (least, Some(most)) if least == most => write!(f, "{most}"),
            (Euros(0), Some(most)) => write!(f, "jusqu’à {most}"),
            (least, Some(most)) => write!(f, "{least} à {most}"),
            (Euros(0), None) => f.write_str("montant inconnu"),
            (least, None) => write!(f, "au moins {least}"),
        }
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
            ("90 K€ HT", Some(90_000)),
            ("60.000", Some(60_000)),
            ("60,000 €", Some(60_000)),
            ("90.000,00", Some(90_000)),
            ("1.234.567", Some(1_234_567)),
            ("1,5 million", Some(1_500_000)),
            ("2 millions d", None),
            ("90 000 € HT", Some(90_000)),
            ("90 000 euros", Some(90_000)),
            ("1.234,5", Some(1_234)),
            ("0,500", Some(0)),
            ("1,500 M€", Some(1_500_000)),
            ("12.99", Some(12)),
            ("", None),
            ("beaucoup", None),
            ("-5", None),
            ("1e30", None),
        ] {
            assert_eq!(Euros::parse(text), euros.map(Euros), "{text}");
        }
        for (bounds, text, reaches) in [
            ((60_000, Some(60_000)), "60\u{202f}000\u{a0}€", Some(true)),
            ((50_000, Some(70_000)), "50\u{202f}000\u{a0}€ à 70\u{202f}000\u{a0}€", None),
            ((0, Some(59_999)), "jusqu’à 59\u{202f}999\u{a0}€", Some(false)),
            ((250_000, None), "au moins 250\u{202f}000\u{a0}€", Some(true)),
            ((10, None), "au moins 10\u{a0}€", None),
            ((0, None), "montant inconnu", None),
        ] {
            let estimate = Estimate { at_least: Euros(bounds.0), at_most: bounds.1.map(Euros) };
            assert_eq!((estimate.to_string().as_str(), estimate.reaches(Euros(60_000))), (text, reaches));
        }
        assert_eq!(Euros(5_404_000).to_string(), "5\u{202f}404\u{202f}000\u{a0}€");
    }
}
