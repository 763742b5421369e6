//! What follows from posts, boosts and favourites.

use database::accounts::Account;
use database::conversations::{self, Conversation};
use database::mentions::{self, Named};
use database::notifications::{self};
use database::statuses::{self, Status};
use database::{Conn, accounts, home_entries};
use model::{AccountId, Millis, NotificationKind, StatusId, Visibility};

use crate::context::Context;
use crate::error::Result;
use crate::live::{self, Change};
use crate::notifications::tell::{News, tell};

/// What is older than this when it comes is history: it is stored, and nobody is told.
const FRESH: i64 = 14 * Millis::DAY;
/// A letter from elsewhere to more people than this is none.
const MOST_TOLD: usize = 20;

pub(super) fn is_fresh(ctx: &Context, status: &Status) -> bool {
    status.created_at.plus(FRESH) > ctx.now()
}

/// Is this something for home timelines at all?
pub(super) fn is_for_homes(ctx: &Context, status: &Status) -> bool {
    let for_some = status.visibility.is_open() || status.visibility == Visibility::Private;
    !status.is_deleted() && for_some && is_fresh(ctx, status)
}

/// A new status: who is named in it or answered by it, who asked to hear of each post, and the
/// conversations of a letter.
pub(super) fn tell_of_status(ctx: &Context, conn: &mut Conn, id: StatusId) -> Result<()> {
    let Some(status) = living(conn, id)? else {
        return Ok(());
    };
    let named = mentions::of(conn, &[id])?;
    if status.visibility == Visibility::Direct {
        grow_conversations(ctx, conn, &status, &named)?;
    }
    if !is_fresh(ctx, &status) {
        return Ok(());
    }
    super::quotes::tell_of_quote(ctx, conn, id)?;
    let author = status.account_id;
    let addressed = addressees(&status, &named);
    tell(
        ctx,
        conn,
        &News::new(NotificationKind::Mention, author).about(&status),
        &addressed,
    )?;
    let answers_another = status.in_reply_to_account_id.is_some_and(|to| to != author);
    if status.visibility != Visibility::Direct && !answers_another {
        let mut listeners = notifications::listeners(conn, author)?;
        listeners.retain(|account| !addressed.contains(account));
        tell(
            ctx,
            conn,
            &News::new(NotificationKind::Status, author).about(&status),
            &listeners,
        )?;
    }
    Ok(())
}

/// Who is named and, where everyone may see it, who is answered: nobody is told of what they may not see.
/// A group hears of letters and of what does not stand in its own
/// threads: its threads it announces itself. Who is addressed without being named hears of letters only.
fn addressees(status: &Status, named: &[Named]) -> Vec<AccountId> {
    let letter = status.visibility == Visibility::Direct;
    if letter && !status.local && named.len() > MOST_TOLD {
        return Vec::new();
    }
    let mut whom: Vec<AccountId> = named
        .iter()
        .filter(|one| one.domain.is_empty())
        .filter(|one| !one.silent || letter)
        .map(|one| one.account_id)
        .chain(
            status
                .in_reply_to_account_id
                .filter(|_| status.visibility.is_open()),
        )
        .filter(|account| status.group_id != Some(*account))
        .collect();
    whom.sort_unstable();
    whom.dedup();
    whom
}

fn grow_conversations(
    ctx: &Context,
    conn: &mut Conn,
    status: &Status,
    named: &[Named],
) -> Result<()> {
    let author = status.account_id;
    let mut here: Vec<AccountId> = named
        .iter()
        .filter(|one| one.domain.is_empty())
        .map(|one| one.account_id)
        .collect();
    here.push(author);
    // Whom the author blocks, or who blocks the author, is not part of it.
    let mut part: Vec<AccountId> = notifications::willing(
        conn,
        &here,
        author,
        notifications::NO_STATUS,
        false,
        Millis(i64::MAX),
    )?;
    if status.local {
        part.push(author);
    }
    let rows: Vec<Conversation> = part
        .into_iter()
        .map(|account_id| Conversation {
            id: ctx.id(),
            account_id,
            root_id: status.root_id,
            last_status_id: status.id,
            unread: account_id != author,
            updated_at: ctx.now(),
        })
        .collect();
    Ok(conversations::grow(conn, &rows)?)
}

/// A boost: the author of the original hears of it, unless it is the group passing on its own thread.
/// Who asked to hear of each post of a group hears of its new threads, and of those that it passes on.
pub(super) fn tell_of_boost(ctx: &Context, conn: &mut Conn, id: StatusId) -> Result<()> {
    let Some((boost, original)) = with_original(conn, id)? else {
        return Ok(());
    };
    if !is_fresh(ctx, &boost) {
        return Ok(());
    }
    let booster: Account = accounts::get(conn, boost.account_id)?;
    // A thread that names its group was told of when it came.
    if booster.is_group() && original.group_id != Some(booster.id) {
        live::note(Change::PassedOn(booster.id, original.id));
    }
    let is_own = original.group_id == Some(booster.id);
    if booster.is_group() && (is_own || original.in_reply_to_id.is_none()) {
        let mut listeners = notifications::listeners(conn, booster.id)?;
        listeners.retain(|account| *account != original.account_id);
        let news = News::new(NotificationKind::Status, booster.id).about(&original);
        tell(ctx, conn, &news, &listeners)?;
    }
    if booster.is_group() && is_own {
        return Ok(());
    }
    let author = [original.account_id];
    tell(
        ctx,
        conn,
        &News::new(NotificationKind::Reblog, booster.id).about(&original),
        &author,
    )?;
    Ok(())
}

/// An edit: who boosted it hears of it.
pub(super) fn tell_of_edit(ctx: &Context, conn: &mut Conn, id: StatusId) -> Result<()> {
    let Some(status) = living(conn, id)? else {
        return Ok(());
    };
    let boosters = statuses::local_boosters(conn, id)?;
    let from = status.account_id;
    super::quotes::tell_quoters(ctx, conn, &status)?;
    tell(
        ctx,
        conn,
        &News::new(NotificationKind::Update, from).about(&status),
        &boosters,
    )?;
    // Whom the edit names first hears of it as of a mention; the others were told once.
    let named = mentions::of(conn, &[id])?;
    if is_fresh(ctx, &status) {
        let whom = addressees(&status, &named);
        tell(
            ctx,
            conn,
            &News::new(NotificationKind::Mention, from).about(&status),
            &whom,
        )?;
    }
    Ok(())
}

/// A boost is gone: out of every home, and its notification too.
pub(super) fn forget_boost(conn: &mut Conn, id: StatusId) -> Result<()> {
    let Some(boost) = statuses::find(conn, id)? else {
        return Ok(());
    };
    home_entries::withdraw_boost(conn, id)?;
    let Some(original) = boost.reblog_of_id else {
        return Ok(());
    };
    // Boosted again in the meantime: that one was told of, by the same row.
    if statuses::boost_by(conn, boost.account_id, original)?.is_some() {
        return Ok(());
    }
    if let Some(original) = statuses::find(conn, original)? {
        if original.group_id != Some(boost.account_id)
            && accounts::get(conn, boost.account_id)?.is_group()
        {
            // It leaves the lists of a group that passed it on, and nothing else.
            live::note(Change::TakenOut(boost.account_id, original.id));
        }
        let kinds = [NotificationKind::Reblog];
        notifications::withdraw(
            conn,
            original.account_id,
            boost.account_id,
            &kinds,
            original.id,
        )?;
    }
    Ok(())
}

/// A favourite: the author hears of it.
pub(super) fn tell_of_favourite(
    ctx: &Context,
    conn: &mut Conn,
    account: AccountId,
    id: StatusId,
) -> Result<()> {
    let Some(status) = living(conn, id)? else {
        return Ok(());
    };
    let author = [status.account_id];
    tell(
        ctx,
        conn,
        &News::new(NotificationKind::Favourite, account).about(&status),
        &author,
    )?;
    Ok(())
}

/// A favourite was taken back.
pub(super) fn forget_favourite(conn: &mut Conn, account: AccountId, id: StatusId) -> Result<()> {
    if let Some(status) = living(conn, id)? {
        let kinds = [NotificationKind::Favourite];
        notifications::withdraw(conn, status.account_id, account, &kinds, id)?;
    }
    Ok(())
}

fn living(conn: &mut Conn, id: StatusId) -> Result<Option<Status>> {
    Ok(statuses::find(conn, id)?.filter(|status| !status.is_deleted()))
}

fn with_original(conn: &mut Conn, id: StatusId) -> Result<Option<(Status, Status)>> {
    let Some(boost) = living(conn, id)? else {
        return Ok(None);
    };
    let Some(original) = boost.reblog_of_id else {
        return Ok(None);
    };
    Ok(living(conn, original)?.map(|original| (boost, original)))
}
