//! What the law asks of a lot, and whether how it is bought answers it.

use domain::legal::{
    Bought, BuyerCategory, Carried, Consideration, Effect, Exception, LotTerms, Nature, RuleId, Vehicle,
    Weight, judge_whole, proposed_text,
};
use domain::money::{Estimate, Euros};
use jiff::civil::{Date, date};

/// A day on which the duties of August 2026 are in force, and one before.
const AFTER: Date = date(2026, 11, 21);
const BEFORE: Date = date(2026, 8, 21);

fn terms(euros: u64) -> LotTerms {
    let amount = Euros::whole(euros);
    LotTerms {
        buyer: BuyerCategory::Local,
        nature: Nature::Services,
        amount: Estimate { at_least: amount, at_most: Some(amount) },
        ..LotTerms::default()
    }
}

fn carried(of: Consideration, percent: Option<u8>) -> Carried {
    Carried { consideration: of, weight: percent.map(|p| Weight::try_from(p).expect("a weight")) }
}

/// What the three duties of August 2026 make of it, in their order: social, environment, criterion.
fn effects(euros: u64, bought: &Bought<'_>, on: Date) -> Vec<Effect> {
    let of_2026 = [RuleId::SocialClauseDuty, RuleId::EnvironmentDuty, RuleId::CriterionDuty];
    let findings = judge_whole(&terms(euros), bought, on);
    findings.iter().filter(|found| of_2026.contains(&found.rule)).map(|found| found.effect).collect()
}

#[test]
fn what_a_lot_asks_answers_the_duties_of_2026() {
    use Consideration::{EnvironmentalClause, EnvironmentalCriterion, SocialClause, SocialCriterion};
    use Effect::{Doubts, Grants, Notes, Requires};
    let with = |considerations: &[(Consideration, Option<u8>)]| -> Vec<Carried> {
        considerations.iter().map(|(of, percent)| carried(*of, *percent)).collect()
    };
    let none = with(&[]);
    let all = with(&[(SocialClause, None), (EnvironmentalClause, None), (EnvironmentalCriterion, Some(15))]);
    let unweighted = with(&[(EnvironmentalCriterion, None)]);
    let criteria = with(&[(SocialCriterion, Some(10))]);
    let plain = Bought::default();
    for (euros, bought, on, expected) in [
        (1_000_000, plain, AFTER, vec![Requires, Requires, Requires]),
        (90_000, plain, AFTER, vec![Requires, Requires]),
        (1_000_000, plain, BEFORE, vec![]),
        (1_000_000, Bought { considerations: &all, ..plain }, AFTER, vec![Grants, Grants, Grants]),
        (1_000_000, Bought { considerations: &all, ..plain }, BEFORE, vec![]),
        (
            1_000_000,
            Bought { considerations: &unweighted, ..plain },
            AFTER,
            vec![Requires, Requires, Requires],
        ),
        // A criterion marks offers; it is no condition of execution.
        (1_000_000, Bought { considerations: &criteria, ..plain }, AFTER, vec![Requires, Requires, Requires]),
        (
            1_000_000,
            Bought { exception: Some(Exception::NoLink), considerations: &none, ..plain },
            AFTER,
            vec![Notes, Requires, Requires],
        ),
        (
            1_000_000,
            Bought { vehicle: Some(Vehicle::Insertion), ..plain },
            AFTER,
            vec![Doubts, Requires, Requires],
        ),
        (
            1_000_000,
            Bought { vehicle: Some(Vehicle::InsertionService), ..plain },
            AFTER,
            vec![Doubts, Requires, Requires],
        ),
        (
            1_000_000,
            Bought { vehicle: Some(Vehicle::DirectAward), ..plain },
            AFTER,
            vec![Requires, Requires, Requires],
        ),
        (
            1_000_000,
            Bought { vehicle: Some(Vehicle::Insertion), considerations: &all, ..plain },
            AFTER,
            vec![Grants, Grants, Grants],
        ),
    ] {
        assert_eq!(effects(euros, &bought, on), expected, "{euros} {bought:?} {on}");
    }
}

#[test]
fn criteria_that_leave_nothing_for_the_price_are_doubted() {
    for (social, environmental, is_doubted) in [(50, 50, true), (50, 49, false), (10, 15, false)] {
        let both = [
            carried(Consideration::SocialCriterion, Some(social)),
            carried(Consideration::EnvironmentalCriterion, Some(environmental)),
        ];
        let bought = Bought { considerations: &both, ..Bought::default() };
        let found = judge_whole(&terms(90_000), &bought, AFTER);
        let doubts = found.iter().any(|f| f.rule == RuleId::Criteria && f.effect == Effect::Doubts);
        assert_eq!(doubts, is_doubted, "{social} {environmental}");
    }
}

#[test]
fn nothing_is_asked_of_a_private_buyer_nor_of_defence() {
    for terms in [
        LotTerms { buyer: BuyerCategory::Private, ..terms(1_000_000) },
        LotTerms { is_defence: true, ..terms(1_000_000) },
    ] {
        let found = judge_whole(&terms, &Bought::default(), AFTER);
        assert!(found.iter().all(|f| f.effect != Effect::Requires), "{found:?}");
    }
}

#[test]
fn every_sentence_on_what_a_lot_asks() {
    use Consideration::{EnvironmentalClause, EnvironmentalCriterion, SocialClause, SocialCriterion};
    let carried_of = |of: &[(Consideration, Option<u8>)]| -> Vec<Carried> {
        of.iter().map(|(of, percent)| carried(*of, *percent)).collect()
    };
    let mut said = String::new();
    for (vehicle, considerations, exception) in [
        (None, carried_of(&[]), None),
        (
            None,
            carried_of(&[
                (SocialClause, None),
                (EnvironmentalClause, None),
                (EnvironmentalCriterion, Some(15)),
            ]),
            None,
        ),
        (
            Some(Vehicle::Both),
            carried_of(&[(SocialCriterion, Some(85)), (EnvironmentalCriterion, Some(15))]),
            None,
        ),
        (Some(Vehicle::InsertionService), carried_of(&[(EnvironmentalCriterion, None)]), None),
        (None, carried_of(&[]), Some(Exception::Competition)),
    ] {
        let bought = Bought { vehicle, considerations: &considerations, exception };
        let labels: Vec<String> = considerations.iter().map(|c| c.label()).collect();
        said.push_str(&format!(
            "{} + {} {exception:?}\n",
            vehicle.map_or("–", Vehicle::label),
            labels.join(", ")
        ));
        for found in judge_whole(&terms(1_000_000), &bought, AFTER) {
            said.push_str(&format!(
                "  {:?} {} {}\n",
                found.effect,
                found.rule.rule().article,
                found.sentence
            ));
        }
    }
    for of in Consideration::ALL {
        for (percent, hours) in [(None, None), (Some(15), Some(833))] {
            let weight = percent.filter(|_| of.is_criterion());
            said.push_str(&format!("{}\n", proposed_text(carried(of, weight), "Espaces verts", hours)));
        }
    }
    insta::assert_snapshot!(said.replace(['\u{a0}', '\u{202f}'], " "));
}
