//! Needs, what structures were told of them, and what they answered.

use super::{ChangeKind, Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::email::EmailAddress;
use domain::legal::Reservation;
use domain::matching::{Explained, Lot};
use domain::need::NeedDraft;
use domain::sector::Sectors;
use domain::siret::Siret;
use domain::structure::{KindSet, Mode};
use domain::territory::Place;
use jiff::civil::Date;
use uuid::Uuid;

macro_rules! need_columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, title, description, place, deadline, email, buyer, sectors, reservation, mode, ",
            "hours_per_month, status, created_at, published_at FROM need ",
            $rest
        )
    };
}

const NEED_INSERT: &str = "INSERT INTO need (id, title, description, place, deadline, email, buyer, sectors, reservation, mode, \
     hours_per_month, status, created_at, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const NEED_FETCH: &str = need_columns!("WHERE id = $1");
const NEED_LIST: &str = need_columns!("WHERE status <> 'unconfirmed' ORDER BY published_at DESC, id");
const NEED_PUBLISH: &str =
    "UPDATE need SET status = 'open', published_at = $2 WHERE id = $1 AND status = 'unconfirmed'";
const MATCH_INSERT: &str = "INSERT INTO need_match (need_id, siret, score, reasons, rules_version, told_at) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (need_id, siret) DO NOTHING";
const MATCH_LIST: &str = "SELECT siret, score, reasons, rules_version, told_at FROM need_match WHERE need_id = $1 ORDER BY score DESC, siret";
const MATCH_COUNTS: &str = "SELECT need_id, COUNT(*) FROM need_match GROUP BY need_id";
const ANSWER_UPSERT: &str = "INSERT INTO answer (need_id, siret, answer, message, answered_at) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (need_id, siret) DO UPDATE SET answer = excluded.answer, message = excluded.message, answered_at = excluded.answered_at";
const ANSWER_LIST: &str =
    "SELECT siret, answer, message, answered_at FROM answer WHERE need_id = $1 ORDER BY answered_at, siret";
const ANSWER_COUNTS: &str =
    "SELECT need_id, COUNT(*) FROM answer WHERE answer = 'interested' GROUP BY need_id";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("NEED_INSERT", NEED_INSERT),
    ("NEED_FETCH", NEED_FETCH),
    ("NEED_LIST", NEED_LIST),
    ("NEED_PUBLISH", NEED_PUBLISH),
    ("MATCH_INSERT", MATCH_INSERT),
    ("MATCH_LIST", MATCH_LIST),
    ("MATCH_COUNTS", MATCH_COUNTS),
    ("ANSWER_UPSERT", ANSWER_UPSERT),
    ("ANSWER_LIST", ANSWER_LIST),
    ("ANSWER_COUNTS", ANSWER_COUNTS),
];

/// Where a need stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeedStatus {
    /// Its author has not confirmed it from the mail: only the author's link knows it.
    Unconfirmed,
    /// Published. After its deadline it is shown as closed.
    Open,
}

impl NeedStatus {
    fn code(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::Open => "open",
        }
    }
}

/// A stored need.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// Its id.
    pub id: Uuid,
    /// What it asks.
    pub draft: NeedDraft,
    /// Where it stands.
    pub status: NeedStatus,
    /// When it was sent, in seconds since 1970.
    pub created_at: i64,
    /// When it was confirmed.
    pub published_at: Option<i64>,
}

impl Need {
    /// Whether it is published and answers are still welcome on that day.
    #[must_use]
    pub fn is_open(&self, today: Date) -> bool {
        self.status == NeedStatus::Open && self.draft.deadline >= today
    }

    /// What is matched.
    #[must_use]
    pub fn lot(&self) -> Lot {
        lot_of(&self.draft)
    }

    /// What tells its ties apart from those of other needs.
    #[must_use]
    pub fn seed(&self) -> [u8; 16] {
        *self.id.as_bytes()
    }
}

/// The lot of a draft: what a need asks, as matching sees it.
#[must_use]
pub fn lot_of(draft: &NeedDraft) -> Lot {
    Lot {
        sectors: draft.sectors.clone(),
        place: draft.place,
        reservation: draft.reservation,
        kinds: KindSet::EMPTY,
        mode: draft.mode,
        hours_per_month: draft.hours_per_month,
        text: draft.title.clone(),
    }
}

#[derive(sqlx::FromRow)]
struct NeedRow {
    id: Uuid,
    title: String,
    description: String,
    place: String,
    deadline: String,
    email: String,
    buyer: String,
    sectors: String,
    reservation: String,
    mode: String,
    hours_per_month: Option<i64>,
    status: String,
    created_at: i64,
    published_at: Option<i64>,
}

impl NeedRow {
    /// `None` when its place or sectors left the reference data since it was written.
    fn into_domain(self) -> Option<Need> {
        let sectors = self.sectors.split('|').filter_map(|s| Sectors::get().parse(s).ok()).collect();
        let draft = NeedDraft {
            title: self.title,
            description: self.description,
            place: Place::parse(&self.place).ok()?,
            deadline: domain::date::parse(&self.deadline)?,
            email: EmailAddress::parse(&self.email).ok()?,
            buyer: self.buyer,
            sectors,
            reservation: Reservation::parse(&self.reservation)?,
            mode: Mode::parse(&self.mode),
            hours_per_month: self.hours_per_month.and_then(|h| u32::try_from(h).ok()),
        };
        let status =
            if self.status == NeedStatus::Open.code() { NeedStatus::Open } else { NeedStatus::Unconfirmed };
        Some(Need {
            id: self.id,
            draft,
            status,
            created_at: self.created_at,
            published_at: self.published_at,
        })
    }
}

/// What a structure was told.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchRow {
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

/// What a structure says to a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// « Intéressé ».
    Interested,
    /// « Pas cette fois ».
    Declined,
}

impl Answer {
    /// The code in links and in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Interested => "interested",
            Self::Declined => "declined",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Interested, Self::Declined].into_iter().find(|a| a.code() == text)
    }

    /// The words on buttons and tags.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Interested => "Intéressée",
            Self::Declined => "Pas cette fois",
        }
    }
}

/// A stored answer.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerRow {
    /// Who answered.
    pub siret: Siret,
    /// What.
    pub answer: Answer,
    /// In its own words; may be empty.
    pub message: String,
    /// When, in seconds since 1970.
    pub answered_at: i64,
}

impl Tx {
    /// Writes a new need.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_insert(&mut self, need: &Need) -> Result<()> {
        let d = &need.draft;
        let sectors: Vec<&str> = d.sectors.iter().map(|s| s.slug()).collect();
        on_tx!(self, c => sqlx::query(NEED_INSERT)
            .bind(need.id).bind(&d.title).bind(&d.description).bind(d.place.code()).bind(d.deadline.to_string())
            .bind(d.email.as_str()).bind(&d.buyer).bind(sectors.join("|")).bind(d.reservation.code())
            .bind(d.mode.map_or("", Mode::code)).bind(d.hours_per_month.map(i64::from)).bind(need.status.code())
            .bind(need.created_at).bind(need.published_at)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Publishes a need; `false` when it was already.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_publish(&mut self, id: Uuid, now: i64) -> Result<bool> {
        let changed = on_tx!(self, c => sqlx::query(NEED_PUBLISH).bind(id).bind(now).execute(c).await.map(|r| r.rows_affected()))?;
        if changed == 1 {
            self.outbox_push(ChangeKind::Need, &[id.to_string()], now).await?;
        }
        Ok(changed == 1)
    }

    /// Keeps what a structure is told; the first time counts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn match_insert(&mut self, need: Uuid, row: &MatchRow) -> Result<()> {
        let reasons = serde_json::to_string(&row.reasons).map_err(anyhow::Error::from)?;
        on_tx!(self, c => sqlx::query(MATCH_INSERT)
            .bind(need).bind(row.siret.as_str()).bind(i64::from(row.score)).bind(reasons)
            .bind(row.rules_version).bind(row.told_at)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps the answer of a structure; a later one replaces it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn answer_save(&mut self, need: Uuid, row: &AnswerRow) -> Result<()> {
        on_tx!(self, c => sqlx::query(ANSWER_UPSERT)
            .bind(need).bind(row.siret.as_str()).bind(row.answer.code()).bind(&row.message).bind(row.answered_at)
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

    /// Every published need, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn need_list(&self) -> Result<Vec<Need>> {
        let rows: Vec<NeedRow> = on_read!(self, c => sqlx::query_as(NEED_LIST).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(NeedRow::into_domain).collect())
    }

    /// What structures were told of a need, best first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn match_list(&self, need: Uuid) -> Result<Vec<MatchRow>> {
        let rows: Vec<(String, i64, String, i64, i64)> =
            on_read!(self, c => sqlx::query_as(MATCH_LIST).bind(need).fetch_all(c).await)?;
        let whole = rows.into_iter().filter_map(|(siret, score, reasons, rules_version, told_at)| {
            Some(MatchRow {
                siret: Siret::parse(&siret).ok()?,
                score: u8::try_from(score).ok()?,
                reasons: serde_json::from_str(&reasons).ok()?,
                rules_version,
                told_at,
            })
        });
        Ok(whole.collect())
    }

    /// How many structures were told of each need.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn match_counts(&self) -> Result<Vec<(Uuid, i64)>> {
        Ok(on_read!(self, c => sqlx::query_as(MATCH_COUNTS).fetch_all(c).await)?)
    }

    /// The answers to a need, in their order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn answer_list(&self, need: Uuid) -> Result<Vec<AnswerRow>> {
        let rows: Vec<(String, String, String, i64)> =
            on_read!(self, c => sqlx::query_as(ANSWER_LIST).bind(need).fetch_all(c).await)?;
        let whole = rows.into_iter().filter_map(|(siret, answer, message, answered_at)| {
            let (siret, answer) = (Siret::parse(&siret).ok()?, Answer::parse(&answer)?);
            Some(AnswerRow { siret, answer, message, answered_at })
        });
        Ok(whole.collect())
    }

    /// How many structures said that they are interested, for each need.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn answer_counts(&self) -> Result<Vec<(Uuid, i64)>> {
        Ok(on_read!(self, c => sqlx::query_as(ANSWER_COUNTS).fetch_all(c).await)?)
    }
}
