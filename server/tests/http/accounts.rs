//! Signing in and the space, at the door: cookies, what stays private, where one is led.

use crate::browser::{asked, code, signed_in};
use crate::client::{Response, Service, token};
use backend::index::Entry;
use domain::access::{Actor, Grant};
use std::sync::Arc;

/// A structure with a contact, for which an open need waits.
async fn waited_for(service: &Service) -> Arc<Entry> {
    let catalogue = service.backend.index.catalogue();
    for entry in catalogue.structures().filter(|entry| entry.structure.is_told()) {
        let siret = entry.structure.siret;
        let actor = Actor::Link(Grant::StructureManage(siret));
        if !service.backend.manage_show(&actor, siret).await.expect("shown").needs.is_empty() {
            return Arc::clone(entry);
        }
    }
    panic!("no need waits for anybody");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_of_a_session_is_kept_close() {
    let service = Service::demo().await;
    let asked =
        asked(&service.post("/connexion", "courriel=camille%40ville.example&vers=/espace/connexions").await);
    let code = code(&service).await;
    let form = format!("demande={asked}&code={code}&vers=/espace/connexions");
    let opened = service.post("/connexion/code", &form).await;
    assert_eq!(opened.header("location"), "/espace/connexions", "where one wanted to go");
    let cookie = opened.header("set-cookie");
    assert!(cookie.starts_with("__Host-place="), "{cookie}");
    for part in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure", "Max-Age=2592000"] {
        assert!(cookie.split("; ").any(|found| found == part), "{part} in {cookie}");
    }
    let again = service.post("/connexion/code", &form).await;
    assert_eq!(again.status.as_u16(), 410, "a code serves once");
    assert!(again.header("set-cookie").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_the_mail_signs_in_by_its_button() {
    let service = Service::demo().await;
    service.post("/connexion", "courriel=camille%40ville.example").await;
    let link = token(&service.mails().await[0], "/connexion/lien");
    for _ in 0..2 {
        let opened = service.get(&format!("/connexion/lien?jeton={link}")).await;
        assert_eq!(opened.texts("main button"), ["Me connecter"], "opening it signs nobody in");
        assert!(opened.header("set-cookie").is_empty());
    }
    let done = service.post("/connexion/lien", &format!("jeton={link}")).await;
    assert_eq!(done.status.as_u16(), 303);
    assert!(done.header("set-cookie").starts_with("__Host-place="));
    let again = service.get(&format!("/connexion/lien?jeton={link}")).await;
    assert_eq!(
        (again.status.as_u16(), again.texts("main .button")),
        (410, vec!["Recevoir un nouveau lien".to_owned()])
    );
    assert_eq!(service.post("/connexion/lien", &format!("jeton={link}")).await.status.as_u16(), 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_an_address_is_known_does_not_show() {
    let service = Service::demo().await;
    signed_in(&service, "camille@ville.example").await;
    let plain = |answer: &Response| {
        let to = answer.header("location").replace(&asked(answer), "ID");
        (answer.status, to, answer.text.clone())
    };
    let known = service.post("/connexion", "courriel=camille%40ville.example").await;
    let unknown = service.post("/connexion", "courriel=autre%40ville.example").await;
    assert_eq!(plain(&known), plain(&unknown));
    let mails = service.mails().await;
    assert_eq!(mails.len(), 2);
    let without_digits = |n: usize| mails[n].mail.subject.replace(|c: char| c.is_ascii_digit(), "");
    assert_eq!(without_digits(0), without_digits(1));
    for wrong in ["", "ville", "a@b"] {
        assert_eq!(
            service.post("/connexion", &format!("courriel={wrong}")).await.status.as_u16(),
            422,
            "{wrong}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_space_lead_to_the_way_in() {
    let service = Service::demo().await;
    for page in ["/espace", "/espace/connexions", "/espace/rejoindre?siret=1"] {
        let answer = service.get(page).await;
        let to =
            format!("/connexion?vers={}", page.replace('/', "%2F").replace('?', "%3F").replace('=', "%3D"));
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, to.as_str()));
    }
    for form in ["/espace/rejoindre", "/espace/rejoindre/code", "/espace/connexions"] {
        let answer = service.post(form, "siret=73282932000074&code=123456&connexion=0").await;
        assert!(matches!(answer.status.as_u16(), 401 | 404), "{form}: {}", answer.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_out() {
    let service = Service::demo().await;
    let camille = signed_in(&service, "camille@ville.example").await;
    let space = camille.get("/espace").await;
    assert_eq!((space.status.as_u16(), space.texts("h1")), (200, vec!["Mon espace".to_owned()]));
    assert_eq!(space.header("cache-control"), "no-store");
    let sessions = camille.get("/espace/connexions").await;
    assert_eq!(sessions.texts("main .card").len(), 1);
    let out = camille.post("/deconnexion", "").await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(
        camille.get("/espace").await.status.as_u16(),
        303,
        "the session is over, whatever the browser keeps"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_story_of_a_structure() {
    let service = Service::demo().await;
    let entry = waited_for(&service).await;
    let siret = entry.structure.siret;
    let camille = signed_in(&service, "camille@atelier.example").await;
    let page = format!("/structures/{siret}/gerer");
    assert_eq!(camille.get(&page).await.status.as_u16(), 403, "not before it belongs to it");

    let wrong = camille.post("/espace/rejoindre", "siret=73282932000074").await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.attributes("#siret", "value")),
        (422, vec!["73282932000074".to_owned()])
    );
    let asked = camille.post("/espace/rejoindre", &format!("siret={siret}")).await;
    assert_eq!(asked.attributes("form[action='/espace/rejoindre/code'] input", "name"), ["siret", "code"]);
    let code = code(&service).await;
    let joined = camille.post("/espace/rejoindre/code", &format!("siret={siret}&code={code}")).await;
    assert_eq!(joined.header("location"), "/espace?fait=membre");

    let fiche = camille.get(&page).await;
    assert_eq!(fiche.status.as_u16(), 200);
    let saved = camille.post(&page, "description=Un+atelier").await;
    assert!(saved.header("location").contains("fait="), "{}", saved.header("location"));
    let space = camille.get("/espace").await;
    assert!(space.texts("h2").contains(&entry.structure.shown_name().to_owned()));
    let answers = space.attributes("main .card .actions a", "href");
    let interested =
        answers.iter().find(|href| href.ends_with("reponse=interested")).expect("a need to answer");
    let (_, query) = interested.split_once('?').expect("a query");
    assert_eq!(camille.get(interested).await.status.as_u16(), 200);
    let said = camille.post("/besoins/repondre", query).await;
    assert_eq!((said.status.as_u16(), said.texts("h1")), (200, vec!["C’est noté".to_owned()]));
    assert!(
        !camille.get("/espace").await.text.contains(query.split('&').next().expect("a token")),
        "it is answered"
    );

    // The same addresses are nothing without the session.
    for path in [interested.as_str(), &format!("{page}?jeton=m.{siret}")] {
        let stranger = service.get(path).await;
        assert_eq!(stranger.status.as_u16(), 410, "{path}");
    }
    let other = signed_in(&service, "autre@ville.example").await;
    assert_eq!(other.post("/besoins/repondre", query).await.status.as_u16(), 403);
    let members = format!("/espace/structures/{siret}/membres");
    assert_eq!(other.get(&members).await.status.as_u16(), 403);

    let invited = camille.post(&members, "action=inviter&courriel=autre%40ville.example").await;
    assert_eq!(invited.header("location"), format!("{members}?fait=invitation"));
    service.mails().await;
    let accepted = other.post(&format!("/espace/invitations/{siret}"), "reponse=oui").await;
    assert_eq!(accepted.header("location"), "/espace?fait=membre");
    assert_eq!(other.get(&page).await.status.as_u16(), 200);
    let account = camille.get(&members).await.attributes("input[name=compte]", "value").remove(0);
    camille.post(&members, &format!("action=retirer&compte={account}")).await;
    assert_eq!(other.get(&page).await.status.as_u16(), 403, "at once");
    let last = camille.post(&members, "action=quitter").await;
    assert_eq!((last.status.as_u16(), last.texts(".error-summary li").len()), (422, 1), "somebody decides");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_cookie_comes_with_other_rights() {
    let service = Service::demo().await;
    let catalogue = service.backend.index.catalogue();
    let structure =
        &catalogue.structures().find(|e| e.structure.is_told()).expect("one with a contact").structure;
    let mut head = signed_in(&service, structure.contact.as_ref().expect("a contact").as_str()).await;
    assert!(head.get("/espace").await.header("set-cookie").is_empty());
    head.post("/espace/rejoindre", &format!("siret={}", structure.siret)).await;
    let renewed = head.get("/espace").await;
    let cookie = renewed.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-place=") && cookie.contains("HttpOnly"), "{cookie}");
    service.backend.clock.advance(61);
    assert_eq!(head.get("/espace").await.status.as_u16(), 303, "the one before is over");
    head.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    assert_eq!(head.get("/espace").await.status.as_u16(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_needs_of_an_author_stand_in_its_space() {
    let service = Service::demo().await;
    let need = "quoi=Blanchisserie+des+draps&ou=C31555&date=2027-01-12&courriel=achats%40ville.example";
    service.post("/besoins/nouveau", &format!("{need}&etape=envoyer")).await;
    let confirm = token(&service.mails().await[0], "/besoins/confirmer");
    service.post("/besoins/confirmer", &format!("jeton={confirm}")).await;
    service.mails().await;
    let author = signed_in(&service, "achats@ville.example").await;
    let space = author.get("/espace").await;
    let own = space.attributes("main .card-title a", "href");
    let follow = own.iter().find(|href| href.starts_with("/besoins/suivre")).expect("its need");
    let page = author.get(follow).await;
    assert_eq!((page.status.as_u16(), page.texts("h1")), (200, vec!["Blanchisserie des draps".to_owned()]));
    let (_, query) = follow.split_once('?').expect("a query");
    let ended = author.post("/besoins/suivre", &format!("{query}&statut=dropped")).await;
    assert!(ended.status.is_redirection() || ended.status.as_u16() == 200, "{}", ended.status);
    // A draft is published without another mail: the address is confirmed.
    service.post("/besoins/nouveau", &format!("{need}&etape=preparer")).await;
    service.mails().await;
    let space = author.get("/espace").await;
    let own = space.attributes("main .card-title a", "href");
    let draft = own.iter().find(|href| href.starts_with("/besoins/preparer")).expect("its draft");
    let (_, token) = draft.split_once('?').expect("a query");
    let check = author.get(&format!("/besoins/preparer/relire?{token}")).await;
    assert_eq!(check.texts("main form .button-sun"), ["Publier ce besoin"]);
    let published = author.post("/besoins/preparer/relire", token).await;
    let url = published.header("location").to_owned();
    assert!(url.ends_with("&publie=1") && !url.contains('~'), "{url}");
    assert!(author.get(&url).await.text.contains("Votre besoin est publié"));

    let other = signed_in(&service, "autre@ville.example").await;
    let refused = other.get(follow).await;
    assert_eq!(refused.status.as_u16(), 403);
    assert!(!refused.text.contains("Blanchisserie"), "nothing of it shows");
}
