//! Search: accounts and groups by name, hashtags, and things by their address or handle.

mod syntax;

use database::search::{self as words, AccountQuery};
use database::search_index::{self, StatusQuery, Trait};
use database::{Conn, accounts, statuses, tags};
use model::{AccountId, AccountKind, Handle, StatusId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::{self, AccountView, Viewer};
use crate::views::status::{self, StatusView};
use crate::views::tag::{self, TagView};

#[cfg(test)]
mod tests;

/// Letters of a query that count.
const MOST_LETTERS: usize = 500;
/// Results of each kind.
const MOST_RESULTS: i64 = 40;
/// Results that may be skipped.
const MOST_SKIPPED: i64 = 10_000;

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Words, a handle with `@` or `!`, or an address.
    pub text: String,
    /// Accounts wanted?
    pub accounts: bool,
    /// Statuses wanted?
    pub statuses: bool,
    /// Hashtags wanted?
    pub hashtags: bool,
    /// Ask other servers for a handle or address that is not known.
    pub resolve: bool,
    /// Only accounts that the viewer follows.
    pub following: bool,
    /// At most so many of each, 40 at the most.
    pub limit: i64,
    /// Skip so many.
    pub offset: i64,
    /// Only statuses of this account.
    pub by: Option<AccountId>,
    /// Only statuses older than this.
    pub max_id: Option<i64>,
    /// Only statuses newer than this.
    pub min_id: Option<i64>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Accounts and groups.
    pub accounts: Vec<AccountView>,
    /// Statuses (by address; by words: one's own, those that one has marked, and those of people who let
    /// themselves be found).
    pub statuses: Vec<StatusView>,
    /// Hashtags.
    pub hashtags: Vec<TagView>,
}

/// What a query is.
enum Meaning {
    /// Nothing is looked for.
    Nothing,
    /// An address.
    Address(String),
    /// A handle with a domain.
    Handle(Handle),
    /// Part of a name, with `!` of a group.
    Name {
        /// The name.
        text: String,
        /// Its server.
        domain: Option<String>,
        /// Groups alone.
        group: bool,
    },
}

fn meaning(typed: &str) -> Meaning {
    let typed: String = typed.trim().chars().take(MOST_LETTERS).collect();
    let bare = typed.trim_start_matches(['@', '!', '#']).trim();
    if bare.is_empty() || typed.contains('\0') {
        return Meaning::Nothing;
    }
    if (typed.starts_with("https://") || typed.starts_with("http://"))
        && url::Url::parse(&typed).is_ok_and(|url| url.has_host())
    {
        return Meaning::Address(typed);
    }
    let group = typed.starts_with('!');
    if let Ok(handle) = typed.parse::<Handle>()
        && handle.domain.is_some()
    {
        return Meaning::Handle(handle);
    }
    let (text, domain) = match bare.split_once('@') {
        Some((name, domain)) if !name.is_empty() => (name, Some(domain.to_lowercase())),
        _ => (bare, None),
    };
    Meaning::Name {
        text: text.to_owned(),
        domain,
        group,
    }
}

/// Searches. Looking things up elsewhere needs someone who is signed in.
///
/// # Errors
/// The database; other servers' failures are nothing found.
pub async fn search(ctx: &Ctx, viewer: Option<&Viewer>, query: Query) -> Result<Found> {
    let limit = query.limit.clamp(1, MOST_RESULTS);
    let offset = query.offset.clamp(0, MOST_SKIPPED);
    let resolve = query.resolve && viewer.is_some();
    match meaning(&query.text) {
        Meaning::Nothing => Ok(Found::default()),
        // One thing has one address: there is no second page of it.
        Meaning::Address(_) | Meaning::Handle(_) if offset > 0 => Ok(Found::default()),
        Meaning::Address(address) => by_address(ctx, viewer, &query, address, resolve).await,
        Meaning::Handle(handle) => by_handle(ctx, viewer, &query, handle, resolve).await,
        Meaning::Name {
            text,
            domain,
            group,
        } => {
            let part = Part {
                text,
                domain,
                group,
                limit,
                offset,
            };
            by_words(ctx, viewer, &query, part).await
        }
    }
}

/// What an address of ours, or a known one, stands for.
enum Known {
    Account(AccountId),
    Status(StatusId),
}

fn known(conn: &mut Conn, address: &str, local: Option<Local>) -> Result<Option<Known>> {
    match local {
        Some(Local::Status(id)) => return Ok(Some(Known::Status(id))),
        Some(Local::Account(name)) => {
            let found = accounts::by_name(conn, &name, "")?;
            return Ok(found.map(|account| Known::Account(account.id)));
        }
        None => {}
    }
    if let Some(account) = accounts::by_uri(conn, address)? {
        return Ok(Some(Known::Account(account.id)));
    }
    if let Some(account) = accounts::by_page(conn, address)? {
        return Ok(Some(Known::Account(account.id)));
    }
    Ok(statuses::id_by_address(conn, address)?.map(Known::Status))
}

/// A page or document of ours.
enum Local {
    Account(String),
    Status(StatusId),
}

/// Reads the path of an address of ours: `/@NAME`, `/users/NAME`, `/g/NAME`, with `/ID` or
/// `/statuses/ID` behind it.
fn local(path: &str) -> Option<Local> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let first = parts.next()?;
    let name = match first.strip_prefix('@') {
        Some(name) => name,
        None if matches!(first, "users" | "g" | "c") => parts.next()?,
        None => return None,
    };
    match (parts.next(), parts.next()) {
        (None, _) => Some(Local::Account(name.to_lowercase())),
        (Some("statuses"), Some(id)) | (Some(id), None) => id.parse().ok().map(Local::Status),
        _ => None,
    }
}

async fn by_address(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    query: &Query,
    address: String,
    resolve: bool,
) -> Result<Found> {
    let ours = ctx.place.owns(&address);
    let here = address
        .strip_prefix(ctx.place.base())
        .filter(|_| ours)
        .map(|path| path.split(['?', '#']).next().unwrap_or_default().to_owned());
    let asked = address.clone();
    let mut found = ctx
        .db
        .read(move |conn| known(conn, &asked, here.as_deref().and_then(local)))
        .await?;
    if found.is_none() && resolve && !ours {
        found = fetched(ctx, &address).await;
    }
    let mut answer = Found::default();
    match found {
        Some(Known::Account(id)) if query.accounts => {
            answer.accounts = account::load(ctx, vec![id]).await?;
        }
        Some(Known::Status(id)) if query.statuses => {
            answer.statuses = status::load(ctx, viewer, vec![id]).await?;
        }
        _ => {}
    }
    Ok(answer)
}

/// An account or status elsewhere; failures of other servers are nothing found.
async fn fetched(ctx: &Ctx, address: &str) -> Option<Known> {
    let fediverse = ctx.fediverse();
    if let Ok(Some(id)) = fediverse.fetch_account(address).await {
        return Some(Known::Account(id));
    }
    match fediverse.fetch_status(address).await {
        Ok(found) => found.map(Known::Status),
        Err(_nothing_found) => None,
    }
}

async fn by_handle(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    query: &Query,
    handle: Handle,
    resolve: bool,
) -> Result<Found> {
    let mut answer = Found::default();
    if !query.accounts {
        return Ok(answer);
    }
    let domain = handle
        .domain
        .as_ref()
        .filter(|domain| *domain != ctx.place.domain())
        .map(ToString::to_string)
        .unwrap_or_default();
    let elsewhere = !domain.is_empty();
    let key = handle.username.key();
    let mut found = ctx
        .db
        .read(move |conn| Ok::<_, Error>(accounts::by_name(conn, &key, &domain)?))
        .await?
        .map(|account| account.id);
    if found.is_none() && resolve && elsewhere {
        found = ctx
            .fediverse()
            .resolve_handle(&handle)
            .await
            .unwrap_or_default();
    }
    let group = query.text.trim().starts_with('!');
    if let Some(id) = found {
        answer.accounts = account::load(ctx, vec![id]).await?;
        // `!garden@hall.example` means a group; a person of that name is not what was looked for.
        answer
            .accounts
            .retain(|view| !group || view.account.is_group());
    } else {
        // Half a domain has been typed so far.
        let part = Part {
            text: handle.username.to_string(),
            domain: handle.domain.map(|domain| domain.to_string()),
            group,
            limit: query.limit.clamp(1, MOST_RESULTS),
            offset: 0,
        };
        answer.accounts = by_words(ctx, viewer, query, part).await?.accounts;
    }
    Ok(answer)
}

/// Words, or part of a name.
struct Part {
    text: String,
    domain: Option<String>,
    group: bool,
    limit: i64,
    offset: i64,
}

async fn by_words(ctx: &Ctx, viewer: Option<&Viewer>, query: &Query, part: Part) -> Result<Found> {
    let me = viewer.map(Viewer::id);
    let typed = query.text.trim().to_owned();
    // `#garden` means the hashtag, `@ana` the person, `!garden` the group; a bare word all of them.
    let (is_tag, is_name) = (typed.starts_with('#'), typed.starts_with(['@', '!']));
    let wants = (
        query.accounts && !is_tag && !(query.following && me.is_none()),
        query.statuses && !is_tag && !is_name,
        query.hashtags && !is_name && part.domain.is_none(),
    );
    let (following, now) = (query.following, ctx.now());
    let wanted = match viewer.filter(|_| wants.1) {
        Some(viewer) => status_query(ctx, viewer, query, &part).await?,
        None => None,
    };
    let (people, own, hashtags) = ctx
        .db
        .read(move |conn| {
            let mut people = Vec::new();
            if wants.0 {
                let ids = words::accounts(
                    conn,
                    &AccountQuery {
                        text: &part.text,
                        domain: part.domain.as_deref(),
                        kind: part.group.then_some(AccountKind::Group),
                        followed_by: me.filter(|_| following),
                        viewer: me.unwrap_or(database::visible::NOBODY),
                        limit: part.limit,
                        offset: part.offset,
                    },
                )?;
                people = account::load_in(conn, &ids)?;
            }
            let mut own = Vec::new();
            if let Some(wanted) = &wanted {
                own = search_index::find(conn, wanted)?;
            }
            let mut hashtags = Vec::new();
            if wants.2 && !part.text.contains(char::is_whitespace) {
                let beginning = part.text.to_lowercase();
                let found = tags::beginning_with(conn, &beginning, part.limit, part.offset)?;
                hashtags = tag::of(conn, me, found, now)?;
            }
            Ok::<_, Error>((people, own, hashtags))
        })
        .await?;
    Ok(Found {
        accounts: people,
        statuses: status::load(ctx, viewer, own).await?,
        hashtags,
    })
}

/// What the words and operators ask for; `None` where they ask for nothing, or for someone who is not
/// known.
async fn status_query(
    ctx: &Ctx,
    viewer: &Viewer,
    query: &Query,
    part: &Part,
) -> Result<Option<StatusQuery>> {
    let typed = syntax::read(query.text.trim())?;
    let id = |at: i64| at.saturating_mul(1 << 16);
    let above = typed.since.map_or(0, |since| id(since).saturating_sub(1));
    let below = typed.until.map_or(i64::MAX, id);
    let mut wanted = StatusQuery {
        viewer: viewer.id(),
        holds: typed.holds,
        lacks: typed.lacks,
        traits: typed.traits,
        below: query.max_id.map_or(below, |max| max.min(below)),
        above: query.min_id.map_or(above, |min| min.max(above)),
        limit: part.limit,
        offset: part.offset,
    };
    for (is, name) in typed.from.into_iter().take(5) {
        match (is, named(ctx, viewer, &name).await?) {
            (_, Some(account)) => wanted.traits.push((is, Trait::From(account))),
            (true, None) => return Ok(None),
            (false, None) => {}
        }
    }
    let by = query.by.map(|account| (true, Trait::From(account)));
    wanted.traits.extend(by);
    let has_days = typed.since.is_some() || typed.until.is_some();
    let asks = has_days || search_index::says_something(&wanted);
    Ok(asks.then_some(wanted))
}

/// Whom `from:` means: `me`, or a name with or without its server.
async fn named(ctx: &Ctx, viewer: &Viewer, name: &str) -> Result<Option<AccountId>> {
    if name.eq_ignore_ascii_case("me") {
        return Ok(Some(viewer.id()));
    }
    let Ok(handle) = format!("@{}", name.trim_start_matches(['@', '!'])).parse::<Handle>() else {
        return Ok(None);
    };
    let domain = handle
        .domain
        .as_ref()
        .filter(|domain| *domain != ctx.place.domain())
        .map(ToString::to_string)
        .unwrap_or_default();
    let key = handle.username.key();
    let found = ctx
        .db
        .read(move |conn| Ok::<_, Error>(accounts::by_name(conn, &key, &domain)?));
    Ok(found.await?.map(|account| account.id))
}
