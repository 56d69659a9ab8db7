//! What each choice would bring, before publishing: supply, legal vehicles, ways to split, groupements.
//!
//! Everything here is computed from the index as it stands, and from what structures did with earlier needs; nothing
//! is stored, and what was computed is kept in memory until one of the two changes.

mod groupement;
mod habits;
mod proposal;
mod split;
mod supply;
mod vehicles;

pub use groupement::GroupementAdvice;
pub use habits::Habits;
pub use proposal::{Because, Proposal};
pub use split::{PartReach, SplitAdvice, WayReach};
pub use supply::{Likely, Supply, WiderSupply};
pub use vehicles::{Brings, VehicleAdvice, VehicleChoice};

use crate::error::Result;
use crate::index::Entry;
use crate::kept::Kept;
use domain::matching::{Carry, PreparedLot, Tier};
use domain::need::{LotDraft, NeedDraft};
use domain::territory::{Atlas, CommuneSet};
use domain::text::whole_percent;
use std::sync::Arc;

/// What was advised on lots: it holds until the catalogue or the habits change. Each step of a need is shown several
/// times, and looks at every structure that its lot might find.
#[derive(Debug, Default)]
pub(crate) struct KeptAdvice {
    supplies: Kept<String, Supply>,
    vehicles: Kept<String, VehicleAdvice>,
    splits: Kept<String, SplitAdvice>,
    groupements: Kept<(String, Vec<u8>), GroupementAdvice>,
}

/// What advice on a lot hangs on, besides the catalogue. The law of a need that is published is not that of today, and its
/// document does not say so.
fn asked(need: &NeedDraft, lot: &LotDraft) -> Result<String> {
    Ok(serde_json::to_string(&(need, lot, need.published)).map_err(anyhow::Error::from)?)
}

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
