//! Pages that are read: each asks one use case, then shows its answer.

use super::State;
use super::caller::Caller;
use super::forms::follow_url;
use super::html::{Failure, answered, page, trouble};
use super::support::worked_out;
use app::islands::{HOURS_FIELDS, HoursTyped};
use app::pages::confirm::TradeReply;
use app::pages::{self, error::Trouble, texts::Text};
use app::urls::{self, LotNamed};
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use backend::needs::{AnswerView, LotMatches};
use domain::hours::{EFFORT, HOURLY_COST};
use domain::need::{Answer, Need};
use domain::siret::Siret;
use domain::structure::{Structure, Withdrawal, address_read};
use domain::territory::{Place, PlaceReading};
use uuid::Uuid;

/// Latest needs on the home page.
const LATEST: usize = 3;

/// The first value of a name in a query string.
pub(super) fn value(query: &Option<String>, name: &str) -> String {
    let pairs = urls::pairs(query.as_deref().unwrap_or_default());
    pairs.into_iter().find(|(n, _)| n == name).map(|(_, v)| v).unwrap_or_default()
}

pub(super) fn siret(text: &str) -> Result<Siret, Failure> {
    Siret::parse(text).ok().or_else(|| Siret::kept(text)).ok_or(Failure(Trouble::NotFound))
}

pub(super) fn id(text: &str) -> Result<Uuid, Failure> {
    text.parse().map_err(|_| Failure(Trouble::NotFound))
}

pub(super) async fn not_found(Extract(state): Extract<State>) -> Response {
    trouble(&state, &Trouble::NotFound)
}

pub(super) async fn home(Extract(state): Extract<State>) -> Response {
    let figures = state.backend.figures();
    let latest = state.backend.needs_latest(LATEST);
    let outcome = state.backend.sample().map_err(Failure::from).map(|sample| {
        page(&state, StatusCode::OK, &pages::home::page(), || {
            pages::home::view(&figures, &latest, sample.as_ref())
        })
    });
    answered(&state, outcome)
}

pub(super) async fn structures(Extract(state): Extract<State>, RawQuery(query): RawQuery) -> Response {
    let (search, typed) = urls::search_read(query.as_deref().unwrap_or_default());
    let outcome = state.backend.structure_search(&search).map_err(Failure::from).map(|found| {
        let index = &state.backend.index;
        let model = pages::structures::Model { query: &search, typed: &typed, found: &found, index };
        page(&state, StatusCode::OK, &model.page(), || model.view())
    });
    answered(&state, outcome)
}

pub(super) async fn structure(
    Extract(state): Extract<State>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = value(&query, "lien") == "demande";
    let outcome = async {
        let siret = address_read(&name).ok_or(Failure(Trouble::NotFound))?;
        let entry = state.backend.structure_known(siret)?;
        if let Some(withdrawal) = entry.structure.withdrawal() {
            return Ok(withdrawn(&state, &entry.structure, withdrawal, asked));
        }
        // The SIRET alone, and what it was called before, lead to what it is called today.
        if name != entry.structure.address_name() {
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            let to = format!("{}{query}", urls::structure_url(&entry.structure));
            return Ok(Redirect::permanent(&to).into_response());
        }
        let more = state.backend.fiche_more(siret).await?;
        let shown = pages::structure::page(&entry, &state.backend.public_url);
        Ok(page(&state, StatusCode::OK, &shown, || {
            pages::structure::view(&entry, &more, asked, state.backend.clock.today())
        }))
    };
    answered(&state, outcome.await)
}

/// The page of a structure that takes no part.
fn withdrawn(state: &State, structure: &Structure, why: Withdrawal<'_>, asked: bool) -> Response {
    match why {
        Withdrawal::MergedInto(kept) => {
            let kept = match state.backend.structure_known(kept) {
                Ok(entry) => urls::structure_url(&entry.structure),
                Err(_) => format!("/structures/{kept}"),
            };
            Redirect::permanent(&kept).into_response()
        }
        Withdrawal::Suspended(_) => {
            page(state, StatusCode::GONE, &pages::structure::suspended_page(), || {
                pages::structure::suspended(structure, asked)
            })
        }
        Withdrawal::Opposed => {
            page(state, StatusCode::OK, &pages::structure::opposed_page(structure), || {
                pages::structure::opposed(structure, asked)
            })
        }
    }
}

/// What a telephone reads to open the page of a structure.
pub(super) async fn structure_qr(Extract(state): Extract<State>, Path(number): Path<String>) -> Response {
    let outcome = async {
        let entry = state.backend.structure_show(siret(&number)?)?;
        let drawn = pages::structure::qr_file(&entry, &state.backend.public_url);
        let drawn = drawn.ok_or(Failure(Trouble::NotFound))?;
        Ok(([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "public, max-age=86400")], drawn)
            .into_response())
    };
    answered(&state, outcome.await)
}

pub(super) async fn manage(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let after = match value(&query, "fait").as_str() {
        "1" => pages::manage::After::Saved { searchable: true },
        "bientot" => pages::manage::After::Saved { searchable: false },
        _ => pages::manage::After::Nothing,
    };
    let outcome = manage_page(&state, &number, &caller, &after, None).await;
    caller.answered(&state, outcome)
}

pub(super) async fn manage_page(
    state: &State,
    number: &str,
    caller: &Caller,
    after: &pages::manage::After,
    form: Option<&domain::structure::fiche::FicheForm>,
) -> Result<Response, Failure> {
    let model = state.backend.manage_show(&caller.actor, siret(number)?).await?;
    let status = match after {
        pages::manage::After::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    Ok(page(state, status, &pages::manage::page(&model, after), || {
        pages::manage::view(&model, &caller.token, after, form, state.backend.clock.today())
    }))
}

/// « Est-ce bien votre adresse ? »: opening it confirms nothing.
pub(super) async fn contact_confirm(Extract(state): Extract<State>, caller: Caller) -> Response {
    let outcome = async {
        let siret = caller.structure()?;
        let (structure, asked) = state.backend.contact_confirm_show(&caller.actor, siret).await?;
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("Confirmer cette adresse"), || {
            pages::confirm::contact_confirm(&structure, asked.as_str(), &caller.token)
        }))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// « Est-ce bien votre adresse ? », of a structure that is interested: opening it confirms nothing.
pub(super) async fn interest_confirm(Extract(state): Extract<State>, caller: Caller) -> Response {
    let shown = async {
        let model = state.backend.interest_show(&caller.actor, caller.interest()?).await?;
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("Confirmer cette adresse"), || {
            pages::interest::confirm(&model, &caller.token)
        }))
    };
    caller.answered(&state, shown.await)
}

pub(super) async fn needs(Extract(state): Extract<State>, RawQuery(query): RawQuery) -> Response {
    let (query, typed) = urls::needs_read(query.as_deref().unwrap_or_default());
    let found = state.backend.need_list(&query);
    page(&state, StatusCode::OK, &pages::needs::page(&found, &query), || {
        pages::needs::view(&found, &query, &typed)
    })
}

pub(super) async fn need_new(Extract(state): Extract<State>, RawQuery(query): RawQuery) -> Response {
    let form = urls::need_form_read(query.as_deref().unwrap_or_default());
    let outcome = state.backend.need_preview(&form).map_err(Failure::from).map(|preview| {
        page(&state, StatusCode::OK, &pages::need_new::page(&[]), || {
            pages::need_new::view(&form, &[], preview.as_ref())
        })
    });
    answered(&state, outcome)
}

/// « Un e-mail vous attend »: to which address, if the link says whose it is.
pub(super) async fn need_sent(Extract(state): Extract<State>, caller: Caller) -> Response {
    let prepared = match caller.need() {
        Ok(need) => state.backend.need_prepared(&caller.actor, need).await.ok(),
        Err(_) => None,
    };
    let author = prepared.and_then(|prepared| prepared.need.author);
    let to = author.map_or_else(|| "votre adresse".to_owned(), String::from);
    page(&state, StatusCode::OK, &pages::confirm::page("Un e-mail vous attend"), || pages::confirm::sent(&to))
}

pub(super) async fn need_publish(Extract(state): Extract<State>, caller: Caller) -> Response {
    let outcome = async {
        let need = state.backend.need_publish_show(&caller.actor, caller.need()?).await?;
        // Already published: the link leads to the need.
        if need.published_at.is_some() {
            return Ok(Redirect::to(&follow_url(&state, &caller, &need)).into_response());
        }
        Ok(publish_page(&state, &need, &caller.token))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// The button that publishes a need; or why it cannot be published today, and where to change that.
pub(super) fn publish_page(state: &State, need: &Need, token: &str) -> Response {
    match state.backend.need_refusal(need) {
        None => page(state, StatusCode::OK, &pages::confirm::page("Publier ce besoin"), || {
            pages::confirm::publish(need, token)
        }),
        Some(why) => {
            let around = pages::confirm::page("Ce besoin ne peut pas être publié");
            page(state, StatusCode::UNPROCESSABLE_ENTITY, &around, || {
                pages::confirm::publish_refused(need, &why, state.backend.links().need_prepare(need))
            })
        }
    }
}

pub(super) async fn need_follow(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let published = value(&query, "publie") == "1";
    let changed = value(&query, "change") == "1";
    let outcome = async {
        let model = state.backend.need_follow(&caller.actor, caller.need()?).await?;
        Ok(page(&state, StatusCode::OK, &pages::follow::page(&model), || {
            pages::follow::view(&model, &caller.token, published, changed)
        }))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

pub(super) async fn need_answer(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let answer = Answer::parse(&value(&query, "reponse")).unwrap_or(Answer::Interested);
    let outcome = async {
        let model = state.backend.answer_show(&caller.actor, caller.need()?, caller.structure()?).await?;
        Ok(match state.backend.answer_refusal(&model) {
            Some(why) => answer_refused(&state, &model, why),
            None => page(&state, StatusCode::OK, &pages::confirm::page(answer.label()), || {
                pages::confirm::answer(&model, &caller.token, answer, None)
            }),
        })
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// A need that takes no answer any more.
pub(super) fn answer_refused(state: &State, model: &AnswerView, why: &str) -> Response {
    let around = pages::confirm::page("Ce besoin ne reçoit plus de réponses");
    page(state, StatusCode::OK, &around, || pages::confirm::answer_refused(model, why))
}

pub(super) async fn need(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let outcome = lot_matches(&state, &number, &query).await.map(|model| {
        let today = state.backend.clock.today_at(&model.entry.need.draft.place);
        page(&state, StatusCode::OK, &pages::need::page(&model.entry, &state.backend.public_url), || {
            pages::need::view(&model, today)
        })
    });
    answered(&state, outcome)
}

pub(super) async fn need_structures(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let at = value(&query, "page").parse().unwrap_or(1);
    let level = backend::structures::Level::parse(&value(&query, "niveau"));
    let outcome = lot_matches(&state, &number, &query).await.map(|model| {
        page(&state, StatusCode::OK, &pages::need::structures_page(&model), || {
            pages::need::structures_view(&model, at, level)
        })
    });
    answered(&state, outcome)
}

/// The lot of a page, the first one where its address names none.
async fn lot_matches(state: &State, number: &str, query: &Option<String>) -> Result<LotMatches, Failure> {
    let id = id(number)?;
    let named = LotNamed::read(&urls::pairs(query.as_deref().unwrap_or_default()));
    let entry = state.backend.need_show(id)?;
    let lot = named.of(&entry.need.draft).ok_or(Failure(Trouble::NotFound))?;
    Ok(state.backend.need_matches(id, Some(lot.key)).await?)
}

/// « Est-ce votre métier ? »: opening it notes nothing.
pub(super) async fn trade(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let reply = TradeReply::parse(&value(&query, "reponse")).ok_or(Failure(Trouble::BadLink))?;
        let (siret, sector) = caller.trade()?;
        let model = state.backend.question_show(&caller.actor, siret, sector).await?;
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("Est-ce votre métier\u{a0}?"), || {
            pages::confirm::trade(&model, &caller.token, reply)
        }))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// « Ne plus recevoir ces messages »: opening it stops nothing.
pub(super) async fn alerts_stop(Extract(state): Extract<State>, caller: Caller) -> Response {
    let outcome = async {
        let entry = state.backend.alerts_show(&caller.actor, caller.structure()?)?;
        let name = entry.structure.shown_name().to_owned();
        let is_stopped = entry.structure.alerts_stopped;
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("Ne plus recevoir ces messages"), || {
            match is_stopped {
                true => pages::confirm::stopped(&name, &caller.token),
                false => pages::confirm::stop(&name, &caller.token),
            }
        }))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// « Ne plus être proposée »: opening it changes nothing.
pub(super) async fn opposition(Extract(state): Extract<State>, caller: Caller) -> Response {
    let outcome = async {
        let entry = state.backend.opposition_show(&caller.actor, caller.structure()?)?;
        let name = entry.structure.shown_name();
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("Ne plus être proposée"), || {
            match entry.structure.withdrawals.is_opposed {
                true => pages::confirm::opposed(name, &caller.token),
                false => pages::confirm::oppose(name, &caller.token),
            }
        }))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// `/territoires?territoire=Toulouse` leads to the territory; without, to France.
pub(super) async fn territories(Extract(state): Extract<State>, RawQuery(query): RawQuery) -> Response {
    let typed = value(&query, "territoire");
    if typed.trim().is_empty() {
        return territory_page(&state, Place::FRANCE, None).await;
    }
    match Place::read(&typed) {
        PlaceReading::One(place) => Redirect::to(&urls::territory_url(place)).into_response(),
        reading => territory_page(&state, Place::FRANCE, Some((&typed, &reading))).await,
    }
}

pub(super) async fn territory(Extract(state): Extract<State>, Path(code): Path<String>) -> Response {
    match Place::parse(&code) {
        Ok(place) => territory_page(&state, place, None).await,
        Err(_) => trouble(&state, &Trouble::NotFound),
    }
}

async fn territory_page(state: &State, place: Place, unknown: Option<(&str, &PlaceReading)>) -> Response {
    let backend = state.backend.clone();
    // It may walk everything: other requests do not wait for it.
    let outcome = worked_out(move || backend.territory_show(place)).await;
    let outcome = outcome.map_err(Failure::from).map(|model| {
        page(state, StatusCode::OK, &pages::territory::page(&model), || {
            pages::territory::view(&model, unknown)
        })
    });
    answered(state, outcome)
}

pub(super) async fn rules(Extract(state): Extract<State>) -> Response {
    let today = state.backend.clock.today();
    page(&state, StatusCode::OK, &pages::rules::page(), || pages::rules::view(today))
}

pub(super) async fn hours(Extract(state): Extract<State>, RawQuery(query): RawQuery) -> Response {
    // The usual example of the trade, until something is typed.
    let mut typed = HoursTyped {
        amount: "1 000 000".to_owned(),
        labour: "50".to_owned(),
        effort: format!("{}", EFFORT * 100.0),
        cost: format!("{HOURLY_COST}"),
        ..HoursTyped::default()
    };
    for (name, value) in urls::pairs(query.as_deref().unwrap_or_default()) {
        if let Some(rank) = HOURS_FIELDS.iter().position(|field| *field == name) {
            typed.set(rank, value);
        }
    }
    page(&state, StatusCode::OK, &pages::hours::page(), || pages::hours::view(&typed))
}

pub(super) async fn text(Extract(state): Extract<State>, uri: Uri) -> Response {
    match Text::ALL.iter().find(|(path, _)| *path == uri.path()) {
        Some((_, text)) => page(&state, StatusCode::OK, &text.page(), || text.view(&state.operator)),
        None => trouble(&state, &Trouble::NotFound),
    }
}
