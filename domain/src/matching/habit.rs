//! How many structures will probably answer, learnt from what they did with earlier needs.

/// Needs told, over all structures, below which answers say nothing yet.
const TOLD_MIN: u32 = 30;
/// How many needs the usual share weighs as: a structure that was told of few is taken for a usual one.
const USUAL_WEIGHT: f64 = 4.0;

/// What was done with the needs that were told: by one structure, or by all together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Habit {
    /// Needs told.
    pub told: u32,
    /// Those that were answered, either way.
    pub answered: u32,
}

impl Habit {
    /// The share of the needs that are usually answered, where `self` is what all structures did; `None` as long as
    /// too few were told.
    #[must_use]
    pub fn usual(self) -> Option<f64> {
        (self.told >= TOLD_MIN).then(|| f64::from(self.answered) / f64::from(self.told))
    }

    /// The chance that a structure of this habit answers the next need, between 0 and 1.
    #[must_use]
    pub fn chance(self, usual: f64) -> f64 {
        (f64::from(self.answered) + USUAL_WEIGHT * usual) / (f64::from(self.told) + USUAL_WEIGHT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn few_needs_say_nothing_yet() {
        for (told, answered, usual) in [(0, 0, None), (29, 29, None), (30, 6, Some(0.2)), (200, 0, Some(0.0))]
        {
            assert_eq!(Habit { told, answered }.usual(), usual, "{answered} of {told}");
        }
    }

    #[test]
    fn a_new_structure_is_a_usual_one() {
        assert!((Habit::default().chance(0.2) - 0.2).abs() < 1e-9);
        assert!(Habit { told: 16, answered: 0 }.chance(0.2) < 0.05);
        assert!(Habit { told: 16, answered: 16 }.chance(0.2) > 0.8);
    }

    proptest! {
        #[test]
        fn an_answer_never_lowers_the_chance(told in 0u32..1_000, answered in 0u32..1_000, usual in 0.0f64..=1.0) {
            let answered = answered.min(told);
            let before = Habit { told: told + 1, answered }.chance(usual);
            let after = Habit { told: told + 1, answered: answered + 1 }.chance(usual);
            prop_assert!(before < after && (0.0..=1.0).contains(&before) && after <= 1.0);
        }
    }
}
