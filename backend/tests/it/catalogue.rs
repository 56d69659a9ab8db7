//! The catalogue of a structure, who said what of its page, and whether its page is still right.

use crate::accounts::signed_in;
use crate::collaborators::refusal;
use crate::fixture::{Fixture, on_both};
use backend::structures::{ManageOutcome, SearchQuery};
use domain::access::{Actor, FichePart, Grant, Refusal};
use domain::form::Field;
use domain::matching::{Because, Criterion};
use domain::siret::Siret;
use domain::structure::catalogue::{CatalogueForm, PersonForm, ServiceForm};
use domain::structure::fiche::{ActivityDecision, ActivityTerms, FicheForm};
use domain::structure::{FicheField, Origin, Standing};

const DAY: i64 = 86_400;
/// More than twelve months, whichever they are.
const YEAR: i64 = 368 * DAY;

/// A structure of the demonstration with an activity, whoever holds its link.
async fn one(fixture: &Fixture) -> (Siret, Actor) {
    fixture.backend.demo_load_country(60, &|_, _| {}).await.expect("loaded");
    let catalogue = fixture.backend.index.catalogue();
    let with = catalogue.structures().filter(|e| !e.structure.activities.is_empty() && e.structure.is_told());
    let siret = with.map(|e| e.structure.siret).min().expect("one with an activity");
    fixture.mails().await;
    (siret, Actor::Link(Grant::StructureManage(siret)))
}

fn sells(name: &str, price: &str) -> CatalogueForm {
    let service = ServiceForm { name: name.into(), price_min: price.into(), ..ServiceForm::default() };
    CatalogueForm { services: Some(vec![service]), ..CatalogueForm::default() }
}

fn person(name: &str, public: &str) -> PersonForm {
    let (role, email) = ("marches".to_owned(), "marches@structure.example".to_owned());
    PersonForm { name: name.into(), role, email, phone: String::new(), public: public.into() }
}

on_both! {
    async fn what_a_catalogue_says_is_read_found_and_dated(fixture) {
        let b = &fixture.backend;
        let (siret, link) = one(&fixture).await;
        let found = async || {
            let query = SearchQuery { words: "zinzolin".into(), ..SearchQuery::default() };
            b.structure_search(&query).expect("searched").cards.iter().map(|card| card.entry.structure.siret).collect::<Vec<_>>()
        };
        assert!(found().await.is_empty());
        let saved = b.catalogue_save(&link, siret, &sells("Confection de drapeaux zinzolin", "12,50")).await.expect("saved");
        assert_eq!(saved, ManageOutcome::Saved { searchable: true });
        assert_eq!(found().await, [siret], "by the name of what it sells");
        b.manage_save(&link, siret, &FicheForm { description: Some("Autre chose".into()), ..FicheForm::default() }).await.expect("saved");
        assert_eq!(found().await, [siret], "the page says something else, the catalogue the same");

        let people = CatalogueForm { people: Some(vec![person("Service marchés", "oui"), person("Lou", "non")]), ..CatalogueForm::default() };
        b.catalogue_save(&link, siret, &people).await.expect("saved");
        let more = b.fiche_more(siret).await.expect("read");
        assert_eq!(more.catalogue.people.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["Service marchés"], "Lou is for acheteurs");
        assert_eq!(more.catalogue.services[0].name, "Confection de drapeaux zinzolin", "what a form does not bring stays");
        let own = b.catalogue_manage_show(&link, siret).await.expect("its own");
        assert_eq!(own.catalogue.people.len(), 2);
        for field in [FicheField::Services, FicheField::People, FicheField::Description] {
            let said = more.said.get(&field.code()).copied().expect("said");
            assert_eq!((said.by, said.on), (Origin::Structure, b.clock.today()), "{field:?}");
        }
        assert_eq!(more.said.get(&FicheField::Website.code()), None, "nobody said it");

        let refused = b.catalogue_save(&link, siret, &sells("Tonte", "cher")).await.expect("answered");
        let ManageOutcome::Refused(wrong) = refused else { panic!("kept: {refused:?}") };
        assert_eq!(wrong.iter().map(|v| v.field).collect::<Vec<_>>(), [Field::Services]);
        assert_eq!(b.fiche_more(siret).await.expect("read").catalogue.services[0].name, "Confection de drapeaux zinzolin");
        let stop = Actor::Link(Grant::AlertsStop(siret));
        assert_eq!(refusal(b.catalogue_save(&stop, siret, &sells("Pirate", "1")).await), Some(Refusal::WrongLink));
    }

    async fn a_network_keeps_the_catalogue_and_not_the_people(fixture) {
        let b = &fixture.backend;
        let (siret, head) = crate::mandates::structure(&fixture).await;
        let tete = signed_in(&fixture, "tete@reseau.example").await;
        let to = crate::mandates::network(b, &tete, domain::organisation::OrganisationKind::Network).await;
        b.delegation_set(&head, siret, to, &[FichePart::Catalogue]).await.expect("delegated");
        let tete = signed_in(&fixture, "tete@reseau.example").await;
        let view = b.catalogue_manage_show(&tete, siret).await.expect("seen");
        assert_eq!((view.writes_offers, view.writes_people), (true, false));
        b.catalogue_save(&tete, siret, &sells("Tonte", "20")).await.expect("written");
        assert_eq!(b.fiche_more(siret).await.expect("read").said[&FicheField::Services.code()].by, Origin::Network);
        let people = CatalogueForm { people: Some(vec![person("Pirate", "oui")]), ..sells("Haies", "20") };
        assert_eq!(refusal(b.catalogue_save(&tete, siret, &people).await), Some(Refusal::NotMember), "all or nothing");
        let kept = b.fiche_more(siret).await.expect("read").catalogue;
        assert_eq!((kept.services[0].name.as_str(), kept.people.len()), ("Tonte", 0));
    }

    async fn orders_of_an_activity_are_kept_with_it(fixture) {
        let b = &fixture.backend;
        let (siret, link) = one(&fixture).await;
        let first = b.structure_show(siret).expect("shown").structure.activities[0].clone();
        let change = |hours: &str, minimum: &str, cpv: &str| {
            let (sector, mode) = (first.sector.slug().to_owned(), first.mode.code().to_owned());
            let (hours, minimum, cpv) = (Some(hours.to_owned()), Some(minimum.to_owned()), Some(cpv.to_owned()));
            FicheForm { terms: vec![ActivityTerms { sector, mode, hours, minimum, cpv }], ..FicheForm::default() }
        };
        let save = async |form: &FicheForm| b.manage_save(&link, siret, form).await.expect("answered");
        assert!(matches!(save(&change("120", "1 500,50", "77310000-6 77313000")).await, ManageOutcome::Saved { .. }));
        let now = || {
            let entry = b.structure_show(siret).expect("shown");
            let of = entry.structure.activities.iter().find(|a| a.sector == first.sector && a.mode == first.mode);
            of.cloned().expect("there")
        };
        let orders = now().orders.expect("said");
        assert_eq!((now().hours_per_month, now().standing), (Some(120), Standing::Confirmed));
        assert_eq!(orders.minimum.map(|m| m.cents()), Some(150_050));
        assert_eq!(orders.codes(), "77310000 77313000");
        for (minimum, cpv) in [("beaucoup", ""), ("", "7731"), ("", "12345678"), ("", "espaces 7731")] {
            assert!(matches!(save(&change("120", minimum, cpv)).await, ManageOutcome::Refused(_)), "{minimum} {cpv}");
        }
        assert_eq!(now().orders.expect("still").codes(), "77310000 77313000");
        // What says nothing of it leaves it.
        let decided = (first.sector.slug().to_owned(), first.mode.code().to_owned(), ActivityDecision::Confirm);
        save(&FicheForm { decisions: vec![decided], ..FicheForm::default() }).await;
        assert_eq!(now().orders.expect("still").codes(), "77310000 77313000");
        assert!(matches!(save(&change("", "", "")).await, ManageOutcome::Saved { .. }));
        assert_eq!((now().orders, now().hours_per_month), (None, None), "emptied");
    }

    async fn after_a_year_a_page_is_asked_about_once_and_ranks_lower_until_it_is_said_right(fixture) {
        let b = &fixture.backend;
        let (siret, link) = one(&fixture).await;
        let first = b.structure_show(siret).expect("shown").structure.activities[0].clone();
        let decided = (first.sector.slug().to_owned(), first.mode.code().to_owned(), ActivityDecision::Confirm);
        b.manage_save(&link, siret, &FicheForm { decisions: vec![decided], ..FicheForm::default() }).await.expect("saved");
        fixture.mails().await;
        let lot = || domain::matching::PreparedLot::new(domain::matching::Lot {
            buys: domain::matching::Buys::Trade,
            sectors: vec![first.sector], place: None, reservation: domain::legal::Reservation::None,
            kinds: domain::structure::KindSet::EMPTY, mode: None, hours_per_month: None, text: String::new(), on: None, begins: None,
        });
        let standing = || {
            let entry = b.structure_show(siret).expect("shown");
            *lot().score(&entry.facts).expect("it fits").reason(Criterion::Standing)
        };
        assert_eq!((standing().points, standing().because), (5, Because::Standing(Standing::Confirmed)));
        let others = || b.index.catalogue().structures().filter(|e| e.facts.is_stale).count();

        fixture.clock.advance(364 * DAY);
        assert_eq!(b.fiches_stale_find().await.expect("looked"), 0, "not a year yet");
        assert!(fixture.mails().await.is_empty());
        fixture.clock.advance(3 * DAY);
        assert_eq!(b.fiches_stale_find().await.expect("looked"), 1, "those that never said anything are not asked");
        assert_eq!(b.fiches_stale_find().await.expect("looked"), 0, "once");
        b.index_follow().await.expect("followed");
        assert_eq!((standing().points, standing().because), (3, Because::StandingStale(Standing::Confirmed)));
        assert_eq!(others(), 1);
        let mails = fixture.mails().await;
        assert_eq!(mails.len(), 1);
        assert!(mails[0].mail.subject.starts_with("Toujours exact"), "{}", mails[0].mail.subject);
        let token = Fixture::token(&mails[0], "/structures/exacte");

        let actor = b.actor_of(&token).await.expect("read");
        assert_eq!(actor, Actor::Link(Grant::FicheVouch(siret)));
        assert!(b.fiche_vouch_show(&actor, siret).await.expect("shown").stale_since.is_some(), "opening it says nothing");
        assert_eq!(refusal(b.manage_show(&actor, siret).await), Some(Refusal::WrongLink), "it does nothing else");
        b.fiche_vouch(&actor, siret).await.expect("said");
        assert_eq!((standing().points, others()), (5, 0));
        let stored = b.store.structure_fetch(siret).await.expect("read").expect("there");
        assert_eq!((stored.vouched_on, stored.stale_since), (Some(b.clock.today()), None));

        // An import says nothing of that, and a correction by the structure is as good as the button.
        fixture.clock.advance(YEAR);
        assert_eq!(b.fiches_stale_find().await.expect("looked"), 1);
        b.manage_save(&link, siret, &FicheForm { hours: Some("90".into()), ..FicheForm::default() }).await.expect("saved");
        let stored = b.store.structure_fetch(siret).await.expect("read").expect("there");
        assert_eq!((stored.vouched_on, stored.stale_since), (Some(b.clock.today()), None));
    }

    async fn who_stopped_mails_is_not_asked_and_ranks_lower_all_the_same(fixture) {
        let b = &fixture.backend;
        let (siret, link) = one(&fixture).await;
        b.fiche_vouch(&link, siret).await.expect("said");
        b.alerts_stop(&link, siret).await.expect("stopped");
        fixture.mails().await;
        fixture.clock.advance(YEAR);
        assert_eq!(b.fiches_stale_find().await.expect("looked"), 1);
        assert!(fixture.mails().await.is_empty());
        b.index_follow().await.expect("followed");
        assert!(b.structure_show(siret).expect("shown").facts.is_stale);
    }
}
