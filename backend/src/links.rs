//! Signed links: what a person may do without an account, because a mail brought them the link.

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::{Answer, Store};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::sector::{SectorIx, Sectors};
use domain::siret::Siret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use uuid::Uuid;

/// Bytes of the signature that are kept: 128 bits.
const SIGNATURE: usize = 16;
const DAY: i64 = 86_400;
/// How long a draft can be resumed, and is kept after it was last written.
pub const DRAFT_DAYS: i64 = 180;

/// What a link allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Publish a need: for seven days.
    NeedPublish(Uuid),
    /// Write a need that is not published yet: for 180 days.
    NeedPrepare(Uuid),
    /// See the answers to a need, and revise it: for two years.
    NeedFollow(Uuid),
    /// Answer a need for a structure: for one year.
    NeedAnswer(Uuid, Siret),
    /// Say for a structure whether a sector is its trade: for 60 days.
    TradeAnswer(Siret, SectorIx),
    /// Keep the page of a structure: for seven days.
    StructureManage(Siret),
    /// Stop the mails to a structure: for ever.
    AlertsStop(Siret),
}

impl Grant {
    fn lifetime(self) -> Option<i64> {
        match self {
            Self::NeedPublish(_) | Self::StructureManage(_) => Some(7 * DAY),
            Self::NeedPrepare(_) => Some(DRAFT_DAYS * DAY),
            Self::NeedFollow(_) => Some(730 * DAY),
            Self::NeedAnswer(..) => Some(365 * DAY),
            Self::TradeAnswer(..) => Some(60 * DAY),
            Self::AlertsStop(_) => None,
        }
    }

    fn text(self) -> String {
        match self {
            Self::NeedPublish(id) => format!("p.{}", id.simple()),
            Self::NeedPrepare(id) => format!("w.{}", id.simple()),
            Self::NeedFollow(id) => format!("f.{}", id.simple()),
            Self::NeedAnswer(id, siret) => format!("a.{}.{siret}", id.simple()),
            Self::TradeAnswer(siret, sector) => format!("t.{siret}.{}", sector.slug()),
            Self::StructureManage(siret) => format!("m.{siret}"),
            Self::AlertsStop(siret) => format!("s.{siret}"),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        match parts.as_slice() {
            ["p", id] => Some(Self::NeedPublish(id.parse().ok()?)),
            ["w", id] => Some(Self::NeedPrepare(id.parse().ok()?)),
            ["f", id] => Some(Self::NeedFollow(id.parse().ok()?)),
            ["a", id, siret] => Some(Self::NeedAnswer(id.parse().ok()?, Siret::kept(siret)?)),
            ["t", siret, slug] => {
                Some(Self::TradeAnswer(Siret::kept(siret)?, Sectors::get().parse(slug).ok()?))
            }
            ["m", siret] => Some(Self::StructureManage(Siret::kept(siret)?)),
            ["s", siret] => Some(Self::AlertsStop(Siret::kept(siret)?)),
            _ => None,
        }
    }
}

/// Signs and checks links. The secret is made once and kept in the database, so that every node knows it.
pub struct Signer {
    secret: Vec<u8>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(secret)")
    }
}

impl Signer {
    pub(crate) async fn open(store: &Store) -> Result<Self> {
        let mut fresh = [0u8; 32];
        getrandom::fill(&mut fresh).map_err(|e| anyhow::anyhow!("no randomness: {e}"))?;
        let kept = store.setting_get_or_insert("link_secret", &URL_SAFE_NO_PAD.encode(fresh)).await?;
        let secret = URL_SAFE_NO_PAD.decode(kept).map_err(anyhow::Error::from)?;
        Ok(Self { secret })
    }

    /// The token of a grant, to be put in a link.
    #[must_use]
    pub fn token(&self, grant: Grant, clock: &Clock) -> String {
        let until = grant.lifetime().map_or(0, |seconds| clock.now() + seconds);
        let text = format!("{}~{until}", grant.text());
        let signature = self.signature(&text).finalize().into_bytes();
        format!("{text}~{}", URL_SAFE_NO_PAD.encode(&signature[..SIGNATURE]))
    }

    /// What a token allows.
    ///
    /// # Errors
    /// [`Error::BadLink`] when it was not made here or is too old.
    pub fn check(&self, token: &str, clock: &Clock) -> Result<Grant> {
        let (text, signature) = token.rsplit_once('~').ok_or(Error::BadLink)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Error::BadLink)?;
        if signature.len() != SIGNATURE {
            return Err(Error::BadLink);
        }
        self.signature(text).verify_truncated_left(&signature).map_err(|_| Error::BadLink)?;
        let (grant, until) = text.rsplit_once('~').ok_or(Error::BadLink)?;
        let until: i64 = until.parse().map_err(|_| Error::BadLink)?;
        if until != 0 && until < clock.now() {
            return Err(Error::BadLink);
        }
        Grant::read(grant).ok_or(Error::BadLink)
    }

    fn signature(&self, text: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret)
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
        mac.update(text.as_bytes());
        mac
    }
}

/// The addresses that mails carry.
#[derive(Debug, Clone, Copy)]
pub struct Links<'a> {
    pub(crate) signer: &'a Signer,
    pub(crate) clock: &'a Clock,
    pub(crate) public_url: &'a str,
}

impl Links<'_> {
    fn signed(&self, path: &str, grant: Grant) -> String {
        format!("{}{path}?jeton={}", self.public_url, self.signer.token(grant, self.clock))
    }

    /// Page with the button that publishes a need.
    #[must_use]
    pub fn need_publish(&self, id: Uuid) -> String {
        self.signed("/besoins/confirmer", Grant::NeedPublish(id))
    }

    /// The optional steps of a need that is not published.
    #[must_use]
    pub fn need_prepare(&self, id: Uuid) -> String {
        self.signed("/besoins/preparer", Grant::NeedPrepare(id))
    }

    /// The author's page of a need, with the answers.
    #[must_use]
    pub fn need_follow(&self, id: Uuid) -> String {
        self.signed("/besoins/suivre", Grant::NeedFollow(id))
    }

    /// Page with the button that answers a need.
    #[must_use]
    pub fn need_answer(&self, id: Uuid, siret: Siret, answer: Answer) -> String {
        let link = self.signed("/besoins/repondre", Grant::NeedAnswer(id, siret));
        format!("{link}&reponse={}", answer.code())
    }

    /// Page with the button that says whether a sector is a structure's trade. `answer` is « oui », « non » or « autre ».
    #[must_use]
    pub fn trade_answer(&self, siret: Siret, sector: SectorIx, answer: &str) -> String {
        format!("{}&reponse={answer}", self.signed("/metier", Grant::TradeAnswer(siret, sector)))
    }

    /// The structure's own page.
    #[must_use]
    pub fn structure_manage(&self, siret: Siret) -> String {
        self.signed(&format!("/structures/{siret}/gerer"), Grant::StructureManage(siret))
    }

    /// Page, and address of the one-click request, that stop the mails to a structure.
    #[must_use]
    pub fn alerts_stop(&self, siret: Siret) -> String {
        self.signed("/messages/arreter", Grant::AlertsStop(siret))
    }

    /// Public page of a need.
    #[must_use]
    pub fn need(&self, id: Uuid) -> String {
        format!("{}/besoins/{id}", self.public_url)
    }
}

impl crate::Backend {
    /// The addresses that mails carry.
    #[must_use]
    pub fn links(&self) -> Links<'_> {
        Links { signer: &self.signer, clock: &self.clock, public_url: &self.public_url }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer() -> Signer {
        Signer { secret: vec![7; 32] }
    }

    #[test]
    fn tokens_round_trip() {
        let clock = Clock::fixed(1_000_000);
        let siret = Siret::with_key(123_456_789, 1);
        let id = Uuid::from_u128(42);
        for grant in [
            Grant::NeedPublish(id),
            Grant::NeedPrepare(id),
            Grant::NeedFollow(id),
            Grant::NeedAnswer(id, siret),
            Grant::TradeAnswer(siret, SectorIx(3)),
            Grant::StructureManage(siret),
            Grant::AlertsStop(siret),
        ] {
            let token = signer().token(grant, &clock);
            assert_eq!(signer().check(&token, &clock).ok(), Some(grant), "{token}");
        }
    }

    #[test]
    fn tokens_expire_and_cannot_be_changed() {
        let clock = Clock::fixed(1_000_000);
        let token = signer().token(Grant::NeedPublish(Uuid::from_u128(1)), &clock);
        let other = token.replacen('1', "2", 1);
        for wrong in ["", "~", "a~b", "p.1~0~", other.as_str(), &token[..token.len() - 1]] {
            assert!(matches!(signer().check(wrong, &clock), Err(Error::BadLink)), "{wrong}");
        }
        clock.advance(8 * DAY);
        assert!(matches!(signer().check(&token, &clock), Err(Error::BadLink)));
        let stop = signer().token(Grant::AlertsStop(Siret::with_key(1, 1)), &clock);
        clock.advance(4_000 * DAY);
        assert!(signer().check(&stop, &clock).is_ok());
    }
}
