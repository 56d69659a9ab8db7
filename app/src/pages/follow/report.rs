//! `/besoins/suivre/trace`: what happened around a need, line by line, to print or to keep.

use super::{follow_page_url, report_csv_url};
use crate::components::{breadcrumb, moment};
use crate::document::Page;
use backend::needs::{Report, ReportRow};
use domain::privacy::Kept;
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page(model: &Report) -> Page {
    Page { title: format!("Trace du sourçage\u{a0}: {}", model.title), private: true, ..Page::default() }
}

/// The page.
pub fn view(model: &Report, token: &str) -> AnyView {
    let rows = model.rows.iter().map(row).collect_view();
    let until = Kept::Exchange.processing().until.sentence();
    let kept = view! { <p class="prose">{format!("Les messages sont effacés {until}\u{a0}: gardez cette trace avec le dossier de votre achat.")}</p> };
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![(follow_page_url(token), model.title.clone())], "Trace".into())}
                <h1>"Trace du sourçage"</h1>
                <p class="lead">{model.title.clone()}</p>
            </div>
            <p class="prose">"Les articles R2111-1 et R2111-2 du Code de la commande publique permettent de consulter les entreprises pour préparer un achat, si la concurrence n’en est pas faussée. Cette page dit qui a su quoi, et quand\u{a0}: ce qui a été répondu à toutes est sur la page publique du besoin."</p>
            {kept}
            <p class="actions"><a class="button button-secondary" href=report_csv_url(token)>"Télécharger en CSV"</a></p>
            <div class="table-box block" role="region" aria-label="Ce qui s’est passé" tabindex="0">
                <table class="table table-wide">
                    <caption>"Du plus ancien au plus récent, heure de Paris."</caption>
                    <thead><tr><th scope="col">"Quand"</th><th scope="col">"Quoi"</th><th scope="col">"Structure"</th><th scope="col">"Ce qui a été dit"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
    .into_any()
}

fn row(row: &ReportRow) -> AnyView {
    let structure = row.structure.as_ref().map(|(siret, name)| {
        view! { <a href=format!("/structures/{siret}")>{name.clone()}</a> }
    });
    let lot =
        (!row.lot.is_empty()).then(|| view! { <br/><span class="muted small">{row.lot.clone()}</span> });
    view! {
        <tr>
            <td>{moment(row.at)}</td>
            <td>{row.kind.label()}{lot}</td>
            <td>{structure}</td>
            <td class="typed">{row.detail.clone()}</td>
        </tr>
    }
    .into_any()
}
