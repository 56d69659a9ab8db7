//! The oracle: what the index recalls and ranks is what scoring every structure gives.

use crate::fixture;
use backend::clock::Clock;
use backend::matches::Ranking;
use backend::structures::SearchQuery;
use backend::{Backend, Settings};
use domain::legal::{Party, Reservation, Vehicle, Verdict, judge};
use domain::matching::{Because, Buys, Criterion, Lot};
use domain::sector::Sectors;
use domain::siret::Siret;
use domain::structure::{Kind, KindSet, Mode, Month};
use domain::territory::Place;
use std::collections::{BTreeMap, BTreeSet, HashSet};

fn lots() -> Vec<Lot> {
    let sectors: Vec<_> = Sectors::get().iter().map(|(ix, _)| ix).collect();
    let places = ["C31555", "C48095", "C34172", "E243100518", "D31", "D48", "R76", "FR", "C75056", "D2A"];
    let mut lots = Vec::new();
    for (n, sector) in sectors.iter().enumerate() {
        let place = Place::parse(places[n % places.len()]).expect("a place");
        let next = sectors[(n * 7 + 3) % sectors.len()];
        lots.push(Lot {
            buys: [Buys::Trade, Buys::Trade, Buys::Staff, Buys::Insertion][n % 4],
            sectors: if n % 3 == 0 { vec![*sector, next] } else { vec![*sector] },
            place: Some(place),
            reservation: Reservation::ALL[n % 6],
            kinds: if n % 5 == 0 { [Kind::Aci, Kind::Esat].into_iter().collect() } else { KindSet::EMPTY },
            mode: [None, Some(Mode::Prestation), Some(Mode::MiseADisposition)][n % 3],
            hours_per_month: (n % 2 == 0).then_some(300),
            text: "Entretien des espaces verts et nettoyage".to_owned(),
            on: None,
            begins: [None, Month::parse("2026-11"), Month::parse("2026-12")][n % 3],
        });
    }
    lots
}

/// A match as it is shown: SIRET, score, points and sentence of each reason.
type Shown = (String, u8, Vec<(u8, String)>);

fn shown(ranking: &Ranking) -> Vec<Shown> {
    let row = |found: &domain::matching::Match| {
        let reasons = ranking.explain(found).into_iter().map(|e| (e.points, e.because)).collect();
        (found.siret.to_string(), found.score, reasons)
    };
    ranking.matches.iter().map(|(found, _)| row(found)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_finds_what_brute_force_finds() {
    let fixture = fixture::demo().await;
    fixture.backend.demo_load_country(3_000, &|_, _| {}).await.expect("loaded");
    fixture::calendars_fill(&fixture).await;
    let (mut found, mut others) = (0, 0);
    for lot in lots() {
        let by_index = fixture.backend.match_list(lot.clone(), b"seed").expect("ranked");
        let by_force = fixture.backend.match_list_by_brute_force(lot.clone(), b"seed");
        let lines = shown(&by_index);
        // Establishments of one SIREN that answer alike stand on one line, that of the nearest.
        let folded: HashSet<Siret> =
            by_index.others.values().flatten().map(|other| other.structure.siret).collect();
        let mut all = shown(&by_force);
        all.retain(|(siret, ..)| !folded.iter().any(|other| other.as_str() == siret));
        assert_eq!(lines, all, "{lot:?}");
        assert_eq!(lines.len() + folded.len(), by_force.matches.len(), "{lot:?}");
        found += by_index.matches.len();
        others += folded.len();
    }
    assert!(others > 0, "no establishment was folded: the test says nothing of them");
    assert!(found > 1_000, "only {found} matches: the test says little");
}

/// What columns allow a structure at most is never below what it scores, whatever its calendar says: a search that looks at
/// its first page only would miss it.
#[tokio::test(flavor = "multi_thread")]
async fn columns_bound_every_score() {
    let fixture = fixture::demo().await;
    fixture::calendars_fill(&fixture).await;
    let catalogue = fixture.backend.index.catalogue();
    let columns = catalogue.columns();
    let today = fixture.backend.clock.today();
    let (mut of_calendars, mut stale) = (0, 0);
    for lot in lots() {
        // Without words nothing else is left open: the bound is near the score.
        let lot = fixture.backend.lot_prepare(Lot { on: Some(today), text: String::new(), ..lot });
        let (reach, relation) = (columns.reach_of(&lot), columns.relate(&lot));
        for entry in catalogue.structures() {
            let Some(found) = lot.score(&entry.facts) else { continue };
            let slot = columns.slot(entry.number()).expect("it is there");
            let bound = relation.of(slot, &columns.row(slot, today), &reach).map(|(_, most)| most);
            assert!(bound >= Some(found.score), "{bound:?} below {}: {found:?}", found.score);
            let because = found.reason(Criterion::Standing).because;
            stale += usize::from(matches!(because, Because::StandingStale(_)));
            of_calendars +=
                usize::from(matches!(found.reason(Criterion::Capacity).because, Because::OfMonth { .. }));
        }
    }
    assert!(of_calendars > 100, "only {of_calendars} scores rest on a calendar");
    assert!(stale > 100, "only {stale} scores are of pages out of date");
}

#[tokio::test(flavor = "multi_thread")]
async fn reasons_sum_to_the_score_and_only_allowed_kinds_are_there() {
    let fixture = fixture::demo().await;
    for lot in lots() {
        let ranking = fixture.backend.match_list(lot.clone(), b"seed").expect("ranked");
        let mut last = u8::MAX;
        for (found, entry) in &ranking.matches {
            let sum: u8 = found.reasons.iter().map(|r| r.points).sum();
            assert_eq!(sum, found.score);
            assert!(found.reasons.iter().all(|r| r.points <= r.criterion.max()));
            assert!(found.score <= last, "the best come first");
            last = found.score;
            let facts = &entry.facts;
            let (verdict, _) = lot.reservation.verdict_of_structure(facts.party_on(None));
            assert_ne!(verdict, domain::legal::Eligibility::No);
        }
    }
}

/// « Rebuilding the index from the database gives the same answers. »
#[tokio::test(flavor = "multi_thread")]
async fn a_rebuilt_index_answers_the_same() {
    let fixture = fixture::demo().await;
    let before: Vec<_> =
        lots().into_iter().map(|l| shown(&fixture.backend.match_list(l, b"s").expect("ranked"))).collect();
    fixture.backend.index.rebuild(&fixture.backend.store).await.expect("rebuilt");
    let after: Vec<_> =
        lots().into_iter().map(|l| shown(&fixture.backend.match_list(l, b"s").expect("ranked"))).collect();
    assert_eq!(before, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_reservation_leaves_out_is_counted() {
    let fixture = fixture::demo().await;
    let lot = |reservation| Lot {
        buys: Buys::Trade,
        sectors: vec![Sectors::get().parse("nettoyage-de-locaux").expect("a sector")],
        place: Place::parse("R76").ok(),
        reservation,
        kinds: KindSet::EMPTY,
        mode: None,
        hours_per_month: None,
        text: String::new(),
        on: None,
        begins: None,
    };
    let open = fixture.backend.match_list_with_left_out(lot(Reservation::None), &[]).expect("ranked");
    for reservation in Reservation::RESERVED {
        let reserved = fixture.backend.match_list_with_left_out(lot(reservation), &[]).expect("ranked");
        let kept = u64::try_from(reserved.matches.len()).expect("few");
        let all = u64::try_from(open.matches.len()).expect("few");
        assert_eq!(kept + reserved.left_out_total(), all, "{reservation:?}");
    }
}

/// « 13 17 »: the ends of SIRET numbers, in their order.
fn last_digits(sirets: impl Iterator<Item = Siret>) -> String {
    let ends: BTreeSet<String> = sirets.map(|siret| siret.as_str()[12..].to_owned()).collect();
    ends.into_iter().collect::<Vec<_>>().join(" ")
}

/// Structures of Toulouse whose convention ended in June 2026: name, whether of the social economy, NAF code that says what
/// they do (or nothing does).
const ENDED: &str = "kind,siret,nom,ess,forme_juridique,naf,code_postal,ville,convention_fin\n\
    ACI,00000002600013,LE LINGE DU CANAL,oui,,9601A,31000,Toulouse,2026-06-30\n\
    ACI,00000003400017,BLANCHISSERIE DU PORT,,Association,9601A,31000,Toulouse,2026-06-30\n\
    ETTI,00000004200010,RENFORTS DU CANAL,esus,,,31000,Toulouse,2026-06-30\n\
    ESAT,00000005900014,ATELIERS DU CANAL,oui,,,31000,Toulouse,2026-06-30\n\
    EI,00000017400011,LAVERIE DU FAUBOURG,non,,9601A,31000,Toulouse,2026-06-30\n\
    ACI,00000029900016,LAINE ET LIN,oui,,9601A,31000,Toulouse,2027-06-30\n";

/// Without convention in force, a structure of the social economy may still answer what is reserved to it (L2113-15), and
/// nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn an_ended_convention_leaves_the_social_economy() {
    let (store, folder) = fixture::sqlite().await;
    let fixture = fixture::over(store, Some(folder)).await;
    let b = &fixture.backend;
    b.import_structures(ENDED.as_bytes(), &|_, _| {}).await.expect("imported");
    let today = b.clock.today();
    let everyone: Vec<_> = b.index.catalogue().structures().cloned().collect();
    let ways = [
        (Buys::Trade, None),
        (Buys::Trade, Some(Mode::Prestation)),
        (Buys::Staff, None),
        (Buys::Insertion, None),
    ];
    for ((buys, mode), reservation) in ways.into_iter().flat_map(|way| Reservation::ALL.map(|r| (way, r))) {
        let lot = |reservation| Lot {
            buys,
            sectors: vec![Sectors::get().parse("blanchisserie").expect("a sector")],
            place: Place::parse("C31555").ok(),
            reservation,
            kinds: KindSet::EMPTY,
            mode,
            hours_per_month: None,
            text: "Blanchisserie".to_owned(),
            on: None,
            begins: None,
        };
        let found = |reservation| {
            let ranking = b.match_list(lot(reservation), b"seed").expect("ranked");
            last_digits(ranking.matches.iter().map(|(found, _)| found.siret))
        };
        let may_answer = |party: &Party| {
            let vehicle = Vehicle::of(reservation);
            vehicle.is_none_or(|vehicle| judge(party, vehicle, today).verdict != Verdict::Forbidden)
        };
        let open = found(Reservation::None);
        let judged = everyone.iter().filter(|e| may_answer(&e.structure.party())).map(|e| e.structure.siret);
        let judged = last_digits(judged.filter(|siret| open.contains(&siret.as_str()[12..])));
        assert_eq!(
            found(reservation),
            judged,
            "{reservation:?} {buys:?} {mode:?}: nothing is left out before it is judged"
        );
        let by_force = b.match_list_by_brute_force(lot(reservation), b"seed");
        let by_force = last_digits(by_force.matches.iter().map(|(found, _)| found.siret));
        assert_eq!(found(reservation), by_force, "{reservation:?} {buys:?} {mode:?}");
        if (buys, mode) == (Buys::Trade, None) {
            let expected = match reservation {
                Reservation::None => "10 11 13 14 16 17",
                Reservation::Ess => "10 13 14 16 17",
                Reservation::Siae | Reservation::Both => "16",
                Reservation::Handicap | Reservation::Prison => "",
            };
            assert_eq!(found(reservation), expected, "{reservation:?}");
            let left_out = b.match_list_with_left_out(lot(reservation), &[]).expect("ranked").left_out;
            let is_ess = reservation == Reservation::Ess;
            assert_eq!((left_out.not_ess, left_out.below_half), (u64::from(is_ess), 0), "{reservation:?}");
            let query = SearchQuery {
                sectors: lot(reservation).sectors,
                place: lot(reservation).place,
                reservation: Some(reservation),
                page: 1,
                ..SearchQuery::default()
            };
            let page = b.structure_search(&query).expect("searched");
            assert_eq!(
                last_digits(page.cards.iter().map(|card| card.found.siret)),
                expected,
                "search: {reservation:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_start_from_the_copy_knows_what_the_database_knows() {
    let data = tempfile::tempdir().expect("a folder");
    let settings = Settings {
        data: data.path().to_owned(),
        database_url: None,
        mail_url: None,
        mail_from: "place@place.example".to_owned(),
        mail_replies: None,
        public_url: "https://place.example".to_owned(),
        link_secret_file: None,
    };
    let all = |b: &Backend| -> BTreeMap<Siret, String> {
        b.index.catalogue().structures().map(|e| (e.structure.siret, format!("{e:?}"))).collect()
    };
    let first = Backend::open(&settings, Clock::System).await.expect("opened");
    first.demo_load_country(300, &|_, _| {}).await.expect("loaded");
    first.index.snapshot_write();
    let sirets: Vec<Siret> = all(&first).into_keys().collect();
    let mut tx = first.store.begin().await.expect("begun");
    tx.structure_alerts_stop(sirets[0], 5).await.expect("stopped");
    // Not said in the outbox: only a start that reads every row can see it.
    let mut renamed = first.index.catalogue().structure(sirets[1]).expect("known").structure.clone();
    renamed.name = "Renommée en silence".to_owned();
    tx.structure_save(&renamed, 5).await.expect("saved");
    tx.commit().await.expect("committed");
    first.index_follow().await.expect("followed");
    let known = all(&first);
    assert!(known[&sirets[0]].contains("alerts_stopped: true"));
    first.store.close().await;
    drop(first);

    let second = Backend::open(&settings, Clock::System).await.expect("opened again");
    assert_eq!(all(&second), known);
    assert!(!known[&sirets[1]].contains("silence"), "the rows were read, not the copy");
}
