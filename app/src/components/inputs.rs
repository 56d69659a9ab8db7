//! Inputs of the steps of a need: what a field is, once, from its domain name to its error.

use super::{CompletedInput, FieldText, choice, field, field_error_id, place_choices, sector_list};
use crate::api::Completion;
use domain::form::{Field, Violation};
use domain::sector::SectorIx;
use domain::territory::Place;
use leptos::prelude::*;

/// What is to be corrected in a field.
#[must_use]
pub fn error_of(wrong: &[Violation], field: Field) -> Option<String> {
    wrong.iter().find(|v| v.field == field).map(|v| v.message.clone())
}

/// Everything that is to be corrected, as the summary wants it: id of the field, what to do.
#[must_use]
pub fn errors(wrong: &[Violation]) -> Vec<(String, String)> {
    wrong.iter().map(|v| (v.field.name().to_owned(), v.message.clone())).collect()
}

/// A text input.
#[derive(Debug, Clone)]
pub struct TextInput {
    /// Which field.
    pub field: Field,
    /// Its label.
    pub label: &'static str,
    /// What helps to fill it; may be empty.
    pub hint: &'static str,
    /// What it holds.
    pub value: String,
    /// `text`, `date`, `url`, `email`.
    pub kind: &'static str,
    /// Whether it is short, for numbers and dates.
    pub is_short: bool,
    /// What stands behind it: « mois », « € HT »; may be empty.
    pub unit: &'static str,
    /// What it is completed with while one types, where scripts run.
    pub completion: Option<Completion>,
    /// What the browser may fill in by itself: `email`, `organization`, `off`.
    pub autocomplete: &'static str,
    /// Whether it must be filled.
    pub is_required: bool,
}

impl TextInput {
    /// A wide field of text.
    #[must_use]
    pub fn wide(field: Field, label: &'static str, hint: &'static str, value: &str) -> Self {
        Self {
            field,
            label,
            hint,
            value: value.to_owned(),
            kind: "text",
            is_short: false,
            unit: "",
            completion: None,
            autocomplete: "off",
            is_required: false,
        }
    }

    /// The same, to be filled.
    #[must_use]
    pub fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// A wide field that proposes what it may hold.
    #[must_use]
    pub fn completed(
        field: Field,
        label: &'static str,
        hint: &'static str,
        value: &str,
        by: Completion,
    ) -> Self {
        Self { completion: Some(by), ..Self::wide(field, label, hint, value) }
    }

    /// A number with its unit.
    #[must_use]
    pub fn number(
        field: Field,
        label: &'static str,
        hint: &'static str,
        value: &str,
        unit: &'static str,
    ) -> Self {
        Self { is_short: true, unit, ..Self::wide(field, label, hint, value) }
    }

    /// A day.
    #[must_use]
    pub fn day(field: Field, label: &'static str, hint: &'static str, value: &str) -> Self {
        let (kind, value) = day_input(value);
        Self { kind, is_short: true, ..Self::wide(field, label, hint, &value) }
    }

    /// The field around its input.
    pub fn view(self, wrong: &[Violation]) -> AnyView {
        let text = FieldText {
            name: self.field.name(),
            label: self.label,
            hint: self.hint,
            error: error_of(wrong, self.field),
        };
        if let Some(completion) = self.completion {
            let is_invalid = text.error.is_some();
            if is_invalid && completion == Completion::Sector {
                // Nothing is deduced any more: one is chosen.
                let text = FieldText { hint: "", ..text };
                let list = sector_list(&text, text.name, None);
                return field(text, list);
            }
            let found = (is_invalid && completion == Completion::Place)
                .then(|| place_choices(text.name, places_meant(&self.value)));
            let input = CompletedInput {
                id: text.name,
                name: text.name,
                value: self.value,
                described_by: text.described_by(),
                is_invalid,
                placeholder: "",
                completion,
                form: None,
            };
            return field(text, view! { {input.view()}{found} }.into_any());
        }
        let described_by = Some(text.described_by()).filter(|ids| !ids.is_empty());
        let invalid = text.error.is_some().then_some("true");
        let class = if self.is_short { "input input-short" } else { "input" };
        let numeric = (self.is_short && self.kind == "text").then_some("numeric");
        let name = self.field.name();
        let input = view! {
            <input class=class id=name name=name type=self.kind inputmode=numeric value=self.value autocomplete=self.autocomplete required=self.is_required aria-describedby=described_by aria-invalid=invalid/>
        };
        let input = match self.unit {
            "" => input.into_any(),
            unit => view! { <div class="input-unit">{input}" "<span>{unit}</span></div> }.into_any(),
        };
        field(text, input)
    }
}

/// The places that a text may mean, each as value and label.
fn places_meant(typed: &str) -> Vec<(String, String)> {
    let reading = Place::read(typed);
    reading.proposals().iter().map(|place| (place.name(), place.name())).collect()
}

/// The type and the value of an input of a day: browsers want the ISO form in a date input; what is no date is given
/// back as typed, in a text input.
#[must_use]
pub fn day_input(typed: &str) -> (&'static str, String) {
    match domain::date::parse(typed) {
        Some(day) => ("date", day.to_string()),
        None if typed.is_empty() => ("date", String::new()),
        None => ("text", typed.to_owned()),
    }
}

/// The sectors that may be meant, each with whether it is ticked; nothing when there are none.
pub fn sector_boxes(boxes: &[(SectorIx, bool)]) -> Option<AnyView> {
    let all = boxes.iter().map(|(sector, ticked)| {
        view! {
            <li>
                <label class="check">
                    <input type="checkbox" name=Field::Sectors.name() value=sector.slug() checked=*ticked/>
                    <span class="check-label">{sector.label()}</span>
                </label>
            </li>
        }
    });
    (!boxes.is_empty()).then(|| view! { <ul class="checks">{all.collect_view()}</ul> }.into_any())
}

/// A long text.
pub fn long_text(
    of: Field,
    label: &'static str,
    hint: &'static str,
    value: &str,
    wrong: &[Violation],
) -> AnyView {
    let text = FieldText { name: of.name(), label, hint, error: error_of(wrong, of) };
    let invalid = text.error.is_some().then_some("true");
    let described_by = Some(text.described_by()).filter(|ids| !ids.is_empty());
    let input = view! {
        <textarea class="input" id=of.name() name=of.name() rows="5" aria-describedby=described_by aria-invalid=invalid>
            {value.to_owned()}
        </textarea>
    };
    field(text, input.into_any())
}

/// An answer of a group of radio buttons.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its code.
    pub code: &'static str,
    /// What people read.
    pub label: String,
    /// What it means; may be empty.
    pub hint: String,
}

/// A group of radio buttons. `chosen` is the code of the one that is chosen.
pub fn choices(
    of: Field,
    legend: &'static str,
    hint: &'static str,
    all: Vec<Choice>,
    chosen: &str,
    wrong: &[Violation],
) -> AnyView {
    let error = error_of(wrong, of).map(|message| {
        view! { <p class="field-error" id=field_error_id(of.name())>{format!("Erreur\u{a0}: {message}")}</p> }
    });
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> });
    let all = all
        .into_iter()
        .map(|c| {
            let checked = c.code == chosen;
            choice(of.name(), c.code, c.label, c.hint, checked)
        })
        .collect_view();
    view! {
        <fieldset class="fieldset" id=of.name() tabindex="-1">
            <legend>{legend}</legend>
            {hint}
            {error}
            {all}
        </fieldset>
    }
    .into_any()
}

/// A box to tick.
pub fn tick(name: &'static str, label: &'static str, ticked: bool) -> AnyView {
    view! {
        <label class="check">
            <input type="checkbox" name=name value="1" checked=ticked/>
            <span class="check-label">{label}</span>
        </label>
    }
    .into_any()
}
