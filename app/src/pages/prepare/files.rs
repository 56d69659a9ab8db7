//! Files joined to the need.

use super::{Preparing, Step};
use crate::components::{FieldText, error_of, field, notice};
use crate::pages::need::size;
use crate::urls::encoded;
use domain::form::Field;
use leptos::prelude::*;

/// The page. `wait` says why nothing can be joined yet.
pub fn view(model: &Preparing<'_>, wait: Option<&'static str>) -> AnyView {
    let files = model.prepared.draft.attachments.iter().map(|file| {
        let href = format!("/besoins/preparer/piece/{}?jeton={}", file.id, encoded(model.token));
        let fields = [("retirer", file.id.clone())];
        view! {
            <li>
                <div><a href=href download=file.name.clone()>{file.name.clone()}</a>" "<span class="muted small">{size(file.bytes)}</span></div>
                {model.button_to("/besoins/preparer/piece/retirer", "button button-secondary", format!("Retirer {}", file.name), &fields)}
            </li>
        }
    });
    let files: Vec<_> = files.collect();
    let text = FieldText {
        name: Field::File.name(),
        label: "Joindre un fichier",
        hint: "PDF, DOCX, XLSX ou image, 10 Mo au plus. Tout le monde pourra le télécharger avec le besoin.",
        error: error_of(model.wrong, Field::File),
    };
    let invalid = text.error.is_some().then_some("true");
    let described_by = text.described_by();
    let input = view! {
        <input class="input" id="piece" name="piece" type="file" accept=".pdf,.docx,.xlsx,.png,.jpg,.jpeg,.gif,.webp" aria-describedby=described_by aria-invalid=invalid/>
    };
    let action = format!("/besoins/preparer/piece?jeton={}", encoded(model.token));
    if let Some(wait) = wait {
        let body = view! {
            <div class="narrow">
                {notice("notice-warning", "Pas encore.", wait.to_owned())}
                <div class="actions"><a class="button" href=model.url(Step::Overview)>"Revenir aux étapes"</a></div>
            </div>
        };
        return model.page(Step::Files, Step::Files.title().to_owned(), String::new(), body.into_any());
    }
    let body = view! {
        <div class="narrow">
            {(!files.is_empty()).then(|| view! { <ul class="rows block">{files}</ul> })}
            <form method="post" action=action enctype="multipart/form-data">
                {field(text, input.into_any())}
                <div class="actions actions-end">
                    <button class="button button-sun">"Joindre"</button>
                    <a href=model.url(Step::Overview)>"Revenir aux étapes"</a>
                </div>
            </form>
        </div>
    };
    model.page(Step::Files, Step::Files.title().to_owned(), String::new(), body.into_any())
}
