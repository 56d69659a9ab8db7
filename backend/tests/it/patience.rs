//! What nobody waits for any more is not worked out to the end.

use crate::fixture::demo;
use backend::Backend;
use backend::error::{Error, Result};
use backend::patience::worked_out;
use domain::need::{NeedDraft, NeedForm};
use domain::territory::Place;
use std::sync::mpsc;
use std::time::Duration;

/// Begins a work that waits until its request is given up, then goes on: what becomes of it.
async fn given_up(
    backend: &Backend,
    work: impl FnOnce(&Backend) -> Result<()> + Send + 'static,
) -> Result<()> {
    let (begun, begin) = mpsc::channel();
    let (left, leave) = mpsc::channel();
    let (done, end) = mpsc::channel();
    let backend = backend.clone();
    let request = worked_out(move || {
        begun.send(()).expect("heard");
        leave.recv().expect("told");
        done.send(work(&backend)).expect("heard");
        Ok::<(), Error>(())
    });
    assert!(tokio::time::timeout(Duration::from_millis(100), request).await.is_err(), "it waits");
    begin.recv_timeout(Duration::from_secs(10)).expect("begun");
    left.send(()).expect("heard");
    tokio::task::block_in_place(|| end.recv_timeout(Duration::from_secs(10))).expect("ended")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_is_not_worked_out() {
    let fixture = demo().await;
    let b = &fixture.backend;
    let form = NeedForm {
        title: "Blanchisserie et entretien des espaces verts".into(),
        place: "R76".into(),
        date: "2027-01-12".into(),
        email: "achats@ville.example".into(),
        sectors: vec!["blanchisserie".into(), "creation-et-entretien-des-espaces-verts".into()],
        ..NeedForm::default()
    };
    let draft: NeedDraft = b.need_read(&form).expect("a good form").draft;
    type Work = fn(&Backend, &NeedDraft) -> Result<()>;
    let works: [(&str, Work); 6] = [
        ("territory", |b, _| b.territory_show(Place::FRANCE).map(|_| ())),
        ("supply", |b, draft| b.supply_estimate(draft, &draft.lots[0]).map(|_| ())),
        ("vehicles", |b, draft| b.vehicle_advise(draft, &draft.lots[0]).map(|_| ())),
        ("split", |b, draft| b.lot_advise(draft, &draft.lots[0]).map(|_| ())),
        ("groupement", |b, draft| b.groupement_propose(draft, &draft.lots[0], b"seed").map(|_| ())),
        ("matches", |b, draft| b.match_list(draft.lots[0].to_match(draft), &[]).map(|_| ())),
    ];
    for (what, work) in works {
        let asked = draft.clone();
        let outcome = given_up(b, move |b| work(b, &asked)).await;
        assert!(matches!(outcome, Err(Error::GivenUp)), "{what}: {outcome:?}");
        let asked = draft.clone();
        let backend = b.clone();
        let waited: Result<()> = worked_out(move || work(&backend, &asked)).await;
        assert!(waited.is_ok(), "{what}, and nothing of what was given up was kept: {waited:?}");
    }
}
