//! Who did what, on what, when: one row for each write, in its transaction. No address, no text that anyone typed.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::access::{AccountId, Action, Actor, Holder, Target};
use domain::siret::Siret;
use uuid::Uuid;

const AUDIT_INSERT: &str = "INSERT INTO audit (id, at, actor, action, target) VALUES ($1, $2, $3, $4, $5)";
const AUDIT_LIST: &str = "SELECT at, actor, action, target FROM audit WHERE target = $1 ORDER BY at, id";

pub(super) const STATEMENTS: &[(&str, &str)] = &[("AUDIT_INSERT", AUDIT_INSERT), ("AUDIT_LIST", AUDIT_LIST)];

/// A row of the audit.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditRow {
    /// When, in seconds since 1970.
    pub at: i64,
    /// Who: `anyone`, `operator`, `job`, `account:…`, or a link and its holder, as `link need_follow need:…`.
    pub actor: String,
    /// What, as [`Action::code`] says it.
    pub action: String,
    /// On what: `catalogue`, `need:…`, `structure:…`, `account:…`.
    pub target: String,
}

fn need_text(need: Uuid) -> String {
    format!("need:{need}")
}

fn structure_text(siret: Siret) -> String {
    format!("structure:{siret}")
}

fn sign_in_text(id: Uuid) -> String {
    format!("sign_in:{id}")
}

fn account_text(AccountId(account): AccountId) -> String {
    format!("account:{account}")
}

fn actor_text(actor: &Actor) -> String {
    match actor {
        Actor::Anyone | Actor::PastLink(_) => "anyone".to_owned(),
        Actor::Operator => "operator".to_owned(),
        Actor::Job => "job".to_owned(),
        Actor::Account(account) => account_text(account.id),
        Actor::Link(grant) => {
            let holder = match grant.holder() {
                Holder::Author(need) => need_text(need),
                Holder::Structure(siret) => structure_text(siret),
                Holder::SignIn(id) => sign_in_text(id),
            };
            format!("link {} {holder}", grant.code())
        }
    }
}

fn target_text(target: Target) -> String {
    match target {
        Target::Catalogue => "catalogue".to_owned(),
        Target::Need { need, .. } | Target::Answer { need, .. } => need_text(need),
        Target::Interest(interest) => format!("interest:{interest}"),
        Target::Structure(siret) | Target::Trade(siret, _) => structure_text(siret),
        Target::SignIn(id) => sign_in_text(id),
        Target::Account(account) => account_text(account),
        Target::Colleague { siret, account } => {
            format!("{} {}", structure_text(siret), account_text(account))
        }
    }
}

impl Tx {
    /// Puts a write down.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn audit_add(
        &mut self,
        id: Uuid,
        actor: &Actor,
        action: Action,
        target: Target,
        now: i64,
    ) -> Result<()> {
        on_tx!(self, c => sqlx::query(AUDIT_INSERT)
            .bind(id).bind(now).bind(actor_text(actor)).bind(action.code()).bind(target_text(target))
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// What was written on something, the first write first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_list(&self, target: Target) -> Result<Vec<AuditRow>> {
        let target = target_text(target);
        Ok(on_read!(self, c => sqlx::query_as(AUDIT_LIST).bind(target).fetch_all(c).await)?)
    }
}
