//! Ranked structures as JSON: the same for the API and for the command line.

use backend::index::Entry;
use backend::matches::Ranking;
use backend::structures::Card;
use domain::matching::{Explained, Match};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Structures, ranked, each with its reasons.
#[derive(Debug, Serialize)]
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
    /// fits, neighbour or possible: whether it does what is asked, something near, or nobody knows.
    pub tier: &'static str,
    /// confirmed, declared or deduced: how the activity that answers is known; null when no activity answers.
    pub standing: Option<&'static str>,
    /// For a deduced activity, the words that decided; else empty.
    pub deduced_from: String,
    /// SIRET numbers of the other establishments of the same structure that would answer alike.
    pub establishments: Vec<String>,
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
    fn new(entry: &Entry, found: &Match, explained: Vec<Explained>, others: &[Arc<Entry>]) -> Self {
        let activity = found.activity.and_then(|at| entry.structure.live_activities().nth(at));
        Self {
            siret: entry.structure.siret.to_string(),
            name: entry.structure.shown_name().to_owned(),
            kinds: entry.structure.kinds.iter().map(|k| k.code()).collect(),
            score: found.score,
            tier: found.tier().code(),
            standing: activity.map(|a| a.standing.code()),
            deduced_from: activity.map(|a| a.because.clone()).unwrap_or_default(),
            establishments: others.iter().map(|other| other.structure.siret.to_string()).collect(),
            reasons: reasons(explained),
        }
    }

    /// A search result.
    #[must_use]
    pub fn of_card(card: &Card) -> Self {
        Self::new(&card.entry, &card.found, card.explain(), &card.others)
    }

    /// A match of a ranking.
    #[must_use]
    pub fn of_match(ranking: &Ranking, found: &Match, entry: &Entry) -> Self {
        let others = ranking.others.get(&found.siret).map_or(&[][..], Vec::as_slice);
        Self::new(entry, found, ranking.explain(found), others)
    }

    /// « convient », « voisine », « possible », and how that is known, for the command line.
    #[must_use]
    pub fn said(&self) -> String {
        let tier = match self.tier {
            "fits" => "convient",
            "neighbour" => "voisine",
            _ => "possible",
        };
        let standing = match self.standing {
            Some("confirmed") => "confirmée".to_owned(),
            Some("declared") => "déclarée".to_owned(),
            Some(_) if self.deduced_from.is_empty() => "déduite".to_owned(),
            Some(_) => format!("déduite de «\u{a0}{}\u{a0}»", self.deduced_from),
            None if self.tier == "possible" => "à demander".to_owned(),
            None => "par nature".to_owned(),
        };
        format!("{tier}, {standing}")
    }
}
