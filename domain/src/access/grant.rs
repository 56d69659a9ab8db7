//! Signed links.

use crate::sector::SectorIx;
use crate::siret::Siret;
use uuid::Uuid;

/// What a signed link allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grant {
    /// Publish a need.
    NeedPublish(Uuid),
    /// Write a need that is not published yet, from the page where it was begun: nobody has opened its mail.
    NeedDraft(Uuid),
    /// The same, from the mail: its author has the mailbox.
    NeedPrepare(Uuid),
    /// See the answers to a need, and revise it.
    NeedFollow(Uuid),
    /// Answer a need for a structure.
    NeedAnswer(Uuid, Siret),
    /// Say that the address of a structure that is interested in a need is its own: of the need, what it said.
    InterestConfirm(Uuid, Uuid),
    /// Say for a structure whether a sector is its trade.
    TradeAnswer(Siret, SectorIx),
    /// Keep the page of a structure.
    StructureManage(Siret),
    /// Say that the page of a structure is right.
    FicheVouch(Siret),
    /// Say that an address is the contact of a structure: the one that is waiting to be confirmed.
    ContactConfirm(Siret),
    /// Stop the mails to a structure, or have them again.
    AlertsStop(Siret),
    /// Sign in, once: whoever has the mailbox is whoever asked for it.
    SignIn(Uuid),
    /// Make the address that was invited an administrator.
    AdministratorJoin(Uuid),
}

/// Whose links are counted together, so that they can be revoked together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// The author of a need.
    Author(Uuid),
    /// A structure.
    Structure(Siret),
    /// Whoever asked to sign in, once.
    SignIn(Uuid),
    /// Whoever is invited to be an administrator.
    Administrator(Uuid),
}

impl Grant {
    /// To whom such a link was mailed.
    #[must_use]
    pub fn holder(self) -> Holder {
        match self {
            Self::NeedPublish(need)
            | Self::NeedDraft(need)
            | Self::NeedPrepare(need)
            | Self::NeedFollow(need)
            | Self::InterestConfirm(need, _) => Holder::Author(need),
            Self::NeedAnswer(_, siret)
            | Self::TradeAnswer(siret, _)
            | Self::StructureManage(siret)
            | Self::FicheVouch(siret)
            | Self::ContactConfirm(siret)
            | Self::AlertsStop(siret) => Holder::Structure(siret),
            Self::SignIn(id) => Holder::SignIn(id),
            Self::AdministratorJoin(id) => Holder::Administrator(id),
        }
    }

    /// A short name, for the audit.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NeedPublish(_) => "need_publish",
            Self::NeedDraft(_) => "need_draft",
            Self::NeedPrepare(_) => "need_prepare",
            Self::NeedFollow(_) => "need_follow",
            Self::NeedAnswer(..) => "need_answer",
            Self::InterestConfirm(..) => "interest_confirm",
            Self::TradeAnswer(..) => "trade_answer",
            Self::StructureManage(_) => "structure_manage",
            Self::FicheVouch(_) => "fiche_vouch",
            Self::ContactConfirm(_) => "contact_confirm",
            Self::AlertsStop(_) => "alerts_stop",
            Self::SignIn(_) => "sign_in",
            Self::AdministratorJoin(_) => "administrator_join",
        }
    }

    /// The need that it is about.
    #[must_use]
    pub fn need(self) -> Option<Uuid> {
        match self {
            Self::NeedPublish(need)
            | Self::NeedDraft(need)
            | Self::NeedPrepare(need)
            | Self::NeedFollow(need)
            | Self::NeedAnswer(need, _)
            | Self::InterestConfirm(need, _) => Some(need),
            Self::TradeAnswer(..)
            | Self::StructureManage(_)
            | Self::FicheVouch(_)
            | Self::ContactConfirm(_)
            | Self::AlertsStop(_)
            | Self::SignIn(_)
            | Self::AdministratorJoin(_) => None,
        }
    }

    /// The structure that it is about.
    #[must_use]
    pub fn structure(self) -> Option<Siret> {
        match self.holder() {
            Holder::Structure(siret) => Some(siret),
            Holder::Author(_) | Holder::SignIn(_) | Holder::Administrator(_) => None,
        }
    }
}
