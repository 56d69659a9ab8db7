//! What became of a lot: that it is awarded, and to whom.

use super::{LotKey, Need};
use crate::siret::Siret;
use serde::{Deserialize, Serialize};

/// A lot that is awarded, as its buyer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Award {
    /// Which lot.
    pub lot: LotKey,
    /// To which structure; `None` when the buyer does not say, or to somebody else.
    pub winner: Option<Siret>,
    /// When it was said, in seconds since 1970.
    pub awarded_at: i64,
}

impl Need {
    /// The award of a lot, if it is awarded.
    #[must_use]
    pub fn award(&self, lot: LotKey) -> Option<&Award> {
        self.awards.iter().find(|award| award.lot == lot)
    }

    /// Whether nothing of it is left to be awarded.
    #[must_use]
    pub fn is_all_awarded(&self) -> bool {
        self.draft.lots.iter().all(|lot| self.award(lot.key).is_some())
    }
}
