//! What structures and authors of needs write to each other, what authors answer to all, and the one reminder of a lot.

use super::answers::CLOSED;
use crate::error::{Error, Result};
use crate::index::Entry;
use crate::jobs::{Still, Work};
use crate::mail::{AnswerShared, LotReminded, Mail, MessageReceived, Template};
use crate::store::{Attachment, Tx};
use crate::telling::concerned;
use crate::write::{Deed, HeldNeed};
use crate::{Backend, computing};
use domain::access::{Action, Actor, Target};
use domain::date;
use domain::need::{Answer, LotKey, Message, MessageText, Need, SharedAnswer, Side};
use domain::siret::Siret;
use domain::structure::Structure;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// Structures that are written to in one transaction.
const WRITTEN_AT_ONCE: usize = 200;

/// What somebody writes in a thread, on a page or by mail.
pub(super) struct Written {
    pub text: MessageText,
    /// The files that came with it, each with its id.
    pub files: Vec<(Uuid, Attachment)>,
    /// Digest of the mail by which it came.
    pub digest: Option<Vec<u8>>,
}

impl Written {
    fn typed(text: &MessageText) -> Self {
        Self { text: text.clone(), files: Vec::new(), digest: None }
    }
}

/// What a structure and the author of a need wrote to each other.
#[derive(Debug)]
pub struct ThreadView {
    /// The need.
    pub need: Need,
    /// The structure.
    pub structure: Arc<Entry>,
    /// The lots about which it may write: those of which it was told, all of them if it was told of none.
    pub lots: Vec<LotKey>,
    /// What was written, in its order.
    pub messages: Vec<Message>,
    /// What was answered to all, in its order.
    pub shared: Vec<SharedAnswer>,
    /// Whether it may write.
    pub takes_messages: bool,
}

impl Backend {
    /// What a structure and the author of a need wrote to each other, for the structure.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not answer for it; [`Error::NotFound`] when the need is not published.
    pub async fn thread_show(&self, actor: &Actor, id: Uuid, siret: Siret) -> Result<ThreadView> {
        self.authorise(actor, Action::ThreadShow, Target::Answer { need: id, siret })?;
        let need = self.store.need_fetch(id).await?.ok_or(Error::NotFound)?;
        if need.published_at.is_none() {
            return Err(Error::NotFound);
        }
        let told = self.store.match_list(id).await?;
        let told: Vec<LotKey> = told.iter().filter(|row| row.siret == siret).map(|row| row.lot).collect();
        let messages = self.store.message_list_of(id, siret).await?;
        let answered = self.store.answer_list(id).await?.iter().any(|row| row.siret == siret);
        let lots = need.draft.lots.iter().map(|lot| lot.key);
        Ok(ThreadView {
            lots: lots.filter(|key| told.is_empty() || told.contains(key)).collect(),
            takes_messages: self.need_is_open(&need) || answered || !messages.is_empty(),
            structure: self.structure_known(siret)?,
            shared: self.store.shared_list(id).await?,
            messages,
            need,
        })
    }

    /// Writes to the author of a need for a structure, and mails it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not answer for it; [`Error::Refused`] when the lot is none of its own, or
    /// the need is over and it never answered.
    pub async fn message_write(
        &self,
        actor: &Actor,
        need: Uuid,
        siret: Siret,
        lot: LotKey,
        text: &MessageText,
    ) -> Result<()> {
        self.message_write_as(actor, need, siret, lot, &Written::typed(text)).await
    }

    /// The same, of what came by a page or by mail.
    pub(super) async fn message_write_as(
        &self,
        actor: &Actor,
        need: Uuid,
        siret: Siret,
        lot: LotKey,
        written: &Written,
    ) -> Result<()> {
        let view = self.thread_show(actor, need, siret).await?;
        if !view.takes_messages {
            return Err(Error::Refused(CLOSED.to_owned()));
        }
        if !view.lots.contains(&lot) {
            return Err(Error::Refused("Choisissez le lot dont vous parlez.".to_owned()));
        }
        let message = self.message_new(need, lot, siret, Side::Structure, &written.text);
        let who = view.structure.structure.shown_name();
        let url = self.links().need_candidate(&view.need, lot, siret);
        let mail = self.message_mail(&view.need, &message, who, written, url);
        let write = async |tx: &mut Tx| {
            if !tx.message_insert(&message, &written.files, written.digest.as_deref()).await? {
                return Ok(Deed::Nothing(()));
            }
            if let Some(author) = &view.need.author {
                let reply_to = self.reply_address(&message, view.need.link_number);
                let mail = Mail { reply_to, ..mail.mail(author)? };
                tx.mail_add(self, mail, format!("message:{}", message.id)).await?;
            }
            Ok(Deed::Kept(()))
        };
        let target = Target::Answer { need, siret };
        self.write(actor, Action::MessageWrite, target, write).await.map(|_| ())
    }

    /// Writes to a structure that was told of a lot, answered it or wrote about it, for the author of the need. Whether it
    /// is mailed: one without contact reads it in its space.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the author; [`Error::Refused`] when nothing ties the structure to the lot.
    pub async fn message_reply(
        &self,
        actor: &Actor,
        id: Uuid,
        lot: LotKey,
        siret: Siret,
        text: &MessageText,
    ) -> Result<bool> {
        self.message_reply_as(actor, id, lot, siret, &Written::typed(text)).await
    }

    /// The same, of what came by a page or by mail.
    pub(super) async fn message_reply_as(
        &self,
        actor: &Actor,
        id: Uuid,
        lot: LotKey,
        siret: Siret,
        written: &Written,
    ) -> Result<bool> {
        let structure = self.store.structure_fetch(siret).await?.ok_or(Error::NotFound)?;
        let has_asked = self.has_spoken(id, lot, siret).await?;
        let is_told = self.store.match_list(id).await?.iter().any(|row| row.siret == siret && row.lot == lot);
        let reply = async |tx: &mut Tx, held: HeldNeed| {
            let need = held.need;
            if need.published_at.is_none() || need.draft.lot(lot).is_none() || !(has_asked || is_told) {
                let why = "Cette structure n’a pas été prévenue de ce lot, et n’y a pas répondu.";
                return Err(Error::Refused(why.to_owned()));
            }
            let message = self.message_new(id, lot, siret, Side::Buyer, &written.text);
            if !tx.message_insert(&message, &written.files, written.digest.as_deref()).await? {
                return Ok(Deed::Nothing(false));
            }
            let mailed = self.reply_mail(&need, &message, &structure, written, has_asked)?;
            let is_mailed = mailed.is_some();
            match mailed {
                // Whoever asked waits for it; to the others it is a mail about a need, which they may have stopped.
                Some(mail) if has_asked => {
                    tx.mail_add(self, mail, format!("message:{}", message.id)).await?;
                }
                Some(mail) => {
                    let key = format!("message:{}", message.id);
                    tx.mail_add_while(self, mail, Still::Wanted(siret), key).await?;
                }
                None => {}
            }
            Ok(Deed::Kept(is_mailed))
        };
        Ok(self.need_write(actor, Action::MessageReply, id, reply).await?.value)
    }

    /// A file of a message, for the structure of its thread.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not answer for it; [`Error::NotFound`] when there is no such file.
    pub async fn thread_file_show(
        &self,
        actor: &Actor,
        need: Uuid,
        siret: Siret,
        file: Uuid,
    ) -> Result<Attachment> {
        self.authorise(actor, Action::ThreadShow, Target::Answer { need, siret })?;
        let found = self.store.message_file_fetch(file).await?;
        found.filter(|found| (found.0, found.1) == (need, siret)).map(|found| found.2).ok_or(Error::NotFound)
    }

    /// A file of a message, for the author of its need.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the author; [`Error::NotFound`] when there is no such file.
    pub async fn candidate_file_show(&self, actor: &Actor, need: Uuid, file: Uuid) -> Result<Attachment> {
        self.need_seen(actor, Action::NeedFollow, need).await?;
        let found = self.store.message_file_fetch(file).await?;
        found.filter(|found| found.0 == need).map(|found| found.2).ok_or(Error::NotFound)
    }

    /// Whether a structure answered a lot, or wrote about it.
    async fn has_spoken(&self, need: Uuid, lot: LotKey, siret: Siret) -> Result<bool> {
        let answers = self.store.answer_list(need).await?;
        if answers.iter().any(|row| row.siret == siret && row.lot == lot) {
            return Ok(true);
        }
        let messages = self.store.message_list_of(need, siret).await?;
        Ok(messages.iter().any(|message| message.lot == lot && message.side == Side::Structure))
    }

    fn message_new(&self, need: Uuid, lot: LotKey, siret: Siret, side: Side, text: &MessageText) -> Message {
        let (id, text, written_at) = (self.clock.id(), text.as_str().to_owned(), self.clock.now());
        Message { id, need, lot, siret, side, text, files: Vec::new(), written_at }
    }

    fn message_mail(
        &self,
        need: &Need,
        message: &Message,
        who: &str,
        written: &Written,
        thread_url: String,
    ) -> MessageReceived {
        MessageReceived {
            who: who.to_owned(),
            title: need.draft.title.clone(),
            lot: lot_named(need, Some(message.lot)),
            text: message.text.clone(),
            files: written.files.iter().map(|(_, file)| file.name.clone()).collect(),
            is_answered_by_mail: self.mailer.takes_replies(),
            thread_url,
        }
    }

    fn reply_mail(
        &self,
        need: &Need,
        message: &Message,
        structure: &Structure,
        written: &Written,
        has_asked: bool,
    ) -> Result<Option<Mail>> {
        let wants = has_asked || structure.is_told();
        let Some(contact) = structure.contact.as_ref().filter(|_| wants) else { return Ok(None) };
        let who = Some(&need.draft.buyer.name).filter(|name| !name.is_empty());
        let who = who.map_or("l’acheteur", String::as_str);
        let url = self.links().need_thread(need.id, structure);
        let mail = self.message_mail(need, message, who, written, url).mail(contact)?;
        let reply_to = self.reply_address(message, structure.link_number);
        Ok(Some(Mail { reply_to, ..mail }))
    }

    /// Answers a question to all: on the page of the need, and by mail to the structures that were told of the lot, or of
    /// any lot of the need, and have not declined. `answers` is the message that it answers.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the author; [`Error::Refused`] when the need is not published, or the
    /// lot is gone.
    pub async fn answer_share(
        &self,
        actor: &Actor,
        need: Uuid,
        lot: Option<LotKey>,
        answers: Option<Uuid>,
        (question, answer): &(MessageText, MessageText),
    ) -> Result<()> {
        let asked = self.store.message_list(need).await?;
        let answers = answers.filter(|id| asked.iter().any(|message| message.id == *id));
        let share = async |tx: &mut Tx, held: HeldNeed| {
            if held.need.published_at.is_none() || lot.is_some_and(|lot| held.need.draft.lot(lot).is_none()) {
                return Err(Error::Refused("Ce lot n’est plus publié.".to_owned()));
            }
            let shared = SharedAnswer {
                id: self.clock.id(),
                need,
                lot,
                answers,
                question: question.as_str().to_owned(),
                answer: answer.as_str().to_owned(),
                published_at: self.clock.now(),
            };
            tx.shared_insert(&shared).await?;
            let work = Work::AnswerSharedTell { need, shared: shared.id };
            tx.work_add(self, &work, format!("answer_shared:{}", shared.id)).await?;
            Ok(Deed::Kept(()))
        };
        self.need_write(actor, Action::AnswerShare, need, share).await.map(|_| ())
    }

    /// Writes what was answered to all to those whom it concerns, while the need takes answers.
    pub(crate) async fn answer_shared_tell(&self, need: Uuid, shared: Uuid, job: Uuid) -> Result<()> {
        let need = self.store.need_fetch(need).await?.ok_or(Error::NotFound)?;
        let shared = self.store.shared_fetch(shared).await?.ok_or(Error::NotFound)?;
        let is_of_lot = |lot: LotKey| shared.lot.is_none_or(|only| only == lot);
        let told = self.store.match_list(need.id).await?;
        let told: Vec<(Siret, LotKey)> =
            told.iter().filter(|row| is_of_lot(row.lot)).map(|row| (row.siret, row.lot)).collect();
        let mut answers = self.store.answer_list(need.id).await?;
        answers.retain(|row| is_of_lot(row.lot));
        let mut whom = concerned(&told, &answers);
        let messages = self.store.message_list(need.id).await?;
        whom.extend(messages.iter().filter(|message| is_of_lot(message.lot)).map(|message| message.siret));
        whom.extend(answers.iter().filter(|row| row.answer == Answer::Interested).map(|row| row.siret));
        let mail = |structure: &Structure| {
            let links = self.links();
            AnswerShared {
                structure: structure.shown_name().to_owned(),
                title: need.draft.title.clone(),
                lot: lot_named(&need, shared.lot),
                question: shared.question.clone(),
                answer: shared.answer.clone(),
                need_url: links.need(need.id),
                thread_url: links.need_thread(need.id, structure),
                stop_url: links.alerts_stop(structure),
            }
        };
        self.mail_all(&need, whom, mail, &format!("answer_shared:{}", shared.id), job).await
    }

    /// Reminds the structures that were told of a lot and have not answered, with a message of the author; once.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the author; [`Error::Refused`] when the need takes no answers, nobody is
    /// silent, or they were reminded before.
    pub async fn lot_remind(&self, actor: &Actor, id: Uuid, lot: LotKey, text: &MessageText) -> Result<()> {
        let silent = self.lot_silent(id, lot).await?;
        let remind = async |tx: &mut Tx, held: HeldNeed| {
            let need = held.need;
            let refused = |why: &str| Err(Error::Refused(why.to_owned()));
            if !self.need_is_open(&need) || need.award(lot).is_some() {
                return refused(CLOSED);
            }
            if silent.is_empty() {
                return refused("Toutes les structures prévenues de ce lot ont répondu.");
            }
            if !tx.reminder_save(id, lot, text.as_str(), self.clock.now()).await? {
                return refused(
                    "Les structures silencieuses de ce lot ont déjà été relancées\u{a0}: une fois suffit.",
                );
            }
            let work = Work::LotRemind { need: id, lot };
            tx.work_add(self, &work, format!("lot_remind:{id}:{lot}")).await?;
            Ok(Deed::Kept(()))
        };
        self.need_write(actor, Action::LotRemind, id, remind).await.map(|_| ())
    }

    /// Structures that were told of a lot and have said nothing of it.
    async fn lot_silent(&self, need: Uuid, lot: LotKey) -> Result<BTreeSet<Siret>> {
        let told = self.store.match_list(need).await?;
        let mut silent: BTreeSet<Siret> =
            told.iter().filter(|row| row.lot == lot).map(|row| row.siret).collect();
        for answer in self.store.answer_list(need).await?.iter().filter(|row| row.lot == lot) {
            silent.remove(&answer.siret);
        }
        for message in self.store.message_list(need).await?.iter().filter(|message| message.lot == lot) {
            if message.side == Side::Structure {
                silent.remove(&message.siret);
            }
        }
        Ok(silent)
    }

    /// Writes the reminders of a lot.
    pub(crate) async fn lot_remind_tell(&self, need: Uuid, lot: LotKey, job: Uuid) -> Result<()> {
        let need = self.store.need_fetch(need).await?.ok_or(Error::NotFound)?;
        let followed = self.store.followed_list(need.id).await?;
        let text = followed.into_iter().find(|of| of.lot == lot).and_then(|of| of.reminder);
        let (text, _) = text.ok_or(Error::NotFound)?;
        let silent = self.lot_silent(need.id, lot).await?;
        let mail = |structure: &Structure| {
            let links = self.links();
            LotReminded {
                structure: structure.shown_name().to_owned(),
                buyer: need.draft.buyer.name.clone(),
                title: need.draft.title.clone(),
                lot: lot_named(&need, Some(lot)),
                deadline: date::long(need.draft.deadline),
                text: text.clone(),
                need_url: links.need(need.id),
                interested_url: links.need_answer(need.id, structure, Answer::Interested),
                declined_url: links.need_answer(need.id, structure, Answer::Declined),
                thread_url: links.need_thread(need.id, structure),
                stop_url: links.alerts_stop(structure),
            }
        };
        self.mail_all(&need, silent, mail, &format!("lot_remind:{}:{lot}", need.id), job).await
    }

    /// Writes one mail to each structure that wants mails about needs, some hundred in one transaction, and ends the job.
    /// Nobody is written to about a need that takes no answers any more.
    async fn mail_all<T: Template>(
        &self,
        need: &Need,
        whom: BTreeSet<Siret>,
        mail: impl Fn(&Structure) -> T,
        key: &str,
        job: Uuid,
    ) -> Result<()> {
        self.index_follow().await?;
        let catalogue = self.index.catalogue();
        let whom = if self.need_is_open(need) { whom } else { BTreeSet::new() };
        let told = whom.into_iter().filter_map(|siret| catalogue.structure(siret).cloned());
        let told: Vec<Arc<Entry>> = told.filter(|entry| entry.structure.is_told()).collect();
        for slice in told.chunks(WRITTEN_AT_ONCE) {
            let written = slice.iter().filter_map(|entry| {
                let contact = entry.structure.contact.as_ref()?;
                Some(mail(&entry.structure).mail(contact).map(|mail| (entry.structure.siret, mail)))
            });
            let written: Vec<(Siret, Mail)> = computing(|| written.collect::<Result<_>>())?;
            let write = async |tx: &mut Tx| {
                for (siret, mail) in written {
                    let still = Still::Open(need.id, siret);
                    tx.mail_add_while(self, mail, still, format!("{key}:{siret}")).await?;
                }
                Ok(Deed::Kept(()))
            };
            self.write(&Actor::Job, Action::Tell, need.target(), write).await?;
        }
        self.store.job_done(&[job], self.clock.now()).await
    }
}

/// « Lot 2 · Nettoyage »; empty for a need that shows no lots, and for the whole need.
fn lot_named(need: &Need, lot: Option<LotKey>) -> String {
    let rank = lot.and_then(|lot| need.draft.lot(lot)).map(|(rank, _)| rank);
    rank.filter(|_| need.draft.has_lots()).map(|rank| need.draft.lot_name(rank)).unwrap_or_default()
}
