//! What the law looks at in a structure.

use crate::structure::{Kind, KindSet};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

use super::limit::Limit;
use crate::table;

/// A convention (or authorisation) of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Convention {
    /// Which kind.
    pub kind: Kind,
    /// First day; `None` when nobody said.
    pub from: Option<Date>,
    /// Last day; `None` when nobody said.
    pub to: Option<Date>,
}

impl Convention {
    /// Whether it runs on a day; unknown dates are taken for open.
    #[must_use]
    pub fn is_in_force(&self, on: Date) -> bool {
        table::covers(self.from, self.to, on)
    }
}

/// Who vouches for a share of workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The structure says so.
    Declared,
    /// A document shows it.
    Attested,
}

/// The share of workers that a reservation looks at: disabled or disadvantaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// Nobody said: not the same as 0 %.
    #[default]
    Unknown,
    /// So many of so many.
    Known {
        /// Workers concerned.
        concerned: u32,
        /// All workers; at least one, and at least `concerned`.
        workers: u32,
        /// Who vouches for it.
        evidence: Evidence,
        /// On which day it was counted.
        on: Option<Date>,
    },
}

impl Share {
    /// A declared share; `None` when there is nobody, or more concerned than workers.
    #[must_use]
    pub fn declared(concerned: u32, workers: u32) -> Option<Self> {
        let possible = workers > 0 && concerned <= workers;
        possible.then_some(Self::Known { concerned, workers, evidence: Evidence::Declared, on: None })
    }

    /// The same share, counted on a day, vouched for as said.
    #[must_use]
    pub fn with_evidence(self, evidence: Evidence, on: Option<Date>) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Known { concerned, workers, .. } => Self::Known { concerned, workers, evidence, on },
        }
    }

    /// Whether both count the same workers.
    #[must_use]
    pub fn counts_as(self, other: Self) -> bool {
        let numbers = |share: Self| match share {
            Self::Unknown => None,
            Self::Known { concerned, workers, on, .. } => Some((concerned, workers, on)),
        };
        numbers(self) == numbers(other)
    }

    /// Reads « 25/35 », or « 71 % ».
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(percent) = text.trim().strip_suffix('%') {
            let percent = crate::text::decimal(percent).filter(|percent| *percent <= 100.0)?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and 1,000"
            )]
            let thousandths = (percent * 10.0).floor() as u32;
            return match thousandths % 10 {
                0 => Self::declared(thousandths / 10, 100),
                _ => Self::declared(thousandths, 1_000),
            };
        }
        let (concerned, workers) = text.split_once('/')?;
        Self::declared(concerned.trim().parse().ok()?, workers.trim().parse().ok()?)
    }

    /// Whether it is the least share of R2113-7 (half of the workers) or more; `None` when it is not known.
    #[must_use]
    pub fn is_half(self) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::Known { concerned, workers, .. } => Some(
                u64::from(concerned) * 100 >= u64::from(workers) * u64::from(Limit::WorkersPercent.latest()),
            ),
        }
    }
}

/// « 25 travailleurs sur 35 (71 %) ».
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("part inconnue"),
            Self::Known { concerned, workers, .. } => {
                let percent = u64::from(*concerned) * 100 / u64::from(*workers).max(1);
                let noun = if *concerned < 2 { "travailleur" } else { "travailleurs" };
                write!(f, "{concerned} {noun} sur {workers} ({percent}\u{a0}%)")
            }
        }
    }
}

/// Whether a structure belongs to the social economy (law 2014-856, article 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Ess {
    /// Nobody said.
    #[default]
    Unknown,
    /// Association, cooperative, mutual, foundation, or a company with that statute.
    Yes,
    /// It does, and holds the agrément « entreprise solidaire d’utilité sociale » (Code du travail, L3332-17-1).
    Esus,
    /// It does not.
    No,
}

impl Ess {
    /// Every answer, in the order in which forms list them.
    pub const ALL: [Self; 4] = [Self::Unknown, Self::Yes, Self::Esus, Self::No];

    /// Its code, in forms, files and the database; empty when nobody said.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::Yes => "oui",
            Self::Esus => "esus",
            Self::No => "non",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ess| ess.code().eq_ignore_ascii_case(text.trim()))
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Unknown => "La forme juridique décide",
            Self::Yes => "Entreprise de l’économie sociale et solidaire",
            Self::Esus => "Entreprise solidaire d’utilité sociale agréée (ESUS)",
            Self::No => "Hors de l’économie sociale et solidaire",
        }
    }

    /// Whether it belongs to the social economy; `None` when nobody said.
    #[must_use]
    pub fn is_member(self) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::Yes | Self::Esus => Some(true),
            Self::No => Some(false),
        }
    }

    /// What the legal form says by itself, as registers write it. Associations, foundations, mutuals and
    /// cooperatives belong to the social economy by law; a public body does not; companies may.
    #[must_use]
    pub fn of_legal_form(form: &str) -> Self {
        let form = crate::text::fold(form);
        let any = |words: &[&str]| words.iter().any(|word| form.contains(word));
        let public = [
            "etb social",
            "etb pub",
            "etablissement public",
            "groupement d interet public",
            "syndicale autorisee",
            "c c a s",
            "ccas",
            "departement",
            "commune",
            "communal",
            "secu sociale",
        ];
        if any(&public) || form.split(' ').any(|word| word == "gip") {
            Self::No
        } else if any(&[
            "ass l 1901",
            "ass de droit local",
            "association",
            "fondation",
            "mutualiste",
            "mutuelle",
            "cooperative",
            "scop",
            "scic",
        ]) {
            Self::Yes
        } else {
            Self::Unknown
        }
    }
}

/// A structure as the law sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    /// Its conventions, past ones included.
    pub conventions: Vec<Convention>,
    /// The share of its workers that the reservation looks at.
    pub share: Share,
    /// Whether it belongs to the social economy.
    pub ess: Ess,
    /// A régie de quartier or de territoire: a network, eligible by its conventions only.
    pub is_regie: bool,
    /// A coopérative d'activité et d'emploi.
    pub is_cae: bool,
    /// Whether it held, within three years, a contract so reserved (L2113-15) of the same buyer for the same services.
    pub held_ess_contract: Option<bool>,
}

impl Party {
    /// The kinds of its conventions that are in force on a day.
    #[must_use]
    pub fn kinds_in_force(&self, on: Date) -> KindSet {
        self.conventions.iter().filter(|convention| convention.is_in_force(on)).map(|c| c.kind).collect()
    }

    /// A structure of which only the kinds of convention are known.
    #[must_use]
    pub fn of_kinds(kinds: KindSet) -> Self {
        let conventions = kinds.iter().map(|kind| Convention { kind, from: None, to: None }).collect();
        Self { conventions, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms() {
        for (form, ess) in [
            ("Association", Ess::Yes),
            ("Ass.L.1901 non R.U.P", Ess::Yes),
            ("Fondation", Ess::Yes),
            ("Société Mutualiste", Ess::Yes),
            ("SCIC", Ess::Yes),
            ("Etb.Social Communal", Ess::No),
            ("C.C.A.S.", Ess::No),
            ("Centre communal d’action sociale", Ess::No),
            ("Établissement public intercommunal", Ess::No),
            ("Association syndicale autorisée", Ess::No),
            ("Groupement d’intérêt public", Ess::No),
            ("SARL", Ess::Unknown),
            ("", Ess::Unknown),
        ] {
            assert_eq!(Ess::of_legal_form(form), ess, "{form}");
        }
    }

    #[test]
    fn shares() {
        for (text, half) in [
            ("25/35", Some(Some(true))),
            ("1/2", Some(Some(true))),
            ("49/99", Some(Some(false))),
            ("0/35", Some(Some(false))),
            ("40\u{a0}%", Some(Some(false))),
            ("71%", Some(Some(true))),
            ("49,9\u{a0}%", Some(Some(false))),
            ("50,1%", Some(Some(true))),
            ("101%", None),
            ("36/35", None),
            ("0/0", None),
            ("moitié", None),
        ] {
            assert_eq!(Share::parse(text).map(Share::is_half), half, "{text}");
        }
        assert_eq!(Share::Unknown.is_half(), None);
        assert_eq!(
            Share::parse("25/35").map(|s| s.to_string()).as_deref(),
            Some("25 travailleurs sur 35 (71\u{a0}%)")
        );
    }
}
