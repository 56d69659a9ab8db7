//! Contracts that were really won: where the winner stands among the structures that a need of the same title and place
//! would find, beside a ranking by bare distance.

use crate::Backend;
use crate::error::{Error, Result};
use domain::matching::{ActivityFacts, Buys, Facts, Lot, Match, PreparedLot, rank};
use domain::need::{NeedForm, lot_of_form, sectors_guessed};
use domain::sector::SectorIx;
use domain::siret::Siret;
use domain::structure::{Kind, KindSet, Mode, Standing};
use domain::territory::{Atlas, Point};
use domain::text::stable_hash;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A contract, as the files of contracts hold it: one JSON object a line.
#[derive(Debug, Deserialize)]
struct Contract {
    title: String,
    /// Code or name of its place.
    place: String,
    /// SIRET numbers.
    winners: Vec<String>,
}

/// Where the winners stand.
#[derive(Debug, Default)]
pub struct WinnersEvaluation {
    /// Contracts of the file.
    pub contracts: usize,
    /// Contracts whose place is unknown: counted as not found.
    pub without_place: usize,
    /// Rank, from 1, of the first winner of each contract in our list; `None` where it is not in it.
    pub ours: Vec<Option<usize>>,
    /// The same when structures are only ordered by the distance from their seat to the centre of the place.
    pub by_distance: Vec<Option<usize>>,
    /// What was asked, for those who want to look: title, place, rank, length of the list.
    pub looked_at: Vec<(String, String, Option<usize>, usize)>,
}

/// Of ranks, those at `n` or before.
#[must_use]
pub fn within(ranks: &[Option<usize>], n: usize) -> usize {
    ranks.iter().filter(|rank| rank.is_some_and(|rank| rank <= n)).count()
}

/// The rank in the middle; `None` when most are not found.
#[must_use]
pub fn median(ranks: &[Option<usize>]) -> Option<usize> {
    let mut sorted: Vec<usize> = ranks.iter().map(|rank| rank.unwrap_or(usize::MAX)).collect();
    sorted.sort_unstable();
    sorted.get(sorted.len().checked_sub(1)? / 2).copied().filter(|rank| *rank != usize::MAX)
}

impl Backend {
    /// Asks for each contract what the four-field form would ask, and looks where its winners stand. With `declared`, that
    /// share of the structures is taken to have declared what it does: winners what they won and as they won it, the others what was
    /// deduced of them, or else what was deduced of another of their kind.
    ///
    /// # Errors
    /// [`Error::Refused`] with the line that is no contract; when the index cannot be read.
    pub fn winners_evaluate(&self, file: &str, declared: Option<f64>) -> Result<WinnersEvaluation> {
        let contracts = contracts(file)?;
        let all = declared.map(|share| self.facts_declared(&contracts, share));
        let mut found = WinnersEvaluation { contracts: contracts.len(), ..WinnersEvaluation::default() };
        for contract in &contracts {
            let winners: HashSet<Siret> =
                contract.winners.iter().filter_map(|w| Siret::parse(w).ok()).collect();
            let Some(lot) = lot_of(contract) else {
                found.without_place += 1;
                found.ours.push(None);
                found.by_distance.push(None);
                continue;
            };
            let lot = self.lot_prepare(lot);
            let ranked = match &all {
                Some(all) => ranked_by_force(&lot, all),
                None => self.ranked_lines(&lot)?,
            };
            let ours = ranked.iter().position(|line| line.iter().any(|s| winners.contains(s)));
            let place = lot.lot().place.map(|place| place.name()).unwrap_or_default();
            let ours = ours.map(|at| at + 1);
            found.looked_at.push((contract.title.clone(), place, ours, ranked.len()));
            found.ours.push(ours);
            found.by_distance.push(self.rank_by_distance(&lot, &winners));
        }
        Ok(found)
    }

    /// The lines of a list, each with all its establishments.
    fn ranked_lines(&self, lot: &PreparedLot) -> Result<Vec<Vec<Siret>>> {
        let ranking = self.match_list(lot.lot().clone(), &[])?;
        let line = |(found, _): &(Match, _)| {
            let others = ranking.others.get(&found.siret).into_iter().flatten();
            [found.siret].into_iter().chain(others.map(|entry| entry.structure.siret)).collect()
        };
        Ok(ranking.matches.iter().map(line).collect())
    }

    fn rank_by_distance(&self, lot: &PreparedLot, winners: &HashSet<Siret>) -> Option<usize> {
        let centre: Point = Atlas::get().centre(lot.communes())?;
        let catalogue = self.index.catalogue();
        let km = |facts: &Facts| facts.seat.map(|seat| seat.point.km_to(centre));
        let mut all: Vec<(f32, Siret)> =
            catalogue.structures().filter_map(|e| Some((km(&e.facts)?, e.structure.siret))).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        all.iter().position(|(_, siret)| winners.contains(siret)).map(|at| at + 1)
    }

    fn facts_declared(&self, contracts: &[Contract], share: f64) -> Vec<Facts> {
        let mut won: HashMap<Siret, Won> = HashMap::new();
        for contract in contracts {
            let sectors = domain::need::sectors_proposed(&contract.title, "");
            for siret in contract.winners.iter().filter_map(|w| Siret::parse(w).ok()) {
                let won = won.entry(siret).or_default();
                won.sectors.extend(sectors.first());
                won.lent_people |= Buys::of_text(&contract.title) == Buys::Staff;
            }
        }
        let catalogue = self.index.catalogue();
        let mut deduced_of_kind: BTreeMap<Option<Kind>, Vec<SectorIx>> = BTreeMap::new();
        for facts in catalogue.structures().map(|e| &e.facts) {
            let of_kind = deduced_of_kind.entry(facts.kinds.iter().next()).or_default();
            of_kind.extend(facts.activities.iter().map(|a| a.sector));
        }
        let declare = |facts: &Facts| {
            let draw = |salt: &[u8]| stable_hash(&[salt, facts.siret.as_str().as_bytes()]);
            if chance(draw(b"declares")) >= share {
                return facts.clone();
            }
            let won = won.get(&facts.siret).cloned().unwrap_or_default();
            let known = facts.activities.iter().map(|a| a.sector);
            let mut sectors: Vec<SectorIx> = won.sectors.into_iter().chain(known).collect();
            if sectors.is_empty() {
                let pool = deduced_of_kind.get(&facts.kinds.iter().next()).map_or(&[][..], Vec::as_slice);
                let at = usize::try_from(draw(b"does")).unwrap_or(0);
                sectors.extend(pool.get(at % pool.len().max(1)));
            }
            let modes = [usual_mode(facts.kinds), Mode::MiseADisposition];
            let modes = if won.lent_people { &modes[..] } else { &modes[..1] };
            let declared =
                sectors.iter().flat_map(|s| modes.iter().map(|mode| declared_activity(facts, *s, *mode)));
            Facts { activities: declared.collect(), ..facts.clone() }
        };
        catalogue.structures().map(|e| declare(&e.facts)).collect()
    }
}

/// The lot that the form gives; when its words say no sector for sure, its reader ticks the guess.
fn lot_of(contract: &Contract) -> Option<Lot> {
    let form =
        NeedForm { title: contract.title.clone(), place: contract.place.clone(), ..NeedForm::default() };
    lot_of_form(&form).or_else(|| {
        let guessed = sectors_guessed(&contract.title, "").iter().map(|s| s.slug().to_owned()).collect();
        lot_of_form(&NeedForm { sectors: guessed, ..form })
    })
}

/// What a structure won: what it would have declared.
#[derive(Debug, Clone, Default)]
struct Won {
    sectors: Vec<SectorIx>,
    lent_people: bool,
}

fn declared_activity(facts: &Facts, sector: SectorIx, mode: Mode) -> ActivityFacts {
    ActivityFacts {
        sector,
        mode,
        standing: Standing::Declared,
        hours_per_month: None,
        zones: facts.usual_reach.clone(),
    }
}

fn usual_mode(kinds: KindSet) -> Mode {
    kinds.iter().next().map_or(Mode::Prestation, Kind::usual_mode)
}

fn ranked_by_force(lot: &PreparedLot, all: &[Facts]) -> Vec<Vec<Siret>> {
    let mut matches: Vec<Match> = all.iter().filter_map(|facts| lot.score(facts)).collect();
    rank(&mut matches, &[], |found| found);
    matches.into_iter().map(|found| vec![found.siret]).collect()
}

/// From 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "53 bits are plenty")]
fn chance(hash: u64) -> f64 {
    (hash >> 11) as f64 / (1u64 << 53) as f64
}

fn contracts(file: &str) -> Result<Vec<Contract>> {
    let lines = file.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = lines.map(|(n, line)| {
        serde_json::from_str(line).map_err(|e| {
            Error::Refused(format!("ligne {}\u{a0}: ce n’est pas un marché en JSON ({e})", n + 1))
        })
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_counted() {
        let ranks = [Some(1), None, Some(20), Some(21)];
        assert_eq!((within(&ranks, 20), within(&ranks, 50)), (2, 3));
        assert_eq!(median(&ranks), Some(20));
        assert_eq!(median(&[None, None, Some(1)]), None);
        assert_eq!(median(&[]), None);
    }
}
