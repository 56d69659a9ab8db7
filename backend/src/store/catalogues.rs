//! The catalogues of structures, and who said what of their pages.

use super::{Store, Tx, on_read, on_tx};
use crate::clock::day_in_paris;
use crate::error::Result;
use domain::siret::Siret;
use domain::structure::{Catalogue, FicheField, Origin, Said};
use std::collections::BTreeMap;

const CATALOGUE_FETCH: &str = "SELECT document FROM catalogue WHERE siret = $1";
const CATALOGUE_SAVE: &str = "INSERT INTO catalogue (siret, document, updated_at) VALUES ($1, $2, $3) \
     ON CONFLICT (siret) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at";
const SAID_LIST: &str = "SELECT field, origin, said_at FROM field_said WHERE siret = $1";
const SAID_SAVE: &str = "INSERT INTO field_said (siret, field, origin, said_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (siret, field) DO UPDATE SET origin = excluded.origin, said_at = excluded.said_at";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("CATALOGUE_FETCH", CATALOGUE_FETCH),
    ("CATALOGUE_SAVE", CATALOGUE_SAVE),
    ("SAID_LIST", SAID_LIST),
    ("SAID_SAVE", SAID_SAVE),
];

#[derive(sqlx::FromRow)]
struct SaidRow {
    field: String,
    origin: String,
    said_at: i64,
}

/// Who said what of the page of a structure, and when: by the code of the field.
pub type SaidOf = BTreeMap<String, Said>;

fn read(document: Option<String>) -> Result<Catalogue> {
    let read = document.map(|text| serde_json::from_str(&text)).transpose().map_err(anyhow::Error::from)?;
    Ok(read.unwrap_or_default())
}

impl Store {
    /// The catalogue of a structure; an empty one when it has written none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn catalogue_fetch(&self, siret: Siret) -> Result<Catalogue> {
        let key = siret.as_str();
        read(on_read!(self, c => sqlx::query_scalar(CATALOGUE_FETCH).bind(key).fetch_optional(c).await)?)
    }

    /// Who said what of the page of a structure: what is not here comes from a file.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn said_list(&self, siret: Siret) -> Result<SaidOf> {
        let rows: Vec<SaidRow> =
            on_read!(self, c => sqlx::query_as(SAID_LIST).bind(siret.as_str()).fetch_all(c).await)?;
        let said = |row: SaidRow| {
            Some((row.field, Said { by: Origin::parse(&row.origin)?, on: day_in_paris(row.said_at) }))
        };
        Ok(rows.into_iter().filter_map(said).collect())
    }
}

impl Tx {
    /// The catalogue of a structure that is held.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn catalogue_fetch(&mut self, siret: Siret) -> Result<Catalogue> {
        let key = siret.as_str();
        read(on_tx!(self, c => sqlx::query_scalar(CATALOGUE_FETCH).bind(key).fetch_optional(c).await)?)
    }

    /// Writes the catalogue of a structure.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn catalogue_save(&mut self, siret: Siret, catalogue: &Catalogue, now: i64) -> Result<()> {
        let document = serde_json::to_string(catalogue).map_err(anyhow::Error::from)?;
        on_tx!(self, c => sqlx::query(CATALOGUE_SAVE).bind(siret.as_str()).bind(&*document).bind(now)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps who said something of fields of the page of a structure.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn said_save(
        &mut self,
        siret: Siret,
        fields: &[FicheField],
        by: Origin,
        now: i64,
    ) -> Result<()> {
        for field in fields {
            on_tx!(self, c => sqlx::query(SAID_SAVE).bind(siret.as_str()).bind(field.code()).bind(by.code())
                .bind(now).execute(c).await.map(|_| ()))?;
        }
        Ok(())
    }
}
