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

/// Images that may be joined: extensions as `infer` names them.
const IMAGES: [&str; 4] = ["png", "jpg", "gif", "webp"];
/// A PDF may begin with other bytes, so far (ISO 32000, annex H).
const PDF_MARK_WITHIN: usize = 1_024;

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
        let Some((extension, media)) = kind_of(&content) else {
            return refused(
                "Ce fichier n’est ni un PDF, ni un document DOCX ou XLSX sans macros, ni une image PNG, JPEG, GIF ou WebP.",
            );
        };
        let name = name_with_extension(name, extension);
        let file = Attachment { name, media: media.to_owned(), content };
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

/// The extension and the media type of a file that is taken, by its bytes.
fn kind_of(content: &[u8]) -> Option<(&'static str, &'static str)> {
    let start = &content[..content.len().min(PDF_MARK_WITHIN)];
    if start.windows(5).any(|bytes| bytes == b"%PDF-") && !looks_like_html(start) {
        return Some(("pdf", "application/pdf"));
    }
    if let Some(office) = office_kind_of(content) {
        return Some(office);
    }
    let image = infer::get(content).filter(|kind| IMAGES.contains(&kind.extension()))?;
    Some((image.extension(), image.mime_type()))
}

fn looks_like_html(start: &[u8]) -> bool {
    start.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

/// A DOCX or XLSX without macros: an archive that names the parts of one, wherever they stand in it.
fn office_kind_of(content: &[u8]) -> Option<(&'static str, &'static str)> {
    let archive = zip::ZipArchive::new(std::io::Cursor::new(content)).ok()?;
    let has = |part: &str| archive.index_for_name(part).is_some();
    // A name that cannot be read is no name of a part either.
    let mut names = archive.file_names().filter_map(|name| name.ok());
    let has_macros = names.any(|name| name.to_ascii_lowercase().ends_with("vbaproject.bin"));
    if has_macros || !has("[Content_Types].xml") {
        return None;
    }
    if has("word/document.xml") {
        Some(("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"))
    } else if has("xl/workbook.xml") {
        Some(("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
    } else {
        None
    }
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

    /// An archive of stored files, written by hand: names in the order given, each with so many bytes.
    fn archive(parts: &[(&str, usize)]) -> Vec<u8> {
        let (mut files, mut directory) = (Vec::new(), Vec::new());
        let short = |n: usize| u16::try_from(n).expect("short").to_le_bytes();
        let long = |n: usize| u32::try_from(n).expect("long").to_le_bytes();
        for (name, bytes) in parts {
            let at = files.len();
            // Version, flags, method « stored », time, day, checksum (of zeros: not checked here), twice the size.
            let mut common =
                [&[10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &long(*bytes), &long(*bytes)].concat();
            common.extend([short(name.len()), short(0)].concat());
            files.extend([b"PK\x03\x04", &common[..], name.as_bytes(), &vec![0; *bytes]].concat());
            directory.extend(
                [b"PK\x01\x02", &[10, 0][..], &common, &[0; 10], &long(at), name.as_bytes()].concat(),
            );
        }
        let end = [
            b"PK\x05\x06",
            &[0; 4][..],
            &short(parts.len()),
            &short(parts.len()),
            &long(directory.len()),
            &long(files.len()),
            &[0; 2],
        ]
        .concat();
        [files, directory, end].concat()
    }

    #[test]
    fn kinds() {
        let types = ("[Content_Types].xml", 300);
        for (content, kind) in [
            (b"%PDF-1.7\n".to_vec(), Some("pdf")),
            (b"\xef\xbb\xbf\n%PDF-1.4".to_vec(), Some("pdf")),
            (b"<script>%PDF-</script>".to_vec(), None),
            (
                archive(&[
                    types,
                    ("_rels/.rels", 200),
                    ("word/document.xml", 60_000),
                    ("word/styles.xml", 9),
                ]),
                Some("docx"),
            ),
            (
                archive(&[
                    ("docProps/app.xml", 9),
                    ("xl/worksheets/sheet1.xml", 9),
                    ("xl/workbook.xml", 9),
                    types,
                ]),
                Some("xlsx"),
            ),
            (archive(&[types, ("word/document.xml", 9), ("word/vbaProject.bin", 9)]), None),
            (archive(&[("programme.exe", 9)]), None),
            (archive(&[types, ("ppt/presentation.xml", 9)]), None),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), Some("png")),
            (b"MZ\x90\0".to_vec(), None),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), None),
        ] {
            let start = String::from_utf8_lossy(&content[..content.len().min(30)]).into_owned();
            assert_eq!(kind_of(&content).map(|(extension, _)| extension), kind, "{start:?}");
        }
    }

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
