//! Who may do what, as a table: an actor, what it asks on what, and what it is told.

use domain::access::{
    Account, AccountId, Action, Actor, Administration, Awaited, Collaboration, Delegation, FichePart, Grant,
    Mandate, Membership, OrganisationId, Rank, Refusal, Relation, Support, Target, Team, TerritoryRole,
    Verdict, may,
};
use domain::email::EmailAddress;
use domain::sector::SectorIx;
use domain::siret::Siret;
use domain::territory::Place;
use uuid::Uuid;

const NEED: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);
/// The organisation that the need is shared with, and another one.
const TOWN: OrganisationId = OrganisationId(Uuid::from_u128(21));
const REGION: OrganisationId = OrganisationId(Uuid::from_u128(22));
const SECTOR: SectorIx = SectorIx(3);

fn siret() -> Siret {
    Siret::with_key(1, 1)
}

fn other() -> Siret {
    Siret::with_key(2, 1)
}

fn draft() -> Target {
    Target::Need { need: NEED, is_published: false, author: Some(me().id), organisation: Some(TOWN) }
}

fn published() -> Target {
    Target::Need { need: NEED, is_published: true, author: Some(me().id), organisation: Some(TOWN) }
}

/// What needs neither link nor account.
const OPEN: [Action; 8] = [
    Action::NeedSend,
    Action::NeedLinkSend,
    Action::InterestSay,
    Action::ManageLinkSend,
    Action::SignInAsk,
    Action::SignInByCode,
    Action::SignInByProvider,
    Action::ReportWrite,
];

/// Everything that an actor may do on a target besides what is open to all, and what it is told of the rest.
fn check(actor: Actor, target: Target, granted: &[Action], otherwise: Refusal) {
    for action in Action::ALL {
        let expected = match granted.contains(&action) || OPEN.contains(&action) {
            true => Verdict::Granted,
            // What takes an account says so to whoever comes without.
            false
                if takes_an_account(action)
                    && !matches!(otherwise, Refusal::PastLink | Refusal::NotYours) =>
            {
                Verdict::Refused(Refusal::NoAccount)
            }
            false => Verdict::Refused(otherwise),
        };
        assert_eq!(may(&actor, action, &target), expected, "{actor:?} {action:?} {target:?}");
    }
}

fn takes_an_account(action: Action) -> bool {
    use Action::{
        AccountClose, AccountExport, AdministrationShow, ColleagueChange, ColleagueInvite, ColleagueList,
        ColleagueRemove, FactorChange, FactorTry, InvitationAnswer, MailDrop, MembershipAsk, MembershipJoin,
        MembershipLeave, SessionEnd, SpaceShow,
    };
    matches!(
        action,
        AccountClose
            | AccountExport
            | AdministrationShow
            | FactorChange
            | FactorTry
            | MailDrop
            | Action::NeedWithdraw
            | Action::NeedTakeOver
            | Action::FavouritesBegin
            | Action::FavouritesShow
            | Action::FavouritesChange
            | Action::FavouritesShare
            | Action::FavouritesDrop
            | Action::MandateAsk
            | Action::MandateAnswer
            | Action::MandateLeave
            | Action::TerritoryWorkShow
            | Action::DelegationChange
            | Action::OrganisationBegin
            | Action::OrganisationAsk
            | Action::OrganisationAnswer
            | Action::OrganisationShow
            | Action::ReportSettle
            | Action::StructureSuspend
            | Action::StructureResume
            | Action::StructureMerge
            | Action::StructureSeparate
            | Action::SupportBegin
            | Action::SupportEnd
            | ColleagueChange
            | ColleagueInvite
            | ColleagueList
            | ColleagueRemove
            | InvitationAnswer
            | MembershipAsk
            | MembershipJoin
            | MembershipLeave
            | SessionEnd
            | SpaceShow
    )
}

fn account(number: u128, memberships: &[(Siret, Rank)], invitations: &[Siret]) -> Account {
    Account {
        id: AccountId(Uuid::from_u128(number)),
        session: Uuid::from_u128(number + 100),
        address: EmailAddress::parse("camille@atelier.example").expect("an address"),
        memberships: memberships
            .iter()
            .map(|(siret, rank)| Membership { team: Team::Structure(*siret), rank: *rank })
            .collect(),
        invitations: invitations.iter().copied().map(Team::Structure).collect(),
        collaborations: Vec::new(),
        delegations: Vec::new(),
        mandates: Vec::new(),
        administration: Administration::None,
        support: None,
    }
}

/// The account whose address wrote the need.
fn me() -> Account {
    account(10, &[], &[])
}

/// Everything that an account may do on a target, besides what is open to all.
fn granted_to(account: Account, target: Target) -> Vec<Action> {
    let actor = Actor::Account(account);
    let all = Action::ALL.into_iter().filter(|action| !OPEN.contains(action));
    all.filter(|action| may(&actor, *action, &target) == Verdict::Granted).collect()
}

#[test]
fn an_account_does_what_its_relation_to_the_thing_lets_it_do() {
    use Action::{
        AccountClose, AccountExport, AdministrationShow, AlertsResume, AlertsStop, AnswerShare,
        AttachmentAdd, CollaboratorChange, ColleagueChange, ColleagueInvite, ColleagueList, ColleagueRemove,
        CommentWrite, FactorChange, InvitationAnswer, LinksRevoke, LotRemind, MailDrop, MembershipAsk,
        MembershipJoin, MembershipLeave, MessageReply, MessageWrite, NeedAnswer, NeedAnswerShow, NeedAsk,
        NeedEnd, NeedFollow, NeedPrepare, NeedPreparedShow, NeedPublish, NeedPublishShow, NeedRevise,
        SelectionKeep, SessionEnd, SpaceShow, StructureManage, StructureManageShow, ThreadShow, TradeAnswer,
        TradeShow,
    };
    let signed = [
        MembershipAsk,
        MembershipJoin,
        Action::OrganisationBegin,
        Action::OrganisationAsk,
        Action::MandateAsk,
        Action::FavouritesBegin,
    ];
    let author = [
        NeedPreparedShow,
        NeedPrepare,
        CommentWrite,
        CollaboratorChange,
        AttachmentAdd,
        NeedAsk,
        NeedPublishShow,
        NeedPublish,
        NeedRevise,
        NeedFollow,
        NeedEnd,
        Action::NeedDuplicate,
        MessageReply,
        AnswerShare,
        SelectionKeep,
        LotRemind,
        LinksRevoke,
    ];
    let member = [
        NeedAnswerShow,
        NeedAnswer,
        ThreadShow,
        MessageWrite,
        TradeShow,
        TradeAnswer,
        StructureManageShow,
        StructureManage,
        Action::FicheWrite,
        Action::FicheVouch,
        AlertsStop,
        AlertsResume,
        Action::MatchingOppose,
        Action::MatchingResume,
        LinksRevoke,
        MembershipLeave,
        ColleagueList,
    ];
    let responsible = [ColleagueInvite, ColleagueChange, ColleagueRemove, Action::DelegationChange];
    let runs = [
        ColleagueList,
        ColleagueInvite,
        ColleagueChange,
        ColleagueRemove,
        Action::OrganisationAnswer,
        Action::MandateAnswer,
        Action::TerritoryWorkShow,
        StructureManageShow,
        StructureManage,
        Action::FicheWrite,
    ];
    let in_organisation = [
        NeedPreparedShow,
        NeedPrepare,
        CommentWrite,
        AttachmentAdd,
        NeedFollow,
        Action::NeedDuplicate,
        MessageReply,
        AnswerShare,
        SelectionKeep,
        LotRemind,
        Action::FavouritesShow,
        Action::FavouritesChange,
        Action::OrganisationShow,
        MembershipLeave,
        ColleagueList,
    ];
    let decides_there = [
        CollaboratorChange,
        NeedAsk,
        NeedPublishShow,
        NeedPublish,
        NeedRevise,
        NeedEnd,
        Action::NeedTakeOver,
        Action::FavouritesDrop,
        Action::OrganisationAnswer,
        ColleagueInvite,
        ColleagueChange,
        ColleagueRemove,
    ];
    let of = |number, team: OrganisationId, rank| Account {
        memberships: vec![Membership { team: team.into(), rank }],
        ..account(number, &[], &[])
    };
    let (agent, chief) = (of(31, TOWN, Rank::Member), of(32, TOWN, Rank::Responsible));
    let elsewhere_chief = of(33, REGION, Rank::Responsible);
    let asked_in = Account { invitations: vec![TOWN.into()], ..account(34, &[], &[]) };
    let delegate = Account {
        delegations: vec![Delegation { siret: siret(), parts: vec![FichePart::Activities] }],
        ..account(35, &[], &[])
    };
    let keeps_a_part = [StructureManageShow, StructureManage, Action::FicheWrite];
    let part = |siret, part| Target::Fiche { siret, part };
    let place = |code| Place::parse(code).expect("a place");
    let garonne = Target::Territory(place("D31"));
    let has = |number, role| Account {
        mandates: vec![Mandate { role, place: place("D31") }],
        ..account(number, &[], &[])
    };
    let (facilitator, prefect) = (has(36, TerritoryRole::Facilitator), has(37, TerritoryRole::StateService));
    let asked = |role| Target::Mandate { mandate: Mandate { role, place: place("D31") }, account: agent.id };
    let oneself = [
        SpaceShow,
        SessionEnd,
        AccountExport,
        AccountClose,
        FactorChange,
        Action::MandateLeave,
        Action::SupportEnd,
        Action::FavouritesShow,
        Action::FavouritesChange,
        Action::FavouritesShare,
        Action::FavouritesDrop,
    ];
    let list = |organisation| Target::Favourites { list: OTHER, owner: Some(me().id), organisation };
    let in_town = Target::Colleague { team: TOWN.into(), account: agent.id };
    let shared = |collaboration| {
        let of = account(16, &[], &[]);
        Account { collaborations: vec![(NEED, collaboration)], ..of }
    };
    let reads = [NeedPreparedShow, NeedFollow];
    let writes =
        [NeedPrepare, AttachmentAdd, MessageReply, AnswerShare, SelectionKeep, LotRemind, CommentWrite];
    let elsewhere = Account { collaborations: vec![(OTHER, Collaboration::Writes)], ..account(17, &[], &[]) };
    let administrator = Account { administration: Administration::Whole, ..account(18, &[], &[]) };
    let not_yet = Account { administration: Administration::WithoutFactor, ..account(19, &[], &[]) };
    let administrates = [
        AdministrationShow,
        MailDrop,
        Action::ReportSettle,
        Action::NeedWithdraw,
        Action::StructureSuspend,
        Action::StructureResume,
        Action::StructureMerge,
        Action::StructureSeparate,
        Action::SupportBegin,
    ];
    let stranger = account(11, &[], &[]);
    let other_member = account(12, &[(other(), Rank::Responsible)], &[other()]);
    let one = account(13, &[(siret(), Rank::Member)], &[]);
    let head = account(14, &[(other(), Rank::Member), (siret(), Rank::Responsible)], &[]);
    let invited = account(15, &[], &[siret()]);
    let answer = Target::Answer { need: NEED, siret: siret() };
    let colleague = Target::Colleague { team: siret().into(), account: one.id };
    let mine = Target::Structure(siret());
    for (who, target, more) in [
        (me(), published(), vec![&author[..]]),
        (me(), draft(), vec![&author[..]]),
        (shared(Collaboration::Reads), published(), vec![&reads[..]]),
        (shared(Collaboration::Comments), draft(), vec![&reads[..], &[CommentWrite][..]]),
        (shared(Collaboration::Writes), published(), vec![&reads[..], &writes[..]]),
        (elsewhere, published(), vec![]),
        (stranger.clone(), published(), vec![]),
        (one.clone(), published(), vec![]),
        (stranger.clone(), mine, vec![]),
        (other_member.clone(), mine, vec![]),
        (one.clone(), mine, vec![&member[..]]),
        (head.clone(), mine, vec![&member[..], &responsible[..]]),
        (head.clone(), Target::Structure(other()), vec![&member[..]]),
        (invited.clone(), mine, vec![&[InvitationAnswer][..]]),
        (invited, answer, vec![&[InvitationAnswer][..]]),
        (one.clone(), answer, vec![&member[..]]),
        (other_member.clone(), answer, vec![]),
        (one.clone(), Target::Trade(siret(), SECTOR), vec![&member[..]]),
        (one.clone(), colleague, vec![&member[..]]),
        (head, colleague, vec![&member[..], &responsible[..]]),
        (other_member, colleague, vec![]),
        (one.clone(), Target::Account(one.id), vec![&oneself[..]]),
        (administrator.clone(), Target::Administration, vec![&administrates[..], &runs[..]]),
        (administrator.clone(), mine, vec![&administrates[..], &runs[..]]),
        (administrator, published(), vec![&administrates[..], &runs[..]]),
        (not_yet, Target::Administration, vec![]),
        (me(), list(None), vec![&oneself[..]]),
        (me(), list(Some(TOWN)), vec![&oneself[..]]),
        (agent.clone(), list(None), vec![]),
        (agent.clone(), list(Some(TOWN)), vec![&in_organisation[..]]),
        (chief.clone(), list(Some(REGION)), vec![]),
        (delegate.clone(), mine, vec![&keeps_a_part[..]]),
        (delegate.clone(), part(siret(), FichePart::Activities), vec![&keeps_a_part[..]]),
        (delegate.clone(), part(siret(), FichePart::Contact), vec![]),
        (delegate.clone(), part(other(), FichePart::Activities), vec![]),
        (delegate.clone(), Target::Structure(other()), vec![]),
        (delegate, answer, vec![]),
        (one.clone(), part(siret(), FichePart::Contact), vec![&member[..]]),
        (facilitator.clone(), garonne, vec![&[Action::MandateAnswer, Action::TerritoryWorkShow][..]]),
        (
            facilitator.clone(),
            asked(TerritoryRole::Facilitator),
            vec![&[Action::MandateAnswer, Action::TerritoryWorkShow][..]],
        ),
        (facilitator.clone(), asked(TerritoryRole::StateService), vec![]),
        (facilitator, Target::Territory(place("R76")), vec![]),
        (prefect.clone(), garonne, vec![&[Action::TerritoryWorkShow][..]]),
        (prefect, asked(TerritoryRole::StateService), vec![]),
        (stranger.clone(), garonne, vec![]),
        (agent.clone(), published(), vec![&in_organisation[..]]),
        (agent.clone(), draft(), vec![&in_organisation[..]]),
        (agent.clone(), Target::Organisation(TOWN), vec![&in_organisation[..]]),
        (agent, mine, vec![]),
        (chief.clone(), published(), vec![&in_organisation[..], &decides_there[..]]),
        (chief.clone(), in_town, vec![&in_organisation[..], &decides_there[..]]),
        (chief, Target::Organisation(REGION), vec![]),
        (elsewhere_chief.clone(), published(), vec![]),
        (elsewhere_chief.clone(), in_town, vec![]),
        (elsewhere_chief, Target::Organisation(TOWN), vec![]),
        (asked_in.clone(), Target::Organisation(TOWN), vec![&[InvitationAnswer][..]]),
        (asked_in, Target::Organisation(REGION), vec![]),
        (stranger.clone(), Target::Account(one.id), vec![]),
        (one, Target::Interest(NEED), vec![]),
        (stranger, Target::Catalogue, vec![]),
    ] {
        let expected: Vec<Action> = more.concat().into_iter().chain(signed).collect();
        let found = granted_to(who.clone(), target);
        let is_same = found.len() == expected.len() && found.iter().all(|action| expected.contains(action));
        assert!(is_same, "{who:?} {target:?}: {found:?}, not {expected:?}");
    }
}

#[test]
fn what_an_account_is_told_of_the_rest() {
    let one = account(13, &[(siret(), Rank::Member)], &[]);
    for (action, target, refusal) in [
        (Action::NeedFollow, published(), Refusal::NotAuthor),
        (Action::StructureManage, Target::Structure(other()), Refusal::NotMember),
        (Action::NeedAnswer, Target::Answer { need: NEED, siret: other() }, Refusal::NotMember),
        (Action::ColleagueInvite, Target::Structure(siret()), Refusal::NotResponsible),
        (Action::ColleagueInvite, Target::Structure(other()), Refusal::NotMember),
        (Action::ContactConfirm, Target::Structure(siret()), Refusal::NoLink),
        (Action::SpaceShow, Target::Account(me().id), Refusal::NotYours),
        (Action::StructuresImport, Target::Catalogue, Refusal::NotYours),
        (Action::Tell, published(), Refusal::NotYours),
    ] {
        let verdict = may(&Actor::Account(one.clone()), action, &target);
        assert_eq!(verdict, Verdict::Refused(refusal), "{action:?} {target:?}");
    }
}

#[test]
fn before_the_second_factor_nothing_is_ones_own() {
    let awaited = Awaited { id: me().id, session: Uuid::from_u128(110) };
    for target in
        [Target::Account(me().id), draft(), published(), Target::Structure(siret()), Target::Catalogue]
    {
        for action in Action::ALL {
            let expected = match action {
                Action::FactorTry => Verdict::Granted,
                _ if OPEN.contains(&action) => Verdict::Granted,
                _ => Verdict::Refused(Refusal::FactorAwaited),
            };
            let found = may(&Actor::Awaited(awaited.clone()), action, &target);
            assert_eq!(found, expected, "{action:?} {target:?}");
        }
    }
}

#[test]
fn an_administrator_has_a_second_factor() {
    let with = |administration| Actor::Account(Account { administration, ..account(18, &[], &[]) });
    for (administration, expected) in [
        (Administration::None, Verdict::Refused(Refusal::NotAdministrator)),
        (Administration::WithoutFactor, Verdict::Refused(Refusal::NoFactor)),
        (Administration::Whole, Verdict::Granted),
    ] {
        let found = may(&with(administration), Action::MailDrop, &Target::Administration);
        assert_eq!(found, expected, "{administration:?}");
    }
}

/// An administrator who acts for somebody may what that one may, but for what is that one's alone.
#[test]
fn who_acts_for_somebody_does_what_that_one_does_but_for_what_is_its_own_alone() {
    let own = account(20, &[(siret(), Rank::Responsible)], &[]);
    let support = Support { administrator: AccountId(Uuid::from_u128(18)), why: "Sa fiche".into(), until: 0 };
    let acted = Actor::Account(Account { support: Some(support), ..own.clone() });
    let (own, mut alone) = (Actor::Account(own), Vec::new());
    for target in [Target::Account(AccountId(Uuid::from_u128(20))), Target::Structure(siret()), published()] {
        for action in Action::ALL {
            let (by_itself, by_support) = (may(&own, action, &target), may(&acted, action, &target));
            if by_support == Verdict::Refused(Refusal::OnlyOneself) {
                alone.push(action.code());
            } else {
                assert_eq!(by_support, by_itself, "{action:?} {target:?}");
            }
        }
    }
    alone.sort_unstable();
    alone.dedup();
    let expected = [
        "account_close",
        "account_export",
        "administrator_join",
        "factor_change",
        "session_end",
        "support_begin",
    ];
    assert_eq!(alone, expected);
}

#[test]
fn the_table_of_accesses() {
    let head: Vec<&str> = Relation::ALL.map(Relation::code).into();
    let rows = Action::ALL.into_iter().map(|action| {
        let cells = Relation::ALL.map(|relation| match action.verdict_of(relation) {
            Verdict::Granted => "yes",
            Verdict::Refused(refusal) => refusal.code(),
        });
        format!("{},{}", action.code(), cells.join(","))
    });
    let table: Vec<String> = [format!("action,{}", head.join(","))].into_iter().chain(rows).collect();
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn whoever_reads_may_ask_and_nothing_else() {
    for target in [Target::Catalogue, draft(), published(), Target::Structure(siret())] {
        check(Actor::Anyone, target, &[], Refusal::NoLink);
    }
}

#[test]
fn a_past_link_opens_nothing() {
    check(Actor::PastLink(Grant::NeedFollow(NEED)), published(), &[], Refusal::PastLink);
    check(
        Actor::PastLink(Grant::StructureManage(siret())),
        Target::Structure(siret()),
        &[],
        Refusal::PastLink,
    );
}

#[test]
fn the_links_of_an_author() {
    use Action::{
        AnswerShare, AttachmentAdd, CollaboratorChange, CommentWrite, LinksRevoke, LotRemind, MessageReply,
        NeedAsk, NeedEnd, NeedFollow, NeedPrepare, NeedPreparedShow, NeedPublish, NeedPublishShow,
        NeedRevise, SelectionKeep,
    };
    let wrong = Refusal::WrongLink;
    check(Actor::Link(Grant::NeedPublish(NEED)), draft(), &[NeedPublishShow, NeedPublish], wrong);
    check(Actor::Link(Grant::NeedPublish(NEED)), published(), &[NeedPublishShow, NeedPublish], wrong);
    let author = [
        NeedPreparedShow,
        NeedPrepare,
        CommentWrite,
        CollaboratorChange,
        AttachmentAdd,
        NeedAsk,
        NeedRevise,
        NeedFollow,
        NeedEnd,
        Action::NeedDuplicate,
        MessageReply,
        AnswerShare,
        SelectionKeep,
        LotRemind,
        LinksRevoke,
    ];
    check(Actor::Link(Grant::NeedFollow(NEED)), published(), &author, wrong);
    check(
        Actor::Link(Grant::NeedPrepare(NEED)),
        draft(),
        &[NeedPreparedShow, NeedPrepare, CommentWrite, CollaboratorChange, AttachmentAdd, NeedAsk],
        wrong,
    );
    for grant in [
        Grant::NeedPublish(OTHER),
        Grant::NeedDraft(OTHER),
        Grant::NeedPrepare(OTHER),
        Grant::NeedFollow(OTHER),
    ] {
        check(Actor::Link(grant), draft(), &[], wrong);
        check(Actor::Link(grant), published(), &[], wrong);
    }
}

fn check_one(grant: Grant, action: Action, target: Target, expected: Verdict) {
    assert_eq!(may(&Actor::Link(grant), action, &target), expected, "{grant:?} {action:?} {target:?}");
}

#[test]
fn a_draft_of_an_address_that_is_not_confirmed_waits_with_its_files() {
    let link = Grant::NeedDraft(NEED);
    check_one(link, Action::NeedPrepare, draft(), Verdict::Granted);
    check_one(link, Action::NeedAsk, draft(), Verdict::Granted);
    check_one(link, Action::AttachmentAdd, draft(), Verdict::Refused(Refusal::Unconfirmed));
    check_one(link, Action::LinksRevoke, draft(), Verdict::Refused(Refusal::WrongLink));
}

#[test]
fn the_links_of_a_draft_do_not_change_what_is_published() {
    for link in [Grant::NeedDraft(NEED), Grant::NeedPrepare(NEED)] {
        for action in [
            Action::NeedPreparedShow,
            Action::NeedPrepare,
            Action::CommentWrite,
            Action::CollaboratorChange,
            Action::AttachmentAdd,
            Action::NeedAsk,
        ] {
            check_one(link, action, published(), Verdict::Refused(Refusal::Published));
        }
        check_one(link, Action::NeedRevise, published(), Verdict::Refused(Refusal::WrongLink));
    }
}

#[test]
fn the_links_of_a_structure() {
    use Action::{
        AlertsResume, AlertsStop, ContactConfirm, LinksRevoke, MatchingOppose, MatchingResume, MessageWrite,
        NeedAnswer, NeedAnswerShow, StructureManage, StructureManageShow, ThreadShow, TradeAnswer, TradeShow,
    };
    let wrong = Refusal::WrongLink;
    let (mine, theirs) = (Target::Structure(siret()), Target::Structure(other()));
    let page = [
        StructureManageShow,
        StructureManage,
        Action::FicheWrite,
        Action::FicheVouch,
        AlertsStop,
        AlertsResume,
        MatchingOppose,
        MatchingResume,
        LinksRevoke,
    ];
    let contact = |siret| Target::Fiche { siret, part: FichePart::Contact };
    check(Actor::Link(Grant::StructureManage(siret())), contact(siret()), &page, wrong);
    check(Actor::Link(Grant::StructureManage(siret())), contact(other()), &[], wrong);
    check(Actor::Link(Grant::StructureManage(siret())), mine, &page, wrong);
    check(Actor::Link(Grant::StructureManage(siret())), theirs, &[], wrong);
    check(
        Actor::Link(Grant::AlertsStop(siret())),
        mine,
        &[AlertsStop, AlertsResume, MatchingOppose, MatchingResume],
        wrong,
    );
    check(Actor::Link(Grant::AlertsStop(siret())), theirs, &[], wrong);
    check(Actor::Link(Grant::FicheVouch(siret())), mine, &[Action::FicheVouch], wrong);
    check(Actor::Link(Grant::FicheVouch(siret())), theirs, &[], wrong);
    check(Actor::Link(Grant::ContactConfirm(siret())), mine, &[ContactConfirm], wrong);
    check(Actor::Link(Grant::ContactConfirm(siret())), theirs, &[], wrong);
    let answer = Actor::Link(Grant::NeedAnswer(NEED, siret()));
    check(
        answer.clone(),
        Target::Answer { need: NEED, siret: siret() },
        &[NeedAnswerShow, NeedAnswer, ThreadShow, MessageWrite],
        wrong,
    );
    check(answer.clone(), Target::Answer { need: OTHER, siret: siret() }, &[], wrong);
    check(answer.clone(), Target::Answer { need: NEED, siret: other() }, &[], wrong);
    let interest = Actor::Link(Grant::InterestConfirm(NEED, OTHER));
    check(interest.clone(), Target::Interest(OTHER), &[Action::InterestConfirm], wrong);
    check(interest.clone(), Target::Interest(NEED), &[], wrong);
    check(interest.clone(), published(), &[], wrong);
    let sign_in = Actor::Link(Grant::SignIn(NEED));
    check(sign_in.clone(), Target::SignIn(NEED), &[Action::SignInByLink], wrong);
    check(sign_in, Target::SignIn(OTHER), &[], wrong);
    let join = Actor::Link(Grant::AdministratorJoin(NEED));
    check(join.clone(), Target::AdministratorInvitation(NEED), &[Action::AdministratorJoin], wrong);
    check(join, Target::AdministratorInvitation(OTHER), &[], wrong);
    let trade = Actor::Link(Grant::TradeAnswer(siret(), SECTOR));
    check(trade.clone(), Target::Trade(siret(), SECTOR), &[TradeShow, TradeAnswer], wrong);
    check(trade.clone(), Target::Trade(siret(), SectorIx(4)), &[], wrong);
    check(trade.clone(), Target::Trade(other(), SECTOR), &[], wrong);
}

#[test]
fn the_operator_and_the_program_do_their_own() {
    use Action::{
        AccountErase, AdministratorInvite, AdministratorRemove, DemoLoad, FactorDrop, LinksRevoke, MailDrop,
        MailKeep, MailWrite, NeedForget, StructuresImport, Tell,
    };
    let operator = [
        StructuresImport,
        DemoLoad,
        LinksRevoke,
        AdministratorInvite,
        AdministratorRemove,
        FactorDrop,
        MailDrop,
    ];
    check(Actor::Operator, Target::Catalogue, &operator, Refusal::NotYours);
    for action in Action::ALL {
        let granted = matches!(
            action,
            AccountErase | Tell | MailKeep | MailWrite | NeedForget | Action::FicheStale | Action::SupportEnd
        );
        let verdict = may(&Actor::Job, action, &published());
        assert_eq!(verdict == Verdict::Granted, granted, "{action:?}");
    }
}

#[test]
fn every_refusal_says_what_to_do() {
    for refusal in Refusal::ALL {
        assert!(refusal.sentence().ends_with('.') && refusal.sentence().len() > 20, "{refusal:?}");
    }
}
