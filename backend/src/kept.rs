//! What is worked out once for each state of the catalogue, and each hour: views of territories, advice.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Most that one of these keeps: it then begins again.
const KEPT_MAX: usize = 300;

/// Answers that hold until the catalogue changes or the hour ends, by what was asked: somewhere a day ends at each hour, and
/// deadlines with it.
#[derive(Debug)]
pub(crate) struct Kept<K, V> {
    inner: Mutex<Inner<K, V>>,
}

#[derive(Debug)]
struct Inner<K, V> {
    /// The number of the last change that the answers know, and their hour.
    of: Option<(i64, i64)>,
    /// How often everything was forgotten: an answer that was begun before is not kept.
    forgotten: u64,
    answers: HashMap<K, Arc<V>>,
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self { inner: Mutex::new(Inner { of: None, forgotten: 0, answers: HashMap::new() }) }
    }
}

impl<K: Eq + Hash, V> Kept<K, V> {
    /// The answer that is kept, or else a new one. Two that ask at once may both work it out; nobody waits for another.
    ///
    /// # Errors
    /// Those of `compute`.
    pub(crate) fn get_or<E>(
        &self,
        now: (i64, i64),
        asked: K,
        compute: impl FnOnce() -> Result<V, E>,
    ) -> Result<Arc<V>, E> {
        let (known, forgotten) = self.known(now, &asked);
        if let Some(known) = known {
            return Ok(known);
        }
        let answer = Arc::new(compute()?);
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        // The catalogue may have moved on meanwhile: then the answer is given, and not kept.
        if inner.forgotten == forgotten {
            if inner.answers.len() >= KEPT_MAX {
                inner.answers.clear();
            }
            inner.answers.insert(asked, Arc::clone(&answer));
        }
        Ok(answer)
    }

    /// Forgets everything: something else changed that the answers rest on.
    pub(crate) fn clear(&self) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).forget();
    }

    fn known(&self, now: (i64, i64), asked: &K) -> (Option<Arc<V>>, u64) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.of != Some(now) {
            inner.forget();
            inner.of = Some(now);
        }
        (inner.answers.get(asked).cloned(), inner.forgotten)
    }
}

impl<K, V> Inner<K, V> {
    fn forget(&mut self) {
        self.of = None;
        self.forgotten += 1;
        self.answers.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 500_000;

    /// What a question gives when its answer would now be `fresh`.
    fn check(kept: &Kept<usize, u32>, now: (i64, i64), asked: usize, fresh: u32, expected: u32) {
        let found = kept.get_or(now, asked, || Ok::<u32, ()>(fresh)).expect("an answer");
        assert_eq!(*found, expected, "{asked} as of {now:?}");
    }

    #[test]
    fn an_answer_holds_until_something_changes() {
        let kept = Kept::default();
        check(&kept, (1, HOUR), 7, 10, 10);
        check(&kept, (1, HOUR), 7, 11, 10);
        check(&kept, (1, HOUR), 8, 12, 12);
        check(&kept, (2, HOUR), 7, 13, 13);
        check(&kept, (2, HOUR + 1), 7, 14, 14);
        kept.clear();
        check(&kept, (2, HOUR + 1), 7, 15, 15);
    }

    #[test]
    fn a_refusal_is_not_kept() {
        let kept: Kept<usize, u32> = Kept::default();
        assert_eq!(kept.get_or((1, HOUR), 7, || Err("no")), Err("no"));
        check(&kept, (1, HOUR), 7, 11, 11);
    }

    #[test]
    fn an_answer_that_was_begun_before_a_change_is_not_kept() {
        let kept = Kept::default();
        let old = kept.get_or((1, HOUR), 7, || {
            kept.clear();
            check(&kept, (1, HOUR), 8, 20, 20);
            Ok::<u32, ()>(10)
        });
        assert_eq!(old.as_deref(), Ok(&10));
        check(&kept, (1, HOUR), 7, 11, 11);
        check(&kept, (1, HOUR), 8, 21, 20);
    }

    #[test]
    fn what_is_kept_has_an_end() {
        let kept = Kept::default();
        for asked in 0..KEPT_MAX {
            check(&kept, (1, HOUR), asked, 1, 1);
        }
        check(&kept, (1, HOUR), KEPT_MAX, 2, 2);
        check(&kept, (1, HOUR), 0, 3, 3);
        check(&kept, (1, HOUR), KEPT_MAX, 4, 2);
    }
}
