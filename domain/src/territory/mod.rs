//! Where: the communes of France, zones made of them, and how much of a place a zone covers.
//!
//! Communes are numbered so that a région and a département are contiguous ranges and an EPCI is one or a
//! few: a zone is then a short list of ranges ([`CommuneSet`]), and `coverage` adds up a few differences of
//! a running sum of populations.

mod address;
mod atlas;
mod commune_set;
mod former;
mod number;
mod outlines;
mod reader;
mod suggest;
mod time_zone;
mod zone;
mod zone_cache;
mod zone_reader;

pub use address::Address;
pub use atlas::{
    Atlas, Commune, CommuneIx, Departement, DepartementIx, Epci, EpciIx, Region, RegionIx, Seat,
};
pub use commune_set::CommuneSet;
pub use outlines::{COARSE, Outline, Outlines, UNITS_PER_KM};
pub use reader::PlaceReading;
pub use suggest::Suggestion;
pub use time_zone::PARIS;
pub use zone::{Place, ZONES_MAX, Zone, ZoneError, zones_print, zones_shown, zones_stored};
pub use zone_cache::ZoneCache;
pub use zone_reader::{ZoneDoubt, zones_read};

use serde::{Deserialize, Serialize};

/// A point on the earth, in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees east of Greenwich.
    pub lon: f32,
    /// Degrees north of the equator.
    pub lat: f32,
}

/// Mean radius of the earth in km (IUGG).
const EARTH_RADIUS_KM: f32 = 6371.0;

impl Point {
    /// Reads a point; `None` outside the earth, or at 0 / 0, which files use for « unknown ».
    #[must_use]
    pub fn new(lon: f32, lat: f32) -> Option<Self> {
        let known = lon != 0.0 || lat != 0.0;
        (known && lon.abs() <= 180.0 && lat.abs() <= 90.0).then_some(Self { lon, lat })
    }

    /// Distance as the crow flies, in km (haversine).
    #[must_use]
    pub fn km_to(self, other: Self) -> f32 {
        let (lat1, lat2) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = (lat2 - lat1) / 2.0;
        let half_lon = (other.lon - self.lon).to_radians() / 2.0;
        let h = half_lat.sin().powi(2) + lat1.cos() * lat2.cos() * half_lon.sin().powi(2);
        2.0 * EARTH_RADIUS_KM * h.sqrt().min(1.0).asin()
    }
}
