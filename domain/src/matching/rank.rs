//! The order of matches: by score; equal scores by a hash of need and structure, so that nobody is always first.

use super::score::Match;
use crate::siret::Siret;
use crate::text::stable_hash;

/// Where a structure stands among equals for a given need: the same at each look, another for each need.
#[must_use]
pub fn tie_break(seed: &[u8], siret: Siret) -> u64 {
    stable_hash(&[seed, siret.as_str().as_bytes()])
}

/// Sorts matches for showing, whatever they come with. `seed` is what tells needs apart: the id of the need, or
/// the words of a search.
pub fn rank<T>(matches: &mut [T], seed: &[u8], found: impl Fn(&T) -> &Match) {
    matches.sort_by_cached_key(|item| {
        let found = found(item);
        (std::cmp::Reverse(found.score), tie_break(seed, found.siret))
    });
}
