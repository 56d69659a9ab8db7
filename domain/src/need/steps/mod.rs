//! The optional steps of a need: one subject each. A step holds what was typed, gives the draft with it, or says
//! what to correct; a draft is always one that can be published.

mod buyer;
mod law;
mod lot;
mod questions;
mod subject;

pub use buyer::{BuyerForm, DEFENCE};
pub use law::{LawForm, insertion_hours_usual, legal_refusals, vehicle_refusal};
pub use lot::{LotForm, labour_share};
pub use questions::{QUESTIONS_MAX, QuestionsForm};
pub use subject::SubjectForm;

pub(super) use law::insertion_hours_read;
pub(super) use lot::amount_read;

use crate::form::Field;

/// Most lots of one need.
pub const LOTS_MAX: usize = 20;
/// The name of the box that says « yes, this number of hours is what I mean ».
pub const HOURS_MEANT: &str = "heures-voulues";

/// The pairs of a form that was sent.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a>(pub &'a [(String, String)]);

impl Typed<'_> {
    /// What a field holds. Where a choice of what may be meant stands after it under its name, the choice is read.
    pub(super) fn one(&self, field: Field) -> String {
        let mut values = self.all(field);
        let last = values.iter().rposition(|value| filled(value).is_some());
        last.map(|at| values.swap_remove(at)).unwrap_or_default()
    }

    pub(super) fn all(&self, field: Field) -> Vec<String> {
        self.0.iter().filter(|(name, _)| name == field.name()).map(|(_, value)| value.clone()).collect()
    }

    pub(super) fn is_ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(n, value)| n == name && value == "1")
    }
}

/// What a field holds, blanks apart; `None` when it is empty.
fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|t| !t.is_empty())
}
