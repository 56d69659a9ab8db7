//! What changed: rows written in the transaction of the change, followed by the index of each node.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;

const OUTBOX_HEAD_TAKE: &str = "UPDATE outbox_head SET seq = seq + $1 WHERE id = 1 RETURNING seq";
const OUTBOX_INSERT: &str = "INSERT INTO outbox (seq, kind, entity, at) VALUES ($1, $2, $3, $4)";
const OUTBOX_AFTER: &str = "SELECT seq, kind, entity FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2";
const OUTBOX_HEAD: &str = "SELECT seq FROM outbox_head WHERE id = 1";
const OUTBOX_FIRST: &str = "SELECT COALESCE(MIN(seq), 0) FROM outbox";
const OUTBOX_TRIM: &str = "DELETE FROM outbox WHERE at < $1";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("OUTBOX_HEAD_TAKE", OUTBOX_HEAD_TAKE),
    ("OUTBOX_INSERT", OUTBOX_INSERT),
    ("OUTBOX_AFTER", OUTBOX_AFTER),
    ("OUTBOX_HEAD", OUTBOX_HEAD),
    ("OUTBOX_FIRST", OUTBOX_FIRST),
    ("OUTBOX_TRIM", OUTBOX_TRIM),
];

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// A structure; the entity is its SIRET.
    Structure,
    /// A need; the entity is its id.
    Need,
}

impl ChangeKind {
    fn code(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Need => "need",
        }
    }
}

/// Something that changed: to be read again and indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its place in the order of commits.
    pub seq: i64,
    /// What kind of thing.
    pub kind: ChangeKind,
    /// Which one.
    pub entity: String,
}

impl Tx {
    /// Says that these things changed. Writers wait for each other from here to their commit, so that
    /// numbers become visible in their order and a follower never skips one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn outbox_push(&mut self, kind: ChangeKind, entities: &[String], now: i64) -> Result<()> {
        if entities.is_empty() {
            return Ok(());
        }
        self.changes_the_index = true;
        let count = i64::try_from(entities.len()).unwrap_or(i64::MAX);
        let last: i64 =
            on_tx!(self, c => sqlx::query_scalar(OUTBOX_HEAD_TAKE).bind(count).fetch_one(c).await)?;
        for (seq, entity) in (last - count + 1..).zip(entities) {
            on_tx!(self, c => sqlx::query(OUTBOX_INSERT)
                .bind(seq).bind(kind.code()).bind(entity).bind(now)
                .execute(c).await.map(|_| ()))?;
        }
        Ok(())
    }
}

impl Store {
    /// At most `limit` changes after a number, in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outbox_after(&self, seq: i64, limit: i64) -> Result<Vec<OutboxRow>> {
        let rows: Vec<(i64, String, String)> =
            on_read!(self, c => sqlx::query_as(OUTBOX_AFTER).bind(seq).bind(limit).fetch_all(c).await)?;
        let change = |(seq, kind, entity): (i64, String, String)| {
            let kind = if kind == ChangeKind::Need.code() { ChangeKind::Need } else { ChangeKind::Structure };
            OutboxRow { seq, kind, entity }
        };
        Ok(rows.into_iter().map(change).collect())
    }

    /// The number of the last change; 0 when nothing ever changed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outbox_head(&self) -> Result<i64> {
        Ok(on_read!(self, c => sqlx::query_scalar(OUTBOX_HEAD).fetch_one(c).await)?)
    }

    /// The number of the oldest change that is still kept; 0 when none is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outbox_first(&self) -> Result<i64> {
        Ok(on_read!(self, c => sqlx::query_scalar(OUTBOX_FIRST).fetch_one(c).await)?)
    }

    /// Forgets changes older than a moment: an index that is further behind is rebuilt.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn outbox_trim(&self, before: i64) -> Result<()> {
        let mut tx = self.begin().await?;
        on_tx!(tx, c => sqlx::query(OUTBOX_TRIM).bind(before).execute(c).await.map(|_| ()))?;
        tx.commit().await
    }
}
