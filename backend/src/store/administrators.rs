//! Administrators, and who is invited to be one.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::access::AccountId;
use domain::email::EmailAddress;
use uuid::Uuid;

const ADMINISTRATOR_ADD: &str =
    "INSERT INTO administrator (account_id, since) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING";
const ADMINISTRATOR_DELETE: &str = "DELETE FROM administrator WHERE account_id = $1";
const ADMINISTRATOR_IS: &str = "SELECT COUNT(*) FROM administrator WHERE account_id = $1";
const ADMINISTRATOR_LIST: &str = "SELECT (SELECT a.address FROM account_address a WHERE a.account_id = x.account_id \
     ORDER BY a.confirmed_at, a.mailbox LIMIT 1), x.since, \
     (SELECT COUNT(*) FROM factor f WHERE f.account_id = x.account_id AND f.confirmed_at IS NOT NULL) \
     FROM administrator x ORDER BY x.since, x.account_id";
const ADMINISTRATOR_INVITE: &str =
    "INSERT INTO administrator_invitation (id, address, invited_at) VALUES ($1, $2, $3)";
const ADMINISTRATOR_INVITED: &str =
    "SELECT address FROM administrator_invitation WHERE id = $1 AND used_at IS NULL";
const ADMINISTRATOR_INVITATION_USE: &str =
    "UPDATE administrator_invitation SET used_at = $2 WHERE id = $1 AND used_at IS NULL";
const SESSION_SHORTEN: &str =
    "UPDATE session SET until = $2 WHERE account_id = $1 AND until > $2 AND ended_at IS NULL";
const LATELY: &str = "SELECT (SELECT COUNT(*) FROM need WHERE published_at >= $1), \
     (SELECT COUNT(*) FROM lot_answer WHERE answered_at >= $1), \
     (SELECT COUNT(*) FROM message WHERE written_at >= $1), \
     (SELECT COUNT(*) FROM job WHERE kind = 'mail' AND done_at >= $1), \
     (SELECT COUNT(*) FROM account WHERE created_at >= $1)";
const ACCOUNT_OF_MAILBOX: &str = "SELECT account_id FROM account_address WHERE mailbox = $1";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("ADMINISTRATOR_ADD", ADMINISTRATOR_ADD),
    ("ADMINISTRATOR_DELETE", ADMINISTRATOR_DELETE),
    ("ADMINISTRATOR_IS", ADMINISTRATOR_IS),
    ("ADMINISTRATOR_LIST", ADMINISTRATOR_LIST),
    ("ADMINISTRATOR_INVITE", ADMINISTRATOR_INVITE),
    ("ADMINISTRATOR_INVITED", ADMINISTRATOR_INVITED),
    ("ADMINISTRATOR_INVITATION_USE", ADMINISTRATOR_INVITATION_USE),
    ("SESSION_SHORTEN", SESSION_SHORTEN),
    ("LATELY", LATELY),
    ("ACCOUNT_OF_MAILBOX", ACCOUNT_OF_MAILBOX),
];

/// What happened lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lately {
    /// Needs that were published.
    pub needs: i64,
    /// Answers of structures.
    pub answers: i64,
    /// Messages between structures and buyers.
    pub messages: i64,
    /// Mails that left, or that said what no longer held.
    pub mails: i64,
    /// Accounts that were opened.
    pub accounts: i64,
}

/// An administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    /// The first address that it confirmed.
    pub address: EmailAddress,
    /// Since when, in seconds since 1970.
    pub since: i64,
    /// Whether it has a second factor: it can do nothing as an administrator before.
    pub has_factor: bool,
}

impl Tx {
    /// Makes an account an administrator; its sessions end at that time at the latest.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn administrator_add(&mut self, account: AccountId, now: i64, until: i64) -> Result<()> {
        on_tx!(self, c => sqlx::query(ADMINISTRATOR_ADD)
            .bind(account.0).bind(now).execute(c).await.map(|_| ()))?;
        on_tx!(self, c => sqlx::query(SESSION_SHORTEN)
            .bind(account.0).bind(until).execute(c).await.map(|_| ()))?;
        self.session_renew_all(account).await
    }

    /// Makes an account an administrator no more; whether it was.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn administrator_delete(&mut self, account: AccountId) -> Result<bool> {
        let gone = on_tx!(self, c => sqlx::query(ADMINISTRATOR_DELETE)
            .bind(account.0).execute(c).await.map(|done| done.rows_affected()))?;
        self.session_renew_all(account).await?;
        Ok(gone == 1)
    }

    /// Whether an account is an administrator.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn administrator_is(&mut self, account: AccountId) -> Result<bool> {
        let found: i64 =
            on_tx!(self, c => sqlx::query_scalar(ADMINISTRATOR_IS).bind(account.0).fetch_one(c).await)?;
        Ok(found > 0)
    }

    /// Keeps that an address is invited.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn administrator_invite(
        &mut self,
        id: Uuid,
        address: &EmailAddress,
        now: i64,
    ) -> Result<()> {
        on_tx!(self, c => sqlx::query(ADMINISTRATOR_INVITE)
            .bind(id).bind(address.as_str()).bind(now).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Uses an invitation; `false` when it was before.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn administrator_invitation_use(&mut self, id: Uuid, now: i64) -> Result<bool> {
        let used = on_tx!(self, c => sqlx::query(ADMINISTRATOR_INVITATION_USE)
            .bind(id).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(used == 1)
    }
}

impl Store {
    /// What happened since a moment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn lately(&self, since: i64) -> Result<Lately> {
        let (needs, answers, messages, mails, accounts): (i64, i64, i64, i64, i64) =
            on_read!(self, c => sqlx::query_as(LATELY).bind(since).fetch_one(c).await)?;
        Ok(Lately { needs, answers, messages, mails, accounts })
    }

    /// The address that an invitation is for; `None` when it was used, or there is none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn administrator_invited(&self, id: Uuid) -> Result<Option<EmailAddress>> {
        let address: Option<String> =
            on_read!(self, c => sqlx::query_scalar(ADMINISTRATOR_INVITED).bind(id).fetch_optional(c).await)?;
        Ok(address.and_then(|address| EmailAddress::parse(&address).ok()))
    }

    /// The administrators, the first first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn administrator_list(&self) -> Result<Vec<Administrator>> {
        let rows: Vec<(Option<String>, i64, i64)> =
            on_read!(self, c => sqlx::query_as(ADMINISTRATOR_LIST).fetch_all(c).await)?;
        let of = |(address, since, factors): (Option<String>, i64, i64)| {
            let address = EmailAddress::parse(&address?).ok()?;
            Some(Administrator { address, since, has_factor: factors > 0 })
        };
        Ok(rows.into_iter().filter_map(of).collect())
    }

    /// The account of an address; `None` when it never signed in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn account_of_mailbox(&self, address: &EmailAddress) -> Result<Option<AccountId>> {
        let id: Option<Uuid> = on_read!(self, c => sqlx::query_scalar(ACCOUNT_OF_MAILBOX)
            .bind(address.mailbox()).fetch_optional(c).await)?;
        Ok(id.map(AccountId))
    }
}
