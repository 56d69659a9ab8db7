//! `/espace/listes`: lists of structures that people keep, alone or with their organisation.

use crate::components::{
    TextInput, breadcrumb, error_of, error_summary, errors, export, notice, seat_name, structure_columns,
    tick,
};
use crate::document::Page;
use crate::pages::confirm::narrow;
use crate::urls::structure_url;
use backend::accounts::{FavouritesRow, FavouritesView};
use backend::index::Entry;
use domain::form::{Field, Violation};
use domain::text::plural;
use leptos::prelude::*;

/// The box that says that a list is to be dropped.
pub const DROP_MEANT: &str = "sur";

/// What surrounds the page.
#[must_use]
pub fn favourites_page(is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    super::space_of(format!("{error}Vos listes de structures"))
}

/// The lists. `adds` is a structure that is to be put on one of them.
pub fn favourites(
    lists: &[FavouritesRow],
    adds: Option<&Entry>,
    typed: &str,
    wrong: &[Violation],
    done: Option<&str>,
) -> AnyView {
    let done = done.map(|text| notice("notice-success", "C’est fait.", text.to_owned()));
    let rows = lists.iter().map(|list| list_row(list, adds)).collect_view();
    let name = TextInput::wide(
        Field::Name,
        "Nom de la liste",
        "Par exemple «\u{a0}Espaces verts 2027\u{a0}».",
        typed,
    );
    let siret = adds
        .map(|entry| view! { <input type="hidden" name="siret" value=entry.structure.siret.to_string()/> });
    let list = match lists.is_empty() {
        true => view! { <div class="empty"><p>"Aucune liste pour l’instant."</p></div> }.into_any(),
        false => view! { <ul class="cards">{rows}</ul> }.into_any(),
    };
    let body = view! {
        {error_summary(&errors(wrong))}
        {done}
        <section><h2 class="visually-hidden">"Listes"</h2>{list}</section>
        <section class="section">
            <h2>"Une nouvelle liste"</h2>
            <form method="post" action="/espace/listes" novalidate>
                {siret}
                {name.required().view(wrong)}
                <div class="actions actions-end"><button class="button">"Créer la liste"</button></div>
            </form>
        </section>
    };
    let (title, lead) = match adds {
        Some(entry) => (
            format!("Garder {}", entry.structure.shown_name()),
            "Choisissez la liste, ou créez-en une\u{a0}: la structure n’en sait rien.".to_owned(),
        ),
        None => (
            "Vos listes de structures".to_owned(),
            "Celles que vous voulez retrouver, avec une note pour chacune. Les structures n’en savent rien."
                .to_owned(),
        ),
    };
    narrow(title, lead, body.into_any())
}

fn list_row(list: &FavouritesRow, adds: Option<&Entry>) -> AnyView {
    let count = plural(list.count.unsigned_abs(), "structure", "structures");
    let shared = if list.organisation.is_some() { " · partagée avec votre organisation" } else { "" };
    let href = format!("/espace/listes/{}", list.id);
    let add = adds.map(|entry| {
        view! {
            <form method="post" action=href.clone()>
                <input type="hidden" name="siret" value=entry.structure.siret.to_string()/>
                <div class="actions"><button class="button" name="action" value="ajouter" aria-label=format!("Ajouter à «\u{a0}{}\u{a0}»", list.name)>"Ajouter à cette liste"</button></div>
            </form>
        }
    });
    view! {
        <li class="card">
            <h3 class="card-title"><a href=href>{list.name.clone()}</a></h3>
            <p class="card-meta">{format!("{count}{shared}")}</p>
            {add}
        </li>
    }
    .into_any()
}

/// What surrounds the page of a list.
#[must_use]
pub fn favourites_list_page(model: &FavouritesView, is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    super::space_of(format!("{error}{}", model.list.name))
}

/// A list, with its notes.
pub fn favourites_list(model: &FavouritesView, wrong: &[Violation], done: Option<&str>) -> AnyView {
    let action = format!("/espace/listes/{}", model.list.id);
    let done = done.map(|text| notice("notice-success", "C’est fait.", text.to_owned()));
    let rows = model.entries.iter().map(|(entry, note)| kept(&action, entry, note)).collect_view();
    let list = match model.entries.is_empty() {
        true => view! { <div class="empty"><p>"Cette liste est vide. Sur la fiche d’une structure, suivez «\u{a0}Garder dans une liste\u{a0}»."</p></div> }.into_any(),
        false => view! { <ul class="cards block">{rows}</ul> }.into_any(),
    };
    let withdrawn = (model.withdrawn > 0).then(|| {
        let count = u64::try_from(model.withdrawn).unwrap_or(u64::MAX);
        let text = plural(count, "structure de cette liste n’est", "structures de cette liste ne sont");
        view! { <p class="muted">{format!("{text} plus {} par ce service\u{a0}: votre note est gardée.", if count == 1 { "proposée" } else { "proposées" })}</p> }
    });
    let table = (!model.entries.is_empty())
        .then(|| export(format!("{action}/tableau"), Vec::new(), &structure_columns()));
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    {breadcrumb(vec![("/espace".into(), "Mon espace".into()), ("/espace/listes".into(), "Vos listes".into())], model.list.name.clone())}
                    <h1>{model.list.name.clone()}</h1>
                    <p class="lead">{plural(u64::try_from(model.entries.len()).unwrap_or(u64::MAX), "structure", "structures")}</p>
                </div>
                {error_summary(&errors(wrong))}
                {done}
                {list}
                {withdrawn}
                {table}
                {share(model, &action, wrong)}
                {model.drops.then(|| view! {
                    <section class="section">
                        <h2>"Supprimer"</h2>
                        <form method="post" action=action.clone()>
                            <div id=Field::Name.name() tabindex="-1">{tick(DROP_MEANT, "Oui, supprimer cette liste et ses notes", false)}</div>
                            <div class="actions"><button class="button button-secondary" name="action" value="supprimer">"Supprimer cette liste"</button></div>
                        </form>
                    </section>
                })}
            </div>
        </div>
    }
    .into_any()
}

/// A structure of the list, with its note.
fn kept(action: &str, entry: &Entry, note: &str) -> AnyView {
    let s = &entry.structure;
    let name = s.shown_name().to_owned();
    let id = format!("note-{}", s.siret);
    view! {
        <li class="card">
            <h2 class="card-title"><a href=structure_url(s)>{name.clone()}</a></h2>
            <p class="card-meta">{seat_name(entry)}</p>
            <form method="post" action=action.to_owned()>
                <input type="hidden" name="siret" value=s.siret.to_string()/>
                <div class="field">
                    <label class="label" for=id.clone()>"Votre note"<span class="visually-hidden">{format!(" sur {name}")}</span></label>
                    <input class="input" id=id name="note" value=note.to_owned()/>
                </div>
                <div class="actions">
                    <button class="button button-secondary" name="action" value="noter" aria-label=format!("Garder la note sur {name}")>"Garder la note"</button>
                    <button class="button button-secondary" name="action" value="retirer" aria-label=format!("Retirer {name}")>"Retirer"</button>
                </div>
            </form>
        </li>
    }
    .into_any()
}

fn share(model: &FavouritesView, action: &str, wrong: &[Violation]) -> Option<AnyView> {
    let now = model.shared_with.as_ref();
    let said = now.map(|organisation| {
        view! { <p>{format!("Les membres de l’organisation «\u{a0}{}\u{a0}» la voient et la tiennent avec vous.", organisation.name)}</p> }
    });
    let mut options: Vec<(String, String)> =
        model.organisations.iter().map(|one| (one.id.0.to_string(), one.name.clone())).collect();
    options.push((String::new(), "Personne".to_owned()));
    let chosen = now.map(|organisation| organisation.id.0.to_string()).unwrap_or_default();
    let form = (model.shares && !model.organisations.is_empty()).then(|| {
        let error = error_of(wrong, Field::Organisation)
            .map(|message| view! { <p class="field-error" id="acheteur-erreur">{format!("Erreur\u{a0}: {message}")}</p> });
        let options = options.into_iter().map(|(code, label)| {
            let selected = code == chosen;
            view! { <option value=code selected=selected>{label}</option> }
        });
        view! {
            <form method="post" action=action.to_owned()>
                <div class="field">
                    <label class="label" for=Field::Organisation.name()>"Partagée avec"</label>
                    {error}
                    <select class="input" id=Field::Organisation.name() name=Field::Organisation.name()>{options.collect_view()}</select>
                </div>
                <div class="actions actions-end"><button class="button button-secondary" name="action" value="partager">"Enregistrer"</button></div>
            </form>
        }
    });
    (said.is_some() || form.is_some())
        .then(|| view! { <section class="section"><h2>"Partager"</h2>{said}{form}</section> }.into_any())
}
