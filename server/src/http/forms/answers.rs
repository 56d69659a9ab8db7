//! What structures say: to a need, and of their trade.

use crate::http::State;
use crate::http::caller::Sent;
use crate::http::html::{Failure, later, page};
use crate::http::pages::{answer_refused, id, siret};
use app::pages;
use app::pages::confirm::TradeReply;
use app::pages::error::Trouble;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use backend::error::Error;
use backend::needs::AnswerForm;
use domain::form::{Field, Violation};
use domain::need::{Answer, InterestForm, LotKey, Reply};

/// « Je suis intéressée », from the public page of a need: the contact of the structure gets the link that answers. The
/// answer is the same whether it has one or not.
pub(in crate::http) async fn interest(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let form = async {
        let need = id(&number)?;
        let typed = sent.field("siret");
        let asked = state.backend.need_show(need)?;
        let found = siret(&typed).and_then(|siret| Ok(state.backend.structure_known(siret)?));
        let Ok(entry) = found else {
            let title = pages::confirm::page("Erreur\u{a0}: cette structure n’est pas connue");
            return Ok(page(&state, StatusCode::UNPROCESSABLE_ENTITY, &title, || {
                pages::interest::unlisted(&asked.need, &typed)
            }));
        };
        let siret = entry.structure.siret;
        sent.caller.mails(&state, siret.as_str()).await?;
        state.backend.answer_link_send(&sent.caller.actor, need, siret).await?;
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("Un e-mail vous attend"), || {
            pages::interest::sent(&asked.need, &entry.structure)
        }))
    };
    sent.caller.answers(&state, form).await
}

/// The address that a structure leaves which is not listed, or whose contact is not known: it is asked to confirm it.
pub(in crate::http) async fn interest_ask(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let form = async {
        let need = id(&number)?;
        let typed = InterestForm {
            siret: sent.field(Field::Siret.name()),
            name: sent.field(Field::Name.name()),
            email: sent.field(Field::Email.name()),
        };
        // What is refused mails nobody, and does not count.
        let (wrong, too_many) = match state.backend.interest_read(need, &typed).await? {
            Err(wrong) => (wrong, None),
            Ok(interest) => match sent.caller.mails(&state, interest.address.as_str()).await {
                Ok(()) => {
                    state.backend.interest_ask(&sent.caller.actor, &interest).await?;
                    let title = pages::confirm::page("Un e-mail vous attend");
                    return Ok(page(&state, StatusCode::OK, &title, pages::interest::asked));
                }
                Err(Failure(trouble)) => {
                    (vec![Violation::new(Field::Email, trouble.sentence())], Some(trouble))
                }
            },
        };
        let asked = state.backend.need_show(need)?;
        let listed = siret(&typed.siret).ok().and_then(|siret| state.backend.structure_known(siret).ok());
        let listed = listed.as_ref().map(|entry| &entry.structure);
        let shown = page(&state, StatusCode::UNPROCESSABLE_ENTITY, &pages::interest::page(true), || {
            pages::interest::address(&asked.need, &typed, listed, &wrong)
        });
        Ok(match too_many {
            Some(trouble) => later(shown, &trouble),
            None => shown,
        })
    };
    sent.caller.answers(&state, form).await
}

/// A structure confirms the address that it left: the author of the need learns of it.
pub(in crate::http) async fn interest_confirm(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let (actor, interest) = (&sent.caller.actor, sent.caller.interest()?);
        let model = state.backend.interest_confirm(actor, interest).await?;
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("L’acheteur va être prévenu"), || {
            pages::interest::confirmed(&model)
        }))
    };
    sent.caller.answers(&state, form).await
}

/// What a structure answers to a need.
pub(in crate::http) async fn need_answer(Extract(state): Extract<State>, sent: Sent) -> Response {
    sent.caller.answers(&state, answer(&state, &sent)).await
}

async fn answer(state: &State, sent: &Sent) -> Result<Response, Failure> {
    let all =
        |name: &str| sent.pairs.iter().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect::<Vec<_>>();
    let form = AnswerForm {
        answer: Answer::parse(&sent.field("reponse")).ok_or(Failure(Trouble::Unreadable))?,
        lots: all("lot").iter().filter_map(|lot| lot.parse().ok().map(LotKey)).collect(),
        message: sent.field("message"),
        replies: all("question")
            .into_iter()
            .zip(all("reponse-question"))
            .map(|(question, reply)| Reply { question, reply })
            .collect(),
    };
    let (actor, need, siret) = (&sent.caller.actor, sent.caller.need()?, sent.caller.structure()?);
    let none_ticked = form.lots.is_empty() && sent.field("par-lot") == "1";
    let outcome = if none_ticked {
        Err(Error::Refused("Cochez au moins un lot.".to_owned()))
    } else if let Err(Failure(trouble)) = sent.caller.mails(state, &sent.caller.token).await {
        Err(Error::Refused(trouble.sentence()))
    } else {
        state.backend.need_answer(actor, need, siret, &form).await
    };
    match outcome {
        Ok(model) => Ok(page(state, StatusCode::OK, &pages::confirm::page("C’est noté"), || {
            pages::confirm::answered(&model, form.answer)
        })),
        Err(Error::Refused(text)) => {
            let model = state.backend.answer_show(actor, need, siret).await?;
            if let Some(why) = state.backend.answer_refusal(&model) {
                return Ok(answer_refused(state, &model, why));
            }
            let title = pages::confirm::page("Erreur\u{a0}: votre réponse n’est pas partie");
            Ok(page(state, StatusCode::UNPROCESSABLE_ENTITY, &title, || {
                pages::confirm::answer(&model, &sent.caller.token, form.answer, Some((&form, &text)))
            }))
        }
        Err(error) => Err(error.into()),
    }
}

/// Notes whether a sector is a structure's trade, or mails it the link of its page.
pub(in crate::http) async fn trade(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let reply = TradeReply::parse(&sent.field("reponse")).ok_or(Failure(Trouble::Unreadable))?;
        let (actor, (siret, sector)) = (&sent.caller.actor, sent.caller.trade()?);
        let model = match reply {
            TradeReply::Says(answer) => state.backend.question_answer(actor, siret, sector, answer).await?,
            TradeReply::Other => {
                sent.caller.mails(&state, siret.as_str()).await?;
                state.backend.question_manage(actor, siret, sector).await?
            }
        };
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("C’est noté"), || {
            pages::confirm::traded(&model, reply)
        }))
    };
    sent.caller.answers(&state, form).await
}
