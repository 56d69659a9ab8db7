//! What each way to split a lot would reach, and who could answer together.

use super::{Preparing, Step, how_many};

use backend::advice::{GroupementAdvice, SplitAdvice, WayReach};
use domain::matching::groupement::{Groupement, MEMBERS_MAX};
use domain::matching::split::Way;
use domain::need::LotDraft;
use domain::text::{number, plural};
use leptos::prelude::*;

/// The page.
pub fn view(
    model: &Preparing<'_>,
    lot: &LotDraft,
    split: &SplitAdvice,
    groupement: &GroupementAdvice,
) -> AnyView {
    let draft = &model.prepared.draft;
    let rank = draft.lot(lot.key).map_or(0, |(rank, _)| rank);
    let best = split.best().map(|way| way.way);
    let ways = split.ways.iter().map(|way| way_card(model, lot, way, best)).collect_view();
    let only = (split.ways.len() < 2).then(|| {
        view! { <p>"Un seul secteur, et un lieu qui ne se partage pas en vingt lots au plus\u{a0}: il n’y a rien à partager."</p> }
    });
    let lead = format!(
        "{}. Une structure peut répondre seule quand elle couvre tous les secteurs du lot, 95\u{a0}% de la population du lieu, et que sa capacité suffit ou n’est pas connue.",
        draft.lot_name(rank)
    );
    let body = view! {
        <section>
            <h2>"Partager le lot"</h2>
            {only}
            <ul class="cards block">{ways}</ul>
        </section>
        <section class="section">
            <h2>"Répondre à plusieurs"</h2>
            {groupements(groupement, lot)}
        </section>
        <p class="actions actions-end"><a href=model.url(Step::Overview)>"Revenir aux étapes"</a></p>
    };
    model.page(Step::Advice, Step::Advice.title().to_owned(), lead, body.into_any())
}

fn way_card(model: &Preparing<'_>, lot: &LotDraft, way: &WayReach, best: Option<Way>) -> AnyView {
    let recommended =
        (best == Some(way.way)).then(|| view! { <span class="tag tag-sun">"le plus ouvert"</span> });
    let many = u64::try_from(way.parts.len()).unwrap_or(u64::MAX);
    let orphans = match way.out_of_reach {
        0 => None,
        _ if way.way == Way::Whole => None,
        n => Some(format!("{} sans structure capable d’y répondre seule.", plural(n, "lot", "lots"))),
    };
    let hours = format!("{}\u{a0}h par mois connues", number(way.hours_per_month));
    let rows = way.parts.iter().map(|reach| {
        let hours =
            reach.part.lot.hours_per_month.map(|h| format!(" · {}\u{a0}h par mois", number(h.into())));
        let unknown = (reach.capacity_unknown > 0)
            .then(|| format!(" (dont {} de capacité inconnue)", reach.capacity_unknown));
        let possible = (reach.possible > 0)
            .then(|| format!(" et {}, d’activité à demander", plural(reach.possible, "possible", "possibles")));
        view! {
            <li>
                <div>{reach.part.title.clone()}{hours}</div>
                <span class="number">{plural(reach.alone, "structure", "structures")}{unknown}{possible}</span>
            </li>
        }
    });
    let rows = rows.collect_view();
    let parts = (way.way != Way::Whole).then(|| {
        view! { <details class="card-foot"><summary>{format!("Voir les {many} lots")}</summary><ul class="rows">{rows}</ul></details> }
    });
    let make = (way.way != Way::Whole && way.reached > 0).then(|| {
        let fields = [("lot", lot.key.to_string()), ("faire", way.way.code().to_owned())];
        model.button(Step::Advice, "button", format!("Faire ces {many} lots"), &fields)
    });
    view! {
        <li class="card">
            <div class="card-head"><h3 class="card-title">{way.way.label()}</h3>{recommended}</div>
            <p>
                <strong>{how_many(way.reached, "Aucune structure", "structure", "structures")}</strong>
                {match way.reached {
                    0 => " ne pourrait répondre seule.".to_owned(),
                    1 => format!(" pourrait répondre seule, {hours}."),
                    _ => format!(" pourraient répondre seules, {hours} ensemble."),
                }}
            </p>
            {orphans.map(|text| view! { <p class="small">{text}</p> })}
            {parts}
            {make}
        </li>
    }
    .into_any()
}

fn groupements(advice: &GroupementAdvice, lot: &LotDraft) -> AnyView {
    let Some(found) = &advice.found else {
        let text = match (advice.alone, advice.holding) {
            (0, 0) => "Aucune structure connue n’en tient une part\u{a0}: il n’y a pas de groupement à proposer."
                .to_owned(),
            (0, _) => "À plusieurs, les structures connues n’en tiendraient pas plus que la meilleure d’entre elles\u{a0}: il n’y a pas de groupement à proposer."
                .to_owned(),
            (n, _) => format!(
                "{} répondre seule\u{a0}: un groupement n’est pas nécessaire.",
                plural(n, "structure pourrait", "structures pourraient, chacune,")
            ),
        };
        return view! { <p>{text}</p> }.into_any();
    };
    let how = if found.is_exact {
        format!(
            "Toutes les façons de réunir jusqu’à {MEMBERS_MAX} des {} structures qui tiennent une part du lot ont été examinées.",
            found.candidates
        )
    } else {
        format!(
            "{} structures tiennent une part du lot\u{a0}: seules les {} qui couvrent le plus ont été combinées. C’est une recherche approchée, un meilleur groupement peut exister.",
            found.candidates, found.combined
        )
    };
    let whole = found.sets.iter().any(|set| set.is_whole);
    let intro = match (whole, found.is_exact) {
        (true, true) => "Personne ne couvre ce lot seul. Les plus petits groupements qui le couvrent\u{a0}:",
        (true, false) => "Personne ne couvre ce lot seul. Des groupements qui le couvrent\u{a0}:",
        (false, true) => {
            "Personne ne couvre ce lot seul, ni à quatre. Le groupement qui en couvre le plus\u{a0}:"
        }
        (false, false) => {
            "Personne ne couvre ce lot seul, ni les groupements examinés. Celui qui en couvre le plus\u{a0}:"
        }
    };
    let sets = found.sets.iter().enumerate().map(|(n, set)| set_card(n + 1, set, advice, lot)).collect_view();
    view! {
        <p>{intro}</p>
        <ul class="cards block">{sets}</ul>
        <p class="muted small">{how}" Dans un lot réservé, chaque membre d’un groupement doit être éligible\u{a0}: ceux-ci le sont, ou sont «\u{a0}à vérifier\u{a0}»."</p>
    }
    .into_any()
}

fn set_card(n: usize, set: &Groupement, advice: &GroupementAdvice, lot: &LotDraft) -> AnyView {
    let members = set.members.iter().map(|member| {
        let entry = advice.entries.get(&member.siret);
        let name = entry.map_or_else(|| member.siret.spaced(), |e| e.structure.shown_name().to_owned());
        let kinds = entry.map(|e| crate::components::kinds(e.structure.kinds).into_any());
        let brings: Vec<String> =
            member.brings.iter().map(|(s, p)| format!("{} ({p}\u{a0}% du lieu)", s.label())).collect();
        let hours = member
            .hours_per_month
            .map_or("capacité inconnue".to_owned(), |h| format!("{}\u{a0}h par mois", number(h.into())));
        view! {
            <li>
                <div>
                    <a href=format!("/structures/{}", member.siret)>{name}</a>
                    " "
                    {kinds}
                    <p class="small">{brings.join("\u{a0}; ")}</p>
                </div>
                <span class="number">{hours}</span>
            </li>
        }
    });
    let members = members.collect_view();
    let covered = set.covers.iter().map(|(s, percent)| format!("{}\u{a0}: {percent}\u{a0}%", s.label()));
    let covered = covered.collect::<Vec<_>>().join(" · ");
    let uncovered: Vec<String> = set
        .covers
        .iter()
        .filter(|(_, percent)| *percent < 100)
        .map(|(s, percent)| format!("{} sur {}\u{a0}% du lieu", s.label(), 100 - percent))
        .collect();
    let short = lot
        .hours_per_month
        .filter(|asked| *asked > set.hours_per_month)
        .map(|asked| asked - set.hours_per_month);
    let remains: Vec<String> = uncovered
        .into_iter()
        .chain(short.map(|h| format!("{}\u{a0}h par mois, à notre connaissance", number(h.into()))))
        .collect();
    let remains = if remains.is_empty() { "rien".to_owned() } else { remains.join("\u{a0}; ") };
    let unknown = (set.hours_unknown > 0).then(|| format!(" ({} de capacité inconnue)", set.hours_unknown));
    let mean = set.members.len();
    view! {
        <li class="card">
            <h3 class="card-title">{format!("Groupement {n}\u{a0}: {mean} structures")}</h3>
            <ul class="rows">{members}</ul>
            <p class="small">{format!("Ensemble\u{a0}: {covered} · {}\u{a0}h par mois connues", number(set.hours_per_month.into()))}{unknown}</p>
            <p class="small"><strong>"Reste à trouver\u{a0}: "</strong>{remains}</p>
        </li>
    }
    .into_any()
}
