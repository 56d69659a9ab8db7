//! `/heures`: how many hours of insertion a contract can carry. The same reckoning runs on the server and, while one
//! types, in the browser.

use crate::components::{breadcrumb, certainty};
use crate::document::{Page, Section};
use crate::islands::{HoursLive, HoursTyped};
use domain::date;
use domain::hours::LabourShare;
use domain::sector::Sectors;
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page() -> Page {
    Page {
        title: "Calculer les heures d’insertion".to_owned(),
        section: Some(Section::Ranking),
        islands: true,
        ..Page::default()
    }
}

/// The page; `typed` is what its address holds.
pub fn view(typed: HoursTyped) -> AnyView {
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
            <HoursLive typed=typed/>
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
