//! An administrator acts in the place of somebody: every page says so, and what is theirs alone stays closed.

use crate::browser::{Browser, signed_in};
use crate::client::{Response, Service};
use crate::factor::{invited, protected};

const WHO: &str = "camille@ville.example";

/// The browser with every cookie that an answer gives it.
fn with_cookies<'a>(browser: &Browser<'a>, answer: &Response) -> Browser<'a> {
    let given = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let given: Vec<(&str, &str)> = given.filter_map(|text| text.split(';').next()?.split_once('=')).collect();
    let kept = browser.cookie.split("; ").filter_map(|pair| pair.split_once('='));
    let kept = kept.filter(|(name, _)| given.iter().all(|(new, _)| new != name));
    let pairs: Vec<String> = kept
        .chain(given.iter().copied())
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Browser { service: browser.service, cookie: pairs.join("; ") }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_says_so_until_the_button_ends_it() {
    let service = Service::demo().await;
    signed_in(&service, WHO).await;
    let (admin, ..) = protected(&invited(&service, "admin@ville.example").await).await;
    let page = admin.get("/administration").await;
    assert!(page.texts("main h2").contains(&"Aider quelqu’un".to_owned()));
    for (form, says) in [
        ("courriel=camille&raison=Sa+fiche", "Adresse"),
        ("courriel=personne%40ville.example&raison=Sa+fiche", "Aucun compte"),
        ("courriel=camille%40ville.example&raison=", "pourquoi"),
    ] {
        let refused = admin.post("/administration/aider", form).await;
        assert_eq!(refused.status.as_u16(), 422, "{form}");
        assert!(
            refused.texts(".error-summary").join(" ").contains(says),
            "{form}: {:?}",
            refused.texts(".error-summary")
        );
    }
    let begun = admin.post("/administration/aider", "courriel=camille%40ville.example&raison=Sa+fiche").await;
    assert_eq!((begun.status.as_u16(), begun.header("location")), (303, "/espace"));
    let space = admin.get("/espace").await;
    let acting = with_cookies(&admin, &space);
    assert!(acting.cookie.contains("place-aide=1"), "{}", acting.cookie);
    for path in
        ["/espace", "/", "/structures", "/besoins", "/espace/connexions", "/territoires", "/nulle-part"]
    {
        let page = acting.get(path).await;
        let said = page.texts(".support").join(" ").replace('\u{a0}', " ");
        for part in ["à la place de camille@ville.example", "pour l’aider : Sa fiche."] {
            assert!(said.contains(part), "{path}: {said}");
        }
        assert_eq!(page.texts(".support button"), ["Revenir à mon compte"], "{path}");
    }
    for (path, form) in [
        ("/espace/compte", "action=effacer"),
        ("/espace/second-facteur", "action=commencer"),
        ("/administration/aider", "courriel=camille%40ville.example&raison=Encore"),
    ] {
        let refused = acting.post(path, form).await;
        assert_eq!(refused.status.as_u16(), 403, "{path}: {:?}", refused.texts("h1"));
    }
    assert_eq!(acting.get("/administration").await.status.as_u16(), 403);
    // A page that takes long to work out is drawn elsewhere, and says it too.
    let check =
        "quoi=Blanchisserie&ou=C31555&date=2027-01-12&courriel=camille%40ville.example&etape=verifier";
    let check = acting.post("/besoins/nouveau", check).await;
    assert_eq!((check.status.as_u16(), check.texts(".support").len()), (200, 1), "{:?}", check.texts("h1"));
    let ended = acting.post("/aide/fin", "").await;
    assert_eq!((ended.status.as_u16(), ended.header("location")), (303, "/administration"));
    let back = acting.get("/administration").await;
    assert_eq!((back.status.as_u16(), back.texts(".support").len()), (200, 0));
    let own = with_cookies(&acting, &back);
    assert!(!own.cookie.contains("place-aide"), "{}", own.cookie);
    assert!(own.get("/").await.texts(".support").is_empty());

    // What is sent after the hour is not done in the administrator's own name.
    let own = with_cookies(&own, &own.get("/administration").await);
    own.post("/administration/aider", "courriel=camille%40ville.example&raison=Encore").await;
    let acting = with_cookies(&own, &own.get("/espace").await);
    service.backend.clock.advance(3_601);
    let late = acting.post("/espace/listes", "nom=Jardins").await;
    assert!(late.status.is_client_error(), "{}", late.status);
    assert!(late.texts("main").join(" ").contains("l’heure est passée"), "{:?}", late.texts("main"));
    let back = with_cookies(&acting, &late);
    assert!(
        back.get("/espace/listes").await.texts("main").join(" ").contains("aucune liste")
            || !back.get("/espace/listes").await.texts("main").join(" ").contains("Jardins")
    );
    // Signing out while acting ends both.
    let own = with_cookies(&back, &back.get("/administration").await);
    own.post("/administration/aider", "courriel=camille%40ville.example&raison=Encore").await;
    let acting = with_cookies(&own, &own.get("/espace").await);
    let out = acting.post("/deconnexion", "").await;
    assert_eq!(out.status.as_u16(), 303, "{:?}", out.texts("h1"));
    assert!(acting.get("/administration").await.header("location").starts_with("/connexion"));
    let nobody = signed_in(&service, "autre@ville.example").await;
    assert_eq!(nobody.post("/aide/fin", "").await.status.as_u16(), 404, "who acts for nobody");
}
