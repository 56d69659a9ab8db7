//! Numbers of the law that are no amounts: shares and lengths, by date.

use crate::table;
use jiff::civil::Date;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../data/legal/limits.tsv");

/// Which number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Least percent of workers concerned, for reservations (R2113-7).
    WorkersPercent,
    /// Most months of a contract reserved to the social economy (L2113-16).
    EssMonths,
    /// Most percent of the total of all lots that small lots make together (R2123-1, 2° b).
    SmallLotsPercent,
}

struct Row {
    key: &'static str,
    from: Option<Date>,
    to: Option<Date>,
    value: u32,
}

impl Limit {
    fn key(self) -> &'static str {
        match self {
            Self::WorkersPercent => "workers_percent",
            Self::EssMonths => "ess_months",
            Self::SmallLotsPercent => "small_lots_percent",
        }
    }

    fn rows(self) -> impl Iterator<Item = &'static Row> {
        static ROWS: LazyLock<Vec<Row>> = LazyLock::new(read);
        ROWS.iter().filter(move |row| row.key == self.key())
    }

    /// The number of a day; the latest known one for a day that is in no period.
    #[must_use]
    pub fn on(self, day: Date) -> u32 {
        let of_day = self.rows().find(|row| table::covers(row.from, row.to, day));
        of_day.map_or_else(|| self.latest(), |row| row.value)
    }

    /// The latest known number.
    #[must_use]
    pub fn latest(self) -> u32 {
        // The table has a row for each key: a test says so.
        self.rows().max_by_key(|row| row.from).map_or(0, |row| row.value)
    }
}

fn read() -> Vec<Row> {
    let row = |[key, from, to, value, _unit, _article, _certainty, _source]: [&'static str; 8]| Row {
        key,
        from: table::date(from),
        to: table::date(to),
        value: value.parse().unwrap_or_else(|_| panic!("a number is needed: {value}")),
    };
    table::rows(TABLE).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn numbers() {
        let all = [Limit::WorkersPercent, Limit::EssMonths, Limit::SmallLotsPercent];
        assert_eq!(all.map(Limit::latest), [50, 36, 20]);
        for day in [date(2019, 4, 1), date(2026, 11, 22), date(2010, 1, 1)] {
            assert_eq!(all.map(|limit| limit.on(day)), [50, 36, 20], "{day}");
        }
    }
}
