//! Commands that write: import, demonstration, reindex, backup; and the check-up.

use super::{Backup, Demo, ImportFile, Restore, lock, open, open_as_is};
use crate::config::Place;
use anyhow::{Context, bail, ensure};
use backend::DATABASE_FILE;
use backend::clock::Clock;
use backend::error::Error;
use backend::imports::{Report, inert};
use backend::retention::Run;
use backend::store::Store;
use domain::text::{number, plural};
use indicatif::{ProgressBar, ProgressStyle};
use std::borrow::Cow;
use std::io::{IsTerminal, Write};
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
    backend.store.close().await;
    writeln!(std::io::stdout(), "en {} ms", start.elapsed().as_millis())?;
    let taken = report.created + report.updated + report.unchanged;
    match (taken, report.rows) {
        (0, 0) => bail!("le fichier n’a pas une ligne sous son en-tête\u{a0}: rien n’est importé"),
        (0, _) => bail!("toutes les lignes sont rejetées, chacune avec sa raison\u{a0}: rien n’est importé"),
        _ => Ok(()),
    }
}

fn rejects_path(place: &Place, what: What) -> PathBuf {
    let name = match what {
        What::Structures => "rejets-structures.csv",
        What::Activities => "rejets-activites.csv",
    };
    place.data.join(name)
}

fn print_report(report: &Report, rejects: &Path) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    // Kept first: whoever reads the output may leave before its end.
    if report.rejected.is_empty() {
        rejects_remove(rejects)?;
    } else {
        rejects_write(report, rejects)?;
    }
    for warning in &report.warnings {
        writeln!(out, "attention\u{a0}: {warning}")?;
    }
    writeln!(out, "{}", plural(report.rows, "ligne lue", "lignes lues"))?;
    if report.joined > 0 {
        let joined = plural(report.joined, "ligne jointe", "lignes jointes");
        writeln!(out, "{joined} à une structure déjà lue (autre convention, autre activité)")?;
    }
    writeln!(
        out,
        "structures\u{a0}: {} créées, {} mises à jour, {} inchangées",
        number(report.created),
        number(report.updated),
        number(report.unchanged)
    )?;
    let rejected = u64::try_from(report.rejected.len()).unwrap_or(u64::MAX);
    match rejected {
        0 => writeln!(out, "0 ligne rejetée")?,
        n => {
            let rows = plural(n, "ligne rejetée, avec sa raison", "lignes rejetées, avec leurs raisons");
            writeln!(out, "{rows}\u{a0}: {}", rejects.display())?;
        }
    }
    Ok(())
}

/// The rejects of an earlier run say nothing of this one.
fn rejects_remove(path: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("suppression de {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// The rejected rows with the columns of their file: corrected, they can be imported again as they are.
fn rejects_write(report: &Report, path: &Path) -> anyhow::Result<()> {
    let failed = || format!("écriture de {}", path.display());
    let mut writer = csv::WriterBuilder::new().flexible(true).from_path(path).with_context(failed)?;
    let header = ["ligne", "motif"].into_iter().chain(report.columns.iter().map(String::as_str));
    writer.write_record(header).with_context(failed)?;
    for rejected in &report.rejected {
        let fields = [rejected.line.to_string().into(), inert(&rejected.reason)].into_iter();
        let fields = fields.chain(rejected.row.iter().map(|cell| inert(cell)));
        writer.write_record(fields.map(Cow::into_owned)).with_context(failed)?;
    }
    writer.flush().with_context(failed)
}

pub(super) async fn demo(demo: &Demo) -> anyhow::Result<()> {
    let backend = open(&demo.place).await?;
    let is_empty = backend.store.structure_count().await? == 0;
    if demo.if_empty && !is_empty {
        println!("la base a déjà des structures\u{a0}: rien n’est chargé");
        return Ok(());
    }
    ensure!(
        is_empty || demo.yes || is_wanted()?,
        "la base a déjà des structures\u{a0}: ajoutez --yes pour charger la démonstration par-dessus"
    );
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
    let backend = open_as_is(place).await?;
    let count = match backend.index.rebuild(&backend.store).await {
        Err(Error::IndexHeld) => bail!("le service tient l’index\u{a0}: arrêtez-le, puis recommencez"),
        rebuilt => rebuilt?,
    };
    println!("{count} structures indexées en {} ms", start.elapsed().as_millis());
    Ok(())
}

/// Whether the person at the terminal wants it; nobody answers for a script.
fn is_wanted() -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("La base a déjà des structures. Charger la démonstration par-dessus\u{a0}? (oui / non) ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "oui" | "o"))
}

/// Puts a backup in the place of the database. What was there is kept aside, its journal with it: replayed over the
/// backup it would spoil it.
pub(super) async fn restore(restore: &Restore) -> anyhow::Result<()> {
    let data = &restore.place.data;
    let _held =
        lock::hold(data)?.context("le service est en marche sur ces données\u{a0}: arrêtez-le d’abord")?;
    Store::check_file(&restore.from)
        .await
        .with_context(|| format!("lecture de {}", restore.from.display()))?;
    let database = data.join(DATABASE_FILE);
    let aside = data.join(format!("avant-restauration-{}", Clock::System.now()));
    for name in [DATABASE_FILE.to_owned(), format!("{DATABASE_FILE}-wal"), format!("{DATABASE_FILE}-shm")] {
        let file = data.join(&name);
        if file.exists() {
            std::fs::create_dir_all(&aside).with_context(|| format!("création de {}", aside.display()))?;
            std::fs::rename(&file, aside.join(&name)).with_context(|| format!("mise de côté de {name}"))?;
        }
    }
    std::fs::copy(&restore.from, &database).with_context(|| format!("écriture de {}", database.display()))?;
    let index = data.join("index");
    if index.exists() {
        std::fs::remove_dir_all(&index).with_context(|| format!("suppression de {}", index.display()))?;
    }
    let backend = open(&restore.place).await?;
    let structures = u64::try_from(backend.store.structure_count().await?).unwrap_or_default();
    println!("base remise en place\u{a0}: {}", plural(structures, "structure", "structures"));
    if aside.exists() {
        println!("l’ancienne est gardée dans {}", aside.display());
    }
    backend.store.close().await;
    Ok(())
}

pub(super) async fn backup(backup: &Backup) -> anyhow::Result<()> {
    let backend = open_as_is(&backup.place).await?;
    backend.store.backup(&backup.to).await?;
    println!("base copiée et vérifiée\u{a0}: {}", backup.to.display());
    if lock::hold(&backup.place.data)?.is_none() {
        println!("le service est en marche\u{a0}: la copie a ce qui était écrit à son début");
    }
    Ok(())
}

pub(super) async fn doctor(place: &Place) -> anyhow::Result<()> {
    let backend = open_as_is(place).await?;
    println!("base      : {}", backend.store.version().await?);
    let stored = u64::try_from(backend.store.structure_count().await?).unwrap_or_default();
    let indexed = u64::try_from(backend.index.catalogue().len()).unwrap_or_default();
    println!("structures: {stored} en base, {indexed} dans l’index");
    println!("attente   : {} travaux (e-mails compris)", backend.store.job_pending().await?);
    let aside = backend.store.job_dead_count().await?;
    println!(
        "de côté   : {aside} travaux qui n’ont pu être faits{}",
        if aside > 0 { "\u{a0}; place jobs list les montre" } else { "" }
    );
    let (head, seq) = (backend.store.outbox_head().await?, backend.index.catalogue().seq());
    println!("index     : changement {seq} sur {head}");
    println!("e-mails   : {}", backend.mailer.describe());
    let to_correct = backend.to_correct();
    if !to_correct.is_empty() {
        println!("à corriger: {to_correct}");
    }
    backend.mailer.check().await.context("les e-mails ne partent pas")?;
    if stored != indexed {
        bail!("la base et l’index n’ont pas le même nombre de structures\u{a0}; lancez place reindex");
    }
    let damaged = backend.index.damaged_files();
    if !damaged.is_empty() {
        bail!("fichiers d’index abîmés\u{a0}: {damaged:?}\u{a0}; lancez place reindex");
    }
    println!("tout va bien");
    Ok(())
}

/// Erases what is over, or counts it.
pub(super) async fn retention(place: &Place, dry_run: bool) -> anyhow::Result<()> {
    let (backend, run) = match dry_run {
        true => (open_as_is(place).await?, Run::Dry),
        false => (open(place).await?, Run::Erase),
    };
    for erased in backend.retention_run(run).await? {
        println!(
            "{:<26}{:>8}  {}",
            erased.kept.code(),
            erased.count,
            erased.kept.processing().until.sentence()
        );
    }
    match run {
        Run::Dry => println!(
            "rien n’est effacé\u{a0}: c’est ce qui le serait ; account\u{a0}: ceux qui seraient prévenus"
        ),
        Run::Erase => println!("effacé ; account\u{a0}: ceux qui sont prévenus"),
    }
    backend.store.close().await;
    Ok(())
}
