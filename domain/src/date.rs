//! Civil dates, read and written the French way.

use jiff::Span;
use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// Reads `2026-12-31` (what browsers send) or `31/12/2026` (what people type); `None` otherwise.
#[must_use]
pub fn parse(text: &str) -> Option<Date> {
    let text = text.trim();
    let parts: Vec<&str> = text.split(['-', '/', '.']).map(str::trim).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, b, a) };
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// « 1er janvier 2027 », « 12 mars 2027 ».
#[must_use]
pub fn long(date: Date) -> String {
    let day = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
    format!("{day} {}", month(date))
}

/// « mars 2027 ».
#[must_use]
pub fn month(date: Date) -> String {
    let month = usize::try_from(date.month() - 1).ok().and_then(|m| MONTHS.get(m)).unwrap_or(&"");
    format!("{month} {}", date.year())
}

/// « 1er janv. », « 12 mars »: where there is little room.
#[must_use]
pub fn short(date: Date) -> String {
    const MONTHS: [&str; 12] =
        ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
    let month = usize::try_from(date.month() - 1).ok().and_then(|m| MONTHS.get(m)).unwrap_or(&"");
    match date.day() {
        1 => format!("1er {month}"),
        day => format!("{day} {month}"),
    }
}

/// The Monday of the week of a day.
#[must_use]
pub fn monday(date: Date) -> Date {
    date.saturating_sub(Span::new().days(i64::from(date.weekday().to_monday_zero_offset())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn check(text: &str, expected: Option<Date>) {
        assert_eq!(parse(text), expected, "{text:?}");
    }

    #[test]
    fn dates() {
        check("2026-12-31", Some(date(2026, 12, 31)));
        check("31/12/2026", Some(date(2026, 12, 31)));
        check(" 1.2.2027 ", Some(date(2027, 2, 1)));
        check("31/02/2026", None);
        check("12/31/2026", None);
        check("31/12/26", None);
        check("demain", None);
        check("", None);
    }

    #[test]
    fn long_dates() {
        assert_eq!(long(date(2027, 1, 1)), "1er janvier 2027");
        assert_eq!(long(date(2026, 8, 22)), "22 août 2026");
        assert_eq!(short(date(2026, 12, 1)), "1er déc.");
        assert_eq!(short(date(2026, 8, 31)), "31 août");
    }

    #[test]
    fn mondays() {
        let check = |day: Date, expected: Date| assert_eq!(monday(day), expected, "{day}");
        check(date(2026, 11, 23), date(2026, 11, 23));
        check(date(2026, 11, 25), date(2026, 11, 23));
        check(date(2026, 11, 29), date(2026, 11, 23));
        check(date(2027, 1, 1), date(2026, 12, 28));
    }
}
