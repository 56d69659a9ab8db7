//! What readers report.

use super::State;
use super::administration::back;
use super::caller::Sent;
use super::html::{Failure, answered, page};
use super::pages::{id, siret, value};
use app::pages::error::Trouble;
use app::pages::report::{self as pages, ReportView};
use app::urls;
use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use backend::store::Reported;
use domain::form::Field;
use domain::vigilance::Report;

/// What is reported: the need, or the structure, that an address or a form names.
struct On {
    on: Reported,
    name: String,
    field: (&'static str, String),
    page: String,
}

impl On {
    fn read(state: &State, need: &str, structure: &str) -> Result<Self, Failure> {
        if structure.is_empty() {
            let entry = state.backend.need_show(id(need)?)?;
            return Ok(Self {
                on: Reported::Need(entry.need.id),
                name: entry.need.draft.title.clone(),
                field: ("besoin", entry.need.id.to_string()),
                page: format!("/besoins/{}", entry.need.id),
            });
        }
        let entry = state.backend.structure_show(siret(structure)?)?;
        Ok(Self {
            on: Reported::Structure(entry.structure.siret),
            name: entry.structure.shown_name().to_owned(),
            field: ("structure", entry.structure.siret.to_string()),
            page: urls::structure_url(&entry.structure),
        })
    }

    fn view<'a>(&'a self) -> ReportView<'a> {
        ReportView {
            name: &self.name,
            on: self.field.clone(),
            page: self.page.clone(),
            ..ReportView::default()
        }
    }
}

pub(super) async fn form(Extract(state): Extract<State>, RawQuery(query): RawQuery) -> Response {
    let on = On::read(&state, &value(&query, "besoin"), &value(&query, "structure"));
    let outcome =
        on.map(|on| page(&state, StatusCode::OK, &pages::page(false), || pages::view(&on.view(), &[])));
    answered(&state, outcome)
}

pub(super) async fn write(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let on = On::read(&state, &sent.field("besoin"), &sent.field("structure"))?;
        let (reason, text) = (sent.field(Field::Reason.name()), sent.field(Field::Message.name()));
        let address = sent.field(Field::Email.name());
        let report = match Report::read(&reason, &text, &address) {
            Ok(report) => report,
            Err(wrong) => {
                let view = ReportView { reason: &reason, text: &text, address: &address, ..on.view() };
                return Ok(page(&state, StatusCode::UNPROCESSABLE_ENTITY, &pages::page(true), || {
                    pages::view(&view, &wrong)
                }));
            }
        };
        // Each is a text that somebody reads: no more of them than of mails.
        sent.caller.mails(&state, &on.field.1).await?;
        state.backend.report_write(&sent.caller.actor, on.on, report).await?;
        Ok(page(&state, StatusCode::OK, &pages::page(false), || pages::kept(on.page.clone())))
    };
    sent.caller.answers(&state, form).await
}

/// One button of an administrator about a need that looks wrong.
pub(super) async fn need_decide(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let form = async {
        let (need, actor) = (id(&number)?, &sent.caller.actor);
        let done = match sent.field("action").as_str() {
            "garder" => {
                state.backend.need_clear(actor, need).await?;
                "garde"
            }
            "retirer" => {
                state.backend.need_withdraw(actor, need, &sent.field(Field::Reason.name())).await?;
                "retire"
            }
            _ => return Err(Failure(Trouble::Unreadable)),
        };
        Ok(back(done))
    };
    sent.caller.answers(&state, form).await
}

/// An administrator saw to what is reported of a structure.
pub(super) async fn settle(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let (actor, report) = (&sent.caller.actor, id(&sent.field("signalement"))?);
        state.backend.report_settle(actor, siret(&sent.field(Field::Siret.name()))?, report).await?;
        Ok(back("vu"))
    };
    sent.caller.answers(&state, form).await
}
