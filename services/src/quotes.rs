//! Quotes: who quotes a post, taking consent back, whom an author lets quote; what other servers ask
//! and answer is in [`receive`]. That a new post quotes another is written by `statuses`.

mod receive;

use std::sync::Arc;

use database::quotes::{self, Quote};
use database::{accounts, visible};
use model::{Event, Page, Paged, QuotePolicy, QuoteState, StatusId};

pub use receive::{
    Answered, Asked, Incoming, receive_answer, receive_request, receive_revocation, settle,
    unsettled,
};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy;
use crate::views::account::Viewer;
use crate::views::status::{self, StatusView, viewer_id};

/// The posts that quote this one with its author's consent and that the viewer may see, newest first.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn of(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    id: StatusId,
    page: Page,
) -> Result<Paged<StatusView>> {
    let viewer = viewer_id(viewer);
    ctx.db
        .read(move |conn| {
            visible::find(conn, viewer, id)?.ok_or(Error::NotFound)?;
            let ids = quotes::page(conn, viewer, id, &page)?;
            let views = status::load_in(conn, viewer, &ids)?;
            let rows = ids.into_iter().map(|id| (id.0, id)).collect();
            Ok(Paged::of(rows, &page).with(views))
        })
        .await
}

/// The author of a post takes back that `quoting` may show it; answers `quoting` as it is then.
///
/// # Errors
/// `NotFound` where the post is not the author's, or is not quoted by that one.
pub async fn revoke(
    ctx: &Ctx,
    author: &Viewer,
    id: StatusId,
    quoting: StatusId,
) -> Result<StatusView> {
    let (home, who) = (Arc::clone(ctx), author.clone());
    ctx.write(move |conn| {
        policy::may_act(conn, &who)?;
        visible::own(conn, who.id(), id)?;
        visible::find(conn, who.id(), quoting)?.ok_or(Error::NotFound)?;
        let quote = quotes::held(conn, quoting)?
            .filter(|quote| quote.quoted_id == Some(id))
            .ok_or(Error::NotFound)?;
        if matches!(quote.state, QuoteState::Accepted | QuoteState::Pending) {
            let quote = Quote {
                state: QuoteState::Revoked,
                updated_at: home.now(),
                ..quote
            };
            quotes::put(conn, &quote)?;
            home.record(conn, &Event::QuoteRevoked { status: quoting })?;
        }
        Ok::<_, Error>(())
    })
    .await?;
    status::one(ctx, Some(author), quoting).await
}

/// The author of a post says anew who may quote it. Quotes that stand already are not touched.
///
/// # Errors
/// `NotFound` where it is not the author's.
pub async fn set_policy(
    ctx: &Ctx,
    author: &Viewer,
    id: StatusId,
    wish: QuotePolicy,
) -> Result<StatusView> {
    let (home, who) = (Arc::clone(ctx), author.clone());
    ctx.write(move |conn| {
        policy::may_act(conn, &who)?;
        let status = visible::own(conn, who.id(), id)?;
        if status.reblog_of_id.is_some() {
            return Err(Error::NotFound);
        }
        policy::quote::set_rules(conn, &status, Some(wish))?;
        home.record(conn, &Event::QuotePolicyChanged { status: id })?;
        Ok(())
    })
    .await?;
    status::one(ctx, Some(author), id).await
}

/// Whom someone lets quote new posts.
///
/// # Errors
/// The database.
pub async fn default_policy(ctx: &Ctx, viewer: &Viewer) -> Result<QuotePolicy> {
    let me = viewer.id();
    let chosen = ctx.db.read(move |conn| quotes::default_policy(conn, me));
    Ok(chosen.await?.unwrap_or(QuotePolicy::Public))
}

/// Someone chooses whom they let quote new posts.
///
/// # Errors
/// The database.
pub async fn choose_default(ctx: &Ctx, viewer: &Viewer, policy: QuotePolicy) -> Result<()> {
    let who = viewer.clone();
    ctx.write(move |conn| {
        policy::may_act(conn, &who)?;
        Ok(quotes::put_default(conn, who.id(), policy)?)
    })
    .await
}

/// A quote with the addresses of both posts and of the quoted author, for the documents of the wire.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The row.
    pub quote: Quote,
    /// The quoted author.
    pub author: accounts::Account,
    /// The ActivityPub id of what quotes.
    pub quoting_uri: String,
}

/// The consent of this author to this quote, where it stands and everyone may see what it is about.
///
/// # Errors
/// `NotFound` where there is none, or where someone has to be asked first who is asking.
pub async fn stamp(ctx: &Ctx, author: &str, quoting: StatusId) -> Result<Stamp> {
    let name = author.to_lowercase();
    ctx.db
        .read(move |conn| {
            let author = accounts::by_name(conn, &name, "")?
                .filter(|account| account.suspended_at.is_none())
                .ok_or(Error::NotFound)?;
            let quote = quotes::find(conn, quoting)?
                .filter(|quote| {
                    quote.state == QuoteState::Accepted
                        && quote.quoted_account_id == Some(author.id)
                        && !quote.stamp_uri.is_empty()
                })
                .ok_or(Error::NotFound)?;
            let quoted = quote.quoted_id.ok_or(Error::NotFound)?;
            visible::find(conn, visible::NOBODY, quoted)?.ok_or(Error::NotFound)?;
            let quoting_uri = database::statuses::get(conn, quoting)?.uri;
            Ok(Stamp {
                quote,
                author,
                quoting_uri,
            })
        })
        .await
}

/// The quote in a post, past the gate: for what is said to other servers about it.
///
/// # Errors
/// The database.
pub async fn row(ctx: &Ctx, status: StatusId) -> Result<Option<Quote>> {
    let found = ctx.db.read(move |conn| quotes::find(conn, status));
    Ok(found.await?)
}
