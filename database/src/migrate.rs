//! Migrations: one SQL text for both engines with four tokens, forward only.
//!
//! Tokens, replaced at load: `{id}`, `{bytes}`, `{json}`, `{clustered}`; `{sqlite}` and `{postgres}` before a
//! line of one engine. A migration is one line in
//! the list below; a test holds the list against the folder.

use diesel::backend::Backend;
use diesel::connection::BoxableConnection;
use diesel::migration::{
    Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion,
};
use diesel_migrations::MigrationHarness;

use crate::conn::{Conn, Engine};
use crate::error::{Error, Result};

struct Text {
    name: &'static str,
    up: &'static str,
}

macro_rules! migrations {
    ($($name:literal)+) => {
        const ALL: &[Text] = &[$( Text {
            name: $name,
            up: include_str!(concat!("../../migrations/", $name, "/up.sql")),
        }, )+];
    };
}

migrations! {
    "2026112301_accounts"
    "2026112302_statuses"
    "2026112303_groups"
    "2026112304_federation"
    "2026112305_sign_in"
    "2026112306_status_indexes"
    "2026112307_jobs"
    "2026112310_notifications"
    "2026112311_filters"
    "2026112312_push"
    "2026112313_polls"
    "2026112314_scheduled"
    "2026112315_quotes"
    "2026112316_cards"
    "2026112317_emojis"
    "2026112319_media"
    "2026112320_people"
    "2026112321_collections"
    "2026112322_sign_up"
    "2026112323_mail"
    "2026112324_admin"
    "2026112325_reports"
    "2026112326_announcements"
    "2026112327_search"
    "2026112901_tags"
    "2026112902_group_options"
    "2026112903_queue_looks"
    "2026112904_locks"
    "2026112905_discovery"
    "2026112906_group_reports"
    "2026112907_media_files"
    "2026112908_follower_inboxes"
    "2026112910_group_limits"
    "2026112920_invitations"
    "2026112921_successions"
    "2026112922_flairs"
    "2026112930_group_servers"
    "2026112940_group_words"
    "2026112941_first_contact"
    "2026112942_waves"
    "2026112943_group_notes"
    "2026112944_group_domain_blocks"
    "2026112950_reads_from"
    "2026112960_bridge"
    "2026112961_moderating"
}

struct Source(Engine);

struct Prepared {
    name: Name,
    sql: String,
}

struct Name(&'static str);

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl MigrationName for Name {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(self.0)
    }
}

struct InTransaction;
impl MigrationMetadata for InTransaction {}

impl<DB: Backend> Migration<DB> for Prepared {
    fn run(&self, conn: &mut dyn BoxableConnection<DB>) -> diesel::migration::Result<()> {
        Ok(conn.batch_execute(&self.sql)?)
    }
    fn revert(&self, _conn: &mut dyn BoxableConnection<DB>) -> diesel::migration::Result<()> {
        Err("migrations go forward only".into())
    }
    fn metadata(&self) -> &dyn MigrationMetadata {
        &InTransaction
    }
    fn name(&self) -> &dyn MigrationName {
        &self.name
    }
}

impl<DB: Backend> MigrationSource<DB> for Source {
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn Migration<DB>>>> {
        Ok(ALL
            .iter()
            .map(|text| {
                let prepared = Prepared {
                    name: Name(text.name),
                    sql: for_engine(text.up, self.0),
                };
                Box::new(prepared) as Box<dyn Migration<DB>>
            })
            .collect())
    }
}

fn for_engine(sql: &str, engine: Engine) -> String {
    let tokens = match engine {
        Engine::Sqlite => [
            ("{id}", "INTEGER PRIMARY KEY NOT NULL"),
            ("{bytes}", "BLOB"),
            ("{json}", "TEXT"),
            ("{clustered}", "WITHOUT ROWID"),
            // A line for the other engine alone is a comment here.
            ("{sqlite}", ""),
            ("{postgres}", "--"),
        ],
        Engine::Postgres => [
            ("{id}", "BIGINT PRIMARY KEY"),
            ("{bytes}", "BYTEA"),
            ("{json}", "JSON"),
            ("{clustered}", ""),
            ("{sqlite}", "--"),
            ("{postgres}", ""),
        ],
    };
    tokens.iter().fold(sql.to_owned(), |sql, (token, text)| {
        sql.replace(token, text)
    })
}

/// Brings the schema to this program's version. Two processes that do it at once are safe: the second
/// waits and finds nothing to do.
///
/// # Errors
/// When the schema is newer than this program, or a statement fails (that migration is undone).
pub fn run(conn: &mut Conn) -> Result<usize> {
    let engine = conn.engine();
    let other = |error: Box<dyn std::error::Error + Send + Sync>| Error::Other(error.to_string());
    // PostgreSQL: one process at a time. SQLite has one writer anyway, and each migration is a transaction.
    if engine == Engine::Postgres {
        conn.batch("SELECT pg_advisory_lock(6258241)")?;
    }
    let applied = match conn {
        Conn::Sqlite(c) => c.applied_migrations(),
        Conn::Postgres(c) => c.applied_migrations(),
    }
    .map_err(other)?;
    let known = |version: &MigrationVersion<'_>| {
        ALL.iter()
            .any(|text| MigrationVersion::from(text.name) == *version)
    };
    let done = if let Some(newer) = applied.iter().find(|version| !known(version)) {
        Err(Error::Other(format!(
            "the database is of a newer version ({newer}) than this program"
        )))
    } else {
        match conn {
            Conn::Sqlite(c) => c
                .run_pending_migrations(Source(engine))
                .map(|done| done.len()),
            Conn::Postgres(c) => c
                .run_pending_migrations(Source(engine))
                .map(|done| done.len()),
        }
        .map_err(other)
        .and_then(|done| crate::search_index::fill(conn).map(|()| done))
    };
    if engine == Engine::Postgres {
        conn.batch("SELECT pg_advisory_unlock(6258241)")?;
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ALL.iter().map(|text| text.name).collect::<Vec<_>>());
    }

    /// Column names and nullability of a table, as the engine tells them.
    #[derive(diesel::QueryableByName, Debug, PartialEq, Eq)]
    struct Column {
        #[diesel(sql_type = diesel::sql_types::Text)]
        table_name: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        column_name: String,
        #[diesel(sql_type = diesel::sql_types::Bool)]
        nullable: bool,
    }

    fn columns(conn: &mut Conn) -> Vec<Column> {
        use diesel::RunQueryDsl as _;
        match conn {
            Conn::Sqlite(c) => diesel::sql_query(
                "SELECT m.name AS table_name, c.name AS column_name, c.\"notnull\" = 0 AND c.pk = 0 AS nullable \
                 FROM sqlite_master m, pragma_table_info(m.name) c \
                 WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%' \
                 ORDER BY m.name, c.cid",
            )
            .load(c)
            .unwrap(),
            Conn::Postgres(c) => diesel::sql_query(
                "SELECT table_name::text, column_name::text, is_nullable = 'YES' AS nullable \
                 FROM information_schema.columns \
                 WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%' \
                 ORDER BY table_name COLLATE \"C\", ordinal_position",
            )
            .load(c)
            .unwrap(),
        }
    }

    /// `schema.rs` as text, read back into the same shape.
    fn declared() -> Vec<Column> {
        let text = include_str!("schema.rs");
        let mut found = Vec::new();
        for block in text.split("diesel::table! {").skip(1) {
            let block = block.split("\n}").next().unwrap();
            let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
            let table = lines.next().unwrap().split(' ').next().unwrap();
            for line in lines.take_while(|line| *line != "}") {
                let (name, kind) = line.trim_end_matches(',').split_once(" -> ").unwrap();
                found.push(Column {
                    table_name: table.to_owned(),
                    column_name: name.to_owned(),
                    nullable: kind.starts_with("Nullable"),
                });
            }
        }
        found.sort_by(|a, b| a.table_name.cmp(&b.table_name));
        found
    }

    crate::both_engines! {
        fn the_schema_is_the_declared_one(fresh: &Fresh) {
            let mut conn = fresh.conn();
            assert_eq!(columns(&mut conn), declared());
            assert_eq!(run(&mut conn).unwrap(), 0, "a second run finds nothing to do");
        }

        fn a_newer_schema_is_refused(fresh: &Fresh) {
            let mut conn = fresh.conn();
            conn.batch("INSERT INTO __diesel_schema_migrations (version, run_on) VALUES ('2999010101_x', CURRENT_TIMESTAMP)")
                .unwrap();
            assert!(run(&mut conn).unwrap_err().to_string().contains("newer version"));
        }
    }

    #[test]
    fn sqlite_keeps_its_plans() {
        use diesel::RunQueryDsl as _;
        #[derive(diesel::QueryableByName)]
        struct Option {
            #[diesel(sql_type = diesel::sql_types::Text)]
            compile_options: String,
        }
        let fresh = crate::testing::Fresh::sqlite();
        let Conn::Sqlite(mut conn) = fresh.conn() else {
            panic!("not SQLite")
        };
        let options: Vec<Option> = diesel::sql_query("PRAGMA compile_options")
            .load(&mut conn)
            .unwrap();
        assert!(
            options
                .iter()
                .any(|option| option.compile_options == "ENABLE_QPSG")
        );
    }
}
