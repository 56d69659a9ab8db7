//! Is a page still right? A structure vouches for it by writing it, or by saying so; after a year it is asked, and ranks
//! lower until it answers.

use crate::Backend;
use crate::clock;
use crate::error::{Error, Result};
use crate::mail::{FicheStillRight, Template};
use crate::store::{ChangeKind, Tx};
use crate::write::Deed;
use domain::access::{Action, Actor, Target};
use domain::date;
use domain::siret::Siret;
use domain::structure::{Origin, Structure, stale_before};

/// Pages that become out of date in one hour, at most: their mails do not go all at once.
const STALE_MAX: i64 = 200;

impl Backend {
    /// A page that its structure may vouch for.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not; [`Error::NotFound`] when there is no such structure.
    pub async fn fiche_vouch_show(&self, actor: &Actor, siret: Siret) -> Result<Structure> {
        self.authorise(actor, Action::FicheVouch, Target::Structure(siret))?;
        self.store.structure_fetch(siret).await?.ok_or(Error::NotFound)
    }

    /// « Oui, tout est exact »: the page is right as of today.
    ///
    /// # Errors
    /// As [`Backend::fiche_vouch_show`].
    pub async fn fiche_vouch(&self, actor: &Actor, siret: Siret) -> Result<Structure> {
        let now = self.clock.now();
        let vouch = async |tx: &mut Tx, structure: Structure| {
            tx.structure_vouch(siret, now).await?;
            tx.outbox_push(ChangeKind::Structure, &[siret.to_string()], now).await?;
            Ok(Deed::Kept(structure))
        };
        let target = Target::Structure(siret);
        Ok(self.structure_write(actor, Action::FicheVouch, target, siret, vouch).await?.value)
    }

    /// Finds the pages for which nobody has vouched for a year: they rank lower from now on, and their structures are asked
    /// once whether everything is right. How many.
    ///
    /// # Errors
    /// When the database refuses: what was written before stays so.
    pub async fn fiches_stale_find(&self) -> Result<usize> {
        let before = clock::start_in_paris(stale_before(self.clock.today()));
        let mut found = 0;
        for siret in self.store.structure_stale_list(before, STALE_MAX).await? {
            found += usize::from(self.fiche_stale_set(siret, before).await?);
        }
        Ok(found)
    }

    async fn fiche_stale_set(&self, siret: Siret, vouched_before: i64) -> Result<bool> {
        let now = self.clock.now();
        let set = async |tx: &mut Tx, structure: Structure| {
            if !tx.structure_stale_set(siret, now, vouched_before).await? {
                return Ok(Deed::Nothing(false));
            }
            tx.outbox_push(ChangeKind::Structure, &[siret.to_string()], now).await?;
            if let Some(contact) = structure.contact.as_ref().filter(|_| structure.is_told()) {
                let said = structure.vouched_on.map(date::long).unwrap_or_default();
                let mail = FicheStillRight {
                    structure: structure.shown_name().to_owned(),
                    said_on: said.clone(),
                    vouch_url: self.links().fiche_vouch(&structure),
                    stop_url: self.links().alerts_stop(&structure),
                };
                tx.mail_add(self, mail.mail(contact)?, format!("fiche_stale:{siret}:{said}")).await?;
            }
            Ok(Deed::Kept(true))
        };
        let target = Target::Structure(siret);
        Ok(self.structure_write(&Actor::Job, Action::FicheStale, target, siret, set).await?.value)
    }

    /// Who says something of a structure, when an actor does.
    pub(crate) fn origin_of(actor: &Actor, siret: Siret) -> Origin {
        match actor.account() {
            Ok(account) if account.rank_in(siret).is_some() => Origin::Structure,
            Ok(account) if !account.parts_kept_of(siret).is_empty() => Origin::Network,
            Ok(_) => Origin::Administrator,
            Err(_) => Origin::Structure,
        }
    }
}
