//! Belonging to a structure: proven by a code that its contact got, or by a responsable who invites; and who else does.

use super::sessions::TRIES;
use super::{code_new, code_shown, code_typed};
use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::{ColleagueInvited, MembershipChanged, MembershipCode, Template};
use crate::store::{Colleague, DelegationRow, InvitationRow, OrganisationRequest, Tx};
use crate::write::{Deed, HeldTeam};
use domain::access::{AccountId, Action, Actor, Rank, Target, Team};
use domain::email::EmailAddress;
use domain::privacy::INVITATION_DAYS;
use domain::siret::Siret;
use domain::structure::Structure;

/// How long the code is good that the contact of a structure hands on, in days.
pub(crate) const CODE_DAYS: i64 = 3;
const DAY: i64 = 86_400;

/// What became of somebody who asks to belong to a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipAsked {
    /// Its contact has a code, if the structure has one.
    CodeSent,
    /// The account has the address of the contact: that is proof enough.
    Joined(Rank),
    /// It belongs to it already.
    Already,
}

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipTried {
    /// It is good.
    Joined(Rank),
    /// It is another one.
    Wrong,
    /// None is waited for: its time is over, or too many were tried.
    Over,
}

/// A structure or an organisation that was just joined, or left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// Its name.
    pub structure: String,
    /// As what; `None` when the invitation was declined.
    pub rank: Option<Rank>,
}

/// The members of a structure or an organisation, as one of them sees them.
#[derive(Debug)]
pub struct ColleaguesView {
    /// Which.
    pub team: Team,
    /// What people call it.
    pub name: String,
    /// Its members, the oldest first.
    pub members: Vec<Colleague>,
    /// Who is invited.
    pub invited: Vec<InvitationRow>,
    /// Who asks to be one.
    pub requests: Vec<OrganisationRequest>,
    /// Networks that keep parts of its page.
    pub delegations: Vec<DelegationRow>,
    /// Whether the reader says which do.
    pub delegates: bool,
    /// Who looks.
    pub me: AccountId,
    /// Whether it decides who is a member.
    pub decides: bool,
}

fn sealed(siret: Siret, account: AccountId, code: &str) -> String {
    format!("membership {siret} {} {code}", account.0)
}

/// The first who proves to be of a structure decides who else is.
pub(super) fn rank_of_next(members: &[Colleague]) -> Rank {
    match members.iter().any(|member| member.rank == Rank::Responsible) {
        true => Rank::Member,
        false => Rank::Responsible,
    }
}

/// Somebody else must decide who is a member before one who did is none any more.
fn refuse_last_responsible(members: &[Colleague], leaves: AccountId) -> Result<()> {
    let mut others = members.iter().filter(|member| member.account != leaves);
    let was_one = members.iter().any(|m| m.account == leaves && m.rank == Rank::Responsible);
    if was_one && !others.any(|member| member.rank == Rank::Responsible) {
        return Err(Error::Refused(
            "C’est le dernier responsable\u{a0}: nommez d’abord un autre responsable.".to_owned(),
        ));
    }
    Ok(())
}

impl Backend {
    /// Asks to belong to a structure: a code goes to the contact that is known, unless the account has its address.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in; [`Error::NotFound`] when there is no such structure.
    pub async fn membership_ask(&self, actor: &Actor, siret: Siret) -> Result<MembershipAsked> {
        let account = actor.account().map_err(Error::Forbidden)?;
        let (code, now) = (code_new()?, self.clock.now());
        let ask = async |tx: &mut Tx, structure: Structure| {
            let members = tx.colleague_list(siret.into()).await?;
            if members.iter().any(|member| member.account == account.id) {
                return Ok(Deed::Nothing(MembershipAsked::Already));
            }
            // The contact that was confirmed: one that waits to be is anybody's.
            let is_contact =
                structure.contact.as_ref().is_some_and(|known| known.is_same_mailbox(&account.address));
            if is_contact {
                let rank = rank_of_next(&members);
                tx.membership_set(siret.into(), account.id, rank, now).await?;
                return Ok(Deed::Kept(MembershipAsked::Joined(rank)));
            }
            let seal = self.signer.seal(&sealed(siret, account.id, &code));
            tx.membership_code_set(siret, account.id, &seal, now, now + CODE_DAYS * DAY).await?;
            if let Some(contact) = &structure.contact {
                let mail = MembershipCode {
                    structure: structure.shown_name().to_owned(),
                    address: account.address.to_string(),
                    code: code_shown(&code),
                    days: CODE_DAYS,
                };
                tx.mail_add(self, mail.mail(contact)?, format!("membership:{siret}:{}", self.clock.id()))
                    .await?;
            }
            Ok(Deed::Kept(MembershipAsked::CodeSent))
        };
        let target = Target::Structure(siret);
        Ok(self.structure_write(actor, Action::MembershipAsk, target, siret, ask).await?.value)
    }

    /// Joins a structure with the code that its contact handed on. Each that is tried counts.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in; [`Error::NotFound`] when there is no such structure.
    pub async fn membership_join(&self, actor: &Actor, siret: Siret, code: &str) -> Result<MembershipTried> {
        let account = actor.account().map_err(Error::Forbidden)?;
        let (text, now) = (sealed(siret, account.id, &code_typed(code)), self.clock.now());
        let join = async |tx: &mut Tx, _: Structure| {
            let Some(seal) = tx.membership_code_try(siret, account.id, TRIES, now).await? else {
                return Ok(Deed::Nothing(MembershipTried::Over));
            };
            if !self.signer.is_seal(&text, &seal) {
                return Ok(Deed::Kept(MembershipTried::Wrong));
            }
            let rank = rank_of_next(&tx.colleague_list(siret.into()).await?);
            tx.membership_set(siret.into(), account.id, rank, now).await?;
            tx.membership_code_drop(siret, account.id).await?;
            Ok(Deed::Kept(MembershipTried::Joined(rank)))
        };
        let target = Target::Structure(siret);
        Ok(self.structure_write(actor, Action::MembershipJoin, target, siret, join).await?.value)
    }

    /// The members of a structure, as one of them sees them.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is none.
    pub async fn colleague_list(&self, actor: &Actor, team: impl Into<Team>) -> Result<ColleaguesView> {
        let team = team.into();
        self.authorise(actor, Action::ColleagueList, Target::of_team(team))?;
        let account = actor.account().map_err(Error::Forbidden)?;
        let (members, invited) = self.store.colleague_list(team).await?;
        Ok(ColleaguesView {
            team,
            name: self.team_name(team).await?,
            members,
            invited,
            delegations: match team {
                Team::Structure(siret) => self.store.delegation_list(siret).await?,
                Team::Organisation(_) => Vec::new(),
            },
            delegates: self.authorise(actor, Action::DelegationChange, Target::of_team(team)).is_ok(),
            requests: match team {
                Team::Organisation(id) => self.store.request_list(id).await?,
                Team::Structure(_) => Vec::new(),
            },
            me: account.id,
            decides: self.authorise(actor, Action::ColleagueInvite, Target::of_team(team)).is_ok(),
        })
    }

    /// Invites an address into a structure; as responsable, where nobody is.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no responsable of it; [`Error::Refused`] when the address is of a member.
    pub async fn colleague_invite(
        &self,
        actor: &Actor,
        team: impl Into<Team>,
        address: &EmailAddress,
        rank: Rank,
    ) -> Result<()> {
        let team = team.into();
        let account = actor.account().map_err(Error::Forbidden)?;
        let invite = async |tx: &mut Tx, held: HeldTeam| {
            let members = tx.colleague_list(team).await?;
            if members.iter().any(|member| member.address.is_same_mailbox(address)) {
                return Err(Error::Refused("Cette personne en fait déjà partie.".to_owned()));
            }
            let rank = rank.max(rank_of_next(&members));
            let invited = InvitationRow { address: address.clone(), rank, invited_at: self.clock.now() };
            tx.invitation_set(team, &invited, account.id).await?;
            let mail = ColleagueInvited {
                structure: held.name.clone(),
                by: account.address.to_string(),
                rank: rank.label().to_owned(),
                space_url: self.links().space(),
                days: INVITATION_DAYS,
            };
            let key = format!("colleague_invite:{}:{}", team.code(), self.clock.id());
            tx.mail_add(self, mail.mail(address)?, key).await?;
            Ok(Deed::Kept(()))
        };
        let target = Target::of_team(team);
        self.team_write(actor, Action::ColleagueInvite, target, team, invite).await.map(|_| ())
    }

    /// Accepts what a responsable proposes, or declines it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not invited.
    pub async fn invitation_answer(
        &self,
        actor: &Actor,
        team: impl Into<Team>,
        accepts: bool,
    ) -> Result<Joined> {
        let team = team.into();
        let account = actor.account().map_err(Error::Forbidden)?;
        let answer = async |tx: &mut Tx, held: HeldTeam| {
            let rank = tx.invitation_take(team, &account.address).await?.ok_or(Error::NotFound)?;
            let rank = accepts.then_some(rank);
            if let Some(rank) = rank {
                tx.membership_set(team, account.id, rank, self.clock.now()).await?;
            }
            Ok(Deed::Kept(Joined { structure: held.name.clone(), rank }))
        };
        let target = Target::of_team(team);
        Ok(self.team_write(actor, Action::InvitationAnswer, target, team, answer).await?.value)
    }

    /// Leaves a structure.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no member; [`Error::Refused`] when nobody would decide any more.
    pub async fn membership_leave(&self, actor: &Actor, team: impl Into<Team>) -> Result<()> {
        let team = team.into();
        let account = actor.account().map_err(Error::Forbidden)?.id;
        let leave = async |tx: &mut Tx, _: HeldTeam| {
            refuse_last_responsible(&tx.colleague_list(team).await?, account)?;
            tx.membership_delete(team, account).await?;
            Ok(Deed::Kept(()))
        };
        let target = Target::of_team(team);
        self.team_write(actor, Action::MembershipLeave, target, team, leave).await.map(|_| ())
    }

    /// Changes what a member of a structure may decide; whose it is learns so.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no responsable; [`Error::NotFound`] when the other is no member;
    /// [`Error::Refused`] when nobody would decide any more.
    pub async fn colleague_change(
        &self,
        actor: &Actor,
        team: impl Into<Team>,
        account: AccountId,
        rank: Rank,
    ) -> Result<()> {
        let team = team.into();
        let change = async |tx: &mut Tx, held: HeldTeam| {
            let members = tx.colleague_list(team).await?;
            let member = members.iter().find(|m| m.account == account).ok_or(Error::NotFound)?;
            if member.rank == rank {
                return Ok(Deed::Nothing(()));
            }
            if rank == Rank::Member {
                refuse_last_responsible(&members, account)?;
            }
            tx.membership_set(team, account, rank, self.clock.now()).await?;
            let said = format!("vous en êtes maintenant {}", rank.label());
            self.membership_changed_tell(tx, (team, &held.name), &member.address, said).await?;
            Ok(Deed::Kept(()))
        };
        let target = Target::Colleague { team, account };
        self.team_write(actor, Action::ColleagueChange, target, team, change).await.map(|_| ())
    }

    /// Takes a member out of a structure; whose account it is learns so.
    ///
    /// # Errors
    /// As [`Backend::colleague_change`].
    pub async fn colleague_remove(
        &self,
        actor: &Actor,
        team: impl Into<Team>,
        account: AccountId,
    ) -> Result<()> {
        let team = team.into();
        let remove = async |tx: &mut Tx, held: HeldTeam| {
            let members = tx.colleague_list(team).await?;
            let member = members.iter().find(|m| m.account == account).ok_or(Error::NotFound)?;
            refuse_last_responsible(&members, account)?;
            tx.membership_delete(team, account).await?;
            let said = "vous n’en faites plus partie".to_owned();
            self.membership_changed_tell(tx, (team, &held.name), &member.address, said).await?;
            Ok(Deed::Kept(()))
        };
        let target = Target::Colleague { team, account };
        self.team_write(actor, Action::ColleagueRemove, target, team, remove).await.map(|_| ())
    }

    /// What people call a structure or an organisation.
    pub(super) async fn team_name(&self, team: Team) -> Result<String> {
        let name = match team {
            Team::Structure(siret) => {
                self.store.structure_fetch(siret).await?.map(|structure| structure.shown_name().to_owned())
            }
            Team::Organisation(id) => self.store.organisation_fetch(id).await?.map(|found| found.name),
        };
        name.ok_or(Error::NotFound)
    }

    pub(crate) async fn membership_changed_tell(
        &self,
        tx: &mut Tx,
        (team, name): (Team, &str),
        to: &EmailAddress,
        said: String,
    ) -> Result<()> {
        let mail = MembershipChanged { structure: name.to_owned(), said, space_url: self.links().space() };
        let key = format!("membership_changed:{}:{}", team.code(), self.clock.id());
        tx.mail_add(self, mail.mail(to)?, key).await
    }
}
