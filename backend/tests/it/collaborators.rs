//! Needs that are prepared by several: with whom they are shared, what each may do, what they say; on both databases.

use crate::accounts::{address, signed_in};
use crate::fixture::{Fixture, on_both};
use crate::link::by_link;
use backend::error::Error;
use domain::access::{Actor, Collaboration, Refusal};
use domain::form::Field;
use domain::need::{MessageText, NeedForm, Topic};
use uuid::Uuid;

const AUTHOR: &str = "achats@ville.example";
const COLLEAGUE: &str = "camille@ville.example";

fn text(of: &str) -> MessageText {
    MessageText::parse(of, Field::Message).expect("a text")
}

pub fn refusal<T>(outcome: Result<T, Error>) -> Option<Refusal> {
    match outcome {
        Err(Error::Forbidden(refusal)) => Some(refusal),
        _ => None,
    }
}

/// A draft, and its author by the link of its mail.
pub async fn draft(fixture: &Fixture) -> (Uuid, Actor) {
    let form = NeedForm {
        title: "Entretien des espaces verts".into(),
        place: "Toulouse".into(),
        date: "12/01/2027".into(),
        email: AUTHOR.into(),
        ..NeedForm::default()
    };
    let b = &fixture.backend;
    let need = by_link(b).need_start(b.need_read(&form).expect("a good form")).await.expect("kept");
    let author = by_link(b).actor(&Fixture::token(&fixture.mails().await[0], "/besoins/preparer")).await;
    (need, author.expect("read"))
}

on_both! {
    async fn a_draft_is_shared_and_each_does_what_they_may(fixture) {
        let b = &fixture.backend;
        let (need, author) = draft(&fixture).await;
        let stranger = signed_in(&fixture, COLLEAGUE).await;
        assert_eq!(refusal(b.sharing_show(&stranger, need).await), Some(Refusal::NotAuthor));
        b.collaborator_set(&author, need, &address("Camille@Ville.example"), Collaboration::Reads).await.expect("shared");
        let mails = fixture.mails().await;
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].mail.to, address("Camille@Ville.example"));
        assert!(mails[0].mail.text.contains("peut lire"), "{}", mails[0].mail.text);

        let camille = signed_in(&fixture, COLLEAGUE).await;
        let space = b.space_show(&camille).await.expect("its own");
        assert_eq!(space.shared.iter().map(|(need, _)| need.id).collect::<Vec<_>>(), [need]);
        let view = b.sharing_show(&camille, need).await.expect("shared with it");
        assert_eq!((view.decides, view.comments_it, view.prepared.writes), (false, false, false));
        let step = async |actor: &Actor| {
            b.need_step(actor, need, |draft| Ok(domain::need::NeedDraft { description: "Plus".into(), ..draft.clone() })).await
        };
        assert_eq!(refusal(step(&camille).await), Some(Refusal::NotShared));
        assert_eq!(refusal(b.comment_write(&camille, need, Topic::Need, &text("Bien.")).await), Some(Refusal::NotShared));
        let other = address("autre@ville.example");
        assert_eq!(refusal(b.collaborator_set(&camille, need, &other, Collaboration::Writes).await), Some(Refusal::NotShared));

        b.collaborator_set(&author, need, &address(COLLEAGUE), Collaboration::Writes).await.expect("changed");
        let camille = signed_in(&fixture, COLLEAGUE).await;
        b.comment_write(&camille, need, Topic::Need, &text("=Bien")).await.expect("written");
        let export = b.account_export(&camille).await.expect("its own");
        assert_eq!((export.collaborations[0].may.as_str(), export.comments[0].text.as_str()), ("ecrit", "=Bien"));
        let csv = export.to_csv().expect("written");
        assert!(csv.contains("commentaire,") && csv.contains("'=Bien"), "inert: {csv}");
        fixture.mails().await;
        assert!(step(&camille).await.is_ok());
        assert_eq!(refusal(b.need_ask(&camille, need).await), Some(Refusal::NotShared), "publishing stays with the author");
        assert_eq!(b.sharing_show(&author, need).await.expect("its own").collaborators.len(), 1, "one address, once");

        b.collaborator_remove(&author, need, &address(COLLEAGUE)).await.expect("removed");
        let gone = b.collaborator_remove(&author, need, &address(COLLEAGUE)).await;
        assert!(matches!(gone, Err(Error::NotFound)), "once");
        let camille = signed_in(&fixture, COLLEAGUE).await;
        assert_eq!(refusal(b.sharing_show(&camille, need).await), Some(Refusal::NotAuthor));
        let own = b.collaborator_set(&author, need, &address("Achats@ville.example"), Collaboration::Reads).await;
        assert!(matches!(own, Err(Error::Refused(_))), "the author’s own address");
    }

    async fn a_right_that_is_taken_away_is_gone_at_once(fixture) {
        let b = &fixture.backend;
        let (need, author) = draft(&fixture).await;
        b.collaborator_set(&author, need, &address(COLLEAGUE), Collaboration::Reads).await.expect("shared");
        fixture.mails().await;
        let secret = crate::accounts::secret(&fixture, COLLEAGUE).await;
        let now = async || b.session_recognise(&secret).await.expect("read").actor;
        assert!(b.sharing_show(&now().await, need).await.is_ok());
        b.collaborator_remove(&author, need, &address(COLLEAGUE)).await.expect("removed");
        assert!(b.sharing_show(&now().await, need).await.is_err(), "in the session that was open");
    }

    async fn comments_reach_the_others_and_no_structure(fixture) {
        let b = &fixture.backend;
        let (need, author) = draft(&fixture).await;
        for who in [COLLEAGUE, "dominique@ville.example"] {
            b.collaborator_set(&author, need, &address(who), Collaboration::Comments).await.expect("shared");
        }
        let camille = signed_in(&fixture, COLLEAGUE).await;
        fixture.mails().await;
        b.comment_write(&camille, need, Topic::Subject, &text("La date est trop proche.")).await.expect("kept");
        let mails = fixture.mails().await;
        let mut told: Vec<String> = mails.iter().map(|sent| sent.mail.to.to_string()).collect();
        told.sort();
        assert_eq!(told, [AUTHOR, "dominique@ville.example"], "not who wrote it");
        assert!(mails[0].mail.text.contains("La date est trop proche.") && mails[0].mail.text.contains("L’objet"));
        b.comment_write(&author, need, Topic::Need, &text("Merci.")).await.expect("kept");
        assert_eq!(fixture.mails().await.len(), 2);
        let comments = b.sharing_show(&author, need).await.expect("its own").prepared.comments;
        let said: Vec<(Option<String>, Topic)> =
            comments.iter().map(|c| (c.by.as_ref().map(ToString::to_string), c.topic)).collect();
        assert_eq!(said, [(Some(COLLEAGUE.to_owned()), Topic::Subject), (Some(AUTHOR.to_owned()), Topic::Need)]);
    }

    async fn whoever_is_erased_is_forgotten_in_what_was_shared(fixture) {
        let b = &fixture.backend;
        let (need, author) = draft(&fixture).await;
        b.collaborator_set(&author, need, &address(COLLEAGUE), Collaboration::Comments).await.expect("shared");
        let camille = signed_in(&fixture, COLLEAGUE).await;
        b.comment_write(&camille, need, Topic::Need, &text("Bien.")).await.expect("kept");
        b.account_close(&camille, true).await.expect("asked");
        fixture.clock.advance(86_400 * 31);
        b.tidy().await.expect("tidied");
        let view = b.sharing_show(&author, need).await.expect("its own");
        assert_eq!(view.collaborators.len(), 0);
        assert_eq!(view.prepared.comments.iter().map(|c| c.by.clone()).collect::<Vec<_>>(), [None], "what was said stays");
    }
}
