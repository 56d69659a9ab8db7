//! The four fields that are enough: where each bound lies, and what its words are read as.

use crate::steps::TODAY;
use domain::form::Field;
use domain::need::{
    BUYER_MAX, DEADLINE_MAX_DAYS, DESCRIPTION_MAX, HOURS_MAX, NeedForm, SECTORS_MAX, TITLE_MAX, lot_of_form,
    sectors_guessed, sectors_possible, sectors_proposed,
};
use domain::sector::{SectorIx, Sectors};
use jiff::ToSpan;

fn good() -> NeedForm {
    NeedForm {
        title: "Entretien des espaces verts".into(),
        place: "Toulouse (31)".into(),
        date: "2027-01-12".into(),
        email: "achats@ville.example".into(),
        sectors: vec!["blanchisserie".into()],
        ..NeedForm::default()
    }
}

/// Whether a form is taken; if not, it is for that field.
fn check(field: Field, is_taken: bool, change: impl FnOnce(&mut NeedForm)) {
    let mut form = good();
    change(&mut form);
    let wrong: Vec<Field> = form.parse(TODAY).err().unwrap_or_default().iter().map(|v| v.field).collect();
    assert_eq!(wrong, if is_taken { vec![] } else { vec![field] }, "{form:?}");
}

#[test]
fn where_the_bounds_lie() {
    for (text, is_taken) in [
        ("Eau".to_owned(), true),
        ("Un".to_owned(), false),
        ("é".repeat(TITLE_MAX), true),
        ("é".repeat(TITLE_MAX + 1), false),
    ] {
        check(Field::Title, is_taken, |f| f.title = text);
    }
    for (days, is_taken) in
        [(0, true), (-1, false), (DEADLINE_MAX_DAYS, true), (DEADLINE_MAX_DAYS + 1, false)]
    {
        let date = TODAY.checked_add(i64::from(days).days()).expect("a day");
        check(Field::Date, is_taken, |f| f.date = date.to_string());
    }
    let slugs: Vec<String> =
        Sectors::get().iter().map(|(ix, _)| ix.slug().to_owned()).take(SECTORS_MAX + 1).collect();
    check(Field::Sectors, true, |f| f.sectors = slugs[..SECTORS_MAX].to_vec());
    check(Field::Sectors, false, |f| f.sectors = slugs.clone());
    for (more, is_taken) in [(0, true), (1, false)] {
        check(Field::Details, is_taken, |f| f.details = "é".repeat(DESCRIPTION_MAX + more));
        check(Field::Organisation, is_taken, |f| f.organisation = "é".repeat(BUYER_MAX + more));
    }
    for (hours, is_taken) in [(1, true), (0, false), (HOURS_MAX, true), (HOURS_MAX + 1, false)] {
        check(Field::Hours, is_taken, |f| f.hours = hours.to_string());
    }
}

/// The words of a title, then of a description: the sectors that are proposed, may be meant besides, are guessed.
fn check_sectors(title: &str, details: &str, expected: [&[&str]; 3]) {
    let found = [sectors_proposed, sectors_possible, sectors_guessed].map(|read| read(title, details));
    let slugs = found.map(|sectors| sectors.into_iter().map(SectorIx::slug).collect::<Vec<_>>());
    assert_eq!(slugs, expected.map(<[&str]>::to_vec), "{title} / {details}");
}

#[test]
fn what_words_are_read_as() {
    let guesses = [
        "entretien-machines-materiels-50",
        "creation-et-entretien-des-espaces-verts",
        "nettoyage-de-locaux-16",
    ];
    let both = ["autre-80", "collecte-5-flux-papier-metal-verre-et-bois-et-fournitures-dentreprise"];
    let computers =
        ["entretien-machines-materiels-50", "gestion-du-parc-informatique-maintenance-installation-47"];
    let bins = ["autre-85", "recyclage-5-flux-et-fournitures-dentreprise"];
    check_sectors("Blanchisserie", "", [&["blanchisserie"], &[], &[]]);
    check_sectors("Collecte et tri", "", [&both, &[], &[]]);
    check_sectors("Maintenance", "", [&["support-administration"], &computers, &[]]);
    check_sectors("Réparation de vélos et recyclage", "", [&["reparation-de-velos-14"], &bins, &[]]);
    check_sectors("Entretien", "", [&[], &[], &guesses]);
    check_sectors("Entretien", "Blanchisserie", [&["blanchisserie"], &[], &[]]);
    check_sectors("Blanchisserie", "Peinture", [&["blanchisserie"], &[], &[]]);
    check_sectors("Zzz", "Zzz", [&[], &[], &[]]);
}

#[test]
fn what_can_be_matched_while_it_is_typed() {
    let typed = |change: fn(&mut NeedForm)| {
        let mut form = NeedForm { sectors: vec![], ..good() };
        change(&mut form);
        lot_of_form(&form)
    };
    let lot = typed(|_| ()).expect("a place and a sector");
    assert_eq!(
        lot.sectors.iter().map(|ix| ix.slug()).collect::<Vec<_>>(),
        ["creation-et-entretien-des-espaces-verts", "entretien-des-jardins"]
    );
    assert_eq!(lot.place.map(|place| place.code()).as_deref(), Some("C31555"));
    assert_eq!(lot.text, "Entretien des espaces verts");
    assert!(typed(|form| form.place = String::new()).is_none(), "where is not known");
    assert!(typed(|form| form.title = "Zzz".into()).is_none(), "what is not known");
    assert!(
        typed(|form| form.title = "Mise à disposition de personnel".into()).is_some(),
        "staff has no sector"
    );
}
