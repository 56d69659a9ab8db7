//! Groupements: what must always hold, and the smallest sets on small cases.

use domain::legal::{Ess, Reservation};
use domain::matching::groupement::{CANDIDATES_MAX, Candidate, MEMBERS_MAX, groupements};
use domain::matching::{ActivityFacts, Buys, COVERED, Facts, Lot, PreparedLot};
use domain::sector::{SectorIx, Sectors};
use domain::siret::Siret;
use domain::structure::{Calendar, Kind, KindSet, Mode, Standing};
use domain::territory::{Atlas, CommuneSet, Place};
use domain::text::whole_percent;
use proptest::prelude::*;
use std::sync::Arc;

const PLACES: [&str; 6] = ["D31", "D09", "E243100518", "C31555", "R76", "D81"];

fn sector(slug: &str) -> SectorIx {
    Sectors::get().parse(slug).expect("a sector")
}

fn sectors() -> [SectorIx; 3] {
    ["creation-et-entretien-des-espaces-verts", "nettoyage-de-locaux-16", "blanchisserie"].map(sector)
}

fn lot(place: &str, sectors: &[SectorIx], hours: Option<u32>) -> PreparedLot {
    PreparedLot::new(Lot {
        buys: Buys::Trade,
        sectors: sectors.to_vec(),
        place: Place::parse(place).ok(),
        reservation: Reservation::None,
        kinds: KindSet::EMPTY,
        mode: None,
        hours_per_month: hours,
        text: String::new(),
        on: None,
        begins: None,
    })
}

/// A structure that works in these sectors, each on its place.
fn facts(n: u32, activities: &[(SectorIx, &str)], hours: Option<u32>) -> Facts {
    let activities = activities.iter().map(|(sector, place)| ActivityFacts {
        sector: *sector,
        mode: Mode::Prestation,
        standing: Standing::Confirmed,
        hours_per_month: hours,
        zones: Arc::new(Place::parse(place).expect("a place").communes()),
    });
    Facts {
        siret: Siret::with_key(n, 1),
        kinds: [Kind::Aci].into_iter().collect(),
        dated: Box::default(),
        half: None,
        ess: Ess::Unknown,
        is_cae: false,
        is_stale: false,
        calendar: Calendar::default(),
        seat: None,
        activities: activities.collect(),
        dismissed: Box::default(),
        usual_reach: Arc::default(),
        words: Box::default(),
    }
}

fn candidates(lot: &PreparedLot, all: &[Facts]) -> Vec<Candidate> {
    let candidate =
        |f: &Facts| Some(Candidate { siret: f.siret, score: lot.score(f)?.score, carry: lot.carry(f)? });
    all.iter().filter_map(candidate).collect()
}

/// What a structure holds: in how many of the sectors, how many hours, and whether it could answer alone.
fn check_held(what: &str, lot: &PreparedLot, facts: &Facts, held: Option<(usize, Option<u32>, bool)>) {
    let found = lot.carry(facts).map(|carry| {
        let sectors = carry.zones.iter().filter(|zones| !zones.is_empty()).count();
        (sectors, carry.hours_per_month, lot.is_carried_alone(&carry))
    });
    assert_eq!(found, held, "{what}");
}

#[test]
fn what_a_structure_holds_of_a_lot() {
    let [green, clean, linen] = sectors();
    let both = lot("D31", &[green, clean], Some(150));
    check_held("one of two", &both, &facts(1, &[(green, "D31")], Some(200)), Some((1, Some(200), false)));
    let all = |hours| facts(2, &[(green, "D31"), (clean, "R76")], hours);
    check_held("both", &both, &all(Some(150)), Some((2, Some(150), true)));
    check_held("both, for fewer hours", &both, &all(Some(149)), Some((2, Some(149), false)));
    check_held("both, hours unknown", &both, &all(None), Some((2, None, true)));
    check_held("elsewhere", &both, &facts(3, &[(green, "D09")], None), None);
    check_held("another trade", &both, &facts(4, &[(linen, "D31")], None), None);
    let town = facts(5, &[(green, "C31555"), (clean, "C31555")], None);
    check_held("one town of a département", &both, &town, Some((2, None, false)));
    let other_mode = PreparedLot::new(Lot { mode: Some(Mode::Fabrication), ..both.lot().clone() });
    check_held("another mode", &other_mode, &all(None), None);

    // Whoever lends people by nature holds a lot of staff where it usually works, and no lot of a trade.
    let staff = |place: &str| {
        let lot = Lot { buys: Buys::Staff, sectors: Vec::new(), ..lot(place, &[green], None).lot().clone() };
        PreparedLot::new(lot)
    };
    let lender = Facts {
        kinds: [Kind::Ai].into_iter().collect(),
        usual_reach: Arc::new(Place::parse("D31").expect("a place").communes()),
        ..facts(6, &[], None)
    };
    check_held("staff, from who lends it", &staff("D31"), &lender, Some((1, None, true)));
    check_held("staff elsewhere", &staff("D09"), &lender, None);
    check_held("a trade, from who lends staff", &both, &lender, None);
    let reserved = Lot { reservation: Reservation::Handicap, ..both.lot().clone() };
    check_held("left out by the reservation", &PreparedLot::new(reserved), &all(None), None);
}

#[test]
fn the_smallest_sets() {
    let [green, clean, linen] = sectors();
    let all = [
        facts(1, &[(green, "D31")], Some(100)),
        facts(2, &[(clean, "D31")], Some(100)),
        facts(3, &[(linen, "D31")], None),
        facts(4, &[(green, "D31"), (clean, "C31555")], Some(400)),
        facts(5, &[(linen, "D09")], Some(400)),
    ];
    // place, sectors, hours: members of the best set, whole
    for (place, sectors, hours, members, whole) in [
        ("D31", vec![green, clean], None, 2, true),
        ("D31", vec![green, clean, linen], None, 3, true),
        ("D31", vec![green, clean], Some(150), 2, true),
        ("D31", vec![green, clean], Some(550), 3, true),
        ("D31", vec![green, clean], Some(900), 3, false),
        ("D09", vec![green, linen], None, 0, false),
        ("C31555", vec![green, clean, linen], None, 2, true),
    ] {
        let lot = lot(place, &sectors, hours);
        let found = groupements(&lot, candidates(&lot, &all), b"seed");
        assert!(found.is_exact);
        let best = found.sets.first();
        assert_eq!(best.map_or(0, |s| s.members.len()), members, "{place} {sectors:?} {hours:?}");
        assert_eq!(best.is_some_and(|s| s.is_whole), whole, "{place} {sectors:?} {hours:?}");
    }
}

#[test]
fn a_set_that_brings_no_more_than_its_best_member_is_none() {
    let [green, clean, _] = sectors();
    let first = facts(1, &[(green, "D31")], Some(100));
    // the second structure, the hours asked: whether both together are proposed
    for (second, hours, is_proposed) in [
        (facts(2, &[(green, "C31555")], None), None, false),
        (facts(2, &[(green, "D31")], Some(100)), None, false),
        (facts(2, &[(green, "D31")], Some(100)), Some(150), true),
        (facts(2, &[(green, "D31")], Some(100)), Some(100), false),
        (facts(2, &[(clean, "C31555")], None), None, true),
    ] {
        let lot = lot("D31", &[green, clean], hours);
        let all = [first.clone(), second.clone()];
        let found = groupements(&lot, candidates(&lot, &all), b"seed");
        assert_eq!(!found.sets.is_empty(), is_proposed, "{:?} {hours:?}", second.activities);
        assert!(found.sets.iter().all(|set| !set.is_whole), "nobody cleans the whole place");
    }
}

#[test]
fn of_too_many_those_who_hold_most_are_combined() {
    let [green, clean, _] = sectors();
    let atlas = Atlas::get();
    let towns: Vec<String> = Place::parse("D31")
        .expect("a place")
        .communes()
        .iter()
        .map(|c| format!("C{}", atlas.commune(c).code))
        .collect();
    let small = towns.iter().filter(|code| *code != "C31555").take(200).zip(10..);
    let mut all: Vec<Facts> = small.map(|(town, n)| facts(n, &[(green, town)], None)).collect();
    all.extend([facts(1, &[(green, "D31")], None), facts(2, &[(clean, "D31")], None)]);
    let lot = lot("D31", &[green, clean], None);
    let found = groupements(&lot, candidates(&lot, &all), b"seed");
    assert_eq!((found.candidates, found.combined, found.is_exact), (202, CANDIDATES_MAX, false));
    let mut members: Vec<Siret> = found.sets[0].members.iter().map(|member| member.siret).collect();
    members.sort_unstable();
    assert_eq!(members, [Siret::with_key(1, 1), Siret::with_key(2, 1)], "whatever their scores");
    assert_eq!(found.sets.len(), 1);
    for member in &found.sets[0].members {
        let brought = if member.siret == Siret::with_key(1, 1) { green } else { clean };
        assert_eq!(member.brings, [(brought, 100)], "what it does not bring is not said");
    }
}

/// Over a place that its candidates cut into very many parts, fewer of them are combined: an answer takes tenths of a second.
/// What is said of the set that is found is what the atlas says, sector by sector.
#[test]
fn over_very_many_parts_fewer_are_combined() {
    let [green, clean, _] = sectors();
    let atlas = Atlas::get();
    let region = Place::parse("R76").expect("a place").communes();
    let towns: Vec<String> = region.iter().map(|c| format!("C{}+60km", atlas.commune(c).code)).collect();
    let spread = towns.iter().step_by(towns.len() / 60).zip(1..);
    // A third of them also cleans, so that the sectors are not covered alike.
    let of = |(town, n): (&String, u32)| {
        let both = [(green, town.as_str()), (clean, town.as_str())];
        facts(n, &both[..1 + usize::from(n % 3 == 0)], None)
    };
    let all: Vec<Facts> = spread.map(of).collect();
    let lot = lot("R76", &[green, clean], None);
    let candidates = candidates(&lot, &all);
    let begun = std::time::Instant::now();
    let found = groupements(&lot, candidates.clone(), b"seed");
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    assert_eq!((found.candidates > 50, found.combined, found.is_exact), (true, 35, false));
    for set in &found.sets {
        let carries = |siret: Siret| candidates.iter().find(|c| c.siret == siret).expect("a candidate");
        let members: Vec<&Candidate> = set.members.iter().map(|member| carries(member.siret)).collect();
        for (at, (sector, percent)) in set.covers.iter().enumerate() {
            let zones = CommuneSet::union(members.iter().map(|c| &c.carry.zones[at]));
            let covered = whole_percent(atlas.coverage(lot.communes(), &zones));
            assert_eq!(*percent, covered, "{sector:?} by all");
        }
        for (member, candidate) in set.members.iter().zip(&members) {
            for (sector, percent) in &member.brings {
                let at = lot.lot().sectors.iter().position(|s| s == sector).expect("of the lot");
                let covered = whole_percent(atlas.coverage(lot.communes(), &candidate.carry.zones[at]));
                assert_eq!(*percent, covered, "{sector:?} by {}", member.siret);
            }
        }
    }
}

/// Equal sets are told apart by the seed: the same seed gives the same order, another one another.
#[test]
fn equal_sets_come_in_the_order_of_the_seed() {
    let [green, clean, _] = sectors();
    let mut all = Vec::new();
    for n in 1..=6 {
        all.push(facts(n, &[(green, "D31")], None));
        all.push(facts(n + 10, &[(clean, "D31")], None));
    }
    let lot = lot("D31", &[green, clean], None);
    let first = |seed: &[u8]| {
        let found = groupements(&lot, candidates(&lot, &all), seed);
        let sets = found.sets.iter().map(|set| set.members.iter().map(|m| m.siret).collect::<Vec<_>>());
        sets.collect::<Vec<_>>()
    };
    let seeds: Vec<Vec<u8>> = (0u8..12).map(|n| vec![n]).collect();
    let orders: std::collections::HashSet<_> = seeds.iter().map(|seed| first(seed)[0].clone()).collect();
    assert!(orders.len() > 6, "who comes first is a matter of the seed: {} of 12", orders.len());
    assert_eq!(first(b"seed"), first(b"seed"));
}

fn any_facts() -> impl Strategy<Value = Vec<Facts>> {
    let activity = (0usize..3, 0usize..PLACES.len());
    let one = (proptest::collection::vec(activity, 1..4), proptest::option::of(1u32..500));
    proptest::collection::vec(one, 0..9).prop_map(|all| {
        let mut made = Vec::new();
        for (n, (activities, hours)) in (1u32..).zip(all) {
            let activities: Vec<_> = activities.into_iter().map(|(s, p)| (sectors()[s], PLACES[p])).collect();
            made.push(facts(n, &activities, hours));
        }
        made
    })
}

/// Whether these structures cover the lot, said without bits or cells.
fn covers(lot: &PreparedLot, set: &[&Candidate]) -> bool {
    let hours: u32 = set.iter().filter_map(|c| c.carry.hours_per_month).sum();
    lot.lot().hours_per_month.is_none_or(|asked| hours >= asked)
        && (0..lot.lot().sectors.len()).all(|s| {
            let zones = CommuneSet::union(set.iter().map(|c| &c.carry.zones[s]));
            Atlas::get().coverage(lot.communes(), &zones) >= COVERED
        })
}

/// People that these structures cover together, summed over the sectors.
fn people(lot: &PreparedLot, set: &[&Candidate]) -> u64 {
    let of_sector = |s: usize| {
        let zones = CommuneSet::union(set.iter().map(|c| &c.carry.zones[s]));
        zones.shared(lot.communes()).map(|range| Atlas::get().weight(&CommuneSet::range(range))).sum::<u64>()
    };
    (0..lot.lot().sectors.len()).map(of_sector).sum()
}

fn subsets(of: &[Candidate], size: usize) -> Vec<Vec<&Candidate>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let with = |(at, first): (usize, &'_ Candidate)| {
        let rest = subsets(&of[at + 1..], size - 1).into_iter();
        let first = of.iter().find(|c| c.siret == first.siret).expect("there");
        rest.map(move |mut set| {
            set.push(first);
            set
        })
        .collect::<Vec<_>>()
    };
    of.iter().enumerate().flat_map(with).collect()
}

/// Fewer cases than usual, unless their number is asked for: each looks at every set of up to four.
fn cases(usual: u32) -> ProptestConfig {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(usual),
    }
}

proptest! {
    #![proptest_config(cases(64))]
    #[test]
    fn exactly_the_smallest(all in any_facts(), place in 0usize..PLACES.len(), hours in proptest::option::of(1u32..900)) {
        let lot = lot(PLACES[place], &sectors(), hours);
        let candidates = candidates(&lot, &all);
        let found = groupements(&lot, candidates.clone(), b"seed");
        prop_assert!(found.is_exact);
        let smallest = (2..=MEMBERS_MAX).find(|size| subsets(&candidates, *size).iter().any(|set| covers(&lot, set)));
        for set in &found.sets {
            let members: Vec<&Candidate> =
                set.members.iter().filter_map(|m| candidates.iter().find(|c| c.siret == m.siret)).collect();
            prop_assert_eq!(set.is_whole, covers(&lot, &members));
            prop_assert_eq!(set.is_whole, smallest.is_some());
            if let Some(size) = smallest {
                prop_assert_eq!(set.members.len(), size);
            }
        }
        prop_assert_eq!(found.sets.is_empty() && smallest.is_some(), false);
        if let (None, Some(widest)) = (smallest, found.sets.first()) {
            let members: Vec<&Candidate> =
                widest.members.iter().filter_map(|m| candidates.iter().find(|c| c.siret == m.siret)).collect();
            let most = (2..=MEMBERS_MAX).flat_map(|size| subsets(&candidates, size)).map(|set| people(&lot, &set)).max();
            prop_assert_eq!(Some(people(&lot, &members)), most);
        }
    }

    #[test]
    fn the_order_of_candidates_changes_nothing(all in any_facts(), place in 0usize..PLACES.len()) {
        let lot = lot(PLACES[place], &sectors(), None);
        let one = groupements(&lot, candidates(&lot, &all), b"seed");
        let mut turned = candidates(&lot, &all);
        turned.reverse();
        prop_assert_eq!(groupements(&lot, turned, b"seed"), one);
    }
}
