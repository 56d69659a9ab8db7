//! A territory as a facilitateur watches it: needs, structures, and what nobody covers.

use crate::Backend;
use crate::error::Result;
use crate::index::NeedEntry;
use domain::matching::Known;
use domain::sector::{SectorIx, Sectors};
use domain::structure::Kind;
use domain::territory::{Atlas, CommuneIx, Place};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Needs whose matches are counted on the page; the list behind has all of them.
const NEEDS_SHOWN: usize = 50;

/// An open need of a territory.
#[derive(Debug)]
pub struct WatchedNeed {
    /// The need, with how many structures were told and are interested.
    pub entry: Arc<NeedEntry>,
    /// How many structures fit it now.
    pub matched: u64,
}

/// What a facilitateur sees of a territory.
#[derive(Debug)]
pub struct TerritoryView {
    /// Which one.
    pub place: Place,
    /// Its population.
    pub population: u64,
    /// The places that hold it, the next wider first.
    pub wider: Vec<Place>,
    /// The places it is made of, with how many structures sit there: départements of a région, EPCI of a
    /// département, communes of an EPCI.
    pub parts: Vec<(Place, u64)>,
    /// Structures whose seat is there.
    pub seated: u64,
    /// Those among them of which no activity is known.
    pub silent: u64,
    /// Structures that cover a part of it by a known activity, wherever they sit.
    pub covering: u64,
    /// Structures that may do more there than is known: nothing is, or only what was deduced.
    pub possible: u64,
    /// Structures whose seat is there, by kind; one with two conventions counts in both.
    pub kinds: Vec<(Kind, u64)>,
    /// How many open needs there are.
    pub needs_open: u64,
    /// Those that are shown, the next deadline first.
    pub needs: Vec<WatchedNeed>,
    /// Sectors that no activity covers there, not even in part.
    pub uncovered: Vec<SectorIx>,
    /// Sectors that some activity covers there, with how many structures.
    pub covered: Vec<(SectorIx, u64)>,
}

impl TerritoryView {
    /// Open needs that no structure fits.
    #[must_use]
    pub fn needs_without_structure(&self) -> u64 {
        u64::try_from(self.needs.iter().filter(|n| n.matched == 0).count()).unwrap_or_default()
    }
}

impl Backend {
    /// What a facilitateur sees of a territory.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn territory_show(&self, place: Place) -> Result<TerritoryView> {
        let communes = place.communes();
        let catalogue = self.index.catalogue();
        let columns = catalogue.columns();
        let reach = columns.reach(Some(&communes));
        let mut covered: HashMap<SectorIx, u64> = HashMap::new();
        let mut kinds: HashMap<Kind, u64> = HashMap::new();
        let mut seats: HashMap<u16, u64> = HashMap::new();
        let (mut seated, mut silent) = (0, 0);
        let today = self.clock.today();
        for slot in columns.seated_in(&communes) {
            let row = columns.row(slot, today);
            seated += 1;
            silent += u64::from(row.known == Known::Nothing);
            row.seat.iter().for_each(|seat| *seats.entry(seat.commune.0).or_default() += 1);
            row.kinds.iter().for_each(|k| *kinds.entry(k).or_default() += 1);
        }
        let (mut covering, mut possible) = (0, 0);
        for slot in columns.reached(&reach) {
            let row = columns.row(slot, today);
            let activities = columns.ways(slot, &reach).filter_map(|way| way.activity);
            let sectors: HashSet<SectorIx> = activities.map(|(sector, _)| sector).collect();
            covering += u64::from(!sectors.is_empty());
            possible += u64::from(row.known != Known::Declared);
            sectors.into_iter().for_each(|s| *covered.entry(s).or_default() += 1);
        }
        let mut open: Vec<Arc<NeedEntry>> =
            self.needs_open().into_iter().filter(|n| communes.meets(&n.communes)).collect();
        open.sort_by_key(|n| (n.need.draft.deadline, n.need.id));
        let needs_open = u64::try_from(open.len()).unwrap_or(u64::MAX);
        open.truncate(NEEDS_SHOWN);
        let needs = open.into_iter().map(|entry| self.watched(entry)).collect::<Result<Vec<_>>>()?;
        let all = Sectors::get().iter().map(|(ix, _)| ix);
        let mut covered_sorted: Vec<(SectorIx, u64)> = covered.iter().map(|(s, n)| (*s, *n)).collect();
        covered_sorted.sort_by_key(|(s, n)| (std::cmp::Reverse(*n), *s));
        Ok(TerritoryView {
            place,
            population: Atlas::get().population(place),
            wider: place.wider(),
            parts: parts_of(place, &seats),
            seated,
            silent,
            covering,
            possible,
            kinds: Kind::ALL.into_iter().filter_map(|k| Some((k, *kinds.get(&k)?))).collect(),
            needs_open,
            needs,
            uncovered: all.filter(|s| !covered.contains_key(s)).collect(),
            covered: covered_sorted,
        })
    }

    fn watched(&self, entry: Arc<NeedEntry>) -> Result<WatchedNeed> {
        let matched = self.need_fitting(&entry.need.draft)?;
        Ok(WatchedNeed { entry, matched })
    }
}

fn parts_of(place: Place, seats: &HashMap<u16, u64>) -> Vec<(Place, u64)> {
    let count = |part: Place| {
        let communes = part.communes();
        let inside = seats.iter().filter(|(commune, _)| communes.contains(CommuneIx(**commune)));
        inside.map(|(_, n)| n).sum()
    };
    let mut parts: Vec<(Place, u64)> = place.parts().into_iter().map(|part| (part, count(part))).collect();
    parts.sort_by_cached_key(|(place, n)| (std::cmp::Reverse(*n), place.name()));
    parts
}
