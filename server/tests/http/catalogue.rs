//! A structure keeps its catalogue by plain forms, and everybody reads it; its pictures; whether its page is right.

use crate::client::{HERE, Response, Service, token};
use app::urls::encoded;
use axum::body::Body;
use axum::http::Request;
use domain::siret::Siret;

/// A structure that is told of needs, and the link to its page.
async fn own(service: &Service) -> (Siret, String) {
    let catalogue = service.backend.index.catalogue();
    let told = catalogue.structures().filter(|e| e.structure.is_told() && !e.structure.activities.is_empty());
    let siret = told.map(|e| e.structure.siret).min().expect("one");
    service.post(&format!("/structures/{siret}/lien"), "").await;
    (siret, token(&service.mails().await[0], "/gerer"))
}

fn form(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

const ROWS: [(&str, &str); 18] = [
    ("dit", "offres"),
    ("prestation-nom", "Tonte de pelouses"),
    ("prestation-min", "20"),
    ("prestation-max", "35"),
    ("prestation-unite", "l’heure"),
    ("prestation-delai", "10"),
    ("reference-client", "Ville du Lac"),
    ("reference-travaux", "Entretien du parc"),
    ("reference-annee", "2025"),
    ("reference-montant", "12 000"),
    ("label-nom", "Qualirégie"),
    ("label-debut", ""),
    ("label-fin", "2020-12-31"),
    ("reseau-nom", "Coorace"),
    ("groupement", "cotraitante"),
    ("groupement-cherche", "un élagueur"),
    ("dit", "personnes"),
    ("action", "enregistrer"),
];

fn plain(texts: &[String]) -> String {
    texts.join(" ").replace(['\u{a0}', '\u{202f}'], " ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_is_written_by_one_form_and_read_by_everybody() {
    let service = Service::demo().await;
    let (siret, link) = own(&service).await;
    let page = format!("/structures/{siret}/gerer/catalogue?jeton={}", encoded(&link));
    let to = format!("/structures/{siret}/gerer/catalogue");
    let manage = service.get(&format!("/structures/{siret}/gerer?jeton={}", encoded(&link))).await;
    assert!(manage.attributes("main a", "href").iter().any(|href| href.starts_with(&to)), "it is found");
    let people = [
        ("personne-nom", "Service marchés"),
        ("personne-role", "marches"),
        ("personne-courriel", "marches@structure.example"),
        ("personne-telephone", "05 61 00 00 00"),
        ("personne-visible", "oui"),
    ];
    let first = [&ROWS[..], &people, &[("jeton", link.as_str())]].concat();
    let saved = service.post(&to, &form(&first)).await;
    assert_eq!((saved.status.as_u16(), saved.header("location").contains("fait=")), (303, true));
    let again = service.get(&page).await;
    assert_eq!(again.attributes("input[name=prestation-nom]", "value"), ["Tonte de pelouses", ""]);
    assert!(plain(&again.texts("main")).contains("Dit par la structure le "));

    let fiche = service.structure(siret).await;
    let shown = plain(&fiche.texts("main"));
    for said in [
        "Tonte de pelouses",
        "de 20 € à 35 € HT l’heure",
        "sous 10 jours",
        "Ville du Lac : Entretien du parc",
        "2025 · 12 000 € HT",
        "jusqu’au 31 décembre 2020 terminé",
        "Coorace",
        "membre d’un groupement (cotraitante)",
        "Elle cherche : un élagueur.",
        "Service marchés",
        "05 61 00 00 00",
        "Dit par la structure le ",
    ] {
        assert!(shown.contains(said), "{said} in {shown}");
    }
    assert_eq!(fiche.attributes("a[href^='tel:']", "href"), ["tel:0561000000"]);

    // Somebody whom only acheteurs see, who are answered « intéressée ».
    let hidden: Vec<(&str, &str)> = first
        .iter()
        .map(|(name, value)| if *name == "personne-visible" { (*name, "non") } else { (*name, *value) })
        .collect();
    service.post(&to, &form(&hidden)).await;
    assert!(!plain(&service.structure(siret).await.texts("main")).contains("Service marchés"));

    // What is refused comes back with what was typed, all of it.
    let wrong: Vec<(&str, &str)> = first
        .iter()
        .map(|(name, value)| if *name == "prestation-min" { (*name, "cher") } else { (*name, *value) })
        .collect();
    let refused = service.post(&to, &form(&wrong)).await;
    assert_eq!(refused.status.as_u16(), 422);
    assert_eq!(refused.attributes(".error-summary a", "href"), ["#prestations"]);
    assert!(refused.texts("title")[0].starts_with("Erreur"));
    assert_eq!(refused.attributes("input[name=prestation-min]", "value"), ["cher", ""]);
    assert_eq!(refused.attributes("input[name=personne-nom]", "value"), ["Service marchés", ""]);

    // A button takes a row out, and keeps what else was typed.
    let removed = [&first[..], &[("retirer", "prestation-0")]].concat();
    assert_eq!(service.post(&to, &form(&removed)).await.status.as_u16(), 303);
    let shown = plain(&service.structure(siret).await.texts("main"));
    assert!(!shown.contains("Tonte de pelouses") && shown.contains("Ville du Lac"), "{shown}");

    assert_eq!(service.get(&to).await.status.as_u16(), 410, "without a link");
    let stranger = service.post(&to, &form(&ROWS)).await;
    assert_eq!(stranger.status.as_u16(), 410, "{}", stranger.texts("h1").join(" "));
}

fn png() -> Vec<u8> {
    // One grey pixel.
    let bytes = "89504e470d0a1a0a0000000d4948445200000001000000010800000000\
                 3a7e9b550000000a49444154789c636800000082008177cd72b60000000049454e44ae426082";
    let digits: Vec<u8> = bytes.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte =
        |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).expect("digits"), 16).expect("a byte");
    digits.chunks(2).map(byte).collect()
}

async fn picture_sent(service: &Service, path: &str, alt: &str, usage: &str, content: &[u8]) -> Response {
    let text = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let head = "--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n";
    let parts = [text("usage", usage), text("texte", alt), head.to_owned()].concat();
    let body = [parts.as_bytes(), content, b"\r\n--x--\r\n"].concat();
    let request = Request::post(path).header("origin", HERE);
    let request = request.header("content-type", "multipart/form-data; boundary=x");
    service.send(request.body(Body::from(body)).expect("a request")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_added_shown_and_taken_away() {
    let service = Service::demo().await;
    let (siret, link) = own(&service).await;
    let to = format!("/structures/{siret}/gerer/image?jeton={}", encoded(&link));
    for (what, alt, usage, content, message) in [
        ("no text", "", "photo", png(), "Dites en quelques mots ce que montre l’image"),
        ("a page", "Un parc", "photo", b"<svg onload=alert(1)>".to_vec(), "n’est pas une image"),
        ("half of one", "Un parc", "photo", png()[..50].to_vec(), "abîmée"),
        ("nothing", "Un parc", "photo", Vec::new(), "n’a pas pu être lue"),
    ] {
        let refused = picture_sent(&service, &to, alt, usage, &content).await;
        assert_eq!(refused.status.as_u16(), 422, "{what}");
        assert!(
            refused.texts(".error-summary").join(" ").contains(message),
            "{what}: {:?}",
            refused.texts(".error-summary")
        );
    }
    for (alt, usage) in [("Un parc", "photo"), ("", "logo"), ("", "logo")] {
        assert_eq!(picture_sent(&service, &to, alt, usage, &png()).await.status.as_u16(), 303, "{usage}");
    }
    let fiche = service.structure(siret).await;
    let shown = fiche.attributes(".gallery img", "src");
    assert_eq!((shown.len(), fiche.attributes(".gallery img", "alt")), (1, vec!["Un parc".to_owned()]));
    assert_eq!(fiche.attributes("img.logo", "alt"), [""], "one logo: the second took the place of the first");
    let file = service.get(&shown[0]).await;
    assert_eq!(file.status.as_u16(), 200);
    assert_eq!(file.header("content-type"), "image/jpeg", "drawn again");
    assert!(file.header("content-security-policy").contains("sandbox"));
    let elsewhere = shown[0].replace(siret.as_str(), "00000000000000");
    assert_eq!(service.get(&elsewhere).await.status.as_u16(), 404, "of another structure");
    for n in 1..backend::structures::PICTURES_MAX {
        assert_eq!(
            picture_sent(&service, &to, &format!("Parc {n}"), "photo", &png()).await.status.as_u16(),
            303
        );
    }
    let seventh = picture_sent(&service, &to, "Un de trop", "photo", &png()).await;
    assert!(
        seventh.texts(".error-summary").join(" ").contains("retirez-en une"),
        "{:?}",
        seventh.texts("h1")
    );

    let id = shown[0].rsplit('/').next().expect("its number");
    let away = form(&[("jeton", link.as_str()), ("retirer", id)]);
    assert_eq!(
        service.post(&format!("/structures/{siret}/gerer/image/retirer"), &away).await.status.as_u16(),
        303
    );
    assert_eq!(service.get(&shown[0]).await.status.as_u16(), 404);
    let stranger = format!("/structures/{siret}/gerer/image");
    assert_eq!(picture_sent(&service, &stranger, "Pirate", "photo", &png()).await.status.as_u16(), 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_button_says_that_everything_is_right() {
    let service = Service::demo().await;
    let (siret, link) = own(&service).await;
    let page = format!("/structures/exacte?jeton={}", encoded(&link));
    let shown = service.get(&page).await;
    assert_eq!(shown.texts("h1"), ["Votre fiche est-elle toujours exacte ?"]);
    let stored =
        async || service.backend.store.structure_fetch(siret).await.expect("read").expect("there").vouched_on;
    assert_eq!(stored().await, None, "opening it says nothing");
    let said = service.post("/structures/exacte", &form(&[("jeton", link.as_str())])).await;
    assert!(plain(&said.texts("main")).contains("est exacte à ce jour"), "{:?}", said.texts("main"));
    assert_eq!(stored().await, Some(service.backend.clock.today()));
    assert_eq!(service.post("/structures/exacte", "").await.status.as_u16(), 410);
}
