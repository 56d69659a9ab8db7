//! `/besoins/{id}` and `/besoins/{id}/structures`: a need, and every structure that fits, ranked.

use crate::components::{breadcrumb, day, figure, kinds, pages, reasons, reservation_tag, score, seat_name};
use crate::document::{Page, Section};
use backend::index::{Entry, NeedEntry};
use backend::matches::Ranking;
use domain::date;
use domain::legal::{Eligibility, Reservation};
use domain::matching::{Criterion, Match, RULES_VERSION};
use domain::structure::Standing;
use domain::text::{and_list, number, plural};
use leptos::prelude::*;

/// Structures on one page of the ranking.
const PAGE_SIZE: usize = 20;

/// What surrounds the page of the need.
#[must_use]
pub fn page(entry: &NeedEntry) -> Page {
    Page { title: entry.need.draft.title.clone(), section: Some(Section::Needs), ..Page::default() }
}

/// What surrounds the page of its structures.
#[must_use]
pub fn structures_page(entry: &NeedEntry) -> Page {
    let title = format!("Structures pour «\u{a0}{}\u{a0}»", entry.need.draft.title);
    Page { title, section: Some(Section::Needs), ..Page::default() }
}

fn lead(entry: &NeedEntry) -> String {
    let draft = &entry.need.draft;
    let buyer = if draft.buyer.is_empty() { String::new() } else { format!("{} · ", draft.buyer) };
    let published = entry.need.published_at.map(|at| format!(" · publié le {}", day(at))).unwrap_or_default();
    format!("{buyer}{}{published} · réponses jusqu’au {}", draft.place.name(), date::long(draft.deadline))
}

/// Why the reservation leaves structures out, and how many.
fn reservation_notice(ranking: &Ranking) -> Option<AnyView> {
    let reservation = ranking.lot.lot().reservation;
    let article = reservation.article()?;
    let left_out = ranking.left_out_total();
    let mut by_kind: Vec<String> = ranking.left_out.iter().map(|(k, n)| format!("{n}\u{a0}{k}")).collect();
    if ranking.below_half > 0 {
        let n = ranking.below_half;
        by_kind.push(format!("{n} dont moins de la moitié des travailleurs sont concernés (R2113-7)"));
    }
    let verb = if left_out < 2 { "est écartée" } else { "sont écartées" };
    let sentence = match left_out {
        0 => " Elle n’écarte aucune structure connue de ce secteur et de ce lieu.".to_owned(),
        n => format!(
            " {} {verb} par la réservation\u{a0}: {}.",
            plural(n, "structure", "structures"),
            and_list(&by_kind)
        ),
    };
    let both = (reservation != Reservation::Both && left_out > 0)
        .then_some(" Réserver aux deux familles (L2113-14) en garderait davantage.");
    Some(
        view! {
            <div class="notice block">
                <p>
                    <strong>{reservation.label()}</strong>
                    {format!(" (article {article} du Code de la commande publique). ")}
                    {reservation.explanation()}
                    {sentence}
                    {both}
                </p>
            </div>
        }
        .into_any(),
    )
}

fn figures(entry: &NeedEntry, ranking: &Ranking) -> AnyView {
    let list = format!("/besoins/{}/structures", entry.need.id);
    let fitting = u64::try_from(ranking.matches.len()).unwrap_or(u64::MAX);
    let asked = entry.need.draft.hours_per_month;
    let able = asked.map(|hours| {
        let enough = |(found, e): &&(Match, std::sync::Arc<Entry>)| {
            e.facts.activities[found.activity].hours_per_month.is_some_and(|has| has >= hours)
        };
        (hours, ranking.matches.iter().filter(enough).count())
    });
    view! {
        <ul class="figures">
            {figure(number(fitting), if fitting < 2 { "structure correspond".into() } else { "structures correspondent".into() }, Some(list), fitting == 0)}
            {able.map(|(hours, n)| figure(n.to_string(), format!("ont la capacité ({}\u{a0}h par mois)", number(u64::from(hours))), None, false))}
            {figure(number(entry.told), if entry.told < 2 { "prévenue par e-mail".into() } else { "prévenues par e-mail".into() }, None, false)}
            {figure(number(entry.interested), if entry.interested < 2 { "intéressée à ce jour".into() } else { "intéressées à ce jour".into() }, None, false)}
        </ul>
    }
    .into_any()
}

/// The page of the need.
pub fn view(entry: &NeedEntry, ranking: &Ranking, open: bool) -> AnyView {
    let draft = &entry.need.draft;
    let id = entry.need.id;
    let sectors: Vec<&str> = draft.sectors.iter().map(|s| s.label()).collect();
    let row = |label: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd>{value}</dd> })
    };
    let closed = (!open).then(|| {
        view! { <div class="notice notice-warning block"><p><strong>"Clos."</strong>" La date limite est passée\u{a0}: ce besoin ne reçoit plus de réponses."</p></div> }
    });
    let description = (!draft.description.is_empty()).then(|| {
        let paragraphs = draft.description.lines().filter(|l| !l.trim().is_empty());
        let paragraphs = paragraphs.map(|l| view! { <p>{l.to_owned()}</p> }).collect_view();
        view! { <section class="section"><h2>"Précisions"</h2><div class="prose">{paragraphs}</div></section> }
    });
    let first = ranking.matches.iter().take(3).map(|(found, e)| {
        view! {
            <li>
                <a href=format!("/structures/{}", e.structure.siret)>{e.structure.shown_name().to_owned()}</a>
                <span class="number">{format!("{}\u{a0}/\u{a0}100", found.score)}</span>
            </li>
        }
    });
    let first = first.collect_view();
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![("/besoins".into(), "Besoins".into())], draft.title.clone())}
                <h1>{draft.title.clone()}</h1>
                <p class="lead">{lead(entry)}</p>
            </div>
            {closed}
            {reservation_notice(ranking)}
            {figures(entry, ranking)}
            <div class="beside">
                <div>
                    <section>
                        <h2>"Le besoin"</h2>
                        <dl class="facts-list">
                            {row("Secteurs", and_list(&sectors))}
                            {row("Lieu", draft.place.name())}
                            {row("Réponses", format!("jusqu’au {}", date::long(draft.deadline)))}
                            {row("Forme", draft.mode.map(|m| m.label().to_owned()).unwrap_or_default())}
                            {row("Volume", draft.hours_per_month.map(|h| format!("{}\u{a0}heures par mois", number(u64::from(h)))).unwrap_or_default())}
                        </dl>
                        {reservation_tag(draft.reservation).map(|tag| view! { <p>{tag}</p> })}
                    </section>
                    {description}
                </div>
                <section class="card box-brand">
                    <h2>"Les premières structures"</h2>
                    <ol class="rows">{first}</ol>
                    <p class="actions"><a class="button" href=format!("/besoins/{id}/structures")>"Voir le classement expliqué"</a></p>
                </section>
            </div>
        </div>
    }
    .into_any()
}

/// The page of its structures.
pub fn structures_view(entry: &NeedEntry, ranking: &Ranking, page: usize) -> AnyView {
    let draft = &entry.need.draft;
    let id = entry.need.id;
    let count = ranking.matches.len().div_ceil(PAGE_SIZE).max(1);
    let page = page.clamp(1, count);
    let start = (page - 1) * PAGE_SIZE;
    let shown = ranking.matches.iter().enumerate().skip(start).take(PAGE_SIZE);
    let cards = shown.map(|(n, (found, e))| card(ranking, n + 1, found, e)).collect_view();
    let empty = ranking.matches.is_empty().then(|| {
        view! {
            <div class="empty">
                <h2>"Aucune structure connue ne convient"</h2>
                <p>"Aucune n’exerce ce secteur, ou un secteur voisin, dans ce lieu, avec cette réservation. Un lieu plus large ou une autre réservation peuvent changer cela."</p>
            </div>
        }
    });
    let fitting = plural(
        u64::try_from(ranking.matches.len()).unwrap_or(u64::MAX),
        "structure classée",
        "structures classées",
    );
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(
                    vec![("/besoins".into(), "Besoins".into()), (format!("/besoins/{id}"), draft.title.clone())],
                    "Structures".into(),
                )}
                <h1>{draft.title.clone()}</h1>
                <p class="lead">{lead(entry)}</p>
            </div>
            {reservation_notice(ranking)}
            {figures(entry, ranking)}
            <section class="section">
                <div class="head-row">
                    <h2>{fitting}</h2>
                    <p><a href="/algorithme">{format!("Comment le classement est fait (règles, version {RULES_VERSION})")}</a></p>
                </div>
                {empty}
                <ol class="cards" start=(start + 1).to_string()>{cards}</ol>
                {pages("Pages de structures", page, count, |p| format!("/besoins/{id}/structures?page={p}"))}
            </section>
        </div>
    }
    .into_any()
}

fn card(ranking: &Ranking, rank: usize, found: &Match, entry: &Entry) -> AnyView {
    let s = &entry.structure;
    let reservation = ranking.lot.lot().reservation;
    let eligible = reservation.article().map(|article| match (found.eligibility, found.eligible_as) {
        (Eligibility::ToCheck, _) => {
            view! { " · "<span class="tag tag-check">"à vérifier"</span>{format!(" pour {article}")} }
                .into_any()
        }
        (_, Some(kind)) => format!(" · éligible {article} par sa convention {kind}").into_any(),
        _ => ().into_any(),
    });
    let deduced = (entry.facts.activities[found.activity].standing == Standing::Deduced).then(|| {
        view! { <p class="small">{crate::components::standing(Standing::Deduced)}</p> }
    });
    view! {
        <li class="card">
            <div class="card-head">
                <h3 class="card-title">
                    <span class="card-rank">{format!("{rank}.")}</span>
                    " "
                    <a href=format!("/structures/{}", s.siret)>{s.shown_name().to_owned()}</a>
                </h3>
                {score(found.score)}
            </div>
            <p class="card-meta">{kinds(s.kinds)}{seat_name(entry)}{eligible}</p>
            {deduced}
            {reasons(ranking.explain(found))}
        </li>
    }
    .into_any()
}

/// The criteria with their points, for a bar of the whole.
#[must_use]
pub fn whole_bar() -> Vec<(Criterion, u8)> {
    Criterion::ALL.map(|c| (c, c.max())).to_vec()
}
