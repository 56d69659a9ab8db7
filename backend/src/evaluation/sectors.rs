//! Sectors inferred from the titles of notices, against their official descriptors.

use super::notices;
use crate::error::Result;
use domain::sector::{Inference, SectorIx, sectors_of_descriptor};
use std::collections::BTreeMap;

/// How often the right sector came first, and among the first three.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hits {
    /// Notices that were judged.
    pub judged: u32,
    /// The right sector came first.
    pub first: u32,
    /// It came among the first three.
    pub first_three: u32,
}

impl Hits {
    fn add(&mut self, rank: Option<usize>) {
        self.judged += 1;
        self.first += u32::from(rank == Some(0));
        self.first_three += u32::from(rank.is_some_and(|r| r < 3));
    }

    /// Percent of the judged notices.
    #[must_use]
    pub fn percent(of: u32, judged: u32) -> f64 {
        f64::from(of) * 100.0 / f64::from(judged.max(1))
    }
}

/// What `place eval sectors` found.
#[derive(Debug, Default)]
pub struct SectorEvaluation {
    /// Lines of the file.
    pub notices: u32,
    /// All judged notices.
    pub all: Hits,
    /// By descriptor label, for the descriptors that map to a sector.
    pub by_descriptor: BTreeMap<String, Hits>,
}

/// Infers sectors from the titles of notices, and compares with their official descriptors. Notices whose
/// descriptors name no sector plainly are not judged.
///
/// # Errors
/// [`crate::error::Error::Refused`] with the line that is no JSON.
pub fn evaluate_sectors(file: &str) -> Result<SectorEvaluation> {
    let mut evaluation = SectorEvaluation::default();
    for notice in notices(file) {
        let notice = notice?;
        evaluation.notices += 1;
        let right: Vec<SectorIx> =
            notice.descripteurs.iter().flat_map(|d| sectors_of_descriptor(&d.code)).copied().collect();
        if right.is_empty() {
            continue;
        }
        let inferred = Inference::get().of_text(notice.objet.as_deref().unwrap_or_default());
        evaluation.all.add(inferred.iter().position(|i| right.contains(&i.sector)));
        for descriptor in &notice.descripteurs {
            let right = sectors_of_descriptor(&descriptor.code);
            if !right.is_empty() {
                let rank = inferred.iter().position(|i| right.contains(&i.sector));
                evaluation.by_descriptor.entry(descriptor.libelle.clone()).or_default().add(rank);
            }
        }
    }
    Ok(evaluation)
}
