//! The contract of the store, on both databases.

use crate::fixture::{self, NOW, on_both};
use backend::store::{AnswerRow, Attachment, ChangeKind, MatchRow, NewJob};
use domain::legal::{Ess, Evidence, Reservation, Share};
use domain::matching::{Criterion, Explained};
use domain::need::{Answer, LotKey, Need, NeedDraft, NeedForm, NeedStatus, Reply};
use domain::privacy::Kept;
use domain::siret::Siret;
use domain::structure::Structure;
use uuid::Uuid;

fn one() -> Structure {
    let mut structure = backend::demo::occitanie().swap_remove(0);
    structure.in_qpv = None;
    structure.share = Share::Known {
        concerned: 25,
        workers: 35,
        evidence: Evidence::Attested,
        on: domain::date::parse("2026-10-01"),
    };
    structure.ess = Ess::Esus;
    structure.places = Some(12);
    structure.point = domain::territory::Point::new(1.44, 43.6);
    structure.updated_at = backend::clock::timestamp(NOW);
    structure
}

fn need(title: &str) -> Need {
    let form = NeedForm {
        title: title.into(),
        place: "C31555".into(),
        date: "2027-01-12".into(),
        email: "achats@ville.example".into(),
        reservation: "siae".into(),
        hours: "400".into(),
        ..NeedForm::default()
    };
    let request = form.parse(jiff::civil::date(2026, 11, 21)).expect("a good form");
    Need {
        id: Uuid::from_u128(7),
        author: Some(request.author),
        account: None,
        organisation: None,
        draft: request.draft,
        link_number: 0,
        status: NeedStatus::ToConfirm,
        version: 0,
        created_at: NOW,
        published_at: None,
        ended_at: None,
        withdrawn_at: None,
        awards: Vec::new(),
    }
}

/// A draft as it reads once it was published on the day of [`NOW`].
fn published(draft: &NeedDraft) -> NeedDraft {
    NeedDraft { published: Some(jiff::civil::date(2026, 11, 21)), ..draft.clone() }
}

on_both! {
    async fn every_statement_is_accepted(fixture) {
        for (name, sql) in backend::store::statements() {
            fixture.backend.store.prepare(sql).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }

    async fn a_structure_comes_back_as_it_went(fixture) {
        let (store, structure) = (&fixture.backend.store, one());
        for _ in 0..2 {
            let mut tx = store.begin().await.expect("a transaction");
            tx.structure_save(&structure, NOW).await.expect("saved");
            tx.commit().await.expect("committed");
            assert_eq!(store.structure_fetch(structure.siret).await.expect("read"), Some(structure.clone()));
            assert_eq!(store.structure_list().await.expect("read"), vec![structure.clone()]);
        }
        assert_eq!(store.structure_fetch(Siret::with_key(9, 9)).await.expect("read"), None);
    }

    async fn nothing_is_left_of_a_dropped_transaction(fixture) {
        let store = &fixture.backend.store;
        let mut tx = store.begin().await.expect("a transaction");
        tx.structure_save(&one(), NOW).await.expect("saved");
        tx.outbox_push(ChangeKind::Structure, &["x".to_owned()], NOW).await.expect("pushed");
        drop(tx);
        assert_eq!(store.structure_count().await.expect("counted"), 0);
        assert_eq!(store.outbox_head().await.expect("read"), 0);
    }

    async fn a_need_is_published_once(fixture) {
        let (store, need) = (&fixture.backend.store, need("Entretien des espaces verts"));
        let mut tx = store.begin().await.expect("a transaction");
        tx.need_insert(&need).await.expect("inserted");
        tx.commit().await.expect("committed");
        assert_eq!(store.need_fetch(need.id).await.expect("read"), Some(need.clone()));
        assert_eq!(store.need_list().await.expect("read"), vec![]);
        for first in [true, false] {
            let mut tx = store.begin().await.expect("a transaction");
            assert_eq!(tx.need_publish(need.id, &need.draft, NOW + 5).await.expect("published"), first);
            tx.commit().await.expect("committed");
        }
        let listed = store.need_list().await.expect("read");
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].status, listed[0].published_at), (NeedStatus::Published, Some(NOW + 5)));
        assert_eq!(listed[0].draft, published(&need.draft));
        assert_eq!(listed[0].draft.lots[0].reservation(), Reservation::Siae);
        assert_eq!(store.outbox_head().await.expect("read"), 1);
    }

    async fn versions_are_kept_and_numbered(fixture) {
        let (store, need) = (&fixture.backend.store, need("Blanchisserie"));
        let titled = |title: &str| {
            let mut draft = published(&need.draft);
            draft.title = title.to_owned();
            draft.lot_add(draft.lots[0].clone());
            draft
        };
        let mut tx = store.begin().await.expect("a transaction");
        tx.need_insert(&need).await.expect("inserted");
        assert!(tx.need_publish(need.id, &need.draft, NOW).await.expect("published"));
        tx.need_prepare(need.id, &titled("à venir"), NOW).await.expect("prepared");
        tx.commit().await.expect("committed");
        let stored = store.need_fetch(need.id).await.expect("read").expect("there");
        assert_eq!(stored.draft, published(&need.draft));
        assert_eq!(store.need_prepared(&stored).await.expect("read"), Some(titled("à venir")));

        let mut tx = store.begin().await.expect("a transaction");
        let (held, written) = tx.need_hold(need.id).await.expect("read").expect("there");
        assert_eq!((held.version, written), (1, Some(titled("à venir"))));
        assert_eq!(tx.need_revise(&held, &titled("à venir"), NOW + 1).await.expect("revised"), 2);
        tx.commit().await.expect("committed");
        assert_eq!(store.need_prepared(&stored).await.expect("read"), None);
        let current = store.need_fetch(need.id).await.expect("read").expect("there");
        assert_eq!(current.draft.published, Some(jiff::civil::date(2026, 11, 21)), "a revision does not move it");
        assert_eq!((current.version, current.draft.title.as_str(), current.published_at), (2, "à venir", Some(NOW)));
        let versions = store.version_list(need.id).await.expect("read");
        let seen: Vec<_> = versions.iter().map(|v| (v.number, v.draft.title.as_str(), v.saved_at)).collect();
        assert_eq!(seen, [(1, "Blanchisserie", NOW), (2, "à venir", NOW + 1)]);

        let mut tx = store.begin().await.expect("a transaction");
        assert!(tx.need_end(need.id, NeedStatus::Awarded, NOW + 3).await.expect("ended"));
        assert!(!tx.need_end(need.id, NeedStatus::Awarded, NOW + 4).await.expect("asked"));
        tx.commit().await.expect("committed");
        let ended = store.need_fetch(need.id).await.expect("read").expect("there");
        assert_eq!((ended.status, ended.ended_at), (NeedStatus::Awarded, Some(NOW + 3)));
    }

    async fn what_was_never_published_is_erased_in_the_end(fixture) {
        let store = &fixture.backend.store;
        let [forgotten, resumed, published] =
            [1, 2, 3].map(|n| Need { id: Uuid::from_u128(n), ..need("Blanchisserie") });
        let mut tx = store.begin().await.expect("a transaction");
        for need in [&forgotten, &resumed, &published] {
            tx.need_insert(need).await.expect("inserted");
        }
        let file = Attachment { name: "plan.pdf".into(), media: "application/pdf".into(), content: vec![1] };
        let plan = Uuid::from_u128(21);
        tx.attachment_insert(forgotten.id, plan, &file, NOW).await.expect("inserted");
        tx.need_prepare(resumed.id, &resumed.draft, NOW + 10).await.expect("written again");
        tx.need_publish(published.id, &published.draft, NOW).await.expect("published");
        tx.commit().await.expect("committed");
        store.kept_erase(Kept::NeedDraft, NOW).await.expect("trimmed");
        assert!(store.need_fetch(forgotten.id).await.expect("read").is_some(), "not before its time");
        store.kept_erase(Kept::NeedDraft, NOW + 10).await.expect("trimmed");
        for (need, is_there) in [(&forgotten, false), (&resumed, true), (&published, true)] {
            assert_eq!(store.need_fetch(need.id).await.expect("read").is_some(), is_there, "{}", need.draft.title);
        }
        assert_eq!(store.attachment_fetch(forgotten.id, plan).await.expect("read"), None, "its files go with it");
    }

    async fn a_file_comes_back_byte_for_byte(fixture) {
        let (store, need) = (&fixture.backend.store, need("Blanchisserie"));
        let file = Attachment { name: "é.pdf".into(), media: "application/pdf".into(), content: (0..=255).collect() };
        let (id, other) = (Uuid::from_u128(11), Uuid::from_u128(12));
        let mut tx = store.begin().await.expect("a transaction");
        tx.need_insert(&need).await.expect("inserted");
        tx.attachment_insert(need.id, id, &file, NOW).await.expect("kept");
        tx.commit().await.expect("committed");
        assert_eq!(store.attachment_fetch(need.id, id).await.expect("read"), Some(file));
        assert_eq!(store.attachment_fetch(need.id, other).await.expect("read"), None);
        assert_eq!(store.attachment_fetch(other, id).await.expect("read"), None, "of another need");
    }

    async fn the_last_answer_counts(fixture) {
        let (store, need, structure) = (&fixture.backend.store, need("Blanchisserie"), one());
        let explained = Explained { criterion: Criterion::Sector, points: 40, because: "secteur exact".into() };
        let told = MatchRow { lot: LotKey::FIRST, siret: structure.siret, score: 40, reasons: vec![explained], rules_version: 1, told_at: NOW };
        let mut tx = store.begin().await.expect("a transaction");
        tx.structure_save(&structure, NOW).await.expect("saved");
        tx.need_insert(&need).await.expect("inserted");
        tx.match_insert(need.id, &told).await.expect("kept");
        tx.match_insert(need.id, &MatchRow { score: 1, ..told.clone() }).await.expect("left as it was");
        for answer in [Answer::Interested, Answer::Declined] {
            let row = AnswerRow {
                lot: LotKey::FIRST,
                siret: structure.siret,
                answer,
                message: "à bientôt".into(),
                replies: vec![Reply { question: "Le samedi ?".into(), reply: "oui".into() }],
                answered_at: NOW,
            };
            tx.answer_save(need.id, &row).await.expect("kept");
        }
        tx.commit().await.expect("committed");
        assert_eq!(store.match_list(need.id).await.expect("read"), vec![told]);
        let answers = store.answer_list(need.id).await.expect("read");
        assert_eq!(answers.len(), 1);
        assert_eq!((answers[0].answer, answers[0].message.as_str()), (Answer::Declined, "à bientôt"));
        assert_eq!(answers[0].replies[0].reply, "oui");
        let counts = store.need_counts(None).await.expect("read");
        assert_eq!((counts.told, counts.told_of_lot), (vec![(need.id, 1)], vec![(need.id, 1, 1)]));
        assert_eq!((counts.interested, counts.interested_in_lot), (vec![], vec![]));
        let of_one = store.need_counts(Some(need.id)).await.expect("read");
        assert_eq!((of_one.told, of_one.told_of_lot), (vec![(need.id, 1)], vec![(need.id, 1, 1)]));
        let of_none = store.need_counts(Some(uuid::Uuid::max())).await.expect("read");
        assert_eq!((of_none.told, of_none.told_of_lot), (vec![], vec![]));
    }

    async fn changes_are_numbered_in_the_order_of_commits(fixture) {
        let store = &fixture.backend.store;
        let tasks = (0..8).map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut tx = store.begin().await.expect("a transaction");
                let entities: Vec<String> = (0..5).map(|i| format!("{n}-{i}")).collect();
                tx.outbox_push(ChangeKind::Structure, &entities, NOW).await.expect("pushed");
                tx.commit().await.expect("committed");
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("written");
        }
        let changes = store.outbox_after(0, 100).await.expect("read");
        assert_eq!(changes.iter().map(|c| c.seq).collect::<Vec<_>>(), (1..=40).collect::<Vec<i64>>());
        assert_eq!(store.outbox_after(38, 100).await.expect("read").len(), 2);
        store.outbox_trim(NOW + 1).await.expect("trimmed");
        assert_eq!(store.outbox_first().await.expect("read"), 0);
        assert_eq!(store.outbox_head().await.expect("read"), 40);
    }

    async fn a_job_is_added_once_claimed_once_and_comes_back_after_its_lease(fixture) {
        let store = &fixture.backend.store;
        let job = |n: u128, key: &str| NewJob {
            id: Uuid::from_u128(n), kind: "mail", payload: "{}".into(), dedupe_key: key.into(), priority: 1, run_at: NOW,
        };
        let mut tx = store.begin().await.expect("a transaction");
        tx.job_insert(&job(1, "a")).await.expect("added");
        tx.job_insert(&job(2, "a")).await.expect("left out");
        tx.job_insert(&job(3, "b")).await.expect("added");
        tx.commit().await.expect("committed");
        let claim = |now: i64| store.job_claim(now, now + 60, 10, 0..=2);
        assert_eq!(claim(NOW - 1).await.expect("claimed").len(), 0);
        assert_eq!(claim(NOW).await.expect("claimed").len(), 2);
        assert_eq!(claim(NOW + 59).await.expect("claimed").len(), 0);
        let again = claim(NOW + 60).await.expect("claimed");
        assert_eq!(again.iter().map(|j| j.attempts).collect::<Vec<_>>(), [0, 0], "a lost run is no failure");
        store.job_done(&[Uuid::from_u128(1)], NOW).await.expect("done");
        store.job_retry(Uuid::from_u128(3), NOW + 500, "refused").await.expect("put back");
        assert_eq!(claim(NOW + 499).await.expect("claimed").len(), 0);
        assert_eq!(claim(NOW + 500).await.expect("claimed").iter().map(|j| j.attempts).collect::<Vec<_>>(), [1]);
        assert_eq!(store.job_pending().await.expect("counted"), 1);
    }

    async fn what_people_wait_for_is_claimed_first(fixture) {
        let store = &fixture.backend.store;
        let mut tx = store.begin().await.expect("a transaction");
        for (n, priority, run_at) in [(1, 2, NOW - 9), (2, 1, NOW - 5), (3, 0, NOW), (4, 0, NOW - 1), (5, 0, NOW + 1)] {
            let (id, dedupe_key) = (Uuid::from_u128(n), n.to_string());
            let job = NewJob { id, kind: "mail", payload: "{}".into(), dedupe_key, priority, run_at };
            tx.job_insert(&job).await.expect("added");
        }
        tx.commit().await.expect("committed");
        let mut numbers = Vec::new();
        for priorities in [0..=2, 0..=1, 0..=1, 2..=2, 0..=2] {
            let claimed = store.job_claim(NOW, NOW + 60, 1, priorities).await.expect("claimed");
            numbers.push(claimed.first().map(|job| job.id.as_u128()));
        }
        assert_eq!(numbers, [Some(4), Some(3), Some(2), Some(1), None]);
        store.job_hold(&[Uuid::from_u128(4)], NOW + 500).await.expect("held");
        let later = store.job_claim(NOW + 60, NOW + 120, 10, 0..=2).await.expect("claimed");
        assert!(later.len() == 4 && later.iter().all(|job| job.id != Uuid::from_u128(4)), "it still runs: {later:?}");
    }

    async fn what_cannot_be_done_is_kept_until_someone_decides(fixture) {
        let store = &fixture.backend.store;
        let mut tx = store.begin().await.expect("a transaction");
        for n in 1..=3u128 {
            let (id, dedupe_key) = (Uuid::from_u128(n), n.to_string());
            let job = NewJob { id, kind: "mail", payload: "body".into(), dedupe_key, priority: 1, run_at: NOW };
            tx.job_insert(&job).await.expect("added");
        }
        tx.commit().await.expect("committed");
        let (first, second, third) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        store.job_done(&[third], NOW).await.expect("done");
        store.job_bury(first, NOW + 1, "550 unknown").await.expect("buried");
        store.job_bury(second, NOW + 2, "554 no").await.expect("buried");
        let dead = store.job_dead_list().await.expect("read");
        let said: Vec<(Uuid, i64, &str)> = dead.iter().map(|d| (d.id, d.attempts, d.last_error.as_str())).collect();
        assert_eq!(said, [(first, 1, "550 unknown"), (second, 1, "554 no")]);
        let claim = async || store.job_claim(NOW + 9_999, NOW + 10_000, 10, 0..=2).await.expect("claimed");
        assert_eq!((claim().await.len(), store.job_pending().await.expect("counted")), (0, 0));
        store.kept_erase(Kept::MailSent, NOW + 9_999).await.expect("trimmed");
        assert_eq!(store.job_dead_count().await.expect("counted"), 2, "nothing forgets it");
        assert!(store.job_repeat(first, NOW + 3).await.expect("repeated"));
        assert!(!store.job_repeat(third, NOW + 3).await.expect("asked"), "what was done stays done");
        assert!(store.job_drop(second, NOW + 3).await.expect("dropped"));
        assert!(!store.job_drop(second, NOW + 3).await.expect("asked"));
        let again = claim().await;
        assert_eq!(again.iter().map(|j| (j.id, j.attempts, j.payload.as_str())).collect::<Vec<_>>(), [(first, 0, "body")]);
        assert_eq!(store.job_dead_count().await.expect("counted"), 0);
    }

    async fn two_nodes_never_claim_the_same_job(fixture) {
        let store = &fixture.backend.store;
        let mut tx = store.begin().await.expect("a transaction");
        for n in 0..60u128 {
            let job = NewJob { id: Uuid::from_u128(n), kind: "mail", payload: "{}".into(), dedupe_key: n.to_string(), priority: 1, run_at: NOW };
            tx.job_insert(&job).await.expect("added");
        }
        tx.commit().await.expect("committed");
        let nodes = (0..6).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.job_claim(NOW, NOW + 60, 15, 0..=2).await.expect("claimed") })
        });
        let mut claimed: Vec<Uuid> = Vec::new();
        for node in nodes.collect::<Vec<_>>() {
            claimed.extend(node.await.expect("a node").iter().map(|j| j.id));
        }
        let all = claimed.len();
        claimed.sort_unstable();
        claimed.dedup();
        assert_eq!((claimed.len(), all), (60, 60));
    }

    async fn a_setting_keeps_its_first_value(fixture) {
        let store = &fixture.backend.store;
        assert_eq!(store.setting_get_or_insert("k", "one").await.expect("kept"), "one");
        assert_eq!(store.setting_get_or_insert("k", "two").await.expect("kept"), "one");
    }
}

#[tokio::test]
async fn both_schemas_have_the_same_columns() {
    let Some(postgres) = fixture::postgres().await else { return };
    let (sqlite, _folder) = fixture::sqlite().await;
    assert_eq!(sqlite.schema().await.expect("read"), postgres.schema().await.expect("read"));
}

#[tokio::test]
async fn a_backup_is_a_sound_copy() {
    let fixture = fixture::demo().await;
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("copy.sqlite");
    fixture.backend.store.backup(&copy).await.expect("copied");
    assert!(fixture.backend.store.backup(&copy).await.is_err(), "an existing file is never overwritten");
    let opened = backend::store::Store::open_sqlite(&copy).await.expect("opened");
    assert_eq!(
        opened.structure_list().await.expect("read"),
        fixture.backend.store.structure_list().await.expect("read")
    );
}

#[test]
fn migrations_have_the_same_names() {
    let names = |folder: &str| {
        let path = format!("{}/../migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
        let mut names: Vec<String> = std::fs::read_dir(path)
            .expect("a folder")
            .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
