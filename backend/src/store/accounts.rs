//! Accounts, their addresses, and the structures and organisations that they belong to.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::access::{AccountId, Membership, Rank, Team};
use domain::email::EmailAddress;
use domain::siret::Siret;
use uuid::Uuid;

const ACCOUNT_INSERT: &str = "INSERT INTO account (id, created_at, seen_at) VALUES ($1, $2, $2)";
const ACCOUNT_DELETE: &str = "DELETE FROM account WHERE id = $1";
const ACCOUNT_CLOSE: &str = "UPDATE account SET closing_at = $2, warned_at = NULL WHERE id = $1";
const ACCOUNT_CLOSING: &str = "SELECT closing_at FROM account WHERE id = $1";
const ACCOUNTS_TO_ERASE: &str = "SELECT id FROM account WHERE closing_at < $1 ORDER BY closing_at, id";
const ADDRESS_LIST: &str =
    "SELECT address FROM account_address WHERE account_id = $1 ORDER BY confirmed_at, mailbox";
const ADDRESS_INSERT: &str = "INSERT INTO account_address (mailbox, account_id, address, confirmed_at) \
     VALUES ($1, $2, $3, $4) ON CONFLICT (mailbox) DO NOTHING";
const ADDRESS_ACCOUNT: &str = "SELECT account_id FROM account_address WHERE mailbox = $1";
const MEMBERSHIP_UPSERT: &str = "INSERT INTO membership (team, account_id, rank, since) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (team, account_id) DO UPDATE SET rank = excluded.rank";
const MEMBERSHIP_DELETE: &str = "DELETE FROM membership WHERE team = $1 AND account_id = $2";
const MEMBERSHIP_LIST: &str = "SELECT team, rank FROM membership WHERE account_id = $1 ORDER BY since, team";
const COLLEAGUE_LIST: &str = "SELECT m.account_id, m.rank, m.since, \
     (SELECT a.address FROM account_address a WHERE a.account_id = m.account_id ORDER BY a.confirmed_at, a.mailbox LIMIT 1) \
     FROM membership m WHERE m.team = $1 ORDER BY m.since, m.account_id";
const MEMBER_ADDRESSES: &str = "SELECT a.address FROM account_address a \
     JOIN membership m ON m.account_id = a.account_id WHERE m.team = $1 ORDER BY a.mailbox";
const CODE_UPSERT: &str = "INSERT INTO membership_code (siret, account_id, code_seal, asked_at, until) \
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (siret, account_id) DO UPDATE SET code_seal = excluded.code_seal, \
     asked_at = excluded.asked_at, until = excluded.until, tries = 0";
const CODE_TRY: &str = "UPDATE membership_code SET tries = tries + 1 \
     WHERE siret = $1 AND account_id = $2 AND tries < $3 AND until >= $4";
const CODE_FETCH: &str = "SELECT code_seal FROM membership_code WHERE siret = $1 AND account_id = $2";
const CODE_DELETE: &str = "DELETE FROM membership_code WHERE siret = $1 AND account_id = $2";
const INVITATION_UPSERT: &str = "INSERT INTO invitation (team, mailbox, address, rank, invited_by, invited_at) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (team, mailbox) DO UPDATE SET rank = excluded.rank, \
     invited_by = excluded.invited_by, invited_at = excluded.invited_at";
const INVITATION_TAKE: &str = "DELETE FROM invitation WHERE team = $1 AND mailbox = $2 RETURNING rank";
const INVITATION_OF: &str = "SELECT team FROM invitation WHERE mailbox = $1 ORDER BY invited_at, team";
const INVITATION_LIST: &str =
    "SELECT address, rank, invited_at FROM invitation WHERE team = $1 ORDER BY invited_at, mailbox";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("ACCOUNT_INSERT", ACCOUNT_INSERT),
    ("ACCOUNT_DELETE", ACCOUNT_DELETE),
    ("ACCOUNT_CLOSE", ACCOUNT_CLOSE),
    ("ACCOUNT_CLOSING", ACCOUNT_CLOSING),
    ("ACCOUNTS_TO_ERASE", ACCOUNTS_TO_ERASE),
    ("ADDRESS_LIST", ADDRESS_LIST),
    ("ADDRESS_INSERT", ADDRESS_INSERT),
    ("ADDRESS_ACCOUNT", ADDRESS_ACCOUNT),
    ("MEMBERSHIP_UPSERT", MEMBERSHIP_UPSERT),
    ("MEMBERSHIP_DELETE", MEMBERSHIP_DELETE),
    ("MEMBERSHIP_LIST", MEMBERSHIP_LIST),
    ("COLLEAGUE_LIST", COLLEAGUE_LIST),
    ("MEMBER_ADDRESSES", MEMBER_ADDRESSES),
    ("CODE_UPSERT", CODE_UPSERT),
    ("CODE_TRY", CODE_TRY),
    ("CODE_FETCH", CODE_FETCH),
    ("CODE_DELETE", CODE_DELETE),
    ("INVITATION_UPSERT", INVITATION_UPSERT),
    ("INVITATION_TAKE", INVITATION_TAKE),
    ("INVITATION_OF", INVITATION_OF),
    ("INVITATION_LIST", INVITATION_LIST),
];

/// A member of a structure, as its colleagues see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Whose account.
    pub account: AccountId,
    /// The first address that it confirmed.
    pub address: EmailAddress,
    /// As what.
    pub rank: Rank,
    /// Since when, in seconds since 1970.
    pub since: i64,
}

/// Somebody who is invited and has not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationRow {
    /// At which address.
    pub address: EmailAddress,
    /// As what.
    pub rank: Rank,
    /// When, in seconds since 1970.
    pub invited_at: i64,
}
fn membership_of((team, rank): (String, String)) -> Option<Membership> {
    Some(Membership { team: Team::parse(&team)?, rank: Rank::parse(&rank)? })
}

type ColleagueColumns = (Uuid, String, i64, Option<String>);

fn colleague_of((account, rank, since, address): ColleagueColumns) -> Option<Colleague> {
    let address = EmailAddress::parse(&address?).ok()?;
    Some(Colleague { account: AccountId(account), address, rank: Rank::parse(&rank)?, since })
}

impl Tx {
    /// The account of an address that was just confirmed: made now, if there is none.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn account_of(
        &mut self,
        address: &EmailAddress,
        fresh: AccountId,
        now: i64,
    ) -> Result<AccountId> {
        let of: Option<Uuid> = on_tx!(self, c => sqlx::query_scalar(ADDRESS_ACCOUNT)
            .bind(address.mailbox()).fetch_optional(c).await)?;
        if let Some(account) = of {
            return Ok(AccountId(account));
        }
        on_tx!(self, c => sqlx::query(ACCOUNT_INSERT).bind(fresh.0).bind(now).execute(c).await.map(|_| ()))?;
        on_tx!(self, c => sqlx::query(ADDRESS_INSERT)
            .bind(address.mailbox()).bind(fresh.0).bind(address.as_str()).bind(now)
            .execute(c).await.map(|_| ()))?;
        // Another transaction may have been first.
        let of: Uuid = on_tx!(self, c => sqlx::query_scalar(ADDRESS_ACCOUNT)
            .bind(address.mailbox()).fetch_one(c).await)?;
        if of != fresh.0 {
            on_tx!(self, c => sqlx::query(ACCOUNT_DELETE).bind(fresh.0).execute(c).await.map(|_| ()))?;
        }
        Ok(AccountId(of))
    }

    /// Says when an account is to be erased; `None` when it is not any more.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn account_close(&mut self, account: AccountId, closing_at: Option<i64>) -> Result<()> {
        on_tx!(self, c => sqlx::query(ACCOUNT_CLOSE)
            .bind(account.0).bind(closing_at).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Erases an account, with its addresses, sessions and memberships.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn account_erase(&mut self, account: AccountId) -> Result<()> {
        on_tx!(self, c => sqlx::query(ACCOUNT_DELETE).bind(account.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Makes an account belong to a structure or an organisation, or changes as what it does.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn membership_set(
        &mut self,
        team: Team,
        account: AccountId,
        rank: Rank,
        now: i64,
    ) -> Result<()> {
        on_tx!(self, c => sqlx::query(MEMBERSHIP_UPSERT)
            .bind(team.code()).bind(account.0).bind(rank.code()).bind(now)
            .execute(c).await.map(|_| ()))?;
        self.session_renew_all(account).await
    }

    /// Ends that an account belongs to a structure or an organisation; `false` when it did not.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn membership_delete(&mut self, team: Team, account: AccountId) -> Result<bool> {
        let ended = on_tx!(self, c => sqlx::query(MEMBERSHIP_DELETE)
            .bind(team.code()).bind(account.0).execute(c).await.map(|done| done.rows_affected()))?;
        self.session_renew_all(account).await?;
        Ok(ended == 1)
    }

    /// The members of a structure or an organisation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn colleague_list(&mut self, team: Team) -> Result<Vec<Colleague>> {
        let rows: Vec<ColleagueColumns> = on_tx!(self, c => sqlx::query_as(COLLEAGUE_LIST)
            .bind(team.code()).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(colleague_of).collect())
    }

    /// Keeps what proves the code that is mailed to the contact of a structure for an account; the one before is good no
    /// more.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn membership_code_set(
        &mut self,
        siret: Siret,
        account: AccountId,
        code_seal: &[u8],
        now: i64,
        until: i64,
    ) -> Result<()> {
        on_tx!(self, c => sqlx::query(CODE_UPSERT)
            .bind(siret.as_str()).bind(account.0).bind(code_seal).bind(now).bind(until)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Counts a code that is tried, and gives what proves it; `None` when none is waited for, or too many were tried.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn membership_code_try(
        &mut self,
        siret: Siret,
        account: AccountId,
        most: i64,
        now: i64,
    ) -> Result<Option<Vec<u8>>> {
        let counted = on_tx!(self, c => sqlx::query(CODE_TRY)
            .bind(siret.as_str()).bind(account.0).bind(most).bind(now)
            .execute(c).await.map(|done| done.rows_affected()))?;
        if counted == 0 {
            return Ok(None);
        }
        Ok(on_tx!(self, c => sqlx::query_scalar(CODE_FETCH)
            .bind(siret.as_str()).bind(account.0).fetch_optional(c).await)?)
    }

    /// Forgets the code that an account was to give.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn membership_code_drop(&mut self, siret: Siret, account: AccountId) -> Result<()> {
        on_tx!(self, c => sqlx::query(CODE_DELETE)
            .bind(siret.as_str()).bind(account.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Invites an address into a structure or an organisation; again, if it was.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn invitation_set(
        &mut self,
        team: Team,
        invited: &InvitationRow,
        by: AccountId,
    ) -> Result<()> {
        on_tx!(self, c => sqlx::query(INVITATION_UPSERT)
            .bind(team.code()).bind(invited.address.mailbox()).bind(invited.address.as_str())
            .bind(invited.rank.code()).bind(by.0).bind(invited.invited_at)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes the invitation of an address away, to be accepted or not: as what it was.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn invitation_take(
        &mut self,
        team: Team,
        address: &EmailAddress,
    ) -> Result<Option<Rank>> {
        let rank: Option<String> = on_tx!(self, c => sqlx::query_scalar(INVITATION_TAKE)
            .bind(team.code()).bind(address.mailbox()).fetch_optional(c).await)?;
        Ok(rank.as_deref().and_then(Rank::parse))
    }
}

impl Store {
    /// The account that has an address; `None` when none has.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn account_find(&self, address: &EmailAddress) -> Result<Option<AccountId>> {
        let of: Option<Uuid> = on_read!(self, c => sqlx::query_scalar(ADDRESS_ACCOUNT)
            .bind(address.mailbox()).fetch_optional(c).await)?;
        Ok(of.map(AccountId))
    }

    /// When an account is to be erased, in seconds since 1970.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn account_closing(&self, account: AccountId) -> Result<Option<i64>> {
        let found: Option<Option<i64>> = on_read!(self, c => sqlx::query_scalar(ACCOUNT_CLOSING)
            .bind(account.0).fetch_optional(c).await)?;
        Ok(found.flatten())
    }

    /// The accounts that were to be erased before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn accounts_to_erase(&self, before: i64) -> Result<Vec<AccountId>> {
        let ids: Vec<Uuid> =
            on_read!(self, c => sqlx::query_scalar(ACCOUNTS_TO_ERASE).bind(before).fetch_all(c).await)?;
        Ok(ids.into_iter().map(AccountId).collect())
    }

    /// The addresses of an account, the first that it confirmed first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn address_list(&self, account: AccountId) -> Result<Vec<EmailAddress>> {
        let rows: Vec<String> =
            on_read!(self, c => sqlx::query_scalar(ADDRESS_LIST).bind(account.0).fetch_all(c).await)?;
        Ok(rows.iter().filter_map(|address| EmailAddress::parse(address).ok()).collect())
    }

    /// The addresses of those who belong to a structure or an organisation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn member_addresses(&self, team: Team) -> Result<Vec<EmailAddress>> {
        let rows: Vec<String> =
            on_read!(self, c => sqlx::query_scalar(MEMBER_ADDRESSES).bind(team.code()).fetch_all(c).await)?;
        Ok(rows.iter().filter_map(|address| EmailAddress::parse(address).ok()).collect())
    }

    /// The structures and organisations that an account belongs to, the oldest membership first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn membership_list(&self, account: AccountId) -> Result<Vec<Membership>> {
        let rows: Vec<(String, String)> =
            on_read!(self, c => sqlx::query_as(MEMBERSHIP_LIST).bind(account.0).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(membership_of).collect())
    }

    /// The structures and organisations into which an address is invited.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn invitation_of(&self, address: &EmailAddress) -> Result<Vec<Team>> {
        let rows: Vec<String> = on_read!(self, c => sqlx::query_scalar(INVITATION_OF)
            .bind(address.mailbox()).fetch_all(c).await)?;
        Ok(rows.iter().filter_map(|team| Team::parse(team)).collect())
    }

    /// The members of a structure or an organisation, and who is invited.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn colleague_list(&self, team: Team) -> Result<(Vec<Colleague>, Vec<InvitationRow>)> {
        let members: Vec<ColleagueColumns> = on_read!(self, c => sqlx::query_as(COLLEAGUE_LIST)
            .bind(team.code()).fetch_all(c).await)?;
        let invited: Vec<(String, String, i64)> = on_read!(self, c => sqlx::query_as(INVITATION_LIST)
            .bind(team.code()).fetch_all(c).await)?;
        let invited = invited.into_iter().filter_map(|(address, rank, invited_at)| {
            let address = EmailAddress::parse(&address).ok()?;
            Some(InvitationRow { address, rank: Rank::parse(&rank)?, invited_at })
        });
        Ok((members.into_iter().filter_map(colleague_of).collect(), invited.collect()))
    }
}
