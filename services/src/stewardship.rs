//! What moderators do in a group, inside a transaction. Every door comes through [`act`]: it asks whether this
//! moderator may do it, lets it wait for others where the group wants several to agree, does it, and writes
//! it into the group's log, with what other servers have to hear.

mod blocked_servers;
pub(crate) mod closing;
mod council;
mod deed;
mod invites;
mod members;
mod options;
mod posts;
mod roles;
mod servers;
mod told;
mod words;

use database::groups::Group;
use database::{Conn, group_rules, groups};
use model::{AccountId, ActionId, Millis, Role, StatusId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ledger::{self, Act};
use crate::policy::{self, Moderator};

pub(crate) use blocked_servers::is_within;
pub(crate) use council::{agree, open as open_proposals, withdraw};
pub use deed::{Deed, Done, GroupChange, RuleText, ServerText, Why, WordText};
pub(crate) use invites::{
    Bounds, came as invitation_taken, end_link, make_link, waiting as invitation,
};
pub(crate) use options::profile_changed;
pub(crate) use told::is_appealable;

#[cfg(test)]
mod tests;

/// Letters of a reason that stands in the log of a group.
const MOST_REASON: usize = 500;
/// An act ends at the latest after so long.
const LONGEST: i64 = 10 * 366 * Millis::DAY;

/// Who acts, why, and upon which proposal.
struct Hand<'a> {
    ctx: &'a Ctx,
    by: &'a Moderator,
    why: &'a Why,
    /// The text of the rule that it names.
    rule: Option<String>,
    refers_to: Option<ActionId>,
    /// Whose wish it is: who proposed it, where several had to agree, else who acts.
    wanted_by: AccountId,
}

impl Hand<'_> {
    fn group(&self) -> AccountId {
        self.by.group()
    }

    /// The entry of an act that was done to someone.
    fn log(&self, conn: &mut Conn, kind: &'static str, who: AccountId) -> Result<ActionId> {
        self.write(conn, kind, Some(who), None, String::new())
    }

    /// The entry of an act about a post.
    fn log_post(
        &self,
        conn: &mut Conn,
        kind: &'static str,
        author: AccountId,
        status: StatusId,
    ) -> Result<ActionId> {
        self.write(conn, kind, Some(author), Some(status), String::new())
    }

    fn write(
        &self,
        conn: &mut Conn,
        kind: &'static str,
        account: Option<AccountId>,
        status: Option<StatusId>,
        detail: String,
    ) -> Result<ActionId> {
        let act = Act {
            kind,
            account,
            status,
            rule: self.rule.as_deref(),
            reason: &self.why.reason,
            ends_at: self.why.ends_at,
            refers_to: self.refers_to,
            detail,
            ..Act::default()
        };
        ledger::append(self.ctx, conn, self.by, &act)
    }
}

/// Does what a moderator wants, or lets it wait for the others.
///
/// # Errors
/// `Forbidden` for what only owners do, or against those who moderate; `NotFound` for a person or post that
/// is not there; `Invalid` for a rule that the group has not, too long a reason, an end that is past.
pub(crate) fn act(
    ctx: &Ctx,
    conn: &mut Conn,
    by: &Moderator,
    deed: &Deed,
    why: &Why,
) -> Result<Done> {
    policy::not_frozen(conn, by.group())?;
    let why = why.checked(ctx)?;
    let rule = rule_text(conn, by.group(), &why)?;
    if deed.needs_owner() && !by.is_owner() {
        return Err(Error::Forbidden("only owners of the group may do this"));
    }
    let group = own(conn, by.group())?;
    let hand = Hand {
        ctx,
        by,
        why: &why,
        rule,
        refers_to: None,
        wanted_by: by.human(),
    };
    if deed.weighs() && council::needed(conn, &group)? > 1 {
        return council::propose(conn, &hand, deed);
    }
    Ok(Done::of(carry_out(conn, &hand, deed)?))
}

fn own(conn: &mut Conn, group: AccountId) -> Result<Group> {
    groups::living(conn, group)?.ok_or(Error::NotFound)
}

/// The rule that is named, in its words: the log stays true when the rule is written anew.
fn rule_text(conn: &mut Conn, group: AccountId, why: &Why) -> Result<Option<String>> {
    let Some(wanted) = why.rule else {
        return Ok(None);
    };
    let rules = group_rules::of(conn, group)?;
    match rules.into_iter().find(|rule| rule.id == wanted) {
        Some(rule) => Ok(Some(format!("{}. {}", rule.position, rule.text))),
        None => Err(Error::invalid(
            "rule_id",
            "ERR_INCLUSION",
            "Validation failed: Rule does not exist in this group",
        )),
    }
}

/// Takes an act back because of an appeal; whoever decided that needs nobody's agreement.
pub(crate) fn take_back(
    ctx: &Ctx,
    conn: &mut Conn,
    by: &Moderator,
    deed: &Deed,
    why: &Why,
    act: ActionId,
) -> Result<Done> {
    let why = why.checked(ctx)?;
    let hand = Hand {
        ctx,
        by,
        why: &why,
        rule: None,
        refers_to: Some(act),
        wanted_by: by.human(),
    };
    Ok(Done::of(carry_out(conn, &hand, deed)?))
}

/// The members chose who looks after the group: an owner from now on. Nobody has to agree to it any more.
pub(crate) fn elect(
    ctx: &Ctx,
    conn: &mut Conn,
    group: AccountId,
    who: AccountId,
    question: ActionId,
) -> Result<()> {
    let (by, why) = (Moderator::itself(group), Why::default());
    let hand = Hand {
        ctx,
        by: &by,
        why: &why,
        rule: None,
        refers_to: Some(question),
        wanted_by: by.human(),
    };
    roles::set(conn, &hand, who, Role::Owner)?;
    Ok(())
}

/// Does it and tells whom it concerns; the entry in the log, or nothing where nothing was to be done.
fn carry_out(conn: &mut Conn, hand: &Hand<'_>, deed: &Deed) -> Result<Option<ActionId>> {
    let entry = perform(conn, hand, deed)?;
    if let Some(entry) = entry {
        told::tell(conn, hand, deed, entry)?;
    }
    Ok(entry)
}

fn perform(conn: &mut Conn, hand: &Hand<'_>, deed: &Deed) -> Result<Option<ActionId>> {
    match deed {
        Deed::Approve { who } => members::approve(conn, hand, *who),
        Deed::Refuse { who } => members::refuse(conn, hand, *who),
        Deed::Kick { who } => members::kick(conn, hand, *who),
        Deed::Ban { who } => members::ban(conn, hand, *who),
        Deed::Unban { who } => members::unban(conn, hand, *who),
        Deed::Mute { who } => members::mute(conn, hand, *who),
        Deed::Unmute { who } => members::unmute(conn, hand, *who),
        Deed::Warn { who, status } => members::warn(conn, hand, *who, *status),
        Deed::RemoveStatus { status } => posts::take_out(conn, hand, *status),
        Deed::RestoreStatus { status } => posts::put_back(conn, hand, *status),
        Deed::Lock { status } => posts::lock(conn, hand, *status),
        Deed::Unlock { status } => posts::unlock(conn, hand, *status),
        Deed::Pin { status } => posts::pin(conn, hand, *status),
        Deed::Unpin { status } => posts::unpin(conn, hand, *status),
        Deed::PassOn { status } => posts::pass_on(conn, hand, *status),
        Deed::Release { status } => posts::release(conn, hand, *status),
        Deed::Withhold { status } => posts::withhold(conn, hand, *status),
        Deed::SetRole { who, role } => roles::set(conn, hand, *who, *role),
        Deed::Transfer { to } => roles::transfer(conn, hand, *to),
        Deed::Change { change } => options::change(conn, hand, change),
        Deed::Rules { rules } => options::write_rules(conn, hand, rules),
        Deed::OpenLink { uses, lasts } => {
            let (uses, lasts) = (*uses, *lasts);
            invites::open_link(conn, hand, Bounds { uses, lasts })
        }
        Deed::CloseLink { link } => invites::close_link(conn, hand, *link),
        Deed::Invite { who } => invites::invite(conn, hand, *who),
        Deed::Withdraw { who } => invites::withdraw(conn, hand, *who),
        Deed::Close => closing::by_its_people(conn, hand),
        Deed::AllowServer { host } => servers::allow(conn, hand, host),
        Deed::DropServer { host } => servers::take_off(conn, hand, host),
        Deed::Words { words } => words::write(conn, hand, words),
        Deed::BlockServers { servers } => blocked_servers::block(conn, hand, servers),
        Deed::UnblockServers { domains } => blocked_servers::unblock(conn, hand, domains),
    }
}
