//! People who come back: signing in, belonging to a structure, what is theirs.

use crate::fixture::{Fixture, on_both};
use crate::link::by_link;
use backend::Backend;
use backend::accounts::{
    LACK_DAYS, MembershipAsked, MembershipTried, SIGN_IN_MINUTES, SignInTried, SignedIn, TRIES,
};
use backend::error::Error;
use backend::index::Entry;
use backend::mail::Sent;
use domain::access::{Actor, Rank, Refusal};
use domain::email::EmailAddress;
use domain::need::{NeedForm, NeedStatus};
use domain::siret::Siret;
use domain::structure::Gap;
use domain::structure::fiche::FicheForm;
use std::sync::Arc;
use uuid::Uuid;

const FIREFOX: &str = "Firefox, Linux";

pub fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

/// The six digits of a mail.
fn code(mail: &Sent) -> String {
    let digits = |word: &&str| word.chars().filter(char::is_ascii_digit).count() == 6;
    let text = mail.mail.text.replace('\u{a0}', "");
    text.split_whitespace().find(digits).unwrap_or_else(|| panic!("no code in {text}")).to_owned()
}

/// Asks to sign in: what was asked, and its mail.
async fn asked(fixture: &Fixture, who: &str) -> (Uuid, Sent) {
    // Whatever waits to be sent is no answer to this.
    fixture.mails().await;
    let id = fixture.backend.sign_in_ask(&Actor::Anyone, &address(who)).await.expect("asked");
    (id, fixture.mails().await.remove(0))
}

async fn by_code(b: &Backend, id: Uuid, code: &str) -> SignInTried {
    b.sign_in_by_code(&Actor::Anyone, id, code, FIREFOX).await.expect("answered")
}

/// Signs in by the code of a mail.
pub async fn by_mail(fixture: &Fixture, who: &str) -> SignedIn {
    let (id, mail) = asked(fixture, who).await;
    match by_code(&fixture.backend, id, &code(&mail)).await {
        SignInTried::SignedIn(signed_in) => signed_in,
        other => panic!("{other:?}"),
    }
}

/// The secret of the session that signing in opens.
pub async fn secret(fixture: &Fixture, who: &str) -> String {
    by_mail(fixture, who).await.secret
}

pub async fn signed_in(fixture: &Fixture, who: &str) -> Actor {
    let secret = secret(fixture, who).await;
    fixture.backend.session_recognise(&secret).await.expect("read").actor
}

/// The same person, as the next request finds it.
async fn again(fixture: &Fixture, secret: &str) -> Actor {
    fixture.backend.session_recognise(secret).await.expect("read").actor
}

/// A structure with a contact.
fn reachable(b: &Backend) -> (Siret, EmailAddress) {
    let all = b.index.catalogue();
    let entry = all.structures().find(|e| e.structure.is_told()).expect("one with a contact");
    (entry.structure.siret, entry.structure.contact.clone().expect("a contact"))
}

fn refusal<T>(outcome: Result<T, Error>) -> Option<Refusal> {
    match outcome {
        Err(Error::Forbidden(refusal)) => Some(refusal),
        _ => None,
    }
}

on_both! {
    async fn a_mail_signs_in_once_by_its_code_or_its_link(fixture) {
        let b = &fixture.backend;
        let (id, mail) = asked(&fixture, "Camille@Ville.example").await;
        let right = code(&mail);
        let link = by_link(b).actor(&Fixture::token(&mail, "/connexion/lien")).await.expect("read");
        assert_eq!(b.sign_in_show(&link, id).await.expect("its own"), Some(address("Camille@ville.example")));
        assert!(matches!(by_code(b, id, &right).await, SignInTried::SignedIn(_)));
        assert_eq!(by_code(b, id, &right).await, SignInTried::Over, "the code serves once");
        let by_link_too = b.sign_in_by_link(&link, id, FIREFOX).await.expect("answered");
        assert_eq!(by_link_too, SignInTried::Over, "and its link with it");
        assert_eq!(b.sign_in_show(&link, id).await.expect("its own"), None);

        let (id, mail) = asked(&fixture, "camille@ville.example").await;
        let link = by_link(b).actor(&Fixture::token(&mail, "/connexion/lien")).await.expect("read");
        let tried = b.sign_in_by_link(&link, id, FIREFOX).await.expect("answered");
        let SignInTried::SignedIn(session) = tried else { panic!("{tried:?}") };
        let one = again(&fixture, &session.secret).await;
        assert_eq!(by_code(b, id, &code(&mail)).await, SignInTried::Over, "its code neither");
        let other = signed_in(&fixture, "camille@ville.example").await;
        let id_of = |actor: &Actor| actor.account().map(|account| account.id);
        assert_eq!(id_of(&one), id_of(&other), "one account, whatever the capitals");
        let (elsewhere, _) = asked(&fixture, "autre@ville.example").await;
        assert_eq!(refusal(b.sign_in_by_link(&link, elsewhere, FIREFOX).await), Some(Refusal::WrongLink));
    }

    async fn codes_and_links_end(fixture) {
        let b = &fixture.backend;
        let (id, mail) = asked(&fixture, "camille@ville.example").await;
        fixture.clock.advance(SIGN_IN_MINUTES * 60);
        let (other, late) = asked(&fixture, "camille@ville.example").await;
        assert!(matches!(by_code(b, id, &code(&mail)).await, SignInTried::SignedIn(_)), "its last second");
        fixture.clock.advance(SIGN_IN_MINUTES * 60 + 1);
        assert_eq!(by_code(b, other, &code(&late)).await, SignInTried::Over);
        let link = by_link(b).actor(&Fixture::token(&late, "/connexion/lien")).await.expect("read");
        assert_eq!(refusal(b.sign_in_by_link(&link, other, FIREFOX).await), Some(Refusal::PastLink));
        assert_eq!(by_code(b, Uuid::from_u128(7), "123456").await, SignInTried::Over, "never asked");
    }

    async fn wrong_codes_end_one_mail_and_lock_nobody_out(fixture) {
        let b = &fixture.backend;
        let (id, mail) = asked(&fixture, "camille@ville.example").await;
        let right = code(&mail);
        let wrong = if right == "000000" { "000001" } else { "000000" };
        for _ in 0..TRIES {
            assert_eq!(by_code(b, id, wrong).await, SignInTried::Wrong);
        }
        assert_eq!(by_code(b, id, &right).await, SignInTried::Over, "too many were tried");
        let link = by_link(b).actor(&Fixture::token(&mail, "/connexion/lien")).await.expect("read");
        let tried = b.sign_in_by_link(&link, id, FIREFOX).await.expect("answered");
        assert!(matches!(tried, SignInTried::SignedIn(_)), "who has the mailbox has its link");
        let spaced = format!(" {} {} ", &right[..3], &right[3..]);
        let (id, mail) = asked(&fixture, "camille@ville.example").await;
        let spaced = spaced.replace(&right[..3], &code(&mail)[..3]).replace(&right[3..], &code(&mail)[3..]);
        assert!(matches!(by_code(b, id, &spaced).await, SignInTried::SignedIn(_)), "spaces are no matter");
    }

    async fn a_session_lasts_while_it_is_seen_and_ends_when_it_is_told(fixture) {
        let b = &fixture.backend;
        let day = 86_400;
        let one = secret(&fixture, "camille@ville.example").await;
        fixture.clock.advance(29 * day);
        assert!(again(&fixture, &one).await.account().is_ok(), "seen again");
        fixture.clock.advance(29 * day);
        let actor = again(&fixture, &one).await;
        let (id, mail) = asked(&fixture, "camille@ville.example").await;
        let tried = b.sign_in_by_code(&Actor::Anyone, id, &code(&mail), "Safari, iPhone").await.expect("answered");
        let SignInTried::SignedIn(phone) = tried else { panic!("{tried:?}") };
        let warning = fixture.mails().await;
        assert!(warning[0].mail.subject.contains("Safari, iPhone"), "a new device is told: {warning:?}");
        assert!(secret(&fixture, "camille@ville.example").await != one);
        assert!(fixture.mails().await.is_empty(), "a known one is not");
        let all = b.session_list(&actor).await.expect("its own");
        assert_eq!(all.len(), 3);
        let other = all.iter().find(|session| session.device == "Safari, iPhone").expect("listed");
        b.session_end(&actor, other.id).await.expect("ended");
        assert_eq!(again(&fixture, &phone.secret).await, Actor::Anyone, "at once");
        let stranger = signed_in(&fixture, "autre@ville.example").await;
        let mine = actor.account().expect("signed in").session;
        assert!(matches!(b.session_end(&stranger, mine).await, Err(Error::NotFound)), "of another account");
        assert!(again(&fixture, &one).await.account().is_ok());
        fixture.clock.advance(31 * day);
        assert_eq!(again(&fixture, &one).await, Actor::Anyone, "not seen for a month");
        for nobody in ["", "x", &one[1..]] {
            assert_eq!(again(&fixture, nobody).await, Actor::Anyone, "{nobody}");
        }
    }

    async fn the_contact_of_a_structure_hands_on_the_code(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        fixture.mails().await;
        let (siret, contact) = reachable(b);
        let secret_of = secret(&fixture, "camille@ville.example").await;
        let camille = again(&fixture, &secret_of).await;
        assert_eq!(refusal(b.manage_show(&camille, siret).await), Some(Refusal::NotMember));
        assert_eq!(b.membership_ask(&camille, siret).await.expect("asked"), MembershipAsked::CodeSent);
        let mail = fixture.mails().await.remove(0);
        assert_eq!((&mail.mail.to, mail.mail.text.contains("camille@ville.example")), (&contact, true));
        let right = code(&mail);
        let wrong = if right == "000000" { "000001" } else { "000000" };
        assert_eq!(b.membership_join(&camille, siret, wrong).await.expect("tried"), MembershipTried::Wrong);
        let other = signed_in(&fixture, "autre@ville.example").await;
        assert_eq!(
            b.membership_join(&other, siret, &right).await.expect("tried"),
            MembershipTried::Over,
            "it is for who asked"
        );
        let joined = b.membership_join(&camille, siret, &right).await.expect("tried");
        assert_eq!(joined, MembershipTried::Joined(Rank::Responsible), "the first decides");
        let camille = again(&fixture, &secret_of).await;
        assert!(b.manage_show(&camille, siret).await.is_ok());
        let form = FicheForm { description: Some("Notre atelier".into()), ..FicheForm::default() };
        b.manage_save(&camille, siret, &form).await.expect("kept");
        assert_eq!(b.membership_ask(&camille, siret).await.expect("asked"), MembershipAsked::Already);

        b.membership_ask(&other, siret).await.expect("asked");
        let last = code(&fixture.mails().await.remove(0));
        let wrong = if last == "000000" { "000001" } else { "000000" };
        for _ in 0..TRIES {
            assert_eq!(b.membership_join(&other, siret, wrong).await.expect("tried"), MembershipTried::Wrong);
        }
        assert_eq!(b.membership_join(&other, siret, &last).await.expect("tried"), MembershipTried::Over);
        b.membership_ask(&other, siret).await.expect("asked");
        let late = code(&fixture.mails().await.remove(0));
        fixture.clock.advance(3 * 86_400 + 1);
        assert_eq!(b.membership_join(&other, siret, &late).await.expect("tried"), MembershipTried::Over);
    }

    async fn the_address_of_the_contact_is_proof_enough_and_one_that_waits_is_none(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        fixture.mails().await;
        let (siret, contact) = reachable(b);
        by_link(b).manage_link_send(siret).await.expect("sent");
        let manage = Fixture::token(&fixture.mails().await[0], "/gerer");
        let form = FicheForm { contact: Some("pirate@ville.example".into()), ..FicheForm::default() };
        by_link(b).manage_save(siret, &manage, &form).await.expect("asked");
        fixture.mails().await;
        let pirate = signed_in(&fixture, "pirate@ville.example").await;
        assert_eq!(b.membership_ask(&pirate, siret).await.expect("asked"), MembershipAsked::CodeSent);
        fixture.mails().await;
        let mine = signed_in(&fixture, contact.as_str()).await;
        let joined = b.membership_ask(&mine, siret).await.expect("asked");
        assert_eq!(joined, MembershipAsked::Joined(Rank::Responsible));
    }

    async fn colleagues_come_and_go_and_somebody_always_decides(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        fixture.mails().await;
        let (siret, contact) = reachable(b);
        let head_secret = secret(&fixture, contact.as_str()).await;
        let head = again(&fixture, &head_secret).await;
        b.membership_ask(&head, siret).await.expect("joined");
        let head = again(&fixture, &head_secret).await;
        let head_id = head.account().expect("signed in").id;
        let alone = b.membership_leave(&head, siret).await;
        assert!(matches!(alone, Err(Error::Refused(_))), "nobody would decide: {alone:?}");

        b.colleague_invite(&head, siret, &address("dominique@atelier.example"), Rank::Member).await.expect("invited");
        let mail = fixture.mails().await.remove(0);
        assert_eq!(mail.mail.to, address("dominique@atelier.example"));
        let secret_of = secret(&fixture, "Dominique@atelier.example").await;
        let invited = again(&fixture, &secret_of).await;
        assert_eq!(refusal(b.manage_show(&invited, siret).await), Some(Refusal::NotMember), "not before it says so");
        let stranger = signed_in(&fixture, "autre@ville.example").await;
        assert_eq!(refusal(b.invitation_answer(&stranger, siret, true).await), Some(Refusal::NotYours));
        b.invitation_answer(&invited, siret, true).await.expect("accepted");
        let member = again(&fixture, &secret_of).await;
        let member_id = member.account().expect("signed in").id;
        assert!(b.manage_show(&member, siret).await.is_ok());
        assert_eq!(refusal(b.invitation_answer(&member, siret, true).await), Some(Refusal::NotYours), "once");
        for outcome in [
            b.colleague_remove(&member, siret, head_id).await,
            b.colleague_change(&member, siret, member_id, Rank::Responsible).await,
            b.colleague_invite(&member, siret, &address("x@atelier.example"), Rank::Responsible).await,
        ] {
            assert_eq!(refusal(outcome), Some(Refusal::NotResponsible));
        }

        let seen = b.colleague_list(&head, siret).await.expect("its own");
        assert_eq!(seen.members.iter().map(|m| m.rank).collect::<Vec<_>>(), [Rank::Responsible, Rank::Member]);
        b.colleague_change(&head, siret, member_id, Rank::Responsible).await.expect("named");
        assert!(fixture.mails().await[0].mail.text.contains("responsable"), "it is told");
        b.membership_leave(&head, siret).await.expect("another decides");
        let left = again(&fixture, &head_secret).await;
        assert_eq!(refusal(b.manage_show(&left, siret).await), Some(Refusal::NotMember), "at once");
        let member = again(&fixture, &secret_of).await;
        b.membership_ask(&left, siret).await.expect("joined again");
        b.colleague_remove(&member, siret, head_id).await.expect("removed");
        assert!(fixture.mails().await.iter().any(|m| m.mail.text.contains("plus partie")), "it is told");
        let demoted = b.colleague_change(&member, siret, member_id, Rank::Member).await;
        assert!(matches!(demoted, Err(Error::Refused(_))), "the last one stays: {demoted:?}");
    }

    async fn needs_of_an_address_are_its_accounts(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        fixture.mails().await;
        let form = NeedForm {
            title: "Entretien des espaces verts".into(),
            place: "FR".into(),
            date: "2027-01-12".into(),
            email: "Achats@ville.example".into(),
            ..NeedForm::default()
        };
        let need = b.need_send(&Actor::Anyone, b.need_read(&form).expect("a good form")).await.expect("sent");
        fixture.mails().await;
        let stranger = signed_in(&fixture, "autre@ville.example").await;
        let author = signed_in(&fixture, "achats@ville.example").await;
        assert_eq!(refusal(b.need_publish(&stranger, need.id).await), Some(Refusal::NotAuthor));
        b.need_publish(&author, need.id).await.expect("its address is confirmed");
        b.jobs_drain().await.expect("told");
        assert!(b.need_follow(&author, need.id).await.is_ok());
        assert_eq!(refusal(b.need_follow(&stranger, need.id).await), Some(Refusal::NotAuthor));
        let space = b.space_show(&author).await.expect("its own");
        assert_eq!(space.needs.iter().map(|own| own.need.id).collect::<Vec<_>>(), [need.id]);
        assert!(space.needs[0].moved.told > 0 && space.needs[0].moved.interested == 0);
        assert!(b.space_show(&stranger).await.expect("its own").needs.is_empty());
        assert_eq!(refusal(b.space_show(&Actor::Anyone).await), Some(Refusal::NoAccount));
    }

    async fn whoever_may_do_something_else_gets_another_secret(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        fixture.mails().await;
        let (siret, contact) = reachable(b);
        let before = secret(&fixture, contact.as_str()).await;
        let found = b.session_recognise(&before).await.expect("read");
        assert_eq!(found.renewed, None, "nothing has changed");
        b.membership_ask(&found.actor, siret).await.expect("joined");
        let found = b.session_recognise(&before).await.expect("read");
        let after = found.renewed.expect("a new one").secret;
        assert_ne!(after, before);
        assert_eq!(b.session_recognise(&before).await.expect("read").renewed, None, "once");
        for known in [&before, &after] {
            assert!(again(&fixture, known).await.account().is_ok(), "what was asked at the same time");
        }
        fixture.clock.advance(61);
        assert_eq!(again(&fixture, &before).await, Actor::Anyone);
        assert!(again(&fixture, &after).await.account().is_ok());
    }

    async fn an_account_is_taken_away_and_erased_after_a_month(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        fixture.mails().await;
        let form = |title: &str| NeedForm {
            title: title.into(),
            place: "FR".into(),
            date: "2027-01-12".into(),
            email: "achats@ville.example".into(),
            sectors: vec!["blanchisserie".into()],
            ..NeedForm::default()
        };
        let send = async |title: &str| {
            b.need_send(&Actor::Anyone, b.need_read(&form(title)).expect("a good form")).await.expect("sent").id
        };
        let (published, draft) = (send("=Linge").await, send("Draps").await);
        fixture.mails().await;
        let secret_of = secret(&fixture, "achats@ville.example").await;
        let author = again(&fixture, &secret_of).await;
        b.need_publish(&author, published).await.expect("published");
        fixture.mails().await;
        let (siret, contact) = reachable(b);
        let head = signed_in(&fixture, contact.as_str()).await;
        b.membership_ask(&head, siret).await.expect("joined");
        fixture.mails().await;

        let export = b.account_export(&author).await.expect("its own");
        assert_eq!(export.addresses, ["achats@ville.example"]);
        assert_eq!((export.needs.len(), export.sessions.len(), export.memberships.len()), (2, 1, 0));
        let csv = export.to_csv().expect("written");
        assert!(csv.starts_with("quoi,lequel,detail,depuis\n") && !csv.contains(",=Linge"), "inert: {csv}");
        let stranger = signed_in(&fixture, "autre@ville.example").await;
        assert!(b.account_export(&stranger).await.expect("its own").needs.is_empty());
        assert_eq!(refusal(b.account_export(&Actor::Anyone).await), Some(Refusal::NoAccount));

        b.account_close(&author, true).await.expect("asked");
        assert!(fixture.mails().await[0].mail.subject.ends_with("21 décembre 2026"), "it is told the day");
        b.account_close(&author, false).await.expect("kept");
        let days = async |days: i64| {
            // A session ends when it is not seen for a month.
            for _ in 0..days {
                fixture.clock.advance(86_400);
                again(&fixture, &secret_of).await;
            }
        };
        days(31).await;
        b.tidy().await.expect("tidied");
        assert!(again(&fixture, &secret_of).await.account().is_ok(), "it thought again");
        b.account_close(&author, true).await.expect("asked");
        days(29).await;
        b.tidy().await.expect("tidied");
        assert!(again(&fixture, &secret_of).await.account().is_ok(), "not before its day");
        days(1).await;
        fixture.clock.advance(1);
        b.tidy().await.expect("tidied");
        assert_eq!(again(&fixture, &secret_of).await, Actor::Anyone);
        assert!(b.store.need_fetch(draft).await.expect("read").is_none(), "a draft goes with its author");
        let left = b.store.need_fetch(published).await.expect("read").expect("it stays");
        assert_eq!((left.author, left.status), (None, NeedStatus::Closed));
        fixture.mails().await;
        let anew = signed_in(&fixture, "achats@ville.example").await;
        assert!(b.account_export(&anew).await.expect("its own").needs.is_empty(), "another account, with nothing");
        assert_eq!(b.store.audit_verify().await.expect("read").faults, []);
    }

    async fn a_thousand_wrong_codes_lock_nobody_out(fixture) {
        let b = &fixture.backend;
        let mut tried = 0;
        while tried < 1_000 {
            let (id, mail) = asked(&fixture, "camille@ville.example").await;
            let wrong = if code(&mail) == "000000" { "000001" } else { "000000" };
            // Whoever asked for a mail tries far more than it allows.
            for _ in 0..100 {
                assert!(!matches!(by_code(b, id, wrong).await, SignInTried::SignedIn(_)));
                tried += 1;
            }
        }
        assert!(signed_in(&fixture, "camille@ville.example").await.account().is_ok());
    }

    async fn what_a_page_lacks_is_counted_in_needs(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        fixture.mails().await;
        let catalogue = b.index.catalogue();
        let does = |e: &&Arc<Entry>| e.structure.is_told() && e.structure.live_activities().next().is_some();
        let told = &catalogue.structures().find(does).expect("one that does something").structure;
        let (siret, contact) = (told.siret, told.contact.clone().expect("it is told"));
        let head = secret(&fixture, contact.as_str()).await;
        b.membership_ask(&again(&fixture, &head).await, siret).await.expect("joined");
        let costs = async || {
            let own = b.space_show(&again(&fixture, &head).await).await.expect("its own").structures.remove(0);
            own.lacks.into_iter().find(|lack| lack.gap == Gap::Contact).map(|lack| lack.needs)
        };
        assert_eq!(costs().await, None, "it has a contact");
        let entry = b.structure_show(siret).expect("listed");
        let activity = entry.structure.live_activities().next().expect("it does something");
        let form = FicheForm { contact: Some(String::new()), contact_none_meant: true, ..FicheForm::default() };
        b.manage_save(&again(&fixture, &head).await, siret, &form).await.expect("kept");
        let before = costs().await.expect("it lacks a contact");
        let need = NeedForm {
            title: "Un besoin qui lui convient".into(),
            place: format!("C{}", entry.structure.commune),
            date: "2027-01-12".into(),
            email: "achats@ville.example".into(),
            sectors: vec![activity.sector.slug().into()],
            ..NeedForm::default()
        };
        let need = b.need_send(&Actor::Anyone, b.need_read(&need).expect("a good form")).await.expect("sent").id;
        let author = signed_in(&fixture, "achats@ville.example").await;
        b.need_publish(&author, need).await.expect("published");
        fixture.mails().await;
        assert_eq!(costs().await, Some(before + 1), "a need that it was not told of");
        fixture.clock.advance((LACK_DAYS + 1) * 86_400);
        again(&fixture, &head).await;
        let head = secret(&fixture, contact.as_str()).await;
        let own = b.space_show(&again(&fixture, &head).await).await.expect("its own").structures.remove(0);
        let lack = own.lacks.iter().find(|lack| lack.gap == Gap::Contact).expect("still");
        assert_eq!(lack.needs, 0, "of the last days alone");
    }

    async fn what_ended_is_forgotten(fixture) {
        let b = &fixture.backend;
        for (days, is_known) in [(80, true), (200, false)] {
            secret(&fixture, "camille@ville.example").await;
            fixture.clock.advance(days * 86_400);
            b.tidy().await.expect("tidied");
            let (id, mail) = asked(&fixture, "camille@ville.example").await;
            b.sign_in_by_code(&Actor::Anyone, id, &code(&mail), &format!("Opera {days}")).await.expect("answered");
            assert_eq!(!fixture.mails().await.is_empty(), is_known, "{days} days later, its devices are known");
        }
    }
}
