//! `place admin`: who administers the service.

use super::{AdministratorChosen, open, open_as_is};
use crate::config::Place;
use anyhow::Context;
use backend::clock::day_in_paris;
use backend::error::{Error, Result};
use domain::access::Actor;
use domain::date;
use domain::privacy::ADMINISTRATOR_INVITATION_DAYS;
use domain::text::plural;

/// What there is not, as the command says it.
fn found(outcome: Result<()>, missing: &'static str) -> anyhow::Result<()> {
    match outcome {
        Err(Error::NotFound) => Err(Error::NotFound).context(missing),
        other => Ok(other?),
    }
}

pub(super) async fn invite(chosen: &AdministratorChosen) -> anyhow::Result<()> {
    let backend = open(&chosen.place).await?;
    let link = backend.administrator_invite(&Actor::Operator, &chosen.email).await?;
    println!("{link}");
    let days = plural(ADMINISTRATOR_INVITATION_DAYS.unsigned_abs(), "jour", "jours");
    eprintln!("à ouvrir par {} dans les {days} ; ce lien ne sera plus affiché", chosen.email);
    backend.store.close().await;
    Ok(())
}

pub(super) async fn list(place: &Place) -> anyhow::Result<()> {
    let backend = open_as_is(place).await?;
    let all = backend.administrator_list().await?;
    for administrator in &all {
        let factor =
            if administrator.has_factor { "" } else { "  sans second facteur\u{a0}: ne peut encore rien" };
        println!(
            "{}  depuis le {}{factor}",
            administrator.address,
            date::long(day_in_paris(administrator.since))
        );
    }
    println!("{}", plural(all.len() as u64, "administrateur", "administrateurs"));
    backend.store.close().await;
    Ok(())
}

pub(super) async fn remove(chosen: &AdministratorChosen) -> anyhow::Result<()> {
    let backend = open(&chosen.place).await?;
    let removed = backend.administrator_remove(&Actor::Operator, &chosen.email).await;
    found(removed, "cette adresse n’est pas celle d’un administrateur ; place admin list les montre")?;
    println!("{} n’est plus administrateur", chosen.email);
    backend.store.close().await;
    Ok(())
}

pub(super) async fn factor_drop(chosen: &AdministratorChosen) -> anyhow::Result<()> {
    let backend = open(&chosen.place).await?;
    let dropped = backend.factor_drop(&Actor::Operator, &chosen.email).await;
    found(dropped, "aucun compte de cette adresse n’a de second facteur")?;
    println!("{} se connecte désormais sans second facteur", chosen.email);
    backend.store.close().await;
    Ok(())
}
