//! Groupements for a lot that nobody covers alone.

use super::{carriers, count};
use crate::Backend;
use crate::error::Result;
use crate::index::Entry;
use crate::patience::somebody_waits;
use domain::matching::groupement::{Candidate, Groupements, groupements};
use domain::need::{LotDraft, NeedDraft};
use domain::siret::Siret;
use std::collections::HashMap;
use std::sync::Arc;

/// What is proposed for a lot.
#[derive(Debug)]
pub struct GroupementAdvice {
    /// How many structures hold a part of the lot.
    pub holding: u64,
    /// How many structures could answer alone.
    pub alone: u64,
    /// The sets; `None` when some structure could answer alone, or when no two structures hold parts of the lot.
    pub found: Option<Groupements>,
    /// The structures of the sets.
    pub entries: HashMap<Siret, Arc<Entry>>,
}

impl Backend {
    /// The smallest sets of structures that together cover a lot that none covers alone.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn groupement_propose(
        &self,
        need: &NeedDraft,
        lot: &LotDraft,
        seed: &[u8],
    ) -> Result<Arc<GroupementAdvice>> {
        let asked = (super::asked(need, lot)?, seed.to_vec());
        self.advice.groupements.get_or(self.now(), asked, || self.groupement_compute(need, lot, seed))
    }

    fn groupement_compute(&self, need: &NeedDraft, lot: &LotDraft, seed: &[u8]) -> Result<GroupementAdvice> {
        let prepared = self.lot_prepare(lot.to_match(need));
        let carriers = carriers(&prepared, self.match_candidates(&prepared));
        let holding = count(carriers.len());
        let alone = count(carriers.iter().filter(|(_, carry)| prepared.is_carried_alone(carry)).count());
        if alone > 0 {
            return Ok(GroupementAdvice { holding, alone, found: None, entries: HashMap::new() });
        }
        somebody_waits()?;
        let candidates = carriers.iter().filter_map(|(entry, carry)| {
            let score = prepared.score(&entry.facts)?.score;
            Some(Candidate { siret: entry.structure.siret, score, carry: carry.clone() })
        });
        let found = groupements(&prepared, candidates.collect(), seed);
        let members = found.sets.iter().flat_map(|set| &set.members).map(|member| member.siret);
        let catalogue = self.index.catalogue();
        let entries =
            members.filter_map(|siret| Some((siret, Arc::clone(catalogue.structure(siret)?)))).collect();
        let found = (!found.sets.is_empty()).then_some(found);
        Ok(GroupementAdvice { holding, alone, found, entries })
    }
}
