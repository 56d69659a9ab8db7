//! The second factor, and administrators, who have one.

use crate::accounts::{address, by_mail, secret};
use crate::fixture::{Fixture, on_both};
use crate::link::by_link;
use backend::accounts::{FactorState, FactorTried, RECOVERY_CODES, SIGN_IN_MINUTES, SignedIn};
use backend::error::Error;
use backend::needs::MailIn;
use domain::access::{Actor, Administration, Rank, Refusal, Target};
use domain::siret::Siret;
use domain::structure::fiche::FicheForm;
use totp_rs::Totp;

const WHO: &str = "camille@ville.example";
/// Seconds for which an application shows a code.
const STEP: i64 = 30;

fn refusal<T>(outcome: Result<T, Error>) -> Option<Refusal> {
    match outcome {
        Err(Error::Forbidden(refusal)) => Some(refusal),
        _ => None,
    }
}

async fn actor(fixture: &Fixture, secret: &str) -> Actor {
    fixture.backend.session_recognise(secret).await.expect("read").actor
}

/// What an application shows at this moment.
fn shown(fixture: &Fixture, application: &Totp) -> String {
    application.generate(u64::try_from(fixture.clock.now()).expect("after 1970")).to_string()
}

/// What it shows next: the code of a moment served already.
fn next(fixture: &Fixture, application: &Totp) -> String {
    fixture.clock.advance(STEP);
    shown(fixture, application)
}

/// Six digits that are not those.
fn other(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

/// The application that is being added, read as it reads the page.
async fn application(fixture: &Fixture, actor: &Actor) -> Totp {
    fixture.backend.factor_begin(actor).await.expect("begun");
    match fixture.backend.factor_show(actor).await.expect("shown").state {
        FactorState::Begun { url, .. } => Totp::from_url(url).expect("an application reads it"),
        other => panic!("{other:?}"),
    }
}

fn right<T>(tried: FactorTried<T>) -> T {
    match tried {
        FactorTried::Right(value) => value,
        other => panic!("{other:?}"),
    }
}

/// Somebody adds an application: it, and the codes on paper.
async fn protected(fixture: &Fixture, secret: &str) -> (Totp, Vec<String>) {
    let own = actor(fixture, secret).await;
    let application = application(fixture, &own).await;
    let code = shown(fixture, &application);
    let codes = right(fixture.backend.factor_confirm(&own, &code).await.expect("answered"));
    (application, codes)
}

/// Signs in as far as the mail goes.
async fn waiting(fixture: &Fixture, who: &str) -> SignedIn {
    let signed_in = by_mail(fixture, who).await;
    assert!(signed_in.awaits_factor, "{who} has a second factor");
    signed_in
}

on_both! {
    async fn a_second_factor_is_asked_for_once_it_is_confirmed(fixture) {
        let b = &fixture.backend;
        let (one, elsewhere) = (secret(&fixture, WHO).await, secret(&fixture, WHO).await);
        let own = actor(&fixture, &one).await;
        assert_eq!(b.factor_show(&own).await.expect("shown").state, FactorState::None);
        let added = application(&fixture, &own).await;
        assert!(!by_mail(&fixture, WHO).await.awaits_factor, "until it is confirmed nothing changes");
        let code = shown(&fixture, &added);
        assert_eq!(b.factor_confirm(&own, other(&code)).await.expect("answered"), FactorTried::Wrong);
        let codes = right(b.factor_confirm(&own, &code).await.expect("answered"));
        assert_eq!(codes.len(), RECOVERY_CODES);
        let told = fixture.mails().await;
        assert!(told.iter().any(|sent| sent.mail.subject.contains("un second facteur protège")), "{told:?}");
        let FactorState::Kept { codes_left, .. } = b.factor_show(&own).await.expect("shown").state else {
            panic!("not kept");
        };
        assert_eq!(codes_left, 10);
        b.factor_begin(&own).await.expect("nothing to do");
        assert!(matches!(b.factor_show(&own).await.expect("shown").state, FactorState::Kept { .. }), "it stays");
        assert!(matches!(b.factor_confirm(&own, &code).await, Err(Error::NotFound)), "none is being added");
        assert!(matches!(actor(&fixture, &elsewhere).await, Actor::Awaited(_)), "another browser is asked too");
        assert!(actor(&fixture, &one).await.account().is_ok());
    }

    async fn the_mail_alone_opens_nothing(fixture) {
        let b = &fixture.backend;
        let (application, _) = protected(&fixture, &secret(&fixture, WHO).await).await;
        let used = shown(&fixture, &application);
        let waits = waiting(&fixture, WHO).await;
        assert_eq!(waits.seconds, SIGN_IN_MINUTES * 60);
        let half = actor(&fixture, &waits.secret).await;
        assert!(matches!(half, Actor::Awaited(_)));
        assert_eq!(refusal(b.space_show(&half).await), Some(Refusal::FactorAwaited));
        assert_eq!(refusal(b.account_export(&half).await), Some(Refusal::FactorAwaited));
        assert_eq!(refusal(b.factor_remove(&half, &used).await), Some(Refusal::FactorAwaited));
        assert_eq!(b.factor_try(&half, &used).await.expect("answered"), FactorTried::Wrong, "it served already");
        let code = next(&fixture, &application);
        assert_eq!(b.factor_try(&half, other(&code)).await.expect("answered"), FactorTried::Wrong);
        let opened = right(b.factor_try(&half, &code).await.expect("answered"));
        assert_ne!(opened.secret, waits.secret, "what was known before is worth nothing after");
        assert_eq!(actor(&fixture, &waits.secret).await, Actor::Anyone);
        let whole = actor(&fixture, &opened.secret).await;
        assert!(b.space_show(&whole).await.is_ok());
        assert_eq!(refusal(b.factor_try(&whole, &code).await), Some(Refusal::NotYours), "once");
        assert_eq!(refusal(b.factor_try(&Actor::Anyone, &code).await), Some(Refusal::NoAccount));
        let late = waiting(&fixture, WHO).await;
        fixture.clock.advance(SIGN_IN_MINUTES * 60);
        assert_eq!(actor(&fixture, &late.secret).await, Actor::Anyone, "it waits for ten minutes");
    }

    async fn wrong_codes_end_a_session_and_lock_nobody_out(fixture) {
        let b = &fixture.backend;
        let one = secret(&fixture, WHO).await;
        let (application, codes) = protected(&fixture, &one).await;
        let waits = waiting(&fixture, WHO).await;
        let half = actor(&fixture, &waits.secret).await;
        let code = next(&fixture, &application);
        for _ in 0..5 {
            assert_eq!(b.factor_try(&half, other(&code)).await.expect("answered"), FactorTried::Wrong);
        }
        assert_eq!(b.factor_try(&half, &code).await.expect("answered"), FactorTried::Over, "even the right one");
        assert_eq!(actor(&fixture, &waits.secret).await, Actor::Anyone);
        assert!(actor(&fixture, &one).await.account().is_ok(), "nobody else is put out");
        let again = actor(&fixture, &waiting(&fixture, WHO).await.secret).await;
        right(b.factor_try(&again, &code).await.expect("answered"));
        // Whoever finds a browser open does not guess either.
        let own = actor(&fixture, &one).await;
        for _ in 0..5 {
            assert_eq!(b.factor_remove(&own, "ABCD-EFGH-2345-WXYZ").await.expect("answered"), FactorTried::Wrong);
        }
        assert_eq!(b.factor_remove(&own, &codes[0]).await.expect("answered"), FactorTried::Over);
        assert_eq!(actor(&fixture, &one).await, Actor::Anyone);
    }

    async fn codes_on_paper_serve_once_and_are_replaced_together(fixture) {
        let b = &fixture.backend;
        let one = secret(&fixture, WHO).await;
        let (application, codes) = protected(&fixture, &one).await;
        let half = actor(&fixture, &waiting(&fixture, WHO).await.secret).await;
        right(b.factor_try(&half, &codes[0].to_lowercase().replace('-', " ")).await.expect("answered"));
        let half = actor(&fixture, &waiting(&fixture, WHO).await.secret).await;
        assert_eq!(b.factor_try(&half, &codes[0]).await.expect("answered"), FactorTried::Wrong, "it served");
        let stranger = secret(&fixture, "autre@ville.example").await;
        protected(&fixture, &stranger).await;
        let other = actor(&fixture, &waiting(&fixture, "autre@ville.example").await.secret).await;
        assert_eq!(b.factor_try(&other, &codes[1]).await.expect("answered"), FactorTried::Wrong, "of somebody else");
        let own = actor(&fixture, &one).await;
        let fresh = right(b.recovery_renew(&own, &next(&fixture, &application)).await.expect("answered"));
        assert_eq!(b.factor_try(&half, &codes[2]).await.expect("answered"), FactorTried::Wrong, "replaced");
        right(b.factor_try(&half, &fresh[0]).await.expect("answered"));
        let FactorState::Kept { codes_left, .. } = b.factor_show(&own).await.expect("shown").state else {
            panic!("not kept");
        };
        assert_eq!(codes_left, 9);
        right(b.factor_remove(&own, &fresh[1]).await.expect("answered"));
        assert_eq!(b.factor_show(&own).await.expect("shown").state, FactorState::None);
        let told = fixture.mails().await;
        assert!(told.iter().any(|sent| sent.mail.subject.contains("a été retiré")), "{told:?}");
        assert!(!by_mail(&fixture, WHO).await.awaits_factor);
    }

    async fn whoever_lost_everything_is_helped_by_the_operator(fixture) {
        let b = &fixture.backend;
        let one = secret(&fixture, WHO).await;
        protected(&fixture, &one).await;
        let own = actor(&fixture, &one).await;
        assert_eq!(refusal(b.factor_drop(&own, &address(WHO)).await), Some(Refusal::NotYours));
        b.factor_drop(&Actor::Operator, &address(WHO)).await.expect("dropped");
        assert!(!by_mail(&fixture, WHO).await.awaits_factor);
        for nobody in [WHO, "jamais@ville.example"] {
            let dropped = b.factor_drop(&Actor::Operator, &address(nobody)).await;
            assert!(matches!(dropped, Err(Error::NotFound)), "{nobody}");
        }
    }

    async fn an_administrator_comes_by_a_link_and_has_a_second_factor(fixture) {
        let b = &fixture.backend;
        let link = b.administrator_invite(&Actor::Operator, &address(WHO)).await.expect("invited");
        let token = link.split_once("jeton=").expect("a token").1;
        let invited = by_link(b).actor(token).await.expect("read");
        let id = match invited.grant() {
            Some(domain::access::Grant::AdministratorJoin(id)) => id,
            other => panic!("{other:?}"),
        };
        assert_eq!(refusal(b.administrator_join(&Actor::Anyone, id).await), Some(Refusal::NoLink));
        for _ in 0..2 {
            let shown = b.administrator_join_show(&invited, id).await.expect("shown");
            assert_eq!(shown, Some(address(WHO)), "opening it changes nothing");
        }
        assert!(b.administrator_list().await.expect("read").is_empty());
        let before = secret(&fixture, WHO).await;
        b.administrator_join(&invited, id).await.expect("joined");
        assert_eq!(b.administrator_join_show(&invited, id).await.expect("shown"), None, "once");
        assert!(matches!(b.administrator_join(&invited, id).await, Err(Error::NotFound)));
        let told = fixture.mails().await;
        assert!(told[0].mail.subject.contains("administrateur"), "{told:?}");

        let renewed = b.session_recognise(&before).await.expect("read");
        let fresh = renewed.renewed.expect("its rights changed").secret;
        assert_eq!(refusal(b.administration_show(&renewed.actor).await), Some(Refusal::NoFactor));
        protected(&fixture, &fresh).await;
        let renewed = b.session_recognise(&fresh).await.expect("read").renewed.expect("again");
        let whole = actor(&fixture, &renewed.secret).await;
        assert_eq!(whole.account().expect("signed in").administration, Administration::Whole);
        assert!(b.administration_show(&whole).await.expect("shown").administrators[0].has_factor);
        fixture.clock.advance(11 * 3_600);
        assert!(actor(&fixture, &renewed.secret).await.account().is_ok());
        fixture.clock.advance(3_600);
        assert_eq!(actor(&fixture, &renewed.secret).await, Actor::Anyone, "twelve hours, seen or not");

        b.administrator_remove(&Actor::Operator, &address(WHO)).await.expect("removed");
        assert!(b.administrator_list().await.expect("read").is_empty());
        let again = b.administrator_remove(&Actor::Operator, &address(WHO)).await;
        assert!(matches!(again, Err(Error::NotFound)));
    }

    async fn an_administrator_sees_what_belongs_to_no_thread_and_helps_structures(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        fixture.mails().await;
        let administrator = administrator(&fixture, WHO).await;
        let raw = b"From: x@ville.example\r\nTo: place@place.example\r\nSubject: Bonjour\r\n\r\nQui \xc3\xaates-vous ?\r\n";
        assert!(matches!(b.mail_in(raw).await.expect("taken"), MailIn::Kept(_)));
        let view = b.administration_show(&administrator).await.expect("shown");
        let name = view.mails[0].name();
        let mail = b.mail_kept_show(&administrator, &name).await.expect("shown");
        assert_eq!((mail.subject.as_str(), mail.text.trim()), ("Bonjour", "Qui êtes-vous ?"));
        assert_eq!(b.mail_kept_raw(&administrator, &name).await.expect("as it came"), raw);
        let stranger = actor(&fixture, &secret(&fixture, "autre@ville.example").await).await;
        assert_eq!(refusal(b.mail_kept_show(&stranger, &name).await), Some(Refusal::NotAdministrator));
        assert_eq!(refusal(b.mail_kept_drop(&stranger, &name).await), Some(Refusal::NotAdministrator));
        b.mail_kept_drop(&administrator, &name).await.expect("dropped");
        assert!(matches!(b.mail_kept_drop(&administrator, &name).await, Err(Error::NotFound)));
        assert!(b.administration_show(&administrator).await.expect("shown").mails.is_empty());

        let siret = siret_of_one(&fixture);
        let new_head = address("nouvelle@atelier.example");
        b.colleague_invite(&administrator, siret, &new_head, Rank::Member).await.expect("invited");
        let head_secret = secret(&fixture, new_head.as_str()).await;
        let head = actor(&fixture, &head_secret).await;
        b.invitation_answer(&head, siret, true).await.expect("joined");
        let head = actor(&fixture, &head_secret).await;
        assert_eq!(head.account().expect("signed in").rank_in(siret), Some(Rank::Responsible), "nobody else was");
        assert!(b.colleague_list(&administrator, siret).await.expect("seen").decides);
        assert!(b.manage_show(&administrator, siret).await.expect("to be corrected").corrects);
        let right = FicheForm { description: Some("Corrigée".to_owned()), ..FicheForm::default() };
        b.manage_save(&administrator, siret, &right).await.expect("corrected");
        let found = b.store.audit_list(Target::Structure(siret)).await.expect("read");
        let by = format!("account:{}", administrator.account().expect("signed in").id.0);
        assert!(found.iter().any(|row| row.actor == by && row.action == "structure_manage"), "{found:?}");
        assert!(!b.manage_show(&head, siret).await.expect("its own").corrects);

        let day = b.administration_show(&administrator).await.expect("shown").lately;
        assert!(day.mails > 0 && day.accounts >= 2, "{day:?}");
        fixture.clock.advance(2 * 86_400);
        let administrator = again(&fixture, WHO).await;
        let day = b.administration_show(&administrator).await.expect("shown").lately;
        assert_eq!((day.accounts, day.needs, day.answers, day.messages), (0, 0, 0, 0));
    }
}

/// Somebody who became an administrator.
pub async fn administrator(fixture: &Fixture, who: &str) -> Actor {
    let one = administrator_secret(fixture, who).await;
    actor(fixture, &one).await
}

/// The secret of the session of somebody who becomes an administrator, with a second factor.
pub async fn administrator_secret(fixture: &Fixture, who: &str) -> String {
    let b = &fixture.backend;
    let link = b.administrator_invite(&Actor::Operator, &address(who)).await.expect("invited");
    let invited = by_link(b).actor(link.split_once("jeton=").expect("a token").1).await.expect("read");
    let Some(domain::access::Grant::AdministratorJoin(id)) = invited.grant() else { panic!("{invited:?}") };
    b.administrator_join(&invited, id).await.expect("joined");
    let one = secret(fixture, who).await;
    protected(fixture, &one).await;
    let renewed = b.session_recognise(&one).await.expect("read").renewed;
    fixture.mails().await;
    renewed.map_or(one, |fresh| fresh.secret)
}

fn siret_of_one(fixture: &Fixture) -> Siret {
    let all = fixture.backend.index.catalogue();
    let mut found = all.structures().filter(|entry| entry.structure.is_told());
    found.next().expect("one with a contact").structure.siret
}

/// An administrator whose session is over, and who comes back with the operator’s help.
pub async fn again(fixture: &Fixture, who: &str) -> Actor {
    fixture.backend.factor_drop(&Actor::Operator, &address(who)).await.expect("dropped");
    let one = secret(fixture, who).await;
    protected(fixture, &one).await;
    actor(fixture, &fixture.backend.session_recognise(&one).await.expect("read").renewed.expect("new").secret)
        .await
}
