//! Who buys.

use super::super::express::{BUYER_MAX, one_line};
use super::super::{Acheteur, Field, NeedDraft, Violation};
use super::{Typed, filled};
use crate::legal;
use crate::siret::Siret;
use crate::text::capitalised;
use crate::web::WebAddress;

/// The name of the box of contracts of defence or security.
pub const DEFENCE: &str = "defense";

/// Who buys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuyerForm {
    /// Name of the organisation.
    pub acheteur: String,
    /// Code of its category.
    pub categorie: String,
    /// Its SIRET.
    pub siret: String,
    /// Link to its profil d'acheteur.
    pub profil: String,
    /// Whether the contract is one of defence or security.
    pub defense: bool,
}

impl BuyerForm {
    /// What was typed.
    #[must_use]
    pub fn read(typed: Typed<'_>) -> Self {
        Self {
            acheteur: typed.one(Field::Acheteur),
            categorie: typed.one(Field::Categorie),
            siret: typed.one(Field::Siret),
            profil: typed.one(Field::Profil),
            defense: typed.is_ticked(DEFENCE),
        }
    }

    /// What a draft holds.
    #[must_use]
    pub fn of(draft: &NeedDraft) -> Self {
        Self {
            acheteur: draft.buyer.name.clone(),
            categorie: draft.buyer.category.code().to_owned(),
            siret: draft.buyer.siret.map(|s| s.spaced()).unwrap_or_default(),
            profil: draft.profile.as_ref().map(ToString::to_string).unwrap_or_default(),
            defense: draft.is_defence,
        }
    }

    /// The draft with it.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn apply(&self, draft: &NeedDraft) -> Result<NeedDraft, Vec<Violation>> {
        let mut wrong = Vec::new();
        let name = one_line(&self.acheteur);
        if name.chars().count() > BUYER_MAX {
            wrong.push(Violation::new(Field::Acheteur, "Raccourcissez à 200 caractères"));
        }
        let category = legal::Buyer::parse(&self.categorie);
        if category.is_none() {
            wrong.push(Violation::new(Field::Categorie, "Choisissez l’une des réponses proposées"));
        }
        let siret = filled(&self.siret).map(Siret::parse).transpose();
        if let Err(error) = &siret {
            wrong.push(Violation::new(Field::Siret, format!("{error}")));
        }
        let profile = filled(&self.profil).map(WebAddress::parse).transpose();
        if let Err(error) = &profile {
            wrong.push(Violation::new(Field::Profil, capitalised(&error.to_string())));
        }
        match (category, siret, profile) {
            (Some(category), Ok(siret), Ok(profile)) if wrong.is_empty() => Ok(NeedDraft {
                buyer: Acheteur { name, category, siret },
                profile,
                is_defence: self.defense,
                ..draft.clone()
            }),
            _ => Err(wrong),
        }
    }
}
