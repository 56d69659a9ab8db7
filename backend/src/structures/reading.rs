//! How the words of a search are understood: a place at their end, sectors, a SIRET, a typo.

use crate::index::Index;
use domain::sector::{Inference, SectorIx};
use domain::territory::{Atlas, Place, PlaceReading};
use domain::text::{fold, is_stop_word};

/// Least confidence for words to be taken for a sector.
const SECTOR_CONFIDENCE: f32 = 0.35;
/// Most sectors that words are taken for.
const SECTORS_MAX: usize = 2;
/// A commune smaller than this is a place only after « à ».
const PLAIN_PLACE_POPULATION: u64 = 5_000;
/// Most words of the name of a place.
const PLACE_WORDS: usize = 5;
/// Shortest word in which a typo is looked for.
const TYPO_FROM: usize = 5;

/// Longest search that is read, in characters.
const SEARCH_MAX: usize = 200;
/// Most unknown words for which a near one is looked for: each costs a walk through the dictionary.
const CORRECTED_MAX: usize = 3;

/// A search as it is understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The words that are looked for, without the place.
    pub words: String,
    /// The place that stood at the end of the words.
    pub place: Option<Place>,
    /// The places that the end of the words may mean, where it does not say which: nobody chooses for who typed it.
    pub place_asked: Vec<Place>,
    /// The sectors that the words speak of.
    pub sectors: Vec<SectorIx>,
    /// Beginning of a SIRET.
    pub siret_prefix: Option<String>,
    /// Words that were unknown, and what they were taken for.
    pub corrections: Vec<(String, String)>,
    /// Stems to be found.
    pub stems: Vec<String>,
    /// Their hashes; bit `i` of `corrected` says that stem `i` was corrected.
    pub hashes: Vec<u32>,
    /// See `hashes`.
    pub corrected: u32,
}

impl Reading {
    /// Reads words. With `literal`, a place at their end is left in the words.
    #[must_use]
    pub fn of(text: &str, literal: bool, index: &Index) -> Self {
        let mut reading = Self::default();
        let text: String = text.chars().take(SEARCH_MAX).collect();
        let folded = fold(&text);
        let named =
            folded.split(' ').filter(|word| !matches!(*word, "siret" | "siren" | "n" | "no" | "numero"));
        let digits: String = named.collect();
        if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) && !literal {
            if let Some(found) = place_of_number(&digits) {
                reading.take(found);
                return reading;
            }
            if digits.len() >= 3 {
                reading.siret_prefix = Some(digits.chars().take(14).collect());
                return reading;
            }
        }
        let mut words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
        if !literal && let Some((found, from)) = place_at_end(&words) {
            reading.take(found);
            words.truncate(from);
        }
        let mut walks = 0;
        let words: Vec<String> =
            words.into_iter().map(|w| reading.corrected_word(w, index, &mut walks)).collect();
        reading.words = words.join(" ");
        reading.sectors = sectors_of(&reading.words);
        reading.read_stems(index);
        reading
    }

    fn take(&mut self, found: PlaceReading) {
        self.place = found.one();
        if let PlaceReading::Choice(places) = found {
            self.place_asked = places;
        }
    }

    fn corrected_word(&mut self, word: &str, index: &Index, walks: &mut usize) -> String {
        let long = word.chars().count() >= TYPO_FROM && !is_stop_word(word);
        let inference = Inference::get();
        // A word of the language is no typo, whatever it speaks of: « faire » is not « foire ».
        let known = || inference.knows_word(word) || inference.is_french_word(word) || index.knows_word(word);
        if !long || *walks == CORRECTED_MAX || known() {
            return word.to_owned();
        }
        *walks += 1;
        match inference.nearest_word(word).or_else(|| index.nearest_word(word)) {
            Some(near) => {
                self.corrections.push((word.to_owned(), near.clone()));
                near
            }
            None => word.to_owned(),
        }
    }

    fn read_stems(&mut self, index: &Index) {
        for word in index.analyze(&self.words) {
            if self.stems.len() == 32 || self.stems.iter().any(|stem| **stem == *word.stem) {
                continue;
            }
            let surface = &self.words[word.at.clone()];
            if self.corrections.iter().any(|(_, near)| near == surface) {
                self.corrected |= 1 << self.stems.len();
            }
            self.hashes.push(word.hash);
            self.stems.push(word.stem.to_string());
        }
    }
}

fn sectors_of(words: &str) -> Vec<SectorIx> {
    let inferred = Inference::get().of_text(words);
    let floor = inferred.first().map_or(0.0, |first| (first.confidence * 0.6).max(SECTOR_CONFIDENCE));
    let sure = inferred.into_iter().filter(|i| i.confidence >= floor);
    sure.take(SECTORS_MAX).map(|i| i.sector).collect()
}

/// Digits alone: a département, or a postal code in use; others begin a SIRET.
fn place_of_number(digits: &str) -> Option<PlaceReading> {
    let is_postal = || !Atlas::get().communes_by_postal_code(digits).is_empty() || digits.ends_with("000");
    let is_place = match digits.len() {
        2 => true,
        3 => digits.starts_with("97"),
        5 => is_postal(),
        _ => false,
    };
    is_place.then(|| Place::read_known(digits)).flatten()
}

/// The place that ends the words, and where it begins; something else must stand before it.
fn place_at_end(words: &[&str]) -> Option<(PlaceReading, usize)> {
    let longest = PLACE_WORDS.min(words.len().checked_sub(1)?);
    for n in (1..=longest).rev() {
        let from = words.len() - n;
        let before = words[from - 1];
        let after_preposition = matches!(before, "a" | "au" | "aux" | "en" | "dans" | "sur" | "pres");
        let name = words[from..].join(" ");
        let Some(found) = place_named(&name, after_preposition) else { continue };
        let from = if after_preposition { from - 1 } else { from };
        return (from > 0).then_some((found, from));
    }
    None
}

fn place_named(name: &str, after_preposition: bool) -> Option<PlaceReading> {
    if name.chars().all(|c| c.is_ascii_digit()) {
        return place_of_number(name);
    }
    let atlas = Atlas::get();
    let found = Place::read_known(name)?;
    // One word that a commune bore once is more often a word of the trade.
    let is_plain_name = name.contains(' ')
        || name.starts_with(|c: char| c.is_ascii_digit())
        || !atlas.places_named(name).is_empty();
    let places = found.one();
    let people = places.iter().chain(found.proposals()).map(|place| atlas.population(*place)).max();
    let plain = after_preposition || (is_plain_name && people >= Some(PLAIN_PLACE_POPULATION));
    plain.then_some(found)
}
