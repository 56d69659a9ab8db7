//! Who is what of which territory, and who asks to be.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::access::{AccountId, Mandate, TerritoryRole};
use domain::email::EmailAddress;
use domain::territory::Place;
use uuid::Uuid;

macro_rules! mandate_columns {
    ($rest:literal) => {
        concat!(
            "SELECT m.account_id, m.role, m.place, m.employer, m.asked_at, m.granted_at, ",
            "(SELECT a.address FROM account_address a WHERE a.account_id = m.account_id ORDER BY a.confirmed_at, a.mailbox LIMIT 1) ",
            "FROM mandate m ",
            $rest
        )
    };
}

const MANDATE_ASK: &str = "INSERT INTO mandate (account_id, role, place, employer, asked_at) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (account_id, role, place) DO NOTHING";
const MANDATE_GRANT: &str = "UPDATE mandate SET granted_at = $4 \
     WHERE account_id = $1 AND role = $2 AND place = $3 AND granted_at IS NULL";
const MANDATE_DROP: &str = "DELETE FROM mandate WHERE account_id = $1 AND role = $2 AND place = $3";
const MANDATE_LIST: &str = mandate_columns!("ORDER BY m.asked_at, m.account_id, m.role, m.place");
const MANDATE_OF: &str = mandate_columns!("WHERE m.account_id = $1 ORDER BY m.asked_at, m.role, m.place");

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("MANDATE_ASK", MANDATE_ASK),
    ("MANDATE_GRANT", MANDATE_GRANT),
    ("MANDATE_DROP", MANDATE_DROP),
    ("MANDATE_LIST", MANDATE_LIST),
    ("MANDATE_OF", MANDATE_OF),
];

/// That somebody is something of a territory, or asks to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandateRow {
    /// Whose account.
    pub account: AccountId,
    /// The first address that it confirmed.
    pub address: EmailAddress,
    /// What, and of which territory.
    pub mandate: Mandate,
    /// For whom it works, in its own words.
    pub employer: String,
    /// When it asked, in seconds since 1970.
    pub asked_at: i64,
    /// When somebody granted it.
    pub granted_at: Option<i64>,
}

type Columns = (Uuid, String, String, String, i64, Option<i64>, Option<String>);

fn row_of((account, role, place, employer, asked_at, granted_at, address): Columns) -> Option<MandateRow> {
    Some(MandateRow {
        account: AccountId(account),
        address: EmailAddress::parse(&address?).ok()?,
        mandate: Mandate { role: TerritoryRole::parse(&role)?, place: Place::parse(&place).ok()? },
        employer,
        asked_at,
        granted_at,
    })
}

impl Tx {
    /// Keeps that an account asks for a mandate; `false` when it has it, or asked before.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn mandate_ask(
        &mut self,
        account: AccountId,
        mandate: Mandate,
        employer: &str,
        now: i64,
    ) -> Result<bool> {
        let written = on_tx!(self, c => sqlx::query(MANDATE_ASK)
            .bind(account.0).bind(mandate.role.code()).bind(mandate.place.code()).bind(employer).bind(now)
            .execute(c).await.map(|done| done.rows_affected()))?;
        Ok(written == 1)
    }

    /// Grants what an account asked for; `false` when it does not ask.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn mandate_grant(
        &mut self,
        account: AccountId,
        mandate: Mandate,
        now: i64,
    ) -> Result<bool> {
        let granted = on_tx!(self, c => sqlx::query(MANDATE_GRANT)
            .bind(account.0).bind(mandate.role.code()).bind(mandate.place.code()).bind(now)
            .execute(c).await.map(|done| done.rows_affected()))?;
        self.session_renew_all(account).await?;
        Ok(granted == 1)
    }

    /// Takes a mandate away, or that it is asked for; `false` when there is none.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn mandate_drop(&mut self, account: AccountId, mandate: Mandate) -> Result<bool> {
        let gone = on_tx!(self, c => sqlx::query(MANDATE_DROP)
            .bind(account.0).bind(mandate.role.code()).bind(mandate.place.code())
            .execute(c).await.map(|done| done.rows_affected()))?;
        self.session_renew_all(account).await?;
        Ok(gone == 1)
    }
}

impl Store {
    /// Every mandate, and every one that is asked for, the first one first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn mandate_list(&self) -> Result<Vec<MandateRow>> {
        let rows: Vec<Columns> = on_read!(self, c => sqlx::query_as(MANDATE_LIST).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(row_of).collect())
    }

    /// Those of an account.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn mandate_of(&self, account: AccountId) -> Result<Vec<MandateRow>> {
        let rows: Vec<Columns> =
            on_read!(self, c => sqlx::query_as(MANDATE_OF).bind(account.0).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(row_of).collect())
    }
}
