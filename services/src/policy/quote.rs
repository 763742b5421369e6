//! Who may quote what: asked by those who publish, by those who receive and by those who look.

use database::quotes::{self, Quote};
use database::statuses::{self, Status};
use database::{Conn, accounts, follows, groups, visible};
use model::{
    AccountId, FollowState, Job, Leave, QuotePolicy, QuoteRules, QuoteState, Standing, StatusId,
    Visibility,
};

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::jobs;
use crate::quotes::Incoming;

/// Longer addresses are not kept.
const MAX_URI: usize = 2048;

/// Why a post that may be seen may not be quoted.
pub const NOT_QUOTABLE: &str = "Validation failed: this post cannot be quoted";

/// What someone who stands like this to its author may do with a post that they may see. What is for
/// followers is quoted by its author alone, and letters by nobody: a quote would show where they are.
#[must_use]
pub fn leave(visibility: Visibility, rules: QuoteRules, standing: Standing) -> Leave {
    match visibility {
        Visibility::Public | Visibility::Unlisted => rules.leave(standing),
        Visibility::Private if standing.is_author => Leave::Automatic,
        Visibility::Private | Visibility::Direct | Visibility::Members | Visibility::Held => {
            Leave::Denied
        }
    }
}

/// How one stands to the author of a post.
///
/// # Errors
/// The database.
pub fn standing(conn: &mut Conn, who: AccountId, author: AccountId) -> Result<Standing> {
    if who == author {
        return Ok(Standing {
            is_author: true,
            ..Standing::default()
        });
    }
    let mut is_following = |one, other| {
        let follow = follows::find(conn, one, other)?;
        Ok::<_, Error>(follow.is_some_and(|follow| follow.state == FollowState::Accepted))
    };
    Ok(Standing {
        is_author: false,
        is_follower: is_following(who, author)?,
        is_followed: is_following(author, who)?,
    })
}

/// What this account may do with a post that it may see.
///
/// # Errors
/// The database.
pub fn leave_of(conn: &mut Conn, who: AccountId, status: &Status) -> Result<Leave> {
    let rules = quotes::rules(conn, &[status.id])?
        .remove(&status.id)
        .unwrap_or_default();
    let standing = standing(conn, who, status.account_id)?;
    Ok(leave(status.visibility, rules, standing))
}

/// The post that someone here wants to quote: what the gate shows them; of a boost the original.
///
/// # Errors
/// `NotFound` for what they may not see, `Invalid` for what its author does not let them quote.
pub fn quotable(conn: &mut Conn, author: AccountId, id: StatusId) -> Result<Status> {
    let status = super::status::touchable(conn, author, id)?;
    // It would be shown where it may not go.
    if status.local_only {
        return Err(Error::invalid(
            "quoted_status_id",
            "ERR_INVALID",
            NOT_QUOTABLE,
        ));
    }
    match leave_of(conn, author, &status)? {
        Leave::Denied => Err(Error::invalid(
            "quoted_status_id",
            "ERR_INVALID",
            NOT_QUOTABLE,
        )),
        Leave::Automatic | Leave::Manual | Leave::Unknown => Ok(status),
    }
}

/// Writes down that a new post of someone here quotes `quoted`, which was found quotable: at once where
/// its author is here or the same, else its server is asked.
///
/// # Errors
/// The database.
pub fn place(ctx: &Ctx, conn: &mut Conn, status: &Status, quoted: &Status) -> Result<()> {
    let now = ctx.now();
    let is_own = quoted.account_id == status.account_id;
    let at_once = is_own || quoted.local;
    let stamp_uri = if quoted.local && !is_own {
        let author = accounts::get(conn, quoted.account_id)?;
        ctx.place.quote_stamp_uri(&author.uri, status.id)
    } else {
        String::new()
    };
    let request_uri = if at_once {
        String::new()
    } else {
        let author = accounts::get(conn, status.account_id)?;
        ctx.place.quote_request_uri(&author.uri, status.id)
    };
    let quote = Quote {
        status_id: status.id,
        account_id: status.account_id,
        quoted_id: Some(quoted.id),
        quoted_account_id: Some(quoted.account_id),
        quoted_uri: quoted.uri.clone(),
        state: if at_once {
            QuoteState::Accepted
        } else {
            QuoteState::Pending
        },
        stamp_uri,
        request_uri,
        created_at: now,
        updated_at: now,
    };
    Ok(quotes::put(conn, &quote)?)
}

/// Writes down whom someone here lets quote a new post: as the post says, else as they chose for all; no more
/// than its group lets.
///
/// # Errors
/// The database.
pub fn set_rules(conn: &mut Conn, status: &Status, wish: Option<QuotePolicy>) -> Result<()> {
    if !status.visibility.is_open() {
        return Ok(());
    }
    let policy = match wish {
        Some(policy) => policy,
        None => quotes::default_policy(conn, status.account_id)?.unwrap_or(QuotePolicy::Public),
    };
    let of_group = match status.group() {
        Some(group) => groups::find(conn, group)?.map(|group| group.quotes),
        None => None,
    };
    let policy = of_group.map_or(policy, |widest| policy.max(widest));
    Ok(quotes::put_rules(conn, status.id, policy.into())?)
}

/// Does the gate show this post to this account, and may that account quote it at once?
///
/// # Errors
/// `NotFound` where the gate does not show it.
pub fn may_at_once(conn: &mut Conn, who: AccountId, id: StatusId) -> Result<bool> {
    let status = visible::find(conn, who, id)?.ok_or(Error::NotFound)?;
    Ok(leave_of(conn, who, &status)? == Leave::Automatic)
}

/// Writes down what a post from elsewhere says of quotes. Whether the quoted author agrees is found out
/// afterwards; until then, and for ever where nobody says so, the quote is pending.
///
/// # Errors
/// The database.
pub fn received(
    ctx: &Context,
    conn: &mut Conn,
    status: &Status,
    incoming: &Incoming,
) -> Result<()> {
    if let Some(rules) = incoming.rules {
        quotes::put_rules(conn, status.id, rules)?;
    }
    if is_open(ctx, conn, status, incoming)? {
        let job = Job::SettleQuote { status: status.id };
        let key = format!("quote {}", status.id);
        jobs::enqueue(ctx, conn, &job, Some(&key), ctx.now())?;
    }
    Ok(())
}

/// Writes the quote down; is there something to find out?
fn is_open(ctx: &Context, conn: &mut Conn, status: &Status, incoming: &Incoming) -> Result<bool> {
    let sound = |uri: &str| uri.len() <= MAX_URI && !uri.contains('\0');
    let before = quotes::held(conn, status.id)?;
    if incoming.uri.is_empty() || !sound(&incoming.uri) || incoming.uri == status.uri {
        if before.is_some() {
            quotes::delete(conn, status.id)?;
        }
        return Ok(false);
    }
    let stamp_uri = Some(&incoming.stamp)
        .filter(|stamp| sound(stamp))
        .cloned()
        .unwrap_or_default();
    if let Some(before) = before.filter(|before| before.quoted_uri == incoming.uri) {
        // What was decided stays decided; a stamp that came later may open what waits.
        if before.state != QuoteState::Pending || stamp_uri.is_empty() {
            return Ok(before.state == QuoteState::Pending);
        }
        quotes::put(
            conn,
            &Quote {
                stamp_uri,
                ..before
            },
        )?;
        return Ok(true);
    }
    let known = statuses::by_uri(conn, &incoming.uri)?;
    let gone = known.as_ref().is_some_and(Status::is_deleted);
    let known = known.filter(|known| known.reblog_of_id.is_none());
    let is_own = known
        .as_ref()
        .is_some_and(|known| known.account_id == status.account_id);
    let now = ctx.now();
    let quote = Quote {
        status_id: status.id,
        account_id: status.account_id,
        quoted_id: known.as_ref().map(|known| known.id),
        quoted_account_id: known.as_ref().map(|known| known.account_id),
        quoted_uri: incoming.uri.clone(),
        state: if gone {
            QuoteState::Deleted
        } else if is_own {
            QuoteState::Accepted
        } else {
            QuoteState::Pending
        },
        stamp_uri,
        request_uri: String::new(),
        created_at: now,
        updated_at: now,
    };
    quotes::put(conn, &quote)?;
    Ok(quote.state == QuoteState::Pending)
}
