//! What tests stand on: a private PostgreSQL, temporary folders, and the tools of other languages
//! (Python clients, a Node server) that stories are told with. This crate knows none of our other
//! crates and no test story; it only says what is at hand, and starts and ends it.
//!
//! One rule for whatever may be missing on a machine: [`skip_or_require`].

mod node;
mod postgres;
mod process;
mod python;
mod sandbox;
mod skip;
mod tools;
mod watchdog;

pub use node::{FEDIFY_PEER, NodeProject, fedify_peer, node_client, node_modules};
pub use postgres::{Cluster, postgres};
pub use process::Guarded;
pub use python::{bucket, python_client, python_venv};
pub use sandbox::Sandbox;
pub use skip::{required, skip_or_require};
pub use tools::tool;
