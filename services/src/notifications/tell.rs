//! The one place where notifications are written. Who blocked, muted or left the thread hears nothing; what
//! the policy of who is told keeps back is marked, and stands under a request of its sender.
//!
//! Nobody else inserts into `notifications`; what streams and pushes hangs on what [`tell`] answers.

use std::collections::{HashMap, HashSet};

use database::notification_policies::{self, Policy};
use database::notification_requests::{self, NotificationRequest};
use database::notifications::{self, NO_STATUS, Notification};
use database::statuses::{self, Status};
use database::{Conn, account_restrictions, accounts, follows, groups, users, visible};
use model::{
    AccountId, AccountKind, FollowState, Millis, NotificationKind, ServerRole, Verdict, Visibility,
};

use crate::context::Context;
use crate::error::Result;
use crate::live::{self, Change};
use crate::push;

/// Who follows for a shorter time than this is still no follower to a policy.
const NEW_FOLLOWER: i64 = 3 * Millis::DAY;
/// An account younger than this is new to a policy.
const NEW_ACCOUNT: i64 = 30 * Millis::DAY;
/// So far up a thread it is asked whether a letter is an answer.
const ANCESTORS: i64 = 100;
/// A group of notifications spans so many hours at most.
const SPAN: i64 = 12;

/// Something to tell.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    kind: NotificationKind,
    from: AccountId,
    about: Option<&'a Status>,
    object: i64,
}

impl<'a> News<'a> {
    /// Of this kind, because of this account.
    #[must_use]
    pub const fn new(kind: NotificationKind, from: AccountId) -> Self {
        Self {
            kind,
            from,
            about: None,
            object: 0,
        }
    }

    /// About a status.
    #[must_use]
    pub const fn about(mut self, status: &'a Status) -> Self {
        self.about = Some(status);
        self
    }

    /// About a report, a warning, a severance or a collection, by the number of its id.
    #[must_use]
    pub const fn object(mut self, id: i64) -> Self {
        self.object = id;
        self
    }
}

/// Of what stands in a private group, or waits, nobody is told who may not see it, whoever names them.
fn may_see(conn: &mut Conn, news: &News<'_>, to: &[AccountId]) -> Result<Vec<AccountId>> {
    let Some(status) = news.about.filter(|status| !status.visibility.is_chosen()) else {
        return Ok(to.to_vec());
    };
    let mut able = Vec::with_capacity(to.len());
    for account in to {
        if visible::find(conn, *account, status.id)?.is_some() {
            able.push(*account);
        }
    }
    Ok(able)
}

/// Tells those of `to` who live here and want to hear it. Answers the notifications that are new and that
/// nothing holds back: these are streamed and pushed.
///
/// # Errors
/// The database.
pub fn tell(
    ctx: &Context,
    conn: &mut Conn,
    news: &News<'_>,
    to: &[AccountId],
) -> Result<Vec<Notification>> {
    let News { kind, from, .. } = *news;
    let now = ctx.now();
    let root = news.about.map_or(NO_STATUS, |status| status.root_id);
    let status = news.about.map_or(NO_STATUS, |status| status.id);
    let to = &may_see(conn, news, to)?;
    let willing = notifications::willing(conn, to, from, root, kind.can_be_from_oneself(), now)?;
    let object = object_of(news);
    let mut rows = Vec::with_capacity(willing.len());
    for (account_id, verdict) in verdicts(ctx, conn, news, &willing)? {
        let filtered = match verdict {
            Verdict::Drop => continue,
            Verdict::Filter => true,
            Verdict::Accept => false,
        };
        let bucket = if filtered {
            0
        } else {
            bucket(conn, account_id, kind, status, now)?
        };
        rows.push(Notification {
            id: ctx.id(),
            account_id,
            from_id: from,
            kind,
            status_id: status,
            created_at: now,
            filtered,
            object_id: object,
            bucket,
        });
    }
    if matches!(
        kind,
        NotificationKind::Update | NotificationKind::QuotedUpdate
    ) && !rows.is_empty()
    {
        let told: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
        notifications::supersede(conn, &told, kind, status, object)?;
    }
    let (held, told): (Vec<_>, Vec<_>) = notifications::insert(conn, &rows)?
        .into_iter()
        .partition(|row| row.filtered);
    for row in held.into_iter().filter(|row| row.kind.asks()) {
        ask(ctx, conn, &row)?;
    }
    for row in &told {
        live::note(Change::Told(row.account_id, row.id));
    }
    push::enqueue(ctx, conn, &told)?;
    Ok(told)
}

/// An edit is told once, the next one anew: what tells them apart is their time.
fn object_of(news: &News<'_>) -> i64 {
    match (news.kind, news.about) {
        (NotificationKind::Update | NotificationKind::QuotedUpdate, Some(status)) => {
            status.edited_at.map_or(news.object, |at| at.0)
        }
        _ => news.object,
    }
}

/// The hour of the group that a notification belongs to: that of the last one, while it is young.
fn bucket(
    conn: &mut Conn,
    account: AccountId,
    kind: NotificationKind,
    status: model::StatusId,
    now: Millis,
) -> Result<i64> {
    if !kind.is_grouped() {
        return Ok(0);
    }
    let hour = now.0.div_euclid(Millis::HOUR);
    let last = notifications::last_bucket(conn, account, kind, status)?;
    Ok(last
        .filter(|last| hour < last.saturating_add(SPAN))
        .unwrap_or(hour))
}

/// The request of a sender that something was held back of.
fn ask(ctx: &Context, conn: &mut Conn, row: &Notification) -> Result<()> {
    let request = NotificationRequest {
        id: ctx.id(),
        account_id: row.account_id,
        from_id: row.from_id,
        last_status_id: row.status_id,
        created_at: row.created_at,
        updated_at: row.created_at,
    };
    Ok(notification_requests::put(conn, &request)?)
}

/// What the policy of each of `to` says, in their order.
fn verdicts(
    ctx: &Context,
    conn: &mut Conn,
    news: &News<'_>,
    to: &[AccountId],
) -> Result<Vec<(AccountId, Verdict)>> {
    if to.is_empty() {
        return Ok(Vec::new());
    }
    if !news.kind.can_be_held_back() || is_of_the_house(conn, news)? {
        return Ok(to.iter().map(|who| (*who, Verdict::Accept)).collect());
    }
    let facts = Strangeness::of(ctx, conn, news, to)?;
    let policies: HashMap<AccountId, Policy> = notification_policies::of(conn, to)?
        .into_iter()
        .map(|policy| (policy.account_id, policy))
        .collect();
    let groups: HashSet<AccountId> = groups::by_ids(conn, to)?
        .into_iter()
        .map(|group| group.account_id)
        .collect();
    Ok(to
        .iter()
        .map(|who| {
            let policy = policies.get(who).copied().unwrap_or_else(|| {
                if groups.contains(who) {
                    Policy::open(*who)
                } else {
                    Policy::usual(*who)
                }
            });
            (*who, facts.judge(&policy))
        })
        .collect())
}

/// Letters of the staff and of groups of ours are let through: who moderates has to reach everyone.
fn is_of_the_house(conn: &mut Conn, news: &News<'_>) -> Result<bool> {
    if news.kind != NotificationKind::Mention {
        return Ok(false);
    }
    let sender = accounts::get(conn, news.from)?;
    if !sender.is_local() {
        return Ok(false);
    }
    if sender.kind == AccountKind::Group {
        return Ok(true);
    }
    let role = users::find(conn, news.from)?.map_or(ServerRole::Member, |user| user.role);
    Ok(role != ServerRole::Member)
}

/// What makes a sender strange, to everyone and to each one.
struct Strangeness {
    new: bool,
    limited: bool,
    letter: bool,
    /// Who lets everything of the sender through.
    permitting: HashSet<AccountId>,
    /// Who follows the sender.
    following: HashSet<AccountId>,
    /// Whom the sender has followed for a while.
    followed: HashSet<AccountId>,
    /// Who wrote to the sender further up in the thread.
    answered: HashSet<AccountId>,
}

impl Strangeness {
    fn of(ctx: &Context, conn: &mut Conn, news: &News<'_>, to: &[AccountId]) -> Result<Self> {
        let (now, from) = (ctx.now(), news.from);
        let sender = accounts::get(conn, from)?;
        let letter = news
            .about
            .filter(|_| news.kind == NotificationKind::Mention)
            .filter(|status| status.visibility == Visibility::Direct);
        Ok(Self {
            new: sender.created_at.plus(NEW_ACCOUNT) > now,
            limited: account_restrictions::standings(conn, &[from])?
                .iter()
                .any(|standing| standing.silenced_at.is_some()),
            letter: letter.is_some(),
            permitting: notification_policies::permitting(conn, to, from)?
                .into_iter()
                .collect(),
            following: follows::toward(conn, from, to)?
                .into_iter()
                .filter(|follow| follow.state == FollowState::Accepted)
                .map(|follow| follow.account_id)
                .collect(),
            followed: follows::of(conn, from, to)?
                .into_iter()
                .filter(|follow| follow.state == FollowState::Accepted)
                .filter(|follow| follow.created_at.plus(NEW_FOLLOWER) <= now)
                .map(|follow| follow.target_id)
                .collect(),
            answered: match letter {
                Some(letter) => correspondents(conn, letter, from)?,
                None => HashSet::new(),
            },
        })
    }

    fn judge(&self, policy: &Policy) -> Verdict {
        let who = policy.account_id;
        if self.permitting.contains(&who) {
            return Verdict::Accept;
        }
        let stranger = !self.following.contains(&who);
        let said = [
            (stranger, policy.for_not_following),
            (!self.followed.contains(&who), policy.for_not_followers),
            (self.new && stranger, policy.for_new_accounts),
            (self.limited && stranger, policy.for_limited_accounts),
            (
                self.letter && stranger && !self.answered.contains(&who),
                policy.for_private_mentions,
            ),
        ];
        said.into_iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, verdict)| verdict)
            .max()
            .unwrap_or(Verdict::Accept)
    }
}

/// Who, above this letter in its thread, wrote a letter to `to`.
fn correspondents(conn: &mut Conn, letter: &Status, to: AccountId) -> Result<HashSet<AccountId>> {
    if letter.in_reply_to_id.is_none() {
        return Ok(HashSet::new());
    }
    let above = statuses::ancestors(conn, letter.id, ANCESTORS)?;
    Ok(notifications::correspondents(conn, &above, to)?
        .into_iter()
        .collect())
}
