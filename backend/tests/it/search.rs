//! Searches: words, typos, places in the words, facets.

use crate::fixture;
use backend::Backend;
use backend::structures::{Level, Reading, SearchQuery, Sort};
use domain::legal::Reservation;
use domain::matching::{Buys, Lot, Tier};
use domain::sector::{self, Sectors};
use domain::structure::{Kind, KindSet, Mode, Month};
use domain::territory::Place;

fn query(words: &str) -> SearchQuery {
    SearchQuery { words: words.to_owned(), page: 1, ..SearchQuery::default() }
}

fn total(backend: &Backend, query: &SearchQuery) -> u64 {
    backend.structure_search(query).expect("searched").total
}

fn check_reading(backend: &Backend, typed: &str, words: &str, place: Option<&str>, sector: Option<&str>) {
    let reading = Reading::of(typed, false, &backend.index);
    assert_eq!(reading.words, words, "{typed:?}");
    assert_eq!(reading.place.map(Place::code).as_deref(), place, "{typed:?}");
    assert_eq!(reading.sectors.first().map(|s| s.slug()), sector, "{typed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn how_words_are_understood() {
    let fixture = fixture::demo().await;
    let b = &fixture.backend;
    let green = Some("creation-et-entretien-des-espaces-verts");
    check_reading(b, "entretien espaces verts Toulouse", "entretien espaces verts", Some("C31555"), green);
    check_reading(b, "Entretien d’espaces verts à Muret", "entretien d espaces verts", Some("C31395"), green);
    check_reading(b, "traiteur 69", "traiteur", Some("D69"), Some("traiteur"));
    check_reading(b, "blanchisserie", "blanchisserie", None, Some("blanchisserie"));
    check_reading(b, "blanchiserie", "blanchisserie", None, Some("blanchisserie"));
    // Words of the language are no typos: « faire » is one letter away from « foire ».
    check_reading(b, "faire", "faire", None, None);
    check_reading(b, "faire les vitres", "faire les vitres", None, Some("nettoyage-de-locaux-16"));
    check_reading(b, "foire", "foire", None, Some("organisation-devenements"));
    check_reading(b, "traiteur haute garonne", "traiteur", Some("D31"), Some("traiteur"));
    check_reading(b, "nettoyage 31000", "nettoyage", Some("C31555"), Some("nettoyage-de-locaux-16"));
    check_reading(b, "Toulouse", "toulouse", None, None);
    check_reading(b, "69", "", Some("D69"), None);
    check_reading(b, "", "", None, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_result_has_its_reasons() {
    let fixture = fixture::demo().await;
    let page =
        fixture.backend.structure_search(&query("entretien espaces verts Toulouse")).expect("searched");
    assert!(page.total > 3, "{}", page.total);
    for card in &page.cards {
        let sum: u8 = card.explain().iter().map(|r| r.points).sum();
        assert_eq!(sum, card.found.score);
        assert!(card.found.percent_covered().is_some() && card.found.km().is_some());
    }
    assert!(page.cards.windows(2).all(|pair| pair[0].found.score >= pair[1].found.score));
}

#[tokio::test(flavor = "multi_thread")]
async fn facets_count_what_choosing_them_gives() {
    let fixture = fixture::demo().await;
    let b = &fixture.backend;
    b.demo_load_country(600, &|_, _| {}).await.expect("loaded");
    for base in [query(""), query("nettoyage"), SearchQuery { place: Place::parse("D31").ok(), ..query("") }]
    {
        let page = b.structure_search(&base).expect("searched");
        for option in &page.kinds {
            let chosen = SearchQuery { kinds: [option.value].into_iter().collect(), ..base.clone() };
            assert_eq!(total(b, &chosen), option.count, "{} in {base:?}", option.value);
        }
        for option in &page.modes {
            let chosen = SearchQuery { modes: vec![option.value], ..base.clone() };
            assert_eq!(total(b, &chosen), option.count, "{:?} in {base:?}", option.value);
        }
        for option in &page.reservations {
            let chosen = SearchQuery { reservation: Some(option.value), ..base.clone() };
            assert_eq!(total(b, &chosen), option.count, "{:?} in {base:?}", option.value);
        }
        for option in &page.sectors {
            let chosen = SearchQuery { sectors: vec![option.value], ..base.clone() };
            let fits = b.structure_search(&chosen).expect("searched").tiers.of(Tier::Fits);
            assert_eq!(fits, option.count, "{} in {base:?}", option.value.slug());
        }
        for level in Level::ALL {
            let chosen = SearchQuery { level: Some(level), ..base.clone() };
            let expected = match level {
                Level::Known => page.tiers.known(),
                Level::Of(tier) => page.tiers.of(tier),
            };
            assert_eq!(total(b, &chosen), expected, "{level:?} in {base:?}");
        }
        let chosen = SearchQuery { in_qpv: true, ..base.clone() };
        assert_eq!(total(b, &chosen), page.in_qpv.count, "QPV in {base:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_of_sector_and_mode_hold_on_one_activity() {
    let fixture = fixture::demo().await;
    let sectors = Sectors::get();
    let sector = sectors.parse("nettoyage-de-locaux").expect("a sector");
    let asked = SearchQuery { sectors: vec![sector], modes: vec![Mode::MiseADisposition], ..query("") };
    let page = fixture.backend.structure_search(&asked).expect("searched");
    assert!(page.total > 0);
    for card in page.cards {
        let Some(activity) = card.found.activity_of(&card.entry.facts) else { continue };
        assert_eq!(activity.mode, Mode::MiseADisposition, "{}", card.entry.structure.name);
        assert_ne!(sectors.kinship(sector, activity.sector), sector::Kinship::Stranger);
    }
}

/// « Search and need agree on number and order »: every page of a search is a part of the ranking of the same lot.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_the_ranking_of_its_lot() {
    let fixture = fixture::demo().await;
    let b = &fixture.backend;
    b.demo_load_country(3_000, &|_, _| {}).await.expect("loaded");
    fixture::calendars_fill(&fixture).await;
    let sectors = Sectors::get();
    let mut folded = 0;
    for (slug, place, reservation, mode) in [
        ("creation-et-entretien-des-espaces-verts", "C31555", Reservation::None, None),
        ("nettoyage-de-locaux-16", "C75056", Reservation::Siae, None),
        ("traiteur", "D69", Reservation::Handicap, None),
        ("blanchisserie", "R76", Reservation::Both, Some(Mode::Prestation)),
        ("aide-menagere", "E243100518", Reservation::None, Some(Mode::MiseADisposition)),
        ("reparation-de-velos-14", "FR", Reservation::None, None),
    ] {
        let sector = sectors.parse(slug).expect("a sector");
        let asked = SearchQuery {
            sectors: vec![sector],
            place: Place::parse(place).ok(),
            reservation: Some(reservation).filter(|r| *r != Reservation::None),
            modes: mode.into_iter().collect(),
            ..query("")
        };
        let lot = Lot {
            buys: Buys::Trade,
            sectors: vec![sector],
            place: asked.place,
            reservation,
            kinds: KindSet::EMPTY,
            mode,
            hours_per_month: None,
            text: String::new(),
            on: None,
            begins: Some(Month::of(b.clock.today())),
        };
        let ranking = b.match_list(lot, &[]).expect("ranked");
        let expected: Vec<_> = ranking.matches.iter().map(|(f, _)| (f.siret, f.score, f.kinship)).collect();
        let first = b.structure_search(&asked).expect("searched");
        assert_eq!(first.tiers, ranking.tiers(), "{slug} {place}");
        let mut found = Vec::new();
        for page in 1..=first.pages {
            let page = b.structure_search(&SearchQuery { page, ..asked.clone() }).expect("searched");
            found.extend(page.cards.iter().map(|c| (c.found.siret, c.found.score, c.found.kinship)));
            folded += page.cards.iter().map(|c| c.others.len()).sum::<usize>();
        }
        assert_eq!(found, expected[..found.len()], "{slug} {place}");
        assert_eq!(first.total, u64::try_from(expected.len()).expect("few"), "{slug} {place}");
    }
    assert!(folded > 0, "no establishment was folded: the test says nothing of them");
}

/// What a name says comes first, whatever the structure does; words that only name a trade say nothing of names.
#[tokio::test(flavor = "multi_thread")]
async fn a_structure_is_found_by_its_name() {
    let fixture = fixture::demo().await;
    let b = &fixture.backend;
    let entry = b.index.catalogue().structures().find(|e| e.structure.name.contains("Girafe")).cloned();
    let name = entry.expect("a giraffe").structure.name.clone();
    let page = b.structure_search(&query(&name)).expect("searched");
    assert_eq!(page.cards[0].entry.structure.name, name);
    assert!(page.cards[0].is_named);
    let page = b.structure_search(&query("entretien espaces verts Toulouse")).expect("searched");
    assert!(page.cards.iter().all(|card| !card.is_named));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_result_says_what_to_widen() {
    let fixture = fixture::demo().await;
    let asked = SearchQuery {
        place: Place::parse("C48095").ok(),
        kinds: [Kind::Sep].into_iter().collect(),
        ..query("blanchisserie")
    };
    let page = fixture.backend.structure_search(&asked).expect("searched");
    assert_eq!(page.total, 0);
    assert!(!page.widenings.is_empty());
    for widening in page.widenings {
        assert_eq!(total(&fixture.backend, &widening.query), widening.count, "{}", widening.label);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn siret_prefixes_pages_and_orders() {
    let fixture = fixture::demo().await;
    let b = &fixture.backend;
    let all = total(b, &query(""));
    assert_eq!(total(b, &query("000 000")), all);
    let first = b.structure_search(&query("")).expect("searched").cards[0].entry.structure.siret;
    assert_eq!(total(b, &query(first.as_str())), 1);
    assert_eq!(total(b, &query(first.siren())), 1);
    let by_name = b.structure_search(&SearchQuery { sort: Sort::Name, ..query("") }).expect("searched");
    let names: Vec<String> =
        by_name.cards.iter().map(|c| domain::text::fold(&c.entry.structure.name)).collect();
    assert!(names.is_sorted(), "{names:?}");
    let near = SearchQuery { sort: Sort::Distance, place: Place::parse("C31555").ok(), ..query("nettoyage") };
    let near = b.structure_search(&near).expect("searched");
    let km: Vec<u16> = near.cards.iter().filter_map(|c| c.found.km()).collect();
    assert!(km.is_sorted(), "{km:?}");
    let mut seen = std::collections::HashSet::new();
    for page in 1..=by_name.pages {
        let page = b.structure_search(&SearchQuery { page, ..query("") }).expect("searched");
        seen.extend(page.cards.iter().map(|c| c.entry.structure.siret));
    }
    assert_eq!(u64::try_from(seen.len()).expect("few"), all, "no result is lost between pages");
}

/// Only what a page may show is scored: its head must be that of the ranking in which everything is.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_is_the_head_of_the_whole_ranking() {
    let fixture = fixture::demo().await;
    fixture.backend.demo_load_country(3_000, &|_, _| {}).await.expect("loaded");
    let mut cut = 0;
    for place in ["C31555", "C75056", "D09", "C34172", "E243100518", "R76", "C59350", "C13055"] {
        for sector in
            ["creation-et-entretien-des-espaces-verts", "traiteur", "blanchisserie", "nettoyage-urbain"]
        {
            let query = SearchQuery {
                place: Place::parse(place).ok(),
                sectors: vec![Sectors::get().parse(sector).expect("a sector")],
                page: 1,
                ..SearchQuery::default()
            };
            let sirets = |limit| {
                let (total, found) = fixture.backend.structure_find(&query, limit).expect("found");
                (total, found.cards.iter().map(|c| c.entry.structure.siret).collect::<Vec<_>>())
            };
            let ((total, head), (_, all)) = (sirets(20), sirets(0));
            assert_eq!(head, all[..all.len().min(20)], "{place} {sector}");
            cut += usize::from(total > 40);
        }
    }
    assert!(cut > 10, "only {cut} rankings were longer than their head");
}
