//! How each kind of work is tried: before what else, for how long, how often.

use super::Work;
use crate::error::Error;
use std::time::Duration;

/// What goes before what; the numbers stand in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    /// Someone is waiting for it: a link, a confirmation, an answer.
    Waited = 0,
    /// Finding whom a need is to be told.
    Telling = 1,
    /// One of a mass of mails.
    Mass = 2,
}

impl Priority {
    /// The number in the database.
    pub(crate) fn number(self) -> i64 {
        self as i64
    }
}

/// How a kind of work is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Before what else it goes.
    pub priority: Priority,
    /// A run that takes longer has failed.
    pub patience: Duration,
    /// After so many failures it is put aside, to be looked at by someone.
    pub attempts: i64,
}

/// A relay that is down comes back within days: the delays below make five of these failures.
const MAIL_ATTEMPTS: i64 = 26;
/// Telling is our own work: what fails so often, over three days, will not be done without someone.
const TELLING_ATTEMPTS: i64 = 20;
/// Longer than the client waits for one answer of a server, shorter than a lease.
const MAIL_PATIENCE: Duration = Duration::from_secs(45);
/// Five thousand mails of a need over the whole country are written in seconds.
const TELLING_PATIENCE: Duration = Duration::from_secs(600);
/// Seconds before work that failed is tried again: by earlier failures, the last for ever after.
const DELAYS: [i64; 7] = [2, 10, 30, 120, 600, 3_600, 21_600];

impl Work {
    pub(crate) fn policy(&self) -> Policy {
        let mail = |priority| Policy { priority, patience: MAIL_PATIENCE, attempts: MAIL_ATTEMPTS };
        match self {
            // What can be unsubscribed from was not asked for.
            Self::Mail { mail: sent, .. } if sent.unsubscribe.is_some() => mail(Priority::Mass),
            Self::Mail { .. } => mail(Priority::Waited),
            Self::ManageLink { .. } | Self::AnswerLink { .. } => {
                Policy { priority: Priority::Waited, patience: MAIL_PATIENCE, attempts: TELLING_ATTEMPTS }
            }
            Self::NeedTell { .. }
            | Self::NeedTellMore { .. }
            | Self::NeedTellAgain { .. }
            | Self::NeedTellEnd { .. }
            | Self::AnswerSharedTell { .. }
            | Self::LotRemind { .. }
            | Self::StructureTell { .. } => {
                Policy { priority: Priority::Telling, patience: TELLING_PATIENCE, attempts: TELLING_ATTEMPTS }
            }
        }
    }
}

/// What becomes of a job that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Tried again after so many seconds.
    Again(i64),
    /// Put aside: trying again changes nothing, or has been tried enough.
    Aside,
}

/// What becomes of a job after this failure, when it had failed `before` times.
pub(crate) fn next_of(before: i64, attempts: i64, error: &Error) -> Next {
    let is_final = matches!(
        error,
        Error::NotFound
            | Error::Forbidden(_)
            | Error::Refused(_)
            | Error::MailRefused(_)
            | Error::Unreadable(_)
    );
    if is_final || before + 1 >= attempts {
        return Next::Aside;
    }
    Next::Again(DELAYS[usize::try_from(before).unwrap_or(0).min(DELAYS.len() - 1)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: i64, error: Error, expected: Next) {
        assert_eq!(next_of(before, MAIL_ATTEMPTS, &error), expected, "{error:?} after {before}");
    }

    fn busy() -> Error {
        anyhow::anyhow!("the server does not answer").into()
    }

    #[test]
    fn what_is_tried_again_and_when() {
        check(0, busy(), Next::Again(2));
        check(1, busy(), Next::Again(10));
        check(4, busy(), Next::Again(600));
        check(6, busy(), Next::Again(21_600));
        check(24, busy(), Next::Again(21_600));
        check(25, busy(), Next::Aside);
        check(0, Error::IndexHeld, Next::Again(2));
        check(0, Error::MailRefused("550 unknown".to_owned()), Next::Aside);
        check(0, Error::Unreadable("not JSON".to_owned()), Next::Aside);
        check(0, Error::NotFound, Next::Aside);
    }

    #[test]
    fn what_can_be_unsubscribed_from_is_one_of_a_mass() {
        let mail = |unsubscribe: Option<&str>| {
            let text = serde_json::json!({
                "kind": "mail", "at": 0,
                "mail": { "to": "a@structure.example", "subject": "", "text": "", "html": "", "unsubscribe": unsubscribe },
            });
            serde_json::from_value::<Work>(text).expect("a mail").policy()
        };
        assert_eq!(mail(None).priority, Priority::Waited);
        assert_eq!(mail(Some("https://place.example/stop")).priority, Priority::Mass);
        assert_eq!(Work::NeedTell { need: uuid::Uuid::nil() }.policy().priority, Priority::Telling);
        let numbers = [Priority::Waited, Priority::Telling, Priority::Mass].map(Priority::number);
        assert_eq!(numbers, [0, 1, 2], "as they stand in the database");
    }

    #[test]
    fn a_mail_is_tried_for_five_days() {
        let waits = (0..MAIL_ATTEMPTS - 1).map(|before| match next_of(before, MAIL_ATTEMPTS, &busy()) {
            Next::Again(seconds) => seconds,
            Next::Aside => 0,
        });
        let days = waits.sum::<i64>() / 86_400;
        assert_eq!(days, 4, "four days and some hours");
    }
}
