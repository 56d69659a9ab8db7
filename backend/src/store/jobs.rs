//! Work that leaves the process or takes its time: claimed by one node at a time, retried, never lost.

use super::{Db, Store, Tx, on_read, on_tx};
use crate::error::Result;
use std::ops::RangeInclusive;
use uuid::Uuid;

const JOB_INSERT: &str = "INSERT INTO job (id, kind, payload, dedupe_key, priority, run_at, attempts, locked_until, last_error, done_at, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, 0, 0, '', NULL, $6) ON CONFLICT (dedupe_key) DO NOTHING";
const JOB_CLAIM_SQLITE: &str = "UPDATE job SET locked_until = $2 WHERE id IN \
     (SELECT id FROM job WHERE done_at IS NULL AND dead_at IS NULL AND priority BETWEEN $4 AND $5 \
      AND run_at <= $1 AND locked_until <= $1 ORDER BY priority, run_at LIMIT $3) \
     RETURNING id, kind, payload, attempts, dedupe_key, priority";
// PostgreSQL alone can let several nodes claim without waiting for each other.
const JOB_CLAIM_POSTGRES: &str = "UPDATE job SET locked_until = $2 WHERE id IN \
     (SELECT id FROM job WHERE done_at IS NULL AND dead_at IS NULL AND priority BETWEEN $4 AND $5 \
      AND run_at <= $1 AND locked_until <= $1 ORDER BY priority, run_at LIMIT $3 FOR UPDATE SKIP LOCKED) \
     RETURNING id, kind, payload, attempts, dedupe_key, priority";
const JOB_HOLD: &str =
    "UPDATE job SET locked_until = $2 WHERE id = $1 AND done_at IS NULL AND dead_at IS NULL";
// What was done is kept for its key; what it held, addresses most of all, is not.
const JOB_END: &str =
    "UPDATE job SET done_at = $2, locked_until = 0, payload = '', last_error = $3 WHERE id = $1";
const JOB_RETRY: &str =
    "UPDATE job SET attempts = attempts + 1, run_at = $2, locked_until = 0, last_error = $3 WHERE id = $1";
const JOB_BURY: &str =
    "UPDATE job SET attempts = attempts + 1, dead_at = $2, locked_until = 0, last_error = $3 WHERE id = $1";
const JOB_DEAD_LIST: &str = "SELECT id, kind, attempts, last_error, created_at, dead_at FROM job \
     WHERE dead_at IS NOT NULL AND done_at IS NULL ORDER BY dead_at, id";
const JOB_DEAD_COUNT: &str = "SELECT COUNT(*) FROM job WHERE dead_at IS NOT NULL AND done_at IS NULL";
const JOB_REPEAT: &str = "UPDATE job SET dead_at = NULL, attempts = 0, run_at = $2, locked_until = 0 \
     WHERE id = $1 AND dead_at IS NOT NULL AND done_at IS NULL";
const JOB_DROP: &str =
    "UPDATE job SET done_at = $2, payload = '' WHERE id = $1 AND dead_at IS NOT NULL AND done_at IS NULL";
const JOB_PENDING: &str = "SELECT COUNT(*) FROM job WHERE done_at IS NULL AND dead_at IS NULL";
const JOB_RELEASE: &str = "UPDATE job SET locked_until = 0 WHERE done_at IS NULL AND locked_until > 0";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("JOB_INSERT", JOB_INSERT),
    ("JOB_CLAIM", JOB_CLAIM_SQLITE),
    ("JOB_HOLD", JOB_HOLD),
    ("JOB_END", JOB_END),
    ("JOB_RETRY", JOB_RETRY),
    ("JOB_BURY", JOB_BURY),
    ("JOB_DEAD_LIST", JOB_DEAD_LIST),
    ("JOB_DEAD_COUNT", JOB_DEAD_COUNT),
    ("JOB_REPEAT", JOB_REPEAT),
    ("JOB_DROP", JOB_DROP),
    ("JOB_PENDING", JOB_PENDING),
    ("JOB_RELEASE", JOB_RELEASE),
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
    /// Those of a lower number go first.
    pub priority: i64,
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
    /// Those of a lower number go first.
    pub priority: i64,
}

/// Work that could not be done, kept until someone repeats or drops it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeadJob {
    /// Its id.
    pub id: Uuid,
    /// What was to be done.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it ended.
    pub last_error: String,
    /// When it was added, in seconds since 1970.
    pub created_at: i64,
    /// When it was given up.
    pub dead_at: i64,
}

impl Tx {
    /// Adds work, in the transaction that decided it; work of a key that is already there is left as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_insert(&mut self, job: &NewJob) -> Result<()> {
        on_tx!(self, c => sqlx::query(JOB_INSERT)
            .bind(job.id).bind(job.kind).bind(&job.payload).bind(&job.dedupe_key).bind(job.priority).bind(job.run_at)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Marks work as done, in the transaction of what it wrote; its body is forgotten.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_done(&mut self, id: Uuid, now: i64) -> Result<()> {
        self.job_end(id, now, "").await
    }

    /// Ends work, with why when it was not done: nobody waits for it any more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_end(&mut self, id: Uuid, now: i64, why: &str) -> Result<()> {
        on_tx!(self, c => sqlx::query(JOB_END).bind(id).bind(now).bind(why).execute(c).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// Takes at most `limit` jobs of these priorities that are due, the lowest first; nobody else takes them before
    /// `locked_until`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn job_claim(
        &self,
        now: i64,
        locked_until: i64,
        limit: i64,
        priorities: RangeInclusive<i64>,
    ) -> Result<Vec<Job>> {
        let sql = match self.db {
            Db::Sqlite { .. } => JOB_CLAIM_SQLITE,
            Db::Postgres(_) => JOB_CLAIM_POSTGRES,
        };
        let mut tx = self.begin().await?;
        let (from, to) = priorities.into_inner();
        let jobs = on_tx!(tx, c => sqlx::query_as(sql)
            .bind(now).bind(locked_until).bind(limit).bind(from).bind(to).fetch_all(c).await)?;
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

    /// Keeps work aside that cannot be done, with what went wrong.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_bury(&self, id: Uuid, now: i64, error: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        on_tx!(tx, c => sqlx::query(JOB_BURY).bind(id).bind(now).bind(error).execute(c).await.map(|_| ()))?;
        tx.commit().await
    }

    /// Keeps jobs that still run from other nodes until a moment.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_hold(&self, ids: &[Uuid], locked_until: i64) -> Result<()> {
        let mut tx = self.begin().await?;
        for id in ids {
            on_tx!(tx, c => sqlx::query(JOB_HOLD).bind(id).bind(locked_until).execute(c).await.map(|_| ()))?;
        }
        tx.commit().await
    }

    /// The work that could not be done, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn job_dead_list(&self) -> Result<Vec<DeadJob>> {
        Ok(on_read!(self, c => sqlx::query_as(JOB_DEAD_LIST).fetch_all(c).await)?)
    }

    /// How many jobs could not be done.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn job_dead_count(&self) -> Result<i64> {
        Ok(on_read!(self, c => sqlx::query_scalar(JOB_DEAD_COUNT).fetch_one(c).await)?)
    }

    /// Tries again what could not be done; whether there was such a job. A mail keeps its Message-ID: the id is the same.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_repeat(&self, id: Uuid, now: i64) -> Result<bool> {
        self.job_dead_change(JOB_REPEAT, id, now).await
    }

    /// Drops what could not be done; whether there was such a job.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn job_drop(&self, id: Uuid, now: i64) -> Result<bool> {
        self.job_dead_change(JOB_DROP, id, now).await
    }

    async fn job_dead_change(&self, sql: &'static str, id: Uuid, now: i64) -> Result<bool> {
        let mut tx = self.begin().await?;
        let changed = on_tx!(tx, c => sqlx::query(sql).bind(id).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(changed > 0)
    }

    /// How many jobs are still to be done.
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
}
