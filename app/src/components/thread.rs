//! What two sides wrote to each other, and what was answered to all.

use super::moment;
use crate::pages::need::size;
use domain::need::{Message, MessageFile, NeedDraft, SharedAnswer, Side};
use leptos::prelude::*;

/// A thread, as one of its sides reads it; nothing when nobody wrote. `other` is what the other side is called, `file` the
/// address of a file.
pub fn thread(
    messages: &[&Message],
    reader: Side,
    other: &str,
    file: impl Fn(&MessageFile) -> String,
) -> Option<AnyView> {
    let items = messages.iter().map(|message| {
        let is_own = message.side == reader;
        let class = if is_own { "message message-own" } else { "message" };
        let who = if is_own { "Vous".to_owned() } else { other.to_owned() };
        view! {
            <li class=class>
                <p class="message-who"><strong>{who}</strong>{format!(", le {}", moment(message.written_at))}</p>
                <p class="typed">{message.text.clone()}</p>
                {files(&message.files, &file)}
            </li>
        }
    });
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then(|| view! { <ol class="thread">{items}</ol> }.into_any())
}

/// The files of a message; nothing when it has none.
fn files(files: &[MessageFile], address: impl Fn(&MessageFile) -> String) -> Option<AnyView> {
    let items = files.iter().map(|file| {
        view! { <li><a href=address(file) download=file.name.clone()>{file.name.clone()}</a>" "<span class="number">{size(file.bytes)}</span></li> }
    });
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then(|| view! { <ul class="rows">{items}</ul> }.into_any())
}

/// Questions that were answered to all; nothing when there are none.
pub fn shared_answers(shared: &[SharedAnswer], draft: &NeedDraft) -> Option<AnyView> {
    let items = shared.iter().map(|of| {
        let rank = of.lot.and_then(|lot| draft.lot(lot)).map(|(rank, _)| rank);
        let lot = rank.filter(|_| draft.has_lots()).map(|rank| format!("{} · ", draft.lot_name(rank)));
        view! {
            <li class="shared-answer">
                <p class="typed"><strong>{of.question.clone()}</strong></p>
                <p class="typed">{of.answer.clone()}</p>
                <p class="muted small">{lot}{format!("répondu à toutes le {}", moment(of.published_at))}</p>
            </li>
        }
    });
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then(|| view! { <ul class="shared-answers">{items}</ul> }.into_any())
}
