//! The files of the index: held by one process, made again when they are rotten or another's, few whatever is saved.

use crate::fixture::{Fixture, NOW, sqlite};
use crate::link::by_link;
use backend::Backend;
use backend::clock::Clock;
use backend::error::Error;
use backend::index::Index;
use backend::mail::{Mailer, Sent};
use backend::store::{ChangeKind, Store};
use backend::structures::{ManageOutcome, SearchQuery};
use domain::need::Need;
use domain::siret::Siret;
use domain::structure::Structure;
use domain::structure::fiche::{ActivityForm, FicheForm};
use domain::territory::Place;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A process: a backend over a database and a folder of files.
struct Process {
    backend: Backend,
    mails: Arc<Mutex<Vec<Sent>>>,
}

async fn process(store: &Store, files: &Path, clock: &Clock) -> Process {
    let (mailer, mails) = Mailer::memory().expect("a mailer");
    let index = Index::open(files).expect("an index");
    let backend = Backend::over(store.clone(), index, mailer, clock.clone(), "https://place.example").await;
    Process { backend: backend.expect("a backend"), mails }
}

impl Process {
    /// The subjects of the mails that leave now.
    async fn mails(&self) -> Vec<Sent> {
        self.backend.jobs_drain().await.expect("jobs run");
        std::mem::take(&mut *self.mails.lock().expect("a list"))
    }

    fn found(&self, words: &str) -> u64 {
        let query = SearchQuery { words: words.to_owned(), literal: true, ..SearchQuery::default() };
        self.backend.structure_find(&query, 1).expect("searched").0
    }
}

/// The folder of the files that tantivy keeps.
fn tantivy_files(data: &Path) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(data.join("index")).expect("an index").flatten();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).expect("files").flatten());
    files.map(|file| file.path()).collect()
}

fn segments(data: &Path) -> usize {
    let meta = tantivy_files(data).into_iter().find(|file| file.ends_with("meta.json")).expect("a meta.json");
    let meta: serde_json::Value = serde_json::from_slice(&std::fs::read(meta).expect("read")).expect("JSON");
    meta["segments"].as_array().expect("segments").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_saved_while_another_process_holds_the_files_is_told_when_it_lets_go() {
    let (store, data) = sqlite().await;
    let clock = Clock::fixed(NOW);
    let first = process(&store, data.path(), &clock).await;
    first.backend.demo_load(&|_, _| {}).await.expect("the demonstration set");
    first.mails().await;
    let second = process(&store, data.path(), &clock).await;
    let b = &second.backend;
    assert!(matches!(b.index.hold().await, Err(Error::IndexHeld)), "the first one holds them for its life");

    let is_plain =
        |need: &Need| need.draft.lots.iter().all(|lot| lot.vehicle.is_none() && lot.mode.is_none());
    let mut open = b.needs_open();
    open.retain(|entry| is_plain(&entry.need));
    let need = open.iter().map(|entry| &entry.need).min_by_key(|need| need.id).expect("an open need").clone();
    let sector = need.draft.sectors()[0];
    let told = b.store.match_list(need.id).await.expect("read");
    let is_new = |siret: &Siret| told.iter().all(|row| row.siret != *siret);
    let catalogue = b.index.catalogue();
    let others = catalogue.structures().map(|e| &e.structure).filter(|s| s.is_told() && is_new(&s.siret));
    let siret = others.map(|s| s.siret).min().expect("one that was not told");
    by_link(b).manage_link_send(siret).await.expect("asked");
    let token = Fixture::token(&second.mails().await[0], "/gerer");
    let zones = Place::FRANCE.code();
    let add = ActivityForm { sector: sector.label().to_owned(), mode: "prestation".to_owned(), zones };
    let form = FicheForm { add: vec![add], ..FicheForm::default() };
    let saved = by_link(b).manage_save(siret, &token, &form).await.expect("saved");
    assert_eq!(saved, ManageOutcome::Saved { searchable: false }, "nothing is said that is not so");

    // Twenty seconds during which the other one writes: the alert waits, it is not lost.
    for _ in 0..4 {
        clock.advance(5);
        assert_eq!(second.mails().await.len(), 0, "matched with what the index did not know");
    }
    drop(first);
    clock.advance(60);
    let mails = second.mails().await;
    let title = &need.draft.title;
    assert!(mails.iter().any(|mail| mail.mail.text.contains(title)), "{title:?} was never told");
    assert!(
        b.index
            .catalogue()
            .structure(siret)
            .is_some_and(|e| { e.structure.live_activities().any(|a| a.sector == sector) })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_another_database_are_made_again() {
    let (store, data) = sqlite().await;
    let clock = Clock::System;
    let first = process(&store, data.path(), &clock).await;
    first.backend.demo_load_country(300, &|_, _| {}).await.expect("loaded");
    first.backend.index.snapshot_write();
    assert_eq!(first.found(""), 300);
    drop(first);
    let (other, _folder) = sqlite().await;
    let before = process(&other, &data.path().join("other"), &clock).await;
    // As many changes as the first database has: the number alone tells nothing.
    before.backend.demo_load_country(200, &|_, _| {}).await.expect("loaded");
    let mut tx = other.begin().await.expect("begun");
    let catalogue = before.backend.index.catalogue();
    let again: Vec<_> = catalogue.structures().take(100).map(|e| e.structure.clone()).collect();
    for structure in &again {
        let named = Structure { name: format!("Zanzibar {}", structure.name), ..structure.clone() };
        tx.structure_save(&named, 5).await.expect("saved");
    }
    let again: Vec<String> = again.iter().map(|s| s.siret.to_string()).collect();
    tx.outbox_push(ChangeKind::Structure, &again, 5).await.expect("pushed");
    tx.commit().await.expect("committed");
    drop(before);
    let second = process(&other, data.path(), &clock).await;
    assert_eq!((second.backend.index.catalogue().len(), second.found("")), (200, 200));
    assert_eq!(second.found("zanzibar"), 100, "the words are those of this database");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_or_rotten_is_made_again() {
    let (store, data) = sqlite().await;
    let clock = Clock::System;
    let first = process(&store, data.path(), &clock).await;
    first.backend.demo_load_country(50, &|_, _| {}).await.expect("loaded");
    drop(first);
    let kinds: std::collections::BTreeSet<String> = tantivy_files(data.path())
        .iter()
        .filter_map(|file| Some(file.extension()?.to_str()?.to_owned()))
        .filter(|kind| kind != "lock")
        .collect();
    assert!(kinds.len() >= 5, "{kinds:?}");
    for kind in &kinds {
        for rotten in [false, true] {
            let of_kind = tantivy_files(data.path())
                .into_iter()
                .filter(|f| f.extension().is_some_and(|e| e == kind.as_str()));
            for file in of_kind {
                match rotten {
                    false => std::fs::remove_file(&file).expect("removed"),
                    true => {
                        let mut bytes = std::fs::read(&file).expect("read");
                        let middle = bytes.len() / 2;
                        bytes[middle] ^= 0x55;
                        std::fs::write(&file, bytes).expect("written");
                    }
                }
            }
            let again = process(&store, data.path(), &clock).await;
            assert_eq!(again.found("exemple"), 50, ".{kind}, rotten: {rotten}");
            assert!(again.backend.index.damaged_files().is_empty(), ".{kind}, rotten: {rotten}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_saves_leave_few_segments() {
    let (store, data) = sqlite().await;
    let one = process(&store, data.path(), &Clock::System).await;
    one.backend.demo_load_country(300, &|_, _| {}).await.expect("loaded");
    let catalogue = one.backend.index.catalogue();
    let sirets: Vec<String> = catalogue.structures().map(|e| e.structure.siret.to_string()).collect();
    for siret in sirets.iter().take(200) {
        let mut tx = store.begin().await.expect("begun");
        tx.outbox_push(ChangeKind::Structure, std::slice::from_ref(siret), 5).await.expect("pushed");
        tx.commit().await.expect("committed");
        one.backend.index_follow().await.expect("followed");
    }
    let mut count = segments(data.path());
    // The last merges run in the background.
    for _ in 0..100 {
        if count <= 10 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        count = segments(data.path());
    }
    assert!(count <= 10, "{count} segments");
    assert!(tantivy_files(data.path()).len() <= 120, "{} files", tantivy_files(data.path()).len());
    assert_eq!(one.found("exemple"), 300);
}
