//! What each field of each form says to what may be typed in it, word for word: kept and how, or what to correct.

use crate::steps::{TODAY, draft};
use domain::form::{Field, Violation};
use domain::need::steps::{
    BuyerForm, DEFENCE, HOURS_MEANT, LawForm, LotForm, QuestionsForm, SubjectForm, Typed,
};
use domain::need::{InterestForm, LotDraft, NeedDraft, NeedForm, changes};
use uuid::Uuid;

/// Texts that people type, or that are typed to harm: each is tried in every field.
fn typed() -> Vec<String> {
    let texts = [
        "",
        "  ",
        "?",
        "0",
        "1",
        "12",
        "36",
        "241",
        "833 000",
        "8 001",
        "312 000",
        "12,5",
        "60.000",
        "40 k€",
        "1,8 M€",
        "-5",
        "beaucoup",
        "Atlantide",
        "Toulouse",
        "31700",
        "Saint-Germain",
        "50 km autour de Toulouse",
        "hier",
        "20/11/2026",
        "2026-11-21",
        "12/01/2027",
        "2206-11-21",
        "achats@ville.example",
        "mairie",
        "javascript:alert(1)",
        "marches.exemple.fr/avis",
        "12345678900012",
        "732 829 320 00074",
        "siae",
        "tous",
        "prestation",
        "blanchisserie",
        "Blanchisserie",
        "77310000-6",
        "77310000",
        "7731",
        "travaux",
        "prive",
        "ami",
        "L2113-13",
        "L2113-15",
        "L9999-1",
        "gre-a-gre",
        "travaux-courts",
        "sans-lien",
        "Une phrase, tout simplement.",
    ];
    let long = [201, 301, 5_001].map(|length| "a".repeat(length));
    texts.into_iter().map(str::to_owned).chain(long).collect()
}

fn shown(text: &str) -> String {
    match text.chars().count() {
        0..=60 => format!("«\u{a0}{text}\u{a0}»"),
        length => format!("{length} lettres"),
    }
}

/// Words of the code that are no French: renaming a field once put two of them into what people read.
const ENGLISH: [&str; 16] = [
    "answer", "amount", "author", "award", "buyer", "deadline", "hours", "kind", "launch", "months", "need",
    "place_", "sector", "sectors", "title", "vehicle",
];

/// What is said, in French.
fn french(said: String) -> String {
    let word = said
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .find(|word| ENGLISH.contains(&word.to_lowercase().as_str()));
    assert_eq!(word, None, "{said}");
    said
}

/// What is said, with an ellipsis for what was typed: it is then said once.
fn wrong(violations: &[Violation], typed: &str) -> String {
    let said = violations.iter().map(|v| format!("✗ {:?}\u{a0}: {}", v.field, french(v.message.clone())));
    let said = said.collect::<Vec<_>>().join(" / ");
    if typed.trim().is_empty() {
        said
    } else {
        said.replace(&format!("«\u{a0}{typed}\u{a0}»"), "«\u{a0}…\u{a0}»")
    }
}

/// What becomes of every text in every field of a step: once for each answer that is unlike those before it in its field.
fn answers(
    fields: &[Field],
    step: impl Fn(Typed<'_>) -> Result<NeedDraft, Vec<Violation>>,
    good: &[(Field, &str)],
) -> String {
    let before = draft();
    let mut all = String::new();
    for field in fields {
        let mut seen = std::collections::HashSet::new();
        for text in typed() {
            let mut pairs: Vec<(String, String)> =
                good.iter().map(|(f, value)| (f.name().to_owned(), (*value).to_owned())).collect();
            pairs.retain(|(name, _)| name != field.name());
            pairs.push((field.name().to_owned(), text.clone()));
            let said = match step(Typed(&pairs)) {
                Err(violations) => wrong(&violations, &text),
                Ok(after) => {
                    let said = changes(&before, &after).into_iter().map(|change| french(change.sentence));
                    let said = said.collect::<Vec<_>>().join(" / ");
                    // Fields that take any text repeat it.
                    format!("✓ {}", if text.chars().count() > 2 { said.replace(&text, "…") } else { said })
                }
            };
            let said = said.chars().take(400).collect::<String>();
            if seen.insert(said.clone()) {
                all.push_str(&format!("{:?} {} {said}\n", field, shown(&text)));
            }
        }
    }
    all
}

const SUBJECT: [(Field, &str); 4] = [
    (Field::Kind, "sourcing"),
    (Field::Title, "Entretien des espaces verts"),
    (Field::Place, "Toulouse"),
    (Field::Date, "2027-01-12"),
];

#[test]
fn the_subject() {
    let fields =
        [Field::Kind, Field::Title, Field::Details, Field::Place, Field::Date, Field::Launch, Field::Start];
    insta::assert_snapshot!(answers(
        &fields,
        |typed| SubjectForm::read(typed).apply(&draft(), TODAY),
        &SUBJECT
    ));
}

#[test]
fn the_buyer() {
    let fields = [Field::Organisation, Field::Category, Field::Siret, Field::Profile];
    let good = [(Field::Category, "collectivite")];
    insta::assert_snapshot!(answers(&fields, |typed| BuyerForm::read(typed).apply(&draft()), &good));
}

/// A lot as it is, but for what is typed.
fn lot_step(typed: Typed<'_>, is_alone: bool) -> Result<NeedDraft, Vec<Violation>> {
    let need = draft();
    let lot = LotForm::read(typed).apply(&need.lots[0], &need, is_alone)?;
    Ok(NeedDraft { lots: vec![lot], ..need })
}

#[test]
fn a_lot() {
    let fields = [
        Field::LotTitle,
        Field::Sectors,
        Field::Cpv,
        Field::Nature,
        Field::Mode,
        Field::LotPlace,
        Field::AmountMin,
        Field::AmountMax,
        Field::Months,
        Field::Hours,
    ];
    let alone = answers(&fields, |typed| lot_step(typed, true), &[]);
    let of_several = answers(&[Field::LotTitle], |typed| lot_step(typed, false), &[]);
    let priced = [(Field::AmountMax, "1,8 M€"), (Field::Months, "36")];
    let priced = answers(&[Field::Hours, Field::AmountMin], |typed| lot_step(typed, true), &priced);
    insta::assert_snapshot!(format!(
        "seul\n{alone}\nl’un de plusieurs\n{of_several}\navec un montant\n{priced}"
    ));
}

#[test]
fn the_law() {
    let fields = [Field::Vehicle, Field::InsertionHours, Field::Exception];
    let step = |typed: Typed<'_>, amount: &str, months: &str| {
        let mut need = draft();
        let lot = LotForm { amount_max: amount.into(), months: months.into(), ..LotForm::of(&need.lots[0]) };
        need.lots[0] = lot.apply(&need.lots[0], &need, true)?;
        let lot = LawForm::read(typed).apply(&need.lots[0], &need, TODAY)?;
        Ok(NeedDraft { lots: vec![lot], ..need })
    };
    let all = [("", ""), ("50 000", "5"), ("1 000 000", "48")].map(|(amount, months)| {
        let said = answers(&fields, |typed| step(typed, amount, months), &[]);
        format!("«\u{a0}{amount}\u{a0}» € sur «\u{a0}{months}\u{a0}» mois\n{said}")
    });
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn questions_to_structures() {
    insta::assert_snapshot!(answers(
        &[Field::Question],
        |typed| QuestionsForm::read(typed).apply(&draft()),
        &[]
    ));
}

/// Writes a text into a field of a form.
type Write<F> = fn(&mut F, String);

/// What becomes of every text in every field of a form that is otherwise good: once for each answer that is unlike those
/// before it in its field.
fn texts_in<F: Clone>(fields: &[(&str, Write<F>)], good: &F, said: impl Fn(&F, &str) -> String) -> String {
    let mut all = String::new();
    for (name, write) in fields {
        let mut seen = std::collections::HashSet::new();
        for text in typed() {
            let mut form = good.clone();
            write(&mut form, text.clone());
            let said: String = said(&form, &text).chars().take(400).collect();
            if seen.insert(said.clone()) {
                all.push_str(&format!("{name} {} {said}\n", shown(&text)));
            }
        }
    }
    all
}

#[test]
fn four_fields_and_more() {
    let fields: [(&str, Write<NeedForm>); 11] = [
        ("quoi", |f, text| f.title = text),
        ("ou", |f, text| f.place = text),
        ("date", |f, text| f.date = text),
        ("courriel", |f, text| f.email = text),
        ("secteur", |f, text| f.sectors = vec![text]),
        ("reservation", |f, text| f.reservation = text),
        ("mode", |f, text| f.mode = text),
        ("heures", |f, text| f.hours = text),
        ("details", |f, text| f.details = text),
        ("acheteur", |f, text| f.organisation = text),
        ("secteurs", |f, text| f.sectors = vec!["blanchisserie".into(), text]),
    ];
    let good = NeedForm {
        title: "Entretien des espaces verts".into(),
        place: "Toulouse".into(),
        date: "2027-01-12".into(),
        email: "achats@ville.example".into(),
        ..NeedForm::default()
    };
    insta::assert_snapshot!(texts_in(&fields, &good, |form, text| match form.parse(TODAY) {
        Err(violations) => wrong(&violations, text),
        Ok(request) => {
            let said = changes(&draft(), &request.draft).into_iter().map(|change| change.sentence);
            let said = said.collect::<Vec<_>>().join(" / ");
            let said = if text.chars().count() > 2 { said.replace(text, "…") } else { said };
            format!("✓ {} {said}", request.author)
        }
    }));
}

#[test]
fn an_interest() {
    let fields: [(&str, Write<InterestForm>); 3] = [
        ("siret", |f, text| f.siret = text),
        ("nom", |f, text| f.name = text),
        ("courriel", |f, text| f.email = text),
    ];
    let good = InterestForm {
        siret: "732 829 320 00074".into(),
        name: "Atelier de Demain".into(),
        email: "contact@atelier.example".into(),
    };
    insta::assert_snapshot!(texts_in(&fields, &good, |form, text| {
        match form.read(Uuid::nil(), Uuid::nil(), 0) {
            Err(violations) => wrong(&violations, text),
            Ok(interest) => {
                let name = if interest.name == text.trim() { "…" } else { &interest.name };
                format!("✓ {} {name} {}", interest.siret, interest.address)
            }
        }
    }));
}

/// Boxes that are ticked.
#[test]
fn ticks() {
    let ticked = |name: &str| vec![(name.to_owned(), "1".to_owned())];
    let not = |name: &str| vec![(name.to_owned(), "0".to_owned())];
    assert!(BuyerForm::read(Typed(&ticked(DEFENCE))).is_defence);
    assert!(!BuyerForm::read(Typed(&not(DEFENCE))).is_defence);
    assert!(LotForm::read(Typed(&ticked(HOURS_MEANT))).meant);
    assert!(!LotForm::read(Typed(&ticked(DEFENCE))).meant);
    assert!(LawForm::read(Typed(&ticked(HOURS_MEANT))).meant);
}

/// What every field says when it changes, whole needs and lots.
#[test]
fn every_change_has_its_sentence() {
    let before = draft();
    let mut after = before.clone();
    after.lot_add(LotDraft { title: "Linge".into(), ..LotDraft::default() });
    after.description = "Plus de détails".into();
    after.questions = vec!["Quand\u{a0}?".into()];
    after.is_defence = true;
    after.buyer.name = "Ville d’Exemple".into();
    after.attachments =
        vec![domain::need::AttachmentRef { id: "1".into(), name: "plan.pdf".into(), bytes: 10 }];
    let both = [changes(&before, &after), changes(&after, &before)];
    let said = both.map(|all| {
        all.into_iter().map(|c| format!("{:?} {}\n", c.lot, french(c.sentence))).collect::<String>()
    });
    insta::assert_snapshot!(said.join("\n"));
}
