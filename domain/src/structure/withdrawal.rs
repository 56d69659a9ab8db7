//! What takes a structure out of everything that the service proposes: its own opposition, a suspension, a merge.

use super::Structure;
use crate::siret::Siret;
use serde::{Deserialize, Serialize};

/// What takes a structure out. Each stands by itself: taking one back leaves the others as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Withdrawals {
    /// Whether it opposes being proposed (GDPR, article 21).
    pub is_opposed: bool,
    /// Why an administrator suspended it, as it reads it; `None` when nobody did.
    pub suspended: Option<String>,
    /// The structure of which it is a duplicate.
    pub merged_into: Option<Siret>,
}

/// Why a structure takes no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal<'a> {
    /// It is a duplicate of that one, which takes part in its place.
    MergedInto(Siret),
    /// An administrator suspended it, for that reason.
    Suspended(&'a str),
    /// It does not want to be proposed.
    Opposed,
}

impl Withdrawals {
    /// The one that its pages speak of; `None` when it takes part.
    #[must_use]
    pub fn foremost(&self) -> Option<Withdrawal<'_>> {
        match (self.merged_into, &self.suspended) {
            (Some(kept), _) => Some(Withdrawal::MergedInto(kept)),
            (None, Some(why)) => Some(Withdrawal::Suspended(why)),
            (None, None) => self.is_opposed.then_some(Withdrawal::Opposed),
        }
    }
}

/// Why two structures cannot be made one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeRefusal {
    /// They are one already.
    Itself,
    /// There is no structure of this SIRET.
    Unknown(Siret),
    /// The one that would go is merged already.
    Merged {
        /// Which.
        duplicate: Siret,
        /// Into which.
        into: Siret,
    },
    /// The one that would stay is merged itself.
    KeptIsMerged {
        /// Which.
        kept: Siret,
        /// Into which.
        into: Siret,
    },
}

impl MergeRefusal {
    /// What to do, in French.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::Itself => {
                "C’est la même fiche\u{a0}: donnez le SIRET de l’autre, celle qui fait double emploi."
                    .to_owned()
            }
            Self::Unknown(siret) => {
                format!("Aucune structure de notre liste n’a le SIRET {}\u{a0}: vérifiez-le.", siret.spaced())
            }
            Self::Merged { duplicate, into } => format!(
                "La fiche {} est déjà réunie à la fiche {}\u{a0}: séparez-les d’abord.",
                duplicate.spaced(),
                into.spaced()
            ),
            Self::KeptIsMerged { kept, into } => format!(
                "La fiche {} est elle-même réunie à la fiche {}\u{a0}: gardez plutôt celle-ci, ou séparez-les d’abord.",
                kept.spaced(),
                into.spaced()
            ),
        }
    }
}

/// A duplicate and the structure that stays, each if there is one of its SIRET: whether they may be made one.
///
/// # Errors
/// Why not. Nothing that is granted makes a circle: whoever stays is merged into nobody.
pub fn merge_check<'a>(
    (duplicate, gone): (Siret, Option<&'a Structure>),
    (kept, stays): (Siret, Option<&'a Structure>),
) -> Result<(&'a Structure, &'a Structure), MergeRefusal> {
    if duplicate == kept {
        return Err(MergeRefusal::Itself);
    }
    let gone = gone.ok_or(MergeRefusal::Unknown(duplicate))?;
    let stays = stays.ok_or(MergeRefusal::Unknown(kept))?;
    if let Some(into) = gone.withdrawals.merged_into {
        return Err(MergeRefusal::Merged { duplicate, into });
    }
    match stays.withdrawals.merged_into {
        Some(into) => Err(MergeRefusal::KeptIsMerged { kept, into }),
        None => Ok((gone, stays)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_speaks_of_first() {
        let kept = Siret::with_key(1, 1);
        let check = |is_opposed, suspended: Option<&str>, merged_into, expected| {
            let all = Withdrawals { is_opposed, suspended: suspended.map(str::to_owned), merged_into };
            assert_eq!(all.foremost(), expected, "{all:?}");
        };
        check(false, None, None, None);
        check(true, None, None, Some(Withdrawal::Opposed));
        check(false, Some("Fermée"), None, Some(Withdrawal::Suspended("Fermée")));
        check(true, Some("Fermée"), None, Some(Withdrawal::Suspended("Fermée")));
        check(false, None, Some(kept), Some(Withdrawal::MergedInto(kept)));
        check(true, Some("Fermée"), Some(kept), Some(Withdrawal::MergedInto(kept)));
    }
}
