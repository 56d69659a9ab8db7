//! What is asked for.

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
    /// Say something about a need to those who prepare it.
    CommentWrite,
    /// Say with whom a need is shared.
    CollaboratorChange,
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
    /// Begin another need like it.
    NeedDuplicate,
    /// Become the author of a need that is shared with one's organisation.
    NeedTakeOver,
    /// See what a structure is asked to answer.
    NeedAnswerShow,
    /// Answer a need for a structure.
    NeedAnswer,
    /// See what a structure and the author of a need wrote to each other.
    ThreadShow,
    /// Write to the author of a need for a structure.
    MessageWrite,
    /// Write to a structure for the author of a need.
    MessageReply,
    /// Answer a question about a need to all.
    AnswerShare,
    /// Keep what the author of a need notes about a structure, for itself.
    SelectionKeep,
    /// Remind structures of a lot that have not answered, once.
    LotRemind,
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
    /// Write a part of the page of a structure.
    FicheWrite,
    /// Say that the page of a structure is right.
    FicheVouch,
    /// Keep that a page is out of date, and ask its structure.
    FicheStale,
    /// Let a network keep parts of the page of a structure, or no more.
    DelegationChange,
    /// Say that an address is the contact of a structure.
    ContactConfirm,
    /// Stop the mails about needs to a structure.
    AlertsStop,
    /// Have the mails about needs again.
    AlertsResume,
    /// Oppose being proposed at all, for a structure.
    MatchingOppose,
    /// Let it be proposed again.
    MatchingResume,
    /// Make every link of a holder invalid.
    LinksRevoke,
    /// Ask for the mail that signs in.
    SignInAsk,
    /// Sign in with the code of that mail.
    SignInByCode,
    /// Sign in with the link of that mail.
    SignInByLink,
    /// Sign in by a provider that vouches for somebody.
    SignInByProvider,
    /// Give the code of the second factor, after the mail.
    FactorTry,
    /// Add a second factor to one's account, or take it away.
    FactorChange,
    /// Take the second factor of somebody away who lost it.
    FactorDrop,
    /// See what one's account has.
    SpaceShow,
    /// End a session of one's account.
    SessionEnd,
    /// Take away what is kept of one's account.
    AccountExport,
    /// Have one's account erased in a month, or think again.
    AccountClose,
    /// Erase accounts whose time is over.
    AccountErase,
    /// Have the code that proves to be of a structure mailed to its contact.
    MembershipAsk,
    /// Become a member of a structure with that code.
    MembershipJoin,
    /// Say that there is an organisation of acheteurs, and be its first responsable.
    OrganisationBegin,
    /// Ask the responsables of an organisation to belong to it.
    OrganisationAsk,
    /// Accept or decline somebody who asks that.
    OrganisationAnswer,
    /// See what an organisation shares.
    OrganisationShow,
    /// Begin a list of structures.
    FavouritesBegin,
    /// See a list of structures.
    FavouritesShow,
    /// Put structures on a list, take them off, note something.
    FavouritesChange,
    /// Share a list with an organisation.
    FavouritesShare,
    /// Drop a list.
    FavouritesDrop,
    /// Ask to be something of a territory.
    MandateAsk,
    /// Accept somebody who asks that, decline, or take it away.
    MandateAnswer,
    /// Give up what one is of a territory.
    MandateLeave,
    /// See what happens in a territory.
    TerritoryWorkShow,
    /// Accept or decline what a responsable proposes.
    InvitationAnswer,
    /// Leave a structure.
    MembershipLeave,
    /// See who is a member of a structure.
    ColleagueList,
    /// Invite somebody into a structure.
    ColleagueInvite,
    /// Change what a member of a structure may decide.
    ColleagueChange,
    /// Take a member out of a structure.
    ColleagueRemove,
    /// Make somebody an administrator, once the link is opened.
    AdministratorInvite,
    /// Become one by that link.
    AdministratorJoin,
    /// Make somebody an administrator no more.
    AdministratorRemove,
    /// Act in the place of somebody, to help.
    SupportBegin,
    /// Act for oneself again.
    SupportEnd,
    /// See what waits for administrators.
    AdministrationShow,
    /// Say what is wrong with something that is public.
    ReportWrite,
    /// Say that somebody saw to it, and found it right.
    ReportSettle,
    /// Take a need out that is wrong.
    NeedWithdraw,
    /// Suspend a structure, which then takes no part.
    StructureSuspend,
    /// Let a structure that was suspended take part again.
    StructureResume,
    /// Make two structures one: the duplicate leads to the other.
    StructureMerge,
    /// Make a duplicate visible again.
    StructureSeparate,
    /// Drop a mail that was kept aside.
    MailDrop,
    /// Write structures or activities of a file.
    StructuresImport,
    /// Load the demonstration.
    DemoLoad,
    /// Tell structures of needs, as was decided.
    Tell,
    /// Write a mail that was asked for, or end one that says what no longer holds.
    MailWrite,
    /// Forget what is kept of a need that ended long enough ago.
    NeedForget,
    /// Keep a mail that came in and belongs to no thread.
    MailKeep,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 93] = [
        Self::NeedSend,
        Self::NeedLinkSend,
        Self::NeedPreparedShow,
        Self::NeedPrepare,
        Self::CommentWrite,
        Self::CollaboratorChange,
        Self::AttachmentAdd,
        Self::NeedAsk,
        Self::NeedPublishShow,
        Self::NeedPublish,
        Self::NeedRevise,
        Self::NeedFollow,
        Self::NeedEnd,
        Self::NeedDuplicate,
        Self::NeedTakeOver,
        Self::NeedAnswerShow,
        Self::NeedAnswer,
        Self::ThreadShow,
        Self::MessageWrite,
        Self::MessageReply,
        Self::AnswerShare,
        Self::SelectionKeep,
        Self::LotRemind,
        Self::InterestSay,
        Self::InterestConfirm,
        Self::TradeShow,
        Self::TradeAnswer,
        Self::ManageLinkSend,
        Self::StructureManageShow,
        Self::StructureManage,
        Self::FicheWrite,
        Self::FicheVouch,
        Self::FicheStale,
        Self::DelegationChange,
        Self::ContactConfirm,
        Self::AlertsStop,
        Self::AlertsResume,
        Self::MatchingOppose,
        Self::MatchingResume,
        Self::LinksRevoke,
        Self::SignInAsk,
        Self::SignInByCode,
        Self::SignInByLink,
        Self::SignInByProvider,
        Self::FactorTry,
        Self::FactorChange,
        Self::FactorDrop,
        Self::SpaceShow,
        Self::SessionEnd,
        Self::AccountExport,
        Self::AccountClose,
        Self::AccountErase,
        Self::MembershipAsk,
        Self::MembershipJoin,
        Self::OrganisationBegin,
        Self::OrganisationAsk,
        Self::OrganisationAnswer,
        Self::OrganisationShow,
        Self::FavouritesBegin,
        Self::FavouritesShow,
        Self::FavouritesChange,
        Self::FavouritesShare,
        Self::FavouritesDrop,
        Self::MandateAsk,
        Self::MandateAnswer,
        Self::MandateLeave,
        Self::TerritoryWorkShow,
        Self::InvitationAnswer,
        Self::MembershipLeave,
        Self::ColleagueList,
        Self::ColleagueInvite,
        Self::ColleagueChange,
        Self::ColleagueRemove,
        Self::AdministratorInvite,
        Self::AdministratorJoin,
        Self::AdministratorRemove,
        Self::SupportBegin,
        Self::SupportEnd,
        Self::AdministrationShow,
        Self::ReportWrite,
        Self::ReportSettle,
        Self::NeedWithdraw,
        Self::StructureSuspend,
        Self::StructureResume,
        Self::StructureMerge,
        Self::StructureSeparate,
        Self::MailDrop,
        Self::StructuresImport,
        Self::DemoLoad,
        Self::Tell,
        Self::MailWrite,
        Self::NeedForget,
        Self::MailKeep,
    ];

    /// A short name, for the audit.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NeedSend => "need_send",
            Self::NeedLinkSend => "need_link_send",
            Self::NeedPreparedShow => "need_prepared_show",
            Self::NeedPrepare => "need_prepare",
            Self::CommentWrite => "comment_write",
            Self::CollaboratorChange => "collaborator_change",
            Self::AttachmentAdd => "attachment_add",
            Self::NeedAsk => "need_ask",
            Self::NeedPublishShow => "need_publish_show",
            Self::NeedPublish => "need_publish",
            Self::NeedRevise => "need_revise",
            Self::NeedFollow => "need_follow",
            Self::NeedEnd => "need_end",
            Self::NeedDuplicate => "need_duplicate",
            Self::NeedTakeOver => "need_take_over",
            Self::NeedAnswerShow => "need_answer_show",
            Self::NeedAnswer => "need_answer",
            Self::ThreadShow => "thread_show",
            Self::MessageWrite => "message_write",
            Self::MessageReply => "message_reply",
            Self::AnswerShare => "answer_share",
            Self::SelectionKeep => "selection_keep",
            Self::LotRemind => "lot_remind",
            Self::InterestSay => "interest_say",
            Self::InterestConfirm => "interest_confirm",
            Self::TradeShow => "trade_show",
            Self::TradeAnswer => "trade_answer",
            Self::ManageLinkSend => "manage_link_send",
            Self::StructureManageShow => "structure_manage_show",
            Self::StructureManage => "structure_manage",
            Self::FicheWrite => "fiche_write",
            Self::FicheVouch => "fiche_vouch",
            Self::FicheStale => "fiche_stale",
            Self::DelegationChange => "delegation_change",
            Self::ContactConfirm => "contact_confirm",
            Self::AlertsStop => "alerts_stop",
            Self::AlertsResume => "alerts_resume",
            Self::MatchingOppose => "matching_oppose",
            Self::MatchingResume => "matching_resume",
            Self::LinksRevoke => "links_revoke",
            Self::SignInAsk => "sign_in_ask",
            Self::SignInByCode => "sign_in_by_code",
            Self::SignInByLink => "sign_in_by_link",
            Self::SignInByProvider => "sign_in_by_provider",
            Self::FactorTry => "factor_try",
            Self::FactorChange => "factor_change",
            Self::FactorDrop => "factor_drop",
            Self::SpaceShow => "space_show",
            Self::SessionEnd => "session_end",
            Self::AccountExport => "account_export",
            Self::AccountClose => "account_close",
            Self::AccountErase => "account_erase",
            Self::MembershipAsk => "membership_ask",
            Self::MembershipJoin => "membership_join",
            Self::OrganisationBegin => "organisation_begin",
            Self::OrganisationAsk => "organisation_ask",
            Self::OrganisationAnswer => "organisation_answer",
            Self::OrganisationShow => "organisation_show",
            Self::FavouritesBegin => "favourites_begin",
            Self::FavouritesShow => "favourites_show",
            Self::FavouritesChange => "favourites_change",
            Self::FavouritesShare => "favourites_share",
            Self::FavouritesDrop => "favourites_drop",
            Self::MandateAsk => "mandate_ask",
            Self::MandateAnswer => "mandate_answer",
            Self::MandateLeave => "mandate_leave",
            Self::TerritoryWorkShow => "territory_work_show",
            Self::InvitationAnswer => "invitation_answer",
            Self::MembershipLeave => "membership_leave",
            Self::ColleagueList => "colleague_list",
            Self::ColleagueInvite => "colleague_invite",
            Self::ColleagueChange => "colleague_change",
            Self::ColleagueRemove => "colleague_remove",
            Self::AdministratorInvite => "administrator_invite",
            Self::AdministratorJoin => "administrator_join",
            Self::AdministratorRemove => "administrator_remove",
            Self::SupportBegin => "support_begin",
            Self::SupportEnd => "support_end",
            Self::AdministrationShow => "administration_show",
            Self::ReportWrite => "report_write",
            Self::ReportSettle => "report_settle",
            Self::NeedWithdraw => "need_withdraw",
            Self::StructureSuspend => "structure_suspend",
            Self::StructureResume => "structure_resume",
            Self::StructureMerge => "structure_merge",
            Self::StructureSeparate => "structure_separate",
            Self::MailDrop => "mail_drop",
            Self::StructuresImport => "structures_import",
            Self::DemoLoad => "demo_load",
            Self::Tell => "tell",
            Self::MailWrite => "mail_write",
            Self::NeedForget => "need_forget",
            Self::MailKeep => "mail_keep",
        }
    }
}
