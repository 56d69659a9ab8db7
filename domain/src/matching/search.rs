//! The order of search results: by points too, and for reasons that are shown.
//!
//! A search is looser than a lot: words may be found without a sector, a place may be missing.

use super::facts::{ActivityFacts, Facts};
use super::score::{distance_points, share_of, whole_km};
use crate::sector::{Kinship, SectorIx, Sectors};
use crate::structure::Standing;
use crate::territory::{Atlas, CommuneSet, Place, Point, Zone};

/// Most points that the words give.
pub const WORDS_MAX: u8 = 40;
/// Points of the very sector.
pub const SECTOR_SAME: u8 = 30;
/// Points of a sector of the same group.
pub const SECTOR_SIBLING: u8 = 10;
/// Most points of the coverage of the place.
pub const COVERAGE_MAX: u8 = 15;
/// Most points of the distance to the place.
pub const DISTANCE_MAX: u8 = 10;
/// Points of an activity confirmed by the structure; 3 when declared.
pub const STANDING_MAX: u8 = 5;
const STANDING_DECLARED: u8 = 3;

/// How the words of a search were found in a structure, counted in words.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct WordsFound {
    /// In the name.
    pub in_name: u8,
    /// Elsewhere in its page: town, description, activities.
    pub elsewhere: u8,
    /// With one letter changed.
    pub nearly: u8,
    /// Words of the search.
    pub asked: u8,
}

impl WordsFound {
    /// From 0 to 1: a word in the name counts whole, elsewhere 0.8, nearly found 0.5.
    #[must_use]
    pub fn share(self) -> f32 {
        if self.asked == 0 {
            return 0.0;
        }
        let found = f32::from(self.in_name) + 0.8 * f32::from(self.elsewhere) + 0.5 * f32::from(self.nearly);
        found / f32::from(self.asked)
    }
}

/// What a search looks at besides its words.
#[derive(Debug, Default)]
pub struct Aim {
    /// Sectors asked for, or understood from the words.
    pub sectors: Vec<SectorIx>,
    /// The place, its communes and its centre.
    pub place: Option<(Place, CommuneSet, Option<Point>)>,
}

impl Aim {
    /// Computes what does not depend on the structure.
    #[must_use]
    pub fn new(sectors: Vec<SectorIx>, place: Option<Place>) -> Self {
        let place = place.map(|place| {
            let communes = place.communes();
            let centre = Atlas::get().centre(&communes);
            (place, communes, centre)
        });
        Self { sectors, place }
    }
}

/// Why a structure is among the results, with the points of each reason.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Sum of the points.
    pub score: u8,
    /// The words.
    pub words: (u8, WordsFound),
    /// The sector that answers, if one was looked for.
    pub sector: Option<(u8, Kinship, SectorIx)>,
    /// Percent of the place that is covered, if a place was looked at; 0 when only the seat is there.
    pub coverage: Option<(u8, u8)>,
    /// Km to the place; `None` without place or seat; 0 when the seat lies in a wide place.
    pub distance: Option<(u8, u16)>,
    /// How sure we are of the activity that answers.
    pub standing: Option<(u8, Standing)>,
    /// Which activity answers, by its rank in [`Facts::activities`].
    pub activity: Option<u16>,
}

impl Aim {
    /// Why the structure answers; `None` when it covers nothing of the place and does not sit there.
    #[must_use]
    pub fn find(&self, facts: &Facts, words: WordsFound) -> Option<Found> {
        self.best(facts, words, false, |_| true).or_else(|| self.find_without_activity(facts, words))
    }

    /// Why the structure answers by one of the activities that `keep` lets through; with `must_have_sector`, one
    /// that has a sector that was asked for.
    #[must_use]
    pub fn find_where(
        &self,
        facts: &Facts,
        words: WordsFound,
        must_have_sector: bool,
        keep: impl Fn(&ActivityFacts) -> bool,
    ) -> Option<Found> {
        self.best(facts, words, must_have_sector, keep)
    }

    fn best(
        &self,
        facts: &Facts,
        words: WordsFound,
        must_have_sector: bool,
        keep: impl Fn(&ActivityFacts) -> bool,
    ) -> Option<Found> {
        let best = facts
            .activities
            .iter()
            .enumerate()
            .filter(|(_, a)| keep(a))
            .filter_map(|(at, a)| {
                let sector = self.sector_points(a.sector);
                if must_have_sector && sector.is_none_or(|(_, kinship, _)| kinship != Kinship::Same) {
                    return None;
                }
                let coverage = self.coverage_points(&a.zones);
                if coverage.is_some_and(|(points, _)| points == 0) {
                    return None;
                }
                let standing = (standing_points(a.standing), a.standing);
                let points = sector.map_or(0, |s| s.0) + coverage.map_or(0, |c| c.0) + standing.0;
                Some((points, at, sector, coverage, standing))
            })
            .reduce(|best, next| if next.0 > best.0 { next } else { best });
        let (points, at, sector, coverage, standing) = best?;
        let words = (share_of(WORDS_MAX, words.share()), words);
        let distance = self.distance_points(facts);
        Some(Found {
            score: points + words.0 + distance.map_or(0, |d| d.0),
            words,
            sector,
            coverage,
            distance,
            standing: Some(standing),
            activity: u16::try_from(at).ok(),
        })
    }

    /// A structure whose activities are not known answers where it sits.
    fn find_without_activity(&self, facts: &Facts, words: WordsFound) -> Option<Found> {
        if !self.seat_is_there(facts) {
            return None;
        }
        let words = (share_of(WORDS_MAX, words.share()), words);
        let distance = self.distance_points(facts);
        Some(Found {
            score: words.0 + distance.map_or(0, |d| d.0),
            words,
            sector: None,
            coverage: self.place.is_some().then_some((0, 0)),
            distance,
            standing: None,
            activity: None,
        })
    }

    /// Whether the structure sits in the place; true without place.
    #[must_use]
    pub fn seat_is_there(&self, facts: &Facts) -> bool {
        match (&self.place, facts.seat) {
            (None, _) => true,
            (Some((_, communes, _)), Some(seat)) => communes.contains(seat.commune),
            (Some(_), None) => false,
        }
    }

    fn sector_points(&self, has: SectorIx) -> Option<(u8, Kinship, SectorIx)> {
        let sectors = Sectors::get();
        match self.sectors.iter().map(|asked| sectors.kinship(*asked, has)).max()? {
            Kinship::Same => Some((SECTOR_SAME, Kinship::Same, has)),
            Kinship::Sibling => Some((SECTOR_SIBLING, Kinship::Sibling, has)),
            Kinship::Stranger => None,
        }
    }

    fn coverage_points(&self, zones: &CommuneSet) -> Option<(u8, u8)> {
        let (_, communes, _) = self.place.as_ref()?;
        let coverage = Atlas::get().coverage(communes, zones) as f32;
        if coverage <= 0.0 {
            return Some((0, 0));
        }
        Some((share_of(COVERAGE_MAX, coverage).max(1), share_of(100, coverage).max(1)))
    }

    fn distance_points(&self, facts: &Facts) -> Option<(u8, u16)> {
        let (place, communes, centre) = self.place.as_ref()?;
        let seat = facts.seat?;
        if !matches!(place.zone(), Zone::Commune(_)) && communes.contains(seat.commune) {
            return Some((DISTANCE_MAX, 0));
        }
        let km = seat.point.km_to((*centre)?);
        Some((distance_points(DISTANCE_MAX, km), whole_km(km)))
    }
}

fn standing_points(standing: Standing) -> u8 {
    match standing {
        Standing::Confirmed => STANDING_MAX,
        Standing::Declared => STANDING_DECLARED,
        Standing::Deduced | Standing::Dismissed => 0,
    }
}
