//! How it runs: the one binary `place`, HTTP, configuration, command line.

pub mod cli;
pub mod config;
pub mod http;
