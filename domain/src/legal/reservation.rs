//! The reservations that the forms and the search offer, by kind of convention.

use super::judge::eligibility;
use super::party::Ess;
use super::vehicle::Vehicle;
use crate::structure::{Kind, KindSet};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The date on which these rules were last read against their sources.
pub const RULES_READ_ON: &str = "2026-11-21";

/// To whom a contract or lot is reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reservation {
    /// Anyone may answer.
    #[default]
    None,
    /// Structures of insertion through economic activity: article L2113-13.
    Siae,
    /// Structures that employ disabled workers: article L2113-12.
    Handicap,
    /// Both families together: article L2113-14.
    Both,
    /// Operators that have it executed in prison: article L2113-13-1.
    Prison,
    /// The social economy, for the services of a list: article L2113-15.
    Ess,
}

impl Reservation {
    /// Every reservation, in the order in which forms list them.
    pub const ALL: [Self; 6] = [Self::None, Self::Siae, Self::Handicap, Self::Both, Self::Prison, Self::Ess];

    /// Every one but [`Reservation::None`].
    pub const RESERVED: [Self; 5] = [Self::Siae, Self::Handicap, Self::Both, Self::Prison, Self::Ess];

    /// Those that the express form and the search offer: the others ask for more than a click.
    pub const USUAL: [Self; 4] = [Self::None, Self::Siae, Self::Handicap, Self::Both];

    /// The code that forms, URLs and the command line use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Siae => "siae",
            Self::Handicap => "handicap",
            Self::Both => "both",
            Self::Prison => "prison",
            Self::Ess => "ess",
        }
    }

    /// Reads a code; an empty text is no reservation.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Self::None);
        }
        Self::ALL.into_iter().find(|r| r.code().eq_ignore_ascii_case(text))
    }

    /// The article of the Code de la commande publique; none without reservation.
    #[must_use]
    pub fn article(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Siae => Some("L2113-13"),
            Self::Handicap => Some("L2113-12"),
            Self::Both => Some("L2113-14"),
            Self::Prison => Some("L2113-13-1"),
            Self::Ess => Some("L2113-15"),
        }
    }

    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "Ouvert à toutes les entreprises",
            Self::Siae => "Réservé aux structures d’insertion",
            Self::Handicap => "Réservé aux structures du handicap",
            Self::Both => "Réservé à l’insertion et au handicap",
            Self::Prison => "Réservé au travail en prison",
            Self::Ess => "Réservé à l’économie sociale et solidaire",
        }
    }

    /// What the choice means, in one sentence.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::None => {
                "Sans réservation\u{a0}: toutes les structures peuvent répondre, comme toute entreprise."
            }
            Self::Siae => {
                "Peuvent répondre les structures d’insertion par l’activité économique (EI, ACI, AI, ETTI) et les structures \
                 équivalentes qui emploient au moins 50\u{a0}% de travailleurs défavorisés (articles L2113-13 et R2113-7)."
            }
            Self::Handicap => {
                "Peuvent répondre les entreprises adaptées, les ESAT et les structures équivalentes \
                 qui emploient au moins 50\u{a0}% de travailleurs handicapés (articles L2113-12 et R2113-7)."
            }
            Self::Both => {
                "Peuvent répondre ensemble les deux familles, insertion et handicap (article L2113-14)."
            }
            Self::Prison => {
                "Peuvent répondre les opérateurs qui font exécuter le marché en détention (article L2113-13-1)."
            }
            Self::Ess => {
                "Peuvent répondre les entreprises de l’économie sociale et solidaire, pour des services de santé, \
                 sociaux ou culturels d’une liste, avec une mission de service public (article L2113-15)."
            }
        }
    }

    /// The kinds that the reservation leaves out for sure.
    #[must_use]
    pub fn excluded_kinds(self) -> KindSet {
        Kind::ALL.into_iter().filter(|k| self.verdict(*k) == Eligibility::No).collect()
    }

    /// Whether a structure of this kind may answer: the table of eligibility, read on [`RULES_READ_ON`].
    #[must_use]
    pub fn verdict(self, kind: Kind) -> Eligibility {
        // Asked for each structure of each search: the table is read once.
        static OF_KINDS: LazyLock<[[Eligibility; 5]; Kind::ALL.len()]> = LazyLock::new(|| {
            let mut table = [[Eligibility::No; 5]; Kind::ALL.len()];
            for kind in Kind::ALL {
                table[kind as usize] = Vehicle::RESERVED.map(|vehicle| eligibility(kind, vehicle));
            }
            table
        });
        // In the order of `Vehicle::RESERVED`.
        let of_kind = OF_KINDS[kind as usize];
        match self {
            Self::None => Eligibility::Yes,
            Self::Siae => of_kind[0],
            Self::Handicap => of_kind[1],
            Self::Both => of_kind[2],
            Self::Prison => of_kind[3],
            Self::Ess => of_kind[4],
        }
    }

    /// Whether a structure may answer, as far as a few facts tell, with the convention that gives the verdict.
    /// [`fn@super::judge`] says the same with its reasons: a test compares.
    #[must_use]
    pub fn verdict_of_structure(self, party: PartySummary) -> (Eligibility, Option<Kind>) {
        match self {
            Self::None => self.verdict_of(party.kinds),
            Self::Ess => (party.verdict_of_ess(), None),
            Self::Siae | Self::Handicap | Self::Both | Self::Prison => self.verdict_of_ways(party),
        }
    }

    /// By its conventions, or by what makes it a « structure équivalente ».
    fn verdict_of_ways(self, party: PartySummary) -> (Eligibility, Option<Kind>) {
        // One share for two publics proves nothing of either.
        let half = if party.kinds.is_of_both_families() { None } else { party.half };
        let with_share = |verdict: Eligibility| if half == Some(false) { Eligibility::No } else { verdict };
        let by_kind = party.kinds.iter().map(|kind| {
            let verdict = self.verdict(kind);
            // An EITI does not employ its public: a share of workers says nothing of it.
            (if kind == Kind::Eiti { verdict } else { with_share(verdict) }, Some(kind))
        });
        let as_equivalent = party.is_cae.then(|| {
            let below = party.half == Some(false);
            (if below { Eligibility::No } else { Eligibility::ToCheck }, None)
        });
        let best = by_kind.chain(as_equivalent).min_by_key(|(verdict, _)| *verdict);
        best.unwrap_or((Eligibility::No, None))
    }

    /// The best verdict over several conventions, with the kind that gives it: a structure is eligible through either.
    #[must_use]
    pub fn verdict_of(self, kinds: KindSet) -> (Eligibility, Option<Kind>) {
        let best = kinds.iter().map(|k| (self.verdict(k), Some(k))).min_by_key(|(verdict, _)| *verdict);
        best.unwrap_or(if self == Self::None { (Eligibility::Yes, None) } else { (Eligibility::No, None) })
    }
}

/// What a verdict without sentences looks at in a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartySummary {
    /// The kinds of its conventions, of those in force when the day matters.
    pub kinds: KindSet,
    /// Whether half of its workers are those that reservations look at (R2113-7); `None` when nobody said.
    pub half: Option<bool>,
    /// Whether it belongs to the social economy.
    pub ess: Ess,
    /// A coopérative d'activité et d'emploi.
    pub is_cae: bool,
}

impl PartySummary {
    /// The social economy is a matter of statute, not of convention; in prison there is none.
    fn verdict_of_ess(self) -> Eligibility {
        let is_prison_only = !self.kinds.is_empty() && self.kinds.iter().all(|kind| kind == Kind::Sep);
        match self.ess.is_member() {
            _ if is_prison_only => Eligibility::No,
            Some(false) => Eligibility::No,
            Some(true) => Eligibility::Yes,
            None => Eligibility::ToCheck,
        }
    }
}

/// Whether a structure may answer a reserved lot. Refusing is a verdict, never an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Eligibility {
    /// The kind is named by the article; the share of 50 % remains to be shown in the offer.
    Yes,
    /// The texts leave a doubt for this kind: « à vérifier ».
    ToCheck,
    /// The article leaves this kind out.
    No,
}

#[cfg(test)]
mod tests {
    use super::*;
    use Eligibility::{No, ToCheck, Yes};

    #[test]
    fn eligibility_table() {
        // kind: none, siae (L2113-13), handicap (L2113-12), both (L2113-14), prison (L2113-13-1), ess (L2113-15)
        let table = [
            (Kind::Ei, [Yes, Yes, No, Yes, No, ToCheck]),
            (Kind::Aci, [Yes, Yes, No, Yes, No, ToCheck]),
            (Kind::Ai, [Yes, Yes, No, Yes, No, ToCheck]),
            (Kind::Etti, [Yes, Yes, No, Yes, No, ToCheck]),
            (Kind::Eiti, [Yes, ToCheck, No, ToCheck, No, ToCheck]),
            (Kind::Geiq, [Yes, ToCheck, No, ToCheck, No, ToCheck]),
            (Kind::Ea, [Yes, No, Yes, Yes, No, ToCheck]),
            (Kind::Eatt, [Yes, No, Yes, Yes, No, ToCheck]),
            (Kind::Esat, [Yes, No, Yes, Yes, No, ToCheck]),
            (Kind::Sep, [Yes, No, No, No, Yes, No]),
        ];
        assert_eq!(table.len(), Kind::ALL.len());
        for (kind, expected) in table {
            for (reservation, expected) in Reservation::ALL.into_iter().zip(expected) {
                assert_eq!(reservation.verdict(kind), expected, "{kind} {reservation:?}");
            }
        }
    }

    #[test]
    fn eligible_through_either_convention() {
        let both = [Kind::Geiq, Kind::Ei].into_iter().collect();
        assert_eq!(Reservation::Siae.verdict_of(both), (Yes, Some(Kind::Ei)));
        assert_eq!(Reservation::Handicap.verdict_of(both), (No, Some(Kind::Ei)));
        assert_eq!(Reservation::None.verdict_of(KindSet::EMPTY), (Yes, None));
        assert_eq!(Reservation::Both.verdict_of(KindSet::EMPTY), (No, None));
    }

    #[test]
    fn the_union_reservation_is_the_union() {
        for kind in Kind::ALL {
            let union = Reservation::Siae.verdict(kind).min(Reservation::Handicap.verdict(kind));
            assert_eq!(Reservation::Both.verdict(kind), union, "{kind}");
        }
    }

    #[test]
    fn codes() {
        for r in Reservation::ALL {
            assert_eq!(Reservation::parse(r.code()), Some(r));
        }
        assert_eq!(Reservation::parse(""), Some(Reservation::None));
        assert_eq!(Reservation::parse("autre"), None);
    }
}
