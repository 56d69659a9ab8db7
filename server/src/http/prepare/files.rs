//! The files of a need: joined, taken out, downloaded.

use super::{Shown, StepPage, show};
use crate::http::State;
use crate::http::caller::{Caller, Sent};
use crate::http::html::{Failure, answered, page};
use app::pages::error::Trouble;
use app::pages::prepare::{self, Preparing, Step, step_url};
use app::urls::{self, LotNamed};
use axum::body::Body;
use axum::extract::multipart::{Field as Part, MultipartRejection};
use axum::extract::{Multipart, Path, State as Extract};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use backend::error::Error;
use backend::needs::{ATTACHMENT_BYTES_MAX, StepOutcome};
use backend::store::Attachment;
use domain::access::{Action, Refusal, may};
use domain::form::{Field, Violation};
use uuid::Uuid;

/// Files that are read at once: each may take its largest size in memory.
pub(in crate::http) const UPLOADS_AT_ONCE: usize = 4;
/// Seconds after which somebody who found every place taken tries again.
pub(in crate::http) const UPLOAD_WAIT: u64 = 10;

/// « Les pièces ».
pub(super) struct Files;

impl StepPage for Files {
    fn show(&self, state: &State, model: &Preparing<'_>, shown: &Shown) -> Result<Response, Failure> {
        let need = model.prepared.need.target();
        let wait = may(&shown.caller.actor, Action::AttachmentAdd, &need).granted().err();
        Ok(page(state, shown.status(), &shown.around(), || {
            prepare::files(model, wait.map(Refusal::sentence))
        }))
    }
}

/// Joins a file. The link is in the address: what reads the body reads one part only.
pub(in crate::http) async fn file_add(
    Extract(state): Extract<State>,
    caller: Caller,
    parts: Result<Multipart, MultipartRejection>,
) -> Response {
    let form = file_joined(&state, &caller, parts);
    caller.answers(&state, form).await
}

async fn file_joined(
    state: &State,
    caller: &Caller,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Failure> {
    let need = caller.need()?;
    // Nothing is read for who may not join it.
    match state.backend.need_allowed(&caller.actor, Action::AttachmentAdd, need).await {
        Err(Error::Forbidden(refusal @ Refusal::Unconfirmed)) => {
            return refused(state, caller, refusal.sentence()).await;
        }
        allowed => allowed?,
    }
    let Ok(_place) = state.uploads.try_acquire() else {
        return Err(Failure(Trouble::TooMany(UPLOAD_WAIT)));
    };
    let read = match parts {
        Ok(parts) => file_read(parts, ATTACHMENT_BYTES_MAX).await,
        Err(_) => None,
    };
    let Some((name, content)) = read else {
        return refused(state, caller, "Ce fichier n’a pas pu être lu, ou dépasse 10 Mo.").await;
    };
    match state.backend.attachment_add(&caller.actor, need, &name, content).await? {
        StepOutcome::Kept(_) => Ok(Redirect::to(&step_url(Step::Files, &caller.token, None)).into_response()),
        StepOutcome::Refused(wrong) => {
            show(state, Shown { wrong, ..Shown::new(Step::Files, caller, LotNamed::First) }).await
        }
    }
}

async fn refused(state: &State, caller: &Caller, message: &str) -> Result<Response, Failure> {
    let wrong = vec![Violation { field: Field::File, message: message.to_owned() }];
    show(state, Shown { wrong, ..Shown::new(Step::Files, caller, LotNamed::First) }).await
}

/// The first file of the parts; `None` when there is none, it is larger than that or it cannot be read whole.
pub(in crate::http) async fn file_read(mut parts: Multipart, most: usize) -> Option<(String, Vec<u8>)> {
    loop {
        let part = parts.next_field().await.ok()??;
        let Some(name) = part.file_name().map(str::to_owned) else { continue };
        return Some((name, bytes_read(part, most).await?));
    }
}

/// The bytes of a file, piece by piece: reading ends where it is too large.
async fn bytes_read(mut part: Part<'_>, most: usize) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    while let Some(piece) = part.chunk().await.ok()? {
        if content.len() + piece.len() > most {
            return None;
        }
        content.extend_from_slice(&piece);
    }
    Some(content)
}

/// Takes a file out.
pub(in crate::http) async fn file_remove(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let (actor, need) = (&sent.caller.actor, sent.caller.need()?);
        state.backend.attachment_remove(actor, need, &sent.field("retirer")).await?;
        Ok(Redirect::to(&step_url(Step::Files, &sent.caller.token, None)).into_response())
    };
    sent.caller.answers(&state, form).await
}

/// A file of what is being written.
pub(in crate::http) async fn file_prepared(
    Extract(state): Extract<State>,
    Path(id): Path<Uuid>,
    caller: Caller,
) -> Response {
    let outcome = async {
        Ok(download(state.backend.attachment_show_prepared(&caller.actor, caller.need()?, id).await?))
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

/// A file of a published need.
pub(in crate::http) async fn file(
    Extract(state): Extract<State>,
    Path((need, id)): Path<(Uuid, Uuid)>,
) -> Response {
    let outcome = state.backend.attachment_show(need, id).await;
    answered(&state, outcome.map(download).map_err(Failure::from))
}

/// Always as a download, never shown: what strangers sent runs nowhere.
pub(in crate::http) fn download(file: Attachment) -> Response {
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
