//! What a lot allows, which procedure it has, what its buyer must do.

use super::{any_day, check_reasons, day, unlike};
use domain::cpv::Cpv;
use domain::legal::{
    BuyerCategory, Exception, LotTerms, Nature, OtherLot, Procedure, RuleId, Vehicle, Verdict, duties,
    judge_lot, judge_mix, procedure, small_lot, social_clause_motive,
};
use domain::money::{Estimate, Euros};
use proptest::prelude::*;

#[test]
fn every_sentence_on_a_lot() {
    let mut cases = Vec::new();
    for on in ["2015-01-01", "2019-04-01", "2020-06-01", "2026-03-31", "2026-11-21"] {
        for buyer in BuyerCategory::ALL {
            for nature in Nature::ALL {
                for amount in [None, Some(39_999), Some(60_000), Some(99_999), Some(250_000), Some(6_000_000)]
                {
                    cases.push((on, lot(buyer, nature, amount)));
                }
            }
        }
        for cpv in ["85312300", "77310000", "85000000"] {
            for months in [None, Some(36), Some(37)] {
                let services = lot(BuyerCategory::Local, Nature::Services, Some(800_000));
                cases.push((on, LotTerms { cpv: Cpv::parse(cpv), months, ..services }));
            }
        }
        for is_overseas in [false, true] {
            let defence = lot(BuyerCategory::State, Nature::Supplies, Some(50_000));
            cases.push((on, LotTerms { is_defence: true, is_overseas, ..defence }));
        }
    }
    let judged = cases.into_iter().flat_map(|(on, terms)| {
        let LotTerms { buyer, nature, amount, cpv, months, .. } = &terms;
        let cpv = cpv.map(|cpv| format!(" CPV {cpv}")).unwrap_or_default();
        let months = months.map(|months| format!(" {months} mois")).unwrap_or_default();
        let case = format!("{on} {} {} {amount}{cpv}{months}", buyer.code(), nature.code());
        Vehicle::ALL
            .map(|vehicle| (format!("{case} {}", vehicle.code()), judge_lot(&terms, vehicle, day(on))))
    });
    insta::assert_snapshot!(unlike(judged));
}

fn lot(buyer: BuyerCategory, nature: Nature, amount: Option<u64>) -> LotTerms {
    let amount = amount.map(Euros::whole).map(Estimate::exactly).unwrap_or_default();
    LotTerms { buyer, nature, amount, ..LotTerms::default() }
}

#[test]
fn what_a_lot_allows() {
    let services = |cpv: &str, months| LotTerms { cpv: Cpv::parse(cpv), months, ..LotTerms::default() };
    let of = |amount| lot(BuyerCategory::Local, Nature::Services, amount);
    let defence = |terms| LotTerms { is_defence: true, ..terms };
    let now = "2026-11-21";
    for (terms, vehicle, on, expected) in [
        (of(None), Vehicle::Insertion, now, Verdict::Allowed),
        (of(None), Vehicle::Handicap, now, Verdict::Allowed),
        (of(None), Vehicle::Both, now, Verdict::Allowed),
        (of(None), Vehicle::Both, "2020-06-01", Verdict::Forbidden),
        (of(None), Vehicle::Prison, now, Verdict::Allowed),
        (of(None), Vehicle::Prison, "2022-01-01", Verdict::Forbidden),
        (services("85312300", Some(36)), Vehicle::Ess, now, Verdict::Allowed),
        (services("85312300", Some(48)), Vehicle::Ess, now, Verdict::Forbidden),
        (services("85312300", None), Vehicle::Ess, now, Verdict::Conditional),
        (services("77310000", Some(12)), Vehicle::Ess, now, Verdict::Forbidden),
        (services("77310000", None), Vehicle::Ess, now, Verdict::Forbidden),
        (services("", Some(12)), Vehicle::Ess, now, Verdict::Conditional),
        (defence(services("", None)), Vehicle::Insertion, now, Verdict::Unknown),
        (defence(services("", None)), Vehicle::Handicap, now, Verdict::Unknown),
        (defence(services("", None)), Vehicle::Both, now, Verdict::Unknown),
        (defence(services("", None)), Vehicle::Both, "2020-06-01", Verdict::Forbidden),
        (defence(services("", None)), Vehicle::Prison, now, Verdict::Unknown),
        (defence(services("85312300", Some(36))), Vehicle::Ess, now, Verdict::Unknown),
        (defence(services("77310000", Some(36))), Vehicle::Ess, now, Verdict::Forbidden),
        (defence(services("", None)), Vehicle::SocialClause, now, Verdict::Allowed),
        (defence(of(Some(10))), Vehicle::DirectAward, now, Verdict::Unknown),
        (of(None), Vehicle::InsertionService, now, Verdict::Allowed),
        (of(None), Vehicle::SocialClause, now, Verdict::Allowed),
        (of(None), Vehicle::SocialCriterion, now, Verdict::Allowed),
        (of(None), Vehicle::EnvironmentalClause, "2026-01-01", Verdict::Allowed),
        (of(None), Vehicle::EnvironmentalCriterion, now, Verdict::Allowed),
        (of(Some(59_999)), Vehicle::DirectAward, now, Verdict::Allowed),
        (of(Some(60_000)), Vehicle::DirectAward, now, Verdict::Forbidden),
        (of(Some(45_000)), Vehicle::DirectAward, "2026-03-31", Verdict::Forbidden),
        (of(Some(39_999)), Vehicle::DirectAward, "2026-03-31", Verdict::Allowed),
        (of(None), Vehicle::DirectAward, now, Verdict::Conditional),
        (of(Some(10)), Vehicle::DirectAward, "2015-01-01", Verdict::Unknown),
        (lot(BuyerCategory::Local, Nature::Works, Some(99_999)), Vehicle::DirectAward, now, Verdict::Allowed),
        (
            lot(BuyerCategory::Local, Nature::Works, Some(100_000)),
            Vehicle::DirectAward,
            now,
            Verdict::Forbidden,
        ),
        (
            lot(BuyerCategory::Private, Nature::Works, Some(9_000_000)),
            Vehicle::DirectAward,
            now,
            Verdict::Allowed,
        ),
        (lot(BuyerCategory::Private, Nature::Services, None), Vehicle::Insertion, now, Verdict::Allowed),
    ] {
        let judgment = judge_lot(&terms, vehicle, day(on));
        assert_eq!(judgment.verdict, expected, "{terms:?} {} {on}\n{judgment:#?}", vehicle.code());
        check_reasons(&judgment);
        let announced = judgment.findings.iter().any(|f| f.rule == RuleId::Announced);
        let open_reservation = vehicle.is_reservation()
            && terms.buyer != BuyerCategory::Private
            && vehicle.rule().rule().is_in_force(day(on));
        assert_eq!(announced, open_reservation, "a reservation says how it is announced");
    }
}

#[test]
fn procedures() {
    let now = "2026-11-21";
    for (buyer, nature, amount, on, expected) in [
        (BuyerCategory::Local, Nature::Services, Some(59_999), now, Procedure::Direct),
        (BuyerCategory::Local, Nature::Services, Some(60_000), now, Procedure::Adapted),
        (BuyerCategory::Local, Nature::Services, Some(55_000), "2026-03-01", Procedure::Adapted),
        (BuyerCategory::Local, Nature::Services, Some(215_999), now, Procedure::Adapted),
        (BuyerCategory::Local, Nature::Services, Some(216_000), now, Procedure::Formal),
        (BuyerCategory::Local, Nature::Services, Some(216_000), "2025-12-31", Procedure::Adapted),
        (BuyerCategory::State, Nature::Supplies, Some(140_000), now, Procedure::Formal),
        (BuyerCategory::State, Nature::Supplies, Some(139_999), now, Procedure::Adapted),
        (BuyerCategory::Entity, Nature::Supplies, Some(431_999), now, Procedure::Adapted),
        (BuyerCategory::Entity, Nature::Services, Some(432_000), now, Procedure::Formal),
        (BuyerCategory::Local, Nature::Works, Some(99_999), now, Procedure::Direct),
        (BuyerCategory::Local, Nature::Works, Some(5_403_999), now, Procedure::Adapted),
        (BuyerCategory::State, Nature::Works, Some(5_404_000), now, Procedure::Formal),
        (BuyerCategory::Private, Nature::Works, Some(5_404_000), now, Procedure::Free),
        (BuyerCategory::Local, Nature::Services, None, now, Procedure::Unknown),
        (BuyerCategory::Local, Nature::Services, Some(1), "2010-01-01", Procedure::Unknown),
    ] {
        let found = procedure(&lot(buyer, nature, amount), None, day(on));
        assert_eq!(found, expected, "{buyer:?} {nature:?} {amount:?} {on}");
    }
    let insertion = lot(BuyerCategory::Local, Nature::Services, Some(900_000));
    assert_eq!(procedure(&insertion, Some(Vehicle::InsertionService), day(now)), Procedure::Adapted);
}

/// « travaux 900000 », « services - »: what a lot buys, and its amount or nothing.
fn other_lot(text: &str) -> OtherLot {
    let (nature, amount) = text.trim().split_once(' ').expect("a nature and an amount");
    let amount = amount.parse().ok().map(Euros::whole).map(Estimate::exactly).unwrap_or_default();
    OtherLot { nature: Nature::parse(nature).expect("a nature"), amount }
}

/// The lot, the other lots, the procedure of the whole; then for each lighter procedure its sum and per mille of the whole,
/// with `!` when the small lots are too much together.
const SMALL_LOTS: &str = "
services 45000    | services 400000, services 50000                   | formal  | direct 95000 192, adapted 95000 192
services 50000    | services 200000                                   | formal  | direct 50000 200, adapted 50000 200
services 70000    | services 400000, services 29000                   | formal  | adapted 99000 199
services 70000    | services 400000, services 30000                   | formal  | adapted 100000 200
services 70000    | services 400000, services 31000                   | formal  | adapted 101000 202!
services 79999    | services 400000                                   | formal  | adapted 79999 167
services 80000    | services 400000                                   | formal  | -
services 79999    | services 300000                                   | formal  | -
services 59999    | services 300000                                   | formal  | direct 59999 167, adapted 59999 167
services 60000    | services 300000                                   | formal  | adapted 60000 167
services 20000    | services 100000                                   | adapted | direct 20000 167
services 70000    | services 100000, services 40000                   | adapted | -
services 20000    | services 30000                                    | direct  | -
services 30000    |                                                   | direct  | -
services 300000   |                                                   | formal  | -
travaux 999999    | travaux 4500000                                   | formal  | adapted 999999 182
travaux 1000000   | travaux 4500000                                   | formal  | -
travaux 999999    | travaux 3900000, travaux 600000                   | formal  | adapted 1599999 291!
travaux 99999     | travaux 4500000, travaux 900000, services 70000   | formal  | direct 99999 18, adapted 1069999 193
services 50000    | services 400000, services -                       | formal  | direct 110000 245!, adapted 130000 289!
services 50000    | services 1000000, services -                      | formal  | direct 110000 105, adapted 130000 124
services -        | services 400000                                   | formal  | -
fournitures 30000 | services -                                        | unknown | -
";

#[test]
fn small_lots() {
    let code = |procedure| match procedure {
        Procedure::Direct => "direct",
        Procedure::Adapted => "adapted",
        Procedure::Formal => "formal",
        Procedure::Unknown => "unknown",
        Procedure::Free | Procedure::Elsewhere => "none",
    };
    let on = day("2026-11-21");
    for line in SMALL_LOTS.lines().filter(|line| !line.is_empty()) {
        let [lot, others, whole, expected] =
            line.split('|').map(str::trim).collect::<Vec<_>>().try_into().expect("four columns");
        let OtherLot { nature, amount } = other_lot(lot);
        let others = others.split(',').filter(|other| !other.is_empty()).map(other_lot).collect();
        let terms = LotTerms { nature, amount, others, ..LotTerms::default() };
        assert_eq!(code(procedure(&terms, None, on)), whole, "{line}");
        let found = small_lot(&terms, None, on);
        let said = found.iter().map(|small| {
            let sum = small.sum.at_most.map_or(0, Euros::floor);
            let share = small.share_per_mille().unwrap_or_default();
            let too_much = if small.holds_together() { "" } else { "!" };
            format!("{} {sum} {share}{too_much}", code(small.procedure))
        });
        let said = said.collect::<Vec<_>>().join(", ");
        assert_eq!(if said.is_empty() { "-" } else { &said }, expected, "{line}");
        for small in &found {
            let sentence = small.sentence();
            for part in ["Possible, à vérifier\u{a0}: 20\u{a0}%", "R2123-1, 2°", &small.sum.to_string()] {
                assert!(sentence.contains(part), "{part} in {sentence}");
            }
        }
        let direct = judge_lot(&terms, Vehicle::DirectAward, on);
        let may_be_direct = found.iter().any(|small| small.procedure == Procedure::Direct);
        assert_eq!(direct.verdict == Verdict::Unknown, may_be_direct, "{line}\n{direct:#?}");
        check_reasons(&direct);
        for none in [
            LotTerms { is_defence: true, ..terms.clone() },
            LotTerms { buyer: BuyerCategory::Private, ..terms.clone() },
        ] {
            assert_eq!(small_lot(&none, None, on), [], "{line}");
        }
        assert_eq!(small_lot(&terms, None, day("2019-03-31")), [], "before the code: {line}");
    }
    let insertion = LotTerms {
        amount: Estimate::exactly(Euros::whole(70_000)),
        others: vec![other_lot("services 400000")],
        ..LotTerms::default()
    };
    let of = |vehicle| small_lot(&insertion, vehicle, on).len();
    assert_eq!((of(None), of(Some(Vehicle::InsertionService))), (1, 0), "adapted whatever its amount");
    let sentences: Vec<String> = [
        ("services 45000", "services 400000"),
        ("travaux 999999", "travaux 4500000"),
        ("services 50000", "services -"),
        ("travaux 600000", "travaux 5000000"),
    ]
    .into_iter()
    .flat_map(|(lot, other)| {
        let OtherLot { nature, amount } = other_lot(lot);
        small_lot(
            &LotTerms { nature, amount, others: vec![other_lot(other)], ..LotTerms::default() },
            None,
            on,
        )
    })
    .chain(small_lot(
        &LotTerms {
            nature: Nature::Services,
            amount: Estimate::exactly(Euros::whole(50_000)),
            others: vec![OtherLot {
                nature: Nature::Services,
                amount: Estimate { at_least: Euros::whole(300_000), at_most: Some(Euros::whole(500_000)) },
            }],
            ..LotTerms::default()
        },
        None,
        on,
    ))
    .map(|small| small.sentence())
    .collect();
    insta::assert_snapshot!(sentences.join("\n"));
}

#[test]
fn what_else_the_buyer_must_do() {
    let works = |amount| lot(BuyerCategory::Local, Nature::Works, Some(amount));
    let [r12, r13, r14] = [RuleId::SocialClauseDuty, RuleId::EnvironmentDuty, RuleId::CriterionDuty];
    let defence = LotTerms { is_defence: true, ..works(6_000_000) };
    for (terms, on, expected) in [
        (works(6_000_000), "2026-08-21", vec![RuleId::Lots]),
        (works(6_000_000), "2026-08-22", vec![r12, r13, r14, RuleId::Lots]),
        (works(5_403_999), "2026-11-21", vec![r13, r14, RuleId::Lots]),
        (defence.clone(), "2026-11-21", vec![RuleId::Defence, RuleId::DefenceLots]),
        (defence, "2026-08-21", vec![RuleId::DefenceLots]),
        (lot(BuyerCategory::Private, Nature::Works, Some(6_000_000)), "2026-11-21", vec![]),
        (lot(BuyerCategory::Local, Nature::Works, None), "2026-11-21", vec![r12, r13, r14, RuleId::Lots]),
        (
            LotTerms { is_overseas: true, ..works(10) },
            "2026-11-21",
            vec![r13, r14, RuleId::Lots, RuleId::Overseas],
        ),
    ] {
        let found: Vec<RuleId> = duties(&terms, None, day(on)).iter().map(|f| f.rule).collect();
        assert_eq!(found, expected, "{terms:?} {on}");
    }
    for (purchases, on, due) in [
        (60_000_000, "2022-12-31", false),
        (60_000_000, "2023-01-01", true),
        (50_000_000, "2026-11-21", false),
        (100_000_001, "2022-12-31", true),
    ] {
        let found = duties(&works(1), Some(Euros::whole(purchases)), day(on));
        assert_eq!(found.iter().any(|f| f.rule == RuleId::Spaser), due, "{purchases} {on}");
    }
}

/// What is said of the social clause that the law of August 2026 asks for, case by case.
#[test]
fn what_is_said_of_the_social_clause() {
    let service = |amount, cpv: Option<&str>| LotTerms {
        cpv: cpv.map(|code| Cpv::parse(code).expect("a code")),
        ..lot(BuyerCategory::Local, Nature::Services, amount)
    };
    let health = Some("85000000");
    let cases = [
        ("services, 215 999 €", service(Some(215_999), None)),
        ("services, 216 000 €", service(Some(216_000), None)),
        ("services, montant inconnu", service(None, None)),
        ("services sociaux, 215 999 €", service(Some(215_999), health)),
        ("services sociaux, 300 000 €", service(Some(300_000), health)),
        ("services sociaux, 750 000 €", service(Some(750_000), health)),
        ("services sociaux, montant inconnu", service(None, health)),
    ];
    let said = cases.map(|(what, terms)| {
        let found = duties(&terms, None, day("2026-11-21"));
        let found = found.iter().find(|f| f.rule == RuleId::SocialClauseDuty);
        found.map_or(format!("{what} → rien"), |f| format!("{what} → {:?}\u{a0}: {}", f.effect, f.sentence))
    });
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn the_four_exceptions() {
    let short = LotTerms { nature: Nature::Works, months: Some(5), ..LotTerms::default() };
    let long = LotTerms { nature: Nature::Works, months: Some(6), ..LotTerms::default() };
    let services = LotTerms { months: Some(2), ..LotTerms::default() };
    for (terms, expected) in [(short, Some(true)), (long, Some(false)), (services, Some(false))] {
        assert_eq!(Exception::ShortWorks.fits(&terms), expected, "{terms:?}");
    }
    for exception in Exception::ALL {
        let text = social_clause_motive(exception, "Peinture des écoles", day("2026-11-21"));
        for part in [
            "L2112-2-1",
            "«\u{a0}Peinture des écoles\u{a0}»",
            exception.label(),
            "21 novembre 2026",
            "à vérifier",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

#[test]
fn vehicles_together() {
    use Vehicle::{Both, EnvironmentalClause, Ess, Handicap, Insertion, Prison, SocialClause};
    for (vehicles, expected, rule) in [
        (vec![], Verdict::Allowed, RuleId::Lots),
        (vec![Insertion], Verdict::Allowed, RuleId::Lots),
        (vec![Prison], Verdict::Allowed, RuleId::Lots),
        (vec![Prison, SocialClause], Verdict::Allowed, RuleId::Lots),
        (vec![Insertion, Handicap], Verdict::Allowed, RuleId::BothFamilies),
        (vec![Both, SocialClause, EnvironmentalClause], Verdict::Allowed, RuleId::Lots),
        (vec![Insertion, Prison], Verdict::Forbidden, RuleId::NoMixing),
        (vec![Prison, Both], Verdict::Forbidden, RuleId::NoMixing),
        (vec![Ess, Insertion], Verdict::Forbidden, RuleId::EssServices),
    ] {
        let judgment = judge_mix(&vehicles);
        assert_eq!(judgment.verdict, expected, "{vehicles:?}");
        assert_eq!(judgment.findings.iter().map(|f| f.rule).collect::<Vec<_>>(), [rule], "{vehicles:?}");
    }
}

proptest! {
    #[test]
    fn before_august_2026_the_new_duties_never_fire(on in any_day(), amount in 0u64..20_000_000, works in any::<bool>()) {
        let nature = if works { Nature::Works } else { Nature::Services };
        let found = duties(&lot(BuyerCategory::Local, nature, Some(amount)), None, on);
        let new = [RuleId::SocialClauseDuty, RuleId::EnvironmentDuty, RuleId::CriterionDuty];
        prop_assert!(on >= day("2026-08-22") || found.iter().all(|f| !new.contains(&f.rule)));
    }
}
