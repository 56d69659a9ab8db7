//! What readers report and what looks wrong: administrators see it, clear it, or take it out; nothing waits for them.

use crate::accounts::{address, signed_in};
use crate::exchange::told;
use crate::factor::administrator;
use crate::fixture::on_both;
use backend::error::Error;
use backend::store::Reported;
use domain::access::{Actor, Refusal};
use domain::need::{NeedForm, NeedStatus};
use domain::siret::Siret;
use domain::vigilance::{MANY, Report, ReportReason, Signal};

fn report(text: &str) -> Report {
    Report {
        reason: ReportReason::Misleading,
        text: text.to_owned(),
        address: Some(address("lecteur@ville.example")),
    }
}

fn refusal<T>(outcome: Result<T, Error>) -> Option<Refusal> {
    match outcome {
        Err(Error::Forbidden(refusal)) => Some(refusal),
        _ => None,
    }
}

on_both! {
    async fn what_readers_report_is_cleared_or_taken_out(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let administrator = administrator(&fixture, "presse@place.example").await;
        let seen = async || b.administration_show(&administrator).await.expect("shown").vigilance;
        assert!(seen().await.needs.is_empty(), "a first need of a domain is no reason to look");
        let on = Reported::Need(told.need);
        b.report_write(&Actor::Anyone, on, report("Ce n’est pas la ville.")).await.expect("kept");
        let found = seen().await.needs;
        assert_eq!((found.len(), found[0].entry.need.id, found[0].reports.len()), (1, told.need, 1));
        assert_eq!(found[0].signals[0], Signal::Reported(1));
        assert_eq!(refusal(b.need_clear(&told.author, told.need).await), Some(Refusal::NoAccount));
        b.need_clear(&administrator, told.need).await.expect("it is right");
        assert!(seen().await.needs.is_empty());
        b.report_write(&Actor::Anyone, on, report("Si.")).await.expect("kept");
        assert_eq!(seen().await.needs.len(), 1, "what is said since is looked at");

        let stranger = signed_in(&fixture, "autre@ville.example").await;
        let withdrawn = b.need_withdraw(&stranger, told.need, "Trompeur.").await;
        assert_eq!(refusal(withdrawn), Some(Refusal::NotAdministrator));
        fixture.mails().await;
        let silent = b.need_withdraw(&administrator, told.need, "  ").await;
        assert!(matches!(silent, Err(Error::Refused(_))), "its author is told why: {silent:?}");
        b.need_withdraw(&administrator, told.need, "Ce n’est pas un achat.").await.expect("taken out");
        let mails = fixture.mails().await;
        assert_eq!(mails.len(), 1, "its author, and nobody else: {mails:?}");
        assert!(mails[0].mail.text.contains("Ce n’est pas un achat."), "{}", mails[0].mail.text);
        assert!(matches!(b.need_show(told.need), Err(Error::NotFound)), "nobody sees it");
        assert!(seen().await.needs.is_empty());
        let own = b.need_follow(&told.author, told.need).await.expect("its author does");
        assert_eq!(own.need.status, NeedStatus::Closed);
        let (siret, structure, _) = &told.structures[0];
        let answered = b.message_write(structure, told.need, *siret, crate::exchange::LOT, &crate::exchange::text("?")).await;
        assert!(answered.is_err(), "nobody writes about it any more");
        let again = b.need_end(&told.author, told.need, NeedStatus::Published).await;
        assert!(matches!(again, Err(Error::Refused(_))), "its author does not open it again: {again:?}");
        let twice = b.need_withdraw(&administrator, told.need, "Encore.").await;
        assert!(matches!(twice, Err(Error::NotFound)));
        let late = b.report_write(&Actor::Anyone, on, report("Encore.")).await;
        assert!(matches!(late, Err(Error::NotFound)), "what nobody sees is not reported");
    }

    async fn a_structure_is_reported_and_seen_to(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        let administrator = administrator(&fixture, "presse@place.example").await;
        let siret = b.index.catalogue().structures().next().expect("one").structure.siret;
        b.report_write(&Actor::Anyone, Reported::Structure(siret), report("Elle a fermé.")).await.expect("kept");
        let unknown = Reported::Structure(Siret::with_key(999, 1));
        assert!(matches!(b.report_write(&Actor::Anyone, unknown, report("x")).await, Err(Error::NotFound)));
        let rows = b.administration_show(&administrator).await.expect("shown").vigilance.structures;
        assert_eq!((rows.len(), rows[0].report.text.as_str()), (1, "Elle a fermé."));
        b.report_settle(&administrator, siret, rows[0].id).await.expect("seen to");
        let again = b.report_settle(&administrator, siret, rows[0].id).await;
        assert!(matches!(again, Err(Error::NotFound)));
        assert!(b.administration_show(&administrator).await.expect("shown").vigilance.structures.is_empty());
    }

    async fn many_needs_of_a_new_domain_are_looked_at(fixture) {
        let b = &fixture.backend;
        let administrator = administrator(&fixture, "presse@place.example").await;
        let author = signed_in(&fixture, "robot@nouveau.example").await;
        for number in 0..MANY {
            let form = NeedForm {
                title: format!("Blanchisserie n° {number}"),
                place: "Toulouse".into(),
                date: "2027-01-12".into(),
                email: "robot@nouveau.example".into(),
                ..NeedForm::default()
            };
            let need = b.need_send(&Actor::Anyone, b.need_read(&form).expect("a good form")).await.expect("sent").id;
            b.need_publish(&author, need).await.expect("published: nothing waits");
            fixture.clock.advance(60);
        }
        let found = b.administration_show(&administrator).await.expect("shown").vigilance.needs;
        assert_eq!(found.len(), 1, "the first of its domain, by then one of many");
        assert_eq!(found[0].signals, [Signal::ManyNeeds(MANY), Signal::NewDomain]);
        fixture.clock.advance(31 * 86_400);
        let administrator = crate::factor::again(&fixture, "presse@place.example").await;
        assert!(b.administration_show(&administrator).await.expect("shown").vigilance.needs.is_empty(), "a month later");
    }
}
