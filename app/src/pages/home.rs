//! `/`: what it is, for whom, how much of it there is.

use crate::api::Completion;
use crate::components::{CompletedInput, figure, known_and_possible, need_card, score, score_bar};
use crate::document::Page;
use crate::urls::{structure_url, with_lot};
use backend::figures::{Figures, Sample};
use backend::index::NeedEntry;
use domain::matching::Tier;
use domain::text::number;
use leptos::prelude::*;
use std::sync::Arc;

/// What surrounds the page.
#[must_use]
pub fn page() -> Page {
    Page { islands: true, ..Page::default() }
}

/// The page.
pub fn view(figures: &Figures, latest: &[Arc<NeedEntry>], sample: Option<&Sample>) -> AnyView {
    let place = CompletedInput {
        id: "ou",
        name: "territoire",
        value: String::new(),
        described_by: String::new(),
        is_invalid: false,
        placeholder: "Toulouse, Lozère, 31…",
        completion: Completion::Place,
        form: None,
    };
    let needs = latest.iter().map(|need| need_card(need, 3, None)).collect_view();
    // A number says something once it is not zero.
    let counted = |n: u64, label: &'static str, href: Option<&str>| {
        (n > 0).then(|| figure(number(n), label.into(), href.map(Into::into), false))
    };
    let figures_row: Vec<_> = [
        counted(figures.structures, "structures", Some("/structures")),
        counted(
            figures.structures_with_own_activities,
            "ont des activités déclarées ou confirmées",
            Some("/structures?niveau=connues"),
        ),
        counted(figures.needs_open, "besoins ouverts", Some("/besoins")),
        counted(figures.interested, "réponses «\u{a0}intéressée\u{a0}»", None),
    ]
    .into_iter()
    .flatten()
    .collect();
    view! {
        <div class="hero">
            <div class="page hero-row">
                <div>
                    <h1>"Trouvez qui peut le faire ici, et comprenez pourquoi"</h1>
                    <p>
                        "La Place des marchés rapproche les structures d’insertion et du handicap des acheteurs publics et privés\u{a0}: chaque besoin trouve les structures qui peuvent y répondre, classées et expliquées."
                    </p>
                </div>
                {sample.map(sample_card)}
            </div>
        </div>
        <div class="page hero-search">
            <form class="card" role="search" method="get" action="/structures" aria-label="Structures">
                <div class="search-row">
                    <div class="field">
                        <label class="label" for="q">"Que cherchez-vous\u{a0}?"</label>
                        <input class="input" id="q" name="q" type="search" placeholder="entretien des espaces verts"/>
                    </div>
                    <div class="field">
                        <label class="label" for="ou">"Où\u{a0}?"</label>
                        {place.view()}
                    </div>
                    <button class="button button-sun">"Rechercher"</button>
                </div>
            </form>
        </div>
        <div class="page">
            <section class="section">
                <h2>"Vous êtes"</h2>
                <ul class="doors">
                    <li class="door">
                        <h3>"Une structure d’insertion ou du handicap"</h3>
                        <p>
                            <abbr title="Structure d’insertion par l’activité économique">"SIAE"</abbr>
                            ", "
                            <abbr title="Établissement et service d’aide par le travail">"ESAT"</abbr>
                            ", entreprise adaptée, "
                            <abbr title="Groupement d’employeurs pour l’insertion et la qualification">"GEIQ"</abbr>
                            ", régie de quartier. Votre fiche existe peut-être déjà\u{a0}: vérifiez ce qu’elle dit de vous, et recevez les besoins qui vous conviennent."
                        </p>
                        <p><a href="/structures">"Retrouver ma structure"</a></p>
                    </li>
                    <li class="door door-sun">
                        <h3>"Un acheteur"</h3>
                        <p>
                            "Décrivez un besoin en quatre réponses. Vous voyez combien de structures conviennent, réservation comprise, avant même de publier."
                        </p>
                        <p><a href="/besoins/nouveau">"Publier un besoin"</a></p>
                    </li>
                    <li class="door door-sky">
                        <h3>"Un facilitateur"</h3>
                        <p>
                            "Suivez votre territoire\u{a0}: besoins ouverts, structures prévenues, réponses, et les secteurs que personne ne couvre."
                        </p>
                        <p><a href="/territoires">"Voir mon territoire"</a></p>
                    </li>
                </ul>
            </section>
            {(!figures_row.is_empty())
                .then(|| {
                    view! {
                        <section class="section">
                            <h2>"Aujourd’hui"</h2>
                            <ul class="figures">{figures_row}</ul>
                        </section>
                    }
                })}
            <section class="section">
                <h2>"Comment ça marche"</h2>
                <ol class="steps steps-row">
                    <li>
                        <h3>"Le besoin"</h3>
                        <p>"Un acheteur dit quoi, où et jusqu’à quand. Il confirme depuis sa messagerie."</p>
                    </li>
                    <li>
                        <h3>"Le rapprochement"</h3>
                        <p>"Secteur, lieu, mode, réservation\u{a0}: chaque point du classement est écrit en toutes lettres."</p>
                    </li>
                    <li>
                        <h3>"La réponse"</h3>
                        <p>"La structure répond depuis son e-mail. L’offre, elle, se dépose sur le profil d’acheteur."</p>
                    </li>
                </ol>
            </section>
            {(!latest.is_empty())
                .then(|| {
                    view! {
                        <section class="section">
                            <div class="head-row">
                                <h2>"Derniers besoins"</h2>
                                <p><a href="/besoins">"Tous les besoins ouverts"</a></p>
                            </div>
                            <ul class="cards">{needs}</ul>
                        </section>
                    }
                })}
        </div>
    }
    .into_any()
}

/// A need of this moment, with the first structure that fits it and why: what the product does, on what it holds.
fn sample_card(sample: &Sample) -> Option<AnyView> {
    let draft = &sample.need.need.draft;
    let lot = &draft.lots[sample.lot];
    let (found, entry) = sample.ranking.of_tier(Tier::Fits).next()?;
    let id = sample.need.need.id;
    let list = with_lot(&format!("/besoins/{id}/structures"), draft.lot_number(lot.key));
    let tiers = sample.ranking.tiers();
    let explained = sample.ranking.explain(found);
    let bar: Vec<_> = explained.iter().map(|r| (r.criterion, r.points)).collect();
    let why = explained.iter().max_by_key(|r| r.points).map(|r| r.because.clone()).unwrap_or_default();
    Some(
        view! {
            <section class="card hero-sample" aria-label="Un besoin en cours">
                <p class="card-meta">"Un besoin en cours · "{draft.place.name()}</p>
                <h2 class="card-title"><a href=list>{draft.lot_title(lot).to_owned()}</a></h2>
                <p>{known_and_possible(tiers)}</p>
                <div class="card-head">
                    <p class="card-title">
                        <span class="card-rank">"1."</span>
                        " "
                        <a href=structure_url(&entry.structure)>{entry.structure.shown_name().to_owned()}</a>
                    </p>
                    {score(found.score)}
                </div>
                {score_bar(&bar)}
                <p class="small">{format!("D’abord\u{a0}: {why}.")}</p>
            </section>
        }
        .into_any(),
    )
}
