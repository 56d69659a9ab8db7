//! The logo and the pictures of a structure.

mod redraw;

pub use redraw::PictureUse;

use crate::Backend;
use crate::error::{Error, Result};
use crate::store::{Picture, Tx};
use crate::write::Deed;
use domain::access::{Action, Actor, FichePart, Target};
use domain::form::{Field, Violation};
use domain::siret::Siret;
use domain::structure::{FicheField, Structure};
use redraw::redraw;
use uuid::Uuid;

/// Largest file that is read, in bytes.
pub const PICTURE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Most pictures of one structure, besides its logo.
pub const PICTURES_MAX: usize = 6;
/// Longest text in the place of a picture, in characters.
const ALT_MAX: usize = 200;

/// What a form brings with a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureForm {
    /// What it is shown as.
    pub as_a: PictureUse,
    /// What it shows, for whoever does not see it. A logo says the name.
    pub alt: String,
    /// Its file, as it was sent.
    pub content: Vec<u8>,
}

impl Backend {
    /// Whether an actor may add pictures: asked before a file is read.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it may not.
    pub fn picture_allowed(&self, actor: &Actor, siret: Siret) -> Result<()> {
        let part = FichePart::Catalogue;
        self.authorise(actor, Action::FicheWrite, Target::Fiche { siret, part })
    }

    /// Draws a picture again and keeps it; another logo takes the place of the one before. What is to be corrected is a value.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor does not keep the catalogue.
    pub async fn picture_add(
        &self,
        actor: &Actor,
        siret: Siret,
        form: PictureForm,
    ) -> Result<std::result::Result<Uuid, Violation>> {
        self.picture_allowed(actor, siret)?;
        let refused = |message: String| Ok(Err(Violation::new(Field::Pictures, message)));
        let as_a = form.as_a;
        let alt = form.alt.split_whitespace().collect::<Vec<_>>().join(" ");
        match (as_a, alt.chars().count()) {
            (PictureUse::Photo, 0) => {
                return refused(
                    "Dites en quelques mots ce que montre l’image, pour qui ne la voit pas.".to_owned(),
                );
            }
            (_, long) if long > ALT_MAX => {
                return refused(format!("Raccourcissez à {ALT_MAX} caractères ce que montre l’image."));
            }
            _ => {}
        }
        // Decoding takes a processor for a while: not one of those that answer.
        let redrawn = tokio::task::spawn_blocking(move || redraw(&form.content, as_a)).await;
        let redrawn = match redrawn.map_err(anyhow::Error::from)? {
            Ok(redrawn) => redrawn,
            Err(fault) => return refused(fault.sentence().to_owned()),
        };
        let now = self.clock.now();
        let by = Self::origin_of(actor, siret);
        let picture = Picture {
            id: self.clock.id(),
            is_logo: as_a == PictureUse::Logo,
            alt,
            media: redrawn.media.to_owned(),
            width: redrawn.width,
            height: redrawn.height,
        };
        let add = async |tx: &mut Tx, _: Structure| {
            let kept = tx.picture_list(siret).await?;
            if picture.is_logo {
                for logo in kept.iter().filter(|kept| kept.is_logo) {
                    tx.picture_remove(siret, logo.id).await?;
                }
            } else if kept.iter().filter(|kept| !kept.is_logo).count() >= PICTURES_MAX {
                let message = format!("{PICTURES_MAX} images au plus\u{a0}: retirez-en une d’abord.");
                return Ok(Deed::Nothing(Err(Violation::new(Field::Pictures, message))));
            }
            tx.picture_insert(siret, &picture, &redrawn.content, now).await?;
            tx.said_save(siret, &[FicheField::Pictures], by, now).await?;
            Ok(Deed::Kept(Ok(picture.id)))
        };
        let target = Target::Structure(siret);
        Ok(self.structure_write(actor, Action::StructureManage, target, siret, add).await?.value)
    }

    /// Takes a picture away.
    ///
    /// # Errors
    /// As [`Backend::picture_add`].
    pub async fn picture_remove(&self, actor: &Actor, siret: Siret, id: Uuid) -> Result<()> {
        self.picture_allowed(actor, siret)?;
        let now = self.clock.now();
        let by = Self::origin_of(actor, siret);
        let remove = async |tx: &mut Tx, _: Structure| {
            if !tx.picture_remove(siret, id).await? {
                return Ok(Deed::Nothing(()));
            }
            tx.said_save(siret, &[FicheField::Pictures], by, now).await?;
            Ok(Deed::Kept(()))
        };
        let target = Target::Structure(siret);
        self.structure_write(actor, Action::StructureManage, target, siret, remove).await.map(|_| ())
    }

    /// The file of a picture, with its media type.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or its structure is not shown.
    pub async fn picture_show(&self, siret: Siret, id: Uuid) -> Result<(String, Vec<u8>)> {
        self.structure_show(siret)?;
        self.store.picture_fetch(siret, id).await?.ok_or(Error::NotFound)
    }
}
