//! `database/src/schema.rs`, written from the migrations: each `CREATE TABLE`, `ADD COLUMN` and `DROP COLUMN`,
//! in order. Only as much SQL is read as the migrations use; what is not understood is an error, and a test
//! of the crate `database` holds the file against both engines.

use std::path::Path;

use crate::{Result, build};

const HEAD: &str = "//! Every table, once for both engines. A test compares it with what the migrations make on each.\n";

/// What the command line says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    check: bool,
}

impl Options {
    pub(crate) fn parse(words: &[String]) -> Result<Self> {
        match words {
            [] => Ok(Self { check: false }),
            [word] if word == "--check" => Ok(Self { check: true }),
            [other, ..] => Err(format!("schema: {other} is not --check")),
        }
    }
}

/// Writes the file, or compares it.
pub(crate) fn schema(options: Options) -> Result<()> {
    let path = build::workspace().join("database/src/schema.rs");
    let wanted = print(&tables(&migrations(
        &build::workspace().join("migrations"),
    )?)?);
    let words = |error: std::io::Error| format!("{}: {error}", path.display());
    let present = std::fs::read_to_string(&path).map_err(words)?;
    if present == wanted {
        println!("{} is that of the migrations.", path.display());
        return Ok(());
    }
    if options.check {
        let differs = present
            .lines()
            .zip(wanted.lines())
            .position(|(is, should)| is != should);
        let line = differs.map_or_else(|| "its end".to_owned(), |at| format!("line {}", at + 1));
        return Err(format!(
            "{} is not that of the migrations, from {line} on: run cargo xtask schema",
            path.display()
        ));
    }
    std::fs::write(&path, wanted).map_err(words)?;
    println!("{} is written.", path.display());
    Ok(())
}

/// The texts of all migrations, in their order.
fn migrations(folder: &Path) -> Result<String> {
    let words = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut folders: Vec<_> = std::fs::read_dir(folder)
        .map_err(words)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()
        .map_err(words)?;
    folders.sort();
    let texts: Vec<String> = folders
        .iter()
        .map(|folder| std::fs::read_to_string(folder.join("up.sql")))
        .collect::<std::io::Result<_>>()
        .map_err(words)?;
    Ok(texts.join("\n"))
}

#[derive(Debug, PartialEq, Eq)]
struct Table {
    name: String,
    keys: Vec<String>,
    columns: Vec<(String, String)>,
}

fn tables(sql: &str) -> Result<Vec<Table>> {
    let without_comments: String = sql
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .fold(String::new(), |all, line| all + line + "\n");
    let mut tables: Vec<Table> = Vec::new();
    for statement in without_comments.split(';') {
        let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(rest) = statement.strip_prefix("CREATE TABLE ") {
            tables.push(table(rest)?);
        } else if let Some(rest) = statement.strip_prefix("ALTER TABLE ") {
            alter(&mut tables, rest)?;
        }
    }
    Ok(tables)
}

/// `name ADD COLUMN column`, or `name DROP COLUMN column`.
fn alter(tables: &mut [Table], text: &str) -> Result<()> {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    let table = tables
        .iter_mut()
        .find(|table| table.name == name)
        .ok_or_else(|| format!("ALTER TABLE {name}: there is no such table"))?;
    if let Some(column) = rest.strip_prefix("ADD COLUMN ") {
        return add(table, column);
    }
    let column = rest
        .strip_prefix("DROP COLUMN ")
        .ok_or_else(|| format!("not understood: ALTER TABLE {text}"))?;
    table.columns.retain(|(known, _kind)| known != column);
    Ok(())
}

/// `name ( column, .. )` and what may stand behind.
fn table(text: &str) -> Result<Table> {
    let unclear = || format!("not understood: CREATE TABLE {text}");
    let (name, rest) = text.split_once(" (").ok_or_else(unclear)?;
    let (inside, _options) = rest.rsplit_once(')').ok_or_else(unclear)?;
    let mut table = Table {
        name: name.to_owned(),
        keys: Vec::new(),
        columns: Vec::new(),
    };
    for part in parts(inside) {
        if let Some(keys) = part.strip_prefix("PRIMARY KEY (") {
            table.keys = keys
                .trim_end_matches(')')
                .split(',')
                .map(|key| key.trim().to_owned())
                .collect();
        } else if !["UNIQUE (", "CHECK (", "FOREIGN KEY ("]
            .iter()
            .any(|word| part.starts_with(word))
        {
            add(&mut table, &part)?;
        }
    }
    Ok(table)
}

/// Cuts at the commas outside of brackets.
fn parts(text: &str) -> Vec<String> {
    let mut depth = 0_i32;
    let mut parts = vec![String::new()];
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(letter);
        }
    }
    parts
        .iter()
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

/// `name TYPE ..`
fn add(table: &mut Table, text: &str) -> Result<()> {
    let unclear = || format!("not understood in {}: {text}", table.name);
    let (name, rest) = text.split_once(' ').ok_or_else(unclear)?;
    let word = rest.split(' ').next().unwrap_or_default();
    let kind = match word {
        "{id}" | "BIGINT" => "BigInt",
        "SMALLINT" => "SmallInt",
        "INTEGER" => "Integer",
        "TEXT" => "Text",
        "BOOLEAN" => "Bool",
        "DOUBLE" => "Double",
        "{bytes}" => "Binary",
        "{json}" => "Json",
        _ => return Err(unclear()),
    };
    let is_key = word == "{id}" || rest.contains("PRIMARY KEY");
    if is_key {
        table.keys.push(name.to_owned());
    }
    let kind = if is_key || rest.contains("NOT NULL") {
        kind.to_owned()
    } else {
        format!("Nullable<{kind}>")
    };
    table.columns.push((name.to_owned(), kind));
    Ok(())
}

fn print(tables: &[Table]) -> String {
    let mut text = HEAD.to_owned();
    for table in tables {
        text.push_str(&format!(
            "\ndiesel::table! {{\n    {} ({}) {{\n",
            table.name,
            table.keys.join(", ")
        ));
        for (name, kind) in &table.columns {
            text.push_str(&format!("        {name} -> {kind},\n"));
        }
        text.push_str("    }\n}\n");
    }
    text.push_str("\ndiesel::allow_tables_to_appear_in_same_query!(\n");
    for table in tables {
        text.push_str(&format!("    {},\n", table.name));
    }
    text.push_str(");\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_that_of_the_migrations() {
        schema(Options { check: true }).unwrap();
    }

    #[test]
    fn a_later_column_stands_at_the_end() {
        let sql = "CREATE TABLE seeds (id {id}, name TEXT NOT NULL, -- of a plant, or ''\n kind SMALLINT, \
                   UNIQUE (name, kind));\nCREATE INDEX x ON seeds (name);\nALTER TABLE seeds ADD COLUMN weight DOUBLE PRECISION;";
        let columns = [
            ("id", "BigInt"),
            ("name", "Text"),
            ("kind", "Nullable<SmallInt>"),
            ("weight", "Nullable<Double>"),
        ];
        assert_eq!(
            tables(sql).unwrap(),
            [Table {
                name: "seeds".to_owned(),
                keys: vec!["id".to_owned()],
                columns: columns
                    .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
                    .into(),
            }]
        );
        assert!(
            tables("CREATE TABLE seeds (id UUID)")
                .unwrap_err()
                .contains("UUID")
        );
    }
}
