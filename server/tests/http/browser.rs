//! A browser of somebody who signed in: it keeps the cookie that it is given.

use crate::client::{HERE, Response, Service};
use axum::body::Body;
use axum::http::Request;

/// A browser.
pub struct Browser<'a> {
    pub service: &'a Service,
    pub cookie: String,
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> Response {
        let request = Request::get(path).header("cookie", &self.cookie).body(Body::empty());
        self.service.send(request.expect("a request")).await
    }

    pub async fn post(&self, path: &str, form: &str) -> Response {
        self.post_of(path, "application/x-www-form-urlencoded", form).await
    }

    /// The same, with a body of another kind.
    pub async fn post_of(&self, path: &str, kind: &str, body: &str) -> Response {
        let request = Request::post(path)
            .header("origin", HERE)
            .header("cookie", &self.cookie)
            .header("content-type", kind)
            .body(Body::from(body.to_owned()));
        self.service.send(request.expect("a request")).await
    }

    /// The secret of its session.
    pub fn secret(&self) -> &str {
        self.cookie.split_once('=').map(|(_, secret)| secret).unwrap_or_default()
    }
}

/// The six digits of the mail that waits, among others.
pub async fn code(service: &Service) -> String {
    let is_code = |word: &&str| word.len() == 6 && word.chars().all(|c| c.is_ascii_digit());
    let mails = service.mails().await;
    let texts: Vec<String> = mails.iter().map(|mail| mail.mail.text.replace('\u{a0}', "")).collect();
    let code = texts.iter().find_map(|text| text.split_whitespace().find(is_code));
    code.unwrap_or_else(|| panic!("no code in {texts:?}")).to_owned()
}

/// What an answer says was asked, to sign in.
pub fn asked(answer: &Response) -> String {
    let to = answer.header("location");
    to.split_once("demande=").expect("what was asked").1.split('&').next().unwrap_or_default().to_owned()
}

/// Somebody signs in.
pub async fn signed_in<'a>(service: &'a Service, address: &str) -> Browser<'a> {
    let form = format!("courriel={}", address.replace('@', "%40"));
    let asked = asked(&service.post("/connexion", &form).await);
    let code = code(service).await;
    let opened = service.post("/connexion/code", &format!("demande={asked}&code={code}")).await;
    assert_eq!((opened.status.as_u16(), opened.header("location")), (303, "/espace"));
    let cookie = opened.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    Browser { service, cookie }
}
