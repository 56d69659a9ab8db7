//! `/`: what it is, for whom, how much of it there is.

use crate::api::Completion;
use crate::components::{CompletedInput, figure, need_card};
use crate::document::Page;
use backend::figures::Figures;
use backend::index::NeedEntry;
use domain::text::number;
use leptos::prelude::*;
use std::sync::Arc;

/// What surrounds the page.
#[must_use]
pub fn page() -> Page {
    Page { islands: true, ..Page::default() }
}

/// Where the squares of the picture stand: a market seen from above, some places still empty.
const STALLS: [(&str, u16, u16); 33] = [
    ("mark-sun", 2, 2),
    ("mark-white", 42, 2),
    ("mark-sage", 82, 2),
    ("mark-sun", 162, 2),
    ("mark-sage", 202, 2),
    ("mark-white", 242, 2),
    ("stall-empty", 282, 2),
    ("mark-sage", 2, 42),
    ("mark-sun", 82, 42),
    ("mark-white", 202, 42),
    ("mark-sun", 282, 42),
    ("mark-white", 2, 82),
    ("mark-sage", 282, 82),
    ("mark-sun", 2, 122),
    ("mark-white", 282, 122),
    ("mark-sun", 282, 162),
    ("mark-sage", 2, 202),
    ("stall-empty", 282, 202),
    ("mark-white", 2, 242),
    ("mark-sun", 42, 242),
    ("stall-empty", 82, 242),
    ("mark-sage", 202, 242),
    ("mark-white", 282, 242),
    ("stall-empty", 2, 282),
    ("mark-sage", 42, 282),
    ("mark-sun", 82, 282),
    ("mark-white", 122, 282),
    ("mark-sun", 202, 282),
    ("mark-sage", 242, 282),
    ("mark-sun", 282, 282),
    ("mark-sage", 162, 282),
    ("mark-white", 162, 242),
    ("mark-sun", 122, 2),
];

/// The four large squares in the middle of the picture.
const HALL: [(&str, u16, u16); 4] =
    [("mark-sun", 106, 106), ("mark-white", 164, 106), ("mark-sage", 106, 164), ("mark-sun", 164, 164)];

/// The page.
pub fn view(figures: &Figures, latest: &[Arc<NeedEntry>]) -> AnyView {
    let square = |(class, x, y): (&'static str, u16, u16), size: &'static str, round: &'static str| {
        view! { <rect class=class x=x.to_string() y=y.to_string() width=size height=size rx=round></rect> }
    };
    let stalls: Vec<_> = STALLS.into_iter().map(|s| square(s, "32", "7")).collect();
    let hall: Vec<_> = HALL.into_iter().map(|s| square(s, "50", "11")).collect();
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
    let figures_row = vec![
        figure(number(figures.structures), "structures".into(), Some("/structures".into()), false),
        figure(
            number(figures.structures_with_own_activities),
            "ont des activités déclarées ou confirmées".into(),
            None,
            false,
        ),
        figure(number(figures.needs_open), "besoins ouverts".into(), Some("/besoins".into()), false),
        figure(number(figures.interested), "réponses «\u{a0}intéressée\u{a0}»".into(), None, false),
    ];
    view! {
        <div class="hero">
            <div class="page hero-row">
                <div>
                    <h1>"Trouvez qui peut le faire ici, et comprenez pourquoi"</h1>
                    <p>
                        "La Place des marchés rapproche les structures d’insertion et du handicap des acheteurs publics et privés\u{a0}: chaque besoin trouve les structures qui peuvent y répondre, classées et expliquées."
                    </p>
                </div>
                <svg class="hero-art" viewBox="0 0 320 320" aria-hidden="true" focusable="false">{stalls}{hall}</svg>
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
                            "SIAE, ESAT, entreprise adaptée, GEIQ, régie de quartier. Votre fiche existe peut-être déjà\u{a0}: vérifiez ce qu’elle dit de vous, et recevez les besoins qui vous conviennent."
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
            <section class="section">
                <h2>"Aujourd’hui"</h2>
                <ul class="figures">{figures_row}</ul>
            </section>
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
