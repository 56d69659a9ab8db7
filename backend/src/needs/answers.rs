//! What structures answer to a need, from the link that each was mailed.

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::Entry;
use crate::jobs::Work;
use crate::mail::{AnswerReceived, LinkAgain, Template};
use crate::store::{AnswerRow, NeedVersion, Tx};
use crate::write::Deed;
use domain::access::{Action, Actor, Target};
use domain::need::{Answer, LotKey, MESSAGE_MAX, Need, Reply};
use domain::siret::Siret;
use domain::text::{and_list, number};
use std::sync::Arc;
use uuid::Uuid;

/// Why a need takes no answer any more.
pub(super) const CLOSED: &str = "Ce besoin est clos\u{a0}: il ne reçoit plus de réponses.";

/// A need that a structure is about to answer.
#[derive(Debug)]
pub struct AnswerView {
    /// The need.
    pub need: Need,
    /// The structure.
    pub structure: Arc<Entry>,
    /// The lots of which it was told and that are still asked, all of them if it was told of none; with what it answered
    /// before.
    pub lots: Vec<(LotKey, Option<Answer>)>,
    /// What it replied to questions before.
    pub replies: Vec<Reply>,
}

impl AnswerView {
    /// What it answered before, to whatever lot.
    #[must_use]
    pub fn before(&self) -> Option<Answer> {
        let answers = || self.lots.iter().filter_map(|(_, before)| *before);
        answers().find(|a| *a == Answer::Interested).or_else(|| answers().next())
    }
}

/// An answer, as its page sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerForm {
    /// What.
    pub answer: Answer,
    /// To which lots; empty means all of which the structure was told.
    pub lots: Vec<LotKey>,
    /// In its own words.
    pub message: String,
    /// To questions of the need, each with the question that was read.
    pub replies: Vec<Reply>,
}

impl Backend {
    /// What a structure is asked to answer.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not answer for it.
    pub async fn answer_show(&self, actor: &Actor, need: Uuid, siret: Siret) -> Result<AnswerView> {
        self.authorise(actor, Action::NeedAnswerShow, Target::Answer { need, siret })?;
        self.answer_view(need, siret).await
    }

    async fn answer_view(&self, id: Uuid, siret: Siret) -> Result<AnswerView> {
        let need = self.store.need_fetch(id).await?.ok_or(Error::NotFound)?;
        let structure = self.structure_known(siret)?;
        let answers: Vec<AnswerRow> =
            self.store.answer_list(id).await?.into_iter().filter(|a| a.siret == siret).collect();
        let told = self.store.match_list(id).await?;
        let told: Vec<LotKey> = told.iter().filter(|row| row.siret == siret).map(|row| row.lot).collect();
        let before = |key: LotKey| answers.iter().find(|a| a.lot == key).map(|a| a.answer);
        // Who found the need by itself answers whichever lot.
        let is_theirs = |key: &LotKey| told.is_empty() || told.contains(key);
        let open = need.draft.lots.iter().map(|lot| lot.key).filter(|key| need.award(*key).is_none());
        let lots = open.filter(is_theirs);
        Ok(AnswerView {
            lots: lots.map(|key| (key, before(key))).collect(),
            replies: answers.first().map(|a| a.replies.clone()).unwrap_or_default(),
            need,
            structure,
        })
    }

    /// Why a need takes no answer of a structure; `None` when it does.
    #[must_use]
    pub fn answer_refusal(&self, view: &AnswerView) -> Option<&'static str> {
        if !self.need_is_open(&view.need) {
            Some(CLOSED)
        } else if view.lots.is_empty() {
            Some("L’acheteur a retiré ce dont vous aviez été prévenue\u{a0}: il n’y a plus rien à répondre.")
        } else {
            None
        }
    }

    /// Mails the contact of a structure the link with which it answers a need: whoever asks learns nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such need; [`Error::Refused`] when it takes no answers.
    pub async fn answer_link_send(&self, actor: &Actor, need: Uuid, siret: Siret) -> Result<()> {
        let entry = self.need_show(need)?;
        if !self.need_is_open(&entry.need) {
            return Err(Error::Refused(CLOSED.to_owned()));
        }
        let send = async |tx: &mut Tx| {
            let work = Work::AnswerLink { need, siret };
            tx.work_add(self, &work, format!("answer_link:{need}:{siret}:{}", self.clock.id())).await?;
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::InterestSay, Target::Answer { need, siret }, send).await.map(|_| ())
    }

    /// Writes the mail with the link that answers a need, if the structure has a contact.
    pub(crate) async fn answer_link_mail(&self, need: Uuid, siret: Siret, job: Uuid) -> Result<()> {
        let structure = self.store.structure_fetch(siret).await?;
        let asked = self.store.need_fetch(need).await?;
        let write = async |tx: &mut Tx| {
            if let (Some(structure), Some(asked)) = (&structure, &asked)
                && let Some(contact) = &structure.contact
            {
                let mail = LinkAgain {
                    about: format!("répondre à «\u{a0}{}\u{a0}»", asked.draft.title),
                    url: self.links().need_answer(need, structure, Answer::Interested),
                };
                tx.mail_add(self, mail.mail(contact)?, format!("answer_link:{job}")).await?;
            }
            tx.job_done(job, self.clock.now()).await?;
            Ok(Deed::Kept(()))
        };
        self.write(&Actor::Job, Action::MailWrite, Target::Structure(siret), write).await.map(|_| ())
    }

    /// Keeps the answer of a structure and mails it to the author; a later answer replaces it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not answer for it; [`Error::Refused`] when a text is too long, no lot is
    /// chosen or left, or the need is over.
    pub async fn need_answer(
        &self,
        actor: &Actor,
        need: Uuid,
        siret: Siret,
        form: &AnswerForm,
    ) -> Result<AnswerView> {
        let target = Target::Answer { need, siret };
        let view = self.answer_show(actor, need, siret).await?;
        if let Some(why) = self.answer_refusal(&view) {
            return Err(Error::Refused(why.to_owned()));
        }
        let lots = lots_answered(&view, form)?;
        let versions = self.store.version_list(need).await?;
        let form = AnswerForm { replies: replies_asked(&form.replies, &versions), ..form.clone() };
        let is_first = self.store.author_interest(view.need.author.as_ref()).await? == 0;
        let answer = async |tx: &mut Tx| {
            // Held: what the need asks stays so, and two answers at once are one after the other.
            tx.need_hold(need).await?;
            let before = tx.answers_of(need, siret).await?;
            for lot in &lots {
                tx.answer_save(need, &self.answer_row(&view, *lot, &form)).await?;
            }
            if is_news(&before, &lots, &form) {
                let of_lots = lots.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
                let key =
                    format!("answer:{need}:{siret}:{of_lots}:{}:{}", form.answer.code(), self.clock.now());
                tx.mail_to_author(self, &view.need, &self.answer_mail(&view, &lots, &form), key).await?;
            }
            if form.answer == Answer::Interested && is_first {
                tx.wave_release(self, &view.need).await?;
            }
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::NeedAnswer, target, answer).await?;
        self.answer_view(need, siret).await
    }

    fn answer_row(&self, view: &AnswerView, lot: LotKey, form: &AnswerForm) -> AnswerRow {
        AnswerRow {
            lot,
            siret: view.structure.structure.siret,
            answer: form.answer,
            message: form.message.trim().to_owned(),
            replies: form.replies.clone(),
            answered_at: self.clock.now(),
        }
    }

    fn answer_mail(&self, view: &AnswerView, lots: &[LotKey], form: &AnswerForm) -> AnswerReceived {
        let draft = &view.need.draft;
        let names: Vec<String> =
            lots.iter().filter_map(|key| Some(draft.lot_name(draft.lot(*key)?.0))).collect();
        AnswerReceived {
            title: draft.title.clone(),
            structure: view.structure.structure.shown_name().to_owned(),
            answer: form.answer.label().to_owned(),
            lots: if draft.has_lots() { and_list(&names) } else { String::new() },
            replies: form.replies.iter().map(|r| (r.question.clone(), r.reply.clone())).collect(),
            message: form.message.trim().to_owned(),
            follow_url: self.links().need_follow(&view.need),
        }
    }
}

/// The lots that a form answers: those it names, else all of which the structure was told.
fn lots_answered(view: &AnswerView, form: &AnswerForm) -> Result<Vec<LotKey>> {
    let texts = form.replies.iter().map(|reply| &reply.reply).chain([&form.message]);
    if texts.into_iter().any(|text| text.trim().chars().count() > MESSAGE_MAX) {
        return Err(Error::Refused(format!(
            "Raccourcissez chaque texte à {} caractères.",
            number(u64::try_from(MESSAGE_MAX).unwrap_or(u64::MAX))
        )));
    }
    let told = view.lots.iter().map(|(key, _)| *key);
    let lots: Vec<LotKey> = told.filter(|key| form.lots.is_empty() || form.lots.contains(key)).collect();
    if lots.is_empty() {
        return Err(Error::Refused("Choisissez au moins un lot.".to_owned()));
    }
    Ok(lots)
}

/// Whether an answer says something that the author has not read yet.
fn is_news(before: &[AnswerRow], lots: &[LotKey], form: &AnswerForm) -> bool {
    let is_known = |lot: &LotKey| {
        before.iter().any(|row| {
            row.lot == *lot
                && row.answer == form.answer
                && row.message == form.message.trim()
                && row.replies == form.replies
        })
    };
    !lots.iter().all(is_known)
}

/// What was replied to questions that the buyer did ask, in this version of the need or in an earlier one that was
/// still being read; nobody puts words into the buyer's mouth.
fn replies_asked(typed: &[Reply], versions: &[NeedVersion]) -> Vec<Reply> {
    let asked = |question: &String| versions.iter().any(|version| version.draft.questions.contains(question));
    let filled = typed.iter().filter(|r| asked(&r.question) && !r.reply.trim().is_empty());
    filled.map(|r| Reply { question: r.question.clone(), reply: r.reply.trim().to_owned() }).collect()
}
