//! Who fits, in which order, and why.
//!
//! A match is a lot and a structure that passes every hard condition: active, allowed by the reservation (or
//! « à vérifier »), with **one** activity that has the sector or a sibling of it, the mode, and zones that
//! cover a part of the place. Its score is the sum of named reasons, each with its points and its sentence;
//! conditions and reasons hold on one activity and are never mixed across two. The index may find candidates
//! in any way it likes: only [`PreparedLot::score`] decides and ranks.

mod carry;
mod explain_search;
mod facts;
pub mod groupement;
mod habit;
mod rank;
mod reason;
mod score;
pub mod search;
pub mod split;

pub use carry::{COVERED, Carry};
pub use facts::{ActivityFacts, Facts};
pub use habit::Habit;
pub use rank::{rank, tie_break};
pub use reason::{Because, Criterion, Explained, Reason};
pub use score::{Lot, Match, PreparedLot};

/// Version of the rules of this folder: raise it whenever points or conditions change. Stored with each match.
pub const RULES_VERSION: i64 = 4;
