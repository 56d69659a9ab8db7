//! Zones and places, and the codes that files, URLs and the command line use for them.

use super::{Atlas, CommuneIx, CommuneSet, DepartementIx, EpciIx, RegionIx};
use crate::text::of_name;
use crate::written::{Reference, Successor, Written};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A part of France.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Zone {
    /// The whole country: `FR`.
    France,
    /// A région: `R76`.
    Region(RegionIx),
    /// A département: `D31`.
    Departement(DepartementIx),
    /// An EPCI: `E243100518`.
    Epci(EpciIx),
    /// A commune: `C31555`.
    Commune(CommuneIx),
    /// Around the centre of a commune: `C31555+50km`.
    Around {
        /// Whose centre.
        commune: CommuneIx,
        /// As the crow flies.
        km: u16,
    },
    /// Around the seat of the structure: `50km`.
    Radius {
        /// As the crow flies.
        km: u16,
    },
}

/// A text that is no zone, with what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneError(pub String);

impl fmt::Display for ZoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "zone inconnue «\u{a0}{}\u{a0}»\u{a0}: écrire FR, R76 (région), D31 (département), E243100518 (EPCI), C31555 (commune), C31555+50km (autour d’elle) ou 50km",
            self.0
        )
    }
}

impl std::error::Error for ZoneError {}

impl Zone {
    /// Largest radius that means something in France, in km.
    pub const MAX_RADIUS_KM: u16 = 500;

    /// Reads a code.
    ///
    /// # Errors
    /// [`ZoneError`] when the code has no known form or names nothing.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        Self::read(text.trim()).ok_or_else(|| ZoneError(text.trim().to_owned()))
    }

    fn read(text: &str) -> Option<Self> {
        let atlas = Atlas::get();
        if text.eq_ignore_ascii_case("FR") {
            return Some(Self::France);
        }
        // In an address, a `+` that was not escaped arrives as a space.
        let is_commune = |code: &str| code.starts_with(['C', 'c']);
        if let Some((centre, radius)) = text.split_once(['+', ' ']).filter(|(centre, _)| is_commune(centre)) {
            return match (Self::read(centre)?, km_read(radius)?) {
                (Self::Commune(commune), km) => Some(Self::Around { commune, km }),
                _ => None,
            };
        }
        if let Some(km) = km_read(text) {
            return Some(Self::Radius { km });
        }
        let (letter, code) = text.split_at_checked(1)?;
        match letter {
            "R" | "r" => atlas.region_by_code(code).map(Self::Region),
            "D" | "d" => atlas.departement_by_code(code).map(Self::Departement),
            "E" | "e" => atlas.epci_by_siren(code).map(Self::Epci),
            "C" | "c" => atlas.commune_by_code(&code.to_ascii_uppercase()).map(Self::Commune),
            _ => None,
        }
    }

    /// The code that [`Zone::parse`] reads.
    #[must_use]
    pub fn code(self) -> String {
        let atlas = Atlas::get();
        match self {
            Self::France => "FR".to_owned(),
            Self::Region(ix) => format!("R{}", atlas.region(ix).code),
            Self::Departement(ix) => format!("D{}", atlas.departement(ix).code),
            Self::Epci(ix) => format!("E{}", atlas.epci(ix).siren),
            Self::Commune(ix) => format!("C{}", atlas.commune(ix).code),
            Self::Around { commune, km } => format!("{}+{km}km", Self::Commune(commune).code()),
            Self::Radius { km } => format!("{km}km"),
        }
    }

    /// The name people read: « Toulouse (31) », « Haute-Garonne (31) », « 50 km autour de son siège ». Two places never
    /// show the same: a département that shares its name with one of its communes says what it is, an EPCI that shares it
    /// with another says where.
    #[must_use]
    pub fn name(self) -> String {
        let atlas = Atlas::get();
        match self {
            Self::France => "France entière".to_owned(),
            Self::Region(ix) => atlas.region(ix).name.to_owned(),
            Self::Departement(ix) => {
                let departement = atlas.departement(ix);
                let what = if atlas.shares_name(self) { "département, " } else { "" };
                format!("{} ({what}{})", departement.name, departement.code)
            }
            Self::Epci(ix) if atlas.shares_name(self) => {
                let seat = atlas.departements_of(&atlas.epci(ix).communes).next();
                let code = seat.map_or("", |departement| atlas.departement(departement).code);
                format!("{} ({code})", atlas.epci(ix).name)
            }
            Self::Epci(ix) => atlas.epci(ix).name.to_owned(),
            Self::Commune(ix) => {
                let commune = atlas.commune(ix);
                format!("{} ({})", commune.name, atlas.departement(commune.departement).code)
            }
            Self::Around { commune, km } => {
                format!("{km}\u{a0}km autour {}", of_name(&Self::Commune(commune).name()))
            }
            Self::Radius { km } => format!("{km}\u{a0}km autour de son siège"),
        }
    }
}

/// `50km`, `50 KM`.
fn km_read(text: &str) -> Option<u16> {
    let km = text.strip_suffix("km").or_else(|| text.strip_suffix("KM"))?;
    km.trim().parse().ok().filter(|km| *km <= Zone::MAX_RADIUS_KM)
}

/// Most zones of one activity: whoever covers more covers something wider.
pub const ZONES_MAX: usize = 50;

/// Zones each once; of several radii around the seat, the widest.
pub(super) fn zones_once(all: impl Iterator<Item = Zone>) -> Vec<Zone> {
    let mut zones: Vec<Zone> = Vec::new();
    for zone in all {
        let radius = zones.iter().position(|known| matches!(known, Zone::Radius { .. }));
        match (zone, radius) {
            (Zone::Radius { km }, Some(at)) => {
                if matches!(zones[at], Zone::Radius { km: known } if known < km) {
                    zones[at] = zone;
                }
            }
            _ if zones.contains(&zone) => {}
            _ => zones.push(zone),
        }
    }
    zones
}

/// Reads zones that were stored, parted by `|`: what this build does not know is kept as it was written.
#[must_use]
pub fn zones_stored(text: &str) -> Vec<Written<Zone>> {
    let codes = text.split('|').map(str::trim).filter(|code| !code.is_empty());
    let mut zones: Vec<Written<Zone>> = Vec::new();
    for zone in codes.map(Written::read) {
        // Two communes of one list may have merged since.
        if !zones.contains(&zone) {
            zones.push(zone);
        }
    }
    zones
}

/// Writes zones so that [`zones_stored`] reads them.
#[must_use]
pub fn zones_print(zones: &[Written<Zone>]) -> String {
    zones.iter().map(Written::code).collect::<Vec<_>>().join("|")
}

/// Where a need takes place, or what a search looks at: any zone but a radius around a seat. Stored by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Place(Zone);

impl TryFrom<String> for Place {
    type Error = ZoneError;
    fn try_from(code: String) -> Result<Self, ZoneError> {
        Self::parse(&code)
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.code()
    }
}

impl Place {
    /// The whole country.
    pub const FRANCE: Self = Self(Zone::France);

    /// Reads a zone code; a radius around a seat is no place. What people type is for [`Place::read`].
    ///
    /// # Errors
    /// [`ZoneError`] when the code names no place.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        Self::of(Zone::parse(text)?).ok_or_else(|| ZoneError(text.trim().to_owned()))
    }

    /// The place of a zone; `None` for a radius.
    #[must_use]
    pub fn of(zone: Zone) -> Option<Self> {
        (!matches!(zone, Zone::Radius { .. })).then_some(Self(zone))
    }

    /// Its zone.
    #[must_use]
    pub fn zone(self) -> Zone {
        self.0
    }

    /// Its code.
    #[must_use]
    pub fn code(self) -> String {
        self.0.code()
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> String {
        self.0.name()
    }

    /// The communes it is made of.
    #[must_use]
    pub fn communes(self) -> CommuneSet {
        Atlas::get().communes_of(self.0, None)
    }

    /// Whether all these communes are its own.
    #[must_use]
    pub fn holds(self, communes: &CommuneSet) -> bool {
        let shared: usize = self.communes().shared(communes).map(|range| range.len()).sum();
        shared == communes.len()
    }

    /// The places it is made of: régions of France, départements of a région, EPCI of a département, communes of an
    /// EPCI, EPCI around a commune. An EPCI may reach over the border.
    #[must_use]
    pub fn parts(self) -> Vec<Self> {
        let atlas = Atlas::get();
        let zones: Vec<Zone> = match self.0 {
            Zone::France => (0u8..).take(atlas.regions.len()).map(|ix| Zone::Region(RegionIx(ix))).collect(),
            Zone::Region(region) => (0u8..)
                .zip(&atlas.departements)
                .filter(|(_, departement)| departement.region == region)
                .map(|(ix, _)| Zone::Departement(DepartementIx(ix)))
                .collect(),
            Zone::Departement(departement) => {
                atlas.epcis_of(atlas.departement(departement).communes.clone().map(CommuneIx))
            }
            Zone::Around { .. } => atlas.epcis_of(self.communes().iter()),
            Zone::Epci(epci) => atlas.epci(epci).communes.iter().map(Zone::Commune).collect(),
            Zone::Commune(_) | Zone::Radius { .. } => Vec::new(),
        };
        zones.into_iter().map(Self).collect()
    }

    /// Whether it lies overseas: adaptations of the code apply there (rule R20).
    #[must_use]
    pub fn is_overseas(self) -> bool {
        let atlas = Atlas::get();
        let communes = self.communes();
        self.0 != Zone::France
            && atlas
                .departements_of(&communes)
                .next()
                .is_some_and(|d| atlas.departement(d).code.starts_with("97"))
    }

    /// The place that holds this one, the next wider first: commune → EPCI → département → région → France.
    #[must_use]
    pub fn wider(self) -> Vec<Self> {
        let atlas = Atlas::get();
        let above_departement = |ix: DepartementIx| {
            vec![Self(Zone::Departement(ix)), Self(Zone::Region(atlas.departement(ix).region)), Self::FRANCE]
        };
        match self.0 {
            Zone::Commune(ix) => {
                let commune = atlas.commune(ix);
                let epci = commune.epci.map(|e| Self(Zone::Epci(e)));
                epci.into_iter().chain(above_departement(commune.departement)).collect()
            }
            Zone::Epci(ix) => {
                let first = atlas.epci(ix).communes.iter().next();
                first.map(|c| above_departement(atlas.commune(c).departement)).unwrap_or_default()
            }
            Zone::Departement(ix) => above_departement(ix).split_off(1),
            Zone::Around { .. } => {
                let communes = self.communes();
                let first = communes.iter().next();
                let above =
                    first.map(|c| above_departement(atlas.commune(c).departement)).unwrap_or_default();
                above.into_iter().filter(|place| place.holds(&communes)).collect()
            }
            Zone::Region(_) => vec![Self::FRANCE],
            Zone::France | Zone::Radius { .. } => Vec::new(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// Zones as the field reads them: of each that is no longer known, its likeliest successor.
#[must_use]
pub fn zones_shown(zones: &[Written<Zone>]) -> String {
    let today = zones.iter().filter_map(|zone| match zone {
        Written::Known(zone) => Some(Successor::of(*zone)),
        Written::Unknown(text) => Zone::successors(text).now.into_iter().next(),
    });
    // A name that holds a comma would be read as two.
    let typed = today.map(|zone| if zone.name.contains(',') { zone.code } else { zone.name });
    typed.collect::<Vec<_>>().join(", ")
}
