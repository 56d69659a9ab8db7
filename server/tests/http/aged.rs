//! What reference data no longer knows, as people see it: the text as it was written, and what took its place.

use crate::client::Service;
use backend::needs::NeedQuery;
use backend::store::ChangeKind;
use domain::need::Need;
use domain::siret::Siret;
use domain::structure::ActivityKept;
use domain::territory::zones_stored;
use domain::written::Written;

/// A structure of which a zone and a sector are no longer known, and an open need of which the place and the sector are not.
async fn age(service: &Service) -> (Siret, Need) {
    let b = &service.backend;
    let now = b.clock.now();
    let all = b.store.structure_list().await.expect("read");
    let mut structure = all.into_iter().find(|s| !s.activities.is_empty()).expect("one with an activity");
    structure.activities.truncate(1);
    structure.activities[0].zones = zones_stored("D31|R73");
    structure.activities_kept = vec![ActivityKept {
        sector: "blanchisserie-99".into(),
        mode: "prestation".into(),
        zones: "E245701222".into(),
        standing: "confirmed".into(),
        because: String::new(),
        hours_per_month: Some(120),
        orders: None,
    }];
    // One of the first page of the list.
    let listed = b.need_list(&NeedQuery { page: 1, ..NeedQuery::default() }).needs;
    let mut listed = listed.iter().map(|listed| &listed.entry.need);
    let need = listed.find(|need| !need.draft.has_lots()).expect("a need without lots");
    let mut draft = need.draft.clone();
    draft.place = Written::read("R73");
    draft.lots[0].sectors = vec![Written::read("linge-99")];
    let mut tx = b.store.begin().await.expect("a transaction");
    tx.structure_save(&structure, now).await.expect("saved");
    tx.outbox_push(ChangeKind::Structure, &[structure.siret.to_string()], now).await.expect("pushed");
    tx.need_revise(need, &draft, now).await.expect("revised");
    tx.commit().await.expect("committed");
    b.index_follow().await.expect("followed");
    (structure.siret, need.clone())
}

/// The path of an address of the service.
fn path(url: &str) -> String {
    url.split_once(".example").expect("an address of ours").1.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_shown_as_it_was_written_and_corrected_by_who_wrote_it() {
    let service = Service::demo().await;
    let (siret, need) = age(&service).await;
    let links = service.backend.links();
    let structure = service.backend.store.structure_fetch(siret).await.expect("read").expect("there");
    let (manage, follow) = (path(&links.structure_manage(&structure)), path(&links.need_follow(&need)));
    let prepare = follow.replace("/suivre", "/preparer");
    let step = |step: &str| prepare.replace("/preparer?", &format!("/preparer/{step}?"));
    let region = "Midi-Pyrénées est devenue Occitanie";
    let laundry = "Le plus proche : Blanchisserie";
    let pages: [(String, &[&str], bool); 11] = [
        (app::urls::structure_url(&structure), &["R73", "blanchisserie-99", "E245701222"], false),
        (format!("/api/v1/structures/{siret}"), &["R73", "blanchisserie-99", "E245701222"], false),
        (manage, &[region, laundry, "C’est : Blanchisserie", "Haute-Garonne (31), Occitanie"], true),
        ("/besoins".into(), &[&need.draft.title], false),
        ("/api/v1/needs".into(), &[r#""place":"R73""#, r#""sectors":["linge-99"]"#], false),
        (format!("/besoins/{}", need.id), &["R73", "linge-99", "le classement n’en tient pas compte"], false),
        (follow, &[region], true),
        (prepare.clone(), &[region, "linge-99"], true),
        (step("objet"), &[region], true),
        (step("lot&lot=1").replace("lot&lot=1?", "lot?lot=1&"), &["linge-99"], true),
        (step("relire"), &[region, "Corrigez le lieu ou le secteur avant de publier."], true),
    ];
    for (page, said, is_own) in pages {
        let answer = service.get(&page).await;
        assert_eq!(answer.status.as_u16(), 200, "{page}");
        let text = answer.text.replace('\u{a0}', " ");
        let plain = answer.texts("body").concat().replace('\u{a0}', " ");
        for said in said {
            assert!(text.contains(said) || plain.contains(said), "{page} does not say {said:?}");
        }
        assert_eq!(answer.texts(".tag-check").contains(&"à corriger".to_owned()), is_own, "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buttons_of_the_page_correct_it() {
    let service = Service::demo().await;
    let (siret, _) = age(&service).await;
    let structure = service.backend.store.structure_fetch(siret).await.expect("read").expect("there");
    let manage = path(&service.backend.links().structure_manage(&structure));
    for button in ["Corriger les zones", "C’est : Blanchisserie"] {
        let page = service.get(&manage).await;
        let form = form_of(&page.text, button);
        let answer = service.post(&format!("/structures/{siret}/gerer"), &form).await;
        assert!(answer.status.is_redirection(), "{button}: {}", answer.status);
    }
    let structure = service.backend.store.structure_fetch(siret).await.expect("read").expect("there");
    assert!(structure.corrections().is_empty(), "{:?}", structure.corrections());
    let codes: Vec<String> =
        structure.activities.iter().map(|a| domain::territory::zones_print(&a.zones)).collect();
    assert!(codes.contains(&"D31|R76".to_owned()) && codes.contains(&"E992367730".to_owned()), "{codes:?}");
}

/// What a browser sends when this button is pressed: what stands in the fields of its form, and the button itself.
fn form_of(page: &str, button: &str) -> String {
    let html = scraper::Html::parse_document(page);
    let select = |selector: &str| scraper::Selector::parse(selector).expect("a selector");
    let says =
        |e: &scraper::ElementRef<'_>| e.text().collect::<String>().replace('\u{a0}', " ").contains(button);
    let form = html.select(&select("form")).find(says).unwrap_or_else(|| panic!("no {button}"));
    let pressed = form.select(&select("button[name]")).find(says).expect("a button");
    let value = |e: scraper::ElementRef<'_>| {
        let chosen = e.select(&select("option[selected]")).next();
        let text = || e.text().collect::<String>();
        match e.value().name() {
            "select" => chosen.and_then(|o| o.value().attr("value").map(str::to_owned)).unwrap_or_default(),
            "textarea" => text(),
            _ => e.value().attr("value").unwrap_or_default().to_owned(),
        }
    };
    let is_sent = |e: &scraper::ElementRef<'_>| {
        !matches!(e.value().attr("type"), Some("radio" | "checkbox")) || e.value().attr("checked").is_some()
    };
    let fields = select("input[name], select[name], textarea[name]");
    let fields = form.select(&fields).filter(is_sent).chain([pressed]);
    let pairs = fields
        .map(|e| format!("{}={}", e.value().attr("name").unwrap_or_default(), app::urls::encoded(&value(e))));
    pairs.collect::<Vec<_>>().join("&")
}
