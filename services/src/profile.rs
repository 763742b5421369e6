//! The parts of a profile: from what was typed, or sent from elsewhere, to what is stored. People, groups and
//! remote actors share it.

use std::collections::HashMap;
use std::sync::Arc;

use database::accounts;
use database::profiles::Extras;
use serde_json::{Value, json};
use text::{Html, MentionTarget, MentionText};

use crate::accounts::ProfileChange;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::files;

/// Letters of a display name.
pub const MOST_NAME: usize = 60;
/// Letters of a note; groups explain themselves at more length than people.
pub const MOST_NOTE: usize = 2000;
/// Letters of a field's name or value.
pub const MOST_FIELD: usize = 255;
/// Fields of a profile of ours.
pub const MOST_FIELDS: usize = 4;
/// Letters of the description of a picture of a profile.
pub const MOST_DESCRIPTION: usize = 1500;
/// Domains whose pages may name an account as their author.
pub const MOST_DOMAINS: usize = 10;
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

/// What is said to a name that is too long.
pub(crate) fn name_too_long() -> Error {
    let text = format!("Display name is too long (maximum is {MOST_NAME} characters)");
    Error::invalid("display_name", "ERR_TOO_LONG", text)
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
            format!("Note is too long (maximum is {MOST_NOTE} characters)"),
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
    let wrong = |code, text| Err(Error::invalid("fields_attributes", code, text));
    if filled.len() > MOST_FIELDS {
        let text = format!("Fields is too long (maximum is {MOST_FIELDS} fields)");
        return wrong("ERR_TOO_LONG", text);
    }
    let too_long = |t: &String| text::graphemes(t) > MOST_FIELD;
    if filled
        .iter()
        .any(|(name, value)| too_long(name) || too_long(value))
    {
        let text = format!("Fields is too long (maximum is {MOST_FIELD} characters)");
        return wrong("ERR_TOO_LONG", text);
    }
    if filled.iter().any(|(name, _value)| name.is_empty()) {
        let text = "Fields contains values with missing labels".to_owned();
        return wrong("ERR_BLANK", text);
    }
    let mut fields = Vec::new();
    for (name, value) in filled {
        let written = write(ctx, text::display_name(&value, MOST_FIELD)).await?;
        fields.push(json!({
            "name": text::display_name(&name, MOST_FIELD),
            "value": one_line(&own_links(written.html)),
            "source": written.source,
        }));
    }
    Ok(Value::Array(fields))
}

/// The links of a field say `rel="me"`: other servers look for that on our pages too.
fn own_links(html: String) -> String {
    text::own_links(&Html::from_trusted_row(html)).into_string()
}

/// The descriptions, domains and tabs of a change, written over what was.
///
/// # Errors
/// `Invalid` for a description that is too long, for what is no domain, for too many.
pub(crate) fn extras(before: Extras, change: &ProfileChange) -> Result<Extras> {
    let described = |text: &Option<String>, field: &'static str, before: String| {
        let Some(typed) = text else {
            return Ok(before);
        };
        if text::graphemes(typed) > MOST_DESCRIPTION {
            let text =
                format!("Description is too long (maximum is {MOST_DESCRIPTION} characters)");
            return Err(Error::invalid(field, "ERR_TOO_LONG", text));
        }
        Ok(text::multiline(typed, MOST_DESCRIPTION))
    };
    let attribution_domains = match &change.attribution_domains {
        None => before.attribution_domains,
        Some(typed) => domains(typed)?,
    };
    Ok(Extras {
        account_id: before.account_id,
        avatar_description: described(
            &change.avatar_description,
            "avatar_description",
            before.avatar_description,
        )?,
        header_description: described(
            &change.header_description,
            "header_description",
            before.header_description,
        )?,
        attribution_domains,
        show_media: change.show_media.unwrap_or(before.show_media),
        show_media_replies: change
            .show_media_replies
            .unwrap_or(before.show_media_replies),
        show_featured: change.show_featured.unwrap_or(before.show_featured),
    })
}

/// Domains as typed (also as addresses), one a line.
fn domains(typed: &[String]) -> Result<String> {
    let wrong = |text: String| Error::invalid("attribution_domains", "ERR_INVALID", text);
    let mut domains: Vec<String> = Vec::new();
    for text in typed {
        let text = text.trim();
        let bare = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .unwrap_or(text)
            .trim_end_matches('/');
        if bare.is_empty() {
            continue;
        }
        let domain: model::Domain = bare
            .parse()
            .map_err(|_e| wrong("Attribution domains is not a valid domain name".to_owned()))?;
        if !domains.iter().any(|known| known == domain.as_str()) {
            domains.push(domain.to_string());
        }
    }
    if domains.len() > MOST_DOMAINS {
        return Err(wrong(format!(
            "Attribution domains is too long (maximum is {MOST_DOMAINS} domains)"
        )));
    }
    Ok(domains.join("\n"))
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
