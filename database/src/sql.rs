//! A statement written out with named values, for what the query builder cannot say in one text for
//! both engines. Unlike diesel's own raw statements it is prepared once and kept.
//!
//! `:name` stands for a value; a list of ids brings its operator along: `s.id :ids` becomes an `IN`
//! over JSON on SQLite (so that the text does not depend on the number) and `= ANY` on PostgreSQL.

use std::marker::PhantomData;

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel::sqlite::Sqlite;
use model::Id;

/// A value of a statement.
#[derive(Clone, Debug)]
enum Value {
    Number(i64),
    Text(String),
    /// The numbers, and the same as a JSON array.
    Ids(Vec<i64>, String),
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Value(Value),
    /// A name that has no value yet.
    Open(String),
}

/// A statement that answers rows of the SQL type `T`.
#[derive(Clone, Debug)]
pub(crate) struct Sql<T = ()> {
    parts: Vec<Part>,
    rows: PhantomData<T>,
}

impl<T> Sql<T> {
    /// Takes the text apart at its names.
    pub(crate) fn new(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut pieces = text.split(':');
        if let Some(first) = pieces.next() {
            parts.push(Part::Text(first.to_owned()));
        }
        for piece in pieces {
            let end = piece
                .find(|c: char| !c.is_ascii_lowercase() && c != '_')
                .unwrap_or(piece.len());
            let (name, rest) = piece.split_at_checked(end).unwrap_or((piece, ""));
            parts.push(Part::Open(name.to_owned()));
            parts.push(Part::Text(rest.to_owned()));
        }
        Self {
            parts,
            rows: PhantomData,
        }
    }

    /// Gives a number or id to a name, wherever it stands.
    pub(crate) fn id(self, name: &str, id: impl Id) -> Self {
        self.number(name, id.number())
    }

    /// As [`Sql::id`], for a bare number.
    pub(crate) fn number(self, name: &str, number: i64) -> Self {
        self.give(name, &Value::Number(number))
    }

    /// As [`Sql::id`], for a text.
    pub(crate) fn text(self, name: &str, text: &str) -> Self {
        self.give(name, &Value::Text(text.to_owned()))
    }

    /// Gives a list of ids to a name; the operator comes with it.
    pub(crate) fn ids<I: Id>(self, name: &str, ids: &[I]) -> Self {
        let numbers: Vec<i64> = ids.iter().map(|id| id.number()).collect();
        let words: Vec<String> = numbers.iter().map(i64::to_string).collect();
        let json = format!("[{}]", words.join(","));
        self.give(name, &Value::Ids(numbers, json))
    }

    /// The same statement behind a word such as `EXPLAIN`, which answers other rows.
    #[cfg(test)]
    pub(crate) fn behind<U>(self, word: &str) -> Sql<U> {
        let mut parts = vec![Part::Text(format!("{word} "))];
        parts.extend(self.parts);
        Sql {
            parts,
            rows: PhantomData,
        }
    }

    fn give(mut self, name: &str, value: &Value) -> Self {
        for part in &mut self.parts {
            if matches!(part, Part::Open(open) if open == name) {
                *part = Part::Value(value.clone());
            }
        }
        self
    }
}

/// A statement's part as a condition for the query builder, on whatever table the query has.
#[derive(Clone, Debug)]
pub(crate) struct Condition(Sql<Bool>);

impl Condition {
    /// The columns in it are written with their tables.
    pub(crate) const fn new(sql: Sql<Bool>) -> Self {
        Self(sql)
    }
}

/// `column` (written with its table) is one of `ids`. Unlike `eq_any` the text does not depend on how
/// many they are, so that SQLite prepares it once.
pub(crate) fn one_of<I: Id>(column: &str, ids: &[I]) -> Condition {
    Condition(Sql::new(&format!("{column} :ids")).ids("ids", ids))
}

impl Expression for Condition {
    type SqlType = Bool;
}
impl<T> AppearsOnTable<T> for Condition {}
impl<T> SelectableExpression<T> for Condition {}
impl<G> ValidGrouping<G> for Condition {
    type IsAggregate = is_aggregate::No;
}
impl QueryId for Condition {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<DB> QueryFragment<DB> for Condition
where
    DB: Lists,
    Sql<Bool>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

/// What differs between the engines: how a list of ids is written.
pub(crate) trait Lists: diesel::backend::Backend {
    fn list<'b>(out: &mut AstPass<'_, 'b, Self>, ids: &'b [i64], json: &'b str) -> QueryResult<()>;
}

impl Lists for Sqlite {
    fn list<'b>(
        out: &mut AstPass<'_, 'b, Self>,
        _ids: &'b [i64],
        json: &'b str,
    ) -> QueryResult<()> {
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(json)?;
        out.push_sql("))");
        Ok(())
    }
}

impl Lists for Pg {
    fn list<'b>(
        out: &mut AstPass<'_, 'b, Self>,
        ids: &'b [i64],
        _json: &'b str,
    ) -> QueryResult<()> {
        out.push_sql(" = ANY(");
        out.push_bind_param::<Array<BigInt>, _>(ids)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<T, DB> QueryFragment<DB> for Sql<T>
where
    DB: Lists + diesel::sql_types::HasSqlType<BigInt> + diesel::sql_types::HasSqlType<Text>,
    i64: diesel::serialize::ToSql<BigInt, DB>,
    String: diesel::serialize::ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_sql(text),
                Part::Value(Value::Number(number)) => out.push_bind_param::<BigInt, _>(number)?,
                Part::Value(Value::Text(text)) => out.push_bind_param::<Text, _>(text)?,
                Part::Value(Value::Ids(ids, json)) => DB::list(&mut out, ids, json)?,
                Part::Open(name) => {
                    return Err(diesel::result::Error::QueryBuilderError(
                        format!("a statement has no value for {name}").into(),
                    ));
                }
            }
        }
        Ok(())
    }
}

impl<T> QueryId for Sql<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> Query for Sql<T> {
    type SqlType = T;
}

impl<T, C> RunQueryDsl<C> for Sql<T> {}
