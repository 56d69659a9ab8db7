//! `/structures/{siret}/gerer`: a structure keeps its own page.

mod activities;
mod calendar;
pub mod catalogue;
mod conventions;
mod details;

use crate::components::{breadcrumb, error_summary, errors, figure, notice};
use crate::document::Page;
use crate::urls::{is_reference, structure_url};
use activities::{activity_card, add_form, kept_card};
use backend::structures::ManageView;
use calendar::calendar;
use conventions::conventions_section;
use details::details;
use domain::access::FichePart;
use domain::form::Violation;
use domain::structure::fiche::FicheForm;
use domain::structure::{Activity, ActivityKept, Standing, Structure};
use jiff::civil::Date;
use leptos::prelude::*;

/// How the page was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// By its link.
    Nothing,
    /// After something was saved.
    Saved {
        /// Whether searches already know it.
        searchable: bool,
    },
    /// After something was refused: what to correct, and where.
    Refused(Vec<Violation>),
}

/// What surrounds the page.
#[must_use]
pub fn page(view: &ManageView, after: &After) -> Page {
    let error = if matches!(after, After::Refused(_)) { "Erreur\u{a0}: " } else { "" };
    let title = format!("{error}Tenir la fiche {}", domain::text::of_name(view.structure.shown_name()));
    Page { title, islands: true, private: true, ..Page::default() }
}

/// The page, as of a day. `form` is what was typed when it was refused.
pub fn view(
    model: &ManageView,
    token: &str,
    after: &After,
    form: Option<&FicheForm>,
    today: Date,
) -> AnyView {
    let s = &model.structure;
    let public = structure_url(s);
    let action = format!("/structures/{}/gerer", s.siret);
    let writes = |part| model.parts.contains(&part);
    // What is not the reader's to write is not shown as if it were.
    let is_shown = writes(FichePart::Activities);
    let live: Vec<&Activity> = s.live_activities().collect();
    let confirmed = live.iter().filter(|a| a.standing == Standing::Confirmed).count();
    let deduced: Vec<&Activity> =
        live.iter().copied().filter(|a| is_shown && a.standing == Standing::Deduced).collect();
    let others: Vec<&Activity> =
        live.iter().copied().filter(|a| is_shown && a.standing != Standing::Deduced).collect();
    let kept: Vec<&ActivityKept> = s.activities_kept.iter().filter(|a| is_shown && a.is_live()).collect();
    let dismissed: Vec<&Activity> =
        s.activities.iter().filter(|a| is_shown && !a.standing.is_live()).collect();
    let wrong: &[Violation] = match after {
        After::Refused(wrong) => wrong,
        After::Nothing | After::Saved { .. } => &[],
    };
    let message = match after {
        After::Nothing => None,
        After::Saved { searchable } => Some(notice(
            "notice-success",
            "Enregistré.",
            match searchable {
                true => "La recherche en tient déjà compte, et les besoins ouverts sont comparés de nouveau.",
                false => {
                    "La recherche et la comparaison avec les besoins ouverts suivront dans quelques instants."
                }
            }
            .to_owned(),
        )),
        After::Refused(_) => error_summary(&errors(wrong)),
    };
    let needs = model.needs.iter().take(10).map(|(need, score)| {
        view! {
            <li>
                <a href=format!("/besoins/{}", need.need.id)>{need.need.draft.title.clone()}</a>
                <span class="number">{format!("{score}\u{a0}/\u{a0}100")}</span>
            </li>
        }
    });
    let needs = needs.collect_view();
    let nothing = FicheForm::default();
    let typed = form.unwrap_or(&nothing);
    let cards = |activities: &[&Activity]| activities.iter().map(|a| activity_card(a, typed)).collect_view();
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![(public.clone(), s.shown_name().to_owned())], "Tenir la fiche".to_owned())}
                <h1>{format!("Tenir la fiche {}", domain::text::of_name(s.shown_name()))}</h1>
                <p class="lead">
                    {match is_reference(token) {
                        true if model.corrects => "Vous la corrigez comme administrateur\u{a0}: le journal en garde la trace. ",
                        true if !writes(FichePart::Contact) => "Cette structure confie une partie de sa fiche à votre réseau. ",
                        true => "Vous êtes membre de cette structure. ",
                        false => "Vous êtes ici par un lien personnel, valable sept jours. ",
                    }}
                    <a href=public>"Voir la fiche publique"</a>
                </p>
            </div>
            {message}
            {withdrawn(model, token)}
            <ul class="figures">
                {figure(format!("{confirmed} sur {}", live.len()), "activités confirmées".into(), None, false)}
                {figure(deduced.len().to_string(), "déduites, à confirmer".into(), None, !deduced.is_empty())}
                {figure(model.needs.len().to_string(), "besoins ouverts vous conviennent".into(), None, false)}
            </ul>
            {writes(FichePart::Contact).then(|| view! { {contact_asked(s)}{stopped(s, token)} })}
            {stale(s, token, writes(FichePart::Contact))}
            {(writes(FichePart::Catalogue) || writes(FichePart::Contact)).then(|| catalogue_link(s, token))}
            // One form for the whole page: whatever button is pressed, nothing that was typed is lost.
            <form method="post" action=action novalidate class="beside">
                <div id="activites" tabindex="-1">
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    // The first button of a form is what the Enter key presses.
                    <button class="visually-hidden" name="action" value="enregistrer" tabindex="-1" aria-hidden="true">"Enregistrer"</button>
                    {(!writes(FichePart::Activities)).then(|| view! { <p class="muted">"Les activités de cette structure ne vous sont pas confiées."</p> })}
                    {(!kept.is_empty())
                        .then(|| {
                            let cards = kept.iter().map(|a| kept_card(a)).collect_view();
                            view! {
                                <section>
                                    <h2>"Activités à corriger"</h2>
                                    <p class="muted">
                                        "Nos listes n’ont pas, ou plus, leur secteur\u{a0}: nous les gardons telles quelles, mais elles ne sont pas comparées aux besoins."
                                    </p>
                                    <ul class="cards block">{cards}</ul>
                                </section>
                            }
                        })}
                    {(!deduced.is_empty())
                        .then(|| {
                            view! {
                                <section>
                                    <h2>"Activités à confirmer"</h2>
                                    <p class="muted">
                                        "Déduites de données publiques. Tant que vous ne les confirmez pas, elles comptent moins et portent le mot «\u{a0}déduit\u{a0}»."
                                    </p>
                                    <ul class="cards block">{cards(&deduced)}</ul>
                                </section>
                            }
                        })}
                    {(!others.is_empty())
                        .then(|| {
                            view! {
                                <section class="section">
                                    <h2>"Vos activités"</h2>
                                    <ul class="cards">{cards(&others)}</ul>
                                </section>
                            }
                        })}
                    {(!dismissed.is_empty())
                        .then(|| {
                            view! {
                                <section class="section">
                                    <h2>"Activités écartées"</h2>
                                    <ul class="cards">{cards(&dismissed)}</ul>
                                </section>
                            }
                        })}
                    {writes(FichePart::Activities).then(|| add_form(typed.add.first().cloned().unwrap_or_default(), wrong))}
                </div>
                <div>
                    {details(s, typed, wrong, &model.parts)}
                    {writes(FichePart::Capacity).then(|| calendar(s, typed, wrong, today))}
                    {writes(FichePart::Conventions).then(|| conventions_section(s, typed, wrong))}
                    {(!model.needs.is_empty())
                        .then(|| {
                            view! {
                                <section class="card block">
                                    <h2>"Besoins ouverts qui vous conviennent"</h2>
                                    <ul class="rows">{needs}</ul>
                                </section>
                            }
                        })}
                </div>
            </form>
            {(model.opposes && !s.withdrawals.is_opposed).then(|| opposition(token))}
            {writes(FichePart::Contact).then(|| revocation(token))}
        </div>
    }
    .into_any()
}

/// That another contact waits for its confirmation.
fn contact_asked(stored: &Structure) -> Option<AnyView> {
    let asked = stored.contact_asked.as_ref()?;
    let text = format!(
        "Ouvrez l’e-mail envoyé à {asked}, et appuyez sur son bouton\u{a0}: les besoins y arriveront ensuite. D’ici là, rien ne change."
    );
    Some(view! { <div class="notice notice-warning block"><p><strong>"Votre nouvelle adresse attend d’être confirmée."</strong>" "{text}</p></div> }.into_any())
}

/// What keeps the structure out of all that is proposed, each with what may be done about it.
fn withdrawn(model: &ManageView, token: &str) -> AnyView {
    let of = &model.structure.withdrawals;
    let merged = of.merged_into.map(|kept| {
        view! {
            <div class="notice notice-warning block">
                <p><strong>"Cette fiche est réunie à une autre."</strong>" Un administrateur a vu qu’elle faisait double emploi\u{a0}: son adresse mène à "<a href=format!("/structures/{kept}")>{format!("la fiche {}", kept.spaced())}</a>". C’est celle-là qu’il faut tenir."</p>
            </div>
        }
    });
    let suspended = of.suspended.clone().map(|why| {
        view! {
            <div class="notice notice-danger block">
                <p><strong>"Votre fiche est suspendue\u{a0}:"</strong>" "<span class="typed">{why}</span></p>
                <p>"Elle n’est ni visible ni proposée. Vous pouvez la lire et la corriger\u{a0}; "<a href="/mentions-legales">"qui tient ce service"</a>" lève la suspension."</p>
            </div>
        }
    });
    let opposed = of.is_opposed.then(|| {
        let back = model.opposes.then(|| {
            view! {
                <form method="post" action="/structures/opposition">
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    <div class="actions"><button class="button" name="action" value="reprendre">"Être de nouveau proposée"</button></div>
                </form>
            }
        });
        view! {
            <div class="notice notice-warning block">
                <p><strong>"Cette structure n’est pas proposée."</strong>" Elle s’y oppose\u{a0}: personne ne la trouve, et elle ne reçoit plus de besoins."</p>
                {back}
            </div>
        }
    });
    view! { {merged}{suspended}{opposed} }.into_any()
}

/// For who does not want to be proposed at all.
fn opposition(token: &str) -> AnyView {
    view! {
        <section class="section">
            <h2>"Ne plus être proposée"</h2>
            <p>"Votre structure peut s’opposer à être proposée par ce service (RGPD, article 21)\u{a0}: plus personne ne la trouve, et elle ne reçoit plus rien. La page suivante dit ce que cela change."</p>
            <div class="actions"><a class="button button-secondary" href=format!("/structures/opposition?jeton={token}")>"Ne plus être proposée"</a></div>
        </section>
    }
    .into_any()
}

/// That mails about needs are stopped, with the button that has them again.
fn stopped(stored: &Structure, token: &str) -> Option<AnyView> {
    stored.alerts_stopped.then(|| {
        view! {
            <div class="notice notice-warning block">
                <p><strong>"Vous ne recevez plus les besoins par e-mail."</strong>" Quelqu’un l’a demandé depuis l’un de ces messages."</p>
                <form method="post" action="/messages/reprendre">
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    <div class="actions"><button class="button">"Recevoir de nouveau les besoins"</button></div>
                </form>
            </div>
        }
        .into_any()
    })
}

/// That nobody has vouched for the page for a year, with the button that does; without it, for who keeps only a part.
fn stale(stored: &Structure, token: &str, may_vouch: bool) -> Option<AnyView> {
    let since = stored.stale_since?;
    let button = may_vouch.then(|| {
        view! {
            <form method="post" action="/structures/exacte">
                <input type="hidden" name="jeton" value=token.to_owned()/>
                <div class="actions"><button class="button">"Tout est exact"</button></div>
            </form>
        }
    });
    let text = format!(
        " Depuis le {}, elle le dit aux acheteurs et vous êtes un peu moins bien classée. Enregistrez une correction, ou dites que tout est exact.",
        domain::date::long(since)
    );
    Some(
        view! {
            <div class="notice notice-warning block">
                <p><strong>"Cette fiche n’a pas été revue depuis plus d’un an."</strong>{text}</p>
                {button}
            </div>
        }
        .into_any(),
    )
}

/// Where the rest of the page is kept.
fn catalogue_link(stored: &Structure, token: &str) -> AnyView {
    let href = format!("/structures/{}/gerer/catalogue?jeton={}", stored.siret, crate::urls::encoded(token));
    view! {
        <p class="block"><a href=href>"Votre catalogue\u{a0}: prestations et prix, références, labels, personnes à joindre"</a></p>
    }
    .into_any()
}

/// For who fears that somebody else holds a link to this page.
fn revocation(token: &str) -> AnyView {
    view! {
        <section class="section">
            <h2>"Vos liens"</h2>
            <p>"Un lien de votre structure a été vu par quelqu’un d’autre\u{a0}? Rendez-les tous invalides\u{a0}: un nouveau part à votre adresse de contact."</p>
            <form method="post" action="/liens/invalider">
                <input type="hidden" name="jeton" value=token.to_owned()/>
                <div class="actions"><button class="button button-secondary">"Invalider nos liens"</button></div>
            </form>
        </section>
    }
    .into_any()
}
