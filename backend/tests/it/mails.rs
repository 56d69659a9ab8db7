//! The mails, word for word.

use crate::fixture::{self, Fixture};
use crate::link::by_link;
use backend::mail::{
    AccountClosing, AccountIdle, AnswerShared, ColleagueInvited, LotReminded, Mail, MandateAsked,
    MandateChanged, MembershipChanged, MembershipCode, MessageReceived, NeedCommented, NeedShared,
    NeedTakenOver, NeedWithdrawn, OrganisationRequested, SecurityChanged, SignIn, SignedInElsewhere,
    StructureResumed, StructureSuspended, Template,
};
use backend::needs::AnswerForm;
use domain::access::{Actor, Grant};
use domain::email::EmailAddress;
use domain::need::{Answer, InterestForm, NeedDraft, NeedForm, NeedStatus};
use domain::structure::fiche::FicheForm;

/// A mail as a person reads it, with its signed links shortened.
fn shown(mail: &Mail) -> String {
    let mut text = String::new();
    for line in mail.text.lines() {
        let shown = match line.split_once("jeton=") {
            Some((before, token)) => {
                let after = token.split_once('&').map_or(String::new(), |(_, rest)| format!("&{rest}"));
                format!("{before}jeton=…{after}")
            }
            None => line.to_owned(),
        };
        text.push_str(&shown);
        text.push('\n');
    }
    let stop = if mail.unsubscribe.is_some() { "oui" } else { "non" };
    format!("À : {}\nObjet : {}\nList-Unsubscribe : {stop}\n\n{text}", mail.to, mail.subject)
}

/// The HTML of a mail with its signed links shortened.
fn links_hidden(html: &str) -> String {
    let mut parts = html.split("jeton=");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |shown, part| {
        let end = part.find(['&', '"']).unwrap_or(part.len());
        format!("{shown}jeton=…{}", &part[end..])
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn word_for_word() {
    let fixture = fixture::demo().await;
    let b = &fixture.backend;
    let form = NeedForm {
        title: "Blanchisserie des vêtements de travail".into(),
        place: "C31555".into(),
        date: "2027-01-12".into(),
        email: "achats@ville.example".into(),
        reservation: "siae".into(),
        hours: "150".into(),
        organisation: "Ville d’Exemple".into(),
        ..NeedForm::default()
    };
    by_link(b).need_send(b.need_read(&form).expect("a good form")).await.expect("sent");
    let confirm = fixture.mails().await.remove(0);
    let id =
        by_link(b).need_publish(&Fixture::token(&confirm, "/besoins/confirmer")).await.expect("published");
    let mut mails = fixture.mails().await;
    mails.sort_by_key(|m| (m.mail.unsubscribe.is_some(), m.mail.to.clone()));
    let id_again = id;
    let id = id.to_string();
    let hidden = |mail: &Mail| shown(mail).replace(&id, "ID");
    insta::assert_snapshot!("need_confirm", hidden(&confirm.mail));
    insta::assert_snapshot!("need_published", hidden(&mails[0].mail));
    insta::assert_snapshot!("need_tell", hidden(&mails[1].mail));
    for mail in [&confirm, &mails[0], &mails[1]] {
        let title = mail.mail.html.contains("Blanchisserie des vêtements de travail");
        let stop = mail.mail.html.contains("Ne plus recevoir ces messages");
        assert_eq!((title, stop), (true, mail.mail.unsubscribe.is_some()), "{}", mail.mail.html);
    }
    insta::assert_snapshot!("need_tell_html", links_hidden(&mails[1].mail.html).replace(&id, "ID"));

    let follow = Fixture::token(&mails[0], "/besoins/suivre");
    let yes = AnswerForm {
        answer: Answer::Interested,
        lots: Vec::new(),
        message: "Disponibles dès mars.".into(),
        replies: Vec::new(),
    };
    by_link(b).need_answer(&Fixture::token(&mails[1], "/besoins/repondre"), &yes).await.expect("answered");
    insta::assert_snapshot!("answer_received", hidden(&fixture.mails().await[0].mail));
    let later = |draft: &NeedDraft| {
        let mut draft = draft.clone();
        draft.deadline = jiff::civil::date(2027, 1, 31);
        Ok(draft)
    };
    by_link(b).need_step(&follow, later).await.expect("kept");
    by_link(b).need_revise(&follow).await.expect("revised");
    let mut changed = fixture.mails().await;
    changed.sort_by_key(|m| m.mail.to.clone());
    insta::assert_snapshot!("need_changed", hidden(&changed[0].mail));
    by_link(b).need_end(&follow, NeedStatus::Awarded).await.expect("ended");
    insta::assert_snapshot!("need_ended", hidden(&fixture.mails().await[0].mail));
    by_link(b).need_start(b.need_read(&form).expect("a good form")).await.expect("kept");
    insta::assert_snapshot!("need_kept", hidden(&fixture.mails().await[0].mail));
    let structure = b
        .index
        .catalogue()
        .structures()
        .find(|e| e.structure.contact.is_some())
        .expect("one")
        .structure
        .siret;
    by_link(b).manage_link_send(structure).await.expect("sent");
    let link = fixture.mails().await.remove(0);
    insta::assert_snapshot!("manage_link", hidden(&link.mail));
    let form = FicheForm { contact: Some("nouveau@structure.example".into()), ..FicheForm::default() };
    by_link(b).manage_save(structure, &Fixture::token(&link, "/gerer"), &form).await.expect("a good link");
    let asked = fixture.mails().await;
    let asked =
        asked.iter().find(|m| m.mail.to.as_str() == "nouveau@structure.example").expect("it is asked");
    insta::assert_snapshot!("contact_confirm", hidden(&asked.mail));
    by_link(b).contact_confirm(&Fixture::token(asked, "/structures/contact")).await.expect("confirmed");
    let told = fixture.mails().await;
    let told = told.iter().find(|m| m.mail.to == link.mail.to).expect("the former contact is told");
    insta::assert_snapshot!("contact_changed", hidden(&told.mail));

    b.need_link_send(&Actor::Anyone, id_again).await.expect("sent");
    insta::assert_snapshot!("link_again", hidden(&fixture.mails().await[0].mail));

    let interested = InterestForm {
        siret: "732 829 320 00074".into(),
        name: "Atelier de Demain".into(),
        email: "contact@atelier.example".into(),
    };
    by_link(b).need_end(&follow, NeedStatus::Published).await.expect("open again");
    fixture.mails().await;
    let interested = b.interest_read(id_again, &interested).await.expect("answered").expect("read");
    b.interest_ask(&Actor::Anyone, &interested).await.expect("kept");
    let asked = fixture.mails().await.remove(0);
    insta::assert_snapshot!("interest_confirm", hidden(&asked.mail));
    let actor = by_link(b).actor(&Fixture::token(&asked, "/besoins/interet")).await.expect("read");
    let Some(Grant::InterestConfirm(_, interest)) = actor.grant() else { panic!("its own: {actor:?}") };
    b.interest_confirm(&actor, interest).await.expect("confirmed");
    insta::assert_snapshot!("interest_received", hidden(&fixture.mails().await[0].mail));

    // Everybody was asked something for the needs of the demonstration: a fortnight later one may ask again.
    fixture.clock.advance(15 * 86_400);
    let form = NeedForm {
        title: "Traiteur pour les vœux".into(),
        place: "C31555".into(),
        date: "2027-01-12".into(),
        email: "achats@ville.example".into(),
        ..NeedForm::default()
    };
    by_link(b).need_send(b.need_read(&form).expect("a good form")).await.expect("sent");
    let token = Fixture::token(&fixture.mails().await[0], "/besoins/confirmer");
    let id = by_link(b).need_publish(&token).await.expect("published").to_string();
    let (_, mut asked) = fixture.mails_and_questions().await;
    asked.sort_by_key(|m| m.mail.to.clone());
    insta::assert_snapshot!("trade_ask", shown(&asked[0].mail).replace(&id, "ID"));
    insta::assert_snapshot!("trade_ask_html", links_hidden(&asked[0].mail.html).replace(&id, "ID"));
}

#[test]
fn what_accounts_are_told_word_for_word() {
    let (structure, by) = ("Le Relais".to_owned(), "dominique@atelier.example".to_owned());
    let space_url = "https://place.example/espace".to_owned();
    let code = "123\u{a0}456".to_owned();
    let mails: [(&str, Box<dyn Template>); 12] = [
        (
            "account_closing",
            Box::new(AccountClosing { on: "21 décembre 2026".to_owned(), space_url: space_url.clone() }),
        ),
        (
            "account_idle",
            Box::new(AccountIdle { on: "21 décembre 2029".to_owned(), space_url: space_url.clone() }),
        ),
        (
            "sign_in",
            Box::new(SignIn {
                code: code.clone(),
                minutes: 10,
                link_url: "https://place.example/connexion/lien?jeton=x".to_owned(),
            }),
        ),
        (
            "signed_in_elsewhere",
            Box::new(SignedInElsewhere {
                device: "Firefox, Linux".to_owned(),
                sessions_url: "https://place.example/espace/connexions".to_owned(),
            }),
        ),
        (
            "security_changed",
            Box::new(SecurityChanged {
                said: "un second facteur protège maintenant votre compte".to_owned(),
                sessions_url: "https://place.example/espace/connexions".to_owned(),
            }),
        ),
        (
            "membership_code",
            Box::new(MembershipCode { structure: structure.clone(), address: by.clone(), code, days: 3 }),
        ),
        (
            "colleague_invited",
            Box::new(ColleagueInvited {
                structure: structure.clone(),
                by: by.clone(),
                rank: "membre".to_owned(),
                space_url: space_url.clone(),
                days: 30,
            }),
        ),
        (
            "mandate_asked",
            Box::new(MandateAsked {
                territory: "Haute-Garonne".to_owned(),
                address: by.clone(),
                employer: "PLIE <du> Lac".to_owned(),
                territory_url: "https://place.example/espace/territoires/D31".to_owned(),
            }),
        ),
        (
            "mandate_changed",
            Box::new(MandateChanged {
                territory: "Haute-Garonne".to_owned(),
                role: "facilitateur des clauses sociales".to_owned(),
                said: "votre demande est acceptée".to_owned(),
                space_url: space_url.clone(),
            }),
        ),
        (
            "organisation_requested",
            Box::new(OrganisationRequested {
                organisation: "Ville de <b>Lac</b>".to_owned(),
                address: by.clone(),
                members_url: "https://place.example/espace/organisations/1/membres".to_owned(),
            }),
        ),
        (
            "need_taken_over",
            Box::new(NeedTakenOver {
                title: "Blanchisserie".to_owned(),
                by: by.clone(),
                space_url: space_url.clone(),
            }),
        ),
        (
            "membership_changed",
            Box::new(MembershipChanged {
                structure,
                said: "vous en êtes maintenant responsable".to_owned(),
                space_url,
            }),
        ),
    ];
    check(mails);
}

#[test]
fn what_both_sides_of_a_need_are_told_word_for_word() {
    let (structure, title) = ("Le Relais".to_owned(), "Blanchisserie".to_owned());
    let lot = "Lot 2 · Repassage".to_owned();
    let url = |path: &str| format!("https://place.example/{path}?jeton=x");
    let (need_url, thread_url, stop_url) =
        (url("besoins/1"), url("besoins/echanger"), url("messages/arreter"));
    check([
        (
            "need_withdrawn",
            Box::new(NeedWithdrawn {
                title: title.clone(),
                why: "Ce n’est pas un achat.\n\nC’est une <b>offre</b>.".to_owned(),
                follow_url: url("besoins/suivre"),
            }),
        ),
        (
            "structure_suspended",
            Box::new(StructureSuspended {
                structure: "Les Jardins de l’Été".to_owned(),
                why: "La structure a fermé.\n\nDites-nous <b>si</b> c’est faux.".to_owned(),
                manage_url: url("structures/00000000100016/gerer"),
            }),
        ),
        (
            "structure_resumed",
            Box::new(StructureResumed {
                structure: "Les Jardins de l’Été".to_owned(),
                manage_url: url("structures/00000000100016/gerer"),
            }),
        ),
        (
            "need_shared",
            Box::new(NeedShared {
                title: title.clone(),
                by: "achats@ville.example".to_owned(),
                may: "peut lire et commenter".to_owned(),
                space_url: "https://place.example/espace".to_owned(),
            }),
        ),
        (
            "need_commented",
            Box::new(NeedCommented {
                title: title.clone(),
                by: "achats@ville.example".to_owned(),
                topic: lot.clone(),
                text: "Bonjour,\n\nEt le <b>linge</b> de lit\u{a0}?".to_owned(),
                space_url: "https://place.example/espace".to_owned(),
            }),
        ),
        (
            "message_received",
            Box::new(MessageReceived {
                who: structure.clone(),
                title: title.clone(),
                lot: lot.clone(),
                text: "Bonjour,\n\nPeut-on <b>visiter</b>\u{a0}?".to_owned(),
                files: vec!["plan.pdf".to_owned()],
                is_answered_by_mail: true,
                thread_url: url("besoins/suivre/structure"),
            }),
        ),
        (
            "answer_shared",
            Box::new(AnswerShared {
                structure: structure.clone(),
                title: title.clone(),
                lot: String::new(),
                question: "Peut-on visiter\u{a0}?".to_owned(),
                answer: "Le 3 mai, à 9\u{a0}h.".to_owned(),
                need_url: need_url.clone(),
                thread_url: thread_url.clone(),
                stop_url: stop_url.clone(),
            }),
        ),
        (
            "lot_reminded",
            Box::new(LotReminded {
                structure,
                buyer: "Ville d’Exemple".to_owned(),
                title,
                lot,
                deadline: "12 janvier 2027".to_owned(),
                text: "Il reste une semaine.".to_owned(),
                need_url,
                interested_url: url("besoins/repondre"),
                declined_url: url("besoins/repondre"),
                thread_url,
                stop_url,
            }),
        ),
    ]);
}

/// Mails, each as text and as HTML.
fn check<const N: usize>(mails: [(&str, Box<dyn Template>); N]) {
    let to = EmailAddress::parse("camille@atelier.example").expect("an address");
    for (name, mail) in mails {
        let mail = mail.mail(&to).expect("rendered");
        insta::assert_snapshot!(name, shown(&mail));
        insta::assert_snapshot!(format!("{name}_html"), links_hidden(&mail.html));
    }
}
