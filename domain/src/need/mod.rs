//! A need: what a buyer looks for, where, until when, in how many lots; and what its forms must hold.
//!
//! | question | room |
//! | --- | --- |
//! | what a need is | [`Need`], [`NeedDraft`], [`LotDraft`] |
//! | what structures say to it | [`Answer`], [`Reply`], [`Interest`] |
//! | what both sides write to each other | [`Message`], [`SharedAnswer`] |
//! | what those who prepare it say to each other | [`Comment`] |
//! | how a buyer compares them | [`Aspect`], [`Selection`] |
//! | the four fields that are enough | [`NeedForm`] |
//! | the optional steps, one subject each | [`steps`] |
//! | what changed from one version to the next | [`fn@changes`] |
//!
//! A need without lots is a need with one lot, and shows none.

mod answer;
mod award;
mod changes;
mod comment;
mod draft;
mod exchange;
mod express;
mod interest;
mod kind;
mod lot;
mod selection;
mod split;
mod status;
pub mod steps;

pub use answer::{Answer, Reply};
pub use award::{Award, AwardForm, REASON_MAX};
pub use changes::{Change, changes};
pub use comment::{Comment, Topic};
pub use draft::{AttachmentRef, Buyer, NeedDraft};
pub use exchange::{
    MESSAGE_MAX, Message, MessageFile, MessageText, SharedAnswer, SharedForm, Side, own_words,
};
pub use express::{
    BUYER_MAX, DEADLINE_MAX_DAYS, DESCRIPTION_MAX, HOURS_MAX, NeedForm, SECTORS_MAX, TITLE_MAX, lot_of_form,
    sectors_guessed, sectors_possible, sectors_proposed,
};
pub use interest::{Interest, InterestForm};
pub use kind::NeedKind;
pub use lot::{AmountRange, LotDraft, LotKey, LotNumber};
pub use selection::{Aspect, COMPARED_MAX, NOTE_MAX, Selection};
pub use status::NeedStatus;

use crate::access::{AccountId, OrganisationId, Target};
use crate::email::EmailAddress;
use crate::matching::Lot;
use jiff::civil::Date;
use uuid::Uuid;

/// A need as it is asked for: what it says, and by whom.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedRequest {
    /// Where its author is reached: never shown.
    pub author: EmailAddress,
    /// What it says.
    pub draft: NeedDraft,
}

/// A need that is kept: what its current version says.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// Its id.
    pub id: Uuid,
    /// The address of its author: never shown, and in no version, so that it can be erased. `None` once it was.
    pub author: Option<EmailAddress>,
    /// The account whose address that is, if there is one: it does what the author's links do.
    pub account: Option<AccountId>,
    /// The organisation whose members prepare and follow it with its author, if it is shared with one.
    pub organisation: Option<OrganisationId>,
    /// What it asks.
    pub draft: NeedDraft,
    /// Where it stands.
    pub status: NeedStatus,
    /// Which version that is: 0 before it is published, then 1, 2…
    pub version: i64,
    /// Number of the links of its author: those that were signed with a lower one are revoked.
    pub link_number: i64,
    /// When it was sent, in seconds since 1970.
    pub created_at: i64,
    /// When it was confirmed.
    pub published_at: Option<i64>,
    /// When its author closed it, awarded it or gave it up.
    pub ended_at: Option<i64>,
    /// When an administrator took it out: nobody sees it any more.
    pub withdrawn_at: Option<i64>,
    /// What was said of the award of its lots, and what has been corrected of it: see [`Need::award`]. Of a need of several
    /// lots, some may be awarded while others still take answers.
    pub awards: Vec<Award>,
}

impl Need {
    /// Whether it is published and answers are still welcome on that day.
    #[must_use]
    pub fn is_open(&self, today: Date) -> bool {
        self.status == NeedStatus::Published && self.draft.deadline >= today
    }

    /// What authority is asked on.
    #[must_use]
    pub fn target(&self) -> Target {
        Target::Need {
            need: self.id,
            is_published: self.published_at.is_some(),
            author: self.account,
            organisation: self.organisation,
        }
    }

    /// The status that people read: a published need is closed after its deadline.
    #[must_use]
    pub fn status_on(&self, today: Date) -> NeedStatus {
        let is_over = self.status == NeedStatus::Published && self.draft.deadline < today;
        if is_over { NeedStatus::Closed } else { self.status }
    }

    /// The lots that structures are told of, as they are matched: those that say enough, and are not awarded.
    pub fn lots(&self) -> impl Iterator<Item = (LotKey, Lot)> {
        let is_told = |lot: &&LotDraft| self.draft.says_enough(lot) && self.award(lot.key).is_none();
        let open = self.draft.lots.iter().filter(is_told);
        open.map(|lot| (lot.key, lot.to_match(&self.draft)))
    }

    /// What tells the ties of a lot apart from those of other lots and needs.
    #[must_use]
    pub fn seed(&self, lot: &LotDraft) -> Vec<u8> {
        lot_seed(self.id, lot.key)
    }
}

/// See [`Need::seed`]. The first lot has the seed of its need.
#[must_use]
pub fn lot_seed(need: Uuid, lot: LotKey) -> Vec<u8> {
    let mut seed = need.as_bytes().to_vec();
    if lot != LotKey::FIRST {
        seed.extend(lot.0.to_be_bytes());
    }
    seed
}
