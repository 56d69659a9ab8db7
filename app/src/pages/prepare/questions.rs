//! Questions to the structures that say « intéressé ».

use super::{Preparing, Step};
use crate::components::{error_of, field_error_id};
use domain::form::Field;
use domain::need::steps::{QUESTIONS_MAX, QuestionsForm};
use leptos::prelude::*;

/// The page.
pub fn view(model: &Preparing<'_>, form: &QuestionsForm) -> AnyView {
    let error = error_of(model.wrong, Field::Question).map(|message| {
        view! { <p class="field-error" id=field_error_id("question")>{format!("Erreur\u{a0}: {message}")}</p> }
    });
    let invalid = error.is_some().then_some("true");
    let count = form.questions.len().max(QUESTIONS_MAX);
    let inputs = (0..count).map(|n| {
        let id = if n == 0 { "question".to_owned() } else { format!("question-{}", n + 1) };
        let value = form.questions.get(n).cloned().unwrap_or_default();
        view! {
            <div class="field">
                <label class="label" for=id.clone()>{format!("Question {}", n + 1)}</label>
                <input class="input" id=id name="question" value=value autocomplete="off" aria-invalid=invalid/>
            </div>
        }
    });
    let inputs = inputs.collect_view();
    let fields = view! {
        <p class="hint">"Les structures y répondent en se disant intéressées. Les mêmes questions pour toutes\u{a0}: c’est l’égalité de traitement."</p>
        {error}
        {inputs}
    };
    let body =
        view! { <div class="narrow">{model.form(Step::Questions, None, fields.into_any(), "Garder")}</div> };
    model.page(Step::Questions, Step::Questions.title().to_owned(), String::new(), body.into_any())
}
