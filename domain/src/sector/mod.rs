//! What: the sectors of activity, and which of them a text speaks of.

mod descriptors;
mod french;
mod infer;
mod lexicon;
mod mend;
mod reader;
mod stem;
mod vocabulary;
mod words;

pub use descriptors::sectors_of_descriptor;
pub use infer::{Inference, Inferred, Source};
pub use stem::{stem, stems};

use crate::written::{Reference, Successor, Successors};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

/// Number of a sector in the table. It may change when the table grows: store slugs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SectorIx(pub u8);

/// Number of a group of sectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupIx(pub u8);

/// A sector of activity.
#[derive(Debug)]
pub struct Sector {
    /// Stable identifier, the one of the national nomenclature where it has the sector.
    pub slug: &'static str,
    /// Name people read.
    pub label: &'static str,
    /// Its group.
    pub group: GroupIx,
    /// Words and phrases that speak of it, with their weights; see `infer`.
    pub(crate) synonyms: &'static str,
    /// CPV prefixes, two to eight digits.
    pub cpv: Vec<&'static str>,
    /// NAF codes (revision 2, without dot).
    pub naf: Vec<&'static str>,
}

/// A group of sectors: those of one group are siblings.
#[derive(Debug)]
pub struct Group {
    /// Stable identifier.
    pub slug: &'static str,
    /// Name people read.
    pub label: &'static str,
    /// Its sectors.
    pub sectors: Vec<SectorIx>,
}

/// The table of sectors. One for the whole process: [`Sectors::get`].
#[derive(Debug)]
pub struct Sectors {
    all: Vec<Sector>,
    groups: Vec<Group>,
    by_slug: HashMap<&'static str, SectorIx>,
}

const TABLE: &str = include_str!("../../data/sectors.tsv");

/// How many sectors are proposed for a slug that names none.
const SUCCESSORS: usize = 3;

static SECTORS: LazyLock<Sectors> = LazyLock::new(|| Sectors::read(TABLE));

/// A slug that names no sector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectorError(pub String);

impl fmt::Display for SectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "secteur inconnu «\u{a0}{}\u{a0}»", self.0)
    }
}

impl std::error::Error for SectorError {}

impl Sector {
    /// The words and phrases that speak of it, without their weights.
    pub fn phrases(&self) -> impl Iterator<Item = &'static str> {
        let phrases = self.synonyms.split('|').filter(|phrase| !phrase.is_empty());
        phrases.map(|phrase| phrase.trim_start_matches("nom:").split('*').next().unwrap_or_default())
    }
}

impl Sectors {
    /// The table, read on first use.
    #[must_use]
    pub fn get() -> &'static Self {
        &SECTORS
    }

    fn read(table: &'static str) -> Self {
        let mut read = Self { all: Vec::new(), groups: Vec::new(), by_slug: HashMap::new() };
        for line in table.lines().skip(1) {
            let fields: Vec<&'static str> = line.split('\t').collect();
            let [slug, label, group_slug, group_label, synonyms, cpv, naf] = fields.as_slice() else {
                continue;
            };
            let ix = SectorIx(u8::try_from(read.all.len()).unwrap_or(u8::MAX));
            let group = read.group_named(group_slug, group_label);
            read.groups[usize::from(group.0)].sectors.push(ix);
            read.by_slug.insert(slug, ix);
            let list = |text: &'static str| text.split('|').filter(|item| !item.is_empty()).collect();
            read.all.push(Sector { slug, label, group, synonyms, cpv: list(cpv), naf: list(naf) });
        }
        read
    }

    fn group_named(&mut self, slug: &'static str, label: &'static str) -> GroupIx {
        let at = self.groups.iter().position(|g| g.slug == slug).unwrap_or_else(|| {
            self.groups.push(Group { slug, label, sectors: Vec::new() });
            self.groups.len() - 1
        });
        GroupIx(u8::try_from(at).unwrap_or(u8::MAX))
    }

    /// Every sector, with its number, group after group.
    pub fn iter(&self) -> impl Iterator<Item = (SectorIx, &Sector)> {
        (0u8..).map(SectorIx).zip(&self.all)
    }

    /// Every group.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// A sector.
    #[must_use]
    pub fn sector(&self, ix: SectorIx) -> &Sector {
        &self.all[usize::from(ix.0)]
    }

    /// A group.
    #[must_use]
    pub fn group(&self, ix: GroupIx) -> &Group {
        &self.groups[usize::from(ix.0)]
    }

    /// The sector of a slug. A slug written without the number at its end (`nettoyage-de-locaux` for
    /// `nettoyage-de-locaux-16`) is understood when only one sector fits.
    ///
    /// # Errors
    /// [`SectorError`] when no sector, or more than one, fits.
    pub fn parse(&self, slug: &str) -> Result<SectorIx, SectorError> {
        let slug = slug.trim();
        if let Some(ix) = self.by_slug.get(slug) {
            return Ok(*ix);
        }
        let mut near = self.iter().filter(|(_, s)| without_number(s.slug) == slug);
        match (near.next(), near.next()) {
            (Some((ix, _)), None) => Ok(ix),
            _ => Err(SectorError(slug.to_owned())),
        }
    }

    /// The sector of a slug, or of the label that completion puts into a field.
    #[must_use]
    pub fn of_field(&self, text: &str) -> Option<SectorIx> {
        let folded = crate::text::fold(text);
        let by_label = || self.iter().find(|(_, s)| crate::text::fold(s.label) == folded).map(|(ix, _)| ix);
        self.parse(text).ok().or_else(by_label)
    }

    /// How close two sectors are.
    #[must_use]
    pub fn kinship(&self, a: SectorIx, b: SectorIx) -> Kinship {
        if a == b {
            Kinship::Same
        } else if self.sector(a).group == self.sector(b).group {
            Kinship::Sibling
        } else {
            Kinship::Stranger
        }
    }
}

/// How close two sectors are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kinship {
    /// Different groups.
    Stranger,
    /// Different sectors of one group.
    Sibling,
    /// One and the same.
    Same,
}

impl SectorIx {
    /// The sector in the table.
    #[must_use]
    pub fn sector(self) -> &'static Sector {
        Sectors::get().sector(self)
    }

    /// Its slug.
    #[must_use]
    pub fn slug(self) -> &'static str {
        self.sector().slug
    }

    /// Its label.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.sector().label
    }
}

impl Reference for SectorIx {
    const WHAT: &'static str = "secteur";

    fn of_code(text: &str) -> Option<Self> {
        Sectors::get().parse(text).ok()
    }

    fn to_code(self) -> String {
        self.slug().to_owned()
    }

    fn to_name(self) -> String {
        self.label().to_owned()
    }

    /// The sectors of which the words of the slug speak.
    fn successors(text: &str) -> Successors {
        let words = text.replace(['-', '_'], " ");
        let found = Inference::get().of_text(&words).into_iter().filter(|inferred| !inferred.is_guess);
        let now = found.take(SUCCESSORS).map(|inferred| Successor::of(inferred.sector));
        Successors { was: None, now: now.collect() }
    }
}

fn without_number(slug: &str) -> &str {
    let cut = slug.trim_end_matches(|c: char| c.is_ascii_digit());
    cut.strip_suffix('-').filter(|c| c.len() < slug.len()).unwrap_or(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nomenclature_is_whole() {
        let sectors = Sectors::get();
        assert_eq!(sectors.groups().len(), 20);
        // 154 of the national nomenclature and three of our own.
        assert_eq!(sectors.iter().count(), 157);
        assert_eq!(sectors.by_slug.len(), 157);
        for own in ["agriculture-urbaine", "reemploi-de-materiaux", "deconstruction-selective"] {
            assert!(sectors.parse(own).is_ok(), "{own}");
        }
    }

    fn check(slug: &str, expected: Result<&str, &str>) {
        let found = Sectors::get().parse(slug).map(SectorIx::slug);
        assert_eq!(found, expected.map_err(|s| SectorError(s.to_owned())), "{slug:?}");
    }

    #[test]
    fn slugs() {
        check("nettoyage-de-locaux-16", Ok("nettoyage-de-locaux-16"));
        check("nettoyage-de-locaux", Ok("nettoyage-de-locaux-16"));
        check("creation-et-entretien-des-espaces-verts", Ok("creation-et-entretien-des-espaces-verts"));
        check("maraichage", Ok("maraichage"));
        check("rien", Err("rien"));
        check("", Err(""));
    }

    #[test]
    fn kinship() {
        let sectors = Sectors::get();
        let of = |slug| sectors.parse(slug).expect("a known sector");
        let verts = of("creation-et-entretien-des-espaces-verts");
        assert_eq!(sectors.kinship(verts, verts), Kinship::Same);
        assert_eq!(sectors.kinship(verts, of("genie-ecologique")), Kinship::Sibling);
        assert_eq!(sectors.kinship(verts, of("blanchisserie")), Kinship::Stranger);
    }
}
