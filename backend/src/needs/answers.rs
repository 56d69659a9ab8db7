//! What structures answer to a need, from the link that each was mailed.

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::Entry;
use crate::links::Grant;
use crate::mail::{AnswerReceived, Template};
use crate::store::{Answer, AnswerRow, Need, NeedVersion, Reply};
use domain::need::LotKey;
use domain::text::{and_list, number};
use std::sync::Arc;

/// Longest message of an answer, or reply to a question, in characters.
const MESSAGE_MAX: usize = 2_000;

/// A need that a structure is about to answer.
#[derive(Debug)]
pub struct AnswerView {
    /// The need.
    pub need: Need,
    /// The structure.
    pub structure: Arc<Entry>,
    /// The lots of which it was told and that are still asked, with what it answered before.
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
        let answers: Vec<AnswerRow> =
            self.store.answer_list(id).await?.into_iter().filter(|a| a.siret == siret).collect();
        let told = self.store.match_list(id).await?;
        let told: Vec<LotKey> = told.iter().filter(|row| row.siret == siret).map(|row| row.lot).collect();
        let before = |key: LotKey| answers.iter().find(|a| a.lot == key).map(|a| a.answer);
        let lots = need.draft.lots.iter().map(|lot| lot.key).filter(|key| told.contains(key));
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
            Some("Ce besoin est clos\u{a0}: il ne reçoit plus de réponses.")
        } else if view.lots.is_empty() {
            Some("L’acheteur a retiré ce dont vous aviez été prévenue\u{a0}: il n’y a plus rien à répondre.")
        } else {
            None
        }
    }

    /// Keeps the answer of the structure of a link and mails it to the author; a later answer replaces it.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong; [`Error::Refused`] when a text is too long, no lot is chosen or left,
    /// or the need is over.
    pub async fn need_answer(&self, token: &str, form: &AnswerForm) -> Result<AnswerView> {
        let view = self.need_of_answer_link(token).await?;
        if let Some(why) = self.answer_refusal(&view) {
            return Err(Error::Refused(why.to_owned()));
        }
        let texts = form.replies.iter().map(|reply| &reply.reply).chain([&form.message]);
        if texts.into_iter().any(|text| text.trim().chars().count() > MESSAGE_MAX) {
            return Err(Error::Refused(format!(
                "Raccourcissez chaque texte à {} caractères.",
                number(u64::try_from(MESSAGE_MAX).unwrap_or(u64::MAX))
            )));
        }
        let lots: Vec<LotKey> = view.lots.iter().map(|(key, _)| *key).collect();
        let lots: Vec<LotKey> = match form.lots.is_empty() {
            true => lots,
            false => lots.into_iter().filter(|key| form.lots.contains(key)).collect(),
        };
        if lots.is_empty() {
            return Err(Error::Refused("Choisissez au moins un lot.".to_owned()));
        }
        let versions = self.store.version_list(view.need.id).await?;
        let form = AnswerForm { replies: replies_asked(&form.replies, &versions), ..form.clone() };
        let siret = view.structure.structure.siret;
        let before: Vec<AnswerRow> = self.store.answer_list(view.need.id).await?;
        let before: Vec<AnswerRow> = before.into_iter().filter(|row| row.siret == siret).collect();
        let mut tx = self.store.begin().await?;
        for lot in &lots {
            tx.answer_save(view.need.id, &self.answer_row(&view, *lot, &form)).await?;
        }
        if is_news(&before, &lots, &form) {
            let id = view.need.id;
            let of_lots = lots.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
            let key = format!("answer:{id}:{siret}:{of_lots}:{}:{}", form.answer.code(), self.clock.now());
            let mail = self.answer_mail(&view, &lots, &form).mail(&view.need.draft.email)?;
            tx.mail_add(self, mail, key).await?;
        }
        tx.commit().await?;
        self.wake();
        self.index_follow_saved().await;
        self.need_of_answer_link(token).await
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
            follow_url: self.links().need_follow(view.need.id),
        }
    }
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
