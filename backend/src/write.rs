//! The one way in which something is written: held, authorised, done, put down in the audit, committed; then whoever waits
//! for it is woken.

use crate::Backend;
use crate::error::{Error, Result};
use crate::store::Tx;
use domain::access::{Action, Actor, Target, Team, may};
use domain::need::{Need, NeedDraft};
use domain::siret::Siret;
use domain::structure::Structure;
use uuid::Uuid;

/// What a use case made of its transaction.
pub(crate) enum Deed<T> {
    /// Everything is to be kept.
    Kept(T),
    /// Nothing is: it was refused, or there was nothing to do.
    Nothing(T),
}

/// What a write gave.
pub(crate) struct Outcome<T> {
    pub value: T,
    /// Whether searches know it; if not, they will when the index is free.
    pub searchable: bool,
}

/// A need, held: nobody else writes it before the transaction ends.
pub(crate) struct HeldNeed {
    /// As it is stored, and published if it is.
    pub need: Need,
    /// What is being written of it, if something is.
    pub prepared: Option<NeedDraft>,
}

/// A structure or an organisation, held: nobody else changes its members before the transaction ends.
pub(crate) struct HeldTeam {
    /// What people call it.
    pub name: String,
}

impl Backend {
    /// Whether an actor may do something.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it may not.
    pub(crate) fn authorise(&self, actor: &Actor, action: Action, target: Target) -> Result<()> {
        may(actor, action, &target).granted().map_err(Error::Forbidden)
    }

    /// Writes something that no other write of the same thing can cross, or that holds what it needs by itself.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not; what `act` refuses: then nothing is written.
    pub(crate) async fn write<T>(
        &self,
        actor: &Actor,
        action: Action,
        target: Target,
        act: impl AsyncFnOnce(&mut Tx) -> Result<Deed<T>>,
    ) -> Result<Outcome<T>> {
        let mut tx = self.store.begin().await?;
        self.authorise(actor, action, target)?;
        let written = act(&mut tx).await?;
        self.write_end(tx, actor, action, target, written).await
    }

    /// Writes a need: nobody else does meanwhile.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; those of [`Backend::write`].
    pub(crate) async fn need_write<T>(
        &self,
        actor: &Actor,
        action: Action,
        need: Uuid,
        act: impl AsyncFnOnce(&mut Tx, HeldNeed) -> Result<Deed<T>>,
    ) -> Result<Outcome<T>> {
        let mut tx = self.store.begin().await?;
        let held = tx.need_hold(need).await?.ok_or(Error::NotFound)?;
        let held = HeldNeed { need: held.0, prepared: held.1 };
        let target = held.need.target();
        self.authorise(actor, action, target)?;
        let written = act(&mut tx, held).await?;
        self.write_end(tx, actor, action, target, written).await
    }

    /// Writes a structure: nobody else does meanwhile.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; those of [`Backend::write`].
    pub(crate) async fn structure_write<T>(
        &self,
        actor: &Actor,
        action: Action,
        target: Target,
        siret: Siret,
        act: impl AsyncFnOnce(&mut Tx, Structure) -> Result<Deed<T>>,
    ) -> Result<Outcome<T>> {
        let mut tx = self.store.begin().await?;
        let held = tx.structure_hold(siret).await?.ok_or(Error::NotFound)?;
        self.authorise(actor, action, target)?;
        let written = act(&mut tx, held).await?;
        self.write_end(tx, actor, action, target, written).await
    }

    /// Writes the members of a structure or of an organisation: nobody else does meanwhile.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; those of [`Backend::write`].
    pub(crate) async fn team_write<T>(
        &self,
        actor: &Actor,
        action: Action,
        target: Target,
        team: Team,
        act: impl AsyncFnOnce(&mut Tx, HeldTeam) -> Result<Deed<T>>,
    ) -> Result<Outcome<T>> {
        let mut tx = self.store.begin().await?;
        let name = match team {
            Team::Structure(siret) => {
                tx.structure_hold(siret).await?.map(|held| held.shown_name().to_owned())
            }
            Team::Organisation(id) => tx.organisation_hold(id).await?.map(|held| held.name),
        };
        let held = HeldTeam { name: name.ok_or(Error::NotFound)? };
        self.authorise(actor, action, target)?;
        let written = act(&mut tx, held).await?;
        self.write_end(tx, actor, action, target, written).await
    }

    async fn write_end<T>(
        &self,
        mut tx: Tx,
        actor: &Actor,
        action: Action,
        target: Target,
        written: Deed<T>,
    ) -> Result<Outcome<T>> {
        let value = match written {
            Deed::Nothing(value) => return Ok(Outcome { value, searchable: true }),
            Deed::Kept(value) => value,
        };
        tx.audit_add(self.clock.id(), actor, action, target, self.clock.now()).await?;
        // A person reads on the next page what was just written; jobs and imports do not wait for each other's indexing.
        let is_read_next = tx.changes_the_index() && !matches!(actor, Actor::Job | Actor::Operator);
        tx.commit().await?;
        self.wake();
        let searchable = !is_read_next || self.index_follow_saved().await;
        Ok(Outcome { value, searchable })
    }

    /// A need as it is judged before it is held.
    pub(crate) async fn need_target(&self, id: Uuid) -> Result<Target> {
        Ok(self.store.need_fetch(id).await?.ok_or(Error::NotFound)?.target())
    }
}
