//! A territory as a facilitateur watches it: needs, structures, and what nobody covers.

use crate::Backend;
use crate::error::Result;
use crate::index::{Columns, NeedEntry};
use crate::patience::somebody_waits;
use domain::matching::Known;
use domain::need::{LotDraft, NeedDraft};
use domain::sector::{SectorIx, Sectors};
use domain::structure::Kind;
use domain::territory::{Atlas, CommuneIx, CommuneSet, DepartementIx, Place, Zone};
use std::collections::{BTreeMap, HashMap};
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

/// What is known of a sector in a territory: who asks for it, who does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectorGap {
    /// Which one.
    pub sector: SectorIx,
    /// Lots of open needs there that ask for it.
    pub needs: u64,
    /// Structures that declared or confirmed an activity of it that covers a part of the territory.
    pub declared: u64,
    /// Those of which we only deduced such an activity.
    pub deduced: u64,
}

impl SectorGap {
    /// Structures that do it there, as far as is known.
    #[must_use]
    pub fn known(&self) -> u64 {
        self.declared + self.deduced
    }
}

/// A commune with the structures that sit there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatedTown {
    /// Which one.
    pub commune: CommuneIx,
    /// How many sit there.
    pub seated: u64,
    /// Those among them of which no activity is known.
    pub silent: u64,
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
    /// Every sector: what is asked most first, then what the fewest do.
    pub gaps: Vec<SectorGap>,
    /// Communes where structures sit, those with most first.
    pub towns: Vec<SeatedTown>,
    /// For a région and for France: its départements, with how many sectors no known activity covers there.
    pub uncovered_by_departement: Vec<(DepartementIx, u64)>,
}

impl TerritoryView {
    /// Open needs that no structure fits.
    #[must_use]
    pub fn needs_without_structure(&self) -> u64 {
        u64::try_from(self.needs.iter().filter(|n| n.matched == 0).count()).unwrap_or_default()
    }
}

/// How many structures are walked between two questions whether somebody waits.
const ASK_EVERY: usize = 4_096;

impl Backend {
    /// What a facilitateur sees of a territory. It is worked out once for each state of the catalogue: it walks everything
    /// that reaches the territory, so call it where waiting holds nobody.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn territory_show(&self, place: Place) -> Result<Arc<TerritoryView>> {
        self.territories.get_or(self.now(), place, || self.territory_compute(place))
    }

    fn territory_compute(&self, place: Place) -> Result<TerritoryView> {
        let communes = place.communes();
        let catalogue = self.index.catalogue();
        let columns = catalogue.columns();
        let reach = columns.reach(Some(&communes));
        let mut kinds: HashMap<Kind, u64> = HashMap::new();
        let mut seats: HashMap<u16, u64> = HashMap::new();
        let (mut seated, mut silent) = (0, 0);
        let mut silent_at: HashMap<u16, u64> = HashMap::new();
        let today = self.clock.today();
        for slot in columns.seated_in(&communes) {
            let row = columns.row(slot, today);
            seated += 1;
            silent += u64::from(row.known == Known::Nothing);
            if let Some(seat) = row.seat.filter(|_| row.known == Known::Nothing) {
                *silent_at.entry(seat.commune.0).or_default() += 1;
            }
            row.seat.iter().for_each(|seat| *seats.entry(seat.commune.0).or_default() += 1);
            row.kinds.iter().for_each(|k| *kinds.entry(k).or_default() += 1);
        }
        let (mut covering, mut possible) = (0, 0);
        let mut done: Vec<(u64, u64)> = vec![(0, 0); Sectors::get().iter().count()];
        for (n, slot) in columns.reached(&reach).enumerate() {
            if n.is_multiple_of(ASK_EVERY) {
                somebody_waits()?;
            }
            let row = columns.row(slot, today);
            possible += u64::from(row.known != Known::Declared);
            let mut does: BTreeMap<SectorIx, bool> = BTreeMap::new();
            for way in columns.ways(slot, &reach) {
                if let Some((sector, _)) = way.activity {
                    *does.entry(sector).or_default() |= way.is_said();
                }
            }
            covering += u64::from(!does.is_empty());
            for (sector, is_said) in does {
                let (declared, deduced) = &mut done[usize::from(sector.0)];
                *if is_said { declared } else { deduced } += 1;
            }
        }
        let mut open: Vec<Arc<NeedEntry>> =
            self.needs_open().into_iter().filter(|n| communes.meets(&n.communes)).collect();
        open.sort_by_key(|n| (n.need.draft.deadline, n.need.id));
        let mut asked: HashMap<SectorIx, u64> = HashMap::new();
        let lots = open.iter().flat_map(|n| n.need.draft.lots.iter().map(move |lot| (&n.need.draft, lot)));
        let is_there = |draft: &NeedDraft, lot: &LotDraft| {
            draft.lot_place(lot).known().is_some_and(|place| communes.meets(&place.communes()))
        };
        for (_, lot) in lots.filter(|(draft, lot)| is_there(draft, lot)) {
            lot.sectors_known().for_each(|sector| *asked.entry(sector).or_default() += 1);
        }
        let needs_open = u64::try_from(open.len()).unwrap_or(u64::MAX);
        open.truncate(NEEDS_SHOWN);
        let needs = open.into_iter().map(|entry| self.watched(entry)).collect::<Result<Vec<_>>>()?;
        let gaps = gaps_of(&done, &asked);
        let town = |(commune, seated): (&u16, &u64)| SeatedTown {
            commune: CommuneIx(*commune),
            seated: *seated,
            silent: silent_at.get(commune).copied().unwrap_or_default(),
        };
        let mut towns: Vec<SeatedTown> = seats.iter().map(town).collect();
        towns.sort_by_key(|town| (std::cmp::Reverse(town.seated), town.commune));
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
            gaps,
            towns,
            uncovered_by_departement: uncovered_by_departement(columns, place)?,
        })
    }

    fn watched(&self, entry: Arc<NeedEntry>) -> Result<WatchedNeed> {
        let matched = self.need_fitting(&entry.need.draft)?;
        Ok(WatchedNeed { entry, matched })
    }
}

/// Every sector, by what is asked and what is done.
fn gaps_of(done: &[(u64, u64)], asked: &HashMap<SectorIx, u64>) -> Vec<SectorGap> {
    let gap = |(sector, _): (SectorIx, _)| {
        let (declared, deduced) = done[usize::from(sector.0)];
        SectorGap { sector, needs: asked.get(&sector).copied().unwrap_or_default(), declared, deduced }
    };
    let mut gaps: Vec<SectorGap> = Sectors::get().iter().map(gap).collect();
    gaps.sort_by_key(|gap| (std::cmp::Reverse(gap.needs), gap.known(), gap.declared, gap.sector));
    gaps
}

/// How many sectors no known activity covers in each département of a région, or of France.
fn uncovered_by_departement(columns: &Columns, place: Place) -> Result<Vec<(DepartementIx, u64)>> {
    if !matches!(place.zone(), Zone::France | Zone::Region(_)) {
        return Ok(Vec::new());
    }
    let atlas = Atlas::get();
    let communes = place.communes();
    let sectors = Sectors::get().iter().count();
    let uncovered = |ix: DepartementIx| {
        somebody_waits()?;
        let reach = columns.reach(Some(&CommuneSet::range(atlas.departement(ix).communes.clone())));
        let mut is_done = vec![false; sectors];
        let slots = columns.reached(&reach);
        let done = slots.flat_map(|slot| columns.ways(slot, &reach)).filter_map(|way| way.activity);
        done.for_each(|(sector, _)| is_done[usize::from(sector.0)] = true);
        let count = is_done.into_iter().filter(|done| !done).count();
        Ok((ix, u64::try_from(count).unwrap_or(u64::MAX)))
    };
    atlas.departements_of(&communes).map(uncovered).collect()
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
