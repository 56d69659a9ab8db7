//! Facilitateurs of territories and services of the State: who asks to be one, who accepts, what they see there.

use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::{MandateAsked, MandateChanged, Template};
use crate::needs::{NeedPage, NeedQuery};
use crate::store::{MandateRow, Tx};
use crate::write::Deed;
use domain::access::{AccountId, Action, Actor, Mandate, Target, TerritoryRole, Verdict, may};
use domain::territory::Place;

/// Longest name of an employer, in characters.
pub const EMPLOYER_MAX: usize = 120;

/// A territory, as those who have a mandate there see it.
#[derive(Debug)]
pub struct TerritoryWork {
    /// Which.
    pub place: Place,
    /// Its needs, those that ended among them.
    pub needs: NeedPage,
    /// Who has a mandate there.
    pub holders: Vec<MandateRow>,
    /// Who asks for one, as far as the reader accepts them.
    pub requests: Vec<MandateRow>,
    /// As what the reader is here; `None` for administrators.
    pub own: Option<Mandate>,
}

impl Backend {
    /// Asks for a mandate: the facilitateurs of the territory are mailed, who may accept another one; administrators find
    /// every demand in their queue.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in; [`Error::Refused`] when it asked before, or has it.
    pub async fn mandate_ask(&self, actor: &Actor, mandate: Mandate, employer: &str) -> Result<()> {
        let account = actor.account().map_err(Error::Forbidden)?;
        let others = self.store.mandate_list().await?;
        let ask = async |tx: &mut Tx| {
            if !tx.mandate_ask(account.id, mandate, employer, self.clock.now()).await? {
                return Err(Error::Refused(
                    "Vous l’avez déjà demandé pour ce territoire\u{a0}: attendez la réponse.".to_owned(),
                ));
            }
            let mail = MandateAsked {
                territory: mandate.place.name(),
                address: account.address.to_string(),
                employer: employer.to_owned(),
                territory_url: self.links().territory_work(mandate.place),
            };
            for facilitator in others.iter().filter(|row| accepts(row, mandate)) {
                let key = format!("mandate_ask:{}:{}", facilitator.account.0, self.clock.id());
                tx.mail_add(self, mail.mail(&facilitator.address)?, key).await?;
            }
            Ok(Deed::Kept(()))
        };
        let target = Target::Mandate { mandate, account: account.id };
        self.write(actor, Action::MandateAsk, target, ask).await.map(|_| ())
    }

    /// Grants a mandate, or declines; takes one away that was granted. Whose it is learns so.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor does not decide of it; [`Error::NotFound`] when there is none.
    pub async fn mandate_answer(
        &self,
        actor: &Actor,
        mandate: Mandate,
        account: AccountId,
        grants: bool,
    ) -> Result<()> {
        let known = self.store.mandate_of(account).await?;
        let answer = async |tx: &mut Tx| {
            let row = known.iter().find(|row| row.mandate == mandate).ok_or(Error::NotFound)?;
            let (done, said) = match (grants, row.granted_at) {
                (true, _) => (
                    tx.mandate_grant(account, mandate, self.clock.now()).await?,
                    "votre demande est acceptée",
                ),
                (false, None) => {
                    (tx.mandate_drop(account, mandate).await?, "votre demande n’est pas acceptée")
                }
                (false, Some(_)) => (tx.mandate_drop(account, mandate).await?, "votre accès est retiré"),
            };
            if !done {
                return Err(Error::NotFound);
            }
            let mail = MandateChanged {
                territory: mandate.place.name(),
                role: mandate.role.label().to_owned(),
                said: said.to_owned(),
                space_url: self.links().space(),
            };
            let key = format!("mandate_answer:{}:{}", account.0, self.clock.id());
            tx.mail_add(self, mail.mail(&row.address)?, key).await?;
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::MandateAnswer, Target::Mandate { mandate, account }, answer)
            .await
            .map(|_| ())
    }

    /// Gives up one's own mandate, or one's demand.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in; [`Error::NotFound`] when it has none.
    pub async fn mandate_leave(&self, actor: &Actor, mandate: Mandate) -> Result<()> {
        let account = actor.account().map_err(Error::Forbidden)?.id;
        let leave = async |tx: &mut Tx| match tx.mandate_drop(account, mandate).await? {
            true => Ok(Deed::Kept(())),
            false => Err(Error::NotFound),
        };
        self.write(actor, Action::MandateLeave, Target::Account(account), leave).await.map(|_| ())
    }

    /// The mandates of the actor, and what it asks for.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it did not sign in.
    pub async fn mandate_own(&self, actor: &Actor) -> Result<Vec<MandateRow>> {
        self.store.mandate_of(self.account_seen(actor)?.id).await
    }

    /// A territory, as those who have a mandate there see it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor has none.
    pub async fn territory_work(&self, actor: &Actor, place: Place, page: usize) -> Result<TerritoryWork> {
        self.authorise(actor, Action::TerritoryWorkShow, Target::Territory(place))?;
        let rows = self.store.mandate_list().await?.into_iter().filter(|row| row.mandate.place == place);
        let (holders, mut requests): (Vec<_>, Vec<_>) = rows.partition(|row| row.granted_at.is_some());
        requests.retain(|row| self.answers(actor, row));
        let own = actor
            .account()
            .ok()
            .and_then(|account| account.mandates.iter().copied().find(|mandate| mandate.reaches(place)));
        let query = NeedQuery { place: Some(place), closed_too: true, page, ..NeedQuery::default() };
        Ok(TerritoryWork { place, needs: self.need_list(&query), holders, requests, own })
    }

    /// Demands that the actor may answer, wherever they are from.
    pub(super) async fn mandate_requests(&self, actor: &Actor) -> Result<Vec<MandateRow>> {
        let rows = self.store.mandate_list().await?.into_iter();
        Ok(rows.filter(|row| row.granted_at.is_none() && self.answers(actor, row)).collect())
    }

    fn answers(&self, actor: &Actor, row: &MandateRow) -> bool {
        let target = Target::Mandate { mandate: row.mandate, account: row.account };
        may(actor, Action::MandateAnswer, &target) == Verdict::Granted
    }
}

/// Whether somebody has a mandate with which another one of that kind is accepted.
fn accepts(row: &MandateRow, asked: Mandate) -> bool {
    let are_facilitators =
        [row.mandate.role, asked.role].iter().all(|role| *role == TerritoryRole::Facilitator);
    are_facilitators && row.granted_at.is_some() && row.mandate.reaches(asked.place)
}
