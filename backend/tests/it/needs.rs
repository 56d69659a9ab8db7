//! A need from its form to the answers, on both databases.

use crate::fixture::{self, Fixture, on_both};
use crate::link::by_link;
use backend::error::Error;
use backend::needs::{AnswerForm, LotMatches, NeedQuery};
use domain::access::Grant;
use domain::need::Answer;
use domain::need::NeedForm;

fn form() -> NeedForm {
    NeedForm {
        title: "Entretien des espaces verts de trois parcs".into(),
        place: "Toulouse".into(),
        date: "12/01/2027".into(),
        email: "achats@ville.example".into(),
        ..NeedForm::default()
    }
}

fn says(answer: Answer, message: &str) -> AnswerForm {
    AnswerForm { answer, lots: Vec::new(), message: message.to_owned(), replies: Vec::new() }
}

on_both! {
    async fn from_the_form_to_the_answer(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(400, &|_, _| {}).await.expect("loaded");
        let preview = b.need_preview(&form()).expect("previewed").expect("place and sector are known");
        let id = by_link(b).need_send(b.need_read(&form()).expect("a good form")).await.expect("sent");

        let mails = fixture.mails().await;
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].mail.to.as_str(), "achats@ville.example");
        let token = Fixture::token(&mails[0], "/besoins/confirmer");
        assert!(matches!(b.need_show(id), Err(Error::NotFound)), "not published before the button");
        assert_eq!(by_link(b).need_of_publish_link(&token).await.expect("a link").id, id);
        assert!(matches!(b.need_show(id), Err(Error::NotFound)), "opening the link publishes nothing");

        assert_eq!(by_link(b).need_publish(&token).await.expect("published"), id);
        assert_eq!(by_link(b).need_publish(&token).await.expect("a second time changes nothing"), id);
        let LotMatches { entry, ranking, .. } = b.need_matches(id, None).await.expect("ranked");
        assert_eq!(entry.need.draft.title, form().title);
        assert_eq!(ranking.tiers(), preview.tiers);

        let mails = fixture.mails().await;
        let (author, told): (Vec<_>, Vec<_>) = mails.into_iter().partition(|m| m.mail.to.as_str() == "achats@ville.example");
        assert_eq!((author.len(), u64::try_from(told.len()).expect("few")), (1, preview.reachable));
        let mut ids: Vec<&str> = told.iter().map(|m| m.message_id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), told.len(), "one Message-ID each");
        assert!(fixture.mails().await.is_empty(), "nobody is told twice");

        let answer = Fixture::token(&told[0], "/besoins/repondre");
        let follow = Fixture::token(&author[0], "/besoins/suivre");
        assert!(by_link(b).need_of_answer_link(&answer).await.expect("a link").before().is_none());
        by_link(b).need_answer(&answer, &says(Answer::Interested, "  Une visite ?  ")).await.expect("answered");
        let view = by_link(b).need_follow(&follow).await.expect("followed");
        assert_eq!(view.answers.len(), 1);
        assert_eq!((view.answers[0].0.answer, view.answers[0].0.message.as_str()), (Answer::Interested, "Une visite ?"));
        assert_eq!(b.need_show(id).expect("shown").interested, 1);
        let mails = fixture.mails().await;
        assert_eq!(mails.len(), 1, "the author is told");
        assert!(mails[0].mail.text.contains("Une visite ?"));
        by_link(b).need_answer(&answer, &says(Answer::Declined, "")).await.expect("answered again");
        assert_eq!(by_link(b).need_follow(&follow).await.expect("followed").answers[0].0.answer, Answer::Declined);
        assert_eq!(b.need_show(id).expect("shown").interested, 0);
    }

    async fn a_link_opens_only_what_it_is_for(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(50, &|_, _| {}).await.expect("loaded");
        by_link(b).need_send(b.need_read(&form()).expect("a good form")).await.expect("sent");
        let token = Fixture::token(&fixture.mails().await[0], "/besoins/confirmer");
        assert!(matches!(by_link(b).need_follow(&token).await, Err(Error::Forbidden(_))));
        assert!(matches!(by_link(b).need_of_answer_link(&token).await, Err(Error::Forbidden(_))));
        assert!(matches!(by_link(b).alerts_stop(&token).await, Err(Error::Forbidden(_))));
        fixture.clock.advance(8 * 86_400);
        assert!(matches!(by_link(b).need_publish(&token).await, Err(Error::Forbidden(_))), "seven days");
    }

    async fn a_closed_need_takes_no_answers(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(400, &|_, _| {}).await.expect("loaded");
        by_link(b).need_send(b.need_read(&form()).expect("a good form")).await.expect("sent");
        let token = Fixture::token(&fixture.mails().await[0], "/besoins/confirmer");
        let id = by_link(b).need_publish(&token).await.expect("published");
        let told = fixture.mails().await;
        let told = told.iter().find(|m| m.mail.text.contains("/besoins/repondre")).expect("a structure was told");
        let answer = Fixture::token(told, "/besoins/repondre");
        fixture.clock.advance(60 * 86_400);
        assert!(matches!(by_link(b).need_answer(&answer, &says(Answer::Interested, "")).await, Err(Error::Refused(_))));
        let listed = |closed_too| b.need_list(&NeedQuery { closed_too, page: 1, ..NeedQuery::default() });
        assert_eq!(listed(false).total, 0);
        assert_eq!(listed(true).needs[0].entry.need.id, id);
    }

    async fn a_stopped_structure_is_told_no_more(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(400, &|_, _| {}).await.expect("loaded");
        let mut told = Vec::new();
        for round in 0..2 {
            by_link(b).need_send(b.need_read(&form()).expect("a good form")).await.expect("sent");
            let token = Fixture::token(&fixture.mails().await[0], "/besoins/confirmer");
            by_link(b).need_publish(&token).await.expect("published");
            let mails = fixture.mails().await;
            let mails: Vec<_> = mails.into_iter().filter(|m| m.mail.unsubscribe.is_some()).collect();
            if round == 0 {
                let stop = Fixture::token(&mails[0], "/messages/arreter");
                let actor = by_link(b).actor(&stop).await.expect("a good link");
                b.alerts_show(&actor, actor.grant().and_then(Grant::structure).expect("a structure")).expect("opening stops nothing");
                for _ in 0..2 {
                    by_link(b).alerts_stop(&stop).await.expect("stopped");
                }
                b.index_follow().await.expect("followed");
                told = mails;
            } else {
                assert_eq!(mails.len() + 1, told.len());
                assert!(mails.iter().all(|m| m.mail.to != told[0].mail.to));
            }
        }
    }
}

/// Seconds from [`NOW`], 10:00 in Paris, to a time in Paris of the day after.
const fn tomorrow_at(hour: i64) -> i64 {
    (24 - 10 + hour) * 3_600
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_ends_at_midnight_where_the_need_is_executed() {
    for (place, closes_at) in [("D31", 0), ("D974", -3), ("R01", 5), ("FR", 0)] {
        for (hours, is_open) in [(closes_at - 1, true), (closes_at, false)] {
            let fixture = fixture::demo().await;
            let b = &fixture.backend;
            let form = NeedForm {
                title: "Blanchisserie".into(),
                place: place.into(),
                date: "2026-11-21".into(),
                email: "achats@ville.example".into(),
                ..NeedForm::default()
            };
            by_link(b).need_send(b.need_read(&form).expect("a good form")).await.expect("sent");
            let token = Fixture::token(&fixture.mails().await[0], "/besoins/confirmer");
            let id = by_link(b).need_publish(&token).await.expect("published");
            fixture.clock.advance(tomorrow_at(hours));
            let need = b.need_show(id).expect("shown");
            assert_eq!(b.need_is_open(&need.need), is_open, "{place}, {hours} h in Paris");
        }
    }
}
