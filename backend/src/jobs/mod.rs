//! Work done outside requests: mails, and telling structures of needs. Claimed, retried, never lost.

mod policy;
mod runner;
mod still;

pub(crate) use still::Still;

use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::retention::Run;
use crate::store::{Job, NewJob, Tx};
use crate::write::Deed;
use domain::access::{Action, Actor, Target};
use domain::need::{LotKey, NeedStatus};
use domain::siret::Siret;
use policy::{Next, next_of};
use runner::Running;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What a job does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Work {
    /// Send a mail.
    Mail {
        /// The mail.
        mail: Mail,
        /// When it was decided, in seconds since 1970.
        at: i64,
        /// What must still hold when it leaves.
        #[serde(default)]
        still: Option<Still>,
    },
    /// Match a published need and write the mails to the structures that fit.
    NeedTell {
        /// Which need.
        need: Uuid,
    },
    /// The next wave of a need, unless enough are interested.
    NeedTellMore {
        /// Which need.
        need: Uuid,
    },
    /// Match a new version of a need, and write what changed to those whom it concerns.
    NeedTellAgain {
        /// Which need.
        need: Uuid,
        /// Number of the new version.
        version: i64,
    },
    /// Tell those who said « intéressé » what became of a need.
    NeedTellEnd {
        /// Which need.
        need: Uuid,
        /// What became of it.
        status: NeedStatus,
        /// Of which lots that is said; empty is the whole need.
        #[serde(default)]
        lots: Vec<LotKey>,
    },
    /// Tell those whom it concerns what the author of a need answered to all.
    AnswerSharedTell {
        /// Which need.
        need: Uuid,
        /// Which answer.
        shared: Uuid,
    },
    /// Remind the structures that were told of a lot and have not answered.
    LotRemind {
        /// Which need.
        need: Uuid,
        /// Which lot.
        lot: LotKey,
    },
    /// Mail a structure the link to its own page, if it has a contact. In a job, so that who asks for it learns nothing
    /// from the time it takes.
    ManageLink {
        /// Which structure.
        siret: Siret,
    },
    /// Mail a structure the link with which it answers a need, if it has a contact. In a job, as above.
    AnswerLink {
        /// Which need.
        need: Uuid,
        /// Which structure.
        siret: Siret,
    },
    /// Match a structure that changed with the open needs, and write the mails it has not had yet.
    StructureTell {
        /// Which structure.
        siret: Siret,
    },
}

impl Work {
    fn kind(&self) -> &'static str {
        match self {
            Self::Mail { .. } => "mail",
            Self::NeedTell { .. } => "need_tell",
            Self::NeedTellMore { .. } => "need_tell_more",
            Self::NeedTellAgain { .. } => "need_tell_again",
            Self::NeedTellEnd { .. } => "need_tell_end",
            Self::AnswerSharedTell { .. } => "answer_shared_tell",
            Self::LotRemind { .. } => "lot_remind",
            Self::ManageLink { .. } => "manage_link",
            Self::AnswerLink { .. } => "answer_link",
            Self::StructureTell { .. } => "structure_tell",
        }
    }
}

/// Seconds for which a claimed job is nobody else's; a job that still runs has its lease prolonged.
const LEASE: i64 = 60;
/// How often a node looks for jobs that another one added, or whose time has come.
const LOOK: Duration = Duration::from_millis(500);
/// How often a node looks at the outbox of the others.
const FOLLOW: Duration = Duration::from_millis(300);
const DAY: i64 = 86_400;
/// Days for which outbox rows are kept: a node that was away for longer makes its index again.
const OUTBOX_DAYS: i64 = 30;

impl Tx {
    /// Adds work in the transaction that decided it; the same key is added once.
    pub(crate) async fn work_add(
        &mut self,
        backend: &Backend,
        work: &Work,
        dedupe_key: String,
    ) -> Result<()> {
        self.work_add_at(backend, work, dedupe_key, backend.clock.now()).await
    }

    /// The same, of work that is not due before a moment.
    pub(crate) async fn work_add_at(
        &mut self,
        backend: &Backend,
        work: &Work,
        dedupe_key: String,
        run_at: i64,
    ) -> Result<()> {
        let payload = serde_json::to_string(work).map_err(anyhow::Error::from)?;
        let id = backend.clock.id();
        let priority = work.policy().priority.number();
        self.job_insert(&NewJob { id, kind: work.kind(), payload, dedupe_key, priority, run_at }).await
    }

    /// Adds a mail in the transaction that decided it; the same key is added once.
    pub(crate) async fn mail_add(&mut self, backend: &Backend, mail: Mail, dedupe_key: String) -> Result<()> {
        self.work_add(backend, &Work::Mail { mail, at: backend.clock.now(), still: None }, dedupe_key).await
    }

    /// The same, of a mail that leaves only if something still holds then.
    pub(crate) async fn mail_add_while(
        &mut self,
        backend: &Backend,
        mail: Mail,
        still: Still,
        dedupe_key: String,
    ) -> Result<()> {
        let work = Work::Mail { mail, at: backend.clock.now(), still: Some(still) };
        self.work_add(backend, &work, dedupe_key).await
    }
}

impl Backend {
    /// Runs jobs and follows the outbox until `stop`.
    pub async fn work_until(&self, stop: CancellationToken) {
        if let Err(error) = self.store.job_release_own().await {
            tracing::warn!(%error, "jobs of an earlier run keep their lease");
        }
        // Before anything is saved: commands that run beside the service leave the index to it.
        if let Err(error) = self.index.hold().await {
            tracing::warn!(%error, "the files of the index are taken when they are free");
        }
        tokio::join!(self.jobs_until(&stop), self.follow_until(&stop), self.tidy_until(&stop));
    }

    /// Follows the outbox until `stop`.
    pub async fn follow_until(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.index_follow().await {
                tracing::error!(%error, "the index could not follow the outbox; it will try again");
                pause(stop, Duration::from_secs(2)).await;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.outbox_grew.notified() => {}
                () = tokio::time::sleep(FOLLOW) => {}
            }
        }
    }

    async fn jobs_until(&self, stop: &CancellationToken) {
        let mut running = Running::default();
        while !stop.is_cancelled() {
            // What ended is marked before more is begun: a kill in between sends it twice.
            let ended = running.tasks.try_join_next_with_id();
            running.mark(self, ended).await;
            match running.claim(self).await {
                // More may be due already: a free place always takes the next one.
                Ok(claimed) if claimed > 0 && running.has_room() => continue,
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "jobs could not be claimed; it will try again");
                    pause(stop, Duration::from_secs(2)).await;
                    continue;
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                // Only the wait may be given up: what ended is marked in the branch, which runs to its end.
                ended = running.tasks.join_next_with_id(), if !running.is_empty() => running.mark(self, ended).await,
                () = self.jobs_added.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        while !running.is_empty() {
            let ended = running.tasks.join_next_with_id().await;
            running.mark(self, ended).await;
        }
    }

    async fn tidy_until(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.tidy().await {
                tracing::warn!(%error, "old rows were not removed; the next hour tries again");
            }
            if let Err(error) = self.habits_learn().await {
                tracing::warn!(%error, "what structures answered was not learnt; the next hour tries again");
            }
            pause(stop, Duration::from_secs(3_600)).await;
        }
    }

    /// What is due by the hour: pages that are out of date from now on; outbox rows that every node has read are erased, and
    /// whatever the register ends.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tidy(&self) -> Result<()> {
        let now = self.clock.now();
        self.signer.refresh(&self.store).await?;
        self.store.outbox_trim(now - OUTBOX_DAYS * DAY).await?;
        self.fiches_stale_find().await?;
        self.retention_run(Run::Erase).await.map(|_| ())
    }

    /// Runs every job that is due, and those that they add: for tests and tools.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn jobs_drain(&self) -> Result<usize> {
        let mut running = Running::default();
        let mut done = 0;
        loop {
            done += running.claim(self).await?;
            if running.is_empty() {
                return Ok(done);
            }
            let ended = running.tasks.join_next_with_id().await;
            running.mark(self, ended).await;
        }
    }

    /// Runs a job; its id when it is done and still to be marked so.
    async fn job_run(&self, job: &Job) -> Option<Uuid> {
        let done = match serde_json::from_str::<Work>(&job.payload) {
            Ok(work) => {
                let patience = work.policy().patience;
                let doing = tokio::time::timeout(patience, self.work_do(work, job.id));
                doing.await.unwrap_or_else(|_| Err(anyhow::anyhow!("it took more than {patience:?}").into()))
            }
            Err(error) => Err(Error::Unreadable(error.to_string())),
        };
        match done {
            Ok(marked) => (!marked).then_some(job.id),
            Err(error) => {
                self.job_failed(job, &error).await;
                None
            }
        }
    }

    /// Puts a job that failed back for later, or aside.
    async fn job_failed(&self, job: &Job, error: &Error) {
        let text = format!("{error:#}");
        let attempts = serde_json::from_str::<Work>(&job.payload).map_or(1, |work| work.policy().attempts);
        let (id, kind, now, failures) = (job.id, &job.kind, self.clock.now(), job.attempts + 1);
        let kept = match next_of(job.attempts, attempts, error) {
            Next::Aside => {
                tracing::error!(job = %id, kind, failures, error = text, "job put aside: `place jobs` lists it");
                self.store.job_bury(id, now, &text).await
            }
            Next::Again(wait) => {
                tracing::warn!(job = %id, kind, failures, error = text, retry_in_s = wait, "job failed");
                self.store.job_retry(id, now + wait, &text).await
            }
        };
        if let Err(error) = kept {
            tracing::error!(job = %id, %error, "a failed job keeps its lease");
        }
    }

    /// Does the work; `true` when the job was marked as done in the transaction of what it wrote.
    async fn work_do(&self, work: Work, job: Uuid) -> Result<bool> {
        match work {
            Work::Mail { mail, at, still } => return self.mail_send(&mail, at, still, job).await,
            Work::NeedTell { need } => self.need_tell(need, job).await?,
            Work::NeedTellMore { need } => self.need_tell_more(need, job).await?,
            Work::NeedTellAgain { need, version } => self.need_tell_again(need, version, job).await?,
            Work::NeedTellEnd { need, status, lots } => self.need_tell_end(need, status, &lots, job).await?,
            Work::AnswerSharedTell { need, shared } => self.answer_shared_tell(need, shared, job).await?,
            Work::LotRemind { need, lot } => self.lot_remind_tell(need, lot, job).await?,
            Work::AnswerLink { need, siret } => self.answer_link_mail(need, siret, job).await?,
            Work::ManageLink { siret } => self.manage_link_mail(siret, job).await?,
            Work::StructureTell { siret } => self.structure_tell(siret, job).await?,
        }
        Ok(true)
    }

    /// Sends a mail, if what it says still holds; `true` when its job was ended instead.
    async fn mail_send(&self, mail: &Mail, at: i64, still: Option<Still>, job: Uuid) -> Result<bool> {
        if let Some(why) = self.mail_is_stale(mail, still).await? {
            tracing::info!(%job, why, "a mail is not sent: what it says no longer holds");
            let end = async |tx: &mut Tx| {
                tx.job_end(job, self.clock.now(), why).await?;
                Ok(Deed::Kept(()))
            };
            self.write(&Actor::Job, Action::MailWrite, Target::Catalogue, end).await?;
            return Ok(true);
        }
        self.mailer.send(job, mail, at).await?;
        tracing::info!(message_id = self.mailer.message_id(job), "mail sent");
        Ok(false)
    }
}

async fn pause(stop: &CancellationToken, time: Duration) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(time) => {}
    }
}
