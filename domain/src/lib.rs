//! What is true: the vocabulary of the field, the law, territories and matching.
//!
//! Everything here is pure: no I/O, no clock, no randomness, no async. The crate also compiles for the
//! browser; what needs the embedded reference data (communes, sector vocabulary) is behind the
//! feature `atlas`, which only the server turns on.
//!
//! | question | room |
//! | --- | --- |
//! | who may do what | `access` |
//! | what is a SIRET, an e-mail address, a date | [`siret`], [`email`], [`date`] |
//! | who are the structures | [`structure`] |
//! | what is a need | [`need`] |
//! | who may answer which lot, and what the law asks of its buyer | [`legal`] |
//! | how many hours of insertion a contract carries | [`hours`] |
//! | amounts | [`money`] |
//! | codes of what is bought | [`cpv`] |
//! | addresses of pages | [`web`] |
//! | where: communes, zones, coverage | `territory` |
//! | what: sectors, and which ones a text speaks of | `sector` |
//! | who fits, in which order, and why | `matching` |
//! | organisations of acheteurs, networks of structures | `organisation` |
//! | what is kept of persons, why and how long | `privacy` |
//! | what is odd in what was published | `vigilance` |
//! | what reference data no longer knows | `written` |
//! | what a form must hold, and what is wrong with it | `form`; `need`, `structure::fiche` |

#[cfg(feature = "atlas")]
pub mod access;
pub mod cpv;
pub mod date;
pub mod email;
pub mod form;
pub mod hours;
pub mod legal;
#[cfg(feature = "atlas")]
pub mod matching;
pub mod money;
#[cfg(feature = "atlas")]
pub mod need;
#[cfg(feature = "atlas")]
pub mod organisation;
#[cfg(feature = "atlas")]
pub mod privacy;
#[cfg(feature = "atlas")]
pub mod sector;
pub mod siret;
pub mod structure;
mod table;
#[cfg(feature = "atlas")]
pub mod territory;
pub mod text;
#[cfg(feature = "atlas")]
pub mod vigilance;
pub mod web;
#[cfg(feature = "atlas")]
pub mod written;
