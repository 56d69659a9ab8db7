//! Who said what of a structure, and when: each field of its page knows its source and its day.

use super::{Activity, Structure};
use crate::date;
use jiff::civil::Date;

/// Who said something of a structure, where it was not a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The structure itself.
    Structure,
    /// A network to which it lets keep this part.
    Network,
    /// An administrator who corrected it.
    Administrator,
}

impl Origin {
    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Network => "network",
            Self::Administrator => "administrator",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Structure, Self::Network, Self::Administrator].into_iter().find(|origin| origin.code() == text)
    }

    fn by(self) -> &'static str {
        match self {
            Self::Structure => "dit par la structure",
            Self::Network => "dit par son réseau",
            Self::Administrator => "corrigé par l’équipe du service",
        }
    }
}

/// Something that is said of a structure.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FicheField {
    /// An activity, by the slug of its sector and the code of its mode.
    Activity(String, String),
    /// Hours of work a month.
    Hours,
    /// What it can offer by month.
    Calendar,
    /// What it says of itself.
    Description,
    /// Its site.
    Website,
    /// The share of its workers.
    Share,
    /// Its conventions.
    Conventions,
    /// Its network and statute, as the law looks at them.
    Statute,
    /// Who to speak to.
    People,
    /// What it sells.
    Services,
    /// What it has done.
    References,
    /// What vouches for it.
    Labels,
    /// Networks that it belongs to.
    Networks,
    /// With whom it would answer.
    Groupement,
    /// Its logo and pictures.
    Pictures,
}

impl FicheField {
    /// Its code: « activity/blanchisserie/prestation », « description ».
    #[must_use]
    pub fn code(&self) -> String {
        let plain = match self {
            Self::Activity(sector, mode) => return format!("activity/{sector}/{mode}"),
            Self::Hours => "hours",
            Self::Calendar => "calendar",
            Self::Description => "description",
            Self::Website => "website",
            Self::Share => "share",
            Self::Conventions => "conventions",
            Self::Statute => "statute",
            Self::People => "people",
            Self::Services => "services",
            Self::References => "references",
            Self::Labels => "labels",
            Self::Networks => "networks",
            Self::Groupement => "groupement",
            Self::Pictures => "pictures",
        };
        plain.to_owned()
    }

    /// That of an activity.
    #[must_use]
    pub fn of_activity(activity: &Activity) -> Self {
        Self::Activity(activity.sector.slug().to_owned(), activity.mode.code().to_owned())
    }

    /// The fields of which a structure says something else than before.
    #[must_use]
    pub fn changed(before: &Structure, after: &Structure) -> Vec<Self> {
        let plain = [
            (before.hours_per_month != after.hours_per_month, Self::Hours),
            (before.calendar != after.calendar, Self::Calendar),
            (before.description != after.description, Self::Description),
            (before.website != after.website, Self::Website),
            (before.share != after.share, Self::Share),
            (before.conventions != after.conventions, Self::Conventions),
            ((before.network, before.ess) != (after.network, after.ess), Self::Statute),
        ];
        let activities = after.activities.iter().filter(|activity| !before.activities.contains(activity));
        let plain = plain.into_iter().filter_map(|(is_changed, field)| is_changed.then_some(field));
        activities.map(Self::of_activity).chain(plain).collect()
    }

    /// The fields of which a catalogue says something else than before.
    #[must_use]
    pub fn changed_of_catalogue(before: &super::Catalogue, after: &super::Catalogue) -> Vec<Self> {
        [
            (before.people != after.people, Self::People),
            (before.services != after.services, Self::Services),
            (before.references != after.references, Self::References),
            (before.labels != after.labels, Self::Labels),
            (before.networks != after.networks, Self::Networks),
            (before.groupement != after.groupement, Self::Groupement),
        ]
        .into_iter()
        .filter_map(|(is_changed, field)| is_changed.then_some(field))
        .collect()
    }
}

/// Who said something last, and on which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// Who.
    pub by: Origin,
    /// When.
    pub on: Date,
}

impl Said {
    /// « dit par la structure le 3 mars 2026 ».
    #[must_use]
    pub fn sentence(self) -> String {
        format!("{} le {}", self.by.by(), date::long(self.on))
    }
}
