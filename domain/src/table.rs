//! Reading the embedded tables: lines of tab-separated fields, comments after `#`.

use jiff::civil::Date;

/// The lines of a table of `N` columns. A line of another width is a fault of the build.
pub(crate) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        fields.try_into().unwrap_or_else(|_| panic!("{N} columns are needed: {line}"))
    })
}

/// An optional date.
pub(crate) fn date(text: &str) -> Option<Date> {
    crate::date::parse(text)
}

/// Whether a day lies between two others, both included; an absent one is open.
pub(crate) fn covers(from: Option<Date>, to: Option<Date>, on: Date) -> bool {
    from.is_none_or(|from| from <= on) && to.is_none_or(|to| on <= to)
}
