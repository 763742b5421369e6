//! The one shape that every encoding becomes before types look at it: a tree of texts, lists and maps,
//! as Rails reads `a[b]`, `a[]`, `a[0]` and repeated keys. Bounded in depth and number.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::error::Error;

/// More parameters than any form has.
const MOST_ENTRIES: usize = 2_000;
/// Deeper than any parameter of the API.
const DEEPEST: usize = 8;

/// A request's parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Tree {
    /// JSON's null.
    #[default]
    Null,
    /// JSON's true and false.
    Flag(bool),
    /// A JSON number as it was written.
    Number(String),
    /// A text.
    Text(String),
    /// The bytes of a file.
    File(Vec<u8>),
    /// A list, or a key that came more than once.
    List(Vec<Tree>),
    /// Keys and values.
    Map(BTreeMap<String, Tree>),
}

impl Tree {
    /// A tree without parameters.
    #[must_use]
    pub const fn empty() -> Self {
        Self::Map(BTreeMap::new())
    }

    /// Reads a JSON body, whose outermost value must be an object.
    ///
    /// # Errors
    /// 400 for what is no JSON or no object or too deep, 422 for a NUL character.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Error> {
        let json: Json = serde_json::from_slice(bytes)
            .map_err(|error| Error::Malformed(format!("This is not valid JSON: {error}")))?;
        if !json.is_object() {
            return Err(Error::Malformed(
                "The body must be a JSON object".to_owned(),
            ));
        }
        let mut left = MOST_ENTRIES;
        from_json(json, DEEPEST, &mut left)
    }

    /// Reads `a=1&b[c]=2`, of a query or of a body.
    ///
    /// # Errors
    /// As [`Tree::from_pairs`].
    pub fn from_form(bytes: &[u8]) -> Result<Self, Error> {
        let pairs = url::form_urlencoded::parse(bytes)
            .take(MOST_ENTRIES + 1)
            .map(|(key, value)| (key.into_owned(), Self::Text(value.into_owned())));
        Self::from_pairs(pairs)
    }

    /// Puts keys with brackets and their values together.
    ///
    /// # Errors
    /// 400 for too many or too deep keys, 422 for a NUL character.
    pub fn from_pairs(pairs: impl Iterator<Item = (String, Self)>) -> Result<Self, Error> {
        let mut tree = BTreeMap::new();
        for (at, (key, value)) in pairs.enumerate() {
            if at >= MOST_ENTRIES {
                return Err(Error::Malformed("There are too many parameters".to_owned()));
            }
            if let Self::Text(text) = &value {
                no_nul(text)?;
            }
            no_nul(&key)?;
            let path = split(&key);
            if path.len() > DEEPEST {
                return Err(Error::Malformed("A parameter is too deep".to_owned()));
            }
            if let Some((first, rest)) = path.split_first() {
                put_in_map(&mut tree, first, rest, value);
            }
        }
        Ok(Self::Map(tree))
    }

    /// This tree with what `other` says put over it (a body over a query).
    #[must_use]
    pub fn overlaid(self, other: Self) -> Self {
        match (self, other) {
            (Self::Map(mut below), Self::Map(above)) => {
                below.extend(above);
                Self::Map(below)
            }
            (_, above) => above,
        }
    }

    /// A text that is equal for requests that say the same, in whatever encoding.
    #[must_use]
    pub fn fingerprint(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        let text = |out: &mut Vec<u8>, mark: u8, bytes: &[u8]| {
            out.push(mark);
            out.extend(bytes.len().to_be_bytes());
            out.extend(bytes);
        };
        match self {
            Self::Null => out.push(b'0'),
            Self::Flag(flag) => text(out, b't', if *flag { b"true" } else { b"false" }),
            Self::Number(number) => text(out, b't', number.as_bytes()),
            Self::Text(value) => text(out, b't', value.as_bytes()),
            Self::File(bytes) => text(out, b'f', bytes),
            Self::List(list) => {
                out.push(b'[');
                list.iter().for_each(|item| item.write(out));
                out.push(b']');
            }
            Self::Map(map) => {
                out.push(b'{');
                for (key, value) in map {
                    text(out, b'k', key.as_bytes());
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }
}

/// PostgreSQL takes no NUL in a text, and no person types one.
fn no_nul(text: &str) -> Result<(), Error> {
    if text.contains('\0') {
        return Err(Error::Unprocessable(
            "Validation failed: a text contains a NUL character".to_owned(),
        ));
    }
    Ok(())
}

fn from_json(json: Json, depth: usize, left: &mut usize) -> Result<Tree, Error> {
    if depth == 0 {
        return Err(Error::Malformed("A parameter is too deep".to_owned()));
    }
    *left = left
        .checked_sub(1)
        .ok_or_else(|| Error::Malformed("There are too many parameters".to_owned()))?;
    Ok(match json {
        Json::Null => Tree::Null,
        Json::Bool(flag) => Tree::Flag(flag),
        Json::Number(number) => Tree::Number(number.to_string()),
        Json::String(text) => {
            no_nul(&text)?;
            Tree::Text(text)
        }
        Json::Array(list) => Tree::List(
            list.into_iter()
                .map(|item| from_json(item, depth - 1, left))
                .collect::<Result<_, _>>()?,
        ),
        Json::Object(map) => {
            let mut tree = BTreeMap::new();
            for (key, value) in map {
                no_nul(&key)?;
                let value = from_json(value, depth - 1, left)?;
                // Some clients write `{"media_ids[]": [..]}`: the key of the form in the JSON.
                let key = key.strip_suffix("[]").map_or(key.clone(), str::to_owned);
                tree.insert(key, value);
            }
            Tree::Map(tree)
        }
    })
}

/// `a[b][]` is `a`, `b`, and an empty step that appends. What is no such key is taken as it stands.
fn split(key: &str) -> Vec<&str> {
    let Some((first, mut rest)) = key.split_once('[') else {
        return vec![key];
    };
    if first.is_empty() {
        return vec![key];
    }
    let mut path = vec![first];
    loop {
        let Some((step, after)) = rest.split_once(']') else {
            return vec![key];
        };
        path.push(step);
        match after.strip_prefix('[') {
            Some(more) => rest = more,
            None if after.is_empty() => return path,
            None => return vec![key],
        }
    }
}

fn put_in_map(map: &mut BTreeMap<String, Tree>, key: &str, rest: &[&str], value: Tree) {
    let slot = map.entry(key.to_owned());
    match rest.split_first() {
        None => match slot {
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(value);
            }
            std::collections::btree_map::Entry::Occupied(mut taken) => {
                let before = taken.get_mut();
                match before {
                    Tree::List(list) => list.push(value),
                    _ => *before = Tree::List(vec![std::mem::take(before), value]),
                }
            }
        },
        Some((step, rest)) => put(slot.or_default(), step, rest, value),
    }
}

fn put(tree: &mut Tree, step: &str, rest: &[&str], value: Tree) {
    if step.is_empty() {
        if !matches!(tree, Tree::List(_)) {
            let before = std::mem::take(tree);
            *tree = Tree::List(if before == Tree::Null {
                Vec::new()
            } else {
                vec![before]
            });
        }
        if let Tree::List(list) = tree {
            append(list, rest, value);
        }
        return;
    }
    if !matches!(tree, Tree::Map(_)) {
        *tree = Tree::empty();
    }
    if let Tree::Map(map) = tree {
        put_in_map(map, step, rest, value);
    }
}

/// `a[][name]=x&a[][value]=y` is one entry until a key comes again, as Rails reads it.
fn append(list: &mut Vec<Tree>, rest: &[&str], value: Tree) {
    let Some((key, deeper)) = rest.split_first() else {
        list.push(value);
        return;
    };
    let opens_new = match list.last() {
        Some(Tree::Map(map)) => deeper.is_empty() && map.contains_key(*key),
        _ => true,
    };
    if opens_new {
        list.push(Tree::empty());
    }
    if let Some(last) = list.last_mut() {
        put(last, key, deeper, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Tree {
        Tree::from_form(text.as_bytes()).unwrap()
    }

    fn json(text: &str) -> Tree {
        Tree::from_json(text.as_bytes()).unwrap()
    }

    #[test]
    fn brackets_make_lists_and_maps() {
        let cases = [
            ("id[]=1&id[]=2", r#"{"id":["1","2"]}"#),
            ("id=1&id=2", r#"{"id":["1","2"]}"#),
            ("id%5B%5D=1", r#"{"id":["1"]}"#),
            ("a[b][c]=1&a[b][d]=2", r#"{"a":{"b":{"c":"1","d":"2"}}}"#),
            (
                "f[0][name]=x&f[0][value]=y",
                r#"{"f":{"0":{"name":"x","value":"y"}}}"#,
            ),
            (
                "f[][name]=x&f[][value]=y&f[][name]=z",
                r#"{"f":[{"name":"x","value":"y"},{"name":"z"}]}"#,
            ),
            (
                "poll[options][]=a&poll[options][]=b",
                r#"{"poll":{"options":["a","b"]}}"#,
            ),
            (
                "a[=1&b]=2&[c]=3&d[e]f=4",
                r#"{"a[":"1","b]":"2","[c]":"3","d[e]f":"4"}"#,
            ),
            ("a=1&a[b]=2", r#"{"a":{"b":"2"}}"#),
            ("", "{}"),
        ];
        for (written, meant) in cases {
            assert_eq!(form(written), json(meant), "{written}");
        }
    }

    #[test]
    fn a_body_stands_over_a_query() {
        let both = form("limit=5&q=x").overlaid(json(r#"{"limit":7}"#));
        assert_eq!(both, json(r#"{"limit":7,"q":"x"}"#));
    }

    #[test]
    fn one_request_has_one_fingerprint_in_every_encoding() {
        let json = json(r#"{"status":"Hi","media_ids":["1"],"sensitive":true}"#);
        let form = form("sensitive=true&media_ids[]=1&status=Hi");
        assert_eq!(json.fingerprint(), form.fingerprint());
        let other = Tree::from_form(b"sensitive=true&media_ids[]=1&status=Ho").unwrap();
        assert_ne!(json.fingerprint(), other.fingerprint());
    }

    #[test]
    fn hostile_keys_end_in_an_error() {
        let deep = format!("a{}=1", "[x]".repeat(50));
        assert!(Tree::from_form(deep.as_bytes()).is_err());
        let many = "a[]=1&".repeat(5_000);
        assert!(Tree::from_form(many.as_bytes()).is_err());
        assert!(Tree::from_form(b"status=a%00b").is_err());
        assert!(Tree::from_json(br#"{"status":"a\u0000b"}"#).is_err());
        let nested = format!("{}1{}", "{\"a\":".repeat(60), "}".repeat(60));
        assert!(Tree::from_json(nested.as_bytes()).is_err());
        for text in ["", "[", "[1]", "7", "{\"a\":1} x"] {
            assert!(Tree::from_json(text.as_bytes()).is_err(), "{text}");
        }
    }
}
