//! A set to show and to measure with: deterministic, invented, and plainly so.
//!
//! The SIREN numbers begin with 000, every name ends with « (exemple) », every address with `.example`.

mod names;
mod numbers;

use crate::Backend;
use crate::clock::timestamp;
use crate::error::{Error, Result};
use crate::imports::{Changed, OnProgress};
use crate::jobs::Work;
use crate::store::Tx;
use crate::write::Deed;
use domain::access::{Action, Actor};
use domain::email::EmailAddress;
use domain::legal::{Ess, Reservation, Share, Vehicle};
use domain::money::Euros;
use domain::need::{AmountRange, Buyer, LotDraft, Need, NeedDraft, NeedKind, NeedStatus};
use domain::sector::{Inference, SectorIx, Sectors};
use domain::siret::Siret;
use domain::structure::{
    Activity, Calendar, ConventionTerms, Kind, KindSet, Network, Standing, Structure, Withdrawals,
};
use domain::territory::{Atlas, CommuneIx, DepartementIx, Place, Zone};
use domain::written::Written;
use jiff::ToSpan;
use numbers::Numbers;

/// A row of the table of Occitanie in 2019: code, establishments, SIAE, conventions, ETP (SESE, DIRECCTE).
pub const OCCITANIE_2019: [(&str, u32, u32, u32, u32); 13] = [
    ("09", 14, 14, 23, 263),
    ("11", 29, 30, 45, 499),
    ("12", 14, 15, 16, 281),
    ("30", 46, 47, 63, 720),
    ("31", 57, 59, 61, 970),
    ("32", 23, 25, 31, 341),
    ("34", 46, 49, 73, 724),
    ("46", 13, 15, 19, 167),
    ("48", 8, 9, 9, 71),
    ("65", 13, 13, 19, 297),
    ("66", 41, 44, 57, 576),
    ("81", 28, 28, 29, 392),
    ("82", 20, 20, 20, 247),
];

/// Hours a month of one full-time job in insertion: 1,600 hours a year.
const HOURS_PER_ETP: u32 = 133;
/// Structures of the handicap family beside the table: one ESAT and one EA for each département.
const HANDICAP: [Kind; 2] = [Kind::Esat, Kind::Ea];
const NEEDS: usize = 40;
/// One SIAE of the demonstration in so many says nothing of what it does.
const SILENT_EVERY: u32 = 9;

/// Kinds of a SIAE with one convention, as often as in the table (191 ACI of 465 conventions, and so on).
const SIAE_KINDS: [Kind; 10] = [
    Kind::Aci,
    Kind::Ei,
    Kind::Aci,
    Kind::Ai,
    Kind::Aci,
    Kind::Ei,
    Kind::Etti,
    Kind::Aci,
    Kind::Ai,
    Kind::Ei,
];
/// Kinds over the country, about as often as in the public files.
const ALL_KINDS: [Kind; 20] = [
    Kind::Aci,
    Kind::Esat,
    Kind::Ei,
    Kind::Aci,
    Kind::Ai,
    Kind::Esat,
    Kind::Aci,
    Kind::Ei,
    Kind::Geiq,
    Kind::Aci,
    Kind::Esat,
    Kind::Etti,
    Kind::Aci,
    Kind::Ai,
    Kind::Ei,
    Kind::Esat,
    Kind::Aci,
    Kind::Geiq,
    Kind::Esat,
    Kind::Ea,
];

/// What every invented structure says of where it comes from.
const SOURCE: &str = "jeu de démonstration";

impl Backend {
    /// Loads the demonstration set of Occitanie: structures, activities, ten buyers and forty open needs.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn demo_load(&self, progress: OnProgress<'_>) -> Result<usize> {
        let structures = occitanie();
        self.demo_structures_write(&structures, progress).await?;
        for need in needs(self) {
            if self.store.need_fetch(need.id).await?.is_some() {
                continue;
            }
            let publish = async |tx: &mut Tx| {
                tx.need_insert(&need).await?;
                tx.need_publish(need.id, &need.draft, self.clock.now()).await?;
                let key = format!("need_tell:{}", need.id);
                tx.work_add(self, &Work::NeedTell { need: need.id }, key).await?;
                Ok(Deed::Kept(()))
            };
            self.write(&Actor::Operator, Action::DemoLoad, need.target(), publish).await?;
        }
        self.index_follow_saved().await;
        Ok(structures.len())
    }

    /// Loads `count` structures over the whole country, for measuring.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn demo_load_country(&self, count: u32, progress: OnProgress<'_>) -> Result<usize> {
        let structures = country(count);
        self.demo_structures_write(&structures, progress).await?;
        Ok(structures.len())
    }
}

impl Backend {
    /// Invented structures never mix with real ones.
    async fn demo_structures_write(&self, structures: &[Structure], progress: OnProgress<'_>) -> Result<()> {
        if self.index.catalogue().structures().any(|entry| entry.structure.source != SOURCE) {
            return Err(Error::Refused(
                "la base contient de vraies structures\u{a0}: la démonstration se charge dans un autre dossier (--data)"
                    .to_owned(),
            ));
        }
        let new = structures.iter().map(|structure| Changed { before: None, after: structure.clone() });
        let again = |structure: &Structure, _: Option<&Structure>| structure.clone();
        self.structures_write(Action::DemoLoad, &new.collect::<Vec<_>>(), &again, progress).await.map(|_| ())
    }
}

/// The structures of the demonstration: per département the establishments, SIAE and conventions of
/// [`OCCITANIE_2019`], and beside them one ESAT and one EA.
#[must_use]
pub fn occitanie() -> Vec<Structure> {
    let mut structures = Vec::new();
    let mut serial = 0;
    for (code, establishments, siae, conventions, etp) in OCCITANIE_2019 {
        let Some(departement) = Atlas::get().departement_by_code(code) else { continue };
        let mut numbers = Numbers::new(u64::from(establishments) * 1_000 + u64::from(etp));
        let mut sites: Vec<CommuneIx> = Vec::new();
        for n in 0..siae {
            serial += 1;
            // More SIAE than establishments: the last ones share the site of the first ones.
            let shares = n >= establishments;
            let at = if shares { sites[(n - establishments) as usize] } else { numbers.commune(departement) };
            sites.push(at);
            let mut kinds: KindSet = [SIAE_KINDS[serial as usize % SIAE_KINDS.len()]].into_iter().collect();
            add_conventions(&mut kinds, extra_conventions(n, siae, conventions));
            let site = if shares { n - establishments } else { n };
            let mut structure = structure(serial, at, kinds, site, &mut numbers);
            structure.hours_per_month = Some(share_of(etp, n, siae) * HOURS_PER_ETP);
            structures.push(if serial % SILENT_EVERY == 0 { silent(structure) } else { structure });
        }
        for (n, kind) in HANDICAP.into_iter().enumerate() {
            serial += 1;
            let at = numbers.commune(departement);
            let site = siae + u32::try_from(n).unwrap_or_default();
            structures.push(structure(serial, at, [kind].into_iter().collect(), site, &mut numbers));
        }
    }
    structures
}

/// `count` structures over the whole country: in communes by population, kinds as in the public files. One in two says
/// nothing of what it does, one of these in twenty is an establishment of another; the others have three activities, on
/// zones of all sizes.
#[must_use]
pub fn country(count: u32) -> Vec<Structure> {
    let mut numbers = Numbers::new(20_261_121);
    let made = (1..=count).map(|serial| {
        let at = numbers.commune_of_france();
        let kinds = [ALL_KINDS[serial as usize % ALL_KINDS.len()]].into_iter().collect();
        let mut structure = structure(serial, at, kinds, serial, &mut numbers);
        if serial % 2 == 0 {
            structure = silent(structure);
        } else {
            while structure.activities.len() < 3 {
                let more = activities(names::trade(&mut numbers), at, ALL_KINDS[0], &mut numbers);
                let is_new = |a: &Activity| structure.activities.iter().all(|b| b.sector != a.sector);
                let first = more.into_iter().find(is_new);
                structure.activities.extend(first);
            }
            structure.activities.truncate(3);
            structure.activities.sort_by_key(|a| (a.sector.slug(), a.mode.code()));
        }
        let cycle = u32::try_from(ALL_KINDS.len()).unwrap_or(1);
        if serial % (2 * cycle) == 0 {
            structure.siret = Siret::with_key(serial - cycle, 2);
        }
        structure
    });
    made.collect()
}

/// A structure of which only name, kinds and place are known, as in the public files.
fn silent(structure: Structure) -> Structure {
    let serial = structure.siret.as_str()[..9].trim_start_matches('0').to_owned();
    Structure {
        name: format!("Association n° {serial} (exemple)"),
        description: String::new(),
        activities: Vec::new(),
        ..structure
    }
}

/// The `n`th share of a total cut into whole parts that differ by one at most.
fn share_of(total: u32, n: u32, parts: u32) -> u32 {
    total * (n + 1) / parts - total * n / parts
}

/// How many conventions beside the first the `n`th SIAE holds, so that they sum to `conventions`.
fn extra_conventions(n: u32, siae: u32, conventions: u32) -> u32 {
    share_of(conventions - siae, n, siae)
}

fn add_conventions(kinds: &mut KindSet, count: u32) {
    for _ in 0..count {
        let next = [Kind::Aci, Kind::Ei, Kind::Ai, Kind::Etti].into_iter().find(|k| !kinds.contains(*k));
        next.into_iter().for_each(|k| kinds.insert(k));
    }
}

fn structure(serial: u32, at: CommuneIx, kinds: KindSet, site: u32, numbers: &mut Numbers) -> Structure {
    let atlas = Atlas::get();
    let commune = atlas.commune(at);
    let trade = names::trade(numbers);
    let kind = kinds.iter().next().unwrap_or(Kind::Aci);
    let siret = Siret::with_key(serial, 1);
    Structure {
        siret,
        name: names::name(trade, serial, numbers),
        brand: String::new(),
        naf: String::new(),
        legal_form: "Association".to_owned(),
        address: format!("{} rue de l’Exemple", site + 1),
        postal_code: commune.postal_codes.split(' ').next().unwrap_or_default().to_owned(),
        town: commune.name.to_owned(),
        commune: commune.code.to_owned(),
        point: None,
        website: String::new(),
        description: trade.description.to_owned(),
        hours_per_month: Some(100 + 50 * numbers.below(20)),
        calendar: Calendar::default(),
        places: None,
        in_qpv: Some(numbers.below(100) < 18),
        contact: EmailAddress::parse(&format!("contact@structure-{serial}.example")).ok(),
        contact_asked: None,
        link_number: 0,
        alerts_stopped: false,
        offers: String::new(),
        vouched_on: None,
        stale_since: None,
        filed_on: None,
        withdrawals: Withdrawals::default(),
        source: SOURCE.to_owned(),
        activities: activities(trade, at, kind, numbers),
        activities_kept: Vec::new(),
        conventions: kinds
            .iter()
            .map(|kind| terms(serial, kind))
            .filter(ConventionTerms::says_something)
            .collect(),
        network: if serial % 25 == 3 { Network::Regie } else { Network::None },
        kinds,
        share: share(serial),
        ess: Ess::Unknown,
        updated_at: timestamp(0),
    }
}

/// One convention in four says its period, one in forty has ended.
fn terms(serial: u32, kind: Kind) -> ConventionTerms {
    let day = |year: i16| jiff::civil::date(year, 12, 31);
    match serial % 40 {
        5 => ConventionTerms { to: Some(day(2025)), ..ConventionTerms::of_kind(kind) },
        n if n % 4 == 1 => ConventionTerms {
            number: format!("EXEMPLE-{serial}"),
            from: Some(day(2024)),
            to: Some(day(2099)),
            etp_hundredths: Some(100 * (4 + serial % 20) + 50),
            ..ConventionTerms::of_kind(kind)
        },
        _ => ConventionTerms::of_kind(kind),
    }
}

/// Two structures in three say their share of workers; one in thirty is below half.
fn share(serial: u32) -> Share {
    let workers = 12 + serial % 40;
    let percent = if serial % 30 == 7 { 40 } else { 55 + serial % 35 };
    match serial % 3 {
        0 => Share::Unknown,
        _ => Share::declared(workers * percent / 100 + 1, workers).unwrap_or_default(),
    }
}

fn activities(trade: &names::Trade, at: CommuneIx, kind: Kind, numbers: &mut Numbers) -> Vec<Activity> {
    let atlas = Atlas::get();
    let commune = atlas.commune(at);
    let mut made: Vec<Activity> = Vec::new();
    for slug in trade.sectors {
        let Ok(sector) = Sectors::get().parse(slug) else { continue };
        let zones = match numbers.below(20) {
            0..=7 => vec![Zone::Radius { km: kind.usual_radius_km() }],
            8..=13 => vec![Zone::Departement(commune.departement)],
            14..=15 => commune.epci.map_or_else(|| vec![Zone::Commune(at)], |e| vec![Zone::Epci(e)]),
            16..=17 => vec![Zone::Commune(at), Zone::Radius { km: 20 }],
            18 => vec![Zone::Radius { km: 100 }],
            _ => vec![Zone::Region(atlas.departement(commune.departement).region)],
        };
        let standing = match numbers.below(10) {
            0..=4 => Standing::Confirmed,
            5..=7 => Standing::Declared,
            _ => Standing::Deduced,
        };
        let because = if standing == Standing::Deduced { trade.word.to_owned() } else { String::new() };
        let mode = kind.usual_mode();
        let zones = zones.into_iter().map(Written::Known).collect();
        made.push(Activity { sector, mode, zones, standing, because, hours_per_month: None, orders: None });
    }
    made.sort_by_key(|a| (a.sector.slug(), a.mode.code()));
    made
}

/// Forty open needs of ten buyers, over the départements of Occitanie; their deadlines follow today.
fn needs(backend: &Backend) -> Vec<Need> {
    let atlas = Atlas::get();
    let today = backend.clock.today();
    let now = backend.clock.now();
    let mut numbers = Numbers::new(40);
    let mut made = Vec::new();
    for n in 0..NEEDS {
        let (title, hours) = names::NEEDS[n % names::NEEDS.len()];
        let with_lots = names::NEEDS_WITH_LOTS.iter().find(|need| need.rank == n);
        let title = with_lots.map_or(title, |need| need.title);
        let buyer = names::BUYERS[n % names::BUYERS.len()];
        let (code, ..) = OCCITANIE_2019[n % OCCITANIE_2019.len()];
        let Some(departement) = atlas.departement_by_code(code) else { continue };
        let place = need_place(n, departement, &mut numbers);
        let days = i64::from(20 + numbers.below(100));
        let Ok(author) =
            EmailAddress::parse(&format!("achats@acheteur-{}.example", n % names::BUYERS.len() + 1))
        else {
            continue;
        };
        let mut draft = NeedDraft {
            kind: NeedKind::ALL[n % 3],
            title: title.to_owned(),
            description: "Besoin du jeu de démonstration\u{a0}: acheteur et montant sont inventés."
                .to_owned(),
            place: place.into(),
            deadline: today.checked_add(days.days()).unwrap_or(today),
            launch: None,
            published: None,
            start: None,
            buyer: Buyer { name: buyer.to_owned(), ..Buyer::default() },
            profile: None,
            questions: Vec::new(),
            attachments: Vec::new(),
            is_defence: false,
            lots: Vec::new(),
            keys_given: 0,
        };
        match with_lots {
            Some(need) => need.lots.iter().for_each(|lot| {
                draft.lot_add(lot_of(lot));
            }),
            None => {
                draft.lot_add(LotDraft {
                    sectors: sectors_of(title),
                    hours_per_month: Some(hours),
                    vehicle: Vehicle::of(Reservation::USUAL[[1, 0, 1, 3, 2][n % 5]]),
                    ..LotDraft::default()
                });
            }
        }
        // Ids of their own, so that loading twice adds nothing.
        let id = uuid::Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0000 + n as u128);
        made.push(Need {
            id,
            author: Some(author),
            account: None,
            organisation: None,
            draft,
            status: NeedStatus::ToConfirm,
            version: 0,
            link_number: 0,
            created_at: now,
            published_at: None,
            ended_at: None,
            withdrawn_at: None,
            awards: Vec::new(),
        });
    }
    made
}

fn sectors_of(title: &str) -> Vec<Written<SectorIx>> {
    Inference::get().of_text(title).into_iter().take(1).map(|i| i.sector.into()).collect()
}

fn lot_of(lot: &names::DemoLot) -> LotDraft {
    LotDraft {
        title: lot.title.to_owned(),
        sectors: lot.sectors.iter().map(|slug| Written::read(slug)).collect(),
        amount: Some(AmountRange { min: Euros::whole(lot.euros / 2), max: Euros::whole(lot.euros) }),
        months: Some(lot.months),
        hours_per_month: Some(lot.hours_per_month),
        vehicle: lot.vehicle,
        ..LotDraft::default()
    }
}

fn need_place(n: usize, departement: DepartementIx, numbers: &mut Numbers) -> Place {
    let commune = numbers.commune(departement);
    let zone = match n % 4 {
        0 => Zone::Departement(departement),
        1 => Atlas::get().commune(commune).epci.map_or(Zone::Commune(commune), Zone::Epci),
        _ => Zone::Commune(commune),
    };
    Place::of(zone).unwrap_or(Place::FRANCE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Table 1 of Occitanie: establishments are sites, SIAE are structures, conventions are conventions.
    #[test]
    fn counts_are_those_of_the_table() {
        let all = occitanie();
        let siae: Vec<&Structure> =
            all.iter().filter(|s| !HANDICAP.iter().any(|k| s.kinds.contains(*k))).collect();
        let mut totals = (0, 0, 0, 0);
        for (code, establishments, count, conventions, etp) in OCCITANIE_2019 {
            let mine: Vec<&&Structure> = siae.iter().filter(|s| s.commune.starts_with(code)).collect();
            let sites: HashSet<(&str, &str)> =
                mine.iter().map(|s| (s.commune.as_str(), s.address.as_str())).collect();
            let kinds: usize = mine.iter().map(|s| s.kinds.iter().count()).sum();
            let hours: u32 = mine.iter().filter_map(|s| s.hours_per_month).sum();
            assert_eq!(sites.len(), establishments as usize, "establishments of {code}");
            assert_eq!(mine.len(), count as usize, "SIAE of {code}");
            assert_eq!(kinds, conventions as usize, "conventions of {code}");
            assert_eq!(hours, etp * HOURS_PER_ETP, "hours of {code}");
            totals = (totals.0 + sites.len(), totals.1 + mine.len(), totals.2 + kinds, totals.3 + etp);
        }
        assert_eq!(totals, (352, 368, 465, 5_548));
    }

    #[test]
    fn twice_the_same() {
        assert_eq!(occitanie(), occitanie());
        assert_eq!(country(500), country(500));
    }

    #[test]
    fn plainly_invented() {
        for s in occitanie().iter().chain(&country(2_000)) {
            assert!(s.siret.as_str().starts_with("000"), "{}", s.siret);
            assert!(s.name.ends_with("(exemple)"), "{}", s.name);
            assert!(s.contact.as_ref().is_some_and(|c| c.as_str().ends_with(".example")));
        }
        let silent = country(2_000).iter().filter(|s| s.activities.is_empty()).count();
        assert_eq!(silent, 1_000);
        assert!(country(2_000).iter().all(|s| matches!(s.activities.len(), 0 | 3)));
        let sirets: HashSet<Siret> = country(5_000).iter().map(|s| s.siret).collect();
        assert_eq!(sirets.len(), 5_000);
    }
}
