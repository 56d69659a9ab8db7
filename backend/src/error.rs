//! What can go wrong in a use case, as callers must tell it apart.

use thiserror::Error;

/// An error of a use case. Refusals by the domain are values, not errors.
#[derive(Debug, Error)]
pub enum Error {
    /// No such thing, or not for this reader.
    #[error("not found")]
    NotFound,
    /// Whoever asks may not.
    #[error("forbidden: {0:?}")]
    Forbidden(domain::access::Refusal),
    /// The caller must change something; the text says what, in French.
    #[error("{0}")]
    Refused(String),
    /// The database did not do what was asked.
    #[error(transparent)]
    Database(#[from] crate::store::DatabaseError),
    /// The index did not do what was asked.
    #[error(transparent)]
    Index(#[from] tantivy::TantivyError),
    /// Another process of this machine writes the files of the index: to be tried again.
    #[error("another process is writing the index")]
    IndexHeld,
    /// The mail server refused a mail for good: trying again changes nothing.
    #[error("the mail server refused it for good: {0}")]
    MailRefused(String),
    /// Something that was written earlier cannot be read: by another version of the program, or rotten.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// Nobody waits for it any more: see [`crate::patience`].
    #[error("given up before it was worked out")]
    GivenUp,
    /// Anything else that is not the caller's fault.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

/// Result of a use case.
pub type Result<T> = std::result::Result<T, Error>;
