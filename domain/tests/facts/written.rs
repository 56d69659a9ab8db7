//! What reference data no longer knows: kept as it was written, with what may take its place.

use domain::cpv::Cpv;
use domain::form::{Field, Violation};
use domain::need::steps::{LotForm, SubjectForm};
use domain::need::{LotDraft, NeedDraft, NeedForm};
use domain::sector::SectorIx;
use domain::territory::{Place, Zone, zones_print, zones_stored};
use domain::written::{Reference, Written};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 21);

/// What is stored, what is written back, and the codes of the zones that are known.
fn check_zones(stored: &str, written: &str, known: &[&str]) {
    let zones = zones_stored(stored);
    assert_eq!(zones_print(&zones), written, "{stored:?}");
    let codes: Vec<String> = zones.iter().filter_map(Written::known).map(Zone::code).collect();
    assert_eq!(codes, known, "{stored:?}");
}

#[test]
fn zones_are_written_back_as_they_were() {
    check_zones("", "", &[]);
    check_zones("D31|50km", "D31|50km", &["D31", "50km"]);
    check_zones("E999999999", "E999999999", &[]);
    check_zones("D31|E999999999|50km", "D31|E999999999|50km", &["D31", "50km"]);
    check_zones("C99999+20km|R73", "C99999+20km|R73", &[]);
    check_zones("n’importe quoi|FR", "n’importe quoi|FR", &["FR"]);
    // Communes that were are their successors: two of them may be one.
    check_zones("C14011|C14581|R76", "C14581|R76", &["C14581", "R76"]);
}

/// The sentence begins so.
fn check_correction<T: Reference>(written: &str, sentence: Option<&str>) {
    let found = Written::<T>::read(written).correction().map(|correction| correction.sentence());
    match (&found, sentence) {
        (None, None) => {}
        (Some(found), Some(sentence)) => assert!(found.ends_with(sentence), "{written:?}: {found}"),
        _ => panic!("{written:?}: {found:?}, expected {sentence:?}"),
    }
}

#[test]
fn what_takes_the_place_of_what_is_no_longer_known() {
    check_correction::<Place>("C31555", None);
    check_correction::<Place>("C14011", None);
    check_correction::<Place>("R73", Some("Midi-Pyrénées est devenue Occitanie."));
    check_correction::<Place>(
        "E245701222",
        Some("CA du Val de Fensch est devenue Thionville Fensch Agglomération."),
    );
    check_correction::<Place>("E999999999", Some("nos listes ne l’ont pas, ou plus."));
    check_correction::<Place>("C31999", Some("Le plus proche\u{a0}: Haute-Garonne (31)."));
    check_correction::<Place>("C97499", Some("Le plus proche\u{a0}: La Réunion (974)."));
    check_correction::<Place>("Anctoville", Some("Le plus proche\u{a0}: Aurseulles (14)."));
    check_correction::<Place>("50km", Some("nos listes ne l’ont pas, ou plus."));
    check_correction::<Zone>("50km", None);
    check_correction::<Zone>("C31999+20km", Some("Le plus proche\u{a0}: Haute-Garonne (31)."));
    check_correction::<SectorIx>("blanchisserie", None);
    check_correction::<SectorIx>(
        "blanchisserie-et-repassage-99",
        Some("Blanchisserie, Repassage, Pressing et nettoyage à sec."),
    );
    check_correction::<SectorIx>(
        "xyzzy",
        Some("«\u{a0}xyzzy\u{a0}»\u{a0}: nos listes ne l’ont pas, ou plus."),
    );
    let cpv = |code: &str| Cpv::parse(code).expect("eight digits").correction().map(|c| c.sentence());
    assert_eq!(cpv("77310000"), None);
    assert!(
        cpv("77310009")
            .is_some_and(|said| said.ends_with("77310000 Réalisation et entretien d’espaces verts."))
    );
}

/// A need of which the place, a sector, the place of a lot and its code are not known.
fn aged() -> NeedDraft {
    let form = NeedForm {
        title: "Entretien des espaces verts".into(),
        sectors: vec!["creation-et-entretien-des-espaces-verts".into()],
        place: "Toulouse".into(),
        date: "2027-01-12".into(),
        email: "achats@ville.example".into(),
        ..NeedForm::default()
    };
    let mut draft = form.parse(TODAY).expect("a good form").draft;
    draft.place = Written::read("R73");
    draft.lots[0].sectors.push(Written::read("jardins-99"));
    draft.lots[0].cpv = Cpv::parse("77310009");
    draft.lot_add(LotDraft {
        title: "Linge".into(),
        sectors: vec![Written::read("linge-99")],
        place: Some(Written::read("C31999")),
        ..LotDraft::default()
    });
    draft
}

#[test]
fn a_document_comes_back_as_it_was() {
    let draft = aged();
    let document = serde_json::to_string(&draft).expect("written");
    assert!(document.contains(r#""place":"R73""#) && document.contains(r#""linge-99""#), "{document}");
    assert_eq!(serde_json::from_str::<NeedDraft>(&document).expect("read"), draft);
    assert!(draft.communes().is_empty());
    let enough: Vec<bool> = draft.lots.iter().map(|lot| draft.says_enough(lot)).collect();
    assert_eq!(enough, [false, false]);
    let found: Vec<(Option<u32>, Field)> =
        draft.corrections().into_iter().map(|(lot, field, _)| (lot.map(|key| key.0), field)).collect();
    let expected = [
        (None, Field::Place),
        (Some(1), Field::Sectors),
        (Some(1), Field::Cpv),
        (Some(2), Field::Sectors),
        (Some(2), Field::LotPlace),
    ];
    assert_eq!(found, expected);
}

#[test]
fn other_sectors_of_a_lot_still_work() {
    let mut draft = aged();
    draft.place = Written::read("C31555");
    assert!(draft.says_enough(&draft.lots[0]) && !draft.says_enough(&draft.lots[1]));
    let asked = draft.lots[0].to_match(&draft);
    let slugs: Vec<&str> = asked.sectors.iter().map(|sector| sector.slug()).collect();
    assert_eq!(slugs, ["creation-et-entretien-des-espaces-verts"]);
    assert_eq!(asked.place.map(Place::code).as_deref(), Some("C31555"));
}

#[test]
fn a_step_that_is_kept_writes_back_what_it_does_not_know() {
    let draft = aged();
    assert_eq!(SubjectForm::of(&draft).apply(&draft, TODAY), Ok(draft.clone()));
    for lot in &draft.lots {
        let form = LotForm { title: "Un lot".into(), ..LotForm::of(lot) };
        let expected = LotDraft { title: "Un lot".into(), ..lot.clone() };
        assert_eq!(form.apply(lot, &draft, false).map_err(fields), Ok(expected));
    }
}

fn fields(wrong: Vec<Violation>) -> Vec<Field> {
    wrong.iter().map(|violation| violation.field).collect()
}

#[test]
fn what_is_written_over_is_read() {
    let check_subject = |typed: &str, expected: Result<&str, Field>| {
        let draft = aged();
        let form = SubjectForm { place: typed.to_owned(), ..SubjectForm::of(&draft) };
        let place = form.apply(&draft, TODAY).map(|after| after.place.code()).map_err(fields);
        assert_eq!(place, expected.map(str::to_owned).map_err(|field| vec![field]), "{typed:?}");
    };
    check_subject("R73", Ok("R73"));
    check_subject("Occitanie", Ok("R76"));
    check_subject("C14011", Ok("C14581"));
    check_subject("R74", Err(Field::Place));
    let check_lot = |change: fn(&mut LotForm), wrong: &[Field]| {
        let draft = aged();
        let mut form = LotForm::of(&draft.lots[1]);
        change(&mut form);
        assert_eq!(
            form.apply(&draft.lots[1], &draft, false).err().map(fields).unwrap_or_default(),
            wrong,
            "{form:?}"
        );
    };
    check_lot(|_| {}, &[]);
    check_lot(|f| f.sectors.push("blanchisserie".into()), &[]);
    check_lot(|f| f.sectors = vec!["linge-98".into()], &[Field::Sectors]);
    check_lot(|f| f.place = "C31998".into(), &[Field::LotPlace]);
    check_lot(|f| f.place = "C14011".into(), &[]);
    check_lot(|f| f.cpv = "77310009".into(), &[Field::Cpv]);
}

#[test]
fn a_lot_that_is_not_all_known_is_not_split() {
    let draft = aged();
    let refused = draft.lot_split(draft.lots[0].key, domain::matching::split::Way::ByTerritory);
    assert_eq!(refused.map_err(fields), Err(vec![Field::LotTitle]));
}
