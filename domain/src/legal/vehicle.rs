//! Legal vehicles: the ways in which a buyer can make room for insertion.

use super::reservation::Reservation;
use super::rule::RuleId;
use serde::{Deserialize, Serialize};

/// A legal vehicle of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vehicle {
    /// Reserved to EA, ESAT and equivalent.
    Handicap,
    /// Reserved to SIAE and equivalent.
    Insertion,
    /// Reserved to both families.
    Both,
    /// Reserved to prison work.
    Prison,
    /// Reserved to the social economy, for the services of a list.
    Ess,
    /// A contract whose object is insertion itself.
    InsertionService,
    /// A social clause of execution.
    SocialClause,
    /// A social criterion of award.
    SocialCriterion,
    /// An environmental clause of execution.
    EnvironmentalClause,
    /// An environmental criterion of award.
    EnvironmentalCriterion,
    /// Without publicity nor competition, under the threshold of the day.
    DirectAward,
}

impl Vehicle {
    /// Every vehicle, in the order in which forms list them.
    pub const ALL: [Self; 11] = [
        Self::Insertion,
        Self::Handicap,
        Self::Both,
        Self::Prison,
        Self::Ess,
        Self::InsertionService,
        Self::SocialClause,
        Self::SocialCriterion,
        Self::EnvironmentalClause,
        Self::EnvironmentalCriterion,
        Self::DirectAward,
    ];
    /// Those that shut out whoever is not named by their article.
    pub const RESERVED: [Self; 5] = [Self::Insertion, Self::Handicap, Self::Both, Self::Prison, Self::Ess];

    /// Its code: the article for a reservation, a word otherwise.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Handicap => "L2113-12",
            Self::Insertion => "L2113-13",
            Self::Both => "L2113-14",
            Self::Prison => "L2113-13-1",
            Self::Ess => "L2113-15",
            Self::InsertionService => "marche-insertion",
            Self::SocialClause => "clause-sociale",
            Self::SocialCriterion => "critere-social",
            Self::EnvironmentalClause => "clause-environnementale",
            Self::EnvironmentalCriterion => "critere-environnemental",
            Self::DirectAward => "gre-a-gre",
        }
    }

    /// Reads a code, with or without dots and blanks in articles (« L.2113-13 »).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| !matches!(c, '.' | ' ')).collect();
        Self::ALL.into_iter().find(|v| v.code().eq_ignore_ascii_case(&plain))
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Handicap => "Réservé aux structures du handicap",
            Self::Insertion => "Réservé aux structures d’insertion",
            Self::Both => "Réservé à l’insertion et au handicap",
            Self::Prison => "Réservé au travail en prison",
            Self::Ess => "Réservé à l’économie sociale et solidaire",
            Self::InsertionService => "Marché de services d’insertion",
            Self::SocialClause => "Clause sociale d’exécution",
            Self::SocialCriterion => "Critère social",
            Self::EnvironmentalClause => "Clause environnementale",
            Self::EnvironmentalCriterion => "Critère environnemental",
            Self::DirectAward => "Gré à gré sous le seuil",
        }
    }

    /// Whether it is reserved to structures by their conventions or agréments; the social economy is a matter of
    /// statute.
    #[must_use]
    pub fn looks_at_conventions(self) -> bool {
        self.is_reservation() && self != Self::Ess
    }

    /// The rule that opens it.
    #[must_use]
    pub fn rule(self) -> RuleId {
        match self {
            Self::Handicap => RuleId::Handicap,
            Self::Insertion => RuleId::Insertion,
            Self::Both => RuleId::BothFamilies,
            Self::Prison => RuleId::Prison,
            Self::Ess => RuleId::EssServices,
            Self::InsertionService => RuleId::InsertionService,
            Self::SocialClause => RuleId::SocialClause,
            Self::SocialCriterion | Self::EnvironmentalCriterion => RuleId::Criteria,
            Self::EnvironmentalClause => RuleId::EnvironmentDuty,
            Self::DirectAward => RuleId::Thresholds,
        }
    }

    /// The vehicle of a reservation of the forms; `None` without reservation.
    #[must_use]
    pub fn of(reservation: Reservation) -> Option<Self> {
        match reservation {
            Reservation::None => None,
            Reservation::Siae => Some(Self::Insertion),
            Reservation::Handicap => Some(Self::Handicap),
            Reservation::Both => Some(Self::Both),
            Reservation::Prison => Some(Self::Prison),
            Reservation::Ess => Some(Self::Ess),
        }
    }

    /// The reservation that it makes: whom matching leaves out.
    #[must_use]
    pub fn reservation(self) -> Reservation {
        match self {
            Self::Handicap => Reservation::Handicap,
            Self::Insertion => Reservation::Siae,
            Self::Both => Reservation::Both,
            Self::Prison => Reservation::Prison,
            Self::Ess => Reservation::Ess,
            Self::InsertionService
            | Self::SocialClause
            | Self::SocialCriterion
            | Self::EnvironmentalClause
            | Self::EnvironmentalCriterion
            | Self::DirectAward => Reservation::None,
        }
    }

    /// Whether it shuts out whoever its article does not name.
    #[must_use]
    pub fn is_reservation(self) -> bool {
        Self::RESERVED.contains(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        for vehicle in Vehicle::ALL {
            assert_eq!(Vehicle::parse(vehicle.code()), Some(vehicle));
        }
        assert_eq!(Vehicle::parse("l. 2113-13"), Some(Vehicle::Insertion));
        assert_eq!(Vehicle::parse("L2113-16"), None);
        for vehicle in Vehicle::RESERVED {
            assert_eq!(vehicle.rule().rule().article, vehicle.code());
        }
    }
}
