//! What a group decides about itself: its kind, its options, its rules.

use std::collections::BTreeMap;

use database::group_rules::{self, GroupRule};
use database::groups::{self, Group};
use database::{Conn, accounts, follows, memberships};
use model::{AccountId, ActionId, Event, GroupKind, MembershipState, Millis};

use super::{Deed, GroupChange, Hand, RuleText, Why, own};
use crate::bonds::{self, By};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::flairs;
use crate::policy::Moderator;

/// So many rules, of so many letters each, with so much said about each.
const MOST_RULES: usize = 30;
const MOST_TEXT: usize = 300;
const MOST_HINT: usize = 1000;
/// So many languages.
const MOST_LANGUAGES: usize = 10;

/// Changes options. Stated effects of another kind: what was written stays as readable as it was when it was
/// written; an opened door lets in who waits; behind a private one nobody listens who is no member.
///
/// # Errors
/// `Invalid` for a number or language out of bounds.
pub(super) fn change(
    conn: &mut Conn,
    hand: &Hand<'_>,
    change: &GroupChange,
) -> Result<Option<ActionId>> {
    check(change)?;
    let before = own(conn, hand.group())?;
    let account = accounts::get(conn, hand.group())?;
    let mut after = changed(&before, change, hand.ctx.now());
    if let Some(flairs) = &change.flairs {
        after.flairs = flairs::checked(flairs)?;
    }
    let listed = change.listed.unwrap_or(account.discoverable);
    if after == before && listed == account.discoverable {
        return Ok(None);
    }
    groups::update(conn, &after)?;
    accounts::set_door(
        conn,
        hand.group(),
        after.kind.has_door(),
        listed,
        hand.ctx.now(),
    )?;
    if after.kind != before.kind {
        new_kind(conn, hand, after.kind)?;
    }
    if (after.kind, after.local_only) != (before.kind, before.local_only) {
        super::servers::keep_only_admitted(conn, hand, &after)?;
    }
    let detail = serde_json::to_string(&Deed::Change {
        change: change.clone(),
    })
    .unwrap_or_default();
    let action = hand.write(conn, "settings_changed", None, None, detail)?;
    hand.ctx.record(
        conn,
        &Event::ProfileUpdated {
            account: hand.group(),
        },
    )?;
    Ok(Some(action))
}

fn check(change: &GroupChange) -> Result<()> {
    let within = |field: &'static str, value: Option<i64>, from: i64, to: i64| match value {
        Some(value) if !(from..=to).contains(&value) => Err(Error::invalid(
            field,
            "ERR_INVALID",
            format!("Validation failed: {field} is between {from} and {to}"),
        )),
        _ => Ok(()),
    };
    within("slow_mode", change.slow_mode, 0, 86_400)?;
    within("approvals", change.approvals.map(i64::from), 1, 9)?;
    within("appeal_days", change.appeal_days, 1, 90)?;
    within("forget_days", change.forget_days, 30, 3650)?;
    within("shield_hours", change.shield_hours, 0, 168)?;
    let fits = |code: &String| {
        (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    match &change.languages {
        Some(codes) if codes.len() > MOST_LANGUAGES || !codes.iter().all(fits) => {
            Err(Error::invalid(
                "languages",
                "ERR_INVALID",
                "Validation failed: languages are at most ten codes such as id or en",
            ))
        }
        _ => Ok(()),
    }
}

fn changed(before: &Group, change: &GroupChange, now: Millis) -> Group {
    let kind = change.kind.unwrap_or(before.kind);
    Group {
        kind,
        members_shown: change.members_shown.unwrap_or(before.members_shown),
        shares_votes: change.shares_votes.unwrap_or(before.shares_votes),
        local_only: change.local_only.unwrap_or(before.local_only),
        threads_by: change.threads_by.unwrap_or(before.threads_by),
        replies_by: change.replies_by.unwrap_or(before.replies_by),
        quotes: change.quotes.unwrap_or(before.quotes),
        invites_by: change.invites_by.unwrap_or(before.invites_by),
        first_contact: change.first_contact.unwrap_or(before.first_contact),
        slow_mode: change.slow_mode.unwrap_or(before.slow_mode),
        languages: change
            .languages
            .as_ref()
            .map_or_else(|| before.languages.clone(), |codes| codes.join(" ")),
        approvals: change.approvals.unwrap_or(before.approvals),
        log_names: change.log_names.unwrap_or(before.log_names),
        // A group that opens and is closed again does not find its bridge open.
        bridged: change.bridged.unwrap_or(before.bridged) && !kind.is_readable(),
        appeal_days: change.appeal_days.unwrap_or(before.appeal_days),
        forget_days: change.forget_days.unwrap_or(before.forget_days),
        shield_until: match change.shield_hours {
            None => before.shield_until,
            Some(0) => None,
            Some(hours) => Some(now.plus(hours.saturating_mul(Millis::HOUR))),
        },
        ..before.clone()
    }
}

/// What another kind does to those who wait and to those who only listen.
fn new_kind(conn: &mut Conn, hand: &Hand<'_>, kind: GroupKind) -> Result<()> {
    let (ctx, group) = (hand.ctx, hand.group());
    match kind {
        // Who waits at a group that leaves this server waits until it is known whether it stays.
        GroupKind::Open if own(conn, group)?.leaves_at.is_some() => {}
        GroupKind::Open => {
            for waiting in memberships::everyone(conn, group, MembershipState::Requested)? {
                bonds::admit(ctx, conn, &waiting)?;
                if let Some(follow) = follows::find(conn, waiting.account_id, group)? {
                    bonds::accept_follow(ctx, conn, &follow)?;
                }
            }
        }
        GroupKind::Private => {
            for follow in follows::of_non_members(conn, group)? {
                bonds::end_follow(ctx, conn, follow, By::Followed)?;
            }
        }
        GroupKind::Approved => {}
    }
    Ok(())
}

/// Writes the rules anew; those that stay keep their ids.
///
/// # Errors
/// `Invalid` for too many, too long, or empty ones.
pub(super) fn write_rules(
    conn: &mut Conn,
    hand: &Hand<'_>,
    rules: &[RuleText],
) -> Result<Option<ActionId>> {
    let group = hand.group();
    let known = group_rules::of(conn, group)?;
    let rows = rows_of(hand.ctx, group, &known, rules)?;
    if rows == known {
        return Ok(None);
    }
    group_rules::replace(conn, group, &rows)?;
    let detail = serde_json::to_string(&Deed::Rules {
        rules: rules.to_vec(),
    })
    .unwrap_or_default();
    let action = hand.write(conn, "rules_changed", None, None, detail)?;
    hand.ctx
        .record(conn, &Event::ProfileUpdated { account: group })?;
    Ok(Some(action))
}

fn rows_of(
    ctx: &Ctx,
    group: AccountId,
    known: &[GroupRule],
    rules: &[RuleText],
) -> Result<Vec<GroupRule>> {
    let invalid = |text: String| Err(Error::invalid("rules", "ERR_INVALID", text));
    if rules.len() > MOST_RULES {
        return invalid(format!(
            "Validation failed: a group has at most {MOST_RULES} rules"
        ));
    }
    let mut rows: Vec<GroupRule> = Vec::with_capacity(rules.len());
    for (rule, position) in rules.iter().zip(1_i64..) {
        let text = text::multiline(&rule.text, MOST_TEXT);
        if text.is_empty() || too_long(rule) {
            return invalid(format!(
                "Validation failed: a rule has 1 to {MOST_TEXT} letters, and at most {MOST_HINT} about it"
            ));
        }
        let before = rule
            .id
            .and_then(|id| known.iter().find(|one| one.id == id))
            .filter(|one| rows.iter().all(|row| row.id != one.id));
        rows.push(GroupRule {
            id: before.map_or_else(|| ctx.id(), |one| one.id),
            group_id: group,
            position,
            text,
            hint: text::multiline(&rule.hint, MOST_HINT),
            translations: translations(rule),
            created_at: before.map_or_else(|| ctx.now(), |one| one.created_at),
        });
    }
    Ok(rows)
}

fn too_long(rule: &RuleText) -> bool {
    let long = |text: &str, hint: &str| {
        text::characters(text) > MOST_TEXT || text::characters(hint) > MOST_HINT
    };
    long(&rule.text, &rule.hint)
        || rule.translations.len() > MOST_LANGUAGES
        || rule
            .translations
            .iter()
            .any(|(code, (text, hint))| code.len() > 12 || long(text, hint))
}

fn translations(rule: &RuleText) -> serde_json::Value {
    let all: BTreeMap<&String, serde_json::Value> = rule
        .translations
        .iter()
        .map(|(code, (text, hint))| (code, serde_json::json!({ "text": text, "hint": hint })))
        .collect();
    serde_json::json!(all)
}

/// Someone changed what the group looks like (name, note, pictures, fields): the entry says what, not how.
pub(crate) fn profile_changed(
    ctx: &Ctx,
    conn: &mut Conn,
    by: &Moderator,
    parts: &[&str],
) -> Result<()> {
    let why = Why::default();
    let hand = Hand {
        ctx,
        by,
        why: &why,
        rule: None,
        refers_to: None,
        wanted_by: by.human(),
    };
    let detail = serde_json::json!({ "parts": parts }).to_string();
    hand.write(conn, "profile_changed", None, None, detail)?;
    Ok(())
}
