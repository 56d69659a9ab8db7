//! What a structure lets a network keep of its page, part by part: granted by its responsables, and withdrawn by them.

use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::{MembershipChanged, Template};
use crate::store::Tx;
use crate::write::{Deed, HeldTeam};
use domain::access::{Action, Actor, FichePart, OrganisationId, Rank, Target, Team};
use domain::organisation::{Organisation, OrganisationKind};
use domain::siret::Siret;

impl Backend {
    /// The networks of a name or SIRET to which a page may be delegated.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn network_find(&self, text: &str) -> Result<Vec<Organisation>> {
        let mut found = match Siret::parse(text) {
            Ok(siret) => self.store.organisation_of_siret(siret).await?.into_iter().collect(),
            Err(_) => self.store.organisation_named(text.trim()).await?,
        };
        found.retain(|organisation| organisation.kind == OrganisationKind::Network);
        Ok(found)
    }

    /// Whether the actor may delegate the page of a structure.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it may not.
    pub fn delegation_allowed(&self, actor: &Actor, siret: Siret) -> Result<()> {
        self.authorise(actor, Action::DelegationChange, Target::Structure(siret))
    }

    /// Lets a network keep parts of a structure's page; its responsables are mailed.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no responsable of the structure; [`Error::Refused`] when nothing is to be kept, or
    /// by no network.
    pub async fn delegation_set(
        &self,
        actor: &Actor,
        siret: Siret,
        to: OrganisationId,
        parts: &[FichePart],
    ) -> Result<()> {
        let network = self.store.organisation_fetch(to).await?.ok_or(Error::NotFound)?;
        let set = async |tx: &mut Tx, held: HeldTeam| {
            if network.kind != OrganisationKind::Network {
                return Err(Error::Refused("Cette organisation n’est pas une tête de réseau.".to_owned()));
            }
            if parts.is_empty() || parts.iter().any(|part| !FichePart::DELEGABLE.contains(part)) {
                return Err(Error::Refused("Cochez au moins une partie de la fiche.".to_owned()));
            }
            tx.delegation_set(siret, to, parts, self.clock.now()).await?;
            let labels: Vec<&str> = parts.iter().map(|part| part.label()).collect();
            let said = format!("cette structure vous confie sa fiche ({})", labels.join("\u{a0}; "));
            self.delegation_tell(tx, to, &held.name, &said).await?;
            Ok(Deed::Kept(()))
        };
        let target = Target::Structure(siret);
        self.team_write(actor, Action::DelegationChange, target, siret.into(), set).await.map(|_| ())
    }

    /// Lets a network keep nothing of a structure's page any more; its responsables are mailed.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no responsable of the structure; [`Error::NotFound`] when it kept nothing.
    pub async fn delegation_withdraw(&self, actor: &Actor, siret: Siret, from: OrganisationId) -> Result<()> {
        let withdraw = async |tx: &mut Tx, held: HeldTeam| {
            if !tx.delegation_drop(siret, from).await? {
                return Err(Error::NotFound);
            }
            self.delegation_tell(tx, from, &held.name, "cette structure ne vous confie plus sa fiche")
                .await?;
            Ok(Deed::Kept(()))
        };
        let target = Target::Structure(siret);
        self.team_write(actor, Action::DelegationChange, target, siret.into(), withdraw).await.map(|_| ())
    }

    async fn delegation_tell(
        &self,
        tx: &mut Tx,
        to: OrganisationId,
        structure: &str,
        said: &str,
    ) -> Result<()> {
        let mail = MembershipChanged {
            structure: structure.to_owned(),
            said: said.to_owned(),
            space_url: self.links().space(),
        };
        let members = tx.colleague_list(Team::Organisation(to)).await?;
        for member in members.iter().filter(|member| member.rank == Rank::Responsible) {
            let key = format!("delegation:{}:{}", member.account.0, self.clock.id());
            tx.mail_add(self, mail.mail(&member.address)?, key).await?;
        }
        Ok(())
    }
}
