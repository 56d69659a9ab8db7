//! For how long what a structure says of itself is taken for right.

use jiff::ToSpan;
use jiff::civil::Date;

/// Months after which a structure is asked whether its page is still right; until it says so, it ranks lower. A choice of
/// this product, of the order of the yearly dialogue of conventions of insertion.
pub const FRESH_MONTHS: i64 = 12;

/// The last day on which a structure may have vouched for its page, for the page to be out of date on a day.
#[must_use]
pub fn stale_before(today: Date) -> Date {
    today.saturating_sub(FRESH_MONTHS.months())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_right_for_twelve_months() {
        for (today, before) in
            [("2026-11-27", "2025-11-27"), ("2028-02-29", "2027-02-28"), ("2027-01-01", "2026-01-01")]
        {
            let day = |text: &str| crate::date::parse(text).expect("a day");
            assert_eq!(stale_before(day(today)), day(before), "{today}");
        }
    }
}
