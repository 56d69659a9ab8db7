//! The reasons of a match: what counts, for how many points, and the sentence that says so.

use crate::sector::SectorIx;
use crate::structure::{KindSet, Month, Standing};
use crate::text::number;
use serde::{Deserialize, Serialize};

/// What a score is made of. The points of all criteria sum to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// The activity has the sector that is asked, or a sibling of it.
    Sector,
    /// The share of the population of the place that the activity's zones hold.
    Coverage,
    /// From the seat to the place.
    Distance,
    /// The words of the need that are in the structure's own words.
    Wording,
    /// Hours a month offered against hours asked.
    Capacity,
    /// Whether the structure itself said that it does this.
    Standing,
}

impl Criterion {
    /// Every criterion, in the order in which explanations give them.
    pub const ALL: [Self; 6] =
        [Self::Sector, Self::Coverage, Self::Distance, Self::Wording, Self::Capacity, Self::Standing];

    /// Most points that the criterion gives.
    #[must_use]
    pub fn max(self) -> u8 {
        match self {
            Self::Distance => 50,
            Self::Sector => 25,
            Self::Wording => 10,
            Self::Coverage | Self::Capacity | Self::Standing => 5,
        }
    }

    /// The code of the criterion in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Sector => "sector",
            Self::Coverage => "coverage",
            Self::Distance => "distance",
            Self::Wording => "wording",
            Self::Capacity => "capacity",
            Self::Standing => "standing",
        }
    }

    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Sector => "Secteur",
            Self::Coverage => "Territoire couvert",
            Self::Distance => "Distance",
            Self::Wording => "Mots du besoin",
            Self::Capacity => "Capacité",
            Self::Standing => "Activité confirmée",
        }
    }

    /// How the points are given, for the public page on ranking.
    #[must_use]
    pub fn rule(self) -> String {
        use super::kinship::Kinship;
        use super::score::{
            CAPACITY_KNOWN, CAPACITY_UNKNOWN, DISTANCE_FAR_KM, STANDING_DECLARED, STANDING_DEDUCED,
            STANDING_STALE,
        };
        let max = self.max();
        let share = |kinship: Kinship| kinship.percent();
        match self {
            Self::Sector => format!(
                "{max} points si l’activité est du secteur demandé, ou si c’est par nature l’objet de la structure (personnel prêté par une AI, une ETTI ou un GEIQ\u{a0}; insertion)\u{a0}; {}\u{a0}% si elle est d’un secteur voisin (même famille)\u{a0}; {}\u{a0}% si personne n’a dit ce que fait la structure\u{a0}; {}\u{a0}% si nous avons déduit une autre activité. Une structure qui a déclaré d’autres métiers n’est pas proposée.",
                share(Kinship::Sibling),
                share(Kinship::Unknown),
                share(Kinship::OtherDeduced)
            ),
            Self::Coverage => format!(
                "{max} points multipliés par la part de la population du lieu que couvrent les zones de l’activité. Quand la structure n’a rien dit, c’est le rayon habituel de son type autour de son siège (son département pour une AI ou une ETTI). À zéro, la structure n’est pas proposée."
            ),
            Self::Distance => format!(
                "{max} points si le siège est dans le lieu, puis de moins en moins\u{a0}: {} à 5\u{a0}km, {} à 15\u{a0}km, {} à 40\u{a0}km, 0 à {DISTANCE_FAR_KM}\u{a0}km.",
                super::score::distance_points(max, 5.0),
                super::score::distance_points(max, 15.0),
                super::score::distance_points(max, 40.0)
            ),
            Self::Wording => format!(
                "{max} points multipliés par la part des mots du besoin que l’on retrouve dans le nom, la description ou les activités de la structure\u{a0}; un mot qui n’est que du vocabulaire de son secteur (nos synonymes, les libellés des codes CPV) compte pour moitié."
            ),
            Self::Capacity => format!(
                "{max} points si les heures disponibles par mois suffisent\u{a0}; en proportion, au plus 4, si elles ne suffisent pas\u{a0}; {CAPACITY_KNOWN} si le besoin ne dit pas ses heures\u{a0}; {CAPACITY_UNKNOWN} si la capacité n’est pas connue. Ce que le calendrier de la structure dit du mois où le lot commence passe avant sa capacité habituelle\u{a0}; un mois complet ne donne aucun point."
            ),
            Self::Standing => format!(
                "{max} points si la structure a confirmé l’activité elle-même, {STANDING_DECLARED} si elle vient d’un fichier déclaré, {STANDING_DEDUCED} si nous l’avons déduite\u{a0}; {STANDING_STALE} de moins quand la structure n’a pas dit depuis {} que sa fiche est exacte.",
                crate::text::plural(crate::structure::FRESH_MONTHS.unsigned_abs(), "mois", "mois")
            ),
        }
    }
}

/// A reason: points, and what they rest on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reason {
    /// What counts.
    pub criterion: Criterion,
    /// How much.
    pub points: u8,
    /// Why.
    pub because: Because,
}

/// What a reason rests on; [`Reason::explain`] makes a sentence of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Because {
    /// The very sector.
    SameSector(SectorIx),
    /// A sector of the same group.
    SiblingSector(SectorIx),
    /// What the lot buys is what these kinds are for.
    ByNature(KindSet),
    /// These kinds lend people in any trade.
    Lender(KindSet),
    /// Nobody said what the structure does.
    ActivityUnknown,
    /// What was deduced is of another trade.
    OtherDeduced,
    /// No sector was asked for.
    SectorUnasked,
    /// Percent of the population of the place, from 1 to 100.
    Covers(u8),
    /// The same, of what such a structure usually covers: it has not said where it works.
    WouldCover(u8),
    /// The structure sits in the place; nothing says that it works there.
    OnlySeated,
    /// No place was asked for.
    PlaceUnasked,
    /// The seat lies in the place.
    SeatInside,
    /// Km from the seat to the centre of the place.
    SeatAway(u16),
    /// The seat is not known.
    SeatUnknown,
    /// Which words of the lot were found: bit `i` is word `i`.
    WordsFound {
        /// In the structure's own words.
        own: u32,
        /// In the vocabulary of the activity's sector only.
        vocabulary: u32,
    },
    /// Hours a month offered and asked.
    Hours {
        /// What the structure offers.
        offered: u32,
        /// What the lot asks.
        asked: u32,
    },
    /// Hours a month offered, none asked.
    HoursOffered(u32),
    /// Hours offered in the month when the lot begins, as the structure's calendar says; none when it is full.
    OfMonth {
        /// Which month.
        month: Month,
        /// What the structure offers.
        offered: u32,
        /// What the lot asks.
        asked: Option<u32>,
    },
    /// Nothing known of the capacity.
    HoursUnknown,
    /// How sure we are of the activity.
    Standing(Standing),
    /// The same, of a page that is out of date.
    StandingStale(Standing),
    /// The structure answers by no activity.
    NothingSaid,
}

/// Who reads a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Whoever looks at a list of structures.
    Anyone,
    /// The structure itself: it is spoken to.
    Itself,
}

/// A reason that can be shown: the same numbers, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// What counts.
    pub criterion: Criterion,
    /// How much, out of [`Criterion::max`].
    pub points: u8,
    /// Why, in French.
    pub because: String,
}

impl Reason {
    /// Whether the lot asks about it: a search without sector says nothing of sectors.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        !matches!(self.because, Because::SectorUnasked | Because::PlaceUnasked)
    }

    /// The sentence, given the words of the lot, the name of its place, and who reads it.
    #[must_use]
    pub fn explain(&self, words: &[(String, u32)], place: &str, reader: Reader) -> Explained {
        let because = match reader {
            Reader::Anyone => self.of_a_structure(words, place),
            Reader::Itself => {
                self.said_to_itself(words, place).unwrap_or_else(|| self.of_a_structure(words, place))
            }
        };
        Explained { criterion: self.criterion, points: self.points, because }
    }

    fn of_a_structure(&self, words: &[(String, u32)], place: &str) -> String {
        match self.because {
            Because::SameSector(sector) => format!("secteur exact\u{a0}: {}", sector.label()),
            Because::SiblingSector(sector) => format!("secteur voisin\u{a0}: {}", sector.label()),
            Because::ByNature(kinds) => format!("c’est l’objet même de la structure\u{a0}: {}", named(kinds)),
            Because::Lender(kinds) => {
                format!("{}\u{a0}: prête du personnel dans le métier que demande le client", named(kinds))
            }
            Because::ActivityUnknown => "activité inconnue\u{a0}: à demander".to_owned(),
            Because::OtherDeduced => {
                "autre activité déduite\u{a0}: peut-être incomplète, à demander".to_owned()
            }
            Because::SectorUnasked => "aucun secteur demandé".to_owned(),
            Because::PlaceUnasked => "aucun lieu demandé".to_owned(),
            Because::OnlySeated => "zone d’intervention inconnue".to_owned(),
            Because::WouldCover(percent) => {
                format!("son rayon habituel couvrirait {percent}\u{a0}% du lieu, {place}")
            }
            Because::Covers(percent) => format!("couvre {percent}\u{a0}% du lieu, {place}"),
            Because::SeatInside => format!("siège dans le lieu ({place})"),
            Because::SeatAway(km) => format!("à {km}\u{a0}km"),
            Because::SeatUnknown => "adresse du siège non située".to_owned(),
            Because::WordsFound { own, vocabulary } => {
                words_sentence(words, own, vocabulary, ("sa fiche", "son secteur"))
            }
            Because::Hours { offered, asked } => format!(
                "{}\u{a0}h par mois pour {}\u{a0}h demandées",
                number(u64::from(offered)),
                number(u64::from(asked))
            ),
            Because::HoursOffered(offered) => {
                format!("{}\u{a0}h disponibles par mois", number(u64::from(offered)))
            }
            Because::OfMonth { month, offered: 0, .. } => format!("complète en {}", month.label()),
            Because::OfMonth { month, offered, asked } => format!(
                "{}\u{a0}h disponibles en {}{}",
                number(u64::from(offered)),
                month.label(),
                asked_for(asked)
            ),
            Because::HoursUnknown => "capacité non renseignée".to_owned(),
            Because::Standing(standing) => standing_said(standing).to_owned(),
            Because::StandingStale(standing) => {
                format!("{}\u{a0}; fiche non revue depuis plus d’un an", standing_said(standing))
            }
            Because::NothingSaid => "aucune activité déclarée".to_owned(),
        }
    }

    /// The same, said to the structure itself; `None` when it says the same to everybody.
    fn said_to_itself(&self, words: &[(String, u32)], place: &str) -> Option<String> {
        Some(match self.because {
            Because::SameSector(sector) => format!("c’est votre secteur\u{a0}: {}", sector.label()),
            Because::SiblingSector(sector) => {
                format!("c’est voisin de votre secteur\u{a0}: {}", sector.label())
            }
            Because::ByNature(kinds) => {
                format!("c’est l’objet même de votre structure\u{a0}: {}", named(kinds))
            }
            Because::Lender(kinds) => {
                format!(
                    "{}\u{a0}: vous prêtez du personnel dans le métier que demande le client",
                    named(kinds)
                )
            }
            Because::ActivityUnknown => "nous ne connaissons pas vos activités".to_owned(),
            Because::OtherDeduced => "nous ne connaissons peut-être pas toutes vos activités".to_owned(),
            Because::OnlySeated => "nous ne savons pas jusqu’où vous intervenez".to_owned(),
            Because::WouldCover(percent) => {
                format!("votre rayon habituel couvrirait {percent}\u{a0}% du lieu, {place}")
            }
            Because::Covers(percent) => format!("vous couvrez {percent}\u{a0}% du lieu, {place}"),
            Because::SeatInside => format!("votre siège est dans le lieu ({place})"),
            Because::SeatAway(km) => format!("à {km}\u{a0}km de votre siège"),
            Because::SeatUnknown => "nous n’avons pas pu situer votre siège".to_owned(),
            Because::WordsFound { own, vocabulary } => {
                words_sentence(words, own, vocabulary, ("votre fiche", "votre secteur"))
            }
            Because::Hours { offered, asked } => format!(
                "vous proposez {}\u{a0}h par mois, {}\u{a0}h sont demandées",
                number(u64::from(offered)),
                number(u64::from(asked))
            ),
            Because::HoursOffered(offered) => {
                format!("vous proposez {}\u{a0}h par mois", number(u64::from(offered)))
            }
            Because::OfMonth { month, offered: 0, .. } => {
                format!("votre calendrier vous dit complète en {}", month.label())
            }
            Because::OfMonth { month, offered, asked } => format!(
                "vous proposez {}\u{a0}h en {}{}",
                number(u64::from(offered)),
                month.label(),
                asked_for(asked)
            ),
            Because::HoursUnknown => "votre fiche ne dit pas votre capacité".to_owned(),
            Because::Standing(Standing::Confirmed) => "activité que vous avez confirmée".to_owned(),
            Because::Standing(Standing::Declared) => "activité que vous avez déclarée".to_owned(),
            Because::Standing(_) => {
                "activité que nous avons déduite\u{a0}: à vous de la confirmer".to_owned()
            }
            Because::StandingStale(_) => {
                "vous n’avez pas dit depuis plus d’un an que votre fiche est exacte".to_owned()
            }
            Because::NothingSaid => "vous n’avez déclaré aucune activité".to_owned(),
            Because::SectorUnasked | Because::PlaceUnasked => return None,
        })
    }
}

fn standing_said(standing: Standing) -> &'static str {
    match standing {
        Standing::Confirmed => "activité confirmée par la structure",
        Standing::Declared => "activité déclarée",
        Standing::Deduced | Standing::Dismissed => "activité déduite, à confirmer par la structure",
    }
}

/// « pour 120 h demandées »; nothing when no hours are asked.
fn asked_for(asked: Option<u32>) -> String {
    asked.map(|asked| format!(" pour {}\u{a0}h demandées", number(u64::from(asked)))).unwrap_or_default()
}

/// « AI, ETTI ».
fn named(kinds: KindSet) -> String {
    kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(", ")
}

/// `of` names whose page and whose trade the words are of.
fn words_sentence(words: &[(String, u32)], own: u32, vocabulary: u32, of: (&str, &str)) -> String {
    let (page, trade) = of;
    if words.is_empty() {
        return "le besoin ne donne pas de mots à comparer".to_owned();
    }
    let named = |mask: u32| {
        let found = words.iter().enumerate().filter(move |(i, _)| mask & (1 << i) != 0);
        found.map(|(_, (word, _))| word.as_str()).collect::<Vec<_>>()
    };
    let own = match named(own).as_slice() {
        [] => format!("aucun mot du besoin dans {page}"),
        [word] => format!("mot retrouvé dans {page}\u{a0}: {word}"),
        several => format!("mots retrouvés dans {page}\u{a0}: {}", several.join(", ")),
    };
    match named(vocabulary).as_slice() {
        [] => own,
        several => format!("{own}\u{a0}; du vocabulaire de {trade}\u{a0}: {}", several.join(", ")),
    }
}
