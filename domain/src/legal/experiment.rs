//! Experiments on kinds of structures, and their last days.

use crate::structure::Kind;
use crate::table;
use jiff::civil::Date;

const TABLE: &str = include_str!("../../data/legal/experiments.tsv");

/// The last day of the experiment that a kind of structure rests on; `None` for those that rest on lasting law.
#[must_use]
pub fn experiment_until(kind: Kind) -> Option<Date> {
    let last_day = |[of, last_day, _article, _certainty, _source]: [&'static str; 5]| {
        (of == kind.code()).then(|| table::date(last_day)).flatten()
    };
    table::rows(TABLE).find_map(last_day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::legal::RuleId;

    #[test]
    fn last_days() {
        assert_eq!(experiment_until(Kind::Eiti), Some(jiff::civil::date(2026, 12, 22)));
        assert_eq!(experiment_until(Kind::Ei), None);
        let said = experiment_until(Kind::Eiti).map(crate::date::long).unwrap_or_default();
        assert!(RuleId::Eiti.rule().message.contains(&said), "the rule says the day of the table: {said}");
    }
}
