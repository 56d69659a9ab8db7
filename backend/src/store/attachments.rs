//! Files joined to needs.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use uuid::Uuid;

const ATTACHMENT_INSERT: &str =
    "INSERT INTO attachment (id, need_id, name, media, content, added_at) VALUES ($1, $2, $3, $4, $5, $6)";
const ATTACHMENT_FETCH: &str = "SELECT name, media, content FROM attachment WHERE need_id = $1 AND id = $2";

const ATTACHMENT_COUNT: &str = "SELECT COUNT(*) FROM attachment WHERE need_id = $1";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("ATTACHMENT_INSERT", ATTACHMENT_INSERT),
    ("ATTACHMENT_FETCH", ATTACHMENT_FETCH),
    ("ATTACHMENT_COUNT", ATTACHMENT_COUNT),
];

/// A file. It stays as long as its need: earlier versions of the need still name it.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// Its name, without path.
    pub name: String,
    /// Its media type, read from its content.
    pub media: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

impl Tx {
    /// How many files were ever joined to a need, those that were taken out included.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn attachment_count(&mut self, need: Uuid) -> Result<i64> {
        Ok(on_tx!(self, c => sqlx::query_scalar(ATTACHMENT_COUNT).bind(need).fetch_one(c).await)?)
    }

    /// Keeps a file of a need.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn attachment_insert(
        &mut self,
        need: Uuid,
        id: Uuid,
        file: &Attachment,
        now: i64,
    ) -> Result<()> {
        on_tx!(self, c => sqlx::query(ATTACHMENT_INSERT)
            .bind(id).bind(need).bind(&file.name).bind(&file.media).bind(&file.content).bind(now)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// A file of a need; `None` when the need has none of this id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn attachment_fetch(&self, need: Uuid, id: Uuid) -> Result<Option<Attachment>> {
        let row: Option<(String, String, Vec<u8>)> = on_read!(self, c => sqlx::query_as(ATTACHMENT_FETCH).bind(need).bind(id).fetch_optional(c).await)?;
        Ok(row.map(|(name, media, content)| Attachment { name, media, content }))
    }
}
