//! Bytes to one JSON value: size, encoding, depth, doubled keys and NUL are judged here, in one
//! pass and without recursion, before `serde_json` sees a byte. What the value means is not
//! decided here.

use serde_json::Value;

use super::refusal::{Refusal, Why};

/// The longest document that we read.
pub const MAX_BYTES: usize = 1 << 20;
/// The deepest nesting of lists and objects that we read.
pub const MAX_DEPTH: usize = 32;
/// The most values (members and items) in one document: one megabyte of `{"a":0}` would take a
/// hundred megabytes of memory.
pub const MAX_VALUES: usize = 50_000;

/// Keys that decide who did what to whom. Parsers differ in which of two equal keys they keep,
/// so a document that has one twice would be another document for the next server.
const SECURITY_KEYS: [&str; 13] = [
    "id",
    "type",
    "actor",
    "object",
    "attributedTo",
    "to",
    "cc",
    "target",
    "proof",
    "signature",
    "publicKey",
    "owner",
    "@context",
];

/// A JSON object of tolerable size and shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    value: Value,
}

impl Document {
    /// Reads the bytes of a request or an answer.
    ///
    /// # Errors
    /// A [`Refusal`] that says which of the limits was passed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > MAX_BYTES {
            return Err(Refusal::whole(Why::TooLarge));
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Err(Refusal::whole(Why::NotUtf8));
        };
        if text.starts_with('\u{feff}') {
            return Err(Refusal::whole(Why::NotUtf8));
        }
        if text.trim_start().starts_with('<') {
            return Err(Refusal::whole(Why::Markup));
        }
        Scan::new(bytes).run()?;
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return Err(Refusal::whole(Why::NotJson));
        };
        if !value.is_object() {
            return Err(Refusal::whole(Why::Expected("an object")));
        }
        Ok(Self { value })
    }

    /// The value, an object.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The value, an object.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.value
    }
}

/// What is open: a list, or an object with the security keys seen in it so far.
#[derive(Clone, Copy)]
enum Open {
    List,
    Object { seen: u16, key_next: bool },
}

/// One pass over the bytes. It understands just enough of JSON to count and to find keys; the
/// grammar itself is left to `serde_json`.
struct Scan<'a> {
    rest: std::iter::Enumerate<std::slice::Iter<'a, u8>>,
    bytes: &'a [u8],
    open: Vec<Open>,
    values: usize,
}

impl<'a> Scan<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes.iter().enumerate(),
            bytes,
            open: Vec::with_capacity(MAX_DEPTH),
            values: 0,
        }
    }

    fn run(mut self) -> Result<(), Refusal> {
        while let Some((at, &byte)) = self.rest.next() {
            match byte {
                b'{' => self.push(Open::Object {
                    seen: 0,
                    key_next: true,
                })?,
                b'[' => self.push(Open::List)?,
                b'}' | b']' => {
                    self.open.pop();
                }
                b',' => {
                    self.count()?;
                    if let Some(Open::Object { key_next, .. }) = self.open.last_mut() {
                        *key_next = true;
                    }
                }
                b'"' => self.string(at)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), Refusal> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(Refusal::whole(Why::TooManyValues));
        }
        Ok(())
    }

    fn push(&mut self, open: Open) -> Result<(), Refusal> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Refusal::whole(Why::TooDeep));
        }
        self.open.push(open);
        self.count()
    }

    /// Reads to the end of the string that starts at `start`, and judges it if it is a key.
    fn string(&mut self, start: usize) -> Result<(), Refusal> {
        let mut escaped = false;
        let mut end = None;
        while let Some((at, &byte)) = self.rest.next() {
            match byte {
                b'"' => {
                    end = Some(at);
                    break;
                }
                b'\\' => {
                    escaped = true;
                    let next = self.rest.next();
                    if next.is_some_and(|(_, &b)| b == b'u')
                        && next.and_then(|(u, _)| self.bytes.get(u + 1..u + 5)) == Some(b"0000")
                    {
                        return Err(Refusal::whole(Why::Nul));
                    }
                }
                _ => {}
            }
        }
        // An unfinished string is left to the parser.
        let Some(end) = end else { return Ok(()) };
        let Some(Open::Object { seen, key_next }) = self.open.last_mut() else {
            return Ok(());
        };
        if !std::mem::replace(key_next, false) {
            return Ok(());
        }
        let Some(bit) = security_key(self.bytes.get(start..=end).unwrap_or_default(), escaped)
        else {
            return Ok(());
        };
        if *seen & (1 << bit) != 0 {
            let name = SECURITY_KEYS.get(bit).copied().unwrap_or_default();
            return Err(Refusal::new(name, Why::DuplicateKey));
        }
        *seen |= 1 << bit;
        Ok(())
    }
}

/// Which security key a quoted JSON string names. An escaped spelling (`"\u0069d"`) names the
/// same key, so it is decoded first.
fn security_key(quoted: &[u8], escaped: bool) -> Option<usize> {
    let find = |name: &[u8]| SECURITY_KEYS.iter().position(|k| k.as_bytes() == name);
    if escaped {
        let name: String = serde_json::from_slice(quoted).ok()?;
        return find(name.as_bytes());
    }
    find(quoted.get(1..quoted.len().checked_sub(1)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(text: &str) -> String {
        Document::parse(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_plain_object_is_read() {
        let read = Document::parse(br#"{"id":"https://far.example/1","tag":[{"id":1},{"id":2}]}"#);
        assert_eq!(
            read.unwrap().value().get("id").unwrap(),
            "https://far.example/1"
        );
    }

    #[test]
    fn a_key_that_decides_may_not_come_twice() {
        assert_eq!(why(r#"{"actor":"a","actor":"b"}"#), "actor: appears twice");
        assert_eq!(
            why(r#"{"object":{"id":1,"x":{"id":1},"id":2}}"#),
            "id: appears twice"
        );
        assert_eq!(why(r#"{"id":1,"\u0069d":2}"#), "id: appears twice");
        assert_eq!(why(r#"{"to":[{"to":[]}],"to":[]}"#), "to: appears twice");
        // A value that looks like a key, and equal keys of neighbours, are no doubles.
        assert!(Document::parse(br#"{"id":"id","x":["id","id",{"id":1},{"id":1}]}"#).is_ok());
    }

    #[test]
    fn depth_is_counted_without_using_the_stack() {
        let deep = |n: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(n), "]".repeat(n));
        assert!(Document::parse(deep(31).as_bytes()).is_ok());
        assert_eq!(why(&deep(32)), "nested too deeply");
        assert_eq!(why(&"[".repeat(500_000)), "nested too deeply");
        // Brackets in a string are text.
        let text = format!(r#"{{"a":"{}\"["}}"#, "[".repeat(100));
        assert!(Document::parse(text.as_bytes()).is_ok());
    }

    #[test]
    fn what_is_not_text_is_refused() {
        let whole = |bytes: &[u8]| Document::parse(bytes).unwrap_err().why;
        assert_eq!(whole(b"{\"a\":\"\xff\"}"), Why::NotUtf8);
        assert_eq!(whole("\u{feff}{}".as_bytes()), Why::NotUtf8);
        assert_eq!(whole(b"{\"a\":\"\\u0000\"}"), Why::Nul);
        assert_eq!(whole(b"{\"a\\u0000\":1}"), Why::Nul);
        assert_eq!(whole(b"{\"a\":\"\x00\"}"), Why::NotJson);
        assert_eq!(whole(b"{\"a\":\"\\ud800\"}"), Why::NotJson);
        assert_eq!(whole(b"{\"a\":1e400}"), Why::NotJson);
        assert_eq!(whole(b"<?xml version='1.0'?><XRD/>"), Why::Markup);
        assert_eq!(whole(b"[]"), Why::Expected("an object"));
        assert_eq!(whole(b"{} {}"), Why::NotJson);
        assert_eq!(whole(b""), Why::NotJson);
        // A backslash before the escape makes it text.
        assert!(Document::parse(b"{\"a\":\"\\\\u0000\"}").is_ok());
    }

    #[test]
    fn size_is_bounded_in_bytes_and_in_values() {
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(MAX_BYTES));
        assert_eq!(why(&long), "too large");
        let many = format!(r#"{{"a":[{}0]}}"#, "0,".repeat(MAX_VALUES));
        assert_eq!(why(&many), "too many values");
    }
}
