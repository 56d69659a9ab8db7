//! A text field that proposes places or sectors while one types (pattern « combobox » of the ARIA guide).

use crate::api::{Completion, Proposal, complete};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The field that is completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its id.
    pub id: String,
    /// Its name in the form.
    pub name: String,
    /// What it holds.
    pub value: String,
    /// Ids of its hint and error, parted by a space; empty when it has none.
    pub described_by: String,
    /// Whether what it holds was refused.
    pub invalid: bool,
    /// What an example looks like; may be empty.
    pub placeholder: String,
    /// What it is completed with.
    pub completion: Completion,
}

/// Characters from which on proposals are asked for.
const TYPED_FROM: usize = 2;

/// A plain input that grows a list of proposals when the browser can.
#[island]
pub fn CompletedInput(
    /// The field.
    field: Field,
) -> impl IntoView {
    let proposals = RwSignal::new(Vec::<Proposal>::new());
    let chosen = RwSignal::new(None::<usize>);
    let input = NodeRef::<leptos::html::Input>::new();
    let list_id = format!("{}-liste", field.id);
    let option_id = {
        let list_id = list_id.clone();
        move |n: usize| format!("{list_id}-{n}")
    };
    let completion = field.completion;
    // Number of the last question: an answer to an earlier one, or to one that was dropped, changes nothing.
    let question = StoredValue::new(0u32);
    let close = move || {
        question.update_value(|q| *q += 1);
        chosen.set(None);
        proposals.set(Vec::new());
    };
    let ask = move |typed: String| {
        if typed.chars().count() < TYPED_FROM {
            close();
            return;
        }
        // What is shown stays until the answer is there.
        question.update_value(|q| *q += 1);
        let mine = question.get_value();
        leptos::task::spawn_local(async move {
            let found = complete(completion, typed).await.unwrap_or_default();
            if question.try_get_value() == Some(mine) {
                chosen.set(None);
                proposals.set(found);
            }
        });
    };
    let take = move |n: usize| {
        let value = proposals.with_untracked(|p| p.get(n).map(|p| p.value.clone()));
        if let (Some(value), Some(input)) = (value, input.get_untracked()) {
            input.set_value(&value);
            close();
            notify_form(&input);
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let count = proposals.with_untracked(Vec::len);
        if count == 0 {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => {
                event.prevent_default();
                chosen.update(|c| *c = Some(c.map_or(0, |n| (n + 1) % count)));
            }
            "ArrowUp" => {
                event.prevent_default();
                chosen.update(|c| *c = Some(c.map_or(count - 1, |n| (n + count - 1) % count)));
            }
            "Enter" => {
                if let Some(n) = chosen.get_untracked() {
                    event.prevent_default();
                    take(n);
                }
            }
            "Escape" => close(),
            _ => {}
        }
    };
    let active = {
        let option_id = option_id.clone();
        move || chosen.get().map(&option_id)
    };
    let described_by = (!field.described_by.is_empty()).then_some(field.described_by);
    let placeholder = (!field.placeholder.is_empty()).then_some(field.placeholder);
    let label = match completion {
        Completion::Place => "Lieux proposés",
        Completion::Sector => "Secteurs proposés",
    };
    view! {
        <div class="combo">
            <input
                class="input"
                id=field.id
                name=field.name
                value=field.value
                placeholder=placeholder
                autocomplete="off"
                role="combobox"
                aria-autocomplete="list"
                aria-expanded=move || if proposals.with(Vec::is_empty) { "false" } else { "true" }
                aria-controls=list_id.clone()
                aria-activedescendant=active
                aria-describedby=described_by
                aria-invalid=field.invalid.then_some("true")
                node_ref=input
                on:input=move |event| ask(event_target_value(&event))
                on:keydown=on_key
                on:blur=move |_| close()
            />
            <ul
                class="combo-list"
                id=list_id
                role="listbox"
                aria-label=label
                hidden=move || proposals.with(Vec::is_empty)
            >
                {move || {
                    let option_id = option_id.clone();
                    proposals
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(n, proposal)| {
                            view! {
                                <li
                                    class="combo-option"
                                    id=option_id(n)
                                    role="option"
                                    aria-selected=move || if chosen.get() == Some(n) { "true" } else { "false" }
                                    // Before the blur of the input, which closes the list.
                                    on:mousedown=move |event| {
                                        event.prevent_default();
                                        take(n);
                                    }
                                >
                                    {proposal.value}
                                    " "
                                    <span class="combo-note">{proposal.note}</span>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
        </div>
    }
}

/// Tells the form that the field changed, as typing would: the preview listens.
#[cfg(feature = "hydrate")]
fn notify_form(input: &web_sys::HtmlInputElement) {
    let options = web_sys::EventInit::new();
    options.set_bubbles(true);
    if let Ok(event) = web_sys::Event::new_with_event_init_dict("change", &options) {
        let _ = input.dispatch_event(&event);
    }
}

/// On the server there is no form to tell.
#[cfg(not(feature = "hydrate"))]
fn notify_form(_input: &leptos::web_sys::HtmlInputElement) {}
