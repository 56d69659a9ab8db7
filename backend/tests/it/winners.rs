//! Contracts that were really won. The data are not ours to keep here: `PLACE_REAL_DATA` names a folder that holds
//! `structures/structures.csv` and `winners_dev.jsonl`; without it nothing is judged.

use crate::fixture;
use backend::evaluation::within;
use std::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn the_ranking_is_never_worse_than_bare_distance() {
    let Ok(folder) = std::env::var("PLACE_REAL_DATA") else {
        eprintln!("PLACE_REAL_DATA is not set: contracts that were won are not judged");
        return;
    };
    let folder = Path::new(&folder);
    let (store, kept) = fixture::sqlite().await;
    let b = fixture::over(store, Some(kept)).await.backend;
    let structures = std::fs::read(folder.join("structures/structures.csv")).expect("structures");
    b.import_structures(&structures, &|_, _| {}).await.expect("imported");
    let contracts = std::fs::read_to_string(folder.join("winners_dev.jsonl")).expect("contracts");
    let found = b.winners_evaluate(&contracts, None).expect("evaluated");
    for n in [20, 50, 100] {
        let (ours, bare) = (within(&found.ours, n), within(&found.by_distance, n));
        assert!(ours >= bare, "{ours} winners in the first {n}, {bare} by distance alone");
    }
}
