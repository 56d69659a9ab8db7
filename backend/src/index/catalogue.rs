//! What is kept in memory of each structure and of each published need.

use super::analyzer::Analyzer;
use super::columns::Columns;
use domain::matching::Facts;
use domain::need::LotKey;
use domain::need::Need;
use domain::siret::Siret;
use domain::structure::Structure;
use domain::territory::{Atlas, CommuneSet, ZoneCache};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// A structure, ready to be matched and shown.
#[derive(Debug)]
pub struct Entry {
    /// All of it.
    pub structure: Structure,
    /// What matching knows of it.
    pub facts: Facts,
    /// Hashed stems of its names, sorted.
    pub name_stems: Box<[u32]>,
    /// Hashed stems of its town, description, activities and of what it sells, sorted.
    pub body_stems: Box<[u32]>,
}

impl Entry {
    pub(super) fn new(structure: Structure, zones: &mut ZoneCache, analyzer: &Analyzer) -> Self {
        let facts = structure.facts(zones);
        let name_stems = analyzer.hashes([structure.name.as_str(), &structure.brand]);
        let labels = structure.live_activities().map(|a| a.sector.label());
        let texts = [structure.town.as_str(), &structure.description, &structure.offers];
        let body_stems = analyzer.hashes(texts.into_iter().chain(labels));
        Self { structure, facts, name_stems, body_stems }
    }

    /// The SIRET as a number.
    #[must_use]
    pub fn number(&self) -> u64 {
        number_of(self.structure.siret)
    }

    /// Codes of the départements that it reaches by its activities or usually, and of its seat's; each once.
    #[must_use]
    pub fn departements(&self) -> Vec<&'static str> {
        let atlas = Atlas::get();
        let seat = self.facts.seat.map(|seat| CommuneSet::range(seat.commune.0..seat.commune.0 + 1));
        let zones = self.facts.activities.iter().map(|a| a.zones.as_ref());
        let all = CommuneSet::union(zones.chain([self.facts.usual_reach.as_ref()]).chain(seat.as_ref()));
        atlas.departements_of(&all).map(|ix| atlas.departement(ix).code).collect()
    }
}

pub(super) fn number_of(siret: Siret) -> u64 {
    siret.as_str().parse().unwrap_or(0)
}

/// A published need, with how many structures were told and are interested.
#[derive(Debug)]
pub struct NeedEntry {
    /// All of it.
    pub need: Need,
    /// Structures that were told, whatever the lot.
    pub told: u64,
    /// Structures that were asked whether it is their trade: they were not told of it.
    pub asked: u64,
    /// Structures that said « intéressé », whatever the lot.
    pub interested: u64,
    /// Both, lot by lot.
    pub(super) by_lot: HashMap<LotKey, (u64, u64)>,
    /// The communes of its lots.
    pub communes: CommuneSet,
}

impl NeedEntry {
    /// Structures that were told of a lot.
    #[must_use]
    pub fn told_of(&self, lot: LotKey) -> u64 {
        self.by_lot.get(&lot).map_or(0, |(told, _)| *told)
    }

    /// Structures that are interested in a lot.
    #[must_use]
    pub fn interested_in(&self, lot: LotKey) -> u64 {
        self.by_lot.get(&lot).map_or(0, |(_, interested)| *interested)
    }
}

/// Everything that searches read, as of one moment.
#[derive(Debug, Default, Clone)]
pub struct Catalogue {
    pub(super) columns: Arc<Columns>,
    /// Structures that take no part, by their number: what is tied to them still shows them.
    pub(super) withdrawn: Arc<HashMap<u64, Arc<Entry>>>,
    pub(super) needs: HashMap<Uuid, Arc<NeedEntry>>,
    /// Number of the last change of the outbox that it holds.
    pub(super) seq: i64,
}

impl Catalogue {
    /// The catalogue of these structures: what searches, rankings and counts look at holds only those that take part.
    pub(super) fn of(entries: Vec<Arc<Entry>>, needs: HashMap<Uuid, Arc<NeedEntry>>, seq: i64) -> Self {
        Self { needs, seq, ..Self::default() }.with_structures(entries)
    }

    pub(super) fn with_structures(self, entries: Vec<Arc<Entry>>) -> Self {
        let takes_part = |entry: &Arc<Entry>| entry.structure.withdrawal().is_none();
        let (taking_part, withdrawn): (Vec<_>, Vec<_>) = entries.into_iter().partition(takes_part);
        Self {
            columns: Arc::new(Columns::of(taking_part)),
            withdrawn: Arc::new(withdrawn.into_iter().map(|entry| (entry.number(), entry)).collect()),
            ..self
        }
    }

    /// How many structures take part.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether no structure takes part.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// A structure that takes part.
    #[must_use]
    pub fn structure(&self, siret: Siret) -> Option<&Arc<Entry>> {
        self.columns.slot(number_of(siret)).map(|slot| self.columns.entry(slot))
    }

    /// A structure, whether or not it takes part: for its own pages, and for what it was told or has answered.
    #[must_use]
    pub fn structure_known(&self, siret: Siret) -> Option<&Arc<Entry>> {
        self.structure(siret).or_else(|| self.withdrawn.get(&number_of(siret)))
    }

    /// Every structure, those that take no part too, in no order.
    pub(crate) fn structures_known(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.columns.entries().chain(self.withdrawn.values())
    }

    /// Every structure that takes part, in no order.
    pub fn structures(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.columns.entries()
    }

    /// What filters and counts read of the structures.
    #[must_use]
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// A published need.
    #[must_use]
    pub fn need(&self, id: Uuid) -> Option<&Arc<NeedEntry>> {
        self.needs.get(&id)
    }

    /// Every published need, in no order.
    pub fn needs(&self) -> impl Iterator<Item = &Arc<NeedEntry>> {
        self.needs.values()
    }

    /// Number of the last change that it holds.
    #[must_use]
    pub fn seq(&self) -> i64 {
        self.seq
    }
}
