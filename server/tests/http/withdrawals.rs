//! Structures that take no part, at the door: what their pages answer, and the forms that take them out and bring them back.

use crate::browser::Browser;
use crate::client::{Response, Service};
use crate::factor::{invited, protected};
use domain::access::Grant;
use domain::siret::Siret;
use domain::structure::Structure;

/// Structures with a contact, some of one town.
fn some(service: &Service) -> Vec<Structure> {
    let catalogue = service.backend.index.catalogue();
    catalogue.structures().filter(|e| e.structure.is_told()).take(3).map(|e| e.structure.clone()).collect()
}

async fn signed(service: &Service, grant: Grant) -> String {
    let b = &service.backend;
    let number = b.store.link_number(grant.holder()).await.expect("read");
    b.signer.token(grant, number, &b.clock)
}

async fn administrator(service: &Service) -> Browser<'_> {
    protected(&invited(service, "presse@ville.example").await).await.0
}

fn status(answer: &Response) -> u16 {
    answer.status.as_u16()
}

/// Presses a button as a browser without scripts does: to the form's address, with its hidden fields.
async fn press(browser: &Browser<'_>, page: &Response, button: &str, typed: &str) -> Response {
    let named = |form: scraper::ElementRef<'_>| {
        let buttons = scraper::Selector::parse("button").expect("a selector");
        let hidden = scraper::Selector::parse("input[type=hidden]").expect("a selector");
        let pressed = form.select(&buttons).find(|b| b.text().collect::<String>().trim() == button)?;
        let mut body: Vec<String> = form
            .select(&hidden)
            .filter_map(|field| Some(format!("{}={}", field.attr("name")?, field.attr("value")?)))
            .collect();
        body.extend(
            pressed.attr("name").zip(pressed.attr("value")).map(|(name, value)| format!("{name}={value}")),
        );
        body.push(typed.to_owned());
        Some((form.attr("action")?.to_owned(), form.attr("method")?.to_owned(), body.join("&")))
    };
    let found = {
        let html = scraper::Html::parse_document(&page.text);
        let forms = scraper::Selector::parse("main form").expect("a selector");
        html.select(&forms).find_map(named)
    };
    let (action, method, body) = found.unwrap_or_else(|| panic!("no button {button}: {}", page.text));
    match method.as_str() {
        "get" => browser.get(&format!("{action}?{body}")).await,
        _ => browser.post(&action, &body).await,
    }
}

/// What anybody sees of a structure by its number: the status, the title, where it leads.
async fn public(service: &Service, siret: Siret) -> (u16, Vec<String>, String) {
    let answer = service.get(&format!("/structures/{siret}")).await;
    (status(&answer), answer.texts("h1"), answer.header("location").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_structure_opposes_being_proposed_from_its_page_and_takes_it_back() {
    let service = Service::demo().await;
    let one = &some(&service)[0];
    let (name, siret) = (one.shown_name(), one.siret);
    let browser = Browser { service: &service, cookie: String::new() };
    let token = signed(&service, Grant::StructureManage(siret)).await;
    let manage = format!("/structures/{siret}/gerer?jeton={token}");
    let page = service.get(&manage).await;
    let to = format!("/structures/opposition?jeton={token}");
    assert!(page.attributes("main a", "href").contains(&to), "{}", page.text);
    let asked = service.get(&to).await;
    assert_eq!(asked.texts("h1"), ["Ne plus être proposée"]);
    assert!(service.backend.structure_show(siret).is_ok(), "opening it changes nothing");
    let unread = service.post("/structures/opposition", &format!("jeton={token}")).await;
    assert_eq!(status(&unread), 400, "a button says which");
    let done = press(&browser, &asked, "Ne plus être proposée", "").await;
    assert_eq!((status(&done), done.texts("h1")), (200, vec!["C’est fait".to_owned()]));

    let shown = service.get(&format!("/structures/{siret}")).await;
    assert_eq!((status(&shown), shown.texts("h1")), (200, vec![name.to_owned()]));
    let lead = "Cette structure ne souhaite pas être proposée par ce service.";
    assert_eq!(shown.texts("main .lead"), [lead]);
    assert_eq!(shown.attributes("meta[name=robots]", "content"), ["noindex"]);
    assert!(
        shown.attributes("link[rel=canonical], meta[property]", "content").is_empty(),
        "nothing for other sites"
    );
    for said in [&one.address, &one.description, &one.siret.spaced()] {
        assert!(said.is_empty() || !shown.texts("main").join(" ").contains(said.as_str()), "{said}");
    }
    assert_eq!(status(&service.get(&format!("/structures/{}", one.address_name())).await), 200);
    for path in [format!("/api/v1/structures/{siret}"), format!("/structures/{siret}/qr.svg")] {
        assert_eq!(status(&service.get(&path).await), 404, "{path}");
    }
    let found = service.get(&format!("/api/v1/structures?q={siret}")).await;
    assert!(!found.text.contains(siret.as_str()), "{}", found.text);
    let found = service.get(&format!("/structures?q={siret}")).await;
    assert!(found.texts("main .card-title").is_empty(), "{}", found.text);
    let again = press(&browser, &shown, "Recevoir le lien", "").await;
    assert_eq!(
        service.get(again.header("location")).await.texts("main .notice strong"),
        ["Demande enregistrée."]
    );
    assert_eq!(service.mails().await.len(), 1, "its own page goes on");

    let page = service.get(&manage).await;
    assert_eq!(page.texts("main .notice strong"), ["Cette structure n’est pas proposée."]);
    assert!(!page.attributes("main a", "href").contains(&to));
    let back = press(&browser, &page, "Être de nouveau proposée", "").await;
    assert_eq!((status(&back), back.texts("h1")), (200, vec!["C’est fait".to_owned()]));
    assert_eq!(public(&service, siret).await.0, 308, "to its page, by its name");
    assert_eq!(status(&service.structure(siret).await), 200);

    let stop = signed(&service, Grant::AlertsStop(siret)).await;
    let stopped = service.post(&format!("/messages/arreter?jeton={stop}"), "").await;
    let to = stopped.attributes("main a", "href").remove(0);
    let opposed = press(&browser, &service.get(&to).await, "Ne plus être proposée", "").await;
    assert_eq!(opposed.texts("h1"), ["C’est fait"], "whoever may stop the mails may do so");
    assert!(service.backend.structure_show(siret).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_suspends_a_structure_and_lets_it_come_back() {
    let service = Service::demo().await;
    let one = &some(&service)[0];
    let siret = one.siret;
    let browser = administrator(&service).await;
    let overview = browser.get("/administration").await;
    let found = press(&browser, &overview, "Suspendre, réunir", &format!("siret={siret}")).await;
    let path = format!("/administration/structures/{siret}");
    assert_eq!(found.header("location"), path);
    let page = browser.get(&path).await;
    let silent = press(&browser, &page, "Suspendre cette fiche", "raison=+").await;
    assert_eq!(status(&silent), 422);
    assert!(silent.texts(".field-error")[0].contains("la structure le lira"), "{}", silent.text);
    assert_eq!(public(&service, siret).await.0, 308, "nothing is done");
    let done =
        press(&browser, &page, "Suspendre cette fiche", "raison=Elle+a+%3Cb%3Eferm%C3%A9%3C/b%3E.").await;
    assert_eq!(done.header("location"), format!("{path}?fait=suspendue"));
    assert_eq!(service.mails().await.len(), 1, "it reads why");

    let shown = service.get(&format!("/structures/{siret}")).await;
    assert_eq!((status(&shown), shown.texts("h1")), (410, vec!["Fiche suspendue".to_owned()]));
    assert!(!shown.text.contains("Elle a") && !shown.text.contains(one.shown_name()), "{}", shown.text);
    assert_eq!(shown.attributes("meta[name=robots]", "content"), ["noindex"]);
    let token = signed(&service, Grant::StructureManage(siret)).await;
    let manage = service.get(&format!("/structures/{siret}/gerer?jeton={token}")).await;
    let notice = &manage.texts("main .notice")[0];
    assert!(
        notice.contains("suspendue\u{a0}: Elle a <b>fermé</b>.")
            || notice.contains("suspendue : Elle a <b>fermé</b>."),
        "{notice}"
    );
    let saved = service
        .post(
            &format!("/structures/{siret}/gerer"),
            &format!("jeton={token}&action=enregistrer&description=Autre"),
        )
        .await;
    assert_eq!(status(&saved), 303, "it still corrects its page");
    assert_eq!(public(&service, siret).await.0, 410);

    let page = browser.get(done.header("location")).await;
    assert!(!page.texts("main button").contains(&"Suspendre cette fiche".to_owned()));
    let back = press(&browser, &page, "Lever la suspension", "").await;
    assert_eq!(back.header("location"), format!("{path}?fait=reprise"));
    assert_eq!(public(&service, siret).await.0, 308);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_structures_become_one_and_can_be_seen_apart_again() {
    let service = Service::demo().await;
    let structures = some(&service);
    let [duplicate, kept] = [&structures[0], &structures[1]];
    let browser = administrator(&service).await;
    let path = format!("/administration/structures/{}", kept.siret);
    let page = browser.get(&path).await;
    for (typed, said) in [
        ("12".to_owned(), "chiffres"),
        ("73282932000074".to_owned(), "vérifiez-le"),
        (kept.siret.to_string(), "la même fiche"),
    ] {
        let refused = press(&browser, &page, "Comparer les deux fiches", &format!("siret={typed}")).await;
        assert_eq!(
            (status(&refused), refused.attributes("input[name=siret]", "value")),
            (422, vec![typed.clone()])
        );
        assert!(
            refused.texts(".field-error")[0].contains(said),
            "{typed}: {}",
            refused.texts(".field-error")[0]
        );
    }
    let compared =
        press(&browser, &page, "Comparer les deux fiches", &format!("siret={}", duplicate.siret)).await;
    assert_eq!(compared.texts(".halves h2"), [duplicate.shown_name(), kept.shown_name()]);
    assert!(service.backend.structure_show(duplicate.siret).is_ok(), "opening it changes nothing");
    let other = compared
        .attributes("main p > a", "href")
        .into_iter()
        .find(|to| to.contains("/reunir"))
        .expect("the other way");
    assert_eq!(browser.get(&other).await.texts(".halves h2"), [kept.shown_name(), duplicate.shown_name()]);
    let done = press(&browser, &compared, "Réunir ces fiches", "").await;
    assert_eq!(done.header("location"), format!("{path}?fait=reunie"));
    let page = browser.get(done.header("location")).await;
    let away = format!("/administration/structures/{}", duplicate.siret);
    assert!(page.attributes("main a", "href").contains(&away), "{}", page.text);

    let to = app::urls::structure_url(kept);
    for path in [duplicate.siret.to_string(), duplicate.address_name()] {
        let answer = service.get(&format!("/structures/{path}")).await;
        assert_eq!((status(&answer), answer.header("location")), (308, to.as_str()), "for ever");
    }
    let token = signed(&service, Grant::StructureManage(duplicate.siret)).await;
    let manage = service.get(&format!("/structures/{}/gerer?jeton={token}", duplicate.siret)).await;
    assert_eq!(manage.texts("main .notice strong"), ["Cette fiche est réunie à une autre."]);
    let apart = press(&browser, &browser.get(&away).await, "Séparer ces fiches", "").await;
    assert_eq!(apart.header("location"), format!("{away}?fait=separee"));
    assert_eq!(status(&service.structure(duplicate.siret).await), 200);
}
