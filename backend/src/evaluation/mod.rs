//! How good the answers are: sectors and matches on files of notices, winners of contracts, fairness on the needs that are
//! open, time of the legal verdicts.

mod fairness;
mod matching;
mod sectors;
mod verdicts;
mod winners;

pub use fairness::FairnessEvaluation;
pub use matching::{MatchEvaluation, departement_name};
pub use sectors::{Hits, SectorEvaluation, evaluate_sectors};
pub use verdicts::VerdictEvaluation;
pub use winners::{WinnersEvaluation, median, within};

use crate::error::{Error, Result};
use serde::Deserialize;

/// A notice of the BOAMP, as the files of notices hold it: one JSON object a line.
#[derive(Debug, Deserialize)]
struct Notice {
    objet: Option<String>,
    departement: Option<String>,
    #[serde(default)]
    descripteurs: Vec<Descriptor>,
}

#[derive(Debug, Deserialize)]
struct Descriptor {
    code: String,
    libelle: String,
}

/// The notices of a file.
fn notices(file: &str) -> impl Iterator<Item = Result<Notice>> {
    file.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()).map(|(n, line)| {
        serde_json::from_str(line)
            .map_err(|e| Error::Refused(format!("ligne {}\u{a0}: ce n’est pas un avis en JSON ({e})", n + 1)))
    })
}
