//! Facts of the reference data, and what must always hold.

mod law;
mod matching;
mod territory;
