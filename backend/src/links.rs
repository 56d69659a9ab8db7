//! Signed links: what a person may do without an account, because a mail brought them the link.

use crate::Backend;
use crate::accounts::SIGN_IN_MINUTES;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::{Store, Tx};
use crate::write::Deed;
use arc_swap::ArcSwap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::{Action, Actor, Grant, Holder, Target, Team};
use domain::need::{Answer, LotKey, Need};
use domain::privacy::{ADMINISTRATOR_INVITATION_DAYS, DRAFT_DAYS, INTEREST_DAYS};
use domain::sector::{SectorIx, Sectors};
use domain::siret::Siret;
use domain::structure::Structure;
use domain::territory::Place;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt;
use std::path::Path;
use uuid::Uuid;

/// Bytes of the signature that are kept: 128 bits.
const SIGNATURE: usize = 16;
/// Bytes of a secret that the program makes.
const SECRET: usize = 32;
/// Letters of the hash of a secret that name it in links.
const KEY_ID: usize = 8;
const DAY: i64 = 86_400;
/// The setting with the secret that signs, and the one with those that did before: a line each, with its end.
const CURRENT: &str = "link_secret";
const PAST: &str = "link_secrets_past";

/// How long a link of a grant is good, in seconds; `None` is for ever.
fn lifetime(grant: Grant) -> Option<i64> {
    match grant {
        Grant::NeedPublish(_) | Grant::StructureManage(_) | Grant::ContactConfirm(_) => Some(7 * DAY),
        Grant::InterestConfirm(..) => Some(INTEREST_DAYS * DAY),
        Grant::NeedDraft(_) | Grant::NeedPrepare(_) => Some(DRAFT_DAYS * DAY),
        Grant::NeedFollow(_) => Some(730 * DAY),
        Grant::NeedAnswer(..) => Some(365 * DAY),
        Grant::TradeAnswer(..) | Grant::FicheVouch(_) => Some(60 * DAY),
        Grant::SignIn(_) => Some(SIGN_IN_MINUTES * 60),
        Grant::AdministratorJoin(_) => Some(ADMINISTRATOR_INVITATION_DAYS * DAY),
        Grant::AlertsStop(_) => None,
    }
}

/// What a page is about, without the signature that lets do it: whoever signed in needs none.
#[must_use]
pub fn reference_text(grant: Grant) -> String {
    grant_text(grant)
}

/// Reads it.
#[must_use]
pub fn reference_read(text: &str) -> Option<Grant> {
    grant_read(text)
}

fn grant_text(grant: Grant) -> String {
    match grant {
        Grant::NeedPublish(id) => format!("p.{}", id.simple()),
        Grant::NeedDraft(id) => format!("d.{}", id.simple()),
        Grant::NeedPrepare(id) => format!("w.{}", id.simple()),
        Grant::NeedFollow(id) => format!("f.{}", id.simple()),
        Grant::NeedAnswer(id, siret) => format!("a.{}.{siret}", id.simple()),
        Grant::InterestConfirm(id, interest) => format!("i.{}.{}", id.simple(), interest.simple()),
        Grant::TradeAnswer(siret, sector) => format!("t.{siret}.{}", sector.slug()),
        Grant::StructureManage(siret) => format!("m.{siret}"),
        Grant::FicheVouch(siret) => format!("v.{siret}"),
        Grant::ContactConfirm(siret) => format!("c.{siret}"),
        Grant::AlertsStop(siret) => format!("s.{siret}"),
        Grant::SignIn(id) => format!("e.{}", id.simple()),
        Grant::AdministratorJoin(id) => format!("r.{}", id.simple()),
    }
}

fn grant_read(text: &str) -> Option<Grant> {
    let parts: Vec<&str> = text.split('.').collect();
    match parts.as_slice() {
        ["p", id] => Some(Grant::NeedPublish(id.parse().ok()?)),
        ["d", id] => Some(Grant::NeedDraft(id.parse().ok()?)),
        ["w", id] => Some(Grant::NeedPrepare(id.parse().ok()?)),
        ["f", id] => Some(Grant::NeedFollow(id.parse().ok()?)),
        ["a", id, siret] => Some(Grant::NeedAnswer(id.parse().ok()?, Siret::kept(siret)?)),
        ["i", id, interest] => Some(Grant::InterestConfirm(id.parse().ok()?, interest.parse().ok()?)),
        ["t", siret, slug] => Some(Grant::TradeAnswer(Siret::kept(siret)?, Sectors::get().parse(slug).ok()?)),
        ["m", siret] => Some(Grant::StructureManage(Siret::kept(siret)?)),
        ["v", siret] => Some(Grant::FicheVouch(Siret::kept(siret)?)),
        ["c", siret] => Some(Grant::ContactConfirm(Siret::kept(siret)?)),
        ["s", siret] => Some(Grant::AlertsStop(Siret::kept(siret)?)),
        ["e", id] => Some(Grant::SignIn(id.parse().ok()?)),
        ["r", id] => Some(Grant::AdministratorJoin(id.parse().ok()?)),
        _ => None,
    }
}

/// What a link that was signed here says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Signed {
    grant: Grant,
    /// The number of the links of its holder when it was made.
    number: i64,
    /// Last second on which it is good; `None` is for ever.
    until: Option<i64>,
}

/// A secret that signs, or signed.
#[derive(Clone)]
struct Key {
    id: String,
    secret: Vec<u8>,
    /// Last second on which what it signed is good; `None` is until it is replaced.
    until: Option<i64>,
}

impl Key {
    fn new(secret: Vec<u8>, until: Option<i64>) -> Self {
        let hash = Sha256::digest(&secret);
        let id: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { id: id[..KEY_ID].to_owned(), secret, until }
    }

    fn signature(&self, text: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret)
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
        mac.update(text.as_bytes());
        mac
    }
}

/// A secret as the operator may know it: its name, never itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretKey {
    /// Its name, which stands in the links that it signed.
    pub id: String,
    /// Last second on which what it signed is good, in seconds since 1970; `None` for the one that signs.
    pub until: Option<i64>,
}

/// Signs and checks links. The secret is made once and kept in the database, so that every node knows it; or it comes from
/// a file, so that who reads the database cannot sign.
pub struct Signer {
    /// The one that signs first.
    keys: ArcSwap<Vec<Key>>,
    from_file: bool,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(secret)")
    }
}

impl Signer {
    pub(crate) async fn open(store: &Store, file: Option<&Path>) -> Result<Self> {
        let signer = Self { keys: ArcSwap::default(), from_file: file.is_some() };
        match file {
            Some(file) => signer.keys.store(keys_of_file(file)?.into()),
            None => {
                store.setting_get_or_insert(CURRENT, &URL_SAFE_NO_PAD.encode(secret_new()?)).await?;
                signer.refresh(store).await?;
            }
        }
        Ok(signer)
    }

    /// Reads the secrets again: another node, or a command, may have made a new one.
    pub(crate) async fn refresh(&self, store: &Store) -> Result<()> {
        if self.from_file {
            return Ok(());
        }
        let current = store.setting_fetch(CURRENT).await?.unwrap_or_default();
        let mut keys = vec![Key::new(decoded(&current)?, None)];
        for line in store.setting_fetch(PAST).await?.unwrap_or_default().lines() {
            let (secret, until) = line.split_once(' ').unwrap_or((line, "0"));
            keys.push(Key::new(decoded(secret)?, until.parse().ok()));
        }
        self.keys.store(keys.into());
        Ok(())
    }

    /// The token of a grant, to be put in a link, for a holder whose links have this number.
    #[must_use]
    pub fn token(&self, grant: Grant, number: i64, clock: &Clock) -> String {
        let until = lifetime(grant).map_or(0, |seconds| clock.now() + seconds);
        let keys = self.keys.load();
        let key = keys.first().unwrap_or_else(|| unreachable!("a signer has a secret"));
        let text = format!("{}~{until}~{number}~{}", grant_text(grant), key.id);
        let signature = key.signature(&text).finalize().into_bytes();
        format!("{text}~{}", URL_SAFE_NO_PAD.encode(&signature[..SIGNATURE]))
    }

    /// What a token says, whatever its time; `None` when it was not made here.
    fn read(&self, token: &str, now: i64) -> Option<Signed> {
        let (text, signature) = token.rsplit_once('~')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok().filter(|bytes| bytes.len() == SIGNATURE)?;
        let parts: Vec<&str> = text.split('~').collect();
        // Links of before secrets had names say neither number nor secret.
        let (grant, until, number, key_id) = match parts.as_slice() {
            [grant, until] => (grant, until, 0, None),
            [grant, until, number, key] => (grant, until, number.parse().ok()?, Some(*key)),
            _ => return None,
        };
        let keys = self.keys.load();
        let mut good = keys.iter().filter(|key| key.until.is_none_or(|until| now <= until));
        let signed = |key: &Key| key.signature(text).verify_truncated_left(&signature).is_ok();
        good.find(|key| key_id.is_none_or(|id| id == key.id) && signed(key))?;
        let grant = grant_read(grant)?;
        let until: i64 = until.parse().ok()?;
        let until = (until != 0).then_some(until);
        // For ever is for those links alone that say so.
        (until.is_some() || lifetime(grant).is_none()).then_some(Signed { grant, number, until })
    }

    /// What proves a short text later, without keeping it.
    pub(crate) fn seal(&self, text: &str) -> Vec<u8> {
        let keys = self.keys.load();
        let key = keys.first().unwrap_or_else(|| unreachable!("a signer has a secret"));
        key.signature(text).finalize().into_bytes().to_vec()
    }

    /// Whether a seal was made of that text, with the secret of today or one of before.
    pub(crate) fn is_seal(&self, text: &str, seal: &[u8]) -> bool {
        self.keys.load().iter().any(|key| key.signature(text).verify_slice(seal).is_ok())
    }

    /// Whether bytes begin the seal of a text, with the secret of today or one of before.
    pub(crate) fn is_seal_start(&self, text: &str, start: &[u8]) -> bool {
        self.keys.load().iter().any(|key| key.signature(text).verify_truncated_left(start).is_ok())
    }

    /// The secrets, the one that signs first: their names, never themselves.
    #[must_use]
    pub fn keys(&self) -> Vec<SecretKey> {
        self.keys.load().iter().map(|key| SecretKey { id: key.id.clone(), until: key.until }).collect()
    }
}

fn secret_new() -> Result<[u8; SECRET]> {
    let mut fresh = [0u8; SECRET];
    getrandom::fill(&mut fresh).map_err(|e| anyhow::anyhow!("no randomness: {e}"))?;
    Ok(fresh)
}

fn decoded(secret: &str) -> Result<Vec<u8>> {
    Ok(URL_SAFE_NO_PAD.decode(secret.trim()).map_err(anyhow::Error::from)?)
}

/// The secrets of a file, a line each: the first one signs, what the others signed is still good.
fn keys_of_file(file: &Path) -> Result<Vec<Key>> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Error::Refused(format!("le secret des liens ne se lit pas ({})\u{a0}: {error}", file.display()))
    })?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let keys: Vec<Key> = lines.map(|line| Key::new(line.as_bytes().to_vec(), None)).collect();
    if keys.is_empty() || keys.iter().any(|key| key.secret.len() < SECRET) {
        return Err(Error::Refused(format!(
            "{}\u{a0}: un secret par ligne, de {SECRET} caractères au moins (par exemple de «\u{a0}openssl rand -base64 48\u{a0}»)",
            file.display()
        )));
    }
    Ok(keys)
}

impl Backend {
    /// Who holds a token: nobody in particular when it is empty, or was not made here.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn actor_of(&self, token: &str) -> Result<Actor> {
        if token.is_empty() {
            return Ok(Actor::Anyone);
        }
        let now = self.clock.now();
        let mut read = self.signer.read(token, now);
        if read.is_none() {
            // It may be signed with a secret that another node has just made.
            self.signer.refresh(&self.store).await?;
            read = self.signer.read(token, now);
        }
        let Some(signed) = read else { return Ok(Actor::Anyone) };
        let in_time = signed.until.is_none_or(|until| now <= until);
        let is_good = in_time && self.store.link_number(signed.grant.holder()).await? <= signed.number;
        Ok(if is_good { Actor::Link(signed.grant) } else { Actor::PastLink(signed.grant) })
    }

    /// Makes every link of a holder invalid that was sent so far.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the holder; [`Error::NotFound`] when there is none.
    pub async fn links_revoke(&self, actor: &Actor, holder: Holder) -> Result<()> {
        let target = match holder {
            Holder::Author(need) => self.need_target(need).await?,
            Holder::Structure(siret) => Target::Structure(siret),
            Holder::SignIn(id) => Target::SignIn(id),
            Holder::Administrator(id) => Target::AdministratorInvitation(id),
        };
        let revoke = async |tx: &mut Tx| tx.link_number_raise(holder).await.map(Deed::Kept);
        self.write(actor, Action::LinksRevoke, target, revoke).await.map(|_| ())
    }

    /// Makes a new secret: what was signed before is good for so many days.
    ///
    /// # Errors
    /// [`Error::Refused`] when the secret comes from a file.
    pub async fn secret_rotate(&self, keep_days: u32) -> Result<()> {
        if self.signer.from_file {
            return Err(Error::Refused(
                "le secret vient d’un fichier\u{a0}: écrivez le nouveau sur sa première ligne, puis redémarrez"
                    .to_owned(),
            ));
        }
        let now = self.clock.now();
        let until = now + i64::from(keep_days) * DAY;
        let fresh = URL_SAFE_NO_PAD.encode(secret_new()?);
        let mut tx = self.store.begin().await?;
        let current = tx.setting_hold(CURRENT).await?;
        let past = tx.setting_hold(PAST).await?;
        let is_good = |line: &&str| {
            line.split_once(' ').is_some_and(|(_, end)| end.parse().is_ok_and(|end: i64| end >= now))
        };
        let kept = past.lines().filter(is_good).map(str::to_owned);
        let past: Vec<String> = [format!("{current} {until}")].into_iter().chain(kept).collect();
        tx.setting_write(CURRENT, &fresh).await?;
        tx.setting_write(PAST, &past.join("\n")).await?;
        tx.commit().await?;
        self.signer.refresh(&self.store).await
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
    fn signed(&self, path: &str, grant: Grant, number: i64) -> String {
        format!("{}{path}?jeton={}", self.public_url, self.signer.token(grant, number, self.clock))
    }

    /// Page with the button that publishes a need.
    #[must_use]
    pub fn need_publish(&self, need: &Need) -> String {
        self.signed("/besoins/confirmer", Grant::NeedPublish(need.id), need.link_number)
    }

    /// The optional steps of a need, from the page where it was begun.
    #[must_use]
    pub fn need_draft(&self, need: &Need) -> String {
        self.signed("/besoins/preparer", Grant::NeedDraft(need.id), need.link_number)
    }

    /// The optional steps of a need that is not published, from its mail.
    #[must_use]
    pub fn need_prepare(&self, need: &Need) -> String {
        self.signed("/besoins/preparer", Grant::NeedPrepare(need.id), need.link_number)
    }

    /// Page with the button that confirms the address of a structure that is interested.
    #[must_use]
    pub fn interest_confirm(&self, need: &Need, interest: Uuid) -> String {
        self.signed("/besoins/interet", Grant::InterestConfirm(need.id, interest), need.link_number)
    }

    /// « Un e-mail vous attend »: it knows to which address.
    #[must_use]
    pub fn need_sent(&self, need: &Need) -> String {
        self.signed("/besoins/envoye", Grant::NeedDraft(need.id), need.link_number)
    }

    /// The author's page of a need, with the answers.
    #[must_use]
    pub fn need_follow(&self, need: &Need) -> String {
        self.signed("/besoins/suivre", Grant::NeedFollow(need.id), need.link_number)
    }

    /// Page with the button that answers a need.
    #[must_use]
    pub fn need_answer(&self, need: Uuid, structure: &Structure, answer: Answer) -> String {
        let grant = Grant::NeedAnswer(need, structure.siret);
        let link = self.signed("/besoins/repondre", grant, structure.link_number);
        format!("{link}&reponse={}", answer.code())
    }

    /// What a structure and the author of a need wrote to each other, for the structure.
    #[must_use]
    pub fn need_thread(&self, need: Uuid, structure: &Structure) -> String {
        self.signed("/besoins/echanger", Grant::NeedAnswer(need, structure.siret), structure.link_number)
    }

    /// A structure of a lot, for the author of the need.
    #[must_use]
    pub fn need_candidate(&self, need: &Need, lot: LotKey, siret: Siret) -> String {
        let link = self.signed("/besoins/suivre/structure", Grant::NeedFollow(need.id), need.link_number);
        let number = need.draft.lot_number(lot).map(|number| format!("&numero={number}"));
        format!("{link}&siret={siret}{}", number.unwrap_or_default())
    }

    /// Page with the button that says whether a sector is a structure's trade. `answer` is « oui », « non » or « autre ».
    #[must_use]
    pub fn trade_answer(&self, structure: &Structure, sector: SectorIx, answer: &str) -> String {
        let grant = Grant::TradeAnswer(structure.siret, sector);
        format!("{}&reponse={answer}", self.signed("/metier", grant, structure.link_number))
    }

    /// The structure's own page.
    #[must_use]
    pub fn structure_manage(&self, structure: &Structure) -> String {
        let siret = structure.siret;
        let path = format!("/structures/{siret}/gerer");
        self.signed(&path, Grant::StructureManage(siret), structure.link_number)
    }

    /// Page with the button that says that an address is the contact of a structure.
    #[must_use]
    pub fn contact_confirm(&self, structure: &Structure) -> String {
        let grant = Grant::ContactConfirm(structure.siret);
        self.signed("/structures/contact", grant, structure.link_number)
    }

    /// Page with the button that says that the page of a structure is right.
    #[must_use]
    pub fn fiche_vouch(&self, structure: &Structure) -> String {
        self.signed("/structures/exacte", Grant::FicheVouch(structure.siret), structure.link_number)
    }

    /// Page, and address of the one-click request, that stop the mails to a structure.
    #[must_use]
    pub fn alerts_stop(&self, structure: &Structure) -> String {
        self.signed("/messages/arreter", Grant::AlertsStop(structure.siret), structure.link_number)
    }

    /// Page with the button that signs in.
    #[must_use]
    pub fn sign_in(&self, id: Uuid) -> String {
        self.signed("/connexion/lien", Grant::SignIn(id), 0)
    }

    /// Page with the button that makes an administrator.
    #[must_use]
    pub fn administrator_join(&self, id: Uuid) -> String {
        self.signed("/administration/rejoindre", Grant::AdministratorJoin(id), 0)
    }

    /// The sessions of whoever is signed in.
    #[must_use]
    pub fn sessions(&self) -> String {
        format!("{}/espace/connexions", self.public_url)
    }

    /// The page of whoever is signed in.
    #[must_use]
    pub fn space(&self) -> String {
        format!("{}/espace", self.public_url)
    }

    /// A territory, as those who have a mandate there see it.
    #[must_use]
    pub fn territory_work(&self, place: Place) -> String {
        format!("{}/espace/territoires/{}", self.public_url, place.code())
    }

    /// The members of a structure or of an organisation.
    #[must_use]
    pub fn members(&self, team: Team) -> String {
        let of = if team.structure().is_some() { "structures" } else { "organisations" };
        format!("{}/espace/{of}/{}/membres", self.public_url, team.code())
    }

    /// Public page of a need.
    #[must_use]
    pub fn need(&self, id: Uuid) -> String {
        format!("{}/besoins/{id}", self.public_url)
    }
}

impl Backend {
    /// The addresses that mails carry.
    #[must_use]
    pub fn links(&self) -> Links<'_> {
        Links { signer: &self.signer, clock: &self.clock, public_url: &self.public_url }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET_OF_TESTS: [u8; 32] = [7; 32];

    fn signer(keys: &[(&[u8], Option<i64>)]) -> Signer {
        let keys: Vec<Key> = keys.iter().map(|(secret, until)| Key::new(secret.to_vec(), *until)).collect();
        Signer { keys: ArcSwap::from_pointee(keys), from_file: false }
    }

    fn one() -> Signer {
        signer(&[(&SECRET_OF_TESTS, None)])
    }

    /// A token as a signer of that text would make it: for what this program does not write any more, or never wrote.
    fn signed(text: &str) -> String {
        let signature = Key::new(SECRET_OF_TESTS.to_vec(), None).signature(text).finalize().into_bytes();
        format!("{text}~{}", URL_SAFE_NO_PAD.encode(&signature[..SIGNATURE]))
    }

    #[test]
    fn tokens_round_trip() {
        let clock = Clock::fixed(1_000_000);
        let siret = Siret::with_key(123_456_789, 1);
        let id = Uuid::from_u128(42);
        for grant in [
            Grant::NeedPublish(id),
            Grant::NeedDraft(id),
            Grant::NeedPrepare(id),
            Grant::NeedFollow(id),
            Grant::NeedAnswer(id, siret),
            Grant::InterestConfirm(id, Uuid::from_u128(43)),
            Grant::TradeAnswer(siret, SectorIx(3)),
            Grant::StructureManage(siret),
            Grant::ContactConfirm(siret),
            Grant::AlertsStop(siret),
            Grant::SignIn(id),
            Grant::AdministratorJoin(id),
        ] {
            let token = one().token(grant, 3, &clock);
            let until = lifetime(grant).map(|seconds| clock.now() + seconds);
            assert_eq!(one().read(&token, clock.now()), Some(Signed { grant, number: 3, until }), "{token}");
        }
    }

    #[test]
    fn what_was_not_made_here_says_nothing() {
        let clock = Clock::fixed(1_000_000);
        let token = one().token(Grant::NeedPublish(Uuid::from_u128(1)), 0, &clock);
        let other = token.replacen('1', "2", 1);
        let key = Key::new(SECRET_OF_TESTS.to_vec(), None).id;
        let for_ever = signed(&format!("{}~0~0~{key}", grant_text(Grant::NeedFollow(Uuid::from_u128(1)))));
        let elsewhere =
            signer(&[(b"another secret", None)]).token(Grant::AlertsStop(Siret::with_key(1, 1)), 0, &clock);
        let wrong = [
            "",
            "~",
            "a~b",
            "p.1~0~",
            &other,
            &token[..token.len() - 1],
            &for_ever,
            &elsewhere,
            &signed("x~1~2~3~4"),
        ];
        for wrong in wrong {
            assert_eq!(one().read(wrong, clock.now()), None, "{wrong}");
        }
    }

    #[test]
    fn links_of_before_secrets_had_names_are_read() {
        let grant = Grant::NeedFollow(Uuid::from_u128(1));
        let old = signed(&format!("{}~2000000", grant_text(grant)));
        let read = Signed { grant, number: 0, until: Some(2_000_000) };
        assert_eq!(one().read(&old, 1_000_000), Some(read));
    }

    #[test]
    fn what_a_past_secret_signed_is_good_for_its_time() {
        let clock = Clock::fixed(1_000_000);
        let grant = Grant::AlertsStop(Siret::with_key(1, 1));
        let token = one().token(grant, 0, &clock);
        let rotated = signer(&[(b"the new secret", None), (&SECRET_OF_TESTS, Some(1_000_100))]);
        for (now, is_read) in [(1_000_000, true), (1_000_100, true), (1_000_101, false)] {
            assert_eq!(rotated.read(&token, now).is_some(), is_read, "{now}");
        }
        assert_ne!(rotated.token(grant, 0, &clock), token);
    }
}
