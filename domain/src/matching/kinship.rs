//! How what a structure does is related to what a lot buys: known to fit, near it, or not known.

use super::facts::{ActivityFacts, Facts};
use super::score::Lot;
use crate::sector::{self, SectorIx, Sectors};
use crate::structure::{Kind, KindSet, Mode, Standing};
use serde::{Deserialize, Serialize};

/// From the closest to the furthest. An activity that a structure declared or confirmed, of another trade, is none of
/// them: the structure is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kinship {
    /// No sector was asked for: any activity answers.
    Unasked,
    /// An activity has the very sector.
    Same,
    /// What the lot buys is what the kind of structure is for: people lent by an AI, an ETTI or a GEIQ, a way into work.
    ByNature,
    /// An activity has a sector of the same group.
    Sibling,
    /// Nobody said what the structure does.
    Unknown,
    /// An AI, an ETTI or a GEIQ of which no trade is declared: it lends people in any trade its clients name.
    Lender,
    /// Its activities were deduced, and are of another trade: deductions are often incomplete.
    OtherDeduced,
}

/// What a list may say of a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// It does what is asked: it is told of the need.
    Fits,
    /// It does something near.
    Neighbour,
    /// It may do it: nobody knows.
    Possible,
}

impl Tier {
    /// Every tier, the surest first.
    pub const ALL: [Self; 3] = [Self::Fits, Self::Neighbour, Self::Possible];

    /// The code in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::Neighbour => "neighbour",
            Self::Possible => "possible",
        }
    }

    /// Of several: « 3 conviennent ».
    #[must_use]
    pub fn counted(self, n: u64) -> &'static str {
        match (self, n < 2) {
            (Self::Fits, true) => "convient",
            (Self::Fits, false) => "conviennent",
            (Self::Neighbour, true) => "voisine",
            (Self::Neighbour, false) => "voisines",
            (Self::Possible, true) => "possible",
            (Self::Possible, false) => "possibles",
        }
    }
}

impl Kinship {
    /// Every kinship.
    pub const ALL: [Self; 7] = [
        Self::Unasked,
        Self::Same,
        Self::ByNature,
        Self::Sibling,
        Self::Unknown,
        Self::Lender,
        Self::OtherDeduced,
    ];

    /// Percent of the points of the sector. One flat share for every kind of structure: on contracts that were won, a
    /// share by kind did worse than none.
    #[must_use]
    pub fn percent(self) -> u8 {
        match self {
            Self::Unasked => 0,
            Self::Same | Self::ByNature => 100,
            Self::Sibling => 60,
            Self::Unknown | Self::Lender => 40,
            Self::OtherDeduced => 25,
        }
    }

    /// What a list may say of the structure.
    #[must_use]
    pub fn tier(self) -> Tier {
        match self {
            Self::Unasked | Self::Same | Self::ByNature => Tier::Fits,
            Self::Sibling => Tier::Neighbour,
            Self::Unknown | Self::Lender | Self::OtherDeduced => Tier::Possible,
        }
    }

    /// Whether it rests on an activity or on the nature of the structure, not on what might be.
    #[must_use]
    pub fn is_known(self) -> bool {
        self.tier() != Tier::Possible
    }
}

/// Kinds that lend people by nature: their law says so (code du travail, L5132-7, L5132-6, L1253-1).
#[must_use]
pub fn lends_by_nature(kinds: KindSet) -> bool {
    kinds.meets([Kind::Ai, Kind::Etti, Kind::Geiq].into_iter().collect())
}

/// Kinds whose object is a way into work (code du travail, L5132-4, L1253-1).
fn inserts_by_nature(kinds: KindSet) -> bool {
    kinds.meets([Kind::Aci, Kind::Ei, Kind::Ai, Kind::Etti, Kind::Eiti, Kind::Geiq].into_iter().collect())
}

/// What is known of the activities of a structure, sectors aside: what [`Lot::kinship_without_activity`] looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Known {
    /// No activity at all.
    Nothing,
    /// Only what was deduced.
    Deduced,
    /// At least one activity that was declared or confirmed.
    Declared,
}

impl Facts {
    /// What is known of its activities.
    #[must_use]
    pub fn known(&self) -> Known {
        if self.activities.is_empty() {
            Known::Nothing
        } else if self.activities.iter().all(|a| a.standing == Standing::Deduced) {
            Known::Deduced
        } else {
            Known::Declared
        }
    }
}

/// Whether a structure may ever answer besides its activities: nobody said what it does, or its nature does.
#[must_use]
pub fn may_answer_besides(kinds: KindSet, known: Known) -> bool {
    known != Known::Declared || lends_by_nature(kinds) || inserts_by_nature(kinds)
}

impl Lot {
    /// How an activity is related to the lot; `None` when it is of another trade, or of another mode.
    #[must_use]
    pub fn kinship_of(&self, activity: &ActivityFacts) -> Option<Kinship> {
        self.kinship_of_sector(activity.sector).filter(|_| self.takes_mode(activity.mode))
    }

    /// Whether work in this mode may answer.
    #[must_use]
    pub fn takes_mode(&self, mode: Mode) -> bool {
        self.mode_asked().is_none_or(|asked| asked == mode)
    }

    /// The same, of its sector, in a mode that is taken.
    #[must_use]
    pub fn kinship_of_sector(&self, sector: SectorIx) -> Option<Kinship> {
        if self.sectors.is_empty() {
            return Some(match self.buys {
                Buys::Trade => Kinship::Unasked,
                // Staff in any trade: whoever lends people fits.
                Buys::Staff => Kinship::Same,
                Buys::Insertion => return None,
            });
        }
        let sectors = Sectors::get();
        match self.sectors.iter().map(|asked| sectors.kinship(*asked, sector)).max()? {
            sector::Kinship::Same => Some(Kinship::Same),
            sector::Kinship::Sibling => Some(Kinship::Sibling),
            sector::Kinship::Stranger => None,
        }
    }

    /// Whether the two find the same kinship in every sector.
    #[must_use]
    pub fn asks_same_of_activities(&self, other: &Self) -> bool {
        self.buys == other.buys && self.sectors == other.sectors
    }

    /// How a structure is related to the lot besides its activities: by its nature, or because not everything is known.
    /// `None` when it said that it does other things, or that it does not do this.
    #[must_use]
    pub fn kinship_without_activity(
        &self,
        kinds: KindSet,
        known: Known,
        dismissed: &[SectorIx],
    ) -> Option<Kinship> {
        let dismisses = self.sectors.iter().any(|sector| dismissed.contains(sector));
        if dismisses {
            return None;
        }
        let lends = lends_by_nature(kinds);
        match self.buys {
            Buys::Insertion if inserts_by_nature(kinds) => return Some(Kinship::ByNature),
            _ if lends && self.mode_asked() == Some(Mode::MiseADisposition) => {
                return Some(Kinship::ByNature);
            }
            _ => {}
        }
        let only_lends = lends && kinds.iter().all(|kind| kind.usual_mode() == Mode::MiseADisposition);
        if only_lends && self.mode_asked().is_some_and(|mode| mode != Mode::MiseADisposition) {
            return None;
        }
        match known {
            Known::Declared => None,
            Known::Nothing if self.is_open() && self.mode.is_none() => Some(Kinship::Unasked),
            Known::Deduced if self.is_open() && self.mode.is_none() => None,
            _ if lends => Some(Kinship::Lender),
            Known::Nothing => Some(Kinship::Unknown),
            Known::Deduced => Some(Kinship::OtherDeduced),
        }
    }

    /// The mode that is asked: that of the lot, or the one that staff comes in.
    #[must_use]
    pub fn mode_asked(&self) -> Option<Mode> {
        match self.buys {
            Buys::Staff => Some(self.mode.unwrap_or(Mode::MiseADisposition)),
            Buys::Trade | Buys::Insertion => self.mode,
        }
    }

    /// Whether any activity answers: no sector is asked, and nothing that needs none is bought.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.sectors.is_empty() && self.buys == Buys::Trade
    }
}

/// What a lot buys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Buys {
    /// Work or goods of a trade: its sectors say which.
    #[default]
    Trade,
    /// People lent to the buyer (« mise à disposition de personnel »): in any trade, or in those of its sectors.
    Staff,
    /// A way into work (« prestations d’insertion et de qualification professionnelles »): the work is a means.
    Insertion,
}

/// Words that say that people are lent; folded.
const STAFF: [&str; 14] = [
    "mise a disposition de personnel",
    "mise a disposition de personnels",
    "mise a disposition d agents",
    "mise a disposition de salaries",
    "mise a disposition de main d oeuvre",
    "mise a disposition de travailleurs",
    "remplacement de personnel",
    "remplacement du personnel",
    "travail temporaire",
    "travailleurs temporaires",
    "personnel interimaire",
    "personnels interimaires",
    "personnel temporaire",
    "interim",
];

/// Words that say that a way into work is bought; folded.
const INSERTION: [&str; 16] = [
    "insertion et de qualification",
    "insertion et qualification",
    "qualification et d insertion",
    "qualification et insertion",
    "action d insertion",
    "actions d insertion",
    "demarche d insertion",
    "parcours d insertion",
    "prestation d insertion",
    "prestations d insertion",
    "service d insertion",
    "services d insertion",
    "chantier d insertion",
    "chantiers d insertion",
    "insertion ayant pour",
    "appui et d accompagnement a l emploi",
];

/// Words that only name a condition of the contract, or who may answer it; folded.
const CONDITION: [&str; 6] =
    ["clause d insertion", "clauses d insertion", "clause sociale", "reserve", "reserves", "lot reserve"];

impl Buys {
    /// What the words of a title say is bought.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let folded = format!(" {} ", crate::text::fold(text));
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| folded.contains(&format!(" {phrase} ")));
        if says(&STAFF) {
            Self::Staff
        } else if says(&INSERTION) && !says(&CONDITION) {
            Self::Insertion
        } else {
            Self::Trade
        }
    }

    /// What people read; empty for a trade.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Trade => "",
            Self::Staff => "mise à disposition de personnel",
            Self::Insertion => "insertion et qualification professionnelles",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Buys) {
        assert_eq!(Buys::of_text(text), expected, "{text:?}");
    }

    #[test]
    fn what_titles_buy() {
        check("MISE A DISPOSITION DE PERSONNEL POUR LA COMMUNE", Buys::Staff);
        check("Prestations d’intérim pour les services techniques", Buys::Staff);
        check("Emploi du personnel en remplacement du personnel permanent", Buys::Staff);
        check(
            "Achat de prestations de service de qualification et d'insertion professionnelles",
            Buys::Insertion,
        );
        check("Prestations d'insertion et de qualification professionnelle", Buys::Insertion);
        check("Action d’insertion ayant pour support le ramassage des cartons", Buys::Insertion);
        check("Entretien des espaces verts avec clause d’insertion", Buys::Trade);
        check("Marché réservé aux ateliers et chantiers d’insertion : nettoyage", Buys::Trade);
        check("Mise à disposition de bennes", Buys::Trade);
        check("Entretien des espaces verts", Buys::Trade);
        check("", Buys::Trade);
    }

    #[test]
    fn shares_fall_with_the_kinship() {
        let shares: Vec<u8> = Kinship::ALL.iter().skip(1).map(|k| k.percent()).collect();
        assert!(shares.is_sorted_by(|a, b| a >= b), "{shares:?}");
        assert_eq!((Kinship::Same.percent(), Kinship::Sibling.percent()), (100, 60));
        assert_eq!((Kinship::Unknown.percent(), Kinship::OtherDeduced.percent()), (40, 25));
    }
}
