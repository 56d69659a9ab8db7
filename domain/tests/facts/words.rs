//! What people read and what forms, links and databases hold, word for word: nothing of it changes unseen.

use domain::legal::{
    BuyerCategory, Certainty, Ess, Exception, Nature, Procedure, Reservation, Rules, Thresholds, Vehicle,
    Verdict,
};
use domain::matching::split::Way;
use domain::matching::{Buys, Criterion, Kinship, Known, Tier, may_answer_besides};
use domain::need::{Answer, NeedKind, NeedStatus};
use domain::structure::{Kind, Mode, Network, Standing};
use std::fmt::Write;

/// The words of one vocabulary, a line each: its code, then what people read.
fn room(all: &mut String, name: &str, lines: impl IntoIterator<Item = Vec<String>>) {
    writeln!(all, "{name}").expect("a text");
    for line in lines {
        writeln!(all, "  {}", line.join(" | ")).expect("a text");
    }
}

macro_rules! words {
    ($all:ident, $of:ident: $($word:ident),+) => {
        room(&mut $all, stringify!($of), $of::ALL.map(|it| vec![$(it.$word().to_owned()),+]));
    };
}

#[test]
fn word_for_word() {
    let mut all = String::new();
    words!(all, BuyerCategory: code, label);
    words!(all, Nature: code, label);
    words!(all, Reservation: code, label, explanation);
    words!(all, Vehicle: code, label);
    words!(all, Exception: code, label);
    words!(all, Ess: code, label);
    words!(all, Criterion: code, label, rule);
    words!(all, Way: code, label);
    words!(all, Answer: code, label);
    words!(all, NeedKind: code, label, explanation);
    words!(all, NeedStatus: code, label);
    words!(all, Kind: code, label);
    words!(all, Mode: code, label);
    words!(all, Network: code, label);
    let certainties = [Certainty::A, Certainty::B, Certainty::C, Certainty::D];
    room(&mut all, "Certainty", certainties.map(|it| vec![it.label().to_owned()]));
    let verdicts = [Verdict::Allowed, Verdict::Conditional, Verdict::Unknown, Verdict::Forbidden];
    room(&mut all, "Verdict", verdicts.map(|it| vec![it.label().to_owned()]));
    let procedures = [
        Procedure::Free,
        Procedure::Direct,
        Procedure::Adapted,
        Procedure::Formal,
        Procedure::Elsewhere,
        Procedure::Unknown,
    ];
    room(&mut all, "Procedure", procedures.map(|it| vec![it.label().to_owned()]));
    let reserved = Reservation::ALL.map(|it| {
        let excluded = it.excluded_kinds().iter().map(Kind::code).collect::<Vec<_>>().join(", ");
        vec![
            it.code().to_owned(),
            it.article().unwrap_or("sans article").to_owned(),
            format!("écarte {excluded}"),
        ]
    });
    room(&mut all, "Reservation, articles et types écartés", reserved);
    let vehicles = Vehicle::ALL
        .map(|it| vec![it.code(), it.reservation().code()].into_iter().map(str::to_owned).collect());
    room(&mut all, "Vehicle, à qui il réserve", vehicles);
    let buys = [Buys::Trade, Buys::Staff, Buys::Insertion];
    room(&mut all, "Buys", buys.map(|it| vec![it.label().to_owned()]));
    let tiers = Tier::ALL.map(|it| [it.code(), it.counted(1), it.counted(2)].map(str::to_owned).to_vec());
    room(&mut all, "Tier", tiers);
    let kinships = Kinship::ALL.map(|it| {
        let known = if it.is_known() { "connu" } else { "inconnu" };
        vec![
            format!("{it:?}"),
            format!("{}\u{a0}%", it.percent()),
            known.to_owned(),
            it.tier().code().to_owned(),
        ]
    });
    room(&mut all, "Kinship", kinships);
    let besides = Kind::ALL.map(|kind| {
        let of = |known| may_answer_besides([kind].into_iter().collect(), known);
        let may = [Known::Nothing, Known::Deduced, Known::Declared].map(|it| format!("{it:?} {}", of(it)));
        [vec![kind.code().to_owned()], may.to_vec()].concat()
    });
    room(&mut all, "May answer besides its activities", besides);
    let standings = [Standing::Confirmed, Standing::Declared, Standing::Deduced, Standing::Dismissed];
    room(&mut all, "Standing", standings.map(|it| vec![it.code().to_owned(), it.label().to_owned()]));
    let rules =
        Rules::get().iter().map(|it| vec![it.id.to_string(), it.article.to_owned(), it.message.to_owned()]);
    room(&mut all, "Rules", rules);
    for on in ["2019-03-31", "2026-08-21", "2026-08-22"] {
        let day = domain::date::parse(on).expect("a day");
        let in_force = Rules::get().in_force(day).map(|it| it.id.to_string()).collect::<Vec<_>>();
        room(&mut all, on, [in_force]);
    }
    for on in ["2019-12-31", "2026-03-31", "2026-04-01"] {
        let day = domain::date::parse(on).expect("a day");
        let thresholds = Thresholds::get().on(day).map(|it| format!("{:?}\u{a0}: {}", it.key, it.amount));
        room(&mut all, &format!("Thresholds, {on}"), thresholds.map(|it| vec![it]));
    }
    insta::assert_snapshot!("words", all);
}

#[test]
fn every_code_is_read_back() {
    fn check<T: PartialEq + std::fmt::Debug + Copy>(
        all: impl IntoIterator<Item = T>,
        code: impl Fn(T) -> &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) {
        for it in all {
            assert_eq!(read(code(it)), Some(it), "{}", code(it));
        }
        assert_eq!(read("rien de tel"), None);
    }
    check(BuyerCategory::ALL, BuyerCategory::code, BuyerCategory::parse);
    check(Nature::ALL, Nature::code, Nature::parse);
    check(Reservation::ALL, Reservation::code, Reservation::parse);
    check(Vehicle::ALL, Vehicle::code, Vehicle::parse);
    check(Exception::ALL, Exception::code, Exception::parse);
    check(Ess::ALL, Ess::code, Ess::parse);
    check(Way::ALL, Way::code, Way::parse);
    check(Answer::ALL, Answer::code, Answer::parse);
    check(NeedKind::ALL, NeedKind::code, NeedKind::parse);
    check(NeedStatus::ALL, NeedStatus::code, NeedStatus::parse);
    check(Kind::ALL, Kind::code, Kind::parse);
    check(Mode::ALL, Mode::code, Mode::parse);
    check(Network::ALL, Network::code, Network::parse);
}

#[test]
fn what_a_page_lacks_says_what_it_cost() {
    use domain::structure::Gap;
    for (gap, needs, said) in [
        (Gap::Contact, 14, Some("14 besoins du mois vous convenaient, et n’ont pas pu vous être envoyés.")),
        (Gap::Contact, 1, Some("1 besoin du mois vous convenait, et n’a pas pu vous être envoyé.")),
        (Gap::Contact, 0, None),
        (Gap::Activities, 2, Some("2 besoins du mois, possibles pour vous, ne vous ont pas été proposés.")),
        (
            Gap::Capacity,
            3,
            Some("3 besoins du mois disent un volume d’heures : vous y étiez moins bien classée."),
        ),
        (Gap::Website, 3, None),
    ] {
        assert_eq!(
            gap.cost(needs).map(|text| text.replace('\u{a0}', " ")).as_deref(),
            said,
            "{gap:?} {needs}"
        );
    }
}
