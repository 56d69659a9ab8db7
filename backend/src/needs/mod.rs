//! Needs: preview, send, publish, list, follow, answer; and their optional steps.

mod answers;
mod attachments;
mod collaborators;
mod exchange;
mod interests;
mod list;
mod mail_in;
mod prepare;
mod report;
mod selection;
mod sheets;

pub use answers::{AnswerForm, AnswerView};
pub use attachments::ATTACHMENT_BYTES_MAX;
pub use collaborators::SharingView;
pub use exchange::ThreadView;
pub use interests::{InterestView, known_as};
pub use list::{ListedNeed, NeedPage, NeedQuery, Week};
pub use mail_in::MailIn;
pub use prepare::{Prepared, StepOutcome};
pub use report::{Report, ReportKind, ReportRow};
pub use selection::{Candidate, CandidateView, ComparisonView};

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::{Entry, NeedEntry};
use crate::jobs::Work;
use crate::mail::{LinkAgain, NeedConfirm, NeedPublished, Template};
use crate::matches::Ranking;
use crate::store::{AnswerRow, LotFollowed, MatchRow, NeedVersion, Tx};
use crate::structures::TierCounts;
use crate::write::{Deed, HeldNeed};
use domain::access::{Action, Actor, Verdict, may};
use domain::date;
use domain::form::Violation;
use domain::matching::Tier;
use domain::need::{
    Award, Change, Interest, LotKey, Message, Need, NeedDraft, NeedForm, NeedRequest, NeedStatus, Selection,
    SharedAnswer, Side, changes, lot_of_form,
};
use domain::sector::SectorIx;
use domain::siret::Siret;
use domain::territory::Place;
use domain::text::plural;
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

/// Most needs that are listed on one page of a space.
pub(crate) const NEEDS_LISTED_MAX: i64 = 200;

/// What a form would bring, while it is being filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Where, as understood.
    pub place: Place,
    /// What, as understood.
    pub sectors: Vec<SectorIx>,
    /// How many structures fit, are neighbours, may do it.
    pub tiers: TierCounts,
    /// How many the reservation leaves out.
    pub left_out: u64,
    /// How many of those that fit will be told by mail.
    pub reachable: u64,
}

/// A lot of a published need with the structures that fit it.
#[derive(Debug)]
pub struct LotMatches {
    /// The need.
    pub entry: Arc<NeedEntry>,
    /// Rank of the lot, from 0.
    pub rank: usize,
    /// The structures.
    pub ranking: Ranking,
    /// What changed, version by version, the newest first; empty when it never did.
    pub history: Vec<Revision>,
    /// What the author answered to all, in its order.
    pub shared: Vec<SharedAnswer>,
}

/// A version of a need with what it changed.
#[derive(Debug)]
pub struct Revision {
    /// Its number, from 2.
    pub number: i64,
    /// When it was published, in seconds since 1970.
    pub at: i64,
    /// What it changed.
    pub changes: Vec<Change>,
}

/// A need as its author sees it.
#[derive(Debug)]
pub struct FollowView {
    /// The need.
    pub need: Need,
    /// What structures were told, lot by lot.
    pub told: Vec<(MatchRow, Option<Arc<Entry>>)>,
    /// What they answered, lot by lot.
    pub answers: Vec<(AnswerRow, Option<Arc<Entry>>)>,
    /// Structures that left their address: not listed, or without contact; with whether each is listed.
    pub interests: Vec<(Interest, bool)>,
    /// What was written with structures, in its order.
    pub messages: Vec<Message>,
    /// What was answered to all, in its order.
    pub shared: Vec<SharedAnswer>,
    /// What the author keeps about structures.
    pub selections: Vec<Selection>,
    /// What it decided about lots.
    pub followed: Vec<LotFollowed>,
    /// What changed, version by version, the newest first.
    pub history: Vec<Revision>,
    /// Whether changes are being written that are not published.
    pub has_prepared: bool,
    /// Structures that fit, and will be told if few of those that were answer.
    pub waiting: usize,
    /// Whether the reader writes to structures, and keeps notes about them.
    pub writes: bool,
    /// Whether the reader says what becomes of the need.
    pub decides: bool,
}

impl FollowView {
    /// Structures that were told of a lot and have said nothing of it.
    #[must_use]
    pub fn silent(&self, lot: LotKey) -> Vec<Siret> {
        let spoke = |siret: Siret| {
            self.answers.iter().any(|(row, _)| row.siret == siret && row.lot == lot)
                || self.messages.iter().any(|m| m.siret == siret && m.lot == lot && m.side == Side::Structure)
        };
        let told = self.told.iter().filter(|(row, _)| row.lot == lot).map(|(row, _)| row.siret);
        told.filter(|siret| !spoke(*siret)).collect()
    }

    /// The last message of each thread that waits for the author, the oldest first; of lots that are still there.
    #[must_use]
    pub fn unanswered(&self) -> Vec<&Message> {
        let is_last = |message: &&Message| {
            let of_thread = |other: &&Message| other.siret == message.siret && other.lot == message.lot;
            self.messages.iter().rfind(of_thread).is_some_and(|last| last.id == message.id)
        };
        let is_shared = |message: &&Message| self.shared.iter().any(|of| of.answers == Some(message.id));
        let waiting = self.messages.iter().filter(|message| message.side == Side::Structure);
        waiting
            .filter(is_last)
            .filter(|message| self.need.draft.lot(message.lot).is_some() && !is_shared(message))
            .collect()
    }
}

/// What an administrator took out stays out.
pub(crate) fn refuse_withdrawn(need: &Need) -> Result<()> {
    match need.withdrawn_at {
        None => Ok(()),
        Some(_) => {
            Err(Error::Refused("Un administrateur a retiré ce besoin\u{a0}: il ne change plus.".to_owned()))
        }
    }
}

impl Backend {
    /// What a form would bring; `None` as long as place or sector is not known.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn need_preview(&self, form: &NeedForm) -> Result<Option<Preview>> {
        let Some(lot) = lot_of_form(form) else { return Ok(None) };
        let ranking = self.match_list_with_left_out(lot, &[])?;
        Ok(Some(preview_of(&ranking)))
    }

    /// Reads a form as of today.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn need_read(&self, form: &NeedForm) -> std::result::Result<NeedRequest, Vec<Violation>> {
        form.parse(self.clock.today())
    }

    /// Keeps a need, not yet published, and mails its author the link that publishes it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_send(&self, actor: &Actor, request: NeedRequest) -> Result<Need> {
        let need = self.need_new(request, NeedStatus::ToConfirm);
        let mail = self.confirm_mail(&need, &need.draft)?;
        self.need_keep(actor, &need, mail, format!("confirm:{}", need.id)).await?;
        Ok(need)
    }

    fn need_new(&self, request: NeedRequest, status: NeedStatus) -> Need {
        Need {
            id: self.clock.id(),
            author: Some(request.author),
            account: None,
            organisation: None,
            draft: request.draft,
            status,
            version: 0,
            link_number: 0,
            created_at: self.clock.now(),
            published_at: None,
            ended_at: None,
            withdrawn_at: None,
            awards: Vec::new(),
        }
    }

    /// Keeps a new need with the mail that its author gets.
    async fn need_keep(&self, actor: &Actor, need: &Need, mail: impl Template, key: String) -> Result<()> {
        let target = need.target();
        let keep = async |tx: &mut Tx| {
            tx.need_insert(need).await?;
            tx.mail_to_author(self, need, &mail, key).await?;
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::NeedSend, target, keep).await.map(|_| ())
    }

    /// Mails the author of a need its links again. Whoever asks learns nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; [`Error::Forbidden`] when the actor may not.
    pub async fn need_link_send(&self, actor: &Actor, need: Uuid) -> Result<()> {
        let send = async |tx: &mut Tx, held: HeldNeed| {
            let need = held.need;
            let url = match need.published_at {
                Some(_) => self.links().need_follow(&need),
                None => self.links().need_prepare(&need),
            };
            let mail = LinkAgain { about: format!("votre besoin «\u{a0}{}\u{a0}»", need.draft.title), url };
            let key = format!("link:{}:{}", need.id, self.clock.id());
            tx.mail_to_author(self, &need, &mail, key).await?;
            Ok(Deed::Kept(()))
        };
        self.need_write(actor, Action::NeedLinkSend, need, send).await.map(|_| ())
    }

    fn confirm_mail(&self, need: &Need, draft: &NeedDraft) -> Result<NeedConfirm> {
        let fitting = self.need_fitting(draft)?;
        let verb = if fitting < 2 { "convient" } else { "conviennent" };
        Ok(NeedConfirm {
            title: draft.title.clone(),
            place: draft.place.name(),
            deadline: date::long(draft.deadline),
            fitting: format!("{} {verb}", plural(fitting, "structure", "structures")),
            confirm_url: self.links().need_publish(need),
            prepare_url: self.links().need_prepare(need),
        })
    }

    /// How many structures fit one lot at least.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn need_fitting(&self, draft: &NeedDraft) -> Result<u64> {
        let mut fitting: HashSet<Siret> = HashSet::new();
        for lot in draft.lots.iter().filter(|lot| draft.says_enough(lot)) {
            let ranking = self.match_list(lot.to_match(draft), &[])?;
            fitting.extend(ranking.of_tier(Tier::Fits).map(|(found, _)| found.siret));
        }
        Ok(u64::try_from(fitting.len()).unwrap_or(u64::MAX))
    }

    /// The need that a publishing link is for.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not publish it.
    pub async fn need_publish_show(&self, actor: &Actor, need: Uuid) -> Result<Need> {
        self.need_seen(actor, Action::NeedPublishShow, need).await
    }

    /// Whether an actor may do something on a need: asked before what it sends is read.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it may not; [`Error::NotFound`] when there is no such need.
    pub async fn need_allowed(&self, actor: &Actor, action: Action, need: Uuid) -> Result<()> {
        self.authorise(actor, action, self.need_target(need).await?)
    }

    /// A need, whatever its status, for who may.
    async fn need_seen(&self, actor: &Actor, action: Action, id: Uuid) -> Result<Need> {
        let need = self.store.need_fetch(id).await?.ok_or(Error::NotFound)?;
        self.authorise(actor, action, need.target())?;
        Ok(need)
    }

    /// Why a need that is not published cannot be today; `None` when it can.
    #[must_use]
    pub fn need_refusal(&self, need: &Need) -> Option<String> {
        match self.refuse_unpublishable(&need.draft) {
            Err(Error::Refused(why)) if need.published_at.is_none() => Some(why),
            _ => None,
        }
    }

    /// Publishes a need. A second time changes nothing and tells the same.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not; [`Error::Refused`] when, since it was sent, the law closed a lot or
    /// the deadline passed.
    pub async fn need_publish(&self, actor: &Actor, need: Uuid) -> Result<Need> {
        let publish = async |tx: &mut Tx, held: HeldNeed| {
            let need = held.need;
            if need.published_at.is_some() {
                return Ok(Deed::Nothing(need));
            }
            self.refuse_unpublishable(&need.draft)?;
            tx.need_publish(need.id, &need.draft, self.clock.now()).await?;
            let links = self.links();
            let mail = NeedPublished {
                title: need.draft.title.clone(),
                follow_url: links.need_follow(&need),
                need_url: links.need(need.id),
            };
            let work = Work::NeedTell { need: need.id };
            tx.work_add(self, &work, format!("need_tell:{}", need.id)).await?;
            tx.mail_to_author(self, &need, &mail, format!("published:{}", need.id)).await?;
            Ok(Deed::Kept(need))
        };
        // What was just published is on the next page the author opens.
        Ok(self.need_write(actor, Action::NeedPublish, need, publish).await?.value)
    }

    /// A published need.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it is not published.
    pub fn need_show(&self, id: Uuid) -> Result<Arc<NeedEntry>> {
        self.index.catalogue().need(id).cloned().ok_or(Error::NotFound)
    }

    /// The structures that fit a lot of a published need, ranked, with how many its reservation leaves out. Without
    /// lot, its first one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it is not published.
    pub async fn need_matches(&self, id: Uuid, lot: Option<LotKey>) -> Result<LotMatches> {
        let entry = self.need_show(id)?;
        let draft = &entry.need.draft;
        let first = draft.lots.first().map(|lot| (0, lot));
        let (rank, lot) = lot.map_or(first, |key| draft.lot(key)).ok_or(Error::NotFound)?;
        let ranking = self.match_list_with_left_out(lot.to_match(draft), &entry.need.seed(lot))?;
        let history = self.need_history(&entry.need).await?;
        let shared = self.store.shared_list(id).await?;
        Ok(LotMatches { rank, ranking, history, shared, entry })
    }

    /// What changed in a published need, version by version, the newest first.
    async fn need_history(&self, need: &Need) -> Result<Vec<Revision>> {
        if need.version < 2 {
            return Ok(Vec::new());
        }
        let versions: Vec<NeedVersion> = self.store.version_list(need.id).await?;
        let revision = |pair: &[NeedVersion]| Revision {
            number: pair[1].number,
            at: pair[1].saved_at,
            changes: changes(&pair[0].draft, &pair[1].draft),
        };
        Ok(versions.windows(2).rev().map(revision).collect())
    }

    /// A need as its author sees it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not its author.
    pub async fn need_follow(&self, actor: &Actor, need: Uuid) -> Result<FollowView> {
        let need = self.need_seen(actor, Action::NeedFollow, need).await?;
        // Whoever helps has not looked for the one who is helped.
        if let Actor::Account(account) = actor
            && account.support.is_none()
        {
            // The page is worth more than the memory of it: a database that takes no writes just now is still read.
            let visited = self.store.need_visit(account.id, need.id, self.clock.now()).await;
            if let Err(error) = visited {
                tracing::warn!(need = %need.id, %error, "a visit is not remembered");
            }
        }
        let target = need.target();
        let is_granted = |action| may(actor, action, &target) == Verdict::Granted;
        let catalogue = self.index.catalogue();
        let entry = |siret: Siret| catalogue.structure_known(siret).cloned();
        let told = self.store.match_list(need.id).await?;
        let answers = self.store.answer_list(need.id).await?;
        let interests = self.store.interest_list(need.id).await?;
        let prepared = self.store.need_prepared(&need).await?;
        Ok(FollowView {
            history: self.need_history(&need).await?,
            waiting: self.need_waiting(&need).await?,
            writes: is_granted(Action::MessageReply),
            decides: is_granted(Action::NeedEnd),
            has_prepared: need.published_at.is_some() && prepared.is_some_and(|draft| draft != need.draft),
            told: told.into_iter().map(|row| (row.clone(), entry(row.siret))).collect(),
            answers: answers.into_iter().map(|row| (row.clone(), entry(row.siret))).collect(),
            interests: interests.into_iter().map(|i| (i.clone(), entry(i.siret).is_some())).collect(),
            messages: self.store.message_list(need.id).await?,
            shared: self.store.shared_list(need.id).await?,
            selections: self.store.selection_list(need.id).await?,
            followed: self.store.followed_list(need.id).await?,
            need,
        })
    }

    /// Says what became of a need: closed, awarded, given up, or open again.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not its author; [`Error::Refused`] for a need that is not published.
    pub async fn need_end(&self, actor: &Actor, need: Uuid, status: NeedStatus) -> Result<()> {
        let is_outcome = NeedStatus::OUTCOMES.contains(&status) || status == NeedStatus::Published;
        let end = async |tx: &mut Tx, held: HeldNeed| {
            let mut need = held.need;
            if need.published_at.is_none() || !is_outcome {
                return Err(Error::Refused("Ce besoin n’est pas encore publié.".to_owned()));
            }
            refuse_withdrawn(&need)?;
            let now = self.clock.now();
            if !tx.need_end(need.id, status, now).await? {
                return Ok(Deed::Nothing(()));
            }
            if status == NeedStatus::Published {
                need.awards_withdraw(now);
                tx.need_award(need.id, &need.awards, now).await?;
            }
            let work = Work::NeedTellEnd { need: need.id, status, lots: Vec::new() };
            tx.work_add(self, &work, format!("need_end:{}:{now}", need.id)).await?;
            Ok(Deed::Kept(()))
        };
        self.need_write(actor, Action::NeedEnd, need, end).await.map(|_| ())
    }

    /// Says what lots of a need are awarded, and to whom if the author says so; said again, it corrects what was said, which
    /// stays as history. When nothing is left, the need is awarded.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not its author; [`Error::Refused`] when no lot is chosen, one is not there,
    /// or the need does not wait for that.
    pub async fn need_award(&self, actor: &Actor, need: Uuid, said: Vec<Award>) -> Result<()> {
        let award = async |tx: &mut Tx, held: HeldNeed| {
            let mut need = held.need;
            let waits =
                [NeedStatus::Published, NeedStatus::Closed, NeedStatus::Awarded].contains(&need.status);
            refuse_withdrawn(&need)?;
            if need.published_at.is_none() || !waits {
                return Err(Error::Refused("Ce besoin n’attend pas d’attribution.".to_owned()));
            }
            if said.is_empty() || said.iter().any(|award| need.draft.lot(award.lot).is_none()) {
                return Err(Error::Refused("Choisissez au moins un lot.".to_owned()));
            }
            let now = self.clock.now();
            let lots = need.awards_set(said.clone());
            if lots.is_empty() {
                return Ok(Deed::Nothing(()));
            }
            tx.need_award(need.id, &need.awards, now).await?;
            if need.is_all_awarded() {
                tx.need_end(need.id, NeedStatus::Awarded, now).await?;
            }
            let work = Work::NeedTellEnd { need: need.id, status: NeedStatus::Awarded, lots };
            tx.work_add(self, &work, format!("need_end:{}:{}", need.id, self.clock.id())).await?;
            Ok(Deed::Kept(()))
        };
        self.need_write(actor, Action::NeedEnd, need, award).await.map(|_| ())
    }
}

impl Tx {
    /// Adds a mail to the author of a need; none when the address was erased.
    pub(super) async fn mail_to_author(
        &mut self,
        backend: &Backend,
        need: &Need,
        mail: &impl Template,
        dedupe_key: String,
    ) -> Result<()> {
        match &need.author {
            Some(author) => self.mail_add(backend, mail.mail(author)?, dedupe_key).await,
            None => Ok(()),
        }
    }
}

fn preview_of(ranking: &Ranking) -> Preview {
    let lot = ranking.lot.lot();
    Preview {
        place: lot.place.unwrap_or(Place::FRANCE),
        sectors: lot.sectors.clone(),
        tiers: ranking.tiers(),
        left_out: ranking.left_out_total(),
        reachable: ranking.told(),
    }
}
