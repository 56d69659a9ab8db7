//! Lists of structures that people keep.

use super::organisations::{organisation_id, organisation_text};
use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::access::{AccountId, OrganisationId, Target};
use domain::siret::Siret;
use uuid::Uuid;

const LIST_INSERT: &str =
    "INSERT INTO favourites (id, name, account_id, organisation_id, begun_at) VALUES ($1, $2, $3, NULL, $4)";
const LIST_FETCH: &str = "SELECT l.id, l.name, l.account_id, l.organisation_id, \
     (SELECT COUNT(*) FROM favourite f WHERE f.list_id = l.id) FROM favourites l WHERE l.id = $1";
const LIST_OF: &str = "SELECT l.id, l.name, l.account_id, l.organisation_id, \
     (SELECT COUNT(*) FROM favourite f WHERE f.list_id = l.id) FROM favourites l \
     WHERE l.account_id = $1 OR l.organisation_id IN (SELECT m.team FROM membership m WHERE m.account_id = $1) \
     ORDER BY l.begun_at, l.id";
const LIST_COUNT: &str = "SELECT COUNT(*) FROM favourites WHERE account_id = $1";
// Held until the transaction ends.
const LIST_HOLD: &str = "UPDATE favourites SET name = name WHERE id = $1";
const LIST_SHARE: &str = "UPDATE favourites SET organisation_id = $2 WHERE id = $1";
const LIST_DROP: &str = "DELETE FROM favourites WHERE id = $1";
const LIST_FORGET: &str = "DELETE FROM favourites WHERE account_id = $1 AND organisation_id IS NULL";
const FAVOURITE_SET: &str = "INSERT INTO favourite (list_id, siret, note, added_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (list_id, siret) DO UPDATE SET note = excluded.note";
const FAVOURITE_DROP: &str = "DELETE FROM favourite WHERE list_id = $1 AND siret = $2";
const FAVOURITE_LIST: &str =
    "SELECT siret, note, added_at FROM favourite WHERE list_id = $1 ORDER BY added_at, siret";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("LIST_INSERT", LIST_INSERT),
    ("LIST_FETCH", LIST_FETCH),
    ("LIST_OF", LIST_OF),
    ("LIST_COUNT", LIST_COUNT),
    ("LIST_HOLD", LIST_HOLD),
    ("LIST_SHARE", LIST_SHARE),
    ("LIST_DROP", LIST_DROP),
    ("LIST_FORGET", LIST_FORGET),
    ("FAVOURITE_SET", FAVOURITE_SET),
    ("FAVOURITE_DROP", FAVOURITE_DROP),
    ("FAVOURITE_LIST", FAVOURITE_LIST),
];

/// A list of structures that somebody keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FavouritesRow {
    /// Its number.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// Whose it is; `None` once its account was erased.
    pub owner: Option<AccountId>,
    /// The organisation whose members share it.
    pub organisation: Option<OrganisationId>,
    /// How many structures it has.
    pub count: i64,
}

impl FavouritesRow {
    /// What authority is asked on.
    #[must_use]
    pub fn target(&self) -> Target {
        Target::Favourites { list: self.id, owner: self.owner, organisation: self.organisation }
    }
}

/// A structure of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FavouriteRow {
    /// Which.
    pub siret: Siret,
    /// What was noted of it; may be empty.
    pub note: String,
    /// Since when, in seconds since 1970.
    pub added_at: i64,
}

type ListColumns = (Uuid, String, Option<Uuid>, Option<String>, i64);

fn list_of((id, name, owner, organisation, count): ListColumns) -> FavouritesRow {
    FavouritesRow {
        id,
        name,
        owner: owner.map(AccountId),
        organisation: organisation.as_deref().and_then(organisation_id),
        count,
    }
}

impl Tx {
    /// Begins a list.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn favourites_insert(
        &mut self,
        id: Uuid,
        name: &str,
        owner: AccountId,
        now: i64,
    ) -> Result<()> {
        on_tx!(self, c => sqlx::query(LIST_INSERT)
            .bind(id).bind(name).bind(owner.0).bind(now).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// A list, held: nobody else changes it before this transaction ends.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn favourites_hold(&mut self, id: Uuid) -> Result<Option<FavouritesRow>> {
        on_tx!(self, c => sqlx::query(LIST_HOLD).bind(id).execute(c).await.map(|_| ()))?;
        let row: Option<ListColumns> =
            on_tx!(self, c => sqlx::query_as(LIST_FETCH).bind(id).fetch_optional(c).await)?;
        Ok(row.map(list_of))
    }

    /// Shares a list with the members of an organisation; with nobody, for `None`.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn favourites_share(&mut self, id: Uuid, with: Option<OrganisationId>) -> Result<()> {
        on_tx!(self, c => sqlx::query(LIST_SHARE)
            .bind(id).bind(with.map(organisation_text)).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Drops a list.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn favourites_drop(&mut self, id: Uuid) -> Result<()> {
        on_tx!(self, c => sqlx::query(LIST_DROP).bind(id).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Drops the lists of an account that are shared with no organisation.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn favourites_forget(&mut self, owner: AccountId) -> Result<()> {
        on_tx!(self, c => sqlx::query(LIST_FORGET).bind(owner.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Puts a structure on a list, or changes what is noted of it.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn favourite_set(&mut self, list: Uuid, row: &FavouriteRow) -> Result<()> {
        on_tx!(self, c => sqlx::query(FAVOURITE_SET)
            .bind(list).bind(row.siret.as_str()).bind(&row.note).bind(row.added_at)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes a structure off a list; `false` when it was not on it.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn favourite_drop(&mut self, list: Uuid, siret: Siret) -> Result<bool> {
        let gone = on_tx!(self, c => sqlx::query(FAVOURITE_DROP)
            .bind(list).bind(siret.as_str()).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(gone == 1)
    }
}

impl Store {
    /// A list.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn favourites_fetch(&self, id: Uuid) -> Result<Option<FavouritesRow>> {
        let row: Option<ListColumns> =
            on_read!(self, c => sqlx::query_as(LIST_FETCH).bind(id).fetch_optional(c).await)?;
        Ok(row.map(list_of))
    }

    /// The lists of an account, and those that its organisations share, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn favourites_of(&self, account: AccountId) -> Result<Vec<FavouritesRow>> {
        let rows: Vec<ListColumns> =
            on_read!(self, c => sqlx::query_as(LIST_OF).bind(account.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(list_of).collect())
    }

    /// How many lists an account has.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn favourites_count(&self, owner: AccountId) -> Result<i64> {
        Ok(on_read!(self, c => sqlx::query_scalar(LIST_COUNT).bind(owner.0).fetch_one(c).await)?)
    }

    /// The structures of a list, the first one first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn favourite_list(&self, list: Uuid) -> Result<Vec<FavouriteRow>> {
        let rows: Vec<(String, String, i64)> =
            on_read!(self, c => sqlx::query_as(FAVOURITE_LIST).bind(list).fetch_all(c).await)?;
        let rows = rows.into_iter().filter_map(|(siret, note, added_at)| {
            Some(FavouriteRow { siret: Siret::kept(&siret)?, note, added_at })
        });
        Ok(rows.collect())
    }
}
