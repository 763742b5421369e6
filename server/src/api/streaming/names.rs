//! The streams in Mastodon's words, and the scopes that each asks for.

use model::{AccountId, Scope};
use services::live::{Part, Stream};

use crate::auth::{Needs as _, scopes};
use crate::error::Error;

/// What a client says to name a stream.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// `user`, `public:local`, `hashtag`...
    pub(super) stream: String,
    /// Which list.
    pub(super) list: Option<String>,
    /// Which hashtag.
    pub(super) tag: Option<String>,
    /// Which group.
    pub(super) group: Option<String>,
    /// Statuses with pictures only, where the name does not say it.
    pub(super) only_media: bool,
}

impl Asked {
    /// What a query asks for.
    pub(super) fn query(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let value = value.into_owned();
            match &*name {
                "stream" => asked.stream = value,
                "list" => asked.list = Some(value),
                "tag" => asked.tag = Some(value),
                "group" => asked.group = Some(value),
                "only_media" => asked.only_media = matches!(&*value, "true" | "1" | "on"),
                _ => {}
            }
        }
        asked
    }

    /// The stream that is meant.
    ///
    /// # Errors
    /// 400 for an unknown one, or for one without its tag or list.
    pub(super) fn stream(&self) -> Result<Stream, Error> {
        let media = self.only_media;
        Ok(match self.stream.as_str() {
            "user" => Stream::User,
            "user:notification" => Stream::Notifications,
            "direct" => Stream::Direct,
            "public" => Stream::Public(Part::All, media),
            "public:media" => Stream::Public(Part::All, true),
            "public:local" => Stream::Public(Part::Local, media),
            "public:local:media" => Stream::Public(Part::Local, true),
            "public:remote" => Stream::Public(Part::Remote, media),
            "public:remote:media" => Stream::Public(Part::Remote, true),
            "hashtag" => Stream::Tag(self.tag()?, false),
            "hashtag:local" => Stream::Tag(self.tag()?, true),
            "list" => Stream::List(number(self.list.as_deref(), "list")?),
            "group" => Stream::Group(AccountId(number(self.group.as_deref(), "group")?)),
            _ => return Err(Error::Malformed("Unknown stream type".to_owned())),
        })
    }

    fn tag(&self) -> Result<String, Error> {
        let tag = self.tag.as_deref().unwrap_or_default().trim();
        let tag = tag.trim_start_matches('#').to_lowercase();
        if tag.is_empty() || tag.chars().count() > 100 {
            return Err(Error::Malformed("Missing tag name parameter".to_owned()));
        }
        Ok(tag)
    }
}

/// An id; what cannot be one is one that does not exist.
fn number(text: Option<&str>, name: &str) -> Result<i64, Error> {
    let text = text.filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| Error::Malformed(format!("Missing {name} parameter")))?;
    let id: Option<i64> = text.parse().ok();
    id.filter(|id| *id > 0).ok_or(Error::NotFound)
}

/// A stream as frames name it.
pub(super) fn words(stream: &Stream) -> Vec<String> {
    let (name, of) = match stream {
        Stream::User => ("user", None),
        Stream::Notifications => ("user:notification", None),
        Stream::Direct => ("direct", None),
        Stream::Public(Part::All, false) => ("public", None),
        Stream::Public(Part::All, true) => ("public:media", None),
        Stream::Public(Part::Local, false) => ("public:local", None),
        Stream::Public(Part::Local, true) => ("public:local:media", None),
        Stream::Public(Part::Remote, false) => ("public:remote", None),
        Stream::Public(Part::Remote, true) => ("public:remote:media", None),
        Stream::Tag(tag, false) => ("hashtag", Some(tag.clone())),
        Stream::Tag(tag, true) => ("hashtag:local", Some(tag.clone())),
        Stream::List(id) => ("list", Some(id.to_string())),
        Stream::Group(id) => ("group", Some(id.to_string())),
    };
    std::iter::once(name.to_owned()).chain(of).collect()
}

/// The scopes of which a stream needs one: those of the timeline that it continues.
pub(super) const fn needs(stream: &Stream) -> &'static [Scope] {
    match stream {
        Stream::User | Stream::Direct | Stream::Public(..) | Stream::Tag(..) => {
            scopes::ReadStatuses::SCOPES
        }
        Stream::Notifications => scopes::ReadNotifications::SCOPES,
        Stream::List(_) => scopes::StreamList::SCOPES,
        Stream::Group(_) => scopes::ReadGroups::SCOPES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_written_alike() {
        for query in [
            "stream=user",
            "stream=user:notification",
            "stream=direct",
            "stream=public",
            "stream=public:media",
            "stream=public:local",
            "stream=public:local:media",
            "stream=public:remote",
            "stream=public:remote:media",
            "stream=hashtag&tag=tea",
            "stream=hashtag:local&tag=tea",
            "stream=list&list=12",
            "stream=group&group=12",
        ] {
            let stream = Asked::query(query).stream().unwrap();
            let written = words(&stream);
            let (name, of) = written.split_first().unwrap();
            let key = name.split(':').next().unwrap().replace("hash", "");
            let again = match of.first() {
                Some(of) => format!("stream={name}&{key}={of}"),
                None => format!("stream={name}"),
            };
            assert_eq!(again, query);
        }
        let media = Asked::query("stream=public&only_media=true")
            .stream()
            .unwrap();
        assert_eq!(words(&media), ["public:media"]);
        let tag = Asked::query("stream=hashtag&tag=%23TEA").stream().unwrap();
        assert_eq!(words(&tag), ["hashtag", "tea"]);
    }

    #[test]
    fn what_names_nothing_is_refused() {
        for (query, status) in [
            ("", 400),
            ("stream=home", 400),
            ("stream=hashtag", 400),
            ("stream=hashtag&tag=%23", 400),
            ("stream=list", 400),
            ("stream=list&list=abc", 404),
            ("stream=list&list=-1", 404),
            ("stream=list&list=99999999999999999999", 404),
        ] {
            let error = Asked::query(query).stream().unwrap_err();
            assert_eq!(error.status(), status, "{query}");
        }
    }
}
