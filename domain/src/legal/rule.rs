//! The rules: dated data, each with its article, its certainty and its source.

use crate::table;
use jiff::civil::Date;
use serde::Serialize;
use std::fmt;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../data/legal/rules.tsv");

/// How sure we are of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Certainty {
    /// The text itself, or an official reproduction, was read.
    A,
    /// Several concordant sources.
    B,
    /// Known in the trade, not read in a text.
    C,
    /// Doubtful: shown « à vérifier », never decides.
    D,
}

impl Certainty {
    /// Reads a letter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "A" => Some(Self::A),
            "B" => Some(Self::B),
            "C" => Some(Self::C),
            "D" => Some(Self::D),
            _ => None,
        }
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::A => "texte lu",
            Self::B => "sources concordantes",
            Self::C => "usage connu, texte à vérifier",
            Self::D => "douteux\u{a0}: à vérifier",
        }
    }
}

/// A rule, by what it says. Its number is that of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RuleId {
    /// Reservation to the disability sector.
    Handicap = 1,
    /// Reservation to insertion.
    Insertion,
    /// Reservation to prison work.
    Prison,
    /// Both families in one reservation.
    BothFamilies,
    /// Prison work does not mix with them.
    NoMixing,
    /// Reservation to the social economy: services of a list.
    EssServices,
    /// The same: three years at most.
    EssThreeYears,
    /// The same: not twice running.
    EssNotTwice,
    /// Half of the workers.
    HalfOfWorkers,
    /// A reservation is announced.
    Announced,
    /// Thresholds decide of the procedure.
    Thresholds,
    /// Social clause above the European thresholds.
    SocialClauseDuty,
    /// Environment in the conditions of execution.
    EnvironmentDuty,
    /// An environmental criterion, never price alone.
    CriterionDuty,
    /// Lots are the rule.
    Lots,
    /// Scheme of responsible purchases.
    Spaser,
    /// EITI: a doubt.
    Eiti,
    /// GEIQ and coopératives d'activité: a doubt.
    Equivalent,
    /// Defence is out of the duties of 2026.
    Defence,
    /// Adaptations overseas.
    Overseas,
    /// A contract of insertion services.
    InsertionService,
    /// A social clause of execution.
    SocialClause,
    /// Criteria of the choice of an offer.
    Criteria,
    /// A small lot follows a lighter procedure than the whole.
    SmallLots,
    /// Defence: lots are optional.
    DefenceLots,
    /// Defence: a doubt on reservations.
    DefenceReservations,
}

impl RuleId {
    /// Every rule, in the order of the table.
    pub const ALL: [Self; 26] = [
        Self::Handicap,
        Self::Insertion,
        Self::Prison,
        Self::BothFamilies,
        Self::NoMixing,
        Self::EssServices,
        Self::EssThreeYears,
        Self::EssNotTwice,
        Self::HalfOfWorkers,
        Self::Announced,
        Self::Thresholds,
        Self::SocialClauseDuty,
        Self::EnvironmentDuty,
        Self::CriterionDuty,
        Self::Lots,
        Self::Spaser,
        Self::Eiti,
        Self::Equivalent,
        Self::Defence,
        Self::Overseas,
        Self::InsertionService,
        Self::SocialClause,
        Self::Criteria,
        Self::SmallLots,
        Self::DefenceLots,
        Self::DefenceReservations,
    ];

    /// The rule itself.
    #[must_use]
    pub fn rule(self) -> &'static Rule {
        &Rules::get().all[self as usize - 1]
    }
}

/// « R12 ».
impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "R{}", *self as u8)
    }
}

/// A rule of the law, as read on [`super::RULES_READ_ON`].
#[derive(Debug)]
pub struct Rule {
    /// Which one.
    pub id: RuleId,
    /// Article, of the Code de la commande publique unless the source says otherwise.
    pub article: &'static str,
    /// First day of force; `None` when it is older than anything we judge.
    pub from: Option<Date>,
    /// Last day of force; `None` when no end is known.
    pub to: Option<Date>,
    /// How sure we are.
    pub certainty: Certainty,
    /// A few words, in French.
    pub title: &'static str,
    /// What it says, in French.
    pub message: &'static str,
    /// An example, in French.
    pub example: &'static str,
    /// Where it was read, in French.
    pub source: &'static str,
}

impl Rule {
    /// Whether it is in force on a day.
    #[must_use]
    pub fn is_in_force(&self, on: Date) -> bool {
        table::covers(self.from, self.to, on)
    }
}

/// All rules.
#[derive(Debug)]
pub struct Rules {
    all: Vec<Rule>,
}

impl Rules {
    /// The table, read once.
    #[must_use]
    pub fn get() -> &'static Self {
        static RULES: LazyLock<Rules> = LazyLock::new(|| Rules { all: read() });
        &RULES
    }

    /// Every rule, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.all.iter()
    }

    /// The rules in force on a day.
    pub fn in_force(&self, on: Date) -> impl Iterator<Item = &Rule> {
        self.all.iter().filter(move |rule| rule.is_in_force(on))
    }
}

/// The embedded table is checked by the tests: a line that cannot be read is a fault of the build.
#[expect(clippy::expect_used, reason = "embedded data, read by every test")]
fn read() -> Vec<Rule> {
    let rules: Vec<Rule> = table::rows::<9>(TABLE)
        .zip(RuleId::ALL)
        .map(|([_, article, from, to, certainty, title, message, example, source], id)| Rule {
            id,
            article,
            from: table::date(from),
            to: table::date(to),
            certainty: Certainty::parse(certainty).expect("a certainty"),
            title,
            message,
            example,
            source,
        })
        .collect();
    assert_eq!(rules.len(), RuleId::ALL.len(), "one line for each rule");
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_table_and_the_numbers_agree() {
        let codes: Vec<&str> = table::rows::<9>(TABLE).map(|[id, ..]| id).collect();
        assert_eq!(codes, RuleId::ALL.map(|id| id.to_string()));
        for id in RuleId::ALL {
            let rule = id.rule();
            assert_eq!(rule.id, id);
            for text in [rule.article, rule.title, rule.message, rule.example, rule.source] {
                assert!(!text.trim().is_empty(), "{id}");
            }
        }
    }

    #[test]
    fn the_duties_of_august_2026_begin_on_their_day() {
        for id in [RuleId::SocialClauseDuty, RuleId::EnvironmentDuty, RuleId::CriterionDuty] {
            assert!(!id.rule().is_in_force(date(2026, 8, 21)), "{id}");
            assert!(id.rule().is_in_force(date(2026, 8, 22)), "{id}");
        }
    }
}
