//! Who buys.

use super::super::express::{BUYER_MAX, one_line};
use super::super::{Buyer, NeedDraft};
use super::{Typed, filled};
use crate::form::{Field, Violation};
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
    pub organisation: String,
    /// Code of its category.
    pub category: String,
    /// Its SIRET.
    pub siret: String,
    /// Link to its profil d'acheteur.
    pub profile: String,
    /// Whether the contract is one of defence or security.
    pub is_defence: bool,
}

impl BuyerForm {
    /// What was typed.
    #[must_use]
    pub fn read(typed: Typed<'_>) -> Self {
        Self {
            organisation: typed.one(Field::Organisation),
            category: typed.one(Field::Category),
            siret: typed.one(Field::Siret),
            profile: typed.one(Field::Profile),
            is_defence: typed.is_ticked(DEFENCE),
        }
    }

    /// What a draft holds.
    #[must_use]
    pub fn of(draft: &NeedDraft) -> Self {
        Self {
            organisation: draft.buyer.name.clone(),
            category: draft.buyer.category.code().to_owned(),
            siret: draft.buyer.siret.map(|s| s.spaced()).unwrap_or_default(),
            profile: draft.profile.as_ref().map(ToString::to_string).unwrap_or_default(),
            is_defence: draft.is_defence,
        }
    }

    /// The draft with it.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn apply(&self, draft: &NeedDraft) -> Result<NeedDraft, Vec<Violation>> {
        let mut wrong = Vec::new();
        let name = one_line(&self.organisation);
        if name.chars().count() > BUYER_MAX {
            wrong.push(Violation::new(Field::Organisation, "Raccourcissez à 200 caractères"));
        }
        let category = legal::BuyerCategory::parse(&self.category);
        if category.is_none() {
            wrong.push(Violation::new(Field::Category, "Choisissez l’une des réponses proposées"));
        }
        let siret = filled(&self.siret).map(Siret::parse).transpose();
        if let Err(error) = &siret {
            wrong.push(Violation::new(Field::Siret, capitalised(&error.to_string())));
        }
        let profile = filled(&self.profile).map(WebAddress::parse).transpose();
        if let Err(error) = &profile {
            wrong.push(Violation::new(Field::Profile, capitalised(&error.to_string())));
        }
        match (category, siret, profile) {
            (Some(category), Ok(siret), Ok(profile)) if wrong.is_empty() => Ok(NeedDraft {
                buyer: Buyer { name, category, siret },
                profile,
                is_defence: self.is_defence,
                ..draft.clone()
            }),
            _ => Err(wrong),
        }
    }
}
