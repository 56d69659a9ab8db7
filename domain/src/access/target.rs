//! On what.

use super::{AccountId, FichePart, Mandate, OrganisationId, Team};
use crate::sector::SectorIx;
use crate::siret::Siret;
use crate::territory::Place;
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
        /// The organisation that its author shares it with.
        organisation: Option<OrganisationId>,
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
    /// Two structures that are one.
    Duplicate {
        /// The one that leads to the other.
        duplicate: Siret,
        /// The one that stays.
        kept: Siret,
    },
    /// A part of the page of a structure.
    Fiche {
        /// Which structure.
        siret: Siret,
        /// Which part.
        part: FichePart,
    },
    /// What a structure says of a sector.
    Trade(Siret, SectorIx),
    /// What somebody asked for to sign in.
    SignIn(Uuid),
    /// An account.
    Account(AccountId),
    /// An organisation.
    Organisation(OrganisationId),
    /// What happens in a territory.
    Territory(Place),
    /// A list of structures that somebody keeps.
    Favourites {
        /// Which.
        list: Uuid,
        /// Whose account it is of; `None` once that was erased.
        owner: Option<AccountId>,
        /// The organisation that shares it.
        organisation: Option<OrganisationId>,
    },
    /// That an account is something of a territory, or asks to be.
    Mandate {
        /// What.
        mandate: Mandate,
        /// Whose account.
        account: AccountId,
    },
    /// That an account belongs to a structure or to an organisation.
    Colleague {
        /// To which.
        team: Team,
        /// Whose account.
        account: AccountId,
    },
}

impl Target {
    /// A structure or an organisation, as a target.
    #[must_use]
    pub fn of_team(team: Team) -> Self {
        match team {
            Team::Structure(siret) => Self::Structure(siret),
            Team::Organisation(id) => Self::Organisation(id),
        }
    }

    /// The structure or organisation that it is, is about, or is of.
    pub(super) fn team(self) -> Option<Team> {
        match self {
            Self::Answer { siret, .. }
            | Self::Structure(siret)
            | Self::Fiche { siret, .. }
            | Self::Trade(siret, _) => Some(Team::Structure(siret)),
            Self::Organisation(id) => Some(Team::Organisation(id)),
            Self::Need { organisation, .. } | Self::Favourites { organisation, .. } => {
                organisation.map(Team::Organisation)
            }
            Self::Colleague { team, .. } => Some(team),
            _ => None,
        }
    }
}
