//! The second factor and administrators, at the door: cookies, what the mail alone does not open, what is shown once.

use crate::browser::{Browser, asked, code, signed_in};
use crate::client::Service;
use backend::accounts::FactorState;
use domain::access::Actor;
use domain::email::EmailAddress;
use totp_rs::Totp;

/// Seconds for which an application shows a code.
const STEP: i64 = 30;

/// The browser after an answer: with the cookie that came with it, if one did.
fn with_cookie_of<'a>(browser: &Browser<'a>, answer: &crate::client::Response) -> Browser<'a> {
    let cookie = match answer.header("set-cookie") {
        "" => browser.cookie.clone(),
        cookie => cookie.split(';').next().unwrap_or_default().to_owned(),
    };
    Browser { service: browser.service, cookie }
}

/// What an application shows, some steps from now.
fn shown(service: &Service, application: &Totp, steps: i64) -> String {
    let at = service.backend.clock.now() + steps * STEP;
    application.generate(u64::try_from(at).expect("after 1970")).to_string()
}

/// Somebody who signed in adds an application: the browser from then on, the application, the codes on paper.
pub async fn protected<'a>(browser: &Browser<'a>) -> (Browser<'a>, Totp, Vec<String>) {
    let b = &browser.service.backend;
    assert_eq!(browser.post("/espace/second-facteur", "action=commencer").await.status.as_u16(), 303);
    let actor = b.session_recognise(browser.secret()).await.expect("read").actor;
    let FactorState::Begun { url, .. } = b.factor_show(&actor).await.expect("shown").state else {
        panic!("nothing is begun")
    };
    let application = Totp::from_url(url).expect("an application reads it");
    let code = shown(browser.service, &application, 0);
    let confirmed = browser.post("/espace/second-facteur", &format!("action=confirmer&code={code}")).await;
    let codes = confirmed.texts(".secrets code");
    assert_eq!((confirmed.status.as_u16(), codes.len()), (200, 10), "{}", confirmed.text);
    let browser = with_cookie_of(browser, &browser.get("/espace").await);
    browser.service.mails().await;
    (browser, application, codes)
}

/// Somebody signs in as far as the mail goes.
pub async fn waiting<'a>(service: &'a Service, address: &str) -> Browser<'a> {
    let form = format!("courriel={}&vers=/espace/compte", address.replace('@', "%40"));
    let asked = asked(&service.post("/connexion", &form).await);
    let code = code(service).await;
    let form = format!("demande={asked}&code={code}&vers=/espace/compte");
    let opened = service.post("/connexion/code", &form).await;
    assert_eq!(opened.header("location"), "/connexion/second?vers=%2Fespace%2Fcompte");
    assert!(opened.header("set-cookie").contains("Max-Age=600"), "{}", opened.header("set-cookie"));
    with_cookie_of(&Browser { service, cookie: String::new() }, &opened)
}

/// Somebody becomes an administrator by the link of the operator, without a second factor yet.
pub async fn invited<'a>(service: &'a Service, address: &str) -> Browser<'a> {
    let b = &service.backend;
    let who = EmailAddress::parse(address).expect("an address");
    let link = b.administrator_invite(&Actor::Operator, &who).await.expect("invited");
    let link = link.split_once("jeton=").expect("a token").1;
    let page = service.get(&format!("/administration/rejoindre?jeton={link}")).await;
    assert_eq!(page.texts("main button"), ["Devenir administrateur"], "opening it changes nothing");
    let joined = service.post("/administration/rejoindre", &format!("jeton={link}")).await;
    assert_eq!(joined.texts("h1"), ["Vous êtes administrateur"]);
    assert!(joined.header("set-cookie").is_empty(), "the link alone opens nothing");
    let again = service.get(&format!("/administration/rejoindre?jeton={link}")).await;
    assert_eq!(again.status.as_u16(), 410, "it serves once");
    service.mails().await;
    signed_in(service, address).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_of_the_application_comes_after_the_mail() {
    let service = Service::demo().await;
    let who = "camille@ville.example";
    let (_, application, codes) = protected(&signed_in(&service, who).await).await;
    let waits = waiting(&service, who).await;
    for page in ["/espace", "/espace/compte", "/espace/mes-donnees.json", "/administration"] {
        let answer = waits.get(page).await;
        let to = format!("/connexion/second?vers={}", page.replace('/', "%2F"));
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, to.as_str()), "{page}");
    }
    let page = waits.get("/connexion/second?vers=/espace/compte").await;
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, "no-store"));
    assert_eq!(page.attributes("input[name=code]", "autocomplete"), ["one-time-code"]);
    let wrong = waits.post("/connexion/second", "code=12&vers=/espace/compte").await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.attributes("input[name=vers]", "value")),
        (422, vec!["/espace/compte".to_owned()])
    );
    assert!(wrong.text.contains("Ce n’est pas le code"));
    let code = shown(&service, &application, 1);
    let opened = waits.post("/connexion/second", &format!("code={code}&vers=/espace/compte")).await;
    assert_eq!(opened.header("location"), "/espace/compte");
    assert!(opened.header("set-cookie").contains("Max-Age=2592000"));
    let whole = with_cookie_of(&waits, &opened);
    assert_ne!(whole.cookie, waits.cookie, "a cookie that somebody put there before is worth nothing");
    assert_eq!(whole.get("/espace").await.status.as_u16(), 200);
    assert_eq!(waits.get("/espace").await.header("location"), "/connexion?vers=%2Fespace");
    assert_eq!(whole.get("/connexion/second?vers=https://x.example").await.header("location"), "/espace");

    let waits = waiting(&service, who).await;
    for _ in 0..5 {
        assert_eq!(waits.post("/connexion/second", "code=000000x").await.status.as_u16(), 422);
    }
    let over = waits.post("/connexion/second", &format!("code={}", codes[0])).await;
    assert_eq!(
        (over.status.as_u16(), over.texts("h1")),
        (410, vec!["Cette connexion est terminée".to_owned()])
    );
    assert!(over.header("set-cookie").contains("Max-Age=0"));
    let waits = waiting(&service, who).await;
    let opened = waits.post("/connexion/second", &format!("code={}", codes[0])).await;
    assert_eq!(opened.status.as_u16(), 303, "nobody is locked out");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_secret_is_shown_once() {
    let service = Service::demo().await;
    let one = signed_in(&service, "camille@ville.example").await;
    one.post("/espace/second-facteur", "action=commencer").await;
    let begun = one.get("/espace/second-facteur").await;
    assert_eq!(begun.attributes(".qr", "aria-label"), ["Carré à lire par votre application de codes"]);
    assert!(begun.attributes("main a", "href").iter().any(|href| href.starts_with("otpauth://totp/")));
    let typed = begun.texts("code.secret");
    assert_eq!(typed[0].replace('-', "").len(), 32, "160 bits: {typed:?}");
    let (one, _, codes) = protected(&one).await;
    let kept = one.get("/espace/second-facteur").await.text;
    assert!(!kept.contains("otpauth") && !codes.iter().any(|code| kept.contains(code)), "{kept}");
    assert!(kept.replace("\u{a0}", " ").contains("10 codes de secours vous restent"), "{kept}");
    let wrong = one.post("/espace/second-facteur", "action=retirer&code=").await;
    assert_eq!((wrong.status.as_u16(), wrong.texts("h1")), (422, vec!["Votre second facteur".to_owned()]));
    let removed = one.post("/espace/second-facteur", &format!("action=retirer&code={}", codes[9])).await;
    assert_eq!(removed.header("location"), "/espace/second-facteur?fait=retire");
    assert!(service.mails().await.iter().any(|sent| sent.mail.subject.contains("a été retiré")));
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_see_mails_put_aside_as_plain_text() {
    let service = Service::demo().await;
    let not_yet = invited(&service, "presse@ville.example").await;
    let refused = not_yet.get("/administration").await;
    assert_eq!(refused.status.as_u16(), 403);
    assert!(refused.text.contains("second facteur"), "{}", refused.text);
    let (administrator, ..) = protected(&not_yet).await;
    let hostile = "From: <x@ville.example>\r\nTo: y@place.example\r\nSubject: <img src=x onerror=alert(1)>\r\n\
        Content-Type: text/html\r\n\r\n<p>Bonjour</p><script>alert(1)</script>&lt;script&gt;alert(2)&lt;/script&gt;\r\n";
    service.backend.mail_in(hostile.as_bytes()).await.expect("kept");
    let page = administrator.get("/administration").await;
    let path = page.attributes(".card-title a", "href").remove(0);
    let mail = administrator.get(&path).await;
    assert_eq!(mail.texts("h1"), ["<img src=x onerror=alert(1)>"]);
    assert!(mail.texts("main script, main img").is_empty(), "{}", mail.text);
    let raw = administrator.get(&format!("{path}/brut")).await;
    assert_eq!(raw.text, hostile);
    assert_eq!(
        (raw.header("content-type"), raw.header("content-disposition"), raw.header("x-content-type-options")),
        ("application/octet-stream", "attachment; filename=\"message.eml\"", "nosniff")
    );
    let dropped = administrator.post(&path, "action=abandonner").await;
    assert_eq!(dropped.header("location"), "/administration?fait=abandon");
    assert_eq!(administrator.get(&path).await.status.as_u16(), 404);

    let catalogue = service.backend.index.catalogue();
    let siret = catalogue.structures().next().expect("one").structure.siret;
    let found = administrator.get(&format!("/administration/structure?siret={siret}")).await;
    assert_eq!(found.header("location"), format!("/espace/structures/{siret}/membres"));
    let members = administrator.get(found.header("location")).await;
    assert!(!members.texts("main button").contains(&"Quitter cette structure".to_owned()));
    let invitation = "action=inviter&courriel=nouvelle%40atelier.example";
    assert_eq!(administrator.post(found.header("location"), invitation).await.status.as_u16(), 303);
    let mails = service.mails().await;
    assert!(mails[0].mail.text.contains("responsable"), "{}", mails[0].mail.text);
    for wrong in ["12", "73282932000074"] {
        let answer = administrator.get(&format!("/administration/structure?siret={wrong}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.attributes("input[name=siret]", "value")),
            (422, vec![wrong.to_owned()])
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_report_and_administrators_see_to_it() {
    let service = Service::demo().await;
    let (administrator, ..) = protected(&invited(&service, "presse@ville.example").await).await;
    let catalogue = service.backend.index.catalogue();
    let need = catalogue.needs().next().expect("a need").need.id;
    let siret = catalogue.structures().next().expect("one").structure.siret;
    let public = service.get(&format!("/besoins/{need}")).await;
    let way = format!("/signaler?besoin={need}");
    assert!(public.attributes("a", "href").contains(&way), "a way to say so");
    assert_eq!(service.get(&way).await.texts("main button"), ["Signaler"]);
    let form = format!("besoin={need}&raison=trompeur&message=Ce+n%27est+pas+la+ville&courriel=");
    let wrong = service.post("/signaler", &form.replace("courriel=", "courriel=lecteur")).await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.texts("#message")),
        (422, vec!["Ce n'est pas la ville".to_owned()])
    );
    assert_eq!(wrong.attributes("input[name=raison][checked]", "value"), ["trompeur"]);
    assert_eq!(service.post("/signaler", &form).await.texts("h1"), ["C’est noté"]);
    let of_structure = format!("structure={siret}&raison=autre&message=Elle+a+ferm%C3%A9");
    assert_eq!(service.post("/signaler", &of_structure).await.status.as_u16(), 200);
    for nothing in ["/signaler", "/signaler?besoin=x", "/signaler?structure=12345678900018"] {
        assert_eq!(service.get(nothing).await.status.as_u16(), 404, "{nothing}");
    }

    let page = administrator.get("/administration").await;
    let said = page.texts("main .card").join(" ");
    assert!(said.contains("Un lecteur le signale") && said.contains("Ce n'est pas la ville"), "{said}");
    let report = page.attributes("input[name=signalement]", "value").remove(0);
    let seen = administrator
        .post("/administration/signalements", &format!("siret={siret}&signalement={report}"))
        .await;
    assert_eq!(seen.header("location"), "/administration?fait=vu");
    let decide = format!("/administration/besoins/{need}");
    assert_eq!(administrator.post(&decide, "action=retirer&raison=").await.status.as_u16(), 422);
    assert_eq!(
        service.get(&format!("/besoins/{need}")).await.status.as_u16(),
        200,
        "nothing without a reason"
    );
    let out = administrator.post(&decide, "action=retirer&raison=Trompeur").await;
    assert_eq!(out.header("location"), "/administration?fait=retire");
    assert_eq!(service.get(&format!("/besoins/{need}")).await.status.as_u16(), 404);
    let rest = administrator.get(out.header("location")).await;
    assert!(rest.texts("main .empty").contains(&"Rien.".to_owned()), "{:?}", rest.texts("main .empty"));
}
