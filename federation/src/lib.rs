//! The ActivityPub face of Balai.
//!
//! **The only crate that knows ActivityStreams. It never writes a status, a follow or a group itself:
//! it calls `services`.** Its own tables are the inbox, the deliveries, the other servers and the
//! addresses of announces.

pub mod build;
pub mod engine;
pub mod error;
pub mod keyring;
pub mod outbox;
pub mod signature;
pub mod vocabulary;

pub use engine::Federation;
pub use error::{Error, Result};
