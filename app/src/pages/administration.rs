//! `/administration`: what waits for administrators, and nothing that goes by itself.

use crate::components::{TextInput, breadcrumb, day, error_summary, errors, figure, moment, notice};
use crate::document::{Page, Section};
use crate::pages::account::requests;
use crate::pages::confirm::narrow;
use backend::accounts::{AdministrationView, KeptMailView};
use backend::store::{KeptMail, ReportRow, Reported};
use backend::vigilance::Suspect;
use domain::email::EmailAddress;
use domain::form::{Field, Violation};
use domain::text::{capitalised, number, plural};
use leptos::prelude::*;

/// What surrounds a page of administrators.
#[must_use]
pub fn page(title: &str) -> Page {
    Page { title: title.to_owned(), private: true, section: Some(Section::Space), ..Page::default() }
}

/// The link was opened: a button makes the invited address an administrator.
pub fn join(address: &EmailAddress, token: &str) -> AnyView {
    let body = view! {
        <p>"Les administrateurs voient ce que le service met de côté, et aident les structures qui n’ont plus de responsable. Leurs connexions durent douze heures, et demandent un second facteur."</p>
        <form method="post" action="/administration/rejoindre">
            <input type="hidden" name="jeton" value=token.to_owned()/>
            <div class="actions actions-end"><button class="button button-sun">"Devenir administrateur"</button></div>
        </form>
    };
    narrow("Administrer le service".to_owned(), format!("Avec l’adresse {address}."), body.into_any())
}

/// The invited address is an administrator.
pub fn joined() -> AnyView {
    let body = view! {
        <ol class="steps walk">
            <li><h2>"Connectez-vous"</h2><p>"Avec cette adresse\u{a0}: un lien et un code y partent."</p></li>
            <li><h2>"Ajoutez un second facteur"</h2><p>"Une application de codes sur votre téléphone. Rien de ce que font les administrateurs ne vous est ouvert avant."</p></li>
        </ol>
        <div class="actions block"><a class="button button-sun" href="/connexion?vers=%2Fespace%2Fsecond-facteur">"Se connecter"</a></div>
    };
    narrow("Vous êtes administrateur".to_owned(), "Il reste deux choses à faire.".to_owned(), body.into_any())
}

/// The link made an administrator before.
pub fn join_over() -> AnyView {
    let body = view! { <div class="actions"><a class="button" href="/connexion?vers=%2Fadministration">"Se connecter"</a></div> };
    let lead = "Il a déjà servi. Si c’était le vôtre, connectez-vous.";
    narrow("Ce lien n’est plus valable".to_owned(), lead.to_owned(), body.into_any())
}

/// « Aider quelqu’un »: acting in its place, openly.
fn help(wrong: &[Violation]) -> AnyView {
    let address =
        TextInput { kind: "email", ..TextInput::wide(Field::Email, "Adresse e-mail de son compte", "", "") };
    view! {
        <section class="section">
            <h2>"Aider quelqu’un"</h2>
            <p>"Vous voyez son espace et agissez à sa place, une heure au plus. La personne reçoit un e-mail avec votre raison\u{a0}; chaque geste est noté à vos deux noms. Sa sécurité, ses données et la fin de son compte restent à elle seule."</p>
            <form method="post" action="/administration/aider" novalidate class="narrow">
                {address.view(wrong)}
                <div class="field">
                    <label class="label" for="raison">"Pourquoi"</label>
                    <p class="hint" id="raison-aide">"La personne la lit, en tête de l’e-mail."</p>
                    <input class="input" id="raison" name="raison" autocomplete="off" aria-describedby="raison-aide"/>
                </div>
                <div class="actions actions-end"><button class="button button-secondary">"Agir à sa place"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// The page. `done` is what was just done, if something was; `typed` and `wrong` are of the SIRET of a structure.
pub fn administration(
    model: &AdministrationView,
    done: Option<&str>,
    typed: &str,
    wrong: &[Violation],
) -> AnyView {
    let siret = TextInput::wide(Field::Siret, "SIRET de la structure", "", typed);
    let done = done.map(|text| notice("notice-success", "C’est fait.", text.to_owned()));
    let count = |of: usize| number(u64::try_from(of).unwrap_or(u64::MAX));
    let suspects: Vec<AnyView> = model.vigilance.needs.iter().map(suspect).collect();
    let structures: Vec<AnyView> = model.vigilance.structures.iter().map(structure_reported).collect();
    let mails = model.mails.iter().map(kept_mail).collect_view();
    let jobs = model.dead_jobs.iter().map(|job| {
        view! { <li><code>{job.kind.clone()}</code>{format!(" — {}", job.last_error)}</li> }
    });
    let administrators = model.administrators.iter().map(|one| {
        let factor = (!one.has_factor)
            .then(|| view! { " "<span class="tag">"sans second facteur\u{a0}: ne peut encore rien"</span> });
        view! { <li>{format!("{}, depuis le {}", one.address, day(one.since))}{factor}</li> }
    });
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![("/espace".into(), "Mon espace".into())], "Administration".to_owned())}
                <h1>"Administration"</h1>
                <p class="lead">"Ce que le service n’a pas su faire seul."</p>
            </div>
            {done}
            {error_summary(&errors(wrong))}
            <ul class="figures">
                {figure(count(model.vigilance.needs.len() + model.vigilance.structures.len()), "à regarder".into(), None, !model.vigilance.needs.is_empty() || !model.vigilance.structures.is_empty())}
                {figure(count(model.mandates.len()), "missions demandées".into(), None, !model.mandates.is_empty())}
                {figure(count(model.mails.len()), "e-mails mis de côté".into(), None, !model.mails.is_empty())}
                {figure(count(model.dead_jobs.len()), "travaux abandonnés".into(), None, !model.dead_jobs.is_empty())}
            </ul>
            {lately(model)}
            {requests(&model.mandates)}
            {help(wrong)}
            <section class="section">
                <h2>"À regarder"</h2>
                <p class="muted">"Ce que des lecteurs signalent, et ce que des règles trouvent douteux. Rien n’attend votre accord pour paraître."</p>
                {(suspects.is_empty() && structures.is_empty()).then(|| view! { <div class="empty"><p>"Rien."</p></div> })}
                <ul class="cards block">{suspects}{structures}</ul>
            </section>
            <section class="section">
                <h2>"E-mails mis de côté"</h2>
                {model.mails.is_empty().then(|| view! { <div class="empty"><p>"Aucun. Les réponses par e-mail ont toutes trouvé leur fil."</p></div> })}
                <ul class="cards">{mails}</ul>
            </section>
            <section class="section">
                <h2>"Travaux abandonnés"</h2>
                {model.dead_jobs.is_empty().then(|| view! { <div class="empty"><p>"Aucun. Tout ce qui devait partir est parti."</p></div> })}
                <ul class="rows">{jobs.collect_view()}</ul>
                {(!model.dead_jobs.is_empty()).then(|| view! { <p class="muted">"L’exploitant les reprend ou les abandonne\u{a0}: "<code>"place jobs"</code>"."</p> })}
            </section>
            <div class="halves section">
                <section class="card block">
                    <h2>"Une structure"</h2>
                    <p>"Invitez quelqu’un dans une structure dont le dernier responsable est parti, ou dont l’adresse de contact ne répond plus\u{a0}: la personne accepte depuis son espace. Ou suspendez une fiche, ou réunissez-la à celle qu’elle double."</p>
                    <form method="get" action="/administration/structure" novalidate>
                        {siret.required().view(wrong)}
                        <div class="actions">
                            <button class="button button-secondary">"Voir ses membres"</button>
                            <button class="button button-secondary" name="vers" value="fiche">"Suspendre, réunir"</button>
                        </div>
                    </form>
                </section>
                <section class="card block">
                    <h2>"Administrateurs"</h2>
                    <ul class="rows">{administrators.collect_view()}</ul>
                    <p class="muted">"L’exploitant en invite, et en retire\u{a0}: "<code>"place admin"</code>"."</p>
                </section>
            </div>
        </div>
    }
    .into_any()
}

/// What happened in the last twenty-four hours.
fn lately(model: &AdministrationView) -> AnyView {
    let of = model.lately;
    let parts = [
        (of.needs, "besoin publié", "besoins publiés"),
        (of.answers, "réponse de structures", "réponses de structures"),
        (of.messages, "message échangé", "messages échangés"),
        (of.mails, "e-mail traité", "e-mails traités"),
        (of.accounts, "compte ouvert", "comptes ouverts"),
    ];
    let rows = parts.map(|(n, one, many)| view! { <li>{plural(n.unsigned_abs(), one, many)}</li> });
    view! {
        <section class="section">
            <h2>"Depuis vingt-quatre heures"</h2>
            <ul class="facts">{rows.into_iter().collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// What readers say.
fn said(reports: &[ReportRow]) -> Option<AnyView> {
    let rows = reports.iter().map(|row| {
        let by = row.report.address.as_ref().map(|address| format!(", {address}")).unwrap_or_default();
        view! {
            <li>
                <p><strong>{row.report.reason.label()}</strong>{format!(" — le {}{by}", moment(row.reported_at))}</p>
                <p class="typed">{row.report.text.clone()}</p>
            </li>
        }
    });
    (!reports.is_empty()).then(|| view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any())
}

/// A need that looks wrong, with what may be done.
fn suspect(suspect: &Suspect) -> AnyView {
    let need = &suspect.entry.need;
    let action = format!("/administration/besoins/{}", need.id);
    let why: Vec<String> = suspect.signals.iter().map(|signal| signal.sentence()).collect();
    let by = need.author.as_ref().map(|author| format!("de {author}, ")).unwrap_or_default();
    let published = need.published_at.map(day).unwrap_or_default();
    view! {
        <li class="card">
            <h3 class="card-title"><a href=format!("/besoins/{}", need.id)>{need.draft.title.clone()}</a></h3>
            <p class="card-meta">{format!("{by}publié le {published}")}</p>
            <p>{format!("{}.", capitalised(&why.join("\u{a0}; ")))}</p>
            {said(&suspect.reports)}
            <form method="post" action=action.clone()>
                <div class="actions"><button class="button button-secondary" name="action" value="garder">"Il est en règle"</button></div>
            </form>
            <details class="more">
                <summary>"Le retirer"</summary>
                <form method="post" action=action>
                    <label class="label" for=format!("raison-{}", need.id)>"Pourquoi, tel que son auteur le lira"</label>
                    <textarea class="input" id=format!("raison-{}", need.id) name=Field::Reason.name() rows="3" required></textarea>
                    <div class="actions block"><button class="button" name="action" value="retirer">"Retirer ce besoin"</button></div>
                </form>
            </details>
        </li>
    }
    .into_any()
}

/// A structure that a reader reports.
fn structure_reported(row: &ReportRow) -> AnyView {
    let Reported::Structure(siret) = row.on else { return ().into_any() };
    view! {
        <li class="card">
            <h3 class="card-title"><a href=format!("/structures/{siret}")>{format!("Structure {}", siret.spaced())}</a></h3>
            {said(std::slice::from_ref(row))}
            <form method="post" action="/administration/signalements">
                <input type="hidden" name=Field::Siret.name() value=siret.to_string()/>
                <input type="hidden" name="signalement" value=row.id.to_string()/>
                <div class="actions">
                    <button class="button button-secondary">"C’est vu"</button>
                    <a href=format!("/administration/structures/{siret}")>"Suspendre, réunir"</a>
                </div>
            </form>
        </li>
    }
    .into_any()
}

/// Who wrote, as far as the mail says.
fn sender(mail: &KeptMail) -> String {
    if mail.sender.is_empty() { "Expéditeur inconnu".to_owned() } else { mail.sender.clone() }
}

fn kept_mail(mail: &KeptMail) -> AnyView {
    view! {
        <li class="card">
            <h3 class="card-title"><a href=format!("/administration/messages/{}", mail.name())>{sender(mail)}</a></h3>
            <p class="card-meta">{moment(mail.received_at)}</p>
            <p>{format!("Mis de côté\u{a0}: {}.", mail.why)}</p>
        </li>
    }
    .into_any()
}

/// A mail that belongs to no thread.
pub fn mail(model: &KeptMailView) -> AnyView {
    let name = model.mail.name();
    let subject = if model.subject.is_empty() { "Sans objet".to_owned() } else { model.subject.clone() };
    let text = match model.text.trim() {
        "" => view! { <div class="empty"><p>"Aucun texte lisible."</p></div> }.into_any(),
        text => view! { <div class="card prose"><p class="typed">{text.to_owned()}</p></div> }.into_any(),
    };
    let files = (!model.files.is_empty())
        .then(|| view! { <p>{format!("Pièces jointes, non gardées à part\u{a0}: {}.", model.files.join(", "))}</p> });
    let above =
        vec![("/espace".into(), "Mon espace".into()), ("/administration".into(), "Administration".into())];
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    {breadcrumb(above, "E-mail mis de côté".to_owned())}
                    <h1>{subject}</h1>
                    <p class="lead">{format!("{}, {}", sender(&model.mail), moment(model.mail.received_at))}</p>
                </div>
                {notice("notice-warning", "Mis de côté", format!("{}.", capitalised(&model.mail.why)))}
                {text}
                {files}
                <form method="post" action=format!("/administration/messages/{name}")>
                    <div class="actions">
                        <a class="button button-secondary" href=format!("/administration/messages/{name}/brut")>"L’e-mail tel qu’il est venu"</a>
                        <button class="button button-secondary" name="action" value="abandonner">"Abandonner cet e-mail, pour de bon"</button>
                    </div>
                </form>
            </div>
        </div>
    }
    .into_any()
}
