//! Territories: counts of the table, coverage, autocomplete.

use domain::territory::{
    Address, Atlas, CommuneIx, CommuneSet, DepartementIx, EpciIx, Place, PlaceReading, Point, RegionIx, Seat,
    Zone, zones_read,
};
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

fn check_address(address: Address<'_>, code: Option<&str>) {
    let found = address.commune().map(|ix| Atlas::get().commune(ix).code);
    assert_eq!(found, code, "{address:?}");
}

fn row<'a>(postal_code: &'a str, town: &'a str, departement: &'a str) -> Address<'a> {
    Address { postal_code, town, departement, point: None }
}

#[test]
fn addresses() {
    // The postal code and the town agree.
    check_address(row("31000", "Toulouse", ""), Some("31555"));
    check_address(row("31000", "TOULOUSE CEDEX 4", "31"), Some("31555"));
    check_address(row("75011", "Paris", ""), Some("75056"));
    check_address(row("69003", "LYON 3EME", "69"), Some("69123"));
    check_address(row("42000", "ST ETIENNE", ""), Some("42218"));
    check_address(row("31 270", "CUGNAUX", ""), Some("31157"));
    // A code that crosses départements.
    check_address(row("42620", "ST MARTIN D ESTREAUX", "42"), Some("42257"));
    check_address(row("42620", "SAINT PIERRE LAVAL", "03"), Some("03250"));
    check_address(row("42620", "ST BONNET DES QUARTS", "42"), Some("42203"));
    check_address(row("42620", "LE BOURG", "42"), None);
    // A commune that merged.
    check_address(row("93380", "PIERREFITTE SUR SEINE", "93"), Some("93066"));
    check_address(row("74960", "CRAN GEVRIER", "74"), Some("74010"));
    check_address(row("01204", "Bellegarde-sur-Valserine", "01"), Some("01033"));
    // CEDEX: the town in the département.
    check_address(row("31094", "TOULOUSE CEDEX 9", ""), Some("31555"));
    check_address(row("85021", "LA ROCHE SUR YON", "85"), Some("85191"));
    check_address(row("59815", "LESQUIN CEDEX", ""), Some("59343"));
    check_address(row("62501", "Saint-Omer Cedex", "62"), Some("62765"));
    check_address(row("92042", "PARIS LA DEFENSE CEDEX", "92"), None);
    // Overseas: collectivities that the table does not have are not their namesakes.
    check_address(row("97150", "ST MARTIN", "971"), None);
    check_address(row("97150", "ST MARTIN", ""), None);
    check_address(row("97133", "ST BARTHELEMY", "971"), None);
    check_address(row("97133", "GUSTAVIA", "977"), None);
    check_address(row("97500", "ST PIERRE", "975"), None);
    check_address(row("97410", "ST PIERRE", "974"), Some("97416"));
    // Without a code that is known, the département decides among namesakes.
    check_address(row("", "Saint-Denis", "93"), Some("93066"));
    check_address(row("", "Saint-Denis", "974"), Some("97411"));
    check_address(row("", "Saint-Denis", ""), None);
    check_address(row("", "Mende", ""), Some("48095"));
    check_address(row("99999", "Nulle part", ""), None);
    check_address(row("00000", "ALBI", "00"), Some("81004"));
    check_address(row("44153", "Ancenis", "44"), Some("44003"));
    check_address(row("95032", "Cergy-Pontoise", ""), Some("95127"));
    check_address(row("01000", "BELLEGARDE", "01"), None);
    check_address(row("13858", "Albi", "13"), None);
    let near_albi = Point::new(2.133_515, 43.920_283);
    check_address(Address { point: near_albi, ..row("13858", "Albi", "13") }, Some("81004"));
    // One commune only: a hamlet does not matter.
    check_address(row("31000", "Lieu-dit du Bas", "31"), Some("31555"));
}

fn read(typed: &str) -> String {
    let codes = |places: Vec<Place>| places.into_iter().map(Place::code).collect::<Vec<_>>().join(" ");
    match Place::read(typed) {
        PlaceReading::One(place) => place.code(),
        PlaceReading::Choice(places) => format!("? {}", codes(places)),
        PlaceReading::Unknown { nearest } => format!("! {}", codes(nearest)).trim_end().to_owned(),
    }
}

/// One place: `C31555`. A choice: `? C97411 C93066`. Unknown, with what is proposed: `! C31555`; `…` is anything.
fn check_read(typed: &str, expected: &str) {
    let found = read(typed);
    let fits =
        expected.strip_suffix('…').map_or(found == expected, |start| found.starts_with(start.trim_end()));
    assert!(fits, "{typed:?} is {found}, expected {expected}");
}

#[test]
fn names_as_people_write_them() {
    for (typed, expected) in [
        ("Toulouse", "C31555"),
        ("TOULOUSE", "C31555"),
        (" toulouse ", "C31555"),
        ("Toulouse (31)", "C31555"),
        ("toulouse 31", "C31555"),
        ("31 Toulouse", "C31555"),
        ("Toulouse (Haute-Garonne)", "C31555"),
        ("Toulouse, Haute-Garonne", "C31555"),
        ("Toulouse, France", "C31555"),
        ("St Étienne", "C42218"),
        ("Ste Foy les Lyon", "C69202"),
        ("Vitry s/ Seine", "C94081"),
        ("ville de Lyon", "C69123"),
        ("Le Havre", "C76351"),
        ("L'Haÿ-les-Roses", "C94038"),
        ("Paris", "C75056"),
        ("Paris 13", "C75056"),
        ("Lyon 3e", "C69123"),
        ("Marseille 1er arrondissement", "C13055"),
        ("Haute-Garonne", "D31"),
        ("haute garonne (31)", "D31"),
        ("31 - Haute-Garonne", "D31"),
        ("la Haute-Garonne", "D31"),
        ("département de la Mayenne", "D53"),
        ("Mayenne (53)", "C53147"),
        ("Mayenne (département, 53)", "D53"),
        ("Occitanie", "R76"),
        ("la Bretagne", "R53"),
        ("région Bretagne", "R53"),
        ("Bretagne", "R53"),
        ("La Réunion", "R04"),
        ("Réunion", "R04"),
        ("La Réunion (974)", "D974"),
        ("La Réunion (47)", "C47222"),
        ("France", "FR"),
        ("France entière", "FR"),
        ("toute la France", "FR"),
        ("Toulouse Métropole", "E243100518"),
        ("Métropole de Lyon", "E200046977"),
        ("Meurthe-et-Moselle", "D54"),
        ("C31555", "C31555"),
        ("c31555+50km", "C31555+50km"),
    ] {
        check_read(typed, expected);
    }
}

#[test]
fn places_that_are_asked_for() {
    for (typed, expected) in [
        ("Saint-Denis", "? C97411 C93066"),
        ("Saint-Denis, La Réunion", "C97411"),
        ("Saint-Denis (93)", "C93066"),
        ("Mayenne", "? C53147 D53"),
        ("Vienne", "? C38544 D86"),
        ("Saint-Martin", "? …"),
        ("Bourgogne", "? R27 C51075"),
        ("69 et 42", "? D69 D42"),
        ("69, 42", "? D69 D42"),
        ("Toulouse et Albi", "? C31555 C81004"),
        ("Toulouse ou Toulouse", "C31555"),
        ("42620", "? C42257 C03250"),
        ("20", "? R94 D2A D2B"),
        ("50 km autour de Saint-Denis", "? C97411+50km C93066+50km"),
    ] {
        check_read(typed, expected);
    }
}

#[test]
fn texts_that_are_no_place() {
    for (typed, expected) in [
        ("", "!"),
        ("  - ", "!"),
        ("qqqqqq", "!"),
        ("Monaco", "! …"),
        ("Genève", "! …"),
        ("Bruxelles", "! …"),
        ("PACA", "! R93"),
        ("Midi-Pyrénées", "! R76"),
        ("Toulousse", "! C31555…"),
        ("Toulous", "! C31555…"),
        ("Paris 21", "! C75056…"),
        ("Toulouse (81)", "! C31555…"),
        ("Toulouse et environs", "! C31555…"),
        ("autour de Toulouse", "! …"),
        ("50km", "!"),
        ("50 km autour de Haute-Garonne", "! D31"),
        ("900 km autour de Toulouse", "! …"),
        ("Saint-Martin (978)", "! …"),
    ] {
        check_read(typed, expected);
    }
    assert_eq!(Place::read(&"Toulouse ".repeat(60)), PlaceReading::Unknown { nearest: Vec::new() });
}

#[test]
fn numbers_as_they_are_found() {
    for (typed, expected) in [
        ("31", "D31"),
        ("1", "D01"),
        ("le 93", "D93"),
        ("2a", "D2A"),
        ("2b", "D2B"),
        ("02A", "D2A"),
        ("20B", "D2B"),
        ("038", "D38"),
        ("59L", "D59"),
        ("059V", "D59"),
        ("69D", "D69"),
        ("69M", "E200046977"),
        ("974", "D974"),
        ("département 31", "D31"),
        ("31000", "C31555"),
        ("31 000", "C31555"),
        ("1000", "? …"),
        ("75000", "C75056"),
        ("13000", "C13055"),
        ("69000", "C69123"),
        ("75011", "C75056"),
        ("69003", "C69123"),
        ("31270", "? …"),
        ("31270 Cugnaux", "C31157"),
        ("Cugnaux 31270", "C31157"),
        ("42620 Saint-Bonnet-des-Quarts", "C42203"),
        ("42620 Loire", "C42257"),
        ("31000 Blagnac", "C31069"),
        // CEDEX.
        ("Strasbourg Cedex", "C67482"),
        ("Strasbourg Cedex 9", "C67482"),
        ("67084 Strasbourg Cedex", "C67482"),
        ("31059", "C31555"),
        ("67084", "C67482"),
        ("31703 Blagnac Cedex", "C31069"),
        ("31703", "! C31069…"),
        ("92042", "! C92050…"),
        ("78056", "! C78646…"),
        ("13097", "! …"),
        ("13858 Albi", "! C81004…"),
        // Overseas and abroad.
        ("97150", "!"),
        ("97133", "!"),
        ("97500", "!"),
        ("98000", "!"),
        ("97150 ST MARTIN", "! …"),
        ("975", "!"),
        ("97400", "C97411"),
        // Communes that were.
        ("C14011", "C14581"),
        ("c14011", "C14581"),
        ("C14011+30km", "C14581+30km"),
        ("C14011 30km", "C14581+30km"),
        ("30 km autour d’Anctoville", "C14581+30km"),
        // Arrondissements.
        ("C75101", "C75056"),
        ("C75120", "C75056"),
        ("C69381", "C69123"),
        ("C69389+20km", "C69123+20km"),
        ("C13201", "C13055"),
        ("C13216", "C13055"),
        ("C75121", "! …"),
        ("C13217", "! …"),
        ("Anctoville", "C14581"),
        ("Pierrefitte-sur-Seine", "C93066"),
        ("Cran-Gevrier", "C74010"),
        ("Cran-Gevrier (74)", "C74010"),
        ("Bellegarde-sur-Valserine", "C01033"),
        ("Lomme", "C59350"),
    ] {
        check_read(typed, expected);
    }
}

#[test]
fn radii_around_a_commune() {
    for typed in [
        "50 km autour de Toulouse",
        "50km autour de Toulouse",
        "50 km autour de Toulouse (31)",
        "dans un rayon de 50 km autour de Toulouse",
        "Toulouse + 50 km",
        "Toulouse et 50 km alentour",
        "Toulouse 50 km",
        "à 50 km de Toulouse",
        "C31555 50km",
        "50 km autour du 31000",
    ] {
        check_read(typed, "C31555+50km");
    }
    check_read("20 km autour du Mans", "C72181+20km");
    check_read("20 km autour de Le Mans", "C72181+20km");
    check_read("20 km autour d'Albi", "C81004+20km");
    check_read("20 km autour de la Rochelle", "C17300+20km");
    let place = Place::parse("C31555+50km").expect("a place");
    assert_eq!(place.name(), "50\u{a0}km autour de Toulouse (31)");
    let toulouse = Place::parse("C31555").expect("a place");
    assert!(place.holds(&toulouse.communes()) && place.communes().len() > 400);
    assert!(place.wider().iter().any(|wider| wider.code() == "R76"), "{:?}", place.wider());
    assert!(!place.parts().is_empty());
}

fn check_zones(typed: &str, expected: &str) {
    let codes = |zones: Vec<Zone>| zones.iter().map(|zone| zone.code()).collect::<Vec<_>>().join("|");
    let found = zones_read(typed).map_or_else(|doubt| format!("! {}", doubt.typed), codes);
    assert_eq!(found, expected, "{typed:?}");
}

#[test]
fn zones_as_people_write_them() {
    check_zones("Haute-Garonne; 50 km", "D31|50km");
    check_zones("50km|30km", "50km");
    check_zones("50 km autour de son siège", "50km");
    check_zones("50 km autour de Toulouse, Albi", "C31555+50km|C81004");
    check_zones("C14011|R76", "C14581|R76");
    check_zones("C14011+20km; C14011", "C14581+20km|C14581");
    check_zones("C75101|C75102", "C75056");
    check_zones("Saint-Martin", "! Saint-Martin");
    check_zones("D31|Toulousse", "! Toulousse");
    check_zones("", "");
}

/// Every place of the table.
fn every_place() -> Vec<Place> {
    let atlas = Atlas::get();
    let zones = std::iter::once(Zone::France)
        .chain((0u8..18).map(|ix| Zone::Region(RegionIx(ix))))
        .chain((0u8..101).map(|ix| Zone::Departement(DepartementIx(ix))))
        .chain((0u16..).take(atlas.epcis.len()).map(|ix| Zone::Epci(EpciIx(ix))))
        .chain((0u16..).take(atlas.communes.len()).map(|ix| Zone::Commune(CommuneIx(ix))));
    zones.filter_map(Place::of).collect()
}

#[test]
fn every_name_that_is_shown_reads_back_as_itself() {
    let places = every_place();
    assert_eq!(places.len(), 36_248);
    let wrong: Vec<String> = places
        .iter()
        .filter(|place| Place::read_known(&place.name()) != Some(PlaceReading::One(**place)))
        .map(|place| format!("{} {} is {}", place.code(), place.name(), read(&place.name())))
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {:#?}", wrong.len(), places.len(), &wrong[..wrong.len().min(20)]);
}

#[test]
fn a_place_is_read_in_far_less_than_a_millisecond() {
    let texts =
        ["Toulouse", "Toulousse", "Saint-Martin", "42620", "Monaco", "50 km autour du Mans", "69 et 42"];
    let _ = Atlas::get();
    let began = std::time::Instant::now();
    for _ in 0..50 {
        texts.iter().for_each(|text| drop(Place::read(text)));
    }
    let each = began.elapsed() / (50 * u32::try_from(texts.len()).expect("few"));
    // Tests are built without optimization: some ten times slower.
    assert!(each.as_micros() < 10_000, "{each:?}");
}

#[test]
fn every_code_reads_back_as_itself() {
    for place in every_place() {
        assert_eq!(read(&place.code()), place.code());
    }
    for departement in &Atlas::get().departements {
        assert_eq!(read(departement.code), format!("D{}", departement.code));
    }
}

#[test]
fn a_radius_around_any_commune_reads_back_as_itself() {
    let atlas = Atlas::get();
    for ix in (0u16..).take(atlas.communes.len()) {
        let place = Place::of(Zone::Around { commune: CommuneIx(ix), km: 30 }).expect("a place");
        assert_eq!(read(&place.name()), place.code(), "{}", place.name());
    }
}

#[test]
fn every_postal_code_gives_all_its_communes() {
    let atlas = Atlas::get();
    let codes: std::collections::BTreeSet<&str> =
        atlas.communes.iter().flat_map(|c| c.postal_codes.split(' ')).filter(|c| !c.is_empty()).collect();
    assert!(codes.len() > 6_000);
    for code in codes {
        let served: CommuneSet =
            CommuneSet::of(atlas.communes_by_postal_code(code).iter().map(|ix| ix.0).collect());
        let read = match Place::read(code) {
            PlaceReading::One(place) => vec![place],
            PlaceReading::Choice(places) => places,
            PlaceReading::Unknown { .. } => Vec::new(),
        };
        let read = read.into_iter().map(Place::communes).collect::<Vec<_>>();
        assert_eq!(CommuneSet::union(&read), served, "{code}");
        // The name of a commune beside its postal code decides.
        for ix in atlas.communes_by_postal_code(code) {
            let commune = atlas.commune(*ix);
            let typed = format!("{code} {}", commune.name);
            assert_eq!(
                Place::read(&typed).one().map(Place::code),
                Some(format!("C{}", commune.code)),
                "{typed}"
            );
        }
    }
}

/// Digits of the number of an EPCI; communes have five.
const SIREN: usize = 9;

#[test]
fn every_commune_that_was_is_read_by_its_code() {
    let table = include_str!("../../data/territory/former.tsv");
    for line in table.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        if fields[0].len() == SIREN {
            continue;
        }
        assert_eq!(read(&format!("C{}", fields[0])), format!("C{}", fields[2]), "{line}");
        // Its name gives the present commune, or asks.
        let proposed = match Place::read(fields[1]) {
            PlaceReading::One(place) => vec![place.code()],
            PlaceReading::Choice(places) => places.into_iter().map(Place::code).collect(),
            PlaceReading::Unknown { .. } => Vec::new(),
        };
        let present = format!("C{}", fields[2]);
        let larger = |code: &String| Place::parse(code).is_ok_and(|p| Atlas::get().population(p) > 10_000);
        let fits = fields[1].is_empty() || proposed.contains(&present) || proposed.iter().any(larger);
        assert!(fits, "{line}: {proposed:?}");
    }
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
        (0..communes, 0u16..120).prop_map(|(c, km)| Zone::Around { commune: CommuneIx(c), km }),
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
    fn any_text_is_read(text in ".{0,20}") {
        let _ = (Zone::parse(&text), zones_read(&text));
        let reading = Place::read(&text);
        let choices = if let PlaceReading::Choice(places) = &reading { places.len() } else { 2 };
        prop_assert!(choices >= 2);
        prop_assert_eq!(reading.one().is_none(), reading.question().is_some());
        prop_assert_eq!(Place::read_known(&text).is_none(), matches!(reading, PlaceReading::Unknown { .. }));
    }
}
