//! What a buyer and a structure write to each other about a lot, and what the buyer answers to all.
//!
//! Whoever asks while a need is being prepared (« sourçage ») must not come to know more than the others
//! (articles R2111-1 and R2111-2 of the Code de la commande publique): what concerns the need itself is answered to all,
//! and nothing says who asked.

mod message;
mod quoted;
mod shared;

pub use message::{MESSAGE_MAX, Message, MessageFile, MessageText, Side};
pub use quoted::own_words;
pub use shared::{SharedAnswer, SharedForm};
