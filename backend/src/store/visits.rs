//! How far needs reached, and what moved in them since somebody last looked.

use super::organisations::organisation_text;
use super::{Store, on_read, on_tx};
use crate::error::Result;
use domain::access::{AccountId, OrganisationId};
use std::collections::HashMap;
use uuid::Uuid;

/// How many structures were told of needs and are interested, and what moved since an account last looked ($1). What came in the
/// very second of the visit is said again rather than never.
macro_rules! need_counts {
    ($rest:literal) => {
        concat!(
            "SELECT n.id, (SELECT COUNT(DISTINCT m.siret) FROM lot_match m WHERE m.need_id = n.id), ",
            "(SELECT COUNT(DISTINCT r.siret) FROM lot_answer r WHERE r.need_id = n.id AND r.answer = 'interested'), ",
            "(SELECT COUNT(*) FROM lot_answer r WHERE r.need_id = n.id AND r.answered_at >= COALESCE(v.visited_at, 0)), ",
            "(SELECT COUNT(*) FROM message g WHERE g.need_id = n.id AND g.side = 'structure' AND g.written_at >= COALESCE(v.visited_at, 0)), ",
            "(SELECT COUNT(*) FROM need_comment k WHERE k.need_id = n.id AND k.written_at >= COALESCE(v.visited_at, 0)) ",
            "FROM need n LEFT JOIN need_visit v ON v.need_id = n.id AND v.account_id = $1 ",
            $rest
        )
    };
}

const NEED_COUNTS_OF_ORGANISATION: &str = need_counts!("WHERE n.organisation_id = $2");
const NEED_COUNTS_OF_ACCOUNT: &str = need_counts!(
    "WHERE lower(n.author_email) IN (SELECT mailbox FROM account_address WHERE account_id = $2)"
);
const NEED_VISIT: &str = "INSERT INTO need_visit (account_id, need_id, visited_at) VALUES ($1, $2, $3) \
     ON CONFLICT (account_id, need_id) DO UPDATE SET visited_at = excluded.visited_at";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("NEED_COUNTS_OF_ORGANISATION", NEED_COUNTS_OF_ORGANISATION),
    ("NEED_COUNTS_OF_ACCOUNT", NEED_COUNTS_OF_ACCOUNT),
    ("NEED_VISIT", NEED_VISIT),
];

/// How many structures a need reached, and what moved since somebody last looked at it: everything, where it never did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NeedMoved {
    /// Structures that were told.
    pub told: u64,
    /// Structures that are interested.
    pub interested: u64,
    /// Answers since.
    pub answers: u64,
    /// Messages of structures since.
    pub messages: u64,
    /// Comments since.
    pub comments: u64,
}

type CountColumns = (Uuid, i64, i64, i64, i64, i64);

fn counts_of(rows: Vec<CountColumns>) -> HashMap<Uuid, NeedMoved> {
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    let moved = |(id, told, interested, answers, messages, comments)| {
        let moved = NeedMoved {
            told: count(told),
            interested: count(interested),
            answers: count(answers),
            messages: count(messages),
            comments: count(comments),
        };
        (id, moved)
    };
    rows.into_iter().map(moved).collect()
}

impl Store {
    /// How many structures each need of an account reached, and what moved since it last looked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn need_moved_of_account(&self, account: AccountId) -> Result<HashMap<Uuid, NeedMoved>> {
        let rows: Vec<CountColumns> = on_read!(self, c => sqlx::query_as(NEED_COUNTS_OF_ACCOUNT)
            .bind(account.0).bind(account.0).fetch_all(c).await)?;
        Ok(counts_of(rows))
    }

    /// How many structures each of them reached, and what moved since an account last looked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn need_moved_of_organisation(
        &self,
        reader: AccountId,
        id: OrganisationId,
    ) -> Result<HashMap<Uuid, NeedMoved>> {
        let rows: Vec<CountColumns> = on_read!(self, c => sqlx::query_as(NEED_COUNTS_OF_ORGANISATION)
            .bind(reader.0).bind(organisation_text(id)).fetch_all(c).await)?;
        Ok(counts_of(rows))
    }

    /// Somebody looks at what became of a need.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn need_visit(&self, account: AccountId, need: Uuid, now: i64) -> Result<()> {
        let mut tx = self.begin().await?;
        on_tx!(tx, c => sqlx::query(NEED_VISIT)
            .bind(account.0).bind(need).bind(now).execute(c).await.map(|_| ()))?;
        tx.commit().await
    }
}
