//! From what a member wrote as plain text to `Html`: paragraphs, line breaks, links, mentions and
//! hashtags in the shape that Mastodon gives them, because clients look for that shape.

use crate::html::{Builder, Html, Tag, outward_link, safe_href};
use crate::microsyntax::{MentionText, PieceKind, pieces};

/// Letters of a link that are shown, besides the hidden `https://www.` (Mastodon shows 30).
const SHOWN_OF_LINK: usize = 30;

/// The account that a mention means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MentionTarget {
    /// The account's page.
    pub url: String,
    /// The name to show behind the `@`.
    pub acct_username: String,
}

/// Finds the account of a mention; `None` leaves it as text.
pub type ResolveMention<'a> = dyn Fn(&MentionText) -> Option<MentionTarget> + 'a;

/// The page of a hashtag, which is given without `#` in the letters that were written.
pub type TagUrl<'a> = dyn Fn(&str) -> String + 'a;

/// Turns plain text into paragraphs with links, mentions and hashtags.
#[must_use]
pub fn plain_to_html(text: &str, resolve: &ResolveMention<'_>, tag_url: &TagUrl<'_>) -> Html {
    let mut builder = Builder::default();
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut in_paragraph = false;
    for line in text.trim().split('\n') {
        let line = line.trim_end();
        if line.is_empty() {
            builder.close(Tag::P);
            in_paragraph = false;
            continue;
        }
        if in_paragraph {
            builder.line_break();
        } else {
            builder.open(Tag::P, &Vec::new());
            in_paragraph = true;
        }
        write_words(&mut builder, line, resolve, tag_url);
    }
    Html::built(builder)
}

/// Writes text that may contain links, mentions and hashtags.
pub(crate) fn write_words(
    builder: &mut Builder,
    text: &str,
    resolve: &ResolveMention<'_>,
    tag_url: &TagUrl<'_>,
) {
    let mut written = 0;
    for piece in pieces(text) {
        builder.text(text.get(written..piece.span.start).unwrap_or_default());
        let letters = text.get(piece.span.clone()).unwrap_or_default();
        match &piece.kind {
            PieceKind::Mention(mention) => match resolve(mention) {
                Some(target) => write_mention(builder, mention, &target),
                None => builder.text(letters),
            },
            PieceKind::Hashtag(tag) => write_hashtag(builder, tag, &tag_url(tag)),
            PieceKind::Link(_) => write_link(builder, letters),
        }
        written = piece.span.end;
    }
    builder.text(text.get(written..).unwrap_or_default());
}

fn write_mention(builder: &mut Builder, mention: &MentionText, target: &MentionTarget) {
    let sigil = if mention.group_sigil { "!" } else { "@" };
    let Some(href) = safe_href(&target.url) else {
        builder.text(sigil);
        builder.text(&mention.username);
        return;
    };
    builder.open(Tag::Span, &vec![("class", "h-card".to_owned())]);
    builder.open(
        Tag::A,
        &vec![("href", href), ("class", "u-url mention".to_owned())],
    );
    builder.text(sigil);
    builder.open(Tag::Span, &Vec::new());
    builder.text(&target.acct_username);
    builder.close(Tag::Span);
    builder.close(Tag::A);
    builder.close(Tag::Span);
}

fn write_hashtag(builder: &mut Builder, tag: &str, url: &str) {
    let Some(href) = safe_href(url) else {
        builder.text("#");
        builder.text(tag);
        return;
    };
    let attributes = vec![
        ("href", href),
        ("class", "mention hashtag".to_owned()),
        ("rel", "tag".to_owned()),
    ];
    builder.open(Tag::A, &attributes);
    builder.text("#");
    builder.open(Tag::Span, &Vec::new());
    builder.text(tag);
    builder.close(Tag::Span);
    builder.close(Tag::A);
}

/// Writes a bare address, shortened for the eye but complete for copying and screen readers.
pub(crate) fn write_link(builder: &mut Builder, letters: &str) {
    let Some(href) = safe_href(letters) else {
        builder.text(letters);
        return;
    };
    let (scheme, address) = letters
        .split_at_checked(letters.find("://").map_or(0, |at| at + 3))
        .unwrap_or(("", letters));
    let www = address
        .get(..4)
        .filter(|begin| begin.eq_ignore_ascii_case("www."))
        .unwrap_or("");
    let address = address.get(www.len()..).unwrap_or(address);
    let end = address
        .char_indices()
        .nth(SHOWN_OF_LINK)
        .map_or(address.len(), |(at, _)| at);
    let (shown, hidden) = address.split_at_checked(end).unwrap_or((address, ""));

    builder.open(Tag::A, &outward_link(href));
    let spans = [
        ("invisible", [scheme, www].concat()),
        (
            if hidden.is_empty() { "" } else { "ellipsis" },
            shown.to_owned(),
        ),
        ("invisible", hidden.to_owned()),
    ];
    for (class, letters) in spans {
        let attributes = match class {
            "" => Vec::new(),
            class => vec![("class", class.to_owned())],
        };
        builder.open(Tag::Span, &attributes);
        builder.text(&letters);
        builder.close(Tag::Span);
    }
    builder.close(Tag::A);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn compose(text: &str) -> String {
        plain_to_html(text, &resolve, &tag_url).into_string()
    }

    fn resolve(mention: &MentionText) -> Option<MentionTarget> {
        (mention.username != "nobody").then(|| MentionTarget {
            url: format!("https://balai.example/@{}", mention.username),
            acct_username: mention.username.clone(),
        })
    }

    fn tag_url(tag: &str) -> String {
        format!("https://balai.example/tags/{}", tag.to_lowercase())
    }

    #[test]
    fn blank_lines_make_paragraphs() {
        assert_eq!(
            compose(" one\r\ntwo\n\n\n<three> & \"four\"\n"),
            "<p>one<br>two</p><p>&lt;three&gt; &amp; \"four\"</p>"
        );
        assert_eq!(compose(" \n "), "");
    }

    #[test]
    fn mentions_and_hashtags_look_like_mastodons() {
        assert_eq!(
            compose("hi @ana"),
            r#"<p>hi <span class="h-card"><a href="https://balai.example/@ana" class="u-url mention">@<span>ana</span></a></span></p>"#
        );
        assert!(compose("!books").contains("class=\"u-url mention\">!<span>books</span></a>"));
        assert_eq!(
            compose("#Tea!"),
            r#"<p><a href="https://balai.example/tags/tea" class="mention hashtag" rel="tag">#<span>Tea</span></a>!</p>"#
        );
        assert_eq!(compose("@nobody@x.example"), "<p>@nobody@x.example</p>");
    }

    #[test]
    fn long_links_are_shortened_for_the_eye() {
        assert_eq!(
            compose("https://www.example.com/a/very/long/path/indeed?q=1&r=2"),
            "<p><a href=\"https://www.example.com/a/very/long/path/indeed?q=1&amp;r=2\" rel=\"nofollow noopener noreferrer\" target=\"_blank\"><span class=\"invisible\">https://www.</span><span class=\"ellipsis\">example.com/a/very/long/path/i</span><span class=\"invisible\">ndeed?q=1&amp;r=2</span></a></p>"
        );
        assert!(compose("http://x.example").contains("<span>x.example</span>"));
    }

    proptest! {
        /// What we write ourselves would pass our own sanitiser: only `rel` and `target` differ.
        #[test]
        fn sanitising_keeps_what_we_write(text in "[@!#ahttps:/. \n<&>\"é_-]{0,80}|.{0,80}") {
            let html = plain_to_html(&text, &resolve, &tag_url);
            let clean = Html::sanitize(html.as_str());
            prop_assert_eq!(crate::to_plain(&clean), crate::to_plain(&html));
            prop_assert_eq!(
                clean.as_str().matches('<').count(),
                html.as_str().matches('<').count()
            );
        }
    }
}
