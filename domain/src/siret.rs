//! The 14-digit number of an establishment (SIRET): 9 digits of its company (SIREN), 5 of its own.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A SIRET whose control key is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Siret([u8; 14]);

/// Why a text is not a SIRET.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiretError {
    /// Not 14 digits once spaces are removed.
    NotFourteenDigits,
    /// Thirteen digits or a few less: what a spreadsheet leaves of a number that begins with zeros. They are not put back:
    /// nobody knows whether a digit is missing at the beginning or at the end.
    FewDigits(u8),
    /// « 8,07E+13 »: a spreadsheet has rounded it, the digits are gone.
    Rounded,
    /// The control key (Luhn) is wrong: at least one digit is mistyped.
    WrongKey,
}

impl fmt::Display for SiretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFourteenDigits => "le SIRET doit avoir 14 chiffres",
            Self::FewDigits(n) => {
                return write!(
                    f,
                    "le SIRET doit avoir 14 chiffres, et celui-ci en a {n}\u{a0}: s’il commence par des zéros, un tableur a pu les retirer\u{a0}; remettez-les"
                );
            }
            Self::Rounded => {
                "le SIRET a été arrondi par un tableur\u{a0}: mettez la colonne au format texte, puis recopiez-le"
            }
            Self::WrongKey => {
                "la clé de contrôle du SIRET est fausse\u{a0}: un chiffre est sans doute mal recopié"
            }
        })
    }
}

impl std::error::Error for SiretError {}

/// The SIREN of La Poste, whose establishments follow a rule of their own (sum of digits, not Luhn).
const LA_POSTE: &[u8] = b"356000000";

/// What numbers begin with that we made ourselves: no company has such a SIREN.
const OURS: &[u8] = b"000";

/// From so many digits on a number is taken for a SIRET that lost some.
const FEW_FROM: usize = 10;

/// First of the hundred thousand numbers that stand for a SIREN that is not known.
const PROVISIONAL_SIREN: u32 = 900_000;

impl Siret {
    /// Reads a SIRET as people and spreadsheets write it; see [`Siret::digits_typed`].
    ///
    /// # Errors
    /// [`SiretError`] when it has not 14 digits, or when its key, or that of its SIREN, is wrong.
    pub fn parse(text: &str) -> Result<Self, SiretError> {
        let Some(digits) = Self::digits_typed(text) else {
            return Err(match is_rounded(text) {
                true => SiretError::Rounded,
                false => SiretError::NotFourteenDigits,
            });
        };
        let count = digits.len();
        let digits: [u8; 14] = digits.into_bytes().try_into().map_err(|_| match count {
            FEW_FROM..=13 => SiretError::FewDigits(u8::try_from(count).unwrap_or_default()),
            _ => SiretError::NotFourteenDigits,
        })?;
        if !key_is_right(&digits) || !siren_is_right(&digits) {
            return Err(SiretError::WrongKey);
        }
        Ok(Self(digits))
    }

    /// The digits of a number that is typed, or stands in a cell: without spaces, dots and dashes between them, nor what
    /// spreadsheets put around (`="…"`, `'…`, `….0`), nor marks that nobody sees. `None` when anything else stands there.
    #[must_use]
    pub fn digits_typed(text: &str) -> Option<String> {
        let is_unseen =
            |c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
        let text = text.trim_matches(|c: char| is_unseen(c) || matches!(c, '=' | '"' | '\'' | '’'));
        let text = match text.split_once(['.', ',']) {
            Some((whole, rest)) if whole.len() >= FEW_FROM && rest.bytes().all(|b| b == b'0') => whole,
            _ => text,
        };
        let kept =
            text.chars().filter(|c| !is_unseen(*c) && !matches!(c, '.' | '-' | '\u{2010}'..='\u{2013}'));
        kept.map(|c| c.is_ascii_digit().then_some(c)).collect()
    }

    /// A number that an earlier version of the program kept, whatever its keys: a rule that came later must not hide a
    /// structure. `None` when it is not fourteen digits.
    #[must_use]
    pub fn kept(text: &str) -> Option<Self> {
        let digits: [u8; 14] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits))
    }

    /// A number for a structure whose SIRET is not known: made from what identifies it, always the same, in a
    /// range in which no SIREN exists (`0009…`).
    #[must_use]
    pub fn provisional(identity: &[&[u8]]) -> Self {
        let hash = crate::text::stable_hash(identity);
        let within = |n: u64| u32::try_from(n).unwrap_or(0);
        let establishment = u16::try_from(hash / 100_000 % 10_000).unwrap_or(0);
        Self::with_key(PROVISIONAL_SIREN + within(hash % 100_000), establishment)
    }

    /// Whether the number stands for a SIRET that is not known.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.as_str().starts_with("0009")
    }

    /// The 14 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The first nine digits: the company.
    #[must_use]
    pub fn siren(&self) -> &str {
        &self.as_str()[..9]
    }

    /// For people: `807 469 317 00018`, or «\u{a0}inconnu\u{a0}».
    #[must_use]
    pub fn spaced(&self) -> String {
        if self.is_provisional() {
            return "inconnu".to_owned();
        }
        let s = self.as_str();
        format!("{} {} {} {}", &s[..3], &s[3..6], &s[6..9], &s[9..])
    }

    /// A SIRET made from a company number below a million, in the range that no company has, and an establishment number
    /// below 10,000: the last digit is the key. For demonstration sets, which must not hold real numbers.
    #[must_use]
    pub fn with_key(siren: u32, establishment: u16) -> Self {
        let text = format!("{:09}{:04}0", siren % 1_000_000, establishment % 10_000);
        let mut digits = [b'0'; 14];
        digits.copy_from_slice(&text.as_bytes()[..14]);
        let missing = (10 - luhn_sum(&digits) % 10) % 10;
        digits[13] = b'0' + u8::try_from(missing).unwrap_or(0);
        Self(digits)
    }
}

fn luhn_sum(digits: &[u8]) -> u32 {
    digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| {
            let d = u32::from(d - b'0');
            if i % 2 == 0 { d } else { d * 2 / 10 + d * 2 % 10 }
        })
        .sum()
}

fn key_is_right(digits: &[u8; 14]) -> bool {
    if digits.starts_with(LA_POSTE) {
        let sum: u32 = digits.iter().map(|d| u32::from(d - b'0')).sum();
        return sum.is_multiple_of(5) || luhn_sum(digits).is_multiple_of(10);
    }
    luhn_sum(digits).is_multiple_of(10)
}

/// Whether the first nine digits are a SIREN: with a key of their own, or of our own making.
fn siren_is_right(digits: &[u8; 14]) -> bool {
    let siren = &digits[..9];
    let is_ours = siren.starts_with(OURS) && digits.iter().any(|d| *d != b'0');
    is_ours || (!siren.starts_with(OURS) && luhn_sum(siren).is_multiple_of(10))
}

/// «\u{a0}8,07469E+13\u{a0}»
fn is_rounded(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase().replace(',', ".");
    text.contains('e') && text.parse::<f64>().is_ok()
}

impl fmt::Display for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// From what was kept: JSON of ours.
impl TryFrom<String> for Siret {
    type Error = SiretError;
    fn try_from(text: String) -> Result<Self, SiretError> {
        Self::kept(&text).ok_or(SiretError::NotFourteenDigits)
    }
}

impl From<Siret> for String {
    fn from(siret: Siret) -> Self {
        siret.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Result<&str, SiretError>) {
        assert_eq!(Siret::parse(text).as_ref().map(Siret::as_str), expected.as_ref().copied(), "{text:?}");
    }

    #[test]
    fn sirets() {
        check("80746931700018", Ok("80746931700018"));
        check(" 807 469 317 00018 ", Ok("80746931700018"));
        check("807.469.317.00018", Ok("80746931700018"));
        check("80746931700019", Err(SiretError::WrongKey));
        check("8074693170001", Err(SiretError::FewDigits(13)));
        check("8074693170001A", Err(SiretError::NotFourteenDigits));
        check("80746931700018.0", Ok("80746931700018"));
        check("80746931700018,00", Ok("80746931700018"));
        check("807469317-00018", Ok("80746931700018"));
        check("807469317–00018", Ok("80746931700018"));
        check("=\"80746931700018\"", Ok("80746931700018"));
        check("'80746931700018", Ok("80746931700018"));
        check("\"80746931700018\"", Ok("80746931700018"));
        check("\u{200b}80746931700018\u{feff}", Ok("80746931700018"));
        check("807\u{a0}469\u{202f}317\u{200b}00018", Ok("80746931700018"));
        check("8,07469E+13", Err(SiretError::Rounded));
        check("8.07469317E13", Err(SiretError::Rounded));
        check("80746931700018.5", Err(SiretError::NotFourteenDigits));
        check("5520135", Err(SiretError::NotFourteenDigits));
        check("552013500015", Err(SiretError::FewDigits(12)));
        check("11122233344455", Err(SiretError::WrongKey));
        check("00000000000000", Err(SiretError::WrongKey));
        check("00000000100016", Ok("00000000100016"));
        check("80746931700０18", Err(SiretError::NotFourteenDigits));
        check("", Err(SiretError::NotFourteenDigits));
        check("35600000000048", Ok("35600000000048"));
    }

    #[test]
    fn provisional_numbers() {
        let one = Siret::provisional(&[b"ESAT", b"les ateliers"]);
        assert_eq!(one, Siret::provisional(&[b"ESAT", b"les ateliers"]));
        assert_ne!(one, Siret::provisional(&[b"ESAT", b"les atelier"]));
        assert!(one.is_provisional() && Siret::parse(one.as_str()).is_ok());
        assert!(!Siret::with_key(100_000, 1).is_provisional());
    }

    proptest! {
        #[test]
        fn a_made_siret_parses(siren in 1u32..1_000_000, establishment in 0u16..10_000) {
            let made = Siret::with_key(siren, establishment);
            prop_assert_eq!(Siret::parse(made.as_str()), Ok(made));
            prop_assert_eq!(Siret::kept(made.as_str()), Some(made));
        }

        #[test]
        fn any_text_is_answered(text in ".{0,40}") {
            let _ = Siret::parse(&text);
        }
    }
}
