//! « Est-ce votre métier ? »: what structures of which nothing is known were asked, and what they answered.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::sector::{SectorIx, Sectors};
use domain::siret::Siret;
use domain::structure::Mode;
use uuid::Uuid;

const QUESTION_RECENT: &str =
    "SELECT COUNT(*) FROM trade_question WHERE siret = $1 AND (asked_at > $2 OR sector = $3)";
const QUESTION_INSERT: &str = "INSERT INTO trade_question (siret, sector, mode, need_id, asked_at) \
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (siret, sector) DO NOTHING";
const QUESTION_ANSWER: &str =
    "UPDATE trade_question SET answer = $3, answered_at = $4 WHERE siret = $1 AND sector = $2";
const QUESTION_FETCH: &str =
    "SELECT mode, need_id, asked_at, answer FROM trade_question WHERE siret = $1 AND sector = $2";
pub(super) const QUESTION_COUNTS: &str =
    "SELECT need_id, COUNT(*) FROM trade_question WHERE need_id BETWEEN $1 AND $2 GROUP BY need_id";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("QUESTION_RECENT", QUESTION_RECENT),
    ("QUESTION_INSERT", QUESTION_INSERT),
    ("QUESTION_ANSWER", QUESTION_ANSWER),
    ("QUESTION_FETCH", QUESTION_FETCH),
    ("QUESTION_COUNTS", QUESTION_COUNTS),
];

/// What a structure says when it is asked whether something is its trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TradeAnswer {
    /// It does this.
    Yes,
    /// It does not.
    No,
}

impl TradeAnswer {
    /// The code that the database keeps and links carry.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Yes => "oui",
            Self::No => "non",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Yes, Self::No].into_iter().find(|answer| answer.code() == text)
    }
}

/// A question that a structure was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeQuestion {
    /// Whom.
    pub siret: Siret,
    /// Whether it works in this sector…
    pub sector: SectorIx,
    /// … in this mode.
    pub mode: Mode,
    /// For which need; `None` when that is gone.
    pub need: Option<Uuid>,
    /// When, in seconds since 1970.
    pub asked_at: i64,
    /// What it answered.
    pub answer: Option<TradeAnswer>,
}

impl Tx {
    /// Keeps a question, unless the structure was asked about the same sector ever, or anything after `since`; whether it
    /// was kept. The caller holds the structure.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn question_insert(&mut self, question: &TradeQuestion, since: i64) -> Result<bool> {
        let (siret, sector) = (question.siret.as_str(), question.sector.slug());
        let recent: i64 = on_tx!(self, c => sqlx::query_scalar(QUESTION_RECENT)
            .bind(siret).bind(since).bind(sector).fetch_one(c).await)?;
        if recent > 0 {
            return Ok(false);
        }
        let inserted = on_tx!(self, c => sqlx::query(QUESTION_INSERT)
            .bind(siret).bind(sector).bind(question.mode.code()).bind(question.need).bind(question.asked_at)
            .execute(c).await.map(|done| done.rows_affected()))?;
        Ok(inserted > 0)
    }

    /// Keeps what a structure answered; a later answer replaces it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn question_answer(
        &mut self,
        siret: Siret,
        sector: SectorIx,
        answer: TradeAnswer,
        now: i64,
    ) -> Result<()> {
        on_tx!(self, c => sqlx::query(QUESTION_ANSWER)
            .bind(siret.as_str()).bind(sector.slug()).bind(answer.code()).bind(now)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// What a structure was asked about a sector.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn question_fetch(&self, siret: Siret, sector: SectorIx) -> Result<Option<TradeQuestion>> {
        let slug = Sectors::get().sector(sector).slug;
        let row: Option<(String, Option<Uuid>, i64, Option<String>)> = on_read!(self, c => sqlx::query_as(QUESTION_FETCH).bind(siret.as_str()).bind(slug).fetch_optional(c).await)?;
        Ok(row.and_then(|(mode, need, asked_at, answer)| {
            let answer = answer.as_deref().and_then(TradeAnswer::parse);
            Some(TradeQuestion { siret, sector, mode: Mode::parse(&mode)?, need, asked_at, answer })
        }))
    }
}
