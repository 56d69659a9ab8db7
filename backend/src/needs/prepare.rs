//! The optional steps of a need: kept at each step, resumed from a mailed link, published when its author decides.
//!
//! A need that is not published is written by whoever holds its preparing link. Once it is published only its
//! author's own link, which goes out by mail, revises it: what is being written waits beside what is published.

use crate::Backend;
use crate::error::{Error, Result};
use crate::jobs::Work;
use crate::links::Grant;
use crate::mail::{NeedKept, Template};
use crate::store::{Need, Tx};
use domain::date;
use domain::need::{Change, Field, LotKey, NeedDraft, NeedStatus, Violation, changes, steps};
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

/// A link that lets its holder write a need.
struct WritingLink {
    need: Uuid,
    /// The author's own link writes it also when it is published.
    may_revise: bool,
}

impl WritingLink {
    fn prepared(&self, need: Need, draft: Option<NeedDraft>) -> Result<Prepared> {
        if need.published_at.is_some() && !self.may_revise {
            return Err(Error::Refused(
                "Ce besoin est publié\u{a0}: pour le changer, ouvrez le lien de l’e-mail «\u{a0}Votre besoin est publié\u{a0}»."
                    .to_owned(),
            ));
        }
        let draft = draft.unwrap_or_else(|| need.draft.clone());
        Ok(Prepared { need, draft })
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
    /// [`Error::BadLink`] when the link is wrong, [`Error::Refused`] when it is a preparing link of a need that is
    /// published since.
    pub async fn need_prepared(&self, token: &str) -> Result<Prepared> {
        let link = self.writing_link(token)?;
        let need = self.store.need_fetch(link.need).await?.ok_or(Error::NotFound)?;
        let draft = self.store.need_prepared(link.need).await?;
        link.prepared(need, draft)
    }

    /// The same, held: what is read stays true until the transaction ends.
    pub(super) async fn need_prepared_hold(&self, tx: &mut Tx, token: &str) -> Result<Prepared> {
        let link = self.writing_link(token)?;
        let (need, draft) = tx.need_hold(link.need).await?.ok_or(Error::NotFound)?;
        link.prepared(need, draft)
    }

    fn writing_link(&self, token: &str) -> Result<WritingLink> {
        match self.signer.check(token, &self.clock)? {
            Grant::NeedPrepare(need) => Ok(WritingLink { need, may_revise: false }),
            Grant::NeedFollow(need) => Ok(WritingLink { need, may_revise: true }),
            _ => Err(Error::BadLink),
        }
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
        self.writing_link(token)?;
        let mut tx = self.store.begin().await?;
        let prepared = self.need_prepared_hold(&mut tx, token).await?;
        let draft = match change(&prepared.draft) {
            Err(wrong) => return Ok(StepOutcome::Refused(wrong)),
            Ok(draft) => draft,
        };
        tx.need_prepare(prepared.need.id, &draft, self.clock.now()).await?;
        tx.commit().await?;
        Ok(StepOutcome::Kept(Box::new(draft)))
    }

    /// Mails the author of a draft the link that publishes it.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong; [`Error::Refused`] when the law closes a lot, the deadline has passed,
    /// or the need is published.
    pub async fn need_ask(&self, token: &str) -> Result<Need> {
        let prepared = self.need_prepared(token).await?;
        if prepared.is_published() {
            return Err(Error::Refused("Ce besoin est déjà publié.".to_owned()));
        }
        self.refuse_unpublishable(&prepared.draft)?;
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
    /// [`Error::BadLink`] when the link is wrong; [`Error::Refused`] when nothing changed, the law closes a lot, or the
    /// deadline has passed.
    pub async fn need_revise(&self, token: &str) -> Result<Uuid> {
        self.writing_link(token)?;
        let mut tx = self.store.begin().await?;
        let prepared = self.need_prepared_hold(&mut tx, token).await?;
        if !prepared.is_published() {
            return Err(Error::BadLink);
        }
        if !prepared.is_changed() {
            return Err(Error::Refused("Rien n’a changé depuis la version publiée.".to_owned()));
        }
        self.refuse_unpublishable(&prepared.draft)?;
        let id = prepared.need.id;
        let version = tx.need_revise(&prepared.need, &prepared.draft, self.clock.now()).await?;
        let work = Work::NeedTellAgain { need: id, version };
        tx.work_add(self, &work, format!("need_tell:{id}:{version}")).await?;
        tx.commit().await?;
        self.wake();
        self.index_follow_saved().await;
        Ok(id)
    }

    /// Refuses what may not be published today.
    pub(super) fn refuse_unpublishable(&self, draft: &NeedDraft) -> Result<()> {
        if let Some(why) = unknown_refusal(draft) {
            return Err(Error::Refused(why));
        }
        if draft.deadline < self.clock.today_at(&draft.place) {
            return Err(Error::Refused(format!(
                "La date limite de réponse, le {}, est passée\u{a0}: choisissez-en une autre.",
                date::long(draft.deadline)
            )));
        }
        let today = self.clock.today();
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
