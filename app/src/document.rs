//! The document around every page, and how a page becomes text.

use hydration_context::SsrSharedContext;
use leptos::config::LeptosOptions;
use leptos::hydration::HydrationScripts;
use leptos::nonce::Nonce;
use leptos::prelude::*;
use leptos::tachys::view::Position;
use std::sync::Arc;

/// What a page is, besides its body.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// What the tab says, without the name of the service.
    pub title: String,
    /// Which entry of the menu is current.
    pub section: Option<Section>,
    /// Whether it holds islands: only then scripts are sent.
    pub islands: bool,
    /// Whether search engines should leave it out: pages behind signed links.
    pub private: bool,
    /// What other sites and search engines show of it.
    pub card: Option<Card>,
}

/// That the page is shown to an administrator who acts in the place of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportShown {
    /// In whose.
    pub address: String,
    /// Why.
    pub why: String,
    /// Until when: « le 27 novembre 2026 à 15 h 40 ».
    pub until: String,
}

fn support(shown: SupportShown) -> AnyView {
    let SupportShown { address, why, until } = shown;
    view! {
        <section class="support" aria-label="Vous agissez à la place de quelqu’un">
            <div class="page">
                <p><strong>{format!("Vous agissez à la place de {address}")}</strong>{format!(", pour l’aider\u{a0}: {why}. Jusqu’au {until}. Le journal garde votre nom.")}</p>
                <form method="post" action="/aide/fin"><button class="button">"Revenir à mon compte"</button></form>
            </div>
        </section>
    }
    .into_any()
}

/// What other sites and search engines show of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its one address, whole.
    pub url: String,
    /// What it is called there.
    pub title: String,
    /// What it is about, in a sentence.
    pub description: String,
    /// The same for programs (schema.org, JSON-LD), if there is something to say.
    pub data: Option<serde_json::Value>,
}

/// What programs read of a page. Nothing in it can end the element that holds it.
fn data_text(data: &serde_json::Value) -> String {
    data.to_string().replace('<', "\\u003c")
}

/// A line of what sites of messages and networks show (Open Graph).
fn open_graph(name: &str, content: &str) -> impl IntoView + use<> {
    leptos::html::meta().attr("property", format!("og:{name}")).content(content.to_owned())
}

fn card(card: Card) -> AnyView {
    let data = card
        .data
        .map(|data| view! { <script type="application/ld+json" inner_html=data_text(&data)></script> });
    view! {
        <link rel="canonical" href=card.url.clone()/>
        <meta name="description" content=card.description.clone()/>
        {open_graph("type", "website")}
        {open_graph("site_name", "La Place des marchés")}
        {open_graph("locale", "fr_FR")}
        {open_graph("title", &card.title)}
        {open_graph("description", &card.description)}
        {open_graph("url", &card.url)}
        {data}
    }
    .into_any()
}

/// An entry of the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// `/structures`.
    Structures,
    /// `/besoins`.
    Needs,
    /// `/territoires`.
    Territories,
    /// `/heures`.
    Hours,
    /// `/algorithme`.
    Ranking,
    /// `/espace`.
    Space,
}

/// Where the things are that every page links to.
#[derive(Debug, Clone)]
pub struct Assets {
    /// Address of the style sheet, with a hash of its content.
    pub style: String,
    /// What Leptos must know of the browser build; `None` when there is none: pages then work without.
    pub scripts: Option<LeptosOptions>,
}

const MENU: [(Section, &str, &str); 6] = [
    (Section::Structures, "/structures", "Structures"),
    (Section::Needs, "/besoins", "Besoins"),
    (Section::Territories, "/territoires", "Territoires"),
    (Section::Hours, "/heures", "Heures d’insertion"),
    (Section::Ranking, "/algorithme", "Classement"),
    (Section::Space, "/espace", "Mon espace"),
];

/// A page of twenty results, in bytes, with room to spare: the text is written once and never moved.
const USUAL_LENGTH: usize = 48 * 1024;

/// Renders a whole page. `nonce` is what the policy of the page lets its scripts through by; `acts` says that its reader acts in
/// the place of somebody.
pub fn render<V: IntoView>(
    assets: &Assets,
    page: &Page,
    (nonce, acts): (Option<String>, Option<SupportShown>),
    body: impl FnOnce() -> V,
) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let mut html = String::with_capacity(USUAL_LENGTH);
    html.push_str("<!DOCTYPE html>");
    owner.with(|| {
        if let Some(nonce) = nonce {
            provide_context(Nonce::from_value(nonce));
        }
        let first = &mut Position::FirstChild;
        document(assets, page, acts, body()).to_html_with_buf(&mut html, first, true, false, Vec::new());
    });
    owner.cleanup();
    html
}

/// Renders a part of a page: what an island puts in place of what it shows.
pub fn fragment(body: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new_root(None);
    let html = owner.with(|| body().to_html());
    owner.cleanup();
    html
}

fn document<V: IntoView>(
    assets: &Assets,
    page: &Page,
    acts: Option<SupportShown>,
    body: V,
) -> impl IntoView + use<V> {
    let title = if page.title.is_empty() {
        "La Place des marchés\u{a0}: trouver une structure d’insertion".to_owned()
    } else {
        format!("{} – La Place des marchés", page.title)
    };
    let scripts = assets.scripts.clone().filter(|_| page.islands);
    let section = page.section;
    let private = page.private;
    let shared = page.card.clone().map(card);
    let style = assets.style.clone();
    view! {
        <html lang="fr">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>{title}</title>
                <meta name="theme-color" content="#083a2c"/>
                {shared}
                {private.then(|| view! { <meta name="robots" content="noindex"/> })}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=style/>
                {scripts.map(|options| view! { <HydrationScripts options islands=true/> })}
            </head>
            <body>
                <a class="skip" href="#contenu">"Aller au contenu"</a>
                {acts.map(support)}
                {header(section)}
                <main id="contenu" tabindex="-1">{body}</main>
                {footer()}
            </body>
        </html>
    }
}

fn header(section: Option<Section>) -> impl IntoView {
    let entries = MENU
        .into_iter()
        .map(|(entry, href, label)| {
            view! {
                <li>
                    <a href=href aria-current=(section == Some(entry)).then_some("page")>{label}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <header class="header">
            <div class="page header-row">
                <a class="brand" href="/">
                    <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                        <rect class="mark-sun" width="11" height="11" rx="2.5"></rect>
                        <rect class="mark-white" x="13" width="11" height="11" rx="2.5"></rect>
                        <rect class="mark-sage" y="13" width="11" height="11" rx="2.5"></rect>
                        <rect class="mark-sun" x="13" y="13" width="11" height="11" rx="2.5"></rect>
                    </svg>
                    "La Place des marchés"
                </a>
                <details class="menu fold"><summary>"Menu"</summary></details>
                <nav class="nav" aria-label="Navigation principale"><ul>{entries}</ul></nav>
            </div>
        </header>
    }
}

fn footer() -> impl IntoView {
    view! {
        <footer class="footer">
            <div class="page footer-row">
                <div>
                    <h2>"La Place des marchés"</h2>
                    <p>
                        "Un service de rapprochement et d’alerte. Il ne reçoit aucune offre\u{a0}: celles-ci se déposent toujours sur le profil d’acheteur."
                    </p>
                </div>
                <div>
                    <h2>"Comprendre"</h2>
                    <ul>
                        <li><a href="/algorithme">"Comment le classement est fait"</a></li>
                        <li><a href="/regles">"Les règles de droit"</a></li>
                        <li><a href="/heures">"Calculer les heures d’insertion"</a></li>
                        <li><a href="/api/v1/openapi.json">"Données ouvertes et API"</a></li>
                    </ul>
                </div>
                <div>
                    <h2>"Le service"</h2>
                    <ul>
                        <li><a href="/accessibilite">"Accessibilité\u{a0}: non conforme"</a></li>
                        <li><a href="/mentions-legales">"Mentions légales"</a></li>
                        <li><a href="/donnees-personnelles">"Données personnelles"</a></li>
                    </ul>
                </div>
            </div>
        </footer>
    }
}
