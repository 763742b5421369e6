//! Tables, queries and the visibility gate, once for SQLite and PostgreSQL.
//!
//! **The only crate that knows SQL.** Functions are synchronous and take `&mut Conn`, so nothing can
//! await inside a transaction; the two asynchronous functions are [`Db::read`] and [`Db::write`].

pub mod accounts;
pub mod blocks;
pub mod announces;
pub mod conn;
pub mod deliveries;
pub mod error;
pub mod events;
pub mod follows;
pub mod group_bans;
pub mod groups;
pub mod inbox;
pub mod instances;
pub mod media_attachments;
pub mod memberships;
pub mod migrate;
pub mod mutes;
mod paging;
mod pool;
mod schema;
pub mod statuses;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod url;
pub mod users;

pub use conn::{Conn, Engine};
pub use error::{Error, Result};
pub use pool::{Db, Lane};
pub use url::Address;
