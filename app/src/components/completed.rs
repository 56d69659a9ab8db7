//! An input that proposes what it may hold.

use crate::api::Completion;
use crate::islands::{Completed, PROPOSALS_AT, PROPOSALS_LABEL};
use leptos::prelude::*;

/// A plain input, completed while one types where scripts run.
#[derive(Debug, Clone)]
pub struct CompletedInput {
    /// Its id.
    pub id: &'static str,
    /// Its name in the form.
    pub name: &'static str,
    /// What it holds.
    pub value: String,
    /// Ids of its hint and error, parted by a space; empty when it has none.
    pub described_by: String,
    /// Whether what it holds was refused.
    pub is_invalid: bool,
    /// What an example looks like; may be empty.
    pub placeholder: &'static str,
    /// What it is completed with.
    pub completion: Completion,
    /// Id of its form, when it stands outside of it.
    pub form: Option<&'static str>,
}

impl CompletedInput {
    /// The input.
    pub fn view(self) -> AnyView {
        let Self { id, name, value, completion, form, .. } = self;
        let described_by = (!self.described_by.is_empty()).then_some(self.described_by);
        let placeholder = (!self.placeholder.is_empty()).then_some(self.placeholder);
        let invalid = self.is_invalid.then_some("true");
        let input = view! { <input class="input" id=id name=name value=value form=form placeholder=placeholder autocomplete="off" aria-describedby=described_by aria-invalid=invalid/> };
        let input = input.attr(PROPOSALS_AT, completion.address()).attr(PROPOSALS_LABEL, completion.label());
        view! { <Completed>{input}</Completed> }.into_any()
    }
}
