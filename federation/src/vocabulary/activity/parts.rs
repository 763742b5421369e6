//! What an activity is about: an address, or the thing itself.

use std::fmt;

use serde_json::Value;

use super::super::lenient::{Fields, link};
use super::super::refusal::{Refusal, Why};
use super::super::uri::ObjectUri;
use super::{Activity, is_activity};

/// Another activity, named or embedded: what is accepted, rejected, undone.
#[derive(Debug, Clone, PartialEq)]
pub enum Reference {
    /// Its id (guppe and Mitra accept a follow by its id).
    Uri(ObjectUri),
    /// The activity itself.
    Activity(Box<Activity>),
}

impl Reference {
    /// Reads the member `object`. What is embedded but means nothing to us is known by its id
    /// where it has one: undoing it is then undoing nothing.
    pub(super) fn read(fields: Fields<'_>, depth: u8) -> Result<Self, Refusal> {
        let value = one(fields, "object")?;
        if value.is_string() {
            return fields.required_link("object").map(Self::Uri);
        }
        match Activity::nested(value, depth + 1) {
            Ok(activity) => Ok(Self::Activity(Box::new(activity))),
            Err(refusal) => match (&refusal.why, link(value)) {
                (Why::UnknownType(_) | Why::Missing, Some(id)) => Ok(Self::Uri(id)),
                _ => Err(refusal.inside("object")),
            },
        }
    }

    /// The id of the activity that is meant.
    #[must_use]
    pub fn id(&self) -> Option<&ObjectUri> {
        match self {
            Self::Uri(uri) => Some(uri),
            Self::Activity(activity) => activity.id.as_ref(),
        }
    }

    /// The activity itself, if it is embedded.
    #[must_use]
    pub fn activity(&self) -> Option<&Activity> {
        match self {
            Self::Uri(_) => None,
            Self::Activity(activity) => Some(activity),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uri(uri) => write!(f, "{uri}"),
            Self::Activity(activity) => write!(f, "{activity}"),
        }
    }
}

/// An object, named or embedded.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject<T> {
    /// Its id.
    Uri(ObjectUri),
    /// The object itself.
    Embedded(Box<T>),
}

impl<T> Subject<T> {
    /// Reads a value: a string is an address, an object is read by `read`.
    pub(super) fn read(
        fields: Fields<'_>,
        name: &str,
        read: impl Fn(&Value) -> Result<T, Refusal>,
    ) -> Result<Self, Refusal> {
        let value = one(fields, name)?;
        if value.is_string() {
            return fields.required_link(name).map(Self::Uri);
        }
        read(value)
            .map(|object| Self::Embedded(Box::new(object)))
            .map_err(|refusal| refusal.inside(name))
    }

    /// The object itself, if it is embedded.
    #[must_use]
    pub fn embedded(&self) -> Option<&T> {
        match self {
            Self::Uri(_) => None,
            Self::Embedded(object) => Some(object),
        }
    }
}

impl<T: fmt::Display> fmt::Display for Subject<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uri(uri) => write!(f, "{uri}"),
            Self::Embedded(object) => write!(f, "{object}"),
        }
    }
}

/// The member `name`, which has to be there and to be one thing.
pub(super) fn one<'a>(fields: Fields<'a>, name: &str) -> Result<&'a Value, Refusal> {
    match fields.get(name) {
        None => Err(Refusal::new(name, Why::Missing)),
        Some(value @ (Value::String(_) | Value::Object(_))) => Ok(value),
        Some(_) => Err(Refusal::new(name, Why::Expected("one object"))),
    }
}

/// The type of an embedded object, and whether it is that of an activity.
pub(super) fn kind_of(value: &Value) -> Option<(&str, bool)> {
    let kind = value.get("type")?.as_str()?;
    Some((kind, is_activity(kind)))
}
