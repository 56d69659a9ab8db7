//! Pages that say what went wrong and what to do.

use crate::document::Page;
use leptos::prelude::*;

/// What went wrong, as a person meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// No such page.
    NotFound,
    /// A signed link that is wrong or too old.
    BadLink,
    /// Something that the person can change.
    Refused(String),
    /// Too many requests; seconds to wait.
    TooMany(u64),
    /// Our fault; the id of the request.
    Broken(String),
}

impl Trouble {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::BadLink => 410,
            Self::Refused(_) => 422,
            Self::TooMany(_) => 429,
            Self::Broken(_) => 500,
        }
    }

    fn texts(&self) -> (&'static str, String) {
        match self {
            Self::NotFound => (
                "Cette page n’existe pas, ou plus",
                "Une structure a pu fermer, un besoin être clos, ou l’adresse comporter une faute.".to_owned(),
            ),
            Self::BadLink => (
                "Ce lien n’est plus valable",
                "Il a expiré, ou il a été coupé par votre messagerie. Reprenez-le en entier depuis l’e-mail, ou demandez-en un nouveau depuis la fiche de la structure.".to_owned(),
            ),
            Self::Refused(text) => ("Ce n’est pas possible ainsi", text.clone()),
            Self::TooMany(seconds) => (
                "Trop de demandes à la suite",
                format!("Attendez {seconds}\u{a0}secondes, puis recommencez. Rien n’est perdu\u{a0}: revenez en arrière."),
            ),
            Self::Broken(id) => (
                "Quelque chose s’est mal passé de notre côté",
                format!("Recommencez dans un instant. Si cela continue, donnez ce numéro en nous écrivant\u{a0}: {id}"),
            ),
        }
    }
}

/// What surrounds the page.
#[must_use]
pub fn page(trouble: &Trouble) -> Page {
    Page { title: trouble.texts().0.to_owned(), private: true, ..Page::default() }
}

/// The page.
pub fn view(trouble: &Trouble) -> AnyView {
    let (title, lead) = trouble.texts();
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    <p class="error-code">{format!("Erreur {}", trouble.status())}</p>
                    <h1>{title}</h1>
                    <p class="lead">{lead}</p>
                </div>
                <ul class="rows block">
                    <li><a href="/structures">"Chercher une structure"</a></li>
                    <li><a href="/besoins">"Voir les besoins ouverts"</a></li>
                    <li><a href="/">"Revenir à l’accueil"</a></li>
                </ul>
            </div>
        </div>
    }
    .into_any()
}
