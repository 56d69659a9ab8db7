//! How exposure spreads over the structures that fit the needs: a first place is seen, a hundredth is not.

use crate::Backend;
use crate::error::Result;
use crate::index::Entry;
use domain::matching::{Match, Tier};
use domain::need::lot_seed;
use domain::siret::Siret;
use std::collections::HashMap;
use std::sync::Arc;

/// Places that a buyer looks at.
const SEEN: usize = 10;
/// Places among which those of which nothing is known should keep their share.
const FIRST: usize = 20;

/// What `place eval fairness` found. A place of rank r (from 0) is worth `1 ÷ log2(r + 2)`.
#[derive(Debug, Default)]
pub struct FairnessEvaluation {
    /// Lots of open needs that several structures fit.
    pub lots: u32,
    /// Structures that fit one of them at least.
    pub eligible: u32,
    /// Those that stand among the first ten of one need at least.
    pub seen: u32,
    /// Part of the whole exposure that the tenth most exposed of the structures hold, from 0 to 1.
    pub held_by_first_tenth: f64,
    /// What that part would be if every structure had, in each need, the mean exposure of that need.
    pub held_if_equal: f64,
    /// Gini coefficient of the ratio between the exposure of a structure and the mean of the lots it fits: 0 is
    /// equality. Needs of many structures do not weigh on it by themselves.
    pub gini: f64,
    /// Places among the first twenty of a list.
    pub first_places: u64,
    /// Those that structures hold of which nobody knows what they do.
    pub first_places_possible: u64,
    /// What they would hold if each list put them at random: the sum of their shares of the lists.
    pub first_places_possible_if_equal: f64,
}

#[derive(Default)]
struct Exposure {
    had: f64,
    mean: f64,
    best_rank: usize,
}

impl Backend {
    /// Ranks every open need and adds up what each structure gets of it.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn fairness_evaluate(&self) -> Result<FairnessEvaluation> {
        let mut exposures: HashMap<Siret, Exposure> = HashMap::new();
        let mut found = FairnessEvaluation::default();
        let needs = self.needs_open();
        let lots = needs.iter().flat_map(|n| n.need.lots().map(move |(key, lot)| (n.need.id, key, lot)));
        for (need, key, lot) in lots {
            let ranking = self.match_list(lot, &lot_seed(need, key))?;
            if ranking.matches.len() < 2 {
                continue;
            }
            found.lots += 1;
            let first = ranking.matches.len().min(FIRST);
            let possible = |matches: &[_]| count(matches.iter().filter(is_possible).count());
            found.first_places += u64::from(count(first));
            found.first_places_possible += u64::from(possible(&ranking.matches[..first]));
            found.first_places_possible_if_equal += f64::from(possible(&ranking.matches))
                * f64::from(count(first))
                / f64::from(count(ranking.matches.len()));
            let worth: Vec<f64> = (0..ranking.matches.len()).map(worth_of).collect();
            let mean = mean_of(&worth);
            for (rank, (found, _)) in ranking.matches.iter().enumerate() {
                let fresh = || Exposure { best_rank: usize::MAX, ..Exposure::default() };
                let exposure = exposures.entry(found.siret).or_insert_with(fresh);
                exposure.had += worth[rank];
                exposure.mean += mean;
                exposure.best_rank = exposure.best_rank.min(rank);
            }
        }
        found.eligible = count(exposures.len());
        found.seen = count(exposures.values().filter(|e| e.best_rank < SEEN).count());
        found.held_by_first_tenth = first_tenth(exposures.values().map(|e| e.had).collect());
        found.held_if_equal = first_tenth(exposures.values().map(|e| e.mean).collect());
        found.gini = gini(exposures.values().map(|e| e.had / e.mean).collect());
        Ok(found)
    }
}

fn is_possible((found, _): &&(Match, Arc<Entry>)) -> bool {
    found.tier() == Tier::Possible
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "ranks stay far below 2^52")]
fn worth_of(rank: usize) -> f64 {
    1.0 / (rank as f64 + 2.0).log2()
}

#[expect(clippy::cast_precision_loss, reason = "there are not so many structures")]
fn mean_of(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Part of the sum that the greatest tenth of the values holds.
fn first_tenth(mut values: Vec<f64>) -> f64 {
    values.sort_by(|a, b| b.total_cmp(a));
    let sum: f64 = values.iter().sum();
    let tenth = values.len().div_ceil(10);
    if sum > 0.0 { values[..tenth].iter().sum::<f64>() / sum } else { 0.0 }
}

/// The Gini coefficient: 0 when all are equal, near 1 when one has all.
#[expect(clippy::cast_precision_loss, reason = "there are not so many structures")]
fn gini(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let (n, sum) = (values.len() as f64, values.iter().sum::<f64>());
    if sum <= 0.0 {
        return 0.0;
    }
    let weighted: f64 = values.iter().zip(1u32..).map(|(v, rank)| f64::from(rank) * v).sum();
    (2.0 * weighted / (n * sum)) - (n + 1.0) / n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], expected_gini: f64, expected_tenth: f64) {
        assert!((gini(values.to_vec()) - expected_gini).abs() < 1e-9, "{values:?}");
        assert!((first_tenth(values.to_vec()) - expected_tenth).abs() < 1e-9, "{values:?}");
    }

    #[test]
    fn measures_of_inequality() {
        check(&[], 0.0, 0.0);
        check(&[1.0; 10], 0.0, 0.1);
        check(&[0.0, 0.0, 0.0, 1.0], 0.75, 1.0);
        check(&[1.0, 3.0], 0.25, 0.75);
        assert!(worth_of(0) > worth_of(1) && (worth_of(0) - 1.0).abs() < 1e-9);
    }
}
