//! Who is something of a territory: asked for, accepted by whom it may be, and what that shows; networks that keep pages.

use crate::accounts::{address, signed_in};
use crate::collaborators::refusal;
use crate::factor::administrator;
use crate::fixture::{Fixture, on_both};
use backend::Backend;
use backend::accounts::OrganisationBegun;
use backend::error::Error;
use backend::structures::ManageOutcome;
use domain::access::{Actor, FichePart, Mandate, OrganisationId, Rank, Refusal, TerritoryRole};
use domain::need::NeedForm;
use domain::organisation::{OrganisationAsked, OrganisationKind};
use domain::siret::Siret;
use domain::structure::fiche::FicheForm;
use domain::territory::Place;

fn place(code: &str) -> Place {
    Place::parse(code).expect("a place")
}

fn facilitator(code: &str) -> Mandate {
    Mandate { role: TerritoryRole::Facilitator, place: place(code) }
}

/// Somebody whom somebody accepted for a territory.
async fn accepted(fixture: &Fixture, by: &Actor, who: &str, mandate: Mandate) -> Actor {
    let b = &fixture.backend;
    let actor = signed_in(fixture, who).await;
    b.mandate_ask(&actor, mandate, "PLIE du Lac").await.expect("asked");
    let account = actor.account().expect("signed in").id;
    b.mandate_answer(by, mandate, account, true).await.expect("accepted");
    signed_in(fixture, who).await
}

pub async fn network(b: &Backend, actor: &Actor, kind: OrganisationKind) -> OrganisationId {
    let asked = OrganisationAsked { name: "Réseau du Lac".to_owned(), kind, siret: None };
    match b.organisation_begin(actor, &asked).await.expect("begun") {
        OrganisationBegun::Begun(id) => id,
        OrganisationBegun::Known(known) => panic!("{known:?}"),
    }
}

/// A structure, and its responsable.
pub async fn structure(fixture: &Fixture) -> (Siret, Actor) {
    let b = &fixture.backend;
    b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
    fixture.mails().await;
    let all = b.index.catalogue();
    let entry = all.structures().find(|e| e.structure.is_told()).expect("one with a contact");
    let (siret, contact) = (entry.structure.siret, entry.structure.contact.clone().expect("a contact"));
    let head = signed_in(fixture, contact.as_str()).await;
    b.membership_ask(&head, siret).await.expect("joined");
    (siret, signed_in(fixture, contact.as_str()).await)
}

on_both! {
    async fn a_territory_is_asked_for_and_shown_once_somebody_accepts(fixture) {
        let b = &fixture.backend;
        let admin = administrator(&fixture, "admin@place.example").await;
        let first = signed_in(&fixture, "premiere@plie.example").await;
        b.mandate_ask(&first, facilitator("D31"), "PLIE du Lac").await.expect("asked");
        let again = b.mandate_ask(&first, facilitator("D31"), "PLIE du Lac").await;
        assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
        let id = first.account().expect("signed in").id;
        assert_eq!(refusal(b.territory_work(&first, place("D31"), 1).await), Some(Refusal::NotOfTerritory));
        assert_eq!(refusal(b.mandate_answer(&first, facilitator("D31"), id, true).await), Some(Refusal::NotOfTerritory));
        let queue = b.administration_show(&admin).await.expect("its own").mandates;
        assert_eq!(queue.iter().map(|row| row.account).collect::<Vec<_>>(), [id]);
        fixture.mails().await;
        b.mandate_answer(&admin, facilitator("D31"), id, true).await.expect("accepted");
        let mails = fixture.mails().await;
        assert_eq!(mails[0].mail.to, address("premiere@plie.example"));
        assert!(mails[0].mail.text.contains("Haute-Garonne"), "{}", mails[0].mail.text);

        let first = signed_in(&fixture, "premiere@plie.example").await;
        let form = NeedForm {
            title: "Entretien des espaces verts".into(),
            place: "Toulouse".into(),
            date: "12/01/2027".into(),
            email: "achats@ville.example".into(),
            ..NeedForm::default()
        };
        let need = crate::link::by_link(b).need_start(b.need_read(&form).expect("a good form")).await.expect("kept");
        let publish = Actor::Link(domain::access::Grant::NeedPublish(need));
        b.need_publish(&publish, need).await.expect("published");
        let work = b.territory_work(&first, place("D31"), 1).await.expect("its own");
        assert!(work.needs.needs.iter().any(|listed| listed.entry.need.id == need));
        assert_eq!((work.holders.len(), work.own), (1, Some(facilitator("D31"))));
        let elsewhere = b.territory_work(&first, place("D32"), 1).await;
        assert_eq!(refusal(elsewhere), Some(Refusal::NotOfTerritory), "another département");
        let wider = b.territory_work(&first, place("R76"), 1).await;
        assert_eq!(refusal(wider), Some(Refusal::NotOfTerritory), "the région that holds it");

        // She accepts another one of her kind; a service of the State waits for an administrator.
        fixture.mails().await;
        let second = signed_in(&fixture, "second@plie.example").await;
        b.mandate_ask(&second, facilitator("D31"), "Maison de l’emploi").await.expect("asked");
        let told = fixture.mails().await;
        assert_eq!(told.iter().map(|m| m.mail.to.clone()).collect::<Vec<_>>(), [address("premiere@plie.example")]);
        assert!(told[0].mail.text.contains("/espace/territoires/D31"), "{}", told[0].mail.text);
        let second_id = second.account().expect("signed in").id;
        assert_eq!(b.territory_work(&first, place("D31"), 1).await.expect("seen").requests.len(), 1);
        b.mandate_answer(&first, facilitator("D31"), second_id, true).await.expect("accepted");
        let state = Mandate { role: TerritoryRole::StateService, place: place("D31") };
        let prefect = signed_in(&fixture, "ddets@etat.example").await;
        b.mandate_ask(&prefect, state, "DDETS").await.expect("asked");
        let prefect_id = prefect.account().expect("signed in").id;
        let by_her = b.mandate_answer(&first, state, prefect_id, true).await;
        assert_eq!(refusal(by_her), Some(Refusal::NotOfTerritory));
        assert!(b.territory_work(&first, place("D31"), 1).await.expect("seen").requests.is_empty());
        b.mandate_answer(&admin, state, prefect_id, true).await.expect("accepted");
        let prefect = signed_in(&fixture, "ddets@etat.example").await;
        assert!(b.territory_work(&prefect, place("D31"), 1).await.is_ok(), "reads");
        let accepts = b.mandate_answer(&prefect, facilitator("D31"), second_id, false).await;
        assert_eq!(refusal(accepts), Some(Refusal::NotOfTerritory), "and decides of nobody");

        // Who has a région has its départements.
        let wide = accepted(&fixture, &admin, "region@plie.example", facilitator("R76")).await;
        assert!(b.territory_work(&wide, place("D31"), 1).await.is_ok());
        b.mandate_answer(&wide, facilitator("D31"), second_id, false).await.expect("taken away");
        let second = signed_in(&fixture, "second@plie.example").await;
        assert_eq!(refusal(b.territory_work(&second, place("D31"), 1).await), Some(Refusal::NotOfTerritory));
        b.mandate_leave(&wide, facilitator("R76")).await.expect("given up");
        assert!(matches!(b.mandate_leave(&wide, facilitator("R76")).await, Err(Error::NotFound)), "once");
        let export = b.account_export(&first).await.expect("its own");
        assert_eq!(export.mandates.iter().map(|m| m.territory.as_str()).collect::<Vec<_>>(), ["D31"]);
    }

    async fn a_structure_lets_a_network_keep_parts_of_its_page_and_takes_them_back(fixture) {
        let b = &fixture.backend;
        let (siret, head) = structure(&fixture).await;
        let tete = signed_in(&fixture, "tete@reseau.example").await;
        let to = network(b, &tete, OrganisationKind::Network).await;
        let buyer = network(b, &head, OrganisationKind::Buyer(domain::legal::BuyerCategory::Local)).await;
        let tete = signed_in(&fixture, "tete@reseau.example").await;
        let kept = [FichePart::Presentation];
        assert_eq!(refusal(b.delegation_set(&tete, siret, to, &kept).await), Some(Refusal::NotMember), "nobody helps itself");
        assert!(matches!(b.delegation_set(&head, siret, buyer, &kept).await, Err(Error::Refused(_))), "a buyer");
        assert!(matches!(b.delegation_set(&head, siret, to, &[]).await, Err(Error::Refused(_))), "nothing");
        let contact = b.delegation_set(&head, siret, to, &[FichePart::Contact]).await;
        assert!(matches!(contact, Err(Error::Refused(_))), "where needs are mailed");
        assert_eq!(b.network_find("réseau du lac").await.expect("looked for").len(), 1, "the buyer is none");
        fixture.mails().await;
        b.delegation_set(&head, siret, to, &kept).await.expect("delegated");
        assert_eq!(fixture.mails().await[0].mail.to, address("tete@reseau.example"));

        let tete = signed_in(&fixture, "tete@reseau.example").await;
        let view = b.organisation_show(&tete, to).await.expect("its own");
        assert_eq!(view.delegated.iter().map(|(e, parts)| (e.structure.siret, parts.clone())).collect::<Vec<_>>(), [(siret, kept.to_vec())]);
        assert_eq!(b.manage_show(&tete, siret).await.expect("seen").parts, kept);
        let says = |description: &str| FicheForm { description: Some(description.to_owned()), ..FicheForm::default() };
        let saved = b.manage_save(&tete, siret, &says("Du réseau")).await.expect("written");
        assert!(matches!(saved, ManageOutcome::Saved { .. }), "{saved:?}");
        for form in [
            FicheForm { hours: Some("12".to_owned()), ..says("Autre") },
            FicheForm { contact: Some("pirate@reseau.example".to_owned()), ..FicheForm::default() },
            FicheForm { ess: Some("oui".to_owned()), ..FicheForm::default() },
            FicheForm { decisions: vec![(String::new(), String::new(), domain::structure::fiche::ActivityDecision::Confirm)], ..FicheForm::default() },
        ] {
            assert_eq!(refusal(b.manage_save(&tete, siret, &form).await), Some(Refusal::NotMember), "{form:?}");
        }
        let stored = b.store.structure_fetch(siret).await.expect("read").expect("there");
        assert_eq!(stored.description, "Du réseau", "and nothing else");
        assert_eq!(refusal(b.colleague_list(&tete, siret).await), Some(Refusal::NotMember));
        assert_eq!(refusal(b.colleague_invite(&tete, siret, &address("x@reseau.example"), Rank::Member).await), Some(Refusal::NotMember));

        let list = b.colleague_list(&head, siret).await.expect("its own").delegations;
        assert_eq!(list.iter().map(|row| (row.organisation, row.parts.clone())).collect::<Vec<_>>(), [(to, kept.to_vec())]);
        b.delegation_withdraw(&head, siret, to).await.expect("withdrawn");
        assert!(matches!(b.delegation_withdraw(&head, siret, to).await, Err(Error::NotFound)), "once");
        let tete = signed_in(&fixture, "tete@reseau.example").await;
        assert_eq!(refusal(b.manage_save(&tete, siret, &says("Encore")).await), Some(Refusal::NotMember));
        assert!(b.organisation_show(&tete, to).await.expect("its own").delegated.is_empty());
    }
}
