//! What happened around a need, line by line: the trace that the buyer keeps of its sourçage (articles R2111-1 and R2111-2
//! of the Code de la commande publique: what was learnt from whom, and that all came to know the same).

use crate::Backend;
use crate::error::Result;
use crate::imports::inert_csv;
use domain::access::Actor;
use domain::need::{LotKey, Side};
use domain::siret::Siret;
use uuid::Uuid;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportKind {
    /// The need was published.
    Published,
    /// Its next version was published.
    Revised,
    /// A structure was told of a lot.
    Told,
    /// Silent structures of a lot were reminded.
    Reminded,
    /// A structure answered a lot.
    Answered,
    /// A structure wrote to the buyer.
    Asked,
    /// The buyer wrote to a structure.
    Replied,
    /// The buyer answered to all.
    Shared,
    /// The buyer said who is awarded a lot.
    Awarded,
    /// The buyer said that the need is over.
    Ended,
}

impl ReportKind {
    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Published => "Besoin publié",
            Self::Revised => "Version modifiée publiée",
            Self::Told => "Structure prévenue",
            Self::Reminded => "Structures silencieuses relancées",
            Self::Answered => "Réponse reçue",
            Self::Asked => "Question ou message reçu",
            Self::Replied => "Message à une structure",
            Self::Shared => "Réponse publiée pour toutes",
            Self::Awarded => "Attribution indiquée",
            Self::Ended => "Fin indiquée",
        }
    }
}

/// A line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// When, in seconds since 1970.
    pub at: i64,
    /// What.
    pub kind: ReportKind,
    /// Of which lot, as pages call it; empty for the whole need.
    pub lot: String,
    /// With which structure; `None` where it concerns all.
    pub structure: Option<(Siret, String)>,
    /// What was said.
    pub detail: String,
}

/// What happened around a need.
#[derive(Debug)]
pub struct Report {
    /// Its title.
    pub title: String,
    /// Line by line, in the order in which it happened.
    pub rows: Vec<ReportRow>,
}

impl Report {
    /// As a table for a spreadsheet, whose cells never run as formulas.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn to_csv(&self, moment: impl Fn(i64) -> String) -> Result<String> {
        let head = ["date", "quoi", "lot", "structure", "siret", "détail"].map(str::to_owned);
        let cells = |row: &ReportRow| {
            let structure = row.structure.as_ref();
            let siret = structure.map(|(siret, _)| siret.to_string()).unwrap_or_default();
            let name = structure.map(|(_, name)| name.clone()).unwrap_or_default();
            [moment(row.at), row.kind.label().to_owned(), row.lot.clone(), name, siret, row.detail.clone()]
        };
        inert_csv([head].into_iter().chain(self.rows.iter().map(cells)))
    }
}

impl Backend {
    /// What happened around a need, for its author.
    ///
    /// # Errors
    /// [`crate::error::Error::Forbidden`] when the actor is not the author.
    pub async fn need_report(&self, actor: &Actor, id: Uuid) -> Result<Report> {
        let view = self.need_follow(actor, id).await?;
        let (need, draft) = (&view.need, &view.need.draft);
        let catalogue = self.index.catalogue();
        let named = |siret: Siret| {
            let name = catalogue.structure_known(siret).map(|entry| entry.structure.shown_name().to_owned());
            Some((siret, name.unwrap_or_else(|| siret.spaced())))
        };
        let lot_name = |lot: LotKey| match draft.lot(lot) {
            Some((rank, _)) if draft.has_lots() => draft.lot_name(rank),
            Some(_) => String::new(),
            None => "Lot retiré depuis".to_owned(),
        };
        let mut rows = Vec::new();
        let mut row = |at: i64, kind: ReportKind, lot: Option<LotKey>, structure, detail: String| {
            rows.push(ReportRow { at, kind, lot: lot.map(lot_name).unwrap_or_default(), structure, detail });
        };
        if let Some(at) = need.published_at {
            row(at, ReportKind::Published, None, None, draft.title.clone());
        }
        for revision in &view.history {
            let sentences: Vec<&str> = revision.changes.iter().map(|c| c.sentence.as_str()).collect();
            row(revision.at, ReportKind::Revised, None, None, sentences.join(" ; "));
        }
        for (told, _) in &view.told {
            let detail = format!("correspondance\u{a0}: {} points", told.score);
            row(told.told_at, ReportKind::Told, Some(told.lot), named(told.siret), detail);
        }
        for of in &view.followed {
            if let Some((text, at)) = &of.reminder {
                row(*at, ReportKind::Reminded, Some(of.lot), None, text.clone());
            }
        }
        for (answer, _) in &view.answers {
            let replies = answer.replies.iter().map(|r| format!("{} — {}", r.question, r.reply));
            let said = [answer.answer.label().to_owned()].into_iter().chain(replies);
            let said = said.chain(Some(answer.message.clone()).filter(|text| !text.is_empty()));
            let detail = said.collect::<Vec<_>>().join(" ; ");
            let structure = named(answer.siret);
            row(answer.answered_at, ReportKind::Answered, Some(answer.lot), structure, detail);
        }
        for message in &view.messages {
            let kind = match message.side {
                Side::Structure => ReportKind::Asked,
                Side::Buyer => ReportKind::Replied,
            };
            row(message.written_at, kind, Some(message.lot), named(message.siret), message.text.clone());
        }
        for shared in &view.shared {
            let detail = format!("{} — {}", shared.question, shared.answer);
            row(shared.published_at, ReportKind::Shared, shared.lot, None, detail);
        }
        for award in &need.awards {
            let amount = award.amount.map(|amount| format!("{} HT", amount.label()));
            let hours = award.insertion_hours.map(|hours| format!("{hours} heures d’insertion"));
            let reason = Some(award.reason.clone()).filter(|reason| !reason.is_empty());
            let corrected = award.corrected_at.map(|_| "corrigée depuis".to_owned());
            let said: Vec<String> = [amount, hours, reason, corrected].into_iter().flatten().collect();
            let winner = award.winner.and_then(named);
            row(award.awarded_at, ReportKind::Awarded, Some(award.lot), winner, said.join(" ; "));
        }
        if let Some(at) = need.ended_at {
            row(at, ReportKind::Ended, None, None, need.status.label().to_owned());
        }
        rows.sort_by_key(|row| (row.at, row.kind));
        Ok(Report { title: draft.title.clone(), rows })
    }
}
