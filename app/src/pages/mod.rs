//! The pages, one file each, named as their addresses are.

pub mod account;
pub mod administered;
pub mod administration;
pub mod confirm;
pub mod error;
pub mod exchange;
pub mod follow;
pub mod home;
pub mod hours;
pub mod interest;
pub mod manage;
pub mod need;
pub mod need_check;
pub mod need_new;
pub mod needs;
pub mod prepare;
pub mod report;
pub mod rules;
pub mod structure;
pub mod structures;
pub mod territory;
pub mod texts;
