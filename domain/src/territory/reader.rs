//! A place as people write it: one reader for every input.
//!
//! What was typed is read by the first of a few readers that knows what to do with it: a code, a number, an exact name,
//! a name beside a number, a name that says its kind, a radius, several places. None of them guesses: a name with a typo,
//! the beginning of a name, a word inside it are proposed, never taken.

use super::number::{self, Digits};
use super::suggest::{MUCH_LARGER, TYPED_MAX, fold_place, weight_among};
use super::{Atlas, CommuneIx, DepartementIx, Place, Zone};
use crate::text::and_list;

/// What a text means as a place: one, a choice to make, or none that we know. Never another one in silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceReading {
    /// One place.
    One(Place),
    /// Several places answer: two at least, the likeliest first. Whoever typed it says which.
    Choice(Vec<Place>),
    /// No place that we know.
    Unknown {
        /// What may have been meant, the likeliest first; often nothing.
        nearest: Vec<Place>,
    },
}

/// How many places are proposed for an unknown one.
const NEAREST: usize = 5;
/// How many places of a choice are named in a sentence.
const CHOICES_NAMED: usize = 6;
/// Most places that one text is read as.
const PARTS_MAX: usize = 6;
/// Inhabitants that a commune that was is taken for: their number is not known.
const FORMER_POPULATION: u64 = 1_000;

/// What people call places that have another name: proposed, not taken. Regions of before 2016 give those of today.
const OTHER_NAMES: &[(&str, &[&str])] = &[
    ("paca", &["R93"]),
    ("sud", &["R93"]),
    ("aura", &["R84"]),
    ("ara", &["R84"]),
    ("idf", &["R11"]),
    ("hdf", &["R32"]),
    ("bfc", &["R27"]),
    ("cvl", &["R24"]),
    ("pdl", &["R52"]),
    ("naq", &["R75"]),
    ("aquitaine", &["R75"]),
    ("limousin", &["R75"]),
    ("poitou charentes", &["R75"]),
    ("alsace", &["D67", "D68", "R44"]),
    ("lorraine", &["R44"]),
    ("champagne ardenne", &["R44"]),
    ("auvergne", &["R84"]),
    ("rhone alpes", &["R84"]),
    ("bourgogne", &["R27"]),
    ("franche comte", &["R27"]),
    ("languedoc roussillon", &["R76"]),
    ("midi pyrenees", &["R76"]),
    ("nord pas de calais", &["R32"]),
    ("picardie", &["R32"]),
    ("haute normandie", &["R28"]),
    ("basse normandie", &["R28"]),
    ("grand paris", &["E200054781"]),
    ("drom", &["R01", "R02", "R03", "R04", "R06"]),
    ("dom", &["R01", "R02", "R03", "R04", "R06"]),
    ("outre mer", &["R01", "R02", "R03", "R04", "R06"]),
    ("france metropolitaine", &["FR"]),
    ("national", &["FR"]),
];

impl Place {
    /// Reads what people write: a zone code, a name, a postal code, a département by number, « Saint-Denis (93) »,
    /// « 31270 Cugnaux », « Strasbourg Cedex », « département de la Mayenne », « 50 km autour de Toulouse », a commune
    /// that has merged since.
    #[must_use]
    pub fn read(text: &str) -> PlaceReading {
        Self::read_known(text)
            .unwrap_or_else(|| PlaceReading::Unknown { nearest: Reader(Atlas::get()).nearest(text) })
    }

    /// The same without proposals, which cost far more than the rest: `None` is a text that is no place.
    #[must_use]
    pub fn read_known(text: &str) -> Option<PlaceReading> {
        let reading = Reader(Atlas::get()).text(text)?;
        (!matches!(reading, PlaceReading::Unknown { .. })).then_some(reading)
    }
}

impl PlaceReading {
    fn of(mut places: Vec<Place>) -> Option<Self> {
        let mut seen: Vec<Place> = Vec::with_capacity(places.len());
        places.retain(|place| {
            !seen.contains(place) && {
                seen.push(*place);
                true
            }
        });
        match places.as_slice() {
            [] => None,
            [one] => Some(Self::One(*one)),
            _ => Some(Self::Choice(places)),
        }
    }

    /// The place, when there is one.
    #[must_use]
    pub fn one(&self) -> Option<Place> {
        match self {
            Self::One(place) => Some(*place),
            _ => None,
        }
    }

    /// The places to choose from, or the nearest to an unknown one.
    #[must_use]
    pub fn proposals(&self) -> &[Place] {
        match self {
            Self::One(_) => &[],
            Self::Choice(places) | Self::Unknown { nearest: places } => places,
        }
    }

    /// The places, when there is one or a choice.
    fn places(self) -> Option<Vec<Place>> {
        match self {
            Self::One(place) => Some(vec![place]),
            Self::Choice(places) => Some(places),
            Self::Unknown { .. } => None,
        }
    }

    /// What to tell the person who typed it, in one sentence; `None` where there is nothing to ask.
    #[must_use]
    pub fn question(&self) -> Option<String> {
        let opening = self.opening()?;
        let names: Vec<String> = self.proposals().iter().take(CHOICES_NAMED).map(|p| p.name()).collect();
        let more = if self.proposals().len() > CHOICES_NAMED { "…" } else { "" };
        Some(match self {
            Self::Choice(_) => format!("{opening}\u{a0}: écrivez lequel, {}{more}", names.join(", ")),
            _ if names.is_empty() => {
                format!("{opening}\u{a0}: écrivez le nom d’une commune, un code postal ou un département")
            }
            _ => format!(
                "{opening}\u{a0}: écrivez le nom d’une commune, un code postal ou un département. \
                 Le plus proche\u{a0}: {}{more}",
                and_list(&names)
            ),
        })
    }

    /// The first words of the question; pages put the proposals after it as links.
    #[must_use]
    pub fn opening(&self) -> Option<&'static str> {
        match self {
            Self::One(_) => None,
            Self::Choice(_) => Some("Plusieurs lieux répondent à ces mots"),
            Self::Unknown { .. } => Some("Nous ne connaissons pas ce lieu"),
        }
    }
}

/// What a name may be the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Anything.
    Any,
    Commune,
    Departement,
    Region,
    /// A département or a région: they are written with an article or without.
    Wide,
}

impl Of {
    fn takes(self, place: Place) -> bool {
        match place.zone() {
            Zone::Commune(_) => matches!(self, Self::Any | Self::Commune),
            Zone::Departement(_) => matches!(self, Self::Any | Self::Departement | Self::Wide),
            Zone::Region(_) => matches!(self, Self::Any | Self::Region | Self::Wide),
            _ => self == Self::Any,
        }
    }
}

struct Reader(&'static Atlas);

impl Reader {
    fn text(&self, text: &str) -> Option<PlaceReading> {
        let text = text.trim();
        if let Ok(place) = Place::parse(text) {
            return Some(PlaceReading::One(place));
        }
        let folded = fold_place(text);
        if folded.is_empty() || folded.len() > TYPED_MAX {
            return None;
        }
        let words = without_cedex(&folded);
        self.words(words).or_else(|| self.around(words)).or_else(|| self.parts(text, &folded))
    }

    /// One place in folded words: everything but a radius and several places.
    fn words(&self, words: &str) -> Option<PlaceReading> {
        self.named(words, Of::Any)
            .or_else(|| self.number(without_start(words, "le").unwrap_or(words)))
            .or_else(|| self.beside_number(words))
            .or_else(|| self.of_a_kind(words))
            .or_else(|| self.with_article(words, Of::Wide))
    }

    /// A name by itself. A commune that was counts as a small one of its name.
    fn named(&self, name: &str, of: Of) -> Option<PlaceReading> {
        if matches!(of, Of::Any) && matches!(name, "france entiere" | "toute la france" | "la france") {
            return Some(PlaceReading::One(Place::FRANCE));
        }
        let mut named: Vec<(u64, Place)> = self
            .0
            .places_named(name)
            .into_iter()
            .filter(|place| of.takes(*place))
            .map(|place| (weight_among(place, self.0.population(place)), place))
            .collect();
        if matches!(of, Of::Any | Of::Commune) {
            let former = self.0.communes_formerly_named(name).iter();
            named.extend(former.filter_map(|ix| Some((FORMER_POPULATION, Place::of(Zone::Commune(*ix))?))));
        }
        let (most, first) = *named.first()?;
        // A commune that is a département, a département that is a région: the same ground.
        let is_elsewhere = |place: &Place| place.communes() != first.communes();
        let rivals = named[1..].iter().filter(|(weight, _)| weight * MUCH_LARGER >= most);
        let rivals = rivals.map(|(_, place)| *place).filter(is_elsewhere);
        // « Bourgogne » is a village, and what many call a région.
        let others = if of == Of::Any { places_called(name) } else { Vec::new() };
        PlaceReading::of(others.into_iter().chain([first]).chain(rivals).collect())
    }

    /// A number alone: a département or a postal code.
    fn number(&self, words: &str) -> Option<PlaceReading> {
        match number::read(words, self.0)? {
            Digits::Departements(zones) => {
                PlaceReading::of(zones.into_iter().filter_map(Place::of).collect())
            }
            Digits::Postal(code) => {
                PlaceReading::of(self.places_of(&number::communes_of_postal(&code, self.0)))
            }
        }
    }

    fn places_of(&self, communes: &[CommuneIx]) -> Vec<Place> {
        let mut communes = communes.to_vec();
        communes.sort_by_key(|ix| std::cmp::Reverse(self.0.commune(*ix).population));
        communes.into_iter().filter_map(|ix| Place::of(Zone::Commune(ix))).collect()
    }

    /// « Saint-Denis 93 », « 31 Haute-Garonne », « 31270 Cugnaux ».
    fn beside_number(&self, words: &str) -> Option<PlaceReading> {
        let last = words.rsplit_once(' ');
        let first = words.split_once(' ').map(|(number, name)| (name, number));
        let both = [last, first].into_iter().flatten();
        both.filter_map(|(name, number)| Some((name, number::read(number, self.0)?))).find_map(
            |(name, number)| {
                let places = match number {
                    Digits::Departements(zones) => self.in_zones(name, &zones),
                    Digits::Postal(code) => self.in_postal(name, &code),
                };
                PlaceReading::of(places)
            },
        )
    }

    /// The places of that name in départements.
    fn in_zones(&self, name: &str, zones: &[Zone]) -> Vec<Place> {
        let (name, of) = match name.strip_suffix(" departement") {
            Some(name) => (name, Of::Departement),
            None => (name, Of::Any),
        };
        let departements = zones.iter().filter_map(|zone| match zone {
            Zone::Departement(ix) => Some(*ix),
            _ => None,
        });
        departements.flat_map(|ix| self.in_departement(name, ix, of)).collect()
    }

    /// The places of that name in a département: communes, else itself, else an EPCI, else communes that were.
    fn in_departement(&self, name: &str, departement: DepartementIx, of: Of) -> Vec<Place> {
        let is_there = |place: &Place| match place.zone() {
            Zone::Commune(ix) => self.0.commune(ix).departement == departement,
            Zone::Departement(ix) => ix == departement,
            Zone::Epci(ix) => self.0.departements_of(&self.0.epci(ix).communes).any(|d| d == departement),
            _ => false,
        };
        let named = names_with_article(name).into_iter().map(|name| self.0.places_named(&name));
        let is_commune = |place: &Place| matches!(place.zone(), Zone::Commune(_));
        let exact = named.into_iter().find_map(|places| {
            let there = places.into_iter().filter(|place| of.takes(*place) && is_there(place));
            there.min_by_key(|place| !is_commune(place))
        });
        if exact.is_some() || of == Of::Departement {
            return exact.into_iter().collect();
        }
        let former = self.0.communes_formerly_named(name).iter();
        former.filter_map(|ix| Place::of(Zone::Commune(*ix))).filter(is_there).collect()
    }

    /// A town beside a postal code: the one that the code serves, else the one of the same département; a wider place
    /// beside it keeps what the code serves there.
    fn in_postal(&self, name: &str, code: &str) -> Vec<Place> {
        let served = number::communes_of_postal(code, self.0);
        let town = number::town_of_postal(name, &served, code, self.0);
        if !town.is_empty() {
            return self.places_of(&town);
        }
        let wide = self.with_article(name, Of::Wide).or_else(|| self.named(name, Of::Wide));
        let Some(PlaceReading::One(wide)) = wide else { return Vec::new() };
        let communes = wide.communes();
        self.places_of(&served.into_iter().filter(|ix| communes.contains(*ix)).collect::<Vec<_>>())
    }

    /// « département de la Mayenne », « région Bretagne », « ville de Lyon ».
    fn of_a_kind(&self, words: &str) -> Option<PlaceReading> {
        let words = words.strip_prefix("le ").or_else(|| words.strip_prefix("la ")).unwrap_or(words);
        let (kind, name) = words.split_once(' ')?;
        let of = match kind {
            "commune" | "ville" | "mairie" => Of::Commune,
            "departement" | "dept" | "dpt" | "dep" => Of::Departement,
            "region" => Of::Region,
            _ => return None,
        };
        let named = names_after_of(name).into_iter().find_map(|name| self.named(&name, of));
        let number = || self.number(name).filter(|_| of == Of::Departement);
        let beside = || {
            let reading = self.beside_number(name)?.one()?;
            of.takes(reading).then_some(PlaceReading::One(reading))
        };
        named.or_else(number).or_else(beside)
    }

    /// « la Bretagne » for « Bretagne », « Réunion » for « La Réunion ».
    fn with_article(&self, name: &str, of: Of) -> Option<PlaceReading> {
        names_with_article(name).into_iter().skip(1).find_map(|name| self.named(&name, of))
    }

    /// « 50 km autour de Toulouse », « Toulouse et 20 km alentour ».
    fn around(&self, words: &str) -> Option<PlaceReading> {
        let radius = Radius::read(words)?;
        let centres = radius.names.iter().find_map(|name| self.words(name))?.places()?;
        let around = |place: Place| match place.zone() {
            Zone::Commune(commune) => Place::of(Zone::Around { commune, km: radius.km }),
            _ => None,
        };
        // All of them are communes, or the radius means nothing.
        PlaceReading::of(centres.into_iter().map(around).collect::<Option<Vec<_>>>()?)
    }

    /// Several places: « Saint-Denis, La Réunion » is one, in the other; « 69 et 42 » is a choice.
    fn parts(&self, text: &str, folded: &str) -> Option<PlaceReading> {
        let within = text.split_once(['(', ',']).map(|(name, wider)| (fold_place(name), fold_place(wider)));
        let inside = within.and_then(|(name, wider)| {
            let places = self.words(without_cedex(&name))?.places()?;
            let wider = self.words(&wider)?.places()?;
            let holds =
                |place: &Place| wider.iter().any(|wider| *wider != *place && wider.holds(&place.communes()));
            PlaceReading::of(places.into_iter().filter(holds).collect())
        });
        if inside.is_some() {
            return inside;
        }
        let parts: Vec<String> = if text.contains([',', ';', '/', '|', '&', '+']) {
            text.split([',', ';', '/', '|', '&', '+']).map(fold_place).collect()
        } else {
            folded.split(" et ").flat_map(|part| part.split(" ou ")).map(str::to_owned).collect()
        };
        if !(2..=PARTS_MAX).contains(&parts.len()) {
            return None;
        }
        let places: Option<Vec<Vec<Place>>> =
            parts.iter().map(|part| self.words(without_cedex(part))?.places()).collect();
        PlaceReading::of(places?.concat())
    }

    /// What may have been meant by a text that is no place.
    fn nearest(&self, text: &str) -> Vec<Place> {
        let folded = fold_place(text);
        if folded.is_empty() || folded.len() > TYPED_MAX {
            return Vec::new();
        }
        let words = without_cedex(&folded);
        let called = places_called(words);
        if !called.is_empty() {
            return called;
        }
        if words.chars().all(|c| c.is_ascii_digit() || c == ' ') {
            let mut near = self.places_of(&number::communes_near_postal(&words.replace(' ', ""), self.0));
            near.truncate(NEAREST);
            return near;
        }
        let radius = Radius::read(words).and_then(|radius| radius.names.into_iter().next());
        let name = radius.unwrap_or_else(|| self.without_numbers(words));
        let known = self.known_parts(&name);
        let suggested = self.0.suggest(&name, NEAREST).into_iter().map(|s| s.place);
        let mut nearest: Vec<Place> = Vec::with_capacity(NEAREST);
        for place in known.into_iter().chain(suggested) {
            if nearest.len() < NEAREST && !nearest.contains(&place) {
                nearest.push(place);
            }
        }
        nearest
    }

    fn without_numbers(&self, words: &str) -> String {
        let named = words.split(' ').filter(|word| number::read(word, self.0).is_none());
        named.collect::<Vec<_>>().join(" ")
    }

    /// Places that a part of the words names: « Toulouse et environs », the name of « Toulouse (81) ».
    fn known_parts(&self, name: &str) -> Vec<Place> {
        let parts = std::iter::once(name).chain(name.split(" et "));
        parts.filter_map(|part| self.words(part)?.places()).flatten().collect()
    }
}

/// The places that people call so, though it is not their name.
fn places_called(name: &str) -> Vec<Place> {
    let codes = OTHER_NAMES.iter().find(|(other, _)| *other == name).map_or(&[][..], |(_, codes)| codes);
    codes.iter().filter_map(|code| Place::parse(code).ok()).collect()
}

/// A radius and what stands beside it, under the names it may have.
struct Radius {
    km: u16,
    names: Vec<String>,
}

impl Radius {
    fn read(words: &str) -> Option<Self> {
        let words: Vec<&str> = words.split(' ').collect();
        let (at, end, km) = (0..words.len()).find_map(|at| km_at(&words, at))?;
        let (before, after) = (words[..at].join(" "), words[end..].join(" "));
        let before = BEFORE_KM.iter().find_map(|phrase| without_end(&before, phrase)).unwrap_or(&before);
        let after = AFTER_KM.iter().find_map(|phrase| without_start(&after, phrase)).unwrap_or(&after);
        let names = match (before, after) {
            ("", "") => Vec::new(),
            ("", name) => names_after_of(name),
            (name, "") => vec![name.to_owned()],
            _ => return None,
        };
        (km <= Zone::MAX_RADIUS_KM).then_some(Self { km, names })
    }
}

/// What people write before and after the kilometres, the longest first.
const BEFORE_KM: &[&str] = &[
    "dans un rayon de",
    "dans un perimetre de",
    "rayon de",
    "perimetre de",
    "a moins de",
    "rayon",
    "dans les",
    "et",
    "a",
];
const AFTER_KM: &[&str] = &[
    "de rayon autour",
    "de rayon",
    "a la ronde autour",
    "a la ronde",
    "aux alentours",
    "aux environs",
    "alentours",
    "alentour",
    "autour",
    "environ",
];

/// The kilometres that begin at a word, « 50km » or « 50 km », and the word after them.
fn km_at(words: &[&str], at: usize) -> Option<(usize, usize, u16)> {
    let word = words[at];
    let glued = word.strip_suffix("kms").or_else(|| word.strip_suffix("km"));
    if let Some(km) = glued.and_then(|km| km.parse().ok()) {
        return Some((at, at + 1, km));
    }
    let is_unit = |word: &&str| matches!(*word, "km" | "kms" | "kilometre" | "kilometres");
    words.get(at + 1).copied().filter(is_unit)?;
    Some((at, at + 2, word.parse().ok()?))
}

fn without_start<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(phrase)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

fn without_end<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    let rest = text.strip_suffix(phrase)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_suffix(' ') }
}

/// « toulouse cedex 9 » without what the post adds.
pub(super) fn without_cedex(words: &str) -> &str {
    let at = words.find(" cedex").filter(|at| {
        let rest = &words[at + " cedex".len()..];
        rest.is_empty() || rest.starts_with(' ')
    });
    at.map_or(words, |at| &words[..at])
}

/// A name, then the same without its article, or with each.
fn names_with_article(name: &str) -> Vec<String> {
    const ARTICLES: [&str; 4] = ["la", "le", "les", "l"];
    let bare = ARTICLES.iter().find_map(|article| without_start(name, article));
    let others: Vec<String> = match bare {
        Some(bare) => vec![bare.to_owned()],
        None => ARTICLES.iter().map(|article| format!("{article} {name}")).collect(),
    };
    [vec![name.to_owned()], others].concat()
}

/// The names that « de la Mayenne », « du Mans », « d’Albi » may mean.
fn names_after_of(text: &str) -> Vec<String> {
    let with = |article: &str, bare: &str| vec![format!("{article} {bare}"), bare.to_owned()];
    for (of, article) in [("de la ", "la"), ("de l ", "l"), ("des ", "les"), ("du ", "le")] {
        if let Some(bare) = text.strip_prefix(of) {
            return with(article, bare);
        }
    }
    let bare = text.strip_prefix("de ").or_else(|| text.strip_prefix("d "));
    bare.map_or_else(|| vec![text.to_owned()], |bare| vec![bare.to_owned(), text.to_owned()])
}

/// The kilometres of « 50 km » and « 50 km autour de son siège », which are no place but a zone.
pub(super) fn km_around_seat(text: &str) -> Option<u16> {
    let radius = Radius::read(&fold_place(text))?;
    let is_seat = |name: &String| matches!(name.as_str(), "son siege" | "siege" | "le siege" | "notre siege");
    radius.names.first().is_none_or(is_seat).then_some(radius.km)
}
