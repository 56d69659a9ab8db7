//! What single words speak of, learnt from the labels of the CPV: for words that our own phrases do not know.

use super::stem::stem;
use super::{SectorIx, Sectors};
use crate::cpv::labels_of_codes;
use crate::text::{fold, is_stop_word};
use std::collections::{BTreeMap, HashMap};

/// Shortest word that is learnt.
const LETTERS_MIN: usize = 4;
/// Least share of the labels that hold a word and are of one sector: below, the word says nothing of it.
const SHARE_MIN: f32 = 0.34;
/// Weight of a word that only one sector uses; a phrase of ours weighs three without more.
const WEIGHT: f32 = 1.5;

/// Stems, each with the sectors it speaks of and how much.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    of: HashMap<String, Vec<(SectorIx, f32)>>,
}

impl Lexicon {
    pub(super) fn read() -> Self {
        let by_prefix = prefixes();
        let mut counts: HashMap<String, BTreeMap<SectorIx, f32>> = HashMap::new();
        for (digits, label) in labels_of_codes() {
            let Some(sectors) = (2..=digits.len()).rev().find_map(|n| by_prefix.get(&digits[..n])) else {
                continue;
            };
            let folded = fold(label);
            let words = folded.split(' ').filter(|w| w.len() >= LETTERS_MIN && !is_stop_word(w));
            for word in words {
                let of_word = counts.entry(stem(word)).or_default();
                for sector in sectors {
                    *of_word.entry(*sector).or_default() += 1.0 / sectors.len() as f32;
                }
            }
        }
        Self { of: counts.into_iter().filter_map(|(word, of)| Some((word, shares(&of)?))).collect() }
    }

    /// The sectors that a stem speaks of, with their weights.
    pub(super) fn of_stem(&self, stem: &str) -> &[(SectorIx, f32)] {
        self.of.get(stem).map_or(&[], Vec::as_slice)
    }
}

fn prefixes() -> HashMap<&'static str, Vec<SectorIx>> {
    let mut by_prefix: HashMap<&'static str, Vec<SectorIx>> = HashMap::new();
    for (ix, sector) in Sectors::get().iter() {
        sector.cpv.iter().for_each(|code| by_prefix.entry(code).or_default().push(ix));
    }
    by_prefix
}

fn shares(of: &BTreeMap<SectorIx, f32>) -> Option<Vec<(SectorIx, f32)>> {
    let all: f32 = of.values().sum();
    let shares =
        of.iter().map(|(sector, count)| (*sector, count / all)).filter(|(_, share)| *share >= SHARE_MIN);
    let shares: Vec<_> = shares.map(|(sector, share)| (sector, share * WEIGHT)).collect();
    (!shares.is_empty()).then_some(shares)
}
