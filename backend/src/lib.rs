//! What we do: use cases over the store, the index, mail and jobs.

pub mod clock;
pub mod error;
pub mod index;
pub mod store;
