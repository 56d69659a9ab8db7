//! Jobs: what a server that refuses, puts off or stalls makes of them; what is not sent because it no longer holds.

use crate::fixture::{Fixture, NOW, answering, sqlite};
use crate::link::by_link;
use backend::Backend;
use backend::mail::{Mail, Reception, ReceptionOf};
use backend::store::{ChangeKind, NewJob};
use domain::need::{NeedForm, NeedStatus};
use domain::siret::Siret;
use domain::structure::fiche::FicheForm;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

async fn with_server(answer: ReceptionOf) -> Fixture {
    let (store, folder) = sqlite().await;
    answering(store, Some(folder), answer).await
}

/// What a server does with a mail: its subject says it.
fn as_subject_says(mail: &Mail) -> Reception {
    match mail.subject.as_str() {
        "later" => Reception::Later,
        "refuses" => Reception::Refuses,
        "stalls" => Reception::Stalls,
        _ => Reception::Takes,
    }
}

fn payload(subject: &str, is_mass: bool) -> String {
    let unsubscribe = is_mass.then_some("https://place.example/stop");
    serde_json::json!({
        "kind": "mail", "at": NOW,
        "mail": { "to": "a@structure.example", "subject": subject, "text": "", "html": "", "unsubscribe": unsubscribe },
    })
    .to_string()
}

async fn add(b: &Backend, payloads: &[(String, i64)]) -> Vec<Uuid> {
    let mut tx = b.store.begin().await.expect("begun");
    let mut ids = Vec::new();
    for (payload, priority) in payloads {
        let (id, payload) = (b.clock.id(), payload.clone());
        let job = NewJob {
            id,
            kind: "mail",
            payload,
            dedupe_key: id.to_string(),
            priority: *priority,
            run_at: b.clock.now(),
        };
        tx.job_insert(&job).await.expect("added");
        ids.push(id);
    }
    tx.commit().await.expect("committed");
    b.jobs_added.notify_one();
    ids
}

fn sent(fixture: &Fixture) -> Vec<String> {
    let mut sent: Vec<String> =
        fixture.mails.lock().expect("a list").iter().map(|sent| sent.mail.subject.clone()).collect();
    // Several leave at once, in no order.
    sent.sort_unstable();
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_mail_is_kept_aside_and_can_be_repeated() {
    let fixture =
        with_server(|mail| if mail.subject == "refuses" { Reception::Refuses } else { Reception::Takes })
            .await;
    let b = &fixture.backend;
    let ids = add(b, &[(payload("refuses", false), 0), (payload("takes", false), 0)]).await;
    b.jobs_drain().await.expect("run");
    assert_eq!(sent(&fixture), ["takes"]);
    let dead = b.store.job_dead_list().await.expect("read");
    assert_eq!(dead.iter().map(|d| (d.id, d.attempts)).collect::<Vec<_>>(), [(ids[0], 1)]);
    assert!(dead[0].last_error.contains("550"), "{}", dead[0].last_error);
    assert_eq!(dead[0].kind, "mail");
    fixture.clock.advance(86_400);
    b.jobs_drain().await.expect("run");
    assert_eq!(b.store.job_dead_count().await.expect("counted"), 1, "nobody tries it again by himself");
    assert!(b.store.job_repeat(ids[0], b.clock.now()).await.expect("repeated"));
    b.jobs_drain().await.expect("run");
    assert_eq!(
        b.store.job_dead_list().await.expect("read")[0].id,
        ids[0],
        "the same mail, of the same Message-ID"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_put_off_is_tried_for_days_then_kept_aside() {
    let fixture = with_server(as_subject_says).await;
    let b = &fixture.backend;
    add(b, &[(payload("later", false), 0)]).await;
    let mut tries = 0;
    while b.store.job_dead_count().await.expect("counted") == 0 && tries < 100 {
        b.jobs_drain().await.expect("run");
        tries += 1;
        fixture.clock.advance(21_600);
    }
    assert_eq!(tries, 26);
    assert_eq!(b.store.job_dead_list().await.expect("read")[0].attempts, 26);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_kept_aside() {
    let fixture = with_server(as_subject_says).await;
    let b = &fixture.backend;
    let need_gone = serde_json::json!({ "kind": "need_tell", "need": Uuid::max() }).to_string();
    add(b, &[("{}".to_owned(), 0), ("not JSON".to_owned(), 1), (need_gone, 1)]).await;
    b.jobs_drain().await.expect("run");
    let dead = b.store.job_dead_list().await.expect("read");
    assert_eq!(dead.len(), 3, "{dead:?}");
    assert_eq!(b.store.job_pending().await.expect("counted"), 0);
}

/// Waits until mails of these subjects have left, a few seconds at most.
async fn leaves(fixture: &Fixture, expected: &[&str]) {
    for _ in 0..300 {
        if sent(fixture) == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?} left, not {expected:?}", sent(fixture));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stalls_holds_nobody_else() {
    let fixture = with_server(as_subject_says).await;
    let b = &fixture.backend;
    let (backend, stop) = (b.clone(), CancellationToken::new());
    let working = tokio::spawn(async move { backend.work_until(stop).await });
    add(b, &[(payload("stalls", false), 0)]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    add(b, &[(payload("first", false), 0)]).await;
    leaves(&fixture, &["first"]).await;
    // More alerts than there are places, all of them stalled: what a person waits for goes all the same.
    let mass: Vec<(String, i64)> = (0..60).map(|_| (payload("stalls", true), 2)).collect();
    add(b, &mass).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    add(b, &[(payload("second", false), 0), (payload("two too", false), 0)]).await;
    leaves(&fixture, &["first", "second", "two too"]).await;
    working.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_outlasts_its_lease_stays_with_its_node() {
    let fixture = with_server(as_subject_says).await;
    let b = &fixture.backend;
    let (backend, stop) = (b.clone(), CancellationToken::new());
    let working = tokio::spawn(async move { backend.work_until(stop).await });
    add(b, &[(payload("stalls", false), 0)]).await;
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    for _ in 0..4 {
        // Less than a lease: another node that looks at once finds nothing, because this one looked before.
        fixture.clock.advance(25);
        let now = b.clock.now();
        let taken = b.store.job_claim(now, now + 1, 10, 0..=2).await.expect("asked");
        assert!(taken.is_empty(), "another node would send it again: {taken:?}");
        tokio::time::sleep(Duration::from_millis(1_500)).await;
    }
    working.abort();
}

/// Jobs that another node would take at a moment. It leaves them be.
async fn free_at(b: &Backend, moment: i64) -> usize {
    b.store.job_claim(moment, moment, 1_000, 0..=2).await.expect("asked").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_claimed_for_the_time_of_a_lease() {
    let fixture = with_server(as_subject_says).await;
    let b = &fixture.backend;
    add(b, &[(payload("stalls", false), 0)]).await;
    let draining = b.clone();
    // It claims once, then waits for what it claimed.
    let working = tokio::spawn(async move { draining.jobs_drain().await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let now = b.clock.now();
    assert_eq!(free_at(b, now + 59).await, 0, "another node would send it again");
    assert_eq!(free_at(b, now + 60).await, 1, "if this node dies, another one sends it");
    working.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_takes_no_more_than_it_has_places_and_keeps_what_it_took() {
    let fixture = with_server(as_subject_says).await;
    let b = &fixture.backend;
    let (backend, stop) = (b.clone(), CancellationToken::new());
    let working = tokio::spawn(async move { backend.work_until(stop).await });
    let stalled = |count: usize| vec![(payload("stalls", false), 0); count];
    add(b, &stalled(20)).await;
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    assert_eq!(free_at(b, b.clock.now()).await, 0);
    add(b, &stalled(20)).await;
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    assert_eq!(free_at(b, b.clock.now()).await, 8, "thirty-two places");
    for _ in 0..3 {
        // A node whose places are all taken claims nothing: it prolongs what it has, and nothing else does.
        fixture.clock.advance(25);
        b.jobs_added.notify_one();
        tokio::time::sleep(Duration::from_millis(1_000)).await;
        assert_eq!(free_at(b, b.clock.now()).await, 8, "the rest stays with it");
    }
    working.abort();
    assert_eq!(free_at(b, b.clock.now() + 61).await, 40, "once it is dead, others take all of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_forgotten_but_for_its_key() {
    let fixture = with_server(as_subject_says).await;
    let b = &fixture.backend;
    let ids = add(b, &[(payload("takes", false), 0)]).await;
    b.jobs_drain().await.expect("run");
    let mut tx = b.store.begin().await.expect("begun");
    let again = NewJob {
        id: Uuid::max(),
        kind: "mail",
        payload: payload("takes", false),
        dedupe_key: ids[0].to_string(),
        priority: 0,
        run_at: 0,
    };
    tx.job_insert(&again).await.expect("left out");
    tx.commit().await.expect("committed");
    b.jobs_drain().await.expect("run");
    assert_eq!(sent(&fixture), ["takes"]);
    assert!(!b.store.job_repeat(ids[0], 0).await.expect("asked"), "nothing is left to repeat");
}

/// The kinds of the jobs that are due, each once, and the priorities that they stand at.
async fn due(b: &Backend) -> Vec<(String, i64)> {
    let now = b.clock.now();
    let jobs = b.store.job_claim(now, now + 1, 1_000, 0..=2).await.expect("claimed");
    let mut kinds: Vec<(String, i64)> = jobs.into_iter().map(|job| (job.kind, job.priority)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[tokio::test(flavor = "multi_thread")]
async fn what_each_act_leaves_to_be_done() {
    let fixture = with_server(as_subject_says).await;
    let b = &fixture.backend;
    b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
    b.jobs_drain().await.expect("run");
    let kind = |kind: &str, priority: i64| (kind.to_owned(), priority);
    let form = NeedForm {
        title: "Blanchisserie du linge".into(),
        place: "FR".into(),
        date: "2027-01-12".into(),
        email: "achats@ville.example".into(),
        ..NeedForm::default()
    };
    by_link(b).need_send(b.need_read(&form).expect("a good form")).await.expect("sent");
    assert_eq!(due(b).await, [kind("mail", 0)]);
    fixture.clock.advance(2);
    let confirm = Fixture::token(&fixture.mails().await[0], "/besoins/confirmer");
    let need = by_link(b).need_publish(&confirm).await.expect("published");
    assert_eq!(due(b).await, [kind("mail", 0), kind("need_tell", 1)]);
    fixture.clock.advance(2);
    let (told, author): (Vec<_>, Vec<_>) =
        fixture.mails().await.into_iter().partition(|sent| sent.mail.unsubscribe.is_some());
    let follow = Fixture::token(&author[0], "/besoins/suivre");
    let siret =
        b.index.catalogue().structures().find(|e| e.structure.is_told()).expect("one").structure.siret;
    by_link(b).manage_link_send(siret).await.expect("sent");
    b.answer_link_send(&domain::access::Actor::Anyone, need, siret).await.expect("sent");
    assert_eq!(due(b).await, [kind("answer_link", 0), kind("manage_link", 0)]);
    fixture.clock.advance(2);
    let links = fixture.mails().await;
    let page = links.iter().find(|sent| sent.mail.text.contains("/gerer")).expect("the link of its page");
    let words = FicheForm { description: Some("Du linge".into()), ..FicheForm::default() };
    by_link(b).manage_save(siret, &Fixture::token(page, "/gerer"), &words).await.expect("saved");
    assert_eq!(due(b).await, [kind("structure_tell", 1)]);
    fixture.clock.advance(2);
    fixture.mails().await;
    let later = |draft: &domain::need::NeedDraft| {
        Ok(domain::need::NeedDraft { deadline: jiff::civil::date(2027, 1, 31), ..draft.clone() })
    };
    by_link(b).need_step(&follow, later).await.expect("kept");
    by_link(b).need_revise(&follow).await.expect("revised");
    assert_eq!(due(b).await, [kind("need_tell_again", 1)]);
    fixture.clock.advance(2);
    fixture.mails().await;
    let yes = backend::needs::AnswerForm {
        answer: domain::need::Answer::Interested,
        lots: Vec::new(),
        message: String::new(),
        replies: Vec::new(),
    };
    by_link(b).need_answer(&Fixture::token(&told[0], "/besoins/repondre"), &yes).await.expect("answered");
    fixture.mails().await;
    by_link(b).need_end(&follow, NeedStatus::Dropped).await.expect("ended");
    assert_eq!(due(b).await, [kind("need_tell_end", 1)]);
    fixture.clock.advance(2);
    b.jobs_drain().await.expect("run");
    assert_eq!(b.store.job_pending().await.expect("counted"), 0);
}

/// How many changes the outbox still holds, and how many of these jobs a second one of the same key would still meet.
async fn left(b: &Backend, keys: &[String]) -> (usize, usize) {
    let changes = b.store.outbox_after(0, 10_000).await.expect("read").len();
    let mut known = 0;
    for key in keys {
        let mut tx = b.store.begin().await.expect("begun");
        let before = b.store.job_pending().await.expect("counted");
        let job = NewJob {
            id: b.clock.id(),
            kind: "mail",
            payload: payload("takes", false),
            dedupe_key: key.clone(),
            priority: 0,
            run_at: b.clock.now() + 1_000,
        };
        tx.job_insert(&job).await.expect("added");
        tx.commit().await.expect("committed");
        known += usize::from(b.store.job_pending().await.expect("counted") == before);
    }
    (changes, known)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_is_erased_and_nothing_sooner() {
    let fixture = with_server(as_subject_says).await;
    let b = &fixture.backend;
    b.demo_load_country(3, &|_, _| {}).await.expect("loaded");
    let changes = left(b, &[]).await.0;
    assert!(changes > 0);
    let form = NeedForm {
        title: "Blanchisserie du linge".into(),
        place: "C31555".into(),
        date: "2027-12-12".into(),
        email: "achats@ville.example".into(),
        ..NeedForm::default()
    };
    let draft = by_link(b).need_start(b.need_read(&form).expect("a good form")).await.expect("kept");
    let ids = add(b, &[(payload("takes", false), 0)]).await;
    b.jobs_drain().await.expect("run");
    let key = [ids[0].to_string()];
    fixture.clock.advance(29 * 86_400);
    b.tidy().await.expect("tidied");
    assert_eq!(left(b, &key).await, (changes, 1), "within thirty days");
    fixture.clock.advance(2 * 86_400);
    b.tidy().await.expect("tidied");
    assert_eq!(left(b, &key).await, (0, 0), "after thirty days");
    let is_kept = async || b.store.need_fetch(draft).await.expect("read").is_some();
    fixture.clock.advance(148 * 86_400);
    b.tidy().await.expect("tidied");
    assert!(is_kept().await, "a draft, after 179 days");
    fixture.clock.advance(2 * 86_400);
    b.tidy().await.expect("tidied");
    assert!(!is_kept().await, "a draft, after 181 days");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_works_tidies_too_and_ends_when_asked() {
    let fixture = with_server(as_subject_says).await;
    let b = &fixture.backend;
    b.demo_load_country(3, &|_, _| {}).await.expect("loaded");
    fixture.clock.advance(31 * 86_400);
    let (backend, stop) = (b.clone(), CancellationToken::new());
    let asked = stop.clone();
    let working = tokio::spawn(async move { backend.work_until(asked).await });
    for _ in 0..300 {
        if left(b, &[]).await.0 == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(left(b, &[]).await.0, 0, "at its start, not an hour later");
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(5), working).await.expect("it ends").expect("in good order");
}

/// Whether the relay of [`puts_off_when_down`] is.
static IS_DOWN: AtomicBool = AtomicBool::new(false);

/// A relay that is down for a mass, as one that limits how many mails it takes.
fn puts_off_when_down(mail: &Mail) -> Reception {
    match mail.unsubscribe.is_some() && IS_DOWN.load(Ordering::Relaxed) {
        true => Reception::Later,
        false => Reception::Takes,
    }
}

/// A published need whose alerts wait, as behind a relay that is down; and whom they are for.
async fn alerts_waiting(fixture: &Fixture) -> (Uuid, Vec<Siret>) {
    let b = &fixture.backend;
    b.demo_load(&|_, _| {}).await.expect("the demonstration set");
    fixture.mails().await;
    let form = NeedForm {
        title: "Blanchisserie des vêtements de travail".into(),
        place: "C31555".into(),
        date: "2027-01-12".into(),
        email: "achats@ville.example".into(),
        ..NeedForm::default()
    };
    by_link(b).need_send(b.need_read(&form).expect("a good form")).await.expect("sent");
    let confirm = fixture.mails().await.remove(0);
    let id =
        by_link(b).need_publish(&Fixture::token(&confirm, "/besoins/confirmer")).await.expect("published");
    IS_DOWN.store(true, Ordering::Relaxed);
    assert_eq!(fixture.mails().await.len(), 1, "the author is answered");
    let told = b.store.match_list(id).await.expect("read").into_iter().map(|row| row.siret).collect();
    (id, told)
}

fn token_of(link: &str) -> String {
    link.split_once("jeton=").expect("a signed link").1.to_owned()
}

async fn check_not_sent(what: &str, change: impl AsyncFnOnce(&Fixture, Uuid, Siret), all: bool) {
    IS_DOWN.store(false, Ordering::Relaxed);
    let fixture = with_server(puts_off_when_down).await;
    let (id, told) = alerts_waiting(&fixture).await;
    assert!(told.len() > 1, "{told:?}");
    change(&fixture, id, told[0]).await;
    IS_DOWN.store(false, Ordering::Relaxed);
    fixture.clock.advance(3_600);
    let mails = fixture.mails().await;
    let alerts = mails
        .iter()
        .filter(|sent| sent.mail.subject.contains("Blanchisserie"))
        .filter(|sent| sent.mail.unsubscribe.is_some());
    let expected = if all { 0 } else { told.len() - 1 };
    assert_eq!(alerts.count(), expected, "{what}");
    assert_eq!(fixture.backend.store.job_pending().await.expect("counted"), 0, "{what}");
    assert_eq!(fixture.backend.store.job_dead_count().await.expect("counted"), 0, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_longer_holds_is_not_sent() {
    check_not_sent(
        "the need was dropped",
        async |fixture, id, _| {
            let b = &fixture.backend;
            let mut tx = b.store.begin().await.expect("begun");
            tx.need_end(id, NeedStatus::Dropped, b.clock.now()).await.expect("ended");
            tx.outbox_push(ChangeKind::Need, &[id.to_string()], b.clock.now()).await.expect("pushed");
            tx.commit().await.expect("committed");
        },
        true,
    )
    .await;
    check_not_sent("the deadline passed", async |fixture, _, _| fixture.clock.advance(90 * 86_400), true)
        .await;
    check_not_sent(
        "a structure stopped its mails",
        async |fixture, _, siret| {
            let b = &fixture.backend;
            let mut tx = b.store.begin().await.expect("begun");
            tx.structure_alerts_stop(siret, b.clock.now()).await.expect("stopped");
            tx.commit().await.expect("committed");
        },
        false,
    )
    .await;
    check_not_sent(
        "a structure has another contact",
        async |fixture, _, siret| {
            let b = &fixture.backend;
            let structure = b.store.structure_fetch(siret).await.expect("read").expect("there");
            let token = token_of(&b.links().structure_manage(&structure));
            let form = FicheForm { contact: Some("autre@structure.example".into()), ..FicheForm::default() };
            by_link(b).manage_save(siret, &token, &form).await.expect("saved");
            let token = token_of(&b.links().contact_confirm(&structure));
            by_link(b).contact_confirm(&token).await.expect("confirmed");
        },
        false,
    )
    .await;
}
