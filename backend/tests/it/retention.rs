//! What is erased when its time is over: a day before nothing is, a day after it is, and what is counted is what happens.

use crate::accounts::{address, by_mail, secret, signed_in};
use crate::exchange::{LOT, text, told};
use crate::fixture::{Fixture, on_both};
use backend::retention::{Run, WARNING_DAYS};
use domain::access::{Action, Actor, Collaboration};
use domain::need::{Selection, Topic};
use domain::privacy::Kept;

const DAY: i64 = 86_400;

/// How much of something is over.
async fn due(fixture: &Fixture, kept: Kept, run: Run) -> i64 {
    let all = fixture.backend.retention_run(run).await.expect("run");
    all.iter().find(|erased| erased.kept == kept).expect("it ends by itself").count
}

/// A day before its time nothing is over; a day after, so much is: counted, then erased, then gone.
async fn check(fixture: &Fixture, kept: Kept, days: i64, expected: i64) {
    fixture.clock.advance((days - 1) * DAY);
    assert_eq!(due(fixture, kept, Run::Erase).await, 0, "{kept:?}, a day before");
    fixture.clock.advance(2 * DAY);
    assert_eq!(due(fixture, kept, Run::Dry).await, expected, "{kept:?}, counted");
    assert_eq!(due(fixture, kept, Run::Dry).await, expected, "{kept:?}: counting changes nothing");
    assert_eq!(due(fixture, kept, Run::Erase).await, expected, "{kept:?}, erased");
    assert_eq!(due(fixture, kept, Run::Erase).await, 0, "{kept:?}, gone");
}

/// Days until the deadline of the need of these tests, 12 January 2027, is behind.
const UNTIL_THE_END: i64 = 52;

on_both! {
    async fn what_was_written_around_a_need_goes_some_time_after_it(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let [(siret, structure, _), (other, ..), ..] = told.structures.as_slice() else { panic!("few") };
        b.message_write(structure, told.need, *siret, LOT, &text("Peut-on visiter\u{a0}?")).await.expect("written");
        b.message_reply(&told.author, told.need, LOT, *siret, &text("Lundi.")).await.expect("written");
        b.comment_write(&told.author, told.need, Topic::Need, &text("Bien.")).await.expect("written");
        let colleague = address("camille@ville.example");
        let shared = b.collaborator_set(&told.author, told.need, &colleague, Collaboration::Reads);
        shared.await.expect("shared");
        let noted = Selection { lot: LOT, siret: *other, is_shortlisted: true, note: "Rappeler".to_owned() };
        b.selection_keep(&told.author, told.need, &noted).await.expect("kept");
        let days = Kept::Exchange.days().expect("it ends");
        check(&fixture, Kept::Exchange, UNTIL_THE_END + days, 5).await;
        let need = b.store.need_fetch(told.need).await.expect("read").expect("there");
        assert!(need.author.is_some(), "its author is known for longer");
        let page = b.candidate_show(&told.author, told.need, LOT, *siret).await.expect("tied to the lot");
        assert!(page.messages.is_empty());
        let audit = b.store.audit_list(need.target()).await.expect("read");
        let forgotten = audit.iter().filter(|row| row.action == Action::NeedForget.code() && row.actor == "job");
        assert_eq!(forgotten.count(), 1);
        let more = Kept::NeedAuthor.days().expect("it ends") - days - 1;
        check(&fixture, Kept::NeedAuthor, more, 1).await;
        let need = b.store.need_fetch(told.need).await.expect("read").expect("what was public stays");
        assert_eq!(need.author, None);
    }

    async fn a_need_that_its_author_ended_counts_from_that_day(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let [(siret, structure, _), ..] = told.structures.as_slice() else { panic!("few") };
        b.message_write(structure, told.need, *siret, LOT, &text("Bonjour")).await.expect("written");
        b.need_end(&told.author, told.need, domain::need::NeedStatus::Closed).await.expect("ended");
        check(&fixture, Kept::Exchange, Kept::Exchange.days().expect("it ends"), 1).await;
    }

    async fn an_account_that_nobody_uses_is_warned_then_erased(fixture) {
        let b = &fixture.backend;
        let years = Kept::Account.days().expect("it ends");
        secret(&fixture, "camille@ville.example").await;
        secret(&fixture, "dominique@ville.example").await;
        fixture.mails().await;
        check(&fixture, Kept::Account, years - WARNING_DAYS, 2).await;
        let warned = fixture.mails().await;
        let subjects: Vec<&str> = warned.iter().map(|sent| sent.mail.subject.as_str()).collect();
        assert!(subjects.len() == 2 && subjects.iter().all(|of| of.contains("faute de visite")), "{subjects:?}");
        let camille = signed_in(&fixture, "camille@ville.example").await;
        assert_eq!(b.space_show(&camille).await.expect("its own").closing_at, None, "coming back keeps it");
        fixture.clock.advance((WARNING_DAYS + 1) * DAY);
        assert_eq!(due(&fixture, Kept::ClosingAccount, Run::Dry).await, 1);
        assert_eq!(due(&fixture, Kept::ClosingAccount, Run::Erase).await, 1);
        let again = signed_in(&fixture, "camille@ville.example").await;
        let id = |actor: &Actor| actor.account().expect("signed in").id;
        assert_eq!(id(&again), id(&camille), "whoever came back is who it was");
    }

    async fn whoever_wants_to_go_is_not_kept_by_a_visit(fixture) {
        let b = &fixture.backend;
        let camille = signed_in(&fixture, "camille@ville.example").await;
        b.account_close(&camille, true).await.expect("asked");
        let back = signed_in(&fixture, "camille@ville.example").await;
        assert!(b.space_show(&back).await.expect("its own").closing_at.is_some(), "it said so itself");
        check(&fixture, Kept::ClosingAccount, Kept::ClosingAccount.days().expect("it ends"), 1).await;
    }

    async fn what_serves_once_goes_when_it_has(fixture) {
        let b = &fixture.backend;
        b.administrator_invite(&Actor::Operator, &address("presse@ville.example")).await.expect("invited");
        check(&fixture, Kept::AdministratorInvitation, 2, 1).await;
        b.sign_in_ask(&Actor::Anyone, &address("camille@ville.example")).await.expect("asked");
        fixture.mails().await;
        assert_eq!(due(&fixture, Kept::SignIn, Run::Dry).await, 0);
        fixture.clock.advance(DAY + 601);
        assert_eq!(due(&fixture, Kept::SignIn, Run::Dry).await, 1);
        assert_eq!(due(&fixture, Kept::SignIn, Run::Erase).await, 1);
        check(&fixture, Kept::MailSent, 29, 1).await;
        by_mail(&fixture, "camille@ville.example").await;
        let good = backend::accounts::SESSION_DAYS;
        check(&fixture, Kept::Session, good + 90, 1).await;
    }
}
