//! The oracle: what the index recalls and ranks is what scoring every structure gives.

use crate::fixture;
use backend::clock::Clock;
use backend::matches::Ranking;
use backend::{Backend, Settings};
use domain::legal::Reservation;
use domain::matching::{Buys, Lot};
use domain::sector::Sectors;
use domain::siret::Siret;
use domain::structure::{Kind, KindSet, Mode};
use domain::territory::Place;
use std::collections::{BTreeMap, HashSet};

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
    };
    let open = fixture.backend.match_list_with_left_out(lot(Reservation::None), &[]).expect("ranked");
    for reservation in Reservation::RESERVED {
        let reserved = fixture.backend.match_list_with_left_out(lot(reservation), &[]).expect("ranked");
        let kept = u64::try_from(reserved.matches.len()).expect("few");
        let all = u64::try_from(open.matches.len()).expect("few");
        assert_eq!(kept + reserved.left_out_total(), all, "{reservation:?}");
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
