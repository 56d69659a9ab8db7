//! The commune of a postal address, as files write it: several of its parts must agree, or nothing is taken.

use super::number::{communes_named, communes_of_postal, departements_of_postal, is_outside};
use super::suggest::fold_place;
use super::{Atlas, CommuneIx, DepartementIx, Point};
use crate::text::one_typo_apart;

/// What a row says of where a structure sits; each part may be missing or wrong.
#[derive(Debug, Clone, Copy, Default)]
pub struct Address<'a> {
    /// Five digits; a CEDEX code serves no commune.
    pub postal_code: &'a str,
    /// The town, as the post writes it.
    pub town: &'a str,
    /// Code of the département.
    pub departement: &'a str,
    /// A point on the map.
    pub point: Option<Point>,
}

/// A point so near to the centre of a commune speaks for it, in km.
const POINT_NEAR_KM: f32 = 20.0;
/// Shortest name that is looked for at the beginning of another.
const TOWN_BEGINNING: usize = 5;

impl Address<'_> {
    /// The commune that the address means; `None` where its parts do not say which one.
    ///
    /// Where the postal code is known: the commune it serves that bears the name of the town, else the commune of that name
    /// in the same département, else the only one it serves, or the nearest to the point. Where it is not: of the communes
    /// of that name, the only one in the département of the row (or of the code), or the only one near the point.
    #[must_use]
    pub fn commune(&self) -> Option<CommuneIx> {
        let atlas = Atlas::get();
        let code = self.postal_code.replace(char::is_whitespace, "");
        let served = communes_of_postal(&code, atlas);
        let town = town_name(self.town);
        let named = communes_named(&town, atlas);
        let among = |communes: &[CommuneIx]| self.only_one(&named, |ix| communes.contains(&ix));
        if let Some(ix) = among(&served) {
            return Some(ix);
        }
        let departements = self.departements(&code, &served);
        let there = |ix: CommuneIx| departements.contains(&atlas.commune(ix).departement);
        self.only_one(&named, there)
            .or_else(|| self.only_one(&named, |ix| self.is_near(ix)))
            .or_else(|| self.of_served(&served, &town))
            .or_else(|| self.of_departements(&departements, &town))
            .or_else(|| self.without_departement(&named, &code))
    }

    /// The départements that the row speaks of: its own, and those of the postal code.
    fn departements(&self, code: &str, served: &[CommuneIx]) -> Vec<DepartementIx> {
        let atlas = Atlas::get();
        let own = atlas.departement_by_code(self.departement.trim());
        let is_told = self.says_departement();
        match (own, served) {
            (own, []) if is_told => own.into_iter().collect(),
            (_, []) => departements_of_postal(code, atlas),
            (own, served) => {
                let of_served = served.iter().map(|ix| atlas.commune(*ix).departement);
                own.into_iter().chain(of_served).collect()
            }
        }
    }

    /// Whether the row names a département, known or not; files write `00` for none.
    fn says_departement(&self) -> bool {
        !self.departement.trim().trim_matches('0').is_empty()
    }

    /// The only one of the communes that holds; of several, the nearest to a point that is near.
    fn only_one(&self, communes: &[CommuneIx], holds: impl Fn(CommuneIx) -> bool) -> Option<CommuneIx> {
        let mut held: Vec<CommuneIx> = communes.iter().copied().filter(|ix| holds(*ix)).collect();
        held.sort_unstable();
        held.dedup();
        match held.as_slice() {
            [one] => Some(*one),
            _ => self.nearest(&held).filter(|ix| self.is_near(*ix)),
        }
    }

    fn km_to(&self, ix: CommuneIx) -> Option<f32> {
        self.point.map(|point| point.km_to(Atlas::get().commune(ix).centre))
    }

    fn is_near(&self, ix: CommuneIx) -> bool {
        self.km_to(ix).is_some_and(|km| km <= POINT_NEAR_KM)
    }

    fn nearest(&self, communes: &[CommuneIx]) -> Option<CommuneIx> {
        let with_km = communes.iter().filter_map(|ix| Some((self.km_to(*ix)?, *ix)));
        with_km.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, ix)| ix)
    }

    /// A commune of a postal code whose name is not that of the town: a hamlet, a name with a typo or cut short.
    fn of_served(&self, served: &[CommuneIx], town: &str) -> Option<CommuneIx> {
        if let [one] = served {
            return Some(*one);
        }
        let alike = |ix: CommuneIx| {
            let name = fold_place(Atlas::get().commune(ix).name);
            !town.is_empty() && (one_typo_apart(&name, town) || name.starts_with(&format!("{town} ")))
        };
        self.only_one(served, alike).or_else(|| self.nearest(served))
    }

    /// « Ancenis » of Ancenis-Saint-Géréon, « Cergy-Pontoise » of Cergy: the only one of the département whose name begins
    /// so, or so begins the town.
    fn of_departements(&self, departements: &[DepartementIx], town: &str) -> Option<CommuneIx> {
        let atlas = Atlas::get();
        if town.len() < TOWN_BEGINNING {
            return None;
        }
        let communes = departements.iter().flat_map(|ix| atlas.departement(*ix).communes.clone());
        let begins =
            |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with(' '));
        let alike = communes.map(CommuneIx).filter(|ix| {
            let name = fold_place(atlas.commune(*ix).name);
            begins(&name, town) || (name.len() >= TOWN_BEGINNING && begins(town, &name))
        });
        self.only_one(&alike.collect::<Vec<_>>(), |_| true)
    }

    /// Where nothing tells the département, the only commune of that name is meant; a code of elsewhere tells.
    fn without_departement(&self, named: &[CommuneIx], code: &str) -> Option<CommuneIx> {
        let is_told = self.says_departement() || is_outside(code);
        let departements = departements_of_postal(code, Atlas::get());
        self.only_one(named, |_| true).filter(|_| !is_told && departements.is_empty())
    }
}

/// The town of an address without what the post adds to it: CEDEX, the number of an arrondissement or of a CEDEX.
fn town_name(town: &str) -> String {
    let folded = fold_place(town);
    let is_name = |word: &&str| *word != "cedex" && !word.starts_with(|c: char| c.is_ascii_digit());
    folded.split(' ').take_while(is_name).collect::<Vec<_>>().join(" ")
}
