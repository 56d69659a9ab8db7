//! `place jobs`: what could not be done, for someone to decide.

use super::{JobsChosen, open_as_is};
use crate::config::Place;
use anyhow::ensure;
use backend::Backend;
use backend::clock::timestamp;
use domain::text::plural;
use uuid::Uuid;

pub(super) async fn list(place: &Place) -> anyhow::Result<()> {
    let backend = open_as_is(place).await?;
    let dead = backend.store.job_dead_list().await?;
    for job in &dead {
        println!("{}  {:<16} {}", job.id, job.kind, timestamp(job.dead_at));
        println!("    {}\u{a0}: {}", plural(number(job.attempts), "essai", "essais"), job.last_error);
    }
    println!("{}", plural(dead.len() as u64, "travail mis de côté", "travaux mis de côté"));
    backend.store.close().await;
    Ok(())
}

pub(super) async fn repeat(chosen: &JobsChosen) -> anyhow::Result<()> {
    let (backend, ids) = open_chosen(chosen).await?;
    for id in &ids {
        was_aside(*id, backend.store.job_repeat(*id, backend.clock.now()).await?)?;
    }
    println!("{} à refaire\u{a0}: le service s’en charge", plural(ids.len() as u64, "travail", "travaux"));
    backend.store.close().await;
    Ok(())
}

pub(super) async fn drop_chosen(chosen: &JobsChosen) -> anyhow::Result<()> {
    let (backend, ids) = open_chosen(chosen).await?;
    for id in &ids {
        was_aside(*id, backend.store.job_drop(*id, backend.clock.now()).await?)?;
    }
    println!("{}", plural(ids.len() as u64, "travail abandonné", "travaux abandonnés"));
    backend.store.close().await;
    Ok(())
}

async fn open_chosen(chosen: &JobsChosen) -> anyhow::Result<(Backend, Vec<Uuid>)> {
    let backend = open_as_is(&chosen.place).await?;
    let ids = match chosen.all {
        true => backend.store.job_dead_list().await?.into_iter().map(|job| job.id).collect(),
        false => chosen.ids.clone(),
    };
    Ok((backend, ids))
}

fn was_aside(id: Uuid, was: bool) -> anyhow::Result<()> {
    ensure!(was, "{id} n’est pas de côté\u{a0}; place jobs list montre ce qui l’est");
    Ok(())
}

fn number(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}
