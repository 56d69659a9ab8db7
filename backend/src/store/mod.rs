//! The one door to the database: SQLite or PostgreSQL, the same SQL text on both.
//!
//! Every statement is a constant with `$n` parameters, written once; [`statements`] lists them all and a test
//! prepares each on both databases. Writes go through [`Store::begin`]: on SQLite one writer takes its lock at
//! once (`BEGIN IMMEDIATE`), on PostgreSQL an ordinary transaction.

mod accounts;
mod administrators;
mod attachments;
mod audit;
mod catalogues;
mod collaborators;
mod delegations;
mod exchange;
mod factors;
mod favourites;
mod identities;
mod interests;
mod jobs;
mod mandates;
mod needs;
mod organisations;
mod outbox;
mod pictures;
mod questions;
mod rates;
mod retention;
mod sessions;
mod settings;
mod structures;
mod vigilance;
mod visits;
mod withdrawals;

/// What the database driver answers when it does not do what was asked.
pub use sqlx::Error as DatabaseError;

pub use accounts::{Colleague, InvitationRow};
pub use administrators::{Administrator, Lately};
pub use attachments::Attachment;
pub use audit::{AuditFault, AuditRow, AuditVerified};
pub use catalogues::SaidOf;
pub use collaborators::Collaborator;
pub use delegations::DelegationRow;
pub use exchange::{KeptMail, LotFollowed};
pub use favourites::{FavouriteRow, FavouritesRow};
pub(crate) use identities::IdentityRow;
pub use jobs::{DeadJob, Job, NewJob};
pub use mandates::MandateRow;
pub use needs::{AnswerRow, MatchRow, NeedCounts, NeedVersion};
pub use organisations::OrganisationRequest;
pub use outbox::{ChangeKind, OutboxRow};
pub use pictures::Picture;
pub use questions::{TradeAnswer, TradeQuestion};
pub(crate) use sessions::SupportRow;
pub use sessions::{SessionRow, SignInRow};
pub use vigilance::{ReportRow, Reported};
pub use visits::NeedMoved;
pub use withdrawals::{Moved, Tied};

use crate::error::Result;
use anyhow::Context;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");

/// Oldest PostgreSQL that is tested.
const POSTGRES_OLDEST: i64 = 140_000;

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    db: Db,
}

#[derive(Debug, Clone)]
enum Db {
    /// `write` is one connection: SQLite has one writer.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
    },
    Postgres(PgPool),
}

/// A write transaction. Dropped without [`Tx::commit`], it leaves no trace.
#[derive(Debug)]
pub struct Tx {
    of: TxOf,
    changes_the_index: bool,
}

#[derive(Debug)]
enum TxOf {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs the same expression on whichever pool is open.
macro_rules! on_read {
    ($store:expr, $pool:ident => $run:expr) => {
        match &$store.db {
            $crate::store::Db::Sqlite { read: $pool, .. } => $run,
            $crate::store::Db::Postgres($pool) => $run,
        }
    };
}

/// Runs the same expression inside whichever transaction is open.
macro_rules! on_tx {
    ($tx:expr, $conn:ident => $run:expr) => {
        match &mut $tx.of {
            $crate::store::TxOf::Sqlite(tx) => {
                let $conn = &mut **tx;
                $run
            }
            $crate::store::TxOf::Postgres(tx) => {
                let $conn = &mut **tx;
                $run
            }
        }
    };
}

pub(crate) use {on_read, on_tx};

/// Every statement of the store, by name: a test prepares each on both databases.
#[must_use]
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [
        structures::STATEMENTS,
        catalogues::STATEMENTS,
        pictures::STATEMENTS,
        vigilance::STATEMENTS,
        visits::STATEMENTS,
        withdrawals::STATEMENTS,
        delegations::STATEMENTS,
        favourites::STATEMENTS,
        mandates::STATEMENTS,
        needs::STATEMENTS,
        organisations::STATEMENTS,
        attachments::STATEMENTS,
        audit::STATEMENTS,
        outbox::STATEMENTS,
        jobs::STATEMENTS,
        settings::STATEMENTS,
        questions::STATEMENTS,
        rates::STATEMENTS,
        retention::STATEMENTS,
        interests::STATEMENTS,
        identities::STATEMENTS,
        exchange::STATEMENTS,
        collaborators::STATEMENTS,
        accounts::STATEMENTS,
        administrators::STATEMENTS,
        factors::STATEMENTS,
        sessions::STATEMENTS,
    ]
    .concat()
}

/// What opening a database does with its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Makes it, or brings it up to date.
    Migrate,
    /// Leaves it: one that is missing, older or newer is refused.
    AsIs,
}

/// The versions of the schema that a database has.
const SCHEMA_VERSIONS: &str = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";

/// Refuses a schema that is not the one of this program, by the versions that the database has.
fn schema_check(migrations: &Migrator, applied: std::result::Result<Vec<i64>, sqlx::Error>) -> Result<()> {
    let refused = |text: &str| Err(crate::error::Error::Refused(text.to_owned()));
    let known: Vec<i64> = migrations.iter().map(|migration| migration.version).collect();
    match applied {
        Err(_) => {
            refused("il n’y a pas encore de base ici\u{a0}: place serve, place import ou place demo la font")
        }
        Ok(applied) if applied == known => Ok(()),
        Ok(applied) if applied.iter().any(|version| !known.contains(version)) => refused(
            "la base est d’une version plus récente que ce programme\u{a0}: servez-vous de celui qui l’a faite",
        ),
        Ok(_) => refused(
            "la base est d’une version plus ancienne\u{a0}: place serve la met à jour à son démarrage",
        ),
    }
}

impl Store {
    /// Whether several nodes may work on it.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.db, Db::Postgres(_))
    }

    /// Opens the SQLite file, made if missing, and brings its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, or holds a schema that is newer than this program.
    pub async fn open_sqlite(file: &Path) -> Result<Self> {
        Self::open_sqlite_with(file, Schema::Migrate).await
    }

    /// Opens the SQLite file.
    ///
    /// # Errors
    /// When the file cannot be opened, or its schema is not the one of this program.
    pub async fn open_sqlite_with(file: &Path, schema: Schema) -> Result<Self> {
        if schema == Schema::AsIs && !file.exists() {
            schema_check(&SQLITE_MIGRATIONS, Err(sqlx::Error::RowNotFound))?;
        }
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A need published at 23:59 must survive a power cut: one sync for each commit.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-16384")
            .pragma("journal_size_limit", "67108864");
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .with_context(|| format!("opening {}", file.display()))?;
        match schema {
            Schema::Migrate => {
                SQLITE_MIGRATIONS.run(&write).await.context("migrating the SQLite database")?
            }
            Schema::AsIs => {
                let applied = sqlx::query_scalar(SCHEMA_VERSIONS).fetch_all(&write).await;
                schema_check(&SQLITE_MIGRATIONS, applied)?;
            }
        }
        let read = SqlitePoolOptions::new().max_connections(4).connect_with(options.read_only(true)).await?;
        Ok(Self { db: Db::Sqlite { read, write } })
    }

    /// Connects to PostgreSQL and brings its schema up to date; several nodes may start at once.
    ///
    /// # Errors
    /// When the server does not answer, is older than 14, or holds a newer schema.
    pub async fn open_postgres(url: &str) -> Result<Self> {
        Self::open_postgres_with(url, Schema::Migrate).await
    }

    /// Connects to PostgreSQL.
    ///
    /// # Errors
    /// When the server does not answer, is older than 14, or its schema is not the one of this program.
    pub async fn open_postgres_with(url: &str, schema: Schema) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)
            .context("DATABASE_URL is not a PostgreSQL address")?
            .application_name("place")
            .options([("statement_timeout", "30s"), ("idle_in_transaction_session_timeout", "30s")]);
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options)
            .await
            .context("connecting to PostgreSQL")?;
        let version: i64 = sqlx::query_scalar("SELECT current_setting('server_version_num')::bigint")
            .fetch_one(&pool)
            .await?;
        if version < POSTGRES_OLDEST {
            return Err(anyhow::anyhow!("PostgreSQL 14 or newer is needed, this server is {version}").into());
        }
        match schema {
            Schema::Migrate => {
                POSTGRES_MIGRATIONS.run(&pool).await.context("migrating the PostgreSQL database")?;
            }
            Schema::AsIs => {
                let applied = sqlx::query_scalar(SCHEMA_VERSIONS).fetch_all(&pool).await;
                schema_check(&POSTGRES_MIGRATIONS, applied)?;
            }
        }
        Ok(Self { db: Db::Postgres(pool) })
    }

    /// Opens a write transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin(&self) -> Result<Tx> {
        let of = match &self.db {
            Db::Sqlite { write, .. } => TxOf::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Db::Postgres(pool) => TxOf::Postgres(pool.begin().await?),
        };
        Ok(Tx { of, changes_the_index: false })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        let one: i64 =
            on_read!(self, c => sqlx::query_scalar("SELECT CAST(1 AS BIGINT)").fetch_one(c).await)?;
        debug_assert_eq!(one, 1);
        Ok(())
    }

    /// « SQLite 3.51.3 » or « PostgreSQL 15.18 ».
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn version(&self) -> Result<String> {
        Ok(match &self.db {
            Db::Sqlite { read, .. } => {
                let v: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(read).await?;
                format!("SQLite {v}")
            }
            Db::Postgres(pool) => {
                let v: String =
                    sqlx::query_scalar("SELECT current_setting('server_version')").fetch_one(pool).await?;
                format!("PostgreSQL {v}")
            }
        })
    }

    /// Copies a SQLite database into a new file, while it is in use, and checks the copy.
    ///
    /// # Errors
    /// On PostgreSQL (its own `pg_dump` does it), when the file exists, or when the copy is not sound.
    pub async fn backup(&self, to: &Path) -> Result<()> {
        let Db::Sqlite { write, .. } = &self.db else {
            return Err(crate::error::Error::Refused(
                "avec PostgreSQL, la sauvegarde se fait par pg_dump".to_owned(),
            ));
        };
        if to.exists() {
            return Err(crate::error::Error::Refused(format!(
                "{} existe déjà\u{a0}: choisissez un autre nom",
                to.display()
            )));
        }
        // Under its final name only once it is whole and checked.
        let part = to.with_added_extension("part");
        match std::fs::remove_file(&part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(anyhow::Error::from(error)
                    .context(format!("removing {}", part.display()))
                    .into());
            }
            _ => {}
        }
        sqlx::query("VACUUM INTO $1").bind(part.to_string_lossy().into_owned()).execute(write).await?;
        Self::check_file(&part).await?;
        std::fs::rename(&part, to).with_context(|| format!("naming {}", to.display()))?;
        Ok(())
    }

    /// Whether a file is a sound SQLite database.
    ///
    /// # Errors
    /// When it is not, or cannot be read.
    pub async fn check_file(file: &Path) -> Result<()> {
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        let verdict: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&pool).await?;
        pool.close().await;
        match verdict.as_str() {
            "ok" => Ok(()),
            _ => Err(anyhow::anyhow!("{} is not sound: {verdict}", file.display()).into()),
        }
    }

    /// Closes the pools; on SQLite folds the journal into the file first.
    pub async fn close(&self) {
        match &self.db {
            Db::Sqlite { read, write } => {
                read.close().await;
                if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(write).await {
                    tracing::warn!(%error, "the journal was not folded into the database");
                }
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }

    /// Prepares a statement, without running it.
    ///
    /// # Errors
    /// When the database refuses the text.
    #[doc(hidden)]
    pub async fn prepare(&self, sql: &'static str) -> Result<()> {
        use sqlx::{Executor, SqlSafeStr};
        on_read!(self, c => c.prepare(sql.into_sql_str()).await.map(|_| ()))?;
        Ok(())
    }

    /// The columns of every table, sorted: `(table, column)`.
    ///
    /// # Errors
    /// When the database does not answer.
    #[doc(hidden)]
    pub async fn schema(&self) -> Result<Vec<(String, String)>> {
        Ok(match &self.db {
            Db::Sqlite { read, .. } => {
                sqlx::query_as(
                    "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c \
                     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' ORDER BY 1, 2",
                )
                .fetch_all(read)
                .await?
            }
            Db::Postgres(pool) => {
                sqlx::query_as(
                    "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns \
                     WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_sqlx%' ORDER BY 1, 2",
                )
                .fetch_all(pool)
                .await?
            }
        })
    }
}

impl Tx {
    /// Whether something of what was written so far must reach the indexes.
    pub(crate) fn changes_the_index(&self) -> bool {
        self.changes_the_index
    }

    /// Makes everything that was written in it visible and durable.
    ///
    /// # Errors
    /// When the database does not confirm: then nothing was written, or it is not known whether it was.
    pub async fn commit(self) -> Result<()> {
        match self.of {
            TxOf::Sqlite(tx) => tx.commit().await?,
            TxOf::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
