//! Who may do what, as a table: an actor, what it asks on what, and what it is told.

use domain::access::{Action, Actor, Grant, Refusal, Target, Verdict, may};
use domain::sector::SectorIx;
use domain::siret::Siret;
use uuid::Uuid;

const NEED: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);
const SECTOR: SectorIx = SectorIx(3);

fn siret() -> Siret {
    Siret::with_key(1, 1)
}

fn other() -> Siret {
    Siret::with_key(2, 1)
}

fn draft() -> Target {
    Target::Need { need: NEED, is_published: false }
}

fn published() -> Target {
    Target::Need { need: NEED, is_published: true }
}

const ALL: [Action; 28] = [
    Action::NeedSend,
    Action::NeedLinkSend,
    Action::NeedPreparedShow,
    Action::NeedPrepare,
    Action::AttachmentAdd,
    Action::NeedAsk,
    Action::NeedPublishShow,
    Action::NeedPublish,
    Action::NeedRevise,
    Action::NeedFollow,
    Action::NeedEnd,
    Action::NeedAnswerShow,
    Action::NeedAnswer,
    Action::InterestSay,
    Action::InterestConfirm,
    Action::TradeShow,
    Action::TradeAnswer,
    Action::ManageLinkSend,
    Action::StructureManageShow,
    Action::StructureManage,
    Action::ContactConfirm,
    Action::AlertsStop,
    Action::AlertsResume,
    Action::LinksRevoke,
    Action::StructuresImport,
    Action::DemoLoad,
    Action::Tell,
    Action::MailWrite,
];

/// What needs no link.
const OPEN: [Action; 4] =
    [Action::NeedSend, Action::NeedLinkSend, Action::InterestSay, Action::ManageLinkSend];

/// Everything that an actor may do on a target besides what is open to all, and what it is told of the rest.
fn check(actor: Actor, target: Target, granted: &[Action], otherwise: Refusal) {
    for action in ALL {
        let expected = match granted.contains(&action) || OPEN.contains(&action) {
            true => Verdict::Granted,
            false => Verdict::Refused(otherwise),
        };
        assert_eq!(may(&actor, action, &target), expected, "{actor:?} {action:?} {target:?}");
    }
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
        AttachmentAdd, LinksRevoke, NeedAsk, NeedEnd, NeedFollow, NeedPrepare, NeedPreparedShow, NeedPublish,
        NeedPublishShow, NeedRevise,
    };
    let wrong = Refusal::WrongLink;
    check(Actor::Link(Grant::NeedPublish(NEED)), draft(), &[NeedPublishShow, NeedPublish], wrong);
    check(Actor::Link(Grant::NeedPublish(NEED)), published(), &[NeedPublishShow, NeedPublish], wrong);
    let author =
        [NeedPreparedShow, NeedPrepare, AttachmentAdd, NeedAsk, NeedRevise, NeedFollow, NeedEnd, LinksRevoke];
    check(Actor::Link(Grant::NeedFollow(NEED)), published(), &author, wrong);
    check(
        Actor::Link(Grant::NeedPrepare(NEED)),
        draft(),
        &[NeedPreparedShow, NeedPrepare, AttachmentAdd, NeedAsk],
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
        for action in [Action::NeedPreparedShow, Action::NeedPrepare, Action::AttachmentAdd, Action::NeedAsk]
        {
            check_one(link, action, published(), Verdict::Refused(Refusal::Published));
        }
        check_one(link, Action::NeedRevise, published(), Verdict::Refused(Refusal::WrongLink));
    }
}

#[test]
fn the_links_of_a_structure() {
    use Action::{
        AlertsResume, AlertsStop, ContactConfirm, LinksRevoke, NeedAnswer, NeedAnswerShow, StructureManage,
        StructureManageShow, TradeAnswer, TradeShow,
    };
    let wrong = Refusal::WrongLink;
    let (mine, theirs) = (Target::Structure(siret()), Target::Structure(other()));
    let page = [StructureManageShow, StructureManage, AlertsStop, AlertsResume, LinksRevoke];
    check(Actor::Link(Grant::StructureManage(siret())), mine, &page, wrong);
    check(Actor::Link(Grant::StructureManage(siret())), theirs, &[], wrong);
    check(Actor::Link(Grant::AlertsStop(siret())), mine, &[AlertsStop, AlertsResume], wrong);
    check(Actor::Link(Grant::AlertsStop(siret())), theirs, &[], wrong);
    check(Actor::Link(Grant::ContactConfirm(siret())), mine, &[ContactConfirm], wrong);
    check(Actor::Link(Grant::ContactConfirm(siret())), theirs, &[], wrong);
    let answer = Actor::Link(Grant::NeedAnswer(NEED, siret()));
    check(answer, Target::Answer { need: NEED, siret: siret() }, &[NeedAnswerShow, NeedAnswer], wrong);
    check(answer, Target::Answer { need: OTHER, siret: siret() }, &[], wrong);
    check(answer, Target::Answer { need: NEED, siret: other() }, &[], wrong);
    let interest = Actor::Link(Grant::InterestConfirm(NEED, OTHER));
    check(interest, Target::Interest(OTHER), &[Action::InterestConfirm], wrong);
    check(interest, Target::Interest(NEED), &[], wrong);
    check(interest, published(), &[], wrong);
    let trade = Actor::Link(Grant::TradeAnswer(siret(), SECTOR));
    check(trade, Target::Trade(siret(), SECTOR), &[TradeShow, TradeAnswer], wrong);
    check(trade, Target::Trade(siret(), SectorIx(4)), &[], wrong);
    check(trade, Target::Trade(other(), SECTOR), &[], wrong);
}

#[test]
fn the_operator_and_the_program_do_their_own() {
    use Action::{DemoLoad, LinksRevoke, MailWrite, StructuresImport, Tell};
    check(Actor::Operator, Target::Catalogue, &[StructuresImport, DemoLoad, LinksRevoke], Refusal::NotYours);
    for action in ALL {
        let granted = matches!(action, Tell | MailWrite);
        let verdict = may(&Actor::Job, action, &published());
        assert_eq!(verdict == Verdict::Granted, granted, "{action:?}");
    }
}

#[test]
fn every_refusal_says_what_to_do() {
    for refusal in [
        Refusal::NoLink,
        Refusal::WrongLink,
        Refusal::PastLink,
        Refusal::Published,
        Refusal::Unconfirmed,
        Refusal::NotYours,
    ] {
        assert!(refusal.sentence().ends_with('.') && refusal.sentence().len() > 20, "{refusal:?}");
    }
}
