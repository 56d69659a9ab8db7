//! Structures, their conventions and activities.

use super::{ChangeKind, Store, Tx, on_read, on_tx};
use crate::clock::{day_in_paris, timestamp};
use crate::error::Result;
use domain::access::Holder;
use domain::cpv::Cpv;
use domain::email::EmailAddress;
use domain::legal::{Ess, Evidence, Share};
use domain::money::Euros;
use domain::sector::Sectors;
use domain::siret::Siret;
use domain::structure::{
    Activity, ActivityKept, Calendar, ConventionTerms, Kind, Mode, Network, OrderTerms, Standing, Structure,
    Withdrawals,
};
use domain::territory::{Point, zones_print, zones_stored};
use sqlx::QueryBuilder;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

const STRUCTURE_LIST: &str = "SELECT siret, name, brand, naf, legal_form, address, postal_code, town, commune, lon, lat, website, \
     description, hours_per_month, calendar, places, in_qpv, contact, alerts_stopped_at, source, updated_at, \
     share_concerned, share_workers, share_attested, share_counted_on, ess, network, link_number, contact_asked, \
     offers, vouched_at, stale_since, filed_at, opposed_at, suspended_why, merged_into FROM structure";
const STRUCTURE_FETCH: &str = "SELECT siret, name, brand, naf, legal_form, address, postal_code, town, commune, lon, lat, website, \
     description, hours_per_month, calendar, places, in_qpv, contact, alerts_stopped_at, source, updated_at, \
     share_concerned, share_workers, share_attested, share_counted_on, ess, network, link_number, contact_asked, \
     offers, vouched_at, stale_since, filed_at, opposed_at, suspended_why, merged_into FROM structure WHERE siret = $1";
// Taken before reading what will be written back: on PostgreSQL it holds the row, SQLite's writer is alone anyway.
const STRUCTURE_HOLD: &str = "UPDATE structure SET updated_at = updated_at WHERE siret = $1";
// The first convention of each kind, and the others.
const CONVENTION_OF: &str = "SELECT siret, kind, number, starts_on, ends_on, etp_hundredths, proof FROM convention WHERE siret = $1 \
     UNION ALL SELECT siret, kind, number, starts_on, ends_on, etp_hundredths, proof FROM convention_more WHERE siret = $1";
const CONVENTION_ALL: &str = "SELECT siret, kind, number, starts_on, ends_on, etp_hundredths, proof FROM convention \
     UNION ALL SELECT siret, kind, number, starts_on, ends_on, etp_hundredths, proof FROM convention_more";
const ACTIVITY_OF: &str = "SELECT siret, sector, mode, zones, standing, because, hours_per_month, minimum_order, cpv FROM activity WHERE siret = $1 ORDER BY sector, mode";
const ACTIVITY_ALL: &str = "SELECT siret, sector, mode, zones, standing, because, hours_per_month, minimum_order, cpv FROM activity ORDER BY siret, sector, mode";
// Rows follow, then what happens to those that are there. Another contact gets links of its own, and starts without the stop
// of the one before. What takes a structure out is not written here: no file and no form of its page brings it back.
const STRUCTURE_INSERT: &str = "INSERT INTO structure (siret, name, brand, naf, legal_form, address, postal_code, town, commune, lon, lat, \
     website, description, hours_per_month, calendar, places, in_qpv, contact, alerts_stopped_at, source, created_at, updated_at, \
     share_concerned, share_workers, share_attested, share_counted_on, ess, network) ";
const STRUCTURE_OVER: &str = " ON CONFLICT (siret) DO UPDATE SET name = excluded.name, brand = excluded.brand, naf = excluded.naf, \
     legal_form = excluded.legal_form, address = excluded.address, postal_code = excluded.postal_code, town = excluded.town, \
     commune = excluded.commune, lon = excluded.lon, lat = excluded.lat, website = excluded.website, \
     description = excluded.description, hours_per_month = excluded.hours_per_month, calendar = excluded.calendar, places = excluded.places, in_qpv = excluded.in_qpv, \
     contact = excluded.contact, \
     link_number = structure.link_number + CASE WHEN excluded.contact IS NOT NULL AND lower(structure.contact) IS DISTINCT FROM lower(excluded.contact) THEN 1 ELSE 0 END, \
     alerts_stopped_at = CASE WHEN excluded.alerts_stopped_at IS NULL OR lower(structure.contact) IS DISTINCT FROM lower(excluded.contact) THEN NULL ELSE COALESCE(structure.alerts_stopped_at, excluded.alerts_stopped_at) END, source = excluded.source, \
     updated_at = excluded.updated_at, share_concerned = excluded.share_concerned, share_workers = excluded.share_workers, \
     share_attested = excluded.share_attested, share_counted_on = excluded.share_counted_on, ess = excluded.ess, network = excluded.network";
const CONVENTION_INSERT: &str =
    "INSERT INTO convention (siret, kind, number, starts_on, ends_on, etp_hundredths, proof) ";
const ACTIVITY_INSERT: &str = "INSERT INTO activity (siret, sector, mode, zones, standing, because, hours_per_month, minimum_order, cpv, updated_at) ";
const ACTIVITY_OVER: &str = " ON CONFLICT (siret, sector, mode) DO UPDATE SET zones = excluded.zones, \
     standing = excluded.standing, because = excluded.because, hours_per_month = excluded.hours_per_month, \
     minimum_order = excluded.minimum_order, cpv = excluded.cpv, updated_at = excluded.updated_at";
const CONVENTION_MORE_INSERT: &str =
    "INSERT INTO convention_more (siret, kind, rank, number, starts_on, ends_on, etp_hundredths, proof) ";
const CONVENTION_CLEAR: &str = "DELETE FROM convention WHERE siret = $1";
const CONVENTION_MORE_CLEAR: &str = "DELETE FROM convention_more WHERE siret = $1";
const ACTIVITY_CLEAR: &str = "DELETE FROM activity WHERE siret = $1";
const CONTACT_ASK: &str = "UPDATE structure SET contact_asked = $2 WHERE siret = $1";
const STRUCTURE_LINK_NUMBER: &str = "SELECT link_number FROM structure WHERE siret = $1";
const STRUCTURE_LINKS_REVOKE: &str = "UPDATE structure SET link_number = link_number + 1 WHERE siret = $1";
const STRUCTURE_ALERTS_RESUME: &str =
    "UPDATE structure SET alerts_stopped_at = NULL, updated_at = $2 WHERE siret = $1";
const STRUCTURE_ALERTS_STOP: &str = "UPDATE structure SET alerts_stopped_at = $2, updated_at = $2 WHERE siret = $1 AND alerts_stopped_at IS NULL";
const STRUCTURE_VOUCH: &str = "UPDATE structure SET vouched_at = $2, stale_since = NULL WHERE siret = $1";
const STRUCTURE_STALE_LIST: &str = "SELECT siret FROM structure WHERE vouched_at < $1 AND stale_since IS NULL ORDER BY vouched_at, siret LIMIT $2";
const STRUCTURE_STALE_SET: &str =
    "UPDATE structure SET stale_since = $2 WHERE siret = $1 AND vouched_at < $3 AND stale_since IS NULL";
const STRUCTURE_OFFERS_SET: &str = "UPDATE structure SET offers = $2, updated_at = $3 WHERE siret = $1";
const STRUCTURE_COUNT: &str = "SELECT COUNT(*) FROM structure";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("STRUCTURE_LIST", STRUCTURE_LIST),
    ("STRUCTURE_FETCH", STRUCTURE_FETCH),
    ("STRUCTURE_HOLD", STRUCTURE_HOLD),
    ("CONVENTION_OF", CONVENTION_OF),
    ("CONVENTION_ALL", CONVENTION_ALL),
    ("ACTIVITY_OF", ACTIVITY_OF),
    ("ACTIVITY_ALL", ACTIVITY_ALL),
    ("CONTACT_ASK", CONTACT_ASK),
    ("STRUCTURE_LINK_NUMBER", STRUCTURE_LINK_NUMBER),
    ("STRUCTURE_LINKS_REVOKE", STRUCTURE_LINKS_REVOKE),
    ("STRUCTURE_ALERTS_RESUME", STRUCTURE_ALERTS_RESUME),
    ("CONVENTION_CLEAR", CONVENTION_CLEAR),
    ("CONVENTION_MORE_CLEAR", CONVENTION_MORE_CLEAR),
    ("ACTIVITY_CLEAR", ACTIVITY_CLEAR),
    ("STRUCTURE_ALERTS_STOP", STRUCTURE_ALERTS_STOP),
    ("STRUCTURE_VOUCH", STRUCTURE_VOUCH),
    ("STRUCTURE_STALE_LIST", STRUCTURE_STALE_LIST),
    ("STRUCTURE_STALE_SET", STRUCTURE_STALE_SET),
    ("STRUCTURE_OFFERS_SET", STRUCTURE_OFFERS_SET),
    ("STRUCTURE_COUNT", STRUCTURE_COUNT),
];

/// Before every moment at which a row was written.
const NEVER: i64 = -1;
/// Rows of one statement: of the widest table some five thousand values, where SQLite takes 32,766.
const ROWS: usize = 200;

#[derive(sqlx::FromRow)]
struct StructureRow {
    siret: String,
    name: String,
    brand: String,
    naf: String,
    legal_form: String,
    address: String,
    postal_code: String,
    town: String,
    commune: String,
    lon: Option<f64>,
    lat: Option<f64>,
    website: String,
    description: String,
    hours_per_month: Option<i64>,
    calendar: String,
    places: Option<i64>,
    in_qpv: Option<bool>,
    contact: Option<String>,
    alerts_stopped_at: Option<i64>,
    source: String,
    updated_at: i64,
    share_concerned: Option<i64>,
    share_workers: Option<i64>,
    share_attested: Option<bool>,
    share_counted_on: Option<String>,
    ess: String,
    network: String,
    link_number: i64,
    contact_asked: Option<String>,
    offers: String,
    vouched_at: Option<i64>,
    stale_since: Option<i64>,
    filed_at: Option<i64>,
    opposed_at: Option<i64>,
    suspended_why: Option<String>,
    merged_into: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ConventionRow {
    siret: String,
    kind: String,
    number: String,
    starts_on: Option<String>,
    ends_on: Option<String>,
    etp_hundredths: Option<i64>,
    proof: String,
}

impl ConventionRow {
    /// `None` when its kind is not one, which the store never writes.
    fn to_domain(&self) -> Option<ConventionTerms> {
        let day = |text: &Option<String>| text.as_deref().and_then(domain::date::parse);
        Some(ConventionTerms {
            kind: Kind::parse(&self.kind)?,
            number: self.number.clone(),
            from: day(&self.starts_on),
            to: day(&self.ends_on),
            etp_hundredths: self.etp_hundredths.and_then(|n| u32::try_from(n).ok()),
            proof: self.proof.clone(),
        })
    }
}

#[derive(sqlx::FromRow)]
struct ActivityRow {
    siret: String,
    sector: String,
    mode: String,
    zones: String,
    standing: String,
    because: String,
    hours_per_month: Option<i64>,
    minimum_order: Option<i64>,
    cpv: String,
}

impl StructureRow {
    /// `None` when the stored SIRET is not one, which the store never writes.
    fn into_domain(self, held: &[ConventionRow], activities: Vec<ActivityRow>) -> Option<Structure> {
        #[expect(clippy::cast_possible_truncation, reason = "degrees fit a float of 32 bits")]
        let point = self.lon.zip(self.lat).and_then(|(lon, lat)| Point::new(lon as f32, lat as f32));
        let (activities, activities_kept) = activities_of(activities);
        Some(Structure {
            siret: Siret::kept(&self.siret)?,
            name: self.name,
            brand: self.brand,
            naf: self.naf,
            legal_form: self.legal_form,
            address: self.address,
            postal_code: self.postal_code,
            town: self.town,
            commune: self.commune,
            point,
            website: self.website,
            description: self.description,
            hours_per_month: self.hours_per_month.and_then(|h| u32::try_from(h).ok()),
            calendar: Calendar::read(&self.calendar),
            places: self.places.and_then(|p| u32::try_from(p).ok()),
            in_qpv: self.in_qpv,
            contact: self.contact.and_then(|c| EmailAddress::parse(&c).ok()),
            contact_asked: self.contact_asked.and_then(|c| EmailAddress::parse(&c).ok()),
            link_number: self.link_number,
            alerts_stopped: self.alerts_stopped_at.is_some(),
            withdrawals: Withdrawals {
                is_opposed: self.opposed_at.is_some(),
                suspended: self.suspended_why,
                merged_into: self.merged_into.as_deref().and_then(Siret::kept),
            },
            source: self.source,
            kinds: held.iter().filter_map(|row| Kind::parse(&row.kind)).collect(),
            conventions: terms_of(held),
            network: Network::parse(&self.network).unwrap_or_default(),
            activities,
            activities_kept,
            share: share_of(
                self.share_concerned,
                self.share_workers,
                self.share_attested,
                self.share_counted_on,
            ),
            ess: Ess::parse(&self.ess).unwrap_or_default(),
            offers: self.offers,
            vouched_on: self.vouched_at.map(day_in_paris),
            stale_since: self.stale_since.map(day_in_paris),
            filed_on: self.filed_at.map(day_in_paris),
            updated_at: timestamp(self.updated_at),
        })
    }
}

impl ActivityRow {
    /// `None` when its sector left the reference data since it was written, or a newer build wrote it.
    fn to_domain(&self) -> Option<Activity> {
        Some(Activity {
            sector: Sectors::get().parse(&self.sector).ok()?,
            mode: Mode::parse(&self.mode)?,
            zones: zones_stored(&self.zones),
            standing: Standing::parse(&self.standing)?,
            because: self.because.clone(),
            hours_per_month: self.hours(),
            orders: self.orders(),
        })
    }

    fn into_kept(self) -> ActivityKept {
        let (hours_per_month, orders) = (self.hours(), self.orders());
        let Self { sector, mode, zones, standing, because, .. } = self;
        ActivityKept { sector, mode, zones, standing, because, hours_per_month, orders }
    }

    fn orders(&self) -> Option<Box<OrderTerms>> {
        let minimum = self.minimum_order.and_then(|cents| u64::try_from(cents).ok()).map(Euros::of_cents);
        OrderTerms { minimum, cpv: Cpv::all_in(&self.cpv) }.said()
    }

    fn hours(&self) -> Option<u32> {
        self.hours_per_month.and_then(|h| u32::try_from(h).ok())
    }
}

/// The activities of rows, and those that are kept as they were written.
fn activities_of(rows: Vec<ActivityRow>) -> (Vec<Activity>, Vec<ActivityKept>) {
    let (mut activities, mut kept) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        match row.to_domain() {
            Some(activity) => activities.push(activity),
            None => kept.push(row.into_kept()),
        }
    }
    (activities, kept)
}

/// What the columns of an activity hold, but for the structure's number.
struct ActivityColumns<'a> {
    zones: Cow<'a, str>,
    standing: &'a str,
    because: &'a str,
    hours_per_month: Option<u32>,
    orders: Option<&'a OrderTerms>,
}

impl ActivityColumns<'_> {
    fn minimum_order(&self) -> Option<i64> {
        self.orders.and_then(|orders| orders.minimum).and_then(|euros| i64::try_from(euros.cents()).ok())
    }

    fn cpv(&self) -> String {
        self.orders.map(OrderTerms::codes).unwrap_or_default()
    }
}

/// The rows of the activities of a structure, by sector and mode.
fn activity_columns(s: &Structure) -> impl Iterator<Item = ((&str, &str), ActivityColumns<'_>)> {
    let kept = s.activities_kept.iter().map(|a| {
        let columns = ActivityColumns {
            zones: Cow::Borrowed(&*a.zones),
            standing: &a.standing,
            because: &a.because,
            hours_per_month: a.hours_per_month,
            orders: a.orders.as_deref(),
        };
        ((&*a.sector, &*a.mode), columns)
    });
    let known = s.activities.iter().map(|a| {
        let columns = ActivityColumns {
            zones: Cow::Owned(zones_print(&a.zones)),
            standing: a.standing.code(),
            because: &a.because,
            hours_per_month: a.hours_per_month,
            orders: a.orders.as_deref(),
        };
        ((a.sector.slug(), a.mode.code()), columns)
    });
    kept.chain(known)
}

/// What is known of conventions, in their order.
fn terms_of(held: &[ConventionRow]) -> Vec<ConventionTerms> {
    let known = held.iter().filter_map(ConventionRow::to_domain);
    let mut known: Vec<ConventionTerms> = known.filter(ConventionTerms::says_something).collect();
    ConventionTerms::sort(&mut known);
    known
}

fn share_of(
    concerned: Option<i64>,
    workers: Option<i64>,
    attested: Option<bool>,
    on: Option<String>,
) -> Share {
    let number = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok());
    let (Some(concerned), Some(workers)) = (number(concerned), number(workers)) else {
        return Share::Unknown;
    };
    let evidence = if attested == Some(true) { Evidence::Attested } else { Evidence::Declared };
    Share::Known { concerned, workers, evidence, on: on.as_deref().and_then(domain::date::parse) }
}

/// The columns of a share: concerned, workers, attested, day.
fn share_columns(share: Share) -> (Option<i64>, Option<i64>, Option<bool>, Option<String>) {
    match share {
        Share::Unknown => (None, None, None, None),
        Share::Known { concerned, workers, evidence, on } => (
            Some(i64::from(concerned)),
            Some(i64::from(workers)),
            Some(evidence == Evidence::Attested),
            on.map(|day| day.to_string()),
        ),
    }
}

fn by_siret<T>(rows: Vec<T>, siret: impl Fn(&T) -> &String) -> HashMap<String, Vec<T>> {
    let mut map: HashMap<String, Vec<T>> = HashMap::new();
    for row in rows {
        map.entry(siret(&row).clone()).or_default().push(row);
    }
    map
}

impl Store {
    /// A structure; `None` when there is none of this SIRET.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn structure_fetch(&self, siret: Siret) -> Result<Option<Structure>> {
        let key = siret.as_str();
        let row: Option<StructureRow> =
            on_read!(self, c => sqlx::query_as(STRUCTURE_FETCH).bind(key).fetch_optional(c).await)?;
        let Some(row) = row else { return Ok(None) };
        let held: Vec<ConventionRow> =
            on_read!(self, c => sqlx::query_as(CONVENTION_OF).bind(key).fetch_all(c).await)?;
        let activities: Vec<ActivityRow> =
            on_read!(self, c => sqlx::query_as(ACTIVITY_OF).bind(key).fetch_all(c).await)?;
        Ok(row.into_domain(&held, activities))
    }

    /// Every structure.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn structure_list(&self) -> Result<Vec<Structure>> {
        let rows: Vec<StructureRow> = on_read!(self, c => sqlx::query_as(STRUCTURE_LIST).fetch_all(c).await)?;
        let held: Vec<ConventionRow> =
            on_read!(self, c => sqlx::query_as(CONVENTION_ALL).fetch_all(c).await)?;
        let activities: Vec<ActivityRow> =
            on_read!(self, c => sqlx::query_as(ACTIVITY_ALL).fetch_all(c).await)?;
        let held = by_siret(held, |row| &row.siret);
        let mut activities = by_siret(activities, |a| &a.siret);
        let whole = rows.into_iter().filter_map(|row| {
            let mine = activities.remove(&row.siret).unwrap_or_default();
            let held = held.get(&row.siret).map_or(&[][..], Vec::as_slice);
            row.into_domain(held, mine)
        });
        Ok(whole.collect())
    }

    /// The number of the links of a holder; 0 when there is no such holder.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn link_number(&self, holder: Holder) -> Result<i64> {
        let number: Option<i64> = match holder {
            Holder::Author(need) => {
                on_read!(self, c => sqlx::query_scalar(super::needs::NEED_LINK_NUMBER).bind(need).fetch_optional(c).await)?
            }
            Holder::Structure(siret) => {
                on_read!(self, c => sqlx::query_scalar(STRUCTURE_LINK_NUMBER).bind(siret.as_str()).fetch_optional(c).await)?
            }
            // Used once, for minutes or days: nothing to revoke.
            Holder::SignIn(_) | Holder::Administrator(_) => None,
        };
        Ok(number.unwrap_or_default())
    }

    /// Structures that last vouched for their page before a moment, and of which that is not kept yet; so many at most.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn structure_stale_list(&self, vouched_before: i64, limit: i64) -> Result<Vec<Siret>> {
        let sirets: Vec<String> = on_read!(self, c => sqlx::query_scalar(STRUCTURE_STALE_LIST).bind(vouched_before)
            .bind(limit).fetch_all(c).await)?;
        Ok(sirets.iter().filter_map(|siret| Siret::kept(siret)).collect())
    }

    /// How many structures there are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn structure_count(&self) -> Result<i64> {
        Ok(on_read!(self, c => sqlx::query_scalar(STRUCTURE_COUNT).fetch_one(c).await)?)
    }
}

impl Tx {
    /// A structure, held: nobody else writes it before this transaction ends.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn structure_hold(&mut self, siret: Siret) -> Result<Option<Structure>> {
        let key = siret.as_str();
        on_tx!(self, c => sqlx::query(STRUCTURE_HOLD).bind(key).execute(c).await.map(|_| ()))?;
        let row: Option<StructureRow> =
            on_tx!(self, c => sqlx::query_as(STRUCTURE_FETCH).bind(key).fetch_optional(c).await)?;
        let Some(row) = row else { return Ok(None) };
        let held: Vec<ConventionRow> =
            on_tx!(self, c => sqlx::query_as(CONVENTION_OF).bind(key).fetch_all(c).await)?;
        let activities: Vec<ActivityRow> =
            on_tx!(self, c => sqlx::query_as(ACTIVITY_OF).bind(key).fetch_all(c).await)?;
        Ok(row.into_domain(&held, activities))
    }

    /// Writes a structure whole: its row, its conventions, its activities. The caller pushes the change to
    /// the outbox (once for a batch).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn structure_save(&mut self, structure: &Structure, now: i64) -> Result<()> {
        self.structure_upsert(structure, None, now).await.map(|_| ())
    }

    /// The same, only over what was last written at `written_at`; `false` when somebody else wrote it meanwhile, and nothing
    /// was written.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn structure_save_over(
        &mut self,
        structure: &Structure,
        written_at: i64,
        now: i64,
    ) -> Result<bool> {
        self.structure_upsert(structure, Some(written_at), now).await
    }

    /// Writes structures that are not there yet, many in one statement; which ones were written: the others were there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn structures_insert(&mut self, new: &[&Structure], now: i64) -> Result<HashSet<String>> {
        let mut written = HashSet::with_capacity(new.len());
        for rows in new.chunks(ROWS) {
            let sirets = self.structure_rows(rows, Some(NEVER), now).await?;
            written.extend(sirets);
        }
        let fresh: Vec<&Structure> =
            new.iter().copied().filter(|s| written.contains(s.siret.as_str())).collect();
        self.conventions_insert(&fresh).await?;
        self.activities_insert(&fresh, now).await?;
        Ok(written)
    }

    async fn structure_upsert(&mut self, s: &Structure, only_over: Option<i64>, now: i64) -> Result<bool> {
        if self.structure_rows(&[s], only_over, now).await?.is_empty() {
            return Ok(false);
        }
        let siret = s.siret.as_str();
        for clear in [CONVENTION_CLEAR, CONVENTION_MORE_CLEAR] {
            on_tx!(self, c => sqlx::query(clear).bind(siret).execute(c).await.map(|_| ()))?;
        }
        self.conventions_insert(&[s]).await?;
        self.activities_replace(s, now).await?;
        Ok(true)
    }

    /// Writes the rows of structures, over what was last written at `only_over` (`None`: over anything); the SIRET of those
    /// that were written.
    async fn structure_rows(
        &mut self,
        rows: &[&Structure],
        only_over: Option<i64>,
        now: i64,
    ) -> Result<Vec<String>> {
        let written = on_tx!(self, c => {
            let mut query = QueryBuilder::new(STRUCTURE_INSERT);
            query.push_values(rows, |mut row, s| {
                let (concerned, workers, attested, counted_on) = share_columns(s.share);
                row.push_bind(s.siret.as_str()).push_bind(&*s.name).push_bind(&*s.brand).push_bind(&*s.naf)
                    .push_bind(&*s.legal_form).push_bind(&*s.address).push_bind(&*s.postal_code).push_bind(&*s.town)
                    .push_bind(&*s.commune).push_bind(s.point.map(|p| f64::from(p.lon)))
                    .push_bind(s.point.map(|p| f64::from(p.lat))).push_bind(&*s.website).push_bind(&*s.description)
                    .push_bind(s.hours_per_month.map(i64::from)).push_bind(s.calendar.to_string())
                    .push_bind(s.places.map(i64::from))
                    .push_bind(s.in_qpv).push_bind(s.contact.as_ref().map(|c| c.as_str().to_owned()))
                    .push_bind(s.alerts_stopped.then_some(now)).push_bind(&*s.source).push_bind(now).push_bind(now)
                    .push_bind(concerned).push_bind(workers).push_bind(attested).push_bind(counted_on)
                    .push_bind(s.ess.code()).push_bind(s.network.code());
            });
            query.push(STRUCTURE_OVER);
            if let Some(at) = only_over {
                query.push(" WHERE structure.updated_at = ").push_bind(at);
            }
            query.push(" RETURNING siret");
            query.build_query_scalar::<String>().fetch_all(c).await
        })?;
        Ok(written)
    }

    async fn conventions_insert(&mut self, of: &[&Structure]) -> Result<()> {
        let held = of.iter().flat_map(|s| s.kinds.iter().map(move |kind| (s.siret.as_str(), kind, *s)));
        let mut first: Vec<(&str, ConventionTerms)> = Vec::new();
        let mut more: Vec<(&str, i64, ConventionTerms)> = Vec::new();
        for (siret, kind, s) in held {
            let mut known = s.conventions_of(kind).cloned();
            first.push((siret, known.next().unwrap_or_else(|| ConventionTerms::of_kind(kind))));
            more.extend((1..).zip(known).map(|(rank, terms)| (siret, rank, terms)));
        }
        let day = |date: Option<jiff::civil::Date>| date.map(|d| d.to_string());
        for rows in first.chunks(ROWS) {
            on_tx!(self, c => {
                let mut query = QueryBuilder::new(CONVENTION_INSERT);
                query.push_values(rows, |mut row, (siret, terms)| {
                    row.push_bind(*siret).push_bind(terms.kind.code()).push_bind(&*terms.number)
                        .push_bind(day(terms.from)).push_bind(day(terms.to))
                        .push_bind(terms.etp_hundredths.map(i64::from)).push_bind(&*terms.proof);
                });
                query.push(" ON CONFLICT (siret, kind) DO NOTHING");
                query.build().execute(c).await.map(|_| ())
            })?;
        }
        for rows in more.chunks(ROWS) {
            on_tx!(self, c => {
                let mut query = QueryBuilder::new(CONVENTION_MORE_INSERT);
                query.push_values(rows, |mut row, (siret, rank, terms)| {
                    row.push_bind(*siret).push_bind(terms.kind.code()).push_bind(*rank).push_bind(&*terms.number)
                        .push_bind(day(terms.from)).push_bind(day(terms.to))
                        .push_bind(terms.etp_hundredths.map(i64::from)).push_bind(&*terms.proof);
                });
                query.build().execute(c).await.map(|_| ())
            })?;
        }
        Ok(())
    }

    /// Writes the activities of a structure in place of those it had.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn activities_replace(&mut self, s: &Structure, now: i64) -> Result<()> {
        let siret = s.siret.as_str();
        on_tx!(self, c => sqlx::query(ACTIVITY_CLEAR).bind(siret).execute(c).await.map(|_| ()))?;
        self.activities_insert(&[s], now).await
    }

    async fn activities_insert<'a>(&mut self, of: &[&'a Structure], now: i64) -> Result<()> {
        // One row for each sector and mode: a statement cannot write the same row twice.
        let of_structure = |s: &&'a Structure| {
            let siret = s.siret.as_str();
            activity_columns(s).map(move |((sector, mode), columns)| ((siret, sector, mode), columns))
        };
        let each: BTreeMap<(&str, &str, &str), ActivityColumns<'_>> =
            of.iter().flat_map(of_structure).collect();
        let each: Vec<_> = each.into_iter().collect();
        for rows in each.chunks(ROWS) {
            on_tx!(self, c => {
                let mut query = QueryBuilder::new(ACTIVITY_INSERT);
                query.push_values(rows, |mut row, ((siret, sector, mode), a)| {
                    row.push_bind(*siret).push_bind(*sector).push_bind(*mode).push_bind(&*a.zones)
                        .push_bind(a.standing).push_bind(a.because)
                        .push_bind(a.hours_per_month.map(i64::from)).push_bind(a.minimum_order()).push_bind(a.cpv())
                        .push_bind(now);
                });
                query.push(ACTIVITY_OVER);
                query.build().execute(c).await.map(|_| ())
            })?;
        }
        Ok(())
    }

    /// Keeps that a file wrote structures.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn structures_filed(&mut self, sirets: &[String], now: i64) -> Result<()> {
        for some in sirets.chunks(ROWS) {
            on_tx!(self, c => {
                let mut query = QueryBuilder::new("UPDATE structure SET filed_at = ");
                query.push_bind(now).push(" WHERE siret IN (");
                let mut list = query.separated(", ");
                some.iter().for_each(|siret| { list.push_bind(siret.as_str()); });
                query.push(")");
                query.build().execute(c).await.map(|_| ())
            })?;
        }
        Ok(())
    }

    /// Keeps that a structure vouched for its page: it is right as of now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn structure_vouch(&mut self, siret: Siret, now: i64) -> Result<()> {
        let key = siret.as_str();
        on_tx!(self, c => sqlx::query(STRUCTURE_VOUCH).bind(key).bind(now).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps that the page of a structure is out of date; `false` when it has vouched for it meanwhile, or it was already.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn structure_stale_set(&mut self, siret: Siret, now: i64, vouched_before: i64) -> Result<bool> {
        let key = siret.as_str();
        let set = on_tx!(self, c => sqlx::query(STRUCTURE_STALE_SET).bind(key).bind(now).bind(vouched_before)
            .execute(c).await.map(|r| r.rows_affected()))?;
        Ok(set > 0)
    }

    /// Writes the names of what a structure sells, as searches find them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn structure_offers_set(&mut self, siret: Siret, offers: &str, now: i64) -> Result<()> {
        let key = siret.as_str();
        on_tx!(self, c => sqlx::query(STRUCTURE_OFFERS_SET).bind(key).bind(offers).bind(now).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps the address that is to be confirmed before it becomes the contact; `None` when none is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn contact_ask(&mut self, siret: Siret, asked: Option<&EmailAddress>) -> Result<()> {
        let asked = asked.map(EmailAddress::as_str);
        on_tx!(self, c => sqlx::query(CONTACT_ASK).bind(siret.as_str()).bind(asked).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Raises the number of the links of a holder: those that were sent so far are good no more.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] when there is no such holder.
    pub async fn link_number_raise(&mut self, holder: Holder) -> Result<()> {
        let raised = match holder {
            Holder::Author(need) => {
                on_tx!(self, c => sqlx::query(super::needs::NEED_LINKS_REVOKE).bind(need).execute(c).await.map(|r| r.rows_affected()))?
            }
            Holder::Structure(siret) => {
                on_tx!(self, c => sqlx::query(STRUCTURE_LINKS_REVOKE).bind(siret.as_str()).execute(c).await.map(|r| r.rows_affected()))?
            }
            Holder::SignIn(_) | Holder::Administrator(_) => 0,
        };
        if raised == 0 { Err(crate::error::Error::NotFound) } else { Ok(()) }
    }

    /// Has the mails of a structure sent again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn structure_alerts_resume(&mut self, siret: Siret, now: i64) -> Result<()> {
        let key = siret.as_str();
        on_tx!(self, c => sqlx::query(STRUCTURE_ALERTS_RESUME).bind(key).bind(now).execute(c).await.map(|_| ()))?;
        self.outbox_push(ChangeKind::Structure, &[key.to_owned()], now).await
    }

    /// Stops the mails to a structure; a second time changes nothing.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn structure_alerts_stop(&mut self, siret: Siret, now: i64) -> Result<()> {
        let key = siret.as_str();
        on_tx!(self, c => sqlx::query(STRUCTURE_ALERTS_STOP).bind(key).bind(now).execute(c).await.map(|_| ()))?;
        self.outbox_push(ChangeKind::Structure, &[key.to_owned()], now).await
    }
}
