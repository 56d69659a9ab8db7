//! The jobs that one node runs at a time: places, leases, what ended.

use super::LEASE;
use super::policy::Priority;
use crate::Backend;
use crate::error::Result;
use crate::store::Job;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Jobs that a node runs at once, at most.
const PLACES: usize = 32;
/// Of these, mails of a mass at most: a server that stalls them all leaves room for what people wait for.
const PLACES_OF_MASS: usize = 24;
/// Seconds after which leases of what still runs are prolonged: a third of a lease.
const HOLD_EVERY: i64 = LEASE / 3;

/// A task that ended: the id of the job that is still to be marked as done, if it is.
type Ended = std::result::Result<(tokio::task::Id, Option<Uuid>), tokio::task::JoinError>;

/// The jobs that this node runs at this moment.
#[derive(Default)]
pub(super) struct Running {
    pub(super) tasks: JoinSet<Option<Uuid>>,
    /// What each task does: a panic says only which task it was.
    jobs: HashMap<tokio::task::Id, Arc<Job>>,
    /// When leases were last prolonged.
    held_at: i64,
}

impl Running {
    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    pub(super) fn has_room(&self) -> bool {
        self.tasks.len() < PLACES
    }

    /// Claims as many due jobs as there is room for, what people wait for first, and starts them; how many.
    pub(super) async fn claim(&mut self, backend: &Backend) -> Result<usize> {
        self.hold(backend).await?;
        if !self.has_room() || backend.store.job_pending().await? == 0 {
            return Ok(0);
        }
        let first = Priority::Waited.number()..=Priority::Telling.number();
        let mut claimed = self.claim_some(backend, PLACES - self.tasks.len(), first).await?;
        let mass = Priority::Mass.number();
        let of_mass = self.jobs.values().filter(|job| job.priority == mass).count();
        let room = PLACES.saturating_sub(self.tasks.len()).min(PLACES_OF_MASS.saturating_sub(of_mass));
        claimed += self.claim_some(backend, room, mass..=mass).await?;
        Ok(claimed)
    }

    async fn claim_some(
        &mut self,
        backend: &Backend,
        room: usize,
        priorities: RangeInclusive<i64>,
    ) -> Result<usize> {
        if room == 0 {
            return Ok(0);
        }
        let now = backend.clock.now();
        let limit = i64::try_from(room).unwrap_or(i64::MAX);
        let jobs = backend.store.job_claim(now, now + LEASE, limit, priorities).await?;
        // A job that outlasted its lease and still runs here has its lease prolonged by this claim, no second run.
        let not_running = |job: &Job| !self.jobs.values().any(|running| running.id == job.id);
        let new: Vec<Job> = jobs.into_iter().filter(not_running).collect();
        let count = new.len();
        for job in new {
            let (backend, job) = (backend.clone(), Arc::new(job));
            let same = Arc::clone(&job);
            let task = self.tasks.spawn(async move { backend.job_run(&same).await });
            self.jobs.insert(task.id(), job);
        }
        Ok(count)
    }

    /// Keeps what still runs from other nodes.
    async fn hold(&mut self, backend: &Backend) -> Result<()> {
        let now = backend.clock.now();
        if self.jobs.is_empty() || now < self.held_at + HOLD_EVERY {
            return Ok(());
        }
        self.held_at = now;
        let ids: Vec<Uuid> = self.jobs.values().map(|job| job.id).collect();
        backend.store.job_hold(&ids, now + LEASE).await
    }

    /// Marks a job that ended as done, with those that ended meanwhile, in one transaction: a slow mail holds nobody
    /// else.
    pub(super) async fn mark(&mut self, backend: &Backend, first: Option<Ended>) {
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
                        backend.job_failed(&job, &anyhow::Error::from(panic).into()).await;
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
