//! Translations of posts through a service that speaks `LibreTranslate`'s API, where one is set. Only what is
//! open to all leaves the server, and what comes back is cleaned like anything from outside.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use database::{translations, visible};
use model::{Millis, StatusId};
use serde_json::{Value, json};
use text::Html;
use url::Url;

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::Viewer;
use crate::views::status;

/// The list of languages is asked for again after so long.
const LISTED: i64 = Millis::HOUR;
/// A larger answer is not read.
const MAX_ANSWER: usize = 2 * 1024 * 1024;

/// A translation of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// Into which language.
    pub language: String,
    /// From which.
    pub source: String,
    /// The host of the service.
    pub provider: String,
    /// Clean HTML.
    pub content: String,
    /// Plain text.
    pub spoiler_text: String,
    /// Id and description of each picture that has one.
    pub media: Vec<(String, String)>,
    /// The options of its poll: the id of that, and the texts.
    pub poll: Option<(String, Vec<String>)>,
}

/// From each language into which.
pub type Languages = BTreeMap<String, Vec<String>>;

/// Is a service set?
#[must_use]
pub fn is_offered(ctx: &Ctx) -> bool {
    service(ctx, "translate").is_some()
}

/// Where the service does `verb`.
fn service(ctx: &Ctx, verb: &str) -> Option<Url> {
    let base = ctx.settings().translate_url.clone();
    if base.is_empty() {
        return None;
    }
    Url::parse(&format!("{}/{verb}", base.trim_end_matches('/')))
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// What the service can do; nothing where none is set.
///
/// # Errors
/// `Upstream` where it does not answer.
pub async fn languages(ctx: &Ctx) -> Result<Languages> {
    static LISTS: LazyLock<Mutex<BTreeMap<String, (Millis, Languages)>>> =
        LazyLock::new(Mutex::default);
    let Some(url) = service(ctx, "languages") else {
        return Ok(Languages::new());
    };
    let now = ctx.now();
    let known = {
        let lists = LISTS.lock().unwrap_or_else(PoisonError::into_inner);
        lists.get(url.as_str()).cloned()
    };
    if let Some((at, list)) = known
        && at.plus(LISTED) > now
    {
        return Ok(list);
    }
    let found = ctx
        .outward()
        .get(&url, "application/json", MAX_ANSWER)
        .await?;
    if !found.is_success() {
        return Err(Error::Upstream(format!("{} was answered", found.status)));
    }
    let list = listed(&found.body)?;
    let mut lists = LISTS.lock().unwrap_or_else(PoisonError::into_inner);
    if lists.len() > 8 {
        lists.clear();
    }
    lists.insert(url.to_string(), (now, list.clone()));
    Ok(list)
}

fn listed(body: &[u8]) -> Result<Languages> {
    let value: Value = serde_json::from_slice(body).map_err(strange)?;
    let code = |value: &Value| {
        value
            .as_str()
            .filter(|code| is_code(code))
            .map(str::to_owned)
    };
    let list = value.as_array().ok_or_else(|| strange("no list"))?;
    Ok(list
        .iter()
        .take(500)
        .filter_map(|entry| {
            let from = code(entry.get("code")?)?;
            let into = entry.get("targets").and_then(Value::as_array)?;
            let into = into.iter().filter_map(code).filter(|to| *to != from);
            Some((from.clone(), into.take(500).collect()))
        })
        .collect())
}

fn is_code(code: &str) -> bool {
    (2..=12).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn strange(error: impl std::fmt::Display) -> Error {
    Error::Upstream(format!("the translation service: {error}"))
}

/// Translates a post that is open to all, with its warning, the descriptions of its pictures and the
/// options of its poll.
///
/// # Errors
/// `NotFound` through the gate or where no service is set, `Forbidden` for what is not open or for a pair
/// of languages that the service does not know, `Invalid` for a language that is none, `Upstream` where
/// the service does not answer.
pub async fn translate(
    ctx: &Ctx,
    viewer: &Viewer,
    id: StatusId,
    wish: Option<String>,
) -> Result<Translation> {
    let view = status::one(ctx, Some(viewer), id).await?;
    if !is_offered(ctx) {
        return Err(Error::NotFound);
    }
    let target = wish.unwrap_or_else(|| viewer.user.locale.clone());
    if !is_code(&target) {
        return Err(Error::invalid("lang", "ERR_INVALID", "this is no language"));
    }
    if !view.status.visibility.is_open() {
        return Err(Error::Forbidden("only what is open to all is translated"));
    }
    let languages = languages(ctx).await?;
    let Some(target) = known(&languages, &target) else {
        return Err(Error::Forbidden("this pair of languages is not offered"));
    };
    let said = view.status.language.as_deref();
    let source = match said {
        Some(said) => match known_source(&languages, said, &target) {
            Some(source) => source,
            None => return Err(Error::Forbidden("this pair of languages is not offered")),
        },
        None => "auto".to_owned(),
    };
    let version = view.status.edited_at.unwrap_or(view.status.created_at);
    let asked = target.clone();
    let kept = ctx
        .db
        .read(move |conn| translations::find(conn, id, &asked, version))
        .await?;
    if let Some(kept) = kept.and_then(|body| read_kept(&body)) {
        return Ok(kept);
    }
    let parts = Parts::of(&view);
    let made = ask(ctx, parts, &source, &target).await?;
    let (kept, now, language) = (written(&made), ctx.now(), target);
    ctx.write_later(move |conn| {
        // It may have been deleted, or made narrower, while the service was at work.
        if visible::find(conn, visible::NOBODY, id)?.is_some() {
            translations::put(conn, id, &language, version, &kept, now)?;
        }
        Ok::<_, Error>(())
    })
    .await?;
    Ok(made)
}

/// The language itself, or its main part, as the service calls it.
fn known(languages: &Languages, wish: &str) -> Option<String> {
    let main = wish.split('-').next().unwrap_or_default();
    [wish, main]
        .into_iter()
        .find(|code| {
            languages.contains_key(*code)
                || languages
                    .values()
                    .any(|into| into.iter().any(|to| to == code))
        })
        .map(str::to_owned)
}

fn known_source(languages: &Languages, said: &str, target: &str) -> Option<String> {
    let main = said.split(['-', '_']).next().unwrap_or_default();
    [said, main]
        .into_iter()
        .find(|code| {
            languages
                .get(*code)
                .is_some_and(|into| into.iter().any(|to| to == target))
        })
        .map(str::to_owned)
}

/// What of a post is translated, in one list for the service.
struct Parts {
    texts: Vec<String>,
    media: Vec<String>,
    poll: Option<(String, usize)>,
}

impl Parts {
    fn of(view: &status::StatusView) -> Self {
        let mut texts = vec![
            view.status.content.clone(),
            escaped(&view.status.spoiler_text),
        ];
        let mut media = Vec::new();
        for file in view
            .media
            .iter()
            .filter(|file| !file.description.is_empty())
        {
            media.push(file.id.to_string());
            texts.push(escaped(&file.description));
        }
        let poll = view.poll.as_ref().map(|poll| {
            let titles = poll.options.iter().map(|option| escaped(&option.title));
            texts.extend(titles);
            (poll.poll.id.to_string(), poll.options.len())
        });
        Self { texts, media, poll }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

async fn ask(ctx: &Ctx, parts: Parts, source: &str, target: &str) -> Result<Translation> {
    let url = service(ctx, "translate").ok_or(Error::NotFound)?;
    let mut request = json!({
        "q": parts.texts, "source": source, "target": target, "format": "html",
    });
    let key = ctx.settings().translate_key.clone();
    if !key.is_empty()
        && let Some(request) = request.as_object_mut()
    {
        request.insert("api_key".to_owned(), Value::from(key));
    }
    let headers = vec![("content-type", "application/json".to_owned())];
    let body = request.to_string().into_bytes();
    let found = ctx.outward().post(&url, headers, body, MAX_ANSWER).await?;
    if !found.is_success() {
        return Err(Error::Upstream(format!("{} was answered", found.status)));
    }
    let answer: Value = serde_json::from_slice(&found.body).map_err(strange)?;
    let texts = answer.get("translatedText").and_then(Value::as_array);
    let texts: Vec<&str> = texts
        .ok_or_else(|| strange("no texts"))?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    if texts.len() != parts.texts.len() {
        return Err(strange("another number of texts"));
    }
    let detected = answer
        .pointer("/detectedLanguage/0/language")
        .or_else(|| answer.pointer("/detectedLanguage/language"))
        .and_then(Value::as_str)
        .filter(|code| is_code(code))
        .map(str::to_owned);
    let mut texts = texts.into_iter();
    let mut next = || texts.next().unwrap_or_default();
    let plain = |text: &str| text::to_plain(&Html::sanitize(text)).trim().to_owned();
    Ok(Translation {
        language: target.to_owned(),
        source: if source == "auto" {
            detected.unwrap_or_else(|| "und".to_owned())
        } else {
            source.to_owned()
        },
        provider: url.host_str().unwrap_or_default().to_owned(),
        content: Html::sanitize(next()).into_string(),
        spoiler_text: plain(next()),
        media: parts
            .media
            .into_iter()
            .map(|id| (id, plain(next())))
            .collect(),
        poll: parts
            .poll
            .map(|(id, options)| (id, (0..options).map(|_| plain(next())).collect())),
    })
}

fn written(made: &Translation) -> String {
    json!({
        "language": made.language, "source": made.source, "provider": made.provider,
        "content": made.content, "spoiler_text": made.spoiler_text,
        "media": made.media, "poll": made.poll,
    })
    .to_string()
}

fn read_kept(body: &str) -> Option<Translation> {
    let value: Value = serde_json::from_str(body).ok()?;
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let all = |value: &Value| -> Option<Vec<String>> {
        let words = value
            .as_array()?
            .iter()
            .map(|one| one.as_str().map(str::to_owned));
        words.collect()
    };
    let media = value.get("media")?.as_array()?.iter().map(|pair| {
        let pair = all(pair)?;
        Some((pair.first()?.clone(), pair.get(1)?.clone()))
    });
    let poll = value.get("poll").and_then(|poll| {
        let id = poll.get(0)?.as_str()?.to_owned();
        Some((id, all(poll.get(1)?)?))
    });
    Some(Translation {
        language: text("language")?,
        source: text("source")?,
        provider: text("provider")?,
        content: text("content")?,
        spoiler_text: text("spoiler_text")?,
        media: media.collect::<Option<_>>()?,
        poll,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_comes_back() {
        let made = Translation {
            language: "id".to_owned(),
            source: "en".to_owned(),
            provider: "lt.example".to_owned(),
            content: "<p>Halo</p>".to_owned(),
            spoiler_text: String::new(),
            media: vec![("7".to_owned(), "Sapi".to_owned())],
            poll: Some(("9".to_owned(), vec!["ya".to_owned(), "tidak".to_owned()])),
        };
        assert_eq!(read_kept(&written(&made)), Some(made));
        assert_eq!(read_kept("{}"), None);
    }

    #[test]
    fn a_list_of_languages_is_read_with_care() {
        let list = br#"[{"code":"en","targets":["id","en","<b>"]},{"code":5},"x"]"#;
        assert_eq!(listed(list).unwrap().get("en").unwrap(), &["id"]);
        assert!(listed(b"{}").is_err());
        assert!(listed(b"<html>").is_err());
    }
}
