//! Work done outside requests: mails, and telling structures of needs. Claimed, retried, never lost.

use crate::Backend;
use crate::error::Result;
use crate::links::DRAFT_DAYS;
use crate::mail::Mail;
use crate::store::{Job, NewJob, Tx};
use domain::siret::Siret;
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
            Self::NeedTellAgain { .. } => "need_tell_again",
            Self::StructureTell { .. } => "structure_tell",
        }
    }
}

/// Seconds before a job that failed is tried again: by earlier failures, the last for ever after.
const BACK_OFF: [i64; 7] = [2, 10, 30, 120, 600, 3_600, 21_600];
/// Seconds for which a claimed job is nobody else's. Longer than a mail server may take.
const LEASE: i64 = 60;
/// Jobs claimed at once.
const CLAIM: i64 = 32;
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
        tokio::join!(self.jobs_until(&stop), self.follow_until(&stop), self.tidy_until(&stop));
    }

    /// Follows the outbox until `stop`.
    pub async fn follow_until(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.index.follow(&self.store).await {
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
        while !stop.is_cancelled() {
            match self.jobs_run_due().await {
                Ok(0) => {
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = self.jobs_added.notified() => {}
                        () = tokio::time::sleep(LOOK) => {}
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "jobs could not be claimed; it will try again");
                    pause(stop, Duration::from_secs(2)).await;
                }
            }
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
        let mut done = 0;
        loop {
            match self.jobs_run_due().await? {
                0 => return Ok(done),
                n => done += n,
            }
        }
    }

    /// Claims and runs the jobs that are due; how many there were.
    async fn jobs_run_due(&self) -> Result<usize> {
        let now = self.clock.now();
        let jobs = self.store.job_claim(now, now + LEASE, CLAIM).await?;
        let count = jobs.len();
        let mut sending = tokio::task::JoinSet::new();
        for job in jobs {
            let backend = self.clone();
            sending.spawn(async move { backend.job_run(job).await });
        }
        // Marked as they end, those that end together in one transaction: a slow mail holds nobody else.
        while let Some(outcome) = sending.join_next().await {
            let mut done: Vec<Uuid> = outcome.ok().flatten().into_iter().collect();
            while let Some(outcome) = sending.try_join_next() {
                done.extend(outcome.ok().flatten());
            }
            if !done.is_empty() {
                self.store.job_done(&done, self.clock.now()).await?;
            }
        }
        Ok(count)
    }

    /// Runs a job; its id when it is done and still to be marked so.
    async fn job_run(&self, job: Job) -> Option<Uuid> {
        match self.work_do(&job).await {
            Ok(marked) => (!marked).then_some(job.id),
            Err(error) => {
                let wait = BACK_OFF[usize::try_from(job.attempts).unwrap_or(0).min(BACK_OFF.len() - 1)];
                tracing::warn!(job = %job.id, kind = job.kind, failures = job.attempts + 1, %error, retry_in_s = wait, "job failed");
                let run_at = self.clock.now() + wait;
                if let Err(error) = self.store.job_retry(job.id, run_at, &error.to_string()).await {
                    tracing::error!(job = %job.id, %error, "a failed job keeps its lease");
                }
                None
            }
        }
    }

    /// Does the work; `true` when the job was marked as done in the transaction of what it wrote.
    async fn work_do(&self, job: &Job) -> Result<bool> {
        match serde_json::from_str(&job.payload).map_err(anyhow::Error::from)? {
            Work::Mail { mail, at } => {
                self.mailer.send(job.id, &mail, at).await?;
                tracing::info!(message_id = self.mailer.message_id(job.id), "mail sent");
                Ok(false)
            }
            Work::NeedTell { need } => self.need_tell(need, job.id).await.map(|()| true),
            Work::NeedTellAgain { need, version } => {
                self.need_tell_again(need, version, job.id).await.map(|()| true)
            }
            Work::StructureTell { siret } => self.structure_tell(siret, job.id).await.map(|()| true),
        }
    }
}

async fn pause(stop: &CancellationToken, time: Duration) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(time) => {}
    }
}
