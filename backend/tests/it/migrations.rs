//! Rows of an earlier schema are still there after the migrations, on both databases.

use crate::fixture;
use backend::error::Error;
use backend::store::{Schema, Store};
use domain::access::{AccountId, Rank};
use domain::legal::Reservation;
use domain::need::{Answer, LotKey, NeedStatus};
use domain::siret::Siret;
use domain::written::Written;
use sqlx::migrate::Migrator;
use std::path::Path;
use uuid::Uuid;

/// The last schema before lots.
const BEFORE_LOTS: i64 = 2;
const PUBLISHED: Uuid = Uuid::from_u128(1);
const UNCONFIRMED: Uuid = Uuid::from_u128(2);
const SIRET: &str = "00000021300017";

const OLD_STRUCTURE: &str = "INSERT INTO structure (siret, name, brand, naf, legal_form, address, postal_code, town, commune, website, \
     description, source, created_at, updated_at) VALUES ('00000021300017', 'Une structure', '', '', '', '', '31000', 'Toulouse', '31555', '', '', 'essai', 1, 1)";
const OLD_NEEDS: [(&str, Uuid); 2] = [
    (
        "INSERT INTO need (id, title, description, place, deadline, email, buyer, sectors, reservation, mode, hours_per_month, status, created_at, published_at) \
         VALUES ($1, 'Linge \"blanc\"', 'Deux mots', 'C31555', '2027-01-12', 'achats@ville.example', 'Ville', 'blanchisserie|repassage', 'both', 'prestation', 400, 'open', 10, 20)",
        PUBLISHED,
    ),
    (
        "INSERT INTO need (id, title, description, place, deadline, email, buyer, sectors, reservation, mode, hours_per_month, status, created_at, published_at) \
         VALUES ($1, 'Traiteur', '', 'D31', '2027-01-12', 'achats@ville.example', '', 'traiteur', 'none', '', NULL, 'unconfirmed', 11, NULL)",
        UNCONFIRMED,
    ),
];
const OLD_ANSWERS: [&str; 2] = [
    "INSERT INTO need_match (need_id, siret, score, reasons, rules_version, told_at) VALUES ($1, '00000021300017', 90, '[]', 2, 21)",
    "INSERT INTO answer (need_id, siret, answer, message, answered_at) VALUES ($1, '00000021300017', 'interested', 'Oui', 22)",
];

/// The last schema before organisations: people belonged to structures alone.
const BEFORE_ORGANISATIONS: i64 = 24;
const ACCOUNT: AccountId = AccountId(Uuid::from_u128(3));
const OLD_MEMBERS: [&str; 4] = [
    "INSERT INTO account (id, created_at, seen_at) VALUES ($1, 30, 30)",
    "INSERT INTO account_address (mailbox, account_id, address, confirmed_at) VALUES ('camille@atelier.example', $1, 'camille@atelier.example', 30)",
    "INSERT INTO membership (siret, account_id, rank, since) VALUES ('00000021300017', $1, 'responsible', 31)",
    "INSERT INTO invitation (siret, mailbox, address, rank, invited_by, invited_at) VALUES ('00000021300017', 'x@atelier.example', 'x@atelier.example', 'member', $1, 32)",
];

/// Fills the schema of before lots, then migrates to today's.
macro_rules! migrate_with_rows {
    ($pool:expr, $folder:literal) => {{
        let migrator = Migrator::new(Path::new($folder)).await.expect("the migrations");
        migrator.run_to(BEFORE_LOTS, $pool).await.expect("the schema of before lots");
        sqlx::query(OLD_STRUCTURE).execute($pool).await.expect("a structure");
        for (insert, id) in OLD_NEEDS {
            sqlx::query(insert).bind(id).execute($pool).await.expect("a need");
        }
        for insert in OLD_ANSWERS {
            sqlx::query(insert).bind(PUBLISHED).execute($pool).await.expect("a match, an answer");
        }
        migrator.run_to(BEFORE_ORGANISATIONS, $pool).await.expect("the schema of before organisations");
        for insert in OLD_MEMBERS {
            sqlx::query(insert).bind(ACCOUNT.0).execute($pool).await.expect("a member");
        }
        migrator.run($pool).await.expect("today's schema");
        let documents: Vec<String> = sqlx::query_scalar("SELECT document FROM need_version")
            .fetch_all($pool)
            .await
            .expect("the versions");
        assert_eq!(documents.len(), OLD_NEEDS.len());
        assert!(documents.iter().all(|document| !document.contains('@')), "no address in {documents:?}");
    }};
}

async fn check(store: &Store) {
    let (members, invited) =
        store.colleague_list(Siret::kept(SIRET).expect("a SIRET").into()).await.expect("read");
    assert_eq!(
        members.iter().map(|m| (m.account, m.rank, m.since)).collect::<Vec<_>>(),
        [(ACCOUNT, Rank::Responsible, 31)]
    );
    assert_eq!(
        invited.iter().map(|i| (i.address.as_str(), i.invited_at)).collect::<Vec<_>>(),
        [("x@atelier.example", 32)]
    );
    let listed = store.need_list().await.expect("read");
    assert_eq!(listed.iter().map(|n| n.id).collect::<Vec<_>>(), [PUBLISHED]);
    let need = &listed[0];
    assert_eq!((need.status, need.version, need.published_at), (NeedStatus::Published, 1, Some(20)));
    assert_eq!((need.draft.title.as_str(), need.draft.buyer.name.as_str()), ("Linge \"blanc\"", "Ville"));
    let [lot] = need.draft.lots.as_slice() else { panic!("one lot: {:?}", need.draft.lots) };
    assert_eq!(
        (lot.key, lot.reservation(), lot.hours_per_month),
        (LotKey::FIRST, Reservation::Both, Some(400))
    );
    assert_eq!(lot.sectors.iter().map(Written::code).collect::<Vec<_>>(), ["blanchisserie", "repassage"]);
    assert!(lot.mode.is_some() && lot.place.is_none());

    assert_eq!(need.author.as_ref().map(|author| author.as_str()), Some("achats@ville.example"));

    let waiting = store.need_fetch(UNCONFIRMED).await.expect("read").expect("there");
    assert_eq!((waiting.status, waiting.version, waiting.published_at), (NeedStatus::ToConfirm, 0, None));
    assert_eq!((waiting.draft.lots[0].mode, waiting.draft.lots[0].vehicle), (None, None));

    let told = store.match_list(PUBLISHED).await.expect("read");
    assert_eq!(
        (told.len(), told[0].lot, told[0].siret.as_str(), told[0].score),
        (1, LotKey::FIRST, SIRET, 90)
    );
    let answers = store.answer_list(PUBLISHED).await.expect("read");
    assert_eq!(
        (answers.len(), answers[0].answer, answers[0].message.as_str()),
        (1, Answer::Interested, "Oui")
    );
    assert!(answers[0].replies.is_empty());
}

#[tokio::test]
async fn needs_become_versions_with_one_lot_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("old.sqlite");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.expect("a database");
    migrate_with_rows!(&pool, "../migrations/sqlite");
    pool.close().await;
    check(&Store::open_sqlite(&file).await.expect("opened")).await;
}

#[tokio::test]
async fn needs_become_versions_with_one_lot_on_postgres() {
    let Some(url) = fixture::postgres_url().await else { return };
    let pool = sqlx::PgPool::connect(&url).await.expect("a database");
    migrate_with_rows!(&pool, "../migrations/postgres");
    pool.close().await;
    check(&Store::open_postgres(&url).await.expect("opened")).await;
}

/// What a database that is only looked at says, and whether it is left as it was.
async fn check_as_is(file: &Path, expected: Option<&str>) {
    let found = Store::open_sqlite_with(file, Schema::AsIs).await;
    match (found, expected) {
        (Ok(store), None) => store.close().await,
        (Err(Error::Refused(said)), Some(expected)) => assert!(said.contains(expected), "{said}"),
        (found, _) => panic!("{expected:?}, not {found:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_looks_changes_no_schema() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("looked-at.sqlite");
    check_as_is(&file, Some("pas encore de base")).await;
    assert!(!file.exists(), "nothing is made");
    let write = async || {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
        sqlx::SqlitePool::connect_with(options).await.expect("a database")
    };
    let pool = write().await;
    let migrator = Migrator::new(Path::new("../migrations/sqlite")).await.expect("the migrations");
    migrator.run_to(BEFORE_LOTS, &pool).await.expect("the schema of before lots");
    pool.close().await;
    check_as_is(&file, Some("plus ancienne")).await;
    check_as_is(&file, Some("plus ancienne")).await;
    Store::open_sqlite(&file).await.expect("brought up to date").close().await;
    check_as_is(&file, None).await;
    let pool = write().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 0)";
    sqlx::query(newer).execute(&pool).await.expect("a later migration");
    pool.close().await;
    check_as_is(&file, Some("plus récente")).await;
}
