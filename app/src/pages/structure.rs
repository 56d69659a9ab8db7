//! `/structures/{siret}`: identity, conventions, activities on a map, what is missing.

use crate::components::{
    CoverageMap, breadcrumb, contact_person, coverage_map, day, findings, gallery, kinds, logo, notice,
    qr_svg, seat_name, standing, verdict_tag,
};
use crate::document::{Card, Page, Section};
use crate::pages::confirm::narrow;
use crate::urls::{structure_url, territory_url};
use backend::index::Entry;
use backend::structures::FicheMore;
use domain::date;
use domain::legal::{Effect, Judgment, Vehicle, Verdict, judge};
use domain::structure::{
    Activity, ConventionTerms, FicheField, Gap, Kind, Month, Network, Standing, Structure,
};
use domain::territory::{Atlas, CommuneSet, Place, Zone, zones_stored};
use domain::text::{and_list, capitalised, number, of_name};
use domain::written::Written;
use jiff::civil::Date;
use leptos::prelude::*;
use serde_json::json;

/// What surrounds the page. `public_url` is where people reach the service.
#[must_use]
pub fn page(entry: &Entry, public_url: &str) -> Page {
    let title = entry.structure.shown_name().to_owned();
    let card = Some(card(entry, public_url));
    Page { title, section: Some(Section::Structures), card, ..Page::default() }
}

/// What it does, as far as it is known, without what nobody said.
fn trades(entry: &Entry) -> Vec<String> {
    let mut all: Vec<String> =
        entry.structure.live_activities().map(|a| a.sector.label().to_owned()).collect();
    all.dedup();
    all
}

/// What other sites show of the page, and what programs read: nothing that the page does not say.
fn card(entry: &Entry, public_url: &str) -> Card {
    let s = &entry.structure;
    let url = format!("{public_url}{}", structure_url(s));
    let kinds: Vec<&str> = s.kinds.iter().map(Kind::code).collect();
    let trades = trades(entry);
    let does = if trades.is_empty() { String::new() } else { format!("\u{a0}: {}", and_list(&trades)) };
    let description = format!("{}, {}{does}.", kinds.join(", "), seat_name(entry));
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Organization",
        "url": url,
        "name": s.shown_name(),
        "legalName": s.name,
        "identifier": { "@type": "PropertyValue", "propertyID": "SIRET", "value": s.siret.to_string() },
        "address": {
            "@type": "PostalAddress",
            "streetAddress": s.address,
            "postalCode": s.postal_code,
            "addressLocality": s.town,
            "addressCountry": "FR",
        },
        "knowsAbout": trades,
    });
    for (name, value) in [("description", &s.description), ("sameAs", &s.website)] {
        if !value.is_empty() {
            data[name] = json!(value);
        }
    }
    Card { url, title: s.shown_name().to_owned(), description, data: Some(data) }
}

/// What a telephone reads to open the page, as a file.
#[must_use]
pub fn qr_file(entry: &Entry, public_url: &str) -> Option<String> {
    qr_svg(&format!("{public_url}{}", structure_url(&entry.structure)))
}

/// The page on paper, and as an image to print elsewhere.
fn share(entry: &Entry) -> AnyView {
    let name = entry.structure.shown_name().to_owned();
    let image = format!("/structures/{}/qr.svg", entry.structure.siret);
    view! {
        <section class="card block share">
            <h2>"Garder, faire connaître cette fiche"</h2>
            <img class="qr" src=image.clone() alt=format!("Carré à lire par un téléphone, qui ouvre la fiche {}", of_name(&name)) width="144" height="144" loading="lazy"/>
            <p>"Un téléphone ouvre cette page en lisant ce carré. Imprimée, la page tient lieu de fiche de présentation."</p>
            <p class="on-screen"><a href=format!("/espace/listes/ajouter?siret={}", entry.structure.siret)>"Garder dans une liste"</a></p>
            <p class="on-screen"><a href=image download=format!("{}.svg", entry.structure.address_name())>"Télécharger le carré (SVG)"</a></p>
        </section>
    }
    .into_any()
}

/// The page, as of a day. `link_asked` says that the link to keep the page was just asked for.
pub fn view(entry: &Entry, more: &FicheMore, link_asked: bool, today: Date) -> AnyView {
    let s = &entry.structure;
    let said = |field: &FicheField| said_of(s, more, field);
    let atlas = Atlas::get();
    let mut trail = vec![("/structures".to_owned(), "Structures".to_owned())];
    if let Some(seat) = entry.facts.seat {
        let zone = Zone::Departement(atlas.commune(seat.commune).departement);
        trail.extend(Place::of(zone).map(|place| (territory_url(place), place.name())));
    }
    let legal_name =
        (s.shown_name() != s.name).then(|| view! { <dt>"Raison sociale"</dt><dd>{s.name.clone()}</dd> });
    let row = |label: &'static str, value: &str| {
        (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd>{value.to_owned()}</dd> })
    };
    let website = (!s.website.is_empty()).then(|| {
        let shown =
            s.website.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
        view! {
            <dt>"Site"</dt>
            <dd><a href=s.website.clone() rel="nofollow noopener">{shown.to_owned()}</a></dd>
        }
    });
    let places = s.places.map(|p| view! { <dt>"Places autorisées"</dt><dd>{number(u64::from(p))}</dd> });
    let hours = s.hours_per_month.map(|h| {
        view! { <dt>"Capacité"</dt><dd>{format!("{}\u{a0}heures par mois", number(u64::from(h)))}</dd> }
    });
    let this = Month::of(today);
    let full = s.calendar.full_until(this).map(|last| {
        view! { " "<span class="tag tag-check">{format!("complète jusqu’au {}", date::long(last.last_day()))}</span> }
    });
    let months = s.calendar.since(this);
    let months = months.months().map(|(month, hours)| {
        let hours =
            if hours == 0 { "complète".to_owned() } else { format!("{}\u{a0}h", number(u64::from(hours))) };
        view! { <li>{format!("{}\u{a0}: {hours}", month.label())}</li> }
    });
    let months: Vec<_> = months.collect();
    let months = (!months.is_empty()).then(|| view! { <dt>"Calendrier"</dt><dd><ul>{months}</ul></dd> });
    let qpv = match s.in_qpv {
        Some(true) => " · siège en quartier prioritaire (QPV)",
        _ => "",
    };
    let address = [s.address.as_str(), &format!("{} {}", s.postal_code, s.town)]
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    // Whether an address is known is nobody's business but the structure's.
    let gaps = s.gaps().into_iter().filter(|gap| *gap != Gap::Contact);
    let gaps: Vec<_> = gaps.map(|gap| view! { <li>{gap.sentence()}</li> }).collect();
    let description = (!s.description.is_empty()).then(|| {
        let paragraphs = s.description.lines().filter(|l| !l.trim().is_empty());
        let paragraphs = paragraphs.map(|l| view! { <p>{l.to_owned()}</p> }).collect_view();
        let said = said_line(said(&FicheField::Description));
        view! { <section class="section"><h2>"Ce qu’elle dit d’elle"</h2><div class="prose">{paragraphs}</div>{said}</section> }
    });
    let asked = link_asked.then(link_sent);
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(trail, s.shown_name().to_owned())}
                {logo(s.siret, &more.pictures)}
                <h1>{s.shown_name().to_owned()}</h1>
                <p class="card-meta">
                    {kinds(s.kinds)} {seat_name(entry)} {qpv}
                    {format!(" · fiche mise à jour le {}", day(s.updated_at.as_second()))}
                    {full}
                    {s.stale_since.map(|_| view! { " "<span class="tag tag-check">"non revue depuis plus d’un an"</span> })}
                </p>
            </div>
            {asked}
            <div class="beside">
                <div>
                    {activities(entry, more)}
                    {services(more)}
                    {coverage(entry)}
                    {conventions(entry, today)}
                    {said_line(said(&FicheField::Conventions).filter(|_| s.kinds.iter().next().is_some()))}
                    {description}
                    {references(more)}
                    {gallery(s.siret, &more.pictures)}
                    {(!gaps.is_empty())
                        .then(|| {
                            view! {
                                <section class="section">
                                    <h2>"Ce qui manque à cette fiche"</h2>
                                    <ul class="gaps">{gaps}</ul>
                                </section>
                            }
                        })}
                </div>
                <div>
                    <section class="card">
                        <h2>"Identité"</h2>
                        <dl class="facts-list">
                            <dt>"SIRET"</dt>
                            <dd>{s.siret.spaced()}</dd>
                            {legal_name}
                            {row("Forme", &s.legal_form)}
                            {row("Code NAF", &s.naf)}
                            {row("Adresse", &address)}
                            {hours}
                            {months}
                            {places}
                            {website}
                            {row("Source", &filed(s))}
                        </dl>
                    </section>
                    {people(more)}
                    {belongs(more, today)}
                    {propose(entry)}
                    {share(entry)}
                    {keep(s)}
                    <p class="block on-screen"><a href=format!("/signaler?structure={}", s.siret)>"Signaler cette fiche"</a></p>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// That the link to keep the page was just asked for.
fn link_sent() -> AnyView {
    let text = "Si cette structure a une adresse de contact connue, le lien vient d’y être envoyé. Il est valable sept jours.";
    notice("notice-success", "Demande enregistrée.", text.to_owned())
}

/// For the structure itself: the link to keep its page.
fn keep(s: &Structure) -> AnyView {
    view! {
        <section class="card box-sun block on-screen" id="gerer">
            <h2>"C’est votre structure\u{a0}?"</h2>
            <p>
                "Recevez par e-mail un lien pour tenir cette fiche, sans mot de passe. Il part à l’adresse de contact que nous connaissons\u{a0}; si rien n’arrive, demandez à "
                <a href="/mentions-legales">"qui tient ce service"</a>
                " d’enregistrer la vôtre."
            </p>
            <form method="post" action=format!("/structures/{}/lien", s.siret)>
                <div class="actions"><button class="button">"Recevoir le lien"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// What surrounds the page of a structure that does not want to be proposed: search engines leave it out.
#[must_use]
pub fn opposed_page(s: &Structure) -> Page {
    Page { title: s.shown_name().to_owned(), private: true, ..Page::default() }
}

/// The page of a structure that does not want to be proposed: its name, and nothing else of it.
pub fn opposed(s: &Structure, link_asked: bool) -> AnyView {
    let lead = "Cette structure ne souhaite pas être proposée par ce service.";
    let body = view! { {link_asked.then(link_sent)}{keep(s)} };
    narrow(s.shown_name().to_owned(), lead.to_owned(), body.into_any())
}

/// What surrounds the page of a structure that is suspended.
#[must_use]
pub fn suspended_page() -> Page {
    Page { title: "Fiche suspendue".to_owned(), private: true, ..Page::default() }
}

/// The page of a structure that is suspended: why is between it and the administrators.
pub fn suspended(s: &Structure, link_asked: bool) -> AnyView {
    let lead = "Un administrateur du service a suspendu cette fiche\u{a0}: elle n’est plus publique.";
    let body = view! { {link_asked.then(link_sent)}{keep(s)} };
    narrow("Fiche suspendue".to_owned(), lead.to_owned(), body.into_any())
}

/// How to reach it: its site, and a need that it will be told of.
fn propose(entry: &Entry) -> AnyView {
    let s = &entry.structure;
    let sectors = s.live_activities().take(3).map(|a| format!("&secteur={}", a.sector.slug()));
    let sectors: String = sectors.collect();
    let place = s.seat().map(|seat| format!("C{}", Atlas::get().commune(seat.commune).code));
    let href = format!("/besoins/nouveau?ou={}{sectors}", place.unwrap_or_default());
    let site = (!s.website.is_empty()).then(|| {
        view! { <p>"Vous pouvez aussi la joindre par "<a href=s.website.clone() rel="nofollow noopener">"son site"</a>"."</p> }
    });
    view! {
        <section class="card block on-screen">
            <h2>"Travailler avec elle"</h2>
            <p>"Publiez votre besoin\u{a0}: si elle a une adresse de contact et que le besoin lui convient, elle le reçoit par e-mail et vous répond ici."</p>
            {site}
            <p class="actions"><a class="button" href=href>"Proposer un besoin"</a></p>
        </section>
    }
    .into_any()
}

fn zones(zones: &[Written<Zone>]) -> String {
    zones.iter().map(Written::name).collect::<Vec<_>>().join(", ")
}

/// « 120 h par mois », « inconnue ».
fn capacity(hours_per_month: Option<u32>) -> String {
    hours_per_month.map_or("inconnue".to_owned(), |h| format!("{}\u{a0}h par mois", number(u64::from(h))))
}

/// « registre de test, lu le 3 mars 2026 ».
fn filed(s: &Structure) -> String {
    match s.filed_on {
        Some(day) if !s.source.is_empty() => format!("{}, lue le {}", s.source, date::long(day)),
        _ => s.source.clone(),
    }
}

/// Who said something, and when: whoever wrote it here, else the file.
fn said_of(s: &Structure, more: &FicheMore, field: &FicheField) -> Option<String> {
    if let Some(said) = more.said.get(&field.code()) {
        return Some(said.sentence());
    }
    let source = filed(s);
    (!source.is_empty()).then(|| format!("source\u{a0}: {source}"))
}

fn said_line(said: Option<String>) -> Option<AnyView> {
    Some(view! { <p class="muted small">{capitalised(&said?)}"."</p> }.into_any())
}

/// What it sells.
fn services(more: &FicheMore) -> Option<AnyView> {
    let all = &more.catalogue.services;
    let rows = all.iter().map(|service| {
        view! {
            <tr>
                <th scope="row">{service.name.clone()}</th>
                <td>{service.price()}</td>
                <td>{service.delay()}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2 id="prestations">"Ce qu’elle vend"</h2>
                <div class="table-box" role="region" aria-labelledby="prestations" tabindex="0">
                    <table class="table">
                        <thead>
                            <tr><th scope="col">"Prestation"</th><th scope="col">"Ordre de prix"</th><th scope="col">"Délai"</th></tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {said_line(more.said.get(&FicheField::Services.code()).map(|said| said.sentence()))}
            </section>
        }
        .into_any()
    })
}

/// What it has done.
fn references(more: &FicheMore) -> Option<AnyView> {
    let rows = more.catalogue.references.iter().map(|reference| {
        let year = reference.year.map(|year| year.to_string());
        let amount = reference.amount.map(|amount| format!("{amount} HT"));
        let facts: Vec<String> = [year, amount].into_iter().flatten().collect();
        view! {
            <li>
                <div><strong>{reference.client.clone()}</strong>{format!("\u{a0}: {}", reference.work)}</div>
                <span class="muted">{facts.join(" · ")}</span>
            </li>
        }
    });
    let won = more.won.iter().map(|won| {
        let need = &won.need.need;
        let facts = crate::pages::follow::award::facts(&won.award);
        let facts = if facts.is_empty() { String::new() } else { format!("\u{a0}: {}", and_list(&facts)) };
        let buyer = match need.draft.buyer.name.as_str() {
            "" => "un acheteur",
            name => name,
        };
        let said = format!("Attribué par {buyer}\u{a0}: ");
        view! {
            <li>
                <div>{said}<a href=format!("/besoins/{}", need.id)>{need.draft.title.clone()}</a></div>
                <span class="muted">{format!("dit par l’acheteur le {}{facts}", day(won.award.awarded_at))}</span>
            </li>
        }
        .into_any()
    });
    let rows: Vec<AnyView> = rows.map(IntoAny::into_any).chain(won).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>"Pour qui elle a travaillé"</h2>
                <ul class="rows">{rows}</ul>
                {said_line(more.said.get(&FicheField::References.code()).map(|said| said.sentence()))}
            </section>
        }
        .into_any()
    })
}

/// Who to speak to, of those whom everybody may read.
fn people(more: &FicheMore) -> Option<AnyView> {
    let rows: Vec<AnyView> = more.catalogue.people_public().map(contact_person).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card block">
                <h2>"Qui joindre"</h2>
                <ul class="rows">{rows}</ul>
                {said_line(more.said.get(&FicheField::People.code()).map(|said| said.sentence()))}
            </section>
        }
        .into_any()
    })
}

/// Labels, networks, with whom it would answer.
fn belongs(more: &FicheMore, today: Date) -> Option<AnyView> {
    let catalogue = &more.catalogue;
    let labels = catalogue.labels.iter().map(|label| {
        let ended = label.has_ended(today).then(|| view! { " "<span class="tag tag-no">"terminé"</span> });
        let period = Some(label.period()).filter(|period| !period.is_empty());
        view! { <li>{label.name.clone()}{period.map(|period| format!(", {period}"))}{ended}</li> }
    });
    let labels: Vec<_> = labels.collect();
    let labels = (!labels.is_empty()).then(|| view! { <h3>"Labels"</h3><ul>{labels}</ul> });
    let networks = (!catalogue.networks.is_empty())
        .then(|| view! { <h3>"Réseaux"</h3><p>{and_list(&catalogue.networks)}"."</p> });
    let groupement = catalogue.groupement.as_ref().map(|wish| {
        let places = wish.places().into_iter().map(|place| view! { <li>{place}</li> }).collect_view();
        let sought = (!wish.sought.is_empty()).then(
            || view! { <p>{format!("Elle cherche\u{a0}: {}.", wish.sought.trim_end_matches('.'))}</p> },
        );
        view! { <h3>"Répondre avec elle"</h3><ul>{places}</ul>{sought} }
    });
    (labels.is_some() || networks.is_some() || groupement.is_some()).then(|| {
        view! { <section class="card block"><h2>"Labels et partenaires"</h2>{labels}{networks}{groupement}</section> }
            .into_any()
    })
}

/// « commande à partir de 150 € HT; codes CPV 77310000 ».
fn orders(activity: &Activity) -> Option<AnyView> {
    let orders = activity.orders.as_deref()?;
    let minimum = orders.minimum.map(|minimum| format!("commande à partir de {minimum} HT"));
    let cpv = (!orders.cpv.is_empty()).then(|| format!("CPV {}", orders.codes()));
    let said: Vec<String> = [minimum, cpv].into_iter().flatten().collect();
    Some(view! { <span class="muted small">{said.join(" · ")}</span> }.into_any())
}

fn activities(entry: &Entry, more: &FicheMore) -> AnyView {
    let said_on = |a: &Activity| {
        let said = more.said.get(&FicheField::of_activity(a).code())?;
        Some(view! { " "<span class="muted small">{said.sentence()}</span> })
    };
    let rows = entry.structure.live_activities().map(|a| {
        let because = (!a.because.is_empty()).then(|| format!(" (d’après «\u{a0}{}\u{a0}»)", a.because));
        view! {
            <tr>
                <th scope="row">{a.sector.label()}</th>
                <td>{a.mode.label()}" "{orders(a)}</td>
                <td>{zones(&a.zones)}</td>
                <td class="number">{capacity(a.hours_per_month)}</td>
                <td>{standing(a.standing)}{because}{said_on(a)}</td>
            </tr>
        }
    });
    // Of a sector that is no longer known, what was written.
    let kept = entry.structure.activities_kept.iter().filter(|a| a.is_live()).map(|a| {
        view! {
            <tr>
                <th scope="row">{a.sector.clone()}</th>
                <td>{a.mode_name().to_owned()}</td>
                <td>{zones(&zones_stored(&a.zones))}</td>
                <td class="number">{capacity(a.hours_per_month)}</td>
                <td>{Standing::parse(&a.standing).map(standing)}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.map(IntoAny::into_any).chain(kept.map(IntoAny::into_any)).collect();
    if rows.is_empty() {
        return view! {
            <section>
                <h2 id="activites">"Ce qu’elle fait, et où"</h2>
                <div class="empty">
                    <p>"Nous ne connaissons aucune activité de cette structure, et rien ne permet d’en déduire une. Si c’est la vôtre, demandez le lien pour la renseigner."</p>
                </div>
            </section>
        }
        .into_any();
    }
    view! {
        <section>
            <h2 id="activites">"Ce qu’elle fait, et où"</h2>
            <div class="table-box" role="region" aria-labelledby="activites" tabindex="0">
                <table class="table table-wide">
                    <thead>
                        <tr>
                            <th scope="col">"Activité"</th>
                            <th scope="col">"Mode"</th>
                            <th scope="col">"Zones"</th>
                            <th scope="col" class="number">"Capacité"</th>
                            <th scope="col">"Source"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn coverage(entry: &Entry) -> Option<AnyView> {
    let all = CommuneSet::union(entry.facts.activities.iter().map(|a| a.zones.as_ref()));
    if all.is_empty() {
        return None;
    }
    let map = CoverageMap::of(&all, entry.facts.seat);
    Some(
        view! {
            <section class="section">
                <h2>"Part de la population couverte, par département"</h2>
                {coverage_map(&map)}
            </section>
        }
        .into_any(),
    )
}

fn conventions(entry: &Entry, today: Date) -> AnyView {
    let set = entry.structure.kinds;
    let of_kind = |kind: Kind| {
        let line = move |terms: Option<&ConventionTerms>| {
            let terms = terms.map(|terms| convention_terms(terms, today));
            view! { <li>{format!("{} ({kind})", kind.label())}{terms}</li> }.into_any()
        };
        let known: Vec<AnyView> =
            entry.structure.conventions_of(kind).map(|terms| line(Some(terms))).collect();
        if known.is_empty() { vec![line(None)] } else { known }
    };
    let held: Vec<AnyView> = set.iter().flat_map(of_kind).collect();
    let network = (entry.structure.network != Network::None)
        .then(|| view! { <li>{entry.structure.network.label()}</li> });
    let statute = entry.structure.ess_known();
    let statute = (statute.is_member() == Some(true)).then(|| view! { <li>{statute.label()}</li> });
    let party = entry.structure.party();
    let verdicts = Vehicle::RESERVED.map(|vehicle| eligibility(vehicle, &judge(&party, vehicle, today)));
    let verdicts: Vec<_> = verdicts.into_iter().collect();
    view! {
        <section class="section">
            <h2 id="marches-reserves">"À quels marchés réservés elle peut répondre"</h2>
            <ul>{held}{network}{statute}</ul>
            <ul class="rows block">{verdicts}</ul>
            <p class="muted small">
                {format!("Au {}, selon le Code de la commande publique et ce que nous savons de la structure. Ce n’est pas un avis juridique. ", date::long(today))}
                <a href="/regles">"Toutes les règles"</a>
            </p>
        </section>
    }
    .into_any()
}

/// « n° 31-2025, du 1er janvier 2025 au 31 décembre 2026, 12,5 ETP ».
fn convention_terms(terms: &ConventionTerms, today: Date) -> AnyView {
    let number = (!terms.number.is_empty()).then(|| format!("n°\u{a0}{}", terms.number));
    let period = match (terms.from, terms.to) {
        (Some(from), Some(to)) => Some(format!("du {} au {}", date::long(from), date::long(to))),
        (Some(from), None) => Some(format!("depuis le {}", date::long(from))),
        (None, Some(to)) => Some(format!("jusqu’au {}", date::long(to))),
        (None, None) => None,
    };
    let etp = terms.etp_hundredths.map(|etp| {
        format!("{}\u{a0}équivalents temps plein (ETP) en insertion", crate::components::etp(etp))
    });
    let proof = (!terms.proof.is_empty()).then(|| format!("preuve\u{a0}: {}", terms.proof));
    let said: Vec<String> = [number, period, etp, proof].into_iter().flatten().collect();
    let ended = terms
        .to
        .is_some_and(|to| to < today)
        .then(|| view! { " "<span class="tag tag-no">"terminée"</span> });
    view! { <span class="muted small">{format!(" — {}", said.join(", "))}</span>{ended} }.into_any()
}

/// A line of the card: the reservation, yes or no, the rules that say so, what is missing.
fn eligibility(vehicle: Vehicle, judgment: &Judgment) -> AnyView {
    let shut = judgment.verdict == Verdict::Forbidden;
    let why = findings(judgment.findings.iter().filter(|f| !shut || f.effect == Effect::Refuses));
    let missing = (!judgment.missing.is_empty())
        .then(|| view! { <li><strong>"À montrer\u{a0}: "</strong>{judgment.missing.join("\u{a0}; ")}</li> });
    view! {
        <li>
            <div>
                <strong>{vehicle.label()}</strong>
                {format!(" (article {})", vehicle.code())}
                <ul class="muted small">{why}{missing}</ul>
            </div>
            <span>{verdict_tag(judgment.verdict)}</span>
        </li>
    }
    .into_any()
}
