//! Who may answer what, and when.

use super::{any_day, check_reasons, day, told, unlike};
use domain::legal::{
    Convention, Effect, Eligibility, Ess, Evidence, Party, PartySummary, Reservation, RuleId, Share, Vehicle,
    Verdict, judge, judge_mix,
};
use domain::structure::{Kind, KindSet};
use jiff::civil::Date;
use proptest::prelude::*;

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
