//! Forms that propose, and forms that come back: one proposal among three questions, what a reservation would bring,
//! where the focus goes, lists that can be sent without scripts.

use crate::client::{HERE, Response, Service, token};
use domain::access::Grant;

const NEED: &str = "quoi=Entretien+des+espaces+verts&date=2027-01-12&courriel=achats%40ville.example";

/// The token of a draft on a place.
async fn draft(service: &Service, place: &str) -> String {
    draft_of(service, "Entretien+des+espaces+verts", place).await
}

async fn draft_of(service: &Service, what: &str, place: &str) -> String {
    let form = format!("quoi={what}&date=2027-01-12&courriel=achats%40ville.example&ou={place}");
    let kept = service.post("/besoins/nouveau", &format!("{form}&etape=preparer")).await;
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
        ["Réserver ce lot ? À qui ?", "Demander de l’insertion à qui gagne ?", "Et pour l’environnement ?"]
    );
    let all = page.attributes("input[name=voie]", "value");
    assert_eq!(all.len(), 8, "every way stays: {all:?}");
    let asked = page.attributes("input[name=considerations]", "value");
    assert_eq!(asked.len(), 4, "and what may be asked besides: {asked:?}");
    let folded = page.attributes(".question > details input[name=voie]", "value");
    assert_eq!(folded.len(), 7, "one in sight: {folded:?}");
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
    let (greens, linen) = ("Entretien+des+espaces+verts", "Blanchisserie+des+draps");
    for (what, place, first, way) in [
        (greens, "D31", "Réserver ce lot ? À qui ?", "Réservé aux structures d’insertion"),
        (greens, "D976", "Réserver ce lot ? À qui ?", "Sans réservation"),
        (linen, "D65", "Demander de l’insertion à qui gagne ?", "Clause sociale d’exécution"),
    ] {
        let token = draft_of(&service, what, place).await;
        let page = service.get(&format!("/besoins/preparer/droit?jeton={token}")).await;
        assert_eq!(page.texts(".question > legend")[0], first, "{place}");
        let proposed = page.texts(".choice:has(.tag-sun)");
        assert_eq!(proposed.len(), 1, "{place}");
        assert!(proposed[0].starts_with(way), "{place}: {proposed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lot_asks_several_things_at_once() {
    let service = Service::demo().await;
    let token = draft(&service, "D31").await;
    let law = format!("/besoins/preparer/droit?jeton={token}");
    let kept = async |form: &str| {
        service.post("/besoins/preparer/droit", &format!("jeton={token}&lot=1&{form}")).await
    };
    let lone = kept("voie=L2113-13&poids-environnement=15").await;
    assert_eq!(lone.status.as_u16(), 422);
    assert_eq!(lone.attributes(".error-summary a", "href"), ["#poids-environnement"]);
    assert_eq!(lone.attributes("#poids-environnement", "value"), ["15"], "what was typed stays");
    let both = "voie=L2113-13&considerations=clause-sociale&considerations=critere-environnemental&poids-environnement=15";
    assert_eq!(kept(both).await.status.as_u16(), 303);
    let page = service.get(&law).await;
    assert_eq!(page.attributes("input[name=voie][checked]", "value"), ["L2113-13"]);
    assert_eq!(
        page.attributes("input[name=considerations][checked]", "value"),
        ["clause-sociale", "critere-environnemental"]
    );
    let asked = page.texts(".law-list li").join(" ");
    assert!(asked.contains("Le critère environnemental est prévu, pour 15 % de la note."), "{asked}");
    assert!(asked.contains("Les conditions d’exécution prennent en compte l’environnement"), "{asked}");
    assert_eq!(page.texts("section textarea[readonly]").len(), 2, "a text for each");
    let check = service.get(&format!("/besoins/preparer/relire?jeton={token}")).await;
    let open = check.texts(".notice-warning").join(" ");
    assert!(
        open.contains("Ce que la loi demande encore à ce lot")
            && !open.contains("critère environnemental est prévu"),
        "{open}"
    );
    let rows = check.texts(".card dd").join(" / ");
    assert!(rows.contains("Clause sociale d’exécution et Critère environnemental (15 %)"), "{rows}");
    // The code of a consideration where the way stands, as links of before carried it.
    assert_eq!(kept("voie=clause-sociale").await.status.as_u16(), 303);
    let page = service.get(&law).await;
    assert_eq!(page.attributes("input[name=considerations][checked]", "value"), ["clause-sociale"]);
    assert_eq!(page.attributes("input[name=voie][checked]", "value"), [""]);
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

#[tokio::test(flavor = "multi_thread")]
async fn hours_are_in_the_menu() {
    let service = Service::demo().await;
    let page = service.get("/heures").await;
    assert_eq!(
        page.attributes(".nav a", "href"),
        ["/structures", "/besoins", "/territoires", "/heures", "/algorithme", "/espace"]
    );
    assert_eq!(page.attributes(".nav a[aria-current=page]", "href"), ["/heures"]);
}

/// The summary comes before the form, can have the focus and takes it; it alone.
fn check_focus(answer: &Response, what: &str) {
    assert_eq!(answer.status.as_u16(), 422, "{what}");
    let taken = answer.attributes("[autofocus]", "class");
    assert_eq!(taken, ["error-summary"], "{what}");
    assert_eq!(answer.attributes(".error-summary", "tabindex"), ["-1"], "{what}");
    assert_eq!(answer.attributes(".error-summary", "aria-labelledby"), ["erreurs"], "{what}");
    assert_eq!(answer.texts("#erreurs").len(), 1, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_goes_to_what_is_to_be_corrected() {
    let service = Service::demo().await;
    assert!(service.get("/besoins/nouveau").await.attributes("[autofocus]", "class").is_empty());
    check_focus(&service.post("/besoins/nouveau", "quoi=").await, "the four fields");
    let draft = draft(&service, "D31").await;
    for (step, wrong) in [
        ("objet", "quoi="),
        ("acheteur", "profil=javascript:x"),
        ("lot", "lot=1&heures=beaucoup"),
        ("lot", "lot=99&titre=x"),
        ("droit", "lot=1&voie=L9999-1"),
        ("conseil", "lot=1&faire=tel-quel"),
    ] {
        let answer =
            service.post(&format!("/besoins/preparer/{step}"), &format!("jeton={draft}&{wrong}")).await;
        check_focus(&answer, step);
    }

    let catalogue = service.backend.index.catalogue();
    let entry = catalogue.structures().find(|e| e.structure.is_told()).expect("one with a contact");
    let siret = entry.structure.siret;
    let need = catalogue.needs().next().expect("a need").need.id;
    check_focus(&service.post(&format!("/besoins/{need}/interet"), "siret=12").await, "interest");

    service.mails().await;
    service.post(&format!("/structures/{siret}/lien"), "").await;
    let link = token(&service.mails().await[0], "/gerer");
    let manage = service
        .post(&format!("/structures/{siret}/gerer"), &format!("jeton={link}&heures=x&action=details"))
        .await;
    check_focus(&manage, "a structure's own page");

    let open =
        catalogue.needs().find(|n| service.backend.need_is_open(&n.need)).expect("an open need").need.id;
    service.post(&format!("/besoins/{open}/interet"), &format!("siret={siret}")).await;
    let answer = token(&service.mails().await[0], "/besoins/repondre");
    let none = format!("jeton={answer}&reponse=interested&par-lot=1");
    check_focus(&service.post("/besoins/repondre", &none).await, "an answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn choose_in_the_list_comes_with_a_list() {
    let service = Service::demo().await;
    let sectors = domain::sector::Sectors::get().iter().count();
    let check = |answer: &Response, select: &str| {
        let options = answer.attributes(&format!("select{select} option"), "value");
        assert_eq!(options.len(), sectors + 1, "{select}: {}", answer.texts(".field-error").join(" "));
        assert_eq!(options[0], "", "none is chosen for anyone");
        assert_eq!(answer.attributes(&format!("select{select}"), "aria-invalid"), ["true"]);
        assert!(answer.texts(".field-error").iter().any(|e| e.contains("dans la liste")));
    };
    let vague = "quoi=xyzzy+plugh&ou=C31555&date=2027-01-12&courriel=achats%40ville.example";
    check(&service.post("/besoins/nouveau", vague).await, "#secteur");
    let chosen = service.post("/besoins/nouveau", &format!("{vague}&secteur=blanchisserie")).await;
    assert_eq!(chosen.texts("h1"), ["Relisez votre besoin"]);

    let draft = draft(&service, "D31").await;
    let lot = format!("jeton={draft}&lot=1&secteur=Nulle+part");
    check(&service.post("/besoins/preparer/lot", &lot).await, "#secteur");
    check(&service.get("/structures?secteur=nulle-part").await, "[form=recherche]");

    let catalogue = service.backend.index.catalogue();
    let siret =
        catalogue.structures().find(|e| e.structure.is_told()).expect("one with a contact").structure.siret;
    service.mails().await;
    service.post(&format!("/structures/{siret}/lien"), "").await;
    let link = token(&service.mails().await[0], "/gerer");
    let action = format!("/structures/{siret}/gerer");
    let add = |sector: &str, zones: &str| {
        format!(
            "jeton={link}&ajout-secteur={sector}&ajout-mode=prestation&action=ajouter&ajout-zones={zones}"
        )
    };
    check(&service.post(&action, &add("lessive", "D31")).await, "#ajout-secteur");
    let many = service.post(&action, &add("blanchisserie", "D48%2C+Saint-Denis")).await;
    let zones = many.attributes("input[type=radio][name=ajout-zones]", "value");
    assert!(zones.contains(&"D48, C93066".to_owned()), "{zones:?}");
    let added = service
        .post(&action, &format!("{}&ajout-zones=D48%2C+C93066", add("blanchisserie", "D48%2C+Saint-Denis")))
        .await;
    assert_eq!(added.status.as_u16(), 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_may_be_several_is_chosen() {
    let service = Service::demo().await;
    for (typed, first) in [("Saint-Denis", "Saint-Denis (974)"), ("Toulousse", "Toulouse (31)")] {
        let form = format!("{NEED}&ou={typed}");
        let asked = service.post("/besoins/nouveau", &form).await;
        assert_eq!(asked.attributes("input#ou", "value"), [typed], "what was typed stays");
        let choices = asked.attributes("input[type=radio][name=ou]", "value");
        assert_eq!(choices.first().map(String::as_str), Some(first), "{choices:?}");
        let chosen =
            service.post("/besoins/nouveau", &format!("{form}&ou={}", app::urls::encoded(first))).await;
        assert_eq!(chosen.texts("h1"), ["Relisez votre besoin"]);
        assert!(chosen.text.contains(first));

        let draft = draft(&service, "D31").await;
        let lot = format!("jeton={draft}&lot=1&lieu={typed}");
        let asked = service.post("/besoins/preparer/lot", &lot).await;
        assert_eq!(
            asked.attributes("input[type=radio][name=lieu]", "value").first().map(String::as_str),
            Some(first)
        );
        let chosen = format!("{lot}&lieu={}", app::urls::encoded(first));
        assert_eq!(service.post("/besoins/preparer/lot", &chosen).await.status.as_u16(), 303);
    }
    let unknown = service.post("/besoins/nouveau", &format!("{NEED}&ou=Zzzz")).await;
    assert!(unknown.texts(".choices-found").is_empty(), "nothing to choose from");
}

/// A lot has one number, on the page and in addresses, whatever was taken out before it; addresses of before still lead.
#[tokio::test(flavor = "multi_thread")]
async fn one_number_for_a_lot() {
    let service = Service::demo().await;
    let draft = draft(&service, "D31").await;
    let post = |step: &'static str, form: &'static str| {
        let form = format!("jeton={draft}&{form}");
        let service = &service;
        async move { service.post(&format!("/besoins/preparer/{step}"), &form).await }
    };
    let added = post("lot", "faire=ajouter").await;
    assert!(added.header("location").ends_with("&numero=2"), "{}", added.header("location"));
    post("lot", "faire=ajouter").await;
    for form in ["lot=1&titre=Un", "lot=2&titre=Deux", "lot=3&titre=Trois"] {
        let form = format!("jeton={draft}&secteur=blanchisserie&{form}");
        assert_eq!(service.post("/besoins/preparer/lot", &form).await.status.as_u16(), 303, "{form}");
    }
    post("lot", "lot=2&faire=retirer").await;

    let steps = service.get(&format!("/besoins/preparer?jeton={draft}")).await;
    assert_eq!(steps.texts("li.card h3"), ["Lot 1 · Un", "Lot 2 · Trois"]);
    let links = steps.attributes("li.card:nth-child(2) a", "href");
    assert!(links.iter().all(|link| link.ends_with("&numero=2")), "{links:?}");
    let lot = service.get(&links[0]).await;
    assert_eq!(
        (lot.texts("h1"), lot.attributes("#titre", "value")),
        (vec!["Le lot 2".into()], vec!["Trois".into()])
    );
    assert_eq!(lot.attributes("input[name=lot]", "value"), ["3"], "forms send the key");
    let of_before = service.get(&format!("/besoins/preparer/lot?jeton={draft}&lot=3")).await;
    assert_eq!(of_before.attributes("#titre", "value"), ["Trois"]);

    service.mails().await;
    post("relire", "").await;
    let confirm = token(&service.mails().await[0], "/besoins/confirmer");
    service.post("/besoins/confirmer", &format!("jeton={confirm}")).await;
    let catalogue = service.backend.index.catalogue();
    let need = catalogue.needs().find(|n| n.need.draft.lots.len() == 2 && n.need.draft.keys_given == 3);
    let page = format!("/besoins/{}", need.expect("the published one").need.id);
    let tabs = service.get(&page).await;
    assert_eq!(tabs.texts(".tabs a"), ["Lot 1 · Un", "Lot 2 · Trois"]);
    assert_eq!(tabs.attributes(".tabs a", "href"), [format!("{page}?numero=1"), format!("{page}?numero=2")]);
    for (address, shown) in [("", "Lot 1 · Un"), ("?numero=2", "Lot 2 · Trois"), ("?lot=3", "Lot 2 · Trois")]
    {
        assert_eq!(service.get(&format!("{page}{address}")).await.texts(".tabs [aria-current]"), [shown]);
    }
    for address in ["?numero=3", "?lot=2", "?numero=x"] {
        assert_eq!(service.get(&format!("{page}{address}")).await.status.as_u16(), 404, "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_structure_says_when_it_is_full() {
    let service = Service::demo().await;
    let siret = service.backend.index.catalogue().structures().next().expect("one").structure.siret;
    let b = &service.backend;
    let token = b.signer.token(Grant::StructureManage(siret), 0, &b.clock);
    let manage = format!("/structures/{siret}/gerer");
    let page = service.get(&format!("{manage}?jeton={token}")).await;
    let months = page.attributes("input[name=mois]", "value");
    assert_eq!((months.len(), months[0].as_str(), months[11].as_str()), (12, "2026-11", "2027-10"));
    let wrong = format!("jeton={token}&mois=2026-12&mois-heures=beaucoup&mois=2027-01&mois-heures=120");
    let refused = service.post(&manage, &wrong).await;
    assert_eq!(refused.status.as_u16(), 422);
    assert_eq!(refused.attributes(".error-summary a", "href"), ["#calendrier"]);
    assert_eq!(refused.attributes("#mois-2026-12", "value"), ["beaucoup"], "what was typed stays");
    assert_eq!(refused.attributes("#mois-2027-01", "value"), ["120"]);
    assert_eq!(refused.texts("details[open] #calendrier-erreur").len(), 1, "in sight");
    let saved =
        service.post(&manage, &format!("jeton={token}&complet=2027-01&mois=2027-03&mois-heures=40")).await;
    assert_eq!(saved.status.as_u16(), 303);
    let public = service.structure(siret).await;
    assert!(
        public.texts(".tag").contains(&"complète jusqu’au 31 janvier 2027".to_owned()),
        "{:?}",
        public.texts(".tag")
    );
    assert!(public.texts("dd li").contains(&"mars 2027 : 40 h".to_owned()));
    let api = service.get(&format!("/api/v1/structures/{siret}")).await;
    assert!(api.text.contains(r#"{"month":"2027-01","hours":0}"#), "{}", api.text);
    let page = service.get(&format!("{manage}?jeton={token}")).await;
    assert!(page.attributes("#complet option", "value").contains(&"plus".to_owned()), "it can be taken back");
    service.post(&manage, &format!("jeton={token}&complet=plus")).await;
    let public = service.structure(siret).await;
    assert!(public.texts(".tag").iter().all(|tag| !tag.contains("complète")));
}
