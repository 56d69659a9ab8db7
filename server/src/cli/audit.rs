//! `place audit`: whether what is written of who did what is what was written.

use super::{AuditVerify, open_as_is};
use anyhow::ensure;
use backend::store::AuditFault;
use domain::text::plural;

fn number(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

/// Reads the chain again. It fails when something of it is not as it was written.
pub(super) async fn verify(args: &AuditVerify) -> anyhow::Result<()> {
    let backend = open_as_is(&args.place).await?;
    let found = backend.store.audit_verify().await?;
    let noted = match args.expect.as_deref() {
        Some(text) => backend.store.audit_holds(text).await?,
        None => true,
    };
    backend.store.close().await;
    let head: String = found.head.iter().map(|byte| format!("{byte:02x}")).collect();
    println!("{}, la dernière\u{a0}: {head}", plural(number(found.rows), "écriture", "écritures"));
    if found.unchained > 0 {
        println!(
            "{} d’avant la chaîne, que rien ne prouve",
            plural(number(found.unchained), "autre", "autres")
        );
    }
    for fault in &found.faults {
        match fault {
            AuditFault::Changed(seq) => println!("n°\u{a0}{seq}\u{a0}: changée depuis"),
            AuditFault::Missing(seq) => println!("n°\u{a0}{seq}\u{a0}: il n’y en a plus"),
            AuditFault::Inserted(seq) => println!("n°\u{a0}{seq}\u{a0}: ajoutée à la main"),
            AuditFault::Outside(n) if *n > 0 => println!("{n} hors de la chaîne\u{a0}: ajoutées à la main"),
            AuditFault::Outside(n) => println!("{} d’avant la chaîne, retirées", -n),
        }
    }
    ensure!(found.faults.is_empty(), "le journal n’est pas ce qui a été écrit");
    ensure!(
        noted,
        "aucune écriture n’a l’empreinte attendue\u{a0}: la chaîne n’est pas celle qui a été notée"
    );
    println!("le journal est ce qui a été écrit");
    Ok(())
}
