//! Signing in by ProConnect, which says who somebody is and of which organisation.

mod provider;

pub use provider::{NotVouched, OfAgent, Provider, ProviderSettings, Vouched};

use super::SignedIn;
use super::members::rank_of_next;
use super::sessions::secret_hash;
use crate::Backend;
use crate::error::Result;
use crate::store::{IdentityRow, Tx};
use crate::write::Deed;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::{AccountId, Action, Actor, Rank, Target, Team};
use domain::siret::Siret;
use provider::Visit;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Seconds in which somebody comes back from the provider.
pub const VISIT_SECONDS: i64 = 600;

/// What the browser keeps until it comes back, sealed: nobody else can write it.
#[derive(Serialize, Deserialize)]
struct Kept {
    visit: Visit,
    /// The page that is opened afterwards.
    to: String,
    /// Last second on which it is good.
    until: i64,
}

/// Where somebody is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// At the provider.
    pub url: String,
    /// What its browser keeps meanwhile.
    pub kept: String,
}

/// Somebody who came back, and signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Its session.
    pub signed_in: SignedIn,
    /// The page that it wanted to open.
    pub to: String,
}

fn sealed(text: &str) -> String {
    format!("proconnect {text}")
}

/// Whether two secrets are one, in a time that says nothing of where they differ.
fn is_same(one: &str, other: &str) -> bool {
    Sha256::digest(one.as_bytes()) == Sha256::digest(other.as_bytes())
}

impl Backend {
    /// Sends somebody to the provider; `to` is the page that is opened afterwards.
    ///
    /// # Errors
    /// [`NotVouched::Unreachable`] when the provider does not answer.
    pub async fn proconnect_begin(
        &self,
        provider: &Provider,
        to: &str,
    ) -> std::result::Result<Sent, NotVouched> {
        let (url, visit) = provider.begin().await?;
        let kept = Kept { visit, to: to.to_owned(), until: self.clock.now() + VISIT_SECONDS };
        let text = serde_json::to_string(&kept).map_err(|error| NotVouched::Unproven(error.into()))?;
        let text = URL_SAFE_NO_PAD.encode(text);
        let seal = URL_SAFE_NO_PAD.encode(self.signer.seal(&sealed(&text)));
        Ok(Sent { url, kept: format!("{text}.{seal}") })
    }

    /// What the browser kept, if it is ours and of the visit that comes back.
    fn proconnect_kept(&self, kept: &str, state: &str) -> Option<Kept> {
        let (text, seal) = kept.split_once('.')?;
        let seal = URL_SAFE_NO_PAD.decode(seal).ok()?;
        if !self.signer.is_seal(&sealed(text), &seal) {
            return None;
        }
        let kept: Kept = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        (self.clock.now() <= kept.until && is_same(&kept.visit.state, state)).then_some(kept)
    }

    /// Signs somebody in who comes back with a code.
    ///
    /// # Errors
    /// [`NotVouched`] when the provider does not vouch for anybody, or for somebody else; the others are those of the database.
    pub async fn proconnect_finish(
        &self,
        provider: &Provider,
        kept: &str,
        (state, code): (&str, &str),
        device: &str,
    ) -> Result<std::result::Result<Arrived, NotVouched>> {
        let Some(kept) = self.proconnect_kept(kept, state) else {
            return Ok(Err(NotVouched::Unproven(anyhow::anyhow!("it is of another visit"))));
        };
        if code.is_empty() {
            return Ok(Err(NotVouched::Unproven(anyhow::anyhow!("it comes back without a code"))));
        }
        let vouched = match provider.finish(&kept.visit, code).await {
            Ok(vouched) => vouched,
            Err(error) => return Ok(Err(error)),
        };
        let signed_in = self.sign_in_by_provider(&vouched, device).await?;
        Ok(Ok(Arrived { signed_in, to: kept.to }))
    }

    /// Opens a session for whom the provider vouches. It is the account that it opened before; the first time that of its
    /// address. The structure or organisation that the provider says it works for it joins once: whoever is taken out of it stays out.
    async fn sign_in_by_provider(&self, vouched: &Vouched, device: &str) -> Result<SignedIn> {
        let (id, now) = (self.clock.id(), self.clock.now());
        let sign_in = async |tx: &mut Tx| {
            let known = tx.identity_fetch(&vouched.issuer, &vouched.subject).await?;
            let account = match &known {
                Some(identity) => identity.account,
                None => tx.account_of(&vouched.address, AccountId(self.clock.id()), now).await?,
            };
            let joined = known.and_then(|identity| identity.siret);
            if let Some(siret) = vouched.siret.filter(|siret| Some(*siret) != joined) {
                self.team_join_vouched(tx, siret, account).await?;
            }
            let identity = IdentityRow { account, siret: vouched.siret.or(joined) };
            tx.identity_set(&vouched.issuer, &vouched.subject, &identity, now).await?;
            let address = tx.address_add(account, &vouched.address, now).await?;
            let opened = self.session_open(tx, (account, &address), id, device).await?;
            tx.session_id_token(&secret_hash(&opened.secret), &vouched.id_token).await?;
            Ok(Deed::Kept(opened))
        };
        Ok(self.write(&Actor::Anyone, Action::SignInByProvider, Target::SignIn(id), sign_in).await?.value)
    }

    /// Makes an account belong to the structure or organisation of a SIRET, if there is one. Whoever ProConnect vouches for
    /// first decides in an organisation that so far was only what its members said.
    async fn team_join_vouched(&self, tx: &mut Tx, siret: Siret, account: AccountId) -> Result<()> {
        let now = self.clock.now();
        let (team, decides) = if tx.structure_hold(siret).await?.is_some() {
            (Team::Structure(siret), false)
        } else if let Some(known) = tx.organisation_of_siret(siret).await? {
            tx.organisation_hold(known.id).await?;
            tx.organisation_vouch(known.id, now).await?;
            (Team::Organisation(known.id), !known.is_vouched)
        } else {
            return Ok(());
        };
        let members = tx.colleague_list(team).await?;
        let is_member = members.iter().any(|member| member.account == account);
        if decides {
            tx.membership_set(team, account, Rank::Responsible, now).await?;
        } else if !is_member {
            tx.membership_set(team, account, rank_of_next(&members), now).await?;
        }
        Ok(())
    }

    /// What ends the session of an actor at the provider too; `None` when it did not come from there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn proconnect_token(&self, actor: &Actor) -> Result<Option<String>> {
        let session = match actor {
            Actor::Account(account) => account.session,
            Actor::Awaited(awaited) => awaited.session,
            _ => return Ok(None),
        };
        self.store.session_id_token(session).await
    }
}
