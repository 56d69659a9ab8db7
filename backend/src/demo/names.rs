//! Invented names, trades, buyers and needs.

use super::numbers::Numbers;
use domain::legal::Vehicle;

/// What a structure of the demonstration does.
pub(super) struct Trade {
    /// The word that its name turns on.
    pub word: &'static str,
    /// First words of its name.
    pub names: &'static [&'static str],
    /// Slugs of its sectors.
    pub sectors: &'static [&'static str],
    /// What it says of itself.
    pub description: &'static str,
}

const TRADES: &[Trade] = &[
    Trade {
        word: "espaces verts",
        names: &["Les Jardins", "Atelier Nature", "Chantier Vert", "Paysages"],
        sectors: &[
            "creation-et-entretien-des-espaces-verts",
            "entretien-restauration-amenagement-des-espaces-naturels",
        ],
        description: "Création et entretien d’espaces verts\u{a0}: tonte, taille, débroussaillage, plantation.",
    },
    Trade {
        word: "nettoyage",
        names: &["Propreté", "Net et Clair", "Le Bon Éclat"],
        sectors: &["nettoyage-de-locaux-16", "nettoyage-urbain"],
        description: "Nettoyage de bureaux, d’écoles et de parties communes\u{a0}; propreté urbaine.",
    },
    Trade {
        word: "traiteur",
        names: &["La Table", "Les Fourneaux", "Le Panier Garni"],
        sectors: &["traiteur", "paniers-plateaux-repas"],
        description: "Traiteur, buffets et plateaux-repas de saison.",
    },
    Trade {
        word: "blanchisserie",
        names: &["La Bulle de Savon", "Le Linge Blanc", "Au Fil de l’Eau"],
        sectors: &["blanchisserie", "repassage"],
        description: "Blanchisserie, repassage et entretien de vêtements de travail.",
    },
    Trade {
        word: "second œuvre",
        names: &["Les Bâtisseurs", "Second Œuvre", "La Truelle"],
        sectors: &["peinture-revetement-des-murs", "tous-travaux-et-petits-bricolages-42"],
        description: "Peinture, revêtements, petite maçonnerie et remise en état de logements.",
    },
    Trade {
        word: "maraîchage",
        names: &["La Ferme", "Les Sillons", "Le Potager"],
        sectors: &["maraichage", "agriculture-urbaine"],
        description: "Maraîchage biologique, paniers de légumes, jardins partagés.",
    },
    Trade {
        word: "collecte",
        names: &["La Boucle", "Collectif Tri", "Les Chiffonniers"],
        sectors: &["collecte-dencombrants", "recyclage-delements-dameublement-dae-et-petits-objets"],
        description: "Collecte et tri d’encombrants, papiers et textiles.",
    },
    Trade {
        word: "ressourcerie",
        names: &["La Ressourcerie", "Le Second Souffle", "L’Atelier du Réemploi"],
        sectors: &["reemploi-de-materiaux", "deconstruction-selective"],
        description: "Ressourcerie, réemploi de matériaux, déconstruction sélective.",
    },
    Trade {
        word: "numérisation",
        names: &["Pixel", "Mémoire Vive", "La Fabrique Numérique"],
        sectors: &["numerisation-ged", "mailing-archivage-secretariat-52"],
        description: "Numérisation de documents, archivage, saisie.",
    },
    Trade {
        word: "conditionnement",
        names: &["Atelier Mains", "Les Établis", "La Petite Industrie"],
        sectors: &["logistique-conditionnement", "sous-traitance-industrielle-generale-53"],
        description: "Conditionnement, montage et sous-traitance industrielle.",
    },
    Trade {
        word: "vélo",
        names: &["La Chaîne", "Roue Libre", "Les Cyclistes"],
        sectors: &["reparation-de-velos-14", "coursiers-livraison-de-plis-colis"],
        description: "Réparation de vélos et livraison à vélo.",
    },
    Trade {
        word: "aide",
        names: &["Coup de Main", "Entraide", "Le Relais Proche"],
        sectors: &["aide-menagere", "entretien-des-jardins", "nettoyage-de-locaux-16"],
        description: "Mise à disposition de personnel\u{a0}: ménage, jardin, entretien de locaux.",
    },
];

const PLACES: &[&str] = &[
    "d’Arlequin",
    "du Chêne Rouge",
    "de la Comète",
    "des Trois Ponts",
    "du Petit Pois",
    "de la Girafe",
    "du Vent d’Autan",
    "de l’Étoile Filante",
    "du Moulin Bleu",
    "de la Tortue",
    "des Quatre Saisons",
    "du Hérisson",
    "de la Lune Rousse",
    "du Grand Tilleul",
    "des Hirondelles",
    "du Pain Perdu",
];

/// Ten buyers.
pub(super) const BUYERS: &[&str] = &[
    "Commune de Villexemple (exemple)",
    "Métropole de Démonstration (exemple)",
    "Département Fictif (exemple)",
    "Office de l’habitat Imaginaire (exemple)",
    "Lycée Témoin (exemple)",
    "Centre hospitalier Modèle (exemple)",
    "Syndicat des eaux Inventé (exemple)",
    "Université Essai (exemple)",
    "Communauté de communes Modèle (exemple)",
    "Chambre de métiers Fictive (exemple)",
];

/// What they need, with hours a month.
pub(super) const NEEDS: &[(&str, u32)] = &[
    ("Entretien des espaces verts communaux", 400),
    ("Nettoyage des locaux administratifs", 250),
    ("Traiteur pour les réceptions de l’année", 80),
    ("Blanchisserie des vêtements de travail", 150),
    ("Peinture des salles de classe", 300),
    ("Collecte des encombrants", 200),
    ("Numérisation des archives", 120),
    ("Livraison de paniers de légumes", 60),
    ("Débroussaillage des chemins de randonnée", 180),
    ("Réparation de la flotte de vélos", 50),
    ("Conditionnement et mise sous pli", 90),
    ("Déconstruction sélective d’un gymnase", 500),
    ("Nettoyage urbain des quartiers", 350),
];

/// A lot of a need of the demonstration.
pub(super) struct DemoLot {
    pub(super) title: &'static str,
    pub(super) sectors: &'static [&'static str],
    pub(super) vehicle: Option<Vehicle>,
    pub(super) hours_per_month: u32,
    pub(super) months: u32,
    pub(super) euros: u64,
}

/// A need of the demonstration that has lots, in the place of the need of that rank.
pub(super) struct DemoNeed {
    pub(super) rank: usize,
    pub(super) title: &'static str,
    pub(super) lots: &'static [DemoLot],
}

/// Two needs with lots: one whose lots differ in their reservations, one that no structure covers alone.
pub(super) const NEEDS_WITH_LOTS: &[DemoNeed] = &[
    DemoNeed {
        rank: 6,
        title: "Entretien des parcs, nettoyage des locaux et réceptions",
        lots: &[
            DemoLot {
                title: "Espaces verts",
                sectors: &["creation-et-entretien-des-espaces-verts"],
                vehicle: Some(Vehicle::Insertion),
                hours_per_month: 400,
                months: 36,
                euros: 400_000,
            },
            DemoLot {
                title: "Nettoyage",
                sectors: &["nettoyage-de-locaux-16"],
                vehicle: Some(Vehicle::Both),
                hours_per_month: 250,
                months: 36,
                euros: 250_000,
            },
            DemoLot {
                title: "Réceptions",
                sectors: &["traiteur"],
                vehicle: None,
                hours_per_month: 60,
                months: 36,
                euros: 80_000,
            },
        ],
    },
    DemoNeed {
        rank: 20,
        title: "Espaces verts, propreté et linge de tout un département",
        lots: &[DemoLot {
            title: "",
            sectors: &["creation-et-entretien-des-espaces-verts", "nettoyage-de-locaux-16", "blanchisserie"],
            vehicle: Some(Vehicle::Both),
            hours_per_month: 900,
            months: 48,
            euros: 1_600_000,
        }],
    },
];

pub(super) fn trade(numbers: &mut Numbers) -> &'static Trade {
    numbers.one_of(TRADES)
}

pub(super) fn name(trade: &Trade, serial: u32, numbers: &mut Numbers) -> String {
    let (first, place) = (numbers.one_of(trade.names), numbers.one_of(PLACES));
    format!("{first} {place} n° {serial} (exemple)")
}
