//! The mails, word for word.

use crate::fixture::{self, Fixture};
use backend::mail::Mail;
use domain::need::NeedForm;

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

#[tokio::test(flavor = "multi_thread")]
async fn word_for_word() {
    let fixture = fixture::demo().await;
    let b = &fixture.backend;
    let form = NeedForm {
        quoi: "Blanchisserie des vêtements de travail".into(),
        ou: "C31555".into(),
        date: "2027-01-12".into(),
        courriel: "achats@ville.example".into(),
        reservation: "siae".into(),
        heures: "150".into(),
        acheteur: "Ville d’Exemple".into(),
        ..NeedForm::default()
    };
    b.need_send(b.need_read(&form).expect("a good form")).await.expect("sent");
    let confirm = fixture.mails().await.remove(0);
    let id = b.need_publish(&Fixture::token(&confirm, "/besoins/confirmer")).await.expect("published");
    let mut mails = fixture.mails().await;
    mails.sort_by_key(|m| (m.mail.unsubscribe.is_some(), m.mail.to.clone()));
    let id = id.to_string();
    let hidden = |mail: &Mail| shown(mail).replace(&id, "ID");
    insta::assert_snapshot!("need_confirm", hidden(&confirm.mail));
    insta::assert_snapshot!("need_published", hidden(&mails[0].mail));
    insta::assert_snapshot!("need_tell", hidden(&mails[1].mail));
    assert!(mails[1].mail.html.contains("List") || mails[1].mail.html.contains("Ne plus recevoir"));
}
