//! Who did what, on what, when: one row for each write, in its transaction. No address, no text that anyone typed.
//!
//! The rows are a chain: each holds the hash of what it says and of the one before it. One that is changed, taken out or put
//! in afterwards breaks it.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::access::{AccountId, Action, Actor, Holder, Target, Team};
use domain::siret::Siret;
use domain::territory::Place;
use sha2::{Digest, Sha256};
use uuid::Uuid;

const AUDIT_INSERT: &str =
    "INSERT INTO audit (id, at, actor, action, target, seq, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)";
// Held until the transaction ends: the next row waits for this one.
const AUDIT_HEAD_HOLD: &str = "UPDATE audit_head SET seq = seq + 1 WHERE one = 1 RETURNING seq, hash";
const AUDIT_HEAD_SET: &str = "UPDATE audit_head SET hash = $1 WHERE one = 1";
const AUDIT_HEAD_FETCH: &str = "SELECT seq, hash, unchained FROM audit_head WHERE one = 1";
const AUDIT_PAGE: &str =
    "SELECT seq, hash, id, at, actor, action, target FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2";
const AUDIT_HOLDS: &str = "SELECT COUNT(*) FROM audit WHERE hash = $1";
const AUDIT_UNCHAINED: &str = "SELECT COUNT(*) FROM audit WHERE seq IS NULL";
const AUDIT_LIST: &str = "SELECT at, actor, action, target FROM audit WHERE target = $1 ORDER BY at, id";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("AUDIT_INSERT", AUDIT_INSERT),
    ("AUDIT_LIST", AUDIT_LIST),
    ("AUDIT_HEAD_HOLD", AUDIT_HEAD_HOLD),
    ("AUDIT_HEAD_SET", AUDIT_HEAD_SET),
    ("AUDIT_HEAD_FETCH", AUDIT_HEAD_FETCH),
    ("AUDIT_PAGE", AUDIT_PAGE),
    ("AUDIT_HOLDS", AUDIT_HOLDS),
    ("AUDIT_UNCHAINED", AUDIT_UNCHAINED),
];

/// Rows that are read at once to verify the chain.
const PAGE: i64 = 1_000;

/// A row of the audit.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditRow {
    /// When, in seconds since 1970.
    pub at: i64,
    /// Who: `anyone`, `operator`, `job`, `account:…`, `account:… by account:…` where an administrator acts for it, `awaited account:…` before its second factor, or a link and its holder, as `link need_follow need:…`.
    pub actor: String,
    /// What, as [`Action::code`] says it.
    pub action: String,
    /// On what: `catalogue`, `need:…`, `structure:…`, `account:…`.
    pub target: String,
}

/// A row of the chain, as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
struct ChainRow {
    seq: i64,
    hash: Vec<u8>,
    id: Uuid,
    at: i64,
    actor: String,
    action: String,
    target: String,
}

impl ChainRow {
    /// The hash of what it says, after the row before it. Every part has its length: no two rows read as one.
    fn hash_after(&self, before: &[u8]) -> Vec<u8> {
        let (seq, at) = (self.seq.to_be_bytes(), self.at.to_be_bytes());
        let parts: [&[u8]; 7] = [
            before,
            &seq,
            self.id.as_bytes(),
            &at,
            self.actor.as_bytes(),
            self.action.as_bytes(),
            self.target.as_bytes(),
        ];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().to_vec()
    }
}

/// What is wrong with the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditFault {
    /// The row of this number does not say what was written, or does not follow the one before it.
    Changed(i64),
    /// The row of this number is gone.
    Missing(i64),
    /// The row of this number was never written by the program.
    Inserted(i64),
    /// So many rows stand outside the chain that were not there when it began.
    Outside(i64),
}

/// What verifying the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditVerified {
    /// How many rows the chain has.
    pub rows: i64,
    /// How many were written before it began: nothing proves them.
    pub unchained: i64,
    /// The hash of its last row: whoever noted it elsewhere knows that the whole chain up to there is as it was.
    pub head: Vec<u8>,
    /// What is wrong, in the order of the rows.
    pub faults: Vec<AuditFault>,
}

fn need_text(need: Uuid) -> String {
    format!("need:{need}")
}

fn structure_text(siret: Siret) -> String {
    format!("structure:{siret}")
}

fn team_text(team: Team) -> String {
    match team {
        Team::Structure(siret) => structure_text(siret),
        Team::Organisation(id) => format!("organisation:{}", id.0),
    }
}

fn territory_text(place: Place) -> String {
    format!("territory:{}", place.code())
}

fn sign_in_text(id: Uuid) -> String {
    format!("sign_in:{id}")
}

fn invitation_text(id: Uuid) -> String {
    format!("administrator_invitation:{id}")
}

fn account_text(AccountId(account): AccountId) -> String {
    format!("account:{account}")
}

fn actor_text(actor: &Actor) -> String {
    match actor {
        Actor::Anyone | Actor::PastLink(_) => "anyone".to_owned(),
        Actor::Operator => "operator".to_owned(),
        Actor::Job => "job".to_owned(),
        Actor::Account(account) => match &account.support {
            None => account_text(account.id),
            Some(support) => {
                format!("{} by {}", account_text(account.id), account_text(support.administrator))
            }
        },
        Actor::Awaited(awaited) => format!("awaited {}", account_text(awaited.id)),
        Actor::Link(grant) => {
            let holder = match grant.holder() {
                Holder::Author(need) => need_text(need),
                Holder::Structure(siret) => structure_text(siret),
                Holder::SignIn(id) => sign_in_text(id),
                Holder::Administrator(id) => invitation_text(id),
            };
            format!("link {} {holder}", grant.code())
        }
    }
}

fn target_text(target: Target) -> String {
    match target {
        Target::Catalogue => "catalogue".to_owned(),
        Target::Administration => "administration".to_owned(),
        Target::AdministratorInvitation(id) => invitation_text(id),
        Target::Need { need, .. } | Target::Answer { need, .. } => need_text(need),
        Target::Interest(interest) => format!("interest:{interest}"),
        Target::Structure(siret) | Target::Fiche { siret, .. } | Target::Trade(siret, _) => {
            structure_text(siret)
        }
        Target::Duplicate { duplicate, kept } => {
            format!("{} {}", structure_text(duplicate), structure_text(kept))
        }
        Target::SignIn(id) => sign_in_text(id),
        Target::Account(account) => account_text(account),
        Target::Favourites { list, .. } => format!("favourites:{list}"),
        Target::Territory(place) => territory_text(place),
        Target::Mandate { mandate, account } => {
            format!("{} {}", territory_text(mandate.place), account_text(account))
        }
        Target::Organisation(id) => team_text(Team::Organisation(id)),
        Target::Colleague { team, account } => {
            format!("{} {}", team_text(team), account_text(account))
        }
    }
}

impl Tx {
    /// Puts a write down.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn audit_add(
        &mut self,
        id: Uuid,
        actor: &Actor,
        action: Action,
        target: Target,
        now: i64,
    ) -> Result<()> {
        let (seq, before): (i64, Vec<u8>) =
            on_tx!(self, c => sqlx::query_as(AUDIT_HEAD_HOLD).fetch_one(c).await)?;
        let (actor, action, target) = (actor_text(actor), action.code().to_owned(), target_text(target));
        let mut row = ChainRow { seq, hash: Vec::new(), id, at: now, actor, action, target };
        row.hash = row.hash_after(&before);
        on_tx!(self, c => sqlx::query(AUDIT_INSERT)
            .bind(row.id).bind(row.at).bind(&row.actor).bind(&row.action).bind(&row.target)
            .bind(row.seq).bind(&row.hash).execute(c).await.map(|_| ()))?;
        on_tx!(self, c => sqlx::query(AUDIT_HEAD_SET).bind(&row.hash).execute(c).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// What was written on something, the first write first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_list(&self, target: Target) -> Result<Vec<AuditRow>> {
        let target = target_text(target);
        Ok(on_read!(self, c => sqlx::query_as(AUDIT_LIST).bind(target).fetch_all(c).await)?)
    }

    /// Reads the whole chain again, and says where it is broken.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_verify(&self) -> Result<AuditVerified> {
        let (rows, head, unchained): (i64, Vec<u8>, i64) =
            on_read!(self, c => sqlx::query_as(AUDIT_HEAD_FETCH).fetch_one(c).await)?;
        let (mut faults, mut beyond) = (Vec::new(), Vec::new());
        let (mut read_to, mut last, mut before) = (0, 0, Vec::new());
        loop {
            let page: Vec<ChainRow> =
                on_read!(self, c => sqlx::query_as(AUDIT_PAGE).bind(read_to).bind(PAGE).fetch_all(c).await)?;
            let is_last = i64::try_from(page.len()).is_ok_and(|read| read < PAGE);
            for row in page {
                read_to = row.seq;
                if row.seq > rows {
                    beyond.push(row.seq);
                    continue;
                }
                faults.extend((last + 1..row.seq).map(AuditFault::Missing));
                // After a gap nothing says what came before.
                if row.seq == last + 1 && row.hash != row.hash_after(&before) {
                    faults.push(AuditFault::Changed(row.seq));
                }
                (last, before) = (row.seq, row.hash);
            }
            if is_last {
                break;
            }
        }
        faults.extend((last + 1..=rows).map(AuditFault::Missing));
        if last == rows && before != head {
            faults.push(AuditFault::Changed(rows));
        }
        // What the program wrote while this was read is no fault: its head knows it by now.
        let (by_now, ..): (i64, Vec<u8>, i64) =
            on_read!(self, c => sqlx::query_as(AUDIT_HEAD_FETCH).fetch_one(c).await)?;
        faults.extend(beyond.into_iter().filter(|seq| *seq > by_now).map(AuditFault::Inserted));
        let outside: i64 = on_read!(self, c => sqlx::query_scalar(AUDIT_UNCHAINED).fetch_one(c).await)?;
        if outside != unchained {
            faults.push(AuditFault::Outside(outside - unchained));
        }
        Ok(AuditVerified { rows, unchained, head, faults })
    }

    /// Whether a row of the chain has that hash, in hexadecimal digits as [`AuditVerified::head`] is printed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_holds(&self, hash: &str) -> Result<bool> {
        let digits =
            hash.trim().as_bytes().chunks(2).map(|pair| {
                std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok())
            });
        let Some(hash) = digits.collect::<Option<Vec<u8>>>() else { return Ok(false) };
        let found: i64 = on_read!(self, c => sqlx::query_scalar(AUDIT_HOLDS).bind(hash).fetch_one(c).await)?;
        Ok(found > 0)
    }

    /// What somebody who writes into the database by hand would do: for tests.
    ///
    /// # Errors
    /// When the database refuses.
    #[doc(hidden)]
    pub async fn tamper(&self, sql: &'static str) -> Result<()> {
        let mut tx = self.begin().await?;
        on_tx!(tx, c => sqlx::query(sql).execute(c).await.map(|_| ()))?;
        tx.commit().await
    }
}
