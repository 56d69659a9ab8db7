//! Matching: what must always hold, whatever the lot and the structure.

use domain::legal::{Convention, Ess, Reservation};
use domain::matching::{ActivityFacts, Criterion, Facts, Lot, PreparedLot};
use domain::sector::{SectorIx, Sectors};
use domain::siret::Siret;
use domain::structure::{Kind, KindSet, Mode, Standing};
use domain::territory::{Atlas, CommuneIx, DepartementIx, Place, RegionIx, Seat, Zone};
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
    (proptest::collection::vec(sector(), 1..3), place(), 0usize..6, proptest::option::of(1u32..2_000))
        .prop_map(|(sectors, place, reservation, hours_per_month)| Lot {
            sectors,
            place,
            reservation: Reservation::ALL[reservation],
            kinds: KindSet::EMPTY,
            mode: None,
            hours_per_month,
            text: "Entretien des espaces verts".to_owned(),
            on: None,
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
    (proptest::collection::vec(activity(), 0..4), 0usize..10, 0..communes).prop_map(
        |(activities, kind, commune)| {
            let commune = CommuneIx(commune);
            Facts {
                dated: Box::default(),
                half: None,
                ess: Ess::Unknown,
                is_cae: false,
                siret: Siret::with_key(1, 1),
                kinds: [Kind::ALL[kind]].into_iter().collect(),
                seat: Some(Seat { commune, point: Atlas::get().commune(commune).centre }),
                activities: activities.into(),
                words: Facts::words_of(["Les jardins de nulle part"]),
            }
        },
    )
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
    fn one_more_activity_never_lowers(lot in lot(), facts in facts(), more in activity()) {
        let mut activities = facts.activities.to_vec();
        activities.push(more);
        let wider = Facts { activities: activities.into(), ..facts.clone() };
        prop_assert!(score(&lot, &wider) >= score(&lot, &facts));
    }

    #[test]
    fn the_asked_sector_never_lowers(lot in lot(), facts in facts()) {
        let mut activities = facts.activities.to_vec();
        for activity in &mut activities {
            activity.sector = lot.sectors[0];
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
        let communes = lot.place.communes();
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
            seat: None,
            activities: [activity.clone()].into(),
            words: Box::default(),
        };
        let lot = Lot {
            sectors: vec![sector],
            place: Place::FRANCE,
            reservation,
            kinds: KindSet::EMPTY,
            mode: None,
            hours_per_month: None,
            text: String::new(),
            on: Some(day(on)),
        };
        assert_eq!(score(&lot, &facts).is_some(), fits, "{conventions:?} {reservation:?}");
    }
}

#[test]
fn the_maxima_sum_to_a_hundred() {
    assert_eq!(Criterion::ALL.iter().map(|c| u32::from(c.max())).sum::<u32>(), 100);
}
