//! The set for measuring: it loads, in any size, on both databases.

use crate::fixture::on_both;

on_both! {
    async fn a_country_of_any_size(fixture) {
        let count = fixture.backend.demo_load_country(300, &|_, _| {}).await.expect("loaded");
        assert_eq!(count, 300);
        assert_eq!(fixture.backend.store.structure_count().await.expect("counted"), 300);
        assert_eq!(fixture.backend.index.catalogue().len(), 300);
    }
}
