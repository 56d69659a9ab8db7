//! Ways to split a lot: smaller lots are within reach of more structures (article L2113-10).

use super::score::Lot;
use crate::territory::{Atlas, Place};

/// Most lots that a split is proposed for.
pub const SPLIT_MAX: usize = 20;

/// A way to split a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// As it is.
    Whole,
    /// One lot for each sector.
    BySector,
    /// One lot for each part of the place: the départements of a région, the EPCI of a département, the communes of
    /// an EPCI.
    ByTerritory,
    /// Both.
    BySectorAndTerritory,
}

impl Way {
    /// Every way, from one lot to the most.
    pub const ALL: [Self; 4] = [Self::Whole, Self::BySector, Self::ByTerritory, Self::BySectorAndTerritory];

    /// The code that forms use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Whole => "tel-quel",
            Self::BySector => "par-secteur",
            Self::ByTerritory => "par-territoire",
            Self::BySectorAndTerritory => "par-secteur-et-territoire",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == text)
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Whole => "En un seul lot",
            Self::BySector => "Un lot par secteur",
            Self::ByTerritory => "Un lot par territoire",
            Self::BySectorAndTerritory => "Un lot par secteur et par territoire",
        }
    }
}

/// A lot of a split: what is asked, and its title.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// « Blanchisserie », « Ariège (09) ».
    pub title: String,
    /// What is asked.
    pub lot: Lot,
}

/// The lots that a way makes of one; `None` when it makes nothing of it: one sector, a place without parts, too many
/// lots. Hours are shared equally between sectors, and by population between territories: a first guess.
#[must_use]
pub fn split(lot: &Lot, way: Way) -> Option<Vec<Part>> {
    let whole = || Part { title: String::new(), lot: lot.clone() };
    let parts = match way {
        Way::Whole => return Some(vec![whole()]),
        Way::BySector => by_sector(&whole()),
        Way::ByTerritory => by_territory(&whole()),
        Way::BySectorAndTerritory if lot.sectors.len() < 2 || parts_of_place(lot).len() < 2 => return None,
        Way::BySectorAndTerritory => by_sector(&whole()).iter().flat_map(by_territory).collect(),
    };
    (2..=SPLIT_MAX).contains(&parts.len()).then_some(parts)
}

fn by_sector(part: &Part) -> Vec<Part> {
    let count = u32::try_from(part.lot.sectors.len()).unwrap_or(1).max(1);
    let one = |sector: &crate::sector::SectorIx| Part {
        title: titled(&part.title, sector.label()),
        lot: Lot {
            sectors: vec![*sector],
            hours_per_month: part.lot.hours_per_month.map(|h| h.div_ceil(count)),
            ..part.lot.clone()
        },
    };
    part.lot.sectors.iter().map(one).collect()
}

fn by_territory(part: &Part) -> Vec<Part> {
    let atlas = Atlas::get();
    let people = part.lot.place.map_or(1, |place| atlas.population(place).max(1));
    let one = |place: Place| Part {
        title: titled(&part.title, &place.name()),
        lot: Lot {
            place: Some(place),
            hours_per_month: part.lot.hours_per_month.map(|h| {
                let share = u64::from(h) * atlas.population(place);
                u32::try_from(share.div_ceil(people)).unwrap_or(h)
            }),
            ..part.lot.clone()
        },
    };
    parts_of_place(&part.lot).into_iter().map(one).collect()
}

fn parts_of_place(lot: &Lot) -> Vec<Place> {
    lot.place.map(Place::parts).unwrap_or_default()
}

fn titled(before: &str, name: &str) -> String {
    if before.is_empty() { name.to_owned() } else { format!("{before} — {name}") }
}
