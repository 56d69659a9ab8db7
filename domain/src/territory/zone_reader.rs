//! Zones as people write them: codes or names, parted by `|`, `;` or `,`.

use super::reader::km_around_seat;
use super::zone::zones_once;
use super::{Place, PlaceReading, ZONES_MAX, Zone};
use std::fmt;

/// A part of a list of zones that is not one zone, with how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneDoubt {
    /// As typed.
    pub typed: String,
    /// A choice, or unknown.
    pub reading: PlaceReading,
}

impl fmt::Display for ZoneDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = self.reading.question().unwrap_or_default();
        write!(f, "«\u{a0}{}\u{a0}»\u{a0}: {said}", self.typed)
    }
}

impl std::error::Error for ZoneDoubt {}

/// Reads zones that people typed, each once; of several radii around the seat, the widest.
///
/// # Errors
/// [`ZoneDoubt`] for the first part that is not one zone.
pub fn zones_read(text: &str) -> Result<Vec<Zone>, ZoneDoubt> {
    let parts = text.split(['|', ';', ',']).map(str::trim).filter(|part| !part.is_empty());
    let zones: Vec<Zone> = parts.take(2 * ZONES_MAX).map(zone_read).collect::<Result<_, _>>()?;
    Ok(zones_once(zones.into_iter()))
}

fn zone_read(typed: &str) -> Result<Zone, ZoneDoubt> {
    if let Ok(zone) = Zone::parse(typed) {
        return Ok(zone);
    }
    if let Some(km) = km_around_seat(typed) {
        return Ok(Zone::Radius { km });
    }
    match Place::read(typed) {
        PlaceReading::One(place) => Ok(place.zone()),
        reading => Err(ZoneDoubt { typed: typed.to_owned(), reading }),
    }
}
