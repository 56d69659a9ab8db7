//! What takes structures out of all that is proposed: their own opposition, a suspension, a merge; on both databases.

use crate::accounts::{address, signed_in};
use crate::exchange::{LOT, Told, text, told};
use crate::factor::administrator;
use crate::fixture::{Fixture, on_both};
use crate::link::by_link;
use backend::Backend;
use backend::error::Error;
use backend::index::Entry;
use backend::needs::AnswerForm;
use backend::store::{ChangeKind, Tied};
use backend::structures::{MergeView, SearchQuery};
use domain::access::{Actor, Grant, Rank, Refusal, Target};
use domain::need::{Answer, NeedForm, Selection};
use domain::siret::Siret;
use domain::structure::{Activity, MergeRefusal, Structure, Withdrawal};
use std::sync::Arc;
use uuid::Uuid;

const ADMINISTRATOR: &str = "presse@place.example";

fn forbidden<T>(outcome: Result<T, Error>) -> Option<Refusal> {
    match outcome {
        Err(Error::Forbidden(refusal)) => Some(refusal),
        _ => None,
    }
}

fn refused<T>(outcome: Result<T, Error>) -> Option<String> {
    match outcome {
        Err(Error::Refused(text)) => Some(text),
        _ => None,
    }
}

fn manages(siret: Siret) -> Actor {
    Actor::Link(Grant::StructureManage(siret))
}

async fn stored(b: &Backend, siret: Siret) -> Structure {
    b.store.structure_fetch(siret).await.expect("read").expect("there")
}

/// Changes a structure as an import does, and lets the index follow.
async fn saved(b: &Backend, siret: Siret, change: impl FnOnce(&mut Structure)) {
    let mut structure = stored(b, siret).await;
    change(&mut structure);
    let mut tx = b.store.begin().await.expect("begun");
    tx.structure_save(&structure, b.clock.now()).await.expect("saved");
    tx.outbox_push(ChangeKind::Structure, &[siret.to_string()], b.clock.now()).await.expect("pushed");
    tx.commit().await.expect("committed");
    b.index_follow().await.expect("followed");
}

async fn actions(b: &Backend, target: Target) -> Vec<String> {
    b.store.audit_list(target).await.expect("read").into_iter().map(|row| row.action).collect()
}

/// Whether a structure takes part: found by its number, ranked for a need, counted, listed. All of them, or none.
async fn takes_part(fixture: &Fixture, told: &Told, siret: Siret) -> bool {
    let b = &fixture.backend;
    let query = SearchQuery { words: siret.to_string(), ..SearchQuery::default() };
    let found = b.structure_search(&query).expect("searched");
    let is_found = found.cards.iter().any(|card| card.found.siret == siret);
    let ranking = b.need_matches(told.need, None).await.expect("ranked").ranking;
    let is_ranked = ranking.matches.iter().any(|(found, _)| found.siret == siret);
    let catalogue = b.index.catalogue();
    let is_listed = catalogue.structures().any(|entry: &Arc<Entry>| entry.structure.siret == siret);
    let all = b.store.structure_list().await.expect("read");
    let taking_part = all.iter().filter(|structure| structure.withdrawal().is_none()).count();
    assert_eq!(catalogue.len(), taking_part, "what is counted");
    assert_eq!((is_ranked, is_listed, b.structure_show(siret).is_ok()), (is_found, is_found, is_found));
    assert!(b.structure_known(siret).is_ok(), "its own pages go on");
    is_found
}

/// Publishes another need like the first one, before anybody is told of it.
async fn another(fixture: &Fixture) -> Uuid {
    let b = &fixture.backend;
    fixture.mails().await;
    let form = NeedForm {
        title: "Entretien des espaces verts".into(),
        place: "Toulouse".into(),
        date: "12/01/2027".into(),
        email: "achats@ville.example".into(),
        ..NeedForm::default()
    };
    by_link(b).need_send(b.need_read(&form).expect("a good form")).await.expect("sent");
    let confirm = Fixture::token(&fixture.mails().await[0], "/besoins/confirmer");
    by_link(b).need_publish(&confirm).await.expect("published")
}

/// The same: who is told.
async fn told_of_another(fixture: &Fixture) -> Vec<String> {
    another(fixture).await;
    let (mails, questions) = fixture.mails_and_questions().await;
    mails.iter().chain(&questions).map(|sent| sent.mail.to.to_string()).collect()
}

fn interested() -> AnswerForm {
    AnswerForm { answer: Answer::Interested, lots: Vec::new(), message: String::new(), replies: Vec::new() }
}

fn of(view: &MergeView, tied: Tied) -> (u64, u64) {
    let moved = view.moved.iter().find(|moved| moved.tied == tied).expect("every kind is counted");
    (moved.moved, moved.left)
}

on_both! {
    async fn a_structure_that_opposes_it_is_proposed_to_nobody_until_it_takes_that_back(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let (siret, link, contact) = told.structures[0].clone();
        b.need_answer(&link, told.need, siret, &interested()).await.expect("answered");
        fixture.mails().await;
        assert!(takes_part(&fixture, &told, siret).await);
        assert!(told_of_another(&fixture).await.contains(&contact));

        let other = manages(told.structures[1].0);
        assert_eq!(forbidden(b.matching_oppose(&other, siret).await), Some(Refusal::WrongLink));
        let administrator = administrator(&fixture, ADMINISTRATOR).await;
        assert_eq!(forbidden(b.matching_oppose(&administrator, siret).await), Some(Refusal::NotMember), "nobody else does");
        b.matching_oppose(&manages(siret), siret).await.expect("opposed");
        b.matching_oppose(&manages(siret), siret).await.expect("twice is once");
        assert_eq!(b.structure_known(siret).expect("known").structure.withdrawal(), Some(Withdrawal::Opposed));
        assert!(!takes_part(&fixture, &told, siret).await);
        fixture.clock.advance(15 * 86_400);
        let mails = told_of_another(&fixture).await;
        assert!(!mails.contains(&contact) && !mails.is_empty(), "{mails:?}");

        let follow = b.need_follow(&told.author, told.need).await.expect("its author");
        let answer = follow.answers.iter().find(|(row, _)| row.siret == siret).expect("what it answered stays");
        assert!(answer.1.is_some(), "with its name");
        assert!(follow.told.iter().any(|(row, entry)| row.siret == siret && entry.is_some()));
        b.message_write(&link, told.need, siret, LOT, &text("Toujours là.")).await.expect("it still writes");
        let view = b.manage_show(&manages(siret), siret).await.expect("its own page");
        assert!(view.opposes && view.needs.is_empty());
        fixture.mails().await;

        saved(b, siret, |structure| structure.description = "Un fichier plus récent".to_owned()).await;
        assert!(!takes_part(&fixture, &told, siret).await, "what is written of it does not bring it back");
        b.index.rebuild(&b.store).await.expect("rebuilt");
        assert!(!takes_part(&fixture, &told, siret).await, "nor does a new index");

        b.matching_resume(&manages(siret), siret).await.expect("taken back");
        b.matching_resume(&manages(siret), siret).await.expect("twice is once");
        assert!(takes_part(&fixture, &told, siret).await);
        let mails = fixture.mails().await;
        assert!(mails.iter().all(|sent| sent.mail.to.as_str() == contact), "{mails:?}");
        assert_eq!(mails.len(), 1, "of the open need that it was not told of");
        let written = actions(b, Target::Structure(siret)).await;
        let count = |action: &str| written.iter().filter(|written| *written == action).count();
        assert_eq!((count("matching_oppose"), count("matching_resume")), (1, 1), "{written:?}");
    }

    async fn a_mail_that_waits_is_not_sent_to_a_structure_that_opposes_it_meanwhile(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let (siret, _, contact) = told.structures[0].clone();
        let need = another(&fixture).await;
        b.matching_oppose(&manages(siret), siret).await.expect("opposed");
        let mails = fixture.mails().await;
        assert!(mails.iter().all(|sent| sent.mail.to.as_str() != contact), "{mails:?}");
        let rows = b.store.match_list(need).await.expect("read");
        assert!(!rows.is_empty() && rows.iter().all(|row| row.siret != siret), "nor is it said to be told");
    }

    async fn a_structure_is_suspended_with_a_reason_that_it_reads(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let (siret, _, contact) = told.structures[0].clone();
        let administrator = administrator(&fixture, ADMINISTRATOR).await;
        let stranger = signed_in(&fixture, "autre@ville.example").await;
        assert_eq!(forbidden(b.structure_suspend(&stranger, siret, "Fermée").await), Some(Refusal::NotAdministrator));
        assert_eq!(forbidden(b.structure_suspend(&manages(siret), siret, "Fermée").await), Some(Refusal::NoAccount));
        assert!(refused(b.structure_suspend(&administrator, siret, "  ").await).is_some(), "it is told why");
        assert!(refused(b.structure_resume(&administrator, siret).await).is_some(), "it is not suspended");
        let unknown = b.structure_suspend(&administrator, Siret::with_key(999, 1), "Fermée").await;
        assert!(matches!(unknown, Err(Error::NotFound)));
        fixture.mails().await;
        b.structure_suspend(&administrator, siret, " Elle a fermé. ").await.expect("suspended");
        let mails = fixture.mails().await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        assert_eq!(mails[0].mail.to.as_str(), contact);
        assert!(mails[0].mail.text.contains("Elle a fermé."), "{}", mails[0].mail.text);
        assert!(refused(b.structure_suspend(&administrator, siret, "Encore").await).is_some(), "once");
        assert!(!takes_part(&fixture, &told, siret).await);
        let token = Fixture::token(&mails[0], "/gerer");
        let own = by_link(b).manage_show(siret, &token).await.expect("it reads its page");
        assert_eq!(own.structure.withdrawal(), Some(Withdrawal::Suspended("Elle a fermé.")));
        let corrected = domain::structure::fiche::FicheForm {
            description: Some("Corrigée".into()), ..domain::structure::fiche::FicheForm::default()
        };
        by_link(b).manage_save(siret, &token, &corrected).await.expect("and corrects it");
        assert!(!takes_part(&fixture, &told, siret).await);
        assert!(fixture.mails().await.is_empty(), "nothing is proposed to it");

        // Each stands by itself: what the structure asked for stays when the suspension ends.
        b.matching_oppose(&manages(siret), siret).await.expect("opposed");
        b.structure_resume(&administrator, siret).await.expect("resumed");
        assert_eq!(fixture.mails().await.len(), 1, "it learns so");
        assert_eq!(stored(b, siret).await.withdrawal(), Some(Withdrawal::Opposed));
        assert!(!takes_part(&fixture, &told, siret).await);
        b.matching_resume(&manages(siret), siret).await.expect("taken back");
        assert!(takes_part(&fixture, &told, siret).await);
        let written = actions(b, Target::Structure(siret)).await;
        for action in ["structure_suspend", "structure_resume"] {
            assert_eq!(written.iter().filter(|written| *written == action).count(), 1, "{written:?}");
        }
    }

    async fn a_file_brings_nothing_back(fixture) {
        const FILE: &str = "\
source,kind,siret,nom,naf,adresse,code_postal,ville,description
essai,ACI,00000000100016,LES JARDINS,8130Z,1 rue,31000,Toulouse,Espaces verts
essai,EI,00000000200014,LES JARDINS BIS,8130Z,1 rue,31000,Toulouse,Espaces verts
";
        let b = &fixture.backend;
        let import = async |file: &str| b.import_structures(file.as_bytes(), &|_, _| {}).await.expect("imported");
        import(FILE).await;
        let administrator = administrator(&fixture, ADMINISTRATOR).await;
        let [one, other] = ["00000000100016", "00000000200014"].map(|siret| Siret::parse(siret).expect("a SIRET"));
        let query = SearchQuery { words: "jardins".into(), ..SearchQuery::default() };
        let found = || b.structure_search(&query).expect("searched").cards.len();
        assert_eq!(found(), 2);
        b.structure_merge(&administrator, other, one).await.expect("merged");
        assert_eq!(found(), 1);
        let again = import(FILE).await;
        assert_eq!(again.created, 0);
        import(&FILE.replace("1 rue", "2 rue")).await;
        assert_eq!((found(), stored(b, other).await.address.as_str()), (1, "2 rue"));
        assert_eq!(stored(b, other).await.withdrawal(), Some(Withdrawal::MergedInto(one)));
        b.structure_suspend(&administrator, one, "Fermée").await.expect("suspended");
        import(&FILE.replace("1 rue", "3 rue")).await;
        assert_eq!((found(), stored(b, one).await.address.as_str()), (0, "3 rue"));
    }

    async fn what_cannot_be_made_one_says_what_to_do(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        let administrator = administrator(&fixture, ADMINISTRATOR).await;
        let sirets: Vec<Siret> = b.index.catalogue().structures().map(|e| e.structure.siret).take(4).collect();
        let [one, two, three, four] = sirets[..] else { panic!("four") };
        let stranger = signed_in(&fixture, "autre@ville.example").await;
        assert_eq!(forbidden(b.merge_show(&stranger, one, two).await), Some(Refusal::NotAdministrator));
        assert_eq!(forbidden(b.structure_merge(&stranger, one, two).await), Some(Refusal::NotAdministrator));
        assert_eq!(forbidden(b.structure_separate(&stranger, one).await), Some(Refusal::NotAdministrator));
        b.structure_merge(&administrator, one, two).await.expect("merged");
        let unknown = Siret::with_key(999, 1);
        for (duplicate, kept, refusal) in [
            (two, two, MergeRefusal::Itself),
            (unknown, two, MergeRefusal::Unknown(unknown)),
            (two, unknown, MergeRefusal::Unknown(unknown)),
            (one, three, MergeRefusal::Merged { duplicate: one, into: two }),
            (three, one, MergeRefusal::KeptIsMerged { kept: one, into: two }),
            (two, one, MergeRefusal::KeptIsMerged { kept: one, into: two }),
        ] {
            let expected = Some(refusal.sentence());
            assert_eq!(refused(b.merge_show(&administrator, duplicate, kept).await), expected, "{refusal:?}");
            assert_eq!(refused(b.structure_merge(&administrator, duplicate, kept).await), expected, "{refusal:?}");
        }
        assert!(refused(b.structure_separate(&administrator, three).await).is_some(), "it is no duplicate");
        b.structure_merge(&administrator, two, three).await.expect("whoever stayed may go");
        b.merge_show(&administrator, four, three).await.expect("shown");
        assert_eq!(stored(b, four).await.withdrawal(), None, "looking at it does nothing");
        let seen = b.administered_show(&administrator, three).expect("shown");
        assert_eq!(seen.duplicates.iter().map(|e| e.structure.siret).collect::<Vec<_>>(), [two]);
    }

    async fn a_duplicate_gives_what_hangs_on_it_and_can_be_seen_again(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let administrator = administrator(&fixture, ADMINISTRATOR).await;
        let [(duplicate, by_duplicate, contact), (kept, by_kept, _), ..] = &told.structures[..] else { panic!("two") };
        let (duplicate, kept) = (*duplicate, *kept);
        let head = signed_in(&fixture, contact).await;
        b.membership_ask(&head, duplicate).await.expect("its contact joins");
        let head = signed_in(&fixture, contact).await;
        b.colleague_invite(&head, duplicate, &address("dominique@atelier.example"), Rank::Member).await.expect("invited");
        let keeper = signed_in(&fixture, "achats@ville.example").await;
        let both = b.favourites_begin(&keeper, "Les deux").await.expect("begun");
        let lone = b.favourites_begin(&keeper, "Une").await.expect("begun");
        for (list, siret) in [(both, duplicate), (both, kept), (lone, duplicate)] {
            b.favourite_set(&keeper, list, siret, "Vue en mai").await.expect("kept");
        }
        // Of one need both have said something, of the other only the duplicate.
        b.need_answer(by_duplicate, told.need, duplicate, &interested()).await.expect("answered");
        b.message_write(by_duplicate, told.need, duplicate, LOT, &text("Bonjour")).await.expect("written");
        b.need_answer(by_kept, told.need, kept, &interested()).await.expect("answered");
        let other = another(&fixture).await;
        fixture.mails().await;
        b.need_answer(&Actor::Link(Grant::NeedAnswer(other, duplicate)), other, duplicate, &interested()).await.expect("answered");
        b.message_write(&Actor::Link(Grant::NeedAnswer(other, duplicate)), other, duplicate, LOT, &text("Quand ?")).await.expect("written");
        let note = Selection { lot: LOT, siret: duplicate, is_shortlisted: true, note: "À voir".into() };
        b.selection_keep(&Actor::Link(Grant::NeedFollow(other)), other, &note).await.expect("noted");
        // One activity is of both, one of the duplicate alone.
        let shared = stored(b, kept).await.activities[0].clone();
        let alone = domain::sector::Sectors::get().parse("traductions").expect("a sector");
        saved(b, duplicate, |structure| {
            structure.activities = vec![shared.clone(), Activity { sector: alone, ..shared.clone() }];
        }).await;
        saved(b, kept, |structure| {
            structure.activities = vec![shared.clone()];
            structure.contact = None;
        }).await;
        fixture.mails().await;

        let shown = b.merge_show(&administrator, duplicate, kept).await.expect("shown");
        assert!(takes_part(&fixture, &told, duplicate).await, "nothing is done yet");
        let merged = b.structure_merge(&administrator, duplicate, kept).await.expect("merged");
        assert_eq!(shown.moved, merged.moved, "what is said is what is done");
        for (tied, moved, left) in [
            (Tied::Activities, 1, 1),
            (Tied::Members, 1, 0),
            (Tied::Invitations, 1, 0),
            (Tied::Delegations, 0, 0),
            (Tied::Favourites, 1, 1),
            (Tied::Answers, 1, 1),
            (Tied::Messages, 1, 1),
            (Tied::Selections, 1, 0),
            (Tied::Reports, 0, 0),
        ] {
            assert_eq!(of(&merged, tied), (moved, left), "{tied:?}");
        }
        assert!(merged.gives_contact && !merged.gives_opposition());
        let stays = stored(b, kept).await;
        assert_eq!(stays.contact.as_ref().map(|contact| contact.as_str()), Some(contact.as_str()));
        assert_eq!(stays.activities.iter().map(|of| of.sector.slug()).collect::<Vec<_>>().len(), 2);
        assert!(!takes_part(&fixture, &told, duplicate).await);
        assert!(takes_part(&fixture, &told, kept).await);
        let head = signed_in(&fixture, contact).await;
        let own = b.space_show(&head).await.expect("its own");
        assert_eq!(own.structures.iter().map(|own| own.entry.structure.siret).collect::<Vec<_>>(), [kept]);
        let answered = b.need_follow(&Actor::Link(Grant::NeedFollow(other)), other).await.expect("shown");
        assert!(answered.answers.iter().all(|(row, _)| row.siret == kept) && answered.messages.iter().all(|m| m.siret == kept));
        let first = b.need_follow(&told.author, told.need).await.expect("shown");
        let said = |siret| first.answers.iter().any(|(row, entry)| row.siret == siret && entry.is_some());
        assert!(said(duplicate) && said(kept), "both voices stay");
        let lists = b.favourites_show(&keeper, both).await.expect("its own");
        assert_eq!((lists.entries.len(), lists.withdrawn), (1, 1));
        assert_eq!(b.favourites_show(&keeper, lone).await.expect("its own").entries[0].0.structure.siret, kept);
        let target = Target::Duplicate { duplicate, kept };
        assert_eq!(actions(b, target).await, ["structure_merge"]);
        let counts = |b: &Backend, need| b.need_show(need).map(|entry| (entry.told, entry.interested)).expect("shown");
        let before = [counts(b, told.need), counts(b, other)];
        b.index.rebuild(&b.store).await.expect("rebuilt");
        assert_eq!([counts(b, told.need), counts(b, other)], before, "what is counted follows");

        assert_eq!(b.structure_separate(&administrator, duplicate).await.expect("separated"), kept);
        assert!(b.structure_show(duplicate).is_ok(), "it is seen again");
        assert_eq!(stored(b, duplicate).await.activities.len(), 1, "what moved stays");
        assert!(actions(b, Target::Structure(duplicate)).await.contains(&"structure_separate".to_owned()));
    }

    async fn who_opposed_it_is_not_proposed_under_another_number(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        let administrator = administrator(&fixture, ADMINISTRATOR).await;
        let sirets: Vec<Siret> = b.index.catalogue().structures().map(|e| e.structure.siret).take(2).collect();
        b.matching_oppose(&manages(sirets[0]), sirets[0]).await.expect("opposed");
        let merged = b.structure_merge(&administrator, sirets[0], sirets[1]).await.expect("merged");
        assert!(merged.gives_opposition());
        assert_eq!(stored(b, sirets[1]).await.withdrawal(), Some(Withdrawal::Opposed));
    }
}
