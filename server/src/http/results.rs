//! Ranked structures as JSON: the same for the API and for the command line.

use backend::index::Entry;
use backend::matches::Ranking;
use backend::structures::Card;
use domain::matching::{Explained, Match};
use serde::Serialize;
use utoipa::ToSchema;

/// Structures, ranked, each with its reasons.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchResults {
    /// How many there are in all.
    pub total: u64,
    /// Best first.
    pub results: Vec<ResultRow>,
}

/// A structure with its score and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultRow {
    /// SIRET, 14 digits.
    #[schema(example = "00000000100016")]
    pub siret: String,
    /// Name that people know.
    pub name: String,
    /// Codes of its conventions.
    pub kinds: Vec<&'static str>,
    /// Sum of the points of the reasons, from 0 to 100.
    pub score: u8,
    /// Why, in French.
    pub reasons: Vec<ReasonRow>,
}

/// A reason with its points.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonRow {
    /// What counts: sector, coverage, distance, wording, capacity or standing.
    pub criterion: &'static str,
    /// How much.
    pub points: u8,
    /// The sentence.
    pub because: String,
}

fn reasons(explained: Vec<Explained>) -> Vec<ReasonRow> {
    let row =
        |e: Explained| ReasonRow { criterion: e.criterion.code(), points: e.points, because: e.because };
    explained.into_iter().map(row).collect()
}

impl ResultRow {
    fn new(entry: &Entry, score: u8, explained: Vec<Explained>) -> Self {
        Self {
            siret: entry.structure.siret.to_string(),
            name: entry.structure.shown_name().to_owned(),
            kinds: entry.structure.kinds.iter().map(|k| k.code()).collect(),
            score,
            reasons: reasons(explained),
        }
    }

    /// A search result; `place` is the name of the place that was looked at.
    #[must_use]
    pub fn of_card(card: &Card, place: &str) -> Self {
        Self::new(&card.entry, card.found.score, card.found.explain(place))
    }

    /// A match of a ranking.
    #[must_use]
    pub fn of_match(ranking: &Ranking, found: &Match, entry: &Entry) -> Self {
        Self::new(entry, found.score, ranking.explain(found))
    }
}
