//! What somebody is of a territory.

use crate::territory::{Atlas, DepartementIx, Place, RegionIx, Zone};

/// As what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TerritoryRole {
    /// Facilitateur des clauses sociales: sees what happens there, and accepts other facilitateurs.
    Facilitator,
    /// A service of the State: reads.
    StateService,
}

impl TerritoryRole {
    /// Every role.
    pub const ALL: [Self; 2] = [Self::Facilitator, Self::StateService];

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Facilitator => "facilitateur",
            Self::StateService => "etat",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == text)
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Facilitator => "facilitateur des clauses sociales",
            Self::StateService => "service de l’État",
        }
    }
}

/// That somebody is something of a territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mandate {
    /// As what.
    pub role: TerritoryRole,
    /// Of which: see [`Mandate::places`].
    pub place: Place,
}

impl Mandate {
    /// The territories that may be asked for: the départements, and the régions.
    pub fn places() -> impl Iterator<Item = Place> {
        let atlas = Atlas::get();
        let departements =
            (0u8..).take(atlas.departements.len()).map(|ix| Zone::Departement(DepartementIx(ix)));
        let regions = (0u8..).take(atlas.regions.len()).map(|ix| Zone::Region(RegionIx(ix)));
        departements.chain(regions).filter_map(Place::of)
    }

    /// Whether it reaches a territory: its own, and what lies within.
    #[must_use]
    pub fn reaches(self, place: Place) -> bool {
        self.place == place || place.wider().contains(&self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mandate_reaches_what_lies_within() {
        for (own, place, reaches) in [
            ("D31", "D31", true),
            ("D31", "C31555", true),
            ("D31", "D32", false),
            ("D31", "R76", false),
            ("R76", "D31", true),
            ("R76", "D75", false),
        ] {
            let [own, place] = [own, place].map(|code| Place::parse(code).expect("a place"));
            let mandate = Mandate { role: TerritoryRole::Facilitator, place: own };
            assert_eq!(mandate.reaches(place), reaches, "{own:?} {place:?}");
        }
    }

    #[test]
    fn a_departement_or_a_region_may_be_asked_for() {
        let places: Vec<String> = Mandate::places().map(Place::code).collect();
        for code in ["D31", "D2A", "D974", "R76"] {
            assert!(places.iter().any(|place| place == code), "{code}");
        }
        assert!(places.iter().all(|code| code.starts_with(['D', 'R'])));
        for role in TerritoryRole::ALL {
            assert_eq!(TerritoryRole::parse(role.code()), Some(role));
        }
    }
}
