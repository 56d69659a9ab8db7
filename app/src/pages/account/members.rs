//! `/espace/structures/{siret}/membres` and `/espace/organisations/{id}/membres`: who belongs to it, and who decides so.

use crate::components::{TextInput, breadcrumb, day, error_summary, errors, notice};
use crate::document::Page;
use crate::urls::reference;
use backend::accounts::{Colleague, ColleaguesView, OrganisationRequest};
use domain::access::{FichePart, Grant, OrganisationId, Rank, Team};
use domain::form::{Field, Violation};
use domain::text::of_name;
use leptos::prelude::*;

/// What was typed.
#[derive(Debug, Clone, Default)]
pub struct MembersTyped {
    /// The address of a colleague.
    pub address: String,
    /// The name or SIRET of a network.
    pub network: String,
    /// The parts of the page that it is to keep; `None` where nothing was chosen yet.
    pub parts: Option<Vec<FichePart>>,
}

/// What surrounds the page.
#[must_use]
pub fn members_page(model: &ColleaguesView, is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    super::space_of(format!("{error}Membres {}", of_name(&model.name)))
}

/// The page.
pub fn members(
    model: &ColleaguesView,
    typed: &MembersTyped,
    wrong: &[Violation],
    done: Option<&str>,
) -> AnyView {
    let title = format!("Membres {}", of_name(&model.name));
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
    let leave = match model.team {
        Team::Structure(_) => "Quitter cette structure",
        Team::Organisation(_) => "Quitter cette organisation",
    };
    let is_member = model.members.iter().any(|member| member.account == model.me);
    let done = done.map(|text| notice("notice-success", "C’est fait.", text.to_owned()));
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    {breadcrumb(vec![("/espace".into(), "Mon espace".into())], title.clone())}
                    <h1>{title}</h1>
                    <p class="lead">{lead(model.team)}</p>
                </div>
                {done}
                {error_summary(&errors(wrong))}
                {correct(model, is_member)}
                {requests(model)}
                <ul class="cards block">{rows}</ul>
                {invited}
                {model.decides.then(|| invite(model, typed, wrong))}
                {delegations(model, typed, wrong)}
                {is_member.then(|| view! {
                    <section class="section">
                        <h2>"Partir"</h2>
                        <form method="post" action=action(model)>
                            <div class="actions"><button class="button button-secondary" name="action" value="quitter">{leave}</button></div>
                        </form>
                    </section>
                })}
            </div>
        </div>
    }
    .into_any()
}

fn action(model: &ColleaguesView) -> String {
    match model.team {
        Team::Structure(siret) => format!("/espace/structures/{siret}/membres"),
        Team::Organisation(OrganisationId(id)) => format!("/espace/organisations/{id}/membres"),
    }
}

fn lead(team: Team) -> &'static str {
    match team {
        Team::Structure(_) => {
            "Les membres tiennent la fiche et répondent aux besoins. Les responsables décident en plus qui est membre."
        }
        Team::Organisation(_) => {
            "Les membres préparent et suivent les besoins partagés. Les responsables décident en plus qui est membre, publient et attribuent."
        }
    }
}

/// For an administrator: the page of the structure, to be corrected.
fn correct(model: &ColleaguesView, is_member: bool) -> Option<AnyView> {
    let siret = model.team.structure().filter(|_| model.decides && !is_member)?;
    let href = format!("/structures/{siret}/gerer?jeton={}", reference(Grant::StructureManage(siret)));
    Some(view! { <div class="actions block"><a class="button button-secondary" href=href>"Corriger sa fiche"</a></div> }.into_any())
}

/// Who asks to belong to it, for whoever decides; nothing when nobody does.
fn requests(model: &ColleaguesView) -> Option<AnyView> {
    let rows = model.requests.iter().map(|request| one_request(model, request)).collect_view();
    (!model.requests.is_empty()).then(|| {
        view! { <section class="block"><h2>"Demandes"</h2><ul class="cards">{rows}</ul></section><h2 class="block">"Membres"</h2> }
            .into_any()
    })
}

fn one_request(model: &ColleaguesView, request: &OrganisationRequest) -> AnyView {
    let buttons = model.decides.then(|| {
        view! {
            <form method="post" action=action(model)>
                <input type="hidden" name="compte" value=request.account.0.to_string()/>
                <div class="actions">
                    <button class="button" name="action" value="accepter" aria-label=format!("Accepter {}", request.address)>"Accepter"</button>
                    <button class="button button-secondary" name="action" value="decliner" aria-label=format!("Refuser {}", request.address)>"Refuser"</button>
                </div>
            </form>
        }
    });
    view! {
        <li class="card">
            <h3 class="card-title">{request.address.to_string()}</h3>
            <p class="card-meta">{format!("demande faite le {}", day(request.asked_at))}</p>
            {buttons}
        </li>
    }
    .into_any()
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

/// The networks that keep parts of the page of a structure, and how one more does.
fn delegations(model: &ColleaguesView, typed: &MembersTyped, wrong: &[Violation]) -> Option<AnyView> {
    let rows = model.delegations.iter().map(|row| {
        let labels: Vec<&str> = row.parts.iter().map(|part| part.label()).collect();
        let withdraw = model.delegates.then(|| view! {
            <form method="post" action=action(model)>
                <input type="hidden" name="reseau" value=row.organisation.0.to_string()/>
                <button class="button button-secondary" name="action" value="reprendre-fiche" aria-label=format!("Reprendre la fiche à {}", row.name)>"Reprendre"</button>
            </form>
        });
        view! { <li><span>{row.name.clone()}<br/><span class="muted small">{format!("{}, depuis le {}", labels.join("\u{a0}; "), day(row.since))}</span></span>" "{withdraw}</li> }
    });
    let rows: Vec<_> = rows.collect();
    let network = TextInput::wide(
        Field::Organisation,
        "Nom exact ou SIRET du réseau",
        "Il doit avoir été ajouté ici par l’un de ses membres, comme tête de réseau.",
        &typed.network,
    );
    let parts = FichePart::DELEGABLE.map(|part| {
        let ticked = typed.parts.as_ref().is_none_or(|parts| parts.contains(&part));
        view! {
            <label class="check">
                <input type="checkbox" name="partie" value=part.code() checked=ticked/>
                <span class="check-label">{domain::text::capitalised(part.label())}</span>
            </label>
        }
    });
    let form = model.delegates.then(|| view! {
        <form method="post" action=action(model) novalidate class="block">
            {network.required().view(wrong)}
            <fieldset class="fieldset"><legend>"Il tient"</legend>{parts.into_iter().collect_view()}</fieldset>
            <div class="actions actions-end"><button class="button button-secondary" name="action" value="confier">"Confier ces parties"</button></div>
        </form>
    });
    (model.delegates || !model.delegations.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>"Confier la fiche à un réseau"</h2>
                <p>"Ses membres tiennent les parties que vous choisissez. Les réponses aux besoins, vos collègues et votre adresse de contact restent à vous, et vous reprenez la fiche quand vous voulez."</p>
                <ul class="rows">{rows}</ul>
                {form}
            </section>
        }
        .into_any()
    })
}

fn invite(model: &ColleaguesView, typed: &MembersTyped, wrong: &[Violation]) -> AnyView {
    let email = TextInput {
        kind: "email",
        ..TextInput::wide(
            Field::Email,
            "Adresse e-mail de votre collègue",
            "Une invitation y part\u{a0}; votre collègue l’accepte ou la refuse.",
            &typed.address,
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
