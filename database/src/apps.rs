//! Registered applications.

use diesel::prelude::*;
use model::{AppId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::apps;
use crate::sql::one_of;

/// A row of `apps`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = apps, treat_none_as_default_value = false)]
pub struct App {
    /// Its id.
    pub id: AppId,
    /// Its name.
    pub name: String,
    /// Its page.
    pub website: Option<String>,
    /// Where codes may go, one a line.
    pub redirect_uris: String,
    /// What it may ask for.
    pub scopes: String,
    /// The public half.
    pub client_id: String,
    /// SHA-256 of the secret half, in hexadecimal.
    pub client_secret: String,
    /// When.
    pub created_at: Millis,
}

/// Adds an application.
///
/// # Errors
/// `Conflict` where its public half is taken.
pub fn insert(conn: &mut Conn, app: &App) -> Result<()> {
    both!(conn => diesel::insert_into(apps::table).values(app).execute(conn))?;
    Ok(())
}

/// The application with this id.
///
/// # Errors
/// The database.
pub fn get(conn: &mut Conn, id: AppId) -> Result<Option<App>> {
    Ok(both!(conn => apps::table
        .find(id)
        .select(App::as_select())
        .get_result(conn)
        .optional())?)
}

/// Those with these ids.
///
/// # Errors
/// The database.
pub fn by_ids(conn: &mut Conn, ids: &[AppId]) -> Result<Vec<App>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => apps::table
        .filter(one_of("apps.id", ids))
        .select(App::as_select())
        .load(conn))?)
}

/// The application with this public half.
///
/// # Errors
/// The database.
pub fn by_client_id(conn: &mut Conn, client_id: &str) -> Result<Option<App>> {
    Ok(both!(conn => apps::table
        .filter(apps::client_id.eq(client_id))
        .select(App::as_select())
        .get_result(conn)
        .optional())?)
}
