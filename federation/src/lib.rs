//! The ActivityPub face of Balai.
//!
//! **The only crate that knows ActivityStreams. It never writes a status, a follow or a group itself:
//! it calls `services`.** Its own tables are the inbox, the deliveries, the other servers and the
//! addresses of announces.

mod activities;
mod actors;
pub mod audience;
pub mod authenticate;
pub mod build;
mod collections;
pub mod engine;
mod envelope;
pub mod error;
mod fetch;
pub mod inbox;
pub mod keyring;
mod keys;
mod memory;
pub mod nodeinfo;
mod notes;
mod objects;
pub mod outbox;
mod quotes;
mod reading;
pub mod receive;
pub mod routes;
pub mod signature;
pub mod tidy;
pub mod urls;
pub mod vocabulary;
mod webfinger;

pub use engine::Federation;
pub use error::{Error, Result};
