//! `/heures`: how many hours of insertion a contract can carry. The same reckoning runs on the server and, while one
//! types, in the browser.

use crate::components::{breadcrumb, certainty, hours_preview};
use crate::document::{Page, Section};
use crate::islands::{HOURS_FIELDS, HoursTyped};
use domain::date;
use domain::hours::LabourShare;
use domain::sector::Sectors;
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page() -> Page {
    Page {
        title: "Calculer les heures d’insertion".to_owned(),
        section: Some(Section::Hours),
        islands: true,
        ..Page::default()
    }
}

/// The page; `typed` is what its address holds.
pub fn view(typed: &HoursTyped) -> AnyView {
    let shares = LabourShare::all().map(|share| {
        let sector = Sectors::get().parse(share.sector).map_or("Tout autre secteur", |s| s.label());
        view! {
            <tr>
                <th scope="row">{sector}</th>
                <td class="number">{format!("{}\u{a0}%", share.percent)}</td>
                <td>{share.source}" "{certainty(share.certainty)}</td>
                <td>{share.read_on.map(date::long)}</td>
            </tr>
        }
    });
    let shares = shares.collect_view();
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![("/regles".into(), "Les règles de droit".into())], "Heures d’insertion".into())}
                <h1>"Calculer les heures d’insertion"</h1>
                <p class="lead">"Pour une clause sociale\u{a0}: montant × part de main-d’œuvre × effort ÷ coût horaire. Une proposition, à discuter avec le facilitateur."</p>
            </div>
            <div class="beside">
                {form(typed)}
                <div class="card box-brand">{hours_preview("heures", typed)}</div>
            </div>
            <section class="section">
                <h2 id="parts">"Parts de main-d’œuvre par défaut"</h2>
                <p>"À remplacer par la vôtre dès que vous la connaissez."</p>
                <div class="table-box" role="region" aria-labelledby="parts" tabindex="0">
                    <table class="table table-wide">
                        <thead>
                            <tr>
                                <th scope="col">"Secteur"</th>
                                <th scope="col" class="number">"Part"</th>
                                <th scope="col">"Source"</th>
                                <th scope="col">"Lue le"</th>
                            </tr>
                        </thead>
                        <tbody>{shares}</tbody>
                    </table>
                </div>
            </section>
        </div>
    }
    .into_any()
}

/// The form: its button reckons without JavaScript, typing reckons with it.
fn form(typed: &HoursTyped) -> AnyView {
    let field = |rank: usize, label: &'static str, unit: &'static str| {
        let name = HOURS_FIELDS[rank];
        view! {
            <div class="field">
                <label class="label" for=name>{label}</label>
                <div class="input-unit">
                    <input class="input input-short" id=name name=name inputmode="decimal" autocomplete="off" value=typed.at(rank).to_owned()/>
                    " "
                    <span>{unit}</span>
                </div>
            </div>
        }
    };
    view! {
        <form method="get" action="/heures" id="heures">
            {field(0, "Montant estimé", "€ HT, sur toute la durée")}
            {field(1, "Part de main-d’œuvre", "% du montant")}
            {field(2, "Effort d’insertion", "% des heures")}
            {field(3, "Coût d’une heure", "€ HT")}
            <fieldset class="fieldset">
                <legend>"Nettoyage avec reprise du personnel (PACT Propreté)"</legend>
                <p class="hint">"Seule la part que ce personnel ne fait pas peut porter des heures. Laissez vide sinon."</p>
                {field(4, "Heures du personnel repris", "heures par an")}
                {field(5, "Durée du marché", "années")}
            </fieldset>
            <div class="actions actions-end"><button class="button">"Calculer"</button></div>
        </form>
    }
    .into_any()
}
