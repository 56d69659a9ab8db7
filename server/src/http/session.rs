//! The cookie of a session: its secret, and nothing else.

use super::State;
use super::html::{Failure, trouble};
use app::pages::error::Trouble;
use axum::extract::{Request, State as Extract};
use axum::http::header::{COOKIE, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use backend::accounts::{ADMINISTRATOR_HOURS, SignedIn, VISIT_SECONDS};
use domain::access::Actor;
use std::sync::{Arc, OnceLock};

/// The name of the cookie. Browsers take one with this prefix from one host alone, over https, for all of it.
fn name(state: &State) -> &'static str {
    if is_https(state) { "__Host-place" } else { "place" }
}

fn is_https(state: &State) -> bool {
    state.backend.public_url.starts_with("https://")
}

/// What a request carries under the name of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, secret)| secret)
}

/// The secret that a request carries.
fn secret<'a>(state: &State, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie(headers, name(state))
}

/// The name of the cookie that says that somebody may act for somebody else: it proves nothing, and saves the others a question.
fn acts_name(state: &State) -> &'static str {
    if is_https(state) { "__Host-place-aide" } else { "place-aide" }
}

/// The name of the cookie of whoever is at ProConnect: for minutes.
fn visit_name(state: &State) -> &'static str {
    if is_https(state) { "__Host-place-visite" } else { "place-visite" }
}

/// What the browser kept while it was at ProConnect.
pub(super) fn visit<'a>(state: &State, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie(headers, visit_name(state))
}

/// The answer to whoever leaves for ProConnect, or comes back from there: nothing is to be kept any more then.
pub(super) fn with_visit(state: &State, response: Response, kept: Option<&str>) -> Response {
    let seconds = kept.map_or(0, |_| VISIT_SECONDS);
    set(state, response, (visit_name(state), kept.unwrap_or_default()), seconds)
}

/// Where the door leaves what the cookie is to hold from now on.
#[derive(Clone, Default)]
struct Renewal(Arc<OnceLock<SignedIn>>);

/// Who has the cookie: nobody in particular without one.
pub(super) async fn actor(state: &State, parts: &Parts) -> Result<Actor, Failure> {
    let Some(secret) = secret(state, &parts.headers) else { return Ok(Actor::Anyone) };
    let found = state.backend.session_recognise(secret).await?;
    super::support::note(&found.actor);
    if let (Some(renewed), Some(renewal)) = (found.renewed, parts.extensions.get::<Renewal>()) {
        renewal.0.get_or_init(|| renewed);
    }
    Ok(found.actor)
}

/// What is said to whoever sends a form for somebody whose hour of help is over.
const OVER: &str = "Vous n’agissez plus à la place de cette personne\u{a0}: l’heure est passée. Rien n’a été fait\u{a0}; vous êtes revenu à votre compte.";

/// Puts a new secret into the answer to whoever may do something else since the last time.
pub(super) async fn renewed(Extract(state): Extract<State>, mut request: Request, next: Next) -> Response {
    let Some(secret) = secret(&state, request.headers()).map(str::to_owned) else {
        return next.run(request).await;
    };
    let renewal = Renewal::default();
    request.extensions_mut().insert(renewal.clone());
    // What is public asks nobody who calls: whoever acts for somebody is told so there too.
    let acts = cookie(request.headers(), acts_name(&state)).is_some();
    let response = super::support::shown_in(async {
        if acts && let Ok(found) = state.backend.session_recognise(&secret).await {
            super::support::note(&found.actor);
            if let Some(renewed) = found.renewed {
                renewal.0.get_or_init(|| renewed);
            }
        }
        // The hour is over: what was meant for somebody else is not done in one's own name.
        let is_late = acts && super::support::noted().is_none() && request.method() == Method::POST;
        let response = match is_late {
            true => trouble(&state, &Trouble::Refused(OVER.to_owned())),
            false => next.run(request).await,
        };
        match (super::support::noted().is_some(), acts) {
            (true, false) => set(&state, response, (acts_name(&state), "1"), ADMINISTRATOR_HOURS * 3_600),
            (false, true) => set(&state, response, (acts_name(&state), ""), 0),
            _ => response,
        }
    })
    .await;
    match renewal.0.get() {
        Some(signed_in) => opened(&state, response, signed_in),
        None => response,
    }
}

fn with_cookie(state: &State, response: Response, secret: &str, seconds: i64) -> Response {
    set(state, response, (name(state), secret), seconds)
}

fn set(state: &State, mut response: Response, (name, value): (&str, &str), seconds: i64) -> Response {
    let secure = if is_https(state) { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The answer to whoever just signed in.
pub(super) fn opened(state: &State, response: Response, signed_in: &SignedIn) -> Response {
    with_cookie(state, response, &signed_in.secret, signed_in.seconds)
}

/// The answer to whoever just signed out.
pub(super) fn ended(state: &State, response: Response) -> Response {
    with_cookie(state, response, "", 0)
}

/// « Firefox, Linux »: what a person recognises its device by.
pub(super) fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let found = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    // The first that is found: each says besides that it is like those after it.
    let browser = found(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = found(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "Chromebook"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Appareil inconnu".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(agent: &'static str, expected: &str) {
        let headers = HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static(agent))]);
        assert_eq!(device(&headers), expected, "{agent}");
    }

    #[test]
    fn devices() {
        check("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux");
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            "Edge, Windows",
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        );
        check(
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
            "Chrome, Android",
        );
        check(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
            "Safari, Mac",
        );
        check("curl/8.0", "Appareil inconnu");
        assert_eq!(device(&HeaderMap::new()), "Appareil inconnu");
    }
}
