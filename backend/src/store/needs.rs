//! Needs and their versions, what structures were told of their lots, and what they answered.

use super::organisations::{organisation_id, organisation_text};
use super::{ChangeKind, Store, Tx, on_read, on_tx};
use crate::clock;
use crate::error::Result;
use domain::access::{AccountId, OrganisationId};
use domain::email::EmailAddress;
use domain::matching::{Explained, Habit};
use domain::need::{Answer, Award, LotDraft, LotKey, Need, NeedDraft, NeedStatus, Reply};
use domain::siret::Siret;
use std::collections::HashSet;
use uuid::Uuid;

/// Number of the version that is being written; those that were published begin at 1.
const PREPARED: i64 = 0;
/// The shape in which versions are written: raised when a field changes its meaning. Those without number are of shape 1,
/// which held the address of the author; those of 2 had one vehicle where a lot carries several considerations now. All
/// still read.
const SHAPE: u32 = 3;

macro_rules! need_columns {
    ($rest:literal) => {
        concat!(
            "SELECT n.id, n.author_email, a.account_id, n.status, n.version, n.created_at, n.published_at, n.ended_at, n.withdrawn_at, n.link_number, n.awards, n.organisation_id, v.document FROM need n ",
            "JOIN need_version v ON v.need_id = n.id AND v.number = n.version ",
            "LEFT JOIN account_address a ON a.mailbox = lower(n.author_email) ",
            $rest
        )
    };
}

const NEED_INSERT: &str = "INSERT INTO need (id, status, version, created_at, author_email, buyer_siret, organisation_id) VALUES ($1, $2, $3, $4, $5, $6, $7)";
// What is read after it in the same transaction stays true until its end.
const NEED_HOLD: &str = "UPDATE need SET version = version WHERE id = $1";
const NEED_FETCH: &str = need_columns!("WHERE n.id = $1");
const NEED_LIST: &str = need_columns!(
    "WHERE n.published_at IS NOT NULL AND n.withdrawn_at IS NULL ORDER BY n.published_at DESC, n.id"
);
const NEED_OF_ACCOUNT: &str = need_columns!(
    "WHERE lower(n.author_email) IN (SELECT mailbox FROM account_address WHERE account_id = $1) ORDER BY n.created_at DESC, n.id LIMIT $2"
);
const NEED_OF_ORGANISATION: &str =
    need_columns!("WHERE n.organisation_id = $1 ORDER BY n.created_at DESC, n.id LIMIT $2");
const ANSWERED_NEEDS: &str = "SELECT DISTINCT need_id FROM lot_answer WHERE siret = $1";
const NEED_FORGET_DRAFT: &str = "DELETE FROM need WHERE id = $1 AND published_at IS NULL";
const NEED_FORGET_AUTHOR: &str = "UPDATE need SET author_email = NULL WHERE id = $1";
const NEED_PUBLISH: &str = "UPDATE need SET status = 'published', version = 1, published_at = $2, buyer_siret = $3 WHERE id = $1 AND published_at IS NULL";
const NEED_REVISE: &str =
    "UPDATE need SET version = $2, buyer_siret = $3 WHERE id = $1 AND published_at IS NOT NULL";
pub(super) const NEED_LINK_NUMBER: &str = "SELECT link_number FROM need WHERE id = $1";
pub(super) const NEED_LINKS_REVOKE: &str = "UPDATE need SET link_number = link_number + 1 WHERE id = $1";
const NEED_ASK: &str = "UPDATE need SET status = 'to_confirm' WHERE id = $1 AND published_at IS NULL";
const NEED_AWARD: &str = "UPDATE need SET awards = $2 WHERE id = $1";
const NEED_END: &str =
    "UPDATE need SET status = $2, ended_at = $3 WHERE id = $1 AND published_at IS NOT NULL AND status <> $2";
const VERSION_SAVE: &str = "INSERT INTO need_version (need_id, number, document, saved_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (need_id, number) DO UPDATE SET document = excluded.document, saved_at = excluded.saved_at";
const VERSION_DROP: &str = "DELETE FROM need_version WHERE need_id = $1 AND number = $2";
const VERSION_FETCH: &str = "SELECT document FROM need_version WHERE need_id = $1 AND number = $2";
const VERSION_LIST: &str =
    "SELECT number, document, saved_at FROM need_version WHERE need_id = $1 AND number > 0 ORDER BY number";
const MATCH_INSERT: &str = "INSERT INTO lot_match (need_id, lot, siret, score, reasons, rules_version, told_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (need_id, lot, siret) DO NOTHING";
const MATCH_LIST: &str = "SELECT lot, siret, score, reasons, rules_version, told_at FROM lot_match WHERE need_id = $1 ORDER BY lot, score DESC, siret";
const MATCH_NEEDS: &str = "SELECT DISTINCT need_id FROM lot_match WHERE siret = $1";
const MATCH_COUNTS: &str =
    "SELECT need_id, COUNT(DISTINCT siret) FROM lot_match WHERE need_id BETWEEN $1 AND $2 GROUP BY need_id";
const MATCH_LOT_COUNTS: &str =
    "SELECT need_id, lot, COUNT(*) FROM lot_match WHERE need_id BETWEEN $1 AND $2 GROUP BY need_id, lot";
const HABIT_LIST: &str = "SELECT m.siret, COUNT(*), COUNT(a.need_id) \
     FROM (SELECT DISTINCT need_id, siret FROM lot_match WHERE told_at >= $1 AND told_at < $2) m \
     LEFT JOIN (SELECT DISTINCT need_id, siret FROM lot_answer) a ON a.need_id = m.need_id AND a.siret = m.siret GROUP BY m.siret";
const ANSWER_UPSERT: &str = "INSERT INTO lot_answer (need_id, lot, siret, answer, message, replies, answered_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (need_id, lot, siret) DO UPDATE SET answer = excluded.answer, \
     message = excluded.message, replies = excluded.replies, answered_at = excluded.answered_at";
const AUTHOR_INTEREST: &str = "SELECT COUNT(*) FROM lot_answer a JOIN need n ON n.id = a.need_id \
     WHERE a.answer = 'interested' AND lower(n.author_email) = lower($1)";
const ANSWER_LIST: &str = "SELECT lot, siret, answer, message, replies, answered_at FROM lot_answer WHERE need_id = $1 ORDER BY answered_at, siret, lot";
const ANSWER_COUNTS: &str = "SELECT need_id, COUNT(DISTINCT siret) FROM lot_answer \
     WHERE answer = 'interested' AND need_id BETWEEN $1 AND $2 GROUP BY need_id";
const ANSWER_LOT_COUNTS: &str = "SELECT need_id, lot, COUNT(*) FROM lot_answer \
     WHERE answer = 'interested' AND need_id BETWEEN $1 AND $2 GROUP BY need_id, lot";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("NEED_INSERT", NEED_INSERT),
    ("NEED_HOLD", NEED_HOLD),
    ("NEED_FETCH", NEED_FETCH),
    ("NEED_LIST", NEED_LIST),
    ("NEED_OF_ACCOUNT", NEED_OF_ACCOUNT),
    ("NEED_OF_ORGANISATION", NEED_OF_ORGANISATION),
    ("ANSWERED_NEEDS", ANSWERED_NEEDS),
    ("NEED_FORGET_DRAFT", NEED_FORGET_DRAFT),
    ("NEED_FORGET_AUTHOR", NEED_FORGET_AUTHOR),
    ("NEED_PUBLISH", NEED_PUBLISH),
    ("NEED_REVISE", NEED_REVISE),
    ("NEED_LINK_NUMBER", NEED_LINK_NUMBER),
    ("NEED_LINKS_REVOKE", NEED_LINKS_REVOKE),
    ("NEED_ASK", NEED_ASK),
    ("NEED_AWARD", NEED_AWARD),
    ("NEED_END", NEED_END),
    ("VERSION_SAVE", VERSION_SAVE),
    ("VERSION_DROP", VERSION_DROP),
    ("VERSION_FETCH", VERSION_FETCH),
    ("VERSION_LIST", VERSION_LIST),
    ("MATCH_INSERT", MATCH_INSERT),
    ("MATCH_LIST", MATCH_LIST),
    ("MATCH_NEEDS", MATCH_NEEDS),
    ("MATCH_COUNTS", MATCH_COUNTS),
    ("MATCH_LOT_COUNTS", MATCH_LOT_COUNTS),
    ("HABIT_LIST", HABIT_LIST),
    ("ANSWER_UPSERT", ANSWER_UPSERT),
    ("AUTHOR_INTEREST", AUTHOR_INTEREST),
    ("ANSWER_LIST", ANSWER_LIST),
    ("ANSWER_COUNTS", ANSWER_COUNTS),
    ("ANSWER_LOT_COUNTS", ANSWER_LOT_COUNTS),
];

/// What a document says of a need, as what is being written of it.
fn prepared_of(need: &Need, document: &str) -> Option<NeedDraft> {
    let draft = document_read(need.id, document)?;
    Some(NeedDraft { published: need.draft.published, ..draft })
}

#[derive(sqlx::FromRow)]
struct NeedRow {
    id: Uuid,
    author_email: Option<String>,
    account_id: Option<Uuid>,
    status: String,
    version: i64,
    created_at: i64,
    published_at: Option<i64>,
    ended_at: Option<i64>,
    withdrawn_at: Option<i64>,
    link_number: i64,
    awards: String,
    organisation_id: Option<String>,
    document: String,
}

impl NeedRow {
    /// `None` when the document is not one of a need, which the store never writes.
    fn into_domain(self) -> Option<Need> {
        let draft = document_read(self.id, &self.document)?;
        Some(Need {
            id: self.id,
            author: self.author_email.and_then(|address| EmailAddress::parse(&address).ok()),
            account: self.account_id.map(AccountId),
            organisation: self.organisation_id.as_deref().and_then(organisation_id),
            draft: NeedDraft {
                published: self.published_at.map(|at| clock::day_at(at, &draft.place)),
                ..draft
            },
            status: NeedStatus::parse(&self.status)?,
            version: self.version,
            link_number: self.link_number,
            created_at: self.created_at,
            published_at: self.published_at,
            ended_at: self.ended_at,
            withdrawn_at: self.withdrawn_at,
            awards: serde_json::from_str(&self.awards).unwrap_or_default(),
        })
    }
}

fn document_read(need: Uuid, document: &str) -> Option<NeedDraft> {
    let read = serde_json::from_str::<NeedDraft>(document);
    let read = read.inspect_err(|error| tracing::warn!(%need, %error, "a version of a need cannot be read"));
    let mut draft = read.ok()?;
    draft.lots.iter_mut().for_each(LotDraft::vehicle_settle);
    Some(draft)
}

/// A version, with the number of the shape in which it is written.
#[derive(serde::Serialize)]
struct Document<'a> {
    shape: u32,
    #[serde(flatten)]
    draft: &'a NeedDraft,
}

fn document_of(draft: &NeedDraft) -> Result<String> {
    Ok(serde_json::to_string(&Document { shape: SHAPE, draft }).map_err(anyhow::Error::from)?)
}

/// A published version of a need.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedVersion {
    /// Its number, from 1.
    pub number: i64,
    /// What it says.
    pub draft: NeedDraft,
    /// When it was published, in seconds since 1970.
    pub saved_at: i64,
}

/// What a structure was told of a lot.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchRow {
    /// Which lot.
    pub lot: LotKey,
    /// Which structure.
    pub siret: Siret,
    /// Its score at that moment.
    pub score: u8,
    /// Why.
    pub reasons: Vec<Explained>,
    /// Version of the rules that gave them.
    pub rules_version: i64,
    /// When, in seconds since 1970.
    pub told_at: i64,
}

/// A stored answer to a lot.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerRow {
    /// Which lot.
    pub lot: LotKey,
    /// Who answered.
    pub siret: Siret,
    /// What.
    pub answer: Answer,
    /// In its own words; may be empty.
    pub message: String,
    /// To questions of the need.
    pub replies: Vec<Reply>,
    /// When, in seconds since 1970.
    pub answered_at: i64,
}

/// How many structures, by need and by lot.
#[derive(Debug, Default)]
pub struct NeedCounts {
    /// Structures told of a need, whatever the lot.
    pub told: Vec<(Uuid, i64)>,
    /// Structures told of each lot.
    pub told_of_lot: Vec<(Uuid, i64, i64)>,
    /// Structures interested in a need, whatever the lot.
    pub interested: Vec<(Uuid, i64)>,
    /// Structures interested in each lot.
    pub interested_in_lot: Vec<(Uuid, i64, i64)>,
    /// By need: structures that were asked whether it is their trade.
    pub asked: Vec<(Uuid, i64)>,
}

fn buyer_siret(draft: &NeedDraft) -> Option<String> {
    draft.buyer.siret.map(|siret| siret.to_string())
}

/// Lot, SIRET, answer, message, replies, moment.
type AnswerColumns = (i64, String, String, String, String, i64);

/// `None` when something of it is not what the store writes.
fn answer_row(need: Uuid, columns: AnswerColumns) -> Option<AnswerRow> {
    let (lot, siret, answer, message, replies, answered_at) = columns;
    Some(AnswerRow {
        lot: lot_key(lot)?,
        siret: Siret::kept(&siret)?,
        answer: Answer::parse(&answer)?,
        message,
        replies: serde_json::from_str(&replies)
            .inspect_err(|error| tracing::warn!(%need, siret, %error, "replies cannot be read"))
            .unwrap_or_default(),
        answered_at,
    })
}

pub(super) fn lot_key(lot: i64) -> Option<LotKey> {
    u32::try_from(lot).ok().map(LotKey)
}

impl Tx {
    /// Writes a new need, its content as the version that is being written.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_insert(&mut self, need: &Need) -> Result<()> {
        on_tx!(self, c => sqlx::query(NEED_INSERT)
            .bind(need.id).bind(need.status.code()).bind(PREPARED).bind(need.created_at)
            .bind(need.author.as_ref().map(EmailAddress::as_str)).bind(buyer_siret(&need.draft))
            .bind(need.organisation.map(organisation_text)).execute(c).await.map(|_| ()))?;
        self.need_prepare(need.id, &need.draft, need.created_at).await
    }

    /// A need, held: nobody else writes it before this transaction ends. With what is being written of it, if
    /// something is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn need_hold(&mut self, id: Uuid) -> Result<Option<(Need, Option<NeedDraft>)>> {
        on_tx!(self, c => sqlx::query(NEED_HOLD).bind(id).execute(c).await.map(|_| ()))?;
        let row: Option<NeedRow> =
            on_tx!(self, c => sqlx::query_as(NEED_FETCH).bind(id).fetch_optional(c).await)?;
        let Some(need) = row.and_then(NeedRow::into_domain) else { return Ok(None) };
        let document: Option<String> = on_tx!(self, c => sqlx::query_scalar(VERSION_FETCH).bind(id).bind(PREPARED).fetch_optional(c).await)?;
        let prepared = document.and_then(|document| prepared_of(&need, &document));
        Ok(Some((need, prepared)))
    }

    /// Keeps what is being written of a need; of a published one, beside what is published.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_prepare(&mut self, id: Uuid, draft: &NeedDraft, now: i64) -> Result<()> {
        self.version_save(id, PREPARED, draft, now).await
    }

    async fn version_save(&mut self, id: Uuid, number: i64, draft: &NeedDraft, now: i64) -> Result<()> {
        let document = document_of(draft)?;
        on_tx!(self, c => sqlx::query(VERSION_SAVE)
            .bind(id).bind(number).bind(document).bind(now).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Forgets what was being written of a published need.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_prepared_drop(&mut self, id: Uuid) -> Result<()> {
        on_tx!(self, c => sqlx::query(VERSION_DROP).bind(id).bind(PREPARED).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Says that the author of a need was sent the link that publishes it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_ask(&mut self, id: Uuid) -> Result<()> {
        on_tx!(self, c => sqlx::query(NEED_ASK).bind(id).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Publishes a need as `draft`, its first version; `false` when it was already published.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_publish(&mut self, id: Uuid, draft: &NeedDraft, now: i64) -> Result<bool> {
        let changed = on_tx!(self, c => sqlx::query(NEED_PUBLISH).bind(id).bind(now).bind(buyer_siret(draft)).execute(c).await.map(|r| r.rows_affected()))?;
        if changed == 1 {
            self.version_save(id, 1, draft, now).await?;
            self.need_prepared_drop(id).await?;
            self.outbox_push(ChangeKind::Need, &[id.to_string()], now).await?;
        }
        Ok(changed == 1)
    }

    /// Publishes `draft` as the next version of a published need that is held; the number of that version.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_revise(&mut self, held: &Need, draft: &NeedDraft, now: i64) -> Result<i64> {
        let (id, version) = (held.id, held.version + 1);
        on_tx!(self, c => sqlx::query(NEED_REVISE).bind(id).bind(version).bind(buyer_siret(draft)).execute(c).await.map(|_| ()))?;
        self.version_save(id, version, draft, now).await?;
        self.need_prepared_drop(id).await?;
        self.outbox_push(ChangeKind::Need, &[id.to_string()], now).await?;
        Ok(version)
    }

    /// Keeps which lots of a need are awarded.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_award(&mut self, id: Uuid, awards: &[Award], now: i64) -> Result<()> {
        let awards = serde_json::to_string(awards).map_err(anyhow::Error::from)?;
        on_tx!(self, c => sqlx::query(NEED_AWARD).bind(id).bind(awards).execute(c).await.map(|_| ()))?;
        self.outbox_push(ChangeKind::Need, &[id.to_string()], now).await
    }

    /// Sets what became of a published need; `false` when it was already so.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_end(&mut self, id: Uuid, status: NeedStatus, now: i64) -> Result<bool> {
        let ended_at = (status != NeedStatus::Published).then_some(now);
        let changed = on_tx!(self, c => sqlx::query(NEED_END).bind(id).bind(status.code()).bind(ended_at)
            .execute(c).await.map(|r| r.rows_affected()))?;
        if changed == 1 {
            self.outbox_push(ChangeKind::Need, &[id.to_string()], now).await?;
        }
        Ok(changed == 1)
    }

    /// Forgets who wrote a need: one that was never published goes with its author.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn need_forget_author(&mut self, id: Uuid, now: i64) -> Result<()> {
        let gone = on_tx!(self, c => sqlx::query(NEED_FORGET_DRAFT).bind(id).execute(c).await.map(|r| r.rows_affected()))?;
        if gone == 0 {
            on_tx!(self, c => sqlx::query(NEED_FORGET_AUTHOR).bind(id).execute(c).await.map(|_| ()))?;
            self.outbox_push(ChangeKind::Need, &[id.to_string()], now).await?;
        }
        Ok(())
    }

    /// Keeps what a structure is told; the first time counts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn match_insert(&mut self, need: Uuid, row: &MatchRow) -> Result<()> {
        let reasons = serde_json::to_string(&row.reasons).map_err(anyhow::Error::from)?;
        on_tx!(self, c => sqlx::query(MATCH_INSERT)
            .bind(need).bind(i64::from(row.lot.0)).bind(row.siret.as_str()).bind(i64::from(row.score)).bind(reasons)
            .bind(row.rules_version).bind(row.told_at)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// What a structure has answered to a need.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn answers_of(&mut self, need: Uuid, siret: Siret) -> Result<Vec<AnswerRow>> {
        let rows: Vec<AnswerColumns> =
            on_tx!(self, c => sqlx::query_as(ANSWER_LIST).bind(need).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .filter_map(|row| answer_row(need, row))
            .filter(|row| row.siret == siret)
            .collect())
    }

    /// Keeps the answer of a structure to a lot; a later one replaces it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn answer_save(&mut self, need: Uuid, row: &AnswerRow) -> Result<()> {
        let replies = serde_json::to_string(&row.replies).map_err(anyhow::Error::from)?;
        on_tx!(self, c => sqlx::query(ANSWER_UPSERT)
            .bind(need).bind(i64::from(row.lot.0)).bind(row.siret.as_str()).bind(row.answer.code()).bind(&row.message)
            .bind(replies).bind(row.answered_at)
            .execute(c).await.map(|_| ()))?;
        self.outbox_push(ChangeKind::Need, &[need.to_string()], row.answered_at).await
    }
}

impl Store {
    /// A need, whatever its status; `None` when there is none of this id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn need_fetch(&self, id: Uuid) -> Result<Option<Need>> {
        let row: Option<NeedRow> =
            on_read!(self, c => sqlx::query_as(NEED_FETCH).bind(id).fetch_optional(c).await)?;
        Ok(row.and_then(NeedRow::into_domain))
    }

    /// What is being written of a need; `None` when nothing is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn need_prepared(&self, need: &Need) -> Result<Option<NeedDraft>> {
        let document: Option<String> = on_read!(self, c => sqlx::query_scalar(VERSION_FETCH).bind(need.id).bind(PREPARED).fetch_optional(c).await)?;
        Ok(document.and_then(|document| prepared_of(need, &document)))
    }

    /// Every published version of a need, the first one first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn version_list(&self, id: Uuid) -> Result<Vec<NeedVersion>> {
        let rows: Vec<(i64, String, i64)> =
            on_read!(self, c => sqlx::query_as(VERSION_LIST).bind(id).fetch_all(c).await)?;
        let versions = rows.into_iter().filter_map(|(number, document, saved_at)| {
            Some(NeedVersion { number, draft: document_read(id, &document)?, saved_at })
        });
        Ok(versions.collect())
    }

    /// Every published need, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn need_list(&self) -> Result<Vec<Need>> {
        let rows: Vec<NeedRow> = on_read!(self, c => sqlx::query_as(NEED_LIST).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(NeedRow::into_domain).collect())
    }

    /// The needs that an account's addresses wrote, the newest first, so many at most.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn need_of_account(&self, account: AccountId, most: i64) -> Result<Vec<Need>> {
        let rows: Vec<NeedRow> = on_read!(self, c => sqlx::query_as(NEED_OF_ACCOUNT)
            .bind(account.0).bind(most).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(NeedRow::into_domain).collect())
    }

    /// The needs that are shared with the members of an organisation, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn need_of_organisation(&self, id: OrganisationId, most: i64) -> Result<Vec<Need>> {
        let rows: Vec<NeedRow> = on_read!(self, c => sqlx::query_as(NEED_OF_ORGANISATION)
            .bind(organisation_text(id)).bind(most).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(NeedRow::into_domain).collect())
    }

    /// The needs that a structure answered, whatever the lot.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn answered_needs(&self, siret: Siret) -> Result<Vec<Uuid>> {
        Ok(on_read!(self, c => sqlx::query_scalar(ANSWERED_NEEDS).bind(siret.as_str()).fetch_all(c).await)?)
    }

    /// What structures were told of a need, lot by lot, best first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn match_list(&self, need: Uuid) -> Result<Vec<MatchRow>> {
        let rows: Vec<(i64, String, i64, String, i64, i64)> =
            on_read!(self, c => sqlx::query_as(MATCH_LIST).bind(need).fetch_all(c).await)?;
        let whole = rows.into_iter().filter_map(|(lot, siret, score, reasons, rules_version, told_at)| {
            Some(MatchRow {
                lot: lot_key(lot)?,
                siret: Siret::kept(&siret)?,
                score: u8::try_from(score).ok()?,
                reasons: serde_json::from_str(&reasons).ok()?,
                rules_version,
                told_at,
            })
        });
        Ok(whole.collect())
    }

    /// The needs of which a structure was ever told.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn match_needs(&self, siret: Siret) -> Result<HashSet<Uuid>> {
        let needs: Vec<Uuid> =
            on_read!(self, c => sqlx::query_scalar(MATCH_NEEDS).bind(siret.as_str()).fetch_all(c).await)?;
        Ok(needs.into_iter().collect())
    }

    /// How many needs each structure was told of between two moments, and how many of these it answered since.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn habit_list(&self, from: i64, to: i64) -> Result<Vec<(Siret, Habit)>> {
        let rows: Vec<(String, i64, i64)> =
            on_read!(self, c => sqlx::query_as(HABIT_LIST).bind(from).bind(to).fetch_all(c).await)?;
        let whole = rows.into_iter().filter_map(|(siret, told, answered)| {
            let habit = Habit { told: u32::try_from(told).ok()?, answered: u32::try_from(answered).ok()? };
            Some((Siret::kept(&siret)?, habit))
        });
        Ok(whole.collect())
    }

    /// How many answers « intéressé » all needs of an address got; none for one that was erased.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn author_interest(&self, author: Option<&EmailAddress>) -> Result<i64> {
        let Some(author) = author.map(EmailAddress::as_str) else { return Ok(0) };
        Ok(on_read!(self, c => sqlx::query_scalar(AUTHOR_INTEREST).bind(author).fetch_one(c).await)?)
    }

    /// The answers to a need, in their order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn answer_list(&self, need: Uuid) -> Result<Vec<AnswerRow>> {
        let rows: Vec<AnswerColumns> =
            on_read!(self, c => sqlx::query_as(ANSWER_LIST).bind(need).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(|row| answer_row(need, row)).collect())
    }

    /// How many structures were told, and how many are interested, by need and by lot; of one need, or of all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn need_counts(&self, only: Option<Uuid>) -> Result<NeedCounts> {
        let (from, to) = only.map_or((Uuid::nil(), Uuid::max()), |id| (id, id));
        macro_rules! counted {
            ($sql:expr) => {
                on_read!(self, c => sqlx::query_as($sql).bind(from).bind(to).fetch_all(c).await)?
            };
        }
        Ok(NeedCounts {
            told: counted!(MATCH_COUNTS),
            told_of_lot: counted!(MATCH_LOT_COUNTS),
            interested: counted!(ANSWER_COUNTS),
            interested_in_lot: counted!(ANSWER_LOT_COUNTS),
            asked: counted!(super::questions::QUESTION_COUNTS),
        })
    }
}
