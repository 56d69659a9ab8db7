//! The catalogue of a structure: what is read of its form, what is refused and with which words, how it is shown.

use domain::date;
use domain::form::Field;
use domain::structure::catalogue::{
    Catalogue, CatalogueForm, GroupementForm, LabelForm, PersonForm, ReferenceForm, ServiceForm,
};
use domain::structure::{FicheField, Origin, Said};
use jiff::civil::Date;

fn today() -> Date {
    date::parse("2026-11-27").expect("a day")
}

fn person(name: &str, email: &str, phone: &str) -> CatalogueForm {
    let role = "marches".to_owned();
    let form = PersonForm {
        name: name.into(),
        role,
        email: email.into(),
        phone: phone.into(),
        public: "oui".into(),
    };
    CatalogueForm { people: Some(vec![form]), ..CatalogueForm::default() }
}

fn service([name, price_min, price_max, unit, delay]: [&str; 5]) -> CatalogueForm {
    let form = ServiceForm {
        name: name.into(),
        price_min: price_min.into(),
        price_max: price_max.into(),
        unit: unit.into(),
        delay: delay.into(),
    };
    CatalogueForm { services: Some(vec![form]), ..CatalogueForm::default() }
}

fn reference([client, work, year, amount]: [&str; 4]) -> CatalogueForm {
    let form =
        ReferenceForm { client: client.into(), work: work.into(), year: year.into(), amount: amount.into() };
    CatalogueForm { references: Some(vec![form]), ..CatalogueForm::default() }
}

fn label([name, from, to]: [&str; 3]) -> CatalogueForm {
    let form = LabelForm { name: name.into(), from: from.into(), to: to.into() };
    CatalogueForm { labels: Some(vec![form]), ..CatalogueForm::default() }
}

fn applied(form: &CatalogueForm) -> (Catalogue, Vec<(Field, String)>) {
    let mut catalogue = Catalogue::default();
    let wrong = form.apply(&mut catalogue, today());
    (
        catalogue,
        wrong.into_iter().map(|v| (v.field, v.message.replace(['\u{a0}', '\u{202f}'], " "))).collect(),
    )
}

#[test]
fn prices_and_delays_as_people_read_them() {
    for (typed, price, delay) in [
        (["Tonte", "20", "35", "l’heure", "10"], "de 20 € à 35 € HT l’heure", "sous 10 jours"),
        (["Tonte", "20", "20", "", "1"], "20 € HT", "sous 1 jour"),
        (["Tonte", "1 200,50", "", "le lot", "0"], "à partir de 1 200,50 € HT le lot", "le jour même"),
        (["Tonte", "", "35", "le m²", ""], "jusqu’à 35 € HT le m²", ""),
        ([" Tonte\n des  haies ", "", "", "", ""], "", ""),
    ] {
        let (catalogue, wrong) = applied(&service(typed));
        assert_eq!(wrong, [], "{typed:?}");
        let one = &catalogue.services[0];
        let shown = (one.price().replace(['\u{a0}', '\u{202f}'], " "), one.delay().replace('\u{a0}', " "));
        assert_eq!(shown, (price.to_owned(), delay.to_owned()), "{typed:?}");
        assert!(one.name == "Tonte" || one.name == "Tonte des haies");
    }
}

#[test]
fn what_is_refused_says_which_row_and_what_to_do() {
    let long = "x".repeat(301);
    for (form, field, message) in [
        (
            person("", "a@b.example", ""),
            Field::People,
            "Personne à joindre : dites son nom, ou celui de son service.",
        ),
        (
            person("Lou", "", ""),
            Field::People,
            "Personne « Lou » : donnez une adresse e-mail ou un téléphone.",
        ),
        (
            person("Lou", "", "0561"),
            Field::People,
            "Personne « Lou » : écrivez le téléphone comme 05 61 00 00 00.",
        ),
        (
            person("Lou", "", "+33"),
            Field::People,
            "Personne « Lou » : écrivez le téléphone comme 05 61 00 00 00.",
        ),
        (
            service(["", "20", "", "", ""]),
            Field::Services,
            "Prestation : dites ce que vous vendez, puis son prix.",
        ),
        (service([&long, "", "", "", ""]), Field::Services, "Prestation : raccourcissez à 300 caractères."),
        (
            service(["Tonte", "35", "20", "", ""]),
            Field::Services,
            "Prestation « Tonte » : le plus haut prix est plus petit que le plus bas.",
        ),
        (
            service(["Tonte", "cher", "", "", ""]),
            Field::Services,
            "Prestation « Tonte » : écrivez un montant hors taxes, par exemple 90 000 €.",
        ),
        (
            service(["Tonte", "", "", "", "731"]),
            Field::Services,
            "Prestation « Tonte » : écrivez le délai en jours, par exemple 10 (au plus 730).",
        ),
        (
            service(["Tonte", "", "", "", "vite"]),
            Field::Services,
            "Prestation « Tonte » : écrivez le délai en jours, par exemple 10 (au plus 730).",
        ),
        (reference(["Mairie", "", "", ""]), Field::References, "Référence : dites pour qui, et quoi."),
        (
            reference(["Mairie", "Tonte", "1969", ""]),
            Field::References,
            "Référence « Mairie » : écrivez l’année comme 2026.",
        ),
        (
            reference(["Mairie", "Tonte", "2028", ""]),
            Field::References,
            "Référence « Mairie » : écrivez l’année comme 2026.",
        ),
        (label(["", "01/01/2026", ""]), Field::Labels, "Label : dites son nom."),
        (
            label(["Qualirégie", "bientôt", ""]),
            Field::Labels,
            "Label « Qualirégie » : écrivez les dates comme 31/12/2028.",
        ),
        (
            label(["Qualirégie", "02/01/2026", "01/01/2026"]),
            Field::Labels,
            "Label « Qualirégie » : il ne peut pas finir avant de commencer.",
        ),
    ] {
        let (catalogue, wrong) = applied(&form);
        assert_eq!(wrong, [(field, message.to_owned())]);
        assert!(catalogue.is_empty(), "nothing of it is kept: {message}");
    }
    let many = CatalogueForm {
        networks: Some((0..41).map(|n| format!("Réseau {n}")).collect()),
        ..CatalogueForm::default()
    };
    assert_eq!(applied(&many).1, [(Field::Networks, "Gardez-en 40 au plus.".to_owned())]);
    let role = PersonForm {
        role: "chef".into(),
        name: "Lou".into(),
        email: "a@b.example".into(),
        ..PersonForm::default()
    };
    let role = CatalogueForm { people: Some(vec![role]), ..CatalogueForm::default() };
    assert_eq!(applied(&role).1, [(Field::People, "Personne « Lou » : choisissez son rôle.".to_owned())]);
}

#[test]
fn telephones_as_people_type_them() {
    for (typed, kept, shown) in [
        ("05 61 00 00 00", "0561000000", "05 61 00 00 00"),
        ("05.61.00.00.00", "0561000000", "05 61 00 00 00"),
        ("+33 (0)5 61 00 00 00", "0561000000", "05 61 00 00 00"),
        ("0033561000000", "0561000000", "05 61 00 00 00"),
        ("+32 2 000 00 00", "+3220000000", "+3220000000"),
    ] {
        let (catalogue, wrong) = applied(&person("Lou", "", typed));
        assert_eq!(wrong, [], "{typed}");
        let lou = &catalogue.people[0];
        assert_eq!(
            (lou.phone.as_str(), lou.phone_shown().replace('\u{a0}', " ").as_str()),
            (kept, shown),
            "{typed}"
        );
    }
}

/// What is shown in the form says the same when it is sent again; an empty row is none; what a form does not bring stays.
#[test]
fn a_form_that_is_sent_again_changes_nothing() {
    let whole = CatalogueForm {
        people: person("Lou", "lou@structure.example", "0561000000").people,
        services: service(["Tonte", "20", "35", "l’heure", "10"]).services,
        references: reference(["Mairie", "Tonte", "2025", "12 000"]).references,
        labels: label(["Qualirégie", "2026-01-01", "2028-12-31"]).labels,
        networks: Some(vec!["Coorace".into(), String::new(), "Coorace".into()]),
        groupement: Some(GroupementForm {
            as_cotraitant: true,
            sought: "un élagueur".into(),
            ..GroupementForm::default()
        }),
    };
    let (catalogue, wrong) = applied(&whole);
    assert_eq!(wrong, []);
    assert_eq!(catalogue.networks, ["Coorace"]);
    assert_eq!(catalogue.words(), "Tonte");
    let mut again = catalogue.clone();
    assert_eq!(CatalogueForm::of(&catalogue).apply(&mut again, today()), []);
    assert_eq!(again, catalogue);
    assert_eq!(CatalogueForm::default().apply(&mut again, today()), []);
    assert_eq!(again, catalogue, "what is not brought stays");
    let emptied = CatalogueForm { services: Some(vec![ServiceForm::default()]), ..CatalogueForm::default() };
    assert_eq!(emptied.apply(&mut again, today()), []);
    assert_eq!(again.services, []);
    assert_eq!(FicheField::changed_of_catalogue(&catalogue, &again), [FicheField::Services]);
    let kept = serde_json::to_string(&catalogue).expect("written");
    assert_eq!(serde_json::from_str::<Catalogue>(&kept).expect("read"), catalogue);
    assert_eq!(serde_json::from_str::<Catalogue>("{}").expect("one of before"), Catalogue::default());
}

#[test]
fn a_label_ends_with_its_last_day() {
    let (catalogue, _) = applied(&label(["Qualirégie", "", "27/11/2026"]));
    let label = &catalogue.labels[0];
    assert!(!label.has_ended(today()) && label.has_ended(date::parse("2026-11-28").expect("a day")));
    assert_eq!(label.period(), "jusqu’au 27 novembre 2026");
}

#[test]
fn who_said_it_and_when() {
    for (by, said) in [
        (Origin::Structure, "dit par la structure le 27 novembre 2026"),
        (Origin::Network, "dit par son réseau le 27 novembre 2026"),
        (Origin::Administrator, "corrigé par l’équipe du service le 27 novembre 2026"),
    ] {
        assert_eq!(Said { by, on: today() }.sentence(), said);
        assert_eq!(Origin::parse(by.code()), Some(by));
    }
}
