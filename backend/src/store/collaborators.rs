//! With whom needs are shared, and what these people say about them.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::access::{AccountId, Collaboration};
use domain::email::EmailAddress;
use domain::need::{Comment, Topic};
use uuid::Uuid;

const COLLABORATOR_SET: &str = "INSERT INTO collaborator (need_id, mailbox, address, collaboration, since) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (need_id, mailbox) DO UPDATE SET collaboration = excluded.collaboration";
const COLLABORATOR_DROP: &str = "DELETE FROM collaborator WHERE need_id = $1 AND mailbox = $2";
const COLLABORATOR_LIST: &str =
    "SELECT address, collaboration, since FROM collaborator WHERE need_id = $1 ORDER BY since, mailbox";
const COLLABORATIONS_OF: &str = "SELECT c.need_id, c.collaboration FROM collaborator c \
     JOIN account_address a ON a.mailbox = c.mailbox WHERE a.account_id = $1 ORDER BY c.since DESC, c.need_id";
const COMMENT_INSERT: &str = "INSERT INTO need_comment (id, need_id, topic, address, text, written_at) VALUES ($1, $2, $3, $4, $5, $6)";
const COMMENT_LIST: &str = "SELECT id, topic, address, text, written_at FROM need_comment WHERE need_id = $1 ORDER BY written_at, id";
const COMMENTS_OF: &str = "SELECT k.need_id, k.text, k.written_at FROM need_comment k \
     WHERE lower(k.address) IN (SELECT mailbox FROM account_address WHERE account_id = $1) ORDER BY k.written_at, k.id";
const COMMENT_FORGET: &str = "UPDATE need_comment SET address = NULL \
     WHERE lower(address) IN (SELECT mailbox FROM account_address WHERE account_id = $1)";
const COLLABORATOR_FORGET: &str =
    "DELETE FROM collaborator WHERE mailbox IN (SELECT mailbox FROM account_address WHERE account_id = $1)";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("COLLABORATOR_SET", COLLABORATOR_SET),
    ("COLLABORATOR_DROP", COLLABORATOR_DROP),
    ("COLLABORATOR_LIST", COLLABORATOR_LIST),
    ("COLLABORATIONS_OF", COLLABORATIONS_OF),
    ("COMMENT_INSERT", COMMENT_INSERT),
    ("COMMENT_LIST", COMMENT_LIST),
    ("COMMENTS_OF", COMMENTS_OF),
    ("COMMENT_FORGET", COMMENT_FORGET),
    ("COLLABORATOR_FORGET", COLLABORATOR_FORGET),
];

/// Somebody with whom a need is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collaborator {
    /// Where it is reached.
    pub address: EmailAddress,
    /// What it may do.
    pub collaboration: Collaboration,
    /// Since when, in seconds since 1970.
    pub since: i64,
}

impl Tx {
    /// Shares a need with an address, or changes what it may do.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn collaborator_set(&mut self, need: Uuid, who: &Collaborator) -> Result<()> {
        on_tx!(self, c => sqlx::query(COLLABORATOR_SET)
            .bind(need).bind(who.address.mailbox()).bind(who.address.as_str()).bind(who.collaboration.code())
            .bind(who.since).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Shares a need with an address no more; whether it did.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn collaborator_drop(&mut self, need: Uuid, address: &EmailAddress) -> Result<bool> {
        let gone = on_tx!(self, c => sqlx::query(COLLABORATOR_DROP)
            .bind(need).bind(address.mailbox()).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(gone > 0)
    }

    /// Keeps a comment.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn comment_insert(&mut self, need: Uuid, comment: &Comment) -> Result<()> {
        on_tx!(self, c => sqlx::query(COMMENT_INSERT)
            .bind(comment.id).bind(need).bind(comment.topic.code())
            .bind(comment.by.as_ref().map(EmailAddress::as_str)).bind(&comment.text).bind(comment.written_at)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Forgets who an account was in what others share and in what it commented.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn collaborator_forget(&mut self, account: AccountId) -> Result<()> {
        for statement in [COMMENT_FORGET, COLLABORATOR_FORGET] {
            on_tx!(self, c => sqlx::query(statement).bind(account.0).execute(c).await.map(|_| ()))?;
        }
        Ok(())
    }
}

impl Store {
    /// With whom a need is shared, the first one first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn collaborator_list(&self, need: Uuid) -> Result<Vec<Collaborator>> {
        let rows: Vec<(String, String, i64)> =
            on_read!(self, c => sqlx::query_as(COLLABORATOR_LIST).bind(need).fetch_all(c).await)?;
        let whole = rows.into_iter().filter_map(|(address, collaboration, since)| {
            let (address, collaboration) =
                (EmailAddress::parse(&address).ok()?, Collaboration::parse(&collaboration)?);
            Some(Collaborator { address, collaboration, since })
        });
        Ok(whole.collect())
    }

    /// The needs of others that are shared with an account, the last one first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn collaborations_of(&self, account: AccountId) -> Result<Vec<(Uuid, Collaboration)>> {
        let rows: Vec<(Uuid, String)> =
            on_read!(self, c => sqlx::query_as(COLLABORATIONS_OF).bind(account.0).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(|(need, code)| Some((need, Collaboration::parse(&code)?))).collect())
    }

    /// What was said about a need, in its order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn comment_list(&self, need: Uuid) -> Result<Vec<Comment>> {
        let rows: Vec<(Uuid, String, Option<String>, String, i64)> =
            on_read!(self, c => sqlx::query_as(COMMENT_LIST).bind(need).fetch_all(c).await)?;
        let whole = rows.into_iter().filter_map(|(id, topic, address, text, written_at)| {
            let by = address.and_then(|address| EmailAddress::parse(&address).ok());
            Some(Comment { id, topic: Topic::parse(&topic)?, by, text, written_at })
        });
        Ok(whole.collect())
    }

    /// What the addresses of an account commented: the need, the text, when.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn comments_of(&self, account: AccountId) -> Result<Vec<(Uuid, String, i64)>> {
        Ok(on_read!(self, c => sqlx::query_as(COMMENTS_OF).bind(account.0).fetch_all(c).await)?)
    }
}
