//! Catalogues at the door: two plain forms, a file between them, and files that are made to cost much.

use crate::browser::{Browser, signed_in};
use crate::client::{HERE, Response, Service};
use app::urls::encoded;
use axum::body::Body;
use axum::http::Request;
use backend::catalogues::CATALOGUE_BYTES_MAX;
use domain::siret::Siret;
use domain::structure::Structure;
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};
use zip::write::SimpleFileOptions;

/// What an answer may take in a build that is not made for speed.
const SOON: Duration = Duration::from_secs(5);

/// Somebody who belongs to a structure.
async fn member(service: &Service) -> (Browser<'_>, Structure) {
    let catalogue = service.backend.index.catalogue();
    let entry = catalogue.structures().find(|entry| entry.structure.is_told()).expect("one with a contact");
    let structure = entry.structure.clone();
    let browser = signed_in(service, structure.contact.as_ref().expect("a contact").as_str()).await;
    let joined = browser.post("/espace/rejoindre", &format!("siret={}", structure.siret)).await;
    assert_eq!(joined.header("location"), "/espace?fait=membre");
    (browser, structure)
}

/// A file of a catalogue, as a browser sends it.
pub async fn sent(browser: &Browser<'_>, name: &str, content: &[u8]) -> Response {
    let head = format!("--x\r\nContent-Disposition: form-data; name=\"piece\"; filename=\"{name}\"\r\n\r\n");
    let body = [head.as_bytes(), content, b"\r\n--x--\r\n"].concat();
    let request = Request::post("/espace/catalogues")
        .header("origin", HERE)
        .header("cookie", &browser.cookie)
        .header("content-type", "multipart/form-data; boundary=x")
        .body(Body::from(body));
    browser.service.send(request.expect("a request")).await
}

/// What the button of a preview sends.
pub fn button(preview: &Response) -> String {
    let fields = ["fichier", "empreinte", "etats"].map(|name| {
        let values = preview.attributes(&format!("main form input[name={name}]"), "value");
        format!("{name}={}", encoded(values.first().map_or("", String::as_str)))
    });
    fields.join("&")
}

async fn description(service: &Service, siret: Siret) -> String {
    service.backend.store.structure_fetch(siret).await.expect("read").expect("there").description
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_is_taken_away_given_back_and_applied() {
    let service = Service::demo().await;
    let (browser, structure) = member(&service).await;
    let siret = structure.siret;
    assert!(
        browser.get("/espace").await.attributes("main a", "href").contains(&"/espace/catalogues".to_owned())
    );
    let shown = browser.get("/espace/catalogues").await;
    assert_eq!((shown.status.as_u16(), shown.texts("h1")), (200, vec!["Vos catalogues".to_owned()]));
    assert_eq!(shown.texts("main tbody th").len(), 13, "every column is explained");
    for (path, kind) in [
        ("tableau?format=csv", "text/csv; charset=utf-8"),
        ("tableau?format=xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("modele?format=csv", "text/csv; charset=utf-8"),
    ] {
        let file = browser.get(&format!("/espace/catalogues/{path}")).await;
        assert_eq!((file.status.as_u16(), file.header("content-type")), (200, kind), "{path}");
        assert!(file.header("content-disposition").starts_with("attachment"), "{path}");
    }
    let same = browser.get("/espace/catalogues/tableau?format=csv").await.text;
    let preview = sent(&browser, "catalogue.csv", same.as_bytes()).await;
    assert_eq!(
        (preview.status.as_u16(), preview.texts("main form button").len()),
        (200, 0),
        "nothing to apply"
    );

    // As spreadsheets of France save it: semicolons, Windows 1252.
    let old = [format!(
        "SIRET;Pr\u{0}sentation;Couleur\r\n{siret};L\u{1}atelier d\u{1}\u{0}t\u{0};bleu\r\n{siret};Autre;\r\n"
    )]
    .concat()
    .chars()
    .map(|c| match c {
        '\0' => 0xe9,
        '\u{1}' => 0x92,
        c => u8::try_from(u32::from(c)).expect("ASCII"),
    })
    .collect::<Vec<u8>>();
    let preview = sent(&browser, "catalogue.csv", &old).await;
    assert_eq!((preview.status.as_u16(), preview.texts("h1")), (200, vec!["Ce qui changerait".to_owned()]));
    let rows = preview.texts("main tbody tr").join(" | ");
    assert!(rows.contains("change la présentation"), "{rows}");
    assert!(rows.contains("→ L’atelier d’été"), "{rows}");
    assert!(rows.contains("3 ") && rows.contains("la ligne 2 dit autrement la présentation"), "{rows}");
    assert!(preview.texts("main .notice").join(" ").contains("« Couleur »"), "{}", preview.text);
    assert_eq!(description(&service, siret).await, structure.description, "a preview writes nothing");

    let done = browser.post("/espace/catalogues/appliquer", &button(&preview)).await;
    assert_eq!((done.status.as_u16(), done.texts("h1")), (200, vec!["Ce qui est enregistré".to_owned()]));
    assert!(
        done.texts("main .notice-success").join(" ").contains("1 fiche enregistrée"),
        "{:?}",
        done.texts("main .notice")
    );
    assert_eq!(description(&service, siret).await, "L’atelier d’été");
    assert_eq!(done.texts("main form button").len(), 0, "nothing is left to apply");
    assert!(service.structure(siret).await.text.contains("L’atelier d’été"), "searches know it");

    // The button of a preview that is older than the page.
    let again = browser.post("/espace/catalogues/appliquer", &button(&preview)).await;
    assert!(
        again.texts("main .notice").join(" ").contains("Rien n’est enregistré"),
        "{:?}",
        again.texts("main .notice")
    );
    let file = format!("siret;présentation\n{siret};Du tableau\n");
    let preview = sent(&browser, "a.csv", file.as_bytes()).await;
    let gerer = format!(
        "/structures/{siret}/gerer?jeton={}",
        app::urls::reference(domain::access::Grant::StructureManage(siret))
    );
    assert_eq!(browser.post(&gerer, "description=De+la+fiche").await.status.as_u16(), 303);
    let since = browser.post("/espace/catalogues/appliquer", &button(&preview)).await;
    assert!(
        since.texts("main .notice-warning").join(" ").contains("ont changé depuis"),
        "{:?}",
        since.texts("main .notice")
    );
    assert_eq!(description(&service, siret).await, "De la fiche");
    let done = browser.post("/espace/catalogues/appliquer", &button(&since)).await;
    assert_eq!((done.status.as_u16(), description(&service, siret).await.as_str()), (200, "Du tableau"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_applied_is_said() {
    let service = Service::with(&["place", "--public-url", HERE, "--posts-per-minute", "100000"]).await;
    let (browser, structure) = member(&service).await;
    let siret = structure.siret;
    let file = format!("siret;présentation\n{siret};Du tableau\n");
    let good = button(&sent(&browser, "a.csv", file.as_bytes()).await);
    for (what, form) in [
        ("nothing", String::new()),
        ("a file that was cut", good.replacen("fichier=", "fichier=AAAA", 1)),
        ("no digest", good.replace("empreinte=", "autre=")),
        ("letters that are none", good.replacen("fichier=", "fichier=%21", 1)),
    ] {
        let answer = browser.post("/espace/catalogues/appliquer", &form).await;
        assert_eq!(answer.status.as_u16(), 422, "{what}");
        assert!(answer.text.contains("choisissez-le de nouveau"), "{what}");
    }
    assert_eq!(description(&service, siret).await, structure.description);
    for (what, content, says) in [
        ("nothing", &b""[..], "Choisissez un fichier"),
        ("a text", b"bonjour", "pas un CSV"),
        ("too large", &vec![b'a'; CATALOGUE_BYTES_MAX + 1], "512"),
        ("much too large", &vec![b'a'; 5 << 20], "512"),
        ("no SIRET", b"nom;zones\na;b\n", "« SIRET »"),
    ] {
        let answer = sent(&browser, "a.csv", content).await;
        assert_eq!(answer.status.as_u16(), 422, "{what}");
        assert!(
            answer.texts("#piece-erreur").join(" ").contains(says),
            "{what}: {:?}",
            answer.texts("#piece-erreur")
        );
    }
    // Whoever keeps no page writes none.
    let stranger = signed_in(&service, "autre@ville.example").await;
    assert!(
        stranger.get("/espace/catalogues").await.text.contains("Vous ne tenez la fiche d’aucune structure")
    );
    let preview = sent(&stranger, "a.csv", file.as_bytes()).await;
    assert!(preview.text.contains("vous ne tenez pas la fiche"), "{:?}", preview.texts("main tbody tr"));
    stranger.post("/espace/catalogues/appliquer", &good).await;
    assert_eq!(description(&service, siret).await, structure.description);
    let nobody = Browser { service: &service, cookie: String::new() };
    assert_eq!(sent(&nobody, "a.csv", file.as_bytes()).await.status.as_u16(), 401);
    assert_eq!(nobody.post("/espace/catalogues/appliquer", &good).await.status.as_u16(), 401);
    assert!(
        nobody
            .get("/espace/catalogues/tableau?format=csv")
            .await
            .header("location")
            .starts_with("/connexion")
    );
}

/// A workbook whose one sheet is much longer than it looks.
fn bomb() -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    out.start_file("xl/workbook.xml", options).expect("begun");
    out.start_file("xl/worksheets/sheet1.xml", options).expect("begun");
    let megabyte = vec![b' '; 1 << 20];
    for _ in 0..300 {
        out.write_all(&megabyte).expect("written");
    }
    out.finish().expect("an archive").into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn catalogues_that_are_made_to_cost_much_cost_little() {
    let service = Service::with(&["place", "--public-url", HERE, "--posts-per-minute", "100000"]).await;
    let (browser, structure) = member(&service).await;
    let bomb = bomb();
    assert!(bomb.len() < CATALOGUE_BYTES_MAX, "{}", bomb.len());
    let rows = format!("siret\n{}", format!("{}\n", structure.siret).repeat(30_000));
    for (what, content) in [("a workbook of 300 MB", &bomb), ("30,000 rows", &rows.into_bytes())] {
        let begun = Instant::now();
        let answer = sent(&browser, "a.xlsx", content).await;
        assert!(begun.elapsed() < SOON, "{what}: {:?}", begun.elapsed());
        assert_eq!(answer.status.as_u16(), 422, "{what}: {:?}", answer.texts("#piece-erreur"));
    }
    let long = format!("fichier={}", "A".repeat(4 << 20));
    assert_eq!(browser.post("/espace/catalogues/appliquer", &long).await.status.as_u16(), 413);
}
