//! Signing in and out: the mail with its link and its code, ProConnect, the second factor.

use super::State;
use super::caller::{Caller, Sent};
use super::html::{Failure, later, page};
use super::pages::{id, value};
use super::session;
use app::pages::account as pages;
use app::pages::account::SignInView;
use app::pages::error::Trouble;
use app::urls;
use axum::extract::{RawQuery, State as Extract};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use backend::accounts::{FactorTried, NotVouched, SignInTried, SignedIn};
use backend::error::Error;
use domain::email::EmailAddress;
use domain::form::{Field, Violation};
use domain::text::capitalised;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const SPACE: &str = "/espace";

/// A page of ours that is opened after signing in; the space, when what was asked for is none.
fn own_path(asked: &str) -> &str {
    let is_ours = asked.starts_with('/')
        && !asked.starts_with("//")
        && !asked.contains(|c: char| c == '\\' || c.is_control());
    if is_ours { asked } else { SPACE }
}

/// Whoever has not signed in does so first, then comes back.
pub(super) fn first_sign_in(uri: &Uri, outcome: Result<Response, Failure>) -> Result<Response, Failure> {
    match outcome {
        Err(Failure(trouble @ (Trouble::NoAccount | Trouble::FactorAwaited))) => {
            let to = uri.path_and_query().map_or(SPACE, |path| path.as_str());
            let way = if trouble == Trouble::NoAccount { "/connexion" } else { "/connexion/second" };
            Ok(Redirect::to(&format!("{way}?vers={}", urls::encoded(to))).into_response())
        }
        other => other,
    }
}

/// Where one goes once the mail is confirmed: on, or to the code of the second factor.
fn signed_in_to(state: &State, signed_in: &SignedIn, to: &str) -> Response {
    let to = own_path(to);
    let second = format!("/connexion/second?vers={}", urls::encoded(to));
    let next = if signed_in.awaits_factor { second.as_str() } else { to };
    session::opened(state, Redirect::to(next).into_response(), signed_in)
}

/// A page for whoever signed in.
pub(super) async fn after_sign_in(
    state: &State,
    uri: &Uri,
    caller: &Caller,
    page: impl Future<Output = Result<Response, Failure>>,
) -> Response {
    caller.answered(state, first_sign_in(uri, page.await))
}

pub(super) async fn sign_in(Extract(state): Extract<State>, RawQuery(query): RawQuery) -> Response {
    let (to, failed) = (value(&query, "vers"), value(&query, "proconnect"));
    let failed = NOT_VOUCHED.iter().find(|(code, _)| *code == failed).map(|(_, why)| *why);
    let view = SignInView {
        to: own_path(&to),
        has_proconnect: state.proconnect.is_some(),
        failed,
        ..SignInView::default()
    };
    page(&state, StatusCode::OK, &pages::sign_in_page(failed.is_some()), || pages::sign_in(&view))
}

/// Why ProConnect signed nobody in, as the way in says it: a word in the address, and what to do.
const NOT_VOUCHED: [(&str, &str); 3] = [
    ("muet", "Il ne répond pas. Recommencez dans un instant, ou recevez un lien par e-mail."),
    (
        "refus",
        "Vous y avez renoncé, ou sa réponse n’est pas celle de cette visite. Recommencez, ou recevez un lien par e-mail.",
    ),
    ("adresse", "Il ne nous donne aucune adresse e-mail. Recevez plutôt un lien par e-mail."),
];

/// Back to the way in, which says what happened.
fn not_vouched(state: &State, to: &str, error: &NotVouched) -> Response {
    tracing::warn!(%error, "proconnect signed nobody in");
    let (word, _) = match error {
        NotVouched::Unreachable(_) => NOT_VOUCHED[0],
        NotVouched::Unproven(_) => NOT_VOUCHED[1],
        NotVouched::NoAddress => NOT_VOUCHED[2],
    };
    let back = format!("/connexion?proconnect={word}&vers={}", urls::encoded(own_path(to)));
    session::with_visit(state, Redirect::to(&back).into_response(), None)
}

/// Leaves for ProConnect.
pub(super) async fn proconnect(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let leave = async {
        let provider = state.proconnect.as_ref().ok_or(Failure(Trouble::NotFound))?;
        let to = value(&query, "vers");
        Ok(match state.backend.proconnect_begin(provider, own_path(&to)).await {
            Ok(sent) => {
                session::with_visit(&state, Redirect::to(&sent.url).into_response(), Some(&sent.kept))
            }
            Err(error) => not_vouched(&state, &to, &error),
        })
    };
    caller.answers(&state, leave).await
}

/// Comes back from ProConnect.
pub(super) async fn proconnect_back(
    Extract(state): Extract<State>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    caller: Caller,
) -> Response {
    let arrive = async {
        let provider = state.proconnect.as_ref().ok_or(Failure(Trouble::NotFound))?;
        let kept = session::visit(&state, &headers).unwrap_or_default();
        let (said, code) = (value(&query, "state"), value(&query, "code"));
        let device = session::device(&headers);
        let arrived = state.backend.proconnect_finish(provider, kept, (&said, &code), &device).await?;
        Ok(match arrived {
            Ok(arrived) => {
                let response = signed_in_to(&state, &arrived.signed_in, &arrived.to);
                session::with_visit(&state, response, None)
            }
            Err(error) => not_vouched(&state, SPACE, &error),
        })
    };
    caller.answers(&state, arrive).await
}

/// Mails the link and the code. The answer is the same for every address.
pub(super) async fn sign_in_ask(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let (typed, to) = (sent.field(Field::Email.name()), sent.field("vers"));
        let again = |wrong: Violation| {
            let view = SignInView {
                typed: &typed,
                to: own_path(&to),
                wrong: std::slice::from_ref(&wrong),
                has_proconnect: state.proconnect.is_some(),
                failed: None,
            };
            page(&state, REFUSED, &pages::sign_in_page(true), || pages::sign_in(&view))
        };
        let address = match EmailAddress::parse(&typed) {
            Ok(address) => address,
            Err(error) => return Ok(again(Violation::new(Field::Email, capitalised(&error.to_string())))),
        };
        if let Err(Failure(trouble)) = sent.caller.mails(&state, address.as_str()).await {
            return Ok(later(again(Violation::new(Field::Email, trouble.sentence())), &trouble));
        }
        let asked = state.backend.sign_in_ask(&sent.caller.actor, &address).await?;
        let to = urls::encoded(own_path(&to));
        Ok(Redirect::to(&format!("/connexion/code?demande={asked}&vers={to}")).into_response())
    };
    sent.caller.answers(&state, form).await
}

pub(super) async fn code(Extract(state): Extract<State>, RawQuery(query): RawQuery) -> Response {
    let (asked, to) = (value(&query, "demande"), value(&query, "vers"));
    page(&state, StatusCode::OK, &pages::code_page(false), || pages::code(&asked, own_path(&to), &[]))
}

pub(super) async fn sign_in_by_code(
    Extract(state): Extract<State>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let form = async {
        let (asked, to) = (sent.field("demande"), sent.field("vers"));
        let (code, device) = (sent.field(Field::Code.name()), session::device(&headers));
        let tried = state.backend.sign_in_by_code(&sent.caller.actor, id(&asked)?, &code, &device).await?;
        Ok(match tried {
            SignInTried::SignedIn(signed_in) => signed_in_to(&state, &signed_in, &to),
            SignInTried::Wrong => {
                let wrong =
                    [Violation::new(Field::Code, "Ce n’est pas le code de cet e-mail\u{a0}: relisez-le")];
                page(&state, REFUSED, &pages::code_page(true), || pages::code(&asked, own_path(&to), &wrong))
            }
            SignInTried::Over => page(&state, StatusCode::GONE, &pages::link_page(), pages::link_over),
        })
    };
    sent.caller.answers(&state, form).await
}

/// The link of the mail: opening it signs nobody in.
pub(super) async fn link(Extract(state): Extract<State>, caller: Caller) -> Response {
    let outcome = async {
        let address = state.backend.sign_in_show(&caller.actor, caller.sign_in()?).await?;
        Ok(match address {
            Some(address) => {
                page(&state, StatusCode::OK, &pages::link_page(), || pages::link(&address, &caller.token))
            }
            None => page(&state, StatusCode::GONE, &pages::link_page(), pages::link_over),
        })
    };
    let outcome = outcome.await;
    caller.answered(&state, outcome)
}

pub(super) async fn sign_in_by_link(
    Extract(state): Extract<State>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let form = async {
        let (actor, device) = (&sent.caller.actor, session::device(&headers));
        let tried = state.backend.sign_in_by_link(actor, sent.caller.sign_in()?, &device).await?;
        Ok(match tried {
            SignInTried::SignedIn(signed_in) => signed_in_to(&state, &signed_in, SPACE),
            SignInTried::Wrong | SignInTried::Over => {
                page(&state, StatusCode::GONE, &pages::link_page(), pages::link_over)
            }
        })
    };
    sent.caller.answers(&state, form).await
}

pub(super) async fn second(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let to = value(&query, "vers");
        if caller.account().is_ok() {
            return Ok(Redirect::to(own_path(&to)).into_response());
        }
        state.backend.factor_ask(&caller.actor)?;
        Ok(page(&state, StatusCode::OK, &pages::second_page(false), || pages::second(own_path(&to), &[])))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

/// What is said of a code that is not the right one.
fn not_the_code() -> [Violation; 1] {
    [Violation::new(Field::Code, "Ce n’est pas le code, ou il a déjà servi\u{a0}: attendez le suivant")]
}

/// Too many codes were tried: the session is over.
fn session_over(state: &State) -> Response {
    session::ended(state, page(state, StatusCode::GONE, &pages::link_page(), pages::second_over))
}

pub(super) async fn factor_try(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let (to, code) = (sent.field("vers"), sent.field(Field::Code.name()));
        Ok(match state.backend.factor_try(&sent.caller.actor, &code).await? {
            FactorTried::Right(signed_in) => signed_in_to(&state, &signed_in, &to),
            FactorTried::Wrong => page(&state, REFUSED, &pages::second_page(true), || {
                pages::second(own_path(&to), &not_the_code())
            }),
            FactorTried::Over => session_over(&state),
        })
    };
    sent.caller.answers(&state, form).await
}

pub(super) async fn factor(
    Extract(state): Extract<State>,
    uri: Uri,
    RawQuery(query): RawQuery,
    caller: Caller,
) -> Response {
    let outcome = async {
        let model = state.backend.factor_show(&caller.actor).await?;
        let removed = value(&query, "fait") == "retire";
        Ok(page(&state, StatusCode::OK, &pages::factor_page(false), || pages::factor(&model, &[], removed)))
    };
    after_sign_in(&state, &uri, &caller, outcome).await
}

/// One button of the page of the second factor.
pub(super) async fn factor_change(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let (actor, backend, code) = (&sent.caller.actor, &state.backend, sent.field(Field::Code.name()));
        let tried = match sent.field("action").as_str() {
            "commencer" => {
                backend.factor_begin(actor).await?;
                return Ok(Redirect::to("/espace/second-facteur").into_response());
            }
            "confirmer" => backend.factor_confirm(actor, &code).await?,
            "codes" => backend.recovery_renew(actor, &code).await?,
            "retirer" => match backend.factor_remove(actor, &code).await? {
                FactorTried::Right(()) => {
                    return Ok(Redirect::to("/espace/second-facteur?fait=retire").into_response());
                }
                FactorTried::Wrong => FactorTried::Wrong,
                FactorTried::Over => FactorTried::Over,
            },
            _ => return Err(Failure(Trouble::Unreadable)),
        };
        Ok(match tried {
            FactorTried::Right(codes) => {
                page(&state, StatusCode::OK, &pages::factor_page(false), || pages::codes(&codes))
            }
            FactorTried::Wrong => {
                let model = backend.factor_show(actor).await?;
                page(&state, REFUSED, &pages::factor_page(true), || {
                    pages::factor(&model, &not_the_code(), false)
                })
            }
            FactorTried::Over => session_over(&state),
        })
    };
    sent.caller.answers(&state, form).await
}

pub(super) async fn sign_out(Extract(state): Extract<State>, sent: Sent) -> Response {
    let form = async {
        let token = state.backend.proconnect_token(&sent.caller.actor).await?;
        if let Ok(account) = sent.caller.account() {
            let ended = match account.support {
                Some(_) => state.backend.support_sign_out(&sent.caller.actor).await,
                None => state.backend.session_end(&sent.caller.actor, account.session).await,
            };
            match ended {
                Ok(()) | Err(Error::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let elsewhere = match (&state.proconnect, token) {
            (Some(provider), Some(token)) => provider.end(&token).await,
            _ => None,
        };
        let to = elsewhere.as_deref().unwrap_or("/");
        Ok(session::ended(&state, Redirect::to(to).into_response()))
    };
    sent.caller.answers(&state, form).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours_are_opened_afterwards() {
        for (asked, opened) in [
            ("/espace/connexions?fait=1", "/espace/connexions?fait=1"),
            ("", SPACE),
            ("https://evil.example/", SPACE),
            ("//evil.example/", SPACE),
            ("/\\evil.example/", SPACE),
            ("/a\r\nSet-Cookie: x=y", SPACE),
            ("/\t/evil.example/", SPACE),
            ("javascript:alert(1)", SPACE),
        ] {
            assert_eq!(own_path(asked), opened, "{asked}");
        }
    }
}
