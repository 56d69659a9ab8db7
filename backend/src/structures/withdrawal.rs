//! A structure that does not want to be proposed, and one that an administrator suspends: neither takes part in anything.

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::Entry;
use crate::jobs::Work;
use crate::mail::{StructureResumed, StructureSuspended, Template};
use crate::store::Tx;
use crate::write::Deed;
use domain::access::{Action, Actor, Target};
use domain::siret::Siret;
use domain::structure::Structure;
use std::sync::Arc;

/// A structure, as an administrator decides about it.
#[derive(Debug)]
pub struct AdministeredView {
    /// All of it.
    pub entry: Arc<Entry>,
    /// Its duplicates.
    pub duplicates: Vec<Arc<Entry>>,
}

impl Backend {
    /// The structure that may oppose being proposed.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not.
    pub fn opposition_show(&self, actor: &Actor, siret: Siret) -> Result<Arc<Entry>> {
        self.authorise(actor, Action::MatchingOppose, Target::Structure(siret))?;
        self.structure_known(siret)
    }

    /// Takes a structure out of all that is proposed, as it asks; a second time changes nothing.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not.
    pub async fn matching_oppose(&self, actor: &Actor, siret: Siret) -> Result<Arc<Entry>> {
        let now = self.clock.now();
        let oppose = async |tx: &mut Tx, _: Structure| match tx.structure_oppose(siret, now).await? {
            true => Ok(Deed::Kept(())),
            false => Ok(Deed::Nothing(())),
        };
        self.structure_write(actor, Action::MatchingOppose, Target::Structure(siret), siret, oppose).await?;
        self.structure_known(siret)
    }

    /// Lets a structure be proposed again: open needs that fit it are mailed to it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not.
    pub async fn matching_resume(&self, actor: &Actor, siret: Siret) -> Result<Arc<Entry>> {
        let now = self.clock.now();
        let resume = async |tx: &mut Tx, _: Structure| {
            if !tx.structure_oppose_end(siret, now).await? {
                return Ok(Deed::Nothing(()));
            }
            self.structure_comes_back(tx, siret).await?;
            Ok(Deed::Kept(()))
        };
        self.structure_write(actor, Action::MatchingResume, Target::Structure(siret), siret, resume).await?;
        self.structure_known(siret)
    }

    /// What it was not told of meanwhile; nothing, if something else keeps it out.
    pub(super) async fn structure_comes_back(&self, tx: &mut Tx, siret: Siret) -> Result<()> {
        let key = format!("structure_tell:{siret}:{}", self.clock.id());
        tx.work_add(self, &Work::StructureTell { siret }, key).await
    }

    /// A structure, for administrators.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is none; [`Error::NotFound`] when there is none of this SIRET.
    pub fn administered_show(&self, actor: &Actor, siret: Siret) -> Result<AdministeredView> {
        self.authorise(actor, Action::AdministrationShow, Target::Administration)?;
        let catalogue = self.index.catalogue();
        let is_duplicate = |entry: &&Arc<Entry>| entry.structure.withdrawals.merged_into == Some(siret);
        let mut duplicates: Vec<Arc<Entry>> =
            catalogue.structures_known().filter(is_duplicate).cloned().collect();
        duplicates.sort_by_key(|entry| entry.structure.siret);
        Ok(AdministeredView { entry: self.structure_known(siret)?, duplicates })
    }

    /// Suspends a structure: it takes no part, and reads why.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no administrator; [`Error::Refused`] without a reason, or when it is suspended.
    pub async fn structure_suspend(&self, actor: &Actor, siret: Siret, why: &str) -> Result<()> {
        let target = Target::Structure(siret);
        self.authorise(actor, Action::StructureSuspend, target)?;
        let why = why.trim();
        if why.is_empty() {
            return Err(Error::Refused("Dites pourquoi\u{a0}: la structure le lira.".to_owned()));
        }
        let suspend = async |tx: &mut Tx, held: Structure| {
            if !tx.structure_suspend(siret, why, self.clock.now()).await? {
                return Err(Error::Refused(
                    "Cette fiche est déjà suspendue\u{a0}: pour changer de raison, levez d’abord la suspension."
                        .to_owned(),
                ));
            }
            if let Some(contact) = &held.contact {
                let mail = StructureSuspended {
                    structure: held.shown_name().to_owned(),
                    why: why.to_owned(),
                    manage_url: self.links().structure_manage(&held),
                };
                let key = format!("structure_suspend:{siret}:{}", self.clock.id());
                tx.mail_add(self, mail.mail(contact)?, key).await?;
            }
            Ok(Deed::Kept(()))
        };
        self.structure_write(actor, Action::StructureSuspend, target, siret, suspend).await.map(|_| ())
    }

    /// Ends a suspension: the structure learns so, and open needs that fit it are mailed to it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no administrator; [`Error::Refused`] when it is not suspended.
    pub async fn structure_resume(&self, actor: &Actor, siret: Siret) -> Result<()> {
        let resume = async |tx: &mut Tx, held: Structure| {
            if !tx.structure_resume(siret, self.clock.now()).await? {
                return Err(Error::Refused(
                    "Cette fiche n’est pas suspendue\u{a0}: il n’y a rien à lever.".to_owned(),
                ));
            }
            if let Some(contact) = &held.contact {
                let mail = StructureResumed {
                    structure: held.shown_name().to_owned(),
                    manage_url: self.links().structure_manage(&held),
                };
                let key = format!("structure_resume:{siret}:{}", self.clock.id());
                tx.mail_add(self, mail.mail(contact)?, key).await?;
            }
            self.structure_comes_back(tx, siret).await?;
            Ok(Deed::Kept(()))
        };
        let target = Target::Structure(siret);
        self.structure_write(actor, Action::StructureResume, target, siret, resume).await.map(|_| ())
    }
}
