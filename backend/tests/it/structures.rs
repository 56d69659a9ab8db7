//! A structure keeps its own page.

use crate::fixture::{Fixture, on_both};
use crate::link::by_link;
use backend::error::Error;
use backend::structures::{ManageOutcome, SearchQuery};
use domain::access::{Actor, Grant, Refusal};
use domain::form::Field;
use domain::legal::{Ess, Evidence, Reservation, Share};
use domain::need::NeedForm;
use domain::structure::fiche::{ActivityDecision, ActivityForm, ConventionForm, FicheForm};
use domain::structure::{Kind, Network, Standing};

const SAVED: ManageOutcome = ManageOutcome::Saved { searchable: true };

on_both! {
    async fn from_its_link_to_the_index(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(300, &|_, _| {}).await.expect("loaded");
        let entry = b
            .index
            .catalogue()
            .structures()
            .filter(|e| e.structure.activities.len() >= 2)
            .min_by_key(|e| e.structure.siret)
            .cloned()
            .expect("a structure with several activities");
        let siret = entry.structure.siret;

        // An open need that it does not fit yet.
        let form = NeedForm {
            title: "Traduction de documents".into(), place: "FR".into(), date: "2027-01-12".into(),
            email: "achats@ville.example".into(), ..NeedForm::default()
        };
        by_link(b).need_send(b.need_read(&form).expect("a good form")).await.expect("sent");
        let token = Fixture::token(&fixture.mails().await[0], "/besoins/confirmer");
        let need = by_link(b).need_publish(&token).await.expect("published");
        fixture.mails().await;

        by_link(b).manage_link_send(siret).await.expect("asked");
        let mails = fixture.mails().await;
        assert_eq!(mails.len(), 1);
        assert_eq!(Some(&mails[0].mail.to), entry.structure.contact.as_ref());
        let token = Fixture::token(&mails[0], "/gerer");
        let mails_to = mails[0].mail.to.clone();
        let view = by_link(b).manage_show(siret, &token).await.expect("shown");
        let (kept, dropped) = (&view.structure.activities[0], &view.structure.activities[1]);
        let key = |a: &domain::structure::Activity| (a.sector.slug().to_owned(), a.mode.code().to_owned());
        let decision = |a, d| { let (s, m) = key(a); (s, m, d) };
        let change = FicheForm {
            decisions: vec![decision(kept, ActivityDecision::Confirm), decision(dropped, ActivityDecision::Dismiss)],
            changes: Vec::new(),
            terms: Vec::new(),
            contact_none_meant: false,
            add: vec![ActivityForm { sector: "Traductions".into(), mode: "prestation".into(), zones: "Haute-Garonne, 30km, FR".into() }],
            hours: Some("1 200".into()),
            hours_meant: false,
            months: Vec::new(),
            full_until: String::new(),
            contact: Some("direction@structure.example".into()),
            description: Some("Traductions et sous-titrage".into()),
            website: Some("structure.example".into()),
            share: Some((" 25".into(), "35 ".into())),
            share_on: Some("30/06/2026".into()),
            conventions: vec![ConventionForm {
                kind: view.structure.kinds.iter().next().expect("a convention").code().to_owned(),
                which: String::new(),
                number: " 31-2025 ".into(),
                from: "01/01/2025".into(),
                to: "31/12/2027".into(),
                etp: "12,5".into(),
                proof: "arrêté du 3 mars 2025".into(),
            }],
            network: Some("regie".into()),
            ess: Some("esus".into()),
        };
        assert_eq!(by_link(b).manage_save(siret, &token, &change).await.expect("saved"), SAVED);

        let now = b.structure_show(siret).expect("shown");
        let standing = |slug: &str| now.structure.activities.iter().find(|a| a.sector.slug() == slug).map(|a| a.standing);
        assert_eq!(standing(kept.sector.slug()), Some(Standing::Confirmed));
        assert_eq!(standing(dropped.sector.slug()), Some(Standing::Dismissed));
        assert_eq!(standing("traductions"), Some(Standing::Confirmed));
        assert_eq!((now.structure.hours_per_month, now.structure.website.as_str()), (Some(1_200), "https://structure.example"));
        let counted = Share::declared(25, 35).expect("a share");
        let counted = counted.with_evidence(Evidence::Declared, Some(jiff::civil::date(2026, 6, 30)));
        assert_eq!(now.structure.share, counted);
        let terms = &now.structure.conventions[0];
        assert_eq!((terms.number.as_str(), terms.etp_hundredths), ("31-2025", Some(1_250)));
        assert_eq!((terms.from, terms.to), (domain::date::parse("2025-01-01"), domain::date::parse("2027-12-31")));
        assert_eq!((now.structure.network, now.structure.ess), (Network::Regie, Ess::Esus));
        assert!(now.facts.activities.iter().all(|a| a.sector != dropped.sector), "a dismissed activity is not matched");
        let ranking = b.need_matches(need, None).await.expect("ranked").ranking;
        assert!(ranking.matches.iter().any(|(m, _)| m.siret == siret), "it is in the index at once");

        let slip = FicheForm { hours: Some("12".into()), ..FicheForm::default() };
        let ManageOutcome::Refused(doubt) = by_link(b).manage_save(siret, &token, &slip).await.expect("answered") else {
            panic!("12 h a month for 12.5 full-time jobs raise no doubt")
        };
        assert_eq!(doubt[0].field, Field::Hours);
        assert!(doubt[0].message.contains("vouliez-vous dire"), "{}", doubt[0].message);
        let meant = FicheForm { hours_meant: true, ..slip };
        assert_eq!(by_link(b).manage_save(siret, &token, &meant).await.expect("answered"), SAVED);
        let back = FicheForm { hours: Some("1 200".into()), ..FicheForm::default() };
        assert_eq!(by_link(b).manage_save(siret, &token, &back).await.expect("answered"), SAVED);

        // Another contact is asked first, by its own mail; until then the one before stays.
        let mails = fixture.mails().await;
        let (told, others): (Vec<_>, Vec<_>) = mails.iter().partition(|m| m.mail.unsubscribe.is_some());
        assert_eq!(told.len(), 1, "the open need that now fits is mailed to it");
        assert_eq!(told[0].mail.to, mails_to, "the contact of before");
        let [asked] = others.as_slice() else { panic!("one question: {others:?}") };
        assert_eq!(asked.mail.to.as_str(), "direction@structure.example");
        let confirm = Fixture::token(asked, "/structures/contact");
        for contact in ["Direction@Structure.example", "direction@structure.example"] {
            let capitals = FicheForm { contact: Some(contact.into()), ..FicheForm::default() };
            assert_eq!(by_link(b).manage_save(siret, &token, &capitals).await.expect("answered"), SAVED, "the same mailbox");
        }
        assert!(fixture.mails().await.len() <= 1, "asked again once");
        by_link(b).contact_confirm(&confirm).await.expect("confirmed");
        let after = b.store.structure_fetch(siret).await.expect("read").expect("there");
        assert_eq!(after.contact.as_ref().map(|c| c.as_str()), Some("direction@structure.example"));
        assert_eq!(after.contact_asked, None);
        let former = fixture.mails().await;
        assert!(former.len() == 1 && former[0].mail.to == mails_to, "the former contact learns it");
        let gone = by_link(b).manage_save(siret, &token, &change).await;
        assert!(matches!(gone, Err(Error::Forbidden(Refusal::PastLink))), "the links of the former contact: {gone:?}");
        assert!(matches!(by_link(b).contact_confirm(&confirm).await, Err(Error::Forbidden(Refusal::PastLink))));
        by_link(b).manage_link_send(siret).await.expect("sent");
        let link = &fixture.mails().await[0];
        assert_eq!(link.mail.to.as_str(), "direction@structure.example");
        let token = Fixture::token(link, "/gerer");
        by_link(b).manage_save(siret, &token, &change).await.expect("saved again");
        assert!(fixture.mails().await.is_empty(), "once only");
        by_link(b).manage_save(siret, &token, &FicheForm::default()).await.expect("saved");
        let same = b.structure_show(siret).expect("shown");
        assert_eq!(same.structure.description, "Traductions et sous-titrage", "what a form does not bring stays");
    }

    async fn a_convention_that_has_ended_no_longer_counts_in_searches(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        let held = |entry: &backend::index::Entry| {
            entry.structure.kinds.iter().eq([Kind::Ei]) && entry.facts.half != Some(false) && entry.facts.dated.is_empty()
        };
        let siret = b.index.catalogue().structures().find(|e| held(e)).map(|e| e.structure.siret).expect("an EI");
        let found = |query: SearchQuery| b.structure_search(&query).expect("searched").total;
        let of_kind = SearchQuery { kinds: [Kind::Ei].into_iter().collect(), ..SearchQuery::default() };
        let reserved = SearchQuery { reservation: Some(Reservation::Siae), ..SearchQuery::default() };
        let before = (found(of_kind.clone()), found(reserved.clone()));
        by_link(b).manage_link_send(siret).await.expect("asked");
        let token = Fixture::token(&fixture.mails().await[0], "/gerer");
        let until = |to: &str| FicheForm {
            conventions: vec![ConventionForm { kind: "EI".into(), to: to.into(), ..ConventionForm::default() }],
            ..FicheForm::default()
        };
        for (to, fewer) in [("31/12/2020", 1), ("31/12/2099", 0), ("", 0)] {
            by_link(b).manage_save(siret, &token, &until(to)).await.expect("saved");
            let now = (found(of_kind.clone()), found(reserved.clone()));
            assert_eq!(now, (before.0 - fewer, before.1 - fewer), "until {to:?}");
        }
    }

    async fn what_is_refused_changes_nothing(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(3, &|_, _| {}).await.expect("loaded");
        let sirets: Vec<_> = b.index.catalogue().structures().map(|e| e.structure.siret).collect();
        by_link(b).manage_link_send(sirets[0]).await.expect("asked");
        let token = Fixture::token(&fixture.mails().await[0], "/gerer");
        assert!(matches!(by_link(b).manage_show(sirets[1], &token).await, Err(Error::Forbidden(_))), "another structure's page");
        let before = b.store.structure_fetch(sirets[0]).await.expect("read");
        let add = |sector: &str, mode: &str, zones: &str| FicheForm {
            add: vec![ActivityForm { sector: sector.into(), mode: mode.into(), zones: zones.into() }],
            ..FicheForm::default()
        };
        let nothing = FicheForm::default;
        let own = before.as_ref().and_then(|s| s.kinds.iter().next()).expect("a convention").code().to_owned();
        let convention = |kind: &str, from: &str, to: &str, etp: &str| FicheForm {
            conventions: vec![ConventionForm {
                kind: kind.into(),
                from: from.into(),
                to: to.into(),
                etp: etp.into(),
                ..ConventionForm::default()
            }],
            ..nothing()
        };
        let gone = ("rien".into(), "prestation".into(), ActivityDecision::Confirm);
        let wrong = [
            (add("Rien", "prestation", "FR"), vec![Field::AddedSector]),
            (add("blanchisserie", "jamais", "FR"), vec![Field::AddedMode]),
            (add("blanchisserie", "prestation", ""), vec![Field::AddedZones]),
            (add("blanchisserie", "prestation", "Zzzzville"), vec![Field::AddedZones]),
            (add("Rien", "jamais", ""), vec![Field::AddedSector, Field::AddedMode, Field::AddedZones]),
            (FicheForm { hours: Some("beaucoup".into()), ..nothing() }, vec![Field::Hours]),
            (FicheForm { hours: Some("999999999".into()), ..nothing() }, vec![Field::Hours]),
            (FicheForm { months: vec![("2026-12".into(), "beaucoup".into())], ..nothing() }, vec![Field::Calendar]),
            (FicheForm { full_until: "hier".into(), ..nothing() }, vec![Field::Calendar]),
            (FicheForm { contact: Some("personne".into()), ..nothing() }, vec![Field::Contact]),
            (FicheForm { website: Some("javascript://x".into()), ..nothing() }, vec![Field::Website]),
            (FicheForm { share: Some(("36".into(), "35".into())), ..nothing() }, vec![Field::Share]),
            (FicheForm { share: Some(("5".into(), String::new())), ..nothing() }, vec![Field::Share]),
            (convention("ACI2", "", "", ""), vec![Field::Conventions]),
            (convention(&own, "hier", "", ""), vec![Field::Conventions]),
            (convention(&own, "2026-01-02", "2026-01-01", ""), vec![Field::Conventions]),
            (convention(&own, "", "", "beaucoup"), vec![Field::Conventions]),
            (FicheForm { description: Some("a".repeat(3_001)), ..nothing() }, vec![Field::Description]),
            (FicheForm { decisions: vec![gone], ..nothing() }, vec![Field::Activities]),
            (
                FicheForm { hours: Some("x".into()), contact: Some("y".into()), ..nothing() },
                vec![Field::Hours, Field::Contact],
            ),
        ];
        for (form, fields) in wrong {
            match by_link(b).manage_save(sirets[0], &token, &form).await.expect("answered") {
                ManageOutcome::Saved { .. } => panic!("saved: {form:?}"),
                ManageOutcome::Refused(refused) => {
                    assert_eq!(refused.iter().map(|r| r.field).collect::<Vec<_>>(), fields, "{form:?}");
                }
            }
        }
        assert_eq!(b.store.structure_fetch(sirets[0]).await.expect("read"), before);
    }

    async fn a_calendar_is_kept_from_this_month_on(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(20, &|_, _| {}).await.expect("loaded");
        let siret = b.index.catalogue().structures().next().expect("one").structure.siret;
        let actor = Actor::Link(Grant::StructureManage(siret));
        let month = |text: &str| text.to_owned();
        // It is November 2026.
        for (months, full_until, kept) in [
            (vec![("2026-11", "120"), ("2027-01", "1 500"), ("2026-12", "")], "", "2026-11:120 2027-01:1500"),
            (vec![("2026-10", "5"), ("2027-11", "5"), ("rien", "x")], "", "2026-11:120 2027-01:1500"),
            (vec![], "2026-12", "2026-11:0 2026-12:0 2027-01:1500"),
            (vec![("2026-12", "0")], "plus", "2027-01:1500"),
            (vec![], "plus", "2027-01:1500"),
            (vec![], "", "2027-01:1500"),
        ] {
            let form = FicheForm {
                months: months.into_iter().map(|(of, hours)| (month(of), hours.to_owned())).collect(),
                full_until: full_until.to_owned(),
                ..FicheForm::default()
            };
            assert_eq!(b.manage_save(&actor, siret, &form).await.expect("answered"), SAVED, "{form:?}");
            let read = b.store.structure_fetch(siret).await.expect("read").expect("there");
            assert_eq!(read.calendar.to_string(), kept, "{form:?}");
            assert_eq!(b.structure_show(siret).expect("shown").facts.calendar, read.calendar);
        }
        // What is past is forgotten with the next save.
        fixture.clock.advance(86_400 * 100);
        let form = FicheForm { months: vec![(month("2027-03"), "7".into())], ..FicheForm::default() };
        assert_eq!(b.manage_save(&actor, siret, &form).await.expect("answered"), SAVED);
        let read = b.store.structure_fetch(siret).await.expect("read").expect("there");
        assert_eq!(read.calendar.to_string(), "2027-03:7");
    }
}
