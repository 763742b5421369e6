//! What a parameter type looks like, asked of its decoder itself: it is made to read, one path at a
//! time, and what it asks for is written down. So the API's description cannot differ from the code.

use std::cell::RefCell;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess};
use serde::de::{SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::decode::{BLANK_IS_NONE, DecodeError};

/// So deep are parameters nested at the most.
const DEPTH: usize = 5;

/// The shape of a parameter, or of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Anything.
    Any,
    /// True or false.
    Flag,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A file.
    File,
    /// One of these words.
    Words(Vec<&'static str>),
    /// A list.
    List(Box<Shape>),
    /// Named values.
    Object(Vec<(&'static str, Shape)>),
}

impl Shape {
    /// The shape of what `T` reads.
    #[must_use]
    pub fn of<T: DeserializeOwned>() -> Self {
        below::<T>(&mut Vec::new())
    }
}

fn below<T: DeserializeOwned>(path: &mut Vec<Step>) -> Shape {
    let found = RefCell::new(Seen::Any);
    let probe = Probe {
        path,
        found: &found,
    };
    // It never gets a whole value: what counts is what it asked for on the way.
    drop(T::deserialize(probe));
    let mut inner = |step| {
        if path.len() >= DEPTH {
            return Shape::Any;
        }
        path.push(step);
        let shape = below::<T>(path);
        path.pop();
        shape
    };
    match found.into_inner() {
        Seen::Any => Shape::Any,
        Seen::Flag => Shape::Flag,
        Seen::Whole => Shape::Whole,
        Seen::Number => Shape::Number,
        Seen::Text => Shape::Text,
        Seen::File => Shape::File,
        Seen::Words(words) => Shape::Words(words.to_vec()),
        Seen::List => Shape::List(Box::new(inner(Step::Item))),
        Seen::Object(names) => Shape::Object(
            names
                .iter()
                .map(|name| (*name, inner(Step::Field(name))))
                .collect(),
        ),
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Field(&'static str),
    Item,
}

#[derive(Clone, Copy, Debug)]
enum Seen {
    Any,
    Flag,
    Whole,
    Number,
    Text,
    File,
    Words(&'static [&'static str]),
    List,
    Object(&'static [&'static str]),
}

#[derive(Clone, Copy)]
struct Probe<'a> {
    path: &'a [Step],
    found: &'a RefCell<Seen>,
}

impl Probe<'_> {
    /// Writes down what is asked for at the end of the path, and ends the reading.
    fn see<T>(self, seen: Seen) -> Result<T, DecodeError> {
        if self.path.is_empty() {
            *self.found.borrow_mut() = seen;
        }
        Err(DecodeError::custom("seen"))
    }
}

macro_rules! see {
    ($( $method:ident = $seen:expr; )+) => { $(
        fn $method<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, DecodeError> {
            self.see($seen)
        }
    )+ };
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = DecodeError;

    see! {
        deserialize_any = Seen::Any;
        deserialize_bool = Seen::Flag;
        deserialize_i64 = Seen::Whole;
        deserialize_u64 = Seen::Whole;
        deserialize_i32 = Seen::Whole;
        deserialize_u32 = Seen::Whole;
        deserialize_f64 = Seen::Number;
        deserialize_str = Seen::Text;
        deserialize_string = Seen::Text;
        deserialize_byte_buf = Seen::File;
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_some(self)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        if name == BLANK_IS_NONE {
            visitor.visit_some(self)
        } else {
            visitor.visit_newtype_struct(self)
        }
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.path.split_first() {
            Some((Step::Item, path)) => visitor.visit_seq(One {
                name: None,
                probe: Some(Probe { path, ..self }),
                of: PhantomData,
            }),
            _ => self.see(Seen::List),
        }
    }
    fn deserialize_map<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, DecodeError> {
        self.see(Seen::Object(&[]))
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.path.split_first() {
            Some((Step::Field(name), path)) => visitor.visit_map(One {
                name: Some(name),
                probe: Some(Probe { path, ..self }),
                of: PhantomData,
            }),
            _ => self.see(Seen::Object(fields)),
        }
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.see(Seen::Words(variants))
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u128 f32 char bytes unit unit_struct tuple tuple_struct identifier
        ignored_any
    }
}

/// The one entry that leads on.
struct One<'a> {
    name: Option<&'static str>,
    probe: Option<Probe<'a>>,
    of: PhantomData<&'a ()>,
}

impl<'de> MapAccess<'de> for One<'_> {
    type Error = DecodeError;
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DecodeError> {
        let Some(name) = self.name.take() else {
            return Ok(None);
        };
        let name = serde::de::value::StrDeserializer::new(name);
        seed.deserialize(name).map(Some)
    }
    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, DecodeError> {
        let probe = self.probe.take();
        seed.deserialize(probe.ok_or_else(|| DecodeError::custom("seen"))?)
    }
}

impl<'de> SeqAccess<'de> for One<'_> {
    type Error = DecodeError;
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DecodeError> {
        match self.probe.take() {
            Some(probe) => seed.deserialize(probe).map(Some),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{AccountId, Visibility};
    use serde::Deserialize;

    use super::*;
    use crate::extract::{Upload, maybe};

    #[derive(Deserialize)]
    #[serde(default)]
    #[derive(Default)]
    struct Wanted {
        status: Option<String>,
        #[serde(deserialize_with = "maybe")]
        sensitive: Option<bool>,
        #[serde(deserialize_with = "maybe")]
        limit: Option<i64>,
        media_ids: Vec<AccountId>,
        poll: Option<Poll>,
        avatar: Option<Upload>,
        #[serde(deserialize_with = "maybe")]
        visibility: Option<Visibility>,
    }

    #[derive(Deserialize)]
    #[serde(default)]
    #[derive(Default)]
    struct Poll {
        options: Vec<String>,
        kind: Option<Kind>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        One,
        Many,
    }

    #[test]
    fn a_decoder_says_what_it_reads() {
        let Shape::Object(fields) = Shape::of::<Wanted>() else {
            panic!("no object")
        };
        let of = |name| {
            let found = fields.iter().find(|(it, _)| *it == name);
            found.map(|(_, shape)| shape.clone()).unwrap()
        };
        assert_eq!(of("status"), Shape::Text);
        assert_eq!(of("sensitive"), Shape::Flag);
        assert_eq!(of("limit"), Shape::Whole);
        assert!(matches!(of("media_ids"), Shape::List(_)));
        assert_eq!(of("avatar"), Shape::File);
        let options = ("options", Shape::List(Box::new(Shape::Text)));
        let kind = ("kind", Shape::Words(vec!["one", "many"]));
        assert_eq!(of("poll"), Shape::Object(vec![options, kind]));
    }
}
