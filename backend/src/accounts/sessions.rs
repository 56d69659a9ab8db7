//! Signing in by mail: a link, or a code for another device; and the sessions that this opens.

use super::{code_new, code_shown, code_typed};
use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::{SignIn, SignedInElsewhere, Template};
use crate::store::{MandateRow, SessionRow, SignInRow, Tx};
use crate::write::Deed;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::{Account, AccountId, Action, Actor, Administration, Awaited, Mandate, Support, Target};
use domain::email::EmailAddress;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How long the link and the code of a mail sign in.
pub const SIGN_IN_MINUTES: i64 = 10;
/// How many codes may be tried against one mail.
pub const TRIES: i64 = 5;
/// Longest name of a device that is kept, in characters.
pub const DEVICE_MAX: usize = 60;
/// Days for which a session is good after it was last seen.
pub const SESSION_DAYS: i64 = 30;
const DAY: i64 = 86_400;
/// Hours for which a session of an administrator is good, seen again or not.
pub const ADMINISTRATOR_HOURS: i64 = 12;
/// A session that is seen is not written down more often, in seconds.
const SEEN_EVERY: i64 = 3_600;
/// How long the secret is good that a new one took the place of, in seconds: for what was asked at the same time.
const BEFORE_SECONDS: i64 = 60;
/// Bytes of the secret of a session.
const SECRET: usize = 32;

/// A session that was just opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// What the cookie holds: kept nowhere else.
    pub secret: String,
    /// How long the cookie is good, in seconds.
    pub seconds: i64,
    /// Whether the code of the second factor has still to be given.
    pub awaits_factor: bool,
}

/// Who came with the cookie of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// Who.
    pub actor: Actor,
    /// What its cookie is to hold from now on, when what it may do has changed.
    pub renewed: Option<SignedIn>,
}

/// What became of a code, or of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInTried {
    /// It is good.
    SignedIn(SignedIn),
    /// It is another code.
    Wrong,
    /// It signed in before, its time is over, or too many codes were tried: another mail is to be asked for.
    Over,
}

/// A new secret, for that many seconds.
pub(super) fn secret_new(seconds: i64) -> Result<SignedIn> {
    let mut bytes = [0u8; SECRET];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no randomness: {e}"))?;
    Ok(SignedIn { secret: URL_SAFE_NO_PAD.encode(bytes), seconds, awaits_factor: false })
}

/// How long a session is good, in seconds.
pub(super) fn session_seconds(is_administrator: bool) -> i64 {
    if is_administrator { ADMINISTRATOR_HOURS * 3_600 } else { SESSION_DAYS * DAY }
}

pub(super) fn secret_hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// What the seal of a code is made over.
fn sealed(id: Uuid, code: &str) -> String {
    format!("sign_in {id} {code}")
}

/// Those of an account's mandates that are granted.
fn granted(rows: Vec<MandateRow>) -> Vec<Mandate> {
    rows.into_iter().filter(|row| row.granted_at.is_some()).map(|row| row.mandate).collect()
}

impl Backend {
    /// Mails the link and the code that sign in. The same happens whether or not the address has an account: it has one
    /// once it signs in.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sign_in_ask(&self, actor: &Actor, address: &EmailAddress) -> Result<Uuid> {
        let (id, code, now) = (self.clock.id(), code_new()?, self.clock.now());
        let asked = SignInRow {
            id,
            address: address.clone(),
            code_seal: self.signer.seal(&sealed(id, &code)),
            until: now + SIGN_IN_MINUTES * 60,
            tries: 0,
            used_at: None,
        };
        let mail =
            SignIn { code: code_shown(&code), minutes: SIGN_IN_MINUTES, link_url: self.links().sign_in(id) };
        let ask = async |tx: &mut Tx| {
            tx.sign_in_insert(&asked, now).await?;
            tx.mail_add(self, mail.mail(address)?, format!("sign_in:{id}")).await?;
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::SignInAsk, Target::SignIn(id), ask).await?;
        Ok(id)
    }

    /// Signs in with a code. Each that is tried counts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sign_in_by_code(
        &self,
        actor: &Actor,
        id: Uuid,
        code: &str,
        device: &str,
    ) -> Result<SignInTried> {
        let text = sealed(id, &code_typed(code));
        // What was mailed never changes: only how often it was tried, and when it was used, which is asked below.
        let Some(asked) = self.store.sign_in_fetch(id).await? else { return Ok(SignInTried::Over) };
        let sign_in = async |tx: &mut Tx| {
            if !tx.sign_in_try(id, TRIES).await? {
                return Ok(Deed::Nothing(SignInTried::Over));
            }
            if !self.signer.is_seal(&text, &asked.code_seal) {
                return Ok(Deed::Kept(SignInTried::Wrong));
            }
            self.signed_in(tx, &asked, device).await
        };
        Ok(self.write(actor, Action::SignInByCode, Target::SignIn(id), sign_in).await?.value)
    }

    /// The address that a link signs in; `None` when it did before.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not get that mail.
    pub async fn sign_in_show(&self, actor: &Actor, id: Uuid) -> Result<Option<EmailAddress>> {
        self.authorise(actor, Action::SignInByLink, Target::SignIn(id))?;
        let asked = self.store.sign_in_fetch(id).await?;
        Ok(asked.filter(|asked| asked.used_at.is_none()).map(|asked| asked.address))
    }

    /// Signs in with the link of a mail.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not get that mail.
    pub async fn sign_in_by_link(&self, actor: &Actor, id: Uuid, device: &str) -> Result<SignInTried> {
        let asked = self.store.sign_in_fetch(id).await?;
        let sign_in = async |tx: &mut Tx| match &asked {
            Some(asked) => self.signed_in(tx, asked, device).await,
            None => Ok(Deed::Nothing(SignInTried::Over)),
        };
        Ok(self.write(actor, Action::SignInByLink, Target::SignIn(id), sign_in).await?.value)
    }

    /// Opens a session for what was asked, once.
    async fn signed_in(&self, tx: &mut Tx, asked: &SignInRow, device: &str) -> Result<Deed<SignInTried>> {
        let now = self.clock.now();
        if !tx.sign_in_use(asked.id, now).await? {
            return Ok(Deed::Kept(SignInTried::Over));
        }
        let account = tx.account_of(&asked.address, AccountId(self.clock.id()), now).await?;
        let opened = self.session_open(tx, (account, &asked.address), asked.id, device).await?;
        Ok(Deed::Kept(SignInTried::SignedIn(opened)))
    }

    /// Opens a session of an account that was proved to have an address; `key_id` is what proved it.
    pub(super) async fn session_open(
        &self,
        tx: &mut Tx,
        (account, address): (AccountId, &EmailAddress),
        key_id: Uuid,
        device: &str,
    ) -> Result<SignedIn> {
        let now = self.clock.now();
        tx.account_seen(account, now).await?;
        let device: String = device.chars().take(DEVICE_MAX).collect();
        if tx.session_is_elsewhere(account, &device).await? {
            let mail = SignedInElsewhere { device: device.clone(), sessions_url: self.links().sessions() };
            let key = format!("signed_in_elsewhere:{}", key_id);
            tx.mail_add(self, mail.mail(address)?, key).await?;
        }
        let awaits_factor = tx.factor_is_kept(account).await?;
        // Time enough to take one's telephone.
        let seconds = match awaits_factor {
            true => SIGN_IN_MINUTES * 60,
            false => session_seconds(tx.administrator_is(account).await?),
        };
        let opened = SignedIn { awaits_factor, ..secret_new(seconds)? };
        let session = SessionRow {
            id: self.clock.id(),
            account,
            address: address.clone(),
            device,
            opened_at: now,
            seen_at: now,
            until: now + opened.seconds,
            awaits_factor,
        };
        tx.session_insert(&session, &secret_hash(&opened.secret)).await?;
        Ok(opened)
    }

    /// Who has the secret of a session: nobody in particular when it is of none that is open. A new secret comes with it when
    /// what the account may do has changed since.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn session_recognise(&self, secret: &str) -> Result<Recognised> {
        let now = self.clock.now();
        let hash = secret_hash(secret);
        let Some(found) = self.store.session_fetch(&hash, now).await? else {
            return Ok(Recognised { actor: Actor::Anyone, renewed: None });
        };
        let (session, is_administrator) = (found.session, found.is_administrator);
        if session.awaits_factor {
            let awaited = Awaited { id: session.account, session: session.id };
            return Ok(Recognised { actor: Actor::Awaited(awaited), renewed: None });
        }
        // That of an administrator ends when it was to end.
        let until = if is_administrator { session.until } else { now + SESSION_DAYS * DAY };
        let fresh = secret_new(until - now)?;
        let hashes = [&hash[..], &secret_hash(&fresh.secret)];
        let renewed = self.store.session_renew(session.id, hashes, now + BEFORE_SECONDS).await?;
        if now - session.seen_at >= SEEN_EVERY {
            self.store.session_seen(session.id, session.account, now, until).await?;
        }
        let administration = match (is_administrator, found.has_factor) {
            (false, _) => Administration::None,
            (true, false) => Administration::WithoutFactor,
            (true, true) => Administration::Whole,
        };
        let own = (session.account, session.address.clone());
        // Nobody but an administrator who is still one acts for somebody else.
        let support = match administration {
            Administration::Whole => self.support_now(&session, now).await?,
            Administration::None | Administration::WithoutFactor => None,
        };
        let account = match support {
            Some((of, address, support)) => {
                let acted = self.account_with((of, address), session.id, Administration::None).await?;
                Account { support: Some(support), ..acted }
            }
            None => self.account_with(own, session.id, administration).await?,
        };
        Ok(Recognised { actor: Actor::Account(account), renewed: renewed.then_some(fresh) })
    }

    /// An account with what it belongs to.
    async fn account_with(
        &self,
        (id, address): (AccountId, EmailAddress),
        session: Uuid,
        administration: Administration,
    ) -> Result<Account> {
        Ok(Account {
            id,
            session,
            memberships: self.store.membership_list(id).await?,
            invitations: self.store.invitation_of(&address).await?,
            delegations: self.store.delegations_of(id).await?,
            mandates: granted(self.store.mandate_of(id).await?),
            collaborations: self.store.collaborations_of(id).await?,
            administration,
            address,
            support: None,
        })
    }

    /// In whose place an administrator acts at this moment. When the hour is over, the session gets a new secret.
    async fn support_now(
        &self,
        session: &SessionRow,
        now: i64,
    ) -> Result<Option<(AccountId, EmailAddress, Support)>> {
        let Some(row) = self.store.support_fetch(session.id).await? else { return Ok(None) };
        if row.until < now {
            let (id, target) = (session.id, Target::Account(row.of));
            let end = async |tx: &mut Tx| tx.support_set(id, None).await.map(Deed::Kept);
            self.write(&Actor::Job, Action::SupportEnd, target, end).await?;
            return Ok(None);
        }
        let support = Support { administrator: session.account, why: row.why, until: row.until };
        Ok(Some((row.of, row.address, support)))
    }

    /// The open sessions of an account, the last seen first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in.
    pub async fn session_list(&self, actor: &Actor) -> Result<Vec<SessionRow>> {
        let account = self.account_seen(actor)?;
        self.authorise(actor, Action::SessionEnd, Target::Account(account.id))?;
        self.store.session_list(account.id, self.clock.now()).await
    }

    /// Ends a session of the actor's account.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in; [`Error::NotFound`] when the account has no such session.
    pub async fn session_end(&self, actor: &Actor, session: Uuid) -> Result<()> {
        let account = actor.account().map_err(Error::Forbidden)?.id;
        let end = async |tx: &mut Tx| match tx.session_end(session, account, self.clock.now()).await? {
            true => Ok(Deed::Kept(())),
            false => Err(Error::NotFound),
        };
        self.write(actor, Action::SessionEnd, Target::Account(account), end).await.map(|_| ())
    }

    /// The account of an actor, for what it sees of itself.
    pub(crate) fn account_seen<'a>(&self, actor: &'a Actor) -> Result<&'a Account> {
        let account = actor.account().map_err(Error::Forbidden)?;
        self.authorise(actor, Action::SpaceShow, Target::Account(account.id))?;
        Ok(account)
    }
}
