//! What people who prepare a need together say to each other about it: structures never read it.

use super::{LotKey, NeedDraft};
use crate::email::EmailAddress;
use uuid::Uuid;

/// What a comment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The whole need.
    Need,
    /// What is needed, where, until when.
    Subject,
    /// Who buys.
    Buyer,
    /// The files.
    Files,
    /// The questions to structures.
    Questions,
    /// What a lot asks.
    Lot(LotKey),
    /// How a lot is bought.
    Law(LotKey),
}

impl Topic {
    /// Every topic of a need, in the order of its steps.
    #[must_use]
    pub fn all(draft: &NeedDraft) -> Vec<Self> {
        let whole = [Self::Need, Self::Subject, Self::Buyer, Self::Files, Self::Questions];
        let lots = draft.lots.iter().flat_map(|lot| [Self::Lot(lot.key), Self::Law(lot.key)]);
        whole.into_iter().chain(lots).collect()
    }

    /// Its code, in forms and in the database.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Need => "besoin".to_owned(),
            Self::Subject => "objet".to_owned(),
            Self::Buyer => "acheteur".to_owned(),
            Self::Files => "pieces".to_owned(),
            Self::Questions => "questions".to_owned(),
            Self::Lot(lot) => format!("lot-{lot}"),
            Self::Law(lot) => format!("droit-{lot}"),
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let lot = |text: &str| text.parse().ok().map(LotKey);
        match code {
            "besoin" => Some(Self::Need),
            "objet" => Some(Self::Subject),
            "acheteur" => Some(Self::Buyer),
            "pieces" => Some(Self::Files),
            "questions" => Some(Self::Questions),
            other => match other.split_once('-') {
                Some(("lot", key)) => lot(key).map(Self::Lot),
                Some(("droit", key)) => lot(key).map(Self::Law),
                _ => None,
            },
        }
    }

    /// What people read.
    #[must_use]
    pub fn label(self, draft: &NeedDraft) -> String {
        let of_lot = |key: LotKey| match draft.lot(key) {
            Some((rank, _)) if draft.has_lots() => draft.lot_name(rank),
            Some(_) => "Ce qui est demandé".to_owned(),
            None => "Un lot retiré depuis".to_owned(),
        };
        match self {
            Self::Need => "Le besoin en entier".to_owned(),
            Self::Subject => "L’objet, le lieu, les dates".to_owned(),
            Self::Buyer => "L’acheteur".to_owned(),
            Self::Files => "Les pièces".to_owned(),
            Self::Questions => "Les questions aux structures".to_owned(),
            Self::Lot(key) => of_lot(key),
            Self::Law(key) => format!("{}\u{a0}: la voie juridique", of_lot(key)),
        }
    }
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: Uuid,
    /// What about.
    pub topic: Topic,
    /// Who wrote it; `None` once the address was erased.
    pub by: Option<EmailAddress>,
    /// What it says.
    pub text: String,
    /// When, in seconds since 1970.
    pub written_at: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_read_as_written() {
        let whole = [Topic::Need, Topic::Subject, Topic::Buyer, Topic::Files, Topic::Questions];
        for topic in whole.into_iter().chain([Topic::Lot(LotKey(3)), Topic::Law(LotKey(12))]) {
            assert_eq!(Topic::parse(&topic.code()), Some(topic));
        }
        for wrong in ["", "lot", "lot-", "lot-x", "droit-1-2", "prix"] {
            assert_eq!(Topic::parse(wrong), None, "{wrong}");
        }
    }
}
