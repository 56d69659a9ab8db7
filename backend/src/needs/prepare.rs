//! The optional steps of a need: kept at each step, resumed from a mailed link, published when its author decides.
//!
//! A need that is not published is written by whoever holds its preparing link. Once it is published only its
//! author's own link, which goes out by mail, revises it: what is being written waits beside what is published.

use super::held_by_another;
use crate::Backend;
use crate::error::{Error, Result};
use crate::jobs::Work;
use crate::links::Grant;
use crate::mail::{NeedKept, Template};
use crate::store::Need;
use domain::need::{Change, LotKey, NeedDraft, NeedStatus, Violation, changes, steps};
use uuid::Uuid;

/// A need that is being written.
#[derive(Debug)]
pub struct Prepared {
    /// As it is stored, and published if it is.
    pub need: Need,
    /// As it is being written.
    pub draft: NeedDraft,
}

impl Prepared {
    /// Whether it is published: then what is written is a revision.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.need.published_at.is_some()
    }

    /// What the revision changes; empty for a need that is not published.
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
    pub async fn need_start(&self, draft: NeedDraft) -> Result<Uuid> {
        let need = self.need_new(draft, NeedStatus::Draft);
        let mail =
            NeedKept { title: need.draft.title.clone(), prepare_url: self.links().need_prepare(need.id) };
        let mut tx = self.store.begin().await?;
        tx.need_insert(&need).await?;
        tx.mail_add(self, mail.mail(&need.draft.email)?, format!("kept:{}", need.id)).await?;
        tx.commit().await?;
        self.wake();
        Ok(need.id)
    }

    /// The need of a preparing link, or of the author's link, as it is being written.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong, or when it is a preparing link of a need that is published since.
    pub async fn need_prepared(&self, token: &str) -> Result<Prepared> {
        let (id, may_revise) = match self.signer.check(token, &self.clock)? {
            Grant::NeedPrepare(id) => (id, false),
            Grant::NeedFollow(id) => (id, true),
            _ => return Err(Error::BadLink),
        };
        let need = self.store.need_fetch(id).await?.ok_or(Error::NotFound)?;
        if need.published_at.is_some() && !may_revise {
            return Err(Error::BadLink);
        }
        let draft = self.store.need_prepared(id).await?.unwrap_or_else(|| need.draft.clone());
        Ok(Prepared { need, draft })
    }

    /// Changes what is being written of a need. `change` gives the new draft, or what is to be corrected.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong.
    pub async fn need_step(
        &self,
        token: &str,
        change: impl FnOnce(&NeedDraft) -> std::result::Result<NeedDraft, Vec<Violation>>,
    ) -> Result<StepOutcome> {
        let prepared = self.need_prepared(token).await?;
        let draft = match change(&prepared.draft) {
            Err(wrong) => return Ok(StepOutcome::Refused(wrong)),
            Ok(draft) => draft,
        };
        let mut tx = self.store.begin().await?;
        tx.need_prepare(prepared.need.id, &draft, self.clock.now()).await?;
        tx.commit().await?;
        Ok(StepOutcome::Kept(Box::new(draft)))
    }

    /// Mails the author of a draft the link that publishes it.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong; [`Error::Refused`] when the law closes a lot, or the need is published.
    pub async fn need_ask(&self, token: &str) -> Result<Need> {
        let prepared = self.need_prepared(token).await?;
        if prepared.is_published() {
            return Err(Error::Refused("Ce besoin est déjà publié.".to_owned()));
        }
        self.refuse_unlawful(&prepared.draft)?;
        let mail = self.confirm_mail(prepared.need.id, &prepared.draft)?;
        let mut tx = self.store.begin().await?;
        tx.need_ask(prepared.need.id).await?;
        // Asked again after a change, it is sent again; pressed twice, once.
        let key = format!("confirm:{}:{}", prepared.need.id, self.clock.now() / 60);
        tx.mail_add(self, mail.mail(&prepared.draft.email)?, key).await?;
        tx.commit().await?;
        self.wake();
        Ok(prepared.need)
    }

    /// Publishes what was written of a published need as its next version, and tells those whom the changes concern.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong; [`Error::Refused`] when nothing changed, the law closes a lot, or
    /// another version was published meanwhile.
    pub async fn need_revise(&self, token: &str) -> Result<Uuid> {
        let prepared = self.need_prepared(token).await?;
        if !prepared.is_published() {
            return Err(Error::BadLink);
        }
        if prepared.changes().is_empty() {
            return Err(Error::Refused("Rien n’a changé depuis la version publiée.".to_owned()));
        }
        self.refuse_unlawful(&prepared.draft)?;
        let (id, version, now) = (prepared.need.id, prepared.need.version, self.clock.now());
        let mut tx = self.store.begin().await?;
        if !tx.need_revise(id, version, &prepared.draft, now).await? {
            return Err(Error::Refused(
                "Une autre version vient d’être publiée\u{a0}: relisez la page avant de recommencer."
                    .to_owned(),
            ));
        }
        let work = Work::NeedTellAgain { need: id, version: version + 1 };
        tx.work_add(self, &work, format!("need_tell:{id}:{}", version + 1)).await?;
        tx.commit().await?;
        self.wake();
        self.index.follow(&self.store).await.or_else(held_by_another)?;
        Ok(id)
    }

    fn refuse_unlawful(&self, draft: &NeedDraft) -> Result<()> {
        let refusals: Vec<(LotKey, String)> = steps::legal_refusals(draft, self.clock.today());
        match refusals.first() {
            None => Ok(()),
            Some((key, reason)) => {
                let name = draft.lot(*key).map(|(rank, _)| draft.lot_name(rank)).unwrap_or_default();
                Err(Error::Refused(format!("{name}\u{a0}: {reason}. Changez la voie juridique de ce lot.")))
            }
        }
    }
}
