//! The HTTP face of Balai and its process: Mastodon API, pages, sign-in, workers, command line.
//!
//! **The only crate that knows Mastodon JSON, HTML and the process. It never imports `database`.**

pub mod api;
pub mod auth;
pub mod cli;
pub mod client;
pub mod config;
pub mod error;
pub mod extract;
pub mod i18n;
pub mod limits;
pub mod mail;
pub mod oauth;
mod outward;
pub mod router;
pub mod serve;
mod shut_out;
pub mod state;
pub mod web;
pub mod worker;
