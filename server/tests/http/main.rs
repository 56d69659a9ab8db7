//! The service as a client meets it: statuses, headers, pages, JSON.

mod access;
mod accounts;
mod aged;
mod api;
mod bombs;
mod browser;
mod catalogue;
mod catalogues;
mod client;
mod commands;
mod exchange;
mod factor;
mod forms;
mod french;
mod hostile;
mod links;
mod pages;
mod places;
mod proconnect;
mod provider;
mod security;
mod support;
mod withdrawals;
