//! `/espace/connexions`: where one's account is signed in.

use crate::components::{breadcrumb, day, moment, notice};
use crate::document::Page;
use backend::accounts::SessionRow;
use domain::access::Account;
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn sessions_page() -> Page {
    super::space_of("Vos connexions".to_owned())
}

/// The page. `helped` says when administrators acted in the place of the account.
pub fn sessions(sessions: &[SessionRow], helped: &[i64], account: &Account, ended: bool) -> AnyView {
    let rows = sessions.iter().map(|session| row(session, session.id == account.session)).collect_view();
    let ended =
        ended.then(|| notice("notice-success", "C’est fait.", "Cette connexion est terminée.".to_owned()));
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    {breadcrumb(vec![("/espace".into(), "Mon espace".into())], "Vos connexions".to_owned())}
                    <h1>"Vos connexions"</h1>
                    <p class="lead">"Les appareils où votre compte est ouvert. Vous n’en reconnaissez pas un\u{a0}? Terminez sa connexion."</p>
                </div>
                {ended}
                <ul class="cards block">{rows}</ul>
                {helps(helped)}
            </div>
        </div>
    }
    .into_any()
}

fn helps(helped: &[i64]) -> Option<AnyView> {
    let rows = helped.iter().map(|at| view! { <li>{format!("le {}", moment(*at))}</li> });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>"L’équipe du service a ouvert votre espace"</h2>
                <p>"Pour vous aider, une heure au plus à chaque fois\u{a0}; la raison est dans l’e-mail que vous avez reçu."</p>
                <ul>{rows}</ul>
            </section>
        }
        .into_any()
    })
}

fn row(session: &SessionRow, is_here: bool) -> AnyView {
    let label = format!("Terminer la connexion {}", session.device);
    let end = match is_here {
        true => view! { <p class="muted">"C’est celle-ci."</p> }.into_any(),
        false => view! {
            <form method="post" action="/espace/connexions">
                <input type="hidden" name="connexion" value=session.id.to_string()/>
                <div class="actions"><button class="button button-secondary" aria-label=label>"Terminer"</button></div>
            </form>
        }
        .into_any(),
    };
    view! {
        <li class="card">
            <h2 class="card-title">{session.device.clone()}</h2>
            {session.awaits_factor.then(|| view! { <p><span class="tag">"attend votre second facteur"</span></p> })}
            <p class="card-meta">{format!("Ouverte le {}, vue le {}, comme {}", day(session.opened_at), day(session.seen_at), session.address)}</p>
            {end}
        </li>
    }
    .into_any()
}
