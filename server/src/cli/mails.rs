//! `place mail-in` and `place mails`: mails that come in.

use super::{MailChosen, open_as_is};
use crate::config::Place;
use anyhow::Context;
use backend::Backend;
use backend::clock::timestamp;
use backend::needs::MailIn;
use backend::store::KeptMail;
use domain::access::Actor;
use domain::text::plural;
use std::fmt;
use std::io::{Read, Write};

/// What tells a mail server to hand the mail on again later (sysexits).
pub(super) const EX_TEMPFAIL: u8 = 75;

/// The mail was not taken: nothing of it is kept yet.
#[derive(Debug)]
pub(super) struct TryAgain(String);

impl fmt::Display for TryAgain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "l’e-mail n’est pas pris, à présenter de nouveau\u{a0}: {}", self.0)
    }
}

impl std::error::Error for TryAgain {}

/// Takes the mail on standard input. Whatever keeps it from being kept is told so that the mail server tries again.
pub(super) async fn mail_in(place: &Place) -> anyhow::Result<()> {
    let mut raw = Vec::new();
    let read = std::io::stdin().read_to_end(&mut raw);
    let taken = async {
        read.context("reading standard input")?;
        let backend = open_as_is(place).await?;
        let outcome = backend.mail_in(&raw).await?;
        backend.store.close().await;
        anyhow::Ok(outcome)
    };
    match taken.await {
        Ok(MailIn::Threaded) => println!("dans son fil"),
        Ok(MailIn::Kept(why)) => println!("mis de côté\u{a0}: {why}"),
        Err(error) => return Err(TryAgain(format!("{error:#}")).into()),
    }
    Ok(())
}

pub(super) async fn list(place: &Place) -> anyhow::Result<()> {
    let backend = open_as_is(place).await?;
    let kept = backend.store.mail_kept_list().await?;
    for mail in &kept {
        let sender = if mail.sender.is_empty() { "(sans expéditeur)" } else { &mail.sender };
        println!("{}  {}  {sender}\n    {}", mail.name(), timestamp(mail.received_at), mail.why);
    }
    println!("{}", plural(kept.len() as u64, "e-mail mis de côté", "e-mails mis de côté"));
    backend.store.close().await;
    Ok(())
}

pub(super) async fn show(chosen: &MailChosen) -> anyhow::Result<()> {
    let (backend, mail) = open_chosen(chosen).await?;
    let raw = backend.store.mail_kept_fetch(&mail.digest).await?.unwrap_or_default();
    backend.store.close().await;
    std::io::stdout().write_all(&raw)?;
    Ok(())
}

pub(super) async fn drop_chosen(chosen: &MailChosen) -> anyhow::Result<()> {
    let (backend, mail) = open_chosen(chosen).await?;
    backend.mail_kept_drop(&Actor::Operator, &mail.name()).await?;
    backend.store.close().await;
    println!("abandonné");
    Ok(())
}

async fn open_chosen(chosen: &MailChosen) -> anyhow::Result<(Backend, KeptMail)> {
    let backend = open_as_is(&chosen.place).await?;
    let kept = backend.store.mail_kept_list().await?;
    let found = kept.into_iter().find(|mail| mail.name() == chosen.name);
    let found = found.with_context(|| {
        format!("aucun e-mail mis de côté ne s’appelle {}\u{a0}; place mails list les montre", chosen.name)
    })?;
    Ok((backend, found))
}
