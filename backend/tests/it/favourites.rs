//! Lists of structures that people keep: their own, shared with an organisation, taken away as tables.

use crate::accounts::signed_in;
use crate::collaborators::refusal;
use crate::fixture::{Fixture, on_both};
use backend::accounts::{FAVOURITE_NOTE_MAX, LIST_NAME_MAX, LISTS_MAX, OrganisationBegun};
use backend::error::Error;
use backend::retention::Run;
use backend::sheet::{Cell, SheetFormat};
use backend::structures::StructureColumn;
use domain::access::{Actor, OrganisationId, Rank, Refusal};
use domain::organisation::{OrganisationAsked, OrganisationKind};
use domain::privacy::CLOSING_DAYS;
use domain::siret::Siret;

const OWNER: &str = "achats@ville.example";

async fn sirets(fixture: &Fixture) -> Vec<Siret> {
    let b = &fixture.backend;
    b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
    fixture.mails().await;
    b.index.catalogue().structures().map(|entry| entry.structure.siret).take(3).collect()
}

async fn organisation(fixture: &Fixture, owner: &Actor, colleague: &str) -> OrganisationId {
    let b = &fixture.backend;
    let asked =
        OrganisationAsked { name: "Ville de Lac".to_owned(), kind: OrganisationKind::ALL[0], siret: None };
    let OrganisationBegun::Begun(id) = b.organisation_begin(owner, &asked).await.expect("begun") else {
        panic!("it has no SIRET");
    };
    let owner = signed_in(fixture, OWNER).await;
    b.colleague_invite(&owner, id, &crate::accounts::address(colleague), Rank::Responsible)
        .await
        .expect("invited");
    b.invitation_answer(&signed_in(fixture, colleague).await, id, true).await.expect("joined");
    id
}

on_both! {
    async fn a_list_is_its_owners_until_it_is_shared(fixture) {
        let b = &fixture.backend;
        let sirets = sirets(&fixture).await;
        let owner = signed_in(&fixture, OWNER).await;
        let list = b.favourites_begin(&owner, "  Espaces   verts ").await.expect("begun");
        b.favourite_set(&owner, list, sirets[0], "Vue en  mai").await.expect("put on");
        b.favourite_set(&owner, list, sirets[1], "").await.expect("put on");
        b.favourite_set(&owner, list, sirets[0], "Vue en juin").await.expect("noted");
        let view = b.favourites_show(&owner, list).await.expect("its own");
        assert_eq!((view.list.name.as_str(), view.list.count), ("Espaces verts", 2));
        let kept: Vec<_> = view.entries.iter().map(|(e, note)| (e.structure.siret, note.as_str())).collect();
        assert_eq!(kept, [(sirets[0], "Vue en juin"), (sirets[1], "")]);

        let other = signed_in(&fixture, "direction@ville.example").await;
        for outcome in [
            b.favourites_show(&other, list).await.map(|_| ()),
            b.favourite_set(&other, list, sirets[2], "").await,
            b.favourite_drop(&other, list, sirets[0]).await,
            b.favourites_share(&other, list, None).await,
            b.favourites_drop(&other, list).await,
            b.favourites_sheet(&other, list, &StructureColumn::ALL).await.map(|_| ()),
        ] {
            assert_eq!(refusal(outcome), Some(Refusal::NotYours));
        }

        let id = organisation(&fixture, &owner, "direction@ville.example").await;
        let owner = signed_in(&fixture, OWNER).await;
        let foreign = b.favourites_share(&owner, list, Some(OrganisationId(list))).await;
        assert!(matches!(foreign, Err(Error::Refused(_))), "{foreign:?}");
        b.favourites_share(&owner, list, Some(id)).await.expect("shared");
        let other = signed_in(&fixture, "direction@ville.example").await;
        assert_eq!(b.favourites_own(&other).await.expect("seen").len(), 1);
        b.favourite_set(&other, list, sirets[2], "Aussi").await.expect("kept together");
        assert_eq!(refusal(b.favourites_share(&other, list, None).await), Some(Refusal::NotYours), "the owner's to say");

        // Who leaves the job leaves what it shares, and nothing else.
        let alone = b.favourites_begin(&owner, "À moi").await.expect("begun");
        assert_eq!(b.account_export(&owner).await.expect("its own").lists.len(), 2);
        b.account_close(&owner, true).await.expect("to be erased");
        fixture.clock.advance((CLOSING_DAYS + 1) * 86_400);
        b.retention_run(Run::Erase).await.expect("erased");
        let other = signed_in(&fixture, "direction@ville.example").await;
        let view = b.favourites_show(&other, list).await.expect("stays");
        assert_eq!((view.entries.len(), view.list.owner), (3, None));
        assert!(matches!(b.favourites_show(&other, alone).await, Err(Error::NotFound)));
        b.favourite_drop(&other, list, sirets[0]).await.expect("taken off");
        assert!(matches!(b.favourite_drop(&other, list, sirets[0]).await, Err(Error::NotFound)), "once");
        b.favourites_drop(&other, list).await.expect("dropped by a responsable");
        assert!(b.favourites_own(&other).await.expect("seen").is_empty());
    }

    async fn what_is_too_long_or_too_many_is_refused(fixture) {
        let b = &fixture.backend;
        let sirets = sirets(&fixture).await;
        let owner = signed_in(&fixture, OWNER).await;
        for name in ["", "  ", &"é".repeat(LIST_NAME_MAX + 1)] {
            let outcome = b.favourites_begin(&owner, name).await;
            assert!(matches!(outcome, Err(Error::Refused(_))), "« {name} »");
        }
        let list = b.favourites_begin(&owner, &"é".repeat(LIST_NAME_MAX)).await.expect("begun");
        let long = b.favourite_set(&owner, list, sirets[0], &"é".repeat(FAVOURITE_NOTE_MAX + 1)).await;
        assert!(matches!(long, Err(Error::Refused(_))), "{long:?}");
        let unknown = b.favourite_set(&owner, list, Siret::with_key(999_999, 9), "").await;
        assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
        for n in 1..LISTS_MAX {
            b.favourites_begin(&owner, &format!("Liste {n}")).await.expect("begun");
        }
        let one_more = b.favourites_begin(&owner, "Une de trop").await;
        assert!(matches!(one_more, Err(Error::Refused(_))), "{one_more:?}");
    }

    async fn a_list_is_taken_away_with_the_columns_that_are_chosen(fixture) {
        let b = &fixture.backend;
        let sirets = sirets(&fixture).await;
        let owner = signed_in(&fixture, OWNER).await;
        let list = b.favourites_begin(&owner, "Espaces verts").await.expect("begun");
        b.favourite_set(&owner, list, sirets[0], "=HYPERLINK(\"https://x.example\")").await.expect("put on");
        let columns = StructureColumn::chosen(["nom", "siret", "contact"].into_iter());
        assert_eq!(columns, [StructureColumn::Siret, StructureColumn::Name], "in their order; a contact is no column");
        let sheet = b.favourites_sheet(&owner, list, &columns).await.expect("its own");
        assert_eq!(sheet.head, ["SIRET", "nom", "note"]);
        assert_eq!(sheet.rows[0][0], Cell::from(sirets[0].to_string()));
        let csv = String::from_utf8(sheet.to_file(SheetFormat::Csv).expect("written")).expect("text");
        assert!(!csv.contains(",=HYPERLINK") && !csv.contains(",\"=HYPERLINK"), "{csv}");
        let whole = b.favourites_sheet(&owner, list, &StructureColumn::chosen([].into_iter())).await.expect("its own");
        assert_eq!(whole.head.len(), StructureColumn::ALL.len() + 1);
        let contact = b.store.structure_fetch(sirets[0]).await.expect("read").expect("there").contact;
        let all = String::from_utf8(whole.to_file(SheetFormat::Csv).expect("written")).expect("text");
        assert!(contact.is_none_or(|contact| !all.contains(contact.as_str())), "never public");
    }
}
