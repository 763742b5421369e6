//! What someone wants to hear from strangers.

use database::notification_policies::{self, Policy};
use database::notification_requests;
use model::Verdict;

use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::Viewer;

/// A policy with what waits because of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyView {
    /// The policy.
    pub policy: Policy,
    /// So many senders wait, as far as is counted.
    pub requests: i64,
    /// With so many mentions and quotes.
    pub notifications: i64,
}

/// What is to be changed of a policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyChange {
    /// Whom they do not follow.
    pub for_not_following: Option<Verdict>,
    /// Who does not follow them, or only for three days.
    pub for_not_followers: Option<Verdict>,
    /// Accounts of less than 30 days.
    pub for_new_accounts: Option<Verdict>,
    /// Letters that are no answer to theirs.
    pub for_private_mentions: Option<Verdict>,
    /// Accounts that the moderators limited.
    pub for_limited_accounts: Option<Verdict>,
}

fn view(conn: &mut database::Conn, me: model::AccountId) -> Result<PolicyView> {
    let policy = notification_policies::of(conn, &[me])?
        .pop()
        .unwrap_or_else(|| Policy::usual(me));
    let (requests, notifications) = notification_requests::summary(conn, me)?;
    Ok(PolicyView {
        policy,
        requests,
        notifications,
    })
}

/// The policy as it stands.
///
/// # Errors
/// The database.
pub async fn show(ctx: &Ctx, viewer: &Viewer) -> Result<PolicyView> {
    let me = viewer.id();
    ctx.db.read(move |conn| view(conn, me)).await
}

/// Changes the policy; it holds for what comes from now on.
///
/// # Errors
/// The database.
pub async fn change(ctx: &Ctx, viewer: &Viewer, change: PolicyChange) -> Result<PolicyView> {
    let me = viewer.id();
    ctx.write(move |conn| {
        let mut policy = view(conn, me)?.policy;
        let set = |field: &mut Verdict, wanted: Option<Verdict>| *field = wanted.unwrap_or(*field);
        set(&mut policy.for_not_following, change.for_not_following);
        set(&mut policy.for_not_followers, change.for_not_followers);
        set(&mut policy.for_new_accounts, change.for_new_accounts);
        set(
            &mut policy.for_private_mentions,
            change.for_private_mentions,
        );
        set(
            &mut policy.for_limited_accounts,
            change.for_limited_accounts,
        );
        notification_policies::put(conn, &policy)?;
        view(conn, me)
    })
    .await
}
