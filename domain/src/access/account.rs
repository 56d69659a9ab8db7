//! Who signed in, and what they belong to.

use super::{
    Collaboration, Delegation, FichePart, Mandate, OrganisationId, Support, Target, Team, TerritoryRole,
};
use crate::email::EmailAddress;
use crate::siret::Siret;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The number of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(pub Uuid);

/// What a member may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// Keeps the page and answers.
    Member,
    /// Decides besides who is a member. Whoever has members has one of these.
    Responsible,
}

impl Rank {
    /// Every rank.
    pub const ALL: [Self; 2] = [Self::Member, Self::Responsible];

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Responsible => "responsible",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rank| rank.code() == text)
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Member => "membre",
            Self::Responsible => "responsable",
        }
    }
}

/// That an account belongs to a structure or to an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Membership {
    /// To which.
    pub team: Team,
    /// As what.
    pub rank: Rank,
}

/// What an account may of what administrators do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Administration {
    /// Nothing: almost everybody.
    #[default]
    None,
    /// Nothing yet: it was made an administrator, and has no second factor.
    WithoutFactor,
    /// All of it.
    Whole,
}

/// Whoever proved to have a mailbox, and has still to give the code of its second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// Its account.
    pub id: AccountId,
    /// The session in which it asks: it lets do nothing else.
    pub session: Uuid,
}

/// An account with what it belongs to, as it was when the request came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// The session in which it asks.
    pub session: Uuid,
    /// The address that was confirmed when it signed in: needs that were sent from it are its own.
    pub address: EmailAddress,
    /// Its structures and organisations.
    pub memberships: Vec<Membership>,
    /// Those whose responsable invites it.
    pub invitations: Vec<Team>,
    /// Needs of others that their author shares with it.
    pub collaborations: Vec<(Uuid, Collaboration)>,
    /// What structures let its networks keep of their pages.
    pub delegations: Vec<Delegation>,
    /// What it is of territories.
    pub mandates: Vec<Mandate>,
    /// What it may of what administrators do.
    pub administration: Administration,
    /// That an administrator acts in its place, where one does.
    pub support: Option<Support>,
}

impl Account {
    /// What it may do with a need of somebody else; `None` when nobody shares it.
    #[must_use]
    pub fn collaboration_on(&self, need: Uuid) -> Option<Collaboration> {
        self.collaborations.iter().find(|(of, _)| *of == need).map(|(_, collaboration)| *collaboration)
    }

    /// What it may decide in a structure or an organisation; `None` when it does not belong to it.
    #[must_use]
    pub fn rank_in(&self, team: impl Into<Team>) -> Option<Rank> {
        let team = team.into();
        self.memberships.iter().find(|membership| membership.team == team).map(|membership| membership.rank)
    }

    /// Its mandates that count for a target. That of a service of the State is no business of facilitateurs.
    pub(super) fn mandates_on(&self, target: Target) -> Vec<Mandate> {
        let place = match target {
            Target::Territory(place) => place,
            Target::Mandate { mandate, .. } if mandate.role == TerritoryRole::Facilitator => mandate.place,
            _ => return Vec::new(),
        };
        self.mandates.iter().copied().filter(|mandate| mandate.reaches(place)).collect()
    }

    /// The parts of a structure's page that it keeps for its networks.
    #[must_use]
    pub fn parts_kept_of(&self, siret: Siret) -> Vec<FichePart> {
        let of = self.delegations.iter().filter(|delegation| delegation.siret == siret);
        of.flat_map(|delegation| delegation.parts.iter().copied()).collect()
    }

    /// Its structures, with what it may decide there.
    pub fn structures(&self) -> impl Iterator<Item = (Siret, Rank)> {
        self.memberships.iter().filter_map(|own| Some((own.team.structure()?, own.rank)))
    }

    /// Its organisations, with what it may decide there.
    pub fn organisations(&self) -> impl Iterator<Item = (OrganisationId, Rank)> {
        self.memberships.iter().filter_map(|own| Some((own.team.organisation()?, own.rank)))
    }
}
