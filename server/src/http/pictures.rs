//! The logo and the pictures of a structure: added, taken away, shown.

use super::State;
use super::caller::{Caller, Sent};
use super::catalogue::shown;
use super::html::{Failure, answered};
use super::pages::siret;
use app::pages::error::Trouble;
use app::pages::manage::After;
use app::urls;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State as Extract};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use backend::structures::{PICTURE_BYTES_MAX, PictureForm, PictureUse};
use domain::form::{Field, Violation};
use domain::siret::Siret;
use uuid::Uuid;

/// Longest text beside a file that is read, in bytes.
const TEXT_BYTES_MAX: usize = 4_096;
/// Seconds after which somebody who found every place taken tries again.
const UPLOAD_WAIT: u64 = 10;

/// Adds a picture. The link is in the address: what reads the body reads its parts only.
pub(super) async fn add(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    caller: Caller,
    parts: Result<Multipart, MultipartRejection>,
) -> Response {
    let form = added(&state, &number, &caller, parts);
    caller.answers(&state, form).await
}

async fn added(
    state: &State,
    number: &str,
    caller: &Caller,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Failure> {
    let siret = siret(number)?;
    // Nothing is read for who may not add it.
    state.backend.picture_allowed(&caller.actor, siret)?;
    let Ok(_place) = state.uploads.try_acquire() else {
        return Err(Failure(Trouble::TooMany(UPLOAD_WAIT)));
    };
    let read = match parts {
        Ok(parts) => form_read(parts).await,
        Err(_) => None,
    };
    let wrong = match read {
        None => Violation::new(Field::Pictures, "Cette image n’a pas pu être lue, ou dépasse 10 Mo."),
        Some(form) => match state.backend.picture_add(&caller.actor, siret, form).await? {
            Ok(_) => return Ok(back(siret, caller)),
            Err(wrong) => wrong,
        },
    };
    shown(state, number, caller, &After::Refused(vec![wrong]), None).await
}

fn back(siret: Siret, caller: &Caller) -> Response {
    let token = urls::encoded(&caller.token);
    Redirect::to(&format!("/structures/{siret}/gerer/catalogue?jeton={token}&fait=1")).into_response()
}

/// The parts of the form, whatever their order; `None` when there is no file, or something is larger than is read.
async fn form_read(mut parts: Multipart) -> Option<PictureForm> {
    let (mut as_a, mut alt, mut content) = (PictureUse::Photo, String::new(), Vec::new());
    while let Some(mut part) = parts.next_field().await.ok()? {
        let name = part.name().unwrap_or_default().to_owned();
        let most = if name == "image" { PICTURE_BYTES_MAX } else { TEXT_BYTES_MAX };
        let mut bytes = Vec::new();
        while let Some(piece) = part.chunk().await.ok()? {
            if bytes.len() + piece.len() > most {
                return None;
            }
            bytes.extend_from_slice(&piece);
        }
        match name.as_str() {
            "image" => content = bytes,
            "texte" => alt = String::from_utf8(bytes).ok()?,
            "usage" if bytes == b"logo" => as_a = PictureUse::Logo,
            _ => {}
        }
    }
    (!content.is_empty()).then_some(PictureForm { as_a, alt, content })
}

/// Takes one away.
pub(super) async fn remove(
    Extract(state): Extract<State>,
    Path(number): Path<String>,
    sent: Sent,
) -> Response {
    let form = async {
        let siret = siret(&number)?;
        state.backend.picture_allowed(&sent.caller.actor, siret)?;
        let id: Uuid = sent.field("retirer").parse().map_err(|_| Failure(Trouble::NotFound))?;
        state.backend.picture_remove(&sent.caller.actor, siret, id).await?;
        Ok(back(siret, &sent.caller))
    };
    sent.caller.answers(&state, form).await
}

/// The file: drawn by us, it changes never. Whoever takes it for a page gets nothing that runs.
pub(super) async fn show(
    Extract(state): Extract<State>,
    Path((number, id)): Path<(String, Uuid)>,
) -> Response {
    let outcome = async {
        let (media, content) = state.backend.picture_show(siret(&number)?, id).await?;
        let headers = [
            (CONTENT_TYPE, media),
            (CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
            (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        ];
        Ok((headers, content).into_response())
    };
    answered(&state, outcome.await)
}
