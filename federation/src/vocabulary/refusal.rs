//! Why a document of another server was not understood: the field and a short, stable reason.
//! The text goes to logs, counters and snapshots; it is bounded and never repeats more than a
//! word of what the stranger sent.

use std::fmt;

/// A document, or a part of it, that we do not process, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Dotted path of the field, `object.attributedTo`; empty for the document itself.
    pub field: String,
    /// The reason.
    pub why: Why,
}

/// The reason of a [`Refusal`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// More bytes than we read.
    TooLarge,
    /// Not UTF-8, or it starts with a byte order mark.
    NotUtf8,
    /// HTML or XML where JSON is spoken.
    Markup,
    /// Not one JSON value, or a number or a string that no program can hold.
    NotJson,
    /// Lists or objects nested deeper than we read.
    TooDeep,
    /// More values than we read.
    TooManyValues,
    /// A field that decides who did what appears twice in one object.
    DuplicateKey,
    /// A string holds the character U+0000.
    Nul,
    /// JSON-LD which only a JSON-LD processor could read: `@graph`, `@id`, `@type`.
    ExpandedJsonLd,
    /// The field must be there.
    Missing,
    /// The field is there, but not what it must be.
    Expected(&'static str),
    /// The field holds more than we store.
    TooLong,
    /// An activity inside an activity inside an activity.
    NestedTooOften,
    /// A type that means nothing to us.
    UnknownType(String),
}

/// The longest part of a foreign word that a line repeats.
const SHOWN: usize = 64;

/// What of a foreign word may stand in a line of ours: short, and nothing that ends the line.
pub(crate) fn shown(word: &str) -> String {
    word.chars()
        .filter(|c| {
            !c.is_control() && !matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .take(SHOWN)
        .collect()
}

impl Refusal {
    /// A refusal of `field`.
    pub(crate) fn new(field: impl Into<String>, why: Why) -> Self {
        Self {
            field: field.into(),
            why,
        }
    }

    /// A refusal of the whole document.
    pub(crate) fn whole(why: Why) -> Self {
        Self::new("", why)
    }

    /// A refusal of a type; what is repeated of its name is short and printable.
    pub(crate) fn unknown_type(field: impl Into<String>, name: &str) -> Self {
        Self::new(field, Why::UnknownType(shown(name)))
    }

    /// The same refusal seen from the object that holds the refused one at `outer`.
    #[must_use]
    pub(crate) fn inside(mut self, outer: &str) -> Self {
        self.field = if self.field.is_empty() {
            outer.to_owned()
        } else {
            format!("{outer}.{}", self.field)
        };
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            write!(f, "{}", self.why)
        } else {
            write!(f, "{}: {}", self.field, self.why)
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "too large",
            Self::NotUtf8 => "not UTF-8",
            Self::Markup => "markup, not JSON",
            Self::NotJson => "not JSON",
            Self::TooDeep => "nested too deeply",
            Self::TooManyValues => "too many values",
            Self::DuplicateKey => "appears twice",
            Self::Nul => "a string holds U+0000",
            Self::ExpandedJsonLd => "expanded JSON-LD",
            Self::Missing => "missing",
            Self::Expected(what) => return write!(f, "not {what}"),
            Self::TooLong => "too long",
            Self::NestedTooOften => "an activity too many inside another",
            Self::UnknownType(name) => return write!(f, "unknown type: {name}"),
        })
    }
}

impl std::error::Error for Refusal {}
