//! Notices turned into lots, and matched with the structures of the base: who answers, where nobody does, how fast.

use super::notices;
use crate::Backend;
use crate::error::Result;
use domain::legal::Reservation;
use domain::matching::{Buys, Lot, Tier};
use domain::sector::{Inference, SectorIx, Sectors};
use domain::structure::KindSet;
use domain::territory::{Atlas, DepartementIx, Place, Zone};
use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

/// Least confidence for a title to be taken for a sector, as in the form of a need.
const CONFIDENCE: f32 = 0.35;

/// What `place eval match` found.
#[derive(Debug, Default)]
pub struct MatchEvaluation {
    /// Lines of the file.
    pub notices: u32,
    /// Notices whose title names no sector surely enough.
    pub without_sector: u32,
    /// Notices whose département is unknown.
    pub without_place: u32,
    /// Lots that were matched.
    pub lots: u32,
    /// Lots that one structure at least fits, or is near, as far as is known.
    pub matched: u32,
    /// Lots that one structure at least fits by the very sector.
    pub matched_exactly: u32,
    /// By sector: lots, and those that nobody fits.
    pub by_sector: BTreeMap<SectorIx, (u32, u32)>,
    /// Pairs of a sector and a département in which a structure is active, out of all pairs.
    pub covered_pairs: u32,
    /// All pairs.
    pub pairs: u32,
    /// By département: sectors in which a structure is active.
    pub sectors_by_departement: Vec<(DepartementIx, u32)>,
    /// Time of each lot, sorted.
    pub times: Vec<Duration>,
}

impl MatchEvaluation {
    /// The time under which a share of the lots were ranked.
    #[must_use]
    pub fn time(&self, percent: usize) -> Duration {
        let at = (self.times.len() * percent / 100).min(self.times.len().saturating_sub(1));
        self.times.get(at).copied().unwrap_or_default()
    }
}

impl Backend {
    /// Turns each notice into a lot, the sector of its title in its département, and ranks the structures.
    ///
    /// # Errors
    /// [`crate::error::Error::Refused`] with the line that is no JSON; when the index cannot be read.
    pub fn match_evaluate(&self, file: &str) -> Result<MatchEvaluation> {
        let mut found = MatchEvaluation::default();
        for notice in notices(file) {
            let notice = notice?;
            found.notices += 1;
            let title = notice.objet.unwrap_or_default();
            let inferred = Inference::get().of_text(&title).into_iter().next();
            let Some(sector) = inferred.filter(|i| i.confidence >= CONFIDENCE).map(|i| i.sector) else {
                found.without_sector += 1;
                continue;
            };
            let departement = notice.departement.unwrap_or_default();
            let Ok(place) = Place::parse(&format!("D{departement}")) else {
                found.without_place += 1;
                continue;
            };
            self.evaluate_lot(lot(sector, place, title), &mut found)?;
        }
        found.times.sort_unstable();
        self.evaluate_coverage(&mut found);
        Ok(found)
    }

    fn evaluate_lot(&self, lot: Lot, found: &mut MatchEvaluation) -> Result<()> {
        let sector = lot.sectors[0];
        let start = Instant::now();
        let ranking = self.match_list(lot, &[])?;
        found.times.push(start.elapsed());
        found.lots += 1;
        let tiers = ranking.tiers();
        let exact = tiers.of(Tier::Fits) > 0;
        let any = tiers.known() > 0;
        found.matched += u32::from(any);
        found.matched_exactly += u32::from(exact);
        let (lots, empty) = found.by_sector.entry(sector).or_default();
        *lots += 1;
        *empty += u32::from(!any);
        Ok(())
    }

    fn evaluate_coverage(&self, found: &mut MatchEvaluation) {
        let atlas = Atlas::get();
        let catalogue = self.index.catalogue();
        let mut pairs: HashSet<(DepartementIx, SectorIx)> = HashSet::new();
        for activity in catalogue.structures().flat_map(|e| &e.facts.activities) {
            pairs.extend(atlas.departements_of(&activity.zones).map(|d| (d, activity.sector)));
        }
        let departements = (0u8..).take(atlas.departements.len()).map(DepartementIx);
        let sectors = u32::try_from(Sectors::get().iter().count()).unwrap_or(u32::MAX);
        for departement in departements {
            let covered = pairs.iter().filter(|(d, _)| *d == departement).count();
            found.sectors_by_departement.push((departement, u32::try_from(covered).unwrap_or(u32::MAX)));
            found.pairs += sectors;
        }
        found.sectors_by_departement.sort_by_key(|(_, n)| *n);
        found.covered_pairs = u32::try_from(pairs.len()).unwrap_or(u32::MAX);
    }
}

fn lot(sector: SectorIx, place: Place, text: String) -> Lot {
    Lot {
        buys: Buys::Trade,
        sectors: vec![sector],
        place: Some(place),
        reservation: Reservation::None,
        kinds: KindSet::EMPTY,
        mode: None,
        hours_per_month: None,
        text,
        on: None,
        begins: None,
    }
}

/// The name of a département, for reports.
#[must_use]
pub fn departement_name(ix: DepartementIx) -> String {
    Place::of(Zone::Departement(ix)).map(Place::name).unwrap_or_default()
}
