//! Commands that write: import, demonstration, reindex, backup; and the check-up.

use super::{Backup, Demo, ImportFile, open};
use crate::config::Place;
use anyhow::Context;
use backend::imports::{Rejected, Report};
use domain::text::number;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Structures,
    Activities,
}

/// A bar on a terminal, nothing elsewhere.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} ({eta})");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

pub(super) async fn import(import: &ImportFile, what: What) -> anyhow::Result<()> {
    let start = Instant::now();
    let bytes =
        std::fs::read(&import.file).with_context(|| format!("lecture de {}", import.file.display()))?;
    let backend = open(&import.place).await?;
    let bar = bar();
    let progress = |done: u64, total: u64| {
        bar.set_length(total);
        bar.set_position(done);
    };
    let report = match what {
        What::Structures => backend.import_structures(&bytes, &progress).await,
        What::Activities => backend.import_activities(&bytes, &progress).await,
    };
    bar.finish_and_clear();
    let report = report.with_context(|| format!("{} refusé", import.file.display()))?;
    let rejects = match &import.rejects {
        Some(path) => path.clone(),
        None => rejects_path(&import.place, what),
    };
    print_report(&report, &rejects)?;
    println!("en {} ms", start.elapsed().as_millis());
    backend.store.close().await;
    Ok(())
}

fn rejects_path(place: &Place, what: What) -> PathBuf {
    let name = match what {
        What::Structures => "rejets-structures.csv",
        What::Activities => "rejets-activites.csv",
    };
    place.data.join(name)
}

fn print_report(report: &Report, rejects: &Path) -> anyhow::Result<()> {
    for warning in &report.warnings {
        println!("attention : {warning}");
    }
    println!("{} lignes lues", number(report.rows));
    println!(
        "structures : {} créées, {} mises à jour, {} inchangées",
        number(report.created),
        number(report.updated),
        number(report.unchanged)
    );
    if report.rejected.is_empty() {
        println!("0 ligne rejetée");
    } else {
        rejects_write(&report.rejected, rejects)?;
        println!("{} lignes rejetées, avec leurs raisons : {}", report.rejected.len(), rejects.display());
    }
    Ok(())
}

fn rejects_write(rejected: &[Rejected], path: &Path) -> anyhow::Result<()> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut text = String::from("ligne;motif;contenu\n");
    for row in rejected {
        text.push_str(&format!("{};{};{}\n", row.line, quoted(&row.reason), quoted(&row.row)));
    }
    std::fs::write(path, text).with_context(|| format!("écriture de {}", path.display()))
}

pub(super) async fn demo(demo: &Demo) -> anyhow::Result<()> {
    let backend = open(&demo.place).await?;
    if demo.if_empty && backend.store.structure_count().await? > 0 {
        println!("la base a déjà des structures : rien n’est chargé");
        return Ok(());
    }
    let bar = bar();
    let progress = |done: u64, total: u64| {
        bar.set_length(total);
        bar.set_position(done);
    };
    let count = match demo.structures {
        Some(count) => backend.demo_load_country(count, &progress).await?,
        None => backend.demo_load(&progress).await?,
    };
    bar.finish_and_clear();
    println!("{count} structures de démonstration");
    backend.store.close().await;
    Ok(())
}

pub(super) async fn reindex(place: &Place) -> anyhow::Result<()> {
    let start = Instant::now();
    let backend = open(place).await?;
    let count = backend.index.rebuild(&backend.store).await?;
    println!("{count} structures indexées en {} ms", start.elapsed().as_millis());
    Ok(())
}

pub(super) async fn backup(backup: &Backup) -> anyhow::Result<()> {
    let backend = open(&backup.place).await?;
    backend.store.backup(&backup.to).await?;
    println!("base copiée et vérifiée : {}", backup.to.display());
    Ok(())
}

pub(super) async fn doctor(place: &Place) -> anyhow::Result<()> {
    let backend = open(place).await?;
    println!("base      : {}", backend.store.version().await?);
    println!(
        "structures: {} en base, {} dans l’index",
        backend.store.structure_count().await?,
        backend.index.catalogue().len()
    );
    println!("attente   : {} travaux (e-mails compris)", backend.store.job_pending().await?);
    let (head, seq) = (backend.store.outbox_head().await?, backend.index.catalogue().seq());
    println!("index     : changement {seq} sur {head}");
    println!("e-mails   : {}", backend.mailer.describe());
    let damaged = backend.index.damaged_files()?;
    if !damaged.is_empty() {
        anyhow::bail!("fichiers d’index abîmés : {damaged:?} ; lancez place reindex");
    }
    println!("tout va bien");
    Ok(())
}
