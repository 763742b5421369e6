//! Between servers: what a person on one of them does, and what a person on another sees of it.

mod deliver;
mod follow;
mod groups;
mod peers_of_all_kinds;
mod polls;
mod quotes;
mod talk;
mod told;
mod traps;
