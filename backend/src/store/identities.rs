//! Whom a provider vouches for, and the account that this opens.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::access::AccountId;
use domain::email::EmailAddress;
use domain::siret::Siret;
use uuid::Uuid;

const IDENTITY_FETCH: &str = "SELECT account_id, siret FROM identity WHERE issuer = $1 AND subject = $2";
const IDENTITY_OF: &str = "SELECT subject, siret FROM identity WHERE account_id = $1 ORDER BY since, subject";
const IDENTITY_SET: &str = "INSERT INTO identity (issuer, subject, account_id, siret, since) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (issuer, subject) DO UPDATE SET siret = excluded.siret";
const ADDRESS_ADD: &str = "INSERT INTO account_address (mailbox, account_id, address, confirmed_at) \
     VALUES ($1, $2, $3, $4) ON CONFLICT (mailbox) DO NOTHING";
const ADDRESS_OWN: &str = "SELECT address FROM account_address WHERE account_id = $1 \
     ORDER BY CASE WHEN mailbox = $2 THEN 0 ELSE 1 END, confirmed_at, mailbox LIMIT 1";
const ID_TOKEN_SET: &str = "UPDATE session SET id_token = $2 WHERE secret_hash = $1";
const ID_TOKEN: &str = "SELECT id_token FROM session WHERE id = $1";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("IDENTITY_FETCH", IDENTITY_FETCH),
    ("IDENTITY_OF", IDENTITY_OF),
    ("IDENTITY_SET", IDENTITY_SET),
    ("ADDRESS_ADD", ADDRESS_ADD),
    ("ADDRESS_OWN", ADDRESS_OWN),
    ("ID_TOKEN_SET", ID_TOKEN_SET),
    ("ID_TOKEN", ID_TOKEN),
];

/// What is known of somebody for whom a provider vouched before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdentityRow {
    /// The account that it opens.
    pub account: AccountId,
    /// The organisation of which the provider said last that it is.
    pub siret: Option<Siret>,
}

impl Tx {
    /// What is known of a subject of a provider; `None` the first time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn identity_fetch(
        &mut self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<IdentityRow>> {
        let row: Option<(Uuid, Option<String>)> = on_tx!(self, c => sqlx::query_as(IDENTITY_FETCH)
            .bind(issuer).bind(subject).fetch_optional(c).await)?;
        Ok(row.map(|(account, siret)| IdentityRow {
            account: AccountId(account),
            siret: siret.as_deref().and_then(Siret::kept),
        }))
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn identity_set(
        &mut self,
        issuer: &str,
        subject: &str,
        identity: &IdentityRow,
        now: i64,
    ) -> Result<()> {
        on_tx!(self, c => sqlx::query(IDENTITY_SET)
            .bind(issuer).bind(subject).bind(identity.account.0)
            .bind(identity.siret.as_ref().map(|siret| siret.as_str().to_owned())).bind(now)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Adds an address that was just proved to an account, unless another account has it: the address that the account is
    /// known by in a session.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn address_add(
        &mut self,
        account: AccountId,
        address: &EmailAddress,
        now: i64,
    ) -> Result<EmailAddress> {
        on_tx!(self, c => sqlx::query(ADDRESS_ADD)
            .bind(address.mailbox()).bind(account.0).bind(address.as_str()).bind(now)
            .execute(c).await.map(|_| ()))?;
        let own: String = on_tx!(self, c => sqlx::query_scalar(ADDRESS_OWN)
            .bind(account.0).bind(address.mailbox()).fetch_one(c).await)?;
        Ok(EmailAddress::parse(&own).unwrap_or_else(|_| address.clone()))
    }

    /// Keeps what ends a session at the provider too.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn session_id_token(&mut self, secret_hash: &[u8], id_token: &str) -> Result<()> {
        on_tx!(self, c => sqlx::query(ID_TOKEN_SET)
            .bind(secret_hash).bind(id_token).execute(c).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// What providers say of whoever has an account: the number there, and the organisation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn identity_of(&self, account: AccountId) -> Result<Vec<(String, Option<String>)>> {
        Ok(on_read!(self, c => sqlx::query_as(IDENTITY_OF).bind(account.0).fetch_all(c).await)?)
    }

    /// What ends a session at the provider too; `None` when it was not opened there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn session_id_token(&self, session: Uuid) -> Result<Option<String>> {
        let token: Option<Option<String>> =
            on_read!(self, c => sqlx::query_scalar(ID_TOKEN).bind(session).fetch_optional(c).await)?;
        Ok(token.flatten())
    }
}
