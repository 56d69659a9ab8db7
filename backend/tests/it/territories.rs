//! What a facilitateur sees of a territory: counted as it is, kept until something changes.

use crate::fixture;
use domain::matching::Known;
use domain::sector::SectorIx;
use domain::structure::Standing;
use domain::territory::Place;
use std::collections::BTreeSet;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn gaps_count_what_a_walk_over_everything_counts() {
    let b = fixture::demo().await.backend;
    b.demo_load_country(1_000, &|_, _| {}).await.expect("loaded");
    for code in ["D31", "D48", "R76", "E243100518", "C31555"] {
        let place = Place::parse(code).expect("a place");
        let communes = place.communes();
        let view = b.territory_show(place).expect("shown");
        let catalogue = b.index.catalogue();
        let mut known = 0;
        for gap in &view.gaps {
            let does = |standings: &[Standing], e: &backend::index::Entry| {
                e.facts.activities.iter().any(|a| {
                    a.sector == gap.sector && standings.contains(&a.standing) && a.zones.meets(&communes)
                })
            };
            let said = [Standing::Declared, Standing::Confirmed];
            let declared = catalogue.structures().filter(|e| does(&said, e)).count();
            let deduced =
                catalogue.structures().filter(|e| does(&[Standing::Deduced], e) && !does(&said, e)).count();
            let counts = (declared as u64, deduced as u64);
            assert_eq!((gap.declared, gap.deduced), counts, "{} in {code}", gap.sector.slug());
            known += gap.known();
        }
        assert!(known > 0, "{code}");
        let sectors: BTreeSet<SectorIx> = view.gaps.iter().map(|gap| gap.sector).collect();
        assert_eq!(sectors.len(), view.gaps.len(), "each sector once");
        assert!(view.gaps.is_sorted_by_key(|gap| std::cmp::Reverse(gap.needs)), "what is asked most first");

        let seated =
            |e: &&Arc<backend::index::Entry>| e.facts.seat.is_some_and(|s| communes.contains(s.commune));
        let here: Vec<_> = catalogue.structures().filter(seated).collect();
        let silent = here.iter().filter(|e| e.facts.known() == Known::Nothing).count();
        assert_eq!((view.seated, view.silent), (here.len() as u64, silent as u64), "{code}");
        assert_eq!(view.towns.iter().map(|town| town.seated).sum::<u64>(), view.seated, "{code}");
        assert_eq!(view.towns.iter().map(|town| town.silent).sum::<u64>(), view.silent, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_kept_until_something_changes() {
    let b = fixture::demo().await.backend;
    let place = Place::parse("D31").expect("a place");
    let first = b.territory_show(place).expect("shown");
    assert!(Arc::ptr_eq(&first, &b.territory_show(place).expect("shown")), "worked out again");
    let siret = b.index.catalogue().structures().next().expect("one").structure.siret;
    let mut tx = b.store.begin().await.expect("begun");
    tx.structure_alerts_stop(siret, 5).await.expect("stopped");
    tx.commit().await.expect("committed");
    b.index_follow().await.expect("followed");
    assert!(!Arc::ptr_eq(&first, &b.territory_show(place).expect("shown")), "kept after a change");
}
