//! Numbers that look drawn and are always the same (splitmix64).

use domain::territory::{Atlas, CommuneIx, DepartementIx};
use std::ops::Range;

/// A sequence that depends on its seed alone.
pub(super) struct Numbers {
    state: u64,
}

impl Numbers {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to `end`, excluded.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end.max(1))).unwrap_or_default()
    }

    /// One of the items.
    pub(super) fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        &items[self.below(count) as usize]
    }

    /// A commune of a département, the more often the more people live there.
    pub(super) fn commune(&mut self, departement: DepartementIx) -> CommuneIx {
        self.commune_among(Atlas::get().departement(departement).communes.clone())
    }

    /// A commune of France, the more often the more people live there.
    pub(super) fn commune_of_france(&mut self) -> CommuneIx {
        let count = u16::try_from(Atlas::get().communes.len()).unwrap_or(u16::MAX);
        self.commune_among(0..count)
    }

    fn commune_among(&mut self, range: Range<u16>) -> CommuneIx {
        let atlas = Atlas::get();
        let whole = atlas.weight(&domain::territory::CommuneSet::range(range.clone()));
        let mut left = self.next() % whole.max(1);
        // The running sum of the atlas would find it faster; a demonstration may take its time.
        let found = range.clone().find(|ix| {
            let weight = u64::from(atlas.commune(CommuneIx(*ix)).population.max(1));
            let here = left < weight;
            left = left.saturating_sub(weight);
            here
        });
        CommuneIx(found.unwrap_or(range.start))
    }
}
