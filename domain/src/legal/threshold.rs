//! Thresholds in euros without tax, by date.

use super::rule::Certainty;
use crate::money::Euros;
use crate::table;
use jiff::civil::Date;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../data/legal/thresholds.tsv");

/// Which threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ThresholdKey {
    /// European: supplies and services of the State.
    EuState,
    /// European: supplies and services of the other pouvoirs adjudicateurs.
    EuLocal,
    /// European: supplies and services of the entités adjudicatrices.
    EuEntity,
    /// European: works.
    EuWorks,
    /// Works without publicity (R2122-8).
    DirectWorks,
    /// Supplies and services without publicity (R2122-8).
    DirectSupplies,
    /// Works: a lot below it may be small (R2123-1, 2° a).
    SmallLotWorks,
    /// Supplies and services: a lot below it may be small (R2123-1, 2° a).
    SmallLotSupplies,
    /// Notice in the BOAMP or a journal.
    Notice,
    /// European notice of social services.
    SocialServicesNotice,
    /// Yearly purchases from which a SPASER is due.
    Spaser,
}

impl ThresholdKey {
    const ALL: [(&'static str, Self); 11] = [
        ("eu_state", Self::EuState),
        ("eu_local", Self::EuLocal),
        ("eu_entity", Self::EuEntity),
        ("eu_works", Self::EuWorks),
        ("direct_works", Self::DirectWorks),
        ("direct_supplies", Self::DirectSupplies),
        ("small_lot_works", Self::SmallLotWorks),
        ("small_lot_supplies", Self::SmallLotSupplies),
        ("notice", Self::Notice),
        ("social_services_notice", Self::SocialServicesNotice),
        ("spaser", Self::Spaser),
    ];

    fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == code).map(|(_, key)| *key)
    }

    /// The threshold of a day; `None` when that day is in no period that we know.
    #[must_use]
    pub fn on(self, day: Date) -> Option<&'static Threshold> {
        Thresholds::get().all.iter().find(|t| t.key == self && table::covers(t.from, t.to, day))
    }
}

/// A threshold in force for some time.
#[derive(Debug)]
pub struct Threshold {
    /// Which one.
    pub key: ThresholdKey,
    /// First day.
    pub from: Option<Date>,
    /// Last day; `None` when no end is known.
    pub to: Option<Date>,
    /// Amount without tax.
    pub amount: Euros,
    /// How sure we are.
    pub certainty: Certainty,
    /// What it is for, in French.
    pub label: &'static str,
    /// Where it was read, in French.
    pub source: &'static str,
}

/// All thresholds.
#[derive(Debug)]
pub struct Thresholds {
    all: Vec<Threshold>,
}

impl Thresholds {
    /// The table, read once.
    #[must_use]
    pub fn get() -> &'static Self {
        static THRESHOLDS: LazyLock<Thresholds> = LazyLock::new(|| Thresholds { all: read() });
        &THRESHOLDS
    }

    /// Those of a day.
    pub fn on(&self, day: Date) -> impl Iterator<Item = &Threshold> {
        self.all.iter().filter(move |t| table::covers(t.from, t.to, day))
    }
}

#[expect(clippy::expect_used, reason = "embedded data, read by every test")]
fn read() -> Vec<Threshold> {
    let row = |[key, from, to, euros, certainty, label, source]: [&'static str; 7]| Threshold {
        key: ThresholdKey::parse(key).expect("a key"),
        from: table::date(from),
        to: table::date(to),
        amount: Euros::whole(euros.parse().expect("euros")),
        certainty: Certainty::parse(certainty).expect("a certainty"),
        label,
        source,
    };
    table::rows(TABLE).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_of_a_day() {
        // key, day, euros (0: none known)
        let table: &[(ThresholdKey, &str, u64)] = &[
            (ThresholdKey::EuState, "2025-12-31", 143_000),
            (ThresholdKey::EuState, "2026-01-01", 140_000),
            (ThresholdKey::EuLocal, "2025-12-31", 221_000),
            (ThresholdKey::EuLocal, "2026-11-21", 216_000),
            (ThresholdKey::EuEntity, "2025-06-01", 443_000),
            (ThresholdKey::EuEntity, "2026-06-01", 432_000),
            (ThresholdKey::EuWorks, "2025-12-31", 5_538_000),
            (ThresholdKey::EuWorks, "2026-01-01", 5_404_000),
            (ThresholdKey::EuWorks, "2028-01-01", 0),
            (ThresholdKey::DirectWorks, "2025-12-31", 100_000),
            (ThresholdKey::DirectWorks, "2026-11-21", 100_000),
            (ThresholdKey::DirectSupplies, "2026-03-31", 40_000),
            (ThresholdKey::DirectSupplies, "2026-04-01", 60_000),
            (ThresholdKey::SmallLotWorks, "2026-11-21", 1_000_000),
            (ThresholdKey::SmallLotSupplies, "2026-11-21", 80_000),
            (ThresholdKey::SmallLotSupplies, "2019-03-31", 0),
            (ThresholdKey::Notice, "2026-11-21", 90_000),
            (ThresholdKey::SocialServicesNotice, "2026-11-21", 750_000),
            (ThresholdKey::Spaser, "2022-12-31", 100_000_000),
            (ThresholdKey::Spaser, "2023-01-01", 50_000_000),
        ];
        for (key, day, euros) in table {
            let day = crate::date::parse(day).expect("a day");
            assert_eq!(key.on(day).map_or(0, |t| t.amount.floor()), *euros, "{key:?} {day}");
        }
    }

    #[test]
    fn no_two_of_one_kind_on_one_day() {
        for (name, key) in ThresholdKey::ALL {
            for day in Thresholds::get().all.iter().flat_map(|t| [t.from, t.to]).flatten() {
                let found = Thresholds::get().on(day).filter(|t| t.key == key).count();
                assert!(found <= 1, "{name} on {day}");
            }
        }
    }
}
