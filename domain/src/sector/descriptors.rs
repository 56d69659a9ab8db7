//! The descriptors of the BOAMP that name a sector plainly: labels to measure inference with.

use super::{SectorIx, Sectors};
use std::collections::HashMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../data/boamp_descriptors.tsv");

static DESCRIPTORS: LazyLock<HashMap<&'static str, Vec<SectorIx>>> = LazyLock::new(read);

fn read() -> HashMap<&'static str, Vec<SectorIx>> {
    let rows = TABLE.lines().skip(1).filter_map(|line| {
        let mut fields = line.split('\t');
        let (code, _label, slugs) = (fields.next()?, fields.next()?, fields.next()?);
        let sectors = slugs.split('|').filter_map(|slug| Sectors::get().parse(slug).ok());
        Some((code, sectors.collect()))
    });
    rows.collect()
}

/// The sectors that a descriptor names; none for catch-alls such as « Prestations de services ».
#[must_use]
pub fn sectors_of_descriptor(code: &str) -> &'static [SectorIx] {
    DESCRIPTORS.get(code).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slug_of_the_table_is_a_sector() {
        for line in TABLE.lines().skip(1) {
            let slugs = line.split('\t').nth(2).unwrap_or_default();
            for slug in slugs.split('|') {
                assert!(Sectors::get().parse(slug).is_ok(), "{line}");
            }
        }
    }

    #[test]
    fn catch_alls_are_left_out() {
        // 274 « Prestations de services », 116 « Espaces verts ».
        assert!(sectors_of_descriptor("274").is_empty());
        assert_eq!(
            sectors_of_descriptor("116").first().map(|s| s.slug()),
            Some("creation-et-entretien-des-espaces-verts")
        );
    }
}
