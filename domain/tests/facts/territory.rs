//! Territories: counts of the table, coverage, autocomplete.

use domain::territory::{Atlas, CommuneIx, CommuneSet, DepartementIx, EpciIx, Place, RegionIx, Seat, Zone};
use proptest::prelude::*;

#[test]
fn counts_of_the_whole() {
    let atlas = Atlas::get();
    assert_eq!(atlas.regions.len(), 18);
    assert_eq!(atlas.departements.len(), 101);
    assert_eq!(atlas.epcis.len(), 1_253);
    assert_eq!(atlas.communes.len(), 34_875);
    assert_eq!(atlas.population(Place::FRANCE), 68_350_798);
    let alone: Vec<&str> = atlas.communes.iter().filter(|c| c.epci.is_none()).map(|c| c.code).collect();
    assert_eq!(alone.len(), 4);
    for code in ["22016", "29083", "29155", "85113"] {
        assert!(alone.contains(&code), "{code}");
    }
}

fn check(code: &str, name: &str, communes: usize, population: u64) {
    let place = Place::parse(code).expect("a place");
    assert_eq!(place.name(), name);
    assert_eq!(place.code(), code);
    assert_eq!(place.communes().len(), communes, "communes of {name}");
    assert_eq!(Atlas::get().population(place), population, "population of {name}");
}

#[test]
fn counts_of_some() {
    check("R76", "Occitanie", 4_446, 6_124_653);
    check("R11", "Île-de-France", 1_266, 12_463_067);
    check("R04", "La Réunion", 24, 889_679);
    check("D31", "Haute-Garonne (31)", 586, 1_471_468);
    check("D48", "Lozère (48)", 152, 76_486);
    check("D2A", "Corse-du-Sud (2A)", 124, 168_306);
    check("D69", "Rhône (69)", 266, 1_914_667);
    check("E243100518", "Toulouse Métropole", 37, 841_524);
    check("E200054781", "Métropole du Grand Paris", 130, 7_142_540);
    check("C31555", "Toulouse (31)", 1, 514_819);
    check("C75056", "Paris (75)", 1, 2_103_778);
    check("C42218", "Saint-Étienne (42)", 1, 173_136);
}

#[test]
fn departements_are_contiguous_and_in_their_region() {
    let atlas = Atlas::get();
    let mut next = 0;
    for departement in &atlas.departements {
        assert_eq!(departement.communes.start, next, "{}", departement.name);
        next = departement.communes.end;
        let region = atlas.region(departement.region);
        assert!(
            region.communes.start <= departement.communes.start
                && departement.communes.end <= region.communes.end
        );
    }
    assert_eq!(usize::from(next), atlas.communes.len());
}

fn check_address(postal_code: &str, town: &str, code: Option<&str>) {
    let found =
        Atlas::get().commune_of_address(postal_code, town, None).map(|ix| Atlas::get().commune(ix).code);
    assert_eq!(found, code, "{postal_code} {town}");
}

#[test]
fn addresses() {
    check_address("31000", "Toulouse", Some("31555"));
    check_address("31000", "TOULOUSE CEDEX 4", Some("31555"));
    check_address("75011", "Paris", Some("75056"));
    check_address("69003", "LYON 3EME", Some("69123"));
    check_address("42000", "ST ETIENNE", Some("42218"));
    check_address("", "Mende", Some("48095"));
    check_address("99999", "Nulle part", None);
}

fn zone() -> impl Strategy<Value = Zone> {
    let atlas = Atlas::get();
    let communes = u16::try_from(atlas.communes.len()).expect("fits");
    let epcis = u16::try_from(atlas.epcis.len()).expect("fits");
    prop_oneof![
        Just(Zone::France),
        (0u8..18).prop_map(|r| Zone::Region(RegionIx(r))),
        (0u8..101).prop_map(|d| Zone::Departement(DepartementIx(d))),
        (0..epcis).prop_map(|e| Zone::Epci(EpciIx(e))),
        (0..communes).prop_map(|c| Zone::Commune(CommuneIx(c))),
        (0u16..120).prop_map(|km| Zone::Radius { km }),
    ]
}

fn seat() -> impl Strategy<Value = Seat> {
    let atlas = Atlas::get();
    let communes = u16::try_from(atlas.communes.len()).expect("fits");
    (0..communes)
        .prop_map(|c| Seat { commune: CommuneIx(c), point: Atlas::get().commune(CommuneIx(c)).centre })
}

proptest! {
    #[test]
    fn a_place_covers_itself(zone in zone(), seat in seat()) {
        let set = Atlas::get().communes_of(zone, Some(seat));
        prop_assert!((Atlas::get().coverage(&set, &set) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn coverage_grows_with_the_zones(place in zone(), zones in proptest::collection::vec(zone(), 1..4), seat in seat()) {
        let atlas = Atlas::get();
        let place = atlas.communes_of(place, Some(seat));
        let sets: Vec<CommuneSet> = zones.iter().map(|z| atlas.communes_of(*z, Some(seat))).collect();
        let mut last = 0.0;
        for n in 1..=sets.len() {
            let coverage = atlas.coverage(&place, &CommuneSet::union(&sets[..n]));
            prop_assert!(coverage >= last && coverage <= 1.0);
            last = coverage;
        }
    }

    #[test]
    fn a_radius_of_0_km_holds_its_own_commune(seat in seat()) {
        let set = Atlas::get().communes_of(Zone::Radius { km: 0 }, Some(seat));
        prop_assert!(set.contains(seat.commune));
    }

    #[test]
    fn a_wider_radius_holds_the_narrower(seat in seat(), km in 0u16..80, more in 0u16..40) {
        let atlas = Atlas::get();
        let narrow = atlas.communes_of(Zone::Radius { km }, Some(seat));
        let wide = atlas.communes_of(Zone::Radius { km: km + more }, Some(seat));
        prop_assert_eq!(CommuneSet::union([&narrow, &wide]), wide);
    }

    #[test]
    fn the_radius_search_misses_nobody(seat in seat(), km in 0u16..60) {
        let atlas = Atlas::get();
        let set = atlas.communes_of(Zone::Radius { km }, Some(seat));
        for (ix, commune) in atlas.communes.iter().enumerate() {
            let ix = CommuneIx(u16::try_from(ix).expect("fits"));
            let within = seat.point.km_to(commune.centre) <= f32::from(km) || ix == seat.commune;
            prop_assert_eq!(set.contains(ix), within, "{}", commune.name);
        }
    }

    #[test]
    fn zone_codes_round_trip(zone in zone()) {
        prop_assert_eq!(Zone::parse(&zone.code()), Ok(zone));
    }

    #[test]
    fn any_code_is_answered(text in ".{0,20}") {
        let _ = Zone::parse(&text);
    }
}
