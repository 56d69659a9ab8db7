//! Hours of insertion: how many a contract can carry, and whether a number of hours makes sense.

mod labour;

pub use labour::LabourShare;

use crate::money::Euros;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Hours of work in one full-time job over a year: 25,124,684 h for 15,703 jobs in 2021 (Alliance Villes Emploi).
pub const HOURS_PER_FULL_TIME: f64 = 1_600.0;
/// Cost of an hour of work, in euros without tax: what practice reckons with lies between 25 and 30 € (Mission emploi
/// of Sud Seine-et-Marne). A default, to be replaced by the buyer's own.
pub const HOURLY_COST: f64 = 30.0;
/// Effort of insertion: the lower end of what practice asks for (5 to 20 %, Maison de l'emploi d'Alès).
pub const EFFORT: f64 = 0.05;
/// Below this many hours, practice puts no clause (Inser'Propre).
pub const CLAUSE_FLOOR: Hours = Hours(150);

/// A capacity of one structure above this many hours a month is taken for a slip: 1,500 full-time jobs.
pub const CAPACITY_MAX: u32 = 200_000;

/// Whole hours of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hours(pub u64);

impl Hours {
    /// The nearest whole number of hours; 0 at least.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded just before")]
    pub fn rounded(hours: f64) -> Self {
        Self(hours.clamp(0.0, 1e12).round() as u64)
    }

    /// Hours a month of so many full-time jobs, in hundredths.
    #[must_use]
    pub fn monthly_of_full_times(hundredths: u32) -> Self {
        Self::rounded(f64::from(hundredths) / 100.0 * HOURS_PER_FULL_TIME / 12.0)
    }

    /// Full-time jobs over a year.
    #[must_use]
    pub fn full_times(self) -> f64 {
        self.as_f64() / HOURS_PER_FULL_TIME
    }

    #[expect(clippy::cast_precision_loss, reason = "hours stay far below 2^52")]
    fn as_f64(self) -> f64 {
        self.0 as f64
    }
}

/// « 833 h ».
impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{a0}h", crate::text::number(self.0))
    }
}

/// A number that cannot be reckoned with, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoursError {
    /// A share or an effort that is not between 0 and 1.
    Share(&'static str),
    /// A cost or a length that is not above 0.
    NotPositive(&'static str),
}

impl fmt::Display for HoursError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(what) => {
                write!(f, "{what}\u{a0}: un nombre entre 0 et 1, par exemple 0,05 pour 5\u{a0}%")
            }
            Self::NotPositive(what) => write!(f, "{what}\u{a0}: un nombre plus grand que 0"),
        }
    }
}

impl std::error::Error for HoursError {}

fn share(what: &'static str, value: f64) -> Result<f64, HoursError> {
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(HoursError::Share(what)) }
}

fn positive(what: &'static str, value: f64) -> Result<f64, HoursError> {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(HoursError::NotPositive(what)) }
}

#[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^52 cents")]
fn euros(amount: Euros) -> f64 {
    amount.cents() as f64 / 100.0
}

/// Hours of a clause: amount × share of labour × effort of insertion ÷ hourly cost.
///
/// # Errors
/// When a share is not between 0 and 1, or the cost not above 0.
pub fn clause_hours(
    amount: Euros,
    labour_share: f64,
    effort: f64,
    hourly_cost: f64,
) -> Result<Hours, HoursError> {
    let labour = share("part de main-d’œuvre", labour_share)?;
    let effort = share("effort d’insertion", effort)?;
    Ok(Hours::rounded(euros(amount) * labour * effort / positive("coût horaire", hourly_cost)?))
}

/// A cleaning contract whose staff is taken over (PACT Propreté): only what that staff does not fill can carry hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StaffTakenOver {
    /// Amount over the whole length.
    pub amount: Euros,
    /// Length in years.
    pub years: f64,
    /// Hours of work a year of the staff to be taken over.
    pub staff_hours: Hours,
    /// Cost of an hour, in euros.
    pub hourly_cost: f64,
    /// Effort of insertion, from 0 to 1.
    pub effort: f64,
}

impl StaffTakenOver {
    /// The part that the staff does not fill: `P = 1 − (S × C) ÷ (A ÷ N)`, at least 0.
    ///
    /// # Errors
    /// When the amount, the length or the cost is not above 0.
    pub fn free_part(&self) -> Result<f64, HoursError> {
        let yearly = positive("montant", euros(self.amount))? / positive("durée en années", self.years)?;
        let staff = self.staff_hours.as_f64() * positive("coût horaire", self.hourly_cost)?;
        Ok((1.0 - staff / yearly).max(0.0))
    }

    /// Whether the hours of the staff lie far outside what the amount pays in a year.
    #[must_use]
    pub fn staff_doubt(&self) -> Option<HoursDoubt> {
        hours_doubt(self.staff_hours, Hours::rounded(euros(self.amount) / self.years / self.hourly_cost))
    }

    /// Hours of the clause: `H = P × (A ÷ C) × T`.
    ///
    /// # Errors
    /// As [`StaffTakenOver::free_part`], or when the effort is not between 0 and 1.
    pub fn clause_hours(&self) -> Result<Hours, HoursError> {
        let effort = share("effort d’insertion", self.effort)?;
        let free = self.free_part()?;
        Ok(Hours::rounded(free * euros(self.amount) / self.hourly_cost * effort))
    }
}

/// A number of hours that does not fit what was expected, and what was perhaps meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoursDoubt {
    /// What was written.
    pub written: Hours,
    /// What other figures let expect.
    pub expected: Hours,
    /// A thousand times more or less, when that fits.
    pub perhaps: Option<Hours>,
}

/// How many times more or less than expected is still taken for possible.
const PLAUSIBLE_RATIO: f64 = 20.0;

/// Whether a number of hours lies far outside what is expected: « 312 h » where 312,000 h are meant.
#[must_use]
pub fn hours_doubt(written: Hours, expected: Hours) -> Option<HoursDoubt> {
    if written.0 == 0 || expected.0 == 0 {
        return None;
    }
    let fits = |hours: f64| {
        let ratio = hours / expected.as_f64();
        (1.0 / PLAUSIBLE_RATIO..=PLAUSIBLE_RATIO).contains(&ratio)
    };
    let hours = written.as_f64();
    if fits(hours) {
        return None;
    }
    let perhaps = [hours * 1_000.0, hours / 1_000.0].into_iter().find(|h| fits(*h)).map(Hours::rounded);
    Some(HoursDoubt { written, expected, perhaps })
}

impl fmt::Display for HoursDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} semble loin de ce que les autres chiffres laissent attendre ({})",
            self.written, self.expected
        )?;
        match self.perhaps {
            Some(perhaps) => write!(f, "\u{a0}: vouliez-vous dire {perhaps}\u{a0}?"),
            None => write!(f, "\u{a0}: vérifiez l’unité."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn clauses() {
        // amount, labour share, effort, hourly cost: hours
        for (amount, labour, effort, cost, hours) in [
            (1_000_000, 0.5, 0.05, 30.0, 833),
            (1_500_000, 0.7, 0.10, 30.0, 3_500),
            (1_500_000, 0.7, 1.0, 30.0, 35_000),
            (0, 0.5, 0.05, 30.0, 0),
        ] {
            assert_eq!(
                clause_hours(Euros::whole(amount), labour, effort, cost),
                Ok(Hours(hours)),
                "{amount}"
            );
        }
        assert!(clause_hours(Euros::whole(1), 1.5, 0.05, 30.0).is_err());
        assert!(clause_hours(Euros::whole(1), 0.5, f64::NAN, 30.0).is_err());
        assert!(clause_hours(Euros::whole(1), 0.5, 0.05, 0.0).is_err());
    }

    fn cleaning(staff_hours: u64) -> StaffTakenOver {
        StaffTakenOver {
            amount: Euros::whole(800_000),
            years: 4.0,
            staff_hours: Hours(staff_hours),
            hourly_cost: 25.0,
            effort: 0.05,
        }
    }

    #[test]
    fn staff_taken_over() {
        assert_eq!(cleaning(6_000).free_part(), Ok(0.25));
        assert_eq!(cleaning(6_000).clause_hours(), Ok(Hours(400)));
        assert_eq!(cleaning(9_000).clause_hours(), Ok(Hours(0)), "the staff fills it all");
        assert_eq!(cleaning(6_000).staff_doubt(), None);
        assert_eq!(cleaning(6).staff_doubt().and_then(|d| d.perhaps), Some(Hours(6_000)));
        assert_eq!(Hours::monthly_of_full_times(1_250), Hours(1_667));
        assert!(Hours(833) > CLAUSE_FLOOR && Hours(149) < CLAUSE_FLOOR);
        assert!((Hours(1_600).full_times() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_slip_of_a_thousand_raises_a_doubt() {
        // written, expected: perhaps (None: no doubt, Some(None): a doubt without a guess)
        for (written, expected, perhaps) in [
            (312, 312_000, Some(Some(312_000))),
            (312_000, 312_000, None),
            (312_000_000, 300_000, Some(Some(312_000))),
            (1, 300, Some(Some(1_000))),
            (1, 100_000, Some(None)),
            (900, 1_800, None),
            (0, 1_800, None),
        ] {
            let doubt = hours_doubt(Hours(written), Hours(expected));
            assert_eq!(doubt.map(|d| d.perhaps), perhaps.map(|p| p.map(Hours)), "{written} for {expected}");
        }
    }

    proptest! {
        #[test]
        fn more_effort_is_never_fewer_hours(amount in 0u64..100_000_000, labour in 0.0f64..=1.0, effort in 0.0f64..=0.5, cost in 1.0f64..100.0) {
            let less = clause_hours(Euros::whole(amount), labour, effort, cost).expect("a number");
            let more = clause_hours(Euros::whole(amount), labour, effort * 2.0, cost).expect("a number");
            prop_assert!(less <= more);
        }

        #[test]
        fn more_staff_is_never_more_hours(staff in 0u64..20_000) {
            let hours = |staff| cleaning(staff).clause_hours().expect("a number");
            prop_assert!(hours(staff + 100) <= hours(staff));
        }
    }
}
