//! Questions to the structures.

use super::super::NeedDraft;
use super::super::express::one_line;
use super::Typed;
use crate::form::{Field, Violation};

/// Most questions to the structures.
pub const QUESTIONS_MAX: usize = 5;
/// Longest question, in characters.
const QUESTION_MAX: usize = 300;

/// Questions to the structures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuestionsForm {
    /// One by one; empty ones are left out.
    pub questions: Vec<String>,
}

impl QuestionsForm {
    /// What was typed.
    #[must_use]
    pub fn read(typed: Typed<'_>) -> Self {
        Self { questions: typed.all(Field::Question) }
    }

    /// The draft with them.
    ///
    /// # Errors
    /// When there are too many, or one is too long.
    pub fn apply(&self, draft: &NeedDraft) -> Result<NeedDraft, Vec<Violation>> {
        let questions: Vec<String> =
            self.questions.iter().map(|q| one_line(q)).filter(|q| !q.is_empty()).collect();
        if questions.len() > QUESTIONS_MAX {
            return Err(vec![Violation::new(Field::Question, "Gardez cinq questions au plus")]);
        }
        if questions.iter().any(|q| q.chars().count() > QUESTION_MAX) {
            return Err(vec![Violation::new(
                Field::Question,
                "Raccourcissez chaque question à 300 caractères",
            )]);
        }
        Ok(NeedDraft { questions, ..draft.clone() })
    }
}
