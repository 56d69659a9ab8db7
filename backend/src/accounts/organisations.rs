//! Organisations of acheteurs and networks of structures: begun by their first responsable, joined by whom a responsable
//! accepts; their members prepare and follow together the needs that authors share with them.

use super::space::OwnNeed;
use crate::Backend;
use crate::error::{Error, Result};
use crate::index::Entry;
use crate::mail::{NeedTakenOver, OrganisationRequested, Template};
use crate::needs::NEEDS_LISTED_MAX;
use crate::store::Tx;
use crate::write::{Deed, HeldNeed, HeldTeam};
use domain::access::{Account, AccountId, Action, Actor, FichePart, OrganisationId, Rank, Target, Team};
use domain::email::EmailAddress;
use domain::organisation::{Organisation, OrganisationAsked, own_domain};
use domain::siret::Siret;
use jiff::civil::Date;
use std::sync::Arc;
use uuid::Uuid;

/// What became of somebody who says that there is an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrganisationBegun {
    /// There is one now, and its first responsable.
    Begun(OrganisationId),
    /// One has that SIRET: its responsables are to be asked.
    Known(Organisation),
}

/// What became of somebody who asks to belong to an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganisationJoin {
    /// Its responsables are asked.
    Asked,
    /// They were before, and have not answered.
    Waits,
    /// It belongs to it already.
    Already,
}

/// An organisation that somebody belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnOrganisation {
    /// Which.
    pub organisation: Organisation,
    /// As what.
    pub rank: Rank,
    /// Needs that are shared with its members.
    pub needs: usize,
    /// People who ask to belong to it, for whoever decides.
    pub requests: usize,
}

/// An organisation, as its members see it.
#[derive(Debug)]
pub struct OrganisationView {
    /// Which.
    pub organisation: Organisation,
    /// The needs that are shared with its members, the newest first.
    pub needs: Vec<OwnNeed>,
    /// What structures let it keep of their pages.
    pub delegated: Vec<(Arc<Entry>, Vec<FichePart>)>,
    /// The day on which it looks.
    pub today: Date,
}

/// What somebody may ask to join, or begin.
#[derive(Debug, Default)]
pub struct OrganisationsFound {
    /// Organisations that it may ask: those of its mail domain, or of what it looked for.
    pub proposed: Vec<Organisation>,
    /// Those that it has asked.
    pub asked: Vec<OrganisationId>,
    /// The SIRET that ProConnect vouches for, when no organisation has it.
    pub vouched: Option<Siret>,
}

impl Backend {
    /// Organisations that the actor may ask to join: of the name or SIRET that it looks for; of its own mail domain, when it
    /// looks for nothing. A domain proposes, it grants nothing.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it did not sign in.
    pub async fn organisation_find(&self, actor: &Actor, text: &str) -> Result<OrganisationsFound> {
        let account = self.account_seen(actor)?;
        let mut proposed = match (text.trim(), Siret::parse(text)) {
            ("", _) => match own_domain(&account.address) {
                Some(domain) => self.store.organisation_of_domain(&domain).await?,
                None => Vec::new(),
            },
            (_, Ok(siret)) => self.store.organisation_of_siret(siret).await?.into_iter().collect(),
            (name, Err(_)) => self.store.organisation_named(name).await?,
        };
        proposed.retain(|organisation| account.rank_in(organisation.id).is_none());
        let vouched = match self.vouched_siret(account).await? {
            Some(siret) if self.store.organisation_of_siret(siret).await?.is_none() => Some(siret),
            _ => None,
        };
        Ok(OrganisationsFound { proposed, asked: self.store.requests_of(account.id).await?, vouched })
    }

    /// The SIRET that ProConnect vouches for, of no structure of the catalogue.
    async fn vouched_siret(&self, account: &Account) -> Result<Option<Siret>> {
        let known = self.store.identity_of(account.id).await?.into_iter();
        let mut sirets = known.filter_map(|(_, siret)| Siret::kept(&siret?));
        Ok(sirets.find(|siret| self.structure_known(*siret).is_err()))
    }

    /// Says that there is an organisation: the actor is its first responsable. What others do is theirs until they share it:
    /// nothing is gained by saying to be who one is not.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in.
    pub async fn organisation_begin(
        &self,
        actor: &Actor,
        asked: &OrganisationAsked,
    ) -> Result<OrganisationBegun> {
        let account = actor.account().map_err(Error::Forbidden)?;
        let vouched = self.vouched_siret(account).await?;
        let id = OrganisationId(self.clock.id());
        let new = Organisation {
            id,
            name: asked.name.clone(),
            kind: asked.kind,
            siret: asked.siret,
            is_vouched: asked.siret.is_some() && asked.siret == vouched,
        };
        let begin = async |tx: &mut Tx| {
            let now = self.clock.now();
            if !tx.organisation_insert(&new, now).await? {
                let siret = new.siret.ok_or(Error::NotFound)?;
                let known = tx.organisation_of_siret(siret).await?.ok_or(Error::NotFound)?;
                return Ok(Deed::Nothing(OrganisationBegun::Known(known)));
            }
            tx.membership_set(id.into(), account.id, Rank::Responsible, now).await?;
            Ok(Deed::Kept(OrganisationBegun::Begun(id)))
        };
        Ok(self.write(actor, Action::OrganisationBegin, Target::Organisation(id), begin).await?.value)
    }

    /// Asks the responsables of an organisation to belong to it: they are mailed.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in; [`Error::NotFound`] when there is no such organisation.
    pub async fn organisation_ask(&self, actor: &Actor, id: OrganisationId) -> Result<OrganisationJoin> {
        let account = actor.account().map_err(Error::Forbidden)?;
        let team = Team::Organisation(id);
        let ask = async |tx: &mut Tx, held: HeldTeam| {
            let members = tx.colleague_list(team).await?;
            if members.iter().any(|member| member.account == account.id) {
                return Ok(Deed::Nothing(OrganisationJoin::Already));
            }
            if !tx.request_set(id, account.id, self.clock.now()).await? {
                return Ok(Deed::Nothing(OrganisationJoin::Waits));
            }
            let mail = OrganisationRequested {
                organisation: held.name,
                address: account.address.to_string(),
                members_url: self.links().members(team),
            };
            for member in members.iter().filter(|member| member.rank == Rank::Responsible) {
                let key = format!("organisation_ask:{}:{}:{}", id.0, account.id.0, member.account.0);
                tx.mail_add(self, mail.mail(&member.address)?, format!("{key}:{}", self.clock.id())).await?;
            }
            Ok(Deed::Kept(OrganisationJoin::Asked))
        };
        Ok(self.team_write(actor, Action::OrganisationAsk, Target::of_team(team), team, ask).await?.value)
    }

    /// Accepts somebody who asks to belong to an organisation, or declines; it is mailed.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor does not decide there; [`Error::NotFound`] when that account does not ask.
    pub async fn organisation_answer(
        &self,
        actor: &Actor,
        id: OrganisationId,
        account: AccountId,
        accepts: bool,
    ) -> Result<()> {
        let team = Team::Organisation(id);
        let asks = self.store.request_list(id).await?;
        let answer = async |tx: &mut Tx, held: HeldTeam| {
            let who = asks.iter().find(|request| request.account == account).ok_or(Error::NotFound)?;
            if !tx.request_take(id, account).await? {
                return Err(Error::NotFound);
            }
            let said = match accepts {
                true => "un responsable a accepté votre demande, vous en faites partie",
                false => "un responsable n’a pas accepté votre demande",
            };
            if accepts {
                tx.membership_set(team, account, Rank::Member, self.clock.now()).await?;
            }
            self.membership_changed_tell(tx, (team, &held.name), &who.address, said.to_owned()).await?;
            Ok(Deed::Kept(()))
        };
        let target = Target::Colleague { team, account };
        self.team_write(actor, Action::OrganisationAnswer, target, team, answer).await.map(|_| ())
    }

    /// An organisation, as its members see it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is none.
    pub async fn organisation_show(&self, actor: &Actor, id: OrganisationId) -> Result<OrganisationView> {
        self.authorise(actor, Action::OrganisationShow, Target::Organisation(id))?;
        let reader = actor.account().map_err(Error::Forbidden)?.id;
        let counts = self.store.need_moved_of_organisation(reader, id).await?;
        let needs = self.store.need_of_organisation(id, NEEDS_LISTED_MAX).await?;
        let delegated =
            self.store.delegated_to(id).await?.into_iter().filter_map(|delegation| {
                Some((self.structure_known(delegation.siret).ok()?, delegation.parts))
            });
        Ok(OrganisationView {
            delegated: delegated.collect(),
            organisation: self.store.organisation_fetch(id).await?.ok_or(Error::NotFound)?,
            needs: OwnNeed::counted(needs, &counts),
            today: self.clock.today(),
        })
    }

    /// The organisations that an account belongs to.
    pub(super) async fn own_organisations(&self, account: &Account) -> Result<Vec<OwnOrganisation>> {
        let mut own = Vec::new();
        for (id, rank) in account.organisations() {
            let requests = match rank {
                Rank::Responsible => self.store.request_list(id).await?.len(),
                Rank::Member => 0,
            };
            let Some(organisation) = self.store.organisation_fetch(id).await? else { continue };
            let needs = self.store.need_moved_of_organisation(account.id, id).await?.len();
            own.push(OwnOrganisation { organisation, rank, needs, requests });
        }
        Ok(own)
    }

    /// The organisations with which the author of a need may share it: those that its account belongs to.
    pub(crate) async fn organisations_of_author(
        &self,
        author: Option<AccountId>,
    ) -> Result<Vec<Organisation>> {
        let Some(author) = author else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for membership in self.store.membership_list(author).await? {
            if let Team::Organisation(id) = membership.team {
                found.extend(self.store.organisation_fetch(id).await?);
            }
        }
        Ok(found)
    }

    /// Shares a need with the members of an organisation to which its author belongs; with no organisation, for `None`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not share it; [`Error::Refused`] when its author does not belong to that
    /// organisation.
    pub async fn need_share(&self, actor: &Actor, need: Uuid, with: Option<OrganisationId>) -> Result<()> {
        let author = self.store.need_fetch(need).await?.ok_or(Error::NotFound)?.account;
        let open = self.organisations_of_author(author).await?;
        let share = async |tx: &mut Tx, held: HeldNeed| {
            if with.is_some_and(|id| open.iter().all(|organisation| organisation.id != id)) {
                return Err(Error::Refused(
                    "L’auteur de ce besoin ne fait pas partie de cette organisation.".to_owned(),
                ));
            }
            if held.need.organisation == with {
                return Ok(Deed::Nothing(()));
            }
            tx.need_share(need, with).await?;
            Ok(Deed::Kept(()))
        };
        self.need_write(actor, Action::CollaboratorChange, need, share).await.map(|_| ())
    }

    /// Makes a responsable of the organisation the author of a need that is shared with it: its mails come to them from now
    /// on, and the links that the author before had are good no more. That one learns so.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no such responsable.
    pub async fn need_take_over(&self, actor: &Actor, need: Uuid) -> Result<()> {
        let account = actor.account().map_err(Error::Forbidden)?;
        let take_over = async |tx: &mut Tx, held: HeldNeed| {
            let before = held.need.author.clone();
            if before.as_ref().is_some_and(|author| author.is_same_mailbox(&account.address)) {
                return Ok(Deed::Nothing(()));
            }
            tx.need_hand_over(need, &account.address).await?;
            if let Some(before) = before {
                let mail = NeedTakenOver {
                    title: held.need.draft.title.clone(),
                    by: account.address.to_string(),
                    space_url: self.links().space(),
                };
                let key = format!("need_take_over:{need}:{}", self.clock.id());
                tx.mail_add(self, mail.mail(&before)?, key).await?;
            }
            Ok(Deed::Kept(()))
        };
        self.need_write(actor, Action::NeedTakeOver, need, take_over).await.map(|_| ())
    }

    /// Who is to be the author of the needs that an account shares with an organisation, once it is gone: its first
    /// responsable who stays. `None` when there is none.
    pub(super) async fn successor(
        &self,
        organisation: OrganisationId,
        leaves: AccountId,
    ) -> Result<Option<EmailAddress>> {
        let (members, _) = self.store.colleague_list(organisation.into()).await?;
        let stays = members.into_iter().find(|m| m.account != leaves && m.rank == Rank::Responsible);
        Ok(stays.map(|member| member.address))
    }
}
