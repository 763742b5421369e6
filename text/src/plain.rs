//! From `Html` back to plain text: for notifications, feeds, search, titles and summaries.

use unicode_segmentation::UnicodeSegmentation;

use crate::html::{Html, Token, Tokens};
use crate::microsyntax::{MentionText, PieceKind, pieces};

/// The words of a page: paragraphs with a blank line between them, list items with a mark.
#[must_use]
pub fn to_plain(html: &Html) -> String {
    let mut page = Page::default();
    for token in Tokens::new(html.as_str()) {
        match token {
            Token::Text(text) => page.words(&text),
            Token::Start(start) => page.start(&start.name),
            Token::End(name) => page.end(&name),
        }
    }
    page.out
}

/// The beginning of a page on one line, at most `max_graphemes` letters as people count them.
#[must_use]
pub fn summary(html: &Html, max_graphemes: usize) -> String {
    let plain = to_plain(html);
    shorten(&one_line(&plain), max_graphemes)
}

/// A title for a thread that has none: the first line of the page without the mention of its
/// group (`skip_mention` is `books`, `@books` or `@books@far.example`).
#[must_use]
pub fn first_line_title(html: &Html, skip_mention: &str, max: usize) -> String {
    first_line_title_of_text(&to_plain(html), skip_mention, max)
}

/// The same for plain text.
#[must_use]
pub fn first_line_title_of_text(text: &str, skip_mention: &str, max: usize) -> String {
    let group = skip_mention.trim_start_matches(['@', '!']);
    let (name, domain) = group
        .split_once('@')
        .map_or((group, None), |(n, d)| (n, Some(d)));
    text.lines()
        .map(|line| one_line(&without_mention(line, name, domain)))
        .find(|line| line.chars().any(char::is_alphanumeric))
        .map_or_else(String::new, |line| shorten(&line, max))
}

/// Takes the mentions of the group out of a line. Mastodon shows mentions without their server,
/// so a missing one counts as the right one.
fn without_mention(line: &str, name: &str, domain: Option<&str>) -> String {
    let is_group = |mention: &MentionText| {
        mention.username.eq_ignore_ascii_case(name)
            && match (mention.domain.as_deref(), domain) {
                (Some(written), Some(wanted)) => written.eq_ignore_ascii_case(wanted),
                _ => true,
            }
    };
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    for piece in pieces(line) {
        if let PieceKind::Mention(mention) = &piece.kind
            && is_group(mention)
        {
            out.push_str(line.get(at..piece.span.start).unwrap_or_default());
            at = piece.span.end;
        }
    }
    out.push_str(line.get(at..).unwrap_or_default());
    // "@books: what do you read?" leaves a colon behind.
    out.trim_start_matches([' ', ':', ',', '-', '–', '—'])
        .to_owned()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Cuts at the end of a word if there is one near, and says so by an ellipsis.
fn shorten(line: &str, max: usize) -> String {
    let Some((end, _)) = line.grapheme_indices(true).nth(max) else {
        return line.to_owned();
    };
    let last = line
        .grapheme_indices(true)
        .nth(max.saturating_sub(1))
        .map_or(0, |(at, _)| at);
    if max == 0 {
        return String::new();
    }
    let kept = line.get(..last).unwrap_or_default();
    let at_word_end = line
        .get(last..end)
        .is_some_and(|next| next.starts_with(' '));
    let kept = match kept.rfind(' ') {
        Some(space) if !at_word_end && space * 3 > kept.len() * 2 => kept.get(..space),
        _ => Some(kept),
    };
    let mut short = kept.unwrap_or_default().trim_end().to_owned();
    short.push('…');
    short
}

/// A list that is open, with the number of its next item if it has numbers.
type List = Option<i64>;

#[derive(Default)]
struct Page {
    out: String,
    lists: Vec<List>,
    /// Line ends that are due before the next word.
    due: usize,
    verbatim: bool,
}

impl Page {
    fn start(&mut self, name: &str) {
        match name {
            "br" => {
                self.out.truncate(self.out.trim_end_matches(' ').len());
                self.out.push('\n');
            }
            "p" | "blockquote" => self.wants(2),
            "pre" => {
                self.wants(2);
                self.verbatim = true;
            }
            "ul" | "ol" => {
                self.wants(if self.lists.is_empty() { 2 } else { 1 });
                self.lists.push((name == "ol").then_some(1));
            }
            "li" => {
                self.wants(1);
                self.end_lines();
                for _ in self.lists.iter().skip(1) {
                    self.out.push_str("  ");
                }
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        self.out.push_str(&format!("{number}. "));
                        *number += 1;
                    }
                    _ => self.out.push_str("- "),
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" | "blockquote" => self.wants(2),
            "pre" => {
                self.wants(2);
                self.verbatim = false;
            }
            "ul" | "ol" => {
                self.lists.pop();
                self.wants(if self.lists.is_empty() { 2 } else { 1 });
            }
            "li" => self.due = 1,
            _ => {}
        }
    }

    fn wants(&mut self, lines: usize) {
        // The first paragraph of a list item stands beside its mark.
        let after_mark = self.out.ends_with("- ") || self.out.ends_with(". ");
        if !(self.out.is_empty() || (after_mark && !self.lists.is_empty())) {
            self.due = self.due.max(lines);
        }
    }

    fn end_lines(&mut self) {
        let written = self.out.len() - self.out.trim_end_matches('\n').len();
        self.out
            .extend(std::iter::repeat_n('\n', self.due.saturating_sub(written)));
        self.due = 0;
    }

    fn words(&mut self, text: &str) {
        if self.due > 0 && text.trim().is_empty() {
            return;
        }
        if self.due > 0 {
            let written = self.out.len() - self.out.trim_end_matches('\n').len();
            self.out
                .extend(std::iter::repeat_n('\n', self.due.saturating_sub(written)));
            self.due = 0;
        }
        if self.verbatim {
            self.out.push_str(text);
            return;
        }
        for character in text.chars() {
            if character.is_ascii_whitespace() {
                if !(self.out.is_empty() || self.out.ends_with([' ', '\n'])) {
                    self.out.push(' ');
                }
            } else {
                self.out.push(if character == '\u{a0}' {
                    ' '
                } else {
                    character
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(html: &str) -> String {
        to_plain(&Html::sanitize(html))
    }

    #[test]
    fn paragraphs_lists_and_lines_can_be_read() {
        assert_eq!(plain("<p>a &amp; b<br>c</p><p>d</p>"), "a & b\nc\n\nd");
        assert_eq!(
            plain("x<ul><li>a<ol><li>one</li><li>two</li></ol></li><li><p>b</p></li></ul>y"),
            "x\n\n- a\n  1. one\n  2. two\n- b\n\ny"
        );
        assert_eq!(
            plain("<pre>a\n  b</pre><blockquote>c</blockquote>"),
            "a\n  b\n\nc"
        );
        assert_eq!(plain("<p>a <b>b</b> c</p>"), "a b c");
        assert_eq!(plain("&lt;b&gt;"), "<b>");
    }

    #[test]
    fn summaries_end_at_words() {
        let html = Html::sanitize("<p>one two three</p><p>four five</p>");
        assert_eq!(summary(&html, 100), "one two three four five");
        assert_eq!(summary(&html, 16), "one two three…");
        assert_eq!(summary(&html, 1), "…");
        assert_eq!(summary(&html, 0), "");
        assert_eq!(summary(&Html::sanitize("<p>👩‍👩‍👧‍👦👩‍👩‍👧‍👦</p>"), 2), "👩‍👩‍👧‍👦👩‍👩‍👧‍👦");
    }

    #[test]
    fn a_thread_gets_its_first_line_as_title() {
        let html = Html::sanitize(
            "<p><span class=h-card><a class='u-url mention' href=https://x.example/c/books>@<span>books</span></a></span> What do you read?<br>I read Le Guin.</p>",
        );
        assert_eq!(
            first_line_title(&html, "@books@x.example", 200),
            "What do you read?"
        );
        assert_eq!(
            first_line_title_of_text("!books@x.example\n\nHi  @ana, all", "books@x.example", 200),
            "Hi @ana, all"
        );
        assert_eq!(
            first_line_title_of_text("@Books: a\tb", "books", 200),
            "a b"
        );
        assert_eq!(
            first_line_title_of_text("@books@other.example hi", "books@x.example", 200),
            "@books@other.example hi"
        );
        assert_eq!(first_line_title_of_text("@books", "books", 200), "");
        assert_eq!(first_line_title_of_text("abcdef", "books", 4), "abc…");
    }
}
