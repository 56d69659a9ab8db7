//! What a need and its lots are, and where they stand.

use crate::steps::{TODAY, draft};
use domain::form::Field;
use domain::legal::{Nature, Reservation, Vehicle};
use domain::money::{Estimate, Euros};
use domain::need::{
    AmountRange, Award, AwardForm, LotDraft, LotKey, LotNumber, Need, NeedDraft, NeedStatus, REASON_MAX,
    lot_seed,
};
use domain::sector::Sectors;
use domain::siret::Siret;
use domain::territory::{CommuneSet, Place};
use domain::written::Written;
use jiff::ToSpan;
use uuid::Uuid;

fn place(code: &str) -> Written<Place> {
    Written::read(code)
}

/// A need with lots of these titles, the first of which is its own when there is one.
fn with_lots(titles: &[&str]) -> NeedDraft {
    let mut of = draft();
    let first = of.lots[0].clone();
    of.lots[0].title = titles.first().map_or_else(String::new, |title| (*title).to_owned());
    for title in titles.iter().skip(1) {
        of.lot_add(LotDraft { title: (*title).to_owned(), ..first.clone() });
    }
    of
}

fn need(draft: NeedDraft, status: NeedStatus) -> Need {
    Need {
        id: Uuid::from_u128(7),
        author: None,
        account: None,
        organisation: None,
        draft,
        status,
        version: 1,
        link_number: 0,
        created_at: 0,
        published_at: Some(0),
        ended_at: None,
        withdrawn_at: None,
        awards: Vec::new(),
    }
}

#[test]
fn a_need_takes_answers_until_its_last_day() {
    let published = NeedStatus::Published;
    for (status, days_left, is_open, shown) in [
        (published, 1, true, published),
        (published, 0, true, published),
        (published, -1, false, NeedStatus::Closed),
        (NeedStatus::Draft, 1, false, NeedStatus::Draft),
        (NeedStatus::Draft, -1, false, NeedStatus::Draft),
        (NeedStatus::Awarded, 1, false, NeedStatus::Awarded),
        (NeedStatus::Dropped, -1, false, NeedStatus::Dropped),
    ] {
        let deadline = TODAY.checked_add(i64::from(days_left).days()).expect("a day");
        let of = need(NeedDraft { deadline, ..draft() }, status);
        assert_eq!(
            (of.is_open(TODAY), of.status_on(TODAY)),
            (is_open, shown),
            "{status:?}, {days_left} days left"
        );
    }
}

#[test]
fn structures_are_told_of_lots_that_say_enough_and_are_not_awarded() {
    let mut of = need(with_lots(&["Tonte", "Taille", "Plantation", "Arrosage"]), NeedStatus::Published);
    of.draft.lots[1].place = Some(place("C99999"));
    of.awards_set(vec![award(3)]);
    let told: Vec<(u32, String)> = of.lots().map(|(key, lot)| (key.0, lot.text)).collect();
    assert_eq!(told, [(1, "Tonte".to_owned()), (4, "Arrosage".to_owned())]);
    assert_eq!(of.award(LotKey(3)).map(|award| award.lot), Some(LotKey(3)));
    assert_eq!(of.award(LotKey(1)), None);
    assert!(!of.is_all_awarded());
    of.awards_set([1, 2, 4].map(award).into());
    assert!(of.is_all_awarded());
}

/// That a lot is awarded, and nothing more.
fn award(lot: u32) -> Award {
    AwardForm::default().read(LotKey(lot), 0).expect("nothing wrong")
}

#[test]
fn an_award_that_is_corrected_keeps_what_was_said() {
    let mut of = need(with_lots(&["Tonte", "Taille"]), NeedStatus::Published);
    let winner = Some(Siret::with_key(1, 1));
    let said = |reason: &str, winner: Option<Siret>, at: i64| Award {
        winner,
        reason: reason.to_owned(),
        awarded_at: at,
        ..award(1)
    };
    for (now, told, is_news) in [
        (10, said("", winner, 10), true),
        // The same, said again.
        (20, said("", winner, 20), false),
        (30, said("Plus près.", winner, 30), true),
        (40, said("Plus près.", None, 40), true),
    ] {
        assert_eq!(of.awards_set(vec![told]), if is_news { vec![LotKey(1)] } else { vec![] }, "at {now}");
    }
    let now = of.award(LotKey(1)).expect("awarded");
    assert_eq!((now.winner, now.awarded_at, now.corrected_at), (None, 40, None));
    let past: Vec<_> =
        of.awards_corrected(LotKey(1)).iter().map(|a| (a.awarded_at, a.corrected_at)).collect();
    assert_eq!(past, [(30, Some(40)), (10, Some(30))], "the newest first");
    assert_eq!(of.awards_corrected(LotKey(2)).len(), 0);
    of.awards_withdraw(50);
    assert_eq!(of.award(LotKey(1)), None);
    assert_eq!(of.awards_corrected(LotKey(1)).len(), 3, "taken back, not forgotten");
    assert_eq!(of.awards_corrected(LotKey(1))[1].corrected_at, Some(40), "what was corrected stays so");
}

#[test]
fn what_is_typed_of_an_award() {
    let siret = Siret::with_key(1, 1).to_string();
    let form = |winner: &str, min: &str, max: &str, hours: &str, reason: &str| AwardForm {
        winner: winner.to_owned(),
        amount_min: min.to_owned(),
        amount_max: max.to_owned(),
        insertion_hours: hours.to_owned(),
        reason: reason.to_owned(),
    };
    let long = "é".repeat(REASON_MAX);
    for (typed, wrong) in [
        (form("", "", "", "", ""), vec![]),
        (form(&siret, "40 000", "50 000,50", "312", "Plus près."), vec![]),
        (form("", "", "", "", &long), vec![]),
        (form("", "", "", "", &format!("{long}e")), vec![Field::Reason]),
        (form("personne", "", "", "", ""), vec![Field::Siret]),
        (form("", "50 000", "40 000", "", ""), vec![Field::AmountMax]),
        (form("", "50 000", "", "", ""), vec![Field::AmountMax]),
        (form("", "", "beaucoup", "un peu", ""), vec![Field::AmountMax, Field::InsertionHours]),
    ] {
        let read = typed.read(LotKey(1), 0);
        let found = read.as_ref().err().map(|all| all.iter().map(|v| v.field).collect::<Vec<_>>());
        assert_eq!(found.unwrap_or_default(), wrong, "{typed:?}");
        if let Ok(award) = read {
            assert_eq!(AwardForm::of(&award).read(LotKey(1), 0), Ok(award), "said as it was typed");
        }
    }
}

#[test]
fn an_award_of_before_is_read() {
    let old = r#"[{"lot":1,"winner":null,"awarded_at":7}]"#;
    let read: Vec<Award> = serde_json::from_str(old).expect("read");
    assert_eq!((read[0].awarded_at, read[0].corrected_at, read[0].reason.as_str()), (7, None, ""));
}

#[test]
fn ties_of_lots_are_told_apart() {
    let of = need(with_lots(&["Tonte", "Taille"]), NeedStatus::Published);
    let [first, second] = [0, 1].map(|rank| of.seed(&of.draft.lots[rank]));
    assert_eq!(first, of.id.as_bytes(), "the first lot has the seed of its need");
    assert_eq!(second, [of.id.as_bytes().as_slice(), &[0, 0, 0, 2]].concat());
    assert_eq!(second, lot_seed(of.id, LotKey(2)));
}

#[test]
fn lots_have_names_and_numbers() {
    for (titles, names, numbers) in [
        (vec![""], vec!["Entretien des espaces verts"], vec![None]),
        (vec!["Tonte"], vec!["Entretien des espaces verts"], vec![None]),
        (vec!["Tonte", "Taille"], vec!["Lot 1 · Tonte", "Lot 2 · Taille"], vec![Some(1), Some(2)]),
        (
            vec!["", "Taille"],
            vec!["Lot 1 · Entretien des espaces verts", "Lot 2 · Taille"],
            vec![Some(1), Some(2)],
        ),
    ] {
        let of = NeedDraft { title: "Entretien des espaces verts".to_owned(), ..with_lots(&titles) };
        let found: Vec<String> = (0..titles.len()).map(|rank| of.lot_name(rank)).collect();
        assert_eq!(found, names);
        let found: Vec<Option<String>> =
            of.lots.iter().map(|lot| of.lot_number(lot.key).map(|number| number.to_string())).collect();
        let numbers: Vec<Option<String>> =
            numbers.into_iter().map(|n: Option<u32>| n.map(|n| n.to_string())).collect();
        assert_eq!(found, numbers, "{titles:?}");
        assert_eq!(of.has_lots(), titles.len() > 1);
    }
    let of = with_lots(&["Tonte", "Taille"]);
    assert_eq!(of.lot_number(LotKey(9)), None, "a lot that is gone");
    assert_eq!(of.lot_name(9), of.title);
    for (text, rank) in [("1", Some(0)), ("12", Some(11)), ("0", None), ("-1", None), ("x", None), ("", None)]
    {
        assert_eq!(LotNumber::parse(text).map(LotNumber::rank), rank, "{text}");
    }
}

#[test]
fn lots_come_and_go() {
    let mut of = with_lots(&["Tonte", "Taille"]);
    of.lots[0].nature = Nature::Works;
    let next = of.lot_add_next().expect("room");
    let added = of.lot(next).expect("added").1.clone();
    assert_eq!((next, added.title.as_str(), added.nature), (LotKey(3), "Nouveau lot", Nature::Works));
    assert_eq!(added.sectors, of.lots[0].sectors);
    of.lot_remove(LotKey(2));
    assert_eq!(of.lots.iter().map(|lot| lot.key.0).collect::<Vec<_>>(), [1, 3]);
    of.lot_remove(LotKey(1));
    of.lot_remove(LotKey(3));
    assert_eq!(of.lots.iter().map(|lot| lot.key.0).collect::<Vec<_>>(), [3], "the last one stays");
    let changed = of.lot_change(LotKey(3), |lot| Ok(LotDraft { months: Some(3), ..lot.clone() }));
    assert_eq!(changed.expect("it is there").lots[0].months, Some(3));
    assert!(of.lot_change(LotKey(1), |lot| Ok(lot.clone())).is_err(), "another page removed it");
    while of.lot_add_next().is_some() {}
    assert_eq!(of.lots.len(), domain::need::steps::LOTS_MAX);
}

#[test]
fn a_lot_says_enough_with_a_place_and_a_sector_that_are_known() {
    let known = Written::Known(Sectors::get().parse("blanchisserie").expect("a sector"));
    let unknown = Written::read("falconnerie");
    for (of_need, of_lot, sectors, enough) in [
        ("C31555", None, vec![known.clone()], true),
        ("C31555", None, vec![], true),
        ("C31555", None, vec![unknown.clone()], false),
        ("C31555", None, vec![unknown, known.clone()], true),
        ("C99999", None, vec![known.clone()], false),
        ("C99999", Some("C31555"), vec![known.clone()], true),
        ("C31555", Some("C99999"), vec![known], false),
    ] {
        let mut of = NeedDraft { place: place(of_need), ..draft() };
        of.lots[0].place = of_lot.map(place);
        of.lots[0].sectors = sectors;
        assert_eq!(of.says_enough(&of.lots[0]), enough, "{:?}", of.lots[0]);
    }
}

#[test]
fn a_need_is_all_its_lots() {
    let sector = |slug: &str| Written::Known(Sectors::get().parse(slug).expect("a sector"));
    let mut of = with_lots(&["Linge", "Draps", "Repas"]);
    of.place = place("C31555");
    of.lots[0].sectors = vec![sector("blanchisserie"), sector("repassage")];
    of.lots[1].sectors = vec![sector("blanchisserie")];
    of.lots[2].sectors = vec![sector("traiteur")];
    of.lots[2].place = Some(place("C97411"));
    of.lots[0].vehicle = Some(Vehicle::Insertion);
    of.lots[2].vehicle = Some(Vehicle::Insertion);
    let slugs: Vec<&str> = of.sectors().into_iter().map(domain::sector::SectorIx::slug).collect();
    assert_eq!(slugs, ["blanchisserie", "repassage", "traiteur"]);
    assert_eq!(of.reservations(), [Reservation::Siae, Reservation::None]);
    let [toulouse, overseas] =
        ["C31555", "C97411"].map(|code| place(code).known().expect("known").communes());
    assert_eq!(of.communes(), CommuneSet::union([&toulouse, &overseas]));
    assert_eq!([0, 1, 2].map(|rank| of.lot_is_overseas(&of.lots[rank])), [false, false, true]);
}

#[test]
fn thresholds_see_the_other_lots() {
    let amount = |euros| Some(AmountRange { min: Euros::whole(euros), max: Euros::whole(euros) });
    let mut of = with_lots(&["Tonte", "Taille", "Bancs"]);
    of.is_defence = true;
    of.lots[1].amount = amount(30_000);
    of.lots[2].nature = Nature::Works;
    of.lots[2].amount = amount(70_000);
    of.lots[0].months = Some(12);
    let terms = of.terms(&of.lots[0]);
    assert_eq!((terms.months, terms.is_defence, terms.is_overseas), (Some(12), true, false));
    let others: Vec<(Nature, Estimate)> =
        terms.others.iter().map(|other| (other.nature, other.amount)).collect();
    let exactly = |euros| Estimate::exactly(Euros::whole(euros));
    assert_eq!(others, [(of.lots[1].nature, exactly(30_000)), (Nature::Works, exactly(70_000))]);
}

#[test]
fn amounts_as_people_read_them() {
    for (min, max, label) in [
        (90_000, 90_000, "90\u{a0}000\u{a0}€"),
        (0, 90_000, "jusqu’à 90\u{a0}000\u{a0}€"),
        (40_000, 90_000, "de 40\u{a0}000\u{a0}€ à 90\u{a0}000\u{a0}€"),
        (0, 0, "0\u{a0}€"),
    ] {
        let range = AmountRange { min: Euros::whole(min), max: Euros::whole(max) };
        assert_eq!(range.label().replace('\u{202f}', "\u{a0}"), label);
        assert_eq!(range.estimate(), Estimate { at_least: range.min, at_most: Some(range.max) });
    }
}
