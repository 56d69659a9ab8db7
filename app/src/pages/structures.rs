//! `/structures`: search, with the reason of each result.

use crate::api::Completion;
use crate::components::{
    Check, Chip, CompletedInput, FieldText, MapPoint, export, facet, field, filters, kinds, kinship,
    known_and_possible, levels, meter, others, pages, place_links, place_question, seat_name, seats_map,
    sector_list, structure_columns,
};
use crate::document::{Page, Section};
use crate::pages::confirm::narrow;
use crate::urls::{TypedFields, need_new_url, pairs, search_url, structure_url};
use backend::index::Index;
use backend::structures::{Card, Level, PAGE_SIZE, SearchPage, SearchQuery, Sort};
use domain::legal::Reservation;
use domain::matching::{Because, Buys, Criterion, Kinship, Tier};
use domain::structure::KindSet;
use domain::text::{number, plural};
use html_escape::{encode_text, encode_text_to_string};
use leptos::either::Either;
use leptos::prelude::*;

/// Everything the page shows.
pub struct Model<'a> {
    /// What was asked.
    pub query: &'a SearchQuery,
    /// The place as typed.
    pub typed: &'a TypedFields,
    /// What was found.
    pub found: &'a SearchPage,
    /// Says which words of a text were found.
    pub index: &'a Index,
}

/// Longest description on a card, in bytes.
const EXCERPT: usize = 220;

/// Where the results of a search are taken away as a table.
fn table_url(query: &SearchQuery) -> String {
    search_url(&SearchQuery { page: 1, ..query.clone() }).replacen("/structures", "/structures/tableau", 1)
}

/// What surrounds the page that asks how.
#[must_use]
pub fn table_page() -> Page {
    Page {
        title: "Emporter les résultats".to_owned(), section: Some(Section::Structures), ..Page::default()
    }
}

/// Asks with which columns, and in which format. `total` is how many there are.
pub fn table_choice(query: &SearchQuery, total: u64) -> AnyView {
    let url = search_url(&SearchQuery { page: 1, ..query.clone() });
    let kept = pairs(url.split_once('?').map_or("", |(_, query)| query));
    let lead = format!(
        "{}, dans leur ordre. Les adresses de contact n’y sont pas\u{a0}: elles ne sont jamais publiques.",
        plural(total, "structure", "structures")
    );
    let body = view! {
        {export("/structures/tableau".to_owned(), kept, &structure_columns())}
        <p class="block"><a href=url>"Revenir aux résultats"</a></p>
    };
    narrow("Emporter ces résultats".to_owned(), lead, body.into_any())
}

impl Model<'_> {
    /// What surrounds the page.
    #[must_use]
    pub fn page(&self) -> Page {
        Page { title: self.title(), section: Some(Section::Structures), islands: true, ..Page::default() }
    }

    fn title(&self) -> String {
        let found = plural(self.found.total, "structure", "structures");
        let reading = &self.found.reading;
        let words = match (&reading.siret_prefix, reading.words.is_empty()) {
            (Some(siret), _) => format!(" pour le SIRET {siret}…"),
            (None, true) => String::new(),
            (None, false) => format!(" pour «\u{a0}{}\u{a0}»", self.words_shown()),
        };
        let place = self.found.place.map(|p| format!(", {}", p.name())).unwrap_or_default();
        format!("{found}{words}{place}")
    }

    fn place_name(&self) -> String {
        self.found.place.map(|p| p.name()).unwrap_or_default()
    }

    /// The words as typed when none was taken for something else; else as understood.
    fn words_shown(&self) -> &str {
        let reading = &self.found.reading;
        let is_whole = reading.place.is_none() && reading.place_asked.is_empty();
        let as_typed = reading.corrections.is_empty() && is_whole;
        if as_typed { self.query.words.trim() } else { &reading.words }
    }

    /// The page. It is asked for more than any other: its parts keep their own types, which are written as they are, where
    /// an `AnyView` is made again piece by piece first.
    pub fn view(&self) -> impl IntoView {
        let place = CompletedInput {
            id: "ou",
            name: "territoire",
            value: self.typed.shown(),
            described_by: if self.typed.is_asked() { "ou-erreur".into() } else { String::new() },
            is_invalid: self.typed.is_asked(),
            placeholder: "",
            completion: Completion::Place,
            form: None,
        };
        let unknown = place_question(self.typed, |place| {
            search_url(&SearchQuery { place: Some(place), page: 1, ..self.query.clone() })
        });
        let invalid = if self.typed.is_asked() { "field field-invalid" } else { "field" };
        let kept_sort = match self.query.sort {
            Sort::Relevance => None,
            Sort::Distance => Some("distance"),
            Sort::Name => Some("nom"),
        };
        view! {
            <form class="search" id="recherche" role="search" method="get" action="/structures" aria-label="Structures">
                <div class="page search-row">
                    <div class="field">
                        <label class="label" for="q">"Que cherchez-vous\u{a0}?"</label>
                        <input class="input" id="q" name="q" type="search" value=self.query.words.clone() autocomplete="off"/>
                    </div>
                    <div class=invalid>
                        <label class="label" for="ou">"Où\u{a0}?"</label>
                        {unknown}
                        {place.view()}
                    </div>
                    {kept_sort.map(|sort| view! { <input type="hidden" name="tri" value=sort/> })}
                    <button class="button">"Rechercher"</button>
                </div>
            </form>
            <div class="page split">
                {self.head()}
                {self.filters()}
                <div class="split-body">{self.levels()}{self.body()}</div>
            </div>
        }
    }

    fn head(&self) -> impl IntoView {
        let publish = need_new_url(self.query, &self.found.reading.words, self.found.place);
        let sorts = [(Sort::Relevance, "pertinence"), (Sort::Distance, "distance"), (Sort::Name, "nom")];
        let sorts = sorts
            .into_iter()
            .filter(|(sort, _)| *sort != Sort::Distance || self.found.place.is_some())
            .map(|(sort, label)| {
                let href = search_url(&SearchQuery { sort, page: 1, ..self.query.clone() });
                let current = (self.query.sort == sort).then_some("true");
                view! { <li><a href=href aria-current=current>{label}</a></li> }
            })
            .collect_view();
        view! {
            <div class="head">
                <div class="head-row">
                    <div>
                        <h1>{self.title()}</h1>
                        {self.summary()}
                        {self.understood()}
                    </div>
                    <div class="actions">
                        <a class="button button-sun" href=publish>"Publier ce besoin"</a>
                    </div>
                </div>
                <nav class="sort" aria-label="Trier les résultats">
                    <span>"Trier par"</span>
                    " "
                    <ul>{sorts}</ul>
                    <a href="/algorithme#recherche">"Comment ce classement est fait"</a>
                    <a href=table_url(self.query) rel="nofollow">"Emporter dans un tableur"</a>
                </nav>
            </div>
        }
    }

    /// « 3 connues, 41 possibles », when something was asked that a structure may do or not.
    fn summary(&self) -> Option<impl IntoView> {
        let says = self.found.is_aimed && self.found.tiers.total() > 0;
        says.then(|| view! { <p class="muted">{known_and_possible(self.found.tiers)}</p> })
    }

    /// How the words were understood, with the way back.
    fn understood(&self) -> Option<AnyView> {
        let reading = &self.found.reading;
        let mut parts: Vec<String> = Vec::new();
        for (typed, near) in &reading.corrections {
            parts.push(format!("«\u{a0}{typed}\u{a0}» lu comme «\u{a0}{near}\u{a0}»"));
        }
        if let Some(place) = reading.place {
            parts.push(format!("lieu\u{a0}: {}", place.name()));
        }
        if self.found.buys != Buys::Trade {
            parts.push(format!("achat\u{a0}: {}", self.found.buys.label()));
        }
        if self.query.sectors.is_empty() && !reading.sectors.is_empty() {
            let labels: Vec<&str> = reading.sectors.iter().map(|s| s.label()).collect();
            parts.push(format!("secteur\u{a0}: {}", labels.join(" ou ")));
        }
        let asked = self.place_asked();
        if parts.is_empty() {
            return asked;
        }
        let is_cut = reading.place.is_some() || asked.is_some();
        let literal = is_cut.then(|| {
            let href = search_url(&SearchQuery { literal: true, page: 1, ..self.query.clone() });
            view! { ". "<a href=href>"Chercher ces mots tels quels"</a> }
        });
        let understood = view! { <p class="muted">"Compris\u{a0}: "{parts.join("\u{a0}; ")}{literal}</p> };
        Some(view! { {understood}{asked} }.into_any())
    }

    /// The places among which the end of the words does not choose.
    fn place_asked(&self) -> Option<AnyView> {
        let reading = &self.found.reading;
        let to = |place| {
            let words = reading.words.clone();
            search_url(&SearchQuery { words, place: Some(place), page: 1, ..self.query.clone() })
        };
        (!reading.place_asked.is_empty()).then(|| {
            let links = place_links(&reading.place_asked, to);
            view! { <p role="status">"Plusieurs lieux répondent à ces mots\u{a0}: lequel\u{a0}? "{links}</p> }
                .into_any()
        })
    }

    fn filters(&self) -> impl IntoView {
        let found = self.found;
        let types = found.kinds.iter().map(|o| Check {
            name: "type",
            value: o.value.code().to_owned(),
            label: format!("{} ({})", o.value.label(), o.value.code()),
            count: o.count,
            chosen: o.chosen,
            single: false,
        });
        let reservations = found.reservations.iter().map(|o| Check {
            name: "reserve",
            value: o.value.code().to_owned(),
            label: reservation_label(o.value),
            count: o.count,
            chosen: o.chosen,
            single: true,
        });
        let modes = found.modes.iter().map(|o| Check {
            name: "mode",
            value: o.value.code().to_owned(),
            label: o.value.label().to_owned(),
            count: o.count,
            chosen: o.chosen,
            single: false,
        });
        let sectors = found.sectors.iter().map(|o| Check {
            name: "secteur",
            value: o.value.slug().to_owned(),
            label: o.value.label().to_owned(),
            count: o.count,
            chosen: o.chosen,
            single: false,
        });
        let qpv = Check {
            name: "qpv",
            value: "1".to_owned(),
            label: "Siège en quartier prioritaire".to_owned(),
            count: found.in_qpv.count,
            chosen: found.in_qpv.chosen,
            single: false,
        };
        let seat = found.seat_there.iter().map(|o| Check {
            name: "siege",
            value: "1".to_owned(),
            label: format!("Siège dans ce lieu\u{a0}: {}", self.place_name()),
            count: o.count,
            chosen: o.chosen,
            single: false,
        });
        let facets = view! {
            {facet("Type de structure", types.collect())}
            {facet("Peut répondre à un marché réservé", reservations.collect())}
            {facet("Mode", modes.collect())}
            {facet("Secteur (activité connue)", sectors.collect())}
            {self.other_sector()}
            {facet("Siège", seat.chain([qpv]).collect())}
        };
        let bare = SearchQuery {
            words: self.query.words.clone(),
            literal: self.query.literal,
            place: self.query.place,
            sort: self.query.sort,
            ..SearchQuery::default()
        };
        // Filters keep the words as they are taken; « Rechercher » reads new words again.
        let kept = self.query.literal.then_some(("mots", "1"));
        filters(self.chips(), search_url(&bare), facets, kept)
    }

    /// Any of the sectors, beyond those that most results have.
    fn other_sector(&self) -> impl IntoView {
        let error = self.typed.unknown_sector.as_ref().map(|text| {
            format!("Nous ne connaissons pas le secteur «\u{a0}{text}\u{a0}»\u{a0}: choisissez dans la liste")
        });
        let text = FieldText { name: "secteur-autre", label: "Un autre secteur", hint: "", error };
        let (name, form) = ("secteur", Some("recherche"));
        let input = match text.error {
            Some(_) => sector_list(&text, name, form),
            None => CompletedInput {
                id: text.name,
                name,
                value: String::new(),
                described_by: String::new(),
                is_invalid: false,
                placeholder: "",
                completion: Completion::Sector,
                form,
            }
            .view(),
        };
        field(text, input)
    }

    fn chips(&self) -> Vec<Chip> {
        let q = self.query;
        let without = |change: &dyn Fn(&mut SearchQuery)| {
            let mut query = SearchQuery { page: 1, ..q.clone() };
            change(&mut query);
            search_url(&query)
        };
        let mut chips = Vec::new();
        for kind in q.kinds.iter() {
            let kept: KindSet = q.kinds.iter().filter(|k| *k != kind).collect();
            chips.push(Chip { label: kind.code().to_owned(), href: without(&|s| s.kinds = kept) });
        }
        if let Some(reservation) = q.reservation {
            let label = reservation.article().unwrap_or_default().to_owned();
            chips.push(Chip { label, href: without(&|s| s.reservation = None) });
        }
        for mode in &q.modes {
            let label = mode.label().to_owned();
            chips.push(Chip { label, href: without(&|s| s.modes.retain(|m| m != mode)) });
        }
        for sector in &q.sectors {
            let label = sector.label().to_owned();
            chips.push(Chip { label, href: without(&|s| s.sectors.retain(|x| x != sector)) });
        }
        if q.in_qpv {
            chips.push(Chip {
                label: "siège en quartier prioritaire".to_owned(),
                href: without(&|s| s.in_qpv = false),
            });
        }
        if q.seat_there && self.found.place.is_some() {
            let label = format!("siège\u{a0}: {}", self.place_name());
            chips.push(Chip { label, href: without(&|s| s.seat_there = false) });
        }
        if let Some(level) = q.level {
            chips.push(Chip { label: level_label(level).to_owned(), href: without(&|s| s.level = None) });
        }
        if q.silent {
            chips.push(Chip { label: "activité inconnue".to_owned(), href: without(&|s| s.silent = false) });
        }
        chips
    }

    fn body(&self) -> impl IntoView {
        if self.found.total == 0 {
            return Either::Left(self.empty());
        }
        let place = self.place_name();
        let cards = self.found.cards.iter().map(|card| self.card(card, &place)).collect_view();
        let start = ((self.found.page - 1) * PAGE_SIZE + 1).to_string();
        let pages = pages("Pages de résultats", self.found.page, self.found.pages, |page| {
            search_url(&SearchQuery { page, ..self.query.clone() })
        });
        Either::Right(view! { <ol class="cards" start=start>{cards}</ol>{pages}{self.map()} })
    }

    /// Where the structures of this page sit.
    fn map(&self) -> Option<AnyView> {
        let first = (self.found.page - 1) * PAGE_SIZE;
        let point = |(n, card): (usize, &Card)| {
            let s = &card.entry.structure;
            let away = card
                .found
                .km()
                .filter(|km| *km > 0)
                .map(|km| format!(", à {km}\u{a0}km"))
                .unwrap_or_default();
            Some(MapPoint {
                seat: card.entry.facts.seat?,
                rank: first + n + 1,
                label: format!("{}{away}", s.shown_name()),
                href: structure_url(s),
                tier: card.found.tier(),
            })
        };
        seats_map(self.found.place, self.found.cards.iter().enumerate().filter_map(point).collect())
    }

    /// How surely the results do what is asked.
    fn levels(&self) -> Option<impl IntoView> {
        let found = self.found;
        levels(found.tiers, self.query.level, found.is_aimed, |level| {
            search_url(&SearchQuery { level, page: 1, ..self.query.clone() })
        })
    }

    fn empty(&self) -> impl IntoView {
        let rows = self.found.widenings.iter().map(|w| {
            view! {
                <li>
                    <a href=search_url(&w.query)>{w.label.clone()}</a>
                    <span class="muted">{plural(w.count, "structure", "structures")}</span>
                </li>
            }
        });
        let rows = rows.collect_view();
        let publish = need_new_url(self.query, &self.found.reading.words, self.found.place);
        let title = if self.found.widenings.is_empty() {
            "Aucune structure ne répond à ces mots"
        } else {
            "Élargir la recherche"
        };
        view! {
            <div class="empty">
                <h2>{title}</h2>
                <ul class="rows">{rows}<li><a href="/structures">"Toutes les structures"</a></li></ul>
                <p>"Ou dites ce qu’il vous faut\u{a0}: les structures qui conviennent seront prévenues."</p>
                <div class="actions">
                    <a class="button button-sun" href=publish>"Publier ce besoin"</a>
                </div>
            </div>
        }
    }

    /// A text as HTML, the words that were found marked.
    fn marked(&self, text: &str) -> String {
        let hashes = &self.found.reading.hashes;
        if hashes.is_empty() {
            return encode_text(text).into_owned();
        }
        let mut html = String::with_capacity(text.len() + 64);
        for (part, is_found) in self.index.marked(text, hashes) {
            html.push_str(if is_found { "<mark>" } else { "" });
            encode_text_to_string(part, &mut html);
            html.push_str(if is_found { "</mark>" } else { "" });
        }
        html
    }

    fn card(&self, card: &Card, place: &str) -> impl IntoView + use<> {
        let s = &card.entry.structure;
        let found = &card.found;
        let href = structure_url(s);
        let activities: Vec<&str> = s.live_activities().map(|a| a.sector.label()).collect();
        let says = if s.description.is_empty() { activities.join(", ") } else { excerpt(&s.description) };
        let coverage = match found.reason(Criterion::Coverage).because {
            Because::Covers(percent) => {
                Some((Some(meter(percent, false)), format!("couvre {percent}\u{a0}% du lieu, {place}")))
            }
            Because::WouldCover(_) | Because::OnlySeated => {
                Some((None, "zone d’intervention à demander".to_owned()))
            }
            _ => None,
        };
        let coverage = coverage.map(|(bar, text)| view! { <li>{bar}{text}</li> });
        let distance = found.km().map(|km| {
            let text = if km == 0 { "siège sur place".to_owned() } else { format!("à {km}\u{a0}km") };
            view! { <li>{text}</li> }
        });
        let hours = s
            .hours_per_month
            .map(|h| view! { <li>{format!("{}\u{a0}h par mois", number(u64::from(h)))}</li> });
        let qpv = (s.in_qpv == Some(true)).then_some(" · siège en quartier prioritaire");
        let says = (!says.is_empty()).then(|| view! { <p inner_html=self.marked(&says)></p> });
        let words = self.words_line(card);
        let number = self.found.reading.siret_prefix.as_ref().map(|prefix| {
            view! { <li>{format!("SIRET qui commence par {prefix}")}</li> }
        });
        view! {
            <li class="card">
                <h2 class="card-title"><a href=href inner_html=self.marked(s.shown_name())></a></h2>
                <p class="card-meta">{kinds(s.kinds)}{seat_name(&card.entry)}{qpv}" · SIRET "{s.siret.spaced()}</p>
                {says}
                <ul class="facts">{number}{kinship(found, &card.entry)}{words}{distance}{coverage}{hours}</ul>
                {others(&card.others)}
            </li>
        }
    }

    /// « mots trouvés : 2 sur 3 », when words were looked for and no sector answers for them.
    fn words_line(&self, card: &Card) -> Option<impl IntoView + use<>> {
        let asked = self.found.reading.stems.len();
        let Because::WordsFound { own, .. } = card.found.reason(Criterion::Wording).because else {
            return None;
        };
        if card.is_named {
            return Some(view! { <li>{"trouvée par son nom".to_owned()}</li> });
        }
        if asked == 0 || card.found.kinship != Kinship::Unasked {
            return None;
        }
        let text = match (asked, own.count_ones()) {
            (_, 0) => return None,
            (1, _) => "mot trouvé".to_owned(),
            (asked, found) => format!("mots trouvés\u{a0}: {found} sur {asked}"),
        };
        Some(view! { <li>{text}</li> })
    }
}

/// What the chip of a level says.
fn level_label(level: Level) -> &'static str {
    match level {
        Level::Known => "activités connues",
        Level::Of(Tier::Fits) => "conviennent",
        Level::Of(Tier::Neighbour) => "voisines",
        Level::Of(Tier::Possible) => "possibles",
    }
}

fn reservation_label(reservation: Reservation) -> String {
    let article = reservation.article().unwrap_or_default();
    match reservation {
        Reservation::Siae => format!("à l’insertion ({article})"),
        Reservation::Handicap => format!("au handicap ({article})"),
        Reservation::Both => format!("aux deux ({article})"),
        Reservation::Prison => format!("au travail en prison ({article})"),
        Reservation::Ess => format!("à l’économie sociale ({article})"),
        Reservation::None => "sans réservation".to_owned(),
    }
}

/// The beginning of a text, cut at a word.
fn excerpt(text: &str) -> String {
    if text.len() <= EXCERPT {
        return text.to_owned();
    }
    let end = (0..=EXCERPT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let cut = text[..end].rfind(' ').unwrap_or(end);
    format!("{}…", text[..cut].trim_end_matches([',', '.', ';', ' ']))
}
