//! `/espace/compte`: what somebody may do with its own data.

use crate::components::{breadcrumb, notice};
use crate::document::Page;
use backend::accounts::SpaceView;
use backend::clock::day_in_paris;
use domain::date;
use domain::privacy::CLOSING_DAYS;
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn own_page() -> Page {
    super::space_of("Votre compte".to_owned())
}

/// When an account is to be erased, with the button that keeps it.
pub(super) fn closing(closing_at: Option<i64>) -> Option<AnyView> {
    let on = date::long(day_in_paris(closing_at?));
    Some(
        view! {
            <div class="notice notice-warning block">
                <p><strong>{format!("Votre compte sera effacé le {on}.")}</strong>" Vous l’avez demandé."</p>
                <form method="post" action="/espace/compte">
                    <div class="actions"><button class="button" name="action" value="garder">"Garder mon compte"</button></div>
                </form>
            </div>
        }
        .into_any(),
    )
}

/// The page. `kept` says that the account was just kept.
pub fn own(model: &SpaceView, kept: bool) -> AnyView {
    let kept = kept.then(|| notice("notice-success", "C’est fait.", "Votre compte est gardé.".to_owned()));
    let close = model.closing_at.is_none().then(|| {
        view! {
            <section class="section">
                <h2>"Effacer votre compte"</h2>
                <p>
                    {format!("Vos adresses, vos connexions et vos appartenances à des structures disparaissent dans {CLOSING_DAYS} jours, vos brouillons aussi\u{a0}; d’ici là, vous pouvez changer d’avis. Vos besoins publiés restent, sans votre adresse, et n’acceptent plus de réponse.")}
                </p>
                <form method="post" action="/espace/compte">
                    <div class="actions"><button class="button button-secondary" name="action" value="effacer">"Effacer mon compte"</button></div>
                </form>
            </section>
        }
    });
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    {breadcrumb(vec![("/espace".into(), "Mon espace".into())], "Votre compte".to_owned())}
                    <h1>"Votre compte"</h1>
                    <p class="lead">{format!("Votre adresse\u{a0}: {}", model.account.address)}</p>
                </div>
                {kept}
                {closing(model.closing_at)}
                <section class="section">
                    <h2>"Emporter vos données"</h2>
                    <p>"Tout ce que nous gardons de vous\u{a0}: adresses, structures, invitations, connexions, besoins."</p>
                    <div class="actions">
                        <a class="button button-secondary" href="/espace/mes-donnees.csv">"Tableau (CSV)"</a>
                        <a class="button button-secondary" href="/espace/mes-donnees.json">"Pour un programme (JSON)"</a>
                    </div>
                </section>
                {close}
            </div>
        </div>
    }
    .into_any()
}
