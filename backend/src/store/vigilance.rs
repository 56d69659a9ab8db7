//! What readers report, and what administrators make of it.

use super::{ChangeKind, Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::email::EmailAddress;
use domain::siret::Siret;
use domain::vigilance::{Report, ReportReason};
use std::collections::HashMap;
use uuid::Uuid;

const REPORT_INSERT: &str = "INSERT INTO report (id, need_id, siret, reason, text, address, reported_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const REPORT_OPEN: &str = "SELECT id, need_id, siret, reason, text, address, reported_at FROM report \
     WHERE settled_at IS NULL ORDER BY reported_at, id";
const REPORT_SETTLE_NEED: &str =
    "UPDATE report SET settled_at = $2 WHERE need_id = $1 AND settled_at IS NULL";
const REPORT_SETTLE: &str = "UPDATE report SET settled_at = $2 WHERE id = $1 AND settled_at IS NULL";
const NEED_CLEAR: &str = "INSERT INTO need_cleared (need_id, cleared_at) VALUES ($1, $2) \
     ON CONFLICT (need_id) DO UPDATE SET cleared_at = excluded.cleared_at";
const CLEARED_LIST: &str = "SELECT need_id, cleared_at FROM need_cleared";
const NEED_WITHDRAW: &str = "UPDATE need SET withdrawn_at = $2, status = 'closed', ended_at = COALESCE(ended_at, $2) \
     WHERE id = $1 AND published_at IS NOT NULL AND withdrawn_at IS NULL";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("REPORT_INSERT", REPORT_INSERT),
    ("REPORT_OPEN", REPORT_OPEN),
    ("REPORT_SETTLE_NEED", REPORT_SETTLE_NEED),
    ("REPORT_SETTLE", REPORT_SETTLE),
    ("NEED_CLEAR", NEED_CLEAR),
    ("CLEARED_LIST", CLEARED_LIST),
    ("NEED_WITHDRAW", NEED_WITHDRAW),
];

/// On what a reader reports something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    /// A need.
    Need(Uuid),
    /// A structure.
    Structure(Siret),
}

/// A report that nobody has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Its number.
    pub id: Uuid,
    /// On what.
    pub on: Reported,
    /// What it says.
    pub report: Report,
    /// When, in seconds since 1970.
    pub reported_at: i64,
}

type ReportColumns = (Uuid, Option<Uuid>, Option<String>, String, String, Option<String>, i64);

fn report_of((id, need, siret, reason, text, address, reported_at): ReportColumns) -> Option<ReportRow> {
    let on = match (need, siret) {
        (Some(need), _) => Reported::Need(need),
        (None, siret) => Reported::Structure(Siret::kept(&siret?)?),
    };
    let address = address.and_then(|address| EmailAddress::parse(&address).ok());
    let report = Report { reason: ReportReason::parse(&reason)?, text, address };
    Some(ReportRow { id, on, report, reported_at })
}

impl Tx {
    /// Keeps a report.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn report_insert(&mut self, row: &ReportRow) -> Result<()> {
        let (need, siret) = match row.on {
            Reported::Need(need) => (Some(need), None),
            Reported::Structure(siret) => (None, Some(siret.to_string())),
        };
        on_tx!(self, c => sqlx::query(REPORT_INSERT)
            .bind(row.id).bind(need).bind(&siret).bind(row.report.reason.code()).bind(&row.report.text)
            .bind(row.report.address.as_ref().map(EmailAddress::as_str)).bind(row.reported_at)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Says that somebody looked at a report; `false` when somebody had.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn report_settle(&mut self, id: Uuid, now: i64) -> Result<bool> {
        let settled = on_tx!(self, c => sqlx::query(REPORT_SETTLE)
            .bind(id).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(settled == 1)
    }

    /// Says that somebody looked at a need and found it right: what is known of it so far counts no more.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn need_clear(&mut self, need: Uuid, now: i64) -> Result<()> {
        on_tx!(self, c => sqlx::query(REPORT_SETTLE_NEED).bind(need).bind(now).execute(c).await.map(|_| ()))?;
        on_tx!(self, c => sqlx::query(NEED_CLEAR).bind(need).bind(now).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes a published need out; `false` when it is not there, or was taken out before.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn need_withdraw(&mut self, need: Uuid, now: i64) -> Result<bool> {
        let gone = on_tx!(self, c => sqlx::query(NEED_WITHDRAW)
            .bind(need).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
        on_tx!(self, c => sqlx::query(REPORT_SETTLE_NEED).bind(need).bind(now).execute(c).await.map(|_| ()))?;
        self.outbox_push(ChangeKind::Need, &[need.to_string()], now).await?;
        Ok(gone == 1)
    }
}

impl Store {
    /// The reports that nobody has answered, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn report_open(&self) -> Result<Vec<ReportRow>> {
        let rows: Vec<ReportColumns> = on_read!(self, c => sqlx::query_as(REPORT_OPEN).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(report_of).collect())
    }

    /// The needs that somebody looked at and found right, and when.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn cleared_list(&self) -> Result<HashMap<Uuid, i64>> {
        let rows: Vec<(Uuid, i64)> = on_read!(self, c => sqlx::query_as(CLEARED_LIST).fetch_all(c).await)?;
        Ok(rows.into_iter().collect())
    }
}
