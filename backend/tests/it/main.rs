//! The use cases over real stores, a real index and a mailer that keeps what it is given.

mod access;
mod accounts;
mod advice;
mod aged;
mod bench_set;
mod exchange;
mod fixture;
mod imports;
mod index;
mod jobs;
mod link;
mod lots;
mod mail_in;
mod mails;
mod matching;
mod migrations;
mod needs;
mod nodes;
mod patience;
mod places;
mod questions;
mod search;
mod store;
mod structures;
mod territories;
mod winners;
