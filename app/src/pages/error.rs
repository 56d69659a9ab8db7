//! Pages that say what went wrong and what to do.

use crate::document::Page;
use domain::access::Refusal;
use domain::text::plural;
use leptos::prelude::*;

/// What went wrong, as a person meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// No such page.
    NotFound,
    /// A signed link that is wrong or too old.
    BadLink,
    /// A signed link that was good once: with the link itself, so that a new one can be asked for.
    PastLink(String),
    /// The link of a draft whose need is published since: with the link itself, empty where it is not known.
    Published(String),
    /// It takes an account.
    NoAccount,
    /// It takes the code of the second factor first.
    FactorAwaited,
    /// Something that others may, and not the one who asks: why.
    NotYours(String),
    /// Something that the person can change.
    Refused(String),
    /// Too many requests; seconds to wait.
    TooMany(u64),
    /// More was sent than is read.
    TooLarge,
    /// What was sent cannot be read.
    Unreadable,
    /// The address exists, but not for this kind of request.
    NotSo,
    /// It took too long.
    TooSlow,
    /// Our fault; the id of the request.
    Broken(String),
}

impl Trouble {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::BadLink | Self::PastLink(_) | Self::Published(_) => 410,
            Self::NoAccount | Self::FactorAwaited => 401,
            Self::NotYours(_) => 403,
            Self::Refused(_) => 422,
            Self::TooMany(_) => 429,
            Self::TooLarge => 413,
            Self::Unreadable => 400,
            Self::NotSo => 405,
            Self::TooSlow => 503,
            Self::Broken(_) => 500,
        }
    }

    /// What it says, in one text: for a page that shows a form again.
    #[must_use]
    pub fn sentence(&self) -> String {
        let (title, text) = self.texts();
        format!("{title}. {text}")
    }

    fn texts(&self) -> (&'static str, String) {
        match self {
            Self::NotFound => (
                "Cette page n’existe pas, ou plus",
                "Une structure a pu fermer, un besoin être clos, ou l’adresse comporter une faute.".to_owned(),
            ),
            Self::BadLink => (
                "Ce lien n’est plus valable",
                "Il a expiré, ou il a été coupé par votre messagerie. Reprenez-le en entier depuis l’e-mail le plus récent. Une structure en demande un nouveau depuis sa fiche\u{a0}; un acheteur retrouve son besoin par l’e-mail «\u{a0}Votre besoin est publié\u{a0}», ou le recommence.".to_owned(),
            ),
            Self::PastLink(_) => (
                "Ce lien n’est plus valable",
                "Il a expiré, ou un plus récent l’a remplacé. Demandez-en un nouveau\u{a0}: il part à l’adresse que nous connaissons.".to_owned(),
            ),
            Self::NoAccount => ("Connectez-vous", Refusal::NoAccount.sentence().to_owned()),
            Self::FactorAwaited => {
                ("Il reste votre second facteur", Refusal::FactorAwaited.sentence().to_owned())
            }
            Self::Published(_) => ("Ce besoin est publié depuis", Refusal::Published.sentence().to_owned()),
            Self::NotYours(text) => ("Cette page n’est pas la vôtre", text.clone()),
            Self::Refused(text) => ("Ce n’est pas possible ainsi", text.clone()),
            Self::TooMany(seconds) => (
                "Trop de demandes à la suite",
                format!("Attendez {}, puis recommencez.", wait(*seconds)),
            ),
            Self::TooLarge => (
                "C’est trop long",
                "Ce qui a été envoyé dépasse ce que nous pouvons lire. Revenez en arrière, raccourcissez les textes, ou joignez un fichier à la place.".to_owned(),
            ),
            Self::Unreadable => (
                "Nous n’avons pas pu lire votre demande",
                "L’adresse ou le formulaire contient des caractères illisibles. Reprenez depuis la page, ou depuis l’e-mail.".to_owned(),
            ),
            Self::NotSo => (
                "Cette adresse ne s’ouvre pas ainsi",
                "Revenez à la page précédente et utilisez ses boutons.".to_owned(),
            ),
            Self::TooSlow => (
                "La réponse a pris trop de temps",
                "Recommencez dans un instant. Si vous enregistriez quelque chose, vérifiez d’abord si c’est fait.".to_owned(),
            ),
            Self::Broken(id) => (
                "Quelque chose s’est mal passé de notre côté",
                format!("Recommencez dans un instant. Si cela continue, donnez ce numéro en nous écrivant\u{a0}: {id}"),
            ),
        }
    }
}

/// « 1 seconde », « 40 secondes », « 12 minutes ».
fn wait(seconds: u64) -> String {
    if seconds < 90 {
        plural(seconds, "seconde", "secondes")
    } else {
        plural(seconds.div_ceil(60), "minute", "minutes")
    }
}

/// What surrounds the page.
#[must_use]
pub fn page(trouble: &Trouble) -> Page {
    Page { title: trouble.texts().0.to_owned(), private: true, ..Page::default() }
}

/// The button that asks for a new link in place of one that was good once; the way in, where an account is missing.
fn renewal(trouble: &Trouble) -> Option<AnyView> {
    if *trouble == Trouble::NoAccount {
        let way_in = view! { <div class="actions"><a class="button button-sun" href="/connexion">"Se connecter"</a></div> };
        return Some(way_in.into_any());
    }
    if *trouble == Trouble::FactorAwaited {
        let code = view! { <div class="actions"><a class="button button-sun" href="/connexion/second">"Donner le code"</a></div> };
        return Some(code.into_any());
    }
    let (Trouble::PastLink(token) | Trouble::Published(token)) = trouble else { return None };
    if token.is_empty() {
        return None;
    }
    let form = view! {
        <form method="post" action="/liens">
            <input type="hidden" name="jeton" value=token.clone()/>
            <div class="actions"><button class="button button-sun">"Recevoir un nouveau lien"</button></div>
        </form>
    };
    Some(form.into_any())
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
                {renewal(trouble)}
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
