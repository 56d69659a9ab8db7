//! What a structure lets a network keep of its page.

use crate::siret::Siret;

/// A part of the page of a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FichePart {
    /// What it does, and where.
    Activities,
    /// What it can offer by month.
    Capacity,
    /// What it says of itself, its site, how many work there.
    Presentation,
    /// Its conventions, its network, its statute.
    Conventions,
    /// What it sells, its references, labels, networks, pictures.
    Catalogue,
    /// Where needs are mailed: nobody but the structure changes it.
    Contact,
}

impl FichePart {
    /// Every part that may be delegated.
    pub const DELEGABLE: [Self; 5] =
        [Self::Activities, Self::Capacity, Self::Presentation, Self::Conventions, Self::Catalogue];

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Activities => "activites",
            Self::Capacity => "capacite",
            Self::Presentation => "presentation",
            Self::Conventions => "conventions",
            Self::Catalogue => "catalogue",
            Self::Contact => "contact",
        }
    }

    /// Reads the code of a part that may be delegated.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::DELEGABLE.into_iter().find(|part| part.code() == text)
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Activities => "activités et zones",
            Self::Capacity => "capacité et calendrier",
            Self::Presentation => "présentation, site, effectifs",
            Self::Conventions => "conventions, réseau, statut",
            Self::Catalogue => "prestations, références, labels, images",
            Self::Contact => "adresse de contact",
        }
    }
}

/// Parts of the page of a structure that an account keeps for its network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Which structure.
    pub siret: Siret,
    /// Which parts.
    pub parts: Vec<FichePart>,
}

/// Parts as they are stored.
#[must_use]
pub fn parts_print(parts: &[FichePart]) -> String {
    parts.iter().map(|part| part.code()).collect::<Vec<_>>().join("|")
}

/// Reads them; what cannot be delegated is none.
#[must_use]
pub fn parts_stored(text: &str) -> Vec<FichePart> {
    text.split('|').filter_map(FichePart::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_read_back_but_for_the_contact() {
        let all = FichePart::DELEGABLE;
        assert_eq!(parts_stored(&parts_print(&all)), all);
        assert_eq!(parts_stored("activites|contact|autre"), [FichePart::Activities]);
        assert_eq!(parts_stored(""), []);
    }
}
