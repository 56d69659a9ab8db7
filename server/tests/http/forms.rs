//! Forms that propose: one proposal among three questions, what a reservation would bring.

use crate::client::{HERE, Service};

const NEED: &str = "quoi=Entretien+des+espaces+verts&date=2027-01-12&courriel=achats%40ville.example";

/// The token of a draft on a place.
async fn draft(service: &Service, place: &str) -> String {
    let kept = service.post("/besoins/nouveau", &format!("{NEED}&ou={place}&etape=preparer")).await;
    let link = kept.header("location").strip_prefix(HERE).expect("our own page").to_owned();
    link.split_once("jeton=").expect("a token").1.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_law_of_a_lot_is_three_questions_with_one_proposal() {
    let service = Service::demo().await;
    let token = draft(&service, "D31").await;
    let page = service.get(&format!("/besoins/preparer/droit?jeton={token}")).await;
    assert_eq!(
        page.texts("#voie > .question > legend"),
        ["Réserver ce lot ? À qui ?", "Mettre une clause d’insertion ?", "Rien de tout cela, et pourquoi ?"]
    );
    let all = page.attributes("input[name=voie]", "value");
    assert_eq!(all.len(), 12, "every way stays: {all:?}");
    let folded = page.attributes(".question > details input[name=voie]", "value");
    assert_eq!(folded.len(), 9, "three in sight: {folded:?}");
    assert_eq!(page.texts(".tag-sun"), ["Proposé"]);
    let proposed = page.attributes("#voie > .question:nth-of-type(1) > .choice-with-law input", "value");
    assert_eq!(proposed, ["L2113-13"], "what is proposed stands first");
    let first = &page.texts("#voie .choice")[0];
    assert!(
        first.contains("Assez de structures") && first.contains("structures conviennent, 3 écartées"),
        "{first}"
    );

    let kept = |way: &'static str| {
        let form = format!("jeton={token}&lot=1&voie={way}");
        let service = &service;
        async move { service.post("/besoins/preparer/droit", &form).await }
    };
    // A folded way is refused with its article, and is then in sight.
    assert_eq!(kept("L2113-12").await.status.as_u16(), 303);
    let shown = service.get(&format!("/besoins/preparer/droit?jeton={token}")).await;
    assert_eq!(shown.attributes("details[open] input[checked]", "value"), ["L2113-12"]);
    let lot = format!("jeton={token}&lot=1&cpv=77310000&nature=services");
    assert_eq!(service.post("/besoins/preparer/lot", &lot).await.status.as_u16(), 303);
    let refused = kept("L2113-15").await;
    assert_eq!(refused.status.as_u16(), 422);
    assert!(refused.texts(".error-summary a")[0].contains("article L2113-15"));
    assert_eq!(refused.attributes("details[open] input[checked]", "value"), ["L2113-15"]);
}

/// Where too few could answer, a clause or nothing is proposed, and that question comes first.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_proposed_follows_the_place() {
    let service = Service::demo().await;
    for (place, first) in [("D31", "Réserver ce lot ? À qui ?"), ("D976", "Rien de tout cela, et pourquoi ?")]
    {
        let token = draft(&service, place).await;
        let page = service.get(&format!("/besoins/preparer/droit?jeton={token}")).await;
        assert_eq!(page.texts(".question > legend")[0], first, "{place}");
        assert_eq!(page.texts(".tag-sun").len(), 1, "{place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_fields_say_what_a_reservation_would_bring() {
    let service = Service::demo().await;
    let form = format!("{NEED}&ou=D31");
    let check = service.post("/besoins/nouveau", &form).await;
    let rows = check.texts("#reserver li");
    assert_eq!(rows.len(), 4, "{rows:?}");
    assert!(
        rows[0].starts_with("Ouvert à toutes les entreprises") && rows[0].ends_with("choisi"),
        "{rows:?}"
    );
    // What is said is what choosing it gives.
    let of = |text: &str, word: &str| -> u64 {
        let before = text.split_once(word).map_or("", |(before, _)| before).trim_end();
        before.rsplit(|c: char| !c.is_ascii_digit()).next().and_then(|n| n.parse().ok()).unwrap_or(0)
    };
    for (row, code) in rows.iter().zip(["none", "siae", "handicap", "both"]) {
        let chosen = service.post("/besoins/nouveau", &format!("{form}&reservation={code}")).await;
        let fitting: u64 = chosen.texts(".count")[0].parse().expect("a count");
        assert_eq!(of(row, "structures conviennent"), fitting, "{row}");
        let again = chosen.texts("#reserver li");
        let chosen_row = again.iter().find(|r| r.ends_with("choisi")).expect("one is chosen");
        let said = |row: &str| row.replace("choisi", "").split_once('.').map(|(first, _)| first.to_owned());
        assert_eq!(said(chosen_row), said(row));
    }
    assert!(of(&rows[1], "écartée") > 0, "{rows:?}");
}
