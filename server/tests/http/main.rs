//! The service as a client meets it: statuses, headers, pages, JSON.

mod aged;
mod api;
mod client;
mod commands;
mod forms;
mod french;
mod links;
mod pages;
mod places;
mod security;
