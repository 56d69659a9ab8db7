//! How surely a structure does what is asked, worn by every line of a list.

use crate::urls::structure_url;
use backend::index::Entry;
use backend::structures::{Level, TierCounts};
use domain::matching::{Kinship, Match, Tier};
use domain::structure::{Activity, Standing};
use domain::text::number;
use leptos::prelude::*;

/// Tags of what is to be asked: classes and words.
const UNKNOWN: (&str, &str) = ("tag tag-check", "Activité inconnue");
const POSSIBLE: (&str, &str) = ("tag tag-check", "Possible");

/// The activity of a match, as the structure's page shows it.
fn activity_of<'a>(found: &Match, entry: &'a Entry) -> Option<&'a Activity> {
    entry.structure.live_activities().nth(found.activity?)
}

/// « déclarée », « confirmée », « déduite de « régie » ».
pub fn standing_chip(activity: &Activity) -> impl IntoView + use<> {
    let (class, text) = match activity.standing {
        Standing::Confirmed => ("tag", "confirmée".to_owned()),
        Standing::Declared => ("tag", "déclarée".to_owned()),
        Standing::Deduced | Standing::Dismissed => ("tag tag-deduced", deduced_from(activity)),
    };
    view! { <span class=class>{text}</span> }
}

/// « déduite de « régie, propreté » ».
#[must_use]
pub fn deduced_from(activity: &Activity) -> String {
    match activity.because.is_empty() {
        true => "déduite".to_owned(),
        false => format!("déduite de «\u{a0}{}\u{a0}»", activity.because),
    }
}

/// What stands first among the facts of a line: whether the structure does it, and how that is known.
pub fn kinship(found: &Match, entry: &Entry) -> Option<impl IntoView + use<>> {
    let activity = activity_of(found, entry);
    let does = entry.structure.live_activities();
    let (tag, text) = match found.kinship {
        Kinship::Same => (Some(("tag", "Convient")), String::new()),
        Kinship::Sibling => (Some(("tag tag-plain", "Voisin")), String::new()),
        Kinship::ByNature => (Some(("tag", "Convient")), "c’est l’objet même de la structure".to_owned()),
        Kinship::Unknown => (Some(UNKNOWN), "à demander".to_owned()),
        Kinship::Lender => (Some(POSSIBLE), "prête du personnel\u{a0}: métier à demander".to_owned()),
        Kinship::OtherDeduced => {
            let others: Vec<&str> = does.map(|a| a.sector.label()).collect();
            (Some(POSSIBLE), format!("autre activité déduite\u{a0}: {}. À demander", others.join(", ")))
        }
        Kinship::Unasked if activity.is_some() => (None, String::new()),
        Kinship::Unasked if does.count() > 0 => return None,
        Kinship::Unasked => (Some(UNKNOWN), "à demander".to_owned()),
    };
    let tag = tag.map(|(class, label)| view! { <span class=class>{label}</span>" " });
    let shown = activity.filter(|_| text.is_empty());
    let does = shown.map(|a| view! { {a.sector.label()}" "{standing_chip(a)} });
    Some(view! { <li>{tag}{text}{does}</li> })
}

/// The tier of a line in a short list: « Convient ».
#[must_use]
pub fn tier_tag(tier: Tier) -> AnyView {
    match tier {
        Tier::Fits => view! { <span class="tag">"Convient"</span> }.into_any(),
        Tier::Neighbour => view! { <span class="tag tag-plain">"Voisin"</span> }.into_any(),
        Tier::Possible => view! { <span class="tag tag-check">"Possible"</span> }.into_any(),
    }
}

/// « 3 connues, 41 possibles ».
#[must_use]
pub fn known_and_possible(tiers: TierCounts) -> String {
    let count = |n: u64, one: &str, many: &str| format!("{} {}", number(n), if n < 2 { one } else { many });
    let known = count(tiers.known(), "connue", "connues");
    match tiers.of(Tier::Possible) {
        0 => known,
        n => format!("{known}, {}", count(n, "possible", "possibles")),
    }
}

/// Where a list says how far « convient » goes: one link for each tier, with its count. `is_aimed` is whether something
/// was asked that a structure may do or not.
pub fn levels(
    tiers: TierCounts,
    chosen: Option<Level>,
    is_aimed: bool,
    href: impl Fn(Option<Level>) -> String,
) -> Option<impl IntoView> {
    let of = |tier: Tier, label: &'static str| (Some(Level::Of(tier)), label, tiers.of(tier));
    let choices = match is_aimed {
        true => vec![
            (None, "Toutes", tiers.total()),
            (Some(Level::Known), "Seulement les activités connues", tiers.known()),
            of(Tier::Fits, "Conviennent"),
            of(Tier::Neighbour, "Voisines"),
            of(Tier::Possible, "Possibles"),
        ],
        false => vec![
            (None, "Toutes", tiers.total()),
            (Some(Level::Known), "Seulement les activités connues", tiers.known()),
            of(Tier::Possible, "Activité inconnue"),
        ],
    };
    if tiers.total() == 0 {
        return None;
    }
    let links = choices.into_iter().map(|(level, label, count)| {
        let current = (chosen == level).then_some("true");
        let count = view! { " "<span class="count-small">{number(count)}</span> };
        view! { <li><a href=href(level) aria-current=current>{label}{count}</a></li> }
    });
    let links = links.collect_view();
    Some(view! { <nav class="levels" aria-label="Ce que l’on sait des structures"><ul>{links}</ul></nav> })
}

/// « et 2 autres établissements : Meaux (77), Lagny-sur-Marne (77) ».
pub fn others(others: &[std::sync::Arc<Entry>]) -> Option<impl IntoView + use<>> {
    const NAMED: usize = 3;
    let links = others.iter().take(NAMED).enumerate().map(|(n, entry)| {
        let href = structure_url(&entry.structure);
        let comma = if n == 0 { "" } else { ", " };
        view! { {comma}<a href=href>{super::seat_name(entry)}</a> }
    });
    let links = links.collect_view();
    let count = match others.len() {
        0 => return None,
        1 => "et 1 autre établissement".to_owned(),
        n => format!("et {n} autres établissements"),
    };
    let more = if others.len() > NAMED { "…" } else { "" };
    Some(view! { <p class="small muted">{count}" de la même structure\u{a0}: "{links}{more}</p> })
}
