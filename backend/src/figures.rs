//! Public figures: counted from the data, never written by hand.

use crate::Backend;
use crate::error::Result;
use crate::index::NeedEntry;
use crate::matches::Ranking;
use domain::matching::Tier;
use domain::structure::Standing;
use domain::text::plural;
use std::cmp::Reverse;
use std::fmt;
use std::sync::Arc;

/// What the home page counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Structures.
    pub structures: u64,
    /// Structures with one activity at least that they confirmed or declared.
    pub structures_with_own_activities: u64,
    /// Open needs.
    pub needs_open: u64,
    /// Mails by which structures were told of a need, over all published needs.
    pub told: u64,
    /// Answers « intéressé », over all published needs.
    pub interested: u64,
}

/// What reference data no longer knows, and was kept as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToCorrect {
    /// Structures with a zone or a sector of that kind.
    pub structures: u64,
    /// Published needs with a place, a sector or a CPV code of that kind.
    pub needs: u64,
}

impl ToCorrect {
    /// Whether all is known.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.structures == 0 && self.needs == 0
    }
}

impl fmt::Display for ToCorrect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let structures = plural(self.structures, "structure", "structures");
        let needs = plural(self.needs, "besoin publié", "besoins publiés");
        write!(
            f,
            "{structures}, {needs} ; un lieu, une zone, un secteur ou un code CPV que les listes n’ont plus"
        )
    }
}

/// A need that is open at this moment, with who fits it: what the product does, shown on what it holds.
#[derive(Debug)]
pub struct Sample {
    /// The need.
    pub need: Arc<NeedEntry>,
    /// Rank of the lot that is shown, from 0.
    pub lot: usize,
    /// Its structures.
    pub ranking: Ranking,
}

/// Needs that are looked at for a sample, the newest first.
const LOOKED_AT: usize = 6;

impl Backend {
    /// The newest open need that some structure fits; `None` when there is none.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn sample(&self) -> Result<Option<Sample>> {
        for need in self.needs_latest(LOOKED_AT) {
            for (lot, draft) in need.need.draft.lots.iter().enumerate() {
                if !need.need.draft.says_enough(draft) {
                    continue;
                }
                let asked = draft.to_match(&need.need.draft);
                let ranking = self.match_list(asked, &need.need.seed(draft))?;
                if ranking.tiers().of(Tier::Fits) > 0 {
                    return Ok(Some(Sample { need, lot, ranking }));
                }
            }
        }
        Ok(None)
    }

    /// The public figures of this moment.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let catalogue = self.index.catalogue();
        let own = catalogue.structures().filter(|e| {
            e.structure
                .live_activities()
                .any(|a| matches!(a.standing, Standing::Confirmed | Standing::Declared))
        });
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        Figures {
            structures: count(catalogue.len()),
            structures_with_own_activities: count(own.count()),
            needs_open: count(self.needs_open().len()),
            told: catalogue.needs().map(|n| n.told).sum(),
            interested: catalogue.needs().map(|n| n.interested).sum(),
        }
    }

    /// How many structures and published needs hold what reference data no longer knows.
    #[must_use]
    pub fn to_correct(&self) -> ToCorrect {
        let catalogue = self.index.catalogue();
        let structures = catalogue.structures().filter(|e| !e.structure.corrections().is_empty());
        let needs = catalogue.needs().filter(|n| !n.need.draft.corrections().is_empty());
        ToCorrect { structures: structures.count() as u64, needs: needs.count() as u64 }
    }

    /// The needs that were published last and are still open.
    #[must_use]
    pub fn needs_latest(&self, limit: usize) -> Vec<Arc<NeedEntry>> {
        let mut open = self.needs_open();
        open.sort_by_key(|n| (Reverse(n.need.published_at), n.need.id));
        open.truncate(limit);
        open
    }
}
