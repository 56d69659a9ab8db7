//! What is erased when its time is over. Counting and erasing share their condition: what is announced is what happens.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::access::AccountId;
use domain::privacy::Kept;
use uuid::Uuid;

/// What counts the rows that a condition finds, and what erases them.
macro_rules! due {
    ($rows:literal) => {
        Due { count: concat!("SELECT COUNT(*) FROM ", $rows), erase: concat!("DELETE FROM ", $rows) }
    };
}

struct Due {
    count: &'static str,
    erase: &'static str,
}

const DRAFTS: Due = due!(
    "need WHERE published_at IS NULL AND created_at < $1 \
     AND NOT EXISTS (SELECT 1 FROM need_version v WHERE v.need_id = need.id AND v.saved_at >= $1)"
);
const INTERESTS: Due = due!("interest WHERE confirmed_at IS NULL AND asked_at < $1");
const SIGN_INS: Due = due!("sign_in WHERE until < $1");
const SESSIONS: Due = due!("session WHERE until < $1 OR ended_at < $1");
const CODES: Due = due!("membership_code WHERE until < $1");
const INVITATIONS: Due = due!("invitation WHERE invited_at < $1");
const REQUESTS: Due = due!("organisation_request WHERE asked_at < $1");
const ADMINISTRATOR_INVITATIONS: Due = due!("administrator_invitation WHERE invited_at < $1");
const REPORTS: Due = due!("report WHERE reported_at < $1");
const RATES: Due = due!("rate WHERE until < $1");
const MAILS: Due = due!("job WHERE done_at < $1");
const ENDED_MAYBE: &str = "SELECT id FROM need WHERE published_at < $1 AND (author_email IS NOT NULL \
     OR EXISTS (SELECT 1 FROM interest i WHERE i.need_id = need.id) \
     OR EXISTS (SELECT 1 FROM message m WHERE m.need_id = need.id) \
     OR EXISTS (SELECT 1 FROM need_comment k WHERE k.need_id = need.id) \
     OR EXISTS (SELECT 1 FROM collaborator p WHERE p.need_id = need.id) \
     OR EXISTS (SELECT 1 FROM selection s WHERE s.need_id = need.id AND s.note <> '')) ORDER BY id";
const EXCHANGES: &str = "SELECT (SELECT COUNT(*) FROM message WHERE need_id = $1) \
     + (SELECT COUNT(*) FROM need_comment WHERE need_id = $1) + (SELECT COUNT(*) FROM collaborator WHERE need_id = $1) \
     + (SELECT COUNT(*) FROM selection WHERE need_id = $1 AND note <> '')";
const MESSAGES_FORGET: &str = "DELETE FROM message WHERE need_id = $1";
const COMMENTS_FORGET: &str = "DELETE FROM need_comment WHERE need_id = $1";
const COLLABORATORS_FORGET: &str = "DELETE FROM collaborator WHERE need_id = $1";
const NOTES_FORGET: &str = "UPDATE selection SET note = '' WHERE need_id = $1";
const INTERESTS_FORGET: &str = "DELETE FROM interest WHERE need_id = $1";
const AUTHORS: &str = "SELECT (SELECT COUNT(*) FROM need WHERE id = $1 AND author_email IS NOT NULL) \
     + (SELECT COUNT(*) FROM interest WHERE need_id = $1)";
const ACCOUNTS_IDLE: &str = "SELECT id FROM account WHERE seen_at < $1 AND closing_at IS NULL ORDER BY id";
const ACCOUNT_WARN: &str = "UPDATE account SET closing_at = $2, warned_at = $3 \
     WHERE id = $1 AND closing_at IS NULL AND seen_at < $4";
const ACCOUNT_SEEN: &str = "UPDATE account SET seen_at = $2, warned_at = NULL, \
     closing_at = CASE WHEN warned_at IS NULL THEN closing_at END WHERE id = $1";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("DRAFTS.count", DRAFTS.count),
    ("DRAFTS.erase", DRAFTS.erase),
    ("INTERESTS.count", INTERESTS.count),
    ("INTERESTS.erase", INTERESTS.erase),
    ("SIGN_INS.count", SIGN_INS.count),
    ("SIGN_INS.erase", SIGN_INS.erase),
    ("SESSIONS.count", SESSIONS.count),
    ("SESSIONS.erase", SESSIONS.erase),
    ("CODES.count", CODES.count),
    ("CODES.erase", CODES.erase),
    ("INVITATIONS.count", INVITATIONS.count),
    ("INVITATIONS.erase", INVITATIONS.erase),
    ("REQUESTS.count", REQUESTS.count),
    ("REQUESTS.erase", REQUESTS.erase),
    ("ADMINISTRATOR_INVITATIONS.count", ADMINISTRATOR_INVITATIONS.count),
    ("ADMINISTRATOR_INVITATIONS.erase", ADMINISTRATOR_INVITATIONS.erase),
    ("REPORTS.count", REPORTS.count),
    ("REPORTS.erase", REPORTS.erase),
    ("RATES.count", RATES.count),
    ("RATES.erase", RATES.erase),
    ("MAILS.count", MAILS.count),
    ("MAILS.erase", MAILS.erase),
    ("ENDED_MAYBE", ENDED_MAYBE),
    ("EXCHANGES", EXCHANGES),
    ("MESSAGES_FORGET", MESSAGES_FORGET),
    ("COMMENTS_FORGET", COMMENTS_FORGET),
    ("COLLABORATORS_FORGET", COLLABORATORS_FORGET),
    ("NOTES_FORGET", NOTES_FORGET),
    ("INTERESTS_FORGET", INTERESTS_FORGET),
    ("AUTHORS", AUTHORS),
    ("ACCOUNTS_IDLE", ACCOUNTS_IDLE),
    ("ACCOUNT_WARN", ACCOUNT_WARN),
    ("ACCOUNT_SEEN", ACCOUNT_SEEN),
];

/// How rows are found that end by themselves; nothing where it takes more than a condition.
fn due(kept: Kept) -> Option<Due> {
    match kept {
        Kept::NeedDraft => Some(DRAFTS),
        Kept::Interest => Some(INTERESTS),
        Kept::SignIn => Some(SIGN_INS),
        Kept::Session => Some(SESSIONS),
        Kept::MembershipCode => Some(CODES),
        Kept::Invitation => Some(INVITATIONS),
        Kept::OrganisationRequest => Some(REQUESTS),
        Kept::AdministratorInvitation => Some(ADMINISTRATOR_INVITATIONS),
        Kept::Report => Some(REPORTS),
        Kept::Rate => Some(RATES),
        Kept::MailSent => Some(MAILS),
        _ => None,
    }
}

impl Tx {
    /// Forgets what was written and noted around a need.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn exchange_forget(&mut self, need: Uuid) -> Result<()> {
        for sql in [MESSAGES_FORGET, COMMENTS_FORGET, COLLABORATORS_FORGET, NOTES_FORGET] {
            on_tx!(self, c => sqlx::query(sql).bind(need).execute(c).await.map(|_| ()))?;
        }
        Ok(())
    }

    /// Forgets the addresses that structures left to say that they are interested in a need.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn interest_forget(&mut self, need: Uuid) -> Result<()> {
        on_tx!(self, c => sqlx::query(INTERESTS_FORGET).bind(need).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Says when an account is to be erased that nobody has used since; `false` when somebody has.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn account_warn(
        &mut self,
        account: AccountId,
        closing_at: i64,
        now: i64,
        seen_before: i64,
    ) -> Result<bool> {
        let warned = on_tx!(self, c => sqlx::query(ACCOUNT_WARN)
            .bind(account.0).bind(closing_at).bind(now).bind(seen_before)
            .execute(c).await.map(|done| done.rows_affected()))?;
        Ok(warned == 1)
    }

    /// Somebody uses an account: it stays, if it was to be erased because nobody did.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn account_seen(&mut self, account: AccountId, now: i64) -> Result<()> {
        on_tx!(self, c => sqlx::query(ACCOUNT_SEEN).bind(account.0).bind(now).execute(c).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// How many rows ended before; none of what takes more than a condition.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn kept_count(&self, kept: Kept, before: i64) -> Result<i64> {
        let Some(due) = due(kept) else { return Ok(0) };
        Ok(on_read!(self, c => sqlx::query_scalar(due.count).bind(before).fetch_one(c).await)?)
    }

    /// Erases them: how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn kept_erase(&self, kept: Kept, before: i64) -> Result<i64> {
        let Some(due) = due(kept) else { return Ok(0) };
        let mut tx = self.begin().await?;
        let gone = on_tx!(tx, c => sqlx::query(due.erase)
            .bind(before).execute(c).await.map(|done| done.rows_affected()))?;
        tx.commit().await?;
        Ok(i64::try_from(gone).unwrap_or(i64::MAX))
    }

    /// Needs that were published before, and of which something is kept that ends some time after them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn need_ended_maybe(&self, published_before: i64) -> Result<Vec<Uuid>> {
        Ok(on_read!(self, c => sqlx::query_scalar(ENDED_MAYBE).bind(published_before).fetch_all(c).await)?)
    }

    /// How much was written and noted around a need.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn exchange_count(&self, need: Uuid) -> Result<i64> {
        Ok(on_read!(self, c => sqlx::query_scalar(EXCHANGES).bind(need).fetch_one(c).await)?)
    }

    /// How many addresses are kept of a need: of its author, and of structures that left theirs.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn need_address_count(&self, need: Uuid) -> Result<i64> {
        Ok(on_read!(self, c => sqlx::query_scalar(AUTHORS).bind(need).fetch_one(c).await)?)
    }

    /// Accounts that nobody has used since, and that are not to be erased yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn account_idle(&self, seen_before: i64) -> Result<Vec<AccountId>> {
        let ids: Vec<Uuid> =
            on_read!(self, c => sqlx::query_scalar(ACCOUNTS_IDLE).bind(seen_before).fetch_all(c).await)?;
        Ok(ids.into_iter().map(AccountId).collect())
    }
}
