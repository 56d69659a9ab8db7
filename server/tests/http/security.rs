//! Headers, origins, limits.

use crate::client::{HERE, Service};
use axum::body::Body;
use axum::http::Request;

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_of_safety() {
    let service = Service::demo().await;
    for path in ["/", "/structures", "/rien", "/api/v1/needs", "/style/x.css", "/health/live"] {
        let answer = service.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(answer.header("permissions-policy").contains("geolocation=()"), "{path}");
        assert!(answer.header("strict-transport-security").contains("max-age"), "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{path}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_other_sites_are_refused() {
    let service = Service::demo().await;
    let post = |path: &str, header: Option<(&str, &str)>| {
        let mut request = Request::post(path);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        request.body(Body::from("jeton=x")).expect("a request")
    };
    let cases = [
        ("/besoins/nouveau", None, 403),
        ("/besoins/nouveau", Some(("origin", "https://evil.example")), 403),
        ("/besoins/nouveau", Some(("sec-fetch-site", "cross-site")), 403),
        ("/besoins/nouveau", Some(("origin", "null")), 403),
        ("/besoins/nouveau", Some(("referer", "https://evil.example/place.example")), 403),
        ("/besoins/nouveau", Some(("origin", &HERE.replace("http", "ftp"))), 403),
        ("/besoins/nouveau", Some(("origin", HERE)), 422),
        ("/besoins/confirmer", Some(("sec-fetch-site", "same-origin")), 410),
        // One-click stop comes from mail programs; its signed link is its proof.
        ("/messages/arreter", None, 410),
    ];
    for (path, header, status) in cases {
        assert_eq!(service.send(post(path, header)).await.status.as_u16(), status, "{path} {header:?}");
    }
    let rebound = Request::post("/besoins/nouveau").header("host", "evil.example");
    let rebound = rebound.header("origin", "http://evil.example").header("sec-fetch-site", "same-origin");
    let rebound = service.send(rebound.body(Body::from("jeton=x")).expect("a request")).await;
    assert_eq!(rebound.status.as_u16(), 403, "another name of this machine is not this site");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_forms_and_too_large_ones() {
    let service =
        Service::with(&["place", "--public-url", HERE, "--posts-per-minute", "3", "--mails-per-hour", "2"])
            .await;
    let need = |n: u8| {
        format!("quoi=Blanchisserie&ou=C31555&date=2027-01-12&courriel=a{n}%40ville.example&etape=envoyer")
    };
    for n in [1, 2, 3] {
        assert_eq!(service.post("/besoins/nouveau", &need(n)).await.status.as_u16(), 303);
    }
    let refused = service.post("/besoins/nouveau", &need(4)).await;
    assert_eq!(refused.status.as_u16(), 429);
    assert!(refused.header("retry-after").parse::<u64>().is_ok());
    assert_eq!(service.post("/besoins/nouveau", &"x".repeat(600_000)).await.status.as_u16(), 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_surrounds_handlers_speaks_french_too() {
    let service = Service::demo().await;
    for (path, status) in
        [("/structures/abc%ff", 400), ("/territoires/%ff", 400), ("/besoins/confirmer/", 404)]
    {
        let answer = service.get(path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(answer.text.contains("<h1>") && !answer.text.contains("Invalid"), "{path}");
    }
    assert_eq!(service.post("/territoires", "").await.status.as_u16(), 405);
    assert!(service.post("/territoires", "").await.text.contains("<h1>"));
    let large = service.post("/besoins/nouveau", &"x".repeat(600_000)).await;
    assert!(large.text.contains("C’est trop long"), "{}", large.text);
    let long = format!("quoi=Blanchisserie&details={}", "%C3%A9".repeat(40_000));
    let refused = service.post("/besoins/nouveau", &long).await;
    assert_eq!(refused.status.as_u16(), 422);
    assert!(refused.text.contains("5 000") && refused.text.contains("ééé"), "nothing typed is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_to_one_address_are_limited() {
    let service = Service::with(&["place", "--public-url", HERE, "--mails-per-hour", "2"]).await;
    let need = "quoi=Blanchisserie&ou=C31555&date=2027-01-12&courriel=a%40ville.example&etape=envoyer";
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(service.post("/besoins/nouveau", need).await.status.as_u16());
    }
    assert_eq!(statuses, [303, 303, 429]);
    assert_eq!(service.mails().await.len(), 2);
}
