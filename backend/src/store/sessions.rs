//! What was mailed to sign in, and the sessions that it opened.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::access::AccountId;
use domain::email::EmailAddress;
use uuid::Uuid;

const SIGN_IN_INSERT: &str =
    "INSERT INTO sign_in (id, address, code_seal, asked_at, until) VALUES ($1, $2, $3, $4, $5)";
const SIGN_IN_FETCH: &str = "SELECT id, address, code_seal, until, tries, used_at FROM sign_in WHERE id = $1";
const SIGN_IN_TRY: &str = "UPDATE sign_in SET tries = tries + 1 WHERE id = $1 AND tries < $2";
const SIGN_IN_USE: &str = "UPDATE sign_in SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND until >= $2";
const SESSION_INSERT: &str = "INSERT INTO session (id, secret_hash, account_id, address, device, opened_at, seen_at, until, \
     awaits_factor) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)";
const SESSION_FETCH: &str = "SELECT id, account_id, address, device, opened_at, seen_at, until, awaits_factor, \
     (SELECT COUNT(*) FROM administrator a WHERE a.account_id = session.account_id), \
     (SELECT COUNT(*) FROM factor f WHERE f.account_id = session.account_id AND f.confirmed_at IS NOT NULL) FROM session \
     WHERE (secret_hash = $1 OR (hash_before = $1 AND before_until >= $2)) AND ended_at IS NULL AND until > $2";
const SESSION_RENEW_ALL: &str = "UPDATE session SET renew = 1 WHERE account_id = $1 AND ended_at IS NULL";
const SESSION_RENEW: &str = "UPDATE session SET secret_hash = $3, hash_before = secret_hash, before_until = $4, renew = 0 \
     WHERE id = $1 AND secret_hash = $2 AND renew = 1";
const SESSION_IS_TO_RENEW: &str =
    "SELECT COUNT(*) FROM session WHERE id = $1 AND secret_hash = $2 AND renew = 1";
const SESSION_LIST: &str = "SELECT id, account_id, address, device, opened_at, seen_at, until, awaits_factor FROM session \
     WHERE account_id = $1 AND ended_at IS NULL AND until > $2 ORDER BY seen_at DESC, id";
const SESSION_SEEN: &str = "UPDATE session SET seen_at = $2, until = $3 WHERE id = $1 AND ended_at IS NULL";
const SESSION_END: &str =
    "UPDATE session SET ended_at = $3 WHERE id = $1 AND account_id = $2 AND ended_at IS NULL";
const SUPPORT_SET: &str = "UPDATE session SET acts_for = $2, acts_why = $3, acts_until = $4, acts_address = $5, renew = 1 WHERE id = $1 AND ended_at IS NULL";
const SUPPORT_FETCH: &str =
    "SELECT acts_for, acts_why, acts_until, acts_address FROM session WHERE id = $1 AND acts_for IS NOT NULL";
const SESSION_DEVICES: &str =
    "SELECT COUNT(*), COUNT(CASE WHEN device = $2 THEN 1 END) FROM session WHERE account_id = $1";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("SIGN_IN_INSERT", SIGN_IN_INSERT),
    ("SIGN_IN_FETCH", SIGN_IN_FETCH),
    ("SIGN_IN_TRY", SIGN_IN_TRY),
    ("SIGN_IN_USE", SIGN_IN_USE),
    ("SESSION_INSERT", SESSION_INSERT),
    ("SESSION_FETCH", SESSION_FETCH),
    ("SESSION_RENEW_ALL", SESSION_RENEW_ALL),
    ("SESSION_RENEW", SESSION_RENEW),
    ("SESSION_IS_TO_RENEW", SESSION_IS_TO_RENEW),
    ("SESSION_LIST", SESSION_LIST),
    ("SESSION_SEEN", SESSION_SEEN),
    ("SESSION_END", SESSION_END),
    ("SUPPORT_SET", SUPPORT_SET),
    ("SUPPORT_FETCH", SUPPORT_FETCH),
    ("SESSION_DEVICES", SESSION_DEVICES),
];

/// What was mailed to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInRow {
    /// Its number, which the page that asked for it keeps.
    pub id: Uuid,
    /// Where it was mailed.
    pub address: EmailAddress,
    /// What proves its code.
    pub code_seal: Vec<u8>,
    /// Last second on which it is good.
    pub until: i64,
    /// How many codes were tried.
    pub tries: i64,
    /// When it signed in.
    pub used_at: Option<i64>,
}

/// A session: a browser that signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its number: not its secret.
    pub id: Uuid,
    /// Whose it is.
    pub account: AccountId,
    /// The address that was confirmed.
    pub address: EmailAddress,
    /// « Firefox, Linux ».
    pub device: String,
    /// When it was opened, in seconds since 1970.
    pub opened_at: i64,
    /// When it was last seen, to the hour.
    pub seen_at: i64,
    /// Last second on which it is good, unless it is seen again.
    pub until: i64,
    /// Whether it waits for the code of the second factor: it lets do nothing before.
    pub awaits_factor: bool,
}

/// A session, with what it takes to know what its account may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SessionFound {
    /// The session.
    pub session: SessionRow,
    /// Whether its account is an administrator.
    pub is_administrator: bool,
    /// Whether its account has a second factor.
    pub has_factor: bool,
}

/// In whose place the account of a session acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SupportRow {
    /// In whose.
    pub of: AccountId,
    /// Why.
    pub why: String,
    /// Last second on which it does.
    pub until: i64,
    /// The address by which that one was found.
    pub address: EmailAddress,
}

type SignInColumns = (Uuid, String, Vec<u8>, i64, i64, Option<i64>);
type SessionColumns = (Uuid, Uuid, String, String, i64, i64, i64, i64);
type FoundColumns = (Uuid, Uuid, String, String, i64, i64, i64, i64, i64, i64);

fn session_of(columns: SessionColumns) -> Option<SessionRow> {
    let (id, account, address, device, opened_at, seen_at, until, awaits) = columns;
    let (account, address) = (AccountId(account), EmailAddress::parse(&address).ok()?);
    Some(SessionRow { id, account, address, device, opened_at, seen_at, until, awaits_factor: awaits != 0 })
}

fn found_of(columns: FoundColumns) -> Option<SessionFound> {
    let (id, account, address, device, opened_at, seen_at, until, awaits, administrates, factors) = columns;
    let session = session_of((id, account, address, device, opened_at, seen_at, until, awaits))?;
    Some(SessionFound { session, is_administrator: administrates > 0, has_factor: factors > 0 })
}

impl Tx {
    /// Keeps what is mailed to sign in.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn sign_in_insert(&mut self, asked: &SignInRow, now: i64) -> Result<()> {
        on_tx!(self, c => sqlx::query(SIGN_IN_INSERT)
            .bind(asked.id).bind(asked.address.as_str()).bind(&asked.code_seal).bind(now).bind(asked.until)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Counts a code that is tried; `false` when nothing was asked, or too many were tried.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn sign_in_try(&mut self, id: Uuid, most: i64) -> Result<bool> {
        let counted = on_tx!(self, c => sqlx::query(SIGN_IN_TRY)
            .bind(id).bind(most).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(counted == 1)
    }

    /// Says that it signed in; `false` when it did before, or its time is over.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn sign_in_use(&mut self, id: Uuid, now: i64) -> Result<bool> {
        let used = on_tx!(self, c => sqlx::query(SIGN_IN_USE)
            .bind(id).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(used == 1)
    }

    /// Opens a session. Only the hash of its secret is kept.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn session_insert(&mut self, session: &SessionRow, secret_hash: &[u8]) -> Result<()> {
        on_tx!(self, c => sqlx::query(SESSION_INSERT)
            .bind(session.id).bind(secret_hash).bind(session.account.0).bind(session.address.as_str())
            .bind(&session.device).bind(session.opened_at).bind(session.until)
            .bind(i64::from(session.awaits_factor))
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Ends a session of an account; `false` when it has none of that number.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn session_end(&mut self, id: Uuid, account: AccountId, now: i64) -> Result<bool> {
        let ended = on_tx!(self, c => sqlx::query(SESSION_END)
            .bind(id).bind(account.0).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(ended == 1)
    }

    /// Has every session of an account get a new secret: what it may do has changed.
    ///
    /// # Errors
    /// When the database refuses.
    pub(super) async fn session_renew_all(&mut self, account: AccountId) -> Result<()> {
        on_tx!(self, c => sqlx::query(SESSION_RENEW_ALL).bind(account.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Has the account of a session act in the place of another one, or for itself again. The session gets a new secret.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn support_set(&mut self, id: Uuid, support: Option<&SupportRow>) -> Result<()> {
        let (of, why) = (support.map(|s| s.of.0), support.map(|s| s.why.as_str()));
        let (until, address) = (support.map(|s| s.until), support.map(|s| s.address.as_str()));
        on_tx!(self, c => sqlx::query(SUPPORT_SET).bind(id).bind(of).bind(why).bind(until).bind(address)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Whether an account had sessions before, and none of them on such a device.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn session_is_elsewhere(&mut self, account: AccountId, device: &str) -> Result<bool> {
        let (all, there): (i64, i64) = on_tx!(self, c => sqlx::query_as(SESSION_DEVICES)
            .bind(account.0).bind(device).fetch_one(c).await)?;
        Ok(all > 0 && there == 0)
    }
}

impl Store {
    /// What was asked to sign in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn sign_in_fetch(&self, id: Uuid) -> Result<Option<SignInRow>> {
        let row: Option<SignInColumns> =
            on_read!(self, c => sqlx::query_as(SIGN_IN_FETCH).bind(id).fetch_optional(c).await)?;
        Ok(row.and_then(|(id, address, code_seal, until, tries, used_at)| {
            let address = EmailAddress::parse(&address).ok()?;
            Some(SignInRow { id, address, code_seal, until, tries, used_at })
        }))
    }

    /// The session whose secret has this hash, if it is open.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn session_fetch(&self, secret_hash: &[u8], now: i64) -> Result<Option<SessionFound>> {
        let row: Option<FoundColumns> = on_read!(self, c => sqlx::query_as(SESSION_FETCH)
            .bind(secret_hash).bind(now).fetch_optional(c).await)?;
        Ok(row.and_then(found_of))
    }

    /// In whose place the account of a session acts; `None` when for itself, or that account is gone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn support_fetch(&self, id: Uuid) -> Result<Option<SupportRow>> {
        let row: Option<(Uuid, String, i64, String)> =
            on_read!(self, c => sqlx::query_as(SUPPORT_FETCH).bind(id).fetch_optional(c).await)?;
        Ok(row.and_then(|(of, why, until, address)| {
            Some(SupportRow { of: AccountId(of), why, until, address: EmailAddress::parse(&address).ok()? })
        }))
    }

    /// The open sessions of an account, the last seen first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn session_list(&self, account: AccountId, now: i64) -> Result<Vec<SessionRow>> {
        let rows: Vec<SessionColumns> =
            on_read!(self, c => sqlx::query_as(SESSION_LIST).bind(account.0).bind(now).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(session_of).collect())
    }

    /// Gives a session a new secret, if it is to have one and came with its last; the one before is good until then.
    /// `false` when it keeps the one it has.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn session_renew(
        &self,
        id: Uuid,
        [hash, fresh]: [&[u8]; 2],
        before_until: i64,
    ) -> Result<bool> {
        // Almost never: no write is begun for it.
        let waits: i64 = on_read!(self, c => sqlx::query_scalar(SESSION_IS_TO_RENEW)
            .bind(id).bind(hash).fetch_one(c).await)?;
        if waits == 0 {
            return Ok(false);
        }
        let mut tx = self.begin().await?;
        let renewed = on_tx!(tx, c => sqlx::query(SESSION_RENEW)
            .bind(id).bind(hash).bind(fresh).bind(before_until)
            .execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(renewed == 1)
    }

    /// Says that a session was seen: it is good until then.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn session_seen(
        &self,
        id: Uuid,
        account: AccountId,
        now: i64,
        until: i64,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        on_tx!(tx, c => sqlx::query(SESSION_SEEN)
            .bind(id).bind(now).bind(until).execute(c).await.map(|_| ()))?;
        tx.account_seen(account, now).await?;
        tx.commit().await
    }
}
