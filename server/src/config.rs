//! Settings: by flag and by environment, all shown by `--help`; secrets are never printed.

use backend::accounts::ProviderSettings;
use backend::{Secret, Settings};
use clap::Args;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

/// Where the data is and how mails leave.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// Folder of the data of this node: database, index, mails
    #[arg(long, env = "PLACE_DATA", default_value = "data")]
    pub data: PathBuf,
    /// postgres://… ; without it, a SQLite file in the data folder
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<Secret>,
    /// smtp://…, smtps://… or folder:PATH ; without it, files in the folder `mails` of the data folder
    #[arg(long, env = "MAIL_URL", hide_env_values = true)]
    pub mail_url: Option<Secret>,
    /// File of the secrets that sign links, one a line, the first signs ; without it, one made in the database
    #[arg(long, env = "PLACE_LINK_SECRET_FILE")]
    pub link_secret_file: Option<PathBuf>,
    /// Sender of mails
    #[arg(long, env = "MAIL_FROM", default_value = "La Place des marchés <ne-pas-repondre@place.example>")]
    pub mail_from: String,
    /// Mailbox of replies, whose mails are piped into `place mail-in` ; without it, mails say that nobody reads replies
    #[arg(long, env = "MAIL_REPLIES")]
    pub mail_replies: Option<String>,
    /// Address under which people reach the service
    #[arg(long, env = "PUBLIC_URL", default_value = "http://127.0.0.1:3000", value_parser = public_url)]
    pub public_url: String,
}

/// Every link of a mail begins with it.
fn public_url(text: &str) -> Result<String, String> {
    let wrong = || "écrivez une adresse comme https://place.example".to_owned();
    let uri: axum::http::Uri = text.trim_end_matches('/').parse().map_err(|_| wrong())?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some();
    if is_web && uri.query().is_none() { Ok(text.trim_end_matches('/').to_owned()) } else { Err(wrong()) }
}

impl Place {
    /// What the use cases need of it.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            data: self.data.clone(),
            database_url: self.database_url.clone().filter(|url| !url.expose().is_empty()),
            mail_url: self.mail_url.clone().filter(|url| !url.expose().is_empty()),
            mail_from: self.mail_from.clone(),
            mail_replies: self.mail_replies.clone(),
            public_url: self.public_url.clone(),
            link_secret_file: self.link_secret_file.clone(),
        }
    }
}

/// How the service answers.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    #[command(flatten)]
    #[expect(missing_docs, reason = "a comment here would replace the help of the flags")]
    pub place: Place,
    /// Address and port to listen on
    #[arg(long, env = "PLACE_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// Address and port of the Prometheus metrics ; none without it
    #[arg(long, env = "PLACE_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// Folder of the browser build ; pages work without it
    #[arg(long, env = "PLACE_SITE", default_value = "target/site")]
    pub site: PathBuf,
    /// Who runs this installation, as the legal notice says it
    #[arg(long, env = "PLACE_OPERATOR", default_value = "")]
    pub operator: String,
    /// Address of ProConnect, which signs agents in ; without it, mails alone do
    #[arg(long, env = "PROCONNECT_ISSUER", requires_all = ["proconnect_client_id", "proconnect_client_secret"])]
    pub proconnect_issuer: Option<String>,
    /// Number of the service there
    #[arg(long, env = "PROCONNECT_CLIENT_ID", requires = "proconnect_issuer")]
    pub proconnect_client_id: Option<String>,
    /// Its secret there; ask for tokens that are signed with RS256
    #[arg(long, env = "PROCONNECT_CLIENT_SECRET", hide_env_values = true, requires = "proconnect_issuer")]
    pub proconnect_client_secret: Option<Secret>,
    /// Take the caller's address from the last X-Forwarded-For: only behind a proxy that sets it
    #[arg(long, env = "PLACE_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// Forms that one address may send in a minute; ten times as many lots it may have matched by the API
    #[arg(long, env = "PLACE_POSTS_PER_MINUTE", default_value = "30")]
    pub posts_per_minute: NonZeroU32,
    /// Mails that forms may cause to one address, or for one structure, in an hour ; one caller may cause six times as many
    #[arg(long, env = "PLACE_MAILS_PER_HOUR", default_value = "10")]
    pub mails_per_hour: NonZeroU32,
    /// Only answer requests; another node of the same database sends mails and follows needs
    #[arg(long, env = "PLACE_NO_WORKER")]
    pub no_worker: bool,
    /// What is logged, for instance info or backend=debug
    #[arg(long, env = "PLACE_LOG", default_value = "info")]
    pub log: String,
    /// Logs as JSON, one line each
    #[arg(long, env = "PLACE_LOG_JSON")]
    pub log_json: bool,
}

impl Serve {
    /// How the service is known to ProConnect; `None` when it is not.
    #[must_use]
    pub fn proconnect(&self) -> Option<ProviderSettings> {
        Some(ProviderSettings {
            issuer: self.proconnect_issuer.clone()?,
            client_id: self.proconnect_client_id.clone()?,
            client_secret: self.proconnect_client_secret.clone()?,
        })
    }
}
