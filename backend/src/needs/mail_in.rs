//! Replies that come by mail: into the thread of the message that they answer, or kept aside for somebody to look at. Nothing
//! that came is lost.

use super::attachments::file_taken;
use super::exchange::Written;
use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::{Incoming, reply_read, reply_write};
use crate::store::{Attachment, Tx};
use crate::write::Deed;
use domain::access::{Action, Actor, Grant, Target};
use domain::email::EmailAddress;
use domain::form::Field;
use domain::need::{Message, MessageText, Need, Side, own_words};
use domain::structure::Structure;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Largest mail that is read, in bytes.
const MAIL_BYTES_MAX: usize = 25 * 1024 * 1024;
/// Most files that one mail adds to a thread.
const FILES_MAX: usize = 5;

/// What became of a mail that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailIn {
    /// It is in its thread, or was before.
    Threaded,
    /// It belongs to no thread, for this reason: it is kept aside.
    Kept(&'static str),
}

/// Why a mail belongs to no thread.
mod why {
    pub const UNREADABLE: &str = "ce n’est pas un e-mail lisible, ou il dépasse 25 Mo";
    pub const NO_ADDRESS: &str = "il n’est adressé à aucun fil";
    pub const FORGED: &str = "l’adresse de réponse n’a pas été faite ici, ou ne vaut plus";
    pub const OTHER_SENDER: &str = "il vient d’une autre adresse que celle qui a reçu le message";
    pub const AUTOMATIC: &str = "c’est une réponse automatique";
    pub const EMPTY: &str = "il ne dit rien de plus que ce qu’il cite";
    pub const TOO_LONG: &str = "il est trop long pour un message";
    pub const CLOSED: &str = "le besoin ne reçoit plus de messages de sa part";
}

/// To which message a mail replies, and for whom.
struct Reply {
    message: Message,
    need: Need,
    structure: Structure,
}

impl Backend {
    /// The address under which a message is answered by mail; `None` where nobody reads replies. `number` is that of the links
    /// of whoever gets it.
    pub(super) fn reply_address(&self, message: &Message, number: i64) -> Option<String> {
        reply_write(&self.signer, self.mailer.replies()?, message.id, number)
    }

    /// Takes a mail that came in, as any mail server hands it on: into its thread, or aside.
    ///
    /// # Errors
    /// When the database does not answer: the mail is to be handed on again.
    pub async fn mail_in(&self, raw: &[u8]) -> Result<MailIn> {
        let digest = Sha256::digest(raw).to_vec();
        let (sender, outcome) = match Incoming::read(raw).filter(|_| raw.len() <= MAIL_BYTES_MAX) {
            None => (String::new(), Err(why::UNREADABLE)),
            Some(mail) => (mail.from.clone(), self.mail_thread(&mail, &digest).await?),
        };
        let Err(why) = outcome else { return Ok(MailIn::Threaded) };
        let keep = async |tx: &mut Tx| {
            tx.mail_keep(&digest, self.clock.now(), why, &sender, raw).await?;
            Ok(Deed::Kept(()))
        };
        self.write(&Actor::Job, Action::MailKeep, Target::Catalogue, keep).await?;
        Ok(MailIn::Kept(why))
    }

    /// Puts a mail into the thread of the message that it answers, or says why it belongs to none.
    async fn mail_thread(
        &self,
        mail: &Incoming,
        digest: &[u8],
    ) -> Result<std::result::Result<(), &'static str>> {
        let reply = match self.reply_of(mail).await? {
            Ok(reply) => reply,
            Err(why) => return Ok(Err(why)),
        };
        if !self.is_recipient(&reply, &mail.from).await? {
            return Ok(Err(why::OTHER_SENDER));
        }
        if mail.is_automatic {
            return Ok(Err(why::AUTOMATIC));
        }
        let (files, left_out) = self.files_of(mail);
        let text = match text_of(&own_words(&mail.text), !files.is_empty(), &left_out) {
            Ok(text) => text,
            Err(why) => return Ok(Err(why)),
        };
        let written = Written { text, files, digest: Some(digest.to_vec()) };
        let Reply { message, need, structure } = reply;
        let (siret, lot) = (structure.siret, message.lot);
        let kept = match message.side.other() {
            Side::Structure => {
                let actor = Actor::Link(Grant::NeedAnswer(need.id, siret));
                self.message_write_as(&actor, need.id, siret, lot, &written).await
            }
            Side::Buyer => {
                let actor = Actor::Link(Grant::NeedFollow(need.id));
                self.message_reply_as(&actor, need.id, lot, siret, &written).await.map(|_| ())
            }
        };
        match kept {
            Ok(()) => Ok(Ok(())),
            Err(Error::Refused(_) | Error::NotFound) => Ok(Err(why::CLOSED)),
            Err(error) => Err(error),
        }
    }

    /// The message that a mail answers: the first of its addresses that was made here.
    async fn reply_of(&self, mail: &Incoming) -> Result<std::result::Result<Reply, &'static str>> {
        let Some(base) = self.mailer.replies() else { return Ok(Err(why::NO_ADDRESS)) };
        let mut found = why::NO_ADDRESS;
        for (id, seal) in mail.to.iter().filter_map(|address| reply_read(base, address)) {
            found = why::FORGED;
            let Some(message) = self.store.message_fetch(id).await? else { continue };
            let need = self.store.need_fetch(message.need).await?;
            let structure = self.store.structure_fetch(message.siret).await?;
            let (Some(need), Some(structure)) = (need, structure) else { continue };
            let number = match message.side.other() {
                Side::Structure => structure.link_number,
                Side::Buyer => need.link_number,
            };
            if self.signer.is_reply_seal(id, number, &seal) {
                return Ok(Ok(Reply { message, need, structure }));
            }
        }
        Ok(Err(found))
    }

    /// Whether a mail comes from an address of whoever got the message: its contact, or somebody who belongs to it.
    async fn is_recipient(&self, reply: &Reply, from: &str) -> Result<bool> {
        let Ok(from) = EmailAddress::parse(from) else { return Ok(false) };
        let own = match reply.message.side.other() {
            Side::Structure => reply.structure.contact.as_ref(),
            Side::Buyer => reply.need.author.as_ref(),
        };
        if own.is_some_and(|own| own.is_same_mailbox(&from)) {
            return Ok(true);
        }
        let addresses = match (reply.message.side.other(), reply.need.account) {
            (Side::Buyer, Some(account)) => self.store.address_list(account).await?,
            (Side::Buyer, None) => Vec::new(),
            (Side::Structure, _) => self.store.member_addresses(reply.structure.siret.into()).await?,
        };
        Ok(addresses.iter().any(|own| own.is_same_mailbox(&from)))
    }

    /// The files of a mail that are taken, and the names of the others.
    fn files_of(&self, mail: &Incoming) -> (Vec<(Uuid, Attachment)>, Vec<String>) {
        let (mut taken, mut left_out) = (Vec::new(), Vec::new());
        for (name, content) in &mail.files {
            match file_taken(name, content).filter(|_| taken.len() < FILES_MAX) {
                Some(file) => taken.push((self.clock.id(), file)),
                None => left_out.push(name.chars().filter(|c| !c.is_control()).take(120).collect()),
            }
        }
        (taken, left_out)
    }
}

/// What a mail says, with the names of the files that were not kept.
fn text_of(
    own: &str,
    has_files: bool,
    left_out: &[String],
) -> std::result::Result<MessageText, &'static str> {
    let nothing = own.is_empty() && !has_files;
    let own = match (own.is_empty(), has_files) {
        (true, true) => "(sans texte)",
        _ => own,
    };
    let notes = left_out.iter().map(|name| format!("\n\n(Pièce non gardée\u{a0}: {name})"));
    let whole = format!("{own}{}", notes.collect::<String>());
    match MessageText::parse(&whole, Field::Message) {
        _ if nothing && left_out.is_empty() => Err(why::EMPTY),
        Ok(text) => Ok(text),
        Err(_) => Err(why::TOO_LONG),
    }
}
