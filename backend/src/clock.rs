//! The one door to time and randomness, so that tests can fix them.

use domain::territory::{PARIS, Place};
use domain::written::Written;
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

/// Where « now » comes from. Whole seconds, UTC.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until [`Clock::advance`].
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at a moment, in seconds since 1970.
    #[must_use]
    pub fn fixed(seconds: i64) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(seconds)))
    }

    /// Moves a fixed clock; the machine's clock is left alone.
    pub fn advance(&self, seconds: i64) {
        if let Self::Fixed(now) = self {
            now.fetch_add(seconds, Ordering::Relaxed);
        }
    }

    /// Seconds since 1970.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> i64 {
        match self {
            Self::System => Timestamp::now().as_second(),
            Self::Fixed(now) => now.load(Ordering::Relaxed),
        }
    }

    /// The civil date in Paris.
    #[must_use]
    pub fn today(&self) -> Date {
        day_in(self.now(), PARIS)
    }

    /// The civil date in a place: a deadline ends at midnight where the need is executed; in Paris, when the place is not
    /// known.
    #[must_use]
    pub fn today_at(&self, place: &Written<Place>) -> Date {
        day_at(self.now(), place)
    }

    /// A new id that sorts by time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that draws ids")]
    pub fn id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// A moment from seconds since 1970; the epoch when out of range.
#[must_use]
pub fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The civil date in a place at a moment, in seconds since 1970; in Paris, when the place is not known.
#[must_use]
pub fn day_at(seconds: i64, place: &Written<Place>) -> Date {
    day_in(seconds, place.known().map_or(PARIS, Place::time_zone))
}

/// The civil date in Paris at a moment, in seconds since 1970.
#[must_use]
pub fn day_in_paris(seconds: i64) -> Date {
    day_in(seconds, PARIS)
}

/// The moment at which a day begins in Paris, in seconds since 1970.
#[must_use]
pub fn start_in_paris(day: Date) -> i64 {
    let zone = TimeZone::get(PARIS).unwrap_or(TimeZone::UTC);
    day.to_zoned(zone).map_or(0, |start| start.timestamp().as_second())
}

/// « 27 novembre 2026 à 15 h 40 », as clocks in Paris say.
#[must_use]
pub fn moment_in_paris(seconds: i64) -> String {
    let zone = TimeZone::get(PARIS).unwrap_or(TimeZone::UTC);
    let at = timestamp(seconds).to_zoned(zone);
    format!("{} à {}\u{a0}h\u{a0}{:02}", domain::date::long(at.date()), at.hour(), at.minute())
}

fn day_in(seconds: i64, zone: &str) -> Date {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    timestamp(seconds).to_zoned(zone).date()
}
