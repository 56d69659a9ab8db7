//! How long the law takes: the verdicts of every structure of the base, for one lot.

use crate::Backend;
use domain::legal::{Eligibility, Reservation, Vehicle, judge};
use std::time::{Duration, Instant};

/// How often each measure is taken; the median counts.
const ROUNDS: usize = 21;

/// The verdicts of all structures for one reservation.
#[derive(Debug)]
pub struct VerdictEvaluation {
    /// Which one.
    pub reservation: Reservation,
    /// Structures that may answer.
    pub allowed: usize,
    /// Structures for which it is to be checked.
    pub to_check: usize,
    /// Structures that may not.
    pub refused: usize,
    /// Time of the verdicts that matching uses, all structures, median.
    pub verdicts: Duration,
    /// Time of the same with every rule, sentence and missing proof, as pages show them for one structure; once.
    pub judgments: Duration,
}

impl Backend {
    /// Judges every structure of the base, for each reservation, as of today.
    #[must_use]
    pub fn verdicts_evaluate(&self) -> Vec<VerdictEvaluation> {
        Reservation::RESERVED.into_iter().map(|reservation| self.verdicts_of(reservation)).collect()
    }

    fn verdicts_of(&self, reservation: Reservation) -> VerdictEvaluation {
        let today = self.clock.today();
        let catalogue = self.index.catalogue();
        let count = |wanted: Eligibility| {
            let verdicts = catalogue
                .structures()
                .map(|entry| reservation.verdict_of_structure(entry.facts.party_on(Some(today))).0);
            verdicts.filter(|verdict| *verdict == wanted).count()
        };
        let mut times: Vec<Duration> = (0..ROUNDS)
            .map(|_| {
                let start = Instant::now();
                std::hint::black_box(count(Eligibility::Yes));
                start.elapsed()
            })
            .collect();
        times.sort_unstable();
        let start = Instant::now();
        for entry in catalogue.structures() {
            if let Some(vehicle) = Vehicle::of(reservation) {
                std::hint::black_box(judge(&entry.structure.party(), vehicle, today));
            }
        }
        VerdictEvaluation {
            reservation,
            allowed: count(Eligibility::Yes),
            to_check: count(Eligibility::ToCheck),
            refused: count(Eligibility::No),
            verdicts: times[ROUNDS / 2],
            judgments: start.elapsed(),
        }
    }
}
