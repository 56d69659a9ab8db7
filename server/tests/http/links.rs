//! Links at the door: what a past one offers, how a lost one is asked for again, what strangers may cause.

use crate::client::{HERE, Response, Service, token};

const NEED: &str = "quoi=Blanchisserie+des+draps&ou=C31555&date=2027-01-12&courriel=achats%40ville.example";

/// Publishes a need: its id, and the token of its author.
async fn published(service: &Service) -> (String, String) {
    service.post("/besoins/nouveau", &format!("{NEED}&etape=envoyer")).await;
    let confirm = token(&service.mails().await[0], "/besoins/confirmer");
    service.post("/besoins/confirmer", &format!("jeton={confirm}")).await;
    let mails = service.mails().await;
    let author = mails.iter().find(|m| m.mail.unsubscribe.is_none()).expect("the author's mail");
    let id = author.mail.text.split_once("/besoins/0").expect("the public page").1;
    (format!("0{}", &id[..35]), token(author, "/besoins/suivre"))
}

fn told(answer: &Response) -> (u16, Vec<String>) {
    (answer.status.as_u16(), answer.texts("h1"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_link_offers_a_new_one() {
    let service = Service::demo().await;
    let (_, follow) = published(&service).await;
    let revoked = service.post("/liens/invalider", &format!("jeton={follow}")).await;
    assert_eq!(told(&revoked), (200, vec!["Vos liens ne sont plus valables".to_owned()]));
    let fresh = token(&service.mails().await[0], "/besoins/suivre");
    assert_eq!(service.get(&format!("/besoins/suivre?jeton={fresh}")).await.status.as_u16(), 200);

    let past = service.get(&format!("/besoins/suivre?jeton={follow}")).await;
    assert_eq!(told(&past), (410, vec!["Ce lien n’est plus valable".to_owned()]));
    assert_eq!(past.texts("form[action='/liens'] button"), ["Recevoir un nouveau lien"]);
    let renewed = service.post("/liens", &format!("jeton={follow}")).await;
    assert_eq!(told(&renewed), (200, vec!["Un e-mail vous attend".to_owned()]));
    let mail = &service.mails().await[0];
    assert_eq!(mail.mail.to.as_str(), "achats@ville.example");
    let wrong = service.get("/besoins/suivre?jeton=faux").await;
    assert!(wrong.texts("form[action='/liens'] button").is_empty(), "what was not made here renews nothing");
    assert_eq!(service.post("/liens", "jeton=faux").await.status.as_u16(), 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_who_lost_the_mail_gets_the_link_again() {
    let service = Service::demo().await;
    let (id, _) = published(&service).await;
    let page = service.get(&format!("/besoins/{id}")).await;
    assert_eq!(
        page.texts(&format!("form[action='/besoins/{id}/lien'] button")),
        ["Recevoir le lien de ce besoin"]
    );
    let asked = service.post(&format!("/besoins/{id}/lien"), "").await;
    assert_eq!(told(&asked), (200, vec!["Un e-mail vous attend".to_owned()]));
    assert!(!asked.text.contains("achats@"), "nobody learns the address");
    assert_eq!(service.mails().await[0].mail.to.as_str(), "achats@ville.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_structure_that_finds_a_need_says_so() {
    let service = Service::demo().await;
    let (id, _) = published(&service).await;
    let catalogue = service.backend.index.catalogue();
    let entry = catalogue.structures().find(|e| e.structure.is_told()).expect("one with a contact");
    let siret = entry.structure.siret;
    let form = format!("/besoins/{id}/interet");
    let sent = service.post(&form, &format!("siret={siret}")).await;
    assert_eq!(told(&sent), (200, vec!["Un e-mail vous attend".to_owned()]));
    let answer = token(&service.mails().await[0], "/besoins/repondre");
    let said = service.post("/besoins/repondre", &format!("jeton={answer}&reponse=interested")).await;
    assert_eq!(told(&said), (200, vec!["C’est noté".to_owned()]));
    let unknown = service.post(&form, "siret=732+829+320+00074").await;
    assert_eq!(unknown.status.as_u16(), 422);
    assert_eq!(unknown.attributes("#siret", "value"), ["732 829 320 00074"], "what was typed stays");
    assert_eq!(
        service.get(&format!("/besoins/{id}")).await.texts(&format!("form[action='{form}'] button")).len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_structure_that_is_not_listed_leaves_its_address() {
    let service = Service::demo().await;
    let (id, follow) = published(&service).await;
    let form = format!("/besoins/{id}/interet");
    let unlisted = service.post(&form, "siret=732+829+320+00074").await;
    let action = format!("{form}/adresse");
    assert_eq!(
        unlisted.attributes(&format!("form[action='{action}'] input"), "name"),
        ["siret", "nom", "courriel"]
    );
    let wrong = service.post(&action, "siret=732+829+320+00074&nom=Atelier+de+Demain&courriel=x").await;
    assert_eq!(wrong.status.as_u16(), 422);
    assert_eq!(wrong.texts(".error-summary li").len(), 1);
    assert_eq!(wrong.attributes("#nom", "value"), ["Atelier de Demain"], "what was typed stays");
    let sent = service
        .post(&action, "siret=732+829+320+00074&nom=Atelier+de+Demain&courriel=contact%40atelier.example")
        .await;
    assert_eq!(told(&sent), (200, vec!["Un e-mail vous attend".to_owned()]));
    let link = token(&service.mails().await[0], "/besoins/interet");
    let asked = service.get(&format!("/besoins/interet?jeton={link}")).await;
    assert_eq!(told(&asked), (200, vec!["Est-ce bien votre adresse\u{a0}?".replace('\u{a0}', " ")]));
    assert!(service.mails().await.is_empty(), "opening it confirms nothing");
    let done = service.post("/besoins/interet", &format!("jeton={link}")).await;
    assert_eq!(told(&done), (200, vec!["L’acheteur va être prévenu".to_owned()]));
    assert_eq!(service.mails().await[0].mail.to.as_str(), "achats@ville.example");
    let page = service.get(&format!("/besoins/suivre?jeton={follow}")).await;
    assert!(page.texts(".card-title").contains(&"Atelier de Demain".to_owned()), "on the page of the author");
    assert!(page.text.contains("mailto:contact@atelier.example"));
    assert!(!service.get(&format!("/besoins/{id}")).await.text.contains("atelier.example"), "on no other");

    // Once the author revoked the links, that of the structure ends too, and does not mail it the author's.
    service.post("/liens/invalider", &format!("jeton={follow}")).await;
    service.mails().await;
    let past = service.get(&format!("/besoins/interet?jeton={link}")).await;
    assert!(past.texts("form[action='/liens'] button").is_empty(), "{}", past.text);
    service.post("/liens", &format!("jeton={link}")).await;
    assert!(service.mails().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_stays_when_it_is_too_much() {
    let flags = ["place", "--public-url", HERE, "--mails-per-hour", "1", "--posts-per-minute", "9"];
    let service = Service::with(&flags).await;
    let catalogue = service.backend.index.catalogue();
    let entry = catalogue.structures().find(|e| e.structure.is_told()).expect("one with a contact");
    let siret = entry.structure.siret;
    service.post(&format!("/structures/{siret}/lien"), "").await;
    let link = token(&service.mails().await[0], "/gerer");
    let page = format!("/structures/{siret}/gerer");
    let contact = entry.structure.contact.as_ref().expect("told").to_string().replace('@', "%40");
    for _ in 0..3 {
        let same = service.post(&page, &format!("jeton={link}&contact={contact}")).await;
        assert_eq!(same.status.as_u16(), 303, "the same address is asked nothing");
    }
    // What is refused mails nobody: it does not count.
    for contact in ["neuf%40atelier.example&site=nulle+part", "neuf%40atelier.example&site=ailleurs"] {
        assert_eq!(
            service.post(&page, &format!("jeton={link}&contact={contact}")).await.status.as_u16(),
            422
        );
    }
    // An address that was mailed for something else has had its share.
    let busy = NEED.replace("achats%40ville", "neuf%40atelier");
    service.post("/besoins/nouveau", &format!("{busy}&etape=envoyer")).await;
    let typed = format!("jeton={link}&contact=neuf%40atelier.example&description=Beau+linge");
    let refused = service.post(&page, &typed).await;
    assert_eq!(refused.status.as_u16(), 429);
    assert!(refused.header("retry-after").parse::<u64>().is_ok());
    assert_eq!(refused.texts("#description"), ["Beau linge"]);
    assert_eq!(refused.attributes("#contact", "value"), ["neuf@atelier.example"]);

    let draft = service.post("/besoins/nouveau", &format!("{NEED}&etape=preparer")).await;
    let draft = draft.header("location").split_once("jeton=").expect("a token").1.to_owned();
    let step = async || {
        service.post("/besoins/preparer/objet", &format!("jeton={draft}&quoi=Repassage+des+draps")).await
    };
    let mut last = step().await;
    while last.status.as_u16() != 429 {
        last = step().await;
    }
    assert_eq!(last.attributes("#quoi", "value"), ["Repassage des draps"], "of a step too");
    assert_eq!(last.texts("#erreurs"), ["Rien n’a été gardé"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_counts_as_no_mail() {
    let service = Service::with(&["place", "--public-url", HERE, "--mails-per-hour", "2"]).await;
    let (id, _) = published(&service).await;
    let action = format!("/besoins/{id}/interet/adresse");
    let typed = "siret=732+829+320+00074&courriel=contact%40atelier.example";
    for name in ["", "+", "%0A"] {
        let wrong = service.post(&action, &format!("{typed}&nom={name}")).await;
        assert_eq!(wrong.status.as_u16(), 422);
    }
    for _ in 0..2 {
        let sent = service.post(&action, &format!("{typed}&nom=Atelier+de+Demain")).await;
        assert_eq!(told(&sent), (200, vec!["Un e-mail vous attend".to_owned()]));
    }
    let again = service.post(&action, &format!("{typed}&nom=Atelier+de+Demain")).await;
    assert_eq!(again.status.as_u16(), 429, "what is sent counts");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_award_that_names_no_lot_says_so_first() {
    let service = Service::demo().await;
    let (_, follow) = published(&service).await;
    let refused = service.post("/besoins/suivre/attribuer", &format!("jeton={follow}")).await;
    assert_eq!(refused.status.as_u16(), 422);
    assert_eq!(refused.attributes("[autofocus]", "class"), ["error-summary"], "it takes the focus");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_wait_for_the_confirmed_address() {
    let service = Service::demo().await;
    let kept = service.post("/besoins/nouveau", &format!("{NEED}&etape=preparer")).await;
    let draft = kept.header("location").strip_prefix(HERE).expect("our own page").to_owned();
    let of_page = draft.split_once("jeton=").expect("a token").1.to_owned();
    let mailed = token(&service.mails().await[0], "/besoins/preparer");
    for (token, inputs) in [(&of_page, 0), (&mailed, 1)] {
        let page = service.get(&format!("/besoins/preparer/pieces?jeton={token}")).await;
        assert_eq!(page.attributes("input[type=file]", "name").len(), inputs, "{token}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_a_draft_that_is_published_leads_on() {
    let service = Service::demo().await;
    let kept = service.post("/besoins/nouveau", &format!("{NEED}&etape=preparer")).await;
    let draft = kept.header("location").split_once("jeton=").expect("a token").1.to_owned();
    service.mails().await;
    service.post("/besoins/preparer/relire", &format!("jeton={draft}")).await;
    let confirm = token(&service.mails().await[0], "/besoins/confirmer");
    service.post("/besoins/confirmer", &format!("jeton={confirm}")).await;
    service.mails().await;
    let past = service.get(&format!("/besoins/preparer?jeton={draft}")).await;
    assert_eq!(told(&past), (410, vec!["Ce besoin est publié depuis".to_owned()]));
    assert_eq!(
        past.attributes("form[action='/liens'] input[name=jeton]", "value"),
        std::slice::from_ref(&draft)
    );
    service.post("/liens", &format!("jeton={draft}")).await;
    let again = token(&service.mails().await[0], "/besoins/suivre");
    assert_eq!(service.get(&format!("/besoins/suivre?jeton={again}")).await.status.as_u16(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_is_limited_like_mailing() {
    let service = Service::with(&["place", "--public-url", HERE, "--mails-per-hour", "3"]).await;
    service.post("/besoins/nouveau", &format!("{NEED}&etape=envoyer")).await;
    let confirm = token(&service.mails().await[0], "/besoins/confirmer");
    for expected in [303, 303, 429] {
        let published = service.post("/besoins/confirmer", &format!("jeton={confirm}")).await;
        assert_eq!(published.status.as_u16(), expected);
    }
}
