//! Money: euros without tax, to the cent.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Euros without tax. Cents are kept: two lots of 30 000,50 € and 29 999,50 € reach a threshold of 60 000 €.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Hash)]
pub struct Euros {
    cents: u64,
}

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountError {
    /// No amount stands there.
    Unreadable,
    /// The mark may part thousands or cents: what it is then.
    Either(Euros, Euros),
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => f.write_str("écrivez un montant hors taxes, par exemple 90 000\u{a0}€"),
            Self::Either(thousands, decimals) => write!(
                f,
                "cela peut se lire {thousands} ou {decimals}\u{a0}: écrivez-le sans point ni virgule, ou avec deux chiffres pour les centimes"
            ),
        }
    }
}

impl std::error::Error for AmountError {}

impl Euros {
    /// So many whole euros.
    #[must_use]
    pub const fn whole(euros: u64) -> Self {
        Self { cents: euros * 100 }
    }

    /// So many cents.
    #[must_use]
    pub const fn of_cents(cents: u64) -> Self {
        Self { cents }
    }

    /// The euros, without the cents.
    #[must_use]
    pub const fn floor(self) -> u64 {
        self.cents / 100
    }

    /// The amount in cents.
    #[must_use]
    pub const fn cents(self) -> u64 {
        self.cents
    }

    /// The amount as one types it again: « 30000,50 », « 90 000 ».
    #[must_use]
    pub fn typed(self) -> String {
        let euros = crate::text::number(self.floor());
        match self.cents % 100 {
            0 => euros,
            cents => format!("{euros},{cents:02}"),
        }
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { cents: self.cents + other.cents }
    }

    /// So many percent of it, cents that are not whole left out.
    #[must_use]
    pub const fn percent(self, percent: u32) -> Self {
        Self { cents: self.cents * percent as u64 / 100 }
    }

    /// Reads an amount as people type it: « 60000 », « 60 000 € HT », « 1,5 M€ », « 90 k€ », « 60.000,50 ». One mark before
    /// three digits parts thousands or is a decimal mark: nobody knows, and it is asked.
    ///
    /// # Errors
    /// [`AmountError`] when it is none, or may be two.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '€').collect();
        let plain = plain.to_ascii_lowercase();
        let mut rest = plain.as_str();
        for word in ["ht", "euros", "euro"] {
            rest = rest.strip_suffix(word).unwrap_or(rest);
        }
        let units = [("millions", 1e6), ("million", 1e6), ("m", 1e6), ("k", 1e3)];
        let unit = units.into_iter().find_map(|(word, times)| Some((rest.strip_suffix(word)?, times)));
        let of = |digits: &str, times: f64| Self::of_number(crate::text::decimal(digits)? * times);
        let read = match unit {
            Some((digits, times)) => of(digits, times),
            None if may_be_both(rest) => {
                let (thousands, decimals) = (of(&without_thousands_marks(rest), 1.0), of(rest, 1.0));
                let (thousands, decimals) = thousands.zip(decimals).ok_or(AmountError::Unreadable)?;
                return Err(AmountError::Either(thousands, decimals));
            }
            None => of(&without_thousands_marks(rest), 1.0),
        };
        read.ok_or(AmountError::Unreadable)
    }

    /// To the nearest cent; `None` for what is no amount.
    fn of_number(euros: f64) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded just before")]
        (0.0..1e12).contains(&euros).then(|| Self { cents: (euros * 100.0).round() as u64 })
    }
}

/// Whole euros as a whole number, as documents have had it from the beginning; else with cents.
impl Serialize for Euros {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.cents % 100 {
            0 => serializer.serialize_u64(self.floor()),
            #[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^52 cents")]
            _ => serializer.serialize_f64(self.cents as f64 / 100.0),
        }
    }
}

impl<'de> Deserialize<'de> for Euros {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let euros = f64::deserialize(deserializer)?;
        Self::of_number(euros).ok_or_else(|| serde::de::Error::custom("no amount in euros"))
    }
}

/// Whether one mark stands before three digits at the end, and one to three before it: « 60.000 », « 1,234 ». After more
/// digits it can only be a decimal mark, after a zero too.
fn may_be_both(digits: &str) -> bool {
    let mut parts = digits.split(['.', ',']);
    let (Some(whole), Some(rest), None) = (parts.next(), parts.next(), parts.next()) else { return false };
    rest.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
}

/// « 60.000,50 » as « 60000,50 »: a mark with three digits up to the next mark or the end parts thousands; behind more
/// than three digits none does.
fn without_thousands_marks(digits: &str) -> String {
    let mut parts = digits.split(['.', ',']);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    let parts: Vec<&str> = parts.collect();
    for (n, part) in parts.iter().enumerate() {
        let is_thousands =
            part.len() == 3 && !whole.is_empty() && !whole.starts_with('0') && (n > 0 || whole.len() <= 3);
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

    /// Whether the amount is known.
    #[must_use]
    pub fn is_exact(self) -> bool {
        self.at_most == Some(self.at_least)
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
        let most = self.at_most.zip(other.at_most).map(|(a, b)| a.plus(b));
        Self { at_least: self.at_least.plus(other.at_least), at_most: most }
    }
}

/// « 60 000 € », « 40 000 € à 90 000 € », « au moins 250 000 € », « montant inconnu ».
impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.at_least, self.at_most) {
            (least, Some(most)) if least == most => write!(f, "{most}"),
            (Euros { cents: 0 }, Some(most)) => write!(f, "jusqu’à {most}"),
            (least, Some(most)) => write!(f, "{least} à {most}"),
            (Euros { cents: 0 }, None) => f.write_str("montant inconnu"),
            (least, None) => write!(f, "au moins {least}"),
        }
    }
}

/// « 60 000 € », « 30 000,50 € ».
impl fmt::Display for Euros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{a0}€", self.typed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_as_people_type() {
        for (text, cents) in [
            ("60000", Some(6_000_000)),
            ("60 000 €", Some(6_000_000)),
            ("1,5 M€", Some(150_000_000)),
            ("90 k€", Some(9_000_000)),
            ("90 K€ HT", Some(9_000_000)),
            ("90.000,00", Some(9_000_000)),
            ("1.234.567", Some(123_456_700)),
            ("1,5 million", Some(150_000_000)),
            ("2 millions d", None),
            ("90 000 € HT", Some(9_000_000)),
            ("90 000 euros", Some(9_000_000)),
            ("1.234,5", Some(123_450)),
            ("0,500", Some(50)),
            ("1,500 M€", Some(150_000_000)),
            ("12.99", Some(1_299)),
            ("30 000,50", Some(3_000_050)),
            ("12345.678", Some(1_234_568)),
            ("", None),
            ("beaucoup", None),
            ("-5", None),
            ("1e30", None),
        ] {
            let expected = cents.map(|cents| Euros { cents }).ok_or(AmountError::Unreadable);
            assert_eq!(Euros::parse(text), expected, "{text}");
        }
        for (text, thousands, decimals) in [
            ("60.000", 60_000, 6_000),
            ("60,000 €", 60_000, 6_000),
            ("1.234", 1_234, 123),
            ("999,999", 999_999, 100_000),
        ] {
            let decimals = Euros { cents: decimals };
            assert_eq!(
                Euros::parse(text),
                Err(AmountError::Either(Euros::whole(thousands), decimals)),
                "{text}"
            );
        }
    }

    #[test]
    fn cents_are_kept_until_after_the_sum() {
        let lots =
            ["30 000,50", "29 999,50"].map(|text| Estimate::exactly(Euros::parse(text).expect("an amount")));
        assert_eq!(lots[0].plus(lots[1]).reaches(Euros::whole(60_000)), Some(true));
        assert_eq!(
            Euros::parse("30 000,50").map(|amount| amount.to_string()).as_deref(),
            Ok("30\u{202f}000,50\u{a0}€")
        );
    }

    #[test]
    fn documents_read_back() {
        for (json, cents) in [("60000", 6_000_000), ("30000.5", 3_000_050), ("0", 0), ("12.99", 1_299)] {
            let read: Euros = serde_json::from_str(json).expect("an amount");
            assert_eq!((read.cents, serde_json::to_string(&read).expect("written").as_str()), (cents, json));
        }
        assert!(serde_json::from_str::<Euros>("-1").is_err());
    }

    #[test]
    fn estimates() {
        for (bounds, text, reaches) in [
            ((60_000, Some(60_000)), "60\u{202f}000\u{a0}€", Some(true)),
            ((50_000, Some(70_000)), "50\u{202f}000\u{a0}€ à 70\u{202f}000\u{a0}€", None),
            ((0, Some(59_999)), "jusqu’à 59\u{202f}999\u{a0}€", Some(false)),
            ((250_000, None), "au moins 250\u{202f}000\u{a0}€", Some(true)),
            ((10, None), "au moins 10\u{a0}€", None),
            ((0, None), "montant inconnu", None),
        ] {
            let estimate = Estimate { at_least: Euros::whole(bounds.0), at_most: bounds.1.map(Euros::whole) };
            assert_eq!(
                (estimate.to_string().as_str(), estimate.reaches(Euros::whole(60_000))),
                (text, reaches)
            );
        }
        assert_eq!(Euros::whole(5_404_000).to_string(), "5\u{202f}404\u{202f}000\u{a0}€");
    }
}
