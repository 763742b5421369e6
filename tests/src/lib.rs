//! End-to-end stories on real servers: each is told twice, on SQLite and on PostgreSQL, by people
//! with names. Here is only the list of chapters; a story asserts what a person, an app or another
//! server would notice, and reaches into the database only to set a scene or to show that nothing
//! was stored.

#[cfg(test)]
mod abuse;
#[cfg(test)]
mod api;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod door;
#[cfg(test)]
mod federation;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod peers;
#[cfg(test)]
mod program;
