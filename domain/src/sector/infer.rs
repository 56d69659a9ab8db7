//! From a free text to sectors, with a confidence and the words that decided.
//!
//! Phrases of the vocabulary are looked for in the stems of the text, the longest first, each word serving one
//! phrase; a phrase inside a longer one still counts for a half, unless the longer one speaks of no sector. A
//! sector adds up its phrases, the best at full weight, the next ones less. Where a phrase stands
//! counts: what follows « pour » is less the object than what comes first.
//!
//! Texts (not names of structures) are also heard by the word model of `words`, and the two answers are added up.

use super::french::French;
use super::lexicon::Lexicon;
use super::mend::mended;
use super::vocabulary::{Context, Phrase, Phrases, Step};
use super::words::{Heard, SectorWords};
use super::{SectorIx, Sectors, stem};
use crate::text::fold;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Words that may stand between the words of a phrase, in all.
const GAP_MAX: usize = 2;
/// Weight of a phrase with 0, 1, 2 words between its own.
const GAP_FACTOR: [f32; GAP_MAX + 1] = [1.0, 0.85, 0.7];
/// Weight of the first, second, third, further phrase of a sector.
const REPEAT_FACTOR: [f32; 4] = [1.0, 0.6, 0.4, 0.3];
/// Weight of what follows « pour ».
const WEAK_FACTOR: f32 = 0.6;
/// Weight of what follows « lot » or « objet ».
const RESET_FACTOR: f32 = 1.1;
/// Share of its weight that a phrase inside a longer one still gives.
const INSIDE_FACTOR: f32 = 0.5;
/// Score at which confidence is one half.
const HALF_CONFIDENCE: f32 = 4.0;
/// Score that a NAF code gives to its sectors.
const NAF_WEIGHT: f32 = 5.0;
/// What the confidence of the phrases counts beside the share that the words give.
const PHRASES_SHARE: f32 = 0.5;
/// A sector that no phrase speaks of needs this share of the words to be named.
const SHARE_MIN: f32 = 0.05;
/// Power that makes the two together about as often right as the phrases alone are at the same confidence.
const CONFIDENCE_POWER: f32 = 0.6;
/// What is left of the confidence in one word that no phrase knows: « urgent » once stood before one thing only.
const LONE_FACTOR: f32 = 0.4;
/// When nothing reaches this confidence, a text has only guesses: two in three are wrong.
const GUESS_BELOW: f32 = 0.35;
/// Least confidence for an activity to be deduced of a structure: a wrong one annoys.
const STRUCTURE_CONFIDENCE: f32 = 0.40;
/// Most activities deduced of one structure.
const STRUCTURE_SECTORS: usize = 4;

/// A sector that a text speaks of.
#[derive(Debug, Clone, PartialEq)]
pub struct Inferred {
    /// Which one.
    pub sector: SectorIx,
    /// From 0 to 1; comparable between texts.
    pub confidence: f32,
    /// The words that decided, the weightiest first; « NAF 8130Z » or « CPV 77310000 » for codes.
    pub because: Vec<String>,
    /// Nothing in the text is sure: this is the nearest guess, and must be said to be one.
    pub is_guess: bool,
}

/// What is known of a structure that has said nothing of its activities.
#[derive(Debug, Clone, Copy, Default)]
pub struct Source<'a> {
    /// Legal name.
    pub name: &'a str,
    /// Name that people know.
    pub brand: &'a str,
    /// What it says of itself.
    pub description: &'a str,
    /// NAF code, with or without dot.
    pub naf: &'a str,
}

/// The vocabulary, ready to read texts. One for the whole process: [`Inference::get`].
#[derive(Debug)]
pub struct Inference {
    phrases: Phrases,
    classes_of: HashMap<String, Vec<String>>,
    by_naf: HashMap<&'static str, Vec<SectorIx>>,
    by_cpv: HashMap<&'static str, Vec<SectorIx>>,
    lexicon: Lexicon,
    /// Stems of the vocabulary, and its words of five letters or more, folded: for typos.
    words: HashSet<String>,
    surfaces: HashSet<String>,
}

static INFERENCE: LazyLock<Inference> = LazyLock::new(Inference::read);

struct Token {
    stem: String,
    surface: String,
    factor: f32,
}

struct Hit<'a> {
    phrase: &'a Phrase,
    positions: Vec<usize>,
    gap: usize,
    factor: f32,
}

impl Inference {
    /// The vocabulary, read on first use.
    #[must_use]
    pub fn get() -> &'static Self {
        &INFERENCE
    }

    fn read() -> Self {
        let mut classes_of: HashMap<String, Vec<String>> = HashMap::new();
        for (name, stems) in &Context::get().classes {
            for stem in stems {
                classes_of.entry(stem.clone()).or_default().push(name.clone());
            }
        }
        let mut by_naf: HashMap<&'static str, Vec<SectorIx>> = HashMap::new();
        let mut by_cpv: HashMap<&'static str, Vec<SectorIx>> = HashMap::new();
        for (ix, sector) in Sectors::get().iter() {
            sector.naf.iter().for_each(|code| by_naf.entry(code).or_default().push(ix));
            sector.cpv.iter().for_each(|code| by_cpv.entry(code).or_default().push(ix));
        }
        let surfaces: HashSet<String> = Sectors::get()
            .iter()
            .flat_map(|(_, s)| [s.synonyms, s.label])
            .flat_map(|text| fold(text).split(' ').map(str::to_owned).collect::<Vec<_>>())
            .filter(|w| w.len() >= 5)
            .collect();
        let words = surfaces.iter().map(|w| stem(w)).collect();
        let lexicon = Lexicon::read();
        Self { phrases: Phrases::read(), classes_of, by_naf, by_cpv, lexicon, words, surfaces }
    }

    /// The sectors that a text speaks of, best first, by its phrases and by its words.
    #[must_use]
    pub fn of_text(&self, text: &str) -> Vec<Inferred> {
        let text = mended(text, French::get());
        let by_phrases = ordered(self.scores(&text, false));
        let mut found = match SectorWords::get().hear(&text) {
            Some(heard) => blended(by_phrases, &heard),
            None => by_phrases,
        };
        let unsure = found.first().is_some_and(|first| first.confidence < GUESS_BELOW);
        found.iter_mut().for_each(|i| i.is_guess = unsure);
        found
    }

    /// What the phrases of the vocabulary alone say of a text: to measure what the words add.
    #[must_use]
    pub fn of_phrases(&self, text: &str) -> Vec<Inferred> {
        ordered(self.scores(&mended(text, French::get()), false))
    }

    /// The sectors of a CPV code, best first: those of its longest known prefix.
    #[must_use]
    pub fn of_cpv(&self, code: &str) -> Vec<Inferred> {
        let mut scores = Scores::default();
        let digits: String = code.chars().filter(char::is_ascii_digit).take(8).collect();
        let known = (2..=digits.len()).rev().find_map(|n| Some((n, self.by_cpv.get(&digits[..n])?)));
        if let Some((n, sectors)) = known {
            let weight = match n {
                2 => 3.0,
                3 => 4.0,
                4 => 5.0,
                _ => 6.0,
            };
            sectors.iter().for_each(|ix| scores.add(*ix, weight, format!("CPV {digits}")));
        }
        ordered(scores)
    }

    /// What a structure probably does, best first; only what is likely enough to be shown on its page.
    #[must_use]
    pub fn of_source(&self, source: &Source<'_>) -> Vec<Inferred> {
        let mut scores = self.scores(&format!("{} . {}", source.name, source.brand), true);
        for (sector, (score, because)) in self.scores(source.description, false).of {
            because.into_iter().for_each(|words| scores.add(sector, 0.0, words));
            scores.add_score(sector, score);
        }
        let naf: String = source.naf.chars().filter(char::is_ascii_alphanumeric).collect();
        for ix in self.by_naf.get(naf.as_str()).into_iter().flatten() {
            scores.add(*ix, NAF_WEIGHT, format!("NAF {naf}"));
        }
        let mut found = ordered(scores);
        found.retain(|i| i.confidence >= STRUCTURE_CONFIDENCE);
        found.truncate(STRUCTURE_SECTORS);
        found
    }

    /// Whether a folded word stands in the vocabulary, in any of its forms.
    #[must_use]
    pub fn knows_word(&self, folded: &str) -> bool {
        self.words.contains(&stem(folded))
    }

    /// Whether a folded word is French, of whatever it speaks: such a word is no typo.
    #[must_use]
    pub fn is_french_word(&self, folded: &str) -> bool {
        French::get().knows(folded)
    }

    /// The word of the vocabulary that is one letter away from a folded word.
    #[must_use]
    pub fn nearest_word(&self, folded: &str) -> Option<String> {
        let near = self.surfaces.iter().filter(|w| crate::text::one_typo_apart(w, folded));
        near.min().cloned()
    }

    fn scores(&self, text: &str, is_name: bool) -> Scores {
        let tokens = tokens_of(text);
        let mut hits = self.hits(&tokens, is_name);
        hits.sort_by(|a, b| {
            let key = |h: &Hit<'_>| (std::cmp::Reverse(h.phrase.steps.len()), h.gap, h.positions[0]);
            key(a).cmp(&key(b)).then_with(|| a.phrase.steps.cmp(&b.phrase.steps))
        });
        let mut owner: Vec<Option<usize>> = vec![None; tokens.len()];
        let mut kept: Vec<(&Hit<'_>, f32)> = Vec::new();
        for hit in &hits {
            let other = |p: &usize| owner[*p].filter(|by| kept[*by].0.positions != hit.positions);
            if hit.positions.iter().any(|p| other(p).is_some()) {
                let inside = owner[hit.positions[0]].filter(|by| {
                    speaks(kept[*by].0) && hit.positions.iter().all(|p| kept[*by].0.positions.contains(p))
                });
                if inside.is_some() && speaks(hit) {
                    kept.push((hit, INSIDE_FACTOR));
                }
                continue;
            }
            // Several phrases may stand on the very same words: the owner is one that speaks of a sector.
            for p in &hit.positions {
                if owner[*p].is_none_or(|by| !speaks(kept[by].0)) {
                    owner[*p] = Some(kept.len());
                }
            }
            kept.push((hit, 1.0));
        }
        let mut scores = scores_of(&kept, &tokens);
        if !is_name {
            let unclaimed = tokens.iter().zip(&owner).filter(|(_, by)| by.is_none()).map(|(token, _)| token);
            self.add_lexicon(unclaimed, &mut scores);
        }
        scores
    }

    /// Words that no phrase took, by what the labels of the CPV say of them; each once.
    fn add_lexicon<'a>(&self, tokens: impl Iterator<Item = &'a Token>, scores: &mut Scores) {
        let mut seen: HashSet<&str> = HashSet::new();
        for token in tokens.filter(|token| seen.insert(&token.stem)) {
            for (sector, weight) in self.lexicon.of_stem(&token.stem) {
                scores.add(*sector, weight * token.factor, token.surface.clone());
            }
        }
    }

    fn hits<'a>(&'a self, tokens: &[Token], is_name: bool) -> Vec<Hit<'a>> {
        let mut hits = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let classes = self.classes_of.get(&token.stem).into_iter().flatten();
            let firsts = classes.map(|c| Step::Class(c.clone())).chain([Step::Stem(token.stem.clone())]);
            let phrases = firsts.filter_map(|first| self.phrases.by_first.get(&first)).flatten();
            for phrase in phrases.filter(|p| counts_in(p, is_name)) {
                if let Some((positions, gap)) = found_at(phrase, tokens, at) {
                    hits.push(Hit { phrase, positions, gap, factor: token.factor });
                }
            }
        }
        hits
    }
}

/// In a name a single general word proves nothing; elsewhere the phrases for names do not count.
fn counts_in(phrase: &Phrase, is_name: bool) -> bool {
    phrase.name_only == is_name || (is_name && phrase.steps.len() > 1)
}

fn speaks(hit: &Hit<'_>) -> bool {
    !hit.phrase.sectors.is_empty()
}

/// Where the steps of a phrase stand from `at` on, and how many words lie between.
fn found_at(phrase: &Phrase, tokens: &[Token], at: usize) -> Option<(Vec<usize>, usize)> {
    let mut positions = vec![at];
    let mut gap = 0;
    let mut next = at;
    for step in &phrase.steps[1..] {
        next += 1;
        while !step.fits(&tokens.get(next)?.stem) {
            gap += 1;
            next += 1;
            if gap > GAP_MAX {
                return None;
            }
        }
        positions.push(next);
    }
    Some((positions, gap))
}

fn tokens_of(text: &str) -> Vec<Token> {
    let context = Context::get();
    let mut factor = 1.0;
    let mut tokens = Vec::new();
    for (word, after_boundary) in words_of(text) {
        if after_boundary {
            factor = 1.0;
        }
        if context.weak.contains(&word) {
            factor = WEAK_FACTOR;
        } else if context.reset.contains(&word) {
            factor = RESET_FACTOR;
        }
        if !context.stop.contains(&word) {
            tokens.push(Token { stem: stem(&word), surface: word, factor });
        }
    }
    tokens
}

/// Folded words, each with whether a mark that ends a thought stands before it.
fn words_of(text: &str) -> Vec<(String, bool)> {
    let mut words = Vec::new();
    let mut boundary = false;
    let mut rest = String::new();
    let mut flush = |raw: &mut String, boundary: &mut bool| {
        for word in fold(raw).split(' ').filter(|w| !w.is_empty()) {
            words.push((word.to_owned(), std::mem::take(boundary)));
        }
        raw.clear();
    };
    let mut before = ' ';
    for c in text.chars() {
        let dash = matches!(c, '-' | '–' | '—') && before == ' ';
        if matches!(c, '.' | ';' | ':' | '(' | ')' | '\n' | '/') || dash {
            flush(&mut rest, &mut boundary);
            boundary = true;
        } else {
            rest.push(c);
        }
        before = c;
    }
    flush(&mut rest, &mut boundary);
    words
}

#[derive(Default)]
struct Scores {
    of: HashMap<SectorIx, (f32, Vec<String>)>,
}

impl Scores {
    fn add(&mut self, sector: SectorIx, score: f32, because: String) {
        let entry = self.of.entry(sector).or_default();
        entry.0 += score;
        if !entry.1.contains(&because) {
            entry.1.push(because);
        }
    }

    fn add_score(&mut self, sector: SectorIx, score: f32) {
        self.of.entry(sector).or_default().0 += score;
    }
}

fn scores_of(kept: &[(&Hit<'_>, f32)], tokens: &[Token]) -> Scores {
    // The same phrase twice counts once, at its best place.
    let mut best: HashMap<SectorIx, HashMap<&[Step], (f32, String)>> = HashMap::new();
    for (hit, share) in kept {
        let words: Vec<&str> = hit.positions.iter().map(|p| tokens[*p].surface.as_str()).collect();
        for (sector, weight) in &hit.phrase.sectors {
            let score = weight * hit.factor * GAP_FACTOR[hit.gap] * share;
            let known = best.entry(*sector).or_default().entry(&hit.phrase.steps).or_default();
            if score > known.0 {
                *known = (score, words.join(" "));
            }
        }
    }
    let mut scores = Scores::default();
    for (sector, phrases) in best {
        let mut phrases: Vec<(f32, String)> = phrases.into_values().collect();
        phrases.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        for (n, (score, words)) in phrases.into_iter().enumerate() {
            scores.add(sector, score * REPEAT_FACTOR[n.min(REPEAT_FACTOR.len() - 1)], words);
        }
    }
    scores
}

fn ordered(scores: Scores) -> Vec<Inferred> {
    let mut found: Vec<(SectorIx, (f32, Vec<String>))> = scores.of.into_iter().collect();
    found.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(&b.0)));
    let top = found.first().map_or(1.0, |f| f.1.0);
    found
        .into_iter()
        .map(|(sector, (score, because))| {
            let confidence = score / (score + HALF_CONFIDENCE) * (0.5 + 0.5 * score / top);
            Inferred { sector, confidence, because, is_guess: false }
        })
        .collect()
}

/// Phrases and words together: the confidence of the ones and the share of the others, weighed.
fn blended(by_phrases: Vec<Inferred>, heard: &Heard<'_>) -> Vec<Inferred> {
    let factor = if by_phrases.is_empty() && heard.is_one_word() { LONE_FACTOR } else { 1.0 };
    let mut of: HashMap<SectorIx, Inferred> = by_phrases.into_iter().map(|i| (i.sector, i)).collect();
    for (sector, share) in (0u8..).map(SectorIx).zip(&heard.shares) {
        if *share < SHARE_MIN && !of.contains_key(&sector) {
            continue;
        }
        let words = heard.because(sector);
        if words.is_empty() && !of.contains_key(&sector) {
            continue;
        }
        let none = Inferred { sector, confidence: 0.0, because: Vec::new(), is_guess: false };
        let found = of.entry(sector).or_insert(none);
        let both = (share + PHRASES_SHARE * found.confidence) / (1.0 + PHRASES_SHARE);
        found.confidence = both.powf(CONFIDENCE_POWER) * factor;
        for words in words {
            if !found.because.iter().any(|known| holds(known, &words)) {
                found.because.push(words);
            }
        }
    }
    let mut found: Vec<Inferred> = of.into_values().collect();
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.sector.cmp(&b.sector)));
    found
}

/// Whether every word of the one stands in the other.
fn holds(phrase: &str, words: &str) -> bool {
    words.split(' ').all(|word| phrase.split(' ').any(|known| known == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first sectors of a text, in order.
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = Inference::get().of_text(text).iter().map(|i| i.sector.slug()).collect();
        assert_eq!(found.get(..expected.len()), Some(expected), "{text:?} gives {found:?}");
    }

    #[test]
    fn titles() {
        check("réhabilitation de l'école", &["travaux-de-chantiers-74", "electricite", "menuiserie"]);
        check(
            "Entretien des espaces verts et nettoyage des locaux",
            &["nettoyage-de-locaux-16", "creation-et-entretien-des-espaces-verts"],
        );
        check("restauration de livres anciens", &["restauration-de-livres"]);
        check("Fourniture de plateaux-repas", &["paniers-plateaux-repas"]);
        check("Prestations de blanchisserie pour l'EHPAD", &["blanchisserie"]);
        check("DÉMÉNAGEMENT des services municipaux", &["demenagement-45"]);
    }

    #[test]
    fn the_words_that_decided_are_given() {
        let found = Inference::get().of_text("Entretien des espaces verts de la mairie");
        let first = found.first().expect("a sector");
        assert_eq!(first.because.first().map(String::as_str), Some("entretien espaces verts"));
        assert!((0.0..=1.0).contains(&first.confidence));
    }

    #[test]
    fn nothing_is_made_up() {
        assert!(Inference::get().of_text("").is_empty());
        assert!(Inference::get().of_text("lot 2 marché n° 2021-04").is_empty());
        let unknown = Source { name: "ASSOCIATION HORIZON", naf: "8899B", ..Source::default() };
        assert!(Inference::get().of_source(&unknown).is_empty());
    }

    #[test]
    fn codes() {
        let by_naf = Source { name: "X", naf: "81.30Z", ..Source::default() };
        let found = Inference::get().of_source(&by_naf);
        assert_eq!(found.first().map(|i| i.because.clone()), Some(vec!["NAF 8130Z".to_owned()]));
        let by_cpv = Inference::get().of_cpv("77310000-6");
        assert_eq!(by_cpv.first().map(|i| i.sector.slug()), Some("creation-et-entretien-des-espaces-verts"));
        assert!(Inference::get().of_cpv("").is_empty());
    }

    /// Sectors with numbers in their order: two runs give the same.
    #[test]
    fn the_order_is_stable() {
        let once = Inference::get().of_text("travaux de peinture, plomberie et électricité");
        let twice = Inference::read().of_text("travaux de peinture, plomberie et électricité");
        assert_eq!(once, twice);
    }
}
