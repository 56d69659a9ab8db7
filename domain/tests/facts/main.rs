//! Facts of the reference data, and what must always hold.

mod access;
mod catalogue;
mod explanations;
mod express;
mod forms;
mod groupement;
mod law;
mod matching;
mod needs;
mod sectors;
mod split;
mod steps;
mod territory;
mod words;
mod written;
