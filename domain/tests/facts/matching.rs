//! Matching: what must always hold, whatever the lot and the structure.

use domain::legal::{Convention, Ess, Reservation};
use domain::matching::{ActivityFacts, Buys, Criterion, Facts, Kinship, Known, Lot, PreparedLot};
use domain::sector::{self, SectorIx, Sectors};
use domain::siret::Siret;
use domain::structure::{Calendar, Kind, KindSet, Mode, Month, Standing, usual_zones};
use domain::territory::{Atlas, CommuneIx, CommuneSet, DepartementIx, Place, RegionIx, Seat, Zone};
use proptest::prelude::*;
use std::sync::Arc;

fn sector() -> impl Strategy<Value = SectorIx> {
    let count = u8::try_from(Sectors::get().iter().count()).expect("fits");
    (0..count).prop_map(SectorIx)
}

fn place() -> impl Strategy<Value = Place> {
    let communes = u16::try_from(Atlas::get().communes.len()).expect("fits");
    let zone = prop_oneof![
        Just(Zone::France),
        (0u8..18).prop_map(|r| Zone::Region(RegionIx(r))),
        (0u8..101).prop_map(|d| Zone::Departement(DepartementIx(d))),
        (0..communes).prop_map(|c| Zone::Commune(CommuneIx(c))),
    ];
    zone.prop_map(|z| Place::of(z).expect("no radius"))
}

fn lot() -> impl Strategy<Value = Lot> {
    let hours = proptest::option::of(1u32..2_000);
    (proptest::collection::vec(sector(), 1..3), place(), 0usize..6, hours, proptest::option::of(0usize..3))
        .prop_map(|(sectors, place, reservation, hours_per_month, begins)| Lot {
            buys: Buys::Trade,
            sectors,
            place: Some(place),
            reservation: Reservation::ALL[reservation],
            kinds: KindSet::EMPTY,
            mode: None,
            hours_per_month,
            text: "Entretien des espaces verts".to_owned(),
            on: None,
            begins: begins.map(month),
        })
}

/// One of the months of which structures may say something.
fn month(rank: usize) -> Month {
    let first = Month::parse("2026-12").expect("a month");
    first.ahead().nth(rank).expect("not far ahead")
}

fn calendar() -> impl Strategy<Value = Calendar> {
    let said = prop_oneof![Just(0), 1u32..3_000];
    proptest::collection::btree_map(0usize..2, said, 0..2).prop_map(|months| {
        let said = |calendar: Calendar, (rank, hours)| calendar.with(month(rank), Some(hours));
        months.into_iter().fold(Calendar::default(), said)
    })
}

fn standing() -> impl Strategy<Value = Standing> {
    prop_oneof![Just(Standing::Deduced), Just(Standing::Declared), Just(Standing::Confirmed)]
}

fn activity() -> impl Strategy<Value = ActivityFacts> {
    (sector(), standing(), proptest::option::of(1u32..3_000), place()).prop_map(
        |(sector, standing, hours_per_month, place)| {
            let zones = Arc::new(place.communes());
            ActivityFacts { sector, mode: Mode::Prestation, standing, hours_per_month, zones }
        },
    )
}

fn facts() -> impl Strategy<Value = Facts> {
    let communes = u16::try_from(Atlas::get().communes.len()).expect("fits");
    (proptest::collection::vec(activity(), 0..4), 0usize..10, 0..communes, calendar()).prop_map(
        |(activities, kind, commune, calendar)| {
            let commune = CommuneIx(commune);
            Facts {
                dated: Box::default(),
                half: None,
                ess: Ess::Unknown,
                is_cae: false,
                is_stale: false,
                calendar,
                siret: Siret::with_key(1, 1),
                kinds: [Kind::ALL[kind]].into_iter().collect(),
                seat: Some(Seat { commune, point: Atlas::get().commune(commune).centre }),
                activities: activities.into(),
                dismissed: Box::default(),
                usual_reach: Arc::new(usual_reach(Kind::ALL[kind], commune)),
                words: Facts::words_of(["Les jardins de nulle part"]),
            }
        },
    )
}

/// Where a structure of a kind works as long as it has said nothing.
fn usual_reach(kind: Kind, commune: CommuneIx) -> CommuneSet {
    let seat = Seat { commune, point: Atlas::get().commune(commune).centre };
    let zones = usual_zones([kind].into_iter().collect(), Some(seat));
    let sets: Vec<CommuneSet> =
        zones.into_iter().map(|zone| Atlas::get().communes_of(zone, Some(seat))).collect();
    CommuneSet::union(&sets)
}

fn score(lot: &Lot, facts: &Facts) -> Option<u8> {
    PreparedLot::new(lot.clone()).score(facts).map(|m| m.score)
}

proptest! {
    #[test]
    fn the_reasons_sum_to_the_score(lot in lot(), facts in facts()) {
        if let Some(found) = PreparedLot::new(lot).score(&facts) {
            prop_assert_eq!(found.reasons.iter().map(|r| r.points).sum::<u8>(), found.score);
            for (reason, criterion) in found.reasons.iter().zip(Criterion::ALL) {
                prop_assert_eq!(reason.criterion, criterion);
                prop_assert!(reason.points <= criterion.max());
            }
        }
    }

    #[test]
    fn the_bound_is_never_below_the_score(lot in lot(), facts in facts()) {
        let lot = PreparedLot::new(lot);
        if let Some(found) = lot.score(&facts) {
            let activity = found.activity_of(&facts);
            let standing = activity.map(|a| a.standing);
            // As columns keep it: a calendar may say more of a month than what is usual.
            let usual = activity.and_then(|a| a.hours_per_month);
            let hours = if facts.calendar.is_empty() { usual } else { Some(u32::MAX) };
            prop_assert!(lot.points_at_most(found.kinship, standing, hours, lot.points_of_distance(facts.seat)) >= found.score);
        }
    }

    #[test]
    fn one_more_activity_never_lowers_who_said_what_it_does(
        lot in lot(), facts in facts(), more in activity()
    ) {
        let mut activities = facts.activities.to_vec();
        activities.push(more);
        let wider = Facts { activities: activities.into(), ..facts.clone() };
        if facts.known() == Known::Declared {
            prop_assert!(score(&lot, &wider) >= score(&lot, &facts));
        }
    }

    #[test]
    fn knowing_that_it_does_this_never_lowers(lot in lot(), facts in facts(), said in standing()) {
        let zones = Arc::clone(&facts.usual_reach);
        let mode = Mode::Prestation;
        let does = ActivityFacts { sector: lot.sectors[0], mode, standing: said, hours_per_month: None, zones };
        let known = Facts { activities: [does].into(), ..facts.clone() };
        let silent = Facts { activities: Box::default(), ..facts };
        prop_assert!(score(&lot, &known) >= score(&lot, &silent));
    }

    #[test]
    fn when_nothing_is_known_the_nearest_comes_first(lot in lot(), facts in facts(), other in 0u16..30_000) {
        let communes = u16::try_from(Atlas::get().communes.len()).expect("fits");
        let at = |commune: CommuneIx| Facts {
            seat: Some(Seat { commune, point: Atlas::get().commune(commune).centre }),
            activities: Box::default(),
            usual_reach: Arc::new(Place::FRANCE.communes()),
            ..facts.clone()
        };
        let (one, two) = (at(facts.seat.expect("a seat").commune), at(CommuneIx(other % communes)));
        let prepared = PreparedLot::new(lot.clone());
        if prepared.km_to(one.seat) <= prepared.km_to(two.seat) {
            prop_assert!(score(&lot, &one) >= score(&lot, &two));
        }
    }

    #[test]
    fn what_was_declared_or_dismissed_is_a_no(lot in lot(), facts in facts()) {
        let kinship = |sector: SectorIx| {
            lot.sectors.iter().map(|asked| Sectors::get().kinship(*asked, sector)).max()
        };
        let is_stranger = |a: &ActivityFacts| kinship(a.sector) == Some(sector::Kinship::Stranger);
        if facts.known() == Known::Declared && facts.activities.iter().all(is_stranger) {
            prop_assert_eq!(score(&lot, &facts), None);
        }
        let dismissed = lot.sectors.clone().into();
        let silent = Facts { activities: Box::default(), dismissed, ..facts };
        prop_assert_eq!(score(&lot, &silent), None);
    }

    #[test]
    fn the_asked_sector_never_lowers(lot in lot(), facts in facts()) {
        // Without words: the vocabulary of one asked sector may have more of them than that of another.
        let lot = Lot { text: String::new(), ..lot };
        let mut activities = facts.activities.to_vec();
        for activity in &mut activities {
            activity.sector = lot.sectors[0];
            activity.zones = Arc::new(Place::FRANCE.communes());
        }
        let fitting = Facts { activities: activities.into(), ..facts.clone() };
        prop_assert!(score(&lot, &fitting) >= score(&lot, &facts));
    }

    #[test]
    fn wider_zones_never_lower(lot in lot(), facts in facts()) {
        let mut activities = facts.activities.to_vec();
        for activity in &mut activities {
            activity.zones = Arc::new(Place::FRANCE.communes());
        }
        let wider = Facts { activities: activities.into(), ..facts.clone() };
        prop_assert!(score(&lot, &wider) >= score(&lot, &facts));
    }

    #[test]
    fn a_nearer_seat_never_lowers(lot in lot(), facts in facts()) {
        let communes = lot.place.expect("a place").communes();
        let centre = Atlas::get().centre(&communes).expect("a centre");
        let commune = communes.iter().next().expect("a commune");
        let nearer = Facts { seat: Some(Seat { commune, point: centre }), ..facts.clone() };
        prop_assert!(score(&lot, &nearer) >= score(&lot, &facts));
    }

    #[test]
    fn a_reservation_never_adds(lot in lot(), facts in facts()) {
        let open = Lot { reservation: Reservation::None, ..lot.clone() };
        if score(&lot, &facts).is_some() {
            prop_assert_eq!(score(&open, &facts), score(&lot, &facts));
        }
    }
}

#[test]
fn an_ended_convention_opens_no_reserved_lot() {
    let day = |text: &str| domain::date::parse(text).expect("a day");
    let sector = SectorIx(0);
    let zones = Arc::new(Place::FRANCE.communes());
    let activity = ActivityFacts {
        sector,
        mode: Mode::Prestation,
        standing: Standing::Confirmed,
        hours_per_month: None,
        zones,
    };
    let convention = |kind, to: Option<&str>| Convention { kind, from: None, to: to.map(day) };
    // conventions; reservation; day: whether the structure fits
    for (conventions, reservation, on, fits) in [
        (vec![convention(Kind::Aci, None)], Reservation::Siae, "2026-11-22", true),
        (vec![convention(Kind::Aci, Some("2026-11-22"))], Reservation::Siae, "2026-11-22", true),
        (vec![convention(Kind::Aci, Some("2026-11-21"))], Reservation::Siae, "2026-11-22", false),
        (vec![convention(Kind::Aci, Some("2026-11-21"))], Reservation::None, "2026-11-22", true),
        (
            vec![convention(Kind::Aci, Some("2025-12-31")), convention(Kind::Ei, None)],
            Reservation::Siae,
            "2026-11-22",
            true,
        ),
        (
            vec![convention(Kind::Aci, Some("2025-12-31")), convention(Kind::Esat, None)],
            Reservation::Siae,
            "2026-11-22",
            false,
        ),
    ] {
        let facts = Facts {
            siret: Siret::with_key(1, 1),
            kinds: conventions.iter().map(|c| c.kind).collect(),
            dated: conventions.clone().into(),
            half: None,
            ess: Ess::Unknown,
            is_cae: false,
            is_stale: false,
            calendar: Calendar::default(),
            seat: None,
            activities: [activity.clone()].into(),
            dismissed: Box::default(),
            usual_reach: Arc::default(),
            words: Box::default(),
        };
        let lot = Lot {
            buys: Buys::Trade,
            sectors: vec![sector],
            place: Some(Place::FRANCE),
            reservation,
            kinds: KindSet::EMPTY,
            mode: None,
            hours_per_month: None,
            text: String::new(),
            on: Some(day(on)),
            begins: None,
        };
        assert_eq!(score(&lot, &facts).is_some(), fits, "{conventions:?} {reservation:?}");
    }
}

#[test]
fn the_maxima_sum_to_a_hundred() {
    assert_eq!(Criterion::ALL.iter().map(|c| u32::from(c.max())).sum::<u32>(), 100);
}

/// A lot at Toulouse, and how a structure there is related to it.
fn check_kinship(lot: &Lot, kind: Kind, activities: &[(&str, Mode, Standing)], expected: Option<Kinship>) {
    let Ok(Zone::Commune(commune)) = Zone::parse("C31555") else { panic!("a commune") };
    let activity = |(slug, mode, standing): &(&str, Mode, Standing)| ActivityFacts {
        sector: Sectors::get().parse(slug).expect("a sector"),
        mode: *mode,
        standing: *standing,
        hours_per_month: None,
        zones: Arc::new(Place::FRANCE.communes()),
    };
    let facts = Facts {
        siret: Siret::with_key(1, 1),
        kinds: [kind].into_iter().collect(),
        dated: Box::default(),
        half: None,
        ess: Ess::Unknown,
        is_cae: false,
        is_stale: false,
        calendar: Calendar::default(),
        seat: Some(Seat { commune, point: Atlas::get().commune(commune).centre }),
        activities: activities.iter().map(activity).collect(),
        dismissed: Box::default(),
        usual_reach: Arc::new(usual_reach(kind, commune)),
        words: Box::default(),
    };
    let found = PreparedLot::new(lot.clone()).score(&facts).map(|found| found.kinship);
    assert_eq!(found, expected, "{kind} {activities:?} for {lot:?}");
}

#[test]
fn kinships() {
    let green = "creation-et-entretien-des-espaces-verts";
    let trade = Lot {
        buys: Buys::Trade,
        sectors: vec![Sectors::get().parse(green).expect("a sector")],
        place: Place::parse("C31555").ok(),
        reservation: Reservation::None,
        kinds: KindSet::EMPTY,
        mode: None,
        hours_per_month: None,
        text: String::new(),
        on: None,
        begins: None,
    };
    let lent = Lot { mode: Some(Mode::MiseADisposition), ..trade.clone() };
    let done = Lot { mode: Some(Mode::Prestation), ..trade.clone() };
    let staff = Lot { buys: Buys::Staff, sectors: Vec::new(), ..trade.clone() };
    let insertion = Lot { buys: Buys::Insertion, sectors: Vec::new(), ..trade.clone() };
    let anything = Lot { sectors: Vec::new(), ..trade.clone() };
    let (own, lends) = (Mode::Prestation, Mode::MiseADisposition);
    let (deduced, declared) = (Standing::Deduced, Standing::Declared);
    for (lot, kind, activities, expected) in [
        (&trade, Kind::Aci, &[][..], Some(Kinship::Unknown)),
        (&trade, Kind::Aci, &[(green, own, deduced)][..], Some(Kinship::Same)),
        (&trade, Kind::Aci, &[("genie-ecologique", own, declared)], Some(Kinship::Sibling)),
        (&trade, Kind::Aci, &[("blanchisserie", own, deduced)], Some(Kinship::OtherDeduced)),
        (&trade, Kind::Aci, &[("blanchisserie", own, declared)], None),
        (&trade, Kind::Aci, &[("blanchisserie", own, deduced), ("repassage", own, declared)], None),
        (&trade, Kind::Ai, &[], Some(Kinship::Lender)),
        (&trade, Kind::Etti, &[("blanchisserie", lends, deduced)], Some(Kinship::Lender)),
        (&trade, Kind::Ai, &[("blanchisserie", lends, declared)], None),
        (&lent, Kind::Ai, &[], Some(Kinship::ByNature)),
        (&lent, Kind::Ai, &[("blanchisserie", lends, declared)], Some(Kinship::ByNature)),
        (&lent, Kind::Geiq, &[(green, lends, declared)], Some(Kinship::Same)),
        (&lent, Kind::Aci, &[], Some(Kinship::Unknown)),
        (&lent, Kind::Aci, &[(green, own, declared)], None),
        (&done, Kind::Etti, &[], None),
        (&done, Kind::Aci, &[], Some(Kinship::Unknown)),
        (&staff, Kind::Etti, &[], Some(Kinship::ByNature)),
        (&staff, Kind::Ei, &[("blanchisserie", lends, declared)], Some(Kinship::Same)),
        (&staff, Kind::Ei, &[("blanchisserie", own, declared)], None),
        (&staff, Kind::Esat, &[], Some(Kinship::Unknown)),
        (&insertion, Kind::Aci, &[("blanchisserie", own, declared)], Some(Kinship::ByNature)),
        (&insertion, Kind::Esat, &[], Some(Kinship::Unknown)),
        (&insertion, Kind::Esat, &[("blanchisserie", own, declared)], None),
        (&anything, Kind::Aci, &[("blanchisserie", own, declared)], Some(Kinship::Unasked)),
        (&anything, Kind::Aci, &[], Some(Kinship::Unasked)),
    ] {
        check_kinship(lot, kind, activities, expected);
    }
}

#[test]
fn reaches_as_long_as_nothing_is_said() {
    let Ok(Zone::Commune(toulouse)) = Zone::parse("C31555") else { panic!("a commune") };
    let seat = Seat { commune: toulouse, point: Atlas::get().commune(toulouse).centre };
    for (kinds, expected) in [
        (&[Kind::Aci][..], "30km"),
        (&[Kind::Esat], "50km"),
        (&[Kind::Ai], "D31"),
        (&[Kind::Etti], "D31"),
        (&[Kind::Etti, Kind::Ei], "D31|50km"),
        (&[], "30km"),
    ] {
        let zones = usual_zones(kinds.iter().copied().collect(), Some(seat));
        let codes: Vec<String> = zones.iter().map(|zone| zone.code()).collect();
        assert_eq!(codes.join("|"), expected, "{kinds:?}");
    }
    assert_eq!(usual_zones([Kind::Ai].into_iter().collect(), None), [Zone::Radius { km: 30 }]);
}
