//! The share of labour in the amount of a contract, by sector: dated defaults that a buyer replaces by its own.

use crate::legal::Certainty;
use crate::table;
use jiff::civil::Date;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../data/hours/labour_shares.tsv");
const ANY_SECTOR: &str = "*";

/// A default share of labour.
#[derive(Debug)]
pub struct LabourShare {
    /// Slug of the sector; `*` for any other.
    pub sector: &'static str,
    /// Percent of the amount.
    pub percent: u8,
    /// When the source was read.
    pub read_on: Option<Date>,
    /// How sure we are.
    pub certainty: Certainty,
    /// Where it comes from.
    pub source: &'static str,
}

impl LabourShare {
    /// The defaults, that of any other sector last.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        static TABLE: LazyLock<Vec<LabourShare>> = LazyLock::new(read);
        TABLE.iter()
    }

    /// The default of the first of these sectors (by slug) that has one of its own, else that of any sector.
    #[must_use]
    pub fn of<'a>(slugs: impl IntoIterator<Item = &'a str>) -> Option<&'static Self> {
        let own = slugs.into_iter().find_map(|slug| Self::all().find(|share| share.sector == slug));
        own.or_else(|| Self::all().find(|share| share.sector == ANY_SECTOR))
    }

    /// From 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        f64::from(self.percent) / 100.0
    }
}

fn read() -> Vec<LabourShare> {
    let line = |[sector, percent, read_on, certainty, source]: [&'static str; 5]| LabourShare {
        sector,
        percent: percent.parse().unwrap_or_else(|_| panic!("a percentage is needed: {percent}")),
        read_on: table::date(read_on),
        certainty: Certainty::parse(certainty).unwrap_or(Certainty::D),
        source,
    };
    table::rows(TABLE).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults() {
        for (slugs, percent) in [
            (vec!["peinture-revetement-des-murs"], 70),
            (vec!["blanchisserie", "ouvrages-metalliques"], 20),
            (vec!["blanchisserie"], 50),
            (vec![], 50),
        ] {
            assert_eq!(LabourShare::of(slugs.iter().copied()).map(|s| s.percent), Some(percent), "{slugs:?}");
        }
        assert!(LabourShare::all().all(|s| s.percent <= 100 && s.read_on.is_some() && !s.source.is_empty()));
    }
}
