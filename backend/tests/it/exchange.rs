//! What structures and authors of needs write to each other, what is answered to all, and how authors compare; on both databases.

use crate::accounts::signed_in;
use crate::fixture::{Fixture, on_both};
use crate::link::by_link;
use backend::error::Error;
use backend::mail::Sent;
use backend::needs::{AnswerForm, ReportKind};
use domain::access::{Actor, Grant, Refusal};
use domain::form::Field;
use domain::need::{Answer, Aspect, LotKey, MessageText, NeedForm, Selection, Topic};
use domain::siret::Siret;
use uuid::Uuid;

pub const LOT: LotKey = LotKey::FIRST;

pub fn text(of: &str) -> MessageText {
    MessageText::parse(of, Field::Message).expect("a text")
}

fn refused<T>(outcome: Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Refused(_)))
}

fn forbidden<T>(outcome: Result<T, Error>) -> Option<Refusal> {
    match outcome {
        Err(Error::Forbidden(refusal)) => Some(refusal),
        _ => None,
    }
}

/// A published need with the structures that were told of it, each with the actor of its link.
pub struct Told {
    pub need: Uuid,
    pub author: Actor,
    pub structures: Vec<(Siret, Actor, String)>,
}

pub async fn told(fixture: &Fixture) -> Told {
    let b = &fixture.backend;
    b.demo_load_country(400, &|_, _| {}).await.expect("loaded");
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
    let need = by_link(b).need_publish(&confirm).await.expect("published");
    let mut structures = Vec::new();
    let mut author = None;
    for sent in fixture.mails().await {
        if sent.mail.to.as_str() == "achats@ville.example" {
            author = Some(by_link(b).actor(&Fixture::token(&sent, "/besoins/suivre")).await.expect("read"));
            continue;
        }
        let actor = by_link(b).actor(&Fixture::token(&sent, "/besoins/repondre")).await.expect("read");
        let siret = actor.grant().and_then(Grant::structure).expect("a structure");
        structures.push((siret, actor, sent.mail.to.to_string()));
    }
    assert!(structures.len() > 3, "{} structures were told", structures.len());
    Told { need, author: author.expect("the author’s mail"), structures }
}

fn answer(of: Answer) -> AnswerForm {
    AnswerForm { answer: of, lots: Vec::new(), message: String::new(), replies: Vec::new() }
}

fn addresses(mails: &[Sent]) -> Vec<String> {
    let mut all: Vec<String> = mails.iter().map(|sent| sent.mail.to.to_string()).collect();
    all.sort();
    all
}

on_both! {
    async fn what_moved_since_the_last_visit_is_said_once(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let author = signed_in(&fixture, "achats@ville.example").await;
        let moved = async || b.space_show(&author).await.expect("its own").needs.remove(0).moved;
        let seen = async || {
            let moved = moved().await;
            (moved.answers, moved.messages, moved.comments)
        };
        assert_eq!(seen().await, (0, 0, 0));
        let (siret, structure, _) = &told.structures[0];
        let (other, second, _) = &told.structures[1];
        b.need_answer(structure, told.need, *siret, &answer(Answer::Interested)).await.expect("answered");
        b.message_write(structure, told.need, *siret, LOT, &text("Peut-on visiter ?")).await.expect("written");
        b.need_answer(second, told.need, *other, &answer(Answer::Declined)).await.expect("answered");
        assert_eq!(seen().await, (2, 1, 0), "it never looked: everything");
        assert_eq!((moved().await.told, moved().await.interested), (told.structures.len() as u64, 1));
        fixture.clock.advance(60);
        b.need_follow(&told.author, told.need).await.expect("by its link");
        assert_eq!(seen().await, (2, 1, 0), "a link is nobody");
        b.need_follow(&author, told.need).await.expect("its own");
        assert_eq!(seen().await, (0, 0, 0));
        fixture.clock.advance(60);
        b.message_reply(&author, told.need, LOT, *siret, &text("Oui.")).await.expect("written");
        assert_eq!(seen().await, (0, 0, 0), "its own message is no news");
        b.message_write(structure, told.need, *siret, LOT, &text("Merci.")).await.expect("written");
        b.comment_write(&told.author, told.need, Topic::Need, &text("À suivre.")).await.expect("kept");
        assert_eq!(seen().await, (0, 1, 1));
        b.store.tamper("DROP TABLE need_visit").await.expect("a database that does not take the visit");
        assert!(b.need_follow(&author, told.need).await.is_ok(), "the page is read all the same");
    }

    async fn another_need_is_begun_from_one(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let source = b.store.need_fetch(told.need).await.expect("read").expect("there");
        fixture.clock.advance(200 * 86_400);
        assert_eq!(forbidden(b.need_duplicate(&told.structures[0].1, told.need).await), Some(Refusal::WrongLink));
        let copy = b.need_duplicate(&told.author, told.need).await.expect("begun");
        assert_eq!((copy.draft.title.as_str(), copy.published_at), (source.draft.title.as_str(), None));
        assert_eq!(copy.draft.lots, source.draft.lots);
        assert!(copy.draft.deadline > source.draft.deadline && copy.draft.deadline > b.clock.today(), "to come");
        let mails = fixture.mails().await;
        assert_eq!(addresses(&mails), ["achats@ville.example"]);
        let link = by_link(b).actor(&Fixture::token(&mails[0], "/besoins/preparer")).await.expect("read");
        assert!(b.need_prepared(&link, copy.id).await.is_ok(), "its own link, as that of any draft");
        assert!(b.need_show(copy.id).is_err(), "nobody else sees it");
    }

    async fn a_question_reaches_the_author_and_its_answer_the_structure(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let [(siret, structure, mailbox), (_, other, _), ..] = told.structures.as_slice() else { panic!("few") };
        b.message_write(structure, told.need, *siret, LOT, &text("Peut-on visiter\u{a0}?")).await.expect("written");
        let mails = fixture.mails().await;
        assert_eq!(addresses(&mails), ["achats@ville.example"]);
        assert!(mails[0].mail.text.contains("Peut-on visiter"), "{}", mails[0].mail.text);
        let link = by_link(b).actor(&Fixture::token(&mails[0], "/besoins/suivre/structure")).await.expect("read");
        assert_eq!(link, told.author, "the mail leads to the author’s page of that structure");

        let view = b.need_follow(&told.author, told.need).await.expect("its own");
        assert_eq!(view.unanswered().len(), 1);
        assert!(!view.silent(LOT).contains(siret), "whoever asks is not silent");
        let page = b.candidate_show(&told.author, told.need, LOT, *siret).await.expect("tied to the lot");
        assert_eq!((page.messages.len(), page.candidate.told.is_some()), (1, true));

        let mailed = b.message_reply(&told.author, told.need, LOT, *siret, &text("Lundi.")).await.expect("written");
        assert!(mailed);
        let mails = fixture.mails().await;
        assert_eq!(addresses(&mails), std::slice::from_ref(mailbox));
        let back = by_link(b).actor(&Fixture::token(&mails[0], "/besoins/echanger")).await.expect("read");
        let thread = b.thread_show(&back, told.need, *siret).await.expect("its own");
        let texts: Vec<&str> = thread.messages.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(texts, ["Peut-on visiter\u{a0}?", "Lundi."]);
        assert!(b.need_follow(&told.author, told.need).await.expect("its own").unanswered().is_empty());

        assert_eq!(forbidden(b.thread_show(other, told.need, *siret).await.map(|_| ())), Some(Refusal::WrongLink));
        assert_eq!(forbidden(b.message_write(other, told.need, *siret, LOT, &text("Moi")).await), Some(Refusal::WrongLink));
        assert_eq!(forbidden(b.message_reply(structure, told.need, LOT, *siret, &text("Moi")).await.map(|_| ())), Some(Refusal::WrongLink));
        assert!(refused(b.message_write(structure, told.need, *siret, LotKey(9), &text("Et là\u{a0}?")).await), "no such lot");
        assert!(fixture.mails().await.is_empty(), "what is refused mails nobody");
    }

    async fn an_author_writes_only_to_structures_of_the_lot(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let known: Vec<Siret> = told.structures.iter().map(|(siret, ..)| *siret).collect();
        let catalogue = b.index.catalogue();
        let stranger = catalogue.structures().map(|entry| entry.structure.siret).find(|siret| !known.contains(siret));
        let stranger = stranger.expect("one that was not told");
        assert!(refused(b.message_reply(&told.author, told.need, LOT, stranger, &text("Bonjour")).await));
        assert!(matches!(b.candidate_show(&told.author, told.need, LOT, stranger).await, Err(Error::NotFound)));
        let (silent, _, mailbox) = &told.structures[0];
        assert!(b.message_reply(&told.author, told.need, LOT, *silent, &text("Bonjour")).await.expect("told before"));
        assert_eq!(addresses(&fixture.mails().await), std::slice::from_ref(mailbox));
    }

    async fn whoever_stopped_mails_gets_answers_alone(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let stop = async |siret: Siret| b.alerts_stop(&Actor::Link(Grant::AlertsStop(siret)), siret).await.expect("stopped");
        let (silent, ..) = &told.structures[0];
        let (asks, actor, mailbox) = &told.structures[1];
        stop(*silent).await;
        stop(*asks).await;
        let mailed = b.message_reply(&told.author, told.need, LOT, *silent, &text("Bonjour")).await.expect("kept");
        assert!(!mailed, "and the page says so");
        b.message_write(actor, told.need, *asks, LOT, &text("Quand\u{a0}?")).await.expect("written");
        fixture.mails().await;
        assert!(b.message_reply(&told.author, told.need, LOT, *asks, &text("En mai.")).await.expect("kept"));
        assert_eq!(addresses(&fixture.mails().await), std::slice::from_ref(mailbox), "it waits for the answer");
    }

    async fn an_answer_to_all_reaches_whom_it_concerns_and_says_not_who_asked(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let (asks, actor, asking) = &told.structures[0];
        let (declines, refusing, declined) = &told.structures[1];
        b.message_write(actor, told.need, *asks, LOT, &text("Chez nous, à Muret\u{a0}: peut-on visiter\u{a0}?")).await.expect("written");
        b.need_answer(refusing, told.need, *declines, &answer(Answer::Declined)).await.expect("answered");
        fixture.mails().await;
        let message = b.need_follow(&told.author, told.need).await.expect("its own").messages[0].id;
        let shared = (text("Peut-on visiter\u{a0}?"), text("Le 3 mai, à 9\u{a0}h."));
        assert_eq!(forbidden(b.answer_share(actor, told.need, None, None, &shared).await), Some(Refusal::WrongLink));
        assert!(refused(b.answer_share(&told.author, told.need, Some(LotKey(9)), None, &shared).await));
        b.answer_share(&told.author, told.need, Some(LOT), Some(message), &shared).await.expect("published");
        let mails = fixture.mails().await;
        let mut expected: Vec<String> = told.structures.iter().map(|(.., mailbox)| mailbox.clone()).collect();
        expected.retain(|mailbox| mailbox != declined);
        expected.sort();
        assert_eq!(addresses(&mails), expected, "all who were told and have not declined, whoever asked too");
        let name = b.structure_show(*asks).expect("there").structure.shown_name().to_owned();
        for sent in mails.iter().filter(|sent| sent.mail.to.as_str() != asking) {
            let mail = &sent.mail;
            assert!(!mail.text.contains(&name) && !mail.html.contains(&name) && !mail.text.contains("Muret"), "{}", mail.text);
            assert!(mail.unsubscribe.is_some());
        }
        let page = b.need_matches(told.need, None).await.expect("published");
        assert_eq!(page.shared.len(), 1);
        assert!(b.need_follow(&told.author, told.need).await.expect("its own").unanswered().is_empty(), "it waits no more");
        assert!(fixture.mails().await.is_empty(), "once");
    }

    async fn another_question_still_waits_when_one_is_answered_to_all(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        for (siret, actor, _) in &told.structures[..2] {
            b.message_write(actor, told.need, *siret, LOT, &text("Quand\u{a0}?")).await.expect("written");
        }
        let first = b.need_follow(&told.author, told.need).await.expect("its own").messages[0].clone();
        let shared = (text("Quand\u{a0}?"), text("En mai."));
        b.answer_share(&told.author, told.need, Some(LOT), Some(first.id), &shared).await.expect("published");
        let view = b.need_follow(&told.author, told.need).await.expect("its own");
        let waiting: Vec<Siret> = view.unanswered().iter().map(|message| message.siret).collect();
        assert_eq!(waiting.len(), 1);
        assert_ne!(waiting[0], first.siret);
    }

    async fn silent_structures_are_reminded_once(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let (siret, actor, mailbox) = &told.structures[0];
        b.need_answer(actor, told.need, *siret, &answer(Answer::Interested)).await.expect("answered");
        let (asks, asking, asked) = &told.structures[1];
        b.message_write(asking, told.need, *asks, LOT, &text("Quand\u{a0}?")).await.expect("written");
        fixture.mails().await;
        b.lot_remind(&told.author, told.need, LOT, &text("Il reste une semaine.")).await.expect("reminded");
        assert!(refused(b.lot_remind(&told.author, told.need, LOT, &text("Encore")).await), "once");
        let mails = fixture.mails().await;
        let mut expected: Vec<String> = told.structures.iter().map(|(.., mailbox)| mailbox.clone()).collect();
        expected.retain(|of| of != mailbox && of != asked);
        expected.sort();
        assert_eq!(addresses(&mails), expected);
        assert!(mails[0].mail.text.contains("Il reste une semaine."));
        let followed = b.need_follow(&told.author, told.need).await.expect("its own").followed;
        assert_eq!(followed[0].reminder.as_ref().map(|(text, _)| text.as_str()), Some("Il reste une semaine."));
    }

    async fn nobody_is_reminded_of_what_is_over(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        fixture.clock.advance(86_400 * 60);
        assert!(refused(b.lot_remind(&told.author, told.need, LOT, &text("Alors\u{a0}?")).await));
        let (siret, actor, _) = &told.structures[0];
        assert!(refused(b.message_write(actor, told.need, *siret, LOT, &text("Trop tard\u{a0}?")).await));
        assert!(fixture.mails().await.is_empty());
    }

    async fn whoever_answered_goes_on_writing_after_the_end(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let (siret, actor, _) = &told.structures[0];
        b.need_answer(actor, told.need, *siret, &answer(Answer::Interested)).await.expect("answered");
        fixture.clock.advance(86_400 * 60);
        b.message_write(actor, told.need, *siret, LOT, &text("Et maintenant\u{a0}?")).await.expect("written");
    }

    async fn what_an_author_notes_stays_its_own(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let (siret, actor, _) = &told.structures[2];
        let note = |is_shortlisted, note| Selection::read(LOT, *siret, is_shortlisted, note).expect("short enough");
        b.selection_keep(&told.author, told.need, &note(true, "Déjà vue au forum")).await.expect("kept");
        assert_eq!(forbidden(b.selection_keep(actor, told.need, &note(true, "")).await), Some(Refusal::WrongLink));
        let view = b.comparison_show(&told.author, told.need, LOT).await.expect("its own");
        let first = &view.candidates[0];
        assert_eq!((first.entry.structure.siret, first.is_shortlisted()), (*siret, true), "the short list stands first");
        assert_eq!(first.selection.as_ref().map(|kept| kept.note.as_str()), Some("Déjà vue au forum"));
        b.selection_keep(&told.author, told.need, &note(false, "")).await.expect("kept");
        let view = b.comparison_show(&told.author, told.need, LOT).await.expect("its own");
        assert!(view.candidates.iter().all(|of| of.selection.is_none()), "what says nothing is forgotten");

        assert_eq!(view.followed, None, "nothing is chosen");
        assert!(refused(b.aspects_choose(&told.author, told.need, LOT, &[]).await));
        b.aspects_choose(&told.author, told.need, LOT, &[Aspect::Answer, Aspect::Capacity]).await.expect("kept");
        let view = b.comparison_show(&told.author, told.need, LOT).await.expect("its own");
        let aspects = view.followed.and_then(|followed| followed.aspects).map(|(aspects, _)| aspects);
        assert_eq!(aspects, Some(vec![Aspect::Answer, Aspect::Capacity]));
        assert!(fixture.mails().await.is_empty(), "nobody is told");
    }

    async fn the_trace_says_what_happened_in_its_order(fixture) {
        let b = &fixture.backend;
        let told = told(&fixture).await;
        let (siret, actor, _) = &told.structures[0];
        fixture.clock.advance(60);
        b.message_write(actor, told.need, *siret, LOT, &text("=1+1")).await.expect("written");
        fixture.clock.advance(60);
        b.message_reply(&told.author, told.need, LOT, *siret, &text("Deux.")).await.expect("written");
        fixture.clock.advance(60);
        b.answer_share(&told.author, told.need, None, None, &(text("Combien\u{a0}?"), text("Deux."))).await.expect("published");
        fixture.clock.advance(60);
        b.need_answer(actor, told.need, *siret, &answer(Answer::Interested)).await.expect("answered");
        fixture.clock.advance(60);
        b.lot_remind(&told.author, told.need, LOT, &text("Alors\u{a0}?")).await.expect("reminded");
        let report = b.need_report(&told.author, told.need).await.expect("its own");
        let mut kinds: Vec<ReportKind> = report.rows.iter().map(|row| row.kind).collect();
        kinds.dedup();
        assert_eq!(kinds, [
            ReportKind::Published, ReportKind::Told, ReportKind::Asked, ReportKind::Replied, ReportKind::Shared,
            ReportKind::Answered, ReportKind::Reminded,
        ]);
        let csv = report.to_csv(|at| at.to_string()).expect("written");
        assert_eq!(csv.lines().count(), report.rows.len() + 1);
        assert!(csv.contains(",'=1+1") && !csv.contains(",=1+1"), "inert in a spreadsheet: {csv}");
        assert_eq!(forbidden(b.need_report(actor, told.need).await.map(|_| ())), Some(Refusal::WrongLink));
    }
}
