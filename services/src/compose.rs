//! From what was typed to what is stored: HTML, mentions, hashtags, language, and whether it is too long.

use std::collections::HashMap;

use database::accounts::Account;
use database::mentions;
use model::{Domain, Handle, Username};
use text::{MentionTarget, MentionText};

use crate::context::Ctx;
use crate::error::{Error, Result};

/// Letters of a post with its warning, as people count them.
pub const MAX_CHARACTERS: usize = 5000;
/// Pictures of a post.
pub const MAX_MEDIA: usize = 4;
/// Letters of a title.
pub const MAX_TITLE: usize = 200;
/// Letters of a warning.
const MAX_WARNING: usize = 500;
/// People and groups in one post; the rest stays text.
const MAX_MENTIONS: usize = 50;
/// Names that are asked for elsewhere for one post.
const MAX_LOOKUPS: usize = 10;
/// Hashtags of a post.
pub(crate) const MAX_TAGS: usize = 30;

/// What was typed, understood.
#[derive(Clone, Debug, Default)]
pub(crate) struct Composed {
    /// Clean HTML.
    pub(crate) content: String,
    /// Who is named, in the order of the text.
    pub(crate) mentions: Vec<Account>,
    /// Hashtags in lower case.
    pub(crate) tags: Vec<String>,
    /// Detected.
    pub(crate) language: Option<&'static str>,
}

/// PostgreSQL keeps no NUL, and nobody can see one.
pub(crate) fn typed(text: &str) -> String {
    text.replace('\0', "")
}

/// A warning as it is stored.
///
/// # Errors
/// `Invalid` for one that is too long: nothing is cut that somebody wrote.
pub(crate) fn warning(text: &str) -> Result<String> {
    within("spoiler_text", "Spoiler text", text, MAX_WARNING)?;
    Ok(text::multiline(&typed(text), MAX_WARNING))
}

/// A title as it is stored.
///
/// # Errors
/// `Invalid` for one that is too long.
pub(crate) fn title(text: &str) -> Result<String> {
    within("title", "Title", text, MAX_TITLE)?;
    Ok(text::display_name(&typed(text), MAX_TITLE))
}

fn within(field: &'static str, name: &str, text: &str, most: usize) -> Result<()> {
    if text::graphemes(text.trim()) > most || text.len() > 16 * most {
        let words = format!("Validation failed: {name} is too long (maximum is {most} characters)");
        return Err(Error::invalid(field, "ERR_TOO_LONG", words));
    }
    Ok(())
}

/// Are text and warning there and not too long?
///
/// # Errors
/// `Invalid`, with Mastodon's sentences.
pub(crate) fn check(text: &str, spoiler: &str, has_media: bool) -> Result<()> {
    if text.trim().is_empty() && !has_media {
        return Err(Error::invalid(
            "text",
            "ERR_BLANK",
            "Validation failed: Text can't be blank",
        ));
    }
    if text::characters(text) + text::graphemes(spoiler) > MAX_CHARACTERS
        || text.len() + spoiler.len() > 16 * MAX_CHARACTERS
    {
        return Err(Error::invalid(
            "text",
            "ERR_TOO_LONG",
            format!("Validation failed: Text character limit of {MAX_CHARACTERS} exceeded"),
        ));
    }
    Ok(())
}

/// Understands a text. Names from elsewhere that are not known are looked up there: so this is never
/// called inside a transaction.
///
/// # Errors
/// The database; a name that cannot be looked up stays text.
pub(crate) async fn compose(ctx: &Ctx, text: &str) -> Result<Composed> {
    let found = text::scan(text);
    let named: Vec<(MentionText, Name)> = found
        .mentions
        .into_iter()
        .filter_map(|mention| Some((mention.clone(), Name::of(ctx, &mention)?)))
        .take(MAX_MENTIONS)
        .collect();
    let accounts = known_or_found(ctx, &named).await?;

    let mut targets: HashMap<MentionText, Account> = HashMap::new();
    let mut order: Vec<Account> = Vec::new();
    for (mention, name) in named {
        let Some(account) = accounts.get(&name.key) else {
            continue;
        };
        if mention.group_sigil && !account.is_group() {
            continue;
        }
        if order.iter().all(|other| other.id != account.id) {
            order.push(account.clone());
        }
        targets.insert(mention, account.clone());
    }
    let resolve = |mention: &MentionText| {
        targets.get(mention).map(|account| MentionTarget {
            url: account.url.clone(),
            acct_username: account.username.clone(),
        })
    };
    let tag_url = |tag: &str| ctx.place.tag_url(&tag.to_lowercase());
    let mut tags: Vec<String> = found
        .hashtags
        .iter()
        .map(|tag| tag.to_lowercase())
        .collect();
    tags.truncate(MAX_TAGS);
    Ok(Composed {
        content: text::plain_to_html(text, &resolve, &tag_url).into_string(),
        mentions: order,
        tags,
        language: text::detect(text),
    })
}

/// A name in its canonical form: lower case, and the domain empty for this server.
struct Name {
    key: (String, String),
    handle: Handle,
}

impl Name {
    fn of(ctx: &Ctx, mention: &MentionText) -> Option<Self> {
        let username: Username = mention.username.parse().ok()?;
        let domain = match &mention.domain {
            Some(domain) => Some(domain.parse::<Domain>().ok()?),
            None => None,
        };
        let domain = domain.filter(|domain| domain != ctx.place.domain());
        let key = (
            username.key(),
            domain
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
        );
        Some(Self {
            key,
            handle: Handle { username, domain },
        })
    }
}

/// The accounts behind the names, by name and domain.
async fn known_or_found(
    ctx: &Ctx,
    named: &[(MentionText, Name)],
) -> Result<HashMap<(String, String), Account>> {
    let keys: Vec<(String, String)> = named.iter().map(|(_text, name)| name.key.clone()).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let by_name = |accounts: Vec<Account>| -> HashMap<(String, String), Account> {
        accounts
            .into_iter()
            .filter(|account| account.suspended_at.is_none())
            .map(|account| {
                (
                    (account.username_key.clone(), account.domain.clone()),
                    account,
                )
            })
            .collect()
    };
    let asked = keys.clone();
    let mut known = by_name(
        ctx.db
            .read(move |conn| mentions::accounts_named(conn, &asked))
            .await?,
    );
    let fediverse = ctx.fediverse();
    let lookups = named
        .iter()
        .map(|(_text, name)| name)
        .filter(|name| name.handle.domain.is_some() && !known.contains_key(&name.key))
        .take(MAX_LOOKUPS)
        .map(|name| fediverse.resolve_handle(&name.handle));
    let ids: Vec<_> = futures::future::join_all(lookups)
        .await
        .into_iter()
        .filter_map(|answer| answer.ok().flatten())
        .collect();
    if !ids.is_empty() {
        let found = ctx
            .db
            .read(move |conn| database::accounts::by_ids(conn, &ids))
            .await?;
        known.extend(by_name(found));
    }
    Ok(known)
}
