//! A structure keeps its own page, from a signed link mailed to its contact.

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::Entry;
use crate::jobs::Work;
use crate::mail::{ContactChanged, ContactConfirm, ManageLink, Template};
use crate::store::{ChangeKind, Tx};
use crate::write::Deed;
use domain::access::{Action, Actor, FichePart, Target};
use domain::email::EmailAddress;
use domain::form::Violation;
use domain::matching::Tier;
use domain::siret::Siret;
use domain::structure::fiche::FicheForm;
use domain::structure::{FicheField, Origin, Structure};
use std::sync::Arc;
use uuid::Uuid;

/// Seconds.
const HOUR: i64 = 3_600;

/// What became of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManageOutcome {
    /// It is written.
    Saved {
        /// Whether searches already know it; else they will when the index is free.
        searchable: bool,
    },
    /// Nothing is written.
    Refused(Vec<Violation>),
}

/// The page of a structure, for itself.
#[derive(Debug)]
pub struct ManageView {
    /// The structure, as stored.
    pub structure: Structure,
    /// Open needs that fit it, with the score.
    pub needs: Vec<(Arc<crate::index::NeedEntry>, u8)>,
    /// The parts that the reader may write.
    pub parts: Vec<FichePart>,
    /// Whether the reader is an administrator who corrects it.
    pub corrects: bool,
    /// Whether the reader decides that it is not proposed.
    pub opposes: bool,
}

impl Backend {
    /// Mails the link to its page to the contact of a structure. Says nothing of whether it has one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn manage_link_send(&self, actor: &Actor, siret: Siret) -> Result<()> {
        let send = async |tx: &mut Tx| {
            let key = format!("manage_link:{siret}:{}", self.clock.id());
            tx.work_add(self, &Work::ManageLink { siret }, key).await?;
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::ManageLinkSend, Target::Structure(siret), send).await.map(|_| ())
    }

    /// Writes the mail with the link to the page of a structure, if it has a contact.
    pub(crate) async fn manage_link_mail(&self, siret: Siret, job: Uuid) -> Result<()> {
        let structure = self.store.structure_fetch(siret).await?;
        let write = async |tx: &mut Tx| {
            if let Some((structure, contact)) =
                structure.as_ref().and_then(|s| Some((s, s.contact.as_ref()?)))
            {
                let mail = ManageLink {
                    structure: structure.shown_name().to_owned(),
                    manage_url: self.links().structure_manage(structure),
                };
                tx.mail_add(self, mail.mail(contact)?, format!("manage:{job}")).await?;
            }
            tx.job_done(job, self.clock.now()).await?;
            Ok(Deed::Kept(()))
        };
        self.write(&Actor::Job, Action::MailWrite, Target::Structure(siret), write).await.map(|_| ())
    }

    /// The page of a structure, for itself.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor does not keep it.
    pub async fn manage_show(&self, actor: &Actor, siret: Siret) -> Result<ManageView> {
        self.authorise(actor, Action::StructureManageShow, Target::Structure(siret))?;
        let structure = self.store.structure_fetch(siret).await?.ok_or(Error::NotFound)?;
        let entry = self.structure_known(siret)?;
        let all = FichePart::DELEGABLE.into_iter().chain([FichePart::Contact]);
        let may_write = |part: &FichePart| {
            self.authorise(actor, Action::FicheWrite, Target::Fiche { siret, part: *part }).is_ok()
        };
        let parts = all.filter(may_write).collect();
        let corrects = actor
            .account()
            .is_ok_and(|account| account.rank_in(siret).is_none() && account.parts_kept_of(siret).is_empty());
        let opposes = self.authorise(actor, Action::MatchingOppose, Target::Structure(siret)).is_ok();
        Ok(ManageView { structure, needs: self.needs_fitting(&entry), parts, corrects, opposes })
    }

    /// Open needs that fit a structure, with the score, best first; none, of one that takes no part.
    pub(crate) fn needs_fitting(&self, entry: &Entry) -> Vec<(Arc<crate::index::NeedEntry>, u8)> {
        if entry.structure.withdrawal().is_some() {
            return Vec::new();
        }
        let mut fitting: Vec<(Arc<crate::index::NeedEntry>, u8)> = self
            .needs_open()
            .into_iter()
            .filter_map(|need| {
                let found = need.need.lots().filter_map(|(_, lot)| self.lot_prepare(lot).score(&entry.facts));
                let best = found.filter(|found| found.tier() == Tier::Fits).map(|found| found.score).max()?;
                Some((need, best))
            })
            .collect();
        fitting.sort_by_key(|(need, score)| (std::cmp::Reverse(*score), need.need.id));
        fitting
    }

    /// Writes what a structure says of itself; open needs that now fit are mailed to it. Another contact becomes the
    /// contact when it is confirmed from its own mailbox; none, at once.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor does not keep its page, or not every part that the form says something of.
    pub async fn manage_save(&self, actor: &Actor, siret: Siret, form: &FicheForm) -> Result<ManageOutcome> {
        // Whatever it is by now, the form goes over it.
        let outcome = self.manage_save_while(actor, siret, form, |_| true).await?;
        outcome.ok_or(Error::NotFound)
    }

    /// The same, only as long as what is stored is what the form was made for; `None` when it is not any more, and nothing
    /// was written.
    pub(crate) async fn manage_save_while(
        &self,
        actor: &Actor,
        siret: Siret,
        form: &FicheForm,
        still: impl FnOnce(&Structure) -> bool,
    ) -> Result<Option<ManageOutcome>> {
        for part in form.parts() {
            self.authorise(actor, Action::FicheWrite, Target::Fiche { siret, part })?;
        }
        let now = self.clock.now();
        let by = Self::origin_of(actor, siret);
        let save = async |tx: &mut Tx, mut structure: Structure| {
            if !still(&structure) {
                return Ok(Deed::Nothing(None));
            }
            let before = structure.clone();
            let wrong = form.apply(&mut structure, self.clock.today());
            if !wrong.is_empty() {
                return Ok(Deed::Nothing(Some(wrong)));
            }
            if let Some(contact) = form.contact_asked() {
                self.contact_change(tx, &mut structure, contact).await?;
            }
            tx.structure_save(&structure, now).await?;
            tx.said_save(siret, &FicheField::changed(&before, &structure), by, now).await?;
            if by != Origin::Administrator {
                tx.structure_vouch(siret, now).await?;
            }
            tx.outbox_push(ChangeKind::Structure, &[siret.to_string()], now).await?;
            let key = format!("structure_tell:{siret}:{}", self.clock.id());
            tx.work_add(self, &Work::StructureTell { siret }, key).await?;
            Ok(Deed::Kept(Some(Vec::new())))
        };
        let target = Target::Structure(siret);
        let outcome = self.structure_write(actor, Action::StructureManage, target, siret, save).await?;
        Ok(outcome.value.map(|wrong| match wrong.is_empty() {
            true => ManageOutcome::Saved { searchable: outcome.searchable },
            false => ManageOutcome::Refused(wrong),
        }))
    }

    /// What another contact asks for: a mail that confirms it, to its own mailbox. None is none at once, and whoever it was
    /// learns so.
    async fn contact_change(
        &self,
        tx: &mut Tx,
        structure: &mut Structure,
        contact: Option<EmailAddress>,
    ) -> Result<()> {
        let siret = structure.siret;
        let Some(asked) = contact else {
            tx.contact_ask(siret, None).await?;
            let before = structure.contact.take();
            return self.contact_changed_tell(tx, structure, before).await;
        };
        if structure.contact.as_ref().is_some_and(|now| now.is_same_mailbox(&asked)) {
            return tx.contact_ask(siret, None).await;
        }
        // Saved again, it is asked again within the hour once: the first mail may be lost.
        let is_asked = structure.contact_asked.as_ref().is_some_and(|before| before.is_same_mailbox(&asked));
        let key = match is_asked {
            true => format!("contact_ask:{siret}:{}:{}", structure.link_number, self.clock.now() / HOUR),
            false => format!("contact_ask:{siret}:{}", self.clock.id()),
        };
        tx.contact_ask(siret, Some(&asked)).await?;
        let mail = ContactConfirm {
            structure: structure.shown_name().to_owned(),
            confirm_url: self.links().contact_confirm(structure),
            public_url: format!("{}/structures/{siret}", self.public_url),
        };
        tx.mail_add(self, mail.mail(&asked)?, key).await
    }

    /// Whoever holds a link can change the contact: the one who had it learns so.
    async fn contact_changed_tell(
        &self,
        tx: &mut Tx,
        structure: &Structure,
        before: Option<EmailAddress>,
    ) -> Result<()> {
        let Some(before) = before else { return Ok(()) };
        let siret = structure.siret;
        let mail = ContactChanged {
            structure: structure.shown_name().to_owned(),
            public_url: format!("{}/structures/{siret}", self.public_url),
        };
        tx.mail_add(self, mail.mail(&before)?, format!("contact:{siret}:{}", self.clock.id())).await
    }

    /// A structure whose contact is to be confirmed, with the address that is.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not get that mail; [`Error::Refused`] when nothing is to be confirmed.
    pub async fn contact_confirm_show(
        &self,
        actor: &Actor,
        siret: Siret,
    ) -> Result<(Structure, EmailAddress)> {
        self.authorise(actor, Action::ContactConfirm, Target::Structure(siret))?;
        let structure = self.store.structure_fetch(siret).await?.ok_or(Error::NotFound)?;
        let asked = structure.contact_asked.clone().ok_or_else(nothing_to_confirm)?;
        Ok((structure, asked))
    }

    /// Makes the address that waits the contact of a structure: the mails of its needs go there from now on, and the links
    /// that the one before had are good no more.
    ///
    /// # Errors
    /// As [`Backend::contact_confirm_show`].
    pub async fn contact_confirm(&self, actor: &Actor, siret: Siret) -> Result<Structure> {
        let confirm = async |tx: &mut Tx, mut structure: Structure| {
            let asked = structure.contact_asked.take().ok_or_else(nothing_to_confirm)?;
            let before = structure.contact.replace(asked);
            structure.alerts_stopped = false;
            let now = self.clock.now();
            tx.contact_ask(siret, None).await?;
            self.contact_changed_tell(tx, &structure, before).await?;
            tx.structure_save(&structure, now).await?;
            tx.outbox_push(ChangeKind::Structure, &[siret.to_string()], now).await?;
            let key = format!("structure_tell:{siret}:{}", self.clock.id());
            tx.work_add(self, &Work::StructureTell { siret }, key).await?;
            Ok(Deed::Kept(structure))
        };
        let target = Target::Structure(siret);
        Ok(self.structure_write(actor, Action::ContactConfirm, target, siret, confirm).await?.value)
    }
}

impl Backend {
    /// The link to the page of a structure, for who has just shown to be its contact.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn manage_url_of(&self, siret: Siret) -> Result<String> {
        let structure = self.store.structure_fetch(siret).await?.ok_or(Error::NotFound)?;
        Ok(self.links().structure_manage(&structure))
    }
}

fn nothing_to_confirm() -> Error {
    Error::Refused("Cette adresse est déjà confirmée, ou une autre a été donnée depuis.".to_owned())
}
