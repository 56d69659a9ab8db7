//! Our pieces, used by several pages. The classes are those of `style/`.

mod completed;
mod corrections;
mod export;
mod facets;
mod fields;
mod inputs;
mod kinship;
mod law;
mod map;
mod map_canvas;
mod pictures;
mod preview;
mod qr;
mod score;
mod seats_map;
mod thread;

pub use completed::CompletedInput;
pub use corrections::{corrections, to_correct};
pub use export::{ColumnChoice, export, structure_columns};
pub use facets::{Check, Chip, facet, filters, pages};
pub use fields::{
    FieldText, choice, error_said, error_summary, field, field_error_id, place_choices, sector_list,
};
pub use inputs::{Choice, TextInput, choices, day_input, error_of, errors, long_text, sector_boxes, tick};
pub use kinship::{deduced_from, kinship, known_and_possible, levels, others, standing_chip, tier_tag};
pub use law::{brought, carried, certainty, findings, verdict_tag};
pub use map::{CoverageMap, coverage_map};
pub use pictures::{gallery, logo, picture};
pub use preview::{PreviewText, hours_preview, law_preview, preview};
pub use qr::{qr, qr_svg};
pub use score::{criterion_class, reasons, score, score_bar};
pub use seats_map::{MapArea, MapPoint, MapTown, areas_map, seats_map, towns_map};
pub use thread::{shared_answers, thread};

use crate::urls::TypedFields;
use backend::clock::timestamp;
use backend::index::{Entry, NeedEntry};
use domain::date;
use domain::legal::Reservation;
use domain::need::{Need, NeedStatus};
use domain::structure::catalogue::ContactPerson;
use domain::structure::{KindSet, Standing};
use domain::territory::{Place, PlaceReading};
use domain::text::plural;
use jiff::tz::TimeZone;
use leptos::prelude::*;

/// Somebody to speak to in a structure.
pub fn contact_person(person: &ContactPerson) -> AnyView {
    let email = person.email.as_ref().map(|address| {
        view! { <a href=format!("mailto:{address}")>{address.to_string()}</a> }
    });
    let phone = (!person.phone.is_empty())
        .then(|| view! { <a href=format!("tel:{}", person.phone)>{person.phone_shown()}</a> });
    view! {
        <li>
            <div><strong>{person.name.clone()}</strong><br/><span class="muted small">{person.role.label()}</span></div>
            <span>{email}{" "}{phone}</span>
        </li>
    }
    .into_any()
}

/// Where the page stands: links, then the page itself.
pub fn breadcrumb(links: Vec<(String, String)>, here: String) -> AnyView {
    let links =
        links.into_iter().map(|(href, label)| view! { <li><a href=href>{label}</a></li> }).collect_view();
    view! {
        <nav class="breadcrumb" aria-label="Fil d’Ariane">
            <ol>{links}<li aria-current="page">{here}</li></ol>
        </nav>
    }
    .into_any()
}

/// Hundredths of full-time jobs as people read them: « 12,5 ».
#[must_use]
pub fn etp(hundredths: u32) -> String {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    match (rest, rest % 10) {
        (0, _) => whole.to_string(),
        (_, 0) => format!("{whole},{}", rest / 10),
        _ => format!("{whole},{rest:02}"),
    }
}

/// The kinds of a structure as tags.
pub fn kinds(kinds: KindSet) -> impl IntoView {
    let tags = kinds.iter().map(|k| view! { <abbr class="tag" title=k.label()>{k.code()}</abbr>" " });
    tags.collect_view()
}

/// A bar from 0 to 100, beside which the same number stands as text.
pub fn meter(percent: u8, wide: bool) -> impl IntoView {
    let class = if wide { "meter meter-wide" } else { "meter" };
    view! {
        <svg class=class viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="meter-fill" width=percent.to_string() height="10"></rect>
        </svg>
    }
}

/// « déduit — à confirmer par la structure », « confirmé par la structure »…
pub fn standing(standing: Standing) -> AnyView {
    match standing {
        Standing::Deduced => view! {
            <span class="tag tag-deduced">"déduit"</span>
            " — à confirmer par la structure"
        }
        .into_any(),
        Standing::Declared => view! { <span class="tag tag-plain">"déclaré"</span> }.into_any(),
        Standing::Confirmed => view! { <span class="tag">"confirmé"</span>" par la structure" }.into_any(),
        Standing::Dismissed => view! { <span class="tag tag-no">"écarté"</span> }.into_any(),
    }
}

/// A big number with what it counts, as a link to the list behind it.
pub fn figure(number: String, label: String, href: Option<String>, gap: bool) -> AnyView {
    let class = if gap { "figure figure-gap" } else { "figure" };
    let inner = view! {
        <strong class="figure-number">{number}</strong>
        " "
        <span class="figure-label">{label}</span>
    };
    match href {
        Some(href) => view! { <li><a class=class href=href>{inner}</a></li> }.into_any(),
        None => view! { <li><div class=class>{inner}</div></li> }.into_any(),
    }
}

/// « Réservé insertion (L2113-13) »; nothing without reservation.
pub fn reservation_tag(reservation: Reservation) -> Option<AnyView> {
    let article = reservation.article()?;
    let family = match reservation {
        Reservation::Siae => "insertion",
        Reservation::Handicap => "handicap",
        Reservation::Both => "insertion et handicap",
        Reservation::Prison => "travail en prison",
        Reservation::Ess => "économie sociale et solidaire",
        Reservation::None => return None,
    };
    Some(view! { <span class="tag">{format!("Réservé {family} ({article})")}</span> }.into_any())
}

/// The day of a moment, in Paris, in French.
#[must_use]
pub fn day(seconds: i64) -> String {
    let paris = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
    date::long(timestamp(seconds).to_zoned(paris).date())
}

/// The same, with the hour: « 27 novembre 2026 à 10 h 05 ».
#[must_use]
pub fn moment(seconds: i64) -> String {
    let paris = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
    let at = timestamp(seconds).to_zoned(paris);
    format!("{} à {}\u{a0}h\u{a0}{:02}", date::long(at.date()), at.hour(), at.minute())
}

/// « Toulouse (31) »: the commune of a structure, else the town of its address.
#[must_use]
pub fn seat_name(entry: &Entry) -> String {
    match entry.facts.seat {
        Some(seat) => domain::territory::Zone::Commune(seat.commune).name(),
        None => entry.structure.town.clone(),
    }
}

/// Until when a need takes answers, or since when it does not: a need that ended has no deadline any more.
#[must_use]
pub fn answers_until(need: &Need) -> String {
    let since = |word: &str| match need.ended_at {
        Some(at) => format!("{word} le {}", day(at)),
        None => word.to_owned(),
    };
    match need.status {
        NeedStatus::Awarded => since("attribué"),
        NeedStatus::Dropped => since("sans suite, dit"),
        NeedStatus::Closed => since("clos"),
        NeedStatus::Draft | NeedStatus::ToConfirm | NeedStatus::Published => {
            format!("réponses jusqu’au {}", date::long(need.draft.deadline))
        }
    }
}

/// A need in a list. `heading` is its level: 2 or 3.
pub fn need_card(entry: &NeedEntry, heading: u8, km: Option<u16>) -> AnyView {
    let draft = &entry.need.draft;
    let href = format!("/besoins/{}", entry.need.id);
    let link = view! { <a href=href>{draft.title.clone()}</a> };
    let title = match heading {
        3 => view! { <h3 class="card-title">{link}</h3> }.into_any(),
        _ => view! { <h2 class="card-title">{link}</h2> }.into_any(),
    };
    let buyer = (!draft.buyer.name.is_empty()).then(|| format!("{} · ", draft.buyer.name));
    let published = entry.need.published_at.map(|at| format!(" · publié le {}", day(at)));
    let told = match entry.told {
        0 => "aucune structure prévenue".to_owned(),
        n => format!("{} ", plural(n, "structure prévenue", "structures prévenues")),
    };
    let lots = u64::try_from(draft.lots.len()).unwrap_or(u64::MAX);
    let reservations: Vec<_> = draft.reservations().into_iter().filter_map(reservation_tag).collect();
    view! {
        <li class="card">
            {title}
            <p class="card-meta">{draft.kind.label()}" · "{buyer}{draft.place.name()}{published}</p>
            {(!reservations.is_empty()).then(|| view! { <p>{reservations}</p> })}
            <ul class="facts">
                {km.map(|km| view! { <li>{format!("à {km}\u{a0}km")}</li> })}
                {draft.has_lots().then(|| view! { <li>{plural(lots, "lot", "lots")}</li> })}
                <li>{answers_until(&entry.need)}</li>
                <li>{told}</li>
                {(entry.interested > 0)
                    .then(|| view! { <li>{plural(entry.interested, "intéressée", "intéressées")}</li> })}
            </ul>
        </li>
    }
    .into_any()
}

/// What to tell whoever typed a place that does not say which one, with the proposals as links.
pub fn place_question(typed: &TypedFields, to: impl Fn(Place) -> String) -> Option<AnyView> {
    let reading = typed.reading.as_ref().filter(|_| typed.is_asked())?;
    let ask = match reading {
        PlaceReading::Choice(_) => "Plusieurs lieux répondent à ces mots\u{a0}: lequel\u{a0}? ",
        _ if reading.proposals().is_empty() => {
            "Lieu inconnu\u{a0}: écrivez le nom d’une commune, un code postal ou un département"
        }
        _ => {
            "Lieu inconnu\u{a0}: écrivez le nom d’une commune, un code postal ou un département. Le plus proche\u{a0}: "
        }
    };
    let links = place_links(reading.proposals(), to);
    Some(view! { <p class="field-error" id="ou-erreur">{ask}{links}</p> }.into_any())
}

/// Places as links, parted by commas.
pub fn place_links(places: &[Place], to: impl Fn(Place) -> String) -> AnyView {
    let link = |(n, place): (usize, &Place)| {
        let parted = if n == 0 { "" } else { ", " };
        view! { {parted}<a href=to(*place)>{place.name()}</a> }
    };
    places.iter().enumerate().map(link).collect_view().into_any()
}

/// What went wrong and what to do, in a box.
pub fn notice(class: &'static str, strong: &'static str, text: String) -> AnyView {
    let class = format!("notice {class} block");
    view! { <div class=class role="status"><p><strong>{strong}</strong>" "{text}</p></div> }.into_any()
}
