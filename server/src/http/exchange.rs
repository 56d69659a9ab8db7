//! What structures and authors of needs write to each other, and how authors look at the structures of a lot.

use super::State;
use super::caller::{Caller, Sent};
use super::html::{Failure, later, page};
use super::pages::{siret, value};
use super::prepare;
use app::pages::error::Trouble;
use app::pages::{exchange, follow};
use app::urls::{self, LotNamed, encoded};
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::Error;
use backend::needs::FollowView;
use domain::access::Action;
use domain::form::{Field, Violation};
use domain::need::{
    Aspect, AwardForm, COMPARED_MAX, LotKey, MessageText, NeedDraft, Selection, SharedForm, Side,
};
use domain::siret::Siret;
use uuid::Uuid;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// The lot that an address or a form names.
fn lot_of(pairs: &[(String, String)], draft: &NeedDraft) -> Result<LotKey, Failure> {
    LotNamed::read(pairs).of(draft).map(|lot| lot.key).ok_or(Failure(Trouble::NotFound))
}

fn pairs_of(query: &Option<String>) -> Vec<(String, String)> {
    urls::pairs(query.as_deref().unwrap_or_default())
}

/// The lot that a form names by its key.
fn lot_sent(sent: &Sent) -> Option<LotKey> {
    sent.field("lot").parse().ok().map(LotKey)
}

/// What a structure and the author wrote to each other, for the structure.
pub(super) async fn thread(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let sent = value(&query, "fait") == "message";
    let outcome = async {
        let model = state.backend.thread_show(&caller.actor, caller.need()?, caller.structure()?).await?;
        Ok(page(&state, StatusCode::OK, &exchange::page(false), || {
            exchange::view(&model, &caller.token, exchange::Typed::default(), sent)
        }))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// A file of a message, for the structure.
pub(super) async fn thread_file(
    Extract(state): Extract<State>,
    Path(file): Path<Uuid>,
    caller: Caller,
) -> Response {
    let outcome = async {
        let (need, siret) = (caller.need()?, caller.structure()?);
        Ok(prepare::download(state.backend.thread_file_show(&caller.actor, need, siret, file).await?))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// A file of a message, for the author.
pub(super) async fn candidate_file(
    Extract(state): Extract<State>,
    Path(file): Path<Uuid>,
    caller: Caller,
) -> Response {
    let outcome = async {
        let need = caller.need()?;
        Ok(prepare::download(state.backend.candidate_file_show(&caller.actor, need, file).await?))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// A structure writes to the author.
pub(super) async fn message_write(Extract(state): Extract<State>, sent: Sent) -> Response {
    sent.caller.answers(&state, write(&state, &sent)).await
}

async fn write(state: &State, sent: &Sent) -> Result<Response, Failure> {
    let caller = &sent.caller;
    let (need, structure) = (caller.need()?, caller.structure()?);
    let model = state.backend.thread_show(&caller.actor, need, structure).await?;
    let (typed, lot) = (sent.field(Field::Message.name()), lot_sent(sent));
    let again = |wrong: &[Violation]| {
        page(state, REFUSED, &exchange::page(true), || {
            exchange::view(&model, &caller.token, exchange::Typed { lot, text: &typed, wrong }, false)
        })
    };
    let text = match MessageText::parse(&typed, Field::Message) {
        Ok(text) => text,
        Err(wrong) => return Ok(again(&[wrong])),
    };
    if let Err(Failure(trouble)) = caller.mails(state, &caller.token).await {
        return Ok(later(again(&[Violation::new(Field::Message, trouble.sentence())]), &trouble));
    }
    let lot = lot.or_else(|| model.lots.first().copied()).ok_or(Failure(Trouble::NotFound))?;
    match state.backend.message_write(&caller.actor, need, structure, lot, &text).await {
        Ok(()) => {
            let to = format!("/besoins/echanger?jeton={}&fait=message", encoded(&caller.token));
            Ok(Redirect::to(&to).into_response())
        }
        Err(Error::Refused(why)) => Ok(again(&[Violation::new(Field::Message, why)])),
        Err(error) => Err(error.into()),
    }
}

/// One structure of a lot, for the author.
pub(super) async fn candidate(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let view = state.backend.need_follow(&caller.actor, caller.need()?).await?;
        let lot = lot_of(&pairs_of(&query), &view.need.draft)?;
        let of = siret(&value(&query, "siret"))?;
        let model = state.backend.candidate_show(&caller.actor, view.need.id, lot, of).await?;
        let done = match value(&query, "fait").as_str() {
            "message" => Some("Votre message est gardé, et part par e-mail."),
            "sans-adresse" => Some(
                "Votre message est gardé. Cette structure ne reçoit pas d’e-mails de notre part\u{a0}: elle le lira si elle ouvre son espace.",
            ),
            "note" => Some("Vos notes sont gardées."),
            _ => None,
        };
        Ok(page(&state, StatusCode::OK, &follow::candidate::page(&model, false), || {
            follow::candidate::view(&model, &caller.token, follow::candidate::Typed::default(), done)
        }))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// The author writes to a structure, or keeps a note about it.
pub(super) async fn candidate_change(Extract(state): Extract<State>, sent: Sent) -> Response {
    sent.caller.answers(&state, change(&state, &sent)).await
}

async fn change(state: &State, sent: &Sent) -> Result<Response, Failure> {
    let caller = &sent.caller;
    let (need, of) = (caller.need()?, siret(&sent.field("siret")));
    let writes = match sent.field("action").as_str() {
        "ecrire" => true,
        "noter" => false,
        _ => return Err(Failure(Trouble::Unreadable)),
    };
    // Whoever may not is told so before what it names is looked for.
    let action = if writes { Action::MessageReply } else { Action::SelectionKeep };
    state.backend.need_allowed(&caller.actor, action, need).await?;
    let view = state.backend.need_follow(&caller.actor, need).await?;
    let lot = lot_of(&sent.pairs, &view.need.draft)?;
    let model = state.backend.candidate_show(&caller.actor, need, lot, of?).await?;
    let siret = model.candidate.entry.structure.siret;
    let (message, note) = (sent.field(Field::Message.name()), sent.field(Field::Note.name()));
    let again = |wrong: Violation| {
        let wrong = [wrong];
        let typed = follow::candidate::Typed {
            message: &message,
            note: (!writes).then_some(note.as_str()),
            wrong: &wrong,
        };
        page(state, REFUSED, &follow::candidate::page(&model, true), || {
            follow::candidate::view(&model, &caller.token, typed, None)
        })
    };
    let done = if writes {
        let text = match MessageText::parse(&message, Field::Message) {
            Ok(text) => text,
            Err(wrong) => return Ok(again(wrong)),
        };
        if let Err(Failure(trouble)) = caller.mails(state, siret.as_str()).await {
            return Ok(later(again(Violation::new(Field::Message, trouble.sentence())), &trouble));
        }
        match state.backend.message_reply(&caller.actor, need, lot, siret, &text).await {
            Ok(true) => "message",
            Ok(false) => "sans-adresse",
            Err(Error::Refused(why)) => return Ok(again(Violation::new(Field::Message, why))),
            Err(error) => return Err(error.into()),
        }
    } else {
        let is_shortlisted = sent.field(follow::candidate::SHORTLISTED) == "1";
        match Selection::read(lot, siret, is_shortlisted, &note) {
            Ok(selection) => state.backend.selection_keep(&caller.actor, need, &selection).await?,
            Err(wrong) => return Ok(again(wrong)),
        }
        "note"
    };
    Ok(Redirect::to(&follow::candidate::done_url(&model, &caller.token, done)).into_response())
}

/// The structures of a lot, side by side.
pub(super) async fn comparison(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = compared(&state, &caller, &pairs_of(&query), None).await;
    caller.answered(&state, outcome)
}

async fn compared(
    state: &State,
    caller: &Caller,
    pairs: &[(String, String)],
    refused: Option<&str>,
) -> Result<Response, Failure> {
    let view = state.backend.need_follow(&caller.actor, caller.need()?).await?;
    let lot = lot_of(pairs, &view.need.draft)?;
    let model = state.backend.comparison_show(&caller.actor, view.need.id, lot).await?;
    let chosen = pairs.iter().filter(|(name, _)| name == "structure");
    let chosen: Vec<Siret> = chosen.filter_map(|(_, text)| Siret::kept(text)).take(COMPARED_MAX).collect();
    let status = if refused.is_some() { REFUSED } else { StatusCode::OK };
    Ok(page(state, status, &follow::compare::page(refused.is_some()), || {
        follow::compare::view(&model, &caller.token, &chosen, refused)
    }))
}

/// Chooses on what the structures of a lot are compared.
pub(super) async fn aspects_choose(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let caller = &sent.caller;
        state.backend.need_allowed(&caller.actor, Action::SelectionKeep, caller.need()?).await?;
        let view = state.backend.need_follow(&caller.actor, caller.need()?).await?;
        let draft = &view.need.draft;
        let lot = lot_of(&sent.pairs, draft)?;
        let ticked = sent.pairs.iter().filter(|(name, _)| name == "critere");
        let ticked: Vec<Aspect> = ticked.filter_map(|(_, code)| Aspect::parse(code)).collect();
        match state.backend.aspects_choose(&caller.actor, view.need.id, lot, &ticked).await {
            Ok(()) => Ok(Redirect::to(&follow::compare_url(draft, &caller.token, lot)).into_response()),
            Err(Error::Refused(why)) => compared(&state, caller, &sent.pairs, Some(&why)).await,
            Err(error) => Err(error.into()),
        }
    };
    sent.caller.answers(&state, form).await
}

/// What the author answers to all.
pub(super) async fn questions(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let done = value(&query, "fait") == "1";
    let outcome = async {
        let model = state.backend.need_follow(&caller.actor, caller.need()?).await?;
        let asked = value(&query, "message").parse::<Uuid>().ok();
        let asked = asked.and_then(|id| model.messages.iter().find(|message| message.id == id));
        let asked = asked.filter(|message| message.side == Side::Structure);
        let form = SharedForm {
            question: asked.map(|message| message.text.clone()).unwrap_or_default(),
            answer: String::new(),
        };
        let about = (asked.map(|message| message.lot), asked.map(|message| message.id.to_string()));
        let about = (about.0, about.1.unwrap_or_default());
        Ok(page(&state, StatusCode::OK, &follow::questions::page(false), || {
            follow::questions::view(&model, &caller.token, &form, (about.0, &about.1), &[], done)
        }))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// Publishes an answer to all.
pub(super) async fn answer_share(Extract(state): Extract<State>, sent: Sent) -> Response {
    sent.caller.answers(&state, share(&state, &sent)).await
}

async fn share(state: &State, sent: &Sent) -> Result<Response, Failure> {
    let caller = &sent.caller;
    state.backend.need_allowed(&caller.actor, Action::AnswerShare, caller.need()?).await?;
    let model = state.backend.need_follow(&caller.actor, caller.need()?).await?;
    let form = SharedForm {
        question: sent.field(Field::SharedQuestion.name()),
        answer: sent.field(Field::SharedAnswer.name()),
    };
    let (lot, answers) = (lot_sent(sent), sent.field("message"));
    let again = |wrong: &[Violation]| {
        page(state, REFUSED, &follow::questions::page(true), || {
            follow::questions::view(&model, &caller.token, &form, (lot, &answers), wrong, false)
        })
    };
    let texts = match form.read() {
        Ok(texts) => texts,
        Err(wrong) => return Ok(again(&wrong)),
    };
    if let Err(Failure(trouble)) = caller.mails(state, &caller.token).await {
        return Ok(later(again(&[Violation::new(Field::SharedAnswer, trouble.sentence())]), &trouble));
    }
    let answers_message = answers.parse().ok();
    match state.backend.answer_share(&caller.actor, model.need.id, lot, answers_message, &texts).await {
        Ok(()) => {
            let to = format!("{}&fait=1", follow::questions_url(&caller.token, None));
            Ok(Redirect::to(&to).into_response())
        }
        Err(Error::Refused(why)) => Ok(again(&[Violation::new(Field::SharedAnswer, why)])),
        Err(error) => Err(error.into()),
    }
}

/// The one reminder of a lot.
pub(super) async fn remind(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let model = state.backend.need_follow(&caller.actor, caller.need()?).await?;
        let lot = lot_of(&pairs_of(&query), &model.need.draft)?;
        Ok(remind_page(&state, &caller, &model, lot, "", &[], None))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

fn remind_page(
    state: &State,
    caller: &Caller,
    model: &FollowView,
    lot: LotKey,
    typed: &str,
    wrong: &[Violation],
    refused: Option<&str>,
) -> Response {
    let is_refused = refused.is_some() || !wrong.is_empty();
    let status = if is_refused { REFUSED } else { StatusCode::OK };
    page(state, status, &follow::remind::page(is_refused), || {
        follow::remind::view(model, &caller.token, lot, typed, wrong, refused)
    })
}

/// Reminds the structures of a lot that have not answered.
pub(super) async fn lot_remind(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let caller = &sent.caller;
        state.backend.need_allowed(&caller.actor, Action::LotRemind, caller.need()?).await?;
        let model = state.backend.need_follow(&caller.actor, caller.need()?).await?;
        let lot = lot_of(&sent.pairs, &model.need.draft)?;
        let typed = sent.field(Field::Message.name());
        let text = match MessageText::parse(&typed, Field::Message) {
            Ok(text) => text,
            Err(wrong) => return Ok(remind_page(&state, caller, &model, lot, &typed, &[wrong], None)),
        };
        match state.backend.lot_remind(&caller.actor, model.need.id, lot, &text).await {
            Ok(()) => {
                let to = follow::remind_url(&model.need.draft, &caller.token, lot);
                Ok(Redirect::to(&to).into_response())
            }
            Err(Error::Refused(why)) => Ok(remind_page(&state, caller, &model, lot, &typed, &[], Some(&why))),
            Err(error) => Err(error.into()),
        }
    };
    sent.caller.answers(&state, form).await
}

/// What happened around a need.
pub(super) async fn report(Extract(state): Extract<State>, caller: Caller) -> Response {
    let outcome = async {
        let model = state.backend.need_report(&caller.actor, caller.need()?).await?;
        Ok(page(&state, StatusCode::OK, &follow::report::page(&model), || {
            follow::report::view(&model, &caller.token)
        }))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

pub(super) async fn report_csv(Extract(state): Extract<State>, caller: Caller) -> Response {
    let outcome = async {
        let model = state.backend.need_report(&caller.actor, caller.need()?).await?;
        let body = model.to_csv(app::components::moment)?;
        Ok(download("text/csv; charset=utf-8", "trace-du-sourcage.csv", body))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// A file that the browser keeps.
pub(super) fn download(kind: &'static str, name: &str, body: impl IntoResponse) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, disposition),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, body).into_response()
}

/// « Qu’est-ce qui est attribué, et à qui ? »: opening it says nothing.
pub(super) async fn need_award(Extract(state): Extract<State>, caller: Caller) -> Response {
    let outcome = award_page(&state, &caller, &[], None).await;
    caller.answered(&state, outcome)
}

async fn award_page(
    state: &State,
    caller: &Caller,
    typed: &[follow::award::Typed],
    refused: Option<&str>,
) -> Result<Response, Failure> {
    let model = state.backend.need_follow(&caller.actor, caller.need()?).await?;
    let is_refused = refused.is_some() || !typed.is_empty();
    let status = if is_refused { REFUSED } else { StatusCode::OK };
    Ok(page(state, status, &follow::award::page(is_refused), || {
        follow::award::view(&model, &caller.token, typed, refused)
    }))
}

/// Which lots are awarded, to whom, for how much.
pub(super) async fn award(Extract(state): Extract<State>, sent: Sent) -> Response {
    sent.caller.answers(&state, award_say(&state, &sent)).await
}

async fn award_say(state: &State, sent: &Sent) -> Result<Response, Failure> {
    let caller = &sent.caller;
    state.backend.need_allowed(&caller.actor, Action::NeedEnd, caller.need()?).await?;
    let model = state.backend.need_follow(&caller.actor, caller.need()?).await?;
    let field = |field: Field, lot: LotKey| sent.field(&follow::award::field_name(field, lot));
    let ticked =
        |lot: LotKey| sent.pairs.iter().any(|(name, value)| name == "lot" && value.parse() == Ok(lot.0));
    let typed = model.need.draft.lots.iter().map(|lot| follow::award::Typed {
        lot: lot.key,
        is_awarded: ticked(lot.key),
        form: AwardForm {
            winner: field(Field::Siret, lot.key),
            amount_min: field(Field::AmountMin, lot.key),
            amount_max: field(Field::AmountMax, lot.key),
            insertion_hours: field(Field::InsertionHours, lot.key),
            reason: field(Field::Reason, lot.key),
        },
        wrong: Vec::new(),
    });
    let mut typed: Vec<follow::award::Typed> = typed.collect();
    let mut said = Vec::new();
    for of in typed.iter_mut().filter(|of| of.is_awarded) {
        match of.form.read(of.lot, state.backend.clock.now()) {
            Ok(award) => said.push(award),
            Err(wrong) => of.wrong = wrong,
        }
    }
    if typed.iter().any(|of| !of.wrong.is_empty()) {
        return award_page(state, caller, &typed, None).await;
    }
    match state.backend.need_award(&caller.actor, model.need.id, said).await {
        Ok(()) => {
            let token = encoded(&caller.token);
            Ok(Redirect::to(&format!("/besoins/suivre?jeton={token}&change=1")).into_response())
        }
        Err(Error::Refused(why)) => award_page(state, caller, &typed, Some(&why)).await,
        Err(error) => Err(error.into()),
    }
}
