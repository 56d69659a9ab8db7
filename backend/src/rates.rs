//! How often forms are sent and mails caused, counted by all nodes together: a limit that each counted alone would be as many
//! times as high as there are nodes.

use crate::Backend;
use crate::error::Result;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// Forms of one network, by minute.
    Posts,
    /// Lots that one network has matched by the API, by minute.
    Matches,
    /// Mails that one network causes, by hour.
    MailsByCaller,
    /// Mails to one address, or about one thing, by hour.
    Mails,
}

impl Rate {
    fn code(self) -> &'static str {
        match self {
            Self::Posts => "posts",
            Self::Matches => "matches",
            Self::MailsByCaller => "mails_by_caller",
            Self::Mails => "mails",
        }
    }

    /// The stretch in which it is counted, in seconds.
    fn stretch(self) -> i64 {
        match self {
            Self::Posts | Self::Matches => 60,
            Self::MailsByCaller | Self::Mails => 3_600,
        }
    }
}

impl Backend {
    /// Whether other nodes may work on the same database.
    #[must_use]
    pub fn has_other_nodes(&self) -> bool {
        self.store.is_shared()
    }

    /// Counts something once more: `Some`, with the seconds to wait, when that is more than `most`. Of whoever does it a seal
    /// is kept, for as long as the stretch lasts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn rate_count(&self, what: Rate, of: &str, most: u32) -> Result<Option<u64>> {
        let now = self.clock.now();
        let until = (now / what.stretch() + 1) * what.stretch();
        let key = self.signer.seal(&format!("rate {} {of}", what.code()));
        let count = self.store.rate_count(&key, until).await?;
        Ok((count > i64::from(most)).then(|| (until - now).unsigned_abs()))
    }
}
