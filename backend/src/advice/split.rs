//! The lot advisor: how many structures each way to split a lot would reach.

use super::{carriers, count, is_possible};
use crate::Backend;
use crate::error::Result;
use crate::patience::somebody_waits;
use domain::matching::split::{Part, Way, split};
use domain::need::{LotDraft, NeedDraft};
use domain::siret::Siret;
use std::collections::HashMap;
use std::sync::Arc;

/// What a part of a split would reach.
#[derive(Debug)]
pub struct PartReach {
    /// The part.
    pub part: Part,
    /// Structures that could answer it alone, as far as is known.
    pub alone: u64,
    /// Those that may do it: nobody knows.
    pub possible: u64,
    /// Those among them whose capacity is not known.
    pub capacity_unknown: u64,
}

/// What a way to split would reach.
#[derive(Debug)]
pub struct WayReach {
    /// The way.
    pub way: Way,
    /// Its lots.
    pub parts: Vec<PartReach>,
    /// Structures that could answer one of its lots alone, each counted once.
    pub reached: u64,
    /// Known hours a month that they offer together.
    pub hours_per_month: u64,
    /// Lots that nobody could answer alone.
    pub out_of_reach: u64,
}

/// What the lot advisor says of a lot.
#[derive(Debug)]
pub struct SplitAdvice {
    /// Every way that makes something of it, as it is first.
    pub ways: Vec<WayReach>,
}

impl SplitAdvice {
    /// The way that reaches most structures, when it reaches more than the lot as it is.
    #[must_use]
    pub fn best(&self) -> Option<&WayReach> {
        let whole = self.ways.first().map_or(0, |w| w.reached);
        let better = self.ways.iter().filter(|w| w.reached > whole);
        // The fewest lots among those that reach as many.
        better.min_by_key(|w| (std::cmp::Reverse(w.reached), w.parts.len()))
    }
}

impl Backend {
    /// How many structures each way to split a lot would reach, and what capacity they hold together.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn lot_advise(&self, need: &NeedDraft, lot: &LotDraft) -> Result<Arc<SplitAdvice>> {
        let kept = &self.advice.splits;
        kept.get_or(self.now(), super::asked(need, lot)?, || self.split_compute(need, lot))
    }

    fn split_compute(&self, need: &NeedDraft, lot: &LotDraft) -> Result<SplitAdvice> {
        let asked = lot.to_match(need);
        let mut ways = Vec::new();
        for way in Way::ALL {
            if let Some(parts) = split(&asked, way) {
                ways.push(self.way_reach(way, parts)?);
            }
        }
        Ok(SplitAdvice { ways })
    }

    fn way_reach(&self, way: Way, parts: Vec<Part>) -> Result<WayReach> {
        let mut hours: HashMap<Siret, u32> = HashMap::new();
        let mut reaches = Vec::with_capacity(parts.len());
        for part in parts {
            somebody_waits()?;
            let lot = self.lot_prepare(part.lot.clone());
            let related = self.match_candidates(&lot);
            let possible = related.iter().filter(|e| is_possible(&lot, e)).count();
            let mut alone = carriers(&lot, related);
            alone.retain(|(_, carry)| lot.is_carried_alone(carry));
            for (entry, carry) in &alone {
                let known = hours.entry(entry.structure.siret).or_default();
                *known = (*known).max(carry.hours_per_month.unwrap_or_default());
            }
            reaches.push(PartReach {
                part,
                possible: count(possible),
                alone: count(alone.len()),
                capacity_unknown: count(alone.iter().filter(|(_, c)| c.hours_per_month.is_none()).count()),
            });
        }
        Ok(WayReach {
            way,
            reached: count(hours.len()),
            hours_per_month: hours.values().map(|h| u64::from(*h)).sum(),
            out_of_reach: count(reaches.iter().filter(|r| r.alone == 0).count()),
            parts: reaches,
        })
    }
}
