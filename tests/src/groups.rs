//! Groups on one server: founded, joined, posted into, read as a list, moderated.

pub(crate) mod console;
mod discovery;
mod family;
mod found;
mod join;
mod list;
mod moderate;
mod post;
mod power;
mod reports;
mod tools;
