//! The catalogues of those who keep pages: taken away as a table, given back, previewed, applied.

use super::State;
use super::caller::{Caller, Sent};
use super::exchange::download;
use super::html::{Failure, page};
use super::pages::value;
use super::prepare::{UPLOAD_WAIT, file_read};
use super::sign_in::after_sign_in;
use app::pages::account as pages;
use app::pages::account::{CATALOGUE_DIGEST, CATALOGUE_FILE, CATALOGUE_STATES};
use app::pages::error::Trouble;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, RawQuery, State as Extract};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use backend::catalogues::{CATALOGUE_BYTES_MAX, CATALOGUE_ROWS_MAX, CatalogueSent, catalogue_file};
use backend::error::Error;
use backend::sheet::SheetFormat;
use domain::form::{Field, Violation};
use domain::siret::Siret;
use domain::text::capitalised;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// Most bytes of what stands for a structure in the form that applies a file: its SIRET, the state of its change, what parts
/// them.
const STATE_BYTES: usize = 64;
/// Largest form that applies a file: the file in letters, a state for each row, and what surrounds them.
pub(super) const APPLY_BODY_MAX: usize =
    CATALOGUE_BYTES_MAX / 3 * 4 + CATALOGUE_ROWS_MAX * STATE_BYTES + 4 * 1024;
/// Largest body that carries the file itself.
pub(super) const FILE_BODY_MAX: usize = CATALOGUE_BYTES_MAX + 64 * 1024;

/// What is said of a file that did not come whole.
const UNREAD: &str = "ce fichier n’a pas pu être lu, ou dépasse 512\u{a0}Ko\u{a0}: enregistrez-le en XLSX, qui est plus court, ou partagez-le en plusieurs";

pub(super) async fn catalogues(Extract(state): Extract<State>, uri: Uri, caller: Caller) -> Response {
    let outcome = show(&state, &caller, &[]);
    after_sign_in(&state, &uri, &caller, outcome).await
}

async fn show(state: &State, caller: &Caller, wrong: &[Violation]) -> Result<Response, Failure> {
    let kept = state.backend.catalogue_show(&caller.actor).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { REFUSED };
    Ok(page(state, status, &pages::catalogues_page(!wrong.is_empty()), || pages::catalogues(&kept, wrong)))
}

async fn again(state: &State, caller: &Caller, why: &str) -> Result<Response, Failure> {
    let message = format!("{}.", capitalised(why));
    show(state, caller, &[Violation::new(Field::File, message)]).await
}

fn format_of(query: &Option<String>) -> SheetFormat {
    SheetFormat::parse(&value(query, "format")).unwrap_or(SheetFormat::Csv)
}

/// The catalogue as a file.
pub(super) async fn table(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let format = format_of(&query);
        let bytes = state.backend.catalogue_export(&caller.actor, format).await?;
        Ok(download(format.media_type(), &format!("catalogue.{}", format.code()), bytes))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

/// The same columns, with nothing in them.
pub(super) async fn model(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        caller.account()?;
        let format = format_of(&query);
        let bytes = catalogue_file(&[], format)?;
        Ok(download(format.media_type(), &format!("catalogue-vide.{}", format.code()), bytes))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

/// Says what a file would do.
pub(super) async fn preview(
    Extract(state): Extract<State>,
    caller: Caller,
    parts: Result<Multipart, MultipartRejection>,
) -> Response {
    let form = previewed(&state, &caller, parts);
    caller.answers(&state, form).await
}

async fn previewed(
    state: &State,
    caller: &Caller,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Failure> {
    // Nothing is read for who has no space.
    caller.account()?;
    let Ok(_place) = state.uploads.try_acquire() else {
        return Err(Failure(Trouble::TooMany(UPLOAD_WAIT)));
    };
    let read = match parts {
        Ok(parts) => file_read(parts, CATALOGUE_BYTES_MAX).await,
        Err(_) => None,
    };
    let Some((_, bytes)) = read else {
        return again(state, caller, UNREAD).await;
    };
    if bytes.is_empty() {
        return again(state, caller, "choisissez un fichier").await;
    }
    match state.backend.catalogue_preview(&caller.actor, bytes.clone()).await {
        Ok(preview) => Ok(page(state, StatusCode::OK, &pages::catalogue_preview_page(), || {
            pages::catalogue_preview(&preview, &CatalogueSent::of(&bytes))
        })),
        Err(Error::Refused(why)) => again(state, caller, &why).await,
        Err(error) => Err(error.into()),
    }
}

/// Writes what was previewed.
pub(super) async fn apply(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = applied(&state, &sent);
    sent.caller.answers(&state, form).await
}

async fn applied(state: &State, sent: &Sent) -> Result<Response, Failure> {
    let caller = &sent.caller;
    caller.account()?;
    let back = CatalogueSent { file: sent.field(CATALOGUE_FILE), digest: sent.field(CATALOGUE_DIGEST) };
    let Some(bytes) = back.bytes() else {
        return again(state, caller, "le fichier n’est pas revenu entier\u{a0}: choisissez-le de nouveau")
            .await;
    };
    let states = sent.field(CATALOGUE_STATES);
    let state_of = |text: &str| {
        let (siret, digest) = text.split_once(':')?;
        Some((Siret::kept(siret)?, digest.to_owned()))
    };
    let seen: Vec<(Siret, String)> = states.split_whitespace().filter_map(state_of).collect();
    match state.backend.catalogue_apply(&caller.actor, bytes, &seen).await {
        Ok(applied) => Ok(page(state, StatusCode::OK, &pages::catalogue_applied_page(), || {
            pages::catalogue_applied(&applied, &back)
        })),
        Err(Error::Refused(why)) => again(state, caller, &why).await,
        Err(error) => Err(error.into()),
    }
}
