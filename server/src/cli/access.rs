//! `place access`: who may do what, as the table that decides.

use super::TableFormat;
use domain::access::{Action, Relation, Verdict};
use std::io::Write;

/// A cell of the table: `yes`, or why not.
fn cell(action: Action, relation: Relation) -> &'static str {
    match action.verdict_of(relation) {
        Verdict::Granted => "yes",
        Verdict::Refused(refusal) => refusal.code(),
    }
}

/// Prints the table.
pub(super) fn access(format: TableFormat) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match format {
        TableFormat::Csv => {
            writeln!(out, "action,{}", Relation::ALL.map(Relation::code).join(","))?;
            for action in Action::ALL {
                let cells = Relation::ALL.map(|relation| cell(action, relation));
                writeln!(out, "{},{}", action.code(), cells.join(","))?;
            }
        }
        TableFormat::Text => {
            for action in Action::ALL {
                let granted: Vec<&str> = action.granted_to().iter().map(|relation| relation.code()).collect();
                writeln!(out, "{:<24} {}", action.code(), granted.join(", "))?;
            }
        }
    }
    Ok(())
}
