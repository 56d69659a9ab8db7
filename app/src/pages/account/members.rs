//! `/espace/structures/{siret}/membres`: who keeps the page of a structure and answers for it.

use crate::components::{TextInput, breadcrumb, day, error_summary, errors, notice};
use crate::document::Page;
use backend::accounts::{Colleague, ColleaguesView};
use domain::access::Rank;
use domain::form::{Field, Violation};
use domain::text::of_name;
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn members_page(model: &ColleaguesView, is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    super::space_of(format!("{error}Membres {}", of_name(model.structure.shown_name())))
}

/// The page.
pub fn members(model: &ColleaguesView, typed: &str, wrong: &[Violation], done: Option<&str>) -> AnyView {
    let title = format!("Membres {}", of_name(model.structure.shown_name()));
    let rows = model.members.iter().map(|member| row(model, member)).collect_view();
    let invited = model.invited.iter().map(|invited| {
        view! {
            <li>
                <span>{invited.address.to_string()}</span>" "
                <span class="muted">{format!("invitation comme {}, envoyée le {}", invited.rank.label(), day(invited.invited_at))}</span>
            </li>
        }
    });
    let invited = (!model.invited.is_empty()).then(|| {
        view! { <section class="section"><h2>"Invitations sans réponse"</h2><ul class="rows">{invited.collect_view()}</ul></section> }
    });
    let is_member = model.members.iter().any(|member| member.account == model.me);
    let done = done.map(|text| notice("notice-success", "C’est fait.", text.to_owned()));
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    {breadcrumb(vec![("/espace".into(), "Mon espace".into())], title.clone())}
                    <h1>{title}</h1>
                    <p class="lead">"Les membres tiennent la fiche et répondent aux besoins. Les responsables décident en plus qui est membre."</p>
                </div>
                {done}
                {error_summary(&errors(wrong))}
                <ul class="cards block">{rows}</ul>
                {invited}
                {model.decides.then(|| invite(model, typed, wrong))}
                {is_member.then(|| view! {
                    <section class="section">
                        <h2>"Partir"</h2>
                        <form method="post" action=action(model)>
                            <div class="actions"><button class="button button-secondary" name="action" value="quitter">"Quitter cette structure"</button></div>
                        </form>
                    </section>
                })}
            </div>
        </div>
    }
    .into_any()
}

fn action(model: &ColleaguesView) -> String {
    format!("/espace/structures/{}/membres", model.structure.siret)
}

fn row(model: &ColleaguesView, member: &Colleague) -> AnyView {
    let is_me = member.account == model.me;
    let who = if is_me { format!("{} (vous)", member.address) } else { member.address.to_string() };
    let (other, label) = match member.rank {
        Rank::Member => (Rank::Responsible, "Nommer responsable"),
        Rank::Responsible => (Rank::Member, "Rendre simple membre"),
    };
    let buttons = (model.decides && !is_me).then(|| {
        view! {
            <form method="post" action=action(model)>
                <input type="hidden" name="compte" value=member.account.0.to_string()/>
                <div class="actions">
                    <button class="button button-secondary" name="action" value=other.code() aria-label=format!("{label}\u{a0}: {}", member.address)>{label}</button>
                    <button class="button button-secondary" name="action" value="retirer" aria-label=format!("Retirer {}", member.address)>"Retirer"</button>
                </div>
            </form>
        }
    });
    view! {
        <li class="card">
            <h2 class="card-title">{who}</h2>
            <p class="card-meta">{format!("{} depuis le {}", member.rank.label(), day(member.since))}</p>
            {buttons}
        </li>
    }
    .into_any()
}

fn invite(model: &ColleaguesView, typed: &str, wrong: &[Violation]) -> AnyView {
    let email = TextInput {
        kind: "email",
        ..TextInput::wide(
            Field::Email,
            "Adresse e-mail de votre collègue",
            "Une invitation y part\u{a0}; votre collègue l’accepte ou la refuse.",
            typed,
        )
    };
    view! {
        <section class="section">
            <h2>"Inviter un collègue"</h2>
            <form method="post" action=action(model) novalidate>
                {email.required().view(wrong)}
                <div class="actions actions-end"><button class="button" name="action" value="inviter">"Inviter"</button></div>
            </form>
        </section>
    }
    .into_any()
}
