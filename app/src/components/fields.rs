//! Fields of forms: label, hint, error, input; and the summary of errors.

use domain::sector::Sectors;
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

/// Every sector in a plain list, group by group: what « choisissez dans la liste » speaks of, where no script proposes
/// sectors. It stands in the place of the field whose text was refused. `form` is the id of its form, when it stands
/// outside of it.
pub fn sector_list(text: &FieldText, name: &'static str, form: Option<&'static str>) -> AnyView {
    let sectors = Sectors::get();
    let groups = sectors.groups().iter().map(|group| {
        let options = group.sectors.iter().map(|ix| view! { <option value=ix.slug()>{ix.label()}</option> });
        view! { <optgroup label=group.label>{options.collect_view()}</optgroup> }
    });
    view! {
        <select class="input" id=text.name name=name form=form aria-describedby=text.described_by() aria-invalid="true">
            <option value="">"Choisissez un secteur"</option>
            {groups.collect_view()}
        </select>
    }
    .into_any()
}

/// The places that a refused text may mean, as a choice; nothing when it is near none. They stand after the field, under
/// its name: what is chosen is read rather than what was typed.
pub fn place_choices(name: &'static str, choices: Vec<(String, String)>) -> Option<AnyView> {
    let all = choices.iter().map(|(value, label)| choice(name, value, label.clone(), String::new(), false));
    let all = all.collect_view();
    (!choices.is_empty()).then(|| {
        view! { <fieldset class="fieldset choices-found"><legend>"Est-ce l’un de ces lieux\u{a0}?"</legend>{all}</fieldset> }
            .into_any()
    })
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
    Some(error_box(title, view! { <ul>{items}</ul> }.into_any()))
}

/// Why nothing was done, where no field is to blame.
pub fn error_said(title: &str, text: String) -> AnyView {
    error_box(title.to_owned(), view! { <p>{text}</p> }.into_any())
}

/// What a page begins with when its form comes back. It takes the focus as the page opens, with scripts or without: who
/// does not see the page hears it first, and the next stop of the keyboard is its first link.
fn error_box(title: String, body: AnyView) -> AnyView {
    view! {
        <div class="error-summary" role="alert" tabindex="-1" autofocus=true aria-labelledby="erreurs">
            <h2 id="erreurs">{title}</h2>
            {body}
        </div>
    }
    .into_any()
}
