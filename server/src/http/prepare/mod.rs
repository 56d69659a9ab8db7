//! The optional steps of a need: pages that are read, forms that are sent, files that are joined.

mod files;
mod sharing;
mod steps;

pub(super) use files::{
    UPLOAD_WAIT, UPLOADS_AT_ONCE, download, file, file_add, file_prepared, file_read, file_remove,
};
pub(super) use sharing::{sharing, sharing_change};

use super::State;
use super::caller::{Caller, Sent};
use super::html::{Failure, later};
use super::pages::value;
use crate::http::support::worked_out;
use app::document::Page;
use app::pages::error::Trouble;
use app::pages::prepare::{self, Preparing, Step, step_url};
use app::urls::{self, LotNamed};
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::Error;
use backend::needs::{Prepared, StepOutcome};
use domain::access::{Actor, Grant};
use domain::form::Violation;
use domain::need::steps::Typed;
use domain::need::{LotDraft, LotKey, NeedDraft};

/// A step: one value that applies what was typed in it, and shows itself.
trait StepPage: Sync {
    /// The draft with what was sent; `None` when there is nothing to be sent here.
    fn apply(
        &self,
        _state: &State,
        _sent: &SentStep<'_>,
        _draft: &NeedDraft,
    ) -> Option<Result<NeedDraft, Vec<Violation>>> {
        None
    }

    /// Where it leads once it is kept, if not to all steps.
    fn after(&self, _sent: &SentStep<'_>, _token: &str, _draft: &NeedDraft) -> Option<String> {
        None
    }

    /// Its page.
    fn show(&self, state: &State, model: &Preparing<'_>, shown: &Shown) -> Result<Response, Failure>;
}

fn page_of(step: Step) -> &'static dyn StepPage {
    match step {
        Step::Overview => &steps::Overview,
        Step::Subject => &steps::Subject,
        Step::Buyer => &steps::Buyer,
        Step::Lot => &steps::Lot,
        Step::Law => &steps::Law,
        Step::Advice => &steps::Advice,
        Step::Files => &files::Files,
        Step::Questions => &steps::Questions,
        Step::Check => &steps::Check,
    }
}

/// What a step was sent.
struct SentStep<'a> {
    typed: Typed<'a>,
    /// The lot that the form names.
    lot: Option<LotKey>,
    /// Which of its buttons was pressed.
    asked: String,
}

impl SentStep<'_> {
    /// The lot that the form names; the first one for a form that names none.
    fn named(&self, draft: &NeedDraft) -> LotKey {
        self.lot.or_else(|| draft.lots.first().map(|first| first.key)).unwrap_or_default()
    }
}

/// A step that is shown: with what was typed and what is to be corrected, if it was refused.
struct Shown {
    step: Step,
    caller: Caller,
    lot: LotNamed,
    typed: Option<Vec<(String, String)>>,
    wrong: Vec<Violation>,
    refused: Option<String>,
    kept: bool,
}

impl Shown {
    fn new(step: Step, caller: &Caller, lot: LotNamed) -> Self {
        let caller = caller.clone();
        Self { step, caller, lot, typed: None, wrong: Vec::new(), refused: None, kept: false }
    }

    fn status(&self) -> StatusCode {
        if self.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }

    fn is_refused(&self) -> bool {
        !self.wrong.is_empty() || self.refused.is_some()
    }

    fn around(&self) -> Page {
        prepare::page(self.step, self.is_refused())
    }

    /// The form of the step: as it was typed, else as it is kept.
    fn form<F>(&self, read: impl FnOnce(Typed<'_>) -> F, kept: impl FnOnce() -> F) -> F {
        self.typed.as_deref().map_or_else(kept, |pairs| read(Typed(pairs)))
    }

    /// The lot that the step is about: the one that is named, else the first.
    fn lot_of<'p>(&self, prepared: &'p Prepared) -> Result<&'p LotDraft, Failure> {
        self.lot.of(&prepared.draft).ok_or(Failure(Trouble::NotFound))
    }
}

pub(super) async fn overview(extract: Extract<State>, query: RawQuery, caller: Caller) -> Response {
    step(extract, Path(String::new()), query, caller).await
}

pub(super) async fn step(
    Extract(state): Extract<State>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let shown = async {
        let step = Step::parse(&slug).ok_or(Failure(Trouble::NotFound))?;
        let lot = LotNamed::read(&urls::pairs(query.as_deref().unwrap_or_default()));
        let mut shown = Shown::new(step, &caller, lot);
        shown.kept = value(&query, "garde") == "1";
        show(&state, shown).await
    };
    caller.answered(&state, shown.await)
}

async fn show(state: &State, mut shown: Shown) -> Result<Response, Failure> {
    let need = shown.caller.need()?;
    let prepared = state.backend.need_prepared(&shown.caller.actor, need).await?;
    // « Retour » after a lot was split or taken out: all steps, not an error.
    if shown.lot.of(&prepared.draft).is_none() {
        let refused = shown.wrong.drain(..).next().map(|violation| violation.message);
        shown = Shown { step: Step::Overview, lot: LotNamed::First, typed: None, refused, ..shown };
    }
    let state = state.clone();
    worked_out(move || {
        let today = state.backend.clock.today_at(&prepared.draft.place);
        let (token, wrong, refused) = (&shown.caller.token, &shown.wrong, shown.refused.as_deref());
        let lot = shown.lot_of(&prepared).ok().map(|lot| lot.key);
        let model = Preparing { prepared: &prepared, token, wrong, refused, lot, today };
        page_of(shown.step).show(&state, &model, &shown)
    })
    .await
}

pub(super) async fn step_save(
    Extract(state): Extract<State>,
    Path(slug): Path<String>,
    sent: Sent,
) -> Response {
    let form = async {
        let step = Step::parse(&slug).ok_or(Failure(Trouble::NotFound))?;
        match (sent.caller.counted(&state).await, step) {
            (Err(Failure(trouble)), _) => too_many(&state, step, &sent, &trouble).await,
            (Ok(()), Step::Check) => publish(&state, &sent).await,
            (Ok(()), _) => save(&state, step, &sent).await,
        }
    };
    sent.caller.answered(&state, form.await)
}

/// Too many forms, or too many mails: the page again, with what was typed.
async fn too_many(state: &State, step: Step, sent: &Sent, trouble: &Trouble) -> Result<Response, Failure> {
    let (typed, refused) = (Some(sent.pairs.clone()), Some(trouble.sentence()));
    let shown = Shown { typed, refused, ..Shown::new(step, &sent.caller, lot_named(sent)) };
    Ok(later(show(state, shown).await?, trouble))
}

fn lot_named(sent: &Sent) -> LotNamed {
    lot_of_form(sent).map_or(LotNamed::First, LotNamed::Key)
}

fn lot_of_form(sent: &Sent) -> Option<LotKey> {
    sent.field("lot").parse().ok().map(LotKey)
}

async fn save(state: &State, step: Step, sent: &Sent) -> Result<Response, Failure> {
    let page = page_of(step);
    let caller = &sent.caller;
    let step_sent =
        SentStep { typed: Typed(&sent.pairs), lot: lot_of_form(sent), asked: sent.field("faire") };
    let mut is_sent = true;
    let change = |draft: &NeedDraft| {
        let applied = page.apply(state, &step_sent, draft);
        is_sent = applied.is_some();
        applied.unwrap_or_else(|| Ok(draft.clone()))
    };
    let outcome = state.backend.need_step(&caller.actor, caller.need()?, change).await?;
    if !is_sent {
        return Err(Failure(Trouble::NotFound));
    }
    match outcome {
        StepOutcome::Kept(draft) => {
            let all = || format!("{}&garde=1", step_url(Step::Overview, &caller.token, None));
            let next = page.after(&step_sent, &caller.token, &draft).unwrap_or_else(all);
            Ok(Redirect::to(&next).into_response())
        }
        StepOutcome::Refused(wrong) => {
            let typed = Some(sent.pairs.clone());
            show(state, Shown { typed, wrong, ..Shown::new(step, caller, lot_named(sent)) }).await
        }
    }
}

/// Asks for the publishing link, or publishes the changes.
async fn publish(state: &State, sent: &Sent) -> Result<Response, Failure> {
    let caller = &sent.caller;
    let (actor, need) = (&caller.actor, caller.need()?);
    let prepared = state.backend.need_prepared(actor, need).await?;
    // What a need causes is mails: an address publishes as often as it may have mails sent.
    if let Some(author) = &prepared.need.author
        && let Err(Failure(trouble)) = caller.mails(state, author.as_str()).await
    {
        return too_many(state, Step::Check, sent, &trouble).await;
    }
    let done = if prepared.is_published() {
        let token = urls::encoded(&caller.token);
        state
            .backend
            .need_revise(actor, need)
            .await
            .map(|()| format!("/besoins/suivre?jeton={token}&change=1"))
    } else if matches!(actor, Actor::Account(_)) {
        // Its address is confirmed: no mail has to prove it.
        let follow = urls::reference(Grant::NeedFollow(need));
        let url = format!("/besoins/suivre?jeton={follow}&publie=1");
        state.backend.need_publish(actor, need).await.map(|_| url)
    } else {
        state.backend.need_ask(actor, need).await.map(|need| state.backend.links().need_sent(&need))
    };
    match done {
        Ok(url) => Ok(Redirect::to(&url).into_response()),
        Err(Error::Refused(text)) => {
            show(state, Shown { refused: Some(text), ..Shown::new(Step::Check, caller, LotNamed::First) })
                .await
        }
        Err(error) => Err(error.into()),
    }
}
