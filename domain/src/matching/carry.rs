//! What a structure can carry of a lot by itself: sectors, territory and hours, each looked at apart.
//!
//! A match says that a structure fits; this says how much of the lot it holds. Lots that nobody holds alone are
//! split, or answered together: see [`super::split`] and [`super::groupement`].

use super::facts::{ActivityFacts, Facts};
use super::kinship::Kinship;
use super::score::PreparedLot;
use crate::sector::SectorIx;
use crate::territory::{Atlas, CommuneSet};

/// Share of the population of a place from which on its territory is said to be covered. A convention of this
/// product: zones are drawn by hand, and a border commune left out does not make a hole.
pub const COVERED: f64 = 0.95;

/// What a structure holds of a lot.
#[derive(Debug, Clone)]
pub struct Carry {
    /// For each sector of the lot, in its order, where the structure works in it; empty where it does not. One alone for
    /// a lot without sector.
    pub zones: Vec<CommuneSet>,
    /// Hours of work a month that it offers in these sectors; `None` when nobody said.
    pub hours_per_month: Option<u32>,
}

impl PreparedLot {
    /// What a structure holds of the lot; `None` when the reservation leaves it out, or when it holds nothing.
    /// Only the very sectors of the lot count, or what the structure is for by nature: a neighbouring sector fits, and
    /// carries nothing; nor does what is only possible.
    #[must_use]
    pub fn carry(&self, facts: &Facts) -> Option<Carry> {
        if self.is_left_out(facts) {
            return None;
        }
        let lot = self.lot();
        let of_sector = |sector: Option<SectorIx>| {
            let is_of = move |a: &&ActivityFacts| sector.is_none_or(|sector| a.sector == sector);
            let known = facts.activities.iter().filter(is_of);
            known.filter(|a| lot.kinship_of(a) == Some(Kinship::Same) && a.zones.meets(self.communes()))
        };
        let kinds = facts.kinds_in_force(lot.on);
        let besides = lot.kinship_without_activity(kinds, facts.known(), &facts.dismissed);
        let usual = (besides == Some(Kinship::ByNature) && facts.usual_reach.meets(self.communes()))
            .then_some(facts.usual_reach.as_ref());
        let zones_of = |sector| CommuneSet::union(of_sector(sector).map(|a| a.zones.as_ref()).chain(usual));
        // Staff, or a way into work, may be bought without any sector.
        let sectors: Vec<Option<SectorIx>> = match lot.sectors.is_empty() {
            true => vec![None],
            false => lot.sectors.iter().copied().map(Some).collect(),
        };
        let zones: Vec<CommuneSet> = sectors.iter().map(|sector| zones_of(*sector)).collect();
        // An activity without hours of its own has those of the whole structure: they are not added up.
        let activities = sectors.iter().flat_map(|s| of_sector(*s));
        let hours = activities.filter_map(|a| facts.hours_offered(Some(a), lot.begins)).max();
        let holds = zones.iter().any(|z| !z.is_empty());
        holds.then_some(Carry { zones, hours_per_month: hours })
    }

    /// Whether the structure covers every sector of the lot over its whole place; its hours are another question.
    #[must_use]
    pub fn is_covered_by(&self, carry: &Carry) -> bool {
        carry.zones.iter().all(|zones| Atlas::get().coverage(self.communes(), zones) >= COVERED)
    }

    /// Whether its hours suffice; `None` when they are not known, or not asked.
    #[must_use]
    pub fn has_hours(&self, carry: &Carry) -> Option<bool> {
        Some(carry.hours_per_month? >= self.lot().hours_per_month?)
    }

    /// Whether the structure could answer alone: everything is covered, and its hours are not known to be too few.
    #[must_use]
    pub fn is_carried_alone(&self, carry: &Carry) -> bool {
        self.is_covered_by(carry) && self.has_hours(carry) != Some(false)
    }
}
