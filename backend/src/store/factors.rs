//! Second factors: the secrets of applications of codes, and the codes on paper of whoever loses it.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::access::AccountId;
use uuid::Uuid;

const FACTOR_BEGIN: &str = "INSERT INTO factor (account_id, secret, begun_at) VALUES ($1, $2, $3) \
     ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, begun_at = excluded.begun_at, step_used = 0 \
     WHERE factor.confirmed_at IS NULL";
const FACTOR_FETCH: &str = "SELECT secret, confirmed_at FROM factor WHERE account_id = $1";
const FACTOR_CONFIRM: &str =
    "UPDATE factor SET confirmed_at = $2 WHERE account_id = $1 AND confirmed_at IS NULL";
const FACTOR_STEP_USE: &str = "UPDATE factor SET step_used = $2 WHERE account_id = $1 AND step_used < $2";
const FACTOR_DELETE: &str = "DELETE FROM factor WHERE account_id = $1";
const FACTOR_IS_KEPT: &str = "SELECT COUNT(*) FROM factor WHERE account_id = $1 AND confirmed_at IS NOT NULL";
const RECOVERY_INSERT: &str = "INSERT INTO recovery_code (account_id, hash) VALUES ($1, $2)";
const RECOVERY_USE: &str =
    "UPDATE recovery_code SET used_at = $3 WHERE account_id = $1 AND hash = $2 AND used_at IS NULL";
const RECOVERY_CLEAR: &str = "DELETE FROM recovery_code WHERE account_id = $1";
const RECOVERY_LEFT: &str = "SELECT COUNT(*) FROM recovery_code WHERE account_id = $1 AND used_at IS NULL";
const FACTOR_COUNT: &str = "UPDATE session SET factor_tries = factor_tries + 1 \
     WHERE id = $1 AND factor_tries < $2 AND ended_at IS NULL";
const FACTOR_PASS: &str = "UPDATE session SET awaits_factor = 0, factor_tries = 0, renew = 0, secret_hash = $2, \
     hash_before = NULL, until = $3 WHERE id = $1 AND awaits_factor = 1 AND ended_at IS NULL";
const FACTOR_RIGHT: &str = "UPDATE session SET factor_tries = 0 WHERE id = $1";
const FACTOR_AWAIT: &str = "UPDATE session SET awaits_factor = 1, factor_tries = 0 WHERE account_id = $1 AND id <> $2 AND ended_at IS NULL";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("FACTOR_BEGIN", FACTOR_BEGIN),
    ("FACTOR_FETCH", FACTOR_FETCH),
    ("FACTOR_CONFIRM", FACTOR_CONFIRM),
    ("FACTOR_STEP_USE", FACTOR_STEP_USE),
    ("FACTOR_DELETE", FACTOR_DELETE),
    ("FACTOR_IS_KEPT", FACTOR_IS_KEPT),
    ("RECOVERY_INSERT", RECOVERY_INSERT),
    ("RECOVERY_USE", RECOVERY_USE),
    ("RECOVERY_CLEAR", RECOVERY_CLEAR),
    ("RECOVERY_LEFT", RECOVERY_LEFT),
    ("FACTOR_COUNT", FACTOR_COUNT),
    ("FACTOR_PASS", FACTOR_PASS),
    ("FACTOR_RIGHT", FACTOR_RIGHT),
    ("FACTOR_AWAIT", FACTOR_AWAIT),
];

/// The application of codes of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FactorRow {
    /// What its codes are made of.
    pub secret: Vec<u8>,
    /// When a first code proved that the application has it, in seconds since 1970.
    pub confirmed_at: Option<i64>,
}

type FactorColumns = (Vec<u8>, Option<i64>);

fn factor_of((secret, confirmed_at): FactorColumns) -> FactorRow {
    FactorRow { secret, confirmed_at }
}

impl Tx {
    /// Begins a second factor with a new secret; one that is confirmed stays as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn factor_begin(&mut self, account: AccountId, secret: &[u8], now: i64) -> Result<()> {
        on_tx!(self, c => sqlx::query(FACTOR_BEGIN)
            .bind(account.0).bind(secret).bind(now).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// The second factor of an account, confirmed or not.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn factor_fetch(&mut self, account: AccountId) -> Result<Option<FactorRow>> {
        let row: Option<FactorColumns> =
            on_tx!(self, c => sqlx::query_as(FACTOR_FETCH).bind(account.0).fetch_optional(c).await)?;
        Ok(row.map(factor_of))
    }

    /// Says that an application has the secret; `false` when it was said before.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn factor_confirm(&mut self, account: AccountId, now: i64) -> Result<bool> {
        let confirmed = on_tx!(self, c => sqlx::query(FACTOR_CONFIRM)
            .bind(account.0).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
        self.session_renew_all(account).await?;
        Ok(confirmed == 1)
    }

    /// Uses the code of a step; `false` when it, or a later one, was used before.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn factor_step_use(&mut self, account: AccountId, step: i64) -> Result<bool> {
        let used = on_tx!(self, c => sqlx::query(FACTOR_STEP_USE)
            .bind(account.0).bind(step).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(used == 1)
    }

    /// Takes the second factor of an account away, with its codes on paper; whether it had one.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn factor_delete(&mut self, account: AccountId) -> Result<bool> {
        let gone = on_tx!(self, c => sqlx::query(FACTOR_DELETE)
            .bind(account.0).execute(c).await.map(|done| done.rows_affected()))?;
        on_tx!(self, c => sqlx::query(RECOVERY_CLEAR).bind(account.0).execute(c).await.map(|_| ()))?;
        self.session_renew_all(account).await?;
        Ok(gone == 1)
    }

    /// Whether signing in takes a second factor.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn factor_is_kept(&mut self, account: AccountId) -> Result<bool> {
        let kept: i64 =
            on_tx!(self, c => sqlx::query_scalar(FACTOR_IS_KEPT).bind(account.0).fetch_one(c).await)?;
        Ok(kept > 0)
    }

    /// Gives an account new codes on paper, of which only hashes are kept: those before are good no more.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn recovery_codes_set(&mut self, account: AccountId, hashes: &[Vec<u8>]) -> Result<()> {
        on_tx!(self, c => sqlx::query(RECOVERY_CLEAR).bind(account.0).execute(c).await.map(|_| ()))?;
        for hash in hashes {
            on_tx!(self, c => sqlx::query(RECOVERY_INSERT)
                .bind(account.0).bind(hash).execute(c).await.map(|_| ()))?;
        }
        Ok(())
    }

    /// Uses a code on paper; `false` when there is none such that is good.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn recovery_code_use(
        &mut self,
        account: AccountId,
        hash: &[u8],
        now: i64,
    ) -> Result<bool> {
        let used = on_tx!(self, c => sqlx::query(RECOVERY_USE)
            .bind(account.0).bind(hash).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(used == 1)
    }

    /// Counts a code that is tried in a session; `false` when too many were.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn factor_count(&mut self, session: Uuid, most: i64) -> Result<bool> {
        let counted = on_tx!(self, c => sqlx::query(FACTOR_COUNT)
            .bind(session).bind(most).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(counted == 1)
    }

    /// A code was right in a session that is open already: those tried before are forgotten.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn factor_right(&mut self, session: Uuid) -> Result<()> {
        on_tx!(self, c => sqlx::query(FACTOR_RIGHT).bind(session).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Opens a session that waited for the second factor, with a new secret; `false` when it did not wait.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn factor_pass(
        &mut self,
        session: Uuid,
        secret_hash: &[u8],
        until: i64,
    ) -> Result<bool> {
        let passed = on_tx!(self, c => sqlx::query(FACTOR_PASS)
            .bind(session).bind(secret_hash).bind(until)
            .execute(c).await.map(|done| done.rows_affected()))?;
        Ok(passed == 1)
    }

    /// Has every other session of an account wait for the second factor.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn factor_await(&mut self, account: AccountId, but: Uuid) -> Result<()> {
        on_tx!(self, c => sqlx::query(FACTOR_AWAIT).bind(account.0).bind(but).execute(c).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// The second factor of an account, confirmed or not, and how many codes on paper are left.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn factor_fetch(&self, account: AccountId) -> Result<Option<(FactorRow, i64)>> {
        let row: Option<FactorColumns> =
            on_read!(self, c => sqlx::query_as(FACTOR_FETCH).bind(account.0).fetch_optional(c).await)?;
        let left: i64 =
            on_read!(self, c => sqlx::query_scalar(RECOVERY_LEFT).bind(account.0).fetch_one(c).await)?;
        Ok(row.map(|columns| (factor_of(columns), left)))
    }
}
