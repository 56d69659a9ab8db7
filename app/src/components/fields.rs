//! Fields of forms: label, hint, error, input; and the summary of errors.

use leptos::prelude::*;

/// The texts of a field.
#[derive(Debug, Clone, Default)]
pub struct FieldText {
    /// Its id and name.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What helps to fill it; may be empty.
    pub hint: &'static str,
    /// What is to be corrected.
    pub error: Option<String>,
}

impl FieldText {
    /// Ids of hint and error, for `aria-describedby`; empty when there is neither.
    #[must_use]
    pub fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-aide", self.name));
        let error = self.error.as_ref().map(|_| field_error_id(self.name));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }
}

/// The id of the error of a field.
#[must_use]
pub fn field_error_id(name: &str) -> String {
    format!("{name}-erreur")
}

/// A field around its input.
pub fn field(text: FieldText, input: AnyView) -> AnyView {
    let FieldText { name, label, hint, error } = text;
    let class = if error.is_some() { "field field-invalid" } else { "field" };
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{name}-aide")>{hint}</p> });
    let error = error.map(|message| {
        view! { <p class="field-error" id=field_error_id(name)>{format!("Erreur\u{a0}: {message}")}</p> }
    });
    view! { <div class=class><label class="label" for=name>{label}</label>{hint}{error}{input}</div> }
        .into_any()
}

/// A radio button with its explanation.
pub fn choice(name: &'static str, value: &str, label: String, hint: String, checked: bool) -> AnyView {
    let hint = (!hint.is_empty()).then(|| view! { " "<span class="hint">{hint}</span> });
    view! {
        <label class="choice">
            <input type="radio" name=name value=value.to_owned() checked=checked/>
            <span>{label}</span>
            {hint}
        </label>
    }
    .into_any()
}

/// Everything that is to be corrected, each a link to its field.
pub fn error_summary(errors: &[(String, String)]) -> Option<AnyView> {
    if errors.is_empty() {
        return None;
    }
    let title = match errors.len() {
        1 => "Il reste un point à corriger".to_owned(),
        n => format!("Il reste {n} points à corriger"),
    };
    let items = errors
        .iter()
        .map(|(id, message)| view! { <li><a href=format!("#{id}")>{message.clone()}</a></li> })
        .collect_view();
    Some(
        view! {
            <div class="error-summary" role="alert" tabindex="-1" aria-labelledby="erreurs">
                <h2 id="erreurs">{title}</h2>
                <ul>{items}</ul>
            </div>
        }
        .into_any(),
    )
}
