//! Splitting a lot: what each part takes over, and what cannot be split.

use crate::steps::draft;
use domain::cpv::Cpv;
use domain::matching::split::Way;
use domain::money::Euros;
use domain::need::steps::LOTS_MAX;
use domain::need::{AmountRange, LotDraft, LotKey, NeedDraft};
use domain::sector::{SectorIx, Sectors};
use domain::territory::Place;
use domain::written::Written;

fn sector(slug: &str) -> Written<SectorIx> {
    Written::Known(Sectors::get().parse(slug).expect("a sector"))
}

/// A need for linen over the communes around Mende, with one lot of two sectors.
fn linen(title: &str) -> NeedDraft {
    let mut of = NeedDraft { place: Written::<Place>::read("E244800405"), ..draft() };
    let amount = AmountRange { min: Euros::whole(10_000), max: Euros::whole(20_000) };
    of.lots[0] = LotDraft {
        title: title.to_owned(),
        sectors: vec![sector("blanchisserie"), sector("repassage")],
        cpv: Cpv::parse("98310000"),
        amount: Some(amount),
        hours_per_month: Some(101),
        insertion_hours: Some(40),
        months: Some(12),
        ..of.lots[0].clone()
    };
    of
}

fn titles(of: &NeedDraft) -> Vec<&str> {
    of.lots.iter().map(|lot| lot.title.as_str()).collect()
}

fn refusal(of: &NeedDraft, way: Way) -> String {
    of.lot_split(LotKey(1), way).expect_err("refused")[0].message.clone()
}

#[test]
fn each_sector_becomes_a_lot() {
    let of = linen("").lot_split(LotKey(1), Way::BySector).expect("split");
    assert_eq!(titles(&of), ["Blanchisserie", "Repassage"]);
    assert_eq!(
        titles(&linen("Linge").lot_split(LotKey(1), Way::BySector).expect("split")),
        ["Linge — Blanchisserie", "Linge — Repassage"]
    );
    for (lot, (key, slug)) in of.lots.iter().zip([(2, "blanchisserie"), (3, "repassage")]) {
        assert_eq!((lot.key, &lot.sectors), (LotKey(key), &vec![sector(slug)]));
        assert_eq!(lot.place, None, "where the need is");
        assert_eq!((lot.months, lot.hours_per_month), (Some(12), Some(51)), "hours are shared equally");
        assert_eq!((lot.amount, lot.insertion_hours, lot.cpv), (None, None, None), "nobody said how");
    }
}

#[test]
fn each_part_of_the_place_becomes_a_lot() {
    let whole = linen("");
    let of = whole.lot_split(LotKey(1), Way::ByTerritory).expect("split");
    let places: Vec<Place> =
        of.lots.iter().map(|lot| lot.place.as_ref().and_then(Written::known).expect("its own")).collect();
    assert!(places.len() > 2 && places.iter().all(|place| Written::Known(*place) != whole.place));
    let hours: u32 = of.lots.iter().filter_map(|lot| lot.hours_per_month).sum();
    let rounded = u32::try_from(of.lots.len()).expect("few");
    assert!((101..101 + rounded).contains(&hours), "by population, each rounded up: {hours}");
    let most = of.lots.iter().max_by_key(|lot| lot.hours_per_month).expect("one");
    assert_eq!(most.title, "Mende (48)", "where most people live");
    assert!(of.lots.iter().all(|lot| lot.sectors == whole.lots[0].sectors && lot.cpv == whole.lots[0].cpv));
}

#[test]
fn each_sector_of_each_part_becomes_a_lot() {
    let both = Way::BySectorAndTerritory;
    let places = linen("").lot_split(LotKey(1), Way::ByTerritory).expect("split").lots.len();
    let of = linen("").lot_split(LotKey(1), both).expect("split");
    assert_eq!(of.lots.len(), 2 * places);
    assert!(of.lots.iter().all(|lot| lot.sectors.len() == 1 && lot.place.is_some()));
    let corsica = NeedDraft { place: Written::read("R94"), ..linen("") };
    let of = corsica.lot_split(LotKey(1), both).expect("two départements are enough");
    assert_eq!(of.lots.len(), 4);
    let ways_not = "Ce lot ne se partage pas ainsi.";
    let mut alone = linen("");
    alone.lots[0].sectors.truncate(1);
    assert_eq!(refusal(&alone, both), ways_not, "by territory alone is another way");
    let one_place = NeedDraft { place: draft().place, ..linen("") };
    assert_eq!(refusal(&one_place, both), ways_not, "by sector alone is another way");
}

#[test]
fn the_parts_stand_where_the_lot_stood() {
    let mut of = linen("Linge");
    for title in ["Repas", "Tonte"] {
        of.lot_add(LotDraft { title: title.to_owned(), ..of.lots[0].clone() });
    }
    let after = of.lot_split(LotKey(2), Way::BySector).expect("split");
    assert_eq!(titles(&after), ["Linge", "Repas — Blanchisserie", "Repas — Repassage", "Tonte"]);
    assert_eq!(after.lots.iter().map(|lot| lot.key.to_string()).collect::<Vec<_>>(), ["1", "4", "5", "3"]);
}

#[test]
fn what_cannot_be_split() {
    let ways_not = "Ce lot ne se partage pas ainsi.";
    assert_eq!(refusal(&linen(""), Way::Whole), ways_not);
    let mut alone = linen("");
    alone.lots[0].sectors.truncate(1);
    assert_eq!(refusal(&alone, Way::BySector), ways_not);
    assert_eq!(
        refusal(&NeedDraft { place: draft().place, ..linen("") }, Way::ByTerritory),
        ways_not,
        "one commune"
    );
    let gone = linen("").lot_split(LotKey(9), Way::BySector).expect_err("refused");
    assert!(gone[0].message.starts_with("Ce lot n’existe plus"));

    let unknown = "Corrigez d’abord ce que nos listes n’ont pas.";
    let nowhere = NeedDraft { place: Written::read("C99999"), ..linen("") };
    assert_eq!(refusal(&nowhere, Way::BySector), unknown, "only the place");
    let mut what = linen("");
    what.lots[0].sectors.push(Written::read("falconnerie"));
    assert_eq!(refusal(&what, Way::BySector), unknown, "only a sector");
}

#[test]
fn a_need_has_so_many_lots_at_most() {
    let mut of = linen("");
    while of.lots.len() < LOTS_MAX - 1 {
        of.lot_add(LotDraft::default());
    }
    let full = of.lot_split(LotKey(1), Way::BySector).expect("one more is the last");
    assert_eq!(full.lots.len(), LOTS_MAX);
    of.lot_add(LotDraft::default());
    assert!(refusal(&of, Way::BySector).starts_with("Cela ferait plus de"));
}
