//! Actors of other servers: stored, refreshed, gone. What they sent was understood and checked by
//! `federation`; here it is cleaned and written down.

use std::sync::Arc;

use database::accounts::{self, Account, Profile, RemoteActor};
use database::actor_keys::{self, ActorKey};
use database::{Conn, follows, memberships, statuses};
use model::{AccountId, Domain, Event, Handle, MembershipState, Username};

use super::{RemoteProfile, lookup};
use crate::bonds::{self, By};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy::passing;
use crate::{names, profile};

/// Letters of a display name from elsewhere.
const MOST_NAME: usize = 200;
/// Keys of one actor.
const MOST_KEYS: usize = 8;
/// Statuses that are buried in one transaction.
const AT_ONCE: i64 = 50;

/// Someone by name, here or elsewhere; who is not known yet is looked for where the name says. `None` for nobody,
/// and where the other server does not answer.
///
/// # Errors
/// The database.
pub async fn find_anywhere(ctx: &Ctx, handle: &Handle) -> Result<Option<AccountId>> {
    match lookup(ctx, handle).await {
        Ok(view) => Ok(Some(view.account.id)),
        Err(Error::NotFound) => {
            let elsewhere = handle
                .domain
                .as_ref()
                .is_some_and(|domain| domain != ctx.place.domain());
            if !elsewhere {
                return Ok(None);
            }
            Ok(ctx
                .fediverse()
                .resolve_handle(handle)
                .await
                .unwrap_or_default())
        }
        Err(other) => Err(other),
    }
}

/// Stores or refreshes an actor of another server and its keys.
///
/// # Errors
/// `Conflict` where its name belongs to another actor of that server.
pub async fn receive(ctx: &Ctx, profile: RemoteProfile) -> Result<AccountId> {
    let context = Arc::clone(ctx);
    let username: Username = profile
        .username
        .parse()
        .map_err(|_e| Error::invalid("username", "ERR_INVALID", "this is not a name"))?;
    let domain: Domain = profile
        .domain
        .parse()
        .map_err(|_e| Error::invalid("domain", "ERR_INVALID", "this is not a domain"))?;
    if domain == *ctx.place.domain() || ctx.place.owns(&profile.uri) {
        return Err(Error::Forbidden("this account lives here"));
    }
    ctx.write_later(move |conn| {
        let ctx = &context;
        let id = match accounts::by_uri(conn, &profile.uri)? {
            Some(known) => refresh(ctx, conn, &known, &username, &profile)?,
            None => store(ctx, conn, &username, &domain, &profile)?,
        };
        accounts::put_remote(conn, &whereabouts(ctx, id, &profile))?;
        actor_keys::replace(conn, id, &keys(ctx, id, &profile))?;
        Ok(id)
    })
    .await
}

/// What a profile from elsewhere becomes here.
fn cleaned(ctx: &Ctx, username: &Username, sent: &RemoteProfile) -> Profile {
    Profile {
        kind: sent.kind,
        url: profile::foreign_address(&sent.url),
        username: username.as_str().to_owned(),
        display_name: text::display_name(&sent.display_name, MOST_NAME),
        note: text::Html::sanitize(&sent.note).into_string(),
        note_source: String::new(),
        fields: profile::foreign_fields(&sent.fields),
        avatar: profile::foreign_address(&sent.avatar),
        header: profile::foreign_address(&sent.header),
        locked: sent.locked,
        discoverable: sent.discoverable,
        indexable: sent.indexable,
        // What others show of themselves is asked of them.
        show_collections: false,
        updated_at: ctx.now(),
    }
}

fn refresh(
    ctx: &Ctx,
    conn: &mut Conn,
    known: &Account,
    username: &Username,
    sent: &RemoteProfile,
) -> Result<AccountId> {
    // The name is part of the address under which people here know the actor: its letters may change
    // their size, nothing else.
    if username.key() != known.username_key {
        return Err(Error::Conflict("the name of an account does not change"));
    }
    let row = cleaned(ctx, username, sent);
    accounts::set_profile(conn, known.id, &row)?;
    Ok(known.id)
}

fn store(
    ctx: &Ctx,
    conn: &mut Conn,
    username: &Username,
    domain: &Domain,
    sent: &RemoteProfile,
) -> Result<AccountId> {
    if accounts::by_name(conn, &username.key(), domain.as_str())?.is_some() {
        return Err(Error::Conflict(
            "this name belongs to another account there",
        ));
    }
    let now = ctx.now();
    let mut row = Account {
        id: ctx.id(),
        domain: domain.to_string(),
        username: username.as_str().to_owned(),
        username_key: username.key(),
        kind: sent.kind,
        uri: sent.uri.clone(),
        url: String::new(),
        display_name: String::new(),
        note: String::new(),
        note_source: String::new(),
        fields: serde_json::Value::Array(Vec::new()),
        avatar: String::new(),
        header: String::new(),
        locked: false,
        discoverable: false,
        indexable: false,
        show_collections: false,
        statuses_count: 0,
        followers_count: 0,
        following_count: 0,
        last_status_at: None,
        created_at: sent.published.map_or(now, |at| at.min(now)),
        updated_at: now,
        suspended_at: None,
    };
    let clean = cleaned(ctx, username, sent);
    row.url.clone_from(&clean.url);
    let id = row.id;
    accounts::insert(conn, &row).map_err(|error| match names::collision(error, "username") {
        Error::Invalid(_) => Error::Conflict("this name belongs to another account there"),
        other => other,
    })?;
    accounts::set_profile(conn, id, &clean)?;
    Ok(id)
}

fn whereabouts(ctx: &Ctx, id: AccountId, sent: &RemoteProfile) -> RemoteActor {
    RemoteActor {
        account_id: id,
        inbox: sent.inbox.clone(),
        delivery_inbox: if sent.shared_inbox.is_empty() {
            sent.inbox.clone()
        } else {
            sent.shared_inbox.clone()
        },
        outbox: sent.outbox.clone(),
        followers: sent.followers.clone(),
        featured: sent.featured.clone(),
        moderators: sent.moderators.clone(),
        instance_id: sent.instance,
        fetched_at: ctx.now(),
        members_only: sent.members_only,
    }
}

fn keys(ctx: &Ctx, id: AccountId, sent: &RemoteProfile) -> Vec<ActorKey> {
    sent.keys
        .iter()
        .take(MOST_KEYS)
        .map(|(uri, kind, der)| ActorKey {
            id: ctx.id(),
            account_id: id,
            uri: uri.clone(),
            kind: *kind,
            public_der: der.clone(),
            private_der: None,
            fetched_at: ctx.now(),
        })
        .collect()
}

/// An actor elsewhere is gone: its statuses become tombstones, its follows and memberships end.
///
/// # Errors
/// The database.
pub async fn receive_delete(ctx: &Ctx, account: AccountId) -> Result<()> {
    let context = Arc::clone(ctx);
    let goes = ctx
        .write_later(move |conn| {
            let known = accounts::get(conn, account)?;
            if known.is_local() {
                return Ok::<_, Error>(false);
            }
            leave(&context, conn, &known)?;
            Ok(true)
        })
        .await?;
    if !goes {
        return Ok(());
    }
    // A long life is buried piece by piece, so that others get their turn at the writer.
    loop {
        let context = Arc::clone(ctx);
        let left = ctx
            .write_later(move |conn| bury_some(&context, conn, account))
            .await?;
        if !left {
            return Ok(());
        }
    }
}

/// Ends everything that ties it to others, and empties its profile.
fn leave(ctx: &Ctx, conn: &mut Conn, gone: &Account) -> Result<()> {
    for follow in follows::all_around(conn, gone.id)? {
        bonds::end_follow(ctx, conn, follow, By::Follower)?;
    }
    for state in [MembershipState::Member, MembershipState::Requested] {
        for row in memberships::all_of(conn, gone.id, state)? {
            bonds::end_membership(ctx, conn, row.group_id, gone.id)?;
        }
        for row in memberships::everyone(conn, gone.id, state)? {
            bonds::end_membership(ctx, conn, gone.id, row.account_id)?;
        }
    }
    let now = ctx.now();
    let empty = Profile {
        display_name: String::new(),
        note: String::new(),
        fields: serde_json::Value::Array(Vec::new()),
        avatar: String::new(),
        header: String::new(),
        discoverable: false,
        indexable: false,
        updated_at: now,
        ..Profile::of(gone)
    };
    accounts::set_profile(conn, gone.id, &empty)?;
    accounts::set_suspended(conn, gone.id, Some(now))?;
    actor_keys::replace(conn, gone.id, &[])?;
    Ok(())
}

/// Makes tombstones of some of what it wrote; `false` when nothing was left.
fn bury_some(ctx: &Ctx, conn: &mut Conn, account: AccountId) -> Result<bool> {
    let written = accounts::written(conn, account, AT_ONCE)?;
    for row in &written {
        let status = row.id;
        let event = if row.reblog_of_id.is_some() {
            statuses::bury_boost(conn, row, ctx.now())?;
            Event::Unboosted { boost: status }
        } else {
            passing::end(ctx, conn, row)?;
            statuses::bury(conn, row, ctx.now())?;
            Event::StatusDeleted { status }
        };
        ctx.record(conn, &event)?;
    }
    Ok(!written.is_empty())
}
