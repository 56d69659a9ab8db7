//! Who fits, in which order, and why.
//!
//! A match is a lot and a structure that passes every hard condition: active, allowed by the reservation (or
//! « à vérifier »), and answers in one way: by **one** activity that has the sector or a sibling of it, the mode, and
//! zones that cover a part of the place; by what its kind is for; or because nobody knows that it does not
//! ([`Kinship`]). Its score is the sum of named reasons, each with its points and its sentence;
//! conditions and reasons hold on one way and are never mixed across two. The index may find candidates
//! in any way it likes: only [`PreparedLot::score`] decides and ranks. A search is a lot that may name no sector and no
//! place.

mod carry;
mod facts;
pub mod groupement;
mod habit;
mod kinship;
mod rank;
mod reason;
mod score;
pub mod split;

pub use carry::{COVERED, Carry};
pub use facts::{ActivityFacts, Facts};
pub use habit::Habit;
pub use kinship::{Buys, Kinship, Known, Tier, lends_by_nature, may_answer_besides};
pub use rank::{rank, tie_break};
pub use reason::{Because, Criterion, Explained, Reader, Reason};
pub use score::{Lot, Match, PreparedLot};

/// Version of the rules of this folder: raise it whenever points or conditions change. Stored with each match.
pub const RULES_VERSION: i64 = 7;
