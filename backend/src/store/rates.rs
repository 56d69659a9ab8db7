//! How often something was done lately, whichever node did it.

use super::{Store, on_tx};
use crate::error::Result;

const RATE_COUNT: &str = "INSERT INTO rate (key, until, count) VALUES ($1, $2, 1) \
     ON CONFLICT (key, until) DO UPDATE SET count = rate.count + 1 RETURNING count";

pub(super) const STATEMENTS: &[(&str, &str)] = &[("RATE_COUNT", RATE_COUNT)];

impl Store {
    /// Counts once more what a key stands for, in the stretch that ends then: how often that is now.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn rate_count(&self, key: &[u8], until: i64) -> Result<i64> {
        let mut tx = self.begin().await?;
        let count: i64 =
            on_tx!(tx, c => sqlx::query_scalar(RATE_COUNT).bind(key).bind(until).fetch_one(c).await)?;
        tx.commit().await?;
        Ok(count)
    }
}
