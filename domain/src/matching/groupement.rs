//! Groupements: structures that together cover a lot that none covers alone.
//!
//! The smallest sets of two to four structures that together cover every sector of the lot over its place, and its
//! hours; when no set does, the one that covers most. As long as every set can be looked at ([`CANDIDATES_MAX`]
//! candidates, fewer over a place cut into very many parts) the answer is exact. Beyond, only the candidates that cover
//! most are combined, and the answer says that it is a heuristic.

use super::carry::{COVERED, Carry};
use super::rank::tie_break;
use super::score::PreparedLot;
use crate::sector::SectorIx;
use crate::siret::Siret;
use crate::territory::{Atlas, CommuneIx, CommuneSet};
use crate::text::whole_percent;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Most members of a groupement.
pub const MEMBERS_MAX: usize = 4;
/// Most candidates of which every set is looked at: 91,390 sets of four.
pub const CANDIDATES_MAX: usize = 40;
/// Most sets that are proposed.
pub const PROPOSED_MAX: usize = 3;
/// Sets times parts of the place, summed over the sectors, that are looked at: some tenths of a second.
const WORK_MAX: usize = 60_000_000;

/// A structure that holds a part of the lot.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Which one.
    pub siret: Siret,
    /// Its score as a match of the lot.
    pub score: u8,
    /// What it holds.
    pub carry: Carry,
}

/// What a member brings.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Which structure.
    pub siret: Siret,
    /// For each sector that it brings, the percent of the population of the place that it covers in it.
    pub brings: Vec<(SectorIx, u8)>,
    /// Hours of work a month; `None` when nobody said.
    pub hours_per_month: Option<u32>,
}

/// A set of structures for one lot.
#[derive(Debug, Clone, PartialEq)]
pub struct Groupement {
    /// Its members, best score first.
    pub members: Vec<Member>,
    /// For each sector of the lot, the percent of the population of the place that the members cover together.
    pub covers: Vec<(SectorIx, u8)>,
    /// Known hours of work a month, all members together.
    pub hours_per_month: u32,
    /// Members whose hours nobody said.
    pub hours_unknown: usize,
    /// Whether sectors and territory are covered, and the known hours suffice where hours are asked.
    pub is_whole: bool,
}

/// The sets that are proposed.
#[derive(Debug, Clone, PartialEq)]
pub struct Groupements {
    /// The smallest sets, best first. Not whole when no set of up to [`MEMBERS_MAX`] is: then the one that covers most.
    pub sets: Vec<Groupement>,
    /// Whether every set was looked at.
    pub is_exact: bool,
    /// How many structures hold a part of the lot.
    pub candidates: usize,
    /// How many of them were combined.
    pub combined: usize,
}

/// The smallest sets of structures that cover the lot together. `seed` tells equal sets apart, as in [`fn@super::rank`].
#[must_use]
pub fn groupements(lot: &PreparedLot, mut candidates: Vec<Candidate>, seed: &[u8]) -> Groupements {
    let count = candidates.len();
    candidates.sort_by_cached_key(|c| (Reverse(people_reached(lot, c)), tie_break(seed, c.siret)));
    candidates.truncate(CANDIDATES_MAX);
    let combined = affordable(Cells::of(lot, &candidates).size(), candidates.len());
    candidates.truncate(combined);
    candidates.sort_by_cached_key(|c| (Reverse(c.score), tie_break(seed, c.siret)));
    let cells = Cells::of(lot, &candidates);
    let search = PartnerSearch { lot, candidates: &candidates, cells: &cells };
    let mut sets = Vec::new();
    for size in 2..=MEMBERS_MAX {
        sets = search.whole_sets(size);
        if !sets.is_empty() {
            break;
        }
    }
    if sets.is_empty() {
        sets.extend(search.widest_set());
    }
    sets.sort_by_cached_key(|set| {
        let score: u32 = set.iter().map(|at| u32::from(candidates[*at].score)).sum();
        let tie = set.iter().fold(0u64, |tie, at| tie ^ tie_break(seed, candidates[*at].siret));
        (Reverse(score), tie)
    });
    sets.truncate(PROPOSED_MAX);
    let sets = sets.iter().map(|set| search.groupement(set)).collect();
    Groupements { sets, is_exact: combined == count, candidates: count, combined }
}

/// How many of so many candidates can be combined in every way, over a place of so many parts.
fn affordable(parts: usize, candidates: usize) -> usize {
    let sets = |n: usize| {
        (1..=MEMBERS_MAX)
            .map(|size| (0..size).fold(1, |all, k| all * (n - k.min(n)) / (k + 1)))
            .sum::<usize>()
    };
    (MEMBERS_MAX..=candidates)
        .rev()
        .find(|n| sets(*n) * parts <= WORK_MAX)
        .unwrap_or(candidates.min(MEMBERS_MAX))
}

/// People of the place that a candidate covers, summed over the sectors: what a set is made of.
fn people_reached(lot: &PreparedLot, candidate: &Candidate) -> u64 {
    let shared = candidate.carry.zones.iter().flat_map(|zones| zones.shared(lot.communes()));
    shared.map(|range| Atlas::get().weight(&CommuneSet::range(range))).sum()
}

/// The place cut into the parts that candidates do not tell apart, once for each sector: covering is then a matter of
/// bits.
struct Cells {
    /// People of each cell.
    weights: Vec<u64>,
    /// Words of a mask for one sector; the sectors follow each other.
    words: usize,
    /// Sectors of the lot.
    sectors: usize,
    /// People of the place.
    total: u64,
    /// What each candidate covers.
    masks: Vec<Mask>,
    /// People that each candidate covers, sector by sector.
    people: Vec<Vec<u64>>,
}

type Mask = Vec<u64>;

const BITS: usize = 64;

impl Cells {
    fn of(lot: &PreparedLot, candidates: &[Candidate]) -> Self {
        let atlas = Atlas::get();
        let place = lot.communes();
        let sectors = lot.lot().sectors.len().max(1);
        let communes: Vec<CommuneIx> = place.iter().collect();
        // Communes that the same candidates cover, in the same sectors, make one cell.
        let mut seen_by: Vec<Mask> =
            vec![vec![0; (candidates.len() * sectors).div_ceil(BITS)]; communes.len()];
        for (at, zones) in candidates.iter().flat_map(|c| &c.carry.zones).enumerate() {
            for range in zones.shared(place) {
                let from = communes.partition_point(|c| c.0 < range.start);
                let to = communes.partition_point(|c| c.0 < range.end);
                seen_by[from..to].iter_mut().for_each(|mask| set_bit(mask, at));
            }
        }
        let mut numbers: HashMap<&Mask, usize> = HashMap::new();
        let mut weights: Vec<u64> = Vec::new();
        for (mask, commune) in seen_by.iter().zip(&communes) {
            let number = *numbers.entry(mask).or_insert(weights.len());
            if number == weights.len() {
                weights.push(0);
            }
            weights[number] += atlas.weight(&CommuneSet::range(commune.0..commune.0 + 1));
        }
        let words = weights.len().div_ceil(BITS);
        let mut masks = vec![vec![0u64; words * sectors]; candidates.len()];
        for (mask, number) in &numbers {
            for (candidate, covered) in masks.iter_mut().enumerate() {
                for sector in (0..sectors).filter(|s| has_bit(mask, candidate * sectors + s)) {
                    set_bit(covered, sector * words * BITS + number);
                }
            }
        }
        let total = weights.iter().sum();
        let mut cells = Self { weights, words, sectors, total, masks, people: Vec::new() };
        let of_each = |mask: &Mask| (0..sectors).map(|s| cells.covered(mask, s)).collect();
        cells.people = cells.masks.iter().map(of_each).collect();
        cells
    }

    /// Parts of the place, summed over the sectors: what looking at one set costs.
    fn size(&self) -> usize {
        self.weights.len() * self.sectors
    }

    /// People covered in a sector.
    fn covered(&self, mask: &Mask, sector: usize) -> u64 {
        let words = mask[sector * self.words..(sector + 1) * self.words].iter();
        words
            .zip(self.weights.chunks(BITS))
            .map(|(word, weights)| {
                let mut left = *word;
                let mut people = 0;
                while left != 0 {
                    people += weights[left.trailing_zeros() as usize];
                    left &= left - 1;
                }
                people
            })
            .sum()
    }

    fn is_covered(&self, mask: &Mask) -> bool {
        (0..self.sectors).all(|sector| self.share(self.covered(mask, sector)) >= COVERED)
    }

    #[expect(clippy::cast_precision_loss, reason = "people of one country")]
    fn share(&self, people: u64) -> f64 {
        if self.total == 0 { 0.0 } else { people as f64 / self.total as f64 }
    }

    fn covered_in_all(&self, mask: &Mask) -> u64 {
        (0..self.sectors).map(|sector| self.covered(mask, sector)).sum()
    }

    fn union(&self, set: &[usize]) -> Mask {
        let mut union = vec![0u64; self.words * self.sectors];
        for at in set {
            union.iter_mut().zip(&self.masks[*at]).for_each(|(all, one)| *all |= one);
        }
        union
    }
}

fn set_bit(mask: &mut Mask, at: usize) {
    mask[at / BITS] |= 1 << (at % BITS);
}

fn has_bit(mask: &Mask, at: usize) -> bool {
    mask[at / BITS] & (1 << (at % BITS)) != 0
}

struct PartnerSearch<'a> {
    lot: &'a PreparedLot,
    candidates: &'a [Candidate],
    cells: &'a Cells,
}

impl PartnerSearch<'_> {
    /// Every set of that size that covers the lot.
    fn whole_sets(&self, size: usize) -> Vec<Vec<usize>> {
        let mut found = Vec::new();
        self.each_set(&mut Vec::with_capacity(size), 0, size, &mut |set| {
            if self.is_whole(set) {
                found.push(set.to_vec());
            }
        });
        found
    }

    fn each_set(&self, set: &mut Vec<usize>, from: usize, size: usize, look: &mut impl FnMut(&[usize])) {
        if set.len() == size {
            return look(set);
        }
        for next in from..self.candidates.len() {
            set.push(next);
            self.each_set(set, next + 1, size, look);
            set.pop();
        }
    }

    fn is_whole(&self, set: &[usize]) -> bool {
        self.has_hours(set) && self.may_cover(set) && self.cells.is_covered(&self.cells.union(set))
    }

    /// Whether the members would cover the lot if they never overlapped: most sets fail here, at little cost.
    fn may_cover(&self, set: &[usize]) -> bool {
        (0..self.cells.sectors).all(|sector| {
            let people: u64 = set.iter().map(|at| self.cells.people[*at][sector]).sum();
            self.cells.share(people) >= COVERED
        })
    }

    fn has_hours(&self, set: &[usize]) -> bool {
        self.lot.lot().hours_per_month.is_none_or(|asked| self.hours(set) >= asked)
    }

    fn hours(&self, set: &[usize]) -> u32 {
        let hours = set.iter().filter_map(|at| self.candidates[*at].carry.hours_per_month);
        hours.fold(0, u32::saturating_add)
    }

    /// The set that covers most people, summed over the sectors; of those that cover as many, the one that brings most
    /// of the hours that are asked, then the smallest, then the best scores.
    fn widest_set(&self) -> Option<Vec<usize>> {
        let asked = self.lot.lot().hours_per_month.unwrap_or(0);
        let mut best: Option<((u64, u32), Vec<usize>)> = None;
        for size in 2..=MEMBERS_MAX {
            self.each_set(&mut Vec::with_capacity(size), 0, size, &mut |set| {
                // Were the members never to overlap: most sets fall behind here, at little cost.
                let at_most: u64 = set.iter().flat_map(|at| &self.cells.people[*at]).sum();
                let hours = self.hours(set).min(asked);
                if best.as_ref().is_some_and(|(best, _)| (at_most, hours) <= *best) {
                    return;
                }
                let brings = (self.cells.covered_in_all(&self.cells.union(set)), hours);
                if best.as_ref().is_none_or(|(best, _)| brings > *best) {
                    best = Some((brings, set.to_vec()));
                }
            });
        }
        best.map(|(_, set)| set).filter(|set| self.is_more_than_one(set))
    }

    /// Whether a set brings more than its best member alone.
    fn is_more_than_one(&self, set: &[usize]) -> bool {
        let asked = self.lot.lot().hours_per_month.unwrap_or(0);
        let brings =
            |set: &[usize]| (self.cells.covered_in_all(&self.cells.union(set)), self.hours(set).min(asked));
        set.iter().all(|at| brings(&[*at]) < brings(set))
    }

    fn groupement(&self, set: &[usize]) -> Groupement {
        let sectors = &self.lot.lot().sectors;
        let covers = |mask: &Mask| {
            let of_each = sectors.iter().enumerate();
            of_each
                .map(|(n, s)| (*s, whole_percent(self.cells.share(self.cells.covered(mask, n)))))
                .collect::<Vec<_>>()
        };
        let member = |at: &usize| {
            let candidate = &self.candidates[*at];
            let brings = covers(&self.cells.masks[*at]).into_iter().filter(|(_, percent)| *percent > 0);
            Member {
                siret: candidate.siret,
                brings: brings.collect(),
                hours_per_month: candidate.carry.hours_per_month,
            }
        };
        Groupement {
            members: set.iter().map(member).collect(),
            covers: covers(&self.cells.union(set)),
            hours_per_month: self.hours(set),
            hours_unknown: set
                .iter()
                .filter(|at| self.candidates[**at].carry.hours_per_month.is_none())
                .count(),
            is_whole: self.is_whole(set),
        }
    }
}
