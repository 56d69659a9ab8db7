//! Files joined to a need: what they are is read from their bytes, never from their name.

use super::{Prepared, StepOutcome};
use crate::Backend;
use crate::error::{Error, Result};
use crate::store::{Attachment, Tx};
use crate::write::{Deed, HeldNeed};
use domain::access::{Action, Actor};
use domain::form::{Field, Violation};
use domain::need::{AttachmentRef, NeedDraft};
use uuid::Uuid;

/// Largest file, in bytes.
pub const ATTACHMENT_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Most files of one need.
const ATTACHMENTS_MAX: usize = 10;
/// Most bytes of the files of one need.
const NEED_BYTES_MAX: u64 = 30 * 1024 * 1024;
/// Most bytes of the files of all needs of one address, those of earlier versions too.
const AUTHOR_BYTES_MAX: u64 = 100 * 1024 * 1024;
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
    /// [`Error::Forbidden`] when the actor may not; what is to be corrected is a value: a file too large, of another type
    /// than those that are taken, one too many.
    pub async fn attachment_add(
        &self,
        actor: &Actor,
        need: Uuid,
        name: &str,
        content: Vec<u8>,
    ) -> Result<StepOutcome> {
        if content.is_empty() {
            return Ok(refused("Choisissez un fichier."));
        }
        if content.len() > ATTACHMENT_BYTES_MAX {
            return Ok(refused("Ce fichier dépasse 10 Mo\u{a0}: allégez-le ou partagez-le."));
        }
        let Some((extension, media)) = kind_of(&content) else {
            return Ok(refused(
                "Ce fichier n’est ni un PDF, ni un document DOCX ou XLSX sans macros, ni une image PNG, JPEG, GIF ou WebP.",
            ));
        };
        let file =
            Attachment { name: name_with_extension(name, extension), media: media.to_owned(), content };
        let add = async |tx: &mut Tx, held: HeldNeed| {
            let prepared = Prepared::of(held);
            let (need, mut draft) = (prepared.need, prepared.draft);
            let bytes = u64::try_from(file.content.len()).unwrap_or(u64::MAX);
            let of_author = tx.attachment_bytes(need.author.as_ref()).await?;
            if let Some(why) = too_many(&draft, bytes, of_author) {
                return Ok(Deed::Nothing(refused(&why)));
            }
            let id = self.clock.id();
            draft.attachments.push(AttachmentRef { id: id.to_string(), name: file.name.clone(), bytes });
            let now = self.clock.now();
            tx.attachment_insert(need.id, id, &file, now).await?;
            tx.need_prepare(need.id, &draft, now).await?;
            Ok(Deed::Kept(StepOutcome::Kept(Box::new(draft))))
        };
        Ok(self.need_write(actor, Action::AttachmentAdd, need, add).await?.value)
    }

    /// Takes a file out of what is being written of a need. It leaves the database, unless a version that was published
    /// names it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not.
    pub async fn attachment_remove(&self, actor: &Actor, need: Uuid, id: &str) -> Result<StepOutcome> {
        let remove = async |tx: &mut Tx, held: HeldNeed| {
            let prepared = Prepared::of(held);
            let mut draft = prepared.draft;
            draft.attachments.retain(|a| a.id != id);
            tx.need_prepare(need, &draft, self.clock.now()).await?;
            if let Ok(file) = id.parse() {
                tx.attachment_remove(need, file).await?;
            }
            Ok(Deed::Kept(StepOutcome::Kept(Box::new(draft))))
        };
        Ok(self.need_write(actor, Action::NeedPrepare, need, remove).await?.value)
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
    /// [`Error::Forbidden`] when the actor may not; [`Error::NotFound`] when there is none.
    pub async fn attachment_show_prepared(&self, actor: &Actor, need: Uuid, id: Uuid) -> Result<Attachment> {
        let prepared = self.need_prepared(actor, need).await?;
        self.attachment_of(prepared.need.id, &prepared.draft, id).await
    }

    async fn attachment_of(&self, need: Uuid, draft: &NeedDraft, id: Uuid) -> Result<Attachment> {
        let is_named = draft.attachments.iter().any(|a| a.id == id.to_string());
        let file = if is_named { self.store.attachment_fetch(need, id).await? } else { None };
        file.ok_or(Error::NotFound)
    }
}

fn refused(message: &str) -> StepOutcome {
    StepOutcome::Refused(vec![Violation { field: Field::File, message: message.to_owned() }])
}

/// Why one more file is too much for a need, or for the address that has written it; `None` when it is not.
fn too_many(draft: &NeedDraft, bytes: u64, of_author: u64) -> Option<String> {
    if draft.attachments.len() >= ATTACHMENTS_MAX {
        return Some("Dix pièces au plus\u{a0}: retirez-en une d’abord.".to_owned());
    }
    let of_need: u64 = draft.attachments.iter().map(|file| file.bytes).sum();
    if of_need + bytes > NEED_BYTES_MAX {
        let left = megabytes(NEED_BYTES_MAX.saturating_sub(of_need));
        return Some(format!(
            "Les pièces d’un besoin font {} au plus, il en reste {left}\u{a0}: allégez ce fichier, ou retirez-en un autre.",
            megabytes(NEED_BYTES_MAX)
        ));
    }
    (of_author + bytes > AUTHOR_BYTES_MAX).then(|| {
        format!(
            "Vos besoins portent déjà {} de pièces, sur {} au plus\u{a0}: retirez-en d’un besoin plus ancien.",
            megabytes(of_author),
            megabytes(AUTHOR_BYTES_MAX)
        )
    })
}

/// « 12,5 Mo ».
fn megabytes(bytes: u64) -> String {
    let tenths = bytes * 10 / 1_048_576;
    format!("{},{}\u{a0}Mo", tenths / 10, tenths % 10).replace(",0\u{a0}", "\u{a0}")
}

/// A file that came from somebody, as it is kept; `None` when it is of no kind that is taken, empty or too large.
pub(super) fn file_taken(name: &str, content: &[u8]) -> Option<Attachment> {
    if content.is_empty() || content.len() > ATTACHMENT_BYTES_MAX {
        return None;
    }
    let (extension, media) = kind_of(content)?;
    let name = name_with_extension(name, extension);
    Some(Attachment { name, media: media.to_owned(), content: content.to_vec() })
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
