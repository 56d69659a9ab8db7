//! The words that speak of sectors, read from `data/sectors.tsv` and `data/sector_context.tsv`.

use super::{SectorIx, Sectors};
use crate::text::fold;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Weight of a phrase that gives none.
const WEIGHT_DEFAULT: f32 = 3.0;
/// Weight of the label of a sector as a phrase.
const WEIGHT_LABEL: f32 = 6.0;
/// Labels that begin so name a remainder, not an object.
const REMAINDER_LABEL: &str = "Autre";

/// What surrounds the phrases: words without meaning of their own, and forms that stemming would miss.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// Words that say nothing of the object.
    pub stop: HashSet<String>,
    /// Words after which what follows weighs less (« pour », « à destination de »).
    pub weak: HashSet<String>,
    /// Words after which what follows weighs more (« lot », « objet »).
    pub reset: HashSet<String>,
    /// Stems given by hand.
    pub irregular: HashMap<String, String>,
    /// Families of words that stand for each other in a phrase, by name (`#batiment`).
    pub classes: HashMap<String, HashSet<String>>,
    neutral: Vec<&'static str>,
}

const CONTEXT: &str = include_str!("../../data/sector_context.tsv");

static READ: LazyLock<Context> = LazyLock::new(|| Context::read(CONTEXT));

impl Context {
    pub(super) fn get() -> &'static Self {
        &READ
    }

    fn read(table: &'static str) -> Self {
        let mut read = Self::default();
        let mut classes: Vec<(&str, &str)> = Vec::new();
        for (kind, value) in table.lines().skip(1).filter_map(|line| line.split_once('\t')) {
            let words = || value.split(' ').map(fold).filter(|w| !w.is_empty());
            match kind {
                "stop" => read.stop.extend(words()),
                "weak" => read.weak.extend(words()),
                "reset" => read.reset.extend(words()),
                "irregular" => {
                    let pairs = value.split('|').filter_map(|pair| pair.split_once('='));
                    read.irregular.extend(pairs.map(|(form, stem)| (fold(form), fold(stem))));
                }
                "neutral" => read.neutral.extend(value.split('|')),
                kind => classes.extend(kind.strip_prefix("class:").map(|name| (name, value))),
            }
        }
        for (name, value) in classes {
            let stems = value.split('|').map(|w| super::stem::stem_with(&read, &fold(w)));
            let stems: HashSet<String> = stems.collect();
            read.classes.entry(format!("#{name}")).or_default().extend(stems);
        }
        read
    }
}

/// One step of a phrase.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Step {
    /// This stem.
    Stem(String),
    /// Any stem of this class.
    Class(String),
}

impl Step {
    pub(super) fn fits(&self, stem: &str) -> bool {
        match self {
            Self::Stem(wanted) => wanted == stem,
            Self::Class(name) => Context::get().classes.get(name).is_some_and(|c| c.contains(stem)),
        }
    }
}

/// A phrase that speaks of sectors; of none when it only keeps its words from being taken for something else.
#[derive(Debug)]
pub(super) struct Phrase {
    pub steps: Vec<Step>,
    /// Counts in names of structures only.
    pub name_only: bool,
    pub sectors: Vec<(SectorIx, f32)>,
}

/// All phrases, by their first stem or class.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    pub by_first: HashMap<Step, Vec<Phrase>>,
}

impl Phrases {
    pub(super) fn read() -> Self {
        let mut table: HashMap<(Vec<Step>, bool), HashMap<SectorIx, f32>> = HashMap::new();
        for (ix, sector) in Sectors::get().iter() {
            let synonyms = sector.synonyms.split('|').filter(|p| !p.is_empty()).map(weighted);
            let label = (!sector.label.starts_with(REMAINDER_LABEL)).then_some((sector.label, WEIGHT_LABEL));
            for (phrase, weight) in synonyms.chain(label) {
                let (phrase, name_only) = match phrase.strip_prefix("nom:") {
                    Some(phrase) => (phrase, true),
                    None => (phrase, false),
                };
                let steps = steps_of(phrase);
                if steps.is_empty() {
                    continue;
                }
                let known = table.entry((steps, name_only)).or_default().entry(ix).or_insert(0.0);
                *known = known.max(weight);
            }
        }
        for steps in Context::get().neutral.iter().map(|p| steps_of(p)).filter(|s| !s.is_empty()) {
            table.entry((steps, false)).or_default();
        }
        let mut phrases = Self::default();
        for ((steps, name_only), sectors) in table {
            let mut sectors: Vec<(SectorIx, f32)> = sectors.into_iter().collect();
            sectors.sort_by_key(|(ix, _)| *ix);
            let first = steps[0].clone();
            phrases.by_first.entry(first).or_default().push(Phrase { steps, name_only, sectors });
        }
        phrases
    }
}

fn weighted(phrase: &'static str) -> (&'static str, f32) {
    let parts = phrase.rsplit_once('*').and_then(|(text, weight)| Some((text, weight.parse().ok()?)));
    parts.unwrap_or((phrase, WEIGHT_DEFAULT))
}

fn steps_of(phrase: &str) -> Vec<Step> {
    let context = Context::get();
    let mut steps = Vec::new();
    for raw in phrase.split_whitespace() {
        if raw.starts_with('#') {
            steps.push(Step::Class(raw.to_owned()));
            continue;
        }
        let folded = fold(raw);
        let words = folded.split(' ').filter(|w| !w.is_empty() && !context.stop.contains(*w));
        steps.extend(words.map(|w| Step::Stem(super::stem(w))));
    }
    steps
}
