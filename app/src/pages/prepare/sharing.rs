//! `/besoins/preparer/partage`: with whom a need is shared, and what these people say about it.

use super::{Step, step_url};
use crate::components::Choice;
use crate::components::{TextInput, breadcrumb, choices, error_summary, errors, long_text, moment, notice};
use crate::document::{Page, Section};
use crate::urls::encoded;
use backend::needs::SharingView;
use domain::access::Collaboration;
use domain::form::{Field, Violation};
use domain::need::{Comment, NeedDraft, Topic};
use domain::text::of_name;
use leptos::prelude::*;

/// What was typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// An address to share with.
    pub address: String,
    /// What it may do.
    pub collaboration: String,
    /// What a comment is about.
    pub topic: String,
    /// The comment.
    pub text: String,
}

/// What surrounds the page.
#[must_use]
pub fn page(is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    let title = format!("{error}Partager et commenter");
    Page { title, section: Some(Section::Needs), private: true, ..Page::default() }
}

/// The address of the page.
#[must_use]
pub fn url(token: &str) -> String {
    format!("/besoins/preparer/partage?jeton={}", encoded(token))
}

/// The page. `done` is what was just done.
pub fn view(
    model: &SharingView,
    token: &str,
    typed: &Typed,
    wrong: &[Violation],
    done: Option<&str>,
) -> AnyView {
    let draft = &model.prepared.draft;
    let done = done.map(|text| notice("notice-success", "C’est fait.", text.to_owned()));
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![("/besoins".into(), "Besoins".into()), (step_url(Step::Overview, token, None), draft.title.clone())], "Partager et commenter".into())}
                <h1>"Partager et commenter"</h1>
                <p class="lead">"Pour préparer ce besoin à plusieurs. Les structures n’en lisent rien."</p>
            </div>
            {error_summary(&errors(wrong))}
            {done}
            <div class="beside">
                <div>{comments(model, token, typed, wrong)}</div>
                <aside>{collaborators(model, token, typed, wrong)}{with_organisation(model, token, wrong)}{take_over(model, token)}</aside>
            </div>
        </div>
    }
    .into_any()
}

fn comments(model: &SharingView, token: &str, typed: &Typed, wrong: &[Violation]) -> AnyView {
    let draft = &model.prepared.draft;
    let all: Vec<&Comment> = model.prepared.comments.iter().collect();
    let list = match all.is_empty() {
        true => view! { <div class="empty"><p>"Personne n’a encore rien dit."</p></div> }.into_any(),
        false => comment_list(&all, Some(draft)),
    };
    let topics = Topic::all(draft).into_iter().map(|topic| {
        let code = topic.code();
        let selected = typed.topic == code;
        view! { <option value=code selected=selected>{topic.label(draft)}</option> }
    });
    let form = model.comments_it.then(|| {
        view! {
            <form method="post" action="/besoins/preparer/partage" class="block" novalidate>
                <input type="hidden" name="jeton" value=token.to_owned()/>
                <div class="field">
                    <label class="label" for="sujet">"De quoi parlez-vous\u{a0}?"</label>
                    <select class="input" id="sujet" name="sujet">{topics.collect_view()}</select>
                </div>
                {long_text(Field::Message, "Votre commentaire", "L’auteur du besoin et ceux avec qui il est partagé en sont prévenus par e-mail.", &typed.text, wrong)}
                <div class="actions actions-end"><button class="button" name="action" value="commenter">"Commenter"</button></div>
            </form>
        }
    });
    view! { <section><h2>"Commentaires"</h2>{list}{form}</section> }.into_any()
}

/// Comments, in their order; with what each is about, where a draft says so.
pub(super) fn comment_list(comments: &[&Comment], draft: Option<&NeedDraft>) -> AnyView {
    let items = comments.iter().map(|comment| {
        let by = comment.by.as_ref().map_or_else(|| "Quelqu’un".to_owned(), ToString::to_string);
        let about = draft.map(|draft| view! { <br/>{comment.topic.label(draft)} });
        view! {
            <li class="message">
                <p class="message-who"><strong>{by}</strong>{format!(", le {}", moment(comment.written_at))}{about}</p>
                <p class="typed">{comment.text.clone()}</p>
            </li>
        }
    });
    view! { <ol class="thread">{items.collect_view()}</ol> }.into_any()
}

fn collaborators(model: &SharingView, token: &str, typed: &Typed, wrong: &[Violation]) -> AnyView {
    let rows = model.collaborators.iter().map(|who| {
        let address = who.address.to_string();
        let remove = model.decides.then(|| {
            view! {
                <form method="post" action="/besoins/preparer/partage">
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    <input type="hidden" name="qui" value=address.clone()/>
                    <button class="button button-secondary" name="action" value="retirer" aria-label=format!("Ne plus partager avec {address}")>"Retirer"</button>
                </form>
            }
        });
        view! { <li><span>{address.clone()}<br/><span class="muted small">{who.collaboration.label()}</span></span>" "{remove}</li> }
    });
    let rows: Vec<_> = rows.collect();
    let list = match rows.is_empty() {
        true => view! { <p class="muted">"Avec personne pour l’instant."</p> }.into_any(),
        false => view! { <ul class="rows">{rows}</ul> }.into_any(),
    };
    let invite = model.decides.then(|| {
        let all = Collaboration::ALL.map(|of| Choice { code: of.code(), label: capital(of.label()), hint: String::new() });
        let chosen = Collaboration::parse(&typed.collaboration).unwrap_or(Collaboration::Comments);
        let email = TextInput {
            kind: "email",
            ..TextInput::wide(Field::Email, "Son adresse e-mail", "Un collègue, la personne qui suit vos clauses sociales, un chef de projet de la politique de la ville…", &typed.address)
        };
        view! {
            <form method="post" action="/besoins/preparer/partage" class="block" novalidate>
                <input type="hidden" name="jeton" value=token.to_owned()/>
                {email.required().view(wrong)}
                {choices(Field::Rights, "Cette personne", "Publier, attribuer et partager restent à vous.", all.into(), chosen.code(), wrong)}
                <div class="actions actions-end"><button class="button" name="action" value="partager">"Partager"</button></div>
            </form>
        }
    });
    view! { <section class="card"><h2>"Partagé avec"</h2>{list}{invite}</section> }.into_any()
}

/// The members of an organisation with whom it is shared as a whole.
fn with_organisation(model: &SharingView, token: &str, wrong: &[Violation]) -> Option<AnyView> {
    let now = model.organisation.as_ref();
    let said = now.map(|organisation| {
        view! { <p>{format!("Les membres {} le préparent et le suivent avec son auteur.", of_name(&organisation.name))}</p> }
    });
    let nothing_yet = now.is_none().then(|| {
        view! { <p class="muted">{match model.organisations.is_empty() {
            true => "Ajoutez ou rejoignez votre organisation depuis votre espace, et partagez-le avec tous vos collègues d’un coup.",
            false => "Partagez-le avec tous vos collègues d’un coup.",
        }}</p> }
    });
    let mut options: Vec<(String, String)> =
        model.organisations.iter().map(|one| (one.id.0.to_string(), one.name.clone())).collect();
    if now.is_some() {
        options.push((String::new(), "Aucune".to_owned()));
    }
    let chosen = now.map(|organisation| organisation.id.0.to_string()).unwrap_or_default();
    let form = (model.decides && !options.is_empty()).then(|| {
        let wrong = wrong.iter().find(|violation| violation.field == Field::Organisation);
        let options = options.into_iter().map(|(code, label)| {
            let selected = code == chosen;
            view! { <option value=code selected=selected>{label}</option> }
        });
        view! {
            <form method="post" action="/besoins/preparer/partage" class="block">
                <input type="hidden" name="jeton" value=token.to_owned()/>
                <div class="field">
                    <label class="label" for=Field::Organisation.name()>"Organisation"</label>
                    {wrong.map(|violation| view! { <p class="error" id="acheteur-erreur">{violation.message.clone()}</p> })}
                    <select class="input" id=Field::Organisation.name() name=Field::Organisation.name()>{options.collect_view()}</select>
                </div>
                <div class="actions actions-end"><button class="button button-secondary" name="action" value="organisation">"Enregistrer"</button></div>
            </form>
        }
    });
    (now.is_some() || model.decides).then(|| {
        view! { <section class="card block"><h2>"Votre organisation"</h2>{said}{nothing_yet}{form}</section> }.into_any()
    })
}

/// For a responsable whose colleague is away, or left.
fn take_over(model: &SharingView, token: &str) -> Option<AnyView> {
    let author = model.prepared.need.author.as_ref().map(ToString::to_string);
    let author = author.unwrap_or_else(|| "son auteur".to_owned());
    model.takes_over.then(|| {
        view! {
            <section class="card block">
                <h2>"Reprendre ce besoin"</h2>
                <p>{format!("Les réponses vous arriveront, au lieu de {author}, qui en sera prévenu et dont les liens ne l’ouvriront plus.")}</p>
                <form method="post" action="/besoins/preparer/partage">
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    <div class="actions actions-end"><button class="button button-secondary" name="action" value="reprendre">"Reprendre ce besoin"</button></div>
                </form>
            </section>
        }
        .into_any()
    })
}

fn capital(text: &str) -> String {
    domain::text::capitalised(text)
}
