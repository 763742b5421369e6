//! Finds `@mentions`, `!groups`, `#hashtags` and links in plain text. One pass by hand, no
//! regular expressions: the text may come from anybody. The rules are Mastodon's, so that people
//! can write here as they are used to; `!group` is Lemmy's sign for a group.

use std::collections::HashSet;
use std::ops::Range;

use url::Url;

/// Longer addresses are not linked.
const MAX_LINK: usize = 4096;
/// Longer names are not mentions (Mastodon itself allows 30 letters for its own members).
const MAX_NAME: usize = 128;
/// Longer words are not hashtags.
const MAX_TAG: usize = 200;

/// A mention as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MentionText {
    /// The name, in the letters that were written.
    pub username: String,
    /// The server in lower case, if one was written.
    pub domain: Option<String>,
    /// Written with `!`: means a group and nobody else.
    pub group_sigil: bool,
}

/// What was found, each thing once, in order of appearance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// People and groups.
    pub mentions: Vec<MentionText>,
    /// Hashtags without `#`, in the letters that were written first.
    pub hashtags: Vec<String>,
    /// http and https addresses.
    pub links: Vec<Url>,
}

/// A part of the text that means something, and where it stands (bytes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The bytes of the text.
    pub span: Range<usize>,
    /// What it is.
    pub kind: PieceKind,
}

/// The meaning of a [`Piece`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// `@user`, `@user@domain`, `!group` or `!group@domain`.
    Mention(MentionText),
    /// A hashtag without its `#`.
    Hashtag(String),
    /// A link.
    Link(Url),
}

/// Everything that `text` mentions.
#[must_use]
pub fn scan(text: &str) -> Found {
    let mut collector = Collector::default();
    collector.add(text);
    collector.found
}

/// Gathers what several texts mention.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    pub(crate) found: Found,
    seen: HashSet<String>,
}

impl Collector {
    pub(crate) fn add(&mut self, text: &str) {
        for piece in pieces(text) {
            let written = text.get(piece.span).unwrap_or_default();
            let is_link = matches!(piece.kind, PieceKind::Link(_));
            // Paths may differ by case; names and hashtags do not.
            let key = if is_link {
                written.to_owned()
            } else {
                written.to_lowercase()
            };
            if !self.seen.insert(key) {
                continue;
            }
            match piece.kind {
                PieceKind::Mention(mention) => self.found.mentions.push(mention),
                PieceKind::Hashtag(tag) => self.found.hashtags.push(tag),
                PieceKind::Link(url) => self.found.links.push(url),
            }
        }
    }

    pub(crate) fn add_link(&mut self, url: Url) {
        if self.seen.insert(url.as_str().to_owned()) {
            self.found.links.push(url);
        }
    }
}

/// The pieces of `text` that mean something, in order and without overlap.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut before: Option<char> = None;
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        let found = match first {
            '@' | '!' => mention(rest, before).map(|(len, m)| (len, PieceKind::Mention(m))),
            '#' | '＃' => hashtag(rest, before).map(|(len, tag)| (len, PieceKind::Hashtag(tag))),
            'h' | 'H' if !before.is_some_and(is_word) => match link(rest) {
                Address::Good(len, url) => Some((len, PieceKind::Link(url))),
                Address::Bad(len) => {
                    at += len;
                    before = Some('/');
                    continue;
                }
                Address::None => None,
            },
            _ => None,
        };
        let len = match found {
            Some((len, kind)) => {
                pieces.push(Piece {
                    span: at..at + len,
                    kind,
                });
                len
            }
            None => first.len_utf8(),
        };
        before = rest.get(..len).and_then(|taken| taken.chars().next_back());
        at += len;
    }
    pieces
}

/// `@` or `!`, a name, perhaps `@` and a server.
fn mention(rest: &str, before: Option<char>) -> Option<(usize, MentionText)> {
    // After a word it is an e-mail address, after `/` part of an address without scheme.
    if before.is_some_and(|c| is_word(c) || matches!(c, '=' | '/' | '@' | '!')) {
        return None;
    }
    let group_sigil = rest.starts_with('!');
    let name = rest.get(1..)?;
    let username = run(name, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
    });
    let username = username.trim_end_matches(['.', '-']);
    if username.is_empty() || username.starts_with(['.', '-']) || username.len() > MAX_NAME {
        return None;
    }
    let behind = name.get(username.len()..)?;
    let domain = behind.strip_prefix('@').and_then(domain);
    let len = 1 + username.len() + domain.map_or(0, |domain| 1 + domain.len());
    let mention = MentionText {
        username: username.to_owned(),
        domain: domain.map(str::to_lowercase),
        group_sigil,
    };
    Some((len, mention))
}

/// A server's name, perhaps with a port (test instances have one).
fn domain(text: &str) -> Option<&str> {
    let name = run(text, |c| is_word(c) || matches!(c, '.' | '-')).trim_end_matches(['.', '-']);
    if name.is_empty() || name.starts_with(['.', '-']) || name.len() > 253 {
        return None;
    }
    let behind = text.get(name.len()..)?;
    let port = behind
        .strip_prefix(':')
        .map_or("", |port| run(port, |c| c.is_ascii_digit()));
    let len = if port.is_empty() || port.len() > 5 {
        0
    } else {
        1 + port.len()
    };
    text.get(..name.len() + len)
}

/// `#` and a word with at least one letter; `·`, `・` and the zero-width non-joiner may stand
/// inside (Catalan, Japanese, Persian).
fn hashtag(rest: &str, before: Option<char>) -> Option<(usize, String)> {
    if before.is_some_and(|c| is_word(c) || matches!(c, '=' | '/' | ')' | '&')) {
        return None;
    }
    let sign = rest.chars().next()?.len_utf8();
    let separators = ['\u{b7}', '\u{30fb}', '\u{200c}'];
    let tag = run(rest.get(sign..)?, |c| is_word(c) || separators.contains(&c));
    let tag = tag.trim_end_matches(separators);
    let begins_well = tag.chars().next().is_some_and(is_word);
    if !begins_well || tag.len() > MAX_TAG || !tag.chars().any(char::is_alphabetic) {
        return None;
    }
    Some((sign + tag.len(), tag.to_owned()))
}

enum Address {
    Good(usize, Url),
    /// Looks like an address but is none; nothing inside it is looked at.
    Bad(usize),
    None,
}

fn link(rest: &str) -> Address {
    let is_scheme = |scheme: &str| {
        rest.get(..scheme.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    };
    if !is_scheme("https://") && !is_scheme("http://") {
        return Address::None;
    }
    let whole = run(rest, |c| !ends_link(c));
    let trimmed = trim_link(whole);
    if trimmed.len() > MAX_LINK {
        return Address::Bad(whole.len());
    }
    match Url::parse(trimmed) {
        Ok(url) if url.host_str().is_some_and(|host| !host.is_empty()) => {
            Address::Good(trimmed.len(), url)
        }
        _ => Address::Bad(whole.len()),
    }
}

fn ends_link(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '<' | '>' | '"' | '`' | '\\' | '{' | '}' | '|' | '^' | '«' | '»'
        )
        || matches!(c, '“' | '”' | '„' | '\u{3000}'..='\u{3003}' | '\u{3008}'..='\u{3011}')
        || matches!(c, '！' | '（' | '）' | '，' | '：' | '；' | '？')
        || matches!(
            c,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        )
        || matches!(c, '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Takes the punctuation of the sentence off: a full stop, a bracket that was opened before.
fn trim_link(link: &str) -> &str {
    let count = |wanted: char| link.chars().filter(|c| *c == wanted).count();
    let mut round = (count('('), count(')'));
    let mut square = (count('['), count(']'));
    let mut link = link;
    while let Some(last) = link.chars().next_back() {
        let trims = match last {
            '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '…' | '’' => true,
            ')' => {
                let trims = round.1 > round.0;
                round.1 -= usize::from(trims);
                trims
            }
            ']' => {
                let trims = square.1 > square.0;
                square.1 -= usize::from(trims);
                trims
            }
            '(' => {
                round.0 -= 1;
                true
            }
            '[' => {
                square.0 -= 1;
                true
            }
            _ => false,
        };
        if !trims {
            break;
        }
        link = link.get(..link.len() - last.len_utf8()).unwrap_or_default();
    }
    link
}

/// The longest beginning of which every character is right.
fn run(text: &str, right: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !right(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Letters, digits, the underscore, and the marks that belong to letters: without the marks a
/// hashtag in Javanese or Hindi would end in the middle of a syllable.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_mark(c)
}

/// Combining marks that Unicode does not count as alphabetic: accents, viramas, tone marks.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}'
        | '\u{64b}'..='\u{65f}' | '\u{8ca}'..='\u{8ff}' | '\u{93c}' | '\u{94d}'
        | '\u{951}'..='\u{954}' | '\u{9bc}' | '\u{9cd}' | '\u{a3c}' | '\u{a4d}' | '\u{abc}'
        | '\u{acd}' | '\u{b3c}' | '\u{b4d}' | '\u{bcd}' | '\u{c4d}' | '\u{cbc}' | '\u{ccd}'
        | '\u{d4d}' | '\u{dca}' | '\u{e47}'..='\u{e4e}' | '\u{eba}' | '\u{ec8}'..='\u{ece}'
        | '\u{f35}' | '\u{f37}' | '\u{f39}' | '\u{f82}'..='\u{f84}' | '\u{1037}' | '\u{1039}'
        | '\u{103a}' | '\u{1714}' | '\u{1734}' | '\u{17c9}'..='\u{17d3}' | '\u{1a60}'
        | '\u{1b34}' | '\u{1b44}' | '\u{1baa}' | '\u{1bab}' | '\u{1be6}' | '\u{1bf2}'
        | '\u{1bf3}' | '\u{20d0}'..='\u{20f0}' | '\u{3099}' | '\u{309a}' | '\u{a806}'
        | '\u{a8c4}' | '\u{a953}' | '\u{a9b3}' | '\u{a9c0}' | '\u{aaf6}' | '\u{abed}'
        | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mentions(text: &str) -> Vec<String> {
        let write = |m: MentionText| {
            let sigil = if m.group_sigil { "!" } else { "@" };
            let domain = m
                .domain
                .map(|domain| format!("@{domain}"))
                .unwrap_or_default();
            format!("{sigil}{}{domain}", m.username)
        };
        scan(text).mentions.into_iter().map(write).collect()
    }

    fn links(text: &str) -> Vec<String> {
        scan(text).links.into_iter().map(String::from).collect()
    }

    #[test]
    fn people_and_groups_are_mentioned() {
        assert_eq!(
            mentions("@ana hi (@Ben@far.example). ¡@chi!"),
            ["@ana", "@Ben@far.example", "@chi"]
        );
        assert_eq!(
            mentions("!books and !tea@lemmy.example, see"),
            ["!books", "!tea@lemmy.example"]
        );
        assert_eq!(
            mentions("@a.b-c_. @dan@Far.Example. @e@"),
            ["@a.b-c_", "@dan@far.example", "@e"]
        );
        assert_eq!(mentions("@dan@127.0.0.1:3000: x"), ["@dan@127.0.0.1:3000"]);
        assert_eq!(mentions("@ana@müller.example"), ["@ana@müller.example"]);
        assert_eq!(mentions("@ana @ANA @ana"), ["@ana"]);
    }

    #[test]
    fn addresses_are_no_mentions() {
        assert!(
            mentions("ana@far.example me+x@a.b https://x.example/@ana x.example/@ana").is_empty()
        );
        assert!(mentions("Hello!world !! !!x @ @- a=@b @é").is_empty());
    }

    #[test]
    fn hashtags_need_a_letter() {
        let text = "#tea #2024 #1st #a_b. #_ #日本・語 #été #नमस्ते #ꦧꦭꦻ x#y /#z &#39; ＃full #a·";
        assert_eq!(
            scan(text).hashtags,
            [
                "tea",
                "1st",
                "a_b",
                "日本・語",
                "été",
                "नमस्ते",
                "ꦧꦭꦻ",
                "full",
                "a"
            ]
        );
        assert_eq!(scan("#Tea #tea").hashtags, ["Tea"]);
    }

    #[test]
    fn links_end_where_the_sentence_does() {
        assert_eq!(
            links("See https://x.example/a. (http://y.example/b_(c)) <HTTPS://z.example>!"),
            [
                "https://x.example/a",
                "http://y.example/b_(c)",
                "https://z.example/"
            ]
        );
        assert_eq!(
            links("https://x.example/#tag、https://y.example/日本。"),
            [
                "https://x.example/#tag",
                "https://y.example/%E6%97%A5%E6%9C%AC"
            ]
        );
        assert!(links("http:// https://? xhttp://a.example ftp://b.example").is_empty());
        assert!(scan("https://x.example/#tag?@ana").hashtags.is_empty());
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        for piece in [
            "@",
            "@a",
            "#",
            "http://",
            "https://a/(",
            "@a@",
            "!a@b",
            ")",
            "h",
        ] {
            let text = piece.repeat(1_000_000 / piece.len());
            let begun = std::time::Instant::now();
            let _ = scan(&text);
            assert!(
                begun.elapsed() < std::time::Duration::from_secs(10),
                "{piece}"
            );
        }
    }

    proptest! {
        #[test]
        fn spans_are_in_order_and_on_boundaries(text in "[@!#hH＃ a-c./:é)(]{0,60}|.{0,60}") {
            let mut end = 0;
            for piece in pieces(&text) {
                prop_assert!(piece.span.start >= end && piece.span.end > piece.span.start);
                prop_assert!(text.get(piece.span.clone()).is_some());
                end = piece.span.end;
            }
        }
    }
}
