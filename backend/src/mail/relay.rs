//! The mail server, and its connections: one that was left in the middle of a mail is never used again.

use crate::error::{Error, Result};
use anyhow::Context;
use arc_swap::ArcSwap;
use lettre::transport::smtp::Error as SmtpError;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::sync::Arc;
use std::time::Duration;

/// How long the server may take for one answer.
const ANSWER_PATIENCE: Duration = Duration::from_secs(20);
/// How long it may take for a mail: one that sends a byte now and then is never late with an answer. Less than the
/// patience of a job, which would give the mail up without closing its connection.
const MAIL_PATIENCE: Duration = Duration::from_secs(40);
/// Refusals of us, not of the mail: who we are, or how we encrypt. The operator mends them, and the mail goes.
const OF_US: [u16; 4] = [530, 534, 535, 538];

/// How long a server may take.
#[derive(Debug, Clone, Copy)]
struct Patience {
    of_answer: Duration,
    of_mail: Duration,
}

type Smtp = AsyncSmtpTransport<Tokio1Executor>;

/// A mail server with its pool of connections.
pub(super) struct Relay {
    url: String,
    patience: Patience,
    smtp: ArcSwap<Smtp>,
}

impl Relay {
    /// The server of `smtp://…` or `smtps://…`.
    ///
    /// # Errors
    /// When the address is none.
    pub(super) fn open(url: &str) -> Result<Self> {
        Self::patient(url, Patience { of_answer: ANSWER_PATIENCE, of_mail: MAIL_PATIENCE })
    }

    fn patient(url: &str, patience: Patience) -> Result<Self> {
        let smtp = ArcSwap::from_pointee(connections(url, patience)?);
        Ok(Self { url: url.to_owned(), patience, smtp })
    }

    /// Whether the server answers.
    ///
    /// # Errors
    /// Why it does not.
    pub(super) async fn check(&self) -> Result<()> {
        let answers = self.smtp.load_full().test_connection().await.context("asking the SMTP server")?;
        match answers {
            true => Ok(()),
            false => Err(anyhow::anyhow!("the SMTP server does not answer").into()),
        }
    }

    /// Hands a mail over.
    ///
    /// # Errors
    /// [`Error::MailRefused`] when the server refuses it for good; else when it is to be tried again.
    pub(super) async fn send(&self, message: Message) -> Result<()> {
        let smtp = self.smtp.load_full();
        let mut sending = Box::pin(smtp.send(message));
        tokio::select! {
            sent = &mut sending => sent.map(|_| ()).map_err(of_server),
            () = tokio::time::sleep(self.patience.of_mail) => {
                // Given up, the mail puts its connection back into the pool it came from, in the middle of a conversation:
                // the next one would read the answers meant for this one. That pool is let go before.
                self.smtp.store(Arc::new(connections(&self.url, self.patience)?));
                Err(anyhow::anyhow!("the mail server took more than {:?}", self.patience.of_mail).into())
            }
        }
    }
}

fn connections(url: &str, patience: Patience) -> Result<Smtp> {
    let smtp = Smtp::from_url(url)
        .map_err(|_| anyhow::anyhow!("MAIL_URL must be smtp://…, smtps://… or folder:PATH"))?;
    Ok(smtp.timeout(Some(patience.of_answer)).build())
}

/// What a server says: « 5xx » of a mail is for good.
fn of_server(error: SmtpError) -> Error {
    let code = error.status().map(u16::from);
    match error.is_permanent() && !code.is_some_and(|code| OF_US.contains(&code)) {
        true => Error::MailRefused(format!("{error}")),
        false => anyhow::Error::from(error).context("handing the mail to the SMTP server").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::{TcpListener, TcpStream};

    /// What a server does with one connection.
    #[derive(Debug, Clone, Copy)]
    enum Server {
        /// Says these lines to the greeting, the recipient, the end of the mail.
        Says(&'static str, &'static str, &'static str),
        /// Never says a word.
        Silent,
        /// Hangs up in the middle of the mail.
        Cuts,
        /// Takes the mail, and says so too late.
        TakesLate(Duration),
    }

    const FINE: Server = Server::Says("220 here", "250 known", "250 taken");

    async fn serve(stream: TcpStream, server: Server) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let (greeting, recipient, end) = match server {
            Server::Says(greeting, recipient, end) => (greeting, recipient, end),
            Server::Silent => return std::future::pending().await,
            Server::Cuts | Server::TakesLate(_) => ("220 here", "250 known", "250 taken"),
        };
        stream.write_all(format!("{greeting}\r\n").as_bytes()).await?;
        let (mut line, mut in_mail) = (String::new(), false);
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let answer = match (in_mail, line.trim_end()) {
                (true, ".") => {
                    in_mail = false;
                    if let Server::TakesLate(late) = server {
                        tokio::time::sleep(late).await;
                    }
                    end
                }
                (true, _) if matches!(server, Server::Cuts) => return Ok(()),
                (true, _) => continue,
                (false, "DATA") => {
                    in_mail = true;
                    "354 go on"
                }
                (false, said) if said.starts_with("RCPT") => recipient,
                (false, "QUIT") => "221 bye",
                (false, _) => "250 ok",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }

    /// A relay to a server that treats its first connections so, one after the other, and how many there were.
    async fn relay(servers: &[Server]) -> (Relay, Arc<Mutex<usize>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (servers, taken) = (servers.to_vec(), Arc::new(Mutex::new(0)));
        let counted = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let n = *counted.lock().expect("a number");
                *counted.lock().expect("a number") += 1;
                tokio::spawn(serve(stream, servers.get(n).copied().unwrap_or(FINE)));
            }
        });
        let patience =
            Patience { of_answer: Duration::from_millis(400), of_mail: Duration::from_millis(600) };
        (Relay::patient(&format!("smtp://127.0.0.1:{port}"), patience).expect("a relay"), taken)
    }

    fn mail() -> Message {
        let address = |text: &str| text.parse().expect("an address");
        let message =
            Message::builder().from(address("place@place.example")).to(address("a@structure.example"));
        message.subject("Un besoin").body("Bonjour".to_owned()).expect("a mail")
    }

    #[derive(Debug, PartialEq, Eq)]
    enum Outcome {
        Sent,
        Refused,
        TryAgain,
    }

    async fn outcome(relay: &Relay) -> Outcome {
        match relay.send(mail()).await {
            Ok(()) => Outcome::Sent,
            Err(Error::MailRefused(_)) => Outcome::Refused,
            Err(_) => Outcome::TryAgain,
        }
    }

    async fn check(server: Server, expected: Outcome) {
        let (relay, _) = relay(&[server]).await;
        assert_eq!(outcome(&relay).await, expected, "{server:?}");
    }

    #[tokio::test]
    async fn what_servers_do() {
        check(FINE, Outcome::Sent).await;
        check(Server::Says("220 here", "550 unknown", "250 taken"), Outcome::Refused).await;
        check(Server::Says("220 here", "250 known", "554 no"), Outcome::Refused).await;
        check(Server::Says("220 here", "451 later", "250 taken"), Outcome::TryAgain).await;
        check(Server::Says("220 here", "250 known", "452 full"), Outcome::TryAgain).await;
        check(Server::Says("220 here", "530 say who you are", "250 taken"), Outcome::TryAgain).await;
        check(Server::Says("421 closing", "250 known", "250 taken"), Outcome::TryAgain).await;
        check(Server::Silent, Outcome::TryAgain).await;
        check(Server::Cuts, Outcome::TryAgain).await;
    }

    #[tokio::test]
    async fn a_connection_serves_several_mails() {
        let (relay, taken) = relay(&[]).await;
        for _ in 0..3 {
            assert_eq!(outcome(&relay).await, Outcome::Sent);
            // The connection goes back to its pool by itself.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(*taken.lock().expect("a number"), 1);
    }

    /// A mail that was refused was once marked as sent: it read the answer to the one before it.
    #[tokio::test]
    async fn nobody_reads_the_answers_to_a_mail_that_was_given_up() {
        let late = Server::TakesLate(Duration::from_millis(700));
        let (relay, taken) = relay(&[late, Server::Says("220 here", "250 known", "554 no")]).await;
        let patience = Patience { of_answer: Duration::from_secs(5), of_mail: Duration::from_millis(300) };
        let relay = Relay::patient(&relay.url, patience).expect("a relay");
        assert_eq!(outcome(&relay).await, Outcome::TryAgain);
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!(outcome(&relay).await, Outcome::Refused, "the server refused it with 554");
        assert_eq!(*taken.lock().expect("a number"), 2);
    }
}
