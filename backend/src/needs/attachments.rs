//! Files joined to a need: what they are is read from their bytes, never from their name.

use super::StepOutcome;
use crate::Backend;
use crate::error::{Error, Result};
use crate::store::Attachment;
use domain::need::{AttachmentRef, NeedDraft};
use uuid::Uuid;

/// Largest file, in bytes.
pub const ATTACHMENT_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Most files of one need.
const ATTACHMENTS_MAX: usize = 10;
/// Most files that a need ever gets: those that are taken out stay with its earlier versions.
const ATTACHMENTS_EVER_MAX: i64 = 40;
/// Longest name, in characters.
const NAME_MAX: usize = 120;

/// What may be joined: extensions as `infer` names them.
const ACCEPTED: [&str; 7] = ["pdf", "docx", "xlsx", "png", "jpg", "gif", "webp"];

impl Backend {
    /// Joins a file to what is being written of a need.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong; [`Error::Refused`] when the file is too large, of another type than
    /// those that are taken, or one too many.
    pub async fn attachment_add(&self, token: &str, name: &str, content: Vec<u8>) -> Result<StepOutcome> {
        if content.is_empty() {
            return refused("Choisissez un fichier.");
        }
        if content.len() > ATTACHMENT_BYTES_MAX {
            return refused("Ce fichier dépasse 10 Mo\u{a0}: allégez-le ou partagez-le.");
        }
        let Some(kind) = infer::get(&content).filter(|kind| ACCEPTED.contains(&kind.extension())) else {
            return refused("Ce fichier n’est ni un PDF, ni un document DOCX ou XLSX, ni une image.");
        };
        let file = Attachment {
            name: name_with_extension(name, kind.extension()),
            media: kind.mime_type().to_owned(),
            content,
        };
        let mut tx = self.store.begin().await?;
        let prepared = self.need_prepared_hold(&mut tx, token).await?;
        let mut draft = prepared.draft;
        if draft.attachments.len() >= ATTACHMENTS_MAX {
            return refused("Dix pièces au plus\u{a0}: retirez-en une d’abord.");
        }
        if tx.attachment_count(prepared.need.id).await? >= ATTACHMENTS_EVER_MAX {
            return refused("Trop de fichiers ont déjà été joints à ce besoin, même retirés depuis.");
        }
        let id = self.clock.id();
        draft.attachments.push(AttachmentRef {
            id: id.to_string(),
            name: file.name.clone(),
            bytes: u64::try_from(file.content.len()).unwrap_or(u64::MAX),
        });
        let now = self.clock.now();
        tx.attachment_insert(prepared.need.id, id, &file, now).await?;
        tx.need_prepare(prepared.need.id, &draft, now).await?;
        tx.commit().await?;
        Ok(StepOutcome::Kept(Box::new(draft)))
    }

    /// Takes a file out of what is being written of a need. Versions that were published keep theirs.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong.
    pub async fn attachment_remove(&self, token: &str, id: &str) -> Result<StepOutcome> {
        let without = |draft: &NeedDraft| {
            let mut draft = draft.clone();
            draft.attachments.retain(|a| a.id != id);
            Ok(draft)
        };
        self.need_step(token, without).await
    }

    /// A file of a published need, as its current version names it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn attachment_show(&self, need: Uuid, id: Uuid) -> Result<Attachment> {
        let entry = self.need_show(need)?;
        self.attachment_of(need, &entry.need.draft, id).await
    }

    /// A file of what is being written of a need.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong; [`Error::NotFound`] when there is none.
    pub async fn attachment_show_prepared(&self, token: &str, id: Uuid) -> Result<Attachment> {
        let prepared = self.need_prepared(token).await?;
        self.attachment_of(prepared.need.id, &prepared.draft, id).await
    }

    async fn attachment_of(&self, need: Uuid, draft: &NeedDraft, id: Uuid) -> Result<Attachment> {
        let is_named = draft.attachments.iter().any(|a| a.id == id.to_string());
        let file = if is_named { self.store.attachment_fetch(need, id).await? } else { None };
        file.ok_or(Error::NotFound)
    }
}

fn refused(message: &str) -> Result<StepOutcome> {
    Ok(StepOutcome::Refused(vec![domain::need::Violation {
        field: domain::need::Field::Piece,
        message: message.to_owned(),
    }]))
}

/// The name without path or control characters, with the extension of what the file is.
fn name_with_extension(name: &str, extension: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String =
        last.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '<' | '>' | ':' | '|')).collect();
    let clean = clean.trim().trim_matches('.');
    let stem = match clean.rsplit_once('.') {
        Some((stem, end)) if end.chars().count() <= 5 => stem,
        _ => clean,
    };
    let stem: String = stem.chars().take(NAME_MAX).collect();
    let stem = if stem.trim().is_empty() { "piece".to_owned() } else { stem };
    format!("{stem}.{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, extension, kept) in [
            ("cahier des charges.pdf", "pdf", "cahier des charges.pdf"),
            ("C:\\dossier\\plan.PDF", "pdf", "plan.pdf"),
            ("../../etc/passwd", "pdf", "passwd.pdf"),
            ("facture.pdf.exe", "docx", "facture.pdf.docx"),
            ("", "png", "piece.png"),
            ("...", "png", "piece.png"),
            ("a\"b\r\n.xlsx", "xlsx", "ab.xlsx"),
        ] {
            assert_eq!(name_with_extension(name, extension), kept, "{name}");
        }
    }
}
