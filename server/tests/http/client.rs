//! A service over the demonstration set, and requests to it.

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use backend::Backend;
use backend::clock::Clock;
use backend::index::Index;
use backend::mail::{Mailer, Sent};
use backend::store::Store;
use clap::Parser;
use domain::siret::Siret;
use scraper::{Html, Selector};
use server::config::Serve;
use server::http::{State, router};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tower::ServiceExt;

pub const HERE: &str = "https://place.example";
/// 21 November 2026, 10:00 in Paris.
const NOW: i64 = 1_795_251_600;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    serve: Serve,
}

/// The service.
pub struct Service {
    pub backend: Backend,
    router: axum::Router,
    mails: Arc<Mutex<Vec<Sent>>>,
    _folder: TempDir,
}

/// An answer.
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Response {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    /// The texts of the elements that a selector finds, spaces folded.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).expect("a selector");
        let text = |e: scraper::ElementRef<'_>| {
            e.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
        };
        html.select(&selector).map(text).collect()
    }

    /// The values of an attribute of the elements that a selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).expect("a selector");
        html.select(&selector).filter_map(|e| e.value().attr(name).map(str::to_owned)).collect()
    }
}

impl Service {
    pub async fn demo() -> Self {
        Self::with(&["place", "--public-url", HERE]).await
    }

    pub async fn with(flags: &[&str]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let store = Store::open_sqlite(&folder.path().join("test.sqlite")).await.expect("a database");
        let (mailer, mails) = Mailer::memory().expect("a mailer");
        let index = Index::in_memory().expect("an index");
        let backend = Backend::over(store, index, mailer, Clock::fixed(NOW), HERE).await.expect("a backend");
        backend.demo_load(&|_, _| {}).await.expect("the demonstration set");
        backend.jobs_drain().await.expect("jobs run");
        mails.lock().expect("a list").clear();
        backend.index_follow().await.expect("followed");
        let settings = Flags::try_parse_from(flags).expect("flags").serve;
        let router = router(State::new(backend.clone(), &settings).expect("a state"), &settings);
        Self { backend, router, mails, _folder: folder }
    }

    pub async fn mails(&self) -> Vec<Sent> {
        self.backend.jobs_drain().await.expect("jobs run");
        std::mem::take(&mut *self.mails.lock().expect("a list"))
    }

    pub async fn send(&self, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 5000))));
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 10_000_000).await.expect("a body");
        Response {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub async fn get(&self, path: &str) -> Response {
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// The public page of a structure, whatever it is called today.
    pub async fn structure(&self, siret: Siret) -> Response {
        let entry = self.backend.structure_show(siret).expect("a structure");
        self.get(&app::urls::structure_url(&entry.structure)).await
    }

    /// A form from our own pages.
    pub async fn post(&self, path: &str, form: &str) -> Response {
        let request = Request::post(path)
            .header("origin", HERE)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()));
        self.send(request.expect("a request")).await
    }

    pub async fn post_json(&self, path: &str, json: &str) -> Response {
        let request =
            Request::post(path).header("content-type", "application/json").body(Body::from(json.to_owned()));
        self.send(request.expect("a request")).await
    }
}

/// The token in the link of a mail that holds `path`.
pub fn token(mail: &Sent, path: &str) -> String {
    let from = mail.mail.text.find(path).unwrap_or_else(|| panic!("no {path} in {}", mail.mail.text));
    let token = mail.mail.text[from..].split_once("jeton=").expect("a token").1;
    token.split(|c: char| c.is_whitespace() || c == '&').next().unwrap_or_default().to_owned()
}
