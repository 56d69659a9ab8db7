//! « Je suis intéressée », from a structure that is not listed, or whose contact is not known: it leaves its address, confirms
//! it, and the author of the need learns of it.

use super::answers::CLOSED;
use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::{InterestConfirm, InterestReceived, Template};
use crate::store::Tx;
use crate::write::Deed;
use domain::access::{Action, Actor, Target};
use domain::form::Violation;
use domain::need::{Interest, InterestForm, Need};
use domain::siret::Siret;
use uuid::Uuid;

/// What a structure is about to confirm.
#[derive(Debug)]
pub struct InterestView {
    /// What it said of itself.
    pub interest: Interest,
    /// In which need it is interested.
    pub need: Need,
}

impl Backend {
    /// What a structure says of itself under an open need, or what is to be corrected. Nothing is kept yet.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such need; [`Error::Refused`] when it takes no answers.
    pub async fn interest_read(
        &self,
        need: Uuid,
        form: &InterestForm,
    ) -> Result<std::result::Result<Interest, Vec<Violation>>> {
        let asked = self.need_show(need)?;
        if !self.need_is_open(&asked.need) {
            return Err(Error::Refused(CLOSED.to_owned()));
        }
        // Who is listed has the name of the list.
        let listed = Siret::parse(&form.siret).ok().and_then(|siret| self.structure_known(siret).ok());
        let listed = listed.map(|entry| entry.structure.shown_name().to_owned());
        let form = InterestForm { name: listed.unwrap_or_else(|| form.name.clone()), ..form.clone() };
        Ok(form.read(self.clock.id(), need, self.clock.now()))
    }

    /// Keeps that a structure is interested in a need, and mails it the link that confirms its address.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such need.
    pub async fn interest_ask(&self, actor: &Actor, interest: &Interest) -> Result<()> {
        let need = interest.need;
        let asked = self.need_show(need)?;
        let ask = async |tx: &mut Tx| {
            tx.interest_insert(interest).await?;
            let mail = InterestConfirm {
                structure: interest.name.clone(),
                title: asked.need.draft.title.clone(),
                confirm_url: self.links().interest_confirm(&asked.need, interest.id),
                need_url: self.links().need(need),
            };
            tx.mail_add(self, mail.mail(&interest.address)?, format!("interest_ask:{}", interest.id)).await?;
            Ok(Deed::Kept(()))
        };
        let target = Target::Answer { need, siret: interest.siret };
        self.write(actor, Action::InterestSay, target, ask).await?;
        Ok(())
    }

    /// What a structure is about to confirm.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not get that mail.
    pub async fn interest_show(&self, actor: &Actor, id: Uuid) -> Result<InterestView> {
        self.authorise(actor, Action::InterestConfirm, Target::Interest(id))?;
        let interest = self.store.interest_fetch(id).await?.ok_or(Error::NotFound)?;
        let need = self.store.need_fetch(interest.need).await?.ok_or(Error::NotFound)?;
        Ok(InterestView { interest, need })
    }

    /// Confirms the address of a structure that is interested: the author of the need learns of it, once.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not get that mail; [`Error::Refused`] when the need takes no answers any
    /// more.
    pub async fn interest_confirm(&self, actor: &Actor, id: Uuid) -> Result<InterestView> {
        let view = self.interest_show(actor, id).await?;
        if !self.need_is_open(&view.need) {
            return Err(Error::Refused(CLOSED.to_owned()));
        }
        let confirm = async |tx: &mut Tx| {
            if !tx.interest_confirm(id, self.clock.now()).await? {
                return Ok(Deed::Nothing(()));
            }
            let mail = InterestReceived {
                title: view.need.draft.title.clone(),
                structure: view.interest.name.clone(),
                siret: view.interest.siret.to_string(),
                address: view.interest.address.to_string(),
                known_as: known_as(self.structure_known(view.interest.siret).is_ok()).to_owned(),
                follow_url: self.links().need_follow(&view.need),
            };
            tx.mail_to_author(self, &view.need, &mail, format!("interest:{id}")).await?;
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::InterestConfirm, Target::Interest(id), confirm).await?;
        Ok(view)
    }
}

/// What is known of a structure that left its address, in French.
#[must_use]
pub fn known_as(is_listed: bool) -> &'static str {
    match is_listed {
        true => {
            "Cette structure est dans notre liste, mais nous n’avons pas vérifié que cette adresse est la sienne."
        }
        false => {
            "Cette structure n’est pas dans notre liste\u{a0}: vérifiez son SIRET et, pour un marché réservé, sa convention ou son agrément."
        }
    }
}
