//! The form by which a structure keeps its fiche: what it brings, and how it is written into the structure.

mod activities;
mod conventions;

pub use activities::{ActivityChange, ActivityDecision, ActivityForm, ActivityTerms};
pub use conventions::{CONVENTION_NEW, ConventionForm};

use super::{ConventionTerms, DESCRIPTION_MAX, Month, Network, Structure};
use crate::access::FichePart;
use crate::date;
use crate::email::EmailAddress;
use crate::form::{Field, Violation};
use crate::hours::{CAPACITY_MAX, Hours};
use crate::legal::{Ess, Evidence, Share};
use crate::text::capitalised;
use crate::web::WebAddress;
use activities::{activity_add, activity_change, activity_decide, activity_is_there, activity_terms_apply};
use conventions::convention_apply;
use jiff::civil::Date;

/// What a form of the page brings. What it does not bring stays as stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FicheForm {
    /// Decisions, by sector and mode.
    pub decisions: Vec<(String, String, ActivityDecision)>,
    /// Activities to be added.
    pub add: Vec<ActivityForm>,
    /// Mode and zones of activities that are there; what says the same changes nothing.
    pub changes: Vec<ActivityChange>,
    /// What it can take of activities that are there, or are added.
    pub terms: Vec<ActivityTerms>,
    /// Hours of work a month; empty means unknown.
    pub hours: Option<String>,
    /// Whether hours that raised a doubt are meant.
    pub hours_meant: bool,
    /// What it can offer by month: each as `2027-03`, with hours as typed; empty means not said.
    pub months: Vec<(String, String)>,
    /// Code of the last month of those that are full from this one on; [`NOT_FULL`] says that it is not full any more.
    pub full_until: String,
    /// Contact address; empty means none.
    pub contact: Option<String>,
    /// Whether none is meant, where there was one.
    pub contact_none_meant: bool,
    /// What it says of itself.
    pub description: Option<String>,
    /// Public site; empty means none.
    pub website: Option<String>,
    /// Workers in insertion or disabled, and all workers; both empty mean unknown.
    pub share: Option<(String, String)>,
    /// Day on which they were counted; empty when it is not known.
    pub share_on: Option<String>,
    /// What is known of its conventions.
    pub conventions: Vec<ConventionForm>,
    /// Code of its network; empty means none.
    pub network: Option<String>,
    /// Code of its statute in the social economy; empty means that its legal form decides.
    pub ess: Option<String>,
}

/// What a field says, or why it cannot be.
type Read<T> = Result<T, Violation>;

impl FicheForm {
    /// The contact that it asks for: `None` when it says nothing of it, or nothing that can be read.
    #[must_use]
    pub fn contact_asked(&self) -> Option<Option<EmailAddress>> {
        self.contact.as_deref().and_then(|text| contact_read(text).ok())
    }

    /// The parts of the page that it says something of.
    #[must_use]
    pub fn parts(&self) -> Vec<FichePart> {
        let says = |part: FichePart| match part {
            FichePart::Activities => {
                !(self.decisions.is_empty()
                    && self.add.is_empty()
                    && self.changes.is_empty()
                    && self.terms.is_empty())
            }
            FichePart::Capacity => {
                self.hours.is_some() || !self.months.is_empty() || !self.full_until.is_empty()
            }
            FichePart::Presentation => {
                self.description.is_some() || self.website.is_some() || self.share.is_some()
            }
            FichePart::Conventions => {
                !self.conventions.is_empty() || self.network.is_some() || self.ess.is_some()
            }
            // The catalogue has its own form.
            FichePart::Catalogue => false,
            FichePart::Contact => self.contact.is_some(),
        };
        let all = FichePart::DELEGABLE.into_iter().chain([FichePart::Contact]);
        all.filter(|part| says(*part)).collect()
    }

    /// What it says, with what another one says besides; of what both say once, the other's.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            decisions: [self.decisions, other.decisions].concat(),
            add: [self.add, other.add].concat(),
            changes: [self.changes, other.changes].concat(),
            terms: [self.terms, other.terms].concat(),
            hours: other.hours.or(self.hours),
            hours_meant: other.hours_meant || self.hours_meant,
            months: [self.months, other.months].concat(),
            full_until: if other.full_until.is_empty() { self.full_until } else { other.full_until },
            contact: other.contact.or(self.contact),
            contact_none_meant: other.contact_none_meant || self.contact_none_meant,
            description: other.description.or(self.description),
            website: other.website.or(self.website),
            share: other.share.or(self.share),
            share_on: other.share_on.or(self.share_on),
            conventions: [self.conventions, other.conventions].concat(),
            network: other.network.or(self.network),
            ess: other.ess.or(self.ess),
        }
    }

    /// Writes it into the structure, but for its contact: that one is asked first. Everything that cannot be, of every
    /// field; the structure is then not to be kept.
    pub fn apply(&self, structure: &mut Structure, today: Date) -> Vec<Violation> {
        let mut outcomes: Vec<Read<()>> =
            self.decisions.iter().map(|decision| activity_decide(structure, decision)).collect();
        // What is said of an activity goes before its change of form; of one that is added, after.
        let (there, to_come): (Vec<_>, Vec<_>) =
            self.terms.iter().partition(|terms| activity_is_there(structure, terms));
        outcomes.extend(there.into_iter().map(|terms| activity_terms_apply(structure, terms)));
        outcomes.extend(self.changes.iter().map(|change| activity_change(structure, change)));
        outcomes.extend(self.add.iter().flat_map(|add| activity_add(structure, add)).map(Err));
        outcomes.extend(to_come.into_iter().map(|terms| activity_terms_apply(structure, terms)));
        if let Some(text) = &self.hours {
            outcomes.push(hours_apply(structure, text, self.hours_meant, today));
        }
        outcomes.push(calendar_apply(structure, &self.months, &self.full_until, today));
        if let Some(text) = &self.contact {
            outcomes.push(contact_check(structure, text, self.contact_none_meant));
        }
        if let Some(text) = &self.description {
            outcomes.push(description_read(text).map(|description| structure.description = description));
        }
        if let Some(text) = &self.website {
            outcomes.push(website_read(text).map(|website| structure.website = website));
        }
        if let Some((concerned, workers)) = &self.share {
            let day = self.share_on.as_deref().unwrap_or_default();
            outcomes.push(share_read(concerned, workers, day).map(|share| {
                // What a document attests stays attested as long as it says the same.
                if !share.counts_as(structure.share) {
                    structure.share = share;
                }
            }));
        }
        outcomes.extend(self.conventions.iter().map(|form| convention_apply(structure, form)));
        if let Some(network) = self.network.as_deref().and_then(Network::parse) {
            structure.network = network;
        }
        if let Some(ess) = self.ess.as_deref().and_then(Ess::parse) {
            structure.ess = ess;
        }
        outcomes.into_iter().filter_map(Read::err).collect()
    }
}

fn contact_read(text: &str) -> Read<Option<EmailAddress>> {
    match text.trim() {
        "" => Ok(None),
        text => match EmailAddress::parse(text) {
            Ok(address) => Ok(Some(address)),
            Err(error) => Violation::refused(Field::Contact, format!("Contact\u{a0}: {error}.")),
        },
    }
}

/// Whether an address can be asked, or none is meant: without one nobody gets a link to the page any more.
fn contact_check(structure: &Structure, text: &str, none_meant: bool) -> Read<()> {
    let is_emptied = text.trim().is_empty() && structure.contact.is_some();
    if is_emptied && !none_meant {
        return Violation::refused(
            Field::Contact,
            "Contact\u{a0}: sans adresse, vous ne recevrez plus de besoins, ni de lien pour tenir cette fiche\u{a0}; il faudra en redonner une à qui tient ce service (mentions légales). Cochez la case si c’est voulu.",
        );
    }
    contact_read(text).map(|_| ())
}

fn description_read(text: &str) -> Read<String> {
    if text.chars().count() > DESCRIPTION_MAX {
        return Violation::refused(
            Field::Description,
            "Présentation\u{a0}: raccourcissez à 3 000 caractères.",
        );
    }
    Ok(text.trim().to_owned())
}

fn share_read(concerned: &str, workers: &str, day: &str) -> Read<Share> {
    let on = match day.trim() {
        "" => None,
        day => match date::parse(day) {
            Some(on) => Some(on),
            None => {
                return Violation::refused(
                    Field::Share,
                    "Travailleurs\u{a0}: écrivez le jour comme 30/06/2026.",
                );
            }
        },
    };
    let (concerned, workers) = (concerned.trim(), workers.trim());
    if concerned.is_empty() && workers.is_empty() {
        return Ok(Share::Unknown);
    }
    if let Some(share) = Share::parse(&format!("{concerned}/{workers}")) {
        return Ok(share.with_evidence(Evidence::Declared, on));
    }
    let message = match (concerned.parse::<u32>(), workers.parse::<u32>()) {
        (Ok(part), Ok(all)) => format!(
            "Travailleurs\u{a0}: {part} sur {all} ne se peut pas, le premier nombre compte une partie du second."
        ),
        _ => "Travailleurs\u{a0}: écrivez deux nombres, par exemple 25 sur 35.".to_owned(),
    };
    Violation::refused(Field::Share, message)
}

fn website_read(text: &str) -> Read<String> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    WebAddress::parse(text).map(|address| address.to_string()).map_err(|_| Violation {
        field: Field::Website,
        message: "Site internet\u{a0}: écrivez une adresse comme https://www.exemple.fr.".to_owned(),
    })
}

fn hours_apply(structure: &mut Structure, text: &str, meant: bool, today: Date) -> Read<()> {
    let hours = hours_read(text)?;
    let is_new = hours != structure.hours_per_month;
    let doubt = hours.filter(|_| is_new && !meant).and_then(|hours| structure.capacity_doubt(hours, today));
    if let Some(doubt) = doubt {
        return Violation::refused(Field::Hours, format!("Capacité\u{a0}: {doubt}"));
    }
    structure.hours_per_month = hours;
    Ok(())
}

/// Says that a structure is not full any more.
pub const NOT_FULL: &str = "plus";

/// What the months of a form say, from this one on; a month that is past is forgotten.
fn calendar_apply(
    structure: &mut Structure,
    months: &[(String, String)],
    full_until: &str,
    today: Date,
) -> Read<()> {
    if months.is_empty() && full_until.is_empty() {
        return Ok(());
    }
    let this = Month::of(today);
    let mut calendar = structure.calendar.since(this);
    for (month, typed) in months {
        // What is past, or further ahead than the page shows, is not said here.
        let Some(month) = Month::parse(month).filter(|of| this.ahead().any(|ahead| ahead == *of)) else {
            continue;
        };
        let hours = hours_read(typed).map_err(|wrong| {
            let message = wrong.message.replace("Capacité", &capitalised(&month.label()));
            Violation { field: Field::Calendar, message }
        })?;
        calendar = calendar.with(month, hours);
    }
    let full = match (full_until, Month::parse(full_until)) {
        ("", _) => None,
        (NOT_FULL, _) => calendar.full_until(this).map(|last| (last, None)),
        (_, Some(last)) => Some((last, Some(0))),
        (_, None) => return Violation::refused(Field::Calendar, "Choisissez un mois de la liste."),
    };
    if let Some((last, hours)) = full {
        for month in this.ahead().take_while(|month| *month <= last) {
            calendar = calendar.with(month, hours);
        }
    }
    structure.calendar = calendar;
    Ok(())
}

fn hours_read(text: &str) -> Read<Option<u32>> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.is_empty() {
        return Ok(None);
    }
    // « 2,5 ETP » is as many hours as so many full-time jobs work in a month.
    let full_times = digits.to_lowercase().strip_suffix("etp").and_then(ConventionTerms::etp_parse);
    let digits = full_times.map_or(digits, |etp| Hours::monthly_of_full_times(etp).0.to_string());
    let message = match digits.parse::<u32>() {
        Ok(hours) if hours <= CAPACITY_MAX => return Ok(Some(hours)),
        Ok(_) => "Capacité\u{a0}: c’est plus de 200 000 heures par mois\u{a0}; vérifiez l’unité.",
        Err(_) => {
            "Capacité\u{a0}: écrivez un nombre d’heures par mois, par exemple 900, ou des équivalents temps plein, par exemple 2,5 ETP."
        }
    };
    Violation::refused(Field::Hours, message)
}
