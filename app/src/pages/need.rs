//! `/besoins/{id}` and `/besoins/{id}/structures`: a need, and every structure that fits, ranked.

use crate::components::{
    MapPoint, answers_until, breadcrumb, day, figure, kinds, kinship, levels, notice, others, pages, reasons,
    score, seat_name, seats_map, shared_answers, tier_tag,
};
use crate::document::{Card, Page, Section};
use crate::urls::{structure_url, with_lot, with_pair};
use backend::index::{Entry, NeedEntry};
use backend::matches::{LeftOut, Ranking};
use backend::needs::{LotMatches, Revision};
use backend::structures::Level;
use domain::date;
use domain::legal::{Eligibility, Reservation};
use domain::matching::{Criterion, Match, RULES_VERSION, Tier};
use domain::need::{LotDraft, LotKey, Need, NeedDraft, NeedStatus};
use domain::text::{and_list, number, plural};
use domain::written::Written;
use jiff::civil::Date;
use leptos::prelude::*;

/// Structures on one page of the ranking.
const PAGE_SIZE: usize = 20;

/// What surrounds the page of the need.
#[must_use]
pub fn page(entry: &NeedEntry, public_url: &str) -> Page {
    let draft = &entry.need.draft;
    let description = format!("Besoin publié\u{a0}: {}, {}.", draft.place.name(), answers_until(&entry.need));
    let card = Card {
        url: format!("{public_url}/besoins/{}", entry.need.id),
        title: draft.title.clone(),
        description,
        data: None,
    };
    Page { title: draft.title.clone(), section: Some(Section::Needs), card: Some(card), ..Page::default() }
}

/// What surrounds the page of the structures of a lot.
#[must_use]
pub fn structures_page(model: &LotMatches) -> Page {
    let title = format!("Structures pour «\u{a0}{}\u{a0}»", model.entry.need.draft.lot_name(model.rank));
    Page { title, section: Some(Section::Needs), ..Page::default() }
}

fn lot_of(model: &LotMatches) -> &LotDraft {
    &model.entry.need.draft.lots[model.rank]
}

/// The address of a page of the need, with its lot when it shows lots.
fn lot_url(entry: &NeedEntry, page: &str, lot: LotKey) -> String {
    let id = entry.need.id;
    with_lot(&format!("/besoins/{id}{page}"), entry.need.draft.lot_number(lot))
}

fn lead(entry: &NeedEntry) -> AnyView {
    let draft = &entry.need.draft;
    let buyer = if draft.buyer.name.is_empty() { String::new() } else { format!("{} · ", draft.buyer.name) };
    let published = entry.need.published_at.map(|at| format!(" · publié le {}", day(at))).unwrap_or_default();
    let text = format!("{buyer}{}{published} · {}", draft.place.name(), answers_until(&entry.need));
    let profile = draft.profile.as_ref().map(|address| {
        view! { " · "<a href=address.to_string() rel="nofollow noopener">"profil d’acheteur"</a> }
    });
    view! { <p class="lead">{text}{profile}</p> }.into_any()
}

/// Until when answers are welcome; empty for a need that ended.
fn answers_row(need: &Need) -> String {
    match need.status {
        NeedStatus::Published => format!("jusqu’au {}", date::long(need.draft.deadline)),
        _ => String::new(),
    }
}

/// That a lot is awarded, and to whom if its buyer says so.
fn award_notice(model: &LotMatches) -> Option<AnyView> {
    let need = &model.entry.need;
    // Of a need without lots its end says as much, but for the winner.
    let award =
        need.award(lot_of(model).key).filter(|award| need.draft.has_lots() || award.winner.is_some())?;
    let winner = award.winner.map(|siret| {
        view! { " Titulaire, selon l’acheteur\u{a0}: "<a href=format!("/structures/{siret}")>{siret.spaced()}</a>"." }
    });
    let facts = and_list(&crate::pages::follow::award::facts(award));
    let facts = (!facts.is_empty()).then(|| format!(" {facts}."));
    let corrected = (!need.awards_corrected(award.lot).is_empty())
        .then_some(" L’acheteur a corrigé ce qu’il avait dit d’abord.");
    let what = if need.draft.has_lots() { "Lot attribué." } else { "Attribué." };
    Some(
        view! {
            <div class="notice notice-warning block">
                <p><strong>{what}</strong>{format!(" Dit par l’acheteur le {}.", day(award.awarded_at))}{winner}{facts}{corrected}</p>
            </div>
        }
        .into_any(),
    )
}

/// The lots as tabs, which are links; nothing when the need shows none.
fn lot_tabs(model: &LotMatches, page: &'static str) -> Option<AnyView> {
    let draft = &model.entry.need.draft;
    if !draft.has_lots() {
        return None;
    }
    let tabs = draft.lots.iter().enumerate().map(|(rank, lot)| {
        let current = (rank == model.rank).then_some("page");
        let awarded = model.entry.need.award(lot.key).map(|_| " (attribué)");
        view! { <li><a href=lot_url(&model.entry, page, lot.key) aria-current=current>{draft.lot_name(rank)}{awarded}</a></li> }
    });
    Some(view! { <nav class="tabs" aria-label="Lots"><ul>{tabs.collect_view()}</ul></nav> }.into_any())
}

/// Why the reservation leaves structures out, and how many.
fn reservation_notice(ranking: &Ranking) -> Option<AnyView> {
    let reservation = ranking.lot.lot().reservation;
    let article = reservation.article()?;
    let left_out = ranking.left_out_total();
    let LeftOut { by_kind, not_in_force, below_half, not_ess } = &ranking.left_out;
    let mut by_kind: Vec<String> = by_kind.iter().map(|(k, n)| format!("{n}\u{a0}{k}")).collect();
    if *not_in_force > 0 {
        by_kind.push(format!("{not_in_force} dont la convention n’est pas en cours ce jour-là"));
    }
    if *below_half > 0 {
        by_kind
            .push(format!("{below_half} dont moins de la moitié des travailleurs sont concernés (R2113-7)"));
    }
    if *not_ess > 0 {
        by_kind.push(format!("{not_ess} hors de l’économie sociale et solidaire"));
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
    let widens = matches!(reservation, Reservation::Siae | Reservation::Handicap);
    let both =
        (widens && left_out > 0).then_some(" Réserver aux deux familles (L2113-14) en garderait davantage.");
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

fn figures(model: &LotMatches) -> AnyView {
    let (entry, ranking) = (&model.entry, &model.ranking);
    let lot = lot_of(model);
    let list = lot_url(entry, "/structures", lot.key);
    let of_fits = with_pair(&list, &format!("niveau={}", Level::Of(Tier::Fits).code()));
    let tiers = ranking.tiers();
    let (fitting, around) = (tiers.of(Tier::Fits), tiers.total() - tiers.of(Tier::Fits));
    let able = lot.hours_per_month.map(|hours| {
        let enough = |(found, e): &&(Match, std::sync::Arc<Entry>)| {
            let begins = ranking.lot.lot().begins;
            e.facts.hours_offered(found.activity_of(&e.facts), begins).is_some_and(|has| has >= hours)
        };
        (hours, ranking.matches.iter().filter(enough).count())
    });
    let (told, interested) = (entry.told_of(lot.key), entry.interested_in(lot.key));
    view! {
        <ul class="figures">
            {figure(number(fitting), if fitting < 2 { "structure convient".into() } else { "structures conviennent".into() }, Some(of_fits), fitting == 0)}
            {(around > 0).then(|| figure(number(around), if around < 2 { "voisine ou possible".into() } else { "voisines ou possibles".into() }, Some(list), false))}
            {able.map(|(hours, n)| figure(n.to_string(), format!("ont la capacité ({}\u{a0}h par mois)", number(u64::from(hours))), None, false))}
            {figure(number(told), if told < 2 { "prévenue par e-mail".into() } else { "prévenues par e-mail".into() }, None, false)}
            {(entry.asked > 0).then(|| figure(number(entry.asked), if entry.asked < 2 { "interrogée sur son métier".into() } else { "interrogées sur leur métier".into() }, None, false))}
            {figure(number(interested), if interested < 2 { "intéressée à ce jour".into() } else { "intéressées à ce jour".into() }, None, false)}
        </ul>
    }
    .into_any()
}

/// Why answers are no longer welcome.
fn closed_notice(need: &Need, today: Date) -> Option<AnyView> {
    let status = need.status_on(today);
    let since = need.ended_at.filter(|_| need.status == status);
    let since = since.map(|at| format!(" Depuis le {}.", day(at)));
    let (strong, text) = match status {
        NeedStatus::Closed => ("Clos.", " Ce besoin ne reçoit plus de réponses."),
        NeedStatus::Awarded => {
            ("Attribué.", " L’acheteur a choisi\u{a0}: ce besoin ne reçoit plus de réponses.")
        }
        NeedStatus::Dropped => ("Sans suite.", " L’acheteur a renoncé à ce besoin."),
        NeedStatus::Draft | NeedStatus::ToConfirm | NeedStatus::Published => return None,
    };
    Some(
        view! { <div class="notice notice-warning block"><p><strong>{strong}</strong>{text}{since}</p></div> }
            .into_any(),
    )
}

/// What of the lot is no longer known, and hence not looked at.
fn unknown_notice(need: &NeedDraft, lot: &LotDraft) -> Option<AnyView> {
    let text = match (need.says_enough(lot), need.lot_place(lot)) {
        (true, _) => return None,
        (false, Written::Unknown(place)) => format!(
            "Nos listes n’ont pas, ou plus, le lieu «\u{a0}{place}\u{a0}»\u{a0}: le classement n’en tient pas compte, et personne n’est prévenu tant que l’acheteur ne l’a pas corrigé."
        ),
        (false, Written::Known(_)) => {
            "Nos listes n’ont pas, ou plus, les secteurs de ce besoin\u{a0}: le classement n’en tient pas compte, et personne n’est prévenu tant que l’acheteur ne les a pas corrigés.".to_owned()
        }
    };
    Some(notice("notice-warning", "À corriger.", text))
}

/// A line of a list of names and values; nothing when the value is empty.
fn row(label: &'static str, value: String) -> Option<AnyView> {
    (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd>{value}</dd> }.into_any())
}

/// What a lot says, line by line.
pub(super) fn lot_rows(need: &NeedDraft, lot: &LotDraft) -> AnyView {
    let sectors: Vec<String> = lot.sectors.iter().map(Written::name).collect();
    let hours = |hours: Option<u32>, per: &str| {
        hours.map(|h| format!("{}\u{a0}heures {per}", number(u64::from(h)))).unwrap_or_default()
    };
    let vehicle = lot.vehicle.map(|v| match v.is_reservation() {
        true => format!("{} (article {})", v.label(), v.code()),
        false => format!("{} (article {})", v.label(), v.rule().rule().article),
    });
    view! {
        {row("Secteurs", and_list(&sectors))}
        {row("Lieu", need.lot_place(lot).name())}
        {row("Forme", lot.mode.map(|m| m.label().to_owned()).unwrap_or_default())}
        {row("Objet", lot.nature.label().to_owned())}
        {row("Code CPV (vocabulaire commun pour les marchés publics)", lot.cpv.map(domain::cpv::Cpv::named).unwrap_or_default())}
        {row("Montant estimé", lot.amount.map(|a| format!("{} HT", a.label())).unwrap_or_default())}
        {row("Durée", lot.months.map(|m| format!("{m}\u{a0}mois")).unwrap_or_default())}
        {row("Volume", hours(lot.hours_per_month, "par mois"))}
        {row("Voie juridique", vehicle.unwrap_or_default())}
        {row("Considérations", and_list(&lot.considerations.iter().map(|carried| carried.label()).collect::<Vec<_>>()))}
        {row("Insertion", hours(lot.insertion_hours, "d’insertion sur la durée"))}
    }
    .into_any()
}

/// The page of the need, at one of its lots.
pub fn view(model: &LotMatches, today: Date) -> AnyView {
    let entry = &model.entry;
    let draft = &entry.need.draft;
    let lot = lot_of(model);
    let description = (!draft.description.is_empty()).then(|| {
        let paragraphs = draft.description.lines().filter(|l| !l.trim().is_empty());
        let paragraphs = paragraphs.map(|l| view! { <p>{l.to_owned()}</p> }).collect_view();
        view! { <section class="section"><h2>"Précisions"</h2><div class="prose">{paragraphs}</div></section> }
    });
    let first = model.ranking.matches.iter().take(3).map(|(found, e)| {
        view! {
            <li>
                <div>
                    <a href=structure_url(&e.structure)>{e.structure.shown_name().to_owned()}</a>
                    " "
                    {tier_tag(found.tier())}
                </div>
                <span class="number">{format!("{}\u{a0}/\u{a0}100", found.score)}</span>
            </li>
        }
    });
    let first = first.collect_view();
    let is_open = entry.need.status_on(today) == NeedStatus::Published && entry.need.award(lot.key).is_none();
    let lot_heading = if draft.has_lots() { "Ce lot" } else { "Le besoin" };
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![("/besoins".into(), "Besoins".into())], draft.title.clone())}
                <h1>{draft.title.clone()}</h1>
                {lead(entry)}
            </div>
            {closed_notice(&entry.need, today)}
            {lot_tabs(model, "")}
            {award_notice(model)}
            {unknown_notice(draft, lot)}
            {reservation_notice(&model.ranking)}
            {figures(model)}
            <div class="beside">
                <div>
                    <section>
                        <h2>{lot_heading}</h2>
                        <dl class="facts-list">{lot_rows(draft, lot)}</dl>
                    </section>
                    <section class="section">
                        <h2>"Pour tout le besoin"</h2>
                        <dl class="facts-list">
                            {row("Nature", draft.kind.label().to_owned())}
                            {row("Réponses", answers_row(&entry.need))}
                            {row("Lancement", draft.launch.map(date::long).unwrap_or_default())}
                            {row("Début", draft.start.map(date::long).unwrap_or_default())}
                        </dl>
                    </section>
                    {description}
                    {attachments(entry)}
                    {shared_answers(&model.shared, draft).map(|shared| view! { <section class="section"><h2>"Questions et réponses"</h2>{shared}</section> })}
                    {history(&model.history)}
                </div>
                <div>
                    {is_open.then(|| interest(&entry.need))}
                    <section class="card box-brand block">
                        <h2>"Les premières structures"</h2>
                        <ol class="rows">{first}</ol>
                        <p class="actions"><a class="button" href=lot_url(entry, "/structures", lot.key)>"Voir le classement expliqué"</a></p>
                    </section>
                    {author(&entry.need)}
                    <p class="block on-screen"><a href=format!("/signaler?besoin={}", entry.need.id)>"Signaler ce besoin"</a></p>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// « Je suis intéressée », for whatever structure reads it.
fn interest(need: &Need) -> AnyView {
    view! {
        <section class="card box-sun">
            <h2>"Je suis intéressée"</h2>
            <p>"Votre structure peut le faire, qu’elle ait été prévenue ou non\u{a0}? Répondez à l’acheteur."</p>
            {crate::pages::interest::form(need, "")}
        </section>
    }
    .into_any()
}

/// For its author, who lost the mail.
fn author(need: &Need) -> AnyView {
    view! {
        <section class="card block">
            <h2>"C’est votre besoin\u{a0}?"</h2>
            <p>"Le lien pour lire les réponses et le modifier repart à l’adresse avec laquelle il a été publié."</p>
            <form method="post" action=format!("/besoins/{}/lien", need.id)>
                <div class="actions"><button class="button button-secondary">"Recevoir le lien de ce besoin"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// « 1,2 Mo ».
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes}\u{a0}octets"),
        1_000..1_000_000 => format!("{}\u{a0}ko", bytes / 1_000),
        _ => format!("{},{}\u{a0}Mo", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

fn attachments(entry: &NeedEntry) -> Option<AnyView> {
    let id = entry.need.id;
    let files = entry.need.draft.attachments.iter().map(|file| {
        let href = format!("/besoins/{id}/pieces/{}", file.id);
        view! { <li><a href=href download=file.name.clone()>{file.name.clone()}</a><span class="number">{size(file.bytes)}</span></li> }
    });
    let files: Vec<_> = files.collect();
    (!files.is_empty()).then(|| {
        view! { <section class="section"><h2>"Pièces"</h2><ul class="rows">{files}</ul></section> }.into_any()
    })
}

/// What changed since the need was published; nothing when nothing did.
pub(super) fn history(revisions: &[Revision]) -> Option<AnyView> {
    if revisions.is_empty() {
        return None;
    }
    let revisions = revisions.iter().map(|revision| {
        let changes = revision.changes.iter().map(|c| view! { <li>{c.sentence.clone()}</li> }).collect_view();
        view! {
            <li>
                <div>
                    <strong>{format!("Version {}, le {}", revision.number, day(revision.at))}</strong>
                    <ul>{changes}</ul>
                </div>
            </li>
        }
    });
    let revisions = revisions.collect_view();
    Some(
        view! { <section class="section"><h2>"Ce qui a changé"</h2><ul class="rows">{revisions}</ul></section> }
            .into_any(),
    )
}

/// The page of the structures of a lot.
pub fn structures_view(model: &LotMatches, page: usize, level: Option<Level>) -> AnyView {
    let (entry, ranking) = (&model.entry, &model.ranking);
    let draft = &entry.need.draft;
    let lot = lot_of(model);
    let tiers = ranking.tiers();
    let admitted = |(_, (found, _)): &(usize, &(Match, std::sync::Arc<Entry>))| {
        level.is_none_or(|level| level.admits(found.tier()))
    };
    let admitted: Vec<_> = ranking.matches.iter().enumerate().filter(admitted).collect();
    let count = admitted.len().div_ceil(PAGE_SIZE).max(1);
    let page = page.clamp(1, count);
    let start = (page - 1) * PAGE_SIZE;
    let shown = admitted.iter().skip(start).take(PAGE_SIZE);
    let point = |(n, (found, e)): &(usize, &(Match, std::sync::Arc<Entry>))| {
        let away = found.km().filter(|km| *km > 0).map(|km| format!(", à {km}\u{a0}km")).unwrap_or_default();
        Some(MapPoint {
            seat: e.facts.seat?,
            rank: n + 1,
            label: format!("{}{away}", e.structure.shown_name()),
            href: structure_url(&e.structure),
            tier: found.tier(),
        })
    };
    let map = seats_map(ranking.lot.lot().place, shown.clone().filter_map(point).collect());
    let cards = shown.map(|(n, (found, e))| card(model, n + 1, found, e)).collect_view();
    let empty = ranking.matches.is_empty().then(|| {
        view! {
            <div class="empty">
                <h2>"Aucune structure connue ne convient"</h2>
                <p>"Aucune n’exerce ce secteur ou un secteur voisin, ni ne pourrait l’exercer, dans ce lieu et avec cette réservation. Un lieu plus large ou une autre réservation peuvent changer cela."</p>
            </div>
        }
    });
    let fitting =
        plural(u64::try_from(admitted.len()).unwrap_or(u64::MAX), "structure classée", "structures classées");
    let bare = lot_url(entry, "/structures", lot.key);
    let at_level = |level: Option<Level>| match level {
        Some(level) => with_pair(&bare, &format!("niveau={}", level.code())),
        None => bare.clone(),
    };
    let here = at_level(level);
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(
                    vec![("/besoins".into(), "Besoins".into()), (lot_url(entry, "", lot.key), draft.title.clone())],
                    "Structures".into(),
                )}
                <h1>{draft.title.clone()}</h1>
                {lead(entry)}
            </div>
            {lot_tabs(model, "/structures")}
            {reservation_notice(ranking)}
            {figures(model)}
            <section class="section">
                <div class="head-row">
                    <h2>{fitting}</h2>
                    <p><a href="/algorithme">{format!("Comment le classement est fait (règles, version {RULES_VERSION})")}</a></p>
                </div>
                {levels(tiers, level, true, at_level)}
                {empty}
                {map}
                <ol class="cards" start=(start + 1).to_string()>{cards}</ol>
                {pages("Pages de structures", page, count, |p| with_pair(&here, &format!("page={p}")))}
            </section>
        </div>
    }
    .into_any()
}

fn card(model: &LotMatches, rank: usize, found: &Match, entry: &Entry) -> AnyView {
    let s = &entry.structure;
    let ranking = &model.ranking;
    let reservation = ranking.lot.lot().reservation;
    let eligible = reservation.article().map(|article| match (found.eligibility, found.eligible_as) {
        (Eligibility::ToCheck, _) => {
            view! { " · "<span class="tag tag-check">"à vérifier"</span>{format!(" pour {article}")} }
                .into_any()
        }
        (_, Some(kind)) => {
            let share = if entry.facts.half.is_none() { ", part des travailleurs à montrer" } else { "" };
            format!(" · éligible {article} par sa convention {kind}{share}").into_any()
        }
        _ => ().into_any(),
    });
    let establishments = ranking.others.get(&found.siret).map_or(&[][..], Vec::as_slice);
    view! {
        <li class="card">
            <div class="card-head">
                <h3 class="card-title">
                    <span class="card-rank">{format!("{rank}.")}</span>
                    " "
                    <a href=structure_url(s)>{s.shown_name().to_owned()}</a>
                </h3>
                {score(found.score)}
            </div>
            <p class="card-meta">{kinds(s.kinds)}{seat_name(entry)}{eligible}</p>
            <ul class="facts facts-first">{kinship(found, entry)}</ul>
            {reasons(ranking.explain(found))}
            {others(establishments)}
        </li>
    }
    .into_any()
}

/// The criteria with their points, for a bar of the whole.
#[must_use]
pub fn whole_bar() -> Vec<(Criterion, u8)> {
    Criterion::ALL.map(|c| (c, c.max())).to_vec()
}
