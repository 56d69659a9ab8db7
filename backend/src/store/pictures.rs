//! The logos and pictures of structures, as they were drawn again.

use super::{Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::siret::Siret;
use uuid::Uuid;

const PICTURE_LIST: &str =
    "SELECT id, is_logo, alt, media, width, height FROM picture WHERE siret = $1 ORDER BY added_at, id";
const PICTURE_FETCH: &str = "SELECT media, content FROM picture WHERE siret = $1 AND id = $2";
const PICTURE_INSERT: &str = "INSERT INTO picture (id, siret, is_logo, alt, media, width, height, content, added_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const PICTURE_REMOVE: &str = "DELETE FROM picture WHERE siret = $1 AND id = $2";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("PICTURE_LIST", PICTURE_LIST),
    ("PICTURE_FETCH", PICTURE_FETCH),
    ("PICTURE_INSERT", PICTURE_INSERT),
    ("PICTURE_REMOVE", PICTURE_REMOVE),
];

/// A picture, without its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its number.
    pub id: Uuid,
    /// Whether it stands beside the name.
    pub is_logo: bool,
    /// What it shows, for whoever does not see it; empty for a logo.
    pub alt: String,
    /// Its media type.
    pub media: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

#[derive(sqlx::FromRow)]
struct PictureRow {
    id: Uuid,
    is_logo: bool,
    alt: String,
    media: String,
    width: i64,
    height: i64,
}

impl PictureRow {
    fn into_picture(self) -> Picture {
        let pixels = |side: i64| u32::try_from(side).unwrap_or_default();
        Picture {
            id: self.id,
            is_logo: self.is_logo,
            alt: self.alt,
            media: self.media,
            width: pixels(self.width),
            height: pixels(self.height),
        }
    }
}

impl Store {
    /// The pictures of a structure, in the order in which they came.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn picture_list(&self, siret: Siret) -> Result<Vec<Picture>> {
        let rows: Vec<PictureRow> =
            on_read!(self, c => sqlx::query_as(PICTURE_LIST).bind(siret.as_str()).fetch_all(c).await)?;
        Ok(rows.into_iter().map(PictureRow::into_picture).collect())
    }

    /// The media type and the file of a picture.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn picture_fetch(&self, siret: Siret, id: Uuid) -> Result<Option<(String, Vec<u8>)>> {
        let key = siret.as_str();
        Ok(on_read!(self, c => sqlx::query_as(PICTURE_FETCH).bind(key).bind(id).fetch_optional(c).await)?)
    }
}

impl Tx {
    /// The pictures of a structure that is held.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn picture_list(&mut self, siret: Siret) -> Result<Vec<Picture>> {
        let rows: Vec<PictureRow> =
            on_tx!(self, c => sqlx::query_as(PICTURE_LIST).bind(siret.as_str()).fetch_all(c).await)?;
        Ok(rows.into_iter().map(PictureRow::into_picture).collect())
    }

    /// Keeps a picture with its file.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn picture_insert(
        &mut self,
        siret: Siret,
        picture: &Picture,
        content: &[u8],
        now: i64,
    ) -> Result<()> {
        let (width, height) = (i64::from(picture.width), i64::from(picture.height));
        on_tx!(self, c => sqlx::query(PICTURE_INSERT).bind(picture.id).bind(siret.as_str()).bind(picture.is_logo)
            .bind(&*picture.alt).bind(&*picture.media).bind(width).bind(height).bind(content).bind(now)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes a picture away; `false` when there was none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn picture_remove(&mut self, siret: Siret, id: Uuid) -> Result<bool> {
        let gone = on_tx!(self, c => sqlx::query(PICTURE_REMOVE).bind(siret.as_str()).bind(id).execute(c).await
            .map(|r| r.rows_affected()))?;
        Ok(gone > 0)
    }
}
