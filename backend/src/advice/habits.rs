//! What structures did with the needs of the year: kept in memory, learnt again every hour.

use crate::Backend;
use crate::error::Result;
use domain::matching::Habit;
use domain::siret::Siret;
use std::collections::HashMap;
use std::sync::Arc;

const DAY: i64 = 86_400;
/// What is older than this, in days, is forgotten.
const WINDOW_DAYS: i64 = 365;
/// Days that a structure has to answer before its silence counts.
const PATIENCE_DAYS: i64 = 14;

/// See the module.
#[derive(Debug, Default)]
pub struct Habits {
    of: HashMap<Siret, Habit>,
    /// What all structures did together.
    pub all: Habit,
}

impl Habits {
    fn of(rows: Vec<(Siret, Habit)>) -> Self {
        let all = rows.iter().fold(Habit::default(), |sum, (_, habit)| Habit {
            told: sum.told + habit.told,
            answered: sum.answered + habit.answered,
        });
        Self { of: rows.into_iter().collect(), all }
    }

    /// How many of these structures will probably answer; `None` as long as too few needs were told.
    #[must_use]
    pub fn answers_expected(&self, structures: impl Iterator<Item = Siret>) -> Option<f64> {
        let usual = self.all.usual()?;
        let chance = |siret: Siret| self.of.get(&siret).copied().unwrap_or_default().chance(usual);
        Some(structures.map(chance).sum())
    }
}

impl Backend {
    /// Learns again what structures did with the needs of the year.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn habits_learn(&self) -> Result<()> {
        let now = self.clock.now();
        let rows = self.store.habit_list(now - WINDOW_DAYS * DAY, now - PATIENCE_DAYS * DAY).await?;
        self.habits.store(Arc::new(Habits::of(rows)));
        self.advice.supplies.clear();
        Ok(())
    }
}
