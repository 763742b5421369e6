//! Where the database is: nothing given means a file in the data folder.

use std::path::{Path, PathBuf};

use crate::conn::Engine;
use crate::error::{Error, Result};

/// A checked address of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A file.
    Sqlite(PathBuf),
    /// What libpq understands: `postgres://...`.
    Postgres(String),
}

impl Address {
    /// Reads `DATABASE_URL`; without one it is `balai.db` in `data_dir`.
    ///
    /// # Errors
    /// An unknown scheme is refused: a typing error must not create an empty database.
    pub fn parse(url: Option<&str>, data_dir: &Path) -> Result<Self> {
        let Some(url) = url.map(str::trim).filter(|url| !url.is_empty()) else {
            return Ok(Self::Sqlite(data_dir.join("balai.db")));
        };
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        match url.strip_prefix("sqlite:") {
            Some(path) if !path.trim_start_matches('/').is_empty() => {
                let path = path.strip_prefix("//").unwrap_or(path);
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            _ => Err(Error::Other(
                "DATABASE_URL starts with postgres:// or sqlite:".to_owned(),
            )),
        }
    }

    /// Which engine it stands for.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_typing_errors_refused() {
        let dir = Path::new("/srv/balai");
        let parse = |url: &str| Address::parse(Some(url), dir);
        assert_eq!(
            Address::parse(None, dir).unwrap(),
            Address::Sqlite("/srv/balai/balai.db".into())
        );
        assert_eq!(
            parse("sqlite:/x/y.db").unwrap(),
            Address::Sqlite("/x/y.db".into())
        );
        assert_eq!(
            parse("sqlite:///x/y.db").unwrap(),
            Address::Sqlite("/x/y.db".into())
        );
        assert_eq!(
            parse("postgres://u@h/db").unwrap().engine(),
            Engine::Postgres
        );
        for wrong in ["postgre://u@h/db", "mysql://x", "sqlite:", "/x/y.db"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
