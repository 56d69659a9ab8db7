//! Work that leaves the process or takes its time: claimed by one node at a time, retried, never lost.

use super::{Db, Store, Tx, on_read, on_tx};
use crate::error::Result;
use uuid::Uuid;

const JOB_INSERT: &str = "INSERT INTO job (id, kind, payload, dedupe_key, run_at, attempts, locked_until, last_error, done_at, created_at) \
     VALUES ($1, $2, $3, $4, $5, 0, 0, '', NULL, $5) ON CONFLICT (dedupe_key) DO NOTHING";
const JOB_CLAIM_SQLITE: &str = "UPDATE job SET locked_until = $2 WHERE id IN \
     (SELECT id FROM job WHERE done_at IS NULL AND run_at <= $1 AND locked_until <= $1 ORDER BY run_at LIMIT $3) \
     RETURNING id, kind, payload, attempts, dedupe_key";
// PostgreSQL alone can let several nodes claim without waiting for each other.
const JOB_CLAIM_POSTGRES: &str = "UPDATE job SET locked_until = $2 WHERE id IN \
     (SELECT id FROM job WHERE done_at IS NULL AND run_at <= $1 AND locked_until <= $1 ORDER BY run_at LIMIT $3 FOR UPDATE SKIP LOCKED) \
     RETURNING id, kind, payload, attempts, dedupe_key";
const JOB_DONE: &str = "UPDATE job SET done_at = $2, locked_until = 0 WHERE id = $1";
const JOB_RETRY: &str =
    "UPDATE job SET attempts = attempts + 1, run_at = $2, locked_until = 0, last_error = $3 WHERE id = $1";
const JOB_GIVE_UP: &str =
    "UPDATE job SET attempts = attempts + 1, done_at = $2, locked_until = 0, last_error = $3 WHERE id = $1";
const JOB_PENDING: &str = "SELECT COUNT(*) FROM job WHERE done_at IS NULL";
const JOB_RELEASE: &str = "UPDATE job SET locked_until = 0 WHERE done_at IS NULL AND locked_until > 0";
const JOB_TRIM: &str = "DELETE FROM job WHERE done_at < $1";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("JOB_INSERT", JOB_INSERT),
    ("JOB_CLAIM", JOB_CLAIM_SQLITE),
    ("JOB_DONE", JOB_DONE),
    ("JOB_RETRY", JOB_RETRY),
    ("JOB_GIVE_UP", JOB_GIVE_UP),
    ("JOB_PENDING", JOB_PENDING),
    ("JOB_RELEASE", JOB_RELEASE),
    ("JOB_TRIM", JOB_TRIM),
];

/// Work to be added.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its id; for an e-mail also the left part of its Message-ID.
    pub id: Uuid,
    /// What is to be done.
    pub kind: &'static str,
    /// With what: JSON.
    pub payload: String,
    /// A second job of the same key is not added.
    pub dedupe_key: String,
    /// Not before this moment.
    pub run_at: i64,
}

/// Work that was claimed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// What is to be done.
    pub kind: String,
    /// With what: JSON.
    pub payload: String,
    /// How often it has failed; a run that was killed is none.
    pub attempts: i64,
    /// What tells it from others.
    pub dedupe_key: String,
}

impl Tx {
    /// Adds work, in the transaction that decided it; work of a key that is already there is left as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_insert(&mut self, job: &NewJob) -> Result<()> {
        on_tx!(self, c => sqlx::query(JOB_INSERT)
            .bind(job.id).bind(job.kind).bind(&job.payload).bind(&job.dedupe_key).bind(job.run_at)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Marks work as done, in the transaction of what it wrote.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_done(&mut self, id: Uuid, now: i64) -> Result<()> {
        on_tx!(self, c => sqlx::query(JOB_DONE).bind(id).bind(now).execute(c).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// Takes at most `limit` jobs that are due; nobody else takes them before `locked_until`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn job_claim(&self, now: i64, locked_until: i64, limit: i64) -> Result<Vec<Job>> {
        if self.job_pending().await? == 0 {
            return Ok(Vec::new());
        }
        let sql = match self.db {
            Db::Sqlite { .. } => JOB_CLAIM_SQLITE,
            Db::Postgres(_) => JOB_CLAIM_POSTGRES,
        };
        let mut tx = self.begin().await?;
        let jobs =
            on_tx!(tx, c => sqlx::query_as(sql).bind(now).bind(locked_until).bind(limit).fetch_all(c).await)?;
        tx.commit().await?;
        Ok(jobs)
    }

    /// Marks several jobs as done.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_done(&self, ids: &[Uuid], now: i64) -> Result<()> {
        let mut tx = self.begin().await?;
        for id in ids {
            tx.job_done(*id, now).await?;
        }
        tx.commit().await
    }

    /// Puts work back for later, with what went wrong.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_retry(&self, id: Uuid, run_at: i64, error: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        on_tx!(tx, c => sqlx::query(JOB_RETRY).bind(id).bind(run_at).bind(error).execute(c).await.map(|_| ()))?;
        tx.commit().await
    }

    /// Ends work that cannot be done, with what went wrong.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_give_up(&self, id: Uuid, now: i64, error: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        on_tx!(tx, c => sqlx::query(JOB_GIVE_UP).bind(id).bind(now).bind(error).execute(c).await.map(|_| ()))?;
        tx.commit().await
    }

    /// How many jobs are not done.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn job_pending(&self) -> Result<i64> {
        Ok(on_read!(self, c => sqlx::query_scalar(JOB_PENDING).fetch_one(c).await)?)
    }

    /// Frees the jobs that a killed run of this program held. Only on SQLite, where no other node can hold
    /// any; on PostgreSQL their lease ends by itself.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_release_own(&self) -> Result<()> {
        if matches!(self.db, Db::Postgres(_)) {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        on_tx!(tx, c => sqlx::query(JOB_RELEASE).execute(c).await.map(|_| ()))?;
        tx.commit().await
    }

    /// Forgets jobs that were done before a moment.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_trim(&self, before: i64) -> Result<()> {
        let mut tx = self.begin().await?;
        on_tx!(tx, c => sqlx::query(JOB_TRIM).bind(before).execute(c).await.map(|_| ()))?;
        tx.commit().await
    }
}
