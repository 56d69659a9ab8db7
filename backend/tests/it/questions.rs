//! « Est-ce votre métier ? »: who is asked, how often, and what the answers become.

use crate::fixture::{Fixture, on_both};
use crate::link::by_link;
use backend::error::Error;
use backend::mail::Sent;
use backend::store::TradeAnswer;
use domain::matching::{Known, Tier};
use domain::need::{NeedDraft, NeedForm};
use domain::siret::Siret;
use domain::structure::Standing;
use domain::written::Written;
use uuid::Uuid;

const FORTNIGHT: i64 = 14 * 86_400;

async fn publish(fixture: &Fixture, title: &str, place: &str) -> (Uuid, Vec<Sent>, Vec<Sent>) {
    let b = &fixture.backend;
    let form = NeedForm {
        title: title.into(),
        place: place.into(),
        date: "2027-06-12".into(),
        email: "achats@ville.example".into(),
        ..NeedForm::default()
    };
    by_link(b).need_send(b.need_read(&form).expect("a good form")).await.expect("sent");
    let token = Fixture::token(&fixture.mails().await[0], "/besoins/confirmer");
    let id = by_link(b).need_publish(&token).await.expect("published");
    let (mails, asked) = fixture.mails_and_questions().await;
    (id, mails.into_iter().filter(|m| m.mail.unsubscribe.is_some()).collect(), asked)
}

/// The structure of the link of a question.
async fn siret_of(fixture: &Fixture, mail: &Sent) -> Siret {
    let token = Fixture::token(mail, "/metier");
    by_link(&fixture.backend).question_of_link(&token).await.expect("a good link").question.siret
}

on_both! {
    async fn the_unknown_are_asked_and_not_told(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(1_500, &|_, _| {}).await.expect("loaded");
        let (id, told, asked) = publish(&fixture, "Entretien des espaces verts", "Paris").await;
        assert!(!told.is_empty() && !asked.is_empty(), "{} told, {} asked", told.len(), asked.len());
        assert!(asked.len() <= 20, "{} asked", asked.len());
        b.index_follow().await.expect("followed");
        let need = b.need_show(id).expect("shown");
        assert_eq!((need.told, need.asked), (told.len() as u64, asked.len() as u64));

        let ranking = b.need_matches(id, None).await.expect("ranked").ranking;
        let nearest: Vec<Siret> = ranking
            .of_tier(Tier::Possible)
            .filter(|(_, e)| e.facts.known() == Known::Nothing && e.structure.is_told())
            .map(|(found, _)| found.siret)
            .take(5)
            .collect();
        let mut sirets = Vec::new();
        for mail in &asked {
            sirets.push(siret_of(&fixture, mail).await);
        }
        assert!(nearest.iter().all(|siret| sirets.contains(siret)), "the nearest are asked first");
        for siret in &sirets {
            let entry = b.structure_show(*siret).expect("shown");
            assert_eq!(entry.facts.known(), Known::Nothing, "{siret}");
        }

        // Another need the day after: nobody is asked twice within a fortnight; then, of another sector, again.
        fixture.clock.advance(86_400);
        let (_, _, again) = publish(&fixture, "Blanchisserie du linge", "Paris").await;
        for mail in &again {
            assert!(!sirets.contains(&siret_of(&fixture, mail).await), "asked twice in two days");
        }
        fixture.clock.advance(FORTNIGHT);
        let (_, _, same) = publish(&fixture, "Entretien des espaces verts", "Paris").await;
        for mail in &same {
            assert!(!sirets.contains(&siret_of(&fixture, mail).await), "asked twice about one sector");
        }
        fixture.clock.advance(FORTNIGHT);
        let (_, _, other) = publish(&fixture, "Traiteur pour les réceptions", "Paris").await;
        assert!(!other.is_empty());
    }

    async fn an_answer_is_an_activity_or_a_no(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(1_500, &|_, _| {}).await.expect("loaded");
        let (id, _, asked) = publish(&fixture, "Entretien des espaces verts", "Paris").await;
        let [first, second, third] = &asked[..3] else { panic!("three are asked") };
        let (yes, no) = (siret_of(&fixture, first).await, siret_of(&fixture, second).await);
        let standing = |siret: Siret| {
            let entry = b.structure_show(siret).expect("shown");
            entry.structure.activities.iter().map(|a| a.standing).collect::<Vec<_>>()
        };
        assert!(standing(yes).is_empty(), "opening the link notes nothing");

        let token = Fixture::token(first, "/metier");
        by_link(b).question_answer(&token, TradeAnswer::Yes).await.expect("answered");
        assert_eq!(standing(yes), [Standing::Confirmed]);
        let mails = fixture.mails().await;
        assert_eq!(mails.len(), 1, "the need that it now fits is mailed to it");
        assert!(mails[0].mail.text.contains("Entretien des espaces verts"));
        let tier = |siret: Siret, ranking: &backend::matches::Ranking| {
            ranking.matches.iter().find(|(found, _)| found.siret == siret).map(|(found, _)| found.tier())
        };
        by_link(b).question_answer(&Fixture::token(second, "/metier"), TradeAnswer::No).await.expect("answered");
        assert_eq!(standing(no), [Standing::Dismissed]);
        assert!(fixture.mails().await.is_empty());
        let ranking = b.need_matches(id, None).await.expect("ranked").ranking;
        assert_eq!((tier(yes, &ranking), tier(no, &ranking)), (Some(Tier::Fits), None));

        // The same again changes nothing; a change of mind replaces.
        by_link(b).question_answer(&token, TradeAnswer::Yes).await.expect("answered");
        assert!(fixture.mails().await.is_empty(), "told once only");
        let view = by_link(b).question_answer(&token, TradeAnswer::No).await.expect("answered");
        assert_eq!(view.question.answer, Some(TradeAnswer::No));
        assert_eq!(standing(yes), [Standing::Dismissed]);

        let third = Fixture::token(third, "/metier");
        by_link(b).question_manage(&third).await.expect("asked for");
        let mails = fixture.mails().await;
        assert!(mails.len() == 1 && mails[0].mail.text.contains("/gerer"), "the link of its page is mailed to its contact");
        fixture.clock.advance(61 * 86_400);
        assert!(matches!(by_link(b).question_of_link(&third).await, Err(Error::Forbidden(_))));
    }

    async fn a_revision_asks_about_what_is_new(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(1_500, &|_, _| {}).await.expect("loaded");
        let form = NeedForm {
            title: "Entretien des espaces verts".into(),
            place: "Paris".into(),
            date: "2027-06-12".into(),
            email: "achats@ville.example".into(),
            ..NeedForm::default()
        };
        by_link(b).need_send(b.need_read(&form).expect("a good form")).await.expect("sent");
        by_link(b).need_publish(&Fixture::token(&fixture.mails().await[0], "/besoins/confirmer")).await.expect("published");
        let (mails, _) = fixture.mails_and_questions().await;
        let author = mails.iter().find(|m| m.mail.unsubscribe.is_none()).expect("the author is told");
        let follow = Fixture::token(author, "/besoins/suivre");
        fixture.clock.advance(FORTNIGHT);
        let revise = async |change: fn(&mut NeedDraft)| {
            let changed = |draft: &NeedDraft| {
                let mut draft = draft.clone();
                change(&mut draft);
                Ok(draft)
            };
            by_link(b).need_step(&follow, changed).await.expect("kept");
            by_link(b).need_revise(&follow).await.expect("revised");
            fixture.mails_and_questions().await.1
        };
        let later = revise(|draft| draft.deadline = jiff::civil::date(2027, 6, 20)).await;
        assert!(later.is_empty(), "those near it were asked about this sector: {}", later.len());
        let linen = revise(|draft| {
            draft.lots[0].sectors = vec![Written::read("blanchisserie")];
        });
        let linen = linen.await;
        assert!(!linen.is_empty(), "the new trade is asked about");
        assert!(linen.iter().all(|m| m.mail.text.contains("Blanchisserie")), "{}", linen[0].mail.text);
    }

    async fn who_stopped_mails_is_not_asked(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(400, &|_, _| {}).await.expect("loaded");
        let (_, _, asked) = publish(&fixture, "Entretien des espaces verts", "Paris").await;
        let first = siret_of(&fixture, &asked[0]).await;
        by_link(b).alerts_stop(&Fixture::token(&asked[0], "/messages/arreter")).await.expect("stopped");
        fixture.clock.advance(FORTNIGHT + 86_400);
        b.index_follow().await.expect("followed");
        let (_, _, asked) = publish(&fixture, "Traiteur pour les réceptions", "Paris").await;
        for mail in &asked {
            assert_ne!(siret_of(&fixture, mail).await, first);
        }
    }
}
