//! « Je suis intéressée » of structures that are not listed, or whose contact is not known.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::email::EmailAddress;
use domain::need::Interest;
use domain::siret::Siret;
use uuid::Uuid;

const INTEREST_INSERT: &str = "INSERT INTO interest (id, need_id, siret, name, address, asked_at, confirmed_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const INTEREST_CONFIRM: &str = "UPDATE interest SET confirmed_at = $2 WHERE id = $1 AND confirmed_at IS NULL";
const INTEREST_FETCH: &str =
    "SELECT id, need_id, siret, name, address, asked_at, confirmed_at FROM interest WHERE id = $1";
const INTEREST_LIST: &str = "SELECT id, need_id, siret, name, address, asked_at, confirmed_at FROM interest \
     WHERE need_id = $1 AND confirmed_at IS NOT NULL ORDER BY confirmed_at, id";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("INTEREST_INSERT", INTEREST_INSERT),
    ("INTEREST_CONFIRM", INTEREST_CONFIRM),
    ("INTEREST_FETCH", INTEREST_FETCH),
    ("INTEREST_LIST", INTEREST_LIST),
];

type Row = (Uuid, Uuid, String, String, String, i64, Option<i64>);

fn interest_of((id, need, siret, name, address, asked_at, confirmed_at): Row) -> Option<Interest> {
    let (siret, address) = (Siret::kept(&siret)?, EmailAddress::parse(&address).ok()?);
    Some(Interest { id, need, siret, name, address, asked_at, confirmed_at })
}

impl Tx {
    /// Keeps that a structure asks to be told.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn interest_insert(&mut self, interest: &Interest) -> Result<()> {
        on_tx!(self, c => sqlx::query(INTEREST_INSERT)
            .bind(interest.id).bind(interest.need).bind(interest.siret.as_str()).bind(&interest.name)
            .bind(interest.address.as_str()).bind(interest.asked_at).bind(interest.confirmed_at)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps that its address is confirmed; whether it was not yet.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn interest_confirm(&mut self, id: Uuid, now: i64) -> Result<bool> {
        let changed = on_tx!(self, c => sqlx::query(INTEREST_CONFIRM)
            .bind(id).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(changed > 0)
    }
}

impl Store {
    /// One of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn interest_fetch(&self, id: Uuid) -> Result<Option<Interest>> {
        let row: Option<Row> =
            on_read!(self, c => sqlx::query_as(INTEREST_FETCH).bind(id).fetch_optional(c).await)?;
        Ok(row.and_then(interest_of))
    }

    /// Those of a need whose address is confirmed, the first one first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn interest_list(&self, need: Uuid) -> Result<Vec<Interest>> {
        let rows: Vec<Row> =
            on_read!(self, c => sqlx::query_as(INTEREST_LIST).bind(need).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(interest_of).collect())
    }
}
