//! Where the day ends: overseas it does hours before or after Paris.

use super::{Atlas, Place};

/// The time zone of the mainland.
pub const PARIS: &str = "Europe/Paris";

/// Time zones of overseas départements and collectivités, by the codes that INSEE gives them (IANA names).
const OVERSEAS: [(&str, &str); 12] = [
    ("971", "America/Guadeloupe"),
    ("972", "America/Martinique"),
    ("973", "America/Cayenne"),
    ("974", "Indian/Reunion"),
    ("975", "America/Miquelon"),
    ("976", "Indian/Mayotte"),
    ("977", "America/St_Barthelemy"),
    ("978", "America/Marigot"),
    ("984", "Indian/Kerguelen"),
    ("986", "Pacific/Wallis"),
    ("987", "Pacific/Tahiti"),
    ("988", "Pacific/Noumea"),
];

impl Place {
    /// The time zone in which its days end; that of Paris for a place that has several.
    #[must_use]
    pub fn time_zone(self) -> &'static str {
        let (atlas, communes) = (Atlas::get(), self.communes());
        let zone_of =
            |code: &str| OVERSEAS.iter().find(|(of, _)| *of == code).map_or(PARIS, |(_, zone)| *zone);
        let mut zones = atlas.departements_of(&communes).map(|ix| zone_of(atlas.departement(ix).code));
        let first = zones.next().unwrap_or(PARIS);
        if zones.all(|zone| zone == first) { first } else { PARIS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_days_end() {
        for (code, zone) in [
            ("C31555", PARIS),
            ("D974", "Indian/Reunion"),
            ("C97411", "Indian/Reunion"),
            ("R01", "America/Guadeloupe"),
            ("D973", "America/Cayenne"),
            ("D976", "Indian/Mayotte"),
            ("FR", PARIS),
            ("R76", PARIS),
        ] {
            assert_eq!(Place::parse(code).expect("a place").time_zone(), zone, "{code}");
        }
    }

    #[test]
    fn every_zone_is_known() {
        for zone in OVERSEAS.iter().map(|(_, zone)| *zone).chain([PARIS]) {
            assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{zone}");
        }
    }
}
