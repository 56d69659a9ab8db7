//! An administrator acts in the place of somebody, to help.

use crate::Backend;
use crate::clock;
use crate::error::{Error, Result};
use crate::mail::{SupportBegan, Template};
use crate::store::{SupportRow, Tx};
use crate::write::Deed;
use domain::access::{Action, Actor, SUPPORT_MINUTES, SUPPORT_WHY_MAX, Target};
use domain::email::EmailAddress;

impl Backend {
    /// Begins to act in the place of the account of an address. The person learns so, with the reason; the session gets
    /// another secret with its next answer.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no administrator, or acts for somebody already; [`Error::Refused`] when the reason
    /// is missing or too long, when nobody has the address, when it is the actor's own or another administrator's.
    pub async fn support_begin(&self, actor: &Actor, address: &EmailAddress, why: &str) -> Result<()> {
        self.authorise(actor, Action::SupportBegin, Target::Administration)?;
        let administrator = actor.account().map_err(Error::Forbidden)?;
        let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
        if why.is_empty() || why.chars().count() > SUPPORT_WHY_MAX {
            return refused(
                "Dites en une phrase pourquoi vous ouvrez cet espace (200 caractères au plus)\u{a0}: la personne la lira.",
            );
        }
        let Some(of) = self.store.account_find(address).await? else {
            return refused("Aucun compte n’a cette adresse\u{a0}: vérifiez-la avec la personne.");
        };
        if of == administrator.id {
            return refused("C’est votre propre compte\u{a0}: il n’y a personne à aider.");
        }
        let (session, now) = (administrator.session, self.clock.now());
        let own =
            self.store.session_list(administrator.id, now).await?.into_iter().find(|of| of.id == session);
        let until = own.map_or(now, |own| own.until.min(now + SUPPORT_MINUTES * 60));
        let begin = async |tx: &mut Tx| {
            if tx.administrator_is(of).await? {
                return refused(
                    "Cette personne est administratrice du service\u{a0}: personne n’agit à sa place.",
                );
            }
            let support = SupportRow { of, why: why.clone(), until, address: address.clone() };
            tx.support_set(session, Some(&support)).await?;
            let mail = SupportBegan { why: why.clone(), until: clock::moment_in_paris(until) };
            tx.mail_add(self, mail.mail(address)?, format!("support:{}", self.clock.id())).await?;
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::SupportBegin, Target::Account(of), begin).await.map(|_| ())
    }

    /// Goes back to the administrator's own account.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the actor acts for nobody.
    pub async fn support_end(&self, actor: &Actor) -> Result<()> {
        let account = actor.account().map_err(Error::Forbidden)?;
        if account.support.is_none() {
            return Err(Error::NotFound);
        }
        let end = async |tx: &mut Tx| tx.support_set(account.session, None).await.map(Deed::Kept);
        self.write(actor, Action::SupportEnd, Target::Account(account.id), end).await.map(|_| ())
    }
}

impl Backend {
    /// Ends the session of an administrator who acts in the place of somebody.
    ///
    /// # Errors
    /// As [`Backend::support_end`].
    pub async fn support_sign_out(&self, actor: &Actor) -> Result<()> {
        let account = actor.account().map_err(Error::Forbidden)?;
        let administrator = account.support.as_ref().ok_or(Error::NotFound)?.administrator;
        let end = async |tx: &mut Tx| {
            tx.support_set(account.session, None).await?;
            tx.session_end(account.session, administrator, self.clock.now()).await?;
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::SupportEnd, Target::Account(account.id), end).await.map(|_| ())
    }

    /// When administrators acted in the place of the actor's account, the last first, in seconds since 1970.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in.
    pub async fn support_list(&self, actor: &Actor) -> Result<Vec<i64>> {
        let account = self.account_seen(actor)?;
        let rows = self.store.audit_list(Target::Account(account.id)).await?;
        let begun = rows.iter().filter(|row| row.action == Action::SupportBegin.code());
        let mut all: Vec<i64> = begun.map(|row| row.at).collect();
        all.reverse();
        Ok(all)
    }
}

fn refused<T>(text: &str) -> Result<T> {
    Err(Error::Refused(text.to_owned()))
}
