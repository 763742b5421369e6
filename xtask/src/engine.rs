//! The two engines, by their names on the command line and in print, and a fresh database of each.

use crate::Result;

/// One of the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Engine {
    #[default]
    Sqlite,
    Postgres,
}

impl Engine {
    pub(crate) const BOTH: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// As people write it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// The word after `--engine`, which is also its name in a file's.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// What stands after `--engine`.
    pub(crate) fn parse(word: Option<&str>) -> Result<Self> {
        Self::BOTH
            .into_iter()
            .find(|engine| Some(engine.word()) == word)
            .ok_or_else(|| "--engine is sqlite or postgres".to_owned())
    }

    /// The address of an empty database, where it is not a file in the folder of a place.
    pub(crate) fn fresh_database(self) -> Result<Option<String>> {
        match self {
            Self::Sqlite => Ok(None),
            Self::Postgres => {
                let cluster = testbench::postgres()
                    .ok_or("PostgreSQL is not installed here: --engine sqlite")?;
                Ok(Some(cluster.fresh_database()))
            }
        }
    }
}
