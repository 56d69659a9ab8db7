//! Organisations of acheteurs: begun, found, joined; what is shared with them, and who goes on when somebody leaves.

use crate::accounts::{address, signed_in};
use crate::collaborators::{draft, refusal};
use crate::fixture::{Fixture, on_both};
use backend::Backend;
use backend::accounts::{OrganisationBegun, OrganisationJoin};
use backend::error::Error;
use backend::retention::Run;
use domain::access::{Actor, OrganisationId, Rank, Refusal};
use domain::legal::BuyerCategory;
use domain::organisation::{OrganisationAsked, OrganisationKind};
use domain::privacy::{CLOSING_DAYS, INVITATION_DAYS, Kept};
use domain::siret::Siret;

const AUTHOR: &str = "achats@ville.example";
const DAY: i64 = 86_400;

fn town(siret: Option<Siret>) -> OrganisationAsked {
    let kind = OrganisationKind::Buyer(BuyerCategory::Local);
    OrganisationAsked { name: "Ville de Lac".to_owned(), kind, siret }
}

async fn begun(b: &Backend, actor: &Actor, siret: Option<Siret>) -> OrganisationId {
    match b.organisation_begin(actor, &town(siret)).await.expect("begun") {
        OrganisationBegun::Begun(id) => id,
        OrganisationBegun::Known(known) => panic!("{known:?}"),
    }
}

/// Somebody whom a responsable accepted, as its next request finds it.
async fn accepted(fixture: &Fixture, head: &Actor, id: OrganisationId, who: &str) -> Actor {
    let b = &fixture.backend;
    let actor = signed_in(fixture, who).await;
    assert_eq!(b.organisation_ask(&actor, id).await.expect("asked"), OrganisationJoin::Asked);
    let account = actor.account().expect("signed in").id;
    b.organisation_answer(head, id, account, true).await.expect("accepted");
    signed_in(fixture, who).await
}

on_both! {
    async fn an_organisation_is_found_and_joined_when_a_responsable_accepts(fixture) {
        let b = &fixture.backend;
        let siret = Siret::with_key(777, 1);
        let head = signed_in(&fixture, AUTHOR).await;
        let id = begun(b, &head, Some(siret)).await;
        let head = signed_in(&fixture, AUTHOR).await;
        assert_eq!(head.account().expect("signed in").rank_in(id), Some(Rank::Responsible));
        fixture.mails().await;

        // The same domain proposes; another one, or a mailbox that anybody has, proposes nothing.
        for (who, sought, found) in [
            ("camille@ville.example", "", 1),
            ("camille@autre.example", "", 0),
            ("camille@gmail.com", "", 0),
            ("camille@autre.example", "ville de lac", 1),
            ("camille@autre.example", "Ville", 0),
            ("camille@autre.example", &siret.to_string(), 1),
            (AUTHOR, "ville de lac", 0),
        ] {
            let actor = signed_in(&fixture, who).await;
            let view = b.organisation_find(&actor, sought).await.expect("looked for");
            assert_eq!(view.proposed.len(), found, "{who} « {sought} »");
        }
        let camille = signed_in(&fixture, "camille@ville.example").await;
        let seen = b.organisation_show(&camille, id).await;
        assert_eq!(refusal(seen), Some(Refusal::NotOrganisationMember), "a domain grants nothing");

        fixture.mails().await;
        assert_eq!(b.organisation_ask(&camille, id).await.expect("asked"), OrganisationJoin::Asked);
        assert_eq!(b.organisation_ask(&camille, id).await.expect("again"), OrganisationJoin::Waits);
        let mails = fixture.mails().await;
        assert_eq!(mails.iter().map(|m| m.mail.to.clone()).collect::<Vec<_>>(), [address(AUTHOR)], "once");
        let members = format!("/espace/organisations/{}/membres", id.0);
        assert!(mails[0].mail.text.contains(&members), "{}", mails[0].mail.text);

        let account = camille.account().expect("signed in").id;
        let by_itself = b.organisation_answer(&camille, id, account, true).await;
        assert_eq!(refusal(by_itself), Some(Refusal::NotOrganisationMember));
        let view = b.colleague_list(&head, id).await.expect("its own");
        assert_eq!((view.requests.len(), view.name.as_str(), view.decides), (1, "Ville de Lac", true));
        b.organisation_answer(&head, id, account, true).await.expect("accepted");
        assert!(matches!(b.organisation_answer(&head, id, account, true).await, Err(Error::NotFound)), "once");
        assert_eq!(fixture.mails().await[0].mail.to, address("camille@ville.example"));
        let camille = signed_in(&fixture, "camille@ville.example").await;
        assert_eq!(camille.account().expect("signed in").rank_in(id), Some(Rank::Member));
        assert!(b.organisation_show(&camille, id).await.is_ok());
        assert_eq!(b.organisation_ask(&camille, id).await.expect("asked"), OrganisationJoin::Already);

        // Declined: nothing is gained.
        let other = signed_in(&fixture, "curieux@autre.example").await;
        b.organisation_ask(&other, id).await.expect("asked");
        b.organisation_answer(&head, id, other.account().expect("signed in").id, false).await.expect("declined");
        let other = signed_in(&fixture, "curieux@autre.example").await;
        assert_eq!(other.account().expect("signed in").rank_in(id), None);

        let alone = b.membership_leave(&head, id).await;
        assert!(matches!(alone, Err(Error::Refused(_))), "somebody decides: {alone:?}");
        b.colleague_change(&head, id, account, Rank::Responsible).await.expect("named");
        b.membership_leave(&head, id).await.expect("another decides");
    }

    async fn two_organisations_do_not_have_one_siret(fixture) {
        let b = &fixture.backend;
        let siret = Siret::with_key(778, 1);
        let head = signed_in(&fixture, AUTHOR).await;
        let id = begun(b, &head, Some(siret)).await;
        let other = signed_in(&fixture, "pirate@autre.example").await;
        match b.organisation_begin(&other, &town(Some(siret))).await.expect("read") {
            OrganisationBegun::Known(known) => assert_eq!((known.id, known.is_vouched), (id, false)),
            OrganisationBegun::Begun(id) => panic!("a second one: {id:?}"),
        }
        let other = signed_in(&fixture, "pirate@autre.example").await;
        assert_eq!(other.account().expect("signed in").organisations().count(), 0);
        begun(b, &other, None).await;
    }

    async fn a_need_is_shared_with_an_organisation_and_goes_on_when_its_author_leaves(fixture) {
        let b = &fixture.backend;
        let (need, by_link) = draft(&fixture).await;
        let author = signed_in(&fixture, AUTHOR).await;
        let id = begun(b, &author, None).await;
        let author = signed_in(&fixture, AUTHOR).await;
        let chief = accepted(&fixture, &author, id, "direction@ville.example").await;
        let agent = accepted(&fixture, &author, id, "agent@ville.example").await;
        for actor in [&agent, &chief] {
            assert_eq!(refusal(b.sharing_show(actor, need).await), Some(Refusal::NotAuthor), "not shared");
        }
        let elsewhere = signed_in(&fixture, "autre@region.example").await;
        let region = begun(b, &elsewhere, None).await;
        let foreign = b.need_share(&author, need, Some(region)).await;
        assert!(matches!(foreign, Err(Error::Refused(_))), "{foreign:?}");
        b.need_share(&by_link, need, Some(id)).await.expect("the address is the proof");

        let chief_id = chief.account().expect("signed in").id;
        b.colleague_change(&author, id, chief_id, Rank::Responsible).await.expect("named");
        let chief = signed_in(&fixture, "direction@ville.example").await;
        let view = b.organisation_show(&agent, id).await.expect("its own");
        assert_eq!(view.needs.iter().map(|own| own.need.id).collect::<Vec<_>>(), [need]);
        let seen = b.sharing_show(&agent, need).await.expect("shared");
        assert_eq!((seen.decides, seen.comments_it, seen.prepared.writes, seen.takes_over), (false, true, true, false));
        assert_eq!(refusal(b.need_share(&agent, need, None).await), Some(Refusal::NotOrganisationResponsible));
        assert_eq!(refusal(b.need_take_over(&agent, need).await), Some(Refusal::NotOrganisationResponsible));
        assert_eq!(refusal(b.sharing_show(&elsewhere, need).await), Some(Refusal::NotAuthor));

        // A colleague begins another one like it: that is theirs, and the organisation's.
        let copy = b.need_duplicate(&agent, need).await.expect("begun");
        assert_eq!((copy.author, copy.organisation), (Some(address("agent@ville.example")), Some(id)));

        fixture.mails().await;
        b.need_take_over(&chief, need).await.expect("taken over");
        let mails = fixture.mails().await;
        assert_eq!(mails.iter().map(|m| m.mail.to.clone()).collect::<Vec<_>>(), [address(AUTHOR)]);
        let now = b.store.need_fetch(need).await.expect("read").expect("there");
        assert_eq!(now.author, Some(address("direction@ville.example")));
        assert_eq!(now.link_number, 1, "the links of the author before are good no more");
        b.need_take_over(&chief, need).await.expect("nothing to do");
        assert!(fixture.mails().await.is_empty());

        // Who leaves the job leaves its needs to who stays.
        b.account_close(&chief, true).await.expect("to be erased");
        fixture.clock.advance((CLOSING_DAYS + 1) * DAY);
        assert_eq!(b.retention_run(Run::Erase).await.expect("erased").iter().filter(|d| d.kept == Kept::ClosingAccount).map(|d| d.count).sum::<i64>(), 1);
        let now = b.store.need_fetch(need).await.expect("read").expect("there");
        assert_eq!(now.author, Some(address(AUTHOR)), "the responsable who stays");
        assert_eq!(now.organisation, Some(id));
        let agent = signed_in(&fixture, "agent@ville.example").await;
        assert!(b.sharing_show(&agent, need).await.is_ok());
        b.membership_leave(&agent, id).await.expect("left");
        let agent = signed_in(&fixture, "agent@ville.example").await;
        assert_eq!(refusal(b.sharing_show(&agent, need).await), Some(Refusal::NotAuthor));
    }

    async fn nobody_waits_for_ever_to_be_accepted(fixture) {
        let b = &fixture.backend;
        let head = signed_in(&fixture, AUTHOR).await;
        let id = begun(b, &head, None).await;
        let camille = signed_in(&fixture, "camille@ville.example").await;
        b.organisation_ask(&camille, id).await.expect("asked");
        let export = b.account_export(&camille).await.expect("its own");
        assert_eq!(export.requests, [id.0.to_string()]);
        assert!(export.to_csv().expect("written").contains(&id.0.to_string()));
        fixture.clock.advance((INVITATION_DAYS + 1) * DAY);
        let done = b.retention_run(Run::Erase).await.expect("erased");
        assert_eq!(done.iter().find(|d| d.kept == Kept::OrganisationRequest).map(|d| d.count), Some(1));
        assert_eq!(b.organisation_ask(&camille, id).await.expect("again"), OrganisationJoin::Asked);
    }
}
