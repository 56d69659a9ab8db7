//! Two nodes on one PostgreSQL: what one writes the other finds, work is shared, and one that dies is missed by nobody.

use crate::fixture::{Fixture, NOW, postgres_url, sqlite};
use crate::link::by_link;
use backend::Backend;
use backend::clock::Clock;
use backend::index::Index;
use backend::mail::{Mailer, Sent};
use backend::rates::Rate;
use backend::retention::Run;
use backend::store::Store;
use domain::need::NeedForm;
use domain::privacy::Kept;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A node: its own index and its own way to the mail server.
struct Node {
    backend: Backend,
    mails: Arc<Mutex<Vec<Sent>>>,
    working: JoinHandle<()>,
    stop: CancellationToken,
}

async fn node(url: &str, clock: &Clock) -> Node {
    let store = Store::open_postgres(url).await.expect("a database");
    let (mailer, mails) = Mailer::memory().expect("a mailer");
    let index = Index::in_memory().expect("an index");
    let backend = Backend::over(store, index, mailer, clock.clone(), "https://place.example").await;
    let (backend, stop) = (backend.expect("a backend"), CancellationToken::new());
    let working = {
        let (backend, stop) = (backend.clone(), stop.clone());
        tokio::spawn(async move { backend.work_until(stop).await })
    };
    Node { backend, mails, working, stop }
}

impl Node {
    fn sent(&self) -> Vec<Sent> {
        self.mails.lock().expect("a list").clone()
    }

    /// Waits until something holds of this node, ten seconds at most.
    async fn sees(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        for _ in 0..500 {
            if holds(self) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{what}: not within ten seconds");
    }
}

/// Sends a need through a node; its title tells it from others.
async fn send(node: &Node, title: &str) {
    let form = NeedForm {
        title: title.to_owned(),
        place: "C31555".to_owned(),
        date: "2027-01-12".to_owned(),
        email: "achats@ville.example".to_owned(),
        ..NeedForm::default()
    };
    let b = &node.backend;
    by_link(b).need_send(b.need_read(&form).expect("a good form")).await.expect("sent");
}

/// The confirmation mails of these needs, whichever node sent them.
async fn confirmations(nodes: &[&Node], titles: &[String]) -> Vec<Sent> {
    for _ in 0..500 {
        let all: Vec<Sent> = nodes.iter().flat_map(|node| node.sent()).collect();
        let of = |title: &String| {
            all.iter()
                .find(|sent| sent.mail.text.contains("/besoins/confirmer") && sent.mail.text.contains(title))
                .cloned()
        };
        let found: Vec<Sent> = titles.iter().filter_map(of).collect();
        if found.len() == titles.len() {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("not every need was answered with a mail");
}

async fn publish(node: &Node, confirmation: &Sent) -> Uuid {
    by_link(&node.backend)
        .need_publish(&Fixture::token(confirmation, "/besoins/confirmer"))
        .await
        .expect("published")
}

async fn all_is_done(node: &Node) {
    for _ in 0..500 {
        if node.backend.store.job_pending().await.expect("counted") == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("work is left: {:?}", node.backend.store.job_dead_list().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_share_the_work_and_one_goes_on_alone() {
    let Some(url) = postgres_url().await else { return };
    let clock = Clock::fixed(NOW);
    let first = node(&url, &clock).await;
    first.backend.demo_load(&|_, _| {}).await.expect("the demonstration set");
    let second = node(&url, &clock).await;
    all_is_done(&first).await;

    // A link signed by one node is good on the other; a need of the one is found on the other.
    let titles: Vec<String> = (0..6).map(|n| format!("Blanchisserie du linge, tournée {n}")).collect();
    for title in &titles {
        send(&first, title).await;
    }
    let mut ids = Vec::new();
    for (n, confirmation) in confirmations(&[&first, &second], &titles).await.iter().enumerate() {
        ids.push(publish(if n % 2 == 0 { &first } else { &second }, confirmation).await);
    }
    for node in [&first, &second] {
        let knows = |node: &Node| ids.iter().all(|id| node.backend.index.catalogue().need(*id).is_some());
        node.sees("every need is known", knows).await;
    }
    all_is_done(&first).await;

    // One of them dies in the middle of its work: its leases end, and the other does the rest.
    let more: Vec<String> = (6..12).map(|n| format!("Blanchisserie du linge, tournée {n}")).collect();
    for title in &more {
        send(&second, title).await;
    }
    for confirmation in confirmations(&[&first, &second], &more).await {
        ids.push(publish(&second, &confirmation).await);
    }
    first.working.abort();
    clock.advance(61);
    all_is_done(&second).await;
    send(&second, "Blanchisserie du linge, la dernière").await;
    let last = confirmations(&[&second], &["Blanchisserie du linge, la dernière".to_owned()]).await;
    ids.push(publish(&second, &last[0]).await);
    all_is_done(&second).await;

    // Every structure that was told of a need has one mail of it: with one Message-ID, were it sent twice.
    let mut mails: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for sent in first.sent().into_iter().chain(second.sent()) {
        if sent.mail.unsubscribe.is_some() {
            let key = (sent.mail.to.to_string(), sent.mail.subject.clone());
            mails.entry(key).or_default().push(sent.message_id);
        }
    }
    for ((to, subject), message_ids) in &mut mails {
        message_ids.sort_unstable();
        message_ids.dedup();
        assert_eq!(message_ids.len(), 1, "{to}: {subject}");
    }
    let mut told = 0;
    for id in &ids {
        let need = second.backend.store.need_fetch(*id).await.expect("read").expect("there");
        let rows = second.backend.store.match_list(*id).await.expect("read");
        assert!(!rows.is_empty(), "{} was told to nobody", need.draft.title);
        told += rows.iter().map(|row| row.siret).collect::<std::collections::BTreeSet<_>>().len();
    }
    let of_needs = mails.keys().filter(|(_, subject)| subject.contains("Blanchisserie du linge")).count();
    assert_eq!(of_needs, told, "told, as the rows say, and mailed");
    assert!(!first.sent().is_empty() && !second.sent().is_empty(), "both worked");
    second.stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_limited_is_counted_by_all_nodes_together() {
    let Some(url) = postgres_url().await else { return };
    let clock = Clock::fixed(NOW);
    let nodes = [node(&url, &clock).await, node(&url, &clock).await];
    assert!(nodes[0].backend.has_other_nodes());
    let count = async |on: usize, what: Rate, of: &str| {
        nodes[on].backend.rate_count(what, of, 3).await.expect("counted")
    };
    for on in [0, 1, 0] {
        assert_eq!(count(on, Rate::Posts, "203.0.113.7").await, None);
    }
    for on in [1, 0] {
        let wait = count(on, Rate::Posts, "203.0.113.7").await.expect("one too many");
        assert!((1..=60).contains(&wait), "{wait} seconds");
    }
    assert_eq!(count(1, Rate::Posts, "203.0.113.8").await, None, "somebody else");
    assert_eq!(count(1, Rate::Mails, "203.0.113.7").await, None, "something else");
    clock.advance(60);
    assert_eq!(count(0, Rate::Posts, "203.0.113.7").await, None, "in the next minute");
    // Whichever node does it, the work of every hour or we: nothing is kept of who sent what.
    let kept = async || nodes[0].backend.store.kept_count(Kept::Rate, i64::MAX).await.expect("counted");
    assert!(kept().await > 0, "as long as the stretch lasts");
    clock.advance(3_600);
    nodes[0].backend.retention_run(Run::Erase).await.expect("erased");
    assert_eq!(kept().await, 0);
    nodes.iter().for_each(|node| node.stop.cancel());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_only_reads_follows_the_others() {
    let (store, folder) = sqlite().await;
    let clock = Clock::fixed(NOW);
    let mut nodes = Vec::new();
    for _ in 0..2 {
        let (mailer, _) = Mailer::memory().expect("a mailer");
        let index = Index::in_memory().expect("an index");
        let node = Backend::over(store.clone(), index, mailer, clock.clone(), "https://place.example").await;
        nodes.push(node.expect("a backend"));
    }
    let (reader, stop) = (nodes[0].clone(), CancellationToken::new());
    let asked = stop.clone();
    let following = tokio::spawn(async move { reader.follow_until(&asked).await });
    nodes[1].demo_load_country(5, &|_, _| {}).await.expect("loaded");
    let written = nodes[1].index.catalogue().len();
    for _ in 0..300 {
        if nodes[0].index.catalogue().len() == written {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!((nodes[0].index.catalogue().len(), written > 0), (written, true), "within three seconds");
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(5), following).await.expect("it ends").expect("in good order");
    drop(folder);
}
