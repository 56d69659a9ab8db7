//! The law, as a table of facts: who may answer what, when; what a lot allows; what its buyer must do.

use domain::cpv::Cpv;
use domain::date;
use domain::legal::{
    BuyerCategory, Certainty, Convention, Effect, Eligibility, Ess, Evidence, Exception, Judgment, LotTerms,
    Nature, OtherLot, Party, PartySummary, Procedure, Reservation, RuleId, Share, Vehicle, Verdict, duties,
    judge, judge_lot, judge_mix, procedure, small_lot, social_clause_motive,
};
use domain::money::{Estimate, Euros};
use domain::structure::{Kind, KindSet};
use jiff::civil::Date;
use proptest::prelude::*;

fn day(text: &str) -> Date {
    date::parse(text).expect("a day")
}

/// « ACI+EI », « REGIE », « CAE », « NONE »; a kind may carry the last day of its convention, « EI<2026-06-30 », or the first
/// one, « EI>2027-01-01 ».
fn party(who: &str, share: &str, ess: &str) -> Party {
    let mut party = Party {
        share: if share == "-" { Share::Unknown } else { Share::parse(share).expect("a share") },
        ess: match ess {
            "ess" => Ess::Yes,
            "esus" => Ess::Esus,
            "no" => Ess::No,
            _ => Ess::Unknown,
        },
        ..Party::default()
    };
    for part in who.split('+') {
        let (code, to) = part.split_once('<').map_or((part, None), |(code, to)| (code, Some(day(to))));
        let (code, from) = code.split_once('>').map_or((code, None), |(code, from)| (code, Some(day(from))));
        match code {
            "REGIE" => party.is_regie = true,
            "CAE" => party.is_cae = true,
            "NONE" => {}
            code => {
                let kind = Kind::parse(code).unwrap_or_else(|| panic!("a kind: {code}"));
                party.conventions.push(Convention { kind, from, to });
            }
        }
    }
    party
}

fn verdict(text: &str) -> Verdict {
    match text {
        "yes" => Verdict::Allowed,
        "if" => Verdict::Conditional,
        "?" => Verdict::Unknown,
        "no" => Verdict::Forbidden,
        other => panic!("a verdict: {other}"),
    }
}

/// A structure, the share of its workers, whether it is of the social economy, the day; then the verdicts for
/// L2113-12, L2113-13, L2113-14, L2113-13-1, L2113-15 and a social clause.
const STRUCTURES: &str = "
EI               60/80  -    2026-11-21   no   yes  yes  no   if   yes
EI               -      -    2026-11-21   no   if   if   no   if   yes
EI               40/100 -    2026-11-21   no   no   no   no   if   yes
EI               40/100 ess  2026-11-21   no   no   no   no   yes  yes
ACI              25/35  -    2026-11-21   no   yes  yes  no   if   yes
ACI              25/35  ess  2026-11-21   no   yes  yes  no   yes  yes
ACI              25/35  no   2026-11-21   no   yes  yes  no   no   yes
ACI              0/35   ess  2026-11-21   no   no   no   no   yes  yes
ACI              -      ess  2026-11-21   no   if   if   no   yes  yes
AI               50%    ess  2026-11-21   no   yes  yes  no   yes  yes
AI               49/100 ess  2026-11-21   no   no   no   no   yes  yes
ETTI             70%    no   2026-11-21   no   yes  yes  no   no   yes
ETTI             -      no   2026-11-21   no   if   if   no   no   yes
EITI             -      ess  2026-11-21   no   ?    ?    no   yes  ?
EITI             80%    -    2026-11-21   no   ?    ?    no   if   ?
EITI             80%    -    2026-12-23   no   ?    ?    no   if   ?
EITI             20%    -    2026-11-21   no   ?    ?    no   if   ?
EITI             0%     -    2026-11-21   no   ?    ?    no   if   ?
GEIQ             60/80  -    2026-11-21   no   ?    ?    no   if   yes
GEIQ             -      ess  2026-11-21   no   ?    ?    no   yes  yes
GEIQ             10%    no   2026-11-21   no   no   no   no   no   yes
ESAT             60/80  ess  2026-11-21   yes  no   yes  no   yes  if
ESAT             -      -    2026-11-21   if   no   if   no   if   if
EA               55%    no   2026-11-21   yes  no   yes  no   no   if
EA               45%    no   2026-11-21   no   no   no   no   no   if
EATT             55%    -    2026-11-21   yes  no   yes  no   if   yes
SEP              -      -    2026-11-21   no   no   no   if   no   no
SEP              90%    -    2026-11-21   no   no   no   yes  no   no
ACI+EI           25/35  ess  2026-11-21   no   yes  yes  no   yes  yes
ACI+ESAT         25/35  ess  2026-11-21   if   if   if   no   yes  yes
ACI+EA           10%    ess  2026-11-21   if   if   if   no   yes  yes
GEIQ+EI          60%    -    2026-11-21   no   yes  yes  no   if   yes
EI<2026-06-30    60%    -    2026-06-30   no   yes  yes  no   if   yes
EI<2026-06-30    60%    -    2026-07-01   no   no   no   no   if   yes
EI<2026-06-30    60%    ess  2026-07-01   no   no   no   no   yes  if
EI<2026-06-30+EI 60%    -    2026-07-01   no   yes  yes  no   if   yes
EI<2026-06-30+EI<2025-12-31 60% - 2026-07-01 no no   no   no   if   yes
REGIE            -      ess  2026-11-21   no   no   no   no   yes  if
REGIE+ACI        60%    ess  2026-11-21   no   yes  yes  no   yes  yes
CAE              60%    ess  2026-11-21   ?    ?    ?    ?    yes  ?
CAE              40%    ess  2026-11-21   no   no   no   no   yes  ?
CAE+EA           60%    -    2026-11-21   yes  ?    yes  ?    if   if
NONE             90%    ess  2026-11-21   no   no   no   no   yes  if
NONE             90%    esus 2026-11-21   no   no   no   no   yes  if
EI               60/80  esus 2026-11-21   no   yes  yes  no   yes  yes
NONE             90%    no   2026-11-21   no   no   no   no   no   yes
NONE             -      -    2026-11-21   no   no   no   no   if   yes
EI               60%    ess  2019-06-01   no   yes  no   no   yes  yes
SEP              90%    -    2022-10-20   no   no   no   no   no   no
EI               60%    ess  2018-01-01   ?    ?    ?    ?    ?    yes
";

const COLUMNS: [Vehicle; 6] = [
    Vehicle::Handicap,
    Vehicle::Insertion,
    Vehicle::Both,
    Vehicle::Prison,
    Vehicle::Ess,
    Vehicle::SocialClause,
];

#[test]
fn who_may_answer() {
    let mut cases = 0;
    for line in STRUCTURES.lines().filter(|l| !l.is_empty()) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [who, share, ess, on, verdicts @ ..] = fields.as_slice() else { panic!("a line: {line}") };
        assert_eq!(verdicts.len(), COLUMNS.len(), "{line}");
        let party = party(who, share, ess);
        for (vehicle, expected) in COLUMNS.into_iter().zip(verdicts) {
            let judgment = judge(&party, vehicle, day(on));
            assert_eq!(judgment.verdict, verdict(expected), "{line}\n{}: {judgment:#?}", vehicle.code());
            check_reasons(&judgment);
            cases += 1;
        }
    }
    assert!(cases >= 120, "{cases} cases");
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

#[test]
fn every_sentence_on_a_structure() {
    let more = "
EI<2026-11-20            60/80  -    2026-11-21
EI<2026-11-21            60/80  -    2026-11-21
EI>2026-11-22            60/80  -    2026-11-21
EI>2026-11-21            60/80  -    2026-11-21
EI<2025-12-31+ACI<2026-06-30                60/80  -    2026-11-21
EI>2028-01-01+ACI>2027-01-01                60/80  -    2026-11-21
EI<2026-06-30+EI>2027-01-01                 60/80  -    2026-11-21
EITI                     -      -    2026-12-22
EITI                     -      -    2026-12-23
";
    let lines = STRUCTURES.lines().chain(more.lines()).filter(|line| !line.is_empty());
    let judged = lines.flat_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (party, on) = (party(fields[0], fields[1], fields[2]), day(fields[3]));
        let case = fields[..4].join(" ");
        Vehicle::ALL.map(|vehicle| (format!("{case} {}", vehicle.code()), judge(&party, vehicle, on)))
    });
    insta::assert_snapshot!(unlike(judged));
}

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

#[test]
fn rertr_is_eligible() {
    let judgment = judge(&party("ACI", "25/35", "-"), Vehicle::Insertion, day("2026-11-21"));
    assert_eq!(judgment.verdict, Verdict::Allowed);
    let share = judgment.findings.iter().find(|f| f.rule == RuleId::HalfOfWorkers).expect("the share");
    assert!(share.sentence.contains("25 travailleurs sur 35 (71\u{a0}%)"), "{}", share.sentence);
}

#[test]
fn the_experiment_of_eiti_ends_with_its_last_day() {
    for (on, is_closed) in [("2026-12-21", false), ("2026-12-22", false), ("2026-12-23", true)] {
        let said = told(&judge(&party("EITI", "80%", "-"), Vehicle::Insertion, day(on)));
        assert_eq!(said.contains("close à cette date"), is_closed, "{on}: {said}");
    }
}

#[test]
fn a_share_says_when_it_was_counted() {
    let on = Some(day("2026-06-30"));
    for (evidence, counted, expected) in [
        (Evidence::Declared, on, "déclaré par la structure, compté le 30 juin 2026"),
        (Evidence::Declared, None, "déclaré par la structure."),
        (Evidence::Attested, on, "attesté, compté le 30 juin 2026"),
    ] {
        let share = Share::declared(60, 80).expect("a share").with_evidence(evidence, counted);
        let judgment =
            judge(&Party { share, ..party("EI", "-", "-") }, Vehicle::Insertion, day("2026-11-21"));
        assert!(told(&judgment).contains(expected), "{expected}: {}", told(&judgment));
        assert_eq!(
            judgment.missing.is_empty(),
            evidence == Evidence::Attested,
            "what is attested lacks nothing"
        );
    }
}

#[test]
fn shares_count_workers() {
    let of = |concerned, workers| Share::declared(concerned, workers);
    for (share, said) in [
        (of(0, 2), Some("0 travailleur sur 2 (0\u{a0}%)")),
        (of(1, 2), Some("1 travailleur sur 2 (50\u{a0}%)")),
        (of(2, 2), Some("2 travailleurs sur 2 (100\u{a0}%)")),
        (of(2, 3), Some("2 travailleurs sur 3 (66\u{a0}%)")),
        (of(3, 2), None),
        (of(0, 0), None),
    ] {
        assert_eq!(share.map(|share| share.to_string()).as_deref(), said);
    }
    let share = of(1, 2).expect("a share");
    let counted = share.with_evidence(Evidence::Attested, Some(day("2026-06-30")));
    for (one, other, same) in [
        (share, share, true),
        (share, share.with_evidence(Evidence::Attested, None), true),
        (share, counted, false),
        (share, of(2, 4).expect("a share"), false),
        (share, Share::Unknown, false),
        (Share::Unknown, Share::Unknown, true),
    ] {
        assert_eq!(one.counts_as(other), same, "{one:?} {other:?}");
    }
    assert_eq!(Share::Unknown.with_evidence(Evidence::Attested, None), Share::Unknown);
}

#[test]
fn legal_forms_of_the_social_economy() {
    for (form, ess) in [
        ("Association", Ess::Yes),
        ("SCOP ARL", Ess::Yes),
        ("Société coopérative d’intérêt collectif", Ess::Yes),
        ("Mutuelle", Ess::Yes),
        ("Association syndicale autorisée", Ess::No),
        ("GIP Formation", Ess::No),
        ("C.C.A.S.", Ess::No),
        ("SAS Gipsy", Ess::Unknown),
        ("SARL", Ess::Unknown),
        ("", Ess::Unknown),
    ] {
        assert_eq!(Ess::of_legal_form(form), ess, "{form}");
    }
}

#[test]
fn held_reserved_contracts() {
    for (held, expected) in
        [(None, Verdict::Allowed), (Some(false), Verdict::Allowed), (Some(true), Verdict::Forbidden)]
    {
        let party = Party { held_ess_contract: held, ..party("NONE", "-", "ess") };
        assert_eq!(judge(&party, Vehicle::Ess, day("2026-11-21")).verdict, expected, "{held:?}");
    }
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
fn the_sentences_that_decide_come_alone() {
    for (who, share, ess, vehicle, decides) in [
        ("EI", "40/100", "-", Vehicle::Insertion, Some(Effect::Refuses)),
        ("EI", "-", "-", Vehicle::Insertion, Some(Effect::Requires)),
        ("EI", "60/80", "-", Vehicle::Insertion, None),
        ("EITI", "60/80", "-", Vehicle::Insertion, Some(Effect::Doubts)),
    ] {
        let judgment = judge(&party(who, share, ess), vehicle, day("2026-11-21"));
        let because: Vec<&str> = judgment.because().collect();
        let all = judgment.findings.iter().filter(|f| Some(f.effect) == decides);
        assert_eq!(because, all.map(|f| f.sentence.as_str()).collect::<Vec<_>>(), "{who} {share}");
        assert_eq!(because.is_empty(), decides.is_none(), "{who} {share}: {judgment:?}");
    }
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

/// Search and matching ask [`Reservation::verdict_of_structure`], pages ask [`judge`]: they must agree.
#[test]
fn both_ways_to_ask_agree() {
    let vehicle = |r| Vehicle::of(r).expect("a vehicle");
    for reservation in Reservation::RESERVED {
        let pairs = Kind::ALL.into_iter().flat_map(|a| Kind::ALL.map(|b| [a, b].into_iter().collect()));
        let all: Vec<KindSet> = pairs.chain([KindSet::EMPTY]).collect();
        for (kinds, is_cae) in all.into_iter().flat_map(|kinds| [(kinds, false), (kinds, true)]) {
            for share in [
                Share::Unknown,
                Share::parse("9/10").expect("a share"),
                Share::parse("1/10").expect("a share"),
            ] {
                for ess in Ess::ALL {
                    let party = Party { share, ess, is_cae, ..Party::of_kinds(kinds) };
                    let summary = PartySummary { kinds, half: share.is_half(), ess, is_cae };
                    let quick = reservation.verdict_of_structure(summary).0;
                    let expected = match judge(&party, vehicle(reservation), day("2026-11-21")).verdict {
                        // Whether it is of the social economy is not for the offer to show: it is to be checked.
                        Verdict::Conditional if reservation == Reservation::Ess => Eligibility::ToCheck,
                        Verdict::Allowed | Verdict::Conditional => Eligibility::Yes,
                        Verdict::Unknown => Eligibility::ToCheck,
                        Verdict::Forbidden => Eligibility::No,
                    };
                    assert_eq!(quick, expected, "{reservation:?} {kinds:?} {share} {ess:?} {is_cae}");
                }
            }
        }
    }
}

fn any_day() -> impl Strategy<Value = Date> {
    (2_020i16..2_030, 1i8..13, 1i8..29).prop_map(|(y, m, d)| jiff::civil::date(y, m, d))
}

fn any_kinds() -> impl Strategy<Value = Vec<Kind>> {
    proptest::sample::subsequence(Kind::ALL.to_vec(), 0..=3)
}

/// One convention at least.
fn some_kinds() -> impl Strategy<Value = Vec<Kind>> {
    proptest::sample::subsequence(Kind::ALL.to_vec(), 1..=3)
}

/// A day on which one reservation may open to both families (L2113-14).
fn day_of_both_families() -> impl Strategy<Value = Date> {
    (2_021i16..2_030, 1i8..13, 1i8..29).prop_map(|(y, m, d)| jiff::civil::date(y, m, d))
}

fn with_share(kinds: &[Kind], share: Share) -> Party {
    let convention = |kind: &Kind| Convention { kind: *kind, from: None, to: None };
    Party { conventions: kinds.iter().map(convention).collect(), share, ..Party::default() }
}

proptest! {
    #[test]
    fn prison_work_never_mixes(on in any_day(), n in 0usize..3, share in 0u32..=100) {
        let vehicle = [Vehicle::Insertion, Vehicle::Handicap, Vehicle::Both][n];
        let sep = with_share(&[Kind::Sep], Share::declared(share, 100).expect("a share"));
        prop_assert_eq!(judge(&sep, vehicle, on).verdict, Verdict::Forbidden);
        prop_assert_eq!(judge_mix(&[vehicle, Vehicle::Prison]).verdict, Verdict::Forbidden);
    }

    #[test]
    fn a_greater_share_never_removes_eligibility(kinds in any_kinds(), on in any_day(), less in 0u32..=100, more in 0u32..=100, n in 0usize..11) {
        let (less, more) = (less.min(more), less.max(more));
        let of = |share| judge(&with_share(&kinds, Share::declared(share, 100).expect("a share")), Vehicle::ALL[n], on).verdict;
        prop_assert!(of(more) <= of(less), "{:?}", kinds);
    }

    #[test]
    fn before_august_2026_the_new_duties_never_fire(on in any_day(), amount in 0u64..20_000_000, works in any::<bool>()) {
        let nature = if works { Nature::Works } else { Nature::Services };
        let found = duties(&lot(BuyerCategory::Local, nature, Some(amount)), None, on);
        let new = [RuleId::SocialClauseDuty, RuleId::EnvironmentDuty, RuleId::CriterionDuty];
        prop_assert!(on >= day("2026-08-22") || found.iter().all(|f| !new.contains(&f.rule)));
    }

    #[test]
    fn both_families_is_the_union(kinds in any_kinds(), on in day_of_both_families(), share in 0u32..=100) {
        let party = with_share(&kinds, Share::declared(share, 100).expect("a share"));
        let of = |vehicle| judge(&party, vehicle, on).verdict;
        prop_assert!(RuleId::BothFamilies.rule().is_in_force(on));
        prop_assert_eq!(of(Vehicle::Both), of(Vehicle::Insertion).min(of(Vehicle::Handicap)));
    }

    #[test]
    fn another_convention_never_harms(kinds in some_kinds(), extra in 0usize..10, on in any_day(), n in 0usize..11) {
        let vehicle = Vehicle::ALL[n];
        let share = Share::declared(60, 100).expect("a share");
        let with = [kinds.clone(), vec![Kind::ALL[extra]]].concat();
        // One share for two publics wants to be told apart: that is still a yes.
        let answer = |kinds: &[Kind]| judge(&with_share(kinds, share), vehicle, on).verdict.max(Verdict::Conditional);
        prop_assert!(answer(&with) <= answer(&kinds));
    }
}
