//! Feeds for feed readers (RSS 2.0), the same for everyone. `/@GROUP.rss`: the newest public threads of a group,
//! only what everyone may find: what is hidden behind a warning stays behind it.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use model::Millis;
use services::Place;
use services::discovery::groups::{self, Feed};
use services::views::StatusView;

use super::cards::{text_of, web_only};
use super::failure::Failure;
use crate::i18n::without_turns;
use crate::state::AppState;

/// Readers that ask more often get what lies in a cache.
const FIVE_MINUTES: &str = "public, max-age=300";
/// Letters of a title that is made of the text.
const A_TITLE: usize = 80;

/// The feed of a group, or that it is unchanged.
pub(crate) async fn of(
    app: &AppState,
    name: &str,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let feed = groups::feed(&app.ctx, name).await?;
    Ok(answer(headers, channel(&app.ctx.place, &feed).print()))
}

/// A feed, or that whoever asks has it already.
pub(super) fn answer(headers: &HeaderMap, body: String) -> Response {
    let tag = tag_of(&body);
    let mut response = if is_known(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = HeaderValue::from_static("application/rss+xml; charset=utf-8");
        let mut response = body.into_response();
        response.headers_mut().insert(CONTENT_TYPE, kind);
        response
    };
    let fixed = [
        (CACHE_CONTROL, FIVE_MINUTES),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    for (name, value) in fixed {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

fn tag_of(body: &str) -> String {
    let hash = digest(&SHA256, body.as_bytes());
    let hash = hash.as_ref().iter().take(16);
    let hash = hash.fold(String::new(), |mut text, byte| {
        let _never_fails = write!(text, "{byte:02x}");
        text
    });
    format!("\"{hash}\"")
}

/// When something in it last changed, to the second.
fn changed(feed: &Feed) -> Millis {
    let threads = feed.threads.iter();
    let newest = threads
        .map(|view| view.status.edited_at.unwrap_or(view.status.created_at))
        .max();
    newest.map_or(feed.group.account.updated_at, |newest| {
        newest.max(feed.group.account.updated_at)
    })
}

/// Does the reader have this one (RFC 9110, 13.1.2)? A date would not do: when a post is taken back, nothing in
/// the feed becomes newer.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get(IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok())
        .is_some_and(|tags| {
            tags.split(',')
                .map(|one| one.trim().trim_start_matches("W/"))
                .any(|one| one == tag || one == "*")
        })
}

/// `Mon, 23 Nov 2026 10:00:00 +0000`
fn date(at: Millis) -> String {
    at.date_time().to_rfc2822()
}

/// Text as XML has it: escaped, and without what XML 1.0 cannot hold at all.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in without_turns(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(letter),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(letter),
        }
    }
    out
}

/// What a feed is about, and what is in it; nothing is escaped yet.
pub(super) struct Channel {
    pub(super) title: String,
    /// Its page.
    pub(super) link: String,
    pub(super) description: String,
    /// Its own address.
    pub(super) own: String,
    /// When something in it last changed.
    pub(super) changed: Millis,
    pub(super) items: Vec<Item>,
}

/// One thing in a feed.
pub(super) struct Item {
    pub(super) title: String,
    /// Its page; empty for none.
    pub(super) link: String,
    /// What tells it from all others.
    pub(super) uri: String,
    pub(super) at: Millis,
    /// A handle; empty for nobody.
    pub(super) by: String,
    pub(super) categories: Vec<String>,
    /// HTML.
    pub(super) text: String,
}

impl Channel {
    /// As RSS 2.0.
    pub(super) fn print(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n",
        );
        put(&mut out, "title", &escaped(&self.title));
        put(&mut out, "link", &escaped(&self.link));
        put(&mut out, "description", &escaped(&self.description));
        put(&mut out, "lastBuildDate", &date(self.changed));
        out.push_str("<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"");
        out.push_str(&escaped(&self.own));
        out.push_str("\"/>\n");
        for item in &self.items {
            item.print(&mut out);
        }
        out.push_str("</channel>\n</rss>\n");
        out
    }
}

impl Item {
    fn print(&self, out: &mut String) {
        out.push_str("<item>\n");
        put(out, "title", &escaped(&self.title));
        if !self.link.is_empty() {
            put(out, "link", &escaped(&self.link));
        }
        let _never_fails = writeln!(
            out,
            "<guid isPermaLink=\"false\">{}</guid>",
            escaped(&self.uri)
        );
        put(out, "pubDate", &date(self.at));
        if !self.by.is_empty() {
            put(out, "dc:creator", &escaped(&self.by));
        }
        for category in &self.categories {
            put(out, "category", &escaped(category));
        }
        put(out, "description", &escaped(&self.text));
        out.push_str("</item>\n");
    }
}

fn put(out: &mut String, tag: &str, escaped: &str) {
    let _never_fails = writeln!(out, "<{tag}>{escaped}</{tag}>");
}

fn channel(place: &Place, feed: &Feed) -> Channel {
    let account = &feed.group.account;
    let name = match account.display_name.trim() {
        "" => account.username.as_str(),
        name => name,
    };
    Channel {
        title: name.to_owned(),
        link: account.url.clone(),
        description: text_of(&account.note, 500),
        own: format!("{}.rss", account.url),
        changed: changed(feed),
        items: feed.threads.iter().map(|view| item(place, view)).collect(),
    }
}

fn item(place: &Place, view: &StatusView) -> Item {
    let status = &view.status;
    let warning = status.spoiler_text.trim();
    let words = text_of(&status.content, A_TITLE);
    let title = match (warning, status.title.trim(), words.as_str()) {
        ("", "", "") => view.author.account.acct(),
        ("", "", words) => words.to_owned(),
        ("", title, _) => title.to_owned(),
        (warning, ..) => warning.to_owned(),
    };
    Item {
        title,
        link: if status.local {
            place.status_url(&view.author.account.username, status.id)
        } else {
            web_only(&status.url)
        },
        uri: status.uri.clone(),
        at: status.created_at,
        by: format!("@{}", view.author.account.acct()),
        categories: view.tags.clone(),
        // What its author covered is read on its page, after the warning.
        text: if warning.is_empty() {
            status.content.clone()
        } else {
            String::new()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_its_element() {
        assert_eq!(
            escaped("</title><script>&\"'\u{0}\u{8}\u{202e}\u{ffff}ok\n"),
            "&lt;/title&gt;&lt;script&gt;&amp;&quot;&#39;ok\n"
        );
    }

    #[test]
    fn a_reader_that_has_it_is_told_so() {
        let ask = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_str(value).unwrap());
            is_known(&headers, "\"abc\"")
        };
        assert!(ask("W/\"abc\"") && ask("\"x\", \"abc\"") && ask("*"));
        assert!(!ask("\"x\"") && !ask("abc") && !ask(""));
        assert!(!is_known(&HeaderMap::new(), "\"abc\""));
    }
}
