//! A structure in full, as its page shows it.

use super::{Calendar, Kind, KindSet, Mode, Standing, Withdrawal, Withdrawals};
use crate::cpv::Cpv;
use crate::email::EmailAddress;
use crate::hours::{Hours, HoursDoubt, hours_doubt};
use crate::legal::{Convention, Ess, Party, Share};
use crate::matching::{ActivityFacts, Facts};
use crate::money::Euros;
use crate::sector::{Inference, SectorIx, Source};
use crate::siret::Siret;
use crate::territory::{Atlas, CommuneSet, Point, Seat, Zone, ZoneCache};
use crate::text::plural;
use crate::written::{Correction, Written};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A structure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Structure {
    /// Its establishment.
    pub siret: Siret,
    /// Legal name.
    pub name: String,
    /// Name that people know; empty when it is the legal name.
    pub brand: String,
    /// NAF code (revision 2, without dot); empty when unknown.
    pub naf: String,
    /// Legal form, as the source writes it; empty when unknown.
    pub legal_form: String,
    /// Street.
    pub address: String,
    /// Postal code.
    pub postal_code: String,
    /// Town, as the source writes it.
    pub town: String,
    /// INSEE code of its commune; empty when the address could not be placed.
    pub commune: String,
    /// Where it is; `None` when unknown.
    pub point: Option<Point>,
    /// Public site; empty when unknown.
    pub website: String,
    /// What it says of itself; empty when unknown.
    pub description: String,
    /// The names of what it sells, as its [catalogue](super::Catalogue) says: found by words.
    pub offers: String,
    /// Hours of work a month that it can offer in all; `None` when unknown.
    pub hours_per_month: Option<u32>,
    /// The same, month by month, as far as it says.
    pub calendar: Calendar,
    /// Authorised places (ESAT); `None` when unknown. Not a capacity in hours.
    pub places: Option<u32>,
    /// Whether its seat lies in a quartier prioritaire; `None` when nobody said.
    pub in_qpv: Option<bool>,
    /// Address of its contact: never public; the author of a need sees it when the structure says « intéressé ».
    pub contact: Option<EmailAddress>,
    /// An address that is to become its contact once it is confirmed from its own mailbox.
    pub contact_asked: Option<EmailAddress>,
    /// Number of its links: those that were signed with a lower one are revoked.
    pub link_number: i64,
    /// Whether it asked not to receive needs any more.
    pub alerts_stopped: bool,
    /// What takes it out of all that is proposed.
    pub withdrawals: Withdrawals,
    /// Where the data comes from.
    pub source: String,
    /// The day on which a file last wrote it; `None` when none did since that is kept.
    pub filed_on: Option<Date>,
    /// Its conventions.
    pub kinds: KindSet,
    /// What is known of them. Several may be of one kind, one that ended and one that runs: see
    /// [`ConventionTerms::sort`].
    pub conventions: Vec<ConventionTerms>,
    /// A network that the law looks at.
    pub network: Network,
    /// What it does, dismissed activities included.
    pub activities: Vec<Activity>,
    /// Activities whose sector this build does not know.
    pub activities_kept: Vec<ActivityKept>,
    /// The share of its workers that reservations look at.
    pub share: Share,
    /// Whether it says that it belongs to the social economy; when it says nothing, its legal form may.
    pub ess: Ess,
    /// The day on which it last vouched for its page, by writing it or by saying that it is right; `None` when it never did.
    pub vouched_on: Option<Date>,
    /// Since when its page is out of date: it has not vouched for it for [`FRESH_MONTHS`](super::FRESH_MONTHS).
    pub stale_since: Option<Date>,
    /// Last change.
    pub updated_at: Timestamp,
}

/// Most full-time jobs of one convention.
const ETP_MAX: f64 = 10_000.0;

/// What is known of a convention besides its kind. Empty or `None`: nobody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConventionTerms {
    /// Which convention.
    pub kind: Kind,
    /// Its number.
    pub number: String,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Full-time jobs in insertion, in hundredths: 1,250 is 12.5.
    pub etp_hundredths: Option<u32>,
    /// What shows it: reference of the act, address of the document.
    pub proof: String,
}

impl ConventionTerms {
    /// A convention of which only the kind is known.
    #[must_use]
    pub fn of_kind(kind: Kind) -> Self {
        Self { kind, number: String::new(), from: None, to: None, etp_hundredths: None, proof: String::new() }
    }

    /// Full-time jobs as people write them (« 12,5 »), in hundredths; more than ten thousand are taken for a slip.
    #[must_use]
    pub fn etp_parse(text: &str) -> Option<u32> {
        let etp = crate::text::decimal(text).filter(|etp| *etp <= ETP_MAX)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and ETP_MAX")]
        Some((etp * 100.0).round() as u32)
    }

    /// Puts conventions in their order, each once: by kind as in [`Kind::ALL`], the earliest first. Whatever the order in
    /// which they were read, they are the same.
    pub fn sort(all: &mut Vec<Self>) {
        all.sort_by(|a, b| a.order().cmp(&b.order()));
        all.dedup();
    }

    fn order(&self) -> (usize, Option<Date>, Option<Date>, &str, Option<u32>, &str) {
        (self.kind.rank(), self.from, self.to, &self.number, self.etp_hundredths, &self.proof)
    }

    /// What tells it apart from the others of its structure, as long as nothing of it changes.
    #[must_use]
    pub fn key(&self) -> String {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let etp = self.etp_hundredths.map(|etp| etp.to_string()).unwrap_or_default();
        let texts = [self.kind.code(), &self.number, &day(self.from), &day(self.to), &etp, &self.proof];
        format!("{:016x}", crate::text::stable_hash(&texts.map(str::as_bytes)))
    }

    /// Whether it runs on a day; unknown dates are taken for open.
    #[must_use]
    pub fn is_in_force(&self, on: Date) -> bool {
        self.held().is_in_force(on)
    }

    fn held(&self) -> Convention {
        Convention { kind: self.kind, from: self.from, to: self.to }
    }

    /// Whether anything is known besides its kind.
    #[must_use]
    pub fn says_something(&self) -> bool {
        *self != Self::of_kind(self.kind)
    }
}

/// A network that says how the law sees a structure, whatever its conventions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// None that matters to the law.
    #[default]
    None,
    /// Régie de quartier or de territoire: eligible by its conventions only.
    Regie,
    /// Coopérative d'activité et d'emploi: to be checked.
    Cae,
}

impl Network {
    /// Every network.
    pub const ALL: [Self; 3] = [Self::None, Self::Regie, Self::Cae];

    /// Its code; empty for none.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Regie => "regie",
            Self::Cae => "cae",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|network| network.code() == text.trim())
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "Ni l’une ni l’autre",
            Self::Regie => "Régie de quartier ou de territoire",
            Self::Cae => "Coopérative d’activité et d’emploi",
        }
    }
}

/// What a structure does: a sector, a mode, zones. Rules hold on one activity, never across two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// What.
    pub sector: SectorIx,
    /// How.
    pub mode: Mode,
    /// Where; of zones that this build does not know, what was written.
    pub zones: Vec<Written<Zone>>,
    /// Where we know it from.
    pub standing: Standing,
    /// For a deduced activity, the words that decided; empty otherwise.
    pub because: String,
    /// Hours of work a month for this activity; `None` when unknown.
    pub hours_per_month: Option<u32>,
    /// What it says of orders of it; `None` when it says nothing.
    pub orders: Option<Box<OrderTerms>>,
}

/// What a structure says of orders of an activity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTerms {
    /// The smallest order that it takes, without tax; `None` when it does not say.
    pub minimum: Option<Euros>,
    /// Codes of the common procurement vocabulary under which acheteurs buy it.
    pub cpv: Vec<Cpv>,
}

impl OrderTerms {
    /// Most codes of one activity.
    pub const CPV_MAX: usize = 20;

    /// The codes, parted by a space, as they are kept and shown to be changed.
    #[must_use]
    pub fn codes(&self) -> String {
        self.cpv.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Itself, unless it says nothing.
    #[must_use]
    pub fn said(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}

impl Activity {
    /// Its zones that this build knows: those that matching looks at.
    #[must_use]
    pub fn zones_known(&self) -> Vec<Zone> {
        self.zones.iter().filter_map(Written::known).collect()
    }
}

/// An activity whose sector, mode or standing this build does not know: it is kept as it was written until the structure
/// corrects it. Matching ignores it; of a structure that has no other, nobody knows what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityKept {
    /// Slug of its sector.
    pub sector: String,
    /// Code of its mode.
    pub mode: String,
    /// Its zones, parted by `|`.
    pub zones: String,
    /// Code of its standing.
    pub standing: String,
    /// See [`Activity::because`].
    pub because: String,
    /// See [`Activity::hours_per_month`].
    pub hours_per_month: Option<u32>,
    /// See [`Activity::orders`].
    pub orders: Option<Box<OrderTerms>>,
}

impl ActivityKept {
    /// The name of its mode; the code as it was written when this build does not know it.
    #[must_use]
    pub fn mode_name(&self) -> &str {
        Mode::parse(&self.mode).map_or(self.mode.as_str(), |mode| mode.label())
    }

    /// Whether the structure takes it for its own: it did not dismiss it.
    #[must_use]
    pub fn is_live(&self) -> bool {
        Standing::parse(&self.standing).is_none_or(Standing::is_live)
    }

    /// What is to be corrected of its sector; `None` when the sector is known, and something else is not.
    #[must_use]
    pub fn correction(&self) -> Option<Correction> {
        Written::<SectorIx>::read(&self.sector).correction()
    }
}

/// Something a page lacks, with what it would bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// No activity at all.
    Activities,
    /// Activities that the structure has not confirmed.
    Confirmation,
    /// No capacity.
    Capacity,
    /// No contact: no need can be sent.
    Contact,
    /// No description.
    Description,
    /// No site.
    Website,
    /// The address could not be placed on the map.
    Place,
    /// No share of workers.
    Share,
}

impl Gap {
    /// What it cost in so many needs: « 14 besoins du mois vous convenaient, et n’ont pas pu vous être envoyés. » `None` where that
    /// is not counted.
    #[must_use]
    pub fn cost(self, needs: u64) -> Option<String> {
        let count = plural(needs, "besoin du mois", "besoins du mois");
        match (self, needs) {
            (_, 0) => None,
            (Self::Contact, 1) => Some(format!("{count} vous convenait, et n’a pas pu vous être envoyé.")),
            (Self::Contact, _) => {
                Some(format!("{count} vous convenaient, et n’ont pas pu vous être envoyés."))
            }
            (Self::Activities, 1) => Some(format!("{count}, possible pour vous, ne vous a pas été proposé.")),
            (Self::Activities, _) => {
                Some(format!("{count}, possibles pour vous, ne vous ont pas été proposés."))
            }
            (Self::Capacity, 1) => {
                Some(format!("{count} dit un volume d’heures\u{a0}: vous y étiez moins bien classée."))
            }
            (Self::Capacity, _) => {
                Some(format!("{count} disent un volume d’heures\u{a0}: vous y étiez moins bien classée."))
            }
            _ => None,
        }
    }

    /// What is missing and why it matters, in one sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Activities => {
                "Aucune activité connue\u{a0}: la structure n’est proposée que comme «\u{a0}possible\u{a0}», et ne reçoit pas les besoins."
            }
            Self::Confirmation => {
                "Des activités sont déduites\u{a0}: la structure n’a pas encore confirmé qu’elle les exerce."
            }
            Self::Capacity => {
                "La capacité (heures par mois) n’est pas indiquée\u{a0}: l’acheteur ne sait pas si elle suffit."
            }
            Self::Contact => {
                "Aucune adresse de contact\u{a0}: la structure ne reçoit pas les besoins par e-mail."
            }
            Self::Description => {
                "Pas de description\u{a0}: ses savoir-faire ne se retrouvent pas par les mots."
            }
            Self::Website => "Pas de site internet indiqué.",
            Self::Share => {
                "La part de travailleurs en insertion ou handicapés n’est pas indiquée\u{a0}: les marchés réservés la demandent."
            }
            Self::Place => "L’adresse n’a pas pu être située\u{a0}: la distance n’est pas calculée.",
        }
    }
}

/// Longest text that a structure says of itself, in characters.
pub const DESCRIPTION_MAX: usize = 3_000;

impl Structure {
    /// The name to show: the one people know, else the legal one.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        if self.brand.is_empty() { &self.name } else { &self.brand }
    }

    /// Whether an address is its contact, or was asked already whether it is.
    #[must_use]
    pub fn is_reached_at(&self, address: &EmailAddress) -> bool {
        let mut known = [&self.contact, &self.contact_asked].into_iter().flatten();
        known.any(|known| known.is_same_mailbox(address))
    }

    /// Why it takes no part in anything that is proposed; `None` when it does.
    #[must_use]
    pub fn withdrawal(&self) -> Option<Withdrawal<'_>> {
        self.withdrawals.foremost()
    }

    /// Whether mails about needs reach it: it has a contact, and has not stopped these mails.
    #[must_use]
    pub fn takes_mails(&self) -> bool {
        self.contact.is_some() && !self.alerts_stopped
    }

    /// Whether it is told of needs by mail: it takes part, and such mails reach it.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.takes_mails() && self.withdrawal().is_none()
    }

    /// Where it sits; `None` when its commune is unknown.
    #[must_use]
    pub fn seat(&self) -> Option<Seat> {
        let atlas = Atlas::get();
        let commune = atlas.commune_by_code(&self.commune)?;
        Some(Seat { commune, point: self.point.unwrap_or(atlas.commune(commune).centre) })
    }

    /// Activities that take part in search and matching.
    pub fn live_activities(&self) -> impl Iterator<Item = &Activity> {
        self.activities.iter().filter(|a| a.standing.is_live())
    }

    /// What it said that this build does not know, and should correct: zones and sectors of its live activities.
    #[must_use]
    pub fn corrections(&self) -> Vec<Correction> {
        let zones = self.live_activities().flat_map(|a| &a.zones).filter_map(Written::correction);
        let sectors = self.activities_kept.iter().filter(|a| a.is_live());
        sectors.filter_map(ActivityKept::correction).chain(zones).collect()
    }

    /// Whether the structure itself said of an activity that it does it, or does not.
    #[must_use]
    pub fn has_spoken(&self) -> bool {
        let known = self.activities.iter().map(|a| Some(a.standing));
        let kept = self.activities_kept.iter().map(|a| Standing::parse(&a.standing));
        known.chain(kept).any(|said| matches!(said, Some(Standing::Confirmed | Standing::Dismissed)))
    }

    /// What its page lacks, the most useful first.
    #[must_use]
    pub fn gaps(&self) -> Vec<Gap> {
        let none_live = self.live_activities().next().is_none();
        let any_deduced = self.live_activities().any(|a| a.standing == Standing::Deduced);
        let capacity =
            self.hours_per_month.is_some() || self.live_activities().any(|a| a.hours_per_month.is_some());
        [
            (none_live, Gap::Activities),
            (any_deduced, Gap::Confirmation),
            (!capacity, Gap::Capacity),
            (self.contact.is_none(), Gap::Contact),
            (self.description.is_empty(), Gap::Description),
            (self.website.is_empty(), Gap::Website),
            (self.seat().is_none(), Gap::Place),
            (self.share == Share::Unknown, Gap::Share),
        ]
        .into_iter()
        .filter_map(|(missing, gap)| missing.then_some(gap))
        .collect()
    }

    /// What the law knows of it.
    #[must_use]
    pub fn party(&self) -> Party {
        Party {
            conventions: self.conventions_held(),
            share: self.share,
            ess: self.ess_known(),
            is_regie: self.network == Network::Regie,
            is_cae: self.network == Network::Cae,
            held_ess_contract: None,
        }
    }

    /// Whether a capacity lies far outside what the full-time jobs of its conventions can work on a day.
    #[must_use]
    pub fn capacity_doubt(&self, hours_per_month: u32, on: Date) -> Option<HoursDoubt> {
        let running = self.conventions.iter().filter(|terms| terms.is_in_force(on));
        let jobs: u32 = running.filter_map(|terms| terms.etp_hundredths).sum();
        hours_doubt(Hours(hours_per_month.into()), Hours::monthly_of_full_times(jobs))
    }

    /// What is known of its conventions of a kind.
    pub fn conventions_of(&self, kind: Kind) -> impl Iterator<Item = &ConventionTerms> {
        self.conventions.iter().filter(move |terms| terms.kind == kind)
    }

    /// Every convention, with its period where it is known.
    fn conventions_held(&self) -> Vec<Convention> {
        let held = |kind: Kind| {
            let known: Vec<Convention> = self.conventions_of(kind).map(ConventionTerms::held).collect();
            if known.is_empty() { vec![Convention { kind, from: None, to: None }] } else { known }
        };
        self.kinds.iter().flat_map(held).collect()
    }

    /// Whether it belongs to the social economy: by its own word, else by its legal form.
    #[must_use]
    pub fn ess_known(&self) -> Ess {
        if self.ess == Ess::Unknown { Ess::of_legal_form(&self.legal_form) } else { self.ess }
    }

    /// What matching knows of it.
    #[must_use]
    pub fn facts(&self, zones: &mut ZoneCache) -> Facts {
        let seat = self.seat();
        let labels = self.live_activities().map(|a| a.sector.label());
        let texts =
            [self.name.as_str(), &self.brand, &self.description, &self.offers].into_iter().chain(labels);
        let communes = self.live_activities().map(|a| zones.communes(&a.zones_known(), seat)).collect();
        let usual_reach = zones.communes(&usual_zones(self.kinds, seat), seat);
        self.facts_with(seat, Facts::words_of(texts), communes, usual_reach)
    }

    /// The same from parts that were computed before: `zones` are the communes of each live activity.
    #[must_use]
    pub fn facts_with(
        &self,
        seat: Option<Seat>,
        words: Box<[u32]>,
        zones: Vec<Arc<CommuneSet>>,
        usual_reach: Arc<CommuneSet>,
    ) -> Facts {
        let activities = self.live_activities().zip(zones).map(|(a, zones)| ActivityFacts {
            sector: a.sector,
            mode: a.mode,
            standing: a.standing,
            hours_per_month: a.hours_per_month.or(self.hours_per_month),
            zones,
        });
        let held = self.conventions_held();
        let is_dated = held.iter().any(|c| c.from.is_some() || c.to.is_some());
        Facts {
            siret: self.siret,
            kinds: self.kinds,
            dated: if is_dated { held.into() } else { Box::default() },
            half: self.share.is_half(),
            ess: self.ess_known(),
            is_cae: self.network == Network::Cae,
            seat,
            calendar: self.calendar.clone(),
            is_stale: self.stale_since.is_some(),
            activities: activities.collect(),
            dismissed: self.activities.iter().filter(|a| !a.standing.is_live()).map(|a| a.sector).collect(),
            usual_reach,
            words,
        }
    }
}

/// Where a structure of these kinds usually works as long as it has said nothing: around its seat, in its département for
/// those that serve it whole.
#[must_use]
pub fn usual_zones(kinds: KindSet, seat: Option<Seat>) -> Vec<Zone> {
    let atlas = Atlas::get();
    let departement = seat.filter(|_| kinds.iter().any(Kind::usually_serves_departement));
    let departement = departement.map(|seat| Zone::Departement(atlas.commune(seat.commune).departement));
    let around = kinds.iter().filter(|kind| !kind.usually_serves_departement());
    let km = around.map(Kind::usual_radius_km).max();
    let km = km.or(departement.is_none().then_some(Kind::Aci.usual_radius_km()));
    departement.into_iter().chain(km.map(|km| Zone::Radius { km })).collect()
}

/// What a structure that has said nothing probably does, from its names, its description and its NAF code.
/// Each activity is *deduced*: in the usual mode of its kind, around its seat.
#[must_use]
pub fn activities_deduced(
    name: &str,
    brand: &str,
    description: &str,
    naf: &str,
    kinds: KindSet,
) -> Vec<Activity> {
    let first: Option<Kind> = kinds.iter().next();
    let mode = first.map_or(Mode::Prestation, Kind::usual_mode);
    let km = kinds.iter().map(Kind::usual_radius_km).max().unwrap_or(30);
    Inference::get()
        .of_source(&Source { name, brand, description, naf })
        .into_iter()
        .map(|inferred| Activity {
            sector: inferred.sector,
            mode,
            zones: vec![Zone::Radius { km }.into()],
            standing: Standing::Deduced,
            because: inferred.because.join(", "),
            hours_per_month: None,
            orders: None,
        })
        .collect()
}
