//! A need with lots: steps, refusals of the law, answers by lot, revisions and their notices, files; on both databases.

use crate::fixture::{Fixture, on_both};
use crate::link::by_link;
use backend::Backend;
use backend::error::Error;
use backend::needs::{ATTACHMENT_BYTES_MAX, AnswerForm, StepOutcome};
use backend::structures::ManageOutcome;
use domain::access::Refusal;
use domain::cpv::Cpv;
use domain::form::{Field, Violation};
use domain::legal::{Procedure, Vehicle};
use domain::money::Euros;
use domain::need::steps::{LawForm, QuestionsForm};
use domain::need::{
    AmountRange, Answer, AwardForm, LotDraft, LotKey, NeedDraft, NeedForm, NeedStatus, Reply,
};
use domain::privacy::Kept;
use domain::siret::Siret;
use domain::structure::fiche::FicheForm;
use domain::written::Written;

fn form() -> NeedForm {
    NeedForm {
        title: "Entretien des espaces verts".into(),
        place: "Occitanie".into(),
        date: "12/01/2027".into(),
        email: "achats@ville.example".into(),
        ..NeedForm::default()
    }
}

fn lot(title: &str, sector: &str, vehicle: Option<Vehicle>) -> LotDraft {
    let sectors = vec![Written::read(sector)];
    LotDraft { title: title.to_owned(), sectors, vehicle, ..LotDraft::default() }
}

/// Keeps a draft with two lots more than the form gives; its preparing link.
async fn three_lots(fixture: &Fixture) -> String {
    let b = &fixture.backend;
    by_link(b).need_start(b.need_read(&form()).expect("a good form")).await.expect("kept");
    let token = Fixture::token(&fixture.mails().await[0], "/besoins/preparer");
    let change = |draft: &NeedDraft| {
        let mut draft = draft.clone();
        draft.lots[0].title = "Espaces verts".to_owned();
        draft.lots[0].vehicle = Some(Vehicle::Insertion);
        // One structure does green spaces and natural ones: it fits two lots.
        let mut clean = lot("Nettoyage", "nettoyage-de-locaux-16", Some(Vehicle::Both));
        clean.sectors.push(Written::read("entretien-restauration-amenagement-des-espaces-naturels"));
        draft.lot_add(clean);
        draft.lot_add(lot("Blanchisserie", "blanchisserie", None));
        Ok(draft)
    };
    step(b, &token, change).await;
    token
}

async fn step(
    b: &Backend,
    token: &str,
    change: impl FnOnce(&NeedDraft) -> Result<NeedDraft, Vec<Violation>>,
) -> NeedDraft {
    match by_link(b).need_step(token, change).await.expect("a good link") {
        StepOutcome::Kept(draft) => *draft,
        StepOutcome::Refused(wrong) => panic!("refused: {wrong:?}"),
    }
}

on_both! {
    async fn from_a_draft_to_answers_by_lot(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(800, &|_, _| {}).await.expect("loaded");
        let token = three_lots(&fixture).await;
        let prepared = by_link(b).need_prepared(&token).await.expect("a good link");
        assert_eq!((prepared.need.status, prepared.is_published()), (NeedStatus::Draft, false));
        let questions = QuestionsForm { questions: vec!["Quand pouvez-vous venir ?".into(), " ".into()] };
        step(b, &token, |draft| questions.apply(draft)).await;

        let id = by_link(b).need_ask(&token).await.expect("asked").id;
        let mails = fixture.mails().await;
        assert_eq!(mails.len(), 1);
        by_link(b).need_publish(&Fixture::token(&mails[0], "/besoins/confirmer")).await.expect("published");
        let revised = by_link(b).need_prepared(&token).await;
        assert!(matches!(revised, Err(Error::Forbidden(Refusal::Published))), "the draft's link revises nothing");

        let entry = b.need_show(id).expect("shown");
        assert_eq!(entry.need.draft.lots.len(), 3);
        let mut fitting = Vec::new();
        for lot in &entry.need.draft.lots {
            let model = b.need_matches(id, Some(lot.key)).await.expect("ranked");
            assert_eq!(model.ranking.lot.lot().reservation, lot.reservation());
            fitting.push(model.ranking.told());
        }
        assert!(fitting.iter().all(|n| *n > 0), "{fitting:?}");
        assert!(matches!(b.need_matches(id, Some(LotKey(9))).await, Err(Error::NotFound)));

        let told: Vec<_> = fixture.mails().await.into_iter().filter(|m| m.mail.unsubscribe.is_some()).collect();
        b.index_follow().await.expect("followed");
        let entry = b.need_show(id).expect("shown");
        assert_eq!(u64::try_from(told.len()).expect("few"), entry.told, "one mail to each structure, whatever its lots");
        let by_lot: u64 = entry.need.draft.lots.iter().map(|lot| entry.told_of(lot.key)).sum();
        assert_eq!(by_lot, fitting.iter().sum::<u64>(), "those that fit are told, not the neighbours nor the possible ones");

        let several = told.iter().find(|m| m.mail.text.contains("Lot 1 ·") && m.mail.text.contains("Lot 2 ·"));
        let answer = Fixture::token(several.expect("one that fits two lots"), "/besoins/repondre");
        let says = |answer, lots: &[u32]| AnswerForm {
            answer,
            lots: lots.iter().copied().map(LotKey).collect(),
            message: String::new(),
            replies: vec![Reply { question: "Quand pouvez-vous venir ?".into(), reply: "En mars".into() }],
        };
        by_link(b).need_answer(&answer, &says(Answer::Interested, &[2])).await.expect("answered");
        let view = by_link(b).need_answer(&answer, &says(Answer::Declined, &[1])).await.expect("answered");
        let before: Vec<_> = view.lots.iter().map(|(key, before)| (key.0, *before)).take(2).collect();
        assert_eq!(before, [(1, Some(Answer::Declined)), (2, Some(Answer::Interested))]);
        assert!(matches!(by_link(b).need_answer(&answer, &says(Answer::Interested, &[9])).await, Err(Error::Refused(_))));
        let entry = b.need_show(id).expect("shown");
        let interested: Vec<u64> = [1, 2, 3].map(|key| entry.interested_in(LotKey(key))).to_vec();
        assert_eq!((entry.interested, interested), (1, vec![0, 1, 0]));
        let mails = fixture.mails().await;
        assert_eq!(mails.len(), 2, "the author is told of each answer");
        assert!(mails.iter().any(|m| m.mail.text.contains("Lot 2 · Nettoyage") && m.mail.text.contains("En mars")));
    }

    async fn the_law_closes_a_lot(fixture) {
        let b = &fixture.backend;
        let token = three_lots(&fixture).await;
        let today = b.clock.today();
        let law = LawForm { vehicle: "L2113-15".into(), ..LawForm::default() };
        let with_ess = |draft: &NeedDraft| {
            let mut draft = draft.clone();
            draft.lots[2].cpv = Cpv::parse("98310000");
            draft.lots[2].months = Some(24);
            draft.lots[2] = law.apply(&draft.lots[2], &draft, today)?;
            Ok(draft)
        };
        let StepOutcome::Refused(wrong) = by_link(b).need_step(&token, with_ess).await.expect("a good link") else {
            panic!("laundry is no service of the list");
        };
        assert_eq!(wrong.iter().map(|v| v.field).collect::<Vec<_>>(), [Field::Vehicle]);
        assert!(wrong[0].message.contains("98310000") && wrong[0].message.contains("L2113-15"), "{wrong:?}");

        // A lot that was lawful and no longer is keeps the need from being published, and says why.
        let by_hand = |draft: &NeedDraft| {
            let mut draft = draft.clone();
            draft.lots[2].cpv = Cpv::parse("98310000");
            draft.lots[2].months = Some(24);
            draft.lots[2].vehicle = Some(Vehicle::Ess);
            Ok(draft)
        };
        step(b, &token, by_hand).await;
        let Err(Error::Refused(why)) = by_link(b).need_ask(&token).await else { panic!("asked") };
        assert!(why.contains("Lot 3") && why.contains("L2113-15"), "{why}");
        assert!(fixture.mails().await.is_empty());
    }

    async fn a_revision_is_told_to_those_concerned(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(800, &|_, _| {}).await.expect("loaded");
        let token = three_lots(&fixture).await;
        let id = by_link(b).need_ask(&token).await.expect("asked").id;
        by_link(b).need_publish(&Fixture::token(&fixture.mails().await[0], "/besoins/confirmer")).await.expect("published");
        let mails = fixture.mails().await;
        let (told, author): (Vec<_>, Vec<_>) = mails.into_iter().partition(|m| m.mail.unsubscribe.is_some());
        let follow = Fixture::token(&author[0], "/besoins/suivre");
        let declined = Fixture::token(&told[0], "/besoins/repondre");
        let no = AnswerForm { answer: Answer::Declined, lots: Vec::new(), message: String::new(), replies: Vec::new() };
        by_link(b).need_answer(&declined, &no).await.expect("answered");
        fixture.mails().await;

        let later = |draft: &NeedDraft| {
            let mut draft = draft.clone();
            draft.deadline = jiff::civil::date(2027, 2, 1);
            draft.lot_remove(LotKey(3));
            draft.lots[1].hours_per_month = Some(200);
            Ok(draft)
        };
        step(b, &follow, later).await;
        assert_eq!(b.need_show(id).expect("shown").need.version, 1, "what is written waits");
        assert!(by_link(b).need_follow(&follow).await.expect("followed").has_prepared);
        by_link(b).need_revise(&follow).await.expect("revised");
        assert!(matches!(by_link(b).need_revise(&follow).await, Err(Error::Refused(_))), "nothing changed since");
        let entry = b.need_show(id).expect("shown");
        assert_eq!((entry.need.version, entry.need.draft.lots.len()), (2, 2));

        let notices = fixture.mails().await;
        assert_eq!(notices.len() + 1, told.len(), "silence after a refusal");
        assert!(notices.iter().all(|m| m.mail.to != told[0].mail.to));
        assert!(notices.iter().all(|m| m.mail.text.contains("1er février 2027")), "{}", notices[0].mail.text);
        assert!(fixture.mails().await.is_empty(), "once");
        let history = b.need_matches(id, None).await.expect("shown").history;
        let sentences: Vec<&str> = history[0].changes.iter().map(|c| c.sentence.as_str()).collect();
        assert_eq!(history.len(), 1);
        assert_eq!(sentences.len(), 3, "{sentences:?}");
    }

    async fn an_ended_need_takes_no_answers(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(800, &|_, _| {}).await.expect("loaded");
        by_link(b).need_send(b.need_read(&form()).expect("a good form")).await.expect("sent");
        let id = by_link(b).need_publish(&Fixture::token(&fixture.mails().await[0], "/besoins/confirmer")).await.expect("published");
        let mails = fixture.mails().await;
        let (told, author): (Vec<_>, Vec<_>) = mails.into_iter().partition(|m| m.mail.unsubscribe.is_some());
        let follow = Fixture::token(&author[0], "/besoins/suivre");
        let answer = Fixture::token(&told[0], "/besoins/repondre");
        let yes = AnswerForm { answer: Answer::Interested, lots: Vec::new(), message: String::new(), replies: Vec::new() };
        for (status, is_open) in [(NeedStatus::Awarded, false), (NeedStatus::Published, true), (NeedStatus::Dropped, false)] {
            by_link(b).need_end(&follow, status).await.expect("said");
            assert_eq!(b.need_show(id).expect("shown").need.status, status);
            assert_eq!(b.needs_open().len(), usize::from(is_open), "{status:?}");
            assert_eq!(by_link(b).need_answer(&answer, &yes).await.is_ok(), is_open, "{status:?}");
        }
        assert!(matches!(by_link(b).need_end(&answer, NeedStatus::Closed).await, Err(Error::Forbidden(_))));
    }

    async fn files_are_what_their_bytes_say(fixture) {
        let b = &fixture.backend;
        let token = three_lots(&fixture).await;
        let pdf = b"%PDF-1.7\n1 0 obj\n".to_vec();
        let refused = |outcome: StepOutcome| matches!(outcome, StepOutcome::Refused(wrong) if wrong[0].field == Field::File);
        for (name, content) in [
            ("page.pdf", b"<html><script>alert(1)</script></html>".to_vec()),
            ("vide.pdf", Vec::new()),
            ("programme.exe", b"MZ\x90\x00\x03\x00\x00\x00".to_vec()),
            ("lourd.pdf", [pdf.clone(), vec![0; ATTACHMENT_BYTES_MAX]].concat()),
        ] {
            assert!(refused(by_link(b).attachment_add(&token, name, content).await.expect("answered")), "{name}");
        }
        let StepOutcome::Kept(draft) = by_link(b).attachment_add(&token, "cahier.exe", pdf.clone()).await.expect("answered") else {
            panic!("a PDF is taken");
        };
        assert_eq!(draft.attachments[0].name, "cahier.pdf", "named as what it is");
        let file = draft.attachments[0].id.parse().expect("an id");
        assert_eq!(by_link(b).attachment_show_prepared(&token, file).await.expect("there").content, pdf);
        let id = by_link(b).need_prepared(&token).await.expect("a good link").need.id;
        assert!(matches!(b.attachment_show(id, file).await, Err(Error::NotFound)), "not published");
        by_link(b).need_ask(&token).await.expect("asked");
        let mail = fixture.mails().await.remove(0);
        by_link(b).need_publish(&Fixture::token(&mail, "/besoins/confirmer")).await.expect("published");
        assert_eq!(b.attachment_show(id, file).await.expect("there").media, "application/pdf");
    }

    async fn what_may_not_be_published_today_is_not(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(300, &|_, _| {}).await.expect("loaded");
        let token = three_lots(&fixture).await;
        by_link(b).need_ask(&token).await.expect("asked");
        let publish = Fixture::token(&fixture.mails().await[0], "/besoins/confirmer");
        let unlawful = |draft: &NeedDraft| {
            let mut draft = draft.clone();
            draft.lots[2].cpv = Cpv::parse("98310000");
            draft.lots[2].vehicle = Some(Vehicle::Ess);
            Ok(draft)
        };
        step(b, &token, unlawful).await;
        let Err(Error::Refused(why)) = by_link(b).need_publish(&publish).await else { panic!("published against the law") };
        assert!(why.contains("L2113-15"), "{why}");
        let late = |draft: &NeedDraft| {
            let mut draft = draft.clone();
            draft.lots[2].vehicle = None;
            draft.deadline = jiff::civil::date(2026, 11, 20);
            Ok(draft)
        };
        step(b, &token, late).await;
        let Err(Error::Refused(why)) = by_link(b).need_publish(&publish).await else { panic!("published after its deadline") };
        assert!(why.contains("20 novembre 2026"), "{why}");
        assert!(matches!(by_link(b).need_ask(&token).await, Err(Error::Refused(_))));
        assert!(fixture.mails().await.is_empty(), "nobody was told");
    }

    /// Published on 21 November 2026 without day of launch, revised in February 2028: thresholds have ended since, and
    /// the convention of whoever would answer.
    async fn a_need_keeps_the_law_of_its_publication(fixture) {
        const UNTIL_2026: &str = "kind,siret,nom,naf,code_postal,ville,convention_fin\n\
            ACI,99999999800019,ESPACES VERTS DU CANAL,8130Z,31000,Toulouse,31/12/2026\n";
        let b = &fixture.backend;
        b.import_structures(UNTIL_2026.as_bytes(), &|_, _| {}).await.expect("imported");
        let here = NeedForm { place: "Toulouse".into(), reservation: "siae".into(), ..form() };
        by_link(b).need_send(b.need_read(&here).expect("a good form")).await.expect("sent");
        let publish = Fixture::token(&fixture.mails().await[0], "/besoins/confirmer");
        let id = by_link(b).need_publish(&publish).await.expect("published");
        let mails = fixture.mails().await;
        let author = mails.iter().find(|m| m.mail.unsubscribe.is_none()).expect("the author is told");
        let follow = Fixture::token(author, "/besoins/suivre");

        fixture.clock.advance(450 * 86_400);
        let later = |draft: &NeedDraft| {
            let mut draft = draft.clone();
            draft.deadline = jiff::civil::date(2028, 3, 1);
            draft.lots[0].amount = Some(AmountRange { min: Euros::whole(50_000), max: Euros::whole(50_000) });
            Ok(draft)
        };
        step(b, &follow, later).await;
        let check = async |what: &str| {
            let prepared = by_link(b).need_prepared(&follow).await.expect("a good link");
            for draft in [&prepared.draft, &b.need_show(id).expect("shown").need.draft] {
                let advice = b.vehicle_advise(draft, &prepared.draft.lots[0]).expect("advised");
                assert_eq!(advice.on, jiff::civil::date(2026, 11, 21), "{what}");
                let supply = b.supply_estimate(draft, &draft.lots[0]).expect("estimated");
                assert_eq!(supply.tiers.total(), 1, "{what}: its convention ran on the day of the law");
            }
            let advice = b.vehicle_advise(&prepared.draft, &prepared.draft.lots[0]).expect("advised");
            assert_eq!(advice.procedure, Procedure::Direct, "{what}");
            assert_eq!(b.need_matches(id, None).await.expect("ranked").ranking.matches.len(), 1, "{what}");
        };
        check("being revised").await;
        by_link(b).need_revise(&follow).await.expect("revised");
        check("revised").await;
    }

    async fn two_who_write_at_once_lose_nothing(fixture) {
        let b = &fixture.backend;
        let token = three_lots(&fixture).await;
        let add = |draft: &NeedDraft| {
            let mut draft = draft.clone();
            draft.lot_add_next();
            Ok(draft)
        };
        let adding = (0..5).map(|_| {
            let (b, token) = (b.clone(), token.clone());
            tokio::spawn(async move { by_link(&b).need_step(&token, add).await })
        });
        for task in adding.collect::<Vec<_>>() {
            assert!(matches!(task.await.expect("no panic"), Ok(StepOutcome::Kept(_))));
        }
        assert_eq!(by_link(b).need_prepared(&token).await.expect("a good link").draft.lots.len(), 8);
    }

    async fn those_who_are_interested_learn_what_became_of_it(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(800, &|_, _| {}).await.expect("loaded");
        by_link(b).need_send(b.need_read(&form()).expect("a good form")).await.expect("sent");
        by_link(b).need_publish(&Fixture::token(&fixture.mails().await[0], "/besoins/confirmer")).await.expect("published");
        let mails = fixture.mails().await;
        let (told, author): (Vec<_>, Vec<_>) = mails.into_iter().partition(|m| m.mail.unsubscribe.is_some());
        let follow = Fixture::token(&author[0], "/besoins/suivre");
        for (mail, answer) in told.iter().zip([Answer::Interested, Answer::Declined]) {
            let form = AnswerForm { answer, lots: Vec::new(), message: String::new(), replies: Vec::new() };
            by_link(b).need_answer(&Fixture::token(mail, "/besoins/repondre"), &form).await.expect("answered");
        }
        fixture.mails().await;
        for (status, says) in [(NeedStatus::Awarded, "attribué"), (NeedStatus::Published, "de nouveau"), (NeedStatus::Dropped, "pas suite")] {
            fixture.clock.advance(60);
            by_link(b).need_end(&follow, status).await.expect("said");
            let notices = fixture.mails().await;
            assert_eq!(notices.iter().map(|m| &m.mail.to).collect::<Vec<_>>(), [&told[0].mail.to], "{status:?}");
            assert!(notices[0].mail.text.contains(says), "{}", notices[0].mail.text);
        }
        by_link(b).need_end(&follow, NeedStatus::Dropped).await.expect("said again");
        assert!(fixture.mails().await.is_empty(), "once");
    }

    async fn a_reply_stays_with_its_question(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(800, &|_, _| {}).await.expect("loaded");
        let token = three_lots(&fixture).await;
        let ask = |questions: &[&str]| QuestionsForm { questions: questions.iter().map(|q| (*q).to_owned()).collect() };
        step(b, &token, |draft| ask(&["Quand ?", "Combien ?"]).apply(draft)).await;
        by_link(b).need_ask(&token).await.expect("asked");
        by_link(b).need_publish(&Fixture::token(&fixture.mails().await[0], "/besoins/confirmer")).await.expect("published");
        let mails = fixture.mails().await;
        let (told, author): (Vec<_>, Vec<_>) = mails.into_iter().partition(|m| m.mail.unsubscribe.is_some());
        let follow = Fixture::token(&author[0], "/besoins/suivre");
        let reply = |question: &str, reply: &str| Reply { question: question.into(), reply: reply.into() };
        let form = AnswerForm {
            answer: Answer::Interested,
            lots: Vec::new(),
            message: String::new(),
            replies: vec![reply("Quand ?", "en mars"), reply("Combien ?", " "), reply("Jamais posée", "oui")],
        };
        by_link(b).need_answer(&Fixture::token(&told[0], "/besoins/repondre"), &form).await.expect("answered");
        step(b, &follow, |draft| ask(&["Où ?", "Quand ?"]).apply(draft)).await;
        by_link(b).need_revise(&follow).await.expect("revised");
        let followed = by_link(b).need_follow(&follow).await.expect("followed");
        assert!(followed.answers.iter().all(|(row, _)| row.replies == [reply("Quand ?", "en mars")]));
    }

    async fn once_told_is_told(fixture) {
        let b = &fixture.backend;
        b.demo_load_country(800, &|_, _| {}).await.expect("loaded");
        by_link(b).need_send(b.need_read(&form()).expect("a good form")).await.expect("sent");
        by_link(b).need_publish(&Fixture::token(&fixture.mails().await[0], "/besoins/confirmer")).await.expect("published");
        let told = fixture.mails().await.into_iter().find(|m| m.mail.unsubscribe.is_some()).expect("told");
        let view = by_link(b).need_of_answer_link(&Fixture::token(&told, "/besoins/repondre")).await.expect("a good link");
        let siret = view.structure.structure.siret;
        // Long after the job of the mail was forgotten, the structure saves its page.
        fixture.clock.advance((Kept::MailSent.days().expect("it ends") + 1) * 86_400);
        b.tidy().await.expect("tidied");
        by_link(b).manage_link_send(siret).await.expect("sent");
        let manage = Fixture::token(&fixture.mails().await[0], "/gerer");
        let form = FicheForm { hours: Some("900".into()), ..FicheForm::default() };
        assert!(matches!(by_link(b).manage_save(siret, &manage, &form).await.expect("a good link"), ManageOutcome::Saved { searchable: true }));
        assert!(fixture.mails().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lot_is_awarded_while_the_others_stay_open() {
    let fixture = crate::fixture::demo().await;
    let b = &fixture.backend;
    let token = three_lots(&fixture).await;
    by_link(b).need_ask(&token).await.expect("asked");
    let id = by_link(b)
        .need_publish(&Fixture::token(&fixture.mails().await[0], "/besoins/confirmer"))
        .await
        .expect("published");
    let mails = fixture.mails().await;
    let (told, author): (Vec<_>, Vec<_>) = mails.iter().partition(|m| m.mail.unsubscribe.is_some());
    let follow = Fixture::token(author[0], "/besoins/suivre");
    let (actor, yes) = (by_link(b).actor(&follow).await.expect("read"), Answer::Interested);
    let mut interested = Vec::new();
    for mail in &told[..told.len().min(4)] {
        let link = Fixture::token(mail, "/besoins/repondre");
        let form = AnswerForm { answer: yes, lots: Vec::new(), message: String::new(), replies: Vec::new() };
        let view = by_link(b).need_answer(&link, &form).await.expect("answered");
        interested.push((view.structure.structure.siret, view.lots[0].0, link));
    }
    fixture.mails().await;
    let (winner, lot, link) = interested.remove(0);
    let say = |lot: LotKey, winner: Option<Siret>, reason: &str| {
        let form = AwardForm {
            winner: winner.map(|siret| siret.to_string()).unwrap_or_default(),
            reason: reason.to_owned(),
            ..AwardForm::default()
        };
        form.read(lot, b.clock.now()).expect("nothing wrong")
    };
    assert!(matches!(b.need_award(&actor, id, vec![]).await, Err(Error::Refused(_))), "no lot");
    b.need_award(&actor, id, vec![say(lot, Some(winner), "Plus près.")]).await.expect("awarded");
    let need = b.store.need_fetch(id).await.expect("read").expect("there");
    assert_eq!(
        (need.status, need.award(lot).and_then(|award| award.winner)),
        (NeedStatus::Published, Some(winner))
    );
    let mails = fixture.mails().await;
    let won = mails.iter().filter(|m| m.mail.text.contains("vous a attribué")).count();
    assert_eq!(won, 1, "the winner, and nobody else");
    let (winners, others): (Vec<_>, Vec<_>) =
        mails.iter().partition(|m| m.mail.text.contains("vous a attribué"));
    assert!(!winners[0].mail.text.contains("Plus près."), "a reason is for the others");
    assert!(others.iter().all(|m| m.mail.text.contains("Son motif\u{a0}: «\u{a0}Plus près.\u{a0}»")));
    b.need_award(&actor, id, vec![say(lot, Some(winner), "Plus près.")]).await.expect("said again");
    assert_eq!(fixture.mails().await.len(), 0, "nothing new is told to nobody");
    let view = by_link(b).need_of_answer_link(&link).await.expect("a good link");
    assert!(view.lots.iter().all(|(key, _)| *key != lot), "it takes no answers any more");
    let rest = need.draft.lots.iter().map(|l| l.key).filter(|key| *key != lot);
    b.need_award(&actor, id, rest.map(|lot| say(lot, None, "")).collect()).await.expect("awarded");
    let need = b.store.need_fetch(id).await.expect("read").expect("there");
    assert_eq!((need.status, need.awards.len()), (NeedStatus::Awarded, 3));
    b.need_award(&actor, id, vec![say(lot, None, "")]).await.expect("corrected");
    let need = b.store.need_fetch(id).await.expect("read").expect("there");
    assert_eq!((need.award(lot).and_then(|a| a.winner), need.awards_corrected(lot).len()), (None, 1));
    by_link(b).need_end(&follow, NeedStatus::Published).await.expect("open again");
    let need = b.store.need_fetch(id).await.expect("read").expect("there");
    assert_eq!((need.status, need.award(lot)), (NeedStatus::Published, None));
    assert_eq!(need.awards_corrected(lot).len(), 2, "what was said stays as history");
}
