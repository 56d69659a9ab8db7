//! Communes of zones, worked out once: most structures share their zones with others.

use super::{Atlas, CommuneIx, CommuneSet, Seat, Zone};
use std::collections::HashMap;
use std::sync::Arc;

/// Remembers the communes of lists of zones.
#[derive(Debug, Default)]
pub struct ZoneCache {
    known: HashMap<(Vec<Zone>, Option<CommuneIx>), Arc<CommuneSet>>,
}

impl ZoneCache {
    /// The communes that one of the zones holds. A radius is drawn around the centre of the seat's commune,
    /// so that the structures of a commune share it.
    pub fn communes(&mut self, zones: &[Zone], seat: Option<Seat>) -> Arc<CommuneSet> {
        let around = zones.iter().any(|z| matches!(z, Zone::Radius { .. }));
        let seat = seat.filter(|_| around).map(|seat| seat.commune);
        let known = self.known.entry((zones.to_vec(), seat));
        Arc::clone(known.or_insert_with(|| Arc::new(communes_of(zones, seat))))
    }
}

fn communes_of(zones: &[Zone], seat: Option<CommuneIx>) -> CommuneSet {
    let atlas = Atlas::get();
    let seat = seat.map(|commune| Seat { commune, point: atlas.commune(commune).centre });
    let sets: Vec<CommuneSet> = zones.iter().map(|z| atlas.communes_of(*z, seat)).collect();
    CommuneSet::union(&sets)
}
