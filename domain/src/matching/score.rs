//! The score of one lot against one structure.

use super::facts::{ActivityFacts, Facts};
use super::kinship::{Buys, Kinship, Tier};
use super::reason::{Because, Criterion, Explained, Reader, Reason};
use crate::legal::{Eligibility, Reservation};
use crate::sector::{SectorIx, Sectors};
use crate::siret::Siret;
use crate::structure::{Kind, KindSet, Mode, Month, Standing};
use crate::territory::{Atlas, CommuneSet, Place, Point, Seat};
use jiff::civil::Date;
use std::sync::{Arc, LazyLock};

/// Distance at which the points have lost a fifth of what they lose in all: they fall steeply near, slowly far away.
pub(super) const DISTANCE_SCALE_KM: f32 = 5.0;
/// No points from this distance on.
pub(super) const DISTANCE_FAR_KM: f32 = 100.0;
/// Points of a known capacity when the lot asks for no hours.
pub(super) const CAPACITY_KNOWN: u8 = 3;
/// Points of an unknown capacity: neither punished nor rewarded.
pub(super) const CAPACITY_UNKNOWN: u8 = 2;
/// Share of the capacity points at which a capacity that does not suffice stops.
const CAPACITY_SHORT: f32 = 0.8;
/// Points of an activity that a file declares.
pub(super) const STANDING_DECLARED: u8 = 4;
/// Points of an activity that we inferred.
pub(super) const STANDING_DEDUCED: u8 = 1;
/// Points that an activity loses when the structure has not vouched for its page for a year.
pub(super) const STANDING_STALE: u8 = 2;
/// What a word counts that only the vocabulary of the sector has.
const WORD_OF_SECTOR: f32 = 0.5;
/// Most words of a lot that are compared: the mask has 32 bits.
const WORDS_MAX: usize = 32;

/// What is looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Lot {
    /// What is bought: a trade, staff, a way into work.
    pub buys: Buys,
    /// One of them is enough. Empty: any activity answers a trade; staff and insertion need none.
    pub sectors: Vec<SectorIx>,
    /// Where; `None` in a search that names no place.
    pub place: Option<Place>,
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
    /// The month in which the work begins; `None` means unknown.
    pub begins: Option<Month>,
}

/// A lot with what is computed once for all structures.
#[derive(Debug)]
pub struct PreparedLot {
    lot: Lot,
    /// All of France when the lot names no place.
    communes: CommuneSet,
    /// None without place.
    centre: Option<Point>,
    /// The words of the text with the hashes of their stems.
    words: Arc<[(String, u32)]>,
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
    /// How what it does is related to the lot.
    pub kinship: Kinship,
    /// Which activity of the structure fits best, by its rank in [`Facts::activities`]; none when it is its nature, or
    /// when what it does is not known.
    pub activity: Option<usize>,
    /// What the reservation says of the structure: never [`Eligibility::No`].
    pub eligibility: Eligibility,
    /// The convention through which it may answer; none when the lot is not reserved.
    pub eligible_as: Option<Kind>,
}

impl Match {
    /// What a list may say of it.
    #[must_use]
    pub fn tier(&self) -> Tier {
        self.kinship.tier()
    }

    /// The activity that fits best.
    #[must_use]
    pub fn activity_of<'a>(&self, facts: &'a Facts) -> Option<&'a ActivityFacts> {
        facts.activities.get(self.activity?)
    }

    /// The reason of a criterion.
    #[must_use]
    pub fn reason(&self, criterion: Criterion) -> &Reason {
        let at = Criterion::ALL.iter().position(|c| *c == criterion).unwrap_or_default();
        &self.reasons[at]
    }

    /// Km to the seat: 0 inside the place; `None` without place or seat.
    #[must_use]
    pub fn km(&self) -> Option<u16> {
        match self.reason(Criterion::Distance).because {
            Because::SeatInside => Some(0),
            Because::SeatAway(km) => Some(km),
            _ => None,
        }
    }

    /// Percent of the place that is covered, or would be; `None` without place.
    #[must_use]
    pub fn percent_covered(&self) -> Option<u8> {
        match self.reason(Criterion::Coverage).because {
            Because::Covers(percent) | Because::WouldCover(percent) => Some(percent),
            _ => None,
        }
    }
}

/// One way in which a structure could answer: by an activity, or besides its activities.
#[derive(Debug, Clone, Copy)]
struct Way<'a> {
    kinship: Kinship,
    activity: Option<(usize, &'a ActivityFacts)>,
    /// None for a structure that only sits in the place.
    zones: Option<&'a CommuneSet>,
}

impl PreparedLot {
    /// Computes what does not depend on the structure.
    #[must_use]
    pub fn new(lot: Lot) -> Self {
        let communes = lot.place.unwrap_or(Place::FRANCE).communes();
        let centre = lot.place.and_then(|_| Atlas::get().centre(&communes));
        let words: Arc<[(String, u32)]> = words_of(&lot.text).into();
        let vocabulary = vocabulary_of(&lot, &words);
        Self { lot, communes, centre, words, vocabulary }
    }

    /// The lot.
    #[must_use]
    pub fn lot(&self) -> &Lot {
        &self.lot
    }

    /// The communes of its place; all of France without place.
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

    /// Whether every word of the lot is of the vocabulary of one of its sectors: then the words only name the trade.
    #[must_use]
    pub fn only_names_trade(&self) -> bool {
        let of_sector = |s: &SectorIx| self.vocabulary.get(usize::from(s.0)).copied().unwrap_or_default();
        let known = self.lot.sectors.iter().map(of_sector).fold(0, |all, mask| all | mask);
        known.count_ones() as usize == self.words.len()
    }

    /// The match of a structure; `None` when a hard condition fails.
    #[must_use]
    pub fn score(&self, facts: &Facts) -> Option<Match> {
        if self.is_left_out(facts) {
            return None;
        }
        let own_words = mask_of(&self.words, &facts.words);
        let distance = self.distance_reason(facts.seat);
        let best = self
            .ways(facts)
            .filter_map(|way| {
                let reasons = self.reasons(facts, own_words, distance, &way)?;
                Some((reasons.iter().map(|r| r.points).sum::<u8>(), way, reasons))
            })
            // The first of the best: `max_by_key` would give the last.
            .reduce(|best, next| if next.0 > best.0 { next } else { best });
        let (score, way, reasons) = best?;
        let (eligibility, eligible_as) = self.verdict(facts);
        let activity = way.activity.map(|(at, _)| at);
        Some(Match {
            siret: facts.siret,
            score,
            reasons,
            kinship: way.kinship,
            activity,
            eligibility,
            eligible_as,
        })
    }

    /// Its activities that answer; when none of them has the sector or a sibling, or nothing more than a deduction
    /// says what it does, what else makes it answer.
    fn ways<'a>(&'a self, facts: &'a Facts) -> impl Iterator<Item = Way<'a>> {
        let by_activity = facts.activities.iter().enumerate().filter_map(|(at, a)| {
            let kinship = self.lot.kinship_of(a)?;
            Some(Way { kinship, activity: Some((at, a)), zones: Some(&a.zones) })
        });
        let kinds = facts.kinds_in_force(self.lot.on);
        let besides = self.lot.kinship_without_activity(kinds, facts.known(), &facts.dismissed);
        let besides = besides.map(|kinship| Way { kinship, activity: None, zones: Some(&facts.usual_reach) });
        let seated = self.answers_where_it_sits(facts.seat);
        let seated = seated.then_some(Way { kinship: Kinship::Unasked, activity: None, zones: None });
        by_activity.chain(besides).chain(seated)
    }

    /// Whether a structure answers because its seat lies in the place: when neither sector nor mode is asked for.
    #[must_use]
    pub fn answers_where_it_sits(&self, seat: Option<Seat>) -> bool {
        let is_asked = self.lot.place.is_some() && self.lot.is_open() && self.lot.mode.is_none();
        is_asked && seat.is_some_and(|seat| self.communes.contains(seat.commune))
    }

    /// Km from a seat to the place: 0 inside, infinite without seat or place.
    #[must_use]
    pub fn km_to(&self, seat: Option<Seat>) -> f32 {
        match (seat, self.centre) {
            (Some(seat), Some(_)) if self.communes.contains(seat.commune) => 0.0,
            (Some(seat), Some(centre)) => seat.point.km_to(centre),
            _ => f32::INFINITY,
        }
    }

    /// The same lot with another mode asked.
    #[must_use]
    pub fn with_mode(&self, mode: Option<Mode>) -> Self {
        let Self { lot, communes, centre, words, vocabulary } = self;
        Self {
            lot: Lot { mode, ..lot.clone() },
            communes: communes.clone(),
            centre: *centre,
            words: Arc::clone(words),
            vocabulary: vocabulary.clone(),
        }
    }

    /// The same lot without its sectors: whoever its words name may answer.
    #[must_use]
    pub fn without_sectors(&self) -> Self {
        let lot = Lot { sectors: Vec::new(), buys: Buys::Trade, ..self.lot.clone() };
        let vocabulary = vec![0; self.vocabulary.len()];
        Self { lot, vocabulary, ..self.with_mode(self.lot.mode) }
    }

    /// What a seat is worth, by how near it is.
    #[must_use]
    pub fn points_of_distance(&self, seat: Option<Seat>) -> u8 {
        self.distance_reason(seat).points
    }

    /// The most that a structure could score, by what columns know of it: its words and the part of the place that it
    /// covers are not looked at. Never less than [`PreparedLot::score`] gives for the same way.
    #[must_use]
    pub fn points_at_most(
        &self,
        kinship: Kinship,
        standing: Option<Standing>,
        hours_per_month: Option<u32>,
        points_of_distance: u8,
    ) -> u8 {
        let place = if self.lot.place.is_some() { Criterion::Coverage.max() } else { 0 };
        let words = if self.words.is_empty() { 0 } else { Criterion::Wording.max() };
        sector_points(kinship)
            + place
            + words
            + points_of_distance
            + capacity_reason(hours_per_month, self.lot.hours_per_month, None).points
            + standing_reason(standing, false).points
    }

    fn reasons(&self, facts: &Facts, own_words: u32, distance: Reason, way: &Way<'_>) -> Option<[Reason; 6]> {
        let activity = way.activity.map(|(_, activity)| activity);
        Some([
            sector_reason(way, facts.kinds_in_force(self.lot.on)),
            self.coverage_reason(way)?,
            distance,
            self.wording_reason(own_words, activity.map(|a| a.sector)),
            capacity_reason(
                facts.hours_offered(activity, self.lot.begins),
                self.lot.hours_per_month,
                self.lot.begins.filter(|month| facts.calendar.hours_in(*month).is_some()),
            ),
            standing_reason(activity.map(|a| a.standing), facts.is_stale),
        ])
    }

    /// `None` when nothing of the place is covered. What no activity says is what such a structure usually covers.
    fn coverage_reason(&self, way: &Way<'_>) -> Option<Reason> {
        let criterion = Criterion::Coverage;
        let (Some(_), Some(zones)) = (self.lot.place, way.zones) else {
            let because = if self.lot.place.is_none() { Because::PlaceUnasked } else { Because::OnlySeated };
            return Some(Reason { criterion, points: 0, because });
        };
        let coverage = Atlas::get().coverage(&self.communes, zones);
        if coverage <= 0.0 {
            return None;
        }
        let points = share_of(criterion.max(), coverage as f32).max(1);
        let percent = share_of(100, coverage as f32).max(1);
        let is_said = way.activity.is_some();
        let because = if is_said { Because::Covers(percent) } else { Because::WouldCover(percent) };
        Some(Reason { criterion, points, because })
    }

    fn distance_reason(&self, seat: Option<Seat>) -> Reason {
        let (points, because) = match (seat, self.centre) {
            (_, None) => (0, Because::PlaceUnasked),
            (None, _) => (0, Because::SeatUnknown),
            (Some(seat), Some(_)) if self.communes.contains(seat.commune) => {
                (Criterion::Distance.max(), Because::SeatInside)
            }
            (Some(seat), Some(centre)) => {
                let km = seat.point.km_to(centre);
                (distance_points(Criterion::Distance.max(), km), Because::SeatAway(whole_km(km).max(1)))
            }
        };
        Reason { criterion: Criterion::Distance, points, because }
    }

    /// The structure's own words count whole; those that only the vocabulary of its sector has, for a part.
    fn wording_reason(&self, own: u32, sector: Option<SectorIx>) -> Reason {
        let of_sector = |s: SectorIx| self.vocabulary.get(usize::from(s.0)).copied().unwrap_or_default();
        let vocabulary = sector.map(of_sector).unwrap_or_default() & !own;
        let found = own.count_ones() as f32 + WORD_OF_SECTOR * vocabulary.count_ones() as f32;
        let share = found / self.words.len().max(1) as f32;
        let points = share_of(Criterion::Wording.max(), share);
        Reason { criterion: Criterion::Wording, points, because: Because::WordsFound { own, vocabulary } }
    }

    /// The reasons of a match as sentences: those that the lot gives a meaning to.
    #[must_use]
    pub fn explain(&self, found: &Match) -> Vec<Explained> {
        self.explain_to(found, Reader::Anyone)
    }

    /// The same, as a reader is spoken to.
    #[must_use]
    pub fn explain_to(&self, found: &Match, reader: Reader) -> Vec<Explained> {
        let place = self.lot.place.map(Place::name).unwrap_or_default();
        let asked = found.reasons.iter().filter(|r| r.is_asked());
        asked.map(|r| r.explain(&self.words, &place, reader)).collect()
    }
}

fn sector_reason(way: &Way<'_>, kinds: KindSet) -> Reason {
    let because = match (way.kinship, way.activity) {
        (Kinship::Same, Some((_, a))) => Because::SameSector(a.sector),
        (Kinship::Sibling, Some((_, a))) => Because::SiblingSector(a.sector),
        (Kinship::ByNature, _) => Because::ByNature(kinds),
        (Kinship::Lender, _) => Because::Lender(kinds),
        (Kinship::OtherDeduced, _) => Because::OtherDeduced,
        (Kinship::Unasked, _) => Because::SectorUnasked,
        _ => Because::ActivityUnknown,
    };
    Reason { criterion: Criterion::Sector, points: sector_points(way.kinship), because }
}

fn sector_points(kinship: Kinship) -> u8 {
    share_of(Criterion::Sector.max(), f32::from(kinship.percent()) / 100.0)
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

/// `said_of` is the month of which the calendar of the structure says what is offered.
fn capacity_reason(offered: Option<u32>, asked: Option<u32>, said_of: Option<Month>) -> Reason {
    let max = Criterion::Capacity.max();
    let (points, because) = match (offered, asked) {
        (Some(0), _) if said_of.is_some() => (0, Because::HoursUnknown),
        (None, _) => (CAPACITY_UNKNOWN, Because::HoursUnknown),
        (Some(offered), None) => (CAPACITY_KNOWN, Because::HoursOffered(offered)),
        (Some(offered), Some(asked)) if offered >= asked => (max, Because::Hours { offered, asked }),
        (Some(offered), Some(asked)) => {
            let share = offered as f32 / asked as f32 * CAPACITY_SHORT;
            (share_of(max, share), Because::Hours { offered, asked })
        }
    };
    let because = match (said_of, offered) {
        (Some(month), Some(offered)) => Because::OfMonth { month, offered, asked },
        _ => because,
    };
    Reason { criterion: Criterion::Capacity, points, because }
}

/// `is_stale` says that the page of the structure is out of date.
fn standing_reason(standing: Option<Standing>, is_stale: bool) -> Reason {
    let points = match standing {
        Some(Standing::Confirmed) => Criterion::Standing.max(),
        Some(Standing::Declared) => STANDING_DECLARED,
        Some(Standing::Deduced) => STANDING_DEDUCED,
        Some(Standing::Dismissed) | None => 0,
    };
    let (points, because) = match standing {
        Some(standing) if is_stale => {
            (points.saturating_sub(STANDING_STALE), Because::StandingStale(standing))
        }
        Some(standing) => (points, Because::Standing(standing)),
        None => (points, Because::NothingSaid),
    };
    Reason { criterion: Criterion::Standing, points, because }
}

/// `share` of `max`, rounded; both ends are kept.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and max by clamp")]
pub(super) fn share_of(max: u8, share: f32) -> u8 {
    (f32::from(max) * share.clamp(0.0, 1.0)).round() as u8
}

/// `max` on the spot, then as distance weighs in life: `1 − ln(1 + km / 5) / ln 21` of it, 0 from 100 km on.
pub(super) fn distance_points(max: u8, km: f32) -> u8 {
    let whole = (1.0 + DISTANCE_FAR_KM / DISTANCE_SCALE_KM).ln();
    share_of(max, 1.0 - (1.0 + km / DISTANCE_SCALE_KM).ln() / whole)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no two points are 65,535 km apart"
)]
pub(super) fn whole_km(km: f32) -> u16 {
    km.round() as u16
}
