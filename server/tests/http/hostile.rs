//! Hostile text in every text field of every form: it is shown as it was typed, and never runs, on pages nor in mails.

use crate::browser::{Browser, signed_in};
use crate::client::{HERE, Response, Service, token};
use domain::access::Grant;
use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeSet;

const HOSTILE: &str =
    "x\"'><script>alert(1)</script><img src=x onerror=alert(2)><a href=javascript:alert(3)>y</a>";
/// Addresses of sites, as somebody would have them run.
const ADDRESSES: [&str; 3] = [
    "javascript:alert(1)",
    "https://x.example/\"><script>alert(1)</script>",
    "data:text/html,<script>alert(1)</script>",
];

/// What a field says where a form takes it.
fn valid(name: &str) -> Option<String> {
    let said = match name {
        "courriel" | "contact" | "personne-courriel" => "camille@ville.example",
        "personne-telephone" => "05 61 00 00 00",
        "reference-annee" => "2025",
        "label-debut" | "label-fin" => "2027-01-12",
        "activite-cpv" => "77310000",
        "activite-zones" => "C31555",
        "prestation-min" | "prestation-max" | "prestation-delai" | "reference-montant" => "12",
        "activite-heures" | "activite-minimum" => "12",
        "date" => "2027-01-12",
        "lancement" | "debut" => "2027-02-01",
        "ou" | "lieu" | "ajout-zones" => "C31555",
        "cpv" => "77310000",
        "mois" | "heures" | "heures-insertion" | "poids-social" | "poids-environnement" => "12",
        "siret" => return None,
        _ if name.starts_with("montant") => "12000",
        _ if name.starts_with("zones") => "C31555",
        _ => return Some(HOSTILE.to_owned()),
    };
    Some(said.to_owned())
}

/// What is filled into the text fields of a form.
#[derive(Clone, Copy)]
enum Filling {
    /// Hostile text everywhere: it is refused, and shown again.
    Everywhere,
    /// Hostile text where text is taken.
    WhereTaken,
    /// A hostile address of a site, and hostile text where text is taken.
    Site(&'static str),
}

impl Filling {
    fn of(self, name: &str, shown: &str) -> String {
        match self {
            Self::Everywhere => HOSTILE.to_owned(),
            Self::Site(address) if name == "profil" || name == "site" => address.to_owned(),
            _ => valid(name).unwrap_or_else(|| shown.to_owned()),
        }
    }
}

/// A form that was found on a page: where it goes, what it says, and the names of its text fields.
struct Found {
    action: String,
    pairs: Vec<(String, String)>,
    text_fields: Vec<String>,
}

fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).expect("a selector")).collect()
}

/// The forms of a page, each once for each of its buttons.
fn forms(page: &Response, filling: Filling) -> Vec<Found> {
    let html = Html::parse_document(&page.text);
    let mut found = Vec::new();
    for form in all(&html, "form[method=post]") {
        let id = form.value().attr("id");
        let is_of = |element: &ElementRef<'_>| match element.value().attr("form") {
            Some(of) => Some(of) == id,
            None => element.ancestors().any(|node| node.id() == form.id()),
        };
        let (mut pairs, mut text_fields) = (Vec::new(), Vec::new());
        for field in all(&html, "input, textarea, select").iter().filter(|field| is_of(field)) {
            let attribute = |name: &str| field.value().attr(name);
            let Some(name) = attribute("name") else { continue };
            let shown = attribute("value").unwrap_or_default();
            match (field.value().name(), attribute("type").unwrap_or("text")) {
                ("textarea", _) => {
                    text_fields.push(name.to_owned());
                    pairs.push((name.to_owned(), filling.of(name, &field.text().collect::<String>())));
                }
                ("select", _) => {
                    let options = Selector::parse("option[selected], option").expect("a selector");
                    let chosen =
                        field.select(&options).next().and_then(|option| option.value().attr("value"));
                    pairs.push((name.to_owned(), chosen.unwrap_or_default().to_owned()));
                }
                (_, "hidden") => pairs.push((name.to_owned(), shown.to_owned())),
                (_, "checkbox" | "radio") => {
                    if attribute("checked").is_some() {
                        pairs.push((name.to_owned(), attribute("value").unwrap_or("on").to_owned()));
                    }
                }
                (_, "file") => {}
                _ => {
                    text_fields.push(name.to_owned());
                    pairs.push((name.to_owned(), filling.of(name, shown)));
                }
            }
        }
        let action = form.value().attr("action").unwrap_or_default().to_owned();
        let buttons: Vec<_> = all(&html, "button").into_iter().filter(is_of).collect();
        for button in buttons {
            let mut pairs = pairs.clone();
            if let (Some(name), Some(value)) = (button.value().attr("name"), button.value().attr("value")) {
                pairs.push((name.to_owned(), value.to_owned()));
            }
            let action = button.value().attr("formaction").unwrap_or(&action).to_owned();
            found.push(Found { action, pairs, text_fields: text_fields.clone() });
        }
    }
    found
}

/// Nothing of a page, or of a mail, runs what somebody typed.
fn inert(html: &str, of: &str) {
    let html = Html::parse_document(html);
    for element in all(&html, "*") {
        let name = element.value().name();
        // What programs read of a page is no script, and nothing in it ends the element.
        let is_data = element.value().attr("type") == Some("application/ld+json")
            && !element.inner_html().contains('<');
        assert!(name != "script" || is_data, "{of}: {}", element.html());
        for (attribute, value) in element.value().attrs() {
            assert!(!attribute.starts_with("on"), "{of}: {}", element.html());
            let leads =
                matches!(attribute, "href" | "src" | "action" | "formaction" | "xlink:href" | "style");
            let value = value.trim().to_ascii_lowercase();
            let runs = value.starts_with("javascript:") || value.starts_with("data:text") || value == "x";
            assert!(!(leads && runs), "{of}: {}", element.html());
        }
    }
}

fn encoded(pairs: &[(String, String)]) -> String {
    let one = |(name, value): &(String, String)| {
        format!("{}={}", app::urls::encoded(name), app::urls::encoded(value))
    };
    pairs.iter().map(one).collect::<Vec<_>>().join("&")
}

/// Fills every form of some pages, and looks at what comes back. What ends something, or signs out, is left alone.
async fn fill(browser: &Browser<'_>, pages: &[String], filling: Filling, filled: &mut BTreeSet<String>) {
    for path in pages {
        let page = browser.get(path).await;
        inert(&page.text, path);
        for form in forms(&page, filling) {
            let ends = ["/liens/invalider", "/deconnexion"].contains(&form.action.as_str())
                || form.pairs.iter().any(|(name, value)| {
                    name == "statut" || value == "effacer" || value == "retirer" || value == "quitter"
                });
            if ends {
                continue;
            }
            let action = if form.action.is_empty() { path.clone() } else { form.action.clone() };
            let answer = browser.post(&action, &encoded(&form.pairs)).await;
            let of = format!("{action} {:?}", form.pairs);
            assert!(answer.status.as_u16() < 500, "{of}: {}", answer.status);
            inert(&answer.text, &of);
            if answer.status.as_u16() == 303 {
                let to = answer.header("location").trim_start_matches(HERE);
                inert(&browser.get(to).await.text, to);
            }
            let at = action.split('?').next().unwrap_or_default();
            filled.extend(form.text_fields.iter().map(|name| format!("{at} {name}")));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_inert_in_every_field() {
    let flags =
        ["place", "--public-url", HERE, "--posts-per-minute", "1000000", "--mails-per-hour", "1000000"];
    let service = Service::with(&flags).await;
    let nobody = Browser { service: &service, cookie: String::new() };
    let mut filled = BTreeSet::new();
    let mut mails = Vec::new();

    for filling in [Filling::Everywhere, Filling::WhereTaken] {
        fill(&nobody, &["/besoins/nouveau".to_owned(), "/connexion".to_owned()], filling, &mut filled).await;
    }
    mails.extend(service.mails().await);
    // A need whose words find structures, that goes on with hostile ones.
    let form = "quoi=Entretien+d%27espaces+verts&ou=C31555&date=2027-01-12&courriel=achats%40ville.example&etape=envoyer";
    service.post("/besoins/nouveau", form).await;
    let sent = service.mails().await;
    let prepare = token(&sent[0], "/besoins/preparer");
    let confirm = token(&sent[0], "/besoins/confirmer");
    let overview = nobody.get(&format!("/besoins/preparer?jeton={prepare}")).await;
    let mut steps: Vec<String> = overview.attributes("main a[href^='/besoins/preparer/']", "href");
    steps.push(format!("/besoins/preparer/partage?jeton={prepare}"));
    assert!(steps.len() > 6, "{steps:?}");
    let fillings = [Filling::Everywhere, Filling::WhereTaken].into_iter().chain(ADDRESSES.map(Filling::Site));
    for filling in fillings {
        let steps: Vec<String> = steps.iter().filter(|step| !step.contains("relire")).cloned().collect();
        fill(&nobody, &steps, filling, &mut filled).await;
    }
    mails.extend(service.mails().await);
    let published = service.post("/besoins/confirmer", &format!("jeton={confirm}")).await;
    assert!(published.status.as_u16() < 400, "{}", published.texts("main").join(" "));
    let sent = service.mails().await;
    let answer =
        sent.iter().find(|mail| mail.mail.text.contains("/besoins/repondre")).expect("somebody is told");
    let answer = token(answer, "/besoins/repondre");
    let own = sent.iter().find(|mail| mail.mail.text.contains("/besoins/suivre?")).expect("the author’s");
    let follow = token(own, "/besoins/suivre");
    mails.extend(sent);
    let grant = service.backend.actor_of(&answer).await.expect("read").grant().expect("a link");
    let (need, siret) = (grant.need().expect("a need"), grant.structure().expect("a structure"));

    let structure_pages = [
        format!("/besoins/echanger?jeton={answer}"),
        format!("/besoins/repondre?jeton={answer}&reponse=interested"),
        format!("/besoins/repondre?jeton={answer}&reponse=declined"),
        format!("/besoins/{need}"),
        format!("/signaler?besoin={need}"),
        format!("/signaler?structure={siret}"),
        app::urls::structure_url(&service.backend.structure_show(siret).expect("it was told").structure),
    ];
    let author_pages = [
        format!("/besoins/suivre?jeton={follow}"),
        format!("/besoins/suivre/structure?jeton={follow}&siret={siret}"),
        format!("/besoins/suivre/questions?jeton={follow}"),
        format!("/besoins/suivre/comparer?jeton={follow}"),
        format!("/besoins/suivre/relancer?jeton={follow}"),
        format!("/besoins/suivre/attribuer?jeton={follow}"),
        format!("/besoins/preparer/partage?jeton={follow}"),
    ];
    for filling in [Filling::Everywhere, Filling::WhereTaken] {
        fill(&nobody, &structure_pages, filling, &mut filled).await;
        fill(&nobody, &author_pages, filling, &mut filled).await;
        mails.extend(service.mails().await);
    }

    let contact = service.backend.store.structure_fetch(siret).await.expect("read").expect("there").contact;
    let head = signed_in(&service, contact.expect("it was told").as_str()).await;
    head.post("/espace/rejoindre", &format!("siret={siret}")).await;
    let space = [
        "/espace",
        "/espace/compte",
        "/espace/rejoindre",
        "/espace/organisations",
        "/espace/territoires",
        "/espace/listes",
        "/espace/second-facteur",
        "/espace/connexions",
    ];
    let mut own: Vec<String> = space.map(str::to_owned).to_vec();
    let about = backend::links::reference_text(Grant::StructureManage(siret));
    own.push(format!("/structures/{siret}/gerer?jeton={about}"));
    own.push(format!("/structures/{siret}/gerer/catalogue?jeton={about}"));
    own.push(format!("/espace/structures/{siret}/membres"));
    let fillings = [Filling::Everywhere, Filling::WhereTaken].into_iter().chain(ADDRESSES.map(Filling::Site));
    for filling in fillings {
        fill(&head, &own, filling, &mut filled).await;
    }
    mails.extend(service.mails().await);

    let author = signed_in(&service, "achats@ville.example").await;
    for page in [
        "/".to_owned(),
        "/besoins".to_owned(),
        "/structures?q=x".to_owned(),
        app::urls::structure_url(&service.backend.structure_show(siret).expect("it was told").structure),
        format!("/besoins/{need}"),
        format!("/besoins/{need}/structures"),
        "/espace".to_owned(),
        format!("/espace/organisations?cherche={}", app::urls::encoded(HOSTILE)),
        format!("/besoins/suivre/trace?jeton={follow}"),
        format!("/structures?q={}", app::urls::encoded(HOSTILE)),
        format!("/territoires?territoire={}", app::urls::encoded(HOSTILE)),
        format!("/heures?montant={}", app::urls::encoded(HOSTILE)),
        format!("/connexion?vers={}", app::urls::encoded(HOSTILE)),
        format!("/connexion/code?demande={}&vers=x", app::urls::encoded(HOSTILE)),
    ]
    .iter()
    .chain(&structure_pages)
    .chain(&author_pages)
    {
        let answer = author.get(page).await;
        assert!(answer.status.as_u16() < 500, "{page}");
        inert(&answer.text, page);
    }
    let shown = author.get(&format!("/besoins/{need}")).await;
    assert!(
        shown.texts("main").join(" ").contains("<script>alert(1)</script>"),
        "it is shown as it was typed"
    );
    let fiche =
        app::urls::structure_url(&service.backend.structure_show(siret).expect("it was told").structure);
    let fiche = author.get(&fiche).await.texts("main").join(" ");
    for heading in ["Ce qu’elle vend", "Pour qui elle a travaillé", "Labels"] {
        assert!(fiche.contains(heading), "the catalogue was taken: {heading} in {fiche}");
    }
    let program = author.get("/api/v1/needs").await;
    assert!(program.header("content-type").starts_with("application/json"));
    assert!(mails.len() > 5, "{} mails", mails.len());
    for sent in &mails {
        inert(&sent.mail.html, &sent.mail.subject);
        assert!(!sent.mail.subject.contains(['\r', '\n']), "{}", sent.mail.subject);
    }
    println!("{} text fields, {} mails", filled.len(), mails.len());
    assert!(filled.len() > 85, "{} text fields: {filled:#?}", filled.len());
}
