//! Tables, queries and the visibility gate, once for SQLite and PostgreSQL.
//!
//! **The only crate that knows SQL.** Functions are synchronous and take `&mut Conn`, so nothing can
//! await inside a transaction; the two asynchronous functions are [`Db::read`] and [`Db::write`].

mod columns;
pub mod conn;
pub mod error;
pub mod migrate;
mod pool;
mod schema;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod url;

pub use conn::{Conn, Engine};
pub use error::{Error, Result};
pub use pool::{Db, Lane};
pub use url::Address;
