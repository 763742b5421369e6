//! Search: accounts and groups by name, hashtags, and things by their address or handle.

use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::{AccountView, Viewer};
use crate::views::status::StatusView;

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Words, a handle with `@` or `!`, or an address.
    pub text: String,
    /// Accounts wanted?
    pub accounts: bool,
    /// Statuses wanted?
    pub statuses: bool,
    /// Hashtags wanted?
    pub hashtags: bool,
    /// Ask other servers for a handle or address that is not known.
    pub resolve: bool,
    /// Only accounts that the viewer follows.
    pub following: bool,
    /// At most so many of each, 40 at the most.
    pub limit: i64,
    /// Skip so many.
    pub offset: i64,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Accounts and groups.
    pub accounts: Vec<AccountView>,
    /// Statuses (by address; by words among one's own).
    pub statuses: Vec<StatusView>,
    /// Names of hashtags.
    pub hashtags: Vec<String>,
}

/// Searches. Looking things up elsewhere needs someone who is signed in.
///
/// # Errors
/// The database; other servers' failures are nothing found.
pub async fn search(ctx: &Ctx, viewer: Option<&Viewer>, query: Query) -> Result<Found> {
    todo!("{ctx:?} {viewer:?} {query:?}")
}
