//! E-mails: a struct and two templates each, sent by one of three transports.
//!
//! A mail is written as a job in the transaction that decided it; the id of the job is the left part of its
//! Message-ID, so that a mail that is sent again after a crash is the same mail.

mod incoming;
mod messages;
mod relay;
mod reply;

pub(crate) use incoming::Incoming;
pub(crate) use reply::{reply_read, reply_write};

pub use messages::{
    AccountClosing, AccountIdle, AnswerReceived, AnswerShared, ColleagueInvited, ContactChanged,
    ContactConfirm, FicheStillRight, InterestConfirm, InterestReceived, LinkAgain, LotReminded, LotTold,
    ManageLink, MandateAsked, MandateChanged, MembershipChanged, MembershipCode, MessageReceived,
    NeedChanged, NeedCommented, NeedConfirm, NeedEnded, NeedKept, NeedPublished, NeedShared, NeedTakenOver,
    NeedTell, NeedWithdrawn, OrganisationRequested, SecurityChanged, SignIn, SignedInElsewhere,
    StructureResumed, StructureSuspended, SupportBegan, Template, TradeAsk,
};

use crate::error::{Error, Result};
use crate::{Secret, Settings};
use anyhow::Context;
use domain::email::EmailAddress;
use lettre::Message;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use relay::Relay;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};
use uuid::Uuid;

/// A mail that is ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// To whom.
    pub to: EmailAddress,
    /// Subject.
    pub subject: String,
    /// Body as plain text.
    pub text: String,
    /// Body as HTML.
    pub html: String,
    /// Address that stops such mails with one request; goes into `List-Unsubscribe`.
    pub unsubscribe: Option<String>,
    /// Where a reply goes, if there is somebody who reads it.
    #[serde(default)]
    pub reply_to: Option<String>,
}

/// Where mails go.
#[derive(Debug)]
pub struct Mailer {
    from: Mailbox,
    domain: String,
    /// Where replies come in: see [`reply`].
    replies: Option<EmailAddress>,
    transport: Transport,
}

enum Transport {
    Smtp(Relay),
    Folder(PathBuf),
    Memory(Arc<Mutex<Vec<Sent>>>, ReceptionOf),
}

/// What a memory mailer answers to a mail.
pub type ReceptionOf = fn(&Mail) -> Reception;

/// What a server does with a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reception {
    /// Takes it.
    Takes,
    /// Asks to come back later.
    Later,
    /// Refuses it for good.
    Refuses,
    /// Never answers.
    Stalls,
}

/// A mail that a memory mailer keeps.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its Message-ID, without brackets.
    pub message_id: String,
    /// The mail.
    pub mail: Mail,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Smtp(_) => f.write_str("Smtp"),
            Self::Folder(folder) => write!(f, "Folder({})", folder.display()),
            Self::Memory(..) => f.write_str("Memory"),
        }
    }
}

impl Mailer {
    /// The mailer of the settings.
    ///
    /// # Errors
    /// When the address of the mail server, the folder or the sender is wrong.
    pub fn open(settings: &Settings) -> Result<Self> {
        let transport = match settings.mail_url.as_ref().map(Secret::expose) {
            None => Transport::Folder(settings.data.join("mails")),
            Some(url) => match url.strip_prefix("folder:") {
                Some(folder) => Transport::Folder(PathBuf::from(folder)),
                None => Transport::Smtp(Relay::open(url)?),
            },
        };
        if let Transport::Folder(folder) = &transport {
            std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        let replies = settings.mail_replies.as_deref().filter(|text| !text.trim().is_empty());
        let replies =
            replies.map(|text| EmailAddress::parse(text).map_err(|e| anyhow::anyhow!("MAIL_REPLIES: {e}")));
        Ok(Self { replies: replies.transpose()?, ..Self::over(transport, &settings.mail_from)? })
    }

    /// A mailer that keeps what it is given, and the list it keeps it in.
    ///
    /// # Errors
    /// Never with the sender it uses.
    pub fn memory() -> Result<(Self, Arc<Mutex<Vec<Sent>>>)> {
        Self::memory_answering(|_| Reception::Takes)
    }

    /// The same, which treats mails as a server may.
    ///
    /// # Errors
    /// Never with the sender it uses.
    pub fn memory_answering(answer: ReceptionOf) -> Result<(Self, Arc<Mutex<Vec<Sent>>>)> {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let transport = Transport::Memory(Arc::clone(&kept), answer);
        Ok((Self::over(transport, "La Place des marchés <place@place.example>")?, kept))
    }

    fn over(transport: Transport, from: &str) -> Result<Self> {
        let from: Mailbox = from.parse().map_err(|e| anyhow::anyhow!("MAIL_FROM: {e}"))?;
        let domain = from.email.domain().to_owned();
        Ok(Self { from, domain, replies: None, transport })
    }

    /// The same, with an address where replies come in.
    #[must_use]
    pub fn with_replies(self, replies: EmailAddress) -> Self {
        Self { replies: Some(replies), ..self }
    }

    /// Whether replies to its mails come in.
    #[must_use]
    pub fn takes_replies(&self) -> bool {
        self.replies.is_some()
    }

    /// The address where replies come in, if they do.
    pub(crate) fn replies(&self) -> Option<&EmailAddress> {
        self.replies.as_ref()
    }

    /// Whether mails can leave now: the server answers, or the folder can be written.
    ///
    /// # Errors
    /// Why they cannot.
    pub async fn check(&self) -> Result<()> {
        match &self.transport {
            Transport::Smtp(relay) => relay.check().await?,
            Transport::Folder(folder) => {
                let probe = folder.join(".probe");
                std::fs::write(&probe, []).with_context(|| format!("writing {}", probe.display()))?;
                std::fs::remove_file(&probe).with_context(|| format!("removing {}", probe.display()))?;
            }
            Transport::Memory(..) => {}
        }
        Ok(())
    }

    /// « envoyés par SMTP », « écrits dans data/mails »: for the message at start-up.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.transport {
            Transport::Smtp(_) => "envoyés par SMTP".to_owned(),
            Transport::Folder(folder) => format!("écrits dans {}", folder.display()),
            Transport::Memory(..) => "gardés en mémoire".to_owned(),
        }
    }

    /// The Message-ID of the mail of a job, without brackets.
    #[must_use]
    pub fn message_id(&self, id: Uuid) -> String {
        format!("{}@{}", id.simple(), self.domain)
    }

    /// Sends a mail. `at` is when it was decided, in seconds since 1970.
    ///
    /// # Errors
    /// [`Error::MailRefused`] when the server refuses it for good; else when it is to be tried again.
    pub async fn send(&self, id: Uuid, mail: &Mail, at: i64) -> Result<()> {
        match &self.transport {
            Transport::Smtp(relay) => relay.send(self.message(id, mail, at)?).await?,
            Transport::Folder(folder) => {
                let bytes = self.message(id, mail, at)?.formatted();
                let part = folder.join(format!(".{}.part", id.simple()));
                let whole = folder.join(format!("{}.eml", id.simple()));
                let folder = folder.clone();
                let written = tokio::task::spawn_blocking(move || file_write(&folder, &part, &whole, &bytes));
                written.await.context("writing a mail")??;
            }
            Transport::Memory(kept, answer) => {
                match answer(mail) {
                    Reception::Takes => {}
                    Reception::Later => return Err(anyhow::anyhow!("450 later").into()),
                    Reception::Refuses => return Err(Error::MailRefused("550 no such user".to_owned())),
                    Reception::Stalls => std::future::pending().await,
                }
                let sent = Sent { message_id: self.message_id(id), mail: mail.clone() };
                kept.lock().map_err(|_| anyhow::anyhow!("the list of mails is poisoned"))?.push(sent);
            }
        }
        Ok(())
    }

    fn message(&self, id: Uuid, mail: &Mail, at: i64) -> Result<Message> {
        let to: Mailbox =
            mail.to.as_str().parse().map_err(|e| Error::MailRefused(format!("address: {e}")))?;
        let date = UNIX_EPOCH + Duration::from_secs(u64::try_from(at).unwrap_or_default());
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&mail.subject)
            .date(date)
            .message_id(Some(format!("<{}>", self.message_id(id))))
            .header(AutoSubmitted);
        if let Some(reply_to) = &mail.reply_to {
            let reply_to = reply_to.parse().map_err(|e| Error::MailRefused(format!("reply address: {e}")))?;
            builder = builder.reply_to(reply_to);
        }
        if let Some(url) = &mail.unsubscribe {
            builder = builder.header(ListUnsubscribe(url.clone())).header(OneClick);
        }
        let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(mail.text.clone());
        let html = SinglePart::builder().header(ContentType::TEXT_HTML).body(mail.html.clone());
        let body = MultiPart::alternative().singlepart(text).singlepart(html);
        builder.multipart(body).map_err(|e| Error::Internal(anyhow::anyhow!("building the mail: {e}")))
    }
}

/// Writes a file aside, then renames it: a reader never sees half a mail, and a mail that counts as sent is on the disk.
fn file_write(folder: &Path, part: &Path, whole: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let writing = || format!("writing {}", part.display());
    let mut file = std::fs::File::create(part).with_context(writing)?;
    file.write_all(bytes).with_context(writing)?;
    file.sync_all().with_context(writing)?;
    std::fs::rename(part, whole).with_context(|| format!("naming {}", whole.display()))?;
    let folder_file = std::fs::File::open(folder).with_context(|| format!("opening {}", folder.display()))?;
    folder_file.sync_all().with_context(|| format!("syncing {}", folder.display()))
}

macro_rules! header {
    ($(#[$doc:meta])* $type:ident, $name:literal, |$me:ident| $value:expr) => {
        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }
            fn parse(text: &str) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Err(format!("{} is written, not read: {text}", $name).into())
            }
            fn display(&self) -> HeaderValue {
                let $me = self;
                HeaderValue::new(Self::name(), $value)
            }
        }
    };
}

/// RFC 2369: where to stop such mails.
#[derive(Clone)]
struct ListUnsubscribe(String);
header!(ListUnsubscribe, "List-Unsubscribe", |me| format!("<{}>", me.0));

/// RFC 8058: one request is enough.
#[derive(Clone)]
struct OneClick;
header!(OneClick, "List-Unsubscribe-Post", |_me| "List-Unsubscribe=One-Click".to_owned());

/// RFC 3834: no out-of-office answers, please.
#[derive(Clone)]
struct AutoSubmitted;
header!(AutoSubmitted, "Auto-Submitted", |_me| "auto-generated".to_owned());
