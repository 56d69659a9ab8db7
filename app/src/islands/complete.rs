//! A text field that proposes places, sectors or codes while one types (pattern « combobox » of the ARIA guide).

use leptos::prelude::*;

/// Attribute of an input: where proposals for it are asked for.
pub const PROPOSALS_AT: &str = "data-propositions";
/// Attribute of an input: what the list of its proposals is called.
pub const PROPOSALS_LABEL: &str = "data-liste";

/// Characters from which on proposals are asked for.
#[cfg(feature = "hydrate")]
const TYPED_FROM: usize = 2;

/// What may be put into the field, and what tells it from others.
type Proposal = (String, String);

/// A plain input that grows a list of proposals when the browser can. The child is the input.
#[island]
pub fn Completed(
    /// The input, with [`PROPOSALS_AT`] and [`PROPOSALS_LABEL`].
    children: Children,
) -> impl IntoView {
    let combo = Combo::default();
    let around = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    around.on_load(move |div| combo.grow(&div));
    view! {
        <div
            class="combo"
            node_ref=around
            on:input=move |event| combo.ask(event_target_value(&event))
            on:keydown=move |event| combo.key(&event)
            on:focusout=move |_| combo.close()
        >
            {children()}
            <ul
                class="combo-list"
                id=move || combo.list_id.get()
                role="listbox"
                aria-label=move || combo.label.get()
                hidden=move || combo.proposals.with(Vec::is_empty)
            >
                {move || combo.proposals.get().into_iter().enumerate().map(|(n, p)| combo.option(n, p)).collect_view()}
            </ul>
        </div>
    }
}

/// The state of a completed field.
#[derive(Debug, Clone, Copy)]
struct Combo {
    list_id: RwSignal<String>,
    label: RwSignal<String>,
    proposals: RwSignal<Vec<Proposal>>,
    /// Which proposal the arrows stand on.
    chosen: RwSignal<Option<usize>>,
    /// Number of the last question: an answer to an earlier one, or to one that was dropped, changes nothing.
    question: StoredValue<u32>,
    /// The input, once the browser runs.
    #[cfg(feature = "hydrate")]
    input: StoredValue<Option<web_sys::HtmlInputElement>, LocalStorage>,
}

impl Default for Combo {
    fn default() -> Self {
        Self {
            list_id: RwSignal::new(String::new()),
            label: RwSignal::new(String::new()),
            proposals: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(None),
            question: StoredValue::new(0),
            #[cfg(feature = "hydrate")]
            input: StoredValue::new_local(None),
        }
    }
}

impl Combo {
    fn option_id(self, n: usize) -> String {
        format!("{}-{n}", self.list_id.get_untracked())
    }

    fn close(self) {
        self.question.update_value(|q| *q += 1);
        self.chosen.set(None);
        self.proposals.set(Vec::new());
    }

    fn option(self, n: usize, (value, note): Proposal) -> impl IntoView {
        view! {
            <li
                class="combo-option"
                id=self.option_id(n)
                role="option"
                aria-selected=move || if self.chosen.get() == Some(n) { "true" } else { "false" }
                // Before the field loses the focus, which closes the list.
                on:mousedown=move |event| {
                    event.prevent_default();
                    self.take(n);
                }
            >
                {value}
                " "
                <span class="combo-note">{note}</span>
            </li>
        }
    }
}

#[cfg(not(feature = "hydrate"))]
impl Combo {
    fn ask(self, _typed: String) {}
    fn key(self, _event: &leptos::ev::KeyboardEvent) {}
    fn take(self, _n: usize) {}
}

#[cfg(feature = "hydrate")]
impl Combo {
    /// Turns the plain input into a combobox.
    fn grow(self, around: &web_sys::Element) {
        use wasm_bindgen::JsCast;

        let Ok(Some(input)) = around.query_selector("input") else { return };
        let Ok(input) = input.dyn_into::<web_sys::HtmlInputElement>() else { return };
        self.list_id.set(format!("{}-liste", input.id()));
        self.label.set(input.get_attribute(PROPOSALS_LABEL).unwrap_or_default());
        let said = |name: &str, value: &str| {
            let _ = input.set_attribute(name, value);
        };
        said("role", "combobox");
        said("aria-autocomplete", "list");
        said("aria-controls", &self.list_id.get_untracked());
        self.input.set_value(Some(input));
        Effect::new(move || {
            let is_open = self.proposals.with(|p| !p.is_empty());
            let chosen = self.chosen.get();
            self.input.with_value(|input| {
                let Some(input) = input else { return };
                let _ = input.set_attribute("aria-expanded", if is_open { "true" } else { "false" });
                let _ = match chosen {
                    Some(n) => input.set_attribute("aria-activedescendant", &self.option_id(n)),
                    None => input.remove_attribute("aria-activedescendant"),
                };
            });
        });
    }

    fn ask(self, typed: String) {
        let address = self.input.with_value(|input| input.as_ref()?.get_attribute(PROPOSALS_AT));
        let Some(address) = address.filter(|_| typed.chars().count() >= TYPED_FROM) else {
            return self.close();
        };
        // What is shown stays until the answer is there.
        self.question.update_value(|q| *q += 1);
        let mine = self.question.get_value();
        leptos::task::spawn_local(async move {
            let lines = super::ask::asked(&address, &typed).await.unwrap_or_default();
            if self.question.try_get_value() == Some(mine) {
                self.chosen.set(None);
                let found = lines.lines().filter_map(|line| line.split_once('\t'));
                self.proposals.set(found.map(|(value, note)| (value.to_owned(), note.to_owned())).collect());
            }
        });
    }

    fn key(self, event: &leptos::ev::KeyboardEvent) {
        let count = self.proposals.with_untracked(Vec::len);
        if count == 0 {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => {
                event.prevent_default();
                self.chosen.update(|c| *c = Some(c.map_or(0, |n| (n + 1) % count)));
            }
            "ArrowUp" => {
                event.prevent_default();
                self.chosen.update(|c| *c = Some(c.map_or(count - 1, |n| (n + count - 1) % count)));
            }
            "Enter" => {
                if let Some(n) = self.chosen.get_untracked() {
                    event.prevent_default();
                    self.take(n);
                }
            }
            "Escape" => self.close(),
            _ => {}
        }
    }

    fn take(self, n: usize) {
        let Some(value) = self.proposals.with_untracked(|p| p.get(n).map(|p| p.0.clone())) else { return };
        self.close();
        self.input.with_value(|input| {
            let Some(input) = input else { return };
            input.set_value(&value);
            // The form hears of it as of typing: previews listen.
            let options = web_sys::EventInit::new();
            options.set_bubbles(true);
            if let Ok(event) = web_sys::Event::new_with_event_init_dict("change", &options) {
                let _ = input.dispatch_event(&event);
            }
        });
    }
}
