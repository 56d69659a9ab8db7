//! What the need is about: what for, what, where, until when.

use super::{Preparing, Step};
use crate::api::Completion;
use crate::components::{Choice, TextInput, choices, corrections, long_text};
use domain::form::Field;
use domain::need::NeedKind;
use domain::need::steps::SubjectForm;
use leptos::prelude::*;

/// The page.
pub fn view(model: &Preparing<'_>, form: &SubjectForm) -> AnyView {
    let kinds = NeedKind::ALL.map(|kind| Choice {
        code: kind.code(),
        label: kind.label().to_owned(),
        hint: kind.explanation().to_owned(),
    });
    let wrong = model.wrong;
    let fields = view! {
        {corrections(&model.corrections_of(None))}
        {choices(Field::Kind, "Que voulez-vous faire\u{a0}?", "", kinds.to_vec(), &form.kind, wrong)}
        {TextInput::wide(Field::Title, "De quoi avez-vous besoin\u{a0}?", "", &form.title).view(wrong)}
        {long_text(Field::Details, "Précisions", "Ce qui compte pour répondre\u{a0}: surfaces, fréquences, matériel, visite.", &form.details, wrong)}
        {TextInput::completed(Field::Place, "Où\u{a0}?", "Commune, code postal, intercommunalité, département ou région. Un lot peut avoir un autre lieu.", &form.place, Completion::Place).view(wrong)}
        {TextInput::day(Field::Date, "Jusqu’à quand les structures peuvent-elles répondre\u{a0}?", "Par exemple 12/01/2027.", &form.date).view(wrong)}
        {TextInput::day(Field::Launch, "Quand la consultation est-elle lancée\u{a0}?", "La loi et les seuils de ce jour s’appliquent. Laissez vide pour aujourd’hui.", &form.launch).view(wrong)}
        {TextInput::day(Field::Start, "Quand le travail commence-t-il\u{a0}?", "Laissez vide si vous ne le savez pas.", &form.start).view(wrong)}
    };
    let body =
        view! { <div class="narrow">{model.form(Step::Subject, None, fields.into_any(), "Garder")}</div> };
    model.page(Step::Subject, Step::Subject.title().to_owned(), String::new(), body.into_any())
}
