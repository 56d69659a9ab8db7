//! The optional steps of a need: kept at each step, resumed from a mailed link, published when its author decides.
//!
//! A need that is not published is written by whoever holds its preparing link. Once it is published only its
//! author's own link, which goes out by mail, revises it: what is being written waits beside what is published.

use crate::Backend;
use crate::error::{Error, Result};
use crate::jobs::Work;
use crate::mail::NeedKept;
use crate::store::Tx;
use crate::write::{Deed, HeldNeed};
use domain::access::{Action, Actor, Verdict, may};
use domain::date;
use domain::form::{Field, Violation};
use domain::need::{Change, Comment, LotKey, Need, NeedDraft, NeedRequest, NeedStatus, changes, steps};
use jiff::ToSpan;
use uuid::Uuid;

/// Days that a need which is begun from another one takes answers for, at least.
const DUPLICATE_DAYS: i64 = 30;

/// A need that is being written.
#[derive(Debug)]
pub struct Prepared {
    /// As it is stored, and published if it is.
    pub need: Need,
    /// As it is being written.
    pub draft: NeedDraft,
    /// Whether the reader writes it.
    pub writes: bool,
    /// What those who prepare it say to each other, in its order.
    pub comments: Vec<Comment>,
}

impl Prepared {
    fn new(need: Need, written: Option<NeedDraft>) -> Self {
        let draft = written.unwrap_or_else(|| need.draft.clone());
        Self { need, draft, writes: true, comments: Vec::new() }
    }

    pub(super) fn of(held: HeldNeed) -> Self {
        Self::new(held.need, held.prepared)
    }

    /// Whether it is published: then what is written is a revision.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.need.published_at.is_some()
    }

    /// Whether it is published and something else is written than what is.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.is_published() && self.draft != self.need.draft
    }

    /// What the revision changes, in sentences; empty for a need that is not published.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        if self.is_published() { changes(&self.need.draft, &self.draft) } else { Vec::new() }
    }
}

/// What came of a step.
#[derive(Debug)]
pub enum StepOutcome {
    /// Kept.
    Kept(Box<NeedDraft>),
    /// Something is to be corrected; nothing was changed.
    Refused(Vec<Violation>),
}

impl Backend {
    /// Keeps a need as a draft and mails its author the link that resumes it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_start(&self, actor: &Actor, request: NeedRequest) -> Result<Need> {
        let need = self.need_new(request, NeedStatus::Draft);
        let mail =
            NeedKept { title: need.draft.title.clone(), prepare_url: self.links().need_prepare(&need) };
        self.need_keep(actor, &need, mail, format!("kept:{}", need.id)).await?;
        Ok(need)
    }

    /// Begins another need like one that is there: without its files, and with a deadline to come. Whoever signed in is its
    /// author, else that of the first one; its link is mailed, as that of any draft.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the author; [`Error::Refused`] when nobody knows the author any more.
    pub async fn need_duplicate(&self, actor: &Actor, need: Uuid) -> Result<Need> {
        let source = self.need_seen(actor, Action::NeedDuplicate, need).await?;
        let author = match actor {
            Actor::Account(account) => Some(account.address.clone()),
            _ => source.author.clone(),
        };
        let Some(author) = author else {
            return Err(Error::Refused("L’adresse de l’auteur de ce besoin n’est plus gardée.".to_owned()));
        };
        let soon = self.clock.today().saturating_add(DUPLICATE_DAYS.days());
        let draft = NeedDraft {
            attachments: Vec::new(),
            published: None,
            launch: None,
            start: None,
            deadline: source.draft.deadline.max(soon),
            ..source.draft.clone()
        };
        let begun = self.need_new(NeedRequest { author, draft }, NeedStatus::Draft);
        let copy = Need { organisation: source.organisation, ..begun };
        let mail =
            NeedKept { title: copy.draft.title.clone(), prepare_url: self.links().need_prepare(&copy) };
        let duplicate = async |tx: &mut Tx| {
            tx.need_insert(&copy).await?;
            tx.mail_to_author(self, &copy, &mail, format!("kept:{}", copy.id)).await?;
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::NeedDuplicate, source.target(), duplicate).await?;
        Ok(copy)
    }

    /// A need as it is being written.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not write it: a preparing link does not once it is published.
    pub async fn need_prepared(&self, actor: &Actor, need: Uuid) -> Result<Prepared> {
        let need = self.need_seen(actor, Action::NeedPreparedShow, need).await?;
        let draft = self.store.need_prepared(&need).await?;
        let writes = may(actor, Action::NeedPrepare, &need.target()) == Verdict::Granted;
        let comments = self.store.comment_list(need.id).await?;
        Ok(Prepared { writes, comments, ..Prepared::new(need, draft) })
    }

    /// Changes what is being written of a need. `change` gives the new draft, or what is to be corrected.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not write it.
    pub async fn need_step(
        &self,
        actor: &Actor,
        need: Uuid,
        change: impl FnOnce(&NeedDraft) -> std::result::Result<NeedDraft, Vec<Violation>>,
    ) -> Result<StepOutcome> {
        let step = async |tx: &mut Tx, held: HeldNeed| {
            let prepared = Prepared::of(held);
            let draft = match change(&prepared.draft) {
                Err(wrong) => return Ok(Deed::Nothing(StepOutcome::Refused(wrong))),
                Ok(draft) => draft,
            };
            tx.need_prepare(prepared.need.id, &draft, self.clock.now()).await?;
            Ok(Deed::Kept(StepOutcome::Kept(Box::new(draft))))
        };
        Ok(self.need_write(actor, Action::NeedPrepare, need, step).await?.value)
    }

    /// Mails the author of a draft the link that publishes it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not write it; [`Error::Refused`] when the law closes a lot, the deadline
    /// has passed, or the need is published.
    pub async fn need_ask(&self, actor: &Actor, need: Uuid) -> Result<Need> {
        // Counted before the need is held: other writes do not wait for it.
        let before = self.need_prepared(actor, need).await?;
        let mail = self.confirm_mail(&before.need, &before.draft)?;
        let ask = async |tx: &mut Tx, held: HeldNeed| {
            let prepared = Prepared::of(held);
            if prepared.is_published() {
                return Err(Error::Refused("Ce besoin est déjà publié.".to_owned()));
            }
            self.refuse_unpublishable(&prepared.draft)?;
            tx.need_ask(prepared.need.id).await?;
            // Asked again after a change, it is sent again; pressed twice, once.
            let key = format!("confirm:{}:{}", prepared.need.id, self.clock.now() / 60);
            tx.mail_to_author(self, &prepared.need, &mail, key).await?;
            Ok(Deed::Kept(prepared.need))
        };
        Ok(self.need_write(actor, Action::NeedAsk, need, ask).await?.value)
    }

    /// Publishes what was written of a published need as its next version, and tells those whom the changes concern.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not its author; [`Error::Refused`] when it is not published, nothing
    /// changed, the law closes a lot, or the deadline has passed.
    pub async fn need_revise(&self, actor: &Actor, need: Uuid) -> Result<()> {
        let revise = async |tx: &mut Tx, held: HeldNeed| {
            let prepared = Prepared::of(held);
            if !prepared.is_published() {
                return Err(Error::Refused("Ce besoin n’est pas encore publié.".to_owned()));
            }
            super::refuse_withdrawn(&prepared.need)?;
            if !prepared.is_changed() {
                return Err(Error::Refused("Rien n’a changé depuis la version publiée.".to_owned()));
            }
            self.refuse_unpublishable(&prepared.draft)?;
            let id = prepared.need.id;
            let version = tx.need_revise(&prepared.need, &prepared.draft, self.clock.now()).await?;
            let work = Work::NeedTellAgain { need: id, version };
            tx.work_add(self, &work, format!("need_tell:{id}:{version}")).await?;
            Ok(Deed::Kept(()))
        };
        self.need_write(actor, Action::NeedRevise, need, revise).await.map(|_| ())
    }

    /// Refuses what may not be published today.
    pub(super) fn refuse_unpublishable(&self, draft: &NeedDraft) -> Result<()> {
        if let Some(why) = unknown_refusal(draft) {
            return Err(Error::Refused(why));
        }
        let today = self.clock.today_at(&draft.place);
        if draft.deadline < today {
            return Err(Error::Refused(format!(
                "La date limite de réponse, le {}, est passée\u{a0}: choisissez-en une autre.",
                date::long(draft.deadline)
            )));
        }
        let refusals: Vec<(LotKey, String)> = steps::legal_refusals(draft, today);
        match refusals.first() {
            None => Ok(()),
            Some((key, reason)) => {
                let name = draft.lot(*key).map(|(rank, _)| draft.lot_name(rank)).unwrap_or_default();
                Err(Error::Refused(format!("{name}\u{a0}: {reason}. Changez la voie juridique de ce lot.")))
            }
        }
    }
}

/// Why nobody could be told of a lot: its place, or all its sectors, are no longer known.
fn unknown_refusal(draft: &NeedDraft) -> Option<String> {
    let lot = draft.lots.iter().find(|lot| !draft.says_enough(lot))?;
    let is_of_lot = |of: Option<LotKey>| of.is_none_or(|key| key == lot.key);
    let corrections = draft.corrections().into_iter();
    let (.., correction) =
        corrections.filter(|(of, ..)| is_of_lot(*of)).find(|(_, field, _)| *field != Field::Cpv)?;
    Some(format!("À corriger avant de publier\u{a0}: {}", correction.sentence()))
}
