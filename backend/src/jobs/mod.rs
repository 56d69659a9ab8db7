//! Work done outside requests: mails, and telling structures of needs. Claimed, retried, never lost.

use crate::Backend;
use crate::error::Result;
use crate::links::DRAFT_DAYS;
use crate::mail::Mail;
use crate::store::{Job, NewJob, Tx};
use domain::need::NeedStatus;
use domain::siret::Siret;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
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
    },
    /// Match a published need and write the mails to the structures that fit.
    NeedTell {
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
    },
    /// Mail a structure the link to its own page, if it has a contact. In a job, so that who asks for it learns nothing
    /// from the time it takes.
    ManageLink {
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
            Self::Mail { .. } => MAIL,
            Self::NeedTell { .. } => "need_tell",
            Self::NeedTellAgain { .. } => "need_tell_again",
            Self::NeedTellEnd { .. } => "need_tell_end",
            Self::ManageLink { .. } => "manage_link",
            Self::StructureTell { .. } => "structure_tell",
        }
    }
}

/// Seconds before a job that failed is tried again: by earlier failures, the last for ever after.
const BACK_OFF: [i64; 7] = [2, 10, 30, 120, 600, 3_600, 21_600];
/// Seconds for which a claimed job is nobody else's.
const LEASE: i64 = 60;
/// A mail that takes longer is tried again, before its lease ends: another node must not send it meanwhile.
const MAIL_PATIENCE: Duration = Duration::from_secs(45);
/// Jobs that a node runs at once, at most.
const CLAIM: usize = 32;
/// A mail that failed so often has been tried for five days: the address, or the server, is not there any more.
const MAIL_FAILURES_MAX: i64 = 26;
/// The kind of the jobs that send a mail.
const MAIL: &str = "mail";
/// How often a node looks for jobs that another one added, or whose time has come.
const LOOK: Duration = Duration::from_millis(500);
/// How often a node looks at the outbox of the others.
const FOLLOW: Duration = Duration::from_millis(300);
const DAY: i64 = 86_400;
/// How long done jobs, with the mails they sent, and outbox rows are kept.
pub const KEEP_DAYS: i64 = 30;

impl Tx {
    /// Adds work in the transaction that decided it; the same key is added once.
    pub(crate) async fn work_add(
        &mut self,
        backend: &Backend,
        work: &Work,
        dedupe_key: String,
    ) -> Result<()> {
        let payload = serde_json::to_string(work).map_err(anyhow::Error::from)?;
        let (id, run_at) = (backend.clock.id(), backend.clock.now());
        self.job_insert(&NewJob { id, kind: work.kind(), payload, dedupe_key, run_at }).await
    }

    /// Adds a mail in the transaction that decided it; the same key is added once.
    pub(crate) async fn mail_add(&mut self, backend: &Backend, mail: Mail, dedupe_key: String) -> Result<()> {
        self.work_add(backend, &Work::Mail { mail, at: backend.clock.now() }, dedupe_key).await
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
            let claimed = match running.claim(self).await {
                Ok(claimed) => claimed,
                Err(error) => {
                    tracing::error!(%error, "jobs could not be claimed; it will try again");
                    pause(stop, Duration::from_secs(2)).await;
                    continue;
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                // Only the wait may be given up: what ended is marked in the branch, which runs to its end.
                ended = running.tasks.join_next_with_id(), if !running.is_empty() => running.mark(self, ended).await,
                () = self.jobs_added.notified(), if claimed == 0 => {}
                () = tokio::time::sleep(LOOK), if claimed == 0 => {}
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

    /// Erases what is no longer needed: done jobs, outbox rows, needs that were never published.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tidy(&self) -> Result<()> {
        let now = self.clock.now();
        self.store.job_trim(now - KEEP_DAYS * DAY).await?;
        self.store.outbox_trim(now - KEEP_DAYS * DAY).await?;
        self.store.need_trim(now - DRAFT_DAYS * DAY).await
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
        match self.work_do(job).await {
            Ok(marked) => (!marked).then_some(job.id),
            Err(error) => {
                self.job_failed(job, &format!("{error:#}")).await;
                None
            }
        }
    }

    /// Puts a job that failed back for later; a mail that no server has taken for days is given up.
    async fn job_failed(&self, job: &Job, error: &str) {
        let failures = job.attempts + 1;
        let (id, kind, now) = (job.id, &job.kind, self.clock.now());
        let kept = if job.kind == MAIL && failures >= MAIL_FAILURES_MAX {
            tracing::error!(job = %id, failures, error, "a mail is given up");
            self.store.job_give_up(id, now, error).await
        } else {
            let wait = BACK_OFF[usize::try_from(job.attempts).unwrap_or(0).min(BACK_OFF.len() - 1)];
            tracing::warn!(job = %id, kind, failures, error, retry_in_s = wait, "job failed");
            self.store.job_retry(id, now + wait, error).await
        };
        if let Err(error) = kept {
            tracing::error!(job = %id, %error, "a failed job keeps its lease");
        }
    }

    /// Does the work; `true` when the job was marked as done in the transaction of what it wrote.
    async fn work_do(&self, job: &Job) -> Result<bool> {
        match serde_json::from_str(&job.payload).map_err(anyhow::Error::from)? {
            Work::Mail { mail, at } => {
                let sending = self.mailer.send(job.id, &mail, at);
                tokio::time::timeout(MAIL_PATIENCE, sending)
                    .await
                    .map_err(|_| anyhow::anyhow!("the mail server took more than {MAIL_PATIENCE:?}"))??;
                tracing::info!(message_id = self.mailer.message_id(job.id), "mail sent");
                Ok(false)
            }
            Work::NeedTell { need } => self.need_tell(need, job.id).await.map(|()| true),
            Work::NeedTellAgain { need, version } => {
                self.need_tell_again(need, version, job.id).await.map(|()| true)
            }
            Work::NeedTellEnd { need, status } => {
                self.need_tell_end(need, status, job.id).await.map(|()| true)
            }
            Work::ManageLink { siret } => self.manage_link_mail(siret, job.id).await.map(|()| true),
            Work::StructureTell { siret } => self.structure_tell(siret, job.id).await.map(|()| true),
        }
    }
}

/// A task that ended: the id of the job that is still to be marked as done, if it is.
type Ended = std::result::Result<(tokio::task::Id, Option<Uuid>), tokio::task::JoinError>;

/// The jobs that this node runs at this moment.
#[derive(Default)]
struct Running {
    tasks: JoinSet<Option<Uuid>>,
    /// What each task does: a panic says only which task it was.
    jobs: HashMap<tokio::task::Id, Arc<Job>>,
}

impl Running {
    fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Claims as many due jobs as there is room for, and starts them; how many.
    async fn claim(&mut self, backend: &Backend) -> Result<usize> {
        let room = CLAIM.saturating_sub(self.tasks.len());
        if room == 0 {
            return Ok(0);
        }
        let now = backend.clock.now();
        let jobs = backend.store.job_claim(now, now + LEASE, i64::try_from(room).unwrap_or(i64::MAX)).await?;
        let count = jobs.len();
        // A job that outlasted its lease and still runs here has its lease prolonged by this claim, no second run.
        let not_running = |job: &Job| !self.jobs.values().any(|running| running.id == job.id);
        for job in jobs.into_iter().filter(not_running).collect::<Vec<_>>() {
            let (backend, job) = (backend.clone(), Arc::new(job));
            let same = Arc::clone(&job);
            let task = self.tasks.spawn(async move { backend.job_run(&same).await });
            self.jobs.insert(task.id(), job);
        }
        Ok(count)
    }

    /// Marks a job that ended as done, with those that ended meanwhile, in one transaction: a slow mail holds nobody
    /// else.
    async fn mark(&mut self, backend: &Backend, first: Option<Ended>) {
        let mut done: Vec<Uuid> = Vec::new();
        let mut ended = first;
        while let Some(outcome) = ended {
            match outcome {
                Ok((task, id)) => {
                    self.jobs.remove(&task);
                    done.extend(id);
                }
                Err(panic) => {
                    if let Some(job) = self.jobs.remove(&panic.id()) {
                        backend.job_failed(&job, &panic.to_string()).await;
                    }
                }
            }
            ended = self.tasks.try_join_next_with_id();
        }
        if done.is_empty() {
            return;
        }
        if let Err(error) = backend.store.job_done(&done, backend.clock.now()).await {
            tracing::error!(%error, "jobs that are done are not marked so: they will run again when their lease ends");
        }
    }
}

async fn pause(stop: &CancellationToken, time: Duration) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(time) => {}
    }
}
