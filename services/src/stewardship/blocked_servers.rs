//! Servers whose people a group does not take: nobody of theirs joins or writes in it, and who was there leaves.

use std::collections::BTreeMap;

use database::group_domain_blocks::{self, GroupDomainBlock};
use database::memberships::{self, Membership};
use database::{Conn, follows};
use model::{AccountId, ActionId, Domain, MembershipState};

use super::{Hand, ServerText};
use crate::bonds::{self, By};
use crate::error::{Error, Result};
use crate::moderation::with_parents;

/// So many servers may a group block.
pub(crate) const MOST: usize = 20_000;
/// So many stand in the log by name.
const NAMED: usize = 5;
/// Letters of a reason.
const MOST_REASON: usize = 300;

/// Blocks servers; their members and followers are taken out. One entry in the log, however many they are.
///
/// # Errors
/// `Invalid` for what is no domain, or is our own; `LimitExceeded`.
pub(super) fn block(
    conn: &mut Conn,
    hand: &Hand<'_>,
    servers: &[ServerText],
) -> Result<Option<ActionId>> {
    let group = hand.group();
    let mut known: Vec<String> = group_domain_blocks::of(conn, group)?
        .into_iter()
        .map(|row| row.domain)
        .collect();
    let before = known.len();
    let mut rows: BTreeMap<String, GroupDomainBlock> = BTreeMap::new();
    for server in servers {
        let domain = domain(hand, &server.domain)?;
        if known.binary_search(&domain).is_err() {
            rows.entry(domain.clone()).or_insert(GroupDomainBlock {
                group_id: group,
                domain,
                reason: text::multiline(&server.reason, MOST_REASON),
                created_at: hand.ctx.now(),
            });
        }
    }
    if rows.is_empty() {
        return Ok(None);
    }
    if before + rows.len() > MOST {
        return Err(Error::LimitExceeded(
            "Validation failed: this group blocks as many servers as it may",
        ));
    }
    let rows: Vec<GroupDomainBlock> = rows.into_values().collect();
    group_domain_blocks::insert(conn, &rows)?;
    known.extend(rows.iter().map(|row| row.domain.clone()));
    known.sort_unstable();
    let left = send_away(conn, hand, &known)?;
    let names: Vec<&str> = rows.iter().map(|row| row.domain.as_str()).collect();
    let detail = serde_json::json!({
        "count": names.len(),
        "people": left,
        "words": in_words(&names),
    });
    hand.write(conn, "servers_blocked", None, None, detail.to_string())
        .map(Some)
}

/// What moderators read of it in the log: a few by name, of a list how many they were.
fn in_words(names: &[&str]) -> String {
    if names.len() > NAMED {
        return names.len().to_string();
    }
    names.join(", ")
}

/// As it is stored; a server does not shut out its own people by this.
fn domain(hand: &Hand<'_>, typed: &str) -> Result<String> {
    let domain: Domain = typed.trim().parse().map_err(|_e| {
        Error::invalid("domain", "ERR_INVALID", "Domain is not a valid domain name")
    })?;
    let own = hand.ctx.place.domain();
    if with_parents(own).iter().any(|name| name == domain.as_str()) {
        return Err(Error::invalid(
            "domain",
            "ERR_INVALID",
            "Domain is that of this server",
        ));
    }
    Ok(domain.to_string())
}

/// Takes everyone out of the group who lives on one of these servers; answers how many. Who moderates stays a
/// moderator until an owner says otherwise, as for a ban.
fn send_away(conn: &mut Conn, hand: &Hand<'_>, blocked: &[String]) -> Result<usize> {
    let (ctx, group) = (hand.ctx, hand.group());
    let with_people = group_domain_blocks::presence(conn, group, ctx.now())?;
    let concerned: Vec<String> = with_people
        .into_iter()
        .map(|one| one.domain)
        .filter(|name| is_within(name, blocked))
        .collect();
    let mut left = 0;
    for who in group_domain_blocks::people(conn, group, &concerned)? {
        left += usize::from(one_leaves(conn, hand, group, who)?);
    }
    Ok(left)
}

fn one_leaves(conn: &mut Conn, hand: &Hand<'_>, group: AccountId, who: AccountId) -> Result<bool> {
    let membership = memberships::find(conn, group, who)?;
    if membership.as_ref().is_some_and(Membership::moderates) {
        return Ok(false);
    }
    let was_there = membership.is_some_and(|row| row.state == MembershipState::Member);
    bonds::end_membership(hand.ctx, conn, group, who)?;
    if let Some(follow) = follows::find(conn, who, group)? {
        bonds::end_follow(hand.ctx, conn, follow, By::Followed)?;
    }
    Ok(was_there)
}

/// Is this server, or one above it, in this sorted list?
pub(crate) fn is_within(name: &str, sorted: &[String]) -> bool {
    name.parse::<Domain>().is_ok_and(|domain| {
        with_parents(&domain)
            .iter()
            .any(|one| sorted.binary_search(one).is_ok())
    })
}

/// Takes people of these servers again; who was taken out may join anew.
///
/// # Errors
/// The database.
pub(super) fn unblock(
    conn: &mut Conn,
    hand: &Hand<'_>,
    domains: &[String],
) -> Result<Option<ActionId>> {
    let gone = group_domain_blocks::delete(conn, hand.group(), domains)?;
    if gone == 0 {
        return Ok(None);
    }
    let names: Vec<&str> = domains.iter().map(String::as_str).collect();
    let detail = serde_json::json!({ "count": gone, "words": in_words(&names) });
    hand.write(conn, "servers_unblocked", None, None, detail.to_string())
        .map(Some)
}
