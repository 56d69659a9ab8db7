//! What a structure can offer month by month, as far as it says: a month of no hours is full.

use crate::date;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How many months ahead a structure says what it can offer, this one included.
pub const MONTHS_AHEAD: usize = 12;

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// Reads `2027-03`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.trim().split_once('-')?;
        (year.len() == 4 && month.len() == 2).then_some(())?;
        Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok().map(Self::of)
    }

    fn first_day(self) -> Date {
        Date::new(self.year, self.month, 1).unwrap_or(Date::ZERO)
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self::of(self.first_day().saturating_add(1.month()))
    }

    /// It and those that follow, as far ahead as structures say what they can offer.
    pub fn ahead(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |month| Some(month.next())).take(MONTHS_AHEAD)
    }

    /// « mars 2027 ».
    #[must_use]
    pub fn label(self) -> String {
        date::month(self.first_day())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// Hours of work by month; those that are not there are not said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Calendar(Box<[(Month, u32)]>);

impl Calendar {
    /// Reads what [`fmt::Display`] writes: `2027-03:120 2027-04:0`. What it is not is left out.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let month = |word: &str| {
            let (month, hours) = word.split_once(':')?;
            Some((Month::parse(month)?, hours.parse().ok()?))
        };
        let mut months: Vec<(Month, u32)> = text.split(' ').filter_map(month).collect();
        months.sort_by_key(|(month, _)| *month);
        months.dedup_by_key(|(month, _)| *month);
        Self(months.into())
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The months that it says something of, with their hours, in their order.
    pub fn months(&self) -> impl Iterator<Item = (Month, u32)> {
        self.0.iter().copied()
    }

    /// The hours of a month; `None` when they are not said.
    #[must_use]
    pub fn hours_in(&self, month: Month) -> Option<u32> {
        self.0.iter().find(|(of, _)| *of == month).map(|(_, hours)| *hours)
    }

    /// The same calendar with something else said of a month; nothing, for `None`.
    #[must_use]
    pub fn with(&self, month: Month, hours: Option<u32>) -> Self {
        let others = self.months().filter(|(of, _)| *of != month);
        let mut months: Vec<(Month, u32)> = others.chain(hours.map(|hours| (month, hours))).collect();
        months.sort_unstable();
        Self(months.into())
    }

    /// The same calendar from a month on.
    #[must_use]
    pub fn since(&self, first: Month) -> Self {
        Self(self.months().filter(|(month, _)| *month >= first).collect())
    }

    /// The last of the full months that begin at this one; `None` when this one is not full.
    #[must_use]
    pub fn full_until(&self, from: Month) -> Option<Month> {
        std::iter::successors(Some(from), |month| Some(month.next()))
            .take_while(|month| self.hours_in(*month) == Some(0))
            .last()
    }
}

impl fmt::Display for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (month, hours)) in self.months().enumerate() {
            let parted = if n == 0 { "" } else { " " };
            write!(f, "{parted}{month}:{hours}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn month(text: &str) -> Month {
        Month::parse(text).expect("a month")
    }

    #[test]
    fn months() {
        for (text, label, last) in [
            ("2027-03", "mars 2027", date(2027, 3, 31)),
            ("2028-02", "février 2028", date(2028, 2, 29)),
            ("2026-12", "décembre 2026", date(2026, 12, 31)),
        ] {
            let of = month(text);
            assert_eq!((of.to_string(), of.label(), of.last_day()), (text.into(), label.into(), last));
        }
        for wrong in ["", "2027", "2027-13", "2027-00", "2027-3", "27-03", "2027-03-01", "mars 2027"] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
        assert_eq!(month("2026-12").next(), month("2027-01"));
        let ahead: Vec<String> = month("2026-11").ahead().map(|of| of.to_string()).collect();
        assert_eq!((ahead.len(), ahead[0].as_str(), ahead[11].as_str()), (12, "2026-11", "2027-10"));
    }

    #[test]
    fn full_until() {
        for (calendar, until) in [
            ("", None),
            ("2026-11:0", Some("2026-11")),
            ("2026-11:0 2026-12:0 2027-01:5 2027-02:0", Some("2026-12")),
            ("2026-11:0 2026-12:0 2027-01:0", Some("2027-01")),
            ("2026-12:0", None),
            ("2026-11:1 2026-12:0", None),
        ] {
            let found = Calendar::read(calendar).full_until(month("2026-11"));
            assert_eq!(found, until.map(month), "{calendar}");
        }
    }

    #[test]
    fn what_is_said_of_a_month() {
        let calendar = Calendar::read("2026-12:120 2027-02:0");
        let said = |of: &Calendar| of.to_string();
        assert_eq!(said(&calendar.with(month("2027-01"), Some(7))), "2026-12:120 2027-01:7 2027-02:0");
        assert_eq!(said(&calendar.with(month("2026-12"), Some(7))), "2026-12:7 2027-02:0");
        assert_eq!(said(&calendar.with(month("2026-12"), None)), "2027-02:0");
        assert_eq!(said(&calendar.since(month("2027-01"))), "2027-02:0");
        assert_eq!(said(&calendar.since(month("2026-12"))), said(&calendar));
        assert_eq!(calendar.hours_in(month("2027-01")), None);
        assert_eq!(said(&Calendar::read("2027-02:1 rien 2026-01:x 2027-01:2")), "2027-01:2 2027-02:1");
    }

    proptest! {
        #[test]
        fn written_and_read(months in proptest::collection::btree_map((2000i16..2100, 1i8..=12), 0u32..200_000, 0..14)) {
            let said = months.into_iter().map(|((year, month), hours)| (Month { year, month }, hours));
            let calendar = Calendar(said.collect());
            prop_assert_eq!(Calendar::read(&calendar.to_string()), calendar);
        }
    }
}
