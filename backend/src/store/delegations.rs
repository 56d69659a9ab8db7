//! What structures let networks keep of their pages.

use super::organisations::{organisation_id, organisation_text};
use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::access::{AccountId, Delegation, FichePart, OrganisationId, parts_print, parts_stored};
use domain::siret::Siret;

const DELEGATION_SET: &str = "INSERT INTO delegation (siret, organisation_id, parts, since) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (siret, organisation_id) DO UPDATE SET parts = excluded.parts, since = excluded.since";
const DELEGATION_DROP: &str = "DELETE FROM delegation WHERE siret = $1 AND organisation_id = $2";
const DELEGATION_LIST: &str = "SELECT d.organisation_id, o.name, d.parts, d.since FROM delegation d \
     JOIN organisation o ON o.id = d.organisation_id WHERE d.siret = $1 ORDER BY d.since, d.organisation_id";
const DELEGATED_TO: &str =
    "SELECT siret, parts FROM delegation WHERE organisation_id = $1 ORDER BY since, siret";
const DELEGATIONS_OF: &str = "SELECT d.siret, d.parts FROM delegation d \
     JOIN membership m ON m.team = d.organisation_id WHERE m.account_id = $1 ORDER BY d.since, d.siret";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("DELEGATION_SET", DELEGATION_SET),
    ("DELEGATION_DROP", DELEGATION_DROP),
    ("DELEGATION_LIST", DELEGATION_LIST),
    ("DELEGATED_TO", DELEGATED_TO),
    ("DELEGATIONS_OF", DELEGATIONS_OF),
];

/// What a structure lets one network keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelegationRow {
    /// Which network.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: String,
    /// Which parts.
    pub parts: Vec<FichePart>,
    /// Since when, in seconds since 1970.
    pub since: i64,
}

fn delegation_of((siret, parts): (String, String)) -> Option<Delegation> {
    Some(Delegation { siret: Siret::kept(&siret)?, parts: parts_stored(&parts) })
}

impl Tx {
    /// Lets a network keep parts of a structure's page.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn delegation_set(
        &mut self,
        siret: Siret,
        to: OrganisationId,
        parts: &[FichePart],
        now: i64,
    ) -> Result<()> {
        on_tx!(self, c => sqlx::query(DELEGATION_SET)
            .bind(siret.as_str()).bind(organisation_text(to)).bind(parts_print(parts)).bind(now)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Lets it keep nothing any more; `false` when it kept nothing.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn delegation_drop(&mut self, siret: Siret, from: OrganisationId) -> Result<bool> {
        let gone = on_tx!(self, c => sqlx::query(DELEGATION_DROP)
            .bind(siret.as_str()).bind(organisation_text(from))
            .execute(c).await.map(|done| done.rows_affected()))?;
        Ok(gone == 1)
    }
}

impl Store {
    /// The networks that keep parts of a structure's page.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn delegation_list(&self, siret: Siret) -> Result<Vec<DelegationRow>> {
        let rows: Vec<(String, String, String, i64)> = on_read!(self, c => sqlx::query_as(DELEGATION_LIST)
            .bind(siret.as_str()).fetch_all(c).await)?;
        let rows = rows.into_iter().filter_map(|(organisation, name, parts, since)| {
            let organisation = organisation_id(&organisation)?;
            Some(DelegationRow { organisation, name, parts: parts_stored(&parts), since })
        });
        Ok(rows.collect())
    }

    /// What structures let a network keep.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn delegated_to(&self, organisation: OrganisationId) -> Result<Vec<Delegation>> {
        let rows: Vec<(String, String)> = on_read!(self, c => sqlx::query_as(DELEGATED_TO)
            .bind(organisation_text(organisation)).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(delegation_of).collect())
    }

    /// What structures let the organisations of an account keep.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn delegations_of(&self, account: AccountId) -> Result<Vec<Delegation>> {
        let rows: Vec<(String, String)> =
            on_read!(self, c => sqlx::query_as(DELEGATIONS_OF).bind(account.0).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(delegation_of).collect())
    }
}
