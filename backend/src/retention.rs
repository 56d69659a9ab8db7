//! What is erased when its time is over, as the register says: done every hour, and counted beforehand for whoever asks.

use crate::Backend;
use crate::clock;
use crate::error::Result;
use crate::mail::{AccountIdle, Template};
use crate::store::Tx;
use crate::write::Deed;
use domain::access::{AccountId, Action, Actor, Target};
use domain::date;
use domain::need::Need;
use domain::privacy::Kept;
use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

const DAY: i64 = 86_400;
/// Days before its end in which whoever has an account that nobody uses may come back.
pub const WARNING_DAYS: i64 = 30;

/// How much of something is erased, or would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// Of what.
    pub kept: Kept,
    /// How many: rows, addresses; of accounts that nobody uses, those that are warned.
    pub count: i64,
}

/// Whether it is done, or only counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Everything is erased whose time is over.
    Erase,
    /// Nothing is changed.
    Dry,
}

impl Backend {
    /// Erases everything whose time is over, or counts it: one figure for each line of the register that ends by itself.
    ///
    /// # Errors
    /// When the database refuses: what was erased before stays so.
    pub async fn retention_run(&self, run: Run) -> Result<Vec<Erased>> {
        let mut all = Vec::new();
        for kept in Kept::ALL {
            if let Some(days) = kept.days() {
                all.push(Erased { kept, count: self.kept_end(kept, days, run).await? });
            }
        }
        Ok(all)
    }

    async fn kept_end(&self, kept: Kept, days: i64, run: Run) -> Result<i64> {
        let before = self.clock.now() - days * DAY;
        match (kept, run) {
            (Kept::NeedAuthor | Kept::Exchange, _) => self.needs_forget(kept, days, run).await,
            (Kept::Account, _) => self.accounts_warn(before + WARNING_DAYS * DAY, run).await,
            (Kept::ClosingAccount, Run::Erase) => self.accounts_erase().await,
            (Kept::ClosingAccount, Run::Dry) => {
                Ok(count_of(self.store.accounts_to_erase(self.clock.now()).await?.len()))
            }
            (_, Run::Erase) => self.store.kept_erase(kept, before).await,
            (_, Run::Dry) => self.store.kept_count(kept, before).await,
        }
    }

    /// Forgets what is kept of needs that ended so many days ago.
    async fn needs_forget(&self, kept: Kept, days: i64, run: Run) -> Result<i64> {
        let last = self.clock.today().saturating_sub(days.days());
        let mut forgotten = 0;
        // What was published since cannot have ended before.
        for id in self.store.need_ended_maybe(self.clock.now() - days * DAY).await? {
            let Some(need) = self.store.need_fetch(id).await?.filter(|need| ended_on(need) < last) else {
                continue;
            };
            let count = match kept {
                Kept::Exchange => self.store.exchange_count(id).await?,
                _ => self.store.need_address_count(id).await?,
            };
            if count > 0 && run == Run::Erase {
                self.need_forget(&need, kept).await?;
            }
            forgotten += count;
        }
        Ok(forgotten)
    }

    async fn need_forget(&self, need: &Need, kept: Kept) -> Result<()> {
        let (id, now): (Uuid, i64) = (need.id, self.clock.now());
        let forget = async |tx: &mut Tx| {
            match kept {
                Kept::Exchange => tx.exchange_forget(id).await?,
                _ => {
                    tx.interest_forget(id).await?;
                    tx.need_forget_author(id, now).await?;
                }
            }
            Ok(Deed::Kept(()))
        };
        self.write(&Actor::Job, Action::NeedForget, need.target(), forget).await.map(|_| ())
    }

    /// Mails those whose account nobody has used since that it is to be erased.
    async fn accounts_warn(&self, seen_before: i64, run: Run) -> Result<i64> {
        let idle = self.store.account_idle(seen_before).await?;
        if run == Run::Erase {
            for account in &idle {
                self.account_warn(*account, seen_before).await?;
            }
        }
        Ok(count_of(idle.len()))
    }

    async fn account_warn(&self, account: AccountId, seen_before: i64) -> Result<()> {
        let now = self.clock.now();
        let at = now + WARNING_DAYS * DAY;
        let addresses = self.store.address_list(account).await?;
        let warn = async |tx: &mut Tx| {
            if !tx.account_warn(account, at, now, seen_before).await? {
                return Ok(Deed::Nothing(()));
            }
            let mail =
                AccountIdle { on: date::long(clock::day_in_paris(at)), space_url: self.links().space() };
            for address in &addresses {
                let key = format!("account_idle:{}:{now}:{}", account.0, address.mailbox());
                tx.mail_add(self, mail.mail(address)?, key).await?;
            }
            Ok(Deed::Kept(()))
        };
        self.write(&Actor::Job, Action::AccountErase, Target::Account(account), warn).await.map(|_| ())
    }
}

/// The last day on which a need took answers: its author ended it, or its deadline passed.
fn ended_on(need: &Need) -> Date {
    need.ended_at.map_or(need.draft.deadline, clock::day_in_paris)
}

fn count_of(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}
