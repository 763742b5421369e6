//! Quotes that other servers tell of: what a post from elsewhere quotes, requests to quote what was
//! written here, answers to ours, consent that is taken back.

use std::sync::Arc;

use database::quotes::{self, Quote};
use database::statuses;
use database::{Conn, accounts, visible};
use model::{AccountId, Event, Leave, QuoteRules, QuoteState, StatusId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy::quote as policy;

/// Longer addresses are not kept.
const MAX_URI: usize = 2048;

/// What a post from elsewhere says of quotes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// The ActivityPub id of what it quotes; empty for nothing.
    pub uri: String,
    /// The address of the quoted author's consent; empty for none.
    pub stamp: String,
    /// Whom its author lets quote it, where that is said.
    pub rules: Option<QuoteRules>,
}

/// The quote in a post from elsewhere whose consent is to be found out; `None` where that is done, or
/// where the post was written here (then the answer comes by itself).
///
/// # Errors
/// The database.
pub async fn unsettled(ctx: &Ctx, status: StatusId) -> Result<Option<Quote>> {
    ctx.db
        .read(move |conn| {
            let quote = quotes::find(conn, status)?;
            let Some(quote) = quote.filter(|quote| quote.state == QuoteState::Pending) else {
                return Ok(None);
            };
            let living = statuses::find(conn, status)?.is_some_and(|s| !s.is_deleted() && !s.local);
            Ok(living.then_some(quote))
        })
        .await
}

/// Writes down which post a quote from elsewhere is of, and whether its author agrees: by a stamp that
/// was read at its origin (`proved`), by being the same, or because the post may be quoted by them
/// without asking (servers that know no consent, such as Misskey's, send no stamp).
///
/// # Errors
/// The database.
pub async fn settle(ctx: &Ctx, status: StatusId, quoted: StatusId, proved: bool) -> Result<()> {
    let home = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        let quote = quotes::held(conn, status)?;
        let Some(quote) = quote.filter(|quote| quote.state == QuoteState::Pending) else {
            return Ok(());
        };
        let row = statuses::get(conn, quoted)?;
        let gone = row.is_deleted();
        let seen = visible::find(conn, quote.account_id, quoted)?;
        let leave = match &seen {
            Some(seen) => policy::leave_of(conn, quote.account_id, seen)?,
            None => Leave::Denied,
        };
        // What the gate would not show its author nobody agreed to, whatever a stamp says.
        let agreed = seen.is_some() && (leave == Leave::Automatic || (proved && !row.local));
        let state = if gone {
            QuoteState::Deleted
        } else if agreed {
            QuoteState::Accepted
        } else {
            QuoteState::Pending
        };
        let settled = Quote {
            quoted_id: Some(quoted),
            quoted_account_id: Some(row.account_id),
            state,
            updated_at: home.now(),
            ..quote
        };
        quotes::put(conn, &settled)?;
        if state == QuoteState::Accepted {
            home.record(conn, &Event::QuoteAccepted { status })?;
        }
        Ok::<_, Error>(())
    })
    .await
}

/// A request to quote a post of ours.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who asks.
    pub from: AccountId,
    /// The ActivityPub id of the post of ours.
    pub quoted: String,
    /// The ActivityPub id of what quotes it.
    pub quoting: String,
    /// The address of the request.
    pub request: String,
}

/// What is answered to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// Yes.
    Yes,
    /// No.
    No,
    /// The post that quotes is not known here yet: it is fetched, then asked again.
    Fetch,
}

/// Answers a request to quote a post of ours. What the asker may not see, and what never was, gets no
/// answer at all.
///
/// # Errors
/// `NotFound` for no answer.
pub async fn receive_request(ctx: &Ctx, asked: Asked) -> Result<Answered> {
    let home = Arc::clone(ctx);
    ctx.write_later(move |conn| answer(&home, conn, &asked))
        .await
}

fn answer(ctx: &Ctx, conn: &mut Conn, asked: &Asked) -> Result<Answered> {
    let quoted = statuses::by_uri(conn, &asked.quoted)?
        .filter(|quoted| quoted.local && quoted.reblog_of_id.is_none())
        .ok_or(Error::NotFound)?;
    if !policy::may_at_once(conn, asked.from, quoted.id)? {
        let event = Event::QuoteRefused {
            quoted: quoted.id,
            account: asked.from,
            quoting: asked.quoting.clone(),
            request: asked.request.clone(),
        };
        ctx.record(conn, &event)?;
        return Ok(Answered::No);
    }
    let quoting = statuses::by_uri(conn, &asked.quoting)?;
    let Some(quoting) = quoting.filter(|quoting| !quoting.is_deleted()) else {
        return Ok(Answered::Fetch);
    };
    if quoting.account_id != asked.from {
        return Err(Error::NotFound);
    }
    let before = quotes::held(conn, quoting.id)?;
    // Who took consent back meant it.
    let revoked = |quote: &Quote| quote.state == QuoteState::Revoked;
    if before.as_ref().is_some_and(revoked) {
        return Err(Error::NotFound);
    }
    let now = ctx.now();
    let author = accounts::get(conn, quoted.account_id)?;
    let quote = Quote {
        status_id: quoting.id,
        account_id: quoting.account_id,
        quoted_id: Some(quoted.id),
        quoted_account_id: Some(author.id),
        quoted_uri: quoted.uri,
        state: QuoteState::Accepted,
        stamp_uri: ctx.place.quote_stamp_uri(&author.uri, quoting.id),
        request_uri: asked.request.clone(),
        created_at: before.map_or(now, |before| before.created_at),
        updated_at: now,
    };
    quotes::put(conn, &quote)?;
    let status = quoting.id;
    ctx.record(conn, &Event::QuoteAccepted { status })?;
    Ok(Answered::Yes)
}

/// The quoted author elsewhere answers a request of someone here: yes with a stamp, or no.
///
/// # Errors
/// `NotFound` where `by` was not asked this.
pub async fn receive_answer(
    ctx: &Ctx,
    by: AccountId,
    quoting: StatusId,
    stamp: Option<String>,
) -> Result<()> {
    let home = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        let quote = quotes::held(conn, quoting)?
            .filter(|quote| quote.quoted_account_id == Some(by))
            .ok_or(Error::NotFound)?;
        if !statuses::get(conn, quoting)?.local {
            return Err(Error::NotFound);
        }
        let (state, event) = match (&stamp, quote.state) {
            (Some(_), QuoteState::Pending) => (
                QuoteState::Accepted,
                Event::QuoteAccepted { status: quoting },
            ),
            (None, QuoteState::Pending) => (
                QuoteState::Rejected,
                Event::QuoteRevoked { status: quoting },
            ),
            (None, QuoteState::Accepted) => {
                (QuoteState::Revoked, Event::QuoteRevoked { status: quoting })
            }
            _ => return Ok(()),
        };
        let stamp_uri = stamp
            .filter(|stamp| stamp.len() <= MAX_URI)
            .unwrap_or_default();
        let quote = Quote {
            state,
            stamp_uri,
            updated_at: home.now(),
            ..quote
        };
        quotes::put(conn, &quote)?;
        Ok(home.record(conn, &event)?)
    })
    .await
}

/// Someone elsewhere takes a stamp back; `false` where this was none of theirs.
///
/// # Errors
/// The database.
pub async fn receive_revocation(ctx: &Ctx, by: AccountId, stamp: &str) -> Result<bool> {
    let (home, stamp) = (Arc::clone(ctx), stamp.to_owned());
    ctx.write_later(move |conn| {
        let Some(found) = quotes::by_stamp(conn, by, &stamp)? else {
            return Ok(false);
        };
        let status = found.status_id;
        let held = quotes::held(conn, status)?;
        let Some(quote) = held.filter(|quote| quote.stamp_uri == stamp) else {
            return Ok(false);
        };
        let quote = Quote {
            state: QuoteState::Revoked,
            updated_at: home.now(),
            ..quote
        };
        quotes::put(conn, &quote)?;
        home.record(conn, &Event::QuoteRevoked { status })?;
        Ok::<_, Error>(true)
    })
    .await
}
