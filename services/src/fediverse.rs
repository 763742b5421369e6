//! What the use cases ask of other servers. `federation` answers; tests use [`Offline`].

use futures::future::BoxFuture;
use model::{AccountId, Handle, StatusId};

use crate::error::Result;

/// Look-ups that may go out to other servers. Each stores what it found and returns its id.
pub trait Fediverse: Send + Sync + std::fmt::Debug {
    /// `@ana@far.example` by WebFinger. `None` when there is nobody of that name.
    fn resolve_handle<'a>(&'a self, handle: &'a Handle)
    -> BoxFuture<'a, Result<Option<AccountId>>>;

    /// An actor by its ActivityPub id or page.
    fn fetch_account<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Option<AccountId>>>;

    /// A status by its ActivityPub id or page.
    fn fetch_status<'a>(&'a self, uri: &'a str) -> BoxFuture<'a, Result<Option<StatusId>>>;

    /// A status that is known, read anew at its own server: an edit, or new counts of its poll.
    fn refresh_status<'a>(&'a self, _uri: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    /// Finds out whether a post from elsewhere may quote what it quotes, and writes that down.
    fn settle_quote(&self, _status: StatusId) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// No other server exists.
#[derive(Clone, Copy, Debug)]
pub struct Offline;

impl Fediverse for Offline {
    fn resolve_handle<'a>(
        &'a self,
        _handle: &'a Handle,
    ) -> BoxFuture<'a, Result<Option<AccountId>>> {
        Box::pin(async { Ok(None) })
    }
    fn fetch_account<'a>(&'a self, _uri: &'a str) -> BoxFuture<'a, Result<Option<AccountId>>> {
        Box::pin(async { Ok(None) })
    }
    fn fetch_status<'a>(&'a self, _uri: &'a str) -> BoxFuture<'a, Result<Option<StatusId>>> {
        Box::pin(async { Ok(None) })
    }
}
