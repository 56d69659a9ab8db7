//! The score of one lot against one structure.

use super::facts::{ActivityFacts, Facts};
use super::reason::{Because, Criterion, Explained, Reason};
use crate::legal::{Eligibility, Reservation};
use crate::sector::{Kinship, SectorIx, Sectors};
use crate::siret::Siret;
use crate::structure::{Kind, KindSet, Mode, Standing};
use crate::territory::{Atlas, CommuneSet, Place, Point, Seat, Zone};
use jiff::civil::Date;
use std::sync::LazyLock;

/// Points of a sibling sector.
pub(super) const SECTOR_SIBLING: u8 = 20;
/// Full points up to this distance.
pub(super) const DISTANCE_NEAR_KM: u16 = 5;
/// No points from this distance on.
pub(super) const DISTANCE_FAR_KM: u16 = 100;
/// Points of a known capacity when the lot asks for no hours.
pub(super) const CAPACITY_KNOWN: u8 = 6;
/// Points of an unknown capacity: neither punished nor rewarded.
pub(super) const CAPACITY_UNKNOWN: u8 = 4;
/// Share of the capacity points at which a capacity that does not suffice stops.
const CAPACITY_SHORT: f32 = 0.8;
/// Points of an activity that a file declares.
pub(super) const STANDING_DECLARED: u8 = 4;
/// Points of an activity that we inferred.
pub(super) const STANDING_DEDUCED: u8 = 1;
/// What a word counts that only the vocabulary of the sector has.
const WORD_OF_SECTOR: f32 = 0.5;
/// Most words of a lot that are compared: the mask has 32 bits.
const WORDS_MAX: usize = 32;

/// What is looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Lot {
    /// One of them is enough.
    pub sectors: Vec<SectorIx>,
    /// Where.
    pub place: Place,
    /// To whom it is reserved.
    pub reservation: Reservation,
    /// Only these kinds; empty means all.
    pub kinds: KindSet,
    /// Only this mode; `None` means any.
    pub mode: Option<Mode>,
    /// Hours of work a month; `None` means unknown.
    pub hours_per_month: Option<u32>,
    /// The buyer's words.
    pub text: String,
    /// The day on which conventions must be in force; `None` when it does not matter.
    pub on: Option<Date>,
}

/// A lot with what is computed once for all structures.
#[derive(Debug)]
pub struct PreparedLot {
    lot: Lot,
    communes: CommuneSet,
    centre: Option<Point>,
    /// The words of the text with the hashes of their stems.
    words: Vec<(String, u32)>,
    /// For each sector that may answer, which of the words are in its vocabulary: bit `i` is word `i`.
    vocabulary: Vec<u32>,
}

/// A structure that fits a lot.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Which structure.
    pub siret: Siret,
    /// Sum of the points of the reasons, from 0 to 100.
    pub score: u8,
    /// One per criterion, in the order of [`Criterion::ALL`].
    pub reasons: [Reason; 6],
    /// Which activity of the structure fits best, by its rank in [`Facts::activities`].
    pub activity: usize,
    /// What the reservation says of the structure: never [`Eligibility::No`].
    pub eligibility: Eligibility,
    /// The convention through which it may answer; none when the lot is not reserved.
    pub eligible_as: Option<Kind>,
}

impl PreparedLot {
    /// Computes what does not depend on the structure.
    #[must_use]
    pub fn new(lot: Lot) -> Self {
        let communes = lot.place.communes();
        let centre = Atlas::get().centre(&communes);
        let words = words_of(&lot.text);
        let vocabulary = vocabulary_of(&lot, &words);
        Self { lot, communes, centre, words, vocabulary }
    }

    /// The lot.
    #[must_use]
    pub fn lot(&self) -> &Lot {
        &self.lot
    }

    /// The communes of its place.
    #[must_use]
    pub fn communes(&self) -> &CommuneSet {
        &self.communes
    }

    /// Whether the reservation leaves the structure out, or none of the asked kinds is its own.
    #[must_use]
    pub fn is_left_out(&self, facts: &Facts) -> bool {
        let party = facts.party_on(self.lot.on);
        self.are_kinds_unasked(party.kinds) || self.verdict(facts).0 == Eligibility::No
    }

    fn verdict(&self, facts: &Facts) -> (Eligibility, Option<Kind>) {
        self.lot.reservation.verdict_of_structure(facts.party_on(self.lot.on))
    }

    /// Whether kinds are asked for, and these are not among them.
    #[must_use]
    pub fn are_kinds_unasked(&self, kinds: KindSet) -> bool {
        !self.lot.kinds.is_empty() && !self.lot.kinds.meets(kinds)
    }

    /// Whether the reservation or the asked kinds leave out every structure of these conventions.
    #[must_use]
    pub fn are_kinds_left_out(&self, kinds: KindSet) -> bool {
        self.are_kinds_unasked(kinds) || self.lot.reservation.verdict_of(kinds).0 == Eligibility::No
    }

    /// The match of a structure; `None` when a hard condition fails.
    #[must_use]
    pub fn score(&self, facts: &Facts) -> Option<Match> {
        if self.is_left_out(facts) {
            return None;
        }
        let (eligibility, eligible_as) = self.verdict(facts);
        let own_words = mask_of(&self.words, &facts.words);
        let best = facts
            .activities
            .iter()
            .enumerate()
            .filter_map(|(at, activity)| Some((at, self.reasons(facts, own_words, activity)?)))
            .map(|(at, reasons)| (at, reasons.iter().map(|r| r.points).sum::<u8>(), reasons))
            // The first of the best: `max_by_key` would give the last.
            .reduce(|best, next| if next.1 > best.1 { next } else { best });
        let (activity, score, reasons) = best?;
        Some(Match { siret: facts.siret, score, reasons, activity, eligibility, eligible_as })
    }

    fn reasons(&self, facts: &Facts, own_words: u32, activity: &ActivityFacts) -> Option<[Reason; 6]> {
        if self.lot.mode.is_some_and(|mode| mode != activity.mode) {
            return None;
        }
        let sector = self.sector_reason(activity.sector)?;
        let coverage = self.coverage_reason(&activity.zones)?;
        Some([
            sector,
            coverage,
            self.distance_reason(facts.seat),
            self.wording_reason(own_words, activity.sector),
            capacity_reason(activity.hours_per_month, self.lot.hours_per_month),
            standing_reason(activity.standing),
        ])
    }

    fn sector_reason(&self, has: SectorIx) -> Option<Reason> {
        let sectors = Sectors::get();
        let kinship = self.lot.sectors.iter().map(|asked| sectors.kinship(*asked, has)).max()?;
        let (points, because) = match kinship {
            Kinship::Same => (Criterion::Sector.max(), Because::SameSector(has)),
            Kinship::Sibling => (SECTOR_SIBLING, Because::SiblingSector(has)),
            Kinship::Stranger => return None,
        };
        Some(Reason { criterion: Criterion::Sector, points, because })
    }

    fn coverage_reason(&self, zones: &CommuneSet) -> Option<Reason> {
        let coverage = Atlas::get().coverage(&self.communes, zones);
        if coverage <= 0.0 {
            return None;
        }
        let points = share_of(Criterion::Coverage.max(), coverage as f32).max(1);
        let percent = share_of(100, coverage as f32).max(1);
        Some(Reason { criterion: Criterion::Coverage, points, because: Because::Covers(percent) })
    }

    fn distance_reason(&self, seat: Option<Seat>) -> Reason {
        let (points, because) = match (seat, self.centre) {
            (Some(seat), Some(centre)) => {
                let wide = !matches!(self.lot.place.zone(), Zone::Commune(_));
                if wide && self.communes.contains(seat.commune) {
                    (Criterion::Distance.max(), Because::SeatInside)
                } else {
                    let km = seat.point.km_to(centre);
                    (distance_points(Criterion::Distance.max(), km), Because::SeatAway(whole_km(km)))
                }
            }
            _ => (0, Because::SeatUnknown),
        };
        Reason { criterion: Criterion::Distance, points, because }
    }

    /// The structure's own words count whole; those that only the vocabulary of its sector has, for a part.
    fn wording_reason(&self, own: u32, sector: SectorIx) -> Reason {
        let vocabulary = self.vocabulary.get(usize::from(sector.0)).copied().unwrap_or_default() & !own;
        let found = own.count_ones() as f32 + WORD_OF_SECTOR * vocabulary.count_ones() as f32;
        let share = found / self.words.len().max(1) as f32;
        let points = share_of(Criterion::Wording.max(), share);
        Reason { criterion: Criterion::Wording, points, because: Because::WordsFound { own, vocabulary } }
    }

    /// The reasons of a match as sentences.
    #[must_use]
    pub fn explain(&self, found: &Match) -> Vec<Explained> {
        let place = self.lot.place.name();
        found.reasons.iter().map(|r| r.explain(&self.words, &place)).collect()
    }
}

/// Which of the words are among these stems, hashed and sorted: bit `i` is word `i`.
fn mask_of(words: &[(String, u32)], stems: &[u32]) -> u32 {
    let found = words.iter().enumerate().filter(|(_, (_, hash))| stems.binary_search(hash).is_ok());
    found.fold(0u32, |mask, (i, _)| mask | 1 << i)
}

/// See [`PreparedLot`]: the sectors of the lot and their siblings; no other can answer.
fn vocabulary_of(lot: &Lot, words: &[(String, u32)]) -> Vec<u32> {
    let sectors = Sectors::get();
    let mut masks = vec![0; sectors.iter().count()];
    for sector in lot.sectors.iter().flat_map(|s| &sectors.group(s.sector().group).sectors) {
        if let Some(mask) = masks.get_mut(usize::from(sector.0)) {
            *mask = mask_of(words, sector_words(*sector));
        }
    }
    masks
}

/// The stems of the label and of the synonyms of a sector, and of the labels of its CPV codes, hashed and sorted.
fn sector_words(sector: SectorIx) -> &'static [u32] {
    static WORDS: LazyLock<Vec<Box<[u32]>>> = LazyLock::new(|| {
        let words = |sector: &crate::sector::Sector| {
            let labels = sector.cpv.iter().flat_map(|prefix| crate::cpv::labels_under(prefix));
            Facts::words_of([sector.label].into_iter().chain(sector.phrases()).chain(labels))
        };
        Sectors::get().iter().map(|(_, sector)| words(sector)).collect()
    });
    WORDS.get(usize::from(sector.0)).map_or(&[], |words| words)
}

/// The words of a text that say something, each once, with the hashes of their stems.
fn words_of(text: &str) -> Vec<(String, u32)> {
    let mut words: Vec<(String, u32)> = Vec::new();
    let folded = crate::text::fold(text);
    for word in folded.split(' ').filter(|w| !w.is_empty() && !crate::text::is_stop_word(w)) {
        let hash = Facts::stem_hash(&crate::sector::stem(word));
        if words.len() < WORDS_MAX && words.iter().all(|(_, h)| *h != hash) {
            words.push((word.to_owned(), hash));
        }
    }
    words
}

fn capacity_reason(offered: Option<u32>, asked: Option<u32>) -> Reason {
    let max = Criterion::Capacity.max();
    let (points, because) = match (offered, asked) {
        (None, _) => (CAPACITY_UNKNOWN, Because::HoursUnknown),
        (Some(offered), None) => (CAPACITY_KNOWN, Because::HoursOffered(offered)),
        (Some(offered), Some(asked)) if offered >= asked => (max, Because::Hours { offered, asked }),
        (Some(offered), Some(asked)) => {
            let share = offered as f32 / asked as f32 * CAPACITY_SHORT;
            (share_of(max, share), Because::Hours { offered, asked })
        }
    };
    Reason { criterion: Criterion::Capacity, points, because }
}

fn standing_reason(standing: Standing) -> Reason {
    let points = match standing {
        Standing::Confirmed => Criterion::Standing.max(),
        Standing::Declared => STANDING_DECLARED,
        Standing::Deduced => STANDING_DEDUCED,
        Standing::Dismissed => 0,
    };
    Reason { criterion: Criterion::Standing, points, because: Because::Standing(standing) }
}

/// `share` of `max`, rounded; both ends are kept.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and max by clamp")]
pub(super) fn share_of(max: u8, share: f32) -> u8 {
    (f32::from(max) * share.clamp(0.0, 1.0)).round() as u8
}

/// `max` up to [`DISTANCE_NEAR_KM`], then in a straight line down to 0 at [`DISTANCE_FAR_KM`].
pub(super) fn distance_points(max: u8, km: f32) -> u8 {
    let (near, far) = (f32::from(DISTANCE_NEAR_KM), f32::from(DISTANCE_FAR_KM));
    share_of(max, 1.0 - (km - near) / (far - near))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no two points are 65,535 km apart"
)]
pub(super) fn whole_km(km: f32) -> u16 {
    km.round() as u16
}
