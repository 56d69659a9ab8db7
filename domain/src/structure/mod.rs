//! Structures: who they are, by which conventions, what they do and where.

#[cfg(feature = "atlas")]
mod address;
mod calendar;
#[cfg(feature = "atlas")]
pub mod catalogue;
#[cfg(feature = "atlas")]
pub mod fiche;
mod freshness;
#[cfg(feature = "atlas")]
mod record;
#[cfg(feature = "atlas")]
mod said;
#[cfg(feature = "atlas")]
mod withdrawal;

#[cfg(feature = "atlas")]
pub use address::address_read;
pub use calendar::{Calendar, MONTHS_AHEAD, Month};
#[cfg(feature = "atlas")]
pub use catalogue::Catalogue;
pub use freshness::{FRESH_MONTHS, stale_before};
#[cfg(feature = "atlas")]
pub use record::{
    Activity, ActivityKept, ConventionTerms, DESCRIPTION_MAX, Gap, Network, OrderTerms, Structure,
    activities_deduced, usual_zones,
};
#[cfg(feature = "atlas")]
pub use said::{FicheField, Origin, Said};
#[cfg(feature = "atlas")]
pub use withdrawal::{MergeRefusal, Withdrawal, Withdrawals, merge_check};

use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of a convention or agreement. One structure may hold several (an ACI that is also an EI).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[repr(u8)]
pub enum Kind {
    /// Entreprise d'insertion (code du travail, L5132-5).
    Ei,
    /// Atelier et chantier d'insertion (L5132-15).
    Aci,
    /// Association intermédiaire (L5132-7).
    Ai,
    /// Entreprise de travail temporaire d'insertion (L5132-6).
    Etti,
    /// Entreprise d'insertion par le travail indépendant (experiment of law 2018-771, article 83).
    Eiti,
    /// Groupement d'employeurs pour l'insertion et la qualification (L1253-1).
    Geiq,
    /// Entreprise adaptée (L5213-13).
    Ea,
    /// Entreprise adaptée de travail temporaire (L5213-13-3).
    Eatt,
    /// Établissement et service d'aide par le travail (code de l'action sociale et des familles, L344-2).
    Esat,
    /// Structure that makes people in prison work: prison service, concession or SEP (code pénitentiaire, L412-3).
    Sep,
}

impl Kind {
    /// Every kind, in the order in which pages list them.
    pub const ALL: [Self; 10] = [
        Self::Aci,
        Self::Ei,
        Self::Ai,
        Self::Etti,
        Self::Eiti,
        Self::Geiq,
        Self::Esat,
        Self::Ea,
        Self::Eatt,
        Self::Sep,
    ];

    /// The code that files, URLs and people use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ei => "EI",
            Self::Aci => "ACI",
            Self::Ai => "AI",
            Self::Etti => "ETTI",
            Self::Eiti => "EITI",
            Self::Geiq => "GEIQ",
            Self::Ea => "EA",
            Self::Eatt => "EATT",
            Self::Esat => "ESAT",
            Self::Sep => "SEP",
        }
    }

    /// The name in full.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Ei => "Entreprise d’insertion",
            Self::Aci => "Atelier et chantier d’insertion",
            Self::Ai => "Association intermédiaire",
            Self::Etti => "Entreprise de travail temporaire d’insertion",
            Self::Eiti => "Entreprise d’insertion par le travail indépendant",
            Self::Geiq => "Groupement d’employeurs pour l’insertion et la qualification",
            Self::Ea => "Entreprise adaptée",
            Self::Eatt => "Entreprise adaptée de travail temporaire",
            Self::Esat => "Établissement et service d’aide par le travail",
            Self::Sep => "Travail en prison",
        }
    }

    /// Reads a code, whatever its case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code().eq_ignore_ascii_case(text.trim()))
    }

    /// How such a structure works unless it says otherwise: AI, ETTI, GEIQ and EATT lend people, the others sell a service.
    #[must_use]
    pub fn usual_mode(self) -> Mode {
        match self {
            Self::Ai | Self::Etti | Self::Geiq | Self::Eatt => Mode::MiseADisposition,
            Self::Sep => Mode::Fabrication,
            _ => Mode::Prestation,
        }
    }

    /// Radius in km around its seat that is assumed as long as the structure has said nothing. ACI and AI work
    /// near home; the others go further. A convention of this product, shown as « déduit ».
    #[must_use]
    pub fn usual_radius_km(self) -> u16 {
        match self {
            Self::Aci | Self::Ai => 30,
            _ => 50,
        }
    }

    /// Whether it is assumed to work in the whole département of its seat as long as it has said nothing: AI and ETTI
    /// are agreed by département and lend people all over it. A convention of this product, shown as such.
    #[must_use]
    pub fn usually_serves_departement(self) -> bool {
        matches!(self, Self::Ai | Self::Etti)
    }

    /// Its place in [`Kind::ALL`].
    #[must_use]
    pub fn rank(self) -> usize {
        Self::ALL.iter().position(|kind| *kind == self).unwrap_or(Self::ALL.len())
    }

    fn bit(self) -> u16 {
        1 << (self as u8)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct KindSet(u16);

impl KindSet {
    /// No kind.
    pub const EMPTY: Self = Self(0);

    /// Adds a kind.
    pub fn insert(&mut self, kind: Kind) {
        self.0 |= kind.bit();
    }

    /// Removes a kind.
    pub fn remove(&mut self, kind: Kind) {
        self.0 &= !kind.bit();
    }

    /// Whether it holds the kind.
    #[must_use]
    pub fn contains(self, kind: Kind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Whether both hold one kind at least.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether it holds a kind of insertion and a kind of the disability sector: one share of workers does not tell
    /// which of the two publics it counts.
    #[must_use]
    pub fn is_of_both_families(self) -> bool {
        let insertion: Self = [Kind::Ei, Kind::Aci, Kind::Ai, Kind::Etti].into_iter().collect();
        let handicap: Self = [Kind::Ea, Kind::Eatt, Kind::Esat].into_iter().collect();
        self.meets(insertion) && self.meets(handicap)
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds, in the order of [`Kind::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |k| self.contains(*k))
    }
}

impl FromIterator<Kind> for KindSet {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        let mut set = Self::EMPTY;
        kinds.into_iter().for_each(|k| set.insert(k));
        set
    }
}

/// How an activity is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Mode {
    /// The structure does the work with its own team.
    Prestation,
    /// The structure lends people, who work under the client's direction.
    MiseADisposition,
    /// The structure makes and sells goods.
    Fabrication,
}

impl Mode {
    /// Every mode, in the order in which pages list them.
    pub const ALL: [Self; 3] = [Self::Prestation, Self::MiseADisposition, Self::Fabrication];

    /// The code that files and URLs use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Prestation => "prestation",
            Self::MiseADisposition => "mise_a_disposition",
            Self::Fabrication => "fabrication",
        }
    }

    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Prestation => "Prestation de service",
            Self::MiseADisposition => "Mise à disposition de personnel",
            Self::Fabrication => "Fabrication et vente de biens",
        }
    }

    /// Reads a code or a name; hyphens, spaces and accents are forgiven, and the codes of the national referential
    /// (`PREST`, `DISP`, `BUILD`) are understood.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match crate::text::fold(text).as_str() {
            "prestation" | "prest" | "prestation de service" => Some(Self::Prestation),
            "mise a disposition" | "mise a disposition de personnel" | "disp" | "mad" => {
                Some(Self::MiseADisposition)
            }
            "fabrication" | "fabrication et vente de biens" | "build" => Some(Self::Fabrication),
            _ => None,
        }
    }
}

/// Where an activity comes from, hence what may be claimed of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Inferred from the name, the description or the NAF code: shown « déduit — à confirmer par la structure ».
    Deduced,
    /// Given by an imported file.
    Declared,
    /// Confirmed or added by the structure itself.
    Confirmed,
    /// The structure said that it does not do this. Kept so that it is not inferred again.
    Dismissed,
}

impl Standing {
    /// The code that the database keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Deduced => "deduced",
            Self::Declared => "declared",
            Self::Confirmed => "confirmed",
            Self::Dismissed => "dismissed",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Deduced, Self::Declared, Self::Confirmed, Self::Dismissed]
            .into_iter()
            .find(|s| s.code() == text)
    }

    /// Whether the activity takes part in search and matching.
    #[must_use]
    pub fn is_live(self) -> bool {
        self != Self::Dismissed
    }

    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Deduced => "déduit — à confirmer par la structure",
            Self::Declared => "déclaré",
            Self::Confirmed => "confirmé par la structure",
            Self::Dismissed => "écarté par la structure",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.code()), Some(kind));
            assert_eq!(Kind::parse(&kind.code().to_lowercase()), Some(kind));
        }
        for mode in Mode::ALL {
            assert_eq!(Mode::parse(mode.code()), Some(mode));
            assert_eq!(Mode::parse(mode.label()), Some(mode));
        }
        assert_eq!(Kind::parse("OPCS"), None);
        assert_eq!(Mode::parse("DISP"), Some(Mode::MiseADisposition));
    }

    #[test]
    fn kind_sets() {
        let set: KindSet = [Kind::Ei, Kind::Aci].into_iter().collect();
        assert!(set.contains(Kind::Ei) && set.contains(Kind::Aci) && !set.contains(Kind::Sep));
        assert_eq!(set.iter().collect::<Vec<_>>(), [Kind::Aci, Kind::Ei]);
        assert!(!set.meets(KindSet::EMPTY));
    }
}
