//! Addresses and their query strings: every state of a list is in its URL.

use backend::links::{reference_read, reference_text};
use backend::needs::NeedQuery;
use backend::structures::{Level, SearchQuery, Sort};
use domain::access::Grant;
use domain::legal::Reservation;
use domain::need::{LotDraft, LotKey, LotNumber, NeedDraft, NeedForm, NeedKind};
use domain::sector::{SectorIx, Sectors};
use domain::structure::{Kind, Mode, Structure};
use domain::territory::{Place, PlaceReading};
use domain::text::apostrophes;

/// The pairs of a query string or of a form, decoded, in their order. Without NUL, which no text holds and PostgreSQL
/// refuses; with one kind of apostrophe.
#[must_use]
pub fn pairs(encoded: &str) -> Vec<(String, String)> {
    let clean = |text: std::borrow::Cow<'_, str>| apostrophes(&text).replace('\0', "");
    form_urlencoded::parse(encoded.as_bytes()).map(|(name, value)| (clean(name), clean(value))).collect()
}

/// The first value of a name; empty when there is none.
#[must_use]
pub fn field<'p>(pairs: &'p [(String, String)], name: &str) -> &'p str {
    pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap_or_default()
}

/// A value ready for a query string.
#[must_use]
pub fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What a page is about, for whoever signed in: it stands where the signed link of a mail does.
#[must_use]
pub fn reference(grant: Grant) -> String {
    reference_text(grant)
}

/// Whether a page is opened by whoever signed in, rather than by a signed link.
#[must_use]
pub fn is_reference(token: &str) -> bool {
    reference_read(token).is_some()
}

fn query(path: &str, pairs: &[(&str, String)]) -> String {
    let parts: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
}

/// Most characters of a search that are read.
const WORDS_MAX: usize = 200;

/// What was typed in the fields of a list: the place with what it means, and a sector that means nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TypedFields {
    /// As typed.
    pub typed: String,
    /// What it means; `None` when empty.
    pub reading: Option<PlaceReading>,
    /// A sector that was typed and that we do not know.
    pub unknown_sector: Option<String>,
}

impl TypedFields {
    fn read(typed: &str) -> Self {
        let typed: String = typed.trim().chars().take(WORDS_MAX).collect();
        let reading = (!typed.is_empty()).then(|| Place::read(&typed));
        Self { typed, reading, unknown_sector: None }
    }

    /// The one place that it means.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.reading.as_ref().and_then(PlaceReading::one)
    }

    /// Whether something was typed that does not say one place.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.reading.is_some() && self.place().is_none()
    }

    /// What the field shows: the name of the place, else what was typed.
    #[must_use]
    pub fn shown(&self) -> String {
        self.place().map_or_else(|| self.typed.clone(), Place::name)
    }
}

fn sectors_read(values: impl Iterator<Item = String>) -> Vec<SectorIx> {
    let mut sectors = Vec::new();
    for sector in values.filter_map(|slug| Sectors::get().of_field(&slug)) {
        if !sectors.contains(&sector) {
            sectors.push(sector);
        }
    }
    sectors
}

/// Reads the search of `/structures`.
#[must_use]
pub fn search_read(query: &str) -> (SearchQuery, TypedFields) {
    let pairs = pairs(query);
    let all = |name: &str| {
        let name = name.to_owned();
        pairs.iter().filter(move |(n, _)| *n == name).map(|(_, v)| v.clone())
    };
    let first = |name: &str| all(name).next().unwrap_or_default();
    let mut typed = TypedFields::read(&first("territoire"));
    typed.unknown_sector =
        all("secteur").find(|text| !text.trim().is_empty() && Sectors::get().of_field(text).is_none());
    let search = SearchQuery {
        words: first("q").trim().chars().take(WORDS_MAX).collect(),
        literal: first("mots") == "1",
        place: typed.place(),
        sectors: sectors_read(all("secteur")),
        kinds: all("type").filter_map(|k| Kind::parse(&k)).collect(),
        modes: Mode::ALL
            .into_iter()
            .filter(|mode| all("mode").any(|m| Mode::parse(&m) == Some(*mode)))
            .collect(),
        reservation: Reservation::parse(&first("reserve")).filter(|r| *r != Reservation::None),
        in_qpv: first("qpv") == "1",
        seat_there: first("siege") == "1",
        silent: first("activite") == "inconnue",
        level: Level::parse(&first("niveau")),
        sort: match first("tri").as_str() {
            "distance" => Sort::Distance,
            "nom" => Sort::Name,
            _ => Sort::Relevance,
        },
        page: first("page").parse().unwrap_or(1),
    };
    (search, typed)
}

/// The address of a search.
#[must_use]
pub fn search_url(search: &SearchQuery) -> String {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    if !search.words.is_empty() {
        pairs.push(("q", search.words.clone()));
    }
    pairs.extend(search.literal.then(|| ("mots", "1".to_owned())));
    pairs.extend(search.place.map(|p| ("territoire", p.code())));
    pairs.extend(search.sectors.iter().map(|s| ("secteur", s.slug().to_owned())));
    pairs.extend(search.kinds.iter().map(|k| ("type", k.code().to_owned())));
    pairs.extend(search.modes.iter().map(|m| ("mode", m.code().to_owned())));
    pairs.extend(search.reservation.map(|r| ("reserve", r.code().to_owned())));
    pairs.extend(search.in_qpv.then(|| ("qpv", "1".to_owned())));
    pairs.extend(search.seat_there.then(|| ("siege", "1".to_owned())));
    pairs.extend(search.silent.then(|| ("activite", "inconnue".to_owned())));
    pairs.extend(search.level.map(|level| ("niveau", level.code().to_owned())));
    match search.sort {
        Sort::Relevance => {}
        Sort::Distance => pairs.push(("tri", "distance".to_owned())),
        Sort::Name => pairs.push(("tri", "nom".to_owned())),
    }
    pairs.extend((search.page > 1).then(|| ("page", search.page.to_string())));
    query("/structures", &pairs)
}

/// Reads the query of `/besoins`.
#[must_use]
pub fn needs_read(query: &str) -> (NeedQuery, TypedFields) {
    let pairs = pairs(query);
    let all = |name: &str| {
        let name = name.to_owned();
        pairs.iter().filter(move |(n, _)| *n == name).map(|(_, v)| v.clone())
    };
    let first = |name: &str| all(name).next().unwrap_or_default();
    let typed = TypedFields::read(&first("territoire"));
    let needs = NeedQuery {
        words: first("q").trim().chars().take(WORDS_MAX).collect(),
        place: typed.place(),
        around: true,
        sectors: sectors_read(all("secteur")),
        reservation: Some(first("reserve")).filter(|r| !r.is_empty()).and_then(|r| Reservation::parse(&r)),
        kind: NeedKind::parse(&first("genre")),
        week: domain::date::parse(&first("semaine")).map(domain::date::monday),
        closed_too: first("clos") == "1",
        page: first("page").parse().unwrap_or(1),
    };
    (needs, typed)
}

/// The address of a list of needs.
#[must_use]
pub fn needs_url(needs: &NeedQuery) -> String {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    if !needs.words.is_empty() {
        pairs.push(("q", needs.words.clone()));
    }
    pairs.extend(needs.place.map(|p| ("territoire", p.code())));
    pairs.extend(needs.sectors.iter().map(|s| ("secteur", s.slug().to_owned())));
    pairs.extend(needs.reservation.map(|r| ("reserve", r.code().to_owned())));
    pairs.extend(needs.kind.map(|k| ("genre", k.code().to_owned())));
    pairs.extend(needs.week.map(|monday| ("semaine", monday.to_string())));
    pairs.extend(needs.closed_too.then(|| ("clos", "1".to_owned())));
    pairs.extend((needs.page > 1).then(|| ("page", needs.page.to_string())));
    query("/besoins", &pairs)
}

/// Reads the form of a need, as browsers send it.
#[must_use]
pub fn need_form_read(body: &str) -> NeedForm {
    let mut form = NeedForm::default();
    for (name, value) in pairs(body) {
        match name.as_str() {
            "quoi" => form.title = value,
            // The last one that is filled: a choice among places stands after the field that it answers.
            "ou" if !value.trim().is_empty() => form.place = value,
            "date" => form.date = value,
            "courriel" => form.email = value,
            "secteur" if !value.trim().is_empty() => {
                let slug = Sectors::get().of_field(&value).map_or(value, |s| s.slug().to_owned());
                if !form.sectors.contains(&slug) {
                    form.sectors.push(slug);
                }
            }
            "reservation" => form.reservation = value,
            "mode" => form.mode = value,
            "heures" => form.hours = value,
            "details" => form.details = value,
            "acheteur" => form.organisation = value,
            _ => {}
        }
    }
    form
}

/// The address of the form, filled from a search.
#[must_use]
pub fn need_new_url(search: &SearchQuery, words: &str, place: Option<Place>) -> String {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    if !words.is_empty() {
        pairs.push(("quoi", words.to_owned()));
    }
    pairs.extend(place.map(|p| ("ou", p.name())));
    pairs.extend(search.sectors.iter().map(|s| ("secteur", s.slug().to_owned())));
    query("/besoins/nouveau", &pairs)
}

/// The lot that an address names, or a form.
///
/// Addresses carry the number that the page shows (`numero=2`), so that there is one number for a lot. Forms carry its
/// key (`lot=3`): a lot that another tab took out meanwhile must not make them write into its neighbour. Addresses of
/// before carried the key too, under the same name, and lead where they led.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LotNamed {
    /// None is named: the first one.
    First,
    /// By the number that pages show.
    Number(LotNumber),
    /// By its key.
    Key(LotKey),
    /// What is written names no lot.
    Nothing,
}

impl LotNamed {
    /// Reads the pairs of an address or of a form.
    #[must_use]
    pub fn read(pairs: &[(String, String)]) -> Self {
        match (field(pairs, "numero"), field(pairs, "lot")) {
            ("", "") => Self::First,
            ("", key) => key.parse().map_or(Self::Nothing, |key| Self::Key(LotKey(key))),
            (number, _) => LotNumber::parse(number).map_or(Self::Nothing, Self::Number),
        }
    }

    /// The lot of a draft that it names.
    #[must_use]
    pub fn of(self, draft: &NeedDraft) -> Option<&LotDraft> {
        match self {
            Self::First => draft.lots.first(),
            Self::Number(number) => draft.lots.get(number.rank()),
            Self::Key(key) => draft.lot(key).map(|(_, lot)| lot),
            Self::Nothing => None,
        }
    }
}

/// An address with the lot that it is about; as it is when there is no number to tell.
#[must_use]
pub fn with_lot(address: &str, number: Option<LotNumber>) -> String {
    number.map_or_else(|| address.to_owned(), |number| with_pair(address, &format!("numero={number}")))
}

/// An address with one pair more.
#[must_use]
pub fn with_pair(address: &str, pair: &str) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{pair}")
}

/// The public page of a structure: it says its name.
#[must_use]
pub fn structure_url(structure: &Structure) -> String {
    format!("/structures/{}", structure.address_name())
}

/// The page of a territory.
#[must_use]
pub fn territory_url(place: Place) -> String {
    format!("/territoires/{}", place.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_round_trip(query: &str) {
        let (search, _) = search_read(query);
        let url = search_url(&search);
        let (again, _) = search_read(url.split_once('?').map_or("", |(_, q)| q));
        assert_eq!(search, again, "{query} became {url}");
    }

    #[test]
    fn searches_survive_their_url() {
        check_round_trip("");
        check_round_trip("q=entretien+espaces+verts&territoire=C31555");
        check_round_trip(
            "q=caf%C3%A9+%26+th%C3%A9&type=ACI&type=EI&mode=prestation&reserve=siae&qpv=1&siege=1&activite=inconnue&niveau=connues&tri=nom&page=3&mots=1",
        );
        check_round_trip("q=100%&territoire=Toulouse&secteur=blanchisserie&page=x&tri=y&type=z");
        check_round_trip("&&=&%zz=%");
        check_round_trip("territoire=50+km+autour+de+Toulouse");
        check_round_trip("territoire=Mayenne+(d%C3%A9partement,+53)");
    }

    #[test]
    fn a_lot_is_named_by_its_number_and_by_its_key() {
        let number = |n: usize| LotNamed::Number(LotNumber::of_rank(n - 1));
        for (query, named) in [
            ("", LotNamed::First),
            ("numero=2", number(2)),
            ("numero=2&lot=9", number(2)),
            ("lot=3", LotNamed::Key(LotKey(3))),
            ("numero=0", LotNamed::Nothing),
            ("lot=deux", LotNamed::Nothing),
        ] {
            assert_eq!(LotNamed::read(&pairs(query)), named, "{query}");
        }
        assert_eq!(with_lot("/x?a=b", Some(LotNumber::of_rank(1))), "/x?a=b&numero=2");
        assert_eq!(with_lot("/x", None), "/x");
    }

    #[test]
    fn a_form_keeps_every_sector_once_and_the_place_that_was_chosen() {
        let form =
            need_form_read("quoi=a+b&secteur=blanchisserie&secteur=&secteur=Blanchisserie&details=x%0D%0Ay");
        assert_eq!(form.sectors, ["blanchisserie"]);
        assert_eq!((form.title.as_str(), form.details.as_str()), ("a b", "x\r\ny"));
        for (typed, read) in [
            ("ou=Saint-Denis", "Saint-Denis"),
            ("ou=Saint-Denis&ou=Saint-Denis+(93)", "Saint-Denis (93)"),
            ("ou=Saint-Denis&ou=", "Saint-Denis"),
        ] {
            assert_eq!(need_form_read(typed).place, read, "{typed}");
        }
    }
}
