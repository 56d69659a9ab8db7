//! `place serve`: the site, the API, the mails; from start to graceful stop.

use super::{lock, open};
use crate::config::Serve;
use crate::http::{self, State};
use anyhow::Context;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::Uri;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use metrics_exporter_prometheus::PrometheusBuilder;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tracing_subscriber::EnvFilter;

/// How long the head of a request may take to come in.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// How long open requests, and then jobs, may take after the order to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// Sends logs to standard error.
pub(super) fn logging(filter: &str, json: bool) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|error| {
        eprintln!("PLACE_LOG illisible ({error})\u{a0}: info");
        EnvFilter::new("info")
    });
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json {
        subscriber.json().init();
    } else {
        subscriber.compact().with_target(false).init();
    }
}

pub(super) async fn serve(settings: Serve) -> anyhow::Result<()> {
    if let Some(listen) = settings.metrics_listen {
        PrometheusBuilder::new().with_http_listener(listen).install().context("écoute des mesures")?;
    }
    let _held = lock::hold(&settings.place.data)?
        .context("un autre service tourne déjà sur ces données\u{a0}: à chaque nœud son dossier (--data)")?;
    let backend = open(&settings.place).await?;
    let stop = CancellationToken::new();
    let worker = (!settings.no_worker).then(|| {
        let (backend, stop) = (backend.clone(), stop.clone());
        tokio::spawn(async move { backend.work_until(stop).await })
    });
    let follower = settings.no_worker.then(|| {
        let (backend, stop) = (backend.clone(), stop.clone());
        tokio::spawn(async move { backend.follow_until(&stop).await })
    });
    let listener = TcpListener::bind(settings.listen).await.with_context(|| {
        format!("écoute sur {}\u{a0}: un autre programme l’occupe peut-être", settings.listen)
    })?;
    let state = State::new(backend.clone(), &settings)?;
    let router = http::router(state, &settings);
    println!("La Place des marchés\u{a0}: {}", backend.public_url);
    println!("e-mails {}", backend.mailer.describe());
    tracing::info!(listen = %settings.listen, structures = backend.index.catalogue().len(), "serving");
    let measured = settings.metrics_listen.is_some().then(|| {
        let (backend, stop) = (backend.clone(), stop.clone());
        tokio::spawn(async move { http::measure_until(&backend, &stop).await })
    });
    tokio::spawn(first_pages(router.clone()));
    let answering = Answering::default();
    tokio::select! {
        () = answering.accept(listener, router) => {}
        () = stop_asked() => tracing::info!("stopping"),
    }
    stop.cancel();
    if tokio::time::timeout(STOP_PATIENCE, answering.open.shutdown()).await.is_err() {
        tracing::warn!("requests were still open; they are cut");
    }
    for task in [worker, follower, measured].into_iter().flatten() {
        match tokio::time::timeout(STOP_PATIENCE, task).await {
            Ok(ended) => ended.context("travaux")?,
            // Their lease ends by itself; a mail that went out meanwhile keeps its Message-ID.
            Err(_) => tracing::warn!("jobs were still running; they will run again"),
        }
    }
    backend.index.snapshot_write();
    backend.store.close().await;
    Ok(())
}

/// Asks ourselves for the pages that people open first: tables are read when they are first used, and no visitor shall wait
/// for that.
async fn first_pages(router: Router) {
    for page in ["/structures?q=menage&territoire=Toulouse", "/structures", "/"] {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = Uri::from_static(page);
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 0))));
        let Ok(answer) = router.clone().oneshot(request).await;
        tracing::debug!(page, status = %answer.status(), "read before anybody asks");
    }
}

/// The connections that are being answered.
#[derive(Default)]
struct Answering {
    open: GracefulShutdown,
}

impl Answering {
    /// Takes connections for ever. Whoever sends the head of a request slower than [`HEAD_TIME`] is let go.
    async fn accept(&self, listener: TcpListener, router: Router) {
        let mut http = Builder::new(TokioExecutor::new());
        http.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
        loop {
            let (stream, peer) = match listener.accept().await {
                Ok(taken) => taken,
                Err(error) => {
                    // Too many open files, or a caller who left: neither ends the service.
                    tracing::warn!(%error, "a connection was not taken");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let router = router.clone();
            let service = service_fn(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(ConnectInfo(peer));
                router.clone().oneshot(request)
            });
            let connection = http.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
            let connection = self.open.watch(connection);
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection ended early");
                }
            });
        }
    }
}

/// Waits for Ctrl-C or the order of the system.
async fn stop_asked() {
    let interrupt = async { tokio::signal::ctrl_c().await.ok() };
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate => {}
    }
}
