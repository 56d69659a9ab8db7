//! « Je suis intéressée », from a structure that is not listed, or whose contact is not known.

use super::express::one_line;
use crate::email::EmailAddress;
use crate::form::{Field, Violation};
use crate::siret::Siret;
use crate::text::capitalised;
use uuid::Uuid;

/// Longest name of a structure, in characters.
const NAME_MAX: usize = 200;

/// What such a structure says of itself, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterestForm {
    /// Its SIRET.
    pub siret: String,
    /// Its name.
    pub name: String,
    /// Where it is reached.
    pub email: String,
}

/// A structure that asks to be told to the author of a need. Nobody has checked what it says of itself, but for its
/// address, once that is confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interest {
    /// Its id.
    pub id: Uuid,
    /// In which need.
    pub need: Uuid,
    /// The SIRET that it gives.
    pub siret: Siret,
    /// Its name; that of the list when it is listed.
    pub name: String,
    /// Where it is reached: only the author of the need sees it.
    pub address: EmailAddress,
    /// When it asked, in seconds since 1970.
    pub asked_at: i64,
    /// When it confirmed its address: the author knows it since then.
    pub confirmed_at: Option<i64>,
}

impl InterestForm {
    /// What it says, with an id and the time.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn read(&self, id: Uuid, need: Uuid, now: i64) -> Result<Interest, Vec<Violation>> {
        let name = one_line(&self.name);
        let named = match name.chars().count() {
            0 => Violation::refused(Field::Name, "Écrivez le nom de votre structure"),
            1..=NAME_MAX => Ok(name),
            _ => Violation::refused(Field::Name, "Raccourcissez le nom à 200 caractères"),
        };
        let siret = Siret::parse(&self.siret)
            .map_err(|error| Violation::new(Field::Siret, capitalised(&error.to_string())));
        let address = EmailAddress::parse(self.email.trim())
            .map_err(|error| Violation::new(Field::Email, capitalised(&error.to_string())));
        match (siret, named, address) {
            (Ok(siret), Ok(name), Ok(address)) => {
                Ok(Interest { id, need, siret, name, address, asked_at: now, confirmed_at: None })
            }
            (siret, name, address) => {
                Err([siret.err(), name.err(), address.err()].into_iter().flatten().collect())
            }
        }
    }
}
