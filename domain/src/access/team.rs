//! What people belong to, with colleagues.

use crate::siret::Siret;
use uuid::Uuid;

/// The number of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrganisationId(pub Uuid);

/// What people belong to: members keep it, responsables decide besides who is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Team {
    /// A structure of the catalogue.
    Structure(Siret),
    /// An organisation of acheteurs, or a network of structures.
    Organisation(OrganisationId),
}

impl Team {
    /// Its code: a SIRET, or the number of an organisation.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Structure(siret) => siret.to_string(),
            Self::Organisation(OrganisationId(id)) => id.to_string(),
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        if let Some(siret) = Siret::kept(code) {
            return Some(Self::Structure(siret));
        }
        Uuid::try_parse(code).ok().map(|id| Self::Organisation(OrganisationId(id)))
    }

    /// Which structure it is, if it is one.
    #[must_use]
    pub fn structure(self) -> Option<Siret> {
        match self {
            Self::Structure(siret) => Some(siret),
            Self::Organisation(_) => None,
        }
    }

    /// Which organisation it is, if it is one.
    #[must_use]
    pub fn organisation(self) -> Option<OrganisationId> {
        match self {
            Self::Organisation(id) => Some(id),
            Self::Structure(_) => None,
        }
    }
}

impl From<Siret> for Team {
    fn from(siret: Siret) -> Self {
        Self::Structure(siret)
    }
}

impl From<OrganisationId> for Team {
    fn from(id: OrganisationId) -> Self {
        Self::Organisation(id)
    }
}
