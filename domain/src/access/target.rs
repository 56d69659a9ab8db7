//! On what.

use super::AccountId;
use crate::sector::SectorIx;
use crate::siret::Siret;
use uuid::Uuid;

/// What it is asked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// Everything that is listed.
    Catalogue,
    /// What administrators see to.
    Administration,
    /// That somebody is invited to be an administrator.
    AdministratorInvitation(Uuid),
    /// A need, published or not.
    Need {
        /// Which.
        need: Uuid,
        /// Whether it is published.
        is_published: bool,
        /// The account whose address wrote it, if there is one.
        author: Option<AccountId>,
    },
    /// What a structure says to a need.
    Answer {
        /// Which need.
        need: Uuid,
        /// Which structure.
        siret: Siret,
    },
    /// What a structure that left its address says to a need.
    Interest(Uuid),
    /// A structure.
    Structure(Siret),
    /// What a structure says of a sector.
    Trade(Siret, SectorIx),
    /// What somebody asked for to sign in.
    SignIn(Uuid),
    /// An account.
    Account(AccountId),
    /// That an account belongs to a structure.
    Colleague {
        /// Which structure.
        siret: Siret,
        /// Whose account.
        account: AccountId,
    },
}

impl Target {
    /// The structure that it is, or is about.
    pub(super) fn structure(self) -> Option<Siret> {
        match self {
            Self::Answer { siret, .. }
            | Self::Structure(siret)
            | Self::Trade(siret, _)
            | Self::Colleague { siret, .. } => Some(siret),
            _ => None,
        }
    }
}
