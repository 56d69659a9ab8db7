//! Forms that are sent: parse, call one use case, answer with a redirection or the page again.

use super::State;
use super::html::{Failure, answered, later, page};
use super::limits::caller;
use super::pages::{answer_refused, manage_page, publish_page, siret, value};
use app::pages::confirm::TradeReply;
use app::pages::{self, error::Trouble};
use app::urls;
use axum::extract::{ConnectInfo, Path, RawQuery, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::Error;
use backend::needs::AnswerForm;
use backend::store::{Answer, Reply};
use backend::structures::{ActivityDecision, ActivityForm, ConventionForm, ManageForm, ManageOutcome};
use domain::need::steps::HOURS_MEANT;
use domain::need::{Field, LotKey, NeedForm, NeedStatus, Violation};
use std::net::{IpAddr, SocketAddr};

/// The first value of a name in a body.
pub(super) fn field(pairs: &[(String, String)], name: &str) -> String {
    urls::field(pairs, name).to_owned()
}

pub(super) fn limited(state: &State, peer: SocketAddr, headers: &HeaderMap) -> Result<(), Failure> {
    state.limits.post(caller(state, peer, headers)).map_err(Failure)
}

/// The form of a need: its page again with what to correct, its check page, or the mail.
pub(super) async fn need_new(
    Extract(state): Extract<State>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let form = urls::need_form_read(&body);
    let step = field(&urls::pairs(&body), "etape");
    let outcome = match step.as_str() {
        "modifier" => need_form_page(&state, &form, StatusCode::OK, &[]),
        "envoyer" => need_keep(&state, &form, false, peer, &headers).await,
        "preparer" => need_keep(&state, &form, true, peer, &headers).await,
        _ => need_check(&state, &form),
    };
    answered(&state, outcome)
}

fn need_form_page(
    state: &State,
    form: &NeedForm,
    status: StatusCode,
    wrong: &[Violation],
) -> Result<Response, Failure> {
    let preview = state.backend.need_preview(form)?;
    Ok(page(state, status, &pages::need_new::page(wrong), || {
        pages::need_new::view(form, wrong, preview.as_ref())
    }))
}

fn need_check(state: &State, form: &NeedForm) -> Result<Response, Failure> {
    match state.backend.need_read(form) {
        Err(wrong) => need_form_page(state, form, StatusCode::UNPROCESSABLE_ENTITY, &wrong),
        Ok(draft) => {
            let ranking = state.backend.match_list_with_left_out(draft.lots[0].to_match(&draft), &[])?;
            Ok(page(state, StatusCode::OK, &pages::need_check::page(), || {
                pages::need_check::view(form, &draft, &ranking)
            }))
        }
    }
}

/// A form that is right becomes a need: sent to be confirmed, or kept as a draft whose steps open.
async fn need_keep(
    state: &State,
    form: &NeedForm,
    as_draft: bool,
    peer: SocketAddr,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let draft = match state.backend.need_read(form) {
        Err(wrong) => return need_form_page(state, form, StatusCode::UNPROCESSABLE_ENTITY, &wrong),
        Ok(draft) => draft,
    };
    let caller = caller(state, peer, headers);
    let counted = state.limits.post(caller).and_then(|()| state.limits.mail(caller, draft.email.as_str()));
    if let Err(trouble) = counted {
        // What was typed stays on the page.
        let wrong = Violation { field: Field::Courriel, message: trouble.sentence() };
        let shown = need_form_page(state, form, StatusCode::TOO_MANY_REQUESTS, &[wrong])?;
        return Ok(later(shown, &trouble));
    }
    let next = if as_draft {
        let id = state.backend.need_start(draft).await?;
        state.backend.links().need_prepare(id)
    } else {
        let to = urls::encoded(draft.email.as_str());
        state.backend.need_send(draft).await?;
        format!("/besoins/envoye?a={to}")
    };
    Ok(Redirect::to(&next).into_response())
}

/// What became of a need.
pub(super) async fn need_end(
    Extract(state): Extract<State>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let pairs = urls::pairs(&body);
    let outcome = async {
        limited(&state, peer, &headers)?;
        let token = field(&pairs, "jeton");
        let status = NeedStatus::parse(&field(&pairs, "statut")).ok_or(Failure(Trouble::BadLink))?;
        state.backend.need_end(&token, status).await?;
        let token = urls::encoded(&token);
        Ok(Redirect::to(&format!("/besoins/suivre?jeton={token}&change=1")).into_response())
    };
    answered(&state, outcome.await)
}

pub(super) async fn need_publish(Extract(state): Extract<State>, body: String) -> Response {
    let token = field(&urls::pairs(&body), "jeton");
    let outcome = match state.backend.need_publish(&token).await {
        Ok(id) => {
            let link = state.backend.links().need_follow(id);
            Ok(Redirect::to(&format!("{link}&publie=1")).into_response())
        }
        Err(Error::Refused(_)) => {
            let need = state.backend.need_of_publish_link(&token).await.map_err(Failure::from);
            need.map(|need| publish_page(&state, &need, &token))
        }
        Err(error) => Err(Failure::from(error)),
    };
    answered(&state, outcome)
}

pub(super) async fn need_answer(
    Extract(state): Extract<State>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let pairs = urls::pairs(&body);
    let outcome = match limited(&state, peer, &headers) {
        Ok(()) => answer(&state, caller(&state, peer, &headers), &pairs).await,
        Err(failure) => Err(failure),
    };
    answered(&state, outcome)
}

async fn answer(state: &State, caller: IpAddr, pairs: &[(String, String)]) -> Result<Response, Failure> {
    let token = field(pairs, "jeton");
    let all =
        |name: &str| pairs.iter().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect::<Vec<_>>();
    let form = AnswerForm {
        answer: Answer::parse(&field(pairs, "reponse")).ok_or(Failure(Trouble::BadLink))?,
        lots: all("lot").iter().filter_map(|lot| lot.parse().ok().map(LotKey)).collect(),
        message: field(pairs, "message"),
        replies: all("question")
            .into_iter()
            .zip(all("reponse-question"))
            .map(|(question, reply)| Reply { question, reply })
            .collect(),
    };
    let none_ticked = form.lots.is_empty() && field(pairs, "par-lot") == "1";
    let outcome = match (none_ticked, state.limits.mail(caller, &token)) {
        (true, _) => Err(Error::Refused("Cochez au moins un lot.".to_owned())),
        (_, Err(trouble)) => Err(Error::Refused(trouble.sentence())),
        (false, Ok(())) => state.backend.need_answer(&token, &form).await,
    };
    match outcome {
        Ok(model) => Ok(page(state, StatusCode::OK, &pages::confirm::page("C’est noté"), || {
            pages::confirm::answered(&model, form.answer)
        })),
        Err(Error::Refused(text)) => {
            let model = state.backend.need_of_answer_link(&token).await?;
            if let Some(why) = state.backend.answer_refusal(&model) {
                return Ok(answer_refused(state, &model, why));
            }
            let title = pages::confirm::page("Erreur : votre réponse n’est pas partie");
            Ok(page(state, StatusCode::UNPROCESSABLE_ENTITY, &title, || {
                pages::confirm::answer(&model, &token, form.answer, Some((&form, &text)))
            }))
        }
        Err(error) => Err(error.into()),
    }
}

/// Notes whether a sector is a structure's trade, or mails it the link of its page.
pub(super) async fn trade(
    Extract(state): Extract<State>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let pairs = urls::pairs(&body);
    let outcome = async {
        limited(&state, peer, &headers)?;
        let token = field(&pairs, "jeton");
        let reply = TradeReply::parse(&field(&pairs, "reponse")).ok_or(Failure(Trouble::BadLink))?;
        let model = match reply {
            TradeReply::Says(answer) => state.backend.question_answer(&token, answer).await?,
            TradeReply::Other => {
                state.limits.mail(caller(&state, peer, &headers), &token).map_err(Failure)?;
                state.backend.question_manage(&token).await?
            }
        };
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("C’est noté"), || {
            pages::confirm::traded(&model, reply)
        }))
    };
    answered(&state, outcome.await)
}

/// Stops mails: from the button of the page, or from a mail program's one-click request (RFC 8058).
pub(super) async fn alerts_stop(Extract(state): Extract<State>, RawQuery(query): RawQuery) -> Response {
    let token = value(&query, "jeton");
    let outcome = state.backend.alerts_stop(&token).await.map_err(Failure::from).map(|entry| {
        let name = entry.structure.shown_name().to_owned();
        page(&state, StatusCode::OK, &pages::confirm::page("C’est fait"), || pages::confirm::stopped(&name))
    });
    answered(&state, outcome)
}

/// Mails the link to the page of a structure. The answer is the same whether an address is known or not.
pub(super) async fn manage_link(
    Extract(state): Extract<State>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Response {
    let outcome = async {
        limited(&state, peer, &headers)?;
        let siret = siret(&number)?;
        state.backend.structure_show(siret)?;
        state.limits.mail(caller(&state, peer, &headers), siret.as_str()).map_err(Failure)?;
        state.backend.manage_link_send(siret).await?;
        Ok(Redirect::to(&format!("/structures/{siret}?lien=demande")).into_response())
    };
    answered(&state, outcome.await)
}

pub(super) async fn manage(
    Extract(state): Extract<State>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let outcome = async {
        limited(&state, peer, &headers)?;
        manage_save(&state, &number, &urls::pairs(&body)).await
    };
    answered(&state, outcome.await)
}

async fn manage_save(state: &State, number: &str, pairs: &[(String, String)]) -> Result<Response, Failure> {
    let siret = siret(number)?;
    let token = field(pairs, "jeton");
    let form = manage_form(pairs);
    match state.backend.manage_save(siret, &token, &form).await? {
        ManageOutcome::Saved { searchable } => {
            let token = urls::encoded(&token);
            let done = if searchable { "1" } else { "bientot" };
            Ok(Redirect::to(&format!("/structures/{siret}/gerer?jeton={token}&fait={done}")).into_response())
        }
        ManageOutcome::Refused(wrong) => {
            manage_page(state, number, &token, &pages::manage::After::Refused(wrong), Some(&form)).await
        }
    }
}

/// The page has several forms: what the sent one does not hold stays as stored.
fn manage_form(pairs: &[(String, String)]) -> ManageForm {
    let given = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let decision = match field(pairs, "decision").as_str() {
        "confirm" => Some(ActivityDecision::Confirm),
        "dismiss" => Some(ActivityDecision::Dismiss),
        _ => None,
    };
    ManageForm {
        decisions: decision
            .map(|decision| vec![(field(pairs, "secteur"), field(pairs, "mode"), decision)])
            .unwrap_or_default(),
        add: given("ajout-secteur").map(|sector| ActivityForm {
            sector,
            mode: field(pairs, "ajout-mode"),
            zones: field(pairs, "ajout-zones"),
        }),
        hours: given("heures"),
        hours_meant: given(HOURS_MEANT).is_some(),
        contact: given("contact"),
        description: given("description"),
        website: given("site"),
        share: given("concernes").zip(given("travailleurs")),
        share_on: given("comptes-le"),
        convention: given("convention").map(|kind| ConventionForm {
            kind,
            which: field(pairs, "laquelle"),
            number: field(pairs, "numero"),
            from: field(pairs, "debut"),
            to: field(pairs, "fin"),
            etp: field(pairs, "etp"),
            proof: field(pairs, "preuve"),
        }),
        network: given("reseau"),
        ess: given("ess"),
    }
}
