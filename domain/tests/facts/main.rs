//! Facts of the reference data, and what must always hold.

mod matching;
mod territory;
