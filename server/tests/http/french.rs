//! French as it is printed, on the pages and in the mails of the demonstration set: apostrophes, spaces, articles.

use crate::client::{HERE, Response, Service, token};
use crate::{browser, catalogues};
use scraper::{Html, Node};
use std::collections::BTreeSet;

const NEED: &str = "quoi=Blanchisserie+des+draps&ou=D31&date=2027-01-12&courriel=achats%40ville.example";

type Rule = (&'static str, fn(&str) -> bool);

/// What is wrong, wherever it stands.
const WRONG: [Rule; 6] = [
    ("a straight apostrophe", |text| {
        let letters: Vec<char> = text.chars().collect();
        letters.windows(3).any(|w| w[0].is_alphabetic() && w[1] == '\'' && w[2].is_alphabetic())
    }),
    ("an article that melts into « de » or « à »", |text| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let melts = |w: &[&str]| matches!(w[0], "de" | "à") && matches!(w[1], "Le" | "Les" | "LE" | "LES");
        words.windows(2).any(melts)
    }),
    ("a colon after a colon", |text| text.split_whitespace().collect::<String>().contains("::")),
    ("no job at all", |text| text.replace('\u{a0}', " ").contains("0,0 équivalent")),
    ("a space that breaks before a sign", |text| {
        let mut pieces = text.split(' ').skip(1);
        pieces.any(|after| after.starts_with([':', ';', '?', '!', '»']))
    }),
    ("a space that breaks after a sign", |text| text.contains("« ")),
];

/// What people read of a page: its texts, and the attributes that are read out or shown.
fn read(html: &str) -> Vec<String> {
    const READ: [&str; 5] = ["aria-label", "title", "placeholder", "alt", "label"];
    let page = Html::parse_document(html);
    let mut read = Vec::new();
    for node in page.tree.nodes() {
        match node.value() {
            Node::Text(text) => {
                let of = node.parent().and_then(|parent| parent.value().as_element());
                if !of.is_some_and(|of| matches!(of.name(), "script" | "style")) {
                    read.push(text.replace('\n', " "));
                }
            }
            Node::Element(element) => {
                read.extend(READ.iter().filter_map(|name| element.attr(name)).map(str::to_owned));
            }
            _ => {}
        }
    }
    read
}

/// What was read, and what is wrong in it.
#[derive(Default)]
struct Reader {
    wrong: BTreeSet<String>,
    texts: usize,
}

impl Reader {
    fn look(&mut self, at: &str, text: &str) {
        self.texts += 1;
        let broken = WRONG.iter().filter(|(_, is_broken)| is_broken(text));
        self.wrong.extend(broken.map(|(name, _)| format!("{name}: « {} » ({at})", text.trim())));
    }

    fn page(&mut self, at: &str, answer: &Response) {
        read(&answer.text).iter().for_each(|text| self.look(at, text));
    }

    async fn get(&mut self, service: &Service, path: &str) -> Response {
        let answer = service.get(path).await;
        self.page(path, &answer);
        answer
    }

    /// The mails that were sent: subjects, texts, HTML.
    async fn mails(&mut self, service: &Service) -> Vec<backend::mail::Sent> {
        let mails = service.mails().await;
        for sent in &mails {
            let mail = &sent.mail;
            self.look("subject", &mail.subject);
            mail.text.lines().for_each(|line| self.look(&mail.subject, line));
            read(&mail.html).iter().for_each(|text| self.look(&mail.subject, text));
        }
        mails
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_mails_are_printed_french() {
    let service = Service::demo().await;
    let mut reader = Reader::default();
    let catalogue = service.backend.index.catalogue();
    for path in [
        "/",
        "/structures",
        "/structures?q=entretien+espaces+verts&territoire=Toulouse",
        "/structures?territoire=D31&reserve=siae&niveau=possible",
        "/structures?territoire=rien&secteur=rien",
        "/besoins",
        "/besoins?clos=1",
        "/besoins/nouveau",
        "/territoires",
        "/territoires/R93",
        "/territoires/D31",
        "/territoires/C31555",
        "/territoires/E243100518",
        "/algorithme",
        "/regles",
        "/heures",
        "/heures?montant=1000&main-d-oeuvre=5",
        "/mentions-legales",
        "/donnees-personnelles",
        "/accessibilite",
        "/rien",
        "/besoins/confirmer?jeton=faux",
    ] {
        reader.get(&service, path).await;
    }
    for entry in catalogue.structures().take(60) {
        reader.get(&service, &app::urls::structure_url(&entry.structure)).await;
    }
    for need in catalogue.needs() {
        reader.get(&service, &format!("/besoins/{}", need.need.id)).await;
        reader.get(&service, &format!("/besoins/{}/structures", need.need.id)).await;
    }

    let wrong = service.post("/besoins/nouveau", "quoi=x&ou=Saint-Denis&date=hier&courriel=x&heures=x").await;
    reader.page("the form, refused", &wrong);
    reader.page("the check", &service.post("/besoins/nouveau", &format!("{NEED}&reservation=siae")).await);

    let kept = service.post("/besoins/nouveau", &format!("{NEED}&etape=preparer")).await;
    let draft = kept.header("location").split_once("jeton=").expect("a token").1.to_owned();
    for form in
        ["faire=ajouter", "lot=1&montant-max=300000&mois=36&heures=3", "lot=1&montant-max=300000&mois=36"]
    {
        let answer = service.post("/besoins/preparer/lot", &format!("jeton={draft}&{form}")).await;
        reader.page(form, &answer);
    }
    for step in ["", "/objet", "/acheteur", "/lot", "/droit", "/conseil", "/pieces", "/questions", "/relire"]
    {
        reader.get(&service, &format!("/besoins/preparer{step}?jeton={draft}")).await;
    }
    reader.mails(&service).await;

    let sent = service.post("/besoins/nouveau", &format!("{NEED}&etape=envoyer")).await;
    reader.get(&service, sent.header("location").strip_prefix(HERE).expect("our own page")).await;
    let confirm = token(&reader.mails(&service).await[0], "/besoins/confirmer");
    reader.get(&service, &format!("/besoins/confirmer?jeton={confirm}")).await;
    let published = service.post("/besoins/confirmer", &format!("jeton={confirm}")).await;
    reader.get(&service, published.header("location").strip_prefix(HERE).expect("our own page")).await;
    let told = reader.mails(&service).await;
    let alert = told.iter().find(|m| m.mail.text.contains("/besoins/repondre")).expect("somebody is told");
    let answer = token(alert, "/besoins/repondre");
    for reply in ["interested", "declined"] {
        reader.get(&service, &format!("/besoins/repondre?jeton={answer}&reponse={reply}")).await;
        let answered = service.post("/besoins/repondre", &format!("jeton={answer}&reponse={reply}")).await;
        reader.page("an answer", &answered);
    }
    for entry in catalogue.structures().filter(|e| e.structure.is_told()).take(3) {
        service.post(&format!("/structures/{}/lien", entry.structure.siret), "").await;
    }
    for sent in reader.mails(&service).await.iter().filter(|m| m.mail.text.contains("/gerer")) {
        let path = sent.mail.text.split_once(&format!("{HERE}/structures/")).expect("a link").1;
        let path = path.split_whitespace().next().unwrap_or_default();
        reader.get(&service, &format!("/structures/{path}")).await;
    }

    space(&mut reader, &service).await;

    let wrong: Vec<&str> = reader.wrong.iter().map(String::as_str).collect();
    assert!(reader.texts > 10_000, "{} texts", reader.texts);
    assert!(wrong.is_empty(), "{} to correct:\n{}", wrong.len(), wrong.join("\n"));
}

/// What somebody who signs in reads: the way in, its space, its structure's members.
async fn space(reader: &mut Reader, service: &Service) {
    reader.get(service, "/connexion").await;
    reader.page("an address that is none", &service.post("/connexion", "courriel=x").await);
    let asked = browser::asked(&service.post("/connexion", "courriel=x%40ville.example").await);
    let mails = reader.mails(service).await;
    let link = token(&mails[0], "/connexion/lien");
    reader.get(service, &format!("/connexion/lien?jeton={link}")).await;
    reader.get(service, &format!("/connexion/code?demande={asked}")).await;
    let wrong = service.post("/connexion/code", &format!("demande={asked}&code=1")).await;
    reader.page("a wrong code", &wrong);
    service.post("/connexion/lien", &format!("jeton={link}")).await;
    reader.get(service, &format!("/connexion/lien?jeton={link}")).await;

    let catalogue = service.backend.index.catalogue();
    let structure =
        &catalogue.structures().find(|e| e.structure.is_told()).expect("one with a contact").structure;
    let (siret, contact) = (structure.siret, structure.contact.as_ref().expect("a contact"));
    let head = browser::signed_in(service, contact.as_str()).await;
    let joined = head.post("/espace/rejoindre", &format!("siret={siret}")).await;
    assert_eq!(joined.header("location"), "/espace?fait=membre");
    let stranger = browser::signed_in(service, "achats@ville.example").await;
    for page in [
        "/espace",
        "/espace?fait=membre",
        "/espace/connexions?fait=1",
        "/espace/rejoindre",
        "/espace/compte?fait=garde",
        "/espace/catalogues",
    ] {
        for browser in [&head, &stranger] {
            reader.page(page, &browser.get(page).await);
        }
    }
    let file = format!(
        "siret;secteur;forme;zones;statut;présentation;couleur\n{siret};Traductions;prestation;FR;;Le linge;\n\
         {siret};Traductions;prestation;FR;;;\n{siret};;magie;FR;-;Un autre;\n{siret};;;;;;\n12;;;;;;\n"
    );
    let preview = catalogues::sent(&head, "a.csv", file.as_bytes()).await;
    reader.page("what a catalogue would change", &preview);
    for again in ["what a catalogue changed", "what it changes no more"] {
        let applied = head.post("/espace/catalogues/appliquer", &catalogues::button(&preview)).await;
        reader.page(again, &applied);
    }
    reader.page("no catalogue", &catalogues::sent(&head, "a.csv", b"bonjour").await);
    reader.page("no such structure", &stranger.post("/espace/rejoindre", "siret=73282932000074").await);
    reader.page("a code is asked for", &stranger.post("/espace/rejoindre", &format!("siret={siret}")).await);
    let wrong = stranger.post("/espace/rejoindre/code", &format!("siret={siret}&code=1")).await;
    reader.page("a wrong code", &wrong);
    let members = format!("/espace/structures/{siret}/membres");
    reader.page("not a member", &stranger.get(&members).await);
    head.post(&members, "action=inviter&courriel=achats%40ville.example").await;
    reader.mails(service).await;
    reader.page("an invitation", &stranger.get("/espace").await);
    stranger.post(&format!("/espace/invitations/{siret}"), "reponse=oui").await;
    for browser in [&head, &stranger] {
        reader.page(&members, &browser.get(&members).await);
        reader.page("the fiche", &browser.get(&format!("/structures/{siret}/gerer")).await);
    }
    head.post("/espace/compte", "action=effacer").await;
    reader.page("an account that closes", &head.get("/espace/compte").await);
    head.post("/espace/compte", "action=garder").await;
    reader.page("the last responsable", &head.post(&members, "action=quitter").await);
    let account = head.get(&members).await.attributes("input[name=compte]", "value").remove(0);
    head.post(&members, &format!("action=responsible&compte={account}")).await;
    head.post(&members, &format!("action=retirer&compte={account}")).await;
    reader.mails(service).await;
}

/// The rules see what they are there for.
#[test]
fn what_is_wrong_is_seen() {
    for (text, wrong) in [
        ("l'atelier", 1),
        ("la fiche de Le Relais", 1),
        ("à Les Jardins", 1),
        ("soit 0,0 équivalent temps plein", 1),
        ("Pourquoi ?", 1),
        ("« oui »", 2),
        ("Elle a besoin de le savoir", 0),
        ("implique : : rien", 2),
        ("la fiche du Relais, l’atelier, «\u{a0}oui\u{a0}»\u{a0}: à 10:30", 0),
    ] {
        let mut reader = Reader::default();
        reader.look("here", text);
        assert_eq!(reader.wrong.len(), wrong, "{:?}", reader.wrong);
    }
}
