//! What somebody may do with its own data: take it away, and have it erased.

use crate::Backend;
use crate::clock;
use crate::error::{Error, Result};
use crate::imports::inert_csv;
use crate::mail::{AccountClosing, Template};
use crate::store::Tx;
use crate::write::Deed;
use domain::access::{AccountId, Action, Actor, Target};
use domain::date;
use domain::need::NeedStatus;
use domain::privacy::CLOSING_DAYS;
use serde::Serialize;

const DAY: i64 = 86_400;
/// Most needs that are taken away at once.
const NEEDS_MAX: i64 = 10_000;

/// Everything that is kept of an account. Times are in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountExport {
    /// Its number.
    pub account: String,
    /// The addresses that it confirmed.
    pub addresses: Vec<String>,
    /// When it is to be erased.
    pub closing_at: Option<i64>,
    /// The structures and organisations that it belongs to.
    pub memberships: Vec<MembershipExport>,
    /// The structures and organisations into which it is invited: SIRET or number.
    pub invitations: Vec<String>,
    /// The organisations to which it asks to belong: their number.
    pub requests: Vec<String>,
    /// What it is of territories, or asks to be.
    pub mandates: Vec<MandateExport>,
    /// The lists of structures that it keeps.
    pub lists: Vec<ListExport>,
    /// Where it is signed in.
    pub sessions: Vec<SessionExport>,
    /// The needs that its addresses wrote.
    pub needs: Vec<NeedExport>,
    /// Needs of others that are shared with it: their number, and what it may do.
    pub collaborations: Vec<CollaborationExport>,
    /// What it commented.
    pub comments: Vec<CommentExport>,
    /// Whether signing in takes a second factor.
    pub has_factor: bool,
    /// What ProConnect says of whoever has it.
    pub identities: Vec<IdentityExport>,
}

/// What ProConnect says of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdentityExport {
    /// Its number there.
    pub subject: String,
    /// The SIRET of its organisation.
    pub siret: Option<String>,
}

/// A need of somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CollaborationExport {
    /// Its number.
    pub need: String,
    /// `lit`, `commente` or `ecrit`.
    pub may: String,
}

/// What an account said about a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommentExport {
    /// The number of the need.
    pub need: String,
    /// What it says.
    pub text: String,
    /// When.
    pub written_at: i64,
}

/// A structure or an organisation that an account belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MembershipExport {
    /// `structure` or `organisation`.
    pub kind: &'static str,
    /// The SIRET of the structure, or the number of the organisation.
    pub team: String,
    /// `member` or `responsible`.
    pub rank: String,
}

/// What an account is of a territory, or asks to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MandateExport {
    /// `facilitateur` or `etat`.
    pub role: String,
    /// Code of the territory.
    pub territory: String,
    /// For whom it works, as it said.
    pub employer: String,
    /// When it asked.
    pub asked_at: i64,
    /// When it was granted.
    pub granted_at: Option<i64>,
}

/// A list of structures that an account keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListExport {
    /// What it is called.
    pub name: String,
    /// SIRET and note of each structure.
    pub structures: Vec<(String, String)>,
}

/// A session of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionExport {
    /// On which device.
    pub device: String,
    /// As which address.
    pub address: String,
    /// When it was opened.
    pub opened_at: i64,
    /// When it was last seen.
    pub seen_at: i64,
}

/// A need that an account wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeedExport {
    /// Its number.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub status: String,
    /// When it was sent.
    pub created_at: i64,
}

impl AccountExport {
    /// As a table: what, which, more about it, since when. Inert in a spreadsheet.
    ///
    /// # Errors
    /// When it cannot be written, which memory never refuses.
    pub fn to_csv(&self) -> Result<String> {
        let mut rows: Vec<[String; 4]> = vec![["quoi", "lequel", "detail", "depuis"].map(str::to_owned)];
        let mut row = |what: &str, which: &str, more: &str, since: String| {
            rows.push([what.to_owned(), which.to_owned(), more.to_owned(), since]);
        };
        for address in &self.addresses {
            row("adresse", address, "", String::new());
        }
        for membership in &self.memberships {
            row(membership.kind, &membership.team, &membership.rank, String::new());
        }
        for team in &self.invitations {
            row("invitation", team, "", String::new());
        }
        for organisation in &self.requests {
            row("demande", organisation, "", String::new());
        }
        for list in &self.lists {
            for (siret, note) in &list.structures {
                let what = format!("{} {siret}", list.name);
                row("favori", &what, note, String::new());
            }
        }
        for mandate in &self.mandates {
            let what = format!("{} {}", mandate.role, mandate.territory);
            row("mission", &what, &mandate.employer, day(mandate.asked_at));
        }
        for session in &self.sessions {
            row("connexion", &session.device, &session.address, day(session.opened_at));
        }
        for need in &self.needs {
            row("besoin", &need.title, &need.status, day(need.created_at));
        }
        for shared in &self.collaborations {
            row("besoin partagé", &shared.need, &shared.may, String::new());
        }
        for comment in &self.comments {
            row("commentaire", &comment.need, &comment.text, day(comment.written_at));
        }
        for identity in &self.identities {
            row(
                "ProConnect",
                &identity.subject,
                identity.siret.as_deref().unwrap_or_default(),
                String::new(),
            );
        }
        if self.has_factor {
            row("second facteur", "", "", String::new());
        }
        inert_csv(&rows)
    }
}

fn day(seconds: i64) -> String {
    clock::day_in_paris(seconds).to_string()
}

impl Backend {
    /// Everything that is kept of the actor's account.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it did not sign in.
    pub async fn account_export(&self, actor: &Actor) -> Result<AccountExport> {
        let account = actor.account().map_err(Error::Forbidden)?;
        self.authorise(actor, Action::AccountExport, Target::Account(account.id))?;
        let sessions = self.store.session_list(account.id, self.clock.now()).await?;
        let needs = self.store.need_of_account(account.id, NEEDS_MAX).await?;
        let factor = self.store.factor_fetch(account.id).await?;
        let mandates = self.store.mandate_of(account.id).await?.into_iter();
        let mut lists = Vec::new();
        for list in self.store.favourites_of(account.id).await? {
            if list.owner == Some(account.id) {
                let rows = self.store.favourite_list(list.id).await?.into_iter();
                let structures = rows.map(|row| (row.siret.to_string(), row.note)).collect();
                lists.push(ListExport { name: list.name, structures });
            }
        }
        let requests = self.store.requests_of(account.id).await?;
        let comments = self.store.comments_of(account.id).await?.into_iter();
        let identities = self.store.identity_of(account.id).await?.into_iter();
        Ok(AccountExport {
            identities: identities.map(|(subject, siret)| IdentityExport { subject, siret }).collect(),
            requests: requests.iter().map(|id| id.0.to_string()).collect(),
            lists,
            mandates: mandates
                .map(|row| MandateExport {
                    role: row.mandate.role.code().to_owned(),
                    territory: row.mandate.place.code(),
                    employer: row.employer,
                    asked_at: row.asked_at,
                    granted_at: row.granted_at,
                })
                .collect(),
            has_factor: factor.is_some_and(|(row, _)| row.confirmed_at.is_some()),
            comments: comments
                .map(|(need, text, written_at)| CommentExport { need: need.to_string(), text, written_at })
                .collect(),
            collaborations: account
                .collaborations
                .iter()
                .map(|(need, may)| CollaborationExport { need: need.to_string(), may: may.code().to_owned() })
                .collect(),
            account: account.id.0.to_string(),
            addresses: self.store.address_list(account.id).await?.iter().map(ToString::to_string).collect(),
            closing_at: self.store.account_closing(account.id).await?,
            memberships: account
                .memberships
                .iter()
                .map(|own| MembershipExport {
                    kind: if own.team.structure().is_some() { "structure" } else { "organisation" },
                    team: own.team.code(),
                    rank: own.rank.code().to_owned(),
                })
                .collect(),
            invitations: account.invitations.iter().map(|team| team.code()).collect(),
            sessions: sessions
                .into_iter()
                .map(|session| SessionExport {
                    device: session.device,
                    address: session.address.to_string(),
                    opened_at: session.opened_at,
                    seen_at: session.seen_at,
                })
                .collect(),
            needs: needs
                .into_iter()
                .map(|need| NeedExport {
                    id: need.id.to_string(),
                    title: need.draft.title,
                    status: need.status.code().to_owned(),
                    created_at: need.created_at,
                })
                .collect(),
        })
    }

    /// Has the actor's account erased in a month, or thinks again; it is mailed the day.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it did not sign in.
    pub async fn account_close(&self, actor: &Actor, closes: bool) -> Result<()> {
        let account = actor.account().map_err(Error::Forbidden)?;
        let closing_at = closes.then(|| self.clock.now() + CLOSING_DAYS * DAY);
        let close = async |tx: &mut Tx| {
            tx.account_close(account.id, closing_at).await?;
            if let Some(at) = closing_at {
                let mail = AccountClosing {
                    on: date::long(clock::day_in_paris(at)),
                    space_url: self.links().space(),
                };
                let key = format!("account_close:{}:{}", account.id.0, self.clock.id());
                tx.mail_add(self, mail.mail(&account.address)?, key).await?;
            }
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::AccountClose, Target::Account(account.id), close).await.map(|_| ())
    }

    /// Erases the accounts whose time is over: how many. What they published stays, without its author, and takes no answers
    /// any more; what they share with an organisation goes on, with a responsable of it as author.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn accounts_erase(&self) -> Result<i64> {
        let now = self.clock.now();
        let due = self.store.accounts_to_erase(now).await?;
        for account in &due {
            self.account_erase(*account, now).await?;
        }
        Ok(i64::try_from(due.len()).unwrap_or(i64::MAX))
    }

    async fn account_erase(&self, account: AccountId, now: i64) -> Result<()> {
        let mut needs = Vec::new();
        for need in self.store.need_of_account(account, NEEDS_MAX).await? {
            let successor = match need.organisation {
                Some(organisation) => self.successor(organisation, account).await?,
                None => None,
            };
            needs.push((need, successor));
        }
        let erase = async |tx: &mut Tx| {
            for (need, successor) in &needs {
                if let Some(successor) = successor {
                    tx.need_hand_over(need.id, successor).await?;
                    continue;
                }
                if need.status == NeedStatus::Published {
                    tx.need_end(need.id, NeedStatus::Closed, now).await?;
                }
                tx.need_forget_author(need.id, now).await?;
            }
            tx.favourites_forget(account).await?;
            tx.collaborator_forget(account).await?;
            tx.account_erase(account).await?;
            Ok(Deed::Kept(()))
        };
        self.write(&Actor::Job, Action::AccountErase, Target::Account(account), erase).await.map(|_| ())
    }
}
