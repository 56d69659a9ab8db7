//! The law, as tables of facts.

mod lots;
mod structures;
mod whole;

use domain::date;
use domain::legal::{Certainty, Effect, Judgment, RuleId, Verdict};
use jiff::civil::Date;
use proptest::prelude::*;

fn day(text: &str) -> Date {
    date::parse(text).expect("a day")
}

/// Everything that a judgment says, as pages show it.
fn told(judgment: &Judgment) -> String {
    let findings =
        judgment.findings.iter().map(|f| format!("{:?} {:?}\u{a0}: {}", f.effect, f.rule, f.sentence));
    let missing = judgment.missing.iter().map(|missing| format!("manque\u{a0}: {missing}"));
    let lines = [format!("= {}", judgment.verdict.label())].into_iter().chain(findings).chain(missing);
    lines.map(|line| format!("  {line}\n")).collect()
}

/// Each judgment that is unlike those before it, under the case that gives it.
fn unlike(judgments: impl IntoIterator<Item = (String, Judgment)>) -> String {
    let mut seen = std::collections::HashSet::new();
    let told = judgments.into_iter().map(|(case, judgment)| (case, told(&judgment)));
    told.filter(|(_, told)| seen.insert(told.clone())).map(|(case, told)| format!("{case}\n{told}")).collect()
}

/// A verdict has a rule that makes it, and a doubtful rule makes neither a yes nor a no.
fn check_reasons(judgment: &Judgment) {
    let decides = match judgment.verdict {
        Verdict::Allowed => Effect::Grants,
        Verdict::Conditional => Effect::Requires,
        Verdict::Unknown => Effect::Doubts,
        Verdict::Forbidden => Effect::Refuses,
    };
    let deciding: Vec<RuleId> =
        judgment.findings.iter().filter(|f| f.effect == decides).map(|f| f.rule).collect();
    assert!(!deciding.is_empty(), "{judgment:#?}");
    if matches!(judgment.verdict, Verdict::Allowed | Verdict::Forbidden) {
        assert!(deciding.iter().all(|r| r.rule().certainty != Certainty::D), "{judgment:#?}");
    }
    assert!(judgment.verdict != Verdict::Conditional || !judgment.missing.is_empty(), "{judgment:#?}");
}

fn any_day() -> impl Strategy<Value = Date> {
    (2_020i16..2_030, 1i8..13, 1i8..29).prop_map(|(y, m, d)| jiff::civil::date(y, m, d))
}
