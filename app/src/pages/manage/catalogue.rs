//! `/structures/{siret}/gerer/catalogue`: a structure keeps its catalogue. One form for the whole page, a row for each thing
//! and an empty one to add another: whatever button is pressed, nothing that was typed is lost.

use super::After;
use crate::components::{breadcrumb, choice, day_input, error_of, error_summary, errors, notice, picture};
use crate::document::Page;
use crate::urls::structure_url;
use backend::structures::CatalogueView;
use domain::form::{Field, Violation};
use domain::structure::FicheField;
use domain::structure::catalogue::{
    CatalogueForm, ContactRole, GroupementForm, LabelForm, NETWORKS_KNOWN, PersonForm, ReferenceForm,
    ServiceForm,
};
use domain::text::of_name;
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page(view: &CatalogueView, after: &After) -> Page {
    let error = if matches!(after, After::Refused(_)) { "Erreur\u{a0}: " } else { "" };
    let title = format!("{error}Catalogue {}", of_name(view.structure.shown_name()));
    Page { title, private: true, ..Page::default() }
}

/// The page. `typed` is what was typed when it was refused.
pub fn view(model: &CatalogueView, token: &str, after: &After, typed: Option<&CatalogueForm>) -> AnyView {
    let s = &model.structure;
    let stored = CatalogueForm::of(&model.catalogue);
    let form = typed.unwrap_or(&stored);
    let wrong: &[Violation] = match after {
        After::Refused(wrong) => wrong,
        After::Nothing | After::Saved { .. } => &[],
    };
    let message = match after {
        After::Nothing => None,
        After::Saved { .. } => Some(notice(
            "notice-success",
            "Enregistré.",
            "Votre fiche publique le montre dès maintenant.".to_owned(),
        )),
        After::Refused(_) => error_summary(&errors(wrong)),
    };
    let manage = format!("/structures/{}/gerer?jeton={}", s.siret, crate::urls::encoded(token));
    let people = model.writes_people.then(|| people_section(form, wrong, model));
    let offers = model.writes_offers.then(|| offers_sections(form, wrong, model));
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(
                    vec![(structure_url(s), s.shown_name().to_owned()), (manage, "Tenir la fiche".to_owned())],
                    "Catalogue".to_owned(),
                )}
                <h1>{format!("Le catalogue {}", of_name(s.shown_name()))}</h1>
                <p class="lead">"Ce que vous vendez, pour qui vous l’avez déjà fait, qui joindre. Tout est facultatif\u{a0}; ce que vous écrivez paraît sur votre fiche, avec sa date."</p>
            </div>
            {message}
            <form method="post" action=format!("/structures/{}/gerer/catalogue", s.siret) novalidate class="narrow">
                <input type="hidden" name="jeton" value=token.to_owned()/>
                <button class="visually-hidden" name="action" value="enregistrer" tabindex="-1" aria-hidden="true">"Enregistrer"</button>
                {offers}
                {people}
                <div class="actions actions-end">
                    <button class="button button-sun" name="action" value="enregistrer">"Enregistrer le catalogue"</button>
                </div>
            </form>
            {model.writes_offers.then(|| pictures_section(model, token, wrong))}
        </div>
    }
    .into_any()
}

/// A part of the page: its title, what it is for, who said it last, what is to be corrected.
fn section(
    field: Field,
    title: &'static str,
    lead: &'static str,
    wrong: &[Violation],
    said: Option<String>,
    rows: AnyView,
) -> AnyView {
    let error = error_of(wrong, field).map(|message| {
        view! { <p class="field-error">{format!("Erreur\u{a0}: {message}")}</p> }
    });
    let said = said.map(|said| view! { <p class="muted small">{said}"."</p> });
    view! {
        <section class="card block" id=field.name() tabindex="-1">
            <h2>{title}</h2>
            <p class="muted small">{lead}</p>
            {said}
            {error}
            {rows}
        </section>
    }
    .into_any()
}

/// A row that opens: what stands in it, and the button that takes it out.
fn row(kind: &'static str, n: usize, name: String, is_new: bool, is_open: bool, inputs: AnyView) -> AnyView {
    let remove = (!is_new).then(|| {
        view! {
            <button class="button button-secondary" name="retirer" value=format!("{kind}-{n}")>
                "Retirer"<span class="visually-hidden">{format!("\u{a0}: {name}")}</span>
            </button>
        }
    });
    view! {
        <details class="more" open=is_open>
            <summary>{name.clone()}</summary>
            {inputs}
            <div class="actions actions-end">
                {remove}
                " "
                <button class="button" name="action" value="enregistrer">
                    "Enregistrer"<span class="visually-hidden">{format!("\u{a0}: {name}")}</span>
                </button>
            </div>
        </details>
    }
    .into_any()
}

/// A field of one line in a row.
fn input(name: &str, n: usize, label: &'static str, kind: &'static str, value: &str) -> AnyView {
    let (kind, value) = if kind == "date" { day_input(value) } else { (kind, value.to_owned()) };
    let (id, name) = (format!("{name}-{n}"), name.to_owned());
    view! {
        <div class="field">
            <label class="label" for=id.clone()>{label}</label>
            <input class="input" id=id name=name type=kind value=value autocomplete="off"/>
        </div>
    }
    .into_any()
}

/// The rows that are there, and an empty one; open where something is wrong, or nothing is there yet.
fn rows<T: Default>(
    typed: Option<&Vec<T>>,
    is_wrong: bool,
    show: impl Fn(usize, &T, bool, bool) -> AnyView,
) -> AnyView {
    let there = typed.map(Vec::as_slice).unwrap_or_default();
    let known = there.iter().enumerate().map(|(n, row)| show(n, row, false, is_wrong)).collect_view();
    let new = show(there.len(), &T::default(), true, false);
    view! { {known}{new} }.into_any()
}

fn shown_or(text: &str, otherwise: &str) -> String {
    if text.trim().is_empty() { otherwise.to_owned() } else { text.trim().to_owned() }
}

/// The logo and the pictures: they are sent by a form of their own.
fn pictures_section(model: &CatalogueView, token: &str, wrong: &[Violation]) -> AnyView {
    let siret = model.structure.siret;
    let kept = model.pictures.iter().map(|one| {
        let name = if one.is_logo { "logo".to_owned() } else { one.alt.clone() };
        view! {
            <li>
                {picture(siret, one)}
                <form method="post" action=format!("/structures/{siret}/gerer/image/retirer")>
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    <button class="button button-secondary" name="retirer" value=one.id.to_string()>
                        "Retirer"<span class="visually-hidden">{format!("\u{a0}: {name}")}</span>
                    </button>
                </form>
            </li>
        }
    });
    let kept: Vec<_> = kept.collect();
    let kept = (!kept.is_empty()).then(|| view! { <ul class="gallery block">{kept}</ul> });
    let action = format!("/structures/{siret}/gerer/image?jeton={}", crate::urls::encoded(token));
    let rows = view! {
        {kept}
        <form method="post" action=action enctype="multipart/form-data">
            <fieldset class="fieldset">
                <legend>"Ce que vous ajoutez"</legend>
                {choice("usage", "photo", "Une image de votre travail".to_owned(), String::new(), true)}
                {choice("usage", "logo", "Votre logo".to_owned(), "Il prend la place de celui d’avant.".to_owned(), false)}
            </fieldset>
            <div class="field">
                <label class="label" for="texte">"Ce que montre l’image"</label>
                <p class="hint" id="texte-aide">"Pour qui ne la voit pas\u{a0}: «\u{a0}Deux jardiniers taillent une haie\u{a0}». Inutile pour un logo."</p>
                <input class="input" id="texte" name="texte" autocomplete="off" aria-describedby="texte-aide"/>
            </div>
            <div class="field">
                <label class="label" for="image">"Le fichier"</label>
                <p class="hint" id="image-aide">"JPEG, PNG ou WebP, 10\u{a0}Mo au plus. Le lieu et l’heure de la prise de vue sont effacés. Demandez leur accord aux personnes que l’on reconnaît."</p>
                <input class="input" id="image" name="image" type="file" accept=".jpg,.jpeg,.png,.webp" aria-describedby="image-aide"/>
            </div>
            <div class="actions actions-end"><button class="button">"Ajouter l’image"</button></div>
        </form>
    };
    let lead = "Votre logo, et six images de votre travail au plus.";
    let said = said(model, &FicheField::Pictures);
    let section = section(Field::Pictures, "Logo et images", lead, wrong, said, rows.into_any());
    view! { <div class="narrow">{section}</div> }.into_any()
}

fn people_section(form: &CatalogueForm, wrong: &[Violation], model: &CatalogueView) -> AnyView {
    let show = |n: usize, person: &PersonForm, is_new: bool, is_open: bool| {
        let name =
            if is_new { "Ajouter une personne".to_owned() } else { shown_or(&person.name, "Sans nom") };
        let role = ContactRole::parse(&person.role).unwrap_or(ContactRole::Sales);
        let roles = ContactRole::ALL
            .map(|r| view! { <option value=r.code() selected=r == role>{r.label()}</option> })
            .into_iter()
            .collect_view();
        let is_public = person.public == "oui";
        let (role_id, public_id) = (format!("personne-role-{n}"), format!("personne-visible-{n}"));
        let inputs = view! {
            {input("personne-nom", n, "Nom, ou service", "text", &person.name)}
            <div class="field">
                <label class="label" for=role_id.clone()>"Pour quoi la joindre\u{a0}?"</label>
                <select class="input" id=role_id name="personne-role">{roles}</select>
            </div>
            {input("personne-courriel", n, "Adresse e-mail", "email", &person.email)}
            {input("personne-telephone", n, "Téléphone", "tel", &person.phone)}
            <div class="field">
                <label class="label" for=public_id.clone()>"Qui la voit\u{a0}?"</label>
                <select class="input" id=public_id name="personne-visible">
                    <option value="non" selected=!is_public>"Les acheteurs à qui vous dites «\u{a0}intéressée\u{a0}»"</option>
                    <option value="oui" selected=is_public>"Tout le monde, sur votre fiche"</option>
                </select>
            </div>
        };
        row("personne", n, name, is_new, is_open, inputs.into_any())
    };
    let is_wrong = error_of(wrong, Field::People).is_some();
    let rows = rows(form.people.as_ref(), is_wrong, show);
    let rows = view! { <input type="hidden" name="dit" value="personnes"/>{rows} };
    section(
        Field::People,
        "Qui joindre",
        "Demandez d’abord leur accord aux personnes que vous nommez\u{a0}; le nom d’un service convient aussi.",
        wrong,
        said(model, &FicheField::People),
        rows.into_any(),
    )
}

fn said(model: &CatalogueView, field: &FicheField) -> Option<String> {
    let said = model.said.get(&field.code())?.sentence();
    Some(domain::text::capitalised(&said))
}

fn offers_sections(form: &CatalogueForm, wrong: &[Violation], model: &CatalogueView) -> AnyView {
    view! {
        <input type="hidden" name="dit" value="offres"/>
        {services_section(form, wrong, model)}
        {references_section(form, wrong, model)}
        {labels_section(form, wrong, model)}
        {networks_section(form, wrong, model)}
        {groupement_section(form, wrong, model)}
    }
    .into_any()
}

fn services_section(form: &CatalogueForm, wrong: &[Violation], model: &CatalogueView) -> AnyView {
    let show = |n: usize, service: &ServiceForm, is_new: bool, is_open: bool| {
        let name =
            if is_new { "Ajouter une prestation".to_owned() } else { shown_or(&service.name, "Sans nom") };
        let inputs = view! {
            {input("prestation-nom", n, "Ce que vous vendez", "text", &service.name)}
            {input("prestation-min", n, "Prix le plus bas, en euros hors taxes", "text", &service.price_min)}
            {input("prestation-max", n, "Prix le plus haut, en euros hors taxes", "text", &service.price_max)}
            {input("prestation-unite", n, "Pour quoi\u{a0}? Par exemple «\u{a0}l’heure\u{a0}», «\u{a0}le m²\u{a0}», «\u{a0}le repas\u{a0}»", "text", &service.unit)}
            {input("prestation-delai", n, "Délai, en jours", "text", &service.delay)}
        };
        row("prestation", n, name, is_new, is_open, inputs.into_any())
    };
    let rows = rows(form.services.as_ref(), error_of(wrong, Field::Services).is_some(), show);
    section(
        Field::Services,
        "Prestations et prix",
        "Un ordre de prix aide un acheteur à estimer son marché\u{a0}; il ne vous engage pas. Leurs noms se retrouvent par la recherche.",
        wrong,
        said(model, &FicheField::Services),
        rows,
    )
}

fn references_section(form: &CatalogueForm, wrong: &[Violation], model: &CatalogueView) -> AnyView {
    let show = |n: usize, reference: &ReferenceForm, is_new: bool, is_open: bool| {
        let name = if is_new {
            "Ajouter une référence".to_owned()
        } else {
            shown_or(&reference.client, "Sans client")
        };
        let inputs = view! {
            {input("reference-client", n, "Pour qui", "text", &reference.client)}
            {input("reference-travaux", n, "Quoi", "text", &reference.work)}
            {input("reference-annee", n, "Année", "text", &reference.year)}
            {input("reference-montant", n, "Montant, en euros hors taxes", "text", &reference.amount)}
        };
        row("reference", n, name, is_new, is_open, inputs.into_any())
    };
    let rows = rows(form.references.as_ref(), error_of(wrong, Field::References).is_some(), show);
    section(
        Field::References,
        "Références",
        "Des clients, publics ou privés, pour qui vous avez travaillé.",
        wrong,
        said(model, &FicheField::References),
        rows,
    )
}

fn labels_section(form: &CatalogueForm, wrong: &[Violation], model: &CatalogueView) -> AnyView {
    let show = |n: usize, label: &LabelForm, is_new: bool, is_open: bool| {
        let name = if is_new { "Ajouter un label".to_owned() } else { shown_or(&label.name, "Sans nom") };
        let inputs = view! {
            {input("label-nom", n, "Label, certification, agrément", "text", &label.name)}
            {input("label-debut", n, "Premier jour", "date", &label.from)}
            {input("label-fin", n, "Dernier jour", "date", &label.to)}
        };
        row("label", n, name, is_new, is_open, inputs.into_any())
    };
    let rows = rows(form.labels.as_ref(), error_of(wrong, Field::Labels).is_some(), show);
    section(
        Field::Labels,
        "Labels",
        "Avec leurs dates\u{a0}: un label qui a pris fin est marqué «\u{a0}terminé\u{a0}».",
        wrong,
        said(model, &FicheField::Labels),
        rows,
    )
}

fn networks_section(form: &CatalogueForm, wrong: &[Violation], model: &CatalogueView) -> AnyView {
    let there = form.networks.clone().unwrap_or_default();
    let rows = there.into_iter().chain([String::new()]).enumerate().map(|(n, name)| {
        let id = format!("reseau-nom-{n}");
        let label = if name.is_empty() { "Ajouter un réseau" } else { "Réseau (videz pour retirer)" };
        view! {
            <div class="field">
                <label class="label" for=id.clone()>{label}</label>
                <input class="input" id=id name="reseau-nom" value=name list="reseaux-connus" autocomplete="off"/>
            </div>
        }
    });
    let known = NETWORKS_KNOWN.map(|name| view! { <option value=name></option> });
    let rows = rows.collect_view();
    let rows = view! { {rows}<datalist id="reseaux-connus">{known.into_iter().collect_view()}</datalist> };
    section(
        Field::Networks,
        "Réseaux",
        "Fédérations et réseaux dont vous êtes membre.",
        wrong,
        said(model, &FicheField::Networks),
        rows.into_any(),
    )
}

fn groupement_section(form: &CatalogueForm, wrong: &[Violation], model: &CatalogueView) -> AnyView {
    let wish: GroupementForm = form.groupement.clone().unwrap_or_default();
    let boxes = [
        ("mandataire", "Porter la réponse pour les autres (mandataire)", wish.as_mandataire),
        ("cotraitante", "Rejoindre un groupement (cotraitante)", wish.as_cotraitant),
        ("sous-traitante", "Travailler pour l’entreprise titulaire (sous-traitante)", wish.as_subcontractor),
    ];
    let boxes = boxes.map(|(value, label, ticked)| {
        view! {
            <label class="check">
                <input type="checkbox" name="groupement" value=value checked=ticked/>
                <span class="check-label">{label}</span>
            </label>
        }
    });
    let rows = view! {
        <fieldset class="fieldset">
            <legend>"Vous seriez prête à"</legend>
            <div class="checks">{boxes.into_iter().collect_view()}</div>
        </fieldset>
        <div class="field">
            <label class="label" for="groupement-cherche">"Avec qui\u{a0}?"</label>
            <p class="hint" id="groupement-cherche-aide">"Un métier qui vous manque, une taille, un territoire."</p>
            <input class="input" id="groupement-cherche" name="groupement-cherche" value=wish.sought autocomplete="off" aria-describedby="groupement-cherche-aide"/>
        </div>
    };
    section(
        Field::Groupement,
        "Répondre à plusieurs",
        "Un lot trop grand pour une structure se prend à plusieurs (groupement\u{a0}: articles R2142-19 à R2142-27 du code de la commande publique).",
        wrong,
        said(model, &FicheField::Groupement),
        rows.into_any(),
    )
}
