//! What takes long is worked out for as long as somebody waits for it.
//!
//! A request that is given up (the page was left, the time was over) drops its future; a thread that computes does not
//! notice. So the future holds a guard, and what computes asks it now and then.

use crate::error::{Error, Result};
use tokio_util::sync::CancellationToken;

tokio::task_local! {
    /// Cancelled when nobody waits any more. Not set where nobody can give up: in jobs and commands.
    static GIVEN_UP: CancellationToken;
}

/// Works something out on a thread that answers nobody else, until it is done or this future is dropped.
///
/// # Errors
/// Those of `work`, also when it cannot be given the time.
pub async fn worked_out<T, E>(
    work: impl FnOnce() -> std::result::Result<T, E> + Send + 'static,
) -> std::result::Result<T, E>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let given_up = CancellationToken::new();
    let _waiting = given_up.clone().drop_guard();
    let scoped = move || GIVEN_UP.sync_scope(given_up, work);
    match tokio::task::spawn_blocking(scoped).await {
        Ok(outcome) => outcome,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => Err(E::from(Error::from(anyhow::Error::from(error)))),
        },
    }
}

/// Ends what nobody waits for any more.
///
/// # Errors
/// [`Error::GivenUp`] then.
pub(crate) fn somebody_waits() -> Result<()> {
    match GIVEN_UP.try_with(CancellationToken::is_cancelled) {
        Ok(true) => Err(Error::GivenUp),
        Ok(false) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    /// Works until nobody waits, and counts how often it went on.
    fn endless(steps: Arc<AtomicU32>) -> impl FnOnce() -> Result<()> {
        move || loop {
            somebody_waits()?;
            steps.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[tokio::test]
    async fn what_is_given_up_ends() {
        let steps = Arc::new(AtomicU32::new(0));
        let work = worked_out(endless(Arc::clone(&steps)));
        assert!(
            tokio::time::timeout(Duration::from_millis(50), work).await.is_err(),
            "it has no end of its own"
        );
        // The thread of the work is the last that has the counter besides this one.
        for _ in 0..500 {
            if Arc::strong_count(&steps) == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(Arc::strong_count(&steps), 1, "it still works for nobody");
        assert!(steps.load(Ordering::Relaxed) > 0, "it had begun");
    }

    #[tokio::test]
    async fn what_is_waited_for_is_done() {
        let done: Result<u32> = worked_out(|| somebody_waits().map(|()| 7)).await;
        assert_eq!(done.expect("done"), 7);
        assert!(somebody_waits().is_ok(), "jobs and commands wait for themselves");
    }
}
