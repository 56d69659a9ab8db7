//! Signing in by ProConnect: what is asked, who is believed, which structure is joined, and that nobody else comes in.

use crate::browser::{Browser, signed_in};
use crate::client::{HERE, Response, Service};
use crate::provider::{Agent, CLIENT, Lie, Provider, SECRET};
use axum::body::Body;
use axum::http::Request;
use domain::access::{Actor, Rank};
use domain::legal::BuyerCategory;
use domain::organisation::{OrganisationAsked, OrganisationKind};
use domain::siret::Siret;
use openidconnect::url::Url;
use std::collections::HashMap;

const VISIT: &str = "__Host-place-visite";
const SESSION: &str = "__Host-place";

async fn service(provider: &Provider) -> Service {
    let issuer = provider.issuer();
    let settings = [
        "--proconnect-issuer",
        &issuer,
        "--proconnect-client-id",
        CLIENT,
        "--proconnect-client-secret",
        SECRET,
    ];
    Service::with(&[&["place", "--public-url", HERE, "--posts-per-minute", "100000"][..], &settings].concat())
        .await
}

fn agent(email: &'static str, siret: Option<String>) -> Agent {
    Agent { subject: "agent-1", email: Some(email), is_email_verified: None, siret }
}

/// The value of a cookie that an answer sets.
fn cookie(answer: &Response, name: &str) -> Option<String> {
    let all = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    all.filter_map(|text| text.split(';').next()?.split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, v)| v.to_owned())
}

/// Leaves for the provider: the answer, and the browser with what it keeps.
async fn leave<'a>(service: &'a Service, to: &str) -> (Response, Browser<'a>) {
    let left = service.get(&format!("/connexion/proconnect?vers={to}")).await;
    let kept = cookie(&left, VISIT).unwrap_or_default();
    (left, Browser { service, cookie: format!("{VISIT}={kept}") })
}

/// The way back, as our address.
fn path(back: &Url) -> String {
    format!("{}?{}", back.path(), back.query().unwrap_or_default())
}

/// Somebody goes there and comes back.
async fn arrive(service: &Service, provider: &Provider, who: &Agent) -> Response {
    let (left, browser) = leave(service, "/espace/compte").await;
    let back = provider.consent(left.header("location"), who);
    browser.get(&path(&back)).await
}

/// The browser of whoever arrived.
fn session<'a>(service: &'a Service, arrived: &Response) -> Browser<'a> {
    let secret = cookie(arrived, SESSION)
        .unwrap_or_else(|| panic!("nobody signed in: {}", arrived.header("location")));
    Browser { service, cookie: format!("{SESSION}={secret}") }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_signs_in_and_joins_its_structure_once() {
    let provider = Provider::start().await;
    let service = service(&provider).await;
    assert!(service.get("/connexion").await.text.contains("S’identifier avec ProConnect"));
    let (left, browser) = leave(&service, "/espace/compte").await;
    let sent = Url::parse(left.header("location")).expect("an address");
    let asked: HashMap<String, String> = sent.query_pairs().into_owned().collect();
    assert_eq!(sent.path(), "/authorize");
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", "https://place.example/connexion/proconnect/retour"),
        ("scope", "openid email given_name usual_name siret"),
        ("code_challenge_method", "S256"),
        ("claims", r#"{"id_token":{"acr":null}}"#),
    ] {
        assert_eq!(asked[name], value, "{name}");
    }
    for name in ["state", "nonce"] {
        assert!(asked[name].len() >= 32, "{name}: ProConnect wants 32 letters");
    }
    let whole = left.header("set-cookie");
    for part in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure", "Max-Age=600"] {
        assert!(whole.split("; ").any(|found| found == part), "{part} in {whole}");
    }

    let catalogue = service.backend.index.catalogue();
    let siret = catalogue.structures().next().expect("one").structure.siret;
    let who = agent("camille@ville.example", Some(siret.to_string()));
    let arrived = browser.get(&path(&provider.consent(left.header("location"), &who))).await;
    assert_eq!(arrived.header("location"), "/espace/compte");
    assert_eq!(cookie(&arrived, VISIT).as_deref(), Some(""), "nothing is to be kept any more");
    let camille = session(&service, &arrived);
    let actor = service.backend.session_recognise(camille.secret()).await.expect("read").actor;
    let account = actor.account().expect("signed in").clone();
    assert_eq!(
        (account.address.as_str(), account.rank_in(siret)),
        ("camille@ville.example", Some(Rank::Responsible))
    );

    let export = service.backend.account_export(&actor).await.expect("its own");
    assert_eq!(export.identities[0].siret.as_deref(), Some(siret.as_str()));

    let head = signed_in(&service, "tete@atelier.example").await;
    let head_actor = service.backend.session_recognise(head.secret()).await.expect("read").actor;
    service
        .backend
        .colleague_invite(&actor, siret, &head_actor.account().expect("signed in").address, Rank::Responsible)
        .await
        .expect("invited");
    let head_actor = service.backend.session_recognise(head.secret()).await.expect("read").actor;
    service.backend.invitation_answer(&head_actor, siret, true).await.expect("joined");
    let again = service.backend.session_recognise(head.secret()).await.expect("read").actor;
    service.backend.colleague_remove(&again, siret, account.id).await.expect("taken out");
    let back = session(&service, &arrive(&service, &provider, &who).await);
    let back = service.backend.session_recognise(back.secret()).await.expect("read").actor;
    let back = back.account().expect("signed in");
    assert_eq!((back.id, back.rank_in(siret)), (account.id, None), "whoever was taken out stays out");
}

/// Who arrives, as its next request finds it.
async fn arrived(service: &Service, provider: &Provider, who: &Agent) -> Actor {
    let browser = session(service, &arrive(service, provider, who).await);
    service.backend.session_recognise(browser.secret()).await.expect("read").actor
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_joins_its_organisation_and_whoever_only_said_so_does_not_decide_alone() {
    let provider = Provider::start().await;
    let service = service(&provider).await;
    let b = &service.backend;
    let town = |name: &str, siret| OrganisationAsked {
        name: name.to_owned(),
        kind: OrganisationKind::Buyer(BuyerCategory::Local),
        siret: Some(siret),
    };
    let [proposed, pretended] = [901, 902].map(|siren| Siret::with_key(siren, 1));
    let of = |subject, email, siret: Siret| Agent {
        subject,
        email: Some(email),
        is_email_verified: None,
        siret: Some(siret.to_string()),
    };

    // Nobody has added it yet: what ProConnect says of it is proposed, and then believed.
    let camille = arrived(&service, &provider, &of("camille", "camille@lac.example", proposed)).await;
    assert_eq!(b.organisation_find(&camille, "").await.expect("looked for").vouched, Some(proposed));
    b.organisation_begin(&camille, &town("Ville de Lac", proposed)).await.expect("begun");
    let found = b.organisation_find(&camille, "").await.expect("looked for");
    assert_eq!(found.vouched, None, "it has one now");
    let dominique = arrived(&service, &provider, &of("dominique", "dominique@lac.example", proposed)).await;
    let (id, rank) = dominique.account().expect("signed in").organisations().next().expect("joined");
    assert_eq!(rank, Rank::Member);
    assert!(b.organisation_show(&dominique, id).await.expect("its own").organisation.is_vouched);

    // Somebody else said to be it: the first whom ProConnect vouches for decides there.
    let pirate = signed_in(&service, "pirate@ailleurs.example").await;
    let pirate = b.session_recognise(pirate.secret()).await.expect("read").actor;
    b.organisation_begin(&pirate, &town("Région du Lac", pretended)).await.expect("begun");
    let agent = arrived(&service, &provider, &of("agent", "agent@region.example", pretended)).await;
    let (id, rank) = agent.account().expect("signed in").organisations().next().expect("joined");
    assert_eq!(rank, Rank::Responsible);
    let pirate = pirate.account().expect("signed in").id;
    b.colleague_remove(&agent, id, pirate).await.expect("taken out");
    let back = arrived(&service, &provider, &of("agent", "agent@region.example", pretended)).await;
    assert_eq!(back.account().expect("signed in").rank_in(id), Some(Rank::Responsible));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_is_that_of_the_subject_and_first_that_of_its_address() {
    let provider = Provider::start().await;
    let service = service(&provider).await;
    let id = async |browser: &Browser<'_>| {
        let actor = service.backend.session_recognise(browser.secret()).await.expect("read").actor;
        let account = actor.account().expect("signed in").clone();
        (account.id, account.address.to_string())
    };
    let by_mail = id(&signed_in(&service, "camille@ville.example").await).await;
    let first =
        id(&session(&service, &arrive(&service, &provider, &agent("Camille@ville.example", None)).await))
            .await;
    assert_eq!(first.0, by_mail.0, "who has the mailbox");
    let moved =
        id(&session(&service, &arrive(&service, &provider, &agent("c.martin@ville.example", None)).await))
            .await;
    assert_eq!(moved, (first.0, "c.martin@ville.example".to_owned()), "its address changed");
    let other = signed_in(&service, "autre@ville.example").await;
    let taken =
        id(&session(&service, &arrive(&service, &provider, &agent("autre@ville.example", None)).await)).await;
    assert_eq!(taken.0, first.0, "an address of another account opens nothing of it");
    assert_ne!(taken.1, "autre@ville.example");
    assert_ne!(id(&other).await.0, first.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_says_is_believed_when_it_is_proven() {
    let provider = Provider::start().await;
    let service = service(&provider).await;
    let who = agent("camille@ville.example", None);
    for lie in [
        Lie::Nonce,
        Lie::Audience,
        Lie::Assurance,
        Lie::Past,
        Lie::Subject,
        Lie::Unsigned,
        Lie::InfoAudience,
        Lie::Signature,
    ] {
        provider.lies(lie);
        let answer = arrive(&service, &provider, &who).await;
        assert_eq!(answer.header("location"), "/connexion?proconnect=refus&vers=%2Fespace", "{lie:?}");
        assert_eq!(cookie(&answer, SESSION), None, "{lie:?}");
    }
    provider.lies(Lie::None);
    let page = service.get("/connexion?proconnect=refus&vers=%2Fespace").await;
    assert!(page.text.contains("ProConnect ne vous a pas connecté."), "{}", page.text);
    for (email, is_verified) in
        [(None, None), (Some("ville"), None), (Some("camille@ville.example"), Some(false))]
    {
        let without = Agent { email, is_email_verified: is_verified, ..who.clone() };
        let answer = arrive(&service, &provider, &without).await;
        assert_eq!(answer.header("location"), "/connexion?proconnect=adresse&vers=%2Fespace", "{email:?}");
    }
    assert!(cookie(&arrive(&service, &provider, &who).await, SESSION).is_some(), "the truth is believed");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_by_the_visit_of_somebody_else() {
    let provider = Provider::start().await;
    let service = service(&provider).await;
    let who = agent("camille@ville.example", None);
    let refused = async |browser: &Browser<'_>, path: &str, why: &str| {
        let answer = browser.get(path).await;
        assert_eq!(answer.header("location"), "/connexion?proconnect=refus&vers=%2Fespace", "{why}");
        assert_eq!(cookie(&answer, SESSION), None, "{why}");
    };
    let (left, browser) = leave(&service, "/espace").await;
    let back = path(&provider.consent(left.header("location"), &who));
    let nobody = Browser { service: &service, cookie: String::new() };
    refused(&nobody, &back, "another browser").await;
    let (_, other) = leave(&service, "/espace").await;
    refused(&other, &back, "another visit").await;
    refused(&browser, &back.replace("state=", "state=x"), "another state").await;
    refused(&browser, &back.replace("code=", "non="), "the person said no").await;
    let forged = Browser { service: &service, cookie: browser.cookie.replacen("=ey", "=ez", 1) };
    refused(&forged, &back, "what the browser kept was written by somebody else").await;
    assert!(cookie(&browser.get(&back).await, SESSION).is_some());
    refused(&browser, &back, "a code serves once").await;
    let (left, _) = leave(&service, "https://evil.example/").await;
    let kept = cookie(&left, VISIT).expect("kept");
    let browser = Browser { service: &service, cookie: format!("{VISIT}={kept}") };
    let arrived = browser.get(&path(&provider.consent(left.header("location"), &who))).await;
    assert_eq!(arrived.header("location"), "/espace", "pages of ours alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_there_too() {
    let provider = Provider::start().await;
    let service = service(&provider).await;
    let arrived = arrive(&service, &provider, &agent("camille@ville.example", None)).await;
    let camille = session(&service, &arrived);
    let policy = camille.get("/espace").await;
    let leads = format!("form-action 'self' {};", provider.issuer());
    assert!(policy.header("content-security-policy").contains(&leads), "the form may lead there");
    let out = camille.post("/deconnexion", "").await;
    let to = Url::parse(out.header("location")).expect("an address");
    let said: HashMap<String, String> = to.query_pairs().into_owned().collect();
    assert_eq!(
        (to.path(), said["post_logout_redirect_uri"].as_str()),
        ("/session/end", "https://place.example/")
    );
    assert!(said["id_token_hint"].matches('.').count() == 2 && said["state"].len() >= 32);
    assert_eq!(camille.get("/espace").await.status.as_u16(), 303);
    let by_mail = signed_in(&service, "autre@ville.example").await;
    assert_eq!(
        by_mail.post("/deconnexion", "").await.header("location"),
        "/",
        "who came by mail leaves by the door"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_does_not_answer_leaves_the_mail() {
    let flags = [
        "place",
        "--public-url",
        HERE,
        "--proconnect-issuer",
        "http://127.0.0.1:1",
        "--proconnect-client-id",
        CLIENT,
        "--proconnect-client-secret",
        SECRET,
    ];
    let service = Service::with(&flags).await;
    let (left, _) = leave(&service, "/espace/compte").await;
    assert_eq!(left.header("location"), "/connexion?proconnect=muet&vers=%2Fespace%2Fcompte");
    let page = service.get(left.header("location")).await;
    assert!(page.text.contains("Il ne répond pas") && page.text.contains("Recevoir un lien et un code"));
    let without = Service::demo().await;
    assert!(!without.get("/connexion").await.text.contains("ProConnect"));
    for path in ["/connexion/proconnect", "/connexion/proconnect/retour?code=x&state=y"] {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        assert_eq!(without.send(request).await.status.as_u16(), 404, "{path}");
    }
}
