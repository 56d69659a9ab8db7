//! What takes structures out of all that is proposed, and duplicates that become one.

use super::{ChangeKind, Tx, on_tx};
use crate::error::Result;
use domain::siret::Siret;
use domain::text::plural;
use uuid::Uuid;

const STRUCTURE_OPPOSE: &str =
    "UPDATE structure SET opposed_at = $2, updated_at = $2 WHERE siret = $1 AND opposed_at IS NULL";
const STRUCTURE_OPPOSE_END: &str =
    "UPDATE structure SET opposed_at = NULL, updated_at = $2 WHERE siret = $1 AND opposed_at IS NOT NULL";
const STRUCTURE_SUSPEND: &str =
    "UPDATE structure SET suspended_why = $3, updated_at = $2 WHERE siret = $1 AND suspended_why IS NULL";
const STRUCTURE_RESUME: &str = "UPDATE structure SET suspended_why = NULL, updated_at = $2 WHERE siret = $1 AND suspended_why IS NOT NULL";
const STRUCTURE_MERGE: &str = "UPDATE structure SET merged_into = $3, updated_at = $2 WHERE siret = $1";
const STRUCTURE_SEPARATE: &str =
    "UPDATE structure SET merged_into = NULL, updated_at = $2 WHERE siret = $1 AND merged_into IS NOT NULL";

// In all that follows $1 is the duplicate, and $2 the structure that stays.
const CONTACT_MOVE: &str = "UPDATE structure SET contact = (SELECT d.contact FROM structure d WHERE d.siret = $1), \
     alerts_stopped_at = (SELECT d.alerts_stopped_at FROM structure d WHERE d.siret = $1), link_number = link_number + 1, updated_at = $3 \
     WHERE siret = $2 AND contact IS NULL AND EXISTS (SELECT 1 FROM structure d WHERE d.siret = $1 AND d.contact IS NOT NULL)";
const CONTACT_LEAVE: &str = "UPDATE structure SET contact = NULL WHERE siret = $1";
const NEEDS_TIED: &str = "SELECT need_id FROM lot_match WHERE siret = $1 UNION SELECT need_id FROM lot_answer WHERE siret = $1 \
     UNION SELECT need_id FROM trade_question WHERE siret = $1 AND need_id IS NOT NULL";
// What the structure that stays has said of a sector, or dismissed, counts.
const ACTIVITY_MOVE: &str = "UPDATE activity SET siret = $2 WHERE siret = $1 AND NOT EXISTS (SELECT 1 FROM activity k \
     WHERE k.siret = $2 AND k.sector = activity.sector AND (k.mode = activity.mode OR k.standing = 'dismissed'))";
const ACTIVITY_LEFT: &str = "SELECT COUNT(*) FROM activity WHERE siret = $1";
const MEMBERSHIP_MOVE: &str = "UPDATE membership SET team = $2 WHERE team = $1 AND NOT EXISTS (SELECT 1 FROM membership k \
     WHERE k.team = $2 AND k.account_id = membership.account_id)";
const MEMBERSHIP_LEFT: &str = "SELECT COUNT(*) FROM membership WHERE team = $1";
const INVITATION_MOVE: &str = "UPDATE invitation SET team = $2 WHERE team = $1 AND NOT EXISTS (SELECT 1 FROM invitation k \
     WHERE k.team = $2 AND k.mailbox = invitation.mailbox)";
const INVITATION_LEFT: &str = "SELECT COUNT(*) FROM invitation WHERE team = $1";
const DELEGATION_MOVE: &str = "UPDATE delegation SET siret = $2 WHERE siret = $1 AND NOT EXISTS (SELECT 1 FROM delegation k \
     WHERE k.siret = $2 AND k.organisation_id = delegation.organisation_id)";
const DELEGATION_LEFT: &str = "SELECT COUNT(*) FROM delegation WHERE siret = $1";
const FAVOURITE_MOVE: &str = "UPDATE favourite SET siret = $2 WHERE siret = $1 AND NOT EXISTS (SELECT 1 FROM favourite k \
     WHERE k.siret = $2 AND k.list_id = favourite.list_id)";
const FAVOURITE_LEFT: &str = "SELECT COUNT(*) FROM favourite WHERE siret = $1";
const QUESTION_MOVE: &str = "UPDATE trade_question SET siret = $2 WHERE siret = $1 AND NOT EXISTS (SELECT 1 FROM trade_question k \
     WHERE k.siret = $2 AND k.sector = trade_question.sector)";
const QUESTION_LEFT: &str = "SELECT COUNT(*) FROM trade_question WHERE siret = $1";
const CATALOGUE_MOVE: &str = "UPDATE catalogue SET siret = $2 WHERE siret = $1 AND NOT EXISTS (SELECT 1 FROM catalogue k WHERE k.siret = $2)";
const CATALOGUE_LEFT: &str = "SELECT COUNT(*) FROM catalogue WHERE siret = $1";
// All or nothing: no more of them stand on a page than it may have.
const PICTURE_MOVE: &str = "UPDATE picture SET siret = $2 WHERE siret = $1 AND NOT EXISTS (SELECT 1 FROM picture k WHERE k.siret = $2)";
const PICTURE_LEFT: &str = "SELECT COUNT(*) FROM picture WHERE siret = $1";
const REPORT_MOVE: &str = "UPDATE report SET siret = $2 WHERE siret = $1";
const REPORT_LEFT: &str = "SELECT COUNT(*) FROM report WHERE siret = $1";
// Of a lot about which both have said something, two voices would become one that neither had: it stays.
const ANSWER_MOVE: &str = "UPDATE lot_answer SET siret = $2 WHERE siret = $1 \
     AND NOT EXISTS (SELECT 1 FROM lot_answer k WHERE k.siret = $2 AND k.need_id = lot_answer.need_id AND k.lot = lot_answer.lot) \
     AND NOT EXISTS (SELECT 1 FROM message k WHERE k.siret = $2 AND k.need_id = lot_answer.need_id AND k.lot = lot_answer.lot)";
const ANSWER_LEFT: &str = "SELECT COUNT(*) FROM lot_answer WHERE siret = $1";
const MESSAGE_MOVE: &str = "UPDATE message SET siret = $2 WHERE siret = $1 \
     AND NOT EXISTS (SELECT 1 FROM message k WHERE k.siret = $2 AND k.need_id = message.need_id AND k.lot = message.lot) \
     AND NOT EXISTS (SELECT 1 FROM lot_answer a WHERE a.siret = $1 AND a.need_id = message.need_id AND a.lot = message.lot)";
const MESSAGE_LEFT: &str = "SELECT COUNT(*) FROM message WHERE siret = $1";
// After answers and messages: what is left of these keeps why it was told, and what was noted of it.
const MATCH_MOVE: &str = "UPDATE lot_match SET siret = $2 WHERE siret = $1 \
     AND NOT EXISTS (SELECT 1 FROM lot_match k WHERE k.siret = $2 AND k.need_id = lot_match.need_id AND k.lot = lot_match.lot) \
     AND NOT EXISTS (SELECT 1 FROM lot_answer a WHERE a.siret = $1 AND a.need_id = lot_match.need_id AND a.lot = lot_match.lot) \
     AND NOT EXISTS (SELECT 1 FROM message m WHERE m.siret = $1 AND m.need_id = lot_match.need_id AND m.lot = lot_match.lot)";
const MATCH_LEFT: &str = "SELECT COUNT(*) FROM lot_match WHERE siret = $1";
const SELECTION_MOVE: &str = "UPDATE selection SET siret = $2 WHERE siret = $1 \
     AND NOT EXISTS (SELECT 1 FROM selection k WHERE k.siret = $2 AND k.need_id = selection.need_id AND k.lot = selection.lot) \
     AND NOT EXISTS (SELECT 1 FROM lot_answer a WHERE a.siret = $1 AND a.need_id = selection.need_id AND a.lot = selection.lot) \
     AND NOT EXISTS (SELECT 1 FROM message m WHERE m.siret = $1 AND m.need_id = selection.need_id AND m.lot = selection.lot)";
const SELECTION_LEFT: &str = "SELECT COUNT(*) FROM selection WHERE siret = $1";
// Whoever now belongs to the one that stays may do something else than before.
const SESSIONS_RENEW: &str = "UPDATE session SET renew = 1 WHERE ended_at IS NULL \
     AND account_id IN (SELECT account_id FROM membership WHERE team = $1 OR team = $2)";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("STRUCTURE_OPPOSE", STRUCTURE_OPPOSE),
    ("STRUCTURE_OPPOSE_END", STRUCTURE_OPPOSE_END),
    ("STRUCTURE_SUSPEND", STRUCTURE_SUSPEND),
    ("STRUCTURE_RESUME", STRUCTURE_RESUME),
    ("STRUCTURE_MERGE", STRUCTURE_MERGE),
    ("STRUCTURE_SEPARATE", STRUCTURE_SEPARATE),
    ("CONTACT_MOVE", CONTACT_MOVE),
    ("CONTACT_LEAVE", CONTACT_LEAVE),
    ("NEEDS_TIED", NEEDS_TIED),
    ("ACTIVITY_MOVE", ACTIVITY_MOVE),
    ("ACTIVITY_LEFT", ACTIVITY_LEFT),
    ("MEMBERSHIP_MOVE", MEMBERSHIP_MOVE),
    ("MEMBERSHIP_LEFT", MEMBERSHIP_LEFT),
    ("INVITATION_MOVE", INVITATION_MOVE),
    ("INVITATION_LEFT", INVITATION_LEFT),
    ("DELEGATION_MOVE", DELEGATION_MOVE),
    ("DELEGATION_LEFT", DELEGATION_LEFT),
    ("FAVOURITE_MOVE", FAVOURITE_MOVE),
    ("FAVOURITE_LEFT", FAVOURITE_LEFT),
    ("QUESTION_MOVE", QUESTION_MOVE),
    ("QUESTION_LEFT", QUESTION_LEFT),
    ("CATALOGUE_MOVE", CATALOGUE_MOVE),
    ("CATALOGUE_LEFT", CATALOGUE_LEFT),
    ("PICTURE_MOVE", PICTURE_MOVE),
    ("PICTURE_LEFT", PICTURE_LEFT),
    ("REPORT_MOVE", REPORT_MOVE),
    ("REPORT_LEFT", REPORT_LEFT),
    ("ANSWER_MOVE", ANSWER_MOVE),
    ("ANSWER_LEFT", ANSWER_LEFT),
    ("MESSAGE_MOVE", MESSAGE_MOVE),
    ("MESSAGE_LEFT", MESSAGE_LEFT),
    ("MATCH_MOVE", MATCH_MOVE),
    ("MATCH_LEFT", MATCH_LEFT),
    ("SELECTION_MOVE", SELECTION_MOVE),
    ("SELECTION_LEFT", SELECTION_LEFT),
    ("SESSIONS_RENEW", SESSIONS_RENEW),
];

/// What hangs on a structure, and goes to the one that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tied {
    /// What it does.
    Activities,
    /// Its catalogue.
    Catalogue,
    /// Its logo and its pictures.
    Pictures,
    /// People who belong to it.
    Members,
    /// People who are invited into it.
    Invitations,
    /// Parts of its page that networks keep.
    Delegations,
    /// Lists of structures on which it stands.
    Favourites,
    /// What it answered to lots.
    Answers,
    /// What it and authors of needs wrote to each other.
    Messages,
    /// Lots of which it was told.
    Matches,
    /// What authors of needs note about it.
    Selections,
    /// What it was asked about its trade.
    Questions,
    /// What readers report of it.
    Reports,
}

/// Each with what moves it and what counts those that stayed, in the order in which they are moved. Conventions, share and what
/// else an establishment is given by its own number stay with that number; so do codes that were mailed, which are good for
/// minutes, and what was published of an award.
const TIED: [(Tied, &str, &str); 13] = [
    (Tied::Activities, ACTIVITY_MOVE, ACTIVITY_LEFT),
    (Tied::Catalogue, CATALOGUE_MOVE, CATALOGUE_LEFT),
    (Tied::Pictures, PICTURE_MOVE, PICTURE_LEFT),
    (Tied::Members, MEMBERSHIP_MOVE, MEMBERSHIP_LEFT),
    (Tied::Invitations, INVITATION_MOVE, INVITATION_LEFT),
    (Tied::Delegations, DELEGATION_MOVE, DELEGATION_LEFT),
    (Tied::Favourites, FAVOURITE_MOVE, FAVOURITE_LEFT),
    (Tied::Answers, ANSWER_MOVE, ANSWER_LEFT),
    (Tied::Messages, MESSAGE_MOVE, MESSAGE_LEFT),
    (Tied::Matches, MATCH_MOVE, MATCH_LEFT),
    (Tied::Selections, SELECTION_MOVE, SELECTION_LEFT),
    (Tied::Questions, QUESTION_MOVE, QUESTION_LEFT),
    (Tied::Reports, REPORT_MOVE, REPORT_LEFT),
];

impl Tied {
    /// So many of them, in French.
    #[must_use]
    pub fn count(self, count: u64) -> String {
        let (one, many) = match self {
            Self::Activities => ("activité", "activités"),
            Self::Catalogue => ("catalogue", "catalogues"),
            Self::Pictures => ("image", "images"),
            Self::Members => ("membre", "membres"),
            Self::Invitations => ("invitation", "invitations"),
            Self::Delegations => ("réseau qui tient sa fiche", "réseaux qui tiennent sa fiche"),
            Self::Favourites => ("liste où elle est gardée", "listes où elle est gardée"),
            Self::Answers => ("réponse à des besoins", "réponses à des besoins"),
            Self::Messages => ("message échangé", "messages échangés"),
            Self::Matches => ("lot dont elle a été prévenue", "lots dont elle a été prévenue"),
            Self::Selections => ("note d’acheteur", "notes d’acheteurs"),
            Self::Questions => ("question sur son métier", "questions sur son métier"),
            Self::Reports => ("signalement", "signalements"),
        };
        plural(count, one, many)
    }
}

/// How many of what hangs on a duplicate go to the structure that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Of what.
    pub tied: Tied,
    /// How many go.
    pub moved: u64,
    /// How many stay with the duplicate: the other has its own.
    pub left: u64,
}

impl Tx {
    /// Says that a structure opposes being proposed; `false` when it did.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn structure_oppose(&mut self, siret: Siret, now: i64) -> Result<bool> {
        self.withdrawal_write(STRUCTURE_OPPOSE, siret, now).await
    }

    /// Says that it does so no more; `false` when it did not.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn structure_oppose_end(&mut self, siret: Siret, now: i64) -> Result<bool> {
        self.withdrawal_write(STRUCTURE_OPPOSE_END, siret, now).await
    }

    /// Suspends a structure; `false` when it was.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn structure_suspend(&mut self, siret: Siret, why: &str, now: i64) -> Result<bool> {
        let key = siret.as_str();
        let written = on_tx!(self, c => sqlx::query(STRUCTURE_SUSPEND)
            .bind(key).bind(now).bind(why).execute(c).await.map(|done| done.rows_affected()))?;
        self.outbox_push(ChangeKind::Structure, &[key.to_owned()], now).await?;
        Ok(written == 1)
    }

    /// Ends the suspension of a structure; `false` when there was none.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn structure_resume(&mut self, siret: Siret, now: i64) -> Result<bool> {
        self.withdrawal_write(STRUCTURE_RESUME, siret, now).await
    }

    /// Makes a duplicate visible again; `false` when it was none.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn structure_separate(&mut self, siret: Siret, now: i64) -> Result<bool> {
        self.withdrawal_write(STRUCTURE_SEPARATE, siret, now).await
    }

    async fn withdrawal_write(&mut self, statement: &'static str, siret: Siret, now: i64) -> Result<bool> {
        let key = siret.as_str();
        let written = on_tx!(self, c => sqlx::query(statement)
            .bind(key).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
        self.outbox_push(ChangeKind::Structure, &[key.to_owned()], now).await?;
        Ok(written == 1)
    }

    /// Makes a structure the duplicate of another one, and gives that one what hangs on it: whether its contact, and how many of
    /// what else.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn structure_merge(
        &mut self,
        duplicate: Siret,
        kept: Siret,
        now: i64,
    ) -> Result<(bool, Vec<Moved>)> {
        let (from, to) = (duplicate.as_str(), kept.as_str());
        let needs: Vec<Uuid> =
            on_tx!(self, c => sqlx::query_scalar(NEEDS_TIED).bind(from).fetch_all(c).await)?;
        on_tx!(self, c => sqlx::query(STRUCTURE_MERGE).bind(from).bind(now).bind(to).execute(c).await.map(|_| ()))?;
        let has_contact = on_tx!(self, c => sqlx::query(CONTACT_MOVE)
            .bind(from).bind(to).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
        if has_contact == 1 {
            on_tx!(self, c => sqlx::query(CONTACT_LEAVE).bind(from).execute(c).await.map(|_| ()))?;
        }
        let mut all = Vec::with_capacity(TIED.len());
        for (tied, moves, counts) in TIED {
            let moved = on_tx!(self, c => sqlx::query(moves)
                .bind(from).bind(to).execute(c).await.map(|done| done.rows_affected()))?;
            let left: i64 = on_tx!(self, c => sqlx::query_scalar(counts).bind(from).fetch_one(c).await)?;
            all.push(Moved { tied, moved, left: left.unsigned_abs() });
        }
        on_tx!(self, c => sqlx::query(SESSIONS_RENEW).bind(from).bind(to).execute(c).await.map(|_| ()))?;
        let needs: Vec<String> = needs.iter().map(Uuid::to_string).collect();
        self.outbox_push(ChangeKind::Need, &needs, now).await?;
        self.outbox_push(ChangeKind::Structure, &[from.to_owned(), to.to_owned()], now).await?;
        Ok((has_contact == 1, all))
    }
}
