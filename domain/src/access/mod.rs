//! Who may do what: authority is a value that is made once, at the door, and asked here, in one place.
//!
//! [`may`] is pure and tested as a table, as the law is. It knows nothing of cookies, tokens or signatures: whoever makes
//! an [`Actor`] has checked them.

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
    /// Say that an address is the contact of a structure: the one that is waiting to be confirmed.
    ContactConfirm(Siret),
    /// Stop the mails to a structure, or have them again.
    AlertsStop(Siret),
}

/// Whose links are counted together, so that they can be revoked together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// The author of a need.
    Author(Uuid),
    /// A structure.
    Structure(Siret),
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
            | Self::ContactConfirm(siret)
            | Self::AlertsStop(siret) => Holder::Structure(siret),
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
            Self::ContactConfirm(_) => "contact_confirm",
            Self::AlertsStop(_) => "alerts_stop",
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Whoever reads the site.
    Anyone,
    /// Whoever holds a signed link that is good today.
    Link(Grant),
    /// Whoever holds one that was: its time is over, or it was revoked.
    PastLink(Grant),
    /// Whoever runs commands on the machine.
    Operator,
    /// The program, doing what was decided before.
    Job,
}

impl Actor {
    /// What its link allows, or allowed.
    #[must_use]
    pub fn grant(&self) -> Option<Grant> {
        match self {
            Self::Link(grant) | Self::PastLink(grant) => Some(*grant),
            Self::Anyone | Self::Operator | Self::Job => None,
        }
    }

    /// The need that its link is about.
    ///
    /// # Errors
    /// [`Refusal::WrongLink`] when it is about none, [`Refusal::NoLink`] without link.
    pub fn need(&self) -> Result<Uuid, Refusal> {
        match self.grant() {
            Some(
                Grant::NeedPublish(need)
                | Grant::NeedDraft(need)
                | Grant::NeedPrepare(need)
                | Grant::NeedFollow(need)
                | Grant::NeedAnswer(need, _)
                | Grant::InterestConfirm(need, _),
            ) => Ok(need),
            Some(_) => Err(Refusal::WrongLink),
            None => Err(Refusal::NoLink),
        }
    }

    /// What its link confirms to be said by a structure that left its address.
    ///
    /// # Errors
    /// [`Refusal::WrongLink`] when it confirms none, [`Refusal::NoLink`] without link.
    pub fn interest(&self) -> Result<Uuid, Refusal> {
        match self.grant() {
            Some(Grant::InterestConfirm(_, interest)) => Ok(interest),
            Some(_) => Err(Refusal::WrongLink),
            None => Err(Refusal::NoLink),
        }
    }

    /// The question about a trade that its link answers.
    ///
    /// # Errors
    /// [`Refusal::WrongLink`] when it answers none, [`Refusal::NoLink`] without link.
    pub fn trade(&self) -> Result<(Siret, SectorIx), Refusal> {
        match self.grant() {
            Some(Grant::TradeAnswer(siret, sector)) => Ok((siret, sector)),
            Some(_) => Err(Refusal::WrongLink),
            None => Err(Refusal::NoLink),
        }
    }

    /// The structure that its link is about.
    ///
    /// # Errors
    /// [`Refusal::WrongLink`] when it is about none, [`Refusal::NoLink`] without link.
    pub fn structure(&self) -> Result<Siret, Refusal> {
        match self.grant().map(Grant::holder) {
            Some(Holder::Structure(siret)) => Ok(siret),
            Some(Holder::Author(_)) => Err(Refusal::WrongLink),
            None => Err(Refusal::NoLink),
        }
    }
}

/// What is asked for. Reading what is public asks nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Keep a new need, not yet published.
    NeedSend,
    /// Have the link to a need mailed to its author again.
    NeedLinkSend,
    /// See what is being written of a need.
    NeedPreparedShow,
    /// Write what is not published of a need.
    NeedPrepare,
    /// Join a file to a need.
    AttachmentAdd,
    /// Have the link that publishes a need mailed to its author.
    NeedAsk,
    /// See a need that is to be published.
    NeedPublishShow,
    /// Publish a need.
    NeedPublish,
    /// Publish the next version of a need.
    NeedRevise,
    /// See who was told of a need, and what they answered.
    NeedFollow,
    /// Say what became of a need.
    NeedEnd,
    /// See what a structure is asked to answer.
    NeedAnswerShow,
    /// Answer a need for a structure.
    NeedAnswer,
    /// Say without a link that a structure is interested: its contact confirms it.
    InterestSay,
    /// Say that the address is one's own with which a structure said so.
    InterestConfirm,
    /// See what a structure was asked about its trade.
    TradeShow,
    /// Say whether a sector is the trade of a structure.
    TradeAnswer,
    /// Have the link to the page of a structure mailed to its contact.
    ManageLinkSend,
    /// See the page of a structure for itself.
    StructureManageShow,
    /// Write what a structure says of itself.
    StructureManage,
    /// Say that an address is the contact of a structure.
    ContactConfirm,
    /// Stop the mails about needs to a structure.
    AlertsStop,
    /// Have the mails about needs again.
    AlertsResume,
    /// Make every link of a holder invalid.
    LinksRevoke,
    /// Write structures or activities of a file.
    StructuresImport,
    /// Load the demonstration.
    DemoLoad,
    /// Tell structures of needs, as was decided.
    Tell,
    /// Write a mail that was asked for, or end one that says what no longer holds.
    MailWrite,
}

impl Action {
    /// A short name, for the audit.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NeedSend => "need_send",
            Self::NeedLinkSend => "need_link_send",
            Self::NeedPreparedShow => "need_prepared_show",
            Self::NeedPrepare => "need_prepare",
            Self::AttachmentAdd => "attachment_add",
            Self::NeedAsk => "need_ask",
            Self::NeedPublishShow => "need_publish_show",
            Self::NeedPublish => "need_publish",
            Self::NeedRevise => "need_revise",
            Self::NeedFollow => "need_follow",
            Self::NeedEnd => "need_end",
            Self::NeedAnswerShow => "need_answer_show",
            Self::NeedAnswer => "need_answer",
            Self::InterestSay => "interest_say",
            Self::InterestConfirm => "interest_confirm",
            Self::TradeShow => "trade_show",
            Self::TradeAnswer => "trade_answer",
            Self::ManageLinkSend => "manage_link_send",
            Self::StructureManageShow => "structure_manage_show",
            Self::StructureManage => "structure_manage",
            Self::ContactConfirm => "contact_confirm",
            Self::AlertsStop => "alerts_stop",
            Self::AlertsResume => "alerts_resume",
            Self::LinksRevoke => "links_revoke",
            Self::StructuresImport => "structures_import",
            Self::DemoLoad => "demo_load",
            Self::Tell => "tell",
            Self::MailWrite => "mail_write",
        }
    }

    /// Who needs no link for it. What leaves goes to the address that is known anyway, or waits for a confirmation.
    fn is_anyones(self) -> bool {
        matches!(self, Self::NeedSend | Self::NeedLinkSend | Self::InterestSay | Self::ManageLinkSend)
    }
}

/// What it is asked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// Everything that is listed.
    Catalogue,
    /// A need, published or not.
    Need {
        /// Which.
        need: Uuid,
        /// Whether it is published.
        is_published: bool,
    },
    /// What a structure says to a need.
    Answer {
        /// Which need.
        need: Uuid,
        /// Which structure.
        siret: Siret,
    },
    /// What a structure that left its address says to a need.
    Interest(Uuid),
    /// A structure.
    Structure(Siret),
    /// What a structure says of a sector.
    Trade(Siret, SectorIx),
}

/// Why something may not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// It takes a link.
    NoLink,
    /// The link is for something else.
    WrongLink,
    /// The time of the link is over, or it was revoked.
    PastLink,
    /// The need is published: another link changes it.
    Published,
    /// The address of the author is not confirmed: files wait for that.
    Unconfirmed,
    /// Nobody does this by this way.
    NotYours,
}

impl Refusal {
    /// What to do, in French.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoLink => "Ouvrez cette page par le lien que nous vous avons envoyé par e-mail, en entier.",
            Self::WrongLink => {
                "Ce lien ouvre autre chose\u{a0}: reprenez celui de l’e-mail qui en parle, en entier."
            }
            Self::PastLink => "Ce lien a expiré, ou il a été remplacé par un plus récent.",
            Self::Published => {
                "Ce besoin est publié\u{a0}: pour le changer, ouvrez le lien de l’e-mail «\u{a0}Votre besoin est publié\u{a0}»."
            }
            Self::Unconfirmed => {
                "Ouvrez d’abord le lien de l’e-mail que nous venons de vous envoyer\u{a0}: une fois votre adresse ainsi confirmée, vous pourrez joindre des fichiers."
            }
            Self::NotYours => "Cela ne se fait pas d’ici.",
        }
    }
}

/// Whether something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Granted,
    /// It may not.
    Refused(Refusal),
}

impl Verdict {
    /// As a result.
    ///
    /// # Errors
    /// The refusal.
    pub fn granted(self) -> Result<(), Refusal> {
        match self {
            Self::Granted => Ok(()),
            Self::Refused(refusal) => Err(refusal),
        }
    }
}

/// Whether an actor may do something on something.
#[must_use]
pub fn may(actor: &Actor, action: Action, target: &Target) -> Verdict {
    if action.is_anyones() && !matches!(actor, Actor::Job) {
        return Verdict::Granted;
    }
    let refused = match actor {
        Actor::Anyone => Some(Refusal::NoLink),
        Actor::PastLink(_) => Some(Refusal::PastLink),
        Actor::Link(grant) => link_refusal(*grant, action, target),
        Actor::Operator => {
            let theirs = matches!(action, Action::StructuresImport | Action::DemoLoad | Action::LinksRevoke);
            (!theirs).then_some(Refusal::NotYours)
        }
        Actor::Job => {
            let theirs = matches!(action, Action::Tell | Action::MailWrite);
            (!theirs).then_some(Refusal::NotYours)
        }
    };
    refused.map_or(Verdict::Granted, Verdict::Refused)
}

fn link_refusal(grant: Grant, action: Action, target: &Target) -> Option<Refusal> {
    let is_right = match (grant, *target) {
        (Grant::NeedPublish(of), Target::Need { need, .. }) => {
            of == need && matches!(action, Action::NeedPublishShow | Action::NeedPublish)
        }
        (Grant::NeedDraft(of) | Grant::NeedPrepare(of), Target::Need { need, is_published }) => {
            let writes = matches!(
                action,
                Action::NeedPreparedShow | Action::NeedPrepare | Action::AttachmentAdd | Action::NeedAsk
            );
            if of == need && writes && is_published {
                return Some(Refusal::Published);
            }
            if of == need && action == Action::AttachmentAdd && matches!(grant, Grant::NeedDraft(_)) {
                return Some(Refusal::Unconfirmed);
            }
            of == need && writes
        }
        (Grant::NeedFollow(of), Target::Need { need, .. }) => {
            let authors = matches!(
                action,
                Action::NeedPreparedShow
                    | Action::NeedPrepare
                    | Action::AttachmentAdd
                    | Action::NeedAsk
                    | Action::NeedRevise
                    | Action::NeedFollow
                    | Action::NeedEnd
                    | Action::LinksRevoke
            );
            of == need && authors
        }
        (Grant::NeedAnswer(of, from), Target::Answer { need, siret }) => {
            of == need && from == siret && matches!(action, Action::NeedAnswerShow | Action::NeedAnswer)
        }
        (Grant::InterestConfirm(_, of), Target::Interest(interest)) => {
            of == interest && action == Action::InterestConfirm
        }
        (Grant::TradeAnswer(from, of), Target::Trade(siret, sector)) => {
            from == siret && of == sector && matches!(action, Action::TradeShow | Action::TradeAnswer)
        }
        (Grant::StructureManage(from), Target::Structure(siret)) => {
            let theirs = matches!(
                action,
                Action::StructureManageShow
                    | Action::StructureManage
                    | Action::AlertsStop
                    | Action::AlertsResume
                    | Action::LinksRevoke
            );
            from == siret && theirs
        }
        (Grant::ContactConfirm(from), Target::Structure(siret)) => {
            from == siret && action == Action::ContactConfirm
        }
        (Grant::AlertsStop(from), Target::Structure(siret)) => {
            from == siret && matches!(action, Action::AlertsStop | Action::AlertsResume)
        }
        _ => false,
    };
    (!is_right).then_some(Refusal::WrongLink)
}
