//! Golden explanations: a lot, a structure, every reason with its points and its sentence.

use domain::legal::{Convention, Ess, Reservation};
use domain::matching::{ActivityFacts, Buys, Criterion, Facts, Lot, Match, PreparedLot, Reader, Tier, rank};
use domain::sector::Sectors;
use domain::siret::Siret;
use domain::structure::{Calendar, Kind, KindSet, Mode, Month, Standing};
use domain::territory::{Atlas, Place, Seat, Zone};
use std::collections::BTreeMap;
use std::sync::Arc;

fn facts(
    sector: &str,
    zone: &str,
    seat: &str,
    standing: Standing,
    hours: Option<u32>,
    words: &[&str],
) -> Facts {
    let Ok(Zone::Commune(commune)) = Zone::parse(seat) else { panic!("a commune") };
    Facts {
        siret: Siret::with_key(1, 1),
        kinds: [Kind::Aci].into_iter().collect(),
        dated: Box::default(),
        half: None,
        ess: Ess::Unknown,
        is_cae: false,
        is_stale: false,
        calendar: Calendar::default(),
        seat: Some(Seat { commune, point: Atlas::get().commune(commune).centre }),
        activities: [ActivityFacts {
            sector: Sectors::get().parse(sector).expect("a sector"),
            mode: Mode::Prestation,
            standing,
            hours_per_month: hours,
            zones: Arc::new(Place::parse(zone).expect("a place").communes()),
        }]
        .into(),
        dismissed: Box::default(),
        usual_reach: Arc::new(Place::parse("D31").expect("a place").communes()),
        words: Facts::words_of(words.iter().copied()),
    }
}

fn explained(place: &str, hours: Option<u32>, text: &str, facts: &Facts) -> String {
    let place = Place::parse(place).ok();
    let lot = PreparedLot::new(Lot { place, hours_per_month: hours, ..green_lot(text) });
    let found = lot.score(facts).expect("a match");
    let reasons = lot.explain(&found).into_iter().map(|r| format!("{:>3}  {}", r.points, r.because));
    let lines: Vec<String> = [format!("{:>3}", found.score)].into_iter().chain(reasons).collect();
    lines.join("\n")
}

#[test]
fn word_for_word() {
    let green = "creation-et-entretien-des-espaces-verts";
    let own = facts(green, "D31", "C31555", Standing::Confirmed, Some(900), &["Tonte et haies du Midi"]);
    let silent = facts(green, "D31", "C31069", Standing::Deduced, None, &["Le Trèfle"]);
    let sibling =
        facts("genie-ecologique", "C31555", "C09122", Standing::Declared, Some(100), &["Ariège nature"]);
    insta::assert_snapshot!(
        "own_words",
        explained("C31555", Some(400), "Tonte des pelouses et taille des haies", &own)
    );
    insta::assert_snapshot!(
        "words_of_the_sector",
        explained("C31555", None, "Tonte des pelouses et taille des haies", &silent)
    );
    insta::assert_snapshot!("sibling_far_away", explained("D31", Some(400), "Plantation d’arbres", &sibling));
    insta::assert_snapshot!("no_words", explained("D31", None, "", &own));
    let unknown = Facts { activities: Box::default(), ..silent.clone() };
    insta::assert_snapshot!("activity_unknown", explained("C31555", None, "Tonte des pelouses", &unknown));
    let other = facts("blanchisserie", "D31", "C31069", Standing::Deduced, None, &["La Bulle"]);
    insta::assert_snapshot!("other_deduced", explained("C31555", None, "Tonte des pelouses", &other));
    let lender = Facts { kinds: [Kind::Etti].into_iter().collect(), ..unknown };
    insta::assert_snapshot!("lender", explained("C31555", None, "Tonte des pelouses", &lender));
    let staff = "Mise à disposition de personnel pour la tonte";
    insta::assert_snapshot!("staff_by_nature", explained("C31555", None, staff, &lender));
}

const GREEN: &str = "creation-et-entretien-des-espaces-verts";

/// Structures that differ in one thing at a time from the first.
fn structures() -> Vec<(&'static str, Facts)> {
    let own = |standing, hours| facts(GREEN, "D31", "C31555", standing, hours, &["Tonte et haies du Midi"]);
    let first = own(Standing::Confirmed, Some(900));
    let of_kinds =
        |kinds: &[Kind], facts: &Facts| Facts { kinds: kinds.iter().copied().collect(), ..facts.clone() };
    let silent = Facts { activities: Box::default(), ..first.clone() };
    let dated = |facts: &Facts, conventions: &[(Kind, &str)]| Facts {
        kinds: conventions.iter().map(|(kind, _)| *kind).collect(),
        dated: conventions
            .iter()
            .map(|(kind, to)| Convention { kind: *kind, from: None, to: domain::date::parse(to) })
            .collect(),
        ..facts.clone()
    };
    let in_mode = |mode| {
        let mut facts = first.clone();
        facts.activities.iter_mut().for_each(|activity| activity.mode = mode);
        facts
    };
    let other = |standing| facts("blanchisserie", "D31", "C31555", standing, Some(500), &["La Bulle"]);
    let two = Facts {
        activities: [own(Standing::Deduced, Some(10)).activities, other(Standing::Confirmed).activities]
            .concat()
            .into(),
        ..first.clone()
    };
    vec![
        ("first", first.clone()),
        ("declared", own(Standing::Declared, Some(900))),
        ("deduced", own(Standing::Deduced, Some(900))),
        ("few hours", own(Standing::Confirmed, Some(100))),
        ("hours unknown", own(Standing::Confirmed, None)),
        ("one town", facts(GREEN, "C31555", "C31555", Standing::Confirmed, Some(900), &["Tonte du Midi"])),
        ("far away", facts(GREEN, "FR", "C59350", Standing::Confirmed, Some(900), &[])),
        ("next door", facts(GREEN, "R76", "C31069", Standing::Confirmed, Some(900), &["Haies"])),
        ("no seat", Facts { seat: None, ..first.clone() }),
        ("elsewhere", facts(GREEN, "D59", "C59350", Standing::Confirmed, Some(900), &["Tonte"])),
        ("sibling", facts("genie-ecologique", "D31", "C31555", Standing::Declared, Some(900), &["Nature"])),
        ("sibling deduced", facts("genie-ecologique", "D31", "C31555", Standing::Deduced, None, &["Nature"])),
        ("other declared", other(Standing::Declared)),
        ("other deduced", other(Standing::Deduced)),
        ("two trades", two),
        ("lends this", in_mode(Mode::MiseADisposition)),
        ("makes this", in_mode(Mode::Fabrication)),
        ("silent", silent.clone()),
        (
            "silent, dismissed",
            Facts { dismissed: first.activities.iter().map(|a| a.sector).collect(), ..silent.clone() },
        ),
        ("silent lender", of_kinds(&[Kind::Etti], &silent)),
        ("silent lender and EI", of_kinds(&[Kind::Ai, Kind::Ei], &silent)),
        ("silent GEIQ", of_kinds(&[Kind::Geiq], &silent)),
        ("silent ESAT", of_kinds(&[Kind::Esat], &silent)),
        ("deduced lender", of_kinds(&[Kind::Etti], &other(Standing::Deduced))),
        ("declared lender", of_kinds(&[Kind::Etti], &other(Standing::Declared))),
        ("below half", Facts { half: Some(false), ..first.clone() }),
        ("half", Facts { half: Some(true), ..first.clone() }),
        ("ESAT", of_kinds(&[Kind::Esat], &first)),
        ("convention ended", dated(&first, &[(Kind::Aci, "2026-06-30")])),
        ("convention runs", dated(&first, &[(Kind::Aci, "2026-12-31")])),
        ("one ended, one runs", dated(&first, &[(Kind::Aci, "2026-06-30"), (Kind::Esat, "2026-12-31")])),
        ("lent until", dated(&of_kinds(&[Kind::Etti], &silent), &[(Kind::Etti, "2026-06-30")])),
        ("a page out of date", Facts { is_stale: true, ..first.clone() }),
        ("a page out of date, declared", {
            let declared = ActivityFacts { standing: Standing::Declared, ..first.activities[0].clone() };
            Facts { is_stale: true, activities: [declared].into(), ..first.clone() }
        }),
        ("a page out of date, deduced", {
            let deduced = ActivityFacts { standing: Standing::Deduced, ..first.activities[0].clone() };
            Facts { is_stale: true, activities: [deduced].into(), ..first.clone() }
        }),
        ("a page out of date, silent", Facts { is_stale: true, ..silent.clone() }),
        ("ESS", Facts { ess: Ess::Yes, ..first }),
    ]
}

/// Lots that differ in one thing at a time from the first, and some in two.
fn lots() -> Vec<(&'static str, Lot)> {
    let sector = |slug: &str| Sectors::get().parse(slug).expect("a sector");
    let of = |text: &str, sectors: &[&str]| Lot {
        buys: Buys::of_text(text),
        sectors: sectors.iter().map(|slug| sector(slug)).collect(),
        place: Place::parse("C31555").ok(),
        reservation: Reservation::None,
        kinds: KindSet::EMPTY,
        mode: None,
        hours_per_month: None,
        text: text.to_owned(),
        on: None,
        begins: None,
    };
    let first = of("", &[GREEN]);
    let worded = of("Tonte des pelouses et taille des haies", &[GREEN]);
    let in_mode = |mode| Lot { mode: Some(mode), ..first.clone() };
    let reserved = |reservation| Lot { reservation, ..first.clone() };
    let at = |place: &str| Lot { place: Place::parse(place).ok(), ..first.clone() };
    vec![
        ("first", first.clone()),
        ("words", worded.clone()),
        ("hours", Lot { hours_per_month: Some(400), ..first.clone() }),
        ("two sectors", of("", &[GREEN, "blanchisserie"])),
        ("two sectors, words of one", of("Blanchisserie des draps", &[GREEN, "blanchisserie"])),
        ("a département", at("D31")),
        ("a région", at("R76")),
        ("the country", at("FR")),
        ("next door", at("C31069")),
        ("nowhere", Lot { place: None, ..first.clone() }),
        ("a service", in_mode(Mode::Prestation)),
        ("people lent", in_mode(Mode::MiseADisposition)),
        ("goods made", in_mode(Mode::Fabrication)),
        ("SIAE", reserved(Reservation::Siae)),
        ("handicap", reserved(Reservation::Handicap)),
        ("both", reserved(Reservation::Both)),
        ("ESS", reserved(Reservation::Ess)),
        ("prison", reserved(Reservation::Prison)),
        ("SIAE, on a day", Lot { on: domain::date::parse("2026-11-21"), ..reserved(Reservation::Siae) }),
        ("on a day", Lot { on: domain::date::parse("2026-11-21"), ..first.clone() }),
        ("lent, on a day", Lot { on: domain::date::parse("2026-11-21"), ..in_mode(Mode::MiseADisposition) }),
        ("only ESAT", Lot { kinds: [Kind::Esat].into_iter().collect(), ..first }),
        ("staff", of("Mise à disposition de personnel", &[])),
        ("staff of a trade", of("Mise à disposition de personnel pour la tonte", &[GREEN])),
        ("insertion", of("Prestations d’insertion et de qualification professionnelles", &[])),
        ("open", of("", &[])),
        ("words and hours", Lot { hours_per_month: Some(1_000), ..worded }),
    ]
}

/// Every lot against every structure: the score and its tier, or nothing.
#[test]
fn the_scores_of_a_grid() {
    let structures = structures();
    let mut all = String::new();
    for (lot_name, lot) in lots() {
        let lot = PreparedLot::new(lot);
        let names_trade = if lot.only_names_trade() { ", whose words only name its trade" } else { "" };
        all.push_str(&format!("{lot_name}{names_trade}\n"));
        for (name, facts) in &structures {
            if let Some(found) = lot.score(facts) {
                let tier = match found.tier() {
                    Tier::Fits => "convient",
                    Tier::Neighbour => "voisine",
                    Tier::Possible => "possible",
                };
                let covered = found.percent_covered().map_or("?".to_owned(), |percent| percent.to_string());
                let km = found.km().map_or("?".to_owned(), |km| km.to_string());
                let kinship = found.kinship;
                let activity = found.activity_of(facts);
                let sector = activity.map_or("–", |activity| activity.sector.slug());
                let (standing, hours) =
                    (activity.map(|a| a.standing), activity.and_then(|a| a.hours_per_month));
                let bound = lot.points_at_most(kinship, standing, hours, lot.points_of_distance(facts.seat));
                let may = found.eligible_as.map_or("–", Kind::code);
                all.push_str(&format!(
                    "  {:>3} of {bound:>3} {tier:<8} {kinship:?} {covered}% {km} km {:?} {may} {sector}  {name}\n",
                    found.score, found.eligibility
                ));
            }
        }
    }
    insta::assert_snapshot!(all);
}

/// Every sentence that a match may be explained with, to a buyer and to the structure, with the case that gives it first.
#[test]
fn every_reason() {
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    for (lot_name, lot) in lots() {
        let lot = PreparedLot::new(lot);
        for (name, facts) in structures() {
            let Some(found) = lot.score(&facts) else { continue };
            for reader in [Reader::Anyone, Reader::Itself] {
                for reason in lot.explain_to(&found, reader) {
                    let line =
                        format!("{reader:?} {:?} {:>2}  {}", reason.criterion, reason.points, reason.because);
                    said.entry(line).or_insert_with(|| format!("{lot_name} × {name}"));
                }
            }
        }
    }
    let lines: Vec<String> = said.into_iter().map(|(line, case)| format!("{line}   [{case}]")).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

/// Lots that ask the same of activities find the same kinship in every sector; those of the grid that do.
#[test]
fn lots_that_ask_the_same_of_activities() {
    let lots = lots();
    let first = &lots[0].1;
    let same = |name: &str| {
        let (_, lot) = lots.iter().find(|(of, _)| *of == name).expect("a lot of the grid");
        (first.asks_same_of_activities(lot), lot)
    };
    let kinships = |lot: &Lot| {
        Sectors::get().iter().map(|(sector, _)| lot.kinship_of_sector(sector)).collect::<Vec<_>>()
    };
    for name in ["a région", "hours", "SIAE", "goods made"] {
        let (is_same, lot) = same(name);
        assert!(is_same, "{name}");
        assert_eq!(kinships(lot), kinships(first), "{name}");
    }
    for name in ["two sectors", "open", "staff", "staff of a trade"] {
        assert!(!same(name).0, "{name}");
    }
}

/// The best first; equal scores by the seed, the same at each look.
#[test]
fn the_best_first_then_by_the_seed() {
    let lot = PreparedLot::new(lots()[0].1.clone());
    let all = structures().into_iter().zip(1..);
    let found = all.filter_map(|((_, facts), n)| lot.score(&Facts { siret: Siret::with_key(n, 1), ..facts }));
    let found: Vec<Match> = found.collect();
    let ranked = |seed: &[u8]| {
        let mut found = found.clone();
        rank(&mut found, seed, |found| found);
        found.iter().map(|found| (found.score, found.siret)).collect::<Vec<_>>()
    };
    let first = ranked(b"a need");
    assert!(first.is_sorted_by_key(|(score, _)| std::cmp::Reverse(*score)), "{first:?}");
    assert_eq!(first, ranked(b"a need"));
    let other = ranked(b"another");
    assert_ne!(first, other);
    let scores = |ranked: &[(u8, Siret)]| ranked.iter().map(|(score, _)| *score).collect::<Vec<_>>();
    assert_eq!(scores(&first), scores(&other));
}

/// A lot that is made of a prepared one is the one that would be prepared: for every structure of the grid.
#[test]
fn a_lot_that_is_made_of_another() {
    let structures = structures();
    let check = |name: &str, made: &PreparedLot, asked: &Lot| {
        let prepared = PreparedLot::new(asked.clone());
        assert_eq!(made.lot(), asked, "{name}");
        for (of, facts) in &structures {
            let score = |lot: &PreparedLot| lot.score(facts).map(|found| found.score);
            assert_eq!(score(made), score(&prepared), "{name} × {of}");
            assert_eq!(
                made.km_to(facts.seat).to_bits(),
                prepared.km_to(facts.seat).to_bits(),
                "{name} × {of}"
            );
        }
    };
    for (name, lot) in lots() {
        let prepared = PreparedLot::new(lot.clone());
        for mode in [None, Some(Mode::Prestation), Some(Mode::MiseADisposition)] {
            check(name, &prepared.with_mode(mode), &Lot { mode, ..lot.clone() });
        }
        let open = Lot { sectors: Vec::new(), buys: Buys::Trade, ..lot };
        check(name, &prepared.without_sectors(), &open);
    }
}

/// Who answers by its seat alone, and how far it is.
#[test]
fn where_it_sits() {
    let toulouse = facts(GREEN, "D31", "C31555", Standing::Confirmed, None, &[]).seat;
    let blagnac = facts(GREEN, "D31", "C31069", Standing::Confirmed, None, &[]).seat;
    let of = |name: &str| {
        let lot = lots().into_iter().find(|(of, _)| *of == name).expect("a lot of the grid").1;
        PreparedLot::new(lot)
    };
    for (name, in_town, next_door) in [
        ("open", true, false),
        ("first", false, false),
        ("nowhere", false, false),
        ("a service", false, false),
    ] {
        let lot = of(name);
        assert_eq!(lot.answers_where_it_sits(toulouse), in_town, "{name}");
        assert_eq!(lot.answers_where_it_sits(blagnac), next_door, "{name}");
        assert!(!lot.answers_where_it_sits(None), "{name}");
    }
    let lot = of("open");
    let in_mode = lot.with_mode(Some(Mode::Prestation));
    assert!(!in_mode.answers_where_it_sits(toulouse), "a mode is asked");
    assert_eq!(lot.km_to(toulouse).to_bits(), 0.0f32.to_bits());
    assert!((5.0..9.0).contains(&lot.km_to(blagnac)), "{}", lot.km_to(blagnac));
    assert_eq!(of("a département").km_to(blagnac).to_bits(), 0.0f32.to_bits(), "inside, far from its centre");
    assert!(lot.km_to(None).is_infinite());
    assert!(of("nowhere").km_to(toulouse).is_infinite());
    assert_eq!((lot.points_of_distance(toulouse), lot.points_of_distance(None)), (50, 0));
}

/// Which kinds a lot leaves out, whatever the structure: those of its reservation, and those that it does not ask for.
#[test]
fn kinds_that_a_lot_leaves_out() {
    let lines = lots().into_iter().map(|(name, lot)| {
        let lot = PreparedLot::new(lot);
        let out = Kind::ALL.into_iter().filter(|kind| lot.are_kinds_left_out([*kind].into_iter().collect()));
        format!("{name}: {}", out.map(Kind::code).collect::<Vec<_>>().join(" "))
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

/// Words that two sectors of a lot share name its trade all the same.
#[test]
fn words_of_two_sectors_name_the_trade() {
    let first = lots().swap_remove(1).1;
    let twice = Lot { sectors: [first.sectors.clone(), first.sectors.clone()].concat(), ..first };
    assert!(PreparedLot::new(twice).only_names_trade());
}

/// Of several ways that are worth the same, the first that the structure names is shown.
#[test]
fn of_equal_ways_the_first_is_shown() {
    let lot = PreparedLot::new(lots().swap_remove(0).1);
    let first = structures().swap_remove(0).1;
    let in_mode = |mode| ActivityFacts { mode, ..first.activities[0].clone() };
    for (one, two) in [(Mode::Prestation, Mode::Fabrication), (Mode::Fabrication, Mode::Prestation)] {
        let facts = Facts { activities: [in_mode(one), in_mode(two)].into(), ..first.clone() };
        let found = lot.score(&facts).expect("a match");
        assert_eq!(found.activity_of(&facts).map(|activity| activity.mode), Some(one));
    }
}

#[test]
fn a_capacity_that_suffices_has_all_its_points() {
    let most = Criterion::Capacity.max();
    for (offered, asked, expected) in [
        (400, 400, most),
        (401, 400, most),
        (10_000, 400, most),
        (399, 400, share(most, 399)),
        (200, 400, share(most, 200)),
        (1, 400, 0),
    ] {
        let facts = facts(GREEN, "D31", "C31555", Standing::Confirmed, Some(offered), &[]);
        let lot = PreparedLot::new(Lot { hours_per_month: Some(asked), ..green_lot("") });
        let found = lot.score(&facts).expect("a match");
        let reasons = lot.explain(&found);
        let capacity = reasons.iter().find(|r| r.criterion == Criterion::Capacity).expect("a reason");
        assert_eq!(capacity.points, expected, "{offered} of {asked}");
    }
    assert!(share(most, 399) < most, "what does not suffice never has them all");
}

/// What the calendar of a structure says of the month in which a lot begins goes before what it usually offers.
#[test]
fn a_calendar_goes_before_what_is_usual() {
    let usual = facts(GREEN, "D31", "C31555", Standing::Confirmed, Some(900), &[]);
    let unknown = facts(GREEN, "D31", "C31555", Standing::Confirmed, None, &[]);
    let month = |text: &str| Month::parse(text).expect("a month");
    let most = Criterion::Capacity.max();
    for (of, calendar, begins, asked, points, because) in [
        (&usual, "", Some("2027-03"), Some(400), most, "900 h par mois pour 400 h demandées"),
        (&usual, "2027-03:0", Some("2027-03"), Some(400), 0, "complète en mars 2027"),
        (&usual, "2027-03:0", Some("2027-03"), None, 0, "complète en mars 2027"),
        (&usual, "2027-03:0", Some("2027-04"), Some(400), most, "900 h par mois pour 400 h demandées"),
        (&usual, "2027-03:0", None, Some(400), most, "900 h par mois pour 400 h demandées"),
        (
            &usual,
            "2027-03:200",
            Some("2027-03"),
            Some(400),
            share(most, 200),
            "200 h disponibles en mars 2027 pour 400 h demandées",
        ),
        (
            &usual,
            "2027-03:1200",
            Some("2027-03"),
            Some(400),
            most,
            "1 200 h disponibles en mars 2027 pour 400 h demandées",
        ),
        (
            &unknown,
            "2027-03:500",
            Some("2027-03"),
            Some(400),
            most,
            "500 h disponibles en mars 2027 pour 400 h demandées",
        ),
        (&unknown, "2027-03:500", Some("2027-03"), None, 3, "500 h disponibles en mars 2027"),
        (&unknown, "2027-03:500", Some("2027-02"), Some(400), 2, "capacité non renseignée"),
    ] {
        let of = Facts { calendar: Calendar::read(calendar), ..of.clone() };
        let lot =
            PreparedLot::new(Lot { hours_per_month: asked, begins: begins.map(month), ..green_lot("") });
        let found = lot.score(&of).expect("a match");
        let said =
            lot.explain(&found).into_iter().find(|r| r.criterion == Criterion::Capacity).expect("a reason");
        let because_said = said.because.replace(['\u{a0}', '\u{202f}'], " ");
        assert_eq!(
            (said.points, because_said.as_str()),
            (points, because),
            "{calendar} {begins:?} {asked:?}"
        );
        assert_eq!(found.score, found.reasons.iter().map(|r| r.points).sum::<u8>());
    }
}

/// Four fifths of the points for what nearly suffices, less for less.
fn share(most: u8, offered: u32) -> u8 {
    let points = f64::from(most) * 0.8 * f64::from(offered) / 400.0;
    (0..=most)
        .min_by(|a, b| (f64::from(*a) - points).abs().total_cmp(&(f64::from(*b) - points).abs()))
        .unwrap_or(0)
}

fn green_lot(text: &str) -> Lot {
    Lot {
        buys: Buys::of_text(text),
        sectors: vec![Sectors::get().parse(GREEN).expect("a sector")],
        place: Place::parse("C31555").ok(),
        reservation: Reservation::None,
        kinds: KindSet::EMPTY,
        mode: None,
        hours_per_month: None,
        text: text.to_owned(),
        on: None,
        begins: None,
    }
}

#[test]
fn a_word_counts_once_and_a_long_text_is_read_to_its_end() {
    let own = facts(GREEN, "D31", "C31555", Standing::Confirmed, Some(900), &["Tonte du Midi"]);
    let score = |text: &str| {
        let lot = PreparedLot::new(green_lot(text));
        lot.score(&own).expect("a match").score
    };
    assert_eq!(
        score("Tonte zinzolin"),
        score("Tonte zinzolin zinzolin zinzolin"),
        "said again, it weighs no more"
    );
    let filler = |count: u8| -> String {
        let words = (0..count)
            .map(|n| format!("mot{}", char::from(b'a' + n % 26).to_string().repeat(usize::from(n) + 3)));
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        score(&format!("{} tonte", filler(32))),
        score(&filler(32)),
        "what stands after the thirty-second is not compared"
    );
}
