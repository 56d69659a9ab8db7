//! An administrator acts in the place of somebody, to help: openly, for an hour, and never for what is theirs alone.

use crate::accounts::{address, signed_in};
use crate::collaborators::refusal;
use crate::factor::{administrator, administrator_secret};
use crate::fixture::on_both;
use backend::error::Error;
use domain::access::{Action, Actor, Refusal, SUPPORT_MINUTES, Target};

const WHO: &str = "camille@atelier.example";
const ADMIN: &str = "admin@place.example";

on_both! {
    async fn whoever_is_helped_learns_it_and_the_audit_names_both(fixture) {
        let b = &fixture.backend;
        let person = signed_in(&fixture, WHO).await;
        let of = person.account().expect("signed in").id;
        let cookie = administrator_secret(&fixture, ADMIN).await;
        fixture.mails().await;
        let admin = b.session_recognise(&cookie).await.expect("read").actor;
        let own = admin.account().expect("signed in").id;
        b.support_begin(&admin, &address(WHO), "  Elle ne trouve\n plus sa fiche ").await.expect("begun");
        let mails = fixture.mails().await;
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].mail.to, address(WHO));
        assert!(mails[0].mail.text.contains("« Elle ne trouve plus sa fiche »"), "{}", mails[0].mail.text);

        let found = b.session_recognise(&cookie).await.expect("read");
        let fresh = found.renewed.expect("a new secret").secret;
        let acting = found.actor;
        let account = acting.account().expect("signed in");
        assert_eq!((account.id, account.address.as_str()), (of, WHO));
        let support = account.support.clone().expect("said");
        assert_eq!((support.administrator, support.until), (own, b.clock.now() + SUPPORT_MINUTES * 60));
        // What it may: the space and its lists; what not: security, data, life of the account, administration.
        b.favourites_begin(&acting, "Jardins").await.expect("begun");
        for (what, outcome) in [
            ("export", refusal(b.account_export(&acting).await)),
            ("close", refusal(b.account_close(&acting, true).await)),
            ("factor", refusal(b.factor_begin(&acting).await)),
            ("session", refusal(b.session_end(&acting, account.session).await)),
            ("what an application shows", refusal(b.factor_show(&acting).await)),
            ("sessions", refusal(b.session_list(&acting).await)),
            ("again", refusal(b.support_begin(&acting, &address(WHO), "Encore").await)),
        ] {
            assert_eq!(outcome, Some(Refusal::OnlyOneself), "{what}");
        }
        assert_eq!(refusal(b.administration_show(&acting).await), Some(Refusal::NotAdministrator));
        let audit = b.store.audit_list(Target::Account(of)).await.expect("read");
        let said = format!("account:{}", own.0);
        assert!(audit.iter().any(|row| row.action == Action::SupportBegin.code() && row.actor == said), "{audit:?}");

        b.support_end(&acting).await.expect("ended");
        let audit = b.store.audit_list(Target::Account(of)).await.expect("read");
        let both = format!("account:{} by account:{}", of.0, own.0);
        assert!(audit.iter().any(|row| row.action == Action::SupportEnd.code() && row.actor == both), "{audit:?}");
        let back = b.session_recognise(&fresh).await.expect("read");
        assert_eq!(back.actor.account().expect("signed in").id, own);
        assert!(back.renewed.is_some(), "a new secret");
        assert!(b.administration_show(&back.actor).await.is_ok());
        assert!(matches!(b.support_end(&back.actor).await, Err(Error::NotFound)), "once");
        assert_eq!(b.store.audit_verify().await.expect("read").faults, []);
        assert_eq!(b.support_list(&person).await.expect("its own"), [b.clock.now()], "the person sees when");
    }

    async fn an_hour_later_it_is_over(fixture) {
        let b = &fixture.backend;
        let person = signed_in(&fixture, WHO).await;
        let cookie = administrator_secret(&fixture, ADMIN).await;
        let admin = b.session_recognise(&cookie).await.expect("read").actor;
        let own = admin.account().expect("signed in").id;
        b.support_begin(&admin, &address(WHO), "Sa fiche").await.expect("begun");
        let fresh = b.session_recognise(&cookie).await.expect("read").renewed.expect("new").secret;
        fixture.clock.advance(SUPPORT_MINUTES * 60);
        let last = b.session_recognise(&fresh).await.expect("read").actor;
        assert_eq!(last.account().expect("signed in").id, person.account().expect("signed in").id);
        fixture.clock.advance(1);
        let over = b.session_recognise(&fresh).await.expect("read").actor;
        assert_eq!((over.account().expect("signed in").id, over.account().expect("signed in").support.is_some()), (own, false));
        let of = person.account().expect("signed in").id;
        let ended = b.store.audit_list(Target::Account(of)).await.expect("read").into_iter().filter(|row| row.action == Action::SupportEnd.code());
        assert_eq!(ended.map(|row| row.actor).collect::<Vec<_>>(), ["job"], "the audit says that it ended");
    }

    async fn who_may_not_or_whom_not(fixture) {
        let b = &fixture.backend;
        let person = signed_in(&fixture, WHO).await;
        let admin = administrator(&fixture, ADMIN).await;
        assert_eq!(refusal(b.support_begin(&person, &address(WHO), "Moi").await), Some(Refusal::NotAdministrator));
        assert_eq!(refusal(b.support_begin(&Actor::Anyone, &address(WHO), "Moi").await), Some(Refusal::NoAccount));
        let other = "autre@place.example";
        administrator(&fixture, other).await;
        fixture.mails().await;
        for (who, why, says) in [
            ("personne@atelier.example", "Sa fiche", "Aucun compte"),
            (ADMIN, "Sa fiche", "votre propre compte"),
            (other, "Sa fiche", "administratrice"),
            (WHO, " ", "pourquoi"),
            (WHO, &"x".repeat(201), "pourquoi"),
        ] {
            let refused = b.support_begin(&admin, &address(who), why).await;
            assert!(matches!(&refused, Err(Error::Refused(text)) if text.contains(says)), "{who} {why}: {refused:?}");
        }
        assert!(fixture.mails().await.is_empty(), "nobody is told");
    }
}
