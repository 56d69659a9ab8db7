//! Settings that the program makes for itself and must keep: the secret of signed links.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;

const SETTING_FETCH: &str = "SELECT value FROM setting WHERE key = $1";
const SETTING_INSERT: &str = "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
// Taken before reading what will be written back.
const SETTING_HOLD: &str = "UPDATE setting SET value = value WHERE key = $1 RETURNING value";
const SETTING_WRITE: &str =
    "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("SETTING_FETCH", SETTING_FETCH),
    ("SETTING_INSERT", SETTING_INSERT),
    ("SETTING_HOLD", SETTING_HOLD),
    ("SETTING_WRITE", SETTING_WRITE),
];

impl Tx {
    /// The value of a setting, empty when there is none; nobody else writes it before this transaction ends.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn setting_hold(&mut self, key: &str) -> Result<String> {
        let value: Option<String> =
            on_tx!(self, c => sqlx::query_scalar(SETTING_HOLD).bind(key).fetch_optional(c).await)?;
        Ok(value.unwrap_or_default())
    }

    /// Writes a setting.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn setting_write(&mut self, key: &str, value: &str) -> Result<()> {
        on_tx!(self, c => sqlx::query(SETTING_WRITE).bind(key).bind(value).execute(c).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// The value of a setting; the first to ask stores its own, every node then reads the same.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn setting_get_or_insert(&self, key: &str, first: &str) -> Result<String> {
        if let Some(value) = self.setting_fetch(key).await? {
            return Ok(value);
        }
        let mut tx = self.begin().await?;
        on_tx!(tx, c => sqlx::query(SETTING_INSERT).bind(key).bind(first).execute(c).await.map(|_| ()))?;
        tx.commit().await?;
        Ok(self.setting_fetch(key).await?.unwrap_or_else(|| first.to_owned()))
    }

    /// The value of a setting; `None` when there is none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn setting_fetch(&self, key: &str) -> Result<Option<String>> {
        Ok(on_read!(self, c => sqlx::query_scalar(SETTING_FETCH).bind(key).fetch_optional(c).await)?)
    }
}
