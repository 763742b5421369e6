//! Filters: what someone does not want to read. Statuses are marked with the filters that match them
//! (`matcher`); what apps and pages do with a mark is theirs. The first version of the API, in which a
//! filter is one phrase, is a view over the keywords (`phrases`).

pub mod matcher;
pub mod phrases;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use database::Conn;
use database::filters::{self, Filter, FilterStatus, Keyword};
use database::visible;
use model::{
    AccountId, FilterAction, FilterContext, FilterId, FilterStatusId, Job, KeywordId, Millis,
    StatusId,
};

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::jobs;
use crate::live::{self, Change};
use crate::views::account::Viewer;

/// Filters that a person may have.
const MOST_FILTERS: usize = 100;
/// Keywords of one filter.
const MOST_KEYWORDS: usize = 200;
/// Letters of all keywords of a person: what a page of statuses costs grows with none of them, but what is
/// kept to match them does.
const MOST_LETTERS: usize = 20_000;
/// Single posts of one filter.
const MOST_STATUSES: usize = 200;
/// Letters of a title, and of a keyword: Mastodon's.
const TITLE: usize = 256;
const KEYWORD: usize = 512;
/// Nothing ends later than in a century.
const LATEST: i64 = 100 * 365 * Millis::DAY;

/// A filter with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterView {
    /// The row.
    pub filter: Filter,
    /// Oldest first.
    pub keywords: Vec<Keyword>,
    /// Oldest first.
    pub statuses: Vec<FilterStatus>,
}

/// When a filter ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// Never.
    Never,
    /// In so many seconds.
    In(i64),
    /// At this time.
    At(Millis),
}

/// What is wanted of a filter; `None` leaves a field, or takes the usual for a new one.
#[derive(Clone, Debug, Default)]
pub struct FilterChange {
    /// 1 to 256 characters.
    pub title: Option<String>,
    /// At least one.
    pub contexts: Option<Vec<FilterContext>>,
    /// Warn, where nothing is said.
    pub action: Option<FilterAction>,
    /// Never, where nothing is said.
    pub expiry: Option<Expiry>,
    /// Keywords to add, change and remove.
    pub keywords: Vec<KeywordChange>,
}

/// What is wanted of a keyword.
#[derive(Clone, Debug, Default)]
pub struct KeywordChange {
    /// Which one; `None` for a new one.
    pub id: Option<KeywordId>,
    /// 1 to 512 characters.
    pub keyword: Option<String>,
    /// Whole words alone; so, where nothing is said of a new one.
    pub whole_word: Option<bool>,
    /// Remove it.
    pub destroy: bool,
}

fn words(field: &'static str, text: &str, most: usize) -> Result<String> {
    let text = text.trim();
    let (code, said) = if text.is_empty() {
        ("ERR_BLANK", "can't be blank".to_owned())
    } else if text.chars().count() > most {
        (
            "ERR_TOO_LONG",
            format!("is too long (maximum is {most} characters)"),
        )
    } else {
        return Ok(text.to_owned());
    };
    let name = match field {
        "title" => "Title",
        "phrase" => "Phrase",
        _ => "Keyword",
    };
    Err(Error::invalid(field, code, format!("{name} {said}")))
}

fn contexts(wanted: &[FilterContext]) -> Result<i16> {
    if wanted.is_empty() {
        return Err(Error::invalid(
            "context",
            "ERR_INVALID",
            "Context None or invalid context supplied",
        ));
    }
    Ok(FilterContext::set(wanted))
}

fn ends_at(ctx: &Context, expiry: Expiry) -> Result<Option<Millis>> {
    let now = ctx.now();
    let at = match expiry {
        Expiry::Never | Expiry::In(0) => return Ok(None),
        Expiry::In(seconds) => now.plus(seconds.saturating_mul(Millis::SECOND)),
        Expiry::At(at) => at,
    };
    if matches!(expiry, Expiry::In(seconds) if seconds < 0) || at > now.plus(LATEST) {
        return Err(Error::invalid(
            "expires_in",
            "ERR_INVALID",
            "Expires in is no time to come",
        ));
    }
    Ok(Some(at))
}

/// The filters with what belongs to them.
fn whole(conn: &mut Conn, rows: Vec<Filter>) -> Result<Vec<FilterView>> {
    let ids: Vec<FilterId> = rows.iter().map(|row| row.id).collect();
    let keywords = filters::keywords(conn, &ids)?;
    let statuses = filters::statuses(conn, &ids)?;
    Ok(rows
        .into_iter()
        .map(|filter| FilterView {
            keywords: keywords
                .iter()
                .filter(|keyword| keyword.filter_id == filter.id)
                .cloned()
                .collect(),
            statuses: statuses
                .iter()
                .filter(|status| status.filter_id == filter.id)
                .copied()
                .collect(),
            filter,
        })
        .collect())
}

fn one_in(conn: &mut Conn, me: AccountId, id: FilterId) -> Result<FilterView> {
    let row = filters::get(conn, me, id)?;
    whole(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// What every change ends with: quotas hold, what was made of the filters is made anew.
fn settle(ctx: &Context, conn: &mut Conn, me: AccountId) -> Result<()> {
    let rows = filters::of(conn, me)?;
    if rows.len() > MOST_FILTERS {
        return Err(Error::LimitExceeded(
            "you have as many filters as there may be",
        ));
    }
    let views = whole(conn, rows)?;
    let letters: usize = views
        .iter()
        .flat_map(|view| &view.keywords)
        .map(|keyword| keyword.keyword.chars().count())
        .sum();
    if views.iter().any(|view| view.keywords.len() > MOST_KEYWORDS) || letters > MOST_LETTERS {
        return Err(Error::LimitExceeded(
            "you have as many keywords as there may be",
        ));
    }
    if views.iter().any(|view| view.statuses.len() > MOST_STATUSES) {
        return Err(Error::LimitExceeded(
            "this filter has as many posts as there may be",
        ));
    }
    announce(ctx, conn, me)
}

/// Filters changed: whatever was made of them is stale, and who listens hears of it.
fn announce(ctx: &Context, conn: &mut Conn, me: AccountId) -> Result<()> {
    let version: FilterId = ctx.id();
    filters::changed(conn, me, version.0)?;
    live::note(Change::Filters(me));
    Ok(())
}

/// All of one's filters, oldest first.
///
/// # Errors
/// The database.
pub async fn all(ctx: &Ctx, viewer: &Viewer) -> Result<Vec<FilterView>> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| {
            let rows = filters::of(conn, me)?;
            whole(conn, rows)
        })
        .await
}

/// One.
///
/// # Errors
/// `NotFound` for someone else's.
pub async fn one(ctx: &Ctx, viewer: &Viewer, id: FilterId) -> Result<FilterView> {
    let me = viewer.id();
    ctx.db.read(move |conn| one_in(conn, me, id)).await
}

fn insert(ctx: &Context, conn: &mut Conn, me: AccountId, change: &FilterChange) -> Result<Filter> {
    let now = ctx.now();
    let expires_at = ends_at(ctx, change.expiry.unwrap_or(Expiry::Never))?;
    let filter = Filter {
        id: ctx.id(),
        account_id: me,
        title: words("title", change.title.as_deref().unwrap_or_default(), TITLE)?,
        contexts: contexts(change.contexts.as_deref().unwrap_or_default())?,
        action: change.action.unwrap_or(FilterAction::Warn),
        expires_at,
        ended: expires_at.is_some_and(|at| at <= now),
        created_at: now,
    };
    filters::insert(conn, &filter)?;
    schedule(ctx, conn, &filter)?;
    Ok(filter)
}

/// A filter that ends leaves a job for its end: what was made of it is stale then.
fn schedule(ctx: &Context, conn: &mut Conn, filter: &Filter) -> Result<()> {
    let key = format!("filter-ends-{}", filter.id);
    match filter.expires_at.filter(|_| !filter.ended) {
        Some(at) => {
            let job = Job::FilterEnds { filter: filter.id };
            jobs::enqueue(ctx, conn, &job, Some(&key), at)
        }
        None => jobs::cancel(conn, &key),
    }
}

/// The end of a filter: from now on it matches nothing. One whose end was moved stays.
///
/// # Errors
/// The database.
pub async fn end(ctx: &Ctx, id: FilterId) -> Result<()> {
    let home = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        let Some(owner) = filters::end(conn, id, home.now())? else {
            return Ok(());
        };
        announce(&home, conn, owner)
    })
    .await
}

fn alter(ctx: &Context, conn: &mut Conn, filter: &mut Filter, change: &FilterChange) -> Result<()> {
    if let Some(title) = &change.title {
        filter.title = words("title", title, TITLE)?;
    }
    if let Some(wanted) = &change.contexts {
        filter.contexts = contexts(wanted)?;
    }
    filter.action = change.action.unwrap_or(filter.action);
    if let Some(expiry) = change.expiry {
        filter.expires_at = ends_at(ctx, expiry)?;
        filter.ended = filter.expires_at.is_some_and(|at| at <= ctx.now());
    }
    filters::update(conn, filter)?;
    schedule(ctx, conn, filter)
}

fn reword(
    ctx: &Context,
    conn: &mut Conn,
    filter: &Filter,
    changes: &[KeywordChange],
) -> Result<()> {
    for change in changes {
        let Some(id) = change.id else {
            if !change.destroy {
                put(ctx, conn, filter.id, change)?;
            }
            continue;
        };
        let mut keyword = filters::keyword(conn, filter.account_id, id)?;
        if keyword.filter_id != filter.id {
            return Err(Error::NotFound);
        }
        if change.destroy {
            filters::delete_keyword(conn, id)?;
        } else {
            edit(conn, &mut keyword, change)?;
        }
    }
    Ok(())
}

fn put(ctx: &Context, conn: &mut Conn, of: FilterId, change: &KeywordChange) -> Result<Keyword> {
    let keyword = Keyword {
        id: ctx.id(),
        filter_id: of,
        keyword: words(
            "keyword",
            change.keyword.as_deref().unwrap_or_default(),
            KEYWORD,
        )?,
        whole_word: change.whole_word.unwrap_or(true),
    };
    filters::add_keyword(conn, &keyword)?;
    Ok(keyword)
}

fn edit(conn: &mut Conn, keyword: &mut Keyword, change: &KeywordChange) -> Result<()> {
    if let Some(text) = &change.keyword {
        keyword.keyword = words("keyword", text, KEYWORD)?;
    }
    keyword.whole_word = change.whole_word.unwrap_or(keyword.whole_word);
    Ok(filters::change_keyword(conn, keyword)?)
}

/// Makes a filter.
///
/// # Errors
/// `Invalid`; `LimitExceeded` beyond the quotas.
pub async fn create(ctx: &Ctx, viewer: &Viewer, change: FilterChange) -> Result<FilterView> {
    let (home, me) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let filter = insert(&home, conn, me, &change)?;
        reword(&home, conn, &filter, &change.keywords)?;
        settle(&home, conn, me)?;
        one_in(conn, me, filter.id)
    })
    .await
}

/// Changes a filter and its keywords.
///
/// # Errors
/// `NotFound`, `Invalid`, `LimitExceeded`.
pub async fn update(
    ctx: &Ctx,
    viewer: &Viewer,
    id: FilterId,
    change: FilterChange,
) -> Result<FilterView> {
    let (home, me) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let mut filter = filters::get(conn, me, id)?;
        alter(&home, conn, &mut filter, &change)?;
        reword(&home, conn, &filter, &change.keywords)?;
        settle(&home, conn, me)?;
        one_in(conn, me, id)
    })
    .await
}

/// Deletes a filter.
///
/// # Errors
/// `NotFound`.
pub async fn delete(ctx: &Ctx, viewer: &Viewer, id: FilterId) -> Result<()> {
    let (home, me) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let mut filter = filters::get(conn, me, id)?;
        filters::delete(conn, filter.id)?;
        filter.expires_at = None;
        schedule(&home, conn, &filter)?;
        announce(&home, conn, me)
    })
    .await
}

/// One keyword.
///
/// # Errors
/// `NotFound`.
pub async fn keyword(ctx: &Ctx, viewer: &Viewer, id: KeywordId) -> Result<Keyword> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| Ok(filters::keyword(conn, me, id)?))
        .await
}

/// Adds a keyword to a filter.
///
/// # Errors
/// `NotFound`, `Invalid`, `LimitExceeded`.
pub async fn add_keyword(
    ctx: &Ctx,
    viewer: &Viewer,
    to: FilterId,
    change: KeywordChange,
) -> Result<Keyword> {
    let (home, me) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let filter = filters::get(conn, me, to)?;
        let keyword = put(&home, conn, filter.id, &change)?;
        settle(&home, conn, me)?;
        Ok(keyword)
    })
    .await
}

/// Changes a keyword.
///
/// # Errors
/// As [`add_keyword`].
pub async fn change_keyword(
    ctx: &Ctx,
    viewer: &Viewer,
    id: KeywordId,
    change: KeywordChange,
) -> Result<Keyword> {
    let (home, me) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let mut keyword = filters::keyword(conn, me, id)?;
        edit(conn, &mut keyword, &change)?;
        settle(&home, conn, me)?;
        Ok(keyword)
    })
    .await
}

/// Removes a keyword.
///
/// # Errors
/// `NotFound`.
pub async fn delete_keyword(ctx: &Ctx, viewer: &Viewer, id: KeywordId) -> Result<()> {
    let (home, me) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let keyword = filters::keyword(conn, me, id)?;
        filters::delete_keyword(conn, keyword.id)?;
        announce(&home, conn, me)
    })
    .await
}

/// A single post of a filter.
///
/// # Errors
/// `NotFound`.
pub async fn status(ctx: &Ctx, viewer: &Viewer, id: FilterStatusId) -> Result<FilterStatus> {
    let me = viewer.id();
    ctx.db
        .read(move |conn| Ok(filters::status(conn, me, id)?))
        .await
}

/// Adds a single post to a filter.
///
/// # Errors
/// `NotFound` for a filter of someone else and for a post that the viewer may not see; `Conflict` where it
/// is in it; `LimitExceeded`.
pub async fn add_status(
    ctx: &Ctx,
    viewer: &Viewer,
    to: FilterId,
    id: StatusId,
) -> Result<FilterStatus> {
    let (home, me) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let filter = filters::get(conn, me, to)?;
        if visible::load(conn, me, &[id])?.is_empty() {
            return Err(Error::NotFound);
        }
        let row = FilterStatus {
            id: home.id(),
            filter_id: filter.id,
            status_id: id,
        };
        if !filters::add_status(conn, &row)? {
            return Err(Error::Conflict("this post is in the filter already"));
        }
        settle(&home, conn, me)?;
        Ok(row)
    })
    .await
}

/// Takes a single post out of a filter.
///
/// # Errors
/// `NotFound`.
pub async fn delete_status(ctx: &Ctx, viewer: &Viewer, id: FilterStatusId) -> Result<FilterStatus> {
    let (home, me) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let row = filters::status(conn, me, id)?;
        filters::delete_status(conn, row.id)?;
        announce(&home, conn, me)?;
        Ok(row)
    })
    .await
}
