//! The catalogue of a structure: who to speak to, what it sells and for how much, what it has done, what vouches for it,
//! with whom it would answer. It is read on its page, and never decides a match: only the names of what it sells are found
//! by words.

mod form;

pub use form::{CatalogueForm, GroupementForm, LabelForm, PersonForm, ReferenceForm, ServiceForm, WHO_MAX};

use crate::date;
use crate::email::EmailAddress;
use crate::money::Euros;
use crate::text::plural;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Everything that a catalogue says. Kept as one document: what an older one lacks is empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Catalogue {
    /// Who to speak to.
    pub people: Vec<ContactPerson>,
    /// What it sells.
    pub services: Vec<Service>,
    /// What it has done, for whom.
    pub references: Vec<Reference>,
    /// What vouches for it.
    pub labels: Vec<Label>,
    /// Networks that it belongs to, by name.
    pub networks: Vec<String>,
    /// With whom it would answer; `None` when it says nothing.
    pub groupement: Option<GroupementWish>,
}

/// What somebody does in a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactRole {
    /// Decides.
    Director,
    /// Answers to needs.
    Sales,
    /// Accompanies the people in insertion.
    Insertion,
    /// Plans and leads the work.
    Works,
    /// Invoices, papers.
    Administration,
}

impl ContactRole {
    /// Every role, in the order in which forms list them.
    pub const ALL: [Self; 5] =
        [Self::Director, Self::Sales, Self::Insertion, Self::Works, Self::Administration];

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Director => "direction",
            Self::Sales => "marches",
            Self::Insertion => "insertion",
            Self::Works => "travaux",
            Self::Administration => "administration",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == text.trim())
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Director => "Direction",
            Self::Sales => "Marchés et devis",
            Self::Insertion => "Accompagnement des salariés",
            Self::Works => "Encadrement des travaux",
            Self::Administration => "Administration, facturation",
        }
    }
}

/// Somebody to speak to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPerson {
    /// Name, as the structure writes it.
    pub name: String,
    /// What for.
    pub role: ContactRole,
    /// Address; `None` when it gives none.
    pub email: Option<EmailAddress>,
    /// Telephone, digits and a leading `+`; empty when it gives none.
    pub phone: String,
    /// Whether everybody may read it; else the acheteurs to whom the structure says « intéressée ».
    pub is_public: bool,
}

impl ContactPerson {
    /// « 05 61 00 00 00 »: as people read a number.
    #[must_use]
    pub fn phone_shown(&self) -> String {
        if self.phone.starts_with('+') {
            return self.phone.clone();
        }
        let pairs: Vec<String> =
            self.phone.as_bytes().chunks(2).map(|two| String::from_utf8_lossy(two).into_owned()).collect();
        pairs.join("\u{a0}")
    }
}

/// Something that a structure sells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// What.
    pub name: String,
    /// From how much, without tax.
    pub price_min: Option<Euros>,
    /// Up to how much, without tax.
    pub price_max: Option<Euros>,
    /// For what: « l’heure », « le m² »; may be empty.
    pub unit: String,
    /// Days from the order to the work or the delivery.
    pub delay_days: Option<u16>,
}

impl Service {
    /// « de 20 € à 35 € HT l’heure »; empty when no price is given.
    #[must_use]
    pub fn price(&self) -> String {
        let amount = match (self.price_min, self.price_max) {
            (None, None) => return String::new(),
            (Some(min), Some(max)) if min == max => format!("{max}"),
            (Some(min), Some(max)) => format!("de {min} à {max}"),
            (Some(min), None) => format!("à partir de {min}"),
            (None, Some(max)) => format!("jusqu’à {max}"),
        };
        format!("{amount} HT {}", self.unit).trim_end().to_owned()
    }

    /// « sous 10 jours »; empty when it is not said.
    #[must_use]
    pub fn delay(&self) -> String {
        match self.delay_days {
            None => String::new(),
            Some(0) => "le jour même".to_owned(),
            Some(days) => format!("sous {}", plural(days.into(), "jour", "jours")),
        }
    }
}

/// Something that a structure has done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// For whom.
    pub client: String,
    /// What.
    pub work: String,
    /// The year in which it ended, or in which it runs.
    pub year: Option<i16>,
    /// For how much, without tax.
    pub amount: Option<Euros>,
}

/// What vouches for a structure: a label, a certification, an agrément.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Its name.
    pub name: String,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
}

impl Label {
    /// Whether it has ended on a day.
    #[must_use]
    pub fn has_ended(&self, on: Date) -> bool {
        self.to.is_some_and(|to| to < on)
    }

    /// « du 1er janvier 2026 au 31 décembre 2028 »; empty when its days are not known.
    #[must_use]
    pub fn period(&self) -> String {
        match (self.from, self.to) {
            (Some(from), Some(to)) => format!("du {} au {}", date::long(from), date::long(to)),
            (Some(from), None) => format!("depuis le {}", date::long(from)),
            (None, Some(to)) => format!("jusqu’au {}", date::long(to)),
            (None, None) => String::new(),
        }
    }
}

/// With whom a structure would answer (groupement momentané d’entreprises: code de la commande publique, R2142-19 to R2142-27).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupementWish {
    /// Whether it would stand for the others (mandataire).
    pub as_mandataire: bool,
    /// Whether it would join others (cotraitant).
    pub as_cotraitant: bool,
    /// Whether it would work for a company that has the contract (sous-traitant).
    pub as_subcontractor: bool,
    /// Whom it looks for, with its own words.
    pub sought: String,
}

impl GroupementWish {
    /// Whether it says anything.
    #[must_use]
    pub fn says_something(&self) -> bool {
        *self != Self::default()
    }

    /// The places that it would take, as people read them.
    #[must_use]
    pub fn places(&self) -> Vec<&'static str> {
        [
            (self.as_mandataire, "mandataire d’un groupement"),
            (self.as_cotraitant, "membre d’un groupement (cotraitante)"),
            (self.as_subcontractor, "sous-traitante d’une entreprise"),
        ]
        .into_iter()
        .filter_map(|(would, place)| would.then_some(place))
        .collect()
    }
}

/// Networks that structures often belong to: proposed while one types, never required.
pub const NETWORKS_KNOWN: [&str; 11] = [
    "Chantier école",
    "CNCE-GEIQ",
    "Coorace",
    "Emmaüs France",
    "Fédération des acteurs de la solidarité",
    "Fédération des entreprises d’insertion",
    "Gesat",
    "Hosmoz",
    "Mouvement national des régies",
    "Réseau Cocagne",
    "Unea",
];

impl Catalogue {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The people whom everybody may read.
    pub fn people_public(&self) -> impl Iterator<Item = &ContactPerson> {
        self.people.iter().filter(|person| person.is_public)
    }

    /// What searches find by words: the names of what it sells.
    #[must_use]
    pub fn words(&self) -> String {
        let names = self.services.iter().map(|service| service.name.as_str());
        names.collect::<Vec<_>>().join(" · ")
    }
}
