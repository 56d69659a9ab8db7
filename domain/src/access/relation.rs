//! What an actor is to what it asks for.

use super::{Actor, Administration, Collaboration, Grant, Rank, Target, Team, TerritoryRole};

/// What an actor is to what it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Whoever asks, but for the program itself.
    Anyone,
    /// Holds a link whose time is over, or that was revoked.
    PastLink,
    /// Holds a link for something else.
    WrongLink,
    /// Holds the link that publishes the need.
    PublishLink,
    /// Holds the link of the page where the need was begun: nobody has opened its mail.
    DraftLink,
    /// Holds the link of the draft, from its mail.
    PrepareLink,
    /// Holds the link of a draft that is published since.
    PublishedDraftLink,
    /// Holds the link of the need's author.
    FollowLink,
    /// Holds the link with which the structure answers the need.
    AnswerLink,
    /// Holds the link that confirms an address that was left.
    InterestLink,
    /// Holds the link that says whether a sector is the structure's trade.
    TradeLink,
    /// Holds the link to the structure's page.
    ManageLink,
    /// Holds the link that says that the structure's page is right.
    VouchLink,
    /// Holds the link that confirms the structure's contact.
    ContactLink,
    /// Holds the link that stops the structure's mails.
    StopLink,
    /// Holds the link that signs in.
    SignInLink,
    /// Holds the link that makes an administrator.
    AdministratorLink,
    /// Has the account, and has still to give the code of its second factor.
    Awaited,
    /// Has an account.
    Signed,
    /// Has the account, or the one that it is of.
    Oneself,
    /// Has the account whose address wrote the need.
    Author,
    /// Has an account with which the author of the need shares it, to be read.
    Reader,
    /// The same, to be commented.
    Commenter,
    /// The same, to be written.
    Writer,
    /// Is invited into the structure.
    Invited,
    /// Is a member of the structure.
    Member,
    /// Is a responsable of the structure.
    Responsible,
    /// Is a member of a network that keeps the page of the structure, or this part of it.
    Delegate,
    /// Is a member of the organisation, or of the one that the need is shared with.
    OrganisationMember,
    /// Is a responsable of it.
    OrganisationResponsible,
    /// Is a facilitateur of the territory, or of one that holds it.
    Facilitator,
    /// Is a service of the State there.
    StateService,
    /// Was made an administrator, and has no second factor.
    AdministratorWithoutFactor,
    /// Is an administrator.
    Administrator,
    /// Runs commands on the machine.
    Operator,
    /// Is the program.
    Job,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 36] = [
        Self::Anyone,
        Self::PastLink,
        Self::WrongLink,
        Self::PublishLink,
        Self::DraftLink,
        Self::PrepareLink,
        Self::PublishedDraftLink,
        Self::FollowLink,
        Self::AnswerLink,
        Self::InterestLink,
        Self::TradeLink,
        Self::ManageLink,
        Self::VouchLink,
        Self::ContactLink,
        Self::StopLink,
        Self::SignInLink,
        Self::AdministratorLink,
        Self::Awaited,
        Self::Signed,
        Self::Oneself,
        Self::Author,
        Self::Reader,
        Self::Commenter,
        Self::Writer,
        Self::Invited,
        Self::Member,
        Self::Responsible,
        Self::Delegate,
        Self::OrganisationMember,
        Self::OrganisationResponsible,
        Self::Facilitator,
        Self::StateService,
        Self::AdministratorWithoutFactor,
        Self::Administrator,
        Self::Operator,
        Self::Job,
    ];

    /// A short name, for the table of accesses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::PastLink => "past_link",
            Self::WrongLink => "wrong_link",
            Self::PublishLink => "publish_link",
            Self::DraftLink => "draft_link",
            Self::PrepareLink => "prepare_link",
            Self::PublishedDraftLink => "published_draft_link",
            Self::FollowLink => "follow_link",
            Self::AnswerLink => "answer_link",
            Self::InterestLink => "interest_link",
            Self::TradeLink => "trade_link",
            Self::ManageLink => "manage_link",
            Self::ContactLink => "contact_link",
            Self::VouchLink => "vouch_link",
            Self::StopLink => "stop_link",
            Self::SignInLink => "sign_in_link",
            Self::AdministratorLink => "administrator_link",
            Self::Awaited => "awaited",
            Self::Signed => "signed",
            Self::Oneself => "oneself",
            Self::Author => "author",
            Self::Reader => "reader",
            Self::Commenter => "commenter",
            Self::Writer => "writer",
            Self::Invited => "invited",
            Self::Member => "member",
            Self::Responsible => "responsible",
            Self::Delegate => "delegate",
            Self::OrganisationMember => "organisation_member",
            Self::OrganisationResponsible => "organisation_responsible",
            Self::Facilitator => "facilitator",
            Self::StateService => "state_service",
            Self::AdministratorWithoutFactor => "administrator_without_factor",
            Self::Administrator => "administrator",
            Self::Operator => "operator",
            Self::Job => "job",
        }
    }

    /// Whether it holds a signed link.
    pub(super) fn is_link(self) -> bool {
        matches!(
            self,
            Self::PastLink
                | Self::WrongLink
                | Self::PublishLink
                | Self::DraftLink
                | Self::PrepareLink
                | Self::PublishedDraftLink
                | Self::FollowLink
                | Self::AnswerLink
                | Self::InterestLink
                | Self::TradeLink
                | Self::ManageLink
                | Self::VouchLink
                | Self::ContactLink
                | Self::StopLink
                | Self::SignInLink
                | Self::AdministratorLink
        )
    }

    /// Whether it takes an account.
    pub(super) fn is_account(self) -> bool {
        matches!(
            self,
            Self::Awaited
                | Self::Signed
                | Self::Oneself
                | Self::Author
                | Self::Reader
                | Self::Commenter
                | Self::Writer
                | Self::Invited
                | Self::Member
                | Self::Responsible
                | Self::Delegate
                | Self::OrganisationMember
                | Self::OrganisationResponsible
                | Self::Facilitator
                | Self::StateService
                | Self::AdministratorWithoutFactor
                | Self::Administrator
        )
    }

    /// It, with what whoever has it is besides.
    pub(super) fn with_implied(self) -> Vec<Self> {
        match self {
            Self::Job => vec![Self::Job],
            Self::Anyone => vec![Self::Anyone],
            // What was proved so far gives nothing else yet.
            Self::Awaited => vec![Self::Anyone, Self::Awaited],
            account if account.is_account() && account != Self::Signed => {
                vec![Self::Anyone, Self::Signed, account]
            }
            other => vec![Self::Anyone, other],
        }
    }

    /// Everything that an actor is to a target.
    pub(super) fn of(actor: &Actor, target: &Target) -> Vec<Self> {
        match actor {
            Actor::Anyone => Self::Anyone.with_implied(),
            Actor::PastLink(_) => Self::PastLink.with_implied(),
            Actor::Link(grant) => Self::of_link(*grant, target).with_implied(),
            Actor::Awaited(_) => Self::Awaited.with_implied(),
            Actor::Operator => Self::Operator.with_implied(),
            Actor::Job => Self::Job.with_implied(),
            Actor::Account(account) => {
                let team = target.team();
                let rank = team.and_then(|team| account.rank_in(team));
                let ranked = match (team, rank) {
                    (Some(Team::Structure(_)), Some(Rank::Member)) => Some(Self::Member),
                    (Some(Team::Structure(_)), Some(Rank::Responsible)) => Some(Self::Responsible),
                    (Some(Team::Organisation(_)), Some(Rank::Member)) => Some(Self::OrganisationMember),
                    (Some(Team::Organisation(_)), Some(Rank::Responsible)) => {
                        Some(Self::OrganisationResponsible)
                    }
                    _ => None,
                };
                let is_author =
                    matches!(target, Target::Need { author: Some(author), .. } if *author == account.id);
                let is_oneself = match target {
                    Target::Account(id) => *id == account.id,
                    Target::Favourites { owner, .. } => *owner == Some(account.id),
                    _ => false,
                };
                let is_invited = team.is_some_and(|team| account.invitations.contains(&team));
                let shared = match target {
                    Target::Need { need, .. } => account.collaboration_on(*need),
                    _ => None,
                };
                let is_delegate = match target {
                    Target::Structure(siret) => !account.parts_kept_of(*siret).is_empty(),
                    Target::Fiche { siret, part } => account.parts_kept_of(*siret).contains(part),
                    _ => false,
                };
                let mandates = account.mandates_on(*target);
                let is_of = |role| mandates.iter().any(|mandate| mandate.role == role);
                let all = [
                    (true, Self::Anyone),
                    (true, Self::Signed),
                    (is_oneself, Self::Oneself),
                    (is_author, Self::Author),
                    (shared == Some(Collaboration::Reads), Self::Reader),
                    (shared == Some(Collaboration::Comments), Self::Commenter),
                    (shared == Some(Collaboration::Writes), Self::Writer),
                    (is_invited, Self::Invited),
                    (is_delegate, Self::Delegate),
                    (is_of(TerritoryRole::Facilitator), Self::Facilitator),
                    (is_of(TerritoryRole::StateService), Self::StateService),
                    (
                        account.administration == Administration::WithoutFactor,
                        Self::AdministratorWithoutFactor,
                    ),
                    (account.administration == Administration::Whole, Self::Administrator),
                ];
                let all = all.into_iter().filter(|(is, _)| *is).map(|(_, relation)| relation);
                all.chain(ranked).collect()
            }
        }
    }

    fn of_link(grant: Grant, target: &Target) -> Self {
        let is_need = |of| matches!(target, Target::Need { need, .. } if *need == of);
        let is_structure = |of| matches!(target, Target::Structure(siret) if *siret == of);
        let is_page = |of| is_structure(of) || matches!(target, Target::Fiche { siret, .. } if *siret == of);
        let (is_right, relation) = match grant {
            Grant::NeedPublish(of) => (is_need(of), Self::PublishLink),
            Grant::NeedDraft(of) | Grant::NeedPrepare(of)
                if is_need(of) && matches!(target, Target::Need { is_published: true, .. }) =>
            {
                (true, Self::PublishedDraftLink)
            }
            Grant::NeedDraft(of) => (is_need(of), Self::DraftLink),
            Grant::NeedPrepare(of) => (is_need(of), Self::PrepareLink),
            Grant::NeedFollow(of) => (is_need(of), Self::FollowLink),
            Grant::NeedAnswer(need, siret) => (*target == Target::Answer { need, siret }, Self::AnswerLink),
            Grant::InterestConfirm(_, of) => (*target == Target::Interest(of), Self::InterestLink),
            Grant::TradeAnswer(siret, sector) => (*target == Target::Trade(siret, sector), Self::TradeLink),
            Grant::StructureManage(of) => (is_page(of), Self::ManageLink),
            Grant::FicheVouch(of) => (is_structure(of), Self::VouchLink),
            Grant::ContactConfirm(of) => (is_structure(of), Self::ContactLink),
            Grant::AlertsStop(of) => (is_structure(of), Self::StopLink),
            Grant::SignIn(of) => (*target == Target::SignIn(of), Self::SignInLink),
            Grant::AdministratorJoin(of) => {
                (*target == Target::AdministratorInvitation(of), Self::AdministratorLink)
            }
        };
        if is_right { relation } else { Self::WrongLink }
    }
}
