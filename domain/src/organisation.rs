//! Organisations of acheteurs and networks of structures: what their members have in common.

use crate::access::OrganisationId;
use crate::email::EmailAddress;
use crate::form::{Field, Violation};
use crate::legal::BuyerCategory;
use crate::siret::Siret;
use crate::text::capitalised;

/// Longest name, in characters.
pub const NAME_MAX: usize = 120;

/// What an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrganisationKind {
    /// It buys.
    Buyer(BuyerCategory),
    /// Structures are its members: a tête de réseau.
    Network,
}

impl OrganisationKind {
    /// Every kind, in the order in which forms list them.
    pub const ALL: [Self; 5] = [
        Self::Buyer(BuyerCategory::Local),
        Self::Buyer(BuyerCategory::State),
        Self::Buyer(BuyerCategory::Entity),
        Self::Buyer(BuyerCategory::Private),
        Self::Network,
    ];

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Buyer(category) => category.code(),
            Self::Network => "reseau",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == text.trim())
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Buyer(category) => category.label(),
            Self::Network => "Tête de réseau de structures",
        }
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its number.
    pub id: OrganisationId,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its SIRET, if its members said it. No two organisations have the same.
    pub siret: Option<Siret>,
    /// Whether ProConnect vouched for somebody who works for that SIRET. Otherwise it is what its members say it is.
    pub is_vouched: bool,
}

/// What a form says of an organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganisationForm {
    /// Its name.
    pub name: String,
    /// Code of its kind.
    pub kind: String,
    /// Its SIRET; may be empty.
    pub siret: String,
}

/// What a form says, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationAsked {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its SIRET.
    pub siret: Option<Siret>,
}

impl OrganisationForm {
    /// Reads it.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn read(&self) -> Result<OrganisationAsked, Vec<Violation>> {
        let mut wrong = Vec::new();
        let name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            wrong.push(Violation::new(Field::Organisation, "Donnez le nom de l’organisation"));
        }
        if name.chars().count() > NAME_MAX {
            let message = format!("Le nom a {NAME_MAX} caractères au plus\u{a0}: raccourcissez-le");
            wrong.push(Violation::new(Field::Organisation, message));
        }
        let kind = OrganisationKind::parse(&self.kind);
        if kind.is_none() {
            wrong.push(Violation::new(Field::Category, "Choisissez l’une des réponses proposées"));
        }
        let siret = match self.siret.trim() {
            "" => None,
            text => Siret::parse(text)
                .inspect_err(|error| {
                    wrong.push(Violation::new(Field::Siret, capitalised(&error.to_string())));
                })
                .ok(),
        };
        match kind {
            Some(kind) if wrong.is_empty() => Ok(OrganisationAsked { name, kind, siret }),
            _ => Err(wrong),
        }
    }
}

/// The domain of an address that only the people of one organisation have; `None` for a mailbox that anybody has in a minute.
#[must_use]
pub fn own_domain(address: &EmailAddress) -> Option<String> {
    let mailbox = address.mailbox();
    let (_, domain) = mailbox.rsplit_once('@')?;
    (!crate::vigilance::is_free_mail(domain)).then(|| domain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(name: &str, kind: &str, siret: &str) -> OrganisationForm {
        OrganisationForm { name: name.to_owned(), kind: kind.to_owned(), siret: siret.to_owned() }
    }

    #[test]
    fn a_form_is_read_or_says_what_to_correct() {
        let siret = Siret::with_key(130, 25);
        let long = "é".repeat(NAME_MAX + 1);
        for (typed, wrong) in [
            (form("Ville  de Lac ", "collectivite", ""), vec![]),
            (form("Réseau Cocagne", "reseau", &siret.to_string()), vec![]),
            (form("  ", "collectivite", ""), vec![Field::Organisation]),
            (form(&long, "collectivite", ""), vec![Field::Organisation]),
            (form("Ville de Lac", "mairie", ""), vec![Field::Category]),
            (form("", "", "12"), vec![Field::Organisation, Field::Category, Field::Siret]),
        ] {
            let read = typed.read();
            let found: Vec<Field> =
                read.as_ref().err().into_iter().flatten().map(|violation| violation.field).collect();
            assert_eq!(found, wrong, "{typed:?}");
        }
        let read = form("Ville  de Lac ", "collectivite", "").read().expect("whole");
        assert_eq!(read.name, "Ville de Lac", "spaces that nobody meant are gone");
        let read = form(&"é".repeat(NAME_MAX), "reseau", &siret.to_string()).read().expect("whole");
        assert_eq!((read.kind, read.siret), (OrganisationKind::Network, Some(siret)));
    }

    #[test]
    fn a_domain_says_something_when_not_everybody_has_it() {
        for (address, domain) in [
            ("Camille@Ville-Lac.example", Some("ville-lac.example")),
            ("camille@gmail.com", None),
            ("camille@Orange.fr", None),
        ] {
            let address = EmailAddress::parse(address).expect("an address");
            assert_eq!(own_domain(&address).as_deref(), domain, "{address}");
        }
    }

    #[test]
    fn codes_read_back() {
        for kind in OrganisationKind::ALL {
            assert_eq!(OrganisationKind::parse(kind.code()), Some(kind));
        }
    }
}
