//! Organisations of acheteurs and networks, who asks to belong to them, and the needs that their members share.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::access::{AccountId, OrganisationId};
use domain::email::EmailAddress;
use domain::organisation::{Organisation, OrganisationKind};
use domain::siret::Siret;
use uuid::Uuid;

macro_rules! organisation_columns {
    ($rest:literal) => {
        concat!("SELECT o.id, o.name, o.kind, o.siret, o.vouched_at FROM organisation o ", $rest)
    };
}

const ORGANISATION_INSERT: &str = "INSERT INTO organisation (id, name, kind, siret, vouched_at, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (siret) DO NOTHING";
const ORGANISATION_FETCH: &str = organisation_columns!("WHERE o.id = $1");
const ORGANISATION_OF_SIRET: &str = organisation_columns!("WHERE o.siret = $1");
// Held until the transaction ends: two that leave at once do not both leave a colleague behind.
const ORGANISATION_HOLD: &str = "UPDATE organisation SET name = name WHERE id = $1";
const ORGANISATION_VOUCH: &str =
    "UPDATE organisation SET vouched_at = $2 WHERE id = $1 AND vouched_at IS NULL";
const ORGANISATION_NAMED: &str =
    organisation_columns!("WHERE lower(o.name) = lower($1) ORDER BY o.created_at, o.id LIMIT 10");
const ORGANISATION_OF_DOMAIN: &str = organisation_columns!(
    "WHERE EXISTS (SELECT 1 FROM membership m JOIN account_address a ON a.account_id = m.account_id \
     WHERE m.team = o.id AND a.mailbox LIKE $1) ORDER BY o.name, o.id LIMIT 10"
);
const REQUEST_SET: &str = "INSERT INTO organisation_request (organisation_id, account_id, asked_at) VALUES ($1, $2, $3) \
     ON CONFLICT (organisation_id, account_id) DO NOTHING";
const REQUEST_TAKE: &str = "DELETE FROM organisation_request WHERE organisation_id = $1 AND account_id = $2";
const REQUEST_LIST: &str = "SELECT r.account_id, r.asked_at, \
     (SELECT a.address FROM account_address a WHERE a.account_id = r.account_id ORDER BY a.confirmed_at, a.mailbox LIMIT 1) \
     FROM organisation_request r WHERE r.organisation_id = $1 ORDER BY r.asked_at, r.account_id";
const REQUESTS_OF: &str = "SELECT organisation_id FROM organisation_request WHERE account_id = $1 ORDER BY asked_at, organisation_id";
const NEED_SHARE: &str = "UPDATE need SET organisation_id = $2 WHERE id = $1";
const NEED_HAND_OVER: &str = "UPDATE need SET author_email = $2, link_number = link_number + 1 WHERE id = $1";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("ORGANISATION_INSERT", ORGANISATION_INSERT),
    ("ORGANISATION_FETCH", ORGANISATION_FETCH),
    ("ORGANISATION_OF_SIRET", ORGANISATION_OF_SIRET),
    ("ORGANISATION_HOLD", ORGANISATION_HOLD),
    ("ORGANISATION_VOUCH", ORGANISATION_VOUCH),
    ("ORGANISATION_NAMED", ORGANISATION_NAMED),
    ("ORGANISATION_OF_DOMAIN", ORGANISATION_OF_DOMAIN),
    ("REQUEST_SET", REQUEST_SET),
    ("REQUEST_TAKE", REQUEST_TAKE),
    ("REQUEST_LIST", REQUEST_LIST),
    ("REQUESTS_OF", REQUESTS_OF),
    ("NEED_SHARE", NEED_SHARE),
    ("NEED_HAND_OVER", NEED_HAND_OVER),
];

/// Somebody who asks to belong to an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationRequest {
    /// Whose account.
    pub account: AccountId,
    /// The first address that it confirmed.
    pub address: EmailAddress,
    /// When, in seconds since 1970.
    pub asked_at: i64,
}

type OrganisationColumns = (String, String, String, Option<String>, Option<i64>);

fn organisation_of((id, name, kind, siret, vouched_at): OrganisationColumns) -> Option<Organisation> {
    Some(Organisation {
        id: organisation_id(&id)?,
        name,
        kind: OrganisationKind::parse(&kind)?,
        siret: siret.as_deref().and_then(Siret::kept),
        is_vouched: vouched_at.is_some(),
    })
}

/// Reads the number of an organisation as it is stored.
pub(super) fn organisation_id(text: &str) -> Option<OrganisationId> {
    Uuid::try_parse(text).ok().map(OrganisationId)
}

/// How the number of an organisation is stored.
pub(super) fn organisation_text(OrganisationId(id): OrganisationId) -> String {
    id.to_string()
}

impl Tx {
    /// Writes a new organisation; `false` when there is one of that SIRET.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn organisation_insert(&mut self, new: &Organisation, now: i64) -> Result<bool> {
        let written = on_tx!(self, c => sqlx::query(ORGANISATION_INSERT)
            .bind(organisation_text(new.id)).bind(&new.name).bind(new.kind.code())
            .bind(new.siret.map(|siret| siret.to_string())).bind(new.is_vouched.then_some(now)).bind(now)
            .execute(c).await.map(|done| done.rows_affected()))?;
        Ok(written == 1)
    }

    /// An organisation, held: nobody else changes its members before this transaction ends.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn organisation_hold(&mut self, id: OrganisationId) -> Result<Option<Organisation>> {
        let id = organisation_text(id);
        on_tx!(self, c => sqlx::query(ORGANISATION_HOLD).bind(&id).execute(c).await.map(|_| ()))?;
        let row: Option<OrganisationColumns> =
            on_tx!(self, c => sqlx::query_as(ORGANISATION_FETCH).bind(&id).fetch_optional(c).await)?;
        Ok(row.and_then(organisation_of))
    }

    /// The organisation of a SIRET.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn organisation_of_siret(&mut self, siret: Siret) -> Result<Option<Organisation>> {
        let row: Option<OrganisationColumns> = on_tx!(self, c => sqlx::query_as(ORGANISATION_OF_SIRET)
            .bind(siret.as_str()).fetch_optional(c).await)?;
        Ok(row.and_then(organisation_of))
    }

    /// Says that ProConnect vouched for somebody of an organisation.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn organisation_vouch(&mut self, id: OrganisationId, now: i64) -> Result<()> {
        on_tx!(self, c => sqlx::query(ORGANISATION_VOUCH)
            .bind(organisation_text(id)).bind(now).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps that an account asks to belong to an organisation; `false` when it did.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn request_set(
        &mut self,
        id: OrganisationId,
        account: AccountId,
        now: i64,
    ) -> Result<bool> {
        let written = on_tx!(self, c => sqlx::query(REQUEST_SET)
            .bind(organisation_text(id)).bind(account.0).bind(now)
            .execute(c).await.map(|done| done.rows_affected()))?;
        Ok(written == 1)
    }

    /// Takes away that an account asks to; `false` when it does not.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn request_take(&mut self, id: OrganisationId, account: AccountId) -> Result<bool> {
        let gone = on_tx!(self, c => sqlx::query(REQUEST_TAKE)
            .bind(organisation_text(id)).bind(account.0)
            .execute(c).await.map(|done| done.rows_affected()))?;
        Ok(gone == 1)
    }

    /// Shares a need with the members of an organisation; with nobody, for `None`.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn need_share(&mut self, need: Uuid, with: Option<OrganisationId>) -> Result<()> {
        on_tx!(self, c => sqlx::query(NEED_SHARE)
            .bind(need).bind(with.map(organisation_text)).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Makes an address that of the author of a need. The links that the one before had are good no more.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn need_hand_over(&mut self, need: Uuid, to: &EmailAddress) -> Result<()> {
        on_tx!(self, c => sqlx::query(NEED_HAND_OVER)
            .bind(need).bind(to.as_str()).execute(c).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// An organisation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn organisation_fetch(&self, id: OrganisationId) -> Result<Option<Organisation>> {
        let row: Option<OrganisationColumns> = on_read!(self, c => sqlx::query_as(ORGANISATION_FETCH)
            .bind(organisation_text(id)).fetch_optional(c).await)?;
        Ok(row.and_then(organisation_of))
    }

    /// The organisation of a SIRET.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn organisation_of_siret(&self, siret: Siret) -> Result<Option<Organisation>> {
        let row: Option<OrganisationColumns> = on_read!(self, c => sqlx::query_as(ORGANISATION_OF_SIRET)
            .bind(siret.as_str()).fetch_optional(c).await)?;
        Ok(row.and_then(organisation_of))
    }

    /// Organisations of that name, in any case.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn organisation_named(&self, name: &str) -> Result<Vec<Organisation>> {
        let rows: Vec<OrganisationColumns> = on_read!(self, c => sqlx::query_as(ORGANISATION_NAMED)
            .bind(name).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(organisation_of).collect())
    }

    /// Organisations with a member who has an address of that domain.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn organisation_of_domain(&self, domain: &str) -> Result<Vec<Organisation>> {
        // No domain has a wildcard in it.
        if domain.contains(['%', '_']) {
            return Ok(Vec::new());
        }
        let rows: Vec<OrganisationColumns> = on_read!(self, c => sqlx::query_as(ORGANISATION_OF_DOMAIN)
            .bind(format!("%@{domain}")).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(organisation_of).collect())
    }

    /// Who asks to belong to an organisation, the first one first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn request_list(&self, id: OrganisationId) -> Result<Vec<OrganisationRequest>> {
        let rows: Vec<(Uuid, i64, Option<String>)> = on_read!(self, c => sqlx::query_as(REQUEST_LIST)
            .bind(organisation_text(id)).fetch_all(c).await)?;
        let rows = rows.into_iter().filter_map(|(account, asked_at, address)| {
            let address = EmailAddress::parse(&address?).ok()?;
            Some(OrganisationRequest { account: AccountId(account), address, asked_at })
        });
        Ok(rows.collect())
    }

    /// The organisations to which an account asks to belong.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn requests_of(&self, account: AccountId) -> Result<Vec<OrganisationId>> {
        let rows: Vec<String> =
            on_read!(self, c => sqlx::query_scalar(REQUESTS_OF).bind(account.0).fetch_all(c).await)?;
        Ok(rows.iter().filter_map(|id| organisation_id(id)).collect())
    }
}
