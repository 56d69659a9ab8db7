//! Administrators: who is one, and what waits for them.

use super::sessions::session_seconds;
use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::Incoming;
use crate::store::{Administrator, DeadJob, KeptMail, Lately, MandateRow, Tx};
use crate::vigilance::Vigilance;
use crate::write::Deed;
use domain::access::{AccountId, Action, Actor, Target};
use domain::email::EmailAddress;
use uuid::Uuid;

const DAY: i64 = 86_400;

/// What waits for administrators.
#[derive(Debug)]
pub struct AdministrationView {
    /// Mails that belong to no thread, the oldest first.
    pub mails: Vec<KeptMail>,
    /// What looks wrong.
    pub vigilance: Vigilance,
    /// Who asks to be something of a territory.
    pub mandates: Vec<MandateRow>,
    /// What happened in the last twenty-four hours.
    pub lately: Lately,
    /// Work that could not be done.
    pub dead_jobs: Vec<DeadJob>,
    /// The administrators.
    pub administrators: Vec<Administrator>,
}

/// A mail that belongs to no thread, as far as it can be read.
#[derive(Debug)]
pub struct KeptMailView {
    /// What is known without reading it.
    pub mail: KeptMail,
    /// Its subject.
    pub subject: String,
    /// Its words; empty when it cannot be read.
    pub text: String,
    /// The names of its files.
    pub files: Vec<String>,
}

impl Backend {
    /// Invites an address to be an administrator: the link that makes it one, which nobody else gets.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the operator.
    pub async fn administrator_invite(&self, actor: &Actor, address: &EmailAddress) -> Result<String> {
        let (id, now) = (self.clock.id(), self.clock.now());
        let invite = async |tx: &mut Tx| tx.administrator_invite(id, address, now).await.map(Deed::Kept);
        self.write(actor, Action::AdministratorInvite, Target::Administration, invite).await?;
        Ok(self.links().administrator_join(id))
    }

    /// The address that a link makes an administrator; `None` when it did before.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor has another link.
    pub async fn administrator_join_show(&self, actor: &Actor, id: Uuid) -> Result<Option<EmailAddress>> {
        self.authorise(actor, Action::AdministratorJoin, Target::AdministratorInvitation(id))?;
        self.store.administrator_invited(id).await
    }

    /// Makes the invited address an administrator, once. It signs in by its mailbox as everybody does: the link alone opens
    /// nothing.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor has another link; [`Error::NotFound`] when it served before.
    pub async fn administrator_join(&self, actor: &Actor, id: Uuid) -> Result<()> {
        let address = self.store.administrator_invited(id).await?;
        let join = async |tx: &mut Tx| {
            let (address, now) = (address.ok_or(Error::NotFound)?, self.clock.now());
            if !tx.administrator_invitation_use(id, now).await? {
                return Err(Error::NotFound);
            }
            let account = tx.account_of(&address, AccountId(self.clock.id()), now).await?;
            tx.administrator_add(account, now, now + session_seconds(true)).await?;
            self.security_tell(tx, &address, "vous êtes maintenant administrateur du service").await?;
            Ok(Deed::Kept(()))
        };
        let target = Target::AdministratorInvitation(id);
        self.write(actor, Action::AdministratorJoin, target, join).await.map(|_| ())
    }

    /// Makes somebody an administrator no more.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the operator; [`Error::NotFound`] when that address is none.
    pub async fn administrator_remove(&self, actor: &Actor, address: &EmailAddress) -> Result<()> {
        let account = self.store.account_of_mailbox(address).await?.ok_or(Error::NotFound)?;
        let remove = async |tx: &mut Tx| {
            if !tx.administrator_delete(account).await? {
                return Err(Error::NotFound);
            }
            self.security_tell(tx, address, "vous n’êtes plus administrateur du service").await?;
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::AdministratorRemove, Target::Account(account), remove).await.map(|_| ())
    }

    /// The administrators, for the operator.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn administrator_list(&self) -> Result<Vec<Administrator>> {
        self.store.administrator_list().await
    }

    /// What waits for administrators.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is none.
    pub async fn administration_show(&self, actor: &Actor) -> Result<AdministrationView> {
        self.authorise(actor, Action::AdministrationShow, Target::Administration)?;
        Ok(AdministrationView {
            vigilance: self.vigilance().await?,
            mandates: self.mandate_requests(actor).await?,
            lately: self.store.lately(self.clock.now() - DAY).await?,
            mails: self.store.mail_kept_list().await?,
            dead_jobs: self.store.job_dead_list().await?,
            administrators: self.store.administrator_list().await?,
        })
    }

    /// A mail that belongs to no thread, read as plain text.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no administrator; [`Error::NotFound`] when there is no such mail.
    pub async fn mail_kept_show(&self, actor: &Actor, name: &str) -> Result<KeptMailView> {
        self.authorise(actor, Action::AdministrationShow, Target::Administration)?;
        let mail = self.mail_kept_named(name).await?;
        let raw = self.store.mail_kept_fetch(&mail.digest).await?.ok_or(Error::NotFound)?;
        let read = Incoming::read(&raw);
        let (subject, text, files) = match read {
            Some(read) => (read.subject, read.text, read.files.into_iter().map(|(name, _)| name).collect()),
            None => (String::new(), String::new(), Vec::new()),
        };
        Ok(KeptMailView { mail, subject, text, files })
    }

    /// The same mail as it came.
    ///
    /// # Errors
    /// Those of [`Backend::mail_kept_show`].
    pub async fn mail_kept_raw(&self, actor: &Actor, name: &str) -> Result<Vec<u8>> {
        self.authorise(actor, Action::AdministrationShow, Target::Administration)?;
        let mail = self.mail_kept_named(name).await?;
        self.store.mail_kept_fetch(&mail.digest).await?.ok_or(Error::NotFound)
    }

    /// Drops a mail that belongs to no thread, for good.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is neither administrator nor operator; [`Error::NotFound`] when there is no such
    /// mail.
    pub async fn mail_kept_drop(&self, actor: &Actor, name: &str) -> Result<()> {
        let target = Target::Administration;
        self.authorise(actor, Action::MailDrop, target)?;
        let digest = self.mail_kept_named(name).await?.digest;
        let drop = async |tx: &mut Tx| match tx.mail_kept_drop(&digest).await? {
            true => Ok(Deed::Kept(())),
            false => Err(Error::NotFound),
        };
        self.write(actor, Action::MailDrop, target, drop).await.map(|_| ())
    }

    async fn mail_kept_named(&self, name: &str) -> Result<KeptMail> {
        let kept = self.store.mail_kept_list().await?;
        kept.into_iter().find(|mail| mail.name() == name).ok_or(Error::NotFound)
    }
}
