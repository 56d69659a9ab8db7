//! Places as people write them, on the pages and in the API: the right one, or none.

use crate::client::Service;

fn encoded(text: &str) -> String {
    app::urls::encoded(text)
}

/// What the heading of a search says of its place, empty without; whether the page calls the place unknown; its links.
async fn searched(service: &Service, typed: &str) -> (String, bool, Vec<String>) {
    let answer = service.get(&format!("/structures?territoire={}", encoded(typed))).await;
    assert_eq!(answer.status.as_u16(), 200, "{typed}");
    let heading = answer.texts("h1").concat().replace('\u{a0}', " ");
    let place = heading.split_once(", ").map(|(_, place)| place.trim().to_owned()).unwrap_or_default();
    (place, answer.text.contains("Lieu inconnu"), answer.texts("#ou-erreur a"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_page_shows_the_place_that_was_meant() {
    let service = Service::demo().await;
    for (typed, shown) in [
        ("Toulouse", "Toulouse (31)"),
        ("31000", "Toulouse (31)"),
        ("Mayenne (53)", "Mayenne (53)"),
        ("D53", "Mayenne (département, 53)"),
        ("Mayenne (département, 53)", "Mayenne (département, 53)"),
        ("France entière", "France entière"),
        ("2b", "Haute-Corse (2B)"),
        ("02A", "Corse-du-Sud (2A)"),
        ("Strasbourg Cedex", "Strasbourg (67)"),
        ("13000", "Marseille (13)"),
        ("Pierrefitte-sur-Seine", "Saint-Denis (93)"),
        ("Cran-Gevrier", "Annecy (74)"),
        ("50 km autour de Toulouse", "50 km autour de Toulouse (31)"),
        ("C31555+50km", "50 km autour de Toulouse (31)"),
        ("C14011", "Aurseulles (14)"),
        ("C14011+20km", "20 km autour d’Aurseulles (14)"),
        ("C75101", "Paris (75)"),
    ] {
        assert_eq!(searched(&service, typed).await, (shown.to_owned(), false, Vec::new()), "{typed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_say_one_place_is_asked_for() {
    let service = Service::demo().await;
    for (typed, is_unknown, first) in [
        ("Monaco", true, None),
        ("Genève", true, None),
        ("Bruxelles", true, None),
        ("97150", true, Some("")),
        ("PACA", true, Some("Provence-Alpes-Côte d’Azur")),
        ("Toulousse", true, Some("Toulouse (31)")),
        ("Saint-Denis", false, Some("Saint-Denis (974)")),
        ("69 et 42", false, Some("Rhône (69)")),
        ("42620", false, Some("Saint-Martin-d’Estréaux (42)")),
    ] {
        let (place, unknown, links) = searched(&service, typed).await;
        assert_eq!((place.as_str(), unknown), ("", is_unknown), "{typed}");
        if let Some(first) = first {
            assert_eq!(links.first().map_or("", String::as_str), first, "{typed}: {links:?}");
        }
    }
    let answer = service.get("/structures?q=nettoyage&territoire=Saint-Denis").await;
    let to = answer.attributes("#ou-erreur a", "href");
    assert_eq!(to[1], "/structures?q=nettoyage&territoire=C93066");
    let answer = service.get("/structures?q=nettoyage+saint+denis").await;
    assert!(answer.text.contains("Plusieurs lieux répondent à ces mots"));
    let answer = service.get("/territoires?territoire=Saint-Denis").await;
    assert!(answer.attributes(".notice a", "href").contains(&"/territoires/C93066".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_gives_the_choices() {
    let service = Service::demo().await;
    for (typed, status, first) in [
        ("Toulouse", 200, ""),
        ("31270 Cugnaux", 200, ""),
        ("C31555+50km", 200, ""),
        ("Saint-Denis", 422, "C97411"),
        ("42620", 422, "C42257"),
        ("PACA", 400, "R93"),
        ("Monaco", 400, ""),
    ] {
        for list in ["structures", "needs"] {
            let answer = service.get(&format!("/api/v1/{list}?place={}", encoded(typed))).await;
            assert_eq!(answer.status.as_u16(), status, "{list} {typed}");
            let code = answer.json()["choices"][0]["code"].as_str().unwrap_or_default().to_owned();
            assert!(first.is_empty() || code == first, "{list} {typed}: {code}");
        }
    }
    let body = r#"{"sectors": ["traiteur"], "place": "Saint-Denis"}"#;
    assert_eq!(service.post_json("/api/v1/matches", body).await.status.as_u16(), 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_needs_says_how_many_are_around() {
    let service = Service::demo().await;
    let backend = &service.backend;
    let catalogue = backend.index.catalogue();
    let mut said = Vec::new();
    for need in catalogue.needs() {
        let place = need.need.draft.place.known().expect("a known place");
        let query =
            backend::needs::NeedQuery { place: Some(place), around: true, page: 1, ..Default::default() };
        let found = backend.need_list(&query);
        let answer = service.get(&format!("/besoins?territoire={}", encoded(&place.name()))).await;
        let heading = answer.texts("h1").concat().replace('\u{a0}', " ");
        assert!(heading.ends_with(&place.name().replace('\u{a0}', " ")), "{heading}");
        if found.around > 0 {
            assert!(heading.contains(&format!("ici, {} autour", found.around)), "{heading}");
            said.push(heading);
        }
    }
    assert!(!said.is_empty(), "the demonstration has needs near each other");
    // No need has ever been so far out at sea.
    let answer = service.get("/besoins?territoire=Ouessant").await;
    assert!(answer.texts("h1").concat().contains("Ouessant (29)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_before_is_read_as_that_of_today_everywhere() {
    let service = Service::demo().await;
    for (before, today) in [("C14011", "C14581"), ("C14011%2B20km", "C14581%2B20km"), ("C69381", "C69123")] {
        for path in [
            "/structures?territoire={}",
            "/besoins?territoire={}",
            "/territoires?territoire={}",
            "/api/v1/structures?place={}",
            "/api/v1/needs?place={}",
        ] {
            let asked = async |code: &str| service.get(&path.replace("{}", code)).await;
            let (old, new) = (asked(before).await, asked(today).await);
            assert_eq!((old.status, old.header("location")), (new.status, new.header("location")), "{path}");
            assert!(old.status.is_success() || old.status.is_redirection(), "{path}: {}", old.status);
            assert_eq!(old.text.replace(before, today), new.text, "{path}");
        }
        let asked = async |code: &str| {
            let code = code.replace("%2B", "+");
            let body = format!(r#"{{"sectors":["blanchisserie"],"place":"{code}"}}"#);
            service.post_json("/api/v1/matches", &body).await
        };
        let (old, new) = (asked(before).await, asked(today).await);
        assert!(old.status.is_success(), "{}", old.text);
        assert_eq!(old.text, new.text);
    }
    assert!(service.get("/territoires/C14011").await.texts("h1").concat().starts_with("Aurseulles (14)"));
}
