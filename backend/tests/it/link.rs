//! The use cases as the door calls them: from a token to its actor and what its link is about, then to the use case.

use backend::Backend;
use backend::error::{Error, Result};
use backend::needs::{AnswerForm, AnswerView, FollowView, Prepared, StepOutcome};
use backend::store::{Attachment, TradeAnswer};
use backend::structures::{ManageOutcome, ManageView, QuestionView};
use domain::access::{Actor, Grant, Refusal};
use domain::form::Violation;
use domain::need::{Need, NeedDraft, NeedRequest, NeedStatus};
use domain::sector::SectorIx;
use domain::siret::Siret;
use domain::structure::fiche::FicheForm;
use uuid::Uuid;

/// A backend that is asked with tokens.
pub struct ByLink<'a>(&'a Backend);

/// See [`ByLink`].
pub fn by_link(backend: &Backend) -> ByLink<'_> {
    ByLink(backend)
}

fn about(actor: &Actor) -> Result<Grant> {
    actor.grant().ok_or(Error::Forbidden(Refusal::NoLink))
}

fn trade_of(actor: &Actor) -> Result<(Siret, SectorIx)> {
    match about(actor)? {
        Grant::TradeAnswer(siret, sector) => Ok((siret, sector)),
        _ => Err(Error::Forbidden(Refusal::WrongLink)),
    }
}

impl ByLink<'_> {
    pub async fn actor(&self, token: &str) -> Result<Actor> {
        self.0.actor_of(token).await
    }

    async fn author(&self, token: &str) -> Result<(Actor, Uuid)> {
        let actor = self.actor(token).await?;
        let need = about(&actor)?.need().ok_or(Error::Forbidden(Refusal::WrongLink))?;
        Ok((actor, need))
    }

    async fn structure(&self, token: &str) -> Result<(Actor, Siret)> {
        let actor = self.actor(token).await?;
        let siret = about(&actor)?.structure().ok_or(Error::Forbidden(Refusal::WrongLink))?;
        Ok((actor, siret))
    }

    pub async fn need_send(&self, request: NeedRequest) -> Result<Uuid> {
        Ok(self.0.need_send(&Actor::Anyone, request).await?.id)
    }

    pub async fn need_start(&self, request: NeedRequest) -> Result<Uuid> {
        Ok(self.0.need_start(&Actor::Anyone, request).await?.id)
    }

    pub async fn need_of_publish_link(&self, token: &str) -> Result<Need> {
        let (actor, need) = self.author(token).await?;
        self.0.need_publish_show(&actor, need).await
    }

    pub async fn need_publish(&self, token: &str) -> Result<Uuid> {
        let (actor, need) = self.author(token).await?;
        Ok(self.0.need_publish(&actor, need).await?.id)
    }

    pub async fn need_follow(&self, token: &str) -> Result<FollowView> {
        let (actor, need) = self.author(token).await?;
        self.0.need_follow(&actor, need).await
    }

    pub async fn need_end(&self, token: &str, status: NeedStatus) -> Result<()> {
        let (actor, need) = self.author(token).await?;
        self.0.need_end(&actor, need, status).await
    }

    pub async fn need_prepared(&self, token: &str) -> Result<Prepared> {
        let (actor, need) = self.author(token).await?;
        self.0.need_prepared(&actor, need).await
    }

    pub async fn need_step(
        &self,
        token: &str,
        change: impl FnOnce(&NeedDraft) -> std::result::Result<NeedDraft, Vec<Violation>>,
    ) -> Result<StepOutcome> {
        let (actor, need) = self.author(token).await?;
        self.0.need_step(&actor, need, change).await
    }

    pub async fn need_ask(&self, token: &str) -> Result<Need> {
        let (actor, need) = self.author(token).await?;
        self.0.need_ask(&actor, need).await
    }

    pub async fn need_revise(&self, token: &str) -> Result<()> {
        let (actor, need) = self.author(token).await?;
        self.0.need_revise(&actor, need).await
    }

    pub async fn attachment_add(&self, token: &str, name: &str, content: Vec<u8>) -> Result<StepOutcome> {
        let (actor, need) = self.author(token).await?;
        self.0.attachment_add(&actor, need, name, content).await
    }

    pub async fn attachment_remove(&self, token: &str, id: &str) -> Result<StepOutcome> {
        let (actor, need) = self.author(token).await?;
        self.0.attachment_remove(&actor, need, id).await
    }

    pub async fn attachment_show_prepared(&self, token: &str, id: Uuid) -> Result<Attachment> {
        let (actor, need) = self.author(token).await?;
        self.0.attachment_show_prepared(&actor, need, id).await
    }

    pub async fn need_of_answer_link(&self, token: &str) -> Result<AnswerView> {
        let ((actor, need), (_, siret)) = (self.author(token).await?, self.structure(token).await?);
        self.0.answer_show(&actor, need, siret).await
    }

    pub async fn need_answer(&self, token: &str, form: &AnswerForm) -> Result<AnswerView> {
        let ((actor, need), (_, siret)) = (self.author(token).await?, self.structure(token).await?);
        self.0.need_answer(&actor, need, siret, form).await
    }

    pub async fn question_of_link(&self, token: &str) -> Result<QuestionView> {
        let actor = self.actor(token).await?;
        let (siret, sector) = trade_of(&actor)?;
        self.0.question_show(&actor, siret, sector).await
    }

    pub async fn question_answer(&self, token: &str, answer: TradeAnswer) -> Result<QuestionView> {
        let actor = self.actor(token).await?;
        let (siret, sector) = trade_of(&actor)?;
        self.0.question_answer(&actor, siret, sector, answer).await
    }

    pub async fn question_manage(&self, token: &str) -> Result<QuestionView> {
        let actor = self.actor(token).await?;
        let (siret, sector) = trade_of(&actor)?;
        self.0.question_manage(&actor, siret, sector).await
    }

    pub async fn alerts_stop(&self, token: &str) -> Result<()> {
        let (actor, siret) = self.structure(token).await?;
        self.0.alerts_stop(&actor, siret).await.map(|_| ())
    }

    pub async fn alerts_resume(&self, token: &str) -> Result<()> {
        let (actor, siret) = self.structure(token).await?;
        self.0.alerts_resume(&actor, siret).await.map(|_| ())
    }

    pub async fn manage_link_send(&self, siret: Siret) -> Result<()> {
        self.0.manage_link_send(&Actor::Anyone, siret).await
    }

    pub async fn manage_show(&self, siret: Siret, token: &str) -> Result<ManageView> {
        self.0.manage_show(&self.actor(token).await?, siret).await
    }

    pub async fn manage_save(&self, siret: Siret, token: &str, form: &FicheForm) -> Result<ManageOutcome> {
        self.0.manage_save(&self.actor(token).await?, siret, form).await
    }

    pub async fn contact_confirm(&self, token: &str) -> Result<()> {
        let (actor, siret) = self.structure(token).await?;
        self.0.contact_confirm(&actor, siret).await.map(|_| ())
    }
}
