//! What each choice would bring, before publishing: supply, legal vehicles, ways to split, groupements.
//!
//! Everything here is computed from the index as it stands, and from what structures did with earlier needs; nothing
//! is stored.

mod groupement;
mod habits;
mod split;
mod supply;
mod vehicles;

pub use groupement::GroupementAdvice;
pub use habits::Habits;
pub use split::{PartReach, SplitAdvice, WayReach};
pub use supply::{Likely, Supply, Widening};
pub use vehicles::{Brings, VehicleAdvice, VehicleChoice};

use crate::index::Entry;
use domain::matching::{Carry, PreparedLot, Tier};
use domain::territory::{Atlas, CommuneSet};
use domain::text::whole_percent;
use std::sync::Arc;

/// Whole percent of the population of the place of a lot that zones hold: 100 only when nothing is left out.
fn percent_covered<'a>(lot: &PreparedLot, zones: impl IntoIterator<Item = &'a CommuneSet>) -> u8 {
    let all = CommuneSet::union(zones);
    whole_percent(Atlas::get().coverage(lot.communes(), &all))
}

/// The structures that hold a part of the lot, with what they hold.
fn carriers(lot: &PreparedLot, candidates: Vec<Arc<Entry>>) -> Vec<(Arc<Entry>, Carry)> {
    candidates
        .into_iter()
        .filter_map(|entry| Some((lot.carry(&entry.facts)?, entry)))
        .map(|(c, e)| (e, c))
        .collect()
}

/// Whether nobody knows that the structure does what the lot asks, nor that it does not.
fn is_possible(lot: &PreparedLot, entry: &Entry) -> bool {
    lot.score(&entry.facts).is_some_and(|found| found.tier() == Tier::Possible)
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
