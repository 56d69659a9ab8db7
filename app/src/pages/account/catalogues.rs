//! `/espace/catalogues`: what structures do, as a table that is taken away, corrected and given back; what a file would change,
//! row by row, and what became of it.

use crate::components::{FieldText, breadcrumb, error_of, error_summary, errors, export, field, notice};
use crate::document::Page;
use crate::urls::structure_url;
use backend::catalogues::{
    CATALOGUE_BYTES_MAX, CatalogueApplied, CatalogueColumn, CataloguePreview, CatalogueRow, CatalogueSent,
    RowOutcome, STRUCTURES_AT_ONCE,
};
use domain::form::{Field, Violation};
use domain::sector::Sectors;
use domain::structure::Structure;
use domain::text::{number, plural};
use leptos::prelude::*;

/// The field that carries a file from its preview to its button.
pub const CATALOGUE_FILE: &str = "fichier";
/// The field that says whether it came back whole.
pub const CATALOGUE_DIGEST: &str = "empreinte";
/// The field of what was seen of each structure.
pub const CATALOGUE_STATES: &str = "etats";

/// What surrounds the page.
#[must_use]
pub fn catalogues_page(is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    super::space_of(format!("{error}Vos catalogues"))
}

/// The page: the table, the file, the columns.
pub fn catalogues(kept: &[Structure], wrong: &[Violation]) -> AnyView {
    let body = match kept.is_empty() {
        true => view! {
            <div class="empty"><p>"Vous ne tenez la fiche d’aucune structure. Rejoignez la vôtre, ou demandez à ses responsables d’en confier des parties à votre réseau."</p></div>
            <div class="actions block"><a class="button button-secondary" href="/espace/rejoindre">"Rejoindre une structure"</a></div>
        }
        .into_any(),
        false => view! { {taken_away(kept)}{given_back(wrong)}{columns()} }.into_any(),
    };
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    {breadcrumb(vec![("/espace".into(), "Mon espace".into())], "Vos catalogues".to_owned())}
                    <h1>"Vos catalogues"</h1>
                    <p class="lead">"Ce que font les structures dont vous tenez la fiche, en un seul tableau\u{a0}: emportez-le, corrigez-le, rendez-le."</p>
                </div>
                {error_summary(&errors(wrong))}
                {body}
            </div>
        </div>
    }
    .into_any()
}

/// Most names that the page lists.
const NAMED_MAX: usize = 50;

fn taken_away(kept: &[Structure]) -> AnyView {
    let count = u64::try_from(kept.len()).unwrap_or(u64::MAX);
    let names = kept.iter().take(NAMED_MAX).map(|structure| {
        view! { <li><a href=structure_url(structure)>{structure.shown_name().to_owned()}</a></li> }
    });
    let more = (kept.len() > NAMED_MAX).then(|| {
        let more = number(count - u64::try_from(NAMED_MAX).unwrap_or_default());
        view! { <p class="muted">{format!("et {more} autres, dans le tableau.")}</p> }
    });
    view! {
        <section>
            <h2>"1. Emporter le tableau"</h2>
            <p>{format!("{}, une ligne par activité. Ce que vous rendez sans y toucher ne change rien.", plural(count, "structure", "structures"))}</p>
            {export("/espace/catalogues/tableau".to_owned(), Vec::new(), &[])}
            <p class="block">"Ou partez d’un modèle vide\u{a0}: "<a href="/espace/catalogues/modele?format=xlsx" download="catalogue-vide.xlsx">"modèle pour un tableur (XLSX)"</a>", "<a href="/espace/catalogues/modele?format=csv" download="catalogue-vide.csv">"modèle CSV"</a>"."</p>
            <details class="more block">
                <summary>"Les structures que vous tenez"</summary>
                <ul class="rows">{names.collect_view()}</ul>
                {more}
            </details>
        </section>
    }
    .into_any()
}

fn given_back(wrong: &[Violation]) -> AnyView {
    let text = FieldText {
        name: Field::File.name(),
        label: "Votre tableau",
        hint: "XLSX ou CSV, 512\u{a0}Ko et 5\u{a0}000 lignes au plus.",
        error: error_of(wrong, Field::File),
    };
    let invalid = text.error.is_some().then_some("true");
    let described_by = text.described_by();
    let name = Field::File.name();
    let input = view! {
        <input class="input" id=name name=name type="file" accept=".xlsx,.csv,.txt" required aria-describedby=described_by aria-invalid=invalid/>
    };
    view! {
        <section class="section">
            <h2>"2. Rendre le tableau"</h2>
            <p>"Vous voyez d’abord, ligne par ligne, ce qui changerait. Rien n’est enregistré avant que vous ne le demandiez."</p>
            <form method="post" action="/espace/catalogues" enctype="multipart/form-data">
                {field(text, input.into_any())}
                <div class="actions actions-end"><button class="button">"Voir ce qui changerait"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn columns() -> AnyView {
    let rows = CatalogueColumn::ALL.map(|column| {
        view! { <tr><th scope="row">{column.heading()}</th><td>{column.help()}</td></tr> }
    });
    view! {
        <section class="section">
            <h2>"Les colonnes"</h2>
            <p>"Dans l’ordre que vous voulez, sans égard aux majuscules ni aux accents. Une colonne absente ou une case vide ne change rien\u{a0}; un tiret seul («\u{a0}-\u{a0}») vide la case. Une activité dont la ligne manque reste sur la fiche\u{a0}: pour la retirer, écrivez «\u{a0}écartée\u{a0}»."</p>
            <div class="table-box" tabindex="0" role="region" aria-label="Ce que contient chaque colonne">
                <table class="table">
                    <caption class="visually-hidden">"Ce que contient chaque colonne"</caption>
                    <thead><tr><th scope="col">"Colonne"</th><th scope="col">"Ce qu’elle contient"</th></tr></thead>
                    <tbody>{rows.into_iter().collect_view()}</tbody>
                </table>
            </div>
            {sectors()}
        </section>
    }
    .into_any()
}

/// What the column of the sector may hold.
fn sectors() -> AnyView {
    let groups = Sectors::get().groups().iter().map(|group| {
        let sectors = group.sectors.iter().map(|sector| {
            view! { <li>{sector.label()}" "<span class="muted small">{sector.slug()}</span></li> }
        });
        view! { <h3>{group.label}</h3><ul>{sectors.collect_view()}</ul> }
    });
    view! {
        <details class="more block">
            <summary>"Les secteurs et leurs identifiants"</summary>
            {groups.collect_view()}
        </details>
    }
    .into_any()
}

/// What surrounds the preview.
#[must_use]
pub fn catalogue_preview_page() -> Page {
    super::space_of("Ce qui changerait".to_owned())
}

/// What a file would do.
pub fn catalogue_preview(preview: &CataloguePreview, sent: &CatalogueSent) -> AnyView {
    around("Ce qui changerait", "Rien n’est encore enregistré.", view! { {whole(preview, sent)} }.into_any())
}

/// What surrounds what became of a file.
#[must_use]
pub fn catalogue_applied_page() -> Page {
    super::space_of("Ce qui est enregistré".to_owned())
}

/// What became of a file, and what it would still do.
pub fn catalogue_applied(applied: &CatalogueApplied, sent: &CatalogueSent) -> AnyView {
    let count = u64::try_from(applied.written.len()).unwrap_or(u64::MAX);
    let done = match (count, applied.searchable) {
        (0, _) => notice("notice-warning", "Rien n’est enregistré.", String::new()),
        (_, true) => notice(
            "notice-success",
            "C’est fait.",
            format!("{}.", plural(count, "fiche enregistrée", "fiches enregistrées")),
        ),
        (_, false) => notice(
            "notice-success",
            "C’est fait.",
            format!(
                "{}. Les recherches les montreront dans un instant.",
                plural(count, "fiche enregistrée", "fiches enregistrées")
            ),
        ),
    };
    let refused = applied
        .refused
        .iter()
        .map(|(name, why)| view! { <li><strong>{name.clone()}</strong>{format!("\u{a0}: {why}")}</li> });
    let refused = (!applied.refused.is_empty()).then(|| {
        view! { <section class="section"><h2>"Ce qui est refusé"</h2><ul>{refused.collect_view()}</ul></section> }
    });
    let since = applied.changed_since.iter().map(|name| view! { <li>{name.clone()}</li> });
    let since = (!applied.changed_since.is_empty()).then(|| {
        view! {
            <div class="notice notice-warning block">
                <p><strong>"Ces fiches ont changé depuis que vous avez vu votre tableau."</strong>" Rien n’y est enregistré\u{a0}: relisez plus bas ce qui y changerait maintenant."</p>
                <ul>{since.collect_view()}</ul>
            </div>
        }
    });
    let left = (applied.left > 0).then(|| {
        let left =
            plural(u64::try_from(applied.left).unwrap_or(u64::MAX), "fiche attend", "fiches attendent");
        notice(
            "notice-warning",
            "Ce n’est pas fini.",
            format!("{STRUCTURES_AT_ONCE}\u{a0}fiches à la fois\u{a0}: {left}. Appliquez de nouveau."),
        )
    });
    let rows: Vec<CatalogueRow> = applied.written.iter().flat_map(|written| written.rows.clone()).collect();
    let written = (!rows.is_empty()).then(|| {
        view! { <section class="section"><h2>"Ce qui est enregistré"</h2>{table_of("Lignes enregistrées", &rows)}</section> }
    });
    let rest = view! { <section class="section"><h2>"Ce que dirait maintenant votre tableau"</h2>{whole(&applied.again, sent)}</section> };
    let body = view! { {done}{since}{left}{refused}{written}{rest} };
    around("Ce qui est enregistré", "Ligne par ligne, comme votre tableur les numérote.", body.into_any())
}

fn around(title: &'static str, lead: &'static str, body: AnyView) -> AnyView {
    let links =
        vec![("/espace".into(), "Mon espace".into()), ("/espace/catalogues".into(), "Vos catalogues".into())];
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(links, title.to_owned())}
                <h1>{title}</h1>
                <p class="lead">{lead}</p>
            </div>
            {body}
        </div>
    }
    .into_any()
}

/// The counts, the button that writes, and the rows.
fn whole(preview: &CataloguePreview, sent: &CatalogueSent) -> AnyView {
    let (changes, unchanged, wrong) = preview.counts();
    let count = |n: usize, one, many| plural(u64::try_from(n).unwrap_or(u64::MAX), one, many);
    let items = [
        (changes, count(changes, "ligne change quelque chose", "lignes changent quelque chose")),
        (unchanged, count(unchanged, "ligne ne change rien", "lignes ne changent rien")),
        (
            wrong,
            count(
                wrong,
                "ligne à corriger, qui ne sera pas enregistrée",
                "lignes à corriger, qui ne seront pas enregistrées",
            ),
        ),
    ];
    let items = items.into_iter().filter(|(n, _)| *n > 0).map(|(_, text)| view! { <li>{text}</li> });
    let items: Vec<_> = items.collect();
    let counts = match items.is_empty() {
        true => view! { <div class="empty block"><p>"Ce tableau n’a que son en-tête."</p></div> }.into_any(),
        false => view! { <ul class="block">{items}</ul> }.into_any(),
    };
    let ignored = (!preview.ignored.is_empty()).then(|| {
        let names: Vec<String> = preview.ignored.iter().map(|name| format!("«\u{a0}{name}\u{a0}»")).collect();
        notice("notice-warning", "Colonnes laissées de côté\u{a0}:", format!("{}.", names.join(", ")))
    });
    let wrong: Vec<CatalogueRow> =
        preview.rows.iter().filter(|row| matches!(row.outcome, RowOutcome::Wrong(_))).cloned().collect();
    let wrong = (!wrong.is_empty()).then(|| {
        view! { <section class="section"><h2>"À corriger"</h2>{table_of("Lignes à corriger", &wrong)}</section> }
    });
    let all = (!preview.rows.is_empty()).then(|| {
        view! { <section class="section"><h2>"Ligne par ligne"</h2>{table_of("Toutes les lignes", &preview.rows)}</section> }
    });
    view! { {counts}{ignored}{apply(preview, sent)}{wrong}{all} }.into_any()
}

fn apply(preview: &CataloguePreview, sent: &CatalogueSent) -> AnyView {
    let other = view! { <a href="/espace/catalogues">"Rendre un autre tableau"</a> };
    if preview.states.is_empty() {
        return view! { <div class="actions block">{other}</div> }.into_any();
    }
    let states: Vec<String> =
        preview.states.iter().map(|(siret, state)| format!("{siret}:{state}")).collect();
    let count = u64::try_from(states.len()).unwrap_or(u64::MAX);
    view! {
        <form method="post" action="/espace/catalogues/appliquer" class="block">
            <input type="hidden" name=CATALOGUE_FILE value=sent.file.clone()/>
            <input type="hidden" name=CATALOGUE_DIGEST value=sent.digest.clone()/>
            <input type="hidden" name=CATALOGUE_STATES value=states.join(" ")/>
            <div class="actions"><button class="button button-sun">{format!("Appliquer à {}", plural(count, "fiche", "fiches"))}</button>{other}</div>
        </form>
    }
    .into_any()
}

/// Rows as a table; those that follow each other and change nothing are one.
fn table_of(caption: &'static str, rows: &[CatalogueRow]) -> AnyView {
    let chunks = rows.chunk_by(|a, b| {
        a.outcome == RowOutcome::Unchanged && a.outcome == b.outcome && a.number + 1 == b.number
    });
    let lines = chunks.filter_map(|chunk| {
        let (first, last) = (chunk.first()?, chunk.last()?);
        let number = match chunk.len() {
            1 => first.number.to_string(),
            _ => format!("{} à {}", first.number, last.number),
        };
        let structure = if chunk.iter().all(|row| row.structure == first.structure) { first.structure.clone() } else { String::new() };
        Some(view! { <tr><th scope="row">{number}</th><td>{structure}</td><td>{said(&first.outcome)}</td></tr> })
    });
    view! {
        <div class="table-box" tabindex="0" role="region" aria-label=caption>
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr><th scope="col">"Ligne"</th><th scope="col">"Structure"</th><th scope="col">"Ce qu’elle dit"</th></tr></thead>
                <tbody>{lines.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn said(outcome: &RowOutcome) -> AnyView {
    match outcome {
        RowOutcome::Unchanged => view! { <span class="muted">"rien ne change"</span> }.into_any(),
        RowOutcome::Changes(changes) => sentences(changes),
        RowOutcome::Wrong(wrong) => {
            view! { <strong>"À corriger\u{a0}: "</strong>{sentences(wrong)} }.into_any()
        }
    }
}

fn sentences(all: &[String]) -> AnyView {
    match all {
        [one] => view! { {one.clone()} }.into_any(),
        all => {
            let items = all.iter().map(|sentence| view! { <li>{sentence.clone()}</li> });
            view! { <ul>{items.collect_view()}</ul> }.into_any()
        }
    }
}

/// The way there, for whoever keeps a page.
pub(super) fn catalogues_link(keeps: bool) -> Option<AnyView> {
    keeps.then(|| view! { <li><a href="/espace/catalogues">"Vos catalogues (CSV, XLSX)"</a></li> }.into_any())
}

const _: () = assert!(CATALOGUE_BYTES_MAX == 512 * 1024, "the hint of the field says so");
