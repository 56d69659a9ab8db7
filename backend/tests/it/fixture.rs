//! What tests stand on: a backend on a fresh database, a fixed clock, kept mails.

use backend::Backend;
use backend::clock::Clock;
use backend::index::Index;
use backend::mail::{Mailer, Reception, ReceptionOf, Sent};
use backend::store::{ChangeKind, Store};
use domain::email::EmailAddress;
use domain::structure::{Calendar, Structure};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// 21 November 2026, 10:00 in Paris.
pub const NOW: i64 = 1_795_251_600;

/// A backend and what goes with it.
pub struct Fixture {
    pub backend: Backend,
    pub mails: Arc<Mutex<Vec<Sent>>>,
    pub clock: Clock,
    _folder: Option<TempDir>,
}

impl Fixture {
    /// Runs what is due, and gives the mails sent since the last time, but for questions about trades.
    pub async fn mails(&self) -> Vec<Sent> {
        self.mails_and_questions().await.0
    }

    /// The same, with the questions apart.
    pub async fn mails_and_questions(&self) -> (Vec<Sent>, Vec<Sent>) {
        self.backend.jobs_drain().await.expect("jobs run");
        let sent = std::mem::take(&mut *self.mails.lock().expect("a list"));
        sent.into_iter().partition(|m| !m.mail.subject.starts_with("Est-ce votre métier"))
    }

    /// The token in the first link of a mail that holds `path`.
    pub fn token(mail: &Sent, path: &str) -> String {
        let from = mail.mail.text.find(path).unwrap_or_else(|| panic!("no {path} in {}", mail.mail.text));
        let rest = &mail.mail.text[from..];
        let token = rest.split_once("jeton=").expect("a token").1;
        token.split(|c: char| c.is_whitespace() || c == '&').next().unwrap_or_default().to_owned()
    }
}

pub async fn over(store: Store, folder: Option<TempDir>) -> Fixture {
    answering(store, folder, |_| Reception::Takes).await
}

/// The same, whose mail server treats mails so.
pub async fn answering(store: Store, folder: Option<TempDir>, answer: ReceptionOf) -> Fixture {
    let (mailer, mails) = Mailer::memory_answering(answer).expect("a mailer");
    let mailer = mailer.with_replies(EmailAddress::parse("reponse@place.example").expect("an address"));
    let clock = Clock::fixed(NOW);
    let index = Index::in_memory().expect("an index");
    let backend =
        Backend::over(store, index, mailer, clock.clone(), "https://place.example").await.expect("a backend");
    Fixture { backend, mails, clock, _folder: folder }
}

/// What every fresh database is a copy of: the schema is made once for all tests.
static SQLITE_TEMPLATE: OnceCell<TempDir> = OnceCell::const_new();
static POSTGRES_TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// A fresh SQLite file.
pub async fn sqlite() -> (Store, TempDir) {
    let template = SQLITE_TEMPLATE.get_or_init(async || {
        let folder = TempDir::new().expect("a folder");
        let store = Store::open_sqlite(&folder.path().join("test.sqlite")).await.expect("a database");
        store.close().await;
        folder
    });
    let template = template.await.path().join("test.sqlite");
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("test.sqlite");
    std::fs::copy(template, &file).expect("a copy of the schema");
    (Store::open_sqlite(&file).await.expect("a database"), folder)
}

/// A fresh PostgreSQL database; `None` where `make test` has started no server.
pub async fn postgres() -> Option<Store> {
    let server = server()?;
    let template = POSTGRES_TEMPLATE.get_or_init(async || {
        let name = database_create(&server, "").await;
        Store::open_postgres(&database_url(&server, &name)).await.expect("a database").close().await;
        name
    });
    let template = format!("TEMPLATE {}", template.await);
    let name = database_create(&server, &template).await;
    Some(Store::open_postgres(&database_url(&server, &name)).await.expect("a database"))
}

/// The address of an empty PostgreSQL database; `None` as above.
pub async fn postgres_url() -> Option<String> {
    let server = server()?;
    let name = database_create(&server, "").await;
    Some(database_url(&server, &name))
}

fn server() -> Option<String> {
    let server = std::env::var("TEST_DATABASE_URL").ok();
    if server.is_none() {
        eprintln!("TEST_DATABASE_URL is not set: PostgreSQL is not tested (`make test` sets it)");
    }
    server
}

fn database_url(server: &str, name: &str) -> String {
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{base}/{name}")
}

/// Makes a database; its name.
async fn database_create(server: &str, template: &str) -> String {
    let name = format!("test_{}", Uuid::from_u128(rand_u128()).simple());
    let admin = sqlx::PgPool::connect(server).await.expect("the server of the tests");
    let create = format!("CREATE DATABASE {name} {template}");
    sqlx::query(sqlx::AssertSqlSafe(create)).execute(&admin).await.expect("a database");
    admin.close().await;
    name
}

fn rand_u128() -> u128 {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).expect("randomness");
    u128::from_le_bytes(bytes)
}

/// A backend on SQLite with the demonstration set of Occitanie, its mails already sent and forgotten.
pub async fn demo() -> Fixture {
    let (store, folder) = sqlite().await;
    let fixture = over(store, Some(folder)).await;
    fixture.backend.demo_load(&|_, _| {}).await.expect("the demonstration set");
    fixture.mails().await;
    fixture
}

/// Gives every third structure a calendar: full, or with more or fewer hours than are usual, in this month or the next. The page
/// of every fifth is out of date.
pub async fn calendars_fill(fixture: &Fixture) {
    let b = &fixture.backend;
    let catalogue = b.index.catalogue();
    let said = ["2026-11:0", "2026-11:9000", "2026-11:40 2026-12:0", "2026-12:700"];
    let mut changed = Vec::new();
    let mut tx = b.store.begin().await.expect("a transaction");
    for (n, entry) in catalogue.structures().enumerate().filter(|(n, _)| n % 3 == 0) {
        let calendar = Calendar::read(said[n / 3 % said.len()]);
        // Of some nothing is known but their calendar.
        let usual = entry.structure.hours_per_month.filter(|_| n % 2 == 0);
        let structure = Structure { calendar, hours_per_month: usual, ..entry.structure.clone() };
        tx.structure_save(&structure, fixture.clock.now()).await.expect("saved");
        changed.push(structure.siret.to_string());
    }
    let now = fixture.clock.now();
    for entry in catalogue.structures().step_by(5) {
        let siret = entry.structure.siret;
        tx.structure_vouch(siret, 0).await.expect("vouched");
        assert!(tx.structure_stale_set(siret, now, now).await.expect("written"), "out of date");
        changed.push(siret.to_string());
    }
    tx.outbox_push(ChangeKind::Structure, &changed, now).await.expect("pushed");
    tx.commit().await.expect("committed");
    b.index_follow().await.expect("followed");
}

/// Makes two tests of one: on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($fixture:ident) $body:block)*) => {
        $(
            $(#[$doc])*
            async fn $name($fixture: $crate::fixture::Fixture) $body

            mod $name {
                #[tokio::test(flavor = "multi_thread")]
                async fn sqlite() {
                    let (store, folder) = $crate::fixture::sqlite().await;
                    super::$name($crate::fixture::over(store, Some(folder)).await).await;
                }

                #[tokio::test(flavor = "multi_thread")]
                async fn postgres() {
                    if let Some(store) = $crate::fixture::postgres().await {
                        super::$name($crate::fixture::over(store, None).await).await;
                    }
                }
            }
        )*
    };
}

pub(crate) use on_both;
