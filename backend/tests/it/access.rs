//! Authority as it is written: the audit, links that are revoked, secrets that change, contacts, stops, files, waves.

use crate::fixture::{Fixture, demo, on_both, sqlite};
use crate::link::by_link;
use backend::Backend;
use backend::error::Error;
use backend::mail::Sent;
use backend::needs::{AnswerForm, StepOutcome};
use backend::store::AuditFault;
use domain::access::{Actor, Holder, Refusal, Target};
use domain::form::Field;
use domain::need::{Answer, Interest, InterestForm, NeedForm};
use domain::siret::Siret;
use domain::structure::fiche::FicheForm;
use uuid::Uuid;

fn form(place: &str, author: &str) -> NeedForm {
    NeedForm {
        title: "Entretien des espaces verts".into(),
        place: place.into(),
        date: "2027-01-12".into(),
        email: author.into(),
        ..NeedForm::default()
    }
}

/// Publishes a need; its id, its author's token, the mails to structures.
async fn published(fixture: &Fixture, form: &NeedForm) -> (Uuid, String, Vec<Sent>) {
    let b = &fixture.backend;
    by_link(b).need_send(b.need_read(form).expect("a good form")).await.expect("sent");
    let token = Fixture::token(&fixture.mails().await[0], "/besoins/confirmer");
    let id = by_link(b).need_publish(&token).await.expect("published");
    let (told, author): (Vec<Sent>, Vec<Sent>) =
        fixture.mails().await.into_iter().partition(|m| m.mail.unsubscribe.is_some());
    (id, Fixture::token(&author[0], "/besoins/suivre"), told)
}

/// A structure leaves its address under a need, and is mailed.
async fn interest_ask(b: &Backend, need: Uuid, form: &InterestForm) -> Interest {
    let interest = b.interest_read(need, form).await.expect("answered").expect("read");
    b.interest_ask(&Actor::Anyone, &interest).await.expect("kept");
    interest
}

/// A structure with a contact, and the token of its page.
async fn with_page(fixture: &Fixture) -> (Siret, String) {
    let b = &fixture.backend;
    let all = b.index.catalogue();
    let entry = all.structures().find(|e| e.structure.is_told()).expect("one with a contact");
    let siret = entry.structure.siret;
    by_link(b).manage_link_send(siret).await.expect("sent");
    (siret, Fixture::token(&fixture.mails().await[0], "/gerer"))
}

fn refusal<T>(outcome: Result<T, Error>) -> Option<Refusal> {
    match outcome {
        Err(Error::Forbidden(refusal)) => Some(refusal),
        _ => None,
    }
}

async fn audit(b: &Backend, target: Target) -> Vec<(String, String)> {
    let rows = b.store.audit_list(target).await.expect("read");
    rows.into_iter().map(|row| (row.actor, row.action)).collect()
}

on_both! {
    async fn a_journal_that_was_tampered_with_says_where(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        for _ in 0..3 {
            published(&fixture, &form("FR", "achats@ville.example")).await;
        }
        let whole = b.store.audit_verify().await.expect("read");
        assert_eq!((&whole.faults, whole.unchained), (&Vec::new(), 0));
        assert!(whole.rows > 5, "{whole:?}");
        let head: String = whole.head.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(b.store.audit_holds(&head).await.expect("read"));
        for other in ["", "zz", &head[2..], &head.replace(&head[..1], "g")] {
            assert!(!b.store.audit_holds(other).await.expect("read"), "{other}");
        }
        let faults = async |sql: &'static str| {
            b.store.tamper(sql).await.expect("tampered");
            b.store.audit_verify().await.expect("read").faults
        };
        assert_eq!(faults("UPDATE audit SET actor = 'operator' WHERE seq = 3").await, [AuditFault::Changed(3)]);
        assert_eq!(faults("DELETE FROM audit WHERE seq = 3").await, [AuditFault::Missing(3)]);
        let moved = "UPDATE audit SET seq = 3 WHERE seq = 4";
        assert_eq!(faults(moved).await, [AuditFault::Changed(3), AuditFault::Missing(4)]);
        let [missing, _] = [whole.rows, whole.rows - 1];
        let last = faults("DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)").await;
        assert_eq!(last.last(), Some(&AuditFault::Missing(missing)), "{last:?}");
        let added = "UPDATE audit SET seq = seq + 1000 WHERE seq = 5";
        assert!(faults(added).await.contains(&AuditFault::Inserted(1_005)));
        let outside = faults("UPDATE audit SET seq = NULL WHERE seq = 6").await;
        assert!(outside.contains(&AuditFault::Outside(1)) && outside.contains(&AuditFault::Missing(6)), "{outside:?}");
    }

    async fn every_write_is_put_down(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        assert_eq!(audit(b, Target::Catalogue).await, [("operator".to_owned(), "demo_load".to_owned())]);
        let (id, follow, _) = published(&fixture, &form("FR", "achats@ville.example")).await;
        by_link(b).need_end(&follow, domain::need::NeedStatus::Dropped).await.expect("ended");
        let target = Target::Need { need: id, is_published: true, author: None, organisation: None };
        let rows = audit(b, target).await;
        let by = |action: &str| rows.iter().find(|(_, what)| what == action).map(|(who, _)| who.clone());
        assert_eq!(by("need_send").as_deref(), Some("anyone"));
        assert_eq!(by("need_publish"), Some(format!("link need_publish need:{id}")));
        assert_eq!(by("need_end"), Some(format!("link need_follow need:{id}")));
        assert_eq!(by("tell").as_deref(), Some("job"));
        let all: String = rows.iter().map(|(who, what)| format!("{who}{what}")).collect();
        assert!(!all.contains('@'), "no address in {all}");
        let before = audit(b, target).await.len();
        assert_eq!(refusal(by_link(b).need_publish(&follow).await), Some(Refusal::WrongLink));
        assert_eq!(audit(b, target).await.len(), before, "what was refused wrote nothing");
    }

    async fn a_structure_that_is_not_listed_is_told_to_the_author_once_it_confirmed(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        let (id, follow, _) = published(&fixture, &form("FR", "achats@ville.example")).await;
        let typed = |siret: &str, name: &str, email: &str| InterestForm {
            siret: siret.into(),
            name: name.into(),
            email: email.into(),
        };
        for (wrong, fields) in [
            (typed("12", "", "x"), vec![Field::Siret, Field::Name, Field::Email]),
            (typed("73282932000074", &"a".repeat(201), "c@esat.example"), vec![Field::Name]),
        ] {
            let refused = b.interest_read(id, &wrong).await.expect("answered").expect_err("refused");
            assert_eq!(refused.iter().map(|v| v.field).collect::<Vec<_>>(), fields);
        }
        assert!(fixture.mails().await.is_empty(), "what is refused mails nobody");
        let good = typed("732 829 320 00074", "ESAT  de\nDemain", "Contact@esat.example");
        let asked = interest_ask(b, id, &good).await;
        assert_eq!((asked.name.as_str(), asked.siret.as_str()), ("ESAT de Demain", "73282932000074"));
        let [mail] = fixture.mails().await.try_into().expect("one mail, not to the author");
        assert_eq!(mail.mail.to, asked.address);
        let author = by_link(b).need_follow(&follow).await.expect("followed");
        assert!(author.interests.is_empty(), "not before it is confirmed");
        let token = Fixture::token(&mail, "/besoins/interet");
        let actor = by_link(b).actor(&token).await.expect("read");
        assert!(refusal(b.interest_confirm(&Actor::Anyone, asked.id).await).is_some());
        assert!(refusal(by_link(b).need_follow(&token).await).is_some(), "it opens nothing of the author's");
        for times in [1, 0] {
            b.interest_confirm(&actor, asked.id).await.expect("confirmed");
            let mails = fixture.mails().await;
            assert_eq!(mails.len(), times, "the author learns it once");
            for sent in mails {
                assert_eq!(sent.mail.to.as_str(), "achats@ville.example");
                assert!(sent.mail.text.contains(asked.address.as_str()), "{}", sent.mail.text);
            }
        }
        let author = by_link(b).need_follow(&follow).await.expect("followed");
        let [(known, is_listed)] = author.interests.as_slice() else { panic!("one: {:?}", author.interests) };
        assert_eq!((known.siret, *is_listed), (asked.siret, false));

        // One that is listed has the name of the list, whatever is typed.
        let entry = b.index.catalogue().structures().next().cloned().expect("one");
        let listed = typed(entry.structure.siret.as_str(), "Autre nom", "autre@structure.example");
        let asked = interest_ask(b, id, &listed).await;
        assert_eq!(asked.name, entry.structure.shown_name());
        let late = Fixture::token(&fixture.mails().await[0], "/besoins/interet");
        for (days, is_kept) in [(6, true), (8, false)] {
            fixture.clock.advance(days * 86_400);
            b.tidy().await.expect("tidied");
            let kept = b.store.interest_fetch(asked.id).await.expect("read").is_some();
            assert_eq!(kept, is_kept, "never confirmed, after {days} more days");
        }
        assert!(b.store.interest_fetch(known.id).await.expect("read").is_some(), "what was confirmed stays");
        let again = interest_ask(b, id, &listed).await;
        assert_eq!(refusal(b.interest_show(&by_link(b).actor(&late).await.expect("read"), asked.id).await), Some(Refusal::PastLink));
        let late = Fixture::token(&fixture.mails().await[0], "/besoins/interet");
        by_link(b).need_end(&follow, domain::need::NeedStatus::Dropped).await.expect("ended");
        let late = by_link(b).actor(&late).await.expect("read");
        assert!(matches!(b.interest_confirm(&late, again.id).await, Err(Error::Refused(_))));
        assert!(matches!(b.interest_read(id, &good).await, Err(Error::Refused(_))));
    }

    async fn links_are_revoked(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        let (id, follow, _) = published(&fixture, &form("FR", "achats@ville.example")).await;
        let actor = by_link(b).actor(&follow).await.expect("read");
        b.links_revoke(&actor, Holder::Author(id)).await.expect("revoked");
        assert_eq!(refusal(by_link(b).need_follow(&follow).await), Some(Refusal::PastLink));
        b.need_link_send(&Actor::Anyone, id).await.expect("sent");
        let again = Fixture::token(&fixture.mails().await[0], "/besoins/suivre");
        by_link(b).need_follow(&again).await.expect("the new link");

        let (siret, page) = with_page(&fixture).await;
        assert!(refusal(b.links_revoke(&Actor::Anyone, Holder::Structure(siret)).await).is_some());
        by_link(b).manage_show(siret, &page).await.expect("still good");
        b.links_revoke(&Actor::Operator, Holder::Structure(siret)).await.expect("revoked");
        assert_eq!(refusal(by_link(b).manage_show(siret, &page).await), Some(Refusal::PastLink));
        let nobody = b.links_revoke(&Actor::Operator, Holder::Structure(Siret::with_key(999_999_999, 1))).await;
        assert!(matches!(nobody, Err(Error::NotFound)), "{nobody:?}");
    }

    async fn the_secret_changes_and_the_one_before_is_good_for_a_time(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        let (siret, before) = with_page(&fixture).await;
        b.secret_rotate(3).await.expect("rotated");
        let (_, after) = with_page(&fixture).await;
        let key = |token: &str| token.split('~').nth(3).map(str::to_owned);
        assert_ne!(key(&before), key(&after));
        for token in [&before, &after] {
            by_link(b).manage_show(siret, token).await.expect("both are good");
        }
        b.secret_rotate(0).await.expect("rotated again");
        assert_eq!(b.signer.keys().len(), 3);
        fixture.clock.advance(4 * 86_400);
        assert_eq!(refusal(by_link(b).manage_show(siret, &before).await), Some(Refusal::NoLink));
        b.secret_rotate(0).await.expect("rotated once more");
        assert_eq!(b.signer.keys().len(), 2, "those whose time is over are forgotten");
    }

    async fn a_stop_is_undone_and_does_not_outlive_its_contact(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(40, &|_, _| {}).await.expect("loaded");
        let (siret, page) = with_page(&fixture).await;
        let structure = async || b.store.structure_fetch(siret).await.expect("read").expect("there");
        let link = b.links().alerts_stop(&structure().await);
        let stop = link.split_once("jeton=").expect("a token").1;
        by_link(b).alerts_stop(stop).await.expect("stopped");
        assert!(structure().await.alerts_stopped);
        by_link(b).alerts_resume(stop).await.expect("again");
        assert!(!structure().await.alerts_stopped, "by its own link");
        by_link(b).alerts_stop(stop).await.expect("stopped");
        by_link(b).alerts_resume(&page).await.expect("again");
        assert!(!structure().await.alerts_stopped, "from its page");
        by_link(b).alerts_stop(stop).await.expect("stopped");
        let other = FicheForm { contact: Some("autre@structure.example".into()), ..FicheForm::default() };
        by_link(b).manage_save(siret, &page, &other).await.expect("saved");
        let asked = fixture.mails().await;
        by_link(b).contact_confirm(&Fixture::token(&asked[0], "/structures/contact")).await.expect("confirmed");
        assert!(!structure().await.alerts_stopped, "the stop of somebody else");
        assert_eq!(refusal(by_link(b).alerts_stop(stop).await), Some(Refusal::PastLink));
    }

    async fn files_wait_for_the_address_and_leave_when_they_are_taken_out(fixture) {
        let b = &fixture.backend;
        let request = b.need_read(&form("C31555", "achats@ville.example")).expect("a good form");
        let need = b.need_start(&Actor::Anyone, request).await.expect("kept");
        let from_the_page = b.links().need_draft(&need);
        let from_the_page = from_the_page.split_once("jeton=").expect("a token").1;
        let pdf = |n: usize| [b"%PDF-1.7\n".to_vec(), vec![b' '; n]].concat();
        let early = by_link(b).attachment_add(from_the_page, "a.pdf", pdf(10)).await;
        assert_eq!(refusal(early), Some(Refusal::Unconfirmed));
        let mailed = Fixture::token(&fixture.mails().await[0], "/besoins/preparer");
        let add = async |bytes: usize| match by_link(b).attachment_add(&mailed, "a.pdf", pdf(bytes)).await {
            Ok(StepOutcome::Kept(draft)) => Ok(draft.attachments.last().expect("one").id.clone()),
            Ok(StepOutcome::Refused(wrong)) => Err(wrong[0].message.clone()),
            Err(error) => panic!("{error}"),
        };
        let mega = 1_048_576;
        let first = add(9 * mega).await.expect("kept");
        for _ in 0..2 {
            add(9 * mega).await.expect("kept");
        }
        let full = add(9 * mega).await.expect_err("thirty megabytes");
        assert!(full.contains("30\u{a0}Mo au plus"), "{full}");
        by_link(b).attachment_remove(&mailed, &first).await.expect("taken out");
        let id: Uuid = first.parse().expect("an id");
        assert_eq!(b.store.attachment_fetch(need.id, id).await.expect("read"), None, "it left the database");
        add(9 * mega).await.expect("there is room again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_one_address_have_a_total() {
    let (store, folder) = sqlite().await;
    let fixture = crate::fixture::over(store, Some(folder)).await;
    let b = &fixture.backend;
    let pdf = [b"%PDF-1.7\n".to_vec(), vec![b' '; 9 * 1_048_576]].concat();
    let mut kept = 0;
    for n in 0..4 {
        let author = if n % 2 == 0 { "achats@ville.example" } else { "Achats@Ville.example" };
        let request = b.need_read(&form("C31555", author)).expect("a good form");
        b.need_start(&Actor::Anyone, request).await.expect("kept");
        let token = Fixture::token(&fixture.mails().await[0], "/besoins/preparer");
        for _ in 0..3 {
            match by_link(b).attachment_add(&token, "a.pdf", pdf.clone()).await.expect("answered") {
                StepOutcome::Kept(_) => kept += 1,
                StepOutcome::Refused(wrong) => {
                    assert!(wrong[0].message.contains("sur 100\u{a0}Mo au plus"), "{wrong:?}")
                }
            }
        }
    }
    assert_eq!(kept, 11, "eleven of nine megabytes are ninety-nine");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_may_come_from_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("secret");
    let settings = |secret: Option<&std::path::Path>| backend::Settings {
        data: folder.path().join("data"),
        database_url: None,
        mail_url: None,
        mail_from: "place@place.example".to_owned(),
        mail_replies: None,
        public_url: "https://place.example".to_owned(),
        link_secret_file: secret.map(std::path::Path::to_owned),
    };
    let open = async |secret| Backend::open(&settings(secret), backend::clock::Clock::System).await;
    for (text, said) in
        [(None, "ne se lit pas"), (Some("court"), "32 caractères"), (Some("\n"), "32 caractères")]
    {
        if let Some(text) = text {
            std::fs::write(&file, text).expect("written");
        }
        let refused = open(Some(&file)).await;
        assert!(matches!(&refused, Err(Error::Refused(why)) if why.contains(said)), "{text:?}");
    }
    let (old, new) =
        ("un-secret-de-plus-de-trente-deux-caracteres", "un-autre-secret-de-plus-de-trente-deux");
    std::fs::write(&file, old).expect("written");
    let token = |b: &Backend| b.need_read(&form("C31555", "achats@ville.example")).expect("a good form");
    let b = open(Some(&file)).await.expect("opened");
    let need = b.need_start(&Actor::Anyone, token(&b)).await.expect("kept");
    let link = b.links().need_prepare(&need);
    let link = link.split_once("jeton=").expect("a token").1;
    assert!(matches!(b.secret_rotate(1).await, Err(Error::Refused(_))));
    drop(b);
    std::fs::write(&file, format!("{new}\n{old}\n")).expect("written");
    let b = open(Some(&file)).await.expect("opened");
    by_link(&b).need_prepared(link).await.expect("the one before is on the second line");
    drop(b);
    std::fs::write(&file, new).expect("written");
    let b = open(Some(&file)).await.expect("opened");
    assert_eq!(refusal(by_link(&b).need_prepared(link).await), Some(Refusal::NoLink));
    drop(b);
    let b = open(None).await.expect("opened");
    assert_eq!(
        refusal(by_link(&b).need_prepared(link).await),
        Some(Refusal::NoLink),
        "the database signs nothing of it"
    );
}

fn yes() -> AnswerForm {
    AnswerForm { answer: Answer::Interested, lots: Vec::new(), message: String::new(), replies: Vec::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_over_a_wide_place_reaches_fifty_until_someone_answers() {
    let (store, folder) = sqlite().await;
    let fixture = crate::fixture::over(store, Some(folder)).await;
    let b = &fixture.backend;
    b.demo_load_country(6_000, &|_, _| {}).await.expect("loaded");
    fixture.mails().await;
    let (id, follow, told) = published(&fixture, &form("FR", "inconnu@ville.example")).await;
    assert_eq!(told.len(), 50);
    let asked = b.store.need_counts(Some(id)).await.expect("counted").asked;
    assert!(asked.is_empty(), "nor is anybody asked about its trade: {asked:?}");
    let waiting = by_link(b).need_follow(&follow).await.expect("followed").waiting;
    assert!(waiting > 200, "{waiting} would not show the next wave");
    fixture.clock.advance(3 * 86_400);
    assert_eq!(fixture.mails().await.len(), 0, "nobody answered");
    by_link(b).need_answer(&Fixture::token(&told[0], "/besoins/repondre"), &yes()).await.expect("answered");
    let alerts = |mails: &[Sent]| mails.iter().filter(|m| m.mail.unsubscribe.is_some()).count();
    assert_eq!(alerts(&fixture.mails().await), 200, "then the next ones are told");
    // Those who were told are told once, whatever the wave.
    fixture.clock.advance(2 * 86_400);
    let next = fixture.mails().await;
    assert_eq!(alerts(&next), (waiting - 200).min(200));
    assert!(next.iter().all(|m| told.iter().all(|before| before.mail.to != m.mail.to)));

    let (_, _, told) = published(&fixture, &form("FR", "inconnu@ville.example")).await;
    assert_eq!(told.len(), 200, "its next need is no stranger's");
}

#[tokio::test(flavor = "multi_thread")]
async fn waves_end_when_enough_are_interested() {
    let (store, folder) = sqlite().await;
    let fixture = crate::fixture::over(store, Some(folder)).await;
    let b = &fixture.backend;
    b.demo_load_country(6_000, &|_, _| {}).await.expect("loaded");
    fixture.mails().await;
    let (_, _, told) = published(&fixture, &form("FR", "achats@ville.example")).await;
    by_link(b).need_answer(&Fixture::token(&told[0], "/besoins/repondre"), &yes()).await.expect("answered");
    let told: Vec<Sent> =
        fixture.mails().await.into_iter().filter(|m| m.mail.unsubscribe.is_some()).collect();
    for mail in &told[..4] {
        by_link(b).need_answer(&Fixture::token(mail, "/besoins/repondre"), &yes()).await.expect("answered");
    }
    fixture.mails().await;
    fixture.clock.advance(2 * 86_400);
    let later = fixture.mails().await;
    assert!(later.iter().all(|m| m.mail.unsubscribe.is_none()), "five are enough: {}", later.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_a_need_by_itself_answers_it() {
    let fixture = demo().await;
    let b = &fixture.backend;
    let need = b.needs_open().into_iter().next().expect("an open need");
    let id = need.need.id;
    let told = b.store.match_list(id).await.expect("read");
    let all = b.index.catalogue();
    let entry = all
        .structures()
        .find(|e| e.structure.is_told() && told.iter().all(|row| row.siret != e.structure.siret));
    let siret = entry.expect("one that was not told").structure.siret;
    b.answer_link_send(&Actor::Anyone, id, siret).await.expect("sent");
    let mail = &fixture.mails().await[0];
    let link = Fixture::token(mail, "/besoins/repondre");
    let view = by_link(b).need_of_answer_link(&link).await.expect("a good link");
    assert_eq!(view.lots.len(), need.need.draft.lots.len(), "whichever lot");
    by_link(b).need_answer(&link, &yes()).await.expect("answered");
    let author = fixture.mails().await;
    assert!(author.iter().any(|m| m.mail.subject.starts_with("Intéressée")), "its author is told");
}
