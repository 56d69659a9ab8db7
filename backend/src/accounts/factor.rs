//! The second factor: an application that shows six digits, another six every thirty seconds (RFC 6238), and codes on paper
//! for whoever loses it.

use super::code_typed;
use super::sessions::{secret_hash, secret_new, session_seconds};
use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::{SecurityChanged, Template};
use crate::store::Tx;
use crate::write::Deed;
use domain::access::{Account, AccountId, Action, Actor, Awaited, Refusal, Target};
use domain::email::EmailAddress;
use sha2::{Digest, Sha256};
use std::fmt;
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

/// How many codes on paper are given at once; each serves once.
pub const RECOVERY_CODES: usize = 10;
/// How many codes may be tried in a session before it ends.
const TRIES: i64 = 5;
/// Bytes of the secret of an application: what RFC 4226 recommends.
const SECRET: usize = 20;
/// Bytes of a code on paper: 80 bits, so that its hash tells nothing.
const RECOVERY: usize = 10;
/// Letters between two hyphens of a code on paper.
const GROUP: usize = 4;
/// What applications call the service.
const ISSUER: &str = "La Place des marchés";

/// Where the second factor of an account stands.
#[derive(Clone, PartialEq, Eq)]
pub enum FactorState {
    /// There is none.
    None,
    /// An application is being added: it has not given a code yet.
    Begun {
        /// What is typed into the application, in groups of four letters.
        secret: String,
        /// What the application reads from the screen.
        url: String,
    },
    /// Signing in takes one.
    Kept {
        /// Since when, in seconds since 1970.
        since: i64,
        /// How many codes on paper are left.
        codes_left: i64,
    },
}

impl fmt::Debug for FactorState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Begun { .. } => f.write_str("Begun"),
            Self::Kept { since, codes_left } => write!(f, "Kept({since}, {codes_left})"),
        }
    }
}

/// What somebody sees of its second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorView {
    /// Whose it is.
    pub account: Account,
    /// Where it stands.
    pub state: FactorState,
}

/// What became of a code.
#[derive(Clone, PartialEq, Eq)]
pub enum FactorTried<T> {
    /// It is good.
    Right(T),
    /// It is another one, or it served before.
    Wrong,
    /// Too many were tried: the session is over.
    Over,
}

/// What it opens is a secret: it never reaches a log.
impl<T> fmt::Debug for FactorTried<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Right(_) => "Right",
            Self::Wrong => "Wrong",
            Self::Over => "Over",
        })
    }
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no randomness: {e}"))?;
    Ok(bytes)
}

fn totp(secret: &[u8], address: &EmailAddress) -> Result<Totp> {
    let builder =
        Builder::new().with_secret(secret).with_issuer(Some(ISSUER)).with_account_name(address.as_str());
    Ok(builder.build().map_err(|error| anyhow::anyhow!("the secret of a second factor: {error:?}"))?)
}

/// « ABCD-EFGH »: easier to copy by hand.
fn grouped(letters: &str) -> String {
    let letters: Vec<char> = letters.chars().collect();
    letters.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A code on paper as it was typed: capitals or not, with or without hyphens.
fn recovery_typed(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

fn recovery_hash(account: AccountId, code: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(account.0.as_bytes());
    hash.update(code.as_bytes());
    hash.finalize().to_vec()
}

/// Codes on paper, as they are shown.
fn recovery_new() -> Result<Vec<String>> {
    (0..RECOVERY_CODES).map(|_| Ok(grouped(&Secret::from(random::<RECOVERY>()?).to_base32()))).collect()
}

impl Backend {
    /// What the actor sees of its second factor.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it did not sign in.
    pub async fn factor_show(&self, actor: &Actor) -> Result<FactorView> {
        let account = self.account_seen(actor)?.clone();
        // The secret of an application that is being added is shown to nobody else.
        self.authorise(actor, Action::FactorChange, Target::Account(account.id))?;
        let state = match self.store.factor_fetch(account.id).await? {
            None => FactorState::None,
            Some((row, codes_left)) => match row.confirmed_at {
                Some(since) => FactorState::Kept { since, codes_left },
                None => {
                    let totp = totp(&row.secret, &account.address)?;
                    let url = totp.to_url().map_err(|error| anyhow::anyhow!("{error:?}"))?;
                    FactorState::Begun { secret: grouped(&totp.secret().to_base32()), url }
                }
            },
        };
        Ok(FactorView { account, state })
    }

    /// Begins to add an application, with a new secret. One that is confirmed stays as it is.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in.
    pub async fn factor_begin(&self, actor: &Actor) -> Result<()> {
        let account = actor.account().map_err(Error::Forbidden)?.id;
        let secret = random::<SECRET>()?;
        let begin =
            async |tx: &mut Tx| tx.factor_begin(account, &secret, self.clock.now()).await.map(Deed::Kept);
        self.write(actor, Action::FactorChange, Target::Account(account), begin).await.map(|_| ())
    }

    /// Adds the application, once it gives a right code: the codes on paper, shown this once. Every other session of the
    /// account has to give a code from now on.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in; [`Error::NotFound`] when no application is being added.
    pub async fn factor_confirm(&self, actor: &Actor, code: &str) -> Result<FactorTried<Vec<String>>> {
        let account = actor.account().map_err(Error::Forbidden)?;
        let (id, now) = (account.id, self.clock.now());
        let confirm = async |tx: &mut Tx| {
            let row =
                tx.factor_fetch(id).await?.filter(|row| row.confirmed_at.is_none()).ok_or(Error::NotFound)?;
            if let Some(refused) = self.tried_too_often(tx, account.session, id).await? {
                return Ok(refused);
            }
            let step = totp(&row.secret, &account.address)?
                .check(&code_typed(code), u64::try_from(now).unwrap_or(0));
            let Some(step) = step.and_then(|step| i64::try_from(step).ok()) else {
                return Ok(Deed::Kept(FactorTried::Wrong));
            };
            if !tx.factor_step_use(id, step).await? || !tx.factor_confirm(id, now).await? {
                return Ok(Deed::Kept(FactorTried::Wrong));
            }
            tx.factor_right(account.session).await?;
            tx.factor_await(id, account.session).await?;
            let codes = self.recovery_codes_renew(tx, id).await?;
            self.security_tell(tx, &account.address, "un second facteur protège maintenant votre compte")
                .await?;
            Ok(Deed::Kept(FactorTried::Right(codes)))
        };
        Ok(self.write(actor, Action::FactorChange, Target::Account(id), confirm).await?.value)
    }

    /// New codes on paper, shown this once, for a right code.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in.
    pub async fn recovery_renew(&self, actor: &Actor, code: &str) -> Result<FactorTried<Vec<String>>> {
        self.factor_change(actor, code, async |tx, account| {
            let codes = self.recovery_codes_renew(tx, account.id).await?;
            let said = "vos codes de secours ont été remplacés";
            self.security_tell(tx, &account.address, said).await?;
            Ok(codes)
        })
        .await
    }

    /// Takes the second factor away, for a right code.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in.
    pub async fn factor_remove(&self, actor: &Actor, code: &str) -> Result<FactorTried<()>> {
        self.factor_change(actor, code, async |tx, account| {
            tx.factor_delete(account.id).await?;
            self.security_tell(tx, &account.address, "le second facteur de votre compte a été retiré").await
        })
        .await
    }

    /// What an account does with its second factor, for a right code.
    async fn factor_change<T>(
        &self,
        actor: &Actor,
        code: &str,
        act: impl AsyncFnOnce(&mut Tx, &Account) -> Result<T>,
    ) -> Result<FactorTried<T>> {
        let account = actor.account().map_err(Error::Forbidden)?;
        let change = async |tx: &mut Tx| {
            if let Some(refused) = self.tried_too_often(tx, account.session, account.id).await? {
                return Ok(refused);
            }
            if !self.is_right(tx, account.id, &account.address, code).await? {
                return Ok(Deed::Kept(FactorTried::Wrong));
            }
            tx.factor_right(account.session).await?;
            Ok(Deed::Kept(FactorTried::Right(act(tx, account).await?)))
        };
        Ok(self.write(actor, Action::FactorChange, Target::Account(account.id), change).await?.value)
    }

    /// Ends signing in, by the code of the application or one on paper: what the cookie is to hold from now on.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not in the middle of signing in.
    pub async fn factor_try(&self, actor: &Actor, code: &str) -> Result<FactorTried<super::SignedIn>> {
        let awaited = self.awaited(actor)?;
        let (id, session) = (awaited.id, awaited.session);
        let addresses = self.store.address_list(id).await?;
        let address = addresses.first().ok_or(Error::NotFound)?;
        let sign_in = async |tx: &mut Tx| {
            if let Some(refused) = self.tried_too_often(tx, session, id).await? {
                return Ok(refused);
            }
            if !self.is_right(tx, id, address, code).await? {
                return Ok(Deed::Kept(FactorTried::Wrong));
            }
            let opened = secret_new(session_seconds(tx.administrator_is(id).await?))?;
            let until = self.clock.now() + opened.seconds;
            let is_open = tx.factor_pass(session, &secret_hash(&opened.secret), until).await?;
            Ok(Deed::Kept(if is_open { FactorTried::Right(opened) } else { FactorTried::Over }))
        };
        Ok(self.write(actor, Action::FactorTry, Target::Account(id), sign_in).await?.value)
    }

    /// Whether the actor has still to give a code, for the page that asks for it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it has not.
    pub fn factor_ask(&self, actor: &Actor) -> Result<()> {
        self.awaited(actor).map(|_| ())
    }

    fn awaited<'a>(&self, actor: &'a Actor) -> Result<&'a Awaited> {
        let Actor::Awaited(awaited) = actor else {
            let refusal = if actor.account().is_ok() { Refusal::NotYours } else { Refusal::NoAccount };
            return Err(Error::Forbidden(refusal));
        };
        self.authorise(actor, Action::FactorTry, Target::Account(awaited.id))?;
        Ok(awaited)
    }

    /// Takes the second factor of somebody away who lost the application and the codes on paper.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the operator; [`Error::NotFound`] when that account has none.
    pub async fn factor_drop(&self, actor: &Actor, address: &EmailAddress) -> Result<()> {
        let account = self.store.account_of_mailbox(address).await?.ok_or(Error::NotFound)?;
        let drop = async |tx: &mut Tx| {
            if !tx.factor_delete(account).await? {
                return Err(Error::NotFound);
            }
            let said = "l’exploitant du service a retiré le second facteur de votre compte, à votre demande";
            self.security_tell(tx, address, said).await?;
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::FactorDrop, Target::Account(account), drop).await.map(|_| ())
    }

    /// Counts a code; ends the session when too many were tried.
    async fn tried_too_often<T>(
        &self,
        tx: &mut Tx,
        session: Uuid,
        account: AccountId,
    ) -> Result<Option<Deed<FactorTried<T>>>> {
        if tx.factor_count(session, TRIES).await? {
            return Ok(None);
        }
        tx.session_end(session, account, self.clock.now()).await?;
        Ok(Some(Deed::Kept(FactorTried::Over)))
    }

    /// Whether a code is that of the application, for the first time, or one on paper that is left.
    async fn is_right(
        &self,
        tx: &mut Tx,
        account: AccountId,
        address: &EmailAddress,
        code: &str,
    ) -> Result<bool> {
        let now = self.clock.now();
        let Some(row) = tx.factor_fetch(account).await?.filter(|row| row.confirmed_at.is_some()) else {
            return Ok(false);
        };
        let letters = recovery_typed(code);
        if letters.len() > 6 {
            return tx.recovery_code_use(account, &recovery_hash(account, &letters), now).await;
        }
        let step = totp(&row.secret, address)?.check(&code_typed(code), u64::try_from(now).unwrap_or(0));
        match step.and_then(|step| i64::try_from(step).ok()) {
            Some(step) => tx.factor_step_use(account, step).await,
            None => Ok(false),
        }
    }

    async fn recovery_codes_renew(&self, tx: &mut Tx, account: AccountId) -> Result<Vec<String>> {
        let codes = recovery_new()?;
        let hashes: Vec<Vec<u8>> =
            codes.iter().map(|code| recovery_hash(account, &recovery_typed(code))).collect();
        tx.recovery_codes_set(account, &hashes).await?;
        Ok(codes)
    }

    /// Mails whoever has an account what changed in how it is protected.
    pub(super) async fn security_tell(&self, tx: &mut Tx, to: &EmailAddress, said: &str) -> Result<()> {
        let mail = SecurityChanged { said: said.to_owned(), sessions_url: self.links().sessions() };
        tx.mail_add(self, mail.mail(to)?, format!("security:{}", self.clock.id())).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_on_paper_are_read_as_people_copy_them() {
        for typed in ["ABCD-EFGH-2345-WXYZ", "abcd efgh 2345 wxyz", " abcdefgh2345wxyz\u{a0}"] {
            assert_eq!(recovery_typed(typed), "ABCDEFGH2345WXYZ", "{typed}");
        }
        let codes = recovery_new().expect("randomness");
        assert_eq!(codes.len(), RECOVERY_CODES);
        for code in &codes {
            assert_eq!((code.len(), code.matches('-').count()), (19, 3), "{code}");
            assert_eq!(codes.iter().filter(|other| *other == code).count(), 1);
        }
    }

    /// The codes of RFC 6238, appendix B, for its secret and SHA-1, at their last six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let address = EmailAddress::parse("camille@ville.example").expect("an address");
        let totp = totp(b"12345678901234567890", &address).expect("a secret");
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(totp.check(code, time), Some(time / 30), "{time}");
            assert_eq!(totp.check(code, time + 29), Some(time / 30), "{time}, by a slow hand");
            assert_eq!(totp.check(code, time + 90), None, "{time}, too late");
        }
        let url = totp.to_url().expect("an address");
        assert!(
            url.starts_with("otpauth://totp/La%20Place%20des%20march%C3%A9s:camille%40ville.example?"),
            "{url}"
        );
    }
}
