//! The table: which relation to a thing lets do what on it, and what the others are told.

use super::{Action, Refusal, Relation, Verdict};

impl Action {
    /// Who may. Everybody else is refused.
    #[must_use]
    pub fn granted_to(self) -> &'static [Relation] {
        use Relation::{
            Administrator, AdministratorLink, AnswerLink, Anyone, Author, Awaited, Commenter, ContactLink,
            Delegate, DraftLink, Facilitator, FollowLink, InterestLink, Invited, Job, ManageLink, Member,
            Oneself, Operator, OrganisationMember, OrganisationResponsible, PrepareLink, PublishLink, Reader,
            Responsible, SignInLink, Signed, StateService, StopLink, TradeLink, VouchLink, Writer,
        };
        match self {
            // What leaves goes to the address that is known anyway, or waits for a confirmation.
            Self::NeedSend | Self::NeedLinkSend | Self::InterestSay | Self::ManageLinkSend => &[Anyone],
            Self::ReportWrite => &[Anyone],
            // What proves who it is comes with it.
            Self::SignInAsk | Self::SignInByCode | Self::SignInByProvider => &[Anyone],
            Self::SignInByLink => &[SignInLink],
            Self::FactorTry => &[Awaited],
            Self::NeedPreparedShow => &[
                DraftLink,
                PrepareLink,
                FollowLink,
                Author,
                Reader,
                Commenter,
                Writer,
                OrganisationMember,
                OrganisationResponsible,
            ],
            Self::NeedPrepare => &[
                DraftLink,
                PrepareLink,
                FollowLink,
                Author,
                Writer,
                OrganisationMember,
                OrganisationResponsible,
            ],
            Self::NeedAsk => &[DraftLink, PrepareLink, FollowLink, Author, OrganisationResponsible],
            // Whoever has not opened the mail of a draft mails nobody by it.
            Self::CommentWrite => &[
                PrepareLink,
                FollowLink,
                Author,
                Commenter,
                Writer,
                OrganisationMember,
                OrganisationResponsible,
            ],
            Self::CollaboratorChange => &[PrepareLink, FollowLink, Author, OrganisationResponsible],
            Self::AttachmentAdd => {
                &[PrepareLink, FollowLink, Author, Writer, OrganisationMember, OrganisationResponsible]
            }
            Self::NeedPublishShow | Self::NeedPublish => &[PublishLink, Author, OrganisationResponsible],
            // An author may be away for long: whoever decides in the organisation decides for it.
            Self::NeedRevise | Self::NeedEnd => &[FollowLink, Author, OrganisationResponsible],
            Self::NeedDuplicate => &[FollowLink, Author, OrganisationMember, OrganisationResponsible],
            Self::NeedFollow => {
                &[FollowLink, Author, Reader, Commenter, Writer, OrganisationMember, OrganisationResponsible]
            }
            Self::MessageReply | Self::AnswerShare | Self::SelectionKeep | Self::LotRemind => {
                &[FollowLink, Author, Writer, OrganisationMember, OrganisationResponsible]
            }
            Self::NeedAnswerShow | Self::NeedAnswer | Self::ThreadShow | Self::MessageWrite => {
                &[AnswerLink, Member, Responsible]
            }
            Self::InterestConfirm => &[InterestLink],
            Self::TradeShow | Self::TradeAnswer => &[TradeLink, Member, Responsible],
            Self::StructureManageShow | Self::StructureManage | Self::FicheWrite => {
                &[ManageLink, Member, Responsible, Delegate, Administrator]
            }
            Self::FicheVouch => &[VouchLink, ManageLink, Member, Responsible],
            Self::DelegationChange => &[Responsible],
            Self::ContactConfirm => &[ContactLink],
            // Not a network by delegation: it is the structure that is proposed.
            Self::AlertsStop | Self::AlertsResume | Self::MatchingOppose | Self::MatchingResume => {
                &[StopLink, ManageLink, Member, Responsible]
            }
            Self::LinksRevoke => &[FollowLink, ManageLink, Author, Member, Responsible, Operator],
            Self::SpaceShow
            | Self::SessionEnd
            | Self::AccountExport
            | Self::AccountClose
            | Self::FactorChange
            | Self::MandateLeave => &[Oneself],
            Self::MembershipAsk | Self::MembershipJoin => &[Signed],
            Self::OrganisationBegin | Self::OrganisationAsk | Self::MandateAsk => &[Signed],
            Self::FavouritesBegin => &[Signed],
            Self::FavouritesShow | Self::FavouritesChange => {
                &[Oneself, OrganisationMember, OrganisationResponsible]
            }
            Self::FavouritesShare => &[Oneself],
            Self::FavouritesDrop => &[Oneself, OrganisationResponsible],
            Self::MandateAnswer => &[Facilitator, Administrator],
            Self::TerritoryWorkShow => &[Facilitator, StateService, Administrator],
            Self::NeedTakeOver => &[OrganisationResponsible],
            Self::OrganisationShow => &[OrganisationMember, OrganisationResponsible],
            Self::OrganisationAnswer => &[OrganisationResponsible, Administrator],
            Self::InvitationAnswer => &[Invited],
            Self::MembershipLeave => &[Member, Responsible, OrganisationMember, OrganisationResponsible],
            Self::ColleagueList => {
                &[Member, Responsible, OrganisationMember, OrganisationResponsible, Administrator]
            }
            // Who runs a structure whose last responsable is gone, or whose contact no mail reaches, is asked of them.
            Self::ColleagueInvite | Self::ColleagueChange | Self::ColleagueRemove => {
                &[Responsible, OrganisationResponsible, Administrator]
            }
            Self::AdministratorJoin => &[AdministratorLink],
            Self::SupportBegin => &[Administrator],
            // Its hour ends by itself.
            Self::SupportEnd => &[Oneself, Job],
            Self::AdministrationShow | Self::ReportSettle | Self::NeedWithdraw => &[Administrator],
            Self::StructureSuspend
            | Self::StructureResume
            | Self::StructureMerge
            | Self::StructureSeparate => &[Administrator],
            Self::MailDrop => &[Administrator, Operator],
            Self::AdministratorInvite | Self::AdministratorRemove | Self::FactorDrop => &[Operator],
            Self::StructuresImport | Self::DemoLoad => &[Operator],
            Self::Tell | Self::MailWrite | Self::MailKeep | Self::AccountErase | Self::NeedForget => &[Job],
            Self::FicheStale => &[Job],
        }
    }

    /// Whether whoever has these relations may.
    pub(super) fn verdict(self, relations: &[Relation]) -> Verdict {
        let granted = self.granted_to();
        if relations.iter().any(|relation| granted.contains(relation)) {
            return Verdict::Granted;
        }
        Verdict::Refused(self.refusal(relations))
    }

    /// What whoever has one relation is told: a cell of the table.
    #[must_use]
    pub fn verdict_of(self, relation: Relation) -> Verdict {
        self.verdict(&relation.with_implied())
    }

    fn refusal(self, relations: &[Relation]) -> Refusal {
        let granted = self.granted_to();
        let is = |relation| relations.contains(&relation);
        let takes = |relation| granted.contains(&relation);
        if is(Relation::Operator) || is(Relation::Job) {
            return Refusal::NotYours;
        }
        if is(Relation::Awaited) {
            return Refusal::FactorAwaited;
        }
        if relations.iter().any(|relation| relation.is_account()) {
            return match () {
                () if is(Relation::AdministratorWithoutFactor) && takes(Relation::Administrator) => {
                    Refusal::NoFactor
                }
                () if takes(Relation::Facilitator) => Refusal::NotOfTerritory,
                () if takes(Relation::Administrator)
                    && !takes(Relation::Responsible)
                    && !takes(Relation::OrganisationResponsible) =>
                {
                    Refusal::NotAdministrator
                }
                () if [Relation::Reader, Relation::Commenter, Relation::Writer].into_iter().any(is) => {
                    Refusal::NotShared
                }
                () if takes(Relation::Oneself) => Refusal::NotYours,
                () if takes(Relation::Author) && is(Relation::OrganisationMember) => {
                    Refusal::NotOrganisationResponsible
                }
                () if takes(Relation::Author) && !takes(Relation::Member) => Refusal::NotAuthor,
                () if takes(Relation::Responsible) && is(Relation::Member) => Refusal::NotResponsible,
                () if takes(Relation::OrganisationResponsible) && is(Relation::OrganisationMember) => {
                    Refusal::NotOrganisationResponsible
                }
                () if takes(Relation::OrganisationResponsible) && !takes(Relation::Responsible) => {
                    Refusal::NotOrganisationMember
                }
                () if takes(Relation::Responsible) => Refusal::NotMember,
                () if granted.iter().any(|relation| relation.is_link()) => Refusal::NoLink,
                () => Refusal::NotYours,
            };
        }
        match () {
            () if is(Relation::PastLink) => Refusal::PastLink,
            () if is(Relation::PublishedDraftLink) && takes(Relation::PrepareLink) => Refusal::Published,
            () if is(Relation::DraftLink) && takes(Relation::PrepareLink) => Refusal::Unconfirmed,
            () if granted.iter().any(|relation| relation.is_account())
                && !granted.iter().any(|relation| relation.is_link()) =>
            {
                Refusal::NoAccount
            }
            () if relations.iter().any(|relation| relation.is_link()) => Refusal::WrongLink,
            () => Refusal::NoLink,
        }
    }
}
