//! Who is to get an activity, and in which form by the software that they run. The table of groups on
//! the wire stands here as data.

use std::collections::HashSet;

use database::accounts::Account;
use database::deliveries::{self, Target};
use database::groups::Group;
use database::statuses::Status;
use database::{Conn, accounts, group_domain_blocks, group_servers, groups, mentions};
use model::{AccountId, Domain, StatusId, Visibility};
use url::Url;

use services::policy::servers::is_capable;

use super::Parcel;
use crate::engine::Federation;
use crate::error::Result;

/// How a server reads what a group announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Reads `Announce{the activity}` (FEP-1b12).
    Groups,
    /// Reads `Announce{id of the post}` and nothing else.
    Microblog,
    /// Not known yet: gets both.
    Unknown,
}

/// Servers that read FEP-1b12, by their names in NodeInfo.
const GROUP_SOFTWARE: &[&str] = &[
    "lemmy",
    "piefed",
    "pyfedi",
    "mbin",
    "kbin",
    "nodebb",
    "discourse",
    "friendica",
    "balai",
];

/// Servers to which an Announce is a boost. Forks of Mastodon mostly report its name.
const MICROBLOG_SOFTWARE: &[&str] = &[
    "mastodon",
    "hometown",
    "glitchsoc",
    "gotosocial",
    "misskey",
    "sharkey",
    "firefish",
    "iceshrimp",
    "iceshrimp.net",
    "foundkey",
    "calckey",
    "cherrypick",
    "catodon",
    "magnetar",
    "pleroma",
    "akkoma",
    "pixelfed",
];

/// The class of a software, by the name that NodeInfo gives it.
#[must_use]
pub fn class(software: &str) -> Class {
    if GROUP_SOFTWARE.contains(&software) {
        Class::Groups
    } else if MICROBLOG_SOFTWARE.contains(&software) {
        Class::Microblog
    } else {
        Class::Unknown
    }
}

/// What a group has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A new thread.
    Thread,
    /// A comment, an edit, a removal, anything else.
    Other,
    /// A like, where the group shares votes.
    Like,
}

/// The two forms: does this class get `Announce{activity}`, and does it get `Announce{id}`?
#[must_use]
pub const fn forms(class: Class, kind: Kind) -> (bool, bool) {
    match (class, kind) {
        (Class::Groups, _) | (Class::Unknown, Kind::Other | Kind::Like) => (true, false),
        (Class::Microblog, Kind::Thread) => (false, true),
        (Class::Microblog, Kind::Other | Kind::Like) => (false, false),
        (Class::Unknown, Kind::Thread) => (true, true),
    }
}

/// Those that get `Announce{the activity}`.
pub(crate) fn wrapped(targets: Vec<Target>, kind: Kind) -> Vec<Target> {
    let wanted = |target: &Target| forms(class(&target.software), kind).0;
    targets.into_iter().filter(wanted).collect()
}

/// Those that get `Announce{id}`, and whatever takes it back.
pub(crate) fn pointed(targets: Vec<Target>) -> Vec<Target> {
    let wanted = |target: &Target| forms(class(&target.software), Kind::Thread).1;
    targets.into_iter().filter(wanted).collect()
}

/// Does a server of this software get `Announce{id}` of a thread that stands in another group? Everyone but Lemmy, which
/// reads nothing in an `Announce` but activities.
#[must_use]
pub fn reads_passed_on(software: &str) -> bool {
    software != "lemmy"
}

/// Those that get a group's boost of this thread, and whatever takes it back: of its own those that [`pointed`] says; of
/// a thread that it passes on from another group also group servers, which hear of it by nothing else.
pub(crate) fn boosted(targets: Vec<Target>, group: AccountId, thread: &Status) -> Vec<Target> {
    if thread.group_id == Some(group) {
        return pointed(targets);
    }
    let wanted = |target: &Target| reads_passed_on(&target.software);
    targets.into_iter().filter(wanted).collect()
}

/// The servers that have a thread by the boost of a group of ours in which it does not stand.
pub(crate) async fn of_passing(fed: &Federation, thread: &Status) -> Result<Vec<Target>> {
    if thread.in_reply_to_id.is_some() || !thread.visibility.is_open() {
        return Ok(Vec::new());
    }
    let row = thread.clone();
    let groups = fed
        .ctx
        .db
        .read(move |conn| database::statuses::passing_groups(conn, &row))
        .await?;
    let mut targets = Vec::new();
    for group in groups {
        targets.extend(boosted(followers(fed, group).await?, group, thread));
    }
    Ok(targets)
}

/// Those for which a boost is all that a group says.
pub(crate) fn microblogs(targets: Vec<Target>) -> Vec<Target> {
    let wanted = |target: &Target| class(&target.software) == Class::Microblog;
    targets.into_iter().filter(wanted).collect()
}

/// Each inbox once.
pub(crate) fn once(mut targets: Vec<Target>) -> Vec<Target> {
    targets.sort();
    targets.dedup_by(|a, b| a.inbox == b.inbox);
    targets
}

/// The servers of an account's followers; of a private group those of its members that keep private what it
/// writes; none for a group that speaks to nobody elsewhere.
pub(crate) async fn followers(fed: &Federation, account: AccountId) -> Result<Vec<Target>> {
    Ok(fed
        .ctx
        .db
        .read(move |conn| {
            let targets = match groups::find(conn, account)? {
                Some(group) if group.local_only => Vec::new(),
                Some(group) if !group.kind.is_readable() => members(conn, account)?,
                _ => deliveries::follower_targets(conn, account)?,
            };
            welcome(conn, account, targets)
        })
        .await?)
}

/// Without the servers that a group blocks: whoever followed from there does not any more, and nothing that is under
/// way goes there. Of any other account all of them.
fn welcome(
    conn: &mut Conn,
    account: AccountId,
    targets: Vec<Target>,
) -> database::Result<Vec<Target>> {
    if targets.is_empty() || group_domain_blocks::count(conn, account)? == 0 {
        return Ok(targets);
    }
    let blocked: HashSet<String> = group_domain_blocks::of(conn, account)?
        .into_iter()
        .map(|row| row.domain)
        .collect();
    let is_blocked = |target: &Target| {
        let url = Url::parse(&target.inbox).ok();
        let domain = url.and_then(|url| Domain::of(&url).ok());
        domain.is_some_and(|domain| {
            services::moderation::with_parents(&domain)
                .iter()
                .any(|name| blocked.contains(name))
        })
    };
    Ok(targets
        .into_iter()
        .filter(|target| !is_blocked(target))
        .collect())
}

/// The servers of a group's members that keep private what is for members.
fn members(conn: &mut Conn, group: AccountId) -> database::Result<Vec<Target>> {
    Ok(group_servers::targets(conn, group)?
        .into_iter()
        .filter(|(_, server)| is_capable(server))
        .map(|(target, _)| target)
        .collect())
}

/// How far something may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// As far as it is addressed.
    Anyone,
    /// To the members of this group.
    Members(AccountId),
    /// To nobody on another server.
    Nobody,
}

/// How far this status may go, or what it boosts: the narrower of the two.
pub(crate) async fn reach(fed: &Federation, id: StatusId) -> Result<Reach> {
    Ok(fed
        .ctx
        .db
        .read(move |conn| {
            let Some(status) = database::statuses::find(conn, id)? else {
                return Ok::<_, database::Error>(Reach::Anyone);
            };
            let original = match status.reblog_of_id {
                Some(original) => database::statuses::find(conn, original)?,
                None => None,
            };
            Ok(match (reach_of(&status), original.as_ref().map(reach_of)) {
                (Reach::Nobody, _) | (_, Some(Reach::Nobody)) => Reach::Nobody,
                (_, Some(members @ Reach::Members(_))) => members,
                (own, _) => own,
            })
        })
        .await?)
}

fn reach_of(status: &Status) -> Reach {
    match (status.visibility, status.group_id) {
        _ if status.stays_here() => Reach::Nobody,
        (Visibility::Members, Some(group)) => Reach::Members(group),
        (Visibility::Members, None) => Reach::Nobody,
        _ => Reach::Anyone,
    }
}

/// Of what concerns something that is for the members of a group, whoever it was to go to: what goes to servers
/// that may hear it. A group elsewhere is told by its own server alone.
pub(crate) async fn confine(
    fed: &Federation,
    group: AccountId,
    parcels: Vec<Parcel>,
) -> Result<Vec<Parcel>> {
    let (home, heard) = fed
        .ctx
        .db
        .read(move |conn| {
            let home = group_servers::home(conn, group)?;
            let targets = match home {
                Some(_) => deliveries::account_targets(conn, &[group])?,
                None if groups::find(conn, group)?.is_some_and(|row| !row.local_only) => {
                    members(conn, group)?
                }
                None => Vec::new(),
            };
            let heard: Vec<_> = targets.into_iter().map(|target| target.instance).collect();
            Ok::<_, database::Error>((home, heard))
        })
        .await?;
    Ok(parcels
        .into_iter()
        .map(|mut parcel| {
            parcel
                .targets
                .retain(|target| heard.contains(&target.instance));
            if home.is_none() {
                parcel.members_of = Some(group);
            }
            parcel
        })
        .collect())
}

/// The servers of these accounts; those of this server have none.
pub(crate) async fn of(fed: &Federation, accounts: Vec<AccountId>) -> Result<Vec<Target>> {
    Ok(fed
        .ctx
        .db
        .read(move |conn| deliveries::account_targets(conn, &accounts))
        .await?)
}

/// Whoever gets something that is written here, and whoever could have got it when it is changed or
/// deleted: followers, the named, the author of what it answers, the group where it lives elsewhere.
pub(crate) async fn of_status(
    fed: &Federation,
    status: &Status,
    named: Vec<AccountId>,
) -> Result<Vec<Target>> {
    let author = status.account_id;
    let visibility = status.visibility;
    if !visibility.is_chosen() {
        // Members hear it from the group; a group elsewhere from us.
        let group = status.group().into_iter().collect();
        return match visibility {
            Visibility::Members => of(fed, group).await,
            _ => Ok(Vec::new()),
        };
    }
    let mut accounts = named;
    if visibility.is_open() {
        accounts.extend(status.in_reply_to_account_id);
        accounts.extend(status.group());
    }
    let targets = fed
        .ctx
        .db
        .read(move |conn| {
            let mut targets = deliveries::account_targets(conn, &accounts)?;
            if visibility != Visibility::Direct {
                targets.extend(deliveries::follower_targets(conn, author)?);
            }
            welcome(conn, author, targets)
        })
        .await?;
    Ok(once(targets))
}

/// An account by its row.
pub(crate) async fn account(fed: &Federation, id: AccountId) -> Result<Account> {
    Ok(fed.ctx.db.read(move |conn| accounts::get(conn, id)).await?)
}

/// The group with its account, where it is one of this server.
pub(crate) async fn own_group(
    fed: &Federation,
    id: Option<AccountId>,
) -> Result<Option<(Account, Group)>> {
    let Some(id) = id else { return Ok(None) };
    Ok(fed
        .ctx
        .db
        .read(move |conn| match groups::find(conn, id)? {
            Some(group) => Ok::<_, database::Error>(Some((accounts::get(conn, id)?, group))),
            None => Ok(None),
        })
        .await?)
}

/// The row of a status, also of one that is gone.
pub(crate) async fn status(fed: &Federation, id: StatusId) -> Result<Status> {
    Ok(fed
        .ctx
        .db
        .read(move |conn| database::statuses::get(conn, id))
        .await?)
}

/// Who is named in a status: ids, and ActivityPub ids.
pub(crate) async fn named(fed: &Federation, id: StatusId) -> Result<(Vec<AccountId>, Vec<String>)> {
    let rows = fed
        .ctx
        .db
        .read(move |conn| mentions::of(conn, &[id]))
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.account_id, row.uri))
        .unzip())
}
