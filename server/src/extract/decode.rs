//! From the tree of parameters to a type, as leniently as clients need it: `"1"` is true, `"40"` is a
//! number, one value is a list of one, a map with numbers for keys is a list, unknown keys are ignored.

use std::collections::btree_map;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

use super::tree::Tree;

/// How many ids one request may name.
const MOST_IN_A_LIST: usize = 100;

impl Tree {
    /// The parameters as a type.
    ///
    /// # Errors
    /// The first parameter that is missing or is not what it should be.
    pub fn decode<T: DeserializeOwned>(self) -> Result<T, DecodeError> {
        T::deserialize(self)
    }

    fn text(self) -> Result<String, DecodeError> {
        match self {
            Self::Text(text) | Self::Number(text) => Ok(text),
            Self::Flag(flag) => Ok(flag.to_string()),
            // A key that came twice: the last one counts, as in Rails.
            Self::List(mut list) => list.pop().unwrap_or_default().text(),
            Self::Null => Err(DecodeError::new("is missing")),
            Self::File(_) => Err(DecodeError::new("is a file")),
            Self::Map(_) => Err(DecodeError::new("is not a text")),
        }
    }

    fn parse<N: FromStr>(self) -> Result<N, DecodeError> {
        let text = self.text()?;
        text.trim()
            .parse()
            .map_err(|_error| DecodeError::new("is not a number"))
    }

    /// A whole number; `1e9` and what is beyond the type become its nearest.
    fn integer(self) -> Result<i64, DecodeError> {
        let text = self.text()?;
        let text = text.trim();
        if let Ok(number) = text.parse::<i64>() {
            return Ok(number);
        }
        let wide: f64 = text
            .parse()
            .map_err(|_error| DecodeError::new("is not a number"))?;
        if !wide.is_finite() {
            return Err(DecodeError::new("is not a number"));
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "`as` saturates, which is meant"
        )]
        Ok(wide as i64)
    }

    fn flag(self) -> Result<bool, DecodeError> {
        match self.text()?.as_str() {
            "true" | "TRUE" | "True" | "1" | "on" | "ON" | "t" | "T" | "yes" => Ok(true),
            "false" | "FALSE" | "False" | "0" | "off" | "OFF" | "f" | "F" | "no" | "" => Ok(false),
            _ => Err(DecodeError::new("is not true or false")),
        }
    }

    fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(list) => list.is_empty(),
            _ => false,
        }
    }
}

/// Which parameter is wrong, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    path: Vec<String>,
    text: String,
}

impl DecodeError {
    fn new(text: &str) -> Self {
        Self {
            path: Vec::new(),
            text: text.to_owned(),
        }
    }

    fn within(mut self, key: &str) -> Self {
        self.path.insert(0, key.chars().take(60).collect());
        self
    }
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{} ", self.path.join("."))?;
        }
        f.write_str(&self.text)
    }
}

impl std::error::Error for DecodeError {}

impl serde::de::Error for DecodeError {
    fn custom<T: std::fmt::Display>(text: T) -> Self {
        Self::new(&text.to_string())
    }
    fn missing_field(field: &'static str) -> Self {
        Self::new("is missing").within(field)
    }
}

impl<'de> Deserializer<'de> for Tree {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Flag(flag) => visitor.visit_bool(flag),
            Self::Number(text) | Self::Text(text) => visitor.visit_string(text),
            Self::File(bytes) => visitor.visit_byte_buf(bytes),
            Self::List(_) => self.deserialize_seq(visitor),
            Self::Map(map) => visitor.visit_map(Entries::of(map)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_bool(self.flag()?)
    }
    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_i64(self.integer()?)
    }
    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_u64(self.parse()?)
    }
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let number: f64 = self.parse()?;
        if !number.is_finite() {
            return Err(DecodeError::new("is not a number"));
        }
        visitor.visit_f64(number)
    }
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_string(self.text()?)
    }
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_string(self.text()?)
    }
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self {
            Self::File(bytes) => visitor.visit_byte_buf(bytes),
            Self::List(mut list) => list.pop().unwrap_or_default().deserialize_byte_buf(visitor),
            _ => Err(DecodeError::new("is not a file")),
        }
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self {
            Self::Null => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let list = match self {
            Self::Null => Vec::new(),
            Self::List(list) => list,
            Self::Map(map) if map.keys().all(|key| key.parse::<u32>().is_ok()) => {
                let mut entries: Vec<_> = map.into_iter().collect();
                entries.sort_by_key(|(key, _)| key.parse::<u32>().unwrap_or(u32::MAX));
                entries.into_iter().map(|(_, value)| value).collect()
            }
            one => vec![one],
        };
        if list.len() > MOST_IN_A_LIST {
            return Err(DecodeError::new("has too many entries"));
        }
        visitor.visit_seq(Items(list.into_iter()))
    }
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self {
            Self::Map(map) => visitor.visit_map(Entries::of(map)),
            Self::Null => visitor.visit_map(Entries::of(btree_map::BTreeMap::new())),
            _ => Err(DecodeError::new("is not a set of values")),
        }
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_map(visitor)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        if name != BLANK_IS_NONE {
            return visitor.visit_newtype_struct(self);
        }
        if self.is_blank() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let word: StringDeserializer<DecodeError> =
            serde::de::IntoDeserializer::into_deserializer(self.text()?);
        visitor.visit_enum(word)
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u128 f32 char bytes unit unit_struct tuple tuple_struct identifier
    }
}

struct Items(std::vec::IntoIter<Tree>);

impl<'de> SeqAccess<'de> for Items {
    type Error = DecodeError;
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DecodeError> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }
}

struct Entries {
    left: btree_map::IntoIter<String, Tree>,
    open: Option<(String, Tree)>,
}

impl Entries {
    fn of(map: btree_map::BTreeMap<String, Tree>) -> Self {
        Self {
            left: map.into_iter(),
            open: None,
        }
    }
}

impl<'de> MapAccess<'de> for Entries {
    type Error = DecodeError;
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DecodeError> {
        let Some((key, value)) = self.left.next() else {
            return Ok(None);
        };
        let name: StringDeserializer<DecodeError> =
            serde::de::IntoDeserializer::into_deserializer(key.clone());
        self.open = Some((key, value));
        seed.deserialize(name).map(Some)
    }
    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, DecodeError> {
        let (key, value) = self
            .open
            .take()
            .ok_or_else(|| DecodeError::custom("no value"))?;
        seed.deserialize(value).map_err(|error| error.within(&key))
    }
}

pub(super) const BLANK_IS_NONE: &str = "blank is none";

/// For `#[serde(default, deserialize_with = "maybe")]`: an empty text is as good as no parameter, as
/// forms send it for numbers and ids that were left out.
///
/// # Errors
/// When there is something, and it is not a `T`.
pub fn maybe<'de, D: Deserializer<'de>, T: Deserialize<'de>>(d: D) -> Result<Option<T>, D::Error> {
    struct Blank<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Blank<T> {
        type Value = Option<T>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a value or nothing")
        }
        fn visit_none<E>(self) -> Result<Option<T>, E> {
            Ok(None)
        }
        fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Option<T>, D::Error> {
            T::deserialize(d).map(Some)
        }
    }
    d.deserialize_newtype_struct(BLANK_IS_NONE, Blank(PhantomData))
}

/// The bytes of a file in a multipart body.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload(pub Vec<u8>);

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload({} bytes)", self.0.len())
    }
}

impl<'de> Deserialize<'de> for Upload {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Upload;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a file")
            }
            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Upload, E> {
                Ok(Upload(bytes))
            }
        }
        d.deserialize_byte_buf(Bytes)
    }
}

/// A list of ids or words out of which what cannot be one is left out: an id that does not exist and
/// a text that is no id are the same to who asks for many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lenient<T>(pub Vec<T>);

impl<T> Default for Lenient<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: FromStr> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(d)?;
        Ok(Self(
            words.iter().filter_map(|word| word.parse().ok()).collect(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use model::{AccountId, StatusId};
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Post {
        status: Option<String>,
        #[serde(deserialize_with = "maybe")]
        in_reply_to_id: Option<StatusId>,
        #[serde(deserialize_with = "maybe")]
        sensitive: Option<bool>,
        #[serde(deserialize_with = "maybe")]
        limit: Option<i64>,
        media_ids: Vec<String>,
        poll: Option<Poll>,
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Poll {
        options: Vec<String>,
        expires_in: i64,
    }

    fn form(text: &str) -> Result<Post, DecodeError> {
        Tree::from_form(text.as_bytes()).unwrap().decode()
    }

    fn json(value: &serde_json::Value) -> Result<Post, DecodeError> {
        Tree::from_json(value.to_string().as_bytes())
            .unwrap()
            .decode()
    }

    #[test]
    fn each_client_is_understood_as_it_writes() {
        let meant = Post {
            status: Some("Halo".to_owned()),
            in_reply_to_id: Some(StatusId(115)),
            sensitive: Some(true),
            limit: None,
            media_ids: vec!["7".to_owned()],
            poll: None,
        };
        // masto.js, toot: JSON with types; others: JSON with strings; Mastodon.py, Tusky: forms.
        let bodies = [
            json(
                &json!({"status": "Halo", "in_reply_to_id": "115", "sensitive": true, "media_ids": ["7"]}),
            ),
            json(
                &json!({"status": "Halo", "in_reply_to_id": 115, "sensitive": "true", "media_ids": [7]}),
            ),
            json(
                &json!({"status": "Halo", "in_reply_to_id": "115", "sensitive": 1, "media_ids": "7", "poll": null}),
            ),
            form("status=Halo&in_reply_to_id=115&sensitive=1&media_ids[]=7"),
            form("status=Halo&in_reply_to_id=115&sensitive=on&media_ids=7&unknown[x]=y"),
            form("status=Halo&in_reply_to_id=115&sensitive=True&media_ids[0]=7&limit="),
        ];
        for body in bodies {
            assert_eq!(body.unwrap(), meant);
        }
    }

    #[test]
    fn blanks_are_nothing_but_an_empty_text_is_a_text() {
        let post = form("status=&in_reply_to_id=&sensitive=&limit=").unwrap();
        assert_eq!(
            post,
            Post {
                status: Some(String::new()),
                ..Post::default()
            }
        );
    }

    #[test]
    fn lists_keep_their_order_whatever_they_are_written_as() {
        let poll = |text| form(text).unwrap().poll.unwrap();
        let meant = Poll {
            options: ["a", "b", "c"].map(str::to_owned).to_vec(),
            expires_in: 300,
        };
        assert_eq!(
            poll("poll[options][]=a&poll[options][]=b&poll[options][]=c&poll[expires_in]=300"),
            meant
        );
        assert_eq!(
            poll("poll[options][10]=c&poll[options][2]=b&poll[options][0]=a&poll[expires_in]=300"),
            meant
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(
            form("limit=many").unwrap_err().to_string(),
            "limit is not a number"
        );
        assert_eq!(
            form("sensitive=maybe").unwrap_err().to_string(),
            "sensitive is not true or false"
        );
        assert_eq!(
            form("poll[expires_in]=x").unwrap_err().to_string(),
            "poll.expires_in is not a number"
        );
        assert_eq!(
            form("in_reply_to_id=' OR 1").unwrap_err().to_string(),
            "in_reply_to_id not an id"
        );
        assert_eq!(form("limit=1e99").unwrap().limit, Some(i64::MAX));
        assert_eq!(
            form("limit=NaN").unwrap_err().to_string(),
            "limit is not a number"
        );
        let many = "media_ids[]=1&".repeat(101);
        assert_eq!(
            form(&many).unwrap_err().to_string(),
            "media_ids has too many entries"
        );
    }

    #[test]
    fn who_asks_for_many_gets_what_exists() {
        #[derive(Deserialize)]
        struct Many {
            id: Lenient<AccountId>,
        }
        let many: Many = Tree::from_form(b"id[]=1&id[]=x&id[]=-3&id[]=2")
            .unwrap()
            .decode()
            .unwrap();
        assert_eq!(many.id.0, [AccountId(1), AccountId(2)]);
        let one: Many = Tree::from_form(b"id=9").unwrap().decode().unwrap();
        assert_eq!(one.id.0, [AccountId(9)]);
    }
}
