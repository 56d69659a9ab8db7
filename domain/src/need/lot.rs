//! A lot of a need.

use super::NeedDraft;
use crate::cpv::Cpv;
use crate::form::Field;
use crate::legal::{Bought, Carried, Consideration, Exception, Nature, Reservation, Vehicle};
use crate::matching;
use crate::money::{Estimate, Euros};
use crate::sector::SectorIx;
use crate::structure::{KindSet, Mode, Month};
use crate::territory::Place;
use crate::written::{Correction, Written};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::num::NonZeroUsize;

/// What a lot may cost, without tax: an exact amount is never required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmountRange {
    /// At least.
    pub min: Euros,
    /// At most; thresholds look at this end.
    pub max: Euros,
}

impl AmountRange {
    /// Its bounds.
    #[must_use]
    pub fn estimate(self) -> Estimate {
        Estimate { at_least: self.min, at_most: Some(self.max) }
    }

    /// « 90 000 € », « de 40 000 € à 90 000 € ».
    #[must_use]
    pub fn label(self) -> String {
        if self.min == self.max {
            self.max.to_string()
        } else if self.min == Euros::default() {
            format!("jusqu’à {}", self.max)
        } else {
            format!("de {} à {}", self.min, self.max)
        }
    }
}

/// What tells the lots of a need apart, whatever their order: matches and answers are kept by it. Never given twice
/// in one need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LotKey(pub u32);

impl LotKey {
    /// The lot of a need that shows none.
    pub const FIRST: Self = Self(1);
}

impl Default for LotKey {
    fn default() -> Self {
        Self::FIRST
    }
}

impl fmt::Display for LotKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The number of a lot that people read, on pages and in their addresses: its place among the lots, from 1. Buyers number
/// lots without gaps, so it moves when a lot before it is taken out; [`LotKey`] does not, and never shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotNumber(NonZeroUsize);

impl LotNumber {
    /// Of the lot at a rank from 0.
    #[must_use]
    pub fn of_rank(rank: usize) -> Self {
        Self(NonZeroUsize::MIN.saturating_add(rank))
    }

    /// Its rank from 0.
    #[must_use]
    pub fn rank(self) -> usize {
        self.0.get() - 1
    }

    /// Reads a number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl fmt::Display for LotNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A lot that can be stored and matched. `None` is « not said », never « none ».
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LotDraft {
    /// Which one.
    pub key: LotKey,
    /// Its title; empty when it is the whole need.
    pub title: String,
    /// One at least; any of them is enough for a structure to be told.
    pub sectors: Vec<Written<SectorIx>>,
    /// Main CPV code.
    pub cpv: Option<Cpv>,
    /// What is bought.
    pub nature: Nature,
    /// How it should be delivered; `None` means any.
    pub mode: Option<Mode>,
    /// Where, when it is not where the need is.
    pub place: Option<Written<Place>>,
    /// Estimated amount.
    pub amount: Option<AmountRange>,
    /// Length in months.
    pub months: Option<u32>,
    /// Hours of work a month.
    pub hours_per_month: Option<u32>,
    /// How it is passed: a reservation, a contract of insertion, a direct award.
    pub vehicle: Option<Vehicle>,
    /// What it asks of whoever wins it, each at most once, in their order.
    #[serde(default)]
    pub considerations: Vec<Carried>,
    /// Hours of insertion over the whole length, for a clause or a contract of insertion.
    pub insertion_hours: Option<u32>,
    /// The reason not to put a social clause, above the European threshold.
    pub exception: Option<Exception>,
}

impl LotDraft {
    /// Its estimated amount, as thresholds see it.
    #[must_use]
    pub fn estimate(&self) -> Estimate {
        self.amount.map(AmountRange::estimate).unwrap_or_default()
    }

    /// How it is bought.
    #[must_use]
    pub fn bought(&self) -> Bought<'_> {
        Bought { vehicle: self.vehicle, considerations: &self.considerations, exception: self.exception }
    }

    /// Whether it carries a consideration.
    #[must_use]
    pub fn carries(&self, consideration: Consideration) -> bool {
        self.considerations.iter().any(|carried| carried.consideration == consideration)
    }

    /// A lot had one vehicle, of whatever kind, before it could carry several considerations: what asks something of whoever
    /// wins is one of these now.
    pub fn vehicle_settle(&mut self) {
        if let Some(consideration) = self.vehicle.and_then(Consideration::of) {
            self.vehicle = None;
            if !self.carries(consideration) {
                self.considerations.push(Carried { consideration, weight: None });
                self.considerations.sort_unstable();
            }
        }
    }

    /// To whom it is reserved.
    #[must_use]
    pub fn reservation(&self) -> Reservation {
        self.vehicle.map_or(Reservation::None, Vehicle::reservation)
    }

    /// The sectors that this build knows.
    pub fn sectors_known(&self) -> impl Iterator<Item = SectorIx> {
        self.sectors.iter().filter_map(Written::known)
    }

    /// What it says that this build does not know, with the field where it is corrected.
    #[must_use]
    pub fn corrections(&self) -> Vec<(Field, Correction)> {
        let sectors = self.sectors.iter().filter_map(Written::correction);
        let place = self.place.as_ref().and_then(Written::correction);
        let cpv = self.cpv.and_then(Cpv::correction);
        let sectors = sectors.map(|correction| (Field::Sectors, correction));
        let place = place.map(|correction| (Field::LotPlace, correction));
        sectors.chain(place).chain(cpv.map(|correction| (Field::Cpv, correction))).collect()
    }

    /// What is matched: the lot of its need. What this build does not know is not asked for; see
    /// [`NeedDraft::says_enough`].
    #[must_use]
    pub fn to_match(&self, need: &NeedDraft) -> matching::Lot {
        let text = match self.title.is_empty() {
            true => need.title.clone(),
            false => self.title.clone(),
        };
        matching::Lot {
            buys: matching::Buys::of_text(&text),
            sectors: self.sectors_known().collect(),
            place: need.lot_place(self).known(),
            reservation: self.reservation(),
            kinds: KindSet::EMPTY,
            mode: self.mode,
            hours_per_month: self.hours_per_month,
            text,
            on: need.law_day_known(),
            begins: need.start.map(Month::of),
        }
    }
}
