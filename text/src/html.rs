//! `Html`: markup that may be shown as it is. The one way in for markup of others is
//! [`Html::sanitize`]; the other ways (plain text, Markdown) use the same builder.
//! What a sanitised page may contain is Mastodon's list (4.2 and later).

mod builder;
mod tokens;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::LazyLock;

use ammonia::UrlRelative;
use url::Url;

pub(crate) use builder::{Attributes, Builder, Tag, is_bidi_control};
pub(crate) use tokens::{Start, Token, Tokens};

/// A remote document has at most 1 MiB; more is cut off.
const MAX_INPUT: usize = 1024 * 1024;
/// What links of others carry, so that the page behind learns and gains nothing.
const LINK_REL: &str = "nofollow noopener noreferrer";
/// Kept beside [`LINK_REL`]: `tag` marks hashtags (Mastodon), `me` verified profile links.
const KEPT_REL: [&str; 2] = ["tag", "me"];

/// Markup that is safe to print unescaped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Html(String);

impl Html {
    /// Keeps of foreign markup what is on the list and turns the rest into text.
    /// Takes linear time, and sanitising twice changes nothing.
    #[must_use]
    pub fn sanitize(foreign: &str) -> Self {
        let mut builder = Builder::default();
        rewrite(cut(foreign, MAX_INPUT), &mut builder);
        // The builder is careful; ammonia, which parses as browsers do, has the last word.
        Self(JUDGE.clean(&builder.finish()).to_string())
    }

    /// Takes back what an `Html` once was, read from our own database and from nowhere else.
    #[must_use]
    pub fn from_trusted_row(row: String) -> Self {
        Self(row)
    }

    /// What the builder wrote about words of our own members.
    pub(crate) fn built(builder: Builder) -> Self {
        Self(builder.finish())
    }

    /// The markup.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The markup, for storing.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// Whether nothing would be shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The beginning of a text, at most so many bytes.
pub(crate) fn cut(text: &str, max_bytes: usize) -> &str {
    let end = (0..=max_bytes.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at));
    text.split_at_checked(end.unwrap_or(0))
        .map_or(text, |(begin, _)| begin)
}

/// An address that may stand in a link: http or https with a host, nothing hidden in it.
pub(crate) fn safe_href(raw: &str) -> Option<String> {
    let raw = raw.trim_matches(|c: char| c.is_ascii_whitespace());
    if raw.chars().any(char::is_control) {
        return None;
    }
    let url = Url::parse(raw).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return None;
    }
    // The exact letters matter where they can stay: clients find the mentioned account of a
    // link by comparing addresses.
    let exact = raw.starts_with("https://") || raw.starts_with("http://");
    if exact && raw.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
        Some(raw.to_owned())
    } else {
        Some(url.into())
    }
}

/// The attributes of a link that leads away from here.
pub(crate) fn outward_link(href: String) -> Attributes {
    vec![
        ("href", href),
        ("rel", LINK_REL.to_owned()),
        ("target", "_blank".to_owned()),
    ]
}

/// Copies markup into the builder, translating what is not on the list.
fn rewrite(html: &str, builder: &mut Builder) {
    // Inside elements whose content nobody should see: the name and how deep.
    let mut hidden: Option<(String, usize)> = None;
    for token in Tokens::new(html) {
        if let Some((name, depth)) = &mut hidden {
            match token {
                Token::Start(start) if start.name == *name => *depth += 1,
                Token::End(end) if end == *name => *depth -= 1,
                _ => {}
            }
            if *depth == 0 {
                hidden = None;
            }
            continue;
        }
        match token {
            Token::Text(text) => builder.text(&text),
            Token::Start(start) if is_hidden(&start.name) => {
                if !start.self_closing {
                    hidden = Some((start.name, 1));
                }
            }
            Token::Start(start) => open(&start, builder),
            Token::End(name) => close(&name, builder),
        }
    }
}

fn is_hidden(name: &str) -> bool {
    matches!(
        name,
        "template" | "svg" | "math" | "select" | "object" | "applet" | "audio" | "video"
    )
}

fn kept_tag(name: &str) -> Option<Tag> {
    Some(match name {
        "p" => Tag::P,
        "pre" => Tag::Pre,
        "blockquote" => Tag::Blockquote,
        "ul" | "menu" => Tag::Ul,
        "ol" => Tag::Ol,
        "li" => Tag::Li,
        "span" => Tag::Span,
        "a" => Tag::A,
        "del" | "s" | "strike" => Tag::Del,
        "code" | "kbd" | "samp" | "tt" => Tag::Code,
        "em" => Tag::Em,
        "i" => Tag::I,
        "strong" => Tag::Strong,
        "b" => Tag::B,
        "u" | "ins" => Tag::U,
        _ => return None,
    })
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Elements that stand on lines of their own.
fn is_paragraph_like(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "main"
            | "nav"
            | "option"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
    )
}

fn open(start: &Start<'_>, builder: &mut Builder) {
    let name = start.name.as_str();
    if let Some(tag) = kept_tag(name) {
        // A link inside a link ends the first one, as in browsers, even if it leads nowhere.
        if tag == Tag::A {
            builder.close(Tag::A);
        }
        if let Some(attributes) = attributes(tag, start) {
            builder.open(tag, &attributes);
        }
    } else if name == "br" {
        builder.line_break();
    } else if is_heading(name) {
        builder.open(Tag::P, &Vec::new());
        builder.open(Tag::Strong, &Vec::new());
    } else if matches!(name, "td" | "th") {
        // Tables become one paragraph a row.
        if builder.in_line() {
            builder.text(" | ");
        }
    } else if matches!(name, "img" | "iframe" | "embed") {
        picture(start, builder);
    } else if is_paragraph_like(name) {
        builder.boundary();
    }
}

fn close(name: &str, builder: &mut Builder) {
    if let Some(tag) = kept_tag(name) {
        builder.close(tag);
    } else if is_heading(name) {
        builder.close(Tag::Strong);
        builder.close(Tag::P);
    } else if is_paragraph_like(name) {
        builder.boundary();
    } else if name == "br" {
        // Browsers read `</br>` as a line break.
        builder.line_break();
    }
}

/// Lemmy and PieFed send pictures in the text; a link says where they are.
fn picture(start: &Start<'_>, builder: &mut Builder) {
    let description = start
        .attribute("alt")
        .or_else(|| start.attribute("title"))
        .unwrap_or_default();
    let description = cut(description.trim(), 4096);
    let class = start.attribute("class").unwrap_or_default();
    let is_emoji = class.contains("emoji") || class.contains("smiley");
    match start.attribute("src").as_deref().and_then(safe_href) {
        Some(href) if !builder.in_link() && !is_emoji => {
            let shown = if description.is_empty() {
                href.clone()
            } else {
                description.to_owned()
            };
            builder.open(Tag::A, &outward_link(href));
            builder.text(&shown);
            builder.close(Tag::A);
        }
        _ => builder.text(description),
    }
}

/// The attributes that stay; `None` if the tag makes no sense without one that is missing.
fn attributes(tag: Tag, start: &Start<'_>) -> Option<Attributes> {
    let mut kept = Attributes::new();
    match tag {
        Tag::A => {
            kept.push(("href", safe_href(&start.attribute("href")?)?));
            push_classes(start, &mut kept);
            let mut rel = LINK_REL.to_owned();
            let said = start.attribute("rel").unwrap_or_default();
            for word in KEPT_REL {
                if said.split_ascii_whitespace().any(|found| found == word) {
                    rel.push(' ');
                    rel.push_str(word);
                }
            }
            kept.push(("rel", rel));
            kept.push(("target", "_blank".to_owned()));
        }
        Tag::Span => push_classes(start, &mut kept),
        // By this clients know what stands there for readers without quotes (FEP-044f).
        Tag::P if is_quote_fallback(start) => kept.push(("class", "quote-inline".to_owned())),
        Tag::Ol => {
            push_number("start", start, &mut kept);
            if start.attribute("reversed").is_some() {
                kept.push(("reversed", String::new()));
            }
        }
        Tag::Li => push_number("value", start, &mut kept),
        _ => {}
    }
    Some(kept)
}

fn push_classes(start: &Start<'_>, kept: &mut Attributes) {
    let said = start.attribute("class").unwrap_or_default();
    let classes: Vec<&str> = said
        .split_ascii_whitespace()
        .filter(|class| is_kept_class(class))
        .take(8)
        .collect();
    if !classes.is_empty() {
        kept.push(("class", classes.join(" ")));
    }
}

fn push_number(name: &'static str, start: &Start<'_>, kept: &mut Attributes) {
    let number = start
        .attribute(name)
        .and_then(|said| said.trim().parse::<i32>().ok());
    if let Some(number) = number {
        kept.push((name, number.to_string()));
    }
}

/// Microformats and the classes by which clients know mentions, hashtags and cut links.
fn is_kept_class(class: &str) -> bool {
    let microformat = ["h-", "p-", "u-", "dt-", "e-"]
        .iter()
        .any(|p| class.starts_with(p));
    let plain = class
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    (microformat && plain && class.len() <= 40)
        || matches!(
            class,
            "mention" | "hashtag" | "ellipsis" | "invisible" | "quote-inline"
        )
}

fn is_quote_fallback(start: &Start<'_>) -> bool {
    let said = start.attribute("class").unwrap_or_default();
    said.split_ascii_whitespace()
        .any(|class| class == "quote-inline")
}

/// The same list once more, for ammonia.
static JUDGE: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "p",
        "br",
        "span",
        "a",
        "del",
        "pre",
        "code",
        "em",
        "i",
        "strong",
        "b",
        "u",
        "ul",
        "ol",
        "li",
        "blockquote",
    ];
    let attributes: HashMap<&str, HashSet<&str>> = [
        ("a", HashSet::from(["href", "rel", "class", "target"])),
        ("span", HashSet::from(["class"])),
        ("p", HashSet::from(["class"])),
        ("ol", HashSet::from(["start", "reversed"])),
        ("li", HashSet::from(["value"])),
    ]
    .into();
    let mut judge = ammonia::Builder::empty();
    judge
        .tags(tags.into())
        .tag_attributes(attributes)
        .clean_content_tags(HashSet::from(["script", "style"]))
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .attribute_filter(|_, attribute, value| {
            let right = match attribute {
                "href" => true,
                "class" => value.split(' ').all(is_kept_class),
                "rel" => value.split(' ').all(|word| {
                    KEPT_REL.contains(&word) || LINK_REL.split(' ').any(|ours| ours == word)
                }),
                "target" => value == "_blank",
                "start" | "value" => value.parse::<i32>().is_ok(),
                "reversed" => value.is_empty(),
                _ => false,
            };
            right.then_some(value.into())
        });
    judge
});

#[cfg(test)]
mod tests;
