//! `/regles`: every rule of the law that is in force, with its article, its source and how sure we are.

use crate::components::{breadcrumb, certainty};
use crate::document::{Page, Section};
use domain::date;
use domain::legal::{RULES_READ_ON, Rule, Rules, Threshold, Thresholds};
use jiff::civil::Date;
use leptos::prelude::*;

/// What surrounds the page.
#[must_use]
pub fn page() -> Page {
    Page { title: "Les règles de droit".to_owned(), section: Some(Section::Ranking), ..Page::default() }
}

/// The page, as of a day.
pub fn view(today: Date) -> AnyView {
    let read_on = date::parse(RULES_READ_ON).map(date::long).unwrap_or_default();
    let in_force = Rules::get().in_force(today).map(rule).collect_view();
    let others: Vec<_> = Rules::get().iter().filter(|r| !r.is_in_force(today)).map(rule).collect();
    let thresholds = Thresholds::get().on(today).map(threshold).collect_view();
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![("/".into(), "Accueil".into())], "Les règles de droit".to_owned())}
                <h1>"Les règles de droit que nous appliquons"</h1>
                <p class="lead">
                    {format!("En vigueur le {}. Lues le {read_on}, chacune avec son article, sa source et notre degré de certitude. Ce n’est pas un avis juridique.", date::long(today))}
                </p>
            </div>
            <div class="prose">
                <p>
                    "Une règle marquée "
                    <span class="tag tag-check">"à vérifier"</span>
                    " ne donne jamais ni oui ni non\u{a0}: elle laisse la question ouverte, et la page le dit. "
                    <a href="/algorithme">"Comment le classement est fait"</a>
                </p>
            </div>
            <ul class="cards section">{in_force}</ul>
            <section class="section">
                <h2 id="seuils">{format!("Seuils en vigueur le {}", date::long(today))}</h2>
                <div class="table-box" role="region" aria-labelledby="seuils" tabindex="0">
                    <table class="table table-wide">
                        <thead>
                            <tr>
                                <th scope="col">"Pour quoi"</th>
                                <th scope="col" class="number">"Montant hors taxes"</th>
                                <th scope="col">"Depuis le"</th>
                                <th scope="col">"Source"</th>
                            </tr>
                        </thead>
                        <tbody>{thresholds}</tbody>
                    </table>
                </div>
            </section>
            {(!others.is_empty())
                .then(|| {
                    view! {
                        <section class="section">
                            <h2>"Pas en vigueur à cette date"</h2>
                            <ul class="cards">{others}</ul>
                        </section>
                    }
                })}
        </div>
    }
    .into_any()
}

fn rule(rule: &Rule) -> AnyView {
    let id = rule.id.to_string();
    let period = match (rule.from, rule.to) {
        (Some(from), Some(to)) => format!("du {} au {}", date::long(from), date::long(to)),
        (Some(from), None) => format!("depuis le {}", date::long(from)),
        (None, Some(to)) => format!("jusqu’au {}", date::long(to)),
        (None, None) => String::new(),
    };
    view! {
        <li class="card" id=id.clone()>
            <h2 class="card-title">{rule.title}</h2>
            <p class="card-meta">{format!("Règle {id} · article {} · {period} ", rule.article)}{certainty(rule.certainty)}</p>
            <p>{rule.message}</p>
            <p class="small"><strong>"Exemple\u{a0}: "</strong>{rule.example}</p>
            <p class="muted small">{format!("Source\u{a0}: {}", rule.source)}</p>
        </li>
    }
    .into_any()
}

fn threshold(threshold: &Threshold) -> AnyView {
    view! {
        <tr>
            <th scope="row">{threshold.label}" "{certainty(threshold.certainty)}</th>
            <td class="number">{threshold.amount.to_string()}</td>
            <td>{threshold.from.map(date::long)}</td>
            <td>{threshold.source}</td>
        </tr>
    }
    .into_any()
}
