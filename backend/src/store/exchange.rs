//! Threads between structures and authors of needs, questions answered to all, and what authors keep for themselves.

use super::needs::lot_key;
use super::{Attachment, Store, Tx, on_read, on_tx};
use crate::error::Result;
use domain::need::{Aspect, LotKey, Message, MessageFile, Selection, SharedAnswer, Side};
use domain::siret::Siret;
use uuid::Uuid;

const MESSAGE_INSERT: &str = "INSERT INTO message (id, need_id, lot, siret, side, text, written_at, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
     ON CONFLICT (digest) DO NOTHING";
const MESSAGE_FETCH: &str =
    "SELECT id, need_id, lot, siret, side, text, written_at FROM message WHERE id = $1";
const MESSAGE_FILE_INSERT: &str =
    "INSERT INTO message_file (id, message_id, name, media, content) VALUES ($1, $2, $3, $4, $5)";
const MESSAGE_FILE_LIST: &str = "SELECT f.message_id, f.id, f.name, CAST(octet_length(f.content) AS BIGINT) FROM message_file f \
     JOIN message m ON m.id = f.message_id WHERE m.need_id = $1 ORDER BY f.id";
const MESSAGE_FILE_FETCH: &str = "SELECT m.need_id, m.siret, f.name, f.media, f.content FROM message_file f \
     JOIN message m ON m.id = f.message_id WHERE f.id = $1";
const MAIL_KEEP: &str = "INSERT INTO mail_kept (digest, received_at, why, sender, raw) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (digest) DO NOTHING";
const MAIL_KEPT_LIST: &str =
    "SELECT digest, received_at, why, sender FROM mail_kept ORDER BY received_at, digest";
const MAIL_KEPT_FETCH: &str = "SELECT raw FROM mail_kept WHERE digest = $1";
const MAIL_KEPT_DROP: &str = "DELETE FROM mail_kept WHERE digest = $1";
const MESSAGE_LIST: &str = "SELECT id, need_id, lot, siret, side, text, written_at FROM message WHERE need_id = $1 ORDER BY written_at, id";
const MESSAGE_LIST_OF: &str = "SELECT id, need_id, lot, siret, side, text, written_at FROM message WHERE need_id = $1 AND siret = $2 ORDER BY written_at, id";
const SHARED_INSERT: &str = "INSERT INTO shared_answer (id, need_id, lot, message_id, question, answer, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const SHARED_LIST: &str = "SELECT id, need_id, lot, message_id, question, answer, published_at FROM shared_answer WHERE need_id = $1 ORDER BY published_at, id";
const SHARED_FETCH: &str =
    "SELECT id, need_id, lot, message_id, question, answer, published_at FROM shared_answer WHERE id = $1";
const SELECTION_SAVE: &str = "INSERT INTO selection (need_id, lot, siret, is_shortlisted, note) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (need_id, lot, siret) DO UPDATE SET is_shortlisted = excluded.is_shortlisted, note = excluded.note";
const SELECTION_DROP: &str = "DELETE FROM selection WHERE need_id = $1 AND lot = $2 AND siret = $3";
const SELECTION_LIST: &str =
    "SELECT lot, siret, is_shortlisted, note FROM selection WHERE need_id = $1 ORDER BY lot, siret";
const ASPECTS_SAVE: &str = "INSERT INTO lot_followed (need_id, lot, aspects, aspects_chosen_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (need_id, lot) DO UPDATE SET aspects = excluded.aspects, aspects_chosen_at = excluded.aspects_chosen_at";
// A lot is reminded once: the second one finds the first.
const REMINDER_SAVE: &str = "INSERT INTO lot_followed (need_id, lot, reminder, reminded_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (need_id, lot) DO UPDATE SET reminder = excluded.reminder, reminded_at = excluded.reminded_at \
     WHERE lot_followed.reminded_at IS NULL";
const FOLLOWED_LIST: &str = "SELECT lot, aspects, aspects_chosen_at, reminder, reminded_at FROM lot_followed WHERE need_id = $1 ORDER BY lot";

pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("MESSAGE_INSERT", MESSAGE_INSERT),
    ("MESSAGE_FETCH", MESSAGE_FETCH),
    ("MESSAGE_FILE_INSERT", MESSAGE_FILE_INSERT),
    ("MESSAGE_FILE_LIST", MESSAGE_FILE_LIST),
    ("MESSAGE_FILE_FETCH", MESSAGE_FILE_FETCH),
    ("MAIL_KEEP", MAIL_KEEP),
    ("MAIL_KEPT_LIST", MAIL_KEPT_LIST),
    ("MAIL_KEPT_FETCH", MAIL_KEPT_FETCH),
    ("MAIL_KEPT_DROP", MAIL_KEPT_DROP),
    ("MESSAGE_LIST", MESSAGE_LIST),
    ("MESSAGE_LIST_OF", MESSAGE_LIST_OF),
    ("SHARED_INSERT", SHARED_INSERT),
    ("SHARED_LIST", SHARED_LIST),
    ("SHARED_FETCH", SHARED_FETCH),
    ("SELECTION_SAVE", SELECTION_SAVE),
    ("SELECTION_DROP", SELECTION_DROP),
    ("SELECTION_LIST", SELECTION_LIST),
    ("ASPECTS_SAVE", ASPECTS_SAVE),
    ("REMINDER_SAVE", REMINDER_SAVE),
    ("FOLLOWED_LIST", FOLLOWED_LIST),
];

/// The lot under which an answer about the whole need is kept.
const WHOLE_NEED: i64 = 0;

/// What the author of a need decided about a lot, besides what it publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotFollowed {
    /// Which lot.
    pub lot: LotKey,
    /// On what its structures are compared, and since when; nothing when it was not chosen.
    pub aspects: Option<(Vec<Aspect>, i64)>,
    /// What silent structures were reminded with, and when; a lot is reminded once.
    pub reminder: Option<(String, i64)>,
}

/// A mail that belongs to no thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMail {
    /// Its digest, which names it.
    pub digest: Vec<u8>,
    /// When it came, in seconds since 1970.
    pub received_at: i64,
    /// Why it belongs to none.
    pub why: String,
    /// From whom it says to be.
    pub sender: String,
}

impl KeptMail {
    /// The first letters of its digest: what commands and pages call it.
    #[must_use]
    pub fn name(&self) -> String {
        self.digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

type MessageColumns = (Uuid, Uuid, i64, String, String, String, i64);
type SharedColumns = (Uuid, Uuid, i64, Option<Uuid>, String, String, i64);
type FollowedColumns = (i64, String, Option<i64>, String, Option<i64>);

fn message_of((id, need, lot, siret, side, text, written_at): MessageColumns) -> Option<Message> {
    let (lot, siret, side) = (lot_key(lot)?, Siret::kept(&siret)?, Side::parse(&side)?);
    Some(Message { id, need, lot, siret, side, text, files: Vec::new(), written_at })
}

fn shared_of((id, need, lot, answers, question, answer, published_at): SharedColumns) -> SharedAnswer {
    let lot = Some(lot).filter(|lot| *lot != WHOLE_NEED).and_then(lot_key);
    SharedAnswer { id, need, lot, answers, question, answer, published_at }
}

fn followed_of(
    (lot, aspects, aspects_chosen_at, reminder, reminded_at): FollowedColumns,
) -> Option<LotFollowed> {
    let aspects = aspects.split(' ').filter_map(Aspect::parse).collect();
    Some(LotFollowed {
        lot: lot_key(lot)?,
        aspects: aspects_chosen_at.map(|at| (aspects, at)),
        reminder: reminded_at.map(|at| (reminder, at)),
    })
}

impl Tx {
    /// Drops a mail that belongs to no thread; whether it was there.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn mail_kept_drop(&mut self, digest: &[u8]) -> Result<bool> {
        let gone = on_tx!(self, c => sqlx::query(MAIL_KEPT_DROP)
            .bind(digest).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(gone > 0)
    }

    /// Keeps a message with its files. `digest` is that of the mail by which it came, if it came by one; `false` when that mail
    /// had come before.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn message_insert(
        &mut self,
        message: &Message,
        files: &[(Uuid, Attachment)],
        digest: Option<&[u8]>,
    ) -> Result<bool> {
        let written = on_tx!(self, c => sqlx::query(MESSAGE_INSERT)
            .bind(message.id).bind(message.need).bind(i64::from(message.lot.0)).bind(message.siret.as_str())
            .bind(message.side.code()).bind(&message.text).bind(message.written_at).bind(digest)
            .execute(c).await.map(|done| done.rows_affected()))?;
        if written == 0 {
            return Ok(false);
        }
        for (id, file) in files {
            on_tx!(self, c => sqlx::query(MESSAGE_FILE_INSERT)
                .bind(id).bind(message.id).bind(&file.name).bind(&file.media).bind(&file.content)
                .execute(c).await.map(|_| ()))?;
        }
        Ok(true)
    }

    /// Keeps a mail that belongs to no thread; one that came before is kept once.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn mail_keep(
        &mut self,
        digest: &[u8],
        now: i64,
        why: &str,
        sender: &str,
        raw: &[u8],
    ) -> Result<()> {
        on_tx!(self, c => sqlx::query(MAIL_KEEP)
            .bind(digest).bind(now).bind(why).bind(sender).bind(raw).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Publishes a question with its answer.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn shared_insert(&mut self, shared: &SharedAnswer) -> Result<()> {
        let lot = shared.lot.map_or(WHOLE_NEED, |lot| i64::from(lot.0));
        on_tx!(self, c => sqlx::query(SHARED_INSERT)
            .bind(shared.id).bind(shared.need).bind(lot).bind(shared.answers).bind(&shared.question).bind(&shared.answer)
            .bind(shared.published_at)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps what the author of a need notes about a structure; what says nothing is forgotten.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn selection_save(&mut self, need: Uuid, selection: &Selection) -> Result<()> {
        let (lot, siret) = (i64::from(selection.lot.0), selection.siret.as_str());
        if selection.is_empty() {
            on_tx!(self, c => sqlx::query(SELECTION_DROP).bind(need).bind(lot).bind(siret).execute(c).await.map(|_| ()))?;
            return Ok(());
        }
        on_tx!(self, c => sqlx::query(SELECTION_SAVE)
            .bind(need).bind(lot).bind(siret).bind(selection.is_shortlisted).bind(&selection.note)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps on what the structures of a lot are compared.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn aspects_save(
        &mut self,
        need: Uuid,
        lot: LotKey,
        aspects: &[Aspect],
        now: i64,
    ) -> Result<()> {
        let codes = aspects.iter().map(|aspect| aspect.code()).collect::<Vec<_>>().join(" ");
        on_tx!(self, c => sqlx::query(ASPECTS_SAVE)
            .bind(need).bind(i64::from(lot.0)).bind(codes).bind(now).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps that the silent structures of a lot are reminded; `false` when they were before.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn reminder_save(
        &mut self,
        need: Uuid,
        lot: LotKey,
        text: &str,
        now: i64,
    ) -> Result<bool> {
        let changed = on_tx!(self, c => sqlx::query(REMINDER_SAVE)
            .bind(need).bind(i64::from(lot.0)).bind(text).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(changed > 0)
    }
}

impl Store {
    /// Every message about a need, in their order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn message_list(&self, need: Uuid) -> Result<Vec<Message>> {
        let rows: Vec<MessageColumns> =
            on_read!(self, c => sqlx::query_as(MESSAGE_LIST).bind(need).fetch_all(c).await)?;
        self.with_files(need, rows).await
    }

    /// Messages of a need with their files.
    async fn with_files(&self, need: Uuid, rows: Vec<MessageColumns>) -> Result<Vec<Message>> {
        let mut messages: Vec<Message> = rows.into_iter().filter_map(message_of).collect();
        if messages.is_empty() {
            return Ok(messages);
        }
        let files: Vec<(Uuid, Uuid, String, i64)> =
            on_read!(self, c => sqlx::query_as(MESSAGE_FILE_LIST).bind(need).fetch_all(c).await)?;
        for (of, id, name, bytes) in files {
            if let Some(message) = messages.iter_mut().find(|message| message.id == of) {
                message.files.push(MessageFile { id, name, bytes: u64::try_from(bytes).unwrap_or_default() });
            }
        }
        Ok(messages)
    }

    /// A message, without its files.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn message_fetch(&self, id: Uuid) -> Result<Option<Message>> {
        let row: Option<MessageColumns> =
            on_read!(self, c => sqlx::query_as(MESSAGE_FETCH).bind(id).fetch_optional(c).await)?;
        Ok(row.and_then(message_of))
    }

    /// A file of a message, with the need and the structure of its thread.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn message_file_fetch(&self, id: Uuid) -> Result<Option<(Uuid, Siret, Attachment)>> {
        let row: Option<(Uuid, String, String, String, Vec<u8>)> =
            on_read!(self, c => sqlx::query_as(MESSAGE_FILE_FETCH).bind(id).fetch_optional(c).await)?;
        Ok(row.and_then(|(need, siret, name, media, content)| {
            Some((need, Siret::kept(&siret)?, Attachment { name, media, content }))
        }))
    }

    /// Mails that belong to no thread, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_kept_list(&self) -> Result<Vec<KeptMail>> {
        let rows: Vec<(Vec<u8>, i64, String, String)> =
            on_read!(self, c => sqlx::query_as(MAIL_KEPT_LIST).fetch_all(c).await)?;
        let kept = |(digest, received_at, why, sender)| KeptMail { digest, received_at, why, sender };
        Ok(rows.into_iter().map(kept).collect())
    }

    /// One of them, as it came.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mail_kept_fetch(&self, digest: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(on_read!(self, c => sqlx::query_scalar(MAIL_KEPT_FETCH).bind(digest).fetch_optional(c).await)?)
    }

    /// The messages about a need with one structure, in their order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn message_list_of(&self, need: Uuid, siret: Siret) -> Result<Vec<Message>> {
        let rows: Vec<MessageColumns> = on_read!(self, c => sqlx::query_as(MESSAGE_LIST_OF).bind(need).bind(siret.as_str()).fetch_all(c).await)?;
        self.with_files(need, rows).await
    }

    /// The questions about a need that were answered to all, in their order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn shared_list(&self, need: Uuid) -> Result<Vec<SharedAnswer>> {
        let rows: Vec<SharedColumns> =
            on_read!(self, c => sqlx::query_as(SHARED_LIST).bind(need).fetch_all(c).await)?;
        Ok(rows.into_iter().map(shared_of).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn shared_fetch(&self, id: Uuid) -> Result<Option<SharedAnswer>> {
        let row: Option<SharedColumns> =
            on_read!(self, c => sqlx::query_as(SHARED_FETCH).bind(id).fetch_optional(c).await)?;
        Ok(row.map(shared_of))
    }

    /// What the author of a need keeps about structures.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn selection_list(&self, need: Uuid) -> Result<Vec<Selection>> {
        let rows: Vec<(i64, String, bool, String)> =
            on_read!(self, c => sqlx::query_as(SELECTION_LIST).bind(need).fetch_all(c).await)?;
        let whole = rows.into_iter().filter_map(|(lot, siret, is_shortlisted, note)| {
            Some(Selection { lot: lot_key(lot)?, siret: Siret::kept(&siret)?, is_shortlisted, note })
        });
        Ok(whole.collect())
    }

    /// What the author of a need decided about its lots.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn followed_list(&self, need: Uuid) -> Result<Vec<LotFollowed>> {
        let rows: Vec<FollowedColumns> =
            on_read!(self, c => sqlx::query_as(FOLLOWED_LIST).bind(need).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(followed_of).collect())
    }
}
