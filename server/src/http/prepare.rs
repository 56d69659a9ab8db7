//! The optional steps of a need: pages that are read, forms that are sent, files that are joined.

use super::State;
use super::forms::{field, limited};
use super::html::{Failure, answered, page};
use super::limits::caller;
use super::pages::value;
use app::pages::error::Trouble;
use app::pages::prepare::{self, Preparing, Step, step_url};
use app::urls;
use axum::body::Body;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{ConnectInfo, Multipart, Path, RawQuery, State as Extract};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::Error;
use backend::needs::{Prepared, StepOutcome};
use backend::store::Attachment;
use domain::matching::split::Way;
use domain::need::steps::{BuyerForm, LawForm, LotForm, QuestionsForm, SubjectForm, Typed};
use domain::need::{LotDraft, LotKey, NeedDraft, Violation};
use std::net::{IpAddr, SocketAddr};
use tokio::task::block_in_place;
use uuid::Uuid;

/// What was typed in a step that is shown again.
enum Again {
    Subject(SubjectForm),
    Buyer(BuyerForm),
    Lot(LotForm),
    Law(LawForm),
    Questions(QuestionsForm),
    Nothing,
}

/// A step that is shown: with what was typed and what is to be corrected, if it was refused.
struct Shown<'a> {
    step: Step,
    token: &'a str,
    lot: Option<LotKey>,
    again: Again,
    wrong: Vec<Violation>,
    refused: Option<String>,
    kept: bool,
}

impl<'a> Shown<'a> {
    fn new(step: Step, token: &'a str, lot: Option<LotKey>) -> Self {
        Self { step, token, lot, again: Again::Nothing, wrong: Vec::new(), refused: None, kept: false }
    }
}

pub(super) async fn overview(extract: Extract<State>, query: RawQuery) -> Response {
    step(extract, Path(String::new()), query).await
}

pub(super) async fn step(
    Extract(state): Extract<State>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let token = value(&query, "jeton");
    let outcome = async {
        let step = Step::parse(&slug).ok_or(Failure(Trouble::NotFound))?;
        let mut shown = Shown::new(step, &token, lot_key(&value(&query, "lot")));
        shown.kept = value(&query, "garde") == "1";
        show(&state, shown).await
    };
    answered(&state, outcome.await)
}

fn lot_key(text: &str) -> Option<LotKey> {
    text.parse().ok().map(LotKey)
}

/// The lot that a step is about: the one that is named, else the first.
fn lot_of(prepared: &Prepared, key: Option<LotKey>) -> Result<&LotDraft, Failure> {
    let lots = &prepared.draft.lots;
    let found = match key {
        Some(key) => prepared.draft.lot(key).map(|(_, lot)| lot),
        None => lots.first(),
    };
    found.ok_or(Failure(Trouble::NotFound))
}

async fn show(state: &State, shown: Shown<'_>) -> Result<Response, Failure> {
    let backend = &state.backend;
    let prepared = backend.need_prepared(shown.token).await?;
    let draft = &prepared.draft;
    let today = backend.clock.today_at(&draft.place);
    let model = Preparing { prepared: &prepared, token: shown.token, wrong: &shown.wrong, today };
    let is_refused = !shown.wrong.is_empty() || shown.refused.is_some();
    let status = if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let around = prepare::page(shown.step, &shown.wrong);
    let lot = lot_of(&prepared, shown.lot)?;
    Ok(match (shown.step, shown.again) {
        (Step::Overview, _) => {
            page(state, status, &around, || prepare::overview(&model, shown.kept, shown.refused.as_deref()))
        }
        (Step::Subject, again) => {
            let form = match again {
                Again::Subject(form) => form,
                _ => SubjectForm::of(draft),
            };
            page(state, status, &around, || prepare::subject(&model, &form))
        }
        (Step::Buyer, again) => {
            let form = match again {
                Again::Buyer(form) => form,
                _ => BuyerForm::of(draft),
            };
            page(state, status, &around, || prepare::buyer(&model, &form))
        }
        (Step::Lot, again) => {
            let form = match again {
                Again::Lot(form) => form,
                _ => LotForm::of(lot),
            };
            // What computes leaves the threads that answer others.
            let supply = block_in_place(|| backend.supply_estimate(draft, lot))?;
            page(state, status, &around, || prepare::lot(&model, lot, &form, Some(&supply)))
        }
        (Step::Law, again) => {
            let form = match again {
                Again::Law(form) => form,
                _ => LawForm::of(lot),
            };
            let advice = block_in_place(|| backend.vehicle_advise(draft, lot))?;
            page(state, status, &around, || prepare::law(&model, lot, &form, &advice))
        }
        (Step::Advice, _) => {
            let split = block_in_place(|| backend.lot_advise(draft, lot))?;
            let seed = backend::store::lot_seed(prepared.need.id, lot.key);
            let groupement = block_in_place(|| backend.groupement_propose(draft, lot, &seed))?;
            page(state, status, &around, || prepare::advice(&model, lot, &split, &groupement))
        }
        (Step::Files, _) => page(state, status, &around, || prepare::files(&model)),
        (Step::Questions, again) => {
            let form = match again {
                Again::Questions(form) => form,
                _ => QuestionsForm { questions: draft.questions.clone() },
            };
            page(state, status, &around, || prepare::questions(&model, &form))
        }
        (Step::Check, _) => {
            let supplies = draft.lots.iter().map(|lot| backend.supply_estimate(draft, lot));
            let supplies = block_in_place(|| supplies.collect::<Result<Vec<_>, Error>>())?;
            let refused = shown.refused.as_deref();
            page(state, status, &around, || prepare::check(&model, &supplies, refused))
        }
    })
}

pub(super) async fn step_save(
    Extract(state): Extract<State>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let pairs = urls::pairs(&body);
    let outcome = async {
        let step = Step::parse(&slug).ok_or(Failure(Trouble::NotFound))?;
        limited(&state, peer, &headers)?;
        match step {
            Step::Check => publish(&state, caller(&state, peer, &headers), &field(&pairs, "jeton")).await,
            _ => save(&state, step, &pairs).await,
        }
    };
    answered(&state, outcome.await)
}

async fn save(state: &State, step: Step, pairs: &[(String, String)]) -> Result<Response, Failure> {
    let backend = &state.backend;
    let token = field(pairs, "jeton");
    let today = backend.clock.today();
    let lot = lot_key(&field(pairs, "lot"));
    let typed = Typed(pairs);
    let asked = field(pairs, "faire");
    let (outcome, again) = match (step, asked.as_str()) {
        (Step::Subject, _) => {
            let form = SubjectForm::read(typed);
            let applied = |draft: &NeedDraft| form.apply(draft, backend.clock.today_at(&draft.place));
            (backend.need_step(&token, applied).await?, Again::Subject(form))
        }
        (Step::Buyer, _) => {
            let form = BuyerForm::read(typed);
            (backend.need_step(&token, |draft| form.apply(draft)).await?, Again::Buyer(form))
        }
        (Step::Questions, _) => {
            let form = QuestionsForm::read(typed);
            (backend.need_step(&token, |draft| form.apply(draft)).await?, Again::Questions(form))
        }
        (Step::Lot, "ajouter") => return lot_add(state, &token).await,
        (Step::Lot, "retirer") => {
            let without = |draft: &NeedDraft| {
                let mut draft = draft.clone();
                lot.into_iter().for_each(|key| draft.lot_remove(key));
                Ok(draft)
            };
            (backend.need_step(&token, without).await?, Again::Nothing)
        }
        (Step::Lot, _) => {
            let form = LotForm::read(typed);
            let change = |draft: &NeedDraft| {
                draft.lot_change(named(lot, draft), |before| form.apply(before, draft, !draft.has_lots()))
            };
            (backend.need_step(&token, change).await?, Again::Lot(form))
        }
        (Step::Law, _) => {
            let form = LawForm::read(typed);
            let change = |draft: &NeedDraft| {
                draft.lot_change(named(lot, draft), |before| form.apply(before, draft, today))
            };
            (backend.need_step(&token, change).await?, Again::Law(form))
        }
        (Step::Advice, way) => {
            let key = lot.ok_or(Failure(Trouble::NotFound))?;
            let way = Way::parse(way).ok_or(Failure(Trouble::NotFound))?;
            (backend.need_step(&token, |draft| draft.lot_split(key, way)).await?, Again::Nothing)
        }
        (Step::Files, _) => {
            (backend.attachment_remove(&token, &field(pairs, "retirer")).await?, Again::Nothing)
        }
        (Step::Overview | Step::Check, _) => return Err(Failure(Trouble::NotFound)),
    };
    match outcome {
        StepOutcome::Kept(_) => {
            let back = if step == Step::Files { Step::Files } else { Step::Overview };
            Ok(Redirect::to(&format!("{}&garde=1", step_url(back, &token, None))).into_response())
        }
        StepOutcome::Refused(wrong) if is_lot_gone(state, &token, lot).await? => {
            let refused = wrong.into_iter().next().map(|violation| violation.message);
            show(state, Shown { refused, ..Shown::new(Step::Overview, &token, None) }).await
        }
        StepOutcome::Refused(wrong) => {
            show(state, Shown { again, wrong, ..Shown::new(step, &token, lot) }).await
        }
    }
}

/// Whether the lot that a form names was removed meanwhile: its own page cannot be shown again.
async fn is_lot_gone(state: &State, token: &str, lot: Option<LotKey>) -> Result<bool, Failure> {
    let prepared = state.backend.need_prepared(token).await?;
    Ok(lot.is_some_and(|key| prepared.draft.lot(key).is_none()))
}

/// The lot that a form names; the first one for a form that names none.
fn named(lot: Option<LotKey>, draft: &NeedDraft) -> LotKey {
    lot.or_else(|| draft.lots.first().map(|first| first.key)).unwrap_or_default()
}

/// Adds a lot and opens its page.
async fn lot_add(state: &State, token: &str) -> Result<Response, Failure> {
    let mut added = None;
    let change = |draft: &NeedDraft| {
        let mut draft = draft.clone();
        added = draft.lot_add_next();
        Ok(draft)
    };
    state.backend.need_step(token, change).await?;
    let step = if added.is_some() { Step::Lot } else { Step::Overview };
    Ok(Redirect::to(&step_url(step, token, added)).into_response())
}

/// Asks for the publishing link, or publishes the changes.
async fn publish(state: &State, caller: IpAddr, token: &str) -> Result<Response, Failure> {
    let prepared = state.backend.need_prepared(token).await?;
    let done = if prepared.is_published() {
        state.backend.need_revise(token).await.map(|_| {
            let token = urls::encoded(token);
            format!("/besoins/suivre?jeton={token}&change=1")
        })
    } else {
        state.limits.mail(caller, prepared.draft.email.as_str()).map_err(Failure)?;
        state.backend.need_ask(token).await.map(|need| {
            let to = urls::encoded(need.draft.email.as_str());
            format!("/besoins/envoye?a={to}")
        })
    };
    match done {
        Ok(url) => Ok(Redirect::to(&url).into_response()),
        Err(Error::Refused(text)) => {
            let shown = Shown { refused: Some(text), ..Shown::new(Step::Check, token, None) };
            show(state, shown).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Joins a file. The token is in the address: what reads the body reads one part only.
pub(super) async fn file_add(
    Extract(state): Extract<State>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    parts: Result<Multipart, MultipartRejection>,
) -> Response {
    let token = value(&query, "jeton");
    let outcome = async {
        limited(&state, peer, &headers)?;
        // Nothing is read for who has no right to write.
        state.backend.need_prepared(&token).await?;
        let read = match parts {
            Ok(parts) => file_read(parts).await,
            Err(_) => None,
        };
        let outcome = match read {
            Some((name, content)) => state.backend.attachment_add(&token, &name, content).await?,
            None => StepOutcome::Refused(vec![Violation {
                field: domain::need::Field::Piece,
                message: "Ce fichier n’a pas pu être lu, ou dépasse 10 Mo.".to_owned(),
            }]),
        };
        match outcome {
            StepOutcome::Kept(_) => Ok(Redirect::to(&step_url(Step::Files, &token, None)).into_response()),
            StepOutcome::Refused(wrong) => {
                show(&state, Shown { wrong, ..Shown::new(Step::Files, &token, None) }).await
            }
        }
    };
    answered(&state, outcome.await)
}

/// The first file of the parts; `None` when there is none or it cannot be read whole.
async fn file_read(mut parts: Multipart) -> Option<(String, Vec<u8>)> {
    loop {
        let part = parts.next_field().await.ok()??;
        let Some(name) = part.file_name().map(str::to_owned) else { continue };
        let content = part.bytes().await.ok()?;
        return Some((name, content.to_vec()));
    }
}

/// A file of what is being written.
pub(super) async fn file_prepared(
    Extract(state): Extract<State>,
    Path(id): Path<Uuid>,
    RawQuery(query): RawQuery,
) -> Response {
    let token = value(&query, "jeton");
    let outcome = state.backend.attachment_show_prepared(&token, id).await;
    answered(&state, outcome.map(download).map_err(Failure::from))
}

/// A file of a published need.
pub(super) async fn file(Extract(state): Extract<State>, Path((need, id)): Path<(Uuid, Uuid)>) -> Response {
    let outcome = state.backend.attachment_show(need, id).await;
    answered(&state, outcome.map(download).map_err(Failure::from))
}

/// Always as a download, never shown: what strangers sent runs nowhere.
fn download(file: Attachment) -> Response {
    let mut response = Response::new(Body::from(file.content));
    let headers = response.headers_mut();
    let ascii: String = file
        .name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || ".-_ ".contains(c) { c } else { '_' })
        .collect();
    let encoded = urls::encoded(&file.name).replace('+', "%20");
    let disposition = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}");
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    if let Ok(media) = HeaderValue::from_str(&file.media) {
        headers.insert(CONTENT_TYPE, media);
    }
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
