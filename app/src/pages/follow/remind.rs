//! `/besoins/suivre/relancer`: the one reminder of the structures of a lot that have not answered.

use super::follow_page_url;
use crate::components::{breadcrumb, error_said, error_summary, errors, long_text, moment};
use crate::document::Page;
use backend::needs::FollowView;
use domain::form::{Field, Violation};
use domain::need::LotKey;
use domain::text::plural;
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page(is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    Page { title: format!("{error}Relancer les structures"), private: true, ..Page::default() }
}

/// The page. `silent` is how many were told and have said nothing.
pub fn view(
    model: &FollowView,
    token: &str,
    lot: LotKey,
    typed: &str,
    wrong: &[Violation],
    refused: Option<&str>,
) -> AnyView {
    let draft = &model.need.draft;
    let rank = draft.lot(lot).map_or(0, |(rank, _)| rank);
    let silent = u64::try_from(model.silent(lot).len()).unwrap_or(u64::MAX);
    let reminded = model.followed.iter().find(|of| of.lot == lot).and_then(|of| of.reminder.as_ref());
    let body = match reminded {
        Some((text, at)) => view! {
            <div class="notice block">
                <p><strong>{format!("Relancées le {}.", moment(*at))}</strong>" Une fois suffit\u{a0}: il n’y en a pas d’autre."</p>
                <p class="typed">{text.clone()}</p>
            </div>
        }
        .into_any(),
        None => view! {
            <form method="post" action="/besoins/suivre/relancer" novalidate>
                <input type="hidden" name="jeton" value=token.to_owned()/>
                <input type="hidden" name="lot" value=lot.to_string()/>
                {long_text(Field::Message, "Votre message", "Ce qui peut les décider\u{a0}: un délai, une souplesse, qui joindre. Toutes reçoivent le même.", typed, wrong)}
                <div class="actions actions-end"><button class="button button-sun">"Relancer, une seule fois"</button></div>
            </form>
        }
        .into_any(),
    };
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    {breadcrumb(vec![(follow_page_url(token), draft.title.clone())], "Relancer".into())}
                    <h1>"Relancer les structures silencieuses"</h1>
                    <p class="lead">{format!("{}. {}.", draft.lot_name(rank), plural(silent, "structure prévenue n’a rien dit", "structures prévenues n’ont rien dit"))}</p>
                </div>
                {error_summary(&errors(wrong))}
                {refused.map(|why| error_said("Personne n’est relancé", why.to_owned()))}
                {body}
            </div>
        </div>
    }
    .into_any()
}
