//! Autocomplete of places: forgives accents, hyphens, case and one typo, ranks by population.

use super::{Atlas, CommuneIx, DepartementIx, EpciIx, Place, RegionIx, Zone};
use crate::text::fold;
use std::cmp::Reverse;

/// A place that can be suggested, by its folded name.
#[derive(Debug)]
pub(super) struct Name {
    folded: String,
    place: Place,
    population: u32,
}

/// A word inside a name: `(name, byte at which the word starts)`.
pub(super) type WordStart = (u32, u16);

/// A place proposed for what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The place.
    pub place: Place,
    /// « Toulouse (31) ».
    pub label: String,
    /// What tells it from others: « commune, 31000 », « intercommunalité », « département ».
    pub detail: String,
}

/// A name as people write it, folded, with « St », « Ste » and « s/ » written out.
pub(super) fn fold_place(typed: &str) -> String {
    let folded = fold(typed);
    let words = folded.split(' ').map(|word| match word {
        "st" => "saint",
        "ste" => "sainte",
        "s" => "sur",
        word => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// « paris 13 », « lyon 3e » as the name of the commune.
fn without_arrondissement(folded: &str) -> &str {
    let Some((name, number)) = folded.split_once(' ') else { return folded };
    let last = match name {
        "paris" => 20,
        "lyon" => 9,
        "marseille" => 16,
        _ => return folded,
    };
    let digits = number.strip_suffix(" arrondissement").unwrap_or(number);
    let digits = digits.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end();
    match digits.parse::<u8>() {
        Ok(n) if (1..=last).contains(&n) => name,
        _ => folded,
    }
}

/// What a place weighs among those of its name: « Toulouse » is the commune; « Bretagne » is the région, not the village of
/// that name.
pub(super) fn weight_among(place: Place, population: u64) -> u64 {
    let shared = if matches!(place.zone(), Zone::Commune(_)) { 1 } else { WIDER_BY };
    population / shared
}

/// How well a name answers what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Exact,
    Start,
    Word,
    Typo,
}

impl Fit {
    /// By how much the population of a place counts: a large town with a typo comes before a hamlet without.
    fn share(self) -> f64 {
        match self {
            Self::Exact | Self::Start => 1.0,
            Self::Word => 0.05,
            Self::Typo => 0.02,
        }
    }
}

/// A wider place of the same name is meant rather than a commune when it holds more people by this factor.
const WIDER_BY: u64 = 50;
/// Most words of one name that can begin alike.
const WORDS_OF_A_NAME: usize = 8;
/// A longer text is no place, in bytes.
pub(super) const TYPED_MAX: usize = 200;
/// A commune is meant rather than its namesakes when it holds more people by this factor.
pub(super) const MUCH_LARGER: u64 = 10;
/// Shortest text in which a typo is looked for.
const TYPO_FROM: usize = 4;

impl Atlas {
    pub(super) fn index_names(&mut self) {
        let communes = self
            .communes
            .iter()
            .enumerate()
            .map(|(ix, c)| (c.name, Zone::Commune(CommuneIx(u16::try_from(ix).unwrap_or(u16::MAX)))));
        let epcis = self
            .epcis
            .iter()
            .enumerate()
            .map(|(ix, e)| (e.name, Zone::Epci(EpciIx(u16::try_from(ix).unwrap_or(u16::MAX)))));
        let departements =
            self.departements.iter().enumerate().map(|(ix, d)| {
                (d.name, Zone::Departement(DepartementIx(u8::try_from(ix).unwrap_or(u8::MAX))))
            });
        let regions = self
            .regions
            .iter()
            .enumerate()
            .map(|(ix, r)| (r.name, Zone::Region(RegionIx(u8::try_from(ix).unwrap_or(u8::MAX)))));
        let all = communes.chain(epcis).chain(departements).chain(regions).chain([("France", Zone::France)]);
        let names: Vec<Name> = all
            .filter_map(|(name, zone)| {
                let weight = self.weight(&self.communes_of(zone, None));
                let population = u32::try_from(weight).unwrap_or(u32::MAX);
                Place::of(zone).map(|place| Name { folded: fold(name), place, population })
            })
            .collect();
        let mut starts: Vec<WordStart> = Vec::with_capacity(names.len() * 2);
        for (ix, name) in names.iter().enumerate() {
            let ix = u32::try_from(ix).unwrap_or(u32::MAX);
            starts.push((ix, 0));
            let inside = name.folded.match_indices(' ').filter_map(|(at, _)| u16::try_from(at + 1).ok());
            starts.extend(inside.map(|at| (ix, at)));
        }
        let rest = |start: &WordStart| &names[start.0 as usize].folded[usize::from(start.1)..];
        starts.sort_unstable_by(|a, b| rest(a).cmp(rest(b)).then(a.cmp(b)));
        self.names = names;
        self.word_starts = starts;
    }

    fn rest_of(&self, start: WordStart) -> &str {
        &self.names[start.0 as usize].folded[usize::from(start.1)..]
    }

    /// The words, with what follows them in their names, that begin so.
    fn words_beginning(&self, with: &str) -> &[WordStart] {
        let from = self.word_starts.partition_point(|s| self.rest_of(*s) < with);
        let words = &self.word_starts[from..];
        &words[..words.partition_point(|s| self.rest_of(*s).starts_with(with))]
    }

    /// The words that begin as typed but for one letter. Where the first letter is right, they are looked for
    /// among the words of that letter; where it is not, all that follows it is.
    fn words_with_one_typo(&self, typed: &str) -> Vec<WordStart> {
        let mut letters = typed.chars();
        let Some(first) = letters.next() else { return Vec::new() };
        let after_first = letters.as_str();
        let same_letter = self.words_beginning(&typed[..first.len_utf8()]).iter();
        let mut found: Vec<WordStart> =
            same_letter.filter(|s| starts_with_one_typo(self.rest_of(**s), typed)).copied().collect();
        found.extend(self.words_beginning(after_first));
        if let Some(second) = letters.next() {
            found.extend(self.words_beginning(&format!("{second}{first}{}", letters.as_str())));
        }
        for other in ('a'..='z').chain('0'..='9') {
            found.extend(self.words_beginning(&format!("{other}{after_first}")));
            found.extend(self.words_beginning(&format!("{other}{typed}")));
        }
        found
    }

    /// The places whose folded name is exactly this, the most populated first, communes before wider places of like size.
    /// The arrondissements of Paris, Lyon and Marseille are these communes.
    #[must_use]
    pub fn places_named(&self, folded: &str) -> Vec<Place> {
        let folded = without_arrondissement(folded);
        let mut found: Vec<&Name> = self
            .words_beginning(folded)
            .iter()
            .filter(|s| s.1 == 0)
            .map(|s| &self.names[s.0 as usize])
            .filter(|n| n.folded == folded)
            .collect();
        let is_departement = |n: &Name| matches!(n.place.zone(), Zone::Departement(_));
        found.sort_by_key(|n| (Reverse(weight_among(n.place, n.population.into())), is_departement(n)));
        found.into_iter().map(|n| n.place).collect()
    }

    /// At most `limit` places for what was typed: a name or its beginning, a word inside it, a postal code or
    /// the number of a département; with one typo when nothing else answers.
    #[must_use]
    pub fn suggest(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        let typed = fold_place(typed);
        if typed.is_empty() || typed.len() > TYPED_MAX {
            return Vec::new();
        }
        let places = if typed.starts_with(|c: char| c.is_ascii_digit()) {
            self.places_by_number(&typed, limit)
        } else {
            self.places_by_name(&typed, limit)
        };
        places.into_iter().map(|place| self.suggestion(place)).collect()
    }

    fn places_by_number(&self, typed: &str, limit: usize) -> Vec<Place> {
        let number = typed.split(' ').next().unwrap_or(typed);
        let departement = self.departement_by_code(number).and_then(|d| Place::of(Zone::Departement(d)));
        let mut communes: Vec<CommuneIx> = self.communes_by_postal_code(number).to_vec();
        if communes.is_empty() && (3..=5).contains(&number.len()) {
            let fits = |c: &super::Commune| {
                c.code.starts_with(number) || c.postal_codes.split(' ').any(|p| p.starts_with(number))
            };
            communes =
                (0u16..).zip(&self.communes).filter(|(_, c)| fits(c)).map(|(ix, _)| CommuneIx(ix)).collect();
        }
        communes.sort_by_key(|ix| std::cmp::Reverse(self.commune(*ix).population));
        let communes = communes.into_iter().filter_map(|ix| Place::of(Zone::Commune(ix)));
        departement.into_iter().chain(communes).take(limit).collect()
    }

    fn places_by_name(&self, typed: &str, limit: usize) -> Vec<Place> {
        let mut found: Vec<(Fit, &Name)> = self
            .words_beginning(typed)
            .iter()
            .map(|s| {
                let name = &self.names[s.0 as usize];
                let fit = match s.1 {
                    0 if name.folded.len() == typed.len() => Fit::Exact,
                    0 => Fit::Start,
                    _ => Fit::Word,
                };
                (fit, name)
            })
            .collect();
        if found.len() < limit && typed.len() >= TYPO_FROM {
            let near = self.words_with_one_typo(typed);
            found.extend(near.iter().map(|s| (Fit::Typo, &self.names[s.0 as usize])));
        }
        // People type a town; its intercommunality, which holds more people, comes after it.
        let shared = |name: &Name| if matches!(name.place.zone(), Zone::Epci(_)) { 0.3 } else { 1.0 };
        let weighed = found.into_iter().map(|(fit, name)| {
            let weight = f64::from(name.population) * fit.share() * shared(name);
            (fit == Fit::Exact, weight, name)
        });
        let mut weighed: Vec<(bool, f64, &Name)> = weighed.collect();
        let best_first = |a: &(bool, f64, &Name), b: &(bool, f64, &Name)| {
            b.0.cmp(&a.0).then_with(|| b.1.total_cmp(&a.1)).then_with(|| a.2.folded.cmp(&b.2.folded))
        };
        // A letter begins thousands of words: only those that may be shown are put in order. A name has few words.
        let kept = limit.saturating_mul(WORDS_OF_A_NAME);
        if weighed.len() > kept {
            weighed.select_nth_unstable_by(kept, best_first);
            weighed.truncate(kept);
        }
        weighed.sort_by(best_first);
        let mut places: Vec<Place> = Vec::with_capacity(limit);
        for (_, _, name) in weighed {
            if places.len() == limit {
                break;
            }
            if !places.contains(&name.place) {
                places.push(name.place);
            }
        }
        places
    }

    fn suggestion(&self, place: Place) -> Suggestion {
        let detail = match place.zone() {
            Zone::Commune(ix) => {
                let postal = self.commune(ix).postal_codes.split(' ').next().unwrap_or_default();
                format!("commune, {postal}")
            }
            Zone::Epci(_) => "intercommunalité".to_owned(),
            Zone::Departement(_) => "département".to_owned(),
            Zone::Region(_) => "région".to_owned(),
            Zone::Around { .. } | Zone::Radius { .. } => "rayon".to_owned(),
            Zone::France => "pays".to_owned(),
        };
        Suggestion { place, label: place.name(), detail }
    }
}

/// Whether `text` begins with `typed` but for one letter: changed, missing, too many, or swapped with the next.
fn starts_with_one_typo(text: &str, typed: &str) -> bool {
    let (text, typed) = (text.as_bytes(), typed.as_bytes());
    let same = text.iter().zip(typed).take_while(|(a, b)| a == b).count();
    let (text, typed) = (&text[same..], &typed[same..]);
    let starts = |text: &[u8], typed: &[u8]| text.starts_with(typed);
    match (text, typed) {
        (_, []) => true,
        ([], [_]) => true,
        ([a, text @ ..], [b, typed @ ..]) => {
            starts(text, typed)
                || starts(text, &[&[*b], typed].concat())
                || [&[*a], text].concat().starts_with(typed)
                || matches!((text, typed), ([c, text @ ..], [d, typed @ ..]) if a == d && b == c && text.starts_with(typed))
        }
        ([], _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(typed: &str, first: &str) {
        let found = Atlas::get().suggest(typed, 8);
        let labels: Vec<&str> = found.iter().map(|s| s.label.as_str()).collect();
        assert_eq!(labels.first().copied(), Some(first), "{typed:?} gives {labels:?}");
    }

    #[test]
    fn suggestions() {
        check("par", "Paris (75)");
        check("saint etienne", "Saint-Étienne (42)");
        check("SAINT-ETIENNE", "Saint-Étienne (42)");
        check("31000", "Toulouse (31)");
        check("75011", "Paris (75)");
        check("69003", "Lyon (69)");
        check("toulouse", "Toulouse (31)");
        check("toulouze", "Toulouse (31)");
        check("tuolouse", "Toulouse (31)");
        check("toulose", "Toulouse (31)");
        check("touloouse", "Toulouse (31)");
        check("marsei", "Marseille (13)");
        check("l'hay", "L’Haÿ-les-Roses (94)");
        check("haute garonne", "Haute-Garonne (31)");
        check("31", "Haute-Garonne (31)");
        check("2a", "Corse-du-Sud (2A)");
        check("occitanie", "Occitanie");
        check("st etienne", "Saint-Étienne (42)");
        check("Ste Foy les Lyon", "Sainte-Foy-lès-Lyon (69)");
        check("france", "France entière");
        check("métropole de lyon", "Métropole de Lyon");
    }

    #[test]
    fn nothing_for_nothing() {
        assert!(Atlas::get().suggest("", 8).is_empty());
        assert!(Atlas::get().suggest("  - ", 8).is_empty());
        assert!(Atlas::get().suggest("zzzzzzzzzz", 8).is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".{0,30}") {
            let found = Atlas::get().suggest(&text, 5);
            prop_assert!(found.len() <= 5);
        }

        #[test]
        fn a_name_is_found_by_itself(ix in 0usize..34_000) {
            let commune = &Atlas::get().communes[ix];
            let places = Atlas::get().places_named(&fold(commune.name));
            let hit = places.iter().any(|p| p.code() == format!("C{}", commune.code));
            prop_assert!(hit, "{}", commune.name);
        }
    }

    /// Fewer cases than usual, unless their number is asked for: each compares some eighty thousand words.
    fn cases(usual: u32) -> ProptestConfig {
        match std::env::var_os("PROPTEST_CASES") {
            Some(_) => ProptestConfig::default(),
            None => ProptestConfig::with_cases(usual),
        }
    }

    proptest! {
        #![proptest_config(cases(40))]

        #[test]
        fn a_typo_finds_what_comparing_every_word_finds(ix in 0usize..34_000, at in 0usize..8, edit in 0u8..4, letter in "[a-z0-9 ]") {
            let atlas = Atlas::get();
            let mut typed: Vec<char> = fold(atlas.communes[ix].name).chars().take(12).collect();
            let at = at.min(typed.len() - 1);
            match edit {
                0 => drop(typed.remove(at)),
                1 => typed.insert(at, letter.chars().next().expect("one")),
                2 => typed[at] = letter.chars().next().expect("one"),
                _ => {
                    let next = (at + 1).min(typed.len() - 1);
                    typed.swap(at, next);
                }
            }
            let typed = fold(&typed.into_iter().collect::<String>());
            // Shorter words are not looked at for typos.
            if typed.len() < TYPO_FROM {
                return Ok(());
            }
            let mut found = atlas.words_with_one_typo(&typed);
            found.sort_unstable();
            found.dedup();
            let mut every = atlas.word_starts.clone();
            every.retain(|s| starts_with_one_typo(atlas.rest_of(*s), &typed));
            every.sort_unstable();
            prop_assert_eq!(found, every, "{}", typed);
        }
    }
}
