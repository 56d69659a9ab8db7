//! Addresses for replies: each names the message that it answers, and is signed so that nobody makes one up.
//!
//! `reponse+<message>.<seal>@place.example`: the mailbox of the setting with a tag (RFC 5233), all of it in letters that do not
//! hang on capitals. The seal holds the number of the links of whoever gets it: links that are revoked take it along.

use crate::links::Signer;
use domain::email::EmailAddress;
use uuid::Uuid;

/// Bytes of the seal: 64 bits, which nobody guesses over a mail server.
const SEAL: usize = 8;

fn sealed(message: Uuid, number: i64) -> String {
    format!("reply:{}:{number}", message.simple())
}

/// The address under which whoever has links of this number replies to a message.
pub(crate) fn reply_write(
    signer: &Signer,
    base: &EmailAddress,
    message: Uuid,
    number: i64,
) -> Option<String> {
    let (local, domain) = base.as_str().split_once('@')?;
    let seal: String =
        signer.seal(&sealed(message, number)).iter().take(SEAL).map(|byte| format!("{byte:02x}")).collect();
    Some(format!("{local}+{}.{seal}@{domain}", message.simple()))
}

/// The message that an address replies to, with its seal; `None` when it is none of ours.
pub(crate) fn reply_read(base: &EmailAddress, address: &str) -> Option<(Uuid, Vec<u8>)> {
    let (local, domain) = base.as_str().split_once('@')?;
    let (of, at) = address.trim().rsplit_once('@')?;
    let (mailbox, tag) = of.split_once('+')?;
    if !mailbox.eq_ignore_ascii_case(local) || !at.eq_ignore_ascii_case(domain) {
        return None;
    }
    let (message, seal) = tag.split_once('.')?;
    let bytes = (0..SEAL).map(|n| u8::from_str_radix(seal.get(2 * n..2 * n + 2)?, 16).ok());
    let seal = (seal.len() == 2 * SEAL).then(|| bytes.collect::<Option<Vec<u8>>>()).flatten()?;
    Some((message.parse().ok()?, seal))
}

impl Signer {
    /// Whether a seal was made here for whoever has links of this number.
    pub(crate) fn is_reply_seal(&self, message: Uuid, number: i64, seal: &[u8]) -> bool {
        seal.len() == SEAL && self.is_seal_start(&sealed(message, number), seal)
    }
}
