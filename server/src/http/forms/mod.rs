//! Forms that are sent: parse, call one use case, answer with a redirection or the page again.

mod answers;
mod fiche;
mod links;
mod needs;

pub(super) use answers::{interest, interest_ask, interest_confirm, need_answer, trade};
pub(super) use fiche::{alerts_resume, alerts_stop, contact_confirm, manage, opposition};
pub(super) use links::{link_renew, links_revoke, manage_link, need_link};
pub(super) use needs::{follow_url, need_duplicate, need_end, need_new, need_publish};
