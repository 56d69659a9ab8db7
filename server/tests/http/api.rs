//! The public API and its document.

use crate::client::Service;

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_the_one_that_was_reviewed() {
    let service = Service::demo().await;
    let answer = service.get("/api/v1/openapi.json").await;
    assert_eq!(answer.status.as_u16(), 200);
    insta::assert_json_snapshot!("openapi", answer.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn structures_and_needs() {
    let service = Service::demo().await;
    let found = service
        .get("/api/v1/structures?q=blanchisserie&place=R76&kind=ACI&kind=EI&sort=distance")
        .await
        .json();
    let results = found["results"].as_array().expect("results");
    assert!(found["total"].as_u64().expect("a count") > 0 && !results.is_empty());
    for row in results {
        let sum: u64 =
            row["reasons"].as_array().expect("reasons").iter().filter_map(|r| r["points"].as_u64()).sum();
        assert_eq!(Some(sum), row["score"].as_u64());
    }
    let siret = results[0]["siret"].as_str().expect("a SIRET");
    let one = service.get(&format!("/api/v1/structures/{siret}")).await.json();
    assert_eq!(one["siret"], siret);
    assert!(one.get("contact").is_none(), "contacts are never given");
    let needs = service.get("/api/v1/needs?place=R76").await;
    assert_eq!(needs.json()["total"], 40);
    assert!(!needs.text.contains("achats@"), "authors' addresses are never given");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lot_is_matched_and_nothing_is_stored() {
    let service = Service::demo().await;
    let before = service.backend.store.outbox_head().await.expect("read");
    let lot = r#"{"sectors": ["blanchisserie"], "place": "R76", "reservation": "siae", "hours_per_month": 100, "text": "linge"}"#;
    let found = service.post_json("/api/v1/matches", lot).await;
    assert_eq!(found.status.as_u16(), 200);
    let found = found.json();
    assert!(found["total"].as_u64().expect("a count") > 0);
    let tiers: u64 =
        ["fits", "neighbours", "possible"].map(|tier| found[tier].as_u64().expect("a count")).iter().sum();
    assert_eq!(found["total"].as_u64(), Some(tiers));
    assert_eq!(found["results"][0]["reasons"].as_array().map(Vec::len), Some(6));
    assert_eq!(service.backend.store.outbox_head().await.expect("read"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn matches_come_in_parts() {
    let service = Service::demo().await;
    let lot = |more: &str| format!(r#"{{"sectors": ["nettoyage-de-locaux-16"], "place": "R76"{more}}}"#);
    let sirets = |page: &serde_json::Value| -> Vec<String> {
        let rows = page["results"].as_array().expect("rows").iter();
        rows.map(|row| row["siret"].as_str().expect("a siret").to_owned()).collect()
    };
    let whole = service.post_json("/api/v1/matches", &lot(r#", "limit": 100"#)).await.json();
    let (mut all, mut cursor, mut parts) = (Vec::new(), String::new(), 0);
    loop {
        let page =
            service.post_json("/api/v1/matches", &lot(&format!(r#", "limit": 30{cursor}"#))).await.json();
        all.extend(sirets(&page));
        parts += 1;
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!(r#", "cursor": "{next}""#);
    }
    assert!(parts > 1, "one part: the test says little");
    assert_eq!(whole["total"].as_u64(), Some(all.len() as u64));
    let first = sirets(&whole);
    assert_eq!(all[..first.len()], first);
    let usual = service.post_json("/api/v1/matches", &lot("")).await.json();
    assert_eq!(sirets(&usual), first[..20]);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_needs_no_sector() {
    let service = Service::demo().await;
    let lot = r#"{"place": "D31", "text": "Mise à disposition de personnel"}"#;
    let found = service.post_json("/api/v1/matches", lot).await.json();
    assert!(found["fits"].as_u64().expect("a count") > 0, "{found}");
    assert_eq!(found["results"][0]["tier"], "fits");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_input_gets_the_field_and_the_reason() {
    let service = Service::demo().await;
    let gets = [
        ("/api/v1/structures?place=Z1", "place"),
        ("/api/v1/structures?sector=rien", "sector"),
        ("/api/v1/structures?kind=rien", "kind"),
        ("/api/v1/structures?mode=rien", "mode"),
        ("/api/v1/structures?reservation=rien", "reservation"),
        ("/api/v1/structures?qpv=peut-etre", "qpv"),
        ("/api/v1/structures?known=x", "known"),
        ("/api/v1/structures?sort=rien", "sort"),
        ("/api/v1/structures?sort=distance", "sort"),
        ("/api/v1/structures/abc%ff", ""),
        ("/api/v1/structures?page=0", "page"),
        ("/api/v1/structures?rien=1", "rien"),
        ("/api/v1/structures/123", "siret"),
        ("/api/v1/needs?page=-1", "page"),
        ("/api/v1/needs?closed=x", "closed"),
        ("/api/v1/needs?kind=x", "kind"),
    ];
    for (path, field) in gets {
        let answer = service.get(path).await;
        assert_eq!(answer.status.as_u16(), 400, "{path}");
        assert_eq!(answer.json()["field"], field, "{path}");
        assert!(!answer.json()["reason"].as_str().unwrap_or_default().is_empty(), "{path}");
    }
    let posts = [
        ("{}", "place"),
        (r#"{"sectors": ["traiteur"], "place": "FR", "limit": 101}"#, "limit"),
        (r#"{"sectors": ["traiteur"], "place": "FR", "limit": 0}"#, "limit"),
        (r#"{"sectors": ["traiteur"], "place": "FR", "cursor": "x"}"#, "cursor"),
        (r#"{"sectors": ["traiteur"], "place": "FR", "cursor": "00000000000000"}"#, "cursor"),
        ("pas du json", ""),
        (r#"{"sectors": [], "place": "FR"}"#, "sectors"),
        (r#"{"sectors": ["rien"], "place": "FR"}"#, "sectors"),
        (r#"{"sectors": ["traiteur"], "place": "50km"}"#, "place"),
        (r#"{"sectors": ["traiteur"], "place": "FR", "kinds": ["X"]}"#, "kinds"),
        (r#"{"sectors": ["traiteur"], "place": "FR", "reservation": "x"}"#, "reservation"),
        (r#"{"sectors": ["traiteur"], "place": "FR", "inconnu": 1}"#, "inconnu"),
        (r#"{"sectors": ["traiteur"], "place": "FR", "hours_per_month": -1}"#, "hours_per_month"),
        (r#"{"sectors": [3], "place": "FR"}"#, "sectors[0]"),
        (r#"{"sectors": ["traiteur"]}"#, "place"),
        (r#"{"sectors": ["traiteur"], "place": "FR"} et la suite"#, ""),
        (r#"{"sectors": ["traiteur"], "place": "FR"}{"sectors": []}"#, ""),
    ];
    for (body, field) in posts {
        let answer = service.post_json("/api/v1/matches", body).await;
        assert_eq!(answer.status.as_u16(), 400, "{body}");
        assert_eq!(answer.json()["field"], field, "{body}");
    }
    assert_eq!(service.get("/api/v1/structures/00000000999991").await.status.as_u16(), 400);
    for path in ["/api/v1/rien", "/api/v1", "/api/rien", "/api/v2/structures", "/api"] {
        let unknown = service.get(path).await;
        assert_eq!((unknown.status.as_u16(), unknown.json()["field"].as_str()), (404, Some("")), "{path}");
    }
}
