//! Writes HTML that is right by construction: only the tags of the list below exist, every tag
//! that opens also closes, blocks never stand inside inline elements, and depth and length are
//! bounded. A browser, ammonia and this builder all read the result the same way.

use std::fmt::Write;

/// Deeper nesting is flattened.
const MAX_DEPTH: usize = 24;
/// More inline elements around one word are ignored.
const MAX_INLINE: usize = 8;
/// What does not fit is cut off; a remote document has at most 1 MiB anyway.
const MAX_OUTPUT: usize = 1024 * 1024;
/// html5ever 0.40 looks from every `&` to the next angle bracket when it writes text: a megabyte
/// of `&` would take it minutes. An empty span every so often stops it and shows nothing.
const MAX_RUN: usize = 2048;
const MAX_RUN_ESCAPES: usize = 256;

/// The tags that can be written, as Mastodon 4.2 and later keep them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    P,
    Pre,
    Blockquote,
    Ul,
    Ol,
    Li,
    Span,
    A,
    Del,
    Code,
    Em,
    I,
    Strong,
    B,
    U,
}

impl Tag {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::P => "p",
            Self::Pre => "pre",
            Self::Blockquote => "blockquote",
            Self::Ul => "ul",
            Self::Ol => "ol",
            Self::Li => "li",
            Self::Span => "span",
            Self::A => "a",
            Self::Del => "del",
            Self::Code => "code",
            Self::Em => "em",
            Self::I => "i",
            Self::Strong => "strong",
            Self::B => "b",
            Self::U => "u",
        }
    }

    const fn is_block(self) -> bool {
        matches!(
            self,
            Self::P | Self::Pre | Self::Blockquote | Self::Ul | Self::Ol | Self::Li
        )
    }

    const fn is_list(self) -> bool {
        matches!(self, Self::Ul | Self::Ol)
    }

    /// Emphasis goes on in the next paragraph when it is not closed; links and spans do not.
    const fn is_emphasis(self) -> bool {
        !self.is_block() && !matches!(self, Self::A | Self::Span)
    }
}

/// Attributes of one tag, values unescaped.
pub(crate) type Attributes = Vec<(&'static str, String)>;

/// Collects HTML; see the file's head for what it promises.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    out: String,
    open: Vec<Tag>,
    /// Emphasis that was cut by a block and opens again before the next word.
    interrupted: Vec<Tag>,
    /// The next words begin a paragraph of their own (after `</div>`, for example).
    wants_paragraph: bool,
    /// Something was written since the last start or end of a block: space is significant.
    in_line: bool,
    full: bool,
    /// Bytes, and characters that need a look, since the last angle bracket.
    run: (usize, usize),
}

impl Builder {
    /// Opens an element; blocks close what cannot contain them.
    pub(crate) fn open(&mut self, tag: Tag, attributes: &Attributes) {
        if tag.is_block() {
            self.open_block(tag, attributes);
        } else {
            self.open_inline(tag, attributes);
        }
    }

    /// Closes the innermost open element of this kind, if there is one.
    pub(crate) fn close(&mut self, tag: Tag) {
        if tag.is_block() {
            self.close_block(tag);
            return;
        }
        let run = self.inline_run();
        if let Some(at) = run.iter().rposition(|open| *open == tag) {
            let keep = self.open.len() - run.len() + at;
            self.close_down_to(keep + 1);
            self.pop();
        } else {
            self.interrupted.retain(|waiting| *waiting != tag);
        }
    }

    /// Ends the paragraph that is being written; what follows begins a new one.
    pub(crate) fn boundary(&mut self) {
        self.close_inline();
        if self.top() == Some(Tag::P) {
            self.pop();
        }
        self.wants_paragraph = true;
        self.in_line = false;
    }

    /// Writes words.
    pub(crate) fn text(&mut self, text: &str) {
        let verbatim = self.open.contains(&Tag::Pre);
        let mut text = text;
        if !self.in_line {
            text = if verbatim {
                // A parser drops one line break after <pre>; dropping all keeps it stable.
                text.trim_start_matches(|c| c == '\n' || is_dropped(c))
            } else {
                text.trim_start_matches(|c: char| c.is_ascii_whitespace() || is_dropped(c))
            };
        }
        if text.is_empty() {
            return;
        }
        let blank = text.chars().all(char::is_whitespace);
        self.enter_line(!blank);
        let in_link = self.open.contains(&Tag::A);
        for character in text.chars() {
            // A link must not show other letters than it has (Unicode TR 36, bidi overrides).
            let disguise = in_link && is_bidi_control(character);
            if !disguise && !is_dropped(character) {
                self.interrupt_run(character);
                self.push_escaped(character, false);
            }
        }
    }

    /// Writes a line break.
    pub(crate) fn line_break(&mut self) {
        // At the beginning of a block it would only make a gap.
        if !self.in_line {
            return;
        }
        self.enter_line(false);
        self.push("<br>");
        self.run = (0, 0);
    }

    /// Whether a link is open, so that another one cannot begin.
    pub(crate) fn in_link(&self) -> bool {
        self.open.contains(&Tag::A)
    }

    /// Whether words stand before the cursor in the current block.
    pub(crate) fn in_line(&self) -> bool {
        self.in_line
    }

    /// Closes what is open and hands out the page.
    pub(crate) fn finish(mut self) -> String {
        self.close_down_to(0);
        self.out
    }

    fn open_block(&mut self, tag: Tag, attributes: &Attributes) {
        self.close_inline();
        if matches!(self.top(), Some(Tag::P | Tag::Pre)) {
            self.pop();
        }
        if tag == Tag::Li {
            let list = self
                .open
                .iter()
                .rposition(|open| open.is_list() || *open == Tag::Blockquote);
            match list {
                Some(at) if self.open.get(at).is_some_and(|open| open.is_list()) => {
                    self.close_down_to(at + 1);
                }
                // A list item without list is a paragraph.
                _ => {
                    self.boundary();
                    return;
                }
            }
        } else if self.top().is_some_and(Tag::is_list) {
            self.push_open(Tag::Li, &Vec::new());
        }
        if self.open.len() >= MAX_DEPTH {
            self.boundary();
            return;
        }
        self.push_open(tag, attributes);
    }

    fn close_block(&mut self, tag: Tag) {
        let blocks = self.open.len() - self.inline_run().len();
        let found = self.open.iter().take(blocks).rposition(|open| match tag {
            // These do not reach through other blocks.
            Tag::P | Tag::Pre => true,
            Tag::Li => *open == Tag::Li || open.is_list(),
            _ => *open == tag,
        });
        if let Some(at) = found
            && self.open.get(at) == Some(&tag)
        {
            self.close_inline();
            self.close_down_to(at);
            // Text clients know paragraphs and little else, so words between blocks become one.
            self.wants_paragraph = true;
        } else {
            self.boundary();
        }
    }

    fn open_inline(&mut self, tag: Tag, attributes: &Attributes) {
        if tag == Tag::A {
            self.close(Tag::A);
        }
        if self.inline_run().len() >= MAX_INLINE || self.open.len() >= MAX_DEPTH + MAX_INLINE {
            return;
        }
        self.enter_line(true);
        self.push_open(tag, attributes);
    }

    /// Makes a place where words may stand: list items, paragraphs, interrupted emphasis.
    fn enter_line(&mut self, reopen: bool) {
        if self.top().is_some_and(Tag::is_list) {
            self.push_open(Tag::Li, &Vec::new());
        }
        if self.wants_paragraph {
            self.wants_paragraph = false;
            if !matches!(self.top(), Some(Tag::P | Tag::Pre)) && self.open.len() < MAX_DEPTH {
                self.push_open(Tag::P, &Vec::new());
            }
        }
        if reopen {
            for tag in std::mem::take(&mut self.interrupted) {
                if self.inline_run().len() < MAX_INLINE && !self.inline_run().contains(&tag) {
                    self.push_open(tag, &Vec::new());
                }
            }
        }
        self.in_line = true;
    }

    fn close_inline(&mut self) {
        let blocks = self.open.len() - self.inline_run().len();
        self.close_down_to(blocks);
    }

    /// Closes elements until `keep` are open; emphasis among them is only interrupted.
    fn close_down_to(&mut self, keep: usize) {
        let mut cut = Vec::new();
        while self.open.len() > keep {
            if let Some(tag) = self.pop()
                && tag.is_emphasis()
            {
                cut.push(tag);
            }
        }
        for tag in cut.into_iter().rev() {
            if !self.interrupted.contains(&tag) {
                self.interrupted.push(tag);
            }
        }
    }

    fn pop(&mut self) -> Option<Tag> {
        let tag = self.open.pop()?;
        self.run = (0, 0);
        self.out.push_str("</");
        self.out.push_str(tag.name());
        self.out.push('>');
        if tag.is_block() {
            self.in_line = false;
        }
        Some(tag)
    }

    fn top(&self) -> Option<Tag> {
        self.open.last().copied()
    }

    /// The inline elements at the top of the stack.
    fn inline_run(&self) -> &[Tag] {
        let blocks = self
            .open
            .iter()
            .rposition(|tag| tag.is_block())
            .map_or(0, |at| at + 1);
        self.open.get(blocks..).unwrap_or_default()
    }

    fn push_open(&mut self, tag: Tag, attributes: &Attributes) {
        let before = self.out.len();
        let _ = write!(self.out, "<{}", tag.name());
        for (name, value) in attributes {
            let _ = write!(self.out, " {name}=\"");
            for character in value.chars().filter(|c| !c.is_control()) {
                self.push_escaped(character, true);
            }
            self.out.push('"');
        }
        self.out.push('>');
        if self.full || self.out.len() + self.reserve() > MAX_OUTPUT {
            self.out.truncate(before);
            self.full = true;
            return;
        }
        self.open.push(tag);
        self.run = (0, 0);
        self.in_line = !tag.is_block();
        if tag.is_block() {
            self.wants_paragraph = false;
        }
    }

    fn interrupt_run(&mut self, next: char) {
        if self.run.0 >= MAX_RUN && self.run.1 >= MAX_RUN_ESCAPES {
            self.push("<span></span>");
            self.run = (0, 0);
        }
        match next {
            '<' | '>' => self.run = (0, 0),
            '&' | '\u{80}'..='\u{bf}' => self.run = (self.run.0 + 1, self.run.1 + 1),
            _ => self.run.0 += next.len_utf8(),
        }
    }

    fn push_escaped(&mut self, character: char, in_attribute: bool) {
        match character {
            '&' => self.push("&amp;"),
            '<' => self.push("&lt;"),
            '>' => self.push("&gt;"),
            '\u{a0}' => self.push("&nbsp;"),
            '"' if in_attribute => self.push("&quot;"),
            _ => {
                let mut buffer = [0; 4];
                self.push(character.encode_utf8(&mut buffer));
            }
        }
    }

    fn push(&mut self, piece: &str) {
        if self.full || self.out.len() + piece.len() + self.reserve() > MAX_OUTPUT {
            self.full = true;
        } else {
            self.out.push_str(piece);
        }
    }

    /// Room for the end tags that are still due; the longest has 13 bytes.
    fn reserve(&self) -> usize {
        13 * (self.open.len() + 1)
    }
}

/// Characters that a parser would change or that no page needs.
fn is_dropped(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t')) || c == '\u{feff}'
}

pub(crate) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
