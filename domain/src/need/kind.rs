//! What a need is for.

use serde::{Deserialize, Serialize};

/// What the author wants to do with the need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedKind {
    /// To know who can do it (sourçage, R2111-1).
    #[default]
    Sourcing,
    /// To ask for prices.
    Quote,
    /// A procedure of public procurement that is open, or soon.
    Consultation,
    /// A call for expressions of interest.
    Interest,
    /// A contract without publicity, under the threshold of the day (R2122-8).
    DirectAward,
    /// Something that nobody does yet on the territory.
    Unmet,
}

impl NeedKind {
    /// Every kind, in the order in which forms list them.
    pub const ALL: [Self; 6] =
        [Self::Sourcing, Self::Quote, Self::Consultation, Self::Interest, Self::DirectAward, Self::Unmet];

    /// The code that forms and URLs use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Sourcing => "sourcing",
            Self::Quote => "devis",
            Self::Consultation => "consultation",
            Self::Interest => "ami",
            Self::DirectAward => "gre-a-gre",
            Self::Unmet => "non-couvert",
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
            Self::Sourcing => "Recherche de structures (sourcing)",
            Self::Quote => "Demande de devis",
            Self::Consultation => "Consultation",
            Self::Interest => "Appel à manifestation d’intérêt",
            Self::DirectAward => "Achat de gré à gré",
            Self::Unmet => "Besoin non couvert",
        }
    }

    /// What it means, in one sentence.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Sourcing => {
                "Vous cherchez qui peut faire, avant d’écrire votre marché (article R2111-1 du Code de la commande publique)."
            }
            Self::Quote => "Vous demandez des prix.",
            Self::Consultation => {
                "Votre procédure est ouverte, ou va l’être\u{a0}: les offres se déposent sur votre profil d’acheteur, jamais ici."
            }
            Self::Interest => "Vous appelez les structures à se faire connaître.",
            Self::DirectAward => {
                "Vous achetez sans publicité ni mise en concurrence, sous le seuil du jour (article R2122-8)."
            }
            Self::Unmet => {
                "Personne ne le fait encore sur votre territoire\u{a0}: les structures et les facilitateurs le sauront."
            }
        }
    }
}
