//! Groups on one server: founded, joined, posted into, read as a list, moderated.

mod bridge;
mod consent;
pub(crate) mod console;
mod cross_posts;
pub(crate) mod discovery;
mod family;
mod flairs;
mod found;
mod hut;
mod invitations;
mod join;
mod limits;
mod list;
mod moderate;
mod post;
mod power;
mod reports;
mod servers;
mod succession;
pub(crate) mod tools;
