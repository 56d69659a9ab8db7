//! Needs: preview, send, publish, list, follow, answer.

mod list;

pub use list::{NeedPage, NeedQuery};

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::{Entry, NeedEntry};
use crate::jobs::Work;
use crate::links::Grant;
use crate::mail::{AnswerReceived, NeedConfirm, NeedPublished, Template};
use crate::matches::Ranking;
use crate::store::{Answer, AnswerRow, ChangeKind, MatchRow, Need, NeedStatus, lot_of};
use domain::date;
use domain::legal::Reservation;
use domain::matching::Lot;
use domain::need::{NeedDraft, NeedForm, Violation, lot_of_form};
use domain::sector::SectorIx;
use domain::siret::Siret;
use domain::structure::{KindSet, Mode};
use domain::territory::Place;
use domain::text::plural;
use std::sync::Arc;
use uuid::Uuid;

/// Longest message of an answer, in characters.
const MESSAGE_MAX: usize = 2_000;

/// What a form would bring, while it is being filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Where, as understood.
    pub place: Place,
    /// What, as understood.
    pub sectors: Vec<SectorIx>,
    /// How many structures fit.
    pub fitting: u64,
    /// How many the reservation leaves out.
    pub left_out: u64,
    /// How many of those that fit have a contact and will be told.
    pub reachable: u64,
}

/// A need as its author sees it.
#[derive(Debug)]
pub struct FollowView {
    /// The need.
    pub need: Need,
    /// What structures were told.
    pub told: Vec<(MatchRow, Option<Arc<Entry>>)>,
    /// What they answered.
    pub answers: Vec<(AnswerRow, Option<Arc<Entry>>)>,
}

/// A need that a structure is about to answer.
#[derive(Debug)]
pub struct AnswerView {
    /// The need.
    pub need: Need,
    /// The structure.
    pub structure: Arc<Entry>,
    /// What it answered before.
    pub before: Option<Answer>,
}

impl Backend {
    /// What a form would bring; `None` as long as place or sector is not known.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn need_preview(&self, form: &NeedForm) -> Result<Option<Preview>> {
        let Some((place, sectors)) = lot_of_form(form) else { return Ok(None) };
        let lot = Lot {
            sectors: sectors.clone(),
            place,
            reservation: Reservation::parse(&form.reservation).unwrap_or_default(),
            kinds: KindSet::EMPTY,
            mode: Mode::parse(&form.mode),
            hours_per_month: None,
            text: form.quoi.clone(),
        };
        let ranking = self.match_list_with_left_out(lot, &[])?;
        Ok(Some(preview_of(place, sectors, &ranking)))
    }

    /// Reads a form as of today.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn need_read(&self, form: &NeedForm) -> std::result::Result<NeedDraft, Vec<Violation>> {
        form.parse(self.clock.today())
    }

    /// Keeps a need, not yet published, and mails its author the link that publishes it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_send(&self, draft: NeedDraft) -> Result<Uuid> {
        let now = self.clock.now();
        let need = Need {
            id: self.clock.id(),
            draft,
            status: NeedStatus::Unconfirmed,
            created_at: now,
            published_at: None,
        };
        let fitting = self.match_list(need.lot(), &need.seed())?.matches.len();
        let fitting = u64::try_from(fitting).unwrap_or(u64::MAX);
        let verb = if fitting < 2 { "correspond" } else { "correspondent" };
        let mail = NeedConfirm {
            title: need.draft.title.clone(),
            place: need.draft.place.name(),
            deadline: date::long(need.draft.deadline),
            fitting: format!("{} {verb}", plural(fitting, "structure", "structures")),
            confirm_url: self.links().need_publish(need.id),
        };
        let mut tx = self.store.begin().await?;
        tx.need_insert(&need).await?;
        tx.mail_add(self, mail.mail(&need.draft.email)?, format!("confirm:{}", need.id)).await?;
        tx.commit().await?;
        self.wake();
        Ok(need.id)
    }

    /// The need that a publishing link is for.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong.
    pub async fn need_of_publish_link(&self, token: &str) -> Result<Need> {
        match self.signer.check(token, &self.clock)? {
            Grant::NeedPublish(id) => self.store.need_fetch(id).await?.ok_or(Error::NotFound),
            _ => Err(Error::BadLink),
        }
    }

    /// Publishes the need of a link. A second time changes nothing and tells the same.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong.
    pub async fn need_publish(&self, token: &str) -> Result<Uuid> {
        let need = self.need_of_publish_link(token).await?;
        let mut tx = self.store.begin().await?;
        if tx.need_publish(need.id, self.clock.now()).await? {
            let links = self.links();
            let mail = NeedPublished {
                title: need.draft.title.clone(),
                follow_url: links.need_follow(need.id),
                need_url: links.need(need.id),
            };
            tx.work_add(self, &Work::NeedTell { need: need.id }, format!("need_tell:{}", need.id)).await?;
            tx.mail_add(self, mail.mail(&need.draft.email)?, format!("published:{}", need.id)).await?;
        }
        tx.commit().await?;
        self.wake();
        // What was just published is on the next page the author opens.
        self.index.follow(&self.store).await.or_else(held_by_another)?;
        Ok(need.id)
    }

    /// A published need.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it is not published.
    pub fn need_show(&self, id: Uuid) -> Result<Arc<NeedEntry>> {
        self.index.catalogue().need(id).cloned().ok_or(Error::NotFound)
    }

    /// The structures that fit a published need, ranked, with how many its reservation leaves out.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it is not published.
    pub fn need_matches(&self, id: Uuid) -> Result<(Arc<NeedEntry>, Ranking)> {
        let entry = self.need_show(id)?;
        let ranking = self.match_list_with_left_out(lot_of(&entry.need.draft), &entry.need.seed())?;
        Ok((entry, ranking))
    }

    /// A need as its author sees it.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong.
    pub async fn need_follow(&self, token: &str) -> Result<FollowView> {
        let Grant::NeedFollow(id) = self.signer.check(token, &self.clock)? else {
            return Err(Error::BadLink);
        };
        let need = self.store.need_fetch(id).await?.ok_or(Error::NotFound)?;
        let catalogue = self.index.catalogue();
        let entry = |siret: Siret| catalogue.structure(siret).cloned();
        let told = self.store.match_list(id).await?;
        let answers = self.store.answer_list(id).await?;
        Ok(FollowView {
            need,
            told: told.into_iter().map(|row| (row.clone(), entry(row.siret))).collect(),
            answers: answers.into_iter().map(|row| (row.clone(), entry(row.siret))).collect(),
        })
    }

    /// The need and the structure of an answering link.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong.
    pub async fn need_of_answer_link(&self, token: &str) -> Result<AnswerView> {
        let Grant::NeedAnswer(id, siret) = self.signer.check(token, &self.clock)? else {
            return Err(Error::BadLink);
        };
        let need = self.store.need_fetch(id).await?.ok_or(Error::NotFound)?;
        let structure = self.structure_show(siret)?;
        let answers = self.store.answer_list(id).await?;
        let before = answers.into_iter().find(|a| a.siret == siret).map(|a| a.answer);
        Ok(AnswerView { need, structure, before })
    }

    /// Keeps the answer of the structure of a link and mails it to the author; a later answer replaces it.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong; [`Error::Refused`] when the message is too long or the deadline has passed.
    pub async fn need_answer(&self, token: &str, answer: Answer, message: &str) -> Result<AnswerView> {
        let view = self.need_of_answer_link(token).await?;
        let message = message.trim();
        if message.chars().count() > MESSAGE_MAX {
            return Err(Error::Refused("Raccourcissez votre message à 2 000 caractères.".to_owned()));
        }
        if !view.need.is_open(self.clock.today()) {
            return Err(Error::Refused(
                "La date limite est passée : ce besoin ne reçoit plus de réponses.".to_owned(),
            ));
        }
        let (id, siret, now) = (view.need.id, view.structure.structure.siret, self.clock.now());
        let row = AnswerRow { siret, answer, message: message.to_owned(), answered_at: now };
        let mail = AnswerReceived {
            title: view.need.draft.title.clone(),
            structure: view.structure.structure.shown_name().to_owned(),
            answer: answer.label().to_owned(),
            message: message.to_owned(),
            follow_url: self.links().need_follow(id),
        };
        let mut tx = self.store.begin().await?;
        tx.answer_save(id, &row).await?;
        if view.before != Some(answer) {
            let key = format!("answer:{id}:{siret}:{}", answer.code());
            tx.mail_add(self, mail.mail(&view.need.draft.email)?, key).await?;
        }
        tx.outbox_push(ChangeKind::Need, &[id.to_string()], now).await?;
        tx.commit().await?;
        self.wake();
        self.index.follow(&self.store).await.or_else(held_by_another)?;
        Ok(AnswerView { before: Some(answer), ..view })
    }

    /// The structure of a link that stops its mails.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong.
    pub fn structure_of_stop_link(&self, token: &str) -> Result<Arc<Entry>> {
        match self.signer.check(token, &self.clock)? {
            Grant::AlertsStop(siret) => self.structure_show(siret),
            _ => Err(Error::BadLink),
        }
    }

    /// Stops the mails to the structure of a link.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong.
    pub async fn alerts_stop(&self, token: &str) -> Result<Arc<Entry>> {
        let entry = self.structure_of_stop_link(token)?;
        let mut tx = self.store.begin().await?;
        tx.structure_alerts_stop(entry.structure.siret, self.clock.now()).await?;
        tx.commit().await?;
        self.wake();
        Ok(entry)
    }
}

/// Another process of this machine holds the index files: its own follower does the work.
pub(crate) fn held_by_another(error: Error) -> Result<crate::index::Progress> {
    match error {
        Error::Index(tantivy::TantivyError::LockFailure(..)) => Ok(crate::index::Progress::UpToDate),
        other => Err(other),
    }
}

fn preview_of(place: Place, sectors: Vec<SectorIx>, ranking: &Ranking) -> Preview {
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let reachable = ranking.matches.iter().filter(|(_, e)| e.structure.contact.is_some());
    Preview {
        place,
        sectors,
        fitting: count(ranking.matches.len()),
        left_out: ranking.left_out_total(),
        reachable: count(reachable.count()),
    }
}
