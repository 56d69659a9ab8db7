//! Pages and forms.

use crate::client::{HERE, Service, token};
use std::collections::BTreeSet;

const NEED: &str = "quoi=Blanchisserie+des+draps&ou=C31555&date=2027-01-12&courriel=achats%40ville.example";

#[tokio::test(flavor = "multi_thread")]
async fn every_page_answers() {
    let service = Service::demo().await;
    let catalogue = service.backend.index.catalogue();
    let structure = &catalogue.structures().next().expect("a structure").structure;
    let siret = structure.siret;
    let need = catalogue.needs().next().expect("a need").need.id;
    let pages = [
        ("/".to_owned(), 200),
        ("/structures".to_owned(), 200),
        ("/structures?q=entretien+espaces+verts&territoire=C31555".to_owned(), 200),
        ("/structures?territoire=Zzzz&page=99999&type=x".to_owned(), 200),
        (app::urls::structure_url(structure), 200),
        (format!("/structures/{siret}"), 308),
        (format!("/structures/{siret}/qr.svg"), 200),
        ("/structures/00000000000000".to_owned(), 404),
        ("/structures/rien".to_owned(), 404),
        (format!("/structures/{siret}/gerer?jeton=faux"), 410),
        ("/besoins".to_owned(), 200),
        ("/besoins?q=blanchisserie&reserve=siae&clos=1".to_owned(), 200),
        ("/besoins/nouveau".to_owned(), 200),
        ("/besoins/nouveau?quoi=traiteur&ou=69".to_owned(), 200),
        (format!("/besoins/{need}"), 200),
        (format!("/besoins/{need}/structures"), 200),
        (format!("/besoins/{need}/structures?page=9999"), 200),
        ("/besoins/rien".to_owned(), 404),
        ("/besoins/envoye?a=x%40y.example".to_owned(), 200),
        ("/besoins/confirmer?jeton=faux".to_owned(), 410),
        ("/besoins/suivre".to_owned(), 410),
        ("/besoins/repondre?jeton=faux".to_owned(), 410),
        ("/messages/arreter?jeton=faux".to_owned(), 410),
        ("/territoires".to_owned(), 200),
        ("/territoires?territoire=nulle+part+du+tout".to_owned(), 200),
        ("/territoires?territoire=Toulouse".to_owned(), 303),
        ("/territoires/R76".to_owned(), 200),
        ("/territoires/D48".to_owned(), 200),
        ("/territoires/E243100518".to_owned(), 200),
        ("/territoires/C31555".to_owned(), 200),
        ("/territoires/X1".to_owned(), 404),
        ("/algorithme".to_owned(), 200),
        ("/mentions-legales".to_owned(), 200),
        ("/donnees-personnelles".to_owned(), 200),
        ("/accessibilite".to_owned(), 200),
        ("/favicon.svg".to_owned(), 200),
        ("/robots.txt".to_owned(), 200),
        ("/health/live".to_owned(), 200),
        ("/health/ready".to_owned(), 200),
        ("/rien".to_owned(), 404),
    ];
    for (path, status) in pages {
        let answer = service.get(&path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        if answer.header("content-type").starts_with("text/html") {
            assert_eq!(answer.texts("h1").len(), 1, "one h1 on {path}");
            assert!(!answer.texts("title")[0].is_empty(), "{path}");
            assert!(!answer.text.contains(" style="), "no inline style on {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_comes_back_with_its_errors() {
    let service = Service::demo().await;
    let answer = service
        .post("/besoins/nouveau", "quoi=Blanchisserie&ou=Zzzz&date=hier&courriel=x&heures=abc&details=a%0Ab")
        .await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(answer.texts("title")[0].starts_with("Erreur"));
    let links = answer.attributes(".error-summary a", "href");
    assert_eq!(links, ["#ou", "#date", "#courriel", "#heures"]);
    for link in links {
        assert_eq!(answer.attributes(&format!("input{link}"), "aria-invalid"), ["true"], "{link}");
    }
    assert_eq!(answer.attributes("#quoi", "value"), ["Blanchisserie"]);
    assert_eq!(answer.attributes("#ou", "value"), ["Zzzz"]);
    assert_eq!(answer.attributes("#date", "value"), ["hier"]);
    assert_eq!(answer.attributes("#heures", "value"), ["abc"]);
    assert_eq!(answer.texts("#details"), ["a b"]);
    assert!(service.mails().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_need_from_form_to_page() {
    let service = Service::demo().await;
    let check = service.post("/besoins/nouveau", NEED).await;
    assert_eq!(check.status.as_u16(), 200);
    assert_eq!(check.texts("h1"), ["Relisez votre besoin"]);
    assert_eq!(check.attributes("input[name=quoi]", "value")[0], "Blanchisserie des draps");
    assert!(service.mails().await.is_empty(), "nothing is sent by reading again");
    let back = service.post("/besoins/nouveau", &format!("{NEED}&etape=modifier")).await;
    assert_eq!(back.attributes("#quoi", "value"), ["Blanchisserie des draps"]);
    let sent = service.post("/besoins/nouveau", &format!("{NEED}&etape=envoyer")).await;
    assert_eq!(sent.status.as_u16(), 303);
    let next = sent.header("location").strip_prefix(crate::client::HERE).expect("our own page").to_owned();
    assert!(next.starts_with("/besoins/envoye?jeton=") && !next.contains("ville"), "no address in {next}");
    assert!(service.get(&next).await.texts(".lead")[0].contains("achats@ville.example"));
    let token = token(&service.mails().await[0], "/besoins/confirmer");
    let count = |answer: &crate::client::Response| {
        answer.texts(".card-title a").iter().filter(|t| *t == "Blanchisserie des draps").count()
    };
    let page = service.get(&format!("/besoins/confirmer?jeton={token}")).await;
    assert_eq!(page.texts("form button"), ["Publier ce besoin"]);
    assert_eq!(count(&service.get("/besoins?q=draps").await), 0);
    let published = service.post("/besoins/confirmer", &format!("jeton={token}")).await;
    assert_eq!(published.status.as_u16(), 303);
    assert_eq!(count(&service.get("/besoins?q=draps").await), 1);
    let follow =
        published.header("location").strip_prefix(crate::client::HERE).expect("our own page").to_owned();
    assert_eq!(service.get(&follow).await.status.as_u16(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lot_and_its_law_say_the_same_procedure() {
    let service = Service::demo().await;
    service.post("/besoins/nouveau", &format!("{NEED}&etape=preparer")).await;
    let token = token(&service.mails().await[0], "/besoins/preparer");
    for (vehicle, amount, procedure) in [
        ("", "500+000", "procédure formalisée"),
        ("marche-insertion", "500+000", "procédure adaptée"),
        ("marche-insertion", "50+000", "sans publicité ni mise en concurrence"),
        ("L2113-13", "500+000", "procédure formalisée"),
        ("L2113-13", "", "à déterminer"),
    ] {
        let at = format!("jeton={token}&lot=1");
        let fields = format!("{at}&titre=Linge&nature=services&secteur=blanchisserie&montant-max={amount}");
        for (step, form) in [("lot", fields), ("droit", format!("{at}&voie={vehicle}"))] {
            let kept = service.post(&format!("/besoins/preparer/{step}"), &form).await;
            assert_eq!(kept.status.as_u16(), 303, "{step} {vehicle} {amount}");
        }
        for step in ["lot", "droit"] {
            let page = service.get(&format!("/besoins/preparer/{step}?{at}")).await;
            let says = page.texts("aside p").into_iter().filter(|text| text.contains(procedure)).count();
            assert_eq!(says, 1, "{step} {vehicle} {amount}: {:?}", page.texts("aside p"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lots_are_the_rule_but_for_defence() {
    let service = Service::demo().await;
    service.post("/besoins/nouveau", &format!("{NEED}&etape=preparer")).await;
    let token = token(&service.mails().await[0], "/besoins/preparer");
    for (defence, article, other) in [("", "L2113-10", "L2313-5"), ("&defense=1", "L2313-5", "L2113-10")] {
        let buyer = format!("jeton={token}&categorie=etat{defence}");
        let kept = service.post("/besoins/preparer/acheteur", &buyer).await;
        assert_eq!(kept.status.as_u16(), 303, "{defence}");
        for step in ["", "/droit"] {
            let page = service.get(&format!("/besoins/preparer{step}?jeton={token}")).await;
            assert!(page.text.contains(article) && !page.text.contains(other), "{step} {defence}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_answer_whether_an_address_is_known_or_not() {
    let service = Service::demo().await;
    let catalogue = service.backend.index.catalogue();
    let known = catalogue.structures().next().expect("a structure").structure.siret;
    let file = "siret,kind,nom,code_postal,ville\n73282932000074,EI,SANS CONTACT,31000,Toulouse\n";
    service.backend.import_structures(file.as_bytes(), &|_, _| {}).await.expect("imported");
    let mut answers = Vec::new();
    for siret in [known.to_string(), "73282932000074".to_owned()] {
        let answer = service.post(&format!("/structures/{siret}/lien"), "").await;
        answers.push((
            answer.status,
            answer.header("location").replace(&siret, "SIRET"),
            answer.text.replace(&siret, "SIRET"),
        ));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(service.mails().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn html_is_escaped() {
    let service = Service::demo().await;
    let answer =
        service.get("/structures?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E&territoire=%22%3E%3Cb%3E").await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(!answer.text.contains("<script>alert") && !answer.text.contains("\"><b>"));
}

/// The map of a list shows the same structures, each leading to the same page, and says how many sit too far to be on it.
#[tokio::test(flavor = "multi_thread")]
async fn the_map_shows_what_the_list_shows() {
    let service = Service::demo().await;
    for path in [
        "/structures?q=entretien+espaces+verts&territoire=Toulouse",
        "/structures?secteur=nettoyage-de-locaux-16&territoire=D31&page=2",
        "/structures?territoire=R76&niveau=possible",
    ] {
        let page = service.get(path).await;
        let links =
            |selector: &str| page.attributes(selector, "href").into_iter().collect::<BTreeSet<String>>();
        let listed = links(".cards .card-title a");
        assert!(!listed.is_empty(), "{path}");
        let on_map = links(".seats-map a");
        assert!(!on_map.is_empty() && on_map.is_subset(&listed), "{path}: {on_map:?}");
        let said = match listed.len() - on_map.len() {
            0 => String::new(),
            1 => "1\u{a0}siège plus loin, hors de la carte".to_owned(),
            n => format!("{n}\u{a0}sièges plus loin, hors de la carte"),
        };
        assert!(page.text.contains(&said), "{path}: {said}");
        assert_eq!(page.text.contains("hors de la carte"), !said.is_empty(), "{path}");
    }
    assert!(!service.get("/structures").await.text.contains("seats-map"), "a map of all of France");
}

/// Each week of the calendar of needs leads to the list of as many.
#[tokio::test(flavor = "multi_thread")]
async fn a_week_of_the_calendar_leads_to_its_needs() {
    let service = Service::demo().await;
    let page = service.get("/besoins").await;
    let weeks = page.attributes(".calendar a", "href");
    let names = page.texts(".calendar a");
    assert!(weeks.len() > 1, "{weeks:?}");
    for (week, name) in weeks.iter().zip(&names) {
        let (count, _) = name.split_once(',').expect("a count, then the week");
        let list = service.get(week).await;
        assert!(list.texts("h1")[0].starts_with(&format!("{count} ouvert")), "{week}: {name}");
        assert_eq!(list.attributes(".calendar a", "href").len(), weeks.len(), "the others stay in sight");
        assert!(list.text.contains("semaine du"), "the chip");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_structure_is_worth_sharing() {
    let service = Service::demo().await;
    let catalogue = service.backend.index.catalogue();
    let entry = catalogue.structures().find(|e| e.structure.is_told());
    let structure = &entry.expect("one with a contact").structure;
    let (siret, path) = (structure.siret, app::urls::structure_url(structure));
    assert!(path.ends_with(&format!("-{siret}")), "{path}");
    for before in [format!("/structures/{siret}"), format!("/structures/un-autre-nom-{siret}")] {
        let old = service.get(&format!("{before}?lien=demande")).await;
        assert_eq!(
            (old.status.as_u16(), old.header("location")),
            (308, format!("{path}?lien=demande").as_str())
        );
    }
    let page = service.get(&path).await;
    let url = format!("{HERE}{path}");
    assert_eq!(page.attributes("link[rel=canonical]", "href"), std::slice::from_ref(&url));
    let shown = |name: &str| page.attributes(&format!("meta[property='og:{name}']"), "content").concat();
    assert_eq!((shown("title"), shown("url")), (structure.shown_name().to_owned(), url.clone()));
    assert_eq!(shown("description"), page.attributes("meta[name=description]", "content").concat());
    let data = page.text.split_once("application/ld+json\">").expect("what programs read").1;
    let data = data.split_once("</script>").expect("its end").0;
    let data: serde_json::Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(data["identifier"]["value"], siret.to_string());
    assert_eq!((&data["url"], &data["name"]), (&url.as_str().into(), &structure.shown_name().into()));
    assert!(
        !page.text.contains(structure.contact.as_ref().expect("it is told").as_str()),
        "its address is nobody’s"
    );
    let image = page.attributes("img.qr", "src").concat();
    let drawn = service.get(&image).await;
    assert_eq!(drawn.header("content-type"), "image/svg+xml");
    assert!(drawn.text.contains("<svg"));
    let need = catalogue.needs().next().expect("a need").need.id;
    let need = service.get(&format!("/besoins/{need}")).await;
    assert_eq!(need.attributes("meta[property='og:url']", "content").len(), 1);
    let private = service.get("/connexion").await;
    assert!(private.attributes("meta[property]", "content").is_empty());
}
