//! Taking a list away as a table, with the columns that are chosen.

use backend::sheet::SheetFormat;
use leptos::prelude::*;

/// A column that may be chosen: its code, and what people read.
pub type ColumnChoice = (&'static str, &'static str);

/// What asks for a table. `kept` are the names and values that say of what; `columns` are all chosen at first.
pub fn export(action: String, kept: Vec<(String, String)>, columns: &[ColumnChoice]) -> AnyView {
    let kept = kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let boxes = columns.iter().map(|(code, label)| {
        view! {
            <label class="check">
                <input type="checkbox" name="colonne" value=*code checked=true/>
                <span class="check-label">{domain::text::capitalised(label)}</span>
            </label>
        }
    });
    let buttons = SheetFormat::ALL.map(|format| {
        let label = match format {
            SheetFormat::Csv => "Télécharger en CSV",
            SheetFormat::Xlsx => "Télécharger pour un tableur (XLSX)",
        };
        view! { <button class="button button-secondary" name="format" value=format.code()>{label}</button> }
    });
    view! {
        <details class="more block">
            <summary>"Emporter cette liste dans un tableur"</summary>
            <form method="get" action=action class="block">
                {kept.collect_view()}
                {(!columns.is_empty()).then(|| view! {
                    <fieldset class="fieldset"><legend>"Colonnes"</legend>{boxes.collect_view()}</fieldset>
                })}
                <div class="actions">{buttons.into_iter().collect_view()}</div>
            </form>
        </details>
    }
    .into_any()
}

/// The columns that a table of structures may have.
#[must_use]
pub fn structure_columns() -> Vec<ColumnChoice> {
    backend::structures::StructureColumn::ALL.map(|column| (column.code(), column.label())).to_vec()
}
