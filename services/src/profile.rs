//! The parts of a profile: from what was typed, or sent from elsewhere, to what is stored. People, groups and
//! remote actors share it.

use std::collections::HashMap;
use std::sync::Arc;

use database::accounts;
use serde_json::{Value, json};
use text::{Html, MentionTarget, MentionText};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::files;

/// Letters of a display name.
pub(crate) const MOST_NAME: usize = 60;
/// Letters of a note; groups explain themselves at more length than people.
const MOST_NOTE: usize = 2000;
/// Letters of a field's name or value.
const MOST_FIELD: usize = 255;
/// Fields of a profile of ours.
const MOST_FIELDS: usize = 4;
/// Fields that are kept of a profile from elsewhere.
const MOST_FOREIGN_FIELDS: usize = 16;
/// Mentions in a note that are looked up.
const MOST_MENTIONS: usize = 20;

/// A text as typed and as shown.
pub(crate) struct Written {
    /// As typed, without what cannot be shown.
    pub(crate) source: String,
    /// Clean HTML.
    pub(crate) html: String,
}

/// A note, with links, mentions of accounts that are known, and hashtags.
///
/// # Errors
/// `Invalid` for one that is too long.
pub(crate) async fn note(ctx: &Ctx, typed: String) -> Result<Written> {
    if text::graphemes(&typed) > MOST_NOTE {
        return Err(Error::invalid(
            "note",
            "ERR_TOO_LONG",
            format!("a note has at most {MOST_NOTE} characters"),
        ));
    }
    write(ctx, text::multiline(&typed, MOST_NOTE)).await
}

async fn write(ctx: &Ctx, source: String) -> Result<Written> {
    let mentions: Vec<MentionText> = text::scan(&source)
        .mentions
        .into_iter()
        .take(MOST_MENTIONS)
        .collect();
    let mut targets = HashMap::new();
    if !mentions.is_empty() {
        let own = ctx.place.domain().to_string();
        targets = ctx
            .db
            .read(move |conn| {
                let mut targets = HashMap::new();
                for mention in mentions {
                    let key = mention.username.to_lowercase();
                    let domain = mention.domain.clone().filter(|domain| *domain != own);
                    let domain = domain.unwrap_or_default();
                    if let Some(account) = accounts::by_name(conn, &key, &domain)? {
                        let target = MentionTarget {
                            url: account.url,
                            acct_username: account.username,
                        };
                        targets.insert((mention.username, mention.domain), target);
                    }
                }
                Ok::<_, Error>(targets)
            })
            .await?;
    }
    let resolve = |mention: &MentionText| {
        targets
            .get(&(mention.username.clone(), mention.domain.clone()))
            .cloned()
    };
    let place = &ctx.place;
    let html = text::plain_to_html(&source, &resolve, &|tag| place.tag_url(&tag.to_lowercase()));
    Ok(Written {
        html: html.into_string(),
        source,
    })
}

/// Name and value of each field, as the column holds them.
///
/// # Errors
/// `Invalid` for too many or too long ones.
pub(crate) async fn fields(ctx: &Ctx, typed: Vec<(String, String)>) -> Result<Value> {
    let filled: Vec<(String, String)> = typed
        .into_iter()
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .filter(|(name, value)| !name.is_empty() || !value.is_empty())
        .collect();
    if filled.len() > MOST_FIELDS
        || filled.iter().any(|(name, value)| {
            [name, value]
                .iter()
                .any(|t| text::graphemes(t) > MOST_FIELD)
        })
    {
        return Err(Error::invalid(
            "fields_attributes",
            "ERR_TOO_LONG",
            format!("a profile has at most {MOST_FIELDS} fields of {MOST_FIELD} characters"),
        ));
    }
    let mut fields = Vec::new();
    for (name, value) in filled {
        let written = write(ctx, text::display_name(&value, MOST_FIELD)).await?;
        fields.push(json!({
            "name": text::display_name(&name, MOST_FIELD),
            "value": one_line(&written.html),
            "source": written.source,
        }));
    }
    Ok(Value::Array(fields))
}

/// A field is one line: its paragraph is taken off.
fn one_line(html: &str) -> &str {
    html.strip_prefix("<p>")
        .and_then(|inner| inner.strip_suffix("</p>"))
        .filter(|inner| !inner.contains("<p>"))
        .unwrap_or(html)
}

/// The fields of a profile from elsewhere, cleaned.
pub(crate) fn foreign_fields(fields: &[(String, String)]) -> Value {
    let clean = fields
        .iter()
        .take(MOST_FOREIGN_FIELDS)
        .map(|(name, value)| {
            let html = Html::sanitize(value).into_string();
            json!({
                "name": text::display_name(name, MOST_FIELD),
                "value": one_line(&html),
                "source": "",
            })
        })
        .collect();
    Value::Array(clean)
}

/// An address from elsewhere that a page may link to: `http(s)`, not too long; else nothing.
pub(crate) fn foreign_address(text: &str) -> String {
    let fine = text.len() <= 2048
        && !text.contains(char::is_control)
        && url::Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
    if fine { text.to_owned() } else { String::new() }
}

/// Cuts, re-encodes and stores a picture; `None` where none was given.
///
/// # Errors
/// `Media` for what is no picture.
pub(crate) async fn picture(
    ctx: &Ctx,
    bytes: Option<Vec<u8>>,
    crop: fn(&[u8]) -> std::result::Result<media::Cropped, media::Error>,
) -> Result<Option<String>> {
    let Some(bytes) = bytes else {
        return Ok(None);
    };
    let cropped = crate::media::workshop::work(move || crop(&bytes)).await?;
    files::save(ctx, cropped.bytes, cropped.extension)
        .await
        .map(Some)
}

/// Removes files that nothing points at any more.
pub(crate) async fn drop_pictures(ctx: &Ctx, keys: &[String]) {
    let ctx = Arc::clone(ctx);
    for key in keys {
        files::remove(&ctx, key).await;
    }
}
