//! The embedded reference table: régions, départements, EPCI and communes.

use super::{CommuneSet, Place, Point, Zone};
use crate::text::fold;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::ops::{Bound, Range};
use std::sync::LazyLock;

/// Number of a commune in [`Atlas::communes`]. It may change when the table is renewed: store codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CommuneIx(pub u16);

/// Number of a département in [`Atlas::departements`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DepartementIx(pub u8);

/// Number of a région in [`Atlas::regions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RegionIx(pub u8);

/// Number of an EPCI in [`Atlas::epcis`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EpciIx(pub u16);

/// A commune.
#[derive(Debug)]
pub struct Commune {
    /// INSEE code, five characters.
    pub code: &'static str,
    /// Name as INSEE writes it.
    pub name: &'static str,
    /// Inhabitants (population municipale of the table's vintage).
    pub population: u32,
    /// Postal codes, parted by spaces; those of the arrondissements are on Paris, Lyon and Marseille.
    pub postal_codes: &'static str,
    /// Its centre.
    pub centre: Point,
    /// Its département.
    pub departement: DepartementIx,
    /// Its EPCI; a few islands have none.
    pub epci: Option<EpciIx>,
}

/// A département.
#[derive(Debug)]
pub struct Departement {
    /// Code, two or three characters.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// Its région.
    pub region: RegionIx,
    /// Its communes.
    pub communes: Range<u16>,
}

/// A région.
#[derive(Debug)]
pub struct Region {
    /// INSEE code, two characters.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// Its communes.
    pub communes: Range<u16>,
}

/// An établissement public de coopération intercommunale à fiscalité propre.
#[derive(Debug)]
pub struct Epci {
    /// SIREN.
    pub siren: &'static str,
    /// Name.
    pub name: &'static str,
    /// Its communes.
    pub communes: CommuneSet,
}

/// The territories of France. One for the whole process: [`Atlas::get`].
#[derive(Debug)]
pub struct Atlas {
    /// Communes: by région, then département, then EPCI, then code.
    pub communes: Vec<Commune>,
    /// Départements, in the order of their communes.
    pub departements: Vec<Departement>,
    /// Régions, in the order of their communes.
    pub regions: Vec<Region>,
    /// EPCI, sorted by SIREN.
    pub epcis: Vec<Epci>,
    /// `weights[i]` is the sum of the weights of the communes before `i`.
    weights: Vec<u64>,
    /// Communes from south to north: a radius looks at a band only.
    by_latitude: Vec<(f32, u16)>,
    by_code: HashMap<&'static str, CommuneIx>,
    by_postal: BTreeMap<&'static str, Vec<CommuneIx>>,
    /// Communes that were: their codes, and their folded names.
    former_codes: HashMap<&'static str, CommuneIx>,
    former_names: HashMap<String, Vec<CommuneIx>>,
    /// EPCI that were, by SIREN: their name, and the one that holds most of their people today.
    former_epcis: HashMap<&'static str, (&'static str, EpciIx)>,
    /// Départements and EPCI whose name alone would show as another place's does.
    sharing_names: Vec<Zone>,
    /// Folded name of each place that can be suggested; see `suggest`.
    pub(super) names: Vec<super::suggest::Name>,
    /// Starts of words inside the names, sorted by the text that follows.
    pub(super) word_starts: Vec<super::suggest::WordStart>,
}

const TERRITORIES: &str = include_str!("../../data/territory/territories.tsv");
const FORMER: &str = include_str!("../../data/territory/former.tsv");

static ATLAS: LazyLock<Atlas> = LazyLock::new(|| {
    let mut atlas = Atlas::read(TERRITORIES);
    atlas.read_former(FORMER);
    atlas.find_shared_names();
    atlas
});

/// What one line of the table says.
enum Line<'a> {
    Region { code: &'a str, name: &'a str },
    Departement { code: &'a str, name: &'a str },
    Epci { siren: Option<&'a str>, name: &'a str },
    Commune(RawCommune<'a>),
}

struct RawCommune<'a> {
    code: &'a str,
    name: &'a str,
    population: u32,
    postal_codes: &'a str,
    centre: Point,
}

fn line_read(line: &str) -> Option<Line<'_>> {
    let fields: Vec<&str> = line.split('\t').collect();
    match fields.as_slice() {
        ["R", code, name] => Some(Line::Region { code, name }),
        ["D", code, name] => Some(Line::Departement { code, name }),
        ["E", "-", ..] => Some(Line::Epci { siren: None, name: "" }),
        ["E", siren, name, _kind] => Some(Line::Epci { siren: Some(siren), name }),
        ["C", code, name, population, postal_codes, lon, lat] => Some(Line::Commune(RawCommune {
            code,
            name,
            population: population.parse().ok()?,
            postal_codes,
            centre: Point { lon: lon.parse().ok()?, lat: lat.parse().ok()? },
        })),
        _ => None,
    }
}

fn count(items: usize) -> u16 {
    u16::try_from(items).unwrap_or(u16::MAX)
}

impl Atlas {
    /// The territories of France, read on first use (some 20 ms).
    #[must_use]
    pub fn get() -> &'static Self {
        &ATLAS
    }

    fn read(table: &'static str) -> Self {
        let mut communes: Vec<Commune> = Vec::with_capacity(35_000);
        let mut departements: Vec<Departement> = Vec::new();
        let mut regions: Vec<Region> = Vec::new();
        let mut epci_members: HashMap<&'static str, (&'static str, Vec<u16>)> = HashMap::new();
        let mut epci_now: Option<&'static str> = None;
        let mut epci_of: Vec<Option<&'static str>> = Vec::with_capacity(35_000);
        for line in table.lines().filter_map(line_read) {
            let here = count(communes.len());
            match line {
                Line::Region { code, name } => regions.push(Region { code, name, communes: here..here }),
                Line::Departement { code, name } => {
                    let region = RegionIx(u8::try_from(regions.len() - 1).unwrap_or(u8::MAX));
                    departements.push(Departement { code, name, region, communes: here..here });
                }
                Line::Epci { siren, name } => {
                    epci_now = siren;
                    if let Some(siren) = siren {
                        epci_members.entry(siren).or_insert((name, Vec::new()));
                    }
                }
                Line::Commune(raw) => {
                    let departement = DepartementIx(u8::try_from(departements.len() - 1).unwrap_or(u8::MAX));
                    if let Some(d) = departements.last_mut() {
                        d.communes.end = here + 1;
                    }
                    if let Some(r) = regions.last_mut() {
                        r.communes.end = here + 1;
                    }
                    if let Some((_, members)) = epci_now.and_then(|siren| epci_members.get_mut(siren)) {
                        members.push(here);
                    }
                    epci_of.push(epci_now);
                    communes.push(Commune {
                        code: raw.code,
                        name: raw.name,
                        population: raw.population,
                        postal_codes: raw.postal_codes,
                        centre: raw.centre,
                        departement,
                        epci: None,
                    });
                }
            }
        }
        let mut epcis: Vec<Epci> = epci_members
            .into_iter()
            .map(|(siren, (name, members))| Epci { siren, name, communes: CommuneSet::of(members) })
            .collect();
        epcis.sort_unstable_by_key(|e| e.siren);
        for (commune, siren) in communes.iter_mut().zip(epci_of) {
            commune.epci = siren
                .and_then(|s| epcis.binary_search_by_key(&s, |e| e.siren).ok())
                .map(|ix| EpciIx(count(ix)));
        }
        Self::indexed(communes, departements, regions, epcis)
    }

    fn indexed(
        communes: Vec<Commune>,
        departements: Vec<Departement>,
        regions: Vec<Region>,
        epcis: Vec<Epci>,
    ) -> Self {
        let mut weights = Vec::with_capacity(communes.len() + 1);
        let mut sum = 0;
        weights.push(0);
        let mut by_code = HashMap::with_capacity(communes.len());
        let mut by_postal: BTreeMap<&'static str, Vec<CommuneIx>> = BTreeMap::new();
        for (ix, commune) in communes.iter().enumerate() {
            let ix = CommuneIx(count(ix));
            sum += weight(commune.population);
            weights.push(sum);
            by_code.insert(commune.code, ix);
            for postal in commune.postal_codes.split(' ').filter(|p| !p.is_empty()) {
                by_postal.entry(postal).or_default().push(ix);
            }
        }
        let mut by_latitude: Vec<(f32, u16)> = communes.iter().map(|c| c.centre.lat).zip(0u16..).collect();
        by_latitude.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut atlas = Self {
            communes,
            departements,
            regions,
            epcis,
            weights,
            by_latitude,
            by_code,
            by_postal,
            former_codes: HashMap::new(),
            former_names: HashMap::new(),
            former_epcis: HashMap::new(),
            sharing_names: Vec::new(),
            names: Vec::new(),
            word_starts: Vec::new(),
        };
        atlas.index_names();
        atlas
    }

    fn read_former(&mut self, table: &'static str) {
        for line in table.lines() {
            let mut fields = line.split('\t');
            let (Some(code), Some(name), Some(present)) = (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            if let Some(epci) = self.epci_by_siren(present) {
                self.former_epcis.insert(code, (name, epci));
                continue;
            }
            let Some(present) = self.by_code.get(present).copied() else { continue };
            if !self.by_code.contains_key(code) {
                self.former_codes.insert(code, present);
            }
            if name.is_empty() {
                continue;
            }
            let held = self.former_names.entry(fold(name)).or_default();
            if !held.contains(&present) {
                held.push(present);
            }
        }
    }

    fn find_shared_names(&mut self) {
        let mut holders: HashMap<String, Vec<Zone>> = HashMap::new();
        let departements = (0u8..).zip(&self.departements);
        for (ix, departement) in departements {
            let of_its_name = self.places_named(&fold(departement.name)).into_iter().map(Place::zone);
            let is_its_own =
                |zone: &Zone| matches!(zone, Zone::Commune(c) if departement.communes.contains(&c.0));
            if of_its_name.into_iter().any(|zone| is_its_own(&zone)) {
                self.sharing_names.push(Zone::Departement(DepartementIx(ix)));
            }
        }
        for (ix, epci) in (0u16..).zip(&self.epcis) {
            holders.entry(fold(epci.name)).or_default().push(Zone::Epci(EpciIx(ix)));
        }
        self.sharing_names.extend(holders.into_values().filter(|zones| zones.len() > 1).flatten());
    }

    /// Whether its name alone would show as another place's does.
    pub(super) fn shares_name(&self, zone: Zone) -> bool {
        self.sharing_names.contains(&zone)
    }

    /// The communes that hold today the ground of communes of this folded name; none is most populated.
    pub(super) fn communes_formerly_named(&self, folded: &str) -> &[CommuneIx] {
        self.former_names.get(folded).map_or(&[], Vec::as_slice)
    }

    /// The name of an EPCI that was, with the one that holds most of its people today.
    pub(super) fn former_epci(&self, siren: &str) -> Option<(&'static str, EpciIx)> {
        self.former_epcis.get(siren).copied()
    }

    /// The EPCI of communes, each once, as zones.
    pub(super) fn epcis_of(&self, communes: impl Iterator<Item = CommuneIx>) -> Vec<Zone> {
        let mut epcis: Vec<EpciIx> = communes.filter_map(|ix| self.commune(ix).epci).collect();
        epcis.sort_unstable();
        epcis.dedup();
        epcis.into_iter().map(Zone::Epci).collect()
    }

    /// A commune.
    #[must_use]
    pub fn commune(&self, ix: CommuneIx) -> &Commune {
        &self.communes[usize::from(ix.0)]
    }

    /// A département.
    #[must_use]
    pub fn departement(&self, ix: DepartementIx) -> &Departement {
        &self.departements[usize::from(ix.0)]
    }

    /// A région.
    #[must_use]
    pub fn region(&self, ix: RegionIx) -> &Region {
        &self.regions[usize::from(ix.0)]
    }

    /// An EPCI.
    #[must_use]
    pub fn epci(&self, ix: EpciIx) -> &Epci {
        &self.epcis[usize::from(ix.0)]
    }

    /// The commune of an INSEE code. The codes of the arrondissements of Paris, Lyon and Marseille give the commune, those
    /// of communes that were give the one that holds their ground today.
    #[must_use]
    pub fn commune_by_code(&self, code: &str) -> Option<CommuneIx> {
        let whole = match code.get(..3) {
            Some("751") if code.len() == 5 && ("75101"..="75120").contains(&code) => "75056",
            Some("693") if code.len() == 5 && ("69381"..="69389").contains(&code) => "69123",
            Some("132") if code.len() == 5 && ("13201"..="13216").contains(&code) => "13055",
            _ => code,
        };
        self.by_code.get(whole).or_else(|| self.former_codes.get(whole)).copied()
    }

    /// The communes of the postal codes that begin so, some of them several times.
    pub(super) fn communes_of_postal_codes(&self, with: &str) -> impl Iterator<Item = CommuneIx> {
        let served = self.by_postal.range::<str, _>((Bound::Included(with), Bound::Unbounded));
        served
            .take_while(move |(code, _)| code.starts_with(with))
            .flat_map(|(_, communes)| communes.iter().copied())
    }

    /// The département of a code (`31`, `2A`, `974`; `2a` and `1` are forgiven).
    #[must_use]
    pub fn departement_by_code(&self, code: &str) -> Option<DepartementIx> {
        let code = if code.len() == 1 { format!("0{code}") } else { code.to_ascii_uppercase() };
        let at = self.departements.iter().position(|d| d.code == code)?;
        u8::try_from(at).ok().map(DepartementIx)
    }

    /// The région of an INSEE code.
    #[must_use]
    pub fn region_by_code(&self, code: &str) -> Option<RegionIx> {
        let at = self.regions.iter().position(|r| r.code == code)?;
        u8::try_from(at).ok().map(RegionIx)
    }

    /// The EPCI of a SIREN.
    #[must_use]
    pub fn epci_by_siren(&self, siren: &str) -> Option<EpciIx> {
        self.epcis.binary_search_by_key(&siren, |e| e.siren).ok().map(|ix| EpciIx(count(ix)))
    }

    /// The communes that a postal code serves.
    #[must_use]
    pub fn communes_by_postal_code(&self, postal_code: &str) -> &[CommuneIx] {
        self.by_postal.get(postal_code).map_or(&[], Vec::as_slice)
    }

    /// Sum of the weights of the communes of a set. The weight of a commune is its population, one for the
    /// few that have no inhabitant, so that each place weighs something.
    #[must_use]
    pub fn weight(&self, set: &CommuneSet) -> u64 {
        set.ranges().map(|r| self.weight_of_range(&r)).sum()
    }

    fn weight_of_range(&self, range: &Range<u16>) -> u64 {
        self.weights[usize::from(range.end)] - self.weights[usize::from(range.start)]
    }

    /// The share, from 0 to 1, of the population of `place` that `zones` hold.
    #[must_use]
    pub fn coverage(&self, place: &CommuneSet, zones: &CommuneSet) -> f64 {
        if let (Some(only), None) = (place.iter().next(), place.iter().nth(1)) {
            return if zones.contains(only) { 1.0 } else { 0.0 };
        }
        let whole = self.weight(place);
        if whole == 0 {
            return 0.0;
        }
        let covered: u64 = place.shared(zones).map(|r| self.weight_of_range(&r)).sum();
        ratio(covered, whole)
    }

    /// Inhabitants of a place.
    #[must_use]
    pub fn population(&self, place: Place) -> u64 {
        let set = self.communes_of(place.zone(), None);
        set.iter().map(|ix| u64::from(self.commune(ix).population)).sum()
    }

    /// The communes of a zone. A radius is drawn around `seat`: the communes whose centre lies within it, and
    /// always the seat's own; without seat a radius holds nothing.
    #[must_use]
    pub fn communes_of(&self, zone: Zone, seat: Option<Seat>) -> CommuneSet {
        match zone {
            Zone::France => CommuneSet::range(0..count(self.communes.len())),
            Zone::Region(ix) => CommuneSet::range(self.region(ix).communes.clone()),
            Zone::Departement(ix) => CommuneSet::range(self.departement(ix).communes.clone()),
            Zone::Epci(ix) => self.epci(ix).communes.clone(),
            Zone::Commune(ix) => CommuneSet::range(ix.0..ix.0 + 1),
            Zone::Around { commune, km } => {
                self.communes_around(Seat { commune, point: self.commune(commune).centre }, km)
            }
            Zone::Radius { km } => seat.map(|seat| self.communes_around(seat, km)).unwrap_or_default(),
        }
    }

    fn communes_around(&self, seat: Seat, km: u16) -> CommuneSet {
        // One degree of latitude is 111 km everywhere, one of longitude at most that.
        let reach = f32::from(km) / 111.0 + 0.01;
        let lon_reach = reach / seat.point.lat.to_radians().cos().max(0.1);
        let from = self.by_latitude.partition_point(|(lat, _)| *lat < seat.point.lat - reach);
        let mut members: Vec<u16> = self.by_latitude[from..]
            .iter()
            .take_while(|(lat, _)| *lat <= seat.point.lat + reach)
            .map(|(_, ix)| *ix)
            .filter(|ix| {
                let centre = self.commune(CommuneIx(*ix)).centre;
                (centre.lon - seat.point.lon).abs() <= lon_reach && seat.point.km_to(centre) <= f32::from(km)
            })
            .collect();
        members.push(seat.commune.0);
        CommuneSet::of(members)
    }

    /// The centre of a place: of its commune, else of its population.
    #[must_use]
    pub fn centre(&self, place: &CommuneSet) -> Option<Point> {
        let (mut lon, mut lat, mut sum) = (0.0, 0.0, 0.0);
        for commune in place.iter().map(|ix| self.commune(ix)) {
            let w = f64::from(commune.population.max(1));
            lon += f64::from(commune.centre.lon) * w;
            lat += f64::from(commune.centre.lat) * w;
            sum += w;
        }
        #[expect(clippy::cast_possible_truncation, reason = "degrees fit a float of 32 bits")]
        (sum > 0.0).then(|| Point { lon: (lon / sum) as f32, lat: (lat / sum) as f32 })
    }

    /// How far a point is from the nearest commune of a place, in km.
    #[must_use]
    pub fn km_from(&self, place: &CommuneSet, point: Point) -> Option<f32> {
        let mut nearest: Option<f32> = None;
        for commune in place.iter().map(|ix| self.commune(ix)) {
            // A degree of latitude is 111 km: most communes need no more than this to be left out.
            let at_least = (commune.centre.lat - point.lat).abs() * 111.0;
            if nearest.is_none_or(|km| at_least < km) {
                let km = point.km_to(commune.centre);
                nearest = Some(nearest.map_or(km, |known| known.min(km)));
            }
        }
        nearest
    }

    /// The départements that a set touches.
    pub fn departements_of<'a>(&'a self, set: &'a CommuneSet) -> impl Iterator<Item = DepartementIx> + 'a {
        self.departements_of_ranges(set.as_ranges())
    }

    /// The same of a set that is kept as the ranges of [`CommuneSet::as_ranges`].
    pub fn departements_of_ranges<'a>(
        &'a self,
        ranges: &'a [(u16, u16)],
    ) -> impl Iterator<Item = DepartementIx> + 'a {
        let mut last = None;
        ranges.iter().flat_map(move |(start, end)| {
            let first = self.commune(CommuneIx(*start)).departement.0;
            let end = self.commune(CommuneIx(end - 1)).departement.0;
            let from = if last == Some(first) { first + 1 } else { first };
            last = Some(end);
            (from..=end).map(DepartementIx)
        })
    }
}

/// Where a structure sits: its commune, and its own point or else the commune's centre.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Seat {
    /// The commune.
    pub commune: CommuneIx,
    /// The point that distances are measured from.
    pub point: Point,
}

fn weight(population: u32) -> u64 {
    u64::from(population.max(1))
}

#[expect(clippy::cast_precision_loss, reason = "populations are far below 2^52")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}
