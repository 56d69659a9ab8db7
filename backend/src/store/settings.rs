//! Settings that the program makes for itself and must keep: the secret of signed links.

use super::{Store, on_read, on_tx};
use crate::error::Result;

const SETTING_FETCH: &str = "SELECT value FROM setting WHERE key = $1";
const SETTING_INSERT: &str = "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";

pub(super) const STATEMENTS: &[(&str, &str)] =
    &[("SETTING_FETCH", SETTING_FETCH), ("SETTING_INSERT", SETTING_INSERT)];

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

    async fn setting_fetch(&self, key: &str) -> Result<Option<String>> {
        Ok(on_read!(self, c => sqlx::query_scalar(SETTING_FETCH).bind(key).fetch_optional(c).await)?)
    }
}
