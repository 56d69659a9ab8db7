//! `/espace`: what whoever signed in has to do, and what is theirs.

use super::catalogues::catalogues_link;
use super::organisations::own_organisations;
use super::own::closing;
use super::territories::own_territories;
use crate::components::{answers_until, export, figure, notice};
use crate::document::Page;
use crate::urls::{reference, structure_url};
use backend::accounts::{OwnNeed, OwnStructure, SpaceView};
use backend::index::NeedEntry;
use backend::store::NeedMoved;
use domain::access::{Administration, Grant, Team};
use domain::need::{Answer, NeedStatus};
use domain::text::{number, plural};
use jiff::civil::Date;
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn space_page() -> Page {
    super::space_of("Mon espace".to_owned())
}

/// The page. `done` is what was just done, if something was.
pub fn space(model: &SpaceView, done: Option<&str>) -> AnyView {
    let done = done.map(|text| notice("notice-success", "C’est fait.", text.to_owned()));
    let invitations = model.invitations.iter().map(|(team, name)| invitation(*team, name)).collect_view();
    let structures = model.structures.iter().map(structure).collect_view();
    let keeps = !(model.structures.is_empty() && model.account.delegations.is_empty());
    view! {
        <div class="page">
            <div class="head">
                <h1>"Mon espace"</h1>
                <p class="lead">{format!("Votre adresse\u{a0}: {}", model.account.address)}</p>
            </div>
            {done}
            {administration(model)}
            {closing(model.closing_at)}
            {invitations}
            {structures}
            <div class="halves section">
                <div>{needs(model)}{shared(model)}{own_organisations(&model.organisations)}{own_territories(&model.mandates)}</div>
                <div>
                    <section class="card block">
                        <h2>"Rejoindre une structure"</h2>
                        <p>"Pour tenir sa fiche et répondre aux besoins en son nom. Son adresse de contact reçoit un code, qui prouve que vous en faites partie."</p>
                        <div class="actions"><a class="button button-secondary" href="/espace/rejoindre">"Rejoindre une structure"</a></div>
                    </section>
                    <section class="card block">
                        <h2>"Votre compte"</h2>
                        <ul class="rows">{catalogues_link(keeps)}<li><a href="/espace/listes">"Vos listes de structures"</a></li><li><a href="/espace/connexions">"Vos connexions"</a></li><li><a href="/espace/second-facteur">"Votre second facteur"</a></li><li><a href="/espace/compte">"Vos données, effacer le compte"</a></li></ul>
                        <form method="post" action="/deconnexion">
                            <div class="actions"><button class="button button-secondary">"Se déconnecter"</button></div>
                        </form>
                    </section>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// What administrators find besides; nothing for everybody else.
fn administration(model: &SpaceView) -> Option<AnyView> {
    match model.account.administration {
        Administration::None => None,
        Administration::WithoutFactor => Some(
            view! {
                <div class="notice notice-warning block">
                    <p><strong>"Vous êtes administrateur."</strong>" Il vous faut d’abord un second facteur."</p>
                    <div class="actions"><a class="button" href="/espace/second-facteur">"Ajouter un second facteur"</a></div>
                </div>
            }
            .into_any(),
        ),
        Administration::Whole => Some(
            view! { <div class="actions block"><a class="button" href="/administration">"Administrer le service"</a></div> }
                .into_any(),
        ),
    }
}

fn invitation(team: Team, name: &str) -> AnyView {
    view! {
        <div class="notice block">
            <p><strong>{format!("Une invitation à rejoindre {name} vous attend.")}</strong></p>
            <form method="post" action=format!("/espace/invitations/{}", team.code())>
                <div class="actions">
                    <button class="button" name="reponse" value="oui">"Accepter"</button>
                    <button class="button button-secondary" name="reponse" value="non">"Refuser"</button>
                </div>
            </form>
        </div>
    }
    .into_any()
}

fn structure(own: &OwnStructure) -> AnyView {
    let s = &own.entry.structure;
    let manage =
        format!("/structures/{}/gerer?jeton={}", s.siret, reference(Grant::StructureManage(s.siret)));
    let total = own.to_answer.len() + own.more;
    let cards = own.to_answer.iter().map(|need| to_answer(own, need)).collect_view();
    let more = (own.more > 0).then(|| {
        let text = plural(
            u64::try_from(own.more).unwrap_or(u64::MAX),
            "autre besoin convient",
            "autres besoins conviennent",
        );
        view! { <p class="muted">{format!("{text}\u{a0}: ")}<a href=manage.clone()>"voir la fiche"</a></p> }
    });
    // What is promised is what happens: mails leave for its contact, if it has one and wants them.
    let next = match (s.is_told(), s.contact.is_some()) {
        _ if s.withdrawal().is_some() => "Elle n’est pas proposée\u{a0}: sa fiche dit pourquoi.",
        (true, _) => "Son adresse de contact recevra un e-mail au prochain qui lui convient.",
        (false, true) => "Elle ne veut plus d’e-mails\u{a0}: aucun ne partira au prochain qui lui convient.",
        (false, false) => {
            "Elle n’a pas d’adresse de contact\u{a0}: aucun e-mail ne partira au prochain qui lui convient."
        }
    };
    let none = own.to_answer.is_empty().then(|| {
        view! { <div class="empty block"><p>{format!("Aucun besoin ouvert n’attend sa réponse. {next}")}</p></div> }
    });
    let lacks = own.lacks.iter().map(|lack| {
        let cost = lack.gap.cost(lack.needs).map(|cost| view! { " "<strong>{cost}</strong> });
        view! { <li>{lack.gap.sentence()}{cost}</li> }
    });
    let lacks = (!own.lacks.is_empty()).then(|| {
        view! {
            <details class="more block" open=own.lacks.iter().any(|lack| lack.needs > 0)>
                <summary>{format!("Ce qui manque à sa fiche ({})", own.lacks.len())}</summary>
                <ul class="gaps">{lacks.collect_view()}</ul>
                <p><a href=manage.clone()>"Compléter la fiche"</a></p>
            </details>
        }
    });
    view! {
        <section class="section">
            <h2><a href=structure_url(s)>{s.shown_name().to_owned()}</a></h2>
            <ul class="figures">
                {figure(number(u64::try_from(total).unwrap_or(u64::MAX)), "besoins sans réponse de votre part".into(), None, total > 0)}
                {figure(own.inferred.to_string(), "activités déduites, à confirmer".into(), Some(manage.clone()), own.inferred > 0)}
            </ul>
            <div class="actions block">
                <a class="button" href=manage>"Tenir la fiche"</a>
                <a class="button button-secondary" href=format!("/espace/structures/{}/membres", s.siret)>
                    {format!("Membres (vous êtes {})", own.rank.label())}
                </a>
            </div>
            {none}
            {(!own.to_answer.is_empty()).then(|| view! { <ol class="cards block">{cards}</ol> })}
            {more}
            {lacks}
        </section>
    }
    .into_any()
}

/// A need that waits for an answer, with the three that may be given.
fn to_answer(own: &OwnStructure, entry: &NeedEntry) -> AnyView {
    let need = &entry.need;
    let grant = Grant::NeedAnswer(need.id, own.entry.structure.siret);
    let href =
        |answer: Answer| format!("/besoins/repondre?jeton={}&reponse={}", reference(grant), answer.code());
    let buttons = [(Answer::Interested, "button"), (Answer::Declined, "button button-secondary")].map(
        |(answer, class)| {
            view! { <a class=class href=href(answer)>{answer.label()}</a> }
        },
    );
    view! {
        <li class="card">
            <h3 class="card-title"><a href=format!("/besoins/{}", need.id)>{need.draft.title.clone()}</a></h3>
            <p class="card-meta">{format!("{} · {}", need.draft.place.name(), answers_until(need))}</p>
            <div class="actions">{buttons.into_iter().collect_view()}</div>
        </li>
    }
    .into_any()
}

fn needs(model: &SpaceView) -> AnyView {
    let rows = needs_by_state(&model.needs, model.today);
    let none = model.needs.is_empty().then(|| {
        view! { <div class="empty"><p>"Aucun besoin envoyé de votre adresse. Quatre champs suffisent pour en publier un."</p></div> }
    });
    view! {
        <section>
            <h2>"Vos besoins"</h2>
            {none}
            {(!model.needs.is_empty()).then(|| view! { {rows}{export("/espace/besoins-tableau".to_owned(), Vec::new(), &[])} })}
            <div class="actions actions-end"><a class="button button-secondary" href="/besoins/nouveau">"Publier un besoin"</a></div>
        </section>
    }
    .into_any()
}

/// Needs of others that are shared with whoever reads; nothing when none is.
fn shared(model: &SpaceView) -> Option<AnyView> {
    let rows = model.shared.iter().map(|(need, collaboration)| {
        let href = match need.published_at {
            Some(_) => format!("/besoins/suivre?jeton={}", reference(Grant::NeedFollow(need.id))),
            None => format!("/besoins/preparer?jeton={}", reference(Grant::NeedPrepare(need.id))),
        };
        let by = need.author.as_ref().map(|author| format!("de {author} · ")).unwrap_or_default();
        view! {
            <li class="card">
                <h3 class="card-title"><a href=href>{need.draft.title.clone()}</a></h3>
                <p class="card-meta"><span class="tag">{need.status_on(model.today).label()}</span>" "{format!("{by}{} · votre adresse {}", need.draft.place.name(), collaboration.label())}</p>
            </li>
        }
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| {
        view! { <section class="section"><h2>"Partagés avec vous"</h2><ul class="cards">{rows}</ul></section> }
            .into_any()
    })
}

/// What moved since the last visit; nothing when nothing did.
fn moved(moved: &NeedMoved) -> Option<String> {
    let parts = [
        (moved.answers, "nouvelle réponse", "nouvelles réponses"),
        (moved.messages, "message à lire", "messages à lire"),
        (moved.comments, "commentaire à lire", "commentaires à lire"),
    ];
    let said: Vec<String> =
        parts.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| plural(n, one, many)).collect();
    (!said.is_empty()).then(|| format!("Depuis votre dernière visite\u{a0}: {}", said.join(", ")))
}

/// Needs by where they stand: those that are worked on first.
pub(super) fn needs_by_state(needs: &[OwnNeed], today: Date) -> AnyView {
    let groups = NeedStatus::ALL.into_iter().filter_map(|status| {
        let of: Vec<&OwnNeed> = needs.iter().filter(|own| own.need.status_on(today) == status).collect();
        let count = number(u64::try_from(of.len()).unwrap_or(u64::MAX));
        (!of.is_empty()).then(|| {
            let rows = of.into_iter().map(|own| own_need(own, today)).collect_view();
            view! {
                <h3>{format!("{} ({count})", status.label_of_many())}</h3>
                <ul class="cards block">{rows}</ul>
            }
        })
    });
    groups.collect_view().into_any()
}

fn own_need(own: &OwnNeed, today: Date) -> AnyView {
    let need = &own.need;
    let (path, grant) = match need.published_at {
        Some(_) => ("/besoins/suivre", Grant::NeedFollow(need.id)),
        None => ("/besoins/preparer", Grant::NeedPrepare(need.id)),
    };
    let told = need.published_at.is_some().then(|| {
        let told = plural(own.moved.told, "structure prévenue", "structures prévenues");
        let interested = plural(own.moved.interested, "intéressée", "intéressées");
        view! { <p>{format!("{told} · {interested}")}</p> }
    });
    let moved = moved(&own.moved).map(|text| view! { <p><span class="tag tag-sun">{text}</span></p> });
    view! {
        <li class="card">
            <h4 class="card-title"><a href=format!("{path}?jeton={}", reference(grant))>{need.draft.title.clone()}</a></h4>
            <p class="card-meta"><span class="tag">{need.status_on(today).label()}</span>" "{format!("{} · {}", need.draft.place.name(), answers_until(need))}</p>
            {told}
            {moved}
        </li>
    }
    .into_any()
}
