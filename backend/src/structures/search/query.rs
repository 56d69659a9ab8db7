//! What is searched.

use domain::legal::Reservation;
use domain::matching::Tier;
use domain::sector::SectorIx;
use domain::structure::{KindSet, Mode};
use domain::territory::Place;

/// The order of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By points.
    #[default]
    Relevance,
    /// The nearest seat first; without place, by points.
    Distance,
    /// By name.
    Name,
}

/// What is searched: words and filters.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchQuery {
    /// Words as typed.
    pub words: String,
    /// Whether a place at the end of the words is left in the words.
    pub literal: bool,
    /// Where.
    pub place: Option<Place>,
    /// Only these sectors; empty means all.
    pub sectors: Vec<SectorIx>,
    /// Only these kinds; empty means all.
    pub kinds: KindSet,
    /// Only these modes; empty means all.
    pub modes: Vec<Mode>,
    /// Only those that may answer such a reserved contract (or « à vérifier »).
    pub reservation: Option<Reservation>,
    /// Only those whose seat lies in a quartier prioritaire.
    pub in_qpv: bool,
    /// Only those whose seat lies in the place; says nothing without place.
    pub seat_there: bool,
    /// Only those of which no activity is known.
    pub silent: bool,
    /// Only those that answer so surely.
    pub level: Option<Level>,
    /// The order.
    pub sort: Sort,
    /// Page, from 1.
    pub page: usize,
}

impl SearchQuery {
    /// Whether a filter is set.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.kinds.is_empty()
            || !self.modes.is_empty()
            || self.reservation.is_some()
            || self.in_qpv
            || self.seat_there
            || self.silent
            || self.level.is_some()
            || !self.sectors.is_empty()
    }
}

/// How surely the results of a list do what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// By what is known of them: nobody who only may.
    Known,
    /// Of one tier.
    Of(Tier),
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 4] =
        [Self::Known, Self::Of(Tier::Fits), Self::Of(Tier::Neighbour), Self::Of(Tier::Possible)];

    /// The code in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Known => "connues",
            Self::Of(Tier::Fits) => "convient",
            Self::Of(Tier::Neighbour) => "voisin",
            Self::Of(Tier::Possible) => "possible",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == text)
    }

    /// Whether a structure of this tier is let through.
    #[must_use]
    pub fn admits(self, tier: Tier) -> bool {
        match self {
            Self::Known => tier != Tier::Possible,
            Self::Of(wanted) => tier == wanted,
        }
    }
}
