//! Cuts HTML into tags and text in one pass, never looking at a byte more than a few times.
//! It is lenient and small on purpose: what it finds is only a proposal, the builder decides what
//! is written. html5ever's own tokeniser is not used because it compares every attribute of a tag
//! with every other, so one tag of a megabyte would take minutes.

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;

/// Attributes beyond this number are not looked at.
const MAX_ATTRIBUTES: usize = 24;
/// Attribute values longer than this are ignored (pictures as `data:` URLs, mostly).
const MAX_VALUE: usize = 8 * 1024;
/// The longest name in the table of named character references has 32 letters.
const MAX_ENTITY: usize = 34;

/// One step of the page: text or a tag.
#[derive(Debug)]
pub(crate) enum Token<'a> {
    /// Character references are already resolved.
    Text(Cow<'a, str>),
    Start(Start<'a>),
    /// The name in lower case.
    End(String),
}

/// A start tag with the attributes that we may want.
#[derive(Debug)]
pub(crate) struct Start<'a> {
    pub(crate) name: String,
    /// Ends with `/>`, which only pictures and formulas in the page take seriously.
    pub(crate) self_closing: bool,
    attributes: Vec<(&'a str, &'a str)>,
    /// What stands in an element whose content is not HTML; nothing for all others.
    inside: &'a str,
}

impl Start<'_> {
    /// The value of the first attribute of this name, character references resolved.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        self.attributes
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| decode_with(value, true))
    }

    /// The words of a `<title>`, which has no elements in it.
    pub(crate) fn words(&self) -> Cow<'_, str> {
        decode(self.inside)
    }
}

/// Iterates over the tokens of `input`.
#[derive(Debug)]
pub(crate) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(input: &'a str) -> Self {
        Self { rest: input }
    }

    /// Takes everything up to `end` (bytes) and moves behind it.
    fn take(&mut self, end: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Moves behind the next `needle`, or to the end if there is none.
    fn skip_behind(&mut self, needle: &str) {
        self.rest = self.rest.split_once(needle).map_or("", |(_, rest)| rest);
    }

    /// Elements whose content is not HTML: takes it, up to their end tag or to the end.
    fn raw_text(&mut self, name: &str) -> &'a str {
        let mut behind = self.rest;
        while let Some(at) = behind.find("</") {
            let Some((_, tail)) = behind.split_at_checked(at + 2) else {
                break;
            };
            let is_end = tail
                .split_at_checked(name.len())
                .is_some_and(|(found, _)| found.eq_ignore_ascii_case(name));
            if is_end {
                let at = self.rest.len().saturating_sub(tail.len() + 2);
                return self.take(at);
            }
            behind = tail;
        }
        self.take(self.rest.len())
    }

    /// Reads `<name ...>`; the rest begins behind `<`. A tag without end swallows what follows,
    /// as in browsers.
    fn start_tag(&mut self) -> Token<'a> {
        let name_end = self.rest.find(ends_name).unwrap_or(self.rest.len());
        let name = self.take(name_end).to_ascii_lowercase();
        let mut attributes = Vec::new();
        let mut self_closing;
        loop {
            self_closing = self.rest.starts_with("/>");
            self.rest = self
                .rest
                .trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if self.rest.is_empty() {
                break;
            }
            if self.rest.starts_with('>') {
                self.take(1);
                break;
            }
            let (attribute, value) = self.attribute();
            if attributes.len() < MAX_ATTRIBUTES && value.len() <= MAX_VALUE {
                attributes.push((attribute, value));
            }
        }
        let inside = if is_raw_text(&name) {
            self.raw_text(&name)
        } else {
            ""
        };
        Token::Start(Start {
            name,
            self_closing,
            attributes,
            inside,
        })
    }

    fn attribute(&mut self) -> (&'a str, &'a str) {
        // A leading `=` belongs to the name (HTML, "before attribute name state"); this also
        // makes sure that every turn takes at least one byte.
        let begin = usize::from(self.rest.starts_with('='));
        let end = self
            .rest
            .bytes()
            .enumerate()
            .skip(begin)
            .find(|(_, b)| b.is_ascii_whitespace() || matches!(b, b'=' | b'>' | b'/'))
            .map_or(self.rest.len(), |(at, _)| at);
        let name = self.take(end);
        let behind = self
            .rest
            .trim_start_matches(|c: char| c.is_ascii_whitespace());
        let Some(value) = behind.strip_prefix('=') else {
            return (name, "");
        };
        self.rest = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
        for quote in ['"', '\''] {
            if let Some(quoted) = self.rest.strip_prefix(quote) {
                let (value, rest) = quoted.split_once(quote).unwrap_or((quoted, ""));
                self.rest = rest;
                return (name, value);
            }
        }
        let end = self
            .rest
            .find(|c: char| c.is_ascii_whitespace() || c == '>');
        (name, self.take(end.unwrap_or(self.rest.len())))
    }

    fn end_tag(&mut self) -> Token<'a> {
        let name_end = self.rest.find(ends_name).unwrap_or(self.rest.len());
        let name = self.take(name_end).to_ascii_lowercase();
        self.skip_behind(">");
        Token::End(name)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let mut behind = self.rest.chars();
            let (first, second, third) = (behind.next()?, behind.next(), behind.next());
            if first != '<' {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                return Some(Token::Text(decode(self.take(end))));
            }
            match (second, third) {
                (Some(letter), _) if letter.is_ascii_alphabetic() => {
                    self.take(1);
                    return Some(self.start_tag());
                }
                (Some('/'), Some(letter)) if letter.is_ascii_alphabetic() => {
                    self.take(2);
                    return Some(self.end_tag());
                }
                (Some('!'), _) if self.rest.starts_with("<!--") => {
                    // `<!-->` and `<!--->` are whole comments; so the dashes may overlap.
                    self.take(2);
                    self.skip_behind("-->");
                }
                (Some('!' | '?' | '/'), _) => self.skip_behind(">"),
                _ => {
                    // A lone `<` is text, together with what follows it.
                    let end = self
                        .rest
                        .bytes()
                        .enumerate()
                        .skip(1)
                        .find(|(_, b)| *b == b'<')
                        .map_or(self.rest.len(), |(at, _)| at);
                    return Some(Token::Text(decode(self.take(end))));
                }
            }
        }
    }
}

fn ends_name(c: char) -> bool {
    c.is_ascii_whitespace() || matches!(c, '/' | '>')
}

fn is_raw_text(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "xmp" | "iframe" | "noembed" | "noframes" | "textarea" | "title"
    )
}

/// Resolves character references (`&amp;`, `&#39;`, `&#x27;`) of text.
fn decode(raw: &str) -> Cow<'_, str> {
    decode_with(raw, false)
}

fn decode_with(raw: &str, in_attribute: bool) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        rest = match numeric(behind).or_else(|| named(behind, in_attribute)) {
            Some((characters, behind)) => {
                out.extend(characters.into_iter().flatten());
                behind
            }
            None => {
                out.push('&');
                behind
            }
        };
    }
    out.push_str(rest);
    Cow::Owned(out)
}

type Reference<'a> = ([Option<char>; 2], &'a str);

fn numeric(behind: &str) -> Option<Reference<'_>> {
    let digits = behind.strip_prefix('#')?;
    let hexadecimal = digits.strip_prefix(['x', 'X']);
    let (digits, radix) = hexadecimal.map_or((digits, 10), |digits| (digits, 16));
    let end = digits
        .find(|c: char| !c.is_digit(radix))
        .unwrap_or(digits.len());
    let (number, rest) = digits.split_at_checked(end)?;
    if number.is_empty() {
        return None;
    }
    let character = u32::from_str_radix(number, radix)
        .ok()
        .filter(|code| *code != 0)
        .and_then(char::from_u32)
        .unwrap_or(char::REPLACEMENT_CHARACTER);
    Some((
        [Some(character), None],
        rest.strip_prefix(';').unwrap_or(rest),
    ))
}

fn named(behind: &str, in_attribute: bool) -> Option<Reference<'_>> {
    let end = behind
        .bytes()
        .take(MAX_ENTITY)
        .position(|b| !b.is_ascii_alphanumeric())
        .unwrap_or_else(|| behind.len().min(MAX_ENTITY));
    let with_semicolon = behind.as_bytes().get(end) == Some(&b';');
    if with_semicolon && let Some(found) = lookup(behind, end + 1) {
        return Some(found);
    }
    // `?a=1&copy=2` in an address is no copyright sign.
    if in_attribute {
        let next = behind.as_bytes().get(end);
        return lookup(behind, end).filter(|_| next != Some(&b'='));
    }
    // Old references work without a semicolon, also as the beginning of a longer word; the
    // longest of those has six letters (`Aacute` and its kind have six, `frac12` too).
    (2..=end.min(6)).rev().find_map(|end| lookup(behind, end))
}

fn lookup(behind: &str, end: usize) -> Option<Reference<'_>> {
    let (name, rest) = behind.split_at_checked(end)?;
    // The table also holds the beginnings of names, marked by zeroes.
    let &(first, second) = NAMED_ENTITIES.get(name).filter(|(first, _)| *first != 0)?;
    let second = char::from_u32(second).filter(|c| *c != '\0');
    Some(([char::from_u32(first), second], rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(html: &str) -> Vec<String> {
        Tokens::new(html)
            .map(|token| match token {
                Token::Text(text) => text.into_owned(),
                Token::Start(start) => {
                    format!(
                        "<{} {:?}",
                        start.name,
                        start.attribute("href").unwrap_or_default()
                    )
                }
                Token::End(name) => format!("</{name}"),
            })
            .collect()
    }

    #[test]
    fn tags_text_and_attributes_are_found() {
        assert_eq!(
            shape("a <B>b</b ><a class=x HREF='u?a=1&amp;b=2'>c</a>"),
            ["a ", "<b \"\"", "b", "</b", "<a \"u?a=1&b=2\"", "c", "</a"]
        );
        assert_eq!(shape("1 < 2 <3"), ["1 ", "< 2 ", "<3"]);
        assert_eq!(shape("<a href=x/y>z"), ["<a \"x/y\"", "z"]);
    }

    #[test]
    fn comments_and_scripts_disappear() {
        assert_eq!(
            shape("a<!-- <b> -->b<!-->c<?php x ?>d"),
            ["a", "b", "c", "d"]
        );
        assert_eq!(
            shape("<script>'<b>' </scripture> </SCRIPT>x")
                .last()
                .unwrap(),
            "x"
        );
        assert_eq!(shape("x<style>never ends <b>").len(), 2);
    }

    #[test]
    fn references_are_resolved_like_in_browsers() {
        assert_eq!(
            decode("&lt;&#60;&#x3C;&ampx &notin; &nosuch; & &#0;&#;"),
            "<<<&x ∉ &nosuch; & \u{fffd}&#;"
        );
        assert_eq!(decode("&NewLine;&Tab;&AMP"), "\n\t&");
    }
}
