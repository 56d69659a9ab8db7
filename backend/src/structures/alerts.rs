//! The mails about needs, as a structure stops them, or has them again.

use crate::Backend;
use crate::error::Result;
use crate::index::Entry;
use crate::store::Tx;
use crate::write::Deed;
use domain::access::{Action, Actor, Target};
use domain::siret::Siret;
use std::sync::Arc;

impl Backend {
    /// The structure whose mails may be stopped.
    ///
    /// # Errors
    /// [`crate::error::Error::Forbidden`] when the actor may not.
    pub fn alerts_show(&self, actor: &Actor, siret: Siret) -> Result<Arc<Entry>> {
        self.authorise(actor, Action::AlertsStop, Target::Structure(siret))?;
        self.structure_known(siret)
    }

    /// Stops the mails to a structure; a second time changes nothing.
    ///
    /// # Errors
    /// [`crate::error::Error::Forbidden`] when the actor may not.
    pub async fn alerts_stop(&self, actor: &Actor, siret: Siret) -> Result<Arc<Entry>> {
        let now = self.clock.now();
        let stop = async |tx: &mut Tx| tx.structure_alerts_stop(siret, now).await.map(Deed::Kept);
        self.write(actor, Action::AlertsStop, Target::Structure(siret), stop).await?;
        self.structure_known(siret)
    }

    /// Has the mails of a structure sent again.
    ///
    /// # Errors
    /// [`crate::error::Error::Forbidden`] when the actor may not.
    pub async fn alerts_resume(&self, actor: &Actor, siret: Siret) -> Result<Arc<Entry>> {
        let now = self.clock.now();
        let resume = async |tx: &mut Tx| tx.structure_alerts_resume(siret, now).await.map(Deed::Kept);
        self.write(actor, Action::AlertsResume, Target::Structure(siret), resume).await?;
        self.structure_known(siret)
    }
}
