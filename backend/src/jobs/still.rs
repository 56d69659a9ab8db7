//! What must still hold when a mail leaves: a relay that was down for an hour must not tell of needs that are over.

use crate::Backend;
use crate::error::Result;
use crate::mail::Mail;
use domain::siret::Siret;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a mail to a structure rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Still {
    /// The structure wants such mails, at this address.
    Wanted(Siret),
    /// The same, it takes part, and the need still takes answers.
    Open(Uuid, Siret),
}

impl Backend {
    /// Why a mail must not leave any more; `None` when it may.
    pub(super) async fn mail_is_stale(
        &self,
        mail: &Mail,
        still: Option<Still>,
    ) -> Result<Option<&'static str>> {
        let (need, siret) = match still {
            None => return Ok(None),
            Some(Still::Wanted(siret)) => (None, siret),
            Some(Still::Open(need, siret)) => (Some(need), siret),
        };
        let Some(structure) = self.store.structure_fetch(siret).await? else {
            return Ok(Some("the structure is gone"));
        };
        if structure.alerts_stopped {
            return Ok(Some("the structure stopped these mails"));
        }
        if !structure.contact.as_ref().is_some_and(|contact| contact.is_same_mailbox(&mail.to)) {
            return Ok(Some("the structure has another contact"));
        }
        if need.is_some() && structure.withdrawal().is_some() {
            return Ok(Some("the structure takes no part any more"));
        }
        if let Some(need) = need {
            let need = self.store.need_fetch(need).await?;
            if !need.is_some_and(|need| self.need_is_open(&need)) {
                return Ok(Some("the need is over"));
            }
        }
        Ok(None)
    }
}
