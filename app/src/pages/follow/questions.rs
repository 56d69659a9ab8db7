//! `/besoins/suivre/questions`: what the author of a need answers to all.

use super::follow_page_url;
use crate::components::{breadcrumb, error_summary, errors, long_text, notice, shared_answers};
use crate::document::Page;
use backend::needs::FollowView;
use domain::form::{Field, Violation};
use domain::need::{LotKey, SharedForm};
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page(is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    Page { title: format!("{error}Répondre à toutes"), private: true, ..Page::default() }
}

/// The page. `of` is the lot that is chosen, `None` the whole need; `answers` the number of the message that is answered, empty
/// for none.
pub fn view(
    model: &FollowView,
    token: &str,
    form: &SharedForm,
    (of, answers): (Option<LotKey>, &str),
    wrong: &[Violation],
    done: bool,
) -> AnyView {
    let draft = &model.need.draft;
    let done = done.then(|| {
        let text = "La question et sa réponse sont sur la page du besoin\u{a0}; les structures concernées vont être prévenues par e-mail.";
        notice("notice-success", "C’est publié.", text.to_owned())
    });
    let shared = shared_answers(&model.shared, draft).map(|shared| {
        view! { <section class="section"><h2>"Déjà répondu à toutes"</h2>{shared}</section> }
    });
    let lots = draft.has_lots().then(|| {
        let one = |value: String, label: String, checked: bool| {
            view! {
                <label class="choice">
                    <input type="radio" name="lot" value=value checked=checked/>
                    <span>{label}</span>
                </label>
            }
        };
        let whole = one(String::new(), "Tout le besoin".to_owned(), of.is_none());
        let lots = draft.lots.iter().enumerate();
        let lots = lots.map(|(rank, lot)| one(lot.key.to_string(), draft.lot_name(rank), of == Some(lot.key)));
        view! { <fieldset class="fieldset"><legend>"De quoi s’agit-il\u{a0}?"</legend>{whole}{lots.collect_view()}</fieldset> }
    });
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    {breadcrumb(vec![(follow_page_url(token), draft.title.clone())], "Répondre à toutes".into())}
                    <h1>"Répondre à toutes les structures"</h1>
                    <p class="lead">"Pendant un sourçage, chacune doit en savoir autant que les autres (articles R2111-1 et R2111-2). La réponse est sur la page publique du besoin, et part aux structures prévenues qui n’ont pas décliné."</p>
                </div>
                {error_summary(&errors(wrong))}
                {done}
                <form method="post" action="/besoins/suivre/questions" novalidate>
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    <input type="hidden" name="message" value=answers.to_owned()/>
                    {lots}
                    {long_text(Field::SharedQuestion, "La question, telle qu’elle sera publiée", "Relisez-la\u{a0}: retirez-en tout ce qui dirait qui l’a posée.", &form.question, wrong)}
                    {long_text(Field::SharedAnswer, "Votre réponse", "Toutes la lisent.", &form.answer, wrong)}
                    <div class="actions actions-end"><button class="button button-sun">"Publier pour toutes"</button></div>
                </form>
                {shared}
            </div>
        </div>
    }
    .into_any()
}
