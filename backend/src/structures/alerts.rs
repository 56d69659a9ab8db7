//! The mails about needs, as a structure stops them.

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::Entry;
use crate::links::Grant;
use std::sync::Arc;

impl Backend {
    /// The structure of a link that stops its mails.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong.
    pub fn structure_of_stop_link(&self, token: &str) -> Result<Arc<Entry>> {
        match self.signer.check(token, &self.clock)? {
            Grant::AlertsStop(siret) => self.structure_show(siret),
            _ => Err(Error::BadLink),
        }
    }

    /// Stops the mails to the structure of a link.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong.
    pub async fn alerts_stop(&self, token: &str) -> Result<Arc<Entry>> {
        let entry = self.structure_of_stop_link(token)?;
        let mut tx = self.store.begin().await?;
        tx.structure_alerts_stop(entry.structure.siret, self.clock.now()).await?;
        tx.commit().await?;
        self.wake();
        Ok(entry)
    }
}
