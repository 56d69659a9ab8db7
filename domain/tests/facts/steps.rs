//! The optional steps of a need: what each refuses, what it keeps, what changed between two versions.

use domain::form::{Field, Violation};
use domain::legal::{Carried, Consideration, Vehicle, Weight};
use domain::need::steps::{BuyerForm, LawForm, LotForm, QuestionsForm, SubjectForm, Typed, legal_refusals};
use domain::need::{
    BUYER_MAX, DEADLINE_MAX_DAYS, DESCRIPTION_MAX, LotDraft, LotKey, NeedDraft, NeedForm, SECTORS_MAX,
    TITLE_MAX, changes,
};
use domain::sector::Sectors;
use domain::written::Written;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

pub const TODAY: Date = date(2026, 11, 21);

pub fn draft() -> NeedDraft {
    let form = NeedForm {
        title: "Entretien des espaces verts".into(),
        place: "Toulouse".into(),
        date: "2027-01-12".into(),
        email: "achats@ville.example".into(),
        ..NeedForm::default()
    };
    form.parse(TODAY).expect("a good form").draft
}

fn fields<T>(outcome: Result<T, Vec<Violation>>) -> Vec<Field> {
    outcome.err().unwrap_or_default().iter().map(|v| v.field).collect()
}

#[test]
fn what_the_subject_refuses() {
    let check = |change: fn(&mut SubjectForm), wrong: &[Field]| {
        let mut form = SubjectForm::of(&draft());
        change(&mut form);
        assert_eq!(fields(form.apply(&draft(), TODAY)), wrong, "{form:?}");
    };
    check(|_| {}, &[]);
    check(|f| f.kind = "autre".into(), &[Field::Kind]);
    check(|f| f.kind = "ami".into(), &[]);
    check(|f| f.title = "?".into(), &[Field::Title]);
    check(|f| f.place = "Atlantide".into(), &[Field::Place]);
    check(|f| f.date = "2026-11-20".into(), &[Field::Date]);
    check(|f| f.date = String::new(), &[Field::Date]);
    check(|f| f.launch = "bientôt".into(), &[Field::Launch]);
    check(|f| f.launch = "15/12/2026".into(), &[]);
    check(|f| f.start = "32/01/2027".into(), &[Field::Start]);
    check(|f| f.title = "Eau".into(), &[]);
    check(|f| f.title = "é".repeat(TITLE_MAX), &[]);
    check(|f| f.title = "é".repeat(TITLE_MAX + 1), &[Field::Title]);
    check(|f| f.details = "é".repeat(DESCRIPTION_MAX), &[]);
    check(|f| f.details = "é".repeat(DESCRIPTION_MAX + 1), &[Field::Details]);
    check(|f| f.date = "2026-11-21".into(), &[]);
    check(|f| f.date = in_days(DEADLINE_MAX_DAYS), &[]);
    check(|f| f.date = in_days(DEADLINE_MAX_DAYS + 1), &[Field::Date]);
    // Five years, with their leap days.
    check(|f| (f.launch, f.start) = (in_days(1_827), in_days(1_827)), &[]);
    check(|f| (f.launch, f.start) = (in_days(1_828), in_days(1_828)), &[Field::Launch, Field::Start]);
}

fn in_days(days: i32) -> String {
    TODAY.checked_add(i64::from(days).days()).expect("a day").to_string()
}

#[test]
fn a_day_that_passed_since_stays_when_it_is_sent_back() {
    let past = NeedDraft { deadline: date(2026, 11, 1), ..draft() };
    let form = SubjectForm { title: "Eau de pluie".into(), ..SubjectForm::of(&past) };
    assert_eq!(form.apply(&past, TODAY).expect("as it was").deadline, past.deadline);
}

#[test]
fn what_the_buyer_refuses() {
    let check = |change: fn(&mut BuyerForm), wrong: &[Field]| {
        let mut form = BuyerForm::of(&draft());
        change(&mut form);
        assert_eq!(fields(form.apply(&draft())), wrong, "{form:?}");
    };
    check(|_| {}, &[]);
    check(|f| f.category = String::new(), &[Field::Category]);
    check(|f| f.siret = "123".into(), &[Field::Siret]);
    check(|f| f.profile = "javascript:alert(1)".into(), &[Field::Profile]);
    check(|f| f.profile = "marches.exemple.fr/avis".into(), &[]);
    check(|f| f.organisation = "é".repeat(BUYER_MAX), &[]);
    check(|f| f.organisation = "é".repeat(BUYER_MAX + 1), &[Field::Organisation]);
    for is_defence in [true, false] {
        let form = BuyerForm { is_defence, ..BuyerForm::of(&draft()) };
        assert_eq!(form.apply(&draft()).expect("kept").is_defence, is_defence);
    }
}

#[test]
fn what_a_lot_refuses() {
    let check = |change: fn(&mut LotForm), wrong: &[Field]| {
        let need = draft();
        let mut form = LotForm::of(&need.lots[0]);
        change(&mut form);
        assert_eq!(fields(form.apply(&need.lots[0], &need, true)), wrong, "{form:?}");
    };
    check(|_| {}, &[]);
    check(|f| f.sectors = vec!["rien".into()], &[Field::Sectors]);
    check(|f| f.sectors = Vec::new(), &[]);
    check(|f| f.sectors = some_sectors(SECTORS_MAX), &[]);
    check(|f| f.sectors = some_sectors(SECTORS_MAX + 1), &[Field::Sectors]);
    check(|f| f.sectors = some_sectors(SECTORS_MAX + 2), &[Field::Sectors]);
    check(|f| f.title = "é".repeat(TITLE_MAX), &[]);
    check(|f| f.title = "é".repeat(TITLE_MAX + 1), &[Field::LotTitle]);
    check(|f| f.cpv = "7731".into(), &[Field::Cpv]);
    check(|f| f.cpv = "77310000-6".into(), &[]);
    check(|f| f.place = "Atlantide".into(), &[Field::LotPlace]);
    check(|f| f.place = "31000".into(), &[]);
    // Several communes have this postal code.
    check(|f| f.place = "31700".into(), &[Field::LotPlace]);
    check(|f| f.place = "31700 Blagnac".into(), &[]);
    check(|f| f.amount_max = "beaucoup".into(), &[Field::AmountMax]);
    check(|f| f.amount_max = "60.000".into(), &[Field::AmountMax]);
    check(|f| f.amount_max = "12345.678".into(), &[]);
    check(|f| f.amount_min = "40 000 €".into(), &[Field::AmountMax]);
    check(|f| (f.amount_min, f.amount_max) = ("90 k€".into(), "40 k€".into()), &[Field::AmountMax]);
    check(|f| (f.amount_min, f.amount_max) = ("40 k€".into(), "90 k€".into()), &[]);
    check(|f| f.months = "0".into(), &[Field::Months]);
    check(|f| f.months = "241".into(), &[Field::Months]);
    check(|f| f.hours = "312 000".into(), &[Field::Hours]);
    // 1.8 M€ over 36 months pay for 833 h a month: 8 h raise a doubt, unless they are meant.
    let slip = |f: &mut LotForm| {
        (f.amount_max, f.months, f.hours) = ("1,8 M€".into(), "36".into(), "8".into());
    };
    check(slip, &[Field::Hours]);
    check(
        |f| (f.amount_max, f.months, f.hours, f.meant) = ("1,8 M€".into(), "36".into(), "8".into(), true),
        &[],
    );
    check(|f| (f.amount_max, f.months, f.hours) = ("1,8 M€".into(), "36".into(), "800".into()), &[]);
    let need = draft();
    assert_eq!(
        fields(LotForm::of(&need.lots[0]).apply(&need.lots[0], &need, false)),
        [Field::LotTitle],
        "one of several"
    );
}

fn some_sectors(count: usize) -> Vec<String> {
    Sectors::get().iter().map(|(ix, _)| ix.slug().to_owned()).take(count).collect()
}

#[test]
fn a_sector_that_is_named_twice_counts_once() {
    let need = draft();
    let form = LotForm { sectors: vec!["blanchisserie".into(); 2], ..LotForm::of(&need.lots[0]) };
    let after = form.apply(&need.lots[0], &need, true).expect("a good lot");
    assert_eq!(after.sectors.iter().map(Written::code).collect::<Vec<_>>(), ["blanchisserie"]);
}

#[test]
fn the_day_whose_law_applies() {
    // launch, publication: the day, when today is 21 November 2026
    for (launch, published, expected) in [
        ("", "", "2026-11-21"),
        ("2026-12-15", "", "2026-12-15"),
        ("", "2026-03-01", "2026-03-01"),
        ("2026-05-02", "2026-03-01", "2026-05-02"),
        ("2026-01-02", "2026-03-01", "2026-01-02"),
    ] {
        let mut need = draft();
        (need.launch, need.published) = (domain::date::parse(launch), domain::date::parse(published));
        assert_eq!(need.law_day(TODAY).to_string(), expected, "{launch} {published}");
        let on = need.lots[0].to_match(&need).on.unwrap_or(TODAY);
        assert_eq!(
            on.to_string(),
            expected,
            "who may answer is the law of the same day: {launch} {published}"
        );
        let json = serde_json::to_string(&need).expect("written");
        let read: NeedDraft = serde_json::from_str(&json).expect("read");
        assert_eq!(
            (read.launch, read.published),
            (need.launch, None),
            "no version says when it was published"
        );
    }
}

#[test]
fn what_the_law_refuses() {
    // vehicle, CPV, months, amount, day of launch: refused
    for (voie, cpv, months, euros, launch, refused) in [
        ("L2113-13", "", "", "", "", false),
        ("L2113-14", "", "", "", "", false),
        ("L2113-15", "", "", "", "", false),
        ("L2113-15", "85312300", "36", "", "", false),
        ("L2113-15", "77310000", "36", "", "", true),
        ("L2113-15", "85312300", "48", "", "", true),
        ("gre-a-gre", "", "", "55 000 €", "01/12/2026", false),
        ("gre-a-gre", "", "", "55 000 €", "01/03/2026", true),
        ("gre-a-gre", "", "", "60 000 €", "01/12/2026", true),
        ("clause-sociale", "", "", "", "", false),
        ("", "", "", "", "", false),
    ] {
        let mut need = draft();
        need.launch = domain::date::parse(launch);
        let lot = LotForm {
            cpv: cpv.into(),
            months: months.into(),
            amount_max: euros.into(),
            ..LotForm::of(&need.lots[0])
        };
        need.lots[0] = lot.apply(&need.lots[0], &need, true).expect("a good lot");
        let law = LawForm { vehicle: voie.into(), ..LawForm::default() };
        let outcome = law.apply(&need.lots[0], &need, TODAY);
        if let Err(wrong) = &outcome {
            assert!(wrong.iter().all(|v| v.message.contains("(article ")), "{wrong:?}");
        }
        assert_eq!(
            fields(outcome),
            if refused { vec![Field::Vehicle] } else { Vec::new() },
            "{voie} {cpv} {months} {euros} {launch}"
        );
    }
}

#[test]
fn each_lot_that_the_law_closes_is_named() {
    let mut need = draft();
    need.lots[0].vehicle = Some(Vehicle::Ess);
    need.lots[0].cpv = domain::cpv::Cpv::parse("77310000");
    assert_eq!(legal_refusals(&draft(), TODAY), []);
    let of =
        |need: &NeedDraft| legal_refusals(need, TODAY).into_iter().map(|(lot, _)| lot.0).collect::<Vec<_>>();
    need.lot_add(LotDraft { vehicle: None, ..need.lots[0].clone() });
    need.lot_add(need.lots[0].clone());
    assert_eq!(of(&need), [1, 3]);
    let (_, why) = &legal_refusals(&need, TODAY)[0];
    assert!(why.contains("(article R2113-15") || why.contains("(article L2113-15"), "{why}");
}

#[test]
fn a_lot_is_shown_as_it_was_typed() {
    let euros = domain::money::Euros::whole;
    for (min, max, shown) in [
        (0, 90_000, ["0", "90 000"]),
        (90_000, 90_000, ["", "90 000"]),
        (40_000, 90_000, ["40 000", "90 000"]),
        (1, 2, ["1", "2"]),
    ] {
        let mut need = draft();
        need.lots[0].amount = Some(domain::need::AmountRange { min: euros(min), max: euros(max) });
        let form = LotForm::of(&need.lots[0]);
        let typed =
            [&form.amount_min, &form.amount_max].map(|text| text.replace(['\u{a0}', '\u{202f}'], " "));
        assert_eq!(typed, shown);
        let after = form.apply(&need.lots[0], &need, true).expect("as it was");
        assert_eq!(after.amount, need.lots[0].amount, "sent back, it changes nothing");
    }
}

#[test]
fn what_the_other_answers_of_the_law_refuse() {
    let check = |change: fn(&mut LawForm), wrong: &[Field]| {
        let mut need = draft();
        let lot = LotForm { amount_max: "1 000 000".into(), ..LotForm::of(&need.lots[0]) };
        need.lots[0] = lot.apply(&need.lots[0], &need, true).expect("a good lot");
        let mut form = LawForm::of(&need.lots[0]);
        change(&mut form);
        assert_eq!(fields(form.apply(&need.lots[0], &need, TODAY)), wrong, "{form:?}");
    };
    check(|_| {}, &[]);
    check(|f| f.vehicle = "L9999-1".into(), &[Field::Vehicle]);
    check(|f| f.considerations = vec!["L2113-13".into()], &[Field::Considerations]);
    check(|f| f.social_weight = "15".into(), &[Field::SocialWeight]);
    let criteria = |f: &mut LawForm, social: &str, environmental: &str| {
        f.considerations = vec!["critere-social".into(), "critere-environnemental".into()];
        (f.social_weight, f.environmental_weight) = (social.into(), environmental.into());
    };
    let of = |social: &'static str, environmental: &'static str, wrong: &[Field]| {
        let mut need = draft();
        let mut form = LawForm::of(&need.lots[0]);
        criteria(&mut form, social, environmental);
        let outcome = form.apply(&need.lots[0].clone(), &need, TODAY);
        if let Ok(lot) = &outcome {
            need.lots[0] = lot.clone();
        }
        assert_eq!(fields(outcome), wrong, "{social} {environmental}");
    };
    of("", "", &[]);
    of("15", "15 %", &[]);
    of("85", "15", &[]);
    of("86", "15", &[Field::EnvironmentalWeight]);
    of("0", "101", &[Field::SocialWeight, Field::EnvironmentalWeight]);
    of("1,5", "quinze", &[Field::SocialWeight, Field::EnvironmentalWeight]);
    check(|f| f.exception = "travaux-courts".into(), &[Field::Exception]);
    check(|f| f.exception = "sans-lien".into(), &[]);
    check(|f| f.insertion_hours = "833".into(), &[]);
    check(|f| f.insertion_hours = "833 000".into(), &[Field::InsertionHours]);
    check(|f| (f.insertion_hours, f.meant) = ("833 000".into(), true), &[]);
    check(|f| f.insertion_hours = "zéro".into(), &[Field::InsertionHours]);
}

#[test]
fn questions() {
    let ask = |questions: &[&str]| {
        let form = QuestionsForm { questions: questions.iter().map(|q| (*q).to_owned()).collect() };
        form.apply(&draft())
    };
    assert_eq!(ask(&["Un ?", " ", "Deux  ?"]).expect("kept").questions, ["Un ?", "Deux ?"]);
    assert_eq!(ask(&["a"; 5]).expect("five at most").questions.len(), 5);
    assert_eq!(fields(ask(&["a"; 6])), [Field::Question]);
    assert!(ask(&["é".repeat(300).as_str()]).is_ok(), "the longest");
    assert_eq!(fields(ask(&["é".repeat(301).as_str()])), [Field::Question]);
    assert_eq!(fields(ask(&[&"a".repeat(301)])), [Field::Question]);
}

#[test]
fn keys_are_never_given_twice() {
    let mut need = draft();
    let second = need.lot_add(LotDraft::default());
    need.lot_remove(second);
    let third = need.lot_add(LotDraft::default());
    assert_eq!((second, third), (LotKey(2), LotKey(3)));
    need.lot_remove(LotKey(1));
    need.lot_remove(third);
    assert_eq!(need.lots.len(), 1, "the last one stays");
}

#[test]
fn what_changed() {
    let before = draft();
    assert_eq!(changes(&before, &before), []);
    let mut after = before.clone();
    after.deadline = date(2027, 2, 1);
    after.lots[0].vehicle = Some(Vehicle::Insertion);
    let key = after.lot_add(LotDraft { title: "Linge".into(), ..LotDraft::default() });
    let said = changes(&before, &after);
    let sentences: Vec<&str> = said.iter().map(|c| c.sentence.as_str()).collect();
    assert_eq!(
        sentences,
        [
            "Réponses jusqu’au\u{a0}: 1er février 2027 (avant\u{a0}: 12 janvier 2027)",
            "Lot 1 · Entretien des espaces verts, voie juridique\u{a0}: Réservé aux structures d’insertion",
            "Lot 2 · Linge ajouté",
        ]
    );
    assert_eq!(said[2].lot, Some(key));
    let back = changes(&after, &before);
    assert!(back.iter().any(|c| c.sentence == "Lot 2 · Linge retiré"), "{back:?}");
}

proptest! {
    #[test]
    fn any_step_is_answered(text in ".{0,60}", name in 0usize..12) {
        let names = ["genre", "quoi", "ou", "date", "siret", "profil", "secteur", "cpv", "montant-max", "mois", "heures", "voie"];
        let pairs = [(names[name].to_owned(), text)];
        let typed = Typed(&pairs);
        let need = draft();
        let _ = SubjectForm::read(typed).apply(&need, TODAY);
        let _ = BuyerForm::read(typed).apply(&need);
        let _ = LotForm::read(typed).apply(&need.lots[0], &need, true);
        let _ = LawForm::read(typed).apply(&need.lots[0], &need, TODAY);
    }

    /// What a step shows, sent back unchanged, changes nothing.
    #[test]
    fn a_step_sent_back_changes_nothing(months in proptest::option::of(1u32..240), hours in proptest::option::of(1u32..8_000), min in 0u64..1_000_000, more in 1u64..1_000_000, is_exact in any::<bool>(), vehicle in proptest::option::of(0usize..4), carried in proptest::collection::btree_map(0usize..4, proptest::option::of(1u8..=50), 0..4)) {
        let mut need = draft();
        let lot = &mut need.lots[0];
        (lot.months, lot.hours_per_month) = (months, hours);
        let (low, high) = (domain::money::Euros::whole(min), domain::money::Euros::whole(min + more));
        lot.amount = Some(domain::need::AmountRange { min: if is_exact { high } else { low }, max: high });
        lot.vehicle = vehicle.map(|n| Vehicle::ALL[n]);
        lot.considerations = carried.iter().map(|(of, percent)| {
            let consideration = Consideration::ALL[*of];
            let weight = percent.filter(|_| consideration.is_criterion()).and_then(|p| Weight::try_from(p).ok());
            Carried { consideration, weight }
        }).collect();
        lot.considerations.sort_unstable();
        let lot = need.lots[0].clone();
        let again = LotForm { meant: true, ..LotForm::of(&lot) };
        prop_assert_eq!(again.apply(&lot, &need, true), Ok(lot.clone()));
        prop_assert_eq!(LawForm::of(&lot).apply(&lot, &need, TODAY), Ok(lot.clone()));
        prop_assert_eq!(SubjectForm::of(&need).apply(&need, TODAY), Ok(need.clone()));
        prop_assert_eq!(BuyerForm::of(&need).apply(&need), Ok(need.clone()));
    }
}
