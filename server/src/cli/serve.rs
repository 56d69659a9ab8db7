//! `place serve`: the site, the API, the mails; from start to graceful stop.

use super::open;
use crate::config::Serve;
use crate::http::{self, State};
use anyhow::Context;
use metrics_exporter_prometheus::PrometheusBuilder;
use std::net::SocketAddr;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// How long open requests may take after the order to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// Sends logs to standard error.
pub(super) fn logging(filter: &str, json: bool) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
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
    let listener = tokio::net::TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("écoute sur {} : un autre programme l’occupe peut-être", settings.listen))?;
    let state = State::new(backend.clone(), &settings);
    let router = http::router(state, &settings).into_make_service_with_connect_info::<SocketAddr>();
    println!("La Place des marchés : {}", backend.public_url);
    println!("e-mails {}", backend.mailer.describe());
    tracing::info!(listen = %settings.listen, structures = backend.index.catalogue().len(), "serving");
    let stopping = stop.clone();
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        stop_asked().await;
        tracing::info!("stopping");
        stopping.cancel();
    });
    let patience = async {
        stop.cancelled().await;
        tokio::time::sleep(STOP_PATIENCE).await;
    };
    tokio::select! {
        outcome = server => outcome.context("service HTTP")?,
        () = patience => tracing::warn!("requests were still open; they are cut"),
    }
    stop.cancel();
    for task in [worker, follower].into_iter().flatten() {
        task.await.context("travaux")?;
    }
    backend.index.snapshot_write();
    backend.store.close().await;
    Ok(())
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
