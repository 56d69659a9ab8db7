//! What words and pairs of neighbours say of sectors, learnt from notices and contracts by
//! `data/sector_words/make_sector_words.py`.
//!
//! The model is linear: each word and each pair has a weight for some sectors, and the margin of a sector is their
//! sum over the root of their number. So the words that decided can be named.

use super::french::word_hash;
use super::reader::{Broken, Reader};
use super::vocabulary::Context;
use super::{SectorIx, Sectors};
use crate::text::{fold, is_stop_word, stable_hash};
use std::collections::HashMap;
use std::sync::LazyLock;

const TABLE: &[u8] = include_bytes!("../../data/sector_words/sector_words.bin");
/// Bits of a hash.
const HASH_BITS: u32 = 24;
/// Bias of a sector that the file does not know: it is never heard.
const UNKNOWN_BIAS: i8 = i8::MIN;
/// Most words named for one sector.
const NAMED_MAX: usize = 3;
/// A word that gives less than this share of what the first gives is not named.
const NAMED_SHARE: f32 = 0.3;

static WORDS: LazyLock<SectorWords> =
    LazyLock::new(|| SectorWords::read(TABLE).expect("sector_words.bin is whole"));

/// Weights of sectors by hash of a word or pair.
#[derive(Debug)]
pub(super) struct SectorWords {
    /// What a weight is multiplied by.
    scale: f32,
    /// What each sector has without a word.
    bias: Vec<i8>,
    /// Where the weights of each hash stand in `weights`.
    of: HashMap<u32, (u32, u8)>,
    weights: Vec<(u8, i8)>,
}

/// A word, or two neighbours, as they stand in a text.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    hash: u32,
    surface: String,
}

/// What the model makes of one text.
pub(super) struct Heard<'a> {
    said: Vec<(Said, &'a [(u8, i8)])>,
    /// For each sector, by its number; together one.
    pub shares: Vec<f32>,
}

impl SectorWords {
    pub(super) fn get() -> &'static Self {
        &WORDS
    }

    fn read(bytes: &[u8]) -> Result<Self, Broken> {
        let mut reader = Reader::new(bytes);
        let scale = reader.f32()?;
        let hashes = reader.u32()?;
        let sectors = reader.u8()?;
        let biases = reader.take(usize::from(sectors))?;
        let mut read = Self {
            scale,
            bias: vec![UNKNOWN_BIAS; Sectors::get().iter().count()],
            of: HashMap::new(),
            weights: Vec::new(),
        };
        let mut numbers = Vec::new();
        for bias in biases {
            let number = number_of(reader.u32()?).ok_or(Broken)?;
            read.bias[usize::from(number)] = bias.cast_signed();
            numbers.push(number);
        }
        for _ in 0..hashes {
            let hash = reader.next_hash()?;
            let count = reader.u8()?;
            let from = u32::try_from(read.weights.len()).map_err(|_| Broken)?;
            read.of.insert(hash, (from, count));
            for _ in 0..count {
                let sector = numbers.get(usize::from(reader.u8()?)).ok_or(Broken)?;
                read.weights.push((*sector, reader.u8()?.cast_signed()));
            }
        }
        reader.end()?;
        Ok(read)
    }

    fn weights_of(&self, hash: u32) -> Option<&[(u8, i8)]> {
        let (from, count) = self.of.get(&hash)?;
        let from = usize::try_from(*from).ok()?;
        self.weights.get(from..from + usize::from(*count))
    }

    /// What the words of a text say; nothing when none is known.
    pub(super) fn hear(&self, text: &str) -> Option<Heard<'_>> {
        let known = said_in(text).into_iter().filter_map(|said| {
            let weights = self.weights_of(said.hash)?;
            Some((said, weights))
        });
        let said: Vec<(Said, &[(u8, i8)])> = known.collect();
        if said.is_empty() {
            return None;
        }
        let mut sums = vec![0i32; self.bias.len()];
        for (sector, weight) in said.iter().flat_map(|(_, weights)| *weights) {
            sums[usize::from(*sector)] += i32::from(*weight);
        }
        #[expect(clippy::cast_precision_loss, reason = "sums of a few words of eight bits")]
        let margins = sums
            .iter()
            .zip(&self.bias)
            .map(|(sum, bias)| (*sum as f32 / (said.len() as f32).sqrt() + f32::from(*bias)) * self.scale);
        let shares = shares_of(margins.collect());
        Some(Heard { said, shares })
    }
}

/// The number that the sector of a slug has today: the table may have grown since.
fn number_of(slug_hash: u32) -> Option<u8> {
    let found = Sectors::get().iter().find(|(_, sector)| word_hash(sector.slug) == slug_hash);
    found.map(|(ix, _)| ix.0)
}

/// Margins made positive and together one.
fn shares_of(mut margins: Vec<f32>) -> Vec<f32> {
    let most = margins.iter().copied().fold(f32::MIN, f32::max);
    margins.iter_mut().for_each(|m| *m = (*m - most).exp());
    let all: f32 = margins.iter().sum();
    margins.iter_mut().for_each(|m| *m /= all);
    margins
}

impl Heard<'_> {
    pub(super) fn is_one_word(&self) -> bool {
        self.said.len() == 1
    }

    /// The words that speak most for a sector, the weightiest first.
    pub(super) fn because(&self, sector: SectorIx) -> Vec<String> {
        let weight_in =
            |weights: &[(u8, i8)]| weights.iter().find(|(s, _)| *s == sector.0).map_or(0, |(_, w)| *w);
        let mut spoke: Vec<(i8, &str)> =
            self.said.iter().map(|(said, weights)| (weight_in(weights), said.surface.as_str())).collect();
        spoke.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let floor = spoke.first().map_or(0.0, |(most, _)| f32::from(*most) * NAMED_SHARE);
        let spoke = spoke.into_iter().filter(|(weight, _)| *weight > 0 && f32::from(*weight) >= floor);
        spoke.take(NAMED_MAX).map(|(_, surface)| surface.to_owned()).collect()
    }
}

/// The words of a text that speak of its object and the pairs of neighbours among them, each once, by hash.
fn said_in(text: &str) -> Vec<Said> {
    let context = Context::get();
    let folded = fold(text);
    let idle = |word: &str| is_stop_word(word) || context.stop.contains(word) || context.weak.contains(word);
    let plain = |word: &str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphabetic());
    let words: Vec<&str> = folded.split(' ').filter(|word| plain(word) && !idle(word)).collect();
    let single = words.iter().map(|w| Said { hash: short_hash(&[key(w)]), surface: (*w).to_owned() });
    let pairs = words
        .windows(2)
        .map(|pair| Said { hash: short_hash(&[key(pair[0]), key(pair[1])]), surface: pair.join(" ") });
    let mut said: Vec<Said> = single.chain(pairs).collect();
    said.sort_by_key(|said| said.hash);
    said.dedup_by_key(|said| said.hash);
    said
}

fn short_hash(keys: &[&str]) -> u32 {
    let parts: Vec<&[u8]> = keys.iter().map(|key| key.as_bytes()).collect();
    let hash = stable_hash(&parts);
    #[expect(clippy::cast_possible_truncation, reason = "cut to its lower bits just after")]
    let mixed = (hash ^ (hash >> 32)) as u32;
    mixed & ((1 << HASH_BITS) - 1)
}

/// What singular and plural, masculine and feminine share. Coarser than `stem`, and the same in the script.
fn key(word: &str) -> &str {
    let cut =
        |word: &'_ str, longer_than: usize, ends: &[char]| word.len() > longer_than && word.ends_with(ends);
    let mut key = word;
    if cut(key, 3, &['s', 'x']) {
        key = &key[..key.len() - 1];
    }
    if key.len() > 5 && key.ends_with("ee") {
        key = &key[..key.len() - 1];
    }
    if cut(key, 5, &['e']) {
        key = &key[..key.len() - 1];
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hashes that `make_sector_words.py DATA --tokens` prints.
    fn check_hashes(text: &str, expected: &[u32]) {
        let mended = super::super::mend::mended(text, super::super::french::French::get());
        let found: Vec<u32> = said_in(&mended).iter().map(|said| said.hash).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_are_hashed_as_in_the_script() {
        check_hashes(
            "Entretien des espaces verts",
            &[3_905_401, 9_043_989, 13_361_360, 13_990_865, 15_141_541],
        );
        check_hashes(
            "Marché n° 2021-04 : RÉHABILITATION de l’école élémentaire",
            &[3_333_901, 5_025_201, 13_791_111, 15_661_843, 15_724_168],
        );
        check_hashes("r\u{fffd}novation d?un b?timent", &[887_510, 6_594_474, 11_804_525]);
        check_hashes("rÃ©novation de la mÃ©diathÃ¨que", &[11_804_525, 13_763_649, 16_706_267]);
        check_hashes("Marché n° 2021-04", &[]);
    }

    #[test]
    fn keys() {
        for (word, expected) in [
            ("verts", "vert"),
            ("travaux", "travau"),
            ("bus", "bus"),
            ("batiments", "batiment"),
            ("elagueuses", "elagueus"),
            ("vitree", "vitre"),
            ("salee", "salee"),
        ] {
            assert_eq!(key(word), expected, "{word}");
        }
    }

    #[test]
    fn the_words_that_decided_are_named() {
        let heard =
            SectorWords::get().hear("Nettoyage de la vitrerie pour les services").expect("known words");
        let best = (0u8..).zip(&heard.shares).max_by(|a, b| a.1.total_cmp(b.1)).map(|(n, _)| SectorIx(n));
        let because = best.map(|sector| heard.because(sector)).unwrap_or_default();
        assert!(because.iter().any(|words| words.contains("nettoyage")), "{because:?}");
        assert!(because.iter().all(|words| !words.contains("services")), "{because:?}");
    }

    #[test]
    fn the_file_is_whole_and_small() {
        assert!(TABLE.len() < 200_000);
        let words = SectorWords::get();
        assert_eq!(words.bias.len(), super::super::Sectors::get().iter().count());
        assert!((49_000..51_000).contains(&words.weights.len()));
    }

    #[test]
    fn a_cut_file_is_refused() {
        assert!(SectorWords::read(&TABLE[..TABLE.len() - 1]).is_err());
        assert!(SectorWords::read(&[TABLE, &[0]].concat()).is_err());
        assert!(SectorWords::read(&[]).is_err());
        // One sector, one hash with a weight for a second.
        let slug = word_hash("blanchisserie").to_le_bytes();
        let file =
            |sector| [&1f32.to_le_bytes()[..], &[1, 0, 0, 0, 1, 7], &slug, &[1, 1, sector, 9]].concat();
        assert!(SectorWords::read(&file(0)).is_ok());
        let stranger = file(1);
        assert!(SectorWords::read(&stranger).is_err());
    }
}
