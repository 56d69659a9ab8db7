//! A set of communes, as sorted ranges of their numbers.

use super::CommuneIx;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A set of communes: sorted, disjoint, non-adjacent ranges.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct CommuneSet {
    ranges: Box<[(u16, u16)]>,
}

impl CommuneSet {
    /// The set of these numbers, in any order, repeated or not.
    #[must_use]
    pub fn of(mut members: Vec<u16>) -> Self {
        members.sort_unstable();
        let mut ranges: Vec<(u16, u16)> = Vec::new();
        for ix in members {
            match ranges.last_mut() {
                Some(last) if ix < last.1 => {}
                Some(last) if ix == last.1 => last.1 = ix + 1,
                _ => ranges.push((ix, ix + 1)),
            }
        }
        Self { ranges: ranges.into() }
    }

    /// The set of one range, end excluded.
    #[must_use]
    pub fn range(range: Range<u16>) -> Self {
        let ranges = if range.is_empty() { Vec::new() } else { vec![(range.start, range.end)] };
        Self { ranges: ranges.into() }
    }

    /// All that is in one of the sets.
    #[must_use]
    pub fn union<'a>(sets: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all: Vec<(u16, u16)> = sets.into_iter().flat_map(|s| s.ranges.iter().copied()).collect();
        all.sort_unstable();
        let mut ranges: Vec<(u16, u16)> = Vec::with_capacity(all.len());
        for (start, end) in all {
            match ranges.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => ranges.push((start, end)),
            }
        }
        Self { ranges: ranges.into() }
    }

    /// Whether it holds the commune.
    #[must_use]
    pub fn contains(&self, ix: CommuneIx) -> bool {
        let after = self.ranges.partition_point(|(start, _)| *start <= ix.0);
        after > 0 && ix.0 < self.ranges[after - 1].1
    }

    /// Whether it holds no commune.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many communes it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ranges.iter().map(|(start, end)| usize::from(end - start)).sum()
    }

    /// The ranges, sorted, ends excluded.
    pub fn ranges(&self) -> impl Iterator<Item = Range<u16>> + '_ {
        self.ranges.iter().map(|(start, end)| *start..*end)
    }

    /// Every commune, in order.
    pub fn iter(&self) -> impl Iterator<Item = CommuneIx> + '_ {
        self.ranges().flatten().map(CommuneIx)
    }

    /// The parts that both sets hold, as ranges in order.
    pub fn shared<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Range<u16>> + 'a {
        let (mut left, mut right) = (0, 0);
        std::iter::from_fn(move || {
            while let (Some(a), Some(b)) = (self.ranges.get(left), other.ranges.get(right)) {
                let shared = a.0.max(b.0)..a.1.min(b.1);
                if a.1 <= b.1 {
                    left += 1;
                } else {
                    right += 1;
                }
                if !shared.is_empty() {
                    return Some(shared);
                }
            }
            None
        })
    }

    /// Whether both hold one commune at least.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.meets_ranges(&other.ranges)
    }

    /// The same of a set that is kept as the ranges of [`CommuneSet::as_ranges`].
    #[must_use]
    pub fn meets_ranges(&self, other: &[(u16, u16)]) -> bool {
        match (&*self.ranges, other) {
            ([one], _) => one_meets(*one, other),
            (_, [one]) => one_meets(*one, &self.ranges),
            (mine, _) => mine.iter().any(|range| one_meets(*range, other)),
        }
    }

    /// The ranges, sorted, disjoint, ends excluded.
    #[must_use]
    pub fn as_ranges(&self) -> &[(u16, u16)] {
        &self.ranges
    }
}

fn one_meets((start, end): (u16, u16), ranges: &[(u16, u16)]) -> bool {
    let after = ranges.partition_point(|(_, e)| *e <= start);
    ranges.get(after).is_some_and(|(s, _)| *s < end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn members() -> impl Strategy<Value = Vec<u16>> {
        proptest::collection::vec(0u16..60, 0..40)
    }

    proptest! {
        #[test]
        fn behaves_like_a_set(a in members(), b in members()) {
            let (left, right) = (CommuneSet::of(a.clone()), CommuneSet::of(b.clone()));
            let (a, b): (BTreeSet<u16>, BTreeSet<u16>) = (a.into_iter().collect(), b.into_iter().collect());
            prop_assert_eq!(left.len(), a.len());
            prop_assert_eq!(left.iter().map(|c| c.0).collect::<Vec<_>>(), a.iter().copied().collect::<Vec<_>>());
            let union = CommuneSet::union([&left, &right]);
            prop_assert_eq!(&union, &CommuneSet::of(a.union(&b).copied().collect()));
            let shared: Vec<u16> = left.shared(&right).flatten().collect();
            prop_assert_eq!(&shared, &a.intersection(&b).copied().collect::<Vec<_>>());
            prop_assert_eq!(left.meets(&right), !shared.is_empty());
            for ix in 0..60 {
                prop_assert_eq!(left.contains(CommuneIx(ix)), a.contains(&ix));
            }
        }
    }
}
