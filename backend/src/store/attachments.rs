//! Files joined to needs.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::email::EmailAddress;
use uuid::Uuid;

const ATTACHMENT_INSERT: &str =
    "INSERT INTO attachment (id, need_id, name, media, content, added_at) VALUES ($1, $2, $3, $4, $5, $6)";
const ATTACHMENT_FETCH: &str = "SELECT name, media, content FROM attachment WHERE need_id = $1 AND id = $2";
const ATTACHMENT_BYTES: &str = "SELECT CAST(COALESCE(SUM(octet_length(a.content)), 0) AS BIGINT) FROM attachment a \
     JOIN need n ON n.id = a.need_id WHERE lower(n.author_email) = lower($1)";
// What a version names that was published stays with it.
const ATTACHMENT_REMOVE: &str = "DELETE FROM attachment WHERE need_id = $1 AND id = $2 AND NOT EXISTS \
     (SELECT 1 FROM need_version v WHERE v.need_id = $1 AND v.number > 0 AND v.document LIKE '%' || $3 || '%')";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("ATTACHMENT_INSERT", ATTACHMENT_INSERT),
    ("ATTACHMENT_FETCH", ATTACHMENT_FETCH),
    ("ATTACHMENT_BYTES", ATTACHMENT_BYTES),
    ("ATTACHMENT_REMOVE", ATTACHMENT_REMOVE),
];

/// A file. Once a version that names it was published, it stays as long as its need.
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
    /// How many bytes the files of all needs of an address take; 0 for an address that was erased.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn attachment_bytes(&mut self, author: Option<&EmailAddress>) -> Result<u64> {
        let Some(author) = author.map(EmailAddress::as_str) else { return Ok(0) };
        let bytes: i64 =
            on_tx!(self, c => sqlx::query_scalar(ATTACHMENT_BYTES).bind(author).fetch_one(c).await)?;
        Ok(u64::try_from(bytes).unwrap_or_default())
    }

    /// Erases a file of a need, unless a version that was published names it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn attachment_remove(&mut self, need: Uuid, id: Uuid) -> Result<()> {
        on_tx!(self, c => sqlx::query(ATTACHMENT_REMOVE).bind(need).bind(id).bind(id.to_string())
            .execute(c).await.map(|_| ()))?;
        Ok(())
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
