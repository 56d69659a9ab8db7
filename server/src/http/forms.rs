//! Forms that are sent: parse, call one use case, answer with a redirection or the page again.

use super::State;
use super::caller::{Caller, Sent};
use super::html::{Failure, answered, later, page};
use super::pages::{answer_refused, award_page, id, manage_page, publish_page, siret};
use app::pages::confirm::TradeReply;
use app::pages::{self, error::Trouble};
use app::urls;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::Error;
use backend::needs::AnswerForm;
use backend::structures::{
    ActivityChange, ActivityDecision, ActivityForm, ConventionForm, ManageForm, ManageOutcome,
};
use domain::access::{Grant, Holder};
use domain::need::steps::HOURS_MEANT;
use domain::need::{Answer, Field, LotKey, NeedForm, NeedStatus, Reply, Violation};
use domain::siret::Siret;
use tokio::task::block_in_place;

/// The form of a need: its page again with what to correct, its check page, or the mail.
pub(super) async fn need_new(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = urls::need_form_read(&sent.body);
    let outcome = match sent.field("etape").as_str() {
        "modifier" => need_form_page(&state, &form, StatusCode::OK, &[]),
        "envoyer" => need_keep(&state, &form, false, &sent.caller).await,
        "preparer" => need_keep(&state, &form, true, &sent.caller).await,
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
        Ok(request) => {
            let draft = request.draft;
            let lot = &draft.lots[0];
            let ranking = state.backend.match_list_with_left_out(lot.to_match(&draft), &[])?;
            let advice = block_in_place(|| state.backend.vehicle_advise(&draft, lot))?;
            Ok(page(state, StatusCode::OK, &pages::need_check::page(), || {
                pages::need_check::view(form, &draft, &ranking, &advice)
            }))
        }
    }
}

/// A form that is right becomes a need: sent to be confirmed, or kept as a draft whose steps open.
async fn need_keep(
    state: &State,
    form: &NeedForm,
    as_draft: bool,
    caller: &Caller,
) -> Result<Response, Failure> {
    let request = match state.backend.need_read(form) {
        Err(wrong) => return need_form_page(state, form, StatusCode::UNPROCESSABLE_ENTITY, &wrong),
        Ok(request) => request,
    };
    let counted = caller.counted(state).and_then(|()| caller.mails(state, request.author.as_str()));
    if let Err(Failure(trouble)) = counted {
        // What was typed stays on the page.
        let wrong = Violation { field: Field::Email, message: trouble.sentence() };
        let shown = need_form_page(state, form, StatusCode::TOO_MANY_REQUESTS, &[wrong])?;
        return Ok(later(shown, &trouble));
    }
    let links = state.backend.links();
    let next = if as_draft {
        links.need_draft(&state.backend.need_start(&caller.actor, request).await?)
    } else {
        links.need_sent(&state.backend.need_send(&caller.actor, request).await?)
    };
    Ok(Redirect::to(&next).into_response())
}

/// What became of a need.
pub(super) async fn need_end(Extract(state): Extract<State>, sent: Sent) -> Response {
    let outcome = async {
        sent.caller.counted(&state)?;
        let status = NeedStatus::parse(&sent.field("statut")).ok_or(Failure(Trouble::Unreadable))?;
        state.backend.need_end(&sent.caller.actor, sent.caller.need()?, status).await?;
        let token = urls::encoded(&sent.caller.token);
        Ok(Redirect::to(&format!("/besoins/suivre?jeton={token}&change=1")).into_response())
    };
    let outcome = outcome.await;
    sent.caller.answered(&state, outcome)
}

/// Which lots are awarded, and to whom.
pub(super) async fn need_award(Extract(state): Extract<State>, sent: Sent) -> Response {
    let outcome = award(&state, &sent).await;
    sent.caller.answered(&state, outcome)
}

async fn award(state: &State, sent: &Sent) -> Result<Response, Failure> {
    sent.caller.counted(state)?;
    let ticked = sent.pairs.iter().filter(|(name, _)| name == "lot");
    let ticked = ticked.filter_map(|(_, lot)| lot.parse().ok().map(LotKey));
    let winner = |lot: LotKey| Siret::kept(&sent.field(&pages::follow::winner_field(lot)));
    let chosen: Vec<(LotKey, Option<Siret>)> = ticked.map(|lot| (lot, winner(lot))).collect();
    match state.backend.need_award(&sent.caller.actor, sent.caller.need()?, &chosen).await {
        Ok(()) => {
            let token = urls::encoded(&sent.caller.token);
            Ok(Redirect::to(&format!("/besoins/suivre?jeton={token}&change=1")).into_response())
        }
        Err(Error::Refused(why)) => award_page(state, &sent.caller, Some(&why)).await,
        Err(error) => Err(error.into()),
    }
}

/// Publishes a need.
pub(super) async fn need_publish(Extract(state): Extract<State>, sent: Sent) -> Response {
    let outcome = publish(&state, &sent.caller).await;
    sent.caller.answered(&state, outcome)
}

async fn publish(state: &State, caller: &Caller) -> Result<Response, Failure> {
    caller.counted(state)?;
    let (actor, need) = (&caller.actor, caller.need()?);
    let shown = state.backend.need_publish_show(actor, need).await?;
    // What a need causes is many mails: an address publishes as often as it may have mails sent.
    if let Some(author) = &shown.author {
        caller.mails(state, author.as_str())?;
    }
    match state.backend.need_publish(actor, need).await {
        Ok(need) => {
            let link = state.backend.links().need_follow(&need);
            Ok(Redirect::to(&format!("{link}&publie=1")).into_response())
        }
        Err(Error::Refused(_)) => Ok(publish_page(state, &shown, &caller.token)),
        Err(error) => Err(error.into()),
    }
}

/// Mails the author of a need its link again. The answer is the same for everybody.
pub(super) async fn need_link(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let outcome = async {
        sent.caller.counted(&state)?;
        let need = id(&number)?;
        state.backend.need_show(need)?;
        sent.caller.mails(&state, &need.to_string())?;
        state.backend.need_link_send(&sent.caller.actor, need).await?;
        Ok(link_sent_page(&state, &pages::confirm::LinkFor::Author))
    };
    let outcome = outcome.await;
    sent.caller.answered(&state, outcome)
}

/// Mails the holder of a link that is good no more a new one, to the address that is known.
pub(super) async fn link_renew(Extract(state): Extract<State>, sent: Sent) -> Response {
    let outcome = async {
        sent.caller.counted(&state)?;
        let actor = &sent.caller.actor;
        let grant = actor.grant().ok_or(Failure(Trouble::BadLink))?;
        let (to, whom) = match grant.holder() {
            Holder::Author(need) => (need.to_string(), pages::confirm::LinkFor::Author),
            Holder::Structure(siret) => (siret.to_string(), pages::confirm::LinkFor::Structure),
        };
        sent.caller.mails(&state, &to)?;
        match (grant, grant.holder()) {
            (Grant::NeedAnswer(need, siret), _) => {
                state.backend.answer_link_send(actor, need, siret).await?;
            }
            (_, Holder::Author(need)) => state.backend.need_link_send(actor, need).await?,
            (_, Holder::Structure(siret)) => state.backend.manage_link_send(actor, siret).await?,
        }
        Ok(link_sent_page(&state, &whom))
    };
    let outcome = outcome.await;
    sent.caller.answered(&state, outcome)
}

/// Makes every link of a holder invalid, and mails it a new one.
pub(super) async fn links_revoke(Extract(state): Extract<State>, sent: Sent) -> Response {
    let outcome = async {
        sent.caller.counted(&state)?;
        let actor = &sent.caller.actor;
        let holder = actor.grant().ok_or(Failure(Trouble::BadLink))?.holder();
        state.backend.links_revoke(actor, holder).await?;
        let whom = match holder {
            Holder::Author(need) => {
                state.backend.need_link_send(actor, need).await?;
                pages::confirm::LinkFor::Author
            }
            Holder::Structure(siret) => {
                state.backend.manage_link_send(actor, siret).await?;
                pages::confirm::LinkFor::Structure
            }
        };
        let title = pages::confirm::page("Vos liens ne sont plus valables");
        Ok(page(&state, StatusCode::OK, &title, || pages::confirm::revoked(&whom)))
    };
    let outcome = outcome.await;
    sent.caller.answered(&state, outcome)
}

fn link_sent_page(state: &State, whom: &pages::confirm::LinkFor) -> Response {
    page(state, StatusCode::OK, &pages::confirm::page("Un e-mail vous attend"), || {
        pages::confirm::link_sent(whom)
    })
}

/// « Je suis intéressée », from the public page of a need: the contact of the structure gets the link that answers. The
/// answer is the same whether it has one or not.
pub(super) async fn interest(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let outcome = async {
        sent.caller.counted(&state)?;
        let need = id(&number)?;
        let typed = sent.field("siret");
        let found = siret(&typed).and_then(|siret| Ok(state.backend.structure_show(siret)?));
        let Ok(entry) = found else {
            let entry = state.backend.need_show(need)?;
            let title = pages::confirm::page("Erreur\u{a0}: cette structure n’est pas connue");
            return Ok(page(&state, StatusCode::UNPROCESSABLE_ENTITY, &title, || {
                pages::confirm::interest_unknown(&entry.need, &typed)
            }));
        };
        let siret = entry.structure.siret;
        sent.caller.mails(&state, siret.as_str())?;
        state.backend.answer_link_send(&sent.caller.actor, need, siret).await?;
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("Un e-mail vous attend"), || {
            pages::confirm::interest_sent(&entry.structure)
        }))
    };
    let outcome = outcome.await;
    sent.caller.answered(&state, outcome)
}

/// What a structure answers to a need.
pub(super) async fn need_answer(Extract(state): Extract<State>, sent: Sent) -> Response {
    let outcome = match sent.caller.counted(&state) {
        Ok(()) => answer(&state, &sent).await,
        Err(failure) => Err(failure),
    };
    sent.caller.answered(&state, outcome)
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
    let outcome = match (none_ticked, sent.caller.mails(state, &sent.caller.token)) {
        (true, _) => Err(Error::Refused("Cochez au moins un lot.".to_owned())),
        (_, Err(Failure(trouble))) => Err(Error::Refused(trouble.sentence())),
        (false, Ok(())) => state.backend.need_answer(actor, need, siret, &form).await,
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
pub(super) async fn trade(Extract(state): Extract<State>, sent: Sent) -> Response {
    let outcome = async {
        sent.caller.counted(&state)?;
        let reply = TradeReply::parse(&sent.field("reponse")).ok_or(Failure(Trouble::Unreadable))?;
        let (actor, (siret, sector)) = (&sent.caller.actor, sent.caller.trade()?);
        let model = match reply {
            TradeReply::Says(answer) => state.backend.question_answer(actor, siret, sector, answer).await?,
            TradeReply::Other => {
                sent.caller.mails(&state, siret.as_str())?;
                state.backend.question_manage(actor, siret, sector).await?
            }
        };
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("C’est noté"), || {
            pages::confirm::traded(&model, reply)
        }))
    };
    let outcome = outcome.await;
    sent.caller.answered(&state, outcome)
}

/// Stops mails: from the button of the page, or from a mail program's one-click request (RFC 8058).
pub(super) async fn alerts_stop(Extract(state): Extract<State>, sent: Sent) -> Response {
    let outcome = async {
        let siret = sent.caller.structure()?;
        let entry = state.backend.alerts_stop(&sent.caller.actor, siret).await?;
        let (name, token) = (entry.structure.shown_name().to_owned(), &sent.caller.token);
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("C’est fait"), || {
            pages::confirm::stopped(&name, token)
        }))
    };
    let outcome = outcome.await;
    sent.caller.answered(&state, outcome)
}

/// Has mails again after they were stopped.
pub(super) async fn alerts_resume(Extract(state): Extract<State>, sent: Sent) -> Response {
    let outcome = async {
        sent.caller.counted(&state)?;
        let siret = sent.caller.structure()?;
        let entry = state.backend.alerts_resume(&sent.caller.actor, siret).await?;
        let (name, token) = (entry.structure.shown_name().to_owned(), &sent.caller.token);
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("C’est fait"), || {
            pages::confirm::resumed(&name, token)
        }))
    };
    let outcome = outcome.await;
    sent.caller.answered(&state, outcome)
}

/// Says that an address is the contact of a structure.
pub(super) async fn contact_confirm(Extract(state): Extract<State>, sent: Sent) -> Response {
    let outcome = async {
        sent.caller.counted(&state)?;
        let structure = state.backend.contact_confirm(&sent.caller.actor, sent.caller.structure()?).await?;
        let manage_url = state.backend.manage_url_of(structure.siret).await?;
        Ok(page(&state, StatusCode::OK, &pages::confirm::page("Votre adresse est confirmée"), || {
            pages::confirm::contact_confirmed(&structure, manage_url)
        }))
    };
    let outcome = outcome.await;
    sent.caller.answered(&state, outcome)
}

/// Mails the link to the page of a structure. The answer is the same whether an address is known or not.
pub(super) async fn manage_link(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let outcome = async {
        sent.caller.counted(&state)?;
        let siret = siret(&number)?;
        state.backend.structure_show(siret)?;
        sent.caller.mails(&state, siret.as_str())?;
        state.backend.manage_link_send(&sent.caller.actor, siret).await?;
        Ok(Redirect::to(&format!("/structures/{siret}?lien=demande")).into_response())
    };
    let outcome = outcome.await;
    sent.caller.answered(&state, outcome)
}

/// What a structure says of itself.
pub(super) async fn manage(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let outcome = async {
        sent.caller.counted(&state)?;
        manage_save(&state, &number, &sent).await
    };
    let outcome = outcome.await;
    sent.caller.answered(&state, outcome)
}

async fn manage_save(state: &State, number: &str, sent: &Sent) -> Result<Response, Failure> {
    let siret = siret(number)?;
    let form = manage_form(sent);
    // Another contact is asked by mail whether it is theirs.
    if let Some(contact) = form.contact.as_deref().filter(|text| !text.trim().is_empty()) {
        sent.caller.mails(state, contact.trim())?;
    }
    match state.backend.manage_save(&sent.caller.actor, siret, &form).await? {
        ManageOutcome::Saved { searchable } => {
            let token = urls::encoded(&sent.caller.token);
            let done = if searchable { "1" } else { "bientot" };
            Ok(Redirect::to(&format!("/structures/{siret}/gerer?jeton={token}&fait={done}")).into_response())
        }
        ManageOutcome::Refused(wrong) => {
            manage_page(state, number, &sent.caller, &pages::manage::After::Refused(wrong), Some(&form)).await
        }
    }
}

/// The page is one form: whatever button is pressed, all of it is sent.
fn manage_form(sent: &Sent) -> ManageForm {
    let given = |name: &str| sent.pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let (decisions, replacing) = decision_of(&sent.field("decision"));
    let typed = ActivityForm {
        sector: sent.field("ajout-secteur"),
        mode: sent.field("ajout-mode"),
        zones: sent.last_filled("ajout-zones"),
    };
    // The mode is always chosen: what is typed, or the button, says that something is to be added.
    let is_added = sent.field("action") == "ajouter"
        || !(typed.sector.trim().is_empty() && typed.zones.trim().is_empty());
    ManageForm {
        decisions,
        add: replacing.into_iter().chain(Some(typed).filter(|_| is_added)).collect(),
        changes: changes_of(sent),
        hours: given("heures"),
        hours_meant: given(HOURS_MEANT).is_some(),
        contact: given("contact"),
        contact_none_meant: given("sans-contact").is_some(),
        description: given("description"),
        website: given("site"),
        share: given("concernes").zip(given("travailleurs")),
        share_on: given("comptes-le"),
        conventions: conventions_of(sent),
        network: given("reseau"),
        ess: given("ess"),
    }
}

/// The values of each of these names, one row after the other: rows of a form repeat their names.
fn rows<const N: usize>(sent: &Sent, names: [&str; N]) -> Vec<[String; N]> {
    let columns = names.map(|name| {
        let values = sent.pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.clone());
        values.collect::<Vec<String>>()
    });
    let count = columns.iter().map(Vec::len).min().unwrap_or_default();
    (0..count).map(|n| std::array::from_fn(|column| columns[column][n].clone())).collect()
}

fn changes_of(sent: &Sent) -> Vec<ActivityChange> {
    let meant = sent.field("decision");
    let rows = rows(sent, ["activite", "activite-mode", "activite-zones"]).into_iter();
    let change = |[activity, mode_typed, zones]: [String; 3]| {
        let (sector, mode) = activity.split_once('~')?;
        let is_meant = meant.strip_prefix("zones~") == Some(activity.as_str());
        Some(ActivityChange { sector: sector.to_owned(), mode: mode.to_owned(), mode_typed, zones, is_meant })
    };
    rows.filter_map(change).collect()
}

fn conventions_of(sent: &Sent) -> Vec<ConventionForm> {
    let names = ["convention", "laquelle", "numero", "debut", "fin", "etp", "preuve"];
    let convention = |[kind, which, number, from, to, etp, proof]: [String; 7]| ConventionForm {
        kind,
        which,
        number,
        from,
        to,
        etp,
        proof,
    };
    rows(sent, names).into_iter().map(convention).collect()
}

/// What a button says of an activity, and the activity that takes its place if it names one.
fn decision_of(value: &str) -> (Vec<(String, String, ActivityDecision)>, Option<ActivityForm>) {
    let parts: Vec<&str> = value.splitn(5, '~').collect();
    let of = |sector: &str, mode: &str, decision| vec![(sector.to_owned(), mode.to_owned(), decision)];
    match parts.as_slice() {
        ["confirm", sector, mode] => (of(sector, mode, ActivityDecision::Confirm), None),
        ["dismiss", sector, mode] => (of(sector, mode, ActivityDecision::Dismiss), None),
        ["replace", sector, mode, successor, zones] => {
            let form = ActivityForm {
                sector: (*successor).to_owned(),
                mode: (*mode).to_owned(),
                zones: (*zones).to_owned(),
            };
            (of(sector, mode, ActivityDecision::Dismiss), Some(form))
        }
        _ => (Vec::new(), None),
    }
}
