//! What a text is about: supply, upkeep or concession of a thing is not the thing.

use domain::need::{sectors_guessed, sectors_possible, sectors_proposed};
use domain::sector::{Inference, SectorIx};

/// The first sector of a text, one of those expected, and not a guess.
fn check(text: &str, expected: &[&str]) {
    let found = Inference::get().of_text(text);
    let first = found.first().map(|i| (i.sector.slug(), i.is_guess));
    assert!(
        first.is_some_and(|(slug, guess)| expected.contains(&slug) && !guess),
        "{text:?} gives {found:#?}"
    );
}

#[test]
fn words_with_two_meanings() {
    let greens = ["creation-et-entretien-des-espaces-verts", "entretien-des-jardins"];
    check("Entretien des dépendances vertes", &greens);
    check("Entretien des dépendances vertes des routes départementales", &greens);
    check("Entretien des surfaces enherbées", &greens);
    check("Éclaircie de peuplements forestiers", &["travaux-forestiers-bucheronnage", "sylviculture"]);
    check(
        "Éclaircies dans les peuplements de résineux",
        &["travaux-forestiers-bucheronnage", "sylviculture"],
    );
    let leaves =
        ["nettoyage-urbain", "creation-et-entretien-des-espaces-verts", "collecte-des-dechets-vegetaux"];
    check("Ramassage des feuilles mortes", &leaves);
    check("Ramassage et évacuation des feuilles", &leaves);
    check("Soufflage des feuilles dans les parcs", &leaves);
    check("Fourniture de feuilles de papier", &["papeterie-et-fournitures-administratives"]);
}

#[test]
fn supply_of_a_thing() {
    check("Fourniture de monographies pour la médiathèque", &["ventes-de-livres-et-ouvrages"]);
    check("Acquisition de monographies imprimées", &["ventes-de-livres-et-ouvrages"]);
    check("Achat de tondeuses", &["entretien-machines-materiels-50"]);
    check("Fourniture de souffleurs de feuilles", &["entretien-machines-materiels-50"]);
    check("Achat de matériel pour les espaces verts", &["entretien-machines-materiels-50", "agriculture"]);
    check("Fourniture de matériel de nettoyage", &["produits-dentretien-et-desinfectants-29"]);
    check("Fourniture de matériel de restauration", &["location-vente-de-materiels-de-restauration"]);
    check("Fourniture de chaussures de sécurité", &["confection-a-facon", "textiles-30"]);
    check("Fourniture de machines à laver", &["autre-65", "blanchisserie"]);
    check("Fourniture de repas", &["paniers-plateaux-repas", "restauration-collective"]);
}

#[test]
fn upkeep_of_a_thing() {
    check("Maintenance des ascenseurs", &["entretien-machines-materiels-50"]);
    check("Maintenance des extincteurs", &["autre-46"]);
    check("Réparation de chaussures", &["cordonnerie"]);
    check("Réparation de tondeuses", &["entretien-machines-materiels-50"]);
    check("Dépannage de machines à laver", &["autre-4"]);
    check("Maintenance des espaces verts", &["creation-et-entretien-des-espaces-verts"]);
    check(
        "Nettoyage des vitres de l’école",
        &["nettoyage-de-locaux-16", "nettoyage-specifique-chantiers-parkings-6"],
    );
    check("Faire les vitres", &["nettoyage-de-locaux-16", "nettoyage-specifique-chantiers-parkings-6"]);
}

#[test]
fn concession_of_a_thing() {
    check(
        "Concession de service public pour la restauration scolaire",
        &["restauration-collective", "restaurants-cantines"],
    );
    check("Concession de plage", &["activites-a-caractere-touristique", "restaurants-cantines"]);
    check("Exploitation du camping municipal", &["activites-a-caractere-touristique", "hotellerie"]);
    check(
        "Délégation de service public pour l’exploitation du camping",
        &["activites-a-caractere-touristique", "hotellerie"],
    );
    check("Exploitation de la crèche", &["soins-et-accompagnement"]);
    check("Concession pour l’exploitation d’un bar restaurant", &["restaurants-cantines"]);
    check("Délégation de service public du crématorium", &["autre-141", "soins-et-accompagnement"]);
    check("Exploitation du parking", &["entretien-des-parkings-4"]);
    check("Gestion du port de plaisance", &["activites-a-caractere-touristique"]);
    check("Exploitation du musée", &["activite-culturelle-theatrale-et-spectacle"]);
    check("Concession de distributeurs automatiques de boissons", &["autre-63", "autre-54"]);
    check("Exploitation du centre aquatique", &["sport"]);
}

#[test]
fn what_people_type() {
    check("entretien espaces verts", &["creation-et-entretien-des-espaces-verts"]);
    check("traiteur", &["traiteur"]);
    check("blanchisserie", &["blanchisserie"]);
    check("nettoyage", &["nettoyage-de-locaux-16"]);
    check("cherche structure pour tondre la pelouse", &["creation-et-entretien-des-espaces-verts"]);
}

#[test]
fn broken_accents_cost_nothing() {
    for text in [
        "r\u{fffd}novation de la m\u{fffd}diath\u{fffd}que",
        "r?novation de la m?diath?que",
        "rÃ©novation de la mÃ©diathÃ¨que",
    ] {
        assert_eq!(
            Inference::get().of_text(text),
            Inference::get().of_text("rénovation de la médiathèque"),
            "{text}"
        );
    }
}

#[test]
fn a_guess_is_said_to_be_one() {
    for (text, guess) in [
        ("Fourniture", Some(true)),
        ("aide", Some(true)),
        ("urgent", Some(true)),
        ("Tonte de pelouses", Some(false)),
        ("bonjour", None),
        ("Lyon", None),
        ("", None),
    ] {
        let found = Inference::get().of_text(text);
        assert_eq!(found.first().map(|i| i.is_guess), guess, "{text:?} gives {found:#?}");
    }
}

/// Whether sectors are proposed as sure, and whether as a guess.
fn check_proposed(title: &str, description: &str, sure: bool, guess: bool) {
    assert_eq!(!sectors_proposed(title, description).is_empty(), sure, "{title:?} {description:?}");
    assert_eq!(!sectors_guessed(title, description).is_empty(), guess, "{title:?} {description:?}");
}

/// What is taken unasked, and what is only offered.
fn check_taken(title: &str, taken: &[&str], offered: &[&str]) {
    let slugs = |sectors: Vec<SectorIx>| sectors.iter().map(|s| s.slug()).collect::<Vec<_>>();
    let found = (slugs(sectors_proposed(title, "")), slugs(sectors_possible(title, "")));
    assert_eq!(found, (taken.to_vec(), offered.to_vec()), "{title:?}");
}

/// « Installation » in a title of social support once told a builder that the need was his trade.
#[test]
fn what_is_wrong_more_often_than_right_is_only_offered() {
    check_taken(
        "Accompagnement social lié au logement : installation et maintien",
        &["soins-et-accompagnement"],
        &["travaux-de-chantiers-74", "mediation-urbaine-sociale-55"],
    );
    check_taken(
        "Entretien des espaces verts et nettoyage visuel des espaces publics",
        &["creation-et-entretien-des-espaces-verts", "entretien-des-jardins", "nettoyage-urbain"],
        &[],
    );
    check_taken("Prestation de nettoyage des bâtiments communaux", &["nettoyage-de-locaux-16"], &[]);
}

#[test]
fn guesses_are_never_taken_unasked() {
    check_proposed("Tonte de pelouses", "", true, false);
    check_proposed("aide", "", false, true);
    check_proposed("aide", "Tonte de pelouses", true, false);
    check_proposed("lot 2 marché n° 2021-04", "", false, false);
}
