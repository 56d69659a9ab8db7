//! Civil dates, read and written the French way.

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
    let month = usize::try_from(date.month() - 1).ok().and_then(|m| MONTHS.get(m)).unwrap_or(&"");
    format!("{day} {month} {}", date.year())
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
    }
}
