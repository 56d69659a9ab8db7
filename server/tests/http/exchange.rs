//! Threads, answers to all, comparison and award, at the door: what stays typed, what is shown to whom.

use crate::browser::signed_in;
use crate::client::{HERE, Response, Service, token};
use backend::links::reference_text;
use domain::access::Grant;
use domain::need::MESSAGE_MAX;
use domain::siret::Siret;

const NEED: &str = "quoi=Blanchisserie+des+draps&ou=C31555&date=2027-01-12&courriel=achats%40ville.example";

/// A published need: the links of its author and of the structures that were told, best first.
struct Open {
    page: String,
    follow: String,
    structures: Vec<(Siret, String)>,
}

async fn open(service: &Service) -> Open {
    service.post("/besoins/nouveau", &format!("{NEED}&etape=envoyer")).await;
    let confirm = token(&service.mails().await[0], "/besoins/confirmer");
    service.post("/besoins/confirmer", &format!("jeton={confirm}")).await;
    let mails = service.mails().await;
    let mut structures = Vec::new();
    for sent in mails.iter().filter(|sent| sent.mail.text.contains("/besoins/repondre")) {
        let link = token(sent, "/besoins/repondre");
        let actor = service.backend.actor_of(&link).await.expect("read");
        structures.push((actor.grant().and_then(Grant::structure).expect("a structure"), link));
    }
    let own =
        mails.iter().find(|sent| sent.mail.to.as_str() == "achats@ville.example").expect("the author’s");
    let follow = token(own, "/besoins/suivre");
    let actor = service.backend.actor_of(&follow).await.expect("read");
    let need = actor.grant().and_then(Grant::need).expect("a need");
    Open { page: format!("/besoins/{need}"), follow, structures }
}

fn status(answer: &Response) -> u16 {
    answer.status.as_u16()
}

async fn followed(service: &Service, answer: &Response) -> Response {
    assert_eq!(status(answer), 303, "{}", answer.texts("main").join(" "));
    service.get(answer.header("location").trim_start_matches(HERE)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_an_answer_to_all_a_comparison_an_award() {
    let service = Service::demo().await;
    let open = open(&service).await;
    let (siret, answer) = &open.structures[0];
    let follow = &open.follow;

    let page = service.get(&format!("/besoins/repondre?jeton={answer}")).await;
    assert!(
        page.attributes("a", "href").contains(&format!("/besoins/echanger?jeton={answer}")),
        "a way to ask"
    );
    let asked = service
        .post(
            "/besoins/echanger",
            &format!("jeton={answer}&lot=1&message=Peut-on+%3Cb%3Evisiter%3C%2Fb%3E+%3F"),
        )
        .await;
    let asked = followed(&service, &asked).await;
    assert_eq!(asked.texts(".thread .typed"), ["Peut-on <b>visiter</b> ?"], "as it was typed, and inert");
    assert!(asked.texts(".notice-success").join(" ").contains("Votre message est enregistré"));

    let view = service.get(&format!("/besoins/suivre?jeton={follow}")).await;
    assert!(
        view.texts("main .typed").contains(&"Peut-on <b>visiter</b> ?".to_owned()),
        "it waits for an answer"
    );
    let to_all = view.attributes("a[href*='message=']", "href").remove(0);
    let form = service.get(&to_all).await;
    assert_eq!(form.texts("#question-publiee"), ["Peut-on <b>visiter</b> ?"]);
    let message = form.attributes("input[name=message]", "value").remove(0);
    let shared =
        format!("jeton={follow}&message={message}&question-publiee=Visite+%3F&reponse-publiee=Le+3+mai.");
    let done = followed(&service, &service.post("/besoins/suivre/questions", &shared).await).await;
    assert!(done.texts(".notice-success").join(" ").contains("C’est publié"));
    let public = service.get(&open.page).await;
    assert_eq!(public.texts(".shared-answer .typed"), ["Visite ?", "Le 3 mai."]);
    assert!(!public.text.contains("visiter"), "what was asked in private stays so");
    let view = service.get(&format!("/besoins/suivre?jeton={follow}")).await;
    assert!(view.attributes("a[href*='message=']", "href").is_empty(), "nothing waits");

    let candidate = format!("/besoins/suivre/structure?jeton={follow}&siret={siret}");
    assert_eq!(status(&service.get(&candidate).await), 200);
    let reply = format!("jeton={follow}&lot=1&siret={siret}&action=ecrire&message=A+bient%C3%B4t");
    let done = followed(&service, &service.post("/besoins/suivre/structure", &reply).await).await;
    assert_eq!(done.texts(".thread .message-own .typed"), ["A bientôt"]);
    let note = format!("jeton={follow}&lot=1&siret={siret}&action=noter&retenue=1&note=Vue+au+forum");
    let done = followed(&service, &service.post("/besoins/suivre/structure", &note).await).await;
    assert_eq!(done.texts("#note"), ["Vue au forum"]);
    let thread = service.get(&format!("/besoins/echanger?jeton={answer}")).await;
    assert!(!thread.text.contains("Vue au forum"), "notes are the author’s own");

    let compare = format!("/besoins/suivre/comparer?jeton={follow}");
    let before = service.get(&compare).await;
    assert!(before.texts("table").is_empty(), "criteria are chosen before");
    let none = service.post("/besoins/suivre/comparer", &format!("jeton={follow}&lot=1")).await;
    assert_eq!((status(&none), none.texts("#erreurs")), (422, vec!["Rien n’est enregistré".to_owned()]));
    let chosen = format!("jeton={follow}&lot=1&critere=reponse&critere=notes");
    let table = followed(&service, &service.post("/besoins/suivre/comparer", &chosen).await).await;
    assert_eq!(table.texts("tbody th"), ["Sa réponse", "Vos notes"]);
    assert_eq!(table.texts("thead th").len(), 1, "the short list");
    let all: String = open.structures.iter().map(|(siret, _)| format!("&structure={siret}")).collect();
    let side_by_side = service.get(&format!("{compare}{all}")).await;
    assert_eq!(side_by_side.texts("thead th").len(), open.structures.len().min(5));

    service.post("/besoins/repondre", &format!("jeton={answer}&reponse=interested")).await;
    let wrong =
        format!("jeton={follow}&lot=1&siret-1={siret}&montant-max-1=beaucoup&raison-1=Plus+pr%C3%A8s");
    let refused = service.post("/besoins/suivre/attribuer", &wrong).await;
    assert_eq!(status(&refused), 422);
    assert_eq!(refused.attributes("#montant-max-1", "value"), ["beaucoup"]);
    assert_eq!(refused.attributes("#raison-1", "value"), ["Plus près"]);
    assert_eq!(refused.attributes(".error-summary a", "href"), ["#montant-max-1"]);
    let said = wrong.replace("beaucoup", "12+000");
    followed(&service, &service.post("/besoins/suivre/attribuer", &said).await).await;
    let public = service.get(&open.page).await;
    let notice = public.texts(".notice-warning").join(" ");
    assert!(notice.contains("12 000 € HT"), "{notice}");
    let again = service.get(&format!("/besoins/suivre/attribuer?jeton={follow}")).await;
    assert_eq!(again.attributes("#raison-1", "value"), ["Plus près"], "it can be corrected");

    let trace = service.get(&format!("/besoins/suivre/trace?jeton={follow}")).await;
    assert!(trace.texts("tbody tr").len() > 5);
    let csv = service.get(&format!("/besoins/suivre/trace.csv?jeton={follow}")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.text.lines().next(), Some("date,quoi,lot,structure,siret,détail"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_is_never_lost() {
    let service = Service::demo().await;
    let open = open(&service).await;
    let (siret, answer) = &open.structures[0];
    let follow = &open.follow;
    let long = "e".repeat(MESSAGE_MAX + 1);
    for (path, form, field) in [
        ("/besoins/echanger", format!("jeton={answer}&lot=1&message={long}"), "message"),
        (
            "/besoins/suivre/structure",
            format!("jeton={follow}&lot=1&siret={siret}&action=ecrire&message={long}"),
            "message",
        ),
        (
            "/besoins/suivre/structure",
            format!("jeton={follow}&lot=1&siret={siret}&action=noter&note={long}"),
            "note",
        ),
        ("/besoins/suivre/relancer", format!("jeton={follow}&lot=1&message={long}"), "message"),
        (
            "/besoins/suivre/questions",
            format!("jeton={follow}&question-publiee={long}&reponse-publiee="),
            "question-publiee",
        ),
    ] {
        let refused = service.post(path, &form).await;
        assert_eq!(status(&refused), 422, "{path}");
        assert_eq!(refused.texts(&format!("#{field}")), std::slice::from_ref(&long), "{path}");
        assert!(refused.attributes(".error-summary a", "href").contains(&format!("#{field}")), "{path}");
    }
    let long = "e".repeat(501);
    let refused =
        service.post("/besoins/suivre/attribuer", &format!("jeton={follow}&lot=1&raison-1={long}")).await;
    assert_eq!((status(&refused), refused.attributes("#raison-1", "value")), (422, vec![long]));
    assert!(service.mails().await.is_empty(), "what is refused mails nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lot_is_reminded_by_its_page() {
    let service = Service::demo().await;
    let open = open(&service).await;
    let view = service.get(&format!("/besoins/suivre?jeton={}", open.follow)).await;
    assert_eq!(view.attributes("a[href^='/besoins/suivre/relancer']", "href").len(), 1);
    let form = format!("jeton={}&lot=1&message=Il+reste+une+semaine.", open.follow);
    let done = followed(&service, &service.post("/besoins/suivre/relancer", &form).await).await;
    assert!(done.texts("main .notice").join(" ").contains("Relancées le"), "{:?}", done.texts("main"));
    assert!(done.texts("main textarea").is_empty(), "there is no second time");
    assert_eq!(service.mails().await.len(), open.structures.len());
    assert_eq!(status(&service.post("/besoins/suivre/relancer", &form).await), 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_about_nothing_are_not_found() {
    let service = Service::demo().await;
    let open = open(&service).await;
    let follow = &open.follow;
    let siret = open.structures[0].0;
    for path in [
        format!("/besoins/suivre/structure?jeton={follow}"),
        format!("/besoins/suivre/structure?jeton={follow}&siret=12345678900018"),
        format!("/besoins/suivre/structure?jeton={follow}&siret={siret}&numero=7"),
        format!("/besoins/suivre/comparer?jeton={follow}&numero=7"),
        format!("/besoins/suivre/relancer?jeton={follow}&lot=x"),
    ] {
        assert_eq!(status(&service.get(&path).await), 404, "{path}");
    }
    let Some(Grant::NeedFollow(need)) = service.backend.actor_of(follow).await.expect("read").grant() else {
        panic!("its own link")
    };
    let reference = reference_text(Grant::NeedFollow(need));
    let unsigned = service.get(&format!("/besoins/suivre/trace.csv?jeton={reference}")).await;
    assert!(!unsigned.header("content-type").starts_with("text/csv"), "a reference opens nothing by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_need_is_prepared_by_several() {
    let service = Service::demo().await;
    let open = open(&service).await;
    let follow = &open.follow;
    let page = format!("/besoins/preparer/partage?jeton={follow}");
    let form = |rest: &str| format!("jeton={follow}&{rest}");
    let wrong = service
        .post("/besoins/preparer/partage", &form("action=partager&courriel=camille&droits=commente"))
        .await;
    assert_eq!((status(&wrong), wrong.attributes("#courriel", "value")), (422, vec!["camille".to_owned()]));
    assert_eq!(wrong.attributes("input[name=droits][checked]", "value"), ["commente"]);
    let shared = form("action=partager&courriel=camille%40ville.example&droits=commente");
    let done = followed(&service, &service.post("/besoins/preparer/partage", &shared).await).await;
    assert!(done.texts("aside li").join(" ").contains("camille@ville.example peut lire et commenter"));
    service.mails().await;

    let camille = signed_in(&service, "camille@ville.example").await;
    let space = camille.get("/espace").await;
    let link = space.attributes("a[href^='/besoins/suivre']", "href").remove(0);
    let seen = camille.get(&link).await;
    assert_eq!(status(&seen), 200);
    assert!(seen.attributes("form[method=post]", "action").is_empty(), "nothing that only the author does");
    let about = link.split_once("jeton=").expect("a reference").1.to_owned();
    let sharing = camille.get(&format!("/besoins/preparer/partage?jeton={about}")).await;
    assert_eq!(
        sharing.attributes("main button", "value"),
        ["commenter"],
        "it comments, and shares with nobody"
    );
    let steps = camille.get(&format!("/besoins/preparer/objet?jeton={about}")).await;
    assert!(steps.texts("main form button").is_empty(), "it writes nothing");
    let text = "action=commenter&sujet=objet&message=La+date+%3Cb%3Eest+proche%3C%2Fb%3E";
    let said = camille.post("/besoins/preparer/partage", &format!("jeton={about}&{text}")).await;
    assert_eq!(status(&said), 303);
    let read = service.get(&page).await;
    assert_eq!(read.texts(".thread .typed"), ["La date <b>est proche</b>"]);
    for (step, said) in [("objet", 1), ("acheteur", 0), ("lot", 0)] {
        let page = camille.get(&format!("/besoins/preparer/{step}?jeton={about}")).await;
        assert_eq!(page.texts(".thread .typed").len(), said, "where it is about: {step}");
    }
    let refused = camille.post("/besoins/suivre", &format!("jeton={about}&statut=dropped")).await;
    assert_eq!(status(&refused), 403);
    assert!(!service.get(&open.page).await.text.contains("est proche"), "no structure reads it");

    followed(
        &service,
        &service.post("/besoins/preparer/partage", &form("action=retirer&qui=camille%40ville.example")).await,
    )
    .await;
    assert_eq!(status(&camille.get(&link).await), 403, "at once");
}
